"""The four documents a newcomer opens are true: their commands run, their names exist, their counts are right."""

import doctest
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from dataclasses import fields, replace
from pathlib import Path

import pytest

import boussole
from boussole import Doctrine, assess
from boussole.dossier import Notice
from boussole.errors import CATALOGUE
from tests.conftest import ROOT

README, CONTRIBUTING, CHANGELOG = (ROOT / f"{name}.md" for name in ("README", "CONTRIBUTING", "CHANGELOG"))
GUIDE, REGISTER, DEBATE, DEPENDENCE, ELSEWHERE, TRAINING, STUDY = (
    ROOT / f"docs/maintenir/{name}.md" for name in ("index", "registre", "debat", "dependance", "ailleurs", "formation", "etude")
)


def text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def commands(path: Path) -> list[str]:
    """The shell commands a document shows, without their comments."""
    blocks = re.findall(r"```sh\n(.*?)```", text(path), re.DOTALL)
    lines = [line.split("#")[0].strip() for block in blocks for line in block.splitlines()]
    return [line for line in lines if line]


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A folder like a checkout, where commands may write."""
    (tmp_path / "src").symlink_to(ROOT / "src")
    (tmp_path / "tests").symlink_to(ROOT / "tests")
    (tmp_path / "build").mkdir()
    (tmp_path / "docs/registre").mkdir(parents=True)
    shutil.copytree(ROOT / "docs/debat", tmp_path / "docs/debat")
    for name in ("dependance", "alternatives", "ailleurs", "formation", "etude"):
        (tmp_path / "docs" / name).symlink_to(ROOT / "docs" / name)
    (tmp_path / "ma-collectivite.yml").write_text(text(ROOT / "src/boussole/doctrines/nantes.yml"), encoding="utf-8")
    doctrine = boussole.load()
    dossier = replace(
        boussole.new_dossier(doctrine, "usage", "Usage", "example"), authority="Ville", contact="contact@ville.example"
    )
    notice = Notice(automation="aide", scope="externe", purpose="calculer un tarif")
    boussole.save_dossier(replace(dossier, notice=notice), tmp_path / "usage.yml", doctrine)
    return tmp_path


SHOWING = (README, GUIDE, CONTRIBUTING, REGISTER, DEBATE, DEPENDENCE, ELSEWHERE, TRAINING, STUDY)


@pytest.mark.parametrize("path", SHOWING, ids=lambda path: path.stem)
def test_the_boussole_commands_that_are_shown_run_in_their_order(path: Path, desk: Path) -> None:
    for command in commands(path):
        program, *arguments = shlex.split(command)
        if program == "boussole":
            run = [sys.executable, "-c", "from boussole.cli import main; main()", *arguments]
            # An opinion that remains open is told by the code 1, as is what cannot be printed here.
            codes = (0, 1) if {"assess", "merge", "plan"} & set(arguments[:2]) else (0,)
            assert subprocess.run(run, cwd=desk, check=False).returncode in codes, command


def test_the_make_commands_that_are_shown_exist() -> None:
    shown = set(re.findall(r"(?:`|^)make ([a-z]+)\b", text(README) + text(GUIDE) + text(CONTRIBUTING), re.MULTILINE))
    targets = set(re.findall(r"^([a-z]+):", text(ROOT / "Makefile"), re.MULTILINE))
    assert {"site", "test", "serve"} <= shown <= targets


def test_the_python_of_the_readme_says_what_it_says() -> None:
    result = doctest.testfile(str(README), module_relative=False)
    assert (result.attempted, result.failed) == (10, 0)


def test_the_python_of_the_guide_of_dependency_says_what_it_says() -> None:
    result = doctest.testfile(str(DEPENDENCE), module_relative=False)
    assert (result.attempted, result.failed) == (5, 0)


def test_the_python_of_the_guide_of_elsewhere_says_what_it_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    result = doctest.testfile(str(ELSEWHERE), module_relative=False)
    assert (result.attempted, result.failed) == (8, 0)


def test_the_python_of_the_guide_of_training_says_what_it_says() -> None:
    result = doctest.testfile(str(TRAINING), module_relative=False)
    assert (result.attempted, result.failed) == (7, 0)


def test_the_python_of_the_guide_of_the_study_says_what_it_says() -> None:
    result = doctest.testfile(str(STUDY), module_relative=False)
    assert (result.attempted, result.failed) == (2, 0)


def test_every_path_that_is_shown_exists() -> None:
    for path in (README, CONTRIBUTING, GUIDE):
        shown = re.findall(r"`((?:src|docs|tests|checklists|static|benchmarks)/[\w./-]*)`", text(path))
        for name in shown:
            assert (ROOT / name).exists() or (ROOT / "src/boussole" / name).exists(), f"{path.name}: {name}"


def test_the_guide_names_every_key_of_the_source() -> None:
    shown = set(re.findall(r"`(\w+)`", text(GUIDE)))
    assert {field.name for field in fields(Doctrine)} <= shown


def test_every_error_code_is_explained_on_the_site_and_shown_by_a_bad_source(site: Path) -> None:
    page = text(site / "maintenir/messages.html")
    for code, told in CATALOGUE.items():
        assert f'id="message-{code}"' in page
        assert told.title
        assert told.meaning.endswith((".", "…"))
        assert told.remedy.endswith((".", "…"))


def test_the_counts_that_are_told_are_those_of_the_doctrine(doctrine: Doctrine) -> None:
    expected = f"{len(doctrine.questions)} questions over a profile, the common rule\n  and the seven criteria, "
    expected += f"{len(doctrine.cases)} worked cases, {len(doctrine.guarantees)} proved guarantees"
    assert expected in text(CHANGELOG)


def test_every_dependency_has_its_reason() -> None:
    project = tomllib.loads(text(ROOT / "pyproject.toml"))["project"]
    listed = project["dependencies"] + [name for extra in project["optional-dependencies"].values() for name in extra]
    names = {"pyyaml": "PyYAML", "jinja2": "Jinja2", "sphinx": "Sphinx", "myst-parser": "MyST"}
    table = text(CONTRIBUTING).split("## Dependencies, and why")[1]
    for requirement in listed:
        name = re.split(r"[<>=]", requirement)[0]
        assert name.startswith("types-") or names.get(name, name) in table, name


def test_every_dependency_is_pinned() -> None:
    pinned = {
        line.split("==")[0].lower().replace("_", "-") for line in text(ROOT / "constraints.txt").splitlines() if "==" in line
    }
    project = tomllib.loads(text(ROOT / "pyproject.toml"))["project"]
    listed = project["dependencies"] + [name for extra in project["optional-dependencies"].values() for name in extra]
    assert {re.split(r"[<>=]", requirement)[0] for requirement in listed} <= pinned


def test_the_readme_example_is_the_promise(doctrine: Doctrine) -> None:
    assert set(boussole.__all__) == {
        "AnswerError",
        "Assessment",
        "Decision",
        "Doctrine",
        "Dossier",
        "SourceError",
        "assess",
        "load",
        "load_dossier",
        "new_dossier",
        "report",
        "save_dossier",
    }
    assert assess(doctrine, {}).opinion is None


def test_no_private_person_is_named(doctrine: Doctrine) -> None:
    source = text(ROOT / "src/boussole/doctrines/nantes.yml")
    assert not re.search(r"\b0[1-9](?:[ .]?\d{2}){4}\b|[\w.]+@[\w.]+\.\w+", source)
