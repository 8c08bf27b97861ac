"""Crawl, parse and store, as the commands and the benchmark run them."""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from dataclasses import asdict
from pathlib import Path

import sqlalchemy as sa

from schemas.settings import Settings

from .archive import Archive
from .crawl import Fetched, Options
from .incoming import derive_incoming
from .intake import Intake
from .marks import failing
from .parsing import Workers
from .runs import SourceSummary, Summary, begin_run, end_run, peak_mb
from .scraping import CrawlJob, crawl_sources
from .sources import source_class

#: (stage, source, done, total or None)
Report = Callable[[str, str, int, int | None], None]


def quiet(_stage: str, _source: str, _done: int, _total: int | None) -> None:
    """Reports nothing."""


def crawl(
    settings: Settings, engine: sa.Engine, names: Sequence[str], options: Options, report: Report = quiet
) -> Summary:
    """Fetches what is new or changed of the sources; parses and stores it, mostly while fetching.

    Once per process: Twisted's reactor cannot be started again. Raises ArchiveError, StoreError.
    """
    started = time.monotonic()
    summary = Summary("crawl")
    with ExitStack() as stack, Workers() as pool:
        intakes, writing = [], threading.Lock()
        for name in names:
            source = source_class(name)(settings)
            archive = Archive(settings.archive_dir, type(source))
            stack.callback(archive.close)
            run_id = begin_run(engine, name, "crawl")
            intakes.append(Intake(engine, source, archive, run_id, pool, writing))

        def progress(fetched: Fetched) -> None:
            report("crawl", fetched.source, fetched.fetched + fetched.untouched, fetched.listed)

        jobs = [CrawlJob(i.source, i.archive, i.fetched) for i in intakes]
        results = crawl_sources(settings, jobs, options, progress)
        summary.stages["crawl"] = time.monotonic() - started
        for intake, fetched in zip(intakes, results, strict=True):
            intake.archive.flush()
            one = SourceSummary(
                intake.source.name, fetched.listed, fetched.fetched, fetched.requests,
                failed=dict(fetched.failures), retries=dict(fetched.retries),
            )  # fmt: skip
            if not fetched.finished:
                one.failed["crawl"] = "interrupted; the same command goes on from here"
            _take_in(intake, one, summary, failing(engine, intake.source), report)
            known = one.new + one.changed + one.status_by_date + len(one.failed)
            one.unchanged = max(0, one.listed - known)
            end_run(engine, intake.store.run_id, asdict(one))
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
                intake = Intake(engine, source, archive, run_id, pool, threading.Lock())
                _take_in(intake, one, summary, None, report)
                end_run(engine, run_id, asdict(one))
                summary.sources.append(one)
    return _finish(summary, started)


def _take_in(
    intake: Intake, one: SourceSummary, summary: Summary, again: frozenset[str] | None, report: Report
) -> None:
    """Finishes the intake, derives incoming relations, and adds up what happened."""
    source, store = intake.source, intake.store
    intake.finish(again, lambda done, total: report("parse", source.name, done, total))
    begun = time.monotonic()
    if source.kind == "document":
        now = dt.datetime.now(dt.UTC)
        one.incoming = derive_incoming(intake.engine, source.name, store.run_id, store.new_ids, now)
    counts = store.counts
    one.new, one.changed, one.status_by_date = counts.new, counts.changed, counts.status_by_date
    one.unchanged, one.withdrawn, one.returned = counts.unchanged, counts.withdrawn, counts.returned
    one.failed |= counts.problems
    storing = intake.storing + time.monotonic() - begun
    for stage, seconds in (("parse", intake.parsing), ("store", storing)):
        summary.stages[stage] = summary.stages.get(stage, 0.0) + seconds


def _finish(summary: Summary, started: float) -> Summary:
    summary.seconds = time.monotonic() - started
    summary.stages = {name: round(seconds, 3) for name, seconds in summary.stages.items()}
    summary.peak_mb = round(peak_mb(), 1)
    return summary
