"""Makes the concertation kit of an authority, in one command: `kit`."""

from datetime import UTC, datetime
from pathlib import Path

import click

from boussole.commands.documents import day_of, write_folder
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
    return DONE if write_folder(into, made, PRINTED, "boussole kit") else WARNED
