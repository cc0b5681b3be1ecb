"""A block that `boussole new` prints can be pasted where it says, and the source is still sound."""

import re
from pathlib import Path

import pytest

from boussole import load, load_dossier
from boussole.loading import load_text
from boussole.model import Doctrine
from tests.commands import run
from tests.test_loading import COMPLETE, MINIMAL, NANTES, SOURCES

BASES = {"minimal": MINIMAL, "complete": COMPLETE, "nantes": NANTES}
HOSTILE = "[x]: {é} # \"a\" 'b' & *c %d\n\u202e\x1b fin"


def pasted(text: str, under: str, block: str) -> str:
    """A source with a block pasted at the end of a list; the list is begun when it is not there."""
    part, section, *_ = [*under.split(", "), ""]
    start = re.search(rf"^{part}:\n", text, re.MULTILINE)
    if start is None:
        return text + f"{part}:\n{block}"
    if section:
        start = re.compile(rf"^  - id: {section}\n", re.MULTILINE).search(text)
        assert start
    end = re.compile(r"^(?:  - |\S)" if section else r"^[^\s#]", re.MULTILINE).search(text, start.end())
    place = end.start() if end else len(text)
    return text[:place] + block + text[place:]


def printed(tmp_path: Path, text: str, *arguments: str) -> tuple[str, str]:
    """Where a block goes, and the block."""
    source = tmp_path / "source.yml"
    source.write_text(text, encoding="utf-8")
    result = run("--doctrine", source, "new", *arguments)
    assert result.returncode == 0, result.stderr
    return result.stderr.strip().removeprefix("À coller à la fin de : "), result.stdout


def after(tmp_path: Path, text: str, *arguments: str) -> Doctrine:
    return load_text(pasted(text, *printed(tmp_path, text, *arguments)))


@pytest.mark.parametrize("base", BASES)
@pytest.mark.parametrize("words", ["Accessibilité numérique", HOSTILE], ids=["plain", "hostile"])
def test_every_block_can_be_pasted_and_keeps_the_source_sound(base: str, words: str, tmp_path: Path) -> None:
    text = BASES[base]
    said = "Accessibilité numérique" if words != HOSTILE else "[x]: {é} # \"a\" 'b' & *c %d fin"
    section = load_text(text).sections[-1].id
    assert after(tmp_path, text, "case", words).cases[-1].title == said
    assert after(tmp_path, text, "guarantee", words).guarantees[-1].claim == said
    if base == "nantes":  # a case there answers every question itself: a new one leaves it open
        text = re.sub(r"^cases:\n.*?(?=^\S)", "", text, flags=re.MULTILINE | re.DOTALL)
    assert after(tmp_path, text, "criterion", words).sections[-1].label == said
    assert after(tmp_path, text, "question", words, "--section", section).sections[-1].questions[-1].ask == said


def test_a_question_may_depend_on_another(tmp_path: Path) -> None:
    doctrine = after(
        tmp_path,
        COMPLETE,
        "question",
        "Où ?",
        "--section",
        "sobriete",
        "--when",
        "profil.images=oui",
        "--when",
        "profil.images=non",
    )
    assert doctrine.questions["sobriete.ou"].when == {"profil.images": ["oui", "non"]}


def test_the_opinions_of_a_case_and_of_a_guarantee_are_computed(tmp_path: Path) -> None:
    given = ("--answer", "profil.images=oui", "--answer", "profil.anonymat=sans-objet", "--answer", "sobriete.hausse=un-peu")
    case = after(tmp_path, COMPLETE, "case", "Un drone", *given).cases[-1]
    assert (case.id, case.opinion, list(case.notes)) == ("un-drone", "suspendu", ["profil.anonymat"])
    assert case.turning_point.opinion != "suspendu"
    guarantee = after(tmp_path, COMPLETE, "guarantee", "Jamais favorable", "--answer", "profil.anonymat=non").guarantees[-1]
    assert guarantee.opinions == ["suspendu", "refuse"]


def test_a_dossier_to_start_from_is_read_back(tmp_path: Path) -> None:
    dossier = tmp_path / "trier.yml"
    dossier.write_text(run("new", "use", "Trier : des « photos »", "--example").stdout, encoding="utf-8")
    found = load_dossier(dossier, load())
    assert (found.id, found.title, found.kind) == ("trier-des-photos", "Trier : des « photos »", "example")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((), "une commande est attendue"),
        (("critere", "x"), "commande inconnue « critere », peut-être « criterion »"),
        (("criterion", "Profil"), "identifiant « profil » déjà pris ou retiré"),
        (("criterion", "Avis"), "identifiant « avis » déjà pris ou retiré"),
        (("criterion", "?"), "ce titre ne donne pas d’identifiant : en choisir un avec --id"),
        (("criterion", "x", "--id", "Été"), "identifiant « Été » mal formé"),
        (
            ("question", "x", "--section", "profl"),
            "section : « profl » est inconnu. Attendu : profil ou sobriete ; peut-être « profil »",
        ),
        (("question", "Photos ?", "--section", "profil"), "identifiant « profil.photos » déjà pris ou retiré"),
        (("question", "x", "--section", "profil", "--when", "profil.images"), "« profil.images » : QUESTION=RÉPONSE est attendu"),
        (("case", "x", "--answer", "profil.image=oui"), "question : « profil.image » est inconnu"),
        (("case", "  "), "ce titre ne donne pas d’identifiant"),
        (("case", " ", "--id", "x"), "un texte est attendu"),
        (
            ("guarantee", "x", "--answer", "profil.images=non", "--answer", "profil.anonymat=oui"),
            "aucun dossier ne donne ces réponses à la fois",
        ),
        (
            ("question", "x", "--section", "profil", "--when", "profil.images=oui", "--when", "sobriete.hausse=baisse"),
            "une question ne dépend que d’une seule autre",
        ),
    ],
)
def test_what_cannot_be_written_is_told(arguments: tuple[str, ...], told: str) -> None:
    result = run("--doctrine", SOURCES / "good/complete.yml", "new", *arguments)
    assert (result.returncode, result.stdout) == (2, "")
    assert told in result.stderr


@pytest.mark.parametrize("name", ["../../etc/passwd", "É à", "A_B", "a.b", "a" * 81, "-", "https://x.fr"])
def test_a_use_has_a_well_formed_id(name: str) -> None:
    done = run("new", "use", "Trier", f"--id={name}")
    assert done.returncode == 2
    assert done.stdout == ""
    assert "identifiant mal formé" in done.stderr
    assert "des minuscules sans accent" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_use_that_the_register_holds_already_is_not_made_again(tmp_path: Path) -> None:
    (tmp_path / "docs/registre").mkdir(parents=True)
    (tmp_path / "docs/registre/trier.yml").write_text("", encoding="utf-8")
    for given in (["Trier"], ["Autre", "--id=trier"]):
        done = run("new", "use", *given, cwd=tmp_path)
        assert (done.returncode, done.stdout) == (2, "")
        assert "existe déjà, dans docs/registre/trier.yml" in done.stderr
    assert run("new", "use", "Autre", cwd=tmp_path).returncode == 0
