"""The concertation kit: the same documents as pages of the site, as Markdown to edit and as HTML to print; workshop cards."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from boussole import agenda
from boussole.concertation import Kit, plan
from boussole.model import Case, Doctrine, Section
from boussole.papers import Blanks, Block, Command, Facts, Heading, Items, Quoted, Sheet, Text, as_html, as_markdown, markdown, md
from boussole.templating import render
from boussole.wording import Words
from boussole.writing import french_date

CARDS = "cartes"
PRINTED = ("animation", "fiche", CARDS)  # what is made to be handed out, as PDF too
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


def sheets(doctrine: Doctrine, kit: Kit, start: date | None = None) -> tuple[Sheet, ...]:
    """Every document but the cards; the calendar has days when there is a ``start``, and months otherwise."""
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
            "Sept mois de débat, cinq pour changer la doctrine, un bilan au dix-huitième.",
            tuple(_calendar(kit, start)),
        ),
        Sheet(
            "animation",
            "La fiche de l’animatrice ou de l’animateur",
            "L’atelier « un cas, sept critères », minute par minute.",
            tuple(_workshop(kit)),
        ),
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


def _calendar(kit: Kit, start: date | None) -> Iterator[Block]:
    if start is not None:
        yield Text(f"Départ : {french_date(start)}.")
        yield Facts(
            [(f"Du {french_date(one.starts)} au {french_date(one.ends)}", f"{one.step.what}.") for one in plan(kit, start)]
        )
        return
    months = [f"Mois {one.first}" if one.first == one.last else f"Mois {one.first} à {one.last}" for one in kit.calendar]
    yield Facts([(month, f"{one.what}.") for month, one in zip(months, kit.calendar, strict=True)])
    yield Text("Pour avoir les jours et un agenda à partir d’une date de départ :")
    yield Command("boussole kit --start 2027-03-01 -o kit/")


def _workshop(kit: Kit) -> Iterator[Block]:
    minute, told = 0, []
    for moment in kit.workshop:
        told.append((f"{_clock(minute)} – {_clock(minute + moment.minutes)}  {moment.name}", moment.plain))
        minute += moment.minutes
    yield Text(
        f"Durée : {_clock(minute)}. Matériel : les cartes des cas et des critères, des fiches de contribution, des feutres."
    )
    yield Heading("Le déroulé")
    yield Facts(told)
    yield Heading("À ne pas oublier")
    yield Items(kit.advice)


def _clock(minutes: int) -> str:
    return f"{minutes // 60} h {minutes % 60:02d}"


def _sheet(kit: Kit) -> Iterator[Block]:
    yield Blanks([(one.label, one.hint, one.lines) for one in kit.sheet])


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


def render_kit_pages(doctrine: Doctrine, kit: Kit) -> dict[str, str]:
    """The kit as pages, by name in the folder of the debate: an entrance, a page a document, the cards as they read."""
    cards = _cards(doctrine, kit)
    lead = f"{len(cards)} cartes, quatre par feuille A4 : les critères et les cas travaillés. Le kit les donne en PDF, à couper."
    found = (*sheets(doctrine, kit), Sheet(CARDS, "Les cartes d’atelier", lead, tuple(_as_read(cards))))
    pages = {"kit": render("kit/index.md.j2", kit=kit, sheets=found)}
    for sheet in found:
        body = "\n\n".join(_page_block(doctrine, block) for block in sheet.blocks)
        pages[f"kit-{sheet.name}"] = render("kit/page.md.j2", kit=kit, sheet=sheet, body=body)
    return pages


def _as_read(cards: Sequence[Card]) -> Iterator[Block]:
    """What is on the cards; the pages of the criteria and of the cases say it whole."""
    yield Text(
        "Devant : le critère et son texte, ou le cas à discuter. Au dos : de quoi débattre, ou l’avis et ce qui le change."
    )
    yield Text("Imprimer recto verso, retournement sur le bord long, puis couper sur les traits.")
    yield Items([f"{card.kind} : {card.title}" for card in cards])


def _page_block(doctrine: Doctrine, block: Block) -> str:
    if not isinstance(block, Quoted):
        return markdown(block)
    words = "\n>\n".join(f"> «&nbsp;{md(text)}&nbsp;»" for text in block.texts)
    known = any(source.id == block.source for source in doctrine.sources)
    cited = md(block.citation)
    told = f"Source&nbsp;: {f'[{cited}](#source-{block.source})' if known else cited}"
    return f":::{{container}} boussole-official\n**Texte cité**\n\n{words}\n\n{told}\n:::" if words else told


# -- files -------------------------------------------------------------------------------------------------------------------


def render_kit(doctrine: Doctrine, kit: Kit, start: date, today: date) -> dict[str, str]:
    """Every file of a kit that starts on a day, by name; those of `PRINTED` are to be printed as PDF too."""
    files: dict[str, str] = {}
    found = sheets(doctrine, kit, start)
    for sheet in found:
        files[f"{sheet.name}.md"] = as_markdown(sheet, kit.notice)
        files[f"{sheet.name}.html"] = as_html(sheet, kit.notice)
    files[f"{CARDS}.html"] = render_cards(doctrine, kit)
    files["calendrier.ics"] = _agenda(kit, start, today)
    files["index.html"] = render("kit/entrance.html", kit=kit, sheets=found, start=start, printed=PRINTED)
    return files


def _agenda(kit: Kit, start: date, today: date) -> str:
    entries = [
        agenda.Entry(f"concertation-{start:%Y%m%d}-{one.step.id}", one.step.what, one.starts, one.ends)
        for one in plan(kit, start)
    ]
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
        *(_criterion(doctrine, kit, section) for section in doctrine.criteria),
        *(_case(doctrine, case) for case in doctrine.cases),
    ]


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
        front=(*front, ("En clair", section.plain)),
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
    return Card(
        kind="Cas inventé",
        title=case.title,
        front=(("", case.summary), ("Domaine", case.domain)),
        back=(
            ("Avis", opinion),
            ("Pourquoi", case.because),
            (f"Ce qui le ferait basculer : {turned}", case.turning_point.because),
        ),
        mark="?",
    )
