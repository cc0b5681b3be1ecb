"""The library in a terminal: what it lists, what it exports is imported again, nothing is lost."""

import html
import json
import re
import shlex
import shutil
from pathlib import Path

import pytest

from boussole.model import Doctrine
from boussole.sheets import read_sheets
from tests.commands import run
from tests.conftest import ROOT

FICHES = ROOT / "tests/fiches/fiches.json"
LEAKS = "detection-de-fuites-d-eau"


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A folder like a checkout, where commands may write."""
    for name in ("usages", "registre"):
        shutil.copytree(ROOT / "docs" / name, tmp_path / "docs" / name, ignore=shutil.ignore_patterns("*.md"))
    (tmp_path / "tests").symlink_to(ROOT / "tests")
    (tmp_path / "build").mkdir()
    return tmp_path


def plain(text: str) -> str:
    return text.replace("\xa0", " ").replace("\u202f", " ")


def test_the_commands_of_the_guide_run_in_their_order(desk: Path) -> None:
    guide = (ROOT / "docs/maintenir/usages.md").read_text(encoding="utf-8")
    shown = [line for block in re.findall(r"```sh\n(.*?)```", guide, re.DOTALL) for line in block.splitlines()]
    assert len(shown) == 7
    for command in shown:
        program, *arguments = shlex.split(command)
        result = run(*arguments, cwd=desk)
        assert (program, result.returncode, result.stderr) == ("boussole", 0, ""), command


def test_the_library_that_is_published_is_sound() -> None:
    result = run("library", "check")
    assert (result.returncode, plain(result.stdout)) == (0, "14 genres corrects, 6 fiches d’ailleurs.\n")


def test_what_is_in_no_kind_is_an_advice_and_not_a_fault(desk: Path) -> None:
    (desk / "docs/usages/tri-des-dechets.yml").unlink()
    result = run("library", "check", cwd=desk)
    assert result.returncode == 1
    assert "usage « tri-des-dechets-par-camera » dans aucun genre" in plain(result.stdout)


def test_the_list_keeps_a_domain_or_a_criterion() -> None:
    assert len(run("library", "list").stdout.splitlines()) == 14
    water = plain(run("library", "list", "--domain", "Eau").stdout)
    assert water == f"Eau : Détection de fuites d’eau [{LEAKS}], 2 réels, 2 exemples\n"
    rights = plain(run("library", "list", "--domain", "Action sociale").stdout)
    assert "[calcul-d-un-droit], 2 algorithmes publics, 0 exemple\n" in rights
    found = run("library", "list", "--criterion", "alternative").stdout
    assert "[prevision-de-frequentation]" in found
    assert LEAKS not in found


def test_the_list_names_criteria_by_their_labels_and_says_when_it_is_empty(doctrine: Doctrine) -> None:
    listed = plain(run("library", "list").stdout)
    decided = [line.split("décidé par : ")[1] for line in listed.splitlines() if "décidé par" in line]
    labels = {section.label for section in doctrine.sections}
    assert decided
    assert {name for line in decided for name in line.split(" ; ")} <= labels
    told = run("library", "list", "--criterion", "transparence")
    label = doctrine.section("transparence").label
    assert (told.returncode, plain(told.stdout)) == (0, f"Aucun genre d’usage où « {label} » a décidé.\n")


def test_a_kind_shows_in_the_terminal_what_its_page_says(site: Path) -> None:
    for path in sorted((ROOT / "docs/usages").glob("*.yml")):
        done = run("library", "show", path.stem)
        assert (done.returncode, done.stderr) == (0, ""), path.stem
        page = (site / f"usages/{path.stem}.html").read_text(encoding="utf-8")
        page = plain(html.unescape(re.sub(r"<[^>]+>", "", page[page.index("<main") : page.index("</main>")])))
        lines = [line.strip(" -") for line in plain(done.stdout).splitlines()]
        for line in lines:
            label, _, value = line.partition(" : ")
            if label in ("Décision", "Conclusion", "Résumé", "État", "Ce qui changerait l’avis", "Ce qui a changé l’avis"):
                assert value.removeprefix("« ").removesuffix(" »") in page, (path.stem, line)
        assert all(line[2:].split(" (")[0] in page for line in plain(done.stdout).splitlines() if line.startswith("- "))


def test_what_was_concluded_is_shown_with_who_says_it_and_where() -> None:
    shown = plain(run("library", "show", "reconnaissance-faciale-a-l-entree").stdout)
    for told in ("Oui : 1 expérience réelle ailleurs.", "Abandonné le 27 février 2020", "  Avis : ", "Conclusion : ", "https://"):
        assert told in shown
    real, invented = shown.split("\nExemples inventés\n")
    assert "Source : " in real
    assert "Rien ici n’a eu lieu" in invented
    assert not re.search(r"<\w+|favorable-sous|\[[a-z-]+\]", shown)
    refused = run("library", "show", "transcription")
    assert refused.returncode == 2
    assert "genre « transcription » : attendu" in plain(refused.stderr)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("list", "--domain", "Eaux"), "domaine « Eaux »"),
        (("list", "--criterion", "biometri"), "biometrie"),
        (("check", "--folder", "nulle-part"), "introuvable"),
        (("export", "-o", "fiches.csv"), ".json"),
        (("export", "-o", "build/f.json", "--site", "http://x"), "https://"),
        (("import", "nulle-part.json", "--kind", LEAKS), "fichier-illisible"),
        (("import", "tests/fiches/fiches.json", "--kind", "fuites"), "genre « fuites »"),
        (("import", "tests/fiches/fiches.json"), "--kind"),
        (("import", "tests/fiches/fiches.json", "--kind", LEAKS, "--only", "autre"), "fiche « autre »"),
        (("import", "tests/fiches/fiches.json", "--kind", LEAKS, "--only", "inconnue"), "recherche-classique"),
    ],
)
def test_what_cannot_be_done_is_told_in_french(arguments: tuple[str, ...], told: str, desk: Path) -> None:
    result = run("library", *arguments, cwd=desk)
    assert result.returncode == 2
    assert told in plain(result.stderr)
    assert "Traceback" not in result.stderr
    assert len(list((desk / "docs/usages/ailleurs").iterdir())) == 6


def test_an_import_leaves_what_is_there_and_asks_before_it_replaces(desk: Path) -> None:
    ask = ("library", "import", "tests/fiches/fiches.json", "--kind", LEAKS)
    assert "1 fiche écrite" in plain(run(*ask, cwd=desk).stdout)  # the invented one stays out
    assert "0 fiche écrite, 1 déjà là." in plain(run(*ask, cwd=desk).stdout)
    assert "1 fiche écrite, 1 déjà là." in plain(run(*ask, "--examples", cwd=desk).stdout)
    assert "0 fiche écrite, 2 déjà là." in plain(run(*ask, "--examples", cwd=desk).stdout)
    changed = json.loads(FICHES.read_text(encoding="utf-8"))
    changed["sheets"][1]["title"] = "Un autre titre"
    (desk / "autres.json").write_text(json.dumps(changed), encoding="utf-8")
    refused = run("library", "import", "autres.json", "--kind", LEAKS, cwd=desk)
    assert refused.returncode == 2
    assert "--force" in refused.stderr
    path = desk / "docs/usages/ailleurs/syndicat-des-eaux-d-exemple-recherche-classique.yml"
    assert "Un autre titre" not in path.read_text(encoding="utf-8")
    assert run("library", "import", "autres.json", "--kind", LEAKS, "--force", cwd=desk).returncode == 0
    assert "Un autre titre" in path.read_text(encoding="utf-8")
    assert 'origin: "autres.json"' in path.read_text(encoding="utf-8")


def test_an_import_never_writes_out_of_the_library(desk: Path) -> None:
    ask = ("library", "import", "tests/fiches/fiches.json", "--kind", LEAKS, "--examples")
    place = desk / "docs/usages/ailleurs/syndicat-des-eaux-d-exemple-recherche-classique.yml"
    run(*ask, cwd=desk)
    before = {path.name for path in place.parent.iterdir()}
    for path in place.parent.glob("*exemple*"):
        if path != place:
            path.unlink()
    left = {path.name for path in place.parent.iterdir()}
    assert before > left  # another one could be written
    place.rename(desk / "ailleurs.yml")
    place.symlink_to(desk / "ailleurs.yml")
    text = (desk / "ailleurs.yml").read_text(encoding="utf-8").replace("classique", "moderne")
    (desk / "ailleurs.yml").write_text(text, encoding="utf-8")
    done = run(*ask, "--force", cwd=desk)
    assert done.returncode == 2
    assert "lien qui sort du dossier, laissé intact" in done.stderr
    assert (desk / "ailleurs.yml").read_text(encoding="utf-8") == text
    assert {path.name for path in place.parent.iterdir()} == left


def test_what_is_taken_can_be_passed_on_unchanged(desk: Path) -> None:
    run("library", "import", "tests/fiches/fiches.json", "--kind", LEAKS, "--examples", cwd=desk)
    assert run("library", "export", "--which", "elsewhere", "-o", "build/passe.json", cwd=desk).returncode == 0
    passed = read_sheets((desk / "build/passe.json").read_text(encoding="utf-8"), "passe.json")
    given = read_sheets(FICHES.read_text(encoding="utf-8"), "fiches.json")
    assert [one for one in given if one not in passed] == []


@pytest.mark.parametrize("site", [(), ("--site", "https://ia.example")])
@pytest.mark.parametrize("which", ["ours", "real", "elsewhere"])
def test_what_is_exported_is_imported_again_or_is_not_written(desk: Path, which: str, site: tuple[str, ...]) -> None:
    done = run("library", "export", "--which", which, *site, "-o", "build/f.json", cwd=desk)
    written = desk / "build/f.json"
    assert (done.returncode == 0) is written.exists()
    if done.returncode:
        assert not site
        assert "2 usages réels n’auraient pas de source" in plain(done.stderr)
        assert "--site" in done.stderr
        return
    for path in (desk / "docs/usages/ailleurs").iterdir():
        path.unlink()
    kind = ("--kind", LEAKS) if which == "elsewhere" else ()  # theirs name no kind of ours
    taken = run("library", "import", "build/f.json", "--examples", *kind, cwd=desk)
    assert (taken.returncode, taken.stderr) == (0, "")
    given = read_sheets(written.read_text(encoding="utf-8"), "f.json")
    assert len(list((desk / "docs/usages/ailleurs").iterdir())) == len(given) > 0


def test_an_export_that_others_would_refuse_is_not_written(desk: Path) -> None:
    place = desk / "docs/registre/tarification-solidaire-eau.yml"
    text = place.read_text(encoding="utf-8")
    place.write_text(re.sub(r"(?m)^contact: .*\n", "", text) + "contact: prenom.nom@metropole.example\n", encoding="utf-8")
    done = run("library", "export", "--site", "https://ia.example", "-o", "build/f.json", cwd=desk)
    assert done.returncode == 2
    assert "[donnee-personnelle]" in done.stderr
    assert not (desk / "build/f.json").exists()


def test_an_export_replaces_a_file_only_when_it_is_asked(desk: Path) -> None:
    ask = ("library", "export", "--site", "https://ia.example", "-o", "build/f.json")
    assert run(*ask, cwd=desk).returncode == 0
    assert run(*ask, cwd=desk).returncode == 2
    assert run(*ask, "--force", cwd=desk).returncode == 0
    assert run("library", "import", "build/f.json", "--only", "tarification-solidaire-eau", cwd=desk).returncode == 0


def test_a_faulty_file_writes_nothing_and_tells_every_fault(desk: Path) -> None:
    faulty = json.loads(FICHES.read_text(encoding="utf-8"))
    faulty["sheets"][0]["contact"] = "prenom.nom@syndicat.example"
    del faulty["sheets"][1]["source"]
    (desk / "fautive.json").write_text(json.dumps(faulty, indent=1), encoding="utf-8")
    result = run("library", "import", "fautive.json", "--kind", LEAKS, "--examples", cwd=desk)
    assert result.returncode == 2
    assert "[donnee-personnelle]" in result.stderr
    assert "[fait-sans-source]" in result.stderr
    assert len(list((desk / "docs/usages/ailleurs").iterdir())) == 6


def test_the_future_is_measured_from_the_day_of_publication(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1766000000")  # 2025, before every sheet was written
    for command in (("check",), ("import", FICHES, "--kind", LEAKS)):
        result = run("library", *command, cwd=desk)
        assert result.returncode == 2
        assert "qui n’est pas encore venu [date-a-venir]" in result.stderr


def test_a_file_that_is_badly_encoded_is_told_without_its_line(desk: Path) -> None:
    (desk / "reçues.json").write_bytes(b'{"sheets": [\n {"title": "Un secret d\xe9voil\xe9"}]}')
    result = run("library", "import", "reçues.json", cwd=desk)
    assert result.returncode == 2
    assert result.stderr.startswith("reçues.json:2:24: octet qui n’est pas de l’UTF-8 [encodage]\n")
    assert "secret" not in result.stderr
