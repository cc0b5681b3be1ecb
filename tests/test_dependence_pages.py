"""The pages of dependency in a real browser: the form says what the library says, keeps its answers, and reads without script."""

import json
import random
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

import boussole
from boussole.dependence import Dependence, Finding, load_dependence
from boussole.dependence_words import bands_text, index_of, priority_of
from boussole.diagnosis import load_diagnosis, read_diagnosis
from boussole.errors import SourceError
from boussole.model import NSP
from boussole.outputs.dependence_report import render_html
from tests.conftest import ROOT

pytestmark = pytest.mark.browser

FORM = "dependance/diagnostic.html"


@pytest.fixture(scope="module")
def dependence() -> Dependence:
    return load_dependence()


def answer(page: Page, answers: dict[str, str]) -> None:
    for name, given in answers.items():
        page.check(f"[name='{name}'][value='{given}']")


def told(page: Page, name: str) -> str:
    return (page.locator(f"#{name}").text_content() or "").replace("\u00a0", " ").replace("\u202f", " ")


def test_the_form_says_what_the_library_says(page: Page, site: Path, dependence: Dependence) -> None:
    chance = random.Random(11)
    page.goto((site / FORM).as_uri())
    for _ in range(12):
        page.click("#effacer")
        names = chance.sample(list(dependence.asked), chance.randint(0, 12))
        answers = {name: chance.choice([*dependence.asked[name].options, NSP]) for name in names}
        answer(page, answers)
        finding = Finding(dependence, answers)
        assert told(page, "indice") == index_of(finding)
        assert told(page, "bande") == f"Dépendance : {bands_text(finding.bands).lower()}."
        assert told(page, "priorite") == f"Priorité, de 0 à 200 : {priority_of(finding)}."
        assert page.locator("#lourds a").all_inner_texts() == [question.short for question in finding.heaviest]
        assert page.locator("#gains a").all_inner_texts() == [question.short for question, _ in finding.changes[:3]]
        path = finding.fewest(dependence.bands[1])
        assert told(page, "chemin") == (
            f"Pour passer à 50 ou moins, il suffit d’améliorer {len(path)} réponse{'s' if len(path) > 1 else ''} : "
            f"{', '.join(question.short for question in path)}."
            if path
            else ""
        )
        told_to_copy = f"Indice à y recopier : {index_of(finding)}." if finding.is_settled else "Rien à y recopier encore"
        assert told(page, "copier").startswith(told_to_copy)
        assert page.locator("#manquants a").all_inner_texts() == [question.short for question in finding.unknown[:3]]


def test_the_form_carries_the_very_questionnaire(page: Page, site: Path, dependence: Dependence) -> None:
    page.goto((site / FORM).as_uri())
    found = page.evaluate(
        """() => Object.fromEntries([...document.querySelectorAll("[data-question]")].map((node) => [
          node.dataset.question,
          Object.fromEntries([...node.querySelectorAll("input")].map((one) => [one.value, Number(one.dataset.points)]))]))"""
    )
    assert found == {
        name: {option: choice.points for option, choice in question.options.items()} | {NSP: question.worst}
        for name, question in dependence.asked.items()
    }


def test_answers_stay_in_this_browser_and_can_be_erased(page: Page, site: Path) -> None:
    page.goto((site / FORM).as_uri())
    page.fill("#outil", "Outil gardé")
    answer(page, {"prix": "libres"})
    page.reload()
    expect(page.locator("#outil")).to_have_value("Outil gardé")
    assert page.is_checked("[name=prix][value=libres]")
    page.click("#effacer")
    page.reload()
    assert not page.is_checked("[name=prix][value=libres]")


def test_the_file_that_is_saved_is_read_by_the_library_and_by_the_page(
    page: Page, site: Path, dependence: Dependence, tmp_path: Path
) -> None:
    page.goto((site / FORM).as_uri())
    page.fill("#outil", "Été, <b>suite</b>")
    page.fill("#depense", "12 500,50 €")
    page.select_option("#famille", "ia")
    answer(page, {"prix": "libres", "cles": NSP})
    with page.expect_download() as waited:
        page.click("#enregistrer")
    path = tmp_path / waited.value.suggested_filename
    waited.value.save_as(path)
    assert path.name == "ete-b-suite-b.json"
    found = read_diagnosis(path.read_text(encoding="utf-8"), str(path), dependence)
    assert (found.title, found.family, found.latest.spending) == ("Été, <b>suite</b>", "ia", 12500.5)
    assert found.latest.answers == {"prix": "libres", "cles": NSP}
    page.click("#effacer")
    page.set_input_files("#ouvrir", path)
    expect(page.locator("#fait")).to_have_text("Le fichier est ouvert.")
    assert page.is_checked("[name=cles][value=nsp]")


def test_no_family_is_chosen_for_a_tool_and_none_is_saved_without(page: Page, site: Path, tmp_path: Path) -> None:
    page.goto((site / FORM).as_uri())
    expect(page.locator("#famille")).to_have_value("")
    page.fill("#outil", "Outil sans famille")
    answer(page, {"prix": "libres"})
    page.click("#enregistrer")
    expect(page.locator("#fait")).to_have_text("Rien n’est enregistré\u00a0: choisissez d’abord la famille de l’outil.")
    expect(page.locator("#famille")).to_be_focused()
    assert "choisissez d’abord" in page.locator("#famille").evaluate("field => field.validationMessage")
    page.reload()  # what is kept meanwhile comes back without one
    assert page.is_checked("[name=prix][value=libres]")
    expect(page.locator("#famille")).to_have_value("")
    page.select_option("#famille", "ia")
    with page.expect_download() as waited:
        page.click("#enregistrer")
    waited.value.save_as(tmp_path / "x.json")
    assert json.loads((tmp_path / "x.json").read_text(encoding="utf-8"))["family"] == "ia"
    page.click("#effacer")
    expect(page.locator("#famille")).to_have_value("")


@pytest.mark.parametrize(("family", "told_of"), [({}, "ne dit pas la famille"), ({"family": "x"}, "Famille inconnue")])
def test_a_file_without_a_known_family_is_refused_as_the_command_does(
    page: Page, site: Path, dependence: Dependence, tmp_path: Path, family: dict[str, str], told_of: str
) -> None:
    data = {"id": "a", "title": "A", "kind": "real", "reviews": [{"on": "2026-01-01", "answers": {"prix": "libres"}}], **family}
    (tmp_path / "a.json").write_text(json.dumps(data), encoding="utf-8")
    with pytest.raises(SourceError, match=r"\bfamil(y|le)\b"):
        load_diagnosis(tmp_path / "a.json", dependence)
    page.goto((site / FORM).as_uri())
    page.set_input_files("#ouvrir", tmp_path / "a.json")
    expect(page.locator("#fait")).to_contain_text("Rien n’a changé ici.")
    expect(page.locator("#fait")).to_contain_text(told_of)
    assert not page.is_checked("[name=prix][value=libres]")


def test_yaml_and_documents_open_on_the_page_as_in_the_library(
    page: Page, site: Path, dependence: Dependence, tmp_path: Path
) -> None:
    doctrine = boussole.load()
    page.goto((site / FORM).as_uri())
    for path in sorted((ROOT / "docs/dependance").glob("*.yml")):
        tool = load_diagnosis(path, dependence)
        document = tmp_path / f"{tool.id}.html"
        document.write_text(render_html(dependence, doctrine, tool), encoding="utf-8")
        for given in (path, document):
            page.click("#effacer")
            page.set_input_files("#ouvrir", given)
            expect(page.locator("#fait")).to_have_text("Le fichier est ouvert.")
            assert told(page, "indice") == index_of(Finding(dependence, tool.latest.answers)), given.name
            assert page.input_value("#outil") == tool.title


def test_what_is_wrong_in_a_yaml_file_is_told_by_its_line(page: Page, site: Path, tmp_path: Path) -> None:
    (tmp_path / "x.yml").write_text("id: x\nreviews:\n  - on: 2026-01-01\n    answers: {prix: libres\n", encoding="utf-8")
    page.goto((site / FORM).as_uri())
    page.set_input_files("#ouvrir", tmp_path / "x.yml")
    expect(page.locator("#fait")).to_contain_text("x.yml, ligne 4")


@pytest.mark.parametrize(
    "content",
    ["", "[]", "{}", '{"reviews": []}', '{"reviews": [{"answers": {"prix": "x"}}]}', '{"reviews": [{"answers": {"q": "x"}}]}'],
)
def test_a_file_that_is_none_changes_nothing(page: Page, site: Path, tmp_path: Path, content: str) -> None:
    (tmp_path / "x.json").write_text(content, encoding="utf-8")
    page.goto((site / FORM).as_uri())
    answer(page, {"prix": "libres"})
    page.set_input_files("#ouvrir", tmp_path / "x.json")
    expect(page.locator("#fait")).to_contain_text("Rien n’a changé ici.")
    assert page.is_checked("[name=prix][value=libres]")


def test_several_answers_of_a_file_are_kept_until_one_is_chosen(
    page: Page, site: Path, dependence: Dependence, tmp_path: Path
) -> None:
    answers: dict[str, Any] = {"prix": ["fixes", "libres"]}
    data = {"id": "a", "title": "A", "kind": "real", "family": "ia", "reviews": [{"on": "2026-01-01", "answers": answers}]}
    (tmp_path / "a.json").write_text(json.dumps(data), encoding="utf-8")
    page.goto((site / FORM).as_uri())
    page.set_input_files("#ouvrir", tmp_path / "a.json")
    expect(page.locator("#prix .boussole-several")).to_contain_text("Fixes sur la durée ou Libres")
    assert told(page, "indice") == index_of(Finding(dependence, answers))
    answer(page, {"prix": "fixes"})
    expect(page.locator("#prix .boussole-several")).to_have_count(0)


def test_without_script_the_questions_read_with_points_to_add_by_hand(
    browser: Browser, site: Path, dependence: Dependence
) -> None:
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto((site / FORM).as_uri())
        text = page.inner_text("main")
        assert all(question.ask in text.replace("\u202f", " ").replace("\u00a0", " ") for question in dependence.asked.values())
        assert "diviser par 96" in text.replace("\u00a0", " ")
        assert page.locator(".boussole-live:visible").count() == 0
        page.goto((site / "alternatives/index.html").as_uri())
        assert page.locator("tbody tr:visible").count() == 14
        assert page.locator(".boussole-choices:visible").count() == 0


def test_a_browser_that_keeps_nothing_says_so_and_goes_on(browser: Browser, site: Path) -> None:
    with browser.new_context() as context:
        page = context.new_page()
        page.add_init_script("Object.defineProperty(window, 'localStorage', { get() { throw new Error('non'); } })")
        page.goto((site / FORM).as_uri())
        answer(page, {"prix": "libres"})
        expect(page.locator("#garde")).to_be_visible()
        assert told(page, "indice") == "entre 4,2 et 100"


def test_filters_keep_what_has_every_quality_and_the_address_says_it(page: Page, site: Path) -> None:
    page.goto((site / "alternatives/index.html").as_uri())
    page.check("input[value=souveraine]")
    page.check("input[value=mutualisable]")
    assert sorted(page.locator("tbody tr:visible th").all_inner_texts()) == ["Decidim", "Docs (La Suite numérique)", "Lutèce"]
    expect(page.locator("[role=status]")).to_have_text("3\u00a0logiciels sur 14.")
    page.select_option("#besoin", "cartographie")
    expect(page.locator("[role=status]")).to_contain_text("Aucun logiciel")
    page.reload()
    assert page.is_checked("input[value=souveraine]")
    expect(page.locator("#besoin")).to_have_value("cartographie")
    page.goto((site / "alternatives/index.html").as_uri() + "#besoin=inconnu")
    page.reload()
    assert page.locator("tbody tr:visible").count() == 14


def test_what_is_so_in_part_is_kept_when_it_is_asked_and_the_filter_says_what_counts(page: Page, site: Path) -> None:
    page.goto((site / "alternatives/index.html").as_uri())
    expect(page.locator(".boussole-choices")).to_contain_text("seuls les «\u00a0oui\u00a0» du tableau comptent.")
    page.check("input[value=ouverte]")
    sure = set(page.locator("tbody tr:visible th").all_inner_texts())
    assert "Nextcloud" not in sure
    page.check("[name=partie]")
    assert {"Nextcloud", *sure} <= set(page.locator("tbody tr:visible th").all_inner_texts())
    page.reload()
    assert page.is_checked("[name=partie]")
    assert "Nextcloud" in page.locator("tbody tr:visible th").all_inner_texts()


def test_the_question_of_criterion_7_leads_to_the_diagnosis_and_back(page: Page, site: Path) -> None:
    page.goto((site / "criteres/alternative.html").as_uri())
    page.get_by_role("link", name="le diagnostic de dépendance").click()
    page.wait_for_url("**/dependance/index.html")
    page.get_by_role("link", name="Quel est l’indice de dépendance").click()
    page.wait_for_url("**/criteres/alternative.html#alternative-dependance")


def test_every_page_says_it_is_a_proposal_and_marks_its_examples(site: Path) -> None:
    for path in (site / "dependance").glob("*.html"):
        text = path.read_text(encoding="utf-8")
        if path.stem not in ("ensemble", "donnees"):
            assert "Ce n’est pas l’outil de diagnostic TIE Break" in text, path.name
        if path.stem not in ("index", "ensemble", "donnees", "diagnostic"):
            assert "Exemple inventé" in text, path.name
