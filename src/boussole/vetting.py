"""What a dossier must be to be published: nobody's own data, dates in order and past, values that can be, no few people's words,
no text that is another's."""

import datetime
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from boussole.dossier import Dossier, Measure
from boussole.errors import PathFault, quoted
from boussole.merging import number_text
from boussole.model import Doctrine, Indicator
from boussole.monitoring import FEW, is_published

Path = tuple[str | int, ...]

SHARED = 0.9  # two descriptions that share this much of their runs of words say the same thing
RUN = 4  # words in a run

_MAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+")
_AT = re.compile(r"[ \t]*(?:@|[(\[] ?(?:at|arobase) ?[)\]])[ \t]*", re.IGNORECASE)
_DASHES = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-"))
_UNSEEN = frozenset("\u115f\u1160\u2800\u3164\uffa0")  # what fills a place in Hangul, and the braille pattern without dots
_NAMED = re.compile(r"[a-z]+(?:-[a-z]+)?(?:[._][a-z]+(?:-[a-z]+)?)+@", re.IGNORECASE)
_FREE = re.compile(
    r"@(?:[\w-]+\.)*(?:gmail|googlemail|orange|wanadoo|free|sfr|neuf|laposte|hotmail|outlook|live|yahoo|icloud|proton|protonmail|"
    r"bbox|numericable|aol|gmx)\.\w+$",
    re.IGNORECASE,
)
# French numbers however their digits are grouped, those with a country, and those written like dates.
_PHONE = re.compile(
    r"(?<![\d.,-])"
    r"(?:(?:(?:\+|00 ?)33[ .-]{0,2}(?:\(0\))?[ .-]{0,2}|0)[1-9](?:[ .-]{0,2}\d){8}"
    r"|0[1-9](?:/\d{2}){4}"
    r"|\+\d(?:[ .-]{0,2}\d){9,13})"
    r"(?![\d-])"
)
_ROLES = re.compile(
    r"^(?:contact|registre|accueil|dpo|dpd|donnees|algorithmes?|numerique|direction|service|secretariat|mairie|info|presse)\b",
    re.IGNORECASE,
)
# Amounts, and the differences between amounts, which may be below zero.
_AMOUNT = re.compile(r"(?:%|nombre|k?Wh|kg CO2e|heures|jours|mois)(?!\w)")
_DIFFERENCE = re.compile(r"\b(?:écart|différence|gain|évolution|nette?)\b", re.IGNORECASE)


def vet(dossier: Dossier, stem: str, doctrine: Doctrine, today: datetime.date) -> list[PathFault]:
    """What keeps a dossier, read from a file of this name, from being published on a day."""
    faults = [*_name(dossier, stem), *personal(dossier.to_data()), *_dates(dossier), *_ahead(dossier, today)]
    return [*faults, *_measures(dossier, doctrine)]


def _name(dossier: Dossier, stem: str) -> Iterator[PathFault]:
    if dossier.id != stem:
        told, advice = (
            f"identifiant {quoted(dossier.id)} dans le fichier {quoted(stem)}",
            "donner au fichier le nom de l’identifiant",
        )
        yield PathFault("fiche-mal-nommee", ("id",), told, quoted(stem), advice)


def personal(data: Any) -> Iterator[PathFault]:
    """What in some data leads to someone: numbers, and addresses that are not a service's in ``contact``."""
    for path, written in texts(data):
        text = _plain(written)
        for found in _PHONE.finditer(text):
            yield _personal(path, f"numéro de téléphone {quoted(found[0])}", "aucun numéro : une adresse de service suffit")
        for found in _MAIL.finditer(text) if "@" in text else ():
            if path == ("contact",) and _is_of_a_role(found[0]):
                continue
            expected = (
                "une adresse de service" if path == ("contact",) else "aucune adresse, sauf celle d’un service dans « contact »"
            )
            yield _personal(path, f"adresse électronique {quoted(found[0])}", expected)


def unfit(data: Any) -> Iterator[PathFault]:
    """What in some data keeps it from being published: what leads to someone, texts where nothing can be read."""
    yield from personal(data)
    for path, written in texts(data):
        if is_blank(written):
            keys = [part for part in path if isinstance(part, str)]  # in a list, the key of the list: nobody wrote the rank
            told = f"texte sans rien à lire pour {quoted(keys[-1])}" if keys else "texte sans rien à lire"
            yield PathFault("valeur-vide", path, told, "du texte, ou rien du tout")


def is_blank(text: str) -> bool:
    """Whether a text shows nothing: no letter, number, punctuation or symbol, or only those that no one sees."""
    return not any(unicodedata.category(sign)[0] in "LNPS" and sign not in _UNSEEN for sign in text)


def _plain(text: str) -> str:
    """A text whose spaces, dashes, digits and signs are the common ones: what is written otherwise says the same to people."""
    return _AT.sub("@", unicodedata.normalize("NFKC", text).translate(_DASHES))


def _personal(path: Path, found: str, expected: str) -> PathFault:
    return PathFault("donnee-personnelle", path, found, expected, "la retirer : ce fichier est public")


def _is_of_a_role(address: str) -> bool:
    """Whether an address is a service's: not one of a public mailbox, nor of someone by name."""
    return not _FREE.search(address) and (_ROLES.match(address) is not None or not _NAMED.match(address))


def texts(value: Any, path: Path = ()) -> Iterator[tuple[Path, str]]:
    """Every text of some data, with the way to it; fingerprints and what the program writes itself left out."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            if path or key not in ("seen", "doctrine", "opinions"):
                yield from texts(item, (*path, key))
    elif isinstance(value, list):
        for rank, item in enumerate(value):
            yield from texts(item, (*path, rank))


def _dates(dossier: Dossier) -> Iterator[PathFault]:
    """A use may be older than its dossier; it does not end before it starts, and is not decided on before it is assessed."""
    dates, decision = dossier.dates, dossier.decision
    if dates.started and dates.ended and dates.ended < dates.started:
        told = f"usage terminé le {dates.ended}, avant d’avoir commencé le {dates.started}"
        yield PathFault("dates-en-desordre", ("dates", "ended"), told, f"une date à partir du {dates.started}")
    if dates.opened and decision and decision.on < dates.opened:
        told = f"décision du {decision.on}, avant l’ouverture du dossier le {dates.opened}"
        yield PathFault("dates-en-desordre", ("decision", "on"), told, f"une date à partir du {dates.opened}")


def _ahead(dossier: Dossier, today: datetime.date) -> Iterator[PathFault]:
    """What is told as a fact and has not happened yet; what is only due may come later."""
    dates, decision = dossier.dates, dossier.decision
    facts: list[tuple[Path, datetime.date | None]] = [
        (("dates", name), getattr(dates, name)) for name in ("opened", "started", "updated")
    ]
    facts += [(("decision", "on"), decision.on)] if decision else []
    for name, measures in dossier.measures.items():
        facts += [(("measures", name, rank, "on"), measure.on) for rank, measure in enumerate(measures)]
    facts += [(("conditions", rank, "done"), condition.done) for rank, condition in enumerate(dossier.conditions)]
    facts += [(("history", rank, "on"), happening.on) for rank, happening in enumerate(dossier.history)]
    for path, day in facts:
        if day:
            yield from to_come(path, day, today)


def to_come(path: Path, day: datetime.date, today: datetime.date) -> Iterator[PathFault]:
    """A fact whose day is not there yet."""
    if day > today:
        expected = f"un jour passé, au plus tard le {today}"
        yield PathFault("date-a-venir", path, f"fait daté du {day}, qui n’est pas encore venu", expected)


def _measures(dossier: Dossier, doctrine: Doctrine) -> Iterator[PathFault]:
    for name, measures in dossier.measures.items():
        indicator = doctrine.indicators[name]
        for rank, measure in enumerate(measures):
            if not is_published(measure):
                told = f"valeur donnée par {measure.count} personnes"
                expected = f"au moins {FEW} personnes : on saurait sinon qui l’a dite"
                advice = "réunir plusieurs groupes ; le site ne montre pas cette valeur, mais ce fichier la dit"
                yield PathFault("petit-groupe", ("measures", name, rank, "count"), told, expected, advice)
            if lacks_count(indicator, measure):
                told = f"groupe {quoted(measure.group or '')} sans effectif"
                expected = "« count » : combien de personnes ont répondu"
                yield PathFault("groupe-sans-effectif", ("measures", name, rank, "group"), told, expected)
            if is_below_zero(indicator, measure.value):
                told, expected = f"valeur {number_text(measure.value)}, en {quoted(indicator.unit)}", "zéro ou plus"
                yield PathFault("valeur-impossible", ("measures", name, rank, "value"), told, expected)


def lacks_count(indicator: Indicator, measure: Measure) -> bool:
    """Whether people of a group answered without anyone telling how many they are: nobody can tell whether they are few."""
    return indicator.by_group and measure.group is not None and measure.count is None and measure.kind != "cible"


def is_below_zero(indicator: Indicator, value: float) -> bool:
    """Whether a value is below zero where its unit says that nothing can be; a difference may be."""
    return value < 0 and bool(_AMOUNT.match(indicator.unit)) and not _DIFFERENCE.search(indicator.name)


# -- descriptions that are another's -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Alike:
    """Two uses, by id, whose descriptions say the same thing; ``shared`` is how much of them, from 0 to 1."""

    one: str
    other: str
    shared: float


def alike(described: Mapping[str, str]) -> tuple[Alike, ...]:
    """The uses whose descriptions, by id, share nearly all their runs of words: one of them may be another's by mistake.

    Only pairs that share a run are compared, so that ten thousand descriptions are read once."""
    runs = {name: _runs(text) for name, text in described.items()}
    holders: dict[str, list[str]] = {}
    for name, found in runs.items():
        for run in found:
            holders.setdefault(run, []).append(name)
    pairs = {pair for names in holders.values() if 1 < len(names) <= _MOST_HOLDERS for pair in combinations(names, 2)}
    compared = [Alike(one, other, _shared(runs[one], runs[other])) for one, other in sorted(pairs)]
    return tuple(pair for pair in compared if pair.shared >= SHARED)


_MOST_HOLDERS = 50  # a run that more descriptions hold is a phrase everyone writes


def description(dossier: Dossier) -> str:
    """What a dossier says of its use."""
    return " ".join(text for text in (dossier.summary, dossier.notice.purpose, dossier.notice.context) if text)


def _runs(text: str) -> frozenset[str]:
    bare = "".join(letter for letter in unicodedata.normalize("NFD", text.lower()) if not unicodedata.combining(letter))
    words = re.findall(r"\w+", bare)
    return frozenset(" ".join(words[place : place + RUN]) for place in range(len(words) - RUN + 1))


def _shared(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / max(1, min(len(one), len(other)))
