"""Contributions entered, moderated, answered in a terminal: what may not be kept is not, and nothing that was typed is lost."""

import datetime
import json
import os
import pty
import re
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from boussole import Doctrine, SourceError
from boussole.commands.contributing import Entry
from boussole.concertation import load_kit
from boussole.debate import WORDS, Answer, Consultation, Contribution, Debate, Moderation, Reply, lost, withheld
from boussole.debating import RewrittenError, load_debate, next_name, save_contribution
from boussole.french import Misuse
from boussole.outputs.debate import render_debate
from boussole.restitution import overdue, unanswered
from tests import commands
from tests.test_debate import CONSULTATION, EVENT, FOLDER, SAID, SECRET, told

KIT = load_kit()
DAY = datetime.date(2026, 4, 2)
OTHER = CONSULTATION.replace("essai", "autre").replace("Essai", "Autre")
INVENTED = OTHER.replace("autre", "invente").replace("kind: real", "kind: example")
SETTLED = ("--by", "Mission", "--because", "Motif", "--on", "2026-04-03")
CRITERIA = 7


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A folder with a small debate of three consultations, one of them invented."""
    files = {
        "demarches": {"essai": CONSULTATION, "autre": OTHER, "invente": INVENTED},
        "evenements": {
            "cafe": EVENT.replace("title: Café", "title: Café débat du nord"),
            "atelier": EVENT.replace("cafe", "atelier").replace("Café", "Atelier").replace("essai", "autre"),
        },
        "contributions": {"dit": SAID},
    }
    for part, texts in files.items():
        (tmp_path / "docs/debat" / part).mkdir(parents=True)
        for name, text in texts.items():
            (tmp_path / "docs/debat" / part / f"{name}.yml").write_text(text, encoding="utf-8")
    return tmp_path


def run(*arguments: str, cwd: Path, typed: str = "") -> subprocess.CompletedProcess[str]:
    done = commands.run(*arguments, cwd=cwd, typed=typed)
    assert "Traceback" not in done.stderr
    done.stdout = done.stdout.replace("\xa0", " ").replace("\u202f", " ")
    return done


def new(desk: Path, *options: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    return run("contribution", "new", *options, cwd=desk, typed=typed)


def files_of(desk: Path) -> dict[str, str]:
    return {path.stem: path.read_text(encoding="utf-8") for path in (desk / "docs/debat/contributions").glob("*.yml")}


def said(desk: Path, doctrine: Doctrine, name: str) -> Contribution:
    return load_debate(desk / "docs/debat", doctrine, KIT).contribution(name)


def refusals(doctrine: Doctrine, text: str) -> str:
    with pytest.raises(SourceError) as error:
        told(doctrine, said=text)
    return str(error.value)


# -- what a file may keep ----------------------------------------------------------------------------------------------------


def test_a_theme_is_words_and_is_not_kept_without_consent(desk: Path, doctrine: Doctrine) -> None:
    done = new(desk, "--event", "cafe", "--date", "2026-04-02", "--no-consent", "--theme", SECRET)
    assert done.returncode == 2
    assert "« theme » compris" in done.stderr.replace("\xa0", " ")
    assert SECRET not in "".join(files_of(desk).values())
    silent = SAID.replace("proposal: Dire ce qui est consommé\n", f"theme: {SECRET}\n").replace("consent: true", "consent: false")
    assert "sans accord de publication" in refusals(doctrine, silent)


def test_a_set_aside_sheet_loses_its_words_and_keeps_its_history(desk: Path, doctrine: Doctrine) -> None:
    path = desk / "docs/debat/contributions/dit.yml"
    path.write_text(f"{SAID}theme: {SECRET}\nconcern: {SECRET}\n", encoding="utf-8")
    assert run("contribution", "moderate", "dit", "--outcome", "publiee", *SETTLED, cwd=desk).returncode == 0
    assert run("contribution", "answer", "dit", "--reply", "non", *SETTLED, cwd=desk).returncode == 0
    done = run("contribution", "moderate", "dit", "--outcome", "ecartee", *SETTLED, cwd=desk)
    assert done.returncode == 0
    assert "Retiré du fichier : le thème, « Ce que je crains », « Ce que je propose »" in done.stdout
    assert "git" in done.stdout
    text = path.read_text(encoding="utf-8")
    assert SECRET not in text
    assert "consommé" not in text
    found = said(desk, doctrine, "dit")
    assert ([line.outcome for line in found.moderation], len(found.answers)) == (["publiee", "ecartee"], 1)
    assert found.moderation[-1].because == "Motif"
    assert run("debate", "check", cwd=desk).returncode == 0


def test_a_set_aside_sheet_that_holds_words_is_refused(doctrine: Doctrine) -> None:
    aside = "moderation:\n  - {on: 2026-04-02, outcome: ecartee, by: x, because: x}\n"
    assert "une fiche écartée qui garde ses mots : proposal" in refusals(doctrine, SAID + aside).replace("\xa0", " ")
    silent = SAID.replace("proposal: Dire ce qui est consommé\n", "")
    assert told(doctrine, said=silent + aside).contribution("dit").state == "ecartee"
    later = "answers:\n  - {on: 2026-04-03, reply: non, by: x, because: x}\n"
    assert "fiche déjà écartée" in refusals(doctrine, silent + aside + later)


def test_the_words_of_the_repository_that_were_set_aside_are_nowhere(doctrine: Doctrine) -> None:
    found = load_debate(FOLDER, doctrine, KIT)
    assert [one.id for one in found.contributions if one.is_withheld and one.spoken] == []
    assert {"ecartee", "sans-accord"} <= {one.state for one in found.contributions}


def test_a_withdrawn_consent_takes_the_words_out(desk: Path, doctrine: Doctrine) -> None:
    assert run("contribution", "moderate", "dit", "--outcome", "publiee", *SETTLED, cwd=desk).returncode == 0
    assert run("contribution", "answer", "dit", "--reply", "non", *SETTLED, cwd=desk).returncode == 0
    done = run("contribution", "withdraw", "dit", cwd=desk)
    assert (done.returncode, "Retiré du fichier" in done.stdout) == (0, True)
    found = said(desk, doctrine, "dit")
    assert (found.state, dict(found.spoken), len(found.moderation), len(found.answers)) == ("sans-accord", {}, 1, 1)
    assert "déjà sans accord" in run("contribution", "withdraw", "dit", cwd=desk).stderr


def test_words_go_all_together_and_only_from_what_is_withheld(doctrine: Doctrine, tmp_path: Path) -> None:
    one = told(doctrine, said=f"{SAID}theme: T\nconcern: C\n").contribution("dit")
    aside = replace(one, moderation=[Moderation(on=DAY, outcome="ecartee", by="x", because="x")])
    assert lost(one, withheld(aside)) == lost(one, withheld(replace(one, consent=False))) == []
    assert lost(one, replace(one, hope="H")) == []  # a blank that is filled loses nothing
    assert lost(one, withheld(one)) == ["theme", "concern", "proposal"]
    assert lost(one, replace(aside, concern=None)) == ["concern"]
    assert lost(one, replace(one, concern="Autre chose")) == ["concern"]
    moderated = replace(one, moderation=[Moderation(on=DAY, outcome="publiee", by="x", because="x")])
    assert lost(moderated, withheld(aside)) == ["moderation"]
    with pytest.raises(RewrittenError):
        save_contribution(withheld(one), tmp_path, doctrine, KIT, one)


# -- whose event it is -------------------------------------------------------------------------------------------------------


def test_an_event_of_another_consultation_is_refused(desk: Path, doctrine: Doctrine) -> None:
    done = new(desk, "--consultation", "autre", "--event", "cafe", "--date", "2026-04-02", "--proposal", "x", "--consent")
    assert done.returncode == 2
    assert "« cafe », de la démarche « essai »" in done.stderr.replace("\xa0", " ")
    path = desk / "docs/debat/contributions/dit.yml"
    path.write_text(SAID.replace("event: cafe", "event: atelier"), encoding="utf-8")
    assert "debat-incoherent" in run("debate", "check", cwd=desk).stderr
    path.write_text(SAID.replace("essai", "invente").replace("kind: real", "kind: example"), encoding="utf-8")
    assert "« cafe », de la démarche « essai »" in run("debate", "check", cwd=desk).stderr.replace("\xa0", " ")


def test_what_is_real_and_what_is_invented_do_not_contradict_each_other(desk: Path) -> None:
    path = desk / "docs/debat/contributions/faux.yml"
    invented = SAID.replace("dit", "faux", 1).replace("essai", "invente").replace("kind: real", "kind: example")
    path.write_text(invented.replace("event: cafe", "channel: Courrier") + "opposes: [dit]\n", encoding="utf-8")
    assert "faux.yml:8:11" in run("debate", "check", cwd=desk).stderr


# -- question by question ----------------------------------------------------------------------------------------------------


def test_a_number_that_is_refused_costs_one_line_and_no_answer(desk: Path, doctrine: Doctrine) -> None:
    typed = "1\n\noui\n\n\n\nIl fait chaud\nAppelez le 06 12 34 56 78\nL’eau\n\nMesurer\nSans frais\nnon\n"
    done = new(desk, "--id", "dite", "--consultation", "essai", typed=typed)
    assert (done.returncode, done.stderr) == (0, "")
    assert "téléphone" in done.stdout
    assert "Rien n’est perdu" in done.stdout
    expected = {"observation": "Il fait chaud", "concern": "L’eau", "proposal": "Mesurer", "condition": "Sans frais"}
    assert said(desk, doctrine, "dite").words == expected


def test_an_interrupted_sheet_is_taken_up_where_it_was_left(desk: Path, doctrine: Doctrine) -> None:
    cut = new(desk, "--consultation", "essai", typed="cafe\n\noui\nagent\nCantine\n5\n\nIl fait chaud\n")
    assert cut.returncode == 2
    name = "2026-04-01-1"
    assert f"boussole contribution new --id {name}" in cut.stdout
    done = new(desk, "--id", name, typed="Le bruit\nDu calme\nMesurer\n\nnon\n")
    assert done.returncode == 0
    assert "Reprise" in done.stdout
    assert "Lieu ou canal" not in done.stdout
    assert "Ce que j’ai constaté" not in done.stdout
    found = said(desk, doctrine, name)
    words = {"observation": "Il fait chaud", "concern": "Le bruit", "hope": "Du calme", "proposal": "Mesurer"}
    assert (found.profile, found.theme, found.about, found.words) == ("agent", "Cantine", ["sobriete"], words)
    assert run("contribution", "moderate", name, "--outcome", "publiee", *SETTLED, cwd=desk).returncode == 0
    assert "existe déjà, publiée" in new(desk, "--id", name, typed="x\n").stderr


def test_before_the_first_sentence_it_says_truthfully_that_nothing_is_kept(desk: Path) -> None:
    before = files_of(desk)
    done = new(desk, "--consultation", "essai", typed="cafe\n\noui\nagent\nCantine\n")
    assert done.returncode == 2
    assert "Rien n’est enregistré avant la première phrase" in done.stdout
    assert "Rien n’est enregistré de la fiche en cours" in done.stdout
    assert files_of(desk) == before


def test_names_are_said_to_be_removed_by_who_reads(desk: Path) -> None:
    assert "Ne pas écrire de nom" in new(desk, "--consultation", "essai", typed="").stdout
    done = new(desk, "--event", "cafe", "--date", "2026-04-02", "--proposal", "Mesurer", "--consent")
    assert "Ne pas écrire de nom" in done.stdout


def test_sheets_without_consent_follow_each_other(desk: Path, doctrine: Doctrine) -> None:
    done = new(desk, "--consultation", "essai", typed="cafe\n2026-04-02\nnon\noui\nnon\noui\noui\n\n\n\n\n\n\nMesurer\n\nnon\n")
    assert done.returncode == 0
    assert done.stdout.count("Lieu ou canal") == 1
    names = ["2026-04-02-1", "2026-04-02-2", "2026-04-02-3"]
    found = [said(desk, doctrine, name) for name in names]
    assert [one.state for one in found] == ["sans-accord", "sans-accord", "attente"]
    assert {(one.event, one.date) for one in found} == {("cafe", DAY)}
    given = ("--event", "cafe", "--date", "2026-04-02", "--no-consent")
    assert new(desk, *given).returncode == new(desk, *given).returncode == 0
    assert {"2026-04-02-4", "2026-04-02-5"} <= files_of(desk).keys()


@pytest.mark.parametrize(
    ("typed", "event", "channel"),
    [
        ("2", "cafe", None),
        ("cafe", "cafe", None),
        ("CAFE DÉBAT du nord", "cafe", None),
        ("Café débat du nrd\noui", "cafe", None),
        ("Café débat du nrd\nnon", None, "Non renseigné"),
        ("courrier", None, "courrier"),
        ("écrire à claude@ville.example\ncourrier", None, "courrier"),
    ],
)
def test_an_event_is_chosen_and_never_guessed(
    desk: Path, doctrine: Doctrine, typed: str, event: str | None, channel: str | None
) -> None:
    consultation = "" if event else "essai\n"
    done = new(desk, "--id", "dite", typed=f"{typed}\n{consultation}2026-04-02\nnon\nnon\n")
    assert done.returncode == 0
    assert "2. Café débat du nord" in done.stdout
    assert (said(desk, doctrine, "dite").event, said(desk, doctrine, "dite").channel) == (event, channel)


def test_an_unknown_event_is_never_taken_for_a_channel(desk: Path) -> None:
    before = files_of(desk)
    done = new(desk, "--event", "cafee", "--proposal", "x", "--consent", "--consultation", "essai")
    assert done.returncode == 2
    assert "peut-être « cafe »" in done.stderr.replace("\xa0", " ")
    assert "--channel" in done.stderr
    assert files_of(desk) == before


def test_criteria_are_told_by_number_by_title_and_several(desk: Path, doctrine: Doctrine) -> None:
    question = next(iter(doctrine.section("travail").questions)).id
    lines = ["5", "Critère 2", "n° 4 et 6", "service public", "critère 99", question, doctrine.cases[0].title, ""]
    typed = "\n".join(["cafe", "", "oui", "", "", *lines, "Il fait chaud", "", "", "", "", "non", ""])
    done = new(desk, "--consultation", "essai", "--id", "dite", typed=typed)
    assert done.returncode == 0
    assert done.stdout.count("Une autre partie ?") == len(lines) - 1
    assert "Attendu : le numéro ou le titre d’un critère" in done.stdout
    expected = ["sobriete", "droit", "travail", "transparence", "service-public", question, doctrine.cases[0].id]
    assert said(desk, doctrine, "dite").about == expected
    assert len(doctrine.criteria) == CRITERIA


@pytest.mark.parametrize("typed", ["élu", "Élue ou élu", "élue", "elu"])
def test_a_profile_is_told_as_people_write_it(desk: Path, doctrine: Doctrine, typed: str) -> None:
    lines = f"cafe\n\noui\nrobot\n{typed}\n\n\nIl fait chaud\n\n\n\n\nnon\n"
    done = new(desk, "--consultation", "essai", "--id", "dite", typed=lines)
    assert (done.returncode, "Attendu : habitant" in done.stdout) == (0, True)
    assert said(desk, doctrine, "dite").profile == "elu"


def test_a_date_that_does_not_fit_is_asked_again(desk: Path, doctrine: Doctrine) -> None:
    typed = "cafe\ndemain\n2026-02-01\n2026-04-02\nnon\nnon\n"
    done = new(desk, "--consultation", "essai", "--id", "dite", typed=typed)
    assert done.returncode == 0
    assert "hors de la démarche" in done.stdout
    assert said(desk, doctrine, "dite").date == DAY


def test_what_options_said_wrong_is_asked_again(desk: Path, doctrine: Doctrine) -> None:
    given = ("--event", "cafe", "--id", "dite", "--date", "2026-02-01", "--concern", "06 12 34 56 78", "--hope", "Du calme")
    done = new(desk, *given, typed="2026-04-02\noui\n\n\n\n\nL’eau\n\n\nnon\n")
    assert done.returncode == 0
    assert said(desk, doctrine, "dite").words == {"concern": "L’eau", "hope": "Du calme"}


@pytest.mark.parametrize("name", ["../ailleurs", "Un Nom", "a/b"])
def test_a_name_leads_nowhere_else(desk: Path, name: str) -> None:
    for options in (("--consent", "--proposal", "x", "--event", "cafe"), ()):
        done = new(desk, "--id", name, *options)
        assert done.returncode == 2
        assert "identifiant mal formé" in done.stderr
    assert not (desk / "docs/debat/ailleurs.yml").exists()


def test_a_sheet_that_was_moderated_meanwhile_is_not_written_over(desk: Path) -> None:
    """Whoever types for an hour does not undo what somebody else settled."""
    command = [sys.executable, "-m", "boussole", "contribution", "new", "--id", "dit"]
    with subprocess.Popen(command, cwd=desk, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as typing:
        assert typing.stdin
        assert typing.stdout
        while b"Je parle" not in typing.stdout.readline():
            pass
        assert run("contribution", "moderate", "dit", "--outcome", "publiee", *SETTLED, cwd=desk).returncode == 0
        _, told_wrong = typing.communicate(b"agent\n", timeout=60)
    assert "a changé entre-temps" in told_wrong.decode()
    assert "publiee" in files_of(desk)["dit"]
    assert "profile" not in files_of(desk)["dit"]


def test_a_terminal_that_is_interrupted_says_where_the_answers_are(desk: Path) -> None:
    """Control-C in a real terminal."""
    ours, theirs = pty.openpty()
    # What starts the tests may ignore the signal, and its children then do too.
    heard = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); from boussole.cli import main; main()"
    command = [sys.executable, "-c", heard, "contribution", "new", "--event", "cafe", "--id", "dite"]
    with subprocess.Popen(command, cwd=desk, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True) as typing:
        os.close(theirs)
        for line in (b"\n", b"oui\n", b"\n", b"\n", b"\n", b"Il fait chaud\n"):
            os.write(ours, line)
        limit = time.monotonic() + 30
        while "dite" not in files_of(desk) and time.monotonic() < limit:
            time.sleep(0.05)
        time.sleep(0.3)
        typing.send_signal(2)
        try:
            assert typing.wait(timeout=30) == 2
        finally:
            typing.kill()
        shown = os.read(ours, 65536).decode()
    os.close(ours)
    assert "Ce qui a été répondu est dans" in shown
    assert "Traceback" not in shown


# -- answers -----------------------------------------------------------------------------------------------------------------


def test_a_yes_says_when_or_where_it_is_kept(desk: Path, doctrine: Doctrine) -> None:
    done = run("contribution", "answer", "dit", "--reply", "oui", *SETTLED, cwd=desk)
    assert done.returncode == 2
    assert "sans échéance ni version" in done.stderr
    assert run("contribution", "answer", "dit", "--reply", "oui", "--due", "2027", *SETTLED, cwd=desk).returncode == 0
    answer = said(desk, doctrine, "dit").answer
    assert answer
    assert answer.due == "2027"


def test_nothing_is_answered_to_what_may_not_be_read_nor_published(desk: Path) -> None:
    assert new(desk, "--event", "cafe", "--date", "2026-04-02", "--no-consent", "--id", "tue").returncode == 0
    assert run("contribution", "moderate", "dit", "--outcome", "ecartee", *SETTLED, cwd=desk).returncode == 0
    before = files_of(desk)
    for arguments, why in (
        (("answer", "dit", "--reply", "non"), "écartée"),
        (("answer", "tue", "--reply", "non"), "faute d’accord"),
        (("moderate", "tue", "--outcome", "publiee"), "sans accord de publication"),
        (("moderate", "dit", "--outcome", "publiee"), "ses mots ont été retirés"),
    ):
        done = run("contribution", *arguments, *SETTLED, cwd=desk)
        assert done.returncode == 2
        assert why in done.stderr
    assert files_of(desk) == before


def test_an_event_that_is_to_come_was_not_held(desk: Path, doctrine: Doctrine) -> None:
    path = desk / "docs/debat/evenements/cafe.yml"
    path.write_text(EVENT.replace("starts: 2026-04-01", "starts: 2999-04"), encoding="utf-8")
    done = run("debate", "check", cwd=desk)
    assert done.returncode == 2
    assert "cafe.yml:5:8" in done.stderr
    assert "date-a-venir" in done.stderr
    load_debate(desk / "docs/debat", doctrine, KIT)  # no clock, no complaint
    load_debate(desk / "docs/debat", doctrine, KIT, today=datetime.date(2999, 4, 1))


def test_nothing_is_written_out_of_the_folder_of_the_debate(desk: Path) -> None:
    for part in ("contributions", "evenements"):
        (desk / "docs/debat" / part).rename(desk / part)
        (desk / "docs/debat" / part).symlink_to(desk / part)
    before = {path: path.read_text(encoding="utf-8") for path in desk.rglob("*.yml")}
    for command in (
        ("contribution", "new", "--event", "cafe", "--observation", "Rien", "--consent"),
        ("contribution", "moderate", "dit", "--outcome", "publiee", *SETTLED),
        ("debate", "new", "event", "--consultation", "essai", "--title", "Suite", "--starts", "2026-12-01"),
    ):
        done = run(*command, cwd=desk)
        assert (done.returncode, "lien qui sort du dossier" in done.stderr) == (2, True), done.stderr
    assert {path: path.read_text(encoding="utf-8") for path in desk.rglob("*.yml")} == before


def test_what_is_to_come_was_not_said(desk: Path, doctrine: Doctrine) -> None:
    before = files_of(desk)
    done = new(desk, "--date", "2199-04-01", "--event", "cafe", "--observation", "Rien", "--consent")
    assert (done.returncode, files_of(desk)) == (2, before)
    assert "attendu un jour passé" in done.stderr
    refused_on = run("contribution", "moderate", "dit", "--outcome", "publiee", *SETTLED[:4], "--on", "2199-01-01", cwd=desk)
    assert (refused_on.returncode, files_of(desk)) == (2, before)
    with pytest.raises(SourceError) as error:
        load_debate(desk / "docs/debat", doctrine, KIT, today=datetime.date(2026, 3, 31))
    assert "dit.yml:4:7: fait daté du 2026-04-01, qui n’est pas encore venu [date-a-venir]" in str(error.value)


@pytest.mark.parametrize(
    ("told", "why"),
    [
        (("plus-tard",), "un « plus tard » sans échéance : dire quand la réponse sera donnée, avec --due"),
        (("non", "--due", "2027"), "un « non » qui a une échéance : retirer --due, ou répondre plus-tard"),
    ],
)
def test_nobody_is_left_waiting_for_ever(desk: Path, told: tuple[str, ...], why: str) -> None:
    before = files_of(desk)
    done = run("contribution", "answer", "dit", "--reply", *told, *SETTLED, cwd=desk)
    assert (done.returncode, files_of(desk)) == (2, before)
    assert why in done.stderr.replace("\xa0", " ")


def waiting_debate() -> Debate:
    """A published proposal for each way an answer may be."""
    consultation = Consultation(id="d", title="D", kind="real", authority="V", starts="2026")
    due: dict[str, list[tuple[Reply, str | None]]] = {
        "vieille": [],
        "jeune": [],
        "promise": [("oui", "2026-05")],
        "tenue": [("oui", "2026-04")],
        "remise": [("plus-tard", "2026-04-30")],
        "refusee": [("non", None)],
        "sans-date": [("plus-tard", None)],
        "encore": [("oui", "2026-06")],
        "repromise": [("oui", "2026-04"), ("oui", "2027")],
    }
    return Debate(
        (consultation,),
        (),
        tuple(
            Contribution(
                id=name,
                kind="real",
                consultation="d",
                date=DAY + datetime.timedelta(days=rank),
                channel="x",
                proposal=name,
                consent=True,
                moderation=[Moderation(on=DAY, outcome="publiee", by="x", because="x")],
                answers=[
                    Answer(on=DAY, reply=reply, because="x", by="x", due=when, version="2024.1" if name == "tenue" else None)
                    for reply, when in answers
                ],
            )
            for rank, (name, answers) in enumerate(due.items())
        ),
    )


def test_what_waits_is_what_nobody_answered_or_kept(doctrine: Doctrine) -> None:
    debate = waiting_debate()
    assert [one.id for one in unanswered(debate)] == ["vieille", "jeune"]
    assert [one.id for one, _ in overdue(debate, datetime.date(2026, 5, 31))] == ["sans-date", "remise"]
    assert [one.id for one, _ in overdue(debate, datetime.date(2026, 6, 1))] == ["sans-date", "remise", "promise"]


def test_waiting_is_listed_with_the_days(desk: Path) -> None:
    assert "Rien n’attend." in run("debate", "list", "--waiting", cwd=desk).stdout  # nothing is published yet
    assert run("contribution", "moderate", "dit", "--outcome", "publiee", *SETTLED, cwd=desk).returncode == 0
    shown = run("debate", "list", "--waiting", cwd=desk).stdout
    days = (datetime.datetime.now(datetime.UTC).date() - datetime.date(2026, 4, 1)).days
    assert re.search(rf"{days} jours +Dire ce qui est consommé \[dit\]", shown)
    assert run("contribution", "answer", "dit", "--reply", "oui", "--due", "2026-05", *SETTLED, cwd=desk).returncode == 0
    shown = run("debate", "list", "--waiting", cwd=desk).stdout
    assert "Échéance passée" in shown
    assert "mai 2026" in shown


def test_the_list_is_in_columns_and_names_what_has_no_words(desk: Path) -> None:
    assert new(desk, "--event", "cafe", "--date", "2026-04-02", "--no-consent", "--id", "tue").returncode == 0
    shown = run("debate", "list", cwd=desk).stdout.splitlines()
    assert [line.partition("[")[2] for line in shown] == ["dit]", "tue]"]
    assert shown[0].index("Sans réponse") == shown[1].index("—") == len("Non publiée, faute d’accord ")
    assert shown[0].index("Dire ce qui") == shown[1].index("(sans mots) [tue]")


# -- beginning ---------------------------------------------------------------------------------------------------------------


def test_a_debate_is_begun_from_nothing_and_every_blank_can_be_filled(desk: Path, doctrine: Doctrine) -> None:
    """What the commands write is sound as it is, and sound with each of its lines uncommented."""
    opened = ("new", "consultation", "--title", 'L’IA : "oui" ou non ?', "--starts", "2026-03", "--authority", "Ville")
    assert run("debate", *opened, "--id", "ville-2026", cwd=desk).returncode == 0
    held = ("new", "event", "--title", "Café : premier", "--starts", "2026-03-15", "--consultation", "ville-2026")
    assert run("debate", *held, cwd=desk).returncode == 0
    assert run("debate", "check", cwd=desk).returncode == 0
    assert "existe déjà" in run("debate", *held, cwd=desk).stderr
    event = desk / "docs/debat/evenements/cafe-premier.yml"
    consultation = desk / "docs/debat/demarches/ville-2026.yml"
    text = event.read_text(encoding="utf-8")
    assert all(one.id in text for one in KIT.formats)
    for path in (event, consultation):
        filled = re.sub(r"(?m)^# (?=[a-z_]+:|  )", "", path.read_text(encoding="utf-8"))
        path.write_text(filled, encoding="utf-8")
    found = load_debate(desk / "docs/debat", doctrine, KIT)
    one, told_of = found.event("cafe-premier"), found.consultation("ville-2026")
    assert (told_of.title, told_of.kind, one.kind) == ('L’IA : "oui" ou non ?', "real", "real")
    assert one.format in {kit.id for kit in KIT.formats}
    assert one.disagreements[0].minority
    assert "exemple" not in text.replace("example : ", "")
    assert [name for name in ("contact", "why", "decided", "absent", "review") if not getattr(told_of, name)] == []


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("consultation", "--title", "T", "--starts", "2026"), "il manque --authority"),
        (("event", "--title", "T", "--starts", "2026"), "attendu : "),
        (("event", "--title", "T", "--starts", "demain", "--consultation", "essai"), "mauvais-type"),
        (("event", "--title", "06 12 34 56 78", "--starts", "2026", "--consultation", "essai"), "donnee-personnelle"),
        (("event", "--title", "!", "--starts", "2026", "--consultation", "essai"), "identifiant mal formé"),
        (("event", "--title", "T", "--id", "../t", "--starts", "2026", "--consultation", "essai"), "identifiant mal formé"),
        (("debate", "--title", "T", "--starts", "2026"), "valeur inconnue"),
    ],
)
def test_a_bad_beginning_writes_nothing(desk: Path, arguments: tuple[str, ...], why: str) -> None:
    before = sorted(desk.rglob("*.yml"))
    done = run("debate", "new", *arguments, cwd=desk)
    assert done.returncode == 2
    assert why in done.stderr
    assert sorted(desk.rglob("*.yml")) == before


def test_a_missing_key_says_what_it_accepts(doctrine: Doctrine) -> None:
    with pytest.raises(SourceError) as error:
        told(doctrine, event=EVENT.replace("state: tenu\n", ""))
    assert "« state » dans ce bloc : annonce, tenu ou annule" in str(error.value).replace("\xa0", " ")


def test_a_contact_is_a_service(doctrine: Doctrine) -> None:
    found = told(doctrine, consultation=f"{CONSULTATION}contact: concertation@ville.example\n")
    assert found.consultations[0].contact == "concertation@ville.example"
    for wrong in ("claude.martin@ville.example", "06 12 34 56 78"):
        with pytest.raises(SourceError) as error:
            told(doctrine, consultation=f"{CONSULTATION}contact: {wrong}\n")
        assert "donnee-personnelle" in str(error.value)
    assert "theme" not in WORDS


# -- a file in another form --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", ["json", "yaml"])
def test_what_is_read_of_a_file_can_be_moderated_and_withdrawn_there(desk: Path, doctrine: Doctrine, suffix: str) -> None:
    """A consent is withdrawn from every file that is published, in whichever form it was written."""
    folder = desk / "docs/debat/contributions"
    hidden = "Dire\u2028l’énergie"
    data = {"id": "jj", "kind": "real", "consultation": "essai", "date": "2026-04-01", "event": "cafe", "proposal": hidden}
    path = folder / f"jj.{suffix}"
    path.write_text(json.dumps(data | {"consent": True}), encoding="utf-8")
    assert run("contribution", "moderate", "jj", "--outcome", "publiee", *SETTLED, cwd=desk).returncode == 0
    found = said(desk, doctrine, "jj")
    assert (found.state, found.proposal) == ("publiee", hidden)
    assert "peut-être « jj »" in run("contribution", "withdraw", "jjj", cwd=desk).stderr.replace("\xa0", " ")
    done = run("contribution", "withdraw", f"jj.{suffix}", cwd=desk)
    assert (done.returncode, done.stderr) == (0, "")
    assert said(desk, doctrine, "jj").state == "sans-accord"
    assert sorted(one.name for one in folder.iterdir()) == ["dit.yml", path.name]
    text = path.read_text(encoding="utf-8")
    assert "nergie" not in text
    assert suffix != "json" or json.loads(text)["consent"] is False
    assert "existe déjà" in new(desk, "--event", "cafe", "--proposal", "x", "--consent", "--id", "jj").stderr


def test_an_event_is_not_begun_beside_its_own_json(desk: Path) -> None:
    path = desk / "docs/debat/evenements/marche.json"
    data = {"id": "marche", "title": "M", "kind": "real", "consultation": "essai", "state": "annonce", "starts": "2026-04"}
    path.write_text(json.dumps(data), encoding="utf-8")
    done = run("debate", "new", "event", "--title", "Marché", "--starts", "2026-05", "--consultation", "essai", cwd=desk)
    assert (done.returncode, "marche.json existe déjà" in done.stderr) == (2, True)
    assert not path.with_suffix(".yml").exists()


# -- where it came from ------------------------------------------------------------------------------------------------------

FREE = "Dit par mon voisin Zorglub au marché"


def test_a_channel_typed_freely_is_refused_without_consent(desk: Path) -> None:
    before = files_of(desk)
    done = new(desk, "--consultation", "essai", "--date", "2026-04-02", "--no-consent", "--channel", FREE)
    assert done.returncode == 2
    assert "Non renseigné" in done.stderr.replace("\xa0", " ")
    assert files_of(desk) == before
    assert new(desk, "--consultation", "essai", "--date", "2026-04-02", "--no-consent", "--channel", "courrier").returncode == 0


def test_a_channel_typed_freely_is_not_kept_when_consent_is_refused_in_a_conversation(desk: Path, doctrine: Doctrine) -> None:
    done = new(desk, "--consultation", "essai", "--id", "dite", typed=f"{FREE}\n2026-04-02\nnon\nnon\n")
    assert (done.returncode, "« Non renseigné » le remplace" in done.stdout) == (0, True)
    assert said(desk, doctrine, "dite").channel == "Non renseigné"
    assert "Zorglub" not in "".join(files_of(desk).values())


@pytest.mark.parametrize("arguments", [("withdraw", "dit"), ("moderate", "dit", "--outcome", "ecartee", *SETTLED)])
def test_a_channel_typed_freely_goes_with_the_words(desk: Path, doctrine: Doctrine, arguments: tuple[str, ...]) -> None:
    path = desk / "docs/debat/contributions/dit.yml"
    path.write_text(SAID.replace("event: cafe", f"channel: {FREE}"), encoding="utf-8")
    done = run("contribution", *arguments, cwd=desk)
    assert (done.returncode, "« Ce que je propose », le canal" in done.stdout) == (0, True)
    assert said(desk, doctrine, "dit").channel == "Non renseigné"
    assert "Zorglub" not in path.read_text(encoding="utf-8")


def test_a_common_channel_stays(desk: Path, doctrine: Doctrine) -> None:
    path = desk / "docs/debat/contributions/dit.yml"
    path.write_text(SAID.replace("event: cafe", "channel: Courrier"), encoding="utf-8")
    assert "le canal" not in run("contribution", "withdraw", "dit", cwd=desk).stdout
    assert said(desk, doctrine, "dit").channel == "Courrier"


def test_a_page_says_no_free_channel_before_it_is_moderated(doctrine: Doctrine) -> None:
    free = SAID.replace("event: cafe", f"channel: {FREE}")
    settled = "moderation:\n  - {on: 2026-04-02, outcome: publiee, by: x, because: x}\n"
    shown = [
        "Zorglub" in render_debate(doctrine, KIT, told(doctrine, said=text), {}, DAY)["debattre/contribution-dit.md"]
        for text in (free, free + settled)
    ]
    assert shown == [False, True]


# -- names that say nothing --------------------------------------------------------------------------------------------------

ACCUSING = "Mon voisin Zorglub de la rue des Lilas triche"
OLD = "2026-04-01-mon-voisin-zorglub-de-la-rue-des-lilas-triche"


@pytest.mark.parametrize("gone", [("withdraw",), ("moderate", "--outcome", "ecartee", *SETTLED)])
def test_nothing_is_left_of_words_that_were_taken_out(desk: Path, gone: tuple[str, ...]) -> None:
    given = ("--event", "cafe", "--date", "2026-04-02", "--consent", "--proposal")
    assert new(desk, *given, ACCUSING).returncode == 0
    assert new(desk, *given, ACCUSING).returncode == 0
    assert {"2026-04-02-1", "2026-04-02-2"} <= files_of(desk).keys()
    done = run("contribution", gone[0], "2026-04-02-1", *gone[1:], cwd=desk)
    assert (done.returncode, "Attention" in done.stdout) == (0, False)
    assert "zorglub" not in files_of(desk)["2026-04-02-1"].lower()
    lines = run("debate", "list", cwd=desk).stdout.splitlines()
    assert ["Zorglub" in line for line in lines if "2026-04-02-1" in line] == [False]


def test_a_number_is_never_given_again_between_others(desk: Path) -> None:
    folder = desk / "docs/debat/contributions"
    assert next_name(folder.parent, DAY) == "2026-04-02-1"
    for name in ("2026-04-02-1.json", "2026-04-02-9.yaml", "2026-04-02-bcdf.yml", "2026-04-02-x-12.yml", "2026-04-03-20.yml"):
        (folder / name).touch()
    assert next_name(folder.parent, DAY) == "2026-04-02-10"
    assert next_name(folder.parent / "ailleurs", DAY) == "2026-04-02-1"


def test_two_people_who_type_at_once_do_not_take_the_same_number(desk: Path) -> None:
    command = [sys.executable, "-m", "boussole", "contribution", "new", "--event", "cafe", "--date", "2026-04-02", "--consent"]
    typing = [
        subprocess.Popen([*command, "--proposal", f"Phrase {rank}"], cwd=desk, stdout=subprocess.DEVNULL) for rank in range(3)
    ]
    assert [one.wait(timeout=60) for one in typing] == [0, 0, 0]
    written = files_of(desk)
    assert {f"2026-04-02-{rank}" for rank in (1, 2, 3)} <= written.keys()
    assert all(f"Phrase {rank}" in "".join(written.values()) for rank in range(3))


def test_a_number_taken_meanwhile_is_passed_over_and_a_name_asked_for_is_not(desk: Path, doctrine: Doctrine) -> None:
    for name, expected in (("", "2026-04-02-2"), ("2026-04-02-1", None)):
        entry = Entry(desk / "docs/debat", doctrine)
        entry.name = name
        made = replace(said(desk, doctrine, "dit"), id="2026-04-02-1", date=DAY)
        (desk / "docs/debat/contributions/2026-04-02-1.yml").write_text(
            SAID.replace("id: dit", "id: 2026-04-02-1"), encoding="utf-8"
        )
        if expected:
            entry._save(made)
            assert entry.place
            assert entry.place.stem == expected
        else:
            with pytest.raises(Misuse):
                entry._save(made)


@pytest.mark.parametrize("gone", [("withdraw",), ("moderate", "--outcome", "ecartee", *SETTLED)])
def test_an_older_name_made_of_the_words_is_told_and_can_be_changed(
    desk: Path, doctrine: Doctrine, gone: tuple[str, ...]
) -> None:
    folder = desk / "docs/debat/contributions"
    accusing = SAID.replace("id: dit", f"id: {OLD}").replace("Dire ce qui est consommé", ACCUSING)
    (folder / f"{OLD}.yml").write_text(accusing, encoding="utf-8")
    (folder / "dit.yml").write_text(f"{SAID}opposes: [{OLD}]\n", encoding="utf-8")
    done = run("contribution", gone[0], OLD, *gone[1:], cwd=desk)
    assert done.returncode == 0
    assert f"l’identifiant « {OLD} » reprend des mots retirés" in done.stdout
    assert "« opposes » de : dit" in done.stdout
    assert (folder / f"{OLD}.yml").exists()  # nothing is renamed unasked
    found = re.search(r"renommer (\S+) en (\S+) ;", done.stdout)
    assert found
    # What it says to do is enough, and sound.
    fresh = (desk / found[1]).rename(desk / found[2])
    for path in (fresh, folder / "dit.yml"):
        path.write_text(path.read_text(encoding="utf-8").replace(OLD, fresh.stem), encoding="utf-8")
    assert run("debate", "check", cwd=desk).returncode == 0
    assert said(desk, doctrine, "dit").opposes == ["2026-04-01-1"]


@pytest.mark.parametrize(
    ("name", "is_told"),
    [
        ("2026-04-01-zorglub", True),  # all of its words
        ("fiche-mon-voisin-zorglub", True),
        ("2026-04-01-zorglub-fiche", False),
        ("2026-04-01-1", False),
        ("zorglub-voisin", False),  # less than three words, and not made as older ones were
    ],
)
def test_a_name_that_shares_few_words_is_left_in_peace(desk: Path, name: str, is_told: bool) -> None:
    text = SAID.replace("id: dit", f"id: {name}").replace("Dire ce qui est consommé", ACCUSING)
    (desk / f"docs/debat/contributions/{name}.yml").write_text(text, encoding="utf-8")
    done = run("contribution", "withdraw", name, cwd=desk)
    assert (done.returncode, "reprend des mots retirés" in done.stdout) == (0, is_told)
