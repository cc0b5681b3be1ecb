"""Blocks to paste into a source: well formed, sound where they are meant to go, with words that ask to be replaced."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from boussole.model import Case, Doctrine, Guarantee, Option, Question, TurningPoint
from boussole.proofs import assess_case, prove


@dataclass(frozen=True, slots=True)
class Block:
    """A block, and the key of the source at whose end it goes."""

    under: str
    text: str


def new_criterion(doctrine: Doctrine, name: str, label: str) -> Block:
    """A numbered section with an indicator and a question."""
    number = max([section.number or 0 for section in doctrine.sections], default=0) + 1
    indicator = {
        "id": f"{name}.a-mesurer",
        "name": "Ce qui se mesure",
        "unit": "nombre",
        "how": "Comment on le mesure.",
        "direction": "follow",
        "when": ["before", "during"],
    }
    section = {
        "id": name,
        "number": number,
        "label": label,
        "plain": "Ce que demande ce critère, en une phrase que tout le monde comprend.",
        "indicators": [indicator],
        "questions": [_question(doctrine, f"{name}.a-preciser", "Quelle est la question ?", {})],
    }
    return Block("sections", _item(section, "  "))


def new_question(doctrine: Doctrine, name: str, ask: str, when: Mapping[str, Sequence[str]]) -> Block:
    """A question of a section, with an answer that weighs and one that does not."""
    return Block(f"sections, {name.partition('.')[0]}, questions", _item(_question(doctrine, name, ask, when), "      "))


def _question(doctrine: Doctrine, name: str, ask: str, when: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    # The worst level is a red line, which no condition may hide; the next is as good to start from.
    effect = doctrine.levels[1]
    weighing = {"effect": effect, "because": "Pourquoi cette réponse pèse.", "remedy": "Ce qu’il faut faire pour la changer."}
    return {
        "id": name,
        "ask": ask,
        "why": "Pourquoi on le demande, avec un exemple.",
        **({"when": {parent: list(options) for parent, options in when.items()}} if when else {}),
        "asked_of": [doctrine.roles[0].id],
        "evidence": "La pièce qui appuie la réponse.",
        "options": {"oui": {}, "non": weighing},
    }


def new_case(doctrine: Doctrine, name: str, title: str, given: Mapping[str, str]) -> Block:
    """A worked case whose opinion is computed, and which turns on the first answer that changes it."""
    answers = _settled(doctrine, name, title, given)
    case = _case(doctrine, name, title, answers)
    opinion = assess_case(doctrine, case).attainable[0]
    changed, turned = _turning(doctrine, case, opinion)
    justified = [question for question, option in answers.items() if doctrine.questions[question].choices[option].justify]
    notes = dict.fromkeys(justified, "Pourquoi la question ne se pose pas.")
    data = {
        "id": name,
        "title": title,
        "summary": "Ce que fait l’outil, et pour qui.",
        "domain": "Domaine de la collectivité",
        "answers": answers,
        "otherwise": "best",
        **({"notes": notes} if notes else {}),
        "opinion": opinion,
        "because": "Pourquoi cet avis, en une phrase.",
        "turning_point": {"answers": changed, "opinion": turned, "because": "Ce que cette réponse change."},
    }
    return Block("cases", _item(data, "  "))


def _settled(doctrine: Doctrine, name: str, title: str, given: Mapping[str, str]) -> dict[str, str]:
    """The answers, and the mildest one to each question that has no answer without effect, until the opinion is settled."""
    answers = dict(given)
    while missing := assess_case(doctrine, _case(doctrine, name, title, answers)).missing:
        answers[missing[0]] = _mildest(doctrine, doctrine.questions[missing[0]])
    return answers


def _mildest(doctrine: Doctrine, question: Question) -> str:
    def weight(option: Option) -> tuple[bool, int]:
        return option.justify, doctrine.levels.index(option.effect or doctrine.levels[0])

    return min(question.choices, key=lambda name: weight(question.choices[name]))


def _case(doctrine: Doctrine, name: str, title: str, answers: Mapping[str, str]) -> Case:
    level = doctrine.levels[0]
    turning = TurningPoint(answers={}, opinion=level, because="")
    return Case(
        id=name,
        title=title,
        summary="",
        domain="",
        answers=dict(answers),
        otherwise="best",
        opinion=level,
        because="",
        turning_point=turning,
    )


def _turning(doctrine: Doctrine, case: Case, opinion: str) -> tuple[dict[str, str], str]:
    """One answer to change, and the opinion then; nothing to change when no single answer moves the opinion."""
    for question in doctrine.questions.values():
        for name, option in question.choices.items():
            tried = {question.id: name}
            turned = _case(doctrine, case.id, case.title, {**case.answers, **tried})
            found = assess_case(doctrine, turned).opinion
            if not option.justify and found not in (None, opinion):
                return tried, str(found)
    return {}, opinion


def new_guarantee(doctrine: Doctrine, name: str, claim: str, given: Mapping[str, str]) -> Block | None:
    """A promise that holds: the opinions of its premise are proved. Without a premise, that of the severest answer; None when
    no dossier meets the premise."""
    premise = dict(given) or _severest(doctrine)
    promise = Guarantee(id=name, claim=claim, because="", premises=[premise], opinions=list(doctrine.levels))
    (proof,) = prove(doctrine, promise)
    data = {
        "id": name,
        "claim": claim,
        "because": "Pourquoi cette promesse est faite.",
        "premises": [premise],
        "opinions": list(proof.attainable),
    }
    return Block("guarantees", _item(data, "  ")) if proof.attainable else None


def _severest(doctrine: Doctrine) -> dict[str, str]:
    ranked = [
        (doctrine.levels.index(option.effect or doctrine.levels[0]), question.id, name)
        for question in doctrine.questions.values()
        for name, option in question.choices.items()
    ]
    _, question_id, option_name = max(ranked, key=lambda found: found[0])
    return {question_id: option_name}


def _item(data: Mapping[str, Any], margin: str) -> str:
    """A block as an item of a list, its parts written as far as they can be read on a line."""
    first, *lines = _lines(data, margin + "  ")
    return "".join([f"{margin}- {first.lstrip(' ')}", *lines])


def _lines(data: Mapping[str, Any], margin: str) -> Iterator[str]:
    for key, value in data.items():
        if isinstance(value, list) and value and isinstance(value[0], dict) and len(value[0]) > 1:
            yield f"{margin}{key}:\n"
            yield from (_item(part, margin + "  ") for part in value)
        elif isinstance(value, dict) and any(isinstance(part, dict) for part in value.values()):
            yield f"{margin}{key}:\n"
            yield from _lines(value, margin + "  ")
        else:
            yield f"{margin}{key}: {_flow(value)}\n"


def _flow(value: Any) -> str:
    """A value on its line: words that YAML could take for something else stand between quotation marks."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_flow(part)}" for key, part in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_flow, value)) + "]"
    text = str(value)
    is_plain = text.replace("-", "").replace(".", "").isalnum() and text.isascii()
    return text if is_plain and text[0] != "-" else json.dumps(text, ensure_ascii=False)
