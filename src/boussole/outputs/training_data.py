"""The open data of the training: how many people are trained, as a table and as JSON, with their schemas and sums.

Relative to ``donnees/formation/``. What is withheld on the pages is withheld here.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from boussole import catalogue
from boussole.cells import cell, line
from boussole.coverage import AUDIENCES, FIRST_YEAR, Group, Year
from boussole.events import WITHHELD
from boussole.model import Doctrine
from boussole.monitoring import FEW
from boussole.schemas import DIALECT
from boussole.schemas import schema_of as json_schema_of
from boussole.tables import NATURE, VERSION, Column, Table, resource_of, schema_of, stamp

NAME = "formation"
TITLE = "Couverture de la formation"
ABOUT = "Combien de personnes sont formées, par année et par public : des nombres, jamais de nom. « exemple » est inventé."
_COUNT = {"minimum": 0}

TABLE = Table(
    "couverture",
    TITLE,
    f"Une ligne par année et par public. Les nombres d’un groupe de moins de {FEW} personnes ne sont pas publiés.",
    (
        Column("annee", "Année", "L’année comptée.", "integer", {"required": True, "minimum": FIRST_YEAR}),
        Column(
            "nature",
            "Nature",
            "« reel », ou « exemple » : inventé.",
            constraints={"required": True, "enum": list(NATURE.values())},
        ),
        Column("public", "Public", "Nul n’est dans deux publics.", constraints={"required": True, "enum": list(AUDIENCES)}),
        Column("collectivite", "Collectivité", "Celle qui compte.", constraints={"required": True}),
        Column("compte_le", "Compté le", "Jour du comptage.", "date", {"required": True}),
        Column("effectif", "Effectif", "Combien de personnes dans ce public.", "integer", {"minimum": FEW}),
        Column("formes", "Formés", "Combien d’entre elles sont formées, ce jour-là, quelle que soit l’année.", "integer", _COUNT),
        Column("part", "Part", "En pour cent, arrondie au dixième inférieur.", "number", {"minimum": 0, "maximum": 100}),
        Column("seances", "Séances", "Séances tenues dans cette seule année.", "integer", _COUNT),
        Column("heures", "Heures", "Durée des séances de cette seule année, en tout.", "number", _COUNT),
        Column(
            "motif_non_publication",
            "Motif",
            f"« {WITHHELD} » : les nombres de ce groupe ne sont pas publiés.",
            constraints={"enum": [WITHHELD]},
        ),
    ),
    ("annee", "nature", "public"),
)


def render_files(doctrine: Doctrine, years: Sequence[Year], base: str) -> dict[str, str]:
    """Every file, by name. ``base`` is the address of the site, or nothing when it is not known."""
    found = {f"{TABLE.name}.csv": TABLE.header + "".join(line(map(cell, row)) for year in years for row in _rows(year))}
    found[f"{TABLE.name}.json"] = catalogue.pretty(_published(doctrine, years))
    found[f"schemas/{TABLE.name}.json"] = catalogue.pretty(schema_of(TABLE))
    found["schemas/formation.json"] = render_schema()
    found["datapackage.json"] = catalogue.pretty(_package(found))
    found["catalogue.ttl"], found["catalogue.jsonld"] = _catalogue(doctrine, years, found, base)
    return {**found, "SHA256SUMS": "".join(f"{stamp(found[name])[1]}  {name}\n" for name in sorted(found))}


def render_schema() -> str:
    """The JSON Schema of the file of a year."""
    return catalogue.pretty({"$schema": DIALECT, "title": "Le comptage d’une année de formation", **json_schema_of(Year)})


def _rows(year: Year) -> Iterator[Sequence[str]]:
    for audience, group in year.groups.items():
        head = (str(year.year), NATURE[year.kind], audience, year.authority, str(year.counted_on))
        yield (*head, *(_counts(group) if group.is_published else ("", "", "", "", "", WITHHELD)))


def _counts(group: Group) -> Sequence[str]:
    sessions = "" if group.sessions is None else str(group.sessions)
    hours = "" if group.hours is None else f"{group.hours:g}"
    return str(group.headcount), str(group.trained), f"{group.percent:g}", sessions, hours, ""


def _published(doctrine: Doctrine, years: Sequence[Year]) -> dict[str, Any]:
    """The years as they are, with what is computed of them and without what is withheld."""
    identity = doctrine.doctrine
    return {
        "schema_version": VERSION,
        "notice": f"{ABOUT} {identity.notice}",
        "doctrine": {"id": identity.id, "version": identity.version, "fingerprint": doctrine.fingerprint},
        "years": [_told(year) for year in years],
    }


def _told(year: Year) -> dict[str, Any]:
    data = year.to_data()
    shown = {
        name: {**data["audiences"][name], "percent": group.percent} if group.is_published else {"withheld": WITHHELD}
        for name, group in year.groups.items()
    }
    return {**data, "audiences": shown}


def _package(found: dict[str, str]) -> dict[str, Any]:
    resources = [resource_of(TABLE, *stamp(found[f"{TABLE.name}.csv"]))]
    return catalogue.package(NAME, TITLE, ABOUT, VERSION, resources)


def _catalogue(doctrine: Doctrine, years: Sequence[Year], found: dict[str, str], base: str) -> tuple[str, str]:
    """The same files for data portals; its day is that of the latest count."""
    titles = {f"{TABLE.name}.csv": TITLE, f"{TABLE.name}.json": f"{TITLE}, en entier"}
    files = [catalogue.File(name, title, *stamp(found[name])) for name, title in titles.items()]
    words = ("formation", "intelligence artificielle", "agents publics", "élus")
    data = catalogue.Dataset(NAME, TITLE, ABOUT, words, files, "../../se-former/couverture.html")
    updated = max([year.counted_on for year in years], default=doctrine.doctrine.adopted)
    return catalogue.render(TITLE, ABOUT, updated, [data], f"{base}donnees/{NAME}/" if base else "")
