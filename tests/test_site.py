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
from boussole.outputs.pages import BY_HAND
from boussole.proofs import case_answers
from boussole.writing import typeset

pytestmark = pytest.mark.browser

AXE = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"], "resultTypes": ["violations"]}


def pages_of(site: Path) -> list[Path]:
    return sorted(path for path in site.rglob("*.html") if "_static" not in path.parts)


def ready(page: Page, path: Path) -> Page:
    """A page of questions, once its script has shown what is kept."""
    page.goto(path.as_uri())
    page.wait_for_selector(".boussole-form[data-ready]")
    return page


@pytest.fixture
def form(page: Page, site: Path) -> Page:
    """The page of all the questions."""
    return ready(page, site / "evaluer/tout.html")


def answer(form: Page, answers: dict[str, Any]) -> None:
    """Give these answers and no other, as another tab on the same dossier would."""
    form.evaluate(
        """answers => {
          const prefix = "boussole:1:" + boussoleDoctrine.id, uid = "0123456789abcdef";
          const dossier = Object.assign(boussoleDossier.create(boussoleDoctrine, "essai", "Essai"), {answers});
          const kept = {format: 1, dossier, updated: new Date().toISOString()};
          for (const storage of [localStorage, sessionStorage]) storage.setItem(prefix, uid);
          localStorage.setItem(prefix + ":" + uid, JSON.stringify(kept));
          dispatchEvent(new StorageEvent("storage", {key: prefix}));
        }""",
        answers,
    )


def attainable(form: Page) -> tuple[str, ...]:
    return tuple((form.get_attribute(".boussole-form", "data-attainable") or "").split())


# Every tag of a page, with its classes and those it stands in: what its colours and its size follow from.
KINDS = """() => {
  const kinds = new Set();
  const walk = (node, within) => {
    for (const child of node.children) {
      const kind = within + ">" + child.localName + (child.getAttribute("class") ? "." + child.getAttribute("class") : "");
      kinds.add(kind);
      walk(child, kind);
    }
  };
  walk(document.body, "");
  return [...kinds];
}"""


def covering(kinds: dict[Path, set[str]]) -> list[Path]:
    """Pages that hold together every kind of node of all the pages: the richest first, each for what the others lack."""
    left, chosen = set[str]().union(*kinds.values()), list[Path]()
    while left:
        richest = max(kinds, key=lambda path: len(kinds[path] & left))
        chosen.append(richest)
        left -= kinds[richest]
    return chosen


def faults(page: Page) -> list[str]:
    """What breaks a rule of accessibility in a page."""
    page.evaluate(AXE)
    violations = page.evaluate("rules => axe.run(document, rules)", WCAG)["violations"]
    return [f"{rule['id']}: {node['html'][:160]}" for rule in violations for node in rule["nodes"]]


def overflow(page: Page) -> list[str]:
    """Whether a page is wider than its window."""
    size = page.viewport_size
    is_wide = size and page.evaluate("document.documentElement.scrollWidth") > size["width"]
    return ["overflow"] * bool(is_wide)


def test_no_page_breaks_an_accessibility_rule_or_overflows(browser: Browser, site: Path) -> None:
    found: dict[str, list[str]] = {}
    # The rules of axe are injected for the test, which the pages' own policy rightly forbids.
    with browser.new_context(viewport={"width": 1280, "height": 800}, color_scheme="light", bypass_csp=True) as context:
        page = context.new_page()
        for path in pages_of(site):
            page.goto(path.as_uri())
            found |= {str(path): told for told in [faults(page) + overflow(page)] if told}
    assert found == {}


def test_no_page_overflows_a_phone_and_no_kind_of_node_breaks_a_rule_there_in_the_dark(browser: Browser, site: Path) -> None:
    found: dict[str, list[str]] = {}
    kinds: dict[Path, set[str]] = {}
    phone: Any = {"viewport": {"width": 320, "height": 800}, "color_scheme": "dark", "bypass_csp": True}
    with browser.new_context(**phone) as context:
        page = context.new_page()
        for path in pages_of(site):
            page.goto(path.as_uri())
            kinds[path] = set(page.evaluate(KINDS))
            found |= {str(path): told for told in [overflow(page)] if told}
        for path in covering(kinds):
            page.goto(path.as_uri())
            found |= {str(path): told for told in [faults(page)] if told}
    assert found == {}


def test_the_pages_that_are_checked_in_the_dark_hold_every_kind_of_node() -> None:
    kinds = {Path("a"): {"x"}, Path("b"): {"x", "y"}, Path("c"): {"z", "y"}, Path("d"): {"z"}}
    assert covering(kinds) == [Path("b"), Path("c")]


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


def test_every_link_inside_the_site_leads_somewhere(site: Path, doctrine: Doctrine) -> None:
    texts = {path.resolve(): path.read_text(encoding="utf-8") for path in pages_of(site)}
    anchors = {path: set(re.findall(r'\bid="([^"]+)"', text)) for path, text in texts.items()}
    anchors[(site / "debattre/contribuer.html").resolve()] |= set(doctrine.questions)  # which its script reads
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


def test_no_page_carries_what_sphinx_adds_for_other_themes(site: Path) -> None:
    added = re.compile(r'<span class="std|<section id="[^"]+">\s*<span id=')
    assert [path.name for path in pages_of(site) if added.search(path.read_text(encoding="utf-8"))] == []


def test_every_part_of_the_site_is_led_to_from_a_page_of_the_menu(site: Path) -> None:
    menu = re.compile(r'<li><a href="([^"]+)"( aria-current="[^"]+")?')
    parts = list(site.glob("*/index.html"))
    assert len(parts) > 10
    for path in parts:
        text = path.read_text(encoding="utf-8")
        current = [link for link, is_current in menu.findall(text[: text.index("<main")]) if is_current]
        assert len(current) == 1, path
        leading = path if current[0] == "#" else (path.parent / current[0]).resolve()
        assert leading == path or f"{path.parent.name}/index.html" in leading.read_text(encoding="utf-8"), path


def test_official_words_are_published_exactly(site: Path, doctrine: Doctrine) -> None:
    published = {document.id: shown(site / f"{document.id}.html") for document in doctrine.documents}
    for quotation in doctrine.texts:
        page = next(
            document.id for document in doctrine.documents for chapter in document.chapters if chapter.id == quotation.chapter
        )
        assert f"«\xa0{typeset(quotation.quote)}\xa0»" in published[page]


def test_no_page_written_by_hand_lets_a_line_begin_with_a_sign(site: Path) -> None:
    exact = re.compile(r"<(script|style|pre|code)\b.*?</\1>", re.DOTALL)
    told = {name: html.unescape(exact.sub("", (site / f"{name}.html").read_text(encoding="utf-8"))) for name in BY_HAND}
    loose = re.compile(r"[^\s] (?:[;?!»]|:(?=\s))|« ")
    assert {name: loose.findall(re.sub(r"<title>.*?</title>|<[^>]+>", "\0", text)) for name, text in told.items()} == {
        name: [] for name in BY_HAND
    }


def test_every_page_tells_official_words_from_proposals(site: Path, doctrine: Doctrine) -> None:
    for path in pages_of(site):
        assert typeset(doctrine.doctrine.notice) in shown(path), path


def shown(path: Path) -> str:
    return " ".join(re.split(r"[ \n]+", html.unescape(re.sub(r"<[^>]+>", "", path.read_text(encoding="utf-8")))))


def test_without_javascript_the_form_is_complete_and_cannot_be_sent(browser: Browser, site: Path, doctrine: Doctrine) -> None:
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        pages = {f"evaluer/{section.id}.html": len(section.questions) for section in doctrine.sections}
        for name, count in (pages | {"evaluer/tout.html": len(doctrine.questions)}).items():
            page.goto((site / name).as_uri())
            assert page.locator("fieldset:visible").count() == count
            assert page.locator("form, button, [type=submit]").count() == 0
            assert page.locator(".boussole-by-hand").is_visible()
            page.locator("input[type=radio]").first.check()
        page.locator("input[type=text]").first.press("Enter")
        assert page.url.endswith("evaluer/tout.html")
        for name in ("evaluer", "evaluer/verifier", "evaluer/avis", "evaluer/accorder"):
            page.goto((site / f"{name}.html").as_uri())
            assert page.locator(".boussole-by-hand a[href$='tout.html']").first.is_visible()
            assert page.locator("button:visible, input:visible").count() == 0


def test_the_form_carries_the_very_rules_of_the_doctrine(form: Page, doctrine: Doctrine) -> None:
    def plain(rules: Any) -> Any:
        """Without what is not said, and with conditions in one order."""
        if isinstance(rules, dict):
            kept = {name: plain(value) for name, value in rules.items() if value is not None and value is not False}
            return kept | ({"when": {name: sorted(found) for name, found in kept["when"].items()}} if "when" in kept else {})
        return [plain(rule) for rule in rules] if isinstance(rules, list) else rules

    carried = plain(form.evaluate("boussoleDossier.rules(boussoleDoctrine)"))
    for question in carried["questions"]:
        for name in ("ask", "seen", "roles", "unit"):
            question.pop(name, None)
        for option in question["options"]:
            option.pop("label")
    assert carried == plain(doctrine.rules)


def test_every_page_of_questions_offers_the_options_of_the_doctrine(page: Page, site: Path, doctrine: Doctrine) -> None:
    offered = """() => [...document.querySelectorAll("[data-question]")].map(node => [
      node.dataset.question, [...node.querySelectorAll("input[type=radio]")].map(input => input.value)])"""
    expected = {name: [] if question.bands else [*question.choices, "nsp"] for name, question in doctrine.questions.items()}
    ready(page, site / "evaluer/tout.html")
    assert dict(page.evaluate(offered)) == expected
    for section in doctrine.sections:
        ready(page, site / f"evaluer/{section.id}.html")
        assert dict(page.evaluate(offered)) == {question.id: expected[question.id] for question in section.questions}


def test_the_form_gives_each_worked_case_its_opinion(form: Page, doctrine: Doctrine) -> None:
    for case in doctrine.cases:
        for turned, expected in ((False, case.opinion), (True, case.turning_point.opinion)):
            answer(form, case_answers(doctrine, case, turned))
            assert form.get_attribute(".boussole-form", "data-opinion") == expected, case.id
            assert form.inner_text(".boussole-opinion") == doctrine.level(expected).label


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


def test_what_is_printed_keeps_every_explanation(page: Page, site: Path) -> None:
    ready(page, site / "evaluer/biometrie.html")
    page.emulate_media(media="print")
    hidden = page.evaluate(
        "[...document.querySelectorAll('details > *:not(summary, [hidden])')].filter(node => !node.checkVisibility()).length"
    )
    assert hidden == 0
