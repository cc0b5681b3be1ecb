"""What is done of the debate: check it, enter a contribution, moderate it, answer it. Histories only grow."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, get_args

import click

from boussole.clock import publication_day
from boussole.commands.contributing import DONE, Entry, chosen, day_of, loaded, today
from boussole.concertation import load_kit
from boussole.debate import (
    CHANNELS,
    PROFILES,
    PUT_OFF_FOR_EVER,
    REFUSED_UNTIL,
    REPLIES,
    STATES,
    WORDS,
    Answer,
    Contribution,
    Debate,
    Moderation,
    Reply,
    withheld,
)
from boussole.debating import FOLDER, next_name, place_of, save_contribution
from boussole.dossier import clean, slug
from boussole.errors import choices, nearest, quoted
from boussole.french import FrenchCommand, FrenchGroup, Misuse
from boussole.loading import data_files, load

WHERE = click.option(
    "--folder", metavar="DOSSIER", default=FOLDER, type=click.Path(path_type=Path), help=f"Le dossier du débat ({FOLDER})."
)
BY = click.option("--by", metavar="FONCTION", required=True, help="La fonction qui le dit, jamais un nom.")
BECAUSE = click.option("--because", metavar="TEXTE", required=True, help="Le motif : il est publié.")
ON = click.option("--on", metavar="DATE", help="Le jour, AAAA-MM-JJ ; sinon, aujourd’hui.")


@click.group(cls=FrenchGroup, subcommand_metavar="COMMANDE [ARGUMENTS]…")
def debate() -> None:
    """Tient le débat : vérifier ses fichiers, dire où il en est."""


@debate.command(cls=FrenchCommand)
@click.argument("folder", metavar="[DOSSIER]", required=False, type=click.Path(path_type=Path))
@click.pass_obj
def check(path: Path | None, folder: Path | None) -> int:
    """Vérifie les démarches, les événements, les contributions et les réponses ; sans argument, docs/debat."""
    from boussole.writing import plural

    found = loaded(folder or FOLDER, load(path), day=today())
    told = (
        plural(len(found.consultations), "démarche"),
        plural(len(found.events), "événement"),
        plural(len(found.contributions), "contribution"),
        plural(len(found.editions), "édition"),
    )
    click.echo(f"Débat correct : {', '.join(told)}.")
    return DONE


@debate.command("new", cls=FrenchCommand)
@click.argument("kind", metavar="consultation|event", type=click.Choice(["consultation", "event"]))
@click.option("--title", metavar="TEXTE", required=True, help="Le titre, tel qu’il sera publié.")
@click.option("--starts", metavar="DATE", required=True, help="Le début : AAAA-MM-JJ, ou AAAA-MM si le jour n’est pas connu.")
@click.option("--id", "name", metavar="IDENTIFIANT", help="L’identifiant, et le nom du fichier ; sinon tiré du titre.")
@click.option("--consultation", metavar="DÉMARCHE", help="Pour un événement, sa démarche ; la seule, s’il n’y en a qu’une.")
@click.option("--authority", metavar="TEXTE", help="Pour une démarche, la collectivité qui la mène.")
@WHERE
@click.pass_obj
def new_file(path: Path | None, /, kind: str, folder: Path, **given: Any) -> int:
    """Écrit une démarche ou un événement à compléter : chaque ligne y dit ce qu’elle attend."""
    from boussole.commands.opening import start

    place = start(kind, folder, load(path), {key: value for key, value in given.items() if value is not None})
    click.echo(f"{place} : écrit. Ôter les « # » des lignes à remplir, puis : boussole debate check")
    return DONE


@debate.command("list", cls=FrenchCommand)
@click.option("--waiting", is_flag=True, help="Seulement ce qui attend une réponse, ou dont l’échéance est passée.")
@WHERE
@click.pass_obj
def list_contributions(path: Path | None, folder: Path, waiting: bool) -> int:
    """Liste les contributions : l’état, la réponse, les premiers mots."""
    found = loaded(folder, load(path))
    if waiting:
        click.echo("\n".join(_waiting(found, today())))
        return DONE
    widest = max(map(len, STATES.values()))
    for one in found.contributions:
        reply = REPLIES[one.answer.reply] if one.answer else "Sans réponse" if one.proposal else "—"
        example = " (exemple)" if one.kind == "example" else ""
        told = one.title if one.words else "(sans mots)"
        click.echo(f"{STATES[one.state]:<{widest}} {reply:<13} {told}{example} [{one.id}]")
    return DONE


def _waiting(found: Debate, day: date) -> Iterator[str]:
    """What citizens wait for, the oldest first."""
    from boussole.restitution import overdue, unanswered
    from boussole.writing import french_date, plural, typeset

    late, silent = overdue(found, day), unanswered(found)
    if not late and not silent:
        yield "Rien n’attend."
    if silent:
        yield typeset(f"Sans réponse : {plural(len(silent), 'proposition')}")
        yield from (f"  {plural((day - one.date).days, 'jour'):<10} {_line(one)}" for one in silent)
    if late:
        yield typeset(f"Échéance passée, ou absente : {plural(len(late), 'proposition')}")
        for one, answer in late:
            yield f"  {REPLIES[answer.reply]}, {french_date(answer.due) if answer.due else 'sans échéance'} : {_line(one)}"


def _line(one: Contribution) -> str:
    return f"{one.title}{' (exemple)' if one.kind == 'example' else ''} [{one.id}]"


@debate.command(cls=FrenchCommand)
@click.argument("name", metavar="[DÉMARCHE]", required=False)
@click.option(
    "-o", "--output", "into", metavar="FICHIER", required=True, type=click.Path(path_type=Path), help="En .html, .md ou .pdf."
)
@click.option("--force", is_flag=True, help="Remplacer un fichier qui existe déjà.")
@WHERE
@click.pass_obj
def report(path: Path | None, name: str | None, into: Path, force: bool, folder: Path) -> int:
    """Écrit la restitution d’une démarche : ce qui revient le plus, les désaccords, les réponses, ce qui change."""
    from boussole.commands.documents import form_of, refuse_to_replace, write_document
    from boussole.outputs.account import NOTICE, account
    from boussole.papers import as_html, as_markdown
    from boussole.restitution import Restitution

    form = form_of(into, {".html": as_html, ".md": as_markdown, ".pdf": as_html})
    if not force:
        refuse_to_replace(into)
    doctrine, kit = load(path), load_kit()
    found = loaded(folder, doctrine)
    one = found.consultation(chosen(found, name or ""))
    text = form(account(Restitution(doctrine, found, one), kit, publication_day()), NOTICE)
    write_document(into, text)
    return DONE


# -- one contribution --------------------------------------------------------------------------------------------------------


@click.group(cls=FrenchGroup, subcommand_metavar="COMMANDE [ARGUMENTS]…")
def contribution() -> None:
    """Saisit une contribution, la modère, y répond."""


@contribution.command(cls=FrenchCommand)
@WHERE
@click.option("--consultation", metavar="DÉMARCHE", help="La démarche ; la seule, s’il n’y en a qu’une.")
@click.option(
    "--id",
    "name",
    metavar="IDENTIFIANT",
    help="Son identifiant, jamais des mots de la personne ; sinon, la date et un numéro. D’une fiche commencée : reprend.",
)
@click.option("--date", metavar="DATE", help="Le jour où elle a été dite, AAAA-MM-JJ ; sinon, aujourd’hui.")
@click.option("--event", metavar="ÉVÉNEMENT", help="L’événement où elle a été dite.")
@click.option("--channel", metavar="TEXTE", help=f"Sinon, le canal ; sans accord de publication, seulement {choices(CHANNELS)}.")
@click.option("--profile", type=click.Choice(list(PROFILES)), help="Ce que la personne a voulu dire d’elle.")
@click.option("--about", metavar="IDENTIFIANT", multiple=True, help="Un critère, une question ou un cas ; peut se répéter.")
@click.option("--theme", metavar="TEXTE", help="Le cas ou le thème, dans ses mots.")
@click.option("--observation", metavar="TEXTE", help="Ce qu’elle a constaté.")
@click.option("--concern", metavar="TEXTE", help="Ce qu’elle craint.")
@click.option("--hope", metavar="TEXTE", help="Ce qu’elle espère.")
@click.option("--proposal", metavar="TEXTE", help="Ce qu’elle propose.")
@click.option("--condition", metavar="TEXTE", help="À quelle condition elle accepterait.")
@click.option("--consent/--no-consent", default=None, help="La personne accepte, ou non, que ses mots soient publiés.")
@click.pass_obj
def new(path: Path | None, /, folder: Path, **given: Any) -> int:
    """Saisit une contribution, par options ou question par question ; chaque réponse est enregistrée aussitôt."""
    entry = Entry(folder, load(path))
    told = {key: value for key, value in given.items() if value not in (None, ())}
    return entry.ask(told) if given["consent"] is None else entry.write(told)


# -- what is added to it -----------------------------------------------------------------------------------------------------


@contribution.command(cls=FrenchCommand)
@click.argument("name", metavar="CONTRIBUTION")
@click.option("--outcome", type=click.Choice(["publiee", "ecartee"]), required=True, help="Publiée, ou écartée.")
@BY
@BECAUSE
@ON
@WHERE
@click.pass_obj
def moderate(path: Path | None, /, name: str, outcome: Any, by: str, because: str, on: str | None, folder: Path) -> int:
    """Publie ou écarte une contribution, avec un motif ; écartée, ses mots sont retirés du fichier. Aucune date, aucun motif
    n’est effacé."""
    added = Moderation(on=day_of(on), outcome=outcome, by=_said(by), because=_said(because))

    def moderated(one: Contribution) -> Contribution:
        if outcome == "ecartee":
            return withheld(replace(one, moderation=[*one.moderation, added]))
        if one.is_withheld:
            why = "sans accord de publication" if not one.consent else "ses mots ont été retirés quand elle a été écartée"
            raise Misuse(f"{one.id} ne peut pas être publiée, {why} : saisir une nouvelle fiche, avec l’accord de la personne")
        return replace(one, moderation=[*one.moderation, added])

    return _added(path, folder, name, moderated)


@contribution.command(cls=FrenchCommand)
@click.argument("name", metavar="CONTRIBUTION")
@WHERE
@click.pass_obj
def withdraw(path: Path | None, /, name: str, folder: Path) -> int:
    """Enregistre que la personne retire son accord : ses mots sont retirés du fichier, la fiche reste comptée."""

    def withdrawn(one: Contribution) -> Contribution:
        if not one.consent:
            raise Misuse(f"{one.id} est déjà sans accord de publication")
        return withheld(replace(one, consent=False))

    return _added(path, folder, name, withdrawn)


@contribution.command(cls=FrenchCommand)
@click.argument("name", metavar="CONTRIBUTION")
@click.option("--reply", type=click.Choice(list(get_args(Reply))), required=True, help="Oui, non ou plus tard.")
@BY
@BECAUSE
@ON
@click.option("--due", metavar="DATE", help="L’échéance, AAAA, AAAA-MM ou AAAA-MM-JJ ; nécessaire pour « plus tard ».")
@click.option("--version", metavar="VERSION", help="Pour un oui : la version de la doctrine qui porte la proposition.")
@click.option("--changes", metavar="IDENTIFIANT", multiple=True, help="Ce que cette version change ; peut se répéter.")
@WHERE
@click.pass_obj
def answer(path: Path | None, /, name: str, folder: Path, **given: Any) -> int:
    """Répond à la proposition d’une contribution ; aucune réponse passée n’est effacée."""
    if given["reply"] == "plus-tard" and not given["due"]:
        raise Misuse(f"{PUT_OFF_FOR_EVER} : dire quand la réponse sera donnée, avec --due")
    if given["reply"] == "non" and given["due"]:
        raise Misuse(f"{REFUSED_UNTIL} : retirer --due, ou répondre plus-tard")
    added = Answer(
        on=day_of(given["on"]),
        reply=given["reply"],
        because=_said(given["because"]),
        by=_said(given["by"]),
        due=given["due"],
        version=given["version"],
        changes=list(given["changes"]),
    )

    def answered(one: Contribution) -> Contribution:
        if one.is_withheld:
            raise Misuse(f"{one.id} : {STATES[one.state].lower()} ; seule une proposition que l’on peut lire reçoit une réponse")
        return replace(one, answers=[*one.answers, added])

    return _added(path, folder, name, answered)


def _said(text: str) -> str:
    found = clean(text).strip()
    if not found:
        raise Misuse("texte vide : un motif et une fonction sont publiés avec chaque modération et chaque réponse")
    return found


def _added(path: Path | None, folder: Path, name: str, add: Callable[[Contribution], Contribution]) -> int:
    """Add a line to a history, nobody else writing meanwhile."""
    from boussole.files import locked, refuse_to_leave

    doctrine = load(path)
    place = _place(folder, name)
    refuse_to_leave(folder, place)
    with locked(place):
        found = loaded(folder, doctrine)
        before = found.contribution(place.stem)
        after = add(before)
        save_contribution(after, folder, doctrine, load_kit(), before)
    click.echo("\n".join(_told(before, after, place)))
    if _recalls(before, after):
        click.echo("\n".join(_renaming(before, found, place, next_name(folder, before.date))))
    return DONE


def _place(folder: Path, name: str) -> Path:
    if not folder.is_dir():
        raise Misuse(f"introuvable : {folder}")
    found = place_of(folder, Path(name).stem)
    if not found.is_file():
        known = [path.stem for path in data_files(found.parent)]
        advice = nearest(Path(name).stem, known)
        raise Misuse(f"contribution inconnue {quoted(name)}{f', {advice}' if advice else ''}")
    return found


def _told(before: Contribution, after: Contribution, place: Path) -> Iterator[str]:
    yield f"{place} : {STATES[after.state].lower()}."
    gone = [_LABELS[name] for name in before.spoken if name not in after.spoken]
    if gone := [*gone, *(["le canal"] if after.channel != before.channel else [])]:
        yield f"Retiré du fichier : {', '.join(gone)}. Les dates et les motifs restent."
        yield "Si ce fichier était déjà dans un dépôt git ou publié, ses anciennes versions gardent ces mots."
    elif after.answer:
        yield f"Réponse : {REPLIES[after.answer.reply].lower()}."


def _recalls(before: Contribution, after: Contribution) -> bool:
    """Whether a name, made of a date and of words as older ones are, keeps what was just taken out of the file."""
    gone = [text for name, text in before.spoken.items() if name not in after.spoken]
    gone += [before.channel] if before.channel and after.channel != before.channel else []
    removed = {word for text in gone for part in text.split() for word in slug(part).split("-")}
    words = {word for word in before.id.removeprefix(f"{before.date}-").split("-") if not word.isdecimal()}
    shared = len(words & removed)
    return shared >= _MANY_WORDS or (before.id.startswith(f"{before.date}-") and 0 < shared == len(words))


def _renaming(one: Contribution, found: Debate, place: Path, name: str) -> Iterator[str]:
    """How to give it a name that says nothing; by hand, for the addresses that led to it then lead nowhere."""
    from boussole.writing import typeset

    fresh = place.with_name(f"{name}{place.suffix}")
    yield typeset(
        f"Attention : l’identifiant « {one.id} » reprend des mots retirés. Il reste dans l’adresse de la page, les listes et"
    )
    yield "les données. Pour qu’ils n’y soient plus :"
    yield f"  1. renommer {place} en {fresh} ;"
    yield f"  2. y écrire, sur la ligne « id » : {name} ;"
    opposing = [other.id for other in found.contributions if one.id in other.opposes]
    if opposing:
        yield f"  3. remplacer l’ancien identifiant dans « opposes » de : {', '.join(opposing)} ;"
    yield f"  {4 if opposing else 3}. boussole debate check. L’ancienne adresse et l’ancienne référence ne mènent plus à rien."


_MANY_WORDS = 3
_LABELS = {"theme": "le thème", **{name: f"« {label} »" for name, label in WORDS.items()}}
