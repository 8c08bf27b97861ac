"""Gradient-boosted trees as arrays, evaluated with NumPy for all candidates at once.

Walking down 300 trees for 200 candidates in Python would take half a second. Instead, after QuickScorer
(Lucchese et al. 2015): every tree has at most 16 leaves, a bit each; a test that fails takes away the leaves
of its left side; the first leaf that is left is the one reached. The tests of a feature are sorted by
threshold, so what all failing ones take away is one look-up in a table made when the model is loaded.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from .arrays import Array

MOST_LEAVES = 16
_ALL = (1 << MOST_LEAVES) - 1


class Trees:
    """A sum of trees. Arrays: `feature`, `threshold`, `tree` and `keeps` (leaves left when the test fails)
    of each test, `values` [tree, leaf]; a test holds when the value is at most the threshold.
    """

    def __init__(self, arrays: Mapping[str, Array]) -> None:
        self._values = np.ascontiguousarray(arrays["values"], np.float32)
        count = len(self._values)
        self._tables: list[tuple[int, Array, Array]] = []
        for feature in np.unique(arrays["feature"]).tolist():
            of_feature = np.flatnonzero(arrays["feature"] == feature)
            order = of_feature[np.argsort(arrays["threshold"][of_feature], kind="stable")]
            thresholds, first = np.unique(arrays["threshold"][order], return_index=True)
            table = np.full((len(thresholds) + 1, count), _ALL, np.uint16)
            ends = np.append(first[1:], len(order))
            for step, (start, end) in enumerate(zip(first.tolist(), ends.tolist(), strict=True)):
                table[step + 1] = table[step]
                for test in order[start:end].tolist():
                    table[step + 1, arrays["tree"][test]] &= arrays["keeps"][test]
            self._tables.append((feature, thresholds, table))
        self._offsets = np.arange(count) * self._values.shape[1]
        lowest = np.arange(1 << MOST_LEAVES)
        self._first_leaf = np.zeros(1 << MOST_LEAVES, np.uint8)
        self._first_leaf[1:] = np.log2(lowest[1:] & -lowest[1:]).astype(np.uint8)

    def __call__(self, features: Array) -> Array:
        """[row] scores of [row, feature]."""
        left = np.full((len(features), len(self._values)), _ALL, np.uint16)
        kept = np.empty_like(left)
        for feature, thresholds, table in self._tables:
            # How many thresholds the value is above: those tests fail.
            failing = thresholds.searchsorted(features[:, feature], "left")
            table.take(failing, axis=0, out=kept, mode="clip")  # "raise" would copy `kept` first
            np.bitwise_and(left, kept, out=left)
        found: Array = self._values.ravel().take(self._first_leaf.take(left) + self._offsets).sum(1)
        return found


def from_lightgbm(dumped: Mapping[str, Any]) -> dict[str, Array]:
    """Arrays of a model that LightGBM dumped (`Booster.dump_model()`), for `Trees`. Numerical tests only."""
    tests: list[tuple[int, float, int, int]] = []
    values = np.zeros((len(dumped["tree_info"]), MOST_LEAVES), np.float32)

    def leaves(node: Mapping[str, Any], tree: int, first: int) -> int:
        """Number of leaves below; numbers them from `first` on and notes the tests."""
        if "leaf_value" in node:
            values[tree, first] = node["leaf_value"]
            return 1
        if node["decision_type"] != "<=":
            raise ValueError(f"cannot evaluate a test of type {node['decision_type']}")
        left = leaves(node["left_child"], tree, first)
        taken = ((1 << left) - 1) << first
        tests.append((node["split_feature"], node["threshold"], tree, _ALL & ~taken))
        return left + leaves(node["right_child"], tree, first + left)

    for number, tree in enumerate(dumped["tree_info"]):
        if leaves(tree["tree_structure"], number, 0) > MOST_LEAVES:
            raise ValueError(f"a tree may have {MOST_LEAVES} leaves at most")
    columns = list(zip(*tests, strict=True)) if tests else [(), (), (), ()]
    return {
        "feature": np.array(columns[0], np.uint16),
        "threshold": np.array(columns[1], np.float32),
        "tree": np.array(columns[2], np.uint16),
        "keeps": np.array(columns[3], np.uint16),
        "values": values,
    }
