"""The JSON Schema (2020-12) of what is published of one use, made from the very types that read dossiers."""

import datetime
import types
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from boussole.document import FIELDS
from boussole.dossier import Dossier, Measure, Notice
from boussole.events import WITHHELD
from boussole.model import Doctrine
from boussole.monitoring import FEW
from boussole.register import ALERTS
from boussole.shapes import AtLeast, Matching, Sized
from boussole.tables import VERSION

Data = dict[str, Any]
DIALECT = "https://json-schema.org/draft/2020-12/schema"


def use_schema(doctrine: Doctrine) -> Data:
    """What ``usages/<id>.json`` must be, under one doctrine."""
    levels: Data = {"type": "array", "items": {"enum": list(doctrine.levels)}, "minItems": 1, "uniqueItems": True}
    sections = [section.id for section in doctrine.sections]
    reason = _closed(
        {
            "question": {"enum": list(doctrine.questions)},
            "option": _TEXT,
            "level": levels["items"],
            "because": _TEXT,
            "remedy": _TEXT,
        }
    )
    reading = _closed(
        {
            "indicator": {"enum": list(doctrine.indicators)},
            "on": {"type": "string", "format": "date"},
            "group": _TEXT,
            "band": _TEXT,
            "level": levels["items"],
        },
        optional=("group", "band"),
    )
    opinion = _closed(
        {
            "doctrine": _closed({"id": _TEXT, "version": _TEXT, "fingerprint": {"type": "string", "pattern": "^[0-9a-f]{64}$"}}),
            "opinion": {"enum": [*doctrine.levels, None]},
            "attainable": levels,
            "from_answers": levels,
            "findings": _closed(dict.fromkeys(sections, levels)),
            "reasons": {"type": "array", "items": reason},
            "readings": {"type": "array", "items": reading},
        }
    )
    top = {
        "schema_version": {"const": VERSION},
        "notice": _TEXT,
        "dossier": _dossier(doctrine),
        "opinion": opinion,
        "alerts": {"type": "array", "items": {"enum": list(ALERTS)}, "uniqueItems": True},
    }
    title, told = "Un usage du registre", "Le dossier entier, l’avis calculé, les constats par partie, et ce qui est dépassé."
    return {"$schema": DIALECT, "title": title, "description": told, **_closed(top)}


_TEXT: Data = {"type": "string"}


def _closed(properties: Mapping[str, Any], optional: tuple[str, ...] = ()) -> Data:
    required = [name for name in properties if name not in optional]
    return {"type": "object", "properties": dict(properties), "required": required, "additionalProperties": False}


def _dossier(doctrine: Doctrine) -> Data:
    schema = schema_of(Dossier)
    for part in ("answers", "notes", "evidence"):
        known = [*doctrine.questions]
        if part == "answers":
            schema["properties"][part]["propertyNames"] = {"enum": known}
    schema["properties"]["measures"]["propertyNames"] = {"enum": list(doctrine.indicators)}
    schema["properties"]["doctrine"]["properties"]["id"] = {"const": doctrine.doctrine.id}
    return schema


def schema_of(kind: Any) -> Data:
    """The JSON Schema of a type of the model, as `Dossier.to_data` writes it."""
    if is_dataclass(kind):
        return _measure() if kind is Measure else _block(kind)
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return _bounded(schema_of(arguments[0]), arguments[1:])
    if origin is Literal:
        return {"enum": list(arguments)}
    if origin in (Union, types.UnionType):
        return schema_of(next(argument for argument in arguments if argument is not type(None)))
    if origin is list:
        return {"type": "array", "items": schema_of(arguments[0])}
    if origin is dict:
        return {"type": "object", "additionalProperties": schema_of(arguments[1])}
    return dict(_PLAIN[kind])


_PLAIN: Mapping[Any, Data] = {
    str: _TEXT,
    int: {"type": "integer"},
    bool: {"type": "boolean"},
    # Very small and very large numbers are texts: see `Dossier.to_data`.
    float: {"anyOf": [{"type": "number"}, {"type": "string", "pattern": r"^-?\d+(\.\d+)?$"}]},
    datetime.date: {"type": "string", "format": "date"},
    Any: {},
}


def _bounded(schema: Data, bounds: tuple[Any, ...]) -> Data:
    for bound in bounds:
        match bound:
            case Matching():
                schema |= {"pattern": f"^(?:{bound.pattern})$"} | ({"maxLength": bound.longest} if bound.longest else {})
            case AtLeast():
                schema |= {"minimum": bound.value}
            case Sized():
                schema |= {"minItems": bound.least}
    return schema


def _block(kind: Any) -> Data:
    hints, prefix = get_type_hints(kind, include_extras=True), "notice." if kind is Notice else ""
    properties = {name: schema_of(hint) for name, hint in hints.items()}
    for name, schema in properties.items():
        if prefix + name in FIELDS and kind in (Dossier, Notice):
            schema["title"] = FIELDS[prefix + name]
    required = [item.name for item in fields(kind) if item.default is MISSING and item.default_factory is MISSING]
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def _measure() -> Data:
    """A measure says its value and where it comes from, or why it does not."""
    schema = _block(Measure)
    schema["properties"]["count"]["minimum"] = FEW
    schema["properties"]["withheld"] = {"const": WITHHELD}
    schema["required"] = ["on"]
    told, kept = {"required": ["value", "source"]}, {"required": ["withheld"]}
    return {**schema, "oneOf": [told, kept]}
