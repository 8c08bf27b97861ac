"""The append-only archive of raw pages: one folder of WARC files for each source, and its index.

Every answer is written, with its digest, before anything looks into it. A process killed at any moment
loses at most the answer it was writing: opening the archive cuts a torn last record off and reads into the
index what the files have beyond it.
"""

from __future__ import annotations

import datetime as dt
import fcntl
import json
import os
import uuid
from dataclasses import replace
from pathlib import Path
from typing import Any

from schemas.errors import ArchiveError

from . import SOFTWARE, warc
from .archive_index import ArchiveIndex, PageRow
from .sources import LIST, ROBOTS, Source

ROTATE_AT = 256 * 1024 * 1024  # bytes; a file is closed when it has grown beyond
COMMIT_EVERY = 200  # answers between two commits of the index
RESUME_WITHIN = dt.timedelta(hours=24)  # an older broken run is begun anew: its lists are stale
_INDEX = "index.sqlite3"


class Archive:
    """One source's archive. `writable=False` never touches the folder (its index is then kept in memory).

    Raises ArchiveError when another crawl holds it or the folder cannot be used.
    """

    def __init__(
        self, folder: Path, source: type[Source], writable: bool = True, rotate_at: int = ROTATE_AT
    ) -> None:
        self.folder, self.source, self.writable, self.rotate_at = (
            folder / source.name,
            source,
            writable,
            rotate_at,
        )
        self.run = ""
        self._file: Any = None
        self._since_commit = 0
        self._lock: Any = None
        if writable:
            self._take_lock()
        stored = self.folder / _INDEX
        self.index = ArchiveIndex(stored if writable else None)
        self._catch_up()

    def close(self) -> None:
        """Commits the index and lets go of the folder."""
        self.flush()
        self.index.close()
        if self._file:
            self._file.close()
        if self._lock:
            self._lock.close()

    def flush(self) -> None:
        """Brings files and index safely to the disk."""
        if self._file:
            os.fsync(self._file.fileno())
        self._commit()

    def _commit(self) -> None:
        # How far the index has read goes in with what it read, or a crash would make it read twice.
        if self._file:
            self.index.set_size(Path(self._file.name).name, self._file.tell())
        self.index.commit()
        self._since_commit = 0

    # ------------------------------------------------------------------ runs
    def begin_run(self, params: dict[str, Any]) -> bool:
        """Starts a crawl, or goes on with the one that broke off with the same parameters (True)."""
        text = json.dumps(params, sort_keys=True)
        now = dt.datetime.now(dt.UTC)
        last = self.index.last_run()
        if last and last[1] == text and last[3] is None and now - warc.moment(last[2]) < RESUME_WITHIN:
            self.run = last[0]
            return True
        self.run = uuid.uuid4().hex[:12]
        self._append(warc.note_member({"event": "begin", "run": self.run, "params": text}, now))
        self.index.begin_run(self.run, text, warc.timestamp(now))
        self._commit()
        return False

    def end_run(self) -> None:
        """Marks the run as come to its end: the next one starts afresh."""
        now = dt.datetime.now(dt.UTC)
        self._append(warc.note_member({"event": "end", "run": self.run}, now))
        self.index.end_run(self.run, warc.timestamp(now))
        self.flush()

    # ------------------------------------------------------------------ pages
    def append(self, exchange: warc.Exchange) -> PageRow:
        """Writes an answer; a body equal to the record's last one of that part becomes a revisit record."""
        sha256 = exchange.sha256
        if self._since_commit >= COMMIT_EVERY:
            self._commit()
        earlier = self.index.latest(exchange.fingerprint) if exchange.body else None
        if earlier and earlier.sha256 != sha256:
            earlier = None
        told = warc.Earlier(earlier.url, warc.moment(earlier.fetched_at)) if earlier else None
        response, request = warc.exchange_members(exchange, sha256, told)
        name, offset = self._append(response, request)
        row = _row(exchange, sha256, name, offset)
        if earlier:
            row = replace(row, body_file=earlier.body_file, body_offset=earlier.body_offset)
        row = replace(row, id=self.index.add_page(row, exchange.fingerprint))
        self._since_commit += 1
        return row

    def accept(self, row: PageRow, body: bytes) -> None:
        """Notes that an answer is what was asked for; reads the entries of a list page."""
        self.index.mark_good(row.id)
        if row.part == LIST:
            self.index.add_items(self.source.items(body), row.id)

    def body(self, row: PageRow) -> bytes:
        """The body of an archived answer."""
        return warc.http_body(warc.read_member(self.folder / row.body_file, row.body_offset))

    # ------------------------------------------------------------------ files
    def _append(self, *members: bytes) -> tuple[str, int]:
        if not self.writable:
            raise ArchiveError(f"{self.folder} was opened for reading only")
        if self._file is None or self._file.tell() >= self.rotate_at:
            self._next_file()
        offset, data = self._file.tell(), b"".join(members)
        try:
            written = self._file.write(data)
        except OSError as error:
            raise ArchiveError(
                f"{self._file.name}: {error.strerror}; free some space and crawl again"
            ) from error
        if written != len(data):
            os.ftruncate(self._file.fileno(), offset)
            raise ArchiveError(f"{self._file.name}: the disk is full; free some space and crawl again")
        return Path(self._file.name).name, offset

    def _next_file(self) -> None:
        if self._file:
            self.flush()
            self._file.close()
        names = self._names()
        path = self.folder / names[-1] if names else None
        if path is None or path.stat().st_size >= self.rotate_at:
            path = self.folder / f"{self.source.name}-{len(names):05d}.warc.gz"
        self._file = path.open("ab", buffering=0)
        if self._file.tell() == 0:
            self._file.write(warc.info_member(path.name, SOFTWARE, dt.datetime.now(dt.UTC)))

    def _names(self) -> list[str]:
        return sorted(p.name for p in self.folder.glob("*.warc.gz"))

    def _take_lock(self) -> None:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._lock = (self.folder / "lock").open("w")
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise ArchiveError(f"{self.folder} is in use by another crawl; wait for it to end") from error
        except OSError as error:
            raise ArchiveError(f"{self.folder}: {error.strerror}") from error

    # ------------------------------------------------------------------ catching up
    def _catch_up(self) -> None:
        sizes = self.index.sizes()
        names = self._names()
        real = {name: (self.folder / name).stat().st_size for name in names}
        if any(real.get(name, -1) < size for name, size in sizes.items()):
            self.index.clear()  # files were lost or replaced
            sizes = {}
        for name in names:
            known = sizes.get(name, 0)
            if real[name] > known:
                self._read_file(name, known, real[name])
        self.index.commit()

    def _read_file(self, name: str, offset: int, size: int) -> None:
        path = self.folder / name
        for member in warc.scan(path, offset):
            self._learn(name, member)
            offset = member.end
        if offset < size and self.writable:
            if name != self._names()[-1]:
                raise ArchiveError(
                    f"{path} is damaged at {offset}; restore it or move it away and crawl again"
                )
            os.truncate(path, offset)
        self.index.set_size(name, offset)

    def _learn(self, name: str, member: warc.Member) -> None:
        if member.kind == "metadata" and member.headers.get("Content-Type") == "application/json":
            note = json.loads(member.block)
            if note["event"] == "begin":
                self.index.begin_run(note["run"], note["params"], member.headers["WARC-Date"])
            else:
                self.index.end_run(note["run"], member.headers["WARC-Date"])
            return
        exchange = warc.exchange_of(member)
        if exchange is None:
            return
        sha256, body = warc.digest_of(member), exchange.body
        row = _row(exchange, sha256, name, member.offset)
        if member.kind == "revisit":
            earlier = self.index.same_body(exchange.fingerprint, sha256)
            if earlier is None:
                return  # its body was in a file that is gone
            row = replace(row, body_file=earlier.body_file, body_offset=earlier.body_offset)
            body = self.body(row)
        if row.part == ROBOTS:
            good = row.status != 429 and row.status < 500
        else:
            refusal = self.source.refusal(row.part, row.media_type, body)
            good = row.status in self.source.good_statuses and refusal is None
        row = replace(row, id=self.index.add_page(row, exchange.fingerprint))
        if good:
            self.accept(row, body)


def _row(exchange: warc.Exchange, sha256: str, name: str, offset: int) -> PageRow:
    return PageRow(
        id=0,
        key=exchange.record_key,
        part=exchange.part,
        item=exchange.item,
        run=exchange.run,
        url=exchange.url,
        status=exchange.status,
        media_type=exchange.media_type,
        fetched_at=warc.timestamp(exchange.fetched_at),
        sha256=sha256,
        file=name,
        offset=offset,
        body_file=name,
        body_offset=offset,
        good=0,
    )
