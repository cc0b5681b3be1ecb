"""The training of a site: its counts are read from their folder, its paths from its own file when it has one."""

from pathlib import Path

from boussole.beside import Beside
from boussole.coverage import FOLDER, Year, read_years
from boussole.errors import Fault, SourceError
from boussole.model import Doctrine
from boussole.outputs.pages import LISTS
from boussole.outputs.training import render_training
from boussole.outputs.training_data import NAME, render_files
from boussole.training import training_of


def teach(source: Path, doctrine: Doctrine, base: str = "") -> Beside:
    """Read the folder of a site; nothing when it has none. Raises `SourceError` with the faults of all the files."""
    folder = source / FOLDER
    if not folder.is_dir():
        return Beside()
    faults, training, years = list[Fault](), None, list[Year]()
    try:
        training = training_of(source, doctrine)
    except SourceError as error:
        faults += error.faults
    try:
        years = read_years(folder)
    except SourceError as error:
        faults += error.faults
    if faults or training is None:
        raise SourceError(faults)
    pages = render_training(training, doctrine, years, _known(source, doctrine))
    return Beside(pages, {f"donnees/{NAME}/{name}": text for name, text in render_files(doctrine, years, base).items()})


def _known(source: Path, doctrine: Doctrine) -> set[str]:
    """The pages that a step may lead to: those that the doctrine and the other folders give the site."""
    known = {"criteres/index", "evaluer", "officiel", *(f"criteres/{section.id}" for section in doctrine.sections)}
    known |= {name for name, parts in LISTS.items() if any(getattr(doctrine, part) for part in parts)}
    beside = {"cas/index": doctrine.cases, "garanties/index": doctrine.guarantees, "sources/index": doctrine.sources}
    known |= {name for name, part in beside.items() if part}
    folders = {"registre": "registre/index", "debat": "debattre/index"}
    return known | {page for name, page in folders.items() if (source / name).is_dir()}
