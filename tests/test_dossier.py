"""Dossiers: read strictly, told at their place when they are wrong, never lost when the doctrine moves."""

import pytest

from boussole import Doctrine, SourceError, assess, load_dossier
from boussole.dossier import Dossier, read_dossier
from tests.conftest import ROOT
from tests.mutation import changed

HEAD = """id: essai
title: Essai
kind: example
status: etude
doctrine: {id: nantes, version: "2024.1"}
"""


def read(text: str, doctrine: Doctrine) -> Dossier:
    return read_dossier(HEAD + text, "essai.yml", doctrine)


def faults(text: str, doctrine: Doctrine) -> str:
    with pytest.raises(SourceError) as caught:
        read(text, doctrine)
    return str(caught.value)


def test_a_dossier_in_yaml_and_one_in_json_are_read(doctrine: Doctrine) -> None:
    yaml = load_dossier(ROOT / "tests/dossiers/transcription.yml", doctrine)
    assert yaml.answers["travail.participation"] == {"agent-metier": "oui", "os": "non"}
    json = load_dossier(ROOT / "tests/dossiers/reconnaissance.json", doctrine)
    assert json.decision is not None
    assert json.decision.outcome == "refuse"


def test_every_fault_of_a_dossier_is_told_at_its_place(doctrine: Doctrine) -> None:
    told = faults(
        "answers:\n  biometrie.identificaton: oui\n  droit.aipd: peut-etre\n  travail.formation: {dpp: oui}\n", doctrine
    )
    assert told == (
        "essai.yml:7:3: question inconnue « biometrie.identificaton » [identifiant-inconnu]\n"
        "     7 |   biometrie.identificaton: oui\n"
        "       |   ^^^^^^^^^^^^^^^^^^^^^^^\n"
        "  attendu : une question de la doctrine\n"
        "  conseil : peut-être « biometrie.identification »\n"
        "\n"
        "essai.yml:8:15: réponse « peut-etre » à la question « droit.aipd » [reponse-inconnue]\n"
        "     8 |   droit.aipd: peut-etre\n"
        "       |               ^^^^^^^^^\n"
        "  attendu : oui, non ou nsp\n"
        "\n"
        "essai.yml:9:23: rôle inconnu « dpp » [identifiant-inconnu]\n"
        "     9 |   travail.formation: {dpp: oui}\n"
        "       |                       ^^^\n"
        "  attendu : agent-metier, dsi, dpo, rssi, os, qvct, elu, usager, juridique ou achats\n"
        "  conseil : peut-être « dpo »"
    )


def test_sans_objet_asks_for_a_justification(doctrine: Doctrine) -> None:
    text = "answers: {transparence.explication: sans-objet}\n"
    assert read(text, doctrine).unjustified(doctrine) == ("transparence.explication",)
    with pytest.raises(SourceError, match="justification-manquante"):
        read_dossier(HEAD + text, "essai.yml", doctrine, is_finished=True)
    note = "notes: {transparence.explication: Le résultat localise une fuite.}\n"
    assert read_dossier(HEAD + text + note, "essai.yml", doctrine, is_finished=True).unjustified(doctrine) == ()


def test_a_dossier_of_another_doctrine_is_refused(doctrine: Doctrine) -> None:
    with pytest.raises(SourceError, match="doctrine-differente"):
        read_dossier(HEAD.replace("id: nantes", "id: ailleurs"), "essai.yml", doctrine)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("dates: {opened: 2026-02-30}\n", "mauvais-type"),
        ("dates: {ouvert: 2026-02-03}\n", "cle-inconnue"),
        ("decision: {outcome: favorable, by: la directrice}\n", "cle-manquante"),
        ("decision: {outcome: excellent, by: la direction, on: 2026-02-03}\n", "identifiant-inconnu"),
        ("measures: {sobriete.inconnue: [{on: 2026-02-03, value: 0.4, source: relevé}]}\n", "identifiant-inconnu"),
        ("measures: {sobriete.energie-unitaire: [{on: 2026-02-03, value: beaucoup, source: relevé}]}\n", "mauvais-type"),
        ("measures: {sobriete.energie-unitaire: [{on: 2026-02-03, value: .inf, source: relevé}]}\n", "mauvais-type"),
        ("notes: {droit.rien: texte}\n", "identifiant-inconnu"),
        ("answers: [oui]\n", "mauvais-type"),
        ("answers: {droit.aipd: []}\n", "reponse-inconnue"),
        ("answers: {alternative.dependance: 101}\n", "reponse-inconnue"),
        ("doctrine: {id: nantes, version: '1'}\n", "cle-en-double"),
    ],
)
def test_bad_input_is_told_by_its_code(text: str, code: str, doctrine: Doctrine) -> None:
    assert f"[{code}]" in faults(text, doctrine)


def test_only_the_answers_whose_question_changed_meaning_are_to_be_read_again(doctrine: Doctrine) -> None:
    seen = doctrine.fingerprints
    dossier = read(
        "answers: {droit.aipd: oui, droit.securite: oui}\n"
        f"seen: {{droit.aipd: {seen['droit.aipd']}, droit.securite: {seen['droit.securite']}}}\n",
        doctrine,
    )
    assert dossier.outdated(doctrine) == ()
    assert dossier.outdated(changed(doctrine, "droit.aipd", "non", effect="refuse")) == ("droit.aipd",)


def test_a_position_of_each_role_is_held(doctrine: Doctrine) -> None:
    dossier = read("answers: {biometrie.identification: {dpo: nsp, dsi: non, os: oui}}\n", doctrine)
    assert assess(doctrine, dossier.answers).attainable == doctrine.levels
    dossier = read("answers: {biometrie.identification: {dpo: nsp, os: oui}}\n", doctrine)
    assert assess(doctrine, dossier.answers).opinion == "refuse"
