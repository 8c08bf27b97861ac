"""Clauses that lay down business conditions and the five types of regulation: tags for an article.

The evidence is counted in `condition_rules` and `type_rules`; the figures are in docs/tagging.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from .condition_rules import conditions, demands, heading_lays_down
from .model import Article, DocumentText, Tag
from .type_rules import is_skipped, types

_NUMBERED = re.compile(r"^(\d{1,2})\.[ ]?(?=[A-ZĐÀ-Ỹ(“])", re.MULTILINE)


def rules(article: Article, document: DocumentText) -> Iterator[Tag]:
    """Tags `condition` and `regulation_type` of the article's clauses, or of the article if it has none."""
    heading, text = article.heading, article.text
    spans = clause_spans(article)
    skip = is_skipped(heading)
    by_heading = heading_lays_down(heading, text[: spans[0][0]])
    for start, end in spans:
        clause = text[start:end]
        if len(clause) < 25:
            continue
        kinds = () if skip else conditions(clause, heading, by_heading)
        for kind in kinds:
            yield Tag("condition", start, end, kind)
        required = bool(kinds) or (not skip and demands(clause, heading))
        for kind in types(clause, heading, bool(kinds), required, skip):
            yield Tag("regulation_type", start, end, kind)


def clause_spans(article: Article) -> list[tuple[int, int]]:
    """Where the clauses stand; also those whose numbers do not follow one another (a repealed one is left
    out).
    """
    text = article.text
    starts = {clause.start for clause in article.clauses()}
    last = 0
    for match in _NUMBERED.finditer(text):
        number = int(match[1])
        if match.start() in starts or last < number <= last + 3:
            starts.add(match.start())
            last = number
    if not starts:
        return [(0, len(text.rstrip()))]
    ordered = sorted(starts)
    return [(a, a + len(text[a:b].rstrip())) for a, b in pairwise([*ordered, len(text)])]
