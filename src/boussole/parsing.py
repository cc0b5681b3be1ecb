"""From a document to a model, with every fault told in French at its place."""

import types
import typing
from collections.abc import Mapping
from typing import Annotated, Any, TypeVar, get_args, get_origin

from pydantic import BaseModel, ValidationError

from boussole.errors import Fault, PathFault, choices, nearest, quoted
from boussole.positions import Document, Origin, Path, prune

Model = TypeVar("Model", bound=BaseModel)

_EXPECTED = {
    "string_type": "un texte",
    "list_type": "une liste",
    "dict_type": "un bloc « clé: valeur »",
    "model_type": "un bloc « clé: valeur »",
    "model_attributes_type": "un bloc « clé: valeur »",
    "int_parsing": "un nombre entier",
    "int_type": "un nombre entier",
    "float_parsing": "un nombre",
    "float_type": "un nombre",
    "finite_number": "un nombre fini",
    "greater_than_equal": "un nombre plus grand",
    "date_from_datetime_parsing": "une date qui existe, écrite AAAA-MM-JJ",
    "date_parsing": "une date qui existe, écrite AAAA-MM-JJ",
    "date_type": "une date écrite AAAA-MM-JJ",
    "date_from_datetime_inexact": "une date écrite AAAA-MM-JJ",
    "bool_parsing": "true ou false",
}
_NATURES: dict[type, str] = {dict: "un bloc", list: "une liste", str: "un texte"}


def parse(document: Document, model: type[Model]) -> tuple[Model | None, list[Fault], Origin]:
    """Validate a document against a model.

    Returns the model (None when its very frame is broken), every fault found on the way, and where each path of the model
    stands in the document. What is faulty is left out of the model, so that the rest can still be checked.
    """
    faults = list(document.faults)
    unusable = set(document.unusable)
    first = not unusable
    while True:
        data, origin = prune(document.data, unusable)
        try:
            return model.model_validate(data), faults, origin
        except ValidationError as error:
            found = error.errors(include_url=False, include_context=True)
            if first:
                faults += [_fault(document, model, detail) for detail in found]
            broken = {_broken(detail, origin, data) for detail in found}
            first = first or bool(document.unusable and not unusable - document.unusable)
            if () in broken or broken <= unusable:
                return None, faults, origin
            unusable |= broken
            first = False


def _broken(detail: Any, origin: Origin, data: Any) -> Path:
    """What to leave out because of one fault: the unknown key alone, else the innermost list item or entry around it."""
    path = _existing(tuple(detail["loc"]), data)
    if detail["type"] == "extra_forbidden":
        return origin[path]
    while path and not isinstance(path[-1], int):
        path = path[:-1]
    return origin[path]


def _existing(path: Path, data: Any) -> Path:
    """The longest beginning of ``path`` that leads somewhere; pydantic adds steps such as ``[key]`` that lead nowhere."""
    for depth, step in enumerate(path):
        if not (step in data if isinstance(data, dict) else isinstance(data, list) and step in range(len(data))):
            return path[:depth]
        data = data[step]
    return path


def _fault(document: Document, model: type[BaseModel], detail: Any) -> Fault:
    """One complaint of pydantic, told in the words of the file."""
    path: Path = tuple(detail["loc"])
    name = quoted(path[-1]) if path else "le fichier"
    if detail["type"] == "extra_forbidden":
        known = _fields(model, path[:-1])
        return document.fault(
            "cle-inconnue", path, f"clé inconnue {name}", choices(known), nearest(str(path[-1]), known), on_key=True
        )
    if detail["type"] == "missing":
        return document.fault("cle-manquante", path, f"clé manquante {name}", f"{name} dans ce bloc", on_key=True)
    code, expected = _complaint(model, detail, path)
    on_key = path[-1:] == ("[key]",) or code == "valeur-vide"
    given = detail["input"]
    shown = quoted(given) if isinstance(given, str) else _NATURES.get(type(given), "une valeur")
    found = f"identifiant mal formé {shown}" if code == "forme-identifiant" else f"{shown} pour {name}"
    found = f"valeur vide pour {name}" if code == "valeur-vide" else found
    advice = nearest(str(given), expected.split(", ")) if code == "valeur-inconnue" else ""
    return document.fault(code, _existing(path, document.data), found, expected, advice, on_key)


def _complaint(model: type[BaseModel], detail: Any, path: Path) -> tuple[str, str]:
    """The code of a wrong value, and what was expected in its place."""
    context = detail.get("ctx", {})
    match detail["type"]:
        case _ if detail["input"] == "":
            return "valeur-vide", "une valeur, ou pas de clé du tout"
        case "string_too_short" | "too_short":
            return "valeur-vide", "une valeur, ou pas de clé du tout"
        case "literal_error":
            accepted = get_args(_annotation(model, path))
            return "valeur-inconnue", ", ".join(str(value) for value in accepted)
        case "string_pattern_mismatch" if r"\d{4}" in str(context["pattern"]):
            return "mauvais-type", "une date : AAAA, AAAA-MM ou AAAA-MM-JJ"
        case "string_pattern_mismatch" if "https" in str(context["pattern"]):
            return "mauvais-type", "une adresse qui commence par https://"
        case "string_pattern_mismatch" | "string_too_long":
            return "forme-identifiant", "des minuscules sans accent et des traits d’union"
        case "too_long":
            return "mauvais-type", f"au plus {context['max_length']} valeurs"
        case kind:
            return "mauvais-type", _EXPECTED.get(kind, "une valeur d’une autre nature")


def _annotation(model: Any, path: Path) -> Any:
    """The type declared at a path of a model."""
    for step in path:
        model = _bare(model)
        arguments = get_args(model)
        if isinstance(model, type) and issubclass(model, BaseModel):
            model = model.model_fields[str(step)].annotation
        else:
            model = arguments[-1] if arguments else Any
    return _bare(model)


def _bare(annotation: Any) -> Any:
    """A type without its ``Annotated`` and its ``| None``."""
    while get_origin(annotation) in (Annotated, typing.Union, types.UnionType):
        annotation = next(part for part in get_args(annotation) if part is not type(None))
    return annotation


def _fields(model: Any, path: Path) -> list[str]:
    found = _annotation(model, path)
    return list(found.model_fields) if isinstance(found, type) and issubclass(found, BaseModel) else []


def locate(document: Document, faults: list[PathFault], origin: Mapping[Path, Path]) -> list[Fault]:
    """Faults found in a model, told at their place in the document it came from."""
    return [
        document.fault(fault.code, _original(fault.path, origin), fault.found, fault.expected, fault.advice, fault.on_key)
        for fault in faults
    ]


def _original(path: Path, origin: Mapping[Path, Path]) -> Path:
    known = path
    while known not in origin:
        known = known[:-1]
    return (*origin[known], *path[len(known) :])
