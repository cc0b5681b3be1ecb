"""The command that finds published opinions again."""

import zipfile
from collections.abc import Iterator
from pathlib import Path

import click

from boussole.errors import quoted
from boussole.french import FrenchCommand, Misuse

FOUND, DIFFERS = 0, 1
LARGEST = 512 * 1024 * 1024  # of one file once unpacked: ten thousand uses take a tenth of it


@click.command(cls=FrenchCommand)
@click.argument("place", metavar="DONNÉES", type=click.Path(path_type=Path))
def recompute(place: Path) -> int:
    """Retrouve chaque avis publié à partir des seules données : registre.zip, ou leur dossier."""
    from boussole.recomputing import NEEDED, SUMS, recompute

    found = recompute(_read(place, (*NEEDED, SUMS), NEEDED))
    for difference in found.differences:
        told = f"publié {quoted(difference.published)}, retrouvé {quoted(difference.found)}"
        click.echo(f"{difference.use} : {difference.column} : {told}")
    for name in found.altered:
        click.echo(f"{name} : ce n’est plus le fichier publié, sa somme n’est pas celle de {SUMS}")
    uses = {difference.use for difference in found.differences}
    click.echo(f"{found.count} usages lus, {len(uses)} qui diffèrent, doctrine et règles relues.")
    return FOUND if found.is_found_again else DIFFERS


def _read(place: Path, wanted: tuple[str, ...], needed: tuple[str, ...]) -> dict[str, str]:
    """The files that are there, by name; those of a folder, or of an archive."""
    is_archive = place.is_file()
    if is_archive and not zipfile.is_zipfile(place):
        raise Misuse(f"{place} : ceci n’est pas une archive ; attendu : registre.zip, ou le dossier des données")
    files = dict(_unpacked(place, wanted) if is_archive else _opened(place, wanted))
    if absent := [name for name in needed if name not in files]:
        raise Misuse(f"{place} : il manque {', '.join(absent)}")
    return files


def _unpacked(place: Path, wanted: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    try:
        with zipfile.ZipFile(place) as archive:
            for name in wanted:
                if name in archive.namelist():
                    if archive.getinfo(name).file_size > LARGEST:
                        raise Misuse(f"{place} : {name} est trop gros")
                    yield name, _text(archive.read(name), f"{place}/{name}")
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError):
        raise Misuse(f"{place} : archive abîmée ; la télécharger à nouveau") from None


def _opened(place: Path, wanted: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    for name in wanted:
        if (place / name).is_file():
            yield name, _text((place / name).read_bytes(), str(place / name))


def _text(content: bytes, name: str) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError:
        raise Misuse(f"{name} : ce n’est pas du texte en UTF-8 ; télécharger à nouveau les données") from None
