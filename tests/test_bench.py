"""The command that runs benchmarks."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.__main__ import main


def test_a_database_that_is_not_there_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("QUYDINH_DATA_DIR", str(tmp_path / "nothing"))
    monkeypatch.setenv("QUYDINH_DATABASE_URL", "")
    assert main(["tags", "--articles", "1"]) == 1
    shown = capsys.readouterr()
    assert "database does not answer" in shown.err and "QUYDINH_DATA_DIR" in shown.err
    assert not shown.out


def test_an_unknown_benchmark_lists_those_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["speed"]) == 2
    assert "fidelity" in capsys.readouterr().err
