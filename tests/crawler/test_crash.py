"""Kill -9 on a small crawl; `python -m bench crash` does it on the whole corpus and the index build."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.crash import CRAWL, run
from tests.conftest import Replica

pytestmark = pytest.mark.replica


def test_a_killed_crawl_goes_on_where_it_was(small_replica: Replica, tmp_path: Path) -> None:
    figures = run(small_replica.url, tmp_path, [(*CRAWL, "--limit", "60")], kills=3, seed=7)
    assert figures["same_content"], figures
    assert figures["kills"] + figures["missed"] == 3
    assert figures["refetched"] <= figures["refetch_allowed"], figures
