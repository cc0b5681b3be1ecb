"""What happened to uses and what is due: one event a line, for yearly reports and calendars."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from boussole.monitoring import IN_USE, add_months, is_published, measured
from boussole.register import Use

What = Literal["ouvert", "commence", "decide", "mesure", "remplie", "termine", "examen", "a-mesurer", "a-remplir"]
DUE = ("examen", "a-mesurer", "a-remplir")


@dataclass(frozen=True, slots=True)
class Event:
    """One thing on one day, as plain values. ``about`` is an indicator, a level of the scale or what people wrote."""

    on: str
    what: What
    use: str
    title: str
    kind: str
    about: str = ""
    group: str = ""
    value: float | None = None


def events_of(use: Use) -> tuple[Event, ...]:
    """What happened to a use, and what is due."""
    return (*_dated(use), *_conditions(use), *_measures(use))


def _event(use: Use, on: datetime.date, what: What, about: str = "", group: str = "", value: float | None = None) -> Event:
    return Event(on.isoformat(), what, use.dossier.id, use.dossier.title, use.dossier.kind, about, group, value)


def _dated(use: Use) -> Iterator[Event]:
    dates, decision = use.dossier.dates, use.dossier.decision
    told: tuple[tuple[datetime.date | None, What, str], ...] = (
        (dates.opened, "ouvert", ""),
        (dates.started, "commence", ""),
        (dates.ended, "termine", use.dossier.status),
        (dates.next_review, "examen", ""),
        (decision.on if decision else None, "decide", decision.outcome if decision else ""),
    )
    return (_event(use, on, what, about) for on, what, about in told if on)


def _conditions(use: Use) -> Iterator[Event]:
    for condition in use.dossier.conditions:
        if condition.done:
            yield _event(use, condition.done, "remplie", condition.what)
        elif condition.due:
            yield _event(use, condition.due, "a-remplir", condition.what, condition.owner)


def _measures(use: Use) -> Iterator[Event]:
    for name, measures in use.dossier.measures.items():
        for measure in measured(measures):
            yield _event(use, measure.on, "mesure", name, measure.group or "", measure.value if is_published(measure) else None)
    for name, day in planned(use):
        yield _event(use, day, "a-mesurer", name)


def planned(use: Use) -> Iterator[tuple[str, datetime.date]]:
    """The next day each followed indicator is to be measured, passed or not."""
    start = use.dossier.dates.started
    if use.dossier.status not in IN_USE or start is None:
        return
    late = {due.indicator.id: due.on for due in reversed(use.late)}
    for name, measures in use.dossier.measures.items():
        indicator, last = use.doctrine.indicators[name], max((one.on for one in measured(measures)), default=start)
        days = [add_months(start, months) for months in indicator.at]
        days = [day for day in days if day >= use.today]
        if indicator.every:
            days.append(add_months(last, indicator.every))
        if name in late:
            yield name, late[name]
        elif days:
            yield name, min(days)
