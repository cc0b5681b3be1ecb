"""Python and the browser keep, merge, write and read the same dossiers."""

import base64
import json
import random
import zlib
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from boussole.dossier import Dossier, clean, new_dossier, read_dossier, slug
from boussole.filing import write_json, write_yaml
from boussole.outputs.data import render_data
from tests.gatherings import NANTES, gathered
from tests.test_twin import node, random_answers

HERE = Path(__file__).parent
DATA = render_data(NANTES, full=False).removeprefix("var boussoleDoctrine=").rstrip(";\n")
TODAY = date(2026, 11, 24)
SOME = settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])


def told(*jobs: dict[str, Any]) -> list[Any]:
    """What the browser's scripts do, in one process of Node."""
    asked = f'{{"doctrine": {DATA}, "jobs": {json.dumps(jobs)}}}'
    found: list[Any] = json.loads(node(str(HERE / "dossier-twin.js"), given=asked))
    return found


@pytest.fixture(scope="module")
def dossiers() -> list[Dossier]:
    """Random dossiers, all at once: starting Node for each would take longer than the tests. The simplest come first; the
    richest are kept."""
    found: list[Dossier] = []

    @SOME
    @given(st.lists(gathered(), min_size=10, max_size=10))
    def gather(dossiers: list[Dossier]) -> None:
        found.extend(dossiers)

    gather()
    return sorted(found, key=lambda dossier: len(write_json(dossier)))[-60:]


def same(one: Any, other: Any) -> bool:
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def test_both_merge_alike(dossiers: list[Dossier]) -> None:
    threes = list(zip(dossiers, dossiers[1:], dossiers[2:], strict=False))
    found = told(*({"act": "merge", "files": [file.to_data() for file in files]} for files in threes))
    for files, merged in zip(threes, found, strict=True):
        assert same(merged, files[0].merge(*files[1:]).to_data())


def test_both_write_the_same_bytes(dossiers: list[Dossier]) -> None:
    merged = [*dossiers, *(one.merge(two) for one, two in pairwise(dossiers))]
    for act, write in (("yaml", write_yaml), ("json", write_json)):
        found = told(*({"act": act, "file": file.to_data()} for file in merged))
        assert found == [write(file) for file in merged]


def test_the_browser_reads_and_accepts_what_python_writes(dossiers: list[Dossier]) -> None:
    texts = [(write(file), name) for file in dossiers for write, name in ((write_yaml, "a.yml"), (write_json, "a.json"))]
    read = told(*({"act": "read", "text": text, "name": name} for text, name in texts))
    assert [found for found in read if "error" in found] == []
    checked = told(*({"act": "check", "data": found} for found in read))
    for (text, name), found in zip(texts, checked, strict=True):
        assert found["faults"] == []
        assert same(found["dossier"], read_dossier(text, name, NANTES).to_data())


def test_both_say_the_same_of_disagreements_and_of_what_changed(dossiers: list[Dossier]) -> None:
    files = [file.to_data() for file in dossiers]
    split = told(*({"act": "disagreements", "file": file} for file in files))
    for dossier, found in zip(dossiers, split, strict=True):
        assert found == [
            {
                "question": item.question,
                "attainable": {option: list(levels) for option, levels in item.attainable.items()},
                "settled": item.is_settled,
                "matters": item.matters,
            }
            for item in dossier.disagreements(NANTES)
        ]
    assert told(*({"act": "outdated", "file": file} for file in files)) == [list(file.outdated(NANTES)) for file in dossiers]
    assert told(*({"act": "unseen", "file": file} for file in files)) == [list(file.unseen(NANTES)) for file in dossiers]
    stamped = told(*({"act": "stamp", "file": file, "today": TODAY.isoformat()} for file in files))
    for dossier, data in zip(dossiers, stamped, strict=True):
        assert same(data, dossier.stamp(NANTES, TODAY).to_data())


def test_both_assess_alike_what_several_people_answer() -> None:
    rng = random.Random(4)
    found = []
    for _ in range(60):
        answers = random_answers(rng, NANTES)
        for name in rng.sample(list(answers), min(6, len(answers))):
            options = list(NANTES.questions[name].choices)
            answers[name] = {who: rng.choice([*options, "nsp"]) for who in rng.sample(["dpo", "os", "sans-role", "accord"], 3)}
        found.append(answers)
    dossier = new_dossier(NANTES, "essai", "Essai").to_data()
    for answers, result in zip(found, told(*({"act": "assess", "file": {**dossier, "answers": a}} for a in found)), strict=True):
        assessment = Dossier.assess(_with(answers), NANTES)
        assert result["attainable"] == list(assessment.attainable)
        assert result["missing"] == list(assessment.missing)
        assert result["findings"] == {name: list(levels) for name, levels in assessment.findings.items()}
        assert result["ignored"] == list(assessment.ignored)


def _with(answers: dict[str, Any]) -> Dossier:
    from dataclasses import replace

    return replace(new_dossier(NANTES, "essai", "Essai"), answers=answers)


def test_answering_noting_and_attaching_do_the_same() -> None:
    jobs, expected = [], []
    for answer, note, references in (
        ("oui", "  Vu.\u202e ", ["AIPD n° 3 ", " "]),
        (["oui", "non"], "", []),
        (None, "gardée", ["a", "b"]),
        ("nsp", "ligne\r\nautre", []),
    ):
        for role, label in (("dpo", "Pôle « Nord »"), ("os", ""), ("", "")):
            dossier = new_dossier(NANTES, "essai", "Essai")
            jobs.append(
                {"act": "answer", "file": dossier.to_data(), "question": "droit.aipd", "role": role, "label": label}
                | {"given": answer, "note": note, "references": references}
            )
            if role:
                dossier, key = dossier.introduce(role, label)
            else:
                key = "sans-role"
            dossier = dossier.answer(NANTES, "droit.aipd", answer, by=key).annotate("droit.aipd", note, by=key)
            expected.append(dossier.attach("droit.aipd", references).to_data())
    for found, wanted in zip(told(*jobs), expected, strict=True):
        assert same(found, wanted)


@SOME
@given(st.lists(st.text(st.characters(), max_size=20), min_size=200, max_size=300))
def test_both_clean_and_name_alike(texts: list[str]) -> None:
    for text, found in zip(texts, told(*({"act": "words", "text": text} for text in texts)), strict=True):
        assert found == [clean(text), slug(text)]


# -- hostile texts -------------------------------------------------------------------------------------------------------

WHOLE = write_json(new_dossier(NANTES, "essai", "Essai").answer(NANTES, "droit.aipd", "oui"))


@pytest.mark.parametrize(
    ("text", "told_"),
    [
        ("", "fichier vide"),
        ("a: " + "x" * 5_000_000, "fichier de plus de 4 Mio"),
        (WHOLE[: len(WHOLE) // 2], "données coupées ou abîmées"),
        ('{"a": ' + "[" * 60 + "]" * 60 + "}", "trop de valeurs, ou trop imbriquées"),
        ('{"a": [' + "1," * 40_000 + "1]}", "trop de valeurs, ou trop imbriquées"),
        ("a: " + "[" * 60 + "]" * 60, "trop de valeurs, ou trop imbriquées"),
        ("\n".join(" " * depth + "a:" for depth in range(60)), "plus de 40 niveaux imbriqués"),
        ("id: essai\n  titre: mal aligné\n", "ligne 2"),
        ("id: essai\nid: autre\n", "clé « id » déjà écrite"),
        ("title: |\n  bloc\n", "écriture que le navigateur ne lit pas"),
        ("title: 'jamais fermé\n", "ligne 1"),
        ("PK\x03\x04 un classeur", "ligne 1"),
    ],
)
def test_a_text_that_cannot_be_read_is_told_with_its_place(text: str, told_: str) -> None:
    (found,) = told({"act": "read", "text": text, "name": "essai.yml"})
    assert "essai.yml" in found["error"]
    assert told_.replace(" »", "\u00a0»").replace("« ", "«\u00a0") in found["error"].replace("\u202f", "\u00a0")


@pytest.mark.parametrize(
    ("change", "told_"),
    [
        ({"doctrine": {"id": "ailleurs", "version": "1"}}, "autre doctrine"),
        ({"title": ""}, "title"),
        ({"titre": "Essai"}, "titre"),
        ({"status": "fini"}, "status"),
        ({"dates": {"opened": "2026-02-30"}}, "dates › opened"),
        ({"notes": {"droit.aipd": 3.5}, "evidence": {"droit.aipd": "seule"}}, "evidence › droit.aipd"),
        ({"opinions": [{"version": "2024.1", "attainable": [], "on": "hier"}]}, "opinions 1 › on"),
    ],
)
def test_data_that_is_no_dossier_is_told(change: dict[str, Any], told_: str) -> None:
    (found,) = told({"act": "check", "data": {**json.loads(WHOLE), **change}})
    assert found["dossier"] is None
    assert any(told_ in fault for fault in found["faults"])


def test_names_that_mean_something_to_a_browser_change_nothing() -> None:
    answers = json.loads(
        '{"__proto__": "oui", "constructor": {"__proto__": "oui"}, "droit.aipd": {"__proto__": "non", "dpo": "oui"}}'
    )
    data = {**json.loads(WHOLE), "answers": answers, "notes": json.loads('{"__proto__": "note"}')}
    (read,) = told({"act": "read", "text": json.dumps(data), "name": "a.json"})
    (found,) = told({"act": "check", "data": read})
    assert found["faults"] == []
    assert found["dossier"]["answers"] == {"droit.aipd": {"dpo": "oui"}}
    assert set(found["dossier"]["aside"]) == {"__proto__", "constructor", "droit.aipd"}
    (merged,) = told({"act": "merge", "files": [found["dossier"], found["dossier"]]})
    assert merged["answers"] == {"droit.aipd": {"dpo": "oui"}}


def test_a_dossier_of_another_version_is_put_aside_alike() -> None:
    data = {
        **json.loads(WHOLE),
        "doctrine": {"id": "nantes", "version": "2023.1"},
        "answers": {"droit.disparue": "oui", "droit.aipd": {"dpo": "peut-etre", "dsi": "oui", "mairie": "non"}},
        "notes": {"droit.autre": "gardée"},
        "decision": {"outcome": "ancien", "by": "la direction", "on": "2023-02-03"},
    }
    (found,) = told({"act": "check", "data": data})
    assert same(found["dossier"], read_dossier(json.dumps(data), "a.json", NANTES).to_data())
    assert set(found["aside"]) == {"droit.disparue", "droit.aipd", "droit.autre"}


# -- links ---------------------------------------------------------------------------------------------------------------


def test_a_link_carries_the_whole_dossier(dossiers: list[Dossier]) -> None:
    found = told(*({"act": "link", "file": file.to_data()} for file in dossiers[:20]))
    for dossier, carried in zip(dossiers, found, strict=False):
        assert same(carried, dossier.to_data())


def packed(content: bytes) -> str:
    deflater = zlib.compressobj(9, zlib.DEFLATED, -15)
    data = deflater.compress(content) + deflater.flush()
    return "d1=" + base64.urlsafe_b64encode(data).decode().rstrip("=")


@pytest.mark.parametrize(
    "fragment",
    ["d1=", "d1=%%%", "x1=abc", packed(b"{}")[:5], packed(b'{"a": "' + b" " * 3_000_000 + b'"}'), packed(b"[" * 5000), "p1=AAAA"],
)
def test_a_link_that_is_cut_or_is_a_bomb_is_told(fragment: str) -> None:
    (found,) = told({"act": "unlink", "fragment": fragment})
    assert "Ce lien est coupé ou abîmé" in found["error"]
