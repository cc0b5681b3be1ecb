"""The diagnosis in a terminal: each answer on disk before the next, the results in each form, French told and codes kept."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from boussole.dependence import load_dependence
from boussole.diagnosis import load_diagnosis
from tests.commands import run
from tests.conftest import ROOT

TOOLS = ROOT / "docs/dependance"
DEPENDENCE = load_dependence()


def answered(folder: Path, typed: str, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from boussole.cli import main; main()", "dependence", "ask", *options]
    return subprocess.run(command, input=typed, capture_output=True, text=True, cwd=folder, check=False)


def test_each_answer_is_on_disk_before_the_next(tmp_path: Path) -> None:
    done = answered(tmp_path, "Suite d’essai\n3\n5\n2\nquitter\n")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    found = load_diagnosis(tmp_path / "suite-d-essai.yml", DEPENDENCE)
    assert found.family == "poste-de-travail"
    assert found.latest.answers == {"depense-hors-union": "plus-de-75", "droit-applicable": "sous-traitant-cle"}
    assert "Tout est dans suite-d-essai.yml." in done.stdout


def test_an_input_that_ends_loses_nothing(tmp_path: Path) -> None:
    assert answered(tmp_path, "Essai\n1\n1\n").returncode == 1
    assert load_diagnosis(tmp_path / "essai.yml", DEPENDENCE).latest.answers == {"depense-hors-union": "moins-de-10"}
    assert answered(tmp_path, "").returncode == 2


def test_one_takes_it_up_goes_back_and_notes(tmp_path: Path) -> None:
    answered(tmp_path, "Essai\n1\n1\n1\nquitter\n")
    answered(tmp_path, "note\nVu avec l’achat\nretour\n5\nretour\n1\npasser\nquitter\n", "essai.yml")
    found = load_diagnosis(tmp_path / "essai.yml", DEPENDENCE).latest
    assert found.answers == {"depense-hors-union": "moins-de-10", "droit-applicable": "europeen", "hebergement": "collectivite"}
    assert found.notes == {"hebergement": "Vu avec l’achat"}


def test_all_twelve_answers_settle_the_index(tmp_path: Path) -> None:
    done = answered(tmp_path, "Essai\n1\n" + "1\n" * 12)
    assert done.returncode == 0
    assert "Indice : 0. Dépendance : faible." in done.stdout


def test_a_new_review_keeps_the_past(tmp_path: Path) -> None:
    path = tmp_path / "gestion-financiere.yml"
    path.write_text((TOOLS / "gestion-financiere.yml").read_text(encoding="utf-8"), encoding="utf-8")
    before = load_diagnosis(path, DEPENDENCE)
    answered(tmp_path, "1\nquitter\n", path.name, "--again")
    after = load_diagnosis(path, DEPENDENCE)
    assert after.reviews[:2] == before.reviews
    assert after.latest.answers == {"depense-hors-union": "moins-de-10"}


def test_nothing_is_written_over_another_file(tmp_path: Path) -> None:
    (tmp_path / "essai.yml").write_text("à moi", encoding="utf-8")
    assert answered(tmp_path, "Essai\n1\n1\n").returncode == 2
    assert (tmp_path / "essai.yml").read_text(encoding="utf-8") == "à moi"
    assert answered(tmp_path, "", "essai.txt").returncode == 2


def test_the_result_is_told_with_its_code() -> None:
    settled, still_open = (
        run("dependence", "assess", TOOLS / f"{name}.yml") for name in ("gestion-financiere", "suite-bureautique")
    )
    assert (settled.returncode, still_open.returncode) == (0, 1)
    assert "33,3" in settled.stdout
    assert "entre 67,7 et 69,8" in still_open.stdout
    several = run("dependence", "assess", TOOLS / "gestion-financiere.yml", TOOLS / "suite-bureautique.yml", "--format", "json")
    assert [one["bands"] for one in json.loads(several.stdout)] == [["moderee"], ["forte"]]


def test_what_cannot_be_read_is_told_in_french(tmp_path: Path) -> None:
    (tmp_path / "x.yml").write_text("id: x\nfamille: ia\n", encoding="utf-8")
    done = run("dependence", "assess", tmp_path / "x.yml", tmp_path / "rien.yml")
    assert done.returncode == 2
    assert "x.yml:2:1: clé inconnue « famille » [cle-inconnue]" in done.stderr
    assert "fichier introuvable" in done.stderr


def test_a_document_is_made_once_and_opens_again(tmp_path: Path) -> None:
    into = tmp_path / "rapport.html"
    assert run("dependence", "report", TOOLS / "demarches-en-ligne.yml", "-o", into).returncode == 0
    assert run("dependence", "report", TOOLS / "demarches-en-ligne.yml", "-o", into).returncode == 2
    assert run("dependence", "assess", into).returncode == 0
    refused = run("dependence", "report", TOOLS / "demarches-en-ligne.yml", "-o", tmp_path / "rapport.doc")
    assert "doit finir par .html, .md ou .pdf" in refused.stderr


@pytest.mark.build
def test_a_diagnosis_prints_as_a_tagged_pdf(tmp_path: Path) -> None:
    into = tmp_path / "rapport.pdf"
    assert run("dependence", "report", TOOLS / "demarches-en-ligne.yml", "-o", into).returncode == 0
    reader = PdfReader(into)
    text = "".join(page.extract_text() for page in reader.pages)
    assert "Indice de dépendance" in text
    root: Any = reader.trailer["/Root"]
    assert bool(root["/MarkInfo"]["/Marked"])


def test_the_view_leaves_examples_out_unless_they_are_asked() -> None:
    real, invented = run("dependence", "overview", cwd=ROOT), run("dependence", "overview", "--examples", cwd=ROOT)
    assert real.stdout.replace("\u00a0", " ") == "Aucun outil réel dans docs/dependance.\n"
    assert "Poste de travail\u00a0: entre 65,3 et 66,9, forte" in invented.stdout


def test_what_is_published_is_checked(tmp_path: Path) -> None:
    good, bad = run("dependence", "check"), tmp_path / "x.yml"
    assert good.returncode == 0, good.stderr
    assert "4\u00a0promesses prouvées, 14\u00a0hypothèses." in good.stdout
    bad.write_text("id: y\n", encoding="utf-8")
    assert run("dependence", "check", bad).returncode == 2
    assert run("dependence", "check", tmp_path / "rien").returncode == 2


@pytest.mark.parametrize("kind", ["diagnostic", "alternative"])
def test_the_format_is_given_to_editors(kind: str) -> None:
    assert json.loads(run("dependence", "schema", kind).stdout)["type"] == "object"


def test_the_library_is_checked_and_listed(tmp_path: Path) -> None:
    assert run("alternatives", "check").stdout == "14\u00a0fiches correctes.\n"
    listed = run("alternatives", "list", "--quality", "mutualisable").stdout
    assert [name in listed for name in ("docs", "decidim", "lutece", "postgresql")] == [True, True, True, False]
    assert run("alternatives", "check", tmp_path / "rien").returncode == 2


def test_the_list_says_of_each_quality_what_the_site_says(site: Path) -> None:
    page = (site / "alternatives/index.html").read_text(encoding="utf-8")
    rows = re.findall(r'<a href="([a-z-]+)\.html">.*?</th>(.*?)</tr>', page[page.index("<tbody>") :])
    shown = {name: re.findall(r'<td data-label="(Souveraine|Ouverte|Mutualisable)">(.*?)</td>', cells) for name, cells in rows}
    lines = {
        name: re.findall(r"(souveraine|ouverte|mutualisable) : (oui|en partie|non vérifié)", line)
        for line in run("alternatives", "list").stdout.replace("\u00a0", " ").splitlines()
        for name in re.findall(r"\[([a-z-]+)\]", line)
    }
    assert len(lines) == 14
    assert lines == {name: [(label.lower(), level) for label, level in cells] for name, cells in shown.items()}


def test_the_list_keeps_what_is_so_in_part_only_when_it_is_asked() -> None:
    asked = ("alternatives", "list", "--quality", "ouverte")
    assert "[nextcloud]" not in run(*asked).stdout
    assert "[nextcloud]" in run(*asked, "--partly").stdout


def test_a_list_that_keeps_nothing_says_so(tmp_path: Path) -> None:
    shutil.copy(ROOT / "docs/alternatives/nextcloud.yml", tmp_path)
    assert run("alternatives", "list", tmp_path, "--quality", "souveraine").stdout == "Aucun logiciel ne répond.\n"
