"""Several dossiers as one, nobody's words lost: the same in ``static/merging.js``.

Works on plain data, as files hold it. What people contribute merges alike in any order and any number of times: a position, a
note or a piece of evidence is never taken out by another. What a use has only one of (its title, its status…) is the first
file's; the values of the others stay beside it, under ``variants``.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from boussole.model import NO_ROLE, NSP

Data = dict[str, Any]

SCALARS = ("id", "title", "kind", "summary", "authority", "service", "contact", "status", "doctrine", "decision")
GROUPS = ("dates", "notice")


def merge(one: Data, other: Data) -> Data:
    """One dossier of two. ``one`` gives what there can be only one of, where it says something."""
    merged, variants = _merge_scalars(one, other)
    contributors, others = _merge_contributors(one.get("contributors", {}), other.get("contributors", {}))
    merged["contributors"] = contributors
    for part, read in (("answers", _positions), ("aside", _positions), ("notes", _texts)):
        merged[part] = _each(one, other, part, lambda left, right, read=read: _by_whom(left, right, read))
    merged["evidence"] = _each(one, other, "evidence", _texts)
    merged["seen"] = _each(one, other, "seen", lambda left, right: alone(_texts(left, right)))
    merged["measures"] = _each(one, other, "measures", _measures)
    merged["conditions"] = _conditions(one.get("conditions", []), other.get("conditions", []))
    merged["history"] = _happenings(one.get("history", []), other.get("history", []))
    merged["opinions"] = _opinions(one.get("opinions", []), other.get("opinions", []))
    merged["variants"] = _variants(merged, [one.get("variants", {}), other.get("variants", {}), variants, others])
    return {part: value for part, value in merged.items() if value not in (None, {}, [])}


def by_whom(answer: Any) -> Mapping[str, Any]:
    """An answer or a note by who gives it."""
    return answer if type(answer) is not str and isinstance(answer, Mapping) else {NO_ROLE: answer}  # asked of thousands of texts


def plain(given: Mapping[str, Any]) -> Any:
    """The shortest writing of what several people give: as it is when nobody said for whom."""
    return given[NO_ROLE] if list(given) == [NO_ROLE] else dict(given)


def items(value: Any) -> list[Any]:
    """One or several, as a list."""
    return list(value) if isinstance(value, list) else [value]


def alone(values: Sequence[Any]) -> Any:
    """Several as they are, one as itself."""
    return values[0] if len(values) == 1 else list(values)


def at(data: Mapping[str, Any], path: str) -> Any:
    """The value at a path of keys, or None."""
    value: Any = data
    for step in path.split("."):
        value = value.get(step) if isinstance(value, Mapping) else None
    return value


def _merge_scalars(one: Data, other: Data) -> tuple[Data, dict[str, list[Any]]]:
    """What there is one of, and the other's values where both say something different."""
    merged: Data = {}
    variants: dict[str, list[Any]] = {}
    names = [name for group in GROUPS for source in (one, other) for name in source.get(group, {})]
    paths = [*SCALARS, *dict.fromkeys(f"{group}.{name}" for group in GROUPS for name in names)]
    for path in paths:
        kept, also = at(one, path), at(other, path)
        group, _, name = path.rpartition(".")
        value = also if kept is None else kept
        if value is not None:
            (merged.setdefault(group, {}) if group else merged)[name] = value
        if kept is not None and also is not None and kept != also:
            variants[path] = [also]
    return merged, variants


def _merge_contributors(one: Mapping[str, Data], other: Mapping[str, Data]) -> tuple[Data, dict[str, list[Any]]]:
    """Who answers; of two who have the same key, the smaller words stay, so that order does not matter."""
    merged: Data = {}
    variants: dict[str, list[Any]] = {}
    for key in _keys(one, other):
        merged[key] = {}
        for word in ("role", "label"):
            said = sorted({str(side[key][word]) for side in (one, other) if side.get(key, {}).get(word)})
            merged[key] |= {word: said[0]} if said else {}
            if len(said) > 1:
                variants[f"contributors.{key}.{word}"] = said[1:]
    return merged, variants


def _each(one: Data, other: Data, part: str, join: Any) -> Data:
    """Two parts kept by question or indicator, joined name by name."""
    left, right = one.get(part, {}), other.get(part, {})
    return {name: join(left.get(name, {}), right.get(name, {})) for name in _keys(left, right)}


def _by_whom(one: Any, other: Any, join: Any) -> Any:
    left, right = by_whom(one), by_whom(other)
    return plain({who: alone(join(left.get(who, []), right.get(who, []))) for who in _keys(left, right)})


def _positions(one: Any, other: Any) -> list[str]:
    """The options of both; nobody knows only when neither does."""
    taken = _texts(one, other)
    return [option for option in taken if option != NSP] or taken


def _texts(one: Any, other: Any) -> list[str]:
    return sorted({str(text) for side in (one, other) if side != {} for text in items(side)})


def _measures(one: Any, other: Any) -> list[Data]:
    found = {_json(measure): measure for side in (one, other) for measure in side}

    def order(measure: Data) -> tuple[Any, ...]:
        rest = [str(measure.get(name, "")) for name in ("kind", "group", "count")]
        return measure["on"], float(measure["value"]), measure["source"], rest

    return sorted(found.values(), key=order)


def _conditions(one: Sequence[Data], other: Sequence[Data]) -> list[Data]:
    """Every condition once; it is met as soon as one side says so."""
    found: dict[str, Data] = {}
    for condition in (*one, *other):
        asked: Data = {name: condition[name] for name in ("what", "owner", "due") if name in condition}
        known = found.setdefault(_json(asked), asked)
        met = [side["done"] for side in (known, condition) if "done" in side]
        known |= {"done": min(met)} if met else {}
    return sorted(found.values(), key=lambda condition: (condition.get("due", ""), condition["what"], condition["owner"]))


def _happenings(one: Sequence[Data], other: Sequence[Data]) -> list[Data]:
    found = {_json(happening): happening for happening in (*one, *other)}
    return sorted(found.values(), key=lambda happening: (happening["on"], happening["what"]))


def _opinions(one: Sequence[Data], other: Sequence[Data]) -> list[Data]:
    found = {_json(opinion): opinion for side in (one, other) for opinion in side}

    def order(opinion: Data) -> tuple[str, ...]:
        return opinion["version"], opinion.get("fingerprint", ""), opinion["on"], " ".join(opinion["attainable"])

    return sorted(found.values(), key=order)


def _variants(merged: Data, sources: Iterable[Mapping[str, Sequence[Any]]]) -> dict[str, list[Any]]:
    """Every other value given, once, but for the one that is kept."""
    found: dict[str, dict[str, Any]] = {}
    for source in sources:
        for path, values in source.items():
            found.setdefault(path, {}).update({_json(as_text(value)): as_text(value) for value in values})
    for path, others in found.items():
        others.pop(_json(as_text(at(merged, path))), None)
    return {path: [others[text] for text in sorted(others)] for path, others in found.items() if others}


def as_text(value: Any) -> Any:
    """A value whose numbers are written out, as a file gives them back."""
    if isinstance(value, Mapping):
        return {key: as_text(item) for key, item in value.items()}
    if isinstance(value, list):
        return [as_text(item) for item in value]
    return number_text(value) if isinstance(value, int | float) else value


def number_text(number: float) -> str:
    """A number written out, without exponent nor useless decimals: as JavaScript writes those people type."""
    from decimal import Decimal  # noqa: PLC0415 - slow to import, and few dossiers hold numbers

    return format(Decimal(repr(number)), "f").removesuffix(".0")


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _keys(*mappings: Mapping[str, Any]) -> list[str]:
    return list(dict.fromkeys(key for mapping in mappings for key in mapping))
