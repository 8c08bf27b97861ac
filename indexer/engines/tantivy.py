"""Tantivy: the embedded engine and the default. One folder for each generation, memory-mapped by readers."""

from __future__ import annotations

import contextlib
import dataclasses
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Any

import tantivy

from indexer.ranking.fields import word_fields
from schemas import engine as ask
from schemas.errors import IndexBuildError, SearchUnavailable
from schemas.search import Record
from schemas.settings import Settings
from schemas.text.words import fold_word, pairs

from .generations import Generations, Stamp, stamp
from .later import Later
from .stored import dump, load
from .values import VALUE_FIELDS, block, by_count, filter_values, sort_keys, validity_days

#: Raise it whenever the fields change: indexes of another version are not read but built again.
FORMAT = 2
_FOLDED = "folded_words"
# One thread writes one segment, if its memory is enough: facets of two segments cost a fifth more, and what
# takes time is making the records.
_BUILD_MEMORY, _UPDATE_MEMORY = 512_000_000, 32_000_000
_Occur, _Query = tantivy.Occur, tantivy.Query


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    for name, analyser, option in (
        ("all", "whitespace", "freq"),
        ("pairs", "whitespace", "freq"),
        ("fold", _FOLDED, "position"),
        ("fold_pairs", _FOLDED, "freq"),
        ("exact", "raw", "freq"),
        ("starts", "raw", "freq"),
        ("id", "raw", "basic"),
        ("owner", "raw", "basic"),
    ):
        builder.add_text_field(name, tokenizer_name=analyser, index_option=option)
    for name in VALUE_FIELDS:
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic", fast=True)
    for name in ("newest", "oldest", "ordinal", "valid_from", "valid_until"):
        builder.add_integer_field(name, fast=True)
    builder.add_bytes_field("stored", stored=True)
    return builder.build()


def _register(index: tantivy.Index) -> tantivy.Index:
    folded = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace())
    index.register_tokenizer(_FOLDED, folded.filter(tantivy.Filter.ascii_fold()).build())
    return index


def _document(record: Record) -> tantivy.Document:
    found = word_fields(record)
    newest, oldest = sort_keys(record)
    valid_from, valid_until = validity_days(record)
    return tantivy.Document(
        all=found.all,
        pairs=found.pairs,
        fold=found.all,
        fold_pairs=found.pairs,
        exact=list(found.exact),
        starts=list(found.starts),
        id=record.id,
        owner=record.owner,
        newest=newest,
        oldest=oldest,
        ordinal=record.ordinal,
        valid_from=valid_from,
        valid_until=valid_until,
        stored=dump(record),
        **filter_values(record),
    )


@dataclasses.dataclass(frozen=True, slots=True)
class _Open:
    generation: str
    index: tantivy.Index
    searcher: tantivy.Searcher
    lock: IO[bytes]
    current: Stamp | None
    meta: Stamp | None


class TantivyEngine:
    """`SearchEngine` over folders under `folder`. Safe for threads and for several processes."""

    name = "tantivy"

    def __init__(self, folder: Path) -> None:
        self._generations = Generations(folder, FORMAT)
        self._opening = threading.Lock()
        self._open: _Open | None = None

    # ------------------------------------------------------------ writing

    @contextlib.contextmanager
    def create(self) -> Iterator[ask.IndexWriter]:
        with self._generations.building() as name:
            folder = self._generations.folder / name
            index = _register(tantivy.Index(_schema(), str(folder)))
            writer = _Writer(self._generations, name, index, index.writer(_BUILD_MEMORY, 1), fresh=True)
            try:
                yield writer
            finally:
                writer.end()

    @contextlib.contextmanager
    def update(self) -> Iterator[ask.IndexWriter]:
        with self._generations.updating() as name:
            index = _register(tantivy.Index.open(str(self._generations.folder / name)))
            writer = _Writer(self._generations, name, index, index.writer(_UPDATE_MEMORY, 1), fresh=False)
            try:
                yield writer
            finally:
                writer.end()

    def clean(self) -> None:
        self._generations.clean()

    # ------------------------------------------------------------ reading

    def search(self, query: ask.Query) -> ask.Candidates:
        opened = self._reader()
        asked = _Asked(opened.index.schema, query)
        facets = Later(_facets(opened.searcher, asked)) if query.facets else {}
        with _translated():
            total, hits = _page(opened.searcher, asked)
            items = tuple(ask.Candidate(score, _load(opened.searcher, address)) for score, address in hits)
        return ask.Candidates(total, items, facets, opened.generation)

    def shortlist(self, query: ask.Query, size: int) -> ask.Shortlist:
        opened = self._reader()
        asked = _Asked(opened.index.schema, dataclasses.replace(query, offset=0, limit=size))
        facets = Later(_facets(opened.searcher, asked)) if query.facets else {}
        with _translated():
            total, hits = _page(opened.searcher, asked)
            addresses = [address for _, address in hits]
            ordinals: Any = opened.searcher.fast_field_values("ordinal", addresses)

        def load(places: Sequence[int]) -> tuple[Record, ...]:
            with _translated():
                return tuple(_load(opened.searcher, addresses[at]) for at in places)

        scores = tuple(score for score, _ in hits)
        return ask.Shortlist(total, tuple(ordinals), scores, facets, opened.generation, load)

    def get(self, ids: Sequence[str]) -> tuple[Record, ...]:
        opened = self._reader()
        found: dict[str, Record] = {}
        with _translated():
            query = _any_of(_terms(opened.index.schema, "id", ids))
            for _, address in opened.searcher.search(query, max(1, len(ids))).hits:
                record = _load(opened.searcher, address)
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
        if opened and opened.current == current and opened.meta == self._meta(opened.generation):
            return opened
        with self._opening:
            opened = self._open
            current = self._generations.stamp()
            if opened is None or opened.current != current:
                opened = self._open_current(current, opened)
            elif opened.meta != (meta := self._meta(opened.generation)):
                opened.index.reload()
                opened = _Open(
                    opened.generation, opened.index, opened.index.searcher(), opened.lock, current, meta
                )
            self._open = opened
            return opened

    def _open_current(self, current: Stamp | None, before: _Open | None) -> _Open:
        held = self._generations.hold()
        if held is None:
            raise SearchUnavailable("no index is published; run `python -m indexer build`")
        name, lock = held
        meta = self._meta(name)
        try:
            index = _register(tantivy.Index.open(str(self._generations.folder / name)))
            index.config_reader("manual")
            index.reload()
        except ValueError as error:
            lock.close()
            raise SearchUnavailable(f"the index {name} cannot be read: {error}") from error
        if before:
            before.lock.close()
        return _Open(name, index, index.searcher(), lock, current, meta)

    def _meta(self, name: str) -> Stamp | None:
        return stamp(self._generations.folder / name / "meta.json")


class _Writer:
    """`IndexWriter` of one generation."""

    def __init__(
        self,
        generations: Generations,
        generation: str,
        index: tantivy.Index,
        writer: tantivy.IndexWriter,
        fresh: bool,
    ) -> None:
        self.generation = generation
        self._generations, self._index, self._fresh = generations, index, fresh
        self._writer: tantivy.IndexWriter | None = writer

    def add(self, records: Iterable[Record]) -> int:
        count = 0
        for record in records:
            self._held().add_document(_document(record))
            count += 1
        return count

    def remove(self, owners: Sequence[str]) -> None:
        for owner in owners:
            self._held().delete_documents_by_term("owner", owner)

    def keep(self, name: str, data: bytes) -> None:
        self._generations.keep(self.generation, name, data)

    def publish(self, position: int, expected: int | None = None) -> None:
        try:
            self._held().commit()
        except ValueError as error:
            raise IndexBuildError(f"writing {self.generation} failed: {error}") from error
        if expected is not None:
            self._verify(expected)
        # The position only after the records: a crash between the two repeats changes, it never loses one.
        self._generations.write_state(self.generation, position)
        if self._fresh:
            self._generations.publish(self.generation)

    def end(self) -> None:
        """Stop the threads; what was not committed is forgotten."""
        if self._writer is not None:
            writer, self._writer = self._writer, None
            writer.rollback()
            writer.wait_merging_threads()

    def _held(self) -> tantivy.IndexWriter:
        if self._writer is None:
            raise IndexBuildError("this writer has ended")
        return self._writer

    def _verify(self, expected: int) -> None:
        self._index.reload()
        searcher = self._index.searcher()
        if searcher.num_docs != expected:
            raise IndexBuildError(f"{self.generation} holds {searcher.num_docs} records, not {expected}")
        for _, address in searcher.search(_Query.all_query(), 1).hits:
            record = _load(searcher, address)
            token = next(iter(word_fields(record).all.split()), None)
            terms = _terms(self._index.schema, "all", [token]) if token else [_Query.all_query()]
            probe: Any = searcher.search(_any_of(terms), 1)
            if not probe.count:
                raise IndexBuildError(f"{self.generation} does not find its own record {record.id}")


class _Asked:
    """A `Query` in Tantivy's terms."""

    def __init__(self, schema: tantivy.Schema, query: ask.Query) -> None:
        self.query = query
        self._schema = schema
        self._filters = {
            name: _any_of(_terms(schema, name, values)) for name, values in query.filters.items() if values
        }

    def whole(self) -> tantivy.Query:
        """All of it, scored unless sorted by date."""
        if self.query.sort != "relevance" or not self.query.terms:
            return self.matching()
        ranked = [(_Occur.Should, self._term(term)) for term in self.query.terms]
        if self.query.match is not None:
            return _Query.boolean_query([(_Occur.Must, self.matching()), *ranked])
        return _Query.boolean_query([(_Occur.Must, _Query.boolean_query(ranked)), *self._limits(None)])

    def matching(self, without: str | None = None) -> tantivy.Query:
        """What is found, unscored; with the filter of one field left out."""
        if self.query.match is not None:
            found = self._match(self.query.match)
        elif self.query.terms:
            found = _any_of(
                [_Query.term_query(self._schema, term.field, term.text, "basic") for term in self.query.terms]
            )
        else:
            found = _Query.all_query()
        whole = _Query.boolean_query([(_Occur.Must, found), *self._limits(without)])
        return _Query.const_score_query(whole, 0.0)

    def _limits(self, without: str | None) -> list[tuple[Any, tantivy.Query]]:
        limits = [query for name, query in self._filters.items() if name != without]
        if self.query.valid_on is not None:
            day = self.query.valid_on.toordinal()
            kind = tantivy.FieldType.Integer
            limits.append(_Query.range_query(self._schema, "valid_from", kind, None, day))
            limits.append(_Query.range_query(self._schema, "valid_until", kind, day + 1, None))
        return [(_Occur.Must, _Query.const_score_query(query, 0.0)) for query in limits]

    def _term(self, term: ask.Term) -> tantivy.Query:
        query = _Query.term_query(self._schema, term.field, term.text, "freq")
        return query if term.weight == 1.0 else _Query.boost_query(query, term.weight)

    def _phrase(self, phrase: ask.Phrase) -> tantivy.Query:
        """Positions are kept without marks only, to save time of building; the pairs decide the marks."""
        bare: list[str | tuple[int, str]] = [fold_word(word) for word in phrase.words]
        found = [_Query.phrase_query(self._schema, "fold", bare)]
        if phrase.field == "all":
            found += _terms(self._schema, "pairs", pairs(list(phrase.words)))
        return _Query.boolean_query([(_Occur.Must, query) for query in found])

    def _match(self, match: ask.Match) -> tantivy.Query:
        if isinstance(match, ask.Has):
            return _Query.term_query(self._schema, match.field, match.text, "basic")
        if isinstance(match, ask.Equals):
            return _Query.term_query(self._schema, match.field, match.value, "basic")
        if isinstance(match, ask.Phrase):
            if len(match.words) == 1:
                return self._match(ask.Has(match.field, match.words[0]))
            return self._phrase(match)
        if isinstance(match, ask.NoneOf):
            parts = [(_Occur.Must, _Query.all_query()), (_Occur.MustNot, self._match(match.part))]
            return _Query.boolean_query(parts)
        occur = _Occur.Must if isinstance(match, ask.AllOf) else _Occur.Should
        if not match.parts:
            return _Query.all_query() if isinstance(match, ask.AllOf) else _Query.empty_query()
        return _Query.boolean_query([(occur, self._match(part)) for part in match.parts])


def _page(searcher: tantivy.Searcher, asked: _Asked) -> tuple[int, list[tuple[float, tantivy.DocAddress]]]:
    """The total, and (score, address) of the page asked for; equal scores by ordinal."""
    query = asked.query
    end = query.offset + query.limit
    if query.sort != "relevance":
        order = tantivy.Order.Asc if query.sort == "oldest" else tantivy.Order.Desc
        sorted_: Any = searcher.search(asked.whole(), max(1, end), order_by_field=query.sort, order=order)
        return sorted_.count, [(0.0, address) for _, address in sorted_.hits[query.offset : end]]
    found: Any = searcher.search(asked.whole(), block(query.offset, query.limit))
    hits = found.hits  # a new list at each look
    ordinals = searcher.fast_field_values("ordinal", [address for _, address in hits])
    ranked = sorted(
        (-round(score, 4), ordinal, at)
        for at, ((score, _), ordinal) in enumerate(zip(hits, ordinals, strict=True))
    )
    return found.count, [hits[at] for _, _, at in ranked[query.offset : end]]


def _any_of(queries: Sequence[tantivy.Query]) -> tantivy.Query:
    return _Query.boolean_query([(_Occur.Should, query) for query in queries])


def _terms(schema: tantivy.Schema, field: str, values: Iterable[str]) -> list[tantivy.Query]:
    return [_Query.term_query(schema, field, value, "basic") for value in values]


def _load(searcher: tantivy.Searcher, address: tantivy.DocAddress) -> Record:
    return load(bytes(searcher.doc(address).get_first("stored") or b""))


def _terms_aggregation(fields: Iterable[str], most: int) -> dict[str, Any]:
    return {name: {"terms": {"field": name, "size": most}} for name in fields}


def _facets(searcher: tantivy.Searcher, asked: _Asked) -> Callable[[], dict[str, dict[str, int]]]:
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
