"""The site builds only what changed, forgets what is gone, and never takes the words of a doctrine for markup."""

import functools
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

import boussole
from boussole.outputs.form import render_form
from boussole.outputs.pages import render_pages
from tests.conftest import ROOT

pytestmark = [pytest.mark.build, pytest.mark.xdist_group("sphinx-ext")]  # one worker builds the first site

Build = Callable[..., str]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the hand-written pages with its own doctrine to edit, the site they make, and beside it all of this as it was."""
    folder = tmp_path_factory.mktemp("site") / "project"
    shutil.copytree(ROOT / "docs", folder / "docs")
    shutil.copy(ROOT / "src/boussole/doctrines/nantes.yml", folder / "doctrine.yml")
    assert read_pages(run_sphinx(folder)) > 35
    shutil.copytree(folder, folder.parent / "first")
    return folder


@pytest.fixture
def project(built: Path) -> Path:
    """The site as it was first built: at the same place, which Sphinx remembers."""
    shutil.rmtree(built)
    shutil.copytree(built.parent / "first", built)
    return built


@pytest.fixture
def build(project: Path) -> Build:
    """Build incrementally, and return what Sphinx said."""
    return functools.partial(run_sphinx, project)


def run_sphinx(project: Path, *settings: str, expected: int = 0) -> str:
    command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-c", str(ROOT), "-d", "doctrees"]
    for setting in (f"boussole_doctrine={project / 'doctrine.yml'}", *settings):
        command += ["-D", setting]
    command += ["docs", "html"]
    environment = {**os.environ, "NO_COLOR": "1", "LC_ALL": "C.UTF-8"}
    done = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == expected, done.stderr
    return done.stdout + done.stderr


def read_pages(output: str) -> int:
    """How many pages a build read."""
    counts = re.search(r"(\d+) added, (\d+) changed, \d+ removed", output)
    assert counts, output
    return int(counts[1]) + int(counts[2])


def edit(path: Path, before: str, after: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after), encoding="utf-8")


def test_an_edit_reads_again_only_the_pages_it_touches(project: Path, build: Build) -> None:
    assert read_pages(build()) == 0
    edit(project / "doctrine.yml", "Huit questions décrivent l’usage", "Huit questions disent l’usage")
    assert read_pages(build()) == 3  # the profile, its page of questions, and the page of all the questions
    assert "Huit questions disent" in (project / "html/criteres/profil.html").read_text(encoding="utf-8")


def test_a_page_replaced_by_an_older_one_is_read_again(project: Path, build: Build) -> None:
    page = project / "docs/decisions/lignes-rouges.md"
    edit(page, "C’est le prix.", "C’est un prix.")
    os.utime(page, (1_000_000_000, 1_000_000_000))
    assert read_pages(build()) == 1
    assert "C’est un prix." in (project / "html/decisions/lignes-rouges.html").read_text(encoding="utf-8")


def test_a_case_that_is_gone_leaves_neither_page_nor_html(project: Path, build: Build) -> None:
    assert (project / "html/cas/traduction-au-guichet.html").exists()
    text = (project / "doctrine.yml").read_text(encoding="utf-8")
    start, end = text.index("  - id: traduction-au-guichet"), text.index("prohibitions:")
    (project / "doctrine.yml").write_text(text[:start] + text[end:], encoding="utf-8")
    assert "cas inconnu « traduction-au-guichet »" in build(expected=1)  # the library still names it
    edit(project / "docs/usages/traduction-a-l-oral.yml", "cases: [traduction-au-guichet]\n", "")
    build()
    assert not (project / "docs/cas/traduction-au-guichet.md").exists()
    assert not (project / "html/cas/traduction-au-guichet.html").exists()
    assert (project / "html/cas/transcription-de-reunions.html").exists()


def test_the_files_published_beside_the_pages_are_linked_only_when_they_are_there(project: Path, build: Build) -> None:
    build("boussole_downloads=boussole.pdf,boussole-site.zip")
    page = (project / "html/cas/index.html").read_text(encoding="utf-8")
    assert '<a href="../boussole.pdf">PDF</a>' in page
    assert '<a href="../boussole-site.zip">ZIP</a>' in page
    build()
    assert "boussole.pdf" not in (project / "html/cas/index.html").read_text(encoding="utf-8")


def test_a_faulty_doctrine_stops_the_build_with_its_message(project: Path, build: Build) -> None:
    edit(project / "doctrine.yml", "effect: refuse", "effect: refus")
    output = build(expected=1)
    assert "effet inconnu « refus » [identifiant-inconnu]" in output
    assert "Traceback" not in output


HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[lien](javascript:alert(1))",
    "{include}`/etc/hostname`",
    "```{raw} html",
    "::: {raw} html",
    "% caché",
    "(cible)=",
    "+++",
    "$x$ ~~y~~ ![z](https://exemple.fr/i.png) https://exemple.fr",
    "- 1. # | a | b |",
    "`````````` &lt;b&gt; &copy;",
)


def test_the_words_of_a_doctrine_never_become_markup(project: Path, build: Build) -> None:
    text = (project / "doctrine.yml").read_text(encoding="utf-8")
    for rank, hostile in enumerate(HOSTILE):
        text += f'  - {{id: piege-{rank}, kind: press, title: "{hostile}", citation: "{hostile}", summary: "{hostile}", '
        text += f'note: "{hostile}", confidence: high, checked_on: 2026-11-22}}\n'
    first = re.search(r"\n        ask: (?!>)(.+)", text)
    assert first
    text = text.replace(first[0], f'\n        ask: "{HOSTILE[0]} {HOSTILE[1]} ?"', 1)
    (project / "doctrine.yml").write_text(text, encoding="utf-8")
    build()
    for name in ("sources/index", "evaluer/profil", "evaluer/tout", "criteres/profil"):
        html = (project / f"html/{name}.html").read_text(encoding="utf-8")
        body = html[html.index("<main") :]
        assert not re.search(r"<(script|img)\b|javascript:(?!alert\(1\)\))|href=\"(javascript|https://exemple)", body), name
    sources = (project / "html/sources/index.html").read_text(encoding="utf-8")
    for shown in (
        "&lt;script&gt;alert(1)&lt;/script&gt;",
        "{include}`/etc/hostname`",
        "% caché",
        "(cible)=",
        "&amp;lt;b&amp;gt;",
    ):
        assert shown in sources


def test_the_same_doctrine_gives_the_same_bytes() -> None:
    day = date(2026, 11, 22)
    once, again = boussole.load(), boussole.load()
    assert render_pages(once, day, render_form(once)) == render_pages(again, day, render_form(again))


def test_two_builds_of_the_site_give_the_same_bytes(project: Path, build: Build) -> None:
    first = {path.relative_to(project): path.read_bytes() for path in (project / "html").rglob("*.html")}
    shutil.rmtree(project / "html")
    shutil.rmtree(project / "doctrees")
    build()
    assert first == {path.relative_to(project): path.read_bytes() for path in (project / "html").rglob("*.html")}


def test_what_the_law_applies_depends_on_the_day_of_publication(doctrine: boussole.Doctrine) -> None:
    before = render_pages(doctrine, date(2026, 11, 22), {})["interdits.md"]
    after = render_pages(doctrine, date(2026, 12, 2), {})["interdits.md"]
    assert before.count("à partir du 2\xa0décembre 2026") == 2
    assert after.count("depuis le 2\xa0décembre 2026") == 2


FAULTY = "La source est à corriger."


def told_on(project: Path) -> dict[str, bool]:
    """For each page that was built, whether it tells a fault."""
    pages = (project / "html").rglob("*.html")
    return {page.name: FAULTY in page.read_text(encoding="utf-8") for page in pages}


def test_while_it_is_served_a_fault_stands_above_every_page_of_the_last_site_until_it_is_mended(
    project: Path, build: Build
) -> None:
    live, sound = "boussole_live=1", (project / "doctrine.yml").read_text(encoding="utf-8")
    build(live)
    built = {path: path.read_bytes() for path in (project / "html").rglob("*.html")}
    edit(project / "doctrine.yml", "effect: refuse\n", "effect: <script>alert(1)</script>\n")
    output = build(live, expected=1)
    assert "Traceback" not in output
    assert all(told_on(project).values())
    page = (project / "html/cas/index.html").read_text(encoding="utf-8")
    assert re.search(r"doctrine\.yml:\d+:\d+: identifiant mal formé « &lt;script&gt;alert\(1\)&lt;/script&gt; »", page)
    assert "<script>alert(1)" not in page
    edit(project / "doctrine.yml", "effect: <script>alert(1)</script>\n", "effect: rien\n")
    build(live, expected=1)
    page = (project / "html/cas/index.html").read_text(encoding="utf-8")
    assert (page.count(FAULTY), "alert(1)" in page, "effet inconnu « rien »" in page) == (1, False, True)
    (project / "doctrine.yml").write_text(sound, encoding="utf-8")
    build(live)
    assert {path: path.read_bytes() for path in (project / "html").rglob("*.html")} == built


def test_while_there_is_no_site_yet_a_page_alone_tells_the_fault(project: Path, build: Build) -> None:
    for name in ("html", "doctrees"):
        shutil.rmtree(project / name)
    edit(project / "doctrine.yml", "effect: refuse\n", "effect: rien\n")
    build("boussole_live=1", expected=1)
    assert told_on(project) == {"index.html": True}
    page = (project / "html/index.html").read_text(encoding="utf-8")
    assert "effet inconnu « rien »" in page
    assert "Aucun site n’a encore pu être construit." in page
    assert "le dernier qui a pu" not in page
    edit(project / "doctrine.yml", "effect: rien\n", "effect: refuse\n")
    build("boussole_live=1")
    assert not any(told_on(project).values())


def test_a_fault_leaves_a_site_that_is_not_served_as_it_is(project: Path, build: Build) -> None:
    assert "Content-Security-Policy" in (project / "html/index.html").read_text(encoding="utf-8")
    edit(project / "doctrine.yml", "effect: refuse\n", "effect: rien\n")
    build(expected=1)
    assert not any(told_on(project).values())


CONF = """extensions = ["myst_parser"]
def setup(app):
    from boussole.sphinx_ext import lighten
    app.connect("doctree-resolved", lighten)
"""
LABELS = """# Autre

(mesures)=
## Mesures

(mesures-b)=
## Mesures B

(premier)=
(second)=
## Second

(propre)=
## Un titre long
"""


def test_an_id_that_somebody_wrote_stays_were_it_made_of_the_words_of_its_title(tmp_path: Path) -> None:
    (tmp_path / "conf.py").write_text(CONF, encoding="utf-8")
    (tmp_path / "index.md").write_text(LABELS, encoding="utf-8")
    command = [sys.executable, "-m", "sphinx", "-W", "-q", "-E", str(tmp_path), str(tmp_path / "html")]
    subprocess.run(command, check=True, cwd=ROOT, stdout=subprocess.DEVNULL)
    page = (tmp_path / "html/index.html").read_text(encoding="utf-8")
    assert {"mesures", "mesures-b", "premier", "second", "propre"} <= set(re.findall(r'id="([^"]+)"', page))
    assert "un-titre-long" not in page
