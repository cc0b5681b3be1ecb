"""One dossier as a document: what it says, in blocks; then as HTML that carries its own data, or as Markdown.

Twin of ``static/document.js``: the same blocks, and the same HTML byte for byte.
"""

import json
import re
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Any, Literal

from boussole.assessment import Change, Disagreement
from boussole.compass import MARKS, OPEN, render_compass
from boussole.dossier import Condition, Dossier
from boussole.merging import by_whom, items
from boussole.model import ACCORD, NO_ROLE, Doctrine, Question, Section
from boussole.telling import Telling
from boussole.templating import render
from boussole.wording import Words
from boussole.writing import WIDE, escape, french_date, french_number, one_line, plural, typeset

Kind = Literal[
    "title", "lead", "warning", "text", "opinion", "section", "part", "compass", "findings", "list", "order", "facts", "answers",
    "table", "reopening", "notice",
]  # fmt: skip

STATUS = {
    "etude": "À l’étude",
    "experimentation": "En expérimentation",
    "service": "En service",
    "refuse": "Refusé",
    "abandonne": "Abandonné",
    "arrete": "Arrêté",
}
DATES = {
    "opened": "Dossier ouvert le",
    "started": "Usage commencé le",
    "updated": "Mis à jour le",
    "next_review": "Prochain examen le",
    "ended": "Usage terminé le",
}
NOTICE = {
    "context": "Contexte",
    "purpose": "Finalité",
    "place_in_decision": "Place dans la décision",
    "automation": "Automatisation",
    "legal_basis": "Base juridique",
    "resources": "Moyens",
    "decisions_per_year": "Décisions par an",
    "scope": "Portée",
    "public": "Public concerné",
    "data": "Données traitées",
    "data_source": "Origine des données",
    "collection": "Collecte",
    "algorithm": "Type d’algorithme",
    "operations": "Opérations",
    "supplier": "Fournisseur",
    "model": "Modèle",
    "oversight": "Contrôle humain",
    "appeal": "Recours",
    "withheld": "Ce qui n’est pas publié, et pourquoi",
}
CHOICES = {
    "automation": {"entiere": "Entière", "aide": "Aide à la décision"},
    "scope": {"externe": "Externe", "interne": "Interne"},
    "algorithm": {"regles": "Règles", "apprentissage": "Apprentissage"},
}
FIELDS = {
    "id": "Identifiant",
    "title": "Titre",
    "kind": "Nature",
    "summary": "Résumé",
    "authority": "Collectivité",
    "service": "Service",
    "contact": "Contact",
    "status": "État de l’usage",
    "doctrine": "Doctrine",
    "decision": "Décision",
    **{f"dates.{name}": label for name, label in DATES.items()},
    **{f"notice.{name}": label for name, label in NOTICE.items()},
}
KINDS = {"real": "Usage réel", "example": "Exemple inventé"}
# What comes before a value inside another one, as a decision kept beside the first; nothing where the value says it.
WITHIN = {
    "id": "",
    "outcome": "",
    "by": "par ",
    "on": "le ",
    "because": "motif : ",
    "opinion": "avis d’alors : ",
    "value": "",
    "version": "version ",
    "fingerprint": "empreinte ",
}
DAY = re.compile("[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])")
NOT_TOLD = "Non renseigné"
NO_ANSWER = "Sans réponse"


@dataclass(frozen=True, slots=True)
class Line:
    """What belongs to an item: a label, "" when it needs none, and a text. A note is what somebody says of the line above."""

    label: str
    text: str
    is_note: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """One thing in a block. ``state`` is ``level-<rank>``, ``open``, ``quiet`` or nothing; ``mark`` says it without colour."""

    text: str
    lines: tuple[Line, ...] = ()
    state: str = ""
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """One part of a document, in the order of reading. The text is plain: whoever draws a block escapes it."""

    kind: Kind
    text: str = ""
    items: tuple[Item, ...] = ()
    state: str = ""
    mark: str = ""


def blocks(doctrine: Doctrine, dossier: Dossier) -> tuple[Block, ...]:
    """What a dossier says under a doctrine. What people wrote is left as it is; all other words are typeset."""
    return tuple(_Teller(doctrine, dossier).told())


def variants(doctrine: Doctrine, dossier: Dossier) -> list[tuple[str, str]]:
    """The other values that merged dossiers gave of what there is one of, each with what it is of, in words."""
    return _Teller(doctrine, dossier).variants()


def render_html(doctrine: Doctrine, dossier: Dossier) -> str:
    """A whole document that needs nothing else, may load nothing, and opens again as a dossier."""
    head, *chapters = _chapters(blocks(doctrine, dossier))
    *last, reopening, notice = chapters.pop()
    return render(
        "document.html",
        **dress(),
        title=one_line(dossier.title),
        name=fr(doctrine.doctrine.name),
        head=head,
        chapters=[*chapters, last],
        foot=[reopening, notice],
        compass=render_compass(doctrine, dossier.assess(doctrine).findings),
        data=carried(dossier.to_data()),
    )


def render_markdown(doctrine: Doctrine, dossier: Dossier) -> str:
    """The document as Markdown, without its data; people's own words are escaped, one line each."""
    return "".join(_markdown(block) for block in blocks(doctrine, dossier)).strip("\n") + "\n"


@cache
def dress() -> dict[str, str]:
    """The style of the document, and the hash by which the document allows no other."""
    written = files("boussole").joinpath("static/document.css").read_text(encoding="utf-8")
    style = re.sub(r" ?([{};]) ?", r"\1", re.sub(r"(?:/\*.*?\*/|\s)+", " ", written, flags=re.DOTALL)).strip()
    return {"style": style, "hash": f"sha256-{b64encode(sha256(style.encode()).digest()).decode()}"}


def _chapters(told: Iterable[Block]) -> list[list[Block]]:
    """The blocks before the first section, then those of each section with the section itself."""
    chapters: list[list[Block]] = [[]]
    for block in told:
        if block.kind == "section":
            chapters.append([])
        chapters[-1].append(block)
    return chapters


def _markdown(block: Block) -> str:
    """One block; an empty line before it unless it belongs to a list."""
    text = escape(block.text)
    match block.kind:
        case "title" | "section" | "part":
            return f"\n{'#' * (1 + ('title', 'section', 'part').index(block.kind))} {text}\n"
        case "opinion" | "warning":
            return f"\n**{text}**\n"
        case "compass" | "reopening":
            return ""
        case "table":
            return _markdown_table(block)
        case _ if not block.items:
            return f"\n{text}\n"
    if block.kind == "facts":
        return "\n" + "".join(f"- {escape(item.text)}{WIDE}: {escape(item.lines[0].text)}\n" for item in block.items)
    mark = "1. " if block.kind == "order" else "- "
    return "\n" + "".join(mark + _markdown_item(item, " " * len(mark)) for item in block.items)


def _markdown_item(item: Item, indent: str) -> str:
    """An item and its lines, each on a line of its own thanks to a hard break."""
    lines = [f"{escape(line.label)}{WIDE}: {escape(line.text)}" if line.label else escape(line.text) for line in item.lines]
    return f"\\\n{indent}".join([escape(item.text), *lines]) + "\n"


def _markdown_table(block: Block) -> str:
    titles = [block.text, *(line.label for line in block.items[0].lines)]
    rows = [[item.text, *(line.text for line in item.lines)] for item in block.items]
    written = [f"| {' | '.join(map(escape, row))} |\n" for row in (titles, *rows)]
    return "\n" + written[0] + "|---" * len(titles) + "|\n" + "".join(written[1:])


def carried(data: Mapping[str, Any]) -> str:
    """The data of a dossier as a script element may hold it: nothing in it closes the element, or breaks a line elsewhere."""
    text = json.dumps(data, ensure_ascii=False, indent=2)
    text = re.sub(r"(?m)^( *\"value\": )(-?[-+.e\d]+)(?=,?$)", lambda found: found[1] + _number(float(found[2])), text)
    return re.sub("[<\x85\u2028\u2029]", lambda found: f"\\u{ord(found[0]):04x}", text)


# -- what is said ---------------------------------------------------------------------------------------------------------


class _Teller:
    """What one dossier says, part after part. ``fr`` typesets our words and the doctrine's, never people's."""

    def __init__(self, doctrine: Doctrine, dossier: Dossier) -> None:
        self.doctrine, self.dossier = doctrine, dossier
        self.assessment = dossier.assess(doctrine)
        self.words = Words(doctrine)
        self.telling = Telling(doctrine, dossier, self.assessment)
        self.split = dossier.disagreements(doctrine)

    def told(self) -> Iterator[Block]:
        yield from self._head()
        yield from self._opinion()
        yield from self._decision()
        yield from self._findings()
        yield from self._reasons()
        yield from self._changes()
        yield from self._missing()
        yield from self._disagreements()
        yield from self._identity()
        yield from self._answers()
        yield from self._aside()
        yield from self._versions()
        yield from self._variants()
        yield Block(
            "reopening",
            fr("Ce document porte ses données. Il se rouvre sur le site de la boussole, au terminal et avec la bibliothèque."),
        )
        identity, print_ = self.doctrine.doctrine, self.doctrine.fingerprint[:12]
        yield Block("notice", fr(f"{identity.notice} {identity.name}, version {identity.version}, empreinte {print_}."))

    def _head(self) -> Iterator[Block]:
        yield Block("title", self.dossier.title)
        if self.dossier.kind == "example":
            yield Block("warning", fr("Exemple inventé : ce dossier ne décrit aucun usage réel."))
        yield from _said("warning", self.telling.version())
        if self.dossier.summary:
            yield Block("lead", self.dossier.summary)

    def _opinion(self) -> Iterator[Block]:
        yield Block("section", "Avis")
        if self.assessment.opinion:
            level = self.doctrine.level(self.assessment.opinion)
            state, mark = self._state([level.id])
            yield Block("opinion", fr(level.label), state=state, mark=mark)
            yield Block("text", fr(level.meaning))
            yield from _said("text", self.telling.unanswered())
            return
        yield Block("opinion", "À compléter", state="open", mark=OPEN)
        yield Block("text", fr(f"Avis encore possibles : {self.words.level_labels(self.assessment.attainable)}."))
        yield from _said("text", self.telling.disputed())

    def _decision(self) -> Iterator[Block]:
        yield Block("section", "Décision")
        decision = self.dossier.decision
        if decision is None:
            yield Block("text", fr("Non renseignée. L’avis aide à examiner l’usage ; la décision appartient à la collectivité."))
            return
        yield from _said("warning", *self.telling.warnings(decision))
        yield _facts(
            [
                ("Décision", fr(self.telling.level(decision.outcome))),
                ("Prise par", decision.by),
                ("Le", french_date(decision.on)),
                ("Motif", decision.because or NOT_TOLD),
            ]
        )

    def _findings(self) -> Iterator[Block]:
        yield Block("section", fr("Critère par critère"))
        yield Block("compass")
        found = []
        for section in self.doctrine.sections:
            if any(self.words.weighs(question.id) for question in section.questions):
                levels = self.assessment.findings[section.id]
                state, mark = self._state(levels)
                found.append(Item(fr(f"{_name(section)} : {self.words.finding_label(levels)}"), (), state, mark))
        yield Block("findings", items=tuple(found))

    def _reasons(self) -> Iterator[Block]:
        reasons = self.assessment.reasons
        if not reasons:
            return
        level = self.telling.level(reasons[0].level)
        yield Block("section", "Pourquoi" if self.assessment.opinion else fr(f"Ce qui empêche déjà mieux que « {level} »"))
        found = []
        for reason in reasons:
            question = self.doctrine.questions[reason.question]
            lines = _lines([("", fr(reason.because)), ("Que faire", fr(reason.remedy))])
            found.append(Item(fr(f"{question.ask} {question.label_of(reason.option)}."), lines))
        yield Block("list", items=tuple(found))

    def _changes(self) -> Iterator[Block]:
        """The answers to change for each better opinion, once for the opinions that ask for the same ones; a remedy once."""
        levels, assessment = self.doctrine.levels, self.assessment
        better = levels[: levels.index(assessment.attainable[0])]
        best_by_changes = {assessment.changes(level): level for level in reversed(better)}
        told = {(reason.question, reason.remedy) for reason in assessment.reasons}
        if best_by_changes:
            yield Block("section", fr("Ce qui changerait l’avis"))
        before: tuple[Change, ...] = ()
        for changes, level in best_by_changes.items():
            yield Block("part", fr(f"Pour permettre « {self.telling.level(level)} », changer {plural(len(changes), 'réponse')}"))
            is_more = bool(before) and {*before} <= {*changes}
            if is_more:
                yield Block("text", fr(f"{'La réponse' if len(before) == 1 else 'Les réponses'} ci-dessus, et aussi :"))
            shown = [change for change in changes if not (is_more and change in before)]
            yield Block("list", items=tuple(self._change(change, told) for change in shown))
            yield from _said("text", self.telling.unsettled(level))
            told |= {(change.question, change.remedy) for change in changes}
            before = changes

    def _change(self, change: Change, told: set[tuple[str, str]]) -> Item:
        held = fr(self.words.option_labels(change.question, change.options))
        wanted = fr(self.words.option_labels(change.question, change.alternatives))
        lines = [("Réponse actuelle", held), ("Réponse qui le permet", wanted)]
        if (change.question, change.remedy) not in told:
            lines.append(("Que faire", fr(change.remedy)))
        return Item(fr(self.doctrine.questions[change.question].ask), _lines(lines))

    def _missing(self) -> Iterator[Block]:
        missing = self.assessment.missing
        if not missing:
            return
        yield Block("section", "Ce qui manque")
        yield Block("text", fr(plural(len(missing), "question") + (", les plus décisives d’abord." if len(missing) > 1 else ".")))
        asked = []
        for name in missing:
            question = self.doctrine.questions[name]
            lines = [("À demander à", fr(self.words.role_labels(question.asked_of)))]
            lines += [("", fr("Les réponses données se contredisent."))] if name in self.assessment.answered else []
            asked.append(Item(fr(question.ask), _lines(lines)))
        yield Block("order", items=tuple(asked))

    def _disagreements(self) -> Iterator[Block]:
        if self.split:
            yield Block("section", "Désaccords")
            yield Block("list", items=tuple(self._disagreement(one) for one in self.split))

    def _disagreement(self, found: Disagreement) -> Item:
        question = self.doctrine.questions[found.question]
        lines = list(self._positions(question))
        for option, levels in found.attainable.items() if found.matters and not found.is_settled else ():
            lines.append(Line(fr(f"Si « {question.label_of(option)} » est retenu"), fr(self.words.level_labels(levels))))
        lines.append(Line("", fr(self.telling.weight(found))))
        return Item(fr(question.ask), tuple(lines), "open" if found.matters and not found.is_settled else "")

    def _positions(self, question: Question) -> Iterator[Line]:
        """Who answers what, each with their notes; the outcome of the discussion comes last."""
        given, noted = (by_whom(part.get(question.id, {})) for part in (self.dossier.answers, self.dossier.notes))
        keys = sorted(dict.fromkeys([*given, *noted]), key=lambda key: key == ACCORD)
        for key in keys:
            notes = items(noted.get(key, []))
            if key == NO_ROLE and key not in given and len(keys) > 1:  # not a position: it must not look like the line above's
                yield from (Line(fr("Note, sans rôle indiqué"), text) for text in notes)
                continue
            who = "" if keys == [NO_ROLE] else fr(self.words.contributor(key, self.dossier.contributors))
            yield Line(who, fr(self.telling.position(question, key, given[key])) if key in given else NO_ANSWER)
            yield from (Line("Note", text, is_note=True) for text in notes)

    def _identity(self) -> Iterator[Block]:
        """What is known of the use; what is not is named too, in one line."""
        data = self.dossier.to_data()
        known = [("État de l’usage", fr(STATUS[self.dossier.status]))]
        known += [(FIELDS[name], data.get(name, NOT_TOLD)) for name in ("authority", "service", "contact")]
        known += [(label, french_date(data["dates"][name])) for name, label in DATES.items() if name in data.get("dates", {})]
        notice = data.get("notice", {})
        known += [(label, _noticed(name, notice[name])) for name, label in NOTICE.items() if name in notice]
        missing = [label for name, label in NOTICE.items() if name not in notice]
        known += [("Non renseignés", fr(" ; ".join(missing)))] if missing else []
        yield Block("section", "Le dossier")
        yield _facts(known)
        if self.dossier.conditions:
            yield Block("part", "Conditions")
            yield Block("answers", items=tuple(map(_conditioned, self.dossier.conditions)))
        if self.dossier.measures:
            yield Block("part", "Mesures")
            yield Block("answers", items=tuple(self._measured(name) for name in self.dossier.measures))
        if self.dossier.history:
            yield Block("part", "Histoire")
            yield _facts([(french_date(happening.on), happening.what) for happening in self.dossier.history])

    def _measured(self, name: str) -> Item:
        lines = []
        for measure in self.dossier.measures[name]:
            value = _number(measure.value).replace(".", ",")
            target = fr(" : cible") if measure.kind == "cible" else ""
            people = fr(f" : {plural(measure.count, 'personne')}") if measure.count is not None else ""
            group = fr(" : ") + measure.group if measure.group else ""
            lines.append(Line(french_date(measure.on) + target + group + people, f"{value} ({measure.source})"))
        indicator = self.doctrine.indicators.get(name)
        return Item(fr(indicator.name) if indicator else name, tuple(lines))

    def _answers(self) -> Iterator[Block]:
        yield Block("section", fr("Toutes les réponses"))
        for section in self.doctrine.sections:
            yield Block("part", fr(_name(section)))
            yield Block("answers", items=tuple(self._answer(question) for question in section.questions))

    def _answer(self, question: Question) -> Item:
        lines = list(self._positions(question))
        is_asked = question.id in self.assessment.possible
        if not lines:
            lines.append(Line("", NO_ANSWER if is_asked else "Ne se pose pas"))
        state = "" if question.id in self.dossier.answers else "quiet"
        lines += [Line(fr("Pièce"), text) for text in self.dossier.evidence.get(question.id, [])]
        if question.id in self.assessment.ignored:
            lines.append(Line("", fr("Gardé sans effet : la question ne se pose pas.")))
        return Item(fr(question.ask), tuple(lines), state)

    def _aside(self) -> Iterator[Block]:
        if self.dossier.aside:
            yield Block("section", fr("Gardé sans effet"))
            yield Block("text", fr("La doctrine ne connaît pas, ou plus, ces questions ou ces réponses."))
            yield Block("answers", items=tuple(self._kept(name, answer) for name, answer in self.dossier.aside.items()))

    def _kept(self, name: str, answer: Any) -> Item:
        lines = [Line("" if who == NO_ROLE else who, self._told("", given)) for who, given in by_whom(answer).items()]
        known = self.doctrine.questions.get(name)
        if known is None:
            notes = by_whom(self.dossier.notes.get(name, {}))
            lines += [Line("" if who == NO_ROLE else who, text, is_note=True) for who in notes for text in items(notes[who])]
            lines += [Line(fr("Pièce"), text) for text in self.dossier.evidence.get(name, [])]
        return Item(fr(known.ask) if known else name, tuple(lines))

    def _versions(self) -> Iterator[Block]:
        """The opinions under other versions beside today's, and the questions to read again."""
        identity, current = self.doctrine.doctrine, self.doctrine.fingerprint
        others = [item for item in self.dossier.opinions if (item.version, item.fingerprint) != (identity.version, current)]
        outdated, unseen = self.dossier.outdated(self.doctrine), self.dossier.unseen(self.doctrine)
        if not (others or outdated or unseen):
            return
        yield Block("section", fr("D’une version de la doctrine à l’autre"))
        if others:
            rows = [self._row(item.version, item.fingerprint, french_date(item.on), item.attainable) for item in others]
            rows.append(self._row(identity.version, current, fr("celle de ce document"), self.assessment.attainable))
            yield Block("table", "Version", tuple(rows))
        for title, names in (
            ("Réponses à relire : le sens de la question a changé", outdated),
            ("Questions nouvelles depuis le dernier enregistrement", unseen),
        ):
            if names:
                yield Block("part", fr(title))
                yield Block("list", items=tuple(Item(fr(self.doctrine.questions[name].ask)) for name in names))

    def _row(self, version: str, fingerprint: str | None, when: str, attainable: Iterable[str]) -> Item:
        opinion = fr(", ".join(self.telling.level(level) for level in attainable))
        return Item(
            version,
            (
                Line("Empreinte", fingerprint[:12] if fingerprint else NOT_TOLD),
                Line("Date", when),
                Line("Avis possibles", opinion),
            ),
        )

    def _variants(self) -> Iterator[Block]:
        if self.dossier.variants:
            yield Block("section", fr("Autres valeurs données"))
            yield Block("text", fr("Les dossiers réunis ici ne disaient pas la même chose ; la première valeur a été gardée."))
            yield _facts(self.variants())

    def variants(self) -> list[tuple[str, str]]:
        """The other values of merged dossiers, each with what it is of, in words."""
        return [
            (self._field(path), self._told(path.rpartition(".")[2], value))
            for path, values in self.dossier.variants.items()
            for value in values
        ]

    def _field(self, path: str) -> str:
        part, _, rest = path.partition(".")
        if part == "contributors" and rest:
            return f"Nom de {self.words.contributor(rest.partition('.')[0], self.dossier.contributors)}"
        return "Mesures" if part == "measures" else FIELDS.get(path, path)

    def _told(self, name: str, value: Any) -> str:
        """Any value of a dossier, in words, by the name it is under."""
        if isinstance(value, Mapping):
            return " ; ".join(fr(WITHIN.get(key, f"{key} : ")) + self._told(key, item) for key, item in value.items())
        if isinstance(value, list):
            return ", ".join(self._told(name, item) for item in value)
        text = str(value)
        if name in ("outcome", "opinion"):
            return fr(self.telling.level(text))
        if name == "fingerprint":
            return text[:12]
        known = {"status": STATUS, "kind": KINDS, **CHOICES}.get(name, {}).get(text, text)
        return french_date(text) if (name == "on" or name in DATES) and DAY.fullmatch(text) else known

    def _state(self, levels: Iterable[str]) -> tuple[str, str]:
        """The state of some opinions, and the mark that says it without colour."""
        ranks = [self.doctrine.levels.index(level) for level in levels]
        return (f"level-{ranks[0]}", MARKS[min(ranks[0], len(MARKS) - 1)]) if len(ranks) == 1 else ("open", OPEN)


def _conditioned(condition: Condition) -> Item:
    """A condition: who has to meet it, when, and whether it is met."""
    due = [("Échéance", french_date(condition.due))] if condition.due else []
    done = f"Le {french_date(condition.done)}" if condition.done else "Pas encore"
    return Item(condition.what, _lines([("Responsable", condition.owner), *due, ("Remplie", fr(done))]))


def _said(kind: Kind, *sentences: str) -> Iterator[Block]:
    """A block for each sentence that says something."""
    return (Block(kind, fr(text)) for text in sentences if text)


def fr(text: str) -> str:
    """Words of ours, or of the doctrine, as they are published."""
    return one_line(typeset(text))


def _facts(told: Iterable[tuple[str, str]]) -> Block:
    return Block("facts", items=tuple(Item(fr(label), (Line("", text),)) for label, text in told))


def _lines(told: Iterable[tuple[str, str]]) -> tuple[Line, ...]:
    return tuple(Line(fr(label), text) for label, text in told if text)


def _noticed(name: str, value: Any) -> str:
    return french_number(value) if name == "decisions_per_year" else CHOICES.get(name, {}).get(value, value)


def _name(section: Section) -> str:
    return f"{section.number}. {section.label}" if section.number else section.label


def _number(value: float) -> str:
    """A number as JavaScript writes it."""
    if abs(value) >= 1e-6 or value == 0:
        return format(Decimal(repr(value)), "f").removesuffix(".0")
    return re.sub(r"(?<=e-)0", "", repr(value))
