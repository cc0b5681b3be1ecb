"""The algebra with points is exact: it says what trying every answer says, in Python and in the browser."""

import json
from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations, product
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from boussole.points import Item, Weighed, fewest, gains, heaviest, totals, unknown, weighted_mean
from tests.test_twin import node

TWIN = Path(__file__).parent / "points-twin.js"


@st.composite
def an_item(draw: st.DrawFn, name: str = "q") -> Item:
    offered = tuple(sorted({0, *draw(st.lists(st.integers(0, 5), min_size=1, max_size=4))}))
    is_open = draw(st.booleans())
    possible = offered if is_open else draw(st.lists(st.sampled_from(offered), min_size=1, max_size=3))
    return Item(name, draw(st.integers(1, 4)), offered, frozenset(possible), is_open=is_open)


@st.composite
def some_items(draw: st.DrawFn, most: int = 6) -> list[Item]:
    return [draw(an_item(f"q{rank}")) for rank in range(draw(st.integers(0, most)))]


def every_sum(items: Sequence[Item]) -> list[int]:
    """The sums of every way to answer, one after the other."""
    ways = product(*(sorted(item.possible) for item in items))
    return sorted({sum(item.weight * points for item, points in zip(items, way, strict=True)) for way in ways})


@settings(deadline=None)
@given(some_items())
def test_the_totals_are_those_of_every_way_to_answer(items: list[Item]) -> None:
    assert list(totals(items)) == every_sum(items)


def test_a_total_between_two_bounds_may_be_out_of_reach() -> None:
    items = [Item("a", 3, (0, 4), frozenset({0, 4}), is_open=True)]
    assert totals(items) == (0, 12)


@settings(deadline=None)
@given(some_items())
def test_bettering_an_answer_never_raises_the_sum(items: list[Item]) -> None:
    for rank, item in enumerate(items):
        better = frozenset({min(item.offered)})
        changed = [*items[:rank], Item(item.name, item.weight, item.offered, better), *items[rank + 1 :]]
        assert totals(changed)[-1] <= totals(items)[-1]
        assert totals(changed)[0] <= totals(items)[0]
        assert totals(items)[-1] - totals(changed)[-1] == item.gain


@settings(deadline=None)
@given(some_items(), st.integers(0, 40))
def test_the_fewest_changes_are_the_fewest_of_all(items: list[Item], limit: int) -> None:
    answered = [item for item in items if not item.is_open]
    worst = sum(item.most for item in items)
    enough = [
        count
        for count in range(len(answered) + 1)
        if any(worst - sum(item.gain for item in chosen) <= limit for chosen in combinations(answered, count))
    ]
    found = fewest(items, limit)
    assert (found is None) == (not enough)
    if found is not None:
        assert len(found) == enough[0]
        assert worst - sum(item.gain for item in found) <= limit


@settings(deadline=None)
@given(some_items())
def test_what_weighs_most_comes_first_and_what_is_open_is_apart(items: list[Item]) -> None:
    loads = [item.most for item in heaviest(items, len(items))]
    assert loads == sorted(loads, reverse=True)
    assert 0 not in loads
    assert {item.name for item in unknown(items)} == {item.name for item in items if item.is_open}
    assert all(not item.is_open for item in gains(items))


# -- means whose values and weights are only known between bounds ----------------------------------------------------------------


@st.composite
def a_part(draw: st.DrawFn) -> Weighed:
    low, high = sorted([draw(st.integers(0, 20)), draw(st.integers(0, 20))])
    light, heavy = sorted([draw(st.integers(0, 6)), draw(st.integers(0, 6))])
    return Weighed(*map(Fraction, (low, high, light, heavy)))


@settings(deadline=None)
@given(st.lists(a_part(), max_size=4))
def test_the_bounds_of_a_mean_are_those_of_every_corner(parts: list[Weighed]) -> None:
    found = weighted_mean(parts)
    if sum(part.lightest for part in parts) == 0:
        assert found is None
        return
    corners = [
        sum(value * weight for value, weight in zip(values, weights, strict=True)) / sum(weights)
        for values in product(*((part.least, part.most) for part in parts))
        for weights in product(*((part.lightest, part.heaviest) for part in parts))
    ]
    assert found == (min(corners), max(corners))


@settings(deadline=None)
@given(st.lists(a_part(), min_size=1, max_size=4), st.data())
def test_no_mean_inside_the_bounds_leaves_them(parts: list[Weighed], data: st.DataObject) -> None:
    found = weighted_mean(parts)
    if found is None:
        return
    values = [data.draw(st.fractions(part.least, part.most, max_denominator=8)) for part in parts]
    weights = [data.draw(st.fractions(part.lightest, part.heaviest, max_denominator=8)) for part in parts]
    mean = sum((value * weight for value, weight in zip(values, weights, strict=True)), Fraction(0)) / sum(weights)
    assert found[0] <= mean <= found[1]


# -- the twin ------------------------------------------------------------------------------------------------------------------


def as_json(items: Sequence[Item], limit: int) -> dict[str, Any]:
    told = [
        {"name": one.name, "weight": one.weight, "offered": one.offered, "possible": sorted(one.possible), "open": one.is_open}
        for one in items
    ]
    return {"items": told, "limit": limit}


def told_by_python(items: Sequence[Item], limit: int) -> dict[str, Any]:
    found = fewest(items, limit)
    return {
        "totals": list(totals(items)),
        "heaviest": [one.name for one in heaviest(items)],
        "gains": [one.name for one in gains(items)],
        "unknown": [one.name for one in unknown(items)],
        "fewest": None if found is None else [one.name for one in found],
    }


@settings(max_examples=5, deadline=None)
@given(st.lists(st.tuples(some_items(12), st.integers(0, 60)), min_size=40, max_size=60))
def test_python_and_the_browser_say_the_same(jobs: list[tuple[list[Item], int]]) -> None:
    told = json.loads(node(str(TWIN), given=json.dumps([as_json(items, limit) for items, limit in jobs])))
    assert told == [told_by_python(items, limit) for items, limit in jobs]
