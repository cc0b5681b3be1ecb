"""Nobody is found in what a tally says: attacked by subtraction and by brute force; its tables are read with every fault told."""

import datetime
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import chain, combinations, product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boussole import SourceError
from boussole.cells import Placed, cell, placed
from boussole.commands.study import ONCE
from boussole.dossier import load_dossier
from boussole.errors import MAX_TOLD
from boussole.filing import save_dossier, yaml_of
from boussole.monitoring import FEW
from boussole.outputs.study import render_text
from boussole.results import REST, Mean, Result, read_result, scores_of, scores_of_item
from boussole.study import Scale, load_protocol
from boussole.tally import MOST, About, Sheet, TooFewError, blank_table, kept_apart, read_sheets, tally
from boussole.wording import number
from tests.commands import run
from tests.conftest import ROOT
from tests.test_monitoring import NANTES, used

PROTOCOL = load_protocol()
CHARGE, TIME = "travail.charge-et-sens", "travail.temps-net"
ITEMS = [item.id for item in PROTOCOL.asked(0)]
GROUPS = ("A", "B", "C", "D", "E")
ALIKE = ("AUTRES GROUPES RÉUNIS", "autres groupes reunis", "Autres  groupes-réunis", "ensemble")  # names of several groups
Table = list[Sheet]
Row = dict[tuple[str, str], Fraction]
"""A published number as a combination of unknowns, each the sum of what one group answered to one question."""


def about(wave: int = 0) -> About:
    return About("essai", wave, "2026-10", "example", "groupe", None)


@st.composite
def tables(draw: st.DrawFn, items: Sequence[str] = ITEMS[:6], most: int = 9) -> Table:
    """Sheets of a few groups, some boxes left empty."""
    sizes = draw(st.lists(st.integers(0, most), min_size=1, max_size=len(GROUPS)))
    boxes = st.one_of(st.none(), *[st.just(Fraction(value)) for value in range(1, 6)] * 2)
    return [
        Sheet(group, {item: value for item in items if (value := draw(boxes)) is not None})
        for group, size in zip(GROUPS, sizes, strict=False)
        for _ in range(size)
    ]


def result_of(sheets: Table) -> Result | None:
    try:
        return tally(PROTOCOL, sheets, about())
    except TooFewError:
        return None


# -- who is told apart -----------------------------------------------------------------------------------------------------------


@given(st.dictionaries(st.sampled_from([*GROUPS, "", REST, *ALIKE]), st.integers(1, 12)))
def test_parts_share_nobody_leave_nobody_out_and_are_of_five_or_more(counts: dict[str, int]) -> None:
    told, rest = kept_apart(counts)
    assert sum(counts[name] for name in told) + rest == sum(counts.values())
    assert all(counts[name] >= FEW for name in told)
    assert rest == 0 or rest >= FEW or not told
    assert not {"", REST, *ALIKE} & set(told)


@pytest.mark.parametrize(
    ("counts", "told", "rest"),
    [
        ({"A": 8, "B": 5}, ("A", "B"), 0),
        ({"A": 8, "B": 5, "C": 1}, ("A",), 6),  # alone, C would be the total less A and B
        ({"A": 8, "B": 3, "C": 2}, ("A",), 5),
        ({"A": 8, "B": 4}, (), 12),
        ({"A": 3, "B": 1}, (), 4),
        ({"B": 5, "A": 5, "C": 4}, ("B",), 9),
    ],
)
def test_a_rest_that_is_too_small_takes_the_smallest_group_with_it(
    counts: dict[str, int], told: tuple[str, ...], rest: int
) -> None:
    assert kept_apart(counts) == (told, rest)


# -- attacked by subtraction -----------------------------------------------------------------------------------------------------


def members(result: Result, name: str | None, sizes: Mapping[str, int]) -> list[str]:
    """The groups of the sheets that a published group is made of."""
    told = {group.group for group in result.groups}
    if name is None:
        return list(sizes)
    return [group for group in sizes if group not in told] if name == REST else [name]


def published_rows(result: Result, sheets: Table) -> Iterator[Row]:
    """Everything that is published, exact: as if nothing had been rounded, which is worth more to who attacks."""
    sizes = Counter(sheet.group for sheet in sheets)
    for item, means in result.items.items():
        for mean in means:
            yield {(group, item): Fraction(1) for group in members(result, mean.group, sizes)}
    for indicator in PROTOCOL.measured:
        made = [item.id for item in PROTOCOL.made_of(indicator, result.wave)]
        for score in scores_of(PROTOCOL, result, indicator):
            parts = members(result, score.group, sizes)
            answered = {item: sum(item in sheet.answers for sheet in sheets if sheet.group in parts) for item in made}
            yield {(group, item): Fraction(1, answered[item]) for group in parts for item in made}


def is_found(wanted: Row, rows: Sequence[Row]) -> bool:
    """Whether adding and subtracting published numbers gives a hidden one: it lies in what they span."""
    return rank([*rows, wanted]) == rank(rows)


def rank(rows: Sequence[Row]) -> int:
    """How many rows say something that the others do not, by elimination on exact numbers."""
    left, found = [dict(row) for row in rows], 0
    for column in sorted({key for row in rows for key in row}):
        pivot = next((row for row in left if row.get(column)), None)
        if pivot is None:
            continue
        found += 1
        left.remove(pivot)
        for row in left:
            if factor := row.get(column, Fraction(0)) / pivot[column]:
                for key, value in pivot.items():
                    row[key] = row.get(key, Fraction(0)) - factor * value
    return found


def hidden(sheets: Table) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Every set of groups that fewer than five people make together in a question."""
    sizes = Counter(sheet.group for sheet in sheets)
    sets = chain.from_iterable(combinations(sizes, count) for count in range(1, len(sizes) + 1))
    for groups, item in product(list(sets), ITEMS[:6]):
        if 0 < sum(item in sheet.answers for sheet in sheets if sheet.group in groups) < FEW:
            yield item, groups


@settings(max_examples=60, deadline=None)
@given(tables())
def test_no_sum_of_fewer_than_five_people_is_found_by_adding_and_subtracting(sheets: Table) -> None:
    result = result_of(sheets)
    rows = list(published_rows(result, sheets)) if result else []
    for item, groups in hidden(sheets):
        assert not is_found({(group, item): Fraction(1) for group in groups}, rows)


def test_the_attack_finds_what_a_threshold_alone_would_leave() -> None:
    sheets = [Sheet(group, {ITEMS[0]: Fraction(3)}) for group, size in (("A", 8), ("B", 5), ("C", 2)) for _ in range(size)]
    total = {(group, ITEMS[0]): Fraction(1) for group in "ABC"}
    naive: list[Row] = [total, {("A", ITEMS[0]): Fraction(1)}, {("B", ITEMS[0]): Fraction(1)}]
    assert is_found({("C", ITEMS[0]): Fraction(1)}, naive)
    ours = tally(PROTOCOL, sheets, about())
    assert not is_found({("C", ITEMS[0]): Fraction(1)}, list(published_rows(ours, sheets)))


# -- attacked by brute force -----------------------------------------------------------------------------------------------------


def possible(result: Result, sheets: Table, item: str) -> dict[str, set[int]]:
    """By group, every sum its answers to a question may have, given all that is published and how many answered in each."""
    scale = PROTOCOL.scale_of(PROTOCOL.item(item))
    counts = Counter(sheet.group for sheet in sheets if item in sheet.answers)
    sizes = Counter(sheet.group for sheet in sheets)
    found: dict[str, set[int]] = {}
    for mean in result.items.get(item, []):
        groups = [group for group in members(result, mean.group, sizes) if counts[group]]
        assert not found.keys() & set(groups)  # parts share nobody: each is attacked alone
        for sums in product(*(range(counts[group], 5 * counts[group] + 1) for group in groups)):
            if scale.rounded(Fraction(sum(sums), mean.count)) == mean.mean:
                for group, value in zip(groups, sums, strict=True):
                    found.setdefault(group, set()).add(value)
    return found


@settings(max_examples=40, deadline=None)
@given(tables(ITEMS[:1], most=6).filter(lambda sheets: len({sheet.group for sheet in sheets}) < 4))
def test_no_answer_is_certain_whatever_was_answered(sheets: Table) -> None:
    """Each group keeps several possible sums, and none is known to have answered all alike, even who says it all the same."""
    result = result_of(sheets)
    if result is None:
        return
    counts = Counter(sheet.group for sheet in sheets if ITEMS[0] in sheet.answers)
    for group, sums in possible(result, sheets, ITEMS[0]).items():
        assert len(sums) > 1 or counts[group] >= FEW
        assert not sums <= {counts[group], 5 * counts[group]} or len(sums) == 2


@pytest.mark.parametrize("value", [1, 5])
@pytest.mark.parametrize("size", [5, 6, 9, 40])
def test_when_all_answer_alike_nobody_can_tell(value: int, size: int) -> None:
    sheets = [Sheet("A", {ITEMS[0]: Fraction(value)})] * size
    other = [*sheets[1:], Sheet("A", {ITEMS[0]: Fraction(2 if value == 1 else 4)})]
    assert tally(PROTOCOL, sheets, about()).items == tally(PROTOCOL, other, about()).items


@given(st.sampled_from(PROTOCOL.scales), st.lists(st.integers(0, 4), min_size=FEW, max_size=30))
def test_a_mean_that_is_published_is_near_the_true_one_and_never_at_an_end(scale: Scale, ranks: list[int]) -> None:
    values = [Fraction(str(scale.options[rank].value)) for rank in ranks]
    mean = sum(values, Fraction(0)) / len(values)
    low, high = scale.bounds
    told = Fraction(str(scale.rounded(mean)))
    assert low <= told <= high
    assert abs(told - min(max(mean, low), high)) <= Fraction(1, 2 * 10**scale.digits)


@given(tables())
def test_answers_never_decide_of_what_is_withheld(sheets: Table) -> None:
    """Other answers in the same boxes give other means in the very same places."""
    turned = [Sheet(sheet.group, {item: 6 - value for item, value in sheet.answers.items()}) for sheet in sheets]
    one, other = result_of(sheets), result_of(turned)
    assert (one is None) == (other is None)
    if one and other:
        assert (one.groups, one.withheld) == (other.groups, other.withheld)
        assert _places(one) == _places(other)


def _places(result: Result) -> dict[str, list[tuple[str | None, int]]]:
    return {name: [(mean.group, mean.count) for mean in means] for name, means in result.items.items()}


@given(tables())
def test_a_tally_may_always_be_published(sheets: Table) -> None:
    result = result_of(sheets)
    if result:
        assert read_result(yaml_of(result.to_data()), "docs/etude/essai-0.yml", PROTOCOL) == result


def test_nothing_is_told_of_fewer_than_five_sheets() -> None:
    with pytest.raises(TooFewError):
        tally(PROTOCOL, [Sheet("A", {})] * (FEW - 1), about())


def test_a_question_that_few_of_a_group_answered_is_told_of_all_together_and_of_nobody_when_few_did() -> None:
    sheets = [Sheet("A", {ITEMS[0]: Fraction(3), ITEMS[1]: Fraction(3)})] * 6 + [Sheet("B", {ITEMS[0]: Fraction(2)})] * 6
    sheets += [Sheet("B", {ITEMS[1]: Fraction(5), ITEMS[2]: Fraction(4)})] * 3
    found = tally(PROTOCOL, sheets, about())
    assert [mean.group for mean in found.items[ITEMS[0]]] == ["A", "B"]
    assert found.items[ITEMS[1]] == [Mean(count=9, mean=3.7)]
    assert ITEMS[2] in found.withheld


# -- reading what was typed ------------------------------------------------------------------------------------------------------

HEADER = blank_table(PROTOCOL, 0).strip()


def typed(*lines: str, header: str = HEADER) -> str:
    return "\n".join([header, *lines]) + "\n"


def line(group: str = "A", boxes: str = "3", count: int = len(ITEMS)) -> str:
    return ",".join([group, *[boxes] * count])


def told(text: str, by: str | None = "groupe", wave: int = 0) -> list[str]:
    with pytest.raises(SourceError) as error:
        read_sheets(text, "r.csv", PROTOCOL, wave, by)
    return [f"{fault.file}:{fault.span.line}:{fault.span.column} {fault.code}" for fault in error.value.faults]


def test_boxes_are_read_and_a_question_where_agreeing_is_bad_news_is_turned() -> None:
    header, boxes = blank_table(PROTOCOL, 12).strip(), ["4"] * len(PROTOCOL.asked(12))
    sheet = read_sheets(typed(",".join(["A", *boxes]), header=header), "r.csv", PROTOCOL, 12, "groupe")[0]
    assert sheet.answers["charge-tenable"] == 4
    assert sheet.answers["sentiment-de-surveillance"] == 2
    assert sheet.answers["temps-gagne-ou-perdu"] == 0


@pytest.mark.parametrize("box", ["", " ", "nsp"])
def test_an_empty_box_is_no_answer(box: str) -> None:
    assert read_sheets(typed(line(boxes=box)), "r.csv", PROTOCOL, 0, "groupe")[0].answers == {}


@pytest.mark.parametrize("sign", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_tables_of_every_spreadsheet_are_read(sign: str, end: str) -> None:
    text = typed(line('"A, le soir"' if sign != "," else "A"), "", line("B")).replace("\n", end)
    text = text.replace(",", sign) if sign == "," else text.replace(", ", "£").replace(",", sign).replace("£", ", ")
    assert [sheet.group for sheet in read_sheets(text, "r.csv", PROTOCOL, 0, "groupe")] == [
        "A, le soir" if sign != "," else "A",
        "B",
    ]


def test_capitals_and_blanks_do_not_make_two_groups() -> None:
    found = read_sheets(typed(line("accueil"), line(" Accueil "), line("Accueil")), "r.csv", PROTOCOL, 0, "groupe")
    assert {sheet.group for sheet in found} == {"Accueil"}


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("", ["r.csv:1:1 valeur-vide"]),
        (HEADER, ["r.csv:1:1 valeur-vide"]),
        (typed(line() + ",9"), ["r.csv:2:1 syntaxe"]),
        (typed(line(), line(boxes="6", count=1) + ",3" * 9), ["r.csv:3:3 valeur-inconnue"]),
        (typed(line().replace("3", "trois", 1)), ["r.csv:2:3 valeur-inconnue"]),
        (typed(line().replace("3", "=1+2", 1)), ["r.csv:2:3 valeur-inconnue"]),
        (typed(line().replace("3", "'=1+2", 1)), ["r.csv:2:3 valeur-inconnue"]),
        (typed(line("02 40 00 00 00")), ["r.csv:2:1 donnee-personnelle"]),
        (typed(line(ALIKE[0]), line("Ensemble"), line("Réunis")), ["r.csv:2:1 etude-incoherente", "r.csv:3:1 etude-incoherente"]),
        (typed(line() + ",x", header=HEADER + ",nom"), ["r.csv:1:155 cle-inconnue"]),
        (typed(line() + ",3", header=HEADER + ",souffler"), ["r.csv:1:155 cle-en-double"]),
        (typed(line() + ",3", header=HEADER + ",faire-sans"), ["r.csv:1:155 cle-inconnue"]),
        (typed(line().removesuffix(",3"), header=HEADER.removesuffix(",energie-le-soir")), ["r.csv:1:1 cle-manquante"]),
        (typed('"a\nb",6' + ",3" * 9, line("A", "9", 1) + ",3" * 9), ["r.csv:3:4 valeur-inconnue", "r.csv:4:3 valeur-inconnue"]),
    ],
)  # fmt: skip
def test_every_fault_is_told_at_its_place(text: str, faults: list[str]) -> None:
    assert told(text) == faults


def test_a_table_without_its_first_line_does_not_repeat_somebodys_sheet() -> None:
    with pytest.raises(SourceError) as error:
        read_sheets(typed(line("Accueil"), header=line("Guichet du port", "4")), "r.csv", PROTOCOL, 0, "groupe")
    assert [(fault.code, fault.span.line, fault.span.column) for fault in error.value.faults] == [("cle-manquante", 1, 1)]
    assert not any(word in str(error.value) for word in ("Guichet", "« 4 »"))


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("mon chef me crie dessus", "retirer cette colonne"),
        ("pas de temps de bien faire", "peut-être « temps-de-bien-faire »"),
        ("souffller", "peut-être « souffler »"),
        ("x" * 5000, "retirer cette colonne"),
    ],
)
def test_a_column_that_is_not_known_is_named_by_its_rank_and_never_by_what_it_says(name: str, advice: str) -> None:
    """The first line may be somebody's sheet, where one known name is enough to be taken for a line of names."""
    with pytest.raises(SourceError) as error:
        read_sheets(typed(";".join("x" * 3), header=f"groupe;{name};x"), "r.csv", PROTOCOL, 0, "groupe")
    unknown = [fault for fault in error.value.faults if fault.code == "cle-inconnue"]
    assert [fault.found for fault in unknown] == ["colonne inconnue au rang 2", "colonne inconnue au rang 3"]
    assert advice in plain(unknown[0].advice)
    assert name not in str(error.value)


def test_a_group_column_that_is_not_there_is_told() -> None:
    assert told(typed(line()), by="service") == ["r.csv:1:1 cle-manquante"]


def test_a_huge_bad_table_is_told_shortly() -> None:
    assert len(told(typed(*[line(boxes="9")] * MOST))) == MAX_TOLD
    assert told(typed(*["x"] * 10 * MOST)) == [f"r.csv:{MOST + 2}:1 fichier-trop-gros"]


def test_what_a_code_counts_for_is_made_once_and_each_sheet_is_looked_at_a_few_times(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many sheets and groups there are: a wave that is as large as allowed is tallied in seconds."""
    many, made = 2000, Counter[str]()
    text = typed(*(line(f"Groupe {rank % (many // FEW)}") for rank in range(many)))
    monkeypatch.setattr(Scale, "values", _counted(Scale.values, made, "values"))
    sheets = read_sheets(text, "r.csv", PROTOCOL, 0, "groupe")
    assert made["values"] <= len(ITEMS)

    class Watched(str):
        def __eq__(self, other: object) -> bool:
            made["compared"] += 1
            return str.__eq__(self, other)

        __hash__ = str.__hash__

    watched = [Sheet(Watched(sheet.group), sheet.answers) for sheet in sheets]
    assert len(tally(PROTOCOL, watched, about()).groups) == many // FEW
    assert made["compared"] <= 10 * many


def _counted(act: Callable[..., Any], made: Counter[str], name: str) -> Callable[..., Any]:
    def counted(*arguments: Any) -> Any:
        made[name] += 1
        return act(*arguments)

    return counted


@given(
    st.lists(
        st.lists(st.text(st.characters(exclude_characters="\r", exclude_categories=["Cs"])), min_size=2, max_size=4), min_size=1
    )
)
def test_a_table_of_ours_is_cut_as_it_was_written(rows: list[list[str]]) -> None:
    text = "x,y\r\n" + "".join(",".join(map(cell, row)) + "\r\n" for row in rows)
    found = [[one.text for one in line_] for line_ in placed(text)][1:]
    assert found == [row for row in rows if any(value.strip() for value in row)]


@given(st.text())
def test_any_text_is_cut_somewhere_and_each_cell_stands_where_it_says(text: str) -> None:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for one in chain.from_iterable(placed(text)):
        assert isinstance(one, Placed)
        assert 1 <= one.line <= len(lines)
        assert one.column >= 1


# -- the command -----------------------------------------------------------------------------------------------------------------

SECRET = "mon chef me surveille depuis mardi"


@pytest.fixture
def sheets(tmp_path: Path) -> Path:
    """Twelve sheets of two groups, who find their work hard, with what they wrote by hand."""
    path = tmp_path / "reponses.csv"
    lines = [f"{line(group, '2')},{SECRET}" for group in ["Accueil"] * 6 + ["Guichet"] * 6]
    path.write_text(typed(*lines, header=HEADER + ",libre"), encoding="utf-8")
    return path


@pytest.fixture
def use(tmp_path: Path) -> Path:
    path = tmp_path / "essai.yml"
    save_dossier(used({}), path, NANTES)
    return path


ON = ("--on", "2023-01-25")


def plain(text: str) -> str:
    return text.replace("\xa0", " ").replace("\u202f", " ")


@pytest.fixture
def after(tmp_path: Path) -> Path:
    """Sheets of three months later: one group says less, the other is too small, a new one came."""
    path, count = tmp_path / "apres.csv", len(PROTOCOL.asked(3))
    groups = ["Accueil"] * 6 + ["Guichet"] * 2 + ["Nouveau"] * 5
    path.write_text(typed(*(line(group, "1", count) for group in groups), header=blank_table(PROTOCOL, 3).strip()), "utf-8")
    return path


def test_the_measures_enter_the_register_and_change_the_opinion(sheets: Path, use: Path, tmp_path: Path) -> None:
    done = run("study", "tally", sheets, "--wave", "0", "--group", "groupe", *ON, "--use", use, "-o", tmp_path)
    assert done.returncode == 0, done.stderr
    found = load_dossier(use, NANTES).measures[CHARGE]
    assert [(one.group, one.count, one.value, str(one.on)) for one in found] == [
        ("Accueil", 6, 2.0, "2023-01-25"),
        ("Guichet", 6, 2.0, "2023-01-25"),
    ]
    assert "Effet : Favorable sous réserves" in done.stderr.replace("\xa0", " ")
    result = read_result((tmp_path / "essai-0.yml").read_text(encoding="utf-8"), "essai-0.yml", PROTOCOL)
    assert (result.use, result.kind, result.closed) == ("essai", "example", "2023-01")


def test_what_someone_wrote_is_in_no_output(sheets: Path, use: Path, tmp_path: Path) -> None:
    into = tmp_path / "etude"
    command = ("study", "tally", sheets, "--wave", "0", "--group", "groupe", *ON, "--use", use, "-o", into)
    outputs = [run(*command, "--format", form) for form in ("text", "json", "yaml")]
    bad = tmp_path / "faux.csv"
    bad.write_text(
        sheets.read_text(encoding="utf-8").replace(",2,", f",{SECRET},", 1).replace("Accueil", f"{SECRET}", 2), "utf-8"
    )
    outputs += [run("study", "tally", bad, "--wave", "0"), run("study", "tally", bad, "--wave", "3", "--group", "libre")]
    assert [done.returncode for done in outputs] == [0, 0, 0, 2, 2]
    said = [text for done in outputs for text in (done.stdout, done.stderr)]
    said += [path.read_text(encoding="utf-8") for path in (use, into / "essai-0.yml")]
    assert not any("surveille depuis" in text for text in said)


@pytest.mark.parametrize(("encoding", "place"), [("cp1252", "2:16"), ("mac-roman", "2:16"), ("utf-16", "1:1")])
def test_a_table_that_is_badly_encoded_is_told_at_its_place_without_its_line(tmp_path: Path, encoding: str, place: str) -> None:
    path = tmp_path / "reponses.csv"
    path.write_bytes(typed(line("Accueil de la démarche")).encode(encoding))
    done = run("study", "tally", path, "--wave", "0", "--group", "groupe")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.replace("\xa0", " ").splitlines() == [
        f"{path}:{place}: octet qui n’est pas de l’UTF-8 [encodage]",
        "  attendu : un texte en UTF-8",
        "  conseil : l’enregistrer en UTF-8 : un tableur dit « CSV UTF-8 »",
    ]


def test_a_wave_is_tallied_once(sheets: Path, use: Path, tmp_path: Path) -> None:
    command = ("study", "tally", sheets, "--wave", "0", "--group", "groupe", *ON, "--use", use)
    assert run(*command).returncode == 0
    before = use.read_bytes()
    assert run(*command).returncode == 0
    assert use.read_bytes() == before  # the same again is no second tally
    sheets.write_text(sheets.read_text(encoding="utf-8") + line("Guichet", "5") + ",\n", encoding="utf-8")
    late = run(*command)
    assert (late.returncode, use.read_bytes()) == (2, before)
    assert "une vague ne se dépouille qu’une fois" in late.stderr
    assert run(*command[:5], *ON, "--use", use).returncode == 2  # nor without its groups
    another_day = run(*command[:7], "--on", "2026-01-02", "--use", use)
    assert (another_day.returncode, use.read_bytes()) == (2, before)  # nor the next day


def test_no_measure_is_added_when_its_result_cannot_be_written(sheets: Path, use: Path, tmp_path: Path) -> None:
    before, place = use.read_bytes(), tmp_path / "fichier"
    place.write_text("", encoding="utf-8")
    done = run("study", "tally", sheets, "--wave", "0", "--group", "groupe", *ON, "--use", use, "-o", place)
    assert (done.returncode, use.read_bytes()) == (2, before)
    assert "Traceback" not in done.stderr


def test_a_result_that_exists_is_left_as_it_is_and_no_measure_is_added(sheets: Path, use: Path, tmp_path: Path) -> None:
    (tmp_path / "essai-0.yml").write_text("autre chose\n", encoding="utf-8")
    before = use.read_bytes()
    done = run("study", "tally", sheets, "--wave", "0", "--group", "groupe", *ON, "--use", use, "-o", tmp_path)
    assert (done.returncode, use.read_bytes()) == (2, before)
    assert (tmp_path / "essai-0.yml").read_text(encoding="utf-8") == "autre chose\n"


@pytest.mark.parametrize("is_written", [False, True])
def test_a_wave_closed_out_of_its_time_is_refused_whether_its_result_is_written_or_not(
    after: Path, use: Path, tmp_path: Path, *, is_written: bool
) -> None:
    into, before = tmp_path / "docs/etude", use.read_bytes()
    options = ("--group", "groupe", "--use", use, *(("-o", into) if is_written else ()))
    done = run("study", "tally", after, "--wave", "36", "--on", "2023-11-20", *options)
    assert (done.returncode, done.stdout, use.read_bytes(), into.parent.exists()) == (2, "", before, False)
    assert "vague « 36 mois » close en 2023-11, pour un outil ouvert le" in plain(done.stderr)


def test_a_second_tally_of_a_wave_says_nothing_and_leaves_no_folder(sheets: Path, use: Path, tmp_path: Path) -> None:
    into, command = tmp_path / "docs/etude", ("study", "tally", sheets, "--wave", "0", *ON, "--use", use)
    assert run(*command, "--group", "groupe").returncode == 0
    again = run(*command, "-o", into)
    assert (again.returncode, again.stdout, into.parent.exists()) == (2, "", False)
    assert ONCE in plain(again.stderr)


@pytest.mark.parametrize("end", ["yml", "yaml", "json"])
def test_a_wave_that_is_published_under_another_end_is_not_tallied_again(
    sheets: Path, use: Path, tmp_path: Path, end: str
) -> None:
    options = ("--wave", "0", "--group", "groupe", *ON, "--use", use, "-o", tmp_path / "etude")
    blank, place = use.read_bytes(), tmp_path / f"etude/essai-0.{end}"
    assert run("study", "tally", sheets, *options).returncode == 0
    (tmp_path / "etude/essai-0.yml").rename(place)
    use.write_bytes(blank)  # as a register that was put back as it was
    sheets.write_text(sheets.read_text(encoding="utf-8") + line("Guichet", "5") + ",\n", encoding="utf-8")
    again = run("study", "tally", sheets, *options)
    assert (again.returncode, again.stdout, use.read_bytes()) == (2, "", blank)
    assert f"{place} existe déjà : {ONCE}" in plain(again.stderr)
    assert [path.name for path in place.parent.iterdir()] == [place.name]


def test_a_result_never_leads_out_of_its_folder_and_no_measure_is_added(sheets: Path, use: Path, tmp_path: Path) -> None:
    into, outside, before = tmp_path / "etude", tmp_path / "dehors.yml", use.read_bytes()
    into.mkdir()
    (into / "essai-0.yml").symlink_to(outside)
    done = run("study", "tally", sheets, "--wave", "0", "--group", "groupe", *ON, "--use", use, "-o", into)
    assert (done.returncode, use.read_bytes(), outside.exists()) == (2, before, False)
    assert "lien qui sort du dossier" in done.stderr


@pytest.mark.parametrize("name", [".boussole-kit", "notice.pdf", "notice.html", ".boussole-generated"])
def test_a_plan_is_never_written_out_of_its_folder(tmp_path: Path, name: str) -> None:
    into, outside = tmp_path / "etude", tmp_path / "dehors"
    into.mkdir()
    outside.write_text("à quelqu’un", encoding="utf-8")
    (into / name).symlink_to(outside)
    done = run("study", "plan", "--start", "2027-03-01", "-o", into)
    assert (done.returncode, outside.read_text(encoding="utf-8")) == (2, "à quelqu’un")
    assert [path.name for path in into.iterdir()] == [name]


# -- several waves ---------------------------------------------------------------------------------------------------------------


def test_waves_are_read_side_by_side_from_what_is_published_and_only_a_group_that_is_the_same_is(
    sheets: Path, after: Path, use: Path, tmp_path: Path
) -> None:
    options = ("--group", "groupe", "--use", use, "-o", tmp_path / "etude")
    assert run("study", "tally", sheets, "--wave", "0", *ON, *options).returncode == 0
    sheets.unlink()  # the sheets of a wave are destroyed long before the next one
    done = run("study", "tally", after, "--wave", "3", "--on", "2023-05-10", *options)
    assert done.returncode == 0, done.stderr
    found = plain(done.stdout).partition("D’une vague à l’autre :\n")[2].partition("\n\n")[0]
    assert "  Charge tenable : avant 2 ; 3 mois 1,2\n    Accueil : avant 2 ; 3 mois 1,2\n" in found
    assert "  Tâches pénibles en moins : avant – ; 3 mois 1,2\n" in found
    assert not any(name in found for name in ("Guichet", "Nouveau", REST))
    assert "Groupes : Accueil (6), Autres groupes réunis (7)." in plain(done.stdout)
    assert "Accueil. « Trouver à qui parler » : 2 (avant) puis 1,2 ; seuil : 0,5 de moins" in plain(done.stdout)
    assert "Pas de comparaison pour Autres groupes réunis" in plain(done.stdout)


@pytest.mark.parametrize("waves", [("--wave", "0"), ("--wave", "0", "--wave", "3")])
def test_one_table_is_tallied_at_a_time(sheets: Path, after: Path, waves: tuple[str, ...]) -> None:
    """Two tables of nearly the same sheets would tell, by difference, what one of them hides; and no two waves have theirs."""
    done = run("study", "tally", sheets, after, *waves, "--group", "groupe")
    assert (done.returncode, done.stdout) == (2, "")
    assert "argument en trop" in plain(done.stderr)


def test_nobody_is_asked_to_keep_sheets_to_see_what_fell(sheets: Path, after: Path, use: Path, tmp_path: Path) -> None:
    """What was published is enough; it is told only while nobody says of what use."""
    command, advice = ("study", "tally", after, "--wave", "3", "--group", "groupe"), "vagues déjà publiées de cet usage"
    unnamed = plain(run(*command).stdout)
    assert advice in unnamed
    assert "leurs feuilles" not in unnamed
    assert advice not in plain(run("study", "tally", sheets, "--wave", "0", "--group", "groupe").stdout)
    named = run(*command, "--on", "2023-05-10", "--use", use, "-o", tmp_path / "etude")  # nothing is published before it
    assert (named.returncode, advice in plain(named.stdout)) == (0, False), named.stderr


def test_a_wave_that_was_published_twice_is_compared_with_nothing(sheets: Path, after: Path, use: Path, tmp_path: Path) -> None:
    into = tmp_path / "etude"
    options = ("--group", "groupe", "--use", use, "-o", into)
    assert run("study", "tally", sheets, "--wave", "0", *ON, *options).returncode == 0
    (into / "essai-0.json").write_bytes((into / "essai-0.yml").read_bytes())
    before = use.read_bytes()
    done = run("study", "tally", after, "--wave", "3", "--on", "2023-05-10", *options)
    assert (done.returncode, done.stdout, use.read_bytes(), (into / "essai-3.yml").exists()) == (2, "", before, False)
    assert [f"« essai-0.{end} » : un autre fichier a ce nom" in plain(done.stderr) for end in ("json", "yml")] == [True, True]
    for name in ("essai-0.json", "essai-0.yml"):
        (into / name).rename(into / name.replace("essai", "autre"))  # of another use: for those who publish that one to mend
    assert run("study", "tally", after, "--wave", "3", "--on", "2023-05-10", *options).returncode == 0


@settings(max_examples=40, deadline=None)
@given(tables(), tables())
def test_side_by_side_two_waves_tell_nothing_that_is_not_published_of_one(one: Table, other: Table) -> None:
    """Whatever was answered, the groups that are compared are told in both, and each number stands in its own wave."""
    before, now = result_of(one), result_of(other)
    if before is None or now is None:
        return
    text = plain(render_text(NANTES, PROTOCOL, now, [before])).partition("D’une vague à l’autre :\n")[2].partition("\n\n")[0]
    shown = {name.strip() for name, _, _ in (row.partition(" : ") for row in text.splitlines() if row.startswith("    "))}
    assert shown <= before.named & now.named - {REST}
    for row in text.splitlines():
        for wave, value in zip((before, now), re.findall(r"avant (\S+)", row), strict=True):
            published = {number(score.value) for item in wave.items for score in scores_of_item(PROTOCOL, wave, item)}
            assert value in published | {"–", "moins"}


def test_fewer_than_five_sheets_are_not_even_counted(use: Path, tmp_path: Path) -> None:
    path = tmp_path / "peu.csv"
    path.write_text(typed(*[line()] * 3), encoding="utf-8")
    done = run("study", "tally", path, "--wave", "0", "--use", use)
    assert (done.returncode, done.stdout) == (2, "")
    assert "moins de 5 feuilles" in done.stderr
    assert "3" not in done.stderr.partition("Emploi")[0]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--wave", "6"), "attendu 0, 3, 12, 24 ou 36"),
        (("--wave", "0", "--handed", "2"), "moins que le nombre de feuilles"),
        (("--wave", "0", "-o", "x"), "dire de quel usage avec --use"),
        (("--wave", "0", "--on", "2999-01-01"), "ne se fait pas dans l’avenir"),
        (("--wave", "0", "--group", "libre"), "ni le texte libre"),
        (("--wave", "0", "--group", "souffler"), "ni une question"),
        (("--wave", "0", "--on", "hier"), "attendu un jour qui existe"),
        (("--wave", "0", "--use", "absent.yml"), "fichier introuvable"),
    ],
)
def test_what_cannot_be_asked_is_told_in_french(sheets: Path, arguments: tuple[str, ...], message: str) -> None:
    done = run("study", "tally", sheets, *arguments)
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_plan_writes_a_folder_and_a_second_changes_nothing(tmp_path: Path) -> None:
    first, second = (run("study", "plan", "--start", "2027-03-01", "-o", tmp_path / "etude") for _ in range(2))
    assert first.returncode in (0, 1), first.stderr  # 1 where what makes PDF is not installed
    assert "; 0 changé." in second.stdout.replace("\xa0", " ")
    for day in ("2027-02-30", "0001-01-01", "9999-12-31"):
        refused = run("study", "plan", "--start", day, "-o", tmp_path / "non")
        assert (refused.returncode, "attendu un jour qui existe" in refused.stderr) == (2, True), refused.stderr
    assert not (tmp_path / "non").exists()


@pytest.mark.parametrize("name", ALIKE)
def test_plan_refuses_a_box_that_is_named_as_several_groups_are(tmp_path: Path, name: str) -> None:
    done = run("study", "plan", "--start", "2027-03-01", "--group", "Accueil", "--group", name, "-o", tmp_path / "etude")
    assert (done.returncode, (tmp_path / "etude").exists()) == (2, False)
    assert "en choisir un autre" in done.stderr


def test_sheets_that_were_typed_are_never_written_over(tmp_path: Path) -> None:
    """Whatever program typed them: an old one writes another encoding and other ends of lines."""
    folder = tmp_path / "etude"
    run("study", "plan", "--start", "2027-03-01", "-o", folder)
    table = folder / "reponses-apres.csv"
    typed_there = table.read_bytes() + "1,2,é\r\n".encode("cp1252")
    table.write_bytes(typed_there)
    for _ in range(2):
        done = run("study", "plan", "--start", "2027-03-15", "-o", folder)
        assert "reponses-apres.csv" in done.stdout.partition("reste en l’état")[2]
        assert table.read_bytes() == typed_there


def test_check_tells_what_may_be_published(tmp_path: Path) -> None:
    done = run("study", "check")
    assert (done.returncode, done.stdout.replace("\xa0", " ")) == (
        0,
        f"{len(list((ROOT / 'docs/etude').glob('*.yml')))} résultats corrects.\n",
    )
    assert run("study", "check", tmp_path / "absent").returncode == 2
    text = (ROOT / "docs/etude/tri-des-dechets-par-camera-0.yml").read_text(encoding="utf-8")
    (tmp_path / "tri-des-dechets-par-camera-0.yml").write_text(text.replace('"count": 5', '"count": 2'), encoding="utf-8")
    bad = run("study", "check", tmp_path)
    assert bad.returncode == 2
    assert "[petit-groupe]" in bad.stderr


def test_no_day_is_kept_but_in_the_register(sheets: Path) -> None:
    done = run("study", "tally", sheets, "--wave", "0", "--format", "json")
    assert datetime.datetime.now(datetime.UTC).date().isoformat() not in done.stdout
