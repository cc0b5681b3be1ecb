"""The register at a glance: counts and sums of all its uses, each drawn and in a table. Invented uses are counted apart."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from boussole.charts import Bar, bar_chart
from boussole.document import NOTICE, STATUS
from boussole.markup import NBSP, esc, phrases, say, table
from boussole.model import Doctrine
from boussole.monitoring import GRACE_TOLD, IN_USE
from boussole.register import ALERTS, Row
from boussole.writing import french_date, french_number, plural

NAMED = 30  # uses named in a table of a dashboard; the list names them all
KINDS = {"real": "Usages réels", "example": "Exemples inventés"}


def render_dashboard(doctrine: Doctrine, rows: Sequence[Row], today: date) -> str:
    """What all uses say together, as HTML: first the real ones, then the invented ones."""
    parts = []
    for kind, title in KINDS.items():
        found = [row for row in rows if row.kind == kind]
        parts.append(
            f'<section aria-labelledby="{kind}">\n<h2 id="{kind}">{say(title)}</h2>\n{_half(doctrine, found, today)}</section>\n'
        )
    return "".join(parts)


def _half(doctrine: Doctrine, rows: Sequence[Row], today: date) -> str:
    if not rows:
        return "<p>Aucun pour l’instant.</p>\n"
    told = [
        f"<p>{plural(len(rows), 'usage')} le {french_date(today)}.</p>\n",
        _opinions(doctrine, rows),
        _statuses(rows),
        _criteria(doctrine, rows),
        _energy(rows),
        _coverage(rows),
        _alerts(rows),
    ]
    return "".join(told)


def _titled(title: str, chart: str, behind: str) -> str:
    return f"<h3>{say(title)}</h3>\n{chart}<details><summary>Le tableau</summary>\n{behind}</details>\n"


def _opinions(doctrine: Doctrine, rows: Sequence[Row]) -> str:
    """The opinions of the day, by the year the dossier was opened in."""
    by_year = {
        year: Counter(row.opinion for row in rows if row.year == year) for year in sorted({row.year for row in rows}, key=_known)
    }
    return _levelled(doctrine, "Avis du jour, par année d’ouverture du dossier", "Année", by_year)


def _known(year: str) -> tuple[bool, str]:
    return not year, year


def _criteria(doctrine: Doctrine, rows: Sequence[Row]) -> str:
    """The seven compasses together: what each criterion obtained in all uses."""
    found = {
        f"{section.number}. {section.label}": Counter(
            row.findings[rank][0] if len(row.findings[rank]) == 1 else "" for row in rows
        )
        for rank, section in enumerate(doctrine.criteria)
    }
    return _levelled(doctrine, "Toutes les boussoles ensemble : ce que chaque critère a obtenu", "Critère", found)


def _levelled(doctrine: Doctrine, title: str, first: str, counts: Mapping[str, Counter[str]]) -> str:
    """Counts by level: a bar and a row a name."""
    said, levels = phrases(doctrine), [*doctrine.levels, ""]
    states = {level: said.state([level] if level else ()) for level in levels}
    bars = [
        Bar(name or "Année inconnue", [(*states[level], float(found[level])) for level in levels], str(found.total()))
        for name, found in counts.items()
    ]
    used = [level for level in levels if any(found[level] for found in counts.values())]
    gist = f" {NBSP}; ".join(
        f"{name or 'année inconnue'}{NBSP}: "
        + ", ".join(f"{found[level]} {_label(doctrine, level)}" for level in used if found[level])
        for name, found in counts.items()
    ).replace(f" {NBSP}", NBSP)
    key = "".join(f"<li>{said.marked([level] if level else ())}</li>" for level in used)
    rows = [(esc(name or "Inconnue"), *(str(found[level]) for level in used)) for name, found in counts.items()]
    behind = table([first, *(said.opinion([level] if level else ()) for level in used)], rows, kind="boussole-cards")
    return _titled(title, f'<ul class="boussole-key">{key}</ul>\n' + bar_chart(f"{title}. {gist}.", bars), behind)


def _label(doctrine: Doctrine, level: str) -> str:
    return doctrine.level(level).label.lower() if level else "à compléter"


def _counted(title: str, first: str, counts: Iterable[tuple[str, float, str]]) -> str:
    """Counts of one kind: a bar and a row a name, with what is told of it."""
    found = list(counts)
    drawn = [one for one in found if one[1]]
    bars = [Bar(name, [("boussole-bar", "", count)], told) for name, count, told in drawn]
    gist = f"{NBSP}; ".join(f"{name}{NBSP}: {told}" for name, _, told in drawn)
    behind = table([first, "Nombre"], [(esc(name), esc(told)) for name, _, told in found])
    return _titled(title, bar_chart(f"{title}. {gist}.", bars) or "<p>Rien.</p>\n", behind)


def _statuses(rows: Sequence[Row]) -> str:
    found = Counter(row.status for row in rows)
    counts = [(label, float(found[name]), str(found[name])) for name, label in STATUS.items()]
    return _counted("États", "État", counts)


def _energy(rows: Sequence[Row]) -> str:
    """The energy of a year, as the latest measures of the uses that are running say it. One that measures nothing counts for
    nothing, and is counted; what those that stopped used is said apart."""
    running = [row for row in rows if row.status in IN_USE]
    told = sorted((row for row in running if row.energy is not None), key=lambda row: (-(row.energy or 0), row.id))
    title, apart = "Énergie par an, d’après les dernières mesures", _stopped(rows)
    if not told:
        return f"<h3>{say(title)}</h3>\n<p>Aucun usage en cours n’a encore mesuré son énergie.{apart}</p>\n"
    total = sum(row.energy or 0 for row in told)
    measured = plural(len(told), "usage en cours et mesuré", "usages en cours et mesurés")
    head = f"<p>{french_number(round(total))} kWh par an, pour {measured}.{_unmeasured(len(running) - len(told))}{apart}</p>\n"
    shown = [(row.title, row.energy or 0.0, f"{french_number(round(row.energy or 0))} kWh") for row in told[:NAMED]]
    found = _counted(title, "Usage", ((_short(name), count, said) for name, count, said in shown))
    return found.replace("</h3>\n", f"</h3>\n{head}", 1)


def _unmeasured(count: int) -> str:
    """How many uses are running without any measure; what never ran cannot be measured."""
    uses = plural(count, "usage en cours", "usages en cours")
    return f" {uses} sans mesure{NBSP}: ce total n’est pas celui du registre." if count else ""


def _stopped(rows: Sequence[Row]) -> str:
    found = [row.energy for row in rows if row.status == "arrete" and row.energy is not None]
    uses = plural(len(found), "usage arrêté", "usages arrêtés")
    energy = f"{french_number(round(sum(found)))} kWh par an à la dernière mesure"
    return f" Sans compter {uses} depuis{NBSP}: {energy}." if found else ""


def _short(title: str) -> str:
    return title if len(title) <= 52 else title[:51].rstrip() + "…"


def _coverage(rows: Sequence[Row]) -> str:
    """How many of the notice's fields say something."""
    whole = len(NOTICE)
    quarters = Counter(min(3, row.told * 4 // whole) for row in rows)
    names = ("Moins d’un quart renseigné", "D’un quart à la moitié", "De la moitié aux trois quarts", "Plus des trois quarts")
    mean = sum(row.told for row in rows) / len(rows)
    counts = ((name, float(quarters[rank]), str(quarters[rank])) for rank, name in enumerate(names))
    found = _counted("Fiches renseignées", "Part des champs de la fiche", counts)
    head = f"<p>En moyenne, {f'{mean:.1f}'.replace('.', ',')} champs de la fiche renseignés sur {whole}.</p>\n"
    return found.replace("</h3>\n", f"</h3>\n{head}", 1)


def _alerts(rows: Sequence[Row]) -> str:
    """What is outdated, then which uses should have been examined."""
    found = Counter(alert for row in rows for alert in row.alerts)
    told = _counted(
        "Ce qui est en retard", "Quoi", ((label, float(found[name]), str(found[name])) for name, label in ALERTS.items())
    )
    told += f"<p>{say(GRACE_TOLD)}</p>\n" if found["mesure"] else ""
    late = sorted((row for row in rows if "examen" in row.alerts), key=lambda row: (row.next_review, row.id))
    if not late:
        return told
    more = f"<p>Et {plural(len(late) - NAMED, 'autre')}.</p>\n" if len(late) > NAMED else ""
    cells = [(f'<a href="{esc(row.id)}.html">{esc(row.title)}</a>', french_date(row.next_review)) for row in late[:NAMED]]
    return f"{told}<h3>Examens en retard</h3>\n{table(('Usage', 'Examen prévu le'), cells, kind='boussole-cards')}{more}"
