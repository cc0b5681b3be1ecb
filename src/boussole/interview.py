"""The interview: one person answers, question by question; every answer is on disk before the next question.

Two ways to ask: arrows and lists in a full terminal (questionary), numbered lines everywhere else: a dumb terminal, a pipe, a
screen reader. Both take the same commands and lead to the same dossier.
"""

import textwrap
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Protocol

from boussole.dossier import Dossier, clean, load_dossier
from boussole.errors import AnswerError
from boussole.filing import save_dossier
from boussole.loading import read_file
from boussole.model import NO_ROLE, NSP, Doctrine, Question, Section
from boussole.outputs.report import render_text
from boussole.wording import UNKNOWN, Words
from boussole.writing import plural

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
    "quitter": "s’arrêter : tout est déjà enregistré",
}
SHORT = {"?": "aide", "pièces": "pieces", "q": "quitter", "r": "retour", "p": "passer"}


class Leave(Exception):  # noqa: N818 - not an error: the person stops, or there is nothing more to read
    """The interview ends here."""


class Asker(Protocol):
    """How questions reach a person, and what comes back. Each method raises `Leave` when there is no one left to answer."""

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
    """One person, one dossier, one file. ``today`` dates the opinion that each save records."""

    doctrine: Doctrine
    path: Path
    dossier: Dossier
    asker: Asker
    today: date
    by: str = NO_ROLE
    sections: tuple[str, ...] = ()
    again: bool = False
    written: str | None = None  # what this program last read from the file, or wrote to it
    passed: set[str] = field(default_factory=set)
    history: list[str] = field(default_factory=list)

    def run(self) -> None:
        """Ask until there is nothing left to ask, or the person leaves."""
        try:
            while name := self._next():
                self._ask(name)
        except Leave:
            self.asker.say("")
        self._conclude()

    # -- which question

    def _next(self) -> str | None:
        return next((name for name in self._open()), None)

    def _open(self) -> list[str]:
        """The questions left to ask, in the order of the source."""
        possible = self.dossier.assess(self.doctrine).possible
        return [
            name
            for name in possible
            if name not in self.passed
            and (not self.sections or self.doctrine.section_of(name).id in self.sections)
            and (self.dossier.position(name, self.by) is None or (self.again and name not in self.history))
        ]

    def _ask(self, name: str) -> None:
        """Ask one question until it is answered, passed or left for the one before."""
        question = self.doctrine.questions[name]
        self.asker.say(self._heading(question))
        while True:
            word = self._hear(question)
            if word in COMMANDS:
                if self._obey(word, question):
                    return
            elif self._answer(question, word):
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
        return f"Critère {section.number} sur {len(self.doctrine.criteria)}, {section.label.lower()}"

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
        before = self.dossier.assess(self.doctrine).attainable
        try:
            self._change(lambda dossier: dossier.answer(self.doctrine, question.id, given, by=self.by))
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

    def _change(self, apply: Callable[[Dossier], Dossier]) -> None:
        """Change the dossier, and put it on disk before anything else. If someone else wrote the file, theirs is changed."""
        base = self.dossier
        if self.path.exists() and (found := read_file(self.path)) != self.written and self.written is not None:
            self.asker.say("Le fichier a changé pendant l’entretien : il est relu, rien n’est perdu.")
            base = load_dossier(self.path, self.doctrine)
            self.written = found
        changed = apply(base).stamp(self.doctrine, self.today)
        while True:
            try:
                save_dossier(changed, self.path, self.doctrine)
                break
            except OSError as error:
                self._move(error)
        self.dossier, self.written = changed, read_file(self.path)

    def _move(self, error: OSError) -> None:
        """The disk refuses: the answers are still here, somewhere else may take them."""
        told = f"Impossible d’écrire {self.path} ({error.strerror}). Vos réponses ne sont pas perdues. Où les enregistrer ?"
        asked = ""
        while not asked:
            asked = self.asker.write(told, ()).strip()
        path = Path(asked)
        self.path = path if path.suffix else path.with_suffix(self.path.suffix)

    # -- commands

    def _obey(self, word: str, question: Question) -> bool:
        """Do what is asked; True when another question comes next."""
        match word:
            case "quitter":
                raise Leave
            case "passer":
                self.passed.add(question.id)
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
                self.asker.say(render_text(self.doctrine, self.dossier, self.dossier.assess(self.doctrine)))
            case "changer":
                self.asker.say(self._what_would_change())
            case _:
                self.asker.say("\n".join(f"  {command} : {told}" for command, told in COMMANDS.items()))
        return False

    def _go_back(self, question: Question) -> bool:
        before = [name for name in self.history if name != question.id]
        if not before:
            self.asker.say("Il n’y a pas de question avant celle-ci dans cet entretien.")
            return False
        self.history = before[:-1]
        self._ask(before[-1])
        return True

    def _note(self, question: Question, title: str) -> None:
        if current := self.dossier.note(question.id, self.by):
            self.asker.say(f"Note actuelle : {current}")
        if text := clean(self.asker.write(title, ())).strip():
            self._change(lambda dossier: dossier.annotate(question.id, text, by=self.by))
            self.asker.say("Note enregistrée.")

    def _attach(self, question: Question) -> None:
        for reference in self.dossier.evidence.get(question.id, []):
            self.asker.say(f"  déjà citée : {reference}")
        if question.evidence:
            self.asker.say(f"Ce qui est attendu : {question.evidence}")
        while text := clean(self.asker.write("Une pièce, lien ou référence (une ligne vide pour finir)", ())).strip():
            listed = [*self.dossier.evidence.get(question.id, []), text]
            self._change(lambda dossier, listed=listed: dossier.attach(question.id, listed))  # type: ignore[misc]

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

    def _conclude(self) -> None:
        assessment = self.dossier.assess(self.doctrine)
        lines = ["", self._opinion(assessment.attainable)]
        if missing := len(assessment.missing):
            lines.append(
                f"{plural(missing, 'question')} peuvent encore le changer." if missing > 1 else "Une question le décide encore."
            )
        if unjustified := self.dossier.unjustified(self.doctrine):
            lines.append("À justifier par une note : " + " ; ".join(self.doctrine.questions[name].ask for name in unjustified))
        lines.append(f"Tout est enregistré dans {self.path}.")
        lines += ["Pour reprendre :", f"  $ boussole ask {self.path}"]
        lines += [
            "Pour le document à lire et à envoyer :",
            f"  $ boussole report {self.path} -o {self.path.with_suffix('.html')}",
        ]
        self.asker.say("\n".join(lines))


# -- two ways to ask -------------------------------------------------------------------------------------------------------


@dataclass
class LineAsker:
    """Numbered choices, one line at a time: nothing moves on the screen, nothing is told by colour."""

    read: Callable[[str], str]
    show: Callable[[str], None]

    def choose(self, title: str, options: Sequence[tuple[str, str]], commands: Collection[str]) -> str:
        self.say("\n".join([_wrapped(title), *(f"  {rank}. {label}" for rank, (_, label) in enumerate(options, 1))]))
        hint = ", « ? » pour l’aide" if commands else ""
        while True:
            typed = self._line(f"Votre réponse (1 à {len(options)}{hint}) : ")
            word = _command(typed, commands)
            found = word or _picked(typed, options)
            if found or (commands and not typed):
                return found or NOTHING
            self.say(f"« {typed[:40]} » n’est pas dans la liste : tapez un numéro de 1 à {len(options)}.")

    def write(self, title: str, commands: Collection[str]) -> str:
        self.say(_wrapped(title))
        typed = self._line("> ")
        return _command(typed, commands) or typed

    def say(self, text: str) -> None:
        self.show("\n".join(_wrapped(line) for line in text.split("\n")))

    def _line(self, prompt: str) -> str:
        try:
            return clean(self.read(prompt)).strip()
        except (EOFError, KeyboardInterrupt):
            raise Leave from None


def _command(typed: str, commands: Collection[str]) -> str:
    word = SHORT.get(typed.lower(), typed.lower())
    return word if word in commands else ""


def _picked(typed: str, options: Sequence[tuple[str, str]]) -> str:
    """The option someone means: by its number, its id or its label."""
    if typed.isascii() and typed.isdigit() and 1 <= int(typed[:4]) <= len(options):
        return options[int(typed) - 1][0]
    return next((name for name, label in options if typed.lower() in (name, label.lower())), "")


def _wrapped(text: str) -> str:
    """Lines that fit, aligned under their first word; a command stays whole."""
    if text.startswith("  $ "):
        return text
    margin = " " * (len(text) - len(text.lstrip(" ")))
    return (
        textwrap.fill(text, WIDTH, subsequent_indent=margin + "  " if margin else "", break_on_hyphens=False)
        if text.strip()
        else ""
    )


class MenuAsker:
    """Choices under the arrows of a full terminal. Bold and marks only: no colour says anything."""

    def __init__(self, show: Callable[[str], None]) -> None:
        import questionary  # noqa: PLC0415 - only a full terminal needs it, and it may not be installed

        self._menus: Any = questionary
        self._lines = LineAsker(read=lambda prompt: "", show=show)
        marks = [("question", "bold"), ("pointer", "bold"), ("highlighted", "bold underline"), ("answer", "fg:default bold")]
        self._style = questionary.Style(marks)

    def choose(self, title: str, options: Sequence[tuple[str, str]], commands: Collection[str]) -> str:
        menus = self._menus
        self.say(title)  # here rather than in the prompt, which cuts words at the edge
        choices = [menus.Choice(label, name) for name, label in options]
        if commands:
            choices += [menus.Separator(" "), *(menus.Choice(f"{word} : {COMMANDS[word]}", word) for word in commands)]
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

    @staticmethod
    def _heard(asked: Any) -> str:
        try:
            found = asked.unsafe_ask()
        except (EOFError, KeyboardInterrupt):
            raise Leave from None
        return str(found)


def introduce(interview: Interview, role: str | None, label: str | None) -> None:
    """Say as whom one answers: as the command says, else as the person chooses."""
    if role is None:
        roles = [(item.id, item.label) for item in interview.doctrine.roles]
        role = interview.asker.choose("Je réponds en tant que…", [*roles, (NO_ROLE, "Sans rôle particulier")], ())
        if role != NO_ROLE and label is None:
            label = interview.asker.write(
                "Une précision si plusieurs personnes ont ce rôle (un service, jamais un nom), ou rien.", ()
            )
    if role != NO_ROLE:
        interview.dossier, interview.by = interview.dossier.introduce(role, label)
