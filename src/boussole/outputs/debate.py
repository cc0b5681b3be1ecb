"""The pages of the debate, as MyST Markdown by relative name: events, contributions, restitutions, editions."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from boussole.concertation import Kit
from boussole.debate import HELD, PROFILES, REPLIES, STATES, WORDS, Contribution, Debate, Event
from boussole.difference import compare
from boussole.impact import Affected
from boussole.model import Doctrine
from boussole.restitution import Restitution, real_only, restitutions
from boussole.templating import render

FOLDER = "debattre"
PAGE = 40  # contributions on a page of the list
SHOWN = 10  # lines of each part of an account: the list holds them all
# The sheet on paper takes any name; all the questions would not fit in a page.
ABOUT_HINT = (
    "Facultatif : le critère ou le cas dont vous parlez. Pour une question, partez d’elle, sur la page de son critère, "
    "ou écrivez son nom dans « Cas ou thème »."
)
Moved = Mapping[str, Sequence[Affected]]
"""By edition, the uses of the register that obtain another opinion under it."""


@dataclass(frozen=True, slots=True)
class Totals:
    """What counts, the invented left out."""

    consultations: int
    events: int
    published: int


@dataclass(frozen=True, slots=True)
class Turned:
    """A use whose opinion changes, and its opinions in words."""

    id: str
    title: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Revised:
    """A question that an edition changes, and how."""

    question: str
    ask: str
    text: str


def render_debate(
    doctrine: Doctrine, kit: Kit, debate: Debate, moved: Moved, today: date, beside: Sequence[str] = ()
) -> dict[str, str]:
    """Every page of the debate; ``beside`` names the other pages of its folder, which follow in the menu."""
    common = _common(doctrine, kit, debate)
    pages = {f"evenement-{event.id}": _event(debate, event, common) for event in debate.events}
    pages |= {f"contribution-{one.id}": _contribution(debate, one, common) for one in debate.contributions}
    found = restitutions(doctrine, debate)
    for one in found:
        values = {**common, "found": one, "one": one.consultation}
        pages[f"restitution-{one.consultation.id}"] = render("debate/restitution.md.j2", shown=SHOWN, **values)
        pages |= _sheets(one, values)
    for name, edition in debate.editions.items():
        pages[f"edition-{name}"] = _edition(debate, name, edition, moved.get(name, ()), common)
    below = ["contribuer", *beside, *sorted(pages, key=_rank)]
    coming = [
        event for event in debate.events if event.state != "tenu" and event.starts >= today.isoformat()[: len(event.starts)]
    ]
    real = real_only(found)
    totals = Totals(len(real), sum(len(one.events) for one in real), sum(len(one.published) for one in real))
    values = {**common, "restitutions": found, "coming": coming, "totals": totals, "below": below}
    pages = {"index": render("debate/index.md.j2", **values), "contribuer": _contribute(debate, common, today), **pages}
    return {f"{FOLDER}/{name}.md": text for name, text in pages.items()}


def _rank(name: str) -> int:
    """Accounts first, then events, what was said, editions."""
    return ("restitution", "fiches", "evenement", "contribution", "edition").index(name.partition("-")[0])


def _sheets(found: Restitution, values: Mapping[str, Any]) -> dict[str, str]:
    """Every contribution of a consultation with its answer, so many on a page; one page before the first of them, for its address
    is promised to whoever writes."""
    parts = [found.contributions[rank : rank + PAGE] for rank in range(0, len(found.contributions) or 1, PAGE)]
    names = [f"fiches-{found.consultation.id}" + (f"-page-{rank}" if rank > 1 else "") for rank in range(1, len(parts) + 1)]
    return {
        name: render("debate/sheets.md.j2", part=part, rank=rank, names=names, **values)
        for rank, (name, part) in enumerate(zip(names, parts, strict=True), 1)
    }


def _common(doctrine: Doctrine, kit: Kit, debate: Debate) -> dict[str, Any]:
    return {
        "doctrine": doctrine,
        "kit": kit,
        "debate": debate,
        "sections": {section.id: section.label for section in doctrine.sections},
        "cases": {case.id: case.title for case in doctrine.cases},
        "profiles": PROFILES,
        "replies": REPLIES,
        "states": STATES,
        "held": HELD,
        "words_of": WORDS,
    }


def has_day(event: Event) -> bool:
    """Whether its source gives a day, rather than a month or a year."""
    return len(event.starts) == len("2026-01-01")


def _event(debate: Debate, event: Event, common: Mapping[str, Any]) -> str:
    heard = [one for one in debate.published if one.event == event.id]
    values = {**common, "event": event, "heard": heard, "consultation": debate.consultation(event.consultation)}
    return render("debate/event.md.j2", day_known=has_day(event), has_calendar=has_day(event), **values)


def _contribution(debate: Debate, one: Contribution, common: Mapping[str, Any]) -> str:
    values = {
        **common,
        "one": one,
        "title": one.title if one.is_published else f"Contribution du {one.date:%d/%m/%Y}",
        "opposed": [debate.contribution(name) for name in one.opposes if debate.contribution(name).is_published],
        "opposing": debate.opposing.get(one.id, ()),
        "consultation": debate.consultation(one.consultation),
    }
    return render("debate/contribution.md.j2", **values)


def _contribute(debate: Debate, common: Mapping[str, Any], today: date) -> str:
    """The page that prepares a text to send, for what is open, or for an example to try; nothing is sent from it."""
    heard = debate.heard(today)
    names = {one.id for one in heard}
    events = [event for event in debate.events if event.consultation in names and event.state != "annule"]
    events.sort(key=lambda event: event.kind == "example")
    form = render("debate/contribute.html", heard=heard, events=events, about_hint=ABOUT_HINT, **common)
    return render("debate/contribute.md.j2", form=form, heard=heard, **common)


def _edition(debate: Debate, name: str, edition: Doctrine, moved: Sequence[Affected], common: Mapping[str, Any]) -> str:
    doctrine: Doctrine = common["doctrine"]
    derivation = edition.derivation
    is_before = debate.is_before(doctrine, name)
    old, new = (edition, doctrine) if is_before else (doctrine, edition)
    asked = _asked_since(debate, doctrine, name) if is_before else debate.carried_by(name)
    values = {
        **common,
        "edition": edition,
        "title": debate.title_of(doctrine, name),
        "is_before": is_before,
        "is_invented": not is_before and all(one.kind == "example" for one in asked),  # nobody asked for it
        "asked": asked,
        "rules": list(_revised(old, new)),
        "reasons": derivation.adaptations if derivation else (),
        "moved": [
            Turned(found.past.file, found.past.title, _levels(old, found.before), _levels(new, found.after)) for found in moved
        ],
    }
    return render("debate/edition.md.j2", **values)


def _asked_since(debate: Debate, doctrine: Doctrine, name: str) -> list[Contribution]:
    """What asked for the version that came after an older one."""
    after = [one.version for one in doctrine.versions if debate.before(doctrine, one.version) == name]
    return [one for version in after for one in debate.carried_by(version)]


def _levels(doctrine: Doctrine, levels: Sequence[str]) -> str:
    """Opinions in words."""
    return " ou ".join(f"« {doctrine.level(level).label} »" for level in levels)


def _revised(old: Doctrine, new: Doctrine) -> Iterator[Revised]:
    """The answers whose effect changes, and the questions that come, go or are asked otherwise, in one sentence each."""
    labels = {level.id: level.label for side in (old, new) for level in side.scale}
    for rule in compare(old, new).rules:
        side = new if rule.question in new.questions else old
        if rule.question not in side.questions:
            continue
        question = side.questions[rule.question]
        if rule.kind in ("hardened", "softened") and rule.option in question.choices:
            told = f"« {question.label_of(rule.option)} » : {labels[rule.before]} → {labels[rule.after]}."
            told += f" {question.choices[rule.option].because or ''}"
        else:
            told = _STATES.get(rule.kind, "La question n’est plus la même.")
        yield Revised(rule.question, question.ask, told.rstrip())


_STATES = {"added": "Question ajoutée.", "removed": "Question retirée."}
