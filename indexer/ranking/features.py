"""All features of the candidates of one question, in the order the shipped models were trained on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .arrays import Array
from .context import CONTEXT, DEFINITION, DOCUMENT, context
from .lexical import CLAUSE, LEXICAL, Words, lexical
from .question import Question
from .vectors import COSINES, cosines

#: The columns, in the order that the shipped models know.
NAMES = (*LEXICAL, *CLAUSE, *CONTEXT, *DEFINITION, *DOCUMENT, *COSINES)


@dataclass(frozen=True, slots=True)
class Averages:
    """Mean words of a heading, text and document title of an article, mean clauses of an article."""

    heading: float
    text: float
    title: float
    clauses: float

    @staticmethod
    def of(arrays: dict[str, Array]) -> Averages:
        rows = max(1, len(arrays["ordinals"]))
        titles = np.diff(arrays["title_at"])[arrays["title_of"]]
        return Averages(
            heading=max(1.0, len(arrays["heading"]) / rows),
            text=max(1.0, len(arrays["text"]) / rows),
            title=max(1.0, float(titles.mean()) if len(titles) else 1.0),
            clauses=max(1.0, (len(arrays["clause_at"]) - 1) / rows),
        )


def features(
    question: Question,
    arrays: dict[str, Array],
    averages: Averages,
    rows: Array,
    scores: Array,
    expired: Array,
    asked: Array,
) -> tuple[Array, Array]:
    """([candidate, feature], best clause of each). `asked`: the question's vector."""
    first, last = arrays["clauses_at"][rows], arrays["clauses_at"][rows + 1]
    counts = last - first
    clause_starts = np.cumsum(counts) - counts
    at = np.arange(int(counts.sum())) + np.repeat(first - clause_starts, counts)
    sizes = arrays["clause_at"][at + 1] - arrays["clause_at"][at]
    heading = _words(arrays["heading"], arrays["heading_at"], rows, averages.heading)
    text = _words(arrays["text"], arrays["text_at"], rows, averages.text)
    title = _words(arrays["title"], arrays["title_at"], arrays["title_of"][rows], averages.title)
    text = Words(text.ids, text.ends, sizes, text.average)
    columns, best_clause = lexical(question, heading, text, title, clause_starts)
    columns += context(question, arrays, rows, scores, expired)
    columns += cosines(arrays, asked, rows, best_clause)
    return np.stack(columns, axis=1).astype(np.float32), best_clause


def _words(ids: Array, at: Array, which: Array, average: float) -> Words:
    starts, ends = at[which], at[which + 1]
    sizes = ends - starts
    pieces = [ids[a:b] for a, b in zip(starts.tolist(), ends.tolist(), strict=True)]
    return Words(np.concatenate(pieces), np.cumsum(sizes), sizes, average)
