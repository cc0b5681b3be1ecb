"""The command line: French help and messages, one exit code each.

0: all is well, or every opinion is settled; 1: at least one opinion is open; 2: misuse, or a file that cannot be used.
"""

import errno
import re
import sys
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import click

from boussole.dossier import Dossier, load_dossier
from boussole.errors import SourceError
from boussole.french import FrenchCommand, FrenchGroup, explain
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


@click.group(cls=FrenchGroup, subcommand_metavar="COMMANDE [ARGUMENTS]…")
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
    from boussole.outputs.report import FORMATS, assess_dossier

    doctrine, faults, code = load(path), list[str](), SETTLED
    shown: list[str] = []
    for file in paths:
        dossier = _gather(faults, load_dossier, file, doctrine)
        if dossier:
            assessment = assess_dossier(doctrine, dossier)
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
    dossier: Dossier = load_dossier(file, doctrine)
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
