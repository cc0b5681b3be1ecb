"""Published text: French typography, and words that never become markup."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from boussole.writing import escape, french_date, french_number, french_time, one_line, plural, typeset
from tests.conftest import ROOT


@pytest.mark.parametrize(
    ("typed", "published"),
    [
        ("L'outil", "L’outil"),
        ("Quoi ? Oui !", "Quoi\u202f? Oui\u202f!"),
        ("un : deux ; trois", "un\xa0: deux\u202f; trois"),
        ("« oui »", "«\xa0oui\xa0»"),
        ("100 000 habitants, 50 %", "100\u202f000 habitants, 50\u202f%"),
        ("loi n° 78-17, art. 47", "loi n°\xa078-17, art.\xa047"),
        ("le 1er août", "le 1er\xa0août"),
        ("https://exemple.fr/?a=b:c", "https://exemple.fr/?a=b:c"),
    ],
)
def test_french_typography(typed: str, published: str) -> None:
    assert typeset(typed) == published


@given(st.text())
def test_typesetting_twice_changes_nothing(text: str) -> None:
    assert typeset(typeset(text)) == typeset(text)


def test_dates_and_numbers_are_french() -> None:
    assert french_date("2024-08-01") == "1er\xa0août 2024"
    assert french_date("2023-07") == "juillet 2023"
    assert french_date("2018") == "2018"
    assert french_number(1234567) == "1\u202f234\u202f567"
    assert plural(0, "réponse") == "0\xa0réponse"
    assert plural(2, "réponse") == "2\xa0réponses"


_ALONE = re.compile(r"""plural\((?:[^()"']|\([^()]*\))*,\s*["']([^"']+)["']\)|plural\(["']([^"']+)["']\)""")


def test_only_a_word_that_takes_an_s_goes_without_its_plural() -> None:
    """An adverb never takes one, and of several words the last is seldom the one that does."""
    sources = [path for end in ("*.py", "*.js", "*.j2", "*.html") for path in (ROOT / "src/boussole").rglob(end)]
    alone = {found[1] or found[2] for path in sources for found in _ALONE.finditer(path.read_text(encoding="utf-8"))}
    assert {"question", "autre"} <= alone
    assert [name for name in sorted(alone) if " " in name or name[-1] in "sxzu"] == []


def test_hours_are_written_as_they_are_said() -> None:
    assert [french_time(time) for time in ("09:00", "18:30", "00:05", "10:00")] == [
        "9\xa0h", "18\xa0h\xa030", "0\xa0h\xa005", "10\xa0h",
    ]  # fmt: skip


@settings(max_examples=500, deadline=None)
@given(st.text(alphabet=st.sampled_from(" \n\t`*_{}[]()<>#|$~^&!-+=:.%0123456789abé'\"\\/@;"), min_size=1))
def test_any_text_is_shown_as_itself_and_nothing_else(text: str) -> None:
    expected = one_line(text).strip(" ")
    tokens = MarkdownIt("commonmark").enable("table").enable("strikethrough").parse(escape(text))
    if not expected:
        assert tokens == []
        return
    assert [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"]
    assert {child.type for child in tokens[1].children or []} <= {"text", "text_special"}
    assert "".join(child.content for child in tokens[1].children or []) == expected
