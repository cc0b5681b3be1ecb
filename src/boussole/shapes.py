"""The shapes a file may have, read off the types of the model: every value that does not fit is found in one pass.

Ours rather than a library's, for the source format is what this project is: a message speaks of the reader's file, one wrong
item does not hide what is wrong elsewhere, and a command answers before a general validator would be imported
(docs/decisions/formes.md).
"""

import datetime
import re
from collections.abc import Callable, Collection, Hashable, Mapping
from dataclasses import MISSING, dataclass, field, fields, is_dataclass
from functools import cache
from types import MappingProxyType, UnionType
from typing import Annotated, Any, Literal, Union, cast, get_args, get_origin

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Matching:
    """A text must match a pattern, whole; what was ``expected`` otherwise, under which code."""

    pattern: str
    expected: str
    code: str = "mauvais-type"
    longest: int | None = None


@dataclass(frozen=True)
class Sized:
    """A list or a block must have so many values."""

    least: int = 0
    most: int | None = None


@dataclass(frozen=True)
class AtLeast:
    """A number must not be lower."""

    value: int


@dataclass(frozen=True, slots=True)
class Complaint:
    """A value that does not fit. ``known`` holds the names it could have been; the message is only made when it is told."""

    code: str
    path: Path
    given: Any = None
    expected: str = ""
    known: tuple[str, ...] = ()
    on_key: bool = False


class _Bad:
    """What is read of a value that does not fit: it takes with it what holds it, up to the nearest list."""


BAD = _Bad()

_BLOCK = "un bloc « clé: valeur »"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where what was read stands in the data: ``left_out`` is what was not kept, ``kept`` the places that remain of each list
    that lost some."""

    left_out: set[Path] = field(default_factory=set)
    kept: dict[Path, list[int]] = field(default_factory=dict)

    def of(self, path: Path) -> Path:
        """The path in the data of a path of the model."""
        before: Path = ()
        for step in path:
            kept = self.kept.get(before, [])
            before = (*before, kept[step] if isinstance(step, int) and step < len(kept) else step)
        return before


@dataclass(frozen=True, slots=True)
class Reading:
    """What is found along the way."""

    complaints: list[Complaint] = field(default_factory=list)
    origin: Origin = field(default_factory=Origin)


Reader = Callable[[Any, Path, Reading], Any]


def shape(
    data: Any, model: type, stand_ins: Mapping[str, Any], unusable: Collection[Path]
) -> tuple[Any, list[Complaint], Origin]:
    """Read plain data as a model: the model, or `BAD` when its frame is broken; the complaints; where things stood.

    What does not fit is left out: a list item, or a field that may be absent; ``stand_ins`` stand for the fields of the frame.
    ``unusable`` paths are left out without a word: what is wrong with them is known already.
    """
    reading = Reading()
    if () in unusable:
        return BAD, [], reading.origin
    for path in unusable:
        _mark(data, path)
    return _object_reader(model, stand_ins)(data, (), reading), reading.complaints, reading.origin


def _mark(data: Any, path: Path) -> None:
    """Put `BAD` at a path, in place."""
    for step in path[:-1]:
        data = data[step]
    data[path[-1]] = BAD


@cache
def _reader(annotation: Hashable) -> Reader:
    """How to read a value of a type."""
    if parts := either(annotation):
        return _either_reader(*map(_reader, parts))
    base, constraints = split(annotation)
    origin, arguments = get_origin(base), get_args(base)
    if is_dataclass(base) and isinstance(base, type):
        return _object_reader(base)
    if origin is list:
        return _list_reader(_reader(arguments[0]), constraints)
    if origin is dict:
        return _dict_reader(arguments[0], _reader(arguments[1]), constraints)
    if origin is Literal:
        return _literal_reader(arguments)
    if base is Any:
        return _anything
    return {str: _text_reader, float: _number_reader, int: _integer_reader, datetime.date: _date_reader, bool: _flag_reader}[
        base
    ](constraints)


def split(annotation: Any) -> tuple[Any, tuple[Any, ...]]:
    """A type without its ``Annotated`` and its ``| None``, and the constraints it carried."""
    constraints: tuple[Any, ...] = ()
    while get_origin(annotation) in (Annotated, Union, UnionType):
        if get_origin(annotation) is Annotated:
            annotation, *carried = get_args(annotation)
            constraints += tuple(carried)
        else:
            annotation = next(part for part in get_args(annotation) if part is not type(None))
    return annotation, constraints


def either(annotation: Any) -> tuple[Any, ...]:
    """The two types of what a text says shortly and a block in full; nothing for any other type."""
    parts = get_args(annotation)
    return parts if get_origin(annotation) is UnionType and type(None) not in parts else ()


@cache
def _parts(model: type) -> tuple[dict[str, Reader], tuple[str, ...]]:
    """How to read each field of a model, and which ones must be there."""
    return {part.name: _reader(cast("Hashable", part.type)) for part in fields(model)}, required(model)


def required(model: type) -> tuple[str, ...]:
    """The fields of a model that must be written."""
    return tuple(part.name for part in fields(model) if part.default is MISSING and part.default_factory is MISSING)


def _read_parts(model: type, value: dict[str, Any], path: Path, reading: Reading) -> dict[str, Any]:
    """The fields of a block that fit; the others are told, and left out with the unknown keys."""
    readers, needed = _parts(model)
    found: dict[str, Any] = {}
    for key, part in value.items():
        if key not in readers and part is not BAD:
            reading.complaints.append(Complaint("cle-inconnue", (*path, key), key, known=tuple(readers), on_key=True))
        got = readers[key](part, (*path, key), reading) if key in readers else BAD
        if got is BAD:
            reading.origin.left_out.add((*path, key))
        else:
            found[key] = got
    reading.complaints.extend(
        Complaint("cle-manquante", (*path, key), known=_accepted(model, key), on_key=True) for key in needed if key not in value
    )
    return found


def _accepted(model: type, key: str) -> tuple[str, ...]:
    """The few values a field accepts, when there are few."""
    base = split(next(part.type for part in fields(model) if part.name == key))[0]
    return tuple(map(str, get_args(base))) if get_origin(base) is Literal else ()


def _object_reader(model: type, stand_ins: Mapping[str, Any] = MappingProxyType({})) -> Reader:
    """How to read a block: one of its fields that must be there and does not fit takes it away, the others only themselves."""

    def read(value: Any, path: Path, reading: Reading) -> Any:
        if not isinstance(value, dict):
            return _complain(reading, "mauvais-type", path, value, _BLOCK)
        found = {**stand_ins, **_read_parts(model, value, path, reading)}
        return model(**found) if all(key in found for key in _parts(model)[1]) else BAD

    return read


def _either_reader(read_text: Reader, read_block: Reader) -> Reader:
    """How to read what a text says shortly and a block in full."""
    return lambda value, path, reading: (read_block if isinstance(value, dict) else read_text)(value, path, reading)


def _list_reader(read_item: Reader, constraints: tuple[Any, ...]) -> Reader:
    def read(value: Any, path: Path, reading: Reading) -> Any:
        if not isinstance(value, list):
            return _complain(reading, "mauvais-type", path, value, "une liste")
        if not _fits(value, path, reading, constraints):
            return BAD
        items = [read_item(item, (*path, rank), reading) for rank, item in enumerate(value)]
        kept = [rank for rank, item in enumerate(items) if item is not BAD]
        if len(kept) < len(items):
            reading.origin.kept[path] = kept
            reading.origin.left_out.update((*path, rank) for rank, item in enumerate(items) if item is BAD)
        return [items[rank] for rank in kept] if len(kept) >= sum(sized.least for sized in constraints) else BAD

    return read


def _dict_reader(key: Any, read_value: Reader, constraints: tuple[Any, ...]) -> Reader:
    read_key = _text_reader(split(key)[1], on_key=True)

    def read(value: Any, path: Path, reading: Reading) -> Any:
        if not isinstance(value, dict):
            return _complain(reading, "mauvais-type", path, value, _BLOCK)
        if not _fits(value, path, reading, constraints):
            return BAD
        keys = [read_key(name, (*path, name), reading) for name in value]
        if read_value is _anything:  # nothing can be wrong with them
            parts = list(value.values())
        else:
            parts = [read_value(part, (*path, name), reading) for name, part in value.items()]
        return BAD if BAD in keys or BAD in parts else dict(zip(keys, parts, strict=True))

    return read


def _anything(value: Any, path: Path, reading: Reading) -> Any:
    return value


def _fits(value: Any, path: Path, reading: Reading, constraints: tuple[Any, ...]) -> bool:
    """Whether a list or a block has as many values as it must."""
    for sized in constraints:
        wrong = (
            "au moins" if len(value) < sized.least else "au plus" if sized.most is not None and len(value) > sized.most else ""
        )
        if wrong:
            number = sized.least if wrong == "au moins" else sized.most
            expected = f"{wrong} {number} valeur{'s' if number > 1 else ''}"
            _complain(reading, "mauvais-type" if value else "valeur-vide", path, value, expected)
            return False
    return True


def _literal_reader(accepted: tuple[str, ...]) -> Reader:
    def read(value: Any, path: Path, reading: Reading) -> Any:
        if isinstance(value, str) and value in accepted:
            return value
        if value is BAD:
            return BAD
        code = "valeur-vide" if value == "" else "valeur-inconnue"
        reading.complaints.append(Complaint(code, path, value, ", ".join(accepted), accepted))
        return BAD

    return read


def _text_reader(constraints: tuple[Any, ...], on_key: bool = False) -> Reader:
    matching: Matching | None = next(iter(constraints), None)
    matches = re.compile(matching.pattern).fullmatch if matching else None

    def read(value: Any, path: Path, reading: Reading) -> Any:
        if not isinstance(value, str) or value == "":
            return _complain(reading, "mauvais-type", path, value, "un texte")
        if matching is None or matches is None:
            return value
        if matching.longest and len(value) > matching.longest:
            expected = f"au plus {matching.longest} caractères"
        elif matches(value):
            return value
        else:
            expected = matching.expected
        reading.complaints.append(Complaint(matching.code, path, value, expected, on_key=on_key))
        return BAD

    return read


def _number_reader(constraints: tuple[Any, ...]) -> Reader:
    def read(value: Any, path: Path, reading: Reading) -> Any:
        number = number_of(value)
        return _complain(reading, "mauvais-type", path, value, "un nombre") if number is None else number

    return read


def _integer_reader(constraints: tuple[Any, ...]) -> Reader:
    least: AtLeast | None = next(iter(constraints), None)

    def read(value: Any, path: Path, reading: Reading) -> Any:
        if not isinstance(value, str) or not re.fullmatch(r"-?[0-9]{1,15}", value):
            return _complain(reading, "mauvais-type", path, value, "un nombre entier")
        if least and int(value) < least.value:
            return _complain(reading, "mauvais-type", path, value, f"un nombre d’au moins {least.value}")
        return int(value)

    return read


def _date_reader(constraints: tuple[Any, ...]) -> Reader:
    def read(value: Any, path: Path, reading: Reading) -> Any:
        if isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
            try:
                return datetime.date.fromisoformat(value)
            except ValueError:
                pass
        return _complain(reading, "mauvais-type", path, value, "une date qui existe, écrite AAAA-MM-JJ")

    return read


def _flag_reader(constraints: tuple[Any, ...]) -> Reader:
    """``true`` or ``false`` only: ``oui`` and ``non`` are answers, never booleans."""

    def read(value: Any, path: Path, reading: Reading) -> Any:
        return value == "true" if value in ("true", "false") else _complain(reading, "mauvais-type", path, value, "true ou false")

    return read


def _complain(reading: Reading, code: str, path: Path, value: Any, expected: str) -> _Bad:
    if value in ("", None):
        expected = {"un texte": "une valeur", _BLOCK: f"{_BLOCK}, ou {{}}" if path else _BLOCK}.get(expected, expected)
        reading.complaints.append(Complaint("valeur-vide", path, value, expected))
    elif value is not BAD:
        reading.complaints.append(Complaint(code, path, value, expected))
    return BAD


# The same in ``static/assessment.js``: digits of this script only, no exponent.
_NUMBER = re.compile(r"[+-]?[0-9]{1,15}(?:[.,][0-9]{1,30})?")
_THOUSANDS = re.compile(r"([0-9])[ \xa0\u202f](?=[0-9]{3}(?![0-9]))")


def number_of(value: Any) -> float | None:
    """A number as people write it, French comma and spaces between thousands included; None when it is none."""
    if isinstance(value, str):
        text = _THOUSANDS.sub(r"\1", value.strip(" \t\n\r\xa0\u202f")) if len(value) < 60 else ""
        return float(text.replace(",", ".")) if _NUMBER.fullmatch(text) else None
    if isinstance(value, bool) or not isinstance(value, int | float) or not -1e15 < value < 1e15:
        return None
    return float(value)
