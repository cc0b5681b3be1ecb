"""The open data, checked by validators this project did not write, and by an opponent who tries it."""

import copy
import csv
import html
import json
import os
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from hashlib import sha256
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from frictionless import Package, system
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker
from pyshacl import validate as check_shapes
from rdflib import DCAT, DCTERMS, FOAF, RDF, Graph, Namespace, URIRef
from rdflib.compare import isomorphic
from referencing import Registry, Resource

from boussole.cells import cell, guard, read, restore
from boussole.crosswalk import MATCHES, STATES
from boussole.document import STATUS
from boussole.dossier import Measure
from boussole.loading import load_text
from boussole.outputs.opendata import SUMS, sum_of, sums, use_files, use_lines
from boussole.outputs.pages import render_pages
from boussole.packing import pack
from boussole.register import Use
from boussole.tables import VERSION, tables
from boussole.writing import typeset
from tests.conftest import ROOT
from tests.gatherings import gathered
from tests.registers import (
    BASE,
    NANTES,
    SECRET,
    TODAY,
    case_dossiers,
    packed,
    published,
    random_dossiers,
    shared_files,
    uses_of,
    whole_dossier,
    write_all,
)

FOREIGN = ROOT.parent / "shared" / "registers"
TABLES = tables(NANTES)
SPDX = Namespace("http://spdx.org/rdf/terms#")
ATOM = "{http://www.w3.org/2005/Atom}"

# The rows of the four tables of Etalab's « Fiche pratique : l'inventaire des principaux traitements algorithmiques » (mise à jour
# du 11 février 2021, Licence Ouverte 2.0), in their order; the asterisks are notes. « Ressources connexes » stands three times.
SHEET = """
Nom de l'administration concernée
Direction/service porteur
Contact au sein de l'administration concernée
Date de mise à jour des informations
Nom de l'algorithme
Contexte global
Finalité de l'algorithme
Comment et quand l'algorithme intervient-il dans la prise de décision ?
Niveau d'automatisation de la décision
Fondements juridiques
Ressources connexes
Nombre de décisions administratives prises par an
Portée de la décision
Public concerné par la décision
Ressources connexes
Données traitées*
Source des données traitées*
Mode de collecte des données traitées*
Type d'algorithme
Opérations effectuées par l'algorithme
Ressources connexes
"""


@pytest.fixture(scope="module")
def files() -> dict[str, str]:
    """The worked cases and a use that says something everywhere."""
    return published(uses_of([*case_dossiers(), whole_dossier()]))


@pytest.fixture(scope="module")
def small() -> dict[str, str]:
    """One use, so that a validator answers fast."""
    return published(uses_of([whole_dossier()]))


@pytest.fixture(scope="module")
def foreign() -> Path:
    """Schemas of others, laid beside the repository: they keep their own licences and are not copied into it."""
    if not FOREIGN.is_dir():
        told = f"the schemas of others are not in {FOREIGN}: cards and catalogue were NOT validated"
        if os.environ.get("CI"):
            pytest.fail(told)
        pytest.skip(told)
    return FOREIGN


# -- the tables ---------------------------------------------------------------------------------------------------------------


def validated(folder: Path) -> list[Any]:
    """What frictionless finds wrong in the package of a folder."""
    with system.use_context(trusted=True):
        report = Package(str(folder / "datapackage.json")).validate()
    return [*report.errors, *(error for task in report.tasks for error in task.errors)]


def test_the_package_is_valid(files: dict[str, str], tmp_path: Path) -> None:
    assert validated(write_all(tmp_path, files)) == []


def test_the_package_of_random_uses_is_valid(tmp_path: Path) -> None:
    assert validated(write_all(tmp_path, published(uses_of(random_dossiers(20))))) == []


def test_the_package_of_an_empty_register_is_valid(tmp_path: Path) -> None:
    assert validated(write_all(tmp_path, published([]))) == []


def test_the_nineteen_pieces_of_information_of_etalab_come_first(files: dict[str, str]) -> None:
    labels = list(dict.fromkeys(label.removesuffix("*") for label in SHEET.strip().splitlines()))
    assert len(labels) == 19
    assert next(csv.reader(StringIO(files["registre.csv"], newline="")))[:19] == labels
    assert [field["name"] for field in json.loads(files["schemas/inventaire.json"])["fields"]] == labels


def test_the_labels_are_those_of_the_sheet(foreign: Path) -> None:
    sheet = (foreign / "etalab_fiche_inventaire_2024.md").read_text(encoding="utf-8")
    rows = [line.split("|")[1].strip() for line in sheet.splitlines() if line.startswith("|")]
    assert [row for row in rows if row and row != "Information" and not row.startswith("--")] == SHEET.strip().splitlines()


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_each_column_is_documented(table: Any, files: dict[str, str]) -> None:
    schema = json.loads(files[f"schemas/{table.name}.json"])
    header = next(csv.reader(StringIO(files[f"{table.name}.csv"], newline="")))
    assert [field["name"] for field in schema["fields"]] == header
    for field in schema["fields"]:
        assert field["title"]
        assert field["description"].endswith("."), field


def test_the_changes_of_the_schemas_are_told(files: dict[str, str]) -> None:
    assert f"## {VERSION} (" in files["schemas/CHANGELOG.md"]
    assert {
        json.loads(text)["version"] for name, text in files.items() if name.startswith("schemas/") and '"fields"' in text
    } == {VERSION}


def without_column(text: str, place: int) -> str:
    rows = csv.reader(StringIO(text, newline=""))
    made = StringIO(newline="")
    csv.writer(made).writerows([*row[:place], *row[place + 1 :]] for row in rows)
    return made.getvalue()


def with_blank(text: str, place: int) -> str:
    header, first, *rest = csv.reader(StringIO(text, newline=""))
    made = StringIO(newline="")
    csv.writer(made).writerows([header, [*first[:place], "", *first[place + 1 :]], *rest])
    return made.getvalue()


COLUMNS = [(table.name, place, column) for table in TABLES for place, column in enumerate(table.columns)]


@pytest.mark.parametrize(("table", "place", "column"), COLUMNS, ids=[f"{table}-{column.name}" for table, _, column in COLUMNS])
def test_a_column_taken_out_is_named(small: dict[str, str], tmp_path: Path, table: str, place: int, column: Any) -> None:
    changed = {**small, f"{table}.csv": without_column(small[f"{table}.csv"], place)}
    told = [error for error in validated(write_all(tmp_path, changed)) if error.type in ("missing-label", "incorrect-label")]
    assert min(told, key=lambda error: error.field_number).field_name == column.name


REQUIRED = [item for item in COLUMNS if item[2].constraints.get("required")]


@pytest.mark.parametrize(("table", "place", "column"), REQUIRED, ids=[f"{table}-{column.name}" for table, _, column in REQUIRED])
def test_a_required_cell_left_blank_is_named(small: dict[str, str], tmp_path: Path, table: str, place: int, column: Any) -> None:
    changed = {**small, f"{table}.csv": with_blank(small[f"{table}.csv"], place)}
    told = [error for error in validated(write_all(tmp_path, changed)) if error.type == "constraint-error"]
    assert column.name in [error.field_name for error in told]


@pytest.mark.parametrize("table", ["evaluations", "mesures", "evenements"])
def test_a_line_about_no_use_is_found(small: dict[str, str], tmp_path: Path, table: str) -> None:
    changed = {**small, f"{table}.csv": small[f"{table}.csv"].replace("\r\nentier,", "\r\nfantome,", 1)}
    assert "foreign-key" in [error.type for error in validated(write_all(tmp_path, changed))]


def test_a_changed_cell_is_seen_by_the_sum_of_its_table(small: dict[str, str], tmp_path: Path) -> None:
    changed = {**small, "evaluations.csv": small["evaluations.csv"].replace(",oui,", ",non,", 1)}
    assert "hash-count" in [error.type for error in validated(write_all(tmp_path, changed))]


@pytest.mark.parametrize("part", ["resources", "name", "path"])
def test_what_a_package_must_say_is_named_when_it_does_not(small: dict[str, str], part: str) -> None:
    package = json.loads(small["datapackage.json"])
    del (package if part == "resources" else package["resources"][0])[part]
    with pytest.raises(Exception, match=part):
        Package.from_descriptor(package)


def test_the_package_says_what_reusers_need(files: dict[str, str]) -> None:
    package = json.loads(files["datapackage.json"])
    assert {"$schema", "name", "title", "description", "version", "licenses", "contributors", "resources"} == set(package)
    assert [resource["schema"] for resource in package["resources"]] == [f"schemas/{table.name}.json" for table in TABLES]
    assert package["version"].startswith(NANTES.doctrine.version)


def events_of(dossier: Any) -> dict[str, str]:
    """What happened to a use, by the id of the event."""
    lines = use_lines(Use(NANTES, dossier, TODAY))["evenements"]
    return {row[1]: row[4] for row in csv.reader(StringIO(lines, newline=""))}


def test_a_recorded_opinion_is_told_as_that_of_the_answers_alone() -> None:
    told = events_of(case_dossiers()[0])["avis-1"]
    assert told.startswith("Avis des réponses seules, sous la doctrine 2024.1 : ")


def test_an_event_keeps_its_id_when_an_older_measure_is_entered_late() -> None:
    charge = "travail.charge-et-sens"
    known = [Measure(on=date(2025, 3, 1), value=value, source="enquête", group="accueil", count=12) for value in (3, 4)]
    before = replace(whole_dossier(), measures={charge: known})
    late = replace(known[0], on=date(2024, 3, 1), value=2)
    others = [
        replace(late, group="Régie"),
        replace(late, group="régie !"),
        replace(late, kind="cible"),
        replace(late, group=None),
    ]
    after = replace(before, measures={charge: [*others, late, *known]})
    assert {name: text for name, text in events_of(after).items() if name in events_of(before)} == events_of(before)
    added = [name for name in events_of(after) if name not in events_of(before)]
    key = f"mesure-{charge}-2024-03-01"
    assert added == [f"{key}-regie", f"{key}-regie--2", key, f"{key}-accueil"]


# -- text that a spreadsheet would obey ---------------------------------------------------------------------------------------

hostile = st.text(st.sampled_from("=+-@'\"; \t\n,a|!\u00a0＝"), max_size=12) | st.text(max_size=20)


@settings(max_examples=1000, deadline=None)
@given(hostile)
def test_a_guarded_text_is_found_again_exactly(text: str) -> None:
    assert restore(guard(text)) == text


@settings(max_examples=500, deadline=None)
@given(st.lists(hostile.map(lambda text: text.replace("\0", "")), min_size=1, max_size=4), st.sampled_from(",;\t"))
def test_no_cell_is_a_formula_however_lines_are_cut(texts: list[str], separator: str) -> None:
    line = ",".join(map(cell, ["x", *texts])) + "\r\n"
    for row in csv.reader(StringIO(line, newline=""), delimiter=separator):
        for found in row:
            assert not found.lstrip().startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠")), (line, found)


@settings(max_examples=300, deadline=None)
@given(st.lists(hostile.map(lambda text: text.replace("\0", "").replace("\r", "")), min_size=2, max_size=2))
def test_a_table_is_read_as_it_was_written(texts: list[str]) -> None:
    assert list(read("a,b\r\n" + ",".join(map(cell, texts)) + "\r\n")[0].values()) == texts


def test_what_people_wrote_is_in_the_table_exactly(files: dict[str, str]) -> None:
    dossier = whole_dossier()
    line = next(line for line in read(files["registre.csv"]) if line["id"] == "entier")
    assert line["Nom de l'algorithme"] == dossier.title
    assert line["Direction/service porteur"] == dossier.service
    assert line["decision_motif"] == (dossier.decision.because if dossier.decision else None)
    assert line["recours"] == dossier.notice.appeal


def test_a_very_long_text_is_guarded_at_once() -> None:
    for text in ("\n" * 200_000, '"' * 200_000, ";'" * 100_000, "; " * 100_000):
        assert len(restore(guard(text))) == len(text)


# -- one use ------------------------------------------------------------------------------------------------------------------


def faults(schema: Any, data: Any, registry: Registry[Any] | None = None) -> list[str]:
    options = {"registry": registry} if registry else {}
    validator = Draft202012Validator(schema, format_checker=FormatChecker(), **options)
    return [error.message for error in validator.iter_errors(data)]


def own(files: dict[str, str], kind: str) -> Iterator[Any]:
    """What is published of each use in one form."""
    for name, text in files.items():
        stem, _, found = name.removeprefix("usages/").partition(".")
        if name.startswith("usages/") and found == kind and stem:
            yield json.loads(text)


def test_each_use_is_as_its_schema_says(files: dict[str, str]) -> None:
    schema = json.loads(files["schemas/usage.json"])
    Draft202012Validator.check_schema(schema)
    assert len(list(own(files, "json"))) == 25
    for data in own(files, "json"):
        assert faults(schema, data) == []


@settings(max_examples=150, deadline=None)
@given(gathered())
def test_any_use_is_as_its_schema_says(dossier: Any) -> None:
    use = Use(NANTES, dossier, TODAY)
    found = use_files(use)
    schema = json.loads(shared_files([use], "")["schemas/usage.json"])
    assert faults(schema, json.loads(found[f"usages/{dossier.id}.json"])) == []


def test_a_wrong_day_is_seen_by_the_schema(small: dict[str, str]) -> None:
    data = json.loads(small["usages/entier.json"])
    data["dossier"]["dates"]["opened"] = "2024-02-31"
    assert faults(json.loads(small["schemas/usage.json"]), data) == ["'2024-02-31' is not a 'date'"]


def required_in(schema: Any, data: Any, registry: Any = None, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where each required property stands in some data."""
    schema = registry[schema["$ref"]].contents if registry and "$ref" in schema else schema
    if isinstance(data, dict):
        for name, value in data.items():
            if name in schema.get("required", ()):
                yield (*path, name)
            below = schema.get("properties", {}).get(name) or schema.get("additionalProperties")
            if isinstance(below, dict):
                yield from required_in(below, value, registry, (*path, name))
    if isinstance(data, list):
        for rank, value in enumerate(data):
            yield from required_in(schema.get("items", {}), value, registry, (*path, rank))


def without(data: Any, path: tuple[Any, ...]) -> Any:
    changed = copy.deepcopy(data)
    place = changed
    for step in path[:-1]:
        place = place[step]
    del place[path[-1]]
    return changed


def once_each(paths: Iterator[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """One path for each property, whatever its rank in lists."""
    return list({tuple(step for step in path if isinstance(step, str)): path for path in paths}.values())


def test_each_required_property_of_a_use_is_named_when_it_is_taken_out(small: dict[str, str]) -> None:
    schema, data = json.loads(small["schemas/usage.json"]), json.loads(small["usages/entier.json"])
    paths = once_each(required_in(schema, data))
    assert len(paths) > 35
    for path in paths:
        assert f"'{path[-1]}' is a required property" in faults(schema, without(data, path)), path


def test_a_property_that_the_schema_does_not_know_is_named(small: dict[str, str]) -> None:
    schema, data = json.loads(small["schemas/usage.json"]), json.loads(small["usages/entier.json"])
    data["dossier"]["notice"]["verdict"] = "favorable"
    assert any("'verdict' was unexpected" in told for told in faults(schema, data))


def test_what_few_people_say_is_nowhere(small: dict[str, str]) -> None:
    assert [name for name, text in small.items() if SECRET in text or SECRET.replace(".", ",") in text] == []
    data = json.loads(small["usages/entier.json"])
    kept = [measure for measure in data["dossier"]["measures"]["travail.charge-et-sens"] if "withheld" in measure]
    assert kept == [{"on": "2025-03-01", "group": "secours", "withheld": "moins de 5 personnes"}]
    line = next(line for line in read(small["mesures.csv"]) if line["groupe"] == "secours")
    assert (line["valeur"], line["effectif"], line["effet"], line["source"]) == ("", "", "", "")
    assert line["motif_non_publication"] == "moins de 5 personnes"


def test_an_invented_use_says_so_in_each_form(files: dict[str, str]) -> None:
    name = case_dossiers()[0].id
    for kind in ("assessment-card", "system-card"):
        assert json.loads(files[f"usages/{name}.{kind}.json"])["name"].startswith("Exemple inventé : ")
    assert next(line for line in read(files["registre.csv"]) if line["id"] == name)["nature"] == "exemple"
    assert json.loads(files[f"usages/{name}.json"])["dossier"]["kind"] == "example"


# -- the Dutch cards ----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def cards(foreign: Path) -> Registry[Any]:
    """The three schemas, each under the name the others call it by: they all carry the same ``$id``, which resolves nowhere."""
    found = Registry()
    for kind in ("assessment", "system", "model"):
        name = f"{kind}card_schema.json"
        schema = json.loads((foreign / name).read_text(encoding="utf-8"))
        del schema["$id"]
        found = found.with_resource(name, Resource.from_contents(schema))
    return found


@pytest.mark.parametrize("kind", ["assessment", "system"])
def test_each_card_is_as_its_standard_says(files: dict[str, str], cards: Registry[Any], kind: str) -> None:
    schema = cards[f"{kind}card_schema.json"].contents
    found = list(own(files, f"{kind}-card.json"))
    assert len(found) == 25
    for card in found:
        assert faults(schema, card, cards) == []


def test_a_system_card_says_nothing_its_standard_does_not_know(files: dict[str, str], cards: Registry[Any]) -> None:
    known = set(cards["systemcard_schema.json"].contents["properties"])
    for card in own(files, "system-card.json"):
        assert set(card) <= known


@pytest.mark.parametrize(("kind", "least"), [("assessment", 5), ("system", 5)])
def test_each_required_property_of_a_card_is_named_when_it_is_taken_out(
    small: dict[str, str], cards: Registry[Any], kind: str, least: int
) -> None:
    schema, card = cards[f"{kind}card_schema.json"].contents, json.loads(small[f"usages/entier.{kind}-card.json"])
    paths = once_each(required_in(schema, card, cards))
    assert len(paths) >= least
    for path in paths:
        assert f"'{path[-1]}' is a required property" in faults(schema, without(card, path), cards), path


def test_a_card_without_a_day_in_its_dossier_has_the_day_of_publication(files: dict[str, str]) -> None:
    dossier = replace(case_dossiers()[0], opinions=[])
    found = use_files(Use(NANTES, dossier, TODAY))[f"usages/{dossier.id}.assessment-card.json"]
    assert json.loads(found)["date"] == str(TODAY)


# -- the catalogue ------------------------------------------------------------------------------------------------------------


def catalogue(files: dict[str, str]) -> Graph:
    return Graph().parse(data=files["catalogue.ttl"], format="turtle", publicID=f"{BASE}donnees/catalogue.ttl")


def shape_faults(graph: Graph, foreign: Path) -> list[tuple[str, str]]:
    """The path and the message of each thing the official shapes complain of."""
    shapes = Graph().parse(foreign / "dcat-ap-3.0.1-shapes.ttl", format="turtle")
    _, report, _ = check_shapes(graph, shacl_graph=shapes)
    shacl = Namespace("http://www.w3.org/ns/shacl#")
    assert isinstance(report, Graph)
    return [
        (str(report.value(result, shacl.resultPath)), str(report.value(result, shacl.resultMessage)))
        for result in report.subjects(RDF.type, shacl.ValidationResult)
    ]


@pytest.mark.parametrize("base", [BASE, ""])
def test_the_catalogue_has_the_official_shapes(base: str, foreign: Path) -> None:
    assert shape_faults(catalogue(published(uses_of([whole_dossier()]), base)), foreign) == []


MANDATORY = [
    (DCAT.Catalog, DCTERMS.title),
    (DCAT.Catalog, DCTERMS.description),
    (DCAT.Catalog, DCTERMS.publisher),
    (DCAT.Dataset, DCTERMS.title),
    (DCAT.Dataset, DCTERMS.description),
    (DCAT.Distribution, DCAT.accessURL),
    (FOAF.Agent, FOAF.name),
    (SPDX.Checksum, SPDX.algorithm),
    (SPDX.Checksum, SPDX.checksumValue),
]


@pytest.mark.parametrize(("kind", "path"), MANDATORY, ids=lambda item: item.rpartition("/")[2].rpartition("#")[2])
def test_each_mandatory_statement_is_named_when_it_is_taken_out(
    small: dict[str, str], foreign: Path, kind: URIRef, path: URIRef
) -> None:
    graph = catalogue(small)
    subject = next(graph.subjects(RDF.type, kind))
    assert len(list(graph.objects(subject, path))) > 0
    graph.remove((subject, path, None))
    assert str(path) in [told for told, _ in shape_faults(graph, foreign)]


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")  # rdflib uses it to read JSON-LD
def test_both_writings_of_the_catalogue_say_the_same(small: dict[str, str]) -> None:
    linked = Graph().parse(data=small["catalogue.jsonld"], format="json-ld", publicID=f"{BASE}donnees/catalogue.jsonld")
    assert len(linked) > 60
    assert isomorphic(catalogue(small), linked)


def test_each_file_of_the_catalogue_is_published_with_its_sum(small: dict[str, str]) -> None:
    graph = catalogue(small)
    found = [str(address).removeprefix(f"{BASE}donnees/") for address in graph.objects(None, DCAT.downloadURL)]
    assert sorted(set(found) - {"registre.zip"}) == sorted(name for name in found if name in small)
    for node, _, kept in graph.triples((None, SPDX.checksum, None)):
        name = str(node).rpartition("#")[2]
        assert str(graph.value(kept, SPDX.checksumValue)) == sha256(small[name].encode()).hexdigest()


# -- the feed, the doctrine, the sums -----------------------------------------------------------------------------------------


def test_the_feed_has_what_atom_requires(files: dict[str, str]) -> None:
    feed = ElementTree.fromstring(files["registre.atom"])
    assert feed.tag == f"{ATOM}feed"
    entries = feed.findall(f"{ATOM}entry")
    assert len(entries) > 30
    for node in (feed, *entries):
        assert all(node.findtext(f"{ATOM}{name}") for name in ("id", "title", "updated"))
    assert feed.findtext(f"{ATOM}author/{ATOM}name") == "Le projet boussole"
    assert len({entry.findtext(f"{ATOM}id") for entry in entries}) == len(entries)


def test_the_feed_tells_each_kind_of_event_the_newest_first(small: dict[str, str]) -> None:
    entries = ElementTree.fromstring(small["registre.atom"]).findall(f"{ATOM}entry")
    told = [str(entry.findtext(f"{ATOM}id")).rpartition(":")[2].partition("-")[0] for entry in entries]
    assert set(told) == {"ouverture", "debut", "avis", "decision", "mesure", "condition", "examen", "histoire", "fin"}
    days = [str(entry.findtext(f"{ATOM}updated")) for entry in entries]
    assert days == sorted(days, reverse=True)


def test_the_feed_does_not_announce_what_has_not_happened() -> None:
    dossier = whole_dossier()
    later = replace(dossier.dates, ended=TODAY + timedelta(days=1), next_review=TODAY + timedelta(days=1))
    feed = published(uses_of([replace(dossier, dates=later)]))["registre.atom"]
    assert ":fin<" not in feed
    assert "examen-" not in feed


def test_the_feed_and_each_of_its_entries_say_where_they_are_when_the_site_says_its_address(small: dict[str, str]) -> None:
    feed = ElementTree.fromstring(small["registre.atom"])
    links = {link.get("rel"): link.get("href") for link in feed.findall(f"{ATOM}link")}
    assert links == {"self": f"{BASE}donnees/registre.atom", "alternate": f"{BASE}registre/index.html"}
    for entry in feed.findall(f"{ATOM}entry"):
        assert [link.get("href") for link in entry.findall(f"{ATOM}link")] == [f"{BASE}registre/entier.html"]


def test_the_feed_has_no_address_when_the_site_has_none() -> None:
    assert "<link" not in published(uses_of([whole_dossier()]), "")["registre.atom"]


def test_the_published_doctrine_is_the_doctrine(small: dict[str, str]) -> None:
    data = json.loads(small["doctrine.json"])
    again = load_text(json.dumps(data["source"]), "doctrine.json")
    assert again.norms == NANTES.norms
    assert again.fingerprints == data["fingerprints"]
    assert [text.quote for text in again.texts] == [text.quote for text in NANTES.texts]
    assert [source.title for source in again.sources] == [source.title for source in NANTES.sources]


def test_anyone_can_compute_the_fingerprint_of_the_rules(small: dict[str, str]) -> None:
    data = json.loads(small["doctrine.json"])
    canonical = json.dumps(data["rules"], sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    assert sha256(canonical.encode()).hexdigest() == data["fingerprint"] == NANTES.fingerprint


def test_the_sums_are_those_of_every_file(files: dict[str, str], tmp_path: Path) -> None:
    folder = write_all(tmp_path, files)
    checked = subprocess.run(["sha256sum", "-c", "--strict", SUMS], cwd=folder, capture_output=True, text=True, check=True)
    assert checked.stdout.count(": OK") == len(files) - 1
    (folder / "mesures.csv").write_text("autre")
    checked = subprocess.run(["sha256sum", "-c", "--quiet", SUMS], cwd=folder, capture_output=True, text=True, check=False)
    assert checked.stdout.startswith("mesures.csv: FAILED")


def test_sums_may_be_made_file_by_file(small: dict[str, str]) -> None:
    kept = {name: text for name, text in small.items() if name != SUMS}
    assert "".join(sum_of(name, kept[name]) for name in sorted(kept)) == sums(kept) == small[SUMS]


def test_the_same_register_makes_the_same_bytes_on_another_day() -> None:
    def built(day: Any) -> dict[str, str]:
        uses = [Use(NANTES, replace(whole_dossier(), dates=replace(whole_dossier().dates, next_review=None)), day)]
        return {**use_files(uses[0]), **shared_files(uses, today=day)}

    assert built(TODAY) == built(TODAY + timedelta(days=1))


def test_the_same_files_make_the_same_archive(small: dict[str, str]) -> None:
    assert packed(small) == packed(dict(reversed(small.items())))


def test_a_file_is_packed_by_pieces_as_its_text_would_be(small: dict[str, str], tmp_path: Path) -> None:
    long = {**small, "evaluations.csv": small["evaluations.csv"] * 20}
    write_all(tmp_path, long)
    made = BytesIO()
    pack(made, {name: tmp_path / name for name in long})
    assert made.getvalue() == packed(long)


def test_a_use_never_leaves_the_folder_of_uses(small: dict[str, str]) -> None:
    checks: list[Callable[[str], bool]] = [lambda name: ".." not in name, lambda name: not name.startswith("/")]
    assert all(check(name) for name in small for check in checks)


# -- the pages that say what the data are ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    return {name: text for name, text in render_pages(NANTES, TODAY, {}).items() if name.startswith(("donnees/", "registre/"))}


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_a_page_says_what_each_column_holds(table: Any, pages: dict[str, str]) -> None:
    page = pages["donnees/registre.md" if table.name == "registre" else "donnees/tables.md"]
    for column in table.columns:
        assert html.escape(typeset(column.title)) in page
        assert html.escape(typeset(column.description)) in page
        assert column.name == column.title or f"<code>{column.name}</code>" in page


def test_the_crosswalk_only_names_columns_that_exist() -> None:
    known = {column.name for column in TABLES[0].columns}
    assert {name for match in MATCHES for name in match.columns} <= known
    assert set(STATES) == set(STATUS)


def test_the_crosswalk_speaks_of_each_piece_of_information_of_the_sheet_but_four() -> None:
    told = {name for match in MATCHES for name in match.columns}
    untold = [column.name for column in TABLES[0].columns[:19] if column.name not in told]
    assert untold == [
        "Contexte global",
        "Niveau d'automatisation de la décision",
        "Portée de la décision",
        "Opérations effectuées par l'algorithme",
    ]


def test_the_page_names_each_file_of_the_register(pages: dict[str, str], small: dict[str, str]) -> None:
    own_name = {name for name in small if "/" not in name} - {"recalculer.py", "recalculer.js"}
    assert all(name in pages["donnees/index.md"] for name in own_name)
    assert all(name in pages["registre/recalculer.md"] for name in ("recalculer.py", "recalculer.js"))
