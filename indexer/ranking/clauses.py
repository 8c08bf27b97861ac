"""Clauses (khoản) as ranking sees them: pieces of an article's text that can answer on their own."""

from __future__ import annotations

import re

_OPENS = re.compile(r"\s*\d+\s*[.)]\s")
_LONGEST = 160  # words; longer pieces are cut at a line


def clause_spans(text: str) -> list[tuple[int, int]]:
    """(start, end) of each clause in characters; together they cover every line that holds something.

    A line that begins with a number opens a clause; the lines above the first and the lettered points stay
    with the clause they follow, unless it grows over 160 words. At least one span, even of an empty text.
    """
    spans: list[tuple[int, int]] = []
    start, end, count, at = -1, 0, 0, 0
    for line in text.split("\n"):
        after = at + len(line)
        if not line or line.isspace():
            at = after + 1
            continue
        size = line.count(" ") + 1
        if start >= 0 and (count + size > _LONGEST or _OPENS.match(line)):
            spans.append((start, end))
            start, count = -1, 0
        if start < 0:
            start = at
        end, count, at = after, count + size, after + 1
    if start >= 0:
        spans.append((start, end))
    return spans or [(0, len(text))]
