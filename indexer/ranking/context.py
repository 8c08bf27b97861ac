"""Features of a candidate among the others: the first stage's score, its document, defined terms, what is
asked.
"""

from __future__ import annotations

import numpy as np

from .arrays import Array
from .forward import LONGEST_TERM, term_hashes
from .question import Question

CONTEXT = (
    *("score", "score_share", "score_rank", "document_mass", "document_best", "document_candidates"),
    *("share_of_document_best", "score_before", "score_after", "question_words", "place", "articles"),
    *("is_law", "is_decree", "is_circular", "is_other"),
)
DEFINITION = (
    *("asks_definition", "term_words", "term_share", "explains_terms", "superseded"),
    *("asks_punishment", "punishes", "asks_amount", "asks_procedure", "about_procedure"),
    *("asks_authority", "about_authority", "amounts"),
)
DOCUMENT = (
    *("years_to_newer", "amends", "details", "type_asked", "heading_count", "subject_words"),
    "same_heading_candidates",
)
_TINY = 1e-6
_MOST_SAME = 20


def descending_rank(values: Array) -> Array:
    """0 for the largest, 1 for the next, …; equal values in the order given."""
    order = np.argsort(-values, kind="stable")
    ranks = np.empty(len(values), np.float32)
    ranks[order] = np.arange(len(values))
    return ranks


def context(
    question: Question, arrays: dict[str, Array], rows: Array, scores: Array, expired: Array
) -> list[Array]:
    """Columns of CONTEXT, DEFINITION and DOCUMENT. `expired`: candidates the database says bind no more."""
    document = arrays["document"][rows]
    kind = arrays["type"][rows]
    traits = arrays["traits"][rows].astype(np.float32)
    newer, superseded, amends, details, subject = arrays["about"][document].T
    share = scores / max(_TINY, float(scores.max(initial=0)))
    _, group = np.unique(document, return_inverse=True)
    best = np.zeros(int(group.max(initial=-1)) + 1, np.float32)
    np.maximum.at(best, group, scores)
    before, after = _neighbours(rows, document, share)
    is_type = kind[:, None] == np.arange(4)
    asks = question.asks
    asked_types = asks[5:9]
    _, same, same_count = np.unique(arrays["same_heading"][rows], return_inverse=True, return_counts=True)
    term_words = _defined(question, arrays, rows, traits[:, 0])
    size = max(1, question.size)
    every = np.ones(len(rows), np.float32)
    return [
        scores,
        share,
        descending_rank(scores),
        np.bincount(group, share**3)[group],
        best[group] / max(_TINY, float(scores.max(initial=0))),
        np.bincount(group)[group],
        scores / np.maximum(best[group], _TINY),
        before,
        after,
        every * question.size,
        arrays["place"][rows],
        arrays["articles"][rows],
        *is_type.T,
        every * asks[0],
        term_words,
        term_words / size,
        traits[:, 0],
        np.maximum(superseded, expired),
        every * asks[1],
        traits[:, 1],
        every * asks[2],
        every * asks[3],
        traits[:, 2],
        every * asks[4],
        traits[:, 3],
        traits[:, 4],
        newer,
        amends,
        details,
        is_type @ asked_types - 0.25 * asked_types.sum(),
        np.minimum(_MOST_SAME, arrays["heading_count"][rows]),
        subject,
        same_count[same],
    ]


def _neighbours(rows: Array, document: Array, share: Array) -> tuple[Array, Array]:
    """Scores of the articles before and after, where they are candidates and of the same document."""
    order = np.argsort(rows)
    ordered = rows[order]
    joined = (np.diff(ordered) == 1) & (np.diff(document[order]) == 0)
    before, after = np.zeros(len(rows), np.float32), np.zeros(len(rows), np.float32)
    before[order[1:][joined]] = share[order[:-1][joined]]
    after[order[:-1][joined]] = share[order[1:][joined]]
    return before, after


def _defined(question: Question, arrays: dict[str, Array], rows: Array, explains: Array) -> Array:
    """Words of the longest term of the question that each candidate defines.

    Who types a term alone ("hóa đơn điện tử") wants what is ruled about it, not "Giải thích từ ngữ": of a few
    words that do not ask for a definition none counts as a term.
    """
    longest = np.zeros(len(rows), np.float32)
    places = np.flatnonzero(explains)
    if (question.keywords and not question.asks[0]) or not len(places) or not len(question.ids):
        return longest
    starts = arrays["terms_at"][rows[places]]
    counts = arrays["terms_at"][rows[places] + 1] - starts
    owner = np.repeat(places, counts)
    at = np.arange(len(owner)) + np.repeat(starts - (np.cumsum(counts) - counts), counts)
    hit = np.isin(arrays["terms"][at], _runs(question.ids))
    np.maximum.at(longest, owner[hit], arrays["term_sizes"][at[hit]].astype(np.float32))
    return longest


def term_at(question: Question, arrays: dict[str, Array], row: int, size: int) -> int:
    """Where in the question a term of so many words begins that the article defines."""
    defined = arrays["terms"][arrays["terms_at"][row] : arrays["terms_at"][row + 1]]
    return int(np.isin(term_hashes(question.ids)[:, size - 1], defined).argmax())


def _runs(ids: Array) -> Array:
    """Hashes of all runs of up to 14 known words of the question."""
    hashes = term_hashes(ids)
    sizes = np.arange(1, LONGEST_TERM + 1)
    unknown = np.append(np.flatnonzero(ids == 0), len(ids))
    until = unknown[np.searchsorted(unknown, np.arange(len(ids)))]
    found: Array = hashes[np.arange(len(ids))[:, None] + sizes <= until[:, None]]
    return found
