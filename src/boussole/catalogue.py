"""The published files as a DCAT-AP 3.0.1 catalogue, in Turtle and in JSON-LD: the same statements, written twice."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from boussole.cells import GUARD
from boussole.feed import AUTHOR

LICENCE = "https://www.etalab.gouv.fr/licence-ouverte-open-licence"
_EU = "http://publications.europa.eu/resource/authority/"
_PREFIXES = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "spdx": "http://spdx.org/rdf/terms#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
# How each kind of file is called by the registers of media types and of European file types.
_KINDS = {
    "csv": ("text/csv", "CSV"),
    "json": ("application/json", "JSON"),
    "atom": ("application/atom+xml", "ATOM"),
    "zip": ("application/zip", "ZIP"),
}
Node = dict[str, Any]


@dataclass(frozen=True)
class File:
    """One published file; ``size`` and ``sha256`` are left out when nobody knows them yet."""

    path: str
    title: str
    size: int | None = None
    sha256: str = ""


@dataclass(frozen=True)
class Dataset:
    """Some files about one thing."""

    name: str
    title: str
    description: str
    keywords: Sequence[str]
    files: Sequence[File]
    page: str


def pretty(data: Any) -> str:
    """Data as the JSON that is published for people too: a value a line."""
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def package(name: str, title: str, about: str, version: str, resources: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The Data Package of some tables; ``resources``: what `boussole.tables.resource_of` says of each."""
    return {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": name,
        "title": title,
        "description": f"{about} {GUARD}",
        "version": version,
        "licenses": [{"name": "etalab-2.0", "title": "Licence Ouverte 2.0", "path": LICENCE}],
        "contributors": [{"title": AUTHOR, "roles": ["publisher"]}],
        "resources": resources,
    }


def render(title: str, description: str, modified: date, datasets: Sequence[Dataset], root: str) -> tuple[str, str]:
    """The catalogue as Turtle and as JSON-LD; ``root`` is the address of the files, or "" for addresses relative to them."""
    publisher: Node = {"@id": f"{root}#editeur", "@type": "foaf:Agent", "foaf:name": AUTHOR}
    catalogue: Node = {
        "@id": f"{root}#catalogue",
        "@type": "dcat:Catalog",
        "dct:title": _french(title),
        "dct:description": _french(description),
        "dct:publisher": publisher,
        "dct:language": _iri(f"{_EU}language/FRA"),
        "dct:license": _iri(LICENCE),
        "dct:modified": _day(modified),
        "dcat:themeTaxonomy": _iri(f"{_EU}data-theme"),
        "dcat:dataset": [_dataset(dataset, modified, _iri(publisher["@id"]), root) for dataset in datasets],
    }
    linked = {"@context": {**_PREFIXES}, **catalogue}
    return _turtle(catalogue), pretty(linked)


def _dataset(dataset: Dataset, modified: date, publisher: Node, root: str) -> Node:
    return {
        "@id": f"{root}#{dataset.name}",
        "@type": "dcat:Dataset",
        "dct:title": _french(dataset.title),
        "dct:description": _french(dataset.description),
        "dct:identifier": dataset.name,
        "dcat:keyword": [_french(word) for word in dataset.keywords],
        "dct:publisher": publisher,
        "dct:language": _iri(f"{_EU}language/FRA"),
        "dct:accessRights": _iri(f"{_EU}access-right/PUBLIC"),
        "dct:accrualPeriodicity": _iri(f"{_EU}frequency/IRREG"),
        "dcat:theme": _iri(f"{_EU}data-theme/GOVE"),
        "dcat:landingPage": _iri(root + dataset.page),
        "dct:modified": _day(modified),
        "dcat:distribution": [_distribution(file, root) for file in dataset.files],
    }


def _distribution(file: File, root: str) -> Node:
    media, kind = _KINDS[file.path.rpartition(".")[2]]
    node: Node = {
        "@id": f"{root}#{file.path}",
        "@type": "dcat:Distribution",
        "dct:title": _french(file.title),
        "dcat:accessURL": _iri(root + file.path),
        "dcat:downloadURL": _iri(root + file.path),
        "dct:license": _iri(LICENCE),
        "dcat:mediaType": _iri(f"https://www.iana.org/assignments/media-types/{media}"),
        "dct:format": _iri(f"{_EU}file-type/{kind}"),
    }
    if file.size is not None:
        node["dcat:byteSize"] = {"@value": str(file.size), "@type": "xsd:nonNegativeInteger"}
        node["spdx:checksum"] = {
            "@type": "spdx:Checksum",
            "spdx:algorithm": _iri("http://spdx.org/rdf/terms#checksumAlgorithm_sha256"),
            "spdx:checksumValue": {"@value": file.sha256, "@type": "xsd:hexBinary"},
        }
    return node


def _iri(address: str) -> Node:
    return {"@id": address}


def _french(text: str) -> Node:
    return {"@value": text, "@language": "fr"}


def _day(day: date) -> Node:
    return {"@value": day.isoformat(), "@type": "xsd:date"}


# -- the same as Turtle ---------------------------------------------------------------------------------------------------


def _turtle(node: Node) -> str:
    prefixes = "".join(f"@prefix {name}: <{address}> .\n" for name, address in _PREFIXES.items())
    return prefixes + "".join(f"\n{_address(found['@id'])} {_said(found)} .\n" for found in _named(node))


def _named(node: Node) -> Iterator[Node]:
    """A node, then every node inside it that has both a name and something to say."""
    yield node
    for value in node.values():
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, dict) and "@id" in item and len(item) > 1:
                yield from _named(item)


def _said(node: Node) -> str:
    told = [f"a {node['@type']}"]
    for name, value in node.items():
        if not name.startswith("@"):
            told.append(f"{name} {', '.join(_object(item) for item in (value if isinstance(value, list) else [value]))}")
    return " ;\n    ".join(told)


def _object(value: Mapping[str, Any] | str) -> str:
    match value:
        case str():
            return _text(value)
        case {"@value": text, "@language": language}:
            return f"{_text(text)}@{language}"
        case {"@value": text, "@type": kind}:
            return f"{_text(text)}^^{kind}"
        case {"@id": address}:
            return _address(address)
        case _:
            return f"[ {_said(dict(value))} ]"


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _address(address: str) -> str:
    return "<" + re.sub(r"[\x00-\x20<>\"{}|^`\\]", lambda found: f"%{ord(found[0]):02X}", address) + ">"
