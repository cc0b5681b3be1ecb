"""From a document to a model, with every fault told in French at its place."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from heapq import nsmallest
from types import MappingProxyType
from typing import Any, TypeVar

from boussole.errors import MAX_TOLD, Fault, PathFault, SourceError, choices, nearest, quoted
from boussole.positions import Document, Path
from boussole.shapes import BAD, Complaint, Origin, shape

Model = TypeVar("Model")

_NATURES: dict[type, str] = {dict: "un bloc", list: "une liste"}


def parse(
    document: Document, model: type[Model], stand_ins: Mapping[str, Any] = MappingProxyType({})
) -> tuple[Model | None, list[Fault], Origin]:
    """Read a document as a model.

    Returns the model (None when its very frame is broken), every fault found on the way, and where each path of the model
    stands in the document. What is faulty is left out of the model, so that the rest can still be checked; ``stand_ins``
    then stands for the keys of the frame that were left out.
    """
    built, complaints, origin = shape(document.data, model, stand_ins, document.unusable)
    told = _first(document, [(complaint.path, complaint) for complaint in complaints])
    return None if built is BAD else built, [*document.faults, *(_fault(document, complaint) for complaint in told)], origin


def build(
    document: Document,
    model: type[Model],
    check: Callable[[Model], Iterable[PathFault]] = lambda _: (),
    stand_ins: Mapping[str, Any] = MappingProxyType({}),
    *,
    only_whole: bool = False,
) -> Model:
    """The sound model a document describes. Raises `SourceError` with every fault at its place.

    ``check`` tells what is wrong in the parts that could be read; ``only_whole``: only when all of them could."""
    model_read, faults, origin = parse(document, model, stand_ins)
    if model_read is not None and not (only_whole and faults):
        faults += locate(document, list(check(model_read)), origin)
    if model_read is None or faults:
        raise SourceError(faults, document.untold)
    return model_read


def locate(document: Document, faults: Sequence[PathFault], origin: Origin) -> list[Fault]:
    """Faults found in a model, told at their place in the document it came from."""
    placed = _first(document, [(path, (path, fault)) for fault in faults for path in [origin.of(fault.path)]])
    return [document.fault(fault.code, path, fault.found, fault.expected, fault.advise(), fault.on_key) for path, fault in placed]


def _first(document: Document, found: Sequence[tuple[Path, Any]]) -> list[Any]:
    """What comes first in the document; the rest is only counted."""

    def place(item: tuple[Path, Any]) -> tuple[int, int]:
        span = document.span(item[0])
        return span.line, span.column

    document.untold += max(0, len(found) - MAX_TOLD)
    return [value for _, value in nsmallest(MAX_TOLD, found, key=place)]


def _fault(document: Document, complaint: Complaint) -> Fault:
    """One complaint, told in the words of the file."""
    path, given, name = complaint.path, complaint.given, _name(complaint.path)
    shown = quoted(given) if isinstance(given, str) else _NATURES.get(type(given), "une valeur")
    found, expected, advice, on_key = f"{shown} pour {name}", complaint.expected, "", complaint.on_key
    match complaint.code:
        case "cle-inconnue":
            found, expected, advice = f"clé inconnue {name}", choices(complaint.known), nearest(str(path[-1]), complaint.known)
        case "cle-manquante":
            accepted = f" : {choices(complaint.known)}" if complaint.known else ""
            found, expected = f"clé manquante {name}", f"{name} dans ce bloc{accepted}"
        case "forme-identifiant":
            found = f"identifiant mal formé {shown}"
        case "valeur-vide":
            found, on_key = f"valeur vide pour {name}" if path else "fichier vide", True
        case "valeur-inconnue":
            advice = nearest(str(given), complaint.known)
    return document.fault(complaint.code, path, found, expected, advice, on_key)


def _name(path: Path) -> str:
    """What to call the value at a path."""
    match path:
        case ():
            return "le fichier"
        case (*_, str(part), int(rank)):
            return f"l’élément {rank + 1} de {quoted(part)}"
        case _:
            return quoted(path[-1])
