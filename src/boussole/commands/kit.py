"""Makes the concertation kit of an authority, in one command: `kit`."""

from datetime import UTC, date, datetime
from pathlib import Path

import click

from boussole.errors import quoted
from boussole.french import FrenchCommand, Misuse
from boussole.loading import load

DONE, WARNED = 0, 1
NO_PDF = (
    "Sans PDF : il faut Pango (paquet du système) et « pip install boussole[print] ». Les feuilles s’impriment aussi depuis un "
    "navigateur."
)


@click.command(cls=FrenchCommand)
@click.option("--start", metavar="DATE", required=True, help="Le premier jour de la démarche, AAAA-MM-JJ.")
@click.option("-o", "--output", "into", metavar="DOSSIER", required=True, type=click.Path(path_type=Path), help="Où l’écrire.")
@click.pass_obj
def kit(path: Path | None, start: str, into: Path) -> int:
    """Écrit un kit de concertation : questions, charte, formats, calendrier, cartes et fiches à imprimer."""
    from boussole.concertation import load_kit
    from boussole.files import sync
    from boussole.outputs.kit import PRINTED, render_kit

    files: dict[str, str] = render_kit(load(path), load_kit(), day_of(start), datetime.now(UTC).date())
    changes = sync(into, files)
    printed = print_pages(into, {name: files[f"{name}.html"] for name in PRINTED})
    told = f"{len(files) + printed} fichiers dans {into}, à commencer par {into / 'index.html'} ; {len(changes.written)} changés."
    click.echo(told)
    if printed:
        return DONE
    click.echo(NO_PDF, err=True)
    return WARNED


def day_of(text: str) -> date:
    """A day that exists; raises `Misuse` otherwise."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Misuse(f"date {quoted(text)} : attendu un jour qui existe, écrit AAAA-MM-JJ") from None


def print_pages(into: Path, pages: dict[str, str]) -> int:
    """How many PDF files were written: none where what makes them is not installed."""
    from boussole.files import write
    from boussole.outputs.pdf import render_pdf

    try:
        made = {name: render_pdf(page) for name, page in pages.items()}
    except (ImportError, OSError):
        return 0
    for name, content in made.items():
        write(into / f"{name}.pdf", content)
    return len(made)
