"""The algebra with points: what a weighted sum may still be while answers are missing, what weighs in it, what would lower it.

Twin of ``static/points.js``. A question offers points and has a weight; an answer leaves some of these points possible: one
when it is known, several when people disagree, all while nobody answered. Whole numbers only: nothing is rounded here.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Item:
    """A question: how much it weighs, the points it offers, those still possible. ``is_open`` while nobody answered it."""

    name: str
    weight: int
    offered: tuple[int, ...]
    possible: frozenset[int]
    is_open: bool = False

    @property
    def least(self) -> int:
        """What it adds at least."""
        return self.weight * min(self.possible)

    @property
    def most(self) -> int:
        """What it adds at most."""
        return self.weight * max(self.possible)

    @property
    def gain(self) -> int:
        """How much less it would add, at its best."""
        return self.most - self.weight * min(self.offered)


def totals(items: Iterable[Item]) -> tuple[int, ...]:
    """Every sum that the answers still allow, from the lowest to the highest: exact, since each question counts alone.

    A set of sums is a whole number, whose bit n says that n can be reached: adding points shifts it."""
    reach = 1
    for item in items:
        shifted = [reach << item.weight * points for points in item.possible]
        reach = 0
        for one in shifted:
            reach |= one
    return tuple(total for total in range(reach.bit_length()) if reach >> total & 1)


def heaviest(items: Iterable[Item], count: int = 3) -> list[Item]:
    """The answered questions that add most, the heaviest first, then in their order; what adds nothing is left out."""
    answered = [item for item in items if not item.is_open and item.most]
    return sorted(answered, key=lambda item: -item.most)[:count]


def gains(items: Iterable[Item]) -> list[Item]:
    """The answered questions that a better answer would lower, the largest gain first, then in their order."""
    return sorted((item for item in items if not item.is_open and item.gain), key=lambda item: -item.gain)


def unknown(items: Iterable[Item]) -> list[Item]:
    """The questions left to answer, first those whose answer may move the sum most, then in their order."""
    return sorted((item for item in items if item.is_open), key=lambda item: item.least - item.most)


def fewest(items: Sequence[Item], limit: int) -> list[Item] | None:
    """The fewest answers to better for the sum to be at most ``limit`` whatever is still open; None when it cannot be.

    The largest gains first are the fewest: no answer weighs on what another one gains."""
    total, changed = sum(item.most for item in items), list[Item]()
    for item in gains(items):
        if total <= limit:
            break
        total -= item.gain
        changed.append(item)
    return changed if total <= limit else None


@dataclass(frozen=True, slots=True)
class Weighed:
    """A value and a weight that are only known to be between two bounds, both included; the weight is never negative."""

    least: Fraction
    most: Fraction
    lightest: Fraction
    heaviest: Fraction


def weighted_mean(parts: Sequence[Weighed]) -> tuple[Fraction, Fraction] | None:
    """The exact bounds of the mean of some values, each weighed; None when nothing weighs for certain.

    At a bound every weight is at one of its ends, and the values decide which: heavy above some threshold, light below."""
    if sum(part.lightest for part in parts) <= 0:
        return None
    lowest = -_highest([(-part.least, part) for part in parts])
    return lowest, _highest([(part.most, part) for part in parts])


def _highest(valued: Sequence[tuple[Fraction, Weighed]]) -> Fraction:
    """The highest mean: each of the highest values is made heavy in turn, while that raises it."""
    weight = sum((part.lightest for _, part in valued), Fraction(0))
    total = sum((value * part.lightest for value, part in valued), Fraction(0))
    for value, part in sorted(valued, key=lambda found: -found[0]):
        if value * weight <= total:
            break
        weight += part.heaviest - part.lightest
        total += value * (part.heaviest - part.lightest)
    return total / weight
