"""From a file to a sound doctrine, or to everything that is wrong in it."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from os import PathLike
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any, TypeVar

from boussole.errors import MAX_TOLD, Fault, PathFault, SourceError, choices, nearest, quoted
from boussole.model import SLUG, Derivation, Doctrine, Identity
from boussole.parsing import locate, parse
from boussole.positions import MAX_BYTES, Document, decode, read
from boussole.shapes import Origin
from boussole.soundness import check_claims, check_names

if TYPE_CHECKING:
    from boussole.extending import Extension

DOCTRINES = Path(__file__).parent / "doctrines"
DEFAULT = "nantes.yml"
SUFFIXES = (".yml", ".yaml", ".json")  # of the files of a data folder
LOCK = ".lock.yml"  # beside an extension: what its base was when someone last looked
MAX_BASES = 5
Read = TypeVar("Read")
# Names are checked even when the doctrine does not say well who it is.
_STAND_INS = {"doctrine": Identity(id="x", name="x", authority="x", version="x", adopted=date.min, notice="x")}
# Parts the rest refers to: while one of them is missing altogether, every name would seem unknown.
_REFERRED_TO = ("topics", "sources", "documents", "texts")
# Parts the algebra stands on: while one of them is faulty, recomputing cases and guarantees would only repeat it.
_LOAD_BEARING = {"scale", "sections", "roles", "retired"}


def load(path: str | PathLike[str] | None = None, *, with_claims: bool = True) -> Doctrine:
    """The doctrine a YAML file describes, or one of those that are embedded, by name; that of Nantes Métropole by default.

    Raises `SourceError`, with every fault at its place, when the file cannot be read or is not sound. Without its claims, worked
    cases and guarantees may not hold: what changed is then looked for before they are mended.
    """
    return _load(open_source(path), with_claims=with_claims)[1]


def load_text(text: str, name: str = DEFAULT, *, with_claims: bool = True) -> Doctrine:
    """The doctrine a YAML text describes; ``name`` stands for the file in messages. It may only extend an embedded one."""
    return _load(Source(text, name), with_claims=with_claims)[1]


def embedded() -> list[str]:
    """The names of the doctrines that come with the program."""
    return sorted(path.stem for path in DOCTRINES.glob("*.yml") if not path.name.endswith(LOCK))


def comparable(doctrine: Doctrine) -> list[Doctrine]:
    """The doctrines to set beside one: its base; beside an embedded one, the others that are embedded too."""
    if doctrine.doctrine.id in embedded():
        return [load(name) for name in embedded() if name != doctrine.doctrine.id]
    return [doctrine.derivation.base] if doctrine.derivation else []


@dataclass(frozen=True, slots=True)
class Source:
    """The text of a doctrine; the folder that what it extends must stay in, and the folder it stands in itself."""

    text: str
    name: str
    root: Path | None = None
    path: Path | None = None


def open_source(path: str | PathLike[str] | None = None) -> Source:
    """The text of a file, or of an embedded doctrine by name."""
    name = str(path or Path(DEFAULT).stem)
    if re.fullmatch(SLUG, name):
        if name in embedded():
            return _embedded(name)
        if not Path(name).exists():
            advice = nearest(name, embedded())
            raise SourceError(
                [Fault("fichier-illisible", f"fichier introuvable : {quoted(name)}", "un fichier lisible", advice, name)]
            )
    return Source(read_file(name), name, Path(name).resolve().parent, Path(name).resolve())


def _embedded(name: str) -> Source:
    path = DOCTRINES / f"{name}.yml"
    return Source(path.read_text(encoding="utf-8"), path.name, DOCTRINES, path)


def _load(source: Source, chain: tuple[Source, ...] = (), *, with_claims: bool = True) -> tuple[Document, Doctrine]:
    document = read(source.text, source.name)
    document.is_packaged = source.root == DOCTRINES
    if not is_extension(document):
        return document, _build(document, with_claims)
    from boussole.extending import adaptations, extend  # noqa: PLC0415 - most doctrines stand alone, and loading must be fast

    extended = read_extended(source, document, chain)
    merged = extend(document, extended.extension, extended.base_document)
    doctrine = _build(merged, with_claims)
    # What a cached property would find, told here: it is not in the source, so it is no field of the model.
    vars(doctrine)["derivation"] = Derivation(extended.base, adaptations(extended.extension))
    return merged, doctrine


def is_extension(document: Document) -> bool:
    """Whether a document tells a doctrine by what it changes of another one."""
    return isinstance(document.data, dict) and "extends" in document.data


@dataclass(frozen=True, slots=True)
class Extended:
    """An extension that can be read, and its base, sound."""

    document: Document
    extension: "Extension"
    base_document: Document
    base: Doctrine


def read_extended(source: Source, document: Document, chain: tuple[Source, ...] = ()) -> Extended:
    """What an extension says, and its base; what is wrong in either is told, the base's own faults in its own file."""
    from boussole.extending import read_extension  # noqa: PLC0415 - see above

    extension = read_extension(document)
    base = _base(source, document, extension.extends, (*chain, source))
    try:
        return Extended(document, extension, *_load(base, (*chain, source)))
    except SourceError as error:
        told = f"la base {quoted(extension.extends)} ne peut pas servir : ses fautes sont dites à leur place"
        about = _about_base(document, "base-fautive", told, "une base correcte", f"boussole check {base.name}")
        shown = error.faults[: MAX_TOLD - 1]
        raise SourceError([*shown, about], error.untold + len(error.faults) - len(shown)) from None


def _base(source: Source, document: Document, name: str, chain: tuple[Source, ...]) -> Source:
    """The source that an extension names: an embedded doctrine, or a file inside the folder of the first one."""
    if re.fullmatch(SLUG, name):
        if name not in embedded():
            told, advice = f"doctrine de base inconnue {quoted(name)}", nearest(name, embedded())
            expected = f"{choices(embedded())}, ou le chemin d’un fichier .yml"
            raise SourceError([_about_base(document, "base-introuvable", told, expected, advice)])
        found = _embedded(name)
    else:
        found = _beside(source, document, name)
    if any(found.path == other.path for other in chain):
        loop = " → ".join([*(other.name for other in chain[[other.path for other in chain].index(found.path) :]), found.name])
        raise SourceError(
            [_about_base(document, "base-circulaire", f"bases en boucle : {loop}", "une base qui n’étend pas celle-ci")]
        )
    if len(chain) > MAX_BASES:
        told = f"plus de {MAX_BASES} bases l’une sur l’autre"
        raise SourceError([_about_base(document, "base-circulaire", told, "une base plus proche")])
    return found


def _beside(source: Source, document: Document, name: str) -> Source:
    """A file named by an extension: relative, and inside the folder of the first extension, links followed."""
    if source.root is None or source.path is None:
        told = f"{quoted(name)} : cette source n’est pas un fichier"
        raise SourceError([_about_base(document, "base-introuvable", told, f"une doctrine fournie : {choices(embedded())}")])
    try:
        path = (source.path.parent / name).resolve()
        is_inside = not Path(name).is_absolute() and source.root in path.parents
        is_there = is_inside and path.is_file()
    except (OSError, ValueError, RuntimeError):
        is_inside, is_there = True, False
    if not is_inside:
        told, advice = f"{quoted(name)} sort du dossier de la source", "copier la base dans ce dossier"
        raise SourceError([_about_base(document, "base-introuvable", told, "un chemin relatif, sans en sortir", advice)])
    if not is_there:
        told, advice = f"base introuvable {quoted(name)}", "la remettre à sa place, ou en changer"
        raise SourceError([_about_base(document, "base-introuvable", told, "le chemin d’un fichier de ce dossier", advice)])
    shown = PurePath(source.name).parent / name
    return Source(read_file(path), str(shown), source.root, path)


def _about_base(document: Document, code: str, found: str, expected: str, advice: str = "") -> Fault:
    return document.fault(code, ("extends",), found, expected, advice)


def _build(document: Document, with_claims: bool) -> Doctrine:
    """The sound doctrine a document describes."""
    doctrine, faults, origin = parse(document, Doctrine, _STAND_INS)
    if doctrine is not None:
        faults += locate(document, _check(document, doctrine, origin, with_claims), origin)
    if doctrine is None or faults:
        raise SourceError(faults, document.untold)
    return doctrine


def _check(document: Document, doctrine: Doctrine, origin: Origin, with_claims: bool) -> list[PathFault]:
    """What is wrong in the parts that could be read, but for what follows from the others."""
    if any((part,) in origin.left_out for part in _REFERRED_TO):
        return []
    found = check_names(doctrine, _left_out(document, origin))
    faulty = {path[0] for path in [*origin.left_out, *(fault.path for fault in found)]}
    if with_claims and not document.faults and not faulty & _LOAD_BEARING and len(found) < MAX_TOLD:
        found += check_claims(doctrine, skipped={fault.path[:2] for fault in found})
    thinned = {path[:-1] for path in origin.left_out}
    return [fault for fault in found if origin.of(fault.path) not in thinned]


def _left_out(document: Document, origin: Origin) -> dict[str, set[str]]:
    """The ids declared in what is left out, by part; a mistyped part may be any of those the rest refers to."""
    ids: defaultdict[str, set[str]] = defaultdict(set)
    for path in origin.left_out:
        for part in [str(path[0])] if path[0] in Doctrine.__dataclass_fields__ else _REFERRED_TO:
            ids[part] |= _written_ids(document.at(path))
    return ids


def read_file(path: str | PathLike[str], *, is_private: bool = False) -> str:
    """The text of a file; raises `SourceError` when it cannot be read, is too big or is not UTF-8. ``is_private``: `decode`."""
    try:
        with Path(path).open("rb") as file:
            return decode(file.read(MAX_BYTES + 1), str(path), is_private=is_private)
    except OSError as error:
        reasons = {
            FileNotFoundError: "fichier introuvable",
            IsADirectoryError: "ceci est un répertoire, pas un fichier",
            PermissionError: "lecture refusée",
        }
        told = reasons.get(type(error), "fichier illisible")
        raise SourceError(
            [Fault("fichier-illisible", f"{told} : {quoted(path)}", "un fichier lisible", file=str(path))]
        ) from None
    except ValueError as error:
        if isinstance(error, SourceError):
            raise
        raise SourceError(
            [Fault("fichier-illisible", f"chemin impossible : {quoted(path)}", "un chemin", file=str(path))]
        ) from None


def data_files(folder: Path) -> list[Path]:
    """The files of a data folder, in the order of their names; none when there is no such folder."""
    return sorted(path for path in folder.glob("*") if path.suffix in SUFFIXES and not path.name.endswith(LOCK))


def twins(folder: Path) -> list[Fault]:
    """The files of a data folder that have the name of another one, but for its end: each would tell the other again."""
    told, expected = "un autre fichier a ce nom, avec une autre fin", "un seul fichier de ce nom"
    files = data_files(folder)
    stems = Counter(path.stem for path in files)
    return [
        Fault("fiche-mal-nommee", f"{quoted(path.name)} : {told}", expected, file=str(path))
        for path in files
        if stems[path.stem] > 1
    ]


def read_folder(folder: Path, read_one: Callable[[str, str], Read]) -> list[Read]:
    """What the files of a folder hold, in the order of their names. Raises `SourceError` with the faults of all of them."""
    found, faults, untold = list[Read](), twins(folder), 0
    for path in data_files(folder):
        try:
            found.append(read_one(read_file(path), str(path)))
        except SourceError as error:
            faults, untold = [*faults, *error.faults], untold + error.untold
    if faults:
        raise SourceError(faults, untold)
    return found


def _written_ids(value: Any) -> set[str]:
    """Every id written in a part of the file."""
    written: set[str] = set()
    waiting = [value]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            written |= {value["id"]} if isinstance(value.get("id"), str) else set()
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value
    return written
