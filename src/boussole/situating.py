"""What is done elsewhere, beside a site's register: read from its folder, given as pages and as files."""

from pathlib import Path

from boussole.beside import Beside
from boussole.clock import publication_day
from boussole.concertation import load_kit
from boussole.elsewhere import FOLDER
from boussole.elsewhere_reading import read_elsewhere
from boussole.library import FOLDER as USES
from boussole.loading import data_files, embedded
from boussole.model import Doctrine
from boussole.outputs.elsewhere import render_elsewhere
from boussole.outputs.elsewhere_data import render_columns, render_files


def situate(source: Path, doctrine: Doctrine, base: str = "") -> Beside:
    """Read the folder of a site; nothing when it has none. Raises `SourceError` with the faults of all its files."""
    folder = source / FOLDER
    if not data_files(folder):
        return Beside()
    elsewhere, today = read_elsewhere(folder, doctrine, load_kit()), publication_day()
    is_compared = _is_compared(doctrine, elsewhere.principles.beside)
    pages = render_elsewhere(elsewhere, today, is_compared=is_compared, has_uses=(source / USES).is_dir())
    pages[f"{FOLDER}/donnees.md"] = render_columns(elsewhere)
    files = {f"donnees/{FOLDER}/{name}": text for name, text in render_files(elsewhere, base).items()}
    told = [one for one in elsewhere.territories if one.id in elsewhere.told]
    return Beside(pages, files, places={name: f"territoire-{one.id}" for one in told for name in one.names})


def _is_compared(doctrine: Doctrine, other: str) -> bool:
    """Whether the site compares its doctrine with another one, as `boussole.loading.comparable` chooses them."""
    if doctrine.doctrine.id in embedded():
        return doctrine.doctrine.id != other
    return doctrine.derivation is not None and doctrine.derivation.base.doctrine.id == other
