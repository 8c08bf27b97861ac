"""What became of a record between the archive and the database."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from .rows import Prepared


@dataclass(frozen=True, slots=True)
class PageRef:
    """An archived answer, as the table `pages` names it. Times are those of the archive."""

    part: str
    url: str
    fetched_at: dt.datetime
    status: int
    media_type: str
    sha256: str
    file: str
    offset: int
    body_file: str
    body_offset: int


@dataclass(frozen=True, slots=True)
class Parsed:
    """A record that was read well. `touched` False: the source shows no edit since the state before."""

    key: str
    prepared: Prepared
    recorded_at: dt.datetime
    touched: bool
    pages: tuple[PageRef, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """A record whose pages cannot be read; what was stored of it stays."""

    key: str
    reason: str
    recorded_at: dt.datetime
    pages: tuple[PageRef, ...]


@dataclass(frozen=True, slots=True)
class Gone:
    """A record that the full list no longer shows and whose page answers 404."""

    key: str
    at: dt.datetime
    pages: tuple[PageRef, ...]


Outcome = Parsed | Problem | Gone
