"""The door of the debate: its files are read from a folder, and each contribution is written back in one step."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from boussole.concertation import Kit
from boussole.debate import Contribution, Debate, Text, as_data, lost, read_debate
from boussole.difference import compare
from boussole.dossier import load_dossier
from boussole.errors import SourceError
from boussole.files import write
from boussole.filing import yaml_of
from boussole.impact import Affected, as_past, weigh
from boussole.loading import load, read_file
from boussole.model import Doctrine

FOLDER = Path("docs/debat")
PARTS: Mapping[str, str] = {"consultations": "demarches", "events": "evenements", "contributions": "contributions"}
EDITIONS = "editions"
SUFFIXES = (".yml", ".yaml", ".json")


def load_debate(folder: Path, doctrine: Doctrine, kit: Kit) -> Debate:
    """The debate of a folder, empty when there is none. Raises `SourceError` with every fault of every file."""
    files, errors = dict[str, list[Text]](), list[SourceError]()
    for part, name in PARTS.items():
        files[part] = [text for path in _paths(folder / name) if (text := _text(path, errors))]
    editions = {path.stem: _edition(path, errors) or doctrine for path in _paths(folder / EDITIONS)}  # a faulty one is known too
    try:
        debate = read_debate(doctrine, kit, files, editions)
    except SourceError as error:
        errors.append(error)
    if errors:
        raise SourceError([fault for error in errors for fault in error.faults], sum(error.untold for error in errors))
    return debate


def _paths(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("*") if path.suffix in SUFFIXES and not path.name.endswith(".lock.yml"))


def _text(path: Path, errors: list[SourceError]) -> Text | None:
    try:
        return str(path), path.stem, read_file(path)
    except SourceError as error:
        errors.append(error)
        return None


def _edition(path: Path, errors: list[SourceError]) -> Doctrine | None:
    try:
        return load(path)
    except SourceError as error:
        errors.append(error)
        return None


def moved_by(doctrine: Doctrine, edition: Doctrine, register: Path) -> tuple[Affected, ...]:
    """The uses of a register that obtain another opinion under an edition than under the published doctrine, from their answers.

    What is read of each is its answers: a measure weighs the same on both sides. ``file`` of each is the id of its use."""
    dossiers = [load_dossier(path, doctrine) for path in _paths(register)]
    impact = weigh(compare(doctrine, edition), (as_past(dossier, dossier.id) for dossier in dossiers))
    return tuple(found for found in impact.affected if found.before != found.after)


@dataclass(frozen=True)
class RewrittenError(ValueError):
    """A change that would rewrite what was already said; ``parts`` says where."""

    parts: Sequence[str]


def save_contribution(contribution: Contribution, path: Path, before: Contribution | None = None) -> None:
    """Write a contribution in one step. Raises `RewrittenError` when the histories of ``before`` would change."""
    if before is not None and (parts := lost(before, contribution)):
        raise RewrittenError(parts)
    write(path, yaml_of(as_data(contribution)), is_durable=True)
