"""Whoosh: pure Python, for machines without compiled wheels and collections of some thousand provisions."""

from __future__ import annotations

import contextlib
import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any

from whoosh import fields, index, scoring
from whoosh import query as _queries
from whoosh.analysis.filters import Filter
from whoosh.analysis.tokenizers import RegexTokenizer

from indexer.ranking.fields import word_fields
from schemas import engine as ask
from schemas.errors import IndexBuildError, SearchUnavailable
from schemas.search import Record
from schemas.settings import Settings
from schemas.text.words import fold_word, pairs

from .generations import Generations
from .stored import dump, load
from .values import LISTED, VALUE_FIELDS, block, by_count, filter_values, sort_keys, validity_days

FORMAT = 2
_ask: Any = _queries  # its type hints export nothing
_SEPARATOR = "\x1f"
_MEMORY_MB = 64


class _Folding(Filter):
    """Takes the marks off every token."""

    def __call__(self, tokens: Iterable[Any]) -> Iterator[Any]:  # type: ignore[override]
        for token in tokens:
            token.text = fold_word(token.text)
            yield token


def _schema() -> fields.Schema:
    blanks = RegexTokenizer(r"\S+")
    folded = RegexTokenizer(r"\S+") | _Folding()
    exact = RegexTokenizer(rf"[^{_SEPARATOR}]+")
    schema = fields.Schema(
        id=fields.ID(unique=True),
        owner=fields.ID(),
        stored=fields.STORED(),
        values=fields.STORED(),
        all=fields.TEXT(blanks, phrase=False),
        pairs=fields.TEXT(blanks, phrase=False),
        fold=fields.TEXT(folded, phrase=True),
        fold_pairs=fields.TEXT(folded, phrase=False),
        exact=fields.TEXT(exact, phrase=False),
        starts=fields.TEXT(exact, phrase=False),
        **{name: fields.KEYWORD(analyzer=exact, scorable=False) for name in VALUE_FIELDS},
    )
    for name in ("newest", "oldest"):
        schema.add(name, fields.NUMERIC(int, bits=64, sortable=True))
    for name in ("valid_from", "valid_until"):
        schema.add(name, fields.NUMERIC(int, bits=32))
    return schema


def _document(record: Record) -> dict[str, Any]:
    found, values = word_fields(record), filter_values(record)
    newest, oldest = sort_keys(record)
    valid_from, valid_until = validity_days(record)
    document: dict[str, Any] = {
        "id": record.id,
        "owner": record.owner,
        "stored": (record.ordinal, dump(record)),
        "values": values,
        "all": found.all,
        "pairs": found.pairs,
        "fold": found.all,
        "fold_pairs": found.pairs,
        "exact": _SEPARATOR.join(found.exact),
        "starts": _SEPARATOR.join(found.starts),
        "newest": newest,
        "oldest": oldest,
        "valid_from": valid_from,
        "valid_until": valid_until,
    }
    return document | {name: _SEPARATOR.join(found) for name, found in values.items() if found}


@dataclass(frozen=True, slots=True)
class _Open:
    generation: str
    index: Any
    commit: int
    searcher: Any
    lock: IO[bytes]


class WhooshEngine:
    """`SearchEngine` over folders under `folder`. One search at a time: it is Python throughout."""

    name = "whoosh"
    listed = LISTED

    def __init__(self, folder: Path) -> None:
        self._generations = Generations(folder, FORMAT)
        self._one = threading.RLock()
        self._open: _Open | None = None

    # ------------------------------------------------------------ writing

    @contextlib.contextmanager
    def create(self) -> Iterator[ask.IndexWriter]:
        with self._generations.building() as name:
            made = index.create_in(str(self._generations.folder / name), _schema())
            with contextlib.closing(_Writer(self._generations, name, made, fresh=True)) as writer:
                yield writer

    @contextlib.contextmanager
    def update(self) -> Iterator[ask.IndexWriter]:
        with self._generations.updating() as name:
            opened = index.open_dir(str(self._generations.folder / name))
            with contextlib.closing(_Writer(self._generations, name, opened, fresh=False)) as writer:
                yield writer

    def clean(self) -> None:
        self._generations.clean()

    # ------------------------------------------------------------ reading

    def search(self, query: ask.Query) -> ask.Candidates:
        with self._one:
            opened = self._reader()
            searcher = opened.searcher
            found = set(searcher.docs_for_query(_matching(query)))
            page = _page(searcher, query, found)
            end = query.offset + query.limit
            items = tuple(
                ask.Candidate(score, load(searcher.stored_fields(number)["stored"][1]))
                for score, number in page[query.offset : end]
            )
            return ask.Candidates(len(found), items, _facets(searcher, query, found), opened.generation)

    def shortlist(self, query: ask.Query, size: int) -> ask.Shortlist:
        with self._one:
            opened = self._reader()
            searcher = opened.searcher
            found = set(searcher.docs_for_query(_matching(query)))
            page = _page(searcher, replace(query, offset=0, limit=size), found)[:size]
            stored = [searcher.stored_fields(number)["stored"] for _, number in page]
            return ask.Shortlist(
                count=lambda: len(found),
                ordinals=tuple(ordinal for ordinal, _ in stored),
                scores=tuple(score for score, _ in page),
                facets=_facets(searcher, query, found),
                generation=opened.generation,
                load=lambda places: tuple(load(stored[at][1]) for at in places),
            )

    def get(self, ids: Sequence[str]) -> tuple[Record, ...]:
        with self._one:
            searcher = self._reader().searcher
            found = [searcher.document(id=id_) for id_ in ids]
        return tuple(load(fields_["stored"][1]) for fields_ in found if fields_)

    def frequencies(self, field: ask.WordField, texts: Sequence[str]) -> tuple[int, ...]:
        with self._one:
            reader = self._reader().searcher.reader()
            return tuple(reader.doc_frequency(field, text) for text in texts)

    def vocabulary(self) -> Iterable[tuple[str, int]]:
        with self._one:
            reader = self._reader().searcher.reader()
            return [(term.decode(), reader.doc_frequency("all", term)) for term in reader.lexicon("all")]

    def kept(self, name: str) -> bytes | None:
        return self._generations.kept(name)

    def state(self) -> ask.EngineState | None:
        return self._generations.state()

    def count(self) -> Mapping[str, int]:
        with self._one:
            searcher = self._reader().searcher
            numbers = searcher.reader().all_doc_ids()
            return _counted(searcher, numbers, "kind")

    def close(self) -> None:
        with self._one:
            if self._open:
                self._open.searcher.close()
                self._open.lock.close()
                self._open = None

    def _reader(self) -> _Open:
        opened = self._open
        if opened and opened.generation == self._generations.current():
            if opened.index.latest_generation() == opened.commit:
                return opened
            opened.searcher.close()
            self._open = _opened(opened.generation, opened.index, opened.lock)
            return self._open
        held = self._generations.hold()
        if held is None:
            raise SearchUnavailable("no index is published; run `python -m indexer build --engine whoosh`")
        self.close()
        name, lock = held
        self._open = _opened(name, index.open_dir(str(self._generations.folder / name)), lock)
        return self._open


def _opened(generation: str, found: Any, lock: IO[bytes]) -> _Open:
    commit = found.latest_generation()
    return _Open(generation, found, commit, found.searcher(weighting=scoring.BM25F(B=0.75, K1=1.2)), lock)


class _Writer:
    """`IndexWriter` of one generation."""

    def __init__(self, generations: Generations, generation: str, made: Any, fresh: bool) -> None:
        self.generation = generation
        self._generations, self._index, self._fresh = generations, made, fresh
        self._writer = made.writer(limitmb=_MEMORY_MB)
        self._open = True

    def add(self, records: Iterable[Record]) -> int:
        count = 0
        for record in records:
            self._writer.add_document(**_document(record))
            count += 1
        return count

    def remove(self, owners: Sequence[str]) -> None:
        for owner in owners:
            self._writer.delete_by_term("owner", owner)

    def keep(self, name: str, data: bytes) -> None:
        self._generations.keep(self.generation, name, data)

    def publish(self, position: int, expected: int | None = None) -> None:
        self._writer.commit()
        self._open = False
        if expected is not None and self._index.doc_count() != expected:
            raise IndexBuildError(
                f"{self.generation} holds {self._index.doc_count()} records, not {expected}"
            )
        self._generations.write_state(self.generation, position)
        if self._fresh:
            self._generations.publish(self.generation)

    def close(self) -> None:
        """Forget what was not published."""
        if self._open:
            self._writer.cancel()


def _matching(query: ask.Query, without: str | None = None) -> Any:
    """What is found, unscored; with the filter of one field left out."""
    if query.match is not None:
        parts = [_match(query.match)]
    elif query.terms:
        parts = [_ask.Or([_ask.Term(term.field, term.text) for term in query.terms])]
    else:
        parts = [_ask.Every()]
    for name, values in query.filters.items():
        if values and name != without:
            parts.append(_ask.Or([_ask.Term(name, value) for value in values]))
    if query.valid_on is not None:
        day = query.valid_on.toordinal()
        parts.append(_ask.NumericRange("valid_from", None, day))
        parts.append(_ask.NumericRange("valid_until", day + 1, None))
    return _ask.And(parts)


def _match(match: ask.Match) -> Any:
    if isinstance(match, ask.Has):
        return _ask.Term(match.field, match.text)
    if isinstance(match, ask.Equals):
        return _ask.Term(match.field, match.value)
    if isinstance(match, ask.Phrase):
        return _phrase(match)
    if isinstance(match, ask.NoneOf):
        return _ask.AndNot(_ask.Every(), _match(match.part))
    parts = [_match(part) for part in match.parts]
    if isinstance(match, ask.AllOf):
        return _ask.And(parts) if parts else _ask.Every()
    return _ask.Or(parts) if parts else _ask.NullQuery


def _phrase(phrase: ask.Phrase) -> Any:
    """Positions are kept without marks only; the pairs decide the marks."""
    if len(phrase.words) == 1:
        return _ask.Term(phrase.field, phrase.words[0])
    parts: list[Any] = [_ask.Phrase("fold", [fold_word(word) for word in phrase.words])]
    if phrase.field == "all":
        parts += [_ask.Term("pairs", pair) for pair in pairs(list(phrase.words))]
    return _ask.And(parts)


def _page(searcher: Any, query: ask.Query, found: set[int]) -> list[tuple[float, int]]:
    """(score, number) from the first result on, at least to the end of the page; equal scores by ordinal."""
    if not found:
        return []
    if query.sort != "relevance" or not query.terms:
        column = "oldest" if query.sort == "oldest" else "newest"
        values = searcher.reader().column_reader(column)
        if query.sort == "relevance":
            return sorted(((0.0, n) for n in found), key=lambda pair: _ordinal(searcher, pair[1]))
        order = sorted(found, key=values.__getitem__, reverse=query.sort == "newest")
        return [(0.0, number) for number in order]
    ranked = _ask.Or([_ask.Term(t.field, t.text, boost=t.weight) for t in query.terms])
    # Records found by a condition alone hold none of the words: they come last, with score 0.
    scores = dict.fromkeys(found, 0.0)
    hits = searcher.search(ranked, limit=None, filter=found, scored=True)
    scores.update((hit.docnum, hit.score) for hit in hits)
    best = sorted(scores.items(), key=lambda pair: -pair[1])[: block(query.offset, query.limit)]
    best.sort(key=lambda pair: (-round(pair[1], 4), _ordinal(searcher, pair[0])))
    return [(score, number) for number, score in best]


def _ordinal(searcher: Any, number: int) -> int:
    ordinal: int = searcher.stored_fields(number)["stored"][0]
    return ordinal


def _facets(searcher: Any, query: ask.Query, found: set[int]) -> dict[str, dict[str, int]]:
    facets = {}
    for name in query.facets:
        numbers: Iterable[int] = found
        if query.filters.get(name):
            numbers = searcher.docs_for_query(_matching(query, without=name))
        counts = _counted(searcher, numbers, name)
        facets[name] = dict(list(counts.items())[: query.facet_values])
    return facets


def _counted(searcher: Any, numbers: Iterable[int], field: str) -> dict[str, int]:
    counts: Counter[str] = Counter()
    for number in numbers:
        counts.update(searcher.stored_fields(number)["values"][field])
    return by_count(counts)


def open_engine(settings: Settings) -> WhooshEngine:
    """The engine over the site's index folder."""
    return WhooshEngine(settings.index_dir / "whoosh")
