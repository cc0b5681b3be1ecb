"""The command that finds published opinions again."""

import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import click

from boussole.errors import quoted
from boussole.french import FrenchCommand, Misuse

FOUND, DIFFERS = 0, 1
LARGEST = 512 * 1024 * 1024  # of one file once unpacked: ten thousand uses take a tenth of it
NAMED = 5  # files that are not there, by name: more of them say nothing more
Reader = Callable[[str], bytes | None]
"""Reads a file by its name; None when it is not there."""


@click.command(cls=FrenchCommand)
@click.argument("place", metavar="DONNÉES", type=click.Path(path_type=Path))
def recompute(place: Path) -> int:
    """Retrouve chaque avis publié à partir des seules données : registre.zip, ou leur dossier."""
    from boussole.recomputing import NEEDED, SUMS, listed, recompute

    with _reader(place) as read:
        files = {name: _text(content, f"{place}/{name}") for name in (*NEEDED, SUMS) if (content := read(name)) is not None}
        if absent := [name for name in NEEDED if name not in files]:
            raise Misuse(f"{place} : il manque {', '.join(absent)}")
        digests = {name: _digest(read(name)) for name in listed(files.get(SUMS, ""))}
    found = recompute(files, digests)
    for difference in found.differences:
        told = f"publié {quoted(difference.published)}, retrouvé {quoted(difference.found)}"
        click.echo(f"{difference.use} : {difference.column} : {told}")
    for name in found.altered:
        click.echo(f"{name} : ce n’est plus le fichier publié, sa somme n’est pas celle de {SUMS}")
    if found.absent:
        click.echo(f"{_some(found.absent)} : absent, alors que {SUMS} en donne la somme")
    if SUMS not in files:
        click.echo(f"{SUMS} : absent ; rien ne dit que ces fichiers sont ceux qui ont été publiés")
    elif found.unsummed:
        click.echo(f"{_some(found.unsummed)} : sans somme dans {SUMS} ; rien ne dit que c’est ce qui a été publié")
    uses = {difference.use for difference in found.differences}
    click.echo(
        f"{found.count} usages lus, {len(uses)} qui diffèrent, {len(digests)} sommes vérifiées, doctrine et règles relues."
    )
    return FOUND if found.is_found_again else DIFFERS


def _some(names: Sequence[str]) -> str:
    more = f" et {len(names) - NAMED} de plus" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more


@contextmanager
def _reader(place: Path) -> Iterator[Reader]:
    """What reads the files of a folder, or of an archive."""
    if not place.is_file():
        yield lambda name: _opened(place, name)
        return
    if not zipfile.is_zipfile(place):
        raise Misuse(f"{place} : ceci n’est pas une archive ; attendu : registre.zip, ou le dossier des données")
    try:
        with zipfile.ZipFile(place) as archive:
            inside = {item.filename: item for item in archive.infolist()}
            yield lambda name: _unpacked(archive, inside.get(name), place)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError):
        raise Misuse(f"{place} : archive abîmée ; la télécharger à nouveau") from None


def _unpacked(archive: zipfile.ZipFile, item: zipfile.ZipInfo | None, place: Path) -> bytes | None:
    if item and item.file_size > LARGEST:
        raise Misuse(f"{place} : {item.filename} est trop gros")
    return archive.read(item) if item else None


def _opened(place: Path, name: str) -> bytes | None:
    """A file of a folder, never one from elsewhere: the sums are only a text."""
    path = (place / name.replace("\0", "")).resolve()
    return path.read_bytes() if path.is_relative_to(place.resolve()) and path.is_file() else None


def _digest(content: bytes | None) -> str | None:
    return None if content is None else sha256(content).hexdigest()


def _text(content: bytes, name: str) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError:
        raise Misuse(f"{name} : ce n’est pas du texte en UTF-8 ; télécharger à nouveau les données") from None
