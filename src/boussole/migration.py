"""Where the answers to retired questions go, as the doctrine says; nothing moves that it does not say."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from boussole.merging import alone, by_whom, items, plain
from boussole.model import NSP, Doctrine

Answered = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Move:
    """One position of one person, from a retired question to one that takes its place."""

    question: str
    who: str
    given: Any
    successor: str
    becomes: Any


def find_moves(doctrine: Doctrine, answers: Answered, kept: Answered) -> tuple[Move, ...]:
    """What becomes of some answers to retired questions, where ``kept`` are the answers that stay.

    A position moves whole or not at all; and never where its author already answers the question that takes over.
    """
    return tuple(
        Move(name, who, given, successor, becomes)
        for name in answers
        if name in doctrine.retirements
        for successor, table in (doctrine.retirements[name].becomes or {}).items()
        for who, given in by_whom(answers[name]).items()
        if who not in by_whom(kept.get(successor, {})) and (becomes := _translated(given, table)) is not None
    )


def _translated(given: Any, table: Mapping[str, str]) -> Any:
    """A position by the words of another question; None when one of its options is said to become nothing."""
    options = [NSP if option == NSP else table.get(str(option)) for option in items(given)]
    return None if None in options or not options else alone(list(dict.fromkeys(options)))


def apply_moves(answers: Answered, moves: tuple[Move, ...]) -> dict[str, Any]:
    """The answers with those that move; of one person's several, all are held, and not knowing takes no position."""
    moved = dict(answers)
    arrived: dict[tuple[str, str], list[Any]] = {}
    for move in moves:
        arrived.setdefault((move.successor, move.who), []).extend(items(move.becomes))
    for (successor, who), options in arrived.items():
        taken = [option for option in dict.fromkeys(options) if option != NSP] or [NSP]
        moved[successor] = plain({**by_whom(moved.get(successor, {})), who: alone(taken)})
    return moved


def left(answers: Answered, moves: tuple[Move, ...]) -> dict[str, Any]:
    """What remains of the answers to retired questions once some have moved."""
    gone = {(move.question, move.who) for move in moves}
    remaining = {
        name: {who: given for who, given in by_whom(answer).items() if (name, who) not in gone}
        for name, answer in answers.items()
    }
    return {name: plain(said) for name, said in remaining.items() if said}
