"""From archived pages to records: which states are waiting, and parsing them in worker processes."""

from __future__ import annotations

import datetime as dt
import logging
import multiprocessing
import os
import time
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path

from schemas.errors import ParseError, QuydinhError
from schemas.pages import Page, RecordPages
from schemas.processes import end_with_parent

from . import warc
from .archive import Archive
from .archive_index import PageRow
from .generations import Generation, generations
from .outcomes import Gone, Outcome, PageRef, Parsed, Problem
from .rows import prepare
from .sources import LIST, ListItem, Source, source_class

logger = logging.getLogger(__name__)

JOBS_IN_TASK = 8  # states handed to a worker at a time
TASKS_AHEAD = 16  # tasks a worker may be ahead of the storing: a batch being stored must not stop it
#: Fewer than this are parsed here: a worker takes about a second to start.
WORTH_WORKERS = 64


@dataclass(frozen=True, slots=True)
class Job:
    """One state of a record to parse. `item` is its list entry; None for a state of being gone."""

    key: str
    pages: tuple[PageRef, ...]
    item: bytes | None
    recorded_at: dt.datetime
    touched: bool
    fresh: tuple[PageRef, ...]  # those the database has not taken in


def jobs(
    archive: Archive,
    source: Source,
    taken: Mapping[str, dt.datetime],
    again: frozenset[str] | None,
) -> Iterator[Job]:
    """States the database has not taken in, oldest first for each record, in the archive's order.

    `taken`: the newest page the database has of each record. `again`: records whose newest state is parsed
    anew even so (None: all). Pages read as the store wants them.
    """
    newest = archive.index.newest()
    for key in list(archive.index.record_keys()):
        mark = taken.get(key)
        repeat = again is None or key in again
        if repeat or not mark or warc.moment(newest[key]) > mark:
            yield from jobs_of(archive, source, key, mark, repeat)


def jobs_of(
    archive: Archive, source: Source, key: str, mark: dt.datetime | None, repeat: bool = False
) -> Iterator[Job]:
    """States of one record that are newer than `mark`; with `repeat` the newest state even so."""
    required = frozenset(ask.part for ask in source.asks(key))
    states = generations(archive.index.pages_of(key), required)
    for number, state in enumerate(states):
        is_new = mark is None or warc.moment(state.newest) > mark
        if is_new or (repeat and number == len(states) - 1):
            yield _job(archive, key, state, states[number - 1] if number else None, mark)


def _job(
    archive: Archive, key: str, state: Generation, before: Generation | None, mark: dt.datetime | None
) -> Job:
    recorded = warc.moment(state.fetched_at)
    if state.gone:
        page = _ref(state.gone)
        seen = mark is not None and page.fetched_at <= mark
        return Job(key, (page,), None, recorded, True, () if seen else (page,))
    pages = [_ref(row) for row in state.parts.values()]
    item = archive.index.item(key, state.item)
    if item:
        listed = archive.index.page(item.page)
        if listed:
            pages.insert(0, _list_ref(listed, item.item))
    fresh = tuple(p for p in pages if mark is None or p.fetched_at > mark)
    return Job(
        key,
        tuple(pages),
        item.item.body if item else None,
        recorded,
        _touched(archive, key, state, before),
        fresh,
    )


def _touched(archive: Archive, key: str, state: Generation, before: Generation | None) -> bool:
    """False if the list items of two states differ only in what moves by date."""
    if before is None or before.gone:
        return True
    old, new = archive.index.item(key, before.item), archive.index.item(key, state.item)
    return not (old and new and old.item.stable == new.item.stable)


def _ref(row: PageRow) -> PageRef:
    return PageRef(
        row.part, row.url, warc.moment(row.fetched_at), row.status, row.media_type, row.sha256, row.file,
        row.offset, row.body_file, row.body_offset,
    )  # fmt: skip


def _list_ref(row: PageRow, item: ListItem) -> PageRef:
    """The list page, with the hash of the record's own item."""
    return PageRef(
        LIST, row.url, warc.moment(row.fetched_at), row.status, row.media_type, item.sha256, row.file,
        row.offset, row.body_file, row.body_offset,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Done:
    """A task's outcomes, in the order of its jobs, and the seconds they took."""

    outcomes: list[Outcome]
    seconds: float

    @property
    def rows(self) -> int:
        """How much there is to store."""
        return sum(1 + len(o.prepared.provisions) for o in self.outcomes if isinstance(o, Parsed))


def parse_jobs(folder: Path, source: str, batch: Sequence[Job]) -> Done:
    """Parses states from the WARC files in `folder`. Runs in a worker: takes and gives plain values."""
    started = time.monotonic()
    cls = source_class(source)
    return Done([_parse(folder, cls, job) for job in batch], time.monotonic() - started)


def _parse(folder: Path, cls: type[Source], job: Job) -> Outcome:
    if job.item is None and job.pages[0].status in (404, 410):
        return Gone(job.key, job.recorded_at, job.fresh)
    try:
        pages = {ref.part: _page(folder, cls.name, job, ref) for ref in job.pages}
        prepared = prepare(cls.parse(RecordPages(cls.name, job.key, pages)))
    except ParseError as error:
        return Problem(job.key, str(error), job.recorded_at, job.fresh)
    except QuydinhError:
        raise
    except Exception as error:  # a parser must not stop the crawl; the record is marked
        logger.exception("%s %s: the parser failed", cls.name, job.key)
        return Problem(job.key, f"{type(error).__name__}: {error}", job.recorded_at, job.fresh)
    if prepared.source_id != job.key:
        reason = f"the page is of {prepared.source_id}, asked for was {job.key}"
        return Problem(job.key, reason, job.recorded_at, job.fresh)
    return Parsed(job.key, prepared, job.recorded_at, job.touched, job.fresh)


def _page(folder: Path, source: str, job: Job, ref: PageRef) -> Page:
    if ref.part == LIST and job.item is not None:
        body = job.item
    else:
        body = warc.http_body(warc.read_member(folder / ref.body_file, ref.body_offset))
    return Page(source, job.key, ref.part, ref.url, ref.status, ref.media_type, ref.fetched_at, body)


def _begin_worker() -> None:
    """A worker gives way to the crawl, and ends with it."""
    os.nice(10)
    end_with_parent()


class Workers:
    """Processes that parse; started when there is enough to do, kept until the end.

    `count`: None takes two where there are that many processors; 0 parses in this process.
    """

    def __init__(self, count: int | None = None) -> None:
        self.count = min(2, os.cpu_count() or 1) if count is None else count
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool:
            self._pool.shutdown(cancel_futures=True)

    def submit(self, folder: Path, source: str, task: Sequence[Job]) -> Future[Done]:
        """Hands a task to the processes, starting them if need be."""
        if self._pool is None:
            # Not fork: a copy of a process that ran a reactor and holds connections is not safe to use.
            context = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(self.count, context, initializer=_begin_worker)
        return self._pool.submit(parse_jobs, folder, source, task)

    def parse(self, folder: Path, source: str, waiting: Sequence[Job]) -> Iterator[Done]:
        """What became of all jobs, in their order, a task at a time."""
        tasks = [waiting[i : i + JOBS_IN_TASK] for i in range(0, len(waiting), JOBS_IN_TASK)]
        if self.count == 0 or (self._pool is None and len(waiting) < WORTH_WORKERS):
            for task in tasks:
                yield parse_jobs(folder, source, task)
            return
        running: deque[Future[Done]] = deque()
        for task in tasks:
            running.append(self.submit(folder, source, task))
            while len(running) > self.count * TASKS_AHEAD:
                yield result_of(running.popleft())
        while running:
            yield result_of(running.popleft())


def result_of(future: Future[Done]) -> Done:
    """Waits for a task. Raises QuydinhError if its process was killed."""
    try:
        return future.result()
    except BrokenProcessPool as error:
        raise QuydinhError("a parsing process was killed; is there enough memory?") from error
