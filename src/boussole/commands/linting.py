"""What is wrong in a file, what deserves a look, and what the codes mean: `check`, `lint`, `explain`."""

import re
from datetime import UTC, datetime
from pathlib import Path

import click

from boussole import loading
from boussole.dossier import Dossier, read_dossier
from boussole.errors import CATALOGUE, Explanation, Fault, SourceError, choices, nearest, quoted
from boussole.french import FrenchCommand, Misuse
from boussole.loading import load, load_text, read_file
from boussole.model import Doctrine

SOUND, TO_SEE, MISUSE = 0, 1, 2

FORM = click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "github", "sarif", "junit"]),
    default="text",
    help="Pour qui : text, json, github (annotations), sarif ou junit.",
)


@click.command(cls=FrenchCommand)
@click.argument("paths", metavar="FICHIER…", nargs=-1, type=click.Path(path_type=Path))
@FORM
@click.pass_obj
def check(path: Path | None, paths: tuple[Path, ...], form: str) -> int:
    """Vérifie des doctrines et des dossiers ; sans fichier, la doctrine choisie."""
    errors: list[SourceError] = []
    sound: list[str] = []
    doctrine: Doctrine | None = None
    try:
        doctrine = load(path)
        sound += [] if paths else [_sound(doctrine)]
    except SourceError as error:
        errors.append(error)
    for file in paths:
        try:
            sound.append(f"{file} : {_check_file(file, doctrine)}")
        except SourceError as error:
            errors.append(error)
    _tell(errors, sound, [str(file) for file in paths] or [_name(path)], form)
    return MISUSE if errors else SOUND


def _tell(errors: list[SourceError], sound: list[str], files: list[str], form: str) -> None:
    """What was found; in text, what is sound on one side and what is wrong on the other."""
    if form == "text":
        for told in sound:
            click.echo(told)
        if errors:
            click.echo("\n\n".join(map(str, errors)), err=True)
        return
    from boussole.outputs.findings import FORMATS, Finding, Report

    faults = tuple(Finding(fault) for error in errors for fault in error.faults)
    report = Report("boussole check", tuple(files), faults, CATALOGUE, sum(error.untold for error in errors))
    click.echo(FORMATS[form](report))


def _check_file(file: Path, doctrine: Doctrine | None) -> str:
    """Check a file as what it says it is: a doctrine has a scale, a dossier has a title."""
    if _is_doctrine(read_file(file)):
        return _sound(load(file))
    if doctrine is None:
        return "non vérifié : la doctrine choisie est fautive"
    return _sound_dossier(read_dossier(read_file(file), str(file), doctrine, is_finished=True), doctrine)


def _sound_dossier(dossier: Dossier, doctrine: Doctrine) -> str:
    from boussole.writing import plural

    told = [f"dossier correct, {plural(len(dossier.answers), 'réponse')}"]
    if not dossier.is_of(doctrine):
        told.append(f"rempli pour la version {dossier.doctrine.version}, lu avec la version {doctrine.doctrine.version}")
    if aside := list(dossier.aside):
        count = plural(len(aside), "question que la doctrine ne connaît pas", "questions que la doctrine ne connaît pas")
        kept = "gardée" if len(aside) == 1 else "gardées"
        told.append(f"{count}, {kept} à part sans effet\xa0: {choices(aside).replace(' ou ', ' et ')}")
    return " ; ".join(told)


def _is_doctrine(text: str) -> bool:
    """Whether a file, YAML or JSON, has the keys that only a doctrine has."""
    return re.search(r"""(?:^|\r)[{ ,]*["']?(?:scale|sections|extends)["']? *:""", text, re.MULTILINE) is not None


def _sound(doctrine: Doctrine) -> str:
    identity = doctrine.doctrine
    counts = f"{len(doctrine.questions)} questions, {len(doctrine.cases)} cas, {len(doctrine.guarantees)} garanties prouvées"
    told = f"doctrine « {identity.id} » {identity.version} correcte : {counts}, empreinte {doctrine.fingerprint[:12]}"
    if (derived := doctrine.derivation) is None:
        return told
    return f"{told} ; étend « {derived.base.doctrine.id} », adaptations : {len(derived.adaptations)}"


def _name(path: Path | None) -> str:
    return str(path) if path else loading.DEFAULT


@click.command(cls=FrenchCommand)
@click.argument("file", metavar="[FICHIER]", required=False, type=click.Path(path_type=Path))
@FORM
@click.option(
    "--months", metavar="NOMBRE", default=12, type=click.IntRange(min=1), help="Après combien de mois relire une loi (12)."
)
@click.option("--strict", is_flag=True, help="Sortir avec 1 s’il y a un avertissement.")
@click.pass_obj
def lint(path: Path | None, /, file: Path | None, form: str, months: int, strict: bool) -> int:
    """Dit ce qui mérite un regard dans une doctrine correcte."""
    from boussole.lint import ADVICE
    from boussole.outputs.findings import FORMATS, Finding, Report

    name, rules = _name(file or path), {**CATALOGUE, **ADVICE}
    try:
        faults, untold = _look(_source(file or path), name, months)
        found = tuple(Finding(fault, ADVICE[fault.code].severity) for fault in faults)
        report = Report("boussole lint", (name,), found, rules, untold)
    except SourceError as error:
        report = Report("boussole lint", (name,), tuple(map(Finding, error.faults)), rules, error.untold)
    weights = [finding.severity for finding in report.findings]
    is_broken = "erreur" in weights
    if form != "text" or report.findings:
        click.echo(FORMATS[form](report), err=is_broken and form == "text")
    if form == "text" and not is_broken:
        warnings, advices = weights.count("avertissement"), weights.count("conseil")
        click.echo(f"{chr(10) * bool(weights)}{name} : {_counted(warnings, 'avertissement')}, {_counted(advices, 'conseil')}.")
    return MISUSE if is_broken else TO_SEE if strict and "avertissement" in weights else SOUND


def _look(text: str, name: str, months: int) -> tuple[list[Fault], int]:
    """What deserves a look in a sound source, at its place, and how many findings are only counted."""
    from boussole.lint import lint as look
    from boussole.parsing import locate
    from boussole.positions import read
    from boussole.shapes import Origin

    doctrine, document = load_text(text, name), read(text, name)
    faults = locate(document, look(doctrine, datetime.now(UTC).date(), months), Origin())
    return sorted(faults, key=lambda fault: (fault.span.line, fault.span.column)), document.untold


def _counted(count: int, word: str) -> str:
    return f"{count or 'aucun'} {word}{'s' * (count > 1)}"


def _source(path: Path | None) -> str:
    """The text of a doctrine; the embedded one by default."""
    return read_file(path or Path(loading.__file__).parent / "doctrines" / loading.DEFAULT)


@click.command(cls=FrenchCommand)
@click.argument("code", metavar="[CODE]", required=False)
def explain(code: str | None) -> int:
    """Explique le code d’un message ; sans code, les liste tous."""
    known = _explanations()
    if code is None:
        width = max(map(len, known))
        for name, (told, severity) in known.items():
            click.echo(f"{name:<{width}}  {told.title} ({severity})")
        return SOUND
    code = code.strip("[]")
    if code not in known:
        advice = nearest(code, known)
        raise Misuse(f"code inconnu : {quoted(code)}{f', {advice}' if advice else ''}. « boussole explain » les liste tous")
    told, severity = known[code]
    click.echo(f"{code} ({severity}) : {told.title}\n\n{told.meaning}\n\nQue faire : {told.remedy}")
    return SOUND


def _explanations() -> dict[str, tuple[Explanation, str]]:
    """What each code means, and how much it weighs."""
    from boussole.lint import ADVICE

    errors: dict[str, tuple[Explanation, str]] = {code: (told, "erreur") for code, told in CATALOGUE.items()}
    return errors | {code: (told, told.severity) for code, told in ADVICE.items()}
