"""Showing how far a run is: a bar on a terminal, now and then a log line elsewhere."""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tqdm import tqdm

from .pipeline import Report

logger = logging.getLogger(__name__)

SECONDS_BETWEEN_LINES = 10.0


@contextmanager
def reporter() -> Iterator[Report]:
    """What the pipeline reports to."""
    if sys.stderr.isatty():
        with _bars() as report:
            yield report
    else:
        yield _Lines()


@contextmanager
def _bars() -> Iterator[Report]:
    bars: dict[tuple[str, str], Any] = {}

    def report(stage: str, source: str, done: int, total: int | None) -> None:
        bar = bars.get((stage, source))
        if bar is None:
            bar = bars[stage, source] = tqdm(desc=f"{stage} {source}", unit=" records", file=sys.stderr)
        bar.total = total
        bar.update(done - bar.n)

    try:
        yield report
    finally:
        for bar in bars.values():
            bar.close()


class _Lines:
    """A line every few seconds for each stage and source."""

    def __init__(self) -> None:
        self._next: dict[tuple[str, str], float] = {}

    def __call__(self, stage: str, source: str, done: int, total: int | None) -> None:
        now = time.monotonic()
        due = self._next.setdefault((stage, source), now + SECONDS_BETWEEN_LINES)
        if now >= due:
            self._next[stage, source] = now + SECONDS_BETWEEN_LINES
            logger.info("%s %s: %d of %s", stage, source, done, "?" if total is None else total)
