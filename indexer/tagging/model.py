"""What the tagger reads and what it gives."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

#: Version of the rules: a change makes every document pending again.
TAGGER = "2026.11.3"
TAGS = (
    "citation",
    "deadline",
    "money",
    "date",
    "agency",
    "definition",
    "condition",
    "regulation_type",
    "business_line",
)


@dataclass(frozen=True, slots=True)
class Tag:
    """One annotation of an article: `text[start:end]`; `value` as in docs/tagging.md."""

    tag: str
    start: int
    end: int
    value: Any


@dataclass(frozen=True, slots=True)
class Unit:
    """A clause or point of an article: its path and where it stands in the article's text."""

    path: str
    level: str
    number: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Article:
    """An article with the units inside it, in reading order."""

    path: str
    number: str
    heading: str
    text: str
    units: tuple[Unit, ...] = ()

    def clauses(self) -> list[Unit]:
        return [unit for unit in self.units if unit.level == "clause"]


@dataclass(frozen=True, slots=True)
class DocumentText:
    """What the tagger needs of a document."""

    id: int
    number: str
    type: str
    title: str
    issue_date: dt.date | None
    preamble: tuple[str, ...]
    articles: tuple[Article, ...]
    fields: tuple[str, ...] = ()
    #: Normalised title of a law → its number, from the document's own relations.
    related: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TagSummary:
    """What a run of tag_pending did; times in seconds."""

    documents: int = 0
    failed: int = 0  # left untagged, with the reason in the log; tried again by the next run
    articles: int = 0
    tags: int = 0
    citations: int = 0
    citations_linked: int = 0
    details: int = 0
    conditions: int = 0
    procedures: int = 0
    seconds: float = 0.0
