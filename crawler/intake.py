"""Taking records into the database: parse what the archive has beyond it, store in batches.

It begins while the crawl still runs: fetching waits for the site most of the time.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future

import sqlalchemy as sa

from .archive import Archive
from .marks import watermarks
from .outcomes import Outcome
from .parsing import JOBS_IN_TASK, WORTH_WORKERS, Done, Job, Workers, jobs, jobs_of, result_of
from .sources import Source
from .store import Store

#: A transaction holds about this many provisions and records together.
BATCH_ROWS = 20_000


class Intake:
    """Of one source in one run. `parsing` and `storing` add up the seconds spent on each."""

    def __init__(
        self,
        engine: sa.Engine,
        source: Source,
        archive: Archive,
        run_id: int,
        pool: Workers,
        writing: threading.Lock,
    ) -> None:
        """`writing`: held while a batch is stored, by all intakes of this process."""
        self.engine, self.source, self.archive, self.pool, self.writing = (
            engine,
            source,
            archive,
            pool,
            writing,
        )
        self.store = Store(engine, source.name, source.kind, run_id)
        self.parsing = self.storing = 0.0
        self._marks = watermarks(engine, source.name)
        self._waiting: list[Job] = []
        self._tasks: queue.Queue[Future[Done] | None] = queue.Queue()
        self._thread: threading.Thread | None = None
        self._error: Exception | None = None

    def fetched(self, key: str) -> None:
        """A record's pages are complete. Few records wait for `finish`: starting workers costs a second."""
        self._waiting += jobs_of(self.archive, self.source, key, self._marks.get(key))
        if self.pool.count and len(self._waiting) >= (JOBS_IN_TASK if self._thread else WORTH_WORKERS):
            if self._thread is None:
                self._thread = threading.Thread(target=self._keep_storing, daemon=True)
                self._thread.start()
            self._tasks.put(self.pool.submit(self.archive.folder, self.source.name, self._waiting))
            self._waiting = []

    def finish(self, again: frozenset[str] | None, report: Callable[[int, int], None]) -> None:
        """Takes in the rest: everything the database has not. `again` as for `jobs`.

        Raises StoreError, or what went wrong while the crawl was running.
        """
        if self._thread:
            self._tasks.put(None)
            self._thread.join()
        if self._error:
            raise self._error
        rest = list(jobs(self.archive, self.source, watermarks(self.engine, self.source.name), again))
        done = 0
        for batch in self._batches(self.pool.parse(self.archive.folder, self.source.name, rest)):
            self._save(batch)
            done += len(batch)
            report(done, len(rest))

    def _keep_storing(self) -> None:
        """In its own thread: stores what the workers finish, until told that there is no more."""
        try:
            for batch in self._batches(result_of(f) for f in iter(self._tasks.get, None)):
                self._save(batch)
        except Exception as error:
            self._error = error

    def _save(self, batch: list[Outcome]) -> None:
        with self.writing:
            started = time.monotonic()
            self.store.save(batch)
            self.storing += time.monotonic() - started

    def _batches(self, tasks: Iterable[Done]) -> Iterable[list[Outcome]]:
        batch: list[Outcome] = []
        rows = 0
        for done in tasks:
            batch += done.outcomes
            rows += done.rows
            self.parsing += done.seconds
            if rows >= BATCH_ROWS:
                yield batch
                batch, rows = [], 0
        if batch:
            yield batch
