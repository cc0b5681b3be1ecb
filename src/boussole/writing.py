"""How text is published: French typography, and people's words kept from becoming markup."""

import re
from functools import lru_cache

NARROW, WIDE = "\u202f", "\u00a0"

_RULES = (
    (re.compile(r"(?<=\w)'(?=\w)"), "’"),
    (re.compile(r" (?=[?!;%€])"), NARROW),
    (re.compile(r" (?=:(?:\s|$))"), WIDE),
    (re.compile(r" (?=»)"), WIDE),
    (re.compile(r"(?<=«) "), WIDE),
    (re.compile(r"(?<=\d) (?=\d{3}(?!\d))"), NARROW),
    (re.compile(r"(?<=\bn°) "), WIDE),
    (re.compile(r"(?<=\bart\.) "), WIDE),
    (re.compile(r"(?<=\b1er) (?=[a-zéû]{3})"), WIDE),
)

MONTHS = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)


def typeset(text: str) -> str:
    """Text as it is published: typographic apostrophes and non-breaking spaces. Doing it twice changes nothing."""
    for pattern, replacement in _RULES:
        text = pattern.sub(replacement, text)
    return text


@lru_cache(maxsize=8192)  # the same days come back on every page
def french_date(date: object) -> str:
    """``2024-03-28`` as « 28 mars 2024 »; partial dates as « mars 2024 » or « 2024 »."""
    year, *rest = str(date).split("-")
    if not rest:
        return year
    day = rest[1].lstrip("0") if len(rest) > 1 else ""
    day = "1er" if day == "1" else day
    return f"{day}{WIDE}{MONTHS[int(rest[0]) - 1]} {year}".lstrip(WIDE)


def french_since(date: object) -> str:
    """``2024-03-28`` as « depuis le 28 mars 2024 »; partial dates as « depuis mars 2024 »."""
    return f"depuis {'le ' if str(date).count('-') == _TO_THE_DAY else ''}{french_date(date)}"


_TO_THE_DAY = 2  # dashes of a date that gives its day


def french_time(time: str) -> str:
    """``09:00`` as « 9 h », ``18:30`` as « 18 h 30 »."""
    hours, _, minutes = time.partition(":")
    return f"{int(hours)}{WIDE}h{WIDE}{minutes}".removesuffix(f"{WIDE}00")


def french_number(number: int) -> str:
    """A whole number by groups of three digits."""
    return f"{number:,}".replace(",", NARROW)


def signed(number: str) -> str:
    """A number already written, with the sign of subtraction rather than a hyphen."""
    return number.replace("-", "−")


def plural(count: int, one: str, many: str = "") -> str:
    """``1 question``, ``2 questions``: in French, zero is singular."""
    return f"{french_number(count)}{WIDE}{one if count < 2 else many or one + 's'}"


_BREAKS = re.compile(r"[ \t\n\r\f\v\x1c-\x1f\x85\u2028\u2029]+")
_MARKDOWN = str.maketrans({character: "\\" + character for character in "\\`*_{}[]<>#|$~^&"})


def one_line(text: str) -> str:
    """Text on one line; non-breaking spaces stay, which `str.split` would take for breaks."""
    return _BREAKS.sub(" ", text)


def escape(text: str) -> str:
    """Any text as one line of Markdown that shows exactly that text; a space at either end stays one."""
    line = one_line(text).translate(_MARKDOWN)
    body = line.lstrip(" ")
    return line[: len(line) - len(body)] + _guard(body)


def _guard(line: str) -> str:
    """Keep a line from opening a list, a heading, a definition or a fence: escape its first mark that is not a digit."""
    place = next((place for place, character in enumerate(line) if not character.isdigit()), len(line))
    opens = line[place : place + 1] in tuple(".)" if place else "-+=:%(")
    return line[:place] + "\\" + line[place:] if opens else line
