"""The diagnoses and the alternatives of a site: read from their folders beside the register, given as pages and as files."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from boussole import alternatives, diagnosis
from boussole.alternatives import read_alternatives
from boussole.beside import Beside
from boussole.dependence import Dependence, check_beside, fed, load_dependence, placed
from boussole.diagnosis import read_diagnoses, uses_beside
from boussole.errors import Fault, SourceError
from boussole.model import Doctrine
from boussole.outputs.alternatives import render_alternatives
from boussole.outputs.dependence import render_dependence
from boussole.outputs.dependence_data import render_columns, render_files

Read = TypeVar("Read")


def diagnose(source: Path, doctrine: Doctrine, base: str = "") -> Beside:
    """Read the folders of a site; nothing when it has neither. Raises `SourceError` with the faults of all the files."""
    tools, library = source / diagnosis.FOLDER, source / alternatives.FOLDER
    if not tools.is_dir() and not library.is_dir():
        return Beside()
    dependence = load_dependence()
    faults = [*placed(check_beside(dependence, doctrine))]
    diagnoses = _gathered(faults, read_diagnoses, tools, dependence)
    choices = _gathered(faults, read_alternatives, library, dependence)
    if faults:
        raise SourceError(faults)
    pages = render_dependence(dependence, doctrine, diagnoses, uses_beside(tools), bool(choices))
    pages[f"{diagnosis.FOLDER}/donnees.md"] = render_columns(dependence, doctrine)
    pages |= render_alternatives(dependence, doctrine, choices) if choices else {}
    files = {f"donnees/dependance/{name}": text for name, text in render_files(dependence, diagnoses, choices, base).items()}
    question = fed(dependence, doctrine)
    return Beside(pages, files, {question.id: f"{diagnosis.FOLDER}/index"} if question else {})


def _gathered(
    faults: list[Fault], read_all: Callable[[Path, Dependence], list[Read]], folder: Path, dependence: Dependence
) -> list[Read]:
    """What a folder holds, or nothing and its faults, kept for the end so that one folder does not hide the other."""
    try:
        return read_all(folder, dependence)
    except SourceError as error:
        faults += error.faults
        return []
