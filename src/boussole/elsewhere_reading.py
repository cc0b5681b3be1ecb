"""Reading what is done elsewhere: four files, each checked alone and beside the others, and every fault told at its place."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from boussole.concertation import Kit
from boussole.dossier import slug
from boussole.elsewhere import (
    ABOUT,
    KINDS,
    PARTS,
    RESERVED,
    Elsewhere,
    Fact,
    Landmark,
    Landmarks,
    Listing,
    Neighbour,
    Point,
    Sources,
    Territories,
    Territory,
    lines_of,
)
from boussole.errors import Fault, PathFault, SourceError, choices, quoted
from boussole.loading import data_files, embedded, load, read_file, twins
from boussole.model import Doctrine, Source
from boussole.parsing import build
from boussole.positions import read
from boussole.vetting import to_come, unfit
from boussole.wording import Words

Faults = Iterator[PathFault]
Read = TypeVar("Read")
_RANKS = {"low": 0, "medium": 1, "high": 2}


def read_elsewhere(folder: Path, doctrine: Doctrine, kit: Kit, today: date | None = None) -> Elsewhere:
    """What a folder holds; told the day, no source was read after it. Raises `SourceError` with the faults of all its
    files, each at its place."""
    files = {path.stem: path for path in data_files(folder)}
    faults, untold = [*twins(folder), *(_unknown(path) for name, path in files.items() if name not in PARTS)], 0
    faults += [_missing(folder, name) for name in PARTS if name not in files]
    found: dict[str, Any] = {}
    checks: Mapping[str, Callable[[Any], Faults]] = {
        "sources": lambda part: _check_sources(part, doctrine, today),
        "territoires": lambda part: _check_territories(part, doctrine, found),
        "reperes": lambda part: _check_landmarks(part, doctrine, kit, found),
        "principes": lambda part: _check_principles(part, doctrine),
    }
    for name, model in PARTS.items():
        if name not in files:
            continue
        try:
            found[name] = _read_one(files[name], model, checks[name])
        except SourceError as error:
            faults, untold = [*faults, *error.faults], untold + error.untold
    if faults:
        raise SourceError(faults, untold)
    beside: Neighbour = found["principes"]
    parts = (found["sources"].sources, found["territoires"].territories, found["reperes"].landmarks, beside)
    return Elsewhere(doctrine, kit, _embedded(beside.beside), *parts)


@cache
def _embedded(name: str) -> Doctrine:
    """A doctrine that comes with the program, read once."""
    return load(name)


def _read_one(path: Path, model: type[Read], check: Callable[[Read], Faults]) -> Read:
    def checked(part: Read) -> Faults:
        yield from check(part)
        yield from unfit(document.data)

    document = read(read_file(path), str(path))
    return build(document, model, checked)


def _unknown(path: Path) -> Fault:
    return Fault("fiche-mal-nommee", f"fichier {quoted(path.name)}", choices([f"{name}.yml" for name in PARTS]), file=str(path))


def _missing(folder: Path, name: str) -> Fault:
    path = folder / f"{name}.yml"
    return Fault(
        "fichier-illisible", f"fichier introuvable : {quoted(path.name)}", "les quatre fichiers du dossier", file=str(path)
    )


def _unknown_id(path: tuple[str | int, ...], what: str, name: str, known: Sequence[str]) -> PathFault:
    return PathFault("identifiant-inconnu", path, f"{what} {quoted(name)}", choices(known), alike=(name, known))


def _twice(path: tuple[str | int, ...], names: Sequence[str]) -> Faults:
    """The ids of a list that come more than once, told at each of their places."""
    seen = Counter(names)
    for rank, name in enumerate(names):
        if seen[name] > 1:
            yield PathFault(
                "identifiant-en-double", (*path, rank, "id"), f"identifiant {quoted(name)} écrit {seen[name]} fois", "un autre"
            )


def _check_sources(part: Sources, doctrine: Doctrine, today: date | None) -> Faults:
    yield from _twice(("sources",), [source.id for source in part.sources])
    known = {source.id for source in doctrine.sources}
    for rank, source in enumerate(part.sources):
        if source.id in known:
            told = f"source {quoted(source.id)} : la doctrine a déjà cet identifiant"
            yield PathFault("identifiant-en-double", ("sources", rank, "id"), told, "un autre, ou citer celle de la doctrine")
        if today:
            yield from to_come(("sources", rank, "checked_on"), source.checked_on, today)
        if source.url is None and source.note is None:
            told = f"source {quoted(source.id)} sans adresse"
            expected = "« url » : où le fait a été lu, ou « note » : pourquoi l’adresse n’est pas donnée"
            yield PathFault("fait-sans-source", ("sources", rank), told, expected, on_key=True)


def _facts(
    path: tuple[str | int, ...], facts: Sequence[Fact], known: Mapping[str, Source] | None, kinds: Sequence[str]
) -> Faults:
    for rank, fact in enumerate(facts):
        here = (*path, "facts", rank)
        if fact.kind not in kinds:
            yield PathFault(
                "valeur-inconnue",
                (*here, "kind"),
                f"nature inconnue {quoted(fact.kind)}",
                choices(kinds),
                alike=(fact.kind, kinds),
            )
        yield from _source(here, fact, known)


def _source(here: tuple[str | int, ...], fact: Fact, known: Mapping[str, Source] | None) -> Faults:
    """A fact rests on a source that exists, that was read after it, and that is worth as much."""
    if known is None:  # the file of sources is faulty, and says so itself
        return
    source = known.get(fact.source)
    if source is None:
        yield _unknown_id((*here, "source"), "source inconnue", fact.source, list(known))
        return
    if fact.date > str(source.checked_on):
        told = f"fait du {fact.date}, lu le {source.checked_on}"
        yield PathFault("dates-en-desordre", (*here, "date"), told, f"au plus tard {source.checked_on}")
    if _RANKS[fact.confidence] > _RANKS[source.confidence]:
        told = f"confiance {quoted(fact.confidence)}, d’une source de confiance {quoted(source.confidence)}"
        yield PathFault("valeur-impossible", (*here, "confidence"), told, f"au plus {quoted(source.confidence)}")


def _known(doctrine: Doctrine, found: Mapping[str, Any]) -> Mapping[str, Source] | None:
    if "sources" not in found:
        return None
    return {source.id: source for source in [*doctrine.sources, *found["sources"].sources]}


def _bare(name: str) -> str:
    """A name however it is spelt: neither capitals nor accents make two territories of one."""
    return slug(name) or name


def _check_territories(part: Territories, doctrine: Doctrine, found: Mapping[str, Any]) -> Faults:
    yield from _twice(("territories",), [one.id for one in part.territories])
    bearers = defaultdict[str, set[int]](set)
    for rank, one in enumerate(part.territories):
        for name in one.names:
            bearers[_bare(name)].add(rank)
    for rank, one in enumerate(part.territories):
        if shared := [name for name in one.names if len(bearers[_bare(name)]) > 1]:
            others = [part.territories[other].id for other in sorted(bearers[_bare(shared[0])]) if other != rank]
            told = f"nom {quoted(shared[0])}, aussi celui de {choices(list(map(quoted, others)))}"
            yield PathFault("identifiant-en-double", ("territories", rank, "name"), told, "un nom par territoire")
    for rank, one in enumerate(part.territories):
        yield from _facts(("territories", rank), one.facts, _known(doctrine, found), list(KINDS))


def _check_landmarks(part: Landmarks, doctrine: Doctrine, kit: Kit, found: Mapping[str, Any]) -> Faults:
    yield from _twice(("landmarks",), [one.id for one in part.landmarks])
    known = _known(doctrine, found)
    events, subjects = [event.id for event in doctrine.timeline], [item.id for item in doctrine.discrepancies]
    for rank, one in enumerate(part.landmarks):
        here = ("landmarks", rank)
        if one.id in (*RESERVED, *embedded()):
            expected = f"autre chose que {choices([*RESERVED, *embedded()])}"
            yield PathFault("fiche-mal-nommee", (*here, "id"), f"identifiant {quoted(one.id)}, pris par une page", expected)
        yield from _facts(here, one.facts, known, ABOUT)
        for place, name in enumerate(one.events):
            if name not in events:
                yield _unknown_id((*here, "events", place), "date inconnue", name, events)
        for place, name in enumerate(one.discrepancies):
            if name not in subjects:
                yield _unknown_id((*here, "discrepancies", place), "divergence inconnue", name, subjects)
        if not one.events and not any(fact.is_published for fact in one.facts):
            told = f"repère {quoted(one.id)} sans date"
            yield PathFault("fait-sans-source", here, told, "« events », ou un fait avec sa source et sa date", on_key=True)
        for place, point in enumerate(one.points):
            yield from _point((*here, "points", place), point, doctrine, known)
        yield from _lines(here, one, doctrine)
        yield from _beyond(here, one, doctrine, known)
        for place, listing in enumerate(one.lists):
            yield from _listing((*here, "lists", place), listing, kit, found)
    yield from _unnamed(part, kit, found)


def _point(here: tuple[str | int, ...], point: Point, doctrine: Doctrine, known: Mapping[str, Source] | None) -> Faults:
    if known is not None and point.source not in known:
        yield _unknown_id((*here, "source"), "source inconnue", point.source, list(known))
    referred: Sequence[tuple[str, Sequence[str], str, Sequence[str]]] = (
        ("questions", point.questions, "question inconnue", list(doctrine.questions)),
        ("criteria", point.criteria, "critère inconnu", [section.id for section in doctrine.criteria]),
        ("prohibitions", point.prohibitions, "interdit inconnu", [item.id for item in doctrine.prohibitions]),
        ("too_broad_for", point.too_broad_for, "ligne rouge inconnue", [one.id for one, _ in Words(doctrine).red_lines()]),
    )
    for key, names, what, existing in referred:
        for place, name in enumerate(names):
            if name not in existing:
                yield _unknown_id((*here, key, place), what, name, existing)


def _lines(here: tuple[str | int, ...], landmark: Landmark, doctrine: Doctrine) -> Faults:
    """Each red line that is met is read once, and no other is."""
    met = [line.question.id for line in lines_of(landmark, doctrine) if line.is_met]
    told = [extent.line for extent in landmark.lines]
    for rank, name in enumerate(told):
        if name not in met:
            what = "ligne rouge que ce repère ne rencontre pas"
            yield PathFault(
                "identifiant-inconnu", (*here, "lines", rank, "line"), f"{what} : {quoted(name)}", choices(met) or "aucune"
            )
        elif name in told[:rank]:
            yield PathFault(
                "identifiant-en-double",
                (*here, "lines", rank, "line"),
                f"ligne rouge {quoted(name)} déjà lue",
                "une seule lecture",
            )
    for name in met:
        if name not in told:
            expected = "une entrée de « lines », avec line, extent et because"
            yield PathFault("cle-manquante", here, f"ligne rouge {quoted(name)} rencontrée, sans lecture", expected, on_key=True)


def _beyond(here: tuple[str | int, ...], landmark: Landmark, doctrine: Doctrine, known: Mapping[str, Source] | None) -> Faults:
    """The rest of a law is told where nothing of it meets a red line, once a line, with sources that exist."""
    silent = [line.question.id for line in lines_of(landmark, doctrine) if not line.is_met]
    told = [one.line for one in landmark.beyond]
    for rank, one in enumerate(landmark.beyond):
        path = (*here, "beyond", rank)
        if one.line not in silent:
            what = f"ligne rouge inconnue, ou que ce repère rencontre : {quoted(one.line)}"
            yield PathFault("identifiant-inconnu", (*path, "line"), what, choices(silent) or "aucune")
        elif one.line in told[:rank]:
            what = f"ligne rouge {quoted(one.line)} déjà dite"
            yield PathFault("identifiant-en-double", (*path, "line"), what, "une seule entrée")
        for place, name in enumerate(one.sources):
            if known is not None and name not in known:
                yield _unknown_id((*path, "sources", place), "source inconnue", name, list(known))


def _listing(here: tuple[str | int, ...], listing: Listing, kit: Kit, found: Mapping[str, Any]) -> Faults:
    if listing.kind not in KINDS:
        told = f"nature inconnue {quoted(listing.kind)}"
        yield PathFault("valeur-inconnue", (*here, "kind"), told, choices(list(KINDS)), alike=(listing.kind, KINDS))
    rolls = [roll.id for roll in kit.participants if roll.names]
    if bool(listing.roll) == bool(listing.names):
        expected = "« roll », une liste du kit, ou « names » avec date et source"
        yield PathFault("cle-manquante", here, "liste sans noms, ou avec deux origines", expected, on_key=True)
    elif listing.roll and listing.roll not in rolls:
        yield _unknown_id((*here, "roll"), "liste inconnue", listing.roll, rolls)
    elif listing.names and not (listing.date and listing.source):
        yield PathFault("fait-sans-source", here, "liste de noms sans date ou sans source", "« date » et « source »", on_key=True)


def _unnamed(part: Landmarks, kit: Kit, found: Mapping[str, Any]) -> Faults:
    """Each name of a list is a territory's, and each territory has something to say."""
    if "territoires" not in found:
        return
    territories: Sequence[Territory] = found["territoires"].territories
    owner = {name: one.id for one in territories for name in one.names}
    rolls, listed = {roll.id: roll.names for roll in kit.participants}, set[str]()
    for rank, landmark in enumerate(part.landmarks):
        for place, listing in enumerate(landmark.lists):
            here = ("landmarks", rank, "lists", place)
            for spot, name in enumerate(listing.names or rolls.get(listing.roll or "", [])):
                if name not in owner:
                    path = (*here, "names", spot) if listing.names else (*here, "roll")
                    yield _unknown_id(path, "nom qu’aucun territoire ne porte", name, list(owner))
                else:
                    listed.add(owner[name])
    for one in territories:
        if one.id not in listed and not one.facts:
            expected = "un fait dans « territoires », ou un nom dans une liste"
            yield PathFault("fait-sans-source", ("landmarks",), f"rien n’est dit de {quoted(one.id)}", expected, on_key=True)


def _check_principles(part: Neighbour, doctrine: Doctrine) -> Faults:
    if part.beside not in embedded():
        yield _unknown_id(("beside",), "doctrine inconnue", part.beside, embedded())
        return
    other = _embedded(part.beside)
    texts = {text.id: text.quote for text in other.texts}
    if part.text not in texts:
        yield _unknown_id(("text",), "citation inconnue", part.text, list(texts))
        return
    yield from _twice(("principles",), [principle.id for principle in part.principles])
    if (cut := ", ".join(principle.words for principle in part.principles)) != texts[part.text]:
        told = f"mots {quoted(cut)}, qui ne sont pas ceux de la citation"
        yield PathFault("valeur-inconnue", ("principles",), told, quoted(texts[part.text], 200), on_key=True)
    sections, readings = [section.id for section in other.sections], [one.id for one in other.interpretations]
    if [principle.id for principle in part.principles] != sections:
        told = f"principes {choices([principle.id for principle in part.principles])}"
        yield PathFault(
            "identifiant-inconnu", ("principles",), told, f"ceux de l’autre doctrine : {choices(sections)}", on_key=True
        )
    criteria = [section.id for section in doctrine.criteria]
    for rank, principle in enumerate(part.principles):
        for place, name in enumerate(principle.criteria):
            if name not in criteria:
                yield _unknown_id(("principles", rank, "criteria", place), "critère inconnu", name, criteria)
        if principle.reading not in readings:
            yield _unknown_id(("principles", rank, "reading"), "lecture inconnue", principle.reading, readings)
