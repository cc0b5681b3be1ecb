"""Words as a search sees them. Cut as in ``static/search.js``, its twin."""

import re
import unicodedata
from functools import lru_cache

_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae"})
_MARKS = re.compile("[\u0300-\u036f]")
_WORD = re.compile(r"[a-z][a-z0-9]+|[0-9]{4,}")  # of numbers, years and those of laws
_ENDINGS = (
    (re.compile(r"^(.*eau)x$"), r"\1"),
    (re.compile(r"^(.{2,})(?:aux|ail)s?$"), r"\1al"),
    (re.compile(r"^(.{3})s$"), r"\1"),
    (re.compile(r"^(.{4,}?)[esx]+$"), r"\1"),
    (re.compile(r"iqu$"), "ic"),
    (re.compile(r"^(.{3,})([lnt])\2$"), r"\1\2"),
)

_IGNORED = """
ai ainsi alors apres as au aucun aucune aussi autre autres aux avant avec avoir car ce cela celle celles celui ces cet cette
ceux chaque chez ci comme comment dans de depuis des deux doit doivent donc dont du elle elles en encore entre es est et etaient
etait ete etre eux fait faire faut il ils la le les leur leurs lors lorsqu lorsque lui mais meme memes moins ne ni non nos notre
nous on ont ou oui par parmi pas peu peut peuvent plus pour puis qu quand que quel quelle quelles quels qui quoi rien sa sans se
selon sera seront ses si soit son sont sous sur tel telle telles tels tous tout toute toutes tres trop un une vers vos votre
vous
"""
IGNORED = frozenset(_IGNORED.split())


def words(text: str) -> list[str]:
    """The words of a text, without case nor accents, in order."""
    plain = _MARKS.sub("", unicodedata.normalize("NFD", text.lower().translate(_LIGATURES)))
    return _WORD.findall(plain)


@lru_cache(maxsize=16384)
def stem(word: str) -> str:
    """A word as `words` gives it, without its plural and feminine endings; a light rule, which some words escape."""
    for ending, replacement in _ENDINGS:
        word = ending.sub(replacement, word)
    return word


def stems(text: str) -> list[str]:
    """The stems of a text, without the words that tell nothing."""
    return [stem(word) for word in words(text) if word not in IGNORED]
