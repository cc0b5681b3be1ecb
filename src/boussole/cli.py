"""The command line: French help and messages, one exit code each.

0: all is well, or every opinion is settled; 1: at least one opinion is open; 2: misuse, or a file that cannot be used.
"""

import sys
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import click

from boussole.dossier import Dossier, load_dossier, read_dossier
from boussole.errors import SourceError, nearest, quoted, reason
from boussole.errors import choices as choices_of
from boussole.french import FrenchCommand, FrenchGroup, Misuse, explain
from boussole.loading import load, read_file
from boussole.model import Doctrine
from boussole.version import VERSION

Result = TypeVar("Result")

SETTLED, OPEN, MISUSE = 0, 1, 2

# Commands of a family of their own, each read only when it is asked for: the command line answers fast.
ELSEWHERE: dict[str, str] = {
    "accept": "boussole.commands.changes:accept",
    "alternatives": "boussole.commands.dependence:alternatives",
    "check": "boussole.commands.linting:check",
    "contribution": "boussole.commands.debate:contribution",
    "debate": "boussole.commands.debate:debate",
    "dependence": "boussole.commands.dependence:dependence",
    "diff": "boussole.commands.changes:diff",
    "elsewhere": "boussole.commands.elsewhere:elsewhere",
    "explain": "boussole.commands.linting:explain",
    "init": "boussole.commands.adoption:init",
    "kit": "boussole.commands.kit:kit",
    "library": "boussole.commands.library:library",
    "lint": "boussole.commands.linting:lint",
    "measure": "boussole.commands.register:measure",
    "migrate": "boussole.commands.changes:migrate",
    "new": "boussole.commands.starting:new",
    "recompute": "boussole.commands.recomputing:recompute",
    "register": "boussole.commands.register:register",
    "schema": "boussole.commands.describing:schema",
    "study": "boussole.commands.study:study",
    "training": "boussole.commands.training:training",
    "upstream": "boussole.commands.adoption:upstream",
}


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
        click.echo(f"boussole : {reason(error)} : {error.filename or ''}", err=True)
        code = MISUSE
    sys.exit(code)


@click.group(cls=FrenchGroup, elsewhere=ELSEWHERE, subcommand_metavar="COMMANDE [ARGUMENTS]…")
@click.option(
    "--doctrine",
    "path",
    metavar="DOCTRINE",
    type=click.Path(path_type=Path),
    help="Autre doctrine que celle de Nantes Métropole : un fichier, ou une doctrine fournie, par exemple nancy.",
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
    from boussole.gathering import gather
    from boussole.loading import comparable
    from boussole.outputs.changes import render_proof
    from boussole.outputs.comparison import render_comparison
    from boussole.outputs.form import render_form
    from boussole.outputs.pages import BY_HAND, Around, render_pages

    doctrine, today = load(path), datetime.now(UTC).date()
    parts = gather(into, doctrine)
    beside = render_comparison(doctrine, comparable(doctrine), render_proof) | dict(parts.pages)
    by_hand = [name for name in BY_HAND if (into / f"{name}.md").is_file()]
    around = Around(beside=beside, by_hand=by_hand, fed=parts.fed, kinds=parts.kinds)
    return _sync(into, render_pages(doctrine, today, render_form(doctrine, parts.fed), around))


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
    from boussole.terminal import asker_of

    doctrine, asker = load(path), asker_of(choices["plain"])
    _refuse_unknown("rôle inconnu :", [choices["role"]] if choices["role"] else [], [role.id for role in doctrine.roles])
    _refuse_unknown("partie inconnue :", choices["sections"], [section.id for section in doctrine.sections])
    place = None
    try:
        place, dossier, text = _opened(doctrine, file, asker)
        interview = Interview(doctrine, place, dossier, asker, datetime.now(UTC).date(), written=text)
        interview.sections, interview.again = choices["sections"], choices["again"]
        interview.program = ("boussole", *(("--doctrine", str(path)) if path else ()))
        interview.options = _repeated(choices)
        introduce(interview, choices["role"], choices["label"])
    except Leave:
        if place is None or not place.exists():
            asker.say("\nRien n’a été enregistré.")
        return MISUSE
    if not interview.run():
        return MISUSE
    return SETTLED if interview.dossier.assess(doctrine).opinion else OPEN


def _repeated(choices: Mapping[str, Any]) -> tuple[str, ...]:
    """The options to type again to take an interview up, but for who answers."""
    parts = [word for name in choices["sections"] for word in ("--criterion", name)]
    return (*parts, *(["--plain"] if choices["plain"] else []))


def _opened(doctrine: Doctrine, file: Path | None, asker: Any) -> tuple[Path, Dossier, str | None]:
    """The dossier to fill, its file and what it holds: the one that is there, or a new one, under its title."""
    from boussole.dossier import new_dossier, slug
    from boussole.filing import check_suffix

    if file is not None:
        check_suffix(file)
        if file.exists():
            text = read_file(file)
            return file, read_dossier(text, str(file), doctrine), text
    title = _title(asker)
    name = slug(title) or "usage"
    place = file or _free(Path(f"{name}.yml"))
    asker.say(f"Les réponses seront enregistrées dans {place}.")
    return place, new_dossier(doctrine, name, title), None


def _title(asker: Any) -> str:
    from boussole.interview import Back, write_freely

    title = ""
    while not title:
        try:
            title = write_freely(
                asker, "De quel usage de l’intelligence artificielle s’agit-il ? Un titre, dans les mots des habitants."
            )
        except Back:
            asker.say("Il n’y a rien avant cette question.")
    return title


def _free(place: Path) -> Path:
    """A name that no file has."""
    names = (place.with_stem(f"{place.stem}-{rank}") for rank in range(2, 1000))
    return next((name for name in (place, *names) if not name.exists()), place)


def _refuse_unknown(what: str, given: Iterable[str], known: list[str]) -> None:
    for name in given:
        if name not in known:
            advice = nearest(name, known)
            raise Misuse(f"{what} {quoted(name)}{f', {advice}' if advice else ''}. Attendu : {choices_of(known)}.")


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
    from boussole.document import variants
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
        state = "deux résultats de discussion se contredisent, " * item.is_contradicted + state
        yield f"  {doctrine.questions[item.question].ask} ({state}) [{item.question}]"
    for label, value in variants(doctrine, merged):
        yield f"  Autre valeur gardée pour « {label} » : {value}"


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
@click.option("--force", is_flag=True, help="Remplacer un document qui porte un autre dossier.")
@click.pass_obj
def report(path: Path | None, file: Path, into: Path, force: bool) -> int:
    """Écrit le document d’un dossier : à lire, imprimer, archiver ; en HTML, il rouvre partout."""
    from boussole.commands.documents import form_of, printing
    from boussole.files import write
    from boussole.filing import REPORTS, report

    form = form_of(into, REPORTS)
    doctrine = load(path)
    dossier = load_dossier(file, doctrine)
    if form == "html" and into.exists() and not force:
        _refuse_to_lose(dossier, into, doctrine)
    with printing(into):
        content = report(dossier, doctrine, form)
    write(into, content)
    click.echo(f"{into} : {len(content) // 1000 + 1} Ko.")
    return SETTLED


def _refuse_to_lose(dossier: Dossier, into: Path, doctrine: Doctrine) -> None:
    """Refuse to write a document over another dossier, over more than this dossier holds, or over somebody's page."""
    from boussole.filing import contributions

    try:
        there = load_dossier(into, doctrine)
    except SourceError:
        told = "n’est pas un document de boussole que l’on puisse lire"
    else:
        if there.id == dossier.id and contributions(there) <= contributions(dossier):
            return
        told = "contient ce que ce dossier n’a pas" if there.id == dossier.id else f"porte un autre dossier, {quoted(there.id)}"
    raise Misuse(f"{into} {told} : choisir un autre nom, ou ajouter --force pour le remplacer")


def _sync(folder: Path, texts: dict[str, str]) -> int:
    from boussole.files import sync
    from boussole.writing import plural

    changes = sync(folder, texts)
    counts = [plural(len(texts), "fichier"), plural(len(changes.written), "écrit"), plural(len(changes.removed), "retiré")]
    click.echo(f"{counts[0]} dans {folder} : {counts[1]}, {counts[2]}.")
    return SETTLED


def _gather(faults: list[str], act: Callable[..., Result], *arguments: Any) -> Result | None:
    """Do something, or keep what is wrong for the end, so that one bad file does not hide the next."""
    try:
        return act(*arguments)
    except SourceError as error:
        faults.append(str(error))
        return None


def _joined(shown: Iterable[str], form: str, is_several: bool) -> str:
    shown = list(shown)
    if form == "json" and is_several:
        return "[" + ",".join(shown).rstrip() + "]\n"
    return "\n".join(shown)
