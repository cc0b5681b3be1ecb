"""What the commands that write documents share: which form a file name asks for, what a PDF needs, on which day."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from boussole.errors import choices, quoted
from boussole.french import Misuse

if TYPE_CHECKING:
    from boussole.files import Changes

Form = TypeVar("Form")
FIRST_YEAR, LAST_YEAR = 1900, 2200
MADE = ".boussole-kit"  # what each document said when it was made, or printed: whoever changes one keeps it
BY = "commande"  # under this name, the command that made them
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


def write_document(into: Path, text: str) -> None:
    """Write a document as the end of its name asks, its HTML printed when that is a PDF, and say what it weighs."""
    from boussole.files import write
    from boussole.outputs.pdf import render_pdf

    with printing(into):
        content = render_pdf(text) if into.suffix.lower() == ".pdf" else text.encode()
    write(into, content)
    click.echo(f"{into} : {len(content) // 1000 + 1} Ko.")


def write_folder(into: Path, made: Mapping[str, str], on_paper: Sequence[str], by: str) -> bool:
    """Make documents in a folder again, those ``on_paper`` as PDF too, but for what someone changed since, and say all of it.

    ``by`` names the command they are made by. Returns whether PDF could be made."""
    from boussole.files import refuse_to_leave
    from boussole.writing import plural

    refuse_to_leave(into, into / MADE, *(into / f"{name}.pdf" for name in on_paper))  # before anything is written there
    _refuse_to_share(into, by)
    kept, changes = _write_kept(into, made, by)
    printed = _print_pages(into, {name: made[f"{name}.html"] for name in on_paper})
    told, changed = plural(len(made) + printed, "fichier"), plural(len(changes.written), "changé")
    click.echo(f"{told} dans {into}, à commencer par {into / 'index.html'} ; {changed}.")
    if changes.removed:
        click.echo(f"Ce que cette commande ne fait plus a été retiré : {', '.join(changes.removed)}.")
    if kept:
        told = f"Ce qui n’est plus tel que cette commande le ferait reste en l’état : {', '.join(kept)}"
        click.echo(f"{told}. Pour refaire un fichier, l’effacer d’abord.")
    if not printed:
        click.echo(NO_PDF, err=True)
    return bool(printed)


def _refuse_to_share(into: Path, by: str) -> None:
    """Raises `Misuse` when another command makes this folder.

    Two would remove what the other made and take turns at the same names, ``index.html`` first: neither would be whole."""
    other = _digests(into).get(BY, by)
    if other != by:
        raise Misuse(f"{into} est le dossier de « {other} » : choisir un autre nom avec -o ; rien n’a été écrit")


def _print_pages(into: Path, pages: Mapping[str, str]) -> int:
    """How many pages of a folder are there as PDF, printed again if they changed: none where what makes them is not installed."""
    from boussole.files import write
    from boussole.outputs.pdf import render_pdf

    digests = {f"{name}.pdf": _digest(page.encode()) for name, page in pages.items()}
    known = _digests(into)
    stale = [name for name in pages if known.get(f"{name}.pdf") != digests[f"{name}.pdf"] or not (into / f"{name}.pdf").is_file()]
    try:
        made = {name: render_pdf(pages[name]) for name in stale}
    except (ImportError, OSError):
        return 0
    for name, content in made.items():
        write(into / f"{name}.pdf", content)
    _remember(into, digests)
    return len(pages)


def _write_kept(into: Path, made: Mapping[str, str], by: str) -> tuple[list[str], "Changes"]:
    """Make documents in a folder again, but for those that someone changed since: their names, and what was written."""
    from boussole.files import sync

    kept = _edited(into, made)
    fresh = {name: text for name, text in made.items() if name not in kept}
    changes = sync(into, fresh, kept)
    _remember(into, {name: _digest(text.encode()) for name, text in fresh.items()} | {BY: by})
    return kept, changes


def _edited(into: Path, made: Mapping[str, str]) -> list[str]:
    """What someone changed since it was last made, even if it no longer is: their work is neither written over nor removed.

    Where the memory of the last making is spoilt or lost, all that is not as it would be made now may be their work."""
    from boussole.files import listed

    before = listed(into)
    if not before and not (into / MADE).exists():
        return []
    known = {name: _digest(text.encode()) for name, text in made.items()} | _digests(into)
    there = [name for name in sorted({*made, *before}) if (into / name).is_file()]
    return [name for name in there if _digest((into / name).read_bytes()) != known.get(name)]


def _remember(into: Path, digests: Mapping[str, str]) -> None:
    from boussole.files import write

    write(into / MADE, json.dumps({**_digests(into), **digests}, indent=1) + "\n")


def _digests(into: Path) -> dict[str, str]:
    """What was remembered of the last making; nothing when it cannot be read."""
    try:
        found = json.loads((into / MADE).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return {str(name): str(digest) for name, digest in found.items()} if isinstance(found, dict) else {}


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def is_day(text: str, last_year: int = LAST_YEAR) -> bool:
    """Whether a text is a day that exists, written whole, of our times: what is counted from it must exist too."""
    try:
        year = date.fromisoformat(text).year
    except ValueError:
        return False
    return len(text) == len("2026-01-01") and FIRST_YEAR <= year <= last_year


def day_of(text: str, last_year: int = LAST_YEAR) -> date:
    """A day that exists. Raises `Misuse` otherwise."""
    if not is_day(text, last_year):
        raise Misuse(f"date {quoted(text)} : attendu un jour qui existe, écrit AAAA-MM-JJ")
    return date.fromisoformat(text)
