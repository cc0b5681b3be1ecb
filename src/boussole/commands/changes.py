"""Changing a doctrine: what it changes, and taking past dossiers to the new version."""

import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from boussole.commands.adoption import SOURCE
from boussole.difference import Difference, compare
from boussole.dossier import Dossier, load_dossier
from boussole.errors import SourceError, quoted
from boussole.french import FrenchCommand, Misuse
from boussole.impact import Impact, Past, report_on, weigh
from boussole.loading import DEFAULT, embedded, load, load_text
from boussole.model import Doctrine
from boussole.outputs.changes import FORMATS
from boussole.positions import decode

HARMLESS, NORMATIVE, MISUSE = 0, 1, 2
EMBEDDED = Path(__file__).parent.parent / "doctrines" / DEFAULT


@click.command(cls=FrenchCommand)
@click.argument("old", metavar="ANCIENNE")
@click.argument("new", metavar="[NOUVELLE]", required=False)
@click.option("--dossiers", metavar="DOSSIER", type=click.Path(path_type=Path), help="Relire les dossiers de ce répertoire.")
@click.option(
    "--witnesses", metavar="DOSSIER", type=click.Path(path_type=Path), help="Y écrire deux dossiers par changement d’avis."
)
@click.option("--format", "form", type=click.Choice(list(FORMATS)), default="text", help="Forme du résultat : text, md ou json.")
@click.pass_obj
def diff(path: Path | None, old: str, new: str | None, dossiers: Path | None, witnesses: Path | None, form: str) -> int:
    """Dit ce qui change d’une doctrine à l’autre, et ce que cela change aux avis.

    ANCIENNE et NOUVELLE sont des fichiers, des doctrines du logiciel (nantes), ou des révisions git de la source (HEAD~1,
    v2024.1:chemin/du/fichier.yml). La source est la doctrine choisie, sinon doctrine.yml s’il est dans ce répertoire, sinon celle
    de Nantes Métropole. Sans NOUVELLE, la source.

    Codes de sortie : 0, aucun avis ne peut changer ; 1, une règle change ; 2, commande ou fichier à corriger.
    """
    source = path or (Path(SOURCE) if Path(SOURCE).exists() else EMBEDDED)
    difference = compare(_doctrine_at(old, source), _doctrine_at(new or str(source), source))
    faults: list[str] = []
    impact = _weighed(difference, dossiers, faults) if dossiers else None
    report = report_on(difference, impact)
    if witnesses:
        _write_witnesses(difference, witnesses)
    click.echo(FORMATS[form](report), nl=False)
    if faults:
        click.echo("\n\n".join(faults), err=True)
        return MISUSE
    return HARMLESS if difference.is_harmless else NORMATIVE


def _doctrine_at(name: str, source: Path) -> Doctrine:
    """The doctrine of a file, of an embedded name, or of a git revision: of the source, unless a path follows the revision.

    Its worked cases and guarantees may no longer hold: what a change does to them is what is asked."""
    if name in embedded() or Path(name).exists():
        return load(name, with_claims=False)
    revision, _, inside = name.partition(":")
    folder, place = (Path(), inside) if inside else (source.parent, f"./{source.name}")
    return load_text(decode(_git_show(folder, f"{revision}:{place}", name), name), name, with_claims=False)


def _git_show(folder: Path, what: str, name: str) -> bytes:
    command = ["git", "-C", str(folder), "show", "--no-textconv", "--end-of-options", what]
    try:
        done = subprocess.run(command, capture_output=True, check=False)  # noqa: S603 - no shell, and no option can be given
    except (OSError, ValueError):
        raise Misuse(f"{quoted(name)} n’est pas un fichier, et git manque pour y chercher une révision") from None
    if done.returncode:
        raise Misuse(f"{quoted(name)} n’est ni un fichier, ni une révision git où se trouve la doctrine ({quoted(what)})")
    return done.stdout


def _weighed(difference: Difference, place: Path, faults: list[str]) -> Impact:
    """Past dossiers under both doctrines; those that cannot be read are told, and the others still weighed."""
    from boussole.archive import Reader, count_dossiers, find_archives

    reader, paths = Reader(difference.old), find_archives(place)

    def pasts() -> Iterator[Past]:
        with _progress(count_dossiers(paths)) as bar:
            for found in (found for path in paths for found in reader.read(path)):
                bar.update(1)
                if isinstance(found, SourceError):
                    faults.append(str(found))
                else:
                    yield found

    return weigh(difference, pasts())


def _progress(length: int) -> Any:
    """A progress bar where there is a terminal to show it, drawn fifty times at most."""
    steps = length // 50 + 1
    return click.progressbar(
        length=length, label="Dossiers", file=sys.stderr, hidden=not sys.stderr.isatty(), update_min_steps=steps
    )


def _write_witnesses(difference: Difference, into: Path) -> None:
    """Two dossiers for each change of opinion: one of the old doctrine, one of the new, to open and compare."""
    from boussole.dossier import new_dossier
    from boussole.files import write_together
    from boussole.filing import write_yaml

    texts: dict[str, str] = {}
    for pair in difference.pairs or ():
        if pair.old == pair.new:
            continue
        for when, doctrine, answers in (("avant", difference.old, pair.before), ("apres", difference.new, pair.after)):
            labels = difference.old.level(pair.old).label, difference.new.level(pair.new).label
            name = f"{pair.old}-vers-{pair.new}-{when}"
            dossier = new_dossier(doctrine, name[:80].rstrip("-"), f"Exemple : de « {labels[0]} » à « {labels[1]} »", "example")
            for question, option in answers.items():
                dossier = dossier.answer(doctrine, question, option)
            for question in dossier.unjustified(doctrine):
                dossier = dossier.annotate(question, "Exemple calculé par boussole diff.")
            texts[f"{name}.yml"] = write_yaml(dossier)
    write_together(into, texts)


FILES = click.argument("paths", metavar="DOSSIER…", nargs=-1, required=True, type=click.Path(path_type=Path))


@click.command(cls=FrenchCommand)
@FILES
@click.option("--aside", is_flag=True, help="Laisser de côté, sans effet, les réponses à des questions retirées.")
@click.pass_obj
def accept(path: Path | None, paths: tuple[Path, ...], aside: bool) -> int:
    """Fait passer des dossiers à la version actuelle quand aucune de leurs réponses n’a changé de sens.

    Un dossier dont une réponse est à relire est laissé tel quel, et ces réponses sont nommées.
    """
    return _each(load(path), paths, lambda doctrine, file: _accept(doctrine, file, aside))


def _accept(doctrine: Doctrine, file: Path, may_leave: bool) -> bool:
    from boussole.filing import check_suffix, save_dossier

    check_suffix(file)
    dossier = load_dossier(file, doctrine)
    is_current = dossier.is_of(doctrine) and bool(dossier.doctrine.fingerprint)
    obstacles = _doubts(doctrine, dossier) | ({} if is_current else _novelties(doctrine, dossier, may_leave))
    told = [f"{what} : {', '.join(names)}." for what, names in obstacles.items() if names]
    if not is_current and not dossier.has_kept_opinion(doctrine):
        told.append(f"L’avis enregistré était {', '.join(dossier.opinions[-1].attainable)} : ce n’est plus le même.")
    if told:
        click.echo("\n".join([f"{file} : laissé tel quel.", *(f"  {sentence}" for sentence in told)]))
        return False
    if is_current:
        click.echo(f"{file} : déjà à la version {doctrine.doctrine.version}.")
        return True
    seen = {name: digits for name, digits in dossier.seen.items() if name not in dossier.aside}  # told once is enough
    save_dossier(replace(dossier, seen=seen).stamp(doctrine, datetime.now(UTC).date()), file, doctrine)
    click.echo(f"{file} : passé à la version {doctrine.doctrine.version}, réponses inchangées.")
    return True


def _doubts(doctrine: Doctrine, dossier: Dossier) -> dict[str, tuple[str, ...]]:
    """The answers somebody must read again, whatever version the dossier names."""
    return {
        "Réponses dont la question a changé de sens": dossier.outdated(doctrine),
        "Réponses dont rien ne dit sous quelle version elles ont été données": dossier.unproved(doctrine),
    }


def _novelties(doctrine: Doctrine, dossier: Dossier, may_leave: bool) -> dict[str, tuple[str, ...]]:
    """What a version asks that the one before did not, and what it has no place for."""
    possible = dossier.assess(doctrine).possible
    lost = () if may_leave else tuple(name for name in dossier.aside if name in dossier.seen)
    return {
        "Questions nouvelles": tuple(name for name in dossier.unseen(doctrine) if name in possible),
        "Réponses sans place dans cette version (boussole migrate, ou --aside)": lost,
    }


@click.command(cls=FrenchCommand)
@FILES
@click.pass_obj
def migrate(path: Path | None, paths: tuple[Path, ...]) -> int:
    """Fait passer les réponses aux questions retirées à celles qui les remplacent ; chaque passage est dit.

    Le dossier reste à sa version : ce qui a été déplacé est à relire, puis boussole accept le fait passer à la version actuelle.
    """
    return _each(load(path), paths, _migrate)


def _migrate(doctrine: Doctrine, file: Path) -> bool:
    from boussole.filing import check_suffix, save_dossier

    check_suffix(file)
    dossier, moves = load_dossier(file, doctrine).migrate(doctrine)
    if not moves:
        click.echo(f"{file} : aucune réponse à déplacer.")
        return True
    save_dossier(dossier, file, doctrine)  # under the version it was answered under: nobody has read it under this one
    lines = [f"  {move.question} : {move.given} ({move.who}) → {move.successor} : {move.becomes}" for move in moves]
    click.echo("\n".join([f"{file} : réponses déplacées, à relire.", *lines]))
    return True


def _each(doctrine: Doctrine, paths: Iterable[Path], act: Callable[[Doctrine, Path], bool]) -> int:
    """Do something to each dossier; one that cannot be used does not stop the others."""
    faults, is_done = list[str](), True
    for file in paths:
        try:
            is_done &= act(doctrine, file)
        except SourceError as error:
            faults.append(str(error))
    if faults:
        click.echo("\n\n".join(faults), err=True)
        return MISUSE
    return 0 if is_done else 1
