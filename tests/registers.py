"""Registers for tests: the worked cases as uses, and random uses, with everything that is published of them."""

import datetime
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import boussole
from boussole.dossier import Condition, Dates, Decision, Dossier, Happening, Measure, Notice, new_dossier
from boussole.outputs.opendata import SUMS, register_files, sums, use_files, use_lines
from boussole.proofs import case_answers
from boussole.register import Use, row_of

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
    text = {name: f"Ce que dit {name} ; =1+1, « entre guillemets » et \"droits\"" for name in Notice.__dataclass_fields__}
    chosen = {"automation": "aide", "scope": "externe", "algorithm": "regles", "decisions_per_year": 1200}
    return replace(
        case_dossiers()[0],
        id="entier",
        title="=HYPERLINK(\"https://exemple.fr\";\"cliquez\")",
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
        variants={"measures.ancien": [{"on": "2023-01-01", "value": SECRET, "source": "essai", "count": "2"}], "title": ["Autre"]},
        aside={"vieille.question": "oui"},
    )


def uses_of(dossiers: Iterable[Dossier]) -> list[Use]:
    return [Use(NANTES, dossier, TODAY) for dossier in dossiers]


def published(uses: Iterable[Use], base: str = BASE) -> dict[str, str]:
    """Every file of a register, the sums included."""
    files: dict[str, str] = {}
    lines: dict[str, str] = {}
    uses = list(uses)
    for use in uses:
        files |= use_files(use)
        for name, text in use_lines(use).items():
            lines[name] = lines.get(name, "") + text
    files |= register_files(NANTES, [row_of(use) for use in uses], lines, base, TODAY)
    return {**files, SUMS: sums(files)}


def write_all(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(text.encode())
    return folder
