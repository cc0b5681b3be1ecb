"""One use as lines of the tables of the register. What few people say has no value in them."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from boussole.cells import cell, line
from boussole.dossier import Dossier, Measure
from boussole.events import WITHHELD, effect, happened
from boussole.merging import by_whom, items, number_text
from boussole.model import NO_ROLE, Doctrine, Question
from boussole.monitoring import is_published
from boussole.register import Use
from boussole.shapes import number_of
from boussole.tables import cells_of


def lines_of(use: Use) -> dict[str, str]:
    """The lines of one use in each table."""
    return {
        "registre": line(cells_of(use)),
        "evaluations": "".join(_evaluations(use)),
        "mesures": "".join(_measures(use)),
        "evenements": "".join(_events(use)),
    }


def _evaluations(use: Use) -> Iterator[str]:
    dossier, rank = use.dossier, 0
    version, day = cell(dossier.doctrine.version), str(dossier.dates.updated or "")
    roles = {who: person.role for who, person in dossier.contributors.items()}
    for name in dict.fromkeys((*dossier.answers, *dossier.notes, *dossier.evidence)):
        question = use.doctrine.questions.get(name)
        if question is None:  # put aside: another version's, without effect
            continue
        place, digits = f"{version},{name.partition('.')[0]},{name}", dossier.seen.get(name, "")
        seen = digits if isinstance(digits, str) else " ".join(digits)
        for who, given, note, evidence in _positions(dossier, question):
            rank += 1
            said = f"{who},{roles.get(who, who)},{given},{cell(note)},{cell(evidence)}"
            yield f"{dossier.id},{rank},{place},{said},{seen},{day}\r\n"


def _positions(dossier: Dossier, question: Question) -> Iterable[tuple[str, str, str, str]]:
    """Who answers what, with their note beside their first answer, and the evidence beside the first of all."""
    name = question.id
    answer, note = dossier.answers.get(name, {}), dossier.notes.get(name, "")
    evidence = "\n".join(dossier.evidence.get(name, ()))
    if isinstance(answer, str) and isinstance(note, str):  # most lines: nobody says who they are
        return [(NO_ROLE, _given(question, answer), note, evidence)]
    return _told_by(question, by_whom(answer), by_whom(note) if note else {}, evidence)


def _told_by(
    question: Question, answers: Mapping[str, Any], notes: Mapping[str, Any], evidence: str
) -> Iterator[tuple[str, str, str, str]]:
    for who in dict.fromkeys((*answers, *notes)) or (NO_ROLE,):
        note = "\n".join(items(notes.get(who, "")))
        for given in items(answers.get(who, "")):
            yield who, _given(question, given), note, evidence
            note = evidence = ""


def _given(question: Question, given: Any) -> str:
    """A position as the tables say it: an id, or a number with a point."""
    if question.bands and given not in question.bands:
        number = number_of(given)
        return str(given) if number is None else number_text(number)
    return str(given)


def _measures(use: Use) -> Iterator[str]:
    for name, listed in use.dossier.measures.items():
        indicator = use.doctrine.indicators[name]
        called, unit = cell(indicator.name), cell(indicator.unit)
        for rank, measure in enumerate(listed, 1):
            kind, group = measure.kind or "mesure", cell(measure.group or "")
            head = f"{use.dossier.id},{name},{rank},{called},{measure.on},{kind},{group}"
            yield f"{head},{_value(use.doctrine, name, measure, unit)}\r\n"


def _value(doctrine: Doctrine, name: str, measure: Measure, unit: str) -> str:
    """How many people, what value, in which unit, to what effect, from where; or why all this is withheld."""
    if not is_published(measure):
        return f",,{unit},,,{WITHHELD}"
    count = "" if measure.count is None else str(measure.count)
    return f"{count},{number_text(measure.value)},{unit},{effect(doctrine, name, measure)},{cell(measure.source)},"


def _events(use: Use) -> Iterator[str]:
    for event in happened(use):
        yield f"{use.dossier.id},{event.id},{event.on},{event.kind},{cell(event.text)}\r\n"
