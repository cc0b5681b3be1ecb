"""Every published opinion is found again from the published data, in three ways that share no code; or the one that differs."""

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from boussole.cells import END, read
from boussole.dossier import Dossier, Measure
from boussole.errors import SourceError
from boussole.outputs.opendata import SUMS
from boussole.recomputing import NEEDED, recompute
from tests.conftest import ROOT
from tests.registers import NANTES, case_dossiers, packed, published, random_dossiers, uses_of, whole_dossier, write_all

TINY = packed({"doctrine.json": "{}"})
AHEAD = {"sobriete.usage-reel": [Measure(on=date(2026, 11, 26), value=999, source="une date à venir")]}
USES = uses_of(
    [*case_dossiers(), whole_dossier(), *random_dossiers(300), replace(case_dossiers()[0], id="demain", measures=AHEAD)]
)
Ways = Callable[[Path], tuple[int, list[str]]]


@pytest.fixture(scope="module")
def files() -> dict[str, str]:
    return published(USES)


@pytest.fixture(scope="module")
def cases() -> dict[str, str]:
    return published(USES[:24])


def by_library(folder: Path) -> tuple[int, list[str]]:
    found = recompute({path.name: path.read_bytes().decode() for path in folder.iterdir() if path.is_file()})
    return int(bool(found.differences)), list(dict.fromkeys(difference.use for difference in found.differences))


def run(folder: Path, *command: str) -> tuple[int, list[str]]:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    return done.returncode, [line.partition(" : ")[0] for line in done.stdout.splitlines() if " : publié " in line]


def by_script(folder: Path) -> tuple[int, list[str]]:
    # -I and -S: nothing but the language itself, as on a machine that never heard of boussole.
    return run(folder, sys.executable, "-I", "-S", "recalculer.py")


def by_node(folder: Path) -> tuple[int, list[str]]:
    return run(folder, "node", "recalculer.js")


WAYS = pytest.mark.parametrize("way", [by_library, by_script, by_node])


@WAYS
def test_every_published_opinion_is_found_again(files: dict[str, str], tmp_path: Path, way: Ways) -> None:
    assert way(write_all(tmp_path, files)) == (0, [])


def test_the_random_uses_are_worth_something() -> None:
    opinions = {use.current.opinion for use in USES}
    assert opinions == {None, *NANTES.levels}
    assert len({use.current.attainable for use in USES}) > 8
    assert sum(use.current.is_moved for use in USES) > 40
    assert sum(bool(use.dossier.disagreements(NANTES)) for use in USES) > 100


@WAYS
def test_an_empty_register_has_nothing_that_differs(tmp_path: Path, way: Ways) -> None:
    assert way(write_all(tmp_path, published([]))) == (0, [])


def changing_cells() -> list[tuple[str, str, str]]:
    """Answers that are alone to decide: of each case, one question, its answer and another that leads elsewhere."""
    found = []
    for use in USES[:24]:
        for name, given in use.dossier.answers.items():
            others = [option for option in NANTES.questions[name].choices if option != given]
            changed = [option for option in others if moved(use.dossier, name, option)]
            if changed:
                found.append((use.dossier.id, name, changed[0]))
                break
    return found


def moved(dossier: Dossier, name: str, option: str) -> bool:
    return bool(dossier.answer(NANTES, name, option).assess(NANTES).attainable != dossier.assess(NANTES).attainable)


@WAYS
def test_a_cell_of_evaluations_that_is_changed_names_exactly_its_use(cases: dict[str, str], tmp_path: Path, way: Ways) -> None:
    cells = changing_cells()
    assert len(cells) > 20
    for use, question, option in cells[::5]:
        changed = {**cases, "evaluations.csv": answered(cases["evaluations.csv"], use, question, option)}
        assert way(write_all(tmp_path / use, changed)) == (1, [use])


def answered(text: str, use: str, question: str, option: str) -> str:
    """The table where one answer of one use is another."""
    lines = read(text)
    rank = next(rank for rank, line in enumerate(lines, 1) if (line["usage_id"], line["question_id"]) == (use, question))
    cut, given = text.split(END), f",sans-role,sans-role,{lines[rank - 1]['reponse']},"
    assert given in cut[rank]
    cut[rank] = cut[rank].replace(given, f",sans-role,sans-role,{option},")
    return END.join(cut)


@WAYS
def test_a_published_opinion_that_is_changed_names_its_use(cases: dict[str, str], tmp_path: Path, way: Ways) -> None:
    line = next(line for line in cases["registre.csv"].split(END) if "registre/videosurveillance-algorithmique.html" in line)
    changed = cases["registre.csv"].replace(line, line.replace(",refuse,refuse,", ",favorable,favorable,"))
    assert changed != cases["registre.csv"]
    assert way(write_all(tmp_path, {**cases, "registre.csv": changed})) == (1, ["videosurveillance-algorithmique"])


@WAYS
@pytest.mark.parametrize("is_settled", [True, False])
def test_the_opinion_of_the_day_alone_that_is_changed_names_its_use(tmp_path: Path, way: Ways, is_settled: bool) -> None:
    use = next(use for use in USES if (use.current.opinion == "refuse") is is_settled and is_settled is bool(use.current.opinion))
    small = published([use])
    cells = f",{use.current.opinion or ''},{' '.join(use.current.attainable)},"
    assert small["registre.csv"].count(cells) == 1
    changed = small["registre.csv"].replace(cells, f",favorable,{' '.join(use.current.attainable)},")
    assert way(write_all(tmp_path, {**small, "registre.csv": changed})) == (1, [use.dossier.id])


@WAYS
def test_a_use_whose_line_is_taken_out_of_the_register_is_named(cases: dict[str, str], tmp_path: Path, way: Ways) -> None:
    lines = cases["registre.csv"].split(END)
    name = read(cases["registre.csv"])[3]["id"]
    assert way(write_all(tmp_path, {**cases, "registre.csv": END.join([*lines[:4], *lines[5:]])})) == (1, [name])


@WAYS
def test_a_measure_that_is_changed_names_its_use(tmp_path: Path, way: Ways) -> None:
    small = published(uses_of([*case_dossiers()[2:5], *weighing()]))
    changed = {**small, "mesures.csv": small["mesures.csv"].replace(",999,", ",1,")}
    assert changed != small
    assert way(write_all(tmp_path / "before", small)) == (0, [])
    assert way(write_all(tmp_path / "after", changed)) == (1, ["pese"])


def weighing() -> list[Dossier]:
    """A use whose opinion its last measure alone decides."""
    case = next(use.dossier for use in USES[:24] if use.current.opinion == "favorable")
    values = [Measure(on=date(2025, month, 1), value=value, source="essai") for month, value in ((1, 1), (2, 999))]
    return [replace(case, id="pese", measures={"sobriete.usage-reel": values})]


# -- the command --------------------------------------------------------------------------------------------------------------


def told(*arguments: str) -> tuple[int, str]:
    done = subprocess.run([sys.executable, "-m", "boussole", *arguments], capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr
    return done.returncode, done.stdout + done.stderr


def test_the_command_reads_a_folder_or_an_archive(cases: dict[str, str], tmp_path: Path) -> None:
    archive = tmp_path / "registre.zip"
    archive.write_bytes(packed(cases))
    everything = (0, f"24 usages lus, 0 qui diffèrent, {len(cases) - 1} sommes vérifiées, doctrine et règles relues.\n")
    assert told("recompute", str(archive)) == everything
    assert told("recompute", str(write_all(tmp_path / "donnees", cases))) == everything


def test_the_command_names_what_differs_and_the_file_that_was_changed(cases: dict[str, str], tmp_path: Path) -> None:
    use, question, option = changing_cells()[0]
    changed = {**cases, "evaluations.csv": answered(cases["evaluations.csv"], use, question, option)}
    code, text = told("recompute", str(write_all(tmp_path, changed)))
    *differences, altered, last = text.splitlines()
    assert code == 1
    assert all(line.startswith(f"{use} : avis") for line in differences)
    assert altered == f"evaluations.csv : ce n’est plus le fichier publié, sa somme n’est pas celle de {SUMS}"
    assert last == f"24 usages lus, 1 qui diffèrent, {len(cases) - 1} sommes vérifiées, doctrine et règles relues."


@pytest.mark.parametrize("name", ["evenements.csv", "schemas/mesures.json", "recalculer.py", "usages/tri-des-dechets.json"])
@pytest.mark.parametrize("is_packed", [True, False])
def test_any_file_that_was_changed_or_taken_out_is_told(
    cases: dict[str, str], tmp_path: Path, name: str, is_packed: bool
) -> None:
    name = name if name in cases else next(known for known in cases if known.startswith("usages/"))

    def said(files: dict[str, str], place: str) -> tuple[int, str]:
        if not is_packed:
            return told("recompute", str(write_all(tmp_path / place, files)))
        (tmp_path / place).write_bytes(packed(files))
        return told("recompute", str(tmp_path / place))

    code, text = said({**cases, name: cases[name] + " "}, "changed")
    assert (code, text.splitlines()[0]) == (1, f"{name} : ce n’est plus le fichier publié, sa somme n’est pas celle de {SUMS}")
    code, text = said({known: text for known, text in cases.items() if known != name}, "absent")
    assert (code, text.splitlines()[0]) == (1, f"{name} : absent, alors que {SUMS} en donne la somme")


def test_missing_sums_are_told(cases: dict[str, str], tmp_path: Path) -> None:
    without = {name: text for name, text in cases.items() if name != SUMS}
    code, text = told("recompute", str(write_all(tmp_path / "none", without)))
    assert (code, f"{SUMS} : absent ; rien ne dit que ces fichiers sont ceux qui ont été publiés" in text) == (1, True)
    fewer = "".join(line for line in cases[SUMS].splitlines(keepends=True) if "mesures.csv" not in line)
    code, text = told("recompute", str(write_all(tmp_path / "fewer", {**cases, SUMS: fewer})))
    assert (code, text.startswith(f"mesures.csv : sans somme dans {SUMS}")) == (1, True)


def test_sums_never_lead_out_of_the_folder(cases: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("", encoding="utf-8")
    outside = "".join(f"{'0' * 64}  {name}\n" for name in ("../secret", str(tmp_path / "secret"), "/dev/zero", "."))
    code, text = told("recompute", str(write_all(tmp_path / "donnees", {**cases, SUMS: cases[SUMS] + outside})))
    assert (code, text.splitlines()[0].endswith(f": absent, alors que {SUMS} en donne la somme")) == (1, True)


def test_a_measure_of_a_day_that_does_not_exist_is_told_in_french() -> None:
    small = published(uses_of([whole_dossier()]))
    changed = {**small, "mesures.csv": small["mesures.csv"].replace("2024-03-01", "2024-02-31", 1)}
    [difference] = recompute(changed).differences
    assert difference.found == "travail.charge-et-sens : « 2024-02-31 » n’est pas un jour qui existe"


def test_a_change_that_moves_no_opinion_is_seen_by_the_sums(cases: dict[str, str], tmp_path: Path) -> None:
    changed = {**cases, "evaluations.csv": cases["evaluations.csv"].replace("sans-role,sans-role", "dpo,dpo", 1)}
    code, text = told("recompute", str(write_all(tmp_path, changed)))
    assert (code, len(text.splitlines())) == (1, 2)
    assert text.startswith("evaluations.csv : ce n’est plus le fichier publié")


BAD = {
    "unknown-answer": ("evaluations.csv", ",oui,", ",peut-être,", "reponse"),
    "unknown-question": ("evaluations.csv", "profil.personnes", "profil.inconnue", "reponse"),
    "unknown-use": ("evaluations.csv", "\r\nentier,", "\r\nfantome,", "id"),
    "twice": ("registre.csv", ",entier,registre", ",double,registre", "id"),
    "not-a-number": ("mesures.csv", ",3.5,", ",beaucoup,", "valeur"),
    "not-a-day": ("mesures.csv", "2024-03-01", "2024-02-31", "valeur"),
    "unknown-indicator": ("mesures.csv", "travail.charge-et-sens,1", "travail.inconnu,1", "valeur"),
}


@pytest.mark.parametrize(("name", "before", "after", "column"), BAD.values(), ids=BAD)
def test_what_cannot_be_read_is_named(name: str, before: str, after: str, column: str) -> None:
    files = published(uses_of([whole_dossier(), replace(whole_dossier(), id="double")]))
    assert before in files[name]
    found = recompute({**files, name: files[name].replace(before, after, 1)})
    assert [difference.column for difference in found.differences][:1] == [column]
    assert found.altered == (name,)


def test_a_doctrine_whose_rules_are_not_its_own_is_refused(cases: dict[str, str]) -> None:
    data = json.loads(cases["doctrine.json"])
    data["rules"]["questions"][0]["options"][0]["effect"] = "refuse"
    with pytest.raises(SourceError, match="règles qui ne sont pas celles de leur source"):
        recompute({**cases, "doctrine.json": json.dumps(data)})


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"source": 1}'])
def test_a_doctrine_that_cannot_be_read_is_told(cases: dict[str, str], text: str) -> None:
    with pytest.raises(SourceError, match="doctrine illisible"):
        recompute({**cases, "doctrine.json": text})


def test_a_table_without_a_column_is_told(cases: dict[str, str]) -> None:
    with pytest.raises(SourceError, match="il manque « reponse »"):
        recompute({**cases, "evaluations.csv": cases["evaluations.csv"].replace(",reponse,", ",autre,", 1)})


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "ceci n’est pas une archive ; attendu : registre.zip, ou le dossier des données"),
        (b"PK\x05\x06" + b"\0" * 18, "il manque doctrine.json, registre.csv, evaluations.csv, mesures.csv"),
        (TINY[:-60] + TINY[-22:], "archive abîmée ; la télécharger à nouveau"),
    ],
    ids=["empty", "nothing-inside", "damaged"],
)
def test_an_archive_that_cannot_be_used_is_told(tmp_path: Path, content: bytes, expected: str) -> None:
    place = tmp_path / "registre.zip"
    place.write_bytes(content)
    code, text = told("recompute", str(place))
    assert (code, text.splitlines()[0]) == (2, f"boussole : {place} : {expected}")


def test_a_folder_without_the_data_is_told(tmp_path: Path) -> None:
    code, text = told("recompute", str(tmp_path / "absent"))
    assert (code, "il manque doctrine.json" in text) == (2, True)


def test_a_table_that_is_not_text_is_told(cases: dict[str, str], tmp_path: Path) -> None:
    folder = write_all(tmp_path, cases)
    (folder / "mesures.csv").write_bytes(b"\xff\xfe")
    code, text = told("recompute", str(folder))
    assert (code, "mesures.csv : ce n’est pas du texte en UTF-8" in text) == (2, True)


def test_the_script_is_short() -> None:
    lines = published([])["recalculer.py"].splitlines()
    assert len([line for line in lines if line.strip() and not line.startswith(('"""', "import", "from"))]) < 48


def test_the_javascript_reads_any_cell() -> None:
    script = (
        'const { table } = require("./src/boussole/static/recompute.js");'
        'console.log(JSON.stringify(table(require("fs").readFileSync(0, "utf8"))));'
    )
    table = 'a,b\r\n"""x"" ; ""","d\r\ne"\r\n,""\r\nfin,"y,z"'
    done = subprocess.run(["node", "-e", script], input=table, capture_output=True, text=True, check=True, cwd=ROOT)
    assert json.loads(done.stdout) == [{"a": '"x" ; "', "b": "d\r\ne"}, {"a": "", "b": ""}, {"a": "fin", "b": "y,z"}]


@pytest.mark.browser
def test_the_page_finds_opinions_again_without_any_request(page: Page, site: Path, cases: dict[str, str], tmp_path: Path) -> None:
    folder = write_all(tmp_path, cases)
    page.goto((site / "registre" / "recalculer.html").as_uri())
    chosen = [folder / name for name in NEEDED]
    page.set_input_files("#boussole-recompute", chosen[1:])
    said = page.locator("#boussole-recomputed")
    expect(said).to_have_text("Il manque : doctrine.json. Choisissez les quatre fichiers ensemble.")
    assert "Il manque\xa0: doctrine.json" in (said.text_content() or "")
    page.set_input_files("#boussole-recompute", chosen)
    expect(said).to_have_text("Chaque avis publié est retrouvé.Usages lus : 24")
    use, question, option = changing_cells()[0]
    chosen[2].write_text(answered(cases["evaluations.csv"], use, question, option), encoding="utf-8", newline="")
    page.set_input_files("#boussole-recompute", [])
    page.set_input_files("#boussole-recompute", chosen)
    expect(said.locator("p").first).to_contain_text(f"{use} : publié «")
    chosen[0].write_text("{", encoding="utf-8")
    page.set_input_files("#boussole-recompute", [])
    page.set_input_files("#boussole-recompute", chosen)
    expect(said).to_have_text("Un fichier ne se lit pas : ce n’est pas celui qui est publié.")
