"""The training in a terminal: do the exercises, print the cards and the certificate, check, see how many are trained."""

import os
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from boussole.errors import SourceError, choices, quoted
from boussole.french import FrenchCommand, FrenchGroup, Misuse
from boussole.loading import load
from boussole.model import Doctrine
from boussole.training import Correction, Track, Training, check_beside, corrections, load_training, placed, training_of

DONE, MISUSE = 0, 2
SITE = Path("docs")
COUNTS = SITE / "formation"
STYLE = Path(__file__).parent.parent / "theme" / "static" / "training.css"
COMMANDS = ("passer", "quitter")

_path = click.option("--path", "track", metavar="PARCOURS", default=None, help="Le parcours, par exemple elus.")
_output = click.option(
    "-o", "--output", "into", metavar="FICHIER", required=True, type=click.Path(path_type=Path), help="En .html ou .pdf."
)
_force = click.option("--force", is_flag=True, help="Remplacer un fichier qui existe déjà.")


@click.group(cls=FrenchGroup, subcommand_metavar="COMMANDE [ARGUMENTS]…")
def training() -> None:
    """Se forme : exercices corrigés par la doctrine, cartes et attestation à imprimer, nombre de personnes formées."""


@training.command(cls=FrenchCommand)
@_path
@click.option("--plain", is_flag=True, help="Des lignes numérotées, sans menus : pour un lecteur d’écran.")
@click.pass_obj
def ask(path: Path | None, track: str | None, plain: bool) -> int:
    """Pose les exercices d’un parcours, et explique chaque réponse. Rien n’est enregistré."""
    from boussole.interview import Leave
    from boussole.terminal import asker_of

    (doctrine, paths), asker, counts = _read(path), asker_of(plain), [0, 0]
    try:
        found = _track(paths, track) if track else _chosen(paths, asker)
        for rank, step in enumerate(found.steps, 1):
            asker.say(
                "\n".join(["", f"Étape {rank} sur {len(found.steps)} : {step.title}", *(f"  {said}" for said in step.know)])
            )
            for exercise in corrections(doctrine, step):
                _do(asker, exercise, counts)
    except Leave:
        asker.say("")
    asker.say(_score(*counts))
    return DONE


def _chosen(paths: Training, asker: Any) -> Track:
    from boussole.interview import Leave

    tracks = [(track.id, f"{track.title}. {track.audience}") for track in paths.paths]
    while True:
        given = asker.choose("Quel parcours ?", tracks, ("quitter",))
        if given == "quitter":
            raise Leave
        if given:
            return _track(paths, given)


def _track(paths: Training, name: str) -> Track:
    found = {track.id: track for track in paths.paths}
    if name not in found:
        raise Misuse(f"parcours inconnu {quoted(name)} : attendu {choices(list(found))}")
    return found[name]


def _do(asker: Any, one: Correction, counts: list[int]) -> None:
    """One exercise, until it is answered right or passed; ``counts``: those done, and those right at once."""
    from boussole.interview import Leave
    from boussole.training_words import asked, label

    asker.say(_told(one))
    options, tries = [(choice.id, label(one, choice)) for choice in one.choices], 0
    while True:
        given = asker.choose(asked(one), options, COMMANDS)
        if given == "quitter":
            raise Leave
        if given == "passer":
            return
        choice = next((choice for choice in one.choices if choice.id == given), None)
        if choice is None:
            asker.say("Répondez, ou tapez « passer ».")
            continue
        tries += 1
        asker.say(_corrected(one, choice))
        if choice.is_right:
            asker.say(f"Ce cas, sur le site : {_page(f'cas/{one.case.id}')}")
            counts[0] += 1
            counts[1] += tries == 1
            return


def _told(one: Correction) -> str:
    from boussole.training_words import changed, facts, story

    asks = {name: question.ask for name, question in one.doctrine.questions.items()}
    lines = ["", f"{one.case.title} (cas inventé)", one.case.summary]
    lines += [f"Ce que dit l’instruction : {told}"] if (told := story(one)) else []
    for title, said in (("Supposons que ces réponses changent :", changed(one)), ("Ce que répond le dossier :", facts(one))):
        lines += [title, *(f"  {asks[name]} {text}." for name, text in said)] if said else []
    return "\n".join(lines)


def _corrected(one: Correction, choice: Any) -> str:
    from boussole.training_words import reasons, verdict

    asks = {name: question.ask for name, question in one.doctrine.questions.items()}
    told = [f"  {asks[name]} {text}" for name, text in reasons(one, choice)]
    return "\n".join([f"→ {verdict(one, choice)}", *told])


def _page(name: str) -> str:
    """Where a page is: in the site whose address is known, else from its first page."""
    from boussole.outputs.publication import address

    base = os.environ.get("BOUSSOLE_URL", "")
    return address(f"{base.rstrip('/')}/" if base else "", name)


def _score(done: int, first: int) -> str:
    from boussole.writing import plural

    if not done:
        return "Aucun exercice réussi pour l’instant. Rien n’a été enregistré."
    return f"{plural(done, 'exercice réussi', 'exercices réussis')}, dont {first} dès le premier choix. Rien n’a été enregistré."


# -- to print ----------------------------------------------------------------------------------------------------------------


@training.command(cls=FrenchCommand)
@_path
@_output
@_force
@click.pass_obj
def cards(path: Path | None, track: str | None, into: Path, force: bool) -> int:
    """Écrit les cartes de vocabulaire, à imprimer recto verso et à couper."""
    from boussole.outputs.training import render_cards

    doctrine, paths = _read(path)
    names = [_track(paths, track).id] if track else []
    return _write(into, force, lambda style: render_cards(paths, doctrine, style, names))


@training.command(cls=FrenchCommand)
@click.option("--path", "track", metavar="PARCOURS", required=True, help="Le parcours suivi, par exemple elus.")
@_output
@_force
@click.pass_obj
def certificate(path: Path | None, track: str, into: Path, force: bool) -> int:
    """Écrit l’attestation d’un parcours, à remplir à la main. Ce n’est pas un diplôme."""
    from boussole.outputs.training import render_certificate

    doctrine, paths = _read(path)
    found = _track(paths, track)
    return _write(into, force, lambda style: render_certificate(paths, doctrine, found, style))


def _read(path: Path | None) -> tuple[Doctrine, Training]:
    doctrine = load(path)
    return doctrine, training_of(SITE, doctrine)


def _write(into: Path, force: bool, rendered: Any) -> int:
    from boussole.commands.documents import form_of, refuse_to_replace
    from boussole.files import write

    forms: Mapping[str, Callable[[str], bytes]] = {".html": str.encode, ".pdf": _printed}
    form = form_of(into, forms)
    if not force:
        refuse_to_replace(into)
    content = form(rendered(STYLE.read_text(encoding="utf-8")))
    write(into, content)
    click.echo(f"{into} : {len(content) // 1000 + 1} Ko.")
    return DONE


def _printed(page: str) -> bytes:
    from boussole.outputs.pdf import render_pdf

    try:
        return render_pdf(page)
    except (ImportError, OSError):
        needed = "il faut Pango (paquet du système) et « pip install boussole[print] »"
        raise Misuse(f"sans PDF : {needed} ; en .html, le document s’imprime depuis un navigateur") from None


# -- checking and counting ---------------------------------------------------------------------------------------------------


@training.command(cls=FrenchCommand)
@click.argument("folder", metavar="[DOSSIER]", required=False, type=click.Path(path_type=Path))
@click.pass_obj
def check(path: Path | None, folder: Path | None) -> int:
    """Vérifie les parcours au regard de la doctrine, et chaque comptage avant de le publier ; sans argument, docs/formation."""
    from boussole.writing import plural

    if folder and not folder.is_dir():
        raise Misuse(f"introuvable : {quoted(folder)}")
    doctrine, paths = _read(path)
    faults = [str(fault) for fault in placed(check_beside(paths, doctrine))] if paths is load_training() else []
    count = sum(len(corrections(doctrine, step)) for track in paths.paths for step in track.steps)
    click.echo(f"{plural(len(paths.paths), 'parcours', 'parcours')}, {plural(count, 'exercice corrigé', 'exercices corrigés')}.")
    counts = folder or COUNTS  # nothing was counted yet where there is no such folder
    faults += _counted(counts) if counts.is_dir() else []
    if faults:
        click.echo("\n\n".join(faults), err=True)
    return MISUSE if faults else DONE


def _counted(folder: Path) -> list[str]:
    """What is wrong in the counts of a folder, what keeps them from being public included."""
    from boussole.coverage import check_published, read_year, read_years
    from boussole.loading import data_files, read_file
    from boussole.parsing import locate
    from boussole.positions import read
    from boussole.shapes import Origin
    from boussole.writing import plural

    try:
        years = read_years(folder)
    except SourceError as error:
        return [str(error)]
    today, faults = datetime.now(UTC).date(), list[str]()
    for file in data_files(folder):
        text = read_file(file)
        found = list(check_published(read_year(text, str(file)), today))
        faults += [str(fault) for fault in (locate(read(text, str(file)), found, Origin()) if found else [])]
    click.echo(f"{plural(len(years), 'comptage correct', 'comptages corrects')}.")
    return faults


@training.command(cls=FrenchCommand)
@click.argument("folder", metavar="[DOSSIER]", default=COUNTS, type=click.Path(path_type=Path))
@click.option("--examples", is_flag=True, help="Compter les exemples inventés, et eux seuls.")
def coverage(folder: Path, examples: bool) -> int:
    """Montre la part des personnes formées, année par année et par public."""
    from boussole.coverage import read_years, real_only
    from boussole.outputs.training import by_audience
    from boussole.writing import typeset

    if not folder.is_dir():
        raise Misuse(f"introuvable : {folder}")
    years = read_years(folder)
    shown = [year for year in years if year.kind == "example"] if examples else real_only(years)
    if not shown:
        click.echo(typeset(f"Aucun nombre {'inventé' if examples else 'réel'} dans {folder}."))
    for year in shown:
        click.echo(f"{year.year}")
        for name, told in by_audience(year).items():
            click.echo(typeset(f"  {name} : {told}"))
    return DONE


@training.command(cls=FrenchCommand)
def schema() -> int:
    """Écrit le format d’un comptage en JSON Schema."""
    from boussole.outputs.training_data import render_schema

    click.echo(render_schema(), nl=False)
    return DONE
