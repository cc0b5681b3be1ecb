"""Whole journeys, in a real browser, on the built site: several people, a keyboard, no script, hostile files."""

import base64
import json
import random
import re
import subprocess
import sys
import unicodedata
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader

import boussole
from boussole import Doctrine, Dossier
from boussole.document import render_html
from boussole.dossier import Decision, clean, read_dossier
from boussole.filing import write_json, write_yaml
from boussole.writing import typeset
from tests.conformance.generate import expected_of
from tests.conftest import ROOT
from tests.gatherings import gathered
from tests.test_result import KEPT, STORED, faults_of, go, opinion_of, plain, read, seed
from tests.test_site import ready
from tests.test_twin import random_answers

pytestmark = pytest.mark.browser

Answers = Mapping[str, Any]

# Two differ on both; only the first weighs on the opinion.
WEIGHS, IDLE = "travail.participation", "transparence.ouverture"
RESERVE = "travail.formation"


@contextmanager
def someone(browser: Browser, **options: Any) -> Iterator[Page]:
    """A browser of one's own, whose pages never complain, ask nothing of the network and open no dialog."""
    with browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **options}) as context:
        complaints: list[str] = []
        context.on("weberror", lambda error: complaints.append(f"error: {error.error}"))
        context.on("console", lambda message: complaints.append(f"console: {message.text}"))
        context.on("dialog", lambda dialog: complaints.append(f"dialog: {dialog.message}"))
        context.on("request", lambda request: complaints.extend([request.url] * request.url.startswith("http")))
        yield context.new_page()
        assert complaints == []


# -- three people, one use ----------------------------------------------------------------------------------------------


def best(doctrine: Doctrine, *sections: str) -> dict[str, str]:
    """An answer without reproach to every question of some sections, the profile being « oui » everywhere."""
    answers = {}
    for name, question in doctrine.questions.items():
        harmless = [option for option, choice in question.choices.items() if choice.effect in (None, doctrine.levels[0])]
        answers[name] = "12,5" if question.bands else harmless[0]
    return {name: option for name, option in answers.items() if name.split(".")[0] in sections}


def write_note(page: Page, name: str, text: str) -> None:
    page.click(f"[data-question='{name}'] .boussole-more summary")
    page.fill(f"[data-question='{name}'] [data-note]", text)
    page.locator(f"[data-question='{name}'] [data-note]").blur()


def begin(page: Page, site: Path, title: str, role: str = "", label: str = "") -> None:
    page.goto((site / "evaluer.html").as_uri())
    answer_as(page, role, label)
    page.fill("#titre", title)
    page.click("#creer")
    page.wait_for_selector(".boussole-form[data-ready]")


def answer_as(page: Page, role: str, label: str = "") -> None:
    page.select_option("#role", role)
    page.fill("#precision", label)
    page.press("#precision", "Tab")


def open_files(page: Page, site: Path, *paths: Path) -> None:
    """Open files on the page of the start."""
    page.goto((site / "evaluer.html").as_uri())
    page.set_input_files("#fichiers", list(paths))
    page.click("#ouvrir-fichiers")
    page.wait_for_selector("#fait:not(:empty), #erreurs:not([hidden])")


def save(page: Page, path: Path) -> Path:
    """Save the dossier from the page of the opinion, as what the name of the file says."""
    with page.expect_download() as download:
        page.click(f"[data-save={path.suffix[1:]}]")
    download.value.save_as(path)
    return path


def leave_to_save(page: Page, path: Path) -> Path:
    """Save the document from a page of questions."""
    page.click("nav.boussole-buttons a:text-is('Enregistrer')")
    page.wait_for_selector("#resultat:not([hidden])")
    return save(page, path)


def commanded(*arguments: str) -> Any:
    """What the command line answers in JSON."""
    command = [sys.executable, "-c", "from boussole.cli import main; main()", *arguments, "--format", "json"]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False, cwd=ROOT)
    assert done.returncode in (0, 1), done.stderr
    return json.loads(done.stdout)


def printed(page: Page) -> str:
    """The words of the page once printed, without spaces nor ligatures, which depend on fonts."""
    pages = PdfReader(BytesIO(page.pdf(print_background=True, prefer_css_page_size=True))).pages
    return squeezed("".join(sheet.extract_text() for sheet in pages))


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


@dataclass(frozen=True)
class Table:
    """Where people meet: the site, the doctrine, a folder for what they send each other."""

    site: Path
    doctrine: Doctrine
    folder: Path

    def opened(self, path: Path) -> Dossier:
        return boussole.load_dossier(path, self.doctrine)

    def fill_in(self, page: Page, answers: Answers, notes: Mapping[str, str] | None = None) -> None:
        """Answer on the pages of the sections, as people do."""
        for section in dict.fromkeys(name.split(".")[0] for name in answers):
            ready(page, self.site / f"evaluer/{section}.html")
            for name, option in answers.items():
                if name.startswith(f"{section}.") and self.doctrine.questions[name].bands:
                    page.fill(f"[data-question='{name}'] input[type=text]", option)
                elif name.startswith(f"{section}."):
                    page.check(f"[name='{name}'][value='{option}']")
            for name, text in (notes or {}).items():
                if name.startswith(f"{section}."):
                    write_note(page, name, text)


def dpo_answers(page: Page, table: Table, started: Path) -> Path:
    """The DPO opens the document at home, says as whom they answer, and does not know everything."""
    open_files(page, table.site, started)
    answer_as(page, "dpo", "Nord")
    known = best(table.doctrine, "regle-commune", "biometrie", "droit")
    table.fill_in(page, known | {WEIGHS: "nsp", IDLE: "oui"})
    assert "Agent du métier (Courrier)" in read(ready(page, table.site / "evaluer/profil.html"), ".boussole-others >> nth=0")
    return leave_to_save(page, table.folder / "dpo.html")


def union_answers(page: Page, table: Table, started: Path) -> Path:
    """The union does not agree."""
    open_files(page, table.site, started)
    answer_as(page, "os")
    told = best(table.doctrine, "travail") | {WEIGHS: "non", RESERVE: "non", IDLE: "non"}
    table.fill_in(page, told, {WEIGHS: "Deux essais ne sont pas une participation."})
    return leave_to_save(page, table.folder / "syndicat.html")


def bring_together(page: Page, table: Table, paths: list[Path]) -> Dossier:
    """The facilitator opens them all: what the page then holds is what Python makes of the same files."""
    go(page, table.site, "accorder")
    before = kept(page, table.doctrine)
    page.set_input_files("#fichiers", paths)
    page.wait_for_selector(".boussole-card")
    merged = before.merge(*(table.opened(path) for path in paths))
    assert kept(page, table.doctrine) == merged
    assert {one.question: one.matters for one in merged.disagreements(table.doctrine)} == {WEIGHS: True, IDLE: False}
    return merged


def settle(page: Page) -> None:
    """The page says which disagreement matters, and who said what; the outcome is recorded with its reason."""
    heavy, light = (
        page.locator("#desaccords section").filter(has_text=words)
        for words in ("Désaccords qui pèsent", "Désaccords qui ne changent pas")
    )
    assert [card.get_attribute("data-question") for card in heavy.locator(".boussole-card").all()] == [WEIGHS]
    assert [card.get_attribute("data-question") for card in light.locator(".boussole-card").all()] == [IDLE]
    shown = plain(heavy.inner_text())
    for words in (
        *("Agent du métier (Courrier) Oui", "Organisation syndicale Non"),
        "Délégué à la protection des données (Nord) Je ne sais pas",
        *("Les agents ont essayé l’outil.", "Deux essais ne sont pas une participation."),
        *("« Oui » : favorable sous réserves", "« Non » : suspendu"),
    ):
        assert plain(words) in shown
    heavy.locator("input[value=non]").check()
    heavy.locator("textarea").fill("Un troisième essai, avec tous, aura lieu en janvier.")
    heavy.get_by_role("button", name="Enregistrer le résultat").click()


def decide_otherwise(page: Page) -> None:
    """People decide, and depart from the opinion: the reason is required, and both are shown."""
    page.click("#suite")
    page.wait_for_selector("#resultat:not([hidden])")
    assert opinion_of(page) == ("suspendu",)
    page.select_option("#decision-outcome", "favorable-sous-reserves")
    page.fill("#decision-by", "Directrice du service courrier")
    page.fill("#decision-on", "2026-11-20")
    page.click("#decision-garder")
    expect(page.locator("#erreurs")).to_be_focused()
    assert page.locator("#erreurs li").count() == 1
    assert "decision" not in page.evaluate(KEPT)
    page.click("#erreurs a")
    expect(page.locator("#decision-because")).to_be_focused()
    page.keyboard.type("Un essai de trois mois, sans suite automatique.")
    page.click("#decision-garder")
    assert all(words in read(page, "#avis") for words in ("Suspendu", "Favorable sous réserves", "s’écarte de l’avis"))


def test_three_people_assess_one_use_disagree_settle_it_decide_and_keep_one_document(
    browser: Browser, site: Path, doctrine: Doctrine, tmp_path: Path
) -> None:
    table = Table(site, doctrine, tmp_path)
    with someone(browser) as facilitator, someone(browser) as dpo, someone(browser) as union:
        begin(facilitator, site, "Transcrire les réunions du service courrier", "agent-metier", "Courrier")
        table.fill_in(facilitator, best(doctrine, "profil"))
        started = leave_to_save(facilitator, tmp_path / "depart.html")
        theirs = [dpo_answers(dpo, table, started), union_answers(union, table, started)]
        # The facilitator went on meanwhile.
        mine = best(doctrine, "service-public", "sobriete", "transparence", "alternative") | {WEIGHS: "oui"}
        del mine[IDLE]
        table.fill_in(facilitator, mine, {WEIGHS: "Les agents ont essayé l’outil."})
        merged = bring_together(facilitator, table, [started, *theirs])
        settle(facilitator)
        decide_otherwise(facilitator)
        document = save(facilitator, tmp_path / "decide.html")
        dossier = kept(facilitator, doctrine)
    assert table.opened(document) == dossier
    assert boussole.report(dossier, doctrine, "html") == document.read_bytes()
    assert dossier.answers == merged.answer(doctrine, WEIGHS, "non", by="accord").answers
    assert dossier.answers[WEIGHS] == {"agent-metier-courrier": "oui", "dpo-nord": "nsp", "os": "non", "accord": "non"}
    with someone(browser) as reader:
        reader.goto(document.as_uri())
        words = printed(reader)
        assert [text for text in told_by(dossier, doctrine) if squeezed(typeset(text)) not in words] == []
        open_files(reader, site, document)
        go(reader, site, "avis")
        assert opinion_of(reader) == ("suspendu",)
        assert kept(reader, doctrine) == dossier
        assert save(reader, tmp_path / "rouvert.html").read_bytes() == document.read_bytes()
    check_command(dossier.assess(doctrine), commanded("assess", str(document)), doctrine)


def told_by(dossier: Dossier, doctrine: Doctrine) -> list[str]:
    """What the document of the journey must say, to whoever holds it on paper."""
    level, assessment = doctrine.level("suspendu"), dossier.assess(doctrine)
    return [
        *(dossier.title, level.label, level.meaning, doctrine.fingerprint[:12], "Directrice du service courrier"),
        *("20 novembre 2026", "Un essai de trois mois, sans suite automatique.", "s’écarte de l’avis"),
        *("Les agents ont essayé l’outil.", "Deux essais ne sont pas une participation."),
        *("Un troisième essai, avec tous, aura lieu en janvier.", "Délégué à la protection des données (Nord)"),
        *(doctrine.questions[name].ask for name in dossier.answers),
        *(reason.because for reason in assessment.reasons),
        *(reason.remedy for reason in assessment.reasons),
    ]


def check_command(assessment: boussole.Assessment, told: Any, doctrine: Doctrine) -> None:
    """The command line says of the document what the library does."""
    assert told["doctrine"] == {"id": "nantes", "version": doctrine.doctrine.version, "fingerprint": doctrine.fingerprint}
    assert told["opinion"] == assessment.opinion == "suspendu"
    assert told["attainable"] == list(assessment.attainable)
    assert told["findings"] == {section: list(levels) for section, levels in assessment.findings.items()}
    assert told["missing"] == list(assessment.missing)
    assert [reason["question"] for reason in told["reasons"]] == [reason.question for reason in assessment.reasons]


def kept(page: Page, doctrine: Doctrine) -> Dossier:
    """The current dossier of the browser, as Python reads it."""
    return read_dossier(json.dumps(page.evaluate(KEPT)), "navigateur.json", doctrine)


# -- by keyboard alone --------------------------------------------------------------------------------------------------

FOCUSED = """selector => {
  const node = document.activeElement, style = getComputedStyle(node);
  // The parts of a date field have marks of their own.
  const isSeen = style.outlineStyle !== "none" || node === document.body || node.type === "date";
  return [node.matches(selector), isSeen ? "" : node.outerHTML.slice(0, 80)];
}"""


def tab_to(page: Page, selector: str, most: int = 250) -> None:
    """Press Tab until it is reached; wherever one stops on the way, it can be seen."""
    for _ in range(most):
        page.keyboard.press("Tab")
        is_there, unseen = page.evaluate(FOCUSED, selector)
        assert unseen == ""
        if is_there:
            return
    pytest.fail(f"{selector} cannot be reached with the keyboard")


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def answer_by_keyboard(page: Page, doctrine: Doctrine) -> None:
    """Begin a dossier, then radios by arrows, and a note in its fold."""
    tab_to(page, "a")
    press(page, "Enter")
    tab_to(page, "#role")
    press(page, *["ArrowDown"] * (1 + [role.id for role in doctrine.roles].index("dpo")))
    tab_to(page, "#titre")
    page.keyboard.type("Un essai au clavier")
    press(page, "Tab", "ArrowDown")
    tab_to(page, "#creer")
    press(page, "Enter")
    page.wait_for_selector(".boussole-form[data-ready]")
    expect(page.locator(".boussole-whose")).to_contain_text("Rôle\xa0: délégué à la protection des données.")
    tab_to(page, "[name='profil.personnes']")
    press(page, "Space", "ArrowDown", "ArrowUp")
    tab_to(page, "[data-question='profil.personnes'] .boussole-more summary")
    press(page, "Enter")
    tab_to(page, "[data-question='profil.personnes'] [data-note]")
    page.keyboard.type("Les agents du courrier.")
    tab_to(page, "[name='profil.donnees-personnelles']")
    press(page, "ArrowDown")


def check_by_keyboard(page: Page) -> None:
    """See what remains to do, then go to the opinion."""
    tab_to(page, "nav a[href='verifier.html']")
    press(page, "Enter")
    page.wait_for_selector("#verification:not([hidden])")
    assert "Les agents du courrier." in page.inner_text(".boussole-checked")
    tab_to(page, ".boussole-todo summary")
    press(page, "Space")
    assert page.locator(".boussole-todo li").first.is_visible()
    press(page, "Space")
    tab_to(page, "#verification nav a[href='avis.html']")
    press(page, "Enter")
    page.wait_for_selector("#resultat:not([hidden])")


def decide_by_keyboard(page: Page) -> None:
    """Errors take the focus, and their links give it to the fields."""
    tab_to(page, ".boussole-links a[href='#decider']")
    press(page, "Enter")
    tab_to(page, "#decision-garder")
    press(page, "Enter")
    expect(page.locator("#erreurs")).to_be_focused()
    assert page.locator("#erreurs li").count() == 3
    follow_first_error(page, "#decision-outcome")
    press(page, "ArrowDown")
    tab_to(page, "#decision-by")
    page.keyboard.type("Maire")
    tab_to(page, "#decision-on")
    # The first day of the first month, whatever the order of the parts in this browser.
    press(page, "ArrowUp", "Tab", "ArrowUp", "Tab", "ArrowUp")
    tab_to(page, "#decision-garder")
    press(page, "Enter")
    assert page.locator("#erreurs li").count() == 1
    follow_first_error(page, "#decision-because")
    page.keyboard.type("Un essai court.")
    tab_to(page, "#decision-garder")
    press(page, "Enter")
    expect(page.locator("#erreurs")).to_be_hidden()


def follow_first_error(page: Page, field: str) -> None:
    expect(page.locator("#erreurs")).to_be_focused()
    tab_to(page, "#erreurs a", most=1)
    press(page, "Enter")
    expect(page.locator(field)).to_be_focused()


def test_a_use_is_assessed_decided_and_saved_by_keyboard_alone(
    browser: Browser, site: Path, doctrine: Doctrine, tmp_path: Path
) -> None:
    with someone(browser, locale="fr-FR") as page:
        page.goto((site / "evaluer.html").as_uri())
        answer_by_keyboard(page, doctrine)
        check_by_keyboard(page)
        decide_by_keyboard(page)
        tab_to(page, "[data-save=html]")
        with page.expect_download() as download:
            press(page, "Enter")
        download.value.save_as(tmp_path / "clavier.html")
    dossier = boussole.load_dossier(tmp_path / "clavier.html", doctrine)
    assert (dossier.title, dossier.kind) == ("Un essai au clavier", "example")
    assert dossier.answers == {"profil.personnes": {"dpo": "oui"}, "profil.donnees-personnelles": {"dpo": "non"}}
    assert dossier.note("profil.personnes", "dpo") == "Les agents du courrier."
    assert dossier.decision
    decision = Decision(
        outcome="favorable",
        by="Maire",
        on=dossier.decision.on.replace(month=1, day=1),
        because="Un essai court.",
        opinion=list(dossier.assess(doctrine).attainable),
    )
    assert dossier.decision == decision


# -- without script -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["alternative", "tout"])
def test_without_script_questions_are_read_filled_and_printed(
    browser: Browser, site: Path, doctrine: Doctrine, name: str
) -> None:
    with someone(browser, java_script_enabled=False) as page:
        page.goto((site / f"evaluer/{name}.html").as_uri())
        assert "le plus sévère des effets" in page.inner_text(".boussole-by-hand")
        questions = [one for one in doctrine.questions if name in ("tout", one.split(".")[0])]
        for question in questions:
            assert page.locator(f"[data-question='{question}']").is_visible()
        page.emulate_media(media="print")
        chosen = page.locator("[name='alternative.revue'][value=oui]")
        empty = chosen.screenshot()
        chosen.check()
        page.check("[name='alternative.continuite'][value=non]")
        assert chosen.is_checked()
        assert chosen.screenshot() != empty
        page.fill("[name='alternative.dependance'][type=text]", "62,5")
        words = printed(page)
        assert "62,5" in words
        for question in questions:
            assert squeezed(typeset(doctrine.questions[question].ask)) in words
        assert all(squeezed(level.meaning) in words for level in doctrine.scale)
        if name != "tout":
            page.emulate_media(media="screen")
            page.click("[data-question='alternative.revue'] .boussole-more summary")
            page.fill("#note-alternative-revue", "Revue tous les six mois.")
            assert squeezed("Revue tous les six mois.") in printed(page)


@pytest.mark.parametrize("name", ["evaluer", "evaluer/verifier", "evaluer/avis", "evaluer/accorder"])
def test_without_script_the_other_pages_say_what_to_do_instead(browser: Browser, site: Path, name: str) -> None:
    with someone(browser, java_script_enabled=False) as page:
        page.goto((site / f"{name}.html").as_uri())
        told = page.locator(".boussole-by-hand")
        assert "script" in told.inner_text()
        assert page.locator(".boussole-live").is_hidden()
        assert page.locator("button:visible, input:visible, textarea:visible, select:visible").count() == 0
        told.locator("a[href$='tout.html']").click()
        page.wait_for_url("**/evaluer/tout.html")
        assert page.locator("fieldset:visible").count() > 0


# -- the same as Python, in the browser ---------------------------------------------------------------------------------

DOSSIERS = 25

# Shows a dossier as the page does when another tab changed it, then tells all that the scripts make of it.
TELL = """([given, other, targets]) => {
  const doctrine = boussoleDoctrine, prefix = "boussole:1:" + doctrine.id, uid = "0123456789abcdef";
  window.forest = window.forest || boussoleAssessment.compile(boussoleDossier.rules(doctrine));
  const [read, also] = [given, other].map(one => boussoleDossier.check(doctrine, one));
  const dossier = read.dossier;
  for (const storage of [localStorage, sessionStorage]) storage.setItem(prefix, uid);
  localStorage.setItem(prefix + ":" + uid, JSON.stringify({format: 1, dossier, updated: new Date().toISOString()}));
  dispatchEvent(new StorageEvent("storage", {key: prefix}));
  const shown = document.getElementById("avis").dataset;
  const asked = document.querySelectorAll(".boussole-order li, .boussole-order + details li");
  const result = boussoleAssessment.assess(forest, dossier.answers || {});
  const changes = targets.map(target => [target, boussoleAssessment.changes(forest, dossier.answers || {}, target)]);
  return {
    faults: read.faults.concat(also.faults),
    shown: {attainable: shown.attainable.split(" "), opinion: shown.opinion || null},
    asked: Array.from(asked, node => node.firstChild.textContent),
    title: document.getElementById("avis-titre").textContent,
    assessment: Object.assign({}, result, {changes: Object.fromEntries(changes)}),
    disagreements: boussoleAssessment.disagreements(forest, dossier.answers || {}),
    html: boussoleDocument.toHtml(doctrine, forest, dossier),
    yaml: boussoleSaving.writeYaml(dossier),
    json: boussoleSaving.writeJson(dossier),
    merged: boussoleMerging.merge(dossier, also.dossier),
    mergedHtml: boussoleDocument.toHtml(doctrine, forest, boussoleMerging.merge(dossier, also.dossier)),
  };
}"""


def drawn(doctrine: Doctrine, number: int) -> list[Dossier]:
    """Whole dossiers, always the same: what several people leave, around answers to much of the doctrine."""
    found: list[Dossier] = []

    @settings(max_examples=number, derandomize=True, database=None, deadline=None, phases=[Phase.generate])
    @given(gathered())
    def collect(dossier: Dossier) -> None:
        found.append(dossier)

    collect()
    rng = random.Random(0)
    return [answered(doctrine, dossier, random_answers(rng, doctrine)) for dossier in found[:number]]


def answered(doctrine: Doctrine, dossier: Dossier, answers: dict[str, Any]) -> Dossier:
    """The dossier with more answers, those of several people kept; read again, as a file is."""
    merged = replace(dossier, answers=answers | dict(dossier.answers))
    return read_dossier(write_json(merged), "tire.json", doctrine)


def test_the_browser_says_and_writes_what_python_does_of_random_dossiers(page: Page, site: Path, doctrine: Doctrine) -> None:
    go(page, site, "avis")
    merging = (ROOT / "src/boussole/static/merging.js").read_text(encoding="utf-8")
    page.evaluate(f"() => {{ {merging}\nwindow.boussoleMerging = boussoleMerging; }}")  # this page does not merge
    dossiers = drawn(doctrine, DOSSIERS)
    assert len(dossiers) == DOSSIERS
    opinions = set()
    for dossier, other in zip(dossiers, [*dossiers[1:], dossiers[0]], strict=True):
        told = page.evaluate(TELL, [dossier.to_data(), other.to_data(), list(doctrine.levels)])
        assessment, merged = dossier.assess(doctrine), dossier.merge(other)
        opinions.add(assessment.opinion)
        assert told["faults"] == []
        assert told["shown"] == {"attainable": list(assessment.attainable), "opinion": assessment.opinion}
        assert [plain(text) for text in told["asked"]] == [plain(doctrine.questions[name].ask) for name in assessment.missing]
        assert told["title"] == dossier.title
        assert told["assessment"] == expected_of(assessment, doctrine.levels) | {"unknown": []}
        assert told["disagreements"] == [
            {
                "question": one.question,
                "attainable": {option: list(levels) for option, levels in one.attainable.items()},
                "settled": one.is_settled,
                "matters": one.matters,
                "outweighed": one.is_outweighed,
                "contradicted": one.is_contradicted,
            }
            for one in dossier.disagreements(doctrine)
        ]
        assert told["html"] == render_html(doctrine, dossier)
        assert told["yaml"] == write_yaml(dossier)
        assert told["json"] == write_json(dossier)
        assert told["merged"] == merged.to_data()
        assert told["mergedHtml"] == render_html(doctrine, merged)
    assert len(opinions) >= 4, f"too uniform: {opinions}"


# -- how long an answer takes -------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("browser")
def test_the_time_of_an_answer_is_measured(site: Path, record_property: Callable[[str, object], None]) -> None:
    """Told, never judged: machines differ, and tests share theirs."""
    command = [sys.executable, str(ROOT / "benchmarks/answers.py"), str(site)]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=True, cwd=ROOT)
    times = dict(re.findall(r"^an answer, (.*?) +([\d.]+) ms$", done.stdout, re.MULTILINE))
    print(done.stdout)
    for name, time in times.items():
        record_property(name, time)
    assert {"assess and disagreements", "section page", "page of all questions"} <= set(times)
    assert float(times["assess and disagreements"]) > 0


# -- hostile words and files --------------------------------------------------------------------------------------------

# At once: Chromium takes seconds to type that much in a bare text area.
PASTE = """([selector, text]) => {
  const field = document.querySelector(selector);
  field.focus();
  field.value = text;
  field.dispatchEvent(new Event("input", {bubbles: true}));
}"""
TITLE = "<img src=x onerror=alert(1)> \u202egnp 🙂 « é »"
PASTED = "</script><img src=x onerror=alert(2)> \u202egnp\u202c 🙂👩‍💻 שלום\n" + "Une ligne de procès-verbal, collée. 🙂\n" * 2500


def paste(page: Page, name: str, text: str) -> None:
    page.click(f"[data-question='{name}'] .boussole-more summary")
    page.evaluate(PASTE, [f"[data-question='{name}'] [data-note]", text])
    page.keyboard.press("Tab")


def test_hostile_words_are_shown_as_they_are_and_survive_every_file(
    browser: Browser, site: Path, doctrine: Doctrine, tmp_path: Path
) -> None:
    title, note = clean(TITLE), clean(PASTED).strip()
    assert len(PASTED.encode()) > 100_000
    with someone(browser) as page:
        begin(page, site, TITLE, "os", TITLE)
        page.check("[name='profil.personnes'][value=oui]")
        paste(page, "profil.personnes", PASTED)
        go(page, site, "verifier")
        assert plain(title) in plain(page.text_content(".boussole-whose") or "")
        assert note[:200] in (page.text_content(".boussole-checked") or "")
        go(page, site, "accorder")
        assert page.text_content("#ensemble-titre") == title
        page.goto((site / "evaluer.html").as_uri())
        assert page.text_content(".boussole-files strong") == title
        go(page, site, "avis")
        assert page.text_content("#avis-titre") == title
        assert page.locator("main img").count() == 0
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        paths = [save(page, tmp_path / f"hostile.{suffix}") for suffix in ("html", "yml", "json")]
    key = "os-img-src-x-onerror-alert-1-gnp-e"
    for path in paths:
        dossier = boussole.load_dossier(path, doctrine)
        assert dossier.title == title
        assert dossier.note("profil.personnes", key) == note
        assert dossier.contributors[key].label == title
        with someone(browser) as reader:
            open_files(reader, site, path)
            assert reader.text_content("#reprendre-titre") == title
            answer_as(reader, "os", TITLE)
            ready(reader, site / "evaluer/profil.html")
            assert reader.input_value("#note-profil-personnes") == note
    with someone(browser, viewport={"width": 320, "height": 800}) as reader:
        reader.goto(paths[0].as_uri())
        assert reader.text_content("h1") == title
        assert note in (reader.text_content("main") or "")
        assert reader.locator("img").count() == 0
        assert reader.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert "Uneligne" in printed(reader)


def bad_files(folder: Path, doctrine: Doctrine) -> dict[Path, str]:
    """Files that are no dossier of this doctrine, each with what is to be said of it."""
    dossier = boussole.new_dossier(doctrine, "essai", "Essai").answer(doctrine, "profil.public", "oui")
    whole = render_html(doctrine, dossier)
    data = whole.index("boussole-dossier")
    elsewhere = json.dumps(dossier.to_data() | {"doctrine": {"id": "ailleurs", "version": "1"}}, ensure_ascii=False)
    bomb = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]\n" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
    )
    texts = {
        "coupe-avant.html": (whole[: data - 200], "n’est pas un document enregistré par cet outil"),
        "coupe-dedans.html": (whole[: data + 120], "coupé avant la fin de ses données"),
        "coupe.json": (write_json(dossier)[:-40], "coupées ou abîmées"),
        "coupe.yml": (write_yaml(dossier)[:-10].rpartition("answers:")[0] + "answers", "attendu"),
        "ailleurs.json": (elsewhere, "une autre doctrine"),
        "ailleurs.html": (whole.replace('"id": "nantes"', '"id": "ailleurs"'), "une autre doctrine"),
        "profond.json": ('{"a": ' * 100_000 + "1" + "}" * 100_000, "abîmées"),
        "large.json": ('{"a": [' + "0, " * 1_000_000 + "0]}", "trop de valeurs"),
        "profond.yml": ("a: " + "[" * 100_000, "plus de 40 niveaux"),
        "alias.yml": (bomb, "&"),
        "inconnu.json": ('{"__proto__": {"x": 1}, "constructor": 2}', "n’est pas un document enregistré par cet outil"),
        "image.html": ("\x89PNG\r\n\x1a\n\x00\x00", "attendu"),
    }
    for name, (text, _) in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    with (folder / "enorme.html").open("wb") as file:
        file.truncate(50 * 1024 * 1024)
    return {folder / "enorme.html": "trop gros"} | {folder / name: words for name, (_, words) in texts.items()}


@pytest.mark.parametrize("name", ["evaluer", "accorder"])
def test_a_file_that_cannot_be_opened_is_told_in_french_and_touches_nothing(
    browser: Browser, site: Path, doctrine: Doctrine, tmp_path: Path, name: str
) -> None:
    bad = bad_files(tmp_path, doctrine)
    with someone(browser) as page:
        begin(page, site, "Le dossier ouvert")
        Table(site, doctrine, tmp_path).fill_in(page, {"profil.public": "oui"}, {"profil.public": "À ne pas perdre."})
        before = page.evaluate(STORED)
        for path, words in bad.items():
            page.goto((site / ("evaluer.html" if name == "evaluer" else "evaluer/accorder.html")).as_uri())
            page.wait_for_selector(".boussole-live:not([hidden])")
            page.set_input_files("#fichiers", path)
            if name == "evaluer":
                page.check("[name=ou][value=ici]")
                page.click("#ouvrir-fichiers")
            page.wait_for_selector("#erreurs:not([hidden])", timeout=5000)
            expect(page.locator("#erreurs")).to_be_focused()
            [told] = page.locator("#erreurs li").all_inner_texts()
            assert told.startswith(path.name), path.name
            assert words in told, told
            assert len(told) < 400
            assert not re.search(r"Error|undefined|null|\[object|unexpected|stack", told, re.IGNORECASE), told
            assert page.evaluate(STORED) == before
        go(page, site, "avis")
        assert page.text_content("#avis-titre") == "Le dossier ouvert"


# -- an older doctrine --------------------------------------------------------------------------------------------------

OLD: dict[str, Any] = {
    "id": "essai",
    "title": "Un vieux dossier",
    "kind": "real",
    "status": "etude",
    "doctrine": {"id": "nantes", "version": "2023.1", "fingerprint": "0" * 64},
    "answers": {"biometrie.identification": "non", "droit.aipd": "oui", "droit.ancienne": "oui", "droit.securite": "peut-etre"},
    "notes": {"droit.ancienne": "Ce que l’on en disait."},
    "opinions": [{"version": "2023.1", "fingerprint": "0" * 64, "attainable": ["favorable"], "on": "2025-01-02"}],
}


def link(data: Any) -> str:
    """The fragment of a link, as pages make it."""
    packer = zlib.compressobj(wbits=-15)
    packed = packer.compress(json.dumps(data, ensure_ascii=False).encode()) + packer.flush()
    return "d1=" + base64.urlsafe_b64encode(packed).decode().rstrip("=")


def test_an_old_link_opens_and_says_what_changed(browser: Browser, site: Path, doctrine: Doctrine) -> None:
    known = [name for name in doctrine.questions if name not in ("alternative.revue", "droit.contrat")]
    seen = {name: doctrine.fingerprints[name][:8] for name in known} | {"droit.aipd": "00000000", "droit.ancienne": "11111111"}
    data = OLD | {"seen": seen}
    dossier = read_dossier(json.dumps(data), "lien.json", doctrine)
    assert list(dossier.outdated(doctrine)) == ["droit.aipd"]
    assert list(dossier.unseen(doctrine)) == ["droit.contrat", "alternative.revue"]
    with someone(browser) as page:
        for name in ("evaluer", "evaluer/verifier", "evaluer/avis", "evaluer/accorder", "evaluer/droit"):
            page.goto("about:blank")
            page.goto(f"{(site / name).as_uri()}.html#{link(data)}")
            page.wait_for_selector(".boussole-live:not([hidden]), .boussole-form[data-ready]")
            assert "#" not in page.url
            assert kept(page, doctrine) == dossier, name
            assert "2\xa0éléments inconnus" in page.inner_text("main"), name
        go(page, site, "avis")
        shown = plain(page.text_content("main") or "")
        for words in ("2023.1", "Réponses à relire", "Questions nouvelles", "Ce que l’on en disait."):
            assert plain(words) in shown
        assert opinion_of(page) == dossier.assess(doctrine).attainable
        go(page, site, "verifier")
        todo = page.locator(".boussole-todo details")
        assert [one.locator("li").count() for one in todo.all()][1:] == [1, 2]
        assert plain(doctrine.questions["droit.aipd"].ask) in plain(todo.nth(1).text_content() or "")
        assert plain(doctrine.questions["droit.contrat"].ask) in plain(todo.nth(2).text_content() or "")
        assert "sans effet" in page.inner_text(".boussole-todo")


# -- every state, small and dark, large and light -----------------------------------------------------------------------


@pytest.fixture(params=[(1280, "light"), (320, "dark")], ids=["large", "small"])
def framed(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    width, scheme = request.param
    # The rules of axe are injected for the test, which the pages' own policy rightly forbids.
    with browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme, bypass_csp=True) as context:
        yield context.new_page()


def test_no_step_of_the_journey_breaks_an_accessibility_rule(framed: Page, site: Path, doctrine: Doctrine) -> None:
    everything = best(doctrine, *(section.id for section in doctrine.sections))
    dossier, key = boussole.new_dossier(doctrine, "essai", TITLE).introduce("dpo", "Nord")
    dossier = replace(dossier, title=clean(TITLE))
    for name, option in everything.items():
        dossier = dossier.answer(doctrine, name, option)
    disputed = dossier.answer(doctrine, WEIGHS, "non", by="os").answer(doctrine, WEIGHS, "nsp", by=key)
    disputed = disputed.answer(doctrine, IDLE, "non", by="os").answer(doctrine, RESERVE, "non")
    disputed = disputed.annotate(WEIGHS, PASTED[:600], by="os")

    framed.goto((site / "evaluer.html").as_uri())
    framed.wait_for_selector("#depart:not([hidden])")
    framed.click("#creer")
    assert faults_of(framed) == []

    ready(framed, site / "evaluer/travail.html")
    framed.check("[name='travail.document-unique'][value=sans-objet]")
    framed.locator("[data-continue]").click()
    expect(framed.locator("#erreurs")).to_be_focused()
    for summary in framed.locator("fieldset summary").all()[:4]:
        summary.click()
    assert faults_of(framed) == []
    go(framed, site, "verifier")
    assert "1\xa0justification à écrire" in framed.inner_text(".boussole-todo")
    for summary in framed.locator(".boussole-todo summary").all():
        summary.click()
    assert faults_of(framed) == []
    go(framed, site, "avis")
    assert len(opinion_of(framed)) > 1
    assert faults_of(framed) == []

    seed(framed, site, disputed, "accorder")
    assert framed.locator(".boussole-card").count() == 2
    framed.click(".boussole-card >> nth=0 >> text=Enregistrer le résultat")
    assert faults_of(framed) == []
    seed(framed, site, disputed.answer(doctrine, WEIGHS, "non", by="accord"))
    assert opinion_of(framed) == ("suspendu",)
    framed.select_option("#decision-outcome", "favorable")
    framed.click("#decision-garder")
    assert faults_of(framed) == []


# -- what was once wrong ----------------------------------------------------------------------------------------------------


def test_a_file_cut_in_the_middle_of_a_text_is_refused_wherever_it_is_cut(page: Page, site: Path, doctrine: Doctrine) -> None:
    go(page, site, "accorder")
    dossier = boussole.new_dossier(doctrine, "essai", "Essai").annotate("profil.public", "Une note, « citée », et la suite.")
    whole = write_yaml(dossier)
    said = whole.index("Une note")
    cuts = [whole[:end] for end in range(said + 1, said + 30)]
    opened = page.evaluate(
        """texts => texts.filter(text => {
          try {
            return !boussoleDossier.check(boussoleDoctrine, boussoleOpening.read(text, "coupe.yml")).faults.length;
          } catch (error) {
            return false;
          }
        })""",
        cuts,
    )
    assert opened == []


def test_json_that_another_tool_escaped_opens_in_python_as_in_the_browser(page: Page, site: Path, doctrine: Doctrine) -> None:
    go(page, site, "accorder")
    text = json.dumps(boussole.new_dossier(doctrine, "essai", "Essai 🙂").to_data(), ensure_ascii=True)
    opened = page.evaluate("text => boussoleDossier.check(boussoleDoctrine, boussoleOpening.read(text, 'a.json')).dossier", text)
    assert opened == read_dossier(text, "a.json", doctrine).to_data()


def test_a_dossier_is_written_in_one_order_whatever_the_order_of_its_file(page: Page, site: Path, doctrine: Doctrine) -> None:
    go(page, site, "avis")
    data = boussole.new_dossier(doctrine, "essai", "Essai").to_data()
    data |= {"notice": {"supplier": "x", "context": "y"}, "decision": {"on": "2026-01-01", "by": "Maire", "outcome": "refuse"}}
    text = json.dumps(data)
    written = page.evaluate(
        "text => boussoleSaving.writeJson(boussoleDossier.check(boussoleDoctrine, JSON.parse(text)).dossier)", text
    )
    assert written == write_json(read_dossier(text, "a.json", doctrine))


def test_the_check_page_shows_a_note_written_without_an_answer(page: Page, site: Path) -> None:
    begin(page, site, "Un usage")
    write_note(page, "profil.personnes", "À demander au service.")
    go(page, site, "verifier")
    assert "À demander au service." in page.inner_text(".boussole-checked")


def test_a_date_that_no_one_can_read_again_is_refused(browser: Browser, site: Path) -> None:
    with someone(browser) as page:
        begin(page, site, "Un usage")
        go(page, site, "avis")
        page.select_option("#decision-outcome", "refuse")
        page.fill("#decision-by", "Maire")
        page.evaluate("document.getElementById('decision-on').value = '12026-02-01'")
        page.fill("#decision-because", "Non.")
        page.click("#decision-garder")
        go(page, site, "verifier")
        assert page.locator("#garde").is_hidden()
        assert "Un usage" in page.inner_text(".boussole-whose")
