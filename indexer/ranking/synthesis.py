"""Questions made from articles, for learning without a judged question: the article is the answer.

A question is built of what a person would remember: a part of the heading, some words of a clause, a part of
the document's title, or a defined term; with the beginnings and ends that questions have.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TypeVar

import numpy as np

from schemas.search import Record
from schemas.text.words import words

from .clauses import clause_spans
from .fields import bare_heading
from .frames import heads, tails
from .names import BRACKETS
from .traits import NUMBERING, defined_terms, is_defining

_DEFINITIONS, _HEADINGS = (
    0.09,
    0.64,
)  # up to here questions ask for a term, for a heading; the rest for a clause
_DROP = 0.15  # chance that a piece of one or two words is left out
_TITLE, _CLAUSE, _HEADING = 0.35, 0.35, 0.4  # chances of a part of the title, a clause, the heading beside it
_SHUFFLED, _HEAD, _TAIL = 0.4, 0.25, 0.75
_ASKED = ("là gì", "được hiểu như thế nào", "là gì theo quy định", "nghĩa là gì", "là như thế nào")
Words = list[str]
Thing = TypeVar("Thing")


class Synthesis:
    """Makes questions from articles; the same seed gives the same questions."""

    def __init__(self, articles: Sequence[Record], seed: int) -> None:
        self._articles = articles
        self._chance = np.random.default_rng(seed)
        self._headings = Counter(bare_heading(article) for article in articles)
        self._defining = [article for article in articles if is_defining(bare_heading(article))]

    def questions(self, count: int) -> Iterator[tuple[str, Record]]:
        """(question, the article that answers it), so many."""
        made = 0
        while made < count:
            found = self._definition() if self._chance.random() < _DEFINITIONS else self._question()
            if found is not None:
                made += 1
                yield found

    def _definition(self) -> tuple[str, Record] | None:
        if not self._defining:
            return self._question()
        article = self._one(self._defining)
        terms = [term for term in defined_terms(article.text) if 2 <= len(term) <= 9]
        if not terms:
            return None
        asked = [
            *self._one(terms),
            *self._one(_ASKED).split(),
        ]
        if self._chance.random() < 0.2:
            asked += ["trong", *self._part(words(article.title), 2, 5)]
        return " ".join(asked), article

    def _question(self) -> tuple[str, Record] | None:
        article = self._one(self._articles)
        heading = words(BRACKETS.sub("", bare_heading(article)))
        title, clause = words(article.title), self._line(article.text)
        chance = self._chance.random
        if chance() < (_HEADINGS - _DEFINITIONS) / (1 - _DEFINITIONS) and len(heading) >= 2:
            whole = chance() < 0.7
            parts = [
                self._dropped(heading, _DROP)
                if whole
                else self._part(heading, len(heading) // 2, len(heading))
            ]
            if self._headings[bare_heading(article)] > 3 or len(heading) < 3 or chance() < _TITLE:
                parts.append(self._part(title, 2, 6) if chance() < 0.7 else title[:8])
            if chance() < _CLAUSE:
                parts.append(self._dropped(self._part(clause, 3, 9), 0.1))
        else:
            if len(clause) < 5:
                return None
            spoken = (
                self._part(clause, 5, 16) if chance() < 0.6 else clause[: int(self._chance.integers(6, 16))]
            )
            parts = [self._dropped(spoken, _DROP)]
            if chance() < _HEADING:
                parts.append(self._part(heading, 2, 6))
            if chance() < _TITLE * 0.8:
                parts.append(self._part(title, 2, 6))
        if chance() < _SHUFFLED:
            self._chance.shuffle(parts)
        said = [word for part in parts for word in part]
        if len(set(said)) < 4:
            return None
        return " ".join((*self._frame(heads(), _HEAD), *said, *self._frame(tails(), _TAIL))), article

    def _one(self, things: Sequence[Thing]) -> Thing:
        return things[int(self._chance.integers(len(things)))]

    def _frame(self, frames: Sequence[Sequence[str]], share: float) -> Sequence[str]:
        return self._one(frames) if self._chance.random() < share else ()

    def _line(self, text: str) -> Words:
        """The words of a line of a clause."""
        spans = clause_spans(text)
        start, end = self._one(spans)
        lines = [line for line in text[start:end].split("\n") if line.count(" ") > 2] or [text[start:end]]
        return words(NUMBERING.sub("", self._one(lines)))

    def _part(self, said: Words, least: int, most: int) -> Words:
        size = min(len(said), int(self._chance.integers(least, max(least, most) + 1)))
        start = int(self._chance.integers(0, len(said) - size + 1))
        return said[start : start + size]

    def _dropped(self, said: Words, share: float) -> Words:
        """Without some pieces of one or two words, so that compounds are lost together."""
        left: Words = []
        at = 0
        while at < len(said):
            size = int(self._chance.integers(1, 3))
            if self._chance.random() >= share:
                left += said[at : at + size]
            at += size
        return left
