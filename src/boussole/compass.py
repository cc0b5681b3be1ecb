"""The compass: one branch a criterion, drawn as SVG that carries its own text. Its colours and its dark side are the theme's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import cos, pi, sin
from typing import Any

from boussole.model import Doctrine, Section
from boussole.templating import render
from boussole.wording import Words
from boussole.writing import one_line, typeset

Findings = Mapping[str, Sequence[str]]

# Beside its colour, each state has a mark, for those who do not see colours and for paper.
MARKS = ("✓", "!", "II", "↻", "×")
OPEN = "?"

SPREAD = 0.4  # how much of its share of the circle a branch takes on each side


@dataclass(frozen=True, slots=True)
class Branch:
    """One branch as it is drawn: two halves, as on a compass rose, a number at the tip and the mark of its state."""

    section: Section
    left: str
    right: str
    number: tuple[str, str]
    mark: tuple[str, str]
    state: str
    symbol: str
    texts: str
    said: str


_COLON, _SEMICOLON = typeset(" : "), typeset(" ; ")


def render_compass(doctrine: Doctrine, findings: Findings | None = None, current: str = "") -> str:
    """The compass as an HTML figure.

    With ``findings`` (the levels attained by section), each branch shows its state; with ``current``, one branch is where
    the reader is; otherwise it shows what the doctrine asks.
    """
    criteria = doctrine.criteria
    branches = [
        _branch(doctrine, section, rank, None if findings is None else tuple(findings[section.id]), section.id == current)
        for rank, section in enumerate(criteria)
    ]
    states = {
        state: [branch for branch in branches if branch.state == state] for state in dict.fromkeys(b.state for b in branches)
    }
    title = "La boussole : ce que chaque critère a obtenu" if findings is not None else "La boussole et ses critères"
    said = f"{_COLON}{_SEMICOLON.join(branch.said for branch in branches)}" if branches else ""
    return render("compass.html", branches=branches, states=states, told=f"{typeset(title)}{said}.")


def render_live_compass(doctrine: Doctrine) -> str:
    """The compass that a script keeps up to date, one group a branch; nothing is known yet. Nothing without criteria."""
    branches = [_branch(doctrine, section, rank, None, False) for rank, section in enumerate(doctrine.criteria)]
    return render("compass-live.html", branches=branches, open=OPEN) if branches else ""


def branches_of(doctrine: Doctrine) -> list[dict[str, Any]]:
    """Where each branch is drawn, for those who draw it elsewhere: paths, and the places of its number and of its mark."""
    branches = [_branch(doctrine, section, rank, None, False) for rank, section in enumerate(doctrine.criteria)]
    return [
        {"section": drawn.section.id, "left": drawn.left, "right": drawn.right, "number": drawn.number, "mark": drawn.mark}
        for drawn in branches
    ]


@lru_cache(maxsize=1024)  # uses share the states of their branches
def _branch(doctrine: Doctrine, section: Section, rank: int, levels: tuple[str, ...] | None, is_current: bool) -> Branch:
    share = 2 * pi / len(doctrine.criteria)
    angle = share * rank - pi / 2
    state, symbol, told = _state(doctrine, levels)
    if is_current:
        state, told = "current", "vous êtes ici"
    tip, foot = _point(angle, 80), _point(angle, 13)
    number, mark = _strings(_point(angle, 94)), _strings(_point(angle, 43))
    left, right = _point(angle - share * SPREAD, 38), _point(angle + share * SPREAD, 38)
    return Branch(
        section=section,
        left=f"M{_pair(tip)} {_pair(left)} {_pair(foot)}z",
        right=f"M{_pair(tip)} {_pair(right)} {_pair(foot)}z",
        number=number,
        mark=mark,
        state=state,
        symbol=symbol,
        texts=render("compass-branch.html", label=section.number, number=number, mark=mark, symbol=symbol),
        said=f"{section.number}. {one_line(typeset(section.label))}{one_line(typeset(f', {told}')) if told else ''}",
    )


def _state(doctrine: Doctrine, levels: tuple[str, ...] | None) -> tuple[str, str, str]:
    """The class, the mark and the words of a branch's state."""
    if levels is None:
        return "plain", "", ""
    if len(levels) > 1:
        return "open", OPEN, "à compléter"
    rank = doctrine.levels.index(levels[0])
    return f"level-{rank}", MARKS[min(rank, len(MARKS) - 1)], Words(doctrine).finding_label(levels)


def _point(angle: float, radius: float) -> tuple[float, float]:
    return radius * cos(angle), radius * sin(angle)


def _strings(point: tuple[float, float]) -> tuple[str, str]:
    return f"{point[0]:.1f}", f"{point[1]:.1f}"


def _pair(point: tuple[float, float]) -> str:
    return ",".join(_strings(point))
