"""Vectors of articles and clauses made with an embedding, kept as bytes."""

from __future__ import annotations

import numpy as np

from .arrays import Array
from .kernels import sums
from .terms import Segments, Terms, bag, fields
from .vectors import TITLE_PART

_CHUNK = 2048


def quantised(vectors: Array) -> tuple[Array, Array, Array]:
    """(bytes, scale of each, length of each before): vectors of length one, as numbers from -127 to 127."""
    lengths = np.linalg.norm(vectors, axis=1).astype(np.float32)
    values, scales = np.empty(vectors.shape, np.int8), np.empty(len(vectors), np.float32)
    for start in range(0, len(vectors), _CHUNK):
        part = slice(start, start + _CHUNK)
        unit = vectors[part] / (lengths[part, None] + np.float32(1e-9))
        scales[part] = np.abs(unit).max(1, initial=0) / 127 + 1e-12
        values[part] = np.round(unit / scales[part, None])
    return values, scales, lengths


def article_vectors(arrays: dict[str, Array], terms: Terms, weights: Array) -> dict[str, Array]:
    """`V`, `V_scale` and `V_length` for V in whole, heading_vector, text_vector (by row), title_vector (by
    title) and clause_vector (by clause); `passage`: by clause, the length of clause + heading + half title.
    """
    single: dict[str, tuple[Array, Array]] = {
        name: terms.of(arrays[name]) for name in ("heading", "text", "title")
    }
    found: dict[str, list[tuple[Array, Array, Array]]] = {}
    rows = len(arrays["ordinals"])
    for start in range(0, rows, _CHUNK):
        chunk = np.arange(start, min(rows, start + _CHUNK))
        parts = dict(zip(("heading", "text", "title"), fields(arrays, chunk), strict=True))
        every = np.arange(len(chunk))
        joined_single, joined_pair, segments, begin = [], [], [], 0
        for name, (_, first, last) in parts.items():
            low, high = int(first.min()), int(last.max())
            joined_single.append(single[name][0][low:high])
            joined_pair.append(single[name][1][low:high])
            segments.append(Segments(first - low + begin, last - low + begin, every))
            begin += high - low
        flat = np.concatenate(joined_single), np.concatenate(joined_pair)
        for name, wanted in (
            ("whole", segments),
            ("heading_vector", segments[:1]),
            ("text_vector", segments[1:2]),
        ):
            bags = bag(terms, *flat, Segments.join(wanted), len(chunk))
            found.setdefault(name, []).append(quantised(sums(weights, bags)))
    found["title_vector"] = _ranges(terms, weights, single["title"], arrays["title_at"])
    found["clause_vector"] = _ranges(terms, weights, single["text"], arrays["clause_at"])
    out: dict[str, Array] = {}
    for name, pieces in found.items():
        for suffix, values in zip(("", "_scale", "_length"), zip(*pieces, strict=True), strict=True):
            out[name + suffix] = np.concatenate(values)
    out["passage"] = _passage_lengths(arrays, out)
    return out


def _ranges(
    terms: Terms, weights: Array, flat: tuple[Array, Array], at: Array
) -> list[tuple[Array, Array, Array]]:
    """Vectors of the texts between neighbouring offsets."""
    found = []
    for start in range(0, max(1, len(at) - 1), 4 * _CHUNK):
        edges = at[start : start + 4 * _CHUNK + 1]
        low, high = int(edges[0]), int(edges[-1])
        count = len(edges) - 1
        segments = Segments(edges[:-1] - low, edges[1:] - low, np.arange(count))
        bags = bag(terms, flat[0][low:high], flat[1][low:high], segments, count)
        found.append(quantised(sums(weights, bags)))
    return found


def _passage_lengths(arrays: dict[str, Array], vectors: dict[str, Array]) -> Array:
    """Length of clause + heading + half title, so that a passage's cosine follows from those of its parts."""
    counts = np.diff(arrays["clauses_at"])
    row = np.repeat(np.arange(len(counts)), counts)
    lengths = np.zeros(len(row), np.float32)
    for start in range(0, len(row), 8 * _CHUNK):
        part = np.arange(start, min(len(row), start + 8 * _CHUNK))
        passages = passage_vectors(vectors, part, row[part], arrays["title_of"][row[part]])
        lengths[part] = np.linalg.norm(passages, axis=1)
    return lengths


def passage_vectors(vectors: dict[str, Array], clauses: Array, rows: Array, titles: Array) -> Array:
    """Clause + heading + half title of some clauses, each with its row and title."""
    total = _restored(vectors, "clause_vector", clauses)
    total += _restored(vectors, "heading_vector", rows)
    total += np.float32(TITLE_PART) * _restored(vectors, "title_vector", titles)
    return total


def _restored(vectors: dict[str, Array], name: str, at: Array) -> Array:
    size = vectors[f"{name}_scale"][at] * vectors[f"{name}_length"][at]
    found: Array = vectors[name][at].astype(np.float32) * size[:, None]
    return found
