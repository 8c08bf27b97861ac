"""What an engine is asked and what it answers: the one contract behind all engines.

`indexer.query` turns a `SearchRequest` into a `Query`, a `SearchEngine` finds `Candidates`, `indexer.ranking`
orders them. All values are frozen.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Literal, Protocol

from .search import PAGE_SIZE, Record, SortOrder

#: Fields of words. `all` is the catch-all field (heading, title and text, weighted by repetition) in
#: canonical words, `pairs` its words two by two; `fold` and `fold_pairs` the same without marks; `exact`
#: whole headings, titles and numbers without marks; `starts` the beginnings of words of titles and numbers.
WordField = Literal["all", "pairs", "fold", "fold_pairs", "exact", "starts"]


@dataclass(frozen=True, slots=True)
class Term:
    """A token to rank by: its BM25 score times `weight` is added."""

    field: WordField
    text: str
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Has:
    """Records whose `field` holds this token."""

    field: WordField
    text: str


@dataclass(frozen=True, slots=True)
class Phrase:
    """Records that hold these words side by side in this order; `field` is all or fold."""

    field: WordField
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Equals:
    """Records with this value in a filter field."""

    field: str
    value: str


@dataclass(frozen=True, slots=True)
class AllOf:
    parts: tuple[Match, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    parts: tuple[Match, ...]


@dataclass(frozen=True, slots=True)
class NoneOf:
    part: Match


#: Which records are found: a tree of conditions.
Match = Has | Phrase | Equals | AllOf | AnyOf | NoneOf


@dataclass(frozen=True, slots=True)
class Query:
    """A request an engine can answer without understanding Vietnamese.

    `match` decides what is found (None: whatever holds any of `terms`, or everything if there are none),
    `terms` decide the order. `filters`: any of the values; fields joined by AND. Of each facet the
    `facet_values` most frequent values are told.
    """

    terms: tuple[Term, ...] = ()
    match: Match | None = None
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    valid_on: dt.date | None = None
    facets: tuple[str, ...] = ()
    facet_values: int = 200
    sort: SortOrder = "relevance"
    offset: int = 0
    limit: int = PAGE_SIZE


@dataclass(frozen=True, slots=True)
class Candidate:
    """A record an engine found, with its score (0 when sorted by date)."""

    score: float
    record: Record


@dataclass(frozen=True, slots=True)
class Candidates:
    """What an engine found, in order; equal sort keys by `ordinal`.

    `facets`: field → value → number of records, most first. The counts of a field leave out that field's own
    filter, so that other values can still be chosen.
    """

    total: int
    items: tuple[Candidate, ...]
    facets: Mapping[str, Mapping[str, int]]
    generation: str


@dataclass(frozen=True, slots=True)
class Shortlist:
    """The best of what an engine found, for ranking them again: ordinals and scores, best first.

    `load` reads the records at some places of the list, in the order asked; a record that was removed
    meanwhile is left out. `count` gives the total, which an engine may still be counting, as it may `facets`.
    """

    count: Callable[[], int]
    ordinals: tuple[int, ...]
    scores: tuple[float, ...]
    facets: Mapping[str, Mapping[str, int]]
    generation: str
    load: Callable[[Sequence[int]], tuple[Record, ...]]

    @property
    def total(self) -> int:
        """How many records were found."""
        return self.count()

    def candidates(self, places: Sequence[int], first: int) -> tuple[Candidate, ...]:
        """The records at these places, to be shown from `first` on. Scores fall with the place shown: they
        are the engine's, in its order.
        """
        loaded = {record.ordinal: record for record in self.load(places)}
        return tuple(
            Candidate(self.scores[first + n], loaded[self.ordinals[at]])
            for n, at in enumerate(places)
            if self.ordinals[at] in loaded
        )


@dataclass(frozen=True, slots=True)
class EngineState:
    """What is published: `position` is the last outbox row that is in it."""

    generation: str
    position: int
    built_at: dt.datetime


class IndexWriter(Protocol):
    """A new generation, or a change to the published one. Nothing is seen before `publish`."""

    generation: str

    def add(self, records: Iterable[Record]) -> int:
        """Add records; returns how many."""

    def remove(self, owners: Sequence[str]) -> None:
        """Take out all records of these owners (before any record added later)."""

    def keep(self, name: str, data: bytes) -> None:
        """Keep something small with a new generation, at most a few megabytes; `kept` gives it back."""

    def publish(self, position: int, expected: int | None = None) -> None:
        """Make it the one that is served, at once and whole.

        With `expected`, the records are counted and one is searched first. Raises IndexBuildError.
        """


class SearchEngine(Protocol):
    """The one contract of all engines; tests/indexer/contract.py holds it.

    Readers see a new generation or change at their next call. Methods that read raise SearchUnavailable when
    nothing is published or the engine does not answer.
    """

    name: str
    #: How many of its best results are ranked again: as many as are worth their time with this engine.
    listed: int

    def create(self) -> AbstractContextManager[IndexWriter]:
        """A writer for a new generation; leaving the block without `publish` drops it."""

    def update(self) -> AbstractContextManager[IndexWriter]:
        """A writer for changes to the published generation; leaving without `publish` forgets them."""

    def search(self, query: Query) -> Candidates: ...

    def shortlist(self, query: Query, size: int) -> Shortlist:
        """The first `size` results of `search`, in the same order, without reading any record.

        `offset` and `limit` of the query do not count.
        """

    def get(self, ids: Sequence[str]) -> tuple[Record, ...]:
        """The records with these ids that exist, in the order asked."""

    def frequencies(self, field: WordField, texts: Sequence[str]) -> tuple[int, ...]:
        """How many records hold each token (an estimate after deletions)."""

    def vocabulary(self) -> Iterable[tuple[str, int]]:
        """Every token of `all` with the number of records that hold it (an estimate after deletions)."""

    def kept(self, name: str) -> bytes | None:
        """What was kept under this name with the published generation; None if nothing was."""

    def state(self) -> EngineState | None:
        """What is published; None when nothing is."""

    def count(self) -> Mapping[str, int]:
        """Records by kind."""

    def clean(self) -> None:
        """Remove what crashed builds left and old generations no reader needs."""

    def close(self) -> None: ...
