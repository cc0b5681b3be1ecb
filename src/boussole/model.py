"""What a doctrine is: frozen, typed, and sound once `boussole.load` has returned it."""

import datetime
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

NSP = "nsp"  # "ne sait pas": recorded in a dossier, takes no position, is never an option

SLUG = r"[a-z0-9]+(?:-[a-z0-9]+)*"


def _flag(value: object) -> bool:
    """``true`` or ``false`` only: ``oui`` and ``non`` are answers, never booleans."""
    if value in ("true", True):
        return True
    if value in ("false", False):
        return False
    raise PydanticCustomError("bool_parsing", "true or false")


Id = Annotated[str, StringConstraints(pattern=rf"^{SLUG}$", max_length=80)]
SectionedId = Annotated[str, StringConstraints(pattern=rf"^{SLUG}\.{SLUG}$", max_length=120)]
Text = Annotated[str, StringConstraints(min_length=1)]
PartialDate = Annotated[str, StringConstraints(pattern=r"^\d{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?$")]
Number = Annotated[float, Field(allow_inf_nan=False)]
Flag = Annotated[bool, BeforeValidator(_flag)]
Confidence = Literal["high", "medium", "low"]
Answers = dict[str, Any]  # read by `boussole.assessment.read_answers`, which knows the questions


class Part(BaseModel):
    """A piece of the source: unknown keys are refused, nothing changes once read."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Identity(Part):
    """Which doctrine this is."""

    id: Id
    name: Text
    authority: Text
    version: Text
    adopted: datetime.date
    notice: Text  # said wherever a proposal of the project stands beside official words


class Level(Part):
    """One opinion of the scale, which goes from the best to the worst."""

    id: Id
    label: Text
    meaning: Text
    gravity: Text  # what an answer that leads there is called: "ligne rouge", "réserve"…


class Source(Part):
    """A document that something here rests on."""

    id: Id
    kind: Literal["official", "law", "guidance", "press", "proposal"]
    title: Text
    citation: Text
    summary: Text
    binding: Literal["obligation", "bonne-pratique", "contexte"] | None = None
    date: PartialDate | None = None
    applies_from: datetime.date | None = None
    note: Text | None = None
    confidence: Confidence
    checked_on: datetime.date
    url: Annotated[str, StringConstraints(pattern=r"^https://[^\s<>\"]+$")] | None = None


class Quotation(Part):
    """Official words, word for word."""

    id: Id
    chapter: Id
    label: Text
    source: Id
    quote: Text


class Chapter(Part):
    """A part of a document: the quotations that name it, under one title."""

    id: Id
    title: Text
    plain: Text | None = None


class Document(Part):
    """A page of official words: which chapters, in which order; ``id`` is its address."""

    id: Id
    title: Text
    plain: Text
    chapters: Annotated[list[Chapter], Field(min_length=1)]


class Role(Part):
    """Someone who answers."""

    id: Id
    label: Text
    plain: Text


class Option(Part):
    """One possible answer. No ``effect`` means the best level of the scale."""

    label: Text | None = None
    effect: Id | None = None
    because: Text | None = None
    remedy: Text | None = None
    justify: Flag = False


class Band(Option):
    """A slice of numbers that stands for one option: up to ``max``, included; ``min`` on the first band only."""

    min: Number | None = None
    max: Number | None = None


class Question(Part):
    """One question, its possible answers, and the one question it may depend on."""

    id: SectionedId
    ask: Text
    why: Text
    when: Annotated[dict[str, Annotated[list[str], Field(min_length=1)]], Field(min_length=1, max_length=1)] | None = None
    asked_of: Annotated[list[Id], Field(min_length=1)]
    evidence: Text | None = None
    references: list[Id] = []
    unit: Text | None = None
    options: Annotated[dict[Id, Option], Field(min_length=1)] | None = None
    bands: Annotated[dict[Id, Band], Field(min_length=1)] | None = None

    @cached_property
    def choices(self) -> Mapping[str, Option]:
        """The options, or the bands, by id."""
        return self.options or self.bands or {}

    @cached_property
    def parent(self) -> str | None:
        """The question that must be answered in a certain way for this one to be asked."""
        return next(iter(self.when)) if self.when else None

    def band_of(self, value: float) -> str | None:
        """The band a number falls in, or None when it falls in none."""
        for name, band in (self.bands or {}).items():
            if band.min is not None and value < band.min:
                return None
            if band.max is None or value <= band.max:
                return name
        return None

    def label_of(self, option: str) -> str:
        """The words shown for an option."""
        return self.choices[option].label or option.replace("-", " ").capitalize()


class Indicator(Part):
    """What is measured for a criterion, and how."""

    id: SectionedId
    name: Text
    unit: Text
    how: Text
    direction: Literal["up", "down", "zero", "follow"]
    target: Text | None = None
    when: Annotated[list[Literal["before", "during", "after"]], Field(min_length=1)]
    references: list[Id] = []


class Section(Part):
    """The profile, the common rule or a criterion."""

    id: Id
    number: Annotated[int, Field(ge=1)] | None = None
    label: Text
    text: Id | None = None
    plain: Text
    indicators: list[Indicator] = []
    questions: Annotated[list[Question], Field(min_length=1)]


class Guarantee(Part):
    """A promise about every dossier that holds one of the premises; proved, not tested."""

    id: Id
    claim: Text
    because: Text
    text: Id | None = None  # the quotation that makes the promise
    premises: Annotated[list[dict[str, Any]], Field(min_length=1)]
    opinions: Annotated[list[Id], Field(min_length=1)]  # no dossier obtains anything else
    reaches: list[Id] = []  # each of these is obtained by at least one dossier


class TurningPoint(Part):
    """The answers to change in a case, and the opinion it then obtains."""

    answers: Answers
    opinion: Id
    because: Text


class Case(Part):
    """An invented use, worked through. ``otherwise: best``: each other question asked gets its first option without effect."""

    id: Id
    title: Text
    summary: Text
    domain: Text
    answers: Answers
    otherwise: Literal["best"] | None = None
    notes: dict[str, Text] = {}
    opinion: Id
    because: Text
    turning_point: TurningPoint


class Prohibition(Part):
    """A practice forbidden by article 5 of the European regulation."""

    id: Id
    point: Text
    practice: Text
    example: Text
    applies_from: datetime.date
    question: SectionedId
    source: Id
    confidence: Confidence


class HighRisk(Part):
    """A domain of annex III that may concern a metropolis."""

    id: Id
    point: Text
    domain: Text
    examples: Text
    source: Id
    confidence: Confidence


class Term(Part):
    """A word of the glossary."""

    id: Id
    term: Text
    definition: Text


class Event(Part):
    """A dated fact."""

    id: Id
    date: PartialDate
    label: Text
    event: Text
    sources: Annotated[list[Id], Field(min_length=1)]
    confidence: Confidence


class Saying(Part):
    """What one source says, in our own words."""

    source: Id
    text: Text


class Discrepancy(Part):
    """Where the sources disagree."""

    id: Id
    subject: Text
    says: Annotated[list[Saying], Field(min_length=1)]
    treatment: Text


class Interpretation(Part):
    """A choice this project made, and what another authority may choose."""

    id: Id
    subject: Text
    choice: Text
    otherwise: Text


class Unverified(Part):
    """What could not be checked, so is not published as a fact."""

    id: Id
    subject: Text
    state: Text


@dataclass(frozen=True, slots=True)
class Node:
    """A question as the algebra sees it: ranks and indices only. ``children[o]`` are asked when option ``o`` is held."""

    id: str
    section: int
    options: tuple[str, ...]
    effects: tuple[int, ...]
    parent: int
    via: int  # bit mask of the parent's options
    children: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class Forest:
    """Every question, in the order of the source. ``order`` lists parents before children."""

    nodes: tuple[Node, ...]
    index: Mapping[str, int]
    order: tuple[int, ...]
    roots: tuple[int, ...]
    levels: tuple[str, ...]
    sections: tuple[str, ...]


class Doctrine(Part):
    """A whole doctrine. Sound: every id it refers to exists, every case and guarantee in it holds."""

    doctrine: Identity
    scale: Annotated[list[Level], Field(min_length=2, max_length=16)]
    sources: list[Source] = []
    documents: list[Document] = []
    texts: list[Quotation] = []
    roles: Annotated[list[Role], Field(min_length=1)]
    sections: Annotated[list[Section], Field(min_length=1)]
    guarantees: list[Guarantee] = []
    cases: list[Case] = []
    prohibitions: list[Prohibition] = []
    high_risk: list[HighRisk] = []
    glossary: list[Term] = []
    timeline: list[Event] = []
    discrepancies: list[Discrepancy] = []
    interpretations: list[Interpretation] = []
    unverified: list[Unverified] = []
    retired: dict[str, Text] = {}

    @cached_property
    def questions(self) -> Mapping[str, Question]:
        """Every question by id, in the order of the source."""
        return {question.id: question for section in self.sections for question in section.questions}

    @cached_property
    def levels(self) -> tuple[str, ...]:
        """The ids of the scale, the best first."""
        return tuple(level.id for level in self.scale)

    @cached_property
    def criteria(self) -> tuple[Section, ...]:
        """The numbered sections, in their order."""
        return tuple(section for section in self.sections if section.number is not None)

    def section_of(self, question: str) -> Section:
        """The section that holds a question."""
        return self.section(question.partition(".")[0])

    def section(self, name: str) -> Section:
        return self._sections[name]

    def level(self, name: str) -> Level:
        return self.scale[self.levels.index(name)]

    def source(self, name: str) -> Source:
        return self._sources[name]

    def text(self, name: str) -> Quotation:
        return self._texts[name]

    def role(self, name: str) -> Role:
        return self._roles[name]

    def case(self, name: str) -> Case:
        return self._cases[name]

    def title_of(self, section: Section) -> str:
        """The official title of a section, word for word; its own label when it has none."""
        return self.text(section.text).quote if section.text else section.label

    def effect_of(self, question: str, option: str) -> Level:
        """The level an option leads to."""
        return self.level(self.questions[question].choices[option].effect or self.levels[0])

    @cached_property
    def _sections(self) -> Mapping[str, Section]:
        return {section.id: section for section in self.sections}

    @cached_property
    def _sources(self) -> Mapping[str, Source]:
        return {source.id: source for source in self.sources}

    @cached_property
    def _texts(self) -> Mapping[str, Quotation]:
        return {text.id: text for text in self.texts}

    @cached_property
    def _roles(self) -> Mapping[str, Role]:
        return {role.id: role for role in self.roles}

    @cached_property
    def _cases(self) -> Mapping[str, Case]:
        return {case.id: case for case in self.cases}

    @cached_property
    def forest(self) -> Forest:
        """The questions as the algebra sees them."""
        return _forest(self)

    @cached_property
    def rules(self) -> dict[str, Any]:
        """The normative part alone, as plain data: what both evaluators read, and what the fingerprint covers."""
        return {
            "scale": list(self.levels),
            "questions": [_rule(self, section, question) for section in self.sections for question in section.questions],
        }

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of the normative part, in hexadecimal. Wording does not change it; an effect does."""
        return _digest({"id": self.doctrine.id, **self.rules})

    @cached_property
    def fingerprints(self) -> Mapping[str, str]:
        """The fingerprint of each question's meaning, 16 hexadecimal digits, by id."""
        return {rule["id"]: _digest(rule)[:16] for rule in self.rules["questions"]}


def _forest(doctrine: Doctrine) -> Forest:
    questions = list(doctrine.questions.values())
    index = {question.id: place for place, question in enumerate(questions)}
    sections = tuple(section.id for section in doctrine.sections)
    ranks = {level: rank for rank, level in enumerate(doctrine.levels)}
    asked_by: list[list[list[int]]] = [[[] for _ in question.choices] for question in questions]
    via = [0] * len(questions)
    for place, question in enumerate(questions):
        for option in (question.when or {}).get(question.parent or "", []):
            rank = list(doctrine.questions[question.parent or ""].choices).index(option)
            asked_by[index[question.parent or ""]][rank].append(place)
            via[place] |= 1 << rank
    nodes = tuple(
        Node(
            id=question.id,
            section=sections.index(question.id.partition(".")[0]),
            options=tuple(question.choices),
            effects=tuple(ranks[option.effect or doctrine.levels[0]] for option in question.choices.values()),
            parent=index[question.parent] if question.parent else -1,
            via=via[place],
            children=tuple(tuple(children) for children in asked_by[place]),
        )
        for place, question in enumerate(questions)
    )
    roots = tuple(place for place, node in enumerate(nodes) if node.parent < 0)
    return Forest(nodes, index, tuple(_parents_first(nodes, roots)), roots, doctrine.levels, sections)


def _parents_first(nodes: tuple[Node, ...], roots: tuple[int, ...]) -> Iterator[int]:
    waiting = list(reversed(roots))
    while waiting:
        place = waiting.pop()
        yield place
        waiting += sorted({child for children in nodes[place].children for child in children}, reverse=True)


def _rule(doctrine: Doctrine, section: Section, question: Question) -> dict[str, Any]:
    rule: dict[str, Any] = {"id": question.id, "section": section.id}
    if question.when:
        rule["when"] = {parent: sorted(options) for parent, options in question.when.items()}
    rule["options"] = [
        {"id": name, "effect": option.effect or doctrine.levels[0]}
        | ({"justify": True} if option.justify else {})
        | ({"min": option.min} if isinstance(option, Band) and option.min is not None else {})
        | ({"max": option.max} if isinstance(option, Band) and option.max is not None else {})
        for name, option in question.choices.items()
    ]
    if question.bands:
        rule["numeric"] = True
    return rule


def _digest(value: object) -> str:
    canonical = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
