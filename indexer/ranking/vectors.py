"""Cosines of a question with its candidates, whose vectors are kept as bytes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .arrays import Array
from .context import descending_rank
from .lexical import first_best
from .terms import Terms, places

COSINES = (
    *("cosine", "cosine_share", "cosine_rank", "heading_cosine", "title_cosine", "text_cosine"),
    *("clause_cosine", "second_clause_cosine", "mean_clause_cosine", "found_clause_cosine", "passage_cosine"),
    *("heading_cosine_share", "clause_cosine_share", "passage_cosine_share"),
)
TITLE_PART = 0.5  # of the document's title in the vector of a passage
_TINY = 1e-6


def question_vector(terms: Terms, weights: Array, scales: Array, ids: Array) -> Array:
    """The vector of a question of length one; `weights` and `scales` are the embedding as bytes."""
    held, _, often = distinct(terms, ids)
    total = sizes(terms, scales, held, often) @ weights[held].astype(np.float32)
    unit: Array = (total / (np.linalg.norm(total) + 1e-9)).astype(np.float32)
    return unit


def distinct(terms: Terms, ids: Array) -> tuple[Array, Array, Array]:
    """The distinct terms of a text that have a vector, where each stands first, how often. Places of words
    come before those of the pairs they begin.
    """
    single, pair = terms.of(ids)
    found = np.concatenate([single, pair[:-1]]) if len(ids) else single
    embedded = np.flatnonzero(found >= 0)
    held, first, often = np.unique(found[embedded], return_index=True, return_counts=True)
    return held, embedded[first], often


def sizes(terms: Terms, scales: Array, held: Array, often: Array) -> Array:
    """What the bytes of each term are multiplied by in the sum."""
    found: Array = ((1 + np.log(often)) * terms.idf[held] * scales[held]).astype(np.float32)
    return found


def dot(vectors: dict[str, Array], name: str, at: Array, asked: Array) -> Array:
    """Cosines of the vectors at some places with a vector of length one."""
    found: Array = (vectors[name][at].astype(np.float32) @ asked) * vectors[f"{name}_scale"][at]
    return found


@dataclass(frozen=True, slots=True)
class Cosines:
    """`columns` of COSINES by name, without the one that needs the best clause by words; `clause`: cosines of
    all clauses, `starts` and `counts` those of each candidate.
    """

    columns: dict[str, Array]
    clause: Array
    starts: Array
    counts: Array

    def of(self, places: Array, best_clause: Array) -> list[Array]:
        """Columns of COSINES of some candidates. `best_clause`: the one with most of the question's words,
        from the candidate's first.
        """
        at = self.starts[places] + np.minimum(best_clause, self.counts[places] - 1)
        found = {name: column[places] for name, column in self.columns.items()}
        found["found_clause_cosine"] = self.clause[at]
        return [found[name] for name in COSINES]


def cosines(arrays: dict[str, Array], asked: Array, rows: Array) -> Cosines:
    """Of the question, `asked`, with the whole, heading, title, text and clauses of each candidate."""
    whole = dot(arrays, "whole", rows, asked)
    heading = dot(arrays, "heading_vector", rows, asked)
    titles, title_of = np.unique(arrays["title_of"][rows], return_inverse=True)
    title = dot(arrays, "title_vector", titles, asked)[title_of]
    first, last = arrays["clauses_at"][rows], arrays["clauses_at"][rows + 1]
    counts = last - first
    starts = np.cumsum(counts) - counts
    at, owner = places(first, last)
    clause = dot(arrays, "clause_vector", at, asked)
    length = {n: arrays[f"{n}_vector_length"] for n in ("clause", "heading", "title")}
    row_part = heading * length["heading"][rows]
    row_part += np.float32(TITLE_PART) * title * length["title"][titles][title_of]
    passage = (clause * length["clause"][at] + row_part[owner]) / (arrays["passage"][at] + _TINY)
    best = first_best(clause, starts, owner)
    others = clause.copy()
    others[best] = -1
    columns = {
        "cosine": whole,
        "cosine_share": _share(whole),
        "cosine_rank": descending_rank(whole),
        "heading_cosine": heading,
        "title_cosine": title,
        "text_cosine": dot(arrays, "text_vector", rows, asked),
        "clause_cosine": clause[best],
        "second_clause_cosine": np.where(counts > 1, np.maximum.reduceat(others, starts), clause[best]),
        "mean_clause_cosine": np.add.reduceat(clause, starts) / counts,
        "passage_cosine": np.maximum.reduceat(passage, starts),
        "heading_cosine_share": _share(heading),
        "clause_cosine_share": _share(clause[best]),
    }
    columns["passage_cosine_share"] = _share(columns["passage_cosine"])
    return Cosines(columns, clause, starts, counts)


def _share(values: Array) -> Array:
    found: Array = values / max(_TINY, float(values.max(initial=0)))
    return found
