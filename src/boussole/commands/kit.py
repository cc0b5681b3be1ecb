"""Makes the concertation kit of an authority, in one command: `kit`."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import click

from boussole.commands.documents import NO_PDF, day_of, print_pages
from boussole.french import FrenchCommand
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

    days = Days(day_of(start) if start else None, day_of(event) if event else None)
    made = render_kit(load(path), load_kit(), days, datetime.now(UTC).date())
    kept = _edited(into, made)
    changes = sync(into, {**made, **kept})
    digests = {name: _digest(text.encode()) for name, text in made.items() if name not in kept}
    write(into / MADE, json.dumps({**_digests(into), **digests}, indent=1) + "\n")
    printed = print_pages(into, {name: made[f"{name}.html"] for name in PRINTED})
    told = f"{len(made) + printed} fichiers dans {into}, à commencer par {into / 'index.html'} ; {len(changes.written)} changés."
    click.echo(told)
    if kept:
        click.echo(
            f"Laissés tels que vous les avez modifiés : {', '.join(kept)}. Pour les reprendre du kit, les effacer d’abord."
        )
    if printed:
        return DONE
    click.echo(NO_PDF, err=True)
    return WARNED


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
