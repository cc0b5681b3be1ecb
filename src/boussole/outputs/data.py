"""The doctrine as the browser reads it: one script that only declares data, light for questions, full for results."""

import json
from typing import Any

from boussole.compass import MARKS, branches_of
from boussole.document import dress
from boussole.dossier import SEEN
from boussole.model import Band, Doctrine, Level, Option, Question, Section

_CLOSING = {"<": "\\u003c", "\u2028": "\\u2028", "\u2029": "\\u2029"}


def render_data(doctrine: Doctrine, full: bool) -> str:
    """``var boussoleDoctrine``: rules, words and names; ``full`` adds why answers weigh, what to do, and the compass."""
    text = json.dumps(_data(doctrine, full), ensure_ascii=False, separators=(",", ":"))
    for character, escaped in _CLOSING.items():
        text = text.replace(character, escaped)
    return f"var boussoleDoctrine={text};\n"


def _data(doctrine: Doctrine, full: bool) -> dict[str, Any]:
    identity = doctrine.doctrine
    data: dict[str, Any] = {
        "id": identity.id,
        "name": identity.name,
        "version": identity.version,
        "fingerprint": doctrine.fingerprint,
        "scale": [_level(level, full) for level in doctrine.scale],
        "roles": [{"id": role.id, "label": role.label} for role in doctrine.roles],
        "sections": [_section(section) for section in doctrine.sections],
        "indicators": {name: found.name if full else "" for name, found in doctrine.indicators.items()},
        "questions": [_question(doctrine, question, full) for question in doctrine.questions.values()],
    }
    drawn = {"compass": branches_of(doctrine), "marks": list(MARKS), "document": dress(), "notice": identity.notice}
    return {**data, **drawn} if full else data


def _level(level: Level, full: bool) -> dict[str, Any]:
    """A level: the pages of questions tell its gravity, the document its meaning."""
    return {"id": level.id, "label": level.label} | ({"meaning": level.meaning} if full else {"gravity": level.gravity})


def _section(section: Section) -> dict[str, Any]:
    return {"id": section.id, "number": section.number, "label": section.label}


def _question(doctrine: Doctrine, question: Question, full: bool) -> dict[str, Any]:
    said: dict[str, Any] = {
        "id": question.id,
        "ask": question.ask,
        "seen": doctrine.fingerprints[question.id][:SEEN],
        "roles": question.asked_of,
        "when": question.when,
        "numeric": bool(question.bands) or None,
        "unit": question.unit,
        "options": [_option(doctrine, question, name, option, full) for name, option in question.choices.items()],
    }
    return {name: value for name, value in said.items() if value is not None}


def _option(doctrine: Doctrine, question: Question, name: str, option: Option, full: bool) -> dict[str, Any]:
    band = option if isinstance(option, Band) else None
    said: dict[str, Any] = {
        "id": name,
        "label": question.label_of(name),
        "effect": option.effect or doctrine.levels[0],
        "justify": option.justify or None,
        "min": band.min if band else None,
        "max": band.max if band else None,
        "because": option.because if full else None,
        "remedy": option.remedy if full else None,
    }
    return {name: value for name, value in said.items() if value is not None}
