"""The study of working conditions: who is associated and when, what is asked, how (``protocols/travail.yml``).

What has no source is a proposal of the project. `boussole.tally` applies the rules of anonymity to typed sheets, and
`boussole.results` reads what is published of a wave.
"""

import datetime
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache, cached_property
from math import floor
from pathlib import Path
from typing import Annotated

from boussole.errors import PathFault, choices, quoted
from boussole.model import Doctrine, Id, SectionedId
from boussole.monitoring import add_months
from boussole.parsing import build
from boussole.positions import read
from boussole.shapes import AtLeast, Matching, Sized

SOURCE = Path(__file__).parent / "protocols" / "travail.yml"
CRITERION = "travail"
UNKNOWN = "nsp"  # what a sheet says for « je ne sais pas »: no answer, as an empty box
OPEN = "libre"  # the column of the open text, which is never kept
Code = Annotated[str, Matching("[1-9]", "un chiffre de 1 à 9")]


@dataclass(frozen=True, kw_only=True, eq=False)
class Quote:
    """Words of a source, word for word."""

    source: Id
    text: str


@dataclass(frozen=True, kw_only=True, eq=False)
class Wave:
    """A moment of the study, in months after the tool opens."""

    month: Annotated[int, AtLeast(0)]
    label: str
    plain: str


@dataclass(frozen=True, kw_only=True, eq=False)
class Party:
    """Who is associated; ``role`` is one of the doctrine's when it has it."""

    id: Id
    label: str
    plain: str
    role: Id | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class Step:
    """What is done around some waves, from a day to another, both included, counted from the day of the wave."""

    id: Id
    name: str
    waves: Annotated[list[int], Sized(1)]
    first: int
    last: int
    who: Annotated[list[Id], Sized(1)]
    what: str
    references: list[Id] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True, eq=False)
class Choice:
    """A box of a scale: what is typed, what is read, what it counts for."""

    code: Code
    label: str
    value: float


@dataclass(frozen=True, kw_only=True, eq=False)
class Scale:
    """How an item is answered, from the lowest value to the highest; means are published with so many digits."""

    id: Id
    label: str
    unit: str
    digits: Annotated[int, AtLeast(0)]
    options: Annotated[list[Choice], Sized(3)]

    @property
    def ends(self) -> tuple[float, float] | None:
        """Its lowest and highest values, when a mean is told out of the highest; None for a quantity, which has no such ends."""
        return (self.options[0].value, self.options[-1].value) if self.unit.startswith("sur ") else None

    @cached_property
    def bounds(self) -> tuple[Fraction, Fraction]:
        """The lowest and the highest mean that are published, a fifth of a box inside the scale.

        A mean at the very end would say what each one answered. With five answers or more, one box of difference in one sheet
        already leads to these bounds: nobody can tell that all of them answered alike."""
        values = list(self.values().values())
        return values[0] + (values[1] - values[0]) / 5, values[-1] - (values[-1] - values[-2]) / 5

    def values(self, is_reversed: bool = False) -> dict[str, Fraction]:
        """What each code counts for; turned round, the first box counts for what the last one says."""
        values = [Fraction(str(option.value)) for option in self.options]
        return dict(zip((option.code for option in self.options), reversed(values) if is_reversed else values, strict=True))

    def rounded(self, mean: Fraction) -> float:
        """A mean as it is published: rounded to the nearest, halves up, then kept inside the bounds."""
        power = 10**self.digits
        low, high = self.bounds
        return float(min(max(Fraction(floor(mean * power + Fraction(1, 2)), power), low), high))


@dataclass(frozen=True, kw_only=True, eq=False)
class Item:
    """A question of the sheet. ``untied``: why no indicator is made of it; ``reversed``: agreeing is bad news."""

    id: Id
    theme: str
    ask: str
    short: str
    scale: Id
    since: Annotated[int, AtLeast(0)] = 0
    reversed: bool = False
    indicator: SectionedId | None = None
    untied: str | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class Origin:
    """Where an indicator of the criterion comes from, and who sees to it."""

    id: SectionedId
    comes: str
    by: Annotated[list[Id], Sized(1)]


@dataclass(frozen=True, kw_only=True, eq=False)
class Signal:
    """What calls for a public discussion: a mean of an item or an indicator at ``most`` so high, or that lost ``drop`` since the
    wave before or the first; or fewer than a ``share`` of answers, in percent."""

    id: Id
    what: str
    item: Id | None = None
    indicator: SectionedId | None = None
    most: float | None = None
    drop: float | None = None
    share: float | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class Rule:
    """One rule: of anonymity, or of what is done when something goes otherwise than planned."""

    title: str
    plain: str


@dataclass(frozen=True, kw_only=True, eq=False)
class Protocol:
    """The whole protocol."""

    version: str
    notice: str
    quotes: Annotated[list[Quote], Sized(1)]
    citations: dict[Id, str]
    waves: Annotated[list[Wave], Sized(1)]
    parties: Annotated[list[Party], Sized(1)]
    steps: Annotated[list[Step], Sized(1)]
    scales: Annotated[list[Scale], Sized(1)]
    items: Annotated[list[Item], Sized(1)]
    open: str
    indicators: Annotated[list[Origin], Sized(1)]
    signals: list[Signal] = field(default_factory=list)
    rules: Annotated[list[Rule], Sized(1)]
    cases: Annotated[list[Rule], Sized(1)]

    def scale_of(self, item: Item) -> Scale:
        return next(scale for scale in self.scales if scale.id == item.scale)

    def item(self, name: str) -> Item:
        return next(item for item in self.items if item.id == name)

    def party(self, name: str) -> Party:
        return next(party for party in self.parties if party.id == name)

    def wave(self, month: int) -> Wave:
        return next(wave for wave in self.waves if wave.month == month)

    @property
    def months(self) -> tuple[int, ...]:
        return tuple(wave.month for wave in self.waves)

    def asked(self, month: int) -> tuple[Item, ...]:
        """The questions of a wave: before the tool opens, none is about it."""
        return tuple(item for item in self.items if item.since <= month)

    def made_of(self, indicator: str, month: int) -> tuple[Item, ...]:
        """The questions of a wave that an indicator is the mean of."""
        return tuple(item for item in self.asked(month) if item.indicator == indicator)

    @property
    def measured(self) -> tuple[str, ...]:
        """The indicators that sheets measure."""
        return tuple(dict.fromkeys(item.indicator for item in self.items if item.indicator))


@cache
def load_protocol() -> Protocol:
    """The protocol that comes with the program. Raises `SourceError` when its file is not sound."""
    return read_protocol(SOURCE.read_text(encoding="utf-8"), SOURCE.name)


def read_protocol(text: str, name: str) -> Protocol:
    """The protocol a text tells; ``name`` stands for the file in messages. Raises `SourceError` with every fault at its place."""
    return build(read(text, name), Protocol, _check, only_whole=True)


Faults = Iterator[PathFault]


def _check(protocol: Protocol) -> Faults:
    months, parties = [str(month) for month in protocol.months], [party.id for party in protocol.parties]
    for rank, step in enumerate(protocol.steps):
        yield from _unknown(("steps", rank, "waves"), "vague", [str(month) for month in step.waves], months)
        yield from _unknown(("steps", rank, "who"), "partie", step.who, parties)
        if step.last < step.first:
            told = f"étape {quoted(step.id)} qui finit avant de commencer"
            yield PathFault("dates-en-desordre", ("steps", rank, "last"), told, f"au moins {step.first}")
    for rank, origin in enumerate(protocol.indicators):
        yield from _unknown(("indicators", rank, "by"), "partie", origin.by, parties)
    yield from _check_items(protocol)
    for rank, signal in enumerate(protocol.signals):
        if signal.item:
            yield from _unknown(("signals", rank), "question", [signal.item], [item.id for item in protocol.items])
        if signal.indicator:
            yield from _unknown(("signals", rank), "indicateur", [signal.indicator], protocol.measured)


def _check_items(protocol: Protocol) -> Faults:
    origins, scales = [origin.id for origin in protocol.indicators], [scale.id for scale in protocol.scales]
    seen = set[str]()
    for rank, item in enumerate(protocol.items):
        path = ("items", rank)
        yield from _unknown((*path, "scale"), "échelle", [item.scale], scales)
        if item.id in seen or item.id in (OPEN, UNKNOWN):
            yield PathFault("identifiant-en-double", (*path, "id"), f"{quoted(item.id)} déjà pris", "un autre identifiant")
        seen.add(item.id)
        if bool(item.indicator) == bool(item.untied):
            told = f"question {quoted(item.id)} avec un indicateur et une raison de ne pas en avoir, ou ni l’un ni l’autre"
            yield PathFault("cle-manquante", path, told, "« indicator », ou « untied » avec sa raison")
        if item.indicator:
            yield from _unknown((*path, "indicator"), "indicateur", [item.indicator], origins)


def _unknown(path: tuple[str | int, ...], what: str, names: Sequence[str], known: Collection[str]) -> Faults:
    for name in names:
        if name not in known:
            told = f"{what} {quoted(name)} qui n’existe pas"
            yield PathFault("identifiant-inconnu", path, told, choices(known), alike=(name, known))


def lacking(protocol: Protocol, doctrine: Doctrine) -> tuple[str, ...]:
    """The indicators of the protocol that a doctrine does not have: sheets measure nothing of them there."""
    return tuple(origin.id for origin in protocol.indicators if origin.id not in doctrine.indicators)


@dataclass(frozen=True, slots=True)
class Planned:
    """A step around one wave, on its days, both included."""

    step: Step
    wave: Wave
    starts: datetime.date
    ends: datetime.date


def plan(protocol: Protocol, start: datetime.date) -> list[Planned]:
    """The calendar of a tool that opens on a day, in the order of days."""
    found = [
        Planned(step, wave, day + datetime.timedelta(days=step.first), day + datetime.timedelta(days=step.last))
        for wave in protocol.waves
        for day in [add_months(start, wave.month)]
        for step in protocol.steps
        if wave.month in step.waves
    ]
    return sorted(found, key=lambda one: (one.starts, one.ends))
