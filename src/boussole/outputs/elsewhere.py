"""The pages of what is done elsewhere, as MyST Markdown by relative name: territories, landmarks, principles, red lines."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from boussole.elsewhere import EXTENTS, FOLDER, KINDS, NATURES, Elsewhere, Fact, Landmark, Line, Point, Territory
from boussole.markup import fenced, say, table
from boussole.model import Doctrine, Level, Prohibition
from boussole.templating import render
from boussole.wording import Words, inside
from boussole.writing import french_date


@dataclass(frozen=True, slots=True)
class Row:
    """A fact of a territory on the page of themes; the same fact of several is said once, from the first to the last."""

    fact: Fact
    territory: Territory
    is_first: bool
    is_last: bool


def render_elsewhere(elsewhere: Elsewhere, today: date, *, is_compared: bool, has_uses: bool = False) -> dict[str, str]:
    """Every page but that of the data, by name. ``is_compared``: the site has a page that compares the doctrines;
    ``has_uses``: it has a library of uses."""
    doctrine = elsewhere.doctrine
    forbidden = [item for item in doctrine.prohibitions if item.confidence != "low"]
    common = {
        "elsewhere": elsewhere,
        "doctrine": doctrine,
        "words": Words(doctrine),
        "today": today,
        "heaviest": lambda name: heaviest(doctrine, name),
        "forbidden": forbidden,
        "applied": [item for item in forbidden if item.applies_from <= today],
        "extents": EXTENTS,
        "silence": silence,
        "has_uses": has_uses,
    }
    named = {one.id: one for one in elsewhere.territories}
    told = [named[name] for name in elsewhere.told]
    pages = {
        "index": render("ailleurs/index.md.j2", territories=[one for one in told if one.kind != "etranger"], **common),
        "hors-de-france": render(
            "ailleurs/etranger.md.j2", territories=[one for one in told if one.kind == "etranger"], **common
        ),
        "themes": render("ailleurs/themes.md.j2", themes=themes(elsewhere), kinds=KINDS, **common),
        elsewhere.principles.beside: _principles(elsewhere, common, is_compared=is_compared),
        "sources": render("ailleurs/sources.md.j2", **common),
    }
    pages |= {one.id: _landmark(elsewhere, one, common) for one in elsewhere.landmarks}
    pages["lignes-rouges"] = _red_lines(elsewhere, common, today)
    return {f"{FOLDER}/{name}.md": text for name, text in pages.items()}


def heaviest(doctrine: Doctrine, question: str) -> Level:
    """The worst level that an answer to a question leads to."""
    levels = [doctrine.effect_of(question, option) for option in doctrine.questions[question].choices]
    return max(levels, key=lambda level: doctrine.levels.index(level.id))


def silence(one: Landmark, line: Line) -> str:
    """What is said where nothing of a landmark meets a red line: only article 5 was looked at in a law."""
    if line.broad:
        return " ".join(f"Trop large pour être rapproché : {inside(point.says)}" for point in line.broad)
    told = "L’article 5 n’en dit rien." if one.article_5 else "Il n’en dit rien."
    return f"{told} {line.beyond.says}" if line.beyond else told


def themes(elsewhere: Elsewhere) -> dict[str, list[Row]]:
    """What is told, by theme, the oldest first; empty themes are left out."""
    named = {one.id: one for one in elsewhere.territories}
    found: dict[str, list[tuple[Fact, Territory]]] = {kind: [] for kind in KINDS}
    for name, said in elsewhere.told.items():
        for one in said:
            found[one.fact.kind].append((one.fact, named[name]))
    return {kind: _rows(sorted(pairs, key=_in_order)) for kind, pairs in found.items() if pairs}


def _in_order(pair: tuple[Fact, Territory]) -> tuple[str, str, str]:
    return (pair[0].order, pair[0].says, pair[1].id)


def _rows(pairs: list[tuple[Fact, Territory]]) -> list[Row]:
    keys = [(fact.date, fact.says) for fact, _ in pairs]
    return [
        Row(fact, territory, rank == 0 or keys[rank] != keys[rank - 1], rank == len(keys) - 1 or keys[rank] != keys[rank + 1])
        for rank, (fact, territory) in enumerate(pairs)
    ]


def _landmark(elsewhere: Elsewhere, one: Landmark, common: Mapping[str, Any]) -> str:
    doctrine = elsewhere.doctrine
    owner = {name: territory.id for territory in elsewhere.territories for name in territory.names}
    listed = [
        (elsewhere.fact_of(listing), [(name, owner[name]) for name in elsewhere.names_of(listing)]) for listing in one.lists
    ]
    sources = {fact.source for fact, _ in listed}
    is_from_kit = any(listing.roll for listing in one.lists)
    return render(
        "ailleurs/repere.md.j2",
        one=one,
        natures=NATURES,
        events=[event for event in doctrine.timeline if event.id in one.events and event.confidence != "low"],
        facts=sorted((fact for fact in one.facts if fact.is_published), key=lambda fact: fact.order),
        lines=elsewhere.lines(one),
        listed=listed,
        later=[roll for roll in elsewhere.kit.participants if is_from_kit and not roll.names and roll.source not in sources],
        compared=_compared(elsewhere, one),
        discrepancies=[item for item in doctrine.discrepancies if item.id in one.discrepancies],
        **common,
    )


def _compared(elsewhere: Elsewhere, one: Landmark) -> list[tuple[Landmark, list[str], list[str]]]:
    """The other landmarks with lists: whom both name, whom only this one does."""
    named, here = {territory.id: territory.name for territory in elsewhere.territories}, elsewhere.members(one)
    found = []
    for other in elsewhere.landmarks:
        there = set(elsewhere.members(other))
        if here and there and other is not one:
            common = [named[name] for name in here if name in there]
            found.append((other, common, [named[name] for name in here if name not in there]))
    return found


def _principles(elsewhere: Elsewhere, common: Mapping[str, Any], *, is_compared: bool) -> str:
    principles = elsewhere.principles.principles
    quote = elsewhere.other.text(elsewhere.principles.text)
    return render(
        "ailleurs/principes.md.j2",
        quote=quote,
        matched={
            section.id: [principle.words for principle in principles if section.id in principle.criteria]
            for section in elsewhere.doctrine.criteria
        },
        unmatched=elsewhere.unmatched(),
        extra=" ; ".join(inside(section.label) for section in elsewhere.unmatched()),
        is_compared=is_compared,
        **common,
    )


# -- the red lines ---------------------------------------------------------------------------------------------------------------


def _red_lines(elsewhere: Elsewhere, common: Mapping[str, Any], today: date) -> str:
    doctrine = elsewhere.doctrine
    laws = [one for one in elsewhere.landmarks if one.article_5]
    calls, declarations = ([one for one in elsewhere.landmarks if one.nature == nature] for nature in ("appel", "declaration"))
    told = [*laws, *calls]
    lines = {one.id: elsewhere.lines(one) for one in told}
    red = [question.id for question, _ in Words(doctrine).red_lines()]
    rows = []
    for rank, (question, rule) in enumerate(Words(doctrine).red_lines()):
        cells = [_said(elsewhere, one, lines[one.id][rank], today) for one in told]
        rows.append([_link(doctrine, question.id, rule), *cells])
    titles = [say("Ligne rouge de la doctrine"), *(say(one.name) for one in told)]
    return render(
        "ailleurs/lignes-rouges.md.j2",
        body=fenced(table(titles, rows, kind="boussole-cards")),
        lines=red,
        softer=_softer(told, red),
        apart=[point for one in calls for point in elsewhere.apart(one)],
        laws=laws,
        calls=calls,
        declarations=declarations,
        **common,
    )


def _softer(told: Sequence[Landmark], red: Sequence[str]) -> dict[str, list[tuple[Landmark, Point]]]:
    """What the landmarks say about questions that are no red line, by question."""
    found: dict[str, list[tuple[Landmark, Point]]] = {}
    for one in told:
        for point in one.points:
            for name in point.questions:
                found.setdefault(name, []).append((one, point))
    return {name: said for name, said in found.items() if name not in red}


def _link(doctrine: Doctrine, question: str, text: str) -> str:
    section = doctrine.section_of(question)
    return f'<a href="../criteres/{section.id}.html#{question.replace(".", "-")}">{say(text)}</a>'


def _said(elsewhere: Elsewhere, one: Landmark, line: Line, today: date) -> str:
    """What a landmark says of a red line, as HTML."""
    if not line.is_met or line.extent is None:
        law = [elsewhere.doctrine.source(name) for name in line.question.references if one.binding and _is_law(elsewhere, name)]
        also = f" Autre loi citée par la question : {' ; '.join(source.title for source in law)}." if law else ""
        return say(silence(one, line) + also)
    found = [f"<strong>{say(EXTENTS[line.extent.extent].capitalize() + '.')}</strong> {say(line.extent.because)}"]
    found += [_dated(line.prohibitions, today)] if line.prohibitions else []
    return " ".join(found)


def _is_law(elsewhere: Elsewhere, name: str) -> bool:
    return any(source.id == name and source.kind == "law" for source in elsewhere.doctrine.sources)


def _dated(prohibitions: tuple[Prohibition, ...], today: date) -> str:
    """The points of article 5, those that begin to apply the same day together."""
    days: dict[date, list[str]] = {}
    for item in prohibitions:
        days.setdefault(item.applies_from, []).append(f'<a href="../interdits.html#interdit-{item.id}">{say(item.point)}</a>')
    told = []
    for day, points in sorted(days.items()):
        since = "depuis le" if day <= today else "à partir du"
        told.append(f"{'point' if len(points) == 1 else 'points'} {', '.join(points)}, {say(f'{since} {french_date(day)}')}")
    return f"({' ; '.join(told)})"
