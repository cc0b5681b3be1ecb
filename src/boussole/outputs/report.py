"""What is said of one assessed dossier: as text for a terminal, as Markdown, as data."""

import json
import textwrap
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from boussole.assessment import Assessment, Change
from boussole.dossier import Decision, Dossier
from boussole.merging import by_whom, items
from boussole.model import NO_ROLE, Doctrine
from boussole.telling import Telling
from boussole.wording import Words
from boussole.writing import escape, french_date, french_number, one_line, plural, typeset

Render = Callable[[Doctrine, Dossier, Assessment], str]
WIDTH = 88  # columns at most
SHOWN = 10  # missing questions listed before "et n autres"


def render_text(doctrine: Doctrine, dossier: Dossier, assessment: Assessment, width: int = WIDTH) -> str:
    """The assessment as plain text, at most ``width`` columns wide."""
    return "".join(_wrapped(line, width) for line in _told(doctrine, dossier, assessment))


def render_markdown(doctrine: Doctrine, dossier: Dossier, assessment: Assessment) -> str:
    """The assessment as Markdown; the dossier's own words are escaped."""
    lines = []
    for depth, text in _told(doctrine, dossier, assessment):
        mark = {0: "# ", 1: "\n## ", 2: "- ", 3: "  "}[depth]
        lines.append(mark + escape(text) + "\n" + ("" if depth else "\n") if text else "\n")
    return "".join(lines).replace("\n\n\n", "\n\n")


def render_json(doctrine: Doctrine, dossier: Dossier, assessment: Assessment) -> str:
    """The assessment as JSON, by ids."""
    return json.dumps(as_data(doctrine, dossier, assessment), ensure_ascii=False, indent=2) + "\n"


FORMATS: Mapping[str, Render] = {"text": render_text, "json": render_json, "md": render_markdown}


def as_data(doctrine: Doctrine, dossier: Dossier, assessment: Assessment) -> dict[str, Any]:
    """The assessment as plain data, by ids."""
    identity = doctrine.doctrine
    return {
        "dossier": dossier.id,
        "doctrine": {"id": identity.id, "version": identity.version, "fingerprint": doctrine.fingerprint},
        "opinion": assessment.opinion,
        "attainable": list(assessment.attainable),
        "findings": {section: list(levels) for section, levels in assessment.findings.items()},
        "reasons": [
            {"question": reason.question, "option": reason.option, "because": reason.because, "remedy": reason.remedy}
            for reason in assessment.reasons
        ],
        "missing": list(assessment.missing),
        "changes": {
            level: [_change_data(change) for change in assessment.changes(level)] for level in _better(doctrine, assessment)
        },
        "ignored": list(assessment.ignored),
        "outdated": list(dossier.outdated(doctrine)),
        "completions": str(assessment.completions),  # more digits than some readers of JSON keep
        "decision": _decision_data(dossier.decision) if dossier.decision else None,
    }


def _decision_data(decision: Decision) -> dict[str, Any]:
    data = {"outcome": decision.outcome, "by": decision.by, "on": decision.on.isoformat(), "because": decision.because}
    return {**data, "opinion": list(decision.opinion) if decision.opinion else None}


def _change_data(change: Change) -> dict[str, Any]:
    return {
        "question": change.question,
        "held": list(change.options),
        "alternatives": list(change.alternatives),
        "remedy": change.remedy,
    }


def _better(doctrine: Doctrine, assessment: Assessment) -> list[str]:
    """The levels better than the best one attainable, the nearest first: refused uses are not promised everything at once."""
    rank = doctrine.levels.index(assessment.attainable[0])
    return list(reversed(doctrine.levels[:rank]))


def _wrapped(told: tuple[int, str], width: int) -> str:
    depth, text = told
    if not text:
        return "\n"
    if depth == 0:
        return f"{text}\n{'─' * min(len(text), width)}\n"
    if depth == 1:
        return f"\n{text}\n"
    first, later = {2: ("  • ", "    "), 3: ("    ", "    ")}[depth]
    return textwrap.fill(text, width, initial_indent=first, subsequent_indent=later, break_on_hyphens=False) + "\n"


def _told(doctrine: Doctrine, dossier: Dossier, assessment: Assessment) -> Iterator[tuple[int, str]]:
    """The lines of a report, with their depth: 0 title, 1 heading, 2 item, 3 what belongs to the item above."""
    for depth, text in _lines(doctrine, dossier, assessment):
        yield depth, typeset(one_line(text))


def _lines(doctrine: Doctrine, dossier: Dossier, assessment: Assessment) -> Iterator[tuple[int, str]]:
    identity, telling = doctrine.doctrine, Telling(doctrine, dossier, assessment)
    yield 0, dossier.title + (" (exemple inventé)" if dossier.kind == "example" else "")
    yield 3, f"{identity.name}, {identity.authority}, version {identity.version}."
    yield from _said(telling.version())
    yield from _opinion(doctrine, assessment, telling)
    yield from _reasons(doctrine, assessment)
    yield from _findings(doctrine, assessment)
    yield from _disagreements(doctrine, dossier, telling)
    yield from _missing(doctrine, assessment)
    yield from _changes(doctrine, assessment, telling)
    yield from _ignored(doctrine, dossier, assessment)
    yield from _before(doctrine, dossier)
    yield from _decision(doctrine, dossier, telling)


def _said(sentence: str) -> Iterator[tuple[int, str]]:
    if sentence:
        yield 3, sentence


def _opinion(doctrine: Doctrine, assessment: Assessment, telling: Telling) -> Iterator[tuple[int, str]]:
    if assessment.opinion:
        level = doctrine.level(assessment.opinion)
        yield 1, f"Avis : {level.label}"
        yield 3, level.meaning
        yield from _said(telling.unanswered())
        return
    labels = [doctrine.level(name).label for name in assessment.attainable]
    yield 1, "Avis : à compléter"
    yield 3, f"Encore possibles : {', '.join(labels)}."
    yield from _said(telling.disputed())
    yield 3, f"Ces réponses laissent {french_number(assessment.completions)} dossiers complets possibles."


def _reasons(doctrine: Doctrine, assessment: Assessment) -> Iterator[tuple[int, str]]:
    if assessment.reasons:
        level = doctrine.level(assessment.reasons[0].level).label
        yield 1, "Pourquoi" if assessment.opinion else f"Ce qui empêche déjà mieux que « {level} »"
    for reason in assessment.reasons:
        question = doctrine.questions[reason.question]
        yield 2, f"{question.ask} {question.label_of(reason.option)}."
        yield 3, reason.because
        yield 3, f"Que faire : {reason.remedy}"


def _findings(doctrine: Doctrine, assessment: Assessment) -> Iterator[tuple[int, str]]:
    yield 1, "Critère par critère"
    for section in doctrine.sections:
        found = assessment.findings[section.id]
        if not any(Words(doctrine).weighs(question.id) for question in section.questions):
            continue
        name = f"{section.number}. {section.label}" if section.number else section.label
        state = doctrine.level(found[0]).label if len(found) == 1 else "à compléter"
        yield 2, f"{name} : {state.lower()}"


def _missing(doctrine: Doctrine, assessment: Assessment) -> Iterator[tuple[int, str]]:
    missing = assessment.missing
    if not missing:
        return
    yield 1, f"Ce qui manque ({plural(len(missing), 'question')}, les plus décisives d’abord)"
    for name in missing[:SHOWN]:
        question = doctrine.questions[name]
        roles = ", ".join(doctrine.role(role).label.lower() for role in question.asked_of)
        yield 2, f"{question.ask}"
        yield 3, f"À demander à : {roles}. [{name}]"
    if len(missing) > SHOWN:
        yield 2, f"et {plural(len(missing) - SHOWN, 'autre')}."


def _changes(doctrine: Doctrine, assessment: Assessment, telling: Telling) -> Iterator[tuple[int, str]]:
    """The answers to change, once for the levels that ask for the same ones, under the name of the best of them."""
    best_by_changes = {assessment.changes(level): level for level in _better(doctrine, assessment)}
    told: set[str] = set()
    for changes, level in best_by_changes.items():
        yield 1, f"Pour permettre « {doctrine.level(level).label} », changer {plural(len(changes), 'réponse')}"
        for change in changes:
            yield 2, f"{doctrine.questions[change.question].ask} [{change.question}]"
            if change.question not in told:
                yield 3, f"Que faire : {change.remedy}"
            told.add(change.question)
        yield from _said(telling.unsettled(level))


def _ignored(doctrine: Doctrine, dossier: Dossier, assessment: Assessment) -> Iterator[tuple[int, str]]:
    if assessment.ignored:
        yield 1, "Réponses gardées, sans effet (question qui ne se pose pas)"
        for name in assessment.ignored:
            yield 2, f"{doctrine.questions[name].ask} [{name}]"
    if outdated := dossier.outdated(doctrine):
        yield 1, "Réponses à relire (le sens de la question a changé)"
        for name in outdated:
            yield 2, f"{doctrine.questions[name].ask} [{name}]"


def _before(doctrine: Doctrine, dossier: Dossier) -> Iterator[tuple[int, str]]:
    """What was said under other versions: the opinions of then, and what has no place in this one."""
    identity = doctrine.doctrine
    others = [one for one in dossier.opinions if (one.version, one.fingerprint) != (identity.version, doctrine.fingerprint)]
    if others:
        yield 1, "Avis sous d’autres versions de la doctrine"
    for one in others:
        labels = [doctrine.level(name).label if name in doctrine.levels else name for name in one.attainable]
        yield 2, f"{one.version}, le {french_date(one.on)} : {', '.join(labels)}."
    if dossier.aside:
        yield 1, "Réponses gardées de côté, sans effet (question inconnue de cette version)"
        yield from ((2, f"[{name}]") for name in dossier.aside)


def _decision(doctrine: Doctrine, dossier: Dossier, telling: Telling) -> Iterator[tuple[int, str]]:
    yield 1, "Décision"
    if dossier.decision is None:
        yield 3, "Non renseignée. L’avis aide à examiner l’usage ; la décision appartient à la collectivité."
        return
    decision = dossier.decision
    yield 3, f"{doctrine.level(decision.outcome).label}, par {decision.by}, le {french_date(decision.on)}."
    yield 3, decision.because or "Motif non renseigné."
    for warning in telling.warnings(decision):
        yield 3, warning


def _disagreements(doctrine: Doctrine, dossier: Dossier, telling: Telling) -> Iterator[tuple[int, str]]:
    """The questions where people take different positions, each with who says what, their notes, and whether it matters."""
    words, found = Words(doctrine), dossier.disagreements(doctrine)
    if found:
        yield 1, "Désaccords"
    for disagreement in found:
        name = disagreement.question
        yield 2, f"{doctrine.questions[name].ask} [{name}]"
        yield 3, words.answer_label(name, dossier.answers[name], dossier.contributors) + "."
        for who, said in by_whom(dossier.notes.get(name, {})).items():
            author = "" if who == NO_ROLE else f" ({words.contributor(who, dossier.contributors)})"
            yield from ((3, f"Note{author} : {text}") for text in items(said))
        yield 3, telling.weight(disagreement)
