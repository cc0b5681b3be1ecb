"""The command line: French help and messages, one exit code each.

0: all is well, or every opinion is settled; 1: at least one opinion is open; 2: misuse, or a file that cannot be used.
"""

import errno
import os
import re
import sys
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import click

from boussole.dossier import Dossier, load_dossier, read_dossier
from boussole.errors import SourceError, nearest, quoted
from boussole.errors import choices as choices_of
from boussole.french import FrenchCommand, FrenchGroup, Misuse, explain
from boussole.loading import load, read_file
from boussole.model import Doctrine
from boussole.version import VERSION

Result = TypeVar("Result")

SETTLED, OPEN, MISUSE = 0, 1, 2

_REASONS = {
    errno.ENOENT: "introuvable",
    errno.ENOTDIR: "ceci n’est pas un dossier",
    errno.EISDIR: "ceci est un dossier",
    errno.EACCES: "accès refusé",
    errno.EPERM: "accès refusé",
    errno.ENOSPC: "il n’y a plus de place",
    errno.EROFS: "ce disque est en lecture seule",
    errno.EEXIST: "fichier écrit à la main, laissé intact",
}

# Commands of a family of their own, each read only when it is asked for: the command line answers fast.
ELSEWHERE: dict[str, str] = {}

FILES = click.argument("paths", metavar="FICHIER…", nargs=-1, type=click.Path(path_type=Path))


def main() -> NoReturn:
    """Run the command line and leave with its code; whatever happens, no traceback reaches the reader."""
    try:
        code = commands.main(prog_name="boussole", standalone_mode=False)
    except click.ClickException as error:
        click.echo(explain(error), err=True)
        code = MISUSE
    except SourceError as error:
        click.echo(str(error), err=True)
        code = MISUSE
    except click.Abort:
        code = MISUSE
    except OSError as error:
        click.echo(
            f"boussole : {_REASONS.get(error.errno or 0, 'écriture ou lecture impossible')} : {error.filename or ''}", err=True
        )
        code = MISUSE
    sys.exit(code)


@click.group(cls=FrenchGroup, elsewhere=ELSEWHERE, subcommand_metavar="COMMANDE [ARGUMENTS]…")
@click.option(
    "--doctrine", "path", metavar="FICHIER", type=click.Path(path_type=Path), help="Autre doctrine que celle de Nantes Métropole."
)
@click.version_option(VERSION, "--version", message="boussole %(version)s", help="Affiche la version et s’arrête.")
@click.pass_context
def commands(context: click.Context, path: Path | None) -> None:
    """Applique la doctrine d’une collectivité sur l’intelligence artificielle.

    Codes de sortie : 0, tout va bien ou les avis sont rendus ; 1, un avis au moins reste à compléter ; 2, commande ou
    fichier à corriger.
    """
    context.obj = path


@commands.command(cls=FrenchCommand)
@FILES
@click.pass_obj
def check(path: Path | None, paths: tuple[Path, ...]) -> int:
    """Vérifie des doctrines et des dossiers ; sans fichier, la doctrine choisie."""
    faults: list[str] = []
    doctrine = _gather(faults, load, path)
    if doctrine and not paths:
        click.echo(_sound(doctrine))
    for file in paths:
        if told := _gather(faults, _check_file, file, doctrine):
            click.echo(f"{file} : {told}")
    if faults:
        click.echo("\n\n".join(faults), err=True)
        return MISUSE
    return SETTLED


@commands.command(cls=FrenchCommand)
@click.argument("paths", metavar="DOSSIER…", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--format", "form", type=click.Choice(["text", "json", "md"]), default="text", help="Forme du résultat : text, json ou md."
)
@click.pass_obj
def assess(path: Path | None, paths: tuple[Path, ...], form: str) -> int:
    """Donne l’avis sur des dossiers : raisons, ce qui manque, ce qui le changerait."""
    from boussole.outputs.report import FORMATS

    doctrine, faults, code = load(path), list[str](), SETTLED
    shown: list[str] = []
    for file in paths:
        dossier = _gather(faults, load_dossier, file, doctrine)
        if dossier:
            assessment = dossier.assess(doctrine)
            shown.append(FORMATS[form](doctrine, dossier, assessment))
            code = max(code, SETTLED if assessment.opinion else OPEN)
    click.echo(_joined(shown, form, len(paths) > 1), nl=False)
    if faults:
        click.echo("\n\n".join(faults), err=True)
        return MISUSE
    return code


@commands.command(cls=FrenchCommand)
@click.option("--into", metavar="DOSSIER", default="docs", type=click.Path(path_type=Path), help="Où écrire les pages (docs).")
@click.pass_obj
def pages(path: Path | None, into: Path) -> int:
    """Écrit les pages du site, seulement celles qui changent."""
    from boussole.outputs.form import render_form
    from boussole.outputs.pages import render_pages

    doctrine = load(path)
    return _sync(into, render_pages(doctrine, datetime.now(UTC).date(), render_form(doctrine)))


@commands.command(cls=FrenchCommand)
@click.option(
    "--into", metavar="DOSSIER", default="checklists", type=click.Path(path_type=Path), help="Où les écrire (checklists)."
)
@click.pass_obj
def checklists(path: Path | None, into: Path) -> int:
    """Écrit les listes de contrôle, une par partie, avec leurs exemples exécutables."""
    from boussole.outputs.checklists import render_checklists

    return _sync(into, render_checklists(load(path), str(path or "")))


@commands.command(cls=FrenchCommand)
@click.argument("file", metavar="[DOSSIER]", required=False, type=click.Path(path_type=Path))
@click.option("--role", metavar="RÔLE", help="Répondre en tant que ce rôle ; sinon, la question est posée.")
@click.option("--label", metavar="TEXTE", help="Ce qui distingue deux personnes du même rôle : un service, jamais un nom.")
@click.option("--criterion", "sections", metavar="PARTIE", multiple=True, help="Seulement cette partie ; peut se répéter.")
@click.option("--again", is_flag=True, help="Revenir aussi sur les questions déjà répondues.")
@click.option("--plain", is_flag=True, help="Des lignes numérotées, sans menus : pour un lecteur d’écran.")
@click.pass_obj
def ask(path: Path | None, /, file: Path | None, **choices: Any) -> int:
    """Mène l’entretien d’un dossier ; chaque réponse est enregistrée aussitôt."""
    from boussole.interview import Interview, Leave, introduce

    doctrine, asker = load(path), _asker(choices["plain"])
    _refuse_unknown("rôle", [choices["role"]] if choices["role"] else [], [role.id for role in doctrine.roles])
    _refuse_unknown("partie", choices["sections"], [section.id for section in doctrine.sections])
    try:
        file, dossier = _opened(doctrine, file, asker)
        text = read_file(file) if file.exists() else None
        interview = Interview(doctrine, file, dossier, asker, datetime.now(UTC).date(), written=text)
        interview.sections, interview.again = choices["sections"], choices["again"]
        introduce(interview, choices["role"], choices["label"])
    except Leave:
        return MISUSE
    interview.run()
    return SETTLED if interview.dossier.assess(doctrine).opinion else OPEN


def _asker(is_plain: bool) -> Any:
    """Menus in a full terminal where they are installed; lines everywhere else."""
    from boussole.interview import LineAsker, MenuAsker

    lines = LineAsker(read=_line, show=click.echo)
    is_full = sys.stdin.isatty() and sys.stdout.isatty() and os.environ.get("TERM", "dumb") != "dumb"
    if is_plain or not is_full or "NO_COLOR" in os.environ:
        return lines
    try:
        return MenuAsker(click.echo)
    except ModuleNotFoundError:
        return lines


def _line(prompt: str) -> str:
    """A line someone types; the prompt is told once, even when lines come from a file."""
    click.echo(prompt, nl=False)
    typed = sys.stdin.readline()
    if not typed:
        raise EOFError
    if not sys.stdin.isatty():
        click.echo(typed, nl=False)
    return typed


def _opened(doctrine: Doctrine, file: Path | None, asker: Any) -> tuple[Path, Dossier]:
    """The dossier to fill and its file: the one that is there, or a new one, under its title."""
    from boussole.dossier import new_dossier, slug
    from boussole.filing import check_suffix

    if file is not None:
        check_suffix(file)
        if file.exists():
            return file, load_dossier(file, doctrine)
    title = ""
    while not title:
        title = asker.write("De quel usage de l’intelligence artificielle s’agit-il ? Un titre, dans les mots des habitants.", ())
    name = slug(title) or "usage"
    place = file or _free(Path(f"{name}.yml"))
    asker.say(f"Les réponses seront enregistrées dans {place}.")
    return place, new_dossier(doctrine, name, title)


def _free(place: Path) -> Path:
    """A name that no file has."""
    names = (place.with_stem(f"{place.stem}-{rank}") for rank in range(2, 1000))
    return next((name for name in (place, *names) if not name.exists()), place)


def _refuse_unknown(what: str, given: Iterable[str], known: list[str]) -> None:
    for name in given:
        if name not in known:
            advice = nearest(name, known)
            raise Misuse(f"{what} inconnu : {quoted(name)}. Attendu : {choices_of(known)}.{f' {advice}' if advice else ''}")


@commands.command(cls=FrenchCommand)
@click.argument("paths", metavar="DOSSIER…", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("-o", "--output", "into", metavar="FICHIER", required=True, type=click.Path(path_type=Path), help="Où l’écrire.")
@click.option("--force", is_flag=True, help="Remplacer un fichier qui existe déjà.")
@click.pass_obj
def merge(path: Path | None, paths: tuple[Path, ...], into: Path, force: bool) -> int:
    """Réunit les dossiers de plusieurs personnes en un seul, sans rien effacer."""
    from boussole.filing import check_suffix, save_dossier

    check_suffix(into)
    if into.exists() and not force:
        raise Misuse(f"{into} existe déjà : choisir un autre nom, ou ajouter --force pour le remplacer")
    doctrine, faults = load(path), list[str]()
    dossiers = [found for file in paths if (found := _gather(faults, load_dossier, file, doctrine))]
    if faults:
        click.echo("\n\n".join(faults), err=True)
        return MISUSE
    merged = dossiers[0].merge(*dossiers[1:]).stamp(doctrine, datetime.now(UTC).date())
    save_dossier(merged, into, doctrine)
    click.echo("\n".join(_told_merge(doctrine, merged, into, len(dossiers))))
    return SETTLED if merged.assess(doctrine).opinion else OPEN


def _told_merge(doctrine: Doctrine, merged: Dossier, into: Path, count: int) -> Iterable[str]:
    """What is in a merged dossier: who disagrees on what, first what matters."""
    from boussole.writing import plural

    yield f"{plural(count, 'dossier')} dans {into} : {plural(len(merged.answers), 'question')} avec une réponse."
    found = sorted(merged.disagreements(doctrine), key=lambda item: (item.is_settled, not item.matters))
    yield "Aucun désaccord." if not found else f"{plural(len(found), 'désaccord')} :"
    for item in found:
        state = (
            "discuté, le résultat est noté"
            if item.is_settled
            else "pèse sur l’avis"
            if item.matters
            else "ne pèse pas sur l’avis"
        )
        yield f"  {doctrine.questions[item.question].ask} ({state}) [{item.question}]"
    for name, values in merged.variants.items():
        yield f"  Autre valeur gardée pour « {name} » : {' ; '.join(str(value) for value in values)}"


@commands.command(cls=FrenchCommand)
@click.argument("file", metavar="DOSSIER", type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--output",
    "into",
    metavar="FICHIER",
    required=True,
    type=click.Path(path_type=Path),
    help="En .html, .md, .pdf ou .odt.",
)
@click.pass_obj
def report(path: Path | None, file: Path, into: Path) -> int:
    """Écrit le document d’un dossier : à lire, imprimer, archiver ; en HTML, il rouvre partout."""
    from boussole.files import write
    from boussole.filing import REPORTS, report

    form = REPORTS.get(into.suffix.lower())
    if form is None:
        raise Misuse(f"{into} : le nom doit finir par {choices_of(list(REPORTS))}")
    doctrine = load(path)
    dossier = load_dossier(file, doctrine)
    try:
        content = report(dossier, doctrine, form)
    except (ImportError, OSError) as error:
        if isinstance(error, OSError) and error.filename:
            raise
        needed = (
            "Pango (paquet du système) et « pip install boussole[print] »" if form == "pdf" else "« pip install boussole[print] »"
        )
        raise Misuse(f"pour écrire un fichier {into.suffix}, il faut {needed}") from None
    write(into, content)
    click.echo(f"{into} : {len(content) // 1000 + 1} Ko.")
    return SETTLED


def _sync(folder: Path, texts: dict[str, str]) -> int:
    from boussole.files import sync

    changes = sync(folder, texts)
    click.echo(f"{len(texts)} fichiers dans {folder} : {len(changes.written)} écrits, {len(changes.removed)} retirés.")
    return SETTLED


def _gather(faults: list[str], act: Callable[..., Result], *arguments: Any) -> Result | None:
    """Do something, or keep what is wrong for the end, so that one bad file does not hide the next."""
    try:
        return act(*arguments)
    except SourceError as error:
        faults.append(str(error))
        return None


def _check_file(file: Path, doctrine: Doctrine | None) -> str:
    """Check a file as what it says it is: a doctrine has a scale, a dossier has a title."""
    if _is_doctrine(read_file(file)):
        return _sound(load(file))
    if doctrine is None:
        return "non vérifié : la doctrine choisie est fautive"
    dossier = read_dossier(read_file(file), str(file), doctrine, is_finished=True)
    return f"dossier correct, {len(dossier.answers)} réponses"


def _is_doctrine(text: str) -> bool:
    """Whether a file, YAML or JSON, has the keys that only a doctrine has."""
    return re.search(r"""^[{ ,]*["']?(?:scale|sections)["']? *:""", text, re.MULTILINE) is not None


def _sound(doctrine: Doctrine) -> str:
    identity = doctrine.doctrine
    counts = f"{len(doctrine.questions)} questions, {len(doctrine.cases)} cas, {len(doctrine.guarantees)} garanties prouvées"
    return f"doctrine « {identity.id} » {identity.version} correcte : {counts}, empreinte {doctrine.fingerprint[:12]}"


def _joined(shown: Iterable[str], form: str, is_several: bool) -> str:
    shown = list(shown)
    if form == "json" and is_several:
        return "[" + ",".join(shown).rstrip() + "]\n"
    return "\n".join(shown)
