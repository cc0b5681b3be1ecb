"""What changed from one doctrine to another: the wording apart from the rules, and what the rules change of the opinions."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from functools import cached_property
from typing import Any, Literal

from boussole.merging import number_text
from boussole.model import Band, Doctrine, Option, Question
from boussole.pairing import Pair, find_pairs, link

Relation = Literal["equivalent", "stricter", "looser", "neither", "other-scale", "not-decided"]
Kind = Literal[
    "level-added",
    "level-removed",
    "level-moved",
    "added",
    "removed",
    "moved",
    "replaced",
    "reparented",
    "condition",
    "hardened",
    "softened",
    "redirected",
    "option-added",
    "option-removed",
    "band-moved",
    "justification",
    "reordered",
    "indicator",
]


@dataclass(frozen=True, slots=True)
class Rule:
    """One normative change. ``before`` and ``after`` are ids (levels, questions, options) or bounds, as ``kind`` has it."""

    kind: Kind
    question: str = ""
    option: str = ""
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Wording:
    """One editorial change: an element of a part of the source that is new, gone, or whose ``keys`` say something else."""

    part: str
    id: str
    state: Literal["added", "removed", "changed"]
    keys: tuple[str, ...] = ()


@dataclass(frozen=True)
class Difference:
    """What changed from one doctrine to another."""

    old: Doctrine
    new: Doctrine
    rules: tuple[Rule, ...]
    wordings: tuple[Wording, ...]

    @cached_property
    def pairs(self) -> tuple[Pair, ...] | None:
        """Which old and new opinions the same answers can obtain (`boussole.pairing`); None when it cannot be decided in time."""
        return find_pairs(self.old, self.new)

    @cached_property
    def relation(self) -> Relation:
        """Whether the new doctrine asks for more, proved over every two dossiers that agree."""
        if self.pairs is None:
            return "not-decided"
        if self.old.levels != self.new.levels:
            return "other-scale"
        ranks = [(self.old.levels.index(pair.old), self.new.levels.index(pair.new)) for pair in self.pairs]
        is_worse, is_better = any(old < new for old, new in ranks), any(old > new for old, new in ranks)
        if is_worse or is_better:
            return "neither" if is_worse and is_better else "stricter" if is_worse else "looser"
        return "equivalent"

    @property
    def is_harmless(self) -> bool:
        """Whether no opinion can change: nothing but words, or rules that amount to the same."""
        is_measured = any(rule.kind == "indicator" for rule in self.rules)  # not seen by the pairs, which know only answers
        return not self.rules or (self.relation == "equivalent" and not is_measured)

    @property
    def revised(self) -> frozenset[str]:
        """The questions of both whose meaning changed: answers to look at again."""
        before, after = self.old.fingerprints, self.new.fingerprints
        return frozenset(name for name in before if name in after and before[name] != after[name])


def compare(old: Doctrine, new: Doctrine) -> Difference:
    """The difference between two doctrines."""
    return Difference(old, new, tuple(_rules(old, new)), tuple(_wordings(old, new)))


# -- the rules ----------------------------------------------------------------------------------------------------------


def _rules(old: Doctrine, new: Doctrine) -> Iterator[Rule]:
    yield from _scale(old.levels, new.levels)
    successors = {name: successor for name, (successor, _) in link(old, new).items() if name != successor}
    for name, question in old.questions.items():
        if name in new.questions:
            yield from _question(old, new, question, new.questions[name])
        elif name in successors:
            successor = successors[name]
            is_same = _essence(old, name) == _essence(new, successor)
            yield Rule("moved" if is_same else "replaced", name, after=successor)
            yield from [] if is_same else _options(old, new, question, new.questions[successor])
        else:
            retired = new.retirements.get(name)
            yield Rule("replaced" if retired and retired.becomes else "removed", name, after=", ".join(_heirs(retired)))
    known = {*old.questions, *successors.values()}
    yield from (Rule("added", name) for name in new.questions if name not in known)
    names = dict.fromkeys([*old.effects, *new.effects])
    yield from (Rule("indicator", name) for name in names if old.effects.get(name) != new.effects.get(name))


def _heirs(retired: Any) -> Sequence[str]:
    return list(retired.becomes or {}) if retired else []


def _scale(before: Sequence[str], after: Sequence[str]) -> Iterator[Rule]:
    yield from (Rule("level-removed", before=level) for level in before if level not in after)
    yield from (Rule("level-added", after=level) for level in after if level not in before)
    kept, now = [level for level in before if level in after], [level for level in after if level in before]
    yield from (Rule("level-moved", before=one, after=other) for one, other in zip(kept, now, strict=True) if one != other)


def _essence(doctrine: Doctrine, name: str) -> Any:
    """The rule of a question without its id, nor that of its section."""
    rule = next(rule for rule in doctrine.rules["questions"] if rule["id"] == name)
    return {key: value for key, value in rule.items() if key not in ("id", "section")}


def _question(old: Doctrine, new: Doctrine, before: Question, after: Question) -> Iterator[Rule]:
    if before.parent != after.parent:
        yield Rule("reparented", after.id, before=before.parent or "", after=after.parent or "")
    elif _accepted(before) != _accepted(after):
        yield Rule("condition", after.id, before=", ".join(_accepted(before)), after=", ".join(_accepted(after)))
    yield from _options(old, new, before, after)


def _accepted(question: Question) -> list[str]:
    return sorted((question.when or {}).get(question.parent or "", []))


def _options(old: Doctrine, new: Doctrine, before: Question, after: Question) -> Iterator[Rule]:
    table = {option: option for option in before.choices if option in after.choices}
    if before.id != after.id:
        table = link(old, new)[before.id][1]
    yield from (Rule("option-removed", after.id, option) for option in before.choices if option not in table)
    new_options = [option for option in after.choices if option not in table.values()]
    yield from (Rule("option-added", after.id, option, after=_effect(new, after, option)) for option in new_options)
    for option, becomes in table.items():
        one, other = before.choices[option], after.choices[becomes]
        start, end = _effect(old, before, option), _effect(new, after, becomes)
        if start != end:
            yield Rule(_direction(old.levels, new.levels, start, end), after.id, becomes, start, end)
        if _bounds(one) != _bounds(other):
            yield Rule("band-moved", after.id, becomes, *(f"{_bounds(band)}" for band in (one, other)))
        if one.justify != other.justify:
            yield Rule("justification", after.id, becomes, *("oui" if each.justify else "non" for each in (one, other)))
    kept = [option for option in after.choices if option in table.values()]
    if kept != list(dict.fromkeys(table.values())) or bool(before.bands) != bool(after.bands):
        yield Rule("reordered", after.id)


def _effect(doctrine: Doctrine, question: Question, option: str) -> str:
    return question.choices[option].effect or doctrine.levels[0]


def _direction(
    before: Sequence[str], after: Sequence[str], start: str, end: str
) -> Literal["hardened", "softened", "redirected"]:
    """Whether an effect goes down or up the scale, as far as both scales say the same of it."""
    worse = {scale.index(end) > scale.index(start) for scale in (before, after) if start in scale and end in scale}
    if len(worse) != 1:
        return "redirected"
    return "hardened" if worse.pop() else "softened"


def _bounds(option: Option) -> str:
    """The numbers of a band, as they are written."""
    if not isinstance(option, Band):
        return ""
    low, high = (number_text(end) if end is not None else "" for end in (option.min, option.max))
    return f"{low}…{high}"


# -- the wording --------------------------------------------------------------------------------------------------------

# What `boussole.model` calls a rule; everything else a question or an option says is wording.
_RULED = {"when", "options", "bands", "effect", "justify", "min", "max"}
_NESTED = {"questions", "indicators", "chapters"}  # elements with an id, compared one by one under their own name
_LISTS = (
    *("scale", "topics", "sources", "documents", "texts", "roles", "sections", "guarantees", "cases", "prohibitions"),
    *("high_risk", "glossary", "timeline", "discrepancies", "interpretations", "unverified"),
)


def _wordings(old: Doctrine, new: Doctrine) -> Iterator[Wording]:
    yield from _elements("doctrine", {old.doctrine.id: old.doctrine}, {new.doctrine.id: new.doctrine})
    for part in _LISTS:
        yield from _elements(part, *({item.id: item for item in getattr(side, part)} for side in (old, new)))
    yield from _elements("documents", *(_inside(side.documents, "chapters") for side in (old, new)))
    yield from _elements("indicators", *(_inside(side.sections, "indicators") for side in (old, new)))
    kept = {name for name in old.questions if name in new.questions}
    yield from _elements(
        "questions", *({name: side.questions[name] for name in side.questions if name in kept} for side in (old, new))
    )
    yield from _elements("versions", *({item.version: item for item in side.versions} for side in (old, new)))
    yield from _elements("retired", old.retirements, new.retirements)


def _inside(owners: Sequence[Any], part: str) -> dict[str, Any]:
    return {item.id: item for owner in owners for item in getattr(owner, part)}


def _elements(part: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Wording]:
    """The elements of a part, by id. A level of the scale that comes or goes is a rule."""
    if part != "scale":
        yield from (Wording(part, name, "removed") for name in before if name not in after)
        yield from (Wording(part, name, "added") for name in after if name not in before)
    for name in before:
        if name in after and (keys := _changed(before[name], after[name])):
            yield Wording(part, name, "changed", keys)


def _changed(before: Any, after: Any) -> tuple[str, ...]:
    """The keys under which two states of an element say something else, but for its rules."""
    one, other = _said(before), _said(after)
    if isinstance(before, Question):
        for name in [option for option in before.choices if option in after.choices]:
            one |= {f"{name}.{key}": value for key, value in _said(before.choices[name]).items()}
            other |= {f"{name}.{key}": value for key, value in _said(after.choices[name]).items()}
    return tuple(key for key in one if one[key] != other.get(key))


def _said(item: Any) -> dict[str, Any]:
    return {part.name: _plain(getattr(item, part.name)) for part in fields(item) if part.name not in _RULED | _NESTED}


def _plain(value: Any) -> Any:
    """A value that compares by what it says."""
    if is_dataclass(value):
        return {part.name: _plain(getattr(value, part.name)) for part in fields(value)}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return {key: _plain(item) for key, item in value.items()} if isinstance(value, dict) else value
