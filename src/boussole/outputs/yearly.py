"""The public report of one year: what was assessed, decided, measured and stopped, from the data of the register alone."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from boussole.document import STATUS
from boussole.follow_up import DUE, Event, What
from boussole.markup import NBSP, esc, phrases, say, table
from boussole.model import Doctrine
from boussole.register import ENERGY
from boussole.wording import number
from boussole.writing import french_date, french_number, plural

NAMED = 60  # lines of one table; the rest is counted, and in the data
LATEST = (
    "Un dossier ne garde qu’une décision : seule la dernière de chaque usage est comptée ici. Les précédentes sont dans "
    "l’histoire de sa page."
)
WORK = "travail"  # the section whose indicators follow working conditions
TITLES: Mapping[What, str] = {
    "ouvert": "Dossiers ouverts",
    "decide": "Décisions",
    "commence": "Usages commencés",
    "termine": "Usages arrêtés",
    "remplie": "Conditions remplies",
}


def years_of(events: Iterable[Event]) -> list[str]:
    """The years in which something happened, the latest first; what is only due does not make a year."""
    return sorted({event.on[:4] for event in events if event.what not in DUE}, reverse=True)


def render_year(doctrine: Doctrine, events: Iterable[Event], year: str) -> str:
    """The report of a year, as HTML; what is invented says so on each line."""
    found = [event for event in events if event.on[:4] == year and event.what not in DUE]
    found.sort(key=lambda event: (event.kind != "real", event.on, event.use))
    counts = Counter[str](event.what for event in found)
    measures = [event for event in found if event.what == "mesure"]
    lines = [f"{plural(counts[what], 'ligne')} sous « {title} »" for what, title in TITLES.items() if counts[what]]
    lines += [f"{plural(len(measures), 'mesure')}"] if measures else []
    invented = sum(event.kind != "real" for event in found)
    head = f"<p>{say(', '.join(lines))}. {say(_apart(len(found), invented))}</p>\n"
    parts = [_happened(doctrine, title, [one for one in found if one.what == what]) for what, title in TITLES.items()]
    return head + "".join(parts) + _work(doctrine, measures) + _energy(measures) + _measures(doctrine, measures)


def _apart(count: int, invented: int) -> str:
    if not invented:
        return "Tout concerne des usages réels."
    return (
        "Tout concerne des exemples inventés."
        if invented == count
        else f"{plural(invented, 'ligne')} sur {count} concernent des exemples inventés, et le disent."
    )


def _happened(doctrine: Doctrine, title: str, events: Sequence[Event]) -> str:
    if not events:
        return ""
    has_more = any(event.about for event in events)
    rows = [(_use(event), french_date(event.on), *([_about(doctrine, event)] if has_more else [])) for event in events[:NAMED]]
    more = f"<p>Et {plural(len(events) - NAMED, 'autre')}.</p>\n" if len(events) > NAMED else ""
    titles = ("Usage", "Date", *(["Quoi"] if has_more else []))
    more += f"<p>{say(LATEST)}</p>\n" if events[0].what == "decide" else ""
    return f"<h2>{say(title)}</h2>\n{table(titles, rows, kind='boussole-cards')}{more}"


def _use(event: Event) -> str:
    kind = " <small>Exemple inventé</small>" if event.kind == "example" else ""
    return f'<a href="{esc(event.use)}.html">{esc(event.title)}</a>{kind}'


def _about(doctrine: Doctrine, event: Event) -> str:
    match event.what:
        case "decide":
            return phrases(doctrine).level(event.about)
        case "termine":
            return say(STATUS[event.about])
        case _:
            return esc(event.about)


def _work(doctrine: Doctrine, measures: Sequence[Event]) -> str:
    """Working conditions, by occupation, never by person."""
    found = [event for event in measures if event.about.startswith(f"{WORK}.")]
    if not found:
        return ""
    return "<h2>Conditions de travail, par métier</h2>\n" + _valued(doctrine, found)


def _valued(doctrine: Doctrine, events: Sequence[Event]) -> str:
    rows = []
    for event in events[:NAMED]:
        indicator = doctrine.indicators[event.about]
        value = (
            f"{number(event.value)}{NBSP}{say(indicator.unit)}"
            if event.value is not None
            else "non publié (trop peu de personnes)"
        )
        rows.append((_use(event), say(indicator.name), esc(event.group or "Ensemble"), french_date(event.on), value))
    more = f"<p>Et {plural(len(events) - NAMED, 'autre mesure', 'autres mesures')}.</p>\n" if len(events) > NAMED else ""
    return table(("Usage", "Indicateur", "Métier ou lieu", "Date", "Valeur"), rows, kind="boussole-cards") + more


def _energy(measures: Sequence[Event]) -> str:
    """The energy measured that year: the last value of each use and group."""
    latest: dict[tuple[str, str, str], float] = {}
    for event in measures:
        if event.about == ENERGY and event.value is not None:
            latest[(event.kind, event.use, event.group)] = event.value
    sums: Mapping[str, float] = _summed(latest)
    if not sums:
        return ""
    labels = {"real": "usages réels", "example": "exemples inventés"}
    told = f"{NBSP}; ".join(f"{labels[kind]}{NBSP}: {french_number(round(total))} kWh" for kind, total in sorted(sums.items()))
    return f"<h2>Énergie mesurée dans l’année</h2>\n<p>{told}.</p>\n".replace("<p>u", "<p>U").replace("<p>e", "<p>E")


def _summed(values: Mapping[tuple[str, str, str], float]) -> dict[str, float]:
    sums: dict[str, float] = defaultdict(float)
    for (kind, _, _), value in values.items():
        sums[kind] += value
    return dict(sums)


def _measures(doctrine: Doctrine, measures: Sequence[Event]) -> str:
    """How many measures were made of each other indicator."""
    found = Counter(event.about for event in measures if not event.about.startswith(f"{WORK}."))
    if not found:
        return ""
    rows = [(say(doctrine.indicators[name].name), str(count)) for name, count in found.most_common()]
    return f"<h2>Autres mesures</h2>\n{table(('Indicateur', 'Mesures'), rows)}"
