"""The pairs of opinions two doctrines can give the same answers, against every pair of dossiers that agree, listed one by one."""

import random
from collections.abc import Iterator

import pytest

from boussole import assess
from boussole.model import Doctrine
from boussole.pairing import find_pairs
from tests.oracle import Dossier, Oracle
from tests.revisions import draft, revised, written

BLOCKS, BLOCK, MOST = 8, 500, 40_000
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
