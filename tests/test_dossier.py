"""Dossiers: read strictly, told at their place when they are wrong, never lost when the doctrine moves."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest

from boussole import AnswerError, Decision, Doctrine, SourceError, assess, load, load_dossier, new_dossier
from boussole.dossier import LONGEST_TEXT, Contributor, Dossier, read_dossier
from tests.conftest import ROOT
from tests.mutation import changed

VERSION = load().doctrine.version
HEAD = f"""id: essai
title: Essai
kind: example
status: etude
doctrine: {{id: nantes, version: "{VERSION}"}}
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


# -- what the library is asked ---------------------------------------------------------------------------------------------

DAY = datetime.date(2026, 11, 24)
NONE: Any = None


def essai(doctrine: Doctrine) -> Dossier:
    return new_dossier(doctrine, "essai", "Essai")


@pytest.mark.parametrize(
    ("ask", "told"),
    [
        (lambda one, all_: one.annotate("droit.aidp", "Vu.", doctrine=all_), "question inconnue « droit.aidp »"),
        (lambda one, all_: one.annotate("droit.aipd", "Vu.", by="dpp", doctrine=all_), "rôle inconnu « dpp »"),
        (lambda one, all_: one.annotate("droit.aipd", None), "« None » pour la note"),
        (lambda one, all_: one.annotate("droit.aipd", "x" * (LONGEST_TEXT + 1)), "un texte de 200001 caractères"),
        (lambda one, all_: one.attach("droit.aidp", ["Fiche"], doctrine=all_), "question inconnue « droit.aidp »"),
        (lambda one, all_: one.attach("droit.aipd", "Fiche"), "« Fiche » pour les pièces"),
        (lambda one, all_: one.attach("droit.aipd", None), "« None » pour les pièces"),
        (lambda one, all_: one.attach("droit.aipd", [3]), "« 3 » pour une pièce"),
        (lambda one, all_: one.introduce("dpp", "Nord", all_), "rôle inconnu « dpp »"),
        (lambda one, all_: one.introduce("Le DPO", "Nord"), "identifiant mal formé « Le DPO »"),
        (lambda one, all_: new_dossier(all_, "Pas bon", "Essai"), "identifiant mal formé « Pas bon »"),
        (lambda one, all_: new_dossier(all_, "é" * 3, "Essai"), "identifiant mal formé"),
        (lambda one, all_: new_dossier(all_, NONE, "Essai"), "identifiant mal formé « None »"),
        (lambda one, all_: new_dossier(all_, "essai", " "), "titre vide"),
        (lambda one, all_: new_dossier(all_, "essai", NONE), "« None » pour le titre"),
        (lambda one, all_: one.decide({"outcome": "favorable"}), "une Decision, ou None"),
        (lambda one, all_: one.decide(decision(outcome="excellent"), all_), "décision « excellent »"),
        (lambda one, all_: one.decide(decision(by="la \x1b[31mmaire")), "caractère de commande"),
        (lambda one, all_: one.decide(decision(by="")), "vide"),
        (lambda one, all_: one.decide(decision(on=datetime.datetime(2026, 1, 2, 3, tzinfo=datetime.UTC))), "une date"),
        (lambda one, all_: one.decide(decision(on="2026-01-02")), "une date"),
        (lambda one, all_: one.stamp(all_, None), "« None » pour la date"),
        (lambda one, all_: one.stamp(all_, datetime.datetime(2026, 1, 2, tzinfo=datetime.UTC)), "une date"),
    ],
)
def test_what_a_file_would_refuse_is_refused_at_once(
    ask: Callable[[Dossier, Doctrine], Any], told: str, doctrine: Doctrine
) -> None:
    with pytest.raises(AnswerError) as caught:
        ask(essai(doctrine), doctrine)
    assert told in str(caught.value)


def decision(**given: Any) -> Decision:
    whole: dict[str, Any] = {"outcome": "favorable", "by": "la direction", "on": DAY, **given}
    return Decision(**whole)


def test_a_decision_is_kept_with_its_reason_and_taken_back(doctrine: Doctrine) -> None:
    decided = essai(doctrine).decide(decision(because="Une ligne.\r\nUne autre."), doctrine)
    assert decided.decision == decision(because="Une ligne.\nUne autre.")
    assert decided.decide(None, doctrine).decision is None


def test_what_is_put_aside_by_name_can_still_be_noted(doctrine: Doctrine) -> None:
    old = HEAD.replace(VERSION, "2023.1") + "answers: {droit.disparue: oui}\n"
    noted = read_dossier(old, "essai.yml", doctrine).annotate("droit.disparue", "À revoir.", doctrine=doctrine)
    assert noted.note("droit.disparue") == "À revoir."


def test_two_labels_are_two_people_and_the_same_label_is_the_same(doctrine: Doctrine) -> None:
    dossier, keys = essai(doctrine), []
    for label in ("部門", "課", "Pôle Nord", "pole nord", "部門", "Pôle Nord"):
        dossier, key = dossier.introduce("dpo", label)
        keys.append(key)
    assert keys == ["dpo-2", "dpo-3", "dpo-pole-nord", "dpo-pole-nord-2", "dpo-2", "dpo-pole-nord"]
    assert dossier.contributors["dpo-3"] == Contributor(role="dpo", label="課")


def test_long_labels_that_begin_alike_are_two_people(doctrine: Doctrine) -> None:
    dossier, first = essai(doctrine).introduce("dpo", "a" * 90)
    dossier, second = dossier.introduce("dpo", "a" * 91)
    assert (len(first), len(second), first == second) == (80, 80, False)
    dossier = dossier.answer(doctrine, "droit.aipd", "oui", by=second)
    assert dossier.position("droit.aipd", second) == "oui"


def test_someone_declared_by_hand_keeps_their_key(doctrine: Doctrine) -> None:
    dossier = read("contributors: {nord: {role: dpo, label: Pôle Nord}}\n", doctrine)
    assert dossier.introduce("dpo", "Pôle Nord") == (dossier, "nord")


@pytest.mark.parametrize(
    ("name", "told"),
    [("a.yml", "un fichier YAML bien formé"), ("a.json", "un fichier JSON bien formé"), ("a.html", "des données bien formées")],
)
def test_a_syntax_fault_names_the_form_of_its_file(name: str, told: str, doctrine: Doctrine) -> None:
    with pytest.raises(SourceError) as caught:
        read_dossier('{"id": [', name, doctrine)
    assert caught.value.faults[-1].expected == told
