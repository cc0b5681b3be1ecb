"""The pairs of opinions two doctrines can give the same answers, against every pair of dossiers that agree, listed one by one."""

import random
from collections.abc import Iterator, Mapping
from itertools import product

import pytest

from boussole import assess
from boussole.model import Doctrine, Question
from boussole.pairing import _Lattice, _lighter, find_pairs, link
from tests.oracle import Dossier, Oracle
from tests.revisions import BOUNDS, draft, revised, written

BLOCKS, BLOCK, MOST = 8, 400, 40_000
Drawn = tuple[int, Doctrine, Doctrine]


def drawn(block: int) -> Iterator[Drawn]:
    """Random pairs of doctrines, the same on every run; one in eight shares little, being drawn apart."""
    for seed in range(block * BLOCK, (block + 1) * BLOCK):
        order = random.Random(seed)
        old = draft(order)
        new = draft(order) if seed % 8 == 0 else revised(old, order)
        yield seed, written(old), written(new)


GRID = [half / 2 for half in range(2 * BOUNDS.start - 3, 2 * BOUNDS.stop + 3)]  # every bound, between any two, and beyond


def band_at(question: Question, number: float) -> str | None:
    """The band of a number, read from the bounds apart from `boussole.model`."""
    bands = question.bands or {}
    if any(band.min is not None and number < band.min for band in bands.values()):
        return None
    return next((name for name, band in bands.items() if band.max is None or number <= band.max), None)


def numbers(question: Question, answer: str) -> list[float]:
    """The numbers of the grid an answer may stand for."""
    if answer in question.choices:
        return [number for number in GRID if band_at(question, number) == answer]
    return [float(answer.replace(",", "."))]


def hold_the_same(question: Question, answer: str, heir: Question, other: str) -> bool:
    """Whether some number of one answer is a number of the other, or has no band on the other side."""
    return any(
        one == two or band_at(heir, one) is None or band_at(question, two) is None
        for one, two in product(numbers(question, answer), numbers(heir, other))
    )


def option_at(question: Question, answer: str) -> str:
    return answer if answer in question.choices else band_at(question, numbers(question, answer)[0]) or ""


class Agreement:
    """The definition, written apart from `boussole.pairing`: no question of both has two different options of both, and none
    that both ask in numbers two different numbers that both have a band for."""

    def __init__(self, old: Doctrine, new: Doctrine) -> None:
        self.old, self.new = old, new
        self.moved: dict[str, tuple[str, dict[str, str]]] = {}
        for name, told in new.retirements.items():
            if name not in old.questions:
                continue
            for successor, table in (told.becomes or {}).items():
                self.moved[name] = successor, {option: table[option] for option in table if option in old.questions[name].choices}
        self.once = [successor for successor, _ in self.moved.values()]
        self._held: dict[tuple[str, str, str, str], bool] = {}

    def says_the_same(self, before: Dossier, after: Dossier) -> bool:
        return all(self._agrees(name, answer, after) for name, answer in before.items())

    def _agrees(self, name: str, answer: str, after: Dossier) -> bool:
        question = self.old.questions[name]
        successor, table = name, {choice: choice for choice in question.choices}
        if name not in self.new.questions and name in self.moved and self.once.count(self.moved[name][0]) == 1:
            successor, table = self.moved[name]
        if successor not in after or (successor != name and successor in self.old.questions):
            return True
        heir, other = self.new.questions[successor], after[successor]
        if question.bands and heir.bands:
            key = name, answer, successor, other
            if key not in self._held:  # asked of each pair of dossiers, and long to find
                self._held[key] = hold_the_same(question, answer, heir, other)
            return self._held[key]
        kept = {choice: becomes for choice, becomes in table.items() if becomes in heir.choices}
        option, other = option_at(question, answer), option_at(heir, other)
        return not (option in kept and other in kept.values() and kept[option] != other)


def listed(old: Doctrine, new: Doctrine) -> set[tuple[str, str]] | None:
    """Every pair of opinions of dossiers that say the same; None when there are too many to list."""
    befores, afters = Oracle(old, {}), Oracle(new, {})
    if len(befores.dossiers) * len(afters.dossiers) > MOST:
        return None
    ends = [(dossier, afters.opinion(dossier)) for dossier in afters.dossiers]
    found: set[tuple[str, str]] = set()
    agreement = Agreement(old, new)
    for before in befores.dossiers:
        start = befores.opinion(before)
        found |= {(start, end) for after, end in ends if (start, end) not in found and agreement.says_the_same(before, after)}
    return found


def in_options(doctrine: Doctrine, answers: Mapping[str, str]) -> Dossier:
    """A dossier whose every band is given by a number, with the bands themselves."""
    bands = [name for name in answers if doctrine.questions[name].bands]
    assert not [name for name in bands if answers[name] in doctrine.questions[name].choices]
    return {name: option_at(doctrine.questions[name], answer) for name, answer in answers.items()}


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
            assert Oracle(old, pair.before).dossiers == [in_options(old, pair.before)]
            assert Oracle(new, pair.after).dossiers == [in_options(new, pair.after)]
            assert Agreement(old, new).says_the_same(dict(pair.before), dict(pair.after)), seed
            assert (assess(old, pair.before).opinion, assess(new, pair.after).opinion) == (pair.old, pair.new)
        compared += 1
    assert compared > 0.9 * BLOCK


def test_the_random_pairs_have_every_shape_the_walk_must_tell_apart() -> None:
    told = ("a condition is cut", "several ways are tried", "another scale", "answers follow", "bands move", "bands come or go")
    shapes = dict.fromkeys(told, 0)
    for _, old, new in drawn(0):
        both = [(old.questions[name], new.questions[name]) for name in old.questions if name in new.questions]
        shapes["bands move"] += any(one.bands and other.bands and old.rules != new.rules for one, other in both)
        shapes["bands come or go"] += any(bool(one.bands) != bool(other.bands) for one, other in both)
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
