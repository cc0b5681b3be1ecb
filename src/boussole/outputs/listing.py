"""The list of the register: pages of a table that need no script, and the data by which a script filters and searches them.

The data is in classic scripts, which also load from a disk. What filters is whole and small; words, and the lines that are
shown, come in pieces that are asked for when a query needs them. Twin of ``static/register.js``.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import pairwise

from boussole.document import STATUS
from boussole.markup import esc, phrases, say, table
from boussole.model import Doctrine
from boussole.register import ALERTS, Row
from boussole.stems import IGNORED, stems
from boussole.writing import french_date, one_line, plural

PAGE = 100  # uses on a page of the list
PIECE = 32  # lines in one piece of data: what twenty results scattered anywhere ask for stays light
SORTS = {"": "Les plus récents", "ancien": "Les plus anciens", "severe": "Les avis les plus sévères", "nom": "Par nom"}
KINDS = {"real": "Réel", "example": "Exemple inventé"}
_EPOCH = date(2000, 1, 1)
_CLOSING = {"<": "\\u003c", "\u2028": "\\u2028", "\u2029": "\\u2029"}


def ordered(rows: Iterable[Row]) -> list[Row]:
    """Rows as the list shows them: what is real first, then the latest told, then by id."""
    found = sorted(rows, key=lambda row: row.id)
    found.sort(key=lambda row: row.updated or row.opened, reverse=True)
    found.sort(key=lambda row: row.kind != "real")
    return found


def page_name(rank: int) -> str:
    """The name of a page of the list, in its folder."""
    return "index" if rank == 1 else f"page-{rank}"


def render_list(doctrine: Doctrine, rows: Sequence[Row], rank: int = 1) -> str:
    """One page of the list, as HTML: its table, the ways to the others, and the box a script fills."""
    count = max(1, -(-len(rows) // PAGE))
    shown = rows[(rank - 1) * PAGE : rank * PAGE]
    if not rows:
        return f"<p>{say('Le registre ne contient encore aucun usage.')}</p>\n"
    if rank > 1:
        back = '<p><a href="index.html">Chercher et filtrer, à la première page</a></p>'
        return f"{back}\n{_table(doctrine, shown)}{_pager(rank, count)}"
    return (
        f'<div class="boussole-register" data-count="{len(rows)}" data-piece="{PIECE}">\n{_choices(doctrine, rows)}'
        f'<p role="status"></p>\n<div class="boussole-found">\n{_table(doctrine, shown)}</div>\n{_pager(rank, count)}</div>\n'
    )


def _choices(doctrine: Doctrine, rows: Sequence[Row]) -> str:
    """What one may ask of the list; hidden, since a script answers."""
    levels = [doctrine.level(name).label for name in doctrine.levels] + ["À compléter"]
    late = {"oui": "Tout ce qui est en retard", **{label: label for label in ALERTS.values()}}
    told = [
        '<div class="boussole-asked"><label for="choix-q">Mots à chercher</label> '
        '<input type="search" id="choix-q" autocomplete="off" enterkeyhint="search"></div>\n',
        _choice("avis", "Avis du jour", {"": "Tous"} | {label: label for label in levels}),
        _choice("etat", "État", {"": "Tous"} | {label: label for label in STATUS.values()}),
        _choice("critere", "Critère en cause", {"": "Tous"} | {label: label for label in _criteria(doctrine)}),
        _choice("service", "Service", {"": "Tous"} | {name: name for name in _services(rows)}),
        _choice("nature", "Réel ou exemple", {"": "Les deux"} | {label: label for label in KINDS.values()}),
        _choice("alerte", "À surveiller", {"": "Peu importe"} | late),
        _choice("tri", "Ordre", SORTS),
        '<div><button type="button">Tout effacer</button></div>\n',
    ]
    return f'<div class="boussole-filters" role="search" aria-label="Chercher dans le registre" hidden>\n{"".join(told)}</div>\n'


def _choice(name: str, label: str, options: Mapping[str, str]) -> str:
    """A list to choose from; what people wrote keeps its own words."""
    items = "".join(
        f"<option>{esc(text)}</option>" if value == text else f'<option value="{esc(value)}">{esc(text)}</option>'
        for value, text in options.items()
    )
    return f'<div><label for="choix-{name}">{say(label)}</label> <select id="choix-{name}">{items}</select></div>\n'


def _criteria(doctrine: Doctrine) -> list[str]:
    return [f"{section.number}. {section.label}" for section in doctrine.criteria]


def _services(rows: Sequence[Row]) -> list[str]:
    """The services, on one line each: a list to choose from would trim them."""
    return sorted({service for row in rows if (service := one_line(row.service).strip())})


def summary_of(rows: Sequence[Row]) -> str:
    """How many uses there are; invented ones are counted apart."""
    real = sum(row.kind == "real" for row in rows)
    told = f"{plural(real, 'usage réel', 'usages réels')} et {plural(len(rows) - real, 'exemple inventé', 'exemples inventés')}"
    return f"{told}, du plus récemment mis à jour au plus ancien ; les usages réels d’abord."


def _table(doctrine: Doctrine, rows: Iterable[Row]) -> str:
    titles = ("Usage", "Avis du jour", "État", "Mis à jour", "À surveiller")
    return table(titles, (_line(doctrine, row) for row in rows), kind="boussole-cards boussole-uses")


def _line(doctrine: Doctrine, row: Row) -> tuple[str, ...]:
    by = f" <small>{esc(row.service or row.authority)}</small>" if row.service or row.authority else ""
    kind = f" <small>{KINDS[row.kind]}</small>" if row.kind == "example" else ""
    return (
        f'<a href="{esc(row.id)}.html">{esc(one_line(row.title))}</a>{kind}{by}',
        phrases(doctrine).marked(row.attainable),
        say(STATUS[row.status]),
        french_date(row.updated) if row.updated else "",
        _watched(row.alerts),
    )


def _watched(alerts: Sequence[str]) -> str:
    return "<br>".join(say(_SHORT[alert]) for alert in alerts)


_SHORT = {
    "doctrine": "Autre version",
    "relire": "À relire",
    "examen": "Examen en retard",
    "mesure": "Mesure en retard",
    "condition": "Condition en retard",
}


def _pager(rank: int, count: int) -> str:
    """The ways to the pages before and after, and to the first and the last."""
    if count == 1:
        return ""
    near = sorted({1, count, *range(max(1, rank - 2), min(count, rank + 2) + 1)})
    links = []
    for before, page in pairwise([0, *near]):
        gap = "… " if page - before > 1 else ""
        current = ' aria-current="page"' if page == rank else ""
        links.append(f'<li>{gap}<a href="{page_name(page)}.html"{current}>{page}</a></li>')
    return f'<nav class="boussole-pager" aria-label="Pages de la liste"><ul>{"".join(links)}</ul></nav>\n'


# -- the data of the script


def render_browsing(doctrine: Doctrine, rows: Sequence[Row]) -> dict[str, str]:
    """What the script of the list reads, by file name: what filters, the lines by pieces, the words by their first letters."""
    rows = sorted(rows, key=lambda row: row.id)  # what one dossier says of itself then moves no other
    shards = _words(rows)
    files = {"registre-filtres.js": _declared("Filters", _filters(doctrine, rows) | {"heads": sorted(shards)})}
    for rank in range(0, len(rows), PIECE):
        lines = [_piece_line(row) for row in rows[rank : rank + PIECE]]
        files[f"registre-lignes-{rank // PIECE}.js"] = _handed("lines", rank // PIECE, lines)
    for head, found in shards.items():
        files[f"registre-mots-{head}.js"] = _handed("words", head, found)
    return files


def _filters(doctrine: Doctrine, rows: Sequence[Row]) -> dict[str, object]:
    """What is filtered and sorted, a column a string: one character a use, whose place names a value."""
    services = _services(rows)
    places = {name: rank for rank, name in enumerate(["", *services])}
    levels = [*doctrine.levels, ""]
    return {
        "ignored": " ".join(sorted(IGNORED)),
        "levels": [doctrine.level(name).label if name else "À compléter" for name in levels],
        "signs": [list(phrases(doctrine).state([name])) if name else list(phrases(doctrine).state(())) for name in levels],
        "criteria": _criteria(doctrine),
        "statuses": list(STATUS.values()),
        "kinds": list(KINDS.values()),
        "alerts": list(ALERTS.values()),
        "short": [_SHORT[name] for name in ALERTS],
        "services": services,
        "opinion": _column(levels.index(row.opinion) for row in rows),
        "status": _column(list(STATUS).index(row.status) for row in rows),
        "kind": _column(list(KINDS).index(row.kind) for row in rows),
        "alert": _column(sum(1 << rank for rank, name in enumerate(ALERTS) if name in row.alerts) for row in rows),
        "finding": [
            _column(levels.index(row.findings[rank][0] if len(row.findings[rank]) == 1 else "") for row in rows)
            for rank in range(len(doctrine.criteria))
        ],
        "service": _column(places[one_line(row.service).strip()] for row in rows),
        "updated": _column(_days(row.updated) for row in rows),
    }


def _column(values: Iterable[int]) -> str:
    """Small numbers as one string: no character asks to be escaped in JSON, and surrogates are stepped over."""
    return "".join(chr(value + 93) if value + 93 < 0xD800 else chr(value + 93 + 0x800) for value in values)


def _days(text: str) -> int:
    """Days since 2000, 0 when unknown or before."""
    return max(0, (date.fromisoformat(text) - _EPOCH).days) if text else 0


def _piece_line(row: Row) -> list[str]:
    return [row.id, one_line(row.title), row.service or row.authority]


def _words(rows: Sequence[Row]) -> dict[str, dict[str, str]]:
    """By the first two letters of a stem, the ranks of the rows that say each, as distances."""
    places: dict[str, list[int]] = defaultdict(list)
    for rank, row in enumerate(rows):
        for found in set(stems(f"{row.title} {row.summary} {row.service} {row.authority}")):
            places[found].append(rank)
    shards: dict[str, dict[str, str]] = defaultdict(dict)
    for found, ranks in sorted(places.items()):
        shards[found[:2]][found] = _column(after - before for before, after in pairwise([-1, *ranks]))
    return shards


def _declared(name: str, value: object) -> str:
    return f"var boussole{name}={_inert(value)};\n"


def _handed(kind: str, key: object, value: object) -> str:
    """A piece that hands itself over when it arrives, whatever the order."""
    return f'boussoleRegister.take("{kind}","{key}",{_inert(value)});\n'


def _inert(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for character, escaped in _CLOSING.items():
        text = text.replace(character, escaped)
    return text


def pages_of_list(doctrine: Doctrine, rows: Sequence[Row]) -> Iterator[tuple[int, str]]:
    """The pages of the list after the first, each with its rank."""
    for rank in range(2, -(-len(rows) // PAGE) + 1):
        yield rank, f"<h1>Registre, page {rank}</h1>\n{render_list(doctrine, rows, rank)}"
