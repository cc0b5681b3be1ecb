"""What ids are called for people: the labels of options, levels, roles and findings, the sentence that cites a source."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any

from boussole.dossier import Contributor
from boussole.model import ACCORD, NO_ROLE, NSP, Band, Doctrine, Indicator, Option, Question, Quotation, Source
from boussole.shapes import number_of
from boussole.writing import french_date

BINDING = {"obligation": "Obligation pour une métropole.", "bonne-pratique": "Bonne pratique.", "contexte": "Contexte."}
CONFIDENCE = {"high": "élevée", "medium": "moyenne", "low": "faible"}
MOMENTS = {"before": "avant", "during": "pendant", "after": "après"}
UNKNOWN = "Je ne sais pas"
NO_ACCORD = "pas d’accord trouvé"
CONTRADICTED = "deux résultats de discussion se contredisent"


def number(value: float | None) -> str:
    """A bound as people write it: a comma, and no useless zero."""
    return f"{value:.10g}".replace(".", ",") if value is not None else ""


def enumerated(words: Sequence[str]) -> str:
    """``a, b et c``."""
    return " et ".join(filter(None, [", ".join(words[:-1]), words[-1] if words else ""]))


def _bounds(bands: Mapping[str, Band], name: str) -> str:
    """The numbers of a band, in words; nothing for the last one, which has no end, nor for what is no band."""
    if name not in bands or bands[name].max is None:
        return ""
    names, band = list(bands), bands[name]
    place = names.index(name)
    low = bands[names[place - 1]].max if place else band.min
    if low == band.max:
        return number(low)
    bounds = f"jusqu’à {number(band.max)}" if low is None else f"{number(low)} à {number(band.max)}"
    return f"plus de {bounds}" if place else bounds


def inside(label: str) -> str:
    """A label within a sentence: a small first letter, but for an acronym."""
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one doctrine."""

    doctrine: Doctrine

    def is_text(self, name: str) -> bool:
        """Whether a reference names a quotation, rather than a source."""
        return any(text.id == name for text in self.doctrine.texts)

    def voice(self, text: str) -> str:
        """Whose words a quotation holds: those of the authority, or of someone who speaks about it."""
        return (
            "Texte officiel"
            if self.doctrine.source(self.doctrine.text(text).source).kind in ("official", "law")
            else "Texte cité"
        )

    def texts_of(self, chapter: str) -> list[Quotation]:
        return [text for text in self.doctrine.texts if text.chapter == chapter]

    def sources_of(self, topic: str | None) -> list[Source]:
        """The sources of a topic."""
        return [source for source in self.doctrine.sources if source.topic == topic]

    def weighs(self, question: str) -> bool:
        """Whether some answer to a question has an effect."""
        best = self.doctrine.levels[0]
        return any((option.effect or best) != best for option in self.doctrine.questions[question].choices.values())

    def red_lines(self) -> list[tuple[Question, str]]:
        """The questions that can lead to the worst level of the scale, each with the rule it makes: the claim of the guarantee
        that proves it, or else the question and its answer."""
        worst = self.doctrine.levels[-1]
        claims = {
            (name, answer): guarantee.claim
            for guarantee in self.doctrine.guarantees
            if guarantee.opinions == [worst]
            for premise in guarantee.premises
            if len(premise) == 1
            for name, answer in premise.items()
            if isinstance(answer, str)
        }
        return [
            (question, claims.get((question.id, name), f"{question.ask} {question.label_of(name)}."))
            for question in self.doctrine.questions.values()
            for name, option in question.choices.items()
            if option.effect == worst
        ]

    def option_labels(self, question: str, options: Iterable[str]) -> str:
        return " ou ".join(self.doctrine.questions[question].label_of(option) for option in options)

    def option_label(self, question: Question, option: str) -> str:
        """An option as it is offered; a band says its numbers, without which no one could choose it on paper."""
        bands = question.bands or {}
        return f"{question.label_of(option)} ({_bounds(bands, option)})" if _bounds(bands, option) else question.label_of(option)

    def band_labels(self, indicator: Indicator) -> str:
        """What the measures of an indicator lead to, in one sentence; nothing when they have no effect."""
        bands = indicator.bands or {}
        told = [
            f"Dernière mesure « {band.label or name} » ({_bounds(bands, name) or 'au-delà'}) : {self.effect_label(band)}. "
            f"{band.because} Que faire : {band.remedy}"
            for name, band in bands.items()
            if self.effect_label(band)
        ]
        return " ".join(told)

    def contributor(self, who: str, contributors: Mapping[str, Contributor] = MappingProxyType({})) -> str:
        """What to call who answers: a role, what tells them from others, or the outcome of the discussion."""
        labels = {ACCORD: "Résultat de la discussion", NO_ROLE: "Sans rôle indiqué"}
        labels |= {role.id: role.label for role in self.doctrine.roles}
        if who not in contributors:
            return labels.get(who, who)
        role, label = contributors[who].role, contributors[who].label
        return f"{labels.get(role, role)} ({label})" if label else labels.get(role, role)

    def answer_label(self, question: str, answer: Any, contributors: Mapping[str, Contributor] = MappingProxyType({})) -> str:
        """An answer as it is written in a source, in words; a number keeps its unit, a position who takes it."""
        found = self.doctrine.questions[question]
        if isinstance(answer, Mapping):
            return " ; ".join(
                f"{self.contributor(who, contributors)} : {self.position_label(question, who, given)}"
                for who, given in answer.items()
            )
        if isinstance(answer, list | tuple | set):
            return " ou ".join(self.answer_label(question, item) for item in answer)
        if answer == NSP:
            return UNKNOWN
        if answer in found.choices:
            return found.label_of(answer)
        return f"{str(answer).replace('.', ',')} {found.unit or ''}".strip()

    def position_label(self, question: str, who: str, given: Any) -> str:
        """What someone answers; a discussion that knows no answer is one that found no agreement."""
        if who != ACCORD:
            return self.answer_label(question, given)
        several = isinstance(given, list) and len({self._option(question, one) for one in given} - {NSP}) > 1
        return NO_ACCORD if given == NSP else self.answer_label(question, given) + f" ({CONTRADICTED})" * several

    def _option(self, question: str, given: Any) -> str:
        """The option an answer names, or the band its number falls in."""
        value = number_of(given) if self.doctrine.questions[question].bands else None
        return str((value is not None and self.doctrine.questions[question].band_of(value)) or given)

    def effect_label(self, option: Option) -> str:
        """What an option leads to: « Suspendu (prérequis) », or nothing when it has no effect."""
        if option.effect in (None, self.doctrine.levels[0]):
            return ""
        level = self.doctrine.level(str(option.effect))
        return f"{level.label} ({level.gravity})"

    def finding_label(self, levels: Collection[str]) -> str:
        return self.level_labels(levels) if len(levels) == 1 else "à compléter"

    def level_labels(self, levels: Iterable[str]) -> str:
        return ", ".join(self.doctrine.level(level).label.lower() for level in levels)

    def moments(self, when: Iterable[str]) -> str:
        """When an indicator is measured."""
        return ", ".join(MOMENTS[moment] for moment in when)

    def pace(self, indicator: Indicator) -> str:
        """How often an indicator is measured; for which groups."""
        months = enumerated([str(month) for month in sorted(indicator.at) if month])
        dated = [*(["au départ"] if 0 in indicator.at else []), *([f"à {months} mois"] if months else [])]
        told = [", puis ".join(dated)] if dated else []
        told += [f"tous les {indicator.every} mois"] if indicator.every else []
        told += ["par métier, jamais par personne"] if indicator.by_group else []
        return "".join(f" ; {text}" for text in told)

    def role_labels(self, roles: Iterable[str]) -> str:
        """The roles, as one lower-case list that keeps acronyms."""
        return ", ".join(inside(self.doctrine.role(role).label) for role in roles)

    def url(self, source: Source) -> str:
        """Where a source is read: its address, or that of the article of law it cites."""
        article = re.search(r"LEGIARTI\d{12}", source.citation)
        if source.url or not article:
            return source.url or ""
        part = "codes" if re.search(r"\b[Cc]ode\b|CRPA|CGFP|CCP", source.citation) else "loda"
        return f"https://www.legifrance.gouv.fr/{part}/article_lc/{article[0]}"

    def citation(self, source: Source, today: date) -> str:
        """The exact citation of a source, its dates on the day of publication, and how sure we are of it."""
        parts = [source.citation.rstrip(".") + "."]
        if source.date:
            parts.append(f"Date : {french_date(source.date)}.")
        if source.applies_from:
            applies = "S’applique depuis le" if source.applies_from <= today else "S’appliquera à partir du"
            parts.append(f"{applies} {french_date(source.applies_from)}.")
        if source.binding:
            parts.append(BINDING[source.binding])
        parts.append(f"Confiance {CONFIDENCE[source.confidence]}, relevé le {french_date(source.checked_on)}.")
        return " ".join(parts)
