"""The search: the same words in both languages, an index that fits, a page that finds."""

import gzip
import html
import json
import re
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from boussole.outputs.pages import SEARCH_KILOBYTES
from boussole.outputs.search import BYTES, MEASURES, Entry, render_index
from boussole.stems import IGNORED, stem, words
from tests.conftest import ROOT

SCRIPT = ROOT / "src" / "boussole" / "static" / "search.js"
WEIGHT = SEARCH_KILOBYTES * 1024


@cache
def node_path() -> str:
    """Node, or the one Playwright carries."""
    if found := shutil.which("node"):
        return found
    from playwright._impl._driver import compute_driver_executable

    return str(compute_driver_executable()[0])


def told_by_javascript(script: str, given: Any) -> Any:
    """What an expression over ``search`` and ``given`` gives in Node."""
    program = f"""
        const search = require(process.argv[1]);
        const given = JSON.parse(require("fs").readFileSync(0, "utf8"));
        process.stdout.write(JSON.stringify({script}));
    """
    command = [node_path(), "-e", program, str(SCRIPT)]
    done = subprocess.run(command, input=json.dumps(given), capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def parts_of(script: str) -> list[str]:
    """What an index holds, read back."""
    found: list[str] = json.JSONDecoder().raw_decode(script, script.index("= ") + 2)[0]
    return found


def found_in(entries: list[Entry], asked: str) -> list[str]:
    """The addresses found, best first, in Node."""
    given = {"written": parts_of(render_index(entries)), "asked": asked}
    found: list[str] = told_by_javascript(
        "search.find(search.unfold(given.written), given.asked).map((one) => one.address)", given
    )
    return found


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("énergies", "énergie"),
        ("hebergement", "Hébergement"),
        ("AGENTS", "agent"),
        ("agentes", "agent"),
        ("refusées", "refus"),
        ("publiques", "public"),
        ("professionnelles", "professionnel"),
        ("européenne", "européens"),
        ("travaux", "travail"),
        ("régionaux", "régional"),
        ("bureaux", "bureau"),
        ("eaux", "eau"),
        ("lois", "loi"),
        ("œuvres", "oeuvre"),
        ("données", "donnée"),
    ],
)
def test_two_forms_of_a_word_have_the_same_stem(one: str, other: str) -> None:
    assert [stem(word) for word in words(one)] == [stem(word) for word in words(other)]


@pytest.mark.parametrize(
    ("one", "other"), [("voix", "voie"), ("prix", "prise"), ("loi", "lot"), ("cas", "casque"), ("agent", "agence")]
)
def test_two_words_keep_different_stems(one: str, other: str) -> None:
    assert stem(one) != stem(other)


def test_words_lose_elisions_single_letters_and_short_numbers() -> None:
    assert words("L’IA d'aujourd’hui, l’article 5 du 2024/1689 : 42 Ko") == [
        "ia",
        "aujourd",
        "hui",
        "article",
        "du",
        "2024",
        "1689",
        "ko",
    ]


def test_python_and_javascript_cut_every_word_of_the_site_alike(site: Path) -> None:
    texts = sorted({line for path in site.rglob("*.html") for line in visible(path).split("\n") if line.strip()})
    assert len(texts) > 1000
    expected = [[[word, stem(word)] for word in words(text)] for text in texts]
    told = told_by_javascript("given.map((text) => search.words(text).map((word) => [word, search.stem(word)]))", texts)
    assert [(text, js) for text, js, py in zip(texts, told, expected, strict=True) if js != py] == []


def visible(path: Path) -> str:
    return html.unescape(re.sub(r"<[^>]+>", "\n", path.read_text(encoding="utf-8")))


ENTRIES = [
    Entry("a.html", "Sobriété énergétique", "Les centres de données. Les serveurs, les serveurs."),
    Entry("a.html#mesure", "La mesure", "Un serveur et des kilowattheures, des kilowattheures."),
    Entry("b.html", "Travail des agents", "L’énergie au bureau, l’énergie des serveurs."),
    Entry(
        "b.html#question",
        "Une question si longue qu’elle ne se trouve pas par elle-même, mais seulement par la page dont elle est",
        "Rien.",
    ),
]


@pytest.mark.parametrize(
    ("asked", "addresses"),
    [
        ("mesures", ["a.html#mesure"]),
        ("agente", ["b.html"]),
        ("énerg", ["a.html", "b.html"]),
        ("serveur", ["a.html", "b.html"]),
        ("serveurs au bureau", ["b.html"]),
        ("kilowattheure", ["a.html"]),
        ("les serveurs du martien", ["a.html", "b.html"]),
        ("question longue", ["b.html"]),
        ("de la", []),
        ("", []),
        ("<img src=x>", []),
        ("constructor __proto__", []),
    ],
)
def test_an_index_read_back_finds_what_it_should(asked: str, addresses: list[str]) -> None:
    assert found_in(ENTRIES, asked) == addresses


def test_an_index_is_the_same_twice_and_holds_no_line_of_its_own() -> None:
    odd = [Entry("a.html", "Un\ntitre\tsur \u2028 trois lignes", "")]
    assert render_index(ENTRIES) == render_index(iter(ENTRIES))
    assert parts_of(render_index(odd))[0] == "a.html\tUn titre sur trois lignes"


def test_an_index_that_grows_keeps_less_rather_than_weighing_more() -> None:
    many = [
        Entry(f"p{rank}.html", f"Page {rank}", " ".join(f"mot{rank * seed % 9973}" for seed in range(2, 60)))
        for rank in range(200)
    ]
    assert len(gzip.compress(render_index(many).encode(), 9)) < BYTES + 20
    assert [measure.longest for measure in MEASURES] == sorted((measure.longest for measure in MEASURES), reverse=True)


def test_words_to_ignore_are_written_as_they_are_compared() -> None:
    assert all(words(word) == [word] for word in IGNORED)


# -- the built page -----------------------------------------------------------------------------------------------------


def test_the_search_page_weighs_what_was_promised(site: Path) -> None:
    text = (site / "recherche.html").read_text(encoding="utf-8")
    asked = re.findall(r'<(?:script|link)[^>]+(?:src|href)="(_static/[^"?]+)', text)
    assert {"_static/search-index.js", "_static/boussole.css"} <= set(asked)
    weights = {name: len(gzip.compress((site / name).read_bytes(), 9)) for name in ("recherche.html", *asked)}
    assert sum(weights.values()) <= WEIGHT, weights


def test_only_the_search_page_loads_the_index(site: Path) -> None:
    loading = [path.name for path in site.rglob("*.html") if "search-index.js" in path.read_text(encoding="utf-8")]
    assert loading == ["recherche.html"]


def test_every_address_of_the_index_leads_somewhere(site: Path) -> None:
    parts = parts_of((site / "_static" / "search-index.js").read_text(encoding="utf-8"))
    addresses = told_by_javascript("search.unfold(given).found.map((one) => one.address)", parts)
    for address in addresses:
        page, mark, anchor = address.partition("#")
        text = (site / page).read_text(encoding="utf-8")
        assert not mark or f'id="{anchor}"' in text, address
    assert len([address for address in addresses if "#" not in address]) > 40


def search(page: Page, site: Path, asked: str) -> list[str]:
    """Type some words; the titles found, once announced."""
    page.goto((site / "recherche.html").as_uri())
    page.get_by_role("textbox", name="Mots à chercher").fill(asked)
    page.wait_for_function("asked => document.querySelector('[role=status]').textContent.includes(asked)", arg=asked)
    return page.locator(".boussole-search li").all_inner_texts()


@pytest.mark.browser
@pytest.mark.parametrize(
    ("asked", "first"),
    [
        ("energies", "Sobriété énergétique"),
        ("BIOMETRIE", "Biométrie et données sensibles"),
        ("agente travail", "Conditions de travail des agents"),
        ("transcriptions de reunion", "Transcription automatique de réunions"),
        ("lectures", "Nos lectures"),
        ("aipd", "AIPD"),
        ("hebergements", ""),
        ("syndicat", ""),
        ("recours", ""),
        ("DPO", "DPO"),
        ("chatbot", "Agent conversationnel"),
        ("TIE Break", "TIE Break"),
        ("Rennes", "Ailleurs"),
        ("kit", "Organiser une concertation"),
        ("anonymat", "L’anonymat dans l’étude"),
        ("transcription de réunions", "Transcription de réunions"),
    ],
)
def test_the_page_finds_without_accents_nor_plurals(page: Page, site: Path, asked: str, first: str) -> None:
    titles = search(page, site, asked)
    assert titles
    assert any(first in title for title in titles[:3]), titles


@pytest.mark.browser
def test_the_page_keeps_what_is_asked_in_its_address(page: Page, site: Path) -> None:
    before = search(page, site, "biométrie & co")
    assert page.url.endswith("recherche.html?q=biom%C3%A9trie%20%26%20co")
    page.reload()
    assert page.locator(".boussole-search li").all_inner_texts() == before
    page.locator(".boussole-search li a").first.click()
    assert page.locator("h1").is_visible()
    assert "recherche.html" not in page.url


@pytest.mark.browser
def test_what_is_asked_goes_on_among_the_uses_of_the_register(page: Page, site: Path) -> None:
    search(page, site, "badge & co")
    page.get_by_role("link", name="Chercher «\xa0badge & co\xa0» parmi les usages du registre").click()
    page.wait_for_url("**/registre/index.html*")
    expect(page.get_by_label("Mots à chercher")).to_have_value("badge & co")


@pytest.mark.browser
def test_what_is_not_found_is_said_and_never_becomes_markup(page: Page, site: Path) -> None:
    assert search(page, site, "<img alt=x onerror=zzz>") == []
    status = page.get_by_role("status")
    assert status.inner_text().startswith("Aucun résultat pour «\xa0<img alt=x")
    assert page.locator("main img").count() == 0
    page.get_by_role("textbox").fill("")
    page.wait_for_function("() => !document.querySelector('[role=status]').textContent")
    assert page.url.endswith("recherche.html")


@pytest.mark.browser
def test_without_javascript_the_page_shows_the_way_and_nothing_to_type_in(browser: Browser, site: Path) -> None:
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto((site / "recherche.html").as_uri())
        assert page.locator("input:visible, form, button").count() == 0
        assert page.get_by_text("La recherche demande JavaScript").is_visible()
        page.locator("main").get_by_role("link", name="plan du site").click()
        page.wait_for_url("**/plan.html")


# -- the builds ---------------------------------------------------------------------------------------------------------


def build(folder: Path, *options: str) -> str:
    """Build a copy of the pages again, as far as needed; the index."""
    command = [sys.executable, "-m", "sphinx", "-q", "-c", str(ROOT), *options, "-d", str(folder / "doctrees")]
    subprocess.run([*command, str(folder / "docs"), str(folder / "html")], check=True, cwd=ROOT)
    return (folder / "html" / "_static" / "search-index.js").read_text(encoding="utf-8")


@pytest.mark.build
def test_a_build_that_reads_one_page_again_still_gives_the_whole_index(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "docs", tmp_path / "docs")
    whole, page = build(tmp_path), tmp_path / "docs" / "methode.md"
    assert build(tmp_path) == whole
    text = page.read_text(encoding="utf-8")
    page.write_text(f"{text}\n## Un zèbre\n\nRien.\n", encoding="utf-8")
    changed = build(tmp_path)
    assert "\n#un-zebre\tUn zèbre\n" in parts_of(changed)[0]
    assert len(parts_of(changed)[0]) == len(parts_of(whole)[0]) + len("\n#un-zebre\tUn zèbre")
    page.write_text(text, encoding="utf-8")
    assert build(tmp_path) == whole == build(tmp_path, "-E", "-j", "2")
