"""The exchange format of uses: a sheet tells what an authority tried and what it concluded, for others to read and to import.

A sheet is written by its authority, or by whoever ``author`` names. What it says is never ours: it is shown as theirs, and no
opinion is computed from it.
"""

import datetime
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal, NamedTuple

from boussole.dossier import Status, plain_data, slug
from boussole.errors import PathFault, quoted
from boussole.model import Id, PartialDate, Url
from boussole.parsing import build
from boussole.positions import read
from boussole.shapes import Matching, Sized
from boussole.vetting import to_come, unfit

FORMAT, VERSION = "fiche-d-usage", "1"
MOST = 2000  # sheets in one file
LINE, TEXT = 500, 5000  # characters
LONGEST_NAME = 40  # characters of an authority in the name of a file

Line = Annotated[str, Matching(r"[\s\S]+", "un texte court", longest=LINE)]
Text = Annotated[str, Matching(r"[\s\S]+", "un texte", longest=TEXT)]


@dataclass(frozen=True, kw_only=True)
class Value:
    """One dated value of an indicator, in its unit, with where it comes from; ``on`` is a day, a month or a year."""

    label: Line
    value: float
    unit: Line
    on: PartialDate
    source: Line
    group: Line | None = None


@dataclass(frozen=True, kw_only=True)
class Advice:
    """The opinion a doctrine gave: its label, the doctrine with its version, the criteria that decided."""

    label: Line
    doctrine: Line
    version: Line
    criteria: list[Line] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """A use that was tried, studied or refused. ``id``: its permanent name at its authority; ``date``: when this was written."""

    id: Id
    kind: Literal["real", "example"]
    title: Line
    domain: Line
    genre: Id | None = None
    authority: Line
    status: Status | None = None
    status_on: PartialDate | None = None
    summary: Text | None = None
    opinion: Advice | None = None
    decision: Line | None = None
    conclusion: Text | None = None
    changed: Text | None = None
    without_ai: Text | None = None
    measures: list[Value] = field(default_factory=list)
    contact: Line | None = None
    license: Line
    source: Url | None = None
    author: Line
    date: datetime.date

    @property
    def name(self) -> str:
        """The name of its file where it is imported: its authority, then its own."""
        return f"{slug(self.authority)[:LONGEST_NAME].strip('-')}-{self.id}".strip("-")


@dataclass(frozen=True, kw_only=True)
class Sheets:
    """A file of the exchange format."""

    format: Literal["fiche-d-usage"]
    version: Literal["1"]
    notice: Text | None = None
    sheets: Annotated[list[Sheet], Sized(1, MOST)]


class Field(NamedTuple):
    """What a key of a sheet is called, and what it says."""

    label: str
    plain: str


FIELDS: Mapping[str, Field] = {
    "id": Field("Identifiant", "Nom permanent de l’usage dans sa collectivité : minuscules, chiffres, traits d’union."),
    "kind": Field("Nature", "real : l’usage existe ou a existé ; example : il est inventé, pour montrer."),
    "title": Field("Titre", "Ce que c’est, dans les mots des habitants."),
    "domain": Field("Domaine", "Eau, mobilité, relation aux usagers…"),
    "genre": Field("Genre d’usage", "Le genre où la bibliothèque d’origine range cette fiche ; facultatif."),
    "authority": Field("Collectivité", "Qui a essayé, étudié ou refusé."),
    "status": Field("État", "etude, experimentation, service, refuse, abandonne ou arrete ; facultatif."),
    "status_on": Field("Date de l’état", "Le jour, le mois ou l’année où cet état était vrai, d’après la source ; facultatif."),
    "summary": Field("Résumé", "L’usage en quelques phrases ; facultatif."),
    "opinion": Field(
        "Avis", "L’avis d’une doctrine : label, doctrine, version, et criteria, les critères qui ont décidé ; facultatif."
    ),
    "decision": Field("Décision", "Ce que des personnes ont décidé, et quand ; facultatif."),
    "conclusion": Field("Conclusion", "Ce que l’on en a conclu ; facultatif."),
    "changed": Field("Ce qui a changé l’avis", "Ou ce qui le ferait changer ; facultatif."),
    "without_ai": Field("Sans IA", "Ce que l’on fait, ou faisait, sans intelligence artificielle ; facultatif."),
    "measures": Field(
        "Mesures", "Une liste : label, value, unit, on (le jour, le mois ou l’année), source, et group si besoin ; facultatif."
    ),
    "contact": Field("Contact", "L’adresse d’un service ou d’une fonction, jamais d’une personne ; facultatif."),
    "license": Field("Licence", "À quelles conditions ce texte se réutilise."),
    "source": Field("Source", "L’adresse, en https, où lire plus ; obligatoire pour un usage réel d’ailleurs."),
    "author": Field("Écrite par", "La collectivité ou l’organisme qui a écrit la fiche, jamais une personne."),
    "date": Field("Date", "Le jour où la fiche a été écrite ou revue."),
}


def read_sheets(text: str, name: str, today: datetime.date | None = None) -> list[Sheet]:
    """The sheets of a file that comes from elsewhere, none written after ``today`` when it is told. Raises `SourceError`, with
    every fault at its place."""
    return build(read(text, name), Sheets, lambda found: _check(found, today)).sheets


def render_sheets(sheets: Sequence[Sheet], notice: str = "") -> str:
    """Some sheets as a file, which `read_sheets` reads back as they were."""
    head = {"format": FORMAT, "version": VERSION} | ({"notice": notice} if notice else {})
    return json.dumps({**head, "sheets": plain_data(list(sheets))}, ensure_ascii=False, indent=1) + "\n"


def _check(found: Sheets, today: datetime.date | None) -> Iterator[PathFault]:
    known = dict[str, int]()
    for rank, sheet in enumerate(found.sheets):
        yield from check_sheet(sheet, ("sheets", rank), today)
        if sheet.name in known:
            told = f"{quoted(sheet.authority)} a déjà une fiche {quoted(sheet.id)}, la {known[sheet.name]}ᵉ de ce fichier"
            yield PathFault("identifiant-en-double", ("sheets", rank, "id"), told, "un identifiant par usage et par collectivité")
        known.setdefault(sheet.name, rank + 1)


def check_sheet(sheet: Sheet, place: tuple[str | int, ...], today: datetime.date | None) -> Iterator[PathFault]:
    """What keeps a sheet of others, at its place in a file, from being published: own data, a real use that nobody can check, a
    day that is to come when ``today`` is told."""
    data: dict[str, Any] = plain_data(sheet)
    for fault in unfit(data):
        yield PathFault(fault.code, (*place, *fault.path), fault.found, fault.expected, fault.advice)
    if sheet.kind == "real" and sheet.source is None:
        told = "usage réel sans source"
        yield PathFault("fait-sans-source", (*place, "id"), told, "« source » : une adresse en https où chacun peut vérifier")
    if today:
        yield from to_come((*place, "date"), sheet.date, today)
    if sheet.status_on and sheet.status_on > sheet.date.isoformat():
        told = f"état du {sheet.status_on}, après la fiche, du {sheet.date}"
        yield PathFault("dates-en-desordre", (*place, "status_on"), told, f"au plus tard {sheet.date}")
    for rank, measure in enumerate(sheet.measures):
        if measure.on > sheet.date.isoformat():
            told = f"mesure du {measure.on}, après la fiche, du {sheet.date}"
            yield PathFault("dates-en-desordre", (*place, "measures", rank, "on"), told, f"au plus tard {sheet.date}")
