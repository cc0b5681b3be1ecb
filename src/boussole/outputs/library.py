"""The pages of the library of uses: by domain, by criterion, side by side, one a kind; and what a sheet of exchange holds.

What others say is shown as theirs, with its source and its licence; what is invented is never counted among what is real.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from boussole.document import NOT_TOLD
from boussole.library import FOLDER, Experience, Library, Shelf
from boussole.library_words import ADVISES, INNER, INVENTED, PLACES, SHOWN, answer, counted, figure, indicators, state, states
from boussole.markup import NBSP, Phrases, esc, facts, fenced, listed, phrases, say, table
from boussole.model import Doctrine
from boussole.sheets import FIELDS, Value
from boussole.templating import render
from boussole.writing import french_date, plural

MOST = 6  # conclusions said again above the table
ABREAST = 9  # experiences in a table: a page stays light, and the others are named below it
ABOUT = (
    "Le rangement par genre et la colonne « sans IA » sont des propositions du projet. Ce qui vient d’ailleurs est redit avec sa "
    "source et sa licence ; nous n’en répondons pas."
)
EMPTY = f'<span class="boussole-none">{NOT_TOLD}</span>'


def render_library(doctrine: Doctrine, library: Library, feed: str, *, is_situated: bool = False) -> dict[str, str]:
    """Every page of the library, by name. ``feed``: where its feed is in the site; ``is_situated``: the site says what
    is done elsewhere."""
    page = _Pages(doctrine, library, phrases(doctrine), is_situated)
    folder = render(
        "pages/usages.md.j2", shelves=library.shelves, lead=page.lead(), body=fenced(page.index()), about=ABOUT, feed=feed
    )
    others = {
        "comparer": ("Comparer des genres d’usage", "Tous les genres, un par ligne. " + ADVISES, page.side_by_side()),
        "criteres": (
            "Les genres d’usage par critère",
            "Quel critère a décidé de quoi : c’est recalculé à chaque publication, d’après les cas travaillés et les usages du "
            "registre. Un avis favorable ou encore ouvert n’est décidé par aucun critère.",
            page.by_criterion(),
        ),
        "format": (
            "La fiche d’usage, un format d’échange",
            "Ce qu’une collectivité a essayé et ce qu’elle en a conclu, dans un fichier qu’une autre peut reprendre.",
            page.format(),
        ),
    }
    others |= {shelf.genre.id: (shelf.genre.title, shelf.genre.plain, page.of(shelf)) for shelf in library.shelves}
    pages = {
        f"{FOLDER}/{name}.md": render(
            "pages/registre.md.j2", title=title, lead=lead, body=fenced(body), below=(), name="", doctrine=doctrine
        )
        for name, (title, lead, body) in others.items()
    }
    return {f"{FOLDER}/index.md": folder, **pages}


@dataclass(frozen=True)
class _Pages:
    """What each page says, as HTML."""

    doctrine: Doctrine
    library: Library
    said: Phrases
    is_situated: bool

    def lead(self) -> str:
        """How much there is: what is invented is told apart."""
        found = [one for shelf in self.library.shelves for one in shelf.experiences]
        real = [one for one in found if one.is_real]
        here = plural(sum(one.where == "registre" for one in real), "usage du registre", "usages du registre")
        known = sum(one.where == "registre" for shelf in self.library.shelves if not shelf.genre.shows_ai for one in shelf.real)
        here += f", dont {known} sans IA connue" if known else ""
        there = plural(sum(one.where == "ailleurs" for one in real), "expérience d’ailleurs", "expériences d’ailleurs")
        return (
            f"{plural(len(self.library.shelves), 'genre d’usage', 'genres d’usage')}. Réels : {here} ; {there}. "
            f"Inventés, non comptés : {plural(len(found) - len(real), 'exemple')}."
        )

    def index(self) -> str:
        rows = [(domain, "<br>".join(map(self._line, shelves))) for domain, shelves in self.library.domains.items()]
        return f"<h2>{say('Par domaine')}</h2>\n{facts(rows)}{self._unplaced()}"

    def _line(self, shelf: Shelf) -> str:
        link = f'<a href="{esc(shelf.genre.id)}.html">{say(shelf.genre.title)}</a>'
        invented = len(shelf.experiences) - len(shelf.real)
        counts = [say(counted(shelf, len(shelf.real)))] if shelf.real else [say("aucun réel")]
        counts += [say(f"{plural(invented, 'exemple inventé', 'exemples inventés')}")] if invented else []
        return f"{link}{NBSP}: {', '.join(counts)}"

    def _unplaced(self) -> str:
        cases = [
            f'<a href="../cas/{esc(name)}.html">{say(self.doctrine.case(name).title)}</a>' for name in self.library.unplaced_cases
        ]
        uses = [f'<a href="../registre/{esc(name)}.html">{esc(name)}</a>' for name in self.library.unplaced_uses]
        return f"<h2>{say('Pas encore rangés')}</h2>\n{listed([*cases, *uses])}" if cases or uses else ""

    # -- one kind

    def of(self, shelf: Shelf) -> str:
        shown, more = shelf.experiences[:ABREAST], shelf.experiences[ABREAST:]
        real, invented = ([one for one in shown if one.is_real is is_real] for is_real in (True, False))
        advises = f"<p>{say(ADVISES)}</p>\n" if any(one.where == "ailleurs" for one in shelf.experiences) else ""
        body = f"<h2>{say('Réel')}</h2>\n{self._tried(real)}{advises}" if real else ""
        if invented:
            body += f'<h2>{say("Exemples inventés")}</h2>\n<div class="boussole-example">\n<p>{say(INVENTED)}</p>\n'
            body += f"{self._tried(invented)}</div>\n"
        body += listed(f"{self._who(one)} {_provenance(one)}" for one in more)
        caution = f"<p><strong>{say('À savoir :')}</strong> {say(shelf.genre.caution)}</p>\n" if shelf.genre.caution else ""
        beyond = "" if shelf.real else self._beyond()
        return (
            f'<div class="boussole-use">\n<h2>{say("Quelqu’un l’a-t-il déjà essayé, et qu’en a-t-il conclu ?")}</h2>\n'
            f"<p><strong>{say(answer(shelf))}</strong></p>\n{caution}{beyond}{listed(map(_gist, shelf.real[:MOST]))}{body}"
            f"<h2>{say('Sans intelligence artificielle')}</h2>\n<p>{say(shelf.genre.without_ai)}</p>\n"
            f"<h2>{say('Voir aussi')}</h2>\n"
            + listed(
                [
                    f'<a href="comparer.html#genre-{esc(shelf.genre.id)}">{say("Comparer avec d’autres genres")}</a>',
                    f'<a href="criteres.html">{say("Les genres d’usage par critère")}</a>',
                    f'<a href="format.html">{say("Reprendre ces fiches, ou en proposer une")}</a>',
                ]
            )
            + f'<p class="boussole-soft">{say(ABOUT)}</p>\n</div>\n'
        )

    def _tried(self, experiences: Sequence[Experience]) -> str:
        titles = [say(title) for title in ("Qui", "État", "Avis, et ce qui décide", "Conclusion", "Mesures")]
        return table(titles, map(self._row, experiences), kind="boussole-cards boussole-tried")

    def _row(self, one: Experience) -> Sequence[str]:
        sheet = one.sheet
        return (
            self._who(one),
            say(state(one)) if sheet.status else EMPTY,
            f"{self._opinion(one)}{self._deciding(one)}",
            _conclusion(one),
            _measures(sheet.measures) or EMPTY,
        )

    def _who(self, one: Experience) -> str:
        sheet = one.sheet
        kind = "réel" if one.is_real else "exemple inventé"
        title = esc(sheet.title)
        name = f'<a href="../{esc(one.page)}.html">{title}</a>' if one.page else f"<b>{title}</b>"
        who = f"{esc(sheet.authority)}, " if one.where != "cas" else ""
        return f"{name}<br><small>{who}{say(PLACES[one.where].lower())}, {say(kind)}</small>"

    def _opinion(self, one: Experience) -> str:
        if one.where != "ailleurs":
            return self.said.marked(one.attainable)
        advice = one.sheet.opinion
        if advice is None:
            return say("Aucun avis")
        under = f"{esc(advice.doctrine)} {esc(advice.version)}"
        return f"«{NBSP}{esc(advice.label)}{NBSP}», <small>{say('le leur, sous')} {under}</small>"

    def _deciding(self, one: Experience) -> str:
        if one.where == "ailleurs":
            criteria = one.sheet.opinion.criteria if one.sheet.opinion else ()
            return f"<br>{esc(', '.join(criteria))}" if criteria else ""
        return f"<br>{', '.join(map(self._criterion, one.deciding))}" if one.deciding else ""

    def _criterion(self, name: str) -> str:
        return f'<a href="../criteres/{esc(name)}.html">{say(self.doctrine.section(name).label)}</a>'

    # -- across kinds

    def side_by_side(self) -> str:
        names = ("Genre", "Essayé", "Avis", "Ce qui décide", "Ce qui le changerait", "Sans IA")
        head = "".join(f'<th scope="col">{say(name)}</th>' for name in names)
        rows = "".join(self._compared(shelf, names) for shelf in self.library.shelves)
        boxes = "".join(
            f'<label><input type="checkbox" value="{esc(shelf.genre.id)}"> {say(shelf.genre.title)}</label>\n'
            for shelf in self.library.shelves
        )
        return self._beyond() + (
            f'<div class="boussole-filters boussole-choices" hidden>\n<fieldset class="boussole-qualities">\n'
            f"<legend>{say('Mettre côte à côte')}</legend>\n{boxes}</fieldset>\n"
            '<p class="boussole-asked" role="status"></p>\n</div>\n'
            f'<table class="boussole-cards">\n<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}</tbody>\n</table>\n'
        )

    def _beyond(self) -> str:
        """The way to what territories say they do, without a sheet."""
        if not self.is_situated:
            return ""
        told = "Ce que d’autres territoires ont écrit, décidé ou dit essayer, sans fiche ici :"
        return f'<p>{say(told)} <a href="../ailleurs/index.html">Ailleurs</a>.</p>\n'

    def _compared(self, shelf: Shelf, names: Sequence[str]) -> str:
        genre = shelf.genre
        turns = [one.sheet.changed for one in shelf.experiences if one.where == "cas" and one.sheet.changed]
        times = (
            plural(len(shelf.real), "fois", "fois") if genre.shows_ai else f"pas d’IA connue ; {counted(shelf, len(shelf.real))}"
        )
        tried = f"{times} : {states(shelf.real)}"
        has_opinion = any(len(one.attainable) == 1 for one in shelf.experiences)
        cells = (
            say(f"{tried}. {genre.caution}" if genre.caution else tried) if shelf.real else say("seulement des exemples"),
            "<br>".join(self._opinions(shelf)) or say("aucun"),
            ", ".join(map(self._criterion, shelf.deciding)) or say("aucun critère" if has_opinion else "sans objet"),
            "<br>".join(map(say, turns)) or EMPTY,
            say(genre.without_ai),
        )
        told = "".join(f'<td data-label="{say(name)}">{cell}</td>' for name, cell in zip(names[1:], cells, strict=True))
        link = f'<a href="{esc(genre.id)}.html">{say(genre.title)}</a><br><small>{say(genre.domain)}</small>'
        return f'<tr id="genre-{esc(genre.id)}" data-genre="{esc(genre.id)}"><th scope="row">{link}</th>{told}</tr>\n'

    def _opinions(self, shelf: Shelf) -> Iterator[str]:
        """Our opinions, the same ones once, with what they are about."""
        ours = [one for one in shelf.experiences if one.where != "ailleurs"]
        for attainable in dict.fromkeys(one.attainable for one in ours):
            held = [one for one in ours if one.attainable == attainable]
            real = counted(shelf, sum(one.is_real for one in held))
            yield f"{self.said.marked(attainable)} ({say(real if held[0].is_real else 'exemple inventé')})"

    def by_criterion(self) -> str:
        parts = []
        for section in self.doctrine.sections:
            shelves = self.library.decided_by(section.id)
            if not section.number and not shelves:
                continue
            number_of = f"{section.number}. " if section.number else ""
            told = (
                listed(self._decided(shelf, section.id) for shelf in shelves) or f"<p>{say('Aucun genre pour l’instant.')}</p>\n"
            )
            parts.append(f'<h2>{number_of}<a href="../criteres/{esc(section.id)}.html">{say(section.label)}</a></h2>\n{told}')
        return "".join(parts)

    def _decided(self, shelf: Shelf, section: str) -> str:
        found = [one for one in shelf.experiences if section in one.deciding]
        ends = {True: "", False: ", inventé"}
        told = (
            f"{self.said.opinion(one.attainable).lower()} ({say(PLACES[one.where].lower() + ends[one.is_real])})" for one in found
        )
        return f'<a href="{esc(shelf.genre.id)}.html">{say(shelf.genre.title)}</a>{NBSP}: {", ".join(told)}'

    # -- the format

    def format(self) -> str:
        rows = [(f"<code>{name}</code>", say(one.label), say(one.plain)) for name, one in FIELDS.items()]
        data = "../donnees/bibliotheque"
        files = {
            "fiches.json": "nos fiches, à reprendre telles quelles",
            "fiches.csv": "les mêmes, une par ligne",
            "mesures.csv": "leurs mesures, une par ligne",
            "schemas/fiche-d-usage.json": "le format, en JSON Schema",
        }
        links = listed(f'<a href="{data}/{name}">{name}</a>{NBSP}: {say(told)}' for name, told in files.items())
        steps = [
            say("Reprendre une fiche : ") + "<code>boussole library import fiches.json --kind …</code>",
            say("Donner les siennes : ") + "<code>boussole library export --site … -o fiches.json</code>",
            say("Sans ce programme, le fichier s’écrit à la main, ou depuis un tableur : c’est du JSON."),
        ]
        return (
            f"<h2>{say('Télécharger')}</h2>\n{links}<h2>{say('Échanger')}</h2>\n{listed(steps)}"
            f"<p>{say('Rien n’est envoyé : un fichier se donne, se relit, puis se reprend. ' + ADVISES)}</p>\n"
            f"<h2>{say('Ce que dit une fiche')}</h2>\n"
            + table([say(title) for title in ("Clé", "Nom", "Ce qu’elle dit")], rows, kind="boussole-cards")
            + f"<p>{say('Le fichier commence par format : fiche-d-usage, version : 1, puis sheets, la liste des fiches.')}</p>\n"
        )


def _conclusion(one: Experience) -> str:
    """What was decided and concluded, and what changed it; as a quotation when others say it."""
    sheet = one.sheet
    summary = sheet.summary if one.is_real else None  # what it is, and what its source leaves out
    decision = f"<b>{say('Décision')}{NBSP}:</b> {_quoted(one, sheet.decision)}" if sheet.decision else ""
    parts = (summary and _quoted(one, summary), decision, sheet.conclusion and _quoted(one, sheet.conclusion))
    told = "".join(f"<p>{text}</p>" for text in parts if text)
    if sheet.changed:
        label = "Ce qui changerait l’avis" if one.where == "cas" else "Ce qui a changé l’avis"
        told += f"<p><b>{say(label)}{NBSP}:</b> {_quoted(one, sheet.changed)}</p>"
    if one.placed:
        told += f"<p><b>{say('Sans IA')}{NBSP}:</b> {_quoted(one, sheet.without_ai)}</p>" if sheet.without_ai else ""
    source = _provenance(one)
    told += f"<p><small>{source}</small></p>" if source else ""
    return told or EMPTY


def _quoted(one: Experience, text: str) -> str:
    if one.where == "cas":
        return say(text)  # the doctrine's words
    return f"«{NBSP}{esc(text.translate(INNER))}{NBSP}»" if one.is_theirs else esc(text)


def _provenance(one: Experience) -> str:
    """Where what is told of others comes from, who wrote it, and under which licence; of a real use of the register, what
    its dossier refers to."""
    sheet, placed = one.sheet, one.placed
    if placed is None:
        return f"Source{NBSP}: {esc(' ; '.join(one.evidence))}" if one.is_real and one.evidence else ""
    read = "fiche reprise" if one.is_theirs else "lu"
    link = (
        f'<a href="{esc(sheet.source)}" rel="nofollow">{esc(sheet.source.split("/")[2] or sheet.source)}</a>'
        if sheet.source
        else NOT_TOLD
    )
    parts = [f"Source{NBSP}: {link}, {esc(placed.origin)}, {say(f'{read} le {french_date(placed.imported)}')}"]
    parts += [f"{say('Fiche écrite par')}{NBSP}: {esc(sheet.author)}", f"{say('Licence')}{NBSP}: {esc(sheet.license)}"]
    parts += [f"{say('Contact')}{NBSP}: {esc(sheet.contact)}"] if sheet.contact else []
    return ". ".join(parts) + "."


def _gist(one: Experience) -> str:
    """What someone concluded, in one sentence."""
    told = (one.sheet.conclusion or "").split(". ")[0].rstrip(".")
    who = f"<b>{esc(one.sheet.authority)}</b>, {esc(one.sheet.title)}"
    return f"{who}{NBSP}: {_quoted(one, f'{told}.') if told else say('conclusion non renseignée.')}"


def _measures(measures: Sequence[Value]) -> str:
    """The first indicators, each from its first value to its last."""
    found = indicators(measures)
    told = [_evolution(values) for values in found[:SHOWN]]
    more = len(found) - len(told)
    told += [say(f"et {plural(more, 'autre')}")] if more else []
    return listed(told)


def _evolution(values: Sequence[Value]) -> str:
    first, last = values[0], values[-1]
    unit = first.unit
    name = f"{esc(first.label)}{f', {esc(first.group)}' if first.group else ''}{NBSP}: "
    if first is last:
        return f"{name}{figure(last.value)}{NBSP}{esc(unit)} ({french_date(last.on)})"
    both = " puis ".join(f"{figure(one.value)} ({french_date(one.on)})" for one in (first, last))
    return f"{name}{both}, <small>{esc(unit)}</small>"
