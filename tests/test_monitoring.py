"""The opinion of the day, and what is late, against calendars and doctrines made for it."""

import datetime
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

import boussole
from boussole.assessment import assess
from boussole.dossier import Condition, Dates, Decision, Dossier, Measure, new_dossier
from boussole.model import Band, Doctrine, Indicator, Question
from boussole.monitoring import FEW, add_months, current, is_published, late, latest, never_measured, target
from boussole.proofs import case_answers
from boussole.register import Use, row_of
from tests.strategies import Answers, dossiers, over

NANTES = boussole.load()
START = datetime.date(2023, 1, 31)
TODAY = datetime.date(2026, 11, 25)
USAGE = "sobriete.usage-reel"


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


def measure(on: str, value: float, **given: object) -> Measure:
    return Measure(on=day(on), value=value, source="relevé d’exemple", **given)  # type: ignore[arg-type]


def used(measures: dict[str, list[Measure]], status: str = "service", **given: object) -> Dossier:
    dossier = new_dossier(NANTES, "essai", "Essai", "example")
    dates = Dates(opened=START, started=START)
    return replace(dossier, status=status, dates=dates, measures=measures, **given)  # type: ignore[arg-type]


# -- the opinion of the day: an indicator is one more question --------------------------------------------------------------


@st.composite
def measured(draw: st.DrawFn) -> tuple[Doctrine, Doctrine, Answers, dict[str, list[Measure]], Answers]:
    """A doctrine with indicators; the same where each is a question instead; answers; measures, and what they would answer."""
    doctrine, answers = draw(dossiers())
    effects = st.sampled_from([None, *doctrine.levels])
    watched, asked, measures, numbers = [], [], dict[str, list[Measure]](), Answers()
    for section in doctrine.sections:
        indicators, questions = [], []
        for rank in range(draw(st.integers(0, 2))):
            name = f"{section.id}.mesure-{rank}"
            bands = {"bas": Band(min=0, max=10, effect=draw(effects)), "haut": Band(effect=draw(effects))}
            plain = {"name": "x", "unit": "u", "how": "x", "direction": "down", "when": ["during"]}
            indicators.append(Indicator(id=name, bands=bands, **plain))  # type: ignore[arg-type]
            values = draw(st.lists(st.sampled_from([0.0, 4.0, 10.0, 10.5, 30.0]), max_size=3))
            groups = [measure(f"2025-01-0{place + 1}", value, group=f"g{place}") for place, value in enumerate(values)]
            older = [replace(found, on=day("2024-01-01"), value=99.0) for found in groups]
            measures[name] = [*groups, *older, measure("2025-06-01", 99.0, kind="cible")]
            for place, value in enumerate(values):
                twin = f"{name}-{place}"
                questions.append(Question(id=twin, ask="x", why="x", asked_of=["agents"], bands=bands))
                numbers[twin] = value
        watched.append(replace(section, indicators=indicators))
        asked.append(replace(section, questions=[*section.questions, *questions]))
    return replace(doctrine, sections=watched), replace(doctrine, sections=asked), answers, measures, numbers


@over(400)
@given(measured())
def test_the_opinion_of_the_day_is_that_of_a_doctrine_that_asks_what_is_measured(
    drawn: tuple[Doctrine, Doctrine, Answers, dict[str, list[Measure]], Answers],
) -> None:
    watching, asking, answers, measures, numbers = drawn
    dossier = replace(new_dossier(watching, "essai", "Essai"), answers=answers, measures=measures)
    found, expected = current(watching, dossier), assess(asking, {**answers, **numbers})
    assert found.attainable == expected.attainable
    assert found.findings == expected.findings
    assert found.opinion == expected.opinion
    by_measures = {f"{reading.indicator.id}-{(reading.measure.group or '')[1:]}" for reading in found.reasons}
    assert by_measures == {reason.question for reason in expected.reasons} & set(numbers)


def test_a_measure_never_makes_an_opinion_better() -> None:
    refused = used({USAGE: [measure("2025-01-01", 90)]}).answer(NANTES, "biometrie.identification", "oui")
    assert current(NANTES, refused).attainable == ("refuse",)
    assert not current(NANTES, refused).is_moved


def test_the_latest_measure_of_each_group_counts_and_of_one_day_the_last_written() -> None:
    listed = [
        measure("2025-02-01", 3, group="accueil"),
        measure("2024-02-01", 1, group="accueil"),
        measure("2025-02-01", 4, group="accueil"),
        measure("2023-02-01", 2, group="courrier"),
        measure("2026-02-01", 5, kind="cible"),
    ]
    assert [(found.group, found.value) for found in latest(listed)] == [("accueil", 4), ("courrier", 2)]


def test_what_a_use_aims_at_is_its_own_last_target_else_that_of_the_doctrine() -> None:
    indicator = NANTES.indicators[USAGE]
    assert target(indicator, []) == 100
    assert target(indicator, [measure("2025-01-01", 80, kind="cible"), measure("2024-01-01", 70, kind="cible")]) == 80
    assert target(NANTES.indicators["service-public.delai"], []) is None


def test_a_value_that_a_few_people_give_is_not_published() -> None:
    assert [is_published(measure("2025-01-01", 1, count=count)) for count in (None, 0, FEW - 1, FEW)] == [
        True,
        False,
        False,
        True,
    ]


# -- what is late ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ("2024-01-31", 1, "2024-02-29"),
        ("2023-01-31", 1, "2023-02-28"),
        ("2023-11-30", 3, "2024-02-29"),
        ("2024-12-15", 36, "2027-12-15"),
    ],
)
def test_months_are_added_up_to_the_last_day_of_a_month(start: str, months: int, end: str) -> None:
    assert add_months(day(start), months) == day(end)


def late_days(dossier: Dossier, today: str) -> list[str]:
    return [str(due.on) for due in late(NANTES, dossier, day(today))]


def test_a_follow_up_over_years_is_late_a_month_after_each_of_its_days() -> None:
    # Started on 31 January 2023: to be measured then, and after 3, 12, 24 and 36 months.
    followed = used({"travail.charge-et-sens": [measure("2023-02-10", 3), measure("2024-02-01", 3)]})
    assert late_days(followed, "2023-05-30") == []
    assert late_days(followed, "2023-06-01") == ["2023-04-30"]
    assert late_days(followed, "2025-03-04") == ["2023-04-30", "2025-01-31"]
    assert late_days(followed, "2026-11-25") == ["2023-04-30", "2025-01-31", "2026-01-31"]


def test_a_yearly_measure_is_late_a_year_and_a_month_after_the_last_one() -> None:
    followed = used({USAGE: [measure("2024-06-15", 90)]})
    assert late_days(followed, "2025-07-16") == []
    assert late_days(followed, "2025-07-17") == ["2025-06-15"]


def test_a_target_is_not_a_measure_and_begins_a_follow_up() -> None:
    assert late_days(used({USAGE: [measure("2023-02-01", 90, kind="cible")]}), "2024-03-03") == ["2024-01-31"]


@pytest.mark.parametrize("status", ["etude", "refuse", "abandonne", "arrete"])
def test_nothing_is_late_of_what_is_not_in_use(status: str) -> None:
    assert late_days(used({USAGE: [measure("2024-06-15", 90)]}, status), "2026-11-25") == []


def test_nothing_is_late_of_an_indicator_nobody_follows_and_its_silence_is_told() -> None:
    assert late_days(used({}), "2026-11-25") == []
    planned = [name for name, indicator in NANTES.indicators.items() if indicator.at or indicator.every]
    silent = [indicator.id for indicator in never_measured(NANTES, used({USAGE: [measure("2026-06-15", 90)]}), TODAY)]
    assert silent == [name for name in planned if name != USAGE]
    assert never_measured(NANTES, used({}), START) == ()
    assert never_measured(NANTES, used({}, "arrete"), TODAY) == ()
    assert never_measured(NANTES, replace(used({}), dates=Dates()), TODAY) == ()


# -- a use on a day ----------------------------------------------------------------------------------------------------------


def test_a_use_that_is_up_to_date_has_no_alert() -> None:
    assert Use(NANTES, used({USAGE: [measure("2026-06-15", 90)]}), TODAY).alerts == ()


def test_what_is_outdated_in_a_use_is_told() -> None:
    dossier = used({USAGE: [measure("2024-06-15", 90)]})
    dossier = dossier.answer(NANTES, "profil.public", "oui")
    dossier = replace(
        dossier,
        doctrine=replace(dossier.doctrine, version="2023.1", fingerprint=None),
        seen={"profil.public": "0" * 16},
        dates=replace(dossier.dates, next_review=day("2026-11-24")),
        conditions=[Condition(what="Former", owner="direction", due=day("2026-11-24"))],
    )
    assert Use(NANTES, dossier, TODAY).alerts == ("doctrine", "relire", "examen", "mesure", "condition")
    met = replace(dossier, conditions=[replace(dossier.conditions[0], done=TODAY)])
    assert "condition" not in Use(NANTES, met, TODAY).alerts


def test_a_decision_that_departs_from_the_opinion_is_noticed() -> None:
    dossier = used({}).answer(NANTES, "biometrie.identification", "oui")
    for outcome, departs in (("favorable", True), ("refuse", False)):
        decision = Decision(outcome=outcome, by="la vice-présidence", on=TODAY, because="Un motif.")
        assert Use(NANTES, dossier.decide(decision), TODAY).departs is departs


def test_a_decision_that_followed_the_opinion_does_not_depart_from_it_when_later_measures_change_it() -> None:
    case = next(case for case in NANTES.cases if case.opinion == "favorable")
    dossier = replace(used({USAGE: [measure("2026-06-15", 170)]}), answers=dict(case_answers(NANTES, case)))
    told = {
        (outcome, on): Use(NANTES, dossier.decide(Decision(outcome=outcome, by="la direction", on=day(on))), TODAY)
        for outcome in ("favorable", "favorable-sous-reserves", "refuse")
        for on in ("2026-01-01", "2026-07-01")
    }
    assert {use.current.opinion for use in told.values()} == {"favorable-sous-reserves"}
    assert [key for key, use in told.items() if use.is_overtaken] == [("favorable", "2026-01-01")]
    departing = [("favorable", "2026-07-01"), ("refuse", "2026-01-01"), ("refuse", "2026-07-01")]
    assert [key for key, use in told.items() if use.departs] == departing


def test_a_row_says_what_lists_need() -> None:
    measures = {
        USAGE: [measure("2026-06-15", 170)],
        "sobriete.energie-annuelle": [measure("2026-01-01", 400, group="serveur"), measure("2026-01-01", 100, group="postes")],
    }
    row = row_of(Use(NANTES, used(measures), TODAY))
    assert (row.id, row.kind, row.status, row.year, row.opinion, row.decision) == ("essai", "example", "service", "2023", "", "")
    assert row.energy == 500
    assert "favorable" not in row.attainable
    assert row.findings[4][0] == "favorable-sous-reserves"
    assert len(row.findings) == len(NANTES.criteria)


def test_a_measure_of_tomorrow_says_nothing_today() -> None:
    ahead = {
        USAGE: [measure("2026-06-15", 90), measure("2026-11-26", 999)],
        "droit.failles-critiques": [measure("2027-01-01", 9)],
    }
    use, next_day = (Use(NANTES, used(ahead), day) for day in (TODAY, day("2026-11-26")))
    assert not use.current.is_moved
    assert next_day.current.is_moved
    assert list(use.dossier.measures) == [USAGE]
    late_use = Use(NANTES, used({USAGE: [measure("2024-06-15", 90), measure("2026-11-26", 90)]}), TODAY)
    assert late_use.alerts == ("mesure",)


def test_what_is_not_published_weighs_on_nothing_that_is() -> None:
    measures = {"sobriete.energie-annuelle": [measure("2026-01-01", 400, count=2)], USAGE: [measure("2026-01-01", 170, count=2)]}
    use = Use(NANTES, used(measures), TODAY)
    assert row_of(use).energy is None
    assert not use.current.is_moved
