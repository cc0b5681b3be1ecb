"""The register in a site of two hundred uses: built in pieces, light, usable with and without a script."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from benchmarks.plausible import write_plausible
from benchmarks.register import query, weigh
from playwright.sync_api import Browser, Page

from boussole import Doctrine
from tests.conftest import ROOT
from tests.test_budgets import USE_ELEMENTS, Reading, strict_parser
from tests.test_site import faults, overflow

pytestmark = [pytest.mark.build, pytest.mark.browser, pytest.mark.xdist_group("register")]

COUNT = 230
SETTINGS = {"BOUSSOLE_URL": "https://exemple.fr/boussole", "SOURCE_DATE_EPOCH": "1795600000"}


def build(folder: Path) -> str:
    """Build the site of a folder again, and say what Sphinx said."""
    command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-c", str(ROOT), "-d", "doctrees", "docs", "html"]
    environment = {**os.environ, **SETTINGS, "NO_COLOR": "1", "LC_ALL": "C.UTF-8"}
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, env=environment)
    return done.stdout + done.stderr + f"code {done.returncode}"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, doctrine: Doctrine) -> Path:
    folder = tmp_path_factory.mktemp("register")
    shutil.copytree(
        ROOT / "docs", folder / "docs", ignore=shutil.ignore_patterns("registre", "dependance", "etude", "usages")
    )  # whose uses are the register's
    write_plausible(doctrine, folder / "docs/registre", COUNT)
    (folder / "docs/registre/usage-00000.yml").unlink()
    real = (folder / "docs/registre/usage-00001.yml").read_text(encoding="utf-8")
    (folder / "docs/registre/usage-00001.yml").write_text(real.replace('kind: "example"', 'kind: "real"'), encoding="utf-8")
    assert build(folder).endswith("code 0")
    return folder


@pytest.fixture(scope="module")
def register(project: Path) -> Path:
    return project / "html/registre"


@pytest.fixture
def listed(page: Page, register: Path) -> Page:
    """The first page of the list, once its script acts."""
    page.goto((register / "index.html").as_uri())
    page.wait_for_selector(".boussole-filters:not([hidden])")
    return page


def times(folder: Path) -> dict[str, int]:
    """When each page and each file of data was written; Sphinx copies its own files each time."""
    found = (path for kind in ("html", "js", "ics") for path in (folder / "html").rglob(f"*.{kind}"))
    return {path.relative_to(folder / "html").as_posix(): path.stat().st_mtime_ns for path in found}


def shown(page: Page) -> list[str]:
    return page.locator(".boussole-found tbody a").all_inner_texts()


def wait(page: Page, said: str) -> None:
    page.wait_for_function("said => document.querySelector('[role=status]').textContent.includes(said)", arg=said)


# -- the site


def test_pages_of_uses_stand_in_the_same_frame_as_the_others(project: Path, register: Path) -> None:
    use = (register / "usage-00001.html").read_text(encoding="utf-8")
    other = (project / "html/cas/index.html").read_text(encoding="utf-8")
    for part in ("boussole-skip", "Content-Security-Policy", "flux.atom", 'aria-label="Principale"', "boussole-footer"):
        assert part in use
        assert part in other
    assert "\0" not in use
    assert '<a href="index.html">Registre</a>' in use
    assert re.search(r'<meta name="description" content="Avis[^"]{20,}">', use)
    assert '<link rel="canonical" href="https://exemple.fr/boussole/registre/usage-00001.html">' in use
    assert 'aria-current="true">Registre' in use
    example = (register / "usage-00002.html").read_text(encoding="utf-8")
    assert re.search(r"<title>[^<]* \(exemple inventé\) – ", example)


def test_the_site_knows_its_register(project: Path) -> None:
    sitemap = (project / "html/sitemap.xml").read_text(encoding="utf-8")
    assert sitemap.count("/registre/usage-") == COUNT - 1
    assert "/registre/page-3.html" in sitemap
    plan = (project / "html/plan.html").read_text(encoding="utf-8")
    assert "registre/tableau-de-bord.html" in plan
    assert 'href="registre/index.html"' in (project / "html/index.html").read_text(encoding="utf-8")
    assert "Tableau de bord du registre" in (project / "html/_static/search-index.js").read_text(encoding="utf-8")


def test_every_page_of_the_register_is_light_and_valid(register: Path) -> None:
    for path in [*register.glob("usage-0001*.html"), *register.glob("[!u]*.html")]:
        page = Reading(path)
        assert page.kilobytes < (30 if path.name == "index.html" else 16), path.name
        assert path.name[0] != "u" or page.elements <= USE_ELEMENTS, path.name
        assert [name for name, count in page.ids.items() if count > 1] == []
    assert weigh(register.parent) < 30
    assert query(register.parent) < 100


def test_the_pages_of_the_register_are_valid_html(register: Path, tmp_path: Path) -> None:
    for path in [*register.glob("usage-0001*.html"), *register.glob("[!u]*.html")]:
        shutil.copy(path, tmp_path)
    assert strict_parser(tmp_path) == []


def test_a_build_writes_again_what_changed_only(project: Path) -> None:
    before = times(project)
    assert build(project).endswith("code 0")
    assert times(project) == before
    path = project / "docs/registre/usage-00042.yml"
    path.write_text(path.read_text(encoding="utf-8").replace("registre@", "public@"), encoding="utf-8")
    assert build(project).endswith("code 0")
    after = times(project)
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {"registre/usage-00042.html"}


def test_a_faulty_dossier_stops_the_build_and_tells_where(project: Path) -> None:
    path = project / "docs/registre/usage-00043.yml"
    sound = path.read_text(encoding="utf-8")
    path.write_text(sound.replace("kind:", "kinde:"), encoding="utf-8")
    said = build(project)
    path.write_text(sound, encoding="utf-8")
    assert re.search(r"usage-00043\.yml:3:1: clé inconnue « kinde » \[cle-inconnue\]", said)
    assert said.endswith("code 1")
    assert "Traceback" not in said


# -- the list


def test_without_a_script_every_use_is_reached_page_after_page(browser: Browser, register: Path) -> None:
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto((register / "index.html").as_uri())
        assert not page.locator(".boussole-filters").is_visible()
        seen = page.locator("tbody th a").count()
        for name in ("2", "3"):
            page.get_by_role("link", name=name, exact=True).click()
            seen += page.locator("tbody th a").count()
        assert seen == COUNT - 1
        assert page.locator(".boussole-pager [aria-current=page]", has_text="3").count() == 1


def test_filters_words_and_order_find_uses_and_are_kept_in_the_address(listed: Page) -> None:
    assert len(shown(listed)) == 100
    listed.get_by_label("État").select_option("Refusé")
    wait(listed, "sur 229.")
    refused = len(shown(listed))
    assert 0 < refused <= 20
    assert set(listed.locator(".boussole-found tbody td:nth-child(3)").all_inner_texts()) == {"Refusé"}
    listed.get_by_label("Mots à chercher").fill("TRADUCTIONS")
    listed.wait_for_function("() => location.hash.includes('q=TRADUCTIONS')")
    listed.wait_for_function("before => document.querySelectorAll('.boussole-found tbody tr').length !== before", arg=refused)
    assert all("Traduction" in title for title in shown(listed))
    listed.reload()
    listed.wait_for_selector(".boussole-filters:not([hidden])")
    assert listed.get_by_label("État").input_value() == "Refusé"
    listed.get_by_label("Mots à chercher").fill("zzzzzz")
    wait(listed, "Aucun usage ne répond")
    listed.get_by_role("button", name="Tout effacer").click()
    listed.wait_for_function("() => !location.hash")
    assert len(shown(listed)) == 100


def test_more_uses_come_when_asked_and_the_focus_follows(listed: Page) -> None:
    listed.get_by_label("Réel ou exemple").select_option("Exemple inventé")
    wait(listed, "228\xa0usages sur 229")
    assert len(shown(listed)) == 20
    listed.get_by_role("button", name="Montrer 20 usages de plus").press("Enter")
    listed.wait_for_function("() => document.querySelectorAll('.boussole-found tbody tr').length === 40")
    assert listed.evaluate("[...document.querySelectorAll('.boussole-found tbody a')].indexOf(document.activeElement)") == 20


def test_an_address_from_elsewhere_may_ask_anything(page: Page, register: Path) -> None:
    page.goto((register / "index.html").as_uri() + "#etat=Pas+un+état&q=%3Cimg+src%3Dx+onerror%3Dalert(1)%3E&tri=nom&autre=1")
    wait(page, "usage")
    assert page.locator("main img").count() == 0


def test_a_use_found_leads_to_its_page(listed: Page) -> None:
    listed.get_by_label("Réel ou exemple").select_option("Réel")
    wait(listed, "1\xa0usage sur 229")
    listed.locator(".boussole-found tbody a").click()
    listed.wait_for_url("**/registre/usage-00001.html")
    assert listed.locator("h1").count() == 1


# -- for everyone


@pytest.fixture(params=[(1280, "light"), (320, "dark")], ids=["wide-light", "narrow-dark"])
def everyone(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    width, scheme = request.param
    with browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme, bypass_csp=True) as context:
        yield context.new_page()


@pytest.mark.parametrize("name", ["index", "page-2", "usage-00001", "usage-00007", "tableau-de-bord", "bilan-2025"])
def test_no_page_of_the_register_breaks_an_accessibility_rule_or_overflows(everyone: Page, register: Path, name: str) -> None:
    everyone.goto((register / f"{name}.html").as_uri())
    everyone.evaluate("document.querySelectorAll('details').forEach(part => part.open = true)")
    assert faults(everyone) + overflow(everyone) == []


def test_results_break_no_accessibility_rule_either(everyone: Page, register: Path) -> None:
    everyone.goto((register / "index.html").as_uri() + "#alerte=oui")
    wait(everyone, "sur 229")
    assert faults(everyone) == []


def test_a_use_prints_whole(browser: Browser, register: Path) -> None:
    with browser.new_context() as context:
        page = context.new_page()
        page.emulate_media(media="print")
        page.goto((register / "usage-00007.html").as_uri())
        hidden = page.evaluate(
            """() => [...document.querySelectorAll("main p, main li, main td, main dd, main h2")]
              .filter((node) => !node.closest("nav") && !node.checkVisibility()).map((node) => node.textContent)"""
        )
        assert hidden == []
