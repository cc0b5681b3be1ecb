"""The register: what its pages say, whatever people wrote, and what is written again when one dossier changes."""

import datetime
import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import html5lib
import pytest
from benchmarks.plausible import plausible, write_plausible

from boussole import Doctrine, Dossier, SourceError, new_dossier
from boussole.charts import Bar, Mark, Series, bar_chart, line_chart
from boussole.concertation import load_kit
from boussole.debating import load_debate, moves
from boussole.dialect import read_dialect
from boussole.document import CHOICES, NOT_TOLD, NOTICE
from boussole.dossier import Condition, Dates, Decision, Happening, Measure, Notice, dossier_of, read_dossier
from boussole.filing import write_json, write_yaml
from boussole.follow_up import Event, events_of
from boussole.outputs.calendar import render_calendar
from boussole.outputs.dashboard import render_dashboard
from boussole.outputs.listing import PAGE, ordered, pages_of_list, render_browsing, render_list
from boussole.outputs.register import Beside, describe_use, render_use, title_of
from boussole.outputs.yearly import render_year, years_of
from boussole.proofs import case_answers
from boussole.publishing import BODY, HEAD, TITLE, Frame, Register, read_register, say_beside, write_register
from boussole.register import Row, Use, row_of
from tests.conftest import ROOT

TODAY = datetime.date(2026, 11, 25)
FRAME = Frame(f"<title>{TITLE}</title>{HEAD}<main>{BODY}</main>", f"<title>{TITLE}</title>{HEAD}<main>{BODY}</main>")
HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "</article></main><h1>pris</h1>",
    "&lt;b&gt; &amp;copy; <!-- -->",
    "`````` ::: ```{raw} html",
    "javascript:alert(1) https://exemple.fr/\"onclick='x'",
)


def full(doctrine: Doctrine, text: str) -> Dossier:
    """A dossier where people wrote the same thing everywhere they can."""
    case = doctrine.cases[0]
    told: dict[str, Any] = {name: text for name in NOTICE if name not in (*CHOICES, "decisions_per_year")}
    answers = dict(case_answers(doctrine, case))
    question = next(name for name in answers if isinstance(answers[name], str))
    options = list(doctrine.questions[question].choices)
    answers[question] = {"dpo": options[0], "os": options[1]}
    measure = Measure(on=datetime.date(2025, 3, 1), value=3, source=text, group=text, count=12)
    aim = Measure(on=datetime.date(2025, 3, 1), value=4, source=text, kind="cible")
    return replace(
        new_dossier(doctrine, "essai", text or "Titre"),
        summary=text,
        authority=text,
        service=text,
        contact=text,
        status="service",
        dates=Dates(opened=datetime.date(2024, 1, 1), started=datetime.date(2024, 2, 1), next_review=datetime.date(2025, 1, 1)),
        notice=replace(Notice(), **told),
        decision=Decision(outcome=doctrine.levels[-1], by=text, on=datetime.date(2024, 3, 1), because=text),
        answers=answers,
        notes={question: {"dpo": text, "os": [text, text]}, list(answers)[1]: text},
        evidence={question: [text]},
        measures={"travail.charge-et-sens": [measure, aim], "sobriete.energie-annuelle": [replace(measure, group=None)]},
        conditions=[Condition(what=text, owner=text, due=datetime.date(2024, 6, 1))],
        history=[Happening(on=datetime.date(2024, 1, 1), what=text)],
    )


def shape_of(markup: str) -> list[tuple[str, list[str]]]:
    """The elements of some HTML, with the names of their attributes."""
    parser = html5lib.HTMLParser(namespaceHTMLElements=False, strict=False)
    tree = parser.parse(f"<!doctype html><html><head><title>x</title></head><body>{markup}</body></html>")
    return [(str(node.tag), sorted(node.attrib)) for node in tree.iter() if isinstance(node.tag, str)]


def use(doctrine: Doctrine, dossier: Dossier) -> Use:
    return Use(doctrine, dossier, TODAY)


def rows(doctrine: Doctrine, count: int) -> list[Row]:
    return [row_of(use(doctrine, dossier)) for dossier in plausible(doctrine, count)]


# -- what people wrote is data


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_of_a_dossier_becomes_markup(doctrine: Doctrine, text: str) -> None:
    calm, wild = full(doctrine, "https://exemple.fr/x" if "https://" in text else "Du texte"), full(doctrine, text)
    assert shape_of(render_use(use(doctrine, wild))) == shape_of(render_use(use(doctrine, calm)))
    one, other = row_of(use(doctrine, wild)), row_of(use(doctrine, calm))
    assert shape_of(render_list(doctrine, [one])) == shape_of(render_list(doctrine, [other]))
    assert shape_of(render_dashboard(doctrine, [one], TODAY)) == shape_of(render_dashboard(doctrine, [other], TODAY))
    events, others = events_of(use(doctrine, wild)), events_of(use(doctrine, calm))
    assert shape_of(render_year(doctrine, events, "2024")) == shape_of(render_year(doctrine, others, "2024"))


def test_a_text_is_shown_as_it_was_written(doctrine: Doctrine) -> None:
    page = render_use(use(doctrine, full(doctrine, "<b>gras</b> & 'a' : b")))
    assert page.count("&lt;b&gt;gras&lt;/b&gt; &amp; &#x27;a&#x27; : b") > 15


def test_no_text_closes_the_data_of_the_list(doctrine: Doctrine) -> None:
    row = row_of(use(doctrine, full(doctrine, "</script>\u2028<!--")))
    for text in render_browsing(doctrine, [row]).values():
        assert "<" not in text
        assert "\u2028" not in text


# -- a use


def test_an_invented_use_says_so_in_its_title_and_at_the_top(doctrine: Doctrine) -> None:
    invented = replace(new_dossier(doctrine, "x", "Trier", "example"), summary="Trie le courrier.")
    page = render_use(use(doctrine, invented))
    assert page.index("Exemple inventé") < page.index("Trie le courrier.")
    assert title_of(use(doctrine, invented)) == "Trier (exemple inventé)"
    assert describe_use(use(doctrine, invented)).startswith("Exemple inventé.")
    real = render_use(use(doctrine, replace(invented, kind="real")))
    assert "inventé" not in real


def test_an_empty_dossier_is_open_and_says_what_is_missing_and_what_was_not_told(doctrine: Doctrine) -> None:
    page = render_use(use(doctrine, new_dossier(doctrine, "x", "Trier")))
    assert "À compléter" in page
    assert "Ce qui manque pour conclure" in page
    assert page.count(NOT_TOLD) > 20
    assert "L’administration" in page
    assert "Mesures" not in page


def test_measures_that_move_the_opinion_are_told_beside_the_opinion_of_the_answers(doctrine: Doctrine) -> None:
    case = next(case for case in doctrine.cases if case.opinion == doctrine.levels[0])
    dossier = replace(new_dossier(doctrine, "x", "Trier"), answers=dict(case_answers(doctrine, case)))
    assert "depuis les mesures" not in render_use(use(doctrine, dossier))
    measured = replace(dossier, measures={"travail.resultats-ecartes": [Measure(on=TODAY, value=0, source="journal")]})
    page = render_use(use(doctrine, measured))
    assert (
        "L’avis du dossier était «\xa0Favorable\xa0»\xa0; depuis les mesures, il est «\xa0Favorable sous réserves\xa0»." in page
    )
    assert "Aucun résultat écarté" in page


def test_a_decision_that_departs_from_the_opinion_shows_both(doctrine: Doctrine) -> None:
    page = render_use(use(doctrine, full(doctrine, "texte")))
    assert "Refusé" in page
    assert 'class="boussole-departs"' in page


def test_what_few_people_say_is_neither_shown_nor_drawn(doctrine: Doctrine) -> None:
    few = Measure(on=datetime.date(2025, 1, 1), value=1.25, source="enquête", group="Régie", count=4)
    many = Measure(on=datetime.date(2025, 1, 1), value=3.75, source="enquête", group="Accueil", count=5)
    dossier = replace(new_dossier(doctrine, "x", "Trier"), measures={"travail.charge-et-sens": [few, many]})
    page = render_use(use(doctrine, dossier))
    assert "3,75" in page
    assert "1,25" not in page
    assert "non publié (moins de 5 personnes)" in page
    assert page.count("boussole-point") == 1
    events = [event for event in events_of(use(doctrine, dossier)) if event.what == "mesure"]
    assert [event.value for event in events] == [None, 3.75]
    assert "1,25" not in render_year(doctrine, events, "2025")


def test_a_decision_that_measures_overtook_says_so_and_does_not_depart(doctrine: Doctrine) -> None:
    case = next(case for case in doctrine.cases if case.opinion == doctrine.levels[0])
    measured = {"travail.resultats-ecartes": [Measure(on=datetime.date(2026, 10, 1), value=0, source="journal")]}
    dossier = replace(new_dossier(doctrine, "x", "Trier"), answers=dict(case_answers(doctrine, case)), measures=measured)
    before, after = (Decision(outcome=case.opinion, by="la direction", on=datetime.date(2026, month, 1)) for month in (9, 11))
    page = render_use(use(doctrine, replace(dossier, decision=before)))
    assert "La décision a suivi l’avis, que des mesures faites depuis ont changé\xa0: aujourd’hui, l’avis est" in page
    assert "s’écarte" not in page
    assert "La décision s’écarte de l’avis du jour" in render_use(use(doctrine, replace(dossier, decision=after)))


def test_neither_the_value_nor_the_source_of_what_few_people_say_is_on_the_page(doctrine: Doctrine) -> None:
    few = Measure(on=datetime.date(2025, 1, 1), value=1.25, source="les trois agents de la régie", group="Régie", count=3)
    many = Measure(on=datetime.date(2025, 1, 1), value=3.75, source="enquête", group="Accueil", count=12)
    others = [replace(many, on=datetime.date(2026, 1, 1), source="autre enquête"), replace(few, kind="cible", value=4.75)]
    for listed in ([few], [few, many], [few, many, *others]):
        page = render_use(
            use(doctrine, replace(new_dossier(doctrine, "x", "Trier"), measures={"travail.charge-et-sens": listed}))
        )
        assert "les trois agents" not in page
        assert "1,25" not in page
        assert "4,75" not in page
        assert "non publié (moins de 5 personnes)" in page


def test_the_outcomes_of_a_discussion_are_told_as_such_when_they_contradict_each_other_or_there_is_none(
    doctrine: Doctrine,
) -> None:
    name = "biometrie.identification"
    both = new_dossier(doctrine, "x", "Trier").answer(doctrine, name, "oui", by="dpo").answer(doctrine, name, "non", by="os")
    merged = both.answer(doctrine, name, "oui", by="accord").merge(both.answer(doctrine, name, "non", by="accord"))
    page = render_use(use(doctrine, merged))
    told = page[page.index('id="positions"') :]
    assert "<b>Non ou Oui (deux résultats de discussion se contredisent)</b>" in told
    assert page.count("se contredisent") == 2  # where positions differ, and in the criterion
    assert "il est réglé" not in told
    open_still = render_use(use(doctrine, both.answer(doctrine, name, "nsp", by="accord")))
    assert open_still.count("<b>pas d’accord trouvé</b>") == 2
    assert "Je ne sais pas" not in open_still
    assert "se contredisent" not in render_use(use(doctrine, both))


def test_every_value_measured_on_one_day_is_shown_and_the_one_that_counts_is_said(doctrine: Doctrine) -> None:
    wrong = Measure(on=datetime.date(2025, 1, 1), value=2.25, source="relevé", group="Accueil", count=12)
    right = replace(wrong, value=3.75, source="relevé corrigé")
    page = render_use(
        use(doctrine, replace(new_dossier(doctrine, "x", "T"), measures={"travail.charge-et-sens": [wrong, right]}))
    )
    assert "2,25, puis 3,75 (la dernière compte)" in page
    assert "relevé, relevé corrigé" in page


def test_what_is_late_is_at_the_top_of_the_page_and_in_the_list(doctrine: Doctrine) -> None:
    dossier = full(doctrine, "texte")
    page = render_use(use(doctrine, dossier))
    assert page.index("Date d’examen passée") < page.index("Avis du jour")
    assert "En retard" in page
    assert "Examen en retard" in render_list(doctrine, [row_of(use(doctrine, dossier))])


def test_a_mention_and_data_files_are_shown_when_there_are_some(doctrine: Doctrine) -> None:
    dossier = new_dossier(doctrine, "x", "Trier")
    assert "La mention des décisions" not in render_use(use(doctrine, dossier))
    page = render_use(use(doctrine, dossier), Beside("<p>Mention.</p>", [("../donnees/usages/x.json", "Tout l’usage")]))
    assert "<p>Mention.</p>" in page
    assert '<a href="../donnees/usages/x.json">Tout l’usage</a>' in page


def test_a_use_leads_to_the_editions_that_change_its_opinion_and_to_its_study_when_there_are_some(doctrine: Doctrine) -> None:
    dossier = new_dossier(doctrine, "x", "Trier")
    bare = render_use(use(doctrine, dossier))
    assert "debattre/" not in bare
    assert "conditions-de-travail/" not in bare
    beside = Beside(
        editions=[("debattre/edition-a", "Édition <a>"), ("debattre/edition-b", "B")], study="conditions-de-travail/usage-x"
    )
    page = render_use(use(doctrine, dossier), beside).replace("\xa0", " ")
    versions = page[page.index('id="versions"') : page.index('id="histoire"') if 'id="histoire"' in page else None]
    assert '<a href="../debattre/edition-a.html">Édition &lt;a&gt;</a>, <a href="../debattre/edition-b.html">B</a>.' in versions
    assert '<a href="../conditions-de-travail/usage-x.html">l’étude des conditions de travail</a>' in page


def test_what_stands_beside_a_use_is_found_and_a_study_that_cannot_be_read_hides_no_use(
    tmp_path: Path, doctrine: Doctrine
) -> None:
    shutil.copytree(ROOT / "docs", tmp_path / "docs")
    debate = load_debate(tmp_path / "docs/debat", doctrine, load_kit())
    moved = moves(doctrine, debate, tmp_path / "docs/registre")
    found = say_beside(tmp_path / "docs", doctrine, debate, moved)
    title = "Édition d’exemple, après une concertation inventée"
    assert {name: one.editions for name, one in found.items() if one.editions} == {
        "maintenance-predictive-du-tramway": (("debattre/edition-exemple-2026", title),)
    }
    assert {name: one.study for name, one in found.items() if one.study} == {
        name: f"conditions-de-travail/usage-{name}" for name in ("agent-conversationnel-accueil", "tri-des-dechets-par-camera")
    }
    (tmp_path / "docs/etude/fautive.yml").write_text("id: [", encoding="utf-8")
    kept = say_beside(tmp_path / "docs", doctrine, debate, moved)
    assert {name for name, one in kept.items() if one.study} == set()
    assert {name for name, one in kept.items() if one.kind} == {name for name, one in found.items() if one.kind}


def test_no_id_comes_twice_on_a_page(doctrine: Doctrine) -> None:
    for dossier in plausible(doctrine, 20):
        ids = re.findall(r'\bid="([^"]+)"', render_use(use(doctrine, dossier)))
        assert len(ids) == len(set(ids))


# -- charts


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


def test_a_chart_holds_its_points_inside_and_says_its_gist() -> None:
    line = Series("A", [(day("2024-01-01"), 10.0), (day("2025-01-01"), 40.0)])
    chart = line_chart("De 10 à 40", [line, Series('"<b>', [(day("2024-06-01"), 20.0)])], [Mark("objectif 50", 50, "target")])
    assert 'role="img" aria-label="De 10 à 40"' in chart
    assert "&quot;&lt;b&gt;" in chart
    assert "style=" not in chart
    ordinates = [float(found) for found in re.findall(r"boussole-line-0\" d=\"M[\d.]+,([\d.]+)L[\d.]+,([\d.]+)", chart)[0]]
    assert 0 < ordinates[1] < ordinates[0] < 200


def test_values_on_a_scale_are_drawn_from_one_end_of_it_to_the_other() -> None:
    line = Series("A", [(day("2024-01-01"), 1.2), (day("2025-01-01"), 5.0)])
    chart = line_chart("De 1,2 à 5", [line], [Mark("réserve", 2.5, "threshold")], (1, 5))
    written = re.findall(r'text-anchor="end">([\d,]+)</text>', chart)
    assert written == ["1", "2", "3", "4", "5"]
    places = [float(found) for found in re.findall(r'<text x="41" y="([\d.]+)"', chart)]
    assert places == sorted(places, reverse=True)
    path = re.findall(r'boussole-line-0" d="M[\d.]+,([\d.]+)L[\d.]+,([\d.]+)"', chart)
    assert float(path[0][1]) == places[-1] - 4  # 5 stands on the highest line, whose label is a little below
    assert "réserve" in chart
    assert ">0</text>" in line_chart("De 1,2 à 5", [line], [])


def test_the_axis_writes_less_than_zero_with_the_sign_that_tables_write() -> None:
    chart = line_chart("De -20 à 10", [Series("A", [(day("2024-01-01"), -20.0), (day("2025-01-01"), 10.0)])], [])
    assert ">−20</text>" in chart
    assert not re.search(r">-\d", chart)


def test_charts_of_nothing_or_of_one_value_do_not_break() -> None:
    assert line_chart("rien", [], []) == ""
    assert bar_chart("rien", []) == ""
    assert bar_chart("zéro", [Bar("a", [("x", "", 0.0)], "0")]) == ""
    for value in (0.0, 5.0, -3.0, 1e-9, 1e12):
        assert "<svg" in line_chart("un", [Series("A", [(day("2024-01-01"), value)])], [Mark("m", value, "baseline")])
        assert "nan" not in line_chart("un", [Series("A", [(day("2024-01-01"), value)])], [])


def test_bars_are_as_long_as_their_counts() -> None:
    chart = bar_chart("deux", [Bar("a", [("x", "", 1.0)], "1"), Bar("b", [("x", "", 2.0)], "2")])
    one, other = (float(found) for found in re.findall(r"h([\d.]+)v15", chart))
    assert other + 1 == pytest.approx(2 * (one + 1), rel=0.01)


# -- the list, the dashboard, the year, the calendar


def test_the_list_puts_real_uses_first_then_the_latest(doctrine: Doctrine) -> None:
    found = rows(doctrine, 30)
    found[7] = replace(found[7], kind="real", updated="2001-01-01")
    listed = ordered(found)
    assert listed[0] == found[7]
    days = [row.updated for row in listed[1:]]
    assert days == sorted(days, reverse=True)
    assert "1\xa0usage réel" in Register(doctrine, TODAY, Path(), rows=found).pages()["registre/index"].lead


def test_every_use_is_in_exactly_one_page_of_the_list(doctrine: Doctrine) -> None:
    found = ordered(replace(row, id=f"{row.id}-{copy}") for row in rows(doctrine, 25) for copy in range(9))
    pages = [render_list(doctrine, found), *(body for _, body in pages_of_list(doctrine, found))]
    assert len(pages) == 3
    links = [link for page in pages for link in re.findall(r'<th scope="row"><a href="([^"]+)"', page)]
    assert links == [f"{row.id}.html" for row in found]
    assert all(page.count("<tr>") <= PAGE + 1 for page in pages)
    assert 'href="page-3.html"' in pages[0]


def test_an_empty_register_says_so(doctrine: Doctrine) -> None:
    pages = Register(doctrine, TODAY, Path()).pages()
    assert list(pages) == ["registre/index"]
    assert "aucun usage" in pages["registre/index"].body


def test_the_dashboard_counts_real_and_invented_uses_apart(doctrine: Doctrine) -> None:
    found = rows(doctrine, 12)
    found[0] = replace(found[0], kind="real", energy=1234.0, title="Le seul vrai")
    page = render_dashboard(doctrine, found, TODAY)
    real, invented = page.split('id="example"')
    assert "1\xa0usage le" in real
    assert "11\xa0usages le" in invented
    assert "1\u202f234 kWh par an" in real
    assert "Le seul vrai" in real
    assert "Le seul vrai" not in invented
    assert page.count("<svg") == page.count('<svg class="boussole-chart"')


def test_the_energy_is_that_of_the_uses_that_run_and_what_never_ran_is_not_without_a_measure(doctrine: Doctrine) -> None:
    states = [("service", 100.0), ("experimentation", None), ("arrete", 40.0), ("refuse", None), ("abandonne", None)]
    drawn = zip(rows(doctrine, 5), states, strict=True)
    found = [replace(row, kind="real", status=status, energy=energy) for row, (status, energy) in drawn]
    page = render_dashboard(doctrine, found, TODAY)
    assert "100 kWh par an, pour 1\xa0usage en cours et mesuré." in page
    assert "1\xa0usage en cours sans mesure\xa0:" in page
    assert "Sans compter 1\xa0usage arrêté depuis\xa0: 40 kWh par an à la dernière mesure." in page
    assert "Aucun usage en cours n’a encore mesuré" in render_dashboard(doctrine, found[2:], TODAY)


def test_what_nobody_ever_measured_is_told_on_the_page_of_a_use_in_service(doctrine: Doctrine) -> None:
    page = render_use(use(doctrine, full(doctrine, "texte")))
    assert re.search(r"\d+\xa0indicateurs de la doctrine jamais mesurés", page)
    assert "jamais mesuré" not in render_use(use(doctrine, replace(full(doctrine, "texte"), status="refuse")))


def test_how_long_a_measure_may_wait_is_said_where_one_is_late(doctrine: Doctrine) -> None:
    dossier = full(doctrine, "texte")
    row = row_of(use(doctrine, dossier))
    assert "mesure" in row.alerts
    for page in (render_use(use(doctrine, dossier)), render_dashboard(doctrine, [row], TODAY)):
        assert "31 jours après celui où elle était prévue" in page
    assert "31 jours après" not in render_dashboard(doctrine, [replace(row, alerts=())], TODAY)


def test_what_is_left_of_the_missing_questions_is_counted_in_good_french(doctrine: Doctrine) -> None:
    page = render_use(use(doctrine, new_dossier(doctrine, "x", "Trier")))
    assert re.search(r"Et \d+\xa0autres questions\.", page)


def test_a_year_tells_what_happened_then_and_nothing_of_what_is_due(doctrine: Doctrine) -> None:
    dossier = full(doctrine, "Une phrase")
    events = events_of(use(doctrine, dossier))
    assert years_of(events) == ["2025", "2024"]
    year = render_year(doctrine, events, "2024")
    assert "Décisions" in year
    assert "Conditions remplies" not in year
    assert "seule la dernière de chaque usage est comptée" in year
    assert "seule la dernière" not in render_year(doctrine, events, "2025")
    assert "Conditions de travail, par métier" in render_year(doctrine, events, "2025")


def test_the_calendar_follows_rfc_5545(doctrine: Doctrine) -> None:
    events = [event for dossier in plausible(doctrine, 40) for event in events_of(use(doctrine, dossier))]
    text = "Trop ; long, \\ é" * 20
    events.append(Event("2027-01-31", "examen", "x", text, "real"))
    calendar = render_calendar(doctrine, events, TODAY, "https://exemple.fr/")
    assert all(len(line.encode()) <= 75 for line in calendar.split("\r\n"))
    assert "\n" not in calendar.replace("\r\n", "")
    unfolded = calendar.replace("\r\n ", "")
    assert "SUMMARY:Examen : " + text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,") in unfolded
    uids = re.findall(r"UID:(.*)\r\n", unfolded)
    assert len(uids) == len(set(uids)) > 40
    assert unfolded.count("BEGIN:VEVENT") == unfolded.count("END:VEVENT") == len(uids)
    assert unfolded.count("DTSTAMP:20261125T000000Z") == len(uids)
    assert "DTSTART;VALUE=DATE:20270131\r\nDTEND;VALUE=DATE:20270201" in unfolded


def test_an_entry_of_the_calendar_keeps_its_id_when_its_day_moves(doctrine: Doctrine) -> None:
    event = Event("2027-01-31", "a-remplir", "x", "Trier", "real", "Une condition")
    uids = {
        re.findall("UID:(.*)", render_calendar(doctrine, [replace(event, on=on)], TODAY, ""))[0]
        for on in ("2027-01-31", "2028-02-01")
    }
    assert len(uids) == 1


@pytest.mark.skipif(not shutil.which("node"), reason="no Node to run the twin")
def test_the_script_of_the_list_finds_what_the_rows_say(doctrine: Doctrine, tmp_path: Path) -> None:
    found = sorted(rows(doctrine, 120), key=lambda row: row.id)
    files = render_browsing(doctrine, found)
    filters = files["registre-filtres.js"].partition("=")[2].rstrip(";\n")
    shard = files["registre-mots-tr.js"]
    program = f"""
      const register = require({json.dumps(str(ROOT / "src/boussole/static/register.js"))});
      const boussoleRegister = register, filters = {filters};
      {shard}
      const asked = (more) => Object.assign({{avis: "", etat: "", critere: "", service: "", nature: "", alerte: "",
        tri: ""}}, more);
      const ranks = (more, said) => register.choose(filters, {len(found)}, asked(more), said || []);
      const word = register.saying(register.arrived.get("wordstr"), "traduction");
      console.log(JSON.stringify({{
        status: ranks({{etat: "En service"}}), opinion: ranks({{avis: "Refusé"}}), late: ranks({{alerte: "oui"}}),
        criterion: ranks({{critere: filters.criteria[3]}}), service: ranks({{service: "Direction des sports"}}),
        word: ranks({{}}, [word]), recent: ranks({{}}), name: ranks({{tri: "nom"}}),
        day: register.day(register.value(filters.updated, 0)),
      }}));
    """
    (tmp_path / "run.js").write_text(program, encoding="utf-8")
    told = json.loads(subprocess.run(["node", str(tmp_path / "run.js")], capture_output=True, text=True, check=True).stdout)

    def where(test: Any) -> set[int]:
        return {rank for rank, row in enumerate(found) if test(row)}

    best = (doctrine.levels[0],)
    assert set(told["status"]) == where(lambda row: row.status == "service")
    assert set(told["opinion"]) == where(lambda row: row.opinion == "refuse")
    assert set(told["late"]) == where(lambda row: row.alerts)
    assert set(told["criterion"]) == where(lambda row: row.findings[3] != best)
    assert set(told["service"]) == where(lambda row: row.service == "Direction des sports")
    assert set(told["word"]) == where(lambda row: "Traduction" in row.title)
    assert [found[rank] for rank in told["recent"]] == ordered(found)
    assert told["name"] == list(range(len(found)))


# -- the short path to what boussole wrote


def test_the_short_path_reads_what_boussole_writes_as_the_ordinary_one_does(doctrine: Doctrine) -> None:
    for dossier in plausible(doctrine, 60):
        text = write_yaml(dossier)
        data = read_dialect(text)
        assert data is not None
        assert dossier_of(data, doctrine) == read_dossier(text, "x.yml", doctrine)


def mutants(text: str) -> Iterator[str]:
    """The text with something odd somewhere."""
    lines = text.split("\n")
    odd = (
        "\t", "  ", "# a", "null", "true", "~", "&a 1", "*a", "!!str x", "'x'", "x", "1e5", "0x1f", "1_000", "[1, null]", "- x",
        "\u200e", "\x85", '"a\\u0041"', '"\\ud83d\\ude00"', "{}", "[]", "NaN", '{"a": 1, "a": 2}', '{"on": true}', "-", "|",
        '"a" # b', "1.", "-0", '"a\\bc"', '"a\\/b"', '"a\\rb"',
    )  # fmt: skip
    for place in range(0, len(lines), 7):
        key = lines[place].partition(":")[0]
        for strange in odd:
            yield "\n".join([*lines[:place], f"{key}: {strange}", *lines[place + 1 :]])
            yield "\n".join([*lines[:place], strange + lines[place], *lines[place + 1 :]])
        yield "\n".join([*lines[: place + 1], lines[place], *lines[place + 1 :]])
        yield "\n".join([*lines[:place], *lines[place + 1 :]])
    yield text + "\n\n"
    yield "---\n" + text
    yield text.replace("\n", "\r\n")


def test_what_is_odd_is_never_read_otherwise_by_the_short_path(doctrine: Doctrine) -> None:
    dossier = full(doctrine, "Une phrase : avec « deux-points »")
    tried = accepted = 0
    for text in mutants(write_yaml(dossier)):
        data = read_dialect(text)
        quick = dossier_of(data, doctrine) if data is not None else None
        tried += 1
        if quick is not None:
            accepted += 1
            assert quick == read_dossier(text, "x.yml", doctrine), text
    assert 0 < accepted < tried


# -- reading and writing


@pytest.fixture
def folder(tmp_path: Path, doctrine: Doctrine) -> Path:
    write_plausible(doctrine, tmp_path / "registre", 12)
    return tmp_path


def publish(folder: Path, doctrine: Doctrine, today: datetime.date = TODAY, frame: Frame = FRAME) -> Register:
    register = read_register(folder / "registre", doctrine, today, folder / "kept.sqlite")
    write_register(register, folder / "site", frame, "Accueil")
    return register


def times(folder: Path) -> dict[str, int]:
    return {
        path.relative_to(folder / "site").as_posix(): path.stat().st_mtime_ns
        for path in (folder / "site").rglob("*")
        if path.is_file()
    }


def edit(path: Path, before: str, after: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after), encoding="utf-8")


def test_what_did_not_change_is_neither_read_nor_written_again(folder: Path, doctrine: Doctrine) -> None:
    assert publish(folder, doctrine).read == 12
    before = times(folder)
    again = publish(folder, doctrine)
    assert again.read == 0
    assert len(again.rows) == 12
    assert times(folder) == before


def test_one_dossier_that_changes_rewrites_what_depends_on_it_only(folder: Path, doctrine: Doctrine) -> None:
    publish(folder, doctrine)
    before = times(folder)
    edit(folder / "registre/usage-00003.yml", "registre@collectivite", "public@collectivite")
    assert publish(folder, doctrine).read == 1
    after = times(folder)
    changed = [name for name in after if after[name] != before[name] and not name.startswith("donnees/")]
    assert changed == ["registre/usage-00003.html"]
    moved = [name for name in after if "/usages/" in name and after[name] != before[name]]
    assert {Path(name).name.partition(".")[0] for name in moved} == {"usage-00003"}
    assert "public@collectivite.example" in (folder / "site/registre/usage-00003.html").read_text(encoding="utf-8")


def test_a_status_that_changes_also_rewrites_the_data_of_the_list(folder: Path, doctrine: Doctrine) -> None:
    publish(folder, doctrine)
    before = times(folder)
    path = folder / "registre/usage-00003.yml"
    path.write_text(re.sub('status: ".*"', 'status: "refuse"', path.read_text(encoding="utf-8")), encoding="utf-8")
    publish(folder, doctrine)
    found = {name for name, time in times(folder).items() if time != before[name]}
    changed = {name for name in found if not name.startswith("donnees/")}
    assert {"registre/usage-00003.html", "registre/liste/registre-filtres.js"} <= changed
    assert changed <= {"registre/usage-00003.html", "registre/liste/registre-filtres.js", "registre/revues.ics"}


def test_the_day_the_doctrine_and_the_frame_are_what_pages_depend_on(folder: Path, doctrine: Doctrine) -> None:
    publish(folder, doctrine)
    assert publish(folder, doctrine, TODAY + datetime.timedelta(1)).read == 12
    edited = replace(doctrine, doctrine=replace(doctrine.doctrine, name="Une autre boussole"))
    assert publish(folder, edited, TODAY + datetime.timedelta(1)).read == 12
    framed = Frame("neuf " + FRAME.use, FRAME.listing)
    assert publish(folder, edited, TODAY + datetime.timedelta(1), framed).read == 0
    assert (folder / "site/registre/usage-00003.html").read_text(encoding="utf-8").startswith("neuf ")


def test_a_dossier_that_is_gone_leaves_nothing(folder: Path, doctrine: Doctrine) -> None:
    publish(folder, doctrine)
    (folder / "registre/usage-00003.yml").unlink()
    publish(folder, doctrine)
    assert "registre/usage-00003.html" not in times(folder)
    assert not any("usage-00003" in path.read_text(encoding="utf-8") for path in (folder / "site").rglob("*.js"))


def test_a_page_that_was_lost_or_tampered_with_is_written_again(folder: Path, doctrine: Doctrine) -> None:
    publish(folder, doctrine)
    page, other = folder / "site/registre/usage-00003.html", folder / "site/registre/usage-00004.html"
    said = page.read_text(encoding="utf-8"), other.read_text(encoding="utf-8")
    page.unlink()
    other.write_text("autre chose", encoding="utf-8")
    assert publish(folder, doctrine).read == 0
    assert (page.read_text(encoding="utf-8"), other.read_text(encoding="utf-8")) == said


def test_the_faults_of_all_the_dossiers_are_told_at_once_at_their_place(folder: Path, doctrine: Doctrine) -> None:
    edit(folder / "registre/usage-00001.yml", "kind:", "kinde:")
    edit(folder / "registre/usage-00002.yml", 'status: "', 'status: "pas-')
    with pytest.raises(SourceError) as caught:
        read_register(folder / "registre", doctrine, TODAY, folder / "kept.sqlite")
    assert {Path(fault.file).name for fault in caught.value.faults} == {"usage-00001.yml", "usage-00002.yml"}
    assert all(fault.span.line > 1 for fault in caught.value.faults if fault.code == "cle-inconnue")
    edit(folder / "registre/usage-00001.yml", "kinde:", "kind:")
    edit(folder / "registre/usage-00002.yml", 'status: "pas-', 'status: "')
    assert publish(folder, doctrine).read == 2  # the sound ones had been kept


def test_a_dossier_that_becomes_faulty_stops_the_build_though_it_was_known(folder: Path, doctrine: Doctrine) -> None:
    publish(folder, doctrine)
    edit(folder / "registre/usage-00001.yml", "kind:", "kinde:")
    for _ in range(2):
        with pytest.raises(SourceError, match="usage-00001"):
            publish(folder, doctrine)


@pytest.mark.parametrize("name", ["usage-00001", "index", "page-2", "tableau-de-bord", "bilan-2026", "revues", "liste"])
def test_a_page_has_one_dossier_and_no_dossier_takes_the_page_of_the_register(
    folder: Path, doctrine: Doctrine, name: str
) -> None:
    edit(folder / "registre/usage-00002.yml", 'id: "usage-00002"', f'id: "{name}"')
    with pytest.raises(SourceError, match=r"usage-00002\.yml.*identifiant-en-double"):
        read_register(folder / "registre", doctrine, TODAY, folder / "kept.sqlite")


def test_a_cache_that_cannot_be_read_is_made_again(folder: Path, doctrine: Doctrine) -> None:
    publish(folder, doctrine)
    (folder / "kept.sqlite").write_bytes(b"autre chose" * 1000)
    assert publish(folder, doctrine).read == 12


def test_a_dossier_in_json_is_published_too(folder: Path, doctrine: Doctrine) -> None:
    dossier = new_dossier(doctrine, "en-json", "En JSON")
    (folder / "registre/en-json.json").write_text(write_json(dossier), encoding="utf-8")
    publish(folder, doctrine)
    assert "registre/en-json.html" in times(folder)
