"""Crawl, parse and store, as the commands and the benchmark run them."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack, closing
from dataclasses import asdict
from pathlib import Path

import sqlalchemy as sa

from schemas.settings import Settings

from .archive import Archive
from .crawl import Fetched, Options
from .incoming import derive_incoming
from .marks import failing, watermarks
from .outcomes import Outcome, Parsed
from .parsing import Workers, jobs
from .runs import SourceSummary, Summary, begin_run, end_run, peak_mb
from .scraping import crawl_sources
from .sources import Source, source_class
from .store import Store

#: A transaction holds about this many provisions and records together.
BATCH_ROWS = 20_000

#: (stage, source, done, total or None)
Report = Callable[[str, str, int, int | None], None]


def quiet(_stage: str, _source: str, _done: int, _total: int | None) -> None:
    """Reports nothing."""


def crawl(
    settings: Settings, engine: sa.Engine, names: Sequence[str], options: Options, report: Report = quiet
) -> Summary:
    """Fetches what is new or changed of the sources, then parses and stores it.

    Once per process: Twisted's reactor cannot be started again. Raises ArchiveError, StoreError.
    """
    started = time.monotonic()
    summary = Summary("crawl")
    with ExitStack() as stack, Workers() as pool:
        work: list[tuple[Source, Archive]] = []
        for name in names:
            source = source_class(name)(settings)
            archive = Archive(settings.archive_dir, type(source))
            stack.callback(archive.close)
            work.append((source, archive))
        runs = [begin_run(engine, source.name, "crawl") for source, _ in work]

        def progress(fetched: Fetched) -> None:
            report("crawl", fetched.source, fetched.fetched + fetched.untouched, fetched.listed)

        results = crawl_sources(settings, work, options, progress)
        summary.stages["crawl"] = time.monotonic() - started
        for (source, archive), fetched, run_id in zip(work, results, runs, strict=True):
            archive.flush()
            one = SourceSummary(
                source.name, fetched.listed, fetched.fetched, fetched.requests,
                failed=dict(fetched.failures), retries=dict(fetched.retries),
            )  # fmt: skip
            _take_in(engine, source, archive, run_id, one, summary, failing(engine, source), report, pool)
            known = one.new + one.changed + one.status_by_date + len(one.failed)
            one.unchanged = max(0, one.listed - known)
            end_run(engine, run_id, asdict(one))
            summary.sources.append(one)
    return _finish(summary, started)


def parse(
    settings: Settings,
    engine: sa.Engine,
    names: Sequence[str],
    folder: Path | None = None,
    report: Report = quiet,
    workers: int | None = None,
) -> Summary:
    """Rebuilds the records of the sources from the archive (or that in `folder`), with no network."""
    started = time.monotonic()
    summary = Summary("parse")
    with Workers(workers) as pool:
        for name in names:
            source = source_class(name)(settings)
            # The samples' archive belongs to the repository: nothing is written beside it.
            archive = Archive(folder or settings.archive_dir, type(source), writable=folder is None)
            with closing(archive):
                run_id = begin_run(engine, name, "parse")
                one = SourceSummary(name)
                _take_in(engine, source, archive, run_id, one, summary, None, report, pool)
                end_run(engine, run_id, asdict(one))
                summary.sources.append(one)
    return _finish(summary, started)


def _take_in(
    engine: sa.Engine,
    source: Source,
    archive: Archive,
    run_id: int,
    one: SourceSummary,
    summary: Summary,
    again: frozenset[str] | None,
    report: Report,
    pool: Workers,
) -> None:
    """Parses and stores what the database has not taken in yet, and adds up what happened."""
    started, storing = time.monotonic(), 0.0
    store = Store(engine, source.name, source.kind, run_id)
    waiting = list(jobs(archive, source, watermarks(engine, source.name), again))
    total, done = len(waiting), 0
    for batch in _batches(pool.parse(archive.folder, source.name, waiting)):
        begun = time.monotonic()
        store.save(batch)
        storing += time.monotonic() - begun
        done += len(batch)
        report("parse", source.name, done, total)
    begun = time.monotonic()
    if source.kind == "document":
        now = dt.datetime.now(dt.UTC)
        one.incoming = derive_incoming(engine, source.name, run_id, store.new_ids, now)
    storing += time.monotonic() - begun
    counts = store.counts
    one.new, one.changed, one.status_by_date = counts.new, counts.changed, counts.status_by_date
    one.unchanged += counts.unchanged
    one.withdrawn, one.returned = counts.withdrawn, counts.returned
    one.failed |= counts.problems
    taken = time.monotonic() - started - storing
    summary.stages["parse"] = summary.stages.get("parse", 0.0) + taken
    summary.stages["store"] = summary.stages.get("store", 0.0) + storing


def _batches(results: Iterable[list[Outcome]]) -> Iterable[list[Outcome]]:
    batch: list[Outcome] = []
    rows = 0
    for outcomes in results:
        batch += outcomes
        rows += sum(1 + len(o.prepared.provisions) for o in outcomes if isinstance(o, Parsed))
        if rows >= BATCH_ROWS:
            yield batch
            batch, rows = [], 0
    if batch:
        yield batch


def _finish(summary: Summary, started: float) -> Summary:
    summary.seconds = time.monotonic() - started
    summary.stages = {name: round(seconds, 3) for name, seconds in summary.stages.items()}
    summary.peak_mb = round(peak_mb(), 1)
    return summary
