"""A base doctrine and what another one changes of it, as one document whose values remember the file each came from.

Works on plain data, before shapes are read: what comes out is checked like any other source.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any

from boussole.errors import MAX_TOLD, Fault, PathFault, SourceError, choices, quoted
from boussole.model import Adaptation, Identity, Version
from boussole.parsing import build
from boussole.positions import MAX_NODES, Document, Path
from boussole.shapes import Sized

KEY = "extends"  # what tells an extension from a whole doctrine

# What may be changed, by the name an override gives it: the part of the source that holds it.
KINDS = {
    "level": "scale",
    "topic": "topics",
    "source": "sources",
    "document": "documents",
    "text": "texts",
    "role": "roles",
    "section": "sections",
    "question": "questions",
    "indicator": "indicators",
    "guarantee": "guarantees",
    "case": "cases",
    "prohibition": "prohibitions",
    "high-risk": "high_risk",
    "term": "glossary",
    "event": "timeline",
    "discrepancy": "discrepancies",
    "interpretation": "interpretations",
    "unverified": "unverified",
}
NESTED = ("question", "indicator")  # they stand in the section that their id names
VERBS = ("change", "remove", "add")
_WHOLE = ("when",)  # two parents would be one too many: a condition replaces the former one
# What is computed from a whole item: an override of that item is to blame, whichever of its lines is shown.
_CLAIMS = ("cas-inexact", "garantie-fausse", "garantie-vide")

Place = tuple[Document, Path]


@dataclass(frozen=True, kw_only=True, eq=False)
class Override:
    """One thing changed, removed or added, and why."""

    change: Annotated[dict[str, str], Sized(1, 1)] | None = None
    remove: Annotated[dict[str, str], Sized(1, 1)] | None = None
    add: Annotated[dict[str, dict[str, Any]], Sized(1, 1)] | None = None
    set: Annotated[dict[str, Any], Sized(1)] | None = None  # blocks are merged, lists and texts replaced
    drop: Annotated[list[str], Sized(1)] | None = None  # « options/peut-etre »: keys taken out before `set`
    after: str | None = None
    before: str | None = None
    because: str


@dataclass(frozen=True, kw_only=True, eq=False)
class Extension:
    """A doctrine told by what it changes of another one."""

    extends: str
    doctrine: Identity
    versions: list[Version] = field(default_factory=list)
    overrides: list[Override] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Target:
    """What an override is about, and where it says so."""

    verb: str
    kind: str
    id: str
    path: Path


class Merged(Document):
    """The document of an extension: each place leads back to the file that wrote it."""

    def __init__(self, own: Document, base: Document) -> None:
        super().__init__(own.name, own.lines)
        self.own = own
        self.places: dict[Path, Place] = {(): (base, ())}
        self.altered: dict[Path, Path] = {}  # inside an item, the first override that wrote under each path
        self.changed: dict[Path, Path] = {}  # the override that changed each item

    def origin(self, path: Path, code: str = "") -> Place:
        """The file a value came from, and its path there; an override that wrote inside the value is to blame for it."""
        before = next(path[:length] for length in range(len(path), -1, -1) if path[:length] in self.places)
        document, inner = self.places[before]
        if document is not self.own and path in self.altered:
            return self.own, self.altered[path]
        if document is not self.own and code in _CLAIMS and path[:2] in self.changed:
            return self.own, self.changed[path[:2]]
        if isinstance(document, Merged):
            return document.origin(inner + path[len(before) :], code)
        return document, inner + path[len(before) :]

    def put(self, item: "Item", path: Path) -> None:
        """Remember where an item, and what an override wrote in it, came from."""
        self.places[path] = item.source
        for place, source in item.patches.items():
            self.places[path + place] = source
            for length in range(1, len(place)):
                self.altered.setdefault(path + place[:length], source[1])
        if item.override:
            self.changed[path] = item.override

    def span(self, path: Path, on_key: bool = False) -> Any:
        document, inner = self.origin(path)
        return document.span(inner, on_key)

    def fault(self, code: str, path: Path, found: str, expected: str = "", advice: str = "", on_key: bool = False) -> Fault:
        document, inner = self.origin(path, code)
        if document is not self.own:
            mend = f"ligne de la base : la reprendre dans « overrides » de {self.own.name}"
            advice = f"{advice} ; {mend}" if advice else mend
        if document.is_packaged and not self.own.is_packaged:  # forges and editors show a place of the repository
            told = f"{found} ({document.name}, ligne {document.span(inner, on_key).line})"
            return self.own.fault(code, (KEY,), told, expected, advice)
        return document.fault(code, inner, found, expected, advice, on_key)


def read_extension(document: Document) -> Extension:
    """The frame of an extension; raises `SourceError` with everything wrong in it."""
    return build(document, Extension)


def extend(document: Document, extension: Extension, base: Document) -> Document:
    """The base as the extension changes it. The base must be sound; raises `SourceError` when an override has no object."""
    adapting = _Adapting(document, base)
    if document.at(("doctrine", "id")) == base.at(("doctrine", "id")):
        told = f"identifiant {quoted(extension.doctrine.id)} de la base"
        adapting.refuse("identifiant-en-double", ("doctrine", "id"), told, "un identifiant à vous")
    for rank, override in enumerate(extension.overrides):
        adapting.apply(("overrides", rank), override)
    if adapting.faults:
        raise SourceError(adapting.faults)
    return adapting.assemble()


def targets(extension: Extension) -> list[Target | None]:
    """What each override is about; None when it does not say one thing."""
    return [target_of(override, ("overrides", rank)) for rank, override in enumerate(extension.overrides)]


def target_of(override: Override, path: Path) -> Target | None:
    """What an override is about; None when it does not say one thing."""
    given = [verb for verb in VERBS if getattr(override, verb) is not None]
    if len(given) != 1:
        return None
    ((kind, named),) = getattr(override, given[0]).items()
    place = (*path, given[0], kind)
    if isinstance(named, str):
        return Target(given[0], kind, named, place)
    name = named.get("id")
    return Target(given[0], kind, name, (*place, "id")) if isinstance(name, str) else Target(given[0], kind, "", place)


def adaptations(extension: Extension) -> tuple[Adaptation, ...]:
    """What each override does and why, for whoever reads the doctrine."""
    found = zip(targets(extension), extension.overrides, strict=True)
    return tuple(Adaptation(target.verb, target.kind, target.id, override.because) for target, override in found if target)


def gather(document: Document) -> dict[str, list["Item"]]:
    """Everything a sound document declares under an id, by kind, in its order."""
    items: dict[str, list[Item]] = {kind: [] for kind in KINDS}
    for kind, part in KINDS.items():
        if kind not in NESTED:
            for rank, data in enumerate(document.data.get(part, [])):
                items[kind].append(Item(data, (document, (part, rank))))
    for section in items["section"]:
        _unfold(section, items)
    return items


def _unfold(section: "Item", items: Mapping[str, list["Item"]]) -> None:
    """Take the questions and the indicators out of their section."""
    document, path = section.source
    for kind in NESTED:
        part = KINDS[kind]
        inside = section.data.get(part)
        if isinstance(inside, list):
            items[kind] += [Item(data, (document, (*path, part, rank)), section.id) for rank, data in enumerate(inside)]
            section.data = {key: value for key, value in section.data.items() if key != part}


@dataclass(eq=False)
class Item:
    """Something declared under an id: where it was written, and what an override wrote in it since."""

    data: Any
    source: Place
    section: str = ""
    patches: dict[Path, Place] = field(default_factory=dict)
    override: Path | None = None

    @property
    def id(self) -> str:
        """Its id; nothing when it is not written as one."""
        found = self.data.get("id") if isinstance(self.data, dict) else None
        return found if isinstance(found, str) else ""


class _Adapting:
    """Applies the overrides one by one. One object an extension; used once."""

    def __init__(self, document: Document, base: Document) -> None:
        self.document = document
        self.base = base
        self.items = gather(base)
        self.index = {(kind, item.id): item for kind, items in self.items.items() for item in items}
        self.faults: list[Fault] = []
        self.inside: defaultdict[tuple[str, str], list[Item]] = defaultdict(list)
        self.seen: dict[tuple[str, str], Path] = {}
        self.retired: dict[str, str] = dict(base.data.get("retired", {}))
        self.reasons: dict[str, Path] = {}

    def refuse(self, code: str, path: Path, found: str, expected: str = "", advice: str = "", **more: Any) -> None:
        """Keep a fault of the extension's own file."""
        fault = PathFault(code, path, found, expected, advice, **more)
        advice = fault.advise() if len(self.faults) < MAX_TOLD else ""
        self.faults.append(self.document.fault(code, path, found, expected, advice, fault.on_key))

    def apply(self, path: Path, override: Override) -> None:
        target = self._target(path, override)
        if target is None:
            return
        self.seen[target.kind, target.id] = target.path
        if target.verb == "add":
            self._add(path, override, target)
        elif (item := self._find(target.kind, target.id, target.path)) is None:
            return
        elif target.verb == "remove":
            self._remove(path, override, target.kind, item)
        else:
            item.override = (*path, "change")
            self._change(path, override, item, target.kind)

    def _target(self, path: Path, override: Override) -> Target | None:
        """What the override is about; None, with its fault, when it cannot be understood."""
        target = target_of(override, path)
        if target is None:
            expected = f"une seule des clés {choices(VERBS)}"
            self.refuse("adaptation-mal-formee", path, "une adaptation fait une seule chose", expected)
        elif target.kind not in KINDS:
            place = (*path, target.verb, target.kind)
            near = (target.kind, tuple(KINDS))
            told = f"nature inconnue {quoted(target.kind)}"
            self.refuse("valeur-inconnue", place, told, choices(KINDS, len(KINDS)), alike=near, on_key=True)
        elif not target.id:
            self.refuse("cle-manquante", target.path, "clé manquante « id »", "« id » dans ce bloc")
        elif (target.kind, target.id) in self.seen:
            line = self.document.span(self.seen[target.kind, target.id]).line
            told = f"{quoted(target.id)} déjà repris ligne {line}"
            self.refuse("identifiant-en-double", target.path, told, "une seule adaptation pour chaque identifiant")
        elif self._fits(path, override, target.verb):
            return target
        return None

    def _fits(self, path: Path, override: Override, verb: str) -> bool:
        """Whether the other keys go with the verb."""
        before = len(self.faults)
        allowed = {"change": ("set", "drop"), "add": ("after", "before")}.get(verb, ())
        given = [key for key in ("set", "drop", "after", "before") if getattr(override, key) is not None]
        for key in given:
            if key not in allowed:
                expected = choices(allowed) or "rien d’autre que « because »"
                self.refuse("adaptation-mal-formee", (*path, key), f"{quoted(key)} avec « {verb} »", expected, on_key=True)
        if verb == "change" and not given:
            self.refuse("adaptation-mal-formee", path, "« change » sans dire quoi", "« set » ou « drop »")
        if verb == "add" and len(given) > 1:
            self.refuse("adaptation-mal-formee", path, "« after » et « before » à la fois", "une seule place")
        return len(self.faults) == before

    def _find(self, kind: str, name: str, path: Path) -> Item | None:
        if found := self.index.get((kind, name)):
            return found
        known = tuple(item.id for item in self.items[kind])
        advice = f"la base l’a retiré : {self.retired[name]}" if kind == "question" and name in self.retired else ""
        told = f"{quoted(name)} n’existe pas dans la base"
        self.refuse("identifiant-inconnu", path, told, "un identifiant de la base", advice, alike=(name, known))
        return None

    def _add(self, path: Path, override: Override, target: Target) -> None:
        siblings = self.items[target.kind]
        if (target.kind, target.id) in self.index:
            told, advice = f"identifiant {quoted(target.id)} déjà pris dans la base", "pour le modifier : « change »"
            self.refuse("identifiant-en-double", target.path, told, "un identifiant neuf", advice)
            return
        item = Item((override.add or {})[target.kind], (self.document, (*path, "add", target.kind)))
        if target.kind in NESTED:
            item.section = target.id.partition(".")[0]
            self._find("section", item.section, target.path)
        key = "after" if override.after is not None else "before"
        if (name := getattr(override, key)) is None:
            siblings.append(item)
        elif beside := self._beside(target.kind, name, (*path, key), item.section):
            siblings.insert(siblings.index(beside) + (key == "after"), item)
        self.index[target.kind, target.id] = item
        if target.kind == "section":
            _unfold(item, self.items)

    def _beside(self, kind: str, name: str, path: Path, section: str) -> Item | None:
        """What something is added next to, in the same section."""
        found = self._find(kind, name, path)
        if found and found.section != section:
            self.refuse("identifiant-inconnu", path, f"{quoted(name)} est dans une autre section", "un voisin de la même section")
            return None
        return found

    def _remove(self, path: Path, override: Override, kind: str, item: Item) -> None:
        self.items[kind].remove(item)
        del self.index[kind, item.id]
        gone = [item.id] if kind == "question" else []
        if kind == "section":
            gone = [question.id for question in self.items["question"] if question.section == item.id]
            for nested in NESTED:
                self.items[nested] = [inside for inside in self.items[nested] if inside.section != item.id]
        for name in gone:  # an id that was published never means anything else
            self.index.pop(("question", name), None)
            self.retired[name] = override.because
            self.reasons[name] = (*path, "because")

    def _change(self, path: Path, override: Override, item: Item, kind: str) -> None:
        for rank, dotted in enumerate(override.drop or []):
            keys = tuple(dotted.split("/"))
            place = (*path, "drop", rank)
            data = _without(item.data, keys)
            if data is None:
                self.refuse("identifiant-inconnu", place, f"rien à retirer à {quoted(dotted)}", "une clé écrite dans la base")
            else:
                item.data = data
                item.patches[keys] = (self.document, place)
        fixed = ("id", *(KINDS[nested] for nested in NESTED if kind == "section"))
        for key in fixed:
            if key in (override.set or {}):
                told = f"{quoted(key)} ne se remplace pas"
                advice = (
                    "un identifiant publié ne change jamais" if key == "id" else "reprendre chaque élément par son identifiant"
                )
                self.refuse("adaptation-mal-formee", (*path, "set", key), told, "d’autres clés", advice, on_key=True)
        item.data = self._overlay(item, item.data, override.set or {}, (), (*path, "set"))

    def _overlay(self, item: Item, data: Mapping[str, Any], changes: Mapping[str, Any], where: Path, source: Path) -> Any:
        """Some data with changes laid over it: blocks are merged, the rest is replaced."""
        merged = dict(data)
        for key, value in changes.items():
            former = merged.get(key)
            if isinstance(value, dict) and isinstance(former, dict) and key not in _WHOLE:
                merged[key] = self._overlay(item, former, value, (*where, key), (*source, key))
            else:
                merged[key] = value
                item.patches[(*where, key)] = (self.document, (*source, key))
        return merged

    def assemble(self) -> Document:
        """The whole source that results, under the limits of a source."""
        merged = Merged(self.document, self.base)
        for kind in NESTED:
            for item in self.items[kind]:
                self.inside[kind, item.section].append(item)
        data = {key: value for key, value in self.base.data.items() if key != "versions"}
        for key in ("doctrine", "versions"):
            if key in self.document.data:
                data[key] = self.document.data[key]
                merged.places[(key,)] = (self.document, (key,))
        for kind, part in KINDS.items():
            if kind not in NESTED and (self.items[kind] or part in data):
                data[part] = [self._put(merged, item, (part, rank)) for rank, item in enumerate(self.items[kind])]
        if self.retired:
            data["retired"] = self.retired
            merged.places |= {("retired", name): (self.document, path) for name, path in self.reasons.items()}
        if _count(data) > MAX_NODES:
            told = f"plus de {MAX_NODES} valeurs avec la base"
            raise SourceError([self.document.fault("fichier-trop-gros", (KEY,), told, "une source plus courte")])
        merged.data = data
        return merged

    def _put(self, merged: Merged, item: Item, path: Path) -> Any:
        """The data of an item at its new place, its questions and indicators back in it."""
        merged.put(item, path)
        if path[0] != "sections" or len(path) > 2:
            return item.data
        data = dict(item.data)
        for kind in NESTED:
            part = KINDS[kind]
            inside = self.inside[kind, item.id]
            if part not in data and (inside or kind == "question"):  # what is still there could not be taken out: it is no list
                data[part] = [self._put(merged, nested, (*path, part, rank)) for rank, nested in enumerate(inside)]
        return data


def _without(data: Any, keys: Sequence[str]) -> Any:
    """Some data without what stands under some keys; None when nothing does."""
    if not isinstance(data, dict) or keys[0] not in data:
        return None
    if len(keys) == 1:
        return {key: value for key, value in data.items() if key != keys[0]}
    inside = _without(data[keys[0]], keys[1:])
    return None if inside is None else {**data, keys[0]: inside}


def _count(value: Any) -> int:
    parts: Collection[Any] = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + sum(map(_count, parts))
