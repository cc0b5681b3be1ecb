"""The training paths: what they quote, what they name, and exercises that the algebra alone corrects, whatever the doctrine."""

import re
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boussole import AnswerError, Doctrine, SourceError, assess, load
from boussole.errors import Fault
from boussole.model import NSP, Case, TurningPoint
from boussole.outputs.training import A_SHEET, render_cards, render_certificate, render_training
from boussole.teaching import teach
from boussole.training import (
    OPEN,
    OWN,
    SOURCE,
    Choice,
    Correction,
    Exercise,
    answers_of,
    check_beside,
    correct,
    corrections,
    load_training,
    placed,
    read_training,
    terms_of,
    training_of,
)
from boussole.training_words import NOT_YET, asked, changed, label, reasons, verdict
from boussole.wording import inside
from boussole.writing import typeset
from tests.conftest import ROOT
from tests.doctrines import doctrine_from_rules
from tests.gatherings import NANTES
from tests.strategies import doctrines, over

TRAINING = load_training()
TEXT = SOURCE.read_text(encoding="utf-8")
EXERCISES = [exercise for track in TRAINING.paths for step in track.steps for exercise in step.exercises]
KNOWN = {"criteres/index", "garanties/index", "registre/index"}


def faults_of(text: str) -> list[str]:
    with pytest.raises(SourceError) as error:
        read_training(text, "formation.yml")
    return [f"{fault.span.line}:{fault.span.column} {fault.code}" for fault in error.value.faults]


def lines_of(faults: list[Fault]) -> dict[int, str]:
    return {fault.span.line: fault.code for fault in faults}


def line_of(text: str, part: str) -> int:
    return next(rank for rank, line in enumerate(text.splitlines(), 1) if part in line)


# -- the file ----------------------------------------------------------------------------------------------------------------


def test_everything_that_the_paths_name_exists_in_the_doctrine(doctrine: Doctrine) -> None:
    assert check_beside(TRAINING, doctrine) == []
    assert {track.id for track in TRAINING.paths} == {"agents", "elus"}
    assert all(step.exercises and step.terms and step.read for track in TRAINING.paths for step in track.steps)


def test_the_paths_write_neither_an_opinion_nor_a_reason(doctrine: Doctrine) -> None:
    written = {key for exercise in EXERCISES for key in vars(exercise)}
    assert written == {"id", "case", "turned", "answers", "question"}
    values = [str(value) for exercise in EXERCISES for value in vars(exercise).values()]
    assert not {word for value in values for word in re.findall(r"[\w-]+", value)} & set(doctrine.levels)


def test_the_paths_go_through_every_case_and_ask_in_every_way(doctrine: Doctrine) -> None:
    assert {exercise.case for exercise in EXERCISES} == {case.id for case in doctrine.cases}
    assert any(exercise.question for exercise in EXERCISES)
    assert any(exercise.turned for exercise in EXERCISES)
    found = {correct(doctrine, exercise).right.id for exercise in EXERCISES if not exercise.question}
    assert found == {*doctrine.levels, OPEN}


def test_what_is_quoted_is_word_for_word_and_has_its_source(doctrine: Doctrine) -> None:
    quote = "Un plan de formation interne, qui inclut des actions de sensibilisation à destination des élus et des agents."
    assert TRAINING.quoted.quote == quote
    assert doctrine.source(TRAINING.quoted.source).kind == "official"
    page = render_training(TRAINING, doctrine, [], KNOWN)["se-former/index.md"]
    official = page.split(":::{container} boussole-official")[1].split(":::")[0]
    assert quote in official
    assert "(#source-cp-2024-03-28)" in official


def test_the_law_is_told_as_the_doctrine_tells_it(doctrine: Doctrine) -> None:
    page = render_training(TRAINING, doctrine, [], KNOWN)["se-former/index.md"]
    told = inside(doctrine.source("ria-4").summary.strip())
    assert told[0].islower()
    assert f"dans nos mots : {told}" in page.replace("\\", "").replace("\xa0", " ").replace("&nbsp;", " ")
    assert "2026/1744" in page


def test_what_is_wrong_in_the_paths_is_told_at_its_place_all_at_once() -> None:
    text = TEXT.replace("minutes: 60", "minutes: 61").replace("id: fuites,", "id: porte,").replace("id: elus\n", "id: cartes\n")
    assert faults_of(text) == [
        f"{line_of(text, 'minutes: 61')}:14 valeur-impossible",
        f"{line_of(text, 'case: detection-de-fuites-d-eau}')}:18 identifiant-en-double",
        f"{line_of(text, 'id: cartes')}:9 identifiant-en-double",
    ]
    told = TEXT.replace("{id: porte-avis, case:", "{id: porte-avis, opinion: refuse, case:")
    assert [fault.split()[1] for fault in faults_of(told)] == ["cle-inconnue"]


def test_two_pages_never_have_one_name() -> None:
    text = TEXT.replace("      - id: donnees\n", "      - id: reconnaitre\n")
    assert "identifiant-en-double" in faults_of(text)[0]
    assert line_of(text, "- id: reconnaitre") != int(faults_of(text)[0].split(":")[0])


def test_a_name_that_a_doctrine_does_not_have_is_told_where_it_is_written() -> None:
    nancy = load("nancy")
    found = placed(check_beside(TRAINING, nancy))
    told = lines_of(found)
    assert told[line_of(TEXT, "case: reconnaissance-faciale-a-l-entree}")] == "identifiant-inconnu"
    assert told[line_of(TEXT, "indicator:")] == "identifiant-inconnu"
    assert {fault.file for fault in found} == {"formation.yml"}


@pytest.mark.parametrize("name", ["nancy", "nantes-2019-stricte"])
def test_another_doctrine_keeps_what_it_can_correct(name: str) -> None:
    other = load(name)
    pages = render_training(TRAINING, other, [], KNOWN)
    assert set(pages) == set(render_training(TRAINING, NANTES, [], KNOWN))
    for track in TRAINING.paths:
        for step in track.steps:
            page = pages[f"se-former/{track.id}-{step.id}.md"]
            assert page.count('class="boussole-exercise"') == len(corrections(other, step))
            assert ("Qu’auriez-vous" in page) == bool(corrections(other, step))


# -- corrections -------------------------------------------------------------------------------------------------------------


def test_a_case_that_changes_changes_its_exercise(doctrine: Doctrine) -> None:
    exercise = Exercise(id="essai", case="traduction-au-guichet")
    changed = [
        replace(case, answers={**case.answers, "biometrie.emotions": "oui"}) if case.id == exercise.case else case
        for case in doctrine.cases
    ]
    before, after = correct(doctrine, exercise), correct(replace(doctrine, cases=changed), exercise)
    assert (before.right.id, after.right.id) == ("suspendu", "refuse")
    assert [told.question for told in after.right.told] == ["biometrie.emotions"]


def test_a_stricter_doctrine_corrects_the_same_exercise_otherwise() -> None:
    exercise = Exercise(id="essai", case="score-de-demandes-de-logement", turned=True)
    assert correct(NANTES, exercise).right.id == "favorable-sous-reserves"
    assert correct(load("nantes-2019-stricte"), exercise).right.id == "refuse"


def test_a_red_line_alone_is_told_once_the_other_is_lifted(doctrine: Doctrine) -> None:
    found = correct(doctrine, next(one for one in EXERCISES if one.id == "logement-humain"))
    assert [told.question for told in found.right.told] == ["biometrie.donnees-sensibles"]
    assert dict(found.changed) == {"regle-commune.sans-humain": "non"}
    assert "regle-commune.sans-humain" not in found.facts


def test_what_nobody_knows_leaves_the_opinion_open_and_says_what_to_ask(doctrine: Doctrine) -> None:
    found = correct(doctrine, next(one for one in EXERCISES if one.id == "accueil-inconnu"))
    assert (found.right.id, label(found, found.right)) == (OPEN, NOT_YET)
    assert [told.question for told in found.right.told] == ["transparence.annonce-machine"]
    ways = {choice.id: choice.why for choice in found.choices}
    assert ways["favorable-sous-reserves"] == ways["suspendu"] == "open"
    assert ways["favorable"] == "better"


def test_what_nobody_knows_is_told_beside_what_must_change(doctrine: Doctrine) -> None:
    found = correct(doctrine, next(one for one in EXERCISES if one.id == "accueil-inconnu"))
    better = found.choices[0]
    assert better.leads == ("favorable",)
    unknown = {told.question: told.wanted for told in better.told if told.wanted}
    assert unknown == {"biometrie.anonymisation": ("oui",), "transparence.annonce-machine": ("oui",)}
    assert "changer ces réponses et savoir ce que l’on ignore" in verdict(found, better)
    told = dict(reasons(found, better))["transparence.annonce-machine"]
    assert told == "Je ne sais pas. Il faudrait le savoir, et que la réponse soit « Oui »."


def test_a_change_that_leads_further_than_the_opinion_chosen_says_where(doctrine: Doctrine) -> None:
    found = correct(doctrine, next(one for one in EXERCISES if one.id == "logement-humain"))
    said = {choice.id: verdict(found, choice) for choice in found.choices}
    for name, title in (("suspendu", "Suspendu"), ("a-retravailler", "À retravailler")):
        assert f"Il deviendrait « Favorable sous réserves », et non « {title} », si l’on changeait" in said[name]
    assert "Pour obtenir « Favorable sous réserves », il faudrait" in said["favorable-sous-reserves"]


@pytest.mark.parametrize("exercise", [one for one in EXERCISES if not one.question], ids=lambda exercise: exercise.id)
def test_one_change_is_never_told_as_leading_to_two_opinions(doctrine: Doctrine, exercise: Exercise) -> None:
    found = correct(doctrine, exercise)
    asked_for = [choice.told for choice in found.choices if "Pour obtenir" in verdict(found, choice)]
    assert len(set(map(repr, asked_for))) == len(asked_for)


def test_a_question_no_longer_asked_is_not_shown_as_a_change(doctrine: Doctrine) -> None:
    found = correct(doctrine, next(one for one in EXERCISES if one.id == "guichet-interne"))
    assert [name for name, _ in changed(found)] == ["profil.fournisseur", "droit.souverainete", "alternative.dependance"]


def test_each_answer_to_a_question_says_where_it_would_lead(doctrine: Doctrine) -> None:
    found = correct(doctrine, Exercise(id="essai", case="traduction-au-guichet", question="droit.reutilisation"))
    leads = {choice.id: choice.leads for choice in found.choices}
    assert leads == {
        "oui": ("suspendu",),
        "non": ("favorable-sous-reserves",),
        NSP: ("favorable-sous-reserves", "suspendu"),
    }
    assert found.right.id == "oui"
    assert asked(found) == doctrine.questions["droit.reutilisation"].ask


def test_a_number_is_corrected_by_its_band(doctrine: Doctrine) -> None:
    found = correct(doctrine, Exercise(id="essai", case="agent-conversationnel-accueil", question="alternative.dependance"))
    assert found.right.id == "forte"


@pytest.mark.parametrize(
    "exercise",
    [
        Exercise(id="x", case="inconnu"),
        Exercise(id="x", case="traduction-au-guichet", question="droit.inconnue"),
        Exercise(id="x", case="traduction-au-guichet", answers={"droit.reutilisation": "peut-etre"}),
        Exercise(id="x", case="traduction-au-guichet", question="sobriete.gain-mesure"),  # not asked there
    ],
)
def test_an_exercise_that_cannot_be_corrected_is_refused(doctrine: Doctrine, exercise: Exercise) -> None:
    with pytest.raises(AnswerError):
        correct(doctrine, exercise)


def test_an_answer_that_leaves_the_opinion_open_is_not_told_as_leading_to_one() -> None:
    rules = {
        "scale": ["bon", "moyen", "mauvais"],
        "questions": [
            {"id": "un.q1", "section": "un", "options": [{"id": "a", "effect": "bon"}, {"id": "b", "effect": "moyen"}]},
            {
                "id": "un.q2",
                "section": "un",
                "when": {"un.q1": ["b"]},
                "options": [{"id": "a", "effect": "bon"}, {"id": "b", "effect": "mauvais"}],
            },
            {"id": "un.q3", "section": "un", "options": [{"id": "a", "effect": "bon"}, {"id": "b", "effect": "moyen"}]},
        ],
    }
    turning = TurningPoint(answers={"un.q1": "b"}, opinion="moyen", because="texte")
    case = Case(
        id="cas", title="t", summary="s", domain="d", answers={"un.q1": "a", "un.q3": "a"}, opinion="bon", because="b",
        turning_point=turning,
    )  # fmt: skip
    found = correct(replace(doctrine_from_rules(rules), cases=[case]), Exercise(id="x", case="cas"))
    ways = {choice.id: (choice.why, [told.question for told in choice.told]) for choice in found.choices}
    assert ways["moyen"] == ("worse", ["un.q3"])
    assert ways["mauvais"] == ("never", [])
    check(found)


def obtained(found: Correction, choice: Choice) -> set[str]:
    """The opinions that the case obtains once all that a better opinion asks for is done, whichever good answers are found."""
    doctrine, wanted = found.doctrine, {told.question: told.wanted for told in choice.told if told.wanted}

    def weight(question: str, option: str) -> tuple[int, bool]:
        level = doctrine.effect_of(question, option).id
        return doctrine.levels.index(level), doctrine.questions[question].choices[option].justify

    changed = {
        one.question: min(one.alternatives, key=lambda name, of=one.question: weight(of, name))  # type: ignore[misc]
        for one in found.assessment.changes(choice.id)
        if one.alternatives
    }
    assert set(changed) <= {told.question for told in choice.told if not told.wanted}
    after = answers_of(doctrine, replace(found.exercise, answers={**found.exercise.answers, **changed}))
    if doctrine.levels.index(assess(doctrine, after).attainable[0]) > doctrine.levels.index(choice.id):
        after = {**found.answers, **changed}
    if wanted:
        before = assess(doctrine, after)
        assert doctrine.levels.index(before.attainable[-1]) > doctrine.levels.index(choice.id)
        assert set(wanted) <= set(before.possible)
    ways = [dict(zip(wanted, options, strict=True)) for options in product(*wanted.values())]
    return {level for way in ways for level in assess(doctrine, {**after, **way}).attainable}


def check(found: Correction) -> None:
    """What must hold of every exercise about an opinion, whatever the doctrine, the case and what is changed."""
    doctrine = found.doctrine
    opinion = assess(doctrine, answers_of(doctrine, found.exercise)).opinion
    assert [choice.id for choice in found.choices if choice.is_right] == [opinion or OPEN]
    for choice in found.choices:
        assert all(told.question in doctrine.questions for told in choice.told)
        if choice.why != "better":
            assert choice.leads == found.assessment.attainable
        if choice.why == "worse":
            (turn,) = choice.told
            changed = replace(found.exercise, answers={**found.exercise.answers, turn.question: turn.given})
            assert assess(doctrine, answers_of(doctrine, changed)).attainable == (choice.id,)
        if choice.why == "better":
            assert choice.told
            rank = doctrine.levels.index(choice.id)
            assert rank < doctrine.levels.index(found.assessment.attainable[0])
            assert obtained(found, choice) == set(choice.leads)
            assert doctrine.levels.index(choice.leads[-1]) <= rank
            assert (f"Pour obtenir « {label(found, choice)} »" in verdict(found, choice)) == (choice.leads == (choice.id,))
        if choice.why == "right":
            assert {doctrine.effect_of(told.question, told.given).id for told in choice.told} == {choice.id}
        if choice.why == "best":
            assert choice.id == doctrine.levels[0]
        assert verdict(found, choice).startswith(("Exact", "Non", "Pas encore"))
        assert verdict(found, choice).startswith("Exact") == choice.is_right
        assert all(text for _, text in reasons(found, choice))


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.id)
def test_the_right_choice_of_every_exercise_is_what_the_algebra_says(doctrine: Doctrine, exercise: Exercise) -> None:
    found = correct(doctrine, exercise)
    if exercise.question is None:
        check(found)
        return
    given = found.answers[exercise.question]
    assert found.right.id == doctrine.questions[exercise.question].option_of(given)
    assert found.right.leads == found.assessment.attainable
    for choice in found.choices:
        answers = {**exercise.answers, exercise.question: choice.id}
        assert choice.leads == assess(doctrine, answers_of(doctrine, replace(exercise, answers=answers))).attainable


@over(60)
@given(st.data())
def test_any_change_of_any_case_is_corrected_as_the_algebra_says(data: st.DataObject) -> None:
    case = data.draw(st.sampled_from(NANTES.cases))
    names = data.draw(st.lists(st.sampled_from(list(NANTES.questions)), unique=True, max_size=4))
    answers = {name: data.draw(st.sampled_from([*NANTES.questions[name].choices, NSP])) for name in names}
    check(correct(NANTES, Exercise(id="x", case=case.id, turned=data.draw(st.booleans()), answers=answers)))


@over(120)
@given(doctrines(), st.data())
def test_any_doctrine_corrects_any_case(doctrine: Doctrine, data: st.DataObject) -> None:
    def drawn() -> dict[str, Any]:
        names = data.draw(st.lists(st.sampled_from(list(doctrine.questions)), unique=True))
        return {name: data.draw(st.sampled_from([*doctrine.questions[name].choices, NSP])) for name in names}

    level = doctrine.levels[0]
    turning = TurningPoint(answers=drawn(), opinion=level, because="texte")
    whole: Literal["best"] | None = data.draw(st.sampled_from([None, "best"]))
    case = Case(
        id="cas", title="t", summary="s", domain="d", answers=drawn(), otherwise=whole, opinion=level, because="b",
        turning_point=turning,
    )  # fmt: skip
    turned = data.draw(st.booleans())
    check(correct(replace(doctrine, cases=[case]), Exercise(id="x", case="cas", turned=turned)))


@pytest.mark.parametrize("exercise", [one for one in EXERCISES if not one.question], ids=lambda exercise: exercise.id)
def test_what_is_not_told_before_choosing_does_not_weigh(doctrine: Doctrine, exercise: Exercise) -> None:
    found = correct(doctrine, exercise)
    told = {*found.facts, *found.changed}
    for name in found.assessment.asked:
        if name not in told and any(option.effect for option in doctrine.questions[name].choices.values()):
            assert doctrine.effect_of(name, found.answers[name]).id == doctrine.levels[0]


# -- pages and documents -----------------------------------------------------------------------------------------------------


def test_a_step_leads_only_to_pages_that_there_are(doctrine: Doctrine) -> None:
    page = render_training(TRAINING, doctrine, [], {"criteres/index"})["se-former/elus-trancher.md"]
    assert "(/criteres/index.md)" in page
    assert "registre" not in page.split("## Les mots")[0]


def test_the_pages_mark_one_right_choice_an_exercise_and_link_only_known_questions(doctrine: Doctrine) -> None:
    pages = render_training(TRAINING, doctrine, [], KNOWN)
    marked = sum(page.count("<details data-right>") for page in pages.values())
    assert marked == len(EXERCISES)
    anchors = {f"../criteres/{name.partition('.')[0]}.html#{name.replace('.', '-')}" for name in doctrine.questions}
    for page in pages.values():
        assert set(re.findall(r'href="(\.\./criteres/[^"]+#(?!indicateur)[^"]+)"', page)) <= anchors


def test_a_case_is_linked_in_the_correction_and_not_before(doctrine: Doctrine) -> None:
    pages = render_training(TRAINING, doctrine, [], KNOWN)
    for track in TRAINING.paths:
        for step in track.steps:
            boxes = pages[f"se-former/{track.id}-{step.id}.md"].split('<section class="boussole-exercise"')[1:]
            for box, exercise in zip(boxes, step.exercises, strict=True):
                before, right = box.split("<details data-right>")
                link = f'href="../cas/{exercise.case}.html"'
                assert (link in before, link in right.split("</details>")[0]) == (False, True)
                assert box.count("../cas/") == 1


def test_listed_answers_are_not_all_said_to_weigh(doctrine: Doctrine) -> None:
    page = render_training(TRAINING, doctrine, [], KNOWN)["se-former/agents-reconnaitre.md"]
    assert "Chacune de ces réponses peut peser, ou non." in page
    assert "Les autres réponses ne pèsent pas" not in page


def test_the_reading_of_the_project_is_told_as_its_own(doctrine: Doctrine) -> None:
    step = next(step for track in TRAINING.paths for step in track.steps if step.id == "humain")
    (said,) = (said for said in step.know if "arbitrage" in said)
    assert said.startswith("Dans la lecture de ce projet")
    assert "une réserve" in said
    assert doctrine.effect_of("regle-commune.arbitrage", "non").id == "favorable-sous-reserves"


def test_each_back_of_a_card_falls_behind_its_front(doctrine: Doctrine) -> None:
    page = render_cards(TRAINING, doctrine, "")
    sheets = [
        re.findall(r'<div class="boussole-card">(.*?)</div>', sheet) for sheet in page.split('<div class="boussole-sheet')[1:]
    ]
    assert len(sheets) % 2 == 0
    for front, back in zip(sheets[::2], sheets[1::2], strict=True):
        assert (len(front), len(back)) == (A_SHEET, A_SHEET)
        for rank, card in enumerate(front):
            word = re.sub("<[^>]+>", "", card)
            assert re.sub("<[^>]+>", " ", back[rank + 1 if rank % 2 == 0 else rank - 1]).strip().startswith(word)
    terms = terms_of(doctrine, [step for track in TRAINING.paths for step in track.steps])
    assert sum(bool(card) for sheet in sheets[::2] for card in sheet) == len(terms)


def test_the_cards_of_a_path_are_its_own(doctrine: Doctrine) -> None:
    assert "CST" in render_cards(TRAINING, doctrine, "", ["agents"])
    assert "CST" not in render_cards(TRAINING, doctrine, "", ["elus"])


def test_a_certificate_names_the_version_and_nobody(doctrine: Doctrine) -> None:
    for track in TRAINING.paths:
        page = render_certificate(TRAINING, doctrine, track, "")
        assert doctrine.doctrine.version in page
        assert doctrine.fingerprint[:12] in page
        assert typeset("Nantes Métropole, telle que ce projet l’écrit (version") in page
        assert "Ce n’est ni un diplôme" in page
        assert all(step.title in page for step in track.steps)
        assert "<input" not in page


# -- a site ------------------------------------------------------------------------------------------------------------------


def test_a_site_without_the_folder_has_no_training(tmp_path: Path, doctrine: Doctrine) -> None:
    found = teach(tmp_path, doctrine)
    assert not found.pages
    assert not found.files


def test_an_authority_writes_its_own_paths(tmp_path: Path, doctrine: Doctrine) -> None:
    (tmp_path / "formation").mkdir()
    own = TEXT.replace("id: elus\n", "id: conseillers\n")
    (tmp_path / OWN).write_text(own, encoding="utf-8")
    assert "se-former/conseillers-trancher.md" in teach(tmp_path, doctrine).pages
    assert [track.id for track in training_of(tmp_path, doctrine).paths] == ["agents", "conseillers"]


def test_what_its_own_paths_name_must_exist_and_counts_are_told_with_them(tmp_path: Path, doctrine: Doctrine) -> None:
    (tmp_path / "formation").mkdir()
    (tmp_path / OWN).write_text(TEXT.replace("case: traduction-au-guichet}", "case: traduction-au-guiche}"), encoding="utf-8")
    (tmp_path / "formation/2026.yml").write_text("id: 2027\n", encoding="utf-8")
    with pytest.raises(SourceError) as error:
        teach(tmp_path, doctrine)
    assert {Path(fault.file).name for fault in error.value.faults} == {OWN, "2026.yml"}
    assert "peut-être « traduction-au-guichet »" in str(error.value)


def test_the_site_has_every_page_of_the_training(site: Path) -> None:
    pages = {path.name for path in (site / "se-former").iterdir()}
    steps = {f"{track.id}-{step.id}.html" for track in TRAINING.paths for step in track.steps}
    assert pages == {"index.html", "cartes.html", "couverture.html", *steps, *(f"{track.id}.html" for track in TRAINING.paths),
                     *(f"attestation-{track.id}.html" for track in TRAINING.paths)}  # fmt: skip
    assert (ROOT / "docs/formation").is_dir()
