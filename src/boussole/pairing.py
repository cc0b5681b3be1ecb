"""Which old and new opinions the same answers can obtain under two doctrines, exactly, each pair with two dossiers to replay.

Two complete dossiers, one of each doctrine, agree when they never answer a question that both ask with two different options
that both have. A question only one side has is free on that side; an option only one side has leaves the question free on the
other. A question that both ask in numbers goes by them, whatever its bands are called: two dossiers that agree hold the same
number, or one that has no band on the other side. The two forests are walked as one: a question of both is one node that holds
a pair of options, and the opinions attained are pairs too, whose join takes the worst on each side.

Two branches of the joint forest share no question as long as each question has one parent at most. Where its parents differ,
the condition of one side is cut, and every way the answers above it may open or close it is tried. When that would be too
many, nothing is said rather than guessed.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise, product
from math import prod
from typing import NamedTuple

from boussole.assessment import assess
from boussole.intervals import band_interval, held_by, same_numbers
from boussole.merging import number_text
from boussole.model import Doctrine, Forest, Question

MOST_STEPS = 400_000  # nodes visited over every way tried: about ten seconds
OLD, NEW = 0, 1
NOWHERE = -1

Answers = Mapping[str, str]
"""By question, an option; or, where it has bands, a number."""
State = tuple[bool, bool]
"""Whether a question is asked, on the old side and on the new."""

STATES: tuple[State, ...] = ((False, False), (True, False), (False, True), (True, True))


@dataclass(frozen=True, slots=True)
class Pair:
    """Two opinions the same answers can obtain, and a complete dossier of each side that shows it."""

    old: str
    new: str
    before: Answers
    after: Answers


def find_pairs(old: Doctrine, new: Doctrine) -> tuple[Pair, ...] | None:
    """Every pair of opinions that two dossiers which agree obtain, replayed; None when it would take too long to decide."""
    walk = _lighter(old, new)
    if walk.steps > MOST_STEPS:
        return None
    found = []
    for rank, level in enumerate(old.levels):
        for other, after in enumerate(new.levels):
            if walk.attained >> (rank * len(new.levels) + other) & 1:
                before_after = _in_numbers(old, new, *walk.witness(rank, other))
                found.append(_replayed(old, new, Pair(level, after, *before_after)))
    return tuple(found)


def agree(old: Doctrine, new: Doctrine, before: Answers, after: Answers) -> bool:
    """Whether two dossiers, one of each doctrine, say the same wherever both doctrines let them."""
    links = link(old, new)
    for name, option in before.items():
        successor, table = links.get(name, ("", {}))
        if (other := after.get(successor)) is None:
            continue
        question, heir = old.questions[name], new.questions[successor]
        if goes_by_number(question, heir):
            if same_numbers(question, held_by(question, option), heir, held_by(heir, other)) is None:
                return False
        elif not _agrees(question.option_of(option), heir.option_of(other), table, table.values()):
            return False
    return True


def _agrees(option: str | None, other: str | None, table: Mapping[str, str], kept: Collection[str]) -> bool:
    """Whether two options say the same, or one of them has no place on the other side."""
    return option is None or option not in table or other not in kept or table[option] == other


def goes_by_number(before: Question, after: Question) -> bool:
    """Whether a number given to one question is a number given to the other: never between two units."""
    return bool(before.bands and after.bands) and (before.id == after.id or before.unit == after.unit)


def link(old: Doctrine, new: Doctrine) -> dict[str, tuple[str, dict[str, str]]]:
    """For each old question that goes on, the new one, and for each option that goes on, the new one: the same ids, or what
    `retired` says of a question that became one other, alone."""
    links = {}
    for name, question in old.questions.items():
        if name in new.questions:
            kept = new.questions[name].choices
            links[name] = name, {option: option for option in question.choices if option in kept}
    heirs: dict[str, list[str]] = {}
    for name, retired in new.retirements.items():
        if name in old.questions and len(retired.becomes or {}) == 1:
            heirs.setdefault(next(iter(retired.becomes or {})), []).append(name)
    for successor, names in heirs.items():
        if len(names) == 1 and successor not in old.questions:
            table = (new.retirements[names[0]].becomes or {})[successor]
            links[names[0]] = successor, {option: table[option] for option in old.questions[names[0]].choices if option in table}
    return links


def _in_numbers(old: Doctrine, new: Doctrine, before: Answers, after: Answers) -> tuple[Answers, Answers]:
    """Two dossiers that agree, with a number in place of each band: the same on both sides wherever it can be."""
    found: tuple[dict[str, str], dict[str, str]] = {**before}, {**after}
    for side, doctrine, answers in ((OLD, old, before), (NEW, new, after)):
        for name, option in answers.items():
            if doctrine.questions[name].bands:
                found[side][name] = _number_in(doctrine.questions[name], option)
    for name, (successor, _) in link(old, new).items():
        question, heir = old.questions[name], new.questions[successor]
        if name in before and successor in after and goes_by_number(question, heir):
            bands = band_interval(question, before[name]), band_interval(heir, after[successor])
            if numbers := same_numbers(question, bands[OLD], heir, bands[NEW]):
                found[OLD][name], found[NEW][successor] = _as_text(question, numbers[OLD]), _as_text(heir, numbers[NEW])
    return found


def _number_in(question: Question, band: str) -> str:
    number = band_interval(question, band).example
    return band if number is None else _as_text(question, number)


def _as_text(question: Question, number: float) -> str:
    """A number as a file holds it; never the name of a band."""
    text = number_text(number)
    return f"{text},0" if text in question.choices else text


def _replayed(old: Doctrine, new: Doctrine, pair: Pair) -> Pair:
    """The pair, once the ordinary evaluator has found the same on both sides."""
    for doctrine, answers, level in ((old, pair.before, pair.old), (new, pair.after, pair.new)):
        found = assess(doctrine, answers)
        if found.opinion != level or found.completions != 1 or found.ignored or len(answers) != len(found.asked):
            raise RuntimeError(f"the walk and the evaluator differ on {dict(answers)}: {level}, {found.attainable}")
    if not agree(old, new, pair.before, pair.after):
        raise RuntimeError(f"two dossiers that do not agree: {dict(pair.before)}, {dict(pair.after)}")
    return pair


# -- the joint forest ---------------------------------------------------------------------------------------------------


class _Edge(NamedTuple):
    """How a node comes to be asked on one side: always (``parent`` nowhere), or when a node holds an option of a mask."""

    parent: int
    via: int


@dataclass(frozen=True, slots=True)
class _Node:
    """A question of one side or both. ``places`` are in each forest; ``choices`` the pairs of options, `NOWHERE` without one."""

    places: tuple[int, int]
    choices: tuple[tuple[int, int], ...]


def _nodes(old: Doctrine, new: Doctrine) -> tuple[_Node, ...]:
    links = link(old, new)
    heirs = {successor for successor, _ in links.values()}
    nodes = []
    for place, node in enumerate(old.forest.nodes):
        if node.id not in links:
            nodes.append(_Node((place, NOWHERE), tuple((rank, NOWHERE) for rank in range(len(node.options)))))
            continue
        successor, table = links[node.id]
        other = new.forest.index[successor]
        nodes.append(_Node((place, other), tuple(_alike(old.questions[node.id], new.questions[successor], table))))
    for place, node in enumerate(new.forest.nodes):
        if node.id not in heirs:
            nodes.append(_Node((NOWHERE, place), tuple((NOWHERE, rank) for rank in range(len(node.options)))))
    return tuple(nodes)


def _alike(before: Question, after: Question, table: Mapping[str, str]) -> Iterator[tuple[int, int]]:
    """The pairs of options that two dossiers which agree may hold."""
    is_by_number, kept = goes_by_number(before, after), frozenset(table.values())
    for (rank, option), (other, becomes) in product(enumerate(before.choices), enumerate(after.choices)):
        if is_by_number:
            bands = band_interval(before, option), band_interval(after, becomes)
            agrees = same_numbers(before, bands[OLD], after, bands[NEW]) is not None
        else:
            agrees = _agrees(option, becomes, table, kept)
        if agrees:
            yield rank, other


def _edges(forest: Forest, nodes: Sequence[_Node], side: int) -> list[_Edge]:
    where = {node.places[side]: rank for rank, node in enumerate(nodes) if node.places[side] != NOWHERE}
    edges = []
    for node in nodes:
        found = forest.nodes[node.places[side]] if node.places[side] != NOWHERE else None
        edges.append(_Edge(where[found.parent], found.via) if found and found.parent >= 0 else _Edge(NOWHERE, 0))
    return edges


def _lighter(old: Doctrine, new: Doctrine) -> "_PairWalk":
    """The walk that keeps the conditions of the side which leaves the least to try."""
    nodes = _nodes(old, new)
    walks = [_PairWalk((old.forest, new.forest), nodes, side) for side in (NEW, OLD)]
    return min(walks, key=lambda walk: walk.steps)


@dataclass(frozen=True)
class _Group:
    """Trees that cut conditions hold together, and the ways of the answers those conditions wait for: by node, a mask of the
    options it holds on the side that is cut."""

    roots: tuple[int, ...]
    order: tuple[int, ...]
    classes: Mapping[int, tuple[int, ...]]

    @property
    def count(self) -> int:
        return prod(len(masks) for masks in self.classes.values())

    def ways(self) -> Iterator[Mapping[int, int]]:
        for masks in product(*self.classes.values()):
            yield dict(zip(self.classes, masks, strict=True))


class _PairWalk:
    """The walk over two forests as one, where the conditions of ``kept`` all stay."""

    def __init__(self, forests: tuple[Forest, Forest], nodes: tuple[_Node, ...], kept: int) -> None:
        self.forests, self.nodes, self.cut_side = forests, nodes, 1 - kept
        self.edges = (_edges(forests[OLD], nodes, OLD), _edges(forests[NEW], nodes, NEW))
        self.parents = [edge.parent for edge in self.edges[kept]]
        self.cut: set[int] = {child for child in range(len(nodes)) if not self._joins(child)}
        self.children: list[list[int]] = [[] for _ in nodes]
        for child, parent in enumerate(self.parents):
            if parent != NOWHERE:
                self.children[parent].append(child)
        self.lattice = _Lattice(len(forests[OLD].levels), len(forests[NEW].levels))

    def _joins(self, child: int) -> bool:
        """Whether the condition of the side that may be cut fits beside those that are kept; it then stays."""
        parent = self.edges[self.cut_side][child].parent
        if parent in (NOWHERE, self.parents[child]):
            return True
        above = parent
        while above not in (NOWHERE, child):
            above = self.parents[above]
        if self.parents[child] != NOWHERE or above == child:
            return False
        self.parents[child] = parent
        return True

    # -- what is to be tried

    @cached_property
    def groups(self) -> tuple[_Group, ...]:
        """The trees of the joint forest, together where a cut condition of one waits for an answer in the other."""
        home = [self._root(node) for node in range(len(self.nodes))]
        for child in sorted(self.cut):
            for above in self._chain(child):
                home = [home[child] if place == home[above] else place for place in home]
        members: dict[int, list[int]] = {}
        for node, place in enumerate(home):
            members.setdefault(place, []).append(node)
        return tuple(self._group(nodes) for nodes in members.values())

    def _root(self, node: int) -> int:
        while self.parents[node] != NOWHERE:
            node = self.parents[node]
        return node

    def _chain(self, child: int) -> list[int]:
        """The nodes whose answers decide whether a cut condition is met, from the nearest up."""
        chain, above = [], self.edges[self.cut_side][child].parent
        while above != NOWHERE:
            chain.append(above)
            above = self.edges[self.cut_side][above].parent
        return chain

    def _group(self, members: Sequence[int]) -> _Group:
        roots = tuple(node for node in members if self.parents[node] == NOWHERE)
        order, waiting = [], [*roots]
        while waiting:
            order.append(waiting.pop())
            waiting += self.children[order[-1]]
        waited: dict[int, set[int]] = {}
        for child in sorted(self.cut & set(members)):
            for below, above in pairwise([child, *self._chain(child)]):
                waited.setdefault(above, set()).add(self.edges[self.cut_side][below].via)
        return _Group(roots, tuple(reversed(order)), {node: self._classes(node, vias) for node, vias in waited.items()})

    def _classes(self, node: int, vias: set[int]) -> tuple[int, ...]:
        """The options of a node, told apart only as far as the conditions that wait for it do."""
        options = range(len(self.forests[self.cut_side].nodes[self.nodes[node].places[self.cut_side]].options))
        classes: dict[tuple[bool, ...], int] = {}
        for option in options:
            opened = tuple(bool(via >> option & 1) for via in sorted(vias))
            classes[opened] = classes.get(opened, 0) | 1 << option
        return tuple(classes.values())

    @cached_property
    def steps(self) -> int:
        return sum(group.count * sum(len(self.nodes[node].choices) for node in group.order) for group in self.groups)

    # -- what is attained

    @cached_property
    def attained(self) -> int:
        """The pairs of opinions attained: the bit of a pair is its old rank times the new levels, plus its new rank."""
        return self.lattice.join_all(self._attained_by_group)

    @cached_property
    def _attained_by_group(self) -> list[int]:
        found = []
        for group in self.groups:
            reached = 0
            for way in group.ways():
                reached |= self._attain(group, way, self._reach(group, way))
            found.append(reached)
        return found

    def _attain(self, group: _Group, way: Mapping[int, int], reach: Mapping[int, Mapping[State, int]]) -> int:
        return self.lattice.join_all([reach[root][self._state(root, way)] for root in group.roots])

    def _reach(self, group: _Group, way: Mapping[int, int]) -> dict[int, dict[State, int]]:
        """What each branch attains, by whether its question is asked on each side."""
        reach: dict[int, dict[State, int]] = {}
        for node in group.order:
            reach[node] = dict.fromkeys(STATES, 0)
            for choice in self._choices(node, way):
                for state in STATES:
                    reach[node][state] |= self.lattice.join_all(self._parts(node, state, choice, way, reach))
        return reach

    def _parts(
        self, node: int, state: State, choice: tuple[int, int], way: Mapping[int, int], reach: Mapping[int, Mapping[State, int]]
    ) -> list[int]:
        """What a choice attains by itself, then what each branch below it does."""
        asked = [(child, self._state(child, way, state, choice)) for child in self.children[node]]
        return [1 << self.lattice.bit(*self._effects(node, state, choice)), *(reach[child][below] for child, below in asked)]

    def _choices(self, node: int, way: Mapping[int, int]) -> list[tuple[int, int]]:
        held = way.get(node, -1)
        side = self.cut_side
        return [choice for choice in self.nodes[node].choices if choice[side] == NOWHERE or held >> choice[side] & 1]

    def _effects(self, node: int, state: State, choice: tuple[int, int]) -> tuple[int, int]:
        old, new = (
            forest.nodes[place].effects[option] if is_asked and place != NOWHERE else 0
            for forest, place, option, is_asked in zip(self.forests, self.nodes[node].places, choice, state, strict=True)
        )
        return old, new

    def _state(
        self, child: int, way: Mapping[int, int], state: State = (True, True), choice: tuple[int, int] = (NOWHERE, NOWHERE)
    ) -> State:
        """Whether a node is asked on each side, when the one above it is in some state and holds some choice."""
        old, new = (self._is_asked(child, side, way, state, choice) for side in (OLD, NEW))
        return old, new

    def _is_asked(self, child: int, side: int, way: Mapping[int, int], state: State, choice: tuple[int, int]) -> bool:
        parent, via = self.edges[side][child]
        if self.nodes[child].places[side] == NOWHERE:
            return False
        if parent == NOWHERE:
            return True
        if side == self.cut_side and child in self.cut:
            steps = pairwise([child, *self._chain(child)])
            return all(not way[above] & ~self.edges[side][below].via for below, above in steps)
        return state[side] and bool(via >> choice[side] & 1)

    # -- two dossiers that show it

    def witness(self, old: int, new: int) -> tuple[Answers, Answers]:
        """A complete dossier of each side, which agree and obtain these ranks; as few answers as can be weigh."""
        answers: tuple[dict[str, str], dict[str, str]] = {}, {}
        for group, needs in zip(self.groups, self._share(self._attained_by_group, (True, True), (old, new)), strict=True):
            wanted = self.lattice.wanted(needs, (old, new))
            way = next(way for way in group.ways() if self._attain(group, way, self._reach(group, way)) & wanted)
            self._descend(group, way, needs, (old, new), answers)
        before, after = (self._in_order(forest, found) for forest, found in zip(self.forests, answers, strict=True))
        return before, after

    def _descend(
        self, group: _Group, way: Mapping[int, int], needs: State, target: tuple[int, int], answers: tuple[dict[str, str], ...]
    ) -> None:
        reach = self._reach(group, way)
        states = [self._state(root, way) for root in group.roots]
        shared = self._share([reach[root][state] for root, state in zip(group.roots, states, strict=True)], needs, target)
        waiting = list(zip(group.roots, states, shared, strict=True))
        while waiting:
            node, state, needs = waiting.pop()
            choice = self._choose(node, state, way, reach, self.lattice.wanted(needs, target))
            self._note(node, state, choice, answers)
            shared = self._share(self._parts(node, state, choice, way, reach), needs, target)[1:]
            below = [self._state(child, way, state, choice) for child in self.children[node]]
            waiting += zip(self.children[node], below, shared, strict=True)

    def _choose(
        self, node: int, state: State, way: Mapping[int, int], reach: Mapping[int, Mapping[State, int]], wanted: int
    ) -> tuple[int, int]:
        """The choice that weighs least among those that attain what is wanted."""
        able = [
            choice
            for choice in self._choices(node, way)
            if self.lattice.join_all(self._parts(node, state, choice, way, reach)) & wanted
        ]
        return min(able, key=lambda choice: sum(self._effects(node, state, choice)))

    def _note(self, node: int, state: State, choice: tuple[int, int], answers: tuple[dict[str, str], ...]) -> None:
        for forest, place, is_asked, option, found in zip(
            self.forests, self.nodes[node].places, state, choice, answers, strict=True
        ):
            if is_asked:
                found[forest.nodes[place].id] = forest.nodes[place].options[option]

    def _share(self, masks: Sequence[int], needs: State, target: tuple[int, int]) -> list[State]:
        """Ask one branch to bear the old opinion and one the new, the same if it can; the others to stay at them or better."""
        ranks = range(len(masks))
        both = [(rank, rank) for rank in ranks] + [(rank, other) for rank in ranks for other in ranks if rank != other]
        wanted = {state: self.lattice.wanted(state, target) for state in STATES}
        for bearers in both:
            shared = [(needs[OLD] and rank == bearers[OLD], needs[NEW] and rank == bearers[NEW]) for rank in ranks]
            if all(mask & wanted[state] for mask, state in zip(masks, shared, strict=True)):
                return shared
        raise RuntimeError("no branch bears what all of them attain")

    def _in_order(self, forest: Forest, answers: Mapping[str, str]) -> Answers:
        return {node.id: answers[node.id] for node in forest.nodes if node.id in answers}


class _Lattice:
    """Sets of pairs of ranks as bit masks, and their join: ``{(max(a, b), max(a', b'))}``."""

    def __init__(self, height: int, width: int) -> None:
        self.height, self.width = height, width
        rows = sum(1 << row * width for row in range(height))
        self._but_first = ~rows & ((1 << height * width) - 1)
        self._whole = (1 << height * width) - 1
        self._joins: dict[tuple[int, int], int] = {}

    def bit(self, old: int, new: int) -> int:
        return old * self.width + new

    def join_all(self, masks: Sequence[int]) -> int:
        joined = 1
        for mask in masks:
            if joined == 1:
                joined = mask
            elif mask != 1:
                joined = self.join(joined, mask)
        return joined

    def join(self, one: int, other: int) -> int:
        found = self._joins.get((one, other))
        if found is None:
            found = self._joins[one, other] = self._join(one, other)
        return found

    def _join(self, one: int, other: int) -> int:
        """Both ranks of one, where the other has better or equal ones; or the old rank of one and the new rank of the other."""
        right, below = self._right(one), self._down(one)
        other_right, other_below = self._right(other), self._down(other)
        both = (one & self._right(other_below)) | (other & self._right(below))
        return both | (right & other_below) | (other_right & below)

    def _right(self, mask: int) -> int:
        """Every pair with the old rank of one of a mask, and its new rank or a worse one."""
        for _ in range(self.width - 1):
            mask |= mask << 1 & self._but_first
        return mask

    def _down(self, mask: int) -> int:
        """Every pair with the new rank of one of a mask, and its old rank or a worse one."""
        for _ in range(self.height - 1):
            mask |= mask << self.width & self._whole
        return mask

    def wanted(self, needs: State, target: tuple[int, int]) -> int:
        """The pairs at a target or better on each side; exactly at it on those that need it."""
        old, new = target
        olds = [old] if needs[OLD] else range(old + 1)
        news = [new] if needs[NEW] else range(new + 1)
        return sum(1 << self.bit(rank, other) for rank in olds for other in news)
