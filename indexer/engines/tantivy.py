"""Tantivy: the embedded engine and the default. One folder for each generation, memory-mapped by readers."""

from __future__ import annotations

import contextlib
import dataclasses
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Any

import tantivy

from schemas import engine as ask
from schemas.errors import SearchUnavailable
from schemas.search import Record
from schemas.settings import Settings

from .generations import Generations, Stamp, stamp
from .later import Later, started
from .tantivy_query import Asked, any_of, terms
from .tantivy_writing import BUILD_MEMORY, UPDATE_MEMORY, Writer, new_schema, read, registered
from .values import LISTED, best_first, block, by_count, told_apart

#: Raise it whenever the fields change: indexes of another version are not read but built again.
FORMAT = 2
_Query = tantivy.Query


@dataclasses.dataclass(frozen=True, slots=True)
class _Open:
    generation: str
    index: tantivy.Index
    searcher: tantivy.Searcher
    lock: IO[bytes]
    current: Stamp | None
    meta: Stamp | None
    meta_file: Path


class TantivyEngine:
    """`SearchEngine` over folders under `folder`. Safe for threads and for several processes."""

    name = "tantivy"
    listed = LISTED

    def __init__(self, folder: Path) -> None:
        self._generations = Generations(folder, FORMAT)
        self._opening = threading.Lock()
        self._open: _Open | None = None

    # ------------------------------------------------------------ writing

    @contextlib.contextmanager
    def create(self) -> Iterator[ask.IndexWriter]:
        with self._generations.building() as name:
            folder = self._generations.folder / name
            index = registered(tantivy.Index(new_schema(), str(folder)))
            writer = Writer(self._generations, name, index, index.writer(BUILD_MEMORY, 1), fresh=True)
            try:
                yield writer
            finally:
                writer.end()

    @contextlib.contextmanager
    def update(self) -> Iterator[ask.IndexWriter]:
        with self._generations.updating() as name:
            index = registered(tantivy.Index.open(str(self._generations.folder / name)))
            writer = Writer(self._generations, name, index, index.writer(UPDATE_MEMORY, 1), fresh=False)
            try:
                yield writer
            finally:
                writer.end()

    def clean(self) -> None:
        self._generations.clean()

    # ------------------------------------------------------------ reading

    def search(self, query: ask.Query) -> ask.Candidates:
        opened = self._reader()
        asked = Asked(opened.index.schema, query)
        facets = Later(started(_facets(opened.searcher, asked))) if query.facets else {}
        with _translated():
            total, hits = _page(opened.searcher, asked)
            items = tuple(ask.Candidate(score, read(opened.searcher, address)) for score, address in hits)
        return ask.Candidates(total, items, facets, opened.generation)

    def shortlist(self, query: ask.Query, size: int) -> ask.Shortlist:
        opened = self._reader()
        asked = Asked(opened.index.schema, dataclasses.replace(query, offset=0, limit=size))
        facets = Later(started(_facets(opened.searcher, asked))) if query.facets else {}
        with _translated():
            total, hits = _page(opened.searcher, asked)
            addresses = [address for _, address in hits]
            ordinals: Any = opened.searcher.fast_field_values("ordinal", addresses)

        def load(places: Sequence[int]) -> tuple[Record, ...]:
            with _translated():
                return tuple(read(opened.searcher, addresses[at]) for at in places)

        scores = tuple(score for score, _ in hits)
        return ask.Shortlist(lambda: total, tuple(ordinals), scores, facets, opened.generation, load)

    def get(self, ids: Sequence[str]) -> tuple[Record, ...]:
        if not ids:
            return ()
        opened = self._reader()
        found: dict[str, Record] = {}
        with _translated():
            query = any_of(terms(opened.index.schema, "id", ids))
            for _, address in opened.searcher.search(query, max(1, len(ids))).hits:
                record = read(opened.searcher, address)
                found[record.id] = record
        return tuple(found[id_] for id_ in ids if id_ in found)

    def frequencies(self, field: ask.WordField, texts: Sequence[str]) -> tuple[int, ...]:
        # Asked several times before each search, which then looks whether a newer index is published.
        searcher = (self._open or self._reader()).searcher
        return tuple(searcher.doc_freq(field, text) for text in texts)

    def vocabulary(self) -> Iterable[tuple[str, int]]:
        return self._reader().searcher.terms_with_prefix("all", "")

    def kept(self, name: str) -> bytes | None:
        return self._generations.kept(name)

    def state(self) -> ask.EngineState | None:
        return self._generations.state()

    def count(self) -> Mapping[str, int]:
        found = self._reader().searcher.aggregate(_Query.all_query(), _terms_aggregation(["kind"], 200))
        return _buckets(found["kind"])

    def close(self) -> None:
        with self._opening:
            if self._open:
                self._open.lock.close()
                self._open = None

    def _reader(self) -> _Open:
        """The published index as it is now; two `stat`s when nothing changed."""
        opened = self._open
        current = self._generations.stamp()
        if opened and opened.current == current and opened.meta == stamp(opened.meta_file):
            return opened
        with self._opening:
            opened = self._open
            current = self._generations.stamp()
            if opened is None or opened.current != current:
                opened = self._open_current(current, opened)
            elif opened.meta != (meta := stamp(opened.meta_file)):
                opened.index.reload()
                opened = dataclasses.replace(
                    opened, searcher=opened.index.searcher(), current=current, meta=meta
                )
            self._open = opened
            return opened

    def _open_current(self, current: Stamp | None, before: _Open | None) -> _Open:
        held = self._generations.hold()
        if held is None:
            raise SearchUnavailable("no index is published; run `python -m indexer build`")
        name, lock = held
        meta_file = self._generations.folder / name / "meta.json"
        meta = stamp(meta_file)
        try:
            index = registered(tantivy.Index.open(str(self._generations.folder / name)))
            index.config_reader("manual")
            index.reload()
        except ValueError as error:
            lock.close()
            raise SearchUnavailable(f"the index {name} cannot be read: {error}") from error
        if before:
            before.lock.close()
        return _Open(name, index, index.searcher(), lock, current, meta, meta_file)


def _page(searcher: tantivy.Searcher, asked: Asked) -> tuple[int, list[tuple[float, tantivy.DocAddress]]]:
    """The total, and (score, address) of the page asked for; equal scores by ordinal."""
    query = asked.query
    end = query.offset + query.limit
    if query.sort != "relevance":
        order = tantivy.Order.Asc if query.sort == "oldest" else tantivy.Order.Desc
        sorted_: Any = searcher.search(asked.whole(), max(1, end), order_by_field=query.sort, order=order)
        return sorted_.count, [(0.0, address) for _, address in sorted_.hits[query.offset : end]]
    found: Any = searcher.search(asked.whole(), block(query.offset, query.limit))
    hits = found.hits  # a new list at each look
    hits = hits[: told_apart([score for score, _ in hits], end)]
    ordinals: Any = searcher.fast_field_values("ordinal", [address for _, address in hits])
    ranked = sorted(
        (best_first(score, ordinal), at)
        for at, ((score, _), ordinal) in enumerate(zip(hits, ordinals, strict=True))
    )
    return found.count, [hits[at] for _, at in ranked[query.offset : end]]


def _terms_aggregation(fields: Iterable[str], most: int) -> dict[str, Any]:
    # Of each segment a thousand values are counted together with the others, so that what is rare in one and
    # frequent in another is counted right.
    return {
        name: {"terms": {"field": name, "size": most, "segment_size": max(most, 1000)}} for name in fields
    }


def _facets(searcher: tantivy.Searcher, asked: Asked) -> Callable[[], dict[str, dict[str, int]]]:
    """Counts the facets when called; what needs the interpreter's lock is done before, as far as it can."""
    facets, most = asked.query.facets, asked.query.facet_values
    alone = [name for name in facets if asked.query.filters.get(name)]
    together = [name for name in facets if name not in alone]
    questions = [(asked.matching(without=name), _terms_aggregation([name], most)) for name in alone]
    if together:
        questions.append((asked.matching(), _terms_aggregation(together, most)))

    def count() -> dict[str, dict[str, int]]:
        counted: dict[str, Any] = {}
        with _translated():
            for query, fields in questions:
                counted |= searcher.aggregate(query, fields)
        return {name: _buckets(counted[name]) for name in facets}

    return count


def _buckets(found: Mapping[str, Any]) -> dict[str, int]:
    return by_count({str(bucket["key"]): int(bucket["doc_count"]) for bucket in found["buckets"]})


@contextlib.contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except ValueError as error:
        raise SearchUnavailable(f"the index did not answer: {error}") from error


def open_engine(settings: Settings) -> TantivyEngine:
    """The engine over the site's index folder."""
    return TantivyEngine(settings.index_dir / "tantivy")
