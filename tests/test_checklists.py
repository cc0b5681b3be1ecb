"""The published checklists: fresh, executed, and broken by any effect that changes."""

import doctest
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

import boussole
from boussole import Doctrine
from boussole.outputs.checklists import render_checklists
from boussole.proofs import assess_case, prove
from tests.conftest import ROOT
from tests.mutation import changed

FOLDER = ROOT / "checklists"


def effects(doctrine: Doctrine) -> list[tuple[str, str, str]]:
    """Every option that has, or could be given, an effect: question, option, present level."""
    return [
        (name, option, doctrine.effect_of(name, option).id)
        for name, question in doctrine.questions.items()
        for option in question.choices
    ]


def failing_doctests(monkeypatch: pytest.MonkeyPatch, doctrine: Doctrine, path: Path) -> int:
    """How many examples of a checklist fail when the library loads this doctrine."""
    monkeypatch.setattr(boussole, "load", lambda: doctrine)
    test = doctest.DocTestParser().get_doctest(path.read_text(encoding="utf-8"), {}, path.name, str(path), 0)
    return doctest.DocTestRunner(verbose=False).run(test, out=lambda _: None).failed


def claims_that_fail(doctrine: Doctrine) -> list[str]:
    """The worked cases and guarantees that no longer hold."""
    cases = [
        case.id
        for case in doctrine.cases
        if assess_case(doctrine, case).opinion != case.opinion
        or assess_case(doctrine, case, turned=True).opinion != case.turning_point.opinion
    ]
    proofs = [
        guarantee.id
        for guarantee in doctrine.guarantees
        if any(proof.counterexample or not proof.completions for proof in prove(doctrine, guarantee))
    ]
    return cases + proofs


def test_the_checklists_are_the_ones_the_doctrine_gives(doctrine: Doctrine) -> None:
    written = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.md")}
    assert written == render_checklists(doctrine), "run: boussole checklists"


def test_every_question_has_one_executed_example(doctrine: Doctrine) -> None:
    for section in doctrine.sections:
        text = (FOLDER / f"{section.id}.md").read_text(encoding="utf-8")
        examples = Counter(example.source for example in doctest.DocTestParser().get_examples(text))
        loops = [source for source in examples if source.startswith("for answer in")]
        assert len(loops) == len(section.questions)
        assert all(any(f'"{question.id}": answer' in loop for loop in loops) for question in section.questions)


def test_changing_any_effect_breaks_the_doctest_of_its_checklist(monkeypatch: pytest.MonkeyPatch, doctrine: Doctrine) -> None:
    uncovered = []
    for question, option, level in effects(doctrine):
        others = [other for other in doctrine.levels if other != level]
        mutant = changed(doctrine, question, option, effect=others[-1])
        section = doctrine.section_of(question)
        if not failing_doctests(monkeypatch, mutant, FOLDER / f"{section.id}.md"):
            uncovered.append(f"{question}: {option}")
    assert uncovered == []


def test_the_mutation_report_names_the_effects_no_case_or_guarantee_exercises(
    doctrine: Doctrine, record_property: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    weighing = [(question, option, level) for question, option, level in effects(doctrine) if level != doctrine.levels[0]]
    alone = []
    for question, option, level in weighing:
        weaker = doctrine.levels[doctrine.levels.index(level) - 1]
        if not claims_that_fail(changed(doctrine, question, option, effect=weaker)):
            alone.append(f"{question}: {option}")
    with capsys.disabled():
        told = f"{len(weighing)} effects; {len(weighing) - len(alone)} also held by a worked case or a guarantee"
        print(f"\nmutation: {told}; held by their doctest alone: {', '.join(alone) or 'none'}")
    record_property("held_by_doctest_alone", alone)
    assert alone == []
