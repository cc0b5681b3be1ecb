"""What is published of the debate for programs: calendars, a feed, tables, data and their schemas. Relative to ``debattre/``.

The words of a contribution are there once it is published, and never otherwise.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from boussole import agenda, catalogue, feed
from boussole.cells import cell, line
from boussole.debate import PROFILES, REPLIES, STATES, WORDS, Consultation, Contribution, Debate, Event, as_data
from boussole.model import Doctrine
from boussole.schemas import DIALECT
from boussole.schemas import schema_of as json_schema_of
from boussole.tables import NATURE, VERSION, Column, Table, resource_of, schema_of, stamp

CALENDAR, FEED, DATA, SUMS = "agenda.ics", "debat.atom", "donnees", "SHA256SUMS"
TITLE = "Le débat sur la doctrine"
ABOUT = "Événements, contributions et réponses. Ce dont la nature est « exemple » est inventé, et ne se compte pas avec le reste."
SHAPES = {"demarche": Consultation, "evenement": Event, "contribution": Contribution}
LATEST = 100  # entries of the feed

_ID = {"required": True, "unique": True, "pattern": "[a-z0-9]+(-[a-z0-9]+)*"}
_TOLD = Column(
    "nature", "Nature", "« reel », ou « exemple » : inventé.", constraints={"required": True, "enum": list(NATURE.values())}
)
_CONSULTATION = Column("demarche_id", "Démarche", "L’identifiant de la démarche.", constraints={"required": True})

EVENTS = Table(
    "evenements",
    "Les événements",
    "Une ligne par événement. Une date peut n’avoir que le mois, quand la source ne dit pas plus.",
    (
        Column("id", "Identifiant", "Nom permanent de l’événement.", constraints=_ID),
        _TOLD,
        _CONSULTATION,
        Column("titre", "Titre", "Ce que c’est.", constraints={"required": True}),
        Column("etat", "État", "Annoncé, tenu ou annulé.", constraints={"required": True, "enum": ["annonce", "tenu", "annule"]}),
        Column("debut", "Début", "Jour ou mois.", constraints={"required": True}),
        Column("fin", "Fin", "Jour ou mois, s’il dure."),
        Column("lieu", "Lieu", "Où il se tient."),
        Column("public", "Public", "À qui il s’adresse."),
        Column("format", "Format", "L’identifiant d’un format du kit."),
        Column("participants", "Participants", "Combien de personnes sont venues.", "integer", {"minimum": 0}),
        Column("sources", "Sources", "Les identifiants des sources de la doctrine, séparés par une espace."),
    ),
    ("id",),
)
CONTRIBUTIONS = Table(
    "contributions",
    "Les contributions",
    "Une ligne par contribution reçue. Les mots de celles qui ne sont pas publiées n’y sont pas.",
    (
        Column("id", "Identifiant", "Nom permanent de la contribution.", constraints=_ID),
        _TOLD,
        _CONSULTATION,
        Column("date", "Date", "Le jour où elle a été dite.", "date", {"required": True}),
        Column("evenement_id", "Événement", "Où elle a été dite ; vide pour un courrier ou un formulaire."),
        Column("profil", "Profil", "Ce que la personne a voulu dire d’elle.", constraints={"enum": list(PROFILES)}),
        Column("etat", "État", "Ce qu’en dit la modération.", constraints={"required": True, "enum": list(STATES)}),
        Column("motif", "Motif", "Le motif de la modération."),
        Column("objets", "Ce dont elle parle", "Critères, questions et cas, séparés par une espace."),
        Column("theme", "Cas ou thème", "Dans ses mots."),
        *(Column(name, label, "Dans ses mots.") for name, label in WORDS.items()),
    ),
    ("id",),
)
ANSWERS = Table(
    "reponses",
    "Les réponses",
    "Une ligne par réponse à une proposition, la dernière en dernier : aucune n’est effacée.",
    (
        Column("contribution_id", "Contribution", "Celle dont la proposition reçoit la réponse.", constraints={"required": True}),
        Column("rang", "Rang", "Rang de la réponse.", "integer", {"required": True, "minimum": 1}),
        _TOLD,
        Column("date", "Date", "Le jour de la réponse.", "date", {"required": True}),
        Column("reponse", "Réponse", "Oui, non ou plus tard.", constraints={"required": True, "enum": list(REPLIES)}),
        Column("motif", "Motif", "Pourquoi.", constraints={"required": True}),
        Column("responsable", "Responsable", "La fonction qui répond, jamais un nom.", constraints={"required": True}),
        Column("echeance", "Échéance", "Pour quand."),
        Column("version", "Version", "La version ou l’édition de la doctrine qui la porte."),
        Column("change", "Ce qui change", "Critères et questions changés, séparés par une espace."),
    ),
    ("contribution_id", "rang"),
)
TABLES = (EVENTS, CONTRIBUTIONS, ANSWERS)


def debate_files(doctrine: Doctrine, debate: Debate, base: str, today: date) -> dict[str, str]:
    """Every file; ``base`` is the address of the site, with a final slash, or nothing when it is not known."""
    dated = [event for event in debate.events if _is_day(event.starts)]
    files = {CALENDAR: _calendar(doctrine, dated, base, today), FEED: _feed(doctrine, debate, base)}
    files |= {f"evenement-{event.id}.ics": _calendar(doctrine, [event], base, today) for event in dated}
    return files | {f"{DATA}/{name}": text for name, text in _data(doctrine, debate, base, today).items()}


def _is_day(text: str) -> bool:
    return len(text) == len("2026-01-01")


def _calendar(doctrine: Doctrine, events: Iterable[Event], base: str, today: date) -> str:
    return agenda.render("debat", f"{doctrine.doctrine.name} : {TITLE.lower()}", (_entry(event, base) for event in events), today)


def _entry(event: Event, base: str) -> agenda.Entry:
    starts, ends = date.fromisoformat(event.starts), event.ends or ""
    told = [event.summary, f"Pour : {event.audience}" if event.audience else None, event.access]
    is_told_example = event.kind == "example" and "exemple" not in event.title.lower()
    return agenda.Entry(
        id=f"debat-{event.id}",
        title=f"{event.title} (exemple inventé)" if is_told_example else event.title,
        starts=starts,
        ends=date.fromisoformat(ends) if _is_day(ends) else starts,
        text=" ".join(text for text in told if text),
        place=event.place or "",
        link=f"{base}debattre/evenement-{event.id}.html" if base else "",
        opens_at=event.opens_at or "",
        closes_at=event.closes_at or "",
        is_cancelled=event.state == "annule",
    )


def _feed(doctrine: Doctrine, debate: Debate, base: str) -> str:
    """What was published and answered, the newest first."""
    identity = doctrine.doctrine
    tag = f"tag:boussole.invalid,{identity.adopted.year}:{identity.id}:debat"
    entries = sorted(_entries(debate, tag, base), key=lambda entry: (entry.on, entry.id), reverse=True)
    links = (f"{base}debattre/{FEED}", f"{base}debattre/index.html") if base else ("", "")
    return feed.render(tag, f"{identity.name} : {TITLE.lower()}", identity.adopted, links, entries[:LATEST])


def _entries(debate: Debate, tag: str, base: str) -> Iterator[feed.Entry]:
    for one in debate.published:
        kind = " (exemple inventé)" if one.kind == "example" else ""
        link = f"{base}debattre/contribution-{one.id}.html" if base else ""
        said = "\n".join(f"{WORDS[name]} : {text}" for name, text in one.words.items())
        yield feed.Entry(f"{tag}:{one.id}", f"Contribution : {one.title}{kind}", one.moderation[-1].on, said, link)
        for rank, answer in enumerate(one.answers, 1):
            title = f"Réponse : {REPLIES[answer.reply].lower()}, à « {one.title} »{kind}"
            yield feed.Entry(f"{tag}:{one.id}:{rank}", title, answer.on, answer.because, link)


# -- tables and data ---------------------------------------------------------------------------------------------------------


def _data(doctrine: Doctrine, debate: Debate, base: str, today: date) -> dict[str, str]:
    rows = {EVENTS.name: _event_rows(debate), CONTRIBUTIONS.name: _contribution_rows(debate), ANSWERS.name: _answer_rows(debate)}
    found = {f"{table.name}.csv": table.header + "".join(line(map(cell, row)) for row in rows[table.name]) for table in TABLES}
    found["debat.json"] = catalogue.pretty(published(doctrine, debate))
    found["datapackage.json"] = catalogue.pretty(_package(doctrine, found))
    found |= {f"schemas/{table.name}.json": catalogue.pretty(schema_of(table)) for table in TABLES}
    found |= {f"schemas/{name}.schema.json": catalogue.pretty(_shape(name, kind)) for name, kind in SHAPES.items()}
    found["catalogue.ttl"], found["catalogue.jsonld"] = _catalogue(found, base, _updated(doctrine, debate, today))
    return found | {SUMS: "".join(f"{stamp(text)[1]}  {name}\n" for name, text in sorted(found.items()))}


def _updated(doctrine: Doctrine, debate: Debate, today: date) -> date:
    """When something was last said, moderated or answered: building the same debate again on another day changes no file."""
    known = [one.date for one in debate.contributions]
    known += [line.on for one in debate.contributions for line in one.moderation]
    known += [answer.on for one in debate.contributions for answer in one.answers]
    return max((day for day in known if day <= today), default=doctrine.doctrine.adopted)


def _catalogue(found: Mapping[str, str], base: str, updated: date) -> tuple[str, str]:
    titles = {f"{table.name}.csv": table.title for table in TABLES}
    titles |= {"debat.json": "Le débat entier", "datapackage.json": "Description des tables"}
    listed = [catalogue.File(name, title, *stamp(found[name])) for name, title in titles.items()]
    words = ("concertation", "débat public", "intelligence artificielle", "participation")
    dataset = catalogue.Dataset("debat", TITLE, ABOUT, words, listed, "../index.html")
    return catalogue.render(TITLE, ABOUT, updated, [dataset], f"{base}debattre/{DATA}/" if base else "")


def _event_rows(debate: Debate) -> Iterator[Sequence[str]]:
    for event in debate.events:
        people = "" if event.participants is None else str(event.participants)
        said = (event.ends, event.place, event.audience, event.format)
        head = (event.id, NATURE[event.kind], event.consultation, event.title, event.state, event.starts)
        yield *head, *(text or "" for text in said), people, " ".join(event.sources)


def _contribution_rows(debate: Debate) -> Iterator[Sequence[str]]:
    for one in debate.contributions:
        why = one.moderation[-1].because if one.moderation else ""
        head = (
            one.id,
            NATURE[one.kind],
            one.consultation,
            one.date.isoformat(),
            one.event or "",
            one.profile or "",
            one.state,
            why,
        )
        words = (one.theme or "", *(one.words.get(name, "") for name in WORDS)) if one.is_published else ("",) * (len(WORDS) + 1)
        yield *head, " ".join(one.about), *words


def _answer_rows(debate: Debate) -> Iterator[Sequence[str]]:
    for one in debate.published:
        for rank, answer in enumerate(one.answers, 1):
            head = (one.id, str(rank), NATURE[one.kind], answer.on.isoformat(), answer.reply, answer.because, answer.by)
            yield *head, answer.due or "", answer.version or "", " ".join(answer.changes)


def published(doctrine: Doctrine, debate: Debate) -> dict[str, Any]:
    """The debate as data: the files as they are, but for the words that are not published."""
    identity = doctrine.doctrine
    return {
        "schema_version": VERSION,
        "notice": f"{ABOUT} {identity.notice}",
        "doctrine": {"id": identity.id, "version": identity.version, "fingerprint": doctrine.fingerprint},
        "consultations": [as_data(one) for one in debate.consultations],
        "events": [as_data(one) for one in debate.events],
        "contributions": [_withheld(one) | {"state": one.state} for one in debate.contributions],
    }


def _withheld(one: Contribution) -> dict[str, Any]:
    if one.is_published:
        return as_data(one)
    told = {name: value for name, value in as_data(one).items() if name not in (*WORDS, "theme", "answers")}
    return {**told, "channel": one.common_channel} if one.channel else told


def _shape(name: str, kind: type) -> dict[str, Any]:
    """What a file of the debate must be, for editors and for anyone who writes one."""
    return {"$schema": DIALECT, "title": f"Un fichier du débat : {name}", **json_schema_of(kind)}


def _package(doctrine: Doctrine, found: Mapping[str, str]) -> dict[str, Any]:
    resources = [resource_of(table, *stamp(found[f"{table.name}.csv"])) for table in TABLES]
    return catalogue.package("debat", TITLE, f"{ABOUT} {doctrine.doctrine.notice}", VERSION, resources)
