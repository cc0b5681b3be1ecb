"""A doctrine loads, or everything wrong in it is told at once, in French, at its place."""

import contextlib
import copy
import functools
import json
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from boussole import SourceError, load
from boussole.errors import CATALOGUE, MAX_TOLD, Fault, Span, nearest, quoted
from boussole.loading import load_text, read_file
from boussole.positions import MAX_BLOCKS, MAX_BYTES, MAX_NODES, decode, read
from boussole.positions import Path as Place

SOURCES = Path(__file__).parent / "sources"
GOOD = sorted((SOURCES / "good").glob("*.yml"))
BAD = sorted((SOURCES / "bad").glob("*.yml"))
MINIMAL = (SOURCES / "good/minimal.yml").read_text(encoding="utf-8")
COMPLETE = (SOURCES / "good/complete.yml").read_text(encoding="utf-8")
NANTES = (Path(__file__).parents[1] / "src/boussole/doctrines/nantes.yml").read_text(encoding="utf-8")

ELSEWHERE = {
    "fichier-illisible": "below: no content is to blame",
    "fichier-trop-gros": "below, and in test_hostile.py: too long to be shown",
    "doctrine-differente": "in test_dossier.py: only a dossier can be wrong so",
    "edition-inattendue": "in test_editions.py: only a folder of past editions can be wrong so",
    "document-sans-dossier": "in test_filing.py: only a document can be wrong so",
    "bareme-incoherent": "in test_dependence.py: only a questionnaire with points can be wrong so",
    "fait-sans-source": "in test_diagnosis.py: only a diagnosis or an alternative can be wrong so",
    "debat-incoherent": "in test_debate.py: only a file of the debate can be wrong so",
    "etude-incoherente": "in test_study.py and test_tally.py: only a result of the study, or its sheets, can be wrong so",
    **dict.fromkeys(
        (
            "fiche-mal-nommee",
            "donnee-personnelle",
            "dates-en-desordre",
            "date-a-venir",
            "valeur-impossible",
            "groupe-sans-effectif",
            "petit-groupe",
        ),
        "in test_register_commands.py: only what is published can be wrong so",
    ),
}


def caught(text: str, name: str = "essai.yml") -> SourceError:
    with pytest.raises(SourceError) as error:
        load_text(text, name)
    return error.value


def expected(path: Path) -> str:
    """The message written on top of a bad source."""
    lines = path.read_bytes().decode("utf-8", "replace").split("\n")
    assert lines[0] == "# attendu :"
    end = next(rank for rank, line in enumerate(lines) if not line.startswith("#"))
    return "\n".join(line.removeprefix("#").removeprefix(" ") for line in lines[1:end])


def told(path: Path, monkeypatch: pytest.MonkeyPatch) -> SourceError:
    monkeypatch.chdir(path.parent)
    with pytest.raises(SourceError) as error:
        load(path.name)
    return error.value


# -- sources as people write them


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
def test_a_sound_source_loads(path: Path) -> None:
    assert load(path).questions


def test_a_byte_order_mark_and_windows_line_ends_change_nothing() -> None:
    path = SOURCES / "good/fins-de-ligne-windows.yml"
    assert path.read_bytes() == b"\xef\xbb\xbf" + MINIMAL.replace("\n", "\r\n").encode()
    assert asdict(load(path)) == asdict(load_text(MINIMAL))


def test_the_words_that_old_yaml_took_for_booleans_are_words() -> None:
    doctrine = load(SOURCES / "good/mots-que-yaml-prenait-pour-des-booleens.yml")
    assert list(doctrine.questions["droit.visage"].choices) == ["no", "yes", "on", "off"]
    assert doctrine.cases[0].answers == {"droit.visage": "no"}


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_a_bad_source_is_told_whole(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert str(told(path, monkeypatch)) == expected(path)


def test_a_bad_source_is_named_after_what_is_wrong_in_it(monkeypatch: pytest.MonkeyPatch) -> None:
    for path in BAD:
        codes = {fault.code for fault in told(path, monkeypatch).faults}
        assert any(path.stem.startswith(f"{code}-") for code in codes), path.name


def test_every_code_of_the_catalogue_has_a_bad_source(monkeypatch: pytest.MonkeyPatch) -> None:
    codes = {fault.code for path in BAD for fault in told(path, monkeypatch).faults}
    assert codes | ELSEWHERE.keys() == CATALOGUE.keys()


# -- files that cannot be read


def test_a_file_that_does_not_exist_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert str(told(tmp_path / "absent.yml", monkeypatch)) == (
        "absent.yml:1:1: fichier introuvable : « absent.yml » [fichier-illisible]\n  attendu : un fichier lisible"
    )


def test_a_folder_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "dossier").mkdir()
    assert str(told(tmp_path / "dossier", monkeypatch)) == (
        "dossier:1:1: ceci est un répertoire, pas un fichier : « dossier » [fichier-illisible]\n  attendu : un fichier lisible"
    )


def test_a_path_that_cannot_be_is_told() -> None:
    with pytest.raises(SourceError, match="chemin impossible"):
        read_file("a\0b")


def test_an_empty_file_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "vide.yml").touch()
    assert str(told(tmp_path / "vide.yml", monkeypatch)) == (
        "vide.yml:1:1: fichier vide [valeur-vide]\n  attendu : un bloc « clé: valeur »"
    )


def test_a_file_that_is_too_big_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "gros.yml").write_bytes(b"#" * (MAX_BYTES + 1))
    assert str(told(tmp_path / "gros.yml", monkeypatch)) == (
        "gros.yml:1:1: fichier de plus de 4 Mio [fichier-trop-gros]\n  attendu : au plus 4194304 octets"
    )


@pytest.mark.parametrize(("item", "limit", "what"), [("a", MAX_NODES, "valeurs"), ("{}", MAX_BLOCKS, "blocs")])
def test_a_file_with_too_many_values_is_told(item: str, limit: int, what: str) -> None:
    text = f"- {item}\n" * (limit + 1)
    assert str(caught(text)).startswith(f"essai.yml:{limit + (what == 'blocs')}:3: plus de {limit} {what} [fichier-trop-gros]")


def test_a_wrong_byte_after_a_byte_order_mark_is_told_at_its_place() -> None:
    with pytest.raises(SourceError) as error:
        decode(b"\xef\xbb\xbfa: b\nc: \xe9", "essai.yml")
    assert error.value.faults[0].span == Span(2, 4, 5)


def test_the_limits_leave_room_for_a_doctrine_several_times_that_of_nantes() -> None:
    document = read(NANTES, "nantes.yml")
    assert 5 * len(document.values) < MAX_NODES
    assert 5 * sum(isinstance(document.at(path), dict) for path in document.values) < MAX_BLOCKS


# -- messages


def test_beyond_two_hundred_faults_the_others_are_counted() -> None:
    error = caught(MINIMAL + "".join(f"inconnue{rank}: x\n" for rank in range(MAX_TOLD + 7)))
    assert len(error.faults) == MAX_TOLD
    assert error.untold == 7
    assert str(error).endswith("\n\n… et au moins 7 autres fautes")


def test_a_long_line_is_shown_around_the_spot() -> None:
    fault = Fault("syntaxe", "faute", file="f", span=Span(3, 501, 504), excerpt="a" * 500 + "xyz" + "b" * 500)
    assert str(fault) == (
        "f:3:501: faute [syntaxe]\n"
        f"     3 | {'a' * 60}xyz{'b' * 57}\n"
        f"       | {' ' * 60}^^^"
    )  # fmt: skip


def test_a_message_cannot_move_the_cursor_of_a_terminal() -> None:
    message = str(caught(MINIMAL.replace("Doctrine minimale", '"\\e[2J"').replace("id: minimale", 'id: "\\e]0;\\u202e"')))
    assert all(char.isprintable() or char == "\n" for char in message)
    assert "caractère de commande U+001B dans un texte [encodage]" in message


def test_a_value_is_quoted_on_one_line_and_cut() -> None:
    assert quoted(" a\n b ") == "« a b »"
    assert quoted("a" * 61) == f"« {'a' * 59}… »"
    assert quoted("a" + " " * 10_000 + "b") == "« a… »"


def test_the_nearest_name_is_found_with_or_without_its_section() -> None:
    known = ["droit.visage", "droit.image", "profil.images"]
    assert nearest("droit.visages", known) == "peut-être « droit.visage »"
    assert nearest("image", known) == "peut-être « droit.image »"
    assert nearest("xyz", known) == ""


# -- places


def places(node: yaml.Node, path: Place = ()) -> Iterator[tuple[Place, yaml.Node]]:
    yield path, node
    if isinstance(node, yaml.SequenceNode):
        for rank, item in enumerate(node.value):
            yield from places(item, (*path, rank))
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield from places(value, (*path, key.value))


@pytest.mark.parametrize(
    "text", [NANTES, COMPLETE, MINIMAL.replace("\n", "\r\n"), MINIMAL.replace("Doctrine minimale", '"👁\u2028   é"')]
)
def test_every_value_is_where_pyyaml_says(text: str) -> None:
    document = read(text, "essai.yml")
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    assert root
    marks = {path: (node.start_mark.line + 1, node.start_mark.column + 1) for path, node in places(root)}
    assert {path: (document.span(path).line, document.span(path).column) for path in document.values} == marks


@pytest.mark.parametrize("text", [NANTES, COMPLETE])
def test_the_text_at_the_place_of_a_plain_value_is_that_value(text: str) -> None:
    document = read(text, "essai.yml")
    lines = text.split("\n")
    for path, on_key in [*((path, True) for path in document.keys), *((path, False) for path in document.values)]:
        span, value = document.span(path, on_key), path[-1] if on_key else document.at(path)
        written = lines[span.line - 1][span.column - 1 : span.end - 1]
        assert not isinstance(value, str) or written.strip("\"'") == value or written in (">", "|", value[:1])


# -- sources that break in every way


def delete_line(lines: list[str], place: int, _: random.Random) -> None:
    del lines[place]


def duplicate_line(lines: list[str], place: int, _: random.Random) -> None:
    lines.insert(place, lines[place])


def rename_key(lines: list[str], place: int, _: random.Random) -> None:
    lines[place] = re.sub(r"(\w+):", r"\1x:", lines[place], count=1)


def make_a_list(lines: list[str], place: int, _: random.Random) -> None:
    lines[place] = re.sub(r": (.+)", r": [\1]", lines[place], count=1)


def make_a_block(lines: list[str], place: int, _: random.Random) -> None:
    lines[place] = re.sub(r": (.+)", r": {x: \1}", lines[place], count=1)


def empty(lines: list[str], place: int, _: random.Random) -> None:
    lines[place] = re.sub(r": .+", ":", lines[place], count=1)


def indent(lines: list[str], place: int, _: random.Random) -> None:
    lines[place] = "  " + lines[place]


def alias(lines: list[str], place: int, _: random.Random) -> None:
    lines[place] = re.sub(r": .+", ": *x", lines[place], count=1)


def truncate(lines: list[str], place: int, chance: random.Random) -> None:
    lines[place:] = [lines[place][: chance.randrange(len(lines[place]) + 1)]]


def spoil(lines: list[str], place: int, chance: random.Random) -> None:
    column = chance.randrange(len(lines[place]) + 1)
    lines[place] = lines[place][:column] + chance.choice("[]{}:,&*!|>'\"%@`#-?\t\x07\ufeff") + lines[place][column + 1 :]


MUTATIONS: tuple[Callable[[list[str], int, random.Random], None], ...] = (
    delete_line, duplicate_line, rename_key, make_a_list, make_a_block, empty, indent, alias, truncate, spoil,
)  # fmt: skip


def faults_of(text: str) -> tuple[Fault, ...]:
    try:
        load_text(text, "essai.yml")
    except SourceError as error:
        return error.faults or (Fault("none", "refused without a fault"),)
    return ()


def check(text: str) -> None:
    """The text loads, or every fault told of it has a known code and stands somewhere in it."""
    lines = re.split("\r\n|[\r\n\x85\u2028\u2029]", text)
    for fault in faults_of(text):
        assert fault.code in CATALOGUE
        assert fault.file == "essai.yml"
        assert 1 <= fault.span.line <= len(lines), fault
        assert 1 <= fault.span.column <= len(lines[fault.span.line - 1]) + 1, fault
        assert fault.span.column < fault.span.end, fault
        assert fault.excerpt == lines[fault.span.line - 1], fault


@pytest.mark.parametrize("mutate", MUTATIONS)
@pytest.mark.parametrize("text", [MINIMAL, COMPLETE], ids=["minimal", "complete"])
def test_any_line_of_a_small_source_can_break(text: str, mutate: Callable[[list[str], int, random.Random], None]) -> None:
    chance = random.Random(20240328)
    for place in range(len(text.splitlines())):
        lines = text.split("\n")
        mutate(lines, place, chance)
        check("\n".join(lines))


def test_a_small_source_can_be_cut_anywhere() -> None:
    for end in range(len(MINIMAL)):
        check(MINIMAL[:end])


@pytest.mark.parametrize(("text", "times"), [(NANTES, 40), (COMPLETE, 300)], ids=["nantes", "complete"])
def test_several_lines_of_a_source_can_break_at_once(text: str, times: int) -> None:
    for seed in range(times):
        chance, lines = random.Random(seed), text.split("\n")
        for _ in range(1 + seed % 5):
            chance.choice(MUTATIONS)(lines, chance.randrange(len(lines)), chance)
        check("\n".join(lines))


def every_path(value: Any, path: Place = ()) -> Iterator[Place]:
    yield path
    for step in value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
        yield from every_path(value[step], (*path, step))


def test_any_value_can_stand_in_the_place_of_any_other() -> None:
    document = read(COMPLETE, "complete.yml")
    paths = [path for path in every_path(document.data) if path]
    strange = [
        "",
        "nsp",
        "oui",
        "1e999",
        [],
        {},
        {"": ""},
        ["oui", "oui"],
        {"metier": {"dsi": "oui"}},
        {"profil.images": ["oui"]},
    ]
    for seed in range(500):
        chance, data = random.Random(seed), copy.deepcopy(document.data)
        *around, last = chance.choice(paths)
        owner = functools.reduce(lambda value, step: value[step], around, data)
        owner[last] = chance.choice([chance.choice(strange), document.at(chance.choice(paths))])
        check(json.dumps(data, ensure_ascii=False, indent=1))


@given(st.text(st.sampled_from("ab: -\n[]{},&*!|>'\"%@`#?\t\x07\ufeff\u2028\ud800é")))
def test_any_text_loads_or_is_told(text: str) -> None:
    check(text)


@given(st.binary())
def test_any_bytes_are_read_or_told(content: bytes) -> None:
    with contextlib.suppress(SourceError):
        check(decode(content, "essai.yml"))
