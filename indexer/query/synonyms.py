"""Files of words that are searched too: synonyms a ministry edits, abbreviations written by hand. Pure.

One entry a line, in the format that search engines use: `sổ đỏ, bìa đỏ => giấy chứng nhận quyền sử dụng đất`
searches the right side too wherever the left one is typed; `a, b, c` without an arrow searches each for the
others; `sổ đỏ =>` with nothing on the right takes a shipped entry off. `#` begins a comment. Several things
to search for are separated by `;` or `,`.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from pathlib import Path

from schemas.text.words import words

Words = tuple[str, ...]
ARROW = "=>"
LONGEST = 12  # words of one side of an entry
MOST = 8  # things searched for one entry
MOST_ENTRIES = 20_000
MOST_BYTES = 4_000_000
_UNREADABLE = (0, 0, 0)
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Problem:
    """A line that was passed over, and why."""

    line: int
    text: str
    reason: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.reason}: {self.text!r}"


@dataclass(frozen=True, slots=True)
class Synonyms:
    """Words typed → words searched too; `problems` are the lines that could not be read."""

    entries: Mapping[Words, tuple[Words, ...]] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()


class _Wrong(ValueError):
    """A line that says nothing that can be searched."""


def parse_synonyms(text: str) -> Synonyms:
    """The entries of a file. A line that is wrong is reported, the others count. A later line wins."""
    entries: dict[Words, tuple[Words, ...]] = {}
    problems: list[Problem] = []
    for number, line in enumerate(text.lstrip("\ufeff").splitlines(), 1):
        content = line.split("#", 1)[0].strip()
        if not content:
            continue
        try:
            if len(entries) >= MOST_ENTRIES:
                raise _Wrong(f"more than {MOST_ENTRIES} entries")
            entries |= _entries(content)
        except _Wrong as error:
            problems.append(Problem(number, content[:80], str(error)))
    return Synonyms(entries, tuple(problems))


def _entries(content: str) -> dict[Words, tuple[Words, ...]]:
    left, arrow, right = content.partition(ARROW)
    if not arrow:
        same = _listed(content, "[,;]")
        if len(same) < 2:
            raise _Wrong(f"neither “{ARROW}” nor a second term after a comma")
        return {term: tuple(other for other in same if other != term) for term in same}
    if ARROW in right:
        raise _Wrong(f"more than one “{ARROW}”")
    typed = _listed(left, ",")
    if not typed:
        raise _Wrong(f"nothing before “{ARROW}”")
    added = _listed(right, "[;,]") if right.strip() else ()
    return {term: tuple(other for other in added if other != term) for term in typed}


def _listed(text: str, separator: str) -> tuple[Words, ...]:
    terms = [tuple(words(piece)) for piece in re.split(separator, text)]
    if any(len(term) > LONGEST for term in terms):
        raise _Wrong(f"more than {LONGEST} words in a term")
    found = tuple(dict.fromkeys(term for term in terms if term))
    if len(found) > MOST:
        raise _Wrong(f"more than {MOST} terms")
    return found


class SynonymFile:
    """A ministry's own file, read again whenever it changes. Never fails: what is wrong is logged once."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._seen: tuple[int, int, int] | None = None
        self._read = Synonyms()

    def current(self) -> Synonyms:
        """The entries now; the same object while the file is the same. Costs one `stat`."""
        if self._path is None:
            return self._read
        try:
            found = self._path.stat()
            seen = (found.st_ino, found.st_mtime_ns, found.st_size)
            if seen != self._seen:
                self._read, self._seen = read_file(self._path), seen
                for problem in self._read.problems:
                    log.warning("%s, %s", self._path, problem)
        except (OSError, UnicodeDecodeError) as error:
            if self._seen != _UNREADABLE:  # the entries read before go on
                log.warning("the synonyms file cannot be read: %s: %s", self._path, error)
                self._seen = _UNREADABLE
        return self._read


def read_file(path: Path) -> Synonyms:
    """The entries of a file in UTF-8. Raises OSError and UnicodeDecodeError."""
    if path.stat().st_size > MOST_BYTES:
        return Synonyms(problems=(Problem(0, path.name, f"more than {MOST_BYTES:,} bytes"),))
    return parse_synonyms(path.read_text(encoding="utf-8"))


@cache
def shipped(name: str) -> Synonyms:
    """A file that comes with the code: "abbreviations" or "synonyms"."""
    path = resources.files("indexer.query").joinpath(f"data/{name}.txt")
    return parse_synonyms(path.read_text(encoding="utf-8"))
