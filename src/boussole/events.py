"""What happened to a use, as dated sentences: what the feed announces. What few people say is not in them."""

import datetime
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from boussole.dossier import Measure, slug
from boussole.merging import number_text
from boussole.model import Doctrine
from boussole.monitoring import FEW, is_published, measured
from boussole.register import Use

WITHHELD = f"moins de {FEW} personnes"
KINDS = {
    "ouverture": "Le dossier est ouvert",
    "debut": "L’usage commence",
    "avis": "L’avis des réponses est enregistré",
    "decision": "Des personnes décident",
    "mesure": "Un indicateur est mesuré",
    "condition": "Une condition est remplie",
    "examen": "Le jour de l’examen est venu",
    "histoire": "Un autre fait, dans les mots du dossier",
    "fin": "L’usage se termine",
}


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened; ``key`` tells it from others of its kind in the same use."""

    kind: str
    key: str
    on: datetime.date
    text: str

    @property
    def id(self) -> str:
        """What tells it from every other of the same use."""
        return f"{self.kind}-{self.key}" if self.key else self.kind


def happened(use: Use) -> Iterator[Event]:
    """Everything that happened, kind by kind."""
    dossier, dates = use.dossier, use.dossier.dates
    if dates.opened:
        yield Event("ouverture", "", dates.opened, "Le dossier est ouvert.")
    if dates.started:
        yield Event("debut", "", dates.started, "L’usage commence.")
    yield from _opinions(use)
    yield from _measures(use)
    for rank, condition in enumerate(dossier.conditions, 1):
        if condition.done:
            yield Event("condition", str(rank), condition.done, f"Condition remplie : {condition.what}")
    for rank, happening in enumerate(dossier.history, 1):
        yield Event("histoire", str(rank), happening.on, happening.what)
    if dates.next_review and dates.next_review <= use.today:
        yield Event("examen", str(dates.next_review), dates.next_review, "Le jour prévu pour l’examen de l’usage est venu.")
    if dates.ended:
        yield Event("fin", "", dates.ended, "L’usage se termine.")


def _opinions(use: Use) -> Iterator[Event]:
    """The opinions that were recorded, which the answers alone gave, then what people decided."""
    doctrine, decision = use.doctrine, use.dossier.decision
    for rank, opinion in enumerate(use.dossier.opinions, 1):
        labels = [doctrine.level(level).label if level in doctrine.levels else level for level in opinion.attainable]
        told = "Avis des réponses seules" if len(labels) == 1 else "Avis encore possibles d’après les réponses seules"
        yield Event("avis", str(rank), opinion.on, f"{told}, sous la doctrine {opinion.version} : {', '.join(labels)}.")
    if decision:
        yield Event("decision", "", decision.on, f"{doctrine.level(decision.outcome).label}, par {decision.by}.")


def _measures(use: Use) -> Iterator[Event]:
    """The measures, each named after its indicator, its day and its group: one that is entered late renames no other. Of several
    with the same name, all but the first say their rank in the file."""
    taken = Counter[str]()
    for name, listed in use.dossier.measures.items():
        for measure in measured(listed):
            key = "-".join(filter(None, (name, str(measure.on), slug(measure.group or ""))))
            taken[key] += 1
            rank = f"--{taken[key]}" if taken[key] > 1 else ""
            yield Event("mesure", f"{key}{rank}", measure.on, _told(use.doctrine, name, measure))


def _told(doctrine: Doctrine, name: str, measure: Measure) -> str:
    indicator = doctrine.indicators[name]
    head = indicator.name + (f" ({measure.group})" if measure.group else "")
    if not is_published(measure):
        return f"{head} : valeur non publiée, {WITHHELD}."
    leads = effect(doctrine, name, measure)
    told = f" ; mène à « {doctrine.level(leads).label} »" if leads else ""
    return f"{head} : {number_text(measure.value).replace('.', ',')} ({indicator.unit}){told}."


def effect(doctrine: Doctrine, name: str, measure: Measure) -> str:
    """The opinion a measure leads to; "" when it weighs on none."""
    indicator = doctrine.indicators[name]
    band = indicator.band_of(measure.value)
    if measure.kind == "cible" or band is None:
        return ""
    return (indicator.bands or {})[band].effect or doctrine.levels[0]
