"""The concertation kit: what any authority needs to hold a debate, read from one file (``kits/concertation.yml``)."""

import datetime
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from boussole.model import Id, PartialDate
from boussole.monitoring import add_months
from boussole.parsing import build
from boussole.positions import read
from boussole.shapes import AtLeast, Sized

SOURCE = Path(__file__).parent / "kits" / "concertation.yml"
Month = Annotated[int, AtLeast(1)]


@dataclass(frozen=True, kw_only=True, eq=False)
class Ask:
    """A question to debate: quoted, with the source that asks it; or ours, about a part of the doctrine."""

    ask: str
    source: Id | None = None
    about: Id | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class Commitment:
    """One of the ten things an authority commits to."""

    title: str
    plain: str


@dataclass(frozen=True, kw_only=True, eq=False)
class Format:
    """A way to debate."""

    id: Id
    name: str
    duration: str
    audience: str
    produces: str
    material: str


@dataclass(frozen=True, kw_only=True, eq=False)
class Part:
    """A role, or a part of the restitution: a name, and what it is."""

    name: str
    plain: str


@dataclass(frozen=True, kw_only=True, eq=False)
class Step:
    """A step of the calendar, by months counted from 1."""

    id: Id
    first: Month
    last: Month
    what: str


@dataclass(frozen=True, kw_only=True, eq=False)
class Moment:
    """A moment of a workshop, in minutes: what happens, what to say aloud, what to write down."""

    name: str
    minutes: Annotated[int, AtLeast(1)]
    plain: str
    say: str | None = None
    note: str | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class Due:
    """What is left to do before an event, in days before it; after it when negative."""

    id: Id
    before: int
    what: str


@dataclass(frozen=True, kw_only=True, eq=False)
class Line:
    """Lines of a sheet to fill by hand."""

    label: str
    hint: str = ""
    lines: Month = 1


@dataclass(frozen=True, kw_only=True, eq=False)
class Blank:
    """A line of the contribution sheet: a field of `boussole.debate.Contribution`, how it is asked, how many lines it takes."""

    key: str
    label: str
    hint: str
    lines: Annotated[int, AtLeast(0)] = 1


@dataclass(frozen=True, kw_only=True, eq=False)
class Roll:
    """Who takes part in the national call, as a source says on a date."""

    id: Id
    date: PartialDate
    title: str
    source: Id
    quote: str | None = None
    names: list[str] = field(default_factory=list)
    note: str | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class Kit:
    """The whole kit. What has no source is a proposal of the project."""

    notice: str
    citations: dict[Id, str]
    audience: str
    quoted: Annotated[list[Ask], Sized(1)]
    questions: Annotated[list[Ask], Sized(1)]
    commitments: Annotated[list[Commitment], Sized(10, 10)]
    formats: Annotated[list[Format], Sized(1)]
    roles: Annotated[list[Part], Sized(1)]
    calendar: Annotated[list[Step], Sized(1)]
    countdown: Annotated[list[Due], Sized(1)]
    workshop: Annotated[list[Moment], Sized(1)]
    supplies: Annotated[list[Part], Sized(1)]
    access: Annotated[list[str], Sized(1)]
    conduct: Annotated[list[Part], Sized(1)]
    choice: str
    words: list[Id]  # of the glossary of a doctrine; those it does not know are left out
    invitation: Annotated[list[str], Sized(1)]
    invitation_blanks: Annotated[list[Line], Sized(1)]
    clerk: Annotated[list[Line], Sized(1)]
    clerk_again: Annotated[list[Line], Sized(1)]  # once a disagreement
    advice: Annotated[list[str], Sized(1)]
    sheet: Annotated[list[Blank], Sized(1)]
    sheet_received: Annotated[list[Line], Sized(1)]  # not by whoever speaks
    restitution: Annotated[list[Part], Sized(1)]
    participants: list[Roll] = field(default_factory=list)
    kind: Literal["proposal"] = "proposal"

    def format(self, name: str) -> Format:
        return next(one for one in self.formats if one.id == name)


@cache
def load_kit() -> Kit:
    """The kit that comes with the program. Raises `SourceError` when its file is not sound."""
    return read_kit(SOURCE.read_text(encoding="utf-8"), SOURCE.name)


def read_kit(text: str, name: str) -> Kit:
    """The kit a text tells; ``name`` stands for the file in messages."""
    return build(read(text, name), Kit)


@dataclass(frozen=True, slots=True)
class Planned:
    """A step on its days, both included."""

    step: Step
    starts: datetime.date
    ends: datetime.date


def plan(kit: Kit, start: datetime.date) -> list[Planned]:
    """The calendar from a first day: month 1 begins that day, and each month on the same day of the next one."""
    day = datetime.timedelta(days=1)
    return [Planned(step, add_months(start, step.first - 1), add_months(start, step.last) - day) for step in kit.calendar]


def count_down(kit: Kit, event: datetime.date) -> list[tuple[datetime.date, Due]]:
    """What is left to do before and after an event, each with its day."""
    return [(event - datetime.timedelta(days=due.before), due) for due in kit.countdown]
