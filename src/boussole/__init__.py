"""boussole: a doctrine on artificial intelligence, made executable."""

from boussole.assessment import Assessment, assess
from boussole.dossier import Dossier, load_dossier
from boussole.errors import AnswerError, SourceError
from boussole.loading import load
from boussole.model import Doctrine

__all__ = ["AnswerError", "Assessment", "Doctrine", "Dossier", "SourceError", "assess", "load", "load_dossier"]
