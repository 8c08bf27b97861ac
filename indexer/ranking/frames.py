"""How questions begin and end: which words of a question ask and which are asked about."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from pathlib import Path

from schemas.text.words import words

_FILE = Path(__file__).with_name("frames.txt")


@lru_cache(maxsize=1)
def heads() -> tuple[tuple[str, ...], ...]:
    """Beginnings of questions, in words."""
    return _marked("<")


@lru_cache(maxsize=1)
def tails() -> tuple[tuple[str, ...], ...]:
    """Ends of questions, in words."""
    return _marked(">")


def _marked(mark: str) -> tuple[tuple[str, ...], ...]:
    lines = _FILE.read_text(encoding="utf-8").splitlines()
    return tuple(tuple(words(line[1:])) for line in lines if line.startswith(mark))


@lru_cache(maxsize=1)
def asking() -> dict[str, float]:
    """Word → share of the frames that hold it: how likely a word asks instead of naming what is asked about.

    A question has a beginning or an end out of these about every time, so the share stands for that of
    questions.
    """
    frames = [set(frame) for frame in (*heads(), *tails())]
    counts = Counter(word for frame in frames for word in frame)
    return {word: count / len(frames) for word, count in counts.items()}
