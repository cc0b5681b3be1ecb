"""Python and the browser keep, merge, write and read the same dossiers."""

import base64
import json
import random
import time
import zlib
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Page

from boussole.dossier import UNSEEN, DoctrineName, Dossier, clean, new_dossier, read_dossier, slug
from boussole.filing import write_json, write_yaml
from boussole.outputs.data import render_data
from tests.gatherings import NANTES, gathered
from tests.test_twin import node, random_answers

pytestmark = pytest.mark.xdist_group("dossier-twin")  # one worker makes the random dossiers

HERE = Path(__file__).parent
STATIC = HERE.parent / "src/boussole/static"
DATA, FULL = (render_data(NANTES, full=full).removeprefix("var boussoleDoctrine=").rstrip(";\n") for full in (False, True))
TODAY = date(2026, 11, 24)
SOME = settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])


def told(*jobs: dict[str, Any], data: str = DATA) -> list[Any]:
    """What the browser's scripts do, in one process of Node."""
    asked = f'{{"doctrine": {data}, "jobs": {json.dumps(jobs)}}}'
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
                "outweighed": item.is_outweighed,
                "contradicted": item.is_contradicted,
            }
            for item in dossier.disagreements(NANTES)
        ]
    assert told(*({"act": "outdated", "file": file} for file in files)) == [list(file.outdated(NANTES)) for file in dossiers]
    assert told(*({"act": "unseen", "file": file} for file in files)) == [list(file.unseen(NANTES)) for file in dossiers]
    stamped = told(*({"act": "stamp", "file": file, "today": TODAY.isoformat()} for file in files))
    for dossier, data in zip(dossiers, stamped, strict=True):
        assert same(data, dossier.stamp(NANTES, TODAY).to_data())


def test_both_say_the_same_of_a_dossier_whose_answers_moved() -> None:
    """Marked as seen by nobody, beside answers of which nothing is said, or beside others that were seen."""
    first, second, third, *_ = NANTES.questions
    answers = {name: next(iter(NANTES.questions[name].choices)) for name in (first, second)}
    marks: list[dict[str, Any]] = [{}, {first: UNSEEN}, {first: UNSEEN, third: UNSEEN}, {first: UNSEEN, second: "abcdef01"}]
    marks += [{first: [UNSEEN, "abcdef01"]}, {third: NANTES.fingerprints[third][:8]}]
    named = DoctrineName(id="nantes", version="2023.1", fingerprint="b" * 64)
    files = [replace(new_dossier(NANTES, "essai", "Essai"), doctrine=named, answers=answers, seen=seen) for seen in marks]
    for act, found in (("outdated", Dossier.outdated), ("unseen", Dossier.unseen)):
        assert told(*({"act": act, "file": file.to_data()} for file in files)) == [list(found(file, NANTES)) for file in files]
    stamped = told(*({"act": "stamp", "file": file.to_data(), "today": TODAY.isoformat()} for file in files))
    for file, data in zip(files, stamped, strict=True):
        assert same(data, file.stamp(NANTES, TODAY).to_data())


@pytest.mark.parametrize("data", [DATA, FULL], ids=["light", "full"])
def test_the_data_of_pages_carries_the_very_rules_of_the_doctrine(data: str) -> None:
    carried, given = told({"act": "forest"}, {"act": "forest", "rules": NANTES.rules}, data=data)
    bands = [[{key: band[key] for key in ("id", "min", "max") if key in band} for band in node["bands"]] for node in carried]
    assert [{**node, "bands": known} for node, known in zip(carried, bands, strict=True)] == [
        {**node, "bands": [{key: band[key] for key in band if key in ("id", "min", "max")} for band in node["bands"]]}
        for node in given
    ]


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


def test_both_give_the_same_keys_to_people() -> None:
    labels = ["部門", "課", "Pôle Nord", "pole nord", "部門", "a" * 90, "a" * 91, "a" * 92, "-", "", "Pôle Nord"]
    dossier, keys = new_dossier(NANTES, "essai", "Essai"), []
    for label in labels:
        dossier, key = dossier.introduce("dpo", label)
        keys.append(key)
    file = new_dossier(NANTES, "essai", "Essai").to_data()
    assert told({"act": "people", "file": file, "role": "dpo", "labels": labels}) == [
        {"keys": keys, "contributors": dossier.to_data()["contributors"]}
    ]


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
        ('id: essai\ntitle: "jamais fermé\n', "ligne 2 : crochets, accolades ou guillemets jamais fermés"),
        ('id: essai\ntitle: "\\x41"\n', "ligne 2 : « \\ » suivi d’un caractère inconnu"),
        ("answers: {a: oui, a: non}\n", "clé « a » déjà écrite"),
        ("a: [b, c\n", "ligne 1 : crochets, accolades ou guillemets jamais fermés"),
        ("title: [&ancre, b]\n", "écriture que le navigateur ne lit pas"),
        ('{\n  "id": "a",\n  "title": \n}', "ligne 4 : données coupées ou abîmées (une valeur était attendue ici)"),
        ('{"a":"b",\n"c":', "ligne 2 : données coupées ou abîmées"),
    ],
)
def test_a_text_that_cannot_be_read_is_told_with_its_place(text: str, told_: str) -> None:
    (found,) = told({"act": "read", "text": text, "name": "essai.yml"})
    assert "essai.yml" in found["error"]
    assert told_ in found["error"].replace("\u00a0", " ")


# Each took from four seconds to three minutes when a pattern or a list went over the same characters again and again.
SLOW = [
    "title: x" + " " * 300_000 + "y\n",
    "title: [x" + " " * 100_000 + "y\n",
    "title: [" + "a," * 400_000 + "b]\n",
    "title: [" + " #" * 50_000 + '"\n',
    "<!doctype html>" + "<style" * 200_000,
    *("a: '" + "''" * 1_000_000, "a: " + "[" * 1_000_000, '{"a":' + "[" * 1_000_000, "\n" * 3_000_000 + "a: b", "a:" * 1_000_000),
]


def test_no_text_takes_longer_to_read_or_to_refuse_than_as_many_comments() -> None:
    comments = ["# nothing to read\n" * (len(text) // 18) for text in SLOW]
    assert seconds_to_read(SLOW) < 8 * seconds_to_read(comments)


def seconds_to_read(texts: list[str]) -> float:
    """Of Node, its start included: told beside another in the same run, since machines differ and are shared."""
    started = time.perf_counter()
    told(*({"act": "read", "text": text, "name": "essai.yml"} for text in texts))
    return time.perf_counter() - started


def test_ten_thousand_answers_to_one_question_are_put_aside() -> None:
    many = {"droit.aipd": {f"p{rank}": "oui" for rank in range(9_999)}}
    (found,) = told({"act": "check", "data": {**json.loads(WHOLE), "answers": many}})
    assert found["aside"] == ["droit.aipd"]


def test_words_are_read_as_people_write_them() -> None:
    text = (
        "\ufeffid: essai\r\ntitle: 'l’été d''hier'  # dit\r\nlist: [a b , \"c, d\", 'e''f'] # fin\r\nblock: {k: v w, n: 12}\r\n"
    )
    (found,) = told({"act": "read", "text": text, "name": "a.yml"})
    assert found == {
        "id": "essai",
        "title": "l’été d'hier",
        "list": ["a b", "c, d", "e'f"],
        "block": {"k": "v w", "n": "12"},
    }


# -- odd values ----------------------------------------------------------------------------------------------------------

RICH: dict[str, Any] = {
    **json.loads(WHOLE),
    "contributors": {"dpo-nord": {"role": "dpo", "label": "Nord"}},
    "answers": {"droit.aipd": {"dpo": "oui", "dpo-nord": "non"}},
    "notes": {"droit.aipd": {"dpo": "vu"}},
    "evidence": {"droit.aipd": ["e"]},
    "dates": {"opened": "2026-01-01"},
    "notice": {"purpose": "p", "automation": "aide", "decisions_per_year": 3},
    "decision": {"outcome": NANTES.levels[0], "by": "x", "on": "2026-01-01", "because": "b"},
    "measures": {"sobriete.energie-unitaire": [{"on": "2026-01-01", "value": 1.5, "source": "s"}]},
    "aside": {"vieille.question": "oui"},
    "variants": {"title": ["Autre"]},
    "seen": {"droit.aipd": "abcdef"},
}
ODD: list[Any] = [
    *(None, "", " ", "x", "X y", 3, -3, 1.5, 0, 1e21, 1e-9, True, "12", "1e3", "1,5", " 1.5 ", "0x10", "nsp", "__proto__"),
    *("2026-02-30", "2024-02-29", "0000-01-01", "a" * 81, "a" * 64, "abcde", "\u202eabc", "é", "a\x85b", "a\u2028b", "\ud800"),
    *([], ["x"], ["x", "x"], [None], [[]], [{}], ["oui", "nsp"], ["oui", "non"], [3]),
    *({}, {"x": "y"}, {"x": None}, {"x": []}, {"accord": "oui"}, {"sans-role": "non"}, {"dpo": {}}),
]
NAMES = ("accord", "sans-role", "elu", "A B", "é", "a" * 81, "__proto__", "constructor", "", "\u202ea", "droit.disparue")


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    below = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, item in below for place in places(item, (*path, key)))]


def odd_dossiers() -> Iterator[dict[str, Any]]:
    """One rich dossier, each of its values or its names made odd in turn. Who wrote a note and the role of a contributor are
    left alone: Python does not open again what it writes of those that another version knew."""
    for place in places(RICH)[1:]:
        if place[0] == "notes" or place[-1] == "role":
            continue
        for change in (*({"value": odd} for odd in ODD), {}, *({"name": name} for name in NAMES if isinstance(place[-1], str))):
            data = deepcopy(RICH)
            within: Any = data
            for step in place[:-1]:
                within = within[step]
            value = within.pop(place[-1])
            if change and isinstance(within, list):
                within.insert(place[-1], change["value"])
            elif change:
                within[change.get("name", place[-1])] = change.get("value", value)
            yield data


@pytest.mark.parametrize("version", ["2023.1", "2024.1"])
def test_what_the_browser_accepts_and_saves_python_opens(version: str) -> None:
    data = [{**odd, "doctrine": {**odd["doctrine"], "version": version}} for odd in odd_dossiers() if _names_a_doctrine(odd)]
    found = told(*({"act": "check", "data": odd} for odd in data))
    assert [told_ for told_ in found if "error" in told_] == []
    kept = [checked["dossier"] for checked in found if checked["dossier"]]
    assert len(kept) > 500
    saved = told(*({"act": "stamp", "file": dossier, "today": TODAY.isoformat()} for dossier in kept))
    for dossier, text in zip(saved, told(*({"act": "yaml", "file": dossier} for dossier in saved)), strict=True):
        assert same(read_dossier(text, "a.yml", NANTES).to_data(), dossier)


def _names_a_doctrine(data: dict[str, Any]) -> bool:
    return isinstance(data.get("doctrine"), dict)


@pytest.mark.parametrize(
    ("change", "told_"),
    [
        ({"doctrine": {"id": "ailleurs", "version": "1"}}, "autre doctrine"),
        ({"title": ""}, "title"),
        ({"titre": "Essai"}, "titre"),
        ({"title": None}, "« title » manque"),
        ({"id": "a" * 81}, "id"),
        ({"contributors": {"accord": {"role": "dpo"}}}, "contributors"),
        ({"contributors": {"dpo": {"role": "dsi"}}}, "contributors"),
        ({"notice": {"decisions_per_year": 1.5}}, "un nombre entier"),
        ({f"champ{rank}": "x" for rank in range(50)}, "Et 30 autres erreurs"),
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
        "measures": {"sobriete.ancien": [{"on": "2023-01-01", "value": 2, "source": "compteur"}]},
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


# -- documents, in a browser: whether it would obey them ------------------------------------------------------------------------

DOCUMENT = '<!doctype html><html><style>p {}</style><script type="application/json" id="boussole-dossier">\n%s\n</script>%s'


@pytest.mark.browser
@pytest.mark.parametrize(
    ("text", "told_"),
    [
        (DOCUMENT % (WHOLE, "<script>window.obeyed = 1</script><img src=x onerror='window.obeyed = 1'>"), "essai"),
        (DOCUMENT % (WHOLE[:60], ""), "ligne 6 : données coupées ou abîmées"),
        (DOCUMENT.replace("boussole-dossier", "autre") % (WHOLE, ""), "a.html n’est pas un document enregistré par cet outil."),
        ("<!doctype html>" + "<style" * 200_000, "a.html n’est pas un document enregistré par cet outil."),
        (DOCUMENT % (WHOLE, '<!-- <script id="boussole-dossier"> -->'), "document qui porte 2 dossiers"),
        ('<!doctype html><p id="boussole-dossier">' + DOCUMENT % (WHOLE, ""), "document qui porte 2 dossiers"),
    ],
    ids=["whole", "cut", "another", "styles", "hidden", "twice"],
)
def test_a_document_is_read_without_being_obeyed(page: Page, text: str, told_: str) -> None:
    for name in ("assessment", "dossier", "links", "opening"):
        page.add_script_tag(path=STATIC / f"{name}.js")
    found = page.evaluate(
        "(text) => { try { return boussoleOpening.read(text, 'a.html').id; } catch (error) { return error.message; } }", text
    )
    assert told_ in found.replace("\u00a0", " ")
    assert page.evaluate("window.obeyed") is None
