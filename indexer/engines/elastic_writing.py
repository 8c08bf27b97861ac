"""Writing to Elasticsearch: portions that are sent again when the cluster is busy or loses a node."""

from __future__ import annotations

import datetime as dt
import json
import logging
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any

from elasticsearch import ApiError, Elasticsearch, TransportError, helpers

from indexer.ranking.fields import REPEATS_K08, word_fields
from schemas import engine as ask
from schemas.errors import IndexBuildError
from schemas.search import Record
from schemas.text.normalise import fold
from schemas.text.words import fold_word

from .counted import Counting
from .elastic_body import packed
from .elastic_warming import Questions, warm
from .stored import plain
from .values import filter_values, sort_keys, validity_days

log = logging.getLogger(__name__)
#: What is kept of a generation under this name, for `Counts`.
COUNTS = "counts"
_BULK_RECORDS, _BULK_BYTES = 1000, 8_000_000
_BUSY = (429, 500, 502, 503, 504)  # 500: the node that had the shard went away in the middle
_PAUSES = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 30.0)  # seconds


class NewGeneration:
    """`IndexWriter` of an index nobody reads yet."""

    def __init__(self, client: Elasticsearch, name: str, alias: str) -> None:
        self.generation, self.published = name, False
        self._client, self._alias = client, alias
        self._words: Counter[str] = Counter()
        self._counting = Counting()
        self._questions = Questions()

    def add(self, records: Iterable[Record]) -> int:
        return send(self._client, (self._action(record) for record in records))

    def _action(self, record: Record) -> dict[str, Any]:
        document = _document(record)
        words, pairs = set(document["all"].split()), set(document["pairs"].split())
        self._questions.add(record)
        self._words.update(words)
        self._counting.add(
            {
                "all": words,
                "pairs": pairs,
                "fold": map(fold_word, words),
                "fold_pairs": fold(" ".join(pairs)).split(),
                "exact": document["exact"],
            }
        )
        return {"_op_type": "index", "_index": self.generation, "_id": record.id, "_source": document}

    def remove(self, owners: Sequence[str]) -> None:
        _remove(self._client, self.generation, owners, keep=set())

    def keep(self, name: str, data: bytes) -> None:
        document = {"packed": packed(data)}
        self._client.index(index=beside(self.generation), id=name, document=document, refresh=True)

    def publish(self, position: int, expected: int | None = None) -> None:
        self._client.indices.refresh(index=self.generation)
        count = self._client.count(index=self.generation)["count"]
        if expected is not None and count != expected:
            raise IndexBuildError(f"{self.generation} holds {count} records, not {expected}")
        self._merge()
        self.keep("words", json.dumps(dict(self._words)).encode())
        if counted := self._counting.packed(position):
            self.keep(COUNTS, counted)
        warm(self._client, self.generation, self._questions.queries())
        _write_state(self._client, self.generation, position)
        actions: list[dict[str, Any]] = [
            {"remove": {"index": "*", "alias": self._alias, "must_exist": False}},
            {"add": {"index": self.generation, "alias": self._alias}},
        ]
        self._client.indices.update_aliases(actions=actions)
        self.published = True

    def _merge(self) -> None:
        """One segment instead of many: searches take less. A large index goes on merging while it is served;
        one that cannot be merged is served as it is.
        """
        once = self._client.options(max_retries=0, retry_on_timeout=False)
        try:
            once.indices.forcemerge(index=self.generation, max_num_segments=1)
        except (TransportError, ApiError) as error:
            log.warning("%s is not merged yet: %s", self.generation, error)


class Changes:
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
        send(self._client, actions)
        self._client.indices.refresh(index=self.generation)
        _write_state(self._client, self.generation, position)


def beside(generation: str) -> str:
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
        "stored": plain(record),
        **filter_values(record),
    }


def send(client: Elasticsearch, actions: Iterable[dict[str, Any]]) -> int:
    """Bulk in portions. What a busy or shrinking cluster did not take is sent again, with longer and longer
    pauses: records have their own id, so nothing is doubled. Returns how many were written.

    Raises IndexBuildError, naming the record, for one that is refused for good, and when patience ends.
    """
    count = 0
    waiting = iter(actions)
    while portion := list(islice(waiting, _BULK_RECORDS)):
        _send_portion(client, portion)
        count += len(portion)
    return count


def _send_portion(client: Elasticsearch, portion: list[dict[str, Any]]) -> None:
    left, problem = _attempt(client, portion)
    for pause in _PAUSES:
        if not left:
            return
        log.warning("%d records wait %.1f s for Elasticsearch: %s", len(left), pause, problem)
        time.sleep(pause)
        left, problem = _attempt(client, left)
    if left:
        raise IndexBuildError(f"Elasticsearch took {len(left)} records not even after waiting: {problem}")


def _attempt(client: Elasticsearch, actions: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], str]:
    """What must be sent again, and why."""
    again: list[dict[str, Any]] = []
    problem, answered = "", 0
    sent = helpers.streaming_bulk(
        client,
        actions,
        chunk_size=len(actions),
        max_chunk_bytes=_BULK_BYTES,
        max_retries=0,
        raise_on_error=False,
        raise_on_exception=False,
    )
    try:
        for done, answer in sent:
            action = actions[answered]
            answered += 1
            (result,) = answer.values()
            status = result.get("status")
            if done or (action["_op_type"] == "delete" and status == 404):
                continue
            if status not in _BUSY:
                raise IndexBuildError(f"Elasticsearch refused {action['_id']}: {result.get('error')}")
            again.append(action)
            problem = str(result.get("error"))
    except TransportError as error:
        problem = str(error)
    return again + actions[answered:], problem


def _remove(client: Elasticsearch, index: str, owners: Sequence[str], keep: Iterable[str]) -> None:
    kept = set(keep)
    if not owners:
        return
    query = {"terms": {"owner": list(owners)}}
    found = helpers.scan(client, index=index, query={"query": query, "_source": False})
    gone = [hit["_id"] for hit in found if hit["_id"] not in kept]
    send(client, ({"_op_type": "delete", "_index": index, "_id": id_} for id_ in gone))


def _write_state(client: Elasticsearch, index: str, position: int) -> None:
    meta = {"position": position, "built_at": dt.datetime.now(dt.UTC).isoformat()}
    client.indices.put_mapping(index=index, meta=meta)
