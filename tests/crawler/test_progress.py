"""What a run shows while it goes on and when it ends."""

from __future__ import annotations

import io
import logging
import sys

import pytest

from crawler import progress
from crawler.runs import SHOWN_FAILURES, SourceSummary, Summary


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_bar_for_each_source_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    with progress.reporter() as report:
        report("crawl", "vbpl", 3, 10)
        report("crawl", "dichvucong", 0, None)
        report("crawl", "vbpl", 10, 10)
    shown = terminal.getvalue()
    assert "crawl dichvucong: 0 records" in shown
    assert "crawl vbpl: 100%" in shown and "10/10" in shown


def test_log_lines_now_and_then_elsewhere(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    clock = [0.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: clock[0])
    with caplog.at_level(logging.INFO, "crawler.progress"), progress.reporter() as report:
        for clock[0] in (0.0, 1.0, 10.0, 11.0, 20.5):
            report("crawl", "vbpl", int(clock[0]), 40 if clock[0] > 15 else None)
    assert [record.getMessage() for record in caplog.records] == [
        "crawl vbpl: 10 of ?",
        "crawl vbpl: 20 of 40",
    ]


def test_the_summary_counts_and_says_why() -> None:
    failed = {f"d{n}": "detail: answered 500" for n in range(SHOWN_FAILURES + 2)}
    source = SourceSummary(
        "vbpl", fetched=9, new=1, changed=2, unchanged=3, failed=failed, retries={"reset": 4}
    )
    lines = Summary("crawl", [source], {"crawl": 1.0}, 2.0, 100.0).lines()
    assert lines[0].startswith("vbpl: fetched 9, new 1, changed 2, ")
    assert "unchanged 3, " in lines[0] and lines[0].endswith(f"failed {len(failed)}")
    assert lines[1] == "  failed: d0: detail: answered 500"
    assert lines[-3:] == [
        "  and 2 more",
        "  tried again after: reset (4)",
        "2.0 s (crawl 1.0 s), 100 MB at most",
    ]
    assert not Summary("crawl", [source]).is_good and Summary("crawl", [SourceSummary("vbpl")]).is_good
