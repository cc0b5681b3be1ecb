"""The guide to a change is followed as it is printed, and the workflows it offers are well formed and run what exists."""

import os
import re
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

import boussole
from boussole.cli import commands
from boussole.loading import load_text
from tests.conftest import ROOT
from tests.test_changes import git

GUIDE = (ROOT / "docs/maintenir/changer.md").read_text(encoding="utf-8")
WORKFLOWS = ("deploy/github/boussole.yml", "deploy/gitlab-ci.yml", ".pre-commit-hooks.yaml")
SOURCE = "src/boussole/doctrines/nantes.yml"
CODES = {"boussole diff": 1, "boussole accept": 1}  # what does not leave with 0: a rule changes, and an answer is to be read


def as_before(text: str) -> str:
    """The source as the guide finds it, should somebody have made the very change it takes as an example."""
    text = re.sub(r"(?m)^  version: .*", '  version: "2024.1"', text, count=1)
    for name, key in (("droit.aipd", "effect"), ("preselection-de-candidatures", "opinion")):
        start = text.index(f"- id: {name}\n")
        text = text[:start] + re.sub(rf"( {key}): [a-z-]+", r"\1: suspendu", text[start:], count=1)
    return text


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """The package and its register in a repository of their own, without a tag, then changed as the guide changes it."""
    shutil.copytree(ROOT / "src/boussole", tmp_path / "src/boussole", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "docs/registre", tmp_path / "docs/registre")
    text = as_before((tmp_path / SOURCE).read_text(encoding="utf-8"))
    (tmp_path / SOURCE).write_text(text, encoding="utf-8")
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", "src", "docs")
    git(tmp_path, "commit", "-q", "-m", "Adopt")
    start = text.index("- id: droit.aipd\n")
    changed = text[:start] + text[start:].replace("effect: suspendu", "effect: a-retravailler", 1)
    (tmp_path / SOURCE).write_text(changed.replace('version: "2024.1"', 'version: "2024.2"', 1), encoding="utf-8")
    return tmp_path


def environment(folder: Path) -> dict[str, str]:
    """Where `boussole` is the one of a folder."""
    (folder / "bin").mkdir(exist_ok=True)
    program = folder / "bin/boussole"
    program.write_text(f"#!{sys.executable}\nfrom boussole.cli import main\nmain()\n", encoding="utf-8")
    program.chmod(0o755)
    return os.environ | {"PYTHONPATH": str(folder / "src"), "PATH": f"{folder / 'bin'}:{os.environ['PATH']}"}


def shell(command: str, folder: Path, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "-euo", "pipefail", "-c", command],
        cwd=folder,
        env=environment(folder) | more,
        capture_output=True,
        text=True,
        check=False,
    )


def printed(language: str) -> list[str]:
    blocks = re.findall(rf"^ *```{language}\n(.*?)^ *```", GUIDE, re.DOTALL | re.MULTILINE)
    return [textwrap.dedent(block) for block in blocks]


def mend_the_case(folder: Path) -> None:
    """Announce the opinion that the change gives to the worked case it contradicts."""
    text = (folder / SOURCE).read_text(encoding="utf-8")
    start = text.index("- id: preselection-de-candidatures\n")
    mended = text[start:].replace("    opinion: suspendu\n", "    opinion: a-retravailler\n", 1)
    (folder / SOURCE).write_text(text[:start] + mended, encoding="utf-8")


def test_the_guide_is_followed_from_beginning_to_end(clone: Path) -> None:
    first, second, *others = [line.strip() for block in printed("sh") for line in block.splitlines()]
    assert (first, second, others[0]) == ("boussole check", "boussole diff HEAD", "boussole check")
    refused, compared = shell(first, clone), shell(second, clone)
    assert (refused.returncode, compared.returncode) == (2, 1)
    assert "« preselection-de-candidatures »" in refused.stderr
    assert "strictement plus exigeante" in compared.stdout
    mend_the_case(clone)
    told: dict[str, str] = {}
    for command in others:
        done = shell(command, clone)
        assert done.returncode == CODES.get(" ".join(command.split()[:2]), 0), (command, done.stderr)
        assert done.stderr == ""
        told[command] = done.stdout
    assert "Avis\xa0: À retravailler" in told["boussole assess build/temoins/suspendu-vers-a-retravailler-apres.yml"]
    assert "a changé de sens : droit.aipd." in told["boussole accept docs/registre/transcription-de-reunions.yml"]
    assert len(told) > 10


def test_every_verdict_of_the_guide_is_one_that_is_told() -> None:
    from boussole.outputs.changes import _VERDICTS

    table = GUIDE.split("| verdict |")[1].split("\n\n")[0]
    assert re.findall(r"^\| ([^|]*?) \|", table, re.MULTILINE) == [told for told, _ in _VERDICTS.values()]


def test_what_the_guide_retires_loads() -> None:
    source = (ROOT / SOURCE).read_text(encoding="utf-8")
    blocks = [block for block in printed("yaml") if block.startswith("retired:")]
    assert len(blocks) == 2
    for block in blocks:
        assert load_text(source + block).retirements
    assert load_text(source + blocks[1]).retirements["droit.etude-de-risques"].becomes == {
        "droit.aipd": {"faite": "oui", "absente": "non"}
    }


def workflow(name: str) -> Any:
    return yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))


def scripts(part: Any) -> Iterator[str]:
    """Every command of a workflow."""
    if isinstance(part, dict):
        for key, value in part.items():
            if key in ("run", "script", "entry"):
                yield "\n".join(value) if isinstance(value, list) else value
            else:
                yield from scripts(value)
    elif isinstance(part, list):
        for item in part:
            yield from scripts(item)


@pytest.mark.parametrize("name", WORKFLOWS)
def test_a_workflow_runs_what_exists(name: str) -> None:
    text = "\n".join(scripts(workflow(name)))
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert set(re.findall(r"\bmake ([a-z]+)", text)) <= targets
    context = click.Context(commands)
    lines = [line for line in text.splitlines() if re.match(r"\s*boussole ", line)]
    assert lines
    for line in lines:
        command = commands.get_command(context, line.split()[1])
        assert command is not None, line
        known = {option for parameter in command.params for option in parameter.opts}
        assert set(re.findall(r"(?<!\S)--[a-z-]+", line)) <= known
    for path in re.findall(r"(?:src|scripts|docs)/[\w./-]+", text):
        assert (ROOT / path).exists(), path


@pytest.mark.parametrize("name", WORKFLOWS)
def test_a_workflow_is_sound_shell(name: str) -> None:
    for script in scripts(workflow(name)):
        done = subprocess.run(["bash", "-n"], input=script, text=True, capture_output=True, check=False)
        assert (done.returncode, done.stderr) == (0, "")


def test_what_a_request_writes_in_a_script_comes_by_the_environment() -> None:
    """A branch may be named so as to be a command: GitHub would put it in the script before the shell reads it."""
    assert not any("${{" in script for script in scripts(workflow(WORKFLOWS[0])))


def test_the_impact_of_a_request_is_measured_on_both_forges(clone: Path) -> None:
    (github,) = [script for script in scripts(workflow(WORKFLOWS[0])) if "boussole diff" in script]
    (gitlab,) = [script for script in scripts(workflow(WORKFLOWS[1])) if "boussole diff" in script]
    gitlab = "\n".join(line for line in gitlab.splitlines() if "pip install" not in line)
    for script, variables in (
        (github, {"BASE": "HEAD"}),
        (gitlab, {"CI_MERGE_REQUEST_DIFF_BASE_SHA": "HEAD", "BOUSSOLE_TOKEN": ""}),
    ):
        done = shell(script, clone, **variables)
        assert done.returncode == 0, done.stderr
        text = (clone / "impact.md").read_text(encoding="utf-8")
        assert text.startswith("# Nouvelle version\xa0: strictement plus exigeante\n")
        (clone / "impact.md").unlink()
    failed = shell(github, clone, BASE="absente")
    assert failed.returncode != 0


def test_the_hook_looks_at_doctrines_and_dossiers() -> None:
    (hook,) = workflow(WORKFLOWS[2])
    assert re.search(hook["files"], SOURCE)
    assert re.search(hook["files"], "docs/registre/usage.yml")
    assert not re.search(hook["files"], "mkdocs.yml")
    assert boussole.load(ROOT / SOURCE)
