"""What ranking knows of an article and its document before any question: defined terms, subject, traits."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from schemas.search import Record
from schemas.text.words import words

from .fields import bare_heading

_DEFINING = ("giải thích từ ngữ", "khái niệm", "giải thích thuật ngữ", "định nghĩa")
#: The number or letter before a clause or point.
NUMBERING = re.compile(r"^\s*(?:\d+|[a-zđ])\s*[.)]\s*")
_PIECES = re.compile(r"\n+|;")
_PROCEDURE = re.compile("hồ sơ|trình tự|thủ tục")
_AUTHORITY = re.compile("thẩm quyền|trách nhiệm|nhiệm vụ|quyền hạn")
_DETAILING = re.compile("chi tiết|hướng dẫn|thi hành")
_YEAR = re.compile(r"/(\d{4})(?:/|$)")
_LONGEST_TERM = 14  # words of a defined term
_MOST_AMOUNTS = 5
_SAME_SUBJECT = 0.8  # Jaccard similarity of the words of two titles
_COMPARED = 60  # titles that share most words with a title
_LARGEST_GAP = 10  # years to a newer document that still tell something
_NO_SUBJECT = frozenset(
    word
    for phrase in (
        "quy định về luật",
        "bộ chi tiết một số điều của",
        "và hướng dẫn thi hành",
        "nghị thông tư việc",
    )
    for word in phrase.split()
)
TYPES = ("luật", "nghị định", "thông tư")


def is_defining(heading: str) -> bool:
    """Whether the article explains terms (giải thích từ ngữ)."""
    heading = heading.lower()
    return any(phrase in heading for phrase in _DEFINING)


def defined_terms(text: str) -> list[tuple[str, ...]]:
    """The terms an article explains, in words: what stands before the first "là" or "gồm" of each piece."""
    found: dict[tuple[str, ...], None] = {}
    for piece in _PIECES.split(text):
        start = words(NUMBERING.sub("", piece)[:200])[: _LONGEST_TERM + 4]
        for verb in ("là", "gồm"):
            if verb in start and 1 <= start.index(verb) <= _LONGEST_TERM:
                found[tuple(start[: start.index(verb)])] = None
    return list(found)


def traits(record: Record) -> tuple[int, int, int, int, int]:
    """(explains terms, punishes, about a procedure, about powers, how often amounts are named up to 5)."""
    heading = bare_heading(record).lower()
    return (
        is_defining(heading),
        "phạt" in heading or "xử phạt" in record.title.lower(),
        bool(_PROCEDURE.search(heading)),
        bool(_AUTHORITY.search(heading)),
        min(_MOST_AMOUNTS, record.text.count(" đồng")),
    )


def type_code(document_type: str | None) -> int:
    """0 law (or code), 1 decree, 2 circular, 3 anything else."""
    lowered = (document_type or "").lower()
    return next((code for code, name in enumerate(TYPES) if name in lowered), len(TYPES))


@dataclass(frozen=True, slots=True)
class About:
    """What is known of a document: `newer` years to a newer one on the same subject, 0 without."""

    newer: int = 0
    superseded: bool = False
    amends: bool = False
    details: bool = False
    subject_words: int = 0


def about_documents(documents: Sequence[Record]) -> list[About]:
    """What the titles and dates of all documents together tell of each (one record of each is enough).

    A law is superseded when a newer one bears the same title; what the database says of validity is not
    looked at here, since it changes with the day of the question.
    """
    subjects = [frozenset(words(record.title)) - _NO_SUBJECT for record in documents]
    titles = [record.title.lower() for record in documents]
    years = [record.year or _year_in(record.number) for record in documents]
    kinds = [(record.document_type or "").lower()[:6] for record in documents]
    holders: dict[tuple[str, str], list[int]] = defaultdict(list)
    for at, subject in enumerate(subjects):
        for word in subject:
            holders[kinds[at], word].append(at)
    found = []
    for at, subject in enumerate(subjects):
        newer, superseded = 0, False
        if subject and years[at]:
            shared = Counter(_all(holders[kinds[at], word] for word in subject))
            for other, count in shared.most_common(_COMPARED):
                gap = years[other] - years[at]
                similar = count / len(subject | subjects[other]) >= _SAME_SUBJECT
                if other != at and gap > 0 and similar and "sửa đổi" not in titles[other]:
                    newer = max(newer, min(_LARGEST_GAP, gap))
                    superseded |= subjects[other] == subject and "luật" in kinds[at]
        amends, details = "sửa đổi" in titles[at], bool(_DETAILING.search(titles[at]))
        found.append(About(newer, superseded, amends, details, len(subject)))
    return found


def _all(lists: Iterable[list[int]]) -> Iterable[int]:
    return (at for found in lists for at in found)


def _year_in(number: str | None) -> int:
    found = _YEAR.search(number or "")
    return int(found[1]) if found else 0
