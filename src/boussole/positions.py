"""YAML text to plain values that remember their place. The only module that knows YAML.

Every scalar stays the text that was written (``oui``, ``no`` and ``012`` are words), so the model alone decides types.
Events are read one by one rather than composed at once: limits on depth and number then hold before memory is spent.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import takewhile
from typing import Any

import yaml

from boussole.errors import MAX_TOLD, Fault, SourceError, Span, quoted

MAX_BYTES = 4 * 1024 * 1024
MAX_DEPTH = 40
# A validator has one complaint a value, and one a key that a block lacks: these two bound what a file can make us say.
MAX_NODES = 30_000
MAX_BLOCKS = 5_000

Path = tuple[str | int, ...]

_LINE_BREAK = re.compile("\r\n|[\r\n\x85\u2028\u2029]")
_DIRECTIVE = re.compile("%(?<![^\n\r\x85\u2028\u2029]%)")
_FORBIDDEN = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

# What a merge leaves where two versions of a file were not put together; no line of a source starts so.
_CONFLICT = re.compile(r"^(?:<{7}|={7}|>{7}|\|{7})(?=[ \r\n]|\Z)", re.MULTILINE)

# What a quoted text may hide behind a backslash: a terminal, a page or a reader would obey it.
_OBEYED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")

_HALVES = re.compile(r"(?<!\\)((?:\\\\)*)(\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})")

_STANDARD = "tag:yaml.org,2002:"

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
    "did not find expected alphabetic": "ancre (&) ou alias (*) : écrire la valeur en toutes lettres, ou la mettre entre "
    "guillemets",
    "found a tab character": "tabulation dans l’alignement : employer des espaces",
}


@dataclass
class Document:
    """A file read: its ``data``, the event each value and key came from by path, and what is already known to be wrong in it.

    Places are worked out when they are asked for: a sound file needs none of its thousands."""

    name: str
    lines: list[str]
    data: Any = None
    values: dict[Path, yaml.Event] = field(default_factory=dict)
    keys: dict[Path, yaml.Event] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    untold: int = 0
    unusable: set[Path] = field(default_factory=set)
    is_packaged: bool = False  # comes with the program: no one can open it where they work

    def span(self, path: Path, on_key: bool = False) -> Span:
        """The place of a path; of the nearest value that contains it when the path itself was not written."""
        if not (on_key and path in self.keys):
            while path and path not in self.values:
                path = path[:-1]
                on_key = True
        if on_key and path in self.keys:
            return _span(self.keys[path])
        return _span(self.values[path]) if path in self.values else Span(1, 1, 2)

    def at(self, path: Path) -> Any:
        """The value at a path; None when there is none."""
        value = self.data
        for step in path:
            within = step in value if isinstance(value, dict) else isinstance(value, list) and step in range(len(value))
            value = value[step] if within else None
        return value

    def fault(self, code: str, path: Path, found: str, expected: str = "", advice: str = "", on_key: bool = False) -> Fault:
        return self.fault_at(code, self.span(path, on_key), found, expected, advice)

    def fault_at(self, code: str, span: Span, found: str, expected: str = "", advice: str = "") -> Fault:
        excerpt = self.lines[span.line - 1] if span.line <= len(self.lines) else ""
        return Fault(code, found, expected, advice, self.name, span, excerpt)


def decode(content: bytes, name: str, *, is_private: bool = False) -> str:
    """The text of a file, or a `SourceError` that points to the first byte that is not UTF-8.

    ``is_private``: it holds what people said; its place is told, and nothing of its line."""
    if len(content) > MAX_BYTES:
        raise SourceError([_too_big(name)])
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = error.object[: error.start].decode("utf-8")
        byte = "octet" if is_private else f"octet 0x{error.object[error.start]:02x}"
        fault = _fault_after("encodage", before, len(before), name, f"{byte} qui n’est pas de l’UTF-8", "un texte en UTF-8")
        advice = "l’enregistrer en UTF-8" + (" : un tableur dit « CSV UTF-8 »" if name.lower().endswith(".csv") else "")
        raise SourceError([replace(fault, advice=advice, excerpt="" if is_private else fault.excerpt)]) from None


def _too_big(name: str) -> Fault:
    return Fault("fichier-trop-gros", "fichier de plus de 4 Mio", f"au plus {MAX_BYTES} octets", "", name)


def _refuse_characters(text: str, name: str) -> None:
    """What libyaml would refuse in English, or badly, or read for hours: each ``%TAG`` is compared with all those before."""
    if len(text) > MAX_BYTES:
        raise SourceError([_too_big(name)])
    if refused := _FORBIDDEN.search(text):
        found = f"caractère invisible U+{ord(refused[0]):04X}"
        raise SourceError([_fault_after("encodage", text, refused.start(), name, found, "un texte sans caractère de commande")])
    if left := _CONFLICT.search(text):
        found = f"marque de conflit « {left[0]} » : deux versions du fichier n’ont pas été réunies"
        expected = "une seule version, sans les lignes « <<<<<<< », « ======= » et « >>>>>>> »"
        raise SourceError([_fault_after("syntaxe", text, left.start(), name, found, expected)])
    if refused := _DIRECTIVE.search(text):
        found = "une ligne ne commence pas par « % »"
        raise SourceError([_fault_after("syntaxe", text, refused.start(), name, found, "« clé: valeur »")])


def _fault_after(code: str, text: str, place: int, name: str, found: str, expected: str) -> Fault:
    """The fault that stands at a place of a text, counted in characters."""
    before = _LINE_BREAK.split(text[:place])
    rest = _LINE_BREAK.search(text, place)
    column = len(before[-1]) + 1
    line = before[-1] + text[place : rest.start() if rest else None]
    return Fault(code, found, expected, "", name, Span(len(before), column, column + 1), line)


def read(text: str, name: str) -> Document:
    """Read one YAML document. Raises `SourceError` where reading cannot go on; milder faults are in ``faults``."""
    _refuse_characters(text, name)
    document = Document(name, _LINE_BREAK.split(text))
    parser = yaml.CSafeLoader(_as_yaml(text))
    try:
        _Builder(document, iter(parser.get_event, None)).build()
    except yaml.MarkedYAMLError as error:
        raise _stopped(document, _syntax_fault(document, error)) from None
    finally:
        parser.dispose()
    return document


def _as_yaml(text: str) -> str:
    """JSON writes what it escapes beyond 16 bits as two halves, which YAML does not join; any other text as it is."""
    if text.lstrip()[:1] != "{" or not _HALVES.search(text):
        return text
    try:
        json.loads(text)
    except ValueError:
        return text
    return _HALVES.sub(lambda found: found[1] + json.loads(f'"{found[2]}"'), text)


def _stopped(document: Document, fault: Fault) -> SourceError:
    """The last fault of a file that is read no further: it is told, however many come before."""
    before = document.faults[: MAX_TOLD - 1]
    return SourceError([*before, fault], untold=len(document.faults) - len(before))


def _syntax_fault(document: Document, error: yaml.MarkedYAMLError) -> Fault:
    problem = error.problem or ""
    line, column = _place(document.lines, error)
    told = next((french for english, french in _PROBLEMS.items() if problem.startswith(english)), "syntaxe incorrecte")
    if hidden := _hidden("".join(takewhile(lambda char: char == " " or not char.isprintable(), document.lines[line]))):
        told = f"caractère invisible U+{ord(hidden):04X} dans l’alignement : employer des espaces ordinaires"
    elif found := _hidden_after_colon(document.lines, line):
        line, column = found
        told = f"caractère invisible U+{ord(document.lines[line][column]):04X} après « : » : employer une espace ordinaire"
    return document.fault_at("syntaxe", Span(line + 1, column + 1, column + 2), told, _well_formed(document.name))


def _well_formed(name: str) -> str:
    """What a file should be, by the end of its name: people who never saw YAML also meet this."""
    forms = {".json": "un fichier JSON bien formé", ".html": "des données bien formées"}
    return next((told for suffix, told in forms.items() if name.lower().endswith(suffix)), "un fichier YAML bien formé")


def _hidden(text: str) -> str:
    """The first character that no one sees, a tab aside, and which is no plain space; nothing when there is none."""
    return next((char for char in text if not char.isprintable() and char != "\t"), "")


def _hidden_after_colon(lines: list[str], line: int) -> tuple[int, int] | None:
    """Where a character that no one sees follows the colon of a key, on a line or the one before: it is then no key, and YAML
    only stops at the next. Counted from 0."""
    above = next((rank for rank in range(line - 1, -1, -1) if lines[rank].strip()), line)
    for rank in (line, above):
        found = re.match("[ -]*[^ :]+:(.)", lines[rank])
        if found and _hidden(found[1]):
            return rank, found.start(1)
    return None


def _place(lines: list[str], error: yaml.MarkedYAMLError) -> tuple[int, int]:
    """Where to look, counted from 0; what is found missing at the end of the file is shown where it began."""
    mark = error.problem_mark or error.context_mark
    if mark and error.context_mark and not "".join(lines[mark.line :])[mark.column :].strip():
        mark = error.context_mark
    line = min(mark.line, len(lines) - 1) if mark else 0
    return line, min(mark.column, len(lines[line])) if mark else 0


class _Builder:
    """Turns the events of one document into its data, places and faults. One object a document; used once."""

    def __init__(self, document: Document, events: Iterator[Any]) -> None:
        self.document = document
        self.events = events
        self.nodes = self.blocks = 0

    def build(self) -> None:
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                if self.document.values:
                    self._stop("syntaxe", event, "un second document commence ici (« --- »)", "un seul document par fichier")
                self.document.data = self._value(next(self.events), ())

    def _value(self, event: Any, path: Path) -> Any:
        self._limit(event, path)
        self.document.values[path] = event
        if event.anchor is not None or getattr(event, "tag", None) is not None:
            self._refuse_indirection(event, path)
        if isinstance(event, yaml.ScalarEvent):
            return self._text(event)
        if isinstance(event, yaml.CollectionStartEvent):
            return self._mapping(path) if isinstance(event, yaml.MappingStartEvent) else self._sequence(path)
        return None

    def _text(self, event: yaml.ScalarEvent) -> str:
        """What a scalar says; a character that a terminal would obey is told and taken out."""
        value: str = event.value
        if refused := _OBEYED.search(value):
            found = f"caractère de commande U+{ord(refused[0]):04X} dans un texte"
            fault = self.document.fault_at("encodage", _span(event), found, "un texte sans caractère de commande")
            self.document.faults.append(fault)
            value = _OBEYED.sub("", value)
        return value

    def _key(self, event: yaml.ScalarEvent) -> str:
        """What a key says; a character that no one sees is told and taken out, so that two keys that look alike are the same."""
        key = self._text(event)
        if hidden := _hidden(key):
            key = "".join(filter(str.isprintable, key))
            found = f"caractère invisible U+{ord(hidden):04X} dans la clé {quoted(key)}"
            fault = self.document.fault_at("encodage", _span(event), found, "une clé sans caractère invisible")
            self.document.faults.append(fault)
        return key

    def _limit(self, event: Any, path: Path) -> None:
        self.nodes += 1
        self.blocks += isinstance(event, yaml.MappingStartEvent)
        if self.nodes > MAX_NODES:
            self._stop("fichier-trop-gros", event, f"plus de {MAX_NODES} valeurs", "un fichier plus court")
        if self.blocks > MAX_BLOCKS:
            self._stop("fichier-trop-gros", event, f"plus de {MAX_BLOCKS} blocs", "un fichier plus court")
        if len(path) > MAX_DEPTH:
            self._stop("trop-profond", event, f"plus de {MAX_DEPTH} niveaux imbriqués", "une valeur à plat")

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
            key = self._key(event)
            place = (*path, key)
            if event.anchor is not None or event.tag is not None:
                self._refuse_indirection(event, place)
            if key in mapping:
                self._skip_duplicate(event, place)
                continue
            self.document.keys[place] = event
            mapping[key] = self._value(next(self.events), place)
        return mapping

    def _skip_duplicate(self, event: Any, path: Path) -> None:
        """Tell the second key, then read its value for nothing, so that the first keeps its places."""
        first = _span(self.document.keys[path]).line
        found = f"clé {quoted(path[-1])} déjà écrite ligne {first}"
        self.document.faults.append(self.document.fault_at("cle-en-double", _span(event), found, "une seule fois chaque clé"))
        document = self.document
        self.document = Document(document.name, document.lines, faults=document.faults)
        self._value(next(self.events), path)
        self.document = document

    def _refuse_indirection(self, event: Any, path: Path) -> None:
        """Tell an anchor, an alias or a tag: a value must be read where it stands."""
        explicit = getattr(event, "tag", None)
        what = f"étiquette {quoted(explicit.replace(_STANDARD, '!!'))}" if explicit else f"ancre ou alias {quoted(event.anchor)}"
        self.document.faults.append(
            self.document.fault_at("ancre-ou-alias", _span(event), what, "la valeur écrite en toutes lettres")
        )
        if isinstance(event, yaml.AliasEvent):
            self.document.unusable.add(path)

    def _stop(self, code: str, event: Any, found: str, expected: str) -> None:
        raise _stopped(self.document, self.document.fault_at(code, _span(event), found, expected))


def _span(event: Any) -> Span:
    """The first line of an event: a block is shown by its first character, a scalar by its first line."""
    start, end = event.start_mark, event.end_mark
    if end.line > start.line or isinstance(event, yaml.CollectionStartEvent):
        return Span(start.line + 1, start.column + 1, start.column + 2)
    return Span(start.line + 1, start.column + 1, max(end.column, start.column + 1) + 1)
