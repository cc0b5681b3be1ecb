"""The open data of the register: one use at a time, then what is made of them all. Relative to ``donnees/``."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date
from heapq import nlargest
from importlib.resources import files as resources
from typing import Any

from boussole import catalogue, feed
from boussole.cards import assessment_card, system_card, title_of
from boussole.cells import guarded, restore
from boussole.dossier import Dossier
from boussole.events import KINDS, WITHHELD
from boussole.lines import lines_of
from boussole.model import Doctrine
from boussole.monitoring import is_published
from boussole.register import Row, Use
from boussole.schemas import use_schema
from boussole.tables import CHANGES, INVENTORY, VERSION, Stamp, Table, resource_of, schema_of, stamp, tables

FEED = "registre.atom"
ARCHIVE = "registre.zip"
SUMS = "SHA256SUMS"
LATEST = 100  # entries of the feed: what readers fetch every hour stays small
NAME = "registre-des-usages"
TITLE = "Registre des usages de l’intelligence artificielle"
ABOUT = (
    "Les usages évalués, refusés ou abandonnés compris, avec leurs réponses, leurs mesures et l’avis de la doctrine, que chacun "
    "peut recalculer. Les usages dont la nature est « exemple » sont inventés."
)
Data = dict[str, Any]


# -- one use -----------------------------------------------------------------------------------------------------------------


def use_files(use: Use) -> dict[str, str]:
    """The files of one use, by name."""
    name = f"usages/{use.dossier.id}"
    return {
        f"{name}.json": _json(_use(use)),
        f"{name}.assessment-card.json": _json(assessment_card(use)),
        f"{name}.system-card.json": _json(system_card(use)),
    }


def use_lines(use: Use) -> dict[str, str]:
    """The lines of one use in each table, by the name of the table."""
    return lines_of(use)


def _use(use: Use) -> Data:
    identity, found = use.doctrine.doctrine, use.current
    reasons = [
        {name: getattr(reason, name) for name in ("question", "option", "level", "because", "remedy")}
        for reason in found.assessment.reasons
    ]
    return {
        "schema_version": VERSION,
        "notice": identity.notice,
        "dossier": _published(use.dossier),
        "opinion": {
            "doctrine": {"id": identity.id, "version": identity.version, "fingerprint": use.doctrine.fingerprint},
            "opinion": found.opinion,
            "attainable": found.attainable,
            "from_answers": found.assessment.attainable,
            "findings": found.findings,
            "reasons": reasons,
            "readings": [_reading(reading) for reading in found.readings],
        },
        "alerts": use.alerts,
    }


def _reading(reading: Any) -> Data:
    measure = reading.measure
    told = {"indicator": reading.indicator.id, "on": str(measure.on), "group": measure.group, "band": reading.band}
    return {name: value for name, value in told.items() if value} | {"level": reading.level}


def _published(dossier: Dossier) -> Data:
    """The dossier as data, without what few people say: neither the value, nor where it is written, nor how few they are."""
    data = dossier.to_data()
    for name, listed in dossier.measures.items():
        pairs = zip(listed, data["measures"][name], strict=True)
        data["measures"][name] = [written if is_published(measure) else _withheld(written) for measure, written in pairs]
    if "variants" in data:  # what other versions measured is kept there as it was written
        data["variants"] = {path: found for path, found in data["variants"].items() if not path.startswith("measures")}
    return data


def _withheld(written: Data) -> Data:
    kept = {name: value for name, value in written.items() if name not in ("value", "source", "count")}
    return {**kept, "withheld": WITHHELD}


def _json(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False, check_circular=False, separators=(",", ":")) + "\n"


# -- all of them --------------------------------------------------------------------------------------------------------------


def register_files(
    doctrine: Doctrine, rows: Sequence[Row], written: Mapping[str, Stamp], events: Iterable[str], base: str, today: date
) -> dict[str, str]:
    """Every other file but the tables and the sums.

    The tables are too large to be held: ``written`` says what each is, by file name, and ``events`` gives the lines of theirs."""
    updated = _updated(doctrine, rows, today)
    found = _schemas(doctrine)
    found["doctrine.json"] = _json(_doctrine(doctrine))
    found |= {"recalculer.py": _own("published", "recalculer.py"), "recalculer.js": _own("static", "recompute.js")}
    found[FEED] = _feed(doctrine, rows, events, base, today)
    stamps = {**written, **{name: stamp(text) for name, text in found.items()}}
    found["datapackage.json"] = catalogue.pretty(_package(doctrine, stamps, updated))
    stamps["datapackage.json"] = stamp(found["datapackage.json"])
    found["catalogue.ttl"], found["catalogue.jsonld"] = _catalogue(doctrine, stamps, base, updated)
    return found


def sum_of(name: str, text: str) -> str:
    """The line of a file in the sums, as `sha256sum` checks it."""
    return sum_line(name, stamp(text)[1])


def sum_line(name: str, digest: str) -> str:
    """The same of a file whose digest is known."""
    return f"{digest}  {name}\n"


def sums(files: Mapping[str, str]) -> str:
    """The sums of some files, in the order of their names."""
    return "".join(sum_of(name, files[name]) for name in sorted(files))


def _own(folder: str, name: str) -> str:
    return (resources("boussole") / folder / name).read_text(encoding="utf-8")


def _updated(doctrine: Doctrine, rows: Sequence[Row], today: date) -> date:
    """When something last changed: building the same register again on another day changes no file."""
    known = [date.fromisoformat(day) for row in rows for day in (row.updated, row.opened) if day]
    edited = [version.date for version in doctrine.versions]
    return max((day for day in (*known, *edited) if day <= today), default=doctrine.doctrine.adopted)


def _schemas(doctrine: Doctrine) -> dict[str, str]:
    """The schema of each table, of what is published of one use, and of Etalab's sheet alone; then how they changed."""
    found = {f"schemas/{table.name}.json": catalogue.pretty(schema_of(table)) for table in tables(doctrine)}
    inventory = Table(
        "inventaire",
        "Inventaire des algorithmes publics",
        "Les dix-neuf informations de la fiche pratique d’Etalab sur l’inventaire des principaux traitements algorithmiques, "
        "dans son ordre et ses mots. Cette écriture sous forme de schéma est une proposition du projet boussole.",
        INVENTORY,
        (),
    )
    found["schemas/inventaire.json"] = catalogue.pretty(schema_of(inventory))
    found["schemas/usage.json"] = catalogue.pretty(use_schema(doctrine))
    found["schemas/CHANGELOG.md"] = "# Versions des schémas\n" + "".join(
        f"\n## {version} ({day})\n\n" + "".join(f"* {change}\n" for change in changes) for version, day, changes in CHANGES
    )
    return found


def _doctrine(doctrine: Doctrine) -> Data:
    """The doctrine: what its fingerprint covers, then all of it as its source says it."""
    identity = doctrine.doctrine
    return {
        "id": identity.id,
        "version": identity.version,
        "notice": identity.notice,
        "fingerprint": doctrine.fingerprint,
        "fingerprints": doctrine.fingerprints,
        "rules": doctrine.norms,
        "source": _plain(doctrine),
    }


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        found = {item.name: _plain(getattr(value, item.name)) for item in fields(value)}
        return {name: item for name, item in found.items() if item is not None and item is not False and item not in ([], {})}
    if isinstance(value, Mapping):
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value.isoformat() if isinstance(value, date) else value


def _package(doctrine: Doctrine, stamps: Mapping[str, Stamp], updated: date) -> Data:
    resources = [resource_of(table, *stamps[f"{table.name}.csv"]) for table in tables(doctrine)]
    return catalogue.package(
        NAME, TITLE, f"{ABOUT} {doctrine.doctrine.notice}", f"{doctrine.doctrine.version}+{updated}", resources
    )


def _catalogue(doctrine: Doctrine, stamps: Mapping[str, Stamp], base: str, updated: date) -> tuple[str, str]:
    def file(path: str, title: str) -> catalogue.File:
        return catalogue.File(path, title, *stamps.get(path, (None, "")))

    listed = [file(f"{table.name}.csv", table.title) for table in tables(doctrine)]
    listed += [
        file("datapackage.json", "Description des tables"),
        file(FEED, "Flux des événements"),
        file(ARCHIVE, "Tout, en un fichier"),
    ]
    words = ("algorithmes publics", "intelligence artificielle", "registre", "transparence")
    register = catalogue.Dataset(NAME, TITLE, ABOUT, words, listed, "index.html")
    identity = doctrine.doctrine
    rules = catalogue.Dataset(
        "doctrine",
        f"{identity.name} : la doctrine",
        f"Les questions, les réponses possibles, leurs effets et leurs sources. {identity.notice}",
        ("doctrine", "intelligence artificielle"),
        [file("doctrine.json", "La doctrine entière")],
        "index.html",
    )
    return catalogue.render(TITLE, ABOUT, updated, [register, rules], f"{base}donnees/" if base else "")


def _feed(doctrine: Doctrine, rows: Sequence[Row], events: Iterable[str], base: str, today: date) -> str:
    """The latest events of the register, the newest first."""
    identity = doctrine.doctrine
    tag = f"tag:boussole.invalid,{identity.adopted.year}:{identity.id}:registre"
    called, day = {row.id: row for row in rows}, today.isoformat()
    told = (told for told in guarded(events) if told[2] <= day)
    latest = nlargest(LATEST, told, key=lambda told: (told[2], told[0], told[1]))  # by day, use and event
    entries = [
        feed.Entry(
            id=f"{tag}:{use}:{event}",
            title=f"{title_of(called[use])} : {KINDS[kind].lower()}",
            on=date.fromisoformat(on),
            text=text,
            link=f"{base}registre/{use}.html" if base else "",
        )
        for use, event, on, kind, text in (map(restore, told) for told in latest)
    ]
    links = (f"{base}donnees/{FEED}", f"{base}registre/index.html") if base else ("", "")
    return feed.render(tag, TITLE, identity.adopted, links, entries)
