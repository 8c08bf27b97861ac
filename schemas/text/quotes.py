"""Which lines stand inside a quotation: the words of another act, not provisions of this one."""

from __future__ import annotations

import re
from collections.abc import Sequence

# A quotation that runs over lines opens at the start of a line or behind a colon ("… như sau: “Điều 5. …").
_OPENS = re.compile(r"(?:^|:\s*)[“\"][^”\"]*$")
_CLOSES = re.compile(r"[”\"][.;,:)/\s]*$|”")
#: A quotation longer than this is a missing closing mark.
_LONGEST = 400


def quoted_lines(lines: Sequence[str]) -> frozenset[int]:
    """Indexes of the lines that continue a quotation opened on an earlier line.

    The line that opens it is not among them. A mark that is never closed opens nothing.
    """
    quoted: set[int] = set()
    index = 0
    while index < len(lines):
        text = lines[index]
        if ("“" in text or '"' in text) and _OPENS.search(text):
            end = _closing(lines, index + 1)
            if end is not None:
                quoted.update(range(index + 1, end + 1))
                index = end
        index += 1
    return frozenset(quoted)


def _closing(lines: Sequence[str], start: int) -> int | None:
    depth = 1
    for index in range(start, min(len(lines), start + _LONGEST)):
        text = lines[index]
        if "”" not in text and '"' not in text and "“" not in text:
            continue
        depth += text.count("“") - text.count("”")
        if text.count('"') % 2 and _CLOSES.search(text):
            depth -= 1
        if depth <= 0:
            return index
    return None
