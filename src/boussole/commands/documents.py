"""What the commands that write documents share: which form a file name asks for, what a PDF needs, on which day."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TypeVar

from boussole.errors import choices, quoted
from boussole.french import Misuse

Form = TypeVar("Form")
NO_PDF = (
    "Sans PDF : il faut Pango (paquet du système) et « pip install boussole[print] ». Les feuilles s’impriment aussi depuis un "
    "navigateur."
)


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


def print_pages(into: Path, pages: Mapping[str, str]) -> int:
    """How many PDF files were written in a folder: none where what makes them is not installed."""
    from boussole.files import write
    from boussole.outputs.pdf import render_pdf

    try:
        made = {name: render_pdf(page) for name, page in pages.items()}
    except (ImportError, OSError):
        return 0
    for name, content in made.items():
        write(into / f"{name}.pdf", content)
    return len(made)


def is_day(text: str) -> bool:
    """Whether a text is a day that exists, written whole."""
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return len(text) == len("2026-01-01")


def day_of(text: str) -> date:
    """A day that exists. Raises `Misuse` otherwise."""
    if not is_day(text):
        raise Misuse(f"date {quoted(text)} : attendu un jour qui existe, écrit AAAA-MM-JJ")
    return date.fromisoformat(text)
