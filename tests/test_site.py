"""The built site, as a reader's browser sees it."""

import html
import json
import random
import re
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urldefrag

import pytest
from playwright.sync_api import Browser, Page

from boussole import Doctrine, assess
from boussole.proofs import case_answers
from boussole.writing import typeset

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

AXE = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"], "resultTypes": ["violations"]}


def pages_of(site: Path) -> list[Path]:
    return sorted(path for path in site.rglob("*.html") if "_static" not in path.parts)


@pytest.fixture
def form(page: Page, site: Path) -> Page:
    page.goto((site / "evaluer.html").as_uri())
    page.wait_for_selector(".boussole-opinion:not([hidden])")
    return page


def answer(form: Page, answers: dict[str, Any]) -> None:
    """Fill the form with these answers and no other, as its own controls would."""
    form.evaluate(
        """answers => {
          for (const input of document.querySelectorAll(".boussole-form input")) {
            const given = answers[input.name];
            if (input.type === "radio") input.checked = given === input.value;
            else input.value = given === undefined || given === "nsp" ? "" : given;
          }
          document.querySelector(".boussole-form").dispatchEvent(new Event("input", {bubbles: true}));
        }""",
        answers,
    )


def attainable(form: Page) -> tuple[str, ...]:
    return tuple((form.get_attribute(".boussole-form", "data-attainable") or "").split())


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (320, "dark")])
def test_no_page_breaks_an_accessibility_rule_or_overflows(browser: Browser, site: Path, width: int, scheme: Any) -> None:
    faults: dict[str, list[str]] = {}
    # The rules of axe are injected for the test, which the pages' own policy rightly forbids.
    with browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme, bypass_csp=True) as context:
        page = context.new_page()
        for path in pages_of(site):
            page.goto(path.as_uri())
            page.evaluate(AXE)
            violations = page.evaluate("rules => axe.run(document, rules)", WCAG)["violations"]
            found = [f"{rule['id']}: {node['html'][:120]}" for rule in violations for node in rule["nodes"]]
            if page.evaluate("document.documentElement.scrollWidth") > width:
                found.append("overflow")
            faults |= {path.name: found} if found else {}
    assert faults == {}


def test_the_accessibility_check_can_fail(browser: Browser) -> None:
    with browser.new_context() as context:
        page = context.new_page()
        page.set_content("<html><body><img src='x.png'><p style='color: #999; background: #aaa'>Texte</p></body></html>")
        page.evaluate(AXE)
        found = {rule["id"] for rule in page.evaluate("rules => axe.run(document, rules)", WCAG)["violations"]}
        assert {"image-alt", "color-contrast", "html-has-lang"} <= found


def test_every_page_opens_without_complaint_and_asks_nothing_of_others(page: Page, site: Path) -> None:
    for path in pages_of(site):
        page.goto(path.as_uri())
        assert page.locator("h1").count() == 1, path
        assert page.locator("html").get_attribute("lang") == "fr"


def test_every_link_inside_the_site_leads_somewhere(site: Path) -> None:
    texts = {path.resolve(): path.read_text(encoding="utf-8") for path in pages_of(site)}
    anchors = {path: set(re.findall(r'\bid="([^"]+)"', text)) for path, text in texts.items()}
    broken = []
    for path, text in texts.items():
        for link in re.findall(r'href="([^"]+)"', text):
            target, fragment = urldefrag(html.unescape(link))
            if target.startswith("https://"):
                continue
            goal = (path.parent / unquote(target)).resolve() if target else path
            if not goal.exists() or (fragment and goal in anchors and unquote(fragment) not in anchors[goal]):
                broken.append(f"{path.name} -> {link}")
    assert broken == []


def test_official_words_are_published_exactly(site: Path, doctrine: Doctrine) -> None:
    published = {document.id: shown(site / f"{document.id}.html") for document in doctrine.documents}
    for quotation in doctrine.texts:
        page = next(
            document.id for document in doctrine.documents for chapter in document.chapters if chapter.id == quotation.chapter
        )
        assert f"«\xa0{typeset(quotation.quote)}\xa0»" in published[page]


def test_every_page_tells_official_words_from_proposals(site: Path, doctrine: Doctrine) -> None:
    for path in pages_of(site):
        assert typeset(doctrine.doctrine.notice) in shown(path), path


def shown(path: Path) -> str:
    return " ".join(re.split(r"[ \n]+", html.unescape(re.sub(r"<[^>]+>", "", path.read_text(encoding="utf-8")))))


def test_without_javascript_the_form_is_complete_and_cannot_be_sent(browser: Browser, site: Path, doctrine: Doctrine) -> None:
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto((site / "evaluer.html").as_uri())
        assert page.locator("fieldset:visible").count() == len(doctrine.questions)
        assert page.locator("form, button, [type=submit]").count() == 0
        assert page.locator(".boussole-by-hand").is_visible()
        page.get_by_label("Oui").first.check()
        page.locator("input[type=text]").first.press("Enter")
        assert page.url.endswith("evaluer.html")


def test_the_form_carries_the_very_rules_of_the_doctrine(form: Page, doctrine: Doctrine) -> None:
    rules = form.evaluate(
        """() => [...document.querySelectorAll("[data-question]")].map(node => ({
          id: node.dataset.question, section: node.closest("[data-section]").dataset.section,
          when: node.dataset.when ? {[node.dataset.when]: node.dataset.whenOptions.split(" ").sort()} : null,
          options: [...node.querySelectorAll("[data-option]")].map(option => [
            option.dataset.option, option.dataset.effect, option.dataset.min ?? null, option.dataset.max ?? null]),
          inputs: [...node.querySelectorAll("input")].map(input => input.value)}))"""
    )
    assert [rule["id"] for rule in rules] == list(doctrine.questions)
    for written, published in zip(doctrine.rules["questions"], rules, strict=True):
        assert published["section"] == written["section"]
        assert published["when"] == written.get("when")
        numbers = [[option.get("min"), option.get("max")] for option in written["options"]]
        assert [[low and float(low), high and float(high)] for _, _, low, high in published["options"]] == numbers or not any(
            number for pair in numbers for number in pair
        )
        assert [option[:2] for option in published["options"]] == [
            [option["id"], option["effect"]] for option in written["options"]
        ]
        if not written.get("numeric"):
            assert published["inputs"] == [option["id"] for option in written["options"]] + ["nsp"]


def test_the_form_gives_each_worked_case_its_opinion(form: Page, doctrine: Doctrine) -> None:
    for case in doctrine.cases:
        for turned, expected in ((False, case.opinion), (True, case.turning_point.opinion)):
            answer(form, case_answers(doctrine, case, turned))
            assert form.get_attribute(".boussole-form", "data-opinion") == expected, case.id
            assert doctrine.level(expected).label in form.inner_text(".boussole-opinion")


def test_the_form_agrees_with_the_library_on_random_answers(form: Page, doctrine: Doctrine) -> None:
    chance = random.Random(2024)
    for _ in range(200):
        answers = {
            name: chance.choice([*question.choices, "nsp"]) if not question.bands else str(chance.randint(0, 100))
            for name, question in doctrine.questions.items()
            if chance.random() < 0.7
        }
        answer(form, answers)
        assert attainable(form) == assess(doctrine, answers).attainable, json.dumps(answers)


def test_answering_by_hand_moves_the_opinion_and_says_why(form: Page, doctrine: Doctrine) -> None:
    assert attainable(form) == doctrine.levels
    question = form.locator("[data-question='biometrie.identification']")
    question.get_by_label("Oui").check()
    assert form.inner_text(".boussole-opinion") == "Avis\xa0: Refusé."
    assert "Ligne rouge du critère 1" in form.inner_text(".boussole-details")
    question.get_by_label("Non", exact=True).check()
    assert attainable(form) == doctrine.levels


def test_a_question_that_no_longer_applies_steps_aside_and_keeps_its_answer(form: Page) -> None:
    question = form.locator("[data-question='droit.aipd']")
    question.get_by_label("Non", exact=True).check()
    form.locator("[data-question='profil.donnees-personnelles']").get_by_label("Non", exact=True).check()
    assert not question.is_visible()
    assert "suspendu" in attainable(form)
    form.locator("[data-question='profil.donnees-personnelles']").get_by_label("Oui").check()
    assert question.is_visible()
    assert question.get_by_label("Non", exact=True).is_checked()
    assert "favorable" not in attainable(form)


def test_a_number_that_means_nothing_is_told_and_takes_no_position(form: Page, doctrine: Doctrine) -> None:
    field = form.locator("[data-question='alternative.dependance'] input")
    field.fill("beaucoup")
    assert "Réponses non comprises" in form.inner_text(".boussole-details")
    assert attainable(form) == doctrine.levels
    field.fill("62,5")
    assert "Réponses non comprises" not in form.inner_text(".boussole-details")
    assert "favorable" not in attainable(form)


def test_the_form_is_filled_with_the_keyboard_alone(form: Page) -> None:
    form.keyboard.press("Tab")
    assert form.evaluate("document.activeElement.className") == "boussole-skip"
    form.locator("[data-question='biometrie.identification'] input").first.focus()
    form.keyboard.press("Space")
    assert attainable(form) == ("refuse",)


def test_what_is_printed_keeps_every_explanation(form: Page) -> None:
    form.emulate_media(media="print")
    hidden = form.evaluate(
        "[...document.querySelectorAll('details > *:not(summary)')].filter(node => !node.checkVisibility()).length"
    )
    assert hidden == 0
