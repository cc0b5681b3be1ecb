"""The training in a real browser: an elected member does the path, gets one wrong, reads why, prints the certificate."""

import re
from io import BytesIO
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from pypdf import PdfReader

from boussole import Doctrine
from boussole.training import correct, load_training
from boussole.training_words import label, verdict
from boussole.writing import typeset

pytestmark = pytest.mark.browser
ELECTED = next(track for track in load_training().paths if track.id == "elus")


def test_an_elected_member_does_the_path_and_prints_the_certificate(page: Page, site: Path, doctrine: Doctrine) -> None:
    page.goto((site / "se-former/index.html").as_uri())
    page.get_by_role("link", name="Parcours des élus", exact=True).click()
    page.get_by_role("link", name="Suivre cette étape").first.click()
    for rank, step in enumerate(ELECTED.steps):
        assert page.locator("h1").inner_text() == typeset(step.title)
        for exercise in step.exercises:
            box, found = page.locator(f"#exercice-{exercise.id}"), correct(doctrine, exercise)
            box.get_by_text(typeset(label(found, found.right)), exact=True).first.press("Enter")
            assert box.locator("details[open]").count() == 1
            box.get_by_role("status").get_by_text("Exact, dès le premier choix.").wait_for()
        assert "3 exercices réussis sur 3, dont 3 dès le premier choix." in page.locator("main").inner_text()
        following = "Étape suivante" if rank + 1 < len(ELECTED.steps) else "Imprimer l’attestation"
        page.get_by_role("link", name=re.compile(following)).first.click()
    printed = PdfReader(BytesIO(page.pdf(format="A4")))
    text = " ".join(printed.pages[0].extract_text().split())
    assert len(printed.pages) == 1
    assert all(part in text for part in ("Parcours des élus", "Signature", doctrine.doctrine.version, "ni un diplôme"))


def test_a_wrong_choice_is_told_aloud_and_explained_under_it(page: Page, site: Path, doctrine: Doctrine) -> None:
    page.goto((site / "se-former/elus-trancher.html").as_uri())
    exercise = ELECTED.steps[0].exercises[0]
    box, found = page.locator(f"#exercice-{exercise.id}"), correct(doctrine, exercise)
    wrong = found.choices[0]
    box.get_by_text(typeset(label(found, wrong)), exact=True).click()
    told = box.locator("details").nth(0)
    assert typeset(verdict(found, wrong)) in told.inner_text()
    assert told.get_by_role("link").count() == len(wrong.told)
    said = box.get_by_role("status")
    said.get_by_text("Ce n’est pas cela.").wait_for()
    assert "votre choix\u202f; vous" in (said.text_content() or "")
    box.get_by_text(typeset(label(found, found.right)), exact=True).click()
    said.get_by_text("Exact, au choix numéro 2.").wait_for()
    assert "1 exercice réussi sur 3, dont 0 dès le premier choix." in page.locator("main").inner_text()
    told.get_by_role("link").first.click()
    page.wait_for_url("**/criteres/**")


def test_nothing_is_kept_when_the_page_is_left(page: Page, site: Path) -> None:
    page.goto((site / "se-former/elus-trancher.html").as_uri())
    page.locator(".boussole-exercise summary").first.click()
    page.get_by_role("status").get_by_text("Ce n’est pas cela.").wait_for()
    kept = page.evaluate("() => [Object.keys(localStorage).length, Object.keys(sessionStorage).length, document.cookie]")
    assert kept == [0, 0, ""]
    page.reload()
    assert page.locator(".boussole-exercise details[open]").count() == 0
    assert "exercice réussi" not in page.locator("main").inner_text()


def test_without_javascript_every_choice_opens_on_its_correction(browser: Browser, site: Path, doctrine: Doctrine) -> None:
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto((site / "se-former/elus-repondre.html").as_uri())
        for exercise in ELECTED.steps[2].exercises:
            found = correct(doctrine, exercise)
            for rank, choice in enumerate(found.choices):
                shown = page.locator(f"#exercice-{exercise.id} details").nth(rank)
                shown.locator("summary").click()
                assert typeset(verdict(found, choice)) in shown.inner_text()


def test_the_cards_are_printed_each_back_behind_its_front(page: Page, site: Path) -> None:
    page.goto((site / "se-former/cartes.html").as_uri())
    pages = [found.extract_text() for found in PdfReader(BytesIO(page.pdf(format="A4", prefer_css_page_size=True))).pages]
    first = next(rank for rank, text in enumerate(pages, 1) if "IA générative" in text)
    assert first % 2 == 1
    assert "IA qui produit" in pages[first]
    assert "IA qui produit" not in pages[first - 1]
