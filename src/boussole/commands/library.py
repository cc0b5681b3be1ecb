"""The library of uses: check it, list it, give our sheets, take those of others. Nothing is sent anywhere: a file is given."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from boussole.clock import publication_day
from boussole.errors import choices, nearest, quoted
from boussole.french import FrenchCommand, FrenchGroup, Misuse
from boussole.loading import load, read_file
from boussole.model import Doctrine

if TYPE_CHECKING:
    from boussole.library import Library, Shelf
    from boussole.sheets import Sheet

DONE, WARNED = 0, 1
FOLDER, REGISTER = Path("docs/usages"), Path("docs/registre")
WHERE = click.option(
    "--folder",
    metavar="DOSSIER",
    default=FOLDER,
    type=click.Path(path_type=Path),
    help=f"Le dossier de la bibliothèque ({FOLDER}).",
)
USES = click.option(
    "--register",
    metavar="DOSSIER",
    default=REGISTER,
    type=click.Path(path_type=Path),
    help=f"Le dossier du registre ({REGISTER}).",
)


@click.group(cls=FrenchGroup, subcommand_metavar="COMMANDE [ARGUMENTS]…")
def library() -> None:
    """Tient la bibliothèque des usages : vérifier, lister, échanger des fiches."""


@library.command(cls=FrenchCommand)
@WHERE
@USES
@click.pass_obj
def check(path: Path | None, folder: Path, register: Path) -> int:
    """Vérifie les genres d’usage et les fiches d’ailleurs ; dit ce qui n’est rangé nulle part."""
    from boussole.writing import plural, typeset

    found = _library(folder, register, load(path))
    for part, names in (("cas", found.unplaced_cases), ("usage", found.unplaced_uses)):
        for name in names:
            click.echo(typeset(f"{part} {quoted(name)} dans aucun genre : l’ajouter à un fichier de {folder}"))
    told = f"{plural(len(found.shelves), 'genre correct', 'genres corrects')}, {plural(len(found.others), 'fiche')} d’ailleurs."
    click.echo(typeset(told))
    return WARNED if found.unplaced_cases or found.unplaced_uses else DONE


@library.command("list", cls=FrenchCommand)
@WHERE
@USES
@click.option("--domain", metavar="DOMAINE", help="Seulement ce domaine.")
@click.option("--criterion", metavar="PARTIE", help="Seulement ce que ce critère a décidé.")
@click.pass_obj
def list_kinds(path: Path | None, folder: Path, register: Path, domain: str | None, criterion: str | None) -> int:
    """Liste les genres d’usage : ce qui est réel, ce qui est inventé, ce qui a décidé."""
    from boussole.writing import typeset

    doctrine = load(path)
    found = _library(folder, register, doctrine)
    _known(domain, list(found.domains), "domaine")
    _known(criterion, [section.id for section in doctrine.sections], "partie")
    count = 0
    for shelf in found.shelves:
        if domain in (None, shelf.genre.domain) and (criterion is None or criterion in shelf.deciding):
            click.echo(typeset(_line(doctrine, shelf)))
            count += 1
    if not count:
        decided = f" où « {doctrine.section(criterion).label} » a décidé" if criterion else ""
        click.echo(typeset(f"Aucun genre d’usage{decided}{f' dans le domaine {quoted(domain)}' if domain else ''}."))
    return DONE


def _line(doctrine: Doctrine, shelf: "Shelf") -> str:
    from boussole.library_words import counted
    from boussole.writing import plural

    decided = " ; ".join(doctrine.section(name).label for name in shelf.deciding)
    counts = f"{counted(shelf, len(shelf.real))}, {plural(len(shelf.experiences) - len(shelf.real), 'exemple')}"
    return (
        f"{shelf.genre.domain} : {shelf.genre.title} [{shelf.genre.id}], {counts}{f', décidé par : {decided}' if decided else ''}"
    )


@library.command(cls=FrenchCommand)
@click.argument("genre", metavar="GENRE")
@WHERE
@USES
@click.pass_obj
def show(path: Path | None, genre: str, folder: Path, register: Path) -> int:
    """Dit d’un genre d’usage qui l’a essayé, et ce qu’il en a conclu."""
    from boussole.library_words import told
    from boussole.writing import typeset

    doctrine = load(path)
    found = {shelf.genre.id: shelf for shelf in _library(folder, register, doctrine).shelves}
    _known(genre, list(found), "genre")
    click.echo(typeset(told(doctrine, found[genre])))
    return DONE


def _known(name: str | None, known: Sequence[str], what: str) -> None:
    if name is not None and name not in known:
        raise Misuse(f"{what} {quoted(name)} : attendu {choices(known)}. {nearest(name, known)}".strip())


@library.command(cls=FrenchCommand)
@WHERE
@USES
@click.option("--site", metavar="ADRESSE", default="", help="L’adresse du site, en https : chaque fiche dit alors où lire plus.")
@click.option(
    "--which",
    type=click.Choice(["ours", "real", "elsewhere"]),
    default="ours",
    help="Les nôtres ; real, sans les exemples inventés ; elsewhere, celles d’ailleurs, telles que reçues.",
)
@click.option("-o", "--output", "into", metavar="FICHIER", required=True, type=click.Path(path_type=Path), help="En .json.")
@click.option("--force", is_flag=True, help="Remplacer un fichier qui existe déjà.")
@click.pass_obj
def export(path: Path | None, folder: Path, register: Path, site: str, which: str, into: Path, force: bool) -> int:
    """Écrit nos fiches dans un fichier que d’autres peuvent reprendre."""
    from boussole.commands.documents import form_of, refuse_to_replace
    from boussole.files import write
    from boussole.outputs.librarydata import exported
    from boussole.sheets import read_sheets
    from boussole.writing import plural, typeset

    form = form_of(into, {".json": exported})
    if not force:
        refuse_to_replace(into)
    if site and not site.startswith("https://"):
        raise Misuse(f"{quoted(site)} n’est pas l’adresse d’un site : elle commence par https://")
    doctrine = load(path)
    found = _library(folder, register, doctrine, f"{site.rstrip('/')}/" if site else "")
    told_of = found.others if which == "elsewhere" else found.ours
    sheets = [one.sheet for one in told_of if one.is_real or which != "real"]
    if not sheets:
        raise Misuse("aucune fiche à écrire")
    lacking = [sheet for sheet in sheets if sheet.kind == "real" and sheet.source is None]
    if lacking:
        told = plural(len(lacking), "usage réel n’aurait", "usages réels n’auraient")
        raise Misuse(f"{told} pas de source, et nul ne pourrait les reprendre : dire l’adresse du site avec --site")
    text = form(doctrine, sheets)
    read_sheets(text, str(into), publication_day())  # what others could not take is not given
    write(into, text)
    click.echo(typeset(f"{into} : {plural(len(sheets), 'fiche')}."))
    return DONE


@library.command("import", cls=FrenchCommand)
@click.argument("file", metavar="FICHES", type=click.Path(path_type=Path))
@WHERE
@click.option(
    "--kind", "genre", metavar="GENRE", default="", help="Le genre où les ranger ; sinon, celui que chaque fiche nomme."
)
@click.option("--only", metavar="IDENTIFIANT", multiple=True, help="Seulement cette fiche ; peut se répéter.")
@click.option("--examples", is_flag=True, help="Reprendre aussi les exemples inventés.")
@click.option("--origin", metavar="TEXTE", help="D’où vient ce fichier ; sinon, son nom.")
@click.option("--force", is_flag=True, help="Remplacer les fiches qui disaient autre chose.")
def import_file(
    file: Path, folder: Path, genre: str, only: tuple[str, ...], examples: bool, origin: str | None, force: bool
) -> int:
    """Reprend les fiches d’autres collectivités, chacune dans son fichier, avec sa source et sa licence."""
    from boussole.library import genres_of
    from boussole.sheets import read_sheets
    from boussole.shelving import UnplacedError, import_sheets
    from boussole.writing import plural, typeset

    _exists(folder)
    today = publication_day()
    if genre:
        _known(genre, genres_of(folder), "genre")
    sheets = _chosen(read_sheets(read_file(file, is_private=True), str(file), today), only, examples)
    try:
        done = import_sheets(sheets, folder, genre, origin or file.name, today, is_forced=force)
    except UnplacedError as error:
        told = f"sans genre connu ici : {choices(error.names)} ; dire où les ranger avec --kind"
        raise Misuse(f"{told} {choices(genres_of(folder))}") from None
    if done.differing and not force:
        told = choices([path.name for path in done.differing])
        raise Misuse(f"rien n’a été écrit, car ces fiches disent autre chose : {told} ; ajouter --force pour les remplacer")
    for path in done.written:
        click.echo(f"{path}")
    counts = [plural(len(done.written), "fiche écrite", "fiches écrites"), plural(len(done.known), "déjà là", "déjà là")]
    click.echo(typeset(f"{', '.join(counts)}."))
    return DONE


def _chosen(sheets: "Sequence[Sheet]", only: Sequence[str], examples: bool) -> "Sequence[Sheet]":
    """The sheets asked for; invented ones are left out unless they are."""
    for name in only:
        _known(name, [sheet.id for sheet in sheets], "fiche")
    chosen = [sheet for sheet in sheets if (not only or sheet.id in only) and (examples or only or sheet.kind == "real")]
    if not chosen:
        raise Misuse("seulement des exemples inventés : ajouter --examples pour les reprendre quand même")
    return chosen


@library.command(cls=FrenchCommand)
def schema() -> int:
    """Écrit le format d’échange en JSON Schema."""
    from boussole.outputs.librarydata import render_schema

    click.echo(render_schema(), nl=False)
    return DONE


def _library(folder: Path, register: Path, doctrine: Doctrine, base: str = "") -> "Library":
    from boussole.library import read_library

    _exists(folder)
    return read_library(folder, register, doctrine, publication_day(), base, is_checked=True)


def _exists(folder: Path) -> None:
    if not folder.is_dir():
        raise Misuse(f"introuvable : {quoted(folder)}")
