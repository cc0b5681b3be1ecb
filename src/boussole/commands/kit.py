"""Makes the concertation kit of an authority, in one command: `kit`."""

from datetime import UTC, datetime
from pathlib import Path

import click

from boussole.commands.documents import NO_PDF, day_of, print_pages, tell_kept, write_kept
from boussole.french import FrenchCommand
from boussole.loading import load

DONE, WARNED = 0, 1


@click.command(cls=FrenchCommand)
@click.option("--start", metavar="DATE", help="Le premier jour de la démarche, AAAA-MM-JJ ; sinon, le calendrier compte en mois.")
@click.option("--event", metavar="DATE", help="Le jour du premier rendez-vous : ce qui reste à faire, jour par jour.")
@click.option("-o", "--output", "into", metavar="DOSSIER", required=True, type=click.Path(path_type=Path), help="Où l’écrire.")
@click.pass_obj
def kit(path: Path | None, start: str | None, event: str | None, into: Path) -> int:
    """Écrit un kit de concertation : questions, charte, formats, calendrier, cartes et fiches à imprimer."""
    from boussole.concertation import load_kit
    from boussole.outputs.kit import PRINTED, Days, render_kit

    days = Days(day_of(start) if start else None, day_of(event) if event else None)
    made = render_kit(load(path), load_kit(), days, datetime.now(UTC).date())
    kept, changes = write_kept(into, made)
    printed = print_pages(into, {name: made[f"{name}.html"] for name in PRINTED})
    told = f"{len(made) + printed} fichiers dans {into}, à commencer par {into / 'index.html'} ; {len(changes.written)} changés."
    click.echo(told)
    tell_kept(kept)
    if printed:
        return DONE
    click.echo(NO_PDF, err=True)
    return WARNED
