"""What the lint says of a doctrine is exact where the algebra decides, and stands where the file can be changed."""

from collections import defaultdict
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given

from boussole import Doctrine
from boussole.assessment import assess
from boussole.lint import ADVICE, lint
from boussole.loading import load_text
from boussole.model import Question
from boussole.parsing import locate
from boussole.positions import read
from boussole.readability import measure, syllables
from boussole.shapes import Origin
from tests.oracle import Oracle, is_asked
from tests.strategies import doctrines, over
from tests.test_loading import COMPLETE, SOURCES, expected

TODAY = date(2024, 6, 1)
EXAMPLES = sorted((SOURCES / "lint").glob("*.yml"))


def code_of(path: Path) -> str:
    """The code an example is named after."""
    return next(code for code in ADVICE if path.stem.startswith(f"{code}-"))


def told(path: Path) -> str:
    """What the lint says under the code a file is named after."""
    text = path.read_text(encoding="utf-8")
    found = [fault for fault in lint(load_text(text, path.name), TODAY) if fault.code == code_of(path)]
    return "\n\n".join(map(str, locate(read(text, path.name), found, Origin())))


# -- an example a file, its whole message on top


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_what_deserves_a_look_is_told_whole_at_its_place(path: Path) -> None:
    assert told(path) == expected(path)


def test_every_code_of_the_lint_has_an_example_and_no_other_is_told() -> None:
    assert {code_of(path) for path in EXAMPLES} == ADVICE.keys()
    codes = {fault.code for path in EXAMPLES for fault in lint(load_text(path.read_text(encoding="utf-8")), TODAY)}
    assert codes == ADVICE.keys()


def test_a_law_checked_on_the_same_day_of_the_month_before_the_limit_is_old_enough_and_the_next_day_is_not() -> None:
    law = COMPLETE.replace("kind: official", "kind: law")
    for checked, months, is_old in (("2023-06-01", 12, True), ("2023-06-02", 12, False), ("2024-03-28", 2, True)):
        doctrine = load_text(law.replace("checked_on: 2024-03-28", f"checked_on: {checked}"))
        assert ("loi-a-reverifier" in {fault.code for fault in lint(doctrine, TODAY, months)}) is is_old, checked


# -- exact, against every dossier listed one by one


def muted(doctrine: Doctrine) -> Doctrine:
    """The same doctrine, whose options of a question all say the same."""
    return replace(
        doctrine,
        sections=[
            replace(section, questions=[_muted_question(question) for question in section.questions])
            for section in doctrine.sections
        ],
    )


def _muted_question(question: Question) -> Question:
    options = {name: replace(option, because="b", remedy="r") for name, option in (question.options or {}).items()}
    bands = {name: replace(band, because="b", remedy="r") for name, band in (question.bands or {}).items()}
    return replace(question, options=options or None, bands=bands or None)


def outcomes(doctrine: Doctrine, name: str) -> dict[str, dict[frozenset[tuple[str, str]], set[str]]]:
    """By option of a question, then by what is answered outside its branch, the opinions obtained."""
    oracle = Oracle(doctrine, {})
    branch = {other for other in doctrine.questions if name in oracle._above(other)}
    found: dict[str, dict[frozenset[tuple[str, str]], set[str]]] = defaultdict(lambda: defaultdict(set))
    for dossier in oracle.dossiers:
        if name in dossier:
            around = frozenset((other, option) for other, option in dossier.items() if other not in branch)
            found[dossier[name]][around].add(oracle.opinion(dossier))
    return found


def asked_after(doctrine: Doctrine, name: str, option: str) -> list[str]:
    return [other.id for other in doctrine.questions.values() if other.parent == name and is_asked(other, {name: option})]


@given(doctrines())
@over(300)
def test_a_question_without_weight_is_one_that_no_pair_of_dossiers_tells_apart(doctrine: Doctrine) -> None:
    found = {fault.found for fault in lint(doctrine, TODAY) if fault.code == "question-sans-poids"}
    for name, question in doctrine.questions.items():
        around: dict[frozenset[tuple[str, str]], set[str]] = defaultdict(set)
        for contexts in outcomes(doctrine, name).values():
            for context, opinions in contexts.items():
                around[context] |= opinions
        is_weightless = len(question.choices) > 1 and all(len(opinions) == 1 for opinions in around.values())
        assert (f"aucune réponse à « {name} » ne change jamais l’avis" in found) is is_weightless


@given(doctrines())
@over(300)
def test_equivalent_answers_are_those_that_obtain_the_same_opinions_whatever_else_is_answered(drawn: Doctrine) -> None:
    doctrine = muted(drawn)
    faults = lint(doctrine, TODAY)
    weightless = {fault.path[:4] for fault in faults if fault.code == "question-sans-poids"}
    found = {(fault.path[:4], fault.found) for fault in faults if fault.code == "reponses-equivalentes"}
    expected_pairs = set()
    for rank, section in enumerate(doctrine.sections):
        for place, question in enumerate(section.questions):
            path, obtained = ("sections", rank, "questions", place), outcomes(doctrine, question.id)
            groups: list[list[str]] = []
            for name in question.choices:
                after = asked_after(doctrine, question.id, name)
                alike = [
                    g for g in groups if obtained[g[0]] == obtained[name] and asked_after(doctrine, question.id, g[0]) == after
                ]
                groups = [*groups, [name]] if not alike else [g + [name] * (g is alike[0]) for g in groups]
            for group in groups:
                if len(group) > 1 and path not in weightless:
                    names = " et ".join(filter(None, [", ".join(f"« {n} »" for n in group[:-1]), f"« {group[-1]} »"]))
                    expected_pairs.add((path, f"{names} mènent toujours au même avis"))
    assert found == expected_pairs


@given(doctrines())
@over(200)
def test_every_question_of_a_doctrine_without_loop_can_be_asked(doctrine: Doctrine) -> None:
    assert set(assess(doctrine, {}).possible) == doctrine.questions.keys()


@given(doctrines())
@over(200)
def test_a_criterion_that_only_gives_reserves_is_one_whose_worst_finding_is_a_reserve(drawn: Doctrine) -> None:
    sections = [replace(section, number=rank + 1) for rank, section in enumerate(drawn.sections)]
    doctrine = replace(drawn, sections=sections)
    oracle, levels = Oracle(doctrine, {}), list(doctrine.levels)
    found = {(fault.code, fault.path[1]) for fault in lint(doctrine, TODAY) if fault.code.startswith("critere-")}
    for rank, section in enumerate(doctrine.sections):
        opinions = {levels.index(oracle.opinion(dossier, section.id)) for dossier in oracle.dossiers}
        assert (("critere-toujours-satisfait", rank) in found) is (opinions == {0})
        is_reserve = len(levels) > 2 and max(opinions) == 1
        assert (("critere-sans-exigence", rank) in found) is is_reserve


# -- how hard a text is to read


@pytest.mark.parametrize(
    ("word", "count"),
    [("le", 1), ("table", 1), ("tables", 1), ("océan", 3), ("réelle", 2), ("œuvre", 1), ("IA", 1), ("12", 1), ("donnée", 2)],
)
def test_syllables_are_about_those_that_are_said(word: str, count: int) -> None:
    assert syllables(word) == count


def test_the_index_is_that_of_kandel_and_moles() -> None:
    reading = measure("Le chat dort. Il a mangé !")  # 6 words, 2 sentences, 7 syllables
    assert (reading.words, reading.longest) == (6, 3)
    assert reading.index == pytest.approx(207 - 1.015 * 3 - 73.6 * 7 / 6)
    assert measure("…").index == 207
