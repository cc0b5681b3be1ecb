"""The library of uses: kinds of uses, each with the worked cases, the uses of the register and the sheets of others.

A kind is called a genre here, since ``kind`` says elsewhere whether something is real or invented. What is ours becomes sheets of
the exchange format too, so that pages, data and imports all tell the same thing.
"""

import datetime
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Literal, TypeVar

from boussole.dossier import plain_data, slug
from boussole.errors import PathFault, SourceError, choices, quoted
from boussole.feed import AUTHOR
from boussole.loading import data_files, read_folder
from boussole.model import Case, Doctrine, Id
from boussole.monitoring import is_published, measured
from boussole.parsing import build
from boussole.positions import read
from boussole.proofs import deciding_sections
from boussole.register import Use, open_dossier
from boussole.sheets import LINE, TEXT, Advice, Sheet, Value, check_sheet
from boussole.vetting import to_come, unfit
from boussole.writing import french_date

FOLDER = "usages"
ELSEWHERE = "ailleurs"  # the folder of the sheets of others, inside the library's
RESERVED = ("index", "comparer", "criteres", "format")
LICENSE = "Licence Ouverte 2.0"
CASE = "cas-"  # before the id of a case where cases and uses stand together: both may be called the same
OPEN = "À compléter"
Found = TypeVar("Found")


@dataclass(frozen=True, kw_only=True)
class Genre:
    """A kind of uses: what it is in plain words, what is of it, and what one does without AI; ``caution``: what keeps its real
    experiences from saying more than they do; ``shows_ai``: whether something shows that they are an artificial intelligence."""

    id: Id
    title: str
    domain: str
    plain: str
    without_ai: str
    caution: str | None = None
    shows_ai: bool = True
    cases: list[Id] = field(default_factory=list)
    uses: list[Id] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Placed:
    """What others did, where it was put, when, and from which file.

    ``written`` elsewhere: they are the words of others; here: ours, after a public page, read that day."""

    genre: Id
    imported: datetime.date
    written: Literal["elsewhere", "here"] = "elsewhere"
    origin: str
    sheet: Sheet


Where = Literal["registre", "ailleurs", "cas"]


@dataclass(frozen=True)
class Experience:
    """Something that was tried, or worked through as an example.

    ``attainable`` and ``deciding`` are ours, ids of levels and of sections; an opinion of others only stands in their sheet.
    ``evidence``: what a dossier refers to, each once."""

    where: Where
    id: str
    sheet: Sheet
    attainable: tuple[str, ...] = ()
    deciding: tuple[str, ...] = ()
    placed: Placed | None = None
    evidence: tuple[str, ...] = ()

    @property
    def is_real(self) -> bool:
        return self.sheet.kind == "real"

    @property
    def is_theirs(self) -> bool:
        """Whether its words are those of others."""
        return self.placed is not None and self.placed.written == "elsewhere"

    @property
    def page(self) -> str:
        """Its page on this site, without its ending; nothing for what is told elsewhere."""
        return "" if self.where == "ailleurs" else f"{self.where}/{self.id}"


@dataclass(frozen=True)
class Shelf:
    """A genre, and all that is of it: what is real first, then what is invented."""

    genre: Genre
    experiences: tuple[Experience, ...]

    @property
    def real(self) -> tuple[Experience, ...]:
        return tuple(one for one in self.experiences if one.is_real)

    @cached_property
    def deciding(self) -> tuple[str, ...]:
        """The sections that decided something of it, in no order of importance."""
        return tuple(dict.fromkeys(name for one in self.experiences for name in one.deciding))


@dataclass(frozen=True)
class Library:
    """The genres in the order of their domains, and what is in none yet."""

    shelves: tuple[Shelf, ...]
    unplaced_cases: tuple[str, ...] = ()
    unplaced_uses: tuple[str, ...] = ()

    @cached_property
    def domains(self) -> Mapping[str, tuple[Shelf, ...]]:
        """The shelves by domain."""
        names = dict.fromkeys(shelf.genre.domain for shelf in self.shelves)
        return {name: tuple(shelf for shelf in self.shelves if shelf.genre.domain == name) for name in names}

    def decided_by(self, section: str) -> tuple[Shelf, ...]:
        """The shelves where a section decided something."""
        return tuple(shelf for shelf in self.shelves if section in shelf.deciding)

    @property
    def ours(self) -> tuple[Experience, ...]:
        """What this authority may tell others: not what they told it."""
        return tuple(one for shelf in self.shelves for one in shelf.experiences if one.where != "ailleurs")

    @property
    def others(self) -> tuple[Experience, ...]:
        return tuple(one for shelf in self.shelves for one in shelf.experiences if one.where == "ailleurs")


# -- reading -------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Known:
    """What the genres of a folder may name; ``taken`` is what one of them named already: by part and id, the genre."""

    cases: Sequence[str]
    uses: Sequence[str]
    elsewhere: Collection[str] = ()
    taken: dict[tuple[str, str], str] = field(default_factory=dict)


def read_library(
    folder: Path, register: Path, doctrine: Doctrine, today: datetime.date, base: str = "", *, is_checked: bool = False
) -> Library:
    """The library of a folder, with the uses of a register on a day; ``base`` is the address of the site, when it is known.
    ``is_checked``: a sheet of others from after that day is refused.

    Raises `SourceError` with the faults of all the files."""
    errors, dossiers = list[SourceError](), {path.stem: path for path in data_files(register)}
    placed = _gathered(errors, lambda: read_elsewhere(folder, today if is_checked else None))
    named = genres_of(folder) if errors else {one.genre for one in placed}  # a faulty sheet may be of any
    known = Known([case.id for case in doctrine.cases], list(dossiers), named)
    genres = _gathered(errors, lambda: read_folder(folder, lambda text, name: read_genre(text, name, known)))
    if errors:
        raise SourceError([fault for error in errors for fault in error.faults], sum(error.untold for error in errors))
    shelves = []
    for genre in genres:
        uses = [Use(doctrine, open_dossier(dossiers[name], doctrine), today) for name in genre.uses]
        cases = [experience_of_case(doctrine, doctrine.case(name), genre, base) for name in genre.cases]
        found = [*(experience_of_use(use, genre, base) for use in uses), *map(_elsewhere, placed), *cases]
        ours = [one for one in found if one.placed is None or one.placed.genre == genre.id]
        shelves.append(Shelf(genre, tuple(sorted(ours, key=lambda one: not one.is_real))))
    return Library(
        tuple(sorted(shelves, key=lambda shelf: (slug(shelf.genre.domain), slug(shelf.genre.title)))),
        tuple(name for name in known.cases if ("cases", name) not in known.taken),
        tuple(name for name in known.uses if ("uses", name) not in known.taken),
    )


def _gathered(errors: list[SourceError], act: Callable[[], list[Found]]) -> list[Found]:
    """What some files hold, or nothing and their faults, kept for the end so that one folder does not hide the other."""
    try:
        return act()
    except SourceError as error:
        errors.append(error)
        return []


def read_elsewhere(folder: Path, today: datetime.date | None = None) -> list[Placed]:
    """The sheets of others in the folder of a library, none from after ``today`` when it is told. Raises `SourceError` with the
    faults of all their files."""
    genres, taken = genres_of(folder), dict[str, str]()
    return read_folder(folder / ELSEWHERE, lambda text, name: read_placed(text, name, genres, today, taken))


def genres_of(folder: Path) -> list[str]:
    """The ids of the genres of a folder: the names of their files."""
    return [path.stem for path in data_files(folder)]


def kinds_of_uses(folder: Path) -> dict[str, tuple[str, str]]:
    """By use of the register, the page of its kind and its title; none while a file of the library cannot be read, which
    `read_library` tells."""
    try:
        genres = read_folder(folder, lambda text, name: build(read(text, name), Genre))
    except SourceError:
        return {}
    return {use: (f"{FOLDER}/{genre.id}", genre.title) for genre in genres for use in genre.uses}


def read_placed(
    text: str, name: str, genres: Collection[str], today: datetime.date | None = None, taken: dict[str, str] | None = None
) -> Placed:
    """A sheet of others, from the text of its file, none from after ``today`` when it is told. Raises `SourceError`, with every
    fault at its place.

    ``taken`` holds the file of each sheet already read: a copy would count what was tried once twice."""

    def check(placed: Placed) -> Iterator[PathFault]:
        if taken is not None and (first := taken.setdefault(placed.sheet.name, name)) != name:
            sheet = placed.sheet
            told = f"fiche {quoted(sheet.id)} de {quoted(sheet.authority)}, déjà dans le fichier {quoted(Path(first).name, 120)}"
            yield PathFault("identifiant-en-double", ("sheet", "id"), told, "une seule fiche par usage et par collectivité")
        if placed.genre not in genres:
            told = f"genre d’usage inconnu {quoted(placed.genre)}"
            yield PathFault("identifiant-inconnu", ("genre",), told, choices(genres), alike=(placed.genre, genres))
        yield from unfit({"origin": placed.origin})
        if today:
            yield from to_come(("imported",), placed.imported, today)
        yield from check_sheet(placed.sheet, ("sheet",), today)

    return build(read(text, name), Placed, check)


def read_genre(text: str, name: str, known: Known) -> Genre:
    """A genre, from the text of its file. Raises `SourceError`, with every fault at its place."""
    return build(read(text, name), Genre, lambda genre: _check(genre, name, known))


def _check(genre: Genre, name: str, known: Known) -> Iterator[PathFault]:
    stem = Path(name).stem
    if genre.id != stem or genre.id in RESERVED:
        told = f"identifiant {quoted(genre.id)} dans le fichier {quoted(stem)}"
        yield PathFault("fiche-mal-nommee", ("id",), told, f"le nom du fichier, sans sa fin, et ni {choices(RESERVED)}")
    if not genre.cases and not genre.uses and genre.id not in known.elsewhere:
        told = "genre sans cas, sans usage et sans fiche d’ailleurs"
        yield PathFault("valeur-vide", ("id",), told, "au moins un identifiant dans « cases » ou « uses »")
    for part, what, names, there in (("cases", "cas", genre.cases, known.cases), ("uses", "usage", genre.uses, known.uses)):
        for rank, found in enumerate(names):
            if found not in there:
                told = f"{what} inconnu {quoted(found)}"
                yield PathFault("identifiant-inconnu", (part, rank), told, choices(there), alike=(found, there))
            elif (part, found) in known.taken:
                told = f"{what} {quoted(found)} déjà rangé dans {quoted(known.taken[part, found])}"
                yield PathFault("identifiant-en-double", (part, rank), told, "un genre, et un seul, par cas et par usage")
            else:
                known.taken[part, found] = genre.id
    yield from unfit(plain_data(genre))


# -- what is ours, as sheets ---------------------------------------------------------------------------------------------------


def experience_of_case(doctrine: Doctrine, case: Case, genre: Genre, base: str = "") -> Experience:
    """A worked case: invented, its opinion recomputed when the doctrine was loaded."""
    deciding = _in_order(doctrine, deciding_sections(doctrine, case))
    turned = doctrine.level(case.turning_point.opinion).label
    sheet = Sheet(
        id=f"{CASE}{case.id}",
        kind="example",
        title=_cut(case.title, LINE),
        domain=_cut(genre.domain, LINE),
        genre=genre.id,
        authority="Aucune : cas inventé",
        summary=_cut(case.summary, TEXT),
        opinion=_advice(doctrine, doctrine.level(case.opinion).label, deciding),
        conclusion=_cut(case.because, TEXT),
        changed=_cut(f"{case.turning_point.because} L’avis devient : {turned.lower()}.", TEXT),
        without_ai=_cut(genre.without_ai, TEXT),
        license=LICENSE,
        source=f"{base}cas/{case.id}.html" if base.startswith("https://") else None,
        author=AUTHOR,
        date=doctrine.versions[0].date if doctrine.versions else doctrine.doctrine.adopted,
    )
    return Experience("cas", case.id, sheet, (case.opinion,), deciding)


def experience_of_use(use: Use, genre: Genre, base: str = "") -> Experience:
    """A use of the register, with its opinion of the day; what few people say is left out."""
    dossier, found, doctrine = use.dossier, use.current, use.doctrine
    decided = dossier.decision
    outcome = decided.outcome if decided else ""
    label = doctrine.level(outcome).label if outcome in doctrine.levels else outcome
    deciding = decided_by(use)
    sheet = Sheet(
        id=dossier.id,
        kind=dossier.kind,
        title=_cut(dossier.title, LINE),
        domain=_cut(genre.domain, LINE),
        genre=genre.id,
        authority=_cut(dossier.authority or doctrine.doctrine.authority, LINE),
        status=dossier.status,
        summary=_cut(dossier.summary or "", TEXT) or None,
        opinion=_advice(doctrine, doctrine.level(found.opinion).label if found.opinion else OPEN, deciding),
        decision=_cut(f"{label}, le {french_date(decided.on)}", LINE) if decided else None,
        conclusion=_cut(decided.because or "", TEXT) or None if decided else None,
        changed=_moved(use),
        without_ai=_cut(genre.without_ai, TEXT),
        measures=_values(use),
        contact=_cut(dossier.contact or "", LINE) or None,
        license=LICENSE,
        source=f"{base}registre/{dossier.id}.html" if base.startswith("https://") else None,
        author=AUTHOR,
        date=_written_on(use),
    )
    evidence = tuple(dict.fromkeys(one for listed in dossier.evidence.values() for one in listed))
    return Experience("registre", dossier.id, sheet, found.attainable, deciding, evidence=evidence)


def decided_by(use: Use) -> tuple[str, ...]:
    """The sections whose own answers and measures give the opinion of the day; none while it is open, or when it is the best."""
    opinion, best = use.current.opinion, use.doctrine.levels[0]
    if opinion is None or opinion == best:
        return ()
    return tuple(section.id for section in use.doctrine.sections if use.current.findings[section.id] == (opinion,))


def _elsewhere(placed: Placed) -> Experience:
    return Experience("ailleurs", placed.sheet.name, placed.sheet, placed=placed)


def _in_order(doctrine: Doctrine, sections: Collection[str]) -> tuple[str, ...]:
    return tuple(section.id for section in doctrine.sections if section.id in sections)


def _advice(doctrine: Doctrine, label: str, deciding: Sequence[str]) -> Advice:
    identity = doctrine.doctrine
    return Advice(
        label=_cut(label, LINE),
        doctrine=_cut(identity.name, LINE),
        version=_cut(identity.version, LINE),
        criteria=[_cut(doctrine.section(name).label, LINE) for name in deciding],
    )


def _moved(use: Use) -> str | None:
    """What the measures changed of the opinion, when they did."""
    if not use.current.is_moved:
        return None
    before, now = (
        use.doctrine.level(levels[0]).label.lower() if len(levels) == 1 else OPEN.lower()
        for levels in (use.current.assessment.attainable, use.current.attainable)
    )
    names = dict.fromkeys(reading.indicator.name for reading in use.current.reasons)
    why = f" ({', '.join(names)})" if names else ""
    return _cut(f"Les mesures{why} ont fait passer l’avis de « {before} » à « {now} ».", TEXT)


def _values(use: Use) -> list[Value]:
    """What was measured and may be shown, by indicator, from the first day to the last; what changed the opinion comes first."""
    reasons = use.current.reasons if use.current.is_moved else ()
    changed = {(reading.indicator.id, reading.measure.group) for reading in reasons}
    found = [
        (name, measure)
        for name, measures in use.dossier.measures.items()
        for measure in sorted(measured(filter(is_published, measures)), key=lambda measure: measure.on)
    ]
    return [
        Value(
            label=_cut(use.doctrine.indicators[name].name, LINE),
            value=measure.value,
            unit=_cut(use.doctrine.indicators[name].unit, LINE),
            on=measure.on.isoformat(),
            source=_cut(measure.source, LINE),
            group=_cut(measure.group, LINE) if measure.group else None,
        )
        for name, measure in sorted(found, key=lambda one: (one[0], one[1].group) not in changed)
    ]


def _written_on(use: Use) -> datetime.date:
    """When a use was last written about: building the same register again on another day changes nothing."""
    dates, decision = use.dossier.dates, use.dossier.decision
    known = [dates.updated, dates.opened, decision.on if decision else None]
    known += [measure.on for measures in use.dossier.measures.values() for measure in measures]
    return max((day for day in known if day), default=use.doctrine.doctrine.adopted)


def _cut(text: str, most: int) -> str:
    """A text no longer than the format allows."""
    return text if len(text) <= most else f"{text[: most - 1]}…"
