"""How hard a French text is to read: the index of Flesch as Kandel and Moles adapted it, and the longest sentence.

207 − 1.015 × (words ÷ sentences) − 73.6 × (syllables ÷ words): L. Kandel and A. Moles, « Application de l’indice de Flesch à la
langue française », Cahiers d’études de radio-télévision, n° 19, 1958. Below 30 a text is very hard, around 60 it is plain. A
colon or a semicolon ends a sentence here as a full stop does. It counts, it does not understand: it only advises.
"""

import re
from dataclasses import dataclass

_VOWELS = "aàâäeèêëiîïoôöuùûüyœæ"
_WORD = re.compile(r"[^\W_]+")
_SENTENCE_END = re.compile(r"(?<=[.!?…;:])\s+")
# « é » always ends a syllable, so that « océan » has three where other vowels in a row make one.
_SYLLABLE = re.compile(f"[{_VOWELS}]*é|[{_VOWELS}]+")
_SILENT = re.compile(f"[^{_VOWELS}](?:e|es)$")


@dataclass(frozen=True, slots=True)
class Reading:
    """How many words a text has, how many its longest sentence has, and its index."""

    words: int
    longest: int
    index: float


def measure(text: str) -> Reading:
    """How hard a text is to read; a text without words has the best index."""
    sentences = [found for sentence in _SENTENCE_END.split(text) if (found := _WORD.findall(sentence))]
    words = [word for sentence in sentences for word in sentence]
    if not words:
        return Reading(0, 0, 207)
    spoken = sum(map(syllables, words)) / len(words)
    return Reading(len(words), max(map(len, sentences)), 207 - 1.015 * len(words) / len(sentences) - 73.6 * spoken)


def syllables(word: str) -> int:
    """About how many syllables a word has: its groups of vowels, but for a last « e » that is not said."""
    word = word.lower()
    count = len(_SYLLABLE.findall(word))
    return max(1, count - 1 if _SILENT.search(word) else count)
