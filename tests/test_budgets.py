"""The budgets of the published site: what an old phone receives, and what nobody should ever meet on a page."""

import gzip
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.conftest import ROOT
from tests.test_site import pages_of, shown

pytestmark = pytest.mark.browser

KILOBYTES = {"evaluer.html": 33, "evaluer/": 33, "recherche.html": 20, "dependance/diagnostic.html": 33}
KILOBYTES |= {f"evaluer/{name}.html": 47 for name in ("tout", "avis")}  # they hold all the questions, or all the words
KILOBYTES |= {"registre/": 16, "registre/index.html": 30}
CONTENT_KILOBYTES, CONTENT_ELEMENTS, USE_ELEMENTS, REQUESTS = 10, 380, 900, 4
# Words that Sphinx or a browser would leave in English; the site quotes none of them.
ENGLISH = re.compile(
    r"\b(the|and|search|next|previous|navigation bar|index of|table of contents|permalink|link to this|source code|created using|"
    r"built with|show|hide|page not found|copyright|contents|on this page|skip to)\b",
    re.IGNORECASE,
)


class Reading(HTMLParser):
    """The elements, ids and files of a page."""

    def __init__(self, page: Path) -> None:
        super().__init__()
        self.elements, self.ids, self.files = 0, Counter[str](), [page]
        self.folder = page.parent
        self.feed(page.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.elements += 1
        given = dict(attributes)
        self.ids.update([str(given["id"])] if given.get("id") else [])
        loaded = given.get("src") if tag in ("script", "img") else None
        if tag == "link" and given.get("rel") in ("stylesheet", "icon"):
            loaded = given.get("href")
        if loaded:
            self.files.append((self.folder / str(loaded).split("?")[0]).resolve())

    @property
    def kilobytes(self) -> float:
        """What a first visit receives, compressed."""
        return sum(len(gzip.compress(file.read_bytes(), 9)) for file in self.files) / 1000


def test_every_page_is_light(site: Path) -> None:
    heavy = {}
    for path in pages_of(site):
        page, name = Reading(path), str(path.relative_to(site))
        kind = name if name in KILOBYTES else name[: name.rfind("/") + 1]
        budget = KILOBYTES.get(kind, CONTENT_KILOBYTES)
        if page.kilobytes > budget or len(page.files) > REQUESTS:
            heavy[name] = (round(page.kilobytes, 1), budget, len(page.files))
        elements = USE_ELEMENTS if kind == "registre/" else CONTENT_ELEMENTS
        is_counted = (kind == "registre/" or kind not in KILOBYTES) and name != "plan.html"  # the plan names every page there is
        if is_counted and page.elements > elements:
            heavy[name] = (page.elements, elements, 0)
    assert heavy == {}


def test_no_id_is_written_twice(site: Path) -> None:
    twice = {path.name: [name for name, count in Reading(path).ids.items() if count > 1] for path in pages_of(site)}
    assert {name: ids for name, ids in twice.items() if ids} == {}


def test_nothing_is_left_in_english(site: Path) -> None:
    found: dict[str, list[str]] = {}
    for path in pages_of(site):
        text = re.sub(r"<(code|pre|script)\b.*?</\1>", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        words = ENGLISH.findall(re.sub(r"<[^>]+>", " ", text) + " ".join(re.findall(r'(?:aria-label|title|alt)="([^"]*)"', text)))
        found |= {str(path.relative_to(site)): words} if words else {}
    assert found == {}


def test_every_page_is_valid_html(site: Path) -> None:
    """The Nu checker where there is one; elsewhere a strict parser, which sees less."""
    faults = nu_checker(site) if shutil.which("java") and nu_jar() else strict_parser(site)
    assert faults == []


def nu_jar() -> Path | None:
    found = ROOT / "build/nu/node_modules/vnu-jar/build/dist/vnu.jar"
    return found if found.exists() else None


def nu_checker(site: Path) -> list[str]:
    command = ["java", "-jar", str(nu_jar()), "--errors-only", "--format", "gnu", *map(str, pages_of(site))]
    return subprocess.run(command, capture_output=True, text=True, check=False).stderr.splitlines()


def strict_parser(site: Path) -> list[str]:
    import html5lib

    faults = []
    for path in pages_of(site):
        parser = html5lib.HTMLParser(namespaceHTMLElements=False)
        parser.parse(path.read_text(encoding="utf-8"))
        faults += [f"{path.relative_to(site)}:{place}: {code} {details}" for place, code, details in parser.errors]
    return faults


@pytest.fixture
def doubled(browser: Browser) -> Iterator[Page]:
    """A page whose text is twice as large, in a window that would hold it at its normal size."""
    with browser.new_context(viewport={"width": 640, "height": 800}, bypass_csp=True) as context:
        yield context.new_page()


def test_text_twice_as_large_still_fits(doubled: Page, site: Path) -> None:
    wide = []
    for path in pages_of(site):
        doubled.goto(path.as_uri())
        doubled.add_style_tag(content="html { font-size: 212.5% !important; }")
        if doubled.evaluate("document.documentElement.scrollWidth") > 640:
            wide.append(path.name)
    assert wide == []


def test_wider_spacing_of_text_still_fits(doubled: Page, site: Path) -> None:
    wide = []
    for path in pages_of(site):
        doubled.set_viewport_size({"width": 320, "height": 800})
        doubled.goto(path.as_uri())
        spacing = "* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important; }"
        doubled.add_style_tag(content=spacing + " p { margin-bottom: 2em !important; }")
        if doubled.evaluate("document.documentElement.scrollWidth") > 320:
            wide.append(path.name)
    assert wide == []


def test_no_word_of_a_page_is_missing_from_its_print(browser: Browser, site: Path) -> None:
    missing: dict[str, list[str]] = {}
    with browser.new_context(java_script_enabled=True) as context:
        page = context.new_page()
        page.emulate_media(media="print")
        for path in pages_of(site):
            page.goto(path.as_uri())
            hidden = page.evaluate(
                """() => {
                  const walker = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
                  const hidden = [];
                  while (walker.nextNode()) {
                    const node = walker.currentNode, parent = node.parentElement;
                    // What is only for a screen: what one does rather than reads.
                    const acting = "#ouvrir, #suite, #enregistrer, #decider > p, .boussole-trial, .boussole-actions";
                    const filling = ".boussole-bar, .boussole-filters, .boussole-field, .boussole-kind, .boussole-links, ";
                    const screen = "button, nav, " + filling + acting;
                    const asked = parent.closest("[hidden], script, style, " + screen);
                    if (node.textContent.trim() && !asked && !parent.checkVisibility()) hidden.push(node.textContent.trim());
                  }
                  return hidden;
                }"""
            )
            missing |= {path.name: hidden} if hidden else {}
    assert missing == {}


def test_the_keyboard_walks_a_page_in_its_order_and_sees_where_it_is(browser: Browser, site: Path) -> None:
    with browser.new_context(viewport={"width": 1280, "height": 800}) as context:
        page = context.new_page()
        for name in ("index.html", "criteres/biometrie.html", "evaluer.html", "evaluer/biometrie.html", "evaluer/verifier.html"):
            page.goto((site / name).as_uri())
            seen: list[int] = []
            for _ in range(30):
                page.keyboard.press("Tab")
                order, is_seen, ring = page.evaluate(
                    """() => {
                      const node = document.activeElement, box = node.getBoundingClientRect(), style = getComputedStyle(node);
                      const controls = "a[href], button, input, select, textarea, summary, [tabindex]";
                      const focusable = [...document.querySelectorAll(controls)];
                      const visible = box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight && box.left > -1;
                      const ring = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
                      return [focusable.indexOf(node), visible, ring];
                    }"""
                )
                if order < 0:  # past the last one, the browser's own controls come
                    break
                assert is_seen, (name, order)
                assert ring, (name, order)
                seen.append(order)
            assert seen == sorted(seen), name


def test_the_home_page_says_in_words_what_the_compass_draws(site: Path) -> None:
    text = (site / "index.html").read_text(encoding="utf-8")
    label = re.search(r'role="img" aria-label="([^"]+)"', text)
    assert label
    assert all(f"{number}. " in label[1] for number in range(1, 8))
    assert "Ce que demande la boussole" in shown(site / "index.html")
