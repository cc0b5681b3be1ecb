"""What must be said of an assessed dossier besides its opinion, in sentences: a document and a terminal say the same.

Sentences are ours or the doctrine's, not yet typeset."""

from collections.abc import Iterator, Sequence

from boussole.assessment import Assessment, Disagreement
from boussole.dossier import Decision, Dossier
from boussole.merging import items
from boussole.model import ACCORD, Doctrine, Question
from boussole.wording import UNKNOWN, Words
from boussole.writing import WIDE, plural

CONTRADICTED = "Deux résultats de discussion se contredisent."
MOST_NAMED = 3  # unanswered questions named in a sentence; beyond, they are counted


class Telling:
    """The sentences of one dossier."""

    def __init__(self, doctrine: Doctrine, dossier: Dossier, assessment: Assessment) -> None:
        self.doctrine, self.dossier, self.assessment = doctrine, dossier, assessment
        self.words = Words(doctrine)
        self.open = [one for one in dossier.disagreements(doctrine) if not one.is_settled]

    def level(self, name: str) -> str:
        """The label of a level; the name itself when the doctrine does not know it."""
        return self.doctrine.level(name).label if name in self.doctrine.levels else name

    def version(self) -> str:
        """That the dossier was filled under something else than this doctrine, or nothing."""
        if self.dossier.is_of(self.doctrine):
            return ""
        named = self.dossier.doctrine.version
        other = named if named != self.doctrine.doctrine.version else f"{named}, dans un autre état"
        return f"Ce dossier a été rempli sous une autre version de la doctrine ({other})."

    def unanswered(self) -> str:
        """What a settled opinion would hide, or nothing."""
        answers, possible = self.dossier.answers, self.assessment.possible
        silent = sum(name not in answers for name in possible)
        unknown = sum(name in answers and name not in self.assessment.answered for name in possible)
        parts = [f"{plural(silent, 'question')} sans réponse"] if silent else []
        parts += [f"{unknown}{WIDE}« {UNKNOWN} »"] if unknown else []
        verb, later = ("elles ne changent", "compteront") if silent + unknown > 1 else ("elle ne change", "comptera")
        return f"{' et '.join(parts)} : {verb} pas l’avis actuel, mais {later} s’il change." if parts else ""

    def disputed(self) -> str:
        """How far disagreements keep the opinion open, or nothing."""
        count, weighing = len(self.open), sum(one.matters for one in self.open)
        which = "qui" if weighing == count else f"dont {weighing}"
        told = f"{plural(count, 'désaccord')}, {which} {'change' if weighing == 1 else 'changent'} l’avis."
        return told if weighing else ""

    def warnings(self, decision: Decision) -> Iterator[str]:
        """What whoever reads a decision must know: it is not the opinion, which is not what it was; a red line stays one."""
        opinion, outcome, worst = self.assessment.opinion, self.level(decision.outcome), self.doctrine.levels[-1]
        if opinion is None and len(decision.opinion or ()) != 1:
            yield "La décision a été prise alors que l’avis reste à compléter."
        elif opinion not in (None, decision.outcome):
            yield f"La décision s’écarte de l’avis : l’avis est « {self.level(str(opinion))} », la décision « {outcome} »."
        attainable = self.assessment.attainable
        if decision.opinion and sorted(decision.opinion) != sorted(attainable):
            was, is_now = self._opinion(decision.opinion), self._opinion(attainable)
            told = f"l’avis était « {was} », il est maintenant « {is_now} ». Revoir la décision."
            yield f"Depuis la décision, des réponses ou la doctrine ont changé : {told}"
        if opinion == worst != decision.outcome:
            yield "Une ligne rouge est franchie ; la décision ne la lève pas."

    def _opinion(self, levels: Sequence[str]) -> str:
        labels = [self.level(level) for level in levels]
        return labels[0] if len(labels) == 1 else f"À compléter ({', '.join(labels).lower()})"

    def unsettled(self, level: str) -> str:
        """What could still lead to worse once the answers that hold a level back are changed, or nothing."""
        asks = {name: self.doctrine.questions[name].ask for name in self.assessment.unsettled(level)}
        disputed = [one.question for one in self.open]
        silent = [name for name in asks if name not in self.assessment.answered]
        parts = [f"{asks[name]} ({'désaccord' if name in disputed else 'à revoir'})" for name in asks if name not in silent]
        if len(silent) > MOST_NAMED:
            parts.append(f"{len(silent)} questions sans réponse")
        else:
            parts += [f"{asks[name]} (sans réponse)" for name in silent]
        return f"Il faudra aussi régler : {' ; '.join(parts)}." if parts else ""

    def weight(self, found: Disagreement) -> str:
        """Whether a disagreement matters, and why it does not."""
        question = self.doctrine.questions[found.question]
        if found.is_settled:
            kept = f"éponse retenue : « {self.position(question, ACCORD, self.dossier.position(question.id, ACCORD))} »."
            return f"Il pesait sur l’avis ; r{kept}" if found.matters else f"R{kept}"
        return f"{CONTRADICTED} " * found.is_contradicted + self._effect(found, question)

    def _effect(self, found: Disagreement, question: Question) -> str:
        if found.matters:
            return "Ce désaccord change l’avis."
        left = next(iter(found.attainable.values()))
        opinion = self.level(left[0]) if len(left) == 1 else "à compléter"
        cases = "dans les deux cas" if len(found.attainable) == 2 else "dans tous les cas"
        told = f"Pour l’instant, l’avis reste « {opinion} » {cases}"
        why = f", car d’autres réponses pèsent autant ou plus.{self._alone(found, question)}"
        return told + (why if found.is_outweighed else ".")

    def _alone(self, found: Disagreement, question: Question) -> str:
        """What the answers of a disagreement would lead to if nothing else weighed."""
        best = self.doctrine.levels[0]
        effects = {option: question.choices[option].effect or best for option in found.attainable}
        return "".join(
            f" À elle seule, la réponse « {question.label_of(option)} » mène à « {self.level(effect)} »."
            for option, effect in effects.items()
            if effect != best
        )

    def position(self, question: Question, who: str, given: object) -> str:
        """What someone answers, in words."""
        return " ou ".join(self.words.position_label(question.id, who, item) for item in items(given))
