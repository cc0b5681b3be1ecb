"""A consultation or an event, begun as a file that says what each of its lines expects."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from boussole.commands.contributing import chosen, loaded
from boussole.concertation import load_kit
from boussole.debate import HELD
from boussole.debating import PARTS, load_debate
from boussole.dossier import clean, slug
from boussole.errors import quoted
from boussole.french import Misuse
from boussole.loading import data_files
from boussole.model import Doctrine
from boussole.templating import render


def start(kind: str, folder: Path, doctrine: Doctrine, given: Mapping[str, str]) -> Path:
    """Write a ``consultation`` or an ``event`` under its name, sound among the others; returns its file.

    Raises `Misuse` when something is missing or a file of this name stands there, `SourceError` when what was given does not fit.
    """
    from boussole.files import locked, refuse_to_leave, write

    kit, found = load_kit(), loaded(folder, doctrine)
    needed = {"consultation": ("authority",), "event": ()}[kind]
    if missing := [f"--{name}" for name in needed if not given.get(name)]:
        raise Misuse(f"il manque {', '.join(missing)}")
    told: dict[str, Any] = {name: json.dumps(clean(text).strip(), ensure_ascii=False) for name, text in given.items()}
    told["id"] = given.get("name") or slug(given["title"])
    if slug(told["id"]) != told["id"] or not told["id"]:
        raise Misuse(
            f"identifiant mal formé {quoted(told['id'])} ; attendu : des lettres sans accent, des chiffres et des traits"
        )
    if kind == "event":
        told["consultation"] = chosen(found, given.get("consultation", ""))
    place = folder / PARTS[f"{kind}s"] / f"{told['id']}.yml"
    text = render(
        f"debate/{kind}.yml.j2", kit=kit, consultations=found.consultations, held=HELD, part=doctrine.criteria[0].id, **told
    )
    refuse_to_leave(folder, place)
    with locked(place):
        if there := [path for path in data_files(place.parent) if path.stem == place.stem]:
            raise Misuse(f"{there[0]} existe déjà : donner un autre nom avec --id")
        load_debate(folder, doctrine, kit, {place: text})
        write(place, text, is_durable=True)
    return place
