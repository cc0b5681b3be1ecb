"""The account of a consultation as a document to hand out: the nine parts of the kit's model, computed from what was said."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from boussole.concertation import Kit
from boussole.debate import PROFILES, REPLIES, STATES, WORDS, Contribution
from boussole.papers import Block, Facts, Heading, Items, Sheet, Text
from boussole.restitution import Restitution
from boussole.writing import french_date, french_since, plural

UNTOLD = "Non renseigné."
COMPUTED = "Les fiches, les réponses et les rendez-vous y sont comptés par le programme, à partir de leurs fichiers."
INVENTED = "Exemple inventé : il montre la machine, et ne compte dans aucun total."
GATHERED = "Il réunit ce que disent les sources retrouvées ; ce n’est pas la restitution de la collectivité."


NOTICE = "Le modèle de ce document est une proposition du projet boussole. Son contenu est celui de la démarche."


def account(found: Restitution, kit: Kit, today: date) -> Sheet:
    """The account of one consultation on a day. What people said stands in their words, whole, when it may be published."""
    one = found.consultation
    parts = (_why, _who, _raised, _disagreed, _answered, _changed, _unknown, _review, _annexes)
    blocks: list[Block] = []
    for rank, (part, tell) in enumerate(zip(kit.restitution, parts, strict=True), 1):
        told = list(tell(found, kit))
        blocks += [Heading(f"{rank}. {part.name}"), *(told or [Text(UNTOLD)])]
    notes = {"example": f"{INVENTED} {COMPUTED}"}.get(one.kind, f"{COMPUTED} {GATHERED}" if one.sources else COMPUTED)
    lead = f"{one.authority}, {_span(one.starts, one.ends)}. Document du {french_date(today)}. {notes}"
    return Sheet(f"restitution-{one.id}", f"Restitution : {one.title}", lead, tuple(blocks))


def _span(starts: str, ends: str | None) -> str:
    return f"{french_date(starts)} – {french_date(ends)}" if ends else french_since(starts)


def _why(found: Restitution, kit: Kit) -> Iterator[Block]:
    one = found.consultation
    if one.summary:
        yield Text(one.summary)
    yield Facts([("Pourquoi", one.why or UNTOLD), ("Ce qui était décidé d’avance", one.decided or UNTOLD)])


def _who(found: Restitution, kit: Kit) -> Iterator[Block]:
    if found.formats:
        yield Items([_held(kit, name, count, people) for name, (count, people) in found.formats.items()])
        held = [event for event in found.events if event.state == "tenu"]
        yield Facts([(event.title, ", ".join(filter(None, (french_date(event.starts), event.place)))) for event in held])
    if found.participants is not None:
        told = plural(found.participants, "participation")
        yield Text(f"En tout, {told} ; une personne venue deux fois compte deux fois.")
    if found.contributions:
        received = plural(len(found.contributions), "contribution reçue", "contributions reçues")
        yield Text(f"{received}. État : {_counted(found.states, STATES)}.")
        aside = [one.moderation[-1].because for one in found.contributions if one.state == "ecartee"]
        if aside:
            yield Text("Motifs des fiches écartées :")
            yield Items(aside)
        yield Text(f"Profils : {_counted(found.profiles, {**PROFILES, '': 'non dit'})}.")
    yield Facts([("Qui a manqué", " ".join(found.consultation.absent) or UNTOLD)])


def _held(kit: Kit, name: str, count: int, people: int | None) -> str:
    came = "nombre de personnes non renseigné" if people is None else plural(people, "personne")
    return f"{kit.format(name).name if name else 'Autre rencontre'} : {plural(count, 'événement')}, {came}."


def _counted(counts: Mapping[str, int], names: Mapping[str, str]) -> str:
    return " ; ".join(f"{names[name].lower()}, {count}" for name, count in counts.items())


def _raised(found: Restitution, kit: Kit) -> Iterator[Block]:
    if found.raised:
        pairs = [
            (
                f"{raised.section.label}, {plural(len(raised.contributions), 'contribution')}",
                " ; ".join(_said(one) for one in raised.contributions),
            )
            for raised in found.raised
        ]
        yield Facts(pairs)


def _said(one: Contribution) -> str:
    return f"« {one.title} »"


def _disagreed(found: Restitution, kit: Kit) -> Iterator[Block]:
    labels = {section.id: section.label for section in found.doctrine.sections}
    labels |= {name: question.ask for name, question in found.doctrine.questions.items()}
    labels |= {case.id: case.title for case in found.doctrine.cases}
    for event, wrote in found.disagreements:
        sides = " ; ".join(f"« {side} »" for side in wrote.sides)
        few = f". Dit par peu de personnes : « {wrote.minority} »" if wrote.minority else ""
        yield Facts([(f"{labels.get(wrote.about, wrote.about)} ({event.title})", f"{sides}{few}")])
    if found.oppositions:
        yield Text("Des contributions qui s’opposent :")
        yield Items([f"{_said(first)} n’est pas d’accord avec {_said(second)}" for first, second in found.oppositions])
    if found.alone:
        yield Text("Dit une seule fois :")
        yield Items([f"{raised.section.label} : {_said(raised.contributions[0])}" for raised in found.alone])


def _answered(found: Restitution, kit: Kit) -> Iterator[Block]:
    if not found.proposals:
        return
    counts = _counted(found.replies, {str(name): told for name, told in REPLIES.items()} | {"": "sans réponse"})
    yield Text(f"{plural(len(found.proposals), 'proposition')} : {counts}.")
    yield Facts([(one.proposal or "", _reply(found, one)) for one in found.proposals])


def _reply(found: Restitution, one: Contribution) -> str:
    origin = f"Dit le {french_date(one.date)}, {_place(found, one)}."
    condition = f" À condition : « {one.condition} »" if one.condition else ""
    answer = one.answer
    if answer is None:
        return f"{origin}{condition} Pas encore de réponse."
    due = f", échéance : {french_date(answer.due)}" if answer.due else ""
    return f"{origin}{condition} {REPLIES[answer.reply]}, le {french_date(answer.on)}, {answer.by}{due}. {answer.because}"


def _place(found: Restitution, one: Contribution) -> str:
    return found.debate.event(one.event).title if one.event else one.channel or UNTOLD


def _changed(found: Restitution, kit: Kit) -> Iterator[Block]:
    if not found.changes:
        yield Text("Aucune version ne porte encore une proposition de cette démarche.")
    yield from (
        Facts(
            [
                (
                    _carrier(found, change.answer.version or ""),
                    f"{_said(change.contribution)}{_touched(found, change.answer.changes)}",
                )
            ]
        )
        for change in found.changes
    )


def _carrier(found: Restitution, version: str) -> str:
    edition = found.debate.editions.get(version)
    return edition.doctrine.name if edition else f"Version {version}"


def _touched(found: Restitution, names: Sequence[str]) -> str:
    told = [found.doctrine.questions[name].ask if name in found.doctrine.questions else name for name in names]
    return f" : {' ; '.join(told)}" if told else "."


def _unknown(found: Restitution, kit: Kit) -> Iterator[Block]:
    silent = ", ".join(section.label for section in found.silent)
    told = [*found.consultation.unknown, *([f"Critères dont aucune contribution publiée ne parle : {silent}."] if silent else [])]
    if told:
        yield Items(told)


def _review(found: Restitution, kit: Kit) -> Iterator[Block]:
    if found.consultation.review:
        yield Text(f"Prévu : {french_date(found.consultation.review)}.")


def _annexes(found: Restitution, kit: Kit) -> Iterator[Block]:
    one = found.consultation
    yield Facts([(label, value or UNTOLD) for label, value in _costs(found)])
    for said in found.published:
        yield Text(f"Fiche du {french_date(said.date)}, {_place(found, said)} ({said.id})")
        yield Items([f"{WORDS[name]} : « {text} »" for name, text in said.words.items()])
    if one.sources:
        yield Text("Sources :")
        yield Items([found.doctrine.source(name).citation for name in one.sources])


def _costs(found: Restitution) -> list[tuple[str, str | None]]:
    one = found.consultation
    return [("Méthode", one.method), ("Coût", one.cost), ("Empreinte", one.footprint)]
