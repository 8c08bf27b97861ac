"""Marks put back and typing mistakes mended, by the words and pairs of the index itself.

A Viterbi search over syllables: each word as typed stands for the syllables that look the same without marks
and, in a text with unknown words, for those one keystroke away; the best way through is the one whose
neighbouring pairs are most frequent in the indexed texts. Nothing is trained apart: the index is the model.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from schemas.text.words import fold_word, spellings

PairCounts = Callable[[Sequence[str]], Sequence[int]]
_SYLLABLE = re.compile(r"[^\W\d_]{1,7}")
_MOST, _MOST_UNKNOWN = 8, 12  # candidates for one word
_RARE_SHARE = 0.002  # a candidate this much rarer than the most frequent one is not considered
_ADDING_MARKS, _MISTAKE, _UNKNOWN = 1.0, 6.0, 5.0  # costs, in natural logarithms
_FROM_PAIR = 0.9  # weight of the pair against the single word
_LETTERS = "aàáảãạăằắẳẵặâầấẩẫậbcdđeèéẻẽẹêềếểễệghiìíỉĩịklmnoòóỏõọôồốổỗộơờớởỡợpqrstuùúủũụưừứửữựvxyỳýỷỹỵ"


@dataclass(frozen=True, slots=True)
class Restored:
    """The words searched, in order, with the places where they differ from what was typed."""

    words: tuple[str, ...]
    marked: frozenset[int] = frozenset()  # only marks were put back
    mended: frozenset[int] = frozenset()


class Speller:
    """Made once for a generation from its words and the number of records that hold each."""

    def __init__(self, vocabulary: Iterable[tuple[str, int]], pair_counts: PairCounts) -> None:
        self._counts = {word: count for word, count in vocabulary if _SYLLABLE.fullmatch(word)}
        self._total = float(sum(self._counts.values()) or 1)
        self._known_from = max(1, max(self._counts.values(), default=0) // 2500)
        self._twins: dict[str, list[str]] = defaultdict(list)
        for word, count in sorted(self._counts.items(), key=lambda item: -item[1]):
            if count >= self._known_from:
                self._twins[fold_word(word)].append(word)
        self._pair_counts = pair_counts
        self._pairs: dict[str, int] = {}
        self._near = lru_cache(maxsize=4096)(self._one_keystroke)

    def known(self, word: str) -> bool:
        return self._counts.get(word, 0) >= self._known_from

    def restore(self, words: Sequence[str], fixed: frozenset[int] = frozenset()) -> Restored:
        """The most likely words. Places in `fixed` (abbreviations in capitals) stay as typed."""
        usual = [at in fixed or self._plausible(word) for at, word in enumerate(words)]
        if all(usual) and not any(self._bare(word) for word in words):
            return Restored(tuple(words))
        mistakes = not all(usual)
        lattice = [
            [(word, 0.0)] if at in fixed else self._candidates(word, mistakes)
            for at, word in enumerate(words)
        ]
        best = self._best_way(lattice)
        changed = [at for at, word in enumerate(words) if spellings(word)[0] != best[at]]
        mended = frozenset(at for at in changed if fold_word(words[at]) != fold_word(best[at]))
        return Restored(tuple(best), frozenset(changed) - mended, mended)

    def _plausible(self, word: str) -> bool:
        """A number, or a syllable that exists with these or other marks."""
        return self.known(word) or not _SYLLABLE.fullmatch(word) or fold_word(word) in self._twins

    def _bare(self, word: str) -> bool:
        """A word without marks that may stand for others."""
        twins = self._twins.get(word)
        return bool(twins) and fold_word(word) == word and twins != [word]

    def _candidates(self, word: str, mistakes: bool) -> list[tuple[str, float]]:
        """(syllable, cost) of what the word may stand for, the likeliest first."""
        if not _SYLLABLE.fullmatch(word):
            return [(word, 0.0)]
        bare = fold_word(word)
        known = self.known(word)
        found = {word: 0.0 if known else _UNKNOWN}
        for twin in self._twins.get(bare, ()):
            if word == bare:
                found.setdefault(twin, _ADDING_MARKS)
            elif mistakes:
                found.setdefault(twin, _MISTAKE + known)
        if mistakes and len(word) > 1:
            for near in self._near(word):
                found.setdefault(near, _MISTAKE + known)
        most = max((self._counts.get(w, 0) for w in found), default=0)
        kept = [
            item
            for item in found.items()
            if item[0] == word or self._counts.get(item[0], 0) >= most * _RARE_SHARE
        ]
        kept.sort(key=lambda item: item[1] - 0.5 * math.log(1 + self._counts.get(item[0], 0)))
        return kept[: _MOST if known else _MOST_UNKNOWN]

    def _one_keystroke(self, word: str) -> tuple[str, ...]:
        """Known syllables one letter dropped, added, changed or exchanged away."""
        near: dict[str, None] = {}
        for at in range(len(word) + 1):
            left, right = word[:at], word[at:]
            if right:
                near[left + right[1:]] = None
            if len(right) > 1:
                near[left + right[1] + right[0] + right[2:]] = None
            for letter in _LETTERS:
                near[left + letter + right] = None
                near[left + letter + right[1:]] = None
        return tuple(found for found in near if found != word and self.known(found))

    # ------------------------------------------------------------ the way through

    def _best_way(self, lattice: Sequence[Sequence[tuple[str, float]]]) -> list[str]:
        self._fetch(lattice)
        before = [(self._single(word) - cost, word) for word, cost in lattice[0]]
        steps: list[list[int]] = []
        for column in lattice[1:]:
            after, origin = [], []
            for word, cost in column:
                single = (1 - _FROM_PAIR) * (self._counts.get(word, 0) + 0.1) / self._total
                score, at = max(
                    (old + self._step(previous, word, single), n) for n, (old, previous) in enumerate(before)
                )
                after.append((score - cost, word))
                origin.append(at)
            steps.append(origin)
            before = after
        at = max(range(len(before)), key=lambda n: before[n][0])
        best = [lattice[-1][at][0]]
        for column, origin in zip(reversed(lattice[:-1]), reversed(steps), strict=True):
            at = origin[at]
            best.append(column[at][0])
        return best[::-1]

    def _single(self, word: str) -> float:
        return math.log((self._counts.get(word, 0) + 0.1) / self._total)

    def _step(self, previous: str, word: str, single: float) -> float:
        held = self._counts.get(previous, 0)
        pair = self._pairs.get(f"{previous}_{word}", 0)
        return math.log(single + (_FROM_PAIR * pair / held if held else 0.0))

    def _fetch(self, lattice: Sequence[Sequence[tuple[str, float]]]) -> None:
        """Counts of all pairs that may be needed, asked for together and remembered."""
        wanted = {
            pair
            for left, right in pairwise(lattice)
            for a, _ in left
            for b, _ in right
            if (pair := f"{a}_{b}") not in self._pairs
        }
        if len(self._pairs) > 500_000:
            self._pairs.clear()
            return self._fetch(lattice)
        asked = list(wanted)
        self._pairs.update(zip(asked, self._pair_counts(asked), strict=True))
        return None
