"""kill -9 while comments are sent: what was acknowledged is there, once, with all its parts."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from bench import load
from schemas.settings import Settings

pytestmark = pytest.mark.postgresql


def test_acknowledged_comments_survive_kills(tmp_path: Path, database: sa.Engine, database_url: str) -> None:
    settings = Settings(data_dir=tmp_path / "data", database_url=database_url, proof_cost=load.COST)
    found = load.kill(settings, database, 5, 8)
    assert found["kills"] == 5 and found["acknowledged"] >= 40
    assert (found["lost"], found["doubled"], found["wrong_number"], found["without_a_part"]) == (0, 0, 0, 0)
