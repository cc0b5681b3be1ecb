"""What is done elsewhere: territories that sources name, texts that are taken for landmarks, the principles of another authority.

Read from four files beside the register. A fact has a source and a date; a low-confidence one is kept in its file and published
nowhere. What lists say of a territory is computed from the lists, and how a landmark meets the red lines, from the doctrine.
"""

import datetime
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from boussole.concertation import Kit, Roll
from boussole.errors import Fault, PathFault, SourceError, choices, quoted
from boussole.loading import data_files, embedded, load, read_file
from boussole.model import (
    Confidence,
    Doctrine,
    Id,
    Interpretation,
    PartialDate,
    Prohibition,
    Question,
    Section,
    SectionedId,
    Source,
)
from boussole.parsing import build
from boussole.positions import read
from boussole.shapes import Sized
from boussole.vetting import personal
from boussole.wording import Words

FOLDER = "ailleurs"
RESERVED = ("index", "hors-de-france", "themes", "lignes-rouges", "sources", "donnees")  # beside the name of the other doctrine
KINDS = {
    "charte": "Une charte, une doctrine, un cadre",
    "strategie": "Une stratégie votée",
    "debat": "Un débat, une concertation",
    "interdit": "Un interdit",
    "rapport": "Un rapport, un observatoire",
    "souverainete": "L’indépendance numérique",
    "usage": "Des essais",
}
PLACES = {
    "metropole": "métropole",
    "communaute": "communauté de communes, d’agglomération ou urbaine",
    "ville": "ville",
    "region": "région",
    "etranger": "ville hors de France",
}
NATURES = {
    "loi": "Une loi",
    "declaration": "Une déclaration d’États",
    "appel": "Un appel",
    "manifeste": "Un manifeste",
    "demarche": "Une démarche de collectivités",
    "commun": "Un bien commun",
}
EXTENTS = {"autant": "autant que la doctrine", "moins": "moins que la doctrine"}
_RANKS = {"low": 0, "medium": 1, "high": 2}
Faults = Iterator[PathFault]
Read = TypeVar("Read")


@dataclass(frozen=True, kw_only=True, eq=False)
class Fact:
    """What happened, in our words: when, where it was read, how sure we are of it. The source says when it was read."""

    kind: Id
    says: str
    date: PartialDate
    source: Id
    confidence: Confidence

    @property
    def is_published(self) -> bool:
        return self.confidence != "low"


@dataclass(frozen=True, kw_only=True, eq=False)
class Territory:
    """A city, an intercommunality, a region: what its place is called, its full name, the other names that sources give it."""

    id: Id
    name: str
    full: str | None = None
    kind: Literal["metropole", "communaute", "ville", "region", "etranger"]
    aliases: list[str] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name, *filter(None, [self.full]), *self.aliases)


@dataclass(frozen=True, kw_only=True, eq=False)
class Point:
    """One thing that a landmark wants or forbids; the questions, criteria and prohibitions of the doctrine that it meets."""

    id: Id
    says: str
    source: Id
    questions: list[SectionedId] = field(default_factory=list)
    criteria: list[Id] = field(default_factory=list)
    prohibitions: list[Id] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True, eq=False)
class Extent:
    """How far a landmark goes on a red line of the doctrine, and why we read it so."""

    line: SectionedId
    extent: Literal["autant", "moins"]
    because: str


@dataclass(frozen=True, kw_only=True, eq=False)
class Listing:
    """Who takes part: a roll of the concertation kit, or names as a source gives them, with what is said of each."""

    kind: Id
    says: str
    roll: Id | None = None
    date: PartialDate | None = None
    source: Id | None = None
    names: list[str] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True, eq=False)
class Landmark:
    """A text or an undertaking: what it is, whom it binds, its dates, what it meets of the doctrine.

    ``events`` are of the doctrine's timeline; with ``article_5``, the prohibitions of the doctrine are among its points."""

    id: Id
    name: str
    nature: Literal["loi", "declaration", "appel", "manifeste", "demarche", "commun"]
    binding: bool
    aliases: list[str] = field(default_factory=list)
    what: str
    who: str
    differs: str
    events: list[Id] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)
    article_5: bool = False
    points: list[Point] = field(default_factory=list)
    lines: list[Extent] = field(default_factory=list)
    lists: list[Listing] = field(default_factory=list)
    discrepancies: list[Id] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True, eq=False)
class Principle:
    """A principle of another authority, in its own words; the criteria it is set beside, and why: ours.

    ``id`` is a section of the other doctrine, ``reading`` one of its interpretations."""

    id: Id
    words: str
    criteria: Annotated[list[Id], Sized(1)]
    because: str
    reading: Id


@dataclass(frozen=True, kw_only=True, eq=False)
class Sources:
    """The file of sources."""

    sources: Annotated[list[Source], Sized(1)]


@dataclass(frozen=True, kw_only=True, eq=False)
class Territories:
    """The file of territories."""

    territories: Annotated[list[Territory], Sized(1)]


@dataclass(frozen=True, kw_only=True, eq=False)
class Landmarks:
    """The file of landmarks."""

    landmarks: Annotated[list[Landmark], Sized(1)]


@dataclass(frozen=True, kw_only=True, eq=False)
class Neighbour:
    """The file of principles: those of a doctrine that comes with the program, quoted from one of its texts."""

    beside: Id
    text: Id
    principles: Annotated[list[Principle], Sized(1)]


PARTS: Mapping[str, type] = {"sources": Sources, "territoires": Territories, "reperes": Landmarks, "principes": Neighbour}


@dataclass(frozen=True, slots=True)
class Said:
    """A fact of a territory; ``name`` is what the source calls it, where a list of names says the fact."""

    fact: Fact
    name: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A red line of the doctrine beside a landmark: what meets it there, and how far that goes; nothing when it is silent."""

    question: Question
    rule: str
    prohibitions: tuple[Prohibition, ...]
    points: tuple[Point, ...]
    extent: Extent | None

    @property
    def is_met(self) -> bool:
        return bool(self.prohibitions or self.points)


@dataclass(frozen=True)
class Elsewhere:
    """The whole folder, sound, under one doctrine."""

    doctrine: Doctrine
    kit: Kit
    other: Doctrine
    sources: Sequence[Source]
    territories: Sequence[Territory]
    landmarks: Sequence[Landmark]
    principles: Neighbour

    def source(self, name: str) -> Source:
        """A source of this folder, or else of the doctrine."""
        return next((source for source in self.sources if source.id == name), None) or self.doctrine.source(name)

    def is_ours(self, source: str) -> bool:
        """Whether a source is told in this folder, and not by the doctrine."""
        return any(one.id == source for one in self.sources)

    def landmark(self, name: str) -> Landmark:
        return next(one for one in self.landmarks if one.id == name)

    def names_of(self, listing: Listing) -> list[str]:
        """Who a list names, as its source does."""
        return listing.names or roll_of(self.kit, listing.roll).names

    def fact_of(self, listing: Listing) -> Fact:
        """What a list says of each of those it names."""
        if not listing.roll:
            return Fact(
                kind=listing.kind, says=listing.says, date=listing.date or "", source=listing.source or "", confidence="high"
            )
        roll = roll_of(self.kit, listing.roll)
        return Fact(kind=listing.kind, says=listing.says, date=roll.date, source=roll.source, confidence="high")

    @cached_property
    def told(self) -> Mapping[str, tuple[Said, ...]]:
        """What is published of each territory, by id in alphabetical order: from the lists and from its own facts, by date."""
        found: dict[str, list[Said]] = {
            one.id: [Said(fact) for fact in one.facts if fact.is_published]
            for one in sorted(self.territories, key=lambda territory: territory.id)
        }
        owner = {name: one.id for one in self.territories for name in one.names}
        for landmark in self.landmarks:
            for listing in landmark.lists:
                fact = self.fact_of(listing)
                for name in self.names_of(listing):
                    found[owner[name]].append(Said(fact, name))
        return {name: tuple(sorted(said, key=lambda one: one.fact.date)) for name, said in found.items() if said}

    @property
    def unpublished(self) -> int:
        """How many facts are kept in the files and not published, for want of confidence."""
        kept = [one.facts for one in self.territories] + [one.facts for one in self.landmarks]
        return sum(not fact.is_published for facts in kept for fact in facts)

    def members(self, landmark: Landmark) -> list[str]:
        """The territories that the lists of a landmark name, by id."""
        owner = {name: one.id for one in self.territories for name in one.names}
        return [owner[name] for listing in landmark.lists for name in self.names_of(listing)]

    def lines(self, landmark: Landmark) -> list[Line]:
        """Every red line of the doctrine, with what the landmark says of it: the points that name it, and article 5."""
        return lines_of(landmark, self.doctrine)

    def apart(self, landmark: Landmark) -> list[Point]:
        """The points that meet nothing in the doctrine: neither a question nor a criterion."""
        return [point for point in landmark.points if not (point.questions or point.criteria or point.prohibitions)]

    def unmatched(self) -> list[Section]:
        """The criteria that no principle of the other authority is set beside."""
        matched = {name for principle in self.principles.principles for name in principle.criteria}
        return [section for section in self.doctrine.criteria if section.id not in matched]

    def reading(self, principle: Principle) -> Interpretation:
        """What the other doctrine, as this project reads it, says of a principle."""
        return next(one for one in self.other.interpretations if one.id == principle.reading)


def roll_of(kit: Kit, name: str | None) -> Roll:
    """A list of participants of the concertation kit."""
    return next(roll for roll in kit.participants if roll.id == name)


def lines_of(landmark: Landmark, doctrine: Doctrine) -> list[Line]:
    """Every red line of a doctrine beside a landmark, in the order of the doctrine."""
    extents = {extent.line: extent for extent in landmark.lines}
    forbidden = doctrine.prohibitions if landmark.article_5 else []
    return [
        Line(
            question,
            rule,
            tuple(item for item in forbidden if item.question == question.id and item.confidence != "low"),
            tuple(point for point in landmark.points if question.id in point.questions),
            extents.get(question.id),
        )
        for question, rule in Words(doctrine).red_lines()
    ]


# -- reading -------------------------------------------------------------------------------------------------------------------


def read_elsewhere(folder: Path, doctrine: Doctrine, kit: Kit) -> Elsewhere:
    """What a folder holds. Raises `SourceError` with the faults of all its files, each at its place."""
    files = {path.stem: path for path in data_files(folder)}
    faults, untold = [_unknown(path) for name, path in files.items() if name not in PARTS], 0
    faults += [_missing(folder, name) for name in PARTS if name not in files]
    found: dict[str, Any] = {}
    checks: Mapping[str, Callable[[Any], Faults]] = {
        "sources": lambda part: _check_sources(part, doctrine),
        "territoires": lambda part: _check_territories(part, doctrine, found),
        "reperes": lambda part: _check_landmarks(part, doctrine, kit, found),
        "principes": lambda part: _check_principles(part, doctrine),
    }
    for name, model in PARTS.items():
        if name not in files:
            continue
        try:
            found[name] = _read_one(files[name], model, checks[name])
        except SourceError as error:
            faults, untold = [*faults, *error.faults], untold + error.untold
    if faults:
        raise SourceError(faults, untold)
    beside: Neighbour = found["principes"]
    parts = (found["sources"].sources, found["territoires"].territories, found["reperes"].landmarks, beside)
    return Elsewhere(doctrine, kit, load(beside.beside), *parts)


def _read_one(path: Path, model: type[Read], check: Callable[[Read], Faults]) -> Read:
    def checked(part: Read) -> Faults:
        yield from check(part)
        yield from personal(document.data)

    document = read(read_file(path), str(path))
    return build(document, model, checked)


def _unknown(path: Path) -> Fault:
    return Fault("fiche-mal-nommee", f"fichier {quoted(path.name)}", choices([f"{name}.yml" for name in PARTS]), file=str(path))


def _missing(folder: Path, name: str) -> Fault:
    path = folder / f"{name}.yml"
    return Fault(
        "fichier-illisible", f"fichier introuvable : {quoted(path.name)}", "les quatre fichiers du dossier", file=str(path)
    )


def _unknown_id(path: tuple[str | int, ...], what: str, name: str, known: Sequence[str]) -> PathFault:
    return PathFault("identifiant-inconnu", path, f"{what} {quoted(name)}", choices(known), alike=(name, known))


def _twice(path: tuple[str | int, ...], names: Sequence[str], what: str = "identifiant") -> Faults:
    """The ids of a list that come more than once."""
    seen: Counter[str] = Counter()
    for rank, name in enumerate(names):
        seen[name] += 1
        if seen[name] == 2:
            yield PathFault("identifiant-en-double", (*path, rank, "id"), f"{what} {quoted(name)} déjà pris", "un autre")


def _check_sources(part: Sources, doctrine: Doctrine) -> Faults:
    yield from _twice(("sources",), [source.id for source in part.sources])
    known = {source.id for source in doctrine.sources}
    for rank, source in enumerate(part.sources):
        if source.id in known:
            told = f"source {quoted(source.id)} : la doctrine a déjà cet identifiant"
            yield PathFault("identifiant-en-double", ("sources", rank, "id"), told, "un autre, ou citer celle de la doctrine")
        if source.url is None:
            told = f"source {quoted(source.id)} sans adresse"
            yield PathFault("fait-sans-source", ("sources", rank), told, "« url » : où le fait a été lu", on_key=True)


def _facts(
    path: tuple[str | int, ...], facts: Sequence[Fact], known: Mapping[str, Source] | None, kinds: Sequence[str]
) -> Faults:
    for rank, fact in enumerate(facts):
        here = (*path, "facts", rank)
        if kinds and fact.kind not in kinds:
            yield PathFault(
                "valeur-inconnue",
                (*here, "kind"),
                f"nature inconnue {quoted(fact.kind)}",
                choices(kinds),
                alike=(fact.kind, kinds),
            )
        yield from _source(here, fact, known)


def _source(here: tuple[str | int, ...], fact: Fact, known: Mapping[str, Source] | None) -> Faults:
    """A fact rests on a source that exists, that was read after it, and that is worth as much."""
    if known is None:  # the file of sources is faulty, and says so itself
        return
    source = known.get(fact.source)
    if source is None:
        yield _unknown_id((*here, "source"), "source inconnue", fact.source, list(known))
        return
    if fact.date > str(source.checked_on):
        told = f"fait du {fact.date}, lu le {source.checked_on}"
        yield PathFault("dates-en-desordre", (*here, "date"), told, f"au plus tard {source.checked_on}")
    if _RANKS[fact.confidence] > _RANKS[source.confidence]:
        told = f"confiance {quoted(fact.confidence)}, d’une source de confiance {quoted(source.confidence)}"
        yield PathFault("valeur-impossible", (*here, "confidence"), told, f"au plus {quoted(source.confidence)}")


def _known(doctrine: Doctrine, found: Mapping[str, Any]) -> Mapping[str, Source] | None:
    if "sources" not in found:
        return None
    return {source.id: source for source in [*doctrine.sources, *found["sources"].sources]}


def _check_territories(part: Territories, doctrine: Doctrine, found: Mapping[str, Any]) -> Faults:
    yield from _twice(("territories",), [one.id for one in part.territories])
    taken: dict[str, str] = {}
    for rank, one in enumerate(part.territories):
        for name in one.names:
            if taken.setdefault(name, one.id) != one.id:
                told = f"nom {quoted(name)}, déjà celui de {quoted(taken[name])}"
                yield PathFault("identifiant-en-double", ("territories", rank, "name"), told, "un nom par territoire")
        yield from _facts(("territories", rank), one.facts, _known(doctrine, found), list(KINDS))


def _check_landmarks(part: Landmarks, doctrine: Doctrine, kit: Kit, found: Mapping[str, Any]) -> Faults:
    yield from _twice(("landmarks",), [one.id for one in part.landmarks])
    known = _known(doctrine, found)
    events, subjects = [event.id for event in doctrine.timeline], [item.id for item in doctrine.discrepancies]
    for rank, one in enumerate(part.landmarks):
        here = ("landmarks", rank)
        if one.id in (*RESERVED, *embedded()):
            expected = f"autre chose que {choices([*RESERVED, *embedded()])}"
            yield PathFault("fiche-mal-nommee", (*here, "id"), f"identifiant {quoted(one.id)}, pris par une page", expected)
        yield from _facts(here, one.facts, known, ())
        for place, name in enumerate(one.events):
            if name not in events:
                yield _unknown_id((*here, "events", place), "date inconnue", name, events)
        for place, name in enumerate(one.discrepancies):
            if name not in subjects:
                yield _unknown_id((*here, "discrepancies", place), "divergence inconnue", name, subjects)
        if not one.events and not any(fact.is_published for fact in one.facts):
            told = f"repère {quoted(one.id)} sans date"
            yield PathFault("fait-sans-source", here, told, "« events », ou un fait avec sa source et sa date", on_key=True)
        for place, point in enumerate(one.points):
            yield from _point((*here, "points", place), point, doctrine, known)
        yield from _lines(here, one, doctrine)
        for place, listing in enumerate(one.lists):
            yield from _listing((*here, "lists", place), listing, kit, found)
    yield from _unnamed(part, kit, found)


def _point(here: tuple[str | int, ...], point: Point, doctrine: Doctrine, known: Mapping[str, Source] | None) -> Faults:
    if known is not None and point.source not in known:
        yield _unknown_id((*here, "source"), "source inconnue", point.source, list(known))
    referred: Sequence[tuple[str, Sequence[str], str, Sequence[str]]] = (
        ("questions", point.questions, "question inconnue", list(doctrine.questions)),
        ("criteria", point.criteria, "critère inconnu", [section.id for section in doctrine.criteria]),
        ("prohibitions", point.prohibitions, "interdit inconnu", [item.id for item in doctrine.prohibitions]),
    )
    for key, names, what, existing in referred:
        for place, name in enumerate(names):
            if name not in existing:
                yield _unknown_id((*here, key, place), what, name, existing)


def _lines(here: tuple[str | int, ...], landmark: Landmark, doctrine: Doctrine) -> Faults:
    """Each red line that is met is read once, and no other is."""
    met = [line.question.id for line in lines_of(landmark, doctrine) if line.is_met]
    told = [extent.line for extent in landmark.lines]
    for rank, name in enumerate(told):
        if name not in met:
            what = "ligne rouge que ce repère ne rencontre pas"
            yield PathFault(
                "identifiant-inconnu", (*here, "lines", rank, "line"), f"{what} : {quoted(name)}", choices(met) or "aucune"
            )
        elif name in told[:rank]:
            yield PathFault(
                "identifiant-en-double",
                (*here, "lines", rank, "line"),
                f"ligne rouge {quoted(name)} déjà lue",
                "une seule lecture",
            )
    for name in met:
        if name not in told:
            expected = "une entrée de « lines », avec line, extent et because"
            yield PathFault("cle-manquante", here, f"ligne rouge {quoted(name)} rencontrée, sans lecture", expected, on_key=True)


def _listing(here: tuple[str | int, ...], listing: Listing, kit: Kit, found: Mapping[str, Any]) -> Faults:
    if listing.kind not in KINDS:
        told = f"nature inconnue {quoted(listing.kind)}"
        yield PathFault("valeur-inconnue", (*here, "kind"), told, choices(list(KINDS)), alike=(listing.kind, KINDS))
    rolls = [roll.id for roll in kit.participants if roll.names]
    if bool(listing.roll) == bool(listing.names):
        expected = "« roll », une liste du kit, ou « names » avec date et source"
        yield PathFault("cle-manquante", here, "liste sans noms, ou avec deux origines", expected, on_key=True)
    elif listing.roll and listing.roll not in rolls:
        yield _unknown_id((*here, "roll"), "liste inconnue", listing.roll, rolls)
    elif listing.names and not (listing.date and listing.source):
        yield PathFault("fait-sans-source", here, "liste de noms sans date ou sans source", "« date » et « source »", on_key=True)


def _unnamed(part: Landmarks, kit: Kit, found: Mapping[str, Any]) -> Faults:
    """Each name of a list is a territory's, and each territory has something to say."""
    if "territoires" not in found:
        return
    territories: Sequence[Territory] = found["territoires"].territories
    owner = {name: one.id for one in territories for name in one.names}
    rolls, listed = {roll.id: roll.names for roll in kit.participants}, set[str]()
    for rank, landmark in enumerate(part.landmarks):
        for place, listing in enumerate(landmark.lists):
            here = ("landmarks", rank, "lists", place)
            for spot, name in enumerate(listing.names or rolls.get(listing.roll or "", [])):
                if name not in owner:
                    path = (*here, "names", spot) if listing.names else (*here, "roll")
                    yield _unknown_id(path, "nom qu’aucun territoire ne porte", name, list(owner))
                else:
                    listed.add(owner[name])
    for one in territories:
        if one.id not in listed and not one.facts:
            expected = "un fait dans « territoires », ou un nom dans une liste"
            yield PathFault("fait-sans-source", ("landmarks",), f"rien n’est dit de {quoted(one.id)}", expected, on_key=True)


def _check_principles(part: Neighbour, doctrine: Doctrine) -> Faults:
    if part.beside not in embedded():
        yield _unknown_id(("beside",), "doctrine inconnue", part.beside, embedded())
        return
    other = load(part.beside)
    texts = {text.id: text.quote for text in other.texts}
    if part.text not in texts:
        yield _unknown_id(("text",), "citation inconnue", part.text, list(texts))
        return
    yield from _twice(("principles",), [principle.id for principle in part.principles])
    if (cut := ", ".join(principle.words for principle in part.principles)) != texts[part.text]:
        told = f"mots {quoted(cut)}, qui ne sont pas ceux de la citation"
        yield PathFault("valeur-inconnue", ("principles",), told, quoted(texts[part.text], 200), on_key=True)
    sections, readings = [section.id for section in other.sections], [one.id for one in other.interpretations]
    if [principle.id for principle in part.principles] != sections:
        told = f"principes {choices([principle.id for principle in part.principles])}"
        yield PathFault(
            "identifiant-inconnu", ("principles",), told, f"ceux de l’autre doctrine : {choices(sections)}", on_key=True
        )
    criteria = [section.id for section in doctrine.criteria]
    for rank, principle in enumerate(part.principles):
        for place, name in enumerate(principle.criteria):
            if name not in criteria:
                yield _unknown_id(("principles", rank, "criteria", place), "critère inconnu", name, criteria)
        if principle.reading not in readings:
            yield _unknown_id(("principles", rank, "reading"), "lecture inconnue", principle.reading, readings)


def checked_days(elsewhere: Elsewhere) -> tuple[datetime.date, datetime.date]:
    """The first and the last day that a source of the folder was read."""
    days = [source.checked_on for source in elsewhere.sources]
    return min(days), max(days)
