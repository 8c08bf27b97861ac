"""The file a ministry edits: what is right counts, what is wrong is named by its line, nothing is fatal."""

from __future__ import annotations

import logging
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.__main__ import main
from indexer.query.synonyms import SynonymFile, parse_synonyms, shipped


def test_one_way_and_both_ways() -> None:
    found = parse_synonyms(
        "Sổ đỏ, bìa đỏ => giấy chứng nhận; quyền sử dụng đất # chú thích\nhoà giải, dàn xếp\n"
    )
    certificate = (("giấy", "chứng", "nhận"), ("quyền", "sử", "dụng", "đất"))
    assert found.problems == ()
    assert found.entries == {
        ("sổ", "đỏ"): certificate,
        ("bìa", "đỏ"): certificate,
        ("hòa", "giải"): (("dàn", "xếp"),),
        ("dàn", "xếp"): (("hòa", "giải"),),
    }


def test_problems_are_named_by_line_and_the_rest_counts() -> None:
    text = (
        "\ufeff# đầu tệp\nsổ đỏ\n=> đất\na => b => c\n" + "dài " * 13 + "=> ngắn\nvisa =>\nxe máy => xe mô tô"
    )
    found = parse_synonyms(text)
    assert [problem.line for problem in found.problems] == [2, 3, 4, 5]
    assert "second term" in str(found.problems[0]) and "sổ đỏ" in str(found.problems[0])
    assert found.entries == {("visa",): (), ("xe", "máy"): (("xe", "mô", "tô"),)}


@given(st.text(max_size=200))
def test_nothing_that_can_be_written_is_fatal(text: str) -> None:
    found = parse_synonyms(text)
    assert all(typed and () not in added for typed, added in found.entries.items())


@pytest.mark.parametrize("name", ["abbreviations", "synonyms"])
def test_what_is_shipped_is_right(name: str) -> None:
    assert shipped(name).problems == () and len(shipped(name).entries) > 20


def test_changes_are_picked_up_and_mistakes_said_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "synonyms.txt"
    file = SynonymFile(path)
    assert not file.current().entries and "cannot be read" in caplog.text
    path.write_text("a => b\nwrong\n", encoding="utf-8")
    first = file.current()
    assert first.entries == {("a",): (("b",),)} and file.current() is first
    assert caplog.text.count("line 2") == 1
    path.write_bytes(b"\xff\xfe not utf-8")
    os.utime(path, ns=(1, 1))
    assert file.current() is first
    path.unlink()
    assert file.current() is first
    path.write_text("c => d", encoding="utf-8")
    assert file.current().entries == {("c",): (("d",),)}
    assert SynonymFile(None).current().entries == {}
    assert max(record.levelno for record in caplog.records) == logging.WARNING


def test_a_file_is_checked_without_a_portal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("QUYDINH_DATA_DIR", str(tmp_path / "var"))
    monkeypatch.delenv("QUYDINH_DATABASE_URL", raising=False)
    path = tmp_path / "synonyms.txt"
    path.write_text("a => b\nwrong\n", encoding="utf-8")
    assert main(["synonyms", "--file", str(path), "--json"]) == 1
    assert '"line": 2' in capsys.readouterr().out
    assert not (tmp_path / "var").exists()
