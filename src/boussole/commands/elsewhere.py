"""What is done elsewhere, in a terminal: check the folder, list the territories, write the format of its files."""

from pathlib import Path
from typing import Any

import click

from boussole.clock import publication_day
from boussole.elsewhere import FOLDER, KINDS, PARTS
from boussole.errors import quoted
from boussole.french import FrenchCommand, FrenchGroup, Misuse
from boussole.loading import load

DONE = 0
PLACE = Path("docs") / FOLDER


@click.group(cls=FrenchGroup, subcommand_metavar="COMMANDE [ARGUMENTS]…")
def elsewhere() -> None:
    """Tient ce qui se fait ailleurs : territoires, repères, principes, lignes rouges comparées."""


@elsewhere.command(cls=FrenchCommand)
@click.argument("folder", metavar="[DOSSIER]", default=PLACE, type=click.Path(path_type=Path))
@click.pass_obj
def check(path: Path | None, folder: Path) -> int:
    """Vérifie que chaque fait a une source et une date, et que chaque rapprochement existe dans la doctrine."""
    from boussole.writing import plural

    found = _read(path, folder)
    facts = sum(len(said) for said in found.told.values())
    click.echo(f"{plural(len(found.told), 'territoire')}, {plural(facts, 'fait publié', 'faits publiés')}.")
    click.echo(f"{plural(len(found.landmarks), 'repère')}, {plural(len(found.sources), 'source')}.")
    click.echo(f"{plural(found.unpublished, 'fait noté sans être publié', 'faits notés sans être publiés')}.")
    return DONE


@elsewhere.command("list", cls=FrenchCommand)
@click.argument("folder", metavar="[DOSSIER]", default=PLACE, type=click.Path(path_type=Path))
@click.option("--theme", "kinds", type=click.Choice(list(KINDS)), multiple=True, help="Seulement ces thèmes ; se répète.")
@click.pass_obj
def list_facts(path: Path | None, folder: Path, kinds: tuple[str, ...]) -> int:
    """Liste les territoires, une ligne par fait : date, ce qui est dit, source."""
    from boussole.writing import french_date, typeset

    found = _read(path, folder)
    names = {one.id: one.name for one in found.territories}
    for name, told in found.told.items():
        for fact in [said.fact for said in told if said.fact.kind in (kinds or KINDS)]:
            click.echo(typeset(f"{names[name]} : {french_date(fact.date)}. {fact.says} [{fact.source}]"))
    return DONE


@elsewhere.command(cls=FrenchCommand)
@click.argument("name", metavar=f"[{'|'.join(PARTS)}]", type=click.Choice(list(PARTS)), default="territoires")
def schema(name: str) -> int:
    """Écrit le format d’un fichier du dossier en JSON Schema."""
    from boussole.outputs.elsewhere_data import render_schema

    click.echo(render_schema(name), nl=False)
    return DONE


def _read(path: Path | None, folder: Path) -> Any:
    from boussole.concertation import load_kit
    from boussole.elsewhere_reading import read_elsewhere

    if not folder.is_dir():
        raise Misuse(f"introuvable : {quoted(folder)}")
    return read_elsewhere(folder, load(path), load_kit(), publication_day())
