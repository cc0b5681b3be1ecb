"""Diagnoses as files, the view of an authority, the alternatives: faults are told, figures are exact, facts have sources."""

import json
import re
from datetime import date
from fractions import Fraction
from itertools import product
from pathlib import Path

import jsonschema
import pytest
from rdflib import Graph
from rdflib.compare import isomorphic

from boussole import Doctrine
from boussole.alternatives import FACTS, QUALITIES, Alternative, read_alternative, read_alternatives
from boussole.cells import read as read_cells
from boussole.dependence import Dependence, Finding, load_dependence
from boussole.diagnosing import diagnose
from boussole.diagnosis import (
    Diagnosis,
    Review,
    by_priority,
    load_diagnosis,
    new_diagnosis,
    read_diagnoses,
    read_diagnosis,
    weigh,
    write_diagnosis,
    years_of,
)
from boussole.errors import SourceError
from boussole.outputs.dependence_data import render_files, render_schema, tables
from boussole.outputs.dependence_report import render_html, render_json, render_markdown, render_text
from tests.conftest import ROOT
from tests.test_opendata import FOREIGN, shape_faults

TOOLS, LIBRARY = ROOT / "docs/dependance", ROOT / "docs/alternatives"
TODAY = date(2026, 11, 25)
GOOD = """\
id: essai
title: Outil d’essai
kind: real
family: ia
reviews:
  - on: 2026-01-05
    spending: 1 200
    answers: {prix: nsp, competences: [equipe, editeur]}
    notes: {prix: Le marché est en cours.}
    sources: [{title: Marché 12, date: 2025-10-01, url: https://ville.example/marche}]
"""


@pytest.fixture(scope="module")
def dependence() -> Dependence:
    return load_dependence()


@pytest.fixture(scope="module")
def tools(dependence: Dependence) -> list[Diagnosis]:
    return read_diagnoses(TOOLS, dependence)


@pytest.fixture(scope="module")
def library(dependence: Dependence) -> list[Alternative]:
    return read_alternatives(LIBRARY, dependence)


def faults(text: str, dependence: Dependence, name: str = "essai.yml") -> list[str]:
    with pytest.raises(SourceError) as caught:
        read_diagnosis(text, name, dependence, is_published=True)
    return [f"{fault.span.line}: {fault.found} [{fault.code}]" for fault in caught.value.faults]


# -- one file ----------------------------------------------------------------------------------------------------------------


def test_a_diagnosis_is_read_and_written_without_losing_anything(dependence: Dependence) -> None:
    found = read_diagnosis(GOOD, "essai.yml", dependence, is_published=True)
    assert found.latest.spending == 1200
    assert found.latest.answers == {"prix": "nsp", "competences": ["equipe", "editeur"]}
    assert read_diagnosis(write_diagnosis(found), "essai.json", dependence) == found


def test_an_answer_is_dated_and_leaves_the_past_alone(dependence: Dependence) -> None:
    before = new_diagnosis("essai", "Essai", "ia", date(2026, 1, 1))
    after = before.answer("prix", "fixes", date(2026, 2, 1))
    assert (after.latest.on, after.latest.answers) == (date(2026, 2, 1), {"prix": "fixes"})
    assert before.latest.answers == {}


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("family: ia", "family: iaa", "4: famille inconnue « iaa » [identifiant-inconnu]"),
        ("prix: nsp, ", "prix: cher, ", "8: réponse inconnue « cher » [reponse-inconnue]"),
        ("prix: nsp, ", "prixx: nsp, ", "8: question inconnue « prixx » [identifiant-inconnu]"),
        ("[equipe, editeur]", "[]", "8: aucune réponse à « competences » [valeur-vide]"),
        ("spending: 1 200", "spending: -3", "7: dépense négative [mauvais-type]"),
        ("spending: 1 200", "spending: 12\n    spending_up_to: 3", "8: dépense d’au plus 3 [mauvais-type]"),
        ("notes: {prix", "notes: {prux", "9: question inconnue « prux » [identifiant-inconnu]"),
        ("Outil d’essai", "Écrire à a.b@c.example", "2: adresse électronique « a.b@c.example » [donnee-personnelle]"),
        ("Le marché est en cours.", "Tél. 02 40 00 00 00.", "9: numéro de téléphone « 02 40 00 00 00 » [donnee-personnelle]"),
        ("kind: real", "kind: reel", "3: « reel » pour « kind » [valeur-inconnue]"),
        ("on: 2026-01-05", "on: 2026-02-30", "6: « 2026-02-30 » pour « on » [mauvais-type]"),
        ("id: essai", "id: ensemble", "1: identifiant « ensemble » : « ensemble » est le nom d’une page [fiche-mal-nommee]"),
        ("id: essai", "id: autre", "1: identifiant « autre » : dans le fichier « essai » [fiche-mal-nommee]"),
        ("kind: real\n", "kind: real\ncle: 1\n", "4: clé inconnue « cle » [cle-inconnue]"),
    ],
)  # fmt: skip
def test_what_is_wrong_in_a_diagnosis_is_told_at_its_place(before: str, after: str, told: str, dependence: Dependence) -> None:
    assert before in GOOD
    assert told in faults(GOOD.replace(before, after), dependence)


def test_what_is_said_of_a_real_tool_has_a_source_and_an_example_needs_none(dependence: Dependence) -> None:
    bare = re.sub("    sources.*\n", "", GOOD)
    assert faults(bare, dependence) == ["6: revue du 2026-01-05 sans source [fait-sans-source]"]
    assert read_diagnosis(bare.replace("kind: real", "kind: example"), "essai.yml", dependence, is_published=True)


def test_reviews_go_from_the_oldest_to_the_latest(dependence: Dependence) -> None:
    told = faults(GOOD + "  - {on: 2025-01-01}\n", dependence)
    assert told == ["11: revue du 2025-01-01 après celle du 2026-01-05 [dates-en-desordre]"]


def test_the_faults_of_all_the_files_are_told_together(tmp_path: Path, dependence: Dependence) -> None:
    for name in ("un", "deux"):
        (tmp_path / f"{name}.yml").write_text(GOOD.replace("family: ia", "family: x"), encoding="utf-8")
    with pytest.raises(SourceError) as caught:
        read_diagnoses(tmp_path, dependence)
    assert {Path(fault.file).name for fault in caught.value.faults} == {"un.yml", "deux.yml"}
    assert len(caught.value.faults) == 4


@pytest.mark.parametrize("text", ["", "[]", "a", "{", "reviews: []", "id: [", "\x00", "reviews: {on: 1}"])
def test_a_hostile_file_is_told_and_never_a_traceback(text: str, dependence: Dependence) -> None:
    with pytest.raises(SourceError):
        read_diagnosis(text, "essai.yml", dependence, is_published=True)


def test_the_page_a_diagnosis_leads_to_is_in_the_register(dependence: Dependence) -> None:
    text = GOOD.replace("family: ia", "family: ia\nuse: transcription")
    assert read_diagnosis(text, "essai.yml", dependence, uses=["transcription"]).use == "transcription"
    with pytest.raises(SourceError, match="usage « transcription » absent du registre"):
        read_diagnosis(text, "essai.yml", dependence, uses=["transcription-de-reunions"])


# -- what is published -------------------------------------------------------------------------------------------------------


def test_every_example_is_marked_as_one(tools: list[Diagnosis]) -> None:
    assert len(tools) == 7
    assert {tool.kind for tool in tools} == {"example"}
    assert {tool.authority for tool in tools} == {"Collectivité d’exemple"}


def test_the_example_of_the_register_says_what_the_register_says(tools: list[Diagnosis], dependence: Dependence) -> None:
    (agent,) = [tool for tool in tools if tool.id == "agent-conversationnel-accueil"]
    indices = [Finding(dependence, review.answers).most for review in agent.reviews]
    assert indices == [Fraction(125, 2), Fraction(75, 2)]  # the register says 62, then 38
    assert all((ROOT / f"docs/registre/{tool.use}.yml").exists() for tool in tools if tool.use)


def test_the_document_carries_its_data_and_opens_again(
    tools: list[Diagnosis], dependence: Dependence, doctrine: Doctrine
) -> None:
    for tool in tools:
        page = render_html(dependence, doctrine, tool)
        assert read_diagnosis(page, "document.html", dependence) == tool
    assert "<b>" not in render_html(dependence, doctrine, new_diagnosis("a", "</script><b>x", "ia", TODAY))
    with pytest.raises(SourceError, match="document sans diagnostic"):
        read_diagnosis("<!doctype html><p>rien</p>", "x.html", dependence)


def test_the_reports_say_the_same_in_each_form(tools: list[Diagnosis], dependence: Dependence, doctrine: Doctrine) -> None:
    (tool,) = [tool for tool in tools if tool.id == "transcription-de-reunions"]
    text, markdown = (render(dependence, doctrine, tool).split() for render in (render_text, render_markdown))
    for told in ("entre 36,5 et 57,3", "Modérée ou forte", "Exemple inventé", "Réponse encore ouverte"):
        assert told in " ".join(text)
        assert told in " ".join(markdown)
    data = json.loads(render_json(dependence, doctrine, tool))
    assert data["points"] == [35, 55]
    assert data["suggestion"] == {"question": "alternative.dependance", "options": ["moderee", "forte"]}


# -- the view of an authority ------------------------------------------------------------------------------------------------


def test_the_view_is_the_mean_of_every_way_to_answer_and_to_spend(tools: list[Diagnosis], dependence: Dependence) -> None:
    for year in years_of(tools):
        for weighing in weigh(dependence, tools, year):
            found = [(Finding(dependence, review.answers), review) for _, review in weighing.weighed]
            ends = [(finding.least, finding.most) for finding, _ in found]
            costs = [
                (Fraction(review.spending or 0), Fraction(review.spending_up_to or review.spending or 0)) for _, review in found
            ]
            means = [
                sum(value * cost for value, cost in zip(values, spent, strict=True)) / sum(spent)
                for values in product(*ends)
                for spent in product(*costs)
            ]
            assert weighing.bounds == (min(means), max(means)), (year, weighing.label)


def test_a_tool_without_a_cost_weighs_nothing_and_is_told(dependence: Dependence) -> None:
    free = Diagnosis(id="a", title="A", kind="real", family="ia", reviews=[Review(on=TODAY, answers={})])
    paid = Diagnosis(
        id="b", title="B", kind="real", family="ia", reviews=[Review(on=TODAY, spending=10, answers={"prix": "libres"})]
    )
    family, whole = weigh(dependence, [free, paid], 2026)
    assert (family.label, whole.label) == ("Intelligence artificielle", "Ensemble")
    assert family.unweighed == [free]
    assert family.bounds == (Finding(dependence, {"prix": "libres"}).least, Fraction(100))
    assert weigh(dependence, [free], 2026)[0].bounds is None
    assert (
        weigh(dependence, [free, paid], 2025) == [weigh(dependence, [], 2025)[0]] or weigh(dependence, [], 2025)[0].bounds is None
    )


def test_an_answer_holds_until_the_next_one(tools: list[Diagnosis], dependence: Dependence) -> None:
    (agent,) = [tool for tool in tools if tool.id == "agent-conversationnel-accueil"]
    found = [agent.at(year) for year in (2023, 2024, 2025, 2026)]
    assert [review and review.on.year for review in found] == [None, 2024, 2025, 2025]


def test_what_would_stop_at_once_comes_first(tools: list[Diagnosis], dependence: Dependence) -> None:
    ranked = by_priority(dependence, tools)
    assert ranked[0][0].id == "suite-bureautique"
    priorities = [finding.priority[1] for _, finding in ranked]
    assert priorities == sorted(priorities, reverse=True)


# -- the alternatives --------------------------------------------------------------------------------------------------------


def test_every_alternative_says_where_each_fact_was_read_and_when(library: list[Alternative]) -> None:
    assert len(library) == 14
    for one in library:
        assert {"licence", "gouvernance", "installation"} <= one.facts.keys()
        assert all(fact.source.startswith("https://") and fact.checked_on <= one.reviewed for fact in one.facts.values())
        assert one.author == "Le projet boussole"


def test_the_three_qualities_come_from_the_facts(library: list[Alternative]) -> None:
    found = {one.id: dict(one.qualities) for one in library}
    assert found["docs"] == {"souveraine": "oui", "ouverte": "oui", "mutualisable": "oui"}
    assert found["qgis"]["souveraine"] == "partie"  # an association under Swiss law
    assert found["nextcloud"]["souveraine"] == "inconnu"  # its seat could not be verified
    assert found["postgresql"]["souveraine"] == "partie"  # nobody in law
    for one in library:
        assert (one.qualities["mutualisable"] == "oui") == ("partage" in one.facts)
        assert (one.qualities["ouverte"] == "oui") == ("formats" in one.facts)


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("license: MIT", "license: Propriétaire", "licence inconnue « Propriétaire » [valeur-inconnue]"),
        ("license: MIT", "license: MIT OR GPL-9.0", "licence inconnue « GPL-9.0 » [valeur-inconnue]"),
        ("license: MIT", "license: ()", "licence inconnue « () » [valeur-inconnue]"),
        ("need: ecriture-a-plusieurs", "need: ecriture", "besoin inconnu « ecriture » [identifiant-inconnu]"),
        ("  gouvernance:", "  gouvernement:", "« qui le publie » sans source [fait-sans-source]"),
        ("  formats:\n", "  format:\n", "formats ouverts sans source [fait-sans-source]"),
        ("home: https", "home: http", "pour « home » [mauvais-type]"),
        ("reviewed: 2026-11-25", "reviewed: 2026-11-20", "après la revue de la fiche le 2026-11-20 [dates-en-desordre]"),
        ("country: FR", "country: France", "« France » pour « country » [mauvais-type]"),
        ("id: docs", "id: doc", "identifiant « doc » dans le fichier « docs » [fiche-mal-nommee]"),
        ("Le projet boussole", "quelqu.un@ville.example", "[donnee-personnelle]"),
    ],
)
def test_what_is_wrong_in_an_alternative_is_told(before: str, after: str, told: str, dependence: Dependence) -> None:
    text = (LIBRARY / "docs.yml").read_text(encoding="utf-8")
    assert before in text
    with pytest.raises(SourceError) as caught:
        read_alternative(text.replace(before, after, 1), "docs.yml", dependence)
    assert told in str(caught.value)


# -- the open data -----------------------------------------------------------------------------------------------------------


def test_the_tables_hold_what_their_columns_say(
    tools: list[Diagnosis], library: list[Alternative], dependence: Dependence
) -> None:
    found = render_files(dependence, tools, library, "")
    for table in tables(dependence):
        rows = read_cells(found[f"{table.name}.csv"])
        assert rows
        assert list(rows[0]) == [column.name for column in table.columns]
        for row in rows:
            for column in table.columns:
                value, rules = row[column.name], column.constraints
                assert value or not rules.get("required"), (table.name, column.name)
                assert not value or value in rules.get("enum", [value])
                assert not value or re.fullmatch(rules.get("pattern", ".*"), value, re.DOTALL)
    assert {row["nature"] for row in read_cells(found["diagnostics.csv"])} == {"exemple"}
    assert {row["fait"] for row in read_cells(found["faits.csv"])} <= FACTS.keys()


def test_frictionless_reads_the_package(
    tmp_path: Path, tools: list[Diagnosis], library: list[Alternative], dependence: Dependence
) -> None:
    import frictionless

    for name, text in render_files(dependence, tools, library, "").items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(text.encode())
    report = frictionless.Package(str(tmp_path / "datapackage.json")).validate()
    assert report.valid, report.flatten(["rowNumber", "fieldName", "message"])


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")  # rdflib uses it to read JSON-LD
@pytest.mark.parametrize("base", ["https://ville.example/", ""])
def test_the_catalogue_says_the_same_in_both_writings_and_has_the_official_shapes(
    base: str, tools: list[Diagnosis], library: list[Alternative], dependence: Dependence
) -> None:
    found = render_files(dependence, tools, library, base)
    turtle = Graph().parse(data=found["catalogue.ttl"], format="turtle", publicID="https://ville.example/donnees/")
    linked = Graph().parse(data=found["catalogue.jsonld"], format="json-ld", publicID="https://ville.example/donnees/")
    assert isomorphic(turtle, linked)
    assert not FOREIGN.is_dir() or shape_faults(turtle, FOREIGN) == []


def test_the_files_fit_their_json_schemas(dependence: Dependence, tools: list[Diagnosis], library: list[Alternative]) -> None:
    checks = {kind: jsonschema.Draft202012Validator(json.loads(render_schema(kind))) for kind in ("diagnostic", "alternative")}
    for tool in tools:
        checks["diagnostic"].validate(tool.to_data())
    for one in library:
        checks["alternative"].validate(one.to_data())
    assert not checks["diagnostic"].is_valid({"id": "a"})


def test_the_questionnaire_published_is_enough_to_find_every_index_again(
    dependence: Dependence, tools: list[Diagnosis], library: list[Alternative]
) -> None:
    found = render_files(dependence, tools, library, "")
    told, rows = json.loads(found["questionnaire.json"]), read_cells(found["reponses.csv"])
    for review in read_cells(found["diagnostics.csv"]):
        given = {
            row["question"]: row["reponse"].split()
            for row in rows
            if (row["outil_id"], row["date"]) == (review["outil_id"], review["date"])
        }
        low = high = 0
        for question in told["questions"]:
            points = [option["points"] for option in question["options"].values()]
            options = question["options"] | {told["unknown"]: {"points": max(points)}}
            held = [options[name]["points"] for name in given[question["id"]]] if question["id"] in given else points
            low, high = low + question["weight"] * min(held), high + question["weight"] * max(held)
        assert abs(100 * low / told["most"] - float(review["indice_min"])) <= 0.051
        assert abs(100 * high / told["most"] - float(review["indice_max"])) <= 0.051


def test_the_same_folders_give_the_same_bytes_and_links_know_the_site(doctrine: Doctrine) -> None:
    one, other = (diagnose(ROOT / "docs", doctrine, "https://ville.example/") for _ in range(2))
    assert one == other
    assert "https://ville.example/dependance/suite-bureautique.html" in one.files["donnees/dependance/dependance.atom"]
    assert one.fed == {"alternative.dependance": "dependance/index"}
    assert set(QUALITIES) == {"souveraine", "ouverte", "mutualisable"}


def test_a_site_without_these_folders_has_no_such_page(tmp_path: Path, doctrine: Doctrine) -> None:
    found = diagnose(tmp_path, doctrine)
    assert (found.pages, found.files, found.fed) == ({}, {}, {})


def test_without_a_register_no_page_leads_to_it(tmp_path: Path, doctrine: Doctrine) -> None:
    (tmp_path / "dependance").mkdir()
    text = (TOOLS / "transcription-de-reunions.yml").read_text(encoding="utf-8")
    (tmp_path / "dependance/transcription-de-reunions.yml").write_text(text, encoding="utf-8")
    assert "../registre/" not in diagnose(tmp_path, doctrine).pages["dependance/transcription-de-reunions.md"]
    assert "../registre/" in diagnose(ROOT / "docs", doctrine).pages["dependance/transcription-de-reunions.md"]


def test_the_faults_of_both_folders_stop_the_site_together(tmp_path: Path, doctrine: Doctrine) -> None:
    for folder in ("dependance", "alternatives"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "x.yml").write_text("id: x\n", encoding="utf-8")
    with pytest.raises(SourceError) as caught:
        diagnose(tmp_path, doctrine)
    assert {Path(fault.file).parent.name for fault in caught.value.faults} == {"dependance", "alternatives"}


def test_hostile_words_never_become_markup(tmp_path: Path, doctrine: Doctrine, dependence: Dependence) -> None:
    (tmp_path / "dependance").mkdir()
    hostile = "<script>alert(1)</script> ``` ::: {raw} [x](javascript:1)"
    text = GOOD.replace("Outil d’essai", json.dumps(hostile)).replace("Le marché est en cours.", json.dumps(hostile))
    (tmp_path / "dependance/essai.yml").write_text(text, encoding="utf-8")
    pages = diagnose(tmp_path, doctrine).pages
    assert "<script>" not in "".join(pages.values())
    assert load_diagnosis(tmp_path / "dependance/essai.yml", dependence).title == hostile
