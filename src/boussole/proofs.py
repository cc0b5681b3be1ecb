"""What holds of every dossier: guarantees proved over all their completions, worked cases recomputed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from boussole.assessment import Assessment, assess, assess_held, climb, count, hold, read_answers
from boussole.model import Case, Doctrine, Guarantee


@dataclass(frozen=True)
class Proof:
    """What was computed of one premise: the opinions its dossiers obtain; none when no dossier can meet it, and nothing is
    proved then. ``counterexample`` is a complete dossier that obtains an opinion outside the promised ones."""

    assessment: Assessment | None
    counterexample: Mapping[str, str] | None

    @property
    def attainable(self) -> tuple[str, ...]:
        """The opinions that the dossiers meeting the premise obtain."""
        return self.assessment.attainable if self.assessment else ()

    @property
    def completions(self) -> int:
        """How many complete dossiers meet the premise, exactly."""
        return self.assessment.completions if self.assessment else 0


def prove(doctrine: Doctrine, guarantee: Guarantee) -> tuple[Proof, ...]:
    """Prove a guarantee, premise by premise, over every dossier in which the questions of the premise are asked."""
    return tuple(_prove(doctrine, premise, guarantee.opinions) for premise in guarantee.premises)


def _prove(doctrine: Doctrine, premise: Mapping[str, Any], promised: Sequence[str]) -> Proof:
    held = _premise(doctrine, premise)
    if held is None:
        return Proof(None, None)
    assessment = assess_held(doctrine, held)
    outside = [level for level in assessment.attainable if level not in promised]
    example = witness(doctrine, held, outside[0]) if outside else None
    return Proof(assessment, example)


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
    reach, under = climb(forest, held)
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


def case_answers(doctrine: Doctrine, case: Case, turned: bool = False) -> dict[str, Any]:
    """The answers of a worked case, its unwritten favourable ones included; after its turning point when ``turned``."""
    answers = {**case.answers, **(case.turning_point.answers if turned else {})}
    if case.otherwise == "best":
        answers = complete_with_best(doctrine, answers)
    return {name: answers[name] for name in doctrine.questions if name in answers}


def complete_with_best(doctrine: Doctrine, given: Mapping[str, Any]) -> dict[str, Any]:
    """Some answers, and the first option without effect, if there is one, of each question surely asked and not answered."""
    forest, answers = doctrine.forest, dict(given)
    held = hold(doctrine, read_answers(doctrine, answers)[0])
    asked = [True] * len(forest.nodes)
    for place in forest.order:
        node = forest.nodes[place]
        asked[place] = node.parent < 0 or (asked[node.parent] and not held[node.parent] & ~node.via)
        if asked[place] and node.id not in answers and (best := _best(doctrine, node.id)):
            answers[node.id] = best
            held[place] = 1 << node.options.index(best)
    return answers


def _best(doctrine: Doctrine, question: str) -> str | None:
    choices = doctrine.questions[question].choices
    return next(
        (name for name, option in choices.items() if not option.justify and option.effect in (None, doctrine.levels[0])), None
    )


def assess_case(doctrine: Doctrine, case: Case, turned: bool = False) -> Assessment:
    """The assessment of a worked case."""
    return assess(doctrine, case_answers(doctrine, case, turned))


def deciding_sections(doctrine: Doctrine, case: Case, turned: bool = False) -> frozenset[str]:
    """The sections that give a reason of the opinion of a worked case."""
    return frozenset(doctrine.section_of(reason.question).id for reason in assess_case(doctrine, case, turned).reasons)


def reachable(doctrine: Doctrine) -> tuple[tuple[str, ...], int]:
    """The opinions an empty dossier attains, and how many complete dossiers there are."""
    empty = assess(doctrine, {})
    return empty.attainable, count(doctrine.forest, empty.held)
