"""The algebra: what opinion some answers lead to, why, what is missing, what would change it.

Twin of ``static/assessment.js``: the same walk, the same names, the same results (``tests/conformance``).

Levels are ranks and sets of levels are bit masks: bit 0 is the best opinion. A question holds a mask of the options still
possible. The opinion of a complete dossier is the worst effect among the questions asked; over masks, one walk of the
forest gives the exact set of opinions still attainable, because two branches never share a question.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from math import prod
from typing import Any

from boussole.errors import AnswerError, PathFault, choices, quoted
from boussole.model import ACCORD, NO_ROLE, NSP, Doctrine, Forest, Node, Question
from boussole.shapes import number_of

Held = Sequence[int]
"""For each question of the forest, the mask of its options still possible; never 0."""


@dataclass(frozen=True, slots=True)
class Reason:
    """An answer that weighs as much as the opinion, or more than any better one; ``level`` is what it leads to."""

    question: str
    option: str
    level: str
    because: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Change:
    """An answer to change to reach a better opinion; ``alternatives`` are the options that allow it, once what depends on
    them is answered anew."""

    question: str
    options: tuple[str, ...]
    alternatives: tuple[str, ...]
    because: str
    remedy: str


@dataclass(frozen=True)
class Assessment:
    """What the answers of a dossier lead to. Opinions are ids of the scale, from the best to the worst."""

    doctrine: Doctrine
    held: tuple[int, ...]
    answered: frozenset[str]
    attainable: tuple[str, ...]
    """Every opinion that some way of completing the dossier would obtain."""
    positions: "Positions" = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def completions(self) -> int:
        """How many complete dossiers the answers leave possible, exactly."""
        return count(self.doctrine.forest, self.held)

    @property
    def opinion(self) -> str | None:
        """The opinion once it is settled; None while several are attainable."""
        return self.attainable[0] if len(self.attainable) == 1 else None

    @cached_property
    def findings(self) -> Mapping[str, tuple[str, ...]]:
        """For each section, the opinions attainable if only its own effects counted."""
        forest = self.doctrine.forest
        return {name: _names(forest, attain(forest, self.held, section)) for section, name in enumerate(forest.sections)}

    @cached_property
    def asked(self) -> tuple[str, ...]:
        """The questions that are asked whatever the open ones become, in the order of the source."""
        return self._where(lambda place: self._walk.certain[place])

    @cached_property
    def ignored(self) -> tuple[str, ...]:
        """Questions that are not asked and on which a position was taken: kept, without effect."""
        return self._where(lambda place: not self._walk.possible[place] and self._node(place).id in self.answered)

    @cached_property
    def possible(self) -> tuple[str, ...]:
        """The questions that are asked in at least one way of completing the dossier, in the order of the source."""
        return self._where(lambda place: self._walk.possible[place])

    @cached_property
    def reasons(self) -> tuple[Reason, ...]:
        """The answers whose effect is the opinion's; while it is open, those that forbid a better one than the best attainable.

        There is always one, unless the best opinion of the scale is attainable."""
        forest, floor = self.doctrine.forest, self.doctrine.levels.index(self.attainable[0])
        found = []
        for place in sorted(_blockers(forest, self.held, floor - 1)) if floor else ():
            node = forest.nodes[place]
            held = _options(node, self.held[place])
            least = min(node.effects[option] for option in held)
            found += [self._reason(node, option) for option in held if node.effects[option] == least]
        return tuple(found)

    @cached_property
    def missing(self) -> tuple[str, ...]:
        """The open questions that can still move the opinion, most decisive first.

        A question can move it when two complete dossiers that differ only by it and what depends on it obtain different
        opinions. Those surely asked come first; then those that leave the fewest opinions on average once answered.
        """
        walk, ranked = self._walk, []
        for place, node in enumerate(self.doctrine.forest.nodes):
            held = _options(node, self.held[place])
            if len(held) < 2 or not walk.possible[place] or not walk.moves(place):
                continue
            left = [walk.left(place, option).bit_count() for option in held]
            ranked.append((not walk.certain[place], sum(left) / len(left), place))
        return tuple(self._node(place).id for _, _, place in sorted(ranked))

    @cached_property
    def disagreements(self) -> "tuple[Disagreement, ...]":
        """Where people answer differently, or one person in several ways, in the order of the source."""
        forest, walk, found = self.doctrine.forest, self._walk, []
        for place, node in enumerate(forest.nodes):
            by_whom = self.positions.get(node.id, {})
            if len(by_whom) == 1 and len(by_whom.get(NO_ROLE, ())) == 1:  # most positions
                continue
            outcomes = by_whom.get(ACCORD, frozenset())
            is_contradicted = len(outcomes) > 1
            taken = frozenset[str]().union(*(options for who, options in by_whom.items() if who != ACCORD or is_contradicted))
            if len(taken) > 1:
                left = {node.options[option]: _names(forest, walk.left(place, option)) for option in _ranks(node, taken)}
                alone = {walk.under[place][option] for option in _ranks(node, taken)}
                is_outweighed = walk.possible[place] and len(alone) > 1 and len(set(left.values())) == 1
                found.append(Disagreement(node.id, left, len(outcomes) == 1, is_outweighed, is_contradicted))
        return tuple(found)

    def changes(self, target: str) -> tuple[Change, ...]:
        """The answers to change to reach ``target`` or better: those whose every held effect is worse. Empty when it is
        attainable as things stand. Raises `AnswerError` when ``target`` is not on the scale."""
        levels = self.doctrine.levels
        if target not in levels:
            known = choices(levels)
            raise AnswerError(
                [PathFault("identifiant-inconnu", (), f"avis inconnu {quoted(target)}", known, alike=(target, levels))]
            )
        forest, rank = self.doctrine.forest, levels.index(target)
        _, free = climb(forest, _everything(forest))
        return tuple(self._change(place, free[place], rank) for place in sorted(_blockers(forest, self.held, rank)))

    def unsettled(self, target: str) -> tuple[str, ...]:
        """The questions that could still lead to worse than ``target`` once the answers of `changes` are changed: they may be
        asked, and hold an option that is worse."""
        forest, rank, held = self.doctrine.forest, self.doctrine.levels.index(target), [*self.held]
        for change in self.changes(target):
            place = forest.index[change.question]
            held[place] = sum(1 << option for option in _ranks(forest.nodes[place], change.alternatives)) or held[place]
        possible = _Walk(forest, held).possible
        worse = [
            any(node.effects[option] > rank for option in _options(node, held[place])) for place, node in enumerate(forest.nodes)
        ]
        return self._where(lambda place: possible[place] and worse[place])

    @cached_property
    def _walk(self) -> "_Walk":
        return _Walk(self.doctrine.forest, self.held)

    def _node(self, place: int) -> Node:
        return self.doctrine.forest.nodes[place]

    def _where(self, wanted: Callable[[int], bool]) -> tuple[str, ...]:
        return tuple(node.id for place, node in enumerate(self.doctrine.forest.nodes) if wanted(place))

    def _reason(self, node: Node, option: int) -> Reason:
        chosen = self.doctrine.questions[node.id].choices[node.options[option]]
        name = self.doctrine.levels[node.effects[option]]
        return Reason(node.id, node.options[option], name, chosen.because or "", chosen.remedy or "")

    def _change(self, place: int, free: Sequence[int], target: int) -> Change:
        node, held = self._node(place), _options(self._node(place), self.held[place])
        worst = max(held, key=lambda option: node.effects[option])
        chosen = self.doctrine.questions[node.id].choices[node.options[worst]]
        return Change(
            question=node.id,
            options=tuple(node.options[option] for option in held),
            alternatives=tuple(name for option, name in enumerate(node.options) if free[option] & ((2 << target) - 1)),
            because=chosen.because or "",
            remedy=chosen.remedy or "",
        )


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A question on which people answer differently; ``attainable`` are the opinions each option taken would leave, if it
    alone were held. ``is_outweighed`` when it does not matter only because other answers weigh as much; ``is_contradicted`` when
    merged dossiers hold several outcomes of the discussion, which settle nothing."""

    question: str
    attainable: Mapping[str, tuple[str, ...]]
    is_settled: bool
    is_outweighed: bool = False
    is_contradicted: bool = False

    @property
    def matters(self) -> bool:
        """Whether the opinions still attainable depend on which of the answers is held."""
        return len(set(self.attainable.values())) > 1


def assess(doctrine: Doctrine, answers: Mapping[str, Any], contributors: Collection[str] = ()) -> Assessment:
    """Assess some answers.

    ``answers`` maps a question id to an option, to several (a list, tuple or set), to a number for a numeric question, to
    ``"nsp"`` (nobody knows), or to a mapping from who answers to any of these: what is held is then the outcome of the
    discussion (``"accord"``) if there is one, else the union of the positions taken. Who answers is a role, or one of
    ``contributors``. Raises `AnswerError`, with every wrong answer, when a question, a role or an option does not exist.
    """
    positions = _sound_positions(doctrine, answers, contributors)
    answered = frozenset(name for name, by_whom in positions.items() if any(by_whom.values()))
    return replace(assess_held(doctrine, hold(doctrine, positions), answered), positions=positions)


def disagreements(doctrine: Doctrine, answers: Mapping[str, Any], contributors: Collection[str] = ()) -> tuple[Disagreement, ...]:
    """Where people answer differently, or one person in several ways, in the order of the source. As `assess` for the rest."""
    return assess(doctrine, answers, contributors).disagreements


def _ranks(node: Node, options: Collection[str]) -> list[int]:
    return [rank for rank, option in enumerate(node.options) if option in options]


def _sound_positions(doctrine: Doctrine, answers: Mapping[str, Any], contributors: Collection[str]) -> "Positions":
    positions, faults = read_answers(doctrine, answers, contributors)
    if faults:
        raise AnswerError(faults)
    return positions


def assess_held(doctrine: Doctrine, held: Held, answered: frozenset[str] = frozenset()) -> Assessment:
    """Assess what is held, question by question, in the order of the forest."""
    attainable = _names(doctrine.forest, attain(doctrine.forest, held))
    return Assessment(doctrine, tuple(held), answered, attainable)


def join(one: int, other: int) -> int:
    """``{max(a, b) : a in one, b in other}`` on masks: keep of each side what is at least the other's best."""
    return (one & -(other & -other)) | (other & -(one & -one))


def count(forest: Forest, held: Held) -> int:
    """How many complete dossiers agree with what is held: the same walk with (×, Σ)."""
    below = [0] * len(forest.nodes)
    for place in reversed(forest.order):
        node = forest.nodes[place]
        below[place] = sum(prod(below[child] for child in node.children[o]) for o in _options(node, held[place]))
    return prod(below[root] for root in forest.roots)


def attain(forest: Forest, held: Held, section: int = -1) -> int:
    """The levels attained by the dossiers that agree with what is held; the effects of one section only, if one is given.

    The walk that everything else waits for: `climb` without what only some answers ask for, `join` written out."""
    reach = [0] * len(forest.nodes)
    for place in reversed(forest.order if section == -1 else forest.trees[section]):
        node, mask = forest.nodes[place], held[place]
        counted = section in (-1, node.section)
        for option, effect in enumerate(node.effects):
            if mask >> option & 1:
                attained = 1 << effect if counted else 1
                for child in node.children[option]:
                    other = reach[child]
                    attained = (attained & -(other & -other)) | (other & -(attained & -attained))
                reach[place] |= attained
    return _join_all([reach[root] for root in forest.roots if reach[root]])


def climb(forest: Forest, held: Held, section: int = -1) -> tuple[list[int], list[list[int]]]:
    """What each branch attains over the options held by its question, and by each of its options, held or not."""
    reach, under = [0] * len(forest.nodes), [list[int]()] * len(forest.nodes)
    for place in reversed(forest.order):
        node, options = forest.nodes[place], []
        counted = section in (-1, node.section)
        for option, effect in enumerate(node.effects):
            attained = 1 << effect if counted else 1
            for child in node.children[option]:
                attained = join(attained, reach[child])
            options.append(attained)
            if held[place] >> option & 1:
                reach[place] |= attained
        under[place] = options
    return reach, under


class _Walk:
    """One walk up the forest for what each branch attains, then one walk down for what the rest attains around it."""

    def __init__(self, forest: Forest, held: Held) -> None:
        self.forest, self.held = forest, held
        self.reach, self.under = climb(forest, held)

    @cached_property
    def rest(self) -> list[int]:
        """For each question, what everything outside its branch attains when it is asked; 0 when it cannot be."""
        return self._descend[0]

    @cached_property
    def without(self) -> list[int]:
        """For each question, the opinions attained by the dossiers where it is not asked."""
        return self._descend[1]

    @cached_property
    def possible(self) -> list[bool]:
        return [rest != 0 for rest in self.rest]

    @cached_property
    def certain(self) -> list[bool]:
        """Whether each question is asked whatever the open ones become."""
        certain = [True] * len(self.forest.nodes)
        for place in self.forest.order:
            node = self.forest.nodes[place]
            if node.parent >= 0:
                certain[place] = certain[node.parent] and not self.held[node.parent] & ~node.via
        return certain

    @cached_property
    def _descend(self) -> tuple[list[int], list[int]]:
        rest, without = [0] * len(self.forest.nodes), [0] * len(self.forest.nodes)
        for root, others in zip(self.forest.roots, _joins_without([self.reach[r] for r in self.forest.roots]), strict=True):
            rest[root] = others
        for place in self.forest.order:
            node = self.forest.nodes[place]
            for child in node.dependents:
                without[child] = without[place]
            for option in _options(node, self.held[place]) if node.dependents and rest[place] else []:
                self._descend_into(place, option, rest, without)
        return rest, without

    def _descend_into(self, place: int, option: int, rest: list[int], without: list[int]) -> None:
        """Share among the children of a question what its other branches attain when it holds ``option``."""
        node = self.forest.nodes[place]
        around = join(rest[place], 1 << node.effects[option])
        asked = node.children[option]
        for child, others in zip(asked, _joins_without([self.reach[child] for child in asked]), strict=True):
            rest[child] |= join(around, others)
        if len(asked) < len(node.dependents):
            left = join(rest[place], self.under[place][option])
            for child in set(node.dependents) - set(asked):
                without[child] |= left

    def left(self, place: int, option: int) -> int:
        """The opinions attained when a question holds one option, all else as it is."""
        return self.without[place] | join(self.rest[place], self.under[place][option])

    def moves(self, place: int) -> bool:
        """Whether the answer to a question that may be asked can change the opinion, all else equal."""
        best_rest = self.rest[place] & -self.rest[place]
        return join(best_rest, self.reach[place]).bit_count() > 1


def _join_all(masks: Sequence[int]) -> int:
    joined = 1
    for mask in masks:
        joined = join(joined, mask)
    return joined


def _joins_without(masks: Sequence[int]) -> list[int]:
    """For each mask, the join of all the others, in two passes."""
    before, after = [1], [1]
    for mask in masks:
        before.append(join(before[-1], mask))
    for mask in reversed(masks):
        after.append(join(after[-1], mask))
    return [join(before[place], after[len(masks) - 1 - place]) for place in range(len(masks))]


def _blockers(forest: Forest, held: Held, target: int) -> frozenset[int]:
    """The questions whose every held answer is worse than ``target``, along the branches where they are the fewest."""
    below: list[frozenset[int]] = [frozenset()] * len(forest.nodes)
    for place in reversed(forest.order):
        node = forest.nodes[place]
        options = _options(node, held[place])
        good = [option for option in options if node.effects[option] <= target]
        if not node.dependents:
            below[place] = frozenset() if good else frozenset((place,))
            continue
        ways = [frozenset().union(*(below[child] for child in node.children[option])) for option in good or options]
        below[place] = min(ways, key=len) | (frozenset() if good else {place})
    return frozenset().union(*(below[root] for root in forest.roots))


def _options(node: Node, mask: int) -> tuple[int, ...]:
    return _bits(mask, len(node.options))


@lru_cache(maxsize=4096)
def _bits(mask: int, count: int) -> tuple[int, ...]:
    return tuple(bit for bit in range(count) if mask >> bit & 1)


def _everything(forest: Forest) -> list[int]:
    return [(1 << len(node.options)) - 1 for node in forest.nodes]


def _names(forest: Forest, mask: int) -> tuple[str, ...]:
    return tuple(name for rank, name in enumerate(forest.levels) if mask >> rank & 1)


# -- from answers people wrote to what is held --------------------------------------------------------------------------

Positions = Mapping[str, Mapping[str, frozenset[str]]]
"""For each question answered, by who answers, the options of the position taken; empty for ``nsp``."""


def hold(doctrine: Doctrine, positions: Positions) -> list[int]:
    """What is held: the outcome of the discussion, else the union of the positions taken; every option where nobody takes any."""
    held = _everything(doctrine.forest)
    for name, by_whom in positions.items():
        place = doctrine.forest.index[name]
        options = doctrine.forest.nodes[place].options
        if taken := by_whom.get(ACCORD) or frozenset().union(*by_whom.values()):
            held[place] = _mask(options, taken)
    return held


@lru_cache(maxsize=4096)  # the same answers come back from dossier to dossier
def _mask(options: tuple[str, ...], taken: frozenset[str]) -> int:
    return sum(1 << options.index(option) for option in taken)


def read_answers(
    doctrine: Doctrine, answers: Mapping[str, Any], contributors: Collection[str] = ()
) -> tuple[Positions, list[PathFault]]:
    """Understand answers as people write them; the faults name the place inside ``answers`` and the nearest known name."""
    positions: dict[str, Mapping[str, frozenset[str]]] = {}
    faults: list[PathFault] = []
    for name, answer in answers.items():
        question = doctrine.questions.get(name)
        if question is None:
            faults.append(_unknown_question(doctrine, name))
            continue
        if type(answer) is str and answer != NSP and answer in question.choices:  # most answers, as most people give them
            positions[name] = {NO_ROLE: frozenset((answer,))}
            continue
        if isinstance(answer, Mapping) and not answer:
            faults.append(_nothing(question, (name,)))
            continue
        by_whom = answer if isinstance(answer, Mapping) else {NO_ROLE: answer}
        faults += unknown_people(doctrine, by_whom, contributors, (name,))
        taken = {}
        for who, given in by_whom.items():
            path = (name, who) if isinstance(answer, Mapping) else (name,)
            taken[who], found = _position(question, given, path)
            faults += found
        positions[name] = taken
    return positions, faults


def _unknown_question(doctrine: Doctrine, name: str) -> PathFault:
    if name in doctrine.retired:
        told = f"question retirée {quoted(name)}"
        return PathFault(
            "identifiant-retire", (name,), told, "une question en vigueur", doctrine.retirements[name].sentence, on_key=True
        )
    told, expected = f"question inconnue {quoted(name)}", "une question de la doctrine"
    return PathFault("identifiant-inconnu", (name,), told, expected, alike=(str(name), doctrine.questions), on_key=True)


def unknown_people(
    doctrine: Doctrine, people: Collection[Any], contributors: Collection[str], path: tuple[str, ...]
) -> list[PathFault]:
    """A fault for each key that names neither a role, nor a contributor, nor the outcome of a discussion."""
    unknown = [who for who in people if who not in doctrine.speakers and who not in contributors]
    known = [*(role.id for role in doctrine.roles), *contributors] if unknown else []
    return [
        PathFault(
            "identifiant-inconnu",
            (*path, who),
            f"rôle inconnu {quoted(who)}",
            choices(known),
            alike=(str(who), known),
            on_key=True,
        )
        for who in unknown
    ]


def _position(question: Question, given: Any, path: tuple[str | int, ...]) -> tuple[frozenset[str], list[PathFault]]:
    """The options of one position; none for ``nsp``."""
    if not isinstance(given, list | tuple | set | frozenset):
        return _option(question, given, path)
    if not given:
        return frozenset(), [_nothing(question, path)]
    ordered = sorted(given, key=str) if isinstance(given, set | frozenset) else given
    read = [_option(question, item, (*path, rank)) for rank, item in enumerate(ordered)]
    return frozenset().union(*(options for options, _ in read)), [fault for _, faults in read for fault in faults]


def _nothing(question: Question, path: tuple[str | int, ...]) -> PathFault:
    return PathFault("reponse-inconnue", path, "liste de réponses vide", _accepted(question), "écrire nsp")


def _option(question: Question, given: Any, path: tuple[str | int, ...]) -> tuple[frozenset[str], list[PathFault]]:
    if given == NSP:
        return frozenset(), []
    if isinstance(given, str) and given in question.choices:
        return frozenset({given}), []
    number = number_of(given) if question.bands else None
    if number is not None and (band := question.band_of(number)):
        return frozenset({band}), []
    if isinstance(given, int) and not -1e15 < given < 1e15:
        given = "un nombre trop grand"
    found = f"réponse {quoted(given) if given != '' else 'vide'} à la question {quoted(question.id)}"
    alike = (given, question.choices) if isinstance(given, str) else None
    return frozenset(), [PathFault("reponse-inconnue", path, found, _accepted(question), alike=alike)]


def _accepted(question: Question) -> str:
    if not question.bands:
        return choices([*question.choices, NSP])
    bands = list(question.bands.values())
    low = f" à partir de {bands[0].min:g}" if bands[0].min is not None else ""
    high = f" jusqu’à {bands[-1].max:g}" if bands[-1].max is not None else ""
    return f"un nombre{low}{high}, ou {NSP}"
