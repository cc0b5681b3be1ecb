"""The algebra: against brute force on random forests, then on the embedded doctrine."""

import math
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import boussole
from boussole.assessment import Assessment, Change, Reason, read_answers
from boussole.errors import AnswerError
from boussole.model import NSP, Doctrine
from tests.oracle import Oracle
from tests.strategies import (
    ROLES,
    Answers,
    complete_dossiers,
    doctrines,
    dossiers,
    over,
    positions,
    shuffled,
    shuffled_answers,
)

Filled = tuple[Doctrine, Answers]

NANTES = boussole.load()
EVERYTHING = ("favorable", "favorable-sous-reserves", "suspendu", "a-retravailler", "refuse")


# -- against brute force ------------------------------------------------------------------------------------------------


@given(dossiers() | complete_dossiers())
@over(500)
def test_an_assessment_says_what_brute_force_says(filled: Filled) -> None:
    found, expected = boussole.assess(*filled), Oracle(*filled)
    assert found.attainable == expected.attainable
    assert found.findings == expected.findings
    assert found.completions == len(expected.dossiers)
    assert found.asked == expected.asked
    assert found.ignored == expected.ignored


@given(dossiers())
@over(650)
def test_what_is_missing_is_what_brute_force_finds_in_the_documented_order(filled: Filled) -> None:
    assert boussole.assess(*filled).missing == Oracle(*filled).missing


@given(doctrines())
@over(100)
def test_an_empty_dossier_attains_every_opinion_a_complete_one_obtains(doctrine: Doctrine) -> None:
    everything = Oracle(doctrine, {})
    obtained = {boussole.assess(doctrine, dossier).opinion for dossier in everything.dossiers[:200]}
    assert obtained <= set(everything.attainable)
    assert boussole.assess(doctrine, {}).attainable == everything.attainable


# -- what holds of every dossier ----------------------------------------------------------------------------------------


@given(dossiers())
@over(150)
def test_nothing_is_missing_exactly_when_the_opinion_is_settled(filled: Filled) -> None:
    found = boussole.assess(*filled)
    assert (found.missing == ()) == (found.opinion is not None) == (len(found.attainable) == 1)


@given(dossiers(), st.data())
@over(150)
def test_a_missing_answer_never_improves_an_opinion(filled: Filled, data: st.DataObject) -> None:
    doctrine, given_answers = filled
    removed = data.draw(st.sampled_from(list(given_answers) or list(doctrine.questions)))
    more, less = boussole.assess(doctrine, given_answers), boussole.assess(doctrine, without(given_answers, removed))
    assert set(more.attainable) <= set(less.attainable)
    assert ranks(less)[0] <= ranks(more)[0] <= ranks(more)[-1] <= ranks(less)[-1]
    assert less.opinion in (None, more.opinion)


@given(dossiers(), st.data())
@over(100)
def test_holding_fewer_options_never_enlarges_what_is_attainable(filled: Filled, data: st.DataObject) -> None:
    doctrine, given_answers = filled
    name = data.draw(st.sampled_from(list(doctrine.questions)))
    options = Oracle(doctrine, given_answers).held[name]
    fewer = data.draw(st.lists(st.sampled_from(sorted(options)), min_size=1, unique=True))
    before, after = boussole.assess(doctrine, given_answers), boussole.assess(doctrine, {**given_answers, name: fewer})
    assert set(after.attainable) <= set(before.attainable)
    assert after.completions <= before.completions


@given(dossiers(), st.data())
@over(100)
def test_a_contributor_who_disagrees_never_shrinks_what_is_attainable(filled: Filled, data: st.DataObject) -> None:
    doctrine, given_answers = filled
    question = data.draw(st.sampled_from(list(doctrine.questions.values())))
    one, other = data.draw(positions(question)), data.draw(positions(question))
    alone = boussole.assess(doctrine, {**given_answers, question.id: {ROLES[0]: one}})
    both = boussole.assess(doctrine, {**given_answers, question.id: {ROLES[0]: one, ROLES[1]: other}})
    assert set(alone.attainable) <= set(both.attainable)
    assert alone.completions <= both.completions


@given(dossiers(), st.data())
@over(80)
def test_not_knowing_beside_a_position_changes_nothing(filled: Filled, data: st.DataObject) -> None:
    doctrine, given_answers = filled
    question = data.draw(st.sampled_from(list(doctrine.questions.values())))
    known = data.draw(positions(question))
    alone = boussole.assess(doctrine, {**given_answers, question.id: known})
    assert boussole.assess(doctrine, {**given_answers, question.id: {ROLES[0]: known, ROLES[1]: NSP}}) == alone
    assert boussole.assess(doctrine, {**given_answers, question.id: [NSP, *as_list(known)]}) == alone


@given(dossiers(), st.data())
@over(80)
def test_not_knowing_alone_is_not_answering(filled: Filled, data: st.DataObject) -> None:
    doctrine, given_answers = filled
    name = data.draw(st.sampled_from(list(doctrine.questions)))
    unknown = boussole.assess(doctrine, {**given_answers, name: {ROLES[0]: NSP, ROLES[1]: [NSP]}})
    silent = boussole.assess(doctrine, without(given_answers, name))
    assert said(unknown) == said(silent)


@given(complete_dossiers() | dossiers())
@over(150)
def test_an_answer_to_a_question_not_asked_changes_nothing_but_is_told(filled: Filled) -> None:
    doctrine, given_answers = filled
    found = boussole.assess(doctrine, given_answers)
    kept = {name: answer for name, answer in given_answers.items() if name not in found.ignored}
    left = boussole.assess(doctrine, kept)
    assert left.ignored == ()
    assert (said(left), left.reasons) == (said(found), found.reasons)


@given(dossiers(), st.integers(0, 2**32))
@over(150)
def test_the_order_of_questions_and_answers_never_matters(filled: Filled, seed: int) -> None:
    doctrine, given_answers = filled
    mixed = boussole.assess(shuffled(doctrine, seed), shuffled_answers(given_answers, seed))
    straight = boussole.assess(doctrine, given_answers)
    assert unordered(mixed) == unordered(straight)


# -- why, and what would change it --------------------------------------------------------------------------------------


@given(dossiers() | complete_dossiers())
@over(200)
def test_the_reasons_are_the_fewest_answers_that_forbid_better_and_there_is_always_one(filled: Filled) -> None:
    found, oracle = boussole.assess(*filled), Oracle(*filled)
    best = oracle.levels.index(found.attainable[0])
    assert bool(found.reasons) == (best > 0)
    if best:
        assert frozenset(reason.question for reason in found.reasons) in oracle.blockers(oracle.levels[best - 1])
    for reason in found.reasons:
        least = min(oracle.rank(reason.question, option) for option in oracle.held[reason.question])
        assert (oracle.rank(reason.question, reason.option), reason.level) == (least, oracle.levels[least])
        assert least == best or reason.question not in found.asked


@given(complete_dossiers())
@over(80)
def test_the_reasons_of_a_complete_dossier_are_its_answers_as_bad_as_the_opinion(filled: Filled) -> None:
    found, oracle = boussole.assess(*filled), Oracle(*filled)
    (dossier,) = oracle.dossiers
    rank = oracle.levels.index(oracle.opinion(dossier))
    as_bad = {(name, option) for name, option in dossier.items() if oracle.rank(name, option) == rank > 0}
    assert {(reason.question, reason.option) for reason in found.reasons} == as_bad


@given(complete_dossiers(), st.data())
@over(100)
def test_a_complete_dossier_must_change_exactly_its_answers_worse_than_the_target(filled: Filled, data: st.DataObject) -> None:
    oracle, target = Oracle(*filled), data.draw(st.sampled_from(filled[0].levels))
    (dossier,) = oracle.dossiers
    changes = boussole.assess(*filled).changes(target)
    assert {change.question: change.options for change in changes} == {
        name: (dossier[name],) for name in oracle.bad(dossier, target)
    }


@given(dossiers(), st.data())
@over(150)
def test_nothing_has_to_change_exactly_when_the_target_or_better_is_attainable(filled: Filled, data: st.DataObject) -> None:
    target = data.draw(st.sampled_from(filled[0].levels))
    found = boussole.assess(*filled)
    assert (found.changes(target) == ()) == (ranks(found)[0] <= filled[0].levels.index(target))


@given(dossiers() | complete_dossiers(), st.data())
@over(300)
def test_the_answers_to_change_are_the_fewest_that_every_option_held_makes_worse(filled: Filled, data: st.DataObject) -> None:
    oracle, target = Oracle(*filled), data.draw(better_than_attainable(filled))
    changes = boussole.assess(*filled).changes(target)
    assert frozenset(change.question for change in changes) in oracle.blockers(target)
    for change in changes:
        assert set(change.options) == oracle.held[change.question]
        assert all(oracle.rank(change.question, option) > oracle.levels.index(target) for option in change.options)


@given(dossiers() | complete_dossiers(), st.data())
@over(250)
def test_the_alternatives_are_the_options_that_reach_the_target_once_all_below_is_answered_anew(
    filled: Filled, data: st.DataObject
) -> None:
    everything, target = Oracle(filled[0], {}), data.draw(better_than_attainable(filled))
    for change in boussole.assess(*filled).changes(target):
        allowing = everything.alternatives(change.question, target)
        assert change.alternatives == tuple(option for option in everything.options(change.question) if option in allowing)


@given(dossiers() | complete_dossiers(), st.data())
@over(300)
def test_taking_back_the_answers_to_change_and_those_below_makes_the_target_attainable(
    filled: Filled, data: st.DataObject
) -> None:
    doctrine, given_answers = filled
    target = data.draw(better_than_attainable(filled))
    changes = boussole.assess(doctrine, given_answers).changes(target)
    changed = {change.question for change in changes}
    below = [name for name in doctrine.questions if changed & set(line(doctrine, name))]
    left = boussole.assess(doctrine, without(given_answers, *below))
    if all(change.alternatives for change in changes):
        assert ranks(left)[0] <= doctrine.levels.index(target)


@given(dossiers() | complete_dossiers(), st.data())
@over(100)
def test_an_answer_to_change_is_explained_by_the_worst_of_its_options(filled: Filled, data: st.DataObject) -> None:
    oracle, target = Oracle(*filled), data.draw(better_than_attainable(filled))
    for change in boussole.assess(*filled).changes(target):
        worst = max(change.options, key=lambda option: oracle.rank(change.question, option))
        assert (change.because, change.remedy) == (f"raison {worst}", f"remède {worst}")


# -- the embedded doctrine ----------------------------------------------------------------------------------------------


def test_an_empty_dossier_is_open_to_every_opinion_and_asks_for_everything_that_weighs() -> None:
    found = boussole.assess(NANTES, {})
    assert (found.opinion, found.attainable, found.reasons) == (None, EVERYTHING, ())
    assert found.missing[0] == "regle-commune.sans-humain"
    weighing = {name for name in NANTES.questions if any(NANTES.effect_of(name, o) != NANTES.scale[0] for o in choices(name))}
    assert set(found.missing) == weighing | {question.parent for question in NANTES.questions.values() if question.parent}


def test_a_red_line_settles_the_opinion_whatever_the_rest() -> None:
    found = boussole.assess(NANTES, {"biometrie.identification": "oui"})
    assert (found.opinion, found.missing) == ("refuse", ())
    (reason,), (change,) = found.reasons, found.changes("a-retravailler")
    oui = NANTES.questions["biometrie.identification"].choices["oui"]
    assert reason == Reason("biometrie.identification", "oui", "refuse", oui.because or "", oui.remedy or "")
    assert change == Change("biometrie.identification", ("oui",), ("non",), oui.because or "", oui.remedy or "")


def test_findings_count_only_the_effects_of_their_own_section() -> None:
    findings = boussole.assess(NANTES, {"biometrie.identification": "oui"}).findings
    assert findings["biometrie"] == ("refuse",)
    assert findings["profil"] == ("favorable",)
    assert findings["travail"] == ("favorable", "favorable-sous-reserves", "suspendu", "a-retravailler")


def test_contributors_who_disagree_leave_open_what_only_one_of_them_would_settle() -> None:
    disagreeing = boussole.assess(NANTES, {"biometrie.identification": {"dpo": "oui", "dsi": "non", "elu": "nsp"}})
    assert (disagreeing.attainable, disagreeing.reasons) == (EVERYTHING, ())
    assert "biometrie.identification" in disagreeing.missing
    assert boussole.assess(NANTES, {"biometrie.identification": {"dpo": "oui", "dsi": "nsp"}}).opinion == "refuse"


def test_answers_by_role_weigh_as_the_same_answers_alone() -> None:
    given_answers = {name: list(question.choices)[-1] for name, question in NANTES.questions.items()}
    by_role = {name: {"dpo": option, "dsi": option, "elu": "nsp"} for name, option in given_answers.items()}
    assert len(by_role) == 72
    assert boussole.assess(NANTES, by_role) == boussole.assess(NANTES, given_answers)


def test_a_child_of_an_answer_that_rules_it_out_is_ignored() -> None:
    found = boussole.assess(NANTES, {"profil.public": "non", "service-public.acces-humain": "non"})
    assert found.ignored == ("service-public.acces-humain",)
    assert "service-public.acces-humain" not in found.asked
    assert found.findings["service-public"] == boussole.assess(NANTES, {"profil.public": "non"}).findings["service-public"]


# -- answers as people write them ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "band"),
    [
        (0, "moderee"), (-0.0, "moderee"), (50, "moderee"), (50.0, "moderee"), ("50", "moderee"), (" 50 ", "moderee"),
        ("50,0", "moderee"), (50.001, "forte"), ("50,5", "forte"), ("50.5", "forte"), (100, "forte"),
        ("moderee", "moderee"), ("forte", "forte"),
    ],
)  # fmt: skip
def test_a_number_stands_for_its_band(number: Any, band: str) -> None:
    assert boussole.assess(NANTES, {"alternative.dependance": number}) == boussole.assess(
        NANTES, {"alternative.dependance": band}
    )


@pytest.mark.parametrize("number", ["1\u00a0000", "1\u202f000,5"])
def test_a_no_break_space_may_part_thousands(number: str) -> None:
    found = boussole.assess(NANTES, {"sobriete.energie-par-service": number})
    assert found.held == boussole.assess(NANTES, {"sobriete.energie-par-service": "estimee"}).held


@pytest.mark.parametrize("number", ["1 000", "1\xa0000", "12\u202f345\u202f678,5"])
def test_spaces_may_part_thousands(number: str) -> None:
    assert boussole.assess(NANTES, {"sobriete.energie-par-service": number}).answered


@pytest.mark.parametrize("number", ["10 00", "1  000", "5e1", "1_000", "1 2", "٥٠", "５０", "+", "1.", ",5"])
def test_what_no_one_writes_as_a_number_is_refused(number: str) -> None:
    assert refused(NANTES, {"sobriete.energie-par-service": number}) == (
        f"réponse « {' '.join(number.split())} » à la question « sobriete.energie-par-service » [reponse-inconnue]"
        " ; attendu : un nombre à partir de 0, ou nsp"
    )


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        (True, "« True »"), (False, "« False »"), (None, "« None »"), (math.nan, "« nan »"), (math.inf, "« inf »"),
        (-math.inf, "« -inf »"), (1e400, "« inf »"), ("1e400", "« 1e400 »"), ("nan", "« nan »"), ("abc", "« abc »"),
        ("", "vide"), ("50 %", "« 50 % »"), ("1.234,5", "« 1.234,5 »"), (-0.001, "« -0.001 »"), (-1, "« -1 »"),
        (100.5, "« 100.5 »"), ("100,5", "« 100,5 »"), (10**400, "« un nombre trop grand »"), (b"50", "« b'50' »"),
    ],
)  # fmt: skip
def test_what_is_not_a_number_of_any_band_is_refused(number: Any, shown: str) -> None:
    assert refused(NANTES, {"alternative.dependance": number}) == (
        f"réponse {shown} à la question « alternative.dependance » [reponse-inconnue]"
        " ; attendu : un nombre à partir de 0 jusqu’à 100, ou nsp"
    )


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf, 1e400, "inf", "1e400", "nan", True])
def test_what_is_not_a_finite_number_is_refused_even_by_a_band_without_end(number: Any) -> None:
    assert refused(NANTES, {"sobriete.energie-par-service": number}) == (
        f"réponse « {number} » à la question « sobriete.energie-par-service » [reponse-inconnue]"
        " ; attendu : un nombre à partir de 0, ou nsp"
    )


def test_a_number_longer_than_python_prints_is_refused_like_any_other() -> None:
    assert "un nombre trop grand" in refused(NANTES, {"alternative.dependance": 10**5000})


def test_a_band_misspelt_is_refused_with_the_nearest() -> None:
    assert refused(NANTES, {"alternative.dependance": "modere"}) == (
        "réponse « modere » à la question « alternative.dependance » [reponse-inconnue]"
        " ; attendu : un nombre à partir de 0 jusqu’à 100, ou nsp ; peut-être « moderee »"
    )


def test_bounds_that_do_not_exist_are_not_told() -> None:
    assert refused(NANTES, {"sobriete.energie-par-service": -1}) == (
        "réponse « -1 » à la question « sobriete.energie-par-service » [reponse-inconnue]"
        " ; attendu : un nombre à partir de 0, ou nsp"
    )


ROLES_OF_NANTES = "agent-metier, dsi, dpo, rssi, os, qvct, elu, usager, juridique ou achats"


@pytest.mark.parametrize(
    ("wrong", "path", "told"),
    [
        (
            {"biometrie.identifcation": "oui"},
            ("biometrie.identifcation",),
            "question inconnue « biometrie.identifcation » [identifiant-inconnu] ; attendu : une question de la doctrine"
            " ; peut-être « biometrie.identification »",
        ),
        (
            {"aipd": "oui"},
            ("aipd",),
            "question inconnue « aipd » [identifiant-inconnu] ; attendu : une question de la doctrine ; peut-être « droit.aipd »",
        ),
        (
            {"zzz": "oui"},
            ("zzz",),
            "question inconnue « zzz » [identifiant-inconnu] ; attendu : une question de la doctrine",
        ),
        (
            {3: "oui"},
            (3,),
            "question inconnue « 3 » [identifiant-inconnu] ; attendu : une question de la doctrine",
        ),
        (
            {"droit.aipd": "Oui"},
            ("droit.aipd",),
            "réponse « Oui » à la question « droit.aipd » [reponse-inconnue] ; attendu : oui, non ou nsp ; peut-être « oui »",
        ),
        (
            {"droit.aipd": True},
            ("droit.aipd",),
            "réponse « True » à la question « droit.aipd » [reponse-inconnue] ; attendu : oui, non ou nsp",
        ),
        (
            {"droit.aipd": "sans-objet"},
            ("droit.aipd",),
            "réponse « sans-objet » à la question « droit.aipd » [reponse-inconnue] ; attendu : oui, non ou nsp",
        ),
        (
            {"droit.aipd": ""},
            ("droit.aipd",),
            "réponse vide à la question « droit.aipd » [reponse-inconnue] ; attendu : oui, non ou nsp",
        ),
        (
            {"droit.aipd": []},
            ("droit.aipd",),
            "liste de réponses vide [reponse-inconnue] ; attendu : oui, non ou nsp ; écrire nsp",
        ),
        (
            {"droit.aipd": ["oui", "nom"]},
            ("droit.aipd", 1),
            "réponse « nom » à la question « droit.aipd » [reponse-inconnue] ; attendu : oui, non ou nsp ; peut-être « non »",
        ),
        (
            {"droit.aipd": ["oui", ["non"]]},
            ("droit.aipd", 1),
            "réponse « ['non'] » à la question « droit.aipd » [reponse-inconnue] ; attendu : oui, non ou nsp",
        ),
        (
            {"droit.aipd": {"dpo": "oui", "dsi": {"elu": "non"}}},
            ("droit.aipd", "dsi"),
            "réponse « {'elu': 'non'} » à la question « droit.aipd » [reponse-inconnue] ; attendu : oui, non ou nsp",
        ),
        (
            {"droit.aipd": {"dpo": "oui", "dsi": []}},
            ("droit.aipd", "dsi"),
            "liste de réponses vide [reponse-inconnue] ; attendu : oui, non ou nsp ; écrire nsp",
        ),
        (
            {"droit.aipd": {"metier": "nsp"}},
            ("droit.aipd", "metier"),
            f"rôle inconnu « metier » [identifiant-inconnu] ; attendu : {ROLES_OF_NANTES} ; peut-être « agent-metier »",
        ),
        (
            {"droit.aipd": {"maire": "oui"}},
            ("droit.aipd", "maire"),
            f"rôle inconnu « maire » [identifiant-inconnu] ; attendu : {ROLES_OF_NANTES}",
        ),
    ],
)
def test_a_wrong_answer_is_told_with_what_was_expected_and_the_nearest_name(wrong: Answers, path: Any, told: str) -> None:
    assert refused(NANTES, wrong) == told
    (fault,) = read_answers(NANTES, wrong)[1]
    assert fault.path == path


@pytest.mark.parametrize("role", [None, 0, False])
def test_a_role_that_is_no_name_is_refused(role: Any) -> None:
    assert refused(NANTES, {"droit.aipd": {role: "oui"}}) == (
        f"rôle inconnu « {role} » [identifiant-inconnu] ; attendu : {ROLES_OF_NANTES}"
    )


def test_every_wrong_answer_is_told_at_once() -> None:
    wrong = {"droit.aipd": {"dpoo": ["oui", "nom"]}, "droit.classement": "oui", "zzz": "oui", "profil.public": []}
    assert refused(NANTES, wrong) == (
        f"rôle inconnu « dpoo » [identifiant-inconnu] ; attendu : {ROLES_OF_NANTES} ; peut-être « dpo »\n"
        "réponse « nom » à la question « droit.aipd » [reponse-inconnue] ; attendu : oui, non ou nsp ; peut-être « non »\n"
        "question inconnue « zzz » [identifiant-inconnu] ; attendu : une question de la doctrine\n"
        "liste de réponses vide [reponse-inconnue] ; attendu : oui, non ou nsp ; écrire nsp"
    )


def test_a_retired_question_is_told_with_what_became_of_it() -> None:
    retiring = replace(NANTES, retired={"droit.pia": "2025.1 : réunie à droit.aipd"})
    assert refused(retiring, {"droit.pia": "oui"}) == (
        "question retirée « droit.pia » [identifiant-retire] ; attendu : une question en vigueur ; 2025.1 : réunie à droit.aipd"
    )


def test_an_unknown_target_is_told_with_the_nearest_level() -> None:
    with pytest.raises(AnswerError) as raised:
        boussole.assess(NANTES, {}).changes("refusé")
    assert str(raised.value) == (
        "avis inconnu « refusé » [identifiant-inconnu] ; attendu : favorable, favorable-sous-reserves, suspendu,"
        " a-retravailler ou refuse ; peut-être « refuse »"
    )


# -- helpers ------------------------------------------------------------------------------------------------------------


def choices(name: str) -> list[str]:
    return list(NANTES.questions[name].choices)


def refused(doctrine: Doctrine, wrong: Answers) -> str:
    """The whole message of the error that some answers raise."""
    with pytest.raises(AnswerError) as raised:
        boussole.assess(doctrine, wrong)
    return str(raised.value)


def without(given_answers: Answers, *names: str) -> Answers:
    return {name: answer for name, answer in given_answers.items() if name not in names}


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def ranks(found: Assessment) -> list[int]:
    return [found.doctrine.levels.index(level) for level in found.attainable]


def better_than_attainable(filled: Filled) -> st.SearchStrategy[str]:
    """A level better than all those that some answers leave attainable, if there is one."""
    return st.sampled_from(filled[0].levels[: ranks(boussole.assess(*filled))[0]] or filled[0].levels)


def line(doctrine: Doctrine, name: str) -> list[str]:
    """A question, the one it depends on, and so on."""
    parent = doctrine.questions[name].parent
    return [name, *(line(doctrine, parent) if parent else [])]


def said(found: Assessment) -> tuple[Any, ...]:
    """Everything an assessment says, except of which answers were given."""
    changes = [found.changes(level) for level in found.doctrine.levels]
    return found.attainable, found.completions, found.findings, found.asked, found.missing, changes


def unordered(found: Assessment) -> tuple[Any, ...]:
    changes = [set(found.changes(level)) for level in found.doctrine.levels]
    sets = [set(found.asked), set(found.ignored), set(found.missing), set(found.reasons), changes]
    return found.attainable, found.completions, found.findings, sets
