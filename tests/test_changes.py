"""`boussole diff`, `accept` and `migrate`, run as a maintainer runs them."""

import contextlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

import boussole
from boussole import Doctrine, Dossier, load_dossier, save_dossier
from boussole.difference import compare
from boussole.dossier import Opinion
from boussole.filing import write_yaml
from boussole.impact import Impact, Past, Report, weigh
from boussole.loading import load_text
from boussole.model import Case, TurningPoint
from boussole.outputs.changes import FOLDED, render_json, render_markdown, render_text
from boussole.writing import typeset
from tests.commands import run
from tests.conftest import ROOT
from tests.mutation import changed
from tests.test_cli import ENGLISH

MINIMAL = (ROOT / "tests/sources/good/minimal.yml").read_text(encoding="utf-8")
RETIRED = (ROOT / "tests/sources/good/retraits.yml").read_text(encoding="utf-8")
NANTES = boussole.load()
QUESTION = next(iter(load_text(MINIMAL).questions))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder under git, with a doctrine in two states: as it was adopted, and with another question today."""
    git(tmp_path, "init", "-q")
    (tmp_path / "d.yml").write_text(MINIMAL, encoding="utf-8")
    git(tmp_path, "add", "d.yml")
    git(tmp_path, "commit", "-q", "-m", "Adopt")
    git(tmp_path, "tag", "v1")
    (tmp_path / "d.yml").write_text(harder(MINIMAL), encoding="utf-8")
    return tmp_path


def git(folder: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=x", "-c", "user.email=x@exemple.fr", "-c", "commit.gpgsign=false")
    subprocess.run(["git", "-C", str(folder), *identity, *arguments], check=True, capture_output=True)


def harder(source: str) -> str:
    """A source with one more question, which can refuse."""
    question = (
        "      - id: droit.neuve\n        ask: Une question neuve ?\n        why: Pour l’essai.\n        asked_of: [metier]\n"
        "        options:\n          oui: {}\n          non: {effect: refuse, because: x, remedy: x}\n"
    )
    return (
        source.rstrip("\n") + "\n" + question if "retired:" not in source else source.replace("retired:", question + "retired:")
    )


# -- diff ---------------------------------------------------------------------------------------------------------------


def test_a_revision_is_compared_with_the_file_as_it_is_now(folder: Path) -> None:
    for old in ("v1", "HEAD", "v1:d.yml"):
        result = run("--doctrine", "d.yml", "diff", old, cwd=folder)
        assert result.returncode == 1, result.stderr
        assert result.stdout.startswith("Nouvelle version\xa0: strictement plus exigeante\n")
        assert "Question ajoutée\xa0: Une question neuve\u202f?" in result.stdout
        assert result.stderr == ""


def test_two_files_are_compared_and_the_same_file_changes_nothing(folder: Path) -> None:
    (folder / "avant.yml").write_text(MINIMAL, encoding="utf-8")
    back = run("diff", "d.yml", "avant.yml", cwd=folder)
    assert (back.returncode, back.stdout.split("\n")[0]) == (1, "Nouvelle version\xa0: strictement moins exigeante")
    same = run("diff", "avant.yml", "avant.yml", cwd=folder)
    assert same.returncode == 0
    assert "Les deux versions disent la même chose." in same.stdout


def test_a_doctrine_of_the_program_is_compared_by_its_name_and_the_source_of_a_folder_by_default(folder: Path) -> None:
    named = run("diff", "nantes", "d.yml", cwd=folder)
    assert (named.returncode, named.stderr) == (1, "")
    assert f"De « nantes » {NANTES.doctrine.version} ({NANTES.fingerprint[:12]}) à « minimale »".replace(" »", "\xa0»").replace(
        "« ", "«\xa0"
    ) in named.stdout.replace("\n    ", " ")
    (folder / "doctrine.yml").write_text(MINIMAL, encoding="utf-8")
    found = run("diff", "d.yml", cwd=folder)
    assert (found.returncode, found.stderr) == (1, "")
    assert "à «\xa0minimale\xa0»" in found.stdout.replace("\n    ", " ")


def test_a_change_of_words_alone_exits_with_0(folder: Path) -> None:
    ask = load_text(MINIMAL).questions[QUESTION].ask
    (folder / "d.yml").write_text(MINIMAL.replace(ask, "Autrement dit ?"), encoding="utf-8")
    result = run("--doctrine", "d.yml", "diff", "v1", cwd=folder)
    assert result.returncode == 0
    assert "les règles ne changent pas" in result.stdout
    assert f"question [{QUESTION}]\xa0: récriture (ask)" in result.stdout


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("diff",), "il manque « ANCIENNE »"),
        (("diff", "v0"), "« v0 » n’est ni un fichier, ni une révision git"),
        (("diff", "v1:absent.yml"), "« v1:absent.yml » n’est ni un fichier"),
        (("diff", "--", "--output=x"), "« --output=x » n’est ni un fichier"),
        (("diff", "a\nb"), "n’est ni un fichier"),
        (("diff", "v1", "--format", "xml"), "valeur inconnue ; attendu : text, md, json"),
        (("diff", "v1", "--dossiers", "absent"), "introuvable : « absent »"),
        (("diff", "faux.yml"), "faux.yml:1:1"),
    ],
)
def test_misuse_is_told_in_french(folder: Path, arguments: tuple[str, ...], told: str) -> None:
    (folder / "faux.yml").write_text("rien: du tout\n", encoding="utf-8")
    result = run("--doctrine", "d.yml", *arguments, cwd=folder)
    assert result.returncode == 2
    assert told in result.stderr
    assert "Traceback" not in result.stderr
    assert not (folder / "x").exists()


def test_the_help_is_in_french() -> None:
    for command in ("diff", "accept", "migrate"):
        result = run(command, "--help")
        assert result.returncode == 0
        assert not any(word in result.stdout for word in ENGLISH)


def test_a_source_whose_cases_no_longer_hold_is_still_compared(folder: Path) -> None:
    source = (ROOT / "src/boussole/doctrines/nantes.yml").read_text(encoding="utf-8")
    start = source.index("- id: droit.aipd\n")
    before = NANTES.effect_of("droit.aipd", "non")
    after = NANTES.level("a-retravailler" if before.id == "suspendu" else "suspendu")
    edited = source[:start] + source[start:].replace(f"effect: {before.id}", f"effect: {after.id}", 1)
    (folder / "n.yml").write_text(edited, encoding="utf-8")
    (folder / "avant.yml").write_text(source, encoding="utf-8")
    assert run("check", "n.yml", cwd=folder).returncode == 2
    result = run("diff", "avant.yml", "n.yml", cwd=folder)
    assert result.returncode == 1
    assert f"{NANTES.case('preselection-de-candidatures').title}\xa0: {before.label} → {after.label}." in result.stdout


def test_witnesses_are_dossiers_that_open_and_obtain_what_they_show(folder: Path) -> None:
    (folder / "avant.yml").write_text(MINIMAL, encoding="utf-8")
    assert run("diff", "avant.yml", "d.yml", "--witnesses", "t", cwd=folder).returncode == 1
    old, new = boussole.load(folder / "avant.yml"), boussole.load(folder / "d.yml")
    assert sorted(path.name for path in (folder / "t").iterdir()) == [
        "favorable-vers-refuse-apres.yml",
        "favorable-vers-refuse-avant.yml",
    ]
    before = load_dossier(folder / "t/favorable-vers-refuse-avant.yml", old)
    after = load_dossier(folder / "t/favorable-vers-refuse-apres.yml", new)
    assert (before.assess(old).opinion, after.assess(new).opinion) == ("favorable", "refuse")
    assert before.kind == after.kind == "example"
    assert run("--doctrine", "d.yml", "check", "t/favorable-vers-refuse-apres.yml", cwd=folder).returncode == 0


def test_witnesses_are_all_written_or_none(folder: Path) -> None:
    (folder / "avant.yml").write_text(MINIMAL, encoding="utf-8")
    (folder / "t").mkdir()
    (folder / "t/favorable-vers-refuse-apres.yml").symlink_to(folder / "dehors.yml")
    done = run("diff", "avant.yml", "d.yml", "--witnesses", "t", cwd=folder)
    assert (done.returncode, "lien qui sort du dossier" in done.stderr) == (2, True)
    assert [path.name for path in (folder / "t").iterdir()] == ["favorable-vers-refuse-apres.yml"]


def test_past_dossiers_are_weighed_and_those_that_cannot_be_read_are_told(folder: Path) -> None:
    old = load_text(MINIMAL)
    (folder / "dossiers").mkdir()
    best = next(name for name, option in old.questions[QUESTION].choices.items() if option.effect is None)
    save_dossier(boussole.new_dossier(old, "un", "Un").answer(old, QUESTION, best), folder / "dossiers/un.yml", old)
    result = run("--doctrine", "d.yml", "diff", "v1", "--dossiers", "dossiers", cwd=folder)
    assert result.returncode == 1
    counted = "1\xa0dossier relu sous les deux versions\xa0: 0\xa0garde son avis, 0\xa0en change, 1\xa0devient à compléter."
    assert counted in result.stdout.replace("\n    ", " ")
    assert "Favorable → à compléter (Favorable, Refusé)\xa0: 1\xa0dossier." in result.stdout
    assert result.stderr == ""  # no progress bar where there is no terminal
    (folder / "dossiers/deux.yml").write_text("title: [", encoding="utf-8")
    result = run("--doctrine", "d.yml", "diff", "v1", "--dossiers", "dossiers", cwd=folder)
    assert result.returncode == 2
    assert "1\xa0dossier relu" in result.stdout
    assert "deux.yml:1:" in result.stderr


def test_the_dossiers_that_go_each_way_sum_to_all_of_them() -> None:
    levels = NANTES.levels
    settled, other, some, more = levels[:1], levels[1:2], levels[:2], levels[1:3]
    ways = [(settled, settled), (some, some), (settled, other), (settled, some), (some, other), (some, more), (more, some)]
    passages = {way: rank + 1 for rank, way in enumerate(ways)}
    impact = Impact(sum(passages.values()), passages, ())
    shown = render_text(Report(compare(NANTES, NANTES), impact=impact)).replace("\n    ", " ").replace("\xa0", " ")
    assert "28 dossiers relus sous les deux versions : 3 gardent leur avis, 3 en changent, 4 deviennent à compléter, " in shown
    assert "5 étaient à compléter et obtiennent un avis, 13 restent à compléter, avec d’autres avis possibles." in shown
    assert impact.total == 3 + 3 + 4 + 5 + 13


def test_a_terminal_is_shown_how_far_reading_is(folder: Path) -> None:
    line = json.dumps(boussole.new_dossier(load_text(MINIMAL), "un", "Un").to_data())
    (folder / "tous.jsonl").write_text(f"{line}\n" * 250, encoding="utf-8")
    seen, theirs = os.openpty()
    command = [sys.executable, "-c", "from boussole.cli import main; main()", "--doctrine", "d.yml"]
    done = subprocess.run(
        [*command, "diff", "v1", "--dossiers", "tous.jsonl"], cwd=folder, stdout=subprocess.PIPE, stderr=theirs, check=False
    )
    os.close(theirs)
    shown = ""
    with contextlib.suppress(OSError):  # the other end is closed: all is read
        while part := os.read(seen, 4096):
            shown += part.decode()
    os.close(seen)
    assert done.returncode == 1
    assert "Dossiers" in shown
    assert "100%" in shown
    assert not any(word in shown for word in ENGLISH)
    assert b"Dossiers  [" not in done.stdout


# -- what is said -------------------------------------------------------------------------------------------------------

TRAP = "<img src=x> @quelquun </details> [x](javascript:y) `a` | *b*\n# titre"


def trapped() -> Report:
    """A change, and a dossier whose every word is a trap."""
    new = changed(NANTES, "droit.aipd", "non", effect="refuse")
    difference = compare(NANTES, new)
    return Report(difference, impact=weigh(difference, [Past(TRAP, TRAP, {"droit.aipd": "non", TRAP: "oui"})]))


def test_no_word_of_a_dossier_becomes_markup_nor_calls_anyone() -> None:
    shown = render_markdown(trapped())
    assert "\\<img src=x\\> @<!-- -->quelquun \\</details\\>" in shown
    unescaped = re.sub(r"\\.", "", shown)
    assert set(re.findall(r"<[^>]*>", unescaped)) == {"<details>", "</details>", "<summary>", "</summary>", "<!-- -->"}
    assert unescaped.count("<details>") == unescaped.count("</details>")
    assert "\n# titre" not in shown
    assert not re.search(r"@\w", shown)


def test_the_table_of_a_comment_has_the_same_width_on_every_line() -> None:
    lines = [line for line in re.sub(r"\\.", "", render_markdown(trapped())).splitlines() if line.startswith("|")]
    assert len(lines) == 2 + len(NANTES.levels)
    assert len({line.count("|") for line in lines}) == 1


def test_long_lists_are_folded_and_have_an_end() -> None:
    new = changed(NANTES, "droit.aipd", "non", effect="refuse")
    difference = compare(NANTES, new)
    impact = weigh(difference, [Past(f"{rank}.yml", "Usage", {"droit.aipd": "non"}) for rank in range(FOLDED + 5)])
    shown = render_markdown(Report(difference, impact=impact))
    assert typeset(f"Voir le détail ({FOLDED + 5})") in shown
    assert "- et 5\xa0autres\\." in shown or "- et 5\xa0autres." in shown
    assert max(map(len, render_text(Report(difference, impact=impact)).splitlines())) <= 88


def test_json_names_everything_by_id() -> None:
    report = trapped()
    data, before = json.loads(render_json(report)), NANTES.effect_of("droit.aipd", "non").id
    assert (data["relation"], data["harmless"]) == ("stricter", False)
    assert data["rules"] == [{"kind": "hardened", "question": "droit.aipd", "option": "non", "before": before, "after": "refuse"}]
    assert {(pair["old"], pair["new"]) for pair in data["pairs"]} >= {(before, "refuse"), ("favorable", "favorable")}
    (affected,) = data["dossiers"]["affected"]
    assert (affected["title"], affected["aside"], affected["again"]) == (TRAP, [TRAP], ["droit.aipd"])


def test_every_kind_of_change_has_a_sentence(doctrine: Doctrine) -> None:
    from typing import get_args

    from boussole.difference import Kind, Relation
    from boussole.model import Doctrine as Model
    from boussole.outputs.changes import _PARTS_OF, _RULES, _VERDICTS

    assert set(_RULES) == set(get_args(Kind))
    assert set(_VERDICTS) == set(get_args(Relation))
    assert set(Model.__dataclass_fields__) <= set(_PARTS_OF)


def test_a_case_after_its_turning_point_and_a_lost_question_are_told() -> None:
    turning = TurningPoint(answers={QUESTION: "non"}, opinion="favorable", because="x")
    case = Case(
        id="cas",
        title="Un cas",
        summary="x",
        domain="x",
        answers={QUESTION: "oui"},
        opinion="refuse",
        because="x",
        turning_point=turning,
    )
    old = replace(load_text(MINIMAL), cases=[case])
    new = load_text(MINIMAL.replace(QUESTION, "droit.autre"))
    from boussole.impact import replay_cases

    difference = compare(old, new)
    shown = render_text(Report(difference, cases=tuple(replay_cases(difference))))
    assert "Un cas, après son point de bascule" in shown
    assert f"Sans place dans la nouvelle version\xa0: [{QUESTION}]." in shown.replace("\n    ", " ")


# -- accept and migrate -------------------------------------------------------------------------------------------------


def filed(folder: Path, doctrine: Doctrine, answers: dict[str, str], **parts: object) -> Path:
    """A dossier as the doctrine of the day saved it."""
    dossier: Dossier = boussole.new_dossier(doctrine, "essai", "Essai")
    for name, answer in answers.items():
        dossier = dossier.answer(doctrine, name, answer)
    saved = dossier.stamp(doctrine, doctrine.doctrine.adopted)
    (folder / "dossier.yml").write_text(write_yaml(replace(saved, **parts)), encoding="utf-8")  # type: ignore[arg-type]
    return folder / "dossier.yml"


def versioned(source: str, version: str) -> str:
    return source.replace('version: "1"', f'version: "{version}"')


def test_a_dossier_passes_to_a_version_where_only_words_changed(folder: Path) -> None:
    file = filed(folder, load_text(MINIMAL), {QUESTION: "non"})
    ask = load_text(MINIMAL).questions[QUESTION].ask
    (folder / "d.yml").write_text(versioned(MINIMAL, "2").replace(ask, "Autrement dit ?"), encoding="utf-8")
    result = run("--doctrine", "d.yml", "accept", "dossier.yml", cwd=folder)
    assert (result.returncode, result.stderr) == (0, "")
    new = boussole.load(folder / "d.yml")
    accepted = load_dossier(file, new)
    assert accepted.is_of(new)
    assert (accepted.answers, accepted.outdated(new), accepted.unseen(new)) == ({QUESTION: "non"}, (), ())
    assert [opinion.version for opinion in accepted.opinions] == ["1", "2"]
    assert "déjà à la version 2" in run("--doctrine", "d.yml", "accept", "dossier.yml", cwd=folder).stdout


ELSEWHERE = "Réponses sans place dans cette version (boussole migrate, ou --aside)"
OBSTACLES: list[tuple[Callable[[str], str], dict[str, object], str]] = [
    (lambda source: source.replace("non: {}", "non: {}\n          peut-etre: {}"), {}, f"a changé de sens : {QUESTION}."),
    (harder, {}, "Questions nouvelles : droit.neuve."),
    (harder, {"seen": {}}, f"sous quelle version elles ont été données : {QUESTION}."),
    (lambda source: source.replace(QUESTION, "droit.autre"), {}, f"{ELSEWHERE} : {QUESTION}."),
    (
        lambda source: source.replace("Doctrine minimale", "Autre nom"),
        {"opinions": [Opinion(version="0", attainable=["refuse"], on=NANTES.doctrine.adopted)]},
        "L’avis enregistré était refuse",
    ),
]


@pytest.mark.parametrize(("change", "parts", "told"), OBSTACLES)
def test_a_dossier_with_anything_to_look_at_is_left_as_it_is(
    folder: Path, change: Callable[[str], str], parts: dict[str, object], told: str
) -> None:
    file = filed(folder, load_text(MINIMAL), {QUESTION: "non"}, **parts)
    before = file.read_bytes()
    (folder / "d.yml").write_text(change(versioned(MINIMAL, "2")), encoding="utf-8")
    result = run("--doctrine", "d.yml", "accept", "dossier.yml", cwd=folder)
    assert result.returncode == 1
    assert told in result.stdout
    assert file.read_bytes() == before


def test_what_a_retired_question_becomes_is_told_and_done_once(folder: Path) -> None:
    before = RETIRED.split("retired:")[0].replace("droit.analyse", "droit.aipd")
    old = load_text(before.replace("faite:", "oui:").replace("absente:", "non:"))
    file = filed(folder, old, {"droit.aipd": "non", "droit.biometrie": "non"})
    (folder / "d.yml").write_text(versioned(RETIRED, "2"), encoding="utf-8")
    assert "droit.aipd" in run("--doctrine", "d.yml", "accept", "dossier.yml", cwd=folder).stdout
    result = run("--doctrine", "d.yml", "migrate", "dossier.yml", cwd=folder)
    assert (result.returncode, result.stderr) == (0, "")
    assert "  droit.aipd : non (sans-role) → droit.analyse : absente\n" in result.stdout
    new = boussole.load(folder / "d.yml")
    dossier = load_dossier(file, new)
    assert dossier.answers == {"droit.biometrie": "non", "droit.analyse": "absente"}
    assert dossier.outdated(new) == ("droit.analyse",)
    assert "aucune réponse à déplacer" in run("--doctrine", "d.yml", "migrate", "dossier.yml", cwd=folder).stdout


def test_unmarked_answers_stay_to_be_read_after_migrate_and_accept_refuses_them(folder: Path) -> None:
    before = RETIRED.split("retired:")[0].replace("droit.analyse", "droit.aipd")
    old = load_text(before.replace("faite:", "oui:").replace("absente:", "non:"))
    file = filed(folder, old, {"droit.aipd": "non", "droit.biometrie": "non"}, seen={})
    (folder / "d.yml").write_text(versioned(RETIRED, "2"), encoding="utf-8")
    assert run("--doctrine", "d.yml", "migrate", "dossier.yml", cwd=folder).returncode == 0
    new, migrated = boussole.load(folder / "d.yml"), file.read_bytes()
    dossier = load_dossier(file, new)
    assert (dossier.doctrine.version, dossier.outdated(new), dossier.unproved(new)) == (
        "1",
        ("droit.analyse",),
        ("droit.biometrie",),
    )
    refused = run("--doctrine", "d.yml", "accept", "dossier.yml", cwd=folder)
    assert refused.returncode == 1
    assert "a changé de sens : droit.analyse." in refused.stdout
    assert "sous quelle version elles ont été données : droit.biometrie." in refused.stdout
    assert file.read_bytes() == migrated


def test_a_dossier_of_this_version_with_an_answer_to_read_again_is_refused(folder: Path) -> None:
    file = filed(folder, load_text(MINIMAL), {QUESTION: "non"}, seen={QUESTION: "0" * 8})
    before = file.read_bytes()
    (folder / "d.yml").write_text(MINIMAL, encoding="utf-8")
    refused = run("--doctrine", "d.yml", "accept", "dossier.yml", cwd=folder)
    assert refused.returncode == 1
    assert f"a changé de sens : {QUESTION}." in refused.stdout
    assert "déjà à la version" not in refused.stdout
    assert file.read_bytes() == before


def test_answers_without_a_place_are_left_aside_only_when_it_is_asked(folder: Path) -> None:
    file = filed(folder, load_text(MINIMAL), {QUESTION: "non"}, opinions=[])
    (folder / "d.yml").write_text(versioned(MINIMAL.replace(QUESTION, "droit.autre"), "2"), encoding="utf-8")
    result = run("--doctrine", "d.yml", "accept", "--aside", "dossier.yml", cwd=folder)
    assert result.returncode == 1  # the question that is new still stands
    assert "Questions nouvelles : droit.autre" in result.stdout
    assert "sans place" not in result.stdout
    assert load_dossier(file, load_text(MINIMAL)).answers == {QUESTION: "non"}


def test_one_bad_file_does_not_stop_the_others(folder: Path) -> None:
    filed(folder, load_text(MINIMAL), {QUESTION: "non"})
    (folder / "d.yml").write_text(versioned(MINIMAL, "2"), encoding="utf-8")
    result = run("--doctrine", "d.yml", "accept", "absent.yml", "dossier.yml", "dossier.txt", cwd=folder)
    assert result.returncode == 2
    assert "dossier.yml : passé à la version 2" in result.stdout
    assert "absent.yml" in result.stderr
    assert "fin de nom inconnue « .txt »" in result.stderr
