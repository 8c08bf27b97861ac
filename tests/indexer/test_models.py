"""Models of tier C: shipped ones and a portal's own."""

from __future__ import annotations

import logging
from pathlib import Path

import numpy as np
import pytest

from indexer.ranking import models
from indexer.ranking.encoder import new_weights
from indexer.ranking.features import NAMES
from indexer.ranking.learned import ENCODER, NETWORK, Learned

ROW = np.ones((1, len(NAMES)), np.float32)


@pytest.fixture(autouse=True)
def forgotten() -> None:
    models.learned.cache_clear()


#: One tree of one test, whose leaves are 41 and 42.
TREE = {
    "values": np.array([[41.0, 42.0, *[0.0] * 14]], np.float32),
    "feature": np.array([0]),
    "threshold": np.array([0.5]),
    "tree": np.array([0]),
    "keeps": np.array([0b10], np.uint16),
}


def save(folder: Path, **more: object) -> None:
    np.savez_compressed(folder / "trees.npz", **TREE, **more)  # type: ignore[arg-type]


def test_a_portals_own_trees_take_the_place_of_the_shipped(tmp_path: Path) -> None:
    save(tmp_path, **{models.FEATURES: np.array(NAMES)})
    own, shipped = models.learned(tmp_path), models.learned()
    assert own is not None and shipped is not None
    assert own.trees(ROW).tolist() == [42.0] and shipped.trees(ROW).tolist() != [42.0]


@pytest.mark.parametrize("case", ["missing", "broken", "other features", "features not told"])
def test_what_cannot_be_used_is_replaced_and_said(
    case: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    if case == "broken":
        (tmp_path / "trees.npz").write_bytes(b"PK\x03\x04 cut off")
    elif case == "other features":
        save(tmp_path, **{models.FEATURES: np.array(["another", *NAMES[1:]])})
    elif case == "features not told":
        save(tmp_path)
    with caplog.at_level(logging.WARNING):
        found, shipped = models.learned(tmp_path), models.learned()
    assert found is not None and shipped is not None
    assert found.trees(ROW).tolist() == shipped.trees(ROW).tolist()
    assert bool(caplog.records) == (case != "missing")


def test_models_of_an_earlier_version_order_by_their_trees() -> None:
    assert Learned(TREE).encoder is None
    whole = TREE | {ENCODER + name: value for name, value in new_weights(0).items()}
    assert Learned(whole).encoder is not None
    assert not any(name.startswith(NETWORK) for name in whole)
