"""What is done elsewhere: every fact has a source and a date, what is doubtful stays in its file, what can be computed is."""

import json
import re
import shutil
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import boussole
from boussole import Doctrine, SourceError, load
from boussole.beside import Beside
from boussole.cells import read
from boussole.concertation import load_kit
from boussole.elsewhere import KINDS, PARTS, Elsewhere, Extent, Landmark, Point, lines_of
from boussole.elsewhere_reading import read_elsewhere
from boussole.outputs.elsewhere import heaviest, render_elsewhere, themes
from boussole.outputs.elsewhere_data import render_files, tables
from boussole.situating import situate
from boussole.wording import Words
from tests.commands import run
from tests.conftest import ROOT

FOLDER = ROOT / "docs/ailleurs"
NANTES, KIT = boussole.load(), load_kit()
RED = [question.id for question, _ in Words(NANTES).red_lines()]
BEFORE, AFTER = date(2026, 11, 28), date(2026, 12, 2)  # two prohibitions of article 5 begin to apply on the second


@pytest.fixture(scope="module")
def elsewhere() -> Elsewhere:
    return read_elsewhere(FOLDER, NANTES, KIT)


@pytest.fixture(scope="module")
def pages(elsewhere: Elsewhere) -> dict[str, str]:
    return render_elsewhere(elsewhere, BEFORE, is_compared=True)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the folder, to spoil."""
    (tmp_path / "ailleurs").mkdir()
    for name in PARTS:
        shutil.copy(FOLDER / f"{name}.yml", tmp_path / "ailleurs")
    return tmp_path / "ailleurs"


def change(folder: Path, name: str, old: str, new: str) -> None:
    path = folder / f"{name}.yml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def plain(page: str) -> str:
    return re.sub(r"\\(.)", r"\1", page.replace("\xa0", " ").replace("\u202f", " ").replace("&nbsp;", " "))


# -- honesty -------------------------------------------------------------------------------------------------------------------


def test_every_published_fact_has_a_date_and_a_source_that_was_read_after_it(elsewhere: Elsewhere) -> None:
    facts = [said.fact for told in elsewhere.told.values() for said in told]
    facts += [fact for one in elsewhere.landmarks for fact in one.facts if fact.is_published]
    assert len(facts) > 50
    for fact in facts:
        source = elsewhere.source(fact.source)
        assert fact.date <= str(source.checked_on)
        assert source.confidence != "low"
        assert fact.confidence != "low"


def test_a_doubtful_fact_is_published_nowhere_and_is_counted(elsewhere: Elsewhere, pages: dict[str, str]) -> None:
    kept = [one.facts for one in elsewhere.territories] + [one.facts for one in elsewhere.landmarks]
    doubtful = [fact for facts in kept for fact in facts if fact.confidence == "low"]
    assert len(doubtful) == elsewhere.unpublished > 0
    everything = plain(" ".join([*pages.values(), *render_files(elsewhere, "").values()]))
    for fact in doubtful:
        assert fact.says not in everything
    assert f"{elsewhere.unpublished} autres faits notés ne sont pas publiés" in plain(pages["ailleurs/index.md"])
    assert json.loads(render_files(elsewhere, "")["ailleurs.json"])["unpublished"] == elsewhere.unpublished


def test_every_quotation_is_one_that_the_sources_are_known_to_hold(elsewhere: Elsewhere, pages: dict[str, str]) -> None:
    known = [text.quote for text in elsewhere.other.texts] + [roll.quote for roll in KIT.participants if roll.quote]
    shown = [found for page in pages.values() for found in re.findall(r"«&nbsp;(.*?)&nbsp;»", page)]
    assert len(shown) > 5
    for words in shown:
        assert any(plain(words) in plain(quote) for quote in known), words


def test_nobody_is_named(elsewhere: Elsewhere, pages: dict[str, str]) -> None:
    everything = " ".join([*pages.values(), *(path.read_text(encoding="utf-8") for path in FOLDER.glob("*.yml"))]).lower()
    for name in ("trichet", "jannin", "theuret", "brient", "lepine", "zorn", "reynaud", "boulard", "ressa", "rolland"):
        assert name not in everything


def test_ours_is_marked_as_ours_on_every_page_but_those_that_only_list(pages: dict[str, str]) -> None:
    unmarked = {name for name, page in pages.items() if "boussole-proposal" not in page}
    assert unmarked == {"ailleurs/sources.md", "ailleurs/themes.md"}


def test_every_source_of_the_folder_is_cited(elsewhere: Elsewhere) -> None:
    cited = {fact.source for one in elsewhere.territories for fact in one.facts}
    cited |= {fact.source for one in elsewhere.landmarks for fact in one.facts}
    cited |= {point.source for one in elsewhere.landmarks for point in one.points}
    assert {source.id for source in elsewhere.sources} <= cited


def test_what_montpellier_forbids_is_dated_by_its_vote_and_is_the_city_s(elsewhere: Elsewhere, pages: dict[str, str]) -> None:
    (fact,) = [said.fact for said in elsewhere.told["montpellier"] if said.fact.kind == "interdit"]
    assert fact.date == "2022-12" <= (elsewhere.source(fact.source).date or "")
    assert "conseil municipal de la ville" in fact.says
    assert "Décembre 2022. Le conseil municipal de la ville adopte un vœu" in plain(pages["ailleurs/themes.md"])
    assert "n’a pas été retrouvée" not in " ".join(said.fact.says for said in elsewhere.told["montpellier"])
    assert "Ville et métropole de Montpellier" in plain(pages["ailleurs/index.md"])


def test_the_day_of_nancy_is_not_said_where_its_doctrine_says_it_is_unknown(elsewhere: Elsewhere) -> None:
    assert any("date d’adoption" in one.state for one in elsewhere.other.unverified)
    (fact,) = [said.fact for said in elsewhere.told["nancy"] if said.fact.kind == "charte"]
    assert fact.date == "2025-09"
    assert "D’après France urbaine" in fact.says
    assert "Le jour n’est pas connu." in fact.says


def blocks(page: str) -> list[tuple[str, str]]:
    """The terms of a page, each with what is said under it."""
    return re.findall(r"^(\S.*)\n: (.*)$", plain(page), re.MULTILINE)


def test_every_dated_line_of_every_landmark_shows_a_source(elsewhere: Elsewhere, pages: dict[str, str]) -> None:
    dated = 0
    for one in elsewhere.landmarks:
        for term, said in blocks(pages[f"ailleurs/{one.id}.md"]):
            if re.search(r"\b20\d\d\b", term + said):
                dated += 1
                assert re.search(r"\]\(#(source|ailleurs)-", said), (one.id, term)
    assert dated > 30


def test_every_date_of_the_doctrine_is_told_with_all_its_sources(elsewhere: Elsewhere, pages: dict[str, str]) -> None:
    for one in elsewhere.landmarks:
        told = dict(blocks(pages[f"ailleurs/{one.id}.md"]))
        for event in NANTES.timeline:
            if event.id in one.events and event.confidence != "low":
                (said,) = [said for term, said in told.items() if f"(#date-{event.id})" in term]
                assert set(re.findall(r"\(#source-([\w-]+)\)", said)) == set(event.sources)


def test_no_line_of_a_landmark_begins_with_a_semicolon(elsewhere: Elsewhere, pages: dict[str, str]) -> None:
    assert not [one.id for one in elsewhere.landmarks if " ;" in pages[f"ailleurs/{one.id}.md"]]


def test_nothing_is_said_of_who_did_not_sign_that_no_source_says(pages: dict[str, str]) -> None:
    assert "collectivité" not in plain(pages["ailleurs/declaration-de-paris.md"])


# -- what is counted -----------------------------------------------------------------------------------------------------------


def test_the_lists_are_those_of_the_kit_and_of_tie_break(elsewhere: Elsewhere) -> None:
    call, pilot = elsewhere.landmark("concertations-territoriales"), elsewhere.landmark("tie-break")
    assert [len(elsewhere.names_of(listing)) for listing in call.lists] == [15, 8]
    assert len(elsewhere.members(pilot)) == len(set(elsewhere.members(pilot))) == 11
    assert "onze" in " ".join(fact.says for fact in pilot.facts)
    written = (FOLDER / "reperes.yml").read_text(encoding="utf-8")
    shared = {name for listing in pilot.lists for name in listing.names}
    rolls = {name for roll in KIT.participants for name in roll.names}
    assert not [name for name in rolls - shared if f"- {name}\n" in written]  # they are never copied


def test_who_is_in_one_list_and_not_in_the_other_is_computed(elsewhere: Elsewhere, pages: dict[str, str]) -> None:
    call, pilot = (set(elsewhere.members(elsewhere.landmark(name))) for name in ("concertations-territoriales", "tie-break"))
    assert pilot - call == {"arras", "occitanie", "marseille", "strasbourg"}
    told = plain(pages["ailleurs/tie-break.md"])
    assert "7 territoires sont des deux côtés, 4 d’ici seulement (Arras, Occitanie, Marseille, Strasbourg)" in told


def test_the_two_measures_of_the_call_are_both_dated(pages: dict[str, str]) -> None:
    told = plain(pages["ailleurs/concertations-territoriales.md"])
    assert "18 septembre 2024, 15 noms" in told
    assert "plus d’une trentaine" in told
    assert "(#divergence-collectivites-en-concertation)" in pages["ailleurs/concertations-territoriales.md"]


@pytest.mark.parametrize(
    ("page", "divergence"),
    [
        ("concertations-territoriales", "collectivites-en-concertation"),
        ("tie-break", "sigle-tie"),
        ("tie-break", "listes-de-collectivites"),
        ("bibliotheque", "nom-de-la-bibliotheque"),
        ("declaration-de-paris", "declaration-de-paris"),
        ("reglement-europeen", "adoption-du-reglement-ia"),
    ],
)
def test_where_the_sources_disagree_the_page_leads_to_the_divergence(pages: dict[str, str], page: str, divergence: str) -> None:
    assert f"(#divergence-{divergence})" in pages[f"ailleurs/{page}.md"]


def test_each_territory_has_one_line_and_the_page_is_in_alphabetical_order(elsewhere: Elsewhere, pages: dict[str, str]) -> None:
    anchors = re.findall(r"\(territoire-([\w-]+)\)=", pages["ailleurs/index.md"])
    abroad = re.findall(r"\(territoire-([\w-]+)\)=", pages["ailleurs/hors-de-france.md"])
    assert anchors == sorted(anchors)
    assert sorted([*anchors, *abroad]) == list(elsewhere.told) == sorted(one.id for one in elsewhere.territories)
    assert len(abroad) == 8
    assert f"Ce que {len(elsewhere.told)} territoires" in plain(pages["ailleurs/index.md"])


def test_a_year_comes_after_the_days_it_holds(elsewhere: Elsewhere) -> None:
    assert [said.fact.date for said in elsewhere.told["grand-paris"]] == ["2025-04-07", "2025"]


def test_the_themes_hold_every_fact_once(elsewhere: Elsewhere) -> None:
    rows = [(row.fact.says, row.fact.date, row.territory.id) for found in themes(elsewhere).values() for row in found]
    told = [(said.fact.says, said.fact.date, name) for name, all_said in elsewhere.told.items() for said in all_said]
    assert sorted(rows) == sorted(told)
    for found in themes(elsewhere).values():
        assert [row.fact.order for row in found] == sorted(row.fact.order for row in found)
        assert sum(row.is_first for row in found) == sum(row.is_last for row in found)


# -- the principles of Grand Nancy -----------------------------------------------------------------------------------------------


def test_the_principles_are_those_of_the_doctrine_of_nancy_word_for_word(elsewhere: Elsewhere) -> None:
    nancy, principles = load("nancy"), elsewhere.principles.principles
    assert [principle.id for principle in principles] == [section.id for section in nancy.sections]
    assert ", ".join(principle.words for principle in principles) == nancy.text("quatre-principes").quote
    for principle, section in zip(principles, nancy.sections, strict=True):
        assert principle.words.lower() == section.label.lower()


def test_the_mapping_agrees_with_what_the_doctrine_of_nancy_says_of_it(elsewhere: Elsewhere) -> None:
    for principle in elsewhere.principles.principles:
        numbers = [NANTES.section(name).number for name in principle.criteria]
        assert [int(found) for found in re.findall(r"critère (\d)", elsewhere.reading(principle).choice)] == numbers
    apart = next(one for one in elsewhere.other.interpretations if one.id == "sans-correspondance")
    assert [section.number for section in elsewhere.unmatched()] == [int(found) for found in re.findall(r"\d", apart.choice)]


def test_the_page_of_principles_leads_to_the_comparison_only_where_there_is_one(elsewhere: Elsewhere) -> None:
    assert "#comparer-" not in render_elsewhere(elsewhere, BEFORE, is_compared=False)["ailleurs/nancy.md"]


def test_the_mapping_is_read_both_ways(elsewhere: Elsewhere, pages: dict[str, str]) -> None:
    page = plain(pages["ailleurs/nancy.md"])
    forth, back = page.split("## Des critères vers les principes")
    for section in NANTES.criteria:
        assert f"Critère {section.number}, {section.label}" in back
    assert back.count("Aucun des principes cités.") == len(elsewhere.unmatched()) == 3
    assert forth.count("Autre lecture possible") == 4
    assert ": conditions de travail des agents ; sobriété énergétique ;" in back
    assert "(#comparer-nancy)" in page


# -- the red lines -------------------------------------------------------------------------------------------------------------


def test_article_5_meets_the_red_lines_that_its_prohibitions_name(elsewhere: Elsewhere) -> None:
    law = elsewhere.landmark("reglement-europeen")
    met = {line.question.id: {item.id for item in line.prohibitions} for line in elsewhere.lines(law)}
    assert list(met) == RED
    tied = {name: {item.id for item in NANTES.prohibitions if item.question == name} for name in RED}
    tied["biometrie.donnees-sensibles"] = {"categorisation-biometrique"}  # deducing them from bodies is forbidden too
    assert met == tied
    assert [name for name, found in met.items() if not found] == ["regle-commune.sans-humain"]
    assert {name for found in met.values() for name in found} == {item.id for item in NANTES.prohibitions}


def test_only_article_5_is_said_to_be_silent_and_the_rest_of_the_law_is_named(pages: dict[str, str]) -> None:
    page = pages["ailleurs/reglement-europeen.md"]
    assert "Il n’en dit rien" not in plain(page)
    (said,) = [said for term, said in blocks(page) if "#regle-commune-sans-humain" in term]
    assert said.startswith("L’article 5 n’en dit rien.")
    assert [f"(#source-ria-{number})" in said for number in (14, 26, 86)] == [True] * 3
    assert said.count("à partir du 2 décembre 2027") == 2  # the day of article 86 is not sure
    rows = re.findall(r'<tr><th scope="row">(.*?)</tr>', plain(pages["ailleurs/lignes-rouges.md"]))
    assert "(14 et 26)" in rows[0]
    assert "(86)" in rows[0]


def test_what_point_g_covers_is_told_whole_and_health_is_not_of_it(elsewhere: Elsewhere) -> None:
    practice = next(item.practice for item in NANTES.prohibitions if item.id == "categorisation-biometrique")
    law = elsewhere.landmark("reglement-europeen")
    because = {line.line: line.because for line in law.lines}
    says = next(point.says for point in law.points if point.id == "deduction-par-le-corps")
    for word in ("origine", "opinions", "appartenance syndicale", "religion", "vie sexuelle", "orientation sexuelle"):
        assert word in practice
        assert word in says
        assert word in because["biometrie.categorisation"]
    assert "La santé et la génétique n’en sont pas." in because["biometrie.donnees-sensibles"]


def test_what_binds_nobody_forbids_nothing(elsewhere: Elsewhere, pages: dict[str, str]) -> None:
    for one in elsewhere.landmarks:
        page = plain(pages[f"ailleurs/{one.id}.md"])
        assert ("Il interdit" in page) == one.binding
    assert "Il demande moins que la doctrine." in plain(pages["ailleurs/appel-lignes-rouges.md"])


def test_an_example_too_broad_for_a_red_line_is_said_so_and_not_passed_over(elsewhere: Elsewhere, pages: dict[str, str]) -> None:
    told = "Trop large pour être rapproché : la surveillance de masse."
    call = {line.question.id: line for line in elsewhere.lines(elsewhere.landmark("appel-lignes-rouges"))}
    broad = [name for name, line in call.items() if line.broad]
    assert broad == ["biometrie.identification", "biometrie.categorisation"]
    assert not any(call[name].is_met for name in broad)
    assert plain(pages["ailleurs/appel-lignes-rouges.md"]).count(told) == len(broad)
    assert plain(pages["ailleurs/lignes-rouges.md"]).count(told) == len(broad)
    rows = read(render_files(elsewhere, "")["lignes-rouges.csv"])
    assert {row["question"] for row in rows if row["etendue"] == "large"} == set(broad)


def test_the_red_lines_are_said_to_be_counted_and_worded_by_the_project(elsewhere: Elsewhere, pages: dict[str, str]) -> None:
    told = plain(pages["ailleurs/lignes-rouges.md"])
    assert "telles que ce projet les lit" in told
    assert "sont ceux du projet, non de Nantes Métropole" in told
    for one in elsewhere.landmarks:
        page = plain(pages[f"ailleurs/{one.id}.md"])
        assert ("## Face aux lignes rouges" in page) == ("telles que ce projet les lit" in page)


def test_no_other_landmark_than_the_law_says_it_forbids_as_much(elsewhere: Elsewhere) -> None:
    assert {
        one.id for one in elsewhere.landmarks for line in elsewhere.lines(one) if line.extent and line.extent.extent == "autant"
    } == {"reglement-europeen"}
    assert [one.id for one in elsewhere.landmarks if one.binding] == ["reglement-europeen"]


def test_passing_oneself_off_as_a_human_is_not_a_red_line_of_the_doctrine(elsewhere: Elsewhere) -> None:
    point = next(point for point in elsewhere.landmark("appel-lignes-rouges").points if point.id == "imitation")
    assert point.questions == ["transparence.annonce-machine"]
    assert not set(point.questions) & set(RED)
    assert heaviest(NANTES, point.questions[0]).gravity == "prérequis"
    assert heaviest(NANTES, RED[0]).gravity == "ligne rouge"
    assert NANTES.source("ria-50").applies_from == date(2026, 8, 2)


def test_the_page_says_what_applies_on_the_day_it_is_published(elsewhere: Elsewhere) -> None:
    before, after = (
        plain(render_elsewhere(elsewhere, day, is_compared=True)["ailleurs/lignes-rouges.md"]) for day in (BEFORE, AFTER)
    )
    assert "interdit 10 pratiques, dont 8 déjà au 28 novembre 2026" in before
    assert "interdit 10 pratiques, dont 10 déjà au 2 décembre 2026" in after
    assert "à partir du 2 décembre 2026" in before
    assert "à partir du" not in after


def test_the_table_has_a_row_for_each_red_line_and_says_when_nothing_is_said(pages: dict[str, str]) -> None:
    page = pages["ailleurs/lignes-rouges.md"]
    rows = re.findall(r'<tr><th scope="row">(.*?)</tr>', page)
    assert len(rows) == len(RED)
    for name, row in zip(RED, rows, strict=True):
        assert f"#{name.replace('.', '-')}" in row
        assert row.count("<td ") == 2
    assert [rows[0].count(told) for told in ("L’article 5 n’en dit rien.", ">Il n’en dit rien.")] == [1, 1]
    assert "RGPD, article 22" in plain(rows[0])


def test_what_others_say_and_the_doctrine_does_not_is_listed(elsewhere: Elsewhere, pages: dict[str, str]) -> None:
    apart = elsewhere.apart(elsewhere.landmark("appel-lignes-rouges"))
    assert {"armes-autonomes", "armes-nucleaires"} <= {point.id for point in apart}
    told = plain(pages["ailleurs/lignes-rouges.md"]).split("## Ce dont la doctrine ne parle pas")[1]
    for point in apart:
        assert point.says in told


@given(st.lists(st.sampled_from(sorted(NANTES.questions)), max_size=4), st.booleans())
def test_a_red_line_is_met_only_by_what_names_it(names: list[str], article_5: bool) -> None:
    points = [Point(id=f"p{rank}", says="x", source="ria-5", questions=[name]) for rank, name in enumerate(names)]
    one = Landmark(
        id="essai", name="x", nature="loi", binding=True, what="x", who="x", differs="x", article_5=article_5, points=points
    )
    lines = lines_of(one, NANTES)
    assert [line.question.id for line in lines] == RED
    forbidden = {item.question for item in NANTES.prohibitions} if article_5 else set()
    assert {line.question.id for line in lines if line.is_met} == (set(names) | forbidden) & set(RED)


def test_a_reading_of_a_red_line_is_found_again(elsewhere: Elsewhere) -> None:
    law = elsewhere.landmark("reglement-europeen")
    assert all(isinstance(line.extent, Extent) == line.is_met for line in elsewhere.lines(law))


# -- bad input -----------------------------------------------------------------------------------------------------------------

TOLD = "      - {line: regle-commune.sans-humain, says: X, sources: [ria-14]}\n"
BAD = [
    ("territoires", "source: cp-2024-03-28", "source: cp-2024-03-29", "identifiant-inconnu", "peut-être « cp-2024-03-28 »"),
    ("territoires", "date: 2024-03-28", "date: 2027-03-28", "dates-en-desordre", "au plus tard 2026-11-22"),
    ("territoires", "date: 2024-03-28", "date: 28 mars 2024", "mauvais-type", "une date"),
    ("territoires", "kind: interdit", "kind: interdits", "valeur-inconnue", "peut-être « interdit »"),
    ("territoires", "        source: cp-2024-03-28\n", "", "cle-manquante", "clé manquante « source »"),
    ("territoires", "kind: region", "kind: canton", "valeur-inconnue", "canton"),
    ("territoires", "confidence: medium", "confidence: high", "valeur-impossible", "au plus « medium »"),
    ("territoires", "aliases: [Paris Saclay]", "aliases: [Toulouse]", "identifiant-en-double", "un nom par territoire"),
    ("territoires", "id: agadir", "id: abidjan", "identifiant-en-double", "« abidjan » écrit 2 fois"),
    ("territoires", "Tout ce site en part.", "Écrire à paul.durand@exemple.fr.", "donnee-personnelle", "adresse électronique"),
    ("territoires", "name: Namur", 'name: "  "', "valeur-vide", "« name »"),
    ("sources", "checked_on: 2026-11-2", "checked_on: 2046-11-2", "date-a-venir", "pas encore venu"),
    ("territoires", "Tout ce site en part.", "Appeler le 02 40 00 00 00.", "donnee-personnelle", "numéro de téléphone"),
    ("territoires", "  - {id: namur, name: Namur, kind: etranger}\n", "", "identifiant-inconnu", "« Namur »"),
    ("territoires", "  - {id: namur", "  - {id: ath, name: Ath, kind: etranger}\n  - {id: namur", "fait-sans-source", "« ath »"),
    ("sources", "id: grand-paris-strategie", "id: cp-2024-03-28", "identifiant-en-double", "la doctrine a déjà"),
    ("sources", "    url: https://www.strasbourg.eu", "    note: https://www.strasbourg.eu", "", ""),
    ("sources", "url: https://www.interconnectes.com/?p=21957", "url: http://www.interconnectes.com", "mauvais-type", "https://"),
    ("reperes", "tie-break-2025]", "tie-break-2026]", "identifiant-inconnu", "date inconnue"),
    ("reperes", "discrepancies: [adoption-du-reglement-ia]", "discrepancies: [d12]", "identifiant-inconnu", "divergence"),
    ("reperes", "questions: [alternative.dependance]", "questions: [alternative.x]", "identifiant-inconnu", "question inconnue"),
    ("reperes", "criteria: [sobriete]", "criteria: [sobrietes]", "identifiant-inconnu", "peut-être « sobriete »"),
    ("reperes", "prohibitions: [notation-sociale]", "prohibitions: [note]", "identifiant-inconnu", "interdit inconnu"),
    ("reperes", "line: biometrie.emotions", "line: regle-commune.sans-humain", "identifiant-inconnu", "ne rencontre pas"),
    ("reperes", "line: biometrie.emotions", "line: biometrie.categorisation", "cle-manquante", "« biometrie.emotions »"),
    ("reperes", "extent: autant", "extent: plus", "valeur-inconnue", "plus"),
    ("reperes", "too_broad_for: [", "too_broad_for: [biometrie.x, ", "identifiant-inconnu", "ligne rouge inconnue"),
    ("reperes", "too_broad_for: [", "too_broad_for: [alternative.dependance, ", "identifiant-inconnu", "ligne rouge inconnue"),
    ("reperes", "line: regle-commune.sans-humain", "line: biometrie.emotions", "identifiant-inconnu", "que ce repère rencontre"),
    ("reperes", "sources: [ria-14, ", "sources: [ria-15, ", "identifiant-inconnu", "« ria-15 »"),
    ("reperes", "    beyond:\n", f"    beyond:\n{TOLD}", "identifiant-en-double", "déjà dite"),
    ("reperes", "id: manifeste", "id: sources", "fiche-mal-nommee", "pris par une page"),
    ("reperes", "roll: appel-2024", "roll: appel-2023", "identifiant-inconnu", "liste inconnue"),
    ("reperes", "          - Région Occitanie", "          - Région Aquitaine", "identifiant-inconnu", "aucun territoire"),
    ("reperes", "2025-09\n        source: france-urbaine", "2025-09\n        sources: x", "cle-inconnue", "sources"),
    ("reperes", "roll: appel-2024\n", "roll: appel-2024\n        names: [Toulouse]\n", "cle-manquante", "deux origines"),
    ("reperes", "        date: 2025-09\n        source: france-u", "        source: france-u", "fait-sans-source", "« date »"),
    ("principes", "words: souveraineté", "words: indépendance", "valeur-inconnue", "ne sont pas ceux de la citation"),
    ("principes", "criteria: [droit]", "criteria: [droits]", "identifiant-inconnu", "critère inconnu"),
    ("principes", "beside: nancy", "beside: nancie", "identifiant-inconnu", "peut-être « nancy »"),
    ("principes", "text: quatre-principes", "text: six-principes", "identifiant-inconnu", "citation inconnue"),
    ("principes", "id: equite", "id: egalite", "identifiant-inconnu", "ceux de l’autre doctrine"),
    ("principes", "reading: rapprochement-equite", "reading: rapprochement", "identifiant-inconnu", "lecture inconnue"),
    ("principes", "text: quatre-principes", "text: quatre-principes\nextra: 1", "cle-inconnue", "extra"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "old", "new", "code", "told"), BAD, ids=lambda value: str(value)[:24])
def test_what_is_wrong_is_told_at_its_place(folder: Path, name: str, old: str, new: str, code: str, told: str) -> None:
    change(folder, name, old, new)
    if not code:  # a source may say why its address is not given
        assert read_elsewhere(folder, NANTES, KIT)
        return
    with pytest.raises(SourceError) as raised:
        read_elsewhere(folder, NANTES, KIT, BEFORE)
    found = [fault for fault in raised.value.faults if fault.code == code]
    assert found, str(raised.value)
    assert told in str(raised.value)
    assert all(fault.file.endswith(".yml") and fault.span.line >= 1 for fault in raised.value.faults)


def places(folder: Path) -> list[tuple[str, int, str]]:
    with pytest.raises(SourceError) as raised:
        read_elsewhere(folder, NANTES, KIT)
    return [(Path(fault.file).name, fault.span.line, fault.code) for fault in raised.value.faults]


def test_a_territory_written_twice_is_refused_at_both_its_places(folder: Path) -> None:
    text = (folder / "territoires.yml").read_text(encoding="utf-8")
    copied = text[text.index("  - id: montpellier") :].partition("\n  - ")[0]
    first, again = text[: text.index("  - id: montpellier")].count("\n") + 1, text.count("\n") + 1
    (folder / "territoires.yml").write_text(text + copied + "\n", encoding="utf-8")
    assert [one for one in places(folder) if one[1] in (first, again)] == [
        ("territoires.yml", line, "identifiant-en-double") for line in (first, again)
    ]
    renamed = copied.replace("id: montpellier", "id: montpellier-bis").replace("name: Montpellier", "name: MONTPELLIER")
    (folder / "territoires.yml").write_text(text + renamed + "\n", encoding="utf-8")
    assert {line for _, line, code in places(folder) if code == "identifiant-en-double"} == {first + 1, again + 1}


def test_a_file_copied_under_another_end_is_refused_with_both_named(folder: Path) -> None:
    shutil.copy(folder / "territoires.yml", folder / "territoires.yaml")
    assert places(folder) == [(f"territoires.{end}", 1, "fiche-mal-nommee") for end in ("yaml", "yml")]


def test_one_faulty_file_does_not_hide_another(folder: Path) -> None:
    change(folder, "principes", "criteria: [droit]", "criteria: [droits]")
    change(folder, "sources", "kind: official", "kind: officiel")
    change(folder, "territoires", "kind: region", "kind: canton")
    with pytest.raises(SourceError) as raised:
        read_elsewhere(folder, NANTES, KIT)
    assert {Path(fault.file).stem for fault in raised.value.faults} == {"principes", "sources", "territoires"}


@pytest.mark.parametrize("name", list(PARTS))
@pytest.mark.parametrize("text", ["", "[]", "x", "a: b: c", "{", "\x00", "sources: 3", "territories: []", "landmarks: [1]"])
def test_a_broken_file_is_told_without_a_traceback(folder: Path, name: str, text: str) -> None:
    (folder / f"{name}.yml").write_text(text, encoding="utf-8")
    with pytest.raises(SourceError, match=rf"{name}\.yml"):
        read_elsewhere(folder, NANTES, KIT)


def test_a_file_too_many_or_too_few_is_told(folder: Path) -> None:
    (folder / "reperes.yml").rename(folder / "repere.yml")
    with pytest.raises(SourceError) as raised:
        read_elsewhere(folder, NANTES, KIT)
    assert {fault.code for fault in raised.value.faults} == {"fiche-mal-nommee", "fichier-illisible"}


# -- the seam ------------------------------------------------------------------------------------------------------------------


def test_a_site_without_the_folder_has_none_of_this(tmp_path: Path, doctrine: Doctrine) -> None:
    assert situate(tmp_path, doctrine) == Beside()
    (tmp_path / "ailleurs").mkdir()
    (tmp_path / "ailleurs/index.md").write_text("# Ancienne page\n", encoding="utf-8")
    assert situate(tmp_path, doctrine) == Beside()


def test_every_territory_that_is_told_is_found_by_each_of_its_names_and_no_other(
    doctrine: Doctrine, elsewhere: Elsewhere
) -> None:
    places = situate(ROOT / "docs", doctrine).places
    named = {one.id: one.names for one in elsewhere.territories}
    assert set(places.values()) == {f"territoire-{name}" for name in elsewhere.told}
    assert set(places) == {name for told in elsewhere.told for name in named[told]}


def test_the_same_folder_gives_the_same_bytes(doctrine: Doctrine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795000000")
    one, other = (situate(ROOT / "docs", doctrine, "https://ville.example/") for _ in range(2))
    assert one == other
    assert "(#comparer-nancy)" in one.pages["ailleurs/nancy.md"]
    assert "au 18 novembre 2026" in plain(one.pages["ailleurs/lignes-rouges.md"])


def test_the_tables_read_back_and_their_sums_are_right(elsewhere: Elsewhere) -> None:
    files = render_files(elsewhere, "")
    for table in tables(NANTES):
        lines = read(files[f"{table.name}.csv"])
        assert lines
        assert list(lines[0]) == [column.name for column in table.columns]
        keys = [tuple(line[name] for name in table.key) for line in lines]
        assert not table.key or len(keys) == len(set(keys))
        for column in table.columns:
            for row in lines:
                assert row[column.name] or not column.constraints.get("required"), (table.name, column.name, row)
                assert row[column.name] in ("", *column.constraints.get("enum", [row[column.name]]))
    for line in files["SHA256SUMS"].splitlines():
        digest, name = line.split("  ")
        assert sha256(files[name].encode()).hexdigest() == digest
    whole = json.loads(files["ailleurs.json"])
    assert len(whole["faits"]) == sum(map(len, elsewhere.told.values()))
    assert len(whole["lignes-rouges"]) == len(RED) * len(elsewhere.landmarks)
    assert whole["doctrine"]["fingerprint"] == NANTES.fingerprint


def test_the_published_format_names_every_key(elsewhere: Elsewhere) -> None:
    files = render_files(elsewhere, "")
    schema = json.loads(files["schemas/fichier-reperes.json"])
    assert set(schema["properties"]["landmarks"]["items"]["properties"]) == set(Landmark.__dataclass_fields__)
    assert set(json.loads(files["datapackage.json"])) >= {"resources", "licenses"}


# -- the commands --------------------------------------------------------------------------------------------------------------


def test_check_counts_what_is_published_and_what_is_not(elsewhere: Elsewhere) -> None:
    done = run("elsewhere", "check", str(FOLDER))
    assert done.returncode == 0
    told = plain(done.stdout)
    facts = sum(map(len, elsewhere.told.values()))
    assert f"{len(elsewhere.told)} territoires, {facts} faits publiés." in told
    assert f"{elsewhere.unpublished} faits notés sans être publiés." in told


def test_list_says_a_line_a_fact_and_keeps_to_a_theme(elsewhere: Elsewhere) -> None:
    done = run("elsewhere", "list", str(FOLDER))
    assert len(done.stdout.splitlines()) == sum(map(len, elsewhere.told.values()))
    some = run("elsewhere", "list", str(FOLDER), "--theme", "interdit").stdout.splitlines()
    assert len(some) == len(themes(elsewhere)["interdit"])
    assert run("elsewhere", "list", str(FOLDER), "--theme", "x").returncode == 2


@pytest.mark.parametrize("name", list(PARTS))
def test_schema_writes_the_format_of_each_file(name: str) -> None:
    assert json.loads(run("elsewhere", "schema", name).stdout)["type"] == "object"


def test_a_faulty_folder_leaves_with_the_code_of_a_misuse(folder: Path) -> None:
    change(folder, "territoires", "kind: region", "kind: canton")
    done = run("elsewhere", "check", str(folder))
    assert (done.returncode, "Traceback" in done.stderr) == (2, False)
    assert re.search(r"territoires\.yml:\d+:\d+: ", done.stderr)
    assert run("elsewhere", "check", str(folder / "rien")).returncode == 2


def test_every_theme_that_is_offered_has_a_name() -> None:
    assert all(label.strip() for label in KINDS.values())
