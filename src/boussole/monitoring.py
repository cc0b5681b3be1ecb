"""A use over time: what its latest measures lead to beside its answers, and which measures are late.

An indicator with bands acts as one more question of its section, asked once it is measured: the opinion of the day is the join
of what the answers attain with the effects of the latest measures, group by group. A measure never erases an answer.
"""

import calendar
import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

from boussole.assessment import Assessment, join
from boussole.dossier import Dossier, Measure
from boussole.model import Band, Doctrine, Indicator

FEW = 5  # what fewer people say is not published: anyone could tell who said it
GRACE = datetime.timedelta(days=31)  # how long after its day a measure is not late yet
GRACE_TOLD = f"Une mesure est en retard {GRACE.days} jours après celui où elle était prévue."
IN_USE = ("experimentation", "service")


@dataclass(frozen=True, slots=True)
class Reading:
    """The latest measure of an indicator, for one group, and what it leads to: no ``band`` when the indicator has none."""

    indicator: Indicator
    measure: Measure
    level: str
    band: str | None = None

    @property
    def option(self) -> Band | None:
        """What the band says: why it weighs, and what to do."""
        return (self.indicator.bands or {}).get(self.band or "")


@dataclass(frozen=True)
class Current:
    """The opinion of a use on a day, from its answers and its latest measures."""

    assessment: Assessment
    readings: tuple[Reading, ...]

    @cached_property
    def attainable(self) -> tuple[str, ...]:
        """Every opinion still attainable, from the best to the worst."""
        return self._joined(self.assessment.attainable, self.readings)

    @property
    def opinion(self) -> str | None:
        """The opinion once it is settled; None while several are attainable."""
        return self.attainable[0] if len(self.attainable) == 1 else None

    @cached_property
    def findings(self) -> Mapping[str, tuple[str, ...]]:
        """For each section, the opinions attainable if only its own answers and measures counted."""
        return {
            section: self._joined(levels, [reading for reading in self.readings if _section(reading) == section])
            for section, levels in self.assessment.findings.items()
        }

    @cached_property
    def reasons(self) -> tuple[Reading, ...]:
        """The measures that forbid a better opinion than the best attainable one."""
        levels = self.assessment.doctrine.levels
        best = levels.index(self.attainable[0])
        return tuple(reading for reading in self.readings if best and levels.index(reading.level) >= best)

    @property
    def is_moved(self) -> bool:
        """Whether the measures lead elsewhere than the answers alone."""
        return self.attainable != self.assessment.attainable

    def _joined(self, attained: Iterable[str], readings: Iterable[Reading]) -> tuple[str, ...]:
        levels = self.assessment.doctrine.levels
        mask = sum(1 << levels.index(level) for level in attained)
        for reading in readings:
            mask = join(mask, 1 << levels.index(reading.level))
        return tuple(level for rank, level in enumerate(levels) if mask >> rank & 1)


@dataclass(frozen=True, slots=True)
class Due:
    """A measure that was to be made on a day, and was not."""

    indicator: Indicator
    on: datetime.date


def known_on(dossier: Dossier, day: datetime.date) -> Dossier:
    """The dossier without the measures of later days: what is not measured yet says nothing."""
    if all(measure.on <= day for measures in dossier.measures.values() for measure in measures):
        return dossier
    known = {name: [measure for measure in listed if measure.on <= day] for name, listed in dossier.measures.items()}
    return replace(dossier, measures={name: listed for name, listed in known.items() if listed})


def current(doctrine: Doctrine, dossier: Dossier) -> Current:
    """The opinion of a use, from its answers and all the measures that its dossier holds."""
    return Current(dossier.assess(doctrine), tuple(_readings(doctrine, dossier)))


def _readings(doctrine: Doctrine, dossier: Dossier) -> Iterator[Reading]:
    best = doctrine.levels[0]
    for name, indicator in doctrine.indicators.items():
        # What is not published must not weigh either: nobody could recompute the opinion, and it would tell what is withheld.
        for measure in latest(filter(is_published, dossier.measures.get(name, ()))):
            band = indicator.band_of(measure.value)
            option = (indicator.bands or {}).get(band or "")
            yield Reading(indicator, measure, (option and option.effect) or best, band)


def latest(measures: Iterable[Measure]) -> tuple[Measure, ...]:
    """The last value measured of each group; of several on the same day, the last written."""
    found: dict[str | None, Measure] = {}
    for measure in measured(measures):
        known = found.get(measure.group)
        if known is None or measure.on >= known.on:
            found[measure.group] = measure
    return tuple(found.values())


def measured(measures: Iterable[Measure]) -> tuple[Measure, ...]:
    """What was measured, without what is only aimed at."""
    return tuple(measure for measure in measures if measure.kind != "cible")


def target(indicator: Indicator, measures: Iterable[Measure]) -> float | None:
    """What a use aims at: the last target it set itself and may be shown, else the doctrine's."""
    aims = sorted((one for one in measures if one.kind == "cible" and is_published(one)), key=lambda measure: measure.on)
    return aims[-1].value if aims else indicator.goal


def is_published(measure: Measure) -> bool:
    """Whether a value may be shown: those of a few people are not."""
    return measure.count is None or measure.count >= FEW


def late(doctrine: Doctrine, dossier: Dossier, today: datetime.date) -> tuple[Due, ...]:
    """The measures a use in service should have made of the indicators it follows, the oldest first."""
    start = dossier.dates.started
    if dossier.status not in IN_USE or start is None:
        return ()
    found = [
        Due(doctrine.indicators[name], day)
        for name, measures in dossier.measures.items()
        for day in _missed(doctrine.indicators[name], measured(measures), start, today)
    ]
    return tuple(sorted(found, key=lambda due: (due.on, due.indicator.id)))


def never_measured(doctrine: Doctrine, dossier: Dossier, today: datetime.date) -> tuple[Indicator, ...]:
    """The indicators nobody follows in a use in service, whose first day has passed.

    They are not late: not every indicator bears on every use, and the doctrine does not say which; but their silence is told."""
    start = dossier.dates.started
    if dossier.status not in IN_USE or start is None:
        return ()
    unfollowed = (indicator for name, indicator in doctrine.indicators.items() if name not in dossier.measures)
    return tuple(indicator for indicator in unfollowed if any(_missed(indicator, (), start, today)))


def _missed(
    indicator: Indicator, measures: Sequence[Measure], start: datetime.date, today: datetime.date
) -> Iterator[datetime.date]:
    """The days when an indicator was to be measured and was not, up to a month later."""
    days = [measure.on for measure in measures]
    planned = [add_months(start, months) for months in sorted(indicator.at)]
    for day, following in pairwise([*planned, datetime.date.max]):
        is_made = any(day - GRACE <= made < following - GRACE for made in days)
        if not is_made and today > day + GRACE:
            yield day
    if indicator.every:
        following = add_months(max(days, default=start), indicator.every)
        if today > following + GRACE:
            yield following


def add_months(day: datetime.date, months: int) -> datetime.date:
    """The same day so many months later, or the last day of that month."""
    rank = day.year * 12 + day.month - 1 + months
    year, month = divmod(rank, 12)
    return day.replace(year=year, month=month + 1, day=min(day.day, calendar.monthrange(year, month + 1)[1]))


def _section(reading: Reading) -> str:
    return reading.indicator.id.partition(".")[0]
