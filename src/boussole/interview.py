"""The interview: one person answers, question by question; every answer is on disk before the next question.

Others may write the same file meanwhile: what they wrote is read again, and what this person said is said again over it.

Two ways to ask: arrows and lists in a full terminal (questionary), numbered lines everywhere else: a dumb terminal, a pipe, a
screen reader. Both take the same commands and lead to the same dossier.
"""

import contextlib
import os
import re
import shlex
import textwrap
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any, Protocol

from boussole.dossier import Dossier, clean, read_dossier
from boussole.errors import AnswerError, SourceError, choices, reason
from boussole.files import locked, write
from boussole.filing import DOSSIERS, compose
from boussole.loading import read_file
from boussole.merging import by_whom
from boussole.model import NO_ROLE, NSP, Doctrine, Question, Section
from boussole.outputs.report import render_text
from boussole.telling import Telling
from boussole.wording import UNKNOWN, Words, inside
from boussole.writing import plural, typeset

WIDTH = 88  # as the report
NOTHING = ""  # a line left empty: go on without answering

# What can be done at any question beside answering it: the word to type, what it does.
COMMANDS = {
    "pourquoi": "pourquoi on le demande, et ce que pèse chaque réponse",
    "note": "écrire une note",
    "pieces": "citer des pièces : liens ou références",
    "passer": "passer, et y revenir une autre fois",
    "retour": "revenir à la question précédente",
    "avis": "l’avis à ce stade, et ce qui manque",
    "changer": "ce qui changerait l’avis",
    "aide": "cette liste",
    "quitter": "s’arrêter ; ce qui est répondu est enregistré",
}
# What can be done where one writes freely; a line is text otherwise.
FREELY = {"quitter": "quitter", "retour": "retour", "?": "aide"}
FREELY_TOLD = (
    "Écrivez ce que vous voulez, puis Entrée. « retour » revient en arrière sans rien écrire, « quitter » s’arrête. "
    "Pour écrire un de ces mots, le mettre entre guillemets."
)
SHORT = {"?": "aide", "pièces": "pieces", "q": "quitter", "r": "retour", "p": "passer"}


class Leave(Exception):  # noqa: N818 - not an error: the person stops, or there is nothing more to read
    """The interview ends here."""


class Back(Exception):  # noqa: N818 - not an error: the person changes their mind
    """Nothing is written here; the person goes back."""


Change = Callable[[Dossier, str], Dossier]  # what someone does to a dossier, under their key


class Asker(Protocol):
    """How questions reach a person, and what comes back. Each method raises `Leave` when there is no one left to answer."""

    @property
    def columns(self) -> int:
        """How wide what is said may be."""
        ...

    def choose(self, title: str, options: Sequence[tuple[str, str]], commands: Collection[str]) -> str:
        """The id of an option, or a command."""
        ...

    def write(self, title: str, commands: Collection[str]) -> str:
        """A line of text, perhaps a command."""
        ...

    def say(self, text: str) -> None:
        """Something to read."""
        ...


@dataclass
class Interview:
    """One person, one dossier, one file. ``today`` dates the opinion that each save records.

    ``person`` is their role and their label; ``program`` and ``options``, what to type again to take the interview up."""

    doctrine: Doctrine
    path: Path
    dossier: Dossier
    asker: Asker
    today: date
    by: str = NO_ROLE
    sections: tuple[str, ...] = ()
    again: bool = False
    person: tuple[str, str | None] | None = None
    program: tuple[str, ...] = ("boussole",)
    options: tuple[str, ...] = ()
    written: str | None = None  # what this program last read from the file, or wrote to it
    kept: Path | None = None  # where that is, when it is no longer `path`
    is_unsaved: bool = False  # something was said that is not on disk
    changes: list[Change] = field(default_factory=list)
    said: dict[tuple[str, str], list[Any]] = field(default_factory=dict)  # every answer and note of this person, by question
    passed: set[str] = field(default_factory=set)
    history: list[str] = field(default_factory=list)

    def run(self) -> bool:
        """Ask until there is nothing left to ask, or the person leaves. Returns whether all they said is on disk."""
        try:
            if self.written is None:
                self._change(lambda dossier, by: dossier)
            self._recall()
            while name := self._next():
                self._ask(name)
        except (Leave, KeyboardInterrupt):
            self.asker.say("")
        with contextlib.suppress(Leave, KeyboardInterrupt):
            self._make_sure()
        self._conclude()
        return not self.is_unsaved

    def _recall(self) -> None:
        """What a dossier filled under another version needs: what is asked again, and what is not."""
        counts = {
            "À relire, car le sens de la question a changé": self.dossier.outdated(self.doctrine),
            "À relire, car rien ne dit sous quelle version elles ont été données": self.dossier.unproved(self.doctrine),
            "De côté, sans effet, car la question n’est plus posée": self.dossier.aside,
        }
        lines = [Telling(self.doctrine, self.dossier, self.dossier.assess(self.doctrine)).version()]
        lines += [f"{told} : {plural(len(names), 'réponse')}." for told, names in counts.items() if names]
        if told := "\n".join(filter(None, lines)):
            self.asker.say(typeset(told))

    # -- which question

    def _next(self) -> str | None:
        return next((name for name in self._open()), None)

    def _open(self) -> list[str]:
        """The questions left to ask, in the order of the source."""
        possible = self.dossier.assess(self.doctrine).possible
        again = possible if self.again else (*self.dossier.outdated(self.doctrine), *self.dossier.unproved(self.doctrine))
        return [
            name
            for name in possible
            if name not in self.passed
            and (not self.sections or self.doctrine.section_of(name).id in self.sections)
            and (self.dossier.position(name, self.by) is None or (name in again and name not in self.history))
        ]

    def _ask(self, name: str) -> None:
        """Ask one question until it is answered, passed or left for the one before."""
        question = self.doctrine.questions[name]
        shown = None
        while True:
            if shown != (heading := self._heading(question)):  # someone may answer it meanwhile
                self.asker.say(heading)
                shown = heading
            word = self._hear(question)
            if word in COMMANDS:
                if self._obey(word, question):
                    return
            elif self._heading(question) == shown and self._answer(question, word):
                return

    def _heading(self, question: Question) -> str:
        section, left = self.doctrine.section_of(question.id), len(self._open())
        lines = ["", f"{self._place(section)} · encore {plural(left, 'question')}"]
        for who, said in self._others(question.id):
            lines.append(f"{who} : {said}.")
        if mine := self.dossier.position(question.id, self.by):
            lines.append(f"Votre réponse : {Words(self.doctrine).answer_label(question.id, mine)}.")
        return "\n".join(lines)

    def _place(self, section: Section) -> str:
        if section.number is None:
            return section.label
        return f"Critère {section.number} sur {len(self.doctrine.criteria)}, {inside(section.label)}"

    def _others(self, name: str) -> list[tuple[str, str]]:
        words, answer = Words(self.doctrine), self.dossier.answers.get(name)
        said = answer if isinstance(answer, dict) else {NO_ROLE: answer} if answer is not None else {}
        return [
            (words.contributor(who, self.dossier.contributors), words.answer_label(name, given))
            for who, given in said.items()
            if who != self.by
        ]

    def _hear(self, question: Question) -> str:
        if question.bands:
            unit = f" ({question.unit})" if question.unit else ""
            return self.asker.write(f"{question.ask} Un nombre{unit}, ou « nsp » si vous ne savez pas.", COMMANDS)
        options = [(name, question.label_of(name)) for name in question.choices]
        return self.asker.choose(question.ask, [*options, (NSP, UNKNOWN)], COMMANDS)

    # -- what is answered

    def _answer(self, question: Question, given: str) -> bool:
        """Record an answer; False when it is not understood, and told."""
        if given == NOTHING:
            self.asker.say("Répondez, ou tapez « passer ». « ? » donne la liste de ce qui peut se faire.")
            return False
        given = _without_unit(question, given)
        before = self.dossier.assess(self.doctrine).attainable
        self._remember("answers", question.id, self.dossier.position(question.id, self.by), given)
        try:
            if not self._change(lambda dossier, by: dossier.answer(self.doctrine, question.id, given, by)):
                return False
        except AnswerError as error:
            self.asker.say(f"Réponse non comprise. Attendu : {error.faults[0].expected}.")
            return False
        self.history = [*(name for name in self.history if name != question.id), question.id]
        self.passed.discard(question.id)
        if given in question.choices and question.choices[given].justify and not self.dossier.note(question.id, self.by):
            self._note(question, "Pourquoi la question ne se pose-t-elle pas ? (une justification est attendue)")
        if (after := self.dossier.assess(self.doctrine).attainable) != before:
            self.asker.say(self._opinion(after))
        return True

    def _opinion(self, attainable: Sequence[str]) -> str:
        labels = ", ".join(self.doctrine.level(name).label for name in attainable)
        return f"→ Avis : {labels}." if len(attainable) == 1 else f"→ Avis encore possibles : {labels}."

    # -- what is kept

    def _change(self, apply: Change) -> bool:
        """Change the dossier, and put it on disk before anything else; False, and told, when no file could hold it."""
        changed = apply(self.dossier, self.by)
        self.is_unsaved = True
        try:
            while prevented := self._save(apply, changed):
                self._move(prevented)
        except SourceError as error:
            self.is_unsaved = self.written is None
            self.asker.say(f"Ce n’est pas enregistré : {_first_fault(error)}.")
            return False
        self.changes.append(apply)
        self.is_unsaved = False
        return True

    def _make_sure(self) -> None:
        """Say again what this person said when the file was written by something that does not wait its turn."""
        if self.written is not None and not self.is_unsaved and not self._is_intact(self.kept or self.path):
            self._change(lambda dossier, by: dossier)

    def _remember(self, part: str, name: str, *words: Any) -> None:
        self.said.setdefault((part, name), []).extend(words)

    def _save(self, apply: Change, changed: Dossier) -> str:
        """Put what is said on disk, over what others wrote, while nobody else writes there; what prevents it, or nothing."""
        try:
            with locked(self.path):
                try:
                    theirs = self._theirs()
                except SourceError as error:
                    told = f"{self.path} a changé pendant l’entretien, et ne peut plus être lu : {_first_fault(error)}."
                    return f"{told} Il est laissé tel quel."
                dossier = self._over_theirs(theirs, apply) if theirs else changed
                dossier = dossier.stamp(self.doctrine, self.today)
                text = compose(dossier, self.path, self.doctrine)
                write(self.path, text, is_durable=True)
        except OSError as error:
            return f"Impossible d’écrire {self.path} : {reason(error)}."
        self.dossier, self.written, self.kept = dossier, text, self.path
        return ""

    def _theirs(self) -> Dossier | None:
        """What someone else wrote in the file since this program did; nothing when nobody did."""
        found = read_file(self.path) if os.path.lexists(self.path) else None
        return None if found in (None, self.written) else read_dossier(str(found), str(self.path), self.doctrine)

    def _over_theirs(self, theirs: Dossier, apply: Change) -> Dossier:
        """What someone else wrote, and all that this person says."""
        self.asker.say("Le fichier a changé pendant l’entretien : il est relu, rien n’est perdu.")
        if self.written is None:  # two people begin the same file
            theirs = theirs.merge(replace(self.dossier, answers={}, notes={}, evidence={}))
        return self._beside(theirs, self._replayed(theirs, [*self.changes, apply]))

    def _replayed(self, dossier: Dossier, changes: Sequence[Change]) -> Dossier:
        """A dossier where this person says again all they said."""
        if self.person:
            dossier, self.by = dossier.introduce(*self.person, self.doctrine)
        for change in changes:
            dossier = change(dossier, self.by)
        return dossier

    def _beside(self, theirs: Dossier, mine: Dossier) -> Dossier:
        """What someone else says under the same key stays beside what this person says: they never said it."""
        others: dict[str, dict[str, Any]] = {"answers": {}, "notes": {}}
        for part, name in self.said:
            there = by_whom(getattr(theirs, part).get(name, {})).get(self.by)
            if there is not None and there not in self.said[part, name]:
                others[part][name] = {self.by: there}
        if not any(others.values()):
            return mine
        who = Words(self.doctrine).contributor(self.by, mine.contributors)
        self.asker.say(f"Quelqu’un d’autre répond en tant que « {who} » : ses réponses et les vôtres sont gardées côte à côte.")
        return mine.merge(replace(theirs, answers=others["answers"], notes=others["notes"]))

    def _move(self, told: str) -> None:
        """Somewhere else may take what was said; nothing that stands there is replaced."""
        told += " Vos réponses ne sont pas perdues."
        while told:
            self.asker.say(told)
            try:
                asked = write_freely(self.asker, "Où les enregistrer ? Un autre nom de fichier, ou « quitter ».")
            except Back:
                asked = ""
            path = Path(asked) if Path(asked).suffix else Path(asked + self.path.suffix)
            path = Path(asked) / self.path.name if asked and Path(asked).is_dir() else path
            told = _unfit(path) if asked else "Rien n’est encore enregistré ailleurs."
        self.path = path

    # -- commands

    def _obey(self, word: str, question: Question) -> bool:
        """Do what is asked; True when another question comes next."""
        match word:
            case "quitter":
                raise Leave
            case "passer":
                self.passed.add(question.id)
                self.history = [*(name for name in self.history if name != question.id), question.id]
                return True
            case "retour":
                return self._go_back(question)
            case "note":
                self._note(question, "Votre note (une ligne vide la garde telle quelle)")
            case "pieces":
                self._attach(question)
            case "pourquoi":
                self.asker.say(self._why(question))
            case "avis":
                self.asker.say(render_text(self.doctrine, self.dossier, self.dossier.assess(self.doctrine), self.asker.columns))
            case "changer":
                self.asker.say(self._what_would_change())
            case _:
                self.asker.say("\n".join([*(f"  {command} : {told}" for command, told in COMMANDS.items()), FREELY_TOLD]))
        return False

    def _go_back(self, question: Question) -> bool:
        before = [name for name in self.history if name != question.id]
        if not before:
            self.asker.say("Il n’y a pas de question avant celle-ci dans cet entretien.")
            return False
        self.history = before[:-1]
        self.passed.discard(before[-1])
        self._ask(before[-1])
        return True

    def _note(self, question: Question, title: str) -> None:
        if current := self.dossier.note(question.id, self.by):
            self.asker.say(f"Note actuelle : {current}")
        try:
            text = write_freely(self.asker, title)
            self._remember("notes", question.id, self.dossier.note(question.id, self.by), text)
            if text and self._change(lambda dossier, by: dossier.annotate(question.id, text, by, self.doctrine)):
                self.asker.say("Note enregistrée.")
        except AnswerError as error:
            self.asker.say(f"Note non enregistrée. Attendu : {error.faults[0].expected}.")
        except Back:
            return

    def _attach(self, question: Question) -> None:
        for reference in self.dossier.evidence.get(question.id, []):
            self.asker.say(f"  déjà citée : {reference}")
        if question.evidence:
            self.asker.say(f"Ce qui est attendu : {question.evidence}")
        try:
            while text := write_freely(self.asker, "Une pièce, lien ou référence (une ligne vide pour finir)"):
                self._cite(question.id, text)
        except AnswerError as error:
            self.asker.say(f"Pièce non enregistrée. Attendu : {error.faults[0].expected}.")
        except Back:
            return

    def _cite(self, name: str, text: str) -> None:
        def cite(dossier: Dossier, by: str) -> Dossier:
            return dossier.attach(name, list(dict.fromkeys([*dossier.evidence.get(name, []), text])), self.doctrine)

        if self._change(cite):
            self.asker.say("Pièce enregistrée.")

    def _why(self, question: Question) -> str:
        words = Words(self.doctrine)
        lines = [question.why, ""]
        for name, option in question.choices.items():
            label = words.effect_label(option) or self.doctrine.scale[0].gravity
            lines.append(f"  {words.option_label(question, name)} : {label.lower()}. {option.because or ''}".rstrip())
            lines += [f"    Que faire : {option.remedy}"] if option.remedy else []
        lines += ["", f"Répondent : {words.role_labels(question.asked_of)}."]
        lines += [f"Pièces : {question.evidence}"] if question.evidence else []
        return "\n".join(lines)

    def _what_would_change(self) -> str:
        assessment, levels = self.dossier.assess(self.doctrine), self.doctrine.levels
        rank = levels.index(assessment.attainable[0])
        if rank == 0:
            return "Le meilleur avis est encore possible : rien n’est à changer, il reste à répondre."
        lines = [f"Pour permettre « {self.doctrine.level(levels[rank - 1]).label} », changer :"]
        for change in assessment.changes(levels[rank - 1]):
            lines += [f"  {self.doctrine.questions[change.question].ask}", f"    Que faire : {change.remedy}"]
        return "\n".join(lines)

    # -- what is told at the end

    def _conclude(self) -> None:
        if self.written is None:
            self.asker.say("Rien n’a pu être enregistré.")
            return
        assessment = self.dossier.assess(self.doctrine)
        lines = ["", self._opinion(assessment.attainable)]
        if missing := len(assessment.missing):
            lines.append(
                f"{plural(missing, 'question')} peuvent encore le changer." if missing > 1 else "Une question le décide encore."
            )
        if unjustified := self.dossier.unjustified(self.doctrine):
            lines.append("À justifier par une note : " + " ; ".join(self.doctrine.questions[name].ask for name in unjustified))
        self.asker.say("\n".join([*lines, *self._where(self.kept or self.path)]))

    def _where(self, path: Path) -> list[str]:
        """Where the answers are, and what to type next; nothing that is not so."""
        if self.is_unsaved and not self._is_intact(path):
            return [f"Rien n’a pu être enregistré depuis que {path} a changé. Ce fichier est laissé tel quel."]
        told = f"Ce qui précède est dans {path}." if self.is_unsaved else f"Tout est enregistré dans {path}."
        lines = ["La dernière réponse n’a pas pu être enregistrée."] if self.is_unsaved else []
        lines += [told, "Pour reprendre :", self._command("ask", _argument(path), *self._again())]
        if path.suffix.lower() == ".html":
            return [*lines, "Ce fichier est aussi le document à lire et à envoyer."]
        into = _argument(path.with_suffix(".html"))
        return [*lines, "Pour le document à lire et à envoyer :", self._command("report", _argument(path), "-o", into)]

    def _is_intact(self, path: Path) -> bool:
        try:
            return read_file(path) == self.written
        except SourceError:
            return False

    def _again(self) -> list[str]:
        role, label = self.person or (None, None)
        return [*(["--role", role] if role else []), *(["--label", label] if label else []), *self.options]

    def _command(self, *words: str) -> str:
        return "  $ " + shlex.join([*self.program, *words])


def _argument(path: Path) -> str:
    """A path as a command takes it: never for an option."""
    return f"./{path}" if str(path).startswith("-") else str(path)


def _first_fault(error: SourceError) -> str:
    return error.faults[0].found.removeprefix("dossier non enregistré : ")


def _unfit(path: Path) -> str:
    """What keeps a path from taking a new dossier, or nothing."""
    if path.suffix.lower() not in DOSSIERS:
        return f"{path} : le nom doit finir par {choices(DOSSIERS)}."
    return f"{path} existe déjà : rien ne sera écrit par-dessus." if os.path.lexists(path) else ""


def write_freely(asker: Asker, title: str) -> str:
    """What someone writes, on one line; raises `Leave` or `Back` when they say so. A command between quotes is a text."""
    while True:
        typed = clean(asker.write(title, ())).strip()
        match FREELY.get(typed.lower()):
            case "quitter":
                raise Leave
            case "retour":
                raise Back
            case "aide":
                asker.say(FREELY_TOLD)
            case _:
                bare = typed.strip("«»“”\"'’ \u00a0\u202f")
                return bare if bare.lower() in FREELY else typed


# -- two ways to ask -------------------------------------------------------------------------------------------------------


@dataclass
class LineAsker:
    """Numbered choices, one line at a time: nothing moves on the screen, nothing is told by colour."""

    read: Callable[[str], str]
    show: Callable[[str], None]
    width: Callable[[], int] = lambda: WIDTH

    @property
    def columns(self) -> int:
        return max(20, min(WIDTH, self.width()))

    def choose(self, title: str, options: Sequence[tuple[str, str]], commands: Collection[str]) -> str:
        self.say("\n".join([title, *(f"  {rank}. {label}" for rank, (_, label) in enumerate(options, 1))]))
        hint = ", « ? » pour l’aide" if "aide" in commands else ", ou « quitter »" if "quitter" in commands else ""
        while True:
            typed = self._line(f"Votre réponse (1 à {len(options)}{hint}) : ")
            word = _command(typed, commands)
            found = word or _picked(typed, options)
            if found or (commands and not typed):
                return found or NOTHING
            self.say(f"« {typed[:40]} » n’est pas dans la liste : tapez un numéro de 1 à {len(options)}.")

    def write(self, title: str, commands: Collection[str]) -> str:
        self.say(title)
        typed = self._line("> ")
        return _command(typed, commands) or typed

    def say(self, text: str) -> None:
        self.show("\n".join(_wrapped(line, self.columns) for line in text.split("\n")))

    def _line(self, prompt: str) -> str:
        try:
            typed = clean(self.read(prompt)).strip()
        except (EOFError, KeyboardInterrupt):
            raise Leave from None
        if "\ufffd" in typed:
            self.say("Des caractères n’ont pas pu être lus, car ils ne sont pas en UTF-8 : « \ufffd » les remplace.")
        return typed


def _command(typed: str, commands: Collection[str]) -> str:
    word = SHORT.get(typed.lower(), typed.lower())
    return word if word in commands else ""


def _picked(typed: str, options: Sequence[tuple[str, str]]) -> str:
    """The option someone means: by its number, its id or its label."""
    rank = int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= 4 else 0
    if 1 <= rank <= len(options):
        return options[rank - 1][0]
    return next((name for name, label in options if typed.lower() in (name, label.lower())), "")


def _wrapped(text: str, width: int) -> str:
    """Lines that fit, aligned under their first word; a command stays whole, and so do paths and links."""
    if text.startswith("  $ ") or not text.strip():
        return text.rstrip()
    text = text.replace("« ", "«\u00a0").replace(" »", "\u00a0»")
    margin = " " * (len(text) - len(text.lstrip(" ")))
    later = margin + "  " if margin else ""
    return textwrap.fill(text, width, subsequent_indent=later, break_on_hyphens=False, break_long_words=False)


class MenuAsker:
    """Choices under the arrows of a full terminal. Bold and marks only: no colour says anything."""

    def __init__(self, show: Callable[[str], None], width: Callable[[], int] = lambda: WIDTH) -> None:
        import questionary  # noqa: PLC0415 - only a full terminal needs it, and it may not be installed

        self._menus: Any = questionary
        self._lines = LineAsker(read=lambda prompt: "", show=show, width=width)
        marks = [("question", "bold"), ("pointer", "bold"), ("highlighted", "bold underline"), ("answer", "fg:default bold")]
        self._style = questionary.Style(marks)

    @property
    def columns(self) -> int:
        return self._lines.columns

    def choose(self, title: str, options: Sequence[tuple[str, str]], commands: Collection[str]) -> str:
        menus = self._menus
        self.say(title)  # here rather than in the prompt, which cuts words at the edge
        choices = [menus.Choice(self._fitted(label), name) for name, label in options]
        if commands:
            told = [menus.Choice(self._fitted(f"{word} : {COMMANDS[word]}"), word) for word in commands]
            choices += [menus.Separator(" "), *told]
        asked = menus.select(
            "Votre réponse",
            choices,
            instruction=" (flèches, puis Entrée)",
            qmark="",
            pointer="›",
            style=self._style,
            use_jk_keys=False,
        )
        return self._heard(asked)

    def write(self, title: str, commands: Collection[str]) -> str:
        self.say(title)
        prompt = "Votre réponse, ou « ? »" if commands else "›"
        typed = clean(self._heard(self._menus.text(prompt, qmark="", style=self._style))).strip()
        return _command(typed, commands) or typed

    def say(self, text: str) -> None:
        self._lines.say(text)

    def _fitted(self, label: str) -> str:
        """A label on as many lines as it needs beside the pointer: the edge of the terminal would cut it."""
        return textwrap.fill(label, self.columns - 4, subsequent_indent="     ", break_on_hyphens=False)

    @staticmethod
    def _heard(asked: Any) -> str:
        try:
            found = asked.unsafe_ask()
        except (EOFError, KeyboardInterrupt):
            raise Leave from None
        return str(found)


def _without_unit(question: Question, given: str) -> str:
    """A number as it is typed, without its unit: « 20 % » is 20 where percents are asked. Twin of ``bareNumber`` in the form."""
    found = re.match(r"[^a-zà-ÿ%]*", given, re.IGNORECASE) if question.bands else None
    number = found[0].strip() if found else ""
    unit = given[len(number) :].strip().lower()
    return number if number and unit and (question.unit or "").lower().startswith(unit) else given


def introduce(interview: Interview, role: str | None, label: str | None) -> None:
    """Say as whom one answers: as the command says, else as the person chooses."""
    person = (role, label) if role else _choose_person(interview, label)
    if person[0] != NO_ROLE:
        interview.person = person
        interview.dossier, interview.by = interview.dossier.introduce(*person, interview.doctrine)


def _choose_person(interview: Interview, label: str | None) -> tuple[str, str | None]:
    asker = interview.asker
    roles = [*((item.id, item.label) for item in interview.doctrine.roles), (NO_ROLE, "Sans rôle particulier")]
    while True:
        role = asker.choose("Je réponds en tant que…", roles, ("quitter",))
        if role == "quitter":
            raise Leave
        if role == NO_ROLE or (role and label is not None):
            return role, label
        try:
            title = "Une précision si plusieurs personnes ont ce rôle (un service, jamais un nom), ou rien."
            if role:
                return role, write_freely(asker, title)
        except Back:
            continue
