"""YAML text to plain values that remember their place. The only module that knows YAML.

Every scalar stays the text that was written (``oui``, ``no`` and ``012`` are words), so the model alone decides types.
Events are read one by one rather than composed at once: limits on depth and number then hold before memory is spent.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from boussole.errors import Fault, SourceError, Span, quoted

MAX_BYTES = 4 * 1024 * 1024
MAX_DEPTH = 40
MAX_NODES = 100_000

Path = tuple[str | int, ...]

_LINE_BREAK = re.compile("\r\n|[\r\n\x85\u2028\u2029]")
_FORBIDDEN = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

# libyaml speaks English; these are the complaints a person meets. The rest falls back on the general sentence.
_PROBLEMS = {
    "mapping values are not allowed": "deux-points inattendus : la ligne précédente est mal alignée, ou un texte qui contient "
    "« : » n’est pas entre guillemets",
    "found character that cannot start": "ce caractère ne peut pas commencer une valeur (tabulation, @, ` ou %)",
    "did not find expected key": "une clé était attendue ici : vérifier l’alignement et les guillemets de la ligne",
    "could not find expected ':'": "deux-points manquants après une clé",
    "did not find expected ',' or '}'": "accolade « } » ou virgule manquante",
    "did not find expected ',' or ']'": "crochet « ] » ou virgule manquante",
    "did not find expected '-'": "élément de liste mal aligné : « - » attendu",
    "block sequence entries": "liste inattendue ici : la mettre à la ligne, sous sa clé",
    "found unexpected end of stream": "guillemets ou bloc jamais fermés",
    "found unknown escape": "« \\ » suivi d’un caractère inconnu : doubler la barre, ou employer des apostrophes simples",
    "found undefined tag handle": "étiquette « ! » inconnue",
    "did not find expected node content": "une valeur était attendue ici",
    "did not find expected <document start>": "texte en trop après la fin du document",
    "found a tab character": "tabulation dans l’alignement : employer des espaces",
}


@dataclass
class Document:
    """A file read: its ``data``, the place of each value and key by path, and what is already known to be wrong in it."""

    name: str
    lines: list[str]
    data: Any = None
    values: dict[Path, Span] = field(default_factory=dict)
    keys: dict[Path, Span] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    unusable: set[Path] = field(default_factory=set)

    def span(self, path: Path, on_key: bool = False) -> Span:
        """The place of a path; of the nearest value that contains it when the path itself was not written."""
        if on_key and path in self.keys:
            return self.keys[path]
        while path and path not in self.values:
            path = path[:-1]
            on_key = True
        if on_key and path in self.keys:
            return self.keys[path]
        return self.values.get(path, Span(1, 1, 2))

    def fault(self, code: str, path: Path, found: str, expected: str = "", advice: str = "", on_key: bool = False) -> Fault:
        return self.fault_at(code, self.span(path, on_key), found, expected, advice)

    def fault_at(self, code: str, span: Span, found: str, expected: str = "", advice: str = "") -> Fault:
        excerpt = self.lines[span.line - 1] if span.line <= len(self.lines) else ""
        return Fault(code, found, expected, advice, self.name, span, excerpt)


def decode(content: bytes, name: str) -> str:
    """The text of a file, or a `SourceError` that points to the first byte or character that is refused."""
    if len(content) > MAX_BYTES:
        raise SourceError([Fault("fichier-trop-gros", f"fichier de {len(content)} octets", f"au plus {MAX_BYTES}", "", name)])
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8-sig", "replace")
        found = f"octet 0x{content[error.start]:02x} qui n’est pas de l’UTF-8"
        raise SourceError([_fault_after("encodage", before, before, name, found, "un texte en UTF-8")]) from None
    if refused := _FORBIDDEN.search(text):
        found = f"caractère invisible U+{ord(refused[0]):04X}"
        raise SourceError(
            [_fault_after("encodage", text, text[: refused.start()], name, found, "un texte sans caractère de commande")]
        )
    return text


def _fault_after(code: str, text: str, before: str, name: str, found: str, expected: str) -> Fault:
    """The fault that stands just after ``before``, the beginning of ``text``."""
    lines = _LINE_BREAK.split(before)
    column = len(lines[-1]) + 1
    document = Document(name, _LINE_BREAK.split(text))
    return document.fault_at(code, Span(len(lines), column, column + 1), found, expected)


def read(text: str, name: str) -> Document:
    """Read one YAML document. Raises `SourceError` where reading cannot go on; milder faults are in ``faults``."""
    document = Document(name, _LINE_BREAK.split(text))
    events = yaml.parse(text, Loader=yaml.CSafeLoader)
    try:
        _Builder(document, events).build()
    except yaml.MarkedYAMLError as error:
        raise SourceError([*document.faults, _syntax_fault(document, error)]) from None
    return document


def _syntax_fault(document: Document, error: yaml.MarkedYAMLError) -> Fault:
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    problem = error.problem or ""
    told = next((french for english, french in _PROBLEMS.items() if problem.startswith(english)), "syntaxe YAML incorrecte")
    return document.fault_at("syntaxe", Span(line, column, column + 1), told, "un fichier YAML bien formé")


class _Builder:
    """Turns the events of one document into its data, places and faults. One object a document; used once."""

    def __init__(self, document: Document, events: Iterator[Any]) -> None:
        self.document = document
        self.events = events
        self.count = 0

    def build(self) -> None:
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                if self.document.values:
                    self._stop("syntaxe", event, "un second document commence ici (« --- »)", "un seul document par fichier")
                self.document.data = self._value(next(self.events), ())
        if not self.document.values:
            self.document.values[()] = Span(1, 1, 2)

    def _value(self, event: Any, path: Path) -> Any:
        self.count += 1
        if self.count > MAX_NODES:
            self._stop("fichier-trop-gros", event, f"plus de {MAX_NODES} valeurs", "un fichier plus court")
        if len(path) > MAX_DEPTH:
            self._stop("trop-profond", event, f"plus de {MAX_DEPTH} niveaux imbriqués", "une valeur à plat")
        self.document.values[path] = _span(event)
        self._refuse_indirection(event, path)
        match event:
            case yaml.ScalarEvent():
                return event.value
            case yaml.SequenceStartEvent():
                return self._sequence(path)
            case yaml.MappingStartEvent():
                return self._mapping(path)
        return None

    def _sequence(self, path: Path) -> list[Any]:
        items: list[Any] = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            items.append(self._value(event, (*path, len(items))))
        return items

    def _mapping(self, path: Path) -> dict[str, Any]:
        mapping: dict[str, Any] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            if not isinstance(event, yaml.ScalarEvent):
                self._stop("syntaxe", event, "une clé doit être un simple mot", "« clé: valeur »")
            self._refuse_indirection(event, (*path, event.value))
            if event.value in mapping:
                self._skip_duplicate(event, (*path, event.value))
                continue
            self.document.keys[(*path, event.value)] = _span(event)
            mapping[event.value] = self._value(next(self.events), (*path, event.value))
        return mapping

    def _skip_duplicate(self, event: Any, path: Path) -> None:
        """Tell the second key, then read its value for nothing, so that the first keeps its places."""
        first = self.document.keys[path].line
        found = f"clé {quoted(event.value)} déjà écrite ligne {first}"
        self.document.faults.append(self.document.fault_at("cle-en-double", _span(event), found, "une seule fois chaque clé"))
        kept = Document(self.document.name, self.document.lines)
        self.document, kept = kept, self.document
        self._value(next(self.events), path)
        self.document, kept = kept, self.document
        self.document.faults += kept.faults

    def _refuse_indirection(self, event: Any, path: Path) -> None:
        explicit = getattr(event, "tag", None)
        if event.anchor is None and explicit is None:
            return
        what = f"étiquette {quoted(explicit)}" if explicit else f"ancre ou alias {quoted(event.anchor)}"
        self.document.faults.append(
            self.document.fault_at("ancre-ou-alias", _span(event), what, "la valeur écrite en toutes lettres")
        )
        if isinstance(event, yaml.AliasEvent):
            self.document.unusable.add(path)

    def _stop(self, code: str, event: Any, found: str, expected: str) -> None:
        raise SourceError([*self.document.faults, self.document.fault_at(code, _span(event), found, expected)])


def _span(event: Any) -> Span:
    """The first line of an event: a block is shown by its first character, a scalar by its first line."""
    start, end = event.start_mark, event.end_mark
    if end.line > start.line or isinstance(event, yaml.CollectionStartEvent):
        return Span(start.line + 1, start.column + 1, start.column + 2)
    return Span(start.line + 1, start.column + 1, max(end.column, start.column + 1) + 1)


Origin = dict[Path, Path]


def prune(data: Any, unusable: set[Path]) -> tuple[Any, Origin]:
    """The data without the values at some paths, and where each remaining path was before."""
    origin: Origin = {}

    def copy(value: Any, old: Path, new: Path) -> Any:
        origin[new] = old
        if isinstance(value, dict):
            kept = [key for key in value if (*old, key) not in unusable]
            return {key: copy(value[key], (*old, key), (*new, key)) for key in kept}
        if isinstance(value, list):
            places = [place for place in range(len(value)) if (*old, place) not in unusable]
            return [copy(value[place], (*old, place), (*new, rank)) for rank, place in enumerate(places)]
        return value

    return copy(data, (), ()), origin
