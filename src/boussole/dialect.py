"""The one way `boussole.filing` writes dossiers, read by a short path: blocks by key, and JSON at the end of a line.

It only says what a text holds when the ordinary reader would say the same; anything odd is left to that one, which tells what is
wrong and where.
"""

import json
import re
from functools import lru_cache
from typing import Any

MAX_BYTES = 256 * 1024  # a dossier of people is far below; the ordinary reader has its own limits
# What the ordinary reader refuses or reads as something else than it seems.
_ODD = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff]")
# What a quoted text may hide behind a backslash, but for what is never refused.
_HIDDEN = re.compile(r'(?<!\\)(?:\\\\)*\\[^"\\nt]')
_LINE = re.compile(r'((?:  )*)([A-Za-z0-9_][A-Za-z0-9_.-]*):(?: (["\[{].*|-?[0-9][0-9.]*))?')


_ITEM = re.compile(r"((?:  )+)- (\{.*)")


class _OddError(ValueError):
    """Something the short path does not read."""


def read_dialect(text: str) -> dict[str, Any] | None:
    """What a text written by boussole holds, every scalar as text; None for any other."""
    if len(text) > MAX_BYTES or ("\\" in text and _HIDDEN.search(text)) or is_odd(text):
        return None
    try:
        return _blocks(text.removesuffix("\n").split("\n"))
    except (ValueError, RecursionError):
        return None


def is_odd(text: str) -> bool:
    """Whether a text has something of `_ODD`; asking first whether all of it can be printed is five times faster."""
    shown = text.replace("\n", "").replace("\xa0", " ").replace("\u202f", " ")
    return not shown.isprintable() and _ODD.search(text) is not None


def _blocks(lines: list[str]) -> dict[str, Any]:
    data: dict[str, Any] = {}
    inside: list[Any] = [data]
    was_opened, key = False, ""
    for line in lines:
        depth, named, value = _line(line)
        if not named:
            if was_opened:  # what was opened was a list
                inside[-1] = inside[-2][key] = []
                was_opened = False
            if not isinstance(inside[-1], list) or depth != len(inside) - 1:
                raise _OddError
            inside[-1].append(_json(line.partition("- ")[2]))
            continue
        key = named
        if depth >= len(inside) or (was_opened and depth != len(inside) - 1):
            raise _OddError
        del inside[depth + 1 :]
        if key in inside[depth] or isinstance(inside[depth], list):
            raise _OddError
        was_opened = value is None
        if was_opened:
            block: dict[str, Any] = {}
            inside[depth][key] = block
            inside.append(block)
        else:
            inside[depth][key] = value if type(value) is str else _parsed(line)
    if was_opened:
        raise _OddError
    return data


@lru_cache(maxsize=20_000)  # answers come back from dossier to dossier
def _line(line: str) -> tuple[int, str, Any]:
    """How deep a line is, its key, and its value: text, None when a block follows, something else to be parsed each time.

    An item of a list has no key."""
    if item := _ITEM.fullmatch(line):
        return len(item[1]) // 2, "", ()
    found = _LINE.fullmatch(line)
    if not found:
        raise _OddError
    margin, key, value = found.groups()
    if value is None:
        return len(margin) // 2, key, None
    if value[0] == value[-1] == '"' and "\\" not in value and value.count('"') == 2:  # nothing is escaped in most texts
        return len(margin) // 2, key, value[1:-1]
    read = _json(value)
    return len(margin) // 2, key, read if type(read) is str else ()


def _parsed(line: str) -> Any:
    return _json(line.partition(": ")[2])


def _json(text: str) -> Any:
    """JSON whose numbers stay as they are written, and whose words (true, null) are refused: YAML reads them as texts."""
    return _DECODER.decode(text)


def _refuse(_: str) -> Any:
    raise _OddError


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object none of whose keys comes twice, and none of whose values is a word of JSON."""
    found = dict(pairs)
    if len(found) != len(pairs) or any(value is None or value is True or value is False for value in found.values()):
        raise _OddError
    return found


_DECODER = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=_refuse, object_pairs_hook=_once, strict=True)
