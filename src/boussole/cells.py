"""Tables as text: comma-separated values (RFC 4180) that a spreadsheet shows and never obeys, and that read back exactly.

A spreadsheet takes a cell that begins with ``=``, ``+``, ``-`` or ``@`` for a formula, quoted or not; and where it cuts lines at
semicolons, as in French, a cell may begin in the middle of ours. So an apostrophe goes before such a sign, at the beginning of a
text and after what may cut it; apostrophes already there are one more. `restore` takes exactly one away: nothing is lost.
"""

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import StringIO
from itertools import islice

# Wide signs are signs too where Chinese or Japanese is typed. Blanks and quotation marks before a sign are skipped by readers.
_START, _SIGNS = r"(?:\A|[;\t\r\n])(?:[^\S\t\r\n]|\")*", "[=+@＝＋－＠-]"
_SIGN = re.compile(_SIGNS)  # asked first: most texts hold none, and this is five times faster
_UNSAFE = re.compile(rf"{_START}'*(?={_SIGNS})")
_GUARDED = re.compile(rf"({_START}'*)'(?={_SIGNS})")
_QUOTED = re.compile(r'[",;\t\r\n]')
END = "\r\n"
GUARD = (
    "Un tableur prend pour une formule un texte qui commence par =, +, - ou @ : une apostrophe est mise devant ce signe, au "
    "début d’une cellule et après ce qui peut en commencer une (point-virgule, tabulation, retour à la ligne). Pour relire le "
    "texte exact, ôter une apostrophe, une seule, à ces endroits."
)


def guard(text: str) -> str:
    """A text no spreadsheet takes for a formula."""
    return _UNSAFE.sub(lambda found: found[0] + "'", text) if _SIGN.search(text) else text


def restore(text: str) -> str:
    """The text that `guard` was given."""
    return _GUARDED.sub(r"\1", text) if "'" in text else text


def cell(text: str) -> str:
    """Any text as one cell."""
    if not text:  # most cells are
        return ""
    text = guard(text)
    is_quoted = text[0].isspace() or text[-1].isspace() or _QUOTED.search(text)
    return '"' + text.replace('"', '""') + '"' if is_quoted else text


def read(text: str) -> list[dict[str, str]]:
    """The lines of a table by column, as they were before they were guarded."""
    lines = csv.DictReader(StringIO(text, newline=""), restkey="", restval="")
    return [{str(name): restore(str(value)) for name, value in line.items()} for line in lines]


def guarded(lines: Iterable[str]) -> Iterator[list[str]]:
    """The cells of the lines of a table after its header, still guarded: who reads thousands of them restores what is kept.

    The lines are cut as they are in a file opened without translating their ends."""
    return islice(csv.reader(lines), 1, None)


@dataclass(frozen=True, slots=True)
class Placed:
    """A cell and where it begins: line and column, counted from 1."""

    line: int
    column: int
    text: str


SEPARATORS = ",;\t"  # what spreadsheets put between cells: a comma, a semicolon in French, a tabulation
# What is between quotation marks, what is not, and what ends the cell; a mark that is never closed takes all the rest.
_PLACED = {sign: re.compile(rf'(?:"((?:[^"]|"")*)"?)?([^{sign}\r\n]*)({sign}|\r\n|\n|\r|\Z)') for sign in SEPARATORS}


def placed(text: str) -> Iterator[list[Placed]]:
    """The lines of a table that people wrote, cell by cell, as they were before they were guarded; blank lines are left out.

    The sign that the first line holds most stands between the cells. Any text is cut somewhere: none is refused here."""
    sign = max(SEPARATORS, key=text.partition("\n")[0].count)
    row, start, cells = 1, 0, list[Placed]()
    for found in _PLACED[sign].finditer(text):
        marked, bare, end = found.groups()
        cells.append(Placed(row, found.start() - start + 1, restore((marked or "").replace('""', '"') + bare)))
        if breaks := (marked or "").count("\n"):
            row, start = row + breaks, text.rindex("\n", 0, found.start(2)) + 1
        if end == sign:
            continue
        if any(cell.text.strip() for cell in cells):
            yield cells
        row, start, cells = row + 1, found.end(), []
        if not end:
            return


def line(cells: Iterable[str]) -> str:
    """Cells already made, as one line."""
    return ",".join(cells) + END
