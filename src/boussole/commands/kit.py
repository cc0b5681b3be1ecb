"""Makes the concertation kit of an authority, in one command: `kit`."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path

import click

from boussole.errors import quoted
from boussole.french import FrenchCommand, Misuse
from boussole.loading import load

DONE, WARNED = 0, 1
MADE = ".boussole-kit"  # what each document said when it was made: whoever changes one keeps it


@click.command(cls=FrenchCommand)
@click.option("--start", metavar="DATE", help="Le premier jour de la démarche, AAAA-MM-JJ ; sinon, le calendrier compte en mois.")
@click.option("--event", metavar="DATE", help="Le jour du premier rendez-vous : ce qui reste à faire, jour par jour.")
@click.option("-o", "--output", "into", metavar="DOSSIER", required=True, type=click.Path(path_type=Path), help="Où l’écrire.")
@click.pass_obj
def kit(path: Path | None, start: str | None, event: str | None, into: Path) -> int:
    """Écrit un kit de concertation : questions, charte, formats, calendrier, cartes et fiches à imprimer."""
    from boussole.concertation import load_kit
    from boussole.files import sync, write
    from boussole.outputs.kit import PRINTED, Days, render_kit

    days = Days(_day(start), _day(event))
    made = render_kit(load(path), load_kit(), days, datetime.now(UTC).date())
    kept = _edited(into, made)
    changes = sync(into, {**made, **kept})
    digests = {name: _digest(text.encode()) for name, text in made.items() if name not in kept}
    write(into / MADE, json.dumps({**_digests(into), **digests}, indent=1) + "\n")
    printed = _print(into, {name: made[f"{name}.html"] for name in PRINTED})
    told = f"{len(made) + printed} fichiers dans {into}, à commencer par {into / 'index.html'} ; {len(changes.written)} changés."
    click.echo(told)
    if kept:
        click.echo(
            f"Laissés tels que vous les avez modifiés : {', '.join(kept)}. Pour les reprendre du kit, les effacer d’abord."
        )
    if printed:
        return DONE
    needed = "Pango (paquet du système) et « pip install boussole[print] »"
    click.echo(f"Sans PDF : il faut {needed}. Les cartes et les fiches s’impriment aussi depuis un navigateur.", err=True)
    return WARNED


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Misuse(f"date {quoted(text)} : attendu un jour qui existe, écrit AAAA-MM-JJ") from None


def _edited(into: Path, made: Mapping[str, str]) -> dict[str, str]:
    """What someone changed since the kit was last made, as it now reads: their work is never written over."""
    known = _digests(into)
    found = {name: into / name for name in made if name in known and (into / name).is_file()}
    return {
        name: path.read_text(encoding="utf-8", errors="surrogateescape")
        for name, path in found.items()
        if _digest(path.read_bytes()) != known[name]
    }


def _digests(into: Path) -> dict[str, str]:
    """What was remembered of the last making; nothing when it cannot be read."""
    try:
        found = json.loads((into / MADE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {str(name): str(digest) for name, digest in found.items()} if isinstance(found, dict) else {}


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _print(into: Path, pages: dict[str, str]) -> int:
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
