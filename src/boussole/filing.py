"""Dossiers as files: one writing, the same in ``static/saving.js``, and the document of a dossier in every form."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from os import PathLike
from pathlib import Path
from typing import Any, Literal, get_args

from boussole.document import render_html, render_markdown
from boussole.dossier import Dossier, read_dossier
from boussole.errors import Fault, SourceError, choices, quoted
from boussole.files import write
from boussole.merging import by_whom
from boussole.model import Doctrine
from boussole.outputs.odt import render_odt
from boussole.outputs.pdf import render_pdf
from boussole.outputs.report import render_text
from boussole.positions import decode

Form = Literal["html", "md", "pdf", "odt", "text"]
DOSSIERS = (".yml", ".yaml", ".json", ".html")
REPORTS: Mapping[str, Form] = {".html": "html", ".md": "md", ".pdf": "pdf", ".odt": "odt"}

# What YAML or HTML would take for a line break or a mark, and what no one would see.
_HIDDEN = re.compile("[\x7f-\x9f\u2028\u2029\ufeff]")
_PLAIN_KEY = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")


def save_dossier(dossier: Dossier, path: str | PathLike[str], doctrine: Doctrine) -> None:
    """Write a dossier in one step, as what its name says: ``.yml``, ``.yaml``, ``.json`` or ``.html``.

    Raises `SourceError` for another suffix, or for a dossier that could not be opened again; `OSError` when the disk refuses.
    What stood there then still stands.
    """
    text = compose(dossier, path, doctrine)
    try:
        write(Path(path), text, is_durable=True)
    except ValueError:
        raise SourceError(
            [Fault("fichier-illisible", f"chemin impossible : {quoted(path)}", "un chemin", file=str(path))]
        ) from None


def compose(dossier: Dossier, path: str | PathLike[str], doctrine: Doctrine) -> str:
    """What `save_dossier` writes, read once for safety: raises `SourceError` rather than give what could not be opened again."""
    suffix = check_suffix(Path(path))
    if suffix == ".html":
        text = report(dossier, doctrine, "html").decode()
    else:
        text = write_json(dossier) if suffix == ".json" else write_yaml(dossier)
    try:
        decode(text.encode(errors="surrogatepass"), str(path))
        read_dossier(text, str(path), doctrine)
    except SourceError as error:
        raise SourceError(_not_saved(error.faults, str(path)), error.untold) from None
    return text


def _not_saved(faults: Iterable[Fault], path: str) -> list[Fault]:
    """Faults of a text that is not in any file: they have no place there."""
    return [Fault(fault.code, f"dossier non enregistré : {fault.found}", fault.expected, fault.advice, path) for fault in faults]


def contributions(dossier: Dossier) -> frozenset[tuple[str, ...]]:
    """What people put in a dossier, by part, question and person: what writing over its file would lose."""
    said = [
        (part, name, who) for part in ("answers", "notes", "aside") for name, words in getattr(dossier, part).items()
        for who in by_whom(words)
    ]  # fmt: skip
    listed = [(part, name) for part in ("evidence", "measures") for name in getattr(dossier, part)]
    return frozenset([*said, *listed, *([("decision",)] if dossier.decision else [])])


def check_suffix(path: Path) -> str:
    """How a dossier is written, by the end of its name. Raises `SourceError` when it says nothing."""
    if (suffix := path.suffix.lower()) in DOSSIERS:
        return suffix
    told = f"fin de nom inconnue {quoted(suffix or path.name)}"
    raise SourceError([Fault("fichier-illisible", told, choices(DOSSIERS), file=str(path))])


def report(dossier: Dossier, doctrine: Doctrine, form: Form = "html") -> bytes:
    """The document of a dossier. Raises `ModuleNotFoundError` when what makes PDF or ODT files is not installed."""
    if form not in get_args(Form):
        raise ValueError(f"forme inconnue {quoted(form)} ; attendu : {choices(get_args(Form))}")
    match form:
        case "html":
            return render_html(doctrine, dossier).encode()
        case "md":
            return render_markdown(doctrine, dossier).encode()
        case "pdf":
            return render_pdf(render_html(doctrine, dossier))
        case "odt":
            return render_odt(doctrine, dossier)
        case "text":
            return render_text(doctrine, dossier, dossier.assess(doctrine)).encode()


def write_json(dossier: Dossier) -> str:
    """A dossier as JSON, two spaces a level."""
    return _guard(json.dumps(dossier.to_data(), ensure_ascii=False, indent=2)) + "\n"


def write_yaml(dossier: Dossier) -> str:
    """A dossier as YAML."""
    return yaml_of(dossier.to_data())


def yaml_of(data: Mapping[str, Any]) -> str:
    """Plain data as YAML: blocks by key, the items of a list of blocks a line each, and what they hold as JSON on its line."""
    return "".join(_lines(data, ""))


def _lines(data: Mapping[str, Any], margin: str) -> Iterator[str]:
    for key, value in data.items():
        name = key if _PLAIN_KEY.fullmatch(key) else _leaf(key)
        if isinstance(value, Mapping) and value:
            yield f"{margin}{name}:\n"
            yield from _lines(value, margin + "  ")
        elif isinstance(value, list) and any(isinstance(item, Mapping) for item in value):
            yield f"{margin}{name}:\n"
            yield from (f"{margin}  - {_leaf(item)}\n" for item in value)
        else:
            yield f"{margin}{name}: {_leaf(value)}\n"


def _leaf(value: Any) -> str:
    return _guard(json.dumps(value, ensure_ascii=False))


def _guard(text: str) -> str:
    return _HIDDEN.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
