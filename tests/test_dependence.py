"""The diagnosis of dependency: its questionnaire is sound or tells why, its promises hold, it suggests and never answers."""

import random
from fractions import Fraction
from itertools import product

import pytest

from boussole import Doctrine
from boussole.dependence import (
    SOURCE,
    Dependence,
    Finding,
    check_beside,
    check_sources,
    load_dependence,
    prove,
    read_dependence,
    suggest,
)
from boussole.dependence_words import bands_text, bounds_text, index_text
from boussole.errors import SourceError
from boussole.model import NSP

TEXT = SOURCE.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def dependence() -> Dependence:
    return load_dependence()


def best(dependence: Dependence) -> dict[str, str]:
    return {name: next(iter(question.options)) for name, question in dependence.asked.items()}


def worst(dependence: Dependence) -> dict[str, str]:
    return {name: list(question.options)[-1] for name, question in dependence.asked.items()}


# -- what answers give -----------------------------------------------------------------------------------------------------------


def test_the_questionnaire_is_the_one_that_was_proposed(dependence: Dependence) -> None:
    assert [question.weight for question in dependence.questions] == [2, 3, 3, 3, 2, 2, 2, 2, 2, 2, 1]
    assert dependence.most == 96
    assert [(band.id, band.max) for band in dependence.bands] == [
        ("faible", 25),
        ("moderee", 50),
        ("forte", 75),
        ("critique", 100),
    ]
    assert "Ce n’est pas l’outil de diagnostic TIE Break" in dependence.diagnostic.notice


def test_the_index_goes_from_0_to_100(dependence: Dependence) -> None:
    nothing, free, bound = (Finding(dependence, answers) for answers in ({}, best(dependence), worst(dependence)))
    assert [nothing.least, nothing.most] == [0, 100]
    assert [band.id for band in nothing.bands] == ["faible", "moderee", "forte", "critique"]
    assert bands_text(free.bands) == "Faible"
    assert [free.least, free.most] == [0, 0]
    assert bands_text(bound.bands) == "Critique"
    assert [bound.least, bound.most] == [100, 100]
    assert list(free.priority) == [0, 0]
    assert list(bound.priority) == [200, 200]


def test_the_interval_is_that_of_every_way_to_answer_the_rest(dependence: Dependence) -> None:
    chance = random.Random(7)
    for _ in range(20):
        left_out = chance.sample([question.id for question in dependence.questions], 4)
        known = {
            question.id: chance.choice([*question.options, NSP])
            for question in dependence.questions
            if question.id not in left_out
        }
        rest = [dependence.asked[name].options for name in left_out]
        ways = [Finding(dependence, {**known, **dict(zip(left_out, way, strict=True))}) for way in product(*rest)]
        finding = Finding(dependence, known)
        assert (finding.least, finding.most) == (min(way.least for way in ways), max(way.most for way in ways))
        assert {band.id for band in finding.bands} == {way.bands[0].id for way in ways}


def test_not_knowing_counts_as_the_worst_and_is_told(dependence: Dependence) -> None:
    for question in dependence.questions:
        unknown, bad = (Finding(dependence, {question.id: given}) for given in (NSP, list(question.options)[-1]))
        assert unknown.totals == bad.totals
        assert [one.id for one in unknown.gaps] == [question.id]
        assert bad.gaps == []


def test_bettering_any_answer_never_raises_the_index(dependence: Dependence) -> None:
    answers = worst(dependence)
    for question in dependence.questions:
        indices = [Finding(dependence, {**answers, question.id: option}).most for option in question.options]
        assert indices == sorted(indices)


def test_several_answers_leave_the_index_between_their_own(dependence: Dependence) -> None:
    finding = Finding(dependence, {**best(dependence), "competences": ["deux-personnes", "editeur"]})
    assert (finding.least, finding.most) == (dependence.index(2), dependence.index(8))
    assert not finding.is_settled
    assert dependence.label_of("competences", ["deux-personnes", "editeur"]) == "Deux personnes ou l’éditeur seul"


def test_the_three_heaviest_and_what_lowers_most_are_told(dependence: Dependence) -> None:
    finding = Finding(dependence, {**best(dependence), "droit-applicable": "etranger", "prix": "libres", "cles": "partage"})
    assert [question.id for question in finding.heaviest] == ["droit-applicable", "cles", "prix"]
    assert next((question.id, gain) for question, gain in finding.changes) == ("droit-applicable", Fraction(25, 2))
    assert finding.fewest(dependence.bands[0]) == []
    bound = Finding(dependence, worst(dependence))
    assert [question.id for question in bound.fewest(dependence.bands[1]) or []] == [
        "droit-applicable",
        "hebergement",
        "execution-ailleurs",
        "depense-hors-union",
        "export",
    ]


def test_numbers_are_rounded_up_at_the_half_and_bounds_are_told_once(dependence: Dependence) -> None:
    assert [index_text(Fraction(value)) for value in ("25/4", "125/24", "0", "100")] == ["6,3", "5,2", "0", "100"]
    assert bounds_text(Fraction(1), Fraction(1)) == "1"
    assert bounds_text(Fraction(1), Fraction(5, 2)) == "entre 1 et 2,5"
    assert bands_text(dependence.bands) == "Faible, modérée, forte ou critique"


# -- promises --------------------------------------------------------------------------------------------------------------------


def test_every_promise_holds_for_the_very_bands_it_names(dependence: Dependence) -> None:
    assert len(dependence.promises) == 4
    for promise in dependence.promises:
        for proof in prove(dependence, promise):
            assert set(proof.bands) <= set(promise.bands)


def test_the_promise_of_single_answers_names_every_question(dependence: Dependence) -> None:
    (promise,) = [one for one in dependence.promises if one.id == "une-seule-reponse-ne-suffit-pas"]
    assert [next(iter(premise)) for premise in promise.premises] == [question.id for question in dependence.questions]
    assert all(list(dependence.asked[name].options)[-1] == given for one in promise.premises for name, given in one.items())


# -- beside a doctrine -----------------------------------------------------------------------------------------------------------


def test_the_index_suggests_an_answer_and_never_gives_it(dependence: Dependence, doctrine: Doctrine) -> None:
    free, nothing, bound = (Finding(dependence, answers) for answers in (best(dependence), {}, worst(dependence)))
    told = [suggest(dependence, doctrine, finding) for finding in (free, nothing, bound)]
    assert [(one.option, one.options) for one in told if one] == [
        ("moderee", ("moderee",)),
        (None, ("moderee", "forte")),
        ("forte", ("forte",)),
    ]


def test_exactly_50_is_still_moderate_and_a_point_more_is_not(dependence: Dependence, doctrine: Doctrine) -> None:
    half = Finding(dependence, {**best(dependence), "droit-applicable": "etranger", "hebergement": "hors-union",
        "execution-ailleurs": "unique", "export": "aucun", "prix": "libres"})  # fmt: skip
    assert half.most == 50
    found = suggest(dependence, doctrine, half)
    assert found
    assert (found.option, half.bands[0].id) == ("moderee", "moderee")
    more = Finding(dependence, {**half.answers, "cles": "tiers-trace"})
    found = suggest(dependence, doctrine, more)
    assert found
    assert (found.option, more.bands[0].id) == ("forte", "forte")


def test_the_doctrine_never_refuses_by_the_index_alone(dependence: Dependence, doctrine: Doctrine) -> None:
    assert check_beside(dependence, doctrine) == []
    assert check_sources(dependence, doctrine) == []
    assert dependence.feeds
    bands = doctrine.questions[dependence.feeds.question].bands or {}
    assert {band.effect for band in bands.values()} == {None, "favorable-sous-reserves"}


# -- what can be wrong ----------------------------------------------------------------------------------------------------------

WRONG = {
    ("25 %\", points: 1}", "25 %\", points: 3}"): "points 0, 3, 2, 3, 4 pour « depense-hors-union » [bareme-incoherent]",
    ("label: Modérée, max: 50", "label: Modérée, max: 20"): "borne 20 après 25 [bareme-incoherent]",
    ("label: Critique, max: 100", "label: Critique, max: 90"): "dernière borne 90 [bareme-incoherent]",
    ("  - id: prix\n", "  - id: cles\n"): "identifiant « cles » déjà pris [identifiant-en-double]",
    ("weight: 1\n", "weight: 0\n"): "« 0 » pour « weight » [mauvais-type]",
    ("- {prix: libres}", "- {prix: libre}"): "réponse inconnue « libre » [reponse-inconnue]",
    ("[moderee, forte, critique]", "[forte, critique]"): "cette hypothèse permet aussi « moderee » [garantie-fausse]",
    ("reaches: [faible, forte]", "reaches: [faible, critique]"): "« critique » n’est jamais atteinte [garantie-fausse]",
    ("    bands: [critique]", "    bands: [critiques]"): "bande inconnue « critiques » [identifiant-inconnu]",
    ("  name: Diagnostic de dépendance", "  nom: Diagnostic de dépendance"): "clé inconnue « nom » [cle-inconnue]",
}  # fmt: skip


@pytest.mark.parametrize("change", list(WRONG), ids=lambda key: key[1][:40])
def test_what_is_wrong_in_the_questionnaire_is_told_at_its_place(change: tuple[str, str]) -> None:
    before, after = change
    assert before in TEXT
    with pytest.raises(SourceError) as caught:
        read_dependence(TEXT.replace(before, after, 1), "essai.yml")
    told = str(caught.value)
    assert WRONG[change] in told
    line = TEXT.replace(before, after, 1)[: TEXT.index(before)].count("\n") + 1
    assert any(abs(fault.span.line - line) <= 4 for fault in caught.value.faults), told


def test_everything_wrong_is_told_at_once() -> None:
    text = TEXT.replace("max: 50", "max: 20", 1).replace("family: poste-de-travail}", "family: bureau}", 1)
    with pytest.raises(SourceError) as caught:
        read_dependence(text, "essai.yml")
    assert [fault.code for fault in caught.value.faults] == ["bareme-incoherent", "identifiant-inconnu"]
