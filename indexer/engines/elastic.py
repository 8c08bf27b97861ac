"""Elasticsearch 8: for sites that outgrow one machine. An index for each generation behind one alias."""

from __future__ import annotations

import base64
import contextlib
import datetime as dt
import json
import logging
import secrets
import threading
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from elasticsearch import ApiError, Elasticsearch, NotFoundError, TransportError, helpers

from indexer.ranking.fields import REPEATS_K08, word_fields
from schemas import engine as ask
from schemas.errors import IndexBuildError, SearchUnavailable
from schemas.search import Record
from schemas.settings import Settings

from .elastic_body import KEPT_MAPPINGS, KEPT_SETTINGS, MAPPINGS, SETTINGS, search_body, shortlist_body
from .generations import locked
from .stored import dump, load
from .values import by_count, filter_values, sort_keys, validity_days

log = logging.getLogger(__name__)
#: Raise it whenever mappings or settings change: it is in the name of every index.
FORMAT = 3
_BULK_RECORDS, _BULK_BYTES = 1000, 8_000_000
_RETRIES, _FIRST_PAUSE = 6, 0.5
_REMEMBERED = 1_000_000


class ElasticEngine:
    """`SearchEngine` over the alias `prefix`. A lock file on the indexer's machine keeps builds apart."""

    name = "elasticsearch"

    def __init__(
        self, hosts: Sequence[str], prefix: str, folder: Path, replicas: int = 0, **client: Any
    ) -> None:
        self._client = Elasticsearch(list(hosts), retry_on_timeout=True, max_retries=5, **client)
        self.alias, self._prefix = prefix, f"{prefix}-v{FORMAT}-"
        self._folder, self._replicas = folder, replicas
        self._remembering = threading.Lock()
        self._frequencies: dict[tuple[str, str], int] = {}

    # ------------------------------------------------------------ writing

    @contextlib.contextmanager
    def create(self) -> Iterator[ask.IndexWriter]:
        with locked(self._folder / "BUILD.lock", wait=False) as free, _building():
            if not free:
                raise IndexBuildError("another build is writing to Elasticsearch; wait for it to end")
            self._remove_unused()
            now = dt.datetime.now(dt.UTC).strftime("%Y%m%dt%H%M%S")
            name = f"{self._prefix}{now}-{secrets.token_hex(2)}"
            self._client.indices.create(index=name, settings=SETTINGS, mappings=MAPPINGS)
            self._client.indices.create(index=_beside(name), settings=KEPT_SETTINGS, mappings=KEPT_MAPPINGS)
            writer = _NewGeneration(self._client, name, self.alias, self._replicas)
            try:
                yield writer
            finally:
                if not writer.published:
                    both = [name, _beside(name)]
                    self._client.indices.delete(index=both, ignore_unavailable=True)

    @contextlib.contextmanager
    def update(self) -> Iterator[ask.IndexWriter]:
        with locked(self._folder / "UPDATE.lock", wait=True), _building():
            state = self.state()
            if state is None:
                raise IndexBuildError(f"nothing is published as {self.alias}; build first")
            yield _Changes(self._client, state)
            self._frequencies.clear()

    def clean(self) -> None:
        with locked(self._folder / "BUILD.lock", wait=False) as free:
            if free:
                with _asking():
                    self._remove_unused()

    def _remove_unused(self) -> None:
        current = self._current()
        for name in self._client.indices.get(index=f"{self._prefix}*", features="aliases"):
            if current is None or not name.startswith(current):
                self._client.indices.delete(index=name, ignore_unavailable=True)

    # ------------------------------------------------------------ reading

    def search(self, query: ask.Query) -> ask.Candidates:
        with _asking():
            answer = self._client.search(index=self.alias, **search_body(query))
        found = answer["hits"]["hits"]
        items = tuple(
            ask.Candidate(hit["_score"] or 0.0, load(base64.b64decode(hit["_source"]["stored"])))
            for hit in found[: query.limit]
        )
        facets = {name: _buckets(answer["aggregations"][name]) for name in query.facets}
        generation = found[0]["_index"] if found else self._current() or ""
        return ask.Candidates(answer["hits"]["total"]["value"], items, facets, generation)

    def shortlist(self, query: ask.Query, size: int) -> ask.Shortlist:
        with _asking():
            answer = self._client.search(index=self.alias, **shortlist_body(query, size))
        found = answer["hits"]["hits"][:size]
        facets = {name: _buckets(answer["aggregations"][name]) for name in query.facets}
        return ask.Shortlist(
            total=answer["hits"]["total"]["value"],
            ordinals=tuple(hit["fields"]["ordinal"][0] for hit in found),
            scores=tuple(hit["_score"] or 0.0 for hit in found),
            facets=facets,
            generation=found[0]["_index"] if found else self._current() or "",
            load=lambda places: self.get([found[at]["_id"] for at in places]),
        )

    def get(self, ids: Sequence[str]) -> tuple[Record, ...]:
        if not ids:
            return ()
        with _asking():
            found = self._client.mget(index=self.alias, ids=list(ids))["docs"]
        return tuple(load(base64.b64decode(doc["_source"]["stored"])) for doc in found if doc.get("found"))

    def frequencies(self, field: ask.WordField, texts: Sequence[str]) -> tuple[int, ...]:
        known = self._frequencies
        if len(known) > _REMEMBERED:
            known.clear()
        missing = [text for text in dict.fromkeys(texts) if (field, text) not in known]
        if missing:
            known |= {(field, text): count for text, count in self._counted(field, missing).items()}
        return tuple(known.get((field, text), 0) for text in texts)

    def _counted(self, field: str, texts: Sequence[str]) -> dict[str, int]:
        """Term statistics of an artificial document: one question for any number of tokens."""
        listed = field in ("exact", "starts")
        with _asking():
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
        with _asking():
            try:
                found = self._client.get(index=_beside(self._served()), id=name)
            except NotFoundError:
                return None
        return zlib.decompress(base64.b64decode(found["_source"]["packed"]))

    def state(self) -> ask.EngineState | None:
        with _asking():
            try:
                found = self._client.indices.get_mapping(index=self.alias)
            except NotFoundError:
                return None
        for name, body in found.items():
            meta = body["mappings"].get("_meta")
            if name.startswith(self._prefix) and meta:
                built_at = dt.datetime.fromisoformat(meta["built_at"])
                return ask.EngineState(name, meta["position"], built_at)
        return None

    def count(self) -> Mapping[str, int]:
        body = search_body(ask.Query(facets=("kind",), limit=1))
        with _asking():
            answer = self._client.search(index=self.alias, **(body | {"size": 0}))
        return _buckets(answer["aggregations"]["kind"])

    def size_bytes(self) -> int:
        """What the served generation takes on disk, replicas left out."""
        with _asking():
            stats = self._client.indices.stats(index=self.alias, metric="store")
        size: int = stats["_all"]["primaries"]["store"]["size_in_bytes"]
        return size

    def close(self) -> None:
        self._client.close()

    def _current(self) -> str | None:
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


class _NewGeneration:
    """`IndexWriter` of an index nobody reads yet."""

    def __init__(self, client: Elasticsearch, name: str, alias: str, replicas: int) -> None:
        self.generation, self.published = name, False
        self._client, self._alias, self._replicas = client, alias, replicas
        self._words: Counter[str] = Counter()

    def add(self, records: Iterable[Record]) -> int:
        return _send(self._client, (self._action(record) for record in records))

    def _action(self, record: Record) -> dict[str, Any]:
        document = _document(record)
        self._words.update(set(document["all"].split()))
        return {"_op_type": "index", "_index": self.generation, "_id": record.id, "_source": document}

    def remove(self, owners: Sequence[str]) -> None:
        _remove(self._client, self.generation, owners, keep=set())

    def keep(self, name: str, data: bytes) -> None:
        packed = base64.b64encode(zlib.compress(data)).decode()
        self._client.index(index=_beside(self.generation), id=name, document={"packed": packed}, refresh=True)

    def publish(self, position: int, expected: int | None = None) -> None:
        self._client.indices.refresh(index=self.generation)
        count = self._client.count(index=self.generation)["count"]
        if expected is not None and count != expected:
            raise IndexBuildError(f"{self.generation} holds {count} records, not {expected}")
        self.keep("words", json.dumps(dict(self._words)).encode())
        _write_state(self._client, self.generation, position)
        self._client.indices.put_settings(
            index=f"{self.generation}*", settings={"number_of_replicas": self._replicas}
        )
        actions: list[dict[str, Any]] = [
            {"remove": {"index": "*", "alias": self._alias, "must_exist": False}},
            {"add": {"index": self.generation, "alias": self._alias}},
        ]
        self._client.indices.update_aliases(actions=actions)
        self.published = True


class _Changes:
    """`IndexWriter` of the published index: collected first, then sent and shown together.

    The index is refreshed only here, so that readers see all of a change or nothing of it.
    """

    def __init__(self, client: Elasticsearch, state: ask.EngineState) -> None:
        self.generation = state.generation
        self._client = client
        self._owners: list[str] = []
        self._records: dict[str, Record] = {}

    def add(self, records: Iterable[Record]) -> int:
        added = {record.id: record for record in records}
        self._records |= added
        return len(added)

    def remove(self, owners: Sequence[str]) -> None:
        self._owners += owners

    def keep(self, name: str, data: bytes) -> None:
        raise IndexBuildError("only a new generation keeps something")

    def publish(self, position: int, expected: int | None = None) -> None:
        _remove(self._client, self.generation, self._owners, keep=self._records.keys())
        actions = (
            {"_op_type": "index", "_index": self.generation, "_id": id_, "_source": _document(record)}
            for id_, record in self._records.items()
        )
        _send(self._client, actions)
        self._client.indices.refresh(index=self.generation)
        _write_state(self._client, self.generation, position)


def _beside(generation: str) -> str:
    """The index of what is kept with a generation."""
    return f"{generation}-kept"


def _document(record: Record) -> dict[str, Any]:
    found = word_fields(record, REPEATS_K08)
    newest, oldest = sort_keys(record)
    valid_from, valid_until = validity_days(record)
    return {
        "all": found.all,
        "pairs": found.pairs,
        "fold": found.all,
        "fold_pairs": found.pairs,
        "exact": list(found.exact),
        "starts": list(found.starts),
        "owner": record.owner,
        "newest": newest,
        "oldest": oldest,
        "ordinal": record.ordinal,
        "valid_from": valid_from,
        "valid_until": valid_until,
        "stored": base64.b64encode(dump(record)).decode(),
        **filter_values(record),
    }


def _send(client: Elasticsearch, actions: Iterable[dict[str, Any]]) -> int:
    """Bulk in portions, waiting longer while the cluster is busy; a refused record fails the build."""
    count = 0
    sent = helpers.streaming_bulk(
        client,
        actions,
        chunk_size=_BULK_RECORDS,
        max_chunk_bytes=_BULK_BYTES,
        max_retries=_RETRIES,
        initial_backoff=_FIRST_PAUSE,
        retry_on_status=(429, 502, 503, 504),
        raise_on_error=False,
    )
    for done, answer in sent:
        if not done:
            raise IndexBuildError(f"Elasticsearch refused a record: {answer}")
        count += 1
    return count


def _remove(client: Elasticsearch, index: str, owners: Sequence[str], keep: Iterable[str]) -> None:
    kept = set(keep)
    if not owners:
        return
    query = {"terms": {"owner": list(owners)}}
    found = helpers.scan(client, index=index, query={"query": query, "_source": False})
    gone = [hit["_id"] for hit in found if hit["_id"] not in kept]
    _send(client, ({"_op_type": "delete", "_index": index, "_id": id_} for id_ in gone))


def _write_state(client: Elasticsearch, index: str, position: int) -> None:
    meta = {"position": position, "built_at": dt.datetime.now(dt.UTC).isoformat()}
    client.indices.put_mapping(index=index, meta=meta)


def _buckets(found: Mapping[str, Any]) -> dict[str, int]:
    inner = found.get("values", found)
    return by_count({bucket["key"]: bucket["doc_count"] for bucket in inner["buckets"]})


@contextlib.contextmanager
def _asking() -> Iterator[None]:
    try:
        yield
    except (ApiError, TransportError) as error:
        raise SearchUnavailable(f"Elasticsearch does not answer: {error}") from error


@contextlib.contextmanager
def _building() -> Iterator[None]:
    try:
        yield
    except (ApiError, TransportError, helpers.BulkIndexError) as error:
        raise IndexBuildError(f"writing to Elasticsearch failed: {error}") from error


def open_engine(settings: Settings) -> ElasticEngine:
    """The engine at the addresses of the settings."""
    hosts = [host.strip() for host in settings.elasticsearch_url.split(",") if host.strip()]
    client: dict[str, Any] = {"request_timeout": settings.elasticsearch_timeout}
    if settings.elasticsearch_api_key:
        client["api_key"] = settings.elasticsearch_api_key
    if settings.elasticsearch_ca_file:
        client["ca_certs"] = str(settings.elasticsearch_ca_file)
    folder = settings.index_dir / "elasticsearch"
    return ElasticEngine(
        hosts, settings.elasticsearch_index, folder, settings.elasticsearch_replicas, **client
    )
