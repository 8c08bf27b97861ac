"""What Tantivy keeps of a record, and writing it: a new generation or changes to the published one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import tantivy

from indexer.ranking.fields import word_fields
from schemas.errors import IndexBuildError
from schemas.search import Record

from .generations import Generations
from .stored import dump, load
from .tantivy_query import any_of, terms
from .values import VALUE_FIELDS, filter_values, sort_keys, validity_days

_FOLDED = "folded_words"
# One thread writes one segment, if its memory is enough: facets of two segments cost a fifth more, and what
# takes time is making the records.
BUILD_MEMORY, UPDATE_MEMORY = 512_000_000, 32_000_000
_Query = tantivy.Query


def new_schema() -> tantivy.Schema:
    """The fields: words with and without marks, pairs of words, exact values, dates, the record itself."""
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


def registered(index: tantivy.Index) -> tantivy.Index:
    """The index, knowing how its texts are cut into words."""
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


class Writer:
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
            record = read(searcher, address)
            token = next(iter(word_fields(record).all.split()), None)
            probes = terms(self._index.schema, "all", [token]) if token else [_Query.all_query()]
            probe: Any = searcher.search(any_of(probes), 1)
            if not probe.count:
                raise IndexBuildError(f"{self.generation} does not find its own record {record.id}")


def read(searcher: tantivy.Searcher, address: tantivy.DocAddress) -> Record:
    """The record kept there."""
    return load(bytes(searcher.doc(address).get_first("stored") or b""))
