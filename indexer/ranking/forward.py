"""The forward index: the words of every article in reading order, as numbers, with clauses and traits.

An engine's index answers which articles hold a word; ranking asks the opposite, which words an article holds
and where. Rows are sorted by `Record.ordinal`, the key that every engine gives for a candidate.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import astuple
from itertools import count

import numpy as np

from indexer.engines.values import validity_days
from schemas.search import Record
from schemas.text.words import words

from .arrays import Array
from .clauses import clause_spans
from .fields import bare_heading
from .traits import about_documents, defined_terms, traits, type_code

#: Raise it whenever the arrays change: data of another version is not read but made again.
FORMAT = 1
LONGEST_TERM = 14  # words of a defined term that is recognised in a question
_FACTORS = np.cumprod(np.full(LONGEST_TERM, 0x9E3779B97F4A7C15, np.uint64), dtype=np.uint64)


def term_hashes(ids: Array) -> Array:
    """[first word, size - 1] → hash of the words from there on, for every run of up to 14 words; a run that
    passes the end repeats the hash of what there is. Different runs differ with overwhelming odds."""
    padded = np.zeros(len(ids) + LONGEST_TERM, np.uint64)
    padded[: len(ids)] = ids.astype(np.uint64) + np.uint64(1)
    windows = np.lib.stride_tricks.sliding_window_view(padded, LONGEST_TERM)[: len(ids)]
    return np.cumsum(windows * _FACTORS, axis=1, dtype=np.uint64)


class Forward:
    """Collects articles in the order of their ordinals and gives them as arrays."""

    def __init__(self, known: Iterable[str] = (), grow: bool = True) -> None:
        """With `grow` off, words that are not among `known` get the number 0, which nothing asks for."""
        numbers: defaultdict[str, int] = defaultdict(count(1).__next__)
        for word in known:
            numbers[word]
        self._numbers = numbers
        self._number = numbers.__getitem__ if grow else lambda word: numbers.get(word, 0)
        self._heading, self._text, self._titles = array("I"), array("I"), array("I")
        self._at: dict[str, array[int]] = {
            name: array("Q", [0]) for name in ("heading", "text", "title", "clause", "clauses", "terms")
        }
        self._terms: list[int] = []
        self._term_sizes = array("B")
        self._rows: list[tuple[int, int, int, int, int, tuple[int, ...], int]] = []
        self._title_of: dict[str, int] = {}
        self._heading_of: dict[str, int] = {}
        self._document_of: dict[str, int] = {}
        self._documents: list[Record] = []

    def words(self) -> list[str]:
        """Every word; its number is its place, 0 is none."""
        return ["", *self._numbers]

    def add(self, record: Record) -> None:
        """The next article. Raises ValueError if ordinals do not rise."""
        if self._rows and record.ordinal <= self._rows[-1][0]:
            raise ValueError(f"{record.id} comes after an article with a higher ordinal")
        number, at = self._number, self._at
        heading = bare_heading(record)
        self._heading.extend(map(number, words(heading)))
        at["heading"].append(len(self._heading))
        title = f"{record.document_type or ''} {record.title}"
        if title not in self._title_of:
            self._title_of[title] = len(self._title_of)
            self._titles.extend(map(number, words(title)))
            at["title"].append(len(self._titles))
        for start, end in clause_spans(record.text):
            self._text.extend(map(number, words(record.text[start:end])))
            at["clause"].append(len(self._text))
        at["text"].append(len(self._text))
        at["clauses"].append(len(at["clause"]) - 1)
        known = traits(record)
        for term in defined_terms(record.text) if known[0] else ():
            self._term_sizes.append(len(term))
            self._terms.append(int(term_hashes(np.fromiter(map(number, term), np.uint64))[0, -1]))
        at["terms"].append(len(self._terms))
        if record.owner not in self._document_of:
            self._document_of[record.owner] = len(self._documents)
            self._documents.append(record)
        self._rows.append(
            (
                record.ordinal,
                self._title_of[title],
                self._document_of[record.owner],
                type_code(record.document_type),
                self._heading_of.setdefault(heading.lower(), len(self._heading_of)),
                known,
                validity_days(record)[1],
            )
        )

    def arrays(self) -> dict[str, Array]:
        """`ordinals`; word numbers `heading` and `text` of row r from `heading_at[r]` and `text_at[r]` to
        the next, `title` from `title_at[title_of[r]]`; clauses of r are `clauses_at[r]` to the next, clause
        c holds the words of `text` from `clause_at[c]` on; hashes of defined `terms` and `term_sizes` from
        `terms_at[r]`; `document` and, by document, `about`; `type`, `traits`, `valid_until` (day,
        exclusive), `same_heading`, `heading_count`, `place` (0 to 1) and `articles` of the document.
        """
        columns = list(zip(*self._rows, strict=True)) if self._rows else [()] * 7
        document = np.array(columns[2], np.int32)
        headings = np.array(columns[4], np.int32)
        first = np.full(len(self._documents), len(document), np.int64)
        np.minimum.at(first, document, np.arange(len(document)))
        articles = np.bincount(document, minlength=len(self._documents))
        place = (np.arange(len(document)) - first[document]) / np.maximum(1, articles[document] - 1)
        about = [astuple(found) for found in about_documents(self._documents)]
        small = len(self._numbers) + 1 < 1 << 16
        tokens = np.uint16 if small else np.uint32
        return {
            "ordinals": np.array(columns[0], np.int64),
            "heading": np.array(self._heading, tokens),
            "text": np.array(self._text, tokens),
            "title": np.array(self._titles, tokens),
            **{f"{name}_at": np.array(at, np.int64) for name, at in self._at.items()},
            "terms": np.array(self._terms, np.uint64),
            "term_sizes": np.array(self._term_sizes, np.uint8),
            "title_of": np.array(columns[1], np.int32),
            "document": document,
            "about": np.array(about, np.float32).reshape(-1, 5),
            "type": np.array(columns[3], np.uint8),
            "traits": np.array(columns[5], np.uint8).reshape(-1, 5),
            "valid_until": np.array(columns[6], np.int32),
            "same_heading": headings,
            "heading_count": np.bincount(headings)[headings].astype(np.int32) if len(headings) else headings,
            "place": place.astype(np.float32),
            "articles": articles[document].astype(np.int32),
        }
