"""The commands of an authority that makes its own doctrine: begin a repository, follow the base."""

import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import click

from boussole.errors import SourceError, choices, quoted
from boussole.files import write, write_together
from boussole.french import FrenchCommand, Misuse
from boussole.loading import (
    LOCK,
    Extended,
    Source,
    embedded,
    is_extension,
    load,
    load_text,
    open_source,
    read_extended,
    read_file,
)
from boussole.positions import read
from boussole.upstream import Change, Verdict, compare, judge, lock_of, read_lock, render_lock
from boussole.writing import typeset

CURRENT, BEHIND = 0, 1
SOURCE = "doctrine.yml"  # what `init` calls the source, and `upstream` looks for
LOCK_NAME = f"doctrine{LOCK}"

# The files of a new repository, and the template of each: package data do not hold names that begin with a dot.
TEMPLATES = {
    SOURCE: "doctrine.yml",
    "conf.py": "conf.py",
    "docs/methode.md": "methode.md",
    "Makefile": "Makefile",
    "README.md": "README.md",
    "requirements.txt": "requirements.txt",
    ".gitignore": "gitignore",
    ".github/workflows/site.yml": "github.yml",
    ".gitlab-ci.yml": "gitlab.yml",
}

_WHAT = {"added": "ajout", "removed": "retrait", "meaning": "sens changé", "wording": "rédaction changée"}
_STATES = {"applies": "s’applique", "useless": "devenue inutile", "review": "à revoir", "conflict": "en conflit"}
_VERBS = {"change": "changer", "remove": "retirer", "add": "ajouter"}


@click.command(cls=FrenchCommand)
@click.argument("file", metavar="[FICHIER]", required=False, type=click.Path(path_type=Path))
@click.option("--accept", is_flag=True, help="Noter que la base actuelle a été relue, dans le fichier .lock.yml d’à côté.")
@click.pass_obj
def upstream(path: Path | None, file: Path | None, accept: bool) -> int:
    """Dit ce que la doctrine de base a changé depuis la dernière relecture, et ce que deviennent les adaptations.

    Codes de sortie : 0, rien n’a changé ; 1, quelque chose est à revoir ; 2, commande ou fichier à corriger.
    """
    chosen = file or path or Path(SOURCE)
    source = open_source(chosen)
    document = read(source.text, source.name)
    if source.path is None or not is_extension(document):
        raise Misuse(f"{source.name} n’étend aucune doctrine (extends) : il n’y a pas de base à suivre")
    extended, lock = read_extended(source, document), lock_path(source.path)
    if accept:
        load(chosen)
        lines, code = _accept(lock, extended), CURRENT
    else:
        lines, code = _follow(chosen, lock, extended)
    click.echo(typeset("\n".join(lines)))
    return code


def lock_path(place: Path) -> Path:
    """Where the lock of a source is kept."""
    return place.with_name(f"{place.stem}{LOCK}")


def _accept(path: Path, extended: Extended) -> list[str]:
    """Keep the base as it is now."""
    lock = lock_of(extended)
    write(path, render_lock(lock))
    return [f"{path.name} : base « {lock.base} » relue, version {lock.version}, empreinte {lock.fingerprint[:12]}."]


def _follow(source: Path, path: Path, extended: Extended) -> tuple[list[str], int]:
    """What the base became since its lock was written."""
    now, accepting = lock_of(extended), f"boussole upstream {source} --accept"
    if not path.exists():
        told = f"{source} part de « {now.base} », version {now.version}. Cette base n’a jamais été notée comme relue."
        return [told, f"Après l’avoir relue : {accepting}"], BEHIND
    before = read_lock(read_file(path), path.name)
    changes = compare(before, now)
    verdicts = judge(extended, changes)
    is_sound = _is_sound(source)
    lines = [f"{source} part de « {now.base} » ({extended.base.doctrine.authority})."]
    lines += [f"Base relue : {before.version}, empreinte {before.fingerprint[:12]}."]
    lines += [f"Base actuelle : {now.version}, empreinte {now.fingerprint[:12]}."]
    has_moved = bool(changes) or (before.base, before.fingerprint) != (now.base, now.fingerprint)
    lines += ["", *_told_changes(changes, has_moved), "", *_told_verdicts(verdicts)]
    if not is_sound:
        lines += ["", f"La doctrine qui en résulte ne tient pas. Ce qui est à corriger : boussole --doctrine {source} check"]
    is_settled = is_sound and not has_moved and all(verdict.state == "applies" for verdict in verdicts)
    lines += [] if is_settled or not is_sound else ["", f"Une fois tout relu : {accepting}"]
    return lines, CURRENT if is_settled else BEHIND


def _is_sound(source: Path) -> bool:
    try:
        return bool(load(source))
    except SourceError:
        return False


def _told_changes(changes: Sequence[Change], has_moved: bool) -> Iterator[str]:
    """The questions one by one; of the rest, one line a kind and a change."""
    if not changes:
        yield (
            "La base n’a changé que de nom, ou d’ordre dans ses avis et ses questions."
            if has_moved
            else "La base n’a rien changé."
        )
        return
    names: dict[tuple[str, str], list[str]] = {}
    for change in changes:
        if change.kind == "question":
            names[f"question {change.id}", _WHAT[change.what]] = []
        else:
            names.setdefault((change.kind, _WHAT[change.what]), []).append(change.id)
    yield "Ce que la base a changé :"
    for (what, how), listed in names.items():
        yield f"  {what} : {how}{f' ({choices(listed)})' if listed else ''}"


def _told_verdicts(verdicts: Iterable[Verdict]) -> Iterator[str]:
    """Each override, in the order of the source."""
    shown = [
        f"  ligne {each.line}, {_VERBS[each.verb]} {each.kind} {each.id} : {_STATES[each.state]}"
        + (f" ; {each.detail}" if each.detail else "")
        for each in verdicts
    ]
    yield from ["Les adaptations :", *shown] if shown else ["Aucune adaptation."]


@click.command(cls=FrenchCommand)
@click.argument("folder", metavar="DOSSIER", type=click.Path(path_type=Path))
@click.option("--name", metavar="TEXTE", help="Nom de la doctrine ; sinon, « Boussole de l’IA ».")
@click.option("--authority", metavar="TEXTE", help="Nom de la collectivité ; sinon, à compléter dans le fichier.")
def init(folder: Path, name: str | None, authority: str | None) -> int:
    """Prépare le dépôt d’une autre collectivité : sa doctrine, qui part de celle de Nantes Métropole, et son site.

    Rien de ce qui existe déjà n’est modifié.
    """
    from boussole.dossier import slug

    title = slug(folder.resolve().name)
    if not title or title in embedded():
        raise Misuse(f"{quoted(folder.name)} ne peut pas nommer une doctrine : choisir un autre nom de dossier")
    taken = [name for name in (*TEMPLATES, LOCK_NAME) if os.path.lexists(folder / name)]
    if taken:
        raise Misuse(f"{folder} contient déjà {choices(taken)} : rien n’a été écrit")
    identity = {"id": title, "name": name or "Boussole de l’IA", "authority": authority or "Collectivité à nommer"}
    texts = _texts(identity, datetime.now(UTC).date())
    source = Source(texts[SOURCE], SOURCE, folder.resolve(), folder.resolve() / SOURCE)
    texts[LOCK_NAME] = _lock_text(source)
    write_together(folder, texts)
    click.echo(typeset(f"{len(texts)} fichiers dans {folder}. Ensuite : cd {folder}, puis make site et make test."))
    return CURRENT


def _texts(identity: Mapping[str, str], today: date) -> dict[str, str]:
    """The files of a new repository, by relative name; ``quoted`` values are texts of YAML and of Python alike."""
    from boussole.templating import render

    written = {key: json.dumps(typeset(value), ensure_ascii=False) for key, value in identity.items()}
    return {
        place: render(f"init/{template}.j2", quoted=written, today=today, **identity) for place, template in TEMPLATES.items()
    }


def _lock_text(source: Source) -> str:
    """The lock of a source that was just written in memory: its base, as it is now. The source must be sound."""
    load_text(source.text, source.name)
    return render_lock(lock_of(read_extended(source, read(source.text, source.name))))
