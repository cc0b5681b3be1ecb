"""A calendar that any diary reads (RFC 5545), as text. Its ids do not depend on where it is published."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from boussole.writing import one_line

LONGEST = 75  # octets on a line
_ZONE = (
    "BEGIN:VTIMEZONE",
    "TZID:Europe/Paris",
    "BEGIN:STANDARD",
    "DTSTART:19701025T030000",
    "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU",
    "TZOFFSETFROM:+0200",
    "TZOFFSETTO:+0100",
    "END:STANDARD",
    "BEGIN:DAYLIGHT",
    "DTSTART:19700329T020000",
    "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU",
    "TZOFFSETFROM:+0100",
    "TZOFFSETTO:+0200",
    "END:DAYLIGHT",
    "END:VTIMEZONE",
)


@dataclass(frozen=True, slots=True)
class Entry:
    """Something on one day or several, both included; between two times of Paris, written ``HH:MM``, when they are told."""

    id: str
    title: str
    starts: date
    ends: date
    text: str = ""
    place: str = ""
    link: str = ""
    opens_at: str = ""
    closes_at: str = ""
    is_cancelled: bool = False
    is_busy: bool = False


def render(kind: str, title: str, entries: Iterable[Entry], today: date) -> str:
    """A calendar of some entries, in their order; ``kind`` names what made it."""
    entries = list(entries)
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:-//boussole//{kind}//FR", "CALSCALE:GREGORIAN", "METHOD:PUBLISH"]
    lines.append("X-WR-CALNAME:" + _escape(title))
    lines += _ZONE if any(entry.opens_at for entry in entries) else ()
    for entry in entries:
        lines += _entry(entry, today)
    lines.append("END:VCALENDAR")
    return "".join(f"{part}\r\n" for line in lines for part in _folded(line))


def _entry(entry: Entry, today: date) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{entry.id}@boussole.invalid"
    yield f"DTSTAMP:{today:%Y%m%d}T000000Z"
    yield from _days(entry)
    yield "SUMMARY:" + _escape(entry.title)
    if entry.text:
        yield "DESCRIPTION:" + _escape(entry.text)
    if entry.place:
        yield "LOCATION:" + _escape(entry.place)
    if entry.link:
        yield f"URL:{entry.link}"
    if entry.is_cancelled:
        yield "STATUS:CANCELLED"
    if not entry.is_busy:
        yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def _days(entry: Entry) -> Iterator[str]:
    """Whole days, the last one excluded as diaries want; or two moments."""
    if not entry.opens_at:
        yield f"DTSTART;VALUE=DATE:{entry.starts:%Y%m%d}"
        yield f"DTEND;VALUE=DATE:{entry.ends + timedelta(days=1):%Y%m%d}"
        return
    yield f"DTSTART;TZID=Europe/Paris:{entry.starts:%Y%m%d}T{entry.opens_at.replace(':', '')}00"
    if entry.closes_at:
        yield f"DTEND;TZID=Europe/Paris:{entry.ends:%Y%m%d}T{entry.closes_at.replace(':', '')}00"


def _escape(text: str) -> str:
    return one_line(text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\r", "")).strip()


def _folded(line: str) -> Iterator[str]:
    """A line cut so that none is longer than allowed, in octets, and no character is cut."""
    left = line.encode()
    while len(left) > LONGEST:
        end = LONGEST
        while left[end] & 0b1100_0000 == 0b1000_0000:  # inside a character
            end -= 1
        yield left[:end].decode()
        left = b" " + left[end:]
    yield left.decode()
