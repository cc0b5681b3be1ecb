"""What is done of the debate: check it, enter a contribution, moderate it, answer it. Histories only grow."""

import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, get_args

import click

from boussole.concertation import Kit, load_kit
from boussole.debate import PROFILES, REPLIES, STATES, WORDS, Answer, Contribution, Debate, Moderation, Reply
from boussole.debating import FOLDER, load_debate, place_of, save_contribution
from boussole.dossier import clean, slug
from boussole.errors import choices, nearest, quoted
from boussole.french import FrenchCommand, FrenchGroup, Misuse
from boussole.loading import load
from boussole.model import Doctrine

DONE, LEFT = 0, 2
WHERE = click.option(
    "--folder", metavar="DOSSIER", default=FOLDER, type=click.Path(path_type=Path), help=f"Le dossier du débat ({FOLDER})."
)
BY = click.option("--by", metavar="FONCTION", required=True, help="La fonction qui le dit, jamais un nom.")
BECAUSE = click.option("--because", metavar="TEXTE", required=True, help="Le motif : il est publié.")
ON = click.option("--on", metavar="DATE", help="Le jour, AAAA-MM-JJ ; sinon, aujourd’hui.")
LONGEST_ID = 70
Check = Callable[[str], str]
"""What is wrong with an answer someone typed, "" when nothing is."""


@click.group(cls=FrenchGroup, subcommand_metavar="COMMANDE [ARGUMENTS]…")
def debate() -> None:
    """Tient le débat : vérifier ses fichiers, dire où il en est."""


@debate.command(cls=FrenchCommand)
@click.argument("folder", metavar="[DOSSIER]", required=False, type=click.Path(path_type=Path))
@click.pass_obj
def check(path: Path | None, folder: Path | None) -> int:
    """Vérifie les démarches, les événements, les contributions et les réponses ; sans argument, docs/debat."""
    from boussole.writing import plural

    found = _loaded(folder or FOLDER, load(path))
    told = (
        plural(len(found.consultations), "démarche"),
        plural(len(found.events), "événement"),
        plural(len(found.contributions), "contribution"),
        plural(len(found.editions), "édition"),
    )
    click.echo(f"Débat correct : {', '.join(told)}.")
    return DONE


@debate.command("list", cls=FrenchCommand)
@WHERE
@click.pass_obj
def list_contributions(path: Path | None, folder: Path) -> int:
    """Liste les contributions : l’état, la réponse, les premiers mots."""
    for one in _loaded(folder, load(path)).contributions:
        reply = REPLIES[one.answer.reply] if one.answer else "Sans réponse" if one.proposal else "—"
        example = " (exemple)" if one.kind == "example" else ""
        click.echo(f"{STATES[one.state]:<26} {reply:<13} {one.title if one.consent else ''}{example} [{one.id}]")
    return DONE


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
    from boussole.commands.documents import form_of, printing, refuse_to_replace
    from boussole.files import write
    from boussole.outputs.account import NOTICE, account
    from boussole.outputs.pdf import render_pdf
    from boussole.papers import as_html, as_markdown
    from boussole.restitution import Restitution

    form = form_of(into, {".html": as_html, ".md": as_markdown, ".pdf": as_html})
    if not force:
        refuse_to_replace(into)
    doctrine, kit = load(path), load_kit()
    found = _loaded(folder, doctrine)
    one = found.consultation(_chosen(found, name or ""))
    text = form(account(Restitution(doctrine, found, one), kit, datetime.now(UTC).date()), NOTICE)
    with printing(into):
        content = render_pdf(text) if into.suffix.lower() == ".pdf" else text.encode()
    write(into, content)
    click.echo(f"{into} : {len(content) // 1000 + 1} Ko.")
    return DONE


def _chosen(found: Debate, name: str) -> str:
    """The consultation of a name; the only one when none is given."""
    known = [one.id for one in found.consultations]
    chosen = name or (known[0] if len(known) == 1 else "")
    if chosen in known:
        return chosen
    advice = f", {nearest(name, known)}" if name and nearest(name, known) else ""
    raise Misuse(f"démarche {quoted(name) if name else 'à dire'} ; attendu : {choices(known)}{advice}")


def _loaded(folder: Path, doctrine: Doctrine) -> Debate:
    if not folder.is_dir():
        raise Misuse(f"introuvable : {folder}")
    return load_debate(folder, doctrine, load_kit())


# -- one contribution --------------------------------------------------------------------------------------------------------


@click.group(cls=FrenchGroup, subcommand_metavar="COMMANDE [ARGUMENTS]…")
def contribution() -> None:
    """Saisit une contribution, la modère, y répond."""


@contribution.command(cls=FrenchCommand)
@WHERE
@click.option("--consultation", metavar="DÉMARCHE", help="La démarche ; la seule, s’il n’y en a qu’une.")
@click.option("--id", "name", metavar="IDENTIFIANT", help="Son identifiant ; sinon tiré de la date et des premiers mots.")
@click.option("--date", "on", metavar="DATE", help="Le jour où elle a été dite, AAAA-MM-JJ ; sinon, aujourd’hui.")
@click.option("--event", metavar="ÉVÉNEMENT", help="L’événement où elle a été dite.")
@click.option("--channel", metavar="TEXTE", help="Sinon, le canal : courrier, formulaire…")
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
    doctrine = load(path)
    found = _loaded(folder, doctrine)
    entry = _Entry(folder, found, doctrine, load_kit())
    if given["consent"] is not None:
        return entry.write({key: value for key, value in given.items() if value not in (None, ())})
    try:
        return entry.ask({key: value for key, value in given.items() if value not in (None, ())})
    except EOFError:
        click.echo(f"\nArrêt. Ce qui a été répondu est dans {entry.place}." if entry.place else "\nRien n’a été enregistré.")
        return LEFT


class _Entry:
    """A contribution being entered: every answer is on disk before the next question."""

    def __init__(self, folder: Path, found: Debate, doctrine: Doctrine, kit: Kit) -> None:
        self.folder, self.found, self.doctrine, self.kit = folder, found, doctrine, kit
        self.place: Path | None = None
        self.written: Contribution | None = None

    def write(self, given: Mapping[str, Any]) -> int:
        """The contribution that options tell, whole, checked as the folder would be with it before it stays."""
        self._save(self._made(given))
        click.echo(f"{self.place} : enregistrée. {STATES[self.written.state] if self.written else ''}.")
        return DONE

    def ask(self, given: Mapping[str, Any]) -> int:
        """Each blank of the sheet that is not told yet, in its order."""
        told = dict(given)
        told["consent"] = _asked_yes("La personne accepte-t-elle que ses mots soient publiés, sans son nom ? oui ou non")
        if not told["consent"]:
            click.echo("Sans accord, la fiche est comptée ; ses mots ne sont pas écrits ici.")
            return self.write({key: value for key, value in told.items() if key not in (*WORDS, "theme")})
        for blank in self.kit.sheet:
            if blank.key in ("consent", *told):
                continue
            answer = _asked(f"{blank.label}. {blank.hint}", self._check_of(blank.key))
            if answer:
                told[blank.key] = (answer,) if blank.key == "about" else answer
            if any(told.get(name) for name in WORDS):
                self._save(self._made(told))
        if self.place is None:
            raise Misuse("une contribution dit au moins un constat, une crainte, un espoir, une proposition ou une condition")
        click.echo(f"{self.place} : enregistrée. En attente de modération.")
        return DONE

    def _check_of(self, key: str) -> Check:
        """What is wrong with an answer, "" when nothing is."""
        events = [event.id for event in self.found.events]
        about = [*(one.id for one in self.doctrine.sections), *self.doctrine.questions, *(one.id for one in self.doctrine.cases)]
        known: dict[str, list[str]] = {"profile": list(PROFILES), "about": about}
        if key == "date":
            return lambda text: "" if _is_day(text) else "Un jour qui existe, écrit AAAA-MM-JJ."
        if key in known:
            return lambda text: (
                "" if text in known[key] else f"Attendu : {choices(known[key])}. {nearest(text, known[key])}".strip()
            )
        if key == "event":
            return lambda text: "" if text in events or " " in text or not nearest(text, events) else f"{nearest(text, events)} ?"
        return lambda text: ""

    def _made(self, given: Mapping[str, Any]) -> Contribution:
        told: dict[str, Any] = {key: clean(value).strip() if isinstance(value, str) else value for key, value in given.items()}
        day = _day(told.pop("date", None) or told.pop("on", None))
        told.pop("on", None)
        name, about = told.pop("name", ""), list(told.pop("about", ()))
        consultation = self._consultation(told.pop("consultation", ""), told.get("event", ""))
        if told.get("event") not in {event.id for event in self.found.events} | {None}:
            told["channel"] = told.pop("event")
        if not told.get("event") and not told.get("channel"):
            told["channel"] = "Non renseigné"
        words = next((told[word] for word in ("proposal", *WORDS) if told.get(word)), "fiche")
        return Contribution(
            id=name or f"{day}-{slug(words)}"[:LONGEST_ID].strip("-"),
            kind=self.found.consultation(consultation).kind,
            consultation=consultation,
            date=day,
            about=about,
            **told,
        )

    def _consultation(self, name: str, event: str) -> str:
        of_event = next((one.consultation for one in self.found.events if one.id == event), "")
        return _chosen(self.found, name or of_event)

    def _save(self, one: Contribution) -> None:
        """Write it under the name it first had, once it is known to be sound among the others."""
        if self.written is not None:
            one = replace(one, id=self.written.id)
        place = place_of(self.folder, one.id)
        if self.written is None and place.exists():
            raise Misuse(f"{place} existe déjà : donner un autre nom avec --id")
        self.place, self.written = save_contribution(one, self.folder, self.doctrine, self.kit), one


def _asked(question: str, wrong: Check) -> str:
    """One line someone types; asked again while it is wrong."""
    from boussole.writing import typeset

    while True:
        click.echo(typeset(question))
        click.echo("> ", nl=False)
        typed: str = sys.stdin.readline()
        if not typed:
            raise EOFError
        text = clean(typed).strip()
        if not text or not (told := wrong(text)):
            return text
        click.echo(typeset(told))


def _asked_yes(question: str) -> bool:
    while True:
        answer = _asked(question, lambda text: "" if text.lower() in ("oui", "non", "o", "n") else "Répondre oui ou non.").lower()
        if answer:
            return answer.startswith("o")


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return len(text) == len("2026-01-01")


def _day(text: str | None) -> date:
    if text is None:
        return datetime.now(UTC).date()
    if not _is_day(text):
        raise Misuse(f"date {quoted(text)} : attendu un jour qui existe, écrit AAAA-MM-JJ")
    return date.fromisoformat(text)


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
    """Publie ou écarte une contribution, avec un motif ; aucune modération passée n’est effacée."""
    added = Moderation(on=_day(on), outcome=outcome, by=_said(by), because=_said(because))
    return _added(path, folder, name, lambda one: replace(one, moderation=[*one.moderation, added]))


@contribution.command(cls=FrenchCommand)
@click.argument("name", metavar="CONTRIBUTION")
@click.option("--reply", type=click.Choice(list(get_args(Reply))), required=True, help="Oui, non ou plus tard.")
@BY
@BECAUSE
@ON
@click.option("--due", metavar="DATE", help="L’échéance : AAAA, AAAA-MM ou AAAA-MM-JJ.")
@click.option("--version", metavar="VERSION", help="Pour un oui : la version de la doctrine qui porte la proposition.")
@click.option("--changes", metavar="IDENTIFIANT", multiple=True, help="Ce que cette version change ; peut se répéter.")
@WHERE
@click.pass_obj
def answer(path: Path | None, /, name: str, folder: Path, **given: Any) -> int:
    """Répond à la proposition d’une contribution ; aucune réponse passée n’est effacée."""
    added = Answer(
        on=_day(given["on"]),
        reply=given["reply"],
        because=_said(given["because"]),
        by=_said(given["by"]),
        due=given["due"],
        version=given["version"],
        changes=list(given["changes"]),
    )
    return _added(path, folder, name, lambda one: replace(one, answers=[*one.answers, added]))


def _said(text: str) -> str:
    found = clean(text).strip()
    if not found:
        raise Misuse("texte vide : un motif et une fonction sont publiés avec chaque modération et chaque réponse")
    return found


def _added(path: Path | None, folder: Path, name: str, add: Callable[[Contribution], Contribution]) -> int:
    """Add a line to a history, nobody else writing meanwhile."""
    from boussole.files import locked

    doctrine = load(path)
    place = _place(folder, name)
    with locked(place):
        before = _loaded(folder, doctrine).contribution(place.stem)
        after = add(before)
        save_contribution(after, folder, doctrine, load_kit(), before)
    click.echo("\n".join(_told(after, place)))
    return DONE


def _place(folder: Path, name: str) -> Path:
    found = place_of(folder, Path(name).stem)
    if not found.is_file():
        known = [path.stem for path in found.parent.glob("*.yml")]
        advice = nearest(Path(name).stem, known)
        raise Misuse(f"contribution inconnue {quoted(name)}{f', {advice}' if advice else ''}")
    return found


def _told(one: Contribution, place: Path) -> Iterator[str]:
    yield f"{place} : {STATES[one.state].lower()}."
    if one.answer:
        yield f"Réponse : {REPLIES[one.answer.reply].lower()}."
