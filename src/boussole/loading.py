"""From a file to a sound doctrine, or to everything that is wrong in it."""

from importlib.resources import files
from os import PathLike
from pathlib import Path
from typing import Any

from boussole.errors import Fault, SourceError, quoted
from boussole.model import Doctrine
from boussole.parsing import locate, parse
from boussole.positions import MAX_BYTES, decode, read
from boussole.soundness import check_claims, check_names

DEFAULT = "nantes.yml"
# Parts the algebra stands on: while one of them is faulty, recomputing cases and guarantees would only repeat it.
_LOAD_BEARING = {"scale", "sections", "roles", "retired"}


def load(path: str | PathLike[str] | None = None) -> Doctrine:
    """The doctrine a YAML file describes; the embedded one of Nantes Métropole by default.

    Raises `SourceError`, with every fault at its place, when the file cannot be read or is not sound.
    """
    if path is None:
        return load_text((files("boussole") / "doctrines" / DEFAULT).read_text(encoding="utf-8"), DEFAULT)
    return load_text(read_file(path), str(path))


def load_text(text: str, name: str = DEFAULT) -> Doctrine:
    """The doctrine a YAML text describes; ``name`` stands for the file in messages."""
    document = read(text, name)
    doctrine, faults, origin = parse(document, Doctrine)
    if doctrine is not None:
        found = check_names(doctrine, _written_ids(document.data) - _read_ids(doctrine))
        if not faults and not any(fault.path[0] in _LOAD_BEARING for fault in found):
            found += check_claims(doctrine, skipped={fault.path[:2] for fault in found})
        faults += locate(document, found, origin)
    if doctrine is None or faults:
        raise SourceError(faults)
    return doctrine


def read_file(path: str | PathLike[str]) -> str:
    """The text of a file; raises `SourceError` when it cannot be read, is too big or is not UTF-8."""
    try:
        with Path(path).open("rb") as file:
            return decode(file.read(MAX_BYTES + 1), str(path))
    except OSError as error:
        reasons = {
            FileNotFoundError: "fichier introuvable",
            IsADirectoryError: "ceci est un dossier",
            PermissionError: "lecture refusée",
        }
        told = reasons.get(type(error), "fichier illisible")
        raise SourceError(
            [Fault("fichier-illisible", f"{told} : {quoted(path)}", "un fichier lisible", file=str(path))]
        ) from None
    except ValueError as error:
        if isinstance(error, SourceError):
            raise
        raise SourceError(
            [Fault("fichier-illisible", f"chemin impossible : {quoted(path)}", "un chemin", file=str(path))]
        ) from None


def _written_ids(value: Any) -> frozenset[str]:
    """Every id written in the file, those of its unreadable parts included."""
    written: set[str] = set()
    waiting = [value]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            written |= {value["id"]} if isinstance(value.get("id"), str) else set()
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value
    return frozenset(written)


def _read_ids(doctrine: Doctrine) -> set[str]:
    parts = (doctrine.sources, doctrine.texts, doctrine.roles, doctrine.scale, doctrine.questions.values())
    return {item.id for part in parts for item in part}
