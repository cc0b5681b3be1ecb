"""The format of the files, for programs: `schema`."""

import click

from boussole.french import FrenchCommand


@click.command(cls=FrenchCommand)
@click.argument("kind", metavar="[doctrine|dossier]", type=click.Choice(["doctrine", "dossier"]), default="doctrine")
def schema(kind: str) -> int:
    """Écrit le format d’une doctrine ou d’un dossier en JSON Schema, pour un éditeur de texte."""
    from boussole.outputs.schema import render_schema

    click.echo(render_schema(kind), nl=False)
    return 0
