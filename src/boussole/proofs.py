"""What holds of every dossier: guarantees proved over all their completions, worked cases recomputed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from boussole.assessment import Assessment, assess, assess_held, count, hold, join, read_answers
from boussole.model import Case, Doctrine, Forest, Guarantee


@dataclass(frozen=True, slots=True)
class Proof:
    """What was computed of one premise: the opinions its dossiers obtain, how many dossiers that is, and a counter-example.

    ``completions`` is 0 when no dossier can meet the premise: nothing is proved then. ``counterexample`` is a complete
    dossier that obtains an opinion outside the promised ones.
    """

    attainable: tuple[str, ...]
    completions: int
    counterexample: Mapping[str, str] | None


def prove(doctrine: Doctrine, guarantee: Guarantee) -> tuple[Proof, ...]:
    """Prove a guarantee, premise by premise, over every dossier in which the questions of the premise are asked."""
    return tuple(_prove(doctrine, premise, guarantee.opinions) for premise in guarantee.premises)


def _prove(doctrine: Doctrine, premise: Mapping[str, Any], promised: Sequence[str]) -> Proof:
    held = _premise(doctrine, premise)
    if held is None:
        return Proof((), 0, None)
    assessment = assess_held(doctrine, held)
    outside = [level for level in assessment.attainable if level not in promised]
    example = witness(doctrine, held, outside[0]) if outside else None
    return Proof(assessment.attainable, assessment.completions, example)


def _premise(doctrine: Doctrine, premise: Mapping[str, Any]) -> list[int] | None:
    """What is held when the premise is met: its questions are answered so, and asked. None when that cannot be."""
    forest = doctrine.forest
    held = hold(doctrine, read_answers(doctrine, premise)[0])
    for name in premise:
        node = forest.nodes[forest.index[name]]
        while node.parent >= 0:
            held[node.parent] &= node.via
            if not held[node.parent]:
                return None
            node = forest.nodes[node.parent]
    return held


def witness(doctrine: Doctrine, held: Sequence[int], level: str) -> Mapping[str, str]:
    """A complete dossier, compatible with what is held, that obtains exactly ``level``; the level must be attainable."""
    forest = doctrine.forest
    target = doctrine.levels.index(level)
    under, reach = _branches(forest, held)
    chosen: dict[int, int] = {}
    waiting = _share(forest.roots, reach, target, exact=True)
    while waiting:
        place, exact = waiting.pop()
        node = forest.nodes[place]
        possible = [option for option in range(len(node.options)) if held[place] >> option & 1]
        wanted = 1 << target if exact else (2 << target) - 1
        chosen[place] = option = next(option for option in possible if under[place][option] & wanted)
        waiting += _share(node.children[option], reach, target, exact and node.effects[option] != target)
    return {forest.nodes[place].id: forest.nodes[place].options[chosen[place]] for place in sorted(chosen)}


def _share(places: Sequence[int], reach: Sequence[int], target: int, exact: bool) -> list[tuple[int, bool]]:
    """Ask one branch, among those that can, to obtain exactly the target; the others to stay at it or better."""
    bearer = next((place for place in places if reach[place] >> target & 1), None) if exact else None
    return [(place, place == bearer) for place in places]


def _branches(forest: Forest, held: Sequence[int]) -> tuple[list[list[int]], list[int]]:
    under: list[list[int]] = [[] for _ in forest.nodes]
    reach = [0] * len(forest.nodes)
    for place in reversed(forest.order):
        node = forest.nodes[place]
        for option, effect in enumerate(node.effects):
            attained = 1 << effect
            for child in node.children[option]:
                attained = join(attained, reach[child])
            under[place].append(attained)
            reach[place] |= attained if held[place] >> option & 1 else 0
    return under, reach


def case_answers(doctrine: Doctrine, case: Case, turned: bool = False) -> dict[str, Any]:
    """The answers of a worked case, its unwritten favourable ones included; after its turning point when ``turned``."""
    answers = {**case.answers, **(case.turning_point.answers if turned else {})}
    if case.otherwise == "best":
        _complete_with_best(doctrine, answers)
    return {name: answers[name] for name in doctrine.questions if name in answers}


def _complete_with_best(doctrine: Doctrine, answers: dict[str, Any]) -> None:
    """Give each question asked and not answered its first option without effect, if it has one."""
    forest = doctrine.forest
    for place in forest.order:
        node = forest.nodes[place]
        question = doctrine.questions[node.id]
        is_asked = question.parent is None or answers.get(question.parent) in (question.when or {})[question.parent]
        if is_asked and node.id not in answers:
            effects = {name: doctrine.effect_of(node.id, name) for name, option in question.choices.items() if not option.justify}
            if best := next((name for name, level in effects.items() if level == doctrine.scale[0]), None):
                answers[node.id] = best


def assess_case(doctrine: Doctrine, case: Case, turned: bool = False) -> Assessment:
    """The assessment of a worked case."""
    return assess(doctrine, case_answers(doctrine, case, turned))


def reachable(doctrine: Doctrine) -> tuple[tuple[str, ...], int]:
    """The opinions an empty dossier attains, and how many complete dossiers there are."""
    empty = assess(doctrine, {})
    return empty.attainable, count(doctrine.forest, empty.held)
