"""The index of the search page, as a classic script. Pure."""

import json
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from itertools import pairwise

from boussole.stems import IGNORED, stems
from boussole.writing import one_line

# The search page is to weigh 20 KB at most, compressed, look and scripts included; this is what is left for the index.
BYTES = 13900
TERM = "#terme-"
SHARED = 3  # a title that as many pages share tells nothing


@dataclass(frozen=True, slots=True)
class Measure:
    """How much is kept. A longer title, most often a question, is not found by itself: its words lead to its page.

    A word of no title, said less than ``repeated`` times in the site, is left out; any other leads to ``places`` pages at most.
    """

    longest: int
    repeated: int
    places: int


# From the fullest to the barest; the first that fits is taken.
MEASURES = (
    Measure(80, 1, 8),
    Measure(80, 2, 5),
    Measure(40, 2, 5),
    Measure(40, 2, 3),
    Measure(40, 3, 3),
    Measure(30, 3, 3),
    Measure(30, 3, 2),
    Measure(30, 4, 2),
    Measure(30, 5, 2),
    Measure(30, 6, 2),
    Measure(30, 8, 2),
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A page or, when its address has a ``#``, a part of the page given before it: its title, and what it says itself."""

    address: str
    title: str
    text: str


def render_index(entries: Iterable[Entry]) -> str:
    """The script that defines the index: titles, stems that no title has, where stems are said, words to ignore.

    Stems are sorted; each is the length it shares with the one before (``A`` is none) and its end. Then, for every stem, those of
    the titles included, come the ranks of the pages that say it, each as a distance to the one before (``$`` is one).
    """
    pages = _by_page(entries)
    scripts = (_script(pages, measure) for measure in MEASURES)
    return next((script for script in scripts if len(zlib.compress(script.encode(), 9)) <= BYTES), _script(pages, MEASURES[-1]))


def _script(pages: Sequence[Sequence[Entry]], measure: Measure) -> str:
    kept = _kept(pages, measure.longest)
    titled = [{found for entry in page for found in stems(entry.title)} for page in kept]
    places = _places(pages, titled, measure)
    known = set().union(*titled)
    vocabulary = sorted(known | places.keys())
    parts = (
        "\n".join(_line(entry) for page in kept for entry in page),
        _front_coded([found for found in vocabulary if found not in known]),
        " ".join(_distances(places.get(found, [])) for found in vocabulary),
        " ".join(sorted(IGNORED)),
    )
    return f"// Written by boussole, read by search.js.\nvar boussoleIndex = {json.dumps(parts, ensure_ascii=False, indent=0)};\n"


def _by_page(entries: Iterable[Entry]) -> list[list[Entry]]:
    pages: list[list[Entry]] = []
    for entry in entries:
        if "#" not in entry.address:
            pages.append([])
        pages[-1].append(entry)
    return pages


def _kept(pages: Sequence[Sequence[Entry]], longest: int) -> list[list[Entry]]:
    """What is found by itself: every page, the terms of the glossary, and the parts whose title is short and says something."""
    shared = Counter(title for page in pages for title in {entry.title for entry in page})
    return [
        [page[0]] + [entry for entry in page[1:] if _is_found(entry, longest) and shared[entry.title] < SHARED] for page in pages
    ]


def _is_found(entry: Entry, longest: int) -> bool:
    return len(entry.title) <= longest or TERM in entry.address


def _places(pages: Sequence[Sequence[Entry]], titled: Sequence[Set[str]], measure: Measure) -> dict[str, list[int]]:
    """The ranks of the pages that say each stem most, unless a title found there already has it."""
    counts: dict[str, Counter[int]] = defaultdict(Counter)
    for rank, page in enumerate(pages):
        for entry in page:
            for found in stems(f"{entry.title} {entry.text}"):
                counts[found][rank] += 1
    known = set().union(*titled)
    places = {}
    for found, said in counts.items():
        if found in known or said.total() >= measure.repeated:
            most = sorted(said, key=lambda rank: (-said[rank], rank))[: measure.places]
            places[found] = sorted(rank for rank in most if found not in titled[rank])
    return {found: ranks for found, ranks in places.items() if ranks}


def _line(entry: Entry) -> str:
    page, mark, anchor = entry.address.partition("#")
    return f"{mark}{anchor}\t{one_line(entry.title)}" if mark else f"{page}\t{one_line(entry.title)}"


def _front_coded(sorted_words: Iterable[str]) -> str:
    coded, before = "", ""
    for word in sorted_words:
        shared = next((place for place, pair in enumerate(zip(before, word, strict=False)) if pair[0] != pair[1]), len(before))
        shared = min(shared, 25)
        coded += chr(ord("A") + shared) + word[shared:]
        before = word
    return coded


def _distances(ranks: Iterable[int]) -> str:
    return "".join(chr(ord("#") + after - before) for before, after in pairwise([-1, *ranks]))
