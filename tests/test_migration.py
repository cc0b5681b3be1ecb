"""Answers to retired questions go where the doctrine says, told one by one; loading alone leaves them aside."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from boussole import Doctrine, Dossier, load, new_dossier
from boussole.dossier import DoctrineName, read_dossier
from boussole.filing import write_yaml
from boussole.migration import Move

TODAY = date(2026, 11, 25)
DOCTRINE = load(Path(__file__).parent / "sources/good/retraits.yml")


def loaded(answers: dict[str, Any], doctrine: Doctrine = DOCTRINE, **parts: Any) -> Dossier:
    """A dossier of the version before, as its file is opened today."""
    old = DoctrineName(id=doctrine.doctrine.id, version="0", fingerprint="a" * 64)
    old_dossier = replace(new_dossier(doctrine, "essai", "Essai"), doctrine=old, answers=answers, **parts)
    return read_dossier(write_yaml(old_dossier), "essai.yml", doctrine)


def test_loading_alone_moves_nothing() -> None:
    dossier = loaded({"droit.aipd": "oui"})
    assert (dossier.answers, dossier.aside) == ({}, {"droit.aipd": "oui"})


def test_a_split_question_answers_each_that_takes_its_place_and_every_move_is_told() -> None:
    dossier, moves = loaded({"droit.aipd": "non"}).migrate(DOCTRINE)
    assert dossier.answers == {"droit.analyse": "absente", "droit.biometrie": "non"}
    assert dossier.aside == {}
    assert moves == (
        Move("droit.aipd", "sans-role", "non", "droit.analyse", "absente"),
        Move("droit.aipd", "sans-role", "non", "droit.biometrie", "non"),
    )


def test_an_option_that_becomes_nothing_is_left_aside_for_the_question_it_does_not_answer() -> None:
    dossier, moves = loaded({"droit.aipd": "oui", "droit.iris": "non"}).migrate(DOCTRINE)
    assert dossier.answers == {"droit.analyse": "faite"}
    assert dossier.aside == {"droit.iris": "non"}
    assert len(moves) == 1


def test_merged_questions_hold_every_position_one_person_took() -> None:
    dossier, moves = loaded({"droit.visage": {"metier": "non"}, "droit.iris": {"metier": "oui"}}).migrate(DOCTRINE)
    assert dossier.answers == {"droit.biometrie": {"metier": ["non", "oui"]}}
    assert [move.question for move in moves] == ["droit.visage", "droit.iris"]
    assert dossier.assess(DOCTRINE).attainable == ("favorable", "refuse")


def test_not_knowing_moves_as_not_knowing_and_never_erases_a_position() -> None:
    assert loaded({"droit.visage": "nsp"}).migrate(DOCTRINE)[0].answers == {"droit.biometrie": "nsp"}
    both = {"droit.visage": "nsp", "droit.iris": "oui"}
    assert loaded(both).migrate(DOCTRINE)[0].answers == {"droit.biometrie": "oui"}


def test_nobody_s_answer_to_the_new_question_is_written_over() -> None:
    dossier, moves = loaded({"droit.visage": "oui", "droit.biometrie": {"metier": "non", "sans-role": "non"}}).migrate(DOCTRINE)
    assert moves == ()
    assert dossier.answers == {"droit.biometrie": {"metier": "non", "sans-role": "non"}}
    assert dossier.aside == {"droit.visage": "oui"}


def test_a_plain_sentence_moves_nothing() -> None:
    dossier = loaded({"droit.vieille": "oui"})
    assert dossier.migrate(DOCTRINE) == (dossier, ())


def test_what_moved_is_to_be_read_again_with_its_notes_and_evidence() -> None:
    dossier, _ = loaded(
        {"droit.aipd": "non"},
        seen={"droit.aipd": "ab" * 4},
        notes={"droit.aipd": "Pas encore.", "droit.analyse": {"metier": "Demandée."}},
        evidence={"droit.aipd": ["AIPD n° 3"]},
    ).migrate(DOCTRINE)
    assert dossier.outdated(DOCTRINE) == ("droit.analyse", "droit.biometrie")
    assert dossier.notes["droit.analyse"] == {"metier": "Demandée.", "sans-role": "Pas encore."}
    assert dossier.evidence == {"droit.analyse": ["AIPD n° 3"], "droit.biometrie": ["AIPD n° 3"]}
    assert "droit.aipd" not in {**dossier.notes, **dossier.seen, **dossier.aside}


@pytest.mark.parametrize("seen", [{}, {"droit.aipd": "ab" * 4}, {"droit.biometrie": "cd" * 4}])
def test_what_moved_is_to_be_read_again_whatever_the_dossier_says_it_saw(seen: dict[str, Any]) -> None:
    before = loaded({"droit.aipd": "non", "droit.visage": {"metier": "oui"}}, seen=seen)
    dossier, moves = before.migrate(DOCTRINE)
    again = read_dossier(write_yaml(dossier), "essai.yml", DOCTRINE)
    assert set(again.outdated(DOCTRINE)) == {move.successor for move in moves}
    assert set(again.stamp(DOCTRINE, TODAY).outdated(DOCTRINE)) == {move.successor for move in moves}
    assert again.doctrine == before.doctrine


def test_a_dossier_that_only_says_what_nobody_saw_does_not_say_which_questions_are_new() -> None:
    dossier, _ = loaded({"droit.aipd": "oui"}).migrate(DOCTRINE)
    assert (dossier.unseen(DOCTRINE), dossier.outdated(DOCTRINE)) == ((), ("droit.analyse",))


@pytest.mark.parametrize("given", [{"droit.aipd": "non"}, {"droit.visage": {"metier": ["oui", "non"]}}, {"droit.iris": "oui"}])
def test_a_migrated_dossier_is_saved_read_and_migrated_no_further(given: dict[str, Any]) -> None:
    dossier, _ = loaded(given, notes={next(iter(given)): "Une note."}).migrate(DOCTRINE)
    again = read_dossier(write_yaml(dossier.stamp(DOCTRINE, TODAY)), "essai.yml", DOCTRINE)
    assert again.answers == dossier.answers
    assert again.notes == dossier.notes
    assert again.migrate(DOCTRINE)[1] == ()
