"""What is wrong or deserves a look in some files, for whoever reads it: people, programs, and the reviews of a forge."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from html import escape
from typing import Any, Literal

from boussole.errors import Explanation, Fault
from boussole.version import VERSION

Severity = Literal["erreur", "avertissement", "conseil"]

_GITHUB = {"erreur": "error", "avertissement": "warning", "conseil": "notice"}
_SARIF = {"erreur": "error", "avertissement": "warning", "conseil": "note"}
_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_URI_SAFE = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/")
# What XML 1.0 cannot hold, even escaped.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Finding:
    """A fault, and how much it weighs."""

    fault: Fault
    severity: Severity = "erreur"


@dataclass(frozen=True, slots=True)
class Report:
    """What a command found in some files. ``untold`` more findings were only counted; ``rules`` explains the codes."""

    command: str
    files: tuple[str, ...]
    findings: tuple[Finding, ...]
    rules: Mapping[str, Explanation]
    untold: int = 0

    def untold_words(self) -> str:
        """What is said of the findings that are only counted; nothing when there are none."""
        return f"… et au moins {self.untold} autres fautes" if self.untold else ""


def render_text(report: Report) -> str:
    """One paragraph a finding; an error needs no word to say that it is one."""
    told = [str(_named(finding)) for finding in report.findings]
    return "\n\n".join(filter(None, [*told, report.untold_words()]))


def _named(finding: Finding) -> Fault:
    fault = finding.fault
    return fault if finding.severity == "erreur" else replace(fault, found=f"{finding.severity} : {fault.found}")


def render_json(report: Report) -> str:
    """Plain data: the files read, and the findings with their places."""
    findings = [_data(report, finding) for finding in report.findings]
    data = {"command": report.command, "files": list(report.files), "findings": findings, "untold": report.untold}
    return json.dumps(data, ensure_ascii=False, indent=2)


def _data(report: Report, finding: Finding) -> dict[str, Any]:
    fault = finding.fault
    return {
        "file": fault.file,
        "line": fault.span.line,
        "column": fault.span.column,
        "end_column": fault.span.end,
        "code": fault.code,
        "severity": finding.severity,
        "title": report.rules[fault.code].title,
        "found": fault.found,
        "expected": fault.expected,
        "advice": fault.advice,
    }


def _message(fault: Fault) -> str:
    """What was found, expected and advised, in sentences on one line."""
    parts = [fault.found, f"attendu : {fault.expected}" * bool(fault.expected), f"conseil : {fault.advice}" * bool(fault.advice)]
    return " ; ".join(filter(None, parts))


def render_github(report: Report) -> str:
    """Workflow commands: GitHub shows each beside the line it speaks of."""
    lines = [_annotation(report, finding) for finding in report.findings]
    return "\n".join([*lines, f"::error::{_github_text(report.untold_words())}"] if report.untold else lines)


def _annotation(report: Report, finding: Finding) -> str:
    fault, title = finding.fault, report.rules[finding.fault.code].title
    place = {
        "file": fault.file,
        "line": fault.span.line,
        "col": fault.span.column,
        "endColumn": fault.span.end,
        "title": f"{title} [{fault.code}]",
    }
    properties = ",".join(f"{name}={_github_property(str(value))}" for name, value in place.items())
    return f"::{_GITHUB[finding.severity]} {properties}::{_github_text(_message(fault))}"


def _github_text(text: str) -> str:
    """Text in a workflow command, which ends with its line."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _github_property(text: str) -> str:
    return _github_text(text).replace(":", "%3A").replace(",", "%2C")


def render_sarif(report: Report) -> str:
    """SARIF 2.1.0, which forges and editors read."""
    codes = list(dict.fromkeys(finding.fault.code for finding in report.findings))
    driver = {
        "name": report.command,
        "version": VERSION,
        "language": "fr",
        "rules": [_rule(code, report.rules[code]) for code in codes],
    }
    run = {
        "tool": {"driver": driver},
        "language": "fr",
        "columnKind": "unicodeCodePoints",
        "artifacts": [{"location": {"uri": _uri(file)}} for file in report.files],
        "results": [_result(finding, codes) for finding in report.findings],
        "properties": {"untold": report.untold},
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=2)


def _rule(code: str, told: Explanation) -> dict[str, Any]:
    return {
        "id": code,
        "shortDescription": {"text": told.title},
        "fullDescription": {"text": told.meaning},
        "help": {"text": told.remedy},
    }


def _result(finding: Finding, codes: list[str]) -> dict[str, Any]:
    fault, span = finding.fault, finding.fault.span
    place = {
        "artifactLocation": {"uri": _uri(fault.file)},
        "region": {"startLine": span.line, "startColumn": span.column, "endColumn": span.end},
    }
    return {
        "ruleId": fault.code,
        "ruleIndex": codes.index(fault.code),
        "level": _SARIF[finding.severity],
        "message": {"text": _message(fault)},
        "locations": [{"physicalLocation": place}],
    }


def _uri(file: str) -> str:
    """A path as a reference of a URI: whatever is not a plain letter, digit or mark is written by its bytes."""
    path = "".join(chr(byte) if byte in _URI_SAFE else f"%{byte:02X}" for byte in file.encode("utf-8", "surrogatepass"))
    return f"file://{path}" if path.startswith("/") else path


def render_junit(report: Report) -> str:
    """JUnit XML, a suite a file: what must be mended fails, an advice only speaks, a file without findings passes."""
    files = dict.fromkeys([*report.files, *(finding.fault.file for finding in report.findings)])
    suites = [_suite(report, file) for file in files]
    counted = f"<!-- {report.untold_words()} -->\n" if report.untold else ""
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n{counted}{"".join(suites)}</testsuites>'


def _suite(report: Report, file: str) -> str:
    findings = [finding for finding in report.findings if finding.fault.file == file]
    failures = sum(finding.severity != "conseil" for finding in findings)
    cases = [_case(report, finding) for finding in findings] or [f"{_opening(report, 'aucune faute')}/>\n"]
    count = f'tests="{len(cases)}" failures="{failures}" errors="0" skipped="0"'
    return f'<testsuite name="{_xml(file)}" {count}>\n{"".join(cases)}</testsuite>\n'


def _opening(report: Report, name: str) -> str:
    return f'<testcase classname="{_xml(report.command)}" name="{_xml(name)}" time="0"'


def _case(report: Report, finding: Finding) -> str:
    fault, words = finding.fault, _xml(str(finding.fault))
    opening = _opening(report, f"{fault.span.line}:{fault.span.column} {fault.code}")
    if finding.severity == "conseil":
        return f"{opening}><system-out>{words}</system-out></testcase>\n"
    return f'{opening}><failure type="{_xml(fault.code)}" message="{_xml(_message(fault))}">{words}</failure></testcase>\n'


def _xml(text: str) -> str:
    """Text between tags or quotation marks; what XML cannot hold is shown as unknown."""
    return escape(_NOT_XML.sub("\ufffd", text)).replace("\n", "&#10;").replace("\r", "&#13;").replace("\t", "&#9;")


FORMATS: Mapping[str, Callable[[Report], str]] = {
    "text": render_text,
    "json": render_json,
    "github": render_github,
    "sarif": render_sarif,
    "junit": render_junit,
}
