"""The open data of the library of uses: our sheets in the exchange format, as tables too, with their schemas and sums; its feed.

Relative to ``donnees/bibliotheque/``.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from boussole import catalogue, feed
from boussole.cells import cell, line
from boussole.library import FOLDER as PAGES
from boussole.library import Experience, Library
from boussole.merging import number_text
from boussole.model import Doctrine
from boussole.schemas import DIALECT
from boussole.schemas import schema_of as json_schema_of
from boussole.sheets import FIELDS, Sheet, Sheets, render_sheets
from boussole.tables import NATURE, VERSION, Column, Table, resource_of, schema_of, stamp

FOLDER = "donnees/bibliotheque"
TITLE = "La bibliothèque des usages"
FEED, LATEST = "bibliotheque.atom", 100  # entries of the feed
_ID = {"required": True, "pattern": "[a-z0-9]+(-[a-z0-9]+)*"}
# The columns of the table, by the key of a sheet; an opinion takes several, and measures have a table of their own.
NAMES = {
    "id": "id",
    "kind": "nature",
    "title": "titre",
    "domain": "domaine",
    "genre": "genre",
    "authority": "collectivite",
    "status": "statut",
    "status_on": "date_du_statut",
    "summary": "resume",
    "decision": "decision",
    "conclusion": "conclusion",
    "changed": "ce_qui_change_l_avis",
    "without_ai": "sans_ia",
    "contact": "contact",
    "license": "licence",
    "source": "source",
    "author": "ecrite_par",
    "date": "date",
}
_MORE: Mapping[str, Mapping[str, Any]] = {
    "id": _ID,
    "title": {"required": True},
    "kind": {"required": True, "enum": list(NATURE.values())},
}
SHEETS = Table(
    "fiches",
    "Les fiches d’usage",
    "Une ligne par fiche. Une cellule vide : non renseigné.",
    (
        *(
            Column(name, FIELDS[key].label, FIELDS[key].plain, "date" if key == "date" else "string", _MORE.get(key, {}))
            for key, name in NAMES.items()
        ),
        Column("avis", "Avis", "Ce que dit la doctrine nommée à côté."),
        Column("avis_doctrine", "Doctrine de l’avis", "Son nom et sa version."),
        Column("avis_criteres", "Critères qui décident", "Séparés par un point-virgule."),
    ),
    ("id",),
)
MEASURES = Table(
    "mesures",
    "Les mesures des fiches",
    "Une ligne par mesure de chaque fiche.",
    (
        Column("fiche_id", "Fiche", "L’identifiant de la fiche.", constraints=_ID),
        Column("rang", "Rang", "Rang de la mesure dans la fiche.", "integer", {"required": True, "minimum": 1}),
        Column("indicateur", "Indicateur", "Ce qui est mesuré.", constraints={"required": True}),
        Column("groupe", "Groupe", "Métier ou lieu, jamais une personne."),
        Column("valeur", "Valeur", "Le nombre.", "number", {"required": True}),
        Column("unite", "Unité", "Son unité.", constraints={"required": True}),
        Column("date", "Date", "Le jour, le mois ou l’année de la mesure.", constraints={"required": True}),
        Column("source", "Source", "D’où vient la valeur.", constraints={"required": True}),
    ),
    ("fiche_id", "rang"),
)


def library_files(doctrine: Doctrine, library: Library, base: str = "") -> dict[str, str]:
    """Every file, by name: what is ours, and not what others told, which the feed only announces. ``base``: the address of the
    site, with a final slash."""
    sheets = [one.sheet for one in library.ours]
    rows = {"fiches": map(_sheet, sheets), "mesures": (row for sheet in sheets for row in _measures(sheet))}
    found = {
        f"{table.name}.csv": table.header + "".join(line(map(cell, row)) for row in rows[table.name])
        for table in (SHEETS, MEASURES)
    }
    found |= {f"schemas/{table.name}.json": catalogue.pretty(schema_of(table)) for table in (SHEETS, MEASURES)}
    found |= {"fiches.json": exported(doctrine, sheets), "schemas/fiche-d-usage.json": render_schema()}
    found[FEED] = _feed(doctrine, library, base)
    resources = [resource_of(table, *stamp(found[f"{table.name}.csv"])) for table in (SHEETS, MEASURES)]
    package = catalogue.package("bibliotheque", TITLE, doctrine.doctrine.notice, VERSION, resources)
    found["datapackage.json"] = catalogue.pretty(package)
    found["catalogue.ttl"], found["catalogue.jsonld"] = _catalogue(doctrine, library, found, base)
    return {**found, "SHA256SUMS": "".join(f"{stamp(found[name])[1]}  {name}\n" for name in sorted(found))}


def _catalogue(doctrine: Doctrine, library: Library, found: Mapping[str, str], base: str) -> tuple[str, str]:
    """The same files for data portals; its day is the latest of what they hold."""
    titles = {**{f"{table.name}.csv": table.title for table in (SHEETS, MEASURES)}, "fiches.json": f"{TITLE}, en entier"}
    titles |= {FEED: "Flux des fiches d’usage"}
    files = [catalogue.File(name, title, *stamp(found[name])) for name, title in titles.items()]
    words = ("intelligence artificielle", "cas d’usage", "collectivités", "transparence")
    notice = doctrine.doctrine.notice
    data = catalogue.Dataset("bibliotheque", TITLE, notice, words, files, "../../usages/index.html")
    updated = max([_day(one) for shelf in library.shelves for one in shelf.experiences], default=doctrine.doctrine.adopted)
    return catalogue.render(TITLE, notice, updated, [data], f"{base}{FOLDER}/" if base else "")


def _feed(doctrine: Doctrine, library: Library, base: str) -> str:
    """The sheets by the day they were written, or taken from elsewhere, the newest first."""
    identity = doctrine.doctrine
    tag = f"tag:boussole.invalid,{identity.adopted.year}:{identity.id}:{PAGES}"
    entries = [_entry(one, shelf.genre.id, tag, base) for shelf in library.shelves for one in shelf.experiences]
    entries.sort(key=lambda entry: (entry.on, entry.id), reverse=True)
    links = (f"{base}{FOLDER}/{FEED}", f"{base}{PAGES}/index.html") if base else ("", "")
    return feed.render(tag, f"{identity.name} : {TITLE.lower()}", identity.adopted, links, entries[:LATEST])


def _day(one: Experience) -> date:
    """The day a sheet was written, or taken from elsewhere."""
    return one.placed.imported if one.placed else one.sheet.date


def _entry(one: Experience, genre: str, tag: str, base: str) -> feed.Entry:
    """What is new: of what others wrote, only that it is there, for their words stand on the page with their licence."""
    sheet, on = one.sheet, _day(one)
    name = sheet.name if one.placed else one.id
    kind = "" if one.is_real else " (exemple inventé)"
    told = "Une fiche d’ailleurs est reprise." if one.is_theirs else sheet.conclusion or sheet.summary or sheet.title
    return feed.Entry(
        id=f"{tag}:{one.where}:{name}:{on}",
        title=f"{sheet.title}{kind}" if one.where == "cas" else f"{sheet.authority} : {sheet.title}{kind}",
        on=on,
        text=told,
        link=f"{base}{one.page or f'{PAGES}/{genre}'}.html" if base else "",
    )


def exported(doctrine: Doctrine, sheets: Sequence[Sheet]) -> str:
    """Some sheets as a file of the exchange format."""
    return render_sheets(sheets, doctrine.doctrine.notice)


def render_schema() -> str:
    """The JSON Schema of a file of the exchange format."""
    schema: dict[str, Any] = json_schema_of(Sheets)
    for name, told in schema["properties"]["sheets"]["items"]["properties"].items():
        told |= {"title": FIELDS[name].label, "description": FIELDS[name].plain}
    title = "Des fiches d’usage"
    plain = "Ce que des collectivités ont essayé, étudié ou refusé, et ce qu’elles en ont conclu."
    return catalogue.pretty({"$schema": DIALECT, "title": title, "description": plain, **schema})


def _sheet(sheet: Sheet) -> Iterator[str]:
    told: Mapping[str, Any] = {**{name: getattr(sheet, name) for name in NAMES}, "kind": NATURE[sheet.kind]}
    yield from (str(value) if value is not None else "" for value in told.values())
    advice = sheet.opinion
    yield from (advice.label, f"{advice.doctrine} {advice.version}", " ; ".join(advice.criteria)) if advice else ("", "", "")


def _measures(sheet: Sheet) -> Iterator[Sequence[str]]:
    for rank, one in enumerate(sheet.measures, 1):
        yield sheet.id, str(rank), one.label, one.group or "", number_text(one.value), one.unit, one.on, one.source
