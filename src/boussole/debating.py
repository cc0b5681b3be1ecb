"""The door of the debate: its files are read from a folder, and each contribution is written back in one step."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any

from boussole.archive import Reader
from boussole.concertation import Kit
from boussole.debate import Contribution, Debate, Text, as_data, lost, read_debate
from boussole.difference import compare
from boussole.errors import SourceError
from boussole.files import write
from boussole.filing import yaml_of
from boussole.impact import Affected, Past, weigh
from boussole.loading import data_files, load, read_file, twins
from boussole.model import Doctrine

FOLDER = Path("docs/debat")
PARTS: Mapping[str, str] = {"consultations": "demarches", "events": "evenements", "contributions": "contributions"}
EDITIONS = "editions"


def load_debate(
    folder: Path,
    doctrine: Doctrine,
    kit: Kit,
    fresh: Mapping[Path, str] = MappingProxyType({}),
    today: date | None = None,
) -> Debate:
    """The debate of a folder, empty when there is none; ``fresh`` texts stand for the files they would be written in, and
    ``today`` is told when the folder is checked or published.

    Raises `SourceError` with every fault of every file."""
    files, errors = dict[str, list[Text]](), list[SourceError]()
    for part, name in PARTS.items():
        errors += [SourceError([fault]) for fault in twins(folder / name)]
        paths = [path for path in data_files(folder / name) if path not in fresh]
        files[part] = [text for path in paths if (text := _text(path, errors))]
        files[part] += [(str(path), path.stem, text) for path, text in fresh.items() if path.parent == folder / name]
    editions = {path.stem: _edition(path, errors) or doctrine for path in data_files(folder / EDITIONS)}  # a faulty one counts
    try:
        debate = read_debate(doctrine, kit, files, editions, today)
    except SourceError as error:
        errors.append(error)
    if errors:
        raise SourceError([fault for error in errors for fault in error.faults], sum(error.untold for error in errors))
    return debate


def _text(path: Path, errors: list[SourceError]) -> Text | None:
    try:
        return str(path), path.stem, read_file(path, is_private=True)
    except SourceError as error:
        errors.append(error)
        return None


def _edition(path: Path, errors: list[SourceError]) -> Doctrine | None:
    try:
        return load(path)
    except SourceError as error:
        errors.append(error)
        return None


def moved_by(old: Doctrine, new: Doctrine, register: Path, published: Doctrine) -> tuple[Affected, ...]:
    """The uses of a register whose answers obtain another opinion under a doctrine than under another.

    Answers alone are read, as dossiers of the ``published`` doctrine: a measure weighs the same on both sides. ``file`` of each
    is the id of its use. Raises `SourceError` when a dossier cannot be read."""
    reader = Reader(published)

    def pasts() -> Iterator[Past]:
        for path in data_files(register):
            for found in reader.read(path):
                if isinstance(found, SourceError):
                    raise found
                yield replace(found, file=path.stem)

    return tuple(found for found in weigh(compare(old, new), pasts()).affected if found.before != found.after)


def moves(doctrine: Doctrine, debate: Debate, register: Path) -> dict[str, tuple[Affected, ...]]:
    """By edition, the uses it moves: from the published doctrine to it, or from it when it is an older version."""
    pairs = {
        name: (edition, doctrine) if debate.is_before(doctrine, name) else (doctrine, edition)
        for name, edition in debate.editions.items()
    }
    return {name: moved_by(old, new, register, doctrine) for name, (old, new) in pairs.items()}


@dataclass(frozen=True)
class RewrittenError(ValueError):
    """A change that would rewrite what was already said; ``parts`` says where."""

    parts: Sequence[str]


def place_of(folder: Path, name: str) -> Path:
    """The file of a contribution: the one that is there, in whichever form it is read, else the one it would be written in."""
    there = folder / PARTS["contributions"]
    return next((path for path in data_files(there) if path.stem == name), there / f"{name}.yml")


def next_name(folder: Path, day: date) -> str:
    """The name of the next contribution of a day: the day and the number after the last one, never words, which a name would
    keep once they are taken out. A number left by a file that is gone stays so, unless it was the last."""
    stems = (path.stem for path in data_files(folder / PARTS["contributions"]))
    ranks = [int(found[1]) for stem in stems if (found := re.fullmatch(rf"{day}-([1-9][0-9]{{0,8}})", stem))]
    return f"{day}-{max(ranks, default=0) + 1}"


def save_contribution(one: Contribution, folder: Path, doctrine: Doctrine, kit: Kit, before: Contribution | None = None) -> Path:
    """Write a contribution in one step, once the debate is known to be sound with it; returns its file.

    Raises `SourceError` when it would not be, `RewrittenError` when the histories of ``before`` would change. What stood there
    then still stands."""
    if before is not None and (parts := lost(before, one)):
        raise RewrittenError(parts)
    place = place_of(folder, one.id)
    text = _json_of(as_data(one)) if place.suffix == ".json" else yaml_of(as_data(one))
    load_debate(folder, doctrine, kit, {place: text})
    write(place, text, within=folder, is_durable=True)
    return place


def _json_of(data: Mapping[str, Any]) -> str:
    """Plain data as JSON; what no one would see is escaped, since YAML, which reads it, may take it for a line end."""
    text = json.dumps(data, ensure_ascii=False, indent=2)
    return "".join(one if one.isprintable() or one == "\n" else json.dumps(one)[1:-1] for one in text) + "\n"
