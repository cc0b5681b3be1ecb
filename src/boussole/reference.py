"""The format of the files, as pages read off the model: each block, its keys, what they hold, and an example."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any, Literal, get_args, get_origin

from boussole import dossier as use
from boussole import model
from boussole.errors import choices
from boussole.keys import PARTS, Part
from boussole.shapes import either, required, split
from boussole.templating import render

# Several pages: one long page would weigh more than an old phone likes.
PAGES: Mapping[str, tuple[str, tuple[type, ...]]] = {
    "maintenir/format": (
        "Format de la source",
        (model.Doctrine, model.Identity, model.Level, model.Role, model.Version, model.Change),
    ),
    "maintenir/format-questions": (
        "Format : sections et questions",
        (model.Section, model.Question, model.Option, model.Band, model.Indicator, model.Retired),
    ),
    "maintenir/format-preuves": ("Format : garanties et cas", (model.Guarantee, model.Case, model.TurningPoint)),
    "maintenir/format-textes": (
        "Format : sources et citations",
        (model.Topic, model.Source, model.Document, model.Chapter, model.Quotation),
    ),
    "maintenir/format-faits": (
        "Format : interdits, mots, dates et lectures",
        (
            *(model.Prohibition, model.HighRisk, model.Term, model.Event, model.Discrepancy, model.Saying),
            *(model.Interpretation, model.Unverified),
        ),
    ),
    "maintenir/format-dossier": (
        "Format d’un dossier",
        (use.Dossier, use.DoctrineName, use.Contributor, use.Decision, use.Opinion),
    ),
    "maintenir/format-notice": ("Format : dates et notice d’un dossier", (use.Dates, use.Notice)),
    "maintenir/format-suivi": ("Format : suivi d’un usage", (use.Measure, use.Condition, use.Happening)),
}

_WORDS = {
    str: "un texte",
    float: "un nombre",
    int: "un nombre entier",
    datetime.date: "une date",
    bool: "true ou false",
    Any: "libre",
}


@dataclass(frozen=True, slots=True)
class Key:
    """A key of a block: what it holds, whether it must be there, what it says."""

    name: str
    holds: str
    is_required: bool
    says: str


def render_reference() -> dict[str, str]:
    """The pages of the format, by relative name."""
    others = [(name.rpartition("/")[2], title) for name, (title, _) in PAGES.items() if name != "maintenir/format"]
    return {
        f"{name}.md": render(
            "pages/format.md.j2",
            title=title,
            parts=[(PARTS[part], keys_of(part, PARTS[part])) for part in parts],
            others=others if name == "maintenir/format" else [],
        )
        for name, (title, parts) in PAGES.items()
    }


def keys_of(part: type, told: Part) -> list[Key]:
    """The keys of a block, in the order of the model."""
    needed = required(part)
    return [Key(field.name, holds(field.type), field.name in needed, told.keys[field.name]) for field in fields(part)]


def holds(annotation: Any) -> str:
    """What a value of a type is, in words."""
    if parts := either(annotation):
        return " ou ".join(map(holds, parts))
    base, _ = split(annotation)
    origin, arguments = get_origin(base), get_args(base)
    if is_dataclass(base) and isinstance(base, type):
        return f"un bloc : {PARTS[base].title.lower()}"
    if origin is list:
        return f"une liste ; chaque élément est {holds(arguments[0])}"
    if origin is dict:
        return f"un bloc ; chaque valeur est {holds(arguments[1])}"
    if origin is Literal:
        return choices(arguments)
    return _WORDS[base]
