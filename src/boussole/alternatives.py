"""The library of alternatives: free software that an authority may choose instead, each fact with its source and its date.

The three qualities are not written: they are computed from the facts, by rules that are ours and that the pages tell.
"""

import datetime
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Annotated, Any, Literal

from boussole.dependence import Dependence
from boussole.errors import PathFault, choices, quoted
from boussole.loading import read_folder
from boussole.model import Id, Url
from boussole.parsing import build
from boussole.positions import read
from boussole.shapes import Matching, Sized
from boussole.vetting import unfit

FOLDER = "alternatives"
RESERVED = ("index",)

# Licences that the Open Source Initiative approved, by SPDX identifier: those met so far, and their kin. A GNU licence without
# « -only » or « -or-later » says that the source does not tell whether a later version may be chosen.
_GNU = ("GPL-2.0", "GPL-3.0", "LGPL-2.1", "LGPL-3.0", "AGPL-3.0")
_OTHERS = (
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "CECILL-2.1",
    "EPL-2.0",
    "EUPL-1.2",
    "ISC",
    "MIT",
    "MPL-2.0",
    "PostgreSQL",
)
FREE = frozenset({*(f"{name}{end}" for name in _GNU for end in ("", "-only", "-or-later")), *_OTHERS})
_MEMBERS = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK"
UNION = frozenset(re.findall("[A-Z]{2}", _MEMBERS))  # the member states of the European Union, on 25 November 2026
QUALITIES = {
    "souveraine": "Souveraine",
    "ouverte": "Ouverte",
    "mutualisable": "Mutualisable",
}
LEVELS = {"oui": "oui", "partie": "en partie", "inconnu": "non vérifié"}
KINDS = {
    "fondation": "fondation",
    "association": "association",
    "entreprise": "entreprise",
    "administration": "administration",
    "communaute": "communauté sans personne morale",
}
PLACES = {"poste": "sur le poste de travail", "serveur": "sur un serveur que l’on choisit"}
FACTS = {
    "licence": "Licence",
    "gouvernance": "Qui le publie",
    "installation": "Où il s’installe",
    "formats": "Formats ouverts",
    "partage": "Mise en commun par des administrations",
    "utilisatrices": "Collectivités et administrations qui l’utilisent",
    "accessibilite": "Accessibilité",
    "empreinte": "Empreinte connue",
    "cout-de-sortie": "Coût de sortie",
}
REQUIRED = ("licence", "gouvernance", "installation")

Country = Annotated[str, Matching("[A-Z]{2}", "un code de pays en deux lettres, par exemple FR")]
Level = Literal["oui", "partie", "inconnu"]
Faults = Iterator[PathFault]


@dataclass(frozen=True, kw_only=True)
class Fact:
    """What is said, in our words, where it was read and when."""

    says: str
    source: Url
    checked_on: datetime.date


@dataclass(frozen=True, kw_only=True)
class Steward:
    """Who publishes a software. ``country``: the law it is under; nothing when that could not be verified, or has no sense."""

    name: str
    kind: Literal["fondation", "association", "entreprise", "administration", "communaute"]
    country: Country | None = None


@dataclass(frozen=True, kw_only=True)
class Alternative:
    """A free software. ``license`` is an SPDX expression; ``runs`` says where one installs it oneself."""

    id: Id
    name: str
    need: Id
    covers: str
    instead_of: str
    license: str
    steward: Steward
    home: Url
    code: Url
    runs: Annotated[list[Literal["poste", "serveur"]], Sized(1)]
    formats: list[str] = field(default_factory=list)
    limits: str | None = None
    facts: Annotated[dict[Id, Fact], Sized(1)]
    reviewed: datetime.date
    author: str

    @property
    def qualities(self) -> Mapping[str, Level]:
        """The three qualities, each computed from the facts."""
        return {name: judge(self) for name, (_, judge) in RULES.items()}

    @property
    def checked_on(self) -> datetime.date:
        """The oldest day when one of its facts was read: what the whole is worth."""
        return min(fact.checked_on for fact in self.facts.values())

    def to_data(self) -> dict[str, Any]:
        """What its file holds, without what is empty."""
        found: dict[str, Any] = _plain(self)
        return found


def _plain(value: Any) -> Any:
    match value:
        case Alternative() | Steward() | Fact():
            parts = {part.name: getattr(value, part.name) for part in fields(value)}
            return {name: _plain(part) for name, part in parts.items() if part not in (None, [], {})}
        case dict():
            return {name: _plain(part) for name, part in value.items()}
        case datetime.date():
            return value.isoformat()
        case _:
            return value


# -- the three qualities -------------------------------------------------------------------------------------------------------


def _sovereign(one: Alternative) -> Level:
    if one.steward.country is None and one.steward.kind != "communaute":
        return "inconnu"
    return "oui" if one.steward.country in UNION else "partie"


def _open(one: Alternative) -> Level:
    return "oui" if "formats" in one.facts else "partie"


def _shareable(one: Alternative) -> Level:
    return "oui" if "partage" in one.facts else "partie"


RULES: Mapping[str, tuple[str, Callable[[Alternative], Level]]] = {
    "souveraine": (
        "Oui : on l’installe soi-même, et celui qui le publie relève du droit de l’Union européenne. En partie : on l’installe "
        "soi-même, mais celui qui le publie est ailleurs, ou n’est pas une personne morale. Non vérifié : le droit applicable "
        "n’a pas été retrouvé.",
        _sovereign,
    ),
    "ouverte": (
        "Oui : licence libre, et lecture ou écriture de formats ouverts vérifiée. En partie : licence libre, formats non "
        "vérifiés.",
        _open,
    ),
    "mutualisable": (
        "Oui : la licence permet le partage, et des administrations le développent ou le mettent déjà en commun. En partie : la "
        "licence permet le partage, sans exemple vérifié.",
        _shareable,
    ),
}


# -- reading -------------------------------------------------------------------------------------------------------------------


def read_alternative(text: str, name: str, dependence: Dependence) -> Alternative:
    """The alternative a YAML or JSON text describes. Raises `SourceError`, with every fault at its place."""
    return build(read(text, name), Alternative, lambda one: _check(one, name, dependence))


def read_alternatives(folder: Path, dependence: Dependence) -> list[Alternative]:
    """The alternatives of a folder, by need in the order of the questionnaire, then by name."""
    found = read_folder(folder, lambda text, name: read_alternative(text, name, dependence))
    order = [need.id for need in dependence.needs]
    return sorted(found, key=lambda one: (order.index(one.need), one.name.lower()))


def _check(alternative: Alternative, name: str, dependence: Dependence) -> Faults:
    yield from _names(alternative, name, dependence)
    yield from _licences(alternative)
    yield from _facts(alternative)
    yield from unfit(alternative.to_data())


def _names(alternative: Alternative, name: str, dependence: Dependence) -> Faults:
    stem, needs = Path(name).stem, [need.id for need in dependence.needs]
    if alternative.id != stem or alternative.id in RESERVED:
        told = f"identifiant {quoted(alternative.id)} dans le fichier {quoted(stem)}"
        yield PathFault("fiche-mal-nommee", ("id",), told, "le nom du fichier, sans sa fin, et qui ne soit pas « index »")
    if alternative.need not in needs:
        told = f"besoin inconnu {quoted(alternative.need)}"
        yield PathFault("identifiant-inconnu", ("need",), told, choices(needs), alike=(alternative.need, needs))


def licences(expression: str) -> list[str]:
    """The licences that an SPDX expression names."""
    return [word for word in re.split(r"[\s()]+", expression) if word and word not in ("AND", "OR")]


def _licences(alternative: Alternative) -> Faults:
    named = licences(alternative.license)
    for name in [name for name in named if name not in FREE] or ([] if named else [alternative.license]):
        told = f"licence inconnue {quoted(name)}"
        yield PathFault("valeur-inconnue", ("license",), told, choices(sorted(FREE)), alike=(name, FREE))


def _facts(alternative: Alternative) -> Faults:
    for name in alternative.facts:
        if name not in FACTS:
            told = f"fait inconnu {quoted(name)}"
            yield PathFault("identifiant-inconnu", ("facts", name), told, choices(FACTS), alike=(name, FACTS), on_key=True)
    for name in REQUIRED:
        if name not in alternative.facts:
            told = f"{quoted(FACTS[name].lower())} sans source"
            yield PathFault(
                "fait-sans-source", ("facts",), told, f"un fait {quoted(name)}, avec says, source et checked_on", on_key=True
            )
    if alternative.formats and "formats" not in alternative.facts:
        told = "formats ouverts sans source"
        yield PathFault(
            "fait-sans-source", ("formats",), told, "un fait « formats », avec says, source et checked_on", on_key=True
        )
    for name, fact in alternative.facts.items():
        if fact.checked_on > alternative.reviewed:
            told = f"fait lu le {fact.checked_on}, après la revue de la fiche le {alternative.reviewed}"
            yield PathFault("dates-en-desordre", ("facts", name, "checked_on"), told, f"au plus tard {alternative.reviewed}")
