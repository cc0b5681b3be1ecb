"""The end of an assessment in a browser: the opinion, trying, deciding, saving, and agreeing together."""

import datetime
import json
import random
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize

import boussole
from boussole import Doctrine, Dossier
from boussole.document import blocks
from boussole.dossier import Decision, Opinion
from boussole.proofs import case_answers
from boussole.writing import typeset
from tests.test_site import faults, overflow

pytestmark = pytest.mark.browser

SEED = """dossier => boussoleKeeping.start(boussoleDoctrine).then(keeper => {
  const {dossier: checked, faults} = boussoleDossier.check(boussoleDoctrine, dossier);
  if (faults.length) throw new Error(faults.join(" "));
  keeper.add(checked);
})"""
STORED = "() => JSON.stringify(Object.entries(localStorage).sort())"
KEPT = "() => boussoleKeeping.start(boussoleDoctrine).then(keeper => keeper.dossier)"
DISPUTED = "travail.participation"
# The chapters of the document that have a page or a part of the page of their own.
ELSEWHERE = {"Le dossier", "Toutes les réponses"}


def go(page: Page, site: Path, name: str) -> None:
    page.goto((site / f"evaluer/{name}.html").as_uri())
    page.wait_for_selector(".boussole-live:not([hidden])")


def seed(page: Page, site: Path, dossier: Dossier, name: str = "avis") -> None:
    """Keep a dossier in the browser, then open a page on it."""
    go(page, site, "avis")
    page.evaluate(SEED, dossier.to_data())
    page.reload()
    go(page, site, name)


def read(page: Page, selector: str) -> str:
    """What a reader reads, without what only typography changes."""
    return re.sub(r"\s+", " ", page.inner_text(selector))


def opinion_of(page: Page) -> tuple[str, ...]:
    return tuple((page.get_attribute("#avis", "data-attainable") or "").split())


def labels(doctrine: Doctrine, levels: tuple[str, ...]) -> str:
    return (
        "tous les avis restent possibles"
        if levels == doctrine.levels
        else ", ".join(doctrine.level(level).label.lower() for level in levels)
    )


def filled(doctrine: Doctrine, answers: dict[str, Any]) -> Dossier:
    dossier = boussole.new_dossier(doctrine, "essai", "Un usage à l’essai")
    for name, answer in answers.items():
        dossier = dossier.answer(doctrine, name, answer)
    return dossier


@pytest.fixture(scope="session")
def settled(doctrine: Doctrine) -> Dossier:
    """A dossier whose opinion is settled, and could be better."""
    answers = {name: doctrine.questions[name] for name in doctrine.questions}
    best = {
        name: min(
            question.choices, key=lambda option: doctrine.levels.index(question.choices[option].effect or doctrine.levels[0])
        )
        for name, question in answers.items()
    }
    dossier = filled(doctrine, {name: option if not doctrine.questions[name].bands else "1" for name, option in best.items()})
    worse = next(
        option
        for option, choice in doctrine.questions[DISPUTED].choices.items()
        if choice.effect not in (None, doctrine.levels[0])
    )
    dossier = dossier.answer(doctrine, DISPUTED, worse)
    for name in dossier.unjustified(doctrine):
        dossier = dossier.annotate(name, "Sans objet ici.")
    return dossier


@pytest.fixture(scope="session")
def three(settled: Dossier, doctrine: Doctrine) -> list[Dossier]:
    """Three people on one use: two differ on what matters, one does not know."""
    said: list[tuple[str, str, dict[str, Any], str]] = [
        ("dsi", "Nord", {DISPUTED: "oui", "biometrie.identification": "non"}, "Les agents ont essayé l’outil."),
        ("os", "Courrier", {DISPUTED: "non", "biometrie.identification": "non"}, "Deux essais ne sont pas une participation."),
        ("dpo", "", {DISPUTED: "nsp", "biometrie.identification": "nsp"}, ""),
    ]
    found = []
    for role, label, answers, note in said:
        dossier, key = boussole.new_dossier(doctrine, "courrier", "Transcrire les réunions").introduce(role, label)
        for name, answer in answers.items():
            dossier = dossier.answer(doctrine, name, answer, by=key)
        found.append(dossier.annotate(DISPUTED, note, by=key))
    return found


def write(folder: Path, dossiers: list[Dossier], doctrine: Doctrine) -> list[Path]:
    """The dossiers as files, each in another form."""
    paths = [folder / f"{place}{suffix}" for place, suffix in zip(range(len(dossiers)), (".html", ".yml", ".json"), strict=False)]
    for path, dossier in zip(paths, dossiers, strict=True):
        boussole.save_dossier(dossier, path, doctrine)
    return paths


# -- the opinion ---------------------------------------------------------------------------------------------------------


def test_the_page_says_of_a_dossier_what_python_says(page: Page, site: Path, doctrine: Doctrine, settled: Dossier) -> None:
    drawn = random.Random(4)
    partial = drawn.sample(list(settled.answers), 30)
    cases = [settled, filled(doctrine, {}), filled(doctrine, {name: settled.answers[name] for name in partial})]
    cases += [filled(doctrine, case_answers(doctrine, case)) for case in drawn.sample(list(doctrine.cases), 3)]
    for dossier in cases:
        assessment = dossier.assess(doctrine)
        seed(page, site, dossier)
        assert opinion_of(page) == assessment.attainable
        assert page.get_attribute("#avis", "data-opinion") == (assessment.opinion or "")
        detail = re.sub(r"\s+", " ", page.text_content("#detail") or "")
        wanted = [reason.because for reason in assessment.reasons] + [reason.remedy for reason in assessment.reasons]
        wanted += [doctrine.questions[name].ask for name in (*assessment.missing, *assessment.ignored)]
        assert [text for text in wanted if plain(text) not in detail] == []
        asked = page.locator(".boussole-order li, .boussole-order + details li").evaluate_all(
            "nodes => nodes.map(node => node.firstChild.textContent)"
        )
        assert [plain(text) for text in asked] == [plain(doctrine.questions[name].ask) for name in assessment.missing]


def plain(text: str) -> str:
    return re.sub(r"\s+", " ", typeset(text))


def test_every_part_of_the_document_is_on_the_page_or_on_the_next_one(
    page: Page, site: Path, doctrine: Doctrine, settled: Dossier, three: list[Dossier]
) -> None:
    decision = Decision(outcome="refuse", by="Maire", on=datetime.date(2026, 11, 20), because="Non.")
    older = Opinion(version="2023.1", attainable=["favorable"], on=datetime.date(2025, 1, 2))
    gathered = three[0].merge(replace(three[1], title="Autre titre"), three[2])
    for dossier in (replace(settled, opinions=[older], decision=decision), replace(gathered, aside={"ancienne": "oui"})):
        seed(page, site, dossier)
        shown, chapter, lost = plain(page.text_content("main") or ""), "", []
        for block in blocks(doctrine, dossier):
            chapter = block.text if block.kind == "section" else chapter
            if chapter in ELSEWHERE or block.kind in ("title", "section", "reopening", "notice"):
                continue
            lines = [line.text for item in block.items for line in item.lines]
            lost += [text for text in (block.text, *(item.text for item in block.items), *lines) if plain(text) not in shown]
        assert lost == []


def test_what_divides_people_and_what_nobody_answered_are_one_link_away(
    page: Page, site: Path, doctrine: Doctrine, settled: Dossier
) -> None:
    split = settled.answer(doctrine, DISPUTED, "oui", by="dsi").answer(doctrine, DISPUTED, "non", by="os")
    seed(page, site, split.answer(doctrine, DISPUTED, None))
    assert "1 désaccord, qui change l’avis." in read(page, ".boussole-said")
    page.click(".boussole-said a")
    assert page.locator("#desaccords h2").inner_text() == "Désaccords"
    seed(page, site, filled(doctrine, {"biometrie.identification": "oui", "droit.aipd": "nsp"}))
    assert "et 1 « Je ne sais pas » : elles ne changent pas l’avis actuel" in read(page, ".boussole-said")
    assert page.get_attribute(".boussole-said a", "href") == "verifier.html"


def test_a_trial_begins_with_the_answer_that_is_held(page: Page, site: Path, doctrine: Doctrine, settled: Dossier) -> None:
    seed(page, site, settled)
    page.select_option("#essai-question", DISPUTED)
    page.click("#essai-ajouter")
    assert page.is_checked(f"[name='essai-{DISPUTED}'][value='{settled.answers[DISPUTED]}']")
    assert read(page, ".boussole-then") == ""


def test_a_trial_shows_now_and_then_and_touches_nothing(page: Page, site: Path, doctrine: Doctrine, settled: Dossier) -> None:
    seed(page, site, settled)
    before = page.evaluate(STORED)
    page.select_option("#essai-question", DISPUTED)
    page.click("#essai-ajouter")
    best = next(o for o, choice in doctrine.questions[DISPUTED].choices.items() if choice.effect in (None, doctrine.levels[0]))
    page.check(f"[name='essai-{DISPUTED}'][value='{best}']")
    then = settled.answer(doctrine, DISPUTED, best).assess(doctrine)
    assert then.opinion
    assert then.opinion != settled.assess(doctrine).opinion
    assert doctrine.level(then.opinion).label in read(page, ".boussole-then")
    assert page.locator(".boussole-pair svg").count() == 2
    assert opinion_of(page) == settled.assess(doctrine).attainable
    assert page.evaluate(STORED) == before
    page.click("#essai-revenir")
    assert page.locator(".boussole-tried").is_hidden()
    assert page.evaluate("document.activeElement.id") == "essai-question"


# -- the decision --------------------------------------------------------------------------------------------------------


def test_a_decision_that_departs_from_the_opinion_says_why(page: Page, site: Path, doctrine: Doctrine, settled: Dossier) -> None:
    seed(page, site, settled)
    page.click("#decision-garder")
    assert page.evaluate("document.activeElement.id") == "erreurs"
    assert page.locator("#erreurs li").count() == 3
    page.click("#erreurs a >> nth=0")
    assert page.evaluate("document.activeElement.id") == "decision-outcome"
    page.select_option("#decision-outcome", "refuse")
    page.fill("#decision-by", "Directrice du service courrier")
    page.fill("#decision-on", "2026-11-20")
    page.click("#decision-garder")
    assert page.get_attribute("#decision-because", "aria-invalid") == "true"
    assert page.title().startswith("Erreur")
    page.fill("#decision-because", "Le service ferme.")
    page.click("#decision-garder")
    assert page.locator("#erreurs").is_hidden()
    assert not page.title().startswith("Erreur")
    assert page.evaluate(KEPT)["decision"] == {
        "outcome": "refuse",
        "by": "Directrice du service courrier",
        "on": "2026-11-20",
        "because": "Le service ferme.",
        "opinion": list(settled.assess(doctrine).attainable),
    }
    assert page.evaluate("document.activeElement.id") == "decision-dite"
    page.keyboard.press("Enter")
    assert "decision" in page.evaluate(KEPT)
    shown = read(page, "#avis")
    opinion = settled.assess(doctrine).opinion
    assert opinion
    for words in (
        doctrine.level(opinion).label,
        "Refusé",
        "Directrice du service courrier",
        "Le service ferme.",
        "s’écarte de l’avis",
    ):
        assert words in shown
    page.click("#decision-retirer button")
    assert page.evaluate("document.activeElement.textContent").startswith("Retirer pour de bon")
    assert "decision" in page.evaluate(KEPT)
    page.keyboard.press("Enter")
    assert "decision" not in page.evaluate(KEPT)
    assert page.evaluate("document.activeElement.id") == "decision-dite"


def test_a_decision_of_tomorrow_is_refused(page: Page, site: Path, settled: Dossier, doctrine: Doctrine) -> None:
    seed(page, site, settled)
    page.select_option("#decision-outcome", settled.assess(doctrine).opinion)
    page.fill("#decision-by", "Maire")
    page.fill("#decision-on", (datetime.date.today() + datetime.timedelta(days=2)).isoformat())  # noqa: DTZ011 (that of the page)
    page.click("#decision-garder")
    assert read(page, "#erreurs li") == "La date de la décision est dans l’avenir."
    assert "decision" not in page.evaluate(KEPT)


def test_a_decision_taken_on_another_opinion_is_to_be_seen_again(page: Page, site: Path, settled: Dossier) -> None:
    decision = Decision(outcome="favorable", by="Maire", on=datetime.date(2026, 11, 20), because="Oui.", opinion=["favorable"])
    seed(page, site, settled.decide(decision))
    assert "l’avis était « Favorable », il est maintenant « Suspendu ». Revoir la décision." in read(page, "#avis")


def test_a_decision_whose_reason_is_corrected_keeps_the_opinion_it_was_taken_on(page: Page, site: Path, settled: Dossier) -> None:
    decision = Decision(outcome="favorable", by="Maire", on=datetime.date(2026, 11, 20), because="Oui.", opinion=["favorable"])
    seed(page, site, settled.decide(decision))
    page.fill("#decision-because", "Oui, pour un an.")
    page.click("#decision-garder")
    kept = page.evaluate(KEPT)["decision"]
    assert (kept["because"], kept["opinion"]) == ("Oui, pour un an.", ["favorable"])
    assert "l’avis était « Favorable »" in read(page, "#avis")
    page.fill("#decision-on", "2026-11-21")
    page.click("#decision-garder")
    assert page.evaluate(KEPT)["decision"]["opinion"] == ["suspendu"]


def test_a_decision_that_follows_the_opinion_needs_no_reason(
    page: Page, site: Path, doctrine: Doctrine, settled: Dossier
) -> None:
    seed(page, site, settled)
    page.select_option("#decision-outcome", settled.assess(doctrine).opinion)
    page.fill("#decision-by", "Directrice du service courrier")
    page.fill("#decision-on", "2026-11-20")
    page.click("#decision-garder")
    assert "because" not in page.evaluate(KEPT)["decision"]


# -- saving and sharing --------------------------------------------------------------------------------------------------


def test_what_is_saved_opens_again_in_python_with_the_same_opinion(
    page: Page, site: Path, doctrine: Doctrine, settled: Dossier, tmp_path: Path
) -> None:
    decision = Decision(outcome="refuse", by="Maire", on=datetime.date(2026, 11, 20), because="Non.")
    seed(page, site, settled.decide(decision))
    page.evaluate("() => boussoleKeeping.start(boussoleDoctrine).then(keeper => keeper.setWho('os', ''))")
    page.reload()
    page.wait_for_selector(".boussole-live:not([hidden])")
    opened = []
    for suffix in ("html", "yml", "json"):
        with page.expect_download() as download:
            page.click(f"[data-save={suffix}]")
        today = page.evaluate("new Date().toLocaleDateString('sv')")
        assert download.value.suggested_filename == f"essai-organisation-syndicale-{today}.{suffix}"
        path = tmp_path / download.value.suggested_filename
        download.value.save_as(path)
        opened.append(boussole.load_dossier(path, doctrine))
    assert opened[0] == opened[1] == opened[2]
    assert opened[0].doctrine.fingerprint == doctrine.fingerprint
    assert opened[0].assess(doctrine).attainable == settled.assess(doctrine).attainable
    assert opened[0].answers == settled.answers
    assert opened[0].decision == decision
    assert boussole.report(opened[0], doctrine, "html").decode() == next(tmp_path.glob("*.html")).read_text(encoding="utf-8")


def test_a_link_holds_the_dossier_and_says_how_long_it_is(
    page: Page, browser: Browser, site: Path, doctrine: Doctrine, settled: Dossier
) -> None:
    seed(page, site, settled)
    page.click("#lien")
    page.wait_for_selector("#lien-fait:not([hidden])")
    link = page.input_value("#lien-texte")
    assert f"{len(link)} caractères" in read(page, "#lien-fait")
    with browser.new_context() as context:
        other = context.new_page()
        other.goto(link)
        other.wait_for_selector(".boussole-live:not([hidden])")
        assert opinion_of(other) == settled.assess(doctrine).attainable
        assert read(other, "#avis-titre") == settled.title


def test_the_title_is_kept_and_cannot_be_empty(page: Page, site: Path, settled: Dossier) -> None:
    seed(page, site, settled)
    page.click("#enregistrer summary")
    page.fill("#fiche-title", "<b>Courrier</b>")
    page.press("#fiche-title", "Tab")
    page.select_option("#fiche-status", "service")
    assert page.evaluate(KEPT)["title"] == "<b>Courrier</b>"
    assert page.evaluate(KEPT)["status"] == "service"
    assert read(page, "#avis-titre") == "<b>Courrier</b>"
    page.fill("#fiche-title", " ")
    page.press("#fiche-title", "Tab")
    assert page.evaluate("document.activeElement.id") == "erreurs"
    assert page.evaluate(KEPT)["title"] == "<b>Courrier</b>"


# -- agreeing together ---------------------------------------------------------------------------------------------------


@pytest.fixture
def gathered(page: Page, site: Path, doctrine: Doctrine, three: list[Dossier], tmp_path: Path) -> Page:
    go(page, site, "accorder")
    page.set_input_files("#fichiers", [str(path) for path in write(tmp_path, three, doctrine)])
    page.wait_for_selector(".boussole-card")
    return page


def test_dossiers_come_together_and_nobody_is_overwritten(gathered: Page, doctrine: Doctrine, three: list[Dossier]) -> None:
    merged = three[0].merge(three[1], three[2])
    kept = gathered.evaluate(KEPT)
    assert {part: kept.get(part) for part in ("answers", "notes", "contributors")} == {
        part: merged.to_data().get(part) for part in ("answers", "notes", "contributors")
    }
    assert gathered.locator("#ouverts li").count() == 3
    rows = gathered.locator("#contributeurs li").all_inner_texts()
    assert [re.sub(r"\s+", " ", row).strip() for row in rows] == [
        "Direction des systèmes d’information (Nord) : 2 réponses",
        "Organisation syndicale (Courrier) : 2 réponses",
        "Délégué à la protection des données : 0 réponse, 2 « Je ne sais pas »",
    ]
    card = read(gathered, ".boussole-card")
    assert "Les agents ont essayé l’outil." in card
    assert "Deux essais ne sont pas une participation." in card
    assert "pèse sur l’avis" in card
    [found] = merged.disagreements(doctrine)
    for levels in found.attainable.values():
        assert labels(doctrine, levels) in card


def test_the_outcome_of_the_discussion_stands_beside_the_positions(
    gathered: Page, doctrine: Doctrine, three: list[Dossier]
) -> None:
    merged = three[0].merge(three[1], three[2])
    gathered.click(".boussole-card >> text=Enregistrer le résultat")
    assert gathered.evaluate("document.activeElement.id") == "erreurs"
    gathered.check(".boussole-card input[value=oui]")
    gathered.fill(".boussole-card textarea", "Trois réunions ont suivi.")
    gathered.click(".boussole-card >> text=Enregistrer le résultat")
    kept = gathered.evaluate(KEPT)
    assert kept["answers"][DISPUTED] == {**merged.answers[DISPUTED], "accord": "oui"}
    assert kept["notes"][DISPUTED]["accord"] == "Trois réunions ont suivi."
    assert gathered.evaluate("document.activeElement.tagName") == "H3"
    told = merged.answer(doctrine, DISPUTED, "oui", by="accord").assess(doctrine)
    assert labels(doctrine, told.attainable) in read(gathered, "#ensemble .boussole-said")
    assert "Tous les désaccords ont été discutés." in read(gathered, "#ensemble .boussole-said")


def test_an_outcome_stays_until_another_is_recorded_or_it_is_taken_back(
    gathered: Page, doctrine: Doctrine, three: list[Dossier]
) -> None:
    before = three[0].merge(three[1], three[2]).answers[DISPUTED]
    gathered.check(".boussole-card input[value=oui]")
    gathered.fill(".boussole-card textarea", "Trois réunions ont suivi.")
    gathered.click(".boussole-card >> text=Enregistrer le résultat")
    recorded = gathered.evaluate(KEPT)
    gathered.click("text=Modifier ce résultat")
    assert gathered.is_checked(".boussole-card input[value=oui]")
    assert gathered.input_value(".boussole-card textarea") == "Trois réunions ont suivi."
    gathered.check(".boussole-card input[value=non]")
    gathered.click(".boussole-card >> text=Garder")
    assert gathered.evaluate("document.activeElement.textContent").startswith("Modifier ce résultat")
    assert gathered.evaluate(KEPT) == recorded
    gathered.click("text=Modifier ce résultat")
    gathered.check(".boussole-card input[value=oui]")
    gathered.click(".boussole-card >> text=Enregistrer le résultat")
    assert gathered.evaluate("document.activeElement.tagName") == "H3"
    assert gathered.locator(".boussole-card input").count() == 0
    gathered.click("text=Modifier ce résultat")
    gathered.check(".boussole-card input[value=non]")
    gathered.fill(".boussole-card textarea", "Une seule a suivi.")
    gathered.click(".boussole-card >> text=Enregistrer le résultat")
    assert gathered.evaluate(KEPT)["answers"][DISPUTED] == {**before, "accord": "non"}
    assert gathered.evaluate(KEPT)["notes"][DISPUTED]["accord"] == "Une seule a suivi."
    gathered.click("text=Retirer ce résultat")
    assert gathered.evaluate(KEPT)["answers"][DISPUTED] == {**before, "accord": "non"}
    gathered.click("text=Retirer pour de bon")
    assert gathered.evaluate("document.activeElement.tagName") == "H3"
    assert gathered.evaluate(KEPT)["answers"][DISPUTED] == before
    assert "accord" not in gathered.evaluate(KEPT)["notes"][DISPUTED]


def test_outcomes_that_contradict_each_other_are_to_be_discussed_again(
    page: Page, site: Path, doctrine: Doctrine, three: list[Dossier]
) -> None:
    split = three[0].merge(three[1])
    one, two = (split.answer(doctrine, DISPUTED, option, "accord") for option in ("oui", "non"))
    seed(page, site, one.annotate(DISPUTED, "Une raison.", "accord").merge(two), "accorder")
    assert "1 désaccord à discuter" in read(page, "#ensemble .boussole-said")
    told = read(page, "#desaccords")
    assert "Désaccords qui pèsent sur l’avis" in told
    assert "Deux résultats de discussion se contredisent : Non ou Oui." in told
    assert page.input_value(".boussole-card textarea") == "Une raison."
    page.check(".boussole-card input[value=oui]")
    page.click(".boussole-card >> text=Enregistrer le résultat")
    assert page.evaluate(KEPT)["answers"][DISPUTED]["accord"] == "oui"
    assert "Tous les désaccords ont été discutés." in read(page, "#ensemble .boussole-said")
    alone = filled(doctrine, {}).answer(doctrine, DISPUTED, "oui", "dsi").answer(doctrine, DISPUTED, ["oui", "non"], "accord")
    seed(page, site, alone, "accorder")
    page.check(".boussole-card input[value=oui]")
    page.click("text=Enregistrer le résultat")
    assert page.evaluate("document.activeElement.id") == "ensemble-titre"


def test_answers_that_lead_to_the_same_are_not_told_as_agreements(page: Page, site: Path, doctrine: Doctrine) -> None:
    dossier = boussole.new_dossier(doctrine, "essai", "Essai")
    given = {
        "alternative.dependance": {"dpo": "1", "dsi": "2"},
        "biometrie.identification": {"dpo": "non", "dsi": "nsp"},
        "droit.aipd": {"dpo": "oui", "dsi": "oui"},
    }
    for name, by_whom in given.items():
        for who, answer in by_whom.items():
            dossier = dossier.answer(doctrine, name, answer, by=who)
    seed(page, site, dossier, "accorder")
    for summary in page.locator("#accords summary").all():
        summary.click()
    told = read(page, "#entente")
    assert told.startswith("2 questions dont les réponses mènent au même endroit")
    assert "1 points sur 100 ; 2 points sur 100." in told
    assert doctrine.questions["droit.aipd"].ask in told
    partly = read(page, "#en-partie")
    assert partly.startswith("1 question dont quelqu’un ne connaît pas la réponse")
    assert "Délégué à la protection des données : Non ; Direction des systèmes d’information : Je ne sais pas." in partly


def test_what_was_added_can_be_taken_back_until_something_is_done(gathered: Page) -> None:
    gathered.check(".boussole-card input[value=oui]")
    gathered.click(".boussole-card >> text=Enregistrer le résultat")
    assert gathered.locator("#defaire").is_hidden()
    gathered.click("text=Modifier ce résultat")
    gathered.reload()
    gathered.wait_for_selector(".boussole-card")
    assert gathered.locator("#defaire").is_hidden()


def test_a_file_opened_by_mistake_is_taken_back(
    page: Page, site: Path, doctrine: Doctrine, three: list[Dossier], tmp_path: Path
) -> None:
    seed(page, site, three[0], "accorder")
    before = page.evaluate(KEPT)
    page.set_input_files("#fichiers", [str(path) for path in write(tmp_path, three[1:], doctrine)])
    page.wait_for_selector(".boussole-card")
    page.click("#defaire")
    assert page.evaluate(KEPT) == before
    assert page.locator(".boussole-card").count() == 0
    assert page.evaluate("document.activeElement.id") == "fichiers"


def test_a_disagreement_that_others_outweigh_is_said_to_count_later(
    page: Page, site: Path, doctrine: Doctrine, settled: Dossier
) -> None:
    refused = settled.answer(doctrine, "biometrie.identification", "oui").answer(doctrine, DISPUTED, None)
    split = refused.answer(doctrine, DISPUTED, "oui", by="dsi").answer(doctrine, DISPUTED, "non", by="os")
    seed(page, site, split, "accorder")
    told = read(page, "#desaccords")
    assert "Désaccords qui ne changent pas l’avis pour l’instant" in told
    assert "l’avis reste « refusé » dans les deux cas, car d’autres réponses pèsent autant ou plus." in told
    assert "À elle seule, la réponse « Non » mène à « Suspendu »." in told
    assert "ne change rien" not in told


def test_what_cannot_be_opened_is_told_and_nothing_is_lost(gathered: Page, tmp_path: Path) -> None:
    before = gathered.evaluate(KEPT)
    bad = {
        "vide.yml": "",
        "page.html": "<!doctype html><title>Une page</title>",
        "coupe.json": '{"id": "x", "title',
        "autre.json": json.dumps(
            {"id": "x", "title": "x", "kind": "real", "status": "etude", "doctrine": {"id": "autre", "version": "1"}}
        ),
        "profond.json": "[" * 200 + "]" * 200,
        "gros.yml": "a" * (5 * 1024 * 1024),
    }
    for name, text in bad.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    gathered.set_input_files("#fichiers", [str(tmp_path / name) for name in bad])
    gathered.wait_for_selector("#erreurs:not([hidden])")
    assert gathered.evaluate("document.activeElement.id") == "erreurs"
    faults = gathered.locator("#erreurs li").all_inner_texts()
    assert [re.split(r"[ ,\xa0]", fault)[0] for fault in faults] == list(bad)
    assert [fault.count(name) for fault, name in zip(faults, bad, strict=True)] == [1] * len(bad)
    assert faults[1].startswith("page.html n’est pas un document enregistré par cet outil.")
    assert gathered.evaluate(KEPT) == before


def test_values_that_differ_are_chosen_by_people(page: Page, site: Path, three: list[Dossier]) -> None:
    other = replace(three[1], title="Autre titre", service="Courrier")
    merged = replace(three[0], service="Accueil").merge(other)
    seed(page, site, merged, "accorder")
    shown = read(page, "#valeurs")
    for words in ("Titre", "Autre titre", "Accueil", "Courrier"):
        assert words in shown
    page.locator("#valeurs dd", has_text="Autre titre").get_by_role("button").click()
    kept = page.evaluate(KEPT)
    assert kept["title"] == "Autre titre"
    assert list(kept["variants"]) == ["service"]


def test_values_that_differ_are_said_in_words(page: Page, site: Path, three: list[Dossier]) -> None:
    first = replace(three[0], status="etude", dates=replace(three[0].dates, started=datetime.date(2026, 3, 1)))
    other = replace(
        three[1], status="service", service="service", dates=replace(three[1].dates, started=datetime.date(2026, 11, 28))
    )
    seed(page, site, replace(first, service="Accueil").merge(other), "accorder")
    told = [text.replace("\xa0", " ") for text in page.locator("#valeurs dd").all_text_contents()]
    said = [re.sub(r" \(gardé.*| ?Garder.*", "", text) for text in told]
    assert sorted(said) == sorted(["1er mars 2026", "28 novembre 2026", "Accueil", "En service", "service", "À l’étude"])


# -- every state ---------------------------------------------------------------------------------------------------------


@pytest.fixture(params=[(1280, "light"), (320, "dark")], ids=["large", "small"])
def framed(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    width, scheme = request.param
    # The rules of axe are injected for the test, which the pages' own policy rightly forbids.
    options: dict[str, Any] = {"viewport": ViewportSize(width=width, height=800), "color_scheme": scheme, "bypass_csp": True}
    context: BrowserContext = browser.new_context(**options)
    yield context.new_page()
    context.close()


def faults_of(page: Page) -> list[str]:
    return faults(page) + overflow(page)


def test_the_opinion_breaks_no_rule_in_any_state(framed: Page, site: Path, doctrine: Doctrine, settled: Dossier) -> None:
    seed(framed, site, filled(doctrine, {}))
    assert faults_of(framed) == []
    older = Opinion(version="2023.1", attainable=["favorable"], on=datetime.date(2025, 1, 2))
    seed(framed, site, replace(settled, opinions=[older], summary="🙂" * 400, title="a" * 300))
    framed.click("#lien")
    framed.wait_for_selector("#lien-fait:not([hidden])")
    framed.click("#enregistrer summary")
    framed.click("#decision-garder")
    assert faults_of(framed) == []
    framed.select_option("#decision-outcome", "refuse")
    framed.fill("#decision-by", "Maire")
    framed.fill("#decision-on", "2026-11-20")
    framed.fill("#decision-because", "Non.")
    framed.click("#decision-garder")
    framed.click("#detail button >> nth=0")
    framed.check(".boussole-trials input >> nth=0")
    assert faults_of(framed) == []


def test_agreeing_breaks_no_rule_in_any_state(framed: Page, site: Path, three: list[Dossier]) -> None:
    other = replace(three[1], title="Autre titre")
    go(framed, site, "accorder")
    assert faults_of(framed) == []
    seed(framed, site, three[0].merge(other, three[2]), "accorder")
    framed.click(".boussole-card >> text=Enregistrer le résultat")
    assert faults_of(framed) == []
    framed.check(".boussole-card input[value=oui]")
    framed.click(".boussole-card >> text=Enregistrer le résultat")
    for summary in framed.locator("summary").all():
        summary.click()
    assert faults_of(framed) == []


def test_without_javascript_the_pages_say_what_to_do(browser: Browser, site: Path) -> None:
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        for name, words in (("avis", "boussole ask"), ("accorder", "boussole merge")):
            page.goto((site / f"evaluer/{name}.html").as_uri())
            assert words in page.inner_text(".boussole-by-hand")
            assert page.locator(".boussole-live").is_hidden()


def test_refused_storage_is_told_and_the_work_goes_on(
    browser: Browser, site: Path, doctrine: Doctrine, three: list[Dossier], tmp_path: Path
) -> None:
    with browser.new_context() as context:
        page = context.new_page()
        page.add_init_script("Object.defineProperty(window, 'localStorage', {get() { throw new Error('refused'); }})")
        go(page, site, "accorder")
        assert page.locator("#garde").is_visible()
        page.set_input_files("#fichiers", [str(path) for path in write(tmp_path, three, doctrine)])
        page.wait_for_selector(".boussole-card")
        page.click("#suite")
        page.wait_for_selector("#resultat:not([hidden])")
        assert opinion_of(page) == three[0].merge(three[1], three[2]).assess(doctrine).attainable
