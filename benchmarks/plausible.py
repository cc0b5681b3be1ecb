"""Dossiers that could be: as many as asked, the same ones each time, as boussole writes them. None describes a real use."""

import datetime
import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from boussole import Doctrine, Dossier, new_dossier
from boussole.dossier import Condition, Dates, Decision, Happening, Measure, Notice, Status
from boussole.filing import write_yaml
from boussole.monitoring import add_months

TODAY = datetime.date(2026, 11, 25)
ACTS = (
    "Transcription",
    "Résumé",
    "Tri",
    "Prévision",
    "Traduction",
    "Recherche",
    "Détection",
    "Classement",
    "Relecture",
    "Planification",
)
THINGS = (
    "des courriers", "des demandes de logement", "des délibérations", "des appels", "des fuites d’eau", "des tournées",
    "des factures", "des permis de construire", "des candidatures", "de la fréquentation", "des réclamations", "des arrêtés",
)  # fmt: skip
PLACES = (
    "au guichet", "pour les écoles", "à la voirie", "dans les musées", "pour les piscines", "à l’état civil", "dans les parcs",
    "aux archives", "pour le tramway", "à la médiathèque", "aux finances", "à la direction du numérique",
)  # fmt: skip
STATUSES: tuple[Status, ...] = ("etude", "experimentation", "service", "refuse", "abandonne", "arrete")
SERVICES = tuple(
    f"Direction {what}"
    for what in (
        "des sports",
        "de l’eau",
        "de la voirie",
        "du numérique",
        "des écoles",
        "des finances",
        "de l’habitat",
        "de la culture",
    )
)
SENTENCES = (
    "l’agent relit chaque proposition avant de l’envoyer et peut l’écarter d’un mot sans avoir à se justifier auprès de personne "
    "les données restent sur les serveurs de la collectivité et sont effacées au bout de trois mois sauf demande écrite "
    "le fournisseur a été choisi par appel d’offres et le contrat prévoit la remise des données dans un format ouvert à son terme"
)
WORDS = SENTENCES.split()


def plausible(doctrine: Doctrine, count: int, seed: int = 5) -> Iterator[Dossier]:
    """As many dossiers as asked."""
    for rank in range(count):
        yield _dossier(doctrine, rank, random.Random(f"{seed}:{rank}"))


def write_plausible(doctrine: Doctrine, folder: Path, count: int) -> int:
    """Write that many dossiers in a folder; returns how many bytes they are."""
    folder.mkdir(parents=True, exist_ok=True)
    size = 0
    for dossier in plausible(doctrine, count):
        size += (folder / f"{dossier.id}.yml").write_text(write_yaml(dossier), encoding="utf-8")
    return size


def _dossier(doctrine: Doctrine, rank: int, luck: random.Random) -> Dossier:
    title = f"{luck.choice(ACTS)} {luck.choice(THINGS)} {luck.choice(PLACES)}, lot {rank}"
    opened = datetime.date(2022, 1, 3) + datetime.timedelta(days=luck.randrange(1700))
    status: Status = luck.choices(
        ("etude", "experimentation", "service", "refuse", "abandonne", "arrete"), (20, 20, 40, 8, 6, 6)
    )[0]
    started = add_months(opened, 4) if status in ("experimentation", "service", "arrete") else None
    dossier = replace(
        new_dossier(doctrine, f"usage-{rank:05}", title, "example"),
        status=status,
        summary=_text(luck, 24),
        authority="Collectivité d’exemple",
        service=luck.choice(SERVICES),
        contact="registre@collectivite.example",
        dates=Dates(
            opened=opened,
            started=started,
            updated=TODAY - datetime.timedelta(days=luck.randrange(700)),
            next_review=add_months(TODAY, luck.randrange(-6, 24)),
        ),
        notice=_notice(luck),
        conditions=_conditions(luck, opened),
        history=[Happening(on=add_months(opened, 2 * step), what=_text(luck, 12)) for step in range(luck.randrange(1, 5))],
        measures=_measures(doctrine, luck, started) if started else {},
    )
    dossier = _answered(doctrine, dossier, luck).stamp(doctrine, TODAY)
    outcome = dossier.assess(doctrine).attainable[0]
    if luck.random() < 0.6:
        dossier = dossier.decide(
            Decision(outcome=outcome, by="Vice-présidence", on=add_months(opened, 3), because=_text(luck, 14))
        )
    return dossier


def _answered(doctrine: Doctrine, dossier: Dossier, luck: random.Random) -> Dossier:
    """Nine questions in ten answered, a few by two roles that differ, a few with a note."""
    answers: dict[str, Any] = {}
    notes: dict[str, Any] = {}
    roles = [role.id for role in doctrine.roles]
    for question in doctrine.questions.values():
        if luck.random() < 0.1:
            continue
        best = [name for name, option in question.choices.items() if option.effect in (None, doctrine.levels[0])]
        names = best if best and luck.random() < 0.93 else list(question.choices)
        given: Any = luck.choice(names)
        if question.bands:
            given = str(luck.randrange(0, 50))
        elif luck.random() < 0.05:
            one, other = luck.sample(roles, 2)
            given = {one: given, other: luck.choice(list(question.choices))}
        answers[question.id] = given
        if luck.random() < 0.15 or any(option.justify for option in question.choices.values()):
            notes[question.id] = _text(luck, 14)
    return replace(dossier, answers=answers, notes=notes)


def _measures(doctrine: Doctrine, luck: random.Random, started: datetime.date) -> dict[str, list[Measure]]:
    """Two to five indicators, measured once a year; one in three by occupation, one group of them too small to be told."""
    found = {}
    for name in luck.sample(sorted(doctrine.indicators), luck.randrange(2, 6)):
        groups = ["Agents d’accueil", "Agents de saisie", "Encadrement"] if doctrine.indicators[name].by_group else [None]
        level = luck.uniform(2, 4) if groups[0] else luck.uniform(10, 90)
        found[name] = [
            Measure(
                on=day, value=round(level * luck.uniform(0.8, 1.1), 1), source="Relevé d’exemple", group=group,
                count=luck.randrange(3, 30) if group else None,
            )
            for year in range(4)
            if (day := add_months(started, 12 * year)) <= TODAY
            for group in groups
        ]  # fmt: skip
    return found


def _conditions(luck: random.Random, opened: datetime.date) -> list[Condition]:
    return [
        Condition(what=_text(luck, 10), owner=luck.choice(SERVICES), due=due, done=due if luck.random() < 0.6 else None)
        for due in (add_months(opened, 6 * (step + 1)) for step in range(luck.randrange(0, 4)))
    ]


def _notice(luck: random.Random) -> Notice:
    told: dict[str, Any] = {
        name: _text(luck, 18)
        for name in (
            "context",
            "purpose",
            "place_in_decision",
            "legal_basis",
            "public",
            "data",
            "oversight",
            "appeal",
            "supplier",
        )
    }
    kept: dict[str, Any] = {name: text for name, text in told.items() if luck.random() < 0.8}
    return Notice(automation="aide", scope="interne", **kept)


def _text(luck: random.Random, count: int) -> str:
    start = luck.randrange(len(WORDS) - count)
    return " ".join(WORDS[start : start + count]).capitalize() + "."
