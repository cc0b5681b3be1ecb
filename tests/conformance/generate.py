"""Write the cases of the real doctrine: ``python tests/conformance/generate.py``, then read what changed."""

import json
from pathlib import Path
from typing import Any

from boussole import Assessment, Doctrine, assess, load
from boussole.proofs import case_answers

HERE = Path(__file__).parent


def files_of(doctrine: Doctrine) -> dict[str, str]:
    """The text of each generated file, by its name."""
    worked = [
        _case(f"{case.id}, {moment}", doctrine, case_answers(doctrine, case, turned))
        for case in doctrine.cases
        for turned, moment in ((False, "as it stands"), (True, "after its turning point"))
    ]
    premises = [
        _case(f"{guarantee.id}, premise {rank}", doctrine, premise)
        for guarantee in doctrine.guarantees
        for rank, premise in enumerate(guarantee.premises, start=1)
    ]
    groups = {
        "nantes-cases.json": {"name": "the worked cases", "doctrine": "nantes", "cases": worked},
        "nantes-guarantees.json": {"name": "the premises of the guarantees", "doctrine": "nantes", "cases": premises},
    }
    return {name: pretty(group) + "\n" for name, group in groups.items()}


def _case(name: str, doctrine: Doctrine, answers: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "answers": answers, "expected": expected_of(assess(doctrine, answers), doctrine.levels)}


def expected_of(assessment: Assessment, targets: tuple[str, ...]) -> dict[str, Any]:
    """Everything an assessment says, as the cases write it. The count is text: JavaScript would round a number."""
    return {
        "attainable": list(assessment.attainable),
        "opinion": assessment.opinion,
        "findings": {section: list(levels) for section, levels in assessment.findings.items()},
        "reasons": [{"question": reason.question, "option": reason.option} for reason in assessment.reasons],
        "missing": list(assessment.missing),
        "ignored": list(assessment.ignored),
        "asked": list(assessment.asked),
        "possible": list(assessment.possible),
        "completions": str(assessment.completions),
        "changes": {target: _changes(assessment, target) for target in targets},
    }


def _changes(assessment: Assessment, target: str) -> list[dict[str, Any]]:
    return [
        {"question": change.question, "options": list(change.options), "alternatives": list(change.alternatives)}
        for change in assessment.changes(target)
    ]


def pretty(value: Any, depth: int = 0, label: str = "") -> str:
    """JSON that people read: what fits on a line of 120, after its label, stays on it."""
    flat = label + json.dumps(value, ensure_ascii=False)
    if depth + len(flat) < 120 or not isinstance(value, dict | list):
        return " " * depth + flat
    if isinstance(value, list):
        opening, closing, items = "[", "]", [pretty(item, depth + 1) for item in value]
    else:
        opening, closing = "{", "}"
        items = [pretty(item, depth + 1, json.dumps(key, ensure_ascii=False) + ": ") for key, item in value.items()]
    return f"{' ' * depth}{label}{opening}\n" + ",\n".join(items) + f"\n{' ' * depth}{closing}"


if __name__ == "__main__":
    for name, text in files_of(load()).items():
        (HERE / name).write_text(text, encoding="utf-8")
