"""Charts as SVG that a page carries: no script, no inline style, a sentence that says the gist. Their look is the theme's."""

import datetime
import html
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil, floor, log10
from typing import Literal

from boussole.wording import number
from boussole.writing import signed

MONTHS = ("janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc.")

WIDTH, HEIGHT = 440, 210
LEFT, RIGHT, TOP, BOTTOM = 46, 12, 14, 28
INSIDE = 26  # so that the first and last days are written whole
ROW = 20  # one line of the legend
BAR = 40  # one line of bars
PATTERNS = 5  # how many lines can be told apart by their dashes


@dataclass(frozen=True, slots=True)
class Series:
    """What one line joins."""

    label: str
    points: Sequence[tuple[datetime.date, float]]


@dataclass(frozen=True, slots=True)
class Mark:
    """A level drawn across the chart."""

    label: str
    value: float
    kind: Literal["target", "threshold", "baseline"]


@dataclass(frozen=True, slots=True)
class Bar:
    """A labelled line of a bar chart, cut in parts: each a class of the theme, a mark and a count."""

    label: str
    parts: Sequence[tuple[str, str, float]]
    told: str


@dataclass(frozen=True, slots=True)
class Gauge:
    """A labelled line from 0 to 100: what is certain, then what is only possible. ``kind``: a class of the theme."""

    label: str
    kind: str
    least: float
    most: float
    told: str


def line_chart(told: str, series: Sequence[Series], marks: Sequence[Mark], ends: tuple[float, float] | None = None) -> str:
    """Values over time, one line a series. ``told`` is what it says to those who do not see it; ``ends`` are those of the scale
    of the values, when they have one: the axis goes from one to the other. Nothing without a point."""
    days = sorted({day for line in series for day, _ in line.points})
    if not days:
        return ""
    frame = _Frame(days, [value for line in series for _, value in line.points], marks, ends)
    legend = series if len(series) > 1 else ()
    height = HEIGHT + ROW * len(legend)
    drawn = [*frame.axes(), *frame.marks(), *(part for rank, line in enumerate(series) for part in frame.line(rank, line))]
    drawn += [part for rank, line in enumerate(legend) for part in _key(rank, line.label)]
    return _svg(told, height, drawn)


def bar_chart(told: str, bars: Sequence[Bar]) -> str:
    """Counts side by side, each line cut in parts. Nothing without a line."""
    longest = max((sum(count for _, _, count in bar.parts) for bar in bars), default=0)
    if not longest:
        return ""
    drawn = [part for rank, bar in enumerate(bars) for part in _bar(rank, bar, (WIDTH - 70) / longest)]
    return _svg(told, BAR * len(bars) + 4, drawn)


def gauge_chart(told: str, gauges: Sequence[Gauge], limits: Sequence[float]) -> str:
    """Indices side by side, from 0 to 100, with the limits of their bands. Nothing without a line."""
    if not gauges:
        return ""
    drawn = [part for rank, gauge in enumerate(gauges) for part in _gauge(rank, gauge, limits)]
    return _svg(told, BAR * len(gauges) + 4, drawn)


def _gauge(rank: int, gauge: Gauge, limits: Sequence[float]) -> Iterator[str]:
    top, scale = rank * BAR, (WIDTH - 2) / 100
    yield _text(0, top + 14, gauge.label, "start")
    yield _text(WIDTH, top + 14, gauge.told, "end")
    yield f'<path class="boussole-grid" d="M1,{top + 19}h{WIDTH - 2}v15h-{WIDTH - 2}z"/>'
    for kind, start, end in ((gauge.kind, 0.0, gauge.least), ("boussole-open", gauge.least, gauge.most)):
        if end > start:
            width = _r((end - start) * scale)
            yield f'<path class="{kind}" d="M{_r(1 + start * scale)},{top + 19}h{width}v15h-{width}z"/>'
    marks = "".join(f"M{_r(1 + limit * scale)},{top + 17}v19" for limit in limits if limit < 100)
    yield f'<path class="boussole-grid" d="{marks}"/>'


def _bar(rank: int, bar: Bar, scale: float) -> Iterator[str]:
    top, place = rank * BAR, 0.0
    yield _text(0, top + 14, bar.label, "start")
    for kind, mark, count in bar.parts:
        width = count * scale
        if width:
            yield f'<path class="{kind}" d="M{_r(place)},{top + 19}h{_r(max(width - 1, 1))}v15h-{_r(max(width - 1, 1))}z"/>'
        if width >= 14 and mark:
            yield _text(place + width / 2, top + 31, mark, "middle", "boussole-mark")
        place += width
    yield _text(place + 6, top + 31, bar.told, "start")


class _Frame:
    """Where values and days stand in a chart."""

    def __init__(
        self, days: Sequence[datetime.date], values: Sequence[float], marks: Sequence[Mark], ends: tuple[float, float] | None
    ) -> None:
        self.days = days
        aims = [mark.value for mark in marks if mark.kind != "threshold"]
        low, high = min(*values, *aims, 1e18), max(*values, *aims, -1e18)
        low = min(low, 0) if low < high * 0.75 else low  # a line that stays high would be flat, a long way from zero
        low, high = ends or (low, high)
        reach = high + (high - low) * 0.6
        self.shown = [mark for mark in marks if low <= mark.value <= reach]
        high = max([high, *(mark.value for mark in self.shown)])
        step = _step(high - low or abs(high) or 1)
        self.step, self.low = step, floor(low / step + 1e-9) * step
        self.high = max(ceil(high / step - 1e-9) * step, self.low + step)
        self.right, self.foot = WIDTH - RIGHT, HEIGHT - BOTTOM

    def x(self, day: datetime.date) -> float:
        span = (self.days[-1] - self.days[0]).days
        share = (day - self.days[0]).days / span if span else 0.5
        return LEFT + INSIDE + share * (self.right - LEFT - 2 * INSIDE)

    def y(self, value: float) -> float:
        return self.foot - (value - self.low) / (self.high - self.low) * (self.foot - TOP)

    def axes(self) -> Iterator[str]:
        count = round((self.high - self.low) / self.step)
        levels = [self.low + rank * self.step for rank in range(count + 1)]
        yield f'<path class="boussole-grid" d="{"".join(f"M{LEFT},{_r(self.y(level))}H{self.right}" for level in levels)}"/>'
        for level in levels:
            yield _text(LEFT - 5, self.y(level) + 4, signed(number(level)), "end")
        last = -1e9
        for day in self.days:
            if self.x(day) - last > 64:
                last = self.x(day)
                yield _text(last, self.foot + 18, f"{MONTHS[day.month - 1]} {day.year}", "middle")

    def marks(self) -> Iterator[str]:
        lowest = 1e9  # labels stand above their line, and none on another
        for mark in sorted(self.shown, key=lambda mark: mark.value):
            y = self.y(mark.value)
            lowest = min(y - 4, lowest - 13)
            yield f'<path class="boussole-{mark.kind}" d="M{LEFT},{_r(y)}H{self.right}"/>'
            yield _text(self.right, lowest, mark.label, "end", f"boussole-of-{mark.kind}")

    def line(self, rank: int, line: Series) -> Iterator[str]:
        places = [(self.x(day), self.y(value)) for day, value in line.points]
        path = "M" + "L".join(f"{_r(x)},{_r(y)}" for x, y in places)
        kind = rank % PATTERNS
        if len(places) > 1:
            yield f'<path class="boussole-line boussole-line-{kind}" d="{path}"/>'
        yield f'<path class="boussole-point boussole-line-{kind}" d="{"".join(_point(kind, x, y) for x, y in places)}"/>'


def _key(rank: int, label: str) -> Iterator[str]:
    y, kind = HEIGHT + ROW * rank + 6, rank % PATTERNS
    yield f'<path class="boussole-line boussole-line-{kind}" d="M{LEFT},{y}h34"/>'
    yield f'<path class="boussole-point boussole-line-{kind}" d="{_point(kind, LEFT + 17, y)}"/>'
    yield _text(LEFT + 42, y + 4, label if len(label) <= 48 else label[:47] + "…", "start")


def _point(kind: int, x: float, y: float) -> str:
    """A shape a line, so that colours are not needed."""
    match kind:
        case 0:
            return f"M{_r(x - 4)},{_r(y)}a4,4 0 1 0 8,0a4,4 0 1 0 -8,0"
        case 1:
            return f"M{_r(x - 4)},{_r(y - 4)}h8v8h-8z"
        case 2:
            return f"M{_r(x)},{_r(y - 5)}l5,5l-5,5l-5,-5z"
        case 3:
            return f"M{_r(x)},{_r(y - 5)}l5,9h-10z"
        case _:
            return f"M{_r(x)},{_r(y + 5)}l5,-9h-10z"


def _step(span: float) -> float:
    """A round distance between two levels: 1, 2 or 5 times a power of ten, four or five of them in a span."""
    rough = span / 4
    power: float = 10 ** floor(log10(rough))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough)


def _text(x: float, y: float, text: str, anchor: str, kind: str = "") -> str:
    named = f' class="{kind}"' if kind else ""
    return f'<text x="{_r(x)}" y="{_r(y)}" text-anchor="{anchor}"{named}>{html.escape(text)}</text>'


def _svg(told: str, height: float, drawn: Sequence[str]) -> str:
    inside = "\n".join(drawn)
    return (
        f'<svg class="boussole-chart" viewBox="0 0 {WIDTH} {_r(height)}" role="img" aria-label="{html.escape(told)}">\n'
        f"{inside}\n</svg>\n"
    )


def _r(value: float) -> str:
    """A coordinate, without useless digits."""
    return f"{value:.1f}".removesuffix(".0")
