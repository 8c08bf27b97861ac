"""The commands and their exit statuses, without a network."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from crawler import warc
from crawler.archive import Archive
from crawler.commands import main
from crawler.sources import DETAIL, LIST, source_class, source_classes
from schemas.settings import SOURCE_URLS, Settings


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("QUYDINH_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.delenv("QUYDINH_DATABASE_URL", raising=False)
    return tmp_path / "data"


def archive(folder: Path, *details: dict[str, Any]) -> Path:
    """An archive of procedures, as a crawl of dichvucong would have left it."""
    cls = source_class("dichvucong")
    source = cls(Settings())
    store = Archive(folder, cls)
    rows = [{"id": d["id"], "code": d.get("code"), "name": "x"} for d in details]
    listed = {"code": "OK", "data": {"items": rows, "lastId": "", "total": len(rows)}}
    _add(store, "", LIST, "", listed, "list")
    for row, item in zip(details, cls.items(json.dumps(listed).encode()), strict=True):
        ask = source.asks(row["id"])[0]
        _add(store, row["id"], DETAIL, item.sha256, {"code": "OK", "data": row}, ask.fingerprint)
    store.close()
    return folder


def _add(store: Archive, key: str, part: str, item: str, value: Any, fingerprint: str) -> None:
    body = json.dumps(value).encode()
    headers = (("Content-Type", "application/json"),)
    url = "https://dichvucong.gov.vn/x"
    now = dt.datetime.now(dt.UTC)
    exchange = warc.Exchange(
        "dichvucong", key, part, item, "run", fingerprint, "POST", url, b"{}", 201, headers, body, now
    )
    store.accept(store.append(exchange), body)


GOOD = {"id": "g", "code": "1.001193", "name": "Đăng ký khai sinh"}
BAD = {"id": "b"}


def test_parse_ends_with_0_when_all_is_well(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = archive(tmp_path / "archive", GOOD)
    assert main(["parse", "dichvucong", "--archive", str(folder)]) == 0
    assert "new 1" in capsys.readouterr().out
    assert main(["parse", "dichvucong", "--archive", str(folder), "--json"]) == 0
    summary = json.loads(capsys.readouterr().out)
    assert summary["ok"] and summary["sources"][0]["unchanged"] == 1
    assert set(summary["stages"]) == {"parse", "store"} and summary["peak_mb"] > 0


def test_a_page_that_is_not_as_described_ends_with_1_and_the_rest_is_stored(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = archive(tmp_path / "archive", BAD, GOOD)
    assert main(["parse", "dichvucong", "--archive", str(folder), "--json"]) == 1
    (source,) = json.loads(capsys.readouterr().out)["sources"]
    assert source["new"] == 1 and list(source["failed"]) == ["b"]
    assert "https://dichvucong.gov.vn" in source["failed"]["b"]
    with sqlite3.connect(data / "quydinh.sqlite3") as db:
        assert db.execute("select code from procedures").fetchall() == [("1.001193",)]
        assert db.execute("select source_id from changes where change = 'problem'").fetchall() == [("b",)]


def test_export_and_import(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    main(["parse", "dichvucong", "--archive", str(archive(tmp_path / "archive", GOOD))])
    first, second = tmp_path / "1.jsonl", tmp_path / "2.jsonl"
    assert main(["export", "--output", str(first)]) == 0
    monkeypatch.setenv("QUYDINH_DATA_DIR", str(tmp_path / "other"))
    assert main(["import", str(first)]) == 0
    assert main(["export", "--output", str(second)]) == 0
    assert first.read_text() == second.read_text() != ""


@pytest.mark.parametrize("arguments", [[], ["crawl"], ["crawl", "nowhere"], ["crawl", "vbpl", "--limit", "0"],
                                       ["crawl", "vbpl", "--since", "yesterday"]])  # fmt: skip
def test_wrong_use_ends_with_2(data: Path, arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2


def test_an_error_is_one_line(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    nothing = str(tmp_path / "nowhere" / "nothing.jsonl")
    for arguments in (["import", nothing], ["export", "--output", nothing]):
        assert main(arguments) == 1
        (line,) = [x for x in capsys.readouterr().err.splitlines() if x.startswith("crawler:")]
        assert "nothing.jsonl: No such file" in line


def test_a_wrong_setting_is_told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("QUYDINH_CRAWL_DELAY", "0")  # the real sites are not loopback
    assert main(["export"]) == 1
    assert "QUYDINH_CRAWL_DELAY=0" in capsys.readouterr().err


def test_the_address_of_every_source_is_a_setting_that_keeps_delays() -> None:
    assert {f"{name}_url" for name in source_classes()} == set(SOURCE_URLS) <= set(Settings.model_fields)


def test_every_spider_file_is_a_source_and_nothing_else_knows_it() -> None:
    assert set(source_classes()) >= {"vbpl", "dichvucong"}
    folder = Path(__file__).parent.parent.parent / "crawler"
    for path in folder.glob("*.py"):
        words = path.read_text()
        assert not [name for name in source_classes() if f'"{name}"' in words], path
