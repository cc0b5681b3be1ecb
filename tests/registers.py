"""Registers for tests: the worked cases as uses, and random uses, with everything that is published of them."""

import datetime
import random
from collections.abc import Iterable
from dataclasses import replace
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import boussole
from boussole.dossier import Condition, Contributor, Dates, Decision, Dossier, Happening, Measure, Notice, new_dossier
from boussole.model import ACCORD, NSP, Indicator, Question
from boussole.outputs.opendata import SUMS, register_files, sums, use_files, use_lines
from boussole.packing import pack
from boussole.proofs import case_answers
from boussole.register import Use, row_of
from boussole.tables import stamp, tables

NANTES = boussole.load()
TODAY = datetime.date(2026, 11, 25)
BASE = "https://exemple.fr/"
SECRET = "987.654"  # what two people said: it must not be found in anything published


def case_dossiers() -> list[Dossier]:
    """The worked cases, each a use of its own; those after their turning point too."""
    found = []
    for case in NANTES.cases:
        for turned in (False, True):
            name = f"{case.id}-change" if turned else case.id
            dossier = new_dossier(NANTES, name, case.title, "example")
            answers = case_answers(NANTES, case, turned)
            found.append(replace(dossier, summary=case.summary, answers=answers, notes=case.notes).stamp(NANTES, TODAY))
    return found


def whole_dossier() -> Dossier:
    """A use that says something everywhere, and what two people said."""
    text: dict[str, Any] = {
        name: f'Ce que dit {name} ; =1+1, « entre guillemets » et "droits"' for name in Notice.__dataclass_fields__
    }
    chosen: dict[str, Any] = {"automation": "aide", "scope": "externe", "algorithm": "regles", "decisions_per_year": 1200}
    return replace(
        case_dossiers()[0],
        id="entier",
        title='=HYPERLINK("https://exemple.fr";"cliquez")',
        kind="real",
        authority="-Nantes Métropole",
        service="Service\n+33",
        contact="@accueil",
        status="service",
        dates=Dates(
            opened=datetime.date(2024, 1, 2),
            started=datetime.date(2024, 3, 1),
            updated=datetime.date(2026, 1, 2),
            next_review=datetime.date(2026, 6, 1),
            ended=datetime.date(2026, 9, 1),
        ),
        notice=Notice(**{**text, **chosen}),
        decision=Decision(outcome="favorable", by="la direction", on=datetime.date(2024, 2, 1), because="=cmd|' /C calc'!A0"),
        conditions=[Condition(what="Former", owner="dpo", due=datetime.date(2025, 1, 1), done=datetime.date(2024, 12, 1))],
        history=[Happening(on=datetime.date(2024, 5, 1), what="@essai prolongé")],
        measures={
            "travail.charge-et-sens": [
                Measure(on=datetime.date(2024, 3, 1), value=3.5, source="enquête", group="accueil", count=12),
                Measure(on=datetime.date(2025, 3, 1), value=2.25, source="enquête", group="accueil", count=11),
                Measure(on=datetime.date(2025, 3, 1), value=1.5, source=f"trois avis, {SECRET}", group="secours", count=3),
                Measure(on=datetime.date(2025, 3, 1), value=4, source="plan", kind="cible"),
            ],
            "sobriete.energie-annuelle": [Measure(on=datetime.date(2025, 1, 1), value=float(SECRET), source="facture", count=2)],
        },
        variants={
            "measures.ancien": [{"on": "2023-01-01", "value": SECRET, "source": "essai", "count": "2"}],
            "title": ["Autre"],
        },
        aside={"vieille.question": "oui"},
    )


def uses_of(dossiers: Iterable[Dossier]) -> list[Use]:
    return [Use(NANTES, dossier, TODAY) for dossier in dossiers]


def published(uses: Iterable[Use], base: str = BASE) -> dict[str, str]:
    """Every file of a register, the sums included."""
    uses = list(uses)
    files = shared_files(uses, base)
    for use in uses:
        files |= use_files(use)
    return {**files, SUMS: sums(files)}


def shared_files(uses: list[Use], base: str = BASE, today: datetime.date = TODAY) -> dict[str, str]:
    """The tables of some uses, and what else is made of them all but the sums."""
    files = {f"{table.name}.csv": table.header for table in tables(NANTES)}
    for use in uses:
        for name, text in use_lines(use).items():
            files[f"{name}.csv"] += text
    written = {name: stamp(text) for name, text in files.items()}
    events = StringIO(files["evenements.csv"], newline="")
    return files | register_files(NANTES, [row_of(use) for use in uses], written, events, base, today)


def packed(files: dict[str, str]) -> bytes:
    """An archive of some files."""
    made = BytesIO()
    pack(made, files)
    return made.getvalue()


def write_all(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(text.encode())
    return folder


def random_dossiers(count: int, seed: int = 5) -> list[Dossier]:
    """Uses where people disagree, do not know, agree after all; numbers; measures by group, some of few people."""
    chance = random.Random(seed)
    return [_random_dossier(chance, f"hasard-{rank}") for rank in range(count)]


def _random_dossier(chance: random.Random, name: str) -> Dossier:
    share = chance.choice([0.2, 0.9, 1.0, 1.0])
    asked = [question for question in NANTES.questions.values() if chance.random() < share]
    answers = {question.id: _random_answer(chance, question) for question in asked}
    banded = [indicator for indicator in NANTES.indicators.values() if indicator.bands]
    measured = chance.sample(banded, chance.choice([0, 0, 1, 3]))
    return replace(
        new_dossier(NANTES, name, "Au hasard", "example"),
        status="service",
        contributors={"os-nord": Contributor(role="os", label="Nord")},
        answers=answers,
        measures={
            indicator.id: [_random_measure(chance, indicator) for _ in range(chance.randint(1, 4))] for indicator in measured
        },
    )


def _random_answer(chance: random.Random, question: Question) -> Any:
    best = [option for option, found in question.choices.items() if found.effect in (None, NANTES.levels[0])]
    options = best if best and chance.random() < 0.93 else list(question.choices)
    told = [chance.choice(["0", "12,5", "33", "100"])] if question.bands else options

    def position() -> Any:
        several = [chance.sample(options, 2)] if len(options) > 1 else []
        return chance.choice([*(chance.choice(told) for _ in range(8)), NSP, *several])

    speakers = chance.sample(["dpo", "os-nord", "dsi", ACCORD], chance.choice([1, 2, 3]))
    return position() if chance.random() < 0.6 else {who: position() for who in speakers}


def _random_measure(chance: random.Random, indicator: Indicator) -> Measure:
    bands = list((indicator.bands or {}).values())
    low, high = bands[0].min or 0, bands[-1].max or 1000
    return Measure(
        on=datetime.date(2025, chance.randint(1, 4), 1),
        value=chance.choice([low, high, *(band.max for band in bands if band.max), round(chance.uniform(low, high), 2)]),
        source="essai",
        kind=chance.choice([None, None, "mesure", "cible"]),
        group=chance.choice([None, "accueil", "voirie; espaces"]),
        count=chance.choice([None, 3, 5, 40]),
    )
