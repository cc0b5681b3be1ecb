"""What is done elsewhere: territories that sources name, texts that are taken for landmarks, the principles of another authority.

Read from four files beside the register. A fact has a source and a date; a low-confidence one is kept in its file and published
nowhere. What lists say of a territory is computed from the lists, and how a landmark meets the red lines, from the doctrine.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Annotated, Literal

from boussole.concertation import Kit, Roll
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
from boussole.shapes import Sized
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
ABOUT = ("date", "portee", "signataires", "mesure")  # what a fact of a landmark is about
EXTENTS = {"autant": "autant que la doctrine", "moins": "moins que la doctrine"}


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
        """Whether it is told as a fact."""
        return self.confidence != "low"

    @property
    def order(self) -> str:
        """Where it stands among others: by date, a year or a month after the days it holds."""
        return f"{self.date}~"


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
    def title(self) -> str:
        """What stands first on its line: the place, for the alphabet, then the full name when it does not begin with it."""
        full = self.full or self.name
        return full if full.startswith(self.name) else f"{self.name} ({full})"

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name, *filter(None, [self.full]), *self.aliases)


@dataclass(frozen=True, kw_only=True, eq=False)
class Point:
    """One thing that a landmark wants or forbids; the questions, criteria and prohibitions of the doctrine that it meets.

    ``too_broad_for`` names red lines that it might touch, in words too wide to be set beside them."""

    id: Id
    says: str
    source: Id
    questions: list[SectionedId] = field(default_factory=list)
    criteria: list[Id] = field(default_factory=list)
    prohibitions: list[Id] = field(default_factory=list)
    too_broad_for: list[SectionedId] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True, eq=False)
class Extent:
    """How far a landmark goes on a red line of the doctrine, and why we read it so."""

    line: SectionedId
    extent: Literal["autant", "moins"]
    because: str


@dataclass(frozen=True, kw_only=True, eq=False)
class Beyond:
    """What the rest of a law says of a red line on which its article 5 is silent."""

    line: SectionedId
    says: str
    sources: Annotated[list[Id], Sized(1)]


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
    beyond: list[Beyond] = field(default_factory=list)
    lists: list[Listing] = field(default_factory=list)
    discrepancies: list[Id] = field(default_factory=list)

    @property
    def verb(self) -> str:
        """What it does about red lines: only a rule that binds forbids."""
        return "interdit" if self.binding else "demande"


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
    note: str | None = None  # what the mapping does not show
    principles: Annotated[list[Principle], Sized(1)]


PARTS: Mapping[str, type] = {"sources": Sources, "territoires": Territories, "reperes": Landmarks, "principes": Neighbour}


@dataclass(frozen=True, slots=True)
class Said:
    """A fact of a territory; ``name`` is what the source calls it, where a list of names says the fact."""

    fact: Fact
    name: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A red line of the doctrine beside a landmark: what meets it there, and how far that goes.

    When nothing does: ``broad``, the points too wide to tell, and ``beyond``, what the rest of a law says."""

    question: Question
    rule: str
    prohibitions: tuple[Prohibition, ...]
    points: tuple[Point, ...]
    extent: Extent | None
    broad: tuple[Point, ...] = ()
    beyond: Beyond | None = None

    @property
    def is_met(self) -> bool:
        return bool(self.prohibitions or self.points)

    @property
    def is_silent(self) -> bool:
        return not (self.is_met or self.broad or self.beyond)

    @property
    def place(self) -> str:
        """Its word in a table: how far the landmark goes, or else whether it speaks of the red line at all."""
        if self.extent:
            return self.extent.extent
        return "large" if self.broad else "rien"


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
        return {name: tuple(sorted(said, key=lambda one: one.fact.order)) for name, said in found.items() if said}

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
    """Every red line of a doctrine beside a landmark, in the order of the doctrine.

    Article 5 meets a line by the prohibitions that the doctrine ties to it, and by those that a point of the landmark names."""
    extents, beyond = {one.line: one for one in landmark.lines}, {one.line: one for one in landmark.beyond}
    found = []
    for question, rule in Words(doctrine).red_lines():
        points = tuple(point for point in landmark.points if question.id in point.questions)
        named = {name for point in points for name in point.prohibitions}
        forbidden = [item for item in doctrine.prohibitions if item.question == question.id or item.id in named]
        told = tuple(item for item in forbidden if landmark.article_5 and item.confidence != "low")
        broad = tuple(point for point in landmark.points if question.id in point.too_broad_for)
        found.append(Line(question, rule, told, points, extents.get(question.id), broad, beyond.get(question.id)))
    return found
