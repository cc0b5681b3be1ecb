"""A contribution typed in, whole by options or question by question: what is wrong is told and asked again, nothing answered is
lost once it is on disk, and the next sheet of the same event follows."""

import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import click

from boussole.commands import documents
from boussole.concertation import Kit, load_kit
from boussole.debate import PROFILES, STATES, WORDS, Consultation, Contribution, Debate, Event, as_data, withheld
from boussole.debating import load_debate, next_name, place_of, save_contribution
from boussole.dossier import clean, slug
from boussole.errors import SourceError, choices, nearest, quoted
from boussole.french import Misuse
from boussole.model import Doctrine
from boussole.vetting import personal
from boussole.writing import french_date, typeset

DONE, LEFT = 0, 2
NAMELESS = "Ne pas écrire de nom, ni rien qui fasse reconnaître quelqu’un : un nom ne se reconnaît pas tout seul, relire."
NOT_YET = (
    "Rien n’est enregistré avant la première phrase (constat, crainte, espoir, proposition, condition) ; chaque réponse l’est "
    "ensuite aussitôt. Entrée : passer la question. Ctrl-D : arrêter."
)
SILENT = "Une fiche dit au moins un constat, une crainte, un espoir, une proposition ou une condition : rien n’a été enregistré."
OF_SHEET = ("consultation", "event", "channel", "date")  # what the sheets of a same event share
NOTHING_SAID = "…"  # stands for what is not said yet, while what comes before it is checked
Told = dict[str, Any]


class Entry:
    """Contributions being entered, one after the other, in a folder."""

    def __init__(self, folder: Path, doctrine: Doctrine) -> None:
        self.folder, self.doctrine, self.kit = folder, doctrine, load_kit()
        self.found = loaded(folder, doctrine, self.kit)
        self.place: Path | None = None
        self.written: Contribution | None = None
        self.given: Told = {}  # by options, not looked at yet
        self.name = ""  # the one that was asked for

    # -- whole ---------------------------------------------------------------------------------------------------------------

    def write(self, given: Mapping[str, Any]) -> int:
        """The contribution that options tell, checked as the folder would be with it before it stays."""
        if (place := self._place_given(given)) and place.exists():
            raise Misuse(f"{place} existe déjà : donner un autre nom avec --id")
        told = dict(given)
        if told.get("event"):
            told["event"] = self._event_given(told["event"], told.get("consultation", ""))
        self._save(self._made(told))
        self._tell_written()
        if told.get("consent"):
            click.echo(typeset(NAMELESS))
        return DONE

    def _place_given(self, given: Mapping[str, Any]) -> Path | None:
        """The file of the name that is asked for, which leads nowhere else."""
        self.name = name = given.get("name") or ""
        if name and slug(name) != name:
            raise Misuse(
                f"identifiant mal formé {quoted(name)} ; attendu : {slug(name) or 'des lettres sans accent et des chiffres'}"
            )
        return place_of(self.folder, name) if name else None

    def _event_given(self, text: str, consultation: str) -> str:
        events = _by_name(self.found.events)
        if slug(text) in events:
            return events[slug(text)].id
        advice = nearest(slug(text), events)
        known = choices([event.id for event in self.found.events if consultation in ("", event.consultation)]) or "aucun"
        told = f"événement inconnu {quoted(text)} ; attendu : {known}"
        raise Misuse(f"{told}{f', {advice}' if advice else ''}. Pour un courrier ou un formulaire : --channel")

    # -- question by question ------------------------------------------------------------------------------------------------

    def ask(self, given: Mapping[str, Any]) -> int:
        """Each blank of the sheet that is not told yet; then those of the next sheets, as long as there are some."""
        self.given, told, count = dict(given), self._begun(given), 0
        click.echo(typeset(f"{NAMELESS}\n{NOT_YET}"))
        try:
            while True:
                count += self._ask_sheet(told)
                if not self._asks_for_another():
                    return DONE if count else LEFT
                told, self.given = {key: told[key] for key in OF_SHEET if key in told}, {}
                self.place, self.written, self.name = None, None, ""
        except (EOFError, KeyboardInterrupt):
            click.echo(typeset(self._left()))
            return LEFT

    def _left(self) -> str:
        if self.place is None or self.written is None:
            return f"\nArrêt. Rien n’est enregistré de la fiche en cours : {SILENT[0].lower()}{SILENT[1:].partition(' : ')[0]}."
        resume = f"Pour reprendre : boussole contribution new --id {self.written.id}"
        return f"\nArrêt. Ce qui a été répondu est dans {self.place}. {resume}"

    def _asks_for_another(self) -> bool:
        try:
            return asked_yes("Saisir une autre fiche du même événement, à la même date ? oui ou non")
        except EOFError:
            return False

    def _begun(self, given: Mapping[str, Any]) -> Told:
        """What is settled already: by options, and by the file of this name when nobody moderated it yet."""
        frame = {key: given[key] for key in ("name", "consultation", "event", "channel") if key in given}
        place = self._place_given(given)
        if wrong := _led_to_someone(frame.get("channel", "")):
            raise Misuse(wrong)
        if place is None or not place.exists():
            return frame
        one = self.found.contribution(place.stem)
        if one.moderation or not one.consent:
            raise Misuse(f"{place} existe déjà, {STATES[one.state].lower()} : donner un autre nom avec --id")
        there: Told = {name: value for name in Contribution.__dataclass_fields__ if (value := getattr(one, name))}
        if again := [key for key, value in given.items() if key in there and _bare(there[key]) != _bare(value)]:
            raise Misuse(f"{place} dit déjà {choices(again)} : une réponse enregistrée ne se remplace pas ici")
        self.place, self.written = place, one
        click.echo(typeset(f"Reprise de {place} : seules les questions sans réponse sont posées."))
        return {**frame, **{key: there[key] for key in there if key not in ("id", "kind")}, "date": str(one.date)}

    def _ask_sheet(self, told: Told) -> bool:
        """One sheet; whether it is in the folder."""
        blanks = {blank.key: f"{blank.label}. {blank.hint}" for blank in self.kit.sheet}
        self._ask_where(told, blanks)
        self._ask_text(
            "date", f"{blanks['date']} Entrée : {french_date(self._likely_day(told))}.", told, str(self._likely_day(told))
        )
        if "consent" not in told:
            told["consent"] = asked_yes("La personne accepte-t-elle que ses mots soient publiés, sans son nom ? oui ou non")
        if not told["consent"]:
            click.echo(typeset("Sans accord, la fiche est comptée ; ses mots ne sont pas écrits ici."))
            made = self._made(told)
            silent = withheld(made)
            if silent.channel != made.channel:
                click.echo(typeset(f"Le canal non plus : « {silent.channel} » le remplace."))
            self._save(silent)
        else:
            for key, question in blanks.items():
                if key == "about":
                    self._ask_about(question, told)
                elif key not in ("event", "date", "consent"):
                    self._ask_text(key, question, told)
        if self.place is None:
            click.echo(typeset(SILENT))
            return False
        self._tell_written()
        return True

    def _ask_where(self, told: Told, blanks: Mapping[str, str]) -> None:
        """The event, chosen in a list, or the channel; then the consultation, when neither says it."""
        if told.get("event"):
            told["event"] = self._event_given(told["event"], told.get("consultation", ""))
        elif not told.get("channel"):
            near = [event for event in self.found.events if told.get("consultation") in (None, event.consultation)]
            events = sorted(near, key=lambda event: event.kind == "example")
            for rank, event in enumerate(events, 1):
                click.echo(typeset(f"  {rank}. {_marked(event)}, {french_date(event.starts)}"))
            question = f"{blanks['event']}{' Un numéro de la liste convient.' if events else ''}"
            text = asked(question, _led_to_someone)
            if found := _chosen_event(text, events):
                told["event"] = found.id
            else:
                told["channel"] = text or "Non renseigné"
                click.echo(typeset(f"Hors événement ; canal : {told['channel']}."))
        held = next((one for one in self.found.events if one.id == told.get("event")), None)
        told["consultation"] = told.get("consultation") or (held.consultation if held else self._asked_consultation())
        chosen(self.found, told["consultation"])

    def _asked_consultation(self) -> str:
        known = self.found.consultations
        if len(known) == 1:
            return known[0].id
        for rank, one in enumerate(known, 1):
            click.echo(typeset(f"  {rank}. {_marked(one)}"))
        by_name = {**{str(rank): one.id for rank, one in enumerate(known, 1)}, **{one.id: one.id for one in known}}
        by_name |= {slug(one.title): one.id for one in known}
        told = f"Attendu : un numéro de la liste, ou {choices([one.id for one in known])}."
        return by_name[slug(asked("Quelle démarche ?", lambda text: "" if slug(text) in by_name else told, is_needed=True))]

    def _likely_day(self, told: Told) -> date:
        """The day of the event, when it has one; otherwise today."""
        starts = next((one.starts for one in self.found.events if one.id == told.get("event")), "")
        return date.fromisoformat(starts) if documents.is_day(starts) else today()

    def _ask_text(self, key: str, question: str, told: Told, otherwise: str = "") -> None:
        """One blank: what is typed is kept once the folder would be sound with it."""

        def wrong(text: str) -> str:
            return _unfit(key, text) or self._wrong({**told, key: _meant(key, text)})

        if told.get(key):
            return
        text = self.given.pop(key, "")
        if text and (fault := wrong(text)):
            click.echo(typeset(fault))
            text = ""
        if text := text or asked(question, wrong, otherwise):
            told[key] = _meant(key, text)
            self._keep(told)

    def _ask_about(self, question: str, told: Told) -> None:
        """The parts of the doctrine it speaks of: by number, by title or by id, as many as there are."""
        if told.get("about"):
            return
        names = [name for text in self.given.pop("about", ()) for name in self._parts_of(text)]
        if names:
            told["about"] = list(dict.fromkeys(names))
            self._keep(told)
            return
        for section in self.doctrine.criteria:
            click.echo(typeset(f"  {section.number}. {section.label}"))
        while text := asked(question, self._unknown_part):
            names += [name for name in self._parts_of(text) if name not in names]
            told["about"] = names
            self._keep(told)
            question = "Une autre partie ? Entrée : non."

    def _unknown_part(self, text: str) -> str:
        if self._parts_of(text):
            return ""
        advice = nearest(slug(text), self._parts)
        told = "Attendu : le numéro ou le titre d’un critère, l’identifiant d’une question, le titre d’un cas."
        return f"{told} {advice}".strip()

    def _parts_of(self, text: str) -> list[str]:
        """The parts that a line names; none when one of them is not known."""
        if found := self._part_of(text):
            return [found]
        several = [self._part_of(piece) for piece in re.split(r"[,;]| et ", text)]
        return several if all(several) else []

    def _part_of(self, text: str) -> str:
        name = text.strip().lower()
        bare = re.sub(r"^(?:criteres?|n)-(?:n-)?(?=.)", "", slug(name))
        return name if name in self._parts.values() else self._parts.get(slug(name)) or self._parts.get(bare, "")

    @property
    def _parts(self) -> Mapping[str, str]:
        """Every part by its titles as slugs, and every criterion by its number."""
        return {
            **{slug(case.title): case.id for case in self.doctrine.cases},
            **{slug(question.ask): name for name, question in self.doctrine.questions.items()},
            **{name: name for name in (*self.doctrine.questions, *(case.id for case in self.doctrine.cases))},
            **{key: one.id for one in self.doctrine.sections for key in (one.id, slug(one.label))},
            **{str(one.number): one.id for one in self.doctrine.criteria},
        }

    # -- on disk -------------------------------------------------------------------------------------------------------------

    def _wrong(self, told: Told) -> str:
        """What would be wrong in the folder with a sheet, whether it says something yet or not; "" when nothing would be."""
        stand_in = {} if any(told.get(word) for word in WORDS) else {"observation": NOTHING_SAID}
        try:
            one = self._made({**told, "consent": True, **stand_in})
            one = replace(one, id=self.written.id) if self.written else one
            load_debate(self.folder, self.doctrine, self.kit, {place_of(self.folder, one.id): _yaml(one)})
        except SourceError as error:
            return " ".join([*_said_of(error), "Rien n’est perdu : la question est posée de nouveau."])
        except Misuse as error:
            return error.message
        return ""

    def _keep(self, told: Told) -> None:
        """Put what was answered on disk, once it says something."""
        if told.get("consent") and any(told.get(word) for word in WORDS):
            self._save(self._made(told))

    def _made(self, given: Mapping[str, Any]) -> Contribution:
        told: Told = {key: clean(value).strip() if isinstance(value, str) else value for key, value in given.items()}
        day, name, about = day_of(told.pop("date", None)), told.pop("name", ""), list(told.pop("about", ()))
        of_event = next((one.consultation for one in self.found.events if one.id == told.get("event")), "")
        consultation = chosen(self.found, told.pop("consultation", "") or of_event)
        if not told.get("event") and not told.get("channel"):
            told["channel"] = "Non renseigné"
        return Contribution(
            id=name or next_name(self.folder, day),
            kind=self.found.consultation(consultation).kind,
            consultation=consultation,
            date=day,
            about=about,
            **told,
        )

    def _save(self, one: Contribution) -> None:
        """Write it under the name it first had, nobody else writing there meanwhile."""
        from boussole.files import locked, refuse_to_leave

        one = replace(one, id=self.written.id) if self.written else one
        place = place_of(self.folder, one.id)
        refuse_to_leave(self.folder, place)
        with locked(place):
            if self.written is None and place.exists() and one.id != self.name:  # this number was taken meanwhile
                self._save(replace(one, id=next_name(self.folder, one.date)))
                return
            self._refuse_changed(place)
            self.place = save_contribution(one, self.folder, self.doctrine, self.kit, self.written)
        self.written = one

    def _refuse_changed(self, place: Path) -> None:
        """Whoever moderated or filled the sheet since it was read is not written over."""
        if self.written is None:
            if place.exists():
                raise Misuse(f"{place} vient d’être écrit par quelqu’un d’autre : donner un autre nom avec --id")
            return
        there = {one.id: one for one in loaded(self.folder, self.doctrine, self.kit).contributions}.get(self.written.id)
        if there is None or as_data(there) != as_data(self.written):
            raise Misuse(f"{place} a changé entre-temps : relire, puis reprendre avec --id {place.stem}")

    def _tell_written(self) -> None:
        click.echo(typeset(f"{self.place} : enregistrée. {STATES[self.written.state] if self.written else ''}."))


# -- what was typed ----------------------------------------------------------------------------------------------------------


def asked(question: str, wrong: Callable[[str], str] = lambda _: "", otherwise: str = "", *, is_needed: bool = False) -> str:
    """One line someone types, ``otherwise`` when it is empty; asked again while it is wrong. Raises `EOFError` at the end."""
    while True:
        click.echo(typeset(question))
        click.echo("> ", nl=False)
        typed: str = sys.stdin.readline()
        if not typed:
            raise EOFError
        text = clean(typed).strip() or otherwise
        if not text and is_needed:
            continue
        if not text or not (told := wrong(text)):
            return text
        click.echo(typeset(told))


def asked_yes(question: str) -> bool:
    """Whether someone says yes; asked again until it is yes or no."""
    answers = ("oui", "non", "o", "n")
    told = "Répondre oui ou non."
    return asked(question, lambda text: "" if text.lower() in answers else told, is_needed=True).lower().startswith("o")


def _marked(one: Event | Consultation) -> str:
    """A title that says when it is invented."""
    return f"{one.title} (exemple inventé)" if one.kind == "example" and "(exemple" not in one.title else one.title


def _led_to_someone(text: str) -> str:
    """What in a line leads to someone, told; "" when nothing does."""
    return " ".join(f"{found.found[0].upper()}{found.found[1:]} : ne pas l’écrire." for found in personal(text))


def _by_name(events: Iterable[Event]) -> dict[str, Event]:
    """Events by id, and by title as a slug."""
    found = list(events)
    return {slug(one.title): one for one in found} | {one.id: one for one in found}


def _chosen_event(text: str, events: Sequence[Event]) -> Event | None:
    """The event that a line means: by its number, its id or its title; one that is near is asked about, never guessed."""
    by_name = {**_by_name(events), **{str(rank): event for rank, event in enumerate(events, 1)}}
    name = slug(text)
    if name in by_name:
        return by_name[name]
    near = next((one for key, one in by_name.items() if name and nearest(name, [key])), None)
    near = near or next((one for one in events if len(name) > 3 and slug(one.title).startswith(name)), None)
    if near and asked_yes(f"Est-ce l’événement « {near.title} » ? oui ou non"):
        return near
    return None


def _meant(key: str, text: str) -> str:
    """The value of a blank that a line means: a profile may be told in full."""
    if key != "profile":
        return text
    known = {**{slug(label): name for name, label in PROFILES.items()}, **{name: name for name in PROFILES}}
    known |= {slug(part): name for name, label in PROFILES.items() for part in label.split(" ou ")}
    return known.get(slug(text), text)


def _unfit(key: str, text: str) -> str:
    """What is wrong with a line before it is set among the others."""
    if key == "date" and not documents.is_day(text):
        return "Attendu : un jour qui existe, écrit AAAA-MM-JJ."
    if key == "profile" and _meant(key, text) not in PROFILES:
        return f"Attendu : {choices(list(PROFILES))}. {nearest(slug(text), PROFILES)}".strip()
    return ""


def _bare(value: Any) -> str:
    return str(list(value)) if isinstance(value, list | tuple) else str(value)


def _said_of(error: SourceError) -> Iterator[str]:
    """Faults without their place: what was typed is under the eyes."""
    for fault in error.faults:
        expected = f" ; attendu : {fault.expected}" if fault.expected else ""
        yield f"{fault.found[0].upper()}{fault.found[1:]}{expected}."


def _yaml(one: Contribution) -> str:
    from boussole.filing import yaml_of

    return yaml_of(as_data(one))


# -- what every command of the debate needs -----------------------------------------------------------------------------------


def today() -> date:
    """The day it is."""
    return datetime.now(UTC).date()


def day_of(text: str | None) -> date:
    """The day a text says, today when there is none. Raises `Misuse` when it is no day, or one that is to come: what is said and
    what is answered already were."""
    found = today() if text is None else documents.day_of(text)
    if found > today():
        raise Misuse(f"date {quoted(found)} : attendu un jour passé, au plus tard le {today()}")
    return found


def chosen(found: Debate, name: str) -> str:
    """The consultation of a name; the only one when none is given. Raises `Misuse` when it is not known."""
    known = [one.id for one in found.consultations]
    picked = name or (known[0] if len(known) == 1 else "")
    if picked in known:
        return picked
    advice = f", {nearest(name, known)}" if name and nearest(name, known) else ""
    raise Misuse(f"démarche {quoted(name) if name else 'à dire'} ; attendu : {choices(known)}{advice}")


def loaded(folder: Path, doctrine: Doctrine, kit: Kit | None = None, day: date | None = None) -> Debate:
    """The debate of a folder that is there. Raises `Misuse` when it is not, `SourceError` when it is not sound."""
    if not folder.is_dir():
        raise Misuse(f"introuvable : {folder}")
    return load_debate(folder, doctrine, kit or load_kit(), today=day)
