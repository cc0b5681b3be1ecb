"""Guarantees against brute force on random forests, then every promise and worked case of the embedded doctrine."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import boussole
from boussole.model import Case, Doctrine, Guarantee
from boussole.proofs import Proof, assess_case, case_answers, prove, reachable, witness
from tests.mutation import changed
from tests.oracle import Dossier, Oracle, taken
from tests.strategies import Answers, doctrines, dossiers, over, premises

NANTES = boussole.load()


# -- against brute force ------------------------------------------------------------------------------------------------


@given(premises())
@over(270)
def test_a_proof_covers_exactly_the_dossiers_that_are_asked_its_premise_and_answer_so(
    promise: tuple[Doctrine, Answers, tuple[str, ...]],
) -> None:
    doctrine, premise, _ = promise
    everything = Oracle(doctrine, {})
    meeting = [dossier for dossier in everything.dossiers if meets(doctrine, dossier, premise)]
    proof = proved(*promise)
    assert proof.completions == len(meeting)
    assert proof.attainable == everything.in_order(everything.opinion(dossier) for dossier in meeting)


@given(premises())
@over(270)
def test_a_counterexample_is_given_when_the_promise_fails_and_is_a_dossier_that_breaks_it(
    promise: tuple[Doctrine, Answers, tuple[str, ...]],
) -> None:
    doctrine, premise, promised = promise
    proof = proved(*promise)
    assert (proof.counterexample is None) == (set(proof.attainable) <= set(promised))
    if proof.counterexample is not None:
        everything = Oracle(doctrine, {})
        assert dict(proof.counterexample) in everything.dossiers
        assert meets(doctrine, dict(proof.counterexample), premise)
        assert everything.opinion(dict(proof.counterexample)) not in promised


@given(dossiers())
@over(270)
def test_a_witness_is_a_possible_dossier_that_obtains_exactly_its_level(filled: tuple[Doctrine, Answers]) -> None:
    doctrine, given_answers = filled
    oracle, held = Oracle(doctrine, given_answers), boussole.assess(doctrine, given_answers).held
    for level in oracle.attainable:
        dossier = dict(witness(doctrine, held, level))
        assert dossier in oracle.dossiers
        assert oracle.opinion(dossier) == level
        assert list(dossier) == [name for name in doctrine.questions if name in dossier]


@given(doctrines(), st.data())
@over(100)
def test_a_premise_no_dossier_can_meet_proves_nothing(doctrine: Doctrine, data: st.DataObject) -> None:
    children = [question for question in doctrine.questions.values() if question.when]
    for child in children[:1]:
        (parent, asking), *_ = (child.when or {}).items()
        others = [option for option in doctrine.questions[parent].choices if option not in asking]
        if others:
            premise = {child.id: "a", parent: data.draw(st.sampled_from(others))}
            proof = proved(doctrine, premise, doctrine.levels)
            assert (proof.attainable, proof.completions, proof.counterexample) == ((), 0, None)


@given(doctrines())
@over(60)
def test_what_is_reachable_is_what_some_dossier_obtains(doctrine: Doctrine) -> None:
    everything = Oracle(doctrine, {})
    assert reachable(doctrine) == (everything.attainable, len(everything.dossiers))


# -- the embedded doctrine ----------------------------------------------------------------------------------------------


def test_there_are_twelve_worked_cases_and_one_for_each_opinion() -> None:
    assert len(NANTES.cases) == 12
    assert {case.opinion for case in NANTES.cases} == set(NANTES.levels)


@pytest.mark.parametrize("case", NANTES.cases, ids=lambda case: case.id)
def test_a_worked_case_obtains_its_opinion_and_another_at_its_turning_point(case: Case) -> None:
    assert assess_case(NANTES, case).opinion == case.opinion
    assert assess_case(NANTES, case, turned=True).opinion == case.turning_point.opinion
    assert case.turning_point.opinion != case.opinion


@pytest.mark.parametrize("turned", [False, True], ids=["as told", "turned"])
@pytest.mark.parametrize("case", NANTES.cases, ids=lambda case: case.id)
def test_brute_force_finds_the_same_of_a_worked_case(case: Case, turned: bool) -> None:
    found, expected = assess_case(NANTES, case, turned), Oracle(NANTES, case_answers(NANTES, case, turned))
    assert (found.attainable, found.completions) == (expected.attainable, len(expected.dossiers))
    assert (found.findings, found.asked, found.missing) == (expected.findings, expected.asked, expected.missing)


@pytest.mark.parametrize("case", NANTES.cases, ids=lambda case: case.id)
def test_a_worked_case_turns_by_its_turning_point_alone(case: Case) -> None:
    before, after = case_answers(NANTES, case), case_answers(NANTES, case, turned=True)
    moved = {name for name in {**before, **after} if before.get(name) != after.get(name)}
    opened = {name for name in moved if NANTES.questions[name].parent in case.turning_point.answers}
    assert moved - opened <= set(case.turning_point.answers)


@pytest.mark.parametrize("guarantee", NANTES.guarantees, ids=lambda guarantee: guarantee.id)
def test_a_guarantee_of_the_doctrine_holds(guarantee: Guarantee) -> None:
    proofs = prove(NANTES, guarantee)
    assert len(proofs) == len(guarantee.premises)
    assert all(proof.completions > 0 and proof.counterexample is None for proof in proofs)
    attained = {level for proof in proofs for level in proof.attainable}
    assert set(guarantee.reaches) <= attained <= set(guarantee.opinions)


PROMISES = [
    pytest.param(guarantee, rank, id=f"{guarantee.id}-{rank}")
    for guarantee in NANTES.guarantees
    for rank in range(len(guarantee.premises))
    if set(guarantee.opinions) != set(NANTES.levels)  # no effect can break a promise of every opinion
]


@pytest.mark.parametrize(("guarantee", "rank"), PROMISES)
def test_a_guarantee_rests_on_the_effect_of_its_premise(guarantee: Guarantee, rank: int) -> None:
    premise = guarantee.premises[rank]
    weaker = without_effects(NANTES, premise)
    proof = prove(weaker, guarantee)[rank]
    assert proof.counterexample is not None
    assert boussole.assess(NANTES, proof.counterexample).opinion in guarantee.opinions
    assert boussole.assess(weaker, proof.counterexample).opinion not in guarantee.opinions
    assert meets(weaker, dict(proof.counterexample), premise)


def test_a_guarantee_that_promises_every_opinion_reaches_each_of_them() -> None:
    for guarantee in NANTES.guarantees:
        if set(guarantee.opinions) == set(NANTES.levels):
            assert set(guarantee.reaches) == set(NANTES.levels)


def test_a_proof_counts_every_dossier_that_meets_its_premise() -> None:
    whole = boussole.assess(NANTES, {}).completions
    yes, no = (proved(NANTES, {"biometrie.identification": answer}, NANTES.levels) for answer in ("oui", "non"))
    assert yes.completions + no.completions == whole
    assert (yes.attainable, no.attainable) == (("refuse",), NANTES.levels)


def test_a_premise_asks_its_own_question_and_all_those_above() -> None:
    proof = proved(NANTES, {"regle-commune.main-humaine": "nsp"}, ["refuse"])
    assert proof.completions == boussole.assess(NANTES, {"profil.decision-individuelle": "oui"}).completions
    assert proof.counterexample is not None
    assert proof.counterexample["profil.decision-individuelle"] == "oui"


@pytest.mark.parametrize("level", NANTES.levels)
def test_a_witness_of_each_opinion_is_a_complete_dossier(level: str) -> None:
    found = boussole.assess(NANTES, witness(NANTES, boussole.assess(NANTES, {}).held, level))
    assert (found.opinion, found.completions, found.missing, found.ignored) == (level, 1, (), ())


# -- helpers ------------------------------------------------------------------------------------------------------------


def proved(doctrine: Doctrine, premise: Answers, promised: Any) -> Proof:
    guarantee = Guarantee(id="promesse", claim="texte", because="texte", premises=[premise], opinions=list(promised))
    (proof,) = prove(doctrine, guarantee)
    return proof


def meets(doctrine: Doctrine, dossier: Dossier, premise: Answers) -> bool:
    """Whether a dossier is asked every question of a premise, and answers as it says; any answer will do for ``nsp``."""
    options = {name: taken(doctrine.questions[name], answer) for name, answer in premise.items()}
    return all(name in dossier and (not allowed or dossier[name] in allowed) for name, allowed in options.items())


def without_effects(doctrine: Doctrine, premise: Answers) -> Doctrine:
    """The same doctrine, the answers of a premise no longer weighing."""
    for name, answer in premise.items():
        for option in taken(doctrine.questions[name], answer):
            doctrine = changed(doctrine, name, option, effect=doctrine.levels[0])
    return doctrine
