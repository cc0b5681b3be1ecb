"""Small doctrines for tests, built from their rules alone."""

from collections.abc import Mapping
from typing import Any

from boussole.model import Doctrine
from boussole.shapes import shape

ROLES = ("dsi", "dpo", "metier")

_ANY = "Sans importance ici."


def doctrine_from_rules(rules: Mapping[str, Any]) -> Doctrine:
    """A doctrine whose `Doctrine.rules` are these, as if read from YAML: every scalar is text, and the texts say nothing.

    Its soundness is not checked, so a level may be out of reach. Its roles are `ROLES`. Raises `ValueError` when no doctrine
    has these rules exactly: questions of one section apart from each other, a condition not sorted, an effect left out.
    """
    sections: dict[str, list[dict[str, Any]]] = {}
    for rule in rules["questions"]:
        sections.setdefault(rule["section"], []).append(_question(rule, rules["scale"][0]))
    doctrine = build(
        {
            "doctrine": {
                "id": "essai",
                "name": "Essai",
                "authority": "Essai",
                "version": "1",
                "adopted": "2024-01-01",
                "notice": _ANY,
            },
            "scale": [{"id": level, "label": level, "meaning": _ANY, "gravity": level} for level in rules["scale"]],
            "roles": [{"id": role, "label": role, "plain": _ANY} for role in ROLES],
            "sections": [
                {"id": name, "label": name, "plain": _ANY, "questions": questions} for name, questions in sections.items()
            ],
        }
    )
    if doctrine.rules != rules:
        raise ValueError(f"no doctrine has exactly these rules: {rules}")
    return doctrine


def build(data: Mapping[str, Any]) -> Doctrine:
    """The doctrine some plain data describe, its shapes checked but not its soundness."""
    built, complaints, _ = shape(_as_written(data), Doctrine, {}, ())
    assert not complaints, complaints
    assert isinstance(built, Doctrine)
    return built


def _as_written(value: Any) -> Any:
    """Plain data as a file would give them: every scalar is text, and what is absent is not there."""
    if isinstance(value, Mapping):
        return {key: _as_written(part) for key, part in value.items() if part is not None}
    if isinstance(value, list | tuple):
        return [_as_written(part) for part in value]
    return str(value).lower() if isinstance(value, bool) else str(value)


def _question(rule: Mapping[str, Any], best: str) -> dict[str, Any]:
    choices = {option["id"]: _option(option, best) for option in rule["options"]}
    question = {"id": rule["id"], "ask": _ANY, "why": _ANY, "asked_of": list(ROLES)}
    question["bands" if rule.get("numeric") else "options"] = choices
    return question | ({"when": rule["when"]} if "when" in rule else {})


def _option(option: Mapping[str, Any], best: str) -> dict[str, str]:
    written = {key: str(option[key]).lower() if key == "justify" else str(option[key]) for key in option if key != "id"}
    if written["effect"] == best:
        del written["effect"]
        return written
    return {**written, "because": _ANY, "remedy": _ANY}
