"""Several dossiers as one: nobody's words lost, whatever the order, and however many times."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boussole.dossier import Dossier, new_dossier
from boussole.merging import SCALARS, by_whom, items
from boussole.model import NSP
from boussole.outputs.report import render_text
from boussole.wording import Words
from tests.gatherings import NANTES, gathered

COLLECTIVE = ("contributors", "answers", "aside", "notes", "evidence", "measures", "conditions", "history", "opinions", "seen")
FEW = settings(max_examples=60, deadline=None)


def told(dossier: Dossier, *parts: str) -> Any:
    """What a dossier says, whatever the order of its keys."""
    data = dossier.to_data()
    return json.dumps({part: data.get(part) for part in parts or data}, sort_keys=True, ensure_ascii=False)


def essai(title: str = "Essai") -> Dossier:
    return new_dossier(NANTES, "essai", title)


@FEW
@given(gathered(), gathered(), gathered())
def test_the_order_of_files_does_not_change_what_people_contributed(one: Dossier, two: Dossier, three: Dossier) -> None:
    expected = told(one.merge(two, three), *COLLECTIVE)
    for files in ((three, one, two), (two, three, one)):
        assert told(files[0].merge(*files[1:]), *COLLECTIVE) == expected
    assert told(one.merge(two.merge(three))) == told(one.merge(two).merge(three))


@FEW
@given(gathered(), gathered())
def test_merging_again_changes_nothing(one: Dossier, two: Dossier) -> None:
    merged = one.merge(two)
    assert told(merged.merge(two)) == told(merged)
    assert told(merged.merge(merged)) == told(merged)


@FEW
@given(gathered(), gathered())
def test_no_position_note_or_evidence_is_lost(one: Dossier, two: Dossier) -> None:
    merged = one.merge(two)
    for source in (one, two):
        for part in ("answers", "notes"):
            for name, said in getattr(source, part).items():
                for who, words in by_whom(said).items():
                    kept = items(by_whom(getattr(merged, part)[name])[who])
                    assert set(items(words)) - {NSP} <= set(kept)
        for name, references in source.evidence.items():
            assert set(references) <= set(merged.evidence[name])


@FEW
@given(gathered(), gathered())
def test_the_first_file_gives_what_there_is_one_of_and_the_other_stays_beside(one: Dossier, two: Dossier) -> None:
    merged, left, right = one.merge(two).to_data(), one.to_data(), two.to_data()
    for path in SCALARS:
        if path in left:
            assert merged[path] == left[path]
            if path in right and right[path] != left[path]:
                assert right[path] in merged["variants"][path]
        else:
            assert merged.get(path) == right.get(path)


def test_somebody_who_does_not_know_gives_way_to_the_same_who_knows() -> None:
    one = essai().answer(NANTES, "droit.aipd", NSP, by="dpo")
    two = essai().answer(NANTES, "droit.aipd", "oui", by="dpo")
    assert one.merge(two).answers == two.merge(one).answers == {"droit.aipd": {"dpo": "oui"}}


def test_a_plain_answer_and_one_by_a_role_stand_side_by_side() -> None:
    one = essai().answer(NANTES, "droit.aipd", "oui")
    two = essai().answer(NANTES, "droit.aipd", "non", by="dpo")
    assert one.merge(two).answers == {"droit.aipd": {"sans-role": "oui", "dpo": "non"}}
    assert one.merge(one).answers == {"droit.aipd": "oui"}


def test_two_titles_are_both_kept() -> None:
    merged = essai("Transcrire").merge(essai("Résumer"), essai("Transcrire"), essai("Noter"))
    assert merged.title == "Transcrire"
    assert merged.variants == {"title": ["Noter", "Résumer"]}


@pytest.mark.parametrize(
    ("first", "second", "settled", "matters"),
    [
        ({"dpo": "non"}, {"os": "oui"}, None, True),
        ({"dpo": "non"}, {"os": "oui"}, "non", True),
        ({"dpo": "non"}, {"dpo": "oui"}, None, True),
    ],
)
def test_a_disagreement_on_a_red_line_matters(first: Any, second: Any, settled: str | None, matters: bool) -> None:
    name = "biometrie.identification"
    one, two = ({"answers": {name: said}} for said in (first, second))
    merged = essai()
    for said in (one, two):
        for who, option in said["answers"][name].items():
            merged = merged.merge(essai().answer(NANTES, name, option, by=who))
    if settled:
        merged = merged.answer(NANTES, name, settled, by="accord")
    (found,) = merged.disagreements(NANTES)
    assert (found.question, found.matters, found.is_settled) == (name, matters, settled is not None)
    assert found.attainable["oui"] == ("refuse",)


def test_a_disagreement_without_effect_does_not_matter() -> None:
    merged = essai().answer(NANTES, "biometrie.identification", "oui", by="dpo")
    merged = merged.answer(NANTES, "profil.public", "oui", by="os").answer(NANTES, "profil.public", "non", by="dpo")
    assert [(found.question, found.matters) for found in merged.disagreements(NANTES)] == [("profil.public", False)]


def test_who_agrees_or_does_not_know_disagrees_with_nobody() -> None:
    merged = essai().answer(NANTES, "droit.aipd", "oui", by="dpo").answer(NANTES, "droit.aipd", "oui", by="os")
    assert merged.answer(NANTES, "droit.aipd", NSP, by="dsi").disagreements(NANTES) == ()


def test_the_outcome_of_the_discussion_is_held_beside_the_positions() -> None:
    name = "biometrie.identification"
    open_ = essai().answer(NANTES, name, "oui", by="dpo").answer(NANTES, name, "non", by="os")
    agreed = open_.answer(NANTES, name, "oui", by="accord")
    assert open_.assess(NANTES).opinion is None
    assert agreed.assess(NANTES).opinion == "refuse"
    assert agreed.answers[name] == {"dpo": "oui", "os": "non", "accord": "oui"}
    undecided = open_.answer(NANTES, name, NSP, by="accord")
    assert undecided.assess(NANTES) == open_.assess(NANTES)


def test_outcomes_of_the_discussion_that_contradict_each_other_settle_nothing() -> None:
    name = "biometrie.identification"
    both = essai().answer(NANTES, name, "oui", by="dpo").answer(NANTES, name, "non", by="os")
    merged = both.answer(NANTES, name, "oui", by="accord").merge(both.answer(NANTES, name, "non", by="accord"))
    assert merged.answers[name] == {"dpo": "oui", "os": "non", "accord": ["non", "oui"]}
    (found,) = merged.disagreements(NANTES)
    assert (found.is_settled, found.is_contradicted, found.matters) == (False, True, True)
    told = " ".join(render_text(NANTES, merged, merged.assess(NANTES)).split())
    assert "Non ou Oui (deux résultats de discussion se contredisent)" in told
    assert "réglé" not in told


def test_outcomes_that_contradict_each_other_are_told_even_when_everybody_agrees() -> None:
    name = "biometrie.identification"
    merged = essai().answer(NANTES, name, "oui", by="dpo").answer(NANTES, name, ["oui", "non"], by="accord")
    (found,) = merged.disagreements(NANTES)
    assert (found.is_settled, found.is_contradicted, set(found.attainable)) == (False, True, {"oui", "non"})


def test_two_numbers_of_one_band_do_not_contradict_each_other() -> None:
    name = "alternative.dependance"
    merged = essai().answer(NANTES, name, "1", by="dpo").answer(NANTES, name, "80", by="os")
    merged = merged.answer(NANTES, name, ["1", "2"], by="accord")
    (found,) = merged.disagreements(NANTES)
    assert (found.is_settled, found.is_contradicted) == (True, False)
    assert "se contredisent" not in Words(NANTES).answer_label(name, merged.answers[name])


@settings(max_examples=40, deadline=None)
@given(gathered())
def test_what_is_held_is_the_agreement_else_the_union(dossier: Dossier) -> None:
    flat = {}
    for name, answer in dossier.answers.items():
        said = by_whom(answer)
        agreed = [option for option in items(said.get("accord", NSP)) if option != NSP]
        flat[name] = agreed or [option for words in said.values() for option in items(words)]
    assert dossier.assess(NANTES) == new_with(flat).assess(NANTES)


def new_with(answers: dict[str, Any]) -> Dossier:
    dossier = essai()
    for name, answer in answers.items():
        dossier = dossier.answer(NANTES, name, answer)
    return dossier


@given(st.text(max_size=30))
def test_a_label_makes_a_key_that_files_accept(label: str) -> None:
    dossier, key = essai().introduce("dpo", label)
    assert dossier.answer(NANTES, "droit.aipd", "oui", by=key).merge().position("droit.aipd", key) == "oui"
