"""The open data of what is done elsewhere: tables and JSON with their schemas, a Data Package, a catalogue, sums.

Relative to ``donnees/ailleurs/``. A fact whose confidence is low is in none of these files.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from boussole import catalogue
from boussole.cells import GUARD, cell, line
from boussole.elsewhere import EXTENTS, FOLDER, KINDS, NATURES, PARTS, PLACES, Elsewhere, Fact
from boussole.model import Doctrine
from boussole.schemas import DIALECT
from boussole.schemas import schema_of as json_schema_of
from boussole.tables import TYPES, VERSION, Column, Table, resource_of, schema_of, stamp
from boussole.templating import render
from boussole.wording import CONFIDENCE

TITLE = "Territoires, repères et principes d’ailleurs"
ABOUT = (
    "Ce que des territoires ont fait au sujet de l’intelligence artificielle, et comment des textes se placent à côté des lignes "
    "rouges d’une doctrine. Les faits ont une source et une date ; les rapprochements sont une lecture du projet boussole."
)
TITLES = {
    "sources": "Les sources d’ailleurs",
    "territoires": "Les territoires d’ailleurs",
    "reperes": "Les repères",
    "principes": "Les principes d’une autre collectivité",
}
_ID = {"required": True, "pattern": "[a-z0-9]+(-[a-z0-9]+)*"}
_TOLD = {"required": True}
_CONFIDENCE = Column("confiance", "Confiance", "« élevée » ou « moyenne ».", constraints={"enum": ["élevée", "moyenne"]})
_SOURCE = (
    Column("source_id", "Source", "Identifiant de la source.", constraints=_ID),
    Column("source", "Titre de la source", "Comment la source est citée.", constraints=_TOLD),
    Column("adresse", "Adresse", "Où le fait a été lu ; vide quand la source n’est pas en ligne."),
    _CONFIDENCE,
    Column("lu_le", "Lu le", "Jour où la source a été lue.", "date", _TOLD),
)
_PARTIAL = "Année, mois ou jour : AAAA, AAAA-MM ou AAAA-MM-JJ."


def tables(doctrine: Doctrine) -> list[Table]:
    """The five tables, with what each column holds."""
    questions = {"enum": list(doctrine.questions), "required": True}
    return [
        Table(
            "territoires",
            "Les territoires",
            "Une ligne par territoire.",
            (
                Column("id", "Identifiant", "Nom permanent du territoire.", constraints={**_ID, "unique": True}),
                Column("nom", "Nom", "Comment ce site l’appelle.", constraints=_TOLD),
                Column("nature", "Nature", "Ce qu’est le territoire.", constraints={"enum": list(PLACES), "required": True}),
                Column("nom_complet", "Nom complet", "Le nom de la collectivité."),
                Column("autres_noms", "Autres noms", "Comment les sources l’appellent, séparés par « ; »."),
            ),
            ("id",),
        ),
        Table(
            "faits",
            "Les faits",
            "Une ligne par fait d’un territoire, avec sa date et sa source.",
            (
                Column("territoire_id", "Territoire", "Identifiant du territoire.", constraints=_ID),
                Column("date", "Date", _PARTIAL, constraints=_TOLD),
                Column("theme", "Thème", "De quoi il s’agit.", constraints={"enum": list(KINDS), "required": True}),
                Column("fait", "Fait", "Ce qui est dit, dans nos mots.", constraints=_TOLD),
                Column("nom_cite", "Nom cité", "Le nom que la source donne au territoire, quand c’est une liste."),
                *_SOURCE,
            ),
            ("territoire_id", "date", "fait"),
        ),
        Table(
            "reperes",
            "Les repères",
            "Une ligne par texte ou démarche.",
            (
                Column("id", "Identifiant", "Nom permanent du repère.", constraints={**_ID, "unique": True}),
                Column("nom", "Nom", "Comment ce site l’appelle.", constraints=_TOLD),
                Column("nature", "Nature", "Ce que c’est.", constraints={"enum": list(NATURES), "required": True}),
                Column("oblige", "Oblige", "Vrai quand une règle de droit oblige à le suivre.", "boolean", _TOLD),
                Column("resume", "Résumé", "Ce que c’est, en une phrase ou deux.", constraints=_TOLD),
                Column("dates", "Dates", "Dates de la chronologie de la doctrine, par identifiant, séparées par une espace."),
            ),
            ("id",),
        ),
        Table(
            "lignes-rouges",
            "Les lignes rouges de la doctrine à côté des repères",
            "Une ligne par ligne rouge et par repère.",
            (
                Column("question", "Ligne rouge", "Identifiant de la question de la doctrine.", constraints=questions),
                Column("repere_id", "Repère", "Identifiant du repère.", constraints=_ID),
                Column(
                    "etendue",
                    "Étendue",
                    "« autant » ou « moins » que la doctrine ; « large » quand un point est trop large pour être rapproché ; "
                    "« rien » quand le repère, ou l’article 5 d’une loi, n’en parle pas. Notre lecture.",
                    constraints={"enum": [*EXTENTS, "large", "rien"], "required": True},
                ),
                Column("interdits", "Interdits", "Points de l’article 5, par identifiant, séparés par une espace."),
                Column("points", "Points", "Points du repère, par identifiant, séparés par une espace."),
                Column("raison", "Raison", "Pourquoi le projet le lit ainsi, ou ce que dit le reste d’une loi."),
            ),
            ("question", "repere_id"),
        ),
        Table(
            "principes",
            "Les principes d’une autre collectivité, à côté des critères",
            "Une ligne par principe et par critère ; les critères sans principe ont une ligne sans principe.",
            (
                Column("principe", "Principe", "Les mots de la source."),
                Column("critere_id", "Critère", "Identifiant du critère de la doctrine.", constraints=_TOLD),
                Column("raison", "Raison", "Pourquoi le projet les rapproche."),
            ),
            (),
        ),
    ]


def published(doctrine: Doctrine) -> dict[str, str]:
    """What each file is, by name."""
    return {
        **{f"{table.name}.csv": table.description for table in tables(doctrine)},
        "ailleurs.json": "Les mêmes données en un seul fichier, avec les points de chaque repère.",
        "datapackage.json": "La description des tables, pour les outils (Data Package).",
        "catalogue.ttl": "La description pour les portails de données (DCAT-AP 3.0.1) ; la même en catalogue.jsonld.",
        **{f"schemas/fichier-{name}.json": f"{TITLES[name]} : le format du fichier YAML (JSON Schema)." for name in PARTS},
        "SHA256SUMS": "L’empreinte de chaque fichier.",
    }


def render_columns(elsewhere: Elsewhere) -> str:
    """The page that tells what each column holds."""
    doctrine = elsewhere.doctrine
    return render(
        "ailleurs/donnees.md.j2",
        title="Données des pages « Ailleurs »",
        lead="Tout ce que montrent ces pages se télécharge, dans le dossier donnees/ailleurs.",
        tables=tables(doctrine),
        types=TYPES,
        published=published(doctrine),
        guard=GUARD,
    )


def render_schema(name: str) -> str:
    """The JSON Schema of a file of the folder, a key of `PARTS`."""
    return catalogue.pretty({"$schema": DIALECT, "title": TITLES[name], **json_schema_of(PARTS[name])})


def render_files(elsewhere: Elsewhere, base: str) -> dict[str, str]:
    """Every file, by name. ``base`` is the address of the site, or nothing when it is not known."""
    rows, described = _rows(elsewhere), tables(elsewhere.doctrine)
    found = {f"{table.name}.csv": table.header + "".join(line(map(cell, row)) for row in rows[table.name]) for table in described}
    found |= {f"schemas/{table.name}.json": catalogue.pretty(schema_of(table)) for table in described}
    found |= {f"schemas/fichier-{name}.json": render_schema(name) for name in PARTS}
    found["ailleurs.json"] = catalogue.pretty(_whole(elsewhere, rows, described))
    found["datapackage.json"] = catalogue.pretty(_package(described, found))
    found["catalogue.ttl"], found["catalogue.jsonld"] = _catalogue(elsewhere, described, found, base)
    return {**found, "SHA256SUMS": "".join(f"{stamp(found[name])[1]}  {name}\n" for name in sorted(found))}


def _rows(elsewhere: Elsewhere) -> Mapping[str, list[Sequence[str]]]:
    named = {one.id: one for one in elsewhere.territories}
    principles = elsewhere.principles.principles
    matched: list[Sequence[str]] = [(one.words, name, one.because) for one in principles for name in one.criteria]
    return {
        "territoires": [
            (one.id, one.name, one.kind, one.full or "", " ; ".join(one.aliases))
            for one in (named[name] for name in elsewhere.told)
        ],
        "faits": [
            (name, said.fact.date, said.fact.kind, said.fact.says, said.name, *_read(elsewhere, said.fact))
            for name, told in elsewhere.told.items()
            for said in told
        ],
        "reperes": [
            (one.id, one.name, one.nature, str(one.binding).lower(), one.what, " ".join(one.events))
            for one in elsewhere.landmarks
        ],
        "lignes-rouges": [
            (
                line.question.id,
                one.id,
                line.place,
                " ".join(item.id for item in line.prohibitions),
                " ".join(point.id for point in line.points or line.broad),
                line.extent.because if line.extent else line.beyond.says if line.beyond else "",
            )
            for one in elsewhere.landmarks
            for line in elsewhere.lines(one)
        ],
        "principes": [*matched, *(("", section.id, "") for section in elsewhere.unmatched())],
    }


def _read(elsewhere: Elsewhere, fact: Fact) -> Sequence[str]:
    source = elsewhere.source(fact.source)
    return (source.id, source.citation, source.url or "", CONFIDENCE[fact.confidence], str(source.checked_on))


def _whole(elsewhere: Elsewhere, rows: Mapping[str, list[Sequence[str]]], described: Sequence[Table]) -> dict[str, Any]:
    """The tables by name, each line by column; the points of each landmark; how many facts are left out."""
    identity = elsewhere.doctrine.doctrine
    lines = {
        table.name: [dict(zip([column.name for column in table.columns], row, strict=True)) for row in rows[table.name]]
        for table in described
    }
    points = {
        one.id: [
            {
                "id": point.id,
                "says": point.says,
                "source": point.source,
                "questions": point.questions,
                "criteria": point.criteria,
                "prohibitions": point.prohibitions,
                "too_broad_for": point.too_broad_for,
            }
            for point in one.points
        ]
        for one in elsewhere.landmarks
    }
    doctrine = {"id": identity.id, "version": identity.version, "fingerprint": elsewhere.doctrine.fingerprint}
    return {"notice": ABOUT, "doctrine": doctrine, **lines, "points": points, "unpublished": elsewhere.unpublished}


def _package(described: Sequence[Table], found: Mapping[str, str]) -> dict[str, Any]:
    resources = [resource_of(table, *stamp(found[f"{table.name}.csv"])) for table in described]
    return catalogue.package(FOLDER, TITLE, ABOUT, VERSION, resources)


def _catalogue(elsewhere: Elsewhere, described: Sequence[Table], found: Mapping[str, str], base: str) -> tuple[str, str]:
    """The same files for data portals; its day is the latest one that a source was read."""
    titles = {**{f"{table.name}.csv": table.title for table in described}, "ailleurs.json": "Tout en un fichier"}
    files = [catalogue.File(name, title, *stamp(found[name])) for name, title in titles.items()]
    words = ("intelligence artificielle", "collectivités", "lignes rouges")
    data = catalogue.Dataset(FOLDER, TITLE, ABOUT, words, files, f"../../{FOLDER}/donnees.html")
    read = max(source.checked_on for source in elsewhere.sources)
    return catalogue.render(TITLE, ABOUT, read, [data], f"{base}donnees/{FOLDER}/" if base else "")
