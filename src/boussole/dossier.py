"""One use of AI under assessment: what it is, who answered what, what people decided. Its text is data, never markup."""

import datetime
import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass, replace
from functools import cache
from itertools import count
from os import PathLike
from pathlib import PurePath
from typing import Annotated, Any, Literal

from boussole.assessment import Assessment, Disagreement, assess, disagreements, read_answers, unknown_people
from boussole.errors import AnswerError, Fault, PathFault, SourceError, choices, quoted
from boussole.loading import read_file
from boussole.merging import alone, as_text, by_whom, items, merge, number_text, plain
from boussole.migration import Move, apply_moves, find_moves, left
from boussole.model import ACCORD, NO_ROLE, NSP, SLUG, Answers, Band, Doctrine, Id, VersionName, band_of
from boussole.parsing import locate, parse
from boussole.positions import Document, read
from boussole.shapes import BAD, AtLeast, Matching, shape
from boussole.soundness import check_justified

UNSEEN = "0" * 8  # the fingerprint of no question: an answer that came from elsewhere is to be read again
SEEN = 8  # digits kept of the fingerprint of a question: enough to notice a change, short enough for a link
LONGEST_KEY = 80
CLOSED = frozenset({".pdf", ".odt", ".md", ".docx"})  # documents that carry no data: to read, or to file
LONGEST_TEXT = 200_000  # characters of a note or a reference: what is pasted by mistake is longer, and files are bounded

Fingerprint = Annotated[str, Matching("[0-9a-f]{64}", "une empreinte : 64 chiffres ou lettres de a à f")]
Status = Literal["etude", "experimentation", "service", "refuse", "abandonne", "arrete"]


@dataclass(frozen=True, kw_only=True)
class Dates:
    """The dates of a use; each may be unknown."""

    opened: datetime.date | None = None
    started: datetime.date | None = None
    updated: datetime.date | None = None
    next_review: datetime.date | None = None
    ended: datetime.date | None = None


@dataclass(frozen=True, kw_only=True)
class Notice:
    """What the public is told of a use: the headings of the French inventory of public algorithms. Empty is "non renseigné"."""

    context: str | None = None
    purpose: str | None = None
    place_in_decision: str | None = None
    automation: Literal["entiere", "aide"] | None = None
    legal_basis: str | None = None
    resources: str | None = None
    decisions_per_year: Annotated[int, AtLeast(0)] | None = None
    scope: Literal["externe", "interne"] | None = None
    public: str | None = None
    data: str | None = None
    data_source: str | None = None
    collection: str | None = None
    algorithm: Literal["regles", "apprentissage"] | None = None
    operations: str | None = None
    supplier: str | None = None
    model: str | None = None
    oversight: str | None = None
    appeal: str | None = None
    withheld: str | None = None  # what is not published, and why


@dataclass(frozen=True, kw_only=True)
class DoctrineName:
    """The doctrine a dossier was answered under."""

    id: Id
    version: str
    fingerprint: Fingerprint | None = None


@dataclass(frozen=True, kw_only=True)
class Contributor:
    """Someone who answers: a role, and what tells them from others of this role. Never a name."""

    role: Id
    label: str | None = None


@dataclass(frozen=True, kw_only=True)
class Opinion:
    """The opinions the answers left attainable under one version of the doctrine."""

    version: VersionName
    fingerprint: Fingerprint | None = None
    attainable: list[Id]
    on: datetime.date


@dataclass(frozen=True, kw_only=True)
class Measure:
    """One dated value of an indicator, in its unit: what was measured, or what is aimed at (« cible »).

    ``group`` is an occupation or a place, never a person; ``count`` is how many people the value comes from."""

    on: datetime.date
    value: float
    source: str
    kind: Literal["mesure", "cible"] | None = None
    group: str | None = None
    count: Annotated[int, AtLeast(0)] | None = None


@dataclass(frozen=True, kw_only=True)
class Condition:
    """What an opinion under reserves asks for: ``owner`` is a function, never a name; ``done`` is when it was met."""

    what: str
    owner: str
    due: datetime.date | None = None
    done: datetime.date | None = None


@dataclass(frozen=True, kw_only=True)
class Happening:
    """Something that happened to a use, in one sentence."""

    on: datetime.date
    what: str


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What people decided: the opinion only advises. ``by`` is a function, never a name. ``opinion`` are the opinions that were
    attainable then."""

    outcome: Id
    by: str
    on: datetime.date
    because: str | None = None
    opinion: list[Id] | None = None


@dataclass(frozen=True, kw_only=True)
class Dossier:
    """One use: its answers by question, kept apart by who gives them, beside everything people say of it.

    Frozen: each method that changes something returns another dossier.

    >>> import boussole
    >>> doctrine = boussole.load()
    >>> dossier = boussole.new_dossier(doctrine, "essai", "Transcrire les réunions")
    >>> dpo = dossier.answer(doctrine, "biometrie.identification", "non", by="dpo")
    >>> union = dossier.answer(doctrine, "biometrie.identification", "oui", by="os")
    >>> together = dpo.merge(union)
    >>> together.answers["biometrie.identification"]
    {'dpo': 'non', 'os': 'oui'}
    >>> [disagreement.matters for disagreement in together.disagreements(doctrine)]
    [True]
    """

    id: Id
    title: str
    kind: Literal["real", "example"]
    summary: str | None = None
    authority: str | None = None
    service: str | None = None
    contact: str | None = None
    status: Status
    dates: Dates = field(default_factory=Dates)
    notice: Notice = field(default_factory=Notice)
    doctrine: DoctrineName
    decision: Decision | None = None
    contributors: dict[Id, Contributor] = field(default_factory=dict)
    answers: Answers = field(default_factory=dict)
    notes: dict[str, Any] = field(default_factory=dict)  # a text, or by who wrote it one or several
    evidence: dict[str, list[str]] = field(default_factory=dict)
    measures: dict[str, list[Measure]] = field(default_factory=dict)
    conditions: list[Condition] = field(default_factory=list)
    history: list[Happening] = field(default_factory=list)
    opinions: list[Opinion] = field(default_factory=list)
    aside: dict[str, Any] = field(default_factory=dict)  # what the doctrine does not know, kept without effect
    variants: dict[str, list[Any]] = field(default_factory=dict)  # by path, what other merged dossiers said
    seen: dict[str, Any] = field(default_factory=dict)  # by question, its fingerprint when it was answered, or last shown

    # -- what it says

    def is_of(self, doctrine: Doctrine) -> bool:
        """Whether the dossier names this very version, and this fingerprint if it names one."""
        named = self.doctrine
        return named.version == doctrine.doctrine.version and named.fingerprint in (None, doctrine.fingerprint)

    def assess(self, doctrine: Doctrine) -> Assessment:
        """The assessment of the answers, without the decision: people decide, the opinion advises."""
        return assess(doctrine, self.answers, self.contributors)

    def disagreements(self, doctrine: Doctrine) -> tuple[Disagreement, ...]:
        """Where people answer differently, in the order of the source, and whether it matters."""
        return disagreements(doctrine, self.answers, self.contributors)

    def outdated(self, doctrine: Doctrine) -> tuple[str, ...]:
        """The answered questions whose meaning has changed since they were seen."""
        current = doctrine.fingerprints
        return tuple(name for name, seen in self.seen.items() if name in self.answers and not _is_meant(current[name], seen))

    def unseen(self, doctrine: Doctrine) -> tuple[str, ...]:
        """The questions that did not exist when the dossier was last saved; none when it does not say what it saw."""
        saw_any = any(digits != UNSEEN for digits in self.seen.values())
        if not saw_any or self.doctrine.fingerprint == doctrine.fingerprint:
            return ()
        return tuple(name for name in doctrine.questions if name not in self.seen)

    def unproved(self, doctrine: Doctrine) -> tuple[str, ...]:
        """The answered questions of which nothing tells that they meant the same when they were answered."""
        if self.doctrine.fingerprint == doctrine.fingerprint:
            return ()
        return tuple(name for name in self.answers if name not in self.seen)

    def has_kept_opinion(self, doctrine: Doctrine) -> bool:
        """Whether the last opinion recorded, if there is one, is still what the answers obtain."""
        return not self.opinions or list(self.opinions[-1].attainable) == list(self.assess(doctrine).attainable)

    def unjustified(self, doctrine: Doctrine) -> tuple[str, ...]:
        """The answers that ask for a justification and have no note."""
        return tuple(str(fault.path[-1]) for fault in check_justified(doctrine, self.answers, self.notes, ()))

    def position(self, question: str, by: str = NO_ROLE) -> Any:
        """What someone answers to a question, as it is written; None when they do not."""
        return by_whom(self.answers[question]).get(by) if question in self.answers else None

    def note(self, question: str, by: str = NO_ROLE) -> str:
        """What someone notes on a question; several notes one a line, none is empty."""
        return "\n".join(items(by_whom(self.notes[question]).get(by, ""))) if question in self.notes else ""

    # -- what people do of it

    def introduce(self, role: str, label: str | None = None, doctrine: Doctrine | None = None) -> "tuple[Dossier, str]":
        """The dossier that knows someone, and the key of their answers: another label is someone else.

        Raises `AnswerError` when the role does not exist in ``doctrine``, or could exist in none."""
        _refuse(check_id(role) or _unknown_role(doctrine, role))
        label = clean(label or "").strip()
        if not label:
            return self, role
        mine = Contributor(role=role, label=label)
        key = next((key for key, known in self.contributors.items() if known == mine), None)
        if key is not None:
            return self, key
        taken = {role, *self.contributors, *(doctrine.speakers if doctrine else ())}
        key = next(key for key in _keys(role, slug(label)) if key not in taken)
        return replace(self, contributors={**self.contributors, key: mine}), key

    def answer(self, doctrine: Doctrine, question: str, given: Any, by: str = NO_ROLE) -> "Dossier":
        """The dossier where someone answers ``given``, as `boussole.assess` takes it; None takes the answer back.

        Raises `AnswerError` when the question, the option or who answers does not exist."""
        given = None if given is None else _written(given)
        faults = read_answers(doctrine, {question: {by: "nsp" if given is None else given}}, self.contributors)[1]
        if faults:
            raise AnswerError(faults)
        seen = {**self.seen, question: doctrine.fingerprints[question][:SEEN]}
        return replace(self, answers=_with(self.answers, question, by, given), seen=seen)

    def annotate(self, question: str, text: str, by: str = NO_ROLE, doctrine: Doctrine | None = None) -> "Dossier":
        """The dossier where someone's note on a question is this one; an empty one is taken back.

        Raises `AnswerError` for what is no note, and when ``doctrine`` knows neither the question nor who writes; without it,
        saving does."""
        _refuse(_check_text(text, "la note") or self._unknown(doctrine, question, by))
        return replace(self, notes=_with(self.notes, question, by, clean(text).strip() or None))

    def attach(self, question: str, references: Sequence[str], doctrine: Doctrine | None = None) -> "Dossier":
        """The dossier where the evidence of a question is these links and references.

        Raises `AnswerError` for what is no list of texts, and when ``doctrine`` does not know the question."""
        if not isinstance(references, list | tuple):
            _refuse([_mistyped(references, "les pièces", "une liste de textes")])
        _refuse([fault for text in references for fault in _check_text(text, "une pièce")])
        _refuse(self._unknown(doctrine, question, NO_ROLE))
        kept = [reference for text in references if (reference := clean(text).strip())]
        evidence = {name: listed for name, listed in self.evidence.items() if name != question}
        return replace(self, evidence={**evidence, question: kept} if kept else evidence)

    def measure(self, indicator: str, added: Measure) -> "Dossier":
        """The dossier with one more measure of an indicator, in the order of days; the same when it holds it already."""
        known = self.measures.get(indicator, [])
        if added in known:
            return self
        listed = sorted([*known, added], key=lambda measure: measure.on)
        return replace(self, measures={**self.measures, indicator: listed})

    def decide(self, decision: Decision | None, doctrine: Doctrine | None = None) -> "Dossier":
        """The dossier with what people decided.

        Raises `AnswerError` for what no file could hold, and when the outcome does not exist in ``doctrine``."""
        if decision is None:
            return replace(self, decision=None)
        _refuse(_check_decision(decision, doctrine))
        because = (decision.because or "").replace("\r\n", "\n").strip()
        return replace(self, decision=replace(decision, because=because or None))

    def _unknown(self, doctrine: Doctrine | None, question: str, by: str) -> list[PathFault]:
        """A question or a person that ``doctrine`` does not know; what an older one left aside is known."""
        if doctrine is None or question in self.aside:
            return []
        return read_answers(doctrine, {question: {by: NSP}}, self.contributors)[1]

    def merge(self, *others: "Dossier") -> "Dossier":
        """One dossier of several: see `boussole.merging`."""
        data = self.to_data()
        for other in others:
            data = merge(data, other.to_data())
        return _from_data(data)

    def migrate(self, doctrine: Doctrine) -> "tuple[Dossier, tuple[Move, ...]]":
        """The dossier whose answers to retired questions went where the doctrine says, and each of these moves.

        Notes and evidence follow. What moved is to be read again: it keeps the fingerprint of the question it answered, or is
        marked as read by nobody. The dossier still names the version it was answered under."""
        moves = find_moves(doctrine, self.aside, self.answers)
        if not moves:
            return self, ()
        routes = list(dict.fromkeys((move.question, move.successor) for move in moves))
        aside, departed = left(self.aside, moves), {move.question for move in moves}
        departed -= aside.keys()
        seen = {name: digits for name, digits in self.seen.items() if name not in departed}
        seen |= {successor: self.seen.get(name, UNSEEN) for name, successor in routes}
        return replace(
            self,
            answers=apply_moves(self.answers, moves),
            aside=aside,
            notes=_followed(self.notes, routes, departed),
            evidence=_followed(self.evidence, routes, departed),
            seen=seen,
        ), moves

    def stamp(self, doctrine: Doctrine, on: datetime.date) -> "Dossier":
        """The dossier as it is saved: under this doctrine, with the opinion of the day beside those of other versions.

        What was answered keeps the fingerprint it was answered under, so that a change of meaning is told; what was answered
        nobody knows when stays to be read again. Raises `AnswerError` when ``on`` is not a date."""
        _refuse(_check_day(on, "la date"))
        identity, was_current = doctrine.doctrine, self.is_of(doctrine)
        named = DoctrineName(id=identity.id, version=identity.version, fingerprint=doctrine.fingerprint)
        seen = dict(self.seen)
        for name, digits in doctrine.fingerprints.items():
            if name not in self.answers or (name not in seen and was_current):
                seen[name] = digits[:SEEN]
            seen.setdefault(name, UNSEEN)
        current = (identity.version, doctrine.fingerprint)
        opinions = [opinion for opinion in self.opinions if (opinion.version, opinion.fingerprint) != current]
        attainable = list(self.assess(doctrine).attainable)
        opinions.append(Opinion(version=identity.version, fingerprint=doctrine.fingerprint, attainable=attainable, on=on))
        return replace(self, doctrine=named, seen=seen, opinions=opinions)

    def to_data(self) -> dict[str, Any]:
        """The dossier as plain data, without what is empty: what files hold, in this order."""
        data: dict[str, Any] = plain_data(self)
        return data


def new_dossier(doctrine: Doctrine, name: str, title: str, kind: Literal["real", "example"] = "real") -> Dossier:
    """A dossier without any answer; ``name`` is its id. Raises `AnswerError` when it cannot be one, or without a title."""
    _refuse(check_id(name) + _check_text(title, "le titre"))
    if not clean(title).strip():
        _refuse([PathFault("valeur-vide", ("title",), "titre vide", "un titre, dans les mots des habitants")])
    identity = doctrine.doctrine
    named = DoctrineName(id=identity.id, version=identity.version, fingerprint=doctrine.fingerprint)
    return Dossier(id=name, title=clean(title).strip(), kind=kind, status="etude", doctrine=named)


# What a terminal, a page or a reader would obey; `boussole.positions` refuses it in files.
_OBEYED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]")


def clean(text: str) -> str:
    """Text as people typed it, without the characters that command rather than say. The same in ``static/dossier.js``."""
    return _OBEYED.sub("", text.replace("\r\n", "\n"))


def slug(text: str) -> str:
    """The letters and digits of a text, without accents, joined by hyphens. The same in ``static/dossier.js``."""
    bare = unicodedata.normalize("NFD", text).lower()
    bare = re.sub("[\u0300-\u036f]", "", bare)
    return re.sub(r"[^a-z0-9]+", "-", bare).strip("-")[:LONGEST_KEY].strip("-")


def _is_meant(current: str, seen: Any) -> bool:
    """Whether a question still means what it did when it was seen, once or several times."""
    return current.startswith(seen[:16]) if isinstance(seen, str) else all(current.startswith(digits[:16]) for digits in seen)


def _keys(role: str, suffix: str) -> Iterator[str]:
    """Keys for someone of a role, the plainest first. The same in ``static/dossier.js``."""
    key = f"{role}-{suffix}"[:LONGEST_KEY].rstrip("-") if suffix else role
    if suffix:
        yield key
    for rank in count(2):
        yield f"{key[: LONGEST_KEY - len(f'-{rank}')].rstrip('-')}-{rank}"


# -- what is refused before it is kept -------------------------------------------------------------------------------------


def _refuse(faults: Sequence[PathFault]) -> None:
    if faults:
        raise AnswerError(faults)


def check_id(name: Any) -> list[PathFault]:
    """What keeps a text from being an id."""
    if isinstance(name, str) and len(name) <= LONGEST_KEY and re.fullmatch(SLUG, name):
        return []
    expected = "des minuscules sans accent, des chiffres et des traits d’union"
    return [PathFault("forme-identifiant", ("id",), f"identifiant mal formé {quoted(name)}", expected)]


def _unknown_role(doctrine: Doctrine | None, role: str) -> list[PathFault]:
    if doctrine is None or any(item.id == role for item in doctrine.roles):
        return []
    return unknown_people(doctrine, [role], (), ()) or [_mistyped(role, "un rôle", choices([item.id for item in doctrine.roles]))]


def _mistyped(given: Any, what: str, expected: str) -> PathFault:
    return PathFault("mauvais-type", (), f"{quoted(given)} pour {what}", expected)


def _check_text(text: Any, what: str) -> list[PathFault]:
    if not isinstance(text, str):
        return [_mistyped(text, what, "un texte")]
    if len(text) > LONGEST_TEXT:
        told = f"un texte de {len(text)} caractères pour {what}"
        return [PathFault("fichier-trop-gros", (), told, f"au plus {LONGEST_TEXT} caractères", "citer le document en pièce")]
    return []


def _check_day(day: Any, what: str) -> list[PathFault]:
    is_day = isinstance(day, datetime.date) and not isinstance(day, datetime.datetime)
    return [] if is_day else [_mistyped(day, what, "une date, sans heure")]


_ESCAPED = {0x85: None, 0xFEFF: None}  # what files hold all the same, escaped


def _check_decision(decision: Any, doctrine: Doctrine | None) -> list[PathFault]:
    """What keeps a decision from being one: files refuse the same."""
    if not isinstance(decision, Decision):
        return [_mistyped(decision, "la décision", "une Decision, ou None")]
    faults = check_id(decision.outcome) + _check_day(decision.on, "la date de la décision")
    faults += _check_text(decision.by, "qui décide") + _check_text(decision.because or "", "la raison")
    for text in (decision.by, decision.because or ""):
        written = text.replace("\r\n", "\n").translate(_ESCAPED) if isinstance(text, str) else ""
        if clean(written) != written:
            told = f"caractère de commande dans {quoted(text)}"
            faults.append(PathFault("encodage", ("decision",), told, "un texte sans caractère de commande"))
    if isinstance(decision.by, str) and not decision.by.strip():
        faults.append(PathFault("valeur-vide", ("decision", "by"), "qui décide est vide", "la fonction qui décide"))
    return faults or (_unknown_outcome(decision, doctrine) if doctrine else [])


def _unknown_outcome(decision: Decision, doctrine: Doctrine) -> list[PathFault]:
    if decision.outcome in doctrine.levels:
        return []
    found = f"décision {quoted(decision.outcome)}"
    return [PathFault("identifiant-inconnu", ("decision", "outcome"), found, ", ".join(doctrine.levels))]


def _written(given: Any) -> Any:
    """A position as files hold it: text, or a list of texts."""
    if isinstance(given, list | tuple):
        return [_written(item) for item in given]
    if isinstance(given, set | frozenset):
        return sorted(map(str, given))
    if isinstance(given, int | float) and not isinstance(given, bool):
        return number_text(given)
    return given


def _with(part: Mapping[str, Any], question: str, by: str, value: Any) -> dict[str, Any]:
    """A part of a dossier where someone says something else of a question; None says nothing."""
    said = {who: words for who, words in by_whom(part[question]).items() if who != by} if question in part else {}
    if value is not None:
        said[by] = value
    others = {name: words for name, words in part.items() if name != question or said}
    return {**others, question: plain(said)} if said else others


def _followed(part: Mapping[str, Any], routes: Sequence[tuple[str, str]], departed: Collection[str]) -> dict[str, Any]:
    """Notes or evidence, where those of retired questions also stand beside the answers that moved."""
    found = {name: said for name, said in part.items() if name not in departed}
    for name, successor in routes:
        if name in part:
            found[successor] = _beside(found.get(successor), part[name])
    return found


def _beside(kept: Any, said: Any) -> Any:
    """What was said of a question and what was said of one it takes over from, by who said it."""
    if isinstance(said, list):
        return list(dict.fromkeys([*(kept or []), *said]))
    left, right = by_whom(kept) if kept else {}, by_whom(said)
    texts = {who: dict.fromkeys([*items(left.get(who, [])), *items(right.get(who, []))]) for who in {**left, **right}}
    together = {who: alone(list(found)) for who, found in texts.items()}
    return together if any(isinstance(found, list) for found in together.values()) else plain(together)


def plain_data(value: Any) -> Any:
    """Something of the model as plain data, without what is empty, numbers as every JSON writer writes them."""
    if isinstance(value, str):  # most of what a dossier says
        return value
    if isinstance(value, dict):
        return {name: item if isinstance(item, str) else plain_data(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain_data(item) for item in value]
    model: type = type(value)
    if is_dataclass(model):
        told = ((name, getattr(value, name)) for name in _names_of(model))
        found = {name: item if isinstance(item, str) else plain_data(item) for name, item in told if item is not None}
        return {name: item for name, item in found.items() if item not in ({}, [])}
    if isinstance(value, datetime.date):
        return value.isoformat()
    return _plain_number(value) if isinstance(value, float) else value


@cache
def _names_of(model: type) -> tuple[str, ...]:
    return tuple(item.name for item in fields(model))


def _plain_number(value: float) -> int | float | str:
    """A number every JSON writer writes alike: the very small and the very large are texts, since some write exponents."""
    if value and not 1e-4 <= abs(value) < 1e15:
        return number_text(value)
    return int(value) if value.is_integer() else value


def _from_data(data: dict[str, Any]) -> Dossier:
    """The dossier some data holds; data that dossiers gave."""
    dossier, complaints, _ = shape(as_text(data), Dossier, {}, ())
    if dossier is BAD or complaints:
        raise ValueError(f"not the data of a dossier: {complaints}")
    found: Dossier = dossier
    return found


# -- from files -----------------------------------------------------------------------------------------------------------


def load_dossier(path: str | PathLike[str], doctrine: Doctrine) -> Dossier:
    """The dossier a YAML, JSON or HTML file holds. Raises `SourceError`, with every fault at its place."""
    if (suffix := PurePath(path).suffix.lower()) in CLOSED:
        told = f"un document « {suffix} » ne se rouvre pas"
        raise SourceError([Fault("fichier-illisible", told, "le même en .html, ou le dossier en .yml ou .json", file=str(path))])
    return read_dossier(read_file(path), str(path), doctrine)


def read_dossier(
    text: str,
    name: str,
    doctrine: Doctrine,
    *,
    is_finished: bool = False,
    also: Callable[[Dossier], Iterable[PathFault]] = lambda dossier: (),
) -> Dossier:
    """The dossier a YAML or JSON text holds, or a document that carries its data; ``name`` stands for the file in messages.

    A dossier of another version of the doctrine is read too: what this one does not know is put aside, without effect.
    ``is_finished`` also tells the justifications that are still to be written; ``also`` finds other faults, told at their place.
    """
    document = read(_carried(text, name), name)
    identity = doctrine.doctrine
    named = DoctrineName(id=identity.id, version=identity.version)
    stand_ins = {"id": "x", "title": "x", "kind": "example", "status": "etude", "doctrine": named}
    dossier, faults, origin = parse(document, Dossier, stand_ins)
    if dossier is not None:
        if dossier.doctrine.id == identity.id and not dossier.is_of(doctrine):
            dossier = _put_aside(dossier, doctrine)
        found = _check(dossier, doctrine)
        found += check_justified(doctrine, dossier.answers, dossier.notes, ()) if is_finished else []
        found += also(dossier)
        faults += locate(document, found, origin)
    if dossier is None or faults:
        raise SourceError(faults, document.untold)
    return dossier


def dossier_of(data: dict[str, Any], doctrine: Doctrine) -> Dossier | None:
    """The dossier some data holds, every scalar of it as text, when nothing is wrong in it; None when something is.

    For those who read thousands: `read_dossier` then says what is wrong, and where."""
    dossier, complaints, _ = shape(data, Dossier, {}, ())
    if complaints or dossier is BAD or not dossier.is_of(doctrine) or _check(dossier, doctrine):
        return None
    found: Dossier = dossier
    return found


CARRIER = '<script type="application/json" id="boussole-dossier">'
# What people wrote cannot look like this: its quotes are escaped, in the page as in the data.
_CARRIERS = re.compile(r'\bid\s*=\s*"boussole-dossier"', re.IGNORECASE)


def _carried(text: str, name: str) -> str:
    """The data a document carries, on the lines where it stands; any other text as it is."""
    if not text.lstrip("\ufeff \t\r\n")[:15].lower().startswith(("<!doctype html", "<html")):
        return text
    before, found, after = text.partition(CARRIER)
    data, closed, _ = after.partition("</script>")
    count = len(_CARRIERS.findall(text))
    if not found or not closed or count > 1:
        lines = text.splitlines() or [""]
        cut = "document coupé avant la fin de ses données" if found else "document sans dossier"
        told = f"document qui porte {count} dossiers" if count > 1 else cut
        fault = Document(name, lines).fault("document-sans-dossier", (), told, "un document enregistré par boussole, entier")
        raise SourceError([fault])
    return re.sub("[^\n\r\x85\u2028\u2029]+", "", before) + data


def _put_aside(dossier: Dossier, doctrine: Doctrine) -> Dossier:
    """Keep without effect what the doctrine does not know: questions, options, people, levels and indicators."""
    answers: dict[str, Any] = {}
    aside, variants = dict(dossier.aside), dict(dossier.variants)
    for name, answer in dossier.answers.items():
        for who, given in by_whom(answer).items():
            is_known = not read_answers(doctrine, {name: {who: given}}, dossier.contributors)[1]
            part = answers if is_known else aside
            part[name] = plain({**by_whom(part.get(name, {})), who: given})
    for name in (*dossier.notes, *dossier.evidence):
        if name not in doctrine.questions:
            aside.setdefault(name, {})
    measures = {}
    for name, listed in dossier.measures.items():
        if name in doctrine.indicators:
            measures[name] = listed
        else:
            variants[f"measures.{name}"] = as_text(plain_data(listed))
    decision = dossier.decision
    if decision and decision.outcome not in doctrine.levels:
        variants["decision"] = [*variants.get("decision", []), plain_data(decision)]
        decision = None
    return replace(dossier, answers=answers, aside=aside, measures=measures, variants=variants, decision=decision)


def _check(dossier: Dossier, doctrine: Doctrine) -> list[PathFault]:
    identity = doctrine.doctrine
    if dossier.doctrine.id != identity.id:
        told = f"dossier rempli pour la doctrine {quoted(dossier.doctrine.id)}"
        return [
            PathFault("doctrine-differente", ("doctrine", "id"), told, quoted(identity.id), "choisir la doctrine avec --doctrine")
        ]
    faults = [fault.under(("answers",)) for fault in read_answers(doctrine, dossier.answers, dossier.contributors)[1]]
    faults += _check_people(dossier, doctrine)
    questions = {**doctrine.questions, **dossier.aside}
    for part, known in (("notes", questions), ("evidence", questions), ("measures", doctrine.indicators)):
        faults += [unknown for name in getattr(dossier, part) if (unknown := _unknown(name, known, (part, name)))]
    faults += [fault for name, note in dossier.notes.items() for fault in _check_note(note, name)]
    faults += [
        fault for name in dossier.measures if name in doctrine.indicators for fault in _check_measures(dossier, doctrine, name)
    ]
    faults += [fault for name, seen in dossier.seen.items() for fault in _check_seen(seen, name)]
    faults += _unknown_outcome(dossier.decision, doctrine) if dossier.decision else []
    if dossier.decision and dossier.is_of(doctrine):
        for rank, level in enumerate(dossier.decision.opinion or ()):
            if level not in doctrine.levels:
                path = ("decision", "opinion", rank)
                faults.append(PathFault("identifiant-inconnu", path, f"avis {quoted(level)}", ", ".join(doctrine.levels)))
    return faults


def _check_people(dossier: Dossier, doctrine: Doctrine) -> list[PathFault]:
    """The contributors whose role does not exist, or whose key already means something; the notes of nobody known."""
    roles, faults = [role.id for role in doctrine.roles], list[PathFault]()
    for key, contributor in dossier.contributors.items():
        if contributor.role not in roles and dossier.is_of(doctrine):
            path = ("contributors", key, "role")
            faults += [replace(fault, path=path, on_key=False) for fault in unknown_people(doctrine, [contributor.role], (), ())]
        if key in (ACCORD, NO_ROLE) or (key in roles and key != contributor.role):
            told, expected = f"clé {quoted(key)} qui veut déjà dire autre chose", "une clé qui n’est pas un rôle"
            faults.append(PathFault("identifiant-en-double", ("contributors", key), told, expected, on_key=True))
    for name, note in dossier.notes.items():
        if name in doctrine.questions and isinstance(note, Mapping) and dossier.is_of(doctrine):
            faults += unknown_people(doctrine, note, dossier.contributors, ("notes", name))
    return faults


def _check_measures(dossier: Dossier, doctrine: Doctrine, name: str) -> list[PathFault]:
    """The values that no band of the indicator holds: nobody could say what they lead to."""
    bands = doctrine.indicators[name].bands or {}
    return [
        PathFault("valeur-inconnue", ("measures", name, rank, "value"), f"valeur {number_text(measure.value)}", _bounds(bands))
        for rank, measure in enumerate(dossier.measures[name])
        if bands and band_of(bands, measure.value) is None
    ]


def _bounds(bands: Mapping[str, Band]) -> str:
    low, high = next(iter(bands.values())).min, list(bands.values())[-1].max
    told = [f"à partir de {number_text(low)}"] if low is not None else []
    return "un nombre " + " ".join([*told, *([f"jusqu’à {number_text(high)}"] if high is not None else [])])


def _check_note(note: Any, question: str) -> list[PathFault]:
    """A note is a text, or one or several by who wrote it."""
    if isinstance(note, Mapping) and note:
        return [
            PathFault("mauvais-type", ("notes", question, str(who)), f"note de {quoted(who)}", "un texte, ou une liste de textes")
            for who, words in note.items()
            if not words or not all(isinstance(text, str) and text for text in items(words))
        ]
    if isinstance(note, str) and note:
        return []
    return [PathFault("mauvais-type", ("notes", question), f"note sur {quoted(question)}", "un texte, ou un texte par rôle")]


_DIGITS = re.compile("[0-9a-f]{6,64}")


def _check_seen(seen: Any, question: str) -> list[PathFault]:
    if isinstance(seen, str) and _DIGITS.fullmatch(seen):  # most are seen once
        return []
    if items(seen) and all(isinstance(digits, str) and _DIGITS.fullmatch(digits) for digits in items(seen)):
        return []
    expected = "le début d’une empreinte : 6 à 64 chiffres ou lettres de a à f"
    return [PathFault("mauvais-type", ("seen", question), f"empreinte de {quoted(question)}", expected)]


def _unknown(name: str, known: Collection[str], path: tuple[str, ...]) -> PathFault | None:
    if name in known:
        return None
    expected = "un indicateur de la doctrine" if path[0] == "measures" else "une question de la doctrine"
    return PathFault(
        "identifiant-inconnu", path, f"identifiant inconnu {quoted(name)}", expected, alike=(name, known), on_key=True
    )
