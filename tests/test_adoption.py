"""Another authority begins a repository, follows the base, and sees doctrines side by side."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from boussole import Doctrine, load
from boussole.commands.adoption import TEMPLATES
from boussole.loading import DOCTRINES, LOCK, comparable, load_text, open_source, read_extended
from boussole.outputs.changes import render_proof
from boussole.outputs.comparison import render_comparison
from boussole.positions import read
from boussole.upstream import lock_of, read_lock, render_lock
from tests.commands import run
from tests.conftest import ROOT, build_site

BASE = (ROOT / "tests/sources/extending/base.yml").read_text(encoding="utf-8")
GUIDE = (ROOT / "docs/maintenir/adopter.md").read_text(encoding="utf-8")
IDENTITY = "doctrine: {id: ici, name: Ici, authority: Ici, version: '1', adopted: 2026-01-01, notice: À nous.}\n"
OVERRIDES = """\
overrides:
  - change: {question: droit.visage}
    set: {ask: Voit-il un visage ?}
    because: Plus simple.
  - change: {question: profil.public}
    set: {ask: Est-il ouvert à tous ?}
    because: Plus clair.
  - remove: {guarantee: visage}
    because: Elle va de soi.
  - add:
      question: {id: droit.trace, ask: Est-il tracé ?, why: Pour voir., asked_of: [metier], options: {oui: {}, non: {}}}
    after: droit.visage
    because: Une trace aide.
"""
ENVIRONMENT = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}", "NO_COLOR": "1"}


def plain(text: str) -> str:
    """What was said, with ordinary spaces."""
    return text.replace("\xa0", " ").replace("\u202f", " ")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An extension of a small base, whose base was looked at."""
    (tmp_path / "base.yml").write_text(BASE, encoding="utf-8")
    (tmp_path / "doctrine.yml").write_text(f"extends: base.yml\n{IDENTITY}{OVERRIDES}", encoding="utf-8")
    assert run("upstream", "--accept", cwd=tmp_path).returncode == 0
    return tmp_path


def edit(path: Path, *changes: tuple[str, str]) -> None:
    text = path.read_text(encoding="utf-8")
    for before, after in changes:
        assert before in text
        text = text.replace(before, after)
    path.write_text(text, encoding="utf-8")


def followed(folder: Path, code: int) -> str:
    done = run("upstream", cwd=folder)
    assert (done.returncode, done.stderr) == (code, "")
    return plain(done.stdout)


# -- following the base


def test_a_base_that_did_not_change_is_told_so(folder: Path) -> None:
    print_of = load(folder / "base.yml").fingerprint[:12]
    assert followed(folder, 0) == (
        f"""\
doctrine.yml part de « base.yml » (Commune d’exemple).
Base relue : 1, empreinte {print_of}.
Base actuelle : 1, empreinte {print_of}.

La base n’a rien changé.

Les adaptations :
  ligne 4, changer question droit.visage : s’applique
  ligne 7, changer question profil.public : s’applique
  ligne 10, retirer guarantee visage : s’applique
  ligne 13, ajouter question droit.trace : s’applique
"""
    )


def test_what_the_base_changed_is_told_with_what_becomes_of_each_override(folder: Path) -> None:
    edit(
        folder / "base.yml",
        ("oui: {effect: refuse, because: La doctrine", "oui: {effect: refuse, justify: true, because: La doctrine"),
        ("Est-il public ?", "Est-il ouvert à tous ?"),
        ("claim: C’est refusé.", "claim: C’est toujours refusé."),
        ("label: Agent du métier", "label: Agent"),
        ('version: "1"', 'version: "2"'),
    )
    told = followed(folder, 1)
    before = read_lock((folder / "doctrine.lock.yml").read_text(encoding="utf-8"), "doctrine.lock.yml").fingerprint
    assert told == (
        f"""\
doctrine.yml part de « base.yml » (Commune d’exemple).
Base relue : 1, empreinte {before[:12]}.
Base actuelle : 2, empreinte {load(folder / "base.yml").fingerprint[:12]}.

Ce que la base a changé :
  role : rédaction changée (metier)
  question profil.public : rédaction changée
  question droit.visage : sens changé
  guarantee : rédaction changée (visage)

Les adaptations :
  ligne 4, changer question droit.visage : à revoir ; la base en a changé le sens
  ligne 7, changer question profil.public : devenue inutile ; la base dit maintenant la même chose
  ligne 10, retirer guarantee visage : à revoir ; la base en a changé la rédaction
  ligne 13, ajouter question droit.trace : s’applique

Une fois tout relu : boussole upstream doctrine.yml --accept
"""
    )
    edit(folder / "doctrine.yml", ("Est-il ouvert à tous ?", "Est-il ouvert au public ?"))
    assert run("upstream", "--accept", cwd=folder).returncode == 0
    assert "La base n’a rien changé." in followed(folder, 0)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        (((("opinions: [refuse]"), "opinions: [suspendu, refuse]"),), "guarantee : sens changé (visage)"),
        (((("max: 10"), "max: 20"),), "indicator : sens changé (droit.erreurs)"),
        (((("label: Peu"), "label: Très peu"),), "indicator : rédaction changée (droit.erreurs)"),
        (
            ((("{profil.public: oui, droit.suivi: non}"), "{profil.public: oui, droit.suivi: non, droit.visage: non}"),),
            "case : sens changé (compteur)",
        ),
        (((("because: Personne ne suit."), "because: Nul ne suit."),), "case : rédaction changée (compteur)"),
    ],
)
def test_what_the_base_changed_of_an_indicator_a_guarantee_or_a_case_is_told_as_meaning_or_as_words(
    folder: Path, changes: tuple[tuple[str, str], ...], told: str
) -> None:
    bands = "bands: {peu: {label: Peu, max: 10}, trop: {label: Trop, effect: suspendu, because: x, remedy: x}}"
    indicator = (
        f"    indicators:\n      - {{id: droit.erreurs, name: x, unit: x, how: x, direction: down, when: [during], {bands}}}\n"
    )
    text = (folder / "base.yml").read_text(encoding="utf-8")
    start = text.index("    questions:", text.index("  - id: droit\n"))
    (folder / "base.yml").write_text(text[:start] + indicator + text[start:], encoding="utf-8")
    assert run("upstream", "--accept", cwd=folder).returncode == 0
    edit(folder / "base.yml", *changes)
    assert f"  {told}\n" in followed(folder, 1)


def test_a_base_whose_questions_only_change_places_is_told_so(folder: Path) -> None:
    text = (folder / "base.yml").read_text(encoding="utf-8")
    start, middle, end = (text.index(mark) for mark in ("  - id: profil\n", "  - id: droit\n", "guarantees:"))
    moved = text[:start] + text[middle:end] + text[start:middle] + text[end:]
    (folder / "base.yml").write_text(moved, encoding="utf-8")
    assert "La base n’a changé que de nom, ou d’ordre dans ses avis et ses questions." in followed(folder, 1)


def test_an_override_whose_object_is_gone_is_in_conflict(folder: Path) -> None:
    edit(
        folder / "base.yml",
        ("id: droit.visage", "id: droit.image"),
        ("{droit.visage: oui}", "{droit.image: oui}"),
        ("retired: {", "retired: {droit.visage: Élargie aux images., "),
        ("id: droit.suivi", "id: droit.trace"),
        ("droit.suivi: ", "droit.trace: "),
    )
    told = followed(folder, 1)
    assert "  question droit.visage : retrait\n" in told
    assert "  question droit.image : ajout\n" in told
    assert "ligne 4, changer question droit.visage : en conflit ; la base ne l’a plus : Élargie aux images.\n" in told
    assert "ligne 13, ajouter question droit.trace : en conflit ; la base n’a plus droit.visage, à côté duquel" in told
    assert "La doctrine qui en résulte ne tient pas. Ce qui est à corriger : boussole --doctrine doctrine.yml check" in told
    assert "--accept" not in told
    refused = run("upstream", "--accept", cwd=folder)
    assert refused.returncode == 2
    assert "« droit.visage » n’existe pas dans la base [identifiant-inconnu]" in refused.stderr


def test_a_base_never_looked_at_is_told(folder: Path) -> None:
    (folder / "doctrine.lock.yml").unlink()
    assert followed(folder, 1) == (
        "doctrine.yml part de « base.yml », version 1. Cette base n’a jamais été notée comme relue.\n"
        "Après l’avoir relue : boussole upstream doctrine.yml --accept\n"
    )


def test_what_cannot_be_followed_is_told(folder: Path) -> None:
    done = run("upstream", "base.yml", cwd=folder)
    assert done.returncode == 2
    assert "base.yml n’étend aucune doctrine (extends) : il n’y a pas de base à suivre" in done.stderr
    (folder / "doctrine.lock.yml").write_text("base: base.yml\nversion: '1'\nfingerprint: x\nmeanings: []\ncontent: {}\n")
    done = run("upstream", cwd=folder)
    assert done.returncode == 2
    assert "doctrine.lock.yml:4:11: une liste pour « meanings » [mauvais-type]" in done.stderr
    assert "doctrine.lock.yml:5:1: clé inconnue « content » [cle-inconnue]" in done.stderr
    (folder / "base.yml").unlink()
    assert "[base-introuvable]" in run("upstream", cwd=folder).stderr
    (folder / "doctrine.yml").unlink()
    assert "doctrine.yml:1:1: fichier introuvable" in run("upstream", cwd=folder).stderr


def test_a_lock_reads_back_as_it_was_written(folder: Path) -> None:
    text = (folder / "doctrine.lock.yml").read_text(encoding="utf-8")
    assert render_lock(read_lock(text, "doctrine.lock.yml")) == text


def test_the_lock_of_each_embedded_extension_is_current() -> None:
    locks = sorted(DOCTRINES.glob(f"*{LOCK}"))
    assert [path.name for path in locks] == [f"nantes-2019-stricte{LOCK}"]
    for path in locks:
        name = path.name.removesuffix(LOCK)
        source = open_source(name)
        now = render_lock(lock_of(read_extended(source, read(source.text, source.name))))
        assert path.read_text(encoding="utf-8") == now, f"read the base again, then: boussole upstream {name} --accept"


# -- beginning a repository


def test_a_new_repository_has_its_files_and_a_sound_doctrine(tmp_path: Path) -> None:
    done = run("init", "mon-territoire", "--name", "Boussole d'Ici", "--authority", 'Ville « "Été" » {{ 1 }} # \\', cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    made = tmp_path / "mon-territoire"
    found = {path.relative_to(made).as_posix() for path in made.rglob("*") if path.is_file()}
    assert found == {*TEMPLATES, "doctrine.lock.yml"}
    doctrine = load(made / "doctrine.yml")
    assert (doctrine.doctrine.id, doctrine.doctrine.name) == ("mon-territoire", "Boussole d’Ici")
    assert plain(doctrine.doctrine.authority) == 'Ville « "Été" » {{ 1 }} # \\'
    compile((made / "conf.py").read_text(encoding="utf-8"), "conf.py", "exec")
    assert "La base n’a rien changé." in followed(made, 0)
    assert "étend « nantes », adaptations : 0" in run("check", "doctrine.yml", cwd=made).stdout


def test_the_example_of_a_new_source_holds(tmp_path: Path) -> None:
    run("init", "ici", cwd=tmp_path)
    head, example = (tmp_path / "ici/doctrine.yml").read_text(encoding="utf-8").split("overrides: []\n")
    mine = load_text(head + "overrides:\n" + re.sub("^#", "", example, flags=re.MULTILINE))
    assert mine.derivation
    assert [change.id for change in mine.derivation.adaptations] == ["alternative.ne-rien-changer"]


def test_nothing_that_exists_is_written_over(tmp_path: Path) -> None:
    made = tmp_path / "ici"
    (made / "docs").mkdir(parents=True)
    (made / "docs/methode.md").write_text("À moi.", encoding="utf-8")
    (made / "Makefile").symlink_to("nulle-part")
    done = run("init", "ici", cwd=tmp_path)
    assert done.returncode == 2
    assert "ici contient déjà docs/methode.md ou Makefile : rien n’a été écrit" in plain(done.stderr)
    assert sorted(path.name for path in made.rglob("*")) == ["Makefile", "docs", "methode.md"]


def test_a_new_repository_is_whole_or_not_begun(tmp_path: Path) -> None:
    made = tmp_path / "ici"
    (tmp_path / "dehors").mkdir()
    made.mkdir()
    (made / "docs").symlink_to(tmp_path / "dehors")
    done = run("init", "ici", cwd=tmp_path)
    assert (done.returncode, "lien qui sort du dossier" in done.stderr) == (2, True)
    assert [path.name for path in (*made.iterdir(), *(tmp_path / "dehors").iterdir())] == ["docs"]
    (made / "docs").unlink()
    (made / "docs").write_text("À moi.", encoding="utf-8")
    done = run("init", "ici", cwd=tmp_path)
    assert (done.returncode, "ceci n’est pas un répertoire" in done.stderr) == (2, True)
    assert [path.name for path in made.iterdir()] == ["docs"]
    (made / "docs").unlink()
    assert run("init", "ici", cwd=tmp_path).returncode == 0


@pytest.mark.parametrize("name", ["nantes", "…"])
def test_a_folder_that_cannot_name_a_doctrine_is_refused(tmp_path: Path, name: str) -> None:
    done = run("init", name, cwd=tmp_path)
    assert done.returncode == 2
    assert "ne peut pas nommer une doctrine : choisir un autre nom de dossier" in done.stderr
    assert list(tmp_path.iterdir()) == []


# -- doctrines side by side


def test_the_comparison_says_what_flips_and_why(doctrine: Doctrine) -> None:
    page = plain(render_comparison(doctrine, comparable(doctrine), render_proof)["comparer.md"])
    assert page.count("](/cas/") == 12 + 3
    assert "Aucun avis de ces cas ne change.\nLe point de bascule ne mène plus au même avis dans 1 cas." in page
    assert re.search(r"logement\.md\) \| Refusé, puis favorable sous réserves \| Refusé, puis \*\*refusé\*\* \|", page)
    assert "« Boussole de l’IA » : strictement plus exigeante. Aucune réponse n’obtient un meilleur avis" in page
    assert "- Suspendu peut devenir : Suspendu, Refusé." in page
    assert page.count(" → Refusé, par exemple") == 4
    assert ": Là : Même si une personne examine chaque dossier" in page
    assert "Aucun de ses avis ne se traduit dans l’échelle de l’autre." in page
    assert "Le texte de sa charte n’a pas été retrouvé." in page
    assert "Les critères 4, 5 et 7 de Nantes" in page
    assert page.count("> «&nbsp;Fiabilité des données") == 1


def test_an_opinion_that_flips_is_told(folder: Path) -> None:
    always = (
        "  - change: {question: droit.suivi}\n    set: {options: {non: {effect: refuse}}}\n    drop: [when]\n    because: Non.\n"
    )
    following = "  - change: {case: compteur}\n    set: {opinion: refuse, because: Refusé.}\n    because: Il suit.\n"
    level = "  - remove: {level: suspendu}\n    because: Plus rien ne suspend.\n"
    edit(folder / "doctrine.yml", ("overrides:\n", f"overrides:\n{always}{following}{level}"))
    base, mine = load(folder / "base.yml"), load(folder / "doctrine.yml")
    page = plain(render_comparison(base, [mine], render_proof)["comparer.md"])
    assert "| Suspendu, puis favorable | **Refusé**, puis favorable |" in page
    assert "L’avis change dans 1 cas." in page
    assert "Compteur\n: Ici : Personne ne suit.\n: Là : Refusé." in page
    turned = plain(render_comparison(mine, comparable(mine), render_proof)["comparer.md"])
    assert "Ce qui diffère de « Base », et pourquoi" in turned
    assert "Retiré : avis de l’échelle `suspendu`\n: Plus rien ne suspend." in turned


def test_a_doctrine_that_stands_alone_is_compared_with_nothing(folder: Path) -> None:
    base = load(folder / "base.yml")
    assert render_comparison(base, comparable(base), render_proof) == {}


# -- the guide


def test_the_overrides_of_the_guide_hold() -> None:
    (block,) = re.findall(r"```text\n(.*?)```", GUIDE, re.DOTALL)
    mine = load_text(f"extends: nantes\n{IDENTITY}{block}")
    assert mine.questions["travail.effet-ressenti"].choices["neutre"].effect == "a-retravailler"


def test_the_guide_names_every_kind_and_every_key() -> None:
    from dataclasses import fields

    from boussole.extending import KINDS, Override
    from boussole.outputs.comparison import NAMES

    shown = set(re.findall(r"`([\w-]+)`", GUIDE))
    assert KINDS.keys() == NAMES.keys()
    assert KINDS.keys() | {field.name for field in fields(Override)} <= shown


THEIRS = {"registre", "debat", "dependance", "ailleurs", "etude", "usages"}


@pytest.mark.build
def test_a_doctrine_that_stands_alone_makes_a_whole_site(tmp_path: Path) -> None:
    # What was assessed, said, diagnosed or compared under Nantes' doctrine is not Nancy's.
    shutil.copytree(ROOT / "docs", tmp_path / "docs", ignore=lambda place, names: names if Path(place).name in THEIRS else ())
    site = build_site(tmp_path / "site", "-D", "boussole_doctrine=nancy", source=tmp_path / "docs")
    page = (site / "comparer.html").read_text(encoding="utf-8")
    assert re.findall(r"<h2[^>]*>([^<]*)", page) == ["Boussole de l’IA", "La charte de 2019 lue strictement"]
    assert (site / "criteres/souverainete.html").exists()


@pytest.mark.build
def test_the_commands_of_the_guide_run_from_nothing_to_a_site(tmp_path: Path) -> None:
    place, ran = tmp_path, []
    for block in re.findall(r"```sh\n(.*?)```", GUIDE, re.DOTALL):
        for line in block.splitlines():
            words = shlex.split(line, comments=True)
            if words[0] == "cd":
                place = place / words[1]
                continue
            done = subprocess.run(words, cwd=place, env=ENVIRONMENT, capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stdout + done.stderr
            ran.append(words[0])
    assert ran.count("make") == 2
    assert "Boussole de mon territoire" in (place / "build/site/index.html").read_text(encoding="utf-8")
    assert (place / "build/site/comparer.html").exists()
    assert not (place / "build/site/maintenir").exists()
