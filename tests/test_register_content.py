"""The dossiers of the register: sound, marked for what they are, and telling what the pages need to show."""

import datetime
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import boussole
from boussole.dossier import Dossier, read_dossier
from boussole.filing import write_yaml
from boussole.monitoring import current, is_published, measured
from boussole.proofs import assess_case
from boussole.register import Use
from boussole.vetting import alike, description, vet

NANTES = boussole.load()
FOLDER = Path(__file__).parents[1] / "docs" / "registre"
FILES = sorted(FOLDER.glob("*.yml"))
TODAY = datetime.date(2026, 11, 25)

REAL = {"tarification-solidaire-eau", "tarification-solidaire-transports"}
CASES = {case.id: case for case in NANTES.cases}
LIVES = {
    "agent-conversationnel-accueil": "service",
    "detection-de-fuites-d-eau": "service",
    "prevision-de-frequentation-des-piscines": "arrete",
}
SINCE_THE_CASE = {"agent-conversationnel-accueil": "favorable"}  # its history tells how the reserves were lifted
OLDER = {"resumes-de-deliberations"}
ALERTS = {
    "maintenance-predictive-du-tramway": ("examen", "condition"),
    "resumes-de-deliberations": ("doctrine",),
    "tri-des-dechets-par-camera": ("mesure",),
}
SINCE = {"doctrine", "relire"}
SOURCE = re.compile(r"fiche PSTW-102[78], mise à jour le 29 janvier 2026")
MAIL = re.compile(r"[^\s@]+@[^\s@]+")
PHONE = re.compile(r"(?:\+33|\b0)\s?[1-9](?:[\s.-]?\d{2}){4}\b")


@cache
def loaded(path: Path) -> Dossier:
    return read_dossier(path.read_text(encoding="utf-8"), str(path), NANTES, is_finished=True)


def named(name: str) -> Dossier:
    return loaded(FOLDER / f"{name}.yml")


def texts(value: Any) -> Iterator[str]:
    """Every text some data hold."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for part in value:
            yield from texts(part)
    elif isinstance(value, str):
        yield value


def told(dossier: Dossier) -> list[str]:
    """What people wrote in a dossier, but for the contact."""
    written = ["title", "summary", "authority", "service", "notice", "decision", "contributors"]
    written += ["notes", "evidence", "measures", "conditions", "history"]
    return [text for part in written for text in texts(dossier.to_data().get(part))]


def test_the_register_holds_the_genuine_uses_and_every_worked_case() -> None:
    assert {path.stem for path in FILES} == REAL | set(CASES)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_dossier_is_finished_and_named_as_its_file(path: Path) -> None:
    assert loaded(path).id == path.stem


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_dossier_is_written_as_boussole_writes_it(path: Path) -> None:
    assert write_yaml(loaded(path)) == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_dossier_names_an_edition_of_the_doctrine_and_is_told_as_older_when_it_is_not_the_latest(path: Path) -> None:
    dossier, editions = loaded(path), {edition.version for edition in NANTES.versions}
    assert (dossier.doctrine.version in editions) == (path.stem not in OLDER)
    assert ("doctrine" in Use(NANTES, dossier, TODAY).alerts) == (not dossier.is_of(NANTES))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_dossier_keeps_the_opinion_its_answers_lead_to(path: Path) -> None:
    dossier = loaded(path)
    *_, opinion = dossier.opinions
    assert opinion.version == dossier.doctrine.version
    if dossier.is_of(NANTES):
        assert opinion.attainable == list(dossier.assess(NANTES).attainable)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_no_one_can_be_reached_or_named_through_a_dossier_but_by_its_contact(path: Path) -> None:
    dossier = loaded(path)
    assert [text for text in told(dossier) if MAIL.search(text) or PHONE.search(text)] == []
    assert dossier.contact is None or dossier.contact.endswith("@collectivite.example")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_dossier_is_written_in_french_typography(path: Path) -> None:
    assert [text for text in told(loaded(path)) if "'" in text or '"' in text or "..." in text] == []


@pytest.mark.parametrize("name", sorted(REAL))
def test_a_genuine_use_says_only_what_its_source_says(name: str) -> None:
    dossier = named(name)
    assert dossier.kind == "real"
    assert dossier.decision is None
    assert set(dossier.to_data()).isdisjoint({"measures", "conditions", "service", "contact"})
    assert dossier.notice.algorithm is None, "the source contradicts itself"
    assert dossier.notice.automation is None, "the source does not settle it"


@pytest.mark.parametrize("name", sorted(REAL))
def test_a_genuine_use_was_opened_by_this_project_and_its_source_has_a_date_of_its_own(name: str) -> None:
    dossier = named(name)
    assert dossier.dates.opened == dossier.dates.updated == dossier.opinions[0].on == TODAY
    assert dossier.history[0].what == "Dernière mise à jour de la fiche source."
    assert str(dossier.history[0].on) == "2026-01-29"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_no_sentence_goes_on_with_a_capital_after_a_semicolon(path: Path) -> None:
    assert [text for text in told(loaded(path)) if re.search(r";\s[A-ZÉÀÔ]", text)] == []


@pytest.mark.parametrize("name", sorted(REAL))
def test_each_answer_of_a_genuine_use_rests_on_its_dated_and_licensed_source(name: str) -> None:
    dossier = named(name)
    assert SOURCE.search(dossier.notice.resources or "")
    assert "CC BY 4.0" in (dossier.notice.resources or "")
    for question in dossier.answers:
        assert dossier.note(question)
        assert all(SOURCE.search(reference) for reference in dossier.evidence[question])


@pytest.mark.parametrize("name", sorted(REAL))
def test_the_opinion_of_a_genuine_use_is_open(name: str) -> None:
    assert named(name).assess(NANTES).attainable == tuple(NANTES.levels)


@pytest.mark.parametrize("name", CASES)
def test_an_example_is_marked_and_belongs_to_no_one(name: str) -> None:
    dossier = named(name)
    assert (dossier.kind, dossier.authority, dossier.title) == ("example", "Collectivité d’exemple", CASES[name].title)
    sources = [measure.source for measures in dossier.measures.values() for measure in measures]
    references = [reference for listed in dossier.evidence.values() for reference in listed]
    assert [source for source in sources + references if "exemple" not in source.lower()] == []


@pytest.mark.parametrize("name", CASES)
def test_an_example_obtains_the_opinion_of_its_case_unless_its_history_says_otherwise(name: str) -> None:
    expected = SINCE_THE_CASE.get(name, assess_case(NANTES, CASES[name]).opinion)
    if named(name).is_of(NANTES):  # an older one keeps the opinion of its edition
        assert named(name).assess(NANTES).opinion == expected
    if name in SINCE_THE_CASE:
        assert any("l’avis devient favorable" in happening.what for happening in named(name).history)


@pytest.mark.parametrize(("name", "status"), LIVES.items())
def test_three_examples_tell_a_whole_life(name: str, status: str) -> None:
    dossier = named(name)
    days = [measure.on for measures in dossier.measures.values() for measure in measured(measures)]
    assert dossier.status == status
    assert len(dossier.measures) >= 5
    assert (max(days) - min(days)).days >= 3 * 365
    surveyed = {measure.on for measure in dossier.measures["travail.charge-et-sens"]}
    assert len(surveyed) == 5, "at the start, then after 3, 12, 24 and 36 months"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_happening_a_measure_or_a_decision_is_never_ahead_of_the_register(path: Path) -> None:
    dossier = loaded(path)
    days = [happening.on for happening in dossier.history]
    days += [measure.on for measures in dossier.measures.values() for measure in measures]
    days += [condition.done for condition in dossier.conditions if condition.done]
    days += [dossier.decision.on] if dossier.decision else []
    assert [day for day in days if day > TODAY] == []
    assert [happening.on for happening in dossier.history] == sorted(happening.on for happening in dossier.history)


def test_each_life_says_that_a_group_is_too_small_to_be_published_and_no_file_holds_its_values() -> None:
    for name in LIVES:
        assert any("compte moins de cinq personnes" in happening.what for happening in named(name).history)
    for path in FILES:
        assert all(is_published(measure) for measures in loaded(path).measures.values() for measure in measures), path.stem


def test_every_use_may_be_published() -> None:
    for path in FILES:
        assert vet(loaded(path), path.stem, NANTES, TODAY) == [], path.stem
    assert alike({path.stem: description(loaded(path)) for path in FILES}) == ()


def test_the_measures_move_the_opinion_of_one_use_in_service() -> None:
    moved = [path.stem for path in FILES if current(NANTES, loaded(path)).is_moved]
    assert moved == ["agent-conversationnel-accueil"]
    found = current(NANTES, named(moved[0]))
    assert (found.assessment.opinion, found.opinion) == ("favorable", "favorable-sous-reserves")
    assert {reading.indicator.id for reading in found.reasons} == {"travail.charge-et-sens", "sobriete.usage-reel"}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_what_is_outdated_on_the_day_is_what_the_examples_mean_to_show(path: Path) -> None:
    """But for what an edition of the doctrine published since then asks to read again."""
    alerts = Use(NANTES, loaded(path), TODAY).alerts
    expected = ALERTS.get(path.stem, ())
    assert alerts == expected if loaded(path).is_of(NANTES) or path.stem in OLDER else set(alerts) - SINCE == set(expected)


def test_one_decision_departs_from_the_opinion_and_says_why() -> None:
    decided = {path.stem: found for path in FILES if (found := loaded(path).decision)}
    departing = [name for name, found in decided.items() if found.outcome not in named(name).opinions[-1].attainable]
    assert departing == ["traduction-au-guichet"]
    assert Use(NANTES, named(departing[0]), TODAY).departs
    decision = named(departing[0]).decision
    assert decision is not None
    assert decision.because


def test_positions_differ_and_some_differences_are_settled() -> None:
    found = {path.stem: loaded(path).disagreements(NANTES) for path in FILES}
    assert all(named(name).notes.get(one.question) for name, listed in found.items() for one in listed)
    states = {one.is_settled for listed in found.values() for one in listed}
    assert states == {True, False}
