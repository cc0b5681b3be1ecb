"""The page of one use of the register, as the HTML of its body. People's words are escaped; ours come from the doctrine."""

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import Any

from boussole.assessment import Disagreement
from boussole.charts import Mark, Series, line_chart
from boussole.compass import render_compass
from boussole.document import CHOICES, DATES, NOT_TOLD, NOTICE, STATUS
from boussole.dossier import Condition, Measure
from boussole.markup import NBSP, Phrases, esc, facts, linked, listed, phrases, say, table
from boussole.merging import by_whom, items
from boussole.model import ACCORD, NO_ROLE, Doctrine, Indicator, Section
from boussole.monitoring import FEW, GRACE_TOLD, Reading, is_published, measured, never_measured, target
from boussole.register import ALERTS, Use
from boussole.wording import number
from boussole.writing import french_date, french_number, plural

# The groups of the French inventory of public algorithms, with what each says; what has a part of its own comes elsewhere.
GROUPS: Mapping[str, Sequence[str]] = {
    "L’administration": ("authority", "service", "contact", "updated"),
    "L’algorithme et la décision": ("title", "context", "purpose", "place_in_decision", "automation", "legal_basis", "resources"),
    "Les effets de la décision": ("decisions_per_year", "scope", "public"),
    "Le fonctionnement": ("data", "data_source", "collection", "algorithm", "operations", "supplier", "model"),
}
LABELS = {
    "authority": "Collectivité",
    "service": "Service",
    "contact": "Contact",
    "updated": "Mise à jour",
    "title": "Nom",
} | NOTICE
NONE = f'<span class="boussole-none">{NOT_TOLD}</span>'
WORST_SHOWN = 40  # missing questions named on a page: more of them say nothing more

Led = tuple[str, str]
"""A page of the site, without its ending, and its title."""

Part = tuple[str, str, str]
"""A part of the page: its id, its title, what it says. Without a word it is not shown."""


@dataclass(frozen=True, slots=True)
class Beside:
    """What others say of a use on its page: a notice to copy, as HTML, and the files that hold its data; the pages, without their
    ending and with their titles, of its kind of uses and of the editions of the doctrine that change its opinion; the page of
    the study of its working conditions."""

    mention: str = ""
    files: Sequence[tuple[str, str]] = ()
    kind: Led | None = None
    editions: Sequence[Led] = ()
    study: str = ""


def describe_use(use: Use) -> str:
    """What a page is about, in plain text: search engines and social networks show it."""
    words, found = phrases(use.doctrine).words, use.current
    opinion = words.level_labels(found.attainable) if found.opinion else "à compléter"
    kind = "Exemple inventé. " if use.dossier.kind == "example" else ""
    return f"{kind}Avis : {opinion}. État : {STATUS[use.dossier.status].lower()}. {use.dossier.summary or use.dossier.title}"


def title_of(use: Use) -> str:
    """The title of the page; an invented use says so there too."""
    return f"{use.dossier.title} (exemple inventé)" if use.dossier.kind == "example" else use.dossier.title


def render_use(use: Use, beside: Beside | None = None) -> str:
    """The body of the page of a use, from its title to its data."""
    return _Page(use, beside or Beside()).told()


class _Page:
    """What one page says, part after part."""

    def __init__(self, use: Use, beside: Beside) -> None:
        self.use, self.beside = use, beside
        self.doctrine, self.dossier, self.today = use.doctrine, use.dossier, use.today
        self.said: Phrases = phrases(use.doctrine)
        self.found = use.current

    def told(self) -> str:
        parts = [part for part in self._parts() if part[2]]
        links = "".join(f'<li><a href="#{name}">{say(title)}</a></li>' for name, title, _ in parts)
        body = "".join(f'<h2 id="{name}">{say(title)}</h2>\n{text}' for name, title, text in parts)
        nav = f'<nav class="boussole-here" aria-label="Dans cette page"><ul>{links}</ul></nav>\n'
        return f'<article class="boussole-use">\n{self._head()}{self._verdict()}{nav}{body}</article>\n'

    def _parts(self) -> Iterator[Part]:
        is_open = self.found.opinion is None
        yield "pourquoi", "Ce qui empêche déjà mieux" if is_open else "Pourquoi cet avis", self._reasons()
        yield "manque", "Ce qui manque pour conclure", self._missing() if is_open else ""
        yield "decision", "La décision", self._decision()
        yield "conditions", "Conditions", self._conditions()
        yield "criteres", "Critère par critère", self._criteria()
        yield "positions", "Positions qui diffèrent", self._disagreements()
        yield "mesures", "Mesures", self._measures()
        yield "controle", "Contrôle humain", self._told(self.dossier.notice.oversight)
        yield "contester", "Contester, demander une explication", self._appeal()
        yield "mention", "La mention des décisions", self.beside.mention
        yield "fiche", "La fiche", self._notice()
        yield "non-publie", "Ce qui n’est pas publié, et pourquoi", self._told(self.dossier.notice.withheld)
        yield "versions", "Versions de la doctrine", self._versions()
        yield "histoire", "Histoire", self._history()
        yield "ailleurs", "Quelqu’un d’autre l’a-t-il essayé ?", self._kind()
        yield "donnees", "Données", listed(f'<a href="{esc(href)}">{say(label)}</a>' for href, label in self.beside.files)

    def _kind(self) -> str:
        return _led("Dans la bibliothèque des usages :", [self.beside.kind] if self.beside.kind else [])

    # -- the top

    def _head(self) -> str:
        dossier = self.dossier
        kind = " (exemple inventé)" if dossier.kind == "example" else ""
        lines = [f"<h1>{esc(dossier.title)}{kind}</h1>\n"]
        if dossier.kind == "example":
            lines.append(
                '<p class="boussole-example"><strong>Exemple inventé.</strong> Cet usage n’existe pas : la page montre ce que le '
                "registre dit d’un usage, avec des chiffres inventés eux aussi.</p>\n".replace(" :", f"{NBSP}:")
            )
        lines.append(self._alerts())
        if dossier.summary:
            lines.append(f'<p class="boussole-plain">{esc(dossier.summary)}</p>\n')
        return "".join(lines)

    def _alerts(self) -> str:
        """What is outdated, with what it is about."""
        late: dict[str, Iterable[str]] = {
            "examen": [french_date(self.dossier.dates.next_review)] if "examen" in self.use.alerts else [],
            "mesure": [f"{say(due.indicator.name)} ({french_date(due.on)})" for due in self.use.late[:6]],
            "condition": [esc(condition.what) for condition in self.use.late_conditions],
            "doctrine": [esc(self.dossier.doctrine.version)],
        }
        told = [
            f"{say(ALERTS[alert])}{NBSP}: {', '.join(late[alert])}" if late.get(alert) else say(ALERTS[alert])
            for alert in self.use.alerts
        ]
        if not told:
            return ""
        grace = f'<p class="boussole-soft">{say(GRACE_TOLD)}</p>\n' if "mesure" in self.use.alerts else ""
        return f'<div class="boussole-alerts"><p><strong>À surveiller</strong></p>\n{listed(told)}{grace}</div>\n'

    def _verdict(self) -> str:
        found, state = self.found, self.said.state(self.found.attainable)[0]
        compass = _compass(self.doctrine, tuple(found.findings[section.id] for section in self.doctrine.criteria))
        return (
            f'<section class="boussole-verdict {state}" aria-labelledby="avis">\n<div>\n<h2 id="avis">Avis du jour</h2>\n'
            f'<p class="boussole-opinion">{self.said.marked(found.attainable)}</p>\n{self._meaning()}'
            f"<p><b>État{NBSP}:</b> {say(STATUS[self.dossier.status])}</p>\n{self._decided()}{self._dates()}</div>\n"
            f"{compass}</section>\n"
        )

    def _meaning(self) -> str:
        found, answers = self.found, self.found.assessment
        if found.opinion:
            told = f"<p>{say(self.doctrine.level(found.opinion).meaning)}</p>\n"
        else:
            told = f"<p>Avis encore possibles{NBSP}: {self.said.either(found.attainable)}.</p>\n"
        if found.is_moved:
            before = self.said.opinion(answers.attainable)
            told += (
                f"<p>L’avis du dossier était «{NBSP}{before}{NBSP}»{NBSP}; depuis les mesures, il est "
                f'«{NBSP}{self.said.opinion(found.attainable)}{NBSP}». <a href="#mesures">Voir les mesures</a></p>\n'
            )
        return told

    def _decided(self) -> str:
        decision = self.dossier.decision
        if decision is None:
            return f"<p><b>Décision{NBSP}:</b> {NONE}</p>\n"
        return f"<p><b>Décision{NBSP}:</b> {self.said.level(decision.outcome)}, le {french_date(decision.on)}</p>\n"

    def _dates(self) -> str:
        found = {name: getattr(self.dossier.dates, name) for name in DATES}
        told = [f"{label} {french_date(found[name])}" for name, label in DATES.items() if found[name]]
        told[1:] = [text[0].lower() + text[1:] for text in told[1:]]
        return f'<p class="boussole-soft">{", ".join(told)}.</p>\n' if told else ""

    # -- why, what is missing, what people decided

    def _reasons(self) -> str:
        """The measures, then the answers, that weigh as much as the opinion of the day."""
        best = self.found.attainable[0]
        told = [self._measured_reason(reading) for reading in self.found.reasons]
        for reason in self.found.assessment.reasons:
            if reason.level == best:
                answer = self.said.answers[reason.question][reason.option]
                told.append(_explained(f"{self.said.asks[reason.question]} <b>{answer}</b>", reason.because, reason.remedy))
        if not told and self.found.opinion:
            return "<p>Aucune réponse ni aucune mesure n’appelle de réserve.</p>\n"
        return listed(told, kind="boussole-reasons")

    def _measured_reason(self, reading: Reading) -> str:
        band = reading.option
        label = say(band.label or "") if band else ""
        told = f"{say(reading.indicator.name)}{NBSP}: <b>{label}</b>, mesure du {french_date(reading.measure.on)}"
        return _explained(told, (band and band.because) or "", (band and band.remedy) or "")

    def _missing(self) -> str:
        missing = self.found.assessment.missing
        shown = missing[:WORST_SHOWN]
        more = (
            f"<p>Et {plural(len(missing) - len(shown), 'autre question', 'autres questions')}.</p>\n"
            if len(missing) > len(shown)
            else ""
        )
        head = f"<p>{plural(len(missing), 'question')} sans réponse ou en désaccord, les plus décisives d’abord.</p>\n"
        return head + listed((self.said.asks[name] for name in shown), "ol") + more if missing else ""

    def _decision(self) -> str:
        decision, opinion = self.dossier.decision, self.found.opinion
        if decision is None:
            return "<p>Non renseignée. L’avis aide à instruire ; la décision appartient à la collectivité.</p>\n".replace(
                " ;", f"{NBSP};"
            )
        told, both = (
            "",
            f"l’avis est {self.said.either([opinion] if opinion else [])}, la décision {self.said.either([decision.outcome])}",
        )
        if opinion is None:
            told = "La décision a été prise alors que l’avis reste à compléter."
        elif self.use.is_overtaken:
            told = f"La décision a suivi l’avis, que des mesures faites depuis ont changé{NBSP}: aujourd’hui, {both}."
        elif self.use.departs:
            told = f"La décision s’écarte de l’avis du jour{NBSP}: {both}."
        rows = [
            ("Décision", self.said.level(decision.outcome)),
            ("Prise par", esc(decision.by)),
            ("Le", french_date(decision.on)),
            ("Motif", linked(decision.because) if decision.because else NONE),
        ]
        return (f'<p class="boussole-departs">{told}</p>\n' if told else "") + facts(rows)

    def _conditions(self) -> str:
        rows = [
            (
                esc(condition.what),
                esc(condition.owner),
                french_date(condition.due) if condition.due else NONE,
                self._fulfilment(condition),
            )
            for condition in self.dossier.conditions
        ]
        titles = ("Ce qui est demandé", "Responsable", "Échéance", "Où en est-on")
        return table(titles, rows, kind="boussole-cards") if rows else ""

    def _fulfilment(self, condition: Condition) -> str:
        if condition.done:
            late = condition.due is not None and condition.done > condition.due
            return f"Remplie le {french_date(condition.done)}{', en retard' if late else ''}"
        if condition.due and condition.due < self.today:
            return '<b class="boussole-late">En retard</b>'
        return "À remplir"

    # -- criterion by criterion

    def _criteria(self) -> str:
        told = {**self.dossier.answers, **self.dossier.notes, **self.dossier.evidence}
        return "".join(self._section(section, told) for section in self.doctrine.sections)

    def _section(self, section: Section, told: Collection[str]) -> str:
        """The finding of a section, and behind it what is told of its questions."""
        levels = self.found.findings[section.id]
        name = f"{section.number}. {section.label}" if section.number else section.label
        answers = [self._answer(question.id) for question in section.questions if question.id in told]
        head = f"{self.said.sign(levels)} {say(name)}{NBSP}: {self.said.opinion(levels).lower()}"
        body = listed(answers) or f"<p>{NONE}</p>\n"
        return f'<details class="boussole-criterion"><summary>{head}</summary>\n{body}</details>\n'

    def _answer(self, question: str) -> str:
        """One answer, by whom, with its notes and its evidence."""
        answer, notes = self.dossier.answers.get(question, {}), self.dossier.notes.get(question)
        told = self.said.answered[question].get(answer) if isinstance(answer, str) else None  # most are one option, of nobody
        lines = [told or f"{self.said.asks[question]} {self._positions(question, answer)}"]
        if notes:
            lines += [f'<p class="boussole-note">{linked(text)}</p>' for told in by_whom(notes).values() for text in items(told)]
        for reference in self.dossier.evidence.get(question, ()):
            lines.append(f'<p class="boussole-note">Pièce{NBSP}: {linked(reference)}</p>')
        return "".join(lines)

    def _positions(self, question: str, answer: Any) -> str:
        told = f"{NBSP}; ".join(self._position(question, who, given) for who, given in by_whom(answer).items())
        return told or "<b>Sans réponse</b>"

    def _position(self, question: str, who: str, given: Any) -> str:
        answer = f"<b>{self._given(question, who, given)}</b>"
        return answer if who == NO_ROLE else f"{self._who(who)}{NBSP}: {answer}"

    def _given(self, question: str, who: str, given: Any) -> str:
        """What someone answers; what a discussion concluded says when it concluded nothing, or two things."""
        return say(self.said.words.position_label(question, who, given)) if who == ACCORD else self.said.answer(question, given)

    def _who(self, key: str) -> str:
        return esc(self.said.words.contributor(key, self.dossier.contributors))

    def _disagreements(self) -> str:
        """Only answers given by several people, or several at once, can disagree."""
        if all(isinstance(given, str) for given in self.dossier.answers.values()):
            return ""
        return listed((self._disagreement(found) for found in self.found.assessment.disagreements), kind="boussole-reasons")

    def _disagreement(self, found: Disagreement) -> str:
        given, notes = (by_whom(part.get(found.question, {})) for part in (self.dossier.answers, self.dossier.notes))
        lines = [f"{self.said.asks[found.question]}"]
        for who in sorted(dict.fromkeys([*given, *notes]), key=lambda key: key == ACCORD):
            answer = self._given(found.question, who, given[who]) if who in given else "Sans réponse"
            lines.append(f"<p>{self._who(who)}{NBSP}: <b>{answer}</b></p>")
            lines += [f'<p class="boussole-note">{linked(text)}</p>' for text in items(notes.get(who, []))]
        weight = "Ce désaccord change l’avis" if found.matters else "Ce désaccord ne change pas l’avis"
        lines.append(f"<p>{weight}{f'{NBSP}; il est réglé' if found.is_settled else ''}.</p>")
        return "".join(lines)

    # -- measures

    def _measures(self) -> str:
        told = [
            self._indicator(self.doctrine.indicators[name], measures)
            for name, measures in self.dossier.measures.items()
            if measures
        ]
        few = f"<p>Une valeur qui vient de moins de {FEW} personnes n’est pas publiée{NBSP}: on saurait qui l’a dite.</p>\n"
        hidden = any(not is_published(measure) for measures in self.dossier.measures.values() for measure in measures)
        study = _led(
            "Ce que disent les agents :", [(self.beside.study, "l’étude des conditions de travail")] if self.beside.study else []
        )
        return study + (few if hidden else "") + "".join(told) + self._never_measured()

    def _never_measured(self) -> str:
        """What the doctrine asks to measure and nobody did: a reader could not tell it from what is measured and fine."""
        names = [say(indicator.name) for indicator in never_measured(self.doctrine, self.dossier, self.today)]
        if not names:
            return ""
        head = plural(len(names), "indicateur de la doctrine jamais mesuré", "indicateurs de la doctrine jamais mesurés")
        why = (
            "Le premier jour prévu est passé. La doctrine ne dit pas lesquels concernent cet usage : rien n’est compté en retard."
        )
        return f"<details><summary>{head}</summary>\n<p>{say(why)}</p>\n{listed(names)}</details>\n"

    def _indicator(self, indicator: Indicator, measures: Sequence[Measure]) -> str:
        made = sorted(measured(measures), key=lambda measure: measure.on)
        aim = target(indicator, measures)
        name = indicator.id.replace(".", "-")
        head = f'<h3 id="mesure-{name}">{say(indicator.name)}</h3>\n'
        goal = f"{NBSP}; objectif{NBSP}: {number(aim)}" if aim is not None else ""
        unit = f"<p>Unité{NBSP}: {say(indicator.unit)}{goal}.{self._latest(indicator)}</p>\n"
        chart = line_chart(_gist(indicator, made, aim), _series(made), _marks(indicator, made, aim))
        return head + unit + chart + _values(measures)

    def _latest(self, indicator: Indicator) -> str:
        """What the latest measures lead to."""
        told = [
            f"{esc(reading.measure.group)}{NBSP}: {say(band.label or '')}" if reading.measure.group else say(band.label or "")
            for reading in self.found.readings
            if reading.indicator is indicator and (band := reading.option) and is_published(reading.measure)
        ]
        return f" Aujourd’hui{NBSP}: {', '.join(told)}." if told else ""

    # -- the notice, the versions, what happened

    def _told(self, text: str | None) -> str:
        return f'<p class="boussole-text">{linked(text)}</p>\n' if text else f"<p>{NONE}</p>\n"

    def _appeal(self) -> str:
        contact = self.dossier.contact
        asked = f"<p>À qui écrire{NBSP}: {esc(contact)}.</p>\n" if contact else ""
        return self._told(self.dossier.notice.appeal) + asked

    def _notice(self) -> str:
        dossier, notice = self.dossier, self.dossier.notice
        known: dict[str, Any] = {
            "authority": dossier.authority,
            "service": dossier.service,
            "contact": dossier.contact,
            "title": dossier.title,
            "updated": french_date(dossier.dates.updated) if dossier.dates.updated else None,
        }
        told = []
        for group, names in GROUPS.items():
            rows = [(LABELS[name], _noticed(name, known.get(name) or getattr(notice, name, None))) for name in names]
            told.append(f"<h3>{group}</h3>\n{facts(rows)}")
        return "".join(told)

    def _versions(self) -> str:
        identity, named, current = self.doctrine.doctrine, self.dossier.doctrine, self.doctrine.fingerprint
        told = (
            f"<p>Avis du jour recalculé sous {say(identity.name)}, version {esc(identity.version)}, empreinte "
            f"<code>{current[:12]}</code>. Dossier rempli sous la version {esc(named.version)}"
            f"{f', empreinte <code>{named.fingerprint[:12]}</code>' if named.fingerprint else ''}.</p>\n"
        )
        rows = [
            (
                esc(one.version),
                french_date(one.on),
                f"<code>{one.fingerprint[:12]}</code>" if one.fingerprint else NONE,
                ", ".join(map(self.said.level, one.attainable)),
            )
            for one in self.dossier.opinions
            if (one.version, one.fingerprint) != (identity.version, current)
        ]
        if rows:
            told += table(("Version", "Date", "Empreinte", "Avis possibles"), rows, kind="boussole-cards")
        for title, names in (
            ("Réponses à relire : le sens de la question a changé", self.use.outdated),
            ("Questions nouvelles depuis le dernier enregistrement", self.dossier.unseen(self.doctrine)),
        ):
            told += f"<h3>{say(title)}</h3>\n{listed(self.said.asks[name] for name in names)}" if names else ""
        return told + _led("L’avis de cet usage change avec :", self.beside.editions)

    def _history(self) -> str:
        rows = sorted(self.dossier.history, key=lambda happening: happening.on, reverse=True)
        return listed(f"<b>{french_date(one.on)}</b> {linked(one.what)}" for one in rows)


@lru_cache(maxsize=4096)
def _compass(doctrine: Doctrine, findings: tuple[tuple[str, ...], ...]) -> str:
    """The compass of some findings: uses that obtain the same ones share the drawing."""
    return render_compass(doctrine, dict(zip((section.id for section in doctrine.criteria), findings, strict=True)))


def _led(told: str, pages: Sequence[Led]) -> str:
    """A line that leads to other pages of the site; nothing without one."""
    links = ", ".join(f'<a href="../{esc(page)}.html">{say(title)}</a>' for page, title in pages)
    return f"<p>{say(told)} {links}.</p>\n" if links else ""


def _explained(told: str, because: str, remedy: str) -> str:
    why = f"<p>{say(because)}</p>" if because else ""
    what = f"<p><b>Que faire{NBSP}:</b> {say(remedy)}</p>" if remedy else ""
    return told + why + what


def _noticed(name: str, value: Any) -> str:
    if value is None:
        return NONE
    if name == "decisions_per_year":
        return french_number(value)
    return say(CHOICES[name][value]) if name in CHOICES else linked(str(value))


def _series(made: Sequence[Measure]) -> list[Series]:
    """One line a group, of what may be shown."""
    points: dict[str, list[tuple[datetime.date, float]]] = defaultdict(list)
    for measure in made:
        if is_published(measure):
            points[measure.group or "Ensemble"].append((measure.on, measure.value))
    return [Series(group, found) for group, found in points.items()]


def _marks(indicator: Indicator, made: Sequence[Measure], aim: float | None) -> list[Mark]:
    """What the values are compared with: where the use started, what it aims at, where a band begins to weigh."""
    bands = list((indicator.bands or {}).values())
    edges = [band.max for band in bands[:-1] if band.max is not None]
    marks = [
        Mark(f"seuil {number(edge)}", edge, "threshold") for edge in edges if aim is None or abs(edge - aim) >= 0.02 * abs(aim)
    ]
    marks += [Mark(f"objectif {number(aim)}", aim, "target")] if aim is not None else []
    first = next((measure for measure in made if is_published(measure)), None)
    if first and not indicator.by_group and len(made) > 1 and first.value != aim:
        marks.append(Mark(f"départ {number(first.value)}", first.value, "baseline"))
    return marks


def _gist(indicator: Indicator, made: Sequence[Measure], aim: float | None) -> str:
    """What a chart says, in one sentence a line."""
    told = []
    for line in _series(made):
        (first, start), (last, end) = line.points[0], line.points[-1]
        moved = f"de {number(start)} le {french_date(first)} à " if first != last else ""
        told.append(f"{line.label}{NBSP}: {moved}{number(end)} le {french_date(last)}")
    goal = f"{NBSP}; objectif {number(aim)}" if aim is not None else ""
    return f"{indicator.name}, en {indicator.unit}. {f'{NBSP}; '.join(told)}{goal}."


def _values(measures: Sequence[Measure]) -> str:
    """The table behind a chart: a line a day, a column a group, then where the values that are shown come from."""
    groups = list(dict.fromkeys(measure.group for measure in measures))
    by_day: dict[tuple[datetime.date, str], dict[str | None, list[Measure]]] = {}
    for measure in sorted(measures, key=lambda measure: measure.on):
        found = by_day.setdefault((measure.on, " (cible)" if measure.kind == "cible" else ""), {})
        found.setdefault(measure.group, []).append(measure)
    sources = _sources(measures)
    is_alone = len(sources) < 2
    rows = [
        (
            french_date(day) + kind,
            *(_value(found[group]) if group in found else NONE for group in groups),
            *([] if is_alone else [", ".join(map(linked, _sources(chain(*found.values())))) or NONE]),
        )
        for (day, kind), found in by_day.items()
    ]
    titles = ("Date", *(group or "Valeur" for group in groups), *([] if is_alone else ["Source"]))
    body = table([esc(title) for title in titles], rows, kind="boussole-cards")
    told = "".join(f"<p>Source{NBSP}: {linked(source)}.</p>\n" for source in sources) if is_alone else ""
    return f"<details><summary>Les valeurs et leurs sources</summary>\n{body}{told}</details>\n"


def _sources(measures: Iterable[Measure]) -> list[str]:
    """Where values come from: those that are published, since a source may tell who is behind a value."""
    return list(dict.fromkeys(measure.source for measure in measures if is_published(measure)))


def _value(made: Sequence[Measure]) -> str:
    """What was measured of one group on one day; of several values the last written counts, and a value nobody sees does not."""
    shown = [number(measure.value) for measure in made if is_published(measure)]
    if not shown:
        return f"non publié (moins de {FEW} personnes)"
    return f"{', puis '.join(shown)} (la dernière compte)" if len(shown) > 1 else shown[0]
