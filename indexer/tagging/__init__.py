"""Tagging: what stands in the texts, found by rules and written beside them (docs/tagging.md)."""

from __future__ import annotations

import logging
import multiprocessing
import threading
import time
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import replace

import sqlalchemy as sa

from schemas.database import database_engine
from schemas.processes import end_with_parent
from schemas.settings import Settings

from .detailing import Detailing, mark_referring, stale_details
from .model import TAGGER, TagSummary
from .pipeline import build_pipeline, tag_document
from .reading import NumberIndex, pending_documents, read_documents, related_ids, title_index
from .titles import TitleIndex
from .topics import TopicModel, load_topics
from .writing import TaggedDocument, relink_citations, to_rows, write_documents, write_procedures

__all__ = ["TAGGER", "TagSummary", "tag_pending"]
log = logging.getLogger(__name__)
#: Documents in one transaction: small enough that a killed run loses a second's work.
BATCH = 24


def tag_pending(settings: Settings, database: sa.Engine, workers: int = 2) -> TagSummary:
    """Tag every document that is new, changed, or was tagged by other rules; split procedures' requirements.

    Writes document_tags, citations, details and conditions, a batch in one transaction: killed at any moment
    and run again it ends in the same state. Equal texts give equal tags. `workers` processes do the work
    (1: this one), each reading with a connection of its own; this process alone writes.
    """
    started = time.monotonic()
    with database.connect() as connection:
        pending = pending_documents(connection)
        titles = title_index(connection) if pending else TitleIndex()
        numbers = NumberIndex(connection)
    summary = TagSummary()
    batches = [pending[n : n + BATCH] for n in range(0, len(pending), BATCH)]
    for ids, tagged in _tagged_batches(database, titles, batches, min(workers, len(batches))):
        with database.begin() as connection:
            linked = write_documents(connection, tagged, numbers, related_ids(connection, ids))
        summary = _added(summary, tagged, linked)
        summary = replace(summary, failed=summary.failed + len(ids) - len(tagged))
        log.info("tagged", extra={"documents": summary.documents, "of": len(pending)})
    with database.begin() as connection:
        relink_citations(connection, numbers)
        procedures, conditions = write_procedures(connection)
    return replace(
        summary,
        details=_write_details(database),
        procedures=procedures,
        conditions=summary.conditions + conditions,
        seconds=round(time.monotonic() - started, 3),
    )


def _write_details(database: sa.Engine) -> int:
    """Pair articles of laws and decrees wherever one was tagged since; the number of pairs written."""
    with database.begin() as connection:
        mark_referring(connection, stale_details(connection))
        stale = stale_details(connection)
    detailing, written = Detailing(), 0
    for at in range(0, len(stale), BATCH):
        with database.begin() as connection:
            written += detailing.write(connection, stale[at : at + BATCH])
    return written


def _added(summary: TagSummary, tagged: Sequence[TaggedDocument], linked: int) -> TagSummary:
    return replace(
        summary,
        documents=summary.documents + len(tagged),
        articles=summary.articles + sum(d.articles for d in tagged),
        tags=summary.tags + sum(len(d.tags) for d in tagged),
        citations=summary.citations + sum(len(d.citations) for d in tagged),
        citations_linked=summary.citations_linked + linked,
        conditions=summary.conditions + sum(len(d.conditions) for d in tagged),
    )


def _tagged_batches(
    database: sa.Engine, titles: TitleIndex, batches: list[list[int]], workers: int
) -> Iterator[tuple[list[int], list[TaggedDocument]]]:
    """Tagged batches in their order, at most a few ahead of the writer, which bounds the memory."""
    if workers <= 1:
        model = load_topics()
        for ids in batches:
            with database.connect() as connection:
                tagged = _tag(connection, titles, model, ids)
            yield ids, tagged
        return
    build_pipeline()
    database.dispose()  # no connection may be shared with a forked process
    # A forked worker shares the pipeline already built; with other threads about, forking is not safe.
    method = "fork" if threading.active_count() == 1 else "spawn"
    address = database.url.render_as_string(hide_password=False)
    with ProcessPoolExecutor(
        workers, multiprocessing.get_context(method), initializer=_start_worker, initargs=(address, titles)
    ) as pool:
        waiting: deque[tuple[list[int], Future[list[TaggedDocument]]]] = deque()
        for ids in batches:
            waiting.append((ids, pool.submit(_tag_in_worker, ids)))
            if len(waiting) > 2 * workers:
                done, future = waiting.popleft()
                yield done, future.result()
        for done, future in waiting:
            yield done, future.result()


def _tag(
    connection: sa.Connection, titles: TitleIndex, model: TopicModel, ids: list[int]
) -> list[TaggedDocument]:
    rows = []
    for document in read_documents(connection, ids):
        try:
            rows.append(to_rows(document, list(tag_document(document, titles)), model.topics(document)))
        except Exception:  # one text that no rule foresaw must not keep the others from being tagged
            log.exception("not tagged", extra={"document": document.number})
    return rows


class _Worker:
    """What a worker process keeps between batches."""

    engine: sa.Engine
    titles: TitleIndex
    model: TopicModel


def _start_worker(address: str, titles: TitleIndex) -> None:
    end_with_parent()
    _Worker.engine = database_engine(address)
    _Worker.titles = titles
    _Worker.model = load_topics()
    build_pipeline()


def _tag_in_worker(ids: list[int]) -> list[TaggedDocument]:
    with _Worker.engine.connect() as connection:
        return _tag(connection, _Worker.titles, _Worker.model, ids)
