"""Marks put back and typing mistakes mended, by the words and pairs of the index itself.

A Viterbi search over syllables: each word as typed stands for the syllables that look the same without marks
and, in a text with unknown words, for those one keystroke away; the best way through is the one whose
neighbouring pairs are most frequent in the indexed texts. Nothing is trained apart: the index is the model.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise

from indexer.ranking.runs import Runs
from schemas.text.words import fold_word, spellings
from schemas.text.words import pairs as pairs_of

from .asked import asked_pairs, beginning, ending
from .keystrokes import Keystrokes
from .threes import by_threes, unclear_places
from .viterbi import best_way

#: (syllable, score or cost)
Candidates = Sequence[tuple[str, float]]
PairCounts = Callable[[Sequence[str]], Sequence[int]]
_SYLLABLE = re.compile(r"[^\W\d_]{1,7}")
_NUMBERS = ("5", "10", "100", "2020")  # stand for all numbers of one, two, three, four digits
_COUNTED = re.compile(rf"{_SYLLABLE.pattern}|{'|'.join(_NUMBERS)}")
_VOWEL = re.compile(r"[aeiouy]")
_LETTER = re.compile(r"[^\W\d_ạ]")
_LETTER_WORDS = ("ở", "ý", "ô", "ổ", "đ")  # and "đ" for đồng
_REMEMBERED = 500_000  # pairs
_MOST, _MOST_UNKNOWN = 16, 18  # candidates for one word
_RARE_SHARE = 0.002  # a candidate this much rarer than the most frequent one is not considered
_ADDING_MARKS, _WRONG_MARKS, _UNKNOWN = 1.0, 6.0, 6.0  # costs, in natural logarithms
_ADDING_ONE = 4.0  # the only marks that are left out
_NEVER_BARE = 0.01  # words that are so much rarer than with a mark are not written without
_CHANGED = 1.0  # more, where what was typed is a word
_BY_CHANCE = 0.1  # of the times that two words would stand side by side if texts were shuffled
_LONELY = 3.0  # a letter as it stands; in front it may be somebody's name, and gains so much
_SENTENCE = 4  # words; a letter of a shorter text is meant ("vitamin c")
_NEARLY = math.log(0.2)  # another way that is at least so likely against the best is told
_FOLLOWED = 10  # ways that are followed at each word
_BEGINS = 0.1  # weight of the words that questions begin with, where a text does
_FROM_PAIR = 0.9  # weight of the pair against the single word
_STEADY = 0.002  # records, of all, that are added to those a word is in: what follows a rare word tells less


@dataclass(frozen=True, slots=True)
class Restored:
    """The words searched, in order, with the places where they differ from what was typed.

    `also`: place → words that are nearly as likely there, each with its likelihood against the one chosen.
    """

    words: tuple[str, ...]
    marked: frozenset[int] = frozenset()  # only marks were put back
    mended: frozenset[int] = frozenset()
    also: Mapping[int, tuple[tuple[str, float], ...]] = field(default_factory=dict)


class Speller:
    """Made once for a generation from its words and the number of records that hold each."""

    def __init__(
        self,
        vocabulary: Iterable[tuple[str, int]],
        pair_counts: PairCounts,
        runs: Callable[[], Runs | None] = lambda: None,
    ) -> None:
        """`runs`: what is known of longer runs of words when it is asked for."""
        self._counts = {word: count for word, count in vocabulary if _COUNTED.fullmatch(word)}
        most = max((count for word, count in self._counts.items() if not word.isdigit()), default=0)
        self._known_from = max(1, most // 2500)
        self._most, self._steady = most, _STEADY * most
        self._asked = asked_pairs(most)
        for pair, count in self._asked.items():
            for word in pair.split("_"):
                self._counts[word] = max(self._counts.get(word, 0), count)
        self._total = float(sum(self._counts.values()) or 1)
        self._twins: dict[str, list[str]] = defaultdict(list)
        for word, count in sorted(self._counts.items(), key=lambda item: -item[1]):
            if count >= self._known_from:
                self._twins[fold_word(word)].append(word)
        self._pair_counts, self._runs = pair_counts, runs
        self._pairs: dict[str, int] = {}
        mistakes = Keystrokes(word for word, count in self._counts.items() if count >= self._known_from)
        self._near = lru_cache(maxsize=8192)(mistakes.near)

    def known(self, word: str) -> bool:
        """Whether texts hold it. Letters of points ("điểm c") are no words that others are mended to."""
        if len(word) == 1 and not _is_vowel(word):
            return False
        return self._counts.get(word, 0) >= self._known_from

    def restore(
        self, words: Sequence[str], fixed: frozenset[int] = frozenset(), doubt: bool = False
    ) -> Restored:
        """The most likely words. Places in `fixed` (abbreviations in capitals) stay as typed.

        With `doubt`, mistakes are looked for even where all are words.
        """
        adding = self._adding(words)
        alone = self._alone(words, adding >= _ADDING_ONE) - fixed
        usual = [at in fixed or self._plausible(word) for at, word in enumerate(words)]
        if all(usual) and all(words[at] in _LETTER_WORDS for at in alone):
            alone = frozenset()
        if all(usual) and not (doubt or alone or any(self._bare(word) for word in words)):
            return Restored(tuple(words))
        if not words:
            return Restored(())
        mistakes = doubt or not all(usual) or bool(alone)
        if mistakes:
            fixed |= self._settled(words)
        lattice = [
            [(word, 0.0)]
            if at in fixed
            else self._candidates(word, mistakes, adding, _lonely(at) if at in alone else None)
            for at, word in enumerate(words)
        ]
        best, others = self._best(*self._scored(lattice))
        changed = [at for at, word in enumerate(words) if spellings(word)[0] != best[at]]
        mended = frozenset(at for at in changed if fold_word(words[at]) != fold_word(best[at]))
        also = {
            at: tuple((word, math.exp(0.5 * worse)) for word, worse in nearly if worse > _NEARLY)
            for at, nearly in enumerate(others)
            if at in changed
        }
        return Restored(
            tuple(best), frozenset(changed) - mended, mended, {at: a for at, a in also.items() if a}
        )

    def _adding(self, words: Sequence[str]) -> float:
        """What it costs to put a mark on a word that has none. Who types no mark at all does not type this
        one less often; who left out none that must be there hardly did so here ("dung môi", "con tôi"). Of
        1,500 lay questions as they stand 17 are changed so, 42 at the usual cost; none in a hurry suffers.
        """
        if all(fold_word(word) == word for word in words):
            return 0.0
        left_out = any(
            fold_word(word) == word
            and self._counts.get(word, 0) < _NEVER_BARE * max(map(self._counts.__getitem__, twins))
            for word in words
            if (twins := self._twins.get(word))
        )
        return _ADDING_MARKS if left_out else _ADDING_ONE

    def _best(
        self, columns: Sequence[Candidates], steps: Sequence[Sequence[Sequence[float]]]
    ) -> tuple[list[str], list[list[tuple[str, float]]]]:
        """The best way by pairs; by runs of three words where another one is nearly as good."""
        best, others = best_way(columns, steps)
        runs = self._runs() if len(columns) > 2 and unclear_places(others) else None
        return by_threes(columns, steps, best, others, runs) if runs is not None else (best, others)

    def _settled(self, words: Sequence[str]) -> frozenset[int]:
        """Places of words with marks that texts hold side by side with both neighbours: no mistakes."""
        pairs = _neighbours(words)
        self._fetch(pairs)
        usual = [self._pairs.get(pair, 0) >= self._known_from for pair in pairs]
        both = zip(words, [True, *usual], [*usual, True], strict=True)
        return frozenset(
            at
            for at, (word, left, right) in enumerate(both)
            if left and right and self.known(word) and not self._bare(word)
        )

    def _alone(self, words: Sequence[str], marks: bool) -> frozenset[int]:
        """Places of single letters that texts do not hold so ("quy định l gì", "nhiệm ụ của"): most have lost
        another one. "Điểm c khoản 2" is held; "cơ quan c" is, too, where a point ends and the next one begins
        ("cơ quan; c) Sở"), but not more often than by chance. What follows a consonant tells nothing. Vowels
        without a mark may only want it, unless all others have theirs (`marks`).
        """
        beside: dict[int, list[str]] = {}
        for at, word in enumerate(words):
            letter = _LETTER.fullmatch(word) and (marks or not _VOWEL.fullmatch(word))
            if letter and len(words) >= _SENTENCE:
                beside[at] = _neighbours(words[max(0, at - 1) : at + 1 + (not at or _is_vowel(word))])
        self._fetch(pair for pairs in beside.values() for pair in pairs)
        return frozenset(at for at, pairs in beside.items() if not any(map(self._belong, pairs)))

    def _belong(self, pair: str) -> bool:
        """Whether texts hold the two words side by side for a reason."""
        first, _, second = pair.partition("_")
        by_chance = self._counts.get(first, 0) * self._counts.get(second, 0) / (self._most or 1)
        return self._pairs[pair] >= max(self._known_from, _BY_CHANCE * by_chance)

    def exists(self, word: str) -> bool:
        """Whether texts hold it, with these or other marks."""
        return self.known(word) or fold_word(word) in self._twins

    def _plausible(self, word: str) -> bool:
        """A number, or a syllable that exists."""
        return not _SYLLABLE.fullmatch(word) or self.exists(word)

    def _bare(self, word: str) -> bool:
        """A word without marks that may stand for others."""
        twins = self._twins.get(word)
        return bool(twins) and fold_word(word) == word and twins != [word]

    def _candidates(
        self, word: str, mistakes: bool, adding: float, alone: float | None
    ) -> list[tuple[str, float]]:
        """(syllable, cost) of what the word may stand for, likeliest first. `adding`: what marks cost;
        `alone`: it is a letter that no neighbour explains, and costs so much as it stands.
        """
        if not _SYLLABLE.fullmatch(word):
            return [(word, 0.0)]
        bare = fold_word(word)
        known = self.known(word)
        found = {word: alone if alone is not None else 0.0 if known else _UNKNOWN}
        for twin in self._twins.get(bare, ()):
            if word == bare:
                found.setdefault(twin, adding)
            elif mistakes:
                found.setdefault(twin, _WRONG_MARKS + known)
        if mistakes and (len(word) > 1 or alone is not None):
            for near, cost in self._near(word):
                if self.known(near):
                    found.setdefault(near, cost + (known and alone is None) * _CHANGED)
        most = max((self._counts.get(w, 0) for w in found), default=0)
        kept = [
            item
            for item in found.items()
            if item[0] == word or self._counts.get(item[0], 0) >= most * _RARE_SHARE
        ]
        kept.sort(key=lambda item: item[1] - 0.5 * math.log(1 + self._counts.get(item[0], 0)))
        return kept[: _MOST if known else _MOST_UNKNOWN]

    # ------------------------------------------------------------ scores

    def _first(self, word: str) -> float:
        """Score of a text's first word."""
        share = (self._counts.get(word, 0) + 0.1) / self._total
        return math.log((1 - _BEGINS) * share + _BEGINS * beginning().get(word, 0.0))

    def _scored(
        self, lattice: Sequence[Candidates]
    ) -> tuple[list[list[tuple[str, float]]], list[list[list[float]]]]:
        """The candidates with their scores, and those of the steps between.

        Only the best of each column so far are followed: asking for all pairs would take most of the time.
        Pairs of those that are likely to be followed are asked for at once: an engine may be far away.
        """
        self._fetch(pair for left, right in pairwise(lattice) for pair in _pairs_of(left[:_FOLLOWED], right))
        columns = [[(word, self._first(word) - cost) for word, cost in lattice[0]]]
        reached = [score for _, score in columns[0]]
        steps: list[list[list[float]]] = []
        for column in lattice[1:]:
            if len(reached) > _FOLLOWED:
                best = sorted(range(len(reached)), key=reached.__getitem__, reverse=True)[:_FOLLOWED]
                reached = [reached[at] for at in best]
                columns[-1] = [columns[-1][at] for at in best]
                if steps:
                    steps[-1] = [steps[-1][at] for at in best]
            self._fetch(_pairs_of(columns[-1], column))
            steps.append(self._between(columns[-1], column))
            reached = [
                max(map(float.__add__, reached, row)) - cost
                for (_, cost), row in zip(column, steps[-1], strict=True)
            ]
            columns.append([(word, -cost) for word, cost in column])
        columns[-1] = [(word, score + ending().get(word, 0.0)) for word, score in columns[-1]]
        return columns, steps

    def _between(self, left: Candidates, right: Candidates) -> list[list[float]]:
        """For each word on the right, the score of its coming after each word on the left."""
        before = []
        for word, _ in left:
            counted = _as_counted(word)
            records = self._counts.get(counted, 0) + self._steady
            before.append((f"{counted}_", _FROM_PAIR / (records or 1)))
        rows = []
        for word, _ in right:
            counted = _as_counted(word)
            alone = (1 - _FROM_PAIR) * (self._counts.get(counted, 0) + 0.1) / self._total
            never = math.log(alone)
            held = [(self._pairs.get(previous + counted, 0), share) for previous, share in before]
            rows.append([math.log(alone + pair * share) if pair else never for pair, share in held])
        return rows

    def _fetch(self, pairs: Iterable[str]) -> None:
        """Counts of pairs that may be needed, asked for together and remembered."""
        if len(self._pairs) > _REMEMBERED:
            self._pairs = {}
        wanted = [pair for pair in pairs if pair not in self._pairs]
        if wanted:
            counts = zip(wanted, self._pair_counts(wanted), strict=True)
            self._pairs.update({pair: max(count, self._asked.get(pair, 0)) for pair, count in counts})


def _lonely(at: int) -> float:
    return _LONELY if at else -_LONELY


def _is_vowel(letter: str) -> bool:
    return bool(_VOWEL.match(fold_word(letter)))


def _neighbours(words: Sequence[str]) -> list[str]:
    """Neighbouring words two by two, as they are counted."""
    return pairs_of([_as_counted(word) for word in words])


def _pairs_of(left: Candidates, right: Candidates) -> list[str]:
    """Each word on the left with each on the right, as they are counted."""
    before, after = [_as_counted(word) for word, _ in left], [_as_counted(word) for word, _ in right]
    return [f"{a}_{b}" for a in before for b in after]


def _as_counted(word: str) -> str:
    """Numbers are counted by their length: "15 năm" is as likely as "10 năm"."""
    return _NUMBERS[min(len(word), len(_NUMBERS)) - 1] if word.isdecimal() else word
