"""Which records are about the same matter as one: by the words that tell it from others."""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from indexer.ranking.fields import bare_heading, exact_key
from schemas.engine import Candidate, Query, Term, WordField
from schemas.search import Record
from schemas.text.words import pairs, words

from .frequencies import Frequencies

_LOOKED_AT = 4_000  # characters of the text
_FROM_HEADING, _FROM_TITLE = 4.0, 1.0  # weights against a word that the text holds once
_MOST = 24  # terms asked for
_COMMON = 0.1  # a word that more than this share of all records hold tells nothing
_HEADINGS = 3  # a heading that more records have is one that any document has: "Phạm vi điều chỉnh"
_OF_ONE_DOCUMENT = 2


def related_query(record: Record, frequencies: Frequencies, size: int, today: dt.date, limit: int) -> Query:
    """Asks for records in force that share the most telling words of this one; no terms if it has none."""
    weights = _weights(record, frequencies)
    terms: list[Term] = []
    for field in ("all", "pairs"):
        terms += _telling(
            field, {text: w for (name, text), w in weights.items() if name == field}, frequencies, size
        )
    terms.sort(key=lambda term: -term.weight)
    kinds = ("provision",) if record.kind == "provision" else ("document", "procedure", "provision")
    return Query(tuple(terms[:_MOST]), filters={"kind": kinds}, valid_on=today, limit=limit * 4 + 4)


def _weights(record: Record, frequencies: Frequencies) -> Mapping[tuple[WordField, str], float]:
    heading = bare_heading(record)
    if heading and frequencies("exact", [exact_key(heading)])[0] > _HEADINGS:
        heading = ""
    found: Counter[tuple[WordField, str]] = Counter()
    for text, weight in ((heading, _FROM_HEADING), (record.title, _FROM_TITLE)):
        for key in set(_terms(words(text))):
            found[key] += weight  # type: ignore[assignment]
    held = Counter(_terms(words(record.text[:_LOOKED_AT])))
    for key, count in held.items():
        found[key] += 1 + math.log(count)  # type: ignore[assignment]
    return found


def _terms(tokens: list[str]) -> Iterator[tuple[WordField, str]]:
    yield from (("all", token) for token in tokens if not token.isdigit())
    yield from (("pairs", pair) for pair in pairs(tokens))


def _telling(
    field: WordField, weights: Mapping[str, float], frequencies: Frequencies, size: int
) -> Iterator[Term]:
    texts = list(weights)
    for text, count in zip(texts, frequencies(field, texts), strict=True):
        if 2 <= count <= max(2, _COMMON * size):
            yield Term(field, text, weights[text] * math.log(size / count))


def choose(record: Record, found: Iterable[Candidate], limit: int) -> list[Candidate]:
    """Others than the record itself, and few of one document: its neighbours are on the page already."""
    taken: Counter[str] = Counter()
    chosen = []
    for item in found:
        other = item.record
        if other.id == record.id or taken[other.owner] >= _OF_ONE_DOCUMENT:
            continue
        taken[other.owner] += 1
        chosen.append(item)
    return chosen[:limit]
