"""What is said of one diagnosis: as text for a terminal, as Markdown, as data, and as a document that opens again."""

import json
import textwrap
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from boussole.dependence import Dependence, Finding, suggest
from boussole.dependence_words import bands_text, euros, index_of, index_text, priority_of, suggestion_text
from boussole.diagnosis import CARRIER, Diagnosis, spending_of, write_diagnosis
from boussole.document import dress
from boussole.model import Doctrine
from boussole.templating import render
from boussole.writing import escape, french_date, plural, typeset

Render = Callable[[Dependence, Doctrine, Diagnosis], str]
WIDTH = 88  # columns at most
SHOWN = 5  # changes told


def render_text(dependence: Dependence, doctrine: Doctrine, tool: Diagnosis) -> str:
    """The diagnosis as plain text."""
    return "".join(_wrapped(depth, text) for depth, text in _told(dependence, doctrine, tool))


def render_markdown(dependence: Dependence, doctrine: Doctrine, tool: Diagnosis) -> str:
    """The diagnosis as Markdown; people's own words are escaped."""
    marks = {0: "# ", 1: "\n## ", 2: "- ", 3: ""}
    return "".join(
        f"{marks[depth]}{escape(typeset(text))}\n{'' if depth else chr(10)}" for depth, text in _told(dependence, doctrine, tool)
    )


def render_html(dependence: Dependence, doctrine: Doctrine, tool: Diagnosis) -> str:
    """The diagnosis as one page that prints, and that the program opens again with all its answers."""
    data = write_diagnosis(tool)
    for character in "<>&":
        data = data.replace(character, f"\\u{ord(character):04x}")
    return render(
        "dependence-document.html",
        told=list(_told(dependence, doctrine, tool)),
        tool=tool,
        dress=dress(),
        carrier=CARRIER,
        data=data,
    )


def render_json(dependence: Dependence, doctrine: Doctrine, tool: Diagnosis) -> str:
    """What the latest answers give, by ids."""
    finding = Finding(dependence, tool.latest.answers)
    suggestion = suggest(dependence, doctrine, finding)
    found: dict[str, Any] = {
        "diagnosis": tool.id,
        "questionnaire": dependence.diagnostic.version,
        "on": str(tool.latest.on),
        "points": [finding.totals[0], finding.totals[-1]],
        "most": dependence.most,
        "index": [float(finding.least), float(finding.most)],
        "bands": [band.id for band in finding.bands],
        "priority": [float(bound) for bound in finding.priority],
        "heaviest": [question.id for question in finding.heaviest],
        "changes": [
            {"question": question.id, "gain": float(gain), "remedy": question.remedy} for question, gain in finding.changes
        ],
        "unknown": [question.id for question in finding.unknown],
        "gaps": [question.id for question in finding.gaps],
        "suggestion": {"question": suggestion.question, "options": list(suggestion.options)} if suggestion else None,
    }
    return json.dumps(found, ensure_ascii=False, indent=2) + "\n"


FORMATS: Mapping[str, Render] = {"text": render_text, "json": render_json, "md": render_markdown}
DOCUMENTS: Mapping[str, Render] = {".html": render_html, ".md": render_markdown}


def _wrapped(depth: int, text: str) -> str:
    text = typeset(text)
    if depth < 2:
        return f"{'' if depth == 0 else chr(10)}{text}\n"
    start = "  – " if depth == 2 else ""
    return textwrap.fill(text, WIDTH, initial_indent=start, subsequent_indent=" " * len(start), break_on_hyphens=False) + "\n"


def _told(dependence: Dependence, doctrine: Doctrine, tool: Diagnosis) -> Iterator[tuple[int, str]]:
    """Each line with its depth: a title, a part, an item, a paragraph."""
    finding = Finding(dependence, tool.latest.answers)
    yield 0, tool.title
    yield 3, dependence.diagnostic.notice
    if tool.kind == "example":
        yield 3, "Exemple inventé : cet outil n’existe pas."
    yield 3, f"Réponses du {french_date(tool.latest.on)}."
    yield 1, "Le résultat"
    yield 2, f"Indice de dépendance, de 0 à 100 : {index_of(finding)}"
    yield 2, f"Dépendance : {bands_text(finding.bands)}"
    yield 2, f"Priorité, de 0 à 200 : {priority_of(finding)}"
    if tool.latest.spending is not None:
        yield 2, f"Dépense par an : {euros(spending_of(tool.latest))}"
    if finding.gaps:
        yield (
            2,
            f"{plural(len(finding.gaps), 'réponse')} « je ne sais pas », qui compte comme la pire : "
            + ", ".join(question.short for question in finding.gaps),
        )
    suggestion = suggest(dependence, doctrine, finding)
    if suggestion and dependence.feeds:
        yield (
            2,
            f"{doctrine.questions[suggestion.question].ask} {suggestion_text(doctrine, suggestion)} {dependence.feeds.because}",
        )
    yield from _parts(dependence, finding)
    yield 1, "Les réponses"
    for name, question in dependence.asked.items():
        given = dependence.label_of(name, tool.latest.answers[name]) if name in tool.latest.answers else "sans réponse"
        yield 2, f"{question.ask} {given}"
        if note := tool.latest.notes.get(name):
            yield 3, f"Note : {note}"
    if tool.latest.sources:
        yield 1, "Les sources"
        yield from ((2, f"{one.title}{f' : {one.url}' if one.url else ''}") for one in tool.latest.sources)


def _parts(dependence: Dependence, finding: Finding) -> Iterator[tuple[int, str]]:
    if finding.heaviest:
        yield 1, "Les trois postes les plus lourds"
        yield from ((2, f"{one.short} : {dependence.label_of(one.id, finding.answers[one.id])}") for one in finding.heaviest)
    if finding.changes:
        yield 1, "Ce qui le baisserait le plus"
        for question, gain in finding.changes[:SHOWN]:
            yield 2, f"{question.short} : jusqu’à {index_text(gain)} de moins. {question.remedy}"
    if finding.unknown:
        yield 1, f"Ce qui manque ({plural(len(finding.unknown), 'question')}, celles qui pèsent le plus d’abord)"
        yield from ((2, question.ask) for question in finding.unknown)
