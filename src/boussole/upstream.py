"""What the base of an extension became since someone last looked at it, and what that does to each override.

What it was is kept in a lock file beside the source, never in it: fingerprints in a text people write are noise.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from boussole.extending import KINDS, Extension, Item, Override, gather, targets
from boussole.loading import Extended
from boussole.parsing import build
from boussole.positions import read

What = Literal["added", "removed", "meaning", "wording"]
State = Literal["applies", "useless", "review", "conflict"]

# What of these weighs on opinions, or promises them; the rest is wording. A question has the fingerprint of its rule.
_NORMATIVE = {
    "indicator": ("bands",),
    "guarantee": ("premises", "opinions", "reaches"),
    "case": ("answers", "otherwise", "opinion", "turning_point"),
}
_WORDS = ("label", "because", "remedy")
_HEAD = "# Écrit par « boussole upstream --accept » : la base telle qu’elle a été relue. Ne pas modifier à la main.\n"


@dataclass(frozen=True, kw_only=True)
class Lock:
    """The base as it was: the fingerprint of the meaning of what has one (questions by id, the rest by « kind/id »), and of
    everything as it was written."""

    base: str
    version: str
    fingerprint: str
    meanings: dict[str, str]
    contents: dict[str, dict[str, str]]


@dataclass(frozen=True, slots=True)
class Change:
    """What happened to one thing in the base; what weighs on opinions has a meaning apart from its wording."""

    kind: str
    id: str
    what: What


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an override has become; ``detail`` says why it is to be looked at."""

    verb: str
    kind: str
    id: str
    line: int
    state: State
    detail: str = ""


def lock_of(extended: Extended) -> Lock:
    """The base of an extension as it is now."""
    items = gather(extended.base_document)
    return Lock(
        base=extended.extension.extends,
        version=extended.base.doctrine.version,
        fingerprint=extended.base.fingerprint,
        meanings={**extended.base.fingerprints, **_meanings(items)},
        contents={kind: {item.id: _digest(item.data) for item in found} for kind, found in items.items() if found},
    )


def _meanings(items: Mapping[str, list[Item]]) -> dict[str, str]:
    return {
        f"{kind}/{item.id}": _digest({key: _unworded(item.data[key]) for key in keys if key in item.data})
        for kind, keys in _NORMATIVE.items()
        for item in items[kind]
    }


def _unworded(data: Any) -> Any:
    """What is written, without the words that only explain it."""
    if isinstance(data, dict):
        return {key: _unworded(value) for key, value in data.items() if key not in _WORDS}
    return data


def _digest(data: Any) -> str:
    return hashlib.sha256(json.dumps(data, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:16]


def render_lock(lock: Lock) -> str:
    """A lock as it is kept: one line an id, in their order, so that two of them compare well."""
    lines = [f"base: {lock.base}", f'version: "{lock.version}"', f'fingerprint: "{lock.fingerprint}"', "meanings:"]
    lines += [f'  {name}: "{lock.meanings[name]}"' for name in sorted(lock.meanings)]
    lines += ["contents:"]
    for kind in sorted(lock.contents):
        lines += [f"  {kind}:", *(f'    {name}: "{lock.contents[kind][name]}"' for name in sorted(lock.contents[kind]))]
    return _HEAD + "\n".join(lines) + "\n"


def read_lock(text: str, name: str) -> Lock:
    """The lock a file holds; raises `SourceError` when it is not one."""
    return build(read(text, name), Lock)


def compare(before: Lock, now: Lock) -> list[Change]:
    """What changed in the base, kind by kind, each in the order of the base; what is gone comes last."""
    return [change for kind in KINDS for change in _compare(kind, before, now)]


def _compare(kind: str, before: Lock, now: Lock) -> Iterator[Change]:
    old, new = before.contents.get(kind, {}), now.contents.get(kind, {})
    for name in {**new, **old}:
        if name not in new:
            yield Change(kind, name, "removed")
        elif name not in old:
            yield Change(kind, name, "added")
        elif _has_other_meaning(name if kind == "question" else f"{kind}/{name}", before, now):
            yield Change(kind, name, "meaning")
        elif old[name] != new[name]:
            yield Change(kind, name, "wording")


def _has_other_meaning(key: str, before: Lock, now: Lock) -> bool:
    """A lock written before these meanings were kept says nothing of them."""
    return key in before.meanings and before.meanings[key] != now.meanings.get(key)


def judge(extended: Extended, changes: list[Change]) -> list[Verdict]:
    """What each override has become, in the order of the source."""
    items = {(kind, item.id): item for kind, found in gather(extended.base_document).items() for item in found}
    changed = {(change.kind, change.id): change.what for change in changes}
    return list(_judge(extended, extended.extension, items, changed))


def _judge(
    extended: Extended, extension: Extension, items: Mapping[tuple[str, str], Item], changed: Mapping[tuple[str, str], What]
) -> Iterator[Verdict]:
    added: set[tuple[str, str]] = set()
    for target, override in zip(targets(extension), extension.overrides, strict=True):
        if target is None or target.kind not in KINDS:
            continue  # `boussole check` tells it
        here, line = (target.kind, target.id), extended.document.span(target.path).line
        beside = override.after or override.before
        retired = extended.base.retirements.get(target.id)
        state, detail = _state(override, items.get(here), changed.get(here), retired.because if retired else "")
        if beside and (target.kind, beside) not in items.keys() | added:
            state, detail = "conflict", f"la base n’a plus {beside}, à côté duquel elle se place"
        if target.verb == "add":
            added.add(here)
        yield Verdict(target.verb, target.kind, target.id, line, state, detail)


def _state(override: Override, item: Item | None, what: What | None, retired: str) -> tuple[State, str]:
    if override.add is not None:
        return ("conflict", "la base a maintenant cet identifiant") if item else ("applies", "")
    if item is None:
        return "conflict", f"la base ne l’a plus{f' : {retired}' if retired else ''}"
    if override.set is not None and override.drop is None and _holds(item.data, override.set):
        return "useless", "la base dit maintenant la même chose"
    if what == "meaning":
        return "review", "la base en a changé le sens"
    return ("review", "la base en a changé la rédaction") if what else ("applies", "")


def _holds(data: Any, changes: Mapping[str, Any]) -> bool:
    """Whether some data already say what an override would write in them."""
    if not isinstance(data, dict):
        return False
    return all(
        key in data and (_holds(data[key], value) if isinstance(value, dict) else data[key] == value)
        for key, value in changes.items()
    )
