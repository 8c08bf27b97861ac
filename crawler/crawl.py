"""A crawl of one source: read its list, fetch what is new or changed there, ask after what is gone.

What must be fetched follows from the archive alone: every answer about a record carries the hash of the list
item it was fetched for. So a crawl that was killed goes on where it was, and a second one asks only for
records whose list item is another.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from .archive import Archive
from .archive_index import PageRow
from .fetcher import Fetcher, FetchError
from .sources import ABSENT, DETAIL, Answer, Ask, ListItem, Source, SourceError

logger = logging.getLogger(__name__)

#: Records in progress at once. Requests to a host still go one at a time; this many may be stalled.
RECORDS_AT_ONCE = 48
GONE = (404, 410)


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line asked for. `files`: every file, not only those the text needs."""

    since: dt.date | None = None
    limit: int | None = None
    files: bool = False

    def params(self) -> dict[str, Any]:
        """By these a broken crawl is recognised."""
        return {"since": str(self.since) if self.since else None, "limit": self.limit, "files": self.files}

    @property
    def full(self) -> bool:
        """Whether the list is read whole, so that absence from it means something."""
        return self.since is None and self.limit is None


@dataclass(slots=True)
class Fetched:
    """What a crawl did. `failures` maps a record (or "list") to the reason."""

    source: str
    listed: int = 0
    fetched: int = 0
    untouched: int = 0  # list item as before: nothing asked
    gone: int = 0
    unlisted: int = 0  # no longer listed, but still answering
    requests: int = 0
    seconds: float = 0.0
    resumed: bool = False
    finished: bool = False
    failures: dict[str, str] = field(default_factory=dict)
    retries: Counter[str] = field(default_factory=Counter)


Progress = Callable[[Fetched], None]


class Crawl:
    """One run over one source. `progress` is called after each record, `fetched` with each complete one.

    The archive's run is left open: who crawls several sources ends them together, so that after a kill none
    is begun afresh.
    """

    def __init__(
        self,
        source: Source,
        archive: Archive,
        fetcher: Fetcher,
        options: Options,
        progress: Progress,
        fetched: Callable[[str], None] = lambda _: None,
    ) -> None:
        self.source, self.archive, self.fetcher, self.options = source, archive, fetcher, options
        self.progress, self.fetched = progress, fetched
        self.result = Fetched(source.name)
        self._queue: asyncio.Queue[ListItem | str | None] = asyncio.Queue(RECORDS_AT_ONCE * 4)
        self._seen: set[str] = set()

    async def run(self) -> Fetched:
        """Runs to the end. Failures of records are collected; errors of the archive are raised."""
        started = time.monotonic()
        self.result.resumed = self.archive.begin_run(self.options.params())
        workers = [asyncio.create_task(self._work()) for _ in range(RECORDS_AT_ONCE)]
        lister = asyncio.create_task(self._list())
        try:
            await _first_error(lister, workers)
        finally:
            for task in (lister, *workers):
                task.cancel()
            await asyncio.gather(lister, *workers, return_exceptions=True)
            self.result.seconds = time.monotonic() - started
            self.result.requests = self.fetcher.requests
            self.result.retries = self.fetcher.retries
        self.result.finished = True
        return self.result

    async def _list(self) -> None:
        try:
            complete = await self._read_list()
        except SourceError as error:
            self.result.failures["list"] = str(error)
            complete = False
        if complete and self.options.full:
            for key in self._absent():
                await self._queue.put(key)
        for _ in range(RECORDS_AT_ONCE):
            await self._queue.put(None)

    async def _read_list(self) -> bool:
        """Queues what the list shows; True if its end was reached."""
        async for batch in self.source.listing(self._fetch_list, self.options.since):
            for item in batch:
                if self.options.limit is not None and len(self._seen) >= self.options.limit:
                    return False
                if item.key in self._seen:
                    continue
                self._seen.add(item.key)
                self.result.listed += 1
                if self._is_complete(item):
                    self.result.untouched += 1
                    self.progress(self.result)
                else:
                    await self._queue.put(item)
        return True

    async def _fetch_list(self, ask: Ask) -> Answer:
        """A list page; from the archive if this very run already has it."""
        row = self.archive.index.answered(ask.fingerprint, self.archive.run)
        if row:
            return Answer(row.url, row.status, self.archive.body(row))
        return await self.fetcher.fetch(ask)

    async def _work(self) -> None:
        while True:
            task = await self._queue.get()
            if task is None:
                return
            key = task if isinstance(task, str) else task.key
            try:
                await (self._ask_after(key) if isinstance(task, str) else self._record(task))
            except SourceError as error:
                self.result.failures[key] = str(error)
            else:
                self.fetched(key)
            self.progress(self.result)

    async def _record(self, item: ListItem) -> None:
        """Fetches the parts of one record that the archive lacks.

        The files come right after the detail: where the last of the other parts is there, all is there.
        """
        have = self._have(item)
        first, *others = self.source.asks(item.key)
        if first.part in have:
            detail = self.archive.body(have[first.part])
        else:
            detail = (await self._part(first, item)).body
        for ask in self.source.files(item.key, detail, self.options.files):
            if ask.part not in have:
                try:
                    await self._part(ask, item)
                except FetchError as error:  # the record is of use without it
                    self.result.failures[f"{item.key} {ask.part}"] = error.reason
        for ask in others:
            if ask.part not in have:
                await self._part(ask, item)
        self.result.fetched += 1

    async def _part(self, ask: Ask, item: ListItem) -> Answer:
        return await self.fetcher.fetch(ask, item.sha256)

    async def _ask_after(self, key: str) -> None:
        """Whether a record that a full list no longer shows is withdrawn."""
        try:
            await self.fetcher.fetch(self.source.asks(key)[0], ABSENT)
        except FetchError as error:
            if error.status not in GONE:
                raise
            self.result.gone += 1
        else:
            self.result.unlisted += 1
            logger.warning("%s %s is no longer listed but still answers", self.source.name, key)

    def _have(self, item: ListItem) -> dict[str, PageRow]:
        """Good parts fetched for this very list item since the record last was anything else."""
        have: dict[str, PageRow] = {}
        for row in reversed(self.archive.index.pages_of(item.key)):
            if row.item != item.sha256:
                break
            if row.good:
                have.setdefault(row.part, row)
        return have

    def _is_complete(self, item: ListItem) -> bool:
        have = self._have(item)
        asks = self.source.asks(item.key)
        if not all(ask.part in have for ask in asks):
            return False
        if not self.options.files:
            return True
        detail = self.archive.body(have[asks[0].part])
        return all(ask.part in have for ask in self.source.files(item.key, detail, True))

    def _absent(self) -> list[str]:
        """Records the archive knows, the list does not show and that have not been found gone already."""
        absent = []
        for key in self.archive.index.record_keys():
            if key in self._seen:
                continue
            rows = self.archive.index.pages_of(key)
            last = rows[-1]
            known_gone = last.item == ABSENT and last.status in GONE
            if not known_gone and any(row.good and row.part == DETAIL for row in rows):
                absent.append(key)
        return absent


async def _first_error(lister: asyncio.Task[None], workers: list[asyncio.Task[None]]) -> None:
    """Waits for all; raises what the first one to fail raised."""
    waiting: set[asyncio.Task[Any]] = {lister, *workers}
    while waiting:
        done, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_EXCEPTION)
        for task in done:
            await task
