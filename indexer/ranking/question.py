"""A question in the numbers of a forward index: its words and pairs, how rare they are, what it asks for."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from schemas.engine import Term
from schemas.text.words import fold_word

from .arrays import Array
from .frames import asking
from .terms import idf

_MOST_WORDS, _MOST_PAIRS = 63, 127
_KEYWORDS_UP_TO = 8  # words; what is judged, and learned from, are sentences
_DEFINITION = re.compile(
    "là gì|thế nào là|như thế nào là|được hiểu|khái niệm|định nghĩa|nghĩa là|là như thế nào|là việc gì|là ai|"
    "có phải là|được xem là|được coi là"
)
_PROCEDURE = re.compile("hồ sơ|trình tự|thủ tục")
_AUTHORITY = re.compile("thẩm quyền|trách nhiệm|cơ quan nào|ai ")
_TYPES = (" luật", "nghị định", "thông tư", "quyết định")
_TINY = 1e-6


@dataclass(frozen=True, slots=True)
class Question:
    """`slot_of[word number]` is 1 + the place of the word in the question, 0 for others; `pair_slot[a, b]`
    the same for the pair of two slots. `naming`: the idf of words, less for words that ask ("như thế nào").
    """

    slot_of: Array
    numbers: Array  # by slot less 1: the number of the word, the lowest of all its spellings
    pair_slot: Array
    word_idf: Array
    pair_idf: Array
    naming: Array
    usual: Array  # how likely each word asks
    clauses_of_an_article: float
    size: int  # words
    ids: Array  # their numbers in order, then those of added words; 0 for unknown ones and in between
    asks: Array  # for a definition, punishment, amount, procedure, authority; law, decree, circular, decision

    @property
    def keywords(self) -> bool:
        """Whether it is so short that it names a matter rather than asks a whole question."""
        return self.size <= _KEYWORDS_UP_TO

    @property
    def n_words(self) -> int:
        return len(self.word_idf)

    @property
    def n_pairs(self) -> int:
        return len(self.pair_idf)

    @property
    def word_total(self) -> float:
        return float(self.word_idf.sum()) + _TINY

    @property
    def pair_total(self) -> float:
        return float(self.pair_idf.sum()) + _TINY

    @property
    def word_share(self) -> Array:
        return self.word_idf / np.float32(self.word_total)

    @property
    def pair_share(self) -> Array:
        return self.pair_idf / np.float32(self.pair_total)

    @property
    def naming_share(self) -> Array:
        return self.naming / np.float32(self.naming.sum() + _TINY)


def ask(
    terms: Sequence[Term],
    tokens: Sequence[str],
    added: Sequence[Sequence[str]],
    counts: Mapping[str, int],
    size: int,
    number_of: Mapping[str, int],
    marked_of: Mapping[str, Sequence[int]],
    clauses_of_an_article: float,
) -> Question:
    """The question that `terms` rank by. `counts`: term → records that hold it, of `size`; `number_of`: word
    → number; `marked_of`: word without marks → the numbers of all its spellings.
    """
    slots: dict[str, int] = {}
    slot_of = np.zeros(len(number_of) + 1, np.uint8)  # numbers run from 1 without gaps
    frequency: list[int] = []
    lowest: list[int] = []
    for term in terms:
        if term.field in ("all", "fold") and len(slots) < _MOST_WORDS and term.text not in slots:
            slots[term.text] = len(slots) + 1
            numbers = marked_of.get(fold_word(term.text), ()) if term.field == "fold" else ()
            numbers = list(numbers) or [number_of.get(term.text, 0)]
            slot_of[numbers] = slots[term.text]
            lowest.append(min(numbers))
            frequency.append(counts.get(term.text, 0))
    slot_of[0] = 0
    pair_slot = np.zeros((len(slots) + 1, len(slots) + 1), np.uint8)
    pair_frequency: list[int] = []
    by_fold = {fold_word(word): slot for word, slot in slots.items()}
    for term in terms:
        if term.field in ("pairs", "fold_pairs") and len(pair_frequency) < _MOST_PAIRS:
            held = by_fold if term.field == "fold_pairs" else slots
            first, _, second = term.text.partition("_")
            if first in held and second in held and not pair_slot[held[first], held[second]]:
                pair_frequency.append(counts.get(term.text, 0))
                pair_slot[held[first], held[second]] = len(pair_frequency)
    apart = [*tokens, *(token for words in added for token in ("", *words))]
    word_idf = idf(np.array(frequency, np.float32), size)
    usual = np.array([asking().get(word, 0.0) for word in slots], np.float32)
    share = np.array(frequency, np.float32) / max(1, size)
    ratio = np.maximum((usual + 1e-4) / (share + 1e-3), _TINY)
    naming = (word_idf * np.sqrt(np.minimum(1, 1 / ratio))).astype(np.float32)
    return Question(
        slot_of,
        np.array(lowest, np.int64),
        pair_slot,
        word_idf,
        idf(np.array(pair_frequency, np.float32), size),
        naming,
        usual,
        clauses_of_an_article,
        len(tokens),
        np.array([number_of.get(token, 0) for token in apart], np.int64),
        _asks(" ".join(tokens)),
    )


def _asks(text: str) -> Array:
    spaced = f" {text}"
    return np.array(
        [
            bool(_DEFINITION.search(text)),
            "phạt" in text,
            "bao nhiêu" in text or "mức" in text,
            bool(_PROCEDURE.search(text)),
            bool(_AUTHORITY.search(text)),
            *(name in spaced for name in _TYPES),
        ],
        np.float32,
    )
