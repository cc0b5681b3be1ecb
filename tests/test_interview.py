"""The interview in a terminal: the same questions, every answer on disk, and nothing lost whatever happens."""

import datetime
import errno
import os
import pty
import re
import select
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boussole.dossier import Dossier, load_dossier, new_dossier
from boussole.files import write
from boussole.filing import save_dossier, write_yaml
from boussole.interview import Interview, LineAsker, introduce
from boussole.model import NSP
from tests.gatherings import NANTES

TODAY = datetime.date(2026, 11, 24)
BOUSSOLE = [sys.executable, "-c", "from boussole.cli import main; main()"]


class Someone:
    """Types lines one after the other, then has no more to say; keeps what was shown."""

    def __init__(self, *lines: Any) -> None:
        self.lines = iter(lines)
        self.seen: list[str] = []

    def read(self, prompt: str) -> Any:
        self.seen.append(prompt)
        try:
            return next(self.lines)
        except StopIteration:
            raise EOFError from None

    @property
    def screen(self) -> str:
        return "\n".join(self.seen)


SILENT = LineAsker(Someone().read, lambda text: None)


def interview(path: Path, *lines: str, by: str = "dpo", **choices: object) -> tuple[Dossier, str]:
    """What the file holds after someone typed some lines, and what they saw."""
    someone = Someone(*lines)
    dossier = load_dossier(path, NANTES) if path.exists() else new_dossier(NANTES, "essai", "Essai")
    written = path.read_text(encoding="utf-8") if path.exists() else None
    asked = Interview(NANTES, path, dossier, LineAsker(someone.read, someone.seen.append), TODAY, written=written)
    introduce(asked, by, None)
    for name, value in choices.items():
        setattr(asked, name, value)
    asked.run()
    return load_dossier(path, NANTES) if path.exists() else dossier, someone.screen


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "essai.yml"


def test_answers_are_recorded_for_who_gives_them(path: Path) -> None:
    dossier, screen = interview(path, "1", "non", "Je ne sais pas")
    assert dossier.answers == {
        "profil.personnes": {"dpo": "oui"},
        "profil.donnees-personnelles": {"dpo": "non"},
        "profil.public": {"dpo": NSP},
    }
    assert f"Tout est enregistré dans {path}." in re.sub(r"\s+", " ", screen)


def test_the_interview_is_taken_up_where_it_was_left(path: Path) -> None:
    interview(path, "1", "2", "quitter")
    dossier, _ = interview(path, "1")
    assert list(dossier.answers) == ["profil.personnes", "profil.donnees-personnelles", "profil.public"]


def test_another_person_answers_beside_the_first_and_sees_what_they_said(path: Path) -> None:
    interview(path, "1")
    dossier, screen = interview(path, "2", by="os")
    assert dossier.answers["profil.personnes"] == {"dpo": "oui", "os": "non"}
    assert "Délégué à la protection des données : Oui." in screen


def test_one_goes_back_changes_and_goes_on(path: Path) -> None:
    dossier, screen = interview(path, "1", "retour", "2", "1")
    assert dossier.answers == {"profil.personnes": {"dpo": "non"}, "profil.donnees-personnelles": {"dpo": "oui"}}
    assert "Votre réponse : Oui." in screen


def test_going_back_from_the_first_question_is_told(path: Path) -> None:
    assert "Il n’y a pas de question avant celle-ci" in interview(path, "retour")[1]


def test_what_is_passed_is_not_answered_and_comes_back_another_time(path: Path) -> None:
    assert list(interview(path, "passer", "1")[0].answers) == ["profil.donnees-personnelles"]
    assert "profil.personnes" in interview(path, "1")[0].answers


def test_only_the_parts_asked_for_are_asked(path: Path) -> None:
    dossier, _ = interview(path, "1", sections=("biometrie",))
    assert list(dossier.answers) == ["biometrie.identification"]


def test_a_red_line_is_told_at_once_with_why_and_what_would_change_it(path: Path) -> None:
    _, screen = interview(path, "1", "changer", "avis", sections=("biometrie",))
    assert "→ Avis : Refusé." in screen
    assert "Que faire : " in screen
    assert "Critère par critère" in screen


def test_why_says_what_each_answer_weighs_and_who_answers(path: Path) -> None:
    _, screen = interview(path, "pourquoi", sections=("biometrie",))
    question = NANTES.questions["biometrie.identification"]
    assert question.choices["oui"].remedy is not None
    assert re.sub(r"\s+", " ", question.choices["oui"].remedy) in re.sub(r"\s+", " ", screen)
    assert "Répondent : " in screen


def test_notes_and_evidence_are_kept(path: Path) -> None:
    dossier, _ = interview(path, "note", "Vu avec la \x1b[31mDSI.", "pieces", "Fiche n° 3", "https://exemple.fr", "", "1")
    assert dossier.notes == {"profil.personnes": {"dpo": "Vu avec la [31mDSI."}}
    assert dossier.evidence == {"profil.personnes": ["Fiche n° 3", "https://exemple.fr"]}


def test_not_applicable_asks_for_its_justification(path: Path) -> None:
    name = "travail.document-unique"
    before = [question.id for question in NANTES.section("travail").questions]
    steps = ["passer"] * before.index(name)
    options = [*NANTES.questions[name].choices]
    dossier, screen = interview(
        path, *steps, str(options.index("sans-objet") + 1), "Aucun agent n’est exposé.", sections=("travail",)
    )
    assert dossier.notes == {name: {"dpo": "Aucun agent n’est exposé."}}
    assert "une justification est attendue" in screen


def test_a_number_is_asked_with_its_unit_and_a_wrong_one_is_told(path: Path) -> None:
    name = "alternative.dependance"
    steps = ["passer"] * [question.id for question in NANTES.section("alternative").questions].index(name)
    dossier, screen = interview(path, *steps, "beaucoup", "120", "62,5", sections=("alternative",))
    assert dossier.answers == {name: {"dpo": "62,5"}}
    assert screen.count("Réponse non comprise. Attendu : un nombre") == 2


@pytest.mark.parametrize("typed", ["9", "peut-être", "99999999999999999999", "٣"])
def test_what_is_not_in_the_list_is_told_and_asked_again(typed: str, path: Path) -> None:
    dossier, screen = interview(path, typed, "1")
    assert "n’est pas dans la liste" in screen
    assert dossier.answers == {"profil.personnes": {"dpo": "oui"}}


def test_an_empty_line_answers_nothing(path: Path) -> None:
    assert "Répondez, ou tapez «\xa0passer\xa0»" in interview(path, "", "1")[1]


def test_questions_that_no_longer_apply_step_aside_and_keep_what_was_written(path: Path) -> None:
    child = next(question for question in NANTES.questions.values() if question.parent == "profil.fournisseur")
    opens = NANTES.questions["profil.fournisseur"].choices
    closing = next(name for name in opens if name not in child.when["profil.fournisseur"])  # type: ignore[index]
    dossier = new_dossier(NANTES, "essai", "Essai").answer(NANTES, child.id, next(iter(child.choices)), by="dpo")
    save_dossier(dossier.answer(NANTES, "profil.fournisseur", closing, by="dpo"), path, NANTES)
    after, screen = interview(path, *["passer"] * 100)
    assert child.ask not in screen
    assert child.id in after.answers


@settings(max_examples=15, deadline=None)
@given(st.lists(st.integers(1, 3), max_size=12))
def test_the_interview_gives_the_dossier_that_the_library_gives(ranks: list[int]) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "essai.json"
        found, _ = interview(path, *map(str, ranks))
        expected = new_dossier(NANTES, "essai", "Essai")
        for rank in ranks:
            left = [name for name in expected.assess(NANTES).possible if expected.position(name, "dpo") is None]
            question = NANTES.questions[left[0]]
            options = [*question.choices, NSP]
            if question.bands or rank > len(options):
                break
            expected = expected.answer(NANTES, question.id, options[rank - 1], by="dpo")
        assert found.answers == expected.answers


def test_a_file_that_someone_else_changed_meanwhile_is_read_again(path: Path) -> None:
    interview(path, "1")

    class Meddler(Someone):
        def read(self, prompt: str) -> Any:
            if "1 à 3" in prompt and not self.done:
                self.done = True
                other = load_dossier(path, NANTES).answer(NANTES, "droit.aipd", "oui", by="rssi")
                save_dossier(other, path, NANTES)
            return super().read(prompt)

        done = False

    someone = Meddler("2")
    text = path.read_text(encoding="utf-8")
    asker = LineAsker(someone.read, someone.seen.append)
    Interview(NANTES, path, load_dossier(path, NANTES), asker, TODAY, by="dpo", written=text).run()
    after = load_dossier(path, NANTES)
    assert after.answers["droit.aipd"] == {"rssi": "oui"}
    assert after.answers["profil.donnees-personnelles"] == {"dpo": "non"}
    assert "Le fichier a changé" in someone.screen


# -- several people, one file --------------------------------------------------------------------------------------------


class Interrupted(Someone):
    """Someone who types, while other things happen before some of their lines: a line may be a function."""

    def read(self, prompt: str) -> Any:
        while callable(line := super().read(prompt)):
            line()
        return line


def begun(path: Path, *lines: Any, by: str = "dpo", title: str = "Essai", label: str | None = None) -> tuple[bool, str]:
    """Whether all is on disk after a new interview, and what was seen."""
    someone = Interrupted(*lines)
    asked = Interview(NANTES, path, new_dossier(NANTES, "essai", title), LineAsker(someone.read, someone.seen.append), TODAY)
    introduce(asked, by, label)
    return asked.run(), re.sub(r"\s+", " ", someone.screen)


def test_two_people_who_begin_the_same_file_both_keep_their_answers(path: Path) -> None:
    _, screen = begun(path, "1", lambda: begun(path, "2", "2", by="os", title="Autre"), "nsp", "1")
    dossier = load_dossier(path, NANTES)
    assert dossier.answers == {
        "profil.personnes": {"dpo": "oui", "os": "non"},
        "profil.donnees-personnelles": {"dpo": NSP, "os": "non"},
        "profil.public": {"dpo": "oui"},
    }
    assert "Le fichier a changé" in screen


def test_the_file_that_appears_before_the_first_answer_is_joined(path: Path) -> None:
    other = new_dossier(NANTES, "essai", "Autre").answer(NANTES, "droit.aipd", "oui", by="os")
    someone = Interrupted("1")
    asked = Interview(NANTES, path, new_dossier(NANTES, "essai", "Essai"), LineAsker(someone.read, someone.seen.append), TODAY)
    introduce(asked, "dpo", None)
    save_dossier(other, path, NANTES)
    assert asked.run()
    dossier = load_dossier(path, NANTES)
    assert dossier.answers == {"droit.aipd": {"os": "oui"}, "profil.personnes": {"dpo": "oui"}}
    assert (dossier.title, dossier.variants) == ("Autre", {"title": ["Essai"]})


def test_two_people_under_one_key_both_keep_what_they_say(path: Path) -> None:
    _, screen = begun(path, lambda: begun(path, "2"), "1", "note", lambda: begun(path, "note", "Vu."), "Lu.")
    dossier = load_dossier(path, NANTES)
    assert dossier.answers == {"profil.personnes": {"dpo": ["non", "oui"]}}
    assert dossier.notes == {"profil.donnees-personnelles": {"dpo": ["Lu.", "Vu."]}}
    assert "Quelqu’un d’autre répond en tant que « Délégué à la protection des données »" in screen


def test_an_answer_that_someone_gives_meanwhile_is_shown_before_it_is_changed(path: Path) -> None:
    _, screen = begun(path, "note", lambda: begun(path, "2"), "Lu.", "avis", "1", "quitter")
    assert "Votre réponse : Non." in screen
    assert load_dossier(path, NANTES).answers == {"profil.personnes": {"dpo": "oui"}}


def test_a_file_that_goes_back_to_an_older_version_gets_every_answer_of_the_session(path: Path) -> None:
    old: list[str] = []
    lines = ["1", lambda: old.append(path.read_text(encoding="utf-8")), "retour", "2", "pieces", "Fiche", "", "note", "Vu.", "1"]
    begun(path, *lines, lambda: path.write_text(old[0], encoding="utf-8"), "1")
    dossier = load_dossier(path, NANTES)
    assert dossier.answers == {
        "profil.personnes": {"dpo": "non"},
        "profil.donnees-personnelles": {"dpo": "oui"},
        "profil.public": {"dpo": "oui"},
    }, "and what was taken back does not come back"
    assert dossier.evidence == {"profil.donnees-personnelles": ["Fiche"]}
    assert dossier.notes == {"profil.donnees-personnelles": {"dpo": "Vu."}}


def test_an_older_version_that_does_not_know_the_person_knows_them_again(path: Path) -> None:
    empty = write_yaml(new_dossier(NANTES, "essai", "Essai"))
    begun(path, "1", lambda: path.write_text(empty, encoding="utf-8"), "1", label="部門")
    dossier = load_dossier(path, NANTES)
    assert dossier.answers["profil.personnes"] == {"dpo-2": "oui"}
    assert dossier.contributors["dpo-2"].label == "部門"


def test_a_file_that_disappears_is_written_again(path: Path) -> None:
    assert begun(path, "1", path.unlink, "1")[0]
    assert len(load_dossier(path, NANTES).answers) == 2


def test_a_file_that_someone_breaks_is_left_and_another_one_takes_everything(path: Path) -> None:
    other = path.with_name("autre.yml")
    saved, screen = begun(path, "1", lambda: path.write_text("id: [", encoding="utf-8"), "2", str(other), "1")
    assert saved
    assert path.read_text(encoding="utf-8") == "id: ["
    assert len(load_dossier(other, NANTES).answers) == 3
    assert "ne peut plus être lu : une valeur était attendue ici. Il est laissé tel quel." in screen
    assert f"Tout est enregistré dans {other}." in screen


def test_leaving_a_broken_file_says_that_nothing_was_saved_since(path: Path) -> None:
    saved, screen = begun(path, "1", lambda: path.write_text("id: [", encoding="utf-8"), "2", "quitter")
    assert not saved
    assert f"Rien n’a pu être enregistré depuis que {path} a changé." in screen
    assert "Tout est enregistré" not in screen


# -- a disk that refuses -------------------------------------------------------------------------------------------------


@pytest.fixture
def full(path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The disk refuses ``path`` once this list holds something."""
    refused: list[str] = []

    def writing(place: Path, text: str, *, is_durable: bool) -> bool:
        if refused and place == path:
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(place, text, is_durable=is_durable)

    monkeypatch.setattr("boussole.interview.write", writing)
    return refused


def test_a_disk_that_refuses_is_told_and_another_place_takes_the_answers(path: Path, full: list[str]) -> None:
    full.append("full")
    taken = path.with_name("ailleurs.yml")
    saved, screen = begun(path, str(taken.with_suffix("")), "1")
    assert saved
    assert load_dossier(taken, NANTES).answers == {"profil.personnes": {"dpo": "oui"}}
    assert f"Impossible d’écrire {path} : il n’y a plus de place. Vos réponses ne sont pas perdues." in screen
    assert "No space" not in screen


def test_another_place_never_replaces_a_file_and_is_asked_again(path: Path, full: list[str]) -> None:
    full.append("full")
    there, free = path.with_name("journal.yml"), path.with_name("libre.json")
    there.write_text("à garder", encoding="utf-8")
    saved, screen = begun(path, str(there), str(path.with_name("a.docx")), "", "retour", str(free), "1")
    assert saved
    assert there.read_text(encoding="utf-8") == "à garder"
    assert f"{there} existe déjà : rien ne sera écrit par-dessus." in screen
    assert "le nom doit finir par .yml, .yaml, .json ou .html." in screen
    assert len(load_dossier(free, NANTES).answers) == 1


def test_a_folder_takes_the_file_under_its_name(path: Path, full: list[str]) -> None:
    full.append("full")
    (path.parent / "cle").mkdir()
    begun(path, str(path.parent / "cle"), "1")
    assert len(load_dossier(path.parent / "cle" / path.name, NANTES).answers) == 1


@pytest.mark.parametrize("last", [("quitter",), ()])
def test_leaving_a_disk_that_refuses_tells_that_nothing_is_saved(path: Path, full: list[str], last: tuple[str, ...]) -> None:
    full.append("full")
    saved, screen = begun(path, *last)
    assert not saved
    assert "Rien n’a pu être enregistré." in screen
    assert "Tout est enregistré" not in screen
    assert list(path.parent.iterdir()) == []


def test_leaving_a_disk_that_fills_tells_which_answer_is_lost(path: Path, full: list[str]) -> None:
    saved, screen = begun(path, "1", lambda: full.append("full"), "1", "quitter")
    assert not saved
    assert f"La dernière réponse n’a pas pu être enregistrée. Ce qui précède est dans {path}." in screen
    assert len(load_dossier(path, NANTES).answers) == 1


def test_what_no_file_could_hold_is_told_and_the_interview_goes_on(path: Path) -> None:
    saved, screen = begun(path, "note", "x" * 200_001, "1")
    assert saved
    assert "Note non enregistrée. Attendu : au plus 200000 caractères." in screen
    assert load_dossier(path, NANTES).notes == {}


def test_a_dossier_that_becomes_too_big_keeps_what_it_had(path: Path) -> None:
    saved, screen = begun(path, "pieces", *(f"{rank}{'x' * 190_000}" for rank in range(23)), "", "1")
    assert saved
    assert "Ce n’est pas enregistré : fichier de plus de 4 Mio." in screen
    assert load_dossier(path, NANTES).answers == {"profil.personnes": {"dpo": "oui"}}


# -- words that are typed ------------------------------------------------------------------------------------------------


def test_leaving_before_the_first_answer_leaves_a_dossier_that_can_be_taken_up(path: Path) -> None:
    saved, screen = begun(path, "quitter")
    assert saved
    assert f"Tout est enregistré dans {path}." in screen
    assert load_dossier(path, NANTES).title == "Essai"


@pytest.mark.parametrize("before", [["note"], ["pieces"], ["note", "?"]])
def test_leaving_is_obeyed_where_one_writes(before: list[str], path: Path) -> None:
    dossier, screen = interview(path, *before, "quitter", "1")
    assert (dossier.notes, dossier.evidence, dossier.answers) == ({}, {}, {})
    assert "Tout est enregistré" in re.sub(r"\s+", " ", screen)


@pytest.mark.parametrize("before", ["note", "pieces"])
def test_going_back_from_where_one_writes_writes_nothing(before: str, path: Path) -> None:
    dossier, _ = interview(path, before, "retour", "1")
    assert (dossier.notes, dossier.evidence, list(dossier.answers)) == ({}, {}, ["profil.personnes"])


@pytest.mark.parametrize("typed", ["« quitter »", '"quitter"', "'quitter'", "“quitter”"])
def test_a_command_between_quotation_marks_is_a_text(typed: str, path: Path) -> None:
    assert interview(path, "note", typed, "1")[0].notes == {"profil.personnes": {"dpo": "quitter"}}


def test_quotation_marks_around_anything_else_are_kept(path: Path) -> None:
    assert interview(path, "note", "« Vu »", "1")[0].notes == {"profil.personnes": {"dpo": "« Vu »"}}


def test_going_back_leads_to_the_question_that_was_passed(path: Path) -> None:
    dossier, _ = interview(path, "passer", "retour", "1", "quitter")
    assert list(dossier.answers) == ["profil.personnes"]


@pytest.mark.parametrize("typed", ["00020000", "0", "1" * 5000, "0001" + "0" * 5000])
def test_any_digits_are_told_not_to_be_in_the_list(typed: str, path: Path) -> None:
    dossier, screen = interview(path, typed, "1")
    assert "n’est pas dans la liste" in screen
    assert dossier.answers == {"profil.personnes": {"dpo": "oui"}}


def test_five_thousand_digits_are_no_number(path: Path) -> None:
    steps = ["passer"] * [question.id for question in NANTES.section("alternative").questions].index("alternative.dependance")
    dossier, screen = interview(path, *steps, "1" * 5000, "12", sections=("alternative",))
    assert "Réponse non comprise. Attendu : un nombre" in screen
    assert dossier.answers == {"alternative.dependance": {"dpo": "12"}}


def test_sections_keep_their_acronyms(path: Path) -> None:
    screen = interview(path, sections=("alternative",))[1]
    assert "comparaison avec une solution sans IA" in re.sub(r"\s+", " ", screen)


@pytest.mark.parametrize("width", [20, 40, 60])
def test_everything_fits_in_a_narrow_terminal_but_for_what_must_stay_whole(width: int, path: Path) -> None:
    someone = Someone("pourquoi", "avis", "?", "1")
    asker = LineAsker(someone.read, someone.seen.append, lambda: width)
    Interview(NANTES, path, new_dossier(NANTES, "essai", "Essai"), asker, TODAY, by="dpo").run()
    lines = [line for line in someone.screen.split("\n") if not line.startswith(("  $ ", "Votre réponse (1", "/"))]
    assert [line for line in lines if len(line) > width] == []


def test_what_to_type_next_can_be_pasted_in_a_shell(tmp_path: Path) -> None:
    path = tmp_path / "l'usage & co.yml"
    someone = Someone("1")
    asked = Interview(NANTES, path, new_dossier(NANTES, "essai", "Essai"), LineAsker(someone.read, someone.seen.append), TODAY)
    asked.program, asked.options = ("boussole", "--doctrine", "ma doctrine.yml"), ("--criterion", "droit", "--plain")
    introduce(asked, "dpo", "Pôle Nord")
    asked.run()
    told = [shlex.split(line[4:]) for line in someone.screen.split("\n") if line.startswith("  $ ")]
    program = ["boussole", "--doctrine", "ma doctrine.yml"]
    assert told == [
        [*program, "ask", str(path), "--role", "dpo", "--label", "Pôle Nord", "--criterion", "droit", "--plain"],
        [*program, "report", str(path), "-o", str(path.with_suffix(".html"))],
    ]


def test_a_document_is_not_told_to_be_made_over_itself(tmp_path: Path) -> None:
    screen = begun(tmp_path / "essai.html", "1")[1]
    assert "boussole report" not in screen
    assert "Ce fichier est aussi le document" in screen


# -- in a real terminal --------------------------------------------------------------------------------------------------


def run(*arguments: str, given: str = "", folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*BOUSSOLE, *arguments],
        input=given,
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=folder,
        env={**os.environ, "PYTHONUTF8": "1", **environment},
        check=False,
    )


def test_a_piped_interview_creates_the_dossier_under_its_title(tmp_path: Path) -> None:
    done = run("ask", "--role", "dpo", "--label", "Pôle Nord", given="Trier les demandes\n1\n2\n", folder=tmp_path)
    assert done.returncode == 1, done.stderr
    dossier = load_dossier(tmp_path / "trier-les-demandes.yml", NANTES)
    assert dossier.title == "Trier les demandes"
    assert dossier.answers["profil.personnes"] == {"dpo-pole-nord": "oui"}
    assert dossier.contributors["dpo-pole-nord"].label == "Pôle Nord"
    assert "\x1b" not in done.stdout


def test_nothing_typed_at_all_leaves_politely(tmp_path: Path) -> None:
    done = run("ask", folder=tmp_path)
    assert (done.returncode, done.stderr, list(tmp_path.iterdir())) == (2, "", [])


def test_leaving_at_the_first_prompts_says_that_nothing_was_saved(tmp_path: Path) -> None:
    for lines in ("quitter\n", "Essai\nquitter\n", "Essai\n3\nquitter\n", "retour\n?\nEssai\n3\nretour\nquitter\n"):
        done = run("ask", given=lines, folder=tmp_path)
        assert (done.returncode, done.stderr, list(tmp_path.iterdir())) == (2, "", [])
        assert "Rien n’a été enregistré." in done.stdout


def test_bytes_that_are_not_utf8_are_told_and_stop_nothing(tmp_path: Path) -> None:
    given = "Équipé\n1\n".encode("latin-1")
    command = [*BOUSSOLE, "ask", "essai.yml", "--role", "dpo"]
    env = {**os.environ, "PYTHONIOENCODING": "utf-8:strict"}
    done = subprocess.run(command, input=given, capture_output=True, cwd=tmp_path, env=env, check=False)
    assert (done.returncode, done.stderr) == (1, b"")
    assert "ne sont pas en UTF-8" in done.stdout.decode()
    assert load_dossier(tmp_path / "essai.yml", NANTES).answers == {"profil.personnes": {"dpo": "oui"}}


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["ask", "essai.docx"], "fin de nom inconnue « .docx »"),
        (["ask", "essai.yml", "--role", "dpp"], "rôle inconnu : « dpp »"),
        (["ask", "essai.yml", "--criterion", "biometri"], "partie inconnue : « biometri », peut-être « biometrie ». Attendu : "),
    ],
)
def test_a_wrong_word_on_the_command_line_is_told(arguments: list[str], told: str, tmp_path: Path) -> None:
    done = run(*arguments, folder=tmp_path)
    assert done.returncode == 2
    assert told in done.stderr
    assert "Traceback" not in done.stderr


def test_a_terminal_that_only_speaks_ascii_does_not_stop_the_interview(tmp_path: Path) -> None:
    done = run(
        "ask",
        "essai.yml",
        "--role",
        "dpo",
        given="Essai\n1\n",
        folder=tmp_path,
        LC_ALL="C",
        PYTHONUTF8="0",
        PYTHONIOENCODING="ascii:replace",
    )
    assert done.returncode == 1, done.stderr


class Terminal:
    """A program in a terminal of its own."""

    def __init__(self, *arguments: str, folder: Path, **environment: str) -> None:
        self.master, slave = pty.openpty()
        env = {**os.environ, "TERM": "xterm-256color", "PYTHONUTF8": "1", "PROMPT_TOOLKIT_NO_CPR": "1", **environment}
        env = {name: value for name, value in env.items() if value != "absent"}
        self.process = subprocess.Popen(
            [*BOUSSOLE, *arguments],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            cwd=folder,
            env=env,
            close_fds=True,
            start_new_session=True,
        )
        os.close(slave)
        self.shown = ""

    def type(self, text: str) -> None:
        os.write(self.master, text.encode())

    def wait_for(self, words: str, seconds: float = 20) -> None:
        """Read until some words are shown that were not waited for before."""
        end = time.monotonic() + seconds
        while words not in (fresh := re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", self.shown)):
            assert time.monotonic() < end, self.shown[-2000:]
            if select.select([self.master], [], [], 0.2)[0]:
                self.shown += os.read(self.master, 65536).decode(errors="replace")
        self.shown = fresh[fresh.index(words) + len(words) :]

    def kill(self) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        os.close(self.master)


@pytest.fixture
def terminals() -> Iterator[list[Terminal]]:
    opened: list[Terminal] = []
    yield opened
    for terminal in opened:
        if terminal.process.poll() is None:
            terminal.kill()


def test_killed_at_any_moment_the_file_is_whole_and_holds_every_answer(tmp_path: Path, terminals: list[Terminal]) -> None:
    acknowledged = 0
    for moment in range(8):
        terminal = Terminal("ask", "essai.yml", "--role", "dpo", "--plain", folder=tmp_path)
        terminals.append(terminal)
        if not (tmp_path / "essai.yml").exists():
            terminal.wait_for("> ")
            terminal.type("Essai\n")
        terminal.wait_for("encore ")
        for _ in range(2):
            terminal.type("nsp\n")
            terminal.wait_for("encore ")
            acknowledged += 1
        terminal.type("1\n")
        time.sleep(0.004 * moment)
        terminal.kill()
        dossier = load_dossier(tmp_path / "essai.yml", NANTES)
        assert acknowledged <= len(dossier.answers) <= acknowledged + 1
        acknowledged = len(dossier.answers)


def test_arrows_answer_in_a_full_terminal(tmp_path: Path, terminals: list[Terminal]) -> None:
    pytest.importorskip("questionary")
    terminal = Terminal("ask", "essai.yml", "--role", "dpo", folder=tmp_path, NO_COLOR="absent")
    terminals.append(terminal)
    terminal.wait_for("De quel usage")
    terminal.type("Essai\r")
    terminal.wait_for("flèches")
    terminal.type("\x1b[B\r")
    terminal.wait_for("encore 68")
    terminal.wait_for("quitter")
    terminal.type("\x03")
    terminal.wait_for("Tout est enregistré")
    assert terminal.process.wait(timeout=10) == 1
    assert load_dossier(tmp_path / "essai.yml", NANTES).answers == {"profil.personnes": {"dpo": "non"}}


def test_a_long_choice_is_told_whole_in_a_narrow_terminal(tmp_path: Path, terminals: list[Terminal]) -> None:
    pytest.importorskip("questionary")
    terminal = Terminal("ask", "essai.yml", folder=tmp_path, NO_COLOR="absent", COLUMNS="40")
    terminals.append(terminal)
    terminal.wait_for("De quel usage")
    terminal.type("Essai\r")
    terminal.wait_for("Responsable de la sécurité des")
    terminal.wait_for("     systèmes d’information")


# -- merge and report ----------------------------------------------------------------------------------------------------


@pytest.fixture
def two(tmp_path: Path) -> Path:
    for who, answer in (("dpo", "non"), ("os", "oui")):
        run("ask", f"{who}.yml", "--role", who, "--criterion", "biometrie", given=f"Essai {who}\n{answer}\n", folder=tmp_path)
    return tmp_path


def test_merge_tells_the_disagreements_that_matter(two: Path) -> None:
    done = run("merge", "dpo.yml", "os.yml", "-o", "tous.html", folder=two)
    assert done.returncode == 1, done.stderr
    assert "1\u00a0désaccord" in done.stdout
    assert "(pèse sur l’avis) [biometrie.identification]" in done.stdout
    assert "Autre valeur gardée pour « Titre » : Essai os" in done.stdout
    assert load_dossier(two / "tous.html", NANTES).answers["biometrie.identification"] == {"dpo": "non", "os": "oui"}


def test_merge_does_not_write_over_a_file_unless_it_is_told_to(two: Path) -> None:
    before = (two / "os.yml").read_text(encoding="utf-8")
    done = run("merge", "dpo.yml", "os.yml", "-o", "os.yml", folder=two)
    assert done.returncode == 2
    assert "--force" in done.stderr
    assert (two / "os.yml").read_text(encoding="utf-8") == before
    assert run("merge", "dpo.yml", "os.yml", "-o", "os.yml", "--force", folder=two).returncode == 1


def test_merge_tells_every_file_it_cannot_read(two: Path) -> None:
    (two / "faux.yml").write_text("id: 3 3\n", encoding="utf-8")
    done = run("merge", "dpo.yml", "faux.yml", "absent.yml", "-o", "tous.yml", folder=two)
    assert done.returncode == 2
    assert "faux.yml:1:5" in done.stderr
    assert "absent.yml:1:1: fichier introuvable" in done.stderr
    assert not (two / "tous.yml").exists()


def test_report_writes_the_document_of_a_dossier(two: Path) -> None:
    assert run("report", "dpo.yml", "-o", "rapport.html", folder=two).returncode == 0
    assert run("assess", "rapport.html", folder=two).stdout == run("assess", "dpo.yml", folder=two).stdout
    assert run("report", "dpo.yml", "-o", "rapport.md", folder=two).returncode == 0
    assert (two / "rapport.md").read_text(encoding="utf-8").startswith("# Essai dpo")
    refused = run("report", "dpo.yml", "-o", "rapport.docx", folder=two)
    assert refused.returncode == 2
    assert ".html, .md, .pdf ou .odt" in refused.stderr


def test_two_people_who_answer_at_the_same_moment_lose_nothing(path: Path) -> None:
    asked = [name for name, question in NANTES.questions.items() if not question.when and not question.bands][:4]

    def answer_all(role: str) -> None:
        for name in asked:
            interview_of = Interview(NANTES, path, new_dossier(NANTES, "essai", "Essai"), SILENT, TODAY)
            if path.exists():
                interview_of.written = path.read_text(encoding="utf-8")
                interview_of.dossier = load_dossier(path, NANTES)
            introduce(interview_of, role, None)
            assert interview_of._answer(NANTES.questions[name], "nsp")

    with ThreadPoolExecutor() as people:
        list(people.map(answer_all, ("dpo", "os", "rssi")))
    dossier = load_dossier(path, NANTES)
    assert {name: set(given) for name, given in dossier.answers.items()} == {name: {"dpo", "os", "rssi"} for name in asked}
    assert [one.name for one in path.parent.iterdir()] == [path.name]


def test_what_a_program_that_waits_for_nobody_wrote_over_is_said_again_on_leaving(path: Path) -> None:
    other = write_yaml(new_dossier(NANTES, "essai", "Essai").answer(NANTES, "droit.aipd", "oui", by="os"))
    done, screen = begun(path, "1", "2", lambda: path.write_text(other, encoding="utf-8"), "quitter")
    assert done
    assert load_dossier(path, NANTES).answers == {
        "droit.aipd": {"os": "oui"},
        "profil.personnes": {"dpo": "oui"},
        "profil.donnees-personnelles": {"dpo": "non"},
    }
    assert screen.index("Le fichier a changé") < screen.index("Tout est enregistré")


# -- what another version left -------------------------------------------------------------------------------------------


def test_a_number_may_come_with_its_unit(path: Path) -> None:
    name = "service-public.objectif"
    question = NANTES.questions[name]
    assert question.unit == "%"
    for typed in ("20 %", "20%", "20"):
        asked = Interview(NANTES, path, new_dossier(NANTES, "essai", "Essai"), SILENT, TODAY, by="dpo")
        assert asked._answer(question, typed)
        assert asked.dossier.answers[name] == {"dpo": "20"}
        path.unlink()
    told: list[str] = []
    asked = Interview(NANTES, path, new_dossier(NANTES, "essai", "Essai"), LineAsker(Someone().read, told.append), TODAY)
    assert not asked._answer(question, "20 euros")
    assert "Réponse non comprise" in told[0]


def test_an_answer_whose_question_changed_its_meaning_is_asked_again(path: Path) -> None:
    dossier = new_dossier(NANTES, "essai", "Essai").answer(NANTES, "profil.personnes", "oui", by="dpo")
    dossier = dossier.answer(NANTES, "profil.donnees-personnelles", "oui", by="dpo").stamp(NANTES, TODAY)
    old = replace(dossier, seen={**dossier.seen, "profil.personnes": "0" * 12})
    save_dossier(old, path, NANTES)
    after, screen = interview(path, "2", "quitter")
    assert "À relire, car le sens de la question a changé\xa0: 1\xa0réponse." in screen
    assert screen.index("À relire") < screen.index(NANTES.questions["profil.personnes"].ask[:20])
    assert "Votre réponse" in screen
    assert after.answers["profil.personnes"] == {"dpo": "non"}
    assert after.outdated(NANTES) == ()


def test_a_dossier_of_another_version_says_so_before_the_first_question(path: Path) -> None:
    text = write_yaml(new_dossier(NANTES, "essai", "Essai").answer(NANTES, "profil.personnes", "oui", by="dpo"))
    path.write_text(text.replace('version: "2024.1"', 'version: "2023.1"'), encoding="utf-8")
    _, screen = interview(path, "quitter")
    assert "sous une autre version de la doctrine (2023.1)." in screen
