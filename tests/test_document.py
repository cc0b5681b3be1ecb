"""The document of a dossier: the same from both sides, readable by all, harmless whatever people wrote, and opened again."""

import gzip
import io
import json
import os
import random
import re
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from playwright.sync_api import Browser, Page

from boussole.document import Block, blocks, dress, render_html, render_markdown
from boussole.dossier import Dates, Decision, Dossier, Measure, Notice, Opinion, load_dossier, new_dossier, read_dossier
from boussole.outputs.data import render_data
from boussole.outputs.odt import render_odt
from boussole.outputs.pdf import render_pdf
from boussole.writing import NARROW, WIDE
from tests.conftest import ROOT
from tests.gatherings import NANTES, gathered
from tests.test_budgets import nu_jar
from tests.test_site import faults, overflow
from tests.test_twin import node, random_answers

STATIC = ROOT / "src/boussole/static"
TRANSCRIPTION = load_dossier(ROOT / "tests/dossiers/transcription.yml", NANTES)
KILOBYTES = 25
# A best answer to every question.
WHOLE = {
    name: next(("12,5" if question.bands else o) for o in question.choices if NANTES.effect_of(name, o) == NANTES.scale[0])
    for name, question in NANTES.questions.items()
}

# Runs the scripts as a page does, one global each, and writes the document of every dossier it is given.
TWIN = """
const { readFileSync } = require("fs");
const page = require("vm").createContext({});
const run = (text) => require("vm").runInContext(text, page);
for (const name of ["assessment", "dossier", "document"]) run(readFileSync(process.argv[1] + "/" + name + ".js", "utf8"));
const { data, dossiers } = JSON.parse(readFileSync(0, "utf8"));
run(data);
run("var forest = boussoleAssessment.compile(boussoleDossier.rules(boussoleDoctrine));");
const write = run("(text) => boussoleDocument.toHtml(boussoleDoctrine, forest, JSON.parse(text))");
process.stdout.write(JSON.stringify(dossiers.map(write)));
"""


def written_by_javascript(dossiers: list[Dossier]) -> list[str]:
    """What document.js writes of each dossier, in one process."""
    texts = [json.dumps(dossier.to_data(), ensure_ascii=False) for dossier in dossiers]
    told: list[str] = json.loads(node("-e", TWIN, str(STATIC), given=json.dumps({"data": DATA, "dossiers": texts})))
    return told


DATA = render_data(NANTES, full=True)


def together() -> Dossier:
    """An invented use, nearly complete: three people, one disagreement settled, and what merging and older versions leave."""
    dossier = new_dossier(NANTES, "accueil", "Agent conversationnel de l’accueil", kind="example")
    for name, question in NANTES.questions.items():
        best = [option for option in question.choices if NANTES.effect_of(name, option) == NANTES.scale[0]]
        dossier = dossier.answer(NANTES, name, (best or list(question.choices))[0] if not question.bands else "12,5")
    dossier, nord = dossier.introduce("dpo", "Nord")
    for name in ("droit.aipd", "travail.participation"):
        dossier = dossier.answer(NANTES, name, None)
    dossier = dossier.answer(NANTES, "droit.aipd", "non", nord).answer(NANTES, "droit.aipd", "oui", "dsi")
    dossier = dossier.answer(NANTES, "droit.aipd", "non", "accord").annotate("droit.aipd", "Elle reste à terminer.", "accord")
    dossier = dossier.answer(NANTES, "travail.participation", "oui", "agent-metier")
    dossier = dossier.answer(NANTES, "travail.participation", "nsp", "dsi").attach("droit.aipd", ["GED 2026-031"])
    dossier = dossier.decide(
        Decision(outcome="favorable", by="La direction", on=date(2026, 11, 20), because="Essai de trois mois.")
    )
    return replace(
        dossier,
        summary="Répond aux questions simples.",
        dates=Dates(opened=date(2026, 10, 1)),
        notice=Notice(purpose="Renseigner sans attente.", automation="aide", decisions_per_year=12000),
        measures={"sobriete.energie-unitaire": [Measure(on=date(2026, 3, 1), value=0.00001, source="Compteur")]},
        opinions=[Opinion(version="2023.1", attainable=["favorable", "ancien-avis"], on=date(2025, 1, 3))],
        aside={"vieille.question": {"dsi": ["oui", "non"]}},
        notes={**dossier.notes, "vieille.question": "Gardé de l’an dernier."},
        variants={"title": ["Chatbot"], "decision": [{"outcome": "refuse", "by": "Le conseil", "on": "2026-11-01"}]},
        seen={**dossier.seen, "droit.aipd": "00000000"},
    )


def chapters_of(told: tuple[Block, ...]) -> dict[str, list[Block]]:
    """The blocks by the title of their section."""
    chapters: dict[str, list[Block]] = {"": []}
    for block in told:
        if block.kind == "section":
            chapters[block.text] = []
        list(chapters.values())[-1].append(block)
    return chapters


def said(told: list[Block]) -> str:
    """Every word of some blocks, one text a line."""
    texts = [
        (
            block.text,
            *(text for item in block.items for text in (item.text, *(f"{line.label}|{line.text}" for line in item.lines))),
        )
        for block in told
    ]
    return "\n".join(text for several in texts for text in several if text).replace(NARROW, " ").replace(WIDE, " ")


# -- the two sides ------------------------------------------------------------------------------------------------------


@settings(max_examples=6, deadline=None, derandomize=True)
@given(dossiers=st.lists(gathered(), min_size=25, max_size=25))
def test_both_sides_write_the_same_document_of_anything_people_gather(dossiers: list[Dossier]) -> None:
    for dossier, javascript in zip(dossiers, written_by_javascript(dossiers), strict=True):
        assert javascript == render_html(NANTES, dossier)


def test_both_sides_write_the_same_document_of_random_answers() -> None:
    rng = random.Random(4)
    known = {
        "id": "essai",
        "title": "Essai",
        "kind": "real",
        "status": "service",
        "doctrine": {"id": "nantes", "version": "2024.1"},
    }
    data = [{**known, "answers": random_answers(rng, NANTES)} for _ in range(150)]
    dossiers = [read_dossier(json.dumps(one), "essai.json", NANTES) for one in data]
    for dossier, javascript in zip(dossiers, written_by_javascript(dossiers), strict=True):
        assert javascript == render_html(NANTES, dossier)


def test_both_sides_write_the_same_document_of_full_dossiers() -> None:
    dossiers = [together(), TRANSCRIPTION, hostile(), inherited()]
    assert written_by_javascript(dossiers) == [render_html(NANTES, dossier) for dossier in dossiers]


def test_the_script_defines_one_global_and_evaluates_nothing() -> None:
    script = """
        const page = require("vm").createContext({}, {codeGeneration: {strings: false, wasm: false}});
        for (const path of process.argv.slice(1)) {
          require("vm").runInContext(require("fs").readFileSync(path, "utf8"), page);
        }
        console.log(Object.keys(page).join(), Object.keys(page.boussoleDocument).join());
    """
    scripts = [str(STATIC / f"{name}.js") for name in ("assessment", "dossier", "document")]
    expected = "boussoleAssessment,boussoleDossier,boussoleDocument blocks,toHtml,compass,html"
    assert node("-e", script, *scripts).strip() == expected


# -- opened again -------------------------------------------------------------------------------------------------------


@settings(max_examples=40, deadline=None)
@given(dossier=gathered())
def test_a_document_opens_again_as_the_dossier_it_was_made_of(dossier: Dossier) -> None:
    assert read_dossier(render_html(NANTES, dossier), "essai.html", NANTES) == dossier


def test_the_data_stand_on_lines_of_their_own() -> None:
    html = render_html(NANTES, together())
    data = re.search(
        r'^<script type="application/json" id="boussole-dossier">\n(\{\n.*?\n\})\n</script>$', html, re.DOTALL | re.MULTILINE
    )
    assert data
    assert json.loads(data[1]) == together().to_data()


# -- whatever people write ----------------------------------------------------------------------------------------------

HOSTILE = [
    '<img src=x onerror="alert(1)">',
    "</script><script>alert(1)</script>",
    "<!-- <script>",
    "]]> &lt; &amp; {{ 7 * 7 }}",
    "مرحبا بالعالم (test)",
    "🦊👩‍👩‍👧‍👦 \u2028 \u0085 fin",
    "l'été : « oui » ? n° 3",
    "a" * 5000,
]


def hostile() -> Dossier:
    """A dossier whose every text is hostile, one of them of 100 KB."""
    dossier = replace(new_dossier(NANTES, "essai", HOSTILE[0]), summary=HOSTILE[1], authority=HOSTILE[2], service=HOSTILE[3])
    dossier, key = dossier.introduce("dpo", HOSTILE[1])
    dossier = dossier.answer(NANTES, "droit.aipd", "oui", key).annotate("droit.aipd", "\n".join(HOSTILE), key)
    dossier = dossier.annotate("profil.public", "Une ligne de note.\n" * 5500).attach("droit.aipd", HOSTILE)
    return dossier.decide(Decision(outcome="favorable", by=HOSTILE[4], on=date(2026, 1, 1), because=HOSTILE[5]))


def inherited() -> Dossier:
    """A dossier whose keys and texts are the names of what every JavaScript object inherits."""
    role = {"role": "dpo"}
    return read_dossier(
        json.dumps(
            {
                "id": "constructor",
                "title": "constructor",
                "kind": "real",
                "status": "etude",
                "doctrine": {"id": "nantes", "version": "2023.1"},
                "notice": {"purpose": "constructor", "supplier": "aide", "scope": "interne"},
                "contributors": {"constructor": role, "valueof": role},
                "answers": {"droit.aipd": {"constructor": "oui"}, "constructor": "oui", "profil.public": "constructor"},
                "notes": {"droit.aipd": {"valueof": "toString"}, "constructor": "toString", "toString": {"constructor": "x"}},
                "variants": {"constructor": ["toString"]},
            }
        ),
        "essai.json",
        NANTES,
    )


@pytest.mark.browser
def test_hostile_texts_are_shown_as_they_are_and_do_nothing(page: Page, tmp_path: Path) -> None:
    dossier = hostile()
    (tmp_path / "essai.html").write_text(render_html(NANTES, dossier), encoding="utf-8")
    page.goto((tmp_path / "essai.html").as_uri())
    assert page.locator("h1").text_content() == HOSTILE[0]
    assert page.locator(".lead").text_content() == HOSTILE[1]
    assert page.locator("script").count() == 1
    assert page.locator("img").count() == 0
    shown = page.locator("main").text_content() or ""
    assert [text for text in HOSTILE[2:] if text not in shown] == []
    assert "Une ligne de note.\n" * 5499 in shown
    carried = page.locator("#boussole-dossier").text_content() or ""
    assert json.loads(carried) == dossier.to_data()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_hostile_texts_stay_text_in_every_other_form() -> None:
    dossier = hostile()
    assert read_dossier(render_html(NANTES, dossier), "essai.html", NANTES) == dossier
    assert r"\<img src=x onerror=" in render_markdown(NANTES, dossier).splitlines()[0]
    odt = zipfile.ZipFile(io.BytesIO(render_odt(NANTES, replace(dossier, title="\x0b\ud800" + HOSTILE[0]))))
    assert "&lt;img src=x" in odt.read("content.xml").decode()


# -- what is said -------------------------------------------------------------------------------------------------------


def test_a_decision_apart_from_the_opinion_is_said_with_both_and_its_reason() -> None:
    dossier = TRANSCRIPTION.answer(NANTES, "biometrie.identification", "oui", "accord")
    dossier = dossier.decide(Decision(outcome="favorable", by="La direction", on=date(2026, 11, 1), because="Un essai."))
    told = said(chapters_of(blocks(NANTES, dossier))["Décision"])
    assert "La décision s’écarte de l’avis : l’avis est « Refusé », la décision « Favorable »." in told
    assert all(words in told for words in ("La direction", "1er novembre 2026", "Un essai."))


def test_a_decision_before_the_opinion_is_settled_is_said() -> None:
    decision = Decision(outcome="favorable", by="La direction", on=date(2026, 11, 1))
    told = said(chapters_of(blocks(NANTES, TRANSCRIPTION.decide(decision)))["Décision"])
    assert "La décision a été prise alors que l’avis reste à compléter." in told
    assert "Motif" in told
    assert "Non renseigné" in told


def test_disagreements_show_every_position_with_its_note_and_whether_it_matters() -> None:
    dossier = together().annotate("travail.participation", "Deux essais ne suffisent pas.", "os")
    dossier = dossier.answer(NANTES, "travail.participation", "non", "os").answer(NANTES, "droit.aipd", "oui", "accord")
    told = said(chapters_of(blocks(NANTES, dossier))["Désaccords"])
    assert "Délégué à la protection des données (Nord)|Non" in told
    assert "Résultat de la discussion|Oui\nNote|Elle reste à terminer." in told
    assert "Organisation syndicale|Non\nNote|Deux essais ne suffisent pas." in told
    assert "|Il pesait sur l’avis ; réponse retenue : « Oui »." in told
    assert "Si « Non » est retenu|suspendu" in told
    assert told.endswith("|Ce désaccord change l’avis.")


def disputed(name: str, more: dict[str, str]) -> Dossier:
    """A union says no, the information systems yes; the rest as given."""
    dossier = new_dossier(NANTES, "essai", "Essai").answer(NANTES, name, "oui", "dsi").answer(NANTES, name, "non", "os")
    for other, option in more.items():
        dossier = dossier.answer(NANTES, other, option) if other != name else dossier
    return dossier


def part(dossier: Dossier, title: str) -> str:
    return said(chapters_of(blocks(NANTES, dossier))[title])


def test_no_agreement_is_not_told_as_not_knowing() -> None:
    dossier = disputed("droit.aipd", {}).answer(NANTES, "droit.aipd", "nsp", "accord")
    told = part(dossier, "Désaccords")
    assert "Résultat de la discussion|pas d’accord trouvé" in told
    assert "Je ne sais pas" not in told


def test_outcomes_of_the_discussion_that_contradict_each_other_are_not_told_as_settled() -> None:
    dossier = disputed("droit.aipd", WHOLE)
    merged = dossier.answer(NANTES, "droit.aipd", "oui", "accord").merge(dossier.answer(NANTES, "droit.aipd", "non", "accord"))
    told = part(merged, "Désaccords")
    assert "Deux résultats de discussion se contredisent. Ce désaccord change l’avis." in told
    assert "éponse retenue" not in told
    assert "1 désaccord, qui change l’avis." in part(merged, "Avis")
    assert written_by_javascript([merged]) == [render_html(NANTES, merged)]


def test_other_values_are_told_in_words() -> None:
    decision = {"outcome": "refuse", "by": "Le conseil", "on": "2026-11-01", "because": "Non.", "opinion": ["suspendu", "ancien"]}
    dossier = replace(
        together(),
        variants={
            "title": ["Chatbot"],
            "status": ["service"],
            "dates.opened": ["2026-02-01", "2026-02-99"],
            "doctrine": [{"id": "nantes", "version": "2023.1", "fingerprint": "a" * 64}],
            "decision": [decision],
            "contributors.dpo-nord.label": ["Sud"],
            "measures.ancienne": [[{"on": "2026-03-01", "value": "3"}]],
            "notice.automation": ["aide"],
            "ailleurs": [{"constructor": "x"}],
        },
    )
    told = part(dossier, "Autres valeurs données").replace("|", "").split("\n")[2:-2]
    assert dict(zip(told[::2], told[1::2], strict=True)) == {
        "Titre": "Chatbot",
        "État de l’usage": "En service",
        "Dossier ouvert le": "2026-02-99",
        "Doctrine": "nantes ; version 2023.1 ; empreinte aaaaaaaaaaaa",
        "Décision": "Refusé ; par Le conseil ; le 1er novembre 2026 ; motif : Non. ; avis d’alors : Suspendu, ancien",
        "Nom de Délégué à la protection des données (Nord)": "Sud",
        "Mesures": "le 1er mars 2026 ; 3",
        "Automatisation": "Aide à la décision",
        "ailleurs": "constructor : x",
    }
    assert "1er février 2026" in told
    assert written_by_javascript([dossier]) == [render_html(NANTES, dossier)]


def test_a_disagreement_that_others_outweigh_is_said_to_count_later() -> None:
    told = part(disputed("droit.aipd", {"biometrie.identification": "oui"}), "Désaccords")
    assert "Pour l’instant, l’avis reste « Refusé » dans les deux cas, car d’autres réponses pèsent autant ou plus." in told
    level = NANTES.level(NANTES.questions["droit.aipd"].choices["non"].effect or "").label
    assert f"À elle seule, la réponse « Non » mène à « {level} »." in told
    assert "la réponse « Oui »" not in told


def test_a_disagreement_without_any_effect_is_not_said_to_be_outweighed() -> None:
    told = part(disputed("profil.public", WHOLE | {"biometrie.identification": "oui"}), "Désaccords")
    assert "Pour l’instant, l’avis reste « Refusé » dans les deux cas." in told


def test_what_would_change_the_opinion_names_what_must_be_settled_too() -> None:
    dossier = disputed("droit.aipd", WHOLE | {"biometrie.identification": "oui", "travail.participation": "nsp"})
    told = part(dossier, "Ce qui changerait l’avis")
    ask = {name: NANTES.questions[name].ask for name in ("droit.aipd", "travail.participation")}
    expected = f"Il faudra aussi régler : {ask['droit.aipd']} (désaccord) ; {ask['travail.participation']} (sans réponse)."
    assert expected in told


def test_what_a_longer_list_repeats_is_said_once() -> None:
    dossier = new_dossier(NANTES, "essai", "Essai")
    for name, option in (WHOLE | {"biometrie.identification": "oui", "droit.aipd": "non"}).items():
        dossier = dossier.answer(NANTES, name, option)
    told = part(dossier, "Ce qui changerait l’avis")
    assert "changer 2 réponses\nLa réponse ci-dessus, et aussi :" in told
    assert told.count(NANTES.questions["biometrie.identification"].ask) == 1


def test_a_settled_opinion_says_what_nobody_answered() -> None:
    dossier = new_dossier(NANTES, "essai", "Essai").answer(NANTES, "biometrie.identification", "oui")
    dossier = dossier.answer(NANTES, "droit.aipd", "nsp", "dpo")
    count = len(dossier.assess(NANTES).possible) - 2
    later = "elles ne changent pas l’avis actuel, mais compteront s’il change."
    assert f"{count} questions sans réponse et 1 « Je ne sais pas » : {later}" in part(dossier, "Avis")


def test_disagreements_that_keep_the_opinion_open_are_counted_with_it() -> None:
    dossier = disputed("droit.aipd", WHOLE)
    for who, option in (("dsi", "oui"), ("os", "non")):
        dossier = dossier.answer(NANTES, "profil.public", option, who)
    assert "2 désaccords, dont 1 change l’avis." in part(dossier, "Avis")
    assert "1 désaccord, qui change l’avis." in part(disputed("droit.aipd", WHOLE), "Avis")
    assert "désaccord" not in part(disputed("profil.public", WHOLE | {"travail.participation": "nsp"}), "Avis")


def test_a_decision_remembers_the_opinion_it_was_taken_on() -> None:
    decision = Decision(outcome="favorable", by="La direction", on=date(2026, 11, 1), because="Un essai.", opinion=["suspendu"])
    refused = new_dossier(NANTES, "essai", "Essai").answer(NANTES, "biometrie.identification", "oui")
    told = part(refused.decide(decision), "Décision")
    assert "l’avis était « Suspendu », il est maintenant « Refusé ». Revoir la décision." in told
    assert "Une ligne rouge est franchie ; la décision ne la lève pas." in told
    assert "reste à compléter" not in part(new_dossier(NANTES, "essai", "Essai").decide(decision), "Décision")
    same = part(refused.decide(replace(decision, outcome="refuse", opinion=["refuse"])), "Décision")
    assert "Depuis la décision" not in same
    assert "ligne rouge" not in same


def test_every_question_is_there_with_its_answers_its_notes_and_its_evidence() -> None:
    told = chapters_of(blocks(NANTES, TRANSCRIPTION))["Toutes les réponses"]
    assert sum(len(block.items) for block in told) == len(NANTES.questions)
    everything = said(told)
    assert "|Sans réponse" in everything
    assert "|Ne se pose pas" in everything
    assert "Note, sans rôle indiqué|Les agents ont essayé l’outil" in everything
    assert "Pièce|GED 2026-031" in said(chapters_of(blocks(NANTES, together()))["Toutes les réponses"])


def test_what_has_no_effect_is_kept_and_said_to_have_none() -> None:
    chapters = chapters_of(blocks(NANTES, together()))
    assert "vieille.question\ndsi|oui, non\n|Gardé de l’an dernier." in said(chapters["Gardé sans effet"])
    assert "Titre\n|Chatbot" in said(chapters["Autres valeurs données"])


def test_what_changed_between_versions_stands_side_by_side() -> None:
    told = said(chapters_of(blocks(NANTES, together()))["D’une version de la doctrine à l’autre"])
    assert "2023.1\nEmpreinte|Non renseigné\nDate|3 janvier 2025\nAvis possibles|Favorable, ancien-avis" in told
    assert "Date|celle de ce document" in told
    assert "Réponses à relire : le sens de la question a changé" in told


def test_what_is_missing_names_who_to_ask_and_a_change_tells_its_remedy_once() -> None:
    chapters = chapters_of(blocks(NANTES, TRANSCRIPTION))
    assert "À demander à|agent du métier, élu" in said(chapters["Ce qui manque"])
    remedies = re.findall(r"Que faire\|(.*)", "\n".join(said(part) for part in chapters.values()))
    assert len(remedies) == len(set(remedies)) > 1


# -- how it looks -------------------------------------------------------------------------------------------------------


def several_states() -> dict[str, Dossier]:
    settled = together().answer(NANTES, "biometrie.identification", "oui")
    return {"together": together(), "open": TRANSCRIPTION, "settled": settled, "empty": new_dossier(NANTES, "essai", "Vide")}


@pytest.fixture(scope="module")
def documents(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("documents")
    for name, dossier in several_states().items():
        (folder / f"{name}.html").write_text(render_html(NANTES, dossier), encoding="utf-8")
    return sorted(folder.iterdir())


def test_a_document_is_light() -> None:
    weights = {name: len(gzip.compress(render_html(NANTES, one).encode(), 9)) / 1000 for name, one in several_states().items()}
    assert max(weights.values()) < KILOBYTES, weights


def test_headings_are_in_order_and_there_is_one_title(documents: list[Path]) -> None:
    for path in documents:
        levels = [int(level) for level in re.findall(r"<h([1-6])", path.read_text(encoding="utf-8"))]
        assert levels.count(1) == 1
        assert levels[0] == 1
        assert all(after <= before + 1 for before, after in pairwise(levels))


def test_a_document_is_valid_html(documents: list[Path]) -> None:
    if shutil.which("java") and nu_jar():
        command = ["java", "-jar", str(nu_jar()), "--errors-only", "--format", "gnu", *map(str, documents)]
        faults = subprocess.run(command, capture_output=True, text=True, check=False).stderr.splitlines()
    else:
        faults = [fault for path in documents for fault in strict_parser(path)]
    assert faults == []


def strict_parser(path: Path) -> Iterator[str]:
    import html5lib

    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    parser.parse(path.read_text(encoding="utf-8"))
    return (f"{path.name}:{place}: {code} {details}" for place, code, details in parser.errors)


@pytest.mark.browser
@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (320, "dark")])
def test_a_document_breaks_no_accessibility_rule(browser: Browser, documents: list[Path], width: int, scheme: Any) -> None:
    found: dict[str, list[str]] = {}
    with browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme, bypass_csp=True) as context:
        page = context.new_page()
        for path in documents:
            page.goto(path.as_uri())
            found[path.name] = faults(page) + overflow(page)
    assert [(name, told) for name, told in found.items() if told] == []


@pytest.mark.browser
def test_a_document_wears_its_own_style_and_asks_for_nothing(page: Page, documents: list[Path]) -> None:
    for path in documents:
        page.goto(path.as_uri())
        assert page.evaluate("getComputedStyle(document.querySelector('.opinion')).borderLeftWidth") == "6px"
        assert page.get_by_role("img").get_attribute("aria-label")
        assert page.get_by_role("navigation").get_by_role("link").count() == page.locator("h2").count()


def test_the_policy_allows_the_style_and_nothing_else() -> None:
    html = render_html(NANTES, TRANSCRIPTION)
    assert f"content=\"default-src 'none'; style-src '{dress()['hash']}'\"" in html
    assert not re.search(r"""\s(?:style|on\w+|src)=|url\(|@import|https?:""", html.partition("<script")[0])


# -- other forms --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def pdf() -> bytes:
    try:
        return render_pdf(render_html(NANTES, together()))
    except OSError:
        if os.environ.get("CI"):
            pytest.fail("no Pango: the PDF cannot be made")
        pytest.skip("no Pango: the PDF of a dossier was NOT checked")


@pytest.mark.build
def test_the_pdf_is_tagged_titled_in_french_and_the_same_each_time(pdf: bytes) -> None:
    from pypdf import PdfReader

    read = PdfReader(io.BytesIO(pdf))
    root: Any = read.trailer["/Root"]
    assert read.metadata
    assert read.metadata.title == "Agent conversationnel de l’accueil – Boussole de l’IA"
    assert (root["/Lang"], root["/MarkInfo"]["/Marked"]) == ("fr", True)
    assert "pdfuaid" in root["/Metadata"].get_object().get_data().decode()
    assert render_pdf(render_html(NANTES, together())) == pdf


@pytest.mark.build
def test_the_pdf_says_everything_and_shows_neither_data_nor_how_to_open_it(pdf: bytes) -> None:
    from pypdf import PdfReader

    text = "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    assert "Désaccords" in text
    assert "Elle reste à terminer." in text
    assert "boussole-dossier" not in text
    assert "Il se rouvre" not in text


@pytest.mark.build
def test_the_compass_of_the_pdf_has_its_words(pdf: bytes) -> None:
    from pypdf import PdfReader

    told = [str(item.get("/Alt", "")) for item in structure(PdfReader(io.BytesIO(pdf)))]
    assert any("1. Biométrie et données sensibles, favorable" in alt for alt in told)


def structure(read: Any) -> Iterator[Any]:
    """Every element of the tree of tags."""
    waiting = [read.trailer["/Root"]["/StructTreeRoot"]]
    while waiting:
        found = waiting.pop().get_object()
        if not isinstance(found, dict):
            continue
        yield found
        children = found.get("/K", [])
        children = children.get_object() if hasattr(children, "get_object") else children
        waiting += [child for child in (children if isinstance(children, list) else [children]) if not isinstance(child, int)]


def test_the_odt_has_real_headings_lists_and_styles_in_french() -> None:
    from odfdo import Document

    read: Any = Document(io.BytesIO(render_odt(NANTES, together())))
    assert read.meta.title == "Agent conversationnel de l’accueil"
    assert read.language == "fr-FR"
    headings = [(int(heading.level), heading.inner_text) for heading in read.body.get_headers()]
    expected = [block for block in blocks(NANTES, together()) if block.kind in ("title", "section", "part")]
    assert headings == [(("title", "section", "part").index(block.kind) + 1, block.text) for block in expected]
    assert len(read.body.get_lists()) >= 4
    used = set(re.findall(r'text:style-name="([^"]+)"', read.body.serialize()))
    known = {style.name for style in read.get_styles()}
    assert used <= known


def test_the_odt_keeps_lines_tabs_and_spaces() -> None:
    note = " deux  espaces\n\tune tabulation\r\net une ligne & <b>"
    dossier = replace(TRANSCRIPTION, notes={"profil.personnes": note})
    content = zipfile.ZipFile(io.BytesIO(render_odt(NANTES, dossier))).read("content.xml").decode()
    lines = ["<text:s/>deux <text:s/>espaces", "<text:tab/>une tabulation", "et une ligne &amp; &lt;b&gt;"]
    assert "<text:line-break/>".join(lines) in content.replace(' text:c="1"', "")


def test_markdown_has_the_same_parts_in_the_same_order() -> None:
    written = render_markdown(NANTES, together())
    titles = [block.text for block in blocks(NANTES, together()) if block.kind == "section"]
    assert re.findall(r"(?m)^## (.*)$", written) == titles
    assert "| Version | Empreinte | Date | Avis possibles |\n|---|---|---|---|\n" in written
