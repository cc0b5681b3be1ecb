"""What the library of uses says in words: the same on its pages and in the terminal, where a kind reads as on its page."""

from collections.abc import Iterator, Sequence

from boussole.document import NOT_TOLD, STATUS
from boussole.library import Experience, Shelf
from boussole.model import Doctrine
from boussole.sheets import Value
from boussole.wording import Words, enumerated, number
from boussole.writing import WIDE, french_date, french_number, one_line, plural

SHOWN = 3  # indicators told of an experience: the page of the use, or the source, says the rest
NOBODY = "Aucun essai réel décrit dans cette bibliothèque : seulement des exemples inventés."
ADVISES = "Une fiche venue d’ailleurs n’a pas d’avis de notre part : personne n’a répondu pour elle aux questions de la doctrine."
INVENTED = "Rien ici n’a eu lieu : ces cas et ces usages montrent comment la doctrine juge. Leurs mesures sont inventées aussi."
PLACES = {"registre": "Registre", "ailleurs": "Ailleurs", "cas": "Cas travaillé"}


def counted(shelf: Shelf, count: int) -> str:
    """« 2 réels »; « 2 algorithmes publics » where nothing shows that what is real is an artificial intelligence."""
    return plural(count, "réel") if shelf.genre.shows_ai else plural(count, "algorithme public", "algorithmes publics")


def answer(shelf: Shelf) -> str:
    """Whether someone tried it already, and what became of it: what is real alone counts."""
    here, elsewhere = ([one for one in shelf.real if (one.where == "ailleurs") is is_there] for is_there in (False, True))
    if not shelf.real:
        return NOBODY
    noun = ("usage réel", "usages réels") if shelf.genre.shows_ai else ("algorithme public", "algorithmes publics")
    counts = [plural(len(here), *(f"{name} du registre" for name in noun))] if here else []
    counts += [plural(len(elsewhere), "expérience réelle ailleurs", "expériences réelles ailleurs")] if elsewhere else []
    return f"{_yes(shelf)} : {enumerated(counts)}. État connu : {states(shelf.real)}."


def _yes(shelf: Shelf) -> str:
    if not shelf.genre.shows_ai:
        return "Aucune IA connue"
    return "Oui, à nuancer" if shelf.genre.caution else "Oui"


def states(experiences: Sequence[Experience]) -> str:
    """The states of some experiences, each with how many are in it, and when."""
    found = [state(one).lower() or NOT_TOLD for one in experiences]
    return enumerated([f"{found.count(each)}{WIDE}{each}" for each in dict.fromkeys(found)])


def state(one: Experience) -> str:
    """The state of an experience, and when it was so: what its source says, or else the day of the text that says it."""
    sheet = one.sheet
    if sheet.status is None:
        return ""
    known = STATUS[sheet.status]
    if sheet.status_on:
        return f"{known} {'le' if sheet.status_on.count('-') > 1 else 'en'} {french_date(sheet.status_on)}"
    return f"{known} ({'fiche' if one.placed else 'dossier'} du {french_date(sheet.date)})"


def figure(value: float) -> str:
    """The value of a measure."""
    return french_number(int(value)) if value.is_integer() and abs(value) < 1e15 else number(value)


def indicators(measures: Sequence[Value]) -> list[list[Value]]:
    """The values of each indicator, in their order."""
    found: dict[tuple[str, str, str], list[Value]] = {}
    for measure in measures:
        found.setdefault((measure.label, measure.unit, measure.group or ""), []).append(measure)
    return list(found.values())


# -- a kind, in lines ----------------------------------------------------------------------------------------------------------


def told(doctrine: Doctrine, shelf: Shelf) -> str:
    """All that the page of a kind says, as plain text."""
    genre = shelf.genre
    lines = [genre.title, genre.plain, "", answer(shelf), *([f"À savoir : {genre.caution}"] if genre.caution else [])]
    for title, note, found in (
        ("Réel", ADVISES if any(one.where == "ailleurs" for one in shelf.real) else "", shelf.real),
        ("Exemples inventés", INVENTED, [one for one in shelf.experiences if not one.is_real]),
    ):
        if found:
            lines += ["", title, *([note] if note else [])]
            lines += [line for one in found for line in ("", *_experience(Words(doctrine), one))]
    return "\n".join([*lines, "", f"Sans intelligence artificielle : {genre.without_ai}"])


def _experience(words: Words, one: Experience) -> Iterator[str]:
    sheet = one.sheet
    who = f"{sheet.authority}, " if one.where != "cas" else ""
    yield one_line(f"- {sheet.title} ({who}{PLACES[one.where].lower()})")
    parts = {
        "État": state(one) or NOT_TOLD,
        "Avis": _opinion(words.doctrine, one),
        "Résumé": sheet.summary if one.is_real else None,
        "Décision": sheet.decision,
        "Conclusion": sheet.conclusion or NOT_TOLD,
        "Ce qui changerait l’avis" if one.where == "cas" else "Ce qui a changé l’avis": sheet.changed,
        "Sans IA": sheet.without_ai if one.placed else None,
    }
    if one.where == "cas":
        del parts["État"]  # a case is in none
    quoted = {"Résumé", "Décision", "Conclusion", "Ce qui a changé l’avis", "Sans IA"} if one.is_theirs else set()
    for label, text in parts.items():
        if text:
            yield f"  {label} : {one_line(_between(text) if label in quoted and text != NOT_TOLD else text)}"
    yield from _measures(sheet.measures)
    if source := _source(one):
        yield f"  Source : {one_line(source)}"


def _between(text: str) -> str:
    """Words of others, in quotation marks that they cannot close."""
    return f"« {text.translate(INNER)} »"


INNER = str.maketrans("«»", "“”")


def _opinion(doctrine: Doctrine, one: Experience) -> str:
    advice = one.sheet.opinion
    if one.where != "ailleurs":
        label = doctrine.level(one.attainable[0]).label if len(one.attainable) == 1 else "À compléter"
        criteria = [doctrine.section(name).label for name in one.deciding]
    elif advice is None:
        return "aucun"
    else:
        label, criteria = f"{_between(advice.label)}, le leur, sous {advice.doctrine} {advice.version}", list(advice.criteria)
    return f"{label}{f' ; ce qui décide : {enumerated(criteria)}' if criteria else ''}"


def _measures(measures: Sequence[Value]) -> Iterator[str]:
    found = indicators(measures)
    for values in found[:SHOWN]:
        first, last = values[0], values[-1]
        both = " puis ".join(f"{figure(one.value)} ({french_date(one.on)})" for one in dict.fromkeys((first, last)))
        group = f", {first.group}" if first.group else ""
        yield one_line(f"  Mesure : {first.label}{group} : {both}, {first.unit}")
    if len(found) > SHOWN:
        yield f"  et {plural(len(found) - SHOWN, 'autre mesure', 'autres mesures')}"


def _source(one: Experience) -> str:
    """Where what is told comes from, in one line."""
    sheet, placed = one.sheet, one.placed
    if placed is None:
        return " ; ".join(one.evidence) if one.is_real else ""
    read = f"{'fiche reprise' if one.is_theirs else 'lu'} le {french_date(placed.imported)}"
    return f"{sheet.source or NOT_TOLD}, {placed.origin}, {read}. Fiche écrite par {sheet.author}. Licence : {sheet.license}"
