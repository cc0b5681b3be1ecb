"""What `boussole.assessment` and `boussole.proofs` must say, found by listing every complete dossier one by one.

Shares nothing with them, the forest included: it reads the sections of a doctrine, and answers as people write them.
"""

from collections.abc import Iterable, Mapping
from fractions import Fraction
from functools import cached_property
from itertools import combinations
from typing import Any

from boussole.model import Doctrine, Question

Dossier = dict[str, str]
"""A complete dossier: one option for each question that is asked, and for no other."""


class Oracle:
    """Every complete dossier some answers leave possible, and what is read off that list."""

    def __init__(self, doctrine: Doctrine, answers: Mapping[str, Any]) -> None:
        self.levels = [level.id for level in doctrine.scale]
        self.sections = [section.id for section in doctrine.sections]
        self.questions = {question.id: question for section in doctrine.sections for question in section.questions}
        self.held = {
            name: taken(question, answers.get(name, "nsp")) or frozenset(_names(question))
            for name, question in self.questions.items()
        }
        self.answered = {name for name, answer in answers.items() if taken(doctrine.questions[name], answer)}
        self.dossiers = self._complete({}, sorted(self.questions, key=lambda name: len(self._above(name))))

    def _complete(self, begun: Dossier, waiting: list[str]) -> list[Dossier]:
        if not waiting:
            return [begun]
        name, *others = waiting
        if not is_asked(self.questions[name], begun):
            return self._complete(begun, others)
        return [dossier for option in sorted(self.held[name]) for dossier in self._complete({**begun, name: option}, others)]

    def _above(self, name: str) -> list[str]:
        """The question, the one it depends on, and so on."""
        return [name, *(above for parent in self.questions[name].when or () for above in self._above(parent))]

    # -- what each dossier obtains ------------------------------------------------------------------------------------

    def options(self, name: str) -> list[str]:
        return _names(self.questions[name])

    def rank(self, name: str, option: str) -> int:
        choices = self.questions[name].options or self.questions[name].bands or {}
        return self.levels.index(choices[option].effect or self.levels[0])

    def opinion(self, dossier: Dossier, section: str = "") -> str:
        """The worst effect of a dossier, or of its answers in one section."""
        counted = [self.rank(name, option) for name, option in dossier.items() if name.startswith(section and f"{section}.")]
        return self.levels[max(counted, default=0)]

    @cached_property
    def opinions(self) -> list[str]:
        return [self.opinion(dossier) for dossier in self.dossiers]

    def in_order(self, levels: Iterable[str]) -> tuple[str, ...]:
        return tuple(sorted(set(levels), key=self.levels.index))

    def bad(self, dossier: Dossier, target: str) -> frozenset[str]:
        """The questions of a dossier whose answer is worse than the target."""
        return frozenset(name for name, option in dossier.items() if self.rank(name, option) > self.levels.index(target))

    # -- what they obtain together ------------------------------------------------------------------------------------

    @property
    def attainable(self) -> tuple[str, ...]:
        return self.in_order(self.opinions)

    @property
    def findings(self) -> dict[str, tuple[str, ...]]:
        return {name: self.in_order(self.opinion(dossier, name) for dossier in self.dossiers) for name in self.sections}

    @property
    def asked(self) -> tuple[str, ...]:
        return tuple(name for name in self.questions if all(name in dossier for dossier in self.dossiers))

    @property
    def possible(self) -> tuple[str, ...]:
        return tuple(name for name in self.questions if any(name in dossier for dossier in self.dossiers))

    @property
    def ignored(self) -> tuple[str, ...]:
        return tuple(name for name in self.questions if name in self.answered and name not in self.possible)

    def blockers(self, target: str) -> set[frozenset[str]]:
        """The fewest answers worse than the target, over the dossiers that are never worse than they have to be."""
        willing = [
            dossier for dossier in self.dossiers if not any(self._could_do(name, target) for name in self.bad(dossier, target))
        ]
        ways = {self.bad(dossier, target) for dossier in willing}
        return {way for way in ways if len(way) == min(map(len, ways))}

    def _could_do(self, name: str, target: str) -> bool:
        return any(self.rank(name, option) <= self.levels.index(target) for option in self.held[name])

    def alternatives(self, name: str, target: str) -> set[str]:
        """The options of a question with which it and all that depends on it can be as good as the target."""
        branch = {other for other in self.questions if name in self._above(other)}
        return {dossier[name] for dossier in self.dossiers if name in dossier and not branch & self.bad(dossier, target)}

    @property
    def missing(self) -> tuple[str, ...]:
        moving = [name for name in self.questions if len(self.held[name]) > 1 and self._moves(name)]
        return tuple(sorted(moving, key=self._decisive))

    def _moves(self, name: str) -> bool:
        """Whether two dossiers answer differently, agree on all that does not depend on it, and obtain different opinions."""
        branch = {other for other in self.questions if name in self._above(other)}
        alike: dict[frozenset[tuple[str, str]], set[tuple[str, str]]] = {}
        for dossier, opinion in zip(self.dossiers, self.opinions, strict=True):
            if name in dossier:
                around = frozenset(item for item in dossier.items() if item[0] not in branch)
                alike.setdefault(around, set()).add((dossier[name], opinion))
        return any(one[0] != two[0] and one[1] != two[1] for seen in alike.values() for one, two in combinations(seen, 2))

    def _decisive(self, name: str) -> tuple[bool, Fraction, int]:
        """Surely asked first; then by how many opinions its answers leave on average; then as in the source."""
        left = [
            len({o for d, o in zip(self.dossiers, self.opinions, strict=True) if d.get(name, option) == option})
            for option in self.held[name]
        ]
        return name not in self.asked, Fraction(sum(left), len(left)), list(self.questions).index(name)


def is_asked(question: Question, dossier: Dossier) -> bool:
    """Whether a dossier, complete as far as the question it depends on, asks a question."""
    return all(dossier.get(parent) in options for parent, options in (question.when or {}).items())


def taken(question: Question, answer: Any) -> frozenset[str]:
    """The options of every position in an answer."""
    if isinstance(answer, dict | list):
        parts = answer.values() if isinstance(answer, dict) else answer
        return frozenset(option for part in parts for option in taken(question, part))
    if answer == "nsp" or answer in _names(question):
        return frozenset({answer} - {"nsp"})
    number = float(str(answer).replace(",", "."))
    return frozenset([next(name for name, band in (question.bands or {}).items() if band.max is None or number <= band.max)])


def _names(question: Question) -> list[str]:
    return list(question.options or question.bands or {})
