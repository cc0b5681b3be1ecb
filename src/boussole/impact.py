"""What a change of doctrine does to what was already assessed: past dossiers, worked cases, guarantees.

A hundred thousand dossiers are assessed in seconds: the opinions of a tree of questions depend on the answers to it alone, so
each combination is computed once, by the ordinary algebra; and a tree that no rule changed is computed for both at once.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
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


@dataclass(frozen=True)
class Report:
    """All there is to say of a change: what it does to the rules, to worked cases, to guarantees, and to past dossiers."""

    difference: Difference
    cases: tuple["CaseChange", ...] = ()
    guarantees: tuple["GuaranteeChange", ...] = ()
    impact: Impact | None = None


def report_on(difference: Difference, impact: Impact | None = None) -> Report:
    """The report of a change; ``impact`` when past dossiers were weighed."""
    return Report(difference, tuple(replay_cases(difference)), tuple(replay_guarantees(difference)), impact)


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
        self.speakers = difference.old.speakers & difference.new.speakers
        self.common, self.before, self.after = _parted(difference)
        self.whole = _Grove(difference.new, _trees(difference.new))

    def weigh(self, past: Past) -> Affected:
        told = _Told.of(past.answers, past.contributors, self.speakers)
        answers, _ = self.old.sift(told)
        kept, refused = self.new.sift(told)
        moves: tuple[Move, ...] = ()
        if refused or past.aside:
            moves = find_moves(self.new.doctrine, _together(past.aside, refused), kept.answers)
        common = self.common.fold(answers, (1, 1))
        before = self.old.names(self.before.fold(answers, common))
        if moves:
            moved = _Told.of(apply_moves(kept.answers, moves), past.contributors, self.speakers)
            after = self.new.names(self.whole.fold(moved, (1, 1)))
        else:
            after = self.new.names(self.after.fold(kept, common))
        gone = {move.question for move in moves}
        aside = tuple(name for name in refused if name not in gone)
        return Affected(past, before, after, self._again(past, kept.answers), moves, aside)

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


@dataclass(frozen=True, slots=True)
class _Told:
    """Some answers, who may give them, and for each the text that tells it from any other: what is remembered goes by it."""

    answers: Mapping[str, Any]
    contributors: Sequence[str]
    texts: Mapping[str, str]

    @classmethod
    def of(cls, answers: Mapping[str, Any], contributors: Sequence[str], speakers: Set[str]) -> "_Told":
        texts = {
            name: answer if type(answer) is str else _text(answer, contributors, speakers) for name, answer in answers.items()
        }
        return cls(answers, contributors, texts)


def _text(answer: Any, contributors: Sequence[str], speakers: Set[str]) -> str:
    """An answer by several people means what it does where all of them are known."""
    is_plain = not isinstance(answer, dict) or answer.keys() <= speakers
    return repr(answer) if is_plain else f"{answer!r} {contributors!r}"


class _Side:
    """How one doctrine reads answers: what it knows of them, whoever gives it, and what it has no place for."""

    def __init__(self, doctrine: Doctrine) -> None:
        self.doctrine = doctrine
        self._known: set[tuple[str, str]] = set()
        self._names: dict[int, Levels] = {}

    def names(self, measured: tuple[int, int]) -> Levels:
        """The levels attained: of all that branches attain, what none of them forbids."""
        mask = measured[0] & -measured[1]
        if mask not in self._names:
            self._names[mask] = tuple(level for rank, level in enumerate(self.doctrine.levels) if mask >> rank & 1)
        return self._names[mask]

    def sift(self, told: _Told) -> tuple[_Told, dict[str, Any]]:
        """The answers the doctrine knows, then the others."""
        if not (doubtful := told.texts.items() - self._known):
            return told, {}
        answers, texts, refused = dict(told.answers), dict(told.texts), dict[str, Any]()
        for name in [name for name in told.texts if (name, told.texts[name]) in doubtful]:
            known, unknown = self._sift_one(name, told)
            if not unknown:
                self._known.add((name, texts[name]))
                continue
            refused[name] = plain(unknown)
            del answers[name], texts[name]
            if known:
                answers[name] = plain(known)
                texts[name] = f"{answers[name]!r} {told.contributors!r}"
        return (_Told(answers, told.contributors, texts), refused) if refused else (told, {})

    def _sift_one(self, name: str, told: _Told) -> tuple[dict[str, Any], dict[str, Any]]:
        known, unknown = dict[str, Any](), dict[str, Any]()
        for who, given in by_whom(told.answers[name]).items():
            is_wrong = read_answers(self.doctrine, {name: {who: given}}, told.contributors)[1]
            (unknown if is_wrong else known)[who] = given
        return known, unknown


def _together(aside: Mapping[str, Any], refused: Mapping[str, Any]) -> dict[str, Any]:
    """What was set aside before, and what is now, by who gave it."""
    both = {**aside, **refused}
    return {name: plain({**by_whom(aside.get(name, {})), **by_whom(refused.get(name, {}))}) for name in both}


# -- the trees of the forest, each assessed once for each way of answering it ---------------------------------------------


@dataclass(frozen=True, slots=True)
class _Tree:
    """A root and all that depends on it."""

    forest: Forest
    names: tuple[str, ...]

    def attained(self, doctrine: Doctrine, told: _Told) -> int:
        own = {name: told.answers[name] for name in self.names if name in told.answers}
        people = [who for answer in own.values() for who in by_whom(answer)]
        return attain(self.forest, hold(doctrine, read_answers(doctrine, own, people)[0]))


class _Grove:
    """Some trees of a doctrine, and what each way of answering them attains, as it is met."""

    def __init__(self, doctrine: Doctrine, trees: Sequence[_Tree]) -> None:
        self.doctrine = doctrine
        self.alone = {tree.names[0]: tree for tree in trees if len(tree.names) == 1}
        self.trees = [(tree, dict[tuple[str | None, ...], int]()) for tree in trees if len(tree.names) > 1]
        self.unanswered = {name: tree.attained(doctrine, _Told({}, (), {})) for name, tree in self.alone.items()}
        self.known: dict[tuple[str, str], int] = {}

    def fold(self, told: _Told, start: tuple[int, int]) -> tuple[int, int]:
        """All that the trees attain, and the bit of the best opinion that all of them allow: together they are their join."""
        texts = told.texts
        masks: set[int | None] = set(map(self.known.get, texts.items()))
        if None in masks:
            masks = {self._learn(name, told) for name in texts}
        masks.update(map(self.unanswered.get, self.alone.keys() - texts.keys()))
        for tree, known in self.trees:
            key = tuple(map(texts.get, tree.names))
            masks.add(known.get(key) or self._attained(tree, known, key, told))
        union, floor = start
        for mask in masks:
            if mask:
                union |= mask
                floor = max(floor, mask & -mask)
        return union, floor

    def _learn(self, name: str, told: _Told) -> int:
        """What a question alone in its tree attains; nothing is said here of the others."""
        if (name, told.texts[name]) in self.known:
            return self.known[name, told.texts[name]]
        mask = self.alone[name].attained(self.doctrine, told) if name in self.alone else 0
        if len(self.known) < MOST_REMEMBERED:
            self.known[name, told.texts[name]] = mask
        return mask

    def _attained(self, tree: _Tree, known: dict[tuple[str | None, ...], int], key: tuple[str | None, ...], told: _Told) -> int:
        mask = tree.attained(self.doctrine, told)
        if len(known) < MOST_REMEMBERED:
            known[key] = mask
        return mask


def _trees(doctrine: Doctrine) -> list[_Tree]:
    forest = doctrine.forest
    found, home = {root: [root] for root in forest.roots}, dict(zip(forest.roots, forest.roots, strict=True))
    for place in forest.order:
        if (parent := forest.nodes[place].parent) >= 0:
            home[place] = home[parent]
            found[home[place]].append(place)
    return [
        _Tree(replace(forest, order=tuple(places), roots=(root,)), tuple(forest.nodes[place].id for place in places))
        for root, places in found.items()
    ]


def _parted(difference: Difference) -> tuple[_Grove, _Grove, _Grove]:
    """The trees that no rule changed, then those of each side that are not so."""
    old, new = difference.old, difference.new
    before, after = _trees(old), _trees(new)
    same = set[tuple[str, ...]]()
    if old.levels == new.levels and old.speakers == new.speakers:
        both = {tree.names for tree in before} & {tree.names for tree in after}
        same = {names for names in both if all(old.fingerprints[name] == new.fingerprints[name] for name in names)}
    changed = [[tree for tree in trees if tree.names not in same] for trees in (before, after)]
    common = [tree for tree in before if tree.names in same]
    return _Grove(old, common), _Grove(old, changed[0]), _Grove(new, changed[1])


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
    told, refused = side.sift(_Told.of(answers, (), side.doctrine.speakers))
    moves = find_moves(side.doctrine, refused, told.answers)
    gone = {move.question for move in moves}
    return apply_moves(told.answers, moves), tuple(name for name in refused if name not in gone)
