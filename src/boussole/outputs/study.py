"""The study of working conditions: pages of the site as MyST Markdown by name, what is printed to hold it, a result as text."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from boussole import agenda
from boussole.charts import Mark, Series, line_chart
from boussole.markup import esc, facts, fenced, listed, say, table
from boussole.model import Doctrine
from boussole.monitoring import FEW
from boussole.results import (
    EVERYBODY,
    REST,
    Raised,
    Result,
    Score,
    by_use,
    is_same,
    measures_of,
    raised,
    scores_of,
    scores_of_item,
    shown_items,
    threshold,
    uncompared,
)
from boussole.study import CRITERION, Party, Protocol, Signal, Step, Wave, lacking, plan
from boussole.tally import blank_table
from boussole.templating import render
from boussole.wording import CONFIDENCE, enumerated, number
from boussole.writing import french_date, plural, signed, typeset

PAGES = "conditions-de-travail"
BEFORE, AFTER = 0, 12  # any wave after the tool opens is asked the same
SHEETS = {"questionnaire-avant": BEFORE, "questionnaire-apres": AFTER}
PRINTED = (*SHEETS, "notice", "roles", "calendrier")  # what is made to be handed out, as PDF too
KINDS = {"real": "Usages réels", "example": "Exemples inventés"}
CHARGE = "travail.charge-et-sens"


# -- what is printed -------------------------------------------------------------------------------------------------------------


def render_study(doctrine: Doctrine, protocol: Protocol, start: date, today: date, groups: Sequence[str] = ()) -> dict[str, str]:
    """Every file of a study of a tool that opens on a day, by name; those of `PRINTED` are to be printed as PDF too.

    ``groups`` are the boxes of the sheet that say the occupation or the place; without any, the sheet does not ask."""
    known = {source.id for source in doctrine.sources}
    quotes = [quote for quote in protocol.quotes if quote.source in known]  # elsewhere, another authority announced nothing
    common = {"protocol": protocol, "quotes": quotes, "start": start, "few": FEW, "planned": plan(protocol, start)}
    files = {
        f"{name}.html": render("study/questionnaire.html", wave=wave, groups=groups, items=protocol.asked(wave), **common)
        for name, wave in SHEETS.items()
    }
    files |= {f"reponses-{name.partition('-')[2]}.csv": blank_table(protocol, wave) for name, wave in SHEETS.items()}
    files["notice.html"] = render("study/notice.html", **common)
    files["roles.html"] = render("study/roles.html", parts=_parts(protocol), **common)
    files["calendrier.html"] = render("study/calendar.html", **common)
    files["calendrier.ics"] = _agenda(protocol, start, today)
    files["index.html"] = render("study/entrance.html", missing=lacking(protocol, doctrine), **common)
    return files


def _parts(protocol: Protocol) -> list[tuple[Party, list[tuple[str, str, str]]]]:
    """What each one does: the step, its waves, what it is."""
    return [
        (party, [(step.name, _waves(protocol, step.waves), step.what) for step in protocol.steps if party.id in step.who])
        for party in protocol.parties
    ]


def _waves(protocol: Protocol, months: Sequence[int]) -> str:
    if tuple(months) == protocol.months:
        return "à chaque vague"
    if tuple(months) == protocol.months[1:]:
        return "à chaque vague après l’ouverture"
    return ", ".join(protocol.wave(month).label.lower() for month in months)


def _agenda(protocol: Protocol, start: date, today: date) -> str:
    entries = [
        agenda.Entry(
            f"etude-{start:%Y%m%d}-{one.step.id}-{one.wave.month}",
            f"{one.step.name} ({one.wave.label.lower()})",
            one.starts,
            one.ends,
            f"{one.step.what} Avec : {', '.join(protocol.party(name).label.lower() for name in one.step.who)}.",
        )
        for one in plan(protocol, start)
    ]
    return agenda.render("etude", "Étude des conditions de travail", entries, today)


# -- a result as text ------------------------------------------------------------------------------------------------------------


def render_text(doctrine: Doctrine, protocol: Protocol, result: Result, earlier: Sequence[Result] | None = None) -> str:
    """What a terminal says of a result, beside the ``earlier`` waves of the same use; None while the use is not known.

    Waves are compared by what may be published of each, and by nothing else: side by side, they tell no more than one by one."""
    return typeset("\n".join(_lines(doctrine, protocol, result, earlier)) + "\n")


def _lines(doctrine: Doctrine, protocol: Protocol, result: Result, known: Sequence[Result] | None) -> Iterator[str]:
    earlier = known or ()
    share = f", {result.share} % des feuilles remises" if result.share is not None else ""
    yield f"{protocol.wave(result.wave).label} : {result.answered} feuilles{share}."
    yield "Groupes : " + (", ".join(f"{one.group} ({one.count})" for one in result.groups) or "tous ensemble") + "."
    for theme, items in shown_items(protocol, result.wave).items():
        yield f"\n{theme}"
        for item in items:
            scores = scores_of_item(protocol, result, item.id)
            yield f"  {item.short} : {_said(scores) or f'moins de {FEW} réponses'}"
    for name, scores in measures_of(protocol, result).items():
        yield f"\nMesure pour le registre, {name} : {_said(scores, with_count=True)}"
    if earlier:
        yield from _side_by_side(protocol, [*earlier, result])
    found = raised(protocol, result, earlier)
    yield "\nÀ discuter :" if found else "\nRien n’appelle de discussion d’après ces règles ; les remarques restent à lire."
    for one in found:
        yield f"  {f'{one.group}. ' if one.group else ''}{_reason(doctrine, protocol, one)}"
    if names := uncompared(result, earlier):
        yield f"Pas de comparaison pour {', '.join(names)} : ce ne sont peut-être pas les mêmes personnes à chaque vague."
    if result.wave and known is None:
        yield "Les baisses se lisent d’après les vagues déjà publiées de cet usage : dire lequel avec --use."


def _side_by_side(protocol: Protocol, waves: Sequence[Result]) -> Iterator[str]:
    """Each question from wave to wave: all together, then the groups of the last one that are the same in another."""
    last = waves[-1]
    labels = [protocol.wave(one.wave).label.lower() for one in waves]
    yield "\nD’une vague à l’autre :"
    for item in protocol.asked(last.wave):
        read = [{score.group: score for score in scores_of_item(protocol, one, item.id)} for one in waves]
        told = [
            _overall([scores[None]] if scores else [], item.since <= one.wave) for scores, one in zip(read, waves, strict=True)
        ]
        yield f"  {item.short} : {_dated(labels, told)}"
        for group in (name for name in read[-1] if name is not None):
            same = [group in scores and is_same(group, last, one) for scores, one in zip(read, waves, strict=True)]
            values = [_value(scores[group]) if known else "–" for scores, known in zip(read, same, strict=True)]
            if any(same[:-1]):
                yield f"    {group} : {_dated(labels, values)}"


def _dated(labels: Sequence[str], values: Sequence[str]) -> str:
    return " ; ".join(f"{label} {value}" for label, value in zip(labels, values, strict=True))


def _reason(doctrine: Doctrine, protocol: Protocol, one: Raised) -> str:
    """What was read, of what, and from what value on it is discussed."""
    read = f"{_subject(doctrine, protocol, one.signal)} : {one.told} ; seuil : {threshold(protocol, one.signal)}."
    return f"{read} {one.signal.what}"


def _subject(doctrine: Doctrine, protocol: Protocol, signal: Signal) -> str:
    """What a signal reads: a question, an indicator, or how many answered."""
    if signal.item:
        return f"« {protocol.item(signal.item).short} »"
    found = doctrine.indicators.get(signal.indicator or "")
    return found.name if found else signal.indicator or "Participation"


def _said(scores: Sequence[Score], with_count: bool = False) -> str:
    return " ; ".join(
        f"{score.group or EVERYBODY.lower()} {_value(score)}{f' ({score.count} personnes)' if with_count else ''}"
        for score in scores
    )


# -- pages of the site -----------------------------------------------------------------------------------------------------------


def render_study_pages(
    doctrine: Doctrine, protocol: Protocol, results: Sequence[Result], titles: Mapping[str, str]
) -> dict[str, str]:
    """Every page of the study, by name: the protocol in five pages, the results, then one a use; ``titles`` are those of uses."""
    uses = by_use(results)
    below = [f"{part}-{name}" for name in uses for part in ("usage", "questions")]
    common: dict[str, Any] = {
        "doctrine": doctrine,
        "protocol": protocol,
        "few": FEW,
        "sources": {source.id: source for source in doctrine.sources},
        "confidence": CONFIDENCE,
        "indicators": {one.id: doctrine.indicators.get(one.id) for one in protocol.indicators},
        "labels": {party.id: party.label for party in protocol.parties},
        "called": [(_subject(doctrine, protocol, one), threshold(protocol, one), one.what) for one in protocol.signals],
        "before": len(protocol.asked(BEFORE)),
        "days": told_days,
        "official": [source.id for source in doctrine.sources if source.kind == "official"],
    }
    pages = {
        "index": render("study/index.md.j2", below=[*_PROTOCOL, "resultats", *below], **common),
        "questionnaire": render("study/questionnaire.md.j2", **common),
        "anonymat": render("study/anonymat.md.j2", **common),
        "garanties": render("study/garanties.md.j2", **common),
        "calendrier": render("study/calendrier.md.j2", body=fenced(_matrix(protocol)), **common),
        "resultats": _page("Les résultats de l’étude", _RESULTS, _all(protocol, uses, titles), doctrine),
    }
    for name, found in uses.items():
        lead = f"{found[-1].answered} réponses à la dernière vague, « {protocol.wave(found[-1].wave).label.lower()} »."
        title = titles.get(name, name)
        pages[f"usage-{name}"] = _page(f"Conditions de travail : {title}", lead, _use(doctrine, protocol, found), doctrine)
        pages[f"questions-{name}"] = _page(f"Question par question : {title}", _TURNED, _items(protocol, found), doctrine)
    return {f"{PAGES}/{name}.md": text for name, text in pages.items()}


_PROTOCOL = ("questionnaire", "anonymat", "calendrier", "garanties")
_TURNED = (
    "Moyenne de tous, toujours tournée dans le même sens : plus elle est haute, mieux c’est. Sur 5, sauf le temps, en "
    "minutes par semaine. Une moyenne peut cacher deux avis opposés."
)
_RESULTS = "Par usage et par vague, des moyennes de cinq personnes ou plus. Ce qui est inventé est à part, et ne se compte pas."


def _page(title: str, lead: str, body: str, doctrine: Doctrine) -> str:
    return render("pages/registre.md.j2", title=title, lead=lead, body=fenced(body), below=(), name="", doctrine=doctrine)


def _matrix(protocol: Protocol) -> str:
    """Who does what; waves where everyone does the same make one column."""
    columns: dict[tuple[str, ...], list[Wave]] = {}
    for wave in protocol.waves:
        columns.setdefault(tuple(_done(protocol, party, wave) for party in protocol.parties), []).append(wave)
    titles = ("Qui", *(say(enumerated([wave.label for wave in waves])) for waves in columns.values()))
    rows = [(say(party.label), *(say(done[rank]) for done in columns)) for rank, party in enumerate(protocol.parties)]
    return f'<div class="boussole-use">\n{table(titles, rows, kind="boussole-cards")}</div>\n'


def _done(protocol: Protocol, party: Party, wave: Wave) -> str:
    names = [step.name for step in protocol.steps if party.id in step.who and wave.month in step.waves]
    return " ; ".join(names) or "–"


def told_days(step: Step) -> str:
    """When a step takes place, from the day of its wave."""
    if step.last < 0:
        return f"de {-step.first} à {plural(-step.last, 'jour')} avant"
    first = "du jour même" if step.first == 0 else f"de {step.first}"
    return f"{first} à {plural(step.last, 'jour')} après"


def _all(protocol: Protocol, uses: Mapping[str, Sequence[Result]], titles: Mapping[str, str]) -> str:
    parts = []
    for kind, title in KINDS.items():
        found = {name: results for name, results in uses.items() if results[0].kind == kind}
        rows = [
            (
                f'<a href="usage-{name}.html">{esc(titles.get(name, name))}</a>',
                *(say(_cell(protocol, results, wave)) for wave in protocol.waves),
            )
            for name, results in found.items()
        ]
        columns = ("Usage", *(say(wave.label) for wave in protocol.waves))
        body = table(columns, rows, kind="boussole-cards") if rows else f"<p>{say('Aucun résultat pour l’instant.')}</p>\n"
        parts.append(f'<h2 id="{kind}">{say(title)}</h2>\n{body}')
    told = "Chaque case donne la charge et le sens ressentis par tous, sur 5, et le nombre de réponses. "
    told += "Les groupes sont sur la page de chaque usage."
    parts.append(f"<p>{say(told)}</p>\n")
    parts.append(f'<p><a href="donnees.html">{say("Télécharger tous les résultats")}</a></p>\n')
    return f'<div class="boussole-use">\n{"".join(parts)}</div>\n'


def _cell(protocol: Protocol, results: Sequence[Result], wave: Wave) -> str:
    found = next((one for one in results if one.wave == wave.month), None)
    if found is None:
        return "–"
    scores = scores_of(protocol, found, CHARGE)
    return f"{_value(scores[-1]) if scores else 'non publié'} ({found.answered})"


# -- one use ---------------------------------------------------------------------------------------------------------------------


def _use(doctrine: Doctrine, protocol: Protocol, found: Sequence[Result]) -> str:
    last = found[-1]
    link = f'<a href="../registre/{last.use}.html#mesures">{say("La page de cet usage dans le registre, avec ses mesures")}</a>'
    parts = [_example(last), f"<p>{link}</p>\n", _waves_told(protocol, found)]
    parts += [_indicator(doctrine, protocol, found, name) for name in protocol.measured if name in doctrine.indicators]
    parts += [_discussed(doctrine, protocol, found), _withheld(protocol, last)]
    return f'<div class="boussole-use">\n{"".join(parts)}</div>\n'


def _example(one: Result) -> str:
    told = "Exemple inventé : cet usage n’existe pas, et personne n’a répondu."
    return f'<p class="boussole-example">{say(told)}</p>\n' if one.kind == "example" else ""


def _waves_told(protocol: Protocol, found: Sequence[Result]) -> str:
    rows = [
        (
            say(protocol.wave(one.wave).label),
            say(french_date(one.closed)),
            str(one.answered),
            say(f"{one.share} %" if one.share is not None else "non renseigné"),
        )
        for one in found
    ]
    return table(("Vague", say("Clôture"), say("Réponses"), say("Part des feuilles remises")), rows, kind="boussole-cards")


def _indicator(doctrine: Doctrine, protocol: Protocol, found: Sequence[Result], name: str) -> str:
    """An indicator from wave to wave: a chart that a sentence tells, and its table."""
    indicator = doctrine.indicators[name]
    read = [(one, {score.group: score for score in scores_of(protocol, one, name)}) for one in found]
    read = [(one, scores) for one, scores in read if scores]
    if not read:
        return ""
    groups = list(dict.fromkeys(group for _, scores in read for group in scores))
    groups = [*(group for group in groups if group), None] if None in groups else groups
    drawn: list[str | None] = [group for group in groups if group and group != REST] or [None]  # a line joins the same people
    series = [
        Series(group or EVERYBODY, [(_day(one), scores[group].value) for one, scores in read if group in scores])
        for group in drawn
    ]
    marks = [
        Mark("réserve", band.max, "threshold")
        for band in (indicator.bands or {}).values()
        if band.effect and band.max is not None
    ]
    told = f"{indicator.name}, {indicator.unit}. " + " ; ".join(
        f"{protocol.wave(one.wave).label.lower()} : "
        + ", ".join(f"{group or EVERYBODY.lower()} {_value(scores[group])}" for group in drawn if group in scores)
        for one, scores in read
    )
    rows = [
        (
            say(EVERYBODY) if group is None else esc(group),
            *(f"{_value(scores[group])} ({scores[group].count})" if group in scores else "–" for _, scores in read),
        )
        for group in groups
    ]
    titles = ("Groupe", *(say(protocol.wave(one.wave).label) for one, _ in read))
    link = f'<a href="../criteres/{CRITERION}.html">{say("L’indicateur dans le critère")}</a>'
    unit = say(f"{indicator.unit[0].upper()}{indicator.unit[1:]} ; entre parenthèses, combien de personnes. ")
    if marks:
        limit = number(marks[0].value)
        unit += say(f"La ligne « réserve » est à {limit} : une moyenne de {limit} ou moins met l’avis du jour sous réserves. ")
    ends = protocol.scale_of(protocol.made_of(name, read[-1][0].wave)[0]).ends
    if ends:
        least, most = map(number, ends)
        unit += say(f"Le graphique va de {least} à {most}, les deux bouts de l’échelle : il ne part pas de zéro. ")
    head = f"<h2>{say(indicator.name)}</h2>\n<p>{unit}{link}</p>\n"
    return head + line_chart(typeset(told), series, marks, ends) + table(titles, rows, kind="boussole-cards")


def _day(one: Result) -> date:
    return date.fromisoformat(f"{one.closed}-01")


_READ = (
    "Une moyenne plus haute est toujours meilleure : quand la fatigue augmente, « Énergie en fin de journée » baisse. Une baisse "
    "se lit depuis la vague d’avant et depuis la première. Un groupe n’est comparé qu’à lui-même, sous le même nom ; « autres "
    "groupes réunis » jamais : ce ne sont peut-être pas les mêmes personnes."
)


def _discussed(doctrine: Doctrine, protocol: Protocol, found: Sequence[Result]) -> str:
    """What each wave calls to discuss, and the groups that could not be compared."""
    told = [
        f"<b>{say(protocol.wave(one.wave).label)}</b>{f', {esc(item.group)}' if item.group else ''}"
        f"{say(f'. {_reason(doctrine, protocol, item)}')}"
        for rank, one in enumerate(found)
        for item in raised(protocol, one, found[:rank])
    ]
    body = listed(told) or f"<p>{say('Rien, d’après les règles du protocole.')}</p>\n"
    apart = [
        f"<b>{say(protocol.wave(one.wave).label)}</b>{say(' : pas de comparaison pour ')}{esc(', '.join(names))}"
        for rank, one in enumerate(found)
        if (names := uncompared(one, found[:rank]))
    ]
    return f"<h2>{say('Ce qui doit être discuté')}</h2>\n<p>{say(_READ)}</p>\n{body}{listed(apart)}"


def _items(protocol: Protocol, found: Sequence[Result]) -> str:
    """Every question, all groups together: what each group says is in the open data."""
    rows = [
        (
            say(item.short),
            *(say(_overall(scores_of_item(protocol, one, item.id), item.since <= one.wave)) for one in found),
        )
        for item in protocol.asked(found[-1].wave)
    ]
    titles = (say("Question"), *(say(protocol.wave(one.wave).label) for one in found))
    back = f'<p><a href="usage-{found[-1].use}.html">{say("Les indicateurs, par groupe")}</a></p>\n'
    return f'<div class="boussole-use">\n{_example(found[-1])}{table(titles, rows, kind="boussole-cards")}{back}</div>\n'


def _value(score: Score) -> str:
    return signed(number(score.value))


def _overall(scores: Sequence[Score], is_asked: bool) -> str:
    return _value(scores[-1]) if scores else f"moins de {FEW}" if is_asked else "–"


def _withheld(protocol: Protocol, last: Result) -> str:
    every = f'<a href="questions-{last.use}.html">{say("la moyenne de tous, à chaque vague")}</a>'
    rows = [
        ("Question par question", every),
        (
            "Groupes réunis",
            say("oui, sous « autres » : leurs noms ne sont pas dits")
            if any(one.group == REST for one in last.groups)
            else say("aucun à la dernière vague"),
        ),
        ("Questions retenues", say(plural(len(last.withheld), "question"))),
        ("Détail par groupe", f'<a href="donnees.html">{say("dans les données ouvertes")}</a>'),
        ("Protocole", f'{say(f"version {last.protocol}, ")}<a href="anonymat.html">{say("règles d’anonymat")}</a>'),
    ]
    return f"<h2>{say('Pour aller plus loin')}</h2>\n{facts(rows)}"
