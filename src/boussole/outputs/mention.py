"""The « mention explicite » that a decision taken with an algorithm must carry, ready to copy (CRPA, article R. 311-3-1-1)."""

import re
from collections.abc import Iterator, Mapping

from boussole.dossier import Dossier
from boussole.merging import by_whom, items
from boussole.model import ACCORD
from boussole.monitoring import IN_USE
from boussole.writing import one_line, typeset

# How far a decision is automated, as the mention says it; in the words of the law when the notice does not tell.
TAKEN: Mapping[str, str] = {
    "": "prise sur le fondement d’un traitement algorithmique",
    "aide": "prise à l’aide d’un traitement algorithmique",
    "entiere": "prise par un traitement algorithmique, sans intervention humaine",
}
DECIDES = "profil.decision-individuelle"  # the question that tells whether decisions on persons are taken, or helped


def render_mention(dossier: Dossier, address: str = "") -> str:
    """The mention as plain text, in paragraphs; "" when the use does not bear on individual decisions.

    What the dossier does not say stands between square
    brackets, to be filled in: nothing is made up. ``address`` is where the public page of the use is read.
    """
    return "\n\n".join(_paragraphs(dossier, address)) + "\n" if bears_on_decisions(dossier) else ""


def shown_mention(dossier: Dossier, address: str = "") -> str:
    """What the public page says of the mention: to be copied while the use is running, past once it is stopped, "" before."""
    if dossier.status == "arrete" and bears_on_decisions(dossier):
        return _fr("L’usage est arrêté. Les décisions prises avec lui, avant son arrêt, devaient porter une mention.")
    return render_mention(dossier, address) if dossier.status in IN_USE else ""


def bears_on_decisions(dossier: Dossier) -> bool:
    """Whether decisions on persons are taken, or helped, by the use: someone answers so, or the notice counts them, or says how
    far they are automated and that they reach the public."""
    notice, given = dossier.notice, by_whom(dossier.answers.get(DECIDES, {}))
    said = [given[ACCORD]] if ACCORD in given else given.values()
    if any("oui" in items(answer) for answer in said):
        return True
    return notice.decisions_per_year is not None or (notice.automation is not None and notice.scope == "externe")


def lacking(dossier: Dossier) -> tuple[str, ...]:
    """What the mention must say and the dossier does not."""
    wanted = {"la collectivité": dossier.authority, "la finalité": dossier.notice.purpose, "le contact": dossier.contact}
    return tuple(name for name, said in wanted.items() if not said)


def _paragraphs(dossier: Dossier, address: str) -> Iterator[str]:
    authority = _said(dossier.authority, "nom de la collectivité")
    yield _fr(f"Cette décision a été {TAKEN[dossier.notice.automation or '']}. {authority} en est responsable.")
    yield _fr(f"À quoi sert ce traitement : {_sentence(_said(dossier.notice.purpose, 'finalité du traitement'))}")
    where = f"La fiche publique de cet usage est à l’adresse {address}. " if address else ""
    rights = (
        "Vous avez le droit d’obtenir les règles qui définissent ce traitement, et comment elles ont été appliquées à votre cas."
    )
    yield _fr(f"{where}{rights} Pour l’exercer, écrire à {_said(dossier.contact, 'adresse du service')}.")
    cada = "la Commission d’accès aux documents administratifs (www.cada.fr)"
    without = "En cas de refus, ou sans réponse un mois après la réception de votre demande"
    yield _fr(f"{without}, vous avez deux mois pour saisir {cada}.")
    yield _fr("Code des relations entre le public et l’administration, articles L. 311-3-1, R. 311-3-1-1 et R. 311-3-1-2.")


def _said(text: str | None, name: str) -> str:
    return one_line(text).strip() if text else f"[{name} : à compléter]"


def _sentence(text: str) -> str:
    """A text that ends as a sentence does."""
    return text if re.search(r"[.!?…]$", text) else f"{text}."


def _fr(text: str) -> str:
    return one_line(typeset(text))
