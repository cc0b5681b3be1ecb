"""From a file to a sound doctrine, or to everything that is wrong in it."""

from collections import defaultdict
from datetime import date
from os import PathLike
from pathlib import Path
from typing import Any

from boussole.errors import MAX_TOLD, Fault, PathFault, SourceError, quoted
from boussole.model import Doctrine, Identity
from boussole.parsing import locate, parse
from boussole.positions import MAX_BYTES, Document, decode, read
from boussole.shapes import Origin
from boussole.soundness import check_claims, check_names

DEFAULT = "nantes.yml"
# Names are checked even when the doctrine does not say well who it is.
_STAND_INS = {"doctrine": Identity(id="x", name="x", authority="x", version="x", adopted=date.min, notice="x")}
# Parts the rest refers to: while one of them is missing altogether, every name would seem unknown.
_REFERRED_TO = ("topics", "sources", "documents", "texts")
# Parts the algebra stands on: while one of them is faulty, recomputing cases and guarantees would only repeat it.
_LOAD_BEARING = {"scale", "sections", "roles", "retired"}


def load(path: str | PathLike[str] | None = None) -> Doctrine:
    """The doctrine a YAML file describes; the embedded one of Nantes Métropole by default.

    Raises `SourceError`, with every fault at its place, when the file cannot be read or is not sound.
    """
    if path is None:
        return load_text((Path(__file__).parent / "doctrines" / DEFAULT).read_text(encoding="utf-8"), DEFAULT)
    return load_text(read_file(path), str(path))


def load_text(text: str, name: str = DEFAULT, *, with_claims: bool = True) -> Doctrine:
    """The doctrine a YAML text describes; ``name`` stands for the file in messages.

    Without its claims, worked cases and guarantees may not hold: what changed is then looked for before they are mended."""
    document = read(text, name)
    doctrine, faults, origin = parse(document, Doctrine, _STAND_INS)
    if doctrine is not None:
        faults += locate(document, _check(document, doctrine, origin, with_claims), origin)
    if doctrine is None or faults:
        raise SourceError(faults, document.untold)
    return doctrine


def _check(document: Document, doctrine: Doctrine, origin: Origin, with_claims: bool) -> list[PathFault]:
    """What is wrong in the parts that could be read, but for what follows from the others."""
    if any((part,) in origin.left_out for part in _REFERRED_TO):
        return []
    found = check_names(doctrine, _left_out(document, origin))
    faulty = {path[0] for path in [*origin.left_out, *(fault.path for fault in found)]}
    if with_claims and not document.faults and not faulty & _LOAD_BEARING and len(found) < MAX_TOLD:
        found += check_claims(doctrine, skipped={fault.path[:2] for fault in found})
    thinned = {path[:-1] for path in origin.left_out}
    return [fault for fault in found if origin.of(fault.path) not in thinned]


def _left_out(document: Document, origin: Origin) -> dict[str, set[str]]:
    """The ids declared in what is left out, by part; a mistyped part may be any of those the rest refers to."""
    ids: defaultdict[str, set[str]] = defaultdict(set)
    for path in origin.left_out:
        for part in [str(path[0])] if path[0] in Doctrine.__dataclass_fields__ else _REFERRED_TO:
            ids[part] |= _written_ids(document.at(path))
    return ids


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


def _written_ids(value: Any) -> set[str]:
    """Every id written in a part of the file."""
    written: set[str] = set()
    waiting = [value]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            written |= {value["id"]} if isinstance(value.get("id"), str) else set()
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value
    return written
