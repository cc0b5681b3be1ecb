"""The public debate: consultations, their events, what people said there, and what was answered, each a file of its own.

What is invented to show the machine says so (``kind: example``), and nothing invented stands beside what is real: an event
and a contribution are of the kind of their consultation, so that counts never mix the two. Histories only grow: the last line
of ``moderation`` and of ``answers`` is the current one. Words stay in a file only while they may be published some day: setting
a contribution aside, or withdrawing the consent to it, takes them out, for the folder is public.
"""

import datetime
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import MappingProxyType
from typing import Annotated, Any, Generic, Literal, TypeVar

from boussole.concertation import Kit
from boussole.errors import Fault, PathFault, SourceError, choices, quoted
from boussole.model import SLUG, Doctrine, Id, PartialDate, VersionName
from boussole.parsing import locate, parse
from boussole.positions import Document, read
from boussole.shapes import AtLeast, Matching, Origin, Sized
from boussole.vetting import to_come, unfit

Kind = Literal["real", "example"]
Reply = Literal["oui", "non", "plus-tard"]
Time = Annotated[str, Matching(r"(?:[01]\d|2[0-3]):[0-5]\d", "une heure, écrite HH:MM")]
Name = Annotated[str, Matching(rf"{SLUG}(?:\.{SLUG})?", "l’identifiant d’un critère, d’une question ou d’un cas", longest=120)]

PROFILES: Mapping[str, str] = {
    "habitant": "Habitante ou habitant",
    "agent": "Agente ou agent public",
    "entreprise": "Entreprise",
    "association": "Association",
    "recherche": "Recherche",
    "elu": "Élue ou élu",
}
REPLIES: Mapping[Reply, str] = {"oui": "Oui", "non": "Non", "plus-tard": "Plus tard"}
STATES: Mapping[str, str] = {
    "attente": "En attente de modération",
    "publiee": "Publiée",
    "ecartee": "Écartée",
    "sans-accord": "Non publiée, faute d’accord",
}
HELD: Mapping[str, str] = {"annonce": "Annoncé", "tenu": "Tenu", "annule": "Annulé"}
# Where a contribution came from, in words that are nobody's: the only ones kept beside words that may not be.
UNTOLD_CHANNEL = "Non renseigné"
CHANNELS = ("Courrier", "Courriel", "Formulaire", "Formulaire papier", "Formulaire du site", "Téléphone", UNTOLD_CHANNEL)
# Answers that would leave someone waiting for nothing.
PUT_OFF_FOR_EVER, REFUSED_UNTIL = "un « plus tard » sans échéance", "un « non » qui a une échéance"
# What a contribution says, in the order of its sheet, as people read it.
WORDS: Mapping[str, str] = {
    "observation": "Ce que j’ai constaté",
    "concern": "Ce que je crains",
    "hope": "Ce que j’espère",
    "proposal": "Ce que je propose",
    "condition": "À quelle condition je l’accepterais",
}


@dataclass(frozen=True, kw_only=True, eq=False)
class Consultation:
    """A debate from its first day to its account a year later; what it does not say is published as not told."""

    id: Id
    title: str
    kind: Kind
    authority: str
    starts: PartialDate
    ends: PartialDate | None = None
    why: str | None = None
    decided: str | None = None  # what was settled before anyone spoke
    summary: str | None = None
    absent: list[str] = field(default_factory=list)  # who did not come, and should have
    unknown: list[str] = field(default_factory=list)
    method: str | None = None
    cost: str | None = None
    footprint: str | None = None
    review: PartialDate | None = None  # when it is looked at again, a year after
    contact: str | None = None  # where contributions are sent: the address of a service, never of someone
    sources: list[Id] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True, eq=False)
class Disagreement:
    """What people did not agree on at an event, as the clerk wrote it: each side in its words."""

    about: Name
    sides: Annotated[list[str], Sized(2)]
    minority: str | None = None  # what few people said, and was heard


@dataclass(frozen=True, kw_only=True, eq=False)
class Event:
    """A moment of a consultation. A source may give its month only: it then has no place in a calendar."""

    id: Id
    title: str
    kind: Kind
    consultation: Id
    state: Literal["annonce", "tenu", "annule"]
    starts: PartialDate
    ends: PartialDate | None = None
    opens_at: Time | None = None
    closes_at: Time | None = None
    place: str | None = None
    access: str | None = None  # what makes it reachable by everyone
    audience: str | None = None
    format: Id | None = None
    organiser: str | None = None
    summary: str | None = None
    participants: Annotated[int, AtLeast(0)] | None = None
    disagreements: list[Disagreement] = field(default_factory=list)
    sources: list[Id] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True, eq=False)
class Moderation:
    """Whether a contribution is published, who said so, by function, and why."""

    on: datetime.date
    outcome: Literal["publiee", "ecartee"]
    by: str
    because: str


@dataclass(frozen=True, kw_only=True, eq=False)
class Answer:
    """What is answered to a proposal. ``version`` carries it: a published version of the doctrine, or an edition of the debate;
    ``changes`` names what it changes there."""

    on: datetime.date
    reply: Reply
    because: str
    by: str
    due: PartialDate | None = None
    version: VersionName | None = None
    changes: list[Name] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True, eq=False)
class Contribution:
    """What someone said, in their words; no name is asked for."""

    id: Id
    kind: Kind
    consultation: Id
    date: datetime.date
    event: Id | None = None
    channel: str | None = None  # where it came from, when it is no event: a letter, a form
    profile: Literal["habitant", "agent", "entreprise", "association", "recherche", "elu"] | None = None
    about: list[Name] = field(default_factory=list)
    theme: str | None = None
    observation: str | None = None
    concern: str | None = None
    hope: str | None = None
    proposal: str | None = None
    condition: str | None = None
    opposes: list[Id] = field(default_factory=list)  # contributions it disagrees with
    consent: bool
    moderation: list[Moderation] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)

    @property
    def state(self) -> str:
        """One of `STATES`."""
        if not self.consent:
            return "sans-accord"
        return self.moderation[-1].outcome if self.moderation else "attente"

    @property
    def is_published(self) -> bool:
        """Whether its words may be read: agreed to, and moderated so."""
        return self.state == "publiee"

    @property
    def words(self) -> Mapping[str, str]:
        """What it says, by field, in the order of the sheet."""
        return {name: text for name in WORDS if (text := getattr(self, name))}

    @property
    def is_withheld(self) -> bool:
        """Whether its file may hold none of its words: set aside, or not agreed to."""
        return self.state in ("ecartee", "sans-accord")

    @property
    def spoken(self) -> Mapping[str, str]:
        """Everything someone said in their words, by field: the theme, then `words`."""
        return {**({"theme": self.theme} if self.theme else {}), **self.words}

    @property
    def common_channel(self) -> str:
        """Its channel as one of `CHANNELS`, for a text typed freely is someone's; the one as it is written, whatever its case."""
        is_common = (self.channel or "").strip().casefold() in {name.casefold() for name in CHANNELS}
        return self.channel if self.channel and is_common else UNTOLD_CHANNEL

    @property
    def title(self) -> str:
        """Its first words, the proposal before all."""
        told = self.proposal or next(iter(self.words.values()), "") or self.id
        told = told.removesuffix(".")
        return told if len(told) <= _LONGEST_TITLE else told[: told.rfind(" ", 0, _LONGEST_TITLE)].rstrip(" ,;:.") + "…"

    @property
    def answer(self) -> Answer | None:
        """The current answer."""
        return self.answers[-1] if self.answers else None


_LONGEST_TITLE = 70


@dataclass(frozen=True)
class Debate:
    """Everything that is published of the debate, sound; ``editions`` are doctrines that answers refer to, by file name."""

    consultations: tuple[Consultation, ...] = ()
    events: tuple[Event, ...] = ()
    contributions: tuple[Contribution, ...] = ()
    editions: Mapping[str, Doctrine] = field(default_factory=lambda: MappingProxyType({}))

    @cached_property
    def published(self) -> tuple[Contribution, ...]:
        """The contributions whose words may be read."""
        return tuple(one for one in self.contributions if one.is_published)

    def consultation(self, name: str) -> Consultation:
        return next(one for one in self.consultations if one.id == name)

    def event(self, name: str) -> Event:
        return next(one for one in self.events if one.id == name)

    def contribution(self, name: str) -> Contribution:
        return self._by_id[name]

    @cached_property
    def _by_id(self) -> Mapping[str, Contribution]:
        return {one.id: one for one in self.contributions}

    @cached_property
    def opposing(self) -> Mapping[str, Sequence[Contribution]]:
        """By id, the published contributions that disagree with one."""
        found: dict[str, list[Contribution]] = {}
        for one in self.published:
            for name in one.opposes:
                found.setdefault(name, []).append(one)
        return found

    def about(self, name: str) -> list[Contribution]:
        """The published contributions that speak of a criterion or one of its questions, of a question, or of a case."""
        return [one for one in self.published if any(part == name or part.startswith(f"{name}.") for part in touched(one))]

    def is_before(self, doctrine: Doctrine, name: str) -> bool:
        """Whether an edition is an older version of the published doctrine, kept to tell what changed since."""
        return self.editions[name].doctrine.id == doctrine.doctrine.id

    def title_of(self, doctrine: Doctrine, name: str) -> str:
        """What the page of an edition is called."""
        edition = self.editions[name].doctrine
        is_before = self.is_before(doctrine, name)
        return f"De la version {edition.version} à la version {doctrine.doctrine.version}" if is_before else edition.name

    def before(self, doctrine: Doctrine, version: str) -> str:
        """The edition that holds the version before a published one; "" when none is kept."""
        order = [one.version for one in doctrine.versions]
        older = order[order.index(version) + 1 :][:1] if version in order else []
        held = {edition.doctrine.version: name for name, edition in self.editions.items() if self.is_before(doctrine, name)}
        return next((held[one] for one in older if one in held), "")

    def is_open(self, name: str, today: datetime.date) -> bool:
        """Whether a consultation still hears what is said: it has begun and not ended, as far as its dates tell."""
        one, day = self.consultation(name), today.isoformat()
        return one.starts <= day[: len(one.starts)] and (one.ends is None or day[: len(one.ends)] <= one.ends)

    def heard(self, today: datetime.date) -> list[Consultation]:
        """The consultations one may speak to: those that are open, and the examples, to try."""
        return [one for one in self.consultations if one.kind == "example" or self.is_open(one.id, today)]

    def carried_by(self, version: str) -> list[Contribution]:
        """The published contributions whose proposal is carried by a version or an edition."""
        return [one for one in self.published if any(answer.version == version for answer in one.answers)]


NO_DEBATE = Debate()


def touched(contribution: Contribution) -> tuple[str, ...]:
    """What a contribution speaks of, and what its answers changed."""
    return tuple(dict.fromkeys([*contribution.about, *(name for answer in contribution.answers for name in answer.changes)]))


# -- reading -----------------------------------------------------------------------------------------------------------------

Item = TypeVar("Item", Consultation, Event, Contribution)
Text = tuple[str, str, str]
"""The name of a file in messages, its name without suffix, and its text."""


@dataclass(frozen=True)
class _Read(Generic[Item]):
    """Something as it was read, and where it stands."""

    item: Item
    stem: str
    document: Document
    origin: Origin


def read_debate(
    doctrine: Doctrine,
    kit: Kit,
    files: Mapping[str, Sequence[Text]],
    editions: Mapping[str, Doctrine] = MappingProxyType({}),
    today: datetime.date | None = None,
) -> Debate:
    """The debate that some files tell: ``consultations``, ``events``, ``contributions``. Raises `SourceError` with every fault
    of all of them, each at its place; told the day, what was held, said or answered is of a day that came."""
    faults: list[Fault] = []
    told = list(_read_all(files.get("consultations", ()), Consultation, _STAND_INS, faults))
    held = list(_read_all(files.get("events", ()), Event, _STAND_INS | {"consultation": "x", "state": "annonce"}, faults))
    said = list(_read_all(files.get("contributions", ()), Contribution, _SAID_STAND_INS, faults))
    if not faults:  # a name that could not be read would seem unknown wherever it is referred to
        names = _Names(doctrine, kit, editions, {one.stem: one.item for one in told}, {one.stem: one.item for one in held}, today)
        names.contributions |= {one.stem: one.item for one in said}
        faults += _located(told, names.check_consultation)
        faults += _located(held, names.check_event)
        faults += _located(said, names.check_contribution)
    if faults:
        raise SourceError(faults)
    return Debate(
        tuple(sorted((one.item for one in told), key=lambda item: (item.kind == "example", item.starts, item.id))),
        tuple(sorted((one.item for one in held), key=lambda item: (item.starts, item.opens_at or "", item.id))),
        tuple(sorted((one.item for one in said), key=lambda item: (item.date, item.id))),
        editions,
    )


_STAND_INS = {"id": "x", "title": "x", "kind": "example", "authority": "x", "starts": "2000"}
_SAID_STAND_INS = {"id": "x", "kind": "example", "consultation": "x", "date": datetime.date.min, "consent": False}


def _read_all(
    found: Iterable[Text], model: type[Item], stand_ins: Mapping[str, Any], faults: list[Fault]
) -> Iterator[_Read[Item]]:
    for name, stem, text in found:
        try:
            document = read(text, name)
            known = {key: value for key, value in stand_ins.items() if key in model.__dataclass_fields__}
            item, told, origin = parse(document, model, known)
        except SourceError as error:
            faults += error.faults
            continue
        faults += told
        if item is not None:
            yield _Read(item, stem, document, origin)


def _located(found: Sequence[_Read[Item]], check: Callable[[Item, str], Iterable[PathFault]]) -> Iterator[Fault]:
    for one in found:
        yield from locate(one.document, list(check(one.item, one.stem)), one.origin)


# -- soundness ---------------------------------------------------------------------------------------------------------------


@dataclass
class _Names:
    """What the files may refer to."""

    doctrine: Doctrine
    kit: Kit
    editions: Mapping[str, Doctrine]
    consultations: Mapping[str, Consultation]
    events: Mapping[str, Event]
    today: datetime.date | None = None
    contributions: dict[str, Contribution] = field(default_factory=dict)

    def check_consultation(self, one: Consultation, stem: str) -> Iterator[PathFault]:
        yield from self._common(one, stem)
        yield from _in_order(one.starts, one.ends, "ends")

    def check_event(self, one: Event, stem: str) -> Iterator[PathFault]:
        yield from self._common(one, stem)
        yield from self._within(one)
        yield from _in_order(one.starts, one.ends, "ends")
        if self.today and one.state == "tenu" and one.starts > (day := self.today.isoformat())[: len(one.starts)]:
            expected = f"« annonce » jusqu’à ce qu’il ait eu lieu, ou une date au plus tard le {day}"
            yield PathFault("date-a-venir", ("state",), f"un événement « tenu » le {one.starts}", expected)
        formats = [found.id for found in self.kit.formats]
        if one.format and one.format not in formats:
            yield _unknown("format", one.format, formats, ("format",))
        for rank, found in enumerate(one.disagreements):
            yield from self._parts(self.doctrine, [found.about], ("disagreements", rank), single="about")

    def check_contribution(self, one: Contribution, stem: str) -> Iterator[PathFault]:
        yield from _named(one.id, stem)
        yield from _persons(one)
        yield from self._within(one)
        yield from self._at_event(one)
        if not one.event and not one.channel:
            yield _muddled((), "ni événement, ni canal", "« event », ou « channel » pour une lettre ou un formulaire")
        yield from self._in_time(one)
        yield from self._parts(self.doctrine, one.about, ("about",))
        for rank, name in enumerate(one.opposes):
            if name == one.id or name not in self.contributions:
                others = [other for other in self.contributions if other != one.id]
                yield _unknown("autre contribution", name, others, ("opposes", rank))
            elif self.contributions[name].kind != one.kind:
                told = f"{quoted(name)}, {quoted(self.contributions[name].kind)}, contredite par {quoted(one.kind)}"
                yield _muddled(("opposes", rank), told, "l’inventé et le réel ne se répondent pas")
        yield from _kept_words(one)
        if not one.is_withheld and not one.words:
            yield _muddled((), "une contribution qui ne dit rien", f"au moins un champ parmi {choices(tuple(WORDS))}")
        yield from _follow_each_other(one)
        if self.today:
            yield from _already(one, self.today)
        yield from self._answers(one)

    def _common(self, one: Consultation | Event, stem: str) -> Iterator[PathFault]:
        yield from _named(one.id, stem)
        yield from _persons(one)
        known = [source.id for source in self.doctrine.sources]
        for rank, name in enumerate(one.sources):
            if name not in known:
                yield _unknown("source", name, known, ("sources", rank))

    def _within(self, one: Event | Contribution) -> Iterator[PathFault]:
        found = self.consultations.get(one.consultation)
        if found is None:
            yield _unknown("démarche", one.consultation, self.consultations, ("consultation",))
            return
        if found.kind != one.kind:
            told = f"{quoted(one.kind)} dans une démarche {quoted(found.kind)}"
            yield _muddled(("kind",), told, f"{quoted(found.kind)} : l’inventé et le réel ne se comptent jamais ensemble")

    def _at_event(self, one: Contribution) -> Iterator[PathFault]:
        """What is said at an event belongs to the consultation of that event."""
        if not one.event:
            return
        if one.event not in self.events:
            yield _unknown("événement", one.event, self.events, ("event",))
        elif (held := self.events[one.event].consultation) != one.consultation and one.consultation in self.consultations:
            told = f"{quoted(one.event)}, de la démarche {quoted(held)}, dans une fiche de {quoted(one.consultation)}"
            own = [name for name, event in self.events.items() if event.consultation == one.consultation]
            yield _muddled(("event",), told, choices(own) if own else "« channel » : cette démarche n’a pas d’événement")

    def _in_time(self, one: Contribution) -> Iterator[PathFault]:
        """What is said is said while its consultation lasts."""
        found, day = self.consultations.get(one.consultation), one.date.isoformat()
        if found and (found.starts > day[: len(found.starts)] or (found.ends and day[: len(found.ends)] > found.ends)):
            lasts = f"à partir de {found.starts}" if found.ends is None else f"de {found.starts} à {found.ends}"
            yield PathFault("dates-en-desordre", ("date",), f"{day}, hors de la démarche", f"une date {lasts}")

    def _parts(
        self, doctrine: Doctrine, names: Sequence[str], path: tuple[str | int, ...], single: str = ""
    ) -> Iterator[PathFault]:
        """The names that are neither a part, a question nor a case of a doctrine."""
        known = [*(one.id for one in doctrine.sections), *doctrine.questions, *(one.id for one in doctrine.cases)]
        for rank, name in enumerate(names):
            if name not in known and name not in doctrine.retired:
                yield _unknown("critère, question ou cas", name, known, (*path, single or rank))

    def _answers(self, one: Contribution) -> Iterator[PathFault]:
        if one.answers and not one.proposal and not one.is_withheld:
            yield _muddled(("answers",), "une réponse sans proposition", "une réponse à ce que dit « proposal »")
        yield from _promised(one)
        published = [version.version for version in self.doctrine.versions]
        for rank, answer in enumerate(one.answers):
            path = ("answers", rank)
            if answer.version is None:
                if answer.changes:
                    yield _muddled((*path, "changes"), "des changements sans version", "« version », celle qui les porte")
                continue
            if answer.reply != "oui":
                yield _muddled((*path, "version"), f"une version pour un {quoted(answer.reply)}", "une version pour un « oui »")
            if answer.version not in published and answer.version not in self.editions:
                yield _unknown("version", answer.version, [*published, *self.editions], (*path, "version"))
                continue
            if answer.version in published and one.kind == "example":
                told = f"un exemple inventé qui aurait changé la version {quoted(answer.version)}"
                yield _muddled((*path, "version"), told, "une édition d’exemple, dans « editions »")
            yield from self._parts(self.editions.get(answer.version, self.doctrine), answer.changes, (*path, "changes"))


def _named(name: str, stem: str) -> Iterator[PathFault]:
    if name != stem:
        told, advice = f"identifiant {quoted(name)} dans le fichier {quoted(stem)}", "donner au fichier le nom de l’identifiant"
        yield PathFault("fiche-mal-nommee", ("id",), told, quoted(stem), advice)


def _persons(one: Consultation | Event | Contribution) -> Iterator[PathFault]:
    return unfit(as_data(one))


def _kept_words(one: Contribution) -> Iterator[PathFault]:
    """What may not be published is not in the file: the folder is public."""
    if not one.is_withheld:
        return
    if one.channel and one.channel != one.common_channel:
        told = f"{quoted(one.channel)}, un canal libre, sans accord de publication ou dans une fiche écartée"
        yield _muddled(("channel",), told, f"{choices(CHANNELS)} : ce fichier est public")
    if not one.spoken:
        return
    if not one.consent:
        told, expected = "des mots publiés sans accord de publication", "true, ou aucun des champs où la personne parle"
        yield _muddled(("consent",), told, f"{expected}, « theme » compris : ce fichier est public")
    else:
        told = f"une fiche écartée qui garde ses mots : {choices(tuple(one.spoken))}"
        yield _muddled(("moderation", len(one.moderation) - 1, "outcome"), told, "ces champs retirés : ce fichier est public")


def _promised(one: Contribution) -> Iterator[PathFault]:
    """The current answer: a yes says when or where it is kept, a later says when, a no promises nothing, and nothing is answered
    to what was set aside."""
    if one.answer is None:
        return
    path = ("answers", len(one.answers) - 1)
    if one.answer.reply == "oui" and not (one.answer.due or one.answer.version or one.answer.changes):
        expected = "« due », l’échéance, ou « version », celle qui porte la proposition"
        yield _muddled((*path, "reply"), "un « oui » sans échéance ni version", expected)
    if one.answer.reply == "plus-tard" and not one.answer.due:
        yield _muddled((*path, "reply"), PUT_OFF_FOR_EVER, "« due », le jour, le mois ou l’année où la réponse sera donnée")
    if one.answer.reply == "non" and one.answer.due:
        yield _muddled((*path, "due"), REFUSED_UNTIL, "aucune échéance, ou « plus-tard » si la réponse peut changer")
    if one.state == "ecartee" and one.answer.on > one.moderation[-1].on:
        yield _muddled((*path, "on"), "une réponse à une fiche déjà écartée", "aucune réponse après la mise à l’écart")


def _in_order(first: str, last: str | None, key: str) -> Iterator[PathFault]:
    """Dates that a source gives by year or month are compared as far as both go."""
    shared = min(len(first), len(last or ""))
    if last and last[:shared] < first[:shared]:
        yield PathFault("dates-en-desordre", (key,), f"fin le {last}, avant le début le {first}", f"une date à partir du {first}")


def _follow_each_other(one: Contribution) -> Iterator[PathFault]:
    """Histories only grow: a line is never dated before the one above it, nor before the contribution."""
    for part in ("moderation", "answers"):
        before = one.date
        for rank, entry in enumerate(getattr(one, part)):
            if entry.on < before:
                told = f"{entry.on}, avant le {before}"
                yield PathFault("dates-en-desordre", (part, rank, "on"), told, f"une date à partir du {before}")
            before = max(before, entry.on)


def _already(one: Contribution, today: datetime.date) -> Iterator[PathFault]:
    """What was said, decided or answered has a day that came."""
    yield from to_come(("date",), one.date, today)
    for part in ("moderation", "answers"):
        for rank, entry in enumerate(getattr(one, part)):
            yield from to_come((part, rank, "on"), entry.on, today)


def _unknown(what: str, name: str, known: Iterable[str], path: tuple[str | int, ...]) -> PathFault:
    found = tuple(known)
    expected = f"{what} : {choices(found)}" if found else f"{what} : il n’y en a aucun"
    return PathFault("identifiant-inconnu", path, f"{quoted(name)} inconnu", expected, alike=(name, found))


def _muddled(path: tuple[str | int, ...], found: str, expected: str) -> PathFault:
    return PathFault("debat-incoherent", path, found, expected)


# -- as data -----------------------------------------------------------------------------------------------------------------


def as_data(one: Any) -> dict[str, Any]:
    """Something of the debate as plain data, without what is empty, in the order of its fields: what its file holds."""
    found = {name: _plain(getattr(one, name)) for name in one.__dataclass_fields__}
    return {name: value for name, value in found.items() if value is not None and value not in ("", [])}


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if hasattr(value, "__dataclass_fields__"):
        return as_data(value)
    return value.isoformat() if isinstance(value, datetime.date) else value


def withheld(one: Contribution) -> Contribution:
    """A contribution without anything that someone said: its dates, its histories and what it is about remain; its channel, when
    it is one of `CHANNELS`."""
    return replace(one, **dict.fromkeys(one.spoken), channel=one.channel and one.common_channel)  # type: ignore[arg-type]


def lost(before: Contribution, after: Contribution) -> list[str]:
    """The parts of a contribution whose past was rewritten: each history must begin with the one it had, and what was said stays
    as it was said. Words go all together, and only from what is set aside or no longer agreed to."""
    parts = [
        part
        for part in ("moderation", "answers")
        if as_data(after).get(part, [])[: len(getattr(before, part))] != as_data(before).get(part, [])
    ]
    if after.is_withheld and not after.spoken:
        return parts
    return [*parts, *(name for name, text in before.spoken.items() if after.spoken.get(name) != text)]
