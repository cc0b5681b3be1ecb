"""The numbers of a band, and which numbers two bands let two dossiers that say the same hold: exact, each shown by a number."""

from dataclasses import dataclass
from itertools import product
from math import ceil, floor, nextafter

from boussole.merging import number_text
from boussole.model import Question
from boussole.shapes import number_of

TOO_FAR = 1e15  # no number is written with more than fifteen digits before its comma


@dataclass(frozen=True, slots=True)
class Interval:
    """Numbers between two ends, each held or not."""

    low: float = -TOO_FAR
    high: float = TOO_FAR
    holds_low: bool = False
    holds_high: bool = False

    def __contains__(self, number: float) -> bool:
        return (self.low < number or (self.holds_low and self.low == number)) and (
            number < self.high or (self.holds_high and self.high == number)
        )

    def meet(self, other: "Interval") -> "Interval":
        """The numbers of both."""
        low, high = max(self.low, other.low), min(self.high, other.high)
        holds_low = all(side.holds_low for side in (self, other) if side.low == low)
        holds_high = all(side.holds_high for side in (self, other) if side.high == high)
        return Interval(low, high, holds_low, holds_high)

    @property
    def example(self) -> float | None:
        """A number it holds and that people can write, the plainest first; None when there is none."""
        if self.low > self.high:
            return None
        ends = (self.high, self.low, floor(self.low) + 1.0, ceil(self.high) - 1.0, self.low / 2 + self.high / 2)
        tried = (*ends, nextafter(self.low, self.high))
        return next((number for number in tried if number in self and number_of(number_text(number)) == number), None)


def band_interval(question: Question, name: str) -> Interval:
    """The numbers of a band, as `boussole.model.band_of` finds them: each starts where the one before ends."""
    start = Interval()
    for each, band in (question.bands or {}).items():
        low = Interval() if band.min is None else Interval(low=band.min, holds_low=True)
        high = Interval() if band.max is None else Interval(high=band.max, holds_high=True)
        if each == name:
            return start.meet(low).meet(high)
        start = Interval(low=high.high)
    raise KeyError(name)


def held_by(question: Question, answer: str) -> Interval:
    """The numbers an answer to a numeric question may stand for: one when it is written, all those of a band that is named."""
    number = None if answer in question.choices else number_of(answer)
    return band_interval(question, answer) if number is None else Interval(number, number, True, True)


def same_numbers(before: Question, one: Interval, after: Question, other: Interval) -> tuple[float, float] | None:
    """Two numbers of two intervals that say the same: one number, or two of which one has no place on the other side."""
    if (shared := one.meet(other).example) is not None:
        return shared, shared
    for left, right in [*product(_outside(after, one), (other,)), *product((one,), _outside(before, other))]:
        if (start := left.example) is not None and (end := right.example) is not None:
            return start, end
    return None


def _outside(question: Question, numbers: Interval) -> tuple[Interval, Interval]:
    """The numbers below every band of a question, then those above."""
    first, *_, last = [*(question.bands or {}).values()] * 2
    below = Interval(high=first.min) if first.min is not None else Interval(high=-TOO_FAR)
    above = Interval(low=last.max) if last.max is not None else Interval(low=TOO_FAR)
    return numbers.meet(below), numbers.meet(above)
