"""Elasticsearch 8: for sites that outgrow one machine. An index for each generation behind one alias."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import logging
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from elasticsearch import NotFoundError, TransportError

from schemas import engine as ask
from schemas.errors import IndexBuildError, SearchUnavailable
from schemas.search import Record
from schemas.settings import Settings

from .counted import Counts
from .elastic_body import (
    KEPT_MAPPINGS,
    KEPT_SETTINGS,
    MAPPINGS,
    SETTINGS,
    counting_body,
    ordinals_body,
    search_body,
    unpacked,
)
from .elastic_client import Line, building, connect, connection_options, patient
from .elastic_listing import LISTED, best
from .elastic_writing import COUNTS, Changes, NewGeneration, beside
from .generations import locked
from .later import Later, started
from .stored import of_plain
from .values import block, by_count

log = logging.getLogger(__name__)
#: Raise it whenever mappings or settings change: it is in the name of every index.
FORMAT = 5
_REMEMBERED = 1_000_000
_NEAR = 1000  # results; further on, listing what stands before costs more than scoring everything


class ElasticEngine:
    """`SearchEngine` over the alias `prefix`. A lock file on the indexer's machine keeps builds apart."""

    name = "elasticsearch"
    listed = LISTED

    def __init__(
        self,
        hosts: Sequence[str],
        prefix: str,
        folder: Path,
        replicas: int = 0,
        timeout: float = 10.0,
        **client: Any,
    ) -> None:
        self._client = connect(hosts, timeout, **client)
        self._writing = patient(self._client, timeout)
        self._line = Line()
        self.alias, self._prefix = prefix, f"{prefix}-v{FORMAT}-"
        self._folder, self._replicas = folder, replicas
        self._frequencies: dict[tuple[str, str], int] = {}
        self._counts: Counts | None = None

    # ------------------------------------------------------------ writing

    @contextlib.contextmanager
    def create(self) -> Iterator[ask.IndexWriter]:
        with locked(self._folder / "BUILD.lock", wait=False) as free, building():
            if not free:
                raise IndexBuildError("another build is writing to Elasticsearch; wait for it to end")
            self._remove_unused()
            now = dt.datetime.now(dt.UTC).strftime("%Y%m%dt%H%M%S")
            name = f"{self._prefix}{now}-{secrets.token_hex(2)}"
            self._create(name, SETTINGS, MAPPINGS)
            self._create(beside(name), KEPT_SETTINGS, KEPT_MAPPINGS)
            writer = NewGeneration(self._writing, name, self.alias)
            try:
                yield writer
            finally:
                if not writer.published:
                    with contextlib.suppress(TransportError):  # what stays is removed by the next build
                        self._client.indices.delete(index=[name, beside(name)], ignore_unavailable=True)

    def _create(self, name: str, settings: dict[str, Any], mappings: dict[str, Any]) -> None:
        """An empty index with its replicas: a node that dies while records are written takes none along."""
        settings = {**settings, "number_of_replicas": self._replicas}
        self._writing.indices.create(index=name, settings=settings, mappings=mappings)
        if self._replicas:
            health = self._writing.options(ignore_status=408).cluster.health(
                index=name, wait_for_status="green", timeout="20s"
            )
            if health.get("timed_out"):
                log.warning("%s has fewer copies than the settings ask for; a lost node may lose it", name)

    @contextlib.contextmanager
    def update(self) -> Iterator[ask.IndexWriter]:
        with locked(self._folder / "UPDATE.lock", wait=True), building():
            state = self.state()
            if state is None:
                raise IndexBuildError(f"nothing is published as {self.alias}; build first")
            yield Changes(self._writing, state)
            self._frequencies.clear()
            self._counts = None  # until the state is looked at again

    def clean(self) -> None:
        with locked(self._folder / "BUILD.lock", wait=False) as free:
            if free:
                with self._line.asking():
                    self._remove_unused()

    def _remove_unused(self) -> None:
        current = self._current()
        for name in self._client.indices.get(index=f"{self._prefix}*", features="aliases"):
            if current is None or not name.startswith(current):
                self._client.indices.delete(index=name, ignore_unavailable=True)

    # ------------------------------------------------------------ reading

    def search(self, query: ask.Query) -> ask.Candidates:
        ranked = query.terms and query.sort == "relevance" and query.offset < _NEAR
        if ranked and (query.facets or query.offset):
            return self._ranked(query)
        with self._line.asking():
            answer = self._ask(search_body(query))
        found = answer["hits"]["hits"]
        items = tuple(ask.Candidate(hit["_score"] or 0.0, _record(hit)) for hit in found[: query.limit])
        generation = found[0]["_index"] if found else self._current() or ""
        total, facets = _counts(answer, query)
        return ask.Candidates(total, items, facets, generation)

    def _ranked(self, query: ask.Query) -> ask.Candidates:
        """A page in the order of the shortlist. With facets, asked apart, it takes half the time."""
        listed = self.shortlist(query, block(query.offset, query.limit))
        places = range(len(listed.ordinals))[query.offset : query.offset + query.limit]
        items = listed.candidates(places, query.offset)
        return ask.Candidates(listed.total, items, listed.facets, listed.generation)

    def _ask(self, body: dict[str, Any]) -> Any:
        """What the client's `search` answers, without looking at 60 arguments: .2 ms, three times a page.

        Half an answer would look like a whole one, so there is none.
        """
        return self._client.perform_request(
            "POST",
            f"/{quote(self.alias, safe='')}/_search",
            params={"allow_partial_search_results": "false"},
            headers={"accept": "application/json", "content-type": "application/json"},
            body=body,
            endpoint_id="search",
        )

    def shortlist(self, query: ask.Query, size: int) -> ask.Shortlist:
        # Counting everything that is found keeps the engine from passing over what cannot be among the best,
        # so the two are asked apart, side by side; nobody waits for the counts before the page is ranked.
        counting = started(lambda: self._counting(query))
        with self._line.asking():
            found, generation = best(self._ask, self.frequencies, query, size)
        return ask.Shortlist(
            count=lambda: counting()[0],
            ordinals=tuple(ordinal for _, ordinal in found),
            scores=tuple(score for score, _ in found),
            facets=Later(lambda: counting()[1]),
            generation=generation or self._current() or "",
            load=lambda places: self._of([found[at][1] for at in places]),
        )

    def _counting(self, query: ask.Query) -> tuple[int, dict[str, dict[str, int]]]:
        """The total and the facets of what a query finds."""
        with self._line.asking():
            return _counts(self._ask(counting_body(query)), query)

    def _of(self, ordinals: Sequence[int]) -> tuple[Record, ...]:
        """The records with these ordinals, in this order; those that are gone left out."""
        if not ordinals:
            return ()
        with self._line.asking():
            answer = self._ask(ordinals_body(ordinals))
        held = {record.ordinal: record for record in map(_record, answer["hits"]["hits"])}
        return tuple(held[ordinal] for ordinal in ordinals if ordinal in held)

    def get(self, ids: Sequence[str]) -> tuple[Record, ...]:
        if not ids:
            return ()
        with self._line.asking():
            found = self._client.mget(index=self.alias, ids=list(ids))["docs"]
        return tuple(_record(doc) for doc in found if doc.get("found"))

    def frequencies(self, field: ask.WordField, texts: Sequence[str]) -> tuple[int, ...]:
        known = self._frequencies
        if len(known) > _REMEMBERED:
            known.clear()
        missing = [text for text in dict.fromkeys(texts) if (field, text) not in known]
        counts = self._counts  # another thread may let go of it
        found = counts.of(field, missing) if counts and missing else {}
        if left := [text for text in missing if text not in found]:
            found |= self._counted(field, left)
        # A token that no record holds may be in one after the next change; others change by a few.
        known |= {(field, text): count for text, count in found.items() if count}
        return tuple(known.get((field, text), 0) for text in texts)

    def _counted(self, field: str, texts: Sequence[str]) -> dict[str, int]:
        """Term statistics of an artificial document: one question for any number of tokens."""
        listed = field in ("exact", "starts")
        with self._line.asking():
            answer = self._client.termvectors(
                index=self.alias,
                doc={field: list(texts) if listed else " ".join(texts)},
                per_field_analyzer={} if listed else {field: "whitespace"},
                fields=[field],
                term_statistics=True,
                field_statistics=False,
                offsets=False,
                positions=False,
                payloads=False,
            )
        terms = answer.get("term_vectors", {}).get(field, {}).get("terms", {})
        return {text: terms.get(text, {}).get("doc_freq", 0) for text in texts}

    def vocabulary(self) -> Iterable[tuple[str, int]]:
        counts: dict[str, int] = json.loads(self.kept("words") or b"{}")
        return counts.items()

    def kept(self, name: str) -> bytes | None:
        return self._kept(self._served(), name)

    def _kept(self, generation: str, name: str) -> bytes | None:
        with self._line.asking():
            try:
                found = self._client.get(index=beside(generation), id=name)
            except NotFoundError:
                return None
        return unpacked(found["_source"]["packed"])

    def state(self) -> ask.EngineState | None:
        with self._line.asking():
            try:
                found = self._client.indices.get_mapping(index=self.alias)
            except NotFoundError:
                return None
        for name, body in found.items():
            meta = body["mappings"].get("_meta")
            if name.startswith(self._prefix) and meta:
                built_at = dt.datetime.fromisoformat(meta["built_at"])
                self._see(name, meta["position"])
                return ask.EngineState(name, meta["position"], built_at)
        return None

    def _see(self, generation: str, position: int) -> None:
        """Hold the counts of the generation that is served."""
        if self._counts is None or self._counts.generation != generation:
            self._counts = Counts(generation, self._kept(generation, COUNTS), position)
        elif self._counts.position != position:
            self._counts = self._counts.moved(position)

    def count(self) -> Mapping[str, int]:
        return self._counting(ask.Query(facets=("kind",)))[1]["kind"]

    def size_bytes(self) -> int:
        """What the served generation takes on disk, replicas left out."""
        with self._line.asking():
            stats = self._client.indices.stats(index=self.alias, metric="store")
        size: int = stats["_all"]["primaries"]["store"]["size_in_bytes"]
        return size

    def drop(self) -> None:
        """Remove every generation under this name: for measurements, which leave nothing behind."""
        with building():
            for name in self._client.indices.get(index=f"{self._prefix}*", features="aliases"):
                self._writing.indices.delete(index=name, ignore_unavailable=True)

    def close(self) -> None:
        self._client.close()

    def _current(self) -> str | None:
        with self._line.asking():
            try:
                found = self._client.indices.get_alias(name=self.alias)
            except NotFoundError:
                return None
        return next((name for name in found if name.startswith(self._prefix)), None)

    def _served(self) -> str:
        name = self._current()
        if name is None:
            raise SearchUnavailable("no index is published; run `python -m indexer build`")
        return name


def _record(document: Mapping[str, Any]) -> Record:
    return of_plain(document["_source"]["stored"])


def _counts(answer: Any, query: ask.Query) -> tuple[int, dict[str, dict[str, int]]]:
    """The total and the facets of an answer."""
    facets = {name: _buckets(answer["aggregations"][name]) for name in query.facets}
    return answer["hits"]["total"]["value"], facets


def _buckets(found: Mapping[str, Any]) -> dict[str, int]:
    inner = found.get("values", found)
    return by_count({bucket["key"]: bucket["doc_count"] for bucket in inner["buckets"]})


def open_engine(settings: Settings) -> ElasticEngine:
    """The engine at the addresses of the settings."""
    hosts = [host.strip() for host in settings.elasticsearch_url.split(",") if host.strip()]
    return ElasticEngine(
        hosts,
        settings.elasticsearch_index,
        settings.index_dir / "elasticsearch",
        settings.elasticsearch_replicas,
        **connection_options(settings),
    )
