"""Syllables one keystroke away from what was typed. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from schemas.text.words import spellings

# Costs, in natural logarithms. Who drops a letter or exchanges two can do so in few ways; a wrong letter is
# one of many.
_EXCHANGED, _DROPPED, _WRONG = 4.0, 4.0, 7.0


class Keystrokes:
    """Made once for the syllables there are."""

    def __init__(self, syllables: Iterable[str]) -> None:
        self._syllables = dict.fromkeys(syllables)
        # By what is left of a syllable without one letter, and its place.
        self._shortened: dict[tuple[int, str], list[str]] = defaultdict(list)
        for word in self._syllables:
            for at in range(len(word)):
                self._shortened[at, word[:at] + word[at + 1 :]].append(word)

    def near(self, word: str) -> tuple[tuple[str, float], ...]:
        """Syllables of which one letter was dropped, added, changed or exchanged with the next, with the cost
        of each. One letter can only have lost another.
        """
        found: dict[str, float] = {}
        for at in range(len(word) + 1):
            found |= dict.fromkeys(self._shortened.get((at, word), ()), _DROPPED)
        for spelling in spellings(word):  # "noà" is read as "nòa", but typed for "nào"
            for at in range(len(word) - 1):
                found[spelling[:at] + spelling[at + 1] + spelling[at] + spelling[at + 2 :]] = _EXCHANGED
        for at in range(len(word) if len(word) > 1 else 0):
            less = word[:at] + word[at + 1 :]
            for other in (less, *self._shortened.get((at, less), ())):
                found.setdefault(other, _WRONG)
        return tuple((near, cost) for near, cost in found.items() if near != word and near in self._syllables)
