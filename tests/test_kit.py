"""The concertation kit: what it quotes, its calendar, its cards, and the one command that makes it."""

import datetime
import json
import re
from dataclasses import replace
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from boussole import Doctrine, SourceError
from boussole.commands.documents import MADE, write_folder
from boussole.concertation import SOURCE, count_down, load_kit, plan, read_kit
from boussole.debate import Contribution, Event
from boussole.loading import load
from boussole.monitoring import add_months
from boussole.outputs.kit import A_SHEET, PRINTED, Days, render_cards, render_kit, render_kit_pages, sheets
from boussole.outputs.pdf import render_pdf
from boussole.proofs import assess_case
from boussole.writing import typeset
from tests.commands import run
from tests.conftest import ROOT

KIT = load_kit()
START, TODAY = datetime.date(2027, 3, 1), datetime.date(2026, 11, 25)
DAYS = Days(START, datetime.date(2027, 4, 15))
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


def test_a_participant_leads_to_what_the_site_says_of_it_and_others_stay_plain(doctrine: Doctrine) -> None:
    named = "Rennes Ville et Métropole"
    page = render_kit_pages(doctrine, KIT, places={named: "territoire-rennes"})["kit-participants"]
    assert f"\n- [{named}](#territoire-rennes)\n" in page
    assert "\n- Toulouse Métropole\n" in page
    assert "territoire-" not in render_kit_pages(doctrine, KIT)["kit-participants"]


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
    three = re.search(r"trois critères.*?(\w+) minutes chacun.*quatre autres.*?(\w+) minutes chacun", KIT.workshop[3].plain)
    assert three
    assert [*three.groups()] == ["douze", "trois"]
    assert KIT.workshop[3].minutes >= 3 * 12 + 4 * 3
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


@given(st.dates(datetime.date(2000, 1, 1), datetime.date(2100, 1, 1)))
def test_two_weeks_are_enough_to_prepare_an_event(event: datetime.date) -> None:
    days = [(day - event).days for day, _ in count_down(KIT, event)]
    assert days == sorted(days)
    assert (days[0], 0 in days) == (-14, True)


def test_the_charter_and_the_countdown_promise_the_same_days() -> None:
    after = {due.id: -due.before for due in KIT.countdown}
    assert (after["publier"], after["repondre"]) == (30, 90)
    titles = {one.title: one.plain for one in KIT.commitments}
    assert "Publier les comptes rendus sous trente jours, désaccords compris" in titles
    assert "dans les trois mois" in titles["Répondre par écrit à chaque proposition"]


def test_the_sheet_of_the_clerk_asks_what_an_event_keeps() -> None:
    """Each line that is filled in the room has its key in the file of an event, and the other way round."""
    assert {"participants", "disagreements"} <= set(Event.__dataclass_fields__)
    asked = [line.label for line in KIT.clerk_again]
    assert len(asked) == 4  # what it is about, one side, the other side, the minority
    assert any("personnes" in line.label for line in KIT.clerk)


def test_what_is_said_aloud_is_quoted_once(doctrine: Doctrine) -> None:
    assert [moment.say for moment in KIT.workshop if "«" in (moment.say or "")] == []
    assert "“Non” est accepté" in render_kit_pages(doctrine, KIT)["kit-animation"]


def test_general_questions_come_after_those_of_each_criterion(doctrine: Doctrine) -> None:
    page = render_kit_pages(doctrine, KIT)["kit-questions"]
    assert page.index("**Règle commune") < page.index("**En général**")


def test_the_words_of_the_evening_are_in_the_glossary(doctrine: Doctrine) -> None:
    known = {term.id for term in doctrine.glossary}
    assert len(KIT.words) == 10
    assert set(KIT.words) <= known


def test_one_day_before_or_after_is_one_day(doctrine: Doctrine) -> None:
    due = [replace(KIT.countdown[0], before=before) for before in (14, 1, 0, -1, -2)]
    told = plain(render_kit(doctrine, replace(KIT, countdown=due), Days(), TODAY)["calendrier.md"])
    for words in ("14 jours avant", "1 jour avant", "Le jour même", "1 jour après", "2 jours après"):
        assert words in told
    assert not re.search(r"\b1 jours", told)


def test_the_calendar_of_march_follows_the_months_of_the_model() -> None:
    found = {one.step.id: (str(one.starts), str(one.ends)) for one in plan(KIT, START)}
    assert found["evenements"] == ("2027-04-01", "2027-07-31")
    assert found["restitution"] == ("2027-09-01", "2027-09-30")
    assert found["bilan"] == ("2028-08-01", "2028-08-31")


def test_each_criterion_and_each_case_has_its_card(doctrine: Doctrine) -> None:
    cards = render_cards(doctrine, KIT)
    titles = re.findall(r"<h[12]>(.*?)</h[12]>", cards)
    wanted = ["Les avis possibles", *(section.label for section in doctrine.criteria), *(case.title for case in doctrine.cases)]
    assert sorted(titles) == sorted(typeset(title) for title in [*wanted, *wanted])  # a front and a back each
    for section in doctrine.criteria:
        assert typeset(doctrine.text(str(section.text)).quote) in text_of(cards)


def test_a_case_card_gives_what_decides_its_opinion_and_not_the_opinion(doctrine: Doctrine) -> None:
    """Whoever discusses a case must know what weighs most against it: the back would seem to come out of nowhere."""
    fronts = {}
    for card in render_cards(doctrine, KIT).split("<article")[1:]:
        if 'class="card">' in card:
            fronts[re.findall(r"<h[12]>(.*?)</h[12]>", card)[0]] = text_of(card)
    for case in doctrine.cases:
        front = fronts[typeset(case.title)]
        worst = [reason for reason in assess_case(doctrine, case).reasons if reason.level == case.opinion]
        told = [text_of(typeset(doctrine.questions[reason.question].ask)) in front for reason in worst]
        assert not told or any(told), case.title
        assert text_of(typeset(case.because)) not in front


def test_the_scale_card_says_every_opinion(doctrine: Doctrine) -> None:
    front = text_of(render_cards(doctrine, KIT).split("<article")[1])
    for level in doctrine.scale:
        assert text_of(typeset(f"{level.label} {level.meaning}")) in front


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
    count = 1 + len(doctrine.criteria) + len(doctrine.cases)
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
    pages, files = render_kit_pages(doctrine, KIT), render_kit(doctrine, KIT, DAYS, TODAY)
    for sheet in sheets(doctrine, KIT):
        assert f"# {sheet.title}" in pages[f"kit-{sheet.name}"]
        assert f"# {sheet.title}" in files[f"{sheet.name}.md"]
        assert f"<h1>{typeset(sheet.title)}</h1>" in files[f"{sheet.name}.html"]


def test_every_link_of_the_kit_leads_to_a_file_of_the_kit(doctrine: Doctrine) -> None:
    files = render_kit(doctrine, KIT, DAYS, TODAY)
    made = files.keys() | {f"{name}.pdf" for name in PRINTED}
    linked = set(re.findall(r'href="([^"]+)"', files["index.html"]))
    assert linked <= made
    assert made - linked == {"index.html"}


def test_a_kit_without_days_counts_them_and_has_no_agenda(doctrine: Doctrine) -> None:
    files = render_kit(doctrine, KIT, Days(), TODAY)
    assert "calendrier.ics" not in files
    assert "calendrier.ics" not in files["index.html"]
    assert "14 jours avant" in plain(files["calendrier.md"])
    assert "Mois 2 à 5" in plain(files["calendrier.md"])


def test_the_agenda_holds_both_calendars(doctrine: Doctrine) -> None:
    files = render_kit(doctrine, KIT, DAYS, TODAY)
    assert files["calendrier.ics"].count("BEGIN:VEVENT") == len(KIT.calendar) + len(KIT.countdown)
    assert "1er avril 2027" in plain(files["calendrier.md"])  # two weeks before the event


def test_the_printed_kit_is_linked_where_it_is_published_and_only_there(doctrine: Doctrine) -> None:
    beside, alone = (render_kit_pages(doctrine, KIT, is_printed=value)["kit"] for value in (True, False))
    linked = set(re.findall(r'href="kit/(.+?)\.pdf"', beside))
    assert linked == set(PRINTED)
    assert 'href="kit.zip"' in beside
    assert ".pdf" not in alone
    assert "boussole kit" in alone


def plain(text: str) -> str:
    return text.replace("\xa0", " ").replace("\u202f", " ")


@pytest.mark.parametrize("name", ["nancy", "nantes-2019-stricte"])
def test_any_doctrine_has_its_kit(name: str) -> None:
    doctrine = load(name)
    files = render_kit(doctrine, KIT, DAYS, TODAY)
    assert QUOTED[0] in files["questions.md"].replace("\u202f", " ")
    assert all(typeset(case.title) in text_of(files["cartes.html"]) for case in doctrine.cases)


def test_one_command_makes_the_kit_and_a_second_changes_nothing(tmp_path: Path) -> None:
    first, second = (run("kit", "--start", "2027-03-01", "-o", "kit/", cwd=tmp_path) for _ in range(2))
    assert first.returncode in (0, 1)  # 1 where what makes PDF is not installed
    assert "; 0 changé." in plain(second.stdout)
    assert "reste en l’état" not in plain(second.stdout)
    assert "Du 1er mars 2027" in (tmp_path / "kit/calendrier.md").read_text(encoding="utf-8").replace("\xa0", " ")
    assert (tmp_path / "kit/calendrier.ics").read_text(encoding="utf-8").count("BEGIN:VEVENT") == len(KIT.calendar)
    if first.returncode == 0:
        assert all((tmp_path / f"kit/{name}.pdf").read_bytes().startswith(b"%PDF") for name in PRINTED)
        assert len(PdfReader(tmp_path / "kit/fiche.pdf").pages) == 1
        sheets_are_printed_again_only_when_they_changed(tmp_path)


def sheets_are_printed_again_only_when_they_changed(folder: Path) -> None:
    kit = folder / "kit"
    remembered = json.loads((kit / MADE).read_text(encoding="utf-8"))
    (kit / MADE).write_text(json.dumps(remembered | {"invitation.pdf": "what it said before"}), encoding="utf-8")
    for name in ("fiche", "invitation"):
        (kit / f"{name}.pdf").write_bytes(b"as it was")
    (kit / "mots.pdf").unlink()
    run("kit", "--start", "2027-03-01", "-o", "kit/", cwd=folder)
    assert [(kit / f"{name}.pdf").read_bytes()[:4] for name in ("fiche", "invitation", "mots")] == [b"as i", b"%PDF", b"%PDF"]


@pytest.mark.parametrize("day", ["2027-02-30", "mars", "01/03/2027", "20270301", "0001-01-01", "9999-12-31"])
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


def test_what_someone_changed_in_the_kit_is_never_written_over(tmp_path: Path) -> None:
    run("kit", "--start", "2027-03-01", "-o", "kit/", cwd=tmp_path)
    charter, calendar = tmp_path / "kit/charte.md", tmp_path / "kit/calendrier.md"
    charter.write_text(charter.read_text(encoding="utf-8") + "Un onzième engagement.\n", encoding="utf-8")
    for _ in range(2):  # remembered from one time to the next
        done = run("kit", "--start", "2027-03-15", "-o", "kit/", cwd=tmp_path)
        assert "n’est plus tel que cette commande le ferait reste en l’état : charte.md." in plain(done.stdout)
        assert charter.read_text(encoding="utf-8").endswith("Un onzième engagement.\n")
    assert "15 mars 2027" in plain(calendar.read_text(encoding="utf-8"))
    charter.unlink()
    run("kit", "--start", "2027-03-15", "-o", "kit/", cwd=tmp_path)
    assert "onzième" not in charter.read_text(encoding="utf-8")


@pytest.mark.parametrize("remembered", ["", "[]", "{", '{"charte.md": 3}', "[" * 100_000, None])
def test_a_memory_of_the_kit_that_cannot_be_read_loses_nothing(tmp_path: Path, remembered: str | None) -> None:
    write_folder(tmp_path, {"charte.md": "La charte.\n"}, on_paper=(), by="boussole kit")
    (tmp_path / "charte.md").write_text("La nôtre.\n", encoding="utf-8")
    if remembered is None:
        (tmp_path / MADE).unlink()
    else:
        (tmp_path / MADE).write_text(remembered, encoding="utf-8")
    for made in ({"charte.md": "La charte.\n"}, {"autre.md": "Autre chose.\n"}):  # made again, or no longer
        write_folder(tmp_path, made, on_paper=(), by="boussole kit")
        assert (tmp_path / "charte.md").read_text(encoding="utf-8") == "La nôtre.\n"


def test_what_a_kit_no_longer_holds_is_removed_and_told_but_for_what_someone_changed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for made in ({"un.md": "1", "deux.md": "2", "trois.md": "3"}, {"un.md": "1"}):
        write_folder(tmp_path, made, on_paper=(), by="boussole kit")
        (tmp_path / "deux.md").write_text("Notre deux.", encoding="utf-8")
    told = plain(capsys.readouterr().out)
    assert "3 fichiers dans" in told
    assert "; 3 changés." in told
    assert "1 fichier dans" in told
    assert "ne fait plus a été retiré : trois.md." in told
    assert "reste en l’état : deux.md." in told
    assert sorted(path.name for path in tmp_path.glob("*.md")) == ["deux.md", "un.md"]
    assert (tmp_path / "deux.md").read_text(encoding="utf-8") == "Notre deux."


def test_two_commands_never_share_a_folder(tmp_path: Path) -> None:
    run("study", "plan", "--start", "2027-03-01", "-o", "k", cwd=tmp_path)
    before = {path.name: path.read_bytes() for path in (tmp_path / "k").iterdir()}
    done = run("kit", "-o", "k", cwd=tmp_path)
    assert done.returncode == 2
    assert "k est le dossier de « boussole study plan » : choisir un autre nom avec -o" in plain(done.stderr)
    assert {path.name: path.read_bytes() for path in (tmp_path / "k").iterdir()} == before


def test_a_folder_whose_command_is_forgotten_loses_nothing_to_another(tmp_path: Path) -> None:
    run("study", "plan", "--start", "2027-03-01", "-o", "k", cwd=tmp_path)
    (tmp_path / "k" / MADE).unlink()
    before = {path.name: path.read_bytes() for path in (tmp_path / "k").glob("*.[hmc]*")}
    done = run("kit", "-o", "k", cwd=tmp_path)
    assert "reste en l’état" in plain(done.stdout)
    assert {name: (tmp_path / "k" / name).read_bytes() for name in before} == before


def test_the_handed_out_sheets_fit_their_paper(doctrine: Doctrine) -> None:
    files = render_kit(doctrine, KIT, DAYS, TODAY)
    try:
        pages = {name: len(PdfReader(BytesIO(render_pdf(files[f"{name}.html"]))).pages) for name in PRINTED if name != "cartes"}
    except OSError:
        pytest.skip("no Pango: PDF cannot be made")
    assert pages == {"invitation": 1, "animation": 2, "greffe": 1, "mots": 1, "fiche": 1, "bulletins": 1}


def test_the_source_of_the_kit_names_nobody_and_is_where_the_guide_says() -> None:
    text = SOURCE.read_text(encoding="utf-8")
    assert not re.search(r"\b0[1-9](?:[ .]?\d{2}){4}\b|[\w.]+@[\w.]+\.\w+", text)
    assert SOURCE.relative_to(ROOT).as_posix() in (ROOT / "docs/maintenir/debat.md").read_text(encoding="utf-8")
