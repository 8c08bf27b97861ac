"""The archive's own index: a small SQLite file beside the WARC files, rebuildable from them alone.

It may lag behind the files (it is committed now and then); opening the archive reads what it missed.
"""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .sources import ListItem

#: Raised when the tables change: an older index is thrown away and read anew from the WARC files.
VERSION = 1

_TABLES = """
create table files (name text primary key, size integer not null) without rowid;
create table runs (id text primary key, params text not null, begun_at text not null, ended_at text);
create table pages (
  id integer primary key, key text not null, part text not null, item text not null, run text not null,
  request text not null, url text not null, status integer not null, media_type text not null,
  fetched_at text not null, sha256 text not null, file text not null, offset integer not null,
  body_file text not null, body_offset integer not null, good integer not null
);
create index pages_key on pages (key, id);
create index pages_request on pages (request, id);
create table items (
  key text not null, sha256 text not null, stable text not null, body blob not null,
  page integer not null, primary key (key, sha256)
);
"""
_COLUMNS = (
    "id, key, part, item, run, url, status, media_type, fetched_at, sha256, file, offset, "
    "body_file, body_offset, good"
)


@dataclass(frozen=True, slots=True)
class PageRow:
    """One archived answer. The body is at `body_offset` of `body_file` (elsewhere for a revisit)."""

    id: int
    key: str
    part: str
    item: str
    run: str
    url: str
    status: int
    media_type: str
    fetched_at: str
    sha256: str
    file: str
    offset: int
    body_file: str
    body_offset: int
    good: int  # 1 if it is what was asked for


@dataclass(frozen=True, slots=True)
class ItemRow:
    """A list item as seen last, with the list page it was seen on."""

    item: ListItem
    page: int


class ArchiveIndex:
    """Tables of one source's archive. Not safe for several writers; the archive holds a lock."""

    def __init__(self, path: Path | None) -> None:
        """Opens or creates the index; None keeps it in memory."""
        self.db = sqlite3.connect(str(path) if path else ":memory:", isolation_level=None)
        version = self.db.execute("pragma user_version").fetchone()[0]
        if path and version not in (0, VERSION):
            self.db.close()
            path.unlink()
            self.db = sqlite3.connect(str(path), isolation_level=None)
            version = 0
        self.db.execute("pragma journal_mode=wal")
        self.db.execute("pragma synchronous=normal")
        if version != VERSION:
            self.db.executescript(f"begin; {_TABLES} pragma user_version={VERSION}; commit;")
        self._open = False

    def begin(self) -> None:
        """Starts a transaction unless one is open."""
        if not self._open:
            self.db.execute("begin")
            self._open = True

    def commit(self) -> None:
        """Makes what was added last."""
        if self._open:
            self.db.execute("commit")
            self._open = False

    def close(self) -> None:
        self.commit()
        self.db.close()

    def sizes(self) -> dict[str, int]:
        """How much of each WARC file has been read."""
        return dict(self.db.execute("select name, size from files"))

    def set_size(self, name: str, size: int) -> None:
        self.begin()
        self.db.execute("insert or replace into files values (?, ?)", (name, size))

    def clear(self) -> None:
        """Forgets everything: the files are no longer those it was made from."""
        self.begin()
        for table in ("files", "runs", "pages", "items"):
            self.db.execute(f"delete from {table}")

    def add_page(self, row: PageRow, request: str) -> int:
        """Adds an answer; its id counts up in the order of the archive."""
        self.begin()
        values = (
            row.key, row.part, row.item, row.run, request, row.url, row.status, row.media_type,
            row.fetched_at, row.sha256, row.file, row.offset, row.body_file, row.body_offset, row.good,
        )  # fmt: skip
        cursor = self.db.execute(
            "insert into pages (key, part, item, run, request, url, status, media_type, fetched_at, sha256, "
            "file, offset, body_file, body_offset, good) values (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
            values,
        )
        return int(cursor.lastrowid or 0)

    def mark_good(self, page: int) -> None:
        self.begin()
        self.db.execute("update pages set good = 1 where id = ?", (page,))

    def add_items(self, items: Iterable[ListItem], page: int) -> None:
        """Remembers the entries of a list page."""
        self.begin()
        self.db.executemany(
            "insert into items values (?, ?, ?, ?, ?) "
            "on conflict (key, sha256) do update set page = excluded.page",
            ((i.key, i.sha256, i.stable, zlib.compress(i.body, 1), page) for i in items),
        )

    def pages_of(self, key: str) -> list[PageRow]:
        """Every answer about a record, oldest first."""
        rows = self.db.execute(f"select {_COLUMNS} from pages where key = ? order by id", (key,))
        return [_page(r) for r in rows]

    def page(self, number: int) -> PageRow | None:
        row = self.db.execute(f"select {_COLUMNS} from pages where id = ?", (number,)).fetchone()
        return _page(row) if row else None

    def answered(self, request: str, run: str) -> PageRow | None:
        """The good answer to a request in that run."""
        row = self.db.execute(
            f"select {_COLUMNS} from pages where request = ? and run = ? and good = 1 "
            "order by id desc limit 1",
            (request, run),
        ).fetchone()
        return _page(row) if row else None

    def latest(self, request: str) -> PageRow | None:
        """The newest answer to a request, in whichever run."""
        row = self.db.execute(
            f"select {_COLUMNS} from pages where request = ? order by id desc limit 1", (request,)
        ).fetchone()
        return _page(row) if row else None

    def same_body(self, request: str, sha256: str) -> PageRow | None:
        """The newest answer to a request that had this body."""
        row = self.db.execute(
            f"select {_COLUMNS} from pages where request = ? and sha256 = ? order by id desc limit 1",
            (request, sha256),
        ).fetchone()
        return _page(row) if row else None

    def item(self, key: str, sha256: str) -> ItemRow | None:
        """A list item by record and hash."""
        row = self.db.execute(
            "select body, stable, page from items where key = ? and sha256 = ?", (key, sha256)
        ).fetchone()
        return ItemRow(ListItem(key, zlib.decompress(row[0]), sha256, row[1]), row[2]) if row else None

    def record_keys(self) -> Iterator[str]:
        """Records of which anything was asked, in the order they were first met."""
        rows = self.db.execute(
            "select key from pages where key != '' group by key order by min(id)"
        ).fetchall()
        return (row[0] for row in rows)

    def newest(self) -> dict[str, str]:
        """For each record, when its newest answer came."""
        return dict(self.db.execute("select key, max(fetched_at) from pages where key != '' group by key"))

    def last_run(self) -> tuple[str, str, str, str | None] | None:
        """(id, parameters, begun, ended) of the newest run."""
        row = self.db.execute(
            "select id, params, begun_at, ended_at from runs order by begun_at desc, rowid desc limit 1"
        ).fetchone()
        return tuple(row) if row else None

    def begin_run(self, run: str, params: str, begun_at: str) -> None:
        self.begin()
        self.db.execute("insert or replace into runs values (?, ?, ?, null)", (run, params, begun_at))

    def end_run(self, run: str, ended_at: str) -> None:
        self.begin()
        self.db.execute("update runs set ended_at = ? where id = ?", (ended_at, run))


def _page(row: tuple[Any, ...]) -> PageRow:
    return PageRow(*row)
