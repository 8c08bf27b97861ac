"""What every view may reach: settings, the database, search. Built once by the factory, never changed."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar, cast

import sqlalchemy as sa
from flask import current_app

from schemas.errors import SearchUnavailable
from schemas.search import (
    Hit,
    IndexStatus,
    SearchReader,
    SearchRequest,
    SearchResults,
    Suggestion,
)
from schemas.settings import Settings

T = TypeVar("T")
RETRY_SECONDS = 2.0


class LazyReader:
    """A SearchReader opened at the first question, and asked for again while there is no index yet.

    So the site starts before the first index is built and finds it without a restart.
    """

    def __init__(self, opener: Callable[[], SearchReader]) -> None:
        self._opener = opener
        self._reader: SearchReader | None = None
        self._lock = threading.Lock()
        self._failed: tuple[float, SearchUnavailable] | None = None

    def _open(self) -> SearchReader:
        if self._reader is not None:
            return self._reader
        with self._lock:
            if self._reader is None:
                if self._failed and time.monotonic() - self._failed[0] < RETRY_SECONDS:
                    raise self._failed[1]
                try:
                    self._reader = self._opener()
                except SearchUnavailable as error:
                    self._failed = (time.monotonic(), error)
                    raise
            return self._reader

    def search(self, request: SearchRequest) -> SearchResults:
        return self._open().search(request)

    def suggest(self, prefix: str, limit: int = 8) -> tuple[Suggestion, ...]:
        return self._open().suggest(prefix, limit)

    def related(self, record_id: str, limit: int = 6) -> tuple[Hit, ...]:
        return self._open().related(record_id, limit)

    def status(self) -> IndexStatus:
        return self._open().status()


class Cache:
    """Values that may be some seconds old: one computation at a time, the old value serves meanwhile."""

    def __init__(self) -> None:
        self._values: dict[str, tuple[float, object]] = {}
        self._lock = threading.Lock()

    def get(self, key: str, seconds: float, compute: Callable[[], T]) -> T:
        """The value under `key`, computed again when older than `seconds`."""
        kept = self._values.get(key)
        if kept and time.monotonic() < kept[0]:
            return cast(T, kept[1])
        if not self._lock.acquire(blocking=kept is None):
            return cast(T, kept[1]) if kept else compute()
        try:
            value = compute()
            self._values[key] = (time.monotonic() + seconds, value)
            return value
        finally:
            self._lock.release()


@dataclass(frozen=True, slots=True)
class Site:
    """The parts of a running site."""

    settings: Settings
    database: sa.Engine
    reader: SearchReader
    cache: Cache


def site() -> Site:
    """The site of the current request."""
    return cast(Site, current_app.extensions["quydinh"])
