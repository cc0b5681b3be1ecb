"""The debate in a real browser: a citizen reads a criterion, prepares a contribution, finds an answer, follows it to the end."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from boussole import Doctrine
from boussole.concertation import load_kit
from boussole.debate import Contribution, Debate, as_data, read_debate
from boussole.debating import load_debate
from boussole.filing import yaml_of
from boussole.outputs.debate import render_debate
from boussole.vetting import personal
from tests.conftest import ROOT
from tests.test_debate import TODAY
from tests.test_site import faults

pytestmark = pytest.mark.browser

HOSTILE = '"></pre><script>alert(1)</script> : #\u2028 & \\ \u200e « oui » \U0001f600 {a: [b]}'


@pytest.fixture
def sheet(page: Page, site: Path) -> Page:
    page.goto((site / "debattre/contribuer.html").as_uri())
    return page


def prepared(sheet: Page) -> str:
    sheet.get_by_role("button", name="Préparer le texte").click()
    return sheet.locator("#texte").text_content() or ""


def read_back(doctrine: Doctrine, text: str) -> Contribution:
    """What Python reads of a prepared text, among the consultations and the events that are published."""
    files = {
        part: [
            (path.name, path.stem, path.read_text(encoding="utf-8")) for path in sorted((ROOT / "docs/debat" / folder).iterdir())
        ]
        for part, folder in (("consultations", "demarches"), ("events", "evenements"))
    }
    found = re.search(r'^id: "([^"]+)"', text)
    assert found
    debate = read_debate(doctrine, load_kit(), {**files, "contributions": [("dit.yml", found[1], text)]})
    return debate.contributions[0]


def test_a_citizen_goes_from_a_criterion_to_the_uses_whose_opinion_changed(page: Page, site: Path, doctrine: Doctrine) -> None:
    # A criterion, and the wish to say something of it.
    page.goto((site / "criteres/travail.html").as_uri())
    page.get_by_role("link", name="contribuer au débat").click()
    expect(page.locator("#f-about")).to_have_value("travail")
    page.get_by_label("Ce que je propose").fill("Compter le temps de vérification")
    page.get_by_label("Oui", exact=True).check()
    text = prepared(page)
    said = read_back(doctrine, text)
    assert (said.about, said.proposal, said.consent) == (["travail"], "Compter le temps de vérification", True)
    assert said.state == "attente"

    # What was published of others, and answered.
    page.goto((site / "criteres/travail.html").as_uri())
    page.get_by_role("link", name="Ne pas mettre en service un outil").click()
    main = page.locator("main")
    expect(main).to_contain_text("Oui, 15 octobre 2026")
    expect(main).to_contain_text("Exemple inventé.")

    # The edition that carries it, then the use whose opinion it changes.
    main.get_by_role("link", name="Édition d’exemple").click()
    expect(main).to_contain_text("1 usage change d’avis")
    assert "Maintenance prédictive du tramway : Le changement atteint ce cas travaillé." in main.inner_text().replace("\xa0", " ")
    main.get_by_role("link", name="Maintenance prédictive du tramway").last.click()
    page.wait_for_url("**/registre/maintenance-predictive-du-tramway.html")
    main.get_by_role("link", name="Édition d’exemple").click()
    page.wait_for_url("**/debattre/edition-exemple-2026.html")

    # And back, from the version to the sentence, to the meeting where it was said.
    page.goto((site / "versions.html").as_uri())
    main.get_by_role("link", name="Édition d’exemple").click()
    main.get_by_role("link", name="Ne pas mettre en service un outil").click()
    main.get_by_role("link", name="Atelier des agents de la maintenance").first.click()
    expect(main).to_contain_text("9 juin 2026")


def test_what_the_page_prepares_is_what_python_reads_and_would_write(sheet: Page, doctrine: Doctrine) -> None:
    sheet.get_by_label("Date").fill("2026-04-14")
    sheet.locator("#f-consultation").select_option("exemple-2026")
    sheet.locator("#f-event").select_option("exemple-cafe-debat")
    sheet.locator("#f-profile").select_option("habitant")
    sheet.locator("#f-about").select_option("sobriete")
    for name in ("theme", "observation", "concern", "hope", "proposal", "condition"):
        sheet.locator(f"#f-{name}").fill(f"{name} {HOSTILE}")
    sheet.locator("[name=consent][value=true]").check()
    text = sheet.evaluate(
        "() => { document.getElementById('ecrire').click(); return document.getElementById('texte').textContent; }"
    )
    said = read_back(doctrine, text)
    assert said.event == "exemple-cafe-debat"
    assert said.kind == "example"
    assert said.observation == f"observation {HOSTILE}".replace("\u200e", "")
    assert text == yaml_of(as_data(said))


def test_a_question_leads_to_a_contribution_about_it_and_back(page: Page, site: Path, doctrine: Doctrine) -> None:
    page.goto((site / "criteres/travail.html").as_uri())
    question = page.locator("#travail-surveillance")
    question.get_by_role("link", name="Contribuer sur cette question").click()
    expect(page.locator("#f-about")).to_have_value("travail.surveillance")
    chosen = page.locator("#f-about option:checked").inner_text()
    assert chosen == "Conditions de travail des agents, question travail.surveillance"
    page.get_by_label("Ce que je crains").fill("Être compté")
    page.locator("[name=consent][value=true]").check()
    assert read_back(doctrine, prepared(page)).about == ["travail.surveillance"]
    assert f"Critère : {chosen}\n" in page.locator("#lettre").inner_text().replace("\xa0", " ")

    # It is taken away as it came, then put back.
    page.locator("#f-about").select_option("")
    assert not page.get_by_text("Relire la question").is_visible()
    assert read_back(doctrine, prepared(page)).about == []
    assert "travail.surveillance" not in page.locator("#lettre").inner_text()
    page.locator("#f-about").select_option("travail.surveillance")
    page.get_by_role("link", name="Relire la question").click()
    page.wait_for_url("**/criteres/travail.html#travail-surveillance")


def test_every_question_leads_to_a_contribution_about_it(page: Page, site: Path, doctrine: Doctrine) -> None:
    page.goto((site / "debattre/contribuer.html").as_uri())
    listed = page.locator("#f-about option[data-questions]").evaluate_all(
        "options => options.flatMap(one => one.dataset.questions.split(' ').map(name => one.value + '.' + name))"
    )
    assert listed == list(doctrine.questions)
    led = [
        link
        for path in (site / "criteres").glob("*.html")
        for link in re.findall(r'contribuer\.html#([^"]+\.[^"]+)"', path.read_text())
    ]
    assert sorted(led) == sorted(doctrine.questions)


@pytest.mark.parametrize(
    "fragment",
    [
        "travail.inconnue",
        "travail.",
        ".surveillance",
        "inconnu.surveillance",
        "travail.surveillance.encore",
        "travail.surveillance travail.participation",
        "travail.<img src=x onerror=document.title=1>",
        "constructor.prototype",
        "%E0%A4%A.x",
        "x." + "y" * 5000,
        ".",
        "transcription-de-reunions.",
    ],
)
def test_an_address_that_names_no_known_question_is_refused_plainly(page: Page, site: Path, fragment: str) -> None:
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto((site / "debattre/contribuer.html").as_uri() + "#" + fragment)
    assert page.locator("#f-about").input_value() == ""
    assert page.locator("#question").inner_text().replace("\xa0", " ") == (
        "Cette adresse nomme une question qui n’est pas dans la doctrine : elle n’est pas retenue."
    )
    assert page.locator("#question *").count() == 0
    assert page.get_by_role("button", name="Préparer le texte").is_visible()
    assert errors == []


@pytest.mark.parametrize("fragment", ["", "contenu", "%E0%A4%A", "rien-de-connu", "__proto__"])
def test_an_address_that_names_nothing_is_not_spoken_of(page: Page, site: Path, fragment: str) -> None:
    page.goto((site / "debattre/contribuer.html").as_uri() + "#" + fragment)
    assert page.locator("#f-about").input_value() == ""
    assert not page.locator("#question").is_visible()
    assert page.get_by_role("button", name="Préparer le texte").is_visible()


def test_what_is_missing_is_told_and_led_to(sheet: Page) -> None:
    sheet.get_by_label("Date").fill("")
    sheet.get_by_role("button", name="Préparer le texte").click()
    faults = sheet.locator("#erreurs a")
    assert [faults.nth(rank).inner_text() for rank in range(faults.count())] == [
        "Dire la date.",
        "Dire si le texte peut être publié, oui ou non.",
    ]
    assert sheet.evaluate("document.activeElement.id") == "erreurs"
    assert not sheet.locator("#pret").is_visible()
    sheet.get_by_label("Date").fill("2026-04-14")
    sheet.locator("[name=consent][value=true]").check()
    sheet.get_by_role("button", name="Préparer le texte").click()
    assert "au moins un constat" in sheet.locator("#erreurs").inner_text()


def test_without_consent_the_words_stay_out_of_the_text(sheet: Page, doctrine: Doctrine) -> None:
    sheet.get_by_label("Ce que je crains").fill("Un secret")
    sheet.locator("[name=consent][value=false]").check()
    text = prepared(sheet)
    assert "la fiche est comptée\u202f; vos mots" in (sheet.locator("#fait").text_content() or "")
    assert "secret" not in text
    assert read_back(doctrine, text).state == "sans-accord"


def test_the_text_is_downloaded_under_its_own_name(sheet: Page, doctrine: Doctrine) -> None:
    sheet.get_by_label("Date").fill("2026-04-14")
    sheet.get_by_label("Ce que je propose").fill("Éteindre la nuit, été comme hiver")
    sheet.locator("[name=consent][value=true]").check()
    text = prepared(sheet)
    sheet.get_by_text("Pour la personne qui saisit la fiche").click()
    letter = sheet.locator("#lettre").inner_text()
    for button, end, said in (("Télécharger en YAML", "yml", text), ("Enregistrer en .txt", "txt", letter)):
        with sheet.expect_download() as waited:
            sheet.get_by_role("button", name=button).click()
        assert re.fullmatch(rf"2026-04-14-[b-z]{{4}}\.{end}", waited.value.suggested_filename)
        assert sheet.locator("#fait").text_content() == f"Fichier préparé\xa0: {waited.value.suggested_filename}"
        assert f"Référence : {waited.value.suggested_filename.removesuffix(f'.{end}')}\n" in letter.replace("\xa0", " ")
        assert Path(waited.value.path()).read_text(encoding="utf-8").strip() == said.strip()


def test_the_letter_reads_as_a_letter_and_says_where_the_answer_will_be(sheet: Page, site: Path) -> None:
    sheet.locator("#f-consultation").select_option("exemple-2026")
    sheet.get_by_label("Date").fill("2026-04-14")
    sheet.locator("#f-event").select_option("exemple-cafe-debat")
    sheet.locator("#f-about").select_option("agent-conversationnel-accueil")
    sheet.get_by_label("Ce que je crains").fill("Une attente\nsans fin")
    sheet.locator("[name=consent][value=true]").check()
    name = re.search(r'^id: "([^"]+)"', prepared(sheet))
    assert name
    letter = sheet.locator("#lettre").inner_text()
    assert re.search(r" [:;»]|« ", letter) is None
    letter = letter.replace("\xa0", " ")
    assert f"Référence : {name[1]}\n" in letter
    assert "Date : 14/04/2026\n" in letter
    assert "Lieu ou canal : Café débat à la maison de quartier (exemple)\n" in letter
    assert "Critère : Agent conversationnel d’accueil\n" in letter
    assert "Ce que je crains :\nUne attente\nsans fin\n" in letter
    assert "À remettre : à personne, cette démarche est un exemple inventé\n" in letter
    assert "[" not in letter
    address = re.search(r"La réponse : à cette référence, page « Les fiches » :\n(.+)\n.* trois mois", letter)
    assert address
    answers = (site / address[1]).read_text(encoding="utf-8").replace("\xa0", " ")
    assert "Référence : exemple-guichet-humain." in answers


def test_the_page_of_the_answers_has_one_name_and_is_there_before_the_first_of_them(sheet: Page, site: Path) -> None:
    names = sheet.locator("#f-consultation option").evaluate_all("options => options.map(one => one.value)")
    assert "au-fil-de-l-eau" in names  # to which nobody contributed yet
    for name in names:
        sheet.goto((site / "debattre/contribuer.html").as_uri())
        sheet.locator("#f-consultation").select_option(name)
        sheet.locator("[name=consent][value=false]").check()
        prepared(sheet)
        address = f"debattre/fiches-{name}.html"
        assert f"\n{address}\n" in sheet.locator("#lettre").inner_text()
        for page in ("contribuer", "index", f"restitution-{name}"):  # whoever comes back goes there from wherever they are
            sheet.goto((site / f"debattre/{page}.html").as_uri())
            sheet.locator(f"main a[href='fiches-{name}.html']").click()
            sheet.wait_for_url((site / address).as_uri())
            assert sheet.locator("h1").inner_text().replace("\xa0", " ").startswith("Les fiches : ")


def test_the_letter_of_a_published_site_gives_a_whole_address(browser: Browser, site: Path) -> None:
    with browser.new_context() as context:
        page = context.new_page()
        page.route("**", lambda route: route.fulfill(path=site / route.request.url.split("/ia/")[1].split("?")[0]))
        page.goto("https://ville.example/ia/debattre/contribuer.html")
        page.locator("[name=consent][value=false]").check()
        prepared(page)
        assert "\nhttps://ville.example/ia/debattre/fiches-au-fil-de-l-eau.html\n" in page.locator("#lettre").inner_text()


def test_what_nobody_will_read_is_said_before_it_is_written(sheet: Page, doctrine: Doctrine) -> None:
    said = (sheet.locator("#champs p").first.text_content() or "").replace("\xa0", " ")
    assert said == "Ce site ne connaît aucune adresse où remettre un texte : demandez-la à la collectivité avant d’écrire."
    invented = sheet.locator("#f-consultation option[data-kind=example]").all_inner_texts()
    assert invented
    assert all(text.endswith("(exemple inventé, pour essayer)") for text in invented)
    # When nothing real is open, and when an address is known.
    debate, kit = load_debate(ROOT / "docs/debat", doctrine, load_kit()), load_kit()
    closed = Debate(tuple(one for one in debate.consultations if one.kind == "example"))
    known = replace(debate, consultations=tuple(replace(one, contact="ia@ville.example") for one in debate.consultations))
    for found, is_told in ((closed, True), (known, False)):
        form = render_debate(doctrine, kit, found, {}, TODAY)["debattre/contribuer.md"]
        assert ("un texte préparé ici ne serait remis à personne" in form) == is_told
        assert "aucune adresse où" not in form


def test_the_paper_holds_the_prepared_text_alone(sheet: Page) -> None:
    sheet.emulate_media(media="print")
    assert sheet.locator("#f-concern").is_visible()  # nothing is prepared: the sheet itself is printed
    sheet.emulate_media(media="screen")
    sheet.get_by_label("Ce que je crains").fill("L’attente")
    sheet.locator("[name=consent][value=true]").check()
    prepared(sheet)
    sheet.emulate_media(media="print")
    assert sheet.locator("#lettre").is_visible()
    assert not sheet.locator("#f-concern").is_visible()
    assert not sheet.locator("#saisie").is_visible()
    sheet.emulate_media(media="screen")
    assert sheet.locator("#f-concern").is_visible()


def test_the_letter_says_the_address_of_a_consultation_that_gives_one(sheet: Page) -> None:
    sheet.evaluate("document.getElementById('f-consultation').options[0].dataset.contact = 'concertation@ville.example'")
    sheet.get_by_label("Ce que je crains").fill("L’attente")
    sheet.locator("[name=consent][value=true]").check()
    prepared(sheet)
    assert "À remettre : concertation@ville.example" in sheet.locator("#lettre").inner_text().replace("\xa0", " ")


def test_an_event_goes_with_its_consultation(page: Page, site: Path, doctrine: Doctrine) -> None:
    page.goto((site / "debattre/contribuer.html").as_uri() + "#exemple-cafe-debat")
    assert page.locator("#f-consultation").input_value() == "exemple-2026"
    assert page.locator("#f-event").input_value() == "exemple-cafe-debat"
    page.locator("#f-consultation").select_option("au-fil-de-l-eau")
    assert page.locator("#f-event").input_value() == ""
    assert page.locator("#f-event option").count() == 1  # it has no event
    page.get_by_label("Ce que je crains").fill("L’attente")
    page.locator("[name=consent][value=true]").check()
    said = read_back(doctrine, prepared(page))
    assert (said.kind, said.consultation, said.event) == ("real", "au-fil-de-l-eau", None)
    page.locator("#f-consultation").select_option("exemple-2026")
    assert page.locator("#f-event option").count() > 1


@pytest.mark.parametrize(
    "text",
    [
        "Appelez le 06 12 34 56 78",
        "Le 0612345678.",
        "+33 (0)6.12.34.56.78",
        "claude.martin@ville.example",
        "Écrire à info@ville.fr pour le dire",
        "Il coûte 10 000 000 euros par an",
        "Le n° 2024-0612345678-12",
        "Rendez-vous @ la mairie",
        "En 2026, 12 34 56 78 kWh",
    ],
)
def test_what_leads_to_someone_is_told_before_the_text_is_prepared_as_python_would(sheet: Page, text: str) -> None:
    sheet.get_by_label("Ce que je crains").fill(text)
    sheet.locator("[name=consent][value=true]").check()
    sheet.get_by_role("button", name="Préparer le texte").click()
    is_personal = bool(list(personal({"concern": text})))
    assert sheet.locator("#erreurs").is_visible() == is_personal
    assert sheet.locator("#pret").is_visible() != is_personal
    if is_personal:
        assert sheet.locator("#erreurs a").inner_text().replace("\xa0", " ").endswith("Ce que je crains.")


def test_two_sheets_without_consent_do_not_have_the_same_name(sheet: Page, doctrine: Doctrine) -> None:
    sheet.locator("[name=consent][value=false]").check()
    sheet.locator("#f-theme").fill("Mon service")
    texts = [prepared(sheet) for _ in range(3)]
    assert len({read_back(doctrine, text).id for text in texts}) == 3
    assert "Mon service" not in "".join([*texts, sheet.locator("#lettre").inner_text()])


def test_the_prepared_text_breaks_no_accessibility_rule_on_a_small_dark_screen(browser: Browser, site: Path) -> None:
    with browser.new_context(viewport={"width": 320, "height": 800}, color_scheme="dark", bypass_csp=True) as context:
        page = context.new_page()
        page.goto((site / "debattre/contribuer.html").as_uri())
        page.get_by_role("button", name="Préparer le texte").click()
        page.get_by_label("Ce que je propose").fill("Dire " + "x" * 300)
        page.locator("[name=consent][value=true]").check()
        prepared(page)
        page.get_by_text("Pour la personne qui saisit la fiche").click()
        assert faults(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_without_script_the_sheet_is_read_and_nothing_can_be_sent(browser: Browser, site: Path) -> None:
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto((site / "debattre/contribuer.html").as_uri())
        assert page.locator("form, [type=submit], button:visible").count() == 0
        assert page.get_by_label("Ce que je propose").is_visible()
        assert "remplissez puis imprimez cette page" in page.locator("noscript").inner_text()
        assert page.get_by_label("Référence Remplie par qui reçoit la fiche").is_visible()
        page.emulate_media(media="print")
        long = page.get_by_label("Ce que j’ai constaté")
        long.fill("Une phrase qui va à la ligne. " * 200)
        assert long.evaluate("field => field.scrollHeight <= field.clientHeight + 1")  # paper does not scroll
        page.emulate_media(media="screen")
        assert "écrivez son nom dans «\xa0Cas ou thème\xa0»" in page.locator("label[for=f-about]").inner_text()
        page.get_by_role("link", name="la fiche à imprimer").click()
        page.wait_for_url("**/debattre/kit-fiche.html")
        main = page.locator("main")
        assert "Référence Remplie par qui reçoit la fiche." in main.inner_text()
        assert "À remettre à" in main.inner_text()
        widths = page.locator(".boussole-line").evaluate_all("lines => lines.map(one => one.clientWidth)")
        assert min(widths) == page.locator("main h1").evaluate("title => title.clientWidth")


def test_every_page_of_the_debate_says_what_is_invented(site: Path, doctrine: Doctrine) -> None:
    debate = load_debate(ROOT / "docs/debat", doctrine, load_kit())
    for kind, found in (("evenement", debate.events), ("contribution", debate.contributions)):
        for one in found:
            page = (site / f"debattre/{kind}-{one.id}.html").read_text(encoding="utf-8")
            assert ("Exemple inventé." in page) == (one.kind == "example")
