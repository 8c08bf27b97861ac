"""How questions are worded where texts of law are not: it helps to put marks back and to mend mistakes."""

from __future__ import annotations

import math
from collections import Counter
from functools import lru_cache
from importlib import resources

from indexer.ranking.frames import heads, tails
from schemas.text.words import pairs, words

_QUESTIONS = 0.05  # records, of all, that are taken to hold a turn of phrase of questions
_ENDS = 100.0  # weight of the words that questions end with


def asked_pairs(most: int) -> dict[str, int]:
    """Pairs of words of questions, with the number of records, of `most`, that are taken to hold them."""
    text = resources.files("indexer.query").joinpath("data/questions.txt").read_text(encoding="utf-8")
    phrases = [words(line) for line in text.splitlines() if line and not line.startswith("#")]
    count = max(1, round(_QUESTIONS * most))
    return {pair: count for phrase in phrases for pair in pairs(phrase)}


@lru_cache(maxsize=1)
def beginning() -> dict[str, float]:
    """Word → share of the questions that begin with it."""
    counts = Counter(head[0] for head in heads())
    return {word: count / counts.total() for word, count in counts.items()}


@lru_cache(maxsize=1)
def ending() -> dict[str, float]:
    """Word that questions end with → what that adds to its score at the end of a text (natural logarithm)."""
    counts = Counter(tail[-1] for tail in tails())
    return {word: math.log(1 + _ENDS * count / counts.total()) for word, count in counts.items()}
