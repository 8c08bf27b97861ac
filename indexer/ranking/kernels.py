"""The inner loops of training an embedding: with numba when it is installed, with SciPy otherwise.

Both compute the same sums in another order: results agree up to float noise.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.sparse import csr_matrix

from .arrays import Array, Bags

numba: Any
try:
    import numba
except ImportError:  # an optional extra of the indexer: three times as fast
    numba = None

_BETA1, _BETA2, _EPSILON = 0.9, 0.999, 1e-8


class SparseAdam:
    """Adam on the rows a step touches only, as torch.optim.SparseAdam does (no decay of the others)."""

    def __init__(self, weights: Array) -> None:
        self.weights = weights
        self._first, self._second = np.zeros_like(weights), np.zeros_like(weights)
        self._steps = 0

    def step(self, bags: Bags, gradients: Array, rate: float) -> None:
        """Move the rows of the terms in `bags` against the gradients [bag, dimension] of the bags' sums."""
        self._steps += 1
        correction = np.sqrt(1 - _BETA2**self._steps)
        size = np.float32(rate * correction / (1 - _BETA1**self._steps))
        epsilon = np.float32(_EPSILON * correction)
        rows, starts, order, owners = _by_term(bags)
        update = _update_numba if numba is not None else _update_scipy
        weights = bags[1][order]
        update(
            self.weights,
            self._first,
            self._second,
            rows,
            starts,
            owners,
            weights,
            gradients,
            size,
            epsilon,
        )


def _by_term(bags: Bags) -> tuple[Array, Array, Array, Array]:
    """(terms, where each begins, order, bag of each entry) with the entries ordered by term."""
    ids, _, offsets = bags
    # Sorting numbers that carry their place is several times faster than a stable argsort.
    mixed = np.sort((ids.astype(np.int64) << 32) | np.arange(len(ids)))
    order, ordered = mixed & 0xFFFFFFFF, mixed >> 32
    starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]]) if len(ids) else np.zeros(0, np.int64)
    owners = np.repeat(np.arange(len(offsets) - 1), np.diff(offsets))[order]
    return ordered[starts], np.append(starts, len(ids)), order, owners


def sums(weights: Array, bags: Bags) -> Array:
    """[bag, dimension]: the weighted sum of the rows of each bag's terms."""
    if numba is not None:
        found: Array = _sums_numba(weights, *bags)
        return found
    ids, values, offsets = bags
    used, columns = np.unique(ids, return_inverse=True)
    matrix = csr_matrix((values, columns, offsets), shape=(len(offsets) - 1, len(used)))
    return np.asarray(matrix @ weights[used], np.float32)


def _update_scipy(
    weights: Array,
    first: Array,
    second: Array,
    rows: Array,
    starts: Array,
    owners: Array,
    values: Array,
    gradients: Array,
    size: Any,
    epsilon: Any,
) -> None:
    matrix = csr_matrix((values, owners, starts), shape=(len(rows), len(gradients)))
    gradient = np.asarray(matrix @ gradients, np.float32)
    one, two = np.float32(_BETA1), np.float32(_BETA2)
    moved = first[rows] * one + (1 - one) * gradient
    first[rows] = moved
    np.square(gradient, out=gradient)
    spread = second[rows] * two + (1 - two) * gradient
    second[rows] = spread
    np.sqrt(spread, out=spread)
    spread += epsilon
    moved /= spread
    moved *= size
    weights[rows] -= moved


def _sums_loops(weights: Array, ids: Array, values: Array, offsets: Array) -> Array:
    count, size = offsets.size - 1, weights.shape[1]
    found = np.zeros((count, size), np.float32)
    for bag in range(count):
        for at in range(offsets[bag], offsets[bag + 1]):
            value, row = values[at], weights[ids[at]]
            for k in range(size):
                found[bag, k] += value * row[k]
    return found


def _update_loops(
    weights: Array,
    first: Array,
    second: Array,
    rows: Array,
    starts: Array,
    owners: Array,
    values: Array,
    gradients: Array,
    size: Any,
    epsilon: Any,
) -> None:
    dimension = weights.shape[1]
    total = np.empty(dimension, np.float32)
    beta1, beta2, one = np.float32(0.9), np.float32(0.999), np.float32(1)
    for n in range(rows.size):
        total[:] = 0
        for at in range(starts[n], starts[n + 1]):
            value, gradient = values[at], gradients[owners[at]]
            for k in range(dimension):
                total[k] += value * gradient[k]
        row, m, v = weights[rows[n]], first[rows[n]], second[rows[n]]
        for k in range(dimension):
            g = total[k]
            m[k] = beta1 * m[k] + (one - beta1) * g
            v[k] = beta2 * v[k] + (one - beta2) * g * g
            row[k] -= size * m[k] / (np.sqrt(v[k]) + epsilon)


_sums_numba: Any = None
_update_numba: Any = None
if numba is not None:
    _compiled = numba.njit(cache=True, fastmath=True, nogil=True)
    _sums_numba, _update_numba = _compiled(_sums_loops), _compiled(_update_loops)
