"""What a consultation gave, computed from its files: nothing here is typed, and the invented never counts beside the real."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import chain

from boussole.debate import PROFILES, REPLIES, STATES, Answer, Consultation, Contribution, Debate, Disagreement, Event
from boussole.model import Doctrine, Section


@dataclass(frozen=True)
class Raised:
    """A part of the doctrine, and the published contributions that speak of it."""

    section: Section
    contributions: tuple[Contribution, ...]


@dataclass(frozen=True)
class Change:
    """What an answer changed: the proposal it accepts, and the version that carries it."""

    contribution: Contribution
    answer: Answer


@dataclass(frozen=True)
class Restitution:
    """One consultation as it is accounted for."""

    doctrine: Doctrine
    debate: Debate
    consultation: Consultation

    @cached_property
    def events(self) -> tuple[Event, ...]:
        return tuple(one for one in self.debate.events if one.consultation == self.consultation.id)

    @cached_property
    def contributions(self) -> tuple[Contribution, ...]:
        """All of them, published or not."""
        return tuple(one for one in self.debate.contributions if one.consultation == self.consultation.id)

    @cached_property
    def published(self) -> tuple[Contribution, ...]:
        return tuple(one for one in self.contributions if one.is_published)

    @cached_property
    def states(self) -> Mapping[str, int]:
        """How many contributions are in each state."""
        return _counted((one.state for one in self.contributions), STATES)

    @cached_property
    def profiles(self) -> Mapping[str, int]:
        """How many contributions come from each profile; "" when the person did not say."""
        return _counted((one.profile or "" for one in self.contributions), [*PROFILES, ""])

    @cached_property
    def formats(self) -> Mapping[str, tuple[int, int | None]]:
        """By format, how many events were held and how many people came, None when none says it; "" is no format of the kit."""
        found: dict[str, tuple[int, int | None]] = {}
        for event in self.events:
            if event.state == "tenu":
                count, people = found.get(event.format or "", (0, None))
                came = people if event.participants is None else (people or 0) + event.participants
                found[event.format or ""] = (count + 1, came)
        return found

    @cached_property
    def participants(self) -> int | None:
        """How many came to the events in all; None when none of them says it. Someone who came twice counts twice."""
        told = [event.participants for event in self.events if event.participants is not None]
        return sum(told) if told else None

    @cached_property
    def raised(self) -> tuple[Raised, ...]:
        """What comes back most, section by section, the most spoken of first; equal ones in the order of the doctrine."""
        found = [Raised(section, tuple(self._about(section))) for section in self.doctrine.sections]
        return tuple(sorted((one for one in found if one.contributions), key=lambda one: -len(one.contributions)))

    def _about(self, section: Section) -> Iterable[Contribution]:
        return (
            one for one in self.published if any(name == section.id or name.startswith(f"{section.id}.") for name in one.about)
        )

    @cached_property
    def alone(self) -> tuple[Raised, ...]:
        """The parts of which one contribution only speaks."""
        return tuple(one for one in self.raised if len(one.contributions) == 1)

    @cached_property
    def oppositions(self) -> tuple[tuple[Contribution, Contribution], ...]:
        """The published contributions that disagree with another published one, with it."""
        names = {one.id: one for one in self.published}
        return tuple((one, names[other]) for one in self.published for other in one.opposes if other in names)

    @cached_property
    def disagreements(self) -> tuple[tuple[Event, Disagreement], ...]:
        """What the clerks wrote."""
        return tuple((event, found) for event in self.events for found in event.disagreements)

    @cached_property
    def proposals(self) -> tuple[Contribution, ...]:
        """The published contributions that propose something."""
        return tuple(one for one in self.published if one.proposal)

    @cached_property
    def replies(self) -> Mapping[str, int]:
        """How many proposals got each reply; "" is none yet."""
        return _counted((one.answer.reply if one.answer else "" for one in self.proposals), [*REPLIES, ""])

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        """What is carried by a version."""
        answers = chain.from_iterable(((one, answer) for answer in one.answers) for one in self.published)
        return tuple(Change(one, answer) for one, answer in answers if answer.version)

    @cached_property
    def silent(self) -> tuple[Section, ...]:
        """The criteria of which no published contribution speaks."""
        told = {one.section.id for one in self.raised}
        return tuple(section for section in self.doctrine.criteria if section.id not in told)


def restitutions(doctrine: Doctrine, debate: Debate) -> tuple[Restitution, ...]:
    """Every consultation, accounted for."""
    return tuple(Restitution(doctrine, debate, one) for one in debate.consultations)


def real_only(found: Sequence[Restitution]) -> tuple[Restitution, ...]:
    """Those that count: nothing invented."""
    return tuple(one for one in found if one.consultation.kind == "real")


def unanswered(debate: Debate) -> tuple[Contribution, ...]:
    """The published proposals that nobody answered yet, the oldest first."""
    return tuple(one for one in debate.published if one.proposal and one.answer is None)


def overdue(debate: Debate, today: date) -> tuple[tuple[Contribution, Answer], ...]:
    """The published proposals accepted or put off that no version carries, and whose date has passed or was never given, those
    first, then the latest. A date given by month or by year has passed when the whole of it has."""
    day = today.isoformat()
    late = [
        (one, one.answer)
        for one in debate.published
        if one.answer and one.answer.reply != "non" and not one.answer.version and _is_past(one.answer.due, day)
    ]
    return tuple(sorted(late, key=lambda pair: pair[1].due or ""))


def _is_past(due: str | None, day: str) -> bool:
    return due is None or due < day[: len(due)]


def _counted(values: Iterable[str], names: Iterable[str]) -> dict[str, int]:
    """How many of each, in the order of the names, without those there are none of."""
    found = Counter(values)
    return {name: found[name] for name in names if found[name]}
