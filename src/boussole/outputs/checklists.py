"""The checklists: one Markdown document a section, to read, print and fill, whose examples are executed as doctests.

What an example shows is computed here by the same call it prints, so changing an effect changes the document.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from boussole.assessment import assess
from boussole.model import Band, Case, Doctrine, Question, Section
from boussole.proofs import assess_case
from boussole.templating import render
from boussole.wording import Words


@dataclass(frozen=True, slots=True)
class Item:
    """A question with its executed example: ``loop`` lists its answers as code, ``context`` those that make it asked."""

    question: Question
    loop: str
    context: str
    results: tuple[tuple[str | float, str], ...]


def render_checklists(doctrine: Doctrine, source: str = "") -> dict[str, str]:
    """The checklist of each section, by file name. ``source`` is the file the examples load; the embedded one when empty."""
    nothing = assess(doctrine, {}).findings
    return {
        f"{section.id}.md": render(
            "checklist.md.j2",
            doctrine=doctrine,
            words=Words(doctrine),
            source=repr(source) if source else "",
            section=section,
            nothing=nothing[section.id],
            items=[_item(doctrine, question) for question in section.questions],
            cases=list(_cases(doctrine, section)),
        )
        for section in doctrine.sections
    }


def _item(doctrine: Doctrine, question: Question) -> Item:
    context = _context(doctrine, question)
    answers = tuple(_example(name, option) for name, option in question.choices.items())
    results = tuple((answer, assess(doctrine, {**context, question.id: answer}).attainable[0]) for answer in answers)
    loop = ", ".join(f'"{answer}"' if isinstance(answer, str) else repr(answer) for answer in answers)
    code = "".join(f'"{name}": "{answer}", ' for name, answer in context.items())
    return Item(question, f"({loop},)" if len(answers) == 1 else f"({loop})", code, results)


def _context(doctrine: Doctrine, question: Question) -> dict[str, Any]:
    """The answers, from the root down, that make a question asked."""
    context: dict[str, Any] = {}
    while question.parent:
        context = {question.parent: (question.when or {})[question.parent][0], **context}
        question = doctrine.questions[question.parent]
    return context


def _example(name: str, option: object) -> str | float:
    """An answer that means an option: its id, or for a band the number at its edge."""
    if not isinstance(option, Band):
        return name
    edge = option.max if option.max is not None else option.min
    if edge is None:
        return name
    return int(edge) if edge == int(edge) else edge


def _cases(doctrine: Doctrine, section: Section) -> Iterator[tuple[Case, bool, str]]:
    """The cases, and the turning points, whose opinion this section gives."""
    for case in doctrine.cases:
        for turned in (False, True):
            assessment = assess_case(doctrine, case, turned)
            if any(doctrine.section_of(reason.question) == section for reason in assessment.reasons):
                yield case, turned, str(assessment.opinion)
