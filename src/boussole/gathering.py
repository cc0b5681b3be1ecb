"""What the data folders beside the register bring to a site, all together."""

from pathlib import Path

from boussole.beside import Beside
from boussole.diagnosing import diagnose
from boussole.errors import Fault, SourceError
from boussole.model import Doctrine
from boussole.shelving import shelve
from boussole.situating import situate
from boussole.surveying import survey
from boussole.teaching import teach

PARTS = (diagnose, shelve, situate, survey, teach)


def gather(source: Path, doctrine: Doctrine, base: str = "") -> Beside:
    """What the data folders bring. Raises `SourceError` with the faults of all of them: one does not hide another."""
    found, faults, untold = Beside(), list[Fault](), 0
    for read_part in PARTS:
        try:
            found |= read_part(source, doctrine, base)
        except SourceError as error:
            faults, untold = [*faults, *error.faults], untold + error.untold
    if faults:
        raise SourceError(faults, untold)
    return found
