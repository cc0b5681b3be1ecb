"""What a change of doctrine does to what was already assessed: past dossiers, worked cases, guarantees.

A hundred thousand dossiers are assessed in seconds: the opinions of a tree of questions depend on the answers to it alone, so
each combination is computed once, by the ordinary algebra; and a tree that no rule changed is computed for both at once.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from boussole.assessment import attain, hold, read_answers
from boussole.difference import Difference
from boussole.dossier import Dossier
from boussole.merging import by_whom, items, plain
from boussole.migration import Move, apply_moves, find_moves
from boussole.model import Case, Doctrine, Forest, Guarantee
from boussole.proofs import Proof, assess_case, prove

MOST_REMEMBERED = 20_000  # combinations of answers kept of each tree: memory stays small however many dossiers there are

Levels = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Past:
    """What counts of a past dossier: its answers, and how each question was when it was answered."""

    file: str
    title: str
    answers: Mapping[str, Any]
    aside: Mapping[str, Any] = field(default_factory=dict)
    contributors: Sequence[str] = ()
    seen: Mapping[str, Any] = field(default_factory=dict)


def as_past(dossier: Dossier, file: str) -> Past:
    """A dossier as it counts here."""
    return Past(file, dossier.title, dossier.answers, dossier.aside, tuple(dossier.contributors), dossier.seen)


@dataclass(frozen=True, slots=True)
class Affected:
    """A past dossier that a change concerns. ``before`` and ``after`` are the opinions still attainable.

    ``again`` are the answers to look at again; ``moves`` those that go to another question; ``aside`` the questions some of
    whose answers the new doctrine has no place for."""

    past: Past
    before: Levels
    after: Levels
    again: tuple[str, ...]
    moves: tuple[Move, ...]
    aside: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Impact:
    """What becomes of past dossiers: how many go from which opinions to which, and each one concerned."""

    total: int
    passages: Mapping[tuple[Levels, Levels], int]
    affected: tuple[Affected, ...]

    @property
    def flipped(self) -> tuple[Affected, ...]:
        """Those that obtained one opinion and obtain another."""
        return tuple(item for item in self.affected if len(item.before) == len(item.after) == 1 and item.before != item.after)

    @property
    def opened(self) -> tuple[Affected, ...]:
        """Those that obtained one opinion and are now to be completed."""
        return tuple(item for item in self.affected if len(item.before) == 1 < len(item.after))


def weigh(difference: Difference, dossiers: Iterable[Past]) -> Impact:
    """Assess past dossiers under both doctrines. What the new one says of retired questions is applied, and told."""
    scales = _Scales(difference)
    passages: Counter[tuple[Levels, Levels]] = Counter()
    affected = []
    for past in dossiers:
        found = scales.weigh(past)
        passages[found.before, found.after] += 1
        if found.before != found.after or found.again or found.moves or found.aside:
            affected.append(found)
    return Impact(passages.total(), dict(passages.most_common()), tuple(affected))


class _Scales:
    """Both sides, ready to weigh any number of dossiers."""

    def __init__(self, difference: Difference) -> None:
        self.old, self.new = _Side(difference.old), _Side(difference.new)
        self.revised = tuple(name for name in difference.new.questions if name in difference.revised)
        self.fresh: set[tuple[str, str]] = set()
        self.common, self.before, self.after = _parted(difference)
        self.whole = _trees(difference.new)

    def weigh(self, past: Past) -> Affected:
        answers, _ = self.old.sift(past.answers, past.contributors)
        kept, refused = self.new.sift(past.answers, past.contributors)
        moves: tuple[Move, ...] = ()
        if refused or past.aside:
            moves = find_moves(self.new.doctrine, _together(past.aside, refused), kept)
        common = _fold(self.common, answers, (1, 1))
        before = self.old.names(_fold(self.before, answers, common))
        after = _fold(self.whole, apply_moves(kept, moves), (1, 1)) if moves else _fold(self.after, kept, common)
        gone = {move.question for move in moves}
        aside = tuple(name for name in refused if name not in gone)
        return Affected(past, before, self.new.names(after), self._again(past, kept), moves, aside)

    def _again(self, past: Past, kept: Mapping[str, Any]) -> tuple[str, ...]:
        """The answers given to questions that meant something else: by what was seen of them, or else by what changed."""
        try:
            doubtful = {name for name, _ in past.seen.items() - self.fresh}
        except TypeError:  # several fingerprints of one question, when dossiers were merged
            doubtful = set(past.seen)
        stale = {name for name in doubtful if name in kept and not self._is_fresh(name, past.seen[name])}
        stale |= {name for name in self.revised if name in kept and name not in past.seen}
        return tuple(name for name in self.new.doctrine.questions if name in stale) if stale else ()

    def _is_fresh(self, name: str, seen: Any) -> bool:
        current = self.new.doctrine.fingerprints[name]
        if not all(current.startswith(digits[:16]) for digits in items(seen)):
            return False
        if isinstance(seen, str):
            self.fresh.add((name, seen))
        return True


class _Side:
    """How one doctrine reads answers: what it knows of them, whoever gives it, and what it has no place for."""

    def __init__(self, doctrine: Doctrine) -> None:
        self.doctrine = doctrine
        self._known: set[tuple[str, Any]] = set()
        self._sifted: dict[tuple[str, str, tuple[str, ...]], tuple[Any, Any]] = {}
        self._names: dict[int, Levels] = {}

    def names(self, measured: tuple[int, int]) -> Levels:
        """The levels attained: of all that branches attain, what none of them forbids."""
        mask = measured[0] & -measured[1]
        if mask not in self._names:
            self._names[mask] = tuple(level for rank, level in enumerate(self.doctrine.levels) if mask >> rank & 1)
        return self._names[mask]

    def sift(self, answers: Mapping[str, Any], contributors: Sequence[str]) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        """The answers the doctrine knows, then the others."""
        try:
            if answers.items() <= self._known:
                return answers, {}
        except TypeError:  # answers by several people, or of several options
            pass
        kept, refused = dict[str, Any](), dict[str, Any]()
        for name, answer in answers.items():
            known, unknown = self._sift_one(name, answer, tuple(contributors))
            kept |= {name: known} if known is not None else {}
            refused |= {name: unknown} if unknown is not None else {}
        return kept, refused

    def _sift_one(self, name: str, answer: Any, contributors: tuple[str, ...]) -> tuple[Any, Any]:
        place = name, _token(answer), contributors if isinstance(answer, Mapping) else ()
        if place not in self._sifted:
            known, unknown = dict[str, Any](), dict[str, Any]()
            for who, given in by_whom(answer).items():
                is_wrong = read_answers(self.doctrine, {name: {who: given}}, contributors)[1]
                (unknown if is_wrong else known)[who] = given
            self._sifted[place] = (plain(known) if known else None, plain(unknown) if unknown else None)
            if isinstance(answer, str) and known:
                self._known.add((name, answer))
        return self._sifted[place]


def _together(aside: Mapping[str, Any], refused: Mapping[str, Any]) -> dict[str, Any]:
    """What was set aside before, and what is now, by who gave it."""
    both = {**aside, **refused}
    return {name: plain({**by_whom(aside.get(name, {})), **by_whom(refused.get(name, {}))}) for name in both}


def _token(answer: Any) -> str:
    """What tells an answer from any other, quickly."""
    return answer if isinstance(answer, str) else repr(answer)


# -- the trees of the forest, each assessed once for each way of answering it ---------------------------------------------


@dataclass(frozen=True, slots=True)
class _Tree:
    """A root and all that depends on it; what its answers attain is remembered."""

    doctrine: Doctrine
    forest: Forest
    names: tuple[str, ...]
    known: dict[tuple[str | None, ...], int] = field(default_factory=dict)

    def attained(self, key: tuple[str | None, ...], answers: Mapping[str, Any]) -> int:
        own = {name: by_whom(answers[name]) for name in self.names if name in answers}
        people = [who for answer in own.values() for who in answer]
        mask = attain(self.forest, hold(self.doctrine, read_answers(self.doctrine, own, people)[0]))
        if len(self.known) < MOST_REMEMBERED:
            self.known[key] = mask
        return mask


def _trees(doctrine: Doctrine) -> list[_Tree]:
    forest = doctrine.forest
    found, home = {root: [root] for root in forest.roots}, dict(zip(forest.roots, forest.roots, strict=True))
    for place in forest.order:
        if (parent := forest.nodes[place].parent) >= 0:
            home[place] = home[parent]
            found[home[place]].append(place)
    return [
        _Tree(doctrine, replace(forest, order=tuple(places), roots=(root,)), tuple(forest.nodes[place].id for place in places))
        for root, places in found.items()
    ]


def _parted(difference: Difference) -> tuple[list[_Tree], list[_Tree], list[_Tree]]:
    """The trees that no rule changed, then those of each side that are not so."""
    old, new = difference.old, difference.new
    before, after = _trees(old), _trees(new)
    if old.levels != new.levels or old.speakers != new.speakers:
        return [], before, after
    same = {tree.names for tree in before} & {tree.names for tree in after}
    same = {names for names in same if all(old.fingerprints[name] == new.fingerprints[name] for name in names)}
    common = [tree for tree in before if tree.names in same]
    changed = [[tree for tree in trees if tree.names not in same] for trees in (before, after)]
    return common, changed[0], changed[1]


def _fold(trees: Sequence[_Tree], answers: Mapping[str, Any], start: tuple[int, int]) -> tuple[int, int]:
    """All that some trees attain, and the bit of the best opinion that all of them allow: together they are their join."""
    union, floor = start
    for tree in trees:
        key = tuple([None if (answer := answers.get(name)) is None else _token(answer) for name in tree.names])
        mask = tree.known.get(key) or tree.attained(key, answers)
        union |= mask
        floor = max(floor, mask & -mask)
    return union, floor


# -- worked cases and guarantees ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CaseChange:
    """A worked case of the old doctrine whose opinion changes, before its turning point or after."""

    case: Case
    is_turned: bool
    before: Levels
    after: Levels
    aside: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GuaranteeChange:
    """A guarantee of the old doctrine that no longer holds: proofs under the new one; none when it can no longer be said."""

    guarantee: Guarantee
    proofs: tuple[Proof, ...]
    aside: tuple[str, ...]


def replay_cases(difference: Difference) -> Iterator[CaseChange]:
    """The worked cases of the old doctrine whose opinion changes under the new one."""
    side = _Side(difference.new)
    for case in difference.old.cases:
        answers, aside = _translated(side, case.answers)
        turned, more = _translated(side, case.turning_point.answers)
        carried = replace(case, answers=answers, turning_point=replace(case.turning_point, answers=turned))
        for is_turned, lost in ((False, aside), (True, (*aside, *more))):
            before = assess_case(difference.old, case, is_turned).attainable
            after = assess_case(difference.new, carried, is_turned).attainable
            if before != after:
                yield CaseChange(case, is_turned, before, after, tuple(dict.fromkeys(lost)))


def replay_guarantees(difference: Difference) -> Iterator[GuaranteeChange]:
    """The guarantees of the old doctrine that the new one does not keep."""
    side = _Side(difference.new)
    for guarantee in difference.old.guarantees:
        premises, lost = [], list[str]()
        for premise in guarantee.premises:
            answers, aside = _translated(side, premise)
            premises.append(answers)
            lost += aside
        lost += [level for level in (*guarantee.opinions, *guarantee.reaches) if level not in difference.new.levels]
        if lost:
            yield GuaranteeChange(guarantee, (), tuple(dict.fromkeys(lost)))
            continue
        carried = replace(guarantee, premises=premises)
        proofs = prove(difference.new, carried)
        if not _holds(carried, proofs):
            yield GuaranteeChange(carried, proofs, ())


def _holds(guarantee: Guarantee, proofs: Sequence[Proof]) -> bool:
    attained = {level for proof in proofs for level in proof.attainable}
    is_kept = all(proof.completions and proof.counterexample is None for proof in proofs)
    return is_kept and attained.issuperset(guarantee.reaches)


def _translated(side: _Side, answers: Mapping[str, Any]) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Some answers of the old doctrine as the new one takes them, and the questions where it has no place for some."""
    kept, refused = side.sift(answers, ())
    moves = find_moves(side.doctrine, refused, kept)
    gone = {move.question for move in moves}
    return apply_moves(kept, moves), tuple(name for name in refused if name not in gone)
