"""Whoosh keeps the contract."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from indexer.engines.whoosh import WhooshEngine

from .contract import EngineContract


class TestWhoosh(EngineContract):
    @pytest.fixture
    def opening(self, tmp_path: Path) -> tuple[Any, tuple[Any, ...]]:
        return WhooshEngine, (tmp_path / "index",)
