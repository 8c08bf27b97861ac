"""The archive: what is written is found again, whatever happens to the process or the files."""

from __future__ import annotations

import datetime as dt
import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator
from warcio.digestverifyingreader import DigestChecker

from crawler import warc
from crawler.archive import Archive
from crawler.sources import DETAIL, LIST, Ask
from schemas.errors import ArchiveError
from tests.crawler.fakes import FakeSource

WHEN = dt.datetime(2026, 11, 16, 8, 0, 0, 123456, tzinfo=dt.UTC)


def exchange(key: str, body: bytes, part: str = DETAIL, request: bytes | None = None) -> warc.Exchange:
    ask = Ask(part, f"http://example.invalid/{key}/{part}", key, request)
    return warc.Exchange(
        source="fake",
        record_key=key,
        part=part,
        item="item-" + key,
        run="run",
        fingerprint=ask.fingerprint,
        method=ask.method,
        url=ask.url,
        request_body=request,
        status=200,
        headers=(("Content-Type", "application/json; charset=iso-8859-1"),),
        body=body,
        fetched_at=WHEN,
    )


def add(archive: Archive, key: str, body: bytes, part: str = DETAIL, request: bytes | None = None) -> None:
    archive.accept(archive.append(exchange(key, body, part, request)), body)


def everything(archive: Archive) -> list[tuple[object, ...]]:
    """All the index knows, with the bodies."""
    pages = [p for key in archive.index.record_keys() for p in archive.index.pages_of(key)]
    return [(p.key, p.part, p.item, p.url, p.fetched_at, p.sha256, p.good, archive.body(p)) for p in pages]


def files(archive: Archive) -> list[Path]:
    return sorted(archive.folder.glob("*.warc.gz"))


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    archive = Archive(tmp_path, FakeSource)
    add(archive, "khoá/1 đặc biệt", '{"chữ": "Đ"}'.encode(), "file:tên tệp.pdf")
    (page,) = archive.index.pages_of("khoá/1 đặc biệt")
    assert page.part == "file:tên tệp.pdf" and page.media_type == "application/json"
    assert warc.moment(page.fetched_at) == WHEN
    assert archive.body(page) == '{"chữ": "Đ"}'.encode()


def test_the_index_is_rebuilt_from_the_files_alone(tmp_path: Path) -> None:
    archive = Archive(tmp_path, FakeSource)
    archive.begin_run({"limit": None})
    items = {"data": [{"id": "a", "edited": 1}]}
    add(archive, "", json.dumps(items).encode(), LIST, b'{"page": 1}')
    add(archive, "a", b'{"number": "1"}')
    archive.append(exchange("b", b"<html>rejected</html>"))  # archived though it is no good
    add(archive, "a", b'{"number": "1"}')  # the same again: a revisit
    archive.end_run()
    before, run, listed = (
        everything(archive),
        archive.index.last_run(),
        FakeSource.items(json.dumps(items).encode()),
    )
    archive.close()
    (archive.folder / "index.sqlite3").unlink()
    again = Archive(tmp_path, FakeSource)
    assert everything(again) == before
    assert [row[6] for row in before] == [1, 1, 0]
    assert again.index.last_run() == run
    assert again.index.item("a", listed[0].sha256).item == listed[0]  # type: ignore[union-attr]


def test_an_identical_body_is_kept_once(tmp_path: Path) -> None:
    archive = Archive(tmp_path, FakeSource)
    body = json.dumps({"text": "x" * 5000}).encode()
    for _ in range(3):
        add(archive, "a", body)
    kinds = [m.kind for m in warc.scan(files(archive)[0])]
    assert kinds == ["warcinfo", "response", "revisit", "revisit"]
    assert [archive.body(p) for p in archive.index.pages_of("a")] == [body] * 3


def test_another_body_in_between_is_not_a_revisit(tmp_path: Path) -> None:
    archive = Archive(tmp_path, FakeSource)
    for body in (b'{"a":1}', b'{"a":2}', b'{"a":1}'):
        add(archive, "a", body)
    assert [archive.body(p) for p in archive.index.pages_of("a")] == [b'{"a":1}', b'{"a":2}', b'{"a":1}']


def test_others_can_read_the_files(tmp_path: Path) -> None:
    archive = Archive(tmp_path, FakeSource)
    add(archive, "a", b'{"x": 1}', request=b'{"id": "a"}')
    add(archive, "a", b'{"x": 1}', request=b'{"id": "a"}')
    found = {}
    with files(archive)[0].open("rb") as file:
        for record in ArchiveIterator(file, check_digests="raise"):
            body = record.content_stream().read()
            found.setdefault(record.rec_type, body)
            assert (
                isinstance(record.digest_checker, DigestChecker) and record.digest_checker.passed is not False
            )
    assert found["response"] == b'{"x": 1}'
    assert found["request"] == b'{"id": "a"}'
    assert found["revisit"] == b""


@limits(max_examples=30)
@given(cut=st.integers(min_value=1, max_value=400), lag=st.booleans())
def test_a_torn_end_loses_only_what_was_being_written(
    cut: int, lag: bool, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("archive")
    archive = Archive(folder, FakeSource)
    add(archive, "a", b'{"n": 1}')
    if not lag:
        archive.flush()  # otherwise the index has seen nothing of it, as after a kill
    add(archive, "b", b'{"n": 2}')
    whole = [(m.offset, m.end) for m in warc.scan(files(archive)[0])]
    path, last = files(archive)[0], whole[-1]
    archive.index.db.rollback() if archive.index.db.in_transaction else None
    archive.index._open = False
    archive._lock.close()
    os.truncate(path, max(last[0] + 1, last[1] - cut))
    again = Archive(folder, FakeSource)
    keys = list(again.index.record_keys())
    assert keys == ["a"]
    assert path.stat().st_size == last[0]
    add(again, "c", b'{"n": 3}')
    assert [body for *_, body in everything(again)] == [b'{"n": 1}', b'{"n": 3}']
    assert [m.kind for m in warc.scan(path)] == ["warcinfo", "response", "response"]
    again.close()


def test_an_index_ahead_of_the_files_is_made_anew(tmp_path: Path) -> None:
    archive = Archive(tmp_path, FakeSource)
    add(archive, "a", b'{"n": 1}')
    add(archive, "b", b'{"n": 2}')
    archive.close()
    path = files(archive)[0]
    last = list(warc.scan(path))[-1]
    os.truncate(path, last.offset)  # the power failed: the index reached the disk, the page did not
    assert list(Archive(tmp_path, FakeSource).index.record_keys()) == ["a"]


def test_damage_inside_a_closed_file_is_told_not_cut_off(tmp_path: Path) -> None:
    archive = Archive(tmp_path, FakeSource, rotate_at=1)
    add(archive, "a", b'{"n": 1}')
    add(archive, "b", b'{"n": 2}')
    archive.close()
    first = files(archive)[0]
    size = first.stat().st_size
    with first.open("r+b") as file:
        file.seek(size // 2)
        file.write(b"\0" * 20)
    (archive.folder / "index.sqlite3").unlink()
    with pytest.raises(ArchiveError, match="damaged"):
        Archive(tmp_path, FakeSource)
    assert first.stat().st_size == size


def test_files_rotate_and_stay_readable(tmp_path: Path) -> None:
    archive = Archive(tmp_path, FakeSource, rotate_at=2000)
    for number in range(12):
        add(archive, str(number), json.dumps({"n": number, "x": os.urandom(400).hex()}).encode())
    assert len(files(archive)) > 3
    before = everything(archive)
    archive.close()
    (archive.folder / "index.sqlite3").unlink()
    assert everything(Archive(tmp_path, FakeSource)) == before


def test_one_crawl_at_a_time(tmp_path: Path) -> None:
    first = Archive(tmp_path, FakeSource)
    with pytest.raises(ArchiveError, match="in use"):
        Archive(tmp_path, FakeSource)
    first.close()
    Archive(tmp_path, FakeSource).close()


def test_reading_only_leaves_nothing_behind(tmp_path: Path) -> None:
    archive = Archive(tmp_path, FakeSource)
    add(archive, "a", b'{"n": 1}')
    archive.close()
    for extra in ("index.sqlite3", "lock"):
        (archive.folder / extra).unlink()
    before = {p: p.stat().st_mtime_ns for p in archive.folder.iterdir()}
    reader = Archive(tmp_path, FakeSource, writable=False)
    assert len(everything(reader)) == 1
    with pytest.raises(ArchiveError, match="reading only"):
        reader.append(exchange("b", b"{}"))
    reader.close()
    assert {p: p.stat().st_mtime_ns for p in archive.folder.iterdir()} == before


def test_a_broken_run_is_gone_on_with_only_for_the_same_wish(tmp_path: Path) -> None:
    archive = Archive(tmp_path, FakeSource)
    assert not archive.begin_run({"limit": 5})
    run = archive.run
    archive.close()
    archive = Archive(tmp_path, FakeSource)
    assert archive.begin_run({"limit": 5}) and archive.run == run
    assert not archive.begin_run({"limit": 6}) and archive.run != run
    archive.end_run()
    assert not archive.begin_run({"limit": 6})
