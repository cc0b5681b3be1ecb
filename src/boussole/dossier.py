"""One use of AI under assessment: what it is, who answered what, what people decided. Its text is data, never markup."""

import datetime
from collections.abc import Collection
from os import PathLike
from typing import Annotated, Literal

from pydantic import Field

from boussole.assessment import read_answers
from boussole.errors import PathFault, SourceError, nearest, quoted
from boussole.loading import read_file
from boussole.model import Answers, Doctrine, Id, Number, Part, Text
from boussole.parsing import locate, parse
from boussole.positions import read
from boussole.soundness import check_justified

Status = Literal["etude", "experimentation", "service", "refuse", "abandonne", "arrete"]


class Dates(Part):
    """The dates of a use; each may be unknown."""

    opened: datetime.date | None = None
    started: datetime.date | None = None
    updated: datetime.date | None = None
    next_review: datetime.date | None = None
    ended: datetime.date | None = None


class Notice(Part):
    """What the public is told of a use: the headings of the French inventory of public algorithms. Empty is "non renseigné"."""

    context: Text | None = None
    purpose: Text | None = None
    place_in_decision: Text | None = None
    automation: Literal["entiere", "aide"] | None = None
    legal_basis: Text | None = None
    resources: Text | None = None
    decisions_per_year: Annotated[int, Field(ge=0)] | None = None
    scope: Literal["externe", "interne"] | None = None
    public: Text | None = None
    data: Text | None = None
    data_source: Text | None = None
    collection: Text | None = None
    algorithm: Literal["regles", "apprentissage"] | None = None
    operations: Text | None = None
    supplier: Text | None = None
    model: Text | None = None
    oversight: Text | None = None
    appeal: Text | None = None
    withheld: Text | None = None  # what is not published, and why


class DoctrineName(Part):
    """The doctrine a dossier was answered under."""

    id: Id
    version: Text
    fingerprint: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] | None = None


class Measure(Part):
    """One dated value of an indicator, in its unit."""

    on: datetime.date
    value: Number
    source: Text


class Decision(Part):
    """What people decided: the opinion only advises. ``by`` is a function, never a name."""

    outcome: Id
    by: Text
    on: datetime.date
    because: Text | None = None


class Dossier(Part):
    """One use: its answers by question, kept apart by role, beside everything people say of it."""

    id: Id
    title: Text
    kind: Literal["real", "example"]
    summary: Text | None = None
    authority: Text | None = None
    service: Text | None = None
    contact: Text | None = None
    status: Status
    dates: Dates = Dates()
    notice: Notice = Notice()
    doctrine: DoctrineName
    seen: dict[str, Text] = {}
    answers: Answers = {}
    notes: dict[str, Text] = {}
    evidence: dict[str, list[Text]] = {}
    measures: dict[str, list[Measure]] = {}
    decision: Decision | None = None

    def outdated(self, doctrine: Doctrine) -> tuple[str, ...]:
        """The answered questions whose meaning has changed since they were seen."""
        current = doctrine.fingerprints
        return tuple(name for name, seen in self.seen.items() if name in self.answers and current.get(name, seen) != seen)


def load_dossier(path: str | PathLike[str], doctrine: Doctrine) -> Dossier:
    """The dossier a YAML or JSON file holds. Raises `SourceError`, with every fault at its place."""
    return read_dossier(read_file(path), str(path), doctrine)


def read_dossier(text: str, name: str, doctrine: Doctrine) -> Dossier:
    """The dossier a YAML or JSON text holds; ``name`` stands for the file in messages."""
    document = read(text, name)
    dossier, faults, origin = parse(document, Dossier)
    if dossier is not None:
        faults += locate(document, _check(dossier, doctrine), origin)
    if dossier is None or faults:
        raise SourceError(faults)
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
        "identifiant-inconnu", path, f"identifiant inconnu {quoted(name)}", expected, nearest(name, known), on_key=True
    )
