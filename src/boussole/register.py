"""The register: uses as they are published, each with the opinion of the day and what is outdated in it.

Uses are read one by one and each leaves one small `Row`: ten thousand of them fit in memory, whole dossiers would not.
"""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from boussole.dialect import read_dialect
from boussole.dossier import Condition, Dossier, dossier_of, read_dossier
from boussole.loading import read_file
from boussole.model import Doctrine
from boussole.monitoring import Current, Due, current, known_on, late

Alert = Literal["doctrine", "relire", "examen", "mesure", "condition"]

ALERTS: Mapping[Alert, str] = {
    "doctrine": "Évalué sous une autre version de la doctrine",
    "relire": "Réponses à relire : le sens de la question a changé",
    "examen": "Date d’examen passée",
    "mesure": "Mesure en retard",
    "condition": "Condition en retard",
}
ENERGY = "sobriete.energie-annuelle"


def open_dossier(path: Path, doctrine: Doctrine) -> Dossier:
    """A dossier, by the short path when it is written as boussole writes them and nothing is wrong in it.

    Raises `SourceError` otherwise."""
    text = read_file(path)
    data = read_dialect(text) if path.suffix == ".yml" else None
    quick = dossier_of(data, doctrine) if data is not None else None
    return read_dossier(text, str(path), doctrine) if quick is None else quick


@dataclass(frozen=True)
class Use:
    """One use of the register on a day. The doctrine is the one published that day, whatever the dossier was filled under; the
    dossier only holds what was measured by then."""

    doctrine: Doctrine
    dossier: Dossier
    today: datetime.date

    def __post_init__(self) -> None:
        object.__setattr__(self, "dossier", known_on(self.dossier, self.today))

    @cached_property
    def current(self) -> Current:
        """The opinion of the day, from the answers and the latest measures."""
        return current(self.doctrine, self.dossier)

    @cached_property
    def late(self) -> tuple[Due, ...]:
        """The measures that should have been made."""
        return late(self.doctrine, self.dossier, self.today)

    @cached_property
    def late_conditions(self) -> tuple[Condition, ...]:
        """The conditions whose day has passed and that are not met."""
        return tuple(found for found in self.dossier.conditions if not found.done and found.due and found.due < self.today)

    @cached_property
    def outdated(self) -> tuple[str, ...]:
        """The answers to read again: what their question means has changed."""
        return self.dossier.outdated(self.doctrine)

    @cached_property
    def alerts(self) -> tuple[Alert, ...]:
        """What is outdated."""
        review = self.dossier.dates.next_review
        told: dict[Alert, bool] = {
            "doctrine": not self.dossier.is_of(self.doctrine),
            "relire": bool(self.outdated),
            "examen": review is not None and review < self.today,
            "mesure": bool(self.late),
            "condition": bool(self.late_conditions),
        }
        return tuple(name for name, is_told in told.items() if is_told)

    @property
    def departs(self) -> bool:
        """Whether people decided otherwise than the opinion of the day advises, and already did on the day they decided."""
        return self._differs and not self.is_overtaken

    @cached_property
    def is_overtaken(self) -> bool:
        """Whether people followed the opinion, and measures made since have changed it."""
        decision = self.dossier.decision
        if decision is None or not self._differs:
            return False
        return decision.outcome == current(self.doctrine, known_on(self.dossier, decision.on)).opinion

    @property
    def _differs(self) -> bool:
        decision = self.dossier.decision
        return decision is not None and decision.outcome != self.current.opinion


@dataclass(frozen=True, slots=True)
class Row:
    """What lists and dashboards say of a use, as plain values: dates as text, opinions as ids of the scale, "" when unknown."""

    id: str
    title: str
    summary: str
    kind: str
    status: str
    authority: str
    service: str
    attainable: tuple[str, ...]
    findings: tuple[tuple[str, ...], ...]  # of the numbered criteria, in their order
    decision: str
    alerts: tuple[str, ...]
    opened: str
    updated: str
    next_review: str
    energy: float | None  # kWh a year, the latest measure
    told: int  # how many of the notice's fields say something

    @property
    def opinion(self) -> str:
        """The opinion of the day, or "" while several are attainable."""
        return self.attainable[0] if len(self.attainable) == 1 else ""

    @property
    def year(self) -> str:
        """The year the dossier was opened in, or ""."""
        return self.opened[:4]


def row_of(use: Use) -> Row:
    """What lists say of a use."""
    dossier, found = use.dossier, use.current
    energy = [reading.measure.value for reading in found.readings if reading.indicator.id == ENERGY]
    return Row(
        id=dossier.id,
        title=dossier.title,
        summary=dossier.summary or "",
        kind=dossier.kind,
        status=dossier.status,
        authority=dossier.authority or "",
        service=dossier.service or "",
        attainable=found.attainable,
        findings=tuple(found.findings[section.id] for section in use.doctrine.criteria),
        decision=dossier.decision.outcome if dossier.decision else "",
        alerts=use.alerts,
        opened=_text(dossier.dates.opened),
        updated=_text(dossier.dates.updated),
        next_review=_text(dossier.dates.next_review),
        energy=sum(energy) if energy else None,
        told=sum(getattr(dossier.notice, field.name) is not None for field in fields(dossier.notice)),
    )


def _text(value: Any) -> str:
    return "" if value is None else str(value)
