"""The pairs of opinions two doctrines can give the same answers, against every pair of dossiers that agree, listed one by one."""

import random
from collections.abc import Iterator
from itertools import product

import pytest

from boussole import assess
from boussole.model import Doctrine
from boussole.pairing import _Lattice, _lighter, find_pairs, link
from tests.oracle import Dossier, Oracle
from tests.revisions import draft, revised, written

BLOCKS, BLOCK, MOST = 8, 400, 40_000
Drawn = tuple[int, Doctrine, Doctrine]


def drawn(block: int) -> Iterator[Drawn]:
    """Random pairs of doctrines, the same on every run; one in eight shares little, being drawn apart."""
    for seed in range(block * BLOCK, (block + 1) * BLOCK):
        order = random.Random(seed)
        old = draft(order)
        new = draft(order) if seed % 8 == 0 else revised(old, order)
        yield seed, written(old), written(new)


def say_the_same(old: Doctrine, new: Doctrine, before: Dossier, after: Dossier) -> bool:
    """The definition, written apart from `boussole.pairing`: no question of both has two different options of both."""
    moved = {}
    for name, told in new.retirements.items():
        if name not in old.questions:
            continue
        for successor, table in (told.becomes or {}).items():
            moved[name] = successor, {option: table[option] for option in table if option in old.questions[name].choices}
    once = [successor for successor, _ in moved.values()]
    for name, option in before.items():
        successor, table = name, {choice: choice for choice in old.questions[name].choices}
        if name not in new.questions and name in moved and once.count(moved[name][0]) == 1:
            successor, table = moved[name]
        if successor not in after or (successor != name and successor in old.questions):
            continue
        kept = {choice: becomes for choice, becomes in table.items() if becomes in new.questions[successor].choices}
        if option in kept and after[successor] in kept.values() and kept[option] != after[successor]:
            return False
    return True


def listed(old: Doctrine, new: Doctrine) -> set[tuple[str, str]] | None:
    """Every pair of opinions of dossiers that say the same; None when there are too many to list."""
    befores, afters = Oracle(old, {}), Oracle(new, {})
    if len(befores.dossiers) * len(afters.dossiers) > MOST:
        return None
    ends = [(dossier, afters.opinion(dossier)) for dossier in afters.dossiers]
    found: set[tuple[str, str]] = set()
    for before in befores.dossiers:
        start = befores.opinion(before)
        found |= {(start, end) for after, end in ends if (start, end) not in found and say_the_same(old, new, before, after)}
    return found


@pytest.mark.parametrize("block", range(BLOCKS))
def test_the_pairs_are_those_of_every_two_dossiers_that_agree(block: int) -> None:
    compared = 0
    for seed, old, new in drawn(block):
        pairs, expected = find_pairs(old, new), listed(old, new)
        assert pairs is not None
        if expected is None:
            continue
        assert {(pair.old, pair.new) for pair in pairs} == expected, seed
        for pair in pairs:
            assert pair.before in Oracle(old, pair.before).dossiers
            assert pair.after in Oracle(new, pair.after).dossiers
            assert say_the_same(old, new, dict(pair.before), dict(pair.after)), seed
            assert (assess(old, pair.before).opinion, assess(new, pair.after).opinion) == (pair.old, pair.new)
        compared += 1
    assert compared > 0.9 * BLOCK


def test_the_random_pairs_have_every_shape_the_walk_must_tell_apart() -> None:
    shapes = {"a condition is cut": 0, "several ways are tried": 0, "another scale": 0, "answers follow": 0}
    for _, old, new in drawn(0):
        walk = _lighter(old, new)
        shapes["a condition is cut"] += bool(walk.cut)
        shapes["several ways are tried"] += any(group.count > 1 for group in walk.groups)
        shapes["another scale"] += old.levels != new.levels
        shapes["answers follow"] += any(name != successor for name, (successor, _) in link(old, new).items())
    assert min(shapes.values()) > 10, shapes


def test_a_join_of_sets_of_pairs_is_the_worst_on_each_side_of_any_two() -> None:
    for height, width in ((2, 3), (4, 4), (5, 2), (16, 16)):
        lattice, order = _Lattice(height, width), random.Random(height)
        every = list(product(range(height), range(width)))
        for _ in range(300):
            one, other = (order.sample(every, order.randint(1, 6)) for _ in range(2))
            joined = {(max(a, c), max(b, d)) for a, b in one for c, d in other}
            masks = [sum(1 << lattice.bit(*pair) for pair in pairs) for pairs in (one, other, joined)]
            assert lattice.join_all(masks[:2]) == masks[2]


def test_a_witness_the_evaluator_does_not_confirm_is_never_returned(monkeypatch: pytest.MonkeyPatch) -> None:
    doctrine = written(draft(random.Random(3)))
    monkeypatch.setattr("boussole.pairing._PairWalk.witness", lambda walk, old, new: ({}, {}))
    with pytest.raises(RuntimeError, match="the walk and the evaluator differ"):
        find_pairs(doctrine, doctrine)
