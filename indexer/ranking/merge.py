"""Re-ranking data brought up to date: rows of changed documents taken out, rows of their new texts put in."""

from __future__ import annotations

import numpy as np

from .arrays import Array
from .terms import places

_BY_ROW = (
    *("ordinals", "title_of", "document", "type", "traits", "valid_until", "same_heading", "heading_count"),
    *("place", "articles"),
)
_VECTORS = ("", "_scale", "_length")
_VECTORS_BY_ROW = tuple(
    f"{name}{part}" for name in ("whole", "heading_vector", "text_vector") for part in _VECTORS
)
_BY_CLAUSE = (*(f"clause_vector{part}" for part in _VECTORS), "passage")
_BY_TITLE = tuple(f"title_vector{part}" for part in _VECTORS)
Arrays = dict[str, Array]


def take(arrays: Arrays, rows: Array) -> Arrays:
    """The data of these rows, in this order. Titles and documents all stay, held by a row or not."""
    found = dict(arrays)
    for name in (*_BY_ROW, *_VECTORS_BY_ROW):
        found[name] = arrays[name][rows]
    found["heading"], found["heading_at"] = _cut(arrays["heading"], arrays["heading_at"], rows)
    found["terms"], found["terms_at"] = _cut(arrays["terms"], arrays["terms_at"], rows)
    found["term_sizes"], _ = _cut(arrays["term_sizes"], arrays["terms_at"], rows)
    clauses, found["clauses_at"] = _cut(np.arange(len(arrays["clause_at"]) - 1), arrays["clauses_at"], rows)
    found["text"], found["clause_at"] = _cut(arrays["text"], arrays["clause_at"], clauses)
    found["text_at"] = found["clause_at"][found["clauses_at"]]
    for name in _BY_CLAUSE:
        found[name] = arrays[name][clauses]
    return found


def join(first: Arrays, second: Arrays) -> Arrays:
    """The rows of both, sorted by ordinal. What belongs to the embedding is that of `first`."""
    found = dict(first)
    shifts = {
        "title_of": len(first["title_at"]) - 1,
        "document": len(first["about"]),
        "same_heading": int(first["same_heading"].max(initial=-1)) + 1,
    }
    for name in _BY_ROW:
        found[name] = np.concatenate([first[name], second[name] + shifts.get(name, 0)])
    for name in (*_VECTORS_BY_ROW, *_BY_CLAUSE, *_BY_TITLE, "terms", "term_sizes", "about"):
        found[name] = np.concatenate([first[name], second[name]])
    for name in ("heading", "text", "title"):
        found[name] = np.concatenate([first[name], second[name].astype(first[name].dtype)])
    for name in ("heading_at", "text_at", "title_at", "clause_at", "clauses_at", "terms_at"):
        found[name] = np.concatenate([first[name], second[name][1:] + first[name][-1]])
    return take(found, np.argsort(found["ordinals"], kind="stable"))


def _cut(values: Array, at: Array, which: Array) -> tuple[Array, Array]:
    """(values of some groups, offsets of the groups); group g holds `values[at[g] : at[g + 1]]`."""
    starts, ends = at[which], at[which + 1]
    offsets = np.zeros(len(which) + 1, np.int64)
    np.cumsum(ends - starts, out=offsets[1:])
    return values[places(starts, ends)[0]], offsets
