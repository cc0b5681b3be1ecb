"""What the commands that write a document share: which form a file name asks for, and what a PDF needs."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from boussole.errors import choices
from boussole.french import Misuse

Form = TypeVar("Form")


def form_of(into: Path, forms: Mapping[str, Form]) -> Form:
    """The form that the end of a file's name asks for. Raises `Misuse` when it is none of them."""
    form = forms.get(into.suffix.lower())
    if form is None:
        raise Misuse(f"{into} : le nom doit finir par {choices(list(forms))}")
    return form


def refuse_to_replace(into: Path) -> None:
    """Raises `Misuse` when a file is there, which would be lost."""
    if into.exists():
        raise Misuse(f"{into} existe déjà : choisir un autre nom, ou ajouter --force pour le remplacer")


@contextmanager
def printing(into: Path) -> Iterator[None]:
    """Say in French what a document needs that is not installed; a file that cannot be written stays an `OSError`."""
    try:
        yield
    except (ImportError, OSError) as error:
        if isinstance(error, OSError) and error.filename:
            raise
        system = "Pango (paquet du système) et " if into.suffix.lower() == ".pdf" else ""
        raise Misuse(f"pour écrire un fichier {into.suffix}, il faut {system}« pip install boussole[print] »") from None
