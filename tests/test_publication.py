"""What is published beside the pages: the feed, the map, headers, permanent addresses, one file that holds all."""

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Browser, expect

from boussole import Doctrine, SourceError
from boussole.loading import comparable, load_text
from boussole.outputs.changes import render_proof
from boussole.outputs.comparison import render_comparison
from boussole.outputs.pages import (
    BY_HAND,
    ELEMENTS,
    FILES,
    FORM_KILOBYTES,
    GROUPS,
    KILOBYTES,
    LIST_KILOBYTES,
    READING_KILOBYTES,
    USE_ELEMENTS,
    USE_KILOBYTES,
    Around,
    render_pages,
)
from boussole.outputs.publication import (
    describe,
    describe_data,
    read_redirections,
    render_feed,
    render_head,
    render_redirection,
    render_robots,
    render_sitemap,
)
from tests import addresses, test_budgets
from tests.conftest import ROOT, build_site

ATOM = "{http://www.w3.org/2005/Atom}"
BASE = "https://exemple.fr/boussole/"
HOSTILE = "</script><!-- &amp; \" ' ]]> <b>"
SMALL = (ROOT / "tests/sources/good/minimal.yml").read_text(encoding="utf-8")


def small(versions: str = "") -> Doctrine:
    return load_text(SMALL + versions)


# -- the feed, the map, the head


@pytest.mark.parametrize("base", ["", BASE])
def test_the_feed_is_an_atom_feed(doctrine: Doctrine, base: str) -> None:
    feed = ElementTree.fromstring(render_feed(doctrine, base))
    assert feed.tag == f"{ATOM}feed"
    entries = feed.findall(f"{ATOM}entry")
    assert len(entries) == len(doctrine.versions)
    for element in (feed, *entries):
        for required in ("id", "title", "updated"):
            found = element.findall(f"{ATOM}{required}")
            assert len(found) == 1, required
            assert found[0].text
        assert re.fullmatch(r"tag:[a-z.]+,\d{4}:\S+", element.findtext(f"{ATOM}id") or "")
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT00:00:00Z", element.findtext(f"{ATOM}updated") or "")
    assert feed.findtext(f"{ATOM}author/{ATOM}name")
    for entry, version in zip(entries, doctrine.versions, strict=True):
        content = entry.find(f"{ATOM}content")
        assert content is not None
        assert content.get("type") == "text"
        assert (content.text or "").count("– ") >= len(version.changes)
    links = [link.get("href", "") for link in feed.iter(f"{ATOM}link")]
    assert all(link.startswith(BASE) for link in links)
    assert len(links) == (2 + len(entries) if base else 0)


def test_the_ids_of_the_feed_do_not_depend_on_where_it_is_published(doctrine: Doctrine) -> None:
    ids = [re.findall("<id>(.*?)</id>", render_feed(doctrine, base)) for base in ("", BASE)]
    assert ids[0] == ids[1]
    assert len(set(ids[0])) == len(ids[0])


def test_a_doctrine_without_versions_has_a_feed_all_the_same() -> None:
    feed = ElementTree.fromstring(render_feed(small(), ""))
    assert feed.findtext(f"{ATOM}updated") == "2024-03-28T00:00:00Z"
    assert feed.findall(f"{ATOM}entry") == []


def test_no_text_breaks_the_feed_nor_the_head() -> None:
    given = json.dumps(HOSTILE)
    doctrine = small(f"versions:\n  - {{version: '2', date: 2024-02-03, title: {given}, changes: [{given}]}}\n")
    entry = ElementTree.fromstring(render_feed(doctrine, BASE)).find(f"{ATOM}entry")
    assert entry is not None
    assert "</script><!-- &amp;" in (entry.findtext(f"{ATOM}content") or "")
    head = render_head(HOSTILE, f"<p>{'long ' * 9}&lt;/script&gt;&quot;</p>", "", [{"name": HOSTILE}])
    assert head.count("<script") == head.count("</script>") == 1
    assert "<!--" not in head
    assert "<b>" not in head
    data = re.search(r"<script[^>]*>(.*)</script>", head)
    assert data
    assert json.loads(data[1]) == {"name": HOSTILE}


def test_two_versions_do_not_share_a_name() -> None:
    one = "  - {version: '2', date: 2024-02-03, title: x, changes: [x]}\n"
    with pytest.raises(SourceError, match="identifiant-en-double"):
        small("versions:\n" + one * 2)


def test_the_latest_version_is_the_one_of_the_doctrine(doctrine: Doctrine) -> None:
    assert doctrine.versions[0].version == doctrine.doctrine.version
    days = [version.date for version in doctrine.versions]
    assert days == sorted(days, reverse=True)


def test_the_map_of_the_site_gives_absolute_addresses_and_robots_say_where_it_is() -> None:
    urls = ElementTree.fromstring(render_sitemap(["cas/index", "index"], BASE))
    assert [loc.text for loc in urls.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")] == [f"{BASE}cas/index.html", BASE]
    assert render_robots(BASE).endswith(f"Sitemap: {BASE}sitemap.xml\n")
    assert "Sitemap" not in render_robots("")


def test_a_page_is_described_by_our_words_never_by_a_quotation_out_of_its_frame() -> None:
    quoted = (
        "<p>Texte officiel — Critère 1, tel que le communiqué le donne</p><blockquote><div><p>« Des mots.</p></div></blockquote>"
    )
    ours = f"<p><strong>En clair.</strong> {'Une phrase simple. ' * 20}</p>"
    found = describe(quoted + ours)
    assert found.startswith("En clair. Une phrase simple.")
    assert found.endswith("…")
    assert len(found) <= 201
    assert describe(quoted) == ""


def test_what_is_said_to_search_engines_is_true(doctrine: Doctrine) -> None:
    assert describe_data(doctrine, "lectures", [("index", "Accueil"), ("lectures", "Nos lectures")], "") == []
    (terms,) = describe_data(doctrine, "glossaire", [("glossaire", "Glossaire")], "")
    assert [term["name"] for term in terms["hasDefinedTerm"]] == [term.term for term in doctrine.glossary]
    (trail,) = describe_data(doctrine, "lectures", [("index", "Accueil"), ("lectures", "Nos lectures")], BASE)
    assert [item["item"] for item in trail["itemListElement"]] == [BASE, f"{BASE}lectures.html"]


def pages_of(site: Path, doctrine: Doctrine) -> list[str]:
    return sorted(name for name in addresses.published(site, doctrine) if "#" not in name)


def test_every_page_says_what_it_is_about(site: Path, doctrine: Doctrine) -> None:
    for name in pages_of(site, doctrine):
        text = (site / name).read_text(encoding="utf-8")
        assert re.search(r'<meta name="description" content="[^"]{20,}">', text), name
        for data in re.findall(r'<script type="application/ld\+json">(.*?)</script>', text):
            assert json.loads(data)["@context"] == "https://schema.org"


@pytest.mark.browser
def test_the_policy_of_the_pages_allows_what_is_said_to_search_engines(browser: Browser, site: Path) -> None:
    complaints: list[str] = []
    with browser.new_context() as context:
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.goto((site / "glossaire.html").as_uri())
        assert page.locator("script[type='application/ld+json']").count() == 1
    assert complaints == []


# -- the pages a public site owes


def test_the_plan_names_every_page_once_and_in_a_group(site: Path, doctrine: Doctrine) -> None:
    text = (site / "plan.html").read_text(encoding="utf-8")
    main = text[text.index('<main id="contenu"') : text.index("</main>")]
    linked = re.findall(r'href="([^"#]*)(?:#[^"]*)?"', main)
    # The list of the register names its uses, the account of a consultation what was said.
    others = re.compile("plan.html|registre/(?!index|tableau-de-bord|bilan-|recalculer).*|debattre/(contribution|fiches)-.*")
    assert sorted(name for name in linked if name) == [name for name in pages_of(site, doctrine) if not others.fullmatch(name)]
    assert {group for group in GROUPS if f"<h2>{group}" in main} >= {"Comprendre", "Évaluer", "Maintenir"}


def test_the_plan_knows_every_page_written_by_hand(doctrine: Doctrine) -> None:
    generated = render_pages(
        doctrine, date(2026, 11, 22), {}, Around(beside=render_comparison(doctrine, comparable(doctrine), render_proof))
    )
    found = {path.relative_to(ROOT / "docs").with_suffix("").as_posix() for path in (ROOT / "docs").rglob("*.md")}
    parts = "registre debattre dependance alternatives ailleurs usages se-former conditions-de-travail"
    made = tuple(f"{name}/" for name in parts.split())  # of data folders
    found = {name for name in found if not name.startswith(made)}
    assert found - {name.removesuffix(".md") for name in generated} == set(BY_HAND), "complete BY_HAND in outputs/pages.py"


def test_a_small_doctrine_has_these_pages_too() -> None:
    pages = render_pages(small(), date(2026, 11, 22), {})
    for name in ("officiel", "plan", "versions", "mentions", "accessibilite", "ecoconception", "signaler"):
        assert pages[f"{name}.md"].startswith("# "), name
    assert "Officiel : ce qui est cité" not in pages["officiel.md"]


def test_the_budgets_that_are_told_are_those_that_are_measured() -> None:
    forms = (
        test_budgets.KILOBYTES["evaluer.html"],
        test_budgets.KILOBYTES["evaluer/"],
        test_budgets.KILOBYTES["evaluer/tout.html"],
    )
    uses = (test_budgets.KILOBYTES["registre/"], test_budgets.KILOBYTES["registre/index.html"], test_budgets.USE_ELEMENTS)
    assert uses == (USE_KILOBYTES, LIST_KILOBYTES, USE_ELEMENTS)
    assert forms == (FORM_KILOBYTES, FORM_KILOBYTES, READING_KILOBYTES)
    measured = (test_budgets.CONTENT_KILOBYTES, test_budgets.REQUESTS, test_budgets.CONTENT_ELEMENTS)
    assert measured == (KILOBYTES, FILES, ELEMENTS)


def test_the_address_of_a_retired_question_remains_and_says_what_became_of_it() -> None:
    complete = load_text((ROOT / "tests/sources/good/complete.yml").read_text(encoding="utf-8"))
    page = render_pages(complete, date(2026, 11, 22), {})["criteres/profil.md"]
    assert page.count("Question retirée") == 1
    assert "(profil-photos)=\n\nQuestion retirée\xa0: `profil.photos`\n: 1\\.1\xa0: fondue dans profil.images" in page


def test_the_three_kinds_of_red_lines_and_the_world_call_stay_apart(site: Path) -> None:
    text = (site / "interdits.html").read_text(encoding="utf-8")
    titles = re.findall(r"<h2>(.*?)<", text)
    assert len(titles) == 4
    assert titles[-1].startswith("Autre chose")


# -- headers


def policies() -> dict[str, str]:
    found = {}
    for name in ("deploy/nginx.conf", "deploy/.htaccess", "deploy/_headers"):
        text = (ROOT / name).read_text(encoding="utf-8")
        (policy,) = re.findall(r"Content-Security-Policy:? \"?(default-src[^\"\n]*)", text)
        found[name] = policy
        assert re.search(r"X-Content-Type-Options:? \"?nosniff", text)
        assert re.search(r"Referrer-Policy:? \"?no-referrer", text)
    return found


def test_the_headers_to_deploy_and_the_pages_carry_the_same_policy() -> None:
    layout = (ROOT / "src/boussole/theme/layout.html").read_text(encoding="utf-8")
    (written,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', layout)
    assert "frame-ancestors" not in written  # a browser ignores it there, and says so
    assert set(policies().values()) == {f"{written}; frame-ancestors 'none'"}


# -- permanent addresses


def test_no_published_address_is_lost(site: Path, doctrine: Doctrine) -> None:
    moved = read_redirections(addresses.REDIRECTIONS.read_text(encoding="utf-8"))
    now = addresses.published(site, doctrine)
    gone = addresses.lost(addresses.promised(), now, moved)
    assert gone == [], "give these back their id, or redirect their page in docs/redirections.txt"
    assert sorted(now - addresses.promised()) == [], "new addresses: run `make site`, then `python -m tests.addresses`"


def test_the_loss_of_an_address_is_seen() -> None:
    before = {"a.html", "a.html#x", "b.html", "b.html#y"}
    assert addresses.lost(before, {"b.html"}, {}) == ["a.html", "a.html#x", "b.html#y"]
    assert addresses.lost(before, {"b.html"}, {"a.html": "b.html"}) == ["b.html#y"]


@pytest.mark.parametrize(
    "line", ["a.html", "a.html b.html c.html", "a.html https://exemple.fr", "../a.html b.html", "a.html a.html"]
)
def test_a_redirection_that_means_nothing_is_told(line: str) -> None:
    with pytest.raises(ValueError, match="ligne 2"):
        read_redirections(f"# commentaire\n{line}\n")


def test_a_redirection_climbs_to_the_root_of_the_site() -> None:
    page = render_redirection("cas/vieux/nom.html", "cas/neuf.html", "Mention")
    assert page.count("../../cas/neuf.html") == 2


@pytest.mark.browser
def test_an_address_that_moved_leads_to_the_new_one(tmp_path: Path, browser: Browser) -> None:
    source = tmp_path / "docs"
    shutil.copytree(ROOT / "docs", source)
    (source / "redirections.txt").write_text("cas/ancien-nom.html cas/traduction-au-guichet.html\n", encoding="utf-8")
    built = build_site(tmp_path, "-D", f"html_baseurl={BASE.rstrip('/')}", source=source)
    with browser.new_context() as context:
        page = context.new_page()
        page.goto((built / "cas/ancien-nom.html").as_uri())
        page.wait_for_url("**/cas/traduction-au-guichet.html")
    # The same build was told its own address.
    text = (built / "cas/index.html").read_text(encoding="utf-8")
    assert f'<link rel="canonical" href="{BASE}cas/index.html">' in text
    assert f'<meta property="og:url" content="{BASE}cas/index.html">' in text
    assert '"@type":"BreadcrumbList"' in text
    assert f"<loc>{BASE}cas/index.html</loc>" in (built / "sitemap.xml").read_text(encoding="utf-8")
    assert f'href="{BASE}flux.atom"' in (built / "flux.atom").read_text(encoding="utf-8")


def test_without_an_address_no_page_invents_one(site: Path) -> None:
    if os.environ.get("BOUSSOLE_URL"):
        pytest.skip("this site knows its address")
    assert not (site / "sitemap.xml").exists()
    assert "canonical" not in (site / "index.html").read_text(encoding="utf-8")


# -- one file


@pytest.mark.browser
def test_the_same_site_gives_the_same_zip_that_opens_anywhere(site: Path, tmp_path: Path, browser: Browser) -> None:
    targets = [tmp_path / "one.zip", tmp_path / "two.zip"]
    for target in targets:
        subprocess.run([sys.executable, str(ROOT / "scripts/zip"), str(site), str(target), "boussole"], check=True)
    assert targets[0].read_bytes() == targets[1].read_bytes()
    with zipfile.ZipFile(targets[0]) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        archive.extractall(tmp_path / "opened")
    with browser.new_context() as context:
        page = context.new_page()
        page.goto((tmp_path / "opened/boussole/index.html").as_uri())
        page.get_by_role("link", name="Plan du site").click()
        expect(page.locator("h1")).to_have_text("Plan du site")
