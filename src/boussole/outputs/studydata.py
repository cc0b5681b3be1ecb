"""The open data of the study of working conditions: three tables and JSON with their schemas, a Data Package, sums.

Relative to ``donnees/conditions-de-travail/``. Nothing is there that the result files do not hold.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from boussole import catalogue
from boussole.cells import GUARD, cell, line
from boussole.merging import number_text
from boussole.model import Doctrine
from boussole.results import Result, Score, scores_of, scores_of_item
from boussole.schemas import DIALECT
from boussole.schemas import schema_of as json_schema_of
from boussole.study import Protocol
from boussole.tables import NATURE, TYPES, VERSION, Column, Table, resource_of, schema_of, stamp
from boussole.templating import render

NAME = "conditions-de-travail"
TITLE = "Résultats de l’étude des conditions de travail"
SCHEMA = "schemas/resultat.json"
_ID = {"required": True, "pattern": "[a-z0-9]+(-[a-z0-9]+)*"}


def tables(protocol: Protocol) -> list[Table]:
    """The three tables, with what each column holds."""
    wave = Column("vague", "Vague", "Mois après l’ouverture de l’outil.", "integer", {"required": True, "minimum": 0})
    use = Column("usage_id", "Usage", "Identifiant de l’usage, dans la table du registre.", constraints=_ID)
    nature = Column("nature", "Nature", "« reel » ou « exemple », inventé.", constraints={"enum": list(NATURE.values())})
    counted = {"required": True, "minimum": 5}
    told = (
        Column("groupe", "Groupe", "Le métier ou le lieu ; vide pour tous ensemble."),
        Column("effectif", "Effectif", "Combien de personnes : jamais moins de cinq.", "integer", counted),
        Column("valeur", "Valeur", "La moyenne ; plus elle est haute, mieux c’est.", "number", {"required": True}),
    )
    return [
        Table(
            "vagues",
            "Les vagues",
            "Une ligne par usage et par vague.",
            (
                use,
                wave,
                nature,
                Column("titre", "Titre", "Ce qu’est l’usage."),
                Column("cloture", "Clôture", "Mois de clôture, AAAA-MM.", constraints={"required": True}),
                Column("protocole", "Protocole", "Version du protocole.", constraints={"required": True}),
                Column("reponses", "Réponses", "Combien de feuilles.", "integer", counted),
                Column("remises", "Remises", "Combien de feuilles ont été remises ; vide quand on ne le sait pas.", "integer"),
                Column("groupes", "Groupes", "Ce que sont les groupes, métier ou lieu ; vide sans groupe."),
                Column("retenues", "Retenues", "Les questions que trop peu ont répondues, séparées par une espace."),
            ),
            ("usage_id", "vague"),
        ),
        Table(
            "resultats",
            "Les résultats, question par question",
            "Une ligne par question et par groupe, et une pour tous.",
            (
                use,
                wave,
                nature,
                Column("question", "Question", "Identifiant.", constraints={"enum": [one.id for one in protocol.items]}),
                *told,
            ),
            ("usage_id", "vague", "question", "groupe"),
        ),
        Table(
            "indicateurs",
            "Les indicateurs du critère 4",
            "Une ligne par indicateur et par groupe, et une pour tous : ce que porte le registre.",
            (
                use,
                wave,
                nature,
                Column("indicateur", "Indicateur", "Identifiant.", constraints={"enum": list(protocol.measured)}),
                *told,
            ),
            ("usage_id", "vague", "indicateur", "groupe"),
        ),
    ]


def _published(protocol: Protocol) -> dict[str, str]:
    """What each file is, by name."""
    return {
        **{f"{table.name}.csv": table.description for table in tables(protocol)},
        "resultats.json": "Les résultats entiers, et leurs indicateurs.",
        "protocole.json": "Le protocole : questions, échelles, étapes, règles.",
        SCHEMA: "Ce que doit être un fichier de résultat (JSON Schema).",
        "datapackage.json": "La description des tables, pour les outils (Data Package).",
        "catalogue.ttl": "La description pour les portails de données (DCAT-AP 3.0.1) ; la même en catalogue.jsonld.",
        "SHA256SUMS": "L’empreinte de chaque fichier.",
    }


def render_columns(protocol: Protocol, doctrine: Doctrine) -> str:
    """The page that tells what each column holds."""
    lead = (
        "Tout ce que montrent les pages de l’étude se télécharge : trois tables en CSV, les mêmes données en JSON, leurs schémas."
    )
    return render(
        "pages/dependance-donnees.md.j2", title="Données des conditions de travail", lead=lead, tables=tables(protocol),
        types=TYPES, doctrine=doctrine, published=_published(protocol), guard=GUARD, folder=NAME,
    )  # fmt: skip


def render_files(
    protocol: Protocol, doctrine: Doctrine, results: Sequence[Result], titles: Mapping[str, str], base: str
) -> dict[str, str]:
    """Every file, by name. ``base`` is the address of the site, or nothing when it is not known."""
    rows: dict[str, list[Sequence[str]]] = {
        "vagues": [_wave(one, titles) for one in results],
        "resultats": [
            row for one in results for name in one.items for row in _rows(one, name, scores_of_item(protocol, one, name))
        ],
        "indicateurs": [
            row for one in results for name in protocol.measured for row in _rows(one, name, scores_of(protocol, one, name))
        ],
    }
    described = tables(protocol)
    found = {f"{table.name}.csv": table.header + "".join(_line(table, row) for row in rows[table.name]) for table in described}
    found |= {f"schemas/{table.name}.json": catalogue.pretty(schema_of(table, is_beside_register=False)) for table in described}
    found[SCHEMA] = catalogue.pretty({"$schema": DIALECT, "title": "Un résultat de l’étude", **json_schema_of(Result)})
    found["resultats.json"] = catalogue.pretty([_told(protocol, one) for one in results])
    found["protocole.json"] = catalogue.pretty(_plain(protocol))
    found["datapackage.json"] = catalogue.pretty(_package(protocol, described, found))
    found["catalogue.ttl"], found["catalogue.jsonld"] = _catalogue(protocol, doctrine, results, found, base)
    return {**found, "SHA256SUMS": "".join(f"{stamp(found[name])[1]}  {name}\n" for name in sorted(found))}


def _line(table: Table, row: Sequence[str]) -> str:
    """A line of a table. A number stays as it is: guarded, minutes that were lost would be read as a text."""
    pairs = zip(table.columns, row, strict=True)
    return line(text if column.type in ("integer", "number") else cell(text) for column, text in pairs)


def _plain(value: Any) -> Any:
    """The protocol as data, without what is empty."""
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if hasattr(value, "__dataclass_fields__"):
        parts = {name: _plain(getattr(value, name)) for name in value.__dataclass_fields__}
        return {name: part for name, part in parts.items() if part not in (None, [])}
    return value


def _wave(one: Result, titles: Mapping[str, str]) -> Sequence[str]:
    handed = "" if one.handed is None else str(one.handed)
    head = (one.use, str(one.wave), NATURE[one.kind], titles.get(one.use, ""), one.closed, one.protocol, str(one.answered))
    return (*head, handed, one.by or "", " ".join(one.withheld))


def _rows(one: Result, name: str, scores: Sequence[Score]) -> Iterator[Sequence[str]]:
    for score in scores:
        yield one.use, str(one.wave), NATURE[one.kind], name, score.group or "", str(score.count), number_text(score.value)


def _told(protocol: Protocol, one: Result) -> dict[str, Any]:
    """A result and the indicators that follow from it."""
    indicators = {
        name: [{"group": score.group, "count": score.count, "value": score.value} for score in scores]
        for name in protocol.measured
        if (scores := scores_of(protocol, one, name))
    }
    return {**one.to_data(), "indicators": indicators}


def _package(protocol: Protocol, described: Sequence[Table], found: Mapping[str, str]) -> dict[str, Any]:
    resources = [resource_of(table, *stamp(found[f"{table.name}.csv"])) for table in described]
    return catalogue.package(NAME, TITLE, protocol.notice, f"{protocol.version}+{VERSION}", resources)


def _catalogue(
    protocol: Protocol, doctrine: Doctrine, results: Sequence[Result], found: Mapping[str, str], base: str
) -> tuple[str, str]:
    """The same files for data portals; its day is the first of the latest month when a wave was closed."""
    described = {f"{table.name}.csv": table.title for table in tables(protocol)}
    described |= {"resultats.json": "Les résultats entiers", "protocole.json": "Le protocole"}
    files = [catalogue.File(name, title, *stamp(found[name])) for name, title in described.items()]
    about = "Ce que disent les agents, avant l’outil puis jusqu’à trois ans après, par groupes de cinq personnes ou plus. "
    about += protocol.notice
    words = ("conditions de travail", "dialogue social", "intelligence artificielle")
    data = catalogue.Dataset(NAME, TITLE, about, words, files, "../../conditions-de-travail/donnees.html")
    updated = max((date.fromisoformat(f"{one.closed}-01") for one in results), default=doctrine.doctrine.adopted)
    return catalogue.render(TITLE, about, updated, [data], f"{base}donnees/conditions-de-travail/" if base else "")
