"""What a change does to past dossiers: exactly what the ordinary reader and evaluator say of each, thousands at a time."""

import random
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest

import boussole
from boussole import Doctrine, Dossier, assess, new_dossier
from boussole.difference import compare
from boussole.dossier import DoctrineName, read_dossier
from boussole.filing import write_yaml
from boussole.impact import Past, as_past, replay_cases, replay_guarantees, weigh
from boussole.loading import load_text
from boussole.model import Retired
from boussole.proofs import assess_case
from tests.conftest import ROOT
from tests.mutation import changed
from tests.revisions import draft, revised, written

NANTES = boussole.load()
SOURCE = (ROOT / "src/boussole/doctrines/nantes.yml").read_text(encoding="utf-8")
PEOPLE = ("agents", "accord", "sans-role", "agents-nord", "inconnu")


def numbered(doctrine: Doctrine, version: str) -> Doctrine:
    return replace(doctrine, doctrine=replace(doctrine.doctrine, version=version))


def answered(doctrine: Doctrine, order: random.Random) -> dict[str, Any]:
    """Answers as files hold them: one option, several, nobody knowing, or these by several people."""

    def one(name: str) -> Any:
        options = [*doctrine.questions[name].choices, "nsp"]
        return order.choice(options) if order.random() < 0.8 else order.sample(options, order.randint(1, len(options)))

    def answer(name: str) -> Any:
        people = order.sample(PEOPLE[:4], order.randint(1, 3))
        return one(name) if order.random() < 0.6 else {who: one(name) for who in people}

    return {name: answer(name) for name in doctrine.questions if order.random() < 0.8}


def dossier_of(doctrine: Doctrine, answers: Mapping[str, Any], **parts: Any) -> Dossier:
    named = DoctrineName(id=doctrine.doctrine.id, version="0", fingerprint="b" * 64)
    people = {"agents-nord": boussole.dossier.Contributor(role="agents", label="Nord")}
    return replace(new_dossier(doctrine, "essai", "Essai"), doctrine=named, contributors=people, answers=dict(answers), **parts)


def drawn(count: int) -> Iterator[tuple[Doctrine, Doctrine, list[Dossier]]]:
    for seed in range(count):
        order = random.Random(seed)
        data = draft(order)
        old, new = numbered(written(data), "1"), numbered(written(revised(data, order)), "2")
        dossiers = []
        for _ in range(12):
            answers = answered(old, order)
            seen = {
                name: order.choice([old.fingerprints[name][:8], "0" * 8, [old.fingerprints[name][:8], "1" * 8]])
                for name in answers
            }
            kept = seen if order.random() < 0.5 else {}
            gone = {"un.ancienne": "oui"} if order.random() < 0.2 else {}
            dossiers.append(dossier_of(old, {**answers, **gone}, seen=kept))
        yield old, new, dossiers


def test_the_opinions_are_those_of_the_ordinary_reader_and_evaluator() -> None:
    compared = moved = 0
    for old, new, dossiers in drawn(400):
        difference = compare(old, new)
        before = [read_dossier(write_yaml(dossier), "x.yml", old) for dossier in dossiers]
        after = [read_dossier(write_yaml(dossier), "x.yml", new) for dossier in dossiers]
        migrated = [dossier.migrate(new) for dossier in after]
        pasts = [Past(str(rank), "", d.answers, {}, tuple(d.contributors), d.seen) for rank, d in enumerate(dossiers)]
        impact = weigh(difference, pasts)
        found = {int(item.past.file): item for item in impact.affected}
        assert impact.total == sum(impact.passages.values()) == len(dossiers)
        for rank, (one, (other, moves)) in enumerate(zip(before, migrated, strict=True)):
            levels = one.assess(old).attainable, other.assess(new).attainable
            if rank not in found:
                assert levels[0] == levels[1]
                assert not moves
                continue
            assert (found[rank].before, found[rank].after, found[rank].moves) == (*levels, moves)
            assert set(found[rank].aside) <= after[rank].aside.keys()
            compared, moved = compared + 1, moved + bool(moves)
    assert compared > 2000
    assert moved > 100


def test_the_answers_to_look_at_again_are_those_whose_question_has_another_meaning() -> None:
    for old, new, dossiers in drawn(150):
        difference = compare(old, new)
        impact = weigh(difference, [as_past(dossier, str(rank)) for rank, dossier in enumerate(dossiers)])
        found = {int(item.past.file): item.again for item in impact.affected}
        for rank, dossier in enumerate(dossiers):
            opened = read_dossier(write_yaml(dossier), "x.yml", new)
            expected = set(opened.outdated(new)) if dossier.seen else difference.revised & opened.answers.keys()
            assert set(found.get(rank, ())) == expected


def test_a_hardened_effect_flips_exactly_the_dossiers_that_held_it() -> None:
    new = changed(NANTES, "droit.aipd", "non", effect="refuse")
    base = complete()
    pasts = [Past(option, option, {**base, "droit.aipd": option}) for option in ("oui", "non", "nsp")]
    impact = weigh(compare(NANTES, new), pasts)
    before = NANTES.effect_of("droit.aipd", "non").id
    assert [(item.past.file, item.before, item.after) for item in impact.flipped] == [("non", (before,), ("refuse",))]
    assert [item.again for item in impact.affected] == [("droit.aipd",)] * 3


def complete() -> dict[str, str]:
    """Every question, by its first answer without effect."""
    best = NANTES.levels[0]
    return {
        name: next(
            option for option, choice in question.choices.items() if (choice.effect or best) == best and not choice.justify
        )
        for name, question in NANTES.questions.items()
    }


def test_a_new_question_opens_the_dossiers_that_do_not_answer_it() -> None:
    old = load_text(without("droit.aipd"))
    impact = weigh(compare(old, NANTES), [Past("x", "x", {n: a for n, a in complete().items() if n != "droit.aipd"})])
    assert [(item.before, item.after) for item in impact.opened] == [
        (("favorable",), ("favorable", NANTES.effect_of("droit.aipd", "non").id))
    ]


def without(name: str) -> str:
    """The embedded source without one question, and without the cases and guarantees that may name it."""
    start = SOURCE.index(f"      - id: {name}\n")
    ends = [
        place
        for mark in ("      - id:", "\n  - id:", "\n    indicators:", "\nguarantees:")
        if (place := SOURCE.find(mark, start + 9)) > 0
    ]
    return keys_dropped(SOURCE[:start] + SOURCE[min(ends) :].lstrip("\n"), "cases", "guarantees")


def keys_dropped(source: str, *keys: str) -> str:
    import re

    for key in keys:
        source = re.sub(rf"^{key}:\n(?:(?:[ #].*)?\n)+", "", source, flags=re.MULTILINE)
    return source


def test_worked_cases_and_guarantees_that_no_longer_hold_are_found() -> None:
    new = changed(NANTES, "biometrie.identification", "oui", effect="favorable")
    cases = list(replay_cases(compare(NANTES, new)))
    expected = {
        (case.id, turned)
        for case in NANTES.cases
        for turned in (False, True)
        if assess_case(NANTES, case, turned).attainable != assess_case(new, case, turned).attainable
    }
    assert {(item.case.id, item.is_turned) for item in cases} == expected
    broken = {item.guarantee.id: item for item in replay_guarantees(compare(NANTES, new))}
    (proof, *_) = next(iter(broken.values())).proofs
    assert proof.counterexample is not None
    assert assess(new, proof.counterexample).opinion not in next(iter(broken.values())).guarantee.opinions


def test_nothing_is_found_when_nothing_changed() -> None:
    same = compare(NANTES, load_text(SOURCE))
    assert (list(replay_cases(same)), list(replay_guarantees(same))) == ([], [])
    impact = weigh(same, [Past("x", "x", complete())])
    assert (impact.total, impact.affected) == (1, ())


def test_cases_and_guarantees_follow_a_retired_question_or_are_said_to_have_lost_it() -> None:
    name, successor = "biometrie.identification", "biometrie.reconnaissance"
    new = load_text(SOURCE.replace(name, successor))
    table = {option: option for option in NANTES.questions[name].choices}
    followed = replace(new, retired={name: Retired(because="x", becomes={successor: table})})
    assert list(replay_cases(compare(NANTES, followed))) == []
    assert list(replay_guarantees(compare(NANTES, followed))) == []
    lost = {item.guarantee.id: item.aside for item in replay_guarantees(compare(NANTES, new))}
    named = [guarantee.id for guarantee in NANTES.guarantees if any(name in premise for premise in guarantee.premises)]
    assert named
    assert lost == dict.fromkeys(named, (name,))
    assert all(item.aside == (name,) for item in replay_cases(compare(NANTES, new)))


@pytest.mark.parametrize("count", [3])
def test_what_is_remembered_of_a_tree_has_an_end(count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("boussole.impact.MOST_REMEMBERED", count)
    order = random.Random(0)
    new = changed(NANTES, "droit.aipd", "non", effect="refuse")
    answers = [answered_by(order) for _ in range(40)]
    impact = weigh(compare(NANTES, new), [Past(str(rank), "", given) for rank, given in enumerate(answers)])
    expected = [(assess(NANTES, given).attainable, assess(new, given).attainable) for given in answers]
    assert sum(impact.passages.values()) == len(expected)
    assert impact.passages == {pair: expected.count(pair) for pair in set(expected)}


def answered_by(order: random.Random) -> dict[str, str]:
    return {name: order.choice(list(question.choices)) for name, question in NANTES.questions.items()}


def test_the_commonest_passages_come_first() -> None:
    new = changed(NANTES, "droit.aipd", "non", effect="refuse")
    pasts = [Past(str(rank), "", {**complete(), "droit.aipd": "oui" if rank else "non"}) for rank in range(4)]
    counts = list(weigh(compare(NANTES, new), pasts).passages.values())
    assert all(one >= other for one, other in pairwise(counts))
