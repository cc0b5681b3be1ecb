"""Every published opinion found again from the published data alone, by the evaluator of the library."""

import datetime
import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from boussole.cells import read
from boussole.dossier import Contributor, DoctrineName, Dossier, Measure
from boussole.errors import AnswerError, Fault, SourceError, quoted
from boussole.loading import load_text
from boussole.model import Doctrine
from boussole.monitoring import Current, current
from boussole.shapes import number_of
from boussole.tables import levels_text, tables

DOCTRINE, SUMS = "doctrine.json", "SHA256SUMS"
TABLES = ("registre", "evaluations", "mesures")
NEEDED = (DOCTRINE, *(f"{name}.csv" for name in TABLES))
Line = Mapping[str, str]


@dataclass(frozen=True)
class Difference:
    """What does not agree in a use: the column, what is published there, what is found; or what cannot be read."""

    use: str
    column: str
    published: str
    found: str


@dataclass(frozen=True)
class Recomputed:
    """How many uses were read, those that differ, and what the sums tell of the files."""

    count: int
    differences: tuple[Difference, ...]
    altered: tuple[str, ...]  # their sum is not the published one
    absent: tuple[str, ...]  # they have a sum and are not there
    unsummed: tuple[str, ...]  # they were read here and have no sum

    @property
    def is_found_again(self) -> bool:
        """Whether all is as it was published."""
        return not (self.differences or self.altered or self.absent or self.unsummed)


def recompute(files: Mapping[str, str], digests: Mapping[str, str | None] | None = None) -> Recomputed:
    """Compare what is published with what is found again; ``files`` by name, and the ``digests`` of those that the sums list, or
    of these very files. Raises `SourceError` when a file is not usable."""
    doctrine = _doctrine(files)
    found = {name: _lines(files, doctrine, name) for name in TABLES}
    answers, measures = _by_use(found["evaluations"]), _by_use(found["mesures"])
    named = [line["id"] for line in found["registre"]]
    differences = [Difference(name, "id", "absent", "présent") for name in {**answers, **measures} if name not in set(named)]
    differences += [Difference(name, "id", f"{times} fois", "une fois") for name, times in Counter(named).items() if times > 1]
    for line in found["registre"]:
        differences += _compare(doctrine, line, answers[line["id"]], measures[line["id"]])
    published = listed(files.get(SUMS, ""))
    if digests is None:
        digests = {name: sha256(text.encode()).hexdigest() for name, text in files.items()}
    return Recomputed(
        len(named),
        tuple(differences),
        tuple(name for name, digest in published.items() if digests.get(name) not in (digest, None)),
        tuple(name for name in published if digests.get(name) is None),
        tuple(name for name in NEEDED if name not in published),
    )


def listed(text: str) -> dict[str, str]:
    """The files that the sums list, each with its digest."""
    parted = (line.partition("  ") for line in text.splitlines())
    return {name: digest for digest, _, name in parted if name}


def _doctrine(files: Mapping[str, str]) -> Doctrine:
    """The published doctrine, read from its source; its rules and its fingerprint must be those of this source."""
    try:
        data = json.loads(files[DOCTRINE])
        source, rules, fingerprint = data["source"], data["rules"], data["fingerprint"]
    except (ValueError, KeyError, TypeError):
        raise _unusable(DOCTRINE, "doctrine illisible", "la doctrine publiée par boussole") from None
    doctrine = load_text(json.dumps(source), DOCTRINE)
    if doctrine.norms != rules or doctrine.fingerprint != fingerprint:
        raise _unusable(DOCTRINE, "règles qui ne sont pas celles de leur source", "une doctrine publiée d’une pièce")
    return doctrine


def _lines(files: Mapping[str, str], doctrine: Doctrine, name: str) -> list[dict[str, str]]:
    table = next(table for table in tables(doctrine) if table.name == name)
    lines = read(files[f"{name}.csv"])
    absent = [column.name for column in table.columns if lines and column.name not in lines[0]]
    if absent:
        raise _unusable(f"{name}.csv", f"il manque {', '.join(map(quoted, absent))}", "toutes les colonnes publiées")
    return lines


def _unusable(name: str, found: str, expected: str) -> SourceError:
    return SourceError([Fault("fichier-illisible", found, expected, "télécharger à nouveau les données", name)])


def _by_use(lines: list[dict[str, str]]) -> defaultdict[str, list[Line]]:
    found: defaultdict[str, list[Line]] = defaultdict(list)
    for line in lines:
        found[line["usage_id"]].append(line)
    return found


def _compare(doctrine: Doctrine, line: Line, answers: list[Line], measures: list[Line]) -> Iterator[Difference]:
    """What is published of one use and not found again."""
    try:
        found = current(doctrine, _dossier(doctrine, line["id"], answers, measures))
    except (AnswerError, ValueError) as error:
        yield Difference(line["id"], "reponse" if isinstance(error, AnswerError) else "valeur", "", _why(error))
        return
    for column, value in _columns(doctrine, found).items():
        if line[column] != value:
            yield Difference(line["id"], column, line[column], value)


def _why(error: AnswerError | ValueError) -> str:
    return "; ".join(fault.found for fault in error.faults) if isinstance(error, AnswerError) else str(error)


def _columns(doctrine: Doctrine, found: Current) -> dict[str, str]:
    criteria = {f"avis_critere_{section.number}": levels_text(found.findings[section.id]) for section in doctrine.criteria}
    return {
        "avis": found.opinion or "",
        "avis_possibles": levels_text(found.attainable),
        "avis_des_reponses": levels_text(found.assessment.attainable),
        **criteria,
    }


def _dossier(doctrine: Doctrine, name: str, answers: list[Line], measures: list[Line]) -> Dossier:
    """What the tables say of a use, as a dossier that only holds what weighs."""
    said: dict[str, Any] = defaultdict(lambda: defaultdict(list))
    for line in answers:
        if line["reponse"]:
            said[line["question_id"]][line["auteur"]].append(line["reponse"])
    weighed: defaultdict[str, list[Measure]] = defaultdict(list)
    for line in measures:
        if line["valeur"]:
            weighed[line["indicateur_id"]].append(_measure(doctrine, line))
    return Dossier(
        id=name,
        title=name,
        kind="example",
        status="etude",
        doctrine=DoctrineName(id=doctrine.doctrine.id, version=doctrine.doctrine.version),
        contributors={line["auteur"]: Contributor(role=line["role"]) for line in answers},
        answers={question: dict(by_whom) for question, by_whom in said.items()},
        measures=dict(weighed),
    )


def _measure(doctrine: Doctrine, line: Line) -> Measure:
    value = number_of(line["valeur"])
    if line["indicateur_id"] not in doctrine.indicators:
        raise ValueError(f"indicateur inconnu {quoted(line['indicateur_id'])}")
    if value is None:
        raise ValueError(f"{line['indicateur_id']} : nombre illisible {quoted(line['valeur'])}")
    is_target = line["genre"] == "cible"
    return Measure(
        on=_day(line),
        value=value,
        source=line["source"],
        kind="cible" if is_target else None,
        group=line["groupe"] or None,
    )


def _day(line: Line) -> datetime.date:
    try:
        return datetime.date.fromisoformat(line["date"])
    except ValueError:
        raise ValueError(f"{line['indicateur_id']} : {quoted(line['date'])} n’est pas un jour qui existe") from None
