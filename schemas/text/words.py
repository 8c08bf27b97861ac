"""Words of Vietnamese text as search sees them: syllables in canonical spelling, and their folded twins."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from itertools import pairwise

from .normalise import fold

_WORD = re.compile(r"\w+")
# Old and new placing of the tone mark in open syllables: hoà = hòa, khoẻ = khỏe, thuỷ = thủy (but quý stays).
_MARK_LAST = re.compile(r"o[àáảãạèéẻẽẹ](?!\w)|(?<!q)u[ỳýỷỹỵ](?!\w)")
_MARK_FIRST = {
    a + b: c + d
    for a, marked, c_marked, d in (
        ("o", "àáảãạ", "òóỏõọ", "a"),
        ("o", "èéẻẽẹ", "òóỏõọ", "e"),
        ("u", "ỳýỷỹỵ", "ùúủũụ", "y"),
    )
    for b, c in zip(marked, c_marked, strict=True)
}


def canonical(text: str) -> str:
    """Lower-case NFC text with the tone mark on the first vowel of open oa, oe, uy ("hoà" → "hòa")."""
    if not unicodedata.is_normalized("NFC", text):
        text = unicodedata.normalize("NFC", text)
    return _MARK_LAST.sub(lambda m: _MARK_FIRST[m[0]], text.lower())


def words(text: str) -> list[str]:
    """Canonical words in order: runs of letters and digits ("15/2018/NĐ-CP" → 15, 2018, nđ, cp)."""
    return _WORD.findall(canonical(text))


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
