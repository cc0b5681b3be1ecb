"""Random small doctrines and random revisions of them, as maintainers make them: every change of shape the format allows."""

import copy
import random
from collections.abc import Callable
from typing import Any

from boussole.model import Doctrine
from tests.doctrines import build

Data = dict[str, Any]
SECTIONS = ("un", "deux")
BOUNDS = range(-2, 9)  # where bands may end: few, so that those of two doctrines meet, touch and miss each other
_TEXT = "texte"


def draft(order: random.Random, most: int = 5) -> Data:
    """The levels and questions of a doctrine: a forest over two sections, each question perhaps under another."""
    levels = [f"niveau-{rank}" for rank in range(order.randint(2, 4))]
    data: Data = {"levels": levels, "questions": []}
    for _ in range(order.randint(1, most)):
        _add_question(data, order)
    order.shuffle(data["questions"])
    return data


def written(data: Data) -> Doctrine:
    """The doctrine of a draft."""
    by_section = {name: [q for q in data["questions"] if q["id"].startswith(f"{name}.")] for name in SECTIONS}
    return build(
        {
            "doctrine": {"id": "hasard", "name": "x", "authority": "x", "version": "1", "adopted": "2024-03-28", "notice": "x"},
            "scale": [{"id": level, "label": level, "meaning": _TEXT, "gravity": _TEXT} for level in data["levels"]],
            "roles": [{"id": "agents", "label": "x", "plain": _TEXT}],
            "sections": [
                {"id": name, "label": name, "plain": _TEXT, "questions": [_in_bands(question) for question in own]}
                for name, own in by_section.items()
                if own
            ],
            "retired": data.get("retired", {}),
        }
    )


def _in_bands(question: Data) -> Data:
    """A question as the source has it: one drawn with bounds has bands, in the order of their ends, each option one."""
    if "bounds" not in question:
        return question
    ends, low = question["bounds"]["ends"], question["bounds"]["low"]
    names = sorted(question["options"], key=ends.__getitem__)
    bands = {name: {**question["options"][name], "max": ends[name]} for name in names}
    if low is not None:
        bands[names[0]]["min"] = min(low, ends[names[0]])
    if question["bounds"]["is_open"]:
        del bands[names[-1]]["max"]
    return {key: part for key, part in question.items() if key not in ("bounds", "options")} | {"bands": bands}


def _draw_bounds(order: random.Random) -> Data:
    """An end for every band a question may come to have."""
    ends = dict(zip("abcd", order.sample(BOUNDS, 4), strict=True))
    return {"ends": ends, "low": order.choice([None, *BOUNDS]), "is_open": order.random() < 0.4}


def revised(data: Data, order: random.Random) -> Data:
    """A draft after one to four changes."""
    changed = copy.deepcopy(data)
    for _ in range(order.randint(1, 4)):
        order.choice(REVISIONS)(changed, order)
    _forget_unsound_retirements(changed)
    return changed


def _forget_unsound_retirements(data: Data) -> None:
    """Later changes may have taken away what an earlier one said takes over: `boussole check` would refuse that."""
    asked = {question["id"]: set(question["options"]) for question in data["questions"]}
    data["retired"] = {
        name: told
        for name, told in data.get("retired", {}).items()
        if name not in asked
        and all(successor in asked and set(table.values()) <= asked[successor] for successor, table in told["becomes"].items())
    }


def _option(data: Data, order: random.Random) -> dict[str, str]:
    effect = order.choice([None, *data["levels"]])
    return {"effect": effect, "because": _TEXT, "remedy": _TEXT} if effect else {}


def _add_question(data: Data, order: random.Random) -> None:
    name = f"{order.choice(SECTIONS)}.q{order.randint(0, 99)}"
    if any(question["id"] == name for question in data["questions"]):
        return
    question: Data = {"id": name, "ask": _TEXT, "why": _TEXT, "asked_of": ["agents"]}
    question["options"] = {option: _option(data, order) for option in "abc"[: order.randint(1, 3)]}
    if order.random() < 0.4:
        question["bounds"] = _draw_bounds(order)
    data["questions"].append(question)
    if order.random() < 0.6:
        _ask_under_another(data, order, question)


def _below(data: Data, name: str) -> set[str]:
    found = {name}
    for _ in data["questions"]:
        found |= {question["id"] for question in data["questions"] if found & set(question.get("when", {}))}
    return found


def _ask_under_another(data: Data, order: random.Random, question: Data | None = None) -> None:
    question = question or order.choice(data["questions"])
    below = _below(data, question["id"])
    above = [other for other in data["questions"] if other["id"] not in below]
    question.pop("when", None)
    if above and order.random() < 0.8:
        parent = order.choice(above)
        options = list(parent["options"])
        question["when"] = {parent["id"]: order.sample(options, order.randint(1, len(options)))}


def _swap(data: Data, order: random.Random) -> None:
    """Have a question asked under the one that was asked under it."""
    children = [question for question in data["questions"] if question.get("when")]
    if not children:
        return
    child = order.choice(children)
    parent = next(question for question in data["questions"] if question["id"] in child["when"])
    child.pop("when")
    parent["when"] = {child["id"]: [order.choice(list(child["options"]))]}


def _change_effect(data: Data, order: random.Random) -> None:
    options = order.choice(data["questions"])["options"]
    options[order.choice(list(options))] = _option(data, order)


def _move_bounds(data: Data, order: random.Random) -> None:
    """Move one end of a band, or all of them; have options become bands, or the other way round."""
    question = order.choice(data["questions"])
    if "bounds" not in question or order.random() < 0.3:
        question["bounds"] = _draw_bounds(order)
    elif order.random() < 0.2:
        del question["bounds"]
    else:
        ends = question["bounds"]["ends"]
        ends[order.choice("abcd")] = order.choice([bound for bound in BOUNDS if bound not in ends.values()])


def _add_option(data: Data, order: random.Random) -> None:
    options = order.choice(data["questions"])["options"]
    options.setdefault(order.choice("abcd"), _option(data, order))


def _remove_option(data: Data, order: random.Random) -> None:
    question = order.choice(data["questions"])
    if len(question["options"]) == 1:
        return
    gone = order.choice(list(question["options"]))
    del question["options"][gone]
    for child in data["questions"]:
        if question["id"] in child.get("when", {}):
            kept = [option for option in child["when"][question["id"]] if option != gone]
            child["when"] = {question["id"]: kept or [next(iter(question["options"]))]}


def _remove_question(data: Data, order: random.Random) -> None:
    if len(data["questions"]) > 1:
        gone = order.choice(data["questions"])
        data["questions"].remove(gone)
        for child in data["questions"]:
            if gone["id"] in child.get("when", {}):
                del child["when"]


def _move_to_the_other_section(data: Data, order: random.Random) -> None:
    """Its id changes with its section; half of the time, the doctrine says where its answers go."""
    question = order.choice(data["questions"])
    old, section = question["id"], order.choice(SECTIONS)
    new = f"{section}.r{order.randint(0, 99)}"
    if any(other["id"] == new for other in data["questions"]):
        return
    question["id"] = new
    for child in data["questions"]:
        if old in child.get("when", {}):
            child["when"] = {new: child["when"][old]}
    if order.random() < 0.5:
        options = list(question["options"])
        table = {option: order.choice([option, order.choice(options)]) for option in options if order.random() < 0.8}
        if table:
            data.setdefault("retired", {})[old] = {"because": _TEXT, "becomes": {new: table}}


def _change_scale(data: Data, order: random.Random) -> None:
    """Add a level, at any rank; or remove one that nothing leads to."""
    used = {option.get("effect") for question in data["questions"] for option in question["options"].values()}
    unused = [level for level in data["levels"] if level not in used]
    if unused and len(data["levels"]) > 2 and order.random() < 0.5:
        data["levels"].remove(order.choice(unused))
    else:
        data["levels"].insert(order.randint(0, len(data["levels"])), f"autre-{order.randint(0, 99)}")
    data["levels"] = list(dict.fromkeys(data["levels"]))


REVISIONS: tuple[Callable[[Data, random.Random], None], ...] = (
    _change_effect,
    _change_effect,
    _move_bounds,
    _move_bounds,
    _add_option,
    _remove_option,
    _add_question,
    _remove_question,
    _ask_under_another,
    _ask_under_another,
    _swap,
    _move_to_the_other_section,
    _change_scale,
)
