"""What is due in the register, as a calendar that any diary reads."""

from collections.abc import Iterable
from datetime import date
from hashlib import sha256

from boussole import agenda
from boussole.follow_up import DUE, Event
from boussole.model import Doctrine

SAID = {"examen": "Examen", "a-mesurer": "Mesure à faire", "a-remplir": "Condition à remplir"}


def render_calendar(doctrine: Doctrine, events: Iterable[Event], today: date, base: str) -> str:
    """Every review, measure and condition that is due, each a whole day."""
    due = sorted((event for event in events if event.what in DUE), key=lambda one: (one.on, one.use, one.what, one.about))
    title = f"{doctrine.doctrine.name} : ce qui est à faire"
    return agenda.render("registre", title, (_entry(doctrine, event, base) for event in due), today)


def _entry(doctrine: Doctrine, event: Event, base: str) -> agenda.Entry:
    day = date.fromisoformat(event.on)
    about = doctrine.indicators[event.about].name if event.what == "a-mesurer" else event.about
    kind = " (exemple inventé)" if event.kind == "example" else ""
    return agenda.Entry(
        id=_uid(event),
        title=f"{SAID[event.what]} : {event.title}{kind}",
        starts=day,
        ends=day,
        text=f"{about}{f' ({event.group})' if event.group else ''}" if about else "",
        link=f"{base}registre/{event.use}.html" if base else "",
    )


def _uid(event: Event) -> str:
    """What stays the same when a day moves: a diary then moves its entry."""
    about = sha256(event.about.encode()).hexdigest()[:16] if event.what == "a-remplir" else event.about
    return "-".join(filter(None, [event.use, event.what, about]))
