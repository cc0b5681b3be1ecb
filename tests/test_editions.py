"""Past editions kept beside the site: what each one changed, for whoever reads it."""

import re
import shutil
from datetime import date
from pathlib import Path

import pytest

from boussole import Doctrine
from boussole.editions import read_editions, report_editions
from boussole.errors import SourceError
from boussole.loading import DEFAULT, DOCTRINES, load, load_text
from boussole.outputs.changes import render_page
from boussole.outputs.pages import ELEMENTS, Around, render_pages
from tests.conftest import ROOT, build_site
from tests.test_loading import MINIMAL, caught

FIRST = (DOCTRINES / DEFAULT).read_text(encoding="utf-8")
REGISTER = ROOT / "docs" / "registre"
_ENTRY = """\
versions:
  - version: "2024.2"
    date: 2026-11-25
    title: Les écarts entre publics
    changes:
      - Un mot est plus clair.
      - what: Sans comparaison entre publics, l’usage attend.
        because: Un essai a montré ce qu’une moyenne cache.
        references: [non-discrimination]
"""
_NO = "          non:\n            effect: favorable-sous-reserves\n            because: Sans comparaison"


def following(text: str = FIRST) -> str:
    """The source of an edition that follows the first one: it asks for more on one question."""
    assert text.count(_NO) == 1
    harder = text.replace(_NO, _NO.replace("favorable-sous-reserves", "suspendu"))
    return harder.replace('version: "2024.1"', 'version: "2024.2"', 1).replace("versions:\n", _ENTRY, 1)


@pytest.fixture(scope="module")
def second() -> Doctrine:
    return load_text(following())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "editions"
    place.mkdir()
    (place / "2024.1.yml").write_text(FIRST, encoding="utf-8")
    return place


def test_without_past_editions_there_is_nothing_to_say(tmp_path: Path, doctrine: Doctrine) -> None:
    assert read_editions(tmp_path / "editions", doctrine) == {}
    assert report_editions({}, doctrine, REGISTER) == {}


def test_an_edition_says_what_it_changes_of_rules_and_of_the_uses_of_the_register(folder: Path, second: Doctrine) -> None:
    reports = report_editions(read_editions(folder, second), second, REGISTER)
    assert list(reports) == ["2024.2"]
    report = reports["2024.2"]
    assert report.difference.relation == "stricter"
    assert [rule.kind for rule in report.difference.rules] == ["hardened"]
    assert report.impact is not None
    assert report.impact.total == len(list(REGISTER.glob("*.yml")))
    told = render_page(report).replace("\xa0", " ")
    assert "## Nouvelle version : strictement plus exigeante" in told
    assert re.search(r"- Durcie : .*entre publics.* menait à « Favorable sous réserves », mène à « Suspendu »", told)
    assert "14 dossiers relus sous les deux versions" in told
    assert "Présélection de candidatures (preselection-de-candidatures)" in told
    assert str(ROOT) not in told


def test_only_the_latest_edition_weighs_the_register(folder: Path, second: Doctrine) -> None:
    third_entry = '  - {version: "2024.3", date: 2026-11-25, title: Un mot, changes: [Un mot.]}\n'
    (folder / "2024.2.yml").write_text(following(), encoding="utf-8")
    later = (
        following().replace('version: "2024.2"', 'version: "2024.3"', 1).replace("versions:\n", "versions:\n" + third_entry, 1)
    )
    third = load_text(later)
    reports = report_editions(read_editions(folder, third), third, REGISTER)
    assert {version: report.impact is not None for version, report in reports.items()} == {"2024.2": False, "2024.3": True}
    assert "les règles ne changent pas" in render_page(reports["2024.3"])


def test_an_edition_whose_source_was_not_kept_is_passed_over(tmp_path: Path, second: Doctrine) -> None:
    assert report_editions(read_editions(tmp_path, second), second, REGISTER) == {}


def test_dossiers_that_are_not_there_are_not_counted(folder: Path, tmp_path: Path, second: Doctrine) -> None:
    editions = read_editions(folder, second)
    (tmp_path / "vide").mkdir()
    for place in (tmp_path / "vide", tmp_path / "perdu"):
        assert report_editions(editions, second, place)["2024.2"].impact is None


def test_what_is_wrong_in_the_folder_is_told_all_at_once(folder: Path, second: Doctrine) -> None:
    (folder / "2024.1-bis.yml").write_text(FIRST, encoding="utf-8")
    (folder / "2024.2.yml").write_text(following(), encoding="utf-8")
    (folder / "ailleurs.yml").write_text(MINIMAL, encoding="utf-8")
    (folder / "cassee.yml").write_text("doctrine: [", encoding="utf-8")
    with pytest.raises(SourceError) as error:
        read_editions(folder, second)
    told = [(Path(fault.file).name, fault.code, fault.found) for fault in error.value.faults]
    assert told[:3] == [
        ("2024.1.yml", "edition-inattendue", "édition « 2024.1 », déjà lue"),
        ("2024.2.yml", "edition-inattendue", "édition « 2024.2 »"),
        ("ailleurs.yml", "edition-inattendue", f"édition de la doctrine « {load_text(MINIMAL).doctrine.id} »"),
    ]
    assert {name for name, _, _ in told[3:]} == {"cassee.yml"}
    assert "une de celles de « versions », avant 2024.2 : 2024.1" in error.value.faults[1].expected


def test_a_past_edition_may_make_claims_that_no_longer_hold(folder: Path, second: Doctrine) -> None:
    text = FIRST.replace("opinion: refuse", "opinion: favorable", 1)
    with pytest.raises(SourceError):
        load_text(text)
    (folder / "2024.1.yml").write_text(text, encoding="utf-8")
    assert list(read_editions(folder, second)) == ["2024.1"]


def test_the_page_of_versions_says_why_and_leads_to_all_that_changed(second: Doctrine) -> None:
    pages = render_pages(second, date(2026, 11, 25), {}, Around(changes={"2024.2": "## Ce qui change\n"}))
    versions = pages["versions.md"].replace("\xa0", " ")
    assert "- Un mot est plus clair.\n" in versions
    assert (
        "- Sans comparaison entre publics, l’usage attend. Pourquoi : Un essai a montré ce qu’une moyenne cache. Textes :"
        in versions
    )
    assert "](/changements/2024-2.md)" in versions
    assert "## Ce qui change" in pages["changements/2024-2.md"]
    assert "changements" in pages["plan.md"]


def test_a_change_that_refers_to_nothing_is_told_at_its_place() -> None:
    error = caught(following().replace("references: [non-discrimination]\n", "references: [loi-perdue]\n", 1))
    line = following().split("\n").index("        references: [non-discrimination]") + 1
    assert [(fault.code, fault.span.line) for fault in error.faults] == [("identifiant-inconnu", line)]


@pytest.mark.build
def test_a_site_with_past_editions_publishes_what_each_one_changed(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "docs", tmp_path / "docs")
    (tmp_path / "docs" / "editions").mkdir()
    shutil.copy(DOCTRINES / DEFAULT, tmp_path / "docs" / "editions" / "2024.1.yml")
    source = tmp_path / "nantes.yml"
    source.write_text(following(), encoding="utf-8")
    assert load(source).doctrine.version == "2024.2"
    site = build_site(tmp_path / "site", "-D", f"boussole_doctrine={source}", source=tmp_path / "docs")
    page = (site / "changements" / "2024-2.html").read_text(encoding="utf-8")
    assert "strictement plus exigeante" in page
    assert page.count("<") / 2 < ELEMENTS * 1.3
    assert 'href="changements/2024-2.html"' in (site / "versions.html").read_text(encoding="utf-8")
