"""The pages of the diagnosis of dependency, as MyST Markdown by name: the method, the form, a page a tool, all of them."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

from boussole.charts import Gauge, Series, gauge_chart, line_chart
from boussole.dependence import Band, Dependence, Finding, fed, prove, suggest
from boussole.dependence_words import bands_text, bounds_text, euros, index_of, index_text, priority_of, suggestion_text
from boussole.diagnosis import FOLDER, Diagnosis, Review, Weighing, by_priority, spending_of, weigh, years_of
from boussole.markup import esc, facts, fenced, linked, listed, say, table
from boussole.model import Doctrine
from boussole.templating import render
from boussole.wording import Words
from boussole.writing import french_date, plural

Ranked = Sequence[tuple[Diagnosis, Finding]]
KINDS = {"real": "Outils réels", "example": "Exemples inventés"}


def render_dependence(
    dependence: Dependence,
    doctrine: Doctrine,
    diagnoses: Sequence[Diagnosis],
    uses: Collection[str],
    has_alternatives: bool,
) -> dict[str, str]:
    """Every page of the diagnosis, by name; ``uses`` are those that the register has."""
    common: dict[str, Any] = {
        "dependence": dependence,
        "doctrine": doctrine,
        "words": Words(doctrine),
        "fed": fed(dependence, doctrine),
        "known": {source.id for source in doctrine.sources},
        "has_alternatives": has_alternatives,
    }
    ranked = {kind: by_priority(dependence, [one for one in diagnoses if one.kind == kind]) for kind in KINDS}
    pages = {
        f"{FOLDER}/index.md": _method(dependence, ranked, common),
        f"{FOLDER}/diagnostic.md": _page(
            "Faire le diagnostic d’un outil",
            "Douze questions. L’indice et ce qui le baisserait le plus s’affichent à mesure. Rien n’est envoyé.",
            render("dependence-form.html", **common),
            doctrine,
        ),
    }
    if diagnoses:
        lead = "L’indice de chaque famille, pondéré par la dépense, et sa trajectoire d’une année sur l’autre. "
        lead += "Il ne sert pas à classer des collectivités entre elles."
        body = "".join(_half(dependence, kind, ranked[kind]) for kind in KINDS)
        pages[f"{FOLDER}/ensemble.md"] = _page("Vue d’ensemble de la dépendance", lead, body, doctrine)
    for tool in diagnoses:
        lead = f"Diagnostic de dépendance du {french_date(tool.latest.on)}."
        shown = tool if tool.use in uses else replace(tool, use=None)
        body = _tool(dependence, doctrine, shown, has_alternatives)
        pages[f"{FOLDER}/{tool.id}.md"] = _page(tool.title, lead, body, doctrine)
    return pages


def _method(dependence: Dependence, ranked: Mapping[str, Ranked], common: Mapping[str, Any]) -> str:
    """How the index is computed, what is promised of it, and every tool, those to treat first at the head."""
    tools = [tool.id for pairs in ranked.values() for tool, _ in pairs]
    return render(
        "pages/dependance.md.j2",
        below=["diagnostic", *(["ensemble"] if tools else []), *tools],
        ranked=ranked,
        kinds=KINDS,
        proofs=[(promise, prove(dependence, promise)) for promise in dependence.promises],
        index_of=index_of,
        bands_text=bands_text,
        **common,
    )


def _page(title: str, lead: str, body: str, doctrine: Doctrine) -> str:
    return render("pages/registre.md.j2", title=title, lead=lead, body=fenced(body), below=(), name="", doctrine=doctrine)


def _kind(dependence: Dependence, band: Band) -> str:
    """The class of the theme that a band is drawn with: four bands over five levels, so the middle one is left out."""
    rank = dependence.bands.index(band)
    return f"boussole-level-{min(rank + (rank > 1), 4)}"


def _gauges(dependence: Dependence, told: str, gauges: Sequence[Gauge]) -> str:
    return gauge_chart(told, gauges, [float(band.max) for band in dependence.bands])


def _gauge(dependence: Dependence, label: str, least: Fraction, most: Fraction) -> Gauge:
    band = dependence.band_of(least)
    return Gauge(label, _kind(dependence, band), float(least), float(most), bounds_text(least, most))


# -- one tool ------------------------------------------------------------------------------------------------------------------


def _tool(dependence: Dependence, doctrine: Doctrine, tool: Diagnosis, has_alternatives: bool) -> str:
    finding = Finding(dependence, tool.latest.answers)
    example = "Exemple inventé : cet outil n’existe pas." if tool.kind == "example" else ""
    parts = [
        f'<div class="boussole-use">\n<p class="boussole-example">{say(dependence.diagnostic.notice)}</p>\n',
        f'<p class="boussole-example">{say(example)}</p>\n' if example else "",
        f"<p>{esc(tool.summary)}</p>\n" if tool.summary else "",
        _verdict(dependence, doctrine, finding),
        _weighs(dependence, finding, has_alternatives),
        _answers(dependence, tool.latest),
        _history(dependence, tool),
        _about(dependence, tool),
    ]
    return "".join(parts) + "</div>\n"


def _verdict(dependence: Dependence, doctrine: Doctrine, finding: Finding) -> str:
    told = f"Indice de dépendance : {index_of(finding)} sur 100. {bands_text(finding.bands)}."
    gaps = len(finding.gaps)
    counted = f"{plural(gaps, 'réponse')} « je ne sais pas », qui compte comme la pire." if gaps else ""
    rows = [
        ("Indice, de 0 à 100", f"<strong>{say(index_of(finding))}</strong>"),
        ("Dépendance", f"<strong>{say(bands_text(finding.bands))}</strong>"),
        ("Priorité, de 0 à 200", say(priority_of(finding))),
        ("Manques", say(f"{counted} {_left(finding)}".strip())),
    ]
    suggestion = suggest(dependence, doctrine, finding)
    if suggestion and dependence.feeds:
        anchor = suggestion.question.replace(".", "-")
        section = doctrine.section_of(suggestion.question)
        link = f'<a href="../criteres/{section.id}.html#{anchor}">{say("Voir la question du critère.")}</a>'
        rows.append(
            ("Ce que cela suggère", f"{say(suggestion_text(doctrine, suggestion))} {link} {say(dependence.feeds.because)}")
        )
    return (
        f"<h2>{say('Le résultat')}</h2>\n"
        + _gauges(dependence, told, [_gauge(dependence, "Indice", finding.least, finding.most)])
        + facts(rows)
    )


def _left(finding: Finding) -> str:
    left = len(finding.unknown)
    return (
        f"Il manque {plural(left, 'réponse')} : l’indice est encore entre deux bornes."
        if left
        else "Toutes les questions ont une réponse."
    )


def _weighs(dependence: Dependence, finding: Finding, has_alternatives: bool) -> str:
    given = finding.answers
    heavy = [
        f"<strong>{say(one.short)}</strong>{say(' : ')}{say(dependence.label_of(one.id, given[one.id]))}"
        for one in finding.heaviest
    ]
    better = [
        f"<strong>{say(question.short)}</strong>{say(f' : jusqu’à {index_text(gain)} de moins. {question.remedy}')}"
        for question, gain in finding.changes[:3]
    ]
    parts = [f"<h2>{say('Les trois postes les plus lourds')}</h2>\n{listed(heavy, 'ol')}" if heavy else ""]
    parts += [f"<h2>{say('Ce qui le baisserait le plus')}</h2>\n{listed(better, 'ol')}" if better else ""]
    parts += [f"<p>{say(_shortest(dependence, finding))}</p>\n"] if better else []
    if has_alternatives:
        parts.append(f'<p><a href="../alternatives/index.html">{say("Chercher dans la bibliothèque d’alternatives")}</a></p>\n')
    if finding.unknown:
        parts.append(f"<h2>{say('À répondre d’abord')}</h2>\n{listed(say(one.ask) for one in finding.unknown[:3])}")
    return "".join(parts)


def _shortest(dependence: Dependence, finding: Finding) -> str:
    """How many answers to better to leave the two worst bands."""
    limit = dependence.bands[len(dependence.bands) // 2 - 1]
    found = finding.fewest(limit)
    if found is None:
        return (
            f"Améliorer les réponses connues ne suffit pas à garantir un indice de {limit.max} ou moins : il manque des réponses."
        )
    if not found:
        return f"L’indice est déjà de {limit.max} ou moins, quoi que disent les réponses qui manquent."
    listed_shorts = ", ".join(question.short for question in found)
    return f"Pour passer à {limit.max} ou moins, il suffit d’améliorer {plural(len(found), 'réponse')} : {listed_shorts}."


def _answers(dependence: Dependence, review: Review) -> str:
    rows = [
        (
            say(question.short),
            say(dependence.label_of(name, review.answers[name])) if name in review.answers else "<em>Sans réponse</em>",
            _points(dependence, name, review),
            esc(review.notes.get(name, "")),
        )
        for name, question in dependence.asked.items()
    ]
    titles = ("Question", "Réponse", "Sur l’indice", "Note")
    return f"<h2>Les réponses</h2>\n{table([say(title) for title in titles], rows, kind='boussole-cards')}"


def _points(dependence: Dependence, name: str, review: Review) -> str:
    if name == dependence.urgency.id:
        return say("sur la priorité seulement")
    finding = Finding(dependence, review.answers)
    item = next(one for one in finding.items if one.name == name)
    return say(bounds_text(dependence.index(item.least), dependence.index(item.most)))


def _history(dependence: Dependence, tool: Diagnosis) -> str:
    if len(tool.reviews) < 2:
        return ""
    found = [(review, Finding(dependence, review.answers)) for review in tool.reviews]
    told = " ; ".join(f"{french_date(review.on)} : {index_of(finding)}" for review, finding in found)
    chart = line_chart(told, [Series("Indice, borne haute", [(review.on, float(finding.most)) for review, finding in found])], [])
    rows = [
        (say(french_date(review.on)), say(index_of(finding)), say(bands_text(finding.bands)), say(_spent(review)))
        for review, finding in found
    ]
    return f"<h2>{say('D’une année sur l’autre')}</h2>\n{chart}" + table(
        ("Jour", "Indice", "Dépendance", say("Dépense par an")), rows, kind="boussole-cards"
    )


def _spent(review: Review) -> str:
    return euros(spending_of(review)) if review.spending is not None else "non renseignée"


def _about(dependence: Dependence, tool: Diagnosis) -> str:
    rows = [
        ("Famille", say(dependence.labels[tool.family])),
        ("Collectivité", esc(tool.authority or "non renseignée")),
        ("Service", esc(tool.service or "non renseigné")),
        ("Dépense par an", say(_spent(tool.latest))),
    ]
    if tool.use:
        rows.append(("Dans le registre", f'<a href="../registre/{tool.use}.html">{say("la page de cet usage")}</a>'))
    sources = [
        f"{esc(one.title)}{f', {say(french_date(one.date))}' if one.date else ''}{f' : {linked(one.url)}' if one.url else ''}"
        for one in tool.latest.sources
    ]
    rows.append(("Sources", "<br>".join(sources) or "aucune"))
    return f"<h2>{say('De quoi il s’agit')}</h2>\n{facts(rows)}"


# -- all of them ---------------------------------------------------------------------------------------------------------------


def _half(dependence: Dependence, kind: str, ranked: Ranked) -> str:
    body = "".join(_overview(dependence, ranked)) if ranked else "<p>Aucun pour l’instant.</p>\n"
    return f'<section aria-labelledby="{kind}">\n<h2 id="{kind}">{say(KINDS[kind])}</h2>\n{body}</section>\n'


def _overview(dependence: Dependence, ranked: Ranked) -> Iterator[str]:
    tools = [tool for tool, _ in ranked]
    years = {year: weigh(dependence, tools, year) for year in years_of(tools)}
    latest = max(years)
    yield f"<p>{plural(len(tools), 'outil')}, dernières réponses en {latest}.</p>\n"
    yield from _families(dependence, years[latest])
    if len(years) > 1:
        yield from _trajectory(years)
    rows = [
        (
            f'<a href="{tool.id}.html">{esc(tool.title)}</a>',
            say(dependence.labels[tool.family]),
            say(index_of(finding)),
            say(bands_text(finding.bands)),
            say(priority_of(finding)),
        )
        for tool, finding in ranked
    ]
    titles = ("Outil", "Famille", "Indice", "Dépendance", "Priorité")
    told = "Les outils dont le service public dépend le plus, et qui s’arrêteraient le plus vite, viennent d’abord."
    yield f"<h3>{say('Par quoi commencer')}</h3>\n<p>{say(told)}</p>\n"
    yield table(titles, rows, kind="boussole-cards")


def _families(dependence: Dependence, weighings: Sequence[Weighing]) -> Iterator[str]:
    known = [(one, one.bounds) for one in weighings if one.bounds]
    told = " ; ".join(f"{one.label} : {bounds_text(*bounds)}" for one, bounds in known)
    yield f"<h3>{say('Par famille, pondéré par la dépense')}</h3>\n"
    yield _gauges(dependence, told, [_gauge(dependence, one.label, *bounds) for one, bounds in known])
    rows = [
        (
            say(one.label),
            say(bounds_text(*one.bounds)) if one.bounds else say("dépense inconnue"),
            say(bands_text(one.bands)),
            say(euros(one.spending)),
            say(_counted(one)),
        )
        for one in weighings
    ]
    yield table(("Famille", "Indice", "Dépendance", say("Dépense par an"), "Outils"), rows, kind="boussole-cards")


def _counted(weighing: Weighing) -> str:
    left = len(weighing.unweighed)
    return f"{len(weighing.reviews)}{f', dont {left} sans dépense connue, non pesés' if left else ''}"


def _trajectory(years: Mapping[int, Sequence[Weighing]]) -> Iterator[str]:
    labels = list(dict.fromkeys(one.label for found in years.values() for one in found))
    at = {(one.label, year): one.bounds for year, found in years.items() for one in found}
    series = [
        Series(label, [(date(year, 12, 31), float(bounds[1])) for year in years if (bounds := at.get((label, year)))])
        for label in labels
    ]
    told = (
        "Indice de chaque famille d’après les dernières réponses de chaque année, borne haute ; le tableau donne les deux bornes."
    )
    rows = [
        (
            say(label),
            *(say(bounds_text(*bounds)) if (bounds := at.get((label, year))) else say("non renseigné") for year in years),
        )
        for label in labels
    ]
    yield f"<h3>{say('D’une année sur l’autre')}</h3>\n<p>{say(told)}</p>\n{line_chart(told, series, [])}"
    yield table(("Famille", *(str(year) for year in years)), rows, kind="boussole-cards")
