"""The training in a terminal: exercises corrected as one answers, documents to print, checks, shares; French told, codes kept."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from pypdf import PdfReader

from boussole.training import OWN, SOURCE
from tests.commands import run
from tests.conftest import ROOT
from tests.test_cli import ENGLISH


def answered(typed: str, *options: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from boussole.cli import main; main()", "training", "ask", *options]
    done = subprocess.run(command, input=typed, capture_output=True, text=True, cwd=cwd, check=False)
    assert "Traceback" not in done.stderr
    return done


def flat(text: str) -> str:
    return " ".join(text.replace("\xa0", " ").split())


def test_a_wrong_answer_is_explained_then_asked_again_until_it_is_right() -> None:
    done = answered("1\n5\nquitter\n", "--path", "elus", "--plain")
    said = flat(done.stdout)
    assert done.returncode == 0
    assert "Non, l’avis est plus sévère. Pour obtenir « Favorable », il faudrait d’abord changer ces réponses" in said
    assert "Exact. Une ligne rouge est franchie." in said
    assert "1 exercice réussi, dont 0 dès le premier choix. Rien n’a été enregistré." in said


def test_once_answered_right_an_exercise_says_where_its_case_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BOUSSOLE_URL", raising=False)
    said = flat(answered("1\n5\nquitter\n", "--path", "elus", "--plain").stdout)
    told = "Ce cas, sur le site : cas/videosurveillance-algorithmique.html"
    assert said.count(told) == 1
    assert said.index("Non, l’avis est plus sévère") < said.index("Exact.") < said.index(told)
    monkeypatch.setenv("BOUSSOLE_URL", "https://ia.example/boussole")
    said = flat(answered("5\nquitter\n", "--path", "elus", "--plain").stdout)
    assert "Ce cas, sur le site : https://ia.example/boussole/cas/videosurveillance-algorithmique.html" in said
    assert "sur le site" not in flat(answered("1\npasser\nquitter\n", "--path", "elus", "--plain").stdout)


def test_one_chooses_a_path_passes_and_ends_without_a_word_more() -> None:
    done = answered("2\npasser\n3\npasser\n", "--plain")
    said = flat(done.stdout)
    assert "Quel parcours ?" in said
    assert "1 exercice réussi, dont 1 dès le premier choix." in said
    assert answered("", "--plain").returncode == 0
    assert answered("quitter\n", "--plain").returncode == 0


def test_a_path_that_there_is_not_is_told() -> None:
    done = answered("", "--path", "maires")
    assert done.returncode == 2
    assert "parcours inconnu « maires » : attendu agents ou elus" in flat(done.stderr)


def test_nothing_is_written_by_who_does_the_exercises(tmp_path: Path) -> None:
    answered("1\nzut\n\n?\n5\n" * 9, "--path", "elus", "--plain", cwd=tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("command", "part"), [("cards", "boussole-card"), ("certificate", "Signature")])
def test_a_document_is_written_once_and_replaced_only_when_asked(tmp_path: Path, command: str, part: str) -> None:
    order = ["training", command, "--path", "elus", "-o", "papier.html"]
    assert run(*order, cwd=tmp_path).returncode == 0
    assert part in (tmp_path / "papier.html").read_text(encoding="utf-8")
    again = run(*order, cwd=tmp_path)
    assert again.returncode == 2
    assert "existe déjà" in again.stderr
    assert run(*order, "--force", cwd=tmp_path).returncode == 0
    other = run(*order[:-1], "papier.txt", cwd=tmp_path)
    assert (other.returncode, "doit finir par .html ou .pdf" in other.stderr) == (2, True)


@pytest.mark.parametrize("command", ["cards", "certificate"])
def test_a_document_is_a_tagged_pdf_where_pango_is(tmp_path: Path, command: str) -> None:
    done = run("training", command, "--path", "elus", "-o", "papier.pdf", cwd=tmp_path)
    if "il faut Pango" in done.stderr:
        pytest.skip("no Pango: PDF cannot be made")
    read = PdfReader(tmp_path / "papier.pdf")
    root = read.trailer["/Root"].get_object()
    assert "/StructTreeRoot" in root  # type: ignore[operator]
    size = [(round(page.mediabox.width), round(page.mediabox.height)) for page in read.pages]
    assert set(size) == {(595, 842)}
    if command == "certificate":
        assert len(size) == 1
        return
    texts = [" ".join(page.extract_text().split()) for page in read.pages]
    front = next(rank for rank, text in enumerate(texts) if "Ligne rouge" in text)
    assert front % 2 == 0  # counted from 0: on the front of a sheet of paper, and its back behind it
    assert "Limite qu’aucun avantage" not in texts[front]
    assert "Limite qu’aucun avantage" in texts[front + 1]


def test_what_is_published_passes_the_check() -> None:
    done = run("training", "check")
    assert (done.returncode, done.stderr) == (0, "")
    assert "21 exercices corrigés" in flat(done.stdout)


def test_a_few_people_and_every_fault_are_told_before_publishing(tmp_path: Path) -> None:
    folder = tmp_path / "docs/formation"
    folder.mkdir(parents=True)
    text = (ROOT / "docs/formation/2026.yml").read_text(encoding="utf-8")
    (folder / "2026.yml").write_text(text.replace("headcount: 98, trained: 44", "headcount: 4, trained: 4"), encoding="utf-8")
    done = run("training", "check", cwd=tmp_path)
    assert done.returncode == 2
    assert "2026.yml:9:21: groupe de 4 personnes [petit-groupe]" in done.stderr
    (folder / "2026.yml").write_text(text.replace("trained: 44", "trained: 99"), encoding="utf-8")
    assert "99 personnes formées sur 98 [valeur-impossible]" in run("training", "check", cwd=tmp_path).stderr


def test_the_paths_of_an_authority_are_checked_and_asked(tmp_path: Path) -> None:
    own = SOURCE.read_text(encoding="utf-8").replace("id: elus\n", "id: conseil\n")
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / OWN).write_text(own, encoding="utf-8")
    assert run("training", "check", cwd=tmp_path).returncode == 0
    assert "Étape 1 sur 3" in flat(answered("quitter\n", "--path", "conseil", cwd=tmp_path).stdout)
    (tmp_path / "docs" / OWN).write_text(own.replace("case: detection-de-fuites-d-eau}", "case: fuites}"), encoding="utf-8")
    done = run("training", "check", cwd=tmp_path)
    assert (done.returncode, "cas inconnu « fuites »" in flat(done.stderr)) == (2, True)


def test_the_shares_are_told_by_year_and_examples_only_when_asked() -> None:
    assert "Aucun nombre réel" in run("training", "coverage").stdout
    said = flat(run("training", "coverage", "--examples").stdout)
    assert "2026 Agents, hors encadrement : 36" in said
    missing = run("training", "coverage", "nulle-part")
    assert (missing.returncode, "introuvable" in missing.stderr) == (2, True)


def test_the_schema_is_json() -> None:
    assert json.loads(run("training", "schema").stdout)["title"].startswith("Le comptage")


def test_the_help_is_in_french() -> None:
    for command in ("ask", "cards", "certificate", "check", "coverage", "schema"):
        said = run("training", command, "--help").stdout
        assert said
        assert not [word for word in ENGLISH if word in said]
