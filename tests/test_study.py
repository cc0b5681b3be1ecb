"""The study of working conditions: its protocol is sound, its sheets print, what is published of it contradicts nothing."""

import datetime
import json
import re
from dataclasses import replace
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from boussole import Doctrine, SourceError
from boussole.dossier import Dates, Dossier, load_dossier
from boussole.errors import CATALOGUE
from boussole.filing import save_dossier, yaml_of
from boussole.loading import load
from boussole.monitoring import GRACE, add_months, current, late
from boussole.outputs.pdf import render_pdf
from boussole.outputs.study import PRINTED, SHEETS, render_study, render_study_pages, told_days
from boussole.outputs.studydata import render_files, tables
from boussole.results import (
    REST,
    Group,
    Mean,
    Result,
    by_use,
    measures_of,
    overall,
    raised,
    read_result,
    read_results,
    scores_of,
    threshold,
    uncompared,
)
from boussole.study import SOURCE, lacking, load_protocol, plan, read_protocol
from boussole.surveying import survey
from boussole.wording import Words
from boussole.writing import typeset
from tests.commands import run
from tests.conftest import ROOT
from tests.test_monitoring import NANTES, measure, used

PROTOCOL = load_protocol()
START, TODAY = datetime.date(2027, 3, 1), datetime.date(2026, 11, 28)
CHARGE, TIME = "travail.charge-et-sens", "travail.temps-net"
FOLDER = ROOT / "docs/etude"
A4 = (595, 842)  # points, rounded
QUOTED = (
    "La collectivité aura également un suivi spécifique des effets des outils intégrant de l’intelligence artificielle sur les "
    "conditions de travail des agents du service public.",
    "Ce suivi sera mené avec les agents concernés ainsi que par les spécialistes de la qualité de vie au travail et les "
    "organisations syndicales.",
    "Une étude s’étalant sur plusieurs années mesurera l’impact de l’IA sur les conditions de travail des agents et veillera à "
    "ce que celle-ci soit une opportunité en termes de santé et de qualité de vie au travail.",
    "Elle s’appuie sur une évaluation collective associant agents, organisations syndicales et spécialistes des conditions de "
    "travail.",
)


def result(wave: int = 12, groups: tuple[int, ...] = (8, 6), mean: float = 3.0) -> Result:
    """A sound result: every question is published, each group answers the same."""
    named = [Group(group=f"Groupe {rank}", count=count) for rank, count in enumerate(groups)]
    items = {
        item.id: [Mean(group=one.group, count=one.count, mean=mean) for one in named] or [Mean(count=9, mean=mean)]
        for item in PROTOCOL.asked(wave)
    }
    return Result(
        id=f"essai-{wave}", kind="example", use="essai", wave=wave, closed="2026-10", protocol="1",
        answered=sum(groups) or 9, handed=20, by="metier" if groups else None, groups=named, items=items,
    )  # fmt: skip


def written(one: Result, **changes: Any) -> str:
    return yaml_of({**one.to_data(), **changes})


def refused(text: str, name: str = "docs/etude/essai-12.yml", **given: Any) -> SourceError:
    with pytest.raises(SourceError) as error:
        read_result(text, name, PROTOCOL, **given)
    return error.value


# -- the protocol ----------------------------------------------------------------------------------------------------------------


def test_what_was_announced_is_quoted_exactly_and_the_rest_is_ours(doctrine: Doctrine) -> None:
    assert tuple(quote.text for quote in PROTOCOL.quotes) == QUOTED
    citations = {source.id: source.citation for source in doctrine.sources}
    assert {name: citations[name] for name in PROTOCOL.citations} == PROTOCOL.citations
    page = render_study_pages(doctrine, PROTOCOL, [], {})["conditions-de-travail/index.md"]
    assert page.count("> «") == len(QUOTED)
    assert "Ce ne sont pas ceux de Nantes Métropole" in page


def test_what_the_protocol_refers_to_exists_in_the_doctrine(doctrine: Doctrine) -> None:
    assert lacking(PROTOCOL, doctrine) == ()
    section = next(section for section in doctrine.sections if section.id == "travail")
    assert [origin.id for origin in PROTOCOL.indicators] == [indicator.id for indicator in section.indicators]
    assert {party.role for party in PROTOCOL.parties if party.role} <= {role.id for role in doctrine.roles}
    assert {"agent-metier", "os", "qvct", "dpo"} <= {party.role for party in PROTOCOL.parties}
    named = {name for step in PROTOCOL.steps for name in step.references}
    assert named <= {source.id for source in doctrine.sources if source.confidence != "low"}


def test_the_waves_are_those_that_the_indicators_ask_for(doctrine: Doctrine) -> None:
    assert list(PROTOCOL.months) == doctrine.indicators[CHARGE].at == [0, 3, 12, 24, 36]


def test_time_is_not_asked_before_the_tool_can_gain_any(doctrine: Doctrine) -> None:
    """The register expects an indicator when sheets may measure it, and at no other wave."""
    assert {indicator: doctrine.indicators[indicator].at for indicator in PROTOCOL.measured} == {
        indicator: [month for month in PROTOCOL.months if PROTOCOL.made_of(indicator, month)] for indicator in PROTOCOL.measured
    }
    assert doctrine.indicators[TIME].at == [3, 12, 24, 36]
    paces = {name: Words(doctrine).pace(doctrine.indicators[name]).partition(" mois")[0] for name in (CHARGE, TIME)}
    assert paces == {CHARGE: " ; au départ, puis à 3, 12, 24 et 36", TIME: " ; à 3, 12, 24 et 36"}
    assert late(doctrine, used({TIME: []}), add_months(used({}).dates.started or TODAY, 2)) == ()


def test_each_question_is_of_an_indicator_or_says_why_not() -> None:
    assert 15 <= len(PROTOCOL.items) <= 20
    assert all(bool(item.indicator) != bool(item.untied) for item in PROTOCOL.items)
    assert (
        len(PROTOCOL.made_of(CHARGE, 0)) == len(PROTOCOL.made_of(CHARGE, 36)) == 6
    )  # the same at each wave, so that it compares
    assert not any("outil" in item.ask for item in PROTOCOL.asked(0))


def test_a_band_of_the_doctrine_holds_every_mean_that_can_be_published(doctrine: Doctrine) -> None:
    scale = PROTOCOL.scale_of(PROTOCOL.made_of(CHARGE, 0)[0])
    assert all(doctrine.indicators[CHARGE].band_of(float(bound)) for bound in scale.bounds)
    signal = next(one for one in PROTOCOL.signals if one.id == "charge-basse")
    assert signal.most == next(band.max for band in (doctrine.indicators[CHARGE].bands or {}).values() if band.effect)


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("scale: temps", "scale: tems", "identifiant-inconnu"),
        ("who: [agents, syndicats, qvct, dpo]", "who: [agent]", "identifiant-inconnu"),
        ("waves: [36]", "waves: [48]", "identifiant-inconnu"),
        ("id: souffler", "id: charge-tenable", "identifiant-en-double"),
        ("    untied: Aucun indicateur du critère 4 ne mesure l’autonomie", "    note: x", "cle-inconnue"),
        ("    indicator: travail.temps-net\n", "", "cle-manquante"),
        ("    first: -90\n    last: -55", "    first: -55\n    last: -90", "dates-en-desordre"),
    ],
)
def test_a_bad_protocol_is_told_at_its_place(old: str, new: str, code: str) -> None:
    text = SOURCE.read_text(encoding="utf-8")
    assert old in text
    with pytest.raises(SourceError) as error:
        read_protocol(text.replace(old, new, 1), "travail.yml")
    assert code in {fault.code for fault in error.value.faults}
    assert all(fault.file == "travail.yml" and fault.span.line > 1 for fault in error.value.faults)


def test_the_specialists_alone_read_what_is_written_by_hand() -> None:
    for step in PROTOCOL.steps:
        if "remarques" in step.what or "urne, saisir" in step.what:
            assert step.who == ["qvct"], step.id
    told = [PROTOCOL.open, *(rule.plain for rule in PROTOCOL.rules), *(party.plain for party in PROTOCOL.parties)]
    assert not any("groupe de suivi le" in text for text in told)
    remarks = [text for text in told if "au moins cinq personnes" in text]
    assert len(remarks) == 2  # the sheet and the rule say the same number, and the same readers
    assert all("les spécialistes" in text.lower() for text in remarks)
    assert not any("plusieurs personnes" in text for text in told)


def test_managers_give_time_and_never_answer() -> None:
    answering = [step for step in PROTOCOL.steps if step.name == "Répondre au questionnaire"]
    assert [step.who for step in answering] == [["agents"], ["agents"]]
    for step in answering:
        given = next(one for one in PROTOCOL.steps if one.id == step.id.replace("reponses", "temps"))
        assert (given.who, given.waves, given.first, given.last) == (["encadrement"], step.waves, step.first, step.last)


@given(st.dates(datetime.date(2000, 1, 1), datetime.date(2100, 1, 1)))
def test_the_answers_of_each_wave_close_when_the_register_expects_its_measures(start: datetime.date) -> None:
    found = {one.wave.month: one for one in plan(PROTOCOL, start) if one.step.id in ("reponses", "reponses-avant")}
    assert found.keys() == set(PROTOCOL.months)
    assert found[0].ends < start
    for month, one in found.items():
        assert abs(one.ends - add_months(start, month)) <= GRACE
    assert all(one.starts <= one.ends for one in plan(PROTOCOL, start))


def test_the_instance_is_asked_before_anyone_answers_and_sheets_are_destroyed_at_each_wave() -> None:
    steps = {one.step.id: one for one in reversed(plan(PROTOCOL, START))}
    assert steps["saisine"].ends < steps["information"].starts < steps["reponses-avant"].starts < START
    assert [one.wave.month for one in plan(PROTOCOL, START) if one.step.id == "destruction"] == list(PROTOCOL.months)
    assert told_days(steps["saisine"].step) == "de 90 à 55\xa0jours avant"
    assert "Avant l’achat" in steps["saisine"].step.what
    assert steps["restitution-avant"].ends < START  # agents read the starting point before the tool changes anything
    assert told_days(steps["reponses"].step) == "du jour même à 20\xa0jours après"
    assert told_days(steps["restitution-avant"].step).endswith(" 1\xa0jour avant")


# -- what is printed -------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def files() -> dict[str, str]:
    return render_study(NANTES, PROTOCOL, START, TODAY, ["Accueil <b>", "Guichet"])


def test_the_sheet_holds_each_question_once_and_a_box_for_each_answer(files: dict[str, str]) -> None:
    for name, wave in SHEETS.items():
        page = files[f"{name}.html"]
        for item in PROTOCOL.asked(wave):
            assert page.count(f". {typeset(item.ask)}<") == 1
        boxes = sum(len(PROTOCOL.scale_of(item).options) + 1 for item in PROTOCOL.asked(wave))
        waves = len(PROTOCOL.waves) - 1 if wave else 0
        assert page.count('class="box"') == boxes + waves + 2
        assert "Accueil &lt;b&gt;" in page
    assert not re.search(r"\bnom\s*:|matricule|signature", files["questionnaire-apres.html"], re.IGNORECASE)


def test_a_sheet_asks_for_no_group_unless_told_to() -> None:
    assert "facultatif" not in render_study(NANTES, PROTOCOL, START, TODAY)["questionnaire-avant.html"]


def test_every_link_of_the_folder_leads_to_a_file_of_it(files: dict[str, str]) -> None:
    made = files.keys() | {f"{name}.pdf" for name in PRINTED}
    linked = set(re.findall(r'href="([^"]+)"', files["index.html"]))
    assert linked == made - {"index.html"}


def test_the_calendar_has_every_step_of_every_wave(files: dict[str, str]) -> None:
    count = sum(len(step.waves) for step in PROTOCOL.steps)
    assert files["calendrier.ics"].count("BEGIN:VEVENT") == count
    assert files["calendrier.html"].count("<dt>") == count
    assert len(set(re.findall(r"UID:(.+)", files["calendrier.ics"]))) == count


def test_the_tables_to_fill_have_no_place_for_words(files: dict[str, str]) -> None:
    assert files["reponses-avant.csv"].strip().split(",") == ["groupe", *(item.id for item in PROTOCOL.asked(0))]
    assert "libre" not in files["reponses-apres.csv"]


@pytest.mark.parametrize(("name", "pages"), [("questionnaire-avant", 1), ("questionnaire-apres", 2), ("notice", 2), ("roles", 7)])
def test_what_is_handed_out_is_on_a4_and_tagged(files: dict[str, str], name: str, pages: int) -> None:
    try:
        pdf = PdfReader(BytesIO(render_pdf(files[f"{name}.html"])))
    except OSError:
        pytest.skip("no Pango: PDF cannot be made")
    assert len(pdf.pages) == pages
    assert {(round(float(page.mediabox.width)), round(float(page.mediabox.height))) for page in pdf.pages} == {A4}
    assert "/StructTreeRoot" in str(pdf.root_object)


def test_any_doctrine_has_its_study_and_quotes_nobody_who_announced_nothing() -> None:
    other = load("nancy")
    found = render_study(other, PROTOCOL, START, TODAY)
    known = {source.id for source in other.sources}
    assert ("<blockquote>" in found["notice.html"]) == (PROTOCOL.quotes[2].source in known)


# -- what is published -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("one", [result(), result(0), result(36, ())])
def test_a_result_reads_back_as_it_was_written(one: Result) -> None:
    assert read_result(written(one), f"docs/etude/{one.id}.yml", PROTOCOL) == one


SOUND = result()
SOUND_GROUP = {"group": "Groupe 1", "count": 6}
FIRST = PROTOCOL.items[0].id


def first(**changes: Any) -> dict[str, Any]:
    """The questions of the sound result, the second group of the first one changed."""
    items: dict[str, Any] = SOUND.to_data()["items"]
    items[FIRST][1].update(changes)
    return items


@pytest.mark.parametrize(
    ("changes", "code", "told"),
    [
        ({"answered": 4, "groups": [], "by": ""}, "petit-groupe", "au moins 5"),
        ({"groups": [{"group": "Groupe 0", "count": 11}, {"group": "Groupe 1", "count": 3}]}, "petit-groupe", "study tally"),
        ({"items": first(count=4)}, "petit-groupe", "résultat de 4 personnes"),
        ({"items": first(count=7)}, "etude-incoherente", "pour 6 feuilles"),
        ({"items": first(mean=1.0)}, "valeur-impossible", "de 1.2 à 4.8"),
        ({"items": first(mean=5)}, "valeur-impossible", "ce que chacun a répondu"),
        ({"items": first(mean=3.14)}, "valeur-impossible", "plus précis"),
        ({"items": first(group="Ailleurs")}, "etude-incoherente", "dans leur ordre"),
        ({"groups": [{"group": "AUTRES groupes réunis", "count": 8}, SOUND_GROUP]}, "etude-incoherente", "un autre nom, ou"),
        ({"closed": "2026-10-05"}, "mauvais-type", "un jour en dirait trop"),
        ({"answered": 15}, "etude-incoherente", "combien de personnes sont cachées"),
        ({"handed": 3}, "etude-incoherente", "14 réponses pour 3 feuilles"),
        ({"by": None}, "etude-incoherente", "ce que sont les groupes"),
        ({"protocol": "trvail-2"}, "valeur-inconnue", "« 1 », la version du protocole"),
        ({"closed": "2027-01"}, "date-a-venir", "au plus tard 2026-11"),
        ({"wave": 6, "id": "essai-6"}, "valeur-inconnue", "0, 3, 12, 24 ou 36"),
        ({"id": "essai-12-bis"}, "fiche-mal-nommee", "par différence"),
        ({"withheld": [FIRST]}, "etude-incoherente", "retenue, et publiée"),
        ({"withheld": ["charge"]}, "identifiant-inconnu", "qui n’est pas posée"),
        ({"answers": [["1", "2"]]}, "cle-inconnue", "clé inconnue « answers »"),
        ({"items": {**first(), FIRST: [1, 2, 3]}}, "mauvais-type", "un bloc"),
        (
            {"items": {name: means for name, means in first().items() if name != FIRST}},
            "etude-incoherente",
            "rien sur la question",
        ),
        ({"note": "Écrire à jeanne.martin@exemple.fr"}, "donnee-personnelle", "adresse électronique"),
        (
            {"groups": [{"group": "Groupe 0", "count": 8}, {"group": "Groupe 0", "count": 6}]},
            "identifiant-en-double",
            "deux fois",
        ),
    ],
)
def test_what_may_not_be_published_is_refused_at_its_place(changes: dict[str, Any], code: str, told: str) -> None:
    data = {name: value for name, value in {**SOUND.to_data(), **changes}.items() if value not in (None, "", [])}
    error = refused(yaml_of(data), today=TODAY)
    assert code in {fault.code for fault in error.faults}
    assert told in str(error)
    assert str(error).startswith("docs/etude/essai-12.yml:")


def test_every_fault_is_told_at_once() -> None:
    error = refused(written(SOUND, items=first(count=4, mean=1.0), handed=3))
    assert {fault.code for fault in error.faults} >= {"petit-groupe", "valeur-impossible", "etude-incoherente"}


@pytest.mark.parametrize(
    ("wave", "started", "told"),
    [
        (0, "2026-07-15", "au plus tard 2026-08"),
        (12, "2024-07-15", "à partir de 2025-06, au plus tard 2026-06"),
        (36, "2024-07-15", "à partir de 2027-06"),
    ],
)
def test_a_wave_is_closed_when_it_is_one_of_the_protocol(wave: int, started: str, told: str) -> None:
    """A month is a wave by the day the tool opened, as the register expects its measures."""
    late, name = opened(started, {}), f"docs/etude/essai-{wave}.yml"
    error = refused(written(result(wave)), name, uses=lambda _: late, today=TODAY)
    label = PROTOCOL.wave(wave).label.lower()
    assert f"vague « {label} » close en 2026-10, pour un outil ouvert le {started} [etude-incoherente]" in str(error)
    assert f"attendu : {told}" in str(error)
    assert 'closed: "2026-10"' in str(error)
    good = opened("2026-10-20" if wave == 0 else f"{2026 - wave // 12}-10-02", {})
    read_result(written(result(wave)), name, PROTOCOL, lambda _: good, TODAY)
    read_result(written(result(wave)), name, PROTOCOL, lambda _: late)  # a date that slips stops no site


@pytest.mark.parametrize("started", ["2026-09-30", "2026-10-20", "2027-01-15", "2028-06-01"])
def test_what_is_asked_before_the_tool_opens_stays_good_however_late_it_opens(started: str) -> None:
    read_result(written(result(0)), "docs/etude/essai-0.yml", PROTOCOL, lambda _: opened(started, {}), TODAY)


@pytest.mark.parametrize("wave", PROTOCOL.months)
@pytest.mark.parametrize("started", ["0001-01-01", "9999-12-31"])
def test_a_day_that_no_use_can_have_breaks_nothing(wave: int, started: str) -> None:
    """A dossier may be typed by hand, and tells its own fault."""
    late, name = opened(started, {}), f"docs/etude/essai-{wave}.yml"
    if (wave, started) in ((0, "9999-12-31"), (36, "0001-01-01")):  # nothing comes before the first, nor after the last
        read_result(written(result(wave)), name, PROTOCOL, lambda _: late, TODAY)
    else:
        assert f"pour un outil ouvert le {started}" in str(refused(written(result(wave)), name, uses=lambda _: late, today=TODAY))


def test_a_wave_that_is_none_of_the_protocol_is_told_without_its_months() -> None:
    error = refused(written(SOUND, wave=6, id="essai-6"), "essai-6.yml", uses=lambda _: opened("2024-07-15", {}), today=TODAY)
    assert "vague inconnue « 6 »" in str(error)
    assert "pour un outil ouvert le" not in str(error)


def opened(started: str, measures: dict[str, list[Any]]) -> Dossier:
    day = datetime.date.fromisoformat(started)
    return replace(used(measures), dates=Dates(opened=day, started=day))


def test_a_result_and_the_register_say_the_same() -> None:
    dossier = opened(
        "2025-10-10", {CHARGE: [_measure("2026-10-05", 3.0, "Groupe 0", 8), _measure("2026-10-05", 3.5, "Groupe 1", 6)]}
    )
    error = refused(written(SOUND), uses=lambda name: dossier)
    assert [fault.code for fault in error.faults] == ["etude-incoherente"]
    assert "3.5 (6), comme dans le registre" in str(error)
    read_result(
        written(SOUND),
        "docs/etude/essai-12.yml",
        PROTOCOL,
        lambda name: opened("2025-10-10", {CHARGE: dossier.measures[CHARGE][:1]}),
    )
    assert "ne se mêlent pas" in str(refused(written(SOUND), uses=lambda name: replace(dossier, kind="real")))
    assert "usage inconnu" in str(refused(written(SOUND), uses=lambda name: None))


def _measure(on: str, value: float, group: str, count: int) -> Any:
    return measure(on, value, group=group, count=count)


# -- what follows from it --------------------------------------------------------------------------------------------------------


def test_an_indicator_is_the_mean_of_its_questions_and_a_total_that_of_the_groups() -> None:
    items = dict(SOUND.items)
    items["travail-utile"] = [replace(items["travail-utile"][0], mean=4.8), replace(items["travail-utile"][1], count=5)]
    scores = scores_of(PROTOCOL, replace(SOUND, items=items), CHARGE)
    assert [(score.group, score.count, score.value) for score in scores] == [
        ("Groupe 0", 8, 3.3),
        ("Groupe 1", 5, 3.0),
        (None, 13, 3.2),
    ]


def test_a_total_is_weighed_by_how_many_answered() -> None:
    scale = PROTOCOL.scales[0]
    assert overall(scale, [Mean(group="a", count=5, mean=2.0), Mean(group="b", count=15, mean=4.0)]).value == 3.5


def test_an_indicator_is_not_made_of_a_part_of_its_questions() -> None:
    items = {name: means for name, means in SOUND.items.items() if name != "souffler"}
    assert scores_of(PROTOCOL, replace(SOUND, items=items, withheld=["souffler"]), CHARGE) == ()
    alone = {**SOUND.items, "souffler": [Mean(count=10, mean=2.0)]}
    assert [score.group for score in scores_of(PROTOCOL, replace(SOUND, items=alone), CHARGE)] == [None]


def test_before_the_tool_nothing_is_said_of_time_gained() -> None:
    assert measures_of(PROTOCOL, result(0)).keys() == {CHARGE}
    assert measures_of(PROTOCOL, result(3)).keys() == {CHARGE, TIME}


def test_what_must_be_discussed_is_read_group_by_group_and_from_the_wave_before() -> None:
    low = {**SOUND.items, "faire-sans": [Mean(group="Groupe 0", count=8, mean=2.5), Mean(group="Groupe 1", count=6, mean=2.6)]}
    before = result(3, mean=3.5)
    found = {(one.signal.id, one.group): one.told for one in raised(PROTOCOL, replace(SOUND, items=low, handed=40), [before])}
    assert found["savoir-faire", "Groupe 0"] == "2,5"
    assert ("savoir-faire", "Groupe 1") not in found
    assert found["charge-en-baisse", "Groupe 1"] == "3,5 (3 mois) puis 3"
    assert found["peu-de-reponses", None] == "35 % de réponses"
    assert not any(name == "charge-en-baisse" for name, _ in {(one.signal.id, 0) for one in raised(PROTOCOL, SOUND)})


def signals(one: Result, earlier: list[Result]) -> dict[tuple[str, str | None], str]:
    return {(found.signal.id, found.group): found.told for found in raised(PROTOCOL, one, earlier)}


def test_what_wears_away_slowly_is_read_from_the_first_wave() -> None:
    waves = [result(0, mean=3.5), result(3, mean=3.3), result(12, mean=3.1)]
    assert ("charge-en-baisse", "Groupe 0") not in signals(waves[2], waves[:2])
    last = result(24, mean=3.0)
    assert signals(last, waves)["charge-en-baisse", "Groupe 0"] == "3,5 (avant) puis 3"
    assert ("charge-en-baisse", "Groupe 0") not in signals(last, waves[1:])
    fallen = [result(0, mean=3.0), result(3, mean=3.6)]  # the wave before, when it was the higher of both
    assert signals(result(12, mean=3.0), fallen)["charge-en-baisse", "Groupe 0"] == "3,6 (3 mois) puis 3"


def test_the_slow_erosion_of_the_example_is_raised_before_its_end(published: list[Result]) -> None:
    waves = by_use(published)["agent-conversationnel-accueil"]
    at24 = signals(waves[3], waves[:3])
    assert at24["charge-en-baisse", "Accueil téléphonique"] == "3,4 (avant) puis 2,9"
    assert at24["temps-en-baisse", "Accueil téléphonique"] == "24 (3 mois) puis 0"


@pytest.mark.parametrize("name", ["Renommé", REST])
def test_a_group_that_is_not_surely_the_same_is_never_compared_but_the_whole_is(name: str) -> None:
    def named(one: Result, group: str) -> Result:
        items = {key: [replace(means[0], group=group), *means[1:]] for key, means in one.items.items()}
        return replace(one, groups=[replace(one.groups[0], group=group), *one.groups[1:]], items=items)

    before, now = result(0, mean=4.0), named(result(12), name)
    before = named(before, REST) if name == REST else before
    found = signals(now, [before])
    assert ("charge-en-baisse", name) not in found
    assert {group for signal, group in found if signal == "charge-en-baisse"} == {"Groupe 1", None}
    assert uncompared(now, [before]) == (name,)
    assert uncompared(now, []) == ()
    assert uncompared(result(12), [replace(result(0), by="lieu")]) == ("Groupe 0", "Groupe 1")  # an occupation is no place


def test_each_signal_says_what_it_reads_and_from_what_value(doctrine: Doctrine, published: list[Result]) -> None:
    said = {signal.id: threshold(PROTOCOL, signal) for signal in PROTOCOL.signals}
    assert said["charge-basse"] == "2,5 ou moins, sur 5"
    assert said["fatigue"] == "0,5 de moins, sur 5"
    assert said["temps-perdu"] == "−1 ou moins, en minutes par semaine"
    assert said["peu-de-reponses"] == "moins de 50 % de réponses"
    pages = {name: " ".join(page.split()) for name, page in render_study_pages(doctrine, PROTOCOL, published, {}).items()}
    front = pages["conditions-de-travail/index.md"]
    assert all(f"{limit}. " in front for limit in said.values())
    use = pages["conditions-de-travail/usage-agent-conversationnel-accueil.md"]
    assert "« Énergie en fin de journée » : 4 (3 mois) puis 3,1 ; seuil : 0,5 de moins, sur 5. La fatigue augmente" in use
    assert "Une moyenne plus haute est toujours meilleure" in use


def test_means_out_of_five_are_drawn_from_one_to_five_and_minutes_as_before(doctrine: Doctrine, published: list[Result]) -> None:
    page = render_study_pages(doctrine, PROTOCOL, published, {})["conditions-de-travail/usage-agent-conversationnel-accueil.md"]
    page = page.replace("\xa0", " ")
    assert page.count("Le graphique va de 1 à 5, les deux bouts de l’échelle : il ne part pas de zéro.") == 1
    out_of_five, minutes = page.split("<svg")[1:3]
    assert re.findall(r'text-anchor="end">([^<]+)</text>', out_of_five)[:5] == ["1", "2", "3", "4", "5"]
    assert "0" in re.findall(r'text-anchor="end">([^<]+)</text>', minutes)
    assert "Le graphique va de" not in page[page.index("</svg>") :]


def test_what_each_party_may_ask_for_is_on_a_page(doctrine: Doctrine) -> None:
    page = " ".join(render_study_pages(doctrine, PROTOCOL, [], {})["conditions-de-travail/garanties.md"].split())
    for told in [*(party.plain for party in PROTOCOL.parties), *(case.plain for case in PROTOCOL.cases)]:
        assert " ".join(told.split()) in page
    answer = next(step for step in PROTOCOL.steps if step.id == "suites")
    assert f"{answer.last} jours" in PROTOCOL.cases[0].plain


def test_the_page_of_the_sheet_may_be_printed_and_filled(doctrine: Doctrine) -> None:
    page = render_study_pages(doctrine, PROTOCOL, [], {})["conditions-de-travail/questionnaire.md"]
    boxes = sum(len(PROTOCOL.scale_of(item).options) + (item.scale == "accord") for item in PROTOCOL.items)
    assert page.count("☐") == boxes


# -- the site --------------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def published() -> list[Result]:
    return read_results(FOLDER, PROTOCOL)


def test_the_examples_say_what_the_register_says(published: list[Result]) -> None:
    assert {one.kind for one in published} == {"example"}
    for one in published:
        dossier = load_dossier(ROOT / f"docs/registre/{one.use}.yml", NANTES)
        known = {(str(measure.on)[:7], measure.group): measure.value for measure in dossier.measures[CHARGE]}
        for score in measures_of(PROTOCOL, one)[CHARGE]:
            assert known[one.closed, score.group] == score.value


def test_a_site_without_the_folder_has_none_of_these_pages(tmp_path: Path, doctrine: Doctrine) -> None:
    found = survey(tmp_path, doctrine)
    assert (found.pages, found.files) == ({}, {})
    (tmp_path / "etude").mkdir()
    assert "Aucun résultat pour l’instant" in survey(tmp_path, doctrine).pages["conditions-de-travail/resultats.md"].replace(
        "\xa0", " "
    )


def test_the_faults_of_all_the_results_are_told_together(tmp_path: Path, doctrine: Doctrine) -> None:
    (tmp_path / "etude").mkdir()
    (tmp_path / "registre").mkdir()
    save_dossier(used({}), tmp_path / "registre/essai.yml", doctrine)
    for wave in (3, 12):
        (tmp_path / f"etude/essai-{wave}.yml").write_text(written(result(wave), handed=2), encoding="utf-8")
    with pytest.raises(SourceError) as error:
        survey(tmp_path, doctrine)
    assert len({fault.file for fault in error.value.faults}) == 2


def test_a_site_is_built_though_the_day_of_a_use_slipped_after_its_results(tmp_path: Path, doctrine: Doctrine) -> None:
    """They were published in good faith: `boussole study check` tells what is to be seen again, and no page stops."""
    for name in ("etude", "registre"):
        (tmp_path / name).mkdir()
    save_dossier(opened("2026-07-15", {}), tmp_path / "registre/essai.yml", doctrine)
    (tmp_path / "etude/essai-12.yml").write_text(written(SOUND), encoding="utf-8")
    assert "conditions-de-travail/usage-essai.md" in survey(tmp_path, doctrine).pages
    done = run("study", "check", tmp_path / "etude")
    assert done.returncode == 2
    assert "pour un outil ouvert le 2026-07-15" in done.stderr


def test_what_is_said_of_a_study_that_contradicts_itself_fits_all_that_is_told_so() -> None:
    """A file of a result, a table that was typed, or a day of closing: each has its remedy."""
    told = CATALOGUE["etude-incoherente"]
    for words in ("comme ceux qui en réunissent plusieurs", "pas celui de la vague", "tableau saisi"):
        assert words in told.meaning
    for words in ("boussole study tally", "un autre nom", "--on", "le jour où l’outil a été ouvert"):
        assert words in told.remedy


def test_the_page_of_anonymity_says_that_waves_are_compared_by_what_is_published_alone(doctrine: Doctrine) -> None:
    page = " ".join(render_study_pages(doctrine, PROTOCOL, [], {})["conditions-de-travail/anonymat.md"].split())
    told = page.partition("D’une vague à l’autre : ")[2].partition(" Seul le nombre")[0]
    assert "lit les feuilles d’une seule vague" in told
    assert "par les résultats publiés, et par rien d’autre" in told
    assert "au plus tard 90 jours" in page  # so no two waves have their sheets at once


def test_what_people_typed_is_never_markup(doctrine: Doctrine) -> None:
    hostile = "<script>alert(1)</script>```:::"
    one = replace(
        SOUND,
        groups=[Group(group=hostile, count=8), SOUND.groups[1]],
        items={name: [replace(means[0], group=hostile), means[1]] for name, means in SOUND.items.items()},
    )
    pages = render_study_pages(doctrine, PROTOCOL, [one], {"essai": hostile})
    assert not any("<script>" in page for page in pages.values())
    assert pages["conditions-de-travail/usage-essai.md"].count("```") == 2


def test_examples_and_real_uses_are_apart(doctrine: Doctrine, published: list[Result]) -> None:
    page = render_study_pages(doctrine, PROTOCOL, published, {})["conditions-de-travail/resultats.md"]
    real, invented = page.split('<h2 id="example">')
    assert "Aucun résultat" in real
    assert invented.count("usage-") == len(by_use(published))


def test_the_open_data_hold_every_result_and_nobody_by_fewer_than_five(doctrine: Doctrine, published: list[Result]) -> None:
    found = render_files(PROTOCOL, doctrine, published, {"tri-des-dechets-par-camera": "=1+1"}, "https://exemple.fr/")
    described = {table.name: table for table in tables(PROTOCOL)}
    for name, table in described.items():
        lines = found[f"{name}.csv"].splitlines()
        assert lines[0].split(",") == [column.name for column in table.columns]
        assert len(lines) > 1
    for name in ("resultats", "indicateurs"):  # minutes lost are a number, not a text that a guard begins
        assert all(re.fullmatch(r"-?[\d.]+", line.rpartition(",")[2]) for line in found[f"{name}.csv"].splitlines()[1:])
    assert any(line.split(",")[-1].startswith("-") for line in found["indicateurs.csv"].splitlines())
    counts = [int(line.split(",")[-2]) for line in found["resultats.csv"].splitlines()[1:]]
    assert min(counts) >= 5
    assert "'=1+1" in found["vagues.csv"]
    assert [one["id"] for one in json.loads(found["resultats.json"])] == [one.id for one in published]
    sums = {name: digest for digest, _, name in (line.partition("  ") for line in found["SHA256SUMS"].splitlines())}
    assert sums == {name: sha256(text.encode()).hexdigest() for name, text in found.items() if name != "SHA256SUMS"}


def test_the_source_names_nobody_and_is_where_the_guide_says() -> None:
    text = SOURCE.read_text(encoding="utf-8")
    assert not re.search(r"\b0[1-9](?:[ .]?\d{2}){4}\b|[\w.]+@[\w.]+\.\w+", text)
    assert SOURCE.relative_to(ROOT).as_posix() in (ROOT / "docs/maintenir/etude.md").read_text(encoding="utf-8")


def test_a_low_mean_of_the_study_moves_the_opinion_of_the_day(doctrine: Doctrine) -> None:
    scores = measures_of(PROTOCOL, result(mean=2.4))[CHARGE]
    measures = [_measure("2026-10-05", score.value, str(score.group), score.count) for score in scores]
    assert {reading.level for reading in current(doctrine, used({CHARGE: measures})).readings} == {"favorable-sous-reserves"}
