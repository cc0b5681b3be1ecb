"""Past dossiers read the short way say what the ordinary reader says; anything odd goes to the ordinary reader."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

import boussole
from boussole.archive import Reader, find_archives
from boussole.dossier import Dossier, read_dossier
from boussole.errors import SourceError
from boussole.filing import report, write_json, write_yaml
from boussole.impact import Past, as_past
from tests.gatherings import NANTES, gathered

WRITTEN = "id: essai\ntitle: Essai\nkind: example\nstatus: etude\ndoctrine: {id: nantes, version: '2024.1'}\n"


class SlowError(Exception):
    """The ordinary reader was called."""


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> Reader:
    """A reader that has only the short way."""

    def refuse(*arguments: Any) -> Any:
        raise SlowError

    monkeypatch.setattr("boussole.archive.read_dossier", refuse)
    return Reader(NANTES)


def ordinary(text: str) -> Past:
    return as_past(read_dossier(text, "x", NANTES), "x")


def whole(past: Past) -> Any:
    """A record, what the doctrine has no place for beside what it knows: the short way does not tell them apart."""
    answers: dict[str, Any] = {}
    for part in (past.answers, past.aside):
        for name, said in part.items():
            answers.setdefault(name, {}).update(said if isinstance(said, dict) else {"sans-role": said})
    return past.title, answers, past.contributors, dict(past.seen)


@settings(max_examples=150, deadline=None)
@given(dossier=gathered())
def test_what_boussole_writes_is_read_alike_both_ways(dossier: Dossier) -> None:
    reader = Reader(NANTES)
    for write in (write_yaml, write_json, lambda dossier: json.dumps(dossier.to_data(), ensure_ascii=False)):
        for _ in range(2):  # the second time, the lines are remembered
            assert whole(reader.read_text(write(dossier), "x")) == whole(ordinary(write(dossier)))


def test_the_short_way_is_taken_for_what_boussole_writes(quick: Reader) -> None:
    dossier = boussole.new_dossier(NANTES, "essai", "Un titre : « à lire » \\ # - ?")
    dossier = dossier.answer(NANTES, "droit.aipd", "oui", by="dpo").answer(NANTES, "alternative.dependance", 62.5)
    dossier = dossier.answer(NANTES, "biometrie.identification", ["oui", "non"])
    for write in (write_yaml, write_json):
        past = quick.read_text(write(dossier), "x")
        assert past.answers == dossier.answers
        assert past.title == dossier.title


@pytest.mark.parametrize(
    "text",
    [
        WRITTEN,
        WRITTEN + "answers:\n  droit.aipd: oui\n",
        write_yaml(boussole.new_dossier(NANTES, "essai", "Essai")) + "# un commentaire\n",
        write_yaml(boussole.new_dossier(NANTES, "essai", "Essai")) + "answers:\n",
        write_yaml(boussole.new_dossier(NANTES, "essai", "Essai")) + 'answers:\n  droit.aipd: "oui"\n  droit.aipd: "non"\n',
        write_yaml(boussole.new_dossier(NANTES, "essai", "Essai")) + 'answers:\n    droit.aipd: "oui"\n',
        write_yaml(boussole.new_dossier(NANTES, "essai", "Essai")) + 'answers: "oui"\n',
        write_yaml(boussole.new_dossier(NANTES, "essai", "Essai")) + 'answers:\n  droit.aipd: ["oui", ["non"]]\n',
        write_yaml(boussole.new_dossier(NANTES, "essai", "Essai")) + "answers:\n  droit.aipd: true\n",
        write_yaml(boussole.new_dossier(NANTES, "essai", "Essai")) + 'answers:\n  droit.aipd: "\\u006fui"\n',
        write_yaml(boussole.new_dossier(NANTES, "essai", "Essai")) + "\tanswers: {}\n",
        write_yaml(boussole.new_dossier(NANTES, "essai", "Essai")).replace('"nantes"', '"ailleurs"'),
        write_yaml(boussole.new_dossier(NANTES, "essai", "Essai")).replace('title: "Essai"', "title: null"),
        '{"id": "essai", "id": "essai"}',
        '{"title": NaN}',
        "{",
        "",
        "[" * 100_000,
        "---\n" + write_yaml(boussole.new_dossier(NANTES, "essai", "Essai")),
    ],
)
def test_anything_odd_is_left_to_the_ordinary_reader(text: str, quick: Reader) -> None:
    with pytest.raises(SlowError):
        quick.read_text(text, "x")


def test_a_folder_is_read_whole_and_what_is_wrong_is_told_without_stopping(tmp_path: Path) -> None:
    dossier = boussole.new_dossier(NANTES, "essai", "Essai").answer(NANTES, "droit.aipd", "oui")
    (tmp_path / "a").mkdir()
    (tmp_path / "a/un.yml").write_text(write_yaml(dossier), encoding="utf-8")
    (tmp_path / "deux.html").write_bytes(report(dossier, NANTES, "html"))
    (tmp_path / "faux.yml").write_text("title: [", encoding="utf-8")
    (tmp_path / "latin.jsonl").write_bytes(b"\xe9\n")
    line = json.dumps(dossier.to_data(), ensure_ascii=False)
    (tmp_path / "tous.jsonl").write_text(f"{line}\n\nfaux\n{line}\n", encoding="utf-8")
    (tmp_path / "lisez-moi.txt").write_text("rien", encoding="utf-8")
    reader = Reader(NANTES)
    found = [item for path in find_archives(tmp_path) for item in reader.read(path)]
    pasts = [item for item in found if isinstance(item, Past)]
    assert [Path(past.file).name for past in pasts] == ["un.yml", "deux.html", "tous.jsonl:1", "tous.jsonl:4"]
    assert all(past.answers == {"droit.aipd": "oui"} for past in pasts)
    told = [str(item) for item in found if isinstance(item, SourceError)]
    assert len(told) == 3
    assert "tous.jsonl:3:1:1" in told[-1]


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="introuvable"):
        find_archives(tmp_path / "absent")
