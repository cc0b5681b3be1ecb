"""The diagnosis of one tool, file by file: what it answers year after year, what it costs; and a whole authority's, by family.

The files stand in a folder beside the register. Text in them comes from anyone: it is data, never markup.
"""

import datetime
import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, fields, replace
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal

from boussole.dependence import Band, Dependence, Finding, check_answers
from boussole.errors import Fault, PathFault, SourceError, choices, quoted
from boussole.loading import SUFFIXES, read_file, read_folder
from boussole.model import Answers, Id, Url
from boussole.parsing import build
from boussole.points import Weighed, weighted_mean
from boussole.positions import read
from boussole.shapes import Sized
from boussole.vetting import unfit

FOLDER = "dependance"
CARRIER = '<script type="application/json" id="boussole-diagnostic">'  # what a document carries its data in
RESERVED = ("index", "diagnostic", "ensemble", "donnees")  # names of pages that are no tool's

Faults = Iterator[PathFault]


@dataclass(frozen=True, kw_only=True)
class Reference:
    """Where something said here comes from."""

    title: str
    date: datetime.date | None = None
    url: Url | None = None


@dataclass(frozen=True, kw_only=True)
class Review:
    """What was answered of a tool on a day. ``spending``: euros a year, taxes included; up to ``spending_up_to`` when it is not
    known better. An answer is an option, several when people disagree, or « nsp » when nobody knows."""

    on: datetime.date
    spending: float | None = None
    spending_up_to: float | None = None
    answers: Answers = field(default_factory=dict)
    notes: dict[Id, str] = field(default_factory=dict)
    sources: list[Reference] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Diagnosis:
    """One tool of an authority. ``reviews`` go from the oldest to the latest; ``use`` names its page in the register."""

    id: Id
    title: str
    kind: Literal["real", "example"]
    family: Id
    authority: str | None = None
    service: str | None = None
    summary: str | None = None
    use: Id | None = None
    reviews: Annotated[list[Review], Sized(1)]

    @property
    def latest(self) -> Review:
        """What was last answered."""
        return self.reviews[-1]

    def at(self, year: int) -> Review | None:
        """What was last answered by the end of a year."""
        found = [review for review in self.reviews if review.on.year <= year]
        return found[-1] if found else None

    def answer(self, question: str, given: Any, today: datetime.date) -> "Diagnosis":
        """The same with one answer more, on a day."""
        answers = {**self.latest.answers, question: given}
        return replace(self, reviews=[*self.reviews[:-1], replace(self.latest, on=today, answers=answers)])

    def to_data(self) -> dict[str, Any]:
        """What its file holds, without what is empty."""
        found: dict[str, Any] = _plain(self)
        return found


def _plain(value: Any) -> Any:
    match value:
        case Diagnosis() | Review() | Reference():
            parts = {part.name: getattr(value, part.name) for part in fields(value)}
            return {name: _plain(part) for name, part in parts.items() if part not in (None, [], {})}
        case list():
            return [_plain(item) for item in value]
        case datetime.date():
            return value.isoformat()
        case _:
            return value


def new_diagnosis(name: str, title: str, family: str, today: datetime.date) -> Diagnosis:
    """The diagnosis of a real tool that nobody answered yet."""
    return Diagnosis(id=name, title=title, kind="real", family=family, reviews=[Review(on=today)])


def write_diagnosis(diagnosis: Diagnosis) -> str:
    """A diagnosis as JSON, which is YAML too: what the page that fills it hands over."""
    return json.dumps(diagnosis.to_data(), ensure_ascii=False, indent=2) + "\n"


# -- reading -------------------------------------------------------------------------------------------------------------------


def load_diagnosis(path: str | Path, dependence: Dependence) -> Diagnosis:
    """The diagnosis a file holds. Raises `SourceError`, with every fault at its place."""
    return read_diagnosis(read_file(path), str(path), dependence)


def read_diagnosis(
    text: str, name: str, dependence: Dependence, *, is_published: bool = False, uses: Collection[str] | None = None
) -> Diagnosis:
    """The diagnosis a YAML or JSON text holds; ``is_published`` also tells what keeps it from being published, and ``uses``, when
    they are known, whether the register has the page it leads to."""

    def check(diagnosis: Diagnosis) -> Faults:
        yield from _check(diagnosis, dependence)
        yield from _vet(diagnosis, name) if is_published else ()
        if uses is not None and diagnosis.use is not None and diagnosis.use not in uses:
            told = f"usage {quoted(diagnosis.use)} absent du registre"
            yield PathFault("identifiant-inconnu", ("use",), told, choices(uses), alike=(diagnosis.use, uses))

    stand_ins = {"id": Path(name).stem, "title": "x", "kind": "example", "family": dependence.families[0].id}
    return build(read(_carried(text, name), name), Diagnosis, check, stand_ins)


def _carried(text: str, name: str) -> str:
    """The data that a document carries, on the lines where it stands; any other text as it is."""
    if not text.lstrip("\ufeff \t\r\n")[:15].lower().startswith("<!doctype html"):
        return text
    before, found, after = text.partition(CARRIER)
    data, closed, _ = after.partition("</script>")
    if not found or not closed:
        told, expected = "document sans diagnostic", "un document écrit par « boussole dependence report », entier"
        raise SourceError([Fault("document-sans-dossier", told, expected, file=name)])
    return "\n" * before.count("\n") + data


def _check(diagnosis: Diagnosis, dependence: Dependence) -> Faults:
    families = [family.id for family in dependence.families]
    if diagnosis.family not in families:
        told = f"famille inconnue {quoted(diagnosis.family)}"
        yield PathFault("identifiant-inconnu", ("family",), told, choices(families), alike=(diagnosis.family, families))
    before: datetime.date | None = None
    for rank, review in enumerate(diagnosis.reviews):
        path = ("reviews", rank)
        yield from check_answers(dependence, review.answers, (*path, "answers"))
        yield from _notes(dependence, review, (*path, "notes"))
        yield from _spending(review, path)
        if before and review.on <= before:
            told = f"revue du {review.on} après celle du {before}"
            yield PathFault("dates-en-desordre", (*path, "on"), told, "les revues de la plus ancienne à la plus récente")
        before = review.on


def _notes(dependence: Dependence, review: Review, path: tuple[str | int, ...]) -> Faults:
    for name in review.notes:
        if name not in dependence.asked:
            told, known = f"question inconnue {quoted(name)}", dependence.asked
            yield PathFault("identifiant-inconnu", (*path, name), told, choices(known), alike=(name, known), on_key=True)


def _spending(review: Review, path: tuple[str | int, ...]) -> Faults:
    if review.spending is not None and review.spending < 0:
        yield PathFault("mauvais-type", (*path, "spending"), "dépense négative", "un montant en euros par an, 0 au moins")
    if review.spending_up_to is not None and review.spending_up_to < (review.spending or 0):
        told, least = f"dépense d’au plus {review.spending_up_to:g}", review.spending or 0
        yield PathFault("mauvais-type", (*path, "spending_up_to"), told, f"un montant d’au moins {least:g}")


def _vet(diagnosis: Diagnosis, name: str) -> Faults:
    """What keeps a diagnosis from being published."""
    stem = Path(name).stem
    if diagnosis.id != stem or diagnosis.id in RESERVED:
        taken = f"{quoted(diagnosis.id)} est le nom d’une page" if diagnosis.id in RESERVED else f"dans le fichier {quoted(stem)}"
        told = f"identifiant {quoted(diagnosis.id)} : {taken}"
        yield PathFault("fiche-mal-nommee", ("id",), told, "le nom du fichier, sans sa fin")
    if diagnosis.kind == "real":
        for rank, review in enumerate(diagnosis.reviews):
            if review.answers and not review.sources:
                told = f"revue du {review.on} sans source"
                yield PathFault(
                    "fait-sans-source", ("reviews", rank), told, "d’où viennent les réponses d’un outil réel (sources)"
                )
    yield from unfit(diagnosis.to_data())


def read_diagnoses(folder: Path, dependence: Dependence) -> list[Diagnosis]:
    """The published diagnoses of a folder, which lead only to uses of the register beside it, when there is one."""
    uses = uses_beside(folder) or None
    return read_folder(folder, lambda text, name: read_diagnosis(text, name, dependence, is_published=True, uses=uses))


def uses_beside(folder: Path) -> list[str]:
    """The ids of the uses in the register beside a folder: the names of their files."""
    return sorted(path.stem for path in folder.resolve().parent.glob("registre/*") if path.suffix in SUFFIXES)


# -- the view of an authority --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Weighing:
    """The tools of one family, or all of them, by the end of a year: the mean of their indices, weighed by what they cost."""

    dependence: Dependence
    label: str
    year: int
    reviews: Sequence[tuple[Diagnosis, Review]]

    @cached_property
    def weighed(self) -> list[tuple[Diagnosis, Review]]:
        """The tools whose cost is known, at least between two bounds."""
        return [(tool, review) for tool, review in self.reviews if review.spending is not None]

    @property
    def unweighed(self) -> list[Diagnosis]:
        """The tools whose cost is unknown: they have no weight here, and that is told."""
        return [tool for tool, review in self.reviews if review.spending is None]

    @cached_property
    def bounds(self) -> tuple[Fraction, Fraction] | None:
        """The exact bounds of the index; None while no cost is known for certain."""
        return weighted_mean([_weighed(self.dependence, review) for _, review in self.weighed])

    @property
    def bands(self) -> tuple[Band, ...]:
        """From the band of the lower bound to that of the upper one."""
        if self.bounds is None:
            return ()
        first, last = (self.dependence.bands.index(self.dependence.band_of(bound)) for bound in self.bounds)
        return tuple(self.dependence.bands[first : last + 1])

    @property
    def spending(self) -> tuple[float, float]:
        """What these tools cost a year, at least and at most, in euros."""
        found = [spending_of(review) for _, review in self.weighed]
        return sum(low for low, _ in found), sum(high for _, high in found)


def spending_of(review: Review) -> tuple[float, float]:
    """What a tool costs a year, at least and at most, in euros."""
    least = review.spending or 0.0
    return least, least if review.spending_up_to is None else review.spending_up_to


def _weighed(dependence: Dependence, review: Review) -> Weighed:
    finding, (least, most) = Finding(dependence, review.answers), spending_of(review)
    return Weighed(finding.least, finding.most, Fraction(least), Fraction(most))


def years_of(diagnoses: Iterable[Diagnosis]) -> list[int]:
    """The years when something was answered, in order."""
    return sorted({review.on.year for tool in diagnoses for review in tool.reviews})


def weigh(dependence: Dependence, diagnoses: Sequence[Diagnosis], year: int) -> list[Weighing]:
    """Each family that has tools by the end of a year, in the order of the questionnaire, then all of them."""
    known = [(tool, review) for tool in diagnoses if (review := tool.at(year))]
    found = [
        Weighing(dependence, family.label, year, [(tool, review) for tool, review in known if tool.family == family.id])
        for family in dependence.families
    ]
    return [*(one for one in found if one.reviews), Weighing(dependence, "Ensemble", year, known)]


def by_priority(dependence: Dependence, diagnoses: Iterable[Diagnosis]) -> list[tuple[Diagnosis, Finding]]:
    """The tools with what their latest answers give, those to treat first at the head; then by name."""
    found = [(tool, Finding(dependence, tool.latest.answers)) for tool in diagnoses]
    return sorted(found, key=lambda pair: (-pair[1].priority[1], -pair[1].priority[0], pair[0].id))
