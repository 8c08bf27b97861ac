"""Words of Vietnamese text as search sees them: syllables in canonical spelling, and their folded twins.

Open syllables in oa, oe, uy have two accepted places for the tone mark ("hoà" and "hòa"); here it stands on
the first vowel.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from itertools import pairwise

from .normalise import fold

_WORD = re.compile(r"\w+")
_ONSETS = ["", *re.findall(r"\S+", "b c ch d đ g gh gi h k kh l m n ng ngh nh p ph qu r s t th tr v x")]
_OPEN = (("oa", "àáảãạ", "òóỏõọ"), ("oe", "èéẻẽẹ", "òóỏõọ"), ("uy", "ỳýỷỹỵ", "ùúủũụ"))
#: Spelling with the mark on the last vowel → on the first: a look-up is faster than a search in the text.
_MARK_LAST: dict[str, str] = {
    onset + vowels[0] + late: onset + early + vowels[1]
    for onset in _ONSETS
    for vowels, lates, earlies in _OPEN
    for late, early in zip(lates, earlies, strict=True)
    if not (onset == "qu" and vowels == "uy")
}
_MARK_FIRST = {first: last for last, first in _MARK_LAST.items()}
_canonical = _MARK_LAST.get


def words(text: str) -> list[str]:
    """Canonical words in order: runs of letters and digits ("15/2018/NĐ-CP" → 15, 2018, nđ, cp)."""
    if not unicodedata.is_normalized("NFC", text):
        text = unicodedata.normalize("NFC", text)
    found = _WORD.findall(text.lower())
    return list(map(_canonical, found, found))


def spellings(word: str) -> tuple[str, ...]:
    """The canonical spelling of a lower-case word and, where the tone mark has two places, the other one."""
    word = _MARK_LAST.get(word, word)
    other = _MARK_FIRST.get(word)
    return (word, other) if other else (word,)


def pairs(tokens: list[str]) -> list[str]:
    """Neighbouring words two by two: ["giấy", "phép", "xây"] → ["giấy_phép", "phép_xây"]."""
    return list(map("_".join, pairwise(tokens)))


@lru_cache(maxsize=65_536)
def fold_word(word: str) -> str:
    """`fold` of one word, remembered: a corpus of millions of words has only some ten thousand spellings."""
    return fold(word)


def fold_words(text: str) -> list[str]:
    """Words without marks: ["dieu", "kien"]."""
    return [fold_word(word) for word in words(text)]
