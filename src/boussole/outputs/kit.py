"""The concertation kit: the same documents as pages of the site, as Markdown to edit and as HTML to print; workshop cards."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any

from boussole import agenda
from boussole.concertation import Kit, count_down, plan
from boussole.model import Case, Doctrine, Section
from boussole.papers import Blanks, Block, Command, Facts, Heading, Items, Quoted, Sheet, Text, as_html, as_markdown, markdown, md
from boussole.templating import render
from boussole.wording import Words
from boussole.writing import french_date, plural

CARDS, SLIPS = "cartes", "bulletins"
PRINTED = ("invitation", "animation", "greffe", "mots", "fiche", SLIPS, CARDS)  # what is made to be handed out, as PDF too
FACTS = "Ce que l’on en sait"
A_SHEET = 4  # cards on one side of a sheet


@dataclass(frozen=True, slots=True)
class Card:
    """A card: what its front says, what its back says; each text with its label, "" when it needs none."""

    kind: str
    title: str
    front: tuple[tuple[str, str], ...]
    back: tuple[tuple[str, str], ...]
    mark: str
    is_official: bool = False


@dataclass(frozen=True, slots=True)
class Days:
    """The days an authority chooses: the first one of all, and that of the event it prepares first; None while it did not."""

    start: date | None = None
    event: date | None = None


def sheets(doctrine: Doctrine, kit: Kit, days: Days = Days()) -> tuple[Sheet, ...]:
    """Every document but the cards; the calendar has days where they were chosen, and counts otherwise."""
    return (
        Sheet(
            "questions",
            "Les questions à débattre",
            "Les six premières sont citées ; les autres sont les nôtres.",
            tuple(_questions(doctrine, kit)),
        ),
        Sheet(
            "charte",
            "Dix engagements",
            "Ce que la collectivité promet avant de commencer, et que chacun peut lui rappeler.",
            tuple(_charter(kit)),
        ),
        Sheet("formats", "Les formats et les rôles", "De deux heures à trois jours, du trottoir au jury.", tuple(_formats(kit))),
        Sheet(
            "calendrier",
            "Le calendrier",
            "Deux semaines pour préparer un rendez-vous ; sept mois pour une démarche entière, et un bilan au dix-huitième.",
            tuple(_calendar(kit, days)),
        ),
        Sheet("invitation", "L’invitation", "À compléter, puis à porter là où vont les personnes.", tuple(_invitation(kit))),
        Sheet(
            "animation",
            "La fiche de l’animatrice ou de l’animateur",
            "L’atelier « un cas, sept critères », minute par minute.",
            tuple(_workshop(kit)),
        ),
        Sheet("greffe", "La feuille du greffier", "Une par table. La restitution se fait avec elle.", tuple(_clerk(kit))),
        Sheet("mots", "Les mots de la soirée", "À poser sur chaque table.", tuple(_words(doctrine, kit))),
        Sheet("fiche", "La fiche de contribution", "Une proposition par fiche. Aucun nom n’est demandé.", tuple(_sheet(kit))),
        Sheet(
            "restitution",
            "Le modèle de restitution",
            "Neuf parties. Les nombres s’y comptent à partir des fiches, jamais de mémoire.",
            tuple(_restitution(kit)),
        ),
        Sheet(
            "participants",
            "Les participants de l’appel national",
            "Ce que disent les sources, chacune à sa date. Les deux listes ne se mêlent pas.",
            tuple(_participants(kit)),
        ),
    )


def _questions(doctrine: Doctrine, kit: Kit) -> Iterator[Block]:
    yield Heading("Six questions de l’appel national, citées mot à mot")
    yield Text(f"Public visé par la source : {kit.audience.strip()[0].lower()}{kit.audience.strip()[1:]}")
    for source in dict.fromkeys(one.source for one in kit.quoted):
        asks = [one.ask for one in kit.quoted if one.source == source]
        yield Quoted(asks, source or "", kit.citations[source or ""])
    yield Heading("Nos questions, par critère")
    labels = {
        section.id: f"{section.number}. {section.label}" if section.number else section.label for section in doctrine.sections
    }
    asked: dict[str, list[str]] = {}
    for one in kit.questions:
        asked.setdefault(labels.get(one.about or "", "En général"), []).append(one.ask)
    yield Facts([(label, " ".join(asks)) for label, asks in asked.items()])


def _charter(kit: Kit) -> Iterator[Block]:
    yield Items([f"{one.title}. {one.plain}" for one in kit.commitments], is_ordered=True)


def _formats(kit: Kit) -> Iterator[Block]:
    yield Heading("Les formats")
    for one in kit.formats:
        told = f"{one.duration}. Pour : {one.audience}. Ce qu’il produit : {one.produces}. Matériel : {one.material}."
        yield Facts([(one.name, told)])
    yield Heading("Les rôles")
    yield Facts([(one.name, one.plain) for one in kit.roles])


def _calendar(kit: Kit, days: Days) -> Iterator[Block]:
    yield Heading("Préparer un rendez-vous en deux semaines")
    if days.event is not None:
        yield Facts([(french_date(day), due.what) for day, due in count_down(kit, days.event)])
    else:
        yield Facts([(_counted(due.before), due.what) for due in kit.countdown])
    yield Heading("Tenir une démarche entière")
    if days.start is not None:
        yield Text(f"Départ : {french_date(days.start)}.")
        planned = plan(kit, days.start)
        yield Facts([(f"Du {french_date(one.starts)} au {french_date(one.ends)}", f"{one.step.what}.") for one in planned])
    else:
        months = [f"Mois {one.first}" if one.first == one.last else f"Mois {one.first} à {one.last}" for one in kit.calendar]
        yield Facts([(month, f"{one.what}.") for month, one in zip(months, kit.calendar, strict=True)])
    if days == Days():
        yield Text("Pour avoir les jours et un agenda, à partir du premier jour et de celui du rendez-vous :")
        yield Command("boussole kit --start 2027-03-01 --event 2027-04-15 -o kit/")


def _counted(before: int) -> str:
    if before == 0:
        return "Le jour même"
    return f"{plural(before, 'jour')} avant" if before > 0 else f"{plural(-before, 'jour')} après, au plus tard"


def _invitation(kit: Kit) -> Iterator[Block]:
    yield from (Text(text) for text in kit.invitation)
    yield Blanks([(one.label, one.hint, one.lines) for one in kit.invitation_blanks])


def _workshop(kit: Kit) -> Iterator[Block]:
    minute = 0
    total = sum(moment.minutes for moment in kit.workshop)
    yield Text(f"Durée : {_clock(total)}, pause comprise.")
    yield Facts([(one.name, one.plain) for one in kit.supplies])
    yield Heading("Le déroulé")
    for moment in kit.workshop:
        parts = [
            moment.plain,
            f"À dire : « {moment.say} »" if moment.say else "",
            f"À noter : {moment.note}" if moment.note else "",
        ]
        yield Facts([(f"{_clock(minute)} – {_clock(minute + moment.minutes)}  {moment.name}", " ".join(filter(None, parts)))])
        minute += moment.minutes
    yield Heading("Choisir les cas")
    yield Text(kit.choice)
    yield Heading("Quand cela se passe mal")
    yield Facts([(one.name, one.plain) for one in kit.conduct])
    yield Heading("Que chacun puisse venir et parler")
    yield Items(kit.access)
    yield Heading("À ne pas oublier")
    yield Items(kit.advice)


def _clerk(kit: Kit) -> Iterator[Block]:
    yield Blanks([(one.label, one.hint, one.lines) for one in kit.clerk])
    for rank in range(1, _DISAGREEMENTS + 1):
        yield Heading(f"Désaccord {rank}")
        yield Blanks([(one.label, one.hint, one.lines) for one in kit.clerk_again])


_DISAGREEMENTS = 2  # on a sheet of the clerk: what a page holds


def _words(doctrine: Doctrine, kit: Kit) -> Iterator[Block]:
    known = {term.id: term for term in doctrine.glossary}
    yield Facts([(known[name].term, known[name].definition) for name in kit.words if name in known])


def _clock(minutes: int) -> str:
    return f"{minutes // 60} h {minutes % 60:02d}"


def _sheet(kit: Kit) -> Iterator[Block]:
    yield Blanks([(one.label, one.hint, one.lines) for one in kit.sheet])
    yield Blanks([(one.label, one.hint, one.lines) for one in kit.sheet_received])


def _restitution(kit: Kit) -> Iterator[Block]:
    for rank, part in enumerate(kit.restitution, 1):
        yield Heading(f"{rank}. {part.name}")
        yield Text(part.plain)
        yield Blanks([("", "", 2)])


def _participants(kit: Kit) -> Iterator[Block]:
    for roll in kit.participants:
        count = f" ({len(roll.names)})" if roll.names else ""
        day = "Au " if len(roll.date) == len("2026-01-01") else "En "
        yield Heading(f"{day}{french_date(roll.date)} : {roll.title[0].lower()}{roll.title[1:]}{count}")
        yield Quoted([roll.quote] if roll.quote else [], roll.source, kit.citations[roll.source])
        if roll.names:
            yield Items(roll.names)
        if roll.note:
            yield Text(roll.note)


# -- pages of the site -------------------------------------------------------------------------------------------------------


def render_kit_pages(
    doctrine: Doctrine, kit: Kit, *, is_printed: bool = False, places: Mapping[str, str] = MappingProxyType({})
) -> dict[str, str]:
    """The kit as pages, by name in the folder of the debate: an entrance, a page a document, the cards as they read.

    ``is_printed``: its files stand beside the pages, in the folder ``kit``. ``places``: the label of what the site says of a
    territory, by name."""
    cards = _cards(doctrine, kit)
    lead = f"{len(cards)} cartes, quatre par feuille A4 : les critères et les cas travaillés. Le kit les donne en PDF, à couper."
    found = (*sheets(doctrine, kit), Sheet(CARDS, "Les cartes d’atelier", lead, tuple(_as_read(cards))))
    slips = Sheet(SLIPS, "Les bulletins", "Un par personne : son avis, écrit avant d’en parler. Quatre par feuille.", ())
    made = [(one, one.name in PRINTED) for one in (*found, slips)] if is_printed else []
    pages = {"kit": render("kit/index.md.j2", kit=kit, sheets=found, made=made)}
    for sheet in found:
        body = "\n\n".join(_page_block(doctrine, block, places) for block in sheet.blocks)
        pages[f"kit-{sheet.name}"] = render("kit/page.md.j2", kit=kit, sheet=sheet, body=body)
    return pages


def _as_read(cards: Sequence[Card]) -> Iterator[Block]:
    """What is on the cards; the pages of the criteria and of the cases say it whole."""
    yield Text(
        "Devant : le critère et son texte, ou le cas à discuter. Au dos : de quoi débattre, ou l’avis et ce qui le change."
    )
    yield Text("Imprimer recto verso, retournement sur le bord long, puis couper sur les traits.")
    yield Items([f"{card.kind} : {card.title}" for card in cards])


def _page_block(doctrine: Doctrine, block: Block, places: Mapping[str, str]) -> str:
    if isinstance(block, Items) and any(name in places for name in block.items):
        return "\n".join(f"- [{md(name)}](#{places[name]})" if name in places else f"- {md(name)}" for name in block.items)
    if isinstance(block, Blanks):
        return "\n\n".join(_page_blank(label, hint, count) for label, hint, count in block.lines)
    if not isinstance(block, Quoted):
        return markdown(block)
    words = "\n>\n".join(f"> «&nbsp;{md(text)}&nbsp;»" for text in block.texts)
    known = any(source.id == block.source for source in doctrine.sources)
    cited = md(block.citation)
    told = f"Source&nbsp;: {f'[{cited}](#source-{block.source})' if known else cited}"
    return f":::{{container}} boussole-official\n**Texte cité**\n\n{words}\n\n{told}\n:::" if words else told


def _page_blank(label: str, hint: str, count: int) -> str:
    """Lines as wide as the page, which is printed from the browser too."""
    head = f"**{md(label)}** {md(hint)}" if label else ""
    if not count:
        return f"{head}\n\n☐ Oui   ☐ Non"
    lines = '<p class="boussole-line"></p>' * count
    return f"{head}\n\n```{{raw}} html\n{lines}\n```".lstrip()


# -- files -------------------------------------------------------------------------------------------------------------------


def render_kit(doctrine: Doctrine, kit: Kit, days: Days, today: date) -> dict[str, str]:
    """Every file of a kit, by name, with the days an authority chose; those of `PRINTED` are to be printed as PDF too."""
    files: dict[str, str] = {}
    found = sheets(doctrine, kit, days)
    for sheet in found:
        files[f"{sheet.name}.md"] = as_markdown(sheet, kit.notice)
        files[f"{sheet.name}.html"] = as_html(sheet, kit.notice)
    files[f"{CARDS}.html"] = render_cards(doctrine, kit)
    files[f"{SLIPS}.html"] = render("kit/slips.html", kit=kit, doctrine=doctrine, count=A_SHEET)
    if days != Days():
        files["calendrier.ics"] = _agenda(kit, days, today)
    files["index.html"] = render("kit/entrance.html", kit=kit, sheets=found, days=days, printed=PRINTED)
    return files


def _agenda(kit: Kit, days: Days, today: date) -> str:
    entries = []
    if days.start:
        named = f"concertation-{days.start:%Y%m%d}"
        planned = plan(kit, days.start)
        entries += [agenda.Entry(f"{named}-{one.step.id}", one.step.what, one.starts, one.ends) for one in planned]
    if days.event:
        named = f"rendez-vous-{days.event:%Y%m%d}"
        entries += [agenda.Entry(f"{named}-{due.id}", due.what, day, day) for day, due in count_down(kit, days.event)]
    return agenda.render("concertation", "Concertation : le calendrier", entries, today)


# -- cards -------------------------------------------------------------------------------------------------------------------


def render_cards(doctrine: Doctrine, kit: Kit) -> str:
    """The criteria and the cases as cards, four on a sheet of A4, each front before its backs: printed on both sides, turned on
    the long edge, each back falls behind its front."""
    found = _cards(doctrine, kit)
    fronts = [found[rank : rank + A_SHEET] for rank in range(0, len(found), A_SHEET)]
    return render("kit/cards.html", kit=kit, doctrine=doctrine, sheets=[(front, _turned(front)) for front in fronts])


def _turned(cards: Sequence[Card]) -> list[Card | None]:
    """The backs as they must stand: what is on the left of a front is on the right of its back."""
    full: list[Card | None] = [*cards, *[None] * (A_SHEET - len(cards))]
    return [full[rank + 1 if rank % 2 == 0 else rank - 1] for rank in range(A_SHEET)]


def _cards(doctrine: Doctrine, kit: Kit) -> list[Card]:
    return [
        _scale(doctrine),
        *(_criterion(doctrine, kit, section) for section in doctrine.criteria),
        *(_case(doctrine, case) for case in doctrine.cases),
    ]


def _scale(doctrine: Doctrine) -> Card:
    return Card(
        kind="Au milieu de la table",
        title="Les avis possibles",
        front=tuple((level.label, level.meaning) for level in doctrine.scale),
        back=(
            ("À quoi elle sert", "Chacun en choisit un, seul, et l’écrit sur son bulletin avant d’en parler."),
            ("Comment se forme l’avis calculé", "La réponse la plus sévère l’emporte. Aucun avantage ne rachète un refus."),
            ("« Je ne sais pas »", "C’est une réponse. Écrire ce qu’il faudrait savoir, et qui devrait le savoir."),
        ),
        mark="=",
    )


def _criterion(doctrine: Doctrine, kit: Kit, section: Section) -> Card:
    words = Words(doctrine)
    weighing = [question.ask for question in section.questions if words.weighs(question.id) and question.parent is None]
    debated = [one.ask for one in kit.questions if one.about == section.id]
    official = doctrine.text(section.text) if section.text else None
    cited = f"Source : {doctrine.source(official.source).citation}" if official else ""
    front = ((words.voice(official.id), f"« {official.quote} »"), ("", cited)) if official else ()
    return Card(
        kind=f"Critère {section.number}",
        title=section.label,
        front=(*front, ("En clair (proposition du projet)", section.plain)),
        back=(("À débattre", " ".join(debated)), *(("À vérifier", ask) for ask in _fitting(weighing))),
        mark=str(section.number),
        is_official=official is not None,
    )


_QUESTIONS, _ROOM = 3, 400  # questions on a card at most, and the characters they share


def _fitting(asks: Sequence[str]) -> list[str]:
    """The first questions that a card has room for."""
    kept = [ask for rank, ask in enumerate(asks[:_QUESTIONS]) if sum(map(len, asks[: rank + 1])) <= _ROOM]
    return kept or [asks[0]] if asks else []


def _case(doctrine: Doctrine, case: Case) -> Card:
    opinion, turned = doctrine.level(case.opinion).label, doctrine.level(case.turning_point.opinion).label
    facts = _facts(doctrine, case)
    return Card(
        kind="Cas inventé",
        title=case.title,
        front=(
            ("", case.summary),
            ("Domaine", case.domain),
            *((("Ce que l’on en sait", facts[0]),) if facts else ()),
            *(("", one) for one in facts[1:]),
        ),
        back=(
            ("Avis calculé", opinion),
            ("Pourquoi", case.because),
            ("Ce qui changerait l’avis", f"{case.turning_point.because} L’avis serait : {turned}."),
        ),
        mark="?",
    )


def _facts(doctrine: Doctrine, case: Case) -> list[str]:
    """What a table must know to discuss a case, as far as its card has room: what weighs most against it first."""
    words, order = Words(doctrine), [level.id for level in doctrine.scale]
    known = [(name, given, _weight(doctrine, order, name, given)) for name, given in case.answers.items() if words.weighs(name)]
    weighing = sorted((one for one in known if one[2] is not None), key=lambda one: -(one[2] or 0))
    told = [f"{doctrine.questions[name].ask} {words.answer_label(name, given)}." for name, given, _ in weighing]
    return [one for rank, one in enumerate(told) if len(case.summary) + sum(map(len, told[: rank + 1])) <= _CASE_ROOM]


_CASE_ROOM = 520  # characters that the summary of a case and its facts share on the front of a card


def _weight(doctrine: Doctrine, order: Sequence[str], name: str, given: Any) -> int | None:
    """How far down the scale an answer leads; not at all when nobody knows it, None when it weighs nothing."""
    option = doctrine.questions[name].option_of(given)
    rank = order.index(doctrine.questions[name].choices[option].effect or order[0]) if option else 0
    return rank if rank or option is None else None
