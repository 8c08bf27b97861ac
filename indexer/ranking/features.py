"""All features of the candidates of one question, in the order the shipped models were trained on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .arrays import Array
from .context import CONTEXT, DEFINITION, DOCUMENT, context
from .lexical import CLAUSE, LEXICAL, Texts, Words, lexical
from .question import Question
from .terms import places
from .vectors import COSINES, cosines

#: The columns, in the order that the shipped models know.
NAMES = (*LEXICAL, *CLAUSE, *CONTEXT, *DEFINITION, *DOCUMENT, *COSINES)
LOOKED_AT = 70  # candidates whose words are read
_TINY = 1e-6


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


@dataclass(frozen=True, slots=True)
class Seen:
    """The candidates that were looked at: their `places` among all, ascending, rows, features [candidate,
    feature] and best clauses.
    """

    places: Array
    rows: Array
    features: Array
    clauses: Array


def features(
    question: Question,
    arrays: dict[str, Array],
    averages: Averages,
    rows: Array,
    scores: Array,
    expired: Array,
    asked: Array,
) -> Seen:
    """All features of the promising candidates. `asked`: the question's vector."""
    meaning = cosines(arrays, asked, rows)
    beside = context(question, arrays, rows, scores, expired)
    at = promising(scores, meaning.columns["passage_cosine_share"])
    seen = rows[at]
    columns, best_clause = lexical(question, _read(arrays, averages, seen))
    columns += [column[at] for column in beside]
    columns += meaning.of(at, best_clause)
    # A column after the other in memory: the trees read them so.
    found = np.empty((len(columns), len(seen)), np.float32)
    for n, column in enumerate(columns):
        found[n] = column
    return Seen(at, seen, found.T, best_clause)


def promising(scores: Array, passages: Array) -> Array:
    """Places of the `LOOKED_AT` best by score and cosine of the best passage, ascending.

    Reading the words of an article is most of what looking at it costs. Cross-validated on both sets, clean
    and with noise, nothing changes among the first ten whether these or 80 of 200 are looked at (nDCG@10
    .8793 on the larger set either way; 60: .8780).
    """
    value = scores / max(_TINY, float(scores.max(initial=0))) + np.float32(0.5) * passages
    found: Array = np.sort(np.argsort(-value, kind="stable")[:LOOKED_AT])
    return found


def _read(arrays: dict[str, Array], averages: Averages, rows: Array) -> Texts:
    titles, title_of = np.unique(arrays["title_of"][rows], return_inverse=True)
    first, last = arrays["clauses_at"][rows], arrays["clauses_at"][rows + 1]
    clauses, _ = places(first, last)
    sizes = arrays["clause_at"][clauses + 1] - arrays["clause_at"][clauses]
    return Texts(
        _words(arrays["heading"], arrays["heading_at"], rows, averages.heading),
        Words(_ids(arrays["text"], arrays["text_at"], rows), np.cumsum(sizes), averages.text),
        _words(arrays["title"], arrays["title_at"], titles, averages.title),
        np.cumsum(last - first) - (last - first),
        title_of,
    )


def _words(ids: Array, at: Array, which: Array, average: float) -> Words:
    return Words(_ids(ids, at, which), np.cumsum(at[which + 1] - at[which]), average)


def _ids(ids: Array, at: Array, which: Array) -> Array:
    pairs = zip(at[which].tolist(), at[which + 1].tolist(), strict=True)
    return np.concatenate([ids[start:end] for start, end in pairs])
