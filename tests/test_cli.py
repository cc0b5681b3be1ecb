"""The command line, run as a person runs it."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import click
import pytest

from boussole import cli, load_dossier
from boussole.dossier import Decision, Dossier, Opinion, new_dossier
from boussole.french import FrenchGroup, explain
from boussole.outputs.report import render_json, render_text
from boussole.version import VERSION
from tests.commands import run
from tests.conftest import ROOT
from tests.gatherings import NANTES

DOSSIERS = ROOT / "tests" / "dossiers"
VERSION_OF_NANTES = NANTES.doctrine.version
ENGLISH = ("Usage", "Error", "Options:", "Commands", "Show this", "Try '", "Missing", "Invalid", "No such", "Got unexpected")


def test_an_open_dossier_exits_with_1_and_says_what_is_missing() -> None:
    result = run("assess", DOSSIERS / "transcription.yml")
    assert result.returncode == 1
    assert "Avis\xa0: à compléter" in result.stdout
    possible = load_dossier(DOSSIERS / "transcription.yml", NANTES).assess(NANTES).attainable
    assert f"Encore possibles\xa0: {', '.join(NANTES.level(level).label for level in possible)}." in result.stdout
    missing = load_dossier(DOSSIERS / "transcription.yml", NANTES).assess(NANTES).missing
    assert f"Ce qui manque ({len(missing)}\xa0questions, les plus décisives d’abord)" in result.stdout
    assert "Réponses gardées, sans effet" in result.stdout
    assert result.stderr == ""


def test_a_settled_dossier_exits_with_0_and_says_why() -> None:
    result = run("assess", DOSSIERS / "reconnaissance.json")
    assert result.returncode == 0
    assert "Avis\xa0: Refusé" in result.stdout
    assert "Un badge suffit." in result.stdout


def test_a_command_that_stands_elsewhere_is_listed_and_read_only_when_it_is_asked_for() -> None:
    group = FrenchGroup("essai", elsewhere={"pages": "boussole.cli:pages", "perdu": "module.qui.n.existe.pas:rien"})
    context = click.Context(group)
    assert group.list_commands(context) == ["pages", "perdu"]
    assert group.get_command(context, "pages") is cli.pages
    assert group.get_command(context, "autre") is None
    with pytest.raises(ModuleNotFoundError):
        group.get_command(context, "perdu")


def test_the_worst_exit_code_of_several_dossiers_wins() -> None:
    assert run("assess", DOSSIERS / "reconnaissance.json", DOSSIERS / "transcription.yml").returncode == 1


def test_a_bad_dossier_exits_with_2_and_the_others_are_still_told(tmp_path: Path) -> None:
    bad = tmp_path / "mauvais.yml"
    bad.write_text("id: x\ntitle: X\nkind: exemple\n", encoding="utf-8")
    result = run("assess", bad, DOSSIERS / "reconnaissance.json")
    assert result.returncode == 2
    assert "Avis\xa0: Refusé" in result.stdout
    assert f"{bad}:3:7: « exemple » pour « kind » [valeur-inconnue]" in result.stderr


def test_json_is_data_for_one_or_several_dossiers() -> None:
    one = json.loads(run("assess", "--format", "json", DOSSIERS / "transcription.yml").stdout)
    assert one["opinion"] is None
    assert one["attainable"] == ["suspendu", "a-retravailler"]
    several = json.loads(run("assess", "--format", "json", *sorted(DOSSIERS.iterdir())).stdout)
    assert [data["dossier"] for data in several] == ["portique-d-entree", "transcription-du-service-courrier"]


def test_the_words_of_a_dossier_never_become_markdown(tmp_path: Path) -> None:
    dossier = tmp_path / "piege.yml"
    title = "<script>alert(1)</script> [x](javascript:y) {include}`/etc/passwd` # *a* | b"
    text = (DOSSIERS / "transcription.yml").read_text(encoding="utf-8")
    dossier.write_text(
        text.replace("title: Transcription des réunions du service courrier", f"title: '{title}'"), encoding="utf-8"
    )
    heading = run("assess", "--format", "md", dossier).stdout.splitlines()[0]
    assert "\\<script\\>" in heading
    assert "\\[x\\](javascript:y) \\{include\\}\\`/etc/passwd\\` \\# \\*a\\* \\| b" in heading


def test_check_tells_that_the_doctrine_and_the_dossiers_are_sound() -> None:
    result = run("check")
    assert result.returncode == 0
    counts = f"{len(NANTES.questions)} questions, {len(NANTES.cases)} cas, {len(NANTES.guarantees)} garanties prouvées"
    assert f"doctrine « nantes » {VERSION_OF_NANTES} correcte : {counts}" in result.stdout
    result = run("check", *sorted(DOSSIERS.iterdir()), "src/boussole/doctrines/nantes.yml")
    assert result.returncode == 0
    assert result.stdout.count("\n") == 3


def test_check_tells_every_bad_file_before_it_stops(tmp_path: Path) -> None:
    for name in ("un.yml", "deux.yml"):
        (tmp_path / name).write_text("scale: non\n", encoding="utf-8")
    result = run("check", tmp_path / "un.yml", tmp_path / "deux.yml", tmp_path / "absent.yml")
    assert result.returncode == 2
    assert "un.yml:1:8: « non » pour « scale » [mauvais-type]" in result.stderr
    assert "deux.yml:1:8:" in result.stderr
    assert "fichier introuvable" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((), "une commande est attendue"),
        (("asess",), "commande inconnue « asess », peut-être « assess »"),
        (("assess",), "il manque « DOSSIER… »"),
        (("assess", "x.yml", "--fromat", "json"), "option inconnue « --fromat », peut-être « --format »"),
        (("assess", "x.yml", "--format", "xml"), "valeur inconnue ; attendu : text, json, md"),
        (("assess", "x.yml", "--format"), "l’option « --format » demande une valeur"),
        (("pages", "en-trop"), "argument en trop"),
        (("assess", "/dev"), "ceci est un répertoire, pas un fichier"),
        (("--doctrine", "absente.yml", "check"), "fichier introuvable : « absente.yml »"),
        (("assess", "a\0b"[:1]), "fichier introuvable"),
    ],
)
def test_misuse_is_told_in_french_with_exit_code_2(arguments: tuple[str, ...], told: str) -> None:
    result = run(*arguments)
    assert result.returncode == 2
    assert told in result.stderr
    assert not any(word in result.stderr + result.stdout for word in (*ENGLISH, "Traceback"))


MISSING = """alternatives check absent
contribution answer x --reply non --by x --because x --folder absent
contribution moderate x --outcome publiee --by x --because x --folder absent
contribution new --folder absent
contribution withdraw x --folder absent
debate check absent
debate list --folder absent
debate new event --title x --starts 2026-01-01 --folder absent
debate report --folder absent -o x.html
dependence check absent
elsewhere check absent
elsewhere list absent
library check --folder absent
library export --folder absent -o x.json
library import x.json --folder absent
library list --folder absent
register check absent
study check absent
training check absent
training coverage absent"""


@pytest.mark.parametrize("command", MISSING.splitlines())
def test_a_folder_that_is_not_there_is_a_fault_everywhere(tmp_path: Path, command: str) -> None:
    done = run(*command.split(), cwd=tmp_path)
    assert (done.returncode, done.stdout, list(tmp_path.iterdir())) == (2, "", [])
    assert re.search("introuvable : .*absent", done.stderr)


def every_command(found: click.Command, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """A command and all that stand below it, with what one types for each."""
    yield path, found
    if isinstance(found, click.Group):
        context = click.Context(found)
        for name in found.list_commands(context):
            below = found.get_command(context, name)
            assert below is not None
            yield from every_command(below, (*path, name))


def test_no_help_cuts_what_a_command_does() -> None:
    groups = [path for path, found in every_command(cli.commands) if isinstance(found, click.Group)]
    assert len(groups) > 8
    for path in groups:
        shown = run(*path, "--help").stdout
        assert shown.startswith("Emploi : ")
        assert "..." not in shown, path


def test_an_option_that_is_missing_is_named_as_it_is_typed() -> None:
    asked = [
        (path, option)
        for path, found in every_command(cli.commands)
        for option in found.params
        if isinstance(option, click.Option) and option.required
    ]
    assert len(asked) > 5
    for path, option in asked:
        context = click.Context(click.Command("x"), info_name="x")
        told = explain(click.MissingParameter(ctx=context, param=option))
        assert re.search(rf"il manque « {max(option.opts, key=len)} .+ »", told.splitlines()[0]), path
    done = run("library", "export")
    assert done.returncode == 2
    assert done.stderr.startswith("boussole : il manque « --output FICHIER »\n")


@pytest.mark.parametrize("command", [(), ("check",), ("assess",), ("pages",), ("checklists",)])
def test_help_is_in_french(command: tuple[str, ...]) -> None:
    result = run(*command, "--help")
    assert result.returncode == 0
    assert result.stdout.startswith("Emploi : boussole" if not command else "Emploi : ")
    assert not any(word in result.stdout for word in ENGLISH)


def test_the_version_is_told() -> None:
    assert run("--version").stdout == f"boussole {VERSION}\n"


def test_pages_and_checklists_are_written_once_then_left_alone(tmp_path: Path) -> None:
    for command in ("pages", "checklists"):
        into = tmp_path / command
        first = run(command, "--into", into).stdout
        count = sum(path.suffix == ".md" for path in into.rglob("*"))
        assert f"{count}\xa0fichiers dans {into} : {count}\xa0écrits, 0\xa0retiré." in first
        assert f"{count}\xa0fichiers dans {into} : 0\xa0écrit, 0\xa0retiré." in run(command, "--into", into).stdout
        next(into.rglob("*.md")).unlink()
        assert f"{count}\xa0fichiers dans {into} : 1\xa0écrit, 0\xa0retiré." in run(command, "--into", into).stdout


def test_a_file_of_old_line_endings_is_read_as_what_it_says_it_is(tmp_path: Path) -> None:
    source = (ROOT / "tests/sources/good/minimal.yml").read_text(encoding="utf-8")
    (tmp_path / "vieille.yml").write_bytes(source.replace("\n", "\r").encode())
    result = run("check", tmp_path / "vieille.yml")
    assert (result.returncode, result.stderr) == (0, "")
    assert "doctrine « minimale » 1 correcte" in result.stdout


def test_pages_that_cannot_be_written_are_told_without_a_traceback(tmp_path: Path) -> None:
    (tmp_path / "fichier").write_text("", encoding="utf-8")
    result = run("pages", "--into", tmp_path / "fichier")
    assert result.returncode == 2
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize(
    "arguments", [["--version"], ["assess", str(DOSSIERS / "transcription.yml")], ["chek"], ["show", "droit"]]
)
def test_what_the_tests_run_says_and_returns_what_a_process_does(arguments: list[str]) -> None:
    command = [sys.executable, "-m", "boussole", *arguments]
    begun = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", cwd=ROOT, check=False)
    forked = run(*arguments)
    assert (forked.returncode, forked.stdout, forked.stderr) == (begun.returncode, begun.stdout, begun.stderr)
    assert begun.stdout + begun.stderr


def test_python_runs_boussole_as_a_module() -> None:
    command = [sys.executable, "-m", "boussole", "--version"]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == f"boussole {VERSION}\n"


def test_check_tells_what_an_older_dossier_has_that_the_doctrine_does_not_know(tmp_path: Path) -> None:
    text = (DOSSIERS / "transcription.yml").read_text(encoding="utf-8").replace('"2024.1"', '"2023.1"')
    old = tmp_path / "ancien.yml"
    old.write_text(text.replace("answers:\n", "answers:\n  droit.disparue: oui\n"), encoding="utf-8")
    told = run("check", old).stdout
    assert "rempli pour la version 2023.1" in told
    assert "1\xa0question que la doctrine ne connaît pas, gardée à part sans effet\xa0: droit.disparue" in told


def test_check_counts_in_french(tmp_path: Path) -> None:
    one = tmp_path / "un.yml"
    head = f'id: un\ntitle: Un\nkind: example\nstatus: etude\ndoctrine: {{id: nantes, version: "{VERSION_OF_NANTES}"}}\n'
    one.write_text(head + "answers: {droit.aipd: oui}\n", encoding="utf-8")
    assert run("check", one).stdout == f"{one} : dossier correct, 1\xa0réponse\n"


# -- the report of a dossier does not destroy another one --------------------------------------------------------------------


def dossier(folder: Path, name: str, answers: str) -> Path:
    head = f'id: {name}\ntitle: {name}\nkind: example\nstatus: etude\ndoctrine: {{id: nantes, version: "{VERSION_OF_NANTES}"}}\n'
    (folder / f"{name}.yml").write_text(f"{head}answers: {answers}\n", encoding="utf-8")
    return folder / f"{name}.yml"


def test_a_report_never_silently_replaces_another_dossier(tmp_path: Path) -> None:
    one, other, into = dossier(tmp_path, "un", "{droit.aipd: oui}"), dossier(tmp_path, "deux", "{}"), tmp_path / "x.html"
    assert run("report", one, "-o", into).returncode == 0
    before = into.read_bytes()
    refused = run("report", other, "-o", into)
    assert refused.returncode == 2
    assert f"{into} porte un autre dossier, « un »" in refused.stderr
    assert "--force" in refused.stderr
    assert into.read_bytes() == before
    assert run("report", other, "-o", into, "--force").returncode == 0


def test_a_report_is_rewritten_unless_it_holds_what_the_dossier_lacks(tmp_path: Path) -> None:
    into = tmp_path / "x.html"
    run("report", dossier(tmp_path, "un", "{droit.aipd: {dpo: oui}}"), "-o", into)
    assert run("report", dossier(tmp_path, "un", "{droit.aipd: {dpo: non, os: oui}}"), "-o", into).returncode == 0
    refused = run("report", dossier(tmp_path, "un", "{droit.aipd: {dpo: non}}"), "-o", into)
    assert refused.returncode == 2
    assert "contient ce que ce dossier n’a pas" in refused.stderr


def test_a_page_that_is_not_a_document_of_boussole_is_not_replaced(tmp_path: Path) -> None:
    into = tmp_path / "accueil.html"
    into.write_text("<!doctype html><title>Ma page</title>", encoding="utf-8")
    refused = run("report", dossier(tmp_path, "un", "{}"), "-o", into)
    assert refused.returncode == 2
    assert "n’est pas un document de boussole" in refused.stderr


def test_importing_boussole_imports_neither_sphinx_nor_jinja() -> None:
    names = "('sphinx', 'jinja2', 'docutils', 'yaml')"
    code = f"import sys, boussole, boussole.cli; print([name for name in {names} if name in sys.modules])"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout == "['yaml']\n"


# -- what a terminal says of a dossier, as the document does -------------------------------------------------------------


def said(dossier: Dossier) -> str:
    return render_text(NANTES, dossier, dossier.assess(NANTES), width=10_000)


def test_a_settled_opinion_says_what_it_hides() -> None:
    refused = new_dossier(NANTES, "essai", "Essai").answer(NANTES, "biometrie.identification", "oui")
    assert refused.assess(NANTES).opinion == "refuse"
    told = said(refused)
    assert "Avis\xa0: Refusé" in told
    assert re.search(r"\d+\squestions sans réponse\s: elles ne changent pas l’avis actuel, mais compteront s’il change\.", told)
    assert re.search(r"Il faudra aussi régler\s: \d+ questions sans réponse\.", told)


def test_a_disagreement_that_other_answers_outweigh_says_what_it_would_lead_to() -> None:
    dossier = new_dossier(NANTES, "essai", "Essai").answer(NANTES, "biometrie.identification", "oui")
    for who, given in (("dpo", "oui"), ("juridique", "non")):
        dossier = dossier.answer(NANTES, "regle-commune.base-juridique", given, by=who)
    told = said(dossier)
    assert (
        "car d’autres réponses pèsent autant ou plus. À elle seule, la réponse «\xa0Non\xa0» mène à «\xa0Suspendu\xa0»." in told
    )


def test_a_decision_says_the_opinion_it_was_taken_on_and_the_red_line_that_stays() -> None:
    dossier = new_dossier(NANTES, "essai", "Essai")
    for name, question in NANTES.questions.items():
        if not question.bands:
            best = next(key for key, option in question.choices.items() if option.effect is None)
            dossier = dossier.answer(NANTES, name, best)
    decided = replace(
        dossier.answer(NANTES, "biometrie.identification", "oui"),
        decision=Decision(outcome="favorable", by="Élue", on=date(2026, 11, 25), because="Raison.", opinion=["favorable"]),
    )
    told = said(decided)
    assert "La décision s’écarte de l’avis\xa0: l’avis est «\xa0Refusé\xa0», la décision «\xa0Favorable\xa0»." in told
    assert "l’avis était «\xa0Favorable\xa0», il est maintenant «\xa0Refusé\xa0». Revoir la décision." in told
    assert "Une ligne rouge est franchie\u202f; la décision ne la lève pas." in told
    data = json.loads(render_json(NANTES, decided, decided.assess(NANTES)))
    assert data["decision"]["opinion"] == ["favorable"]


def test_a_dossier_of_another_version_says_its_opinion_of_then_and_what_has_no_place_now() -> None:
    old = Opinion(version="2023.1", on=date(2023, 5, 2), attainable=["suspendu"], fingerprint="0" * 64)
    named = replace(new_dossier(NANTES, "essai", "Essai").doctrine, version="2023.1")
    dossier = replace(new_dossier(NANTES, "essai", "Essai"), doctrine=named, opinions=[old], aside={"droit.ancienne": "oui"})
    told = said(dossier)
    assert "Ce dossier a été rempli sous une autre version de la doctrine (2023.1)." in told
    assert "• 2023.1, le 2\xa0mai 2023\xa0: Suspendu." in told
    assert "• [droit.ancienne]" in told


def test_a_dossier_filled_under_another_state_of_the_same_version_is_not_said_to_be_of_this_one() -> None:
    named = replace(new_dossier(NANTES, "essai", "Essai").doctrine, fingerprint="0" * 64)
    told = said(replace(new_dossier(NANTES, "essai", "Essai"), doctrine=named))
    assert "(2024.1, dans un autre état)" in told


@pytest.mark.parametrize("suffix", ["pdf", "odt", "md"])
def test_a_document_that_carries_no_data_is_refused_by_what_would_reopen(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"rapport.{suffix}"
    path.write_bytes(b"%PDF-1.7 \xff")
    result = run("assess", path)
    assert result.returncode == 2
    assert f"un document « .{suffix} » ne se rouvre pas" in result.stderr
    assert "le même en .html, ou le dossier en .yml ou .json" in result.stderr
