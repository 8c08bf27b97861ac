"""What a site answered, as it was received: the input of every parser."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Page:
    """One answer of an official site, kept byte for byte in the archive.

    `part` says which part of a record it is: list, detail, tree, history, diagram or file:NAME.
    """

    source: str
    record_key: str
    part: str
    url: str
    status: int
    media_type: str
    fetched_at: dt.datetime
    body: bytes

    @property
    def sha256(self) -> str:
        """Hex digest of the body (not of the headers)."""
        return hashlib.sha256(self.body).hexdigest()


@dataclass(frozen=True, slots=True)
class RecordPages:
    """The newest good page of each part of one record: what a site's parser gets."""

    source: str
    source_id: str
    parts: Mapping[str, Page]
