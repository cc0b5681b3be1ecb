"""The schema that editors read says of structure what `boussole check` says, and every key is described and shown."""

import copy
import functools
import json
import random
import subprocess
import sys
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from boussole.dossier import Dossier
from boussole.errors import CATALOGUE
from boussole.keys import PARTS
from boussole.loading import load_text
from boussole.model import Doctrine
from boussole.outputs.schema import ROOTS, render_schema
from boussole.parsing import parse
from boussole.positions import decode, read
from boussole.reference import PAGES, render_reference
from boussole.shapes import shape
from tests.commands import run
from tests.conftest import ROOT
from tests.test_cli import DOSSIERS
from tests.test_loading import BAD, COMPLETE, GOOD, SOURCES, every_path, told

# What is wrong in the shape of a file, which a schema sees as one types.
STRUCTURAL = {"cle-inconnue", "cle-manquante", "mauvais-type", "valeur-vide", "valeur-inconnue", "forme-identifiant"}
# What is wrong in the writing, which whatever reads YAML sees first, or never: then `boussole check` alone tells.
WRITING = {"syntaxe", "encodage", "cle-en-double", "ancre-ou-alias", "trop-profond", "fichier-trop-gros"}
# Where reading stops, so that there is no structure to speak of; another reader takes directives and accents.
STOPPING, UNREADABLE = {"syntaxe", "trop-profond"}, {"encodage-latin-1", "encodage-caractere-invisible"}
READ_BY_OTHERS = {"syntaxe-directive", "syntaxe-ancre-accentuee"}
# The rest takes the whole file: ids and references, conditions, what cases and guarantees claim.

SOUND = [*GOOD, *sorted((SOURCES / "lint").glob("*.yml")), ROOT / "src/boussole/doctrines/nantes.yml"]
VALIDATORS = {
    root: Draft7Validator(json.loads(render_schema(root)), format_checker=Draft7Validator.FORMAT_CHECKER) for root in ROOTS
}


def structural(text: str) -> set[str]:
    """The codes of what is wrong in the shape of a source that could be read as YAML."""
    return {fault.code for fault in parse(read(text, "essai.yml"), Doctrine)[1]} - WRITING


def fits(text: str) -> bool:
    """Whether the schema accepts what our reader made of a source."""
    return VALIDATORS["doctrine"].is_valid(read(text, "essai.yml").data)


@pytest.fixture(scope="module")
def editor(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bool]:
    """For each file, whether check-jsonschema, which reads YAML as editors do, accepts it; what it cannot read is left out."""
    folder = tmp_path_factory.mktemp("schemas")
    return seen(folder, "doctrine", [*SOUND, *BAD]) | seen(folder, "dossier", sorted(DOSSIERS.iterdir()))


def seen(folder: Path, root: str, paths: list[Path]) -> dict[str, bool]:
    schema = folder / f"{root}.json"
    schema.write_text(render_schema(root), encoding="utf-8")
    command = [sys.executable, "-m", "check_jsonschema", "-o", "json", "--schemafile", str(schema), *map(str, paths)]
    found = json.loads(subprocess.run(command, capture_output=True, text=True, check=False).stdout)
    unread = {error["filename"] for error in found.get("parse_errors", [])}
    wrong = {error["filename"] for error in found.get("errors", [])}
    return {str(path): str(path) not in wrong for path in paths if str(path) not in unread}


def test_the_schemas_are_schemas() -> None:
    for validator in VALIDATORS.values():
        Draft7Validator.check_schema(validator.schema)


@pytest.mark.parametrize("path", SOUND, ids=lambda path: path.stem)
def test_a_sound_source_fits_the_schema(path: Path, editor: dict[str, bool]) -> None:
    assert fits(decode(path.read_bytes(), path.name))
    assert editor[str(path)]


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_a_bad_source_fits_the_schema_unless_its_structure_is_wrong(
    path: Path, editor: dict[str, bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    codes = {fault.code for fault in told(path, monkeypatch).faults}
    if codes & STOPPING or path.stem in UNREADABLE:
        assert not editor.get(str(path), False) or path.stem in READ_BY_OTHERS
        return
    text = decode(path.read_bytes(), path.name)
    wrong = structural(text)
    assert wrong <= STRUCTURAL
    if "ancre-ou-alias" not in codes:  # our reader leaves a hole where an alias stands
        assert fits(text) is (not wrong)
    if str(path) in editor and "encodage" not in codes:  # what no one sees in a key makes it another key elsewhere
        assert editor[str(path)] is (not wrong)


def test_every_code_is_of_one_kind_and_structural_ones_are_all_seen_by_the_schema(monkeypatch: pytest.MonkeyPatch) -> None:
    assert CATALOGUE.keys() >= (STRUCTURAL | WRITING)
    assert not STRUCTURAL & WRITING
    caught = set()
    for path in BAD:
        if not {fault.code for fault in told(path, monkeypatch).faults} & {
            "syntaxe",
            "trop-profond",
            "encodage",
            "ancre-ou-alias",
        }:
            text = path.read_text(encoding="utf-8")
            caught |= structural(text) if not fits(text) else set()
    assert caught == STRUCTURAL


def test_what_any_value_becomes_fits_the_schema_when_it_has_the_shape_of_a_doctrine() -> None:
    data = read(COMPLETE, "complete.yml").data
    paths = [path for path in every_path(data) if path]
    strange: list[Any] = [
        "",
        "nsp",
        "oui",
        "1e999",
        "12",
        "-3",
        "1,5",
        "1 000",
        "true",
        "2024-02-30",
        [],
        {},
        {"": ""},
        ["oui"],
        {"a.b": ["c"]},
    ]
    agreed = {True: 0, False: 0}
    for seed in range(3000):
        chance, changed = random.Random(seed), copy.deepcopy(data)
        *around, last = chance.choice(paths)
        owner = functools.reduce(lambda value, step: value[step], around, changed)
        at: Any = functools.reduce(lambda value, step: value[step], chance.choice(paths), data)
        kind = chance.randrange(5)
        if kind == 0 and isinstance(owner, dict):
            del owner[last]
        elif kind == 1 and isinstance(owner, dict):
            owner[chance.choice(["id", "because", "inconnue", "Été"])] = at
        else:
            owner[last] = copy.deepcopy(chance.choice([chance.choice(strange), at]))
        is_shaped = not shape(copy.deepcopy(changed), Doctrine, {}, ())[1]
        assert VALIDATORS["doctrine"].is_valid(changed) is is_shaped, (seed, around, last)
        agreed[is_shaped] += 1
    assert min(agreed.values()) > 500


def test_dossiers_fit_their_schema(editor: dict[str, bool]) -> None:
    for path in sorted(DOSSIERS.iterdir()):
        data = read(path.read_text(encoding="utf-8"), path.name).data
        is_shaped = not shape(copy.deepcopy(data), Dossier, {}, ())[1]
        assert VALIDATORS["dossier"].is_valid(data) is is_shaped
        assert editor[str(path)] is is_shaped


def test_the_command_prints_the_schema() -> None:
    assert run("schema").stdout == render_schema("doctrine")
    assert run("schema", "dossier").stdout == render_schema("dossier")
    assert "valeur inconnue ; attendu : doctrine, dossier" in run("schema", "autre").stderr


# -- every key is described, and shown by an example that loads


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.__name__)
def test_every_key_has_a_description_and_every_block_an_example_that_loads(part: type) -> None:
    described = PARTS[part]
    assert described.keys.keys() == {field.name for field in fields(part)}
    assert all(says.endswith((".", "…")) for says in [described.plain, *described.keys.values()])
    built, complaints, _ = shape(read(described.example, "exemple.yml").data, part, {}, ())
    assert complaints == []
    assert isinstance(built, part)


def test_the_example_of_a_whole_source_is_sound() -> None:
    assert load_text(PARTS[Doctrine].example).questions


def test_every_block_of_the_model_is_on_one_page_of_the_format() -> None:
    shown = [part for _, parts in PAGES.values() for part in parts]
    assert sorted(part.__name__ for part in shown) == sorted(part.__name__ for part in PARTS)
    pages = render_reference()
    for name, (_, parts) in PAGES.items():
        for part in parts:
            assert PARTS[part].example in pages[f"{name}.md"]
            for key in PARTS[part].keys:
                assert f"\n`{key}`\n: " in pages[f"{name}.md"]
