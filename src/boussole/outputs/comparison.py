"""A page that sets doctrines side by side on the same cases: where they part, why, and what cannot be compared."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from boussole.model import Adaptation, Case, Doctrine, Level
from boussole.templating import render

_VERBS = {"change": "Modifié", "remove": "Retiré", "add": "Ajouté"}
NAMES = {
    "level": "avis de l’échelle",
    "topic": "thème",
    "source": "source",
    "document": "document",
    "text": "citation",
    "role": "rôle",
    "section": "partie",
    "question": "question",
    "indicator": "indicateur",
    "guarantee": "garantie",
    "case": "cas",
    "prohibition": "interdit",
    "high-risk": "domaine à haut risque",
    "term": "mot du glossaire",
    "event": "date",
    "discrepancy": "divergence",
    "interpretation": "lecture",
    "unverified": "point à vérifier",
}


@dataclass(frozen=True, slots=True)
class Both:
    """A case that two doctrines work through, as each does, in the order they are shown."""

    first: Case
    second: Case
    opinions: tuple[Level, Level]
    turned: tuple[Level, Level]

    @property
    def flips(self) -> bool:
        """Whether the opinion is another one."""
        return self.opinions[0].id != self.opinions[1].id

    @property
    def turns_otherwise(self) -> bool:
        """Whether the opinion after the turning point is another one."""
        return self.turned[0].id != self.turned[1].id


def render_comparison(
    doctrine: Doctrine, others: Sequence[Doctrine], prove: Callable[[Doctrine, Doctrine], str]
) -> dict[str, str]:
    """The page, by relative name; none when there is nothing to compare with. ``prove`` tells, as Markdown, what the rules of the
    second doctrine change of the opinions of the first."""
    if not others:
        return {}
    related = [
        (other, _cases(doctrine, other), _changes(doctrine, other), prove(*_base_first(doctrine, other)))
        for other in others
        if _is_related(doctrine, other)
    ]
    apart = [(other, _cases(doctrine, other)) for other in others if not _is_related(doctrine, other)]
    return {"comparer.md": render("pages/comparer.md.j2", doctrine=doctrine, related=related, apart=apart)}


def _is_related(one: Doctrine, other: Doctrine) -> bool:
    """Whether one of the two extends the other: their questions are the same but for what one of them changes."""
    return one.doctrine.id in _bases(other) or other.doctrine.id in _bases(one)


def _bases(doctrine: Doctrine) -> Iterator[str]:
    while doctrine.derivation:
        doctrine = doctrine.derivation.base
        yield doctrine.doctrine.id


def _base_first(one: Doctrine, other: Doctrine) -> tuple[Doctrine, Doctrine]:
    return (one, other) if one.doctrine.id in _bases(other) else (other, one)


def _changes(one: Doctrine, other: Doctrine) -> list[tuple[str, Adaptation]]:
    """What the one that extends changes, in words."""
    derived = one.derivation or other.derivation
    return [(f"{_VERBS[change.verb]} : {NAMES[change.kind]}", change) for change in (derived.adaptations if derived else ())]


def _cases(one: Doctrine, other: Doctrine) -> list[Both]:
    """The cases that both work through; the opinions are those that loading recomputed."""
    named = {case.id: case for case in other.cases}
    return [
        Both(
            case,
            named[case.id],
            (one.level(case.opinion), other.level(named[case.id].opinion)),
            (one.level(case.turning_point.opinion), other.level(named[case.id].turning_point.opinion)),
        )
        for case in one.cases
        if case.id in named
    ]
