"""What changed between two doctrines: rules apart from words, each change named once, and what they prove together."""

import random
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

import boussole
from boussole import Doctrine
from boussole.difference import Relation, Rule, Wording, compare
from boussole.loading import load_text
from tests.conftest import ROOT
from tests.mutation import changed
from tests.revisions import draft, revised, written

SOURCE = (ROOT / "src/boussole/doctrines/nantes.yml").read_text(encoding="utf-8")
NANTES = boussole.load()
SMALL: dict[str, Any] = {
    "levels": ["bon", "moyen", "mauvais"],
    "questions": [
        {
            "id": f"un.{name}",
            "ask": "x",
            "why": "x",
            "asked_of": ["agents"],
            "options": {
                "oui": {},
                "non": {"effect": effect, "because": "x", "remedy": "x"},
            },
        }
        for name, effect in (("a", "mauvais"), ("b", "moyen"))
    ],
}


def small(change: Callable[[dict[str, Any]], object] = lambda data: None) -> Doctrine:
    """The small doctrine, after a change."""
    import copy

    data = copy.deepcopy(SMALL)
    change(data)
    return written(data)


def options(data: dict[str, Any], rank: int) -> dict[str, Any]:
    found: dict[str, Any] = data["questions"][rank]["options"]
    return found


def rules(new: Doctrine) -> list[Rule]:
    return list(compare(small(), new).rules)


def test_a_doctrine_differs_in_nothing_from_itself() -> None:
    found = compare(NANTES, load_text(SOURCE))
    assert (found.rules, found.wordings, found.relation, found.is_harmless) == ((), (), "equivalent", True)


def test_a_wording_is_no_rule() -> None:
    asked = next(question for question in NANTES.questions.values() if SOURCE.count(question.ask) == 1)
    new = load_text(SOURCE.replace(asked.ask, "La même question, autrement dite ?"))
    found = compare(NANTES, new)
    assert found.rules == ()
    assert found.wordings == (Wording("questions", asked.id, "changed", ("ask",)),)
    assert (found.relation, found.is_harmless, found.revised) == ("equivalent", True, frozenset())
    assert new.fingerprint == NANTES.fingerprint


EFFECT = {"effect": "moyen", "because": "x", "remedy": "x"}
CHANGES: list[tuple[str, Callable[[dict[str, Any]], object], list[Rule], Relation]] = [
    (
        "an effect down the scale",
        lambda data: options(data, 1)["non"].update(effect="mauvais"),
        [Rule("hardened", "un.b", "non", "moyen", "mauvais")],
        "stricter",
    ),
    (
        "an effect up the scale",
        lambda data: options(data, 0)["non"].pop("effect"),
        [Rule("softened", "un.a", "non", "mauvais", "bon")],
        "looser",
    ),
    (
        "an effect each way",
        lambda data: (options(data, 0)["non"].update(effect="moyen"), options(data, 1)["non"].update(effect="mauvais")),
        [Rule("softened", "un.a", "non", "mauvais", "moyen"), Rule("hardened", "un.b", "non", "moyen", "mauvais")],
        "neither",
    ),
    (
        "an option added",
        lambda data: options(data, 1).update(peu=EFFECT),
        [Rule("option-added", "un.b", "peu", after="moyen")],
        "stricter",  # who answered « oui » may now answer it
    ),
    (
        "an option removed",
        lambda data: options(data, 1).pop("non"),
        [Rule("option-removed", "un.b", "non")],
        "looser",
    ),
    (
        "a question added",
        lambda data: data["questions"].append({**data["questions"][1], "id": "deux.c"}),
        [Rule("added", "deux.c")],
        "stricter",
    ),
    ("a question removed", lambda data: data["questions"].pop(0), [Rule("removed", "un.a")], "looser"),
    (
        "a question asked under another",
        lambda data: data["questions"][1].update(when={"un.a": ["oui"]}),
        [Rule("reparented", "un.b", before="", after="un.a")],
        "equivalent",  # what un.a refuses is as bad as it can be
    ),
    (
        "a question moved to another section, its answers following it",
        lambda data: (
            data["questions"][1].update(id="deux.b"),
            data.update(retired={"un.b": {"because": "x", "becomes": {"deux.b": {"oui": "oui", "non": "non"}}}}),
        ),
        [Rule("moved", "un.b", after="deux.b")],
        "equivalent",
    ),
    (
        "a question split in two",
        lambda data: data.update(
            questions=[data["questions"][0], *({**data["questions"][1], "id": f"deux.{name}"} for name in "bc")],
            retired={"un.b": {"because": "x", "becomes": {f"deux.{name}": {"non": "non"} for name in "bc"}}},
        ),
        [Rule("replaced", "un.b", after="deux.b, deux.c"), Rule("added", "deux.b"), Rule("added", "deux.c")],
        "neither",
    ),
    (
        "a level nobody had",
        lambda data: (data["levels"].insert(1, "neuf"), options(data, 1)["non"].update(effect="neuf")),
        [Rule("level-added", after="neuf"), Rule("softened", "un.b", "non", "moyen", "neuf")],
        "other-scale",
    ),
    (
        "options in another order",
        lambda data: data["questions"][0].update(options=dict(reversed(options(data, 0).items()))),
        [Rule("reordered", "un.a")],
        "equivalent",
    ),
    (
        "a justification asked for",
        lambda data: options(data, 0)["oui"].update(justify=True),
        [Rule("justification", "un.a", "oui", "non", "oui")],
        "equivalent",
    ),
]


@pytest.mark.parametrize(("change", "expected", "relation"), [case[1:] for case in CHANGES], ids=[case[0] for case in CHANGES])
def test_each_change_of_a_rule_is_named_once(change: Any, expected: list[Rule], relation: Relation) -> None:
    found = compare(small(), small(change))
    assert list(found.rules) == expected
    assert found.relation == relation


def test_what_a_measure_leads_to_is_a_rule_which_the_pairs_of_opinions_do_not_see() -> None:
    old = boussole.load()
    text = (ROOT / "src/boussole/doctrines/nantes.yml").read_text(encoding="utf-8")
    new = load_text(text.replace("min: 0, max: 150}", "min: 0, max: 120}"))
    found = compare(old, new)
    assert found.rules == (Rule("indicator", "sobriete.usage-reel"),)
    assert found.relation == "equivalent"
    assert not found.is_harmless
    assert new.fingerprint != old.fingerprint


def test_a_band_that_moves_is_told_with_its_bounds() -> None:
    new = load_text(SOURCE.replace("max: 50\n", "max: 40\n", 1))
    (rule,) = [rule for rule in compare(NANTES, new).rules if rule.kind == "band-moved"]
    assert (rule.before, rule.after) == ("0…50", "0…40")


@pytest.mark.parametrize(
    ("before", "after", "relation", "numbers"),
    [
        ("max: 50\n", "max: 40\n", "stricter", ("50", "50")),
        ("max: 50\n", "max: 60\n", "looser", ("60", "60")),
        ("min: 0\n            max: 50\n", "min: 20\n            max: 50\n", "stricter", ("0", "100")),  # 0 has no band any more
        ("max: 100\n", "max: 200\n", "stricter", ("50", "200")),
    ],
)
def test_a_bound_that_moves_changes_the_opinion_of_a_number_it_is_shown_with(
    before: str, after: str, relation: Relation, numbers: tuple[str, str]
) -> None:
    start = SOURCE.index("- id: alternative.dependance\n")
    found = compare(NANTES, load_text(SOURCE[:start] + SOURCE[start:].replace(before, after, 1)))
    assert (found.relation, found.is_harmless) == (relation, False)
    (pair,) = [pair for pair in found.pairs or () if pair.old != pair.new]
    assert (pair.before["alternative.dependance"], pair.after["alternative.dependance"]) == numbers


def test_bands_renamed_or_split_with_the_same_effects_are_equivalent() -> None:
    def banded(bands: dict[str, Any]) -> Doctrine:
        def change(data: dict[str, Any]) -> None:
            del data["questions"][0]["options"]
            data["questions"][0]["bands"] = bands

        return small(change)

    old = banded({"peu": {"max": "10"}, "trop": EFFECT})
    same = banded({"un": {"max": "4"}, "deux": {"max": "10"}, "beaucoup": EFFECT})
    assert compare(old, same).relation == "equivalent"
    assert compare(old, same).is_harmless
    finer = banded({"peu": {"max": "10.000000001"}, "trop": EFFECT})
    assert (compare(old, finer).relation, compare(finer, old).relation) == ("looser", "stricter")
    (rule,) = compare(old, finer).rules
    assert (rule.before, rule.after) == ("…10", "…10.000000001")


def test_an_option_added_says_its_words_once_as_a_rule() -> None:
    assert compare(small(), small(lambda data: options(data, 1).update(peu=EFFECT))).wordings == ()


def test_answers_to_look_at_again_are_those_of_questions_whose_meaning_changed() -> None:
    new = changed(NANTES, "droit.aipd", "non", effect="refuse")
    assert compare(NANTES, new).revised == {"droit.aipd"}


def test_every_change_of_fingerprint_comes_from_a_rule_that_is_told() -> None:
    for seed in range(600):
        order = random.Random(seed)
        data = draft(order)
        old, new = written(data), written(revised(data, order))
        found = compare(old, new)
        told = {rule.question for rule in found.rules}
        scale_changed = old.levels[0] != new.levels[0]  # what has no effect then leads elsewhere, by name
        assert scale_changed or found.revised <= told, seed
        assert {name for name in new.questions if name not in old.questions} <= told | {rule.after for rule in found.rules}, seed
        assert bool(found.rules) == (old.rules != new.rules) or [*old.questions] != [*new.questions], seed


def test_what_cannot_be_decided_in_time_is_not_guessed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("boussole.pairing.MOST_STEPS", 3)
    found = compare(small(), small(CHANGES[0][1]))
    assert (found.pairs, found.relation, found.is_harmless) == (None, "not-decided", False)


def test_the_order_of_questions_is_no_rule() -> None:
    sections = [replace(section, questions=section.questions[::-1]) for section in NANTES.sections]
    found = compare(NANTES, replace(NANTES, sections=sections))
    assert (found.rules, found.relation) == ((), "equivalent")
