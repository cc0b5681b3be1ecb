"""What an exercise asks and how its correction is told: the same on the pages and in a terminal. Nothing is decided here."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from boussole.errors import choices
from boussole.model import NSP
from boussole.training import OPEN, Choice, Correction, Told
from boussole.wording import UNKNOWN, Words

NOT_YET = "On ne peut pas encore le dire"


def asked(correction: Correction) -> str:
    """What the exercise asks."""
    return correction.question.ask if correction.question else "Quel avis cet usage obtient-il ?"


def label(correction: Correction, choice: Choice) -> str:
    """What a choice is called."""
    if correction.question is None:
        return NOT_YET if choice.id == OPEN else correction.doctrine.level(choice.id).label
    return UNKNOWN if choice.id == NSP else Words(correction.doctrine).option_label(correction.question, choice.id)


def story(correction: Correction) -> str:
    """What the case says, beside its summary, when one of its answers is asked."""
    if correction.question is None:
        return ""
    return correction.case.turning_point.because if correction.exercise.turned else correction.case.because


def facts(correction: Correction) -> list[tuple[str, str]]:
    """The answers of the case told before one chooses an opinion: each question, by id, and its answer in words."""
    return [] if correction.question else _said(correction, correction.facts)


def changed(correction: Correction) -> list[tuple[str, str]]:
    """The answers that are supposed to be others than those of the case: each question, by id, and its answer in words.

    What the others make pointless to ask is left out."""
    possible = correction.assessment.possible
    return _said(correction, {name: given for name, given in correction.changed.items() if name in possible})


def _said(correction: Correction, answers: Mapping[str, Any]) -> list[tuple[str, str]]:
    words = Words(correction.doctrine)
    return [(name, words.answer_label(name, given)) for name, given in answers.items()]


def verdict(correction: Correction, choice: Choice) -> str:
    """Whether a choice is right, and how the others stand to it; what follows is told by `reasons`."""
    levels = _levels(correction, choice.leads)
    if correction.question is not None:
        return _answered(correction, choice, levels)
    mine = "" if choice.id == OPEN else f"« {correction.doctrine.level(choice.id).label} »"
    match choice.why:
        case "best":
            return "Exact. Aucune réponse ne pèse contre cet usage."
        case "right":
            return f"Exact. {correction.doctrine.level(choice.id).meaning} Ce qui décide :"
        case "better":
            return f"Non, l’avis est plus sévère. {_way(choice, mine, levels)}"
        case "worse":
            return f"Non, rien ici n’est aussi grave. Pour {mine}, il suffirait par exemple d’une autre réponse :"
        case "open" if choice.is_right:
            return f"Exact. Plusieurs avis restent possibles : {levels}. Il faut d’abord savoir :"
        case "open":
            return f"Pas encore. C’est l’un des avis possibles : {levels}. Il faut d’abord savoir :"
        case "settled":
            return "Non. L’avis est déjà rendu : aucune réponse qui manque ne peut plus le changer."
        case _:
            return f"Non. Aucune réponse seule ne mènerait d’ici à {mine}."


def _way(choice: Choice, mine: str, levels: str) -> str:
    """What a better opinion asks for, and where it really leads when that is not this opinion alone."""
    changes = [told for told in choice.told if not told.wanted]
    these = "ces réponses" if len(changes) > 1 else "cette réponse"
    if choice.leads == (choice.id,):
        known = " et savoir ce que l’on ignore" if len(changes) < len(choice.told) else ""
        return f"Pour obtenir {mine}, il faudrait d’abord changer {these}{known} :"
    known = ", une fois su ce que l’on ignore" if len(changes) < len(choice.told) else ""
    becomes = f"serait encore ouvert ({levels})" if choice.id in choice.leads else f"deviendrait {levels}, et non {mine},"
    return f"Il {becomes} si l’on changeait au mieux {these}{known} :"


def _answered(correction: Correction, choice: Choice, levels: str) -> str:
    if choice.is_right:
        return f"Exact, c’est ce que dit le cas. Avec cette réponse, {_obtained(choice)} {levels}."
    if choice.leads == correction.right.leads:
        return f"Non, ce n’est pas ce que dit le cas. L’avis serait pourtant le même, à cause d’autres réponses : {levels}."
    return f"Non, ce n’est pas ce que dit le cas. Avec cette réponse, {_obtained(choice)} {levels}."


def _obtained(choice: Choice) -> str:
    is_told = "est" if choice.is_right else "serait"
    return f"l’avis {is_told}" if len(choice.leads) == 1 else f"l’avis {is_told} encore ouvert :"


def _levels(correction: Correction, leads: Iterable[str]) -> str:
    return choices([f"« {correction.doctrine.level(name).label} »" for name in leads])


def reasons(correction: Correction, choice: Choice) -> Iterator[tuple[str, str]]:
    """What explains it: each question, by id, and what its answer does."""
    return ((told.question, _reason(correction, choice, told)) for told in choice.told)


def _reason(correction: Correction, choice: Choice, told: Told) -> str:
    given = Words(correction.doctrine).answer_label(told.question, told.given)
    match choice.why:
        case "open":
            return told.because
        case "worse":
            return f"Si la réponse était « {given} ». {told.because}"
        case "better" if told.wanted:
            return f"{given}. Il faudrait le savoir, et que la réponse soit {_wanted(correction, told)}."
        case "better":
            return f"{given}. Que faire : {told.remedy}"
        case _:
            return f"{given}. {told.because} Que faire : {told.remedy}"


def _wanted(correction: Correction, told: Told) -> str:
    words, question = Words(correction.doctrine), correction.doctrine.questions[told.question]
    options = choices([f"« {words.option_label(question, name)} »" for name in told.wanted])
    return options if told.is_sure else f"{options}, si la question se pose"
