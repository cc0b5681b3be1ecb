"""One use of AI under assessment: what it is, who answered what, what people decided. Its text is data, never markup."""

import datetime
from collections.abc import Collection
from dataclasses import dataclass, field
from os import PathLike
from typing import Annotated, Literal

from boussole.assessment import read_answers
from boussole.errors import PathFault, SourceError, quoted
from boussole.loading import read_file
from boussole.model import Answers, Doctrine, Id
from boussole.parsing import locate, parse
from boussole.positions import read
from boussole.shapes import AtLeast, Matching
from boussole.soundness import check_justified

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
    fingerprint: Annotated[str, Matching("[0-9a-f]{64}", "une empreinte : 64 chiffres ou lettres de a à f")] | None = None


@dataclass(frozen=True, kw_only=True)
class Measure:
    """One dated value of an indicator, in its unit."""

    on: datetime.date
    value: float
    source: str


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What people decided: the opinion only advises. ``by`` is a function, never a name."""

    outcome: Id
    by: str
    on: datetime.date
    because: str | None = None


@dataclass(frozen=True, kw_only=True)
class Dossier:
    """One use: its answers by question, kept apart by role, beside everything people say of it."""

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
    seen: dict[str, str] = field(default_factory=dict)
    answers: Answers = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)
    evidence: dict[str, list[str]] = field(default_factory=dict)
    measures: dict[str, list[Measure]] = field(default_factory=dict)
    decision: Decision | None = None

    def is_of(self, doctrine: Doctrine) -> bool:
        """Whether the dossier names this very version, and this fingerprint if it names one."""
        named = self.doctrine
        return named.version == doctrine.doctrine.version and named.fingerprint in (None, doctrine.fingerprint)

    def outdated(self, doctrine: Doctrine) -> tuple[str, ...]:
        """The answered questions whose meaning has changed since they were seen."""
        current = doctrine.fingerprints if self.seen else {}
        return tuple(name for name, seen in self.seen.items() if name in self.answers and current.get(name, seen) != seen)


def load_dossier(path: str | PathLike[str], doctrine: Doctrine) -> Dossier:
    """The dossier a YAML or JSON file holds. Raises `SourceError`, with every fault at its place."""
    return read_dossier(read_file(path), str(path), doctrine)


def read_dossier(text: str, name: str, doctrine: Doctrine) -> Dossier:
    """The dossier a YAML or JSON text holds; ``name`` stands for the file in messages."""
    document = read(text, name)
    identity = doctrine.doctrine
    named = DoctrineName(id=identity.id, version=identity.version)
    stand_ins = {"id": "x", "title": "x", "kind": "example", "status": "etude", "doctrine": named}
    dossier, faults, origin = parse(document, Dossier, stand_ins)
    if dossier is not None:
        faults += locate(document, _check(dossier, doctrine), origin)
    if dossier is None or faults:
        raise SourceError(faults, document.untold)
    return dossier


def _check(dossier: Dossier, doctrine: Doctrine) -> list[PathFault]:
    identity = doctrine.doctrine
    if dossier.doctrine.id != identity.id:
        told = f"dossier rempli pour la doctrine {quoted(dossier.doctrine.id)}"
        return [
            PathFault("doctrine-differente", ("doctrine", "id"), told, quoted(identity.id), "choisir la doctrine avec --doctrine")
        ]
    faults = [fault.under(("answers",)) for fault in read_answers(doctrine, dossier.answers)[1]]
    faults += check_justified(doctrine, dossier.answers, dossier.notes, ())
    for part, known in (("notes", doctrine.questions), ("evidence", doctrine.questions), ("measures", _indicators(doctrine))):
        faults += [unknown for name in getattr(dossier, part) if (unknown := _unknown(name, known, (part, name)))]
    if dossier.decision and dossier.decision.outcome not in doctrine.levels:
        found = f"décision {quoted(dossier.decision.outcome)}"
        faults.append(PathFault("identifiant-inconnu", ("decision", "outcome"), found, ", ".join(doctrine.levels)))
    return faults


def _indicators(doctrine: Doctrine) -> set[str]:
    return {indicator.id for section in doctrine.sections for indicator in section.indicators}


def _unknown(name: str, known: Collection[str], path: tuple[str, ...]) -> PathFault | None:
    if name in known:
        return None
    expected = "un indicateur de la doctrine" if path[0] == "measures" else "une question de la doctrine"
    return PathFault(
        "identifiant-inconnu", path, f"identifiant inconnu {quoted(name)}", expected, alike=(name, known), on_key=True
    )
