"""Clauses and points of an article by their visible numbers, and stable identifiers for the nodes."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass, field

from .sources import Article

_CLAUSE = re.compile(r"(\d{1,2})\. ")
_POINT = re.compile(r"([a-zđ])\) ")
_NAMESPACE = uuid.UUID("6b1f2c1e-0d5b-5c8a-9a40-6d61752e6976")


@dataclass
class Clause:
    """A clause with its own paragraph, the points below it and other paragraphs, in reading order."""

    number: str
    text: str
    points: list[tuple[str, str]] = field(default_factory=list)
    more: list[str] = field(default_factory=list)


def identifier(*parts: object) -> str:
    """The same uuid for the same parts at every build."""
    return str(uuid.uuid5(_NAMESPACE, "/".join(map(str, parts))))


def split(article: Article) -> tuple[list[str], list[Clause]]:
    """(paragraphs before the first clause, clauses). Quoted paragraphs stay with the clause they stand in."""
    before: list[str] = []
    clauses: list[Clause] = []
    for line in article.lines:
        clause, point = _CLAUSE.match(line), _POINT.match(line)
        if clause and int(clause[1]) == len(clauses) + 1:
            clauses.append(Clause(clause[1], line))
        elif point and clauses:
            clauses[-1].points.append((point[1], line))
        elif clauses:
            clauses[-1].more.append(line)
        else:
            before.append(line)
    return before, clauses


def label(article: Article) -> str:
    """The article's first line: "Điều 5. Heading", or with its first paragraph if it has no heading."""
    return f"Điều {article.number}. {article.heading or article.lines[0]}"


def untitled(article: Article) -> Article:
    """What is left below the first line."""
    return article if article.heading else Article(article.number, article.heading, article.lines[1:])
