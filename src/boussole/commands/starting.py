"""Blocks to paste, rather than to write from nothing: `new`."""

from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from boussole.dossier import LONGEST_KEY, check_id, clean, new_dossier, slug
from boussole.errors import choices, nearest, quoted
from boussole.french import FrenchCommand, FrenchGroup, Misuse
from boussole.loading import load
from boussole.model import Doctrine
from boussole.soundness import FORM_PAGES

NAME = click.option("--id", "name", metavar="IDENTIFIANT", help="Son identifiant ; sinon tiré du titre.")
GIVEN = click.option(
    "--answer", "answers", metavar="QUESTION=RÉPONSE", multiple=True, help="Une réponse de départ ; peut se répéter."
)


@click.group(cls=FrenchGroup, subcommand_metavar="SORTE [ARGUMENTS]…")
def new() -> None:
    """Affiche un bloc bien formé, à coller dans la source."""


@new.command(cls=FrenchCommand)
@click.argument("title", metavar="NOM")
@NAME
@click.pass_obj
def criterion(path: Path | None, title: str, name: str | None) -> int:
    """Un critère : une section numérotée, avec un indicateur et une question."""
    from boussole.outputs.blocks import new_criterion

    doctrine = load(path)
    free = _free(name or slug(title), ["index", *FORM_PAGES, *(section.id for section in doctrine.sections)])
    return _show(new_criterion(doctrine, free, _said(title)))


@new.command(cls=FrenchCommand)
@click.argument("ask", metavar="QUESTION")
@click.option("--section", metavar="SECTION", required=True, help="La section où elle va.")
@NAME
@click.option(
    "--when", "conditions", metavar="QUESTION=RÉPONSE", multiple=True, help="Posée seulement si ; plusieurs réponses se répètent."
)
@click.pass_obj
def question(path: Path | None, /, ask: str, section: str, name: str | None, conditions: tuple[str, ...]) -> int:
    """Une question d’une section, avec une réponse qui pèse."""
    from boussole.outputs.blocks import new_question

    doctrine = load(path)
    _known("section", section, [found.id for found in doctrine.sections])
    when: dict[str, list[str]] = {}
    for parent, option in (_answer(doctrine, condition) for condition in conditions):
        when.setdefault(parent, []).append(option)
    if len(when) > 1:
        raise Misuse("une question ne dépend que d’une seule autre : répéter --when avec la même question")
    tail = (name or slug(ask)[:39].strip("-")).removeprefix(f"{section}.")
    free = _free(f"{section}.{tail}", [*doctrine.questions, *doctrine.retired])
    return _show(new_question(doctrine, free, _said(ask), when))


@new.command(cls=FrenchCommand)
@click.argument("title", metavar="TITRE")
@NAME
@GIVEN
@click.pass_obj
def case(path: Path | None, title: str, name: str | None, answers: tuple[str, ...]) -> int:
    """Un cas travaillé, son avis et son point de bascule calculés."""
    from boussole.outputs.blocks import new_case

    return _with_answers(path, title, name, answers, "cases", new_case)


@new.command(cls=FrenchCommand)
@click.argument("claim", metavar="PROMESSE")
@NAME
@GIVEN
@click.pass_obj
def guarantee(path: Path | None, claim: str, name: str | None, answers: tuple[str, ...]) -> int:
    """Une garantie qui tient : ses avis sont calculés."""
    from boussole.outputs.blocks import new_guarantee

    return _with_answers(path, claim, name, answers, "guarantees", new_guarantee)


@new.command(cls=FrenchCommand)
@click.argument("title", metavar="TITRE")
@NAME
@click.option("--example", is_flag=True, help="Un usage inventé, montré partout comme un exemple.")
@click.pass_obj
def use(path: Path | None, title: str, name: str | None, example: bool) -> int:
    """Le dossier d’un usage, à enregistrer dans docs/registre."""
    from boussole.filing import write_yaml

    chosen = _unused(name or slug(title) or "usage")
    dossier = new_dossier(load(path), chosen, _said(title), "example" if example else "real")
    click.echo(write_yaml(dossier), nl=False)
    return 0


def _unused(name: str) -> str:
    """The id of a use, once it is well formed and no file of the register has it."""
    from boussole.commands.register import FOLDER, SUFFIXES

    if faults := check_id(name):
        raise Misuse(f"{faults[0].found} : {faults[0].expected}, au plus {LONGEST_KEY} (--id)")
    if known := next((file for suffix in SUFFIXES if (file := FOLDER / f"{name}{suffix}").is_file()), None):
        raise Misuse(f"l’usage {quoted(name)} existe déjà, dans {known} : en choisir un autre avec --id")
    return name


def _with_answers(
    path: Path | None, title: str, name: str | None, answers: Sequence[str], part: str, make: Callable[..., Any]
) -> int:
    doctrine = load(path)
    given = dict(_answer(doctrine, answer) for answer in answers)
    free = _free(name or slug(title), ["index", *(item.id for item in getattr(doctrine, part))])
    return _show(make(doctrine, free, _said(title), given))


def _show(block: Any) -> int:
    """A block on the output, and on the side where it goes, so that it can be sent straight to a file."""
    if block is None:
        raise Misuse("aucun dossier ne donne ces réponses à la fois : la garantie ne prouverait rien")
    click.echo(f"À coller à la fin de : {block.under}", err=True)
    click.echo(block.text, nl=False)
    return 0


def _said(text: str) -> str:
    """Words someone typed, on one line."""
    said = " ".join(clean(text).split())
    if not said:
        raise Misuse("un texte est attendu")
    return said


def _answer(doctrine: Doctrine, written: str) -> tuple[str, str]:
    """``question=réponse``, both known."""
    name, equals, option = written.partition("=")
    if not equals:
        raise Misuse(f"{quoted(written)} : QUESTION=RÉPONSE est attendu")
    _known("question", name, doctrine.questions)
    _known(f"réponse à {quoted(name)}", option, doctrine.questions[name].choices)
    return name, option


def _known(what: str, name: str, known: Collection[str] | Mapping[str, Any]) -> None:
    if name not in known:
        expected, advice = choices(list(known)), nearest(name, known)
        raise Misuse(f"{what} : {quoted(name)} est inconnu. Attendu : {expected}{f' ; {advice}' if advice else ''}")


def _free(name: str, taken: Collection[str]) -> str:
    """The name, once it is well formed and nobody has it."""
    section, dot, tail = name.rpartition(".")
    if not tail:
        raise Misuse("ce titre ne donne pas d’identifiant : en choisir un avec --id")
    if slug(tail) != tail:
        raise Misuse(
            f"identifiant {quoted(tail)} mal formé : des minuscules sans accent, des chiffres et des traits d’union (--id)"
        )
    if f"{section}{dot}{tail}" in taken:
        raise Misuse(f"identifiant {quoted(name)} déjà pris ou retiré : en choisir un autre avec --id")
    return name
