"""The words of a text as numbers, clause by clause: the best clause is found without reading the text again.

Made when a record is indexed and kept beside it: reading the texts of 20 results again for their best clauses
was a quarter of a search.
"""

from __future__ import annotations

import re
import struct
import unicodedata
import zlib
from array import array
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from schemas.text.words import fold_word, words

LOOKED_AT = 5_000  # characters of a text that are considered
_CLAUSE = re.compile(r"\n(?=\s*\d{1,3}\s*[.)]\s)")
_WORD = re.compile(r"\w+")
#: What `\w` holds of the characters of two bytes.
_LETTERS = np.array([chr(code).isalnum() or code == ord("_") for code in range(0x10000)])
_FOLD_BITS = 20
FOLD_MASK = (1 << _FOLD_BITS) - 1
_HEADER = struct.Struct("<II")


@dataclass(frozen=True, slots=True, eq=False)
class Outline:
    """`numbers` of the words in order and the `places` of their first characters; of each clause where its
    first word and its first character stand."""

    numbers: npt.NDArray[np.uint32]
    places: npt.NDArray[np.uint16]
    first_words: npt.NDArray[np.uint32]
    first_characters: npt.NDArray[np.uint32]


@lru_cache(maxsize=262_144)
def word_number(word: str) -> int:
    """32 bits of a canonical word: below 20 that its spelling without marks has too, above 12 of its own.

    Two of the 500 words of a text are taken for each other once in some thousand texts; then another clause
    may be shown, but nothing is marked that was not asked: the shown one is compared letter by letter.
    """
    return fold_number(fold_word(word)) | (zlib.crc32(word.encode()) << _FOLD_BITS) & 0xFFFFFFFF


@lru_cache(maxsize=65_536)
def fold_number(folded: str) -> int:
    """What the numbers of all words have in common that read so without marks."""
    return zlib.crc32(folded.encode()) & FOLD_MASK


@lru_cache(maxsize=1)
def text_words(text: str) -> list[str]:
    """`words` of a text, remembered for one: fields and outline of a record are made one after the other."""
    return words(text)


def outline(text: str) -> bytes:
    """The packed `Outline` of the first 5,000 characters of `text`."""
    considered = text[:LOOKED_AT]
    first_characters = [0, *(match.end() for match in _CLAUSE.finditer(considered))]
    places = _places(considered)
    if places is not None and _plain(text):
        tokens = text_words(text)[: len(places)]
    else:  # composing it, or lower case, moves the letters
        matches = list(_WORD.finditer(considered))
        places = np.array([match.start() for match in matches], dtype=np.int64)
        tokens = [(words(match[0]) or [""])[0] for match in matches]
    first_words = np.searchsorted(places, first_characters)
    return b"".join(
        (
            _HEADER.pack(len(first_characters), len(tokens)),
            first_words.astype("<u4").tobytes(),
            np.array(first_characters, dtype="<u4").tobytes(),
            np.array(array("I", map(word_number, tokens)), dtype="<u4").tobytes(),
            places.astype("<u2").tobytes(),
        )
    )


def _plain(text: str) -> bool:
    """Whether every character stays one when words are made canonical."""
    return "İ" not in text and unicodedata.is_normalized("NFC", text)


def _places(text: str) -> npt.NDArray[np.int64] | None:
    """Where words begin: a letter or digit after something else. None if a character takes four bytes."""
    codes = np.frombuffer(text.encode("utf-16-le", "surrogatepass"), dtype="<u2")
    if len(codes) != len(text):
        return None
    letter = np.zeros(len(codes) + 1, dtype=np.bool_)
    letter[1:] = _LETTERS[codes]
    return np.flatnonzero(letter[1:] & ~letter[:-1])


def unpack(packed: bytes) -> Outline:
    """The `Outline` that `outline` packed; nothing is copied."""
    clauses, count = _HEADER.unpack_from(packed)
    values = np.frombuffer(packed, dtype="<u4", offset=_HEADER.size, count=2 * clauses + count)
    places = np.frombuffer(packed, dtype="<u2", offset=_HEADER.size + values.nbytes, count=count)
    return Outline(values[2 * clauses :], places, values[:clauses], values[clauses : 2 * clauses])
