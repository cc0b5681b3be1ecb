"""The « mention explicite » that a decision taken with an algorithm must carry, ready to copy (CRPA, article R. 311-3-1-1)."""

import re
from collections.abc import Iterator

from boussole.dossier import Dossier
from boussole.writing import one_line, typeset


def render_mention(dossier: Dossier, address: str = "") -> str:
    """The mention as plain text, in paragraphs; "" when the use does not bear on individual decisions.

    What the dossier does not say stands between square
    brackets, to be filled in: nothing is made up. ``address`` is where the public page of the use is read.
    """
    return "\n\n".join(_paragraphs(dossier, address)) + "\n" if bears_on_decisions(dossier) else ""


def bears_on_decisions(dossier: Dossier) -> bool:
    """Whether the notice says that decisions on persons are taken, or helped, by the use: it counts them, or says how far they
    are automated and that they reach the public."""
    notice = dossier.notice
    return notice.decisions_per_year is not None or (notice.automation is not None and notice.scope == "externe")


def lacking(dossier: Dossier) -> tuple[str, ...]:
    """What the mention must say and the dossier does not."""
    wanted = {"la collectivité": dossier.authority, "la finalité": dossier.notice.purpose, "le contact": dossier.contact}
    return tuple(name for name, said in wanted.items() if not said)


def _paragraphs(dossier: Dossier, address: str) -> Iterator[str]:
    authority = _said(dossier.authority, "nom de la collectivité")
    is_whole = dossier.notice.automation == "entiere"
    taken = (
        "prise par un traitement algorithmique, sans intervention humaine"
        if is_whole
        else "prise à l’aide d’un traitement algorithmique"
    )
    yield _fr(f"Cette décision a été {taken}. {authority} en est responsable.")
    yield _fr(f"À quoi sert ce traitement : {_sentence(_said(dossier.notice.purpose, 'finalité du traitement'))}")
    where = f"La fiche publique de cet usage est à l’adresse {address}. " if address else ""
    rights = (
        "Vous avez le droit d’obtenir les règles qui définissent ce traitement, et comment elles ont été appliquées à votre cas."
    )
    yield _fr(f"{where}{rights} Pour l’exercer, écrire à {_said(dossier.contact, 'adresse du service')}.")
    cada = "la Commission d’accès aux documents administratifs (www.cada.fr)"
    yield _fr(f"Sans réponse un mois après la réception de votre demande, vous avez deux mois pour saisir {cada}.")
    yield _fr("Code des relations entre le public et l’administration, articles L. 311-3-1, R. 311-3-1-1 et R. 311-3-1-2.")


def _said(text: str | None, name: str) -> str:
    return one_line(text).strip() if text else f"[{name} : à compléter]"


def _sentence(text: str) -> str:
    """A text that ends as a sentence does."""
    return text if re.search(r"[.!?…]$", text) else f"{text}."


def _fr(text: str) -> str:
    return one_line(typeset(text))
