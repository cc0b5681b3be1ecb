"""What is due, as a calendar that any diary reads (RFC 5545)."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from hashlib import sha256

from boussole.follow_up import DUE, Event
from boussole.model import Doctrine
from boussole.writing import one_line

LONGEST = 75  # octets on a line
SAID = {"examen": "Examen", "a-mesurer": "Mesure à faire", "a-remplir": "Condition à remplir"}


def render_calendar(doctrine: Doctrine, events: Iterable[Event], today: date, base: str) -> str:
    """Every review, measure and condition that is due, each a whole day. Ids do not depend on where it is published."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//boussole//registre//FR", "CALSCALE:GREGORIAN", "METHOD:PUBLISH"]
    lines.append("X-WR-CALNAME:" + _escape(f"{doctrine.doctrine.name} : ce qui est à faire"))
    for event in sorted((event for event in events if event.what in DUE), key=lambda one: (one.on, one.use, one.what, one.about)):
        lines += _event(doctrine, event, today, base)
    lines.append("END:VCALENDAR")
    return "".join(f"{part}\r\n" for line in lines for part in _folded(line))


def _event(doctrine: Doctrine, event: Event, today: date, base: str) -> Iterator[str]:
    day = date.fromisoformat(event.on)
    about = doctrine.indicators[event.about].name if event.what == "a-mesurer" else event.about
    kind = " (exemple inventé)" if event.kind == "example" else ""
    yield "BEGIN:VEVENT"
    yield f"UID:{_uid(event)}@boussole.invalid"
    yield f"DTSTAMP:{today:%Y%m%d}T000000Z"
    yield f"DTSTART;VALUE=DATE:{day:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{day + timedelta(days=1):%Y%m%d}"
    yield "SUMMARY:" + _escape(f"{SAID[event.what]} : {event.title}{kind}")
    if about:
        yield "DESCRIPTION:" + _escape(f"{about}{f' ({event.group})' if event.group else ''}")
    if base:
        yield f"URL:{base}registre/{event.use}.html"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def _uid(event: Event) -> str:
    """What stays the same when a day moves: a diary then moves its entry."""
    about = sha256(event.about.encode()).hexdigest()[:16] if event.what == "a-remplir" else event.about
    return "-".join(filter(None, [event.use, event.what, about]))


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
