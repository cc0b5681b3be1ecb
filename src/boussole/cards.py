"""A use as the cards of the Dutch reporting standard for algorithms (MinBZK, 0.1a13): what was assessed, and the system."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from boussole.document import STATUS
from boussole.dossier import Dossier
from boussole.merging import by_whom, items
from boussole.model import ACCORD, NO_ROLE, NSP, Doctrine, Question
from boussole.register import Row, Use
from boussole.writing import typeset

STANDARD = "0.1a13"
Data = dict[str, Any]


def title_of(named: Dossier | Row) -> str:
    """What a use is called outside its page: an invented one says so first."""
    return f"Exemple inventé : {named.title}" if named.kind == "example" else named.title


def assessment_card(use: Use) -> Data:
    """The answers, one by one. The card must have a day: that of the decision, else of the last change, else of publication."""
    dossier, identity = use.dossier, use.doctrine.doctrine
    days = (dossier.decision and dossier.decision.on, dossier.dates.updated, dossier.dates.opened, use.today)
    return {
        "name": f"{title_of(dossier)} – {identity.name}, {identity.version}",
        "urn": f"urn:x-boussole:{identity.id}:{identity.version}",
        "date": next(str(day) for day in days if day),
        "contents": list(_contents(use)),
    }


def _contents(use: Use) -> Iterator[Data]:
    dossier, doctrine = use.dossier, use.doctrine
    asked, labels, names = _asked(doctrine), _labels_of(doctrine), dict[str, list[Data]]()
    for name, answer in dossier.answers.items():
        notes = by_whom(dossier.notes[name]) if name in dossier.notes else {}
        for who, given in by_whom(answer).items():
            if who not in names:
                names[who] = [{"name": _who(doctrine, dossier, who)}]
            label = labels[name].get(given) if isinstance(given, str) else None
            said = {**asked[name], "answer": label or _answer(doctrine.questions[name], given), "authors": names[who]}
            if who in notes:
                said["remarks"] = "\n".join(items(notes[who]))
            yield said


@cache
def _asked(doctrine: Doctrine) -> dict[str, Data]:
    """What the card says of each question, whatever the answer."""
    urn = f"urn:x-boussole:{doctrine.doctrine.id}"
    return {name: {"question": question.ask, "urn": f"{urn}:{name}"} for name, question in doctrine.questions.items()}


@cache
def _labels_of(doctrine: Doctrine) -> dict[str, dict[str, str]]:
    """What each option is called, by question."""
    return {
        name: {option: question.label_of(option) for option in question.choices} for name, question in doctrine.questions.items()
    }


def _answer(question: Question, given: Any) -> str:
    if isinstance(given, list):
        return " ; ".join(_answer(question, option) for option in given)
    if given == NSP:
        return "Ne sait pas"
    return question.label_of(given) if given in question.choices else f"{given} {question.unit or ''}".rstrip()


def _who(doctrine: Doctrine, dossier: Dossier, who: str) -> str:
    """Who answers, by role: the standard speaks of names, and this register has none."""
    if who in (ACCORD, NO_ROLE):
        return {ACCORD: "Issue de la discussion", NO_ROLE: "Rôle non dit"}[who]
    person = dossier.contributors.get(who)
    role = person.role if person else who
    label = next((known.label for known in doctrine.roles if known.id == role), role)
    return f"{label} ({person.label})" if person and person.label else label


def system_card(use: Use) -> Data:
    """What the system is. Fields with nothing to say are left out."""
    dossier, notice, dates = use.dossier, use.dossier.notice, use.dossier.dates
    card: Data = {
        "schema_version": STANDARD,
        "name": title_of(dossier),
        "owners": [_owner(dossier)] if dossier.authority else [],
        "description": dossier.summary,
        "labels": [{"name": name, "value": value} for name, value in _labels(use)],
        "status": STATUS[dossier.status],
        "begin_date": str(dates.started or ""),
        "end_date": str(dates.ended or ""),
        "goal_and_impact": _joined(notice.purpose, notice.public),
        "human_intervention": notice.oversight,
        "legal_base": [{"name": notice.legal_basis}] if notice.legal_basis else [],
        "used_data": _joined(notice.data, notice.data_source, notice.collection),
        "technical_design": _joined(notice.place_in_decision, notice.operations, notice.model),
        "external_providers": [{"name": notice.supplier}] if notice.supplier else [],
        "references": [
            {"name": "Page de l’usage", "link": f"../../registre/{dossier.id}.html"},
            {"name": "Carte d’évaluation", "link": f"{dossier.id}.assessment-card.json"},
        ],
    }
    return {name: value for name, value in card.items() if value}


def _owner(dossier: Dossier) -> Data:
    contact = dossier.contact or ""
    owner = {"organization": dossier.authority, "role": dossier.service, "email": contact if "@" in contact else ""}
    return {name: value for name, value in owner.items() if value}


def _labels(use: Use) -> Iterator[tuple[str, str]]:
    dossier, doctrine = use.dossier, use.doctrine
    opinion, decision = use.current.opinion, dossier.decision
    yield "identifiant", dossier.id
    yield "nature", "usage inventé" if dossier.kind == "example" else "usage réel"
    yield "avis", doctrine.level(opinion).label if opinion else typeset("à compléter")
    yield "doctrine", f"{doctrine.doctrine.id} {doctrine.doctrine.version}"
    if decision:
        yield "décision", doctrine.level(decision.outcome).label


def _joined(*texts: str | None) -> str:
    return "\n".join(filter(None, texts))
