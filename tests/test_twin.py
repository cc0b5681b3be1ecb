"""Python and JavaScript decide alike: shared cases, then random dossiers, every field compared."""

import json
import random
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest

from boussole import AnswerError, Doctrine, assess, load
from boussole.model import NSP, Band, Question
from tests.conformance.generate import expected_of, files_of
from tests.doctrines import ROLES, doctrine_from_rules

HERE = Path(__file__).parent
SCRIPT = HERE.parent / "src" / "boussole" / "static" / "assessment.js"

Job = dict[str, Any]


# -- the two sides ------------------------------------------------------------------------------------------------------


def node(*arguments: str, given: str = "") -> str:
    """What Node prints; the one Playwright carries stands in when none is installed."""
    done = subprocess.run([_node(), *arguments], input=given, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@cache
def _node() -> str:
    if found := shutil.which("node"):
        return found
    try:
        from playwright._impl._driver import compute_driver_executable

        return str(compute_driver_executable()[0])
    except ImportError:
        pytest.fail("Node is needed to run assessment.js: install it, or `pip install playwright`")


def told_by_javascript(doctrines: Sequence[Doctrine], jobs: Sequence[Job]) -> list[dict[str, Any]]:
    """What assessment.js says of each job, in one process. ``job["rules"]`` is the rank of a doctrine."""
    given = json.dumps({"rules": [doctrine.rules for doctrine in doctrines], "jobs": jobs})
    told: list[dict[str, Any]] = json.loads(node(str(HERE / "twin.js"), given=given))
    return told


def told_by_python(doctrines: Sequence[Doctrine], job: Job) -> dict[str, Any]:
    assessment = assess(doctrines[job["rules"]], job["answers"])
    return {**expected_of(assessment, tuple(job["targets"])), "unknown": []}


# -- the shared cases ---------------------------------------------------------------------------------------------------


@cache
def doctrine_of(group: str) -> Doctrine:
    return load() if group == '"nantes"' else doctrine_from_rules(json.loads(group))


def shared_cases() -> Iterator[Any]:
    for file in sorted((HERE / "conformance").glob("*.json")):
        found = json.loads(file.read_text(encoding="utf-8"))
        for group in found if isinstance(found, list) else [found]:
            about = json.dumps(group.get("rules") or group["doctrine"])
            for case in group["cases"]:
                yield pytest.param(about, case, id=f"{group['name']}: {case['name']}")


CASES = list(shared_cases())


@pytest.fixture(scope="module")
def javascript_says() -> dict[str, Any]:
    """What assessment.js says of every shared case, by its rules and its answers."""
    abouts = list(dict.fromkeys(param.values[0] for param in CASES))
    doctrines = [doctrine_of(about) for about in abouts]
    jobs = [
        {"rules": abouts.index(about), "answers": case["answers"], "targets": doctrine_of(about).levels}
        for about, case in (param.values for param in CASES)
    ]
    told = told_by_javascript(doctrines, jobs)
    return {about + json.dumps(case): found for (about, case), found in zip((p.values for p in CASES), told, strict=True)}


@pytest.mark.parametrize(("about", "case"), CASES)
def test_python_says_what_the_case_expects(about: str, case: dict[str, Any]) -> None:
    doctrine = doctrine_of(about)
    assert expected_of(assess(doctrine, case["answers"]), doctrine.levels) == case["expected"]


@pytest.mark.parametrize(("about", "case"), CASES)
def test_javascript_says_what_the_case_expects(about: str, case: dict[str, Any], javascript_says: dict[str, Any]) -> None:
    assert javascript_says[about + json.dumps(case)] == case["expected"] | {"unknown": []}


@pytest.mark.parametrize("name", ["nantes-cases.json", "nantes-guarantees.json"])
def test_the_cases_of_the_real_doctrine_are_fresh(name: str) -> None:
    written = (HERE / "conformance" / name).read_text(encoding="utf-8")
    assert files_of(load())[name] == written, "stale: run python tests/conformance/generate.py, and read what changed"


# -- random dossiers ----------------------------------------------------------------------------------------------------


def random_answers(rng: random.Random, doctrine: Doctrine) -> dict[str, Any]:
    """Some answers of every kind. Dossiers differ in temper: answered alike, all would be refused, or all left open."""
    density = rng.choice((0.1, 0.5, 0.9, 1.0, 1.0))
    someone = Someone(rng, doctrine, kindness=rng.choice((0.0, 0.5, 0.9, 0.97, 1.0)), doubt=rng.choice((0.0, 0.0, 0.2)))
    return {name: someone.answer(question) for name, question in doctrine.questions.items() if rng.random() < density}


@dataclass(frozen=True)
class Someone:
    """Who answers at random: ``kindness`` is how often the best option is sought, ``doubt`` how often not one answer is given."""

    rng: random.Random
    doctrine: Doctrine
    kindness: float
    doubt: float

    def answer(self, question: Question) -> Any:
        roles = [role.id for role in self.doctrine.roles]
        if self.rng.random() < 0.1:
            return {role: self._position(question) for role in self.rng.sample(roles, self.rng.randint(1, 3))}
        return self._position(question)

    def _position(self, question: Question) -> Any:
        if self.rng.random() >= self.doubt:
            return self._option(question)
        return self.rng.choice([NSP, [self._option(question) for _ in range(self.rng.randint(1, 3))]])

    def _option(self, question: Question) -> Any:
        if question.bands and self.rng.random() < 0.7:
            return self._number(list(question.bands.values()))
        best = [name for name in question.choices if self.doctrine.effect_of(question.id, name) == self.doctrine.scale[0]]
        return self.rng.choice(best if best and self.rng.random() < self.kindness else list(question.choices))

    def _number(self, bands: Sequence[Band]) -> Any:
        """A number some band accepts, often a bound, in one of the ways people write it."""
        bounds = [bound for band in bands for bound in (band.min, band.max) if bound is not None] or [0.0]
        low = bounds[0] - (50 if bands[0].min is None else 0)
        high = bounds[-1] + (50 if bands[-1].max is None else 0)
        number = self.rng.choice([*bounds, self.rng.uniform(low, high), round(self.rng.uniform(low, high), 1)])
        return self.rng.choice([number, str(number), str(number).replace(".", ","), f" {number}\u202f"])


def random_rules(rng: random.Random) -> dict[str, Any]:
    """A few questions in up to three sections; any may depend on any other, as long as nothing turns round."""
    scale = [f"n{rank}" for rank in range(rng.choice((2, 3, 5, 16)))]
    sections = sorted(rng.choice(("s", "t", "u")) for _ in range(rng.randint(1, 8)))
    rules = [_random_rule(rng, f"{section}.q{place}", scale) for place, section in enumerate(sections)]
    settled: list[dict[str, Any]] = []
    for rule in rng.sample(rules, len(rules)):
        if settled and rng.random() < 0.7:
            parent = rng.choice(settled)
            accepted = rng.sample(parent["options"], rng.randint(1, len(parent["options"])))
            rule["when"] = {parent["id"]: sorted(option["id"] for option in accepted)}
        settled.append(rule)
    return {"scale": scale, "questions": rules}


def _random_rule(rng: random.Random, name: str, scale: list[str]) -> dict[str, Any]:
    ranks = range(rng.randint(1, 4))
    effects = [rng.choice(scale) if rng.random() < 0.6 else scale[0] for _ in ranks]
    rule: dict[str, Any] = {"id": name, "section": name[0]}
    rule["options"] = [{"id": f"o{rank}", "effect": effect} for rank, effect in zip(ranks, effects, strict=True)]
    if rng.random() < 0.2:
        rule["numeric"] = True
        for rank, option in enumerate(rule["options"]):
            option.update({"min": -1.5} if rank == 0 and rng.random() < 0.5 else {})
            option.update({"max": rank * 2.5} if rank < ranks[-1] or rng.random() < 0.5 else {})
    return rule


def differences(doctrines: Sequence[Doctrine], jobs: Sequence[Job]) -> tuple[list[str], Counter[str | None]]:
    """The fields on which the two sides disagree, told with the job; and how often each opinion came out."""
    found, opinions = [], Counter[str | None]()
    for job, javascript in zip(jobs, told_by_javascript(doctrines, jobs), strict=True):
        python = told_by_python(doctrines, job)
        opinions[python["opinion"]] += 1
        if python != javascript:
            fields = [name for name in python.keys() | javascript if python.get(name) != javascript.get(name)]
            found.append(f"{fields}: Python {python}, JavaScript {javascript}, for {job} of {doctrines[job['rules']].rules}")
    return found, opinions


def differences_on_the_real_doctrine(seed: int, number: int = 1250) -> tuple[list[str], Counter[str | None]]:
    """`differences` over dossiers drawn from a seed."""
    rng, doctrine = random.Random(seed), doctrine_of('"nantes"')
    jobs = [
        {"rules": 0, "answers": random_answers(rng, doctrine), "targets": [rng.choice(doctrine.levels)]} for _ in range(number)
    ]
    return differences([doctrine], jobs)


def test_ten_thousand_random_dossiers_get_the_same_assessment() -> None:
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        found = list(pool.map(differences_on_the_real_doctrine, range(8)))
    opinions = sum((counted for _, counted in found), Counter[str | None]())
    assert [told for several, _ in found for told in several][:1] == []
    assert opinions.total() == 10_000
    assert all(opinions[level] >= 100 for level in (*load().levels, None)), f"too uniform: {opinions}"


def test_three_hundred_random_forests_get_the_same_assessments() -> None:
    rng = random.Random(2024)
    doctrines = [doctrine_from_rules(random_rules(rng)) for _ in range(300)]
    jobs = [
        {"rules": rank, "answers": random_answers(rng, doctrine), "targets": [rng.choice(doctrine.levels)]}
        for rank, doctrine in enumerate(doctrines)
        for _ in range(10)
    ]
    found, opinions = differences(doctrines, jobs)
    assert found[:1] == []
    assert len(opinions) == 17, f"too uniform: {opinions}"


# -- what nobody can answer ---------------------------------------------------------------------------------------------

RULES: Mapping[str, Any] = {
    "scale": ["bon", "refus"],
    "questions": [
        {"id": "s.a", "section": "s", "options": [{"id": "non", "effect": "bon"}, {"id": "oui", "effect": "refus"}]},
        {
            "id": "s.n",
            "section": "s",
            "options": [{"id": "bas", "effect": "bon", "min": 0.0, "max": 10.0}, {"id": "haut", "effect": "refus", "max": 100.0}],
            "numeric": True,
        },
    ],
}
ODD: list[Any] = [
    *("oui", "OUI", "nsp", "bas", "10", "10,0", "1_0", "1__0", "_10", "10_", "1e1", "1e", "1e400", "0x10", "0b1", "1n", "12½"),
    *(".5", "5.", ".", "+5", "--5", "1,0,0", "1.000,5", "١٠x", "-1", "-0", "100", "100.0000001", "inf", "nan", "Infinity", "NaN"),
    *("true", "None", "null", "__proto__", "constructor", "toString", "length"),
    *("", " ", " bas", " 10 ", "\t10\n", "1 0", "1\u202f0", "1\xa00", "\u20091\u2009", "[object Object]"),
    *(0, 10, 10.5, -0.0, -1, 100, 101, 1e-7, 1e300, True, False, None),
    *([], [[]], [["oui"]], [None], ["oui", "peut-être"], ["nsp", "nsp"], ["__proto__"]),
    *({}, {"dsi": None}, {"dsi": {}}, {"dsi": []}, {"dsi": {"dpo": "oui"}}, {"dsi": None, "dpo": 3}, {"dsi": ["oui", 3]}),
]


@pytest.mark.parametrize("question", ["s.a", "s.n", "s.inconnue", "__proto__", "constructor", ""])
def test_what_python_refuses_is_what_javascript_lists_as_unknown(question: str) -> None:
    doctrine = doctrine_from_rules(RULES)
    jobs: list[Job] = [{"rules": 0, "answers": {question: answer}, "targets": []} for answer in ODD]
    for job, javascript in zip(jobs, told_by_javascript([doctrine], jobs), strict=True):
        if refused := _refused(doctrine, job["answers"]):
            assert len(javascript["unknown"]) == refused, job
        else:
            assert javascript == told_by_python([doctrine], job), job


def _refused(doctrine: Doctrine, answers: dict[str, Any]) -> int:
    """How many faults Python finds in some answers."""
    try:
        assess(doctrine, answers)
    except AnswerError as error:
        return len(error.faults)
    return 0


def test_javascript_tells_each_unknown_answer_and_keeps_the_others() -> None:
    answers = {"s.a": {"dsi": ["oui", "peut-être"], "dpo": None}, "s.vieille": "oui", "s.n": 500}
    (told,) = told_by_javascript([doctrine_from_rules(RULES)], [{"rules": 0, "answers": answers, "targets": []}])
    assert told["unknown"] == [
        {"question": "s.a", "answer": "peut-être"},
        {"question": "s.a", "answer": None},
        {"question": "s.vieille", "answer": "oui"},
        {"question": "s.n", "answer": 500},
    ]
    assert told["opinion"] == "refus"
    assert told["reasons"] == [{"question": "s.a", "option": "oui"}]
    assert told["completions"] == "2"


def test_javascript_refuses_a_target_off_the_scale_and_a_question_its_masks_cannot_hold() -> None:
    script = """
        const {compile, changes} = require(process.argv[1]);
        const rules = JSON.parse(require("fs").readFileSync(0, "utf8"));
        const told = (what) => { try { what(); return "nothing"; } catch (error) { return error.name + ": " + error.message; } };
        console.log(told(() => changes(compile(rules), {}, "excellent")));
        const question = (number) => ({id: "s.a", section: "s", options: Array(number).fill({id: "o", effect: "bon"})});
        for (const number of [30, 31]) console.log(told(() => compile({scale: ["bon"], questions: [question(number)]})));
    """
    assert node("-e", script, str(SCRIPT), given=json.dumps(RULES)).splitlines() == [
        "RangeError: not an opinion of the scale: excellent",
        "nothing",
        "RangeError: s.a: 31 options, at most 30",
    ]


def test_the_script_defines_one_global_and_nothing_else_without_modules_nor_eval() -> None:
    script = """
        const page = require("vm").createContext({}, {codeGeneration: {strings: false, wasm: false}});
        require("vm").runInContext(require("fs").readFileSync(process.argv[1], "utf8"), page);
        console.log(Object.keys(page).join(), Object.keys(page.boussoleAssessment).join());
    """
    assert node("-e", script, str(SCRIPT)).strip() == "boussoleAssessment compile,assess,changes,unsettled,disagreements"


def test_a_browser_without_big_integers_gives_no_count_rather_than_a_false_one() -> None:
    script = """
        delete globalThis.BigInt;
        const {compile, assess} = require(process.argv[1]);
        console.log(JSON.stringify(assess(compile(JSON.parse(require("fs").readFileSync(0, "utf8"))), {"s.a": "oui"})));
    """
    told = json.loads(node("-e", script, str(SCRIPT), given=json.dumps(RULES)))
    assert told["completions"] == ""
    assert told["opinion"] == "refus"


def test_a_doctrine_is_built_from_its_rules_alone_or_not_at_all() -> None:
    rules = load().rules
    assert doctrine_from_rules(rules).rules == rules
    assert [role.id for role in doctrine_from_rules(RULES).roles] == list(ROLES)
    unsorted = json.loads(json.dumps(RULES))
    unsorted["questions"][1]["when"] = {"s.a": ["oui", "non"]}
    with pytest.raises(ValueError, match="no doctrine has exactly these rules"):
        doctrine_from_rules(unsorted)
