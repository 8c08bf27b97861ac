"""Tantivy keeps the contract."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from indexer.engines.tantivy import TantivyEngine

from .contract import EngineContract


class TestTantivy(EngineContract):
    @pytest.fixture
    def opening(self, tmp_path: Path) -> tuple[Any, tuple[Any, ...]]:
        return TantivyEngine, (tmp_path / "index",)
