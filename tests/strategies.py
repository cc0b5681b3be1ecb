"""Random doctrines, their texts left empty of meaning, and random answers to them."""

import random
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from boussole.model import NSP, Doctrine, Question
from tests.doctrines import build

Answers = dict[str, Any]

ROLES = ("agents", "elus", "juristes")
OPTIONS = ("a", "b", "c")
SECTIONS = ("un", "deux", "trois")

_TEXT = "texte"
_QUESTION = {"ask": _TEXT, "why": _TEXT, "asked_of": [ROLES[0]]}
_IDENTITY = {"id": "hasard", "name": _TEXT, "authority": _TEXT, "version": "1", "adopted": "2024-03-28", "notice": _TEXT}


def over(examples: int) -> settings:
    """The same ``examples`` on every run and every machine, however slow it is."""
    checks = [HealthCheck.too_slow, HealthCheck.data_too_large]
    return settings(max_examples=examples, deadline=None, derandomize=True, suppress_health_check=checks)


@st.composite
def doctrines(draw: st.DrawFn) -> Doctrine:
    """A forest of 1 to 7 questions over 1 to 3 sections; a question may depend on one written before or after it."""
    levels = [f"niveau-{rank}" for rank in range(draw(st.integers(2, 5)))]
    effect = st.sampled_from([None, *levels])
    sections = SECTIONS[: draw(st.integers(1, 3))]
    questions: list[dict[str, Any]] = []
    for rank in range(draw(st.sampled_from([1, 2, 3, 4, 5, 6, 7, 5, 6, 7]))):
        question: dict[str, Any] = {"id": f"{draw(st.sampled_from(sections))}.q{rank}", **_QUESTION}
        if questions and draw(st.integers(0, 4)) > 1:
            question["when"] = draw(_conditions(questions))
        size = draw(st.sampled_from([1, 2, 3, 2, 3, 2, 3]))
        question |= _choices([draw(effect) for _ in range(size)], numeric=draw(st.integers(0, 3)) == 3)
        questions.append(question)
    return _doctrine(levels, draw(st.permutations(questions)))


def _conditions(born: list[dict[str, Any]]) -> st.SearchStrategy[dict[str, list[str]]]:
    def options(parent: dict[str, Any]) -> st.SearchStrategy[dict[str, list[str]]]:
        held = list(parent.get("options") or parent["bands"])
        return st.fixed_dictionaries({parent["id"]: st.lists(st.sampled_from(held), min_size=1, unique=True)})

    return st.sampled_from(born).flatmap(options)


def _choices(effects: list[str | None], numeric: bool) -> dict[str, Any]:
    """Options, or bands ``[0, 10]``, ``]10, 20]``… of which the last has no end."""
    options: dict[str, dict[str, Any]] = {
        name: {"effect": effect, "because": f"raison {name}", "remedy": f"remède {name}"}
        for name, effect in zip(OPTIONS, effects, strict=False)
    }
    if not numeric:
        return {"options": options}
    *bounded, _ = options.values()
    for rank, band in enumerate(bounded, 1):
        band["max"] = 10 * rank
    options[OPTIONS[0]]["min"] = 0
    return {"bands": options}


def _doctrine(levels: list[str], questions: list[dict[str, Any]]) -> Doctrine:
    by_section = {name: [q for q in questions if q["id"].startswith(f"{name}.")] for name in SECTIONS}
    return build(
        {
            "doctrine": _IDENTITY,
            "scale": [{"id": level, "label": level, "meaning": _TEXT, "gravity": _TEXT} for level in levels],
            "roles": [{"id": role, "label": role, "plain": _TEXT} for role in ROLES],
            "sections": [
                {"id": name, "label": name, "plain": _TEXT, "questions": own} for name, own in by_section.items() if own
            ],
        }
    )


def position(question: Question) -> st.SearchStrategy[Any]:
    """One option, by name or by a number inside it."""
    numbers: list[Any] = [value for rank in range(len(question.bands or ())) for value in (10 * rank + 10, f"{10 * rank + 1},5")]
    return st.sampled_from([*question.choices, *numbers])


def positions(question: Question) -> st.SearchStrategy[Any]:
    """One option, or several, ``nsp`` perhaps among them: at least one position is taken."""
    one = position(question)
    return one | st.lists(one, min_size=1, max_size=3) | one.map(lambda taken: [NSP, taken])


def answer(question: Question) -> st.SearchStrategy[Any]:
    """Everything a person may write for a question: a position, several, ``nsp``, or these by role."""
    given = positions(question) | st.just(NSP)
    return given | st.dictionaries(st.sampled_from(ROLES), given, min_size=1)


@st.composite
def answers(draw: st.DrawFn, doctrine: Doctrine) -> Answers:
    """Answers to nearly all, some or nearly none of the questions, asked or not."""
    rarity = draw(st.integers(1, 5))
    return {name: draw(answer(question)) for name, question in doctrine.questions.items() if draw(st.integers(0, 5)) >= rarity}


@st.composite
def dossiers(draw: st.DrawFn) -> tuple[Doctrine, Answers]:
    """A doctrine, and answers to some of its questions."""
    doctrine = draw(doctrines())
    return doctrine, draw(answers(doctrine))


@st.composite
def complete_dossiers(draw: st.DrawFn) -> tuple[Doctrine, Answers]:
    """A doctrine, and one position on each of its questions, asked or not."""
    doctrine = draw(doctrines())
    return doctrine, {name: draw(position(question)) for name, question in doctrine.questions.items()}


@st.composite
def premises(draw: st.DrawFn) -> tuple[Doctrine, Answers, tuple[str, ...]]:
    """A doctrine, the premise of a guarantee, and the opinions it promises."""
    doctrine = draw(doctrines())
    named = draw(st.lists(st.sampled_from(list(doctrine.questions)), max_size=3, unique=True))
    given = {name: draw(answer(doctrine.questions[name])) for name in named}
    return doctrine, given, tuple(draw(st.lists(st.sampled_from(doctrine.levels), min_size=1, unique=True)))


def shuffled(doctrine: Doctrine, seed: int) -> Doctrine:
    """The same doctrine, its sections and the questions in each written in another order."""
    order = random.Random(seed)
    sections = [
        replace(section, questions=order.sample(section.questions, len(section.questions))) for section in doctrine.sections
    ]
    return replace(doctrine, sections=order.sample(sections, len(sections)))


def shuffled_answers(given: Mapping[str, Any], seed: int) -> Answers:
    """The same answers, given in another order, roles and lists included."""
    order = random.Random(seed)

    def mixed(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: mixed(item) for name, item in order.sample(list(value.items()), len(value))}
        return order.sample(value, len(value)) if isinstance(value, list) else value

    return {name: mixed(value) for name, value in order.sample(list(given.items()), len(given))}
