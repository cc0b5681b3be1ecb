"""What a doctrine is: frozen, typed, and sound once `boussole.load` has returned it."""

import datetime
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Annotated, Any, Literal

from boussole.shapes import AtLeast, Matching, Sized, number_of

NSP = "nsp"  # "ne sait pas": recorded in a dossier, takes no position, is never an option
ACCORD = "accord"  # in place of who answers: the outcome of a discussion, held instead of the positions it settles
NO_ROLE = "sans-role"  # in place of who answers: nobody said

SLUG = r"[a-z0-9]+(?:-[a-z0-9]+)*"


_ID = "des minuscules sans accent, des chiffres et des traits d’union"
_SECTIONED = "« section.question », en minuscules sans accent et traits d’union"
_DATE = r"\d{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?"

Id = Annotated[str, Matching(SLUG, _ID, "forme-identifiant", 80)]
SectionedId = Annotated[str, Matching(rf"{SLUG}\.{SLUG}", _SECTIONED, "forme-identifiant", 120)]
PartialDate = Annotated[str, Matching(_DATE, "une date : AAAA, AAAA-MM ou AAAA-MM-JJ")]
VersionName = Annotated[str, Matching(r"[a-z0-9]+(?:[.-][a-z0-9]+)*", "une version, par exemple 2024.1")]
Url = Annotated[str, Matching(r'https://[^\s<>"]+', "une adresse qui commence par https://")]
Confidence = Literal["high", "medium", "low"]
Answers = dict[str, Any]  # read by `boussole.assessment.read_answers`, which knows the questions


@dataclass(frozen=True, kw_only=True, eq=False)
class Identity:
    """Which doctrine this is."""

    id: Id
    name: str
    authority: str
    version: str
    adopted: datetime.date
    notice: str  # said wherever a proposal of the project stands beside official words


@dataclass(frozen=True, kw_only=True, eq=False)
class Level:
    """One opinion of the scale, which goes from the best to the worst."""

    id: Id
    label: str
    meaning: str
    gravity: str  # what an answer that leads there is called: "ligne rouge", "réserve"…


@dataclass(frozen=True, kw_only=True, eq=False)
class Topic:
    """A family of sources, on a page of its own."""

    id: Id
    title: str


@dataclass(frozen=True, kw_only=True, eq=False)
class Source:
    """A document that something here rests on."""

    id: Id
    topic: Id | None = None
    kind: Literal["official", "law", "guidance", "press", "proposal"]
    title: str
    citation: str
    summary: str
    binding: Literal["obligation", "bonne-pratique", "contexte"] | None = None
    date: PartialDate | None = None
    applies_from: datetime.date | None = None
    note: str | None = None
    confidence: Confidence
    checked_on: datetime.date
    url: Url | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class Quotation:
    """Official words, word for word."""

    id: Id
    chapter: Id
    label: str
    source: Id
    quote: str


@dataclass(frozen=True, kw_only=True, eq=False)
class Chapter:
    """A part of a document: the quotations that name it, under one title."""

    id: Id
    title: str
    plain: str | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class Document:
    """A page of official words: which chapters, in which order; ``id`` is its address."""

    id: Id
    title: str
    plain: str
    chapters: Annotated[list[Chapter], Sized(1)]


@dataclass(frozen=True, kw_only=True, eq=False)
class Role:
    """Someone who answers."""

    id: Id
    label: str
    plain: str


@dataclass(frozen=True, kw_only=True, eq=False)
class Option:
    """One possible answer. No ``effect`` means the best level of the scale."""

    label: str | None = None
    effect: Id | None = None
    because: str | None = None
    remedy: str | None = None
    justify: bool = False


@dataclass(frozen=True, kw_only=True, eq=False)
class Band(Option):
    """A slice of numbers that stands for one option: up to ``max``, included; ``min`` on the first band only."""

    min: float | None = None
    max: float | None = None


def band_of(bands: Mapping[str, Band], value: float) -> str | None:
    """The band a number falls in, or None when it falls in none."""
    for name, band in bands.items():
        if band.min is not None and value < band.min:
            return None
        if band.max is None or value <= band.max:
            return name
    return None


@dataclass(frozen=True, kw_only=True, eq=False)
class Question:
    """One question, its possible answers, and the one question it may depend on."""

    id: SectionedId
    ask: str
    why: str
    when: Annotated[dict[str, Annotated[list[str], Sized(1)]], Sized(1, 1)] | None = None
    asked_of: Annotated[list[Id], Sized(1)]
    evidence: str | None = None
    references: list[Id] = field(default_factory=list)
    unit: str | None = None
    options: Annotated[dict[Id, Option], Sized(1)] | None = None
    bands: Annotated[dict[Id, Band], Sized(1)] | None = None

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
        return band_of(self.bands or {}, value)

    def option_of(self, answer: str) -> str | None:
        """The option one answer names, or the band its number falls in; None when it is neither."""
        number = None if answer in self.choices else number_of(answer)
        return self.band_of(number) if number is not None else answer if answer in self.choices else None

    def label_of(self, option: str) -> str:
        """The words shown for an option."""
        return self.choices[option].label or option.replace("-", " ").capitalize()


@dataclass(frozen=True, kw_only=True, eq=False)
class Indicator:
    """What is measured for a criterion, and how. Its ``bands`` turn the latest measure of a use into an effect."""

    id: SectionedId
    name: str
    unit: str
    how: str
    direction: Literal["up", "down", "zero", "follow"]
    target: str | None = None
    goal: float | None = None  # the target as a number, in the unit
    at: list[Annotated[int, AtLeast(0)]] = field(default_factory=list)  # months after the start when it is measured
    every: Annotated[int, AtLeast(1)] | None = None  # months between two measures
    by_group: bool = False  # measured by occupation: what few people say is not published
    when: Annotated[list[Literal["before", "during", "after"]], Sized(1)]
    references: list[Id] = field(default_factory=list)
    bands: Annotated[dict[Id, Band], Sized(1)] | None = None

    def band_of(self, value: float) -> str | None:
        """The band a measure falls in, or None when it falls in none."""
        return band_of(self.bands or {}, value)


@dataclass(frozen=True, kw_only=True, eq=False)
class Section:
    """The profile, the common rule or a criterion."""

    id: Id
    number: Annotated[int, AtLeast(1)] | None = None
    label: str
    text: Id | None = None
    plain: str
    indicators: list[Indicator] = field(default_factory=list)
    questions: Annotated[list[Question], Sized(1)]


@dataclass(frozen=True, kw_only=True, eq=False)
class Guarantee:
    """A promise about every dossier that holds one of the premises; proved, not tested."""

    id: Id
    claim: str
    because: str
    text: Id | None = None  # the quotation that makes the promise
    premises: Annotated[list[dict[str, Any]], Sized(1)]
    opinions: Annotated[list[Id], Sized(1)]  # no dossier obtains anything else
    reaches: list[Id] = field(default_factory=list)  # each of these is obtained by at least one dossier


@dataclass(frozen=True, kw_only=True, eq=False)
class TurningPoint:
    """The answers to change in a case, and the opinion it then obtains."""

    answers: Answers
    opinion: Id
    because: str


@dataclass(frozen=True, kw_only=True, eq=False)
class Case:
    """An invented use, worked through. ``otherwise: best``: each other question asked gets its first option without effect."""

    id: Id
    title: str
    summary: str
    domain: str
    answers: Answers
    otherwise: Literal["best"] | None = None
    notes: dict[str, str] = field(default_factory=dict)
    opinion: Id
    because: str
    turning_point: TurningPoint


@dataclass(frozen=True, kw_only=True, eq=False)
class Prohibition:
    """A practice forbidden by article 5 of the European regulation."""

    id: Id
    point: str
    practice: str
    example: str
    applies_from: datetime.date
    question: SectionedId
    source: Id
    confidence: Confidence


@dataclass(frozen=True, kw_only=True, eq=False)
class HighRisk:
    """A domain of annex III that may concern a metropolis."""

    id: Id
    point: str
    domain: str
    examples: str
    source: Id
    confidence: Confidence


@dataclass(frozen=True, kw_only=True, eq=False)
class Term:
    """A word of the glossary."""

    id: Id
    term: str
    definition: str


@dataclass(frozen=True, kw_only=True, eq=False)
class Event:
    """A dated fact."""

    id: Id
    date: PartialDate
    label: str
    event: str
    sources: Annotated[list[Id], Sized(1)]
    confidence: Confidence


@dataclass(frozen=True, kw_only=True, eq=False)
class Saying:
    """What one source says, in our own words."""

    source: Id
    text: str


@dataclass(frozen=True, kw_only=True, eq=False)
class Discrepancy:
    """Where the sources disagree."""

    id: Id
    subject: str
    says: Annotated[list[Saying], Sized(1)]
    treatment: str


@dataclass(frozen=True, kw_only=True, eq=False)
class Interpretation:
    """A choice this project made, and what another authority may choose."""

    id: Id
    subject: str
    choice: str
    otherwise: str


@dataclass(frozen=True, kw_only=True, eq=False)
class Unverified:
    """What could not be checked, so is not published as a fact."""

    id: Id
    subject: str
    state: str


@dataclass(frozen=True, kw_only=True, eq=False)
class Change:
    """One thing that an edition changed, why, and what asked for it: laws, guides, quotations."""

    what: str
    because: str = ""
    references: list[Id] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True, eq=False)
class Version:
    """One edition of the doctrine file, and what it changed."""

    version: VersionName
    date: datetime.date
    title: str
    changes: Annotated[list[str | Change], Sized(1)]  # a sentence says what; a block may say why

    @cached_property
    def told(self) -> tuple[Change, ...]:
        """What it changed, plain sentences included."""
        return tuple(change if isinstance(change, Change) else Change(what=change) for change in self.changes)


@dataclass(frozen=True, kw_only=True, eq=False)
class Retired:
    """A question that is asked no more. ``becomes``: by question that takes its place, what each of its options is there."""

    since: VersionName | None = None
    because: str
    becomes: Annotated[dict[SectionedId, Annotated[dict[Id, Id], Sized(1)]], Sized(1)] | None = None

    @property
    def sentence(self) -> str:
        """Since when and why, as it is published."""
        return f"{self.since} : {self.because}" if self.since else self.because


@dataclass(frozen=True, slots=True)
class Adaptation:
    """One thing that a doctrine changes, removes or adds to the one it extends, and why."""

    verb: str
    kind: str
    id: str
    because: str


@dataclass(frozen=True, slots=True)
class Derivation:
    """What a doctrine was made from."""

    base: "Doctrine"
    adaptations: tuple[Adaptation, ...]


@dataclass(frozen=True, slots=True)
class Node:
    """A question as the algebra sees it: ranks and indices only. ``children[o]`` are asked when option ``o`` is held,
    ``dependents`` are all of them."""

    id: str
    section: int
    options: tuple[str, ...]
    effects: tuple[int, ...]
    parent: int
    via: int  # bit mask of the parent's options
    children: tuple[tuple[int, ...], ...]
    dependents: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Forest:
    """Every question, in the order of the source. ``order`` lists parents before children.

    ``trees`` lists in that order, for each section, the trees that hold one of its questions: the others do not weigh in it."""

    nodes: tuple[Node, ...]
    index: Mapping[str, int]
    order: tuple[int, ...]
    trees: tuple[tuple[int, ...], ...]
    roots: tuple[int, ...]
    levels: tuple[str, ...]
    sections: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, eq=False)
class Doctrine:
    """A whole doctrine. Sound: every id it refers to exists, every case and guarantee in it holds."""

    doctrine: Identity
    scale: Annotated[list[Level], Sized(2, 16)]
    topics: list[Topic] = field(default_factory=list)
    sources: list[Source] = field(default_factory=list)
    documents: list[Document] = field(default_factory=list)
    texts: list[Quotation] = field(default_factory=list)
    roles: Annotated[list[Role], Sized(1)]
    sections: Annotated[list[Section], Sized(1)]
    guarantees: list[Guarantee] = field(default_factory=list)
    cases: list[Case] = field(default_factory=list)
    prohibitions: list[Prohibition] = field(default_factory=list)
    high_risk: list[HighRisk] = field(default_factory=list)
    glossary: list[Term] = field(default_factory=list)
    timeline: list[Event] = field(default_factory=list)
    discrepancies: list[Discrepancy] = field(default_factory=list)
    interpretations: list[Interpretation] = field(default_factory=list)
    unverified: list[Unverified] = field(default_factory=list)
    versions: list[Version] = field(default_factory=list)  # the latest first
    retired: dict[str, str | Retired] = field(default_factory=dict)  # a sentence says why; a block may say what takes over

    @cached_property
    def questions(self) -> Mapping[str, Question]:
        """Every question by id, in the order of the source."""
        return {question.id: question for section in self.sections for question in section.questions}

    @cached_property
    def indicators(self) -> Mapping[str, Indicator]:
        """Every indicator by id, in the order of the source."""
        return {indicator.id: indicator for section in self.sections for indicator in section.indicators}

    @cached_property
    def retirements(self) -> Mapping[str, Retired]:
        """Every retired id, a plain sentence included."""
        return {name: told if isinstance(told, Retired) else Retired(because=told) for name, told in self.retired.items()}

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
        found: Section = self._named["sections"][name]
        return found

    def level(self, name: str) -> Level:
        return self.scale[self.levels.index(name)]

    def source(self, name: str) -> Source:
        found: Source = self._named["sources"][name]
        return found

    def text(self, name: str) -> Quotation:
        found: Quotation = self._named["texts"][name]
        return found

    def role(self, name: str) -> Role:
        found: Role = self._named["roles"][name]
        return found

    def case(self, name: str) -> Case:
        found: Case = self._named["cases"][name]
        return found

    def effect_of(self, question: str, option: str) -> Level:
        """The level an option leads to."""
        return self.level(self.questions[question].choices[option].effect or self.levels[0])

    @cached_property
    def speakers(self) -> frozenset[str]:
        """Who an answer may be given by without being introduced."""
        return frozenset({ACCORD, NO_ROLE, *(role.id for role in self.roles)})

    @cached_property
    def _named(self) -> Mapping[str, Mapping[str, Any]]:
        """The parts that are looked up by id, each by id."""
        return {
            part: {item.id: item for item in getattr(self, part)} for part in ("sections", "sources", "texts", "roles", "cases")
        }

    @cached_property
    def forest(self) -> Forest:
        """The questions as the algebra sees them."""
        return _forest(self)

    @cached_property
    def derivation(self) -> Derivation | None:
        """What this doctrine extends, and how; none when it stands alone. Loading says it: no source can."""
        return None

    @cached_property
    def rules(self) -> dict[str, Any]:
        """The normative part alone, as plain data: what both evaluators read, and what the fingerprint covers."""
        return {
            "scale": list(self.levels),
            "questions": [_rule(self, section, question) for section in self.sections for question in section.questions],
        }

    @cached_property
    def effects(self) -> Mapping[str, Any]:
        """The rules of the indicators whose measures weigh on the opinion of the day, by id."""
        return {name: _options(self, found.bands) for name, found in self.indicators.items() if found.bands}

    @cached_property
    def norms(self) -> dict[str, Any]:
        """The rules, beside whose they are and the bands of the indicators: exactly what the fingerprint is the digest of."""
        return {"id": self.doctrine.id, **self.rules, **({"indicators": self.effects} if self.effects else {})}

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of the normative part, in hexadecimal. Wording does not change it; an effect does."""
        return _digest(self.norms)

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
            dependents=tuple(sorted({child for children in asked_by[place] for child in children})),
        )
        for place, question in enumerate(questions)
    )
    roots = tuple(place for place, node in enumerate(nodes) if node.parent < 0)
    order = tuple(_parents_first(nodes, roots))
    trees = tuple(_trees_of(nodes, roots, section) for section in range(len(sections)))
    return Forest(nodes, index, order, trees, roots, doctrine.levels, sections)


def _trees_of(nodes: tuple[Node, ...], roots: tuple[int, ...], section: int) -> tuple[int, ...]:
    trees = [tuple(_parents_first(nodes, (root,))) for root in roots]
    return tuple(place for tree in trees if any(nodes[one].section == section for one in tree) for place in tree)


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
    rule["options"] = _options(doctrine, question.choices)
    if question.bands:
        rule["numeric"] = True
    return rule


def _options(doctrine: Doctrine, choices: Mapping[str, Option]) -> list[dict[str, Any]]:
    return [
        {"id": name, "effect": option.effect or doctrine.levels[0]}
        | ({"justify": True} if option.justify else {})
        | ({"min": option.min} if isinstance(option, Band) and option.min is not None else {})
        | ({"max": option.max} if isinstance(option, Band) and option.max is not None else {})
        for name, option in choices.items()
    ]


def _digest(value: object) -> str:
    import hashlib  # noqa: PLC0415 - a few milliseconds that most commands do not need

    canonical = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
