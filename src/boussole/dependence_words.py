"""What a diagnosis says in words: the same on the pages, in the terminal and in the documents."""

from collections.abc import Iterable
from fractions import Fraction
from math import floor

from boussole.dependence import Band, Finding, Suggestion
from boussole.errors import choices
from boussole.model import Doctrine
from boussole.wording import number
from boussole.writing import french_number


def index_text(index: Fraction) -> str:
    """An index or a priority with one decimal; halves go up, as in ``static/dependence.js``."""
    return number(floor(index * 10 + Fraction(1, 2)) / 10)


def bounds_text(least: Fraction, most: Fraction) -> str:
    """« 37,5 », or « entre 12,5 et 60 »."""
    low, high = index_text(least), index_text(most)
    return low if low == high else f"entre {low} et {high}"


def bands_text(bands: Iterable[Band]) -> str:
    """« Faible », or « Faible, modérée ou forte »."""
    return choices([band.label.lower() for band in bands]).capitalize()


def index_of(finding: Finding) -> str:
    """The index of a tool, or its bounds."""
    return bounds_text(finding.least, finding.most)


def priority_of(finding: Finding) -> str:
    """Its priority, or its bounds."""
    return bounds_text(*finding.priority)


def euros(bounds: tuple[float, float]) -> str:
    """What is spent in a year, or between what and what."""
    low, high = (f"{french_number(round(value))} €" for value in bounds)
    return low if low == high else f"entre {low} et {high}"


def suggestion_text(doctrine: Doctrine, suggestion: Suggestion) -> str:
    """What an index suggests to answer to the doctrine; a person answers."""
    labels = [doctrine.questions[suggestion.question].label_of(name) for name in suggestion.options]
    if suggestion.option:
        return f"Réponse suggérée : « {labels[0]} »."
    return f"Réponse encore ouverte : {' ou '.join(f'« {label} »' for label in labels)}, selon ce qui manque."
