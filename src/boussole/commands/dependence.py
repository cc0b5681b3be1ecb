"""The diagnosis of dependency in a terminal, and the library of alternatives: ask, assess, report, see all, check."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import click

from boussole.dependence import Dependence, Finding, Question, check_beside, check_sources, load_dependence, placed, prove
from boussole.diagnosis import (
    FOLDER,
    Diagnosis,
    Review,
    load_diagnosis,
    new_diagnosis,
    read_diagnoses,
    read_diagnosis,
    uses_beside,
    weigh,
    write_diagnosis,
    years_of,
)
from boussole.errors import SourceError, choices, quoted
from boussole.french import FrenchCommand, FrenchGroup, Misuse
from boussole.loading import SUFFIXES, load, read_file
from boussole.model import NSP

SETTLED, OPEN, MISUSE = 0, 1, 2
TOOLS, LIBRARY = Path("docs") / FOLDER, Path("docs/alternatives")
READ = (*SUFFIXES, ".html")
COMMANDS = ("pourquoi", "note", "passer", "retour", "quitter")


@click.group(cls=FrenchGroup, subcommand_metavar="COMMANDE [ARGUMENTS]…")
def dependence() -> None:
    """Diagnostique la dépendance à un outil : répondre, lire l’indice, voir tous les outils."""


@dependence.command(cls=FrenchCommand)
@click.argument("paths", metavar="DIAGNOSTIC…", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--format", "form", type=click.Choice(["text", "json", "md"]), default="text", help="Forme du résultat : text, json ou md."
)
@click.pass_obj
def assess(path: Path | None, paths: tuple[Path, ...], form: str) -> int:
    """Donne l’indice d’un outil : ses bornes exactes, ce qui pèse, ce qui le baisserait."""
    from boussole.outputs.dependence_report import FORMATS

    asked, doctrine, faults, shown, code = load_dependence(), load(path), list[str](), list[str](), SETTLED
    for file in paths:
        try:
            tool = load_diagnosis(file, asked)
        except SourceError as error:
            faults.append(str(error))
            continue
        shown.append(FORMATS[form](asked, doctrine, tool))
        code = max(code, SETTLED if Finding(asked, tool.latest.answers).is_settled else OPEN)
    several = form == "json" and len(paths) > 1
    click.echo("[" + ",".join(shown).rstrip() + "]\n" if several else "\n".join(shown), nl=False)
    if faults:
        click.echo("\n\n".join(faults), err=True)
    return MISUSE if faults else code


@dependence.command(cls=FrenchCommand)
@click.argument("file", metavar="DIAGNOSTIC", type=click.Path(path_type=Path))
@click.option(
    "-o", "--output", "into", metavar="FICHIER", required=True, type=click.Path(path_type=Path), help="En .html, .md ou .pdf."
)
@click.option("--force", is_flag=True, help="Remplacer un fichier qui existe déjà.")
@click.pass_obj
def report(path: Path | None, file: Path, into: Path, force: bool) -> int:
    """Écrit le document d’un diagnostic ; en HTML, il se rouvre ici et dans le navigateur, avec ses réponses."""
    from boussole.commands.documents import form_of, refuse_to_replace, write_document
    from boussole.outputs.dependence_report import DOCUMENTS, render_html

    form = form_of(into, {**DOCUMENTS, ".pdf": render_html})
    if not force:
        refuse_to_replace(into)
    asked = load_dependence()
    text = form(asked, load(path), load_diagnosis(file, asked))
    write_document(into, text)
    return SETTLED


@dependence.command(cls=FrenchCommand)
@click.argument("folder", metavar="[DOSSIER]", default=TOOLS, type=click.Path(path_type=Path))
@click.option("--examples", is_flag=True, help="Compter les exemples inventés, et eux seuls.")
def overview(folder: Path, examples: bool) -> int:
    """Montre l’indice de chaque famille, pondéré par la dépense, année après année."""
    from boussole.dependence_words import bands_text, bounds_text, euros
    from boussole.writing import typeset

    asked = load_dependence()
    if not folder.is_dir():
        raise Misuse(f"introuvable : {folder}")
    kind = "example" if examples else "real"
    tools = [tool for tool in read_diagnoses(folder, asked) if tool.kind == kind]
    if not tools:
        click.echo(typeset(f"Aucun outil {'inventé' if examples else 'réel'} dans {folder}."))
    for year in years_of(tools):
        click.echo(f"{year}")
        for one in weigh(asked, tools, year):
            told = "dépense inconnue" if one.bounds is None else f"{bounds_text(*one.bounds)}, {bands_text(one.bands).lower()}"
            left = f" ; {len(one.unweighed)} sans dépense connue" if one.unweighed else ""
            click.echo(typeset(f"  {one.label} : {told} ({euros(one.spending)}{left})"))
    return SETTLED


@dependence.command(cls=FrenchCommand)
@click.argument("paths", metavar="[DIAGNOSTIC…]", nargs=-1, type=click.Path(path_type=Path))
@click.pass_obj
def check(path: Path | None, paths: tuple[Path, ...]) -> int:
    """Vérifie le questionnaire, ses promesses, et chaque fiche avant de la publier."""
    from boussole.writing import plural

    asked, doctrine, count = load_dependence(), load(path), 0
    faults = [str(fault) for fault in placed([*check_beside(asked, doctrine), *check_sources(asked, doctrine)])]
    for file in _files(paths or (TOOLS,), READ):
        try:
            read_diagnosis(read_file(file), str(file), asked, is_published=True, uses=uses_beside(file.parent) or None)
            count += 1
        except SourceError as error:
            faults.append(str(error))
    proved = sum(len(prove(asked, promise)) for promise in asked.promises)
    click.echo(f"{plural(len(asked.promises), 'promesse prouvée', 'promesses prouvées')}, {plural(proved, 'hypothèse')}.")
    click.echo(f"{plural(count, 'diagnostic correct', 'diagnostics corrects')}.")
    if faults:
        click.echo("\n\n".join(faults), err=True)
    return MISUSE if faults else SETTLED


@dependence.command(cls=FrenchCommand)
@click.argument(
    "kind", metavar="[diagnostic|alternative]", type=click.Choice(["diagnostic", "alternative"]), default="diagnostic"
)
def schema(kind: str) -> int:
    """Écrit le format d’un diagnostic ou d’une alternative en JSON Schema."""
    from boussole.outputs.dependence_data import render_schema

    click.echo(render_schema(kind), nl=False)
    return SETTLED


def _files(paths: Iterable[Path], suffixes: Sequence[str]) -> list[Path]:
    """The files of some files and folders."""
    given = list(paths)
    if missing := [path for path in given if not path.exists()]:
        raise Misuse(f"introuvable : {choices([str(path) for path in missing])}")
    found = [sorted(item for item in path.iterdir() if item.suffix in suffixes) if path.is_dir() else [path] for path in given]
    return [file for files in found for file in files]


# -- answering ---------------------------------------------------------------------------------------------------------------


@dependence.command(cls=FrenchCommand)
@click.argument("file", metavar="[DIAGNOSTIC]", required=False, type=click.Path(path_type=Path))
@click.option("--again", is_flag=True, help="Commencer une nouvelle revue, datée du jour, sans toucher aux précédentes.")
@click.option("--plain", is_flag=True, help="Des lignes numérotées, sans menus : pour un lecteur d’écran.")
def ask(file: Path | None, again: bool, plain: bool) -> int:
    """Pose les questions du diagnostic ; chaque réponse est enregistrée avant la suivante."""
    from boussole.interview import Leave
    from boussole.terminal import asker_of

    asked, asker, today = load_dependence(), asker_of(plain), datetime.now(UTC).date()
    try:
        session = _opened(asked, file, asker, today)
    except Leave:
        asker.say("\nRien n’a été enregistré.")
        return MISUSE
    if again:
        session.put(lambda tool: _renewed(tool, today))
    try:
        while question := session.next():
            session.ask(question)
    except Leave:
        asker.say("")
    asker.say(session.conclusion())
    return SETTLED if Finding(asked, session.tool.latest.answers).is_settled else OPEN


def _renewed(tool: Diagnosis, today: date) -> Diagnosis:
    """The same with an empty review of the day; one that was begun the same day goes on."""
    return tool if tool.latest.on >= today else replace(tool, reviews=[*tool.reviews, Review(on=today)])


def _opened(asked: Dependence, file: Path | None, asker: Any, today: date) -> "_Session":
    """The diagnosis to fill: the one that is there, or a new one under its title."""
    from boussole.dossier import slug
    from boussole.interview import Back, Leave, write_freely

    if file and file.suffix not in SUFFIXES:
        raise Misuse(f"{file} : le nom doit finir par {choices(SUFFIXES)}")
    if file and file.exists():
        return _Session(asked, file, load_diagnosis(file, asked), asker, today)
    try:
        title = write_freely(asker, "Quel outil ? Par exemple : suite bureautique.")
    except Back:
        raise Leave from None
    name = slug(file.stem if file else title) or "outil"
    place = file or Path(f"{name}.yml")
    if place.exists():
        raise Misuse(f"{place} existe déjà : le donner en argument pour le reprendre")
    family = asker.choose("De quelle famille ?", [(family.id, family.label) for family in asked.families], ("quitter",))
    if family == "quitter" or not family:
        raise Leave
    session = _Session(asked, place, new_diagnosis(name, title or name, family, today), asker, today)
    session.put(lambda tool: tool)
    asker.say(f"Les réponses sont enregistrées dans {place}.")
    return session


@dataclass
class _Session:
    """One person, one diagnosis, one file: what others write meanwhile is read again before each change."""

    asked: Dependence
    path: Path
    tool: Diagnosis
    asker: Any
    today: date
    passed: set[str] = field(default_factory=set)
    history: list[str] = field(default_factory=list)

    def next(self) -> Question | None:
        """The first question without an answer that was not passed."""
        answers = self.tool.latest.answers
        return next(
            (question for name, question in self.asked.asked.items() if name not in answers and name not in self.passed), None
        )

    def ask(self, question: Question) -> None:
        """Ask one question until it is answered, passed, or left for the one before."""
        left = sum(name not in self.tool.latest.answers for name in self.asked.asked)
        options = [*((name, option.label) for name, option in question.options.items()), (NSP, "Je ne sais pas")]
        self.asker.say(f"\n{question.short} · encore {left}")
        while True:
            match self.asker.choose(question.ask, options, COMMANDS):
                case "quitter":
                    from boussole.interview import Leave

                    raise Leave
                case "passer":
                    self.passed.add(question.id)
                    return
                case "pourquoi":
                    told = [question.why, f"Pour l’améliorer : {question.remedy}", f"À l’appui : {question.evidence or '–'}"]
                    self.asker.say("\n".join(told))
                case "note":
                    self._note(question)
                case "retour" if self.history:
                    self._back()
                    return
                case "retour":
                    self.asker.say("Il n’y a pas de question avant celle-ci.")
                case word if word in question.options or word == NSP:
                    self.put(lambda tool, given=word: tool.answer(question.id, given, self.today))
                    self.history.append(question.id)
                    self._tell()
                    return
                case _:
                    self.asker.say("Répondez, ou tapez « passer ».")

    def put(self, change: Callable[..., Diagnosis]) -> None:
        """Change what the file holds now, and put it on disk before anything else."""
        from boussole.files import locked, write

        self.path.parent.mkdir(parents=True, exist_ok=True)
        with locked(self.path):
            there = load_diagnosis(self.path, self.asked) if self.path.exists() else self.tool
            changed = change(there)
            text = _composed(changed, self.path)
            read_diagnosis(text, str(self.path), self.asked)  # what could not be opened again is not written
            write(self.path, text, is_durable=True)
        self.tool = changed

    def _note(self, question: Question) -> None:
        from boussole.interview import Back, write_freely

        try:
            text = write_freely(self.asker, "Votre note")
        except Back:
            return
        if text:
            self.put(lambda tool: _noted(tool, question.id, text))

    def _back(self) -> None:
        """Take the last answer away, so that its question comes again."""
        name = self.history.pop()
        self.passed.discard(name)
        self.put(lambda tool: _without(tool, name))

    def _tell(self) -> None:
        from boussole.dependence_words import bands_text, index_of

        finding = Finding(self.asked, self.tool.latest.answers)
        self.asker.say(f"→ Indice : {index_of(finding)}. Dépendance : {bands_text(finding.bands).lower()}.")

    def conclusion(self) -> str:
        """Where the answers are, and what to type next."""
        from boussole.dependence_words import bands_text, index_of

        finding = Finding(self.asked, self.tool.latest.answers)
        heavy = ", ".join(question.short for question in finding.heaviest) or "aucun"
        lines = [
            f"Indice : {index_of(finding)}. Dépendance : {bands_text(finding.bands).lower()}.",
            f"Postes les plus lourds : {heavy}.",
        ]
        return "\n".join(
            [*lines, f"Tout est dans {self.path}. Pour lire le détail :", f"  $ boussole dependence assess {self.path}"]
        )


def _composed(tool: Diagnosis, path: Path) -> str:
    from boussole.filing import yaml_of

    return write_diagnosis(tool) if path.suffix == ".json" else yaml_of(tool.to_data())


def _noted(tool: Diagnosis, name: str, text: str) -> Diagnosis:
    notes = {**tool.latest.notes, name: text}
    return replace(tool, reviews=[*tool.reviews[:-1], replace(tool.latest, notes=notes)])


def _without(tool: Diagnosis, name: str) -> Diagnosis:
    answers = {other: given for other, given in tool.latest.answers.items() if other != name}
    return replace(tool, reviews=[*tool.reviews[:-1], replace(tool.latest, answers=answers)])


# -- the library of alternatives -----------------------------------------------------------------------------------------------


@click.group(cls=FrenchGroup, subcommand_metavar="COMMANDE [ARGUMENTS]…")
def alternatives() -> None:
    """Tient la bibliothèque d’alternatives : vérifier ses fiches, les lister."""


@alternatives.command("check", cls=FrenchCommand)
@click.argument("folder", metavar="[DOSSIER]", default=LIBRARY, type=click.Path(path_type=Path))
def check_alternatives(folder: Path) -> int:
    """Vérifie chaque fiche : des faits datés et sourcés, une licence libre, aucun nom de personne."""
    from boussole.writing import plural

    count = len(_library(folder))
    click.echo(f"{plural(count, 'fiche correcte', 'fiches correctes')}.")
    return SETTLED


@alternatives.command("list", cls=FrenchCommand)
@click.argument("folder", metavar="[DOSSIER]", default=LIBRARY, type=click.Path(path_type=Path))
@click.option(
    "--quality",
    "asked",
    type=click.Choice(["souveraine", "ouverte", "mutualisable"]),
    multiple=True,
    help="Seulement celles où la réponse est « oui » ; se répète.",
)
@click.option("--partly", is_flag=True, help="Garder aussi celles où la réponse est « en partie ».")
def list_alternatives(folder: Path, asked: tuple[str, ...], partly: bool) -> int:
    """Liste les fiches : besoin, licence, qualités."""
    from boussole.alternatives import LEVELS, QUALITIES
    from boussole.writing import typeset

    needs = {need.id: need.label for need in load_dependence().needs}
    enough = ("oui", "partie") if partly else ("oui",)
    kept = [one for one in _library(folder) if all(one.qualities[quality] in enough for quality in asked)]
    for one in kept:
        told = ", ".join(f"{QUALITIES[name].lower()} : {LEVELS[level]}" for name, level in one.qualities.items())
        click.echo(typeset(f"{needs[one.need]:<34} {one.name} [{one.id}], {one.license}, {told}"))
    if not kept:
        click.echo("Aucun logiciel ne répond.")
    return SETTLED


def _library(folder: Path) -> Sequence[Any]:
    from boussole.alternatives import read_alternatives

    if not folder.is_dir():
        raise Misuse(f"introuvable : {quoted(folder)}")
    return read_alternatives(folder, load_dependence())
