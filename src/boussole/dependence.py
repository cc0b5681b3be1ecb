"""The diagnosis of dependency: its questionnaire, what a tool's answers give, and the promises proved of it.

A proposal of this project, read from ``diagnostics/dependance.yml``; the sums are those of `boussole.points`.
"""

import datetime
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache, cached_property
from pathlib import Path
from typing import Annotated, Any, Literal

from boussole.errors import Fault, PathFault, choices, quoted
from boussole.model import NSP, Doctrine, Id, SectionedId, VersionName
from boussole.model import Question as Fed
from boussole.parsing import build, locate
from boussole.points import Item, fewest, gains, heaviest, totals, unknown
from boussole.positions import read
from boussole.shapes import AtLeast, Origin, Sized

SOURCE = Path(__file__).parent / "diagnostics" / "dependance.yml"
FULL = 100  # the index of a tool whose every answer is the worst

Faults = Iterator[PathFault]


@dataclass(frozen=True, kw_only=True, eq=False)
class Identity:
    """Which questionnaire this is, and what is said wherever it is shown."""

    id: Id
    name: str
    version: VersionName
    date: datetime.date
    notice: str
    source: Id  # the source of the doctrine that tells of the tool this one is not


@dataclass(frozen=True, kw_only=True, eq=False)
class Band:
    """A slice of the index, up to ``max``, included."""

    id: Id
    label: str
    max: Annotated[int, AtLeast(1)]
    meaning: str


@dataclass(frozen=True, kw_only=True, eq=False)
class Family:
    """A kind of tools, by which an authority sees all of its own."""

    id: Id
    label: str
    plain: str


@dataclass(frozen=True, kw_only=True, eq=False)
class Choice:
    """A possible answer: from 0, hardly dependent, to the worst."""

    label: str
    points: Annotated[int, AtLeast(0)]


@dataclass(frozen=True, kw_only=True, eq=False)
class Question:
    """One question, whose options go from the best to the worst. ``short`` names it in a list."""

    id: Id
    short: str
    ask: str
    why: str
    weight: Annotated[int, AtLeast(1)] = 1
    evidence: str | None = None
    references: list[Id] = field(default_factory=list)
    options: Annotated[dict[Id, Choice], Sized(2)]
    remedy: str

    @cached_property
    def best(self) -> int:
        """The fewest points it offers."""
        return min(choice.points for choice in self.options.values())

    @cached_property
    def worst(self) -> int:
        """The most points it offers: what not knowing counts."""
        return max(choice.points for choice in self.options.values())


@dataclass(frozen=True, kw_only=True, eq=False)
class Feed:
    """The question of a doctrine that the index helps to answer, and how."""

    question: SectionedId
    because: str


@dataclass(frozen=True, kw_only=True, eq=False)
class Promise:
    """What is promised of every tool that holds one of the premises; ``otherwise`` answers the other questions."""

    id: Id
    claim: str
    because: str
    otherwise: Literal["best", "nsp"] | None = None
    premises: Annotated[list[dict[Id, str]], Sized(1)]
    bands: Annotated[list[Id], Sized(1)]
    reaches: list[Id] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True, eq=False)
class Need:
    """What people look for, in a family of tools."""

    id: Id
    label: str
    family: Id


@dataclass(frozen=True, kw_only=True, eq=False)
class Dependence:
    """The whole questionnaire. Sound: its points grow, its bands cover the index, its promises hold."""

    diagnostic: Identity
    bands: Annotated[list[Band], Sized(2)]
    families: Annotated[list[Family], Sized(1)]
    questions: Annotated[list[Question], Sized(1)]
    urgency: Question
    feeds: Feed | None = None
    promises: list[Promise] = field(default_factory=list)
    needs: list[Need] = field(default_factory=list)

    @cached_property
    def asked(self) -> Mapping[str, Question]:
        """Every question by id, the urgency last."""
        return {question.id: question for question in (*self.questions, self.urgency)}

    @cached_property
    def most(self) -> int:
        """The points of a tool whose every answer is the worst."""
        return sum(question.weight * question.worst for question in self.questions)

    @cached_property
    def labels(self) -> Mapping[str, str]:
        """What families and needs are called, by id."""
        return {item.id: item.label for item in self.families} | {item.id: item.label for item in self.needs}

    def index(self, total: int) -> Fraction:
        """The index of a sum of points, from 0 to 100: exact."""
        return Fraction(FULL * total, self.most)

    def band_of(self, index: Fraction) -> Band:
        """The band an index falls in."""
        return next(band for band in self.bands if index <= band.max)

    def limit(self, band: Band) -> int:
        """The most points a tool of a band has."""
        return band.max * self.most // FULL

    def label_of(self, question: str, given: Any) -> str:
        """An answer in words."""
        options = self.asked[question].options
        first, *others = ["Je ne sais pas" if name == NSP else options[name].label for name in _listed(given)]
        return " ou ".join([first, *(label[0].lower() + label[1:] for label in others)])


def _listed(given: Any) -> list[str]:
    return list(given) if isinstance(given, list | tuple) else [given]


# -- what some answers give ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Finding:
    """What the answers of one tool give: the index lies between two bounds, and only some bands are attainable."""

    dependence: Dependence
    answers: Mapping[str, Any]

    @cached_property
    def items(self) -> tuple[Item, ...]:
        """The questions of the index, as the algebra sees them."""
        return tuple(_item(question, self.answers.get(question.id)) for question in self.dependence.questions)

    @cached_property
    def totals(self) -> tuple[int, ...]:
        """Every sum of points that the answers allow."""
        return totals(self.items)

    @property
    def least(self) -> Fraction:
        """The lowest index the answers allow."""
        return self.dependence.index(self.totals[0])

    @property
    def most(self) -> Fraction:
        """The highest one."""
        return self.dependence.index(self.totals[-1])

    @property
    def is_settled(self) -> bool:
        """Whether the index is one number."""
        return len(self.totals) == 1

    @cached_property
    def bands(self) -> tuple[Band, ...]:
        """The bands that the answers allow, the best first: exact, a band between two others may be out of reach."""
        reached = {self.dependence.band_of(self.dependence.index(total)).id for total in self.totals}
        return tuple(band for band in self.dependence.bands if band.id in reached)

    @property
    def heaviest(self) -> list[Question]:
        """The three answers that weigh most."""
        return self._questions(heaviest(self.items))

    @property
    def changes(self) -> list[tuple[Question, Fraction]]:
        """The answers to better, with how much each takes off the index, the largest first."""
        return [(self.dependence.asked[item.name], self.dependence.index(item.gain)) for item in gains(self.items)]

    @property
    def unknown(self) -> list[Question]:
        """The questions left to answer, first those that may move the index most."""
        return self._questions(unknown(self.items))

    @property
    def gaps(self) -> list[Question]:
        """The questions whose answer is « je ne sais pas »: they count as the worst, and ask for someone to find out."""
        return [question for name, question in self.dependence.asked.items() if NSP in _listed(self.answers.get(name))]

    def fewest(self, band: Band) -> list[Question] | None:
        """The fewest answers to better for the tool to be in a band or a better one; None when that is not enough."""
        found = fewest(self.items, self.dependence.limit(band))
        return None if found is None else self._questions(found)

    @cached_property
    def priority(self) -> tuple[Fraction, Fraction]:
        """From 0 to 200: the index, up to twice as much when the service would stop at once. It only ranks tools."""
        urgency = self.dependence.urgency
        found = _item(urgency, self.answers.get(urgency.id)).possible
        lowest, highest = (1 + Fraction(points, urgency.worst) for points in (min(found), max(found)))
        return self.least * lowest, self.most * highest

    def _questions(self, items: Iterable[Item]) -> list[Question]:
        return [self.dependence.asked[item.name] for item in items]


def _item(question: Question, given: Any) -> Item:
    offered = tuple(choice.points for choice in question.options.values())
    if given is None:
        return Item(question.id, question.weight, offered, frozenset(offered), is_open=True)
    points = (question.worst if name == NSP else question.options[name].points for name in _listed(given))
    return Item(question.id, question.weight, offered, frozenset(points))


# -- promises ------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Proof:
    """What was computed of one premise: the bands that every tool holding it obtains."""

    premise: Mapping[str, str]
    finding: Finding

    @property
    def bands(self) -> tuple[str, ...]:
        return tuple(band.id for band in self.finding.bands)


def prove(dependence: Dependence, promise: Promise) -> list[Proof]:
    """Prove a promise, premise by premise, over every way to answer the other questions."""
    otherwise: dict[str, str] = {}
    if promise.otherwise:
        otherwise = {question.id: _otherwise(question, promise.otherwise) for question in dependence.questions}
    return [Proof(premise, Finding(dependence, {**otherwise, **premise})) for premise in promise.premises]


def _otherwise(question: Question, kind: str) -> str:
    return NSP if kind == "nsp" else next(iter(question.options))


# -- reading -------------------------------------------------------------------------------------------------------------------


@cache
def load_dependence() -> Dependence:
    """The questionnaire that comes with the program. Raises `SourceError`, with every fault, when it is not sound."""
    return read_dependence(SOURCE.read_text(encoding="utf-8"), SOURCE.name)


def read_dependence(text: str, name: str) -> Dependence:
    """The questionnaire a YAML text describes; ``name`` stands for the file in messages."""
    return build(read(text, name), Dependence, _check, only_whole=True)


def _check(dependence: Dependence) -> Faults:
    found = [*_unique(dependence), *_points(dependence), *_bands(dependence), *_needs(dependence)]
    yield from found
    if not found:
        yield from _promises(dependence)


def _unique(dependence: Dependence) -> Faults:
    for part in ("bands", "families", "questions", "promises", "needs"):
        seen = {dependence.urgency.id} if part == "questions" else set()
        for rank, item in enumerate(getattr(dependence, part)):
            if item.id in seen:
                told = f"identifiant {quoted(item.id)} déjà pris"
                yield PathFault("identifiant-en-double", (part, rank, "id"), told, "un identifiant neuf")
            seen.add(item.id)


def _points(dependence: Dependence) -> Faults:
    """Points start at 0 and grow: bettering an answer then never raises the index, and « je ne sais pas » is the worst."""
    places = [(("questions", rank), question) for rank, question in enumerate(dependence.questions)]
    for path, question in [*places, (("urgency",), dependence.urgency)]:
        points = [choice.points for choice in question.options.values()]
        if points[0] != 0 or points != sorted(set(points)):
            told = f"points {', '.join(map(str, points))} pour {quoted(question.id)}"
            yield PathFault("bareme-incoherent", (*path, "options"), told, "des points qui partent de 0 et qui augmentent")
        if NSP in question.options:
            told = f"option {quoted(NSP)} réservée à « je ne sais pas »"
            yield PathFault("bareme-incoherent", (*path, "options", NSP), told, "un autre identifiant", on_key=True)


def _bands(dependence: Dependence) -> Faults:
    limits = [band.max for band in dependence.bands]
    for rank, (before, limit) in enumerate(zip([0, *limits], limits, strict=False)):
        if limit <= before:
            yield PathFault("bareme-incoherent", ("bands", rank, "max"), f"borne {limit} après {before}", "une borne plus haute")
    if limits[-1] != FULL:
        yield PathFault("bareme-incoherent", ("bands", len(limits) - 1, "max"), f"dernière borne {limits[-1]}", str(FULL))


def _needs(dependence: Dependence) -> Faults:
    families = [family.id for family in dependence.families]
    for rank, need in enumerate(dependence.needs):
        if need.family not in families:
            yield _unknown("famille inconnue", need.family, families, ("needs", rank, "family"))


def _unknown(what: str, name: str, known: Collection[str], path: tuple[str | int, ...], on_key: bool = False) -> PathFault:
    told = f"{what} {quoted(name)}"
    return PathFault("identifiant-inconnu", path, told, choices(known), alike=(name, known), on_key=on_key)


def _promises(dependence: Dependence) -> Faults:
    bands = [band.id for band in dependence.bands]
    for rank, promise in enumerate(dependence.promises):
        path = ("promises", rank)
        names = [(part, place, name) for part in ("bands", "reaches") for place, name in enumerate(getattr(promise, part))]
        found = [
            _unknown("bande inconnue", name, bands, (*path, part, place)) for part, place, name in names if name not in bands
        ]
        for place, premise in enumerate(promise.premises):
            found += check_answers(dependence, premise, (*path, "premises", place))
        yield from found
        if not found:
            yield from _broken(dependence, promise, path)


def _broken(dependence: Dependence, promise: Promise, path: tuple[str | int, ...]) -> Faults:
    """What a promise says and the sums do not."""
    proofs = prove(dependence, promise)
    for place, proof in enumerate(proofs):
        outside = [name for name in proof.bands if name not in promise.bands]
        if outside:
            told = f"cette hypothèse permet aussi {choices([quoted(name) for name in outside])}"
            yield PathFault("garantie-fausse", (*path, "premises", place), told, choices(promise.bands))
    for place, name in enumerate(promise.reaches):
        if not any(name in proof.bands for proof in proofs):
            yield PathFault(
                "garantie-fausse", (*path, "reaches", place), f"{quoted(name)} n’est jamais atteinte", "une bande atteinte"
            )


def check_answers(dependence: Dependence, answers: Mapping[str, Any], path: tuple[str | int, ...] = ()) -> list[PathFault]:
    """The answers that the questionnaire does not know."""
    found = []
    for name, given in answers.items():
        if name not in dependence.asked:
            found.append(_unknown("question inconnue", name, dependence.asked, (*path, name), on_key=True))
        else:
            found += _check_answer(dependence.asked[name], given, (*path, name))
    return found


def _check_answer(question: Question, given: Any, path: tuple[str | int, ...]) -> list[PathFault]:
    known = (*question.options, NSP)
    positions = [((*path, rank), one) for rank, one in enumerate(given)] if isinstance(given, list) else [(path, given)]
    if not positions:
        return [PathFault("valeur-vide", path, f"aucune réponse à {quoted(question.id)}", choices(known))]
    wrong = [(place, one) for place, one in positions if not isinstance(one, str) or one not in known]
    return [
        PathFault("reponse-inconnue", place, f"réponse inconnue {quoted(one)}", choices(known), alike=(str(one), known))
        for place, one in wrong
    ]


# -- beside a doctrine ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What an index suggests to answer to a question of a doctrine; None while several answers are possible."""

    question: str
    options: tuple[str, ...]

    @property
    def option(self) -> str | None:
        return self.options[0] if len(self.options) == 1 else None


def suggest(dependence: Dependence, doctrine: Doctrine, finding: Finding) -> Suggestion | None:
    """The answers to the doctrine's own question that the index allows. Nothing is answered: a person does that."""
    question = fed(dependence, doctrine)
    if question is None:
        return None
    found = (question.band_of(float(dependence.index(total))) for total in finding.totals)
    return Suggestion(question.id, tuple(dict.fromkeys(name for name in found if name)))


def fed(dependence: Dependence, doctrine: Doctrine) -> Fed | None:
    """The question of a doctrine that the index helps to answer, or None when this doctrine does not ask it in numbers."""
    question = doctrine.questions.get(dependence.feeds.question) if dependence.feeds else None
    return question if question and question.bands else None


def check_beside(dependence: Dependence, doctrine: Doctrine) -> list[PathFault]:
    """What keeps the questionnaire from standing beside a doctrine: a question that would refuse a use by the index alone."""
    question = fed(dependence, doctrine)
    if question is None or all(band.effect != doctrine.levels[-1] for band in question.choices.values()):
        return []
    told = f"{quoted(question.id)} refuserait un usage par l’indice seul"
    return [PathFault("garantie-fausse", ("feeds", "question"), told, "une question qui ne refuse jamais")]


def check_sources(dependence: Dependence, doctrine: Doctrine) -> list[PathFault]:
    """The sources that the questionnaire names and a doctrine does not have: its pages then leave them out."""
    known = [source.id for source in doctrine.sources]
    named: list[tuple[tuple[str | int, ...], str]] = [(("diagnostic", "source"), dependence.diagnostic.source)]
    named += [
        (("questions", rank, "references", place), name)
        for rank, question in enumerate(dependence.questions)
        for place, name in enumerate(question.references)
    ]
    return [_unknown("source inconnue", name, known, path) for path, name in named if name not in known]


def placed(faults: list[PathFault]) -> list[Fault]:
    """Faults of the questionnaire that comes with the program, at their place in its file."""
    return locate(read(SOURCE.read_text(encoding="utf-8"), SOURCE.name), faults, Origin()) if faults else []
