"""Past dossiers read by the thousand.

What boussole itself writes (``.yml`` one JSON value a line, ``.json``, ``.jsonl`` one dossier a line) is read by a short path
that only looks at what counts; anything else, and anything odd, by the ordinary reader, which tells what is wrong.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from boussole.dialect import is_odd, read_dialect
from boussole.dossier import read_dossier
from boussole.errors import Fault, SourceError, quoted
from boussole.impact import Past, as_past
from boussole.loading import read_file
from boussole.model import Doctrine

SUFFIXES = (".yml", ".yaml", ".json", ".jsonl", ".html")


def _is_odd(text: str) -> bool:
    """Whether a text has something the ordinary reader refuses, or may hide it behind « \\u »."""
    return "\\u" in text or is_odd(text)


class _OddError(ValueError):
    """Something the short path does not read."""


def find_archives(place: Path) -> list[Path]:
    """The files of dossiers in a folder and those inside it, in order; or the one file that is named."""
    if place.is_file():
        return [place]
    if not place.is_dir():
        raise SourceError(
            [Fault("fichier-illisible", f"introuvable : {quoted(place)}", "un dossier de fichiers", file=str(place))]
        )
    return sorted(path for path in place.rglob("*") if path.suffix.lower() in SUFFIXES and not path.name.startswith("."))


def count_dossiers(paths: Sequence[Path]) -> int:
    """How many dossiers some files hold, at most: what there is to wait for."""
    return sum(_count_lines(path) if path.suffix.lower() == ".jsonl" else 1 for path in paths)


def _count_lines(path: Path) -> int:
    with path.open("rb") as file:
        return sum(1 for _ in file)


class Reader:
    """Reads the dossiers filled under a doctrine."""

    def __init__(self, doctrine: Doctrine) -> None:
        self.doctrine = doctrine

    def read(self, path: Path) -> Iterator[Past | SourceError]:
        """The dossiers of a file, each as it counts, or what is wrong with it."""
        try:
            for name, text in _parts(path):
                try:
                    yield self.read_text(text, name)
                except SourceError as error:
                    yield error
        except SourceError as error:
            yield error

    def read_text(self, text: str, name: str) -> Past:
        """One dossier. Raises `SourceError` when the ordinary reader does."""
        try:
            return self._quickly(text, name)
        except (_OddError, ValueError, RecursionError):
            return as_past(read_dossier(text, name, self.doctrine), name)

    def _quickly(self, text: str, name: str) -> Past:
        if text.startswith("{"):
            if _is_odd(text):
                raise _OddError
            return self._past(_loads(text), name)
        data = read_dialect(text)
        if data is None:
            raise _OddError
        return self._past(data, name)

    def _past(self, data: Mapping[str, Any], name: str) -> Past:
        """What counts of a dossier, when it is what it should be."""
        people, named = data.get("contributors", {}), data.get("doctrine")
        if not isinstance(named, dict) or named.get("id") != self.doctrine.doctrine.id or not isinstance(people, dict):
            raise _OddError
        answers, aside, seen = (_checked(data.get(part, {})) for part in ("answers", "aside", "seen"))
        title = data.get("title")
        if not isinstance(title, str):
            raise _OddError
        return Past(name, title, answers, aside, tuple(people), seen)


def _parts(path: Path) -> Iterator[tuple[str, str]]:
    """The dossiers of a file with their names: one a line in a ``.jsonl``, however long it is; else one."""
    if path.suffix.lower() != ".jsonl":
        yield str(path), read_file(path)
        return
    try:
        with path.open(encoding="utf-8", newline="\n") as file:
            for rank, line in enumerate(file, 1):
                if line.strip():
                    yield f"{path}:{rank}", line.rstrip("\r\n")
    except UnicodeDecodeError:
        raise SourceError([Fault("encodage", "texte qui n’est pas de l’UTF-8", "un texte en UTF-8", file=str(path))]) from None


def _loads(text: str) -> Any:
    """JSON whose numbers stay as they are written, as in any file boussole reads; what YAML would read otherwise is odd."""
    return json.loads(text, object_pairs_hook=_once, parse_int=str, parse_float=str, parse_constant=_refuse)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _OddError
    return found


def _refuse(word: str) -> Any:
    raise _OddError(word)


def _checked(part: Any) -> dict[str, Any]:
    """Answers by question: a text, several, or these by who gives them."""
    if not isinstance(part, dict):
        raise _OddError
    for value in part.values():
        if not isinstance(value, str) and not _is_answer(value):
            raise _OddError
    return part


def _is_answer(value: Any) -> bool:
    if isinstance(value, dict):
        return all(isinstance(given, str) or _is_list(given) for given in value.values())
    return _is_list(value)


def _is_list(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)
