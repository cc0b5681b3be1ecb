"""What is done of the register: add a measure to a use, check every use, write its mention."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import click

from boussole.commands.documents import day_of
from boussole.dossier import Dossier, Measure, load_dossier, read_dossier
from boussole.errors import SourceError, choices, nearest, quoted
from boussole.french import FrenchCommand, FrenchGroup, Misuse
from boussole.loading import load, read_file
from boussole.model import Doctrine, Indicator
from boussole.monitoring import FEW, is_published
from boussole.shapes import number_of

DONE, WARNED, MISUSE = 0, 1, 2
FOLDER = Path("docs/registre")
OVER = ("refuse", "abandonne", "arrete")
SUFFIXES = (".yml", ".yaml", ".json", ".html")


@click.command(cls=FrenchCommand)
@click.argument("file", metavar="DOSSIER", type=click.Path(path_type=Path))
@click.argument("name", metavar="INDICATEUR")
@click.argument("value", metavar="VALEUR")
@click.option("--on", metavar="DATE", required=True, help="Le jour de la mesure, AAAA-MM-JJ.")
@click.option("--source", metavar="TEXTE", required=True, help="D’où vient la valeur : un relevé, une enquête, un compteur.")
@click.option("--target", "is_target", is_flag=True, help="La valeur est une cible, non une mesure.")
@click.option("--group", metavar="TEXTE", help="Le métier ou le lieu mesuré, jamais une personne.")
@click.option("--count", metavar="NOMBRE", type=int, help="Combien de personnes la valeur résume.")
@click.pass_obj
def measure(
    path: Path | None, /, file: Path, name: str, value: str, on: str, source: str, is_target: bool, **whom: object
) -> int:
    """Ajoute une mesure à un dossier, sans en retirer aucune."""
    from boussole.dossier import clean

    doctrine = load(path)
    indicator = _indicator(doctrine, name)
    group = clean(str(whom["group"] or "")).strip() or None
    count = whom["count"] if isinstance(whom["count"], int) else None
    added = Measure(on=past_day(on), value=_value(indicator, value), source=clean(source).strip(), group=group, count=count)
    added = replace(added, kind="cible") if is_target else added
    before, after = record(doctrine, file, [(indicator, added)])
    click.echo("\n".join(told_measure(doctrine, indicator, added, before, after)))
    return DONE


def record(
    doctrine: Doctrine,
    file: Path,
    added: Sequence[tuple[Indicator, Measure]],
    check: Callable[[Dossier], None] = lambda dossier: None,
) -> tuple[Dossier, Dossier]:
    """Add measures to the dossier of a file, all of them or none; returns the dossier before and after.

    ``check`` raises what refuses the dossier as it stands once nobody else can write it. Raises `Misuse` for a measure that
    cannot be, or may not be published."""
    from boussole.files import locked
    from boussole.filing import save_dossier

    for indicator, one in added:
        _refuse(indicator, one)
    with locked(file):
        before = after = load_dossier(file, doctrine)
        check(before)
        for indicator, one in added:
            after = after.measure(indicator.id, one)
        if after != before:
            save_dossier(after, file, doctrine)
    return before, after


def _indicator(doctrine: Doctrine, name: str) -> Indicator:
    if name not in doctrine.indicators:
        advice = nearest(name, doctrine.indicators)
        raise Misuse(
            f"indicateur inconnu {quoted(name)}{f', {advice}' if advice else ''} ; la page de chaque critère liste les siens"
        )
    return doctrine.indicators[name]


def past_day(text: str) -> date:
    """A day that exists and has come; raises `Misuse` otherwise."""
    found = day_of(text, date.max.year)  # one that is to come is told so, however far
    if found > datetime.now(UTC).date():
        raise Misuse(
            f"date {quoted(text)} : une mesure ne se fait pas dans l’avenir ; pour une cible, donner le jour où elle est fixée"
        )
    return found


def _value(indicator: Indicator, text: str) -> float:
    """A number, its unit left out, that can be; the bands of the indicator hold it."""
    from boussole.vetting import is_below_zero

    bare = re.sub(r"(?<=\d)\s*(?:%|[^\d\s.,]+\d?)\s*$", "", text)
    found = number_of(bare)
    if found is None:
        raise Misuse(f"valeur {quoted(text)} : attendu un nombre, en {quoted(indicator.unit)}")
    if indicator.bands and indicator.band_of(found) is None:
        raise Misuse(f"valeur {quoted(text)} : aucune tranche de « {indicator.name} » ne la contient")
    if is_below_zero(indicator, found):
        raise Misuse(f"valeur {quoted(text)} : « {indicator.name} » ne descend pas sous zéro")
    return found


def _refuse(indicator: Indicator, added: Measure) -> None:
    from boussole.vetting import lacks_count

    if lacks_count(indicator, added):
        raise Misuse(f"« {indicator.name} » : dire avec --count combien de personnes du groupe ont répondu")
    if not is_published(added):
        told = (
            f"« {indicator.name} » : une valeur donnée par moins de {FEW} personnes dirait qui l’a dite, et ce fichier est public"
        )
        raise Misuse(f"{told} ; réunir plusieurs groupes, ou garder cette valeur ailleurs")
    if not added.source:
        raise Misuse("une mesure a une source : dire d’où vient la valeur avec --source")


def told_measure(doctrine: Doctrine, indicator: Indicator, added: Measure, before: Dossier, after: Dossier) -> Iterable[str]:
    """What was added, and what it changes."""
    from boussole.monitoring import current, known_on, late
    from boussole.wording import Words, number
    from boussole.writing import typeset

    words, today = Words(doctrine), datetime.now(UTC).date()
    what = f"{indicator.name} : {number(added.value)} ({indicator.unit}), le {added.on:%d/%m/%Y}"
    yield typeset(f"{what} : {'déjà enregistrée' if after == before else 'enregistrée'}.")
    band = (indicator.bands or {}).get(indicator.band_of(added.value) or "")
    if band and words.effect_label(band) and added.kind != "cible":
        yield typeset(f"Effet : {words.effect_label(band)}. {band.because} Que faire : {band.remedy}")
    then, now = (words.level_labels(current(doctrine, known_on(dossier, today)).attainable) for dossier in (before, after))
    yield typeset(f"Avis du jour : {now}." if then == now else f"Avis du jour : {now} ; il était : {then}.")
    for due in late(doctrine, known_on(after, today), today):
        yield typeset(f"Encore en retard : {due.indicator.name}, attendue le {due.on:%d/%m/%Y}.")


# -- the register ------------------------------------------------------------------------------------------------------------


@click.group(cls=FrenchGroup, subcommand_metavar="COMMANDE [ARGUMENTS]…")
def register() -> None:
    """Tient le registre : vérifier ses fiches, les lister, écrire une mention."""


@register.command(cls=FrenchCommand)
@click.argument("paths", metavar="[DOSSIER…]", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--site", metavar="DOSSIER", type=click.Path(path_type=Path), help="Vérifier aussi les liens vers ce site construit."
)
@click.pass_obj
def check(path: Path | None, paths: tuple[Path, ...], site: Path | None) -> int:
    """Vérifie chaque fiche avant de la publier ; sans argument, docs/registre."""
    from boussole.vetting import alike, description

    doctrine, faults, dossiers = load(path), list[str](), dict[Path, Dossier]()
    for file in _files(paths):
        try:
            dossiers[file] = _vetted(file, doctrine)
        except SourceError as error:
            faults.append(str(error))
    faults += [told for file, dossier in dossiers.items() for told in _dead_links(file, dossier, site)]
    titles = {dossier.id: dossier.title for dossier in dossiers.values()}
    for pair in alike({dossier.id: description(dossier) for dossier in dossiers.values()}):
        both = " et ".join(f"« {titles[name]} » [{name}]" for name in (pair.one, pair.other))
        told = f"descriptions semblables à {pair.shared:.0%} : {both}"
        faults.append(f"{told}\n  conseil : vérifier que chacune est bien celle de son usage")
    warnings = [told for file, dossier in dossiers.items() for told in _warnings(file, dossier, doctrine)]
    click.echo("\n".join([*warnings, _count(len(dossiers))]))
    if faults:
        click.echo("\n\n".join(faults), err=True)
    return MISUSE if faults else WARNED if warnings else DONE


def _count(number: int) -> str:
    from boussole.writing import plural

    return f"{plural(number, 'fiche correcte', 'fiches correctes')}."


def _files(paths: Iterable[Path]) -> list[Path]:
    """The dossiers of some files and folders, or of the register."""
    given = list(paths) or [FOLDER]
    if missing := [path for path in given if not path.exists()]:
        raise Misuse(f"introuvable : {choices([str(path) for path in missing])}")
    found = [sorted(item for item in path.iterdir() if item.suffix in SUFFIXES) if path.is_dir() else [path] for path in given]
    return [file for files in found for file in files]


def _vetted(file: Path, doctrine: Doctrine) -> Dossier:
    from boussole.vetting import vet

    today = datetime.now(UTC).date()
    return read_dossier(
        read_file(file), str(file), doctrine, is_finished=True, also=lambda dossier: vet(dossier, file.stem, doctrine, today)
    )


def _warnings(file: Path, dossier: Dossier, doctrine: Doctrine) -> Iterable[str]:
    """What is not wrong and is to be looked at: what is outdated."""
    from boussole.register import ALERTS, Use

    for alert in Use(doctrine, dossier, datetime.now(UTC).date()).alerts:
        yield f"{file} : {ALERTS[alert].lower()}"


def _dead_links(file: Path, dossier: Dossier, site: Path | None) -> Iterable[str]:
    """The links to a page of the built site that is not there."""
    from boussole.vetting import texts

    for where, text in texts(dossier.to_data()) if site else ():
        for link in re.findall(r"(?:^|[\s(«])/([\w./-]+\.html)", text):
            if site and not (site / link).is_file():
                place = ".".join(map(str, where))
                yield f"{file} : lien vers {quoted('/' + link)}, qui n’est pas dans le site, dans {quoted(place)}"


@register.command("list", cls=FrenchCommand)
@click.argument("paths", metavar="[DOSSIER…]", nargs=-1, type=click.Path(path_type=Path))
@click.pass_obj
def list_uses(path: Path | None, paths: tuple[Path, ...]) -> int:
    """Liste les fiches : l’avis du jour, l’état, le titre."""
    from boussole.document import STATUS
    from boussole.register import Use

    doctrine = load(path)
    for file in _files(paths):
        use = Use(doctrine, load_dossier(file, doctrine), datetime.now(UTC).date())
        opinion = doctrine.level(use.current.opinion).label if use.current.opinion else "À compléter"
        example = " (exemple)" if use.dossier.kind == "example" else ""
        click.echo(f"{opinion:<24} {STATUS[use.dossier.status]:<18} {use.dossier.title}{example} [{use.dossier.id}]")
    return DONE


@register.command(cls=FrenchCommand)
@click.argument("file", metavar="DOSSIER", type=click.Path(path_type=Path))
@click.option("--address", metavar="ADRESSE", default="", help="L’adresse publique de la fiche.")
@click.pass_obj
def mention(path: Path | None, file: Path, address: str) -> int:
    """Écrit la mention que portent les décisions prises avec cet usage."""
    from boussole.document import STATUS
    from boussole.outputs.mention import DECIDES, lacking, render_mention

    dossier = load_dossier(file, load(path))
    if dossier.status in OVER:
        raise Misuse(f"usage {STATUS[dossier.status].lower()} : aucune décision ne se prend avec lui")
    text = render_mention(dossier, address)
    if not text:
        told = (
            f"ni la réponse à {quoted(DECIDES)}, ni la notice ne disent que cet usage aide à prendre des décisions individuelles"
        )
        raise Misuse(f"{told} ; dans la notice, « decisions_per_year », ou « automation » et « scope: externe », le disent")
    click.echo(text, nl=False)
    if missing := lacking(dossier):
        click.echo(f"À compléter avant l’emploi : {', '.join(missing)}.", err=True)
        return WARNED
    return DONE
