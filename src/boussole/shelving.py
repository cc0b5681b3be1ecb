"""The door of the library of uses: its folder gives pages and files; sheets of others are written into it, each in one step."""

import datetime
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from boussole.beside import Beside
from boussole.clock import publication_day
from boussole.dossier import plain_data
from boussole.elsewhere import FOLDER as SITUATED
from boussole.files import refuse_to_leave, write
from boussole.filing import yaml_of
from boussole.library import ELSEWHERE, FOLDER, Placed, genres_of, read_elsewhere, read_library, read_placed
from boussole.loading import data_files, read_file
from boussole.model import Doctrine
from boussole.outputs.library import render_library
from boussole.outputs.librarydata import FEED, library_files
from boussole.outputs.librarydata import FOLDER as DATA
from boussole.sheets import Sheet

REGISTER = "registre"


def shelve(source: Path, doctrine: Doctrine, base: str = "") -> Beside:
    """What the library of a site brings; nothing when it has none. Raises `SourceError` with the faults of all its files."""
    folder = source / FOLDER
    if not folder.is_dir():
        return Beside()
    library = read_library(folder, source / REGISTER, doctrine, publication_day(), base)
    files = {f"{DATA}/{name}": text for name, text in library_files(doctrine, library, base).items()}
    kinds = {case: f"{FOLDER}/{shelf.genre.id}" for shelf in library.shelves for case in shelf.genre.cases}
    is_situated = bool(data_files(source / SITUATED))
    return Beside(render_library(doctrine, library, f"{DATA}/{FEED}", is_situated=is_situated), files, kinds=kinds)


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did, or would do: files written, sheets that were already there word for word, files that say otherwise."""

    written: Sequence[Path]
    known: Sequence[Path]
    differing: Sequence[Path]


@dataclass(frozen=True)
class UnplacedError(ValueError):
    """Sheets that no kind of uses was given for; ``names`` are their ids."""

    names: Sequence[str]


def import_sheets(
    sheets: Sequence[Sheet], folder: Path, genre: str, origin: str, today: datetime.date, *, is_forced: bool = False
) -> Imported:
    """Write the sheets of others into the folder of a library, a file each: under ``genre``, or under the one that a sheet names.

    Nothing is written when a file already says otherwise, unless ``is_forced``. Raises `UnplacedError`; `SourceError` when what
    stands there cannot be read; `OSError` when the disk refuses."""
    genres = genres_of(folder)
    placed = [Placed(genre=genre or sheet.genre or "", imported=today, origin=origin, sheet=sheet) for sheet in sheets]
    if astray := [one.sheet.id for one in placed if one.genre not in genres]:
        raise UnplacedError(astray)
    places = {folder / ELSEWHERE / f"{one.sheet.name}.yml": one for one in placed}
    there = {path: _standing(path, genres) for path in places if path.exists()}
    known = [
        path for path, standing in there.items() if (standing.sheet, standing.genre) == (places[path].sheet, places[path].genre)
    ]
    differing = [path for path in there if path not in known]
    if differing and not is_forced:
        return Imported((), known, differing)
    texts = {path: yaml_of(plain_data(one)) for path, one in places.items() if path not in known}
    for path, text in texts.items():
        read_placed(text, str(path), genres, today)  # what could not be opened again is never written
    refuse_to_leave(folder, *texts)
    for path, text in texts.items():
        write(path, text, is_durable=True)
    return Imported(list(texts), known, differing)


def _standing(path: Path, genres: Collection[str]) -> Placed:
    return read_placed(read_file(path), str(path), genres)


def others(folder: Path) -> list[Sheet]:
    """The sheets of others in a folder, to pass on as they came. Raises `SourceError` with the faults of all their files."""
    return [one.sheet for one in read_elsewhere(folder)]
