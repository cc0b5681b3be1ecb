"""The numbers two bands share, against numbers tried one by one; the ends people write, however near or far."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from boussole.intervals import Interval, band_interval, same_numbers
from boussole.merging import number_text
from boussole.model import Question
from boussole.shapes import number_of
from tests.doctrines import build
from tests.strategies import over

_ANY = "texte"


def question(low: str | None, ends: list[str], is_open: bool) -> Question:
    """A numeric question whose bands end there, the last one perhaps nowhere."""
    bands = {f"b{rank}": {"max": end} for rank, end in enumerate(ends)} | ({"plus": {"label": _ANY}} if is_open else {})
    if low is not None:
        next(iter(bands.values()))["min"] = low
    asked = {"id": "un.q", "ask": _ANY, "why": _ANY, "asked_of": ["agents"], "bands": bands}
    doctrine = build(
        {
            "doctrine": {"id": "x", "name": "x", "authority": "x", "version": "1", "adopted": "2024-03-28", "notice": "x"},
            "scale": [{"id": level, "label": level, "meaning": _ANY, "gravity": _ANY} for level in ("un", "deux")],
            "roles": [{"id": "agents", "label": "x", "plain": _ANY}],
            "sections": [{"id": "un", "label": "x", "plain": _ANY, "questions": [asked]}],
        }
    )
    return doctrine.questions["un.q"]


@st.composite
def numeric(draw: st.DrawFn) -> Question:
    """Bands whose ends lie on a grid of quarters, so that those of two questions meet, touch and miss each other."""
    ends = sorted(draw(st.lists(st.integers(-6, 6), min_size=1, max_size=3, unique=True)))
    low = draw(st.none() | st.integers(-8, ends[0]))
    return question(None if low is None else _quarters(low), [_quarters(end) for end in ends], draw(st.booleans()))


def _quarters(number: int) -> str:
    return number_text(number / 4)


GRID = [eighth / 8 for eighth in range(-24, 25)]  # every end, between any two, and beyond


@over(400)
@given(numeric(), numeric())
def test_two_bands_let_two_dossiers_agree_when_some_numbers_tried_do(before: Question, after: Question) -> None:
    for one in before.choices:
        for other in after.choices:
            starts = [number for number in GRID if before.band_of(number) == one]
            ends = [number for number in GRID if after.band_of(number) == other]
            expected = any(
                start == end or after.band_of(start) is None or before.band_of(end) is None for start in starts for end in ends
            )
            found = same_numbers(before, band_interval(before, one), after, band_interval(after, other))
            assert (found is not None) == expected
            if found:
                start, end = found
                assert (before.band_of(start), after.band_of(end)) == (one, other)
                assert start == end or after.band_of(start) is None or before.band_of(end) is None


@over(400)
@given(*[st.floats(-1e14, 1e14).map(lambda number: number_of(f"{number:.6f}") or 0.0)] * 2, st.booleans(), st.booleans())
def test_the_example_of_an_interval_is_in_it_and_can_be_written(low: float, high: float, with_low: bool, with_high: bool) -> None:
    interval = Interval(low, high, with_low, with_high)
    example = interval.example
    if example is None:
        assert low > high or (low == high and not (with_low and with_high))
        return
    assert example in interval
    assert number_of(number_text(example)) == example
    assert Fraction(low) <= Fraction(example) <= Fraction(high)


def test_two_bands_that_only_touch_share_no_number_and_the_least_overlap_is_found() -> None:
    before, after = question(None, ["0.1", "0.3"], False), question(None, ["0.3", "0.30000000000000004"], True)
    ends = band_interval(before, "b1"), band_interval(after, "b1")
    assert ends[0].meet(ends[1]).example is None
    assert band_interval(after, "b1").example == 0.30000000000000004
    assert band_interval(question("5", ["5"], False), "b0").example == 5


def test_a_band_without_an_end_holds_numbers_people_can_write() -> None:
    example = band_interval(question(None, ["999999999999999"], True), "plus").example
    assert example is not None
    assert number_of(number_text(example)) == example
    assert Interval(1e15, 1e15).example is None
