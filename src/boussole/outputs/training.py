"""The training as pages, as MyST Markdown by relative name, and as documents to print: cards, a certificate."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from boussole.charts import Gauge, gauge_chart
from boussole.coverage import AUDIENCES, FOLDER, Group, Year, percent, real_only
from boussole.markup import esc, facts, fenced, linked, say, table
from boussole.model import Doctrine, Term
from boussole.monitoring import FEW
from boussole.templating import render
from boussole.training import Correction, Step, Track, Training, corrections, terms_of
from boussole.training_words import asked, changed, label, reasons, story, verdict
from boussole.training_words import facts as told_facts
from boussole.wording import inside, number
from boussole.writing import french_date, french_number, plural

HOME = "se-former"
CARDS_LEAD = (
    "Imprimer recto verso, retournement sur le bord long, puis couper sur les traits : le mot devant, sa définition au dos."
)
CERTIFICATE_LEAD = "À imprimer une fois le parcours suivi, et à remplir à la main."
A_SHEET = 8  # cards on one side of a sheet of A4, in two columns
WITHHELD = f"groupe de moins de {FEW} personnes, non publié"


def minutes(count: int) -> str:
    """« 40 minutes », « 1 heure »."""
    return plural(count, "minute") if count % 60 else plural(count // 60, "heure")


def render_training(training: Training, doctrine: Doctrine, years: Sequence[Year], known: Collection[str]) -> dict[str, str]:
    """Every page, by name. ``known`` names the pages of the site: a step leads to no other."""
    pages = {}
    for track in training.paths:
        counts = {step.id: len(corrections(doctrine, step)) for step in track.steps}
        pages[track.id] = render(
            "training/track.md.j2", training=training, track=track, exercises=counts, minutes=minutes, doctrine=doctrine
        )
        pages |= {f"{track.id}-{step.id}": _step(training, doctrine, track, step, known) for step in track.steps}
        title, body = f"Attestation : {track.title[:1].lower()}{track.title[1:]}", _certificate(doctrine, track)
        pages[f"attestation-{track.id}"] = _page(training, title, CERTIFICATE_LEAD, body)
    told = f'<p><a href="../glossaire.html">{say("Lire les mots dans le glossaire")}</a></p>\n' if doctrine.glossary else ""
    pages["cartes"] = _page(training, "Les cartes de vocabulaire", CARDS_LEAD, told + _cards(_terms(training, doctrine)))
    pages["couverture"] = _page(
        training, "Combien de personnes sont formées", _COVERAGE_LEAD, _coverage(training, doctrine, years)
    )
    pages["index"] = _index(training, doctrine, list(pages))
    return {f"{HOME}/{name}.md": text for name, text in pages.items()}


def _page(training: Training, title: str, lead: str, body: str) -> str:
    return render("training/page.md.j2", training=training, title=title, lead=lead, body=fenced(body))


def _index(training: Training, doctrine: Doctrine, names: Sequence[str]) -> str:
    sources = {source.id: source for source in doctrine.sources}
    law = sources.get(training.law)
    return render(
        "training/index.md.j2",
        training=training,
        doctrine=doctrine,
        minutes=minutes,
        exercises={track.id: sum(len(corrections(doctrine, step)) for step in track.steps) for track in training.paths},
        quoted_source=sources.get(training.quoted.source),
        law=law,
        law_told=inside(law.summary or "") if law else "",
        names=names,
    )


# -- one step ----------------------------------------------------------------------------------------------------------------


def _step(training: Training, doctrine: Doctrine, track: Track, step: Step, known: Collection[str]) -> str:
    rank, found = track.steps.index(step), corrections(doctrine, step)
    return render(
        "training/step.md.j2",
        training=training,
        track=track,
        step=step,
        rank=rank + 1,
        minutes=minutes,
        read=[name for name in step.read if name in known],
        terms=terms_of(doctrine, [step]),
        has_exercises=bool(found),
        body=fenced(_exercises(doctrine, found)),
        after=track.steps[rank + 1] if rank + 1 < len(track.steps) else None,
    )


def _exercises(doctrine: Doctrine, found: Sequence[Correction]) -> str:
    return render(
        "training/exercises.html",
        exercises=[_exercise(rank, one) for rank, one in enumerate(found, 1)],
        asks={name: question.ask for name, question in doctrine.questions.items()},
        links={name: f"../criteres/{name.partition('.')[0]}.html#{name.replace('.', '-')}" for name in doctrine.questions},
    )


def _exercise(rank: int, one: Correction) -> dict[str, Any]:
    choices = [
        {
            "is_right": choice.is_right,
            "label": label(one, choice),
            "verdict": verdict(one, choice),
            "reasons": list(reasons(one, choice)),
        }
        for choice in one.choices
    ]
    return {
        "id": one.exercise.id,
        "title": f"Exercice {rank} : {one.case.title[:1].lower()}{one.case.title[1:]}",
        "case": one.case.title,
        "page": f"../cas/{one.case.id}.html",
        "summary": one.case.summary,
        "story": story(one),
        "changed": changed(one),
        "facts": told_facts(one),
        "is_best": one.case.otherwise == "best",
        "asked": asked(one),
        "choices": choices,
    }


# -- to print ----------------------------------------------------------------------------------------------------------------


def render_cards(training: Training, doctrine: Doctrine, style: str, paths: Collection[str] = ()) -> str:
    """The words of some paths, or of all, as a document to print on both sides; ``style`` is that of the training pages."""
    return _document(training, "Cartes de vocabulaire", CARDS_LEAD, _cards(_terms(training, doctrine, paths)), style)


def render_certificate(training: Training, doctrine: Doctrine, track: Track, style: str) -> str:
    """The certificate of a path, as a document to fill by hand."""
    return _document(training, "Attestation", CERTIFICATE_LEAD, _certificate(doctrine, track), style)


def _document(training: Training, title: str, lead: str, body: str, style: str) -> str:
    return render("training/document.html", title=title, lead=lead, body=body, style=style, notice=training.notice)


def _terms(training: Training, doctrine: Doctrine, paths: Collection[str] = ()) -> tuple[Term, ...]:
    steps = [step for track in training.paths if not paths or track.id in paths for step in track.steps]
    return terms_of(doctrine, steps)


def _cards(terms: Sequence[Term]) -> str:
    sheets = [_full(terms[rank : rank + A_SHEET]) for rank in range(0, len(terms), A_SHEET)]
    return render("training/sheets.html", sheets=[(front, _turned(front)) for front in sheets])


def _full(terms: Sequence[Term]) -> list[Term | None]:
    return [*terms, *[None] * (A_SHEET - len(terms))]


def _turned(front: Sequence[Term | None]) -> list[Term | None]:
    """The backs as they must stand: what is on the left of a front is on the right of its back."""
    return [front[rank + 1 if rank % 2 == 0 else rank - 1] for rank in range(A_SHEET)]


def _certificate(doctrine: Doctrine, track: Track) -> str:
    exercises = plural(sum(len(corrections(doctrine, step)) for step in track.steps), "exercice")
    return render(
        "training/certificate.html", track=track, doctrine=doctrine, minutes=minutes(track.minutes), exercises=exercises
    )


# -- how many are trained ----------------------------------------------------------------------------------------------------

_COVERAGE_LEAD = (
    "La part des personnes formées, comptée par année et par public. Aucun nom, aucune note, aucun résultat d’exercice : "
    f"seulement des nombres, et rien sur un groupe de moins de {FEW} personnes."
)
KINDS = {"real": "Nombres réels", "example": "Exemples inventés"}


def _coverage(training: Training, doctrine: Doctrine, years: Sequence[Year]) -> str:
    real = real_only(years)
    invented = [year for year in years if year not in real]
    parts = [f"<h2>{say(KINDS['real'])}</h2>\n"]
    parts += [_years(real)] if real else [f"<p>{say('Aucun nombre réel n’est publié ici.')}</p>\n"]
    if invented:
        told = "Ces nombres sont inventés, pour montrer la page. Ils ne sont comptés avec rien d’autre."
        parts += [f'<h2>{say(KINDS["example"])}</h2>\n<p class="boussole-example">{say(told)}</p>\n', _years(invented)]
    return f'<div class="boussole-use">\n{"".join(parts)}{_how(training, doctrine)}</div>\n'


def _years(years: Sequence[Year]) -> str:
    latest = years[-1]
    shown = {AUDIENCES[name]: group for name, group in latest.shown.items()}
    gauges = [Gauge(name, "boussole-bar", group.percent, group.percent, share(group)) for name, group in shown.items()]
    said = " ; ".join(f"{name} : {share(group)}" for name, group in shown.items())
    chart = gauge_chart(f"Part des personnes formées, {latest.year}. {said}.", gauges, ())
    return f"<h3>{say(f'Où l’on en est : {latest.year}')}</h3>\n{chart}{''.join(map(_year, reversed(years)))}"


def _year(year: Year) -> str:
    titles = [say(title) for title in ("Public", "Formés", "Effectif", "Part", "Séances de l’année", "Heures de l’année")]
    rows = [*map(_row, year.groups.items()), *_whole(year)]
    counted = f"Comptée le {french_date(year.counted_on)}."
    head = f"<h3>{say(f'Année {year.year}')}</h3>\n<p>{say(counted)}</p>\n"
    return f"{head}{table(titles, rows, kind='boussole-cards')}{_origin(year)}"


def share(group: Group) -> str:
    """« 38,5 % »."""
    return f"{number(group.percent)}\u202f%"


def _row(named: tuple[str, Group]) -> Sequence[str]:
    name, group = named
    if not group.is_published:
        return (say(AUDIENCES[name]), say(WITHHELD), "", "", "", "")
    hours = "" if group.hours is None else number(group.hours)
    sessions = "" if group.sessions is None else french_number(group.sessions)
    return (
        say(AUDIENCES[name]), french_number(group.trained), french_number(group.headcount), share(group),
        sessions or say("non renseigné"), hours or say("non renseigné"),
    )  # fmt: skip


def _whole(year: Year) -> list[Sequence[str]]:
    """All the audiences that are shown, when there are several."""
    if year.whole is None or len(year.shown) < 2:
        return []
    trained, headcount = year.whole
    label = "Ensemble" if len(year.shown) == len(year.groups) else "Ensemble des groupes publiés"
    return [
        (say(label), french_number(trained), french_number(headcount), f"{number(percent(trained, headcount))}\u202f%", "", "")
    ]


def _origin(year: Year) -> str:
    where = " ; ".join(esc(one.title) + (f" ({linked(one.url)})" if one.url else "") for one in year.sources)
    rows = [("Collectivité", esc(year.authority)), ("Source", where), ("Note", esc(year.note or ""))]
    return facts([row for row in rows if row[1]])


def _how(training: Training, doctrine: Doctrine) -> str:
    rules = [
        "Une personne est dans un seul public. Elle est formée si elle l’est au jour du comptage, quelle que soit l’année.",
        "Les formés sont comptés toutes années confondues ; les séances et les heures, dans la seule année.",
        "La part est arrondie au dixième inférieur : 100 % veut dire tout le monde.",
        "Cet indicateur est le nôtre.",
    ]
    body = "".join(f"<li>{say(rule)}</li>\n" for rule in rules)
    found = doctrine.indicators.get(training.indicator)
    if found:
        section, _, _ = found.id.partition(".")
        address = f"../criteres/{section}.html#indicateur-{found.id.replace('.', '-')}"
        told = f'<a href="{address}">{say(f"« {found.name} »")}</a>'
        body += f"<li>{say('La doctrine en suit un autre, usage par usage :')} {told}.</li>\n"
    files = "".join(
        f'<li><a href="../donnees/{FOLDER}/{name}">{name}</a></li>\n' for name in ("couverture.csv", "couverture.json")
    )
    return (
        f"<h2>{say('Comment c’est compté')}</h2>\n<ul>\n{body}</ul>\n"
        f"<h2>{say('Télécharger')}</h2>\n<ul>\n{files}</ul>\n"
        f"<p>{say('Un fichier par année, dans docs/formation, vérifié par la commande boussole training check.')}</p>\n"
    )


def by_audience(year: Year) -> Mapping[str, str]:
    """The share of each audience of a year, in words."""
    return {AUDIENCES[name]: share(group) if group.is_published else WITHHELD for name, group in year.groups.items()}
