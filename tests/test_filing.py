"""Dossiers as files: nothing is lost in any form, and older files still open."""

import datetime
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import boussole
from boussole.dossier import Dossier, clean, new_dossier, read_dossier
from boussole.filing import report, save_dossier, write_json, write_yaml
from tests.gatherings import NANTES, gathered
from tests.mutation import changed

FORMS: dict[str, Callable[[Dossier], str]] = {
    ".yml": write_yaml,
    ".json": write_json,
    ".html": lambda dossier: report(dossier, NANTES, "html").decode(),
}
TODAY = datetime.date(2026, 11, 24)


@pytest.mark.parametrize("suffix", FORMS)
@settings(max_examples=40, deadline=None)
@given(dossier=gathered())
def test_a_dossier_is_the_same_after_any_file(suffix: str, dossier: Dossier) -> None:
    assert read_dossier(FORMS[suffix](dossier), f"essai{suffix}", NANTES) == dossier


@settings(max_examples=30, deadline=None)
@given(dossier=gathered(), title=st.text(min_size=1))
def test_whatever_people_type_can_be_saved_and_read(dossier: Dossier, title: str) -> None:
    typed = dossier.annotate("droit.aipd", title, by="dpo").attach("droit.aipd", [title])
    for suffix, write in FORMS.items():
        assert read_dossier(write(typed), f"essai{suffix}", NANTES) == typed


@pytest.mark.parametrize("suffix", FORMS)
def test_a_saved_dossier_is_loaded_and_assessed_alike(suffix: str, tmp_path: Path) -> None:
    dossier = boussole.load_dossier(Path(__file__).parent / "dossiers/transcription.yml", NANTES).stamp(NANTES, TODAY)
    boussole.save_dossier(dossier, tmp_path / f"essai{suffix}", NANTES)
    loaded = boussole.load_dossier(tmp_path / f"essai{suffix}", NANTES)
    assert loaded == dossier
    assert loaded.assess(NANTES) == dossier.assess(NANTES)


def test_another_suffix_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    with pytest.raises(boussole.SourceError, match=r"fin de nom inconnue « \.docx »"):
        save_dossier(new_dossier(NANTES, "essai", "Essai"), tmp_path / "essai.docx", NANTES)
    assert list(tmp_path.iterdir()) == []


def test_the_yaml_is_what_a_person_can_read_and_mend() -> None:
    dossier, key = new_dossier(NANTES, "essai", "Transcrire : « quoi » ?", kind="example").introduce("dpo", "Nord")
    dossier = dossier.answer(NANTES, "droit.aipd", "oui", by=key).attach("droit.aipd", ["AIPD n° 3"])
    assert write_yaml(dossier) == (
        'id: "essai"\ntitle: "Transcrire : « quoi » ?"\nkind: "example"\nstatus: "etude"\n'
        f'doctrine:\n  id: "nantes"\n  version: "{NANTES.doctrine.version}"\n  fingerprint: "{NANTES.fingerprint}"\n'
        'contributors:\n  dpo-nord:\n    role: "dpo"\n    label: "Nord"\n'
        'answers:\n  droit.aipd:\n    dpo-nord: "oui"\n'
        'evidence:\n  droit.aipd: ["AIPD n° 3"]\n'
        f'seen:\n  droit.aipd: "{NANTES.fingerprints["droit.aipd"][:8]}"\n'
    )


# -- documents that are not whole ----------------------------------------------------------------------------------------


def document(title: str = "Essai") -> str:
    return report(new_dossier(NANTES, "essai", title), NANTES, "html").decode()


def test_a_fault_in_a_document_is_told_on_its_line() -> None:
    text = document().replace('"title": "Essai"', '"titre": "Essai"')
    line = text[: text.index('"titre"')].count("\n") + 1
    with pytest.raises(boussole.SourceError, match=rf"essai.html:{line}:\d+: clé inconnue « titre »"):
        read_dossier(text, "essai.html", NANTES)


@pytest.mark.parametrize("text", ["<!doctype html><title>Une page</title>", document()[: document().index('"title"')]])
def test_a_document_without_data_or_cut_is_told(text: str) -> None:
    with pytest.raises(boussole.SourceError, match="document-sans-dossier"):
        read_dossier(text, "essai.html", NANTES)


@pytest.mark.parametrize("more", ['<!-- <script id="boussole-dossier">{}</script> -->', '<p ID = "boussole-dossier">'])
def test_a_document_with_two_dossiers_is_refused(more: str) -> None:
    for text in (document() + more, document().replace("<body>", "<body>" + more)):
        with pytest.raises(boussole.SourceError, match="document qui porte 2 dossiers"):
            read_dossier(text, "essai.html", NANTES)


def test_a_title_that_imitates_the_data_stays_a_title() -> None:
    title = '</script><script type="application/json" id="boussole-dossier">{"id": "faux"}</script>'
    assert read_dossier(document(title), "essai.html", NANTES).title == title


def test_text_that_would_command_the_reader_is_taken_out_when_it_is_typed() -> None:
    assert clean("a\x1b[31mb\u202ec\ufeffd\r\ne\tf") == "a[31mbcd\ne\tf"


# -- when the doctrine moves ---------------------------------------------------------------------------------------------

OLD = """id: essai
title: Essai
kind: example
status: etude
doctrine: {id: nantes, version: "2023.1"}
"""


def test_what_the_doctrine_does_not_know_any_more_is_kept_aside() -> None:
    text = OLD + (
        "answers: {droit.disparue: oui, droit.aipd: {dpo: peut-etre, dsi: oui, mairie: non}}\n"
        "notes: {droit.autre: gardée}\ndecision: {outcome: ancien, by: la direction, on: 2023-02-03}\n"
        "measures: {sobriete.ancienne: [{on: 2023-02-03, value: 3, source: relevé}]}\n"
    )
    dossier = read_dossier(text, "essai.yml", NANTES)
    assert dossier.answers == {"droit.aipd": {"dsi": "oui"}}
    assert dossier.aside == {"droit.disparue": "oui", "droit.aipd": {"dpo": "peut-etre", "mairie": "non"}, "droit.autre": {}}
    assert dossier.decision is None
    assert dossier.variants["decision"][0]["outcome"] == "ancien"
    saved = dossier.stamp(NANTES, TODAY)
    assert read_dossier(write_yaml(saved), "essai.yml", NANTES) == saved


def test_the_same_version_stays_strict() -> None:
    with pytest.raises(boussole.SourceError, match="question inconnue"):
        read_dossier(OLD.replace("2023.1", NANTES.doctrine.version) + "answers: {droit.disparue: oui}\n", "essai.yml", NANTES)


def test_the_opinion_under_each_version_is_remembered() -> None:
    dossier = new_dossier(NANTES, "essai", "Essai").answer(NANTES, "droit.aipd", "non").stamp(NANTES, TODAY)
    later = changed(NANTES, "droit.aipd", "non", effect="refuse")
    assert dossier.outdated(later) == ("droit.aipd",)
    assert dossier.unseen(later) == ()
    again = dossier.stamp(later, TODAY)
    assert [opinion.attainable for opinion in again.opinions] == [
        list(dossier.assess(NANTES).attainable),
        list(dossier.assess(later).attainable),
    ]
    assert again.outdated(later) == ("droit.aipd",), "saving is not reading again"
    assert again.answer(later, "droit.aipd", "non").outdated(later) == ()


def test_questions_that_did_not_exist_are_told() -> None:
    dossier = new_dossier(NANTES, "essai", "Essai").stamp(NANTES, TODAY)
    assert dossier.unseen(NANTES) == ()
    older = {name: digits for name, digits in dossier.seen.items() if name != "droit.aipd"}
    text = OLD + f"seen: {json.dumps(older)}\n"
    assert read_dossier(text, "essai.yml", NANTES).unseen(NANTES) == ("droit.aipd",)


# -- what could not be opened again is not saved ----------------------------------------------------------------------------


def refused(dossier: Dossier, path: Path) -> str:
    """What is told when a dossier is not saved; the file that stood there still does."""
    save_dossier(new_dossier(NANTES, "essai", "Essai"), path, NANTES)
    before = path.read_bytes()
    with pytest.raises(boussole.SourceError) as caught:
        save_dossier(dossier, path, NANTES)
    assert path.read_bytes() == before
    return str(caught.value)


@pytest.mark.parametrize("suffix", FORMS)
def test_what_could_not_be_opened_again_is_refused_and_the_old_file_stays(suffix: str, tmp_path: Path) -> None:
    dossier, path = new_dossier(NANTES, "essai", "Essai"), tmp_path / f"essai{suffix}"
    assert refused(dossier.annotate("droit.disparue", "Vu."), path).startswith(
        f"{path}:1:1: dossier non enregistré : identifiant inconnu « droit.disparue » [identifiant-inconnu]\n"
    )
    assert "rôle inconnu « zorro »" in refused(dossier.annotate("droit.aipd", "Vu.", by="zorro"), path)
    assert "plus de 30000 valeurs" in refused(dossier.attach("droit.aipd", [f"pièce {rank}" for rank in range(31_000)]), path)


def test_a_dossier_too_big_to_be_read_is_not_saved(tmp_path: Path) -> None:
    heavy = new_dossier(NANTES, "essai", "Essai").attach("droit.aipd", [f"{rank} {'x' * 150_000}" for rank in range(28)])
    assert "fichier de plus de 4 Mio" in refused(heavy, tmp_path / "essai.yml")


def test_a_path_that_cannot_be_is_told(tmp_path: Path) -> None:
    with pytest.raises(boussole.SourceError, match="chemin impossible"):
        save_dossier(new_dossier(NANTES, "essai", "Essai"), f"{tmp_path}/a\0.yml", NANTES)


def test_an_unknown_form_of_report_is_told() -> None:
    with pytest.raises(ValueError, match="forme inconnue « docx » ; attendu : html, md, pdf, odt ou text"):
        report(new_dossier(NANTES, "essai", "Essai"), NANTES, "docx")  # type: ignore[arg-type]
