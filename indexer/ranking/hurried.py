"""Questions as people type them in a hurry: without marks, with half of them, with typing mistakes."""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Callable

_LETTERS = "abcdefghiklmnopqrstuvxy"


def _bare(text: str) -> str:
    """Without marks, capitals kept."""
    text = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(c for c in text if not unicodedata.combining(c))


def without_marks(text: str, _seed: str) -> str:
    """All marks taken off."""
    return _bare(text)


def half_marks(text: str, seed: str) -> str:
    """Each word without its marks by the toss of a coin."""
    chance = random.Random(seed)
    return " ".join(_bare(word) if chance.random() < 0.5 else word for word in text.split())


def typing_mistakes(text: str, seed: str) -> str:
    """One letter dropped, added, changed or exchanged with its neighbour in one word of every three."""
    chance = random.Random(seed)
    words = re.findall(r"\w+", unicodedata.normalize("NFC", text))
    for first in range(0, len(words), 3):
        at = first + chance.randrange(min(3, len(words) - first))
        if words[at].isalpha() and len(words[at]) > 1:
            words[at] = _mistake(words[at], chance)
    return " ".join(words)


def _mistake(word: str, chance: random.Random) -> str:
    kind, at = chance.choice("acdx"), chance.randrange(len(word))
    if kind == "d":
        return word[:at] + word[at + 1 :]
    if kind == "a":
        return word[:at] + chance.choice(_LETTERS) + word[at:]
    if kind == "c":
        return word[:at] + chance.choice(_LETTERS) + word[at + 1 :]
    at = chance.randrange(len(word) - 1)
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


#: What `bench quality --noise` does to a question; the seed is the question's id. The name "none" is the
#: contract's: it means no marks at all.
NOISES: dict[str, Callable[[str, str], str]] = {
    "clean": lambda text, _seed: text,
    "none": without_marks,
    "half": half_marks,
    "typo": typing_mistakes,
}
