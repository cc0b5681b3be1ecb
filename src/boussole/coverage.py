"""How many people were trained, year by year and audience by audience: counts only, never a name.

A year is a file of a folder beside the register. What is invented to show the machine says so (``kind: example``) and is never
counted with what is real. A group of a few people is not published: anyone could tell who was trained.
"""

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Annotated, Any, Literal

from boussole.errors import PathFault, choices, quoted
from boussole.loading import read_folder
from boussole.model import Id, Url
from boussole.monitoring import FEW
from boussole.parsing import build
from boussole.positions import read
from boussole.shapes import AtLeast, Sized
from boussole.vetting import unfit

FOLDER = "formation"
# Nobody stands in two audiences: counts can be added.
AUDIENCES: Mapping[str, str] = {
    "agents": "Agents, hors encadrement",
    "encadrants": "Encadrants",
    "elus": "Élus",
}
FIRST_YEAR = 2018  # no training to this doctrine is older than the work that led to it

Faults = Iterator[PathFault]
Count = Annotated[int, AtLeast(0)]


@dataclass(frozen=True, kw_only=True)
class Origin:
    """Where counts come from."""

    title: str
    url: Url | None = None


@dataclass(frozen=True, kw_only=True)
class Group:
    """What was counted of an audience at the end of a year: how many people it has, how many of them are trained by then, in how
    many sessions held in the year, which lasted how many hours in all."""

    headcount: Annotated[int, AtLeast(1)]
    trained: Count
    sessions: Count | None = None
    hours: float | None = None

    @property
    def is_published(self) -> bool:
        """Whether its counts may be shown."""
        return self.headcount >= FEW

    @property
    def percent(self) -> float:
        """The share that is trained, to a tenth, rounded down: it is 100 only when everyone is."""
        return percent(self.trained, self.headcount)


@dataclass(frozen=True, kw_only=True)
class Year:
    """The counts of a year, by audience; ``counted_on`` is the day when they were made."""

    id: Id
    kind: Literal["real", "example"]
    authority: str
    year: Annotated[int, AtLeast(FIRST_YEAR)]
    counted_on: datetime.date
    audiences: Annotated[dict[Id, Group], Sized(1)]
    note: str | None = None
    sources: list[Origin] = field(default_factory=list)

    @property
    def groups(self) -> Mapping[str, Group]:
        """The groups, in the order of the audiences."""
        return {name: self.audiences[name] for name in AUDIENCES if name in self.audiences}

    @property
    def shown(self) -> Mapping[str, Group]:
        """The groups that may be shown."""
        return {name: group for name, group in self.groups.items() if group.is_published}

    @property
    def whole(self) -> tuple[int, int] | None:
        """How many are trained, of how many, over the groups that are shown; None when there is none.

        One hidden group could be found by subtracting from a whole that held it: this one does not."""
        found = self.shown.values()
        return (sum(one.trained for one in found), sum(one.headcount for one in found)) if found else None

    def to_data(self) -> dict[str, Any]:
        """What its file holds, without what is empty."""
        found: dict[str, Any] = _plain(self)
        return found


def percent(trained: int, headcount: int) -> float:
    """A share in hundredths, to a tenth, rounded down."""
    return trained * 1000 // headcount / 10


def _plain(value: Any) -> Any:
    match value:
        case Year() | Group() | Origin():
            parts = {part.name: getattr(value, part.name) for part in fields(value)}
            return {name: _plain(part) for name, part in parts.items() if part not in (None, [], {})}
        case dict():
            return {name: _plain(part) for name, part in value.items()}
        case list():
            return [_plain(part) for part in value]
        case datetime.date():
            return value.isoformat()
        case _:
            return value


def real_only(years: Sequence[Year]) -> list[Year]:
    """Those that count: nothing invented."""
    return [year for year in years if year.kind == "real"]


# -- reading -----------------------------------------------------------------------------------------------------------------


def read_year(text: str, name: str, taken: Mapping[tuple[str, int], str] | None = None) -> Year:
    """The year a YAML or JSON text describes; ``taken`` names the files that tell a year already, by kind and year.

    Raises `SourceError`, with every fault at its place."""
    stand_ins = {"id": Path(name).stem, "kind": "example", "authority": "x", "year": FIRST_YEAR, "counted_on": datetime.date.max}
    return build(read(text, name), Year, lambda year: _check(year, name, taken or {}), stand_ins)


def read_years(folder: Path) -> list[Year]:
    """The years of a folder, the oldest first; real ones before invented ones. Raises `SourceError` with the faults of all."""
    taken: dict[tuple[str, int], str] = {}

    def read_one(text: str, name: str) -> Year:
        year = read_year(text, name, taken)
        taken[year.kind, year.year] = Path(name).name
        return year

    return sorted(read_folder(folder, read_one), key=lambda year: (year.kind == "example", year.year))


def check_published(year: Year, today: datetime.date) -> Faults:
    """What to mend before a file is made public, and that the site does not show in the meantime."""
    for name, group in year.groups.items():
        if not group.is_published:
            told, expected = f"groupe de {group.headcount} personnes", f"au moins {FEW} : on saurait sinon qui est formé"
            advice = "réunir plusieurs groupes ; le site ne montre pas ces nombres, mais ce fichier les dit"
            yield PathFault("petit-groupe", ("audiences", name, "headcount"), told, expected, advice)
    if year.counted_on > today:
        told = f"comptage du {year.counted_on}, qui n’est pas encore venu"
        yield PathFault("date-a-venir", ("counted_on",), told, f"un jour passé, au plus tard le {today}")


def _check(year: Year, name: str, taken: Mapping[tuple[str, int], str]) -> Faults:
    yield from _named(year, Path(name).stem)
    if other := taken.get((year.kind, year.year)):
        told = f"année {year.year} déjà dite par {quoted(other)}"
        yield PathFault("identifiant-en-double", ("year",), told, "un seul fichier par année")
    if year.counted_on.year < year.year:
        told = f"comptage du {year.counted_on}, avant l’année {year.year}"
        yield PathFault("dates-en-desordre", ("counted_on",), told, f"un jour à partir du {year.year}-01-01")
    for audience, group in year.audiences.items():
        yield from _group(audience, group)
    if year.kind == "real" and not year.sources:
        yield PathFault("fait-sans-source", (), "nombres réels sans source", "d’où ils viennent (sources)")
    yield from unfit(year.to_data())


def _named(year: Year, stem: str) -> Faults:
    if year.id != stem:
        told = f"identifiant {quoted(year.id)} dans le fichier {quoted(stem)}"
        yield PathFault("fiche-mal-nommee", ("id",), told, "le nom du fichier, sans sa fin")


def _group(audience: str, group: Group) -> Faults:
    if audience not in AUDIENCES:
        told = f"public inconnu {quoted(audience)}"
        path = ("audiences", audience)
        yield PathFault("identifiant-inconnu", path, told, choices(AUDIENCES), alike=(audience, AUDIENCES), on_key=True)
    if group.trained > group.headcount:
        told = f"{group.trained} personnes formées sur {group.headcount}"
        yield PathFault("valeur-impossible", ("audiences", audience, "trained"), told, f"{group.headcount} au plus")
    if group.hours is not None and group.hours < 0:
        told = f"durée de {group.hours:g} heures"
        yield PathFault("valeur-impossible", ("audiences", audience, "hours"), told, "zéro ou plus")
