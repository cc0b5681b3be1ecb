"""boussole: a doctrine on artificial intelligence, made executable."""

from typing import TYPE_CHECKING, Any

from boussole.assessment import Assessment, assess
from boussole.dossier import Decision, Dossier, load_dossier, new_dossier
from boussole.errors import AnswerError, SourceError
from boussole.loading import load
from boussole.model import Doctrine

if TYPE_CHECKING:
    from boussole.filing import report, save_dossier

__all__ = [
    "AnswerError",
    "Assessment",
    "Decision",
    "Doctrine",
    "Dossier",
    "SourceError",
    "assess",
    "load",
    "load_dossier",
    "new_dossier",
    "report",
    "save_dossier",
]


def __getattr__(name: str) -> Any:
    """What writes files and documents is imported when it is asked for: assessing must start fast."""
    if name in ("report", "save_dossier"):
        from boussole import filing  # noqa: PLC0415 - see above

        return getattr(filing, name)
    raise AttributeError(f"module 'boussole' has no attribute {name!r}")
