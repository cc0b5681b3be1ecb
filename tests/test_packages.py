"""Every folder of open data of the built site, as those who reuse it meet it: its package, its catalogue, its sums."""

import hashlib
from pathlib import Path

import pytest
from rdflib import Graph
from rdflib.compare import isomorphic

from tests.test_opendata import FOREIGN, shape_faults, validated

PARTS = (
    "donnees",
    *(f"donnees/{name}" for name in ("ailleurs", "bibliotheque", "conditions-de-travail", "dependance", "formation")),
)
FOLDERS = (*PARTS, "debattre/donnees")


def test_every_package_of_the_site_is_tried_here(site: Path) -> None:
    found = {path.parent.relative_to(site).as_posix() for path in site.rglob("datapackage.json")}
    assert found == set(FOLDERS)


@pytest.mark.parametrize("folder", FOLDERS)
def test_tables_are_what_their_package_says(site: Path, folder: str) -> None:
    assert validated(site / folder) == []


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")  # rdflib uses it to read JSON-LD
@pytest.mark.skipif(not FOREIGN.is_dir(), reason="the schemas of others are not here")
@pytest.mark.parametrize("folder", FOLDERS)
def test_catalogues_have_the_official_shapes_and_say_the_same_in_both_forms(site: Path, folder: str) -> None:
    address = f"https://exemple.fr/{folder}/"
    turtle = Graph().parse(site / folder / "catalogue.ttl", format="turtle", publicID=address)
    assert shape_faults(turtle, FOREIGN) == []
    assert isomorphic(turtle, Graph().parse(site / folder / "catalogue.jsonld", format="json-ld", publicID=address))


@pytest.mark.parametrize("folder", FOLDERS)
def test_sums_are_those_of_the_files(site: Path, folder: str) -> None:
    lines = (site / folder / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    assert lines
    for line in lines:
        digest, name = line.split("  ")
        assert hashlib.sha256((site / folder / name).read_bytes()).hexdigest() == digest, name
