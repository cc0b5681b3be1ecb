"""How many people are trained: counts that can be, groups that are not shown, examples apart, open data that says the same."""

import csv
import datetime
import io
import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boussole import Doctrine, SourceError
from boussole.coverage import AUDIENCES, Group, Year, check_published, percent, read_year, read_years, real_only
from boussole.events import WITHHELD
from boussole.monitoring import FEW
from boussole.outputs.training import WITHHELD as TOLD
from boussole.outputs.training import render_training
from boussole.outputs.training_data import render_files, render_schema
from boussole.tables import stamp
from boussole.training import load_training
from boussole.writing import typeset
from tests.conftest import ROOT
from tests.gatherings import NANTES
from tests.strategies import over

FOLDER = ROOT / "docs/formation"
WRITTEN = """\
id: "2026"
kind: real
authority: Ville
year: 2026
counted_on: 2026-11-20
audiences:
  elus: {headcount: 98, trained: 44}
  agents: {headcount: 3510, trained: 1265, sessions: 52, hours: 130}
sources:
  - {title: Suivi des ressources humaines}
"""


def told(text: str, name: str = "2026.yml") -> list[str]:
    with pytest.raises(SourceError) as error:
        read_year(text, name)
    return [f"{fault.span.line}:{fault.span.column} {fault.code}" for fault in error.value.faults]


def few(year: Year) -> Year:
    """The same with one more audience, of four people."""
    return replace(year, audiences={**year.audiences, "encadrants": Group(headcount=4, trained=3)})


def coverage_page(doctrine: Doctrine, *years: Year) -> str:
    return render_training(load_training(), doctrine, years, ())["se-former/couverture.md"]


def test_a_year_is_read_in_the_order_of_the_audiences() -> None:
    year = read_year(WRITTEN, "2026.yml")
    assert list(year.groups) == ["agents", "elus"]
    assert year.groups["elus"].percent == 44.8
    assert year.whole == (1309, 3608)


def test_the_examples_that_are_published_are_examples_and_sound() -> None:
    years = read_years(FOLDER)
    assert years
    assert {year.kind for year in years} == {"example"}
    assert real_only(years) == []
    assert [fault for year in years for fault in check_published(year, datetime.date(2026, 11, 28))] == []


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (("trained: 44", "trained: 99"), ["7:34 valeur-impossible"]),
        (("trained: 44", "trained: -1"), ["7:34 mauvais-type"]),
        (("trained: 44", "trained: beaucoup"), ["7:34 mauvais-type"]),
        (("headcount: 98", "headcount: 0"), ["7:21 mauvais-type"]),
        (("hours: 130", "hours: -3"), ["8:65 valeur-impossible"]),
        (("elus:", "elu:"), ["7:3 identifiant-inconnu"]),
        (("trained: 44", "trained: 44, names: [a]"), ["7:38 cle-inconnue"]),
        (('id: "2026"', "id: annee"), ["1:5 fiche-mal-nommee"]),
        (("counted_on: 2026-11-20", "counted_on: 2025-11-20"), ["5:13 dates-en-desordre"]),
        (("counted_on: 2026-11-20", "counted_on: 2026-11-31"), ["5:13 mauvais-type"]),
        (("year: 2026", "year: 1999"), ["4:7 mauvais-type"]),
        (("Suivi des", "Suivi de jean.dupont@ville.fr des"), ["10:13 donnee-personnelle"]),
    ],
)
def test_what_is_wrong_in_a_count_is_told_at_its_place(change: tuple[str, str], expected: list[str]) -> None:
    assert told(WRITTEN.replace(*change)) == expected


def test_real_counts_need_a_source_and_every_fault_is_told_at_once() -> None:
    text = WRITTEN[: WRITTEN.index("sources")].replace("trained: 44", "trained: 99").replace("agents:", "agent:")
    assert [fault.split()[1] for fault in told(text)] == ["fait-sans-source", "valeur-impossible", "identifiant-inconnu"]


@pytest.mark.parametrize("text", ["", "- 1\n", "id: 3\naudiences: []\n", "{", "id: &a x\nkind: *a\n", "audiences: {agents: 3}\n"])
def test_a_file_that_is_not_a_count_is_told_not_raised(text: str) -> None:
    assert told(text)


def test_a_year_is_told_by_one_file_only(tmp_path: Path) -> None:
    (tmp_path / "2026.yml").write_text(WRITTEN, encoding="utf-8")
    (tmp_path / "bis.yml").write_text(WRITTEN.replace('"2026"', "bis"), encoding="utf-8")
    with pytest.raises(SourceError, match=r"année 2026 déjà dite par « 2026\.yml »"):
        read_years(tmp_path)
    example = WRITTEN.replace('"2026"', "bis").replace("kind: real", "kind: example")
    (tmp_path / "bis.yml").write_text(example, encoding="utf-8")
    assert [year.kind for year in read_years(tmp_path)] == ["real", "example"]


def test_a_count_of_a_day_to_come_and_a_few_people_wait_to_be_published() -> None:
    year = few(read_year(WRITTEN, "2026.yml"))
    assert [fault.code for fault in check_published(year, datetime.date(2026, 11, 1))] == ["petit-groupe", "date-a-venir"]


def test_a_few_people_are_neither_shown_nor_found_by_subtracting(doctrine: Doctrine) -> None:
    year = few(read_year(WRITTEN, "2026.yml"))
    assert year.whole == (1309, 3608)
    page = coverage_page(doctrine, year)
    assert typeset(TOLD) in page
    assert "Ensemble des groupes publiés" in page
    assert "75" not in page
    files = render_files(doctrine, [year], "")
    (row,) = (row for row in csv.DictReader(io.StringIO(files["couverture.csv"])) if row["public"] == "encadrants")
    assert (row["effectif"], row["formes"], row["part"], row["motif_non_publication"]) == ("", "", "", WITHHELD)
    (data,) = json.loads(files["couverture.json"])["years"]
    assert data["audiences"]["encadrants"] == {"withheld": WITHHELD}


def test_what_is_of_the_year_and_what_adds_up_are_told_apart(doctrine: Doctrine) -> None:
    page = coverage_page(doctrine, read_year(WRITTEN, "2026.yml"))
    assert "Séances de l’année" in page
    assert "Heures de l’année" in page
    assert "toutes années confondues" in page
    schema = json.loads(render_files(doctrine, [], "")["schemas/couverture.json"])
    told = {field["name"]: field["description"] for field in schema["fields"]}
    assert "quelle que soit l’année" in told["formes"]
    assert all("cette seule année" in told[name] for name in ("seances", "heures"))


def test_what_is_invented_is_told_so_and_apart(doctrine: Doctrine) -> None:
    real = read_year(WRITTEN, "2026.yml")
    invented = replace(real, id="2025", kind="example", year=2025, audiences={"elus": Group(headcount=10, trained=9)})
    page = coverage_page(doctrine, real, invented)
    ours, theirs = page.split("Exemples inventés")
    assert ("44,8" in ours, "90" in ours) == (True, False)
    assert "boussole-example" in theirs
    assert "Aucun nombre réel" in coverage_page(doctrine, invented)


def test_what_people_write_is_never_markup(doctrine: Doctrine) -> None:
    year = replace(read_year(WRITTEN, "2026.yml"), authority="<script>alert(1)</script>```\n:::", note="=1+1 [a](b)")
    page = coverage_page(doctrine, year)
    assert "<script>" not in page
    assert "&#96;&#96;&#96;" in page
    row = next(csv.DictReader(io.StringIO(render_files(doctrine, [year], "")["couverture.csv"])))
    assert row["collectivite"].startswith("<script>")


@over(200)
@given(st.integers(1, 10**6).flatmap(lambda headcount: st.tuples(st.integers(0, headcount), st.just(headcount))))
def test_a_share_is_never_told_higher_than_it_is(counted: tuple[int, int]) -> None:
    trained, headcount = counted
    share = percent(trained, headcount)
    assert 0 <= share * headcount <= trained * 100 + 1e-6
    assert trained * 100 - share * headcount < 0.1 * headcount + 1e-6
    assert (share == 100) == (trained == headcount)


@over(50)
@given(st.dictionaries(st.sampled_from(list(AUDIENCES)), st.integers(1, 12), min_size=1), st.data())
def test_every_number_of_the_table_can_be_published(sizes: dict[str, int], data: st.DataObject) -> None:
    groups = {name: Group(headcount=size, trained=data.draw(st.integers(0, size))) for name, size in sizes.items()}
    year = replace(read_year(WRITTEN, "2026.yml"), audiences=groups)
    files = render_files(NANTES, [year], "")
    for row in csv.DictReader(io.StringIO(files["couverture.csv"])):
        size = sizes[row["public"]]
        assert row["effectif"] == (str(size) if size >= FEW else "")
        assert bool(row["part"]) == (size >= FEW)
    assert (year.whole is None) == all(size < FEW for size in sizes.values())


def test_the_open_data_describe_themselves(doctrine: Doctrine) -> None:
    years = read_years(FOLDER)
    files = render_files(doctrine, years, "https://ville.example/")
    rows = list(csv.DictReader(io.StringIO(files["couverture.csv"])))
    assert len(rows) == sum(len(year.groups) for year in years)
    assert {row["nature"] for row in rows} == {"exemple"}
    schema = json.loads(files["schemas/couverture.json"])
    assert [field["name"] for field in schema["fields"]] == list(rows[0])
    (resource,) = json.loads(files["datapackage.json"])["resources"]
    assert resource["bytes"] == stamp(files["couverture.csv"])[0]
    sums = dict(line.split("  ")[::-1] for line in files["SHA256SUMS"].splitlines())
    assert sums == {name: stamp(text)[1] for name, text in files.items() if name != "SHA256SUMS"}


def test_the_schema_accepts_the_files_and_refuses_a_name() -> None:
    import jsonschema

    schema = json.loads(render_schema())
    data = read_year(WRITTEN, "2026.yml").to_data()
    jsonschema.validate(data, schema)
    data["audiences"]["elus"]["name"] = "Untel"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(data, schema)


def test_a_chart_says_in_words_what_it_draws(site: Path) -> None:
    page = (site / "se-former/couverture.html").read_text(encoding="utf-8")
    latest = read_years(FOLDER)[-1]
    said = page.split('role="img" aria-label="')[1].split('"')[0]
    assert all(AUDIENCES[name] in said for name in latest.shown)
    assert "44,8\u202f%" in said
    assert (site / "donnees/formation/couverture.csv").is_file()
