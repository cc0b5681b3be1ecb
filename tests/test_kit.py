"""The concertation kit: what it quotes, its calendar, its cards, and the one command that makes it."""

import datetime
import re
import subprocess
import sys
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from boussole import Doctrine, SourceError
from boussole.concertation import SOURCE, load_kit, plan, read_kit
from boussole.debate import Contribution
from boussole.loading import load
from boussole.monitoring import add_months
from boussole.outputs.kit import A_SHEET, PRINTED, render_cards, render_kit, render_kit_pages, sheets
from boussole.outputs.pdf import render_pdf
from boussole.writing import typeset
from tests.conftest import ROOT

KIT = load_kit()
START, TODAY = datetime.date(2027, 3, 1), datetime.date(2026, 11, 25)
QUOTED = (
    "Quelles opportunités ouvrent ces technologies ?",
    "A quelles conditions sont déployées ces solutions ?",
    "Comment en garantir la maîtrise ?",
    "Quels engagements en matière de sobriété énergétique ?",
    "Quelles garanties quant à l'organisation du travail des personnes ?",
    "Quel impact sur les services publics ?",
)
A4 = (595, 842)  # points, rounded


def text_of(markup: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", markup).split())


def test_the_six_questions_are_quoted_exactly_and_ours_are_marked(doctrine: Doctrine) -> None:
    assert tuple(one.ask for one in KIT.quoted) == QUOTED
    assert {one.source for one in KIT.quoted} == {"concertations-2024"}
    assert not any(one.source for one in KIT.questions)
    page = render_kit_pages(doctrine, KIT)["kit-questions"]
    quoted, ours = page.split("## Nos questions")
    assert quoted.count("\n> «") == len(QUOTED)
    assert "boussole-official" in quoted
    assert "boussole-proposal" in ours
    assert "Proposition du projet boussole" in ours


def test_what_the_kit_refers_to_exists(doctrine: Doctrine) -> None:
    assert {one.about for one in KIT.questions if one.about} <= {section.id for section in doctrine.sections}
    assert {section.id for section in doctrine.criteria} <= {one.about for one in KIT.questions}
    assert {one.source for one in KIT.participants} <= {source.id for source in doctrine.sources}
    assert {blank.key for blank in KIT.sheet} <= set(Contribution.__dataclass_fields__)
    citations = {source.id: source.citation for source in doctrine.sources}
    assert {name: citations[name] for name in KIT.citations} == KIT.citations


def test_the_participants_are_dated_lists_that_are_not_merged(doctrine: Doctrine) -> None:
    assert [(one.date, len(one.names)) for one in KIT.participants] == [("2024-09-18", 15), ("2024-09-18", 8), ("2025-09", 0)]
    assert "plus d’une trentaine" in str(KIT.participants[-1].quote)


def test_a_workshop_lasts_what_its_format_says() -> None:
    assert sum(moment.minutes for moment in KIT.workshop) == 150
    assert KIT.format("un-cas-sept-criteres").duration == "2 h 30"


def test_a_bad_kit_is_told_at_its_place() -> None:
    text = SOURCE.read_text(encoding="utf-8").replace("duration: 2 h,", "durée: 2 h,", 1)
    with pytest.raises(SourceError) as error:
        read_kit(text, "kit.yml")
    assert {fault.code for fault in error.value.faults} == {"cle-inconnue", "cle-manquante"}
    assert all(fault.file == "kit.yml" and fault.span.line > 1 for fault in error.value.faults)


@given(st.dates(datetime.date(2000, 1, 1), datetime.date(2100, 1, 1)))
def test_the_calendar_covers_its_months_whatever_the_first_day(start: datetime.date) -> None:
    day = datetime.timedelta(days=1)
    for one in plan(KIT, start):
        months = one.step.last - one.step.first + 1
        assert one.starts == add_months(start, one.step.first - 1)
        assert one.starts < one.ends
        assert 28 * months <= (one.ends - one.starts + day).days <= 31 * months
    consecutive = [one for one in plan(KIT, start) if one.step.id != "ateliers-agents"][:-1]
    assert all(before.ends + day == after.starts for before, after in pairwise(consecutive))


def test_the_calendar_of_march_follows_the_months_of_the_model() -> None:
    found = {one.step.id: (str(one.starts), str(one.ends)) for one in plan(KIT, START)}
    assert found["evenements"] == ("2027-04-01", "2027-07-31")
    assert found["restitution"] == ("2027-09-01", "2027-09-30")
    assert found["bilan"] == ("2028-08-01", "2028-08-31")


def test_each_criterion_and_each_case_has_its_card(doctrine: Doctrine) -> None:
    cards = render_cards(doctrine, KIT)
    titles = re.findall(r"<h[12]>(.*?)</h[12]>", cards)
    wanted = [section.label for section in doctrine.criteria] + [case.title for case in doctrine.cases]
    assert sorted(titles) == sorted(typeset(title) for title in [*wanted, *wanted])  # a front and a back each
    for section in doctrine.criteria:
        assert typeset(doctrine.text(str(section.text)).quote) in text_of(cards)


def test_a_back_falls_behind_its_front_when_the_sheet_is_turned_on_its_long_edge(doctrine: Doctrine) -> None:
    sides = [
        [re.findall(r"<h[12]>(.*?)</h[12]>", card) for card in side.split("<article")[1:]]
        for side in render_cards(doctrine, KIT).split('<section class="sheet">')[1:]
    ]
    for front, back in zip(sides[::2], sides[1::2], strict=True):
        full = front + [[]] * (A_SHEET - len(front))
        assert back == [full[1], full[0], full[3], full[2]]


def printed(doctrine: Doctrine) -> PdfReader:
    try:
        return PdfReader(BytesIO(render_pdf(render_cards(doctrine, KIT))))
    except OSError:
        pytest.skip("no Pango: PDF cannot be made")


def test_the_cards_print_on_a4_and_no_word_is_cut(doctrine: Doctrine) -> None:
    pdf = printed(doctrine)
    count = len(doctrine.criteria) + len(doctrine.cases)
    assert len(pdf.pages) == 2 * -(-count // A_SHEET)
    assert {(round(float(page.mediabox.width)), round(float(page.mediabox.height))) for page in pdf.pages} == {A4}
    said = "".join("".join(page.extract_text() for page in pdf.pages).split())
    for card in re.findall(r"<article.*?</article>", render_cards(doctrine, KIT), re.DOTALL):
        for paragraph in re.findall(r"<p[^>]*>(.*?)</p>", card.replace("&nbsp;", ""), re.DOTALL):
            words = "".join(text_of(paragraph).split())
            assert words.lower() in said.lower() or not words


def test_no_text_of_a_card_goes_beyond_it(doctrine: Doctrine) -> None:
    """What overflows a card is hidden: laid out without that, no sheet may need a second page."""
    html = (
        render_cards(doctrine, KIT)
        .replace("overflow: hidden", "overflow: visible")
        .replace("height: 148.5mm", "min-height: 148.5mm")
    )
    try:
        pdf = PdfReader(BytesIO(render_pdf(html.replace(".sheet { width: 210mm; height: 297mm;", ".sheet { width: 210mm;"))))
    except OSError:
        pytest.skip("no Pango: PDF cannot be made")
    assert len(pdf.pages) == len(printed(doctrine).pages)


def test_the_documents_are_the_same_on_the_site_and_in_the_kit(doctrine: Doctrine) -> None:
    pages, files = render_kit_pages(doctrine, KIT), render_kit(doctrine, KIT, START, TODAY)
    for sheet in sheets(doctrine, KIT):
        assert f"# {sheet.title}" in pages[f"kit-{sheet.name}"]
        assert f"# {sheet.title}" in files[f"{sheet.name}.md"]
        assert f"<h1>{typeset(sheet.title)}</h1>" in files[f"{sheet.name}.html"]


def test_every_link_of_the_kit_leads_to_a_file_of_the_kit(doctrine: Doctrine) -> None:
    files = render_kit(doctrine, KIT, START, TODAY)
    made = files.keys() | {f"{name}.pdf" for name in PRINTED}
    linked = set(re.findall(r'href="([^"]+)"', files["index.html"]))
    assert linked <= made
    assert made - linked == {"index.html"}


@pytest.mark.parametrize("name", ["nancy", "nantes-2019-stricte"])
def test_any_doctrine_has_its_kit(name: str) -> None:
    doctrine = load(name)
    files = render_kit(doctrine, KIT, START, TODAY)
    assert QUOTED[0] in files["questions.md"].replace("\u202f", " ")
    assert all(typeset(case.title) in text_of(files["cartes.html"]) for case in doctrine.cases)


def run(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "boussole", *arguments]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, encoding="utf-8", check=False)


def test_one_command_makes_the_kit_and_a_second_changes_nothing(tmp_path: Path) -> None:
    first, second = (run("kit", "--start", "2027-03-01", "-o", "kit/", cwd=tmp_path) for _ in range(2))
    assert first.returncode in (0, 1)  # 1 where what makes PDF is not installed
    assert "0 changés" in second.stdout
    assert "Du 1er mars 2027" in (tmp_path / "kit/calendrier.md").read_text(encoding="utf-8").replace("\xa0", " ")
    assert (tmp_path / "kit/calendrier.ics").read_text(encoding="utf-8").count("BEGIN:VEVENT") == len(KIT.calendar)
    if first.returncode == 0:
        assert all((tmp_path / f"kit/{name}.pdf").read_bytes().startswith(b"%PDF") for name in PRINTED)
        assert len(PdfReader(tmp_path / "kit/fiche.pdf").pages) == 1


@pytest.mark.parametrize("day", ["2027-02-30", "mars", "01/03/2027"])
def test_a_day_that_does_not_exist_is_told_in_french(tmp_path: Path, day: str) -> None:
    done = run("kit", "--start", day, "-o", "kit/", cwd=tmp_path)
    assert done.returncode == 2
    assert "attendu un jour qui existe" in done.stderr
    assert not (tmp_path / "kit").exists()


def test_a_file_written_by_hand_is_left_intact(tmp_path: Path) -> None:
    (tmp_path / "kit").mkdir()
    (tmp_path / "kit/charte.md").write_text("La nôtre", encoding="utf-8")
    done = run("kit", "--start", "2027-03-01", "-o", "kit/", cwd=tmp_path)
    assert done.returncode == 2
    assert "fichier écrit à la main, laissé intact" in done.stderr
    assert (tmp_path / "kit/charte.md").read_text(encoding="utf-8") == "La nôtre"


def test_the_source_of_the_kit_names_nobody_and_is_where_the_guide_says() -> None:
    text = SOURCE.read_text(encoding="utf-8")
    assert not re.search(r"\b0[1-9](?:[ .]?\d{2}){4}\b|[\w.]+@[\w.]+\.\w+", text)
    assert SOURCE.relative_to(ROOT).as_posix() in (ROOT / "docs/maintenir/debat.md").read_text(encoding="utf-8")
