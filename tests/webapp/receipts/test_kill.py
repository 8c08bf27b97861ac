"""Many writers and kill -9 while the log is appended: small here, large in `python -m bench receipts`."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from bench import receipts
from schemas.settings import Settings

pytestmark = pytest.mark.postgresql


def test_every_acknowledged_comment_has_one_leaf(
    tmp_path: Path, database: sa.Engine, database_url: str
) -> None:
    if database.dialect.name != "postgresql":
        return  # one writer at a time: nothing to order
    settings = Settings(data_dir=tmp_path / "data", database_url=database_url)
    found = receipts.run(settings, database, tmp_path, 150, 6, 6)
    assert found["kills"] == 6 and found["acknowledged"] >= 150
    wrong = ("without_one_leaf", "doubled_leaves", "inclusion_proofs_wrong", "consistency_proofs_wrong")
    assert [found[name] for name in (*wrong, "verify_log_problems")] == [0, 0, 0, 0, 0], found
    assert found["leaves"] >= found["acknowledged"] and found["heads"] > 3
