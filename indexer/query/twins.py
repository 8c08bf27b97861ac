"""Syllables written with i or y alike: kí/ký, lí/lý, mĩ/mỹ, quí/quý. Pure.

Schools teach i, the law writes y (and "bác sĩ", "tỉ lệ" both): the index tells which one its texts use
beside these neighbours.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from schemas.text.words import fold_word, pairs

from .frequencies import Frequencies

_ONSETS = ("h", "k", "l", "m", "qu", "s", "t")
_WITH_I, _WITH_Y = "iíìỉĩị", "yýỳỷỹỵ"
_TWINS = {
    onset + ours: onset + other
    for onset in _ONSETS
    for i, y in zip(_WITH_I, _WITH_Y, strict=True)
    for ours, other in ((i, y), (y, i))
}
_MORE = 10  # times as many records hold the other spelling


@dataclass(frozen=True, slots=True)
class Twins:
    """`words`: what to search, in order. `also`: place → the other spelling, where texts use both."""

    words: tuple[str, ...]
    also: Mapping[int, str] = field(default_factory=dict)


def respelt(tokens: Sequence[str], frequencies: Frequencies) -> Twins:
    """The words in the spelling that the texts use beside these neighbours."""
    words, also = list(tokens), {}
    for at, token in enumerate(tokens):
        other = _TWINS.get(token)
        if other is None:
            continue
        here, there = _held(tokens, at, token, frequencies), _held(tokens, at, other, frequencies)
        if there > _MORE * here:
            words[at], also[at] = other, token
        elif there and there * _MORE >= here:
            also[at] = other
    return Twins(tuple(words), also)


def _held(tokens: Sequence[str], at: int, word: str, frequencies: Frequencies) -> int:
    """How many records hold the word beside its neighbours; without any, alone."""
    bare = fold_word(word) == word
    beside = [*tokens[max(0, at - 1) : at], word, *tokens[at + 1 : at + 2]]
    if len(beside) == 1:
        return sum(frequencies("fold" if bare else "all", [word]))
    held = pairs([fold_word(w) for w in beside] if bare else beside)
    return sum(frequencies("fold_pairs" if bare else "pairs", held))
