"""The study of working conditions: prepare it, tally its sheets, check what is published of it."""

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from boussole.clock import publication_day
from boussole.dossier import Dossier, Measure, load_dossier
from boussole.errors import SourceError, choices, quoted
from boussole.french import FrenchCommand, FrenchGroup, Misuse
from boussole.loading import data_files, load, read_file
from boussole.monitoring import FEW
from boussole.study import OPEN, load_protocol

if TYPE_CHECKING:
    from boussole.model import Doctrine, Indicator
    from boussole.results import Result
    from boussole.study import Protocol
    from boussole.tally import About, Sheet

    Added = Sequence[tuple[Indicator, Measure]]
    """The measures that a tally gives to the register, each of an indicator."""

DONE, WARNED, MISUSE = 0, 1, 2
RESULTS = Path("docs/etude")
UNNAMED = "usage-a-nommer"
ONCE = "une vague ne se dépouille qu’une fois ; deux résultats diraient, par différence, ce qu’ils cachent"


@click.group(cls=FrenchGroup, subcommand_metavar="COMMANDE [ARGUMENTS]…")
def study() -> None:
    """Mène l’étude des conditions de travail : la préparer, dépouiller, vérifier ce qui est publié."""


@study.command(cls=FrenchCommand)
@click.option("--start", metavar="DATE", required=True, help="Le jour où l’outil est ouvert aux agents, AAAA-MM-JJ.")
@click.option("-o", "--output", "into", metavar="DOSSIER", required=True, type=click.Path(path_type=Path), help="Où l’écrire.")
@click.option(
    "--group", "groups", metavar="TEXTE", multiple=True, help="Un métier ou un lieu à cocher sur la feuille ; se répète."
)
@click.pass_obj
def plan(path: Path | None, start: str, into: Path, groups: tuple[str, ...]) -> int:
    """Écrit de quoi mener l’étude : questionnaires, notice, rôles, calendrier, tableaux à remplir."""
    from boussole.commands.documents import day_of, write_folder
    from boussole.outputs.study import PRINTED, render_study

    files = render_study(load(path), load_protocol(), day_of(start), datetime.now(UTC).date(), _distinct(groups))
    return DONE if write_folder(into, files, PRINTED, "boussole study plan") else WARNED


def _distinct(groups: Sequence[str]) -> list[str]:
    from boussole.dossier import clean
    from boussole.results import is_reserved

    found = list(dict.fromkeys(filter(None, (" ".join(clean(group).split()) for group in groups))))
    for group in found:
        if is_reserved(group):
            raise Misuse(
                f"--group {quoted(group)} : le résultat nomme ainsi ce qui réunit plusieurs groupes ; en choisir un autre"
            )
    return found


@study.command(cls=FrenchCommand)
@click.argument("file", metavar="RÉPONSES", type=click.Path(path_type=Path))
@click.option("--wave", metavar="MOIS", required=True, type=int, help="La vague : 0, 3, 12, 24 ou 36.")
@click.option("--group", "by", metavar="COLONNE", help="La colonne du métier ou du lieu ; une seule par vague, toujours la même.")
@click.option("--handed", metavar="NOMBRE", type=int, help="Combien de feuilles ont été remises.")
@click.option("--on", metavar="DATE", help="Le jour de clôture de la vague, AAAA-MM-JJ ; aujourd’hui sans cela.")
@click.option(
    "--use",
    metavar="DOSSIER",
    type=click.Path(path_type=Path),
    help="Ajouter les mesures à ce dossier, et lire ses vagues publiées.",
)
@click.option(
    "-o", "--output", "into", metavar="DOSSIER", type=click.Path(path_type=Path), help="Où écrire le résultat à publier."
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "yaml"]),
    default="text",
    help="Forme du résultat : text, json ou yaml.",
)
@click.pass_obj
def tally(path: Path | None, /, file: Path, wave: int, by: str | None, **given: Any) -> int:
    """Dépouille les feuilles d’une vague : des moyennes de cinq personnes ou plus, et rien qui permette d’en déduire moins."""
    from boussole.commands.register import past_day
    from boussole.results import earlier_results
    from boussole.tally import About, read_sheets

    protocol = load_protocol()
    if wave not in protocol.months:
        raise Misuse(f"vague {wave} : attendu {choices([str(month) for month in protocol.months])}")
    if by == OPEN or by in [item.id for item in protocol.items]:
        raise Misuse(f"--group {quoted(by)} : attendu la colonne d’un métier ou d’un lieu ; ni une question, ni le texte libre")
    doctrine, use, into = load(path), given["use"], given["into"]
    if into and not use:
        raise Misuse("pour écrire le résultat à publier, dire de quel usage avec --use")
    on = past_day(given["on"]) if given["on"] else datetime.now(UTC).date()
    dossier = load_dossier(use, doctrine) if use else None
    sheets = read_sheets(read_file(file, is_private=True), str(file), protocol, wave, by)
    name, kind = (dossier.id, dossier.kind) if dossier else (UNNAMED, "real")
    result = _tallied(protocol, sheets, About(name, wave, f"{on:%Y-%m}", kind, by, given["handed"]))
    place = into / f"{result.id}.yml" if into else None
    added = _measures(doctrine, protocol, result, on)
    _vet(protocol, result, dossier, added, place)
    earlier = earlier_results(into or RESULTS, protocol, dossier.id, wave) if dossier else None
    click.echo(_shown(doctrine, protocol, result, earlier, given["form"]), nl=False)
    if use:
        _publish(doctrine, result, use, added, place)
    return DONE


def _tallied(protocol: "Protocol", sheets: "Sequence[Sheet]", about: "About") -> "Result":
    """What may be published of the sheets of a wave."""
    from boussole.tally import TooFewError
    from boussole.tally import tally as tallied

    if about.handed is not None and about.handed < len(sheets):
        raise Misuse(f"--handed {about.handed} : moins que le nombre de feuilles dépouillées")
    try:
        return tallied(protocol, sheets, about)
    except TooFewError:
        told = f"moins de {FEW} feuilles : rien n’est publié, pas même leur nombre. Réunir plusieurs services"
        raise Misuse(told) from None


def _shown(doctrine: "Doctrine", protocol: "Protocol", result: "Result", earlier: "Sequence[Result] | None", form: str) -> str:
    from boussole.filing import yaml_of
    from boussole.outputs.study import render_text

    match form:
        case "json":
            return json.dumps(result.to_data(), ensure_ascii=False, indent=2) + "\n"
        case "yaml":
            return yaml_of(result.to_data())
        case _:
            return render_text(doctrine, protocol, result, earlier)


def _vet(protocol: "Protocol", result: "Result", dossier: Dossier | None, added: "Added", place: Path | None) -> None:
    """Refuse what may not be published, before anything is told or written: a second tally, or what contradicts the use."""
    from boussole.files import refuse_to_leave
    from boussole.filing import yaml_of
    from boussole.results import read_result

    text = yaml_of(result.to_data())
    if place:
        refuse_to_leave(place.parent, place)
        for path in data_files(place.parent):
            if path.stem == place.stem and (path != place or read_file(path) != text):
                raise Misuse(f"{path} existe déjà : {ONCE}")
    if dossier:
        _refuse_again(dossier, added)
    uses = (lambda _: dossier) if dossier else None
    read_result(text, str(place or f"{result.id}.yml"), protocol, uses, datetime.now(UTC).date())


def _publish(doctrine: "Doctrine", result: "Result", file: Path, added: "Added", place: Path | None) -> None:
    """Write the measures in the dossier, then the result in its folder; neither when one of them would be refused."""
    from boussole.commands.register import record, told_measure
    from boussole.files import write
    from boussole.filing import yaml_of

    def check(dossier: Dossier) -> None:
        _refuse_again(dossier, added)
        if place:
            place.parent.mkdir(parents=True, exist_ok=True)  # what cannot be written there is known before any measure is

    before, after = record(doctrine, file, added, check)
    for indicator, measure in added:
        click.echo("\n".join(told_measure(doctrine, indicator, measure, before, after)), err=True)
    if place:
        write(place, yaml_of(result.to_data()))
        click.echo(f"Écrit : {place}.", err=True)


def _measures(doctrine: "Doctrine", protocol: "Protocol", result: "Result", on: date) -> "Added":
    """The measures of a result, for the indicators that the doctrine has."""
    from boussole.results import measures_of

    label = protocol.wave(result.wave).label.lower()
    source = (
        f"{'Exemple : q' if result.kind == 'example' else 'Q'}uestionnaire anonyme de l’étude des conditions de travail, {label}"
    )
    return [
        (doctrine.indicators[name], Measure(on=on, value=score.value, source=source, group=score.group, count=score.count))
        for name, scores in measures_of(protocol, result).items()
        if name in doctrine.indicators
        for score in scores
    ]


def _refuse_again(dossier: Dossier, added: "Added") -> None:
    """A wave is tallied once: what two tallies of the same sheets do not share would tell who was hidden. It is known by the
    source that its measures name, whatever the day they were recorded."""
    for indicator, one in added:
        ours = [measure for other, measure in added if other is indicator]
        known = [measure for measure in dossier.measures.get(indicator.id, ()) if measure.kind != "cible"]
        again = [measure for measure in known if measure.source == one.source or measure.on == one.on]
        if any(measure not in ours for measure in again):
            told = f"« {indicator.name} » a déjà d’autres mesures de cette vague, ou du {one.on:%d/%m/%Y}"
            raise Misuse(f"{told} : {ONCE}")


@study.command(cls=FrenchCommand)
@click.argument("folder", metavar="[DOSSIER]", default=RESULTS, type=click.Path(path_type=Path))
@click.pass_obj
def check(path: Path | None, folder: Path) -> int:
    """Vérifie les résultats avant de les publier : aucun petit groupe, aucun jour, rien qui contredise le registre."""
    from boussole.results import read_results, uses_beside
    from boussole.writing import plural

    doctrine, protocol = load(path), load_protocol()
    if not folder.is_dir():
        raise Misuse(f"introuvable : {quoted(folder)}")
    try:
        found = read_results(folder, protocol, uses_beside(folder, doctrine), publication_day())
    except SourceError as error:
        click.echo(str(error), err=True)
        return MISUSE
    click.echo(f"{plural(len(found), 'résultat correct', 'résultats corrects')}.")
    return DONE
