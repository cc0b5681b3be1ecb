"""The pages of the library: they answer first, hold without script, and set kinds beside each other."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

COMPARE = "usages/comparer.html"


def main_of(site: Path, name: str) -> str:
    text = (site / name).read_text(encoding="utf-8").replace("\u202f", " ").replace("\xa0", " ")
    return text[text.index("<main") : text.index("</main>")]


def test_the_answer_comes_first(site: Path) -> None:
    page = main_of(site, "usages/reconnaissance-faciale-a-l-entree.html")
    assert page.index("Oui : 1 expérience réelle ailleurs.") < page.index("<table")
    assert "Aucun essai réel décrit dans cette bibliothèque : seulement des exemples inventés." in main_of(
        site, "usages/maintenance-predictive.html"
    )


def test_what_is_real_and_what_is_invented_are_in_two_tables(site: Path) -> None:
    real, invented = main_of(site, "usages/agent-conversationnel.html").split("Exemples inventés")
    real = real[real.index("<table") :]
    assert "réel" in real
    assert "exemple inventé" not in real
    assert "Rien ici n’a eu lieu" in invented
    assert "<table" in invented
    assert not re.search(r", réel\b", invented)
    only = main_of(site, "usages/tri-des-dechets.html")
    assert only.count("<table") == 1
    assert ">Réel<" not in only


def test_what_a_source_leaves_out_is_told_where_one_decides(site: Path) -> None:
    page = main_of(site, "usages/agent-conversationnel.html")
    assert "ne dit pas s’il emploie une IA qui apprend ou des réponses écrites d’avance" in page
    assert page.index("aucune expérience réelle dont la source dise qu’elle emploie une IA générative") < page.index("<table")
    assert "Prix d’un tel outil en général, au moins, hors licence annuelle : 10 000 €" in page
    assert "chatbot" in page


def test_the_only_municipality_of_the_video_trial_is_named(site: Path) -> None:
    page = main_of(site, "usages/videosurveillance-algorithmique.html")
    for told in (
        "Ville de Cannes",
        "jusqu’au 31 mars 2025",
        "33 événements",
        "800 caméras",
        "0,9 million d’euros",
        "plaident pour",
    ):
        assert told in page
    assert "conferenceconsensuslogement" not in page


def test_a_calculation_by_rules_is_not_told_as_an_artificial_intelligence(site: Path) -> None:
    page = main_of(site, "usages/calcul-d-un-droit.html")
    assert page.index("un calcul par règles") < page.index("<table")
    assert "fiche PSTW-1027" in page
    assert "Tarification solidaire de l’eau : conclusion non renseignée" in page
    compared = main_of(site, "usages/comparer.html")
    row = compared[compared.index('data-genre="calcul-d-un-droit"') :].split("</tr>")[0]
    assert "sans objet" in row
    assert "un calcul par règles" in row
    assert "aucun critère" not in row
    assert "pas d’IA connue ; 2 algorithmes publics" in row
    assert not re.search(r"2 (fois|réels)", row)
    index = main_of(site, "usages/index.html")
    assert "Calcul d’un droit ou d’un tarif social</a> : 2 algorithmes publics" in index
    assert "2 usages du registre, dont 2 sans IA connue" in index


def test_what_nobody_describes_here_leads_to_what_territories_say_and_back(site: Path) -> None:
    for name in ("transcription-de-reunions", "traduction-a-l-oral", "tri-des-dechets"):
        page = main_of(site, f"usages/{name}.html")
        assert "à notre connaissance" not in page
        assert page.index('href="../ailleurs/index.html"') < page.index("<table")
    there = main_of(site, "ailleurs/index.html")
    assert "Quelqu’un l’a-t-il déjà essayé ?" in there
    assert 'href="../usages/index.html"' in there
    common = main_of(site, "ailleurs/bibliotheque.html")
    assert "cas de ce site sont inventés" not in common
    assert "les expériences réelles de sa bibliothèque des usages" in common


def test_every_kind_leads_to_what_it_holds_and_cases_lead_back(site: Path) -> None:
    page = main_of(site, "usages/tri-des-dechets.html")
    assert 'href="../cas/tri-des-dechets-par-camera.html"' in page
    assert 'href="../registre/tri-des-dechets-par-camera.html"' in page
    assert 'href="../usages/tri-des-dechets.html"' in main_of(site, "cas/tri-des-dechets-par-camera.html")


def test_the_files_that_are_named_are_published(site: Path) -> None:
    for name in ("fiches.json", "fiches.csv", "mesures.csv", "schemas/fiche-d-usage.json", "SHA256SUMS", "bibliotheque.atom"):
        assert (site / "donnees/bibliotheque" / name).is_file()
    assert "fiches.json" in main_of(site, "usages/format.html")
    assert 'href="../donnees/bibliotheque/bibliotheque.atom"' in main_of(site, "usages/index.html")


@pytest.mark.browser
def test_two_kinds_stand_side_by_side_and_the_address_keeps_them(page: Page, site: Path) -> None:
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto((site / COMPARE).as_uri())
    expect(page.locator("[role=status]")).to_have_text("Choisissez deux ou trois genres.")
    page.check("[value=tri-des-dechets]")
    page.check("[value=transcription-de-reunions]")
    expect(page.locator("[data-genre]:visible")).to_have_count(2)
    boxes = [page.locator(f"[data-genre={name}]").bounding_box() for name in ("tri-des-dechets", "transcription-de-reunions")]
    left, right = (box for box in boxes if box)
    assert left["y"] == right["y"]
    assert left["x"] + left["width"] <= right["x"]
    page.reload()
    expect(page.locator("[data-genre]:visible")).to_have_count(2)
    page.uncheck("[value=tri-des-dechets]")
    page.uncheck("[value=transcription-de-reunions]")
    expect(page.locator("[data-genre]:visible")).to_have_count(14)


@pytest.mark.browser
def test_without_script_every_kind_is_there(browser: Browser, site: Path) -> None:
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto((site / COMPARE).as_uri())
        assert page.locator("tbody tr:visible").count() == 14
        assert page.locator(".boussole-choices:visible").count() == 0


@pytest.mark.browser
@pytest.mark.parametrize("name", [COMPARE, "alternatives/index.html"])
def test_boxes_are_large_enough_to_be_touched_on_a_narrow_screen(page: Page, site: Path, name: str) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto((site / name).as_uri())
    boxes = [box for one in page.locator(".boussole-qualities input").all() if (box := one.bounding_box())]
    assert len(boxes) > 3
    assert [(box["width"], box["height"]) for box in boxes if min(box["width"], box["height"]) < 24] == []
