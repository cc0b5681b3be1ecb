"""No file, however hostile, costs more than thirty doctrines or 200 MiB: it loads, or is refused with a `SourceError`."""

import json
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

from boussole.errors import CATALOGUE
from boussole.positions import MAX_BLOCKS, MAX_BYTES, MAX_NODES
from tests.conftest import ROOT

pytestmark = pytest.mark.xdist_group("hostile")  # one worker makes the files, and measures one at a time

PUBLISHED = ROOT / "src/boussole/doctrines/nantes.yml"
MAX_TIMES = 30  # what loading the doctrine we publish takes, in the same run: machines differ and are shared
MAX_MEMORY = 200 * 1024  # KiB, interpreter and imports included
MAX_MESSAGE = 250_000  # characters, for two hundred faults

# Imports once, then gives each file a process of its own, so that its peak of memory is its own too.
NURSERY = """
import json, os, resource, sys, time
from boussole import SourceError, load

def outcome(path):
    start = time.process_time()
    try:
        load(path)
        codes, size = [], 0
    except SourceError as error:
        codes, size = sorted({fault.code for fault in error.faults}), len(str(error))
    except BaseException as error:
        codes, size = [repr(error)[:200]], 0
    seconds = time.process_time() - start
    return {"codes": codes, "size": size, "seconds": seconds, "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss}

for path in sys.argv[1:]:
    if os.fork() == 0:
        resource.setrlimit(resource.RLIMIT_AS, (2**30, 2**30))
        resource.setrlimit(resource.RLIMIT_CPU, (60, 60))
        print(json.dumps([os.path.basename(path), outcome(path)]), flush=True)
        os._exit(0)
    os.wait()
"""

SOUND = ""  # the code told of a file that loads

FRAME = """
doctrine: {id: hostile, name: x, authority: x, version: x, adopted: 2024-03-28, notice: x}
scale: [{id: bon, label: x, gravity: x, meaning: x}, {id: mauvais, label: x, gravity: x, meaning: x}]
"""
SECTION = "sections:\n- id: s\n  label: x\n  plain: x\n  questions:\n"
START = FRAME + "roles: [{id: metier, label: x, plain: x}]\n" + SECTION
NO_EFFECT = "options: {oui: {}}"
BANDS = "bands: {peu: {max: 1}, trop: {effect: mauvais, because: x, remedy: x}}"


def many(count: int, piece: Callable[[int], str]) -> str:
    return "".join(map(piece, range(count)))


def question(name: object, more: str = "", role: str = "metier", options: str = "") -> str:
    choices = options or "options: {oui: {effect: mauvais, because: x, remedy: x}, non: {}}"
    return f"  - {{id: s.{name}, ask: x, why: x, asked_of: [{role}], {more}{choices}}}\n"


def options(count: int) -> str:
    return "options: {" + many(count, lambda rank: f"o-{rank}: {{}}, ") + "}"


def when(parent: object, accepted: str = "oui") -> str:
    return f"when: {{s.{parent}: [{accepted}]}}, "


def chain(count: int, role: str = "metier") -> str:
    """Questions each asked after the next; the last one is always asked."""
    return many(count, lambda rank: question(rank, when(rank + 1), role, NO_EFFECT)) + question(count, role=role)


def roles(count: int) -> str:
    return "roles:\n" + many(count, lambda rank: f"- {{id: r{rank}, label: x, plain: x}}\n")


def source(name: str) -> str:
    return f"- {{id: {name}, kind: law, title: x, citation: x, summary: x, confidence: high, checked_on: 2024-01-01}}\n"


def event(sources: str) -> str:
    return f"timeline: [{{id: e, date: '2024', label: x, event: x, confidence: high, sources: [{sources}]}}]\n"


def guarantee(premises: str) -> str:
    return guarantees(1, lambda _: premises)


def guarantees(count: int, premises: Callable[[int], str]) -> str:
    texts = "claim: x, because: x, opinions: [bon, mauvais]"
    return "guarantees:\n" + many(count, lambda rank: f"- {{id: g{rank}, {texts}, premises: [{premises(rank)}]}}\n")


def cases(count: int, answers: str = "{}") -> str:
    turning = "turning_point: {answers: {}, opinion: mauvais, because: x}"
    texts = f"title: x, summary: x, domain: x, because: x, {turning}"
    return "cases:\n" + many(count, lambda rank: f"- {{id: c{rank}, {texts}, answers: {answers}, opinion: bon}}\n")


def filled(piece: str) -> str:
    return piece * (MAX_BYTES // len(piece.encode()))


def number(value: str) -> str:
    return START.replace("  label", f"  number: {value}\n  label") + question(0)


def answer(given: str, options: str = "") -> str:
    """A guarantee whose premise is one answer to one question."""
    return START + question(0, options=options) + guarantee(f"{{s.0: {given}}}")


def all_of(count: int) -> str:
    """A premise that answers every question."""
    return "{" + many(count, lambda rank: f"s.{rank}: oui, ") + "}"


MILLION_LINES = "#b\n" * 1_390_000
DIRECTIVES = many(200_000, lambda rank: f"%TAG !{rank}! x\n")
LAUGHS = "a0: &a0 [ha, ha]\n" + many(60, lambda rank: f"a{rank + 1}: &a{rank + 1} [{f'*a{rank}, ' * 9}]\n")

Content = tuple[str, str, Callable[[], str | bytes]]

MARKS: list[Content] = [
    (f"only {piece!r}", code, lambda piece=piece: filled(piece))  # type: ignore[misc]
    for piece, code in (
        ("[", "trop-profond"),
        ("{", "syntaxe"),
        ("- ", "trop-profond"),
        ("a: ", "syntaxe"),
        ("? ", "syntaxe"),
        ("{a: [", "trop-profond"),
        ("&a ", "syntaxe"),
        ("*a ", "syntaxe"),
        ("!", "ancre-ou-alias"),
        ('"', "syntaxe"),
        ("%", "syntaxe"),
        ("...\n", "syntaxe"),
        ("\n", "valeur-vide"),
        ("\ufeff", "mauvais-type"),
        ("\0", "encodage"),
        ("a: |\n", "fichier-trop-gros"),
        ("- a\n", "fichier-trop-gros"),
        ("- - -\n", "fichier-trop-gros"),
    )
]

SHAPES: list[Content] = [
    ("nesting by indentation", "trop-profond", lambda: many(2_000, lambda rank: " " * rank + "a:\n")),
    ("a list of a million items", "fichier-trop-gros", lambda: "sources: [" + "a," * 1_000_000 + "]"),
    ("billion laughs", "ancre-ou-alias", lambda: LAUGHS),
    ("aliases in a sound file", "ancre-ou-alias", lambda: START + question(0) + "sources:\n" + "- *a\n" * 29_000),
    ("thousands of directives", "syntaxe", lambda: DIRECTIVES + "--- a\n"),
    ("thousands of directives after the end", "syntaxe", lambda: "a: b\n...\n" + DIRECTIVES + "--- a\n"),
    ("one byte too many", "fichier-trop-gros", lambda: b"a" * (MAX_BYTES + 1)),
    ("a sound file with a million lines", SOUND, lambda: START + question(0) + MILLION_LINES),
    ("a wrong byte after a million lines", "encodage", lambda: MILLION_LINES.encode() + b"\xff"),
    ("a command character after a million lines", "encodage", lambda: MILLION_LINES + "\x07"),
    ("a syntax fault after a million lines", "syntaxe", lambda: MILLION_LINES + "}"),
    ("utf-16", "encodage", lambda: (START + question(0)).encode("utf-16")),
    ("a huge text", SOUND, lambda: START.replace("notice: x", "notice: " + "a" * 4_000_000) + question(0)),
    ("a huge folded text", SOUND, lambda: "retired:\n  a: >\n" + "   a\n\n" * 690_000 + START + question(0)),
    ("a huge key", "cle-inconnue", lambda: START + question(0) + "? " + "a" * 4_000_000 + "\n: b"),
    ("huge ids", "forme-identifiant", lambda: START + many(3, lambda rank: question("a" * 2**20 + str(rank)))),
    ("a huge name in an answer", "identifiant-inconnu", lambda: answer("oui, ? " + "a" * 4_000_000 + " : oui")),
    ("a huge number", "mauvais-type", lambda: number("1" * 4_000_000)),
    ("a huge numeric answer", "reponse-inconnue", lambda: answer("0." + "1" * 4_000_000, BANDS)),
]

FAULTS: list[Content] = [
    ("a million duplicate keys", "cle-en-double", lambda: "a: b\n" * 800_000),
    ("unknown keys", "cle-inconnue", lambda: many(MAX_NODES - 10, lambda rank: f"sorces{rank}: x\n")),
    ("a hundred thousand unknown keys", "fichier-trop-gros", lambda: many(100_000, lambda rank: f"a{rank}: x\n")),
    ("empty blocks", "fichier-trop-gros", lambda: "cases: [" + "{}," * 200_000 + "]"),
    (
        "as many empty blocks and wrong texts as possible",
        "cle-manquante",
        lambda: "cases: [" + "{}," * (MAX_BLOCKS - 1) + "]\nsources: [" + "a," * 24_000 + "]",
    ),
    (
        "options that are not",
        "forme-identifiant",
        lambda: START + question(0, options="options: {" + many(29_000, lambda rank: f"É{rank}: a,") + "}"),
    ),
    ("unknown roles", "identifiant-inconnu", lambda: START + many(1_200, lambda rank: question(rank, role="metiers"))),
    ("an unknown role repeated", "identifiant-inconnu", lambda: START + question(0, role="metiers," * 28_000)),
    ("unknown sources", "identifiant-inconnu", lambda: START + question(0) + event(many(29_000, lambda rank: f"source-{rank},"))),
    (
        "unknown sources among thousands",
        "identifiant-inconnu",
        lambda: (
            START
            + question(0)
            + event(many(5_000, lambda rank: f"source-x{rank:05},"))
            + "sources:\n"
            + many(3_000, lambda rank: source(f"source-{rank:06}"))
        ),
    ),
    ("the same id", "identifiant-en-double", lambda: START + many(1_200, lambda _: question(0))),
    (
        "a huge reason told many times",
        "identifiant-retire",
        lambda: START + many(1_200, lambda _: question(0)) + "retired: {s.0: " + "a" * 3_000_000 + "}",
    ),
    ("unknown parents", "condition-sans-objet", lambda: START + many(900, lambda rank: question(rank, when(rank + 5_000)))),
    ("a chain with an unknown role", "identifiant-inconnu", lambda: START + chain(1_200, role="metiers")),
    ("a long loop", "condition-circulaire", lambda: START + many(900, lambda rank: question(rank, when((rank + 1) % 900)))),
    (
        "unknown options among thousands",
        "condition-sans-objet",
        lambda: START + question(0, options=options(4_900)) + question(1, when(0, many(24_000, lambda rank: f"o-x{rank},"))),
    ),
    (
        "a premise of unknown questions",
        "identifiant-inconnu",
        lambda: START + many(800, question) + guarantee("{" + many(20_000, lambda rank: f"s.x{rank}: oui, ") + "}"),
    ),
    (
        "guarantees on unknown questions",
        "identifiant-inconnu",
        lambda: START + many(500, question) + guarantees(1_200, lambda rank: f"{{s.x{rank}: oui}}"),
    ),
    ("unknown answers", "reponse-inconnue", lambda: answer("[" + many(29_000, lambda rank: f"ouis{rank},") + "]")),
    (
        "unknown roles in an answer",
        "identifiant-inconnu",
        lambda: answer("{" + many(29_000, lambda rank: f"r{rank}: oui,") + "}"),
    ),
    ("deep answers", "reponse-inconnue", lambda: answer("[" * 35 + "a," * 29_000 + "]" * 35)),
]

COMPUTATIONS: list[Content] = [
    ("many questions", SOUND, lambda: START + many(1_200, question)),
    ("many roles", "fichier-trop-gros", lambda: FRAME + roles(4_000) + SECTION + question(0, role="r0")),
    ("a long chain", SOUND, lambda: START + chain(1_200)),
    ("a premise on every question", SOUND, lambda: START + many(1_200, question) + guarantee(all_of(1_200))),
    ("premises along a chain", "fichier-trop-gros", lambda: START + chain(200) + guarantee((all_of(200) + ",") * 100)),
    ("as many premises as possible", SOUND, lambda: START + many(50, question) + guarantee("{s.0: oui}," * 990)),
    ("too many premises", "fichier-trop-gros", lambda: START + many(50, question) + guarantee("{s.0: oui}," * 1_010)),
    ("as many wrong cases as possible", "cas-inexact", lambda: START + many(100, question) + cases(240)),
    ("too many cases", "fichier-trop-gros", lambda: START + many(100, question) + cases(260)),
    ("many options", "question-sans-choix", lambda: START + question(0, options=options(4_900))),
    (
        "many conditions on many options",
        "question-sans-choix",
        lambda: (
            START
            + question(0, options=options(4_000))
            + many(20, lambda rank: question(rank + 1, when(0, many(1_000, lambda option: f"o-{option},"))))
        ),
    ),
]

CONTENTS = [*MARKS, *SHAPES, *FAULTS, *COMPUTATIONS]


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What loading each content gave, by its rank, and the doctrine we publish."""
    folder = tmp_path_factory.mktemp("hostile")
    paths = [folder / str(rank) for rank in range(len(CONTENTS))]
    for path, (_, _, content) in zip(paths, CONTENTS, strict=True):
        made = content()
        path.write_bytes(made.encode() if isinstance(made, str) else made)
    run = subprocess.run([sys.executable, "-c", NURSERY, PUBLISHED, *paths], capture_output=True, text=True, check=True)
    for path in paths:
        path.unlink()
    return dict(json.loads(line) for line in run.stdout.splitlines())


@pytest.mark.parametrize("rank", range(len(CONTENTS)), ids=[name for name, _, _ in CONTENTS])
def test_a_hostile_file_costs_little_and_is_told(rank: int, outcomes: dict[str, Any]) -> None:
    _, code, _ = CONTENTS[rank]
    outcome = outcomes[str(rank)]
    assert set(outcome["codes"]) <= CATALOGUE.keys()
    assert code in outcome["codes"] or outcome["codes"] == [code] * bool(code)
    assert outcome["size"] < MAX_MESSAGE
    assert outcome["seconds"] < MAX_TIMES * outcomes[PUBLISHED.name]["seconds"]
    assert outcome["memory"] < MAX_MEMORY
