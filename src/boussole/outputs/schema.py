"""The shapes of the model as a JSON Schema, for editors: completion, hover, and what does not fit underlined as one types.

It says of structure what `boussole.shapes` says, whichever way YAML is read: our reader keeps every scalar as the text that was
written, editors make numbers and booleans of some. What needs the whole file is left to `boussole check`.
"""

import datetime
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from typing import Any, Literal, get_args, get_origin

from boussole.dossier import Dossier
from boussole.keys import PARTS
from boussole.model import Doctrine
from boussole.shapes import AtLeast, Matching, Sized, either, required, split

ROOTS: Mapping[str, type] = {"doctrine": Doctrine, "dossier": Dossier}

Schema = dict[str, Any]


def render_schema(root: str) -> str:
    """The schema of a kind of file, a key of `ROOTS`."""
    described = PARTS[ROOTS[root]]
    head = {"$schema": "http://json-schema.org/draft-07/schema#", "title": described.title, "description": described.plain}
    return json.dumps({**head, **_object(ROOTS[root])}, ensure_ascii=False, indent=1) + "\n"


def _object(model: type) -> Schema:
    described = PARTS[model]
    return {
        "type": "object",
        "properties": {part.name: {"description": described.keys[part.name], **_of(part.type)} for part in fields(model)},
        "required": list(required(model)),
        "additionalProperties": False,
    }


def _of(annotation: Any) -> Schema:
    """The schema of a type of the model."""
    if parts := either(annotation):
        return {"anyOf": [_of(part) for part in parts]}
    base, constraints = split(annotation)
    origin, arguments = get_origin(base), get_args(base)
    if is_dataclass(base) and isinstance(base, type):
        return _object(base)
    if origin is list:
        return {"type": "array", "items": _of(arguments[0]), **_sized(constraints, "Items")}
    if origin is dict:
        return {
            "type": "object",
            "propertyNames": _text(split(arguments[0])[1]),
            "additionalProperties": _of(arguments[1]),
            **_sized(constraints, "Properties"),
        }
    if origin is Literal:
        return {"enum": list(arguments)}
    return _SCALARS[base](constraints)


def _sized(constraints: tuple[Sized, ...], what: str) -> Schema:
    sizes: Schema = {}
    for sized in constraints:
        sizes |= {f"min{what}": sized.least} if sized.least else {}
        sizes |= {f"max{what}": sized.most} if sized.most is not None else {}
    return sizes


def _text(constraints: tuple[Any, ...]) -> Schema:
    """A text; an editor may have made a number or a boolean of it, if such a text would fit."""
    matching: Matching | None = next(iter(constraints), None)
    if matching is None:
        return {"type": ["string", "number", "boolean"], "minLength": 1}
    types = ["string", *(name for name, sample in _SAMPLES.items() if re.fullmatch(matching.pattern, sample))]
    schema: Schema = {
        "type": types,
        "pattern": f"^(?:{matching.pattern})$",
        "patternErrorMessage": f"Attendu : {matching.expected}.",
    }
    schema |= {"minimum": 0} if len(types) > 1 else {}
    return schema | ({"maxLength": matching.longest} if matching.longest else {})


# What an editor makes of a text without quotation marks, and such a text.
_SAMPLES = {"integer": "2024", "number": "2024.1", "boolean": "true"}


def _number(constraints: tuple[Any, ...]) -> Schema:
    around, between = "[ \\t\\n\\r\\u00a0\\u202f]*", "[ \\u00a0\\u202f]"
    digits = f"[0-9]{{1,15}}(?:{between}[0-9]{{3}})*(?:[.,][0-9]{{1,30}})?"
    return {"anyOf": [{"type": "number"}, {"type": "string", "pattern": f"^{around}[+-]?{digits}{around}$"}]}


def _integer(constraints: tuple[AtLeast, ...]) -> Schema:
    least = next((constraint.value for constraint in constraints), None)
    digits = "^-?[0-9]{1,15}$" if least is None else "^(?=.*[1-9])[0-9]{1,15}$" if least else "^[0-9]{1,15}$"
    return {
        "anyOf": [{"type": "integer", **({} if least is None else {"minimum": least})}, {"type": "string", "pattern": digits}]
    }


def _date(constraints: tuple[Any, ...]) -> Schema:
    return {"type": "string", "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}


def _flag(constraints: tuple[Any, ...]) -> Schema:
    return {"enum": [True, False, "true", "false"]}


def _anything(constraints: tuple[Any, ...]) -> Schema:
    return {}


_SCALARS: Mapping[Any, Callable[[tuple[Any, ...]], Schema]] = {
    str: _text,
    float: _number,
    int: _integer,
    datetime.date: _date,
    bool: _flag,
    Any: _anything,
}
