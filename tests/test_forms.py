"""The pages of the form keep what is answered, from page to page, from tab to tab, whatever the browser allows."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from boussole import Doctrine
from tests.conftest import ROOT
from tests.test_site import attainable, faults, overflow, ready

pytestmark = pytest.mark.browser

UID = "0123456789abcdef"
REFUSED = """Object.defineProperty(window, "localStorage", {get() { throw new DOMException("no", "SecurityError"); }});
Object.defineProperty(window, "sessionStorage", {get() { throw new DOMException("no", "SecurityError"); }});"""
FULL = """const kept = Storage.prototype.setItem;
Storage.prototype.setItem = function (key, value) {
  if (value.length > 300 && !window.hasRoom) throw new DOMException("no room", "QuotaExceededError");
  kept.call(this, key, value);
};"""


def question(page: Page, name: str) -> Any:
    return page.locator(f"[data-question='{name}']")


def give(page: Page, name: str, label: str) -> None:
    question(page, name).get_by_label(label, exact=True).check()


def stored(page: Page) -> dict[str, Any]:
    """The current dossier, as it is kept."""
    text = page.evaluate(
        """() => {
          const prefix = "boussole:1:" + boussoleDoctrine.id;
          return localStorage[prefix + ":" + sessionStorage[prefix]];
        }"""
    )
    found: dict[str, Any] = json.loads(text)["dossier"]
    return found


def keep(page: Page, envelope: str) -> None:
    """Keep this text as the current dossier, before a page opens."""
    page.evaluate(
        """([uid, text]) => {
          localStorage.setItem("boussole:1:nantes", uid);
          localStorage.setItem("boussole:1:nantes:" + uid, text);
        }""",
        [UID, envelope],
    )


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """Several tabs of one browser, whose pages say nothing wrong."""
    complaints: list[str] = []
    with browser.new_context(viewport={"width": 1280, "height": 900}) as opened:
        opened.on("weberror", lambda error: complaints.append(str(error.error)))
        opened.on("console", lambda message: complaints.append(message.text))
        yield opened
        assert complaints == []


# -- from page to page


def test_a_dossier_begins_with_its_profile_and_goes_on_from_page_to_page(page: Page, site: Path, doctrine: Doctrine) -> None:
    page.goto((site / "evaluer.html").as_uri())
    page.get_by_label("Rôle").select_option("dpo")
    page.get_by_label("Précision").fill("Nord")
    page.get_by_label("Quel usage évaluer").fill("Transcription des réunions")
    page.get_by_label("est inventé").check()
    page.get_by_role("button", name="Commencer").click()
    page.wait_for_selector(".boussole-form[data-ready]")
    for step, section in enumerate(doctrine.sections, 1):
        assert page.url.endswith(f"evaluer/{section.id}.html")
        assert page.inner_text(".boussole-step").startswith(f"Étape {step} sur {len(doctrine.sections)}")
        expect(page.locator(".boussole-whose")).to_contain_text("Rôle\xa0: délégué à la protection des données (Nord).")
        page.locator("fieldset:visible").first.get_by_label("Je ne sais pas").check()
        page.locator("[data-continue]").click()
        page.wait_for_selector(".boussole-form[data-ready], #verification:not([hidden])")
    assert page.url.endswith("evaluer/verifier.html")
    kept = stored(page)
    assert (kept["title"], kept["kind"]) == ("Transcription des réunions", "example")
    assert kept["contributors"] == {"dpo-nord": {"role": "dpo", "label": "Nord"}}
    assert len(kept["answers"]) == len(doctrine.sections)
    assert all(given == {"dpo-nord": "nsp"} for given in kept["answers"].values())
    page.goto((site / "evaluer.html").as_uri())
    expect(page.locator("#reprendre-titre")).to_have_text("Transcription des réunions")
    expect(page.locator("#avancement")).to_contain_text(f"{len(doctrine.sections)}\xa0«\xa0Je ne sais pas\xa0»")
    assert (page.get_attribute("#continuer", "href") or "").endswith(f"{doctrine.sections[-1].id}.html")


def test_answers_notes_and_evidence_are_found_again(page: Page, site: Path) -> None:
    ready(page, site / "evaluer/droit.html")
    node = question(page, "droit.aipd")
    give(page, "droit.aipd", "Non")
    node.locator("summary").nth(1).click()
    node.get_by_label("Note").fill("Une ligne,\nune autre 🙂.")
    node.get_by_label("Pièces").fill("https://exemple.fr/a\n\n  registre, fiche 12  \n")
    ready(page, site / "evaluer/tout.html")
    assert question(page, "droit.aipd").get_by_label("Non", exact=True).is_checked()
    assert stored(page)["evidence"] == {"droit.aipd": ["https://exemple.fr/a", "registre, fiche 12"]}
    ready(page, site / "evaluer/droit.html")
    assert question(page, "droit.aipd").locator("[data-note]").input_value() == "Une ligne,\nune autre 🙂."
    question(page, "droit.aipd").get_by_role("button", name="Retirer ma réponse").click()
    assert "answers" not in stored(page) or stored(page)["answers"] == {}
    assert stored(page)["notes"] == {"droit.aipd": "Une ligne,\nune autre 🙂."}


def test_what_is_typed_is_kept_even_when_one_leaves_at_once(page: Page, site: Path) -> None:
    ready(page, site / "evaluer/droit.html")
    question(page, "droit.aipd").locator("summary").nth(1).click()
    question(page, "droit.aipd").get_by_label("Note").fill("Dernier mot.")
    page.goto((site / "evaluer/profil.html").as_uri())
    page.wait_for_selector(".boussole-form[data-ready]")
    assert stored(page)["notes"] == {"droit.aipd": "Dernier mot."}


def test_answering_moves_the_opinion_and_the_compass(page: Page, site: Path, doctrine: Doctrine) -> None:
    ready(page, site / "evaluer/biometrie.html")
    assert attainable(page) == doctrine.levels
    assert page.locator(".boussole-missing a").count() == 3
    give(page, "biometrie.identification", "Oui")
    expect(page.locator(".boussole-opinion")).to_have_text("Refusé")
    expect(page.locator("[data-state='biometrie'] small")).to_have_text("refusé, 1 sur 9")
    expect(page.locator("[data-branch='biometrie'] .boussole-mark")).to_have_text("×")
    assert "biométrie et données sensibles, refusé" in (page.get_attribute(".boussole-panel svg", "aria-label") or "").lower()
    expect(page.locator(".boussole-panel [role=status]")).to_have_text("Avis\xa0: Refusé.")
    give(page, "biometrie.identification", "Non")
    assert attainable(page) == doctrine.levels


def test_a_question_that_no_longer_applies_steps_aside_and_keeps_its_answer(page: Page, site: Path) -> None:
    ready(page, site / "evaluer/droit.html")
    give(page, "droit.aipd", "Non")
    ready(page, site / "evaluer/profil.html")
    give(page, "profil.donnees-personnelles", "Non")
    ready(page, site / "evaluer/droit.html")
    assert not question(page, "droit.aipd").is_visible()
    assert page.locator(".boussole-put-aside").is_visible()
    assert "suspendu" in attainable(page)
    ready(page, site / "evaluer/profil.html")
    give(page, "profil.donnees-personnelles", "Oui")
    ready(page, site / "evaluer/droit.html")
    assert question(page, "droit.aipd").get_by_label("Non", exact=True).is_checked()
    assert "favorable" not in attainable(page)


def test_a_number_is_echoed_and_one_that_means_nothing_is_told(page: Page, site: Path, doctrine: Doctrine) -> None:
    ready(page, site / "evaluer/alternative.html")
    field = question(page, "alternative.dependance").locator("input[type=text]")
    field.fill("62,5")
    expect(page.locator("#echo-alternative-dependance")).to_contain_text("62,5 points sur 100, soit")
    assert "favorable" not in attainable(page)
    field.fill("beaucoup")
    field.blur()
    assert field.get_attribute("aria-invalid") == "true"
    assert page.locator("#erreurs").is_hidden()
    for _ in range(2):
        page.locator("[data-continue]").click()
        expect(page.locator("#erreurs")).to_be_focused()
        expect(page.locator("#erreurs")).to_contain_text("écrire seulement un nombre, par exemple 20 ou 12,5.")
        assert page.title().startswith("Erreur")
    assert field.input_value() == "beaucoup"
    field.fill("50")
    assert field.get_attribute("aria-invalid") is None
    question(page, "alternative.dependance").get_by_label("Je ne sais pas").check()
    assert field.input_value() == ""
    assert stored(page)["answers"] == {"alternative.dependance": "nsp"}


@pytest.mark.parametrize(
    ("typed", "kept"), [("20 %", "20"), ("20%", "20"), ("12,5", "12,5"), (" 1 200 % ", "1 200"), ("20 Wh", None), ("%", None)]
)
def test_a_number_may_be_followed_by_its_unit(page: Page, site: Path, typed: str, kept: str | None) -> None:
    ready(page, site / "evaluer/service-public.html")
    field = question(page, "service-public.objectif").locator("input[type=text]")
    field.fill("7")
    field.fill(typed)
    field.blur()
    assert (field.get_attribute("aria-invalid") is None) == (kept is not None)
    assert field.input_value() == typed
    assert stored(page)["answers"] == {"service-public.objectif": kept or "7"}


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("-5", "ne peut pas être négatif"),
        ("−5", "ne peut pas être négatif"),
        ("150 points", "ne peut pas dépasser 100"),
        ("un peu", "écrire seulement"),
    ],
)
def test_a_number_out_of_its_bounds_is_told_beside_its_field(page: Page, site: Path, typed: str, told: str) -> None:
    ready(page, site / "evaluer/alternative.html")
    field = question(page, "alternative.dependance").locator("input[type=text]")
    field.fill(typed)
    field.press("Tab")
    assert told in page.inner_text("#nombre-alternative-dependance-erreur").replace("\xa0", " ")
    assert page.locator("#erreurs").is_hidden()
    assert page.evaluate("document.activeElement.id") != "erreurs"


def test_a_number_that_means_nothing_does_not_erase_the_last_one(page: Page, site: Path) -> None:
    ready(page, site / "evaluer/service-public.html")
    field = question(page, "service-public.objectif").locator("input[type=text]")
    field.fill("20 %")
    field.fill("vingt")
    field.press("Tab")
    told = " ".join(page.inner_text("#nombre-service-public-objectif-erreur").split())
    assert told == "Erreur : Ce nombre n’est pas gardé : écrire seulement un nombre, par exemple 20 ou 12,5."
    expect(page.locator("#echo-service-public-objectif")).to_contain_text("20")
    page.locator("[data-continue]").click()
    expect(page.locator("#erreurs")).to_contain_text("Ce nombre n’est pas gardé")
    expect(page.locator("#erreurs")).not_to_contain_text("justifier")
    assert stored(page)["answers"] == {"service-public.objectif": "20"}
    page.get_by_role("link", name="Continuer sans le changer").click()
    page.wait_for_url(lambda url: "service-public" not in url)
    ready(page, site / "evaluer/service-public.html")
    assert field.input_value() == "20"
    field.fill("vingt")
    field.fill("")
    assert stored(page).get("answers", {}) == {}


def test_what_a_number_is_taken_for_and_what_is_wrong_with_it_describe_its_field(page: Page, site: Path) -> None:
    ready(page, site / "evaluer/alternative.html")
    name = "alternative-dependance"
    field = page.locator(f"#nombre-{name}")
    assert page.get_attribute(f"#echo-{name}", "role") == "status"
    assert field.get_attribute("aria-describedby") == f"echo-{name}"
    field.fill("beaucoup")
    field.press("Tab")
    assert field.get_attribute("aria-describedby") == f"nombre-{name}-erreur echo-{name}"
    assert page.locator("label .boussole-error").count() == 0
    expect(page.locator(".boussole-panel [role=status]")).to_contain_text("Ce nombre n’est pas gardé")
    question(page, "alternative.dependance").get_by_label("Je ne sais pas").check()
    assert field.get_attribute("aria-describedby") == f"echo-{name}"
    assert field.get_attribute("aria-invalid") is None
    assert field.input_value() == ""


def test_an_answer_to_justify_opens_the_place_of_its_reason(page: Page, site: Path) -> None:
    ready(page, site / "evaluer/travail.html")
    more = question(page, "travail.document-unique").locator(".boussole-more")
    page.check("[name='travail.document-unique'][value=oui]")
    assert more.get_attribute("open") is None
    page.check("[name='travail.document-unique'][value=sans-objet]")
    expect(more.get_by_label("dire pourquoi")).to_be_visible()
    expect(page.locator("[name='travail.document-unique'][value=sans-objet]")).to_be_focused()
    more.get_by_label("dire pourquoi").fill("Il n’y a pas d’agents dans ce service.")
    more.locator("[data-note]").blur()
    page.reload()
    page.wait_for_selector(".boussole-form[data-ready]")
    assert more.locator("label").first.text_content() == "Note"


def test_what_was_answered_under_an_unknown_state_is_to_be_read_again(page: Page, site: Path) -> None:
    ready(page, site / "evaluer/droit.html")
    page.evaluate(
        """() => boussoleKeeping.start(boussoleDoctrine).then(keeper => keeper.change(dossier => {
          dossier.answers = Object.fromEntries(boussoleDoctrine.questions.map(one => [one.id, one.options[0].id]));
          dossier.doctrine.fingerprint = "a".repeat(64);
          delete dossier.seen;
        }))"""
    )
    page.goto((site / "evaluer/verifier.html").as_uri())
    page.wait_for_selector("#verification:not([hidden])")
    told = page.inner_text(".boussole-todo")
    assert "Ce dossier a été rempli sous un autre état de la doctrine\xa0: relire les questions." in told
    assert "rien n’est à relire" not in told


def test_no_agreement_is_not_told_as_not_knowing(page: Page, site: Path) -> None:
    ready(page, site / "evaluer/droit.html")
    given = {"dpo": "oui", "os": "non", "accord": "nsp"}
    page.evaluate(
        """given => boussoleKeeping.start(boussoleDoctrine).then(keeper =>
          keeper.change(dossier => { dossier.answers = {"droit.aipd": given}; }))""",
        given,
    )
    for name, place in (("droit", "[data-question='droit.aipd'] .boussole-others"), ("verifier", ".boussole-checked")):
        page.goto((site / f"evaluer/{name}.html").as_uri())
        expect(page.locator(place)).to_contain_text("Résultat de la discussion\xa0: pas d’accord trouvé")
        expect(page.locator(place)).not_to_contain_text("Je ne sais pas")


def test_every_page_counts_the_answers_alike(page: Page, site: Path, doctrine: Doctrine) -> None:
    ready(page, site / "evaluer/biometrie.html")
    give(page, "biometrie.identification", "Non")
    give(page, "biometrie.emotions", "Je ne sais pas")
    expect(page.locator("[data-state='biometrie'] small")).to_contain_text("1 sur 9")
    told = f"1\xa0réponse, 1\xa0«\xa0Je ne sais pas\xa0», {len(doctrine.questions) - 2}\xa0sans réponse"
    page.goto((site / "evaluer.html").as_uri())
    expect(page.locator("#avancement")).to_contain_text(told)
    page.goto((site / "evaluer/verifier.html").as_uri())
    expect(page.locator(".boussole-whose")).to_contain_text(told)
    expect(page.locator(".boussole-todo")).to_contain_text("1\xa0«\xa0Je ne sais pas\xa0»")


def test_a_page_of_questions_prints_on_few_sheets(page: Page, site: Path) -> None:
    ready(page, site / "evaluer/biometrie.html")
    sheets = re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4"))
    assert page.locator("fieldset").count() == 9
    assert 0 < len(sheets) <= 7


def test_a_question_that_only_chooses_the_next_ones_says_so(page: Page, site: Path) -> None:
    ready(page, site / "evaluer/profil.html")
    told = question(page, "profil.donnees-personnelles").locator("details").first.text_content() or ""
    assert "Ne change pas l’avis ; choisit les questions posées ensuite." in re.sub(r"\s", " ", told)
    assert "sans effet" not in told


def test_an_answer_to_justify_is_asked_for_before_going_on_and_kept_anyway(page: Page, site: Path, doctrine: Doctrine) -> None:
    name, found = next(
        (name, found) for name, found in doctrine.questions.items() if any(option.justify for option in found.choices.values())
    )
    option = next(name for name, option in found.choices.items() if option.justify)
    ready(page, site / f"evaluer/{name.split('.')[0]}.html")
    question(page, name).locator(f"input[value='{option}']").check()
    page.locator("[data-continue]").click()
    expect(page.locator("#erreurs")).to_be_focused()
    page.evaluate("document.body.offsetHeight")
    page.locator("#erreurs a").first.click()
    note = page.locator(f"#note-{name.replace('.', '-')}")
    expect(note).to_be_focused()
    assert note.get_attribute("aria-describedby") == f"note-{name.replace('.', '-')}-erreur"
    assert stored(page)["answers"] == {name: option}
    note.fill("Il n’y a pas d’agents dans ce service.")
    page.locator("[data-continue]").click()
    page.wait_for_url(lambda url: name.split(".")[0] not in url)


def test_the_check_page_lists_what_remains_and_every_answer(page: Page, site: Path, doctrine: Doctrine) -> None:
    ready(page, site / "evaluer/biometrie.html")
    give(page, "biometrie.identification", "Non")
    page.goto((site / "evaluer/verifier.html").as_uri())
    page.wait_for_selector("#verification:not([hidden])")
    assert f"{len(doctrine.questions) - 1}\xa0questions sans réponse" in page.inner_text(".boussole-todo")
    assert "nouvelle" not in page.inner_text(".boussole-todo")
    row = page.locator(".boussole-summary > div").filter(has_text=doctrine.questions["biometrie.identification"].ask[:40])
    assert "Non" in row.inner_text()
    link = row.get_by_role("link", name="Modifier")
    assert (link.get_attribute("href") or "").endswith("evaluer/biometrie.html#biometrie-identification")
    link.click()
    page.wait_for_selector(".boussole-form[data-ready]")
    expect(question(page, "biometrie.identification")).to_be_in_viewport()


def test_the_whole_form_is_walked_and_answered_with_the_keyboard(page: Page, site: Path) -> None:
    page.goto((site / "evaluer.html").as_uri())
    page.get_by_label("Quel usage évaluer").focus()
    page.keyboard.type("Un essai")
    for _ in range(2):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector(".boussole-form[data-ready]")
    page.locator("fieldset input").first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    answers = stored(page)["answers"]
    assert list(answers.values()) == [page.locator("fieldset input").nth(1).get_attribute("value")]
    page.locator("[data-continue]").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/evaluer/regle-commune.html")


# -- several tabs, several dossiers


def test_two_tabs_on_one_dossier_do_not_destroy_each_others_work(context: BrowserContext, site: Path) -> None:
    one, other = context.new_page(), context.new_page()
    ready(one, site / "evaluer/biometrie.html")
    ready(other, site / "evaluer/biometrie.html")
    give(one, "biometrie.identification", "Non")
    give(other, "biometrie.categorisation", "Oui")
    expect(question(one, "biometrie.categorisation").get_by_label("Oui", exact=True)).to_be_checked()
    give(one, "biometrie.emotions", "Non")
    for page in (one, other):
        assert stored(page)["answers"] == {
            "biometrie.identification": "non",
            "biometrie.categorisation": "oui",
            "biometrie.emotions": "non",
        }


def test_two_tabs_may_work_on_two_dossiers(context: BrowserContext, site: Path) -> None:
    one, other = context.new_page(), context.new_page()
    for page, title in ((one, "Premier"), (other, "Second")):
        page.goto((site / "evaluer.html").as_uri())
        page.get_by_label("Quel usage évaluer").fill(title)
        page.get_by_role("button", name="Commencer").click()
        page.wait_for_selector(".boussole-form[data-ready]")
    give(one, "profil.personnes", "Oui")
    ready(one, site / "evaluer/droit.html")
    assert stored(one)["title"] == "Premier"
    assert stored(other)["title"] == "Second"
    assert "answers" not in stored(other)


def test_kept_dossiers_are_opened_and_erased_only_after_a_question(page: Page, site: Path) -> None:
    for title in ("Premier", "Second"):
        page.goto((site / "evaluer.html").as_uri())
        page.get_by_label("Quel usage évaluer").fill(title)
        page.get_by_role("button", name="Commencer").click()
        page.wait_for_selector(".boussole-form[data-ready]")
    page.goto((site / "evaluer.html").as_uri())
    kept = page.locator(".boussole-files li")
    expect(kept).to_have_count(2)
    kept.filter(has_text="Premier").get_by_role("button", name="Ouvrir").click()
    expect(page.locator("#reprendre-titre")).to_have_text("Premier")
    expect(page.locator("#reprendre-titre")).to_be_focused()
    kept.filter(has_text="Second").get_by_role("button", name="Effacer").click()
    expect(page.get_by_role("button", name="Effacer pour de bon")).to_be_focused()
    page.get_by_role("button", name="Garder").click()
    expect(kept).to_have_count(2)
    page.get_by_role("button", name="Tout effacer").click()
    page.get_by_role("button", name="Tout effacer pour de bon").click()
    expect(page.locator("#gardes")).to_be_hidden()
    assert page.evaluate("localStorage.length") == 0


def test_opened_files_are_merged_and_what_cannot_be_read_is_told(page: Page, site: Path, tmp_path: Path) -> None:
    def dossier(answer: str) -> str:
        named = {"id": "nantes", "version": "2024.1"}
        told = {"id": "essai", "title": "Essai", "kind": "example", "status": "etude", "doctrine": named}
        return json.dumps(told | {"answers": {"biometrie.identification": {answer: "oui" if answer == "dsi" else "non"}}})

    files = {"a.json": dossier("dsi"), "b.json": dossier("dpo"), "c.json": '{"title": "<b>'}
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    page.goto((site / "evaluer.html").as_uri())
    page.locator("#fichiers").set_input_files([tmp_path / name for name in files])
    page.locator("#ouvrir-fichiers").click()
    expect(page.locator("#erreurs")).to_be_focused()
    assert page.inner_text("#erreurs").count("c.json") == 1
    expect(page.locator("#fait")).to_contain_text("2 fichiers réunis")
    expect(page.locator("#fait")).to_contain_text("1\xa0désaccord")
    expect(page.locator("#fait")).to_contain_text("Choisir un rôle avant de répondre.")
    assert stored(page)["answers"] == {"biometrie.identification": {"dsi": "oui", "dpo": "non"}}
    ready(page, site / "evaluer/biometrie.html")
    assert "Non" in page.inner_text("[data-question='biometrie.identification'] .boussole-others")


def test_opening_tells_what_is_left_to_discuss_and_titles_that_differ(page: Page, site: Path, tmp_path: Path) -> None:
    named = {"id": "nantes", "version": "2024.1"}
    told = {"id": "essai", "kind": "example", "status": "etude", "doctrine": named}
    split = {"dsi": "oui", "dpo": "non"}
    answers = {"droit.aipd": split, "biometrie.emotions": split, "biometrie.identification": split | {"accord": "non"}}
    for title in ("Accueil", "Courrier"):
        (tmp_path / f"{title}.json").write_text(json.dumps(told | {"title": title, "answers": answers}), encoding="utf-8")
    page.goto((site / "evaluer.html").as_uri())
    page.locator("#fichiers").set_input_files([tmp_path / "Accueil.json", tmp_path / "Courrier.json"])
    page.locator("#ouvrir-fichiers").click()
    done = page.locator("#fait")
    expect(done).to_contain_text("2\xa0désaccords à discuter")
    expect(done).to_contain_text("Les titres diffèrent («\xa0Accueil\xa0», «\xa0Courrier\xa0»)")


# -- what a browser may refuse


def test_a_refused_storage_is_said_and_the_links_carry_the_dossier(page: Page, site: Path) -> None:
    page.add_init_script(REFUSED)
    ready(page, site / "evaluer/biometrie.html")
    assert "ne garde rien" in page.inner_text("#garde")
    give(page, "biometrie.identification", "Oui")
    page.locator("[data-continue]").click()
    page.wait_for_url("**/droit.html*")
    page.wait_for_selector(".boussole-form[data-ready]")
    assert "#" not in page.url
    assert attainable(page) == ("refuse",)
    give(page, "droit.aipd", "Oui")
    page.reload()
    page.wait_for_selector(".boussole-form[data-ready]")
    assert question(page, "droit.aipd").get_by_label("Oui", exact=True).is_checked()
    page.get_by_role("link", name="Vérifier les réponses").click()
    page.wait_for_selector("#verification:not([hidden])")
    page.get_by_role("link", name="Modifier").first.click()
    page.wait_for_selector(".boussole-form[data-ready]")
    assert page.url.endswith("#biometrie-identification")
    assert attainable(page) == ("refuse",)


def test_a_full_storage_is_said_and_nothing_is_lost(page: Page, site: Path) -> None:
    page.add_init_script(FULL)
    ready(page, site / "evaluer/biometrie.html")
    give(page, "biometrie.identification", "Oui")
    assert "La place manque" in page.inner_text("#garde")
    assert page.get_attribute("#garde", "role") == "alert"
    expect(page.locator(".boussole-bar a")).to_be_in_viewport()
    page.locator("[data-continue]").click()
    page.wait_for_url("**/droit.html*")
    page.wait_for_selector(".boussole-form[data-ready]")
    assert attainable(page) == ("refuse",)
    page.evaluate("window.hasRoom = true")
    give(page, "droit.aipd", "Oui")
    assert page.locator("#garde").is_hidden()
    assert page.locator(".boussole-bar a").is_hidden()
    assert stored(page)["answers"] == {"biometrie.identification": "oui", "droit.aipd": "oui"}


@pytest.mark.parametrize("text", ["{", '{"format": 1}', '{"format": 1, "dossier": {"answers": 3}}', "[]", '{"format": 99}'])
def test_a_corrupted_dossier_is_put_aside_never_erased(page: Page, site: Path, text: str) -> None:
    page.goto((site / "mentions.html").as_uri())
    keep(page, text)
    ready(page, site / "evaluer/biometrie.html")
    assert "abîmé" in page.inner_text("#garde")
    give(page, "biometrie.identification", "Oui")
    assert attainable(page) == ("refuse",)
    assert page.evaluate("localStorage['boussole:1:nantes:0123456789abcdef:abime']") == text
    page.goto((site / "evaluer.html").as_uri())
    damaged = page.locator(".boussole-files li").filter(has_text="Dossier abîmé")
    with page.expect_download() as saved:
        damaged.get_by_role("button", name="Récupérer").click()
    assert Path(saved.value.path()).read_text(encoding="utf-8") == text
    damaged.get_by_role("button", name="Effacer").click()
    page.get_by_role("button", name="Effacer pour de bon").click()
    expect(damaged).to_have_count(0)


def test_what_the_first_format_kept_still_opens(page: Page, site: Path) -> None:
    """The file is frozen: it is what browsers hold."""
    envelope = (ROOT / "tests/stored/format-1.json").read_text(encoding="utf-8")
    page.goto((site / "mentions.html").as_uri())
    keep(page, envelope)
    ready(page, site / "evaluer/biometrie.html")
    assert page.locator("#garde").is_hidden()
    assert "Transcription des réunions" in page.inner_text(".boussole-whose")
    assert question(page, "biometrie.identification").locator(".boussole-others").inner_text().startswith("Délégué")
    give(page, "biometrie.emotions", "Non")
    before = json.loads(envelope)["dossier"]
    after = stored(page)
    assert after["notes"] == before["notes"]
    assert after["answers"] == before["answers"] | {"biometrie.emotions": "non"}


def test_a_link_that_carries_a_dossier_adds_it_to_those_of_the_browser(page: Page, site: Path) -> None:
    ready(page, site / "evaluer/biometrie.html")
    give(page, "biometrie.identification", "Oui")
    fragment = page.evaluate(
        "boussoleLinks.encodeLink(boussoleDoctrine, boussoleDossier.create(boussoleDoctrine, 'lien', 'Du lien'))"
    )
    page.goto((site / "evaluer.html").as_uri() + "#" + fragment)
    expect(page.locator("#reprendre-titre")).to_have_text("Du lien")
    assert "#" not in page.url
    expect(page.locator(".boussole-files li")).to_have_count(2)
    page.goto((site / "mentions.html").as_uri())
    page.goto((site / "evaluer.html").as_uri() + "#d1=abcd")
    expect(page.locator("#erreurs")).to_contain_text("lien")
    expect(page.locator(".boussole-files li")).to_have_count(2)


# -- whatever the state


def test_no_state_of_a_page_breaks_an_accessibility_rule_or_moves_under_the_eyes(browser: Browser, site: Path) -> None:
    envelope = (ROOT / "tests/stored/format-1.json").read_text(encoding="utf-8")
    for width, scheme in ((1280, "dark"), (320, "light")):
        with browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, bypass_csp=True) as context:  # type: ignore[arg-type]
            page = context.new_page()
            page.goto((site / "mentions.html").as_uri())
            keep(page, envelope)
            for name in ("evaluer", "evaluer/transparence", "evaluer/alternative", "evaluer/tout", "evaluer/verifier"):
                page.goto((site / f"{name}.html").as_uri())
                page.wait_for_selector("[data-ready], .boussole-live:not([hidden])")
                if name == "evaluer/alternative":
                    page.locator("input[type=text]").first.fill("beaucoup")
                    page.locator("input[type=text]").first.blur()
                    page.locator("details").first.evaluate("node => node.open = true")
                if name == "evaluer":
                    page.get_by_role("button", name="Commencer").click()
                    page.get_by_role("button", name="Tout effacer").click()
                assert faults(page) + overflow(page) == [], name
    with browser.new_context(viewport={"width": 1280, "height": 900}) as context:
        page = context.new_page()
        page.goto((site / "mentions.html").as_uri())
        keep(page, envelope)
        ready(page, site / "evaluer/droit.html")
        moved = page.evaluate(
            """() => new Promise(done => {
              let moved = 0;
              new PerformanceObserver(list => list.getEntries().forEach(entry => { moved += entry.value; }))
                .observe({type: "layout-shift", buffered: true});
              setTimeout(() => done(moved), 500);
            })"""
        )
        assert moved < 0.01


def test_words_that_look_like_markup_stay_words(page: Page, site: Path) -> None:
    hostile = "<img src=x onerror=alert(1)> \u202egnp 🙂 " + "long" * 25_000
    page.goto((site / "evaluer.html").as_uri())
    page.get_by_label("Quel usage évaluer").fill(hostile[:60])
    page.get_by_role("button", name="Commencer").click()
    page.wait_for_selector(".boussole-form[data-ready]")
    node = page.locator("fieldset").first
    node.locator("summary").nth(1).click()
    node.get_by_label("Note").fill(hostile)
    node.get_by_label("Note").blur()
    page.goto((site / "evaluer/verifier.html").as_uri())
    page.wait_for_selector("#verification:not([hidden])")
    assert page.locator("main img").count() == 0
    assert "<img src=x" in page.inner_text(".boussole-whose")
    assert "\u202e" not in json.dumps(stored(page), ensure_ascii=False)
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280


def test_an_answer_is_weighed_once_and_touches_little_of_the_page(page: Page, site: Path, doctrine: Doctrine) -> None:
    """What an old phone pays for, counted: `benchmarks/answers.py` tells the time it takes."""
    ready(page, site / "evaluer/tout.html")
    weighed, touched = page.evaluate(
        """() => {
          let weighed = 0;
          const assess = boussoleAssessment.assess;
          boussoleAssessment.assess = (...given) => (weighed++, assess(...given));
          const watch = new MutationObserver(() => {});
          watch.observe(document, {subtree: true, childList: true, attributes: true, characterData: true});
          const radios = [...document.querySelectorAll("fieldset:not([hidden]) input[type=radio]")];
          const touched = radios.concat(radios).map(radio => {
            radio.checked = true;
            radio.dispatchEvent(new Event("change", {bubbles: true}));
            return watch.takeRecords().length;
          });
          return [weighed / touched.length, touched.sort((a, b) => a - b)];
        }"""
    )
    assert len(doctrine.questions) >= 70
    assert weighed == 1
    assert 1 <= touched[len(touched) // 2] <= 30  # of a page of 1,200 nodes
    assert touched[-1] <= 120, "an answer that hides or shows many questions"
