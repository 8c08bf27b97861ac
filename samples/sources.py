"""Reads the texts of the sample portal: documents/*.md and procedures/*.toml.

A document is TOML between two lines "+++", then its text, one paragraph a line: the preamble;
"# Chương I. …", "## Mục 1. …"; "### Điều 5. Heading" (or "### Điều 5." for an article without one) and its
paragraphs; "# Phụ lục I. …" or "# Quy chế. …" opens an annex, whose table rows are written "| cell | cell |".
"""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

FOLDER = Path(__file__).parent
Form = Literal["prov", "mixed", "legacy", "plain", "empty", "lie"]

_STRUCTURE = re.compile(r"(?:#|##) (Phần|Chương|Mục) ([IVXLC]+|\d+)\. (.+)")
_ARTICLE = re.compile(r"### Điều (\d+[a-zđ]?)\.(?: (.+))?")
_ANNEX = re.compile(r"# ((?:Phụ lục|Quy chế)(?: [IVXLC]+)?)\. (.+)")


@dataclass(frozen=True)
class Heading:
    """Heading of a chapter or a section: its word ("Chương"), number and title."""

    word: str
    number: str
    title: str


@dataclass
class Article:
    """One article: number, heading ("" if it has none) and its paragraphs."""

    number: str
    heading: str
    lines: list[str] = field(default_factory=list)


@dataclass
class Annex:
    """One annex: "Phụ lục I", its title, paragraphs, table rows and, if it is a regulation, articles."""

    label: str
    title: str
    lines: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    articles: list[Article] = field(default_factory=list)


@dataclass(frozen=True)
class Relation:
    """What a document does to another one; codes as in schemas.documents.RELATIONS."""

    code: int
    target: str
    provisions: tuple[str, ...] = ()


@dataclass
class Document:
    """One sample document as it was written."""

    id: str
    number: str
    type: str
    title: str
    agencies: list[str]
    office: str
    issued: dt.date
    effective: dt.date
    expires: dt.date | None
    status: str | None
    fields: list[str]
    form: Form
    nfd: bool
    file: Literal["docx", "pdf"] | None
    relations: list[Relation]
    preamble: list[str] = field(default_factory=list)
    body: list[Heading | Article] = field(default_factory=list)
    annexes: list[Annex] = field(default_factory=list)

    @property
    def articles(self) -> list[Article]:
        return [part for part in self.body if isinstance(part, Article)]


@dataclass(frozen=True)
class Procedure:
    """One sample procedure: the values of its file."""

    code: str
    values: dict[str, Any]


def read_documents() -> list[Document]:
    """All sample documents, newest first, as the site lists them. Raises ValueError on a bad line."""
    documents = [read_document(path) for path in sorted((FOLDER / "documents").glob("*.md"))]
    return sorted(documents, key=lambda document: (document.issued, document.id), reverse=True)


def read_procedures() -> list[Procedure]:
    """All sample procedures by code."""
    found = []
    for path in sorted((FOLDER / "procedures").glob("*.toml")):
        values = tomllib.loads(path.read_text(encoding="utf-8"))
        found.append(Procedure(values["code"], values))
    return found


def read_document(path: Path) -> Document:
    """One document. Raises ValueError naming file and line where the text is not as described above."""
    _, front, text = path.read_text(encoding="utf-8").split("+++\n", 2)
    values = tomllib.loads(front)
    relations = [
        Relation(item["code"], item["target"], tuple(item.get("provisions", ())))
        for item in values.pop("relations", [])
    ]
    optional = {"expires": None, "status": None, "nfd": False, "file": None}
    document = Document(relations=relations, **{**optional, **values})
    for line in filter(None, map(str.strip, text.split("\n"))):
        if not _add(document, line):
            raise ValueError(f"{path.name}: not understood: {line[:60]!r}")
    return document


def _add(document: Document, line: str) -> bool:
    """Puts one line where it belongs; False for a heading of an unknown kind."""
    annex = document.annexes[-1] if document.annexes else None
    if found := _ANNEX.fullmatch(line):
        document.annexes.append(Annex(found[1], found[2]))
    elif found := _ARTICLE.fullmatch(line):
        article = Article(found[1], found[2] or "")
        if annex:
            annex.articles.append(article)
        else:
            document.body.append(article)
    elif found := _STRUCTURE.fullmatch(line):
        document.body.append(Heading(found[1], found[2], found[3]))
    elif line.startswith("#"):
        return False
    elif annex and line.startswith("|"):
        annex.rows.append([cell.strip() for cell in line.strip("|").split("|")])
    else:
        _paragraphs(document, annex).append(line)
    return True


def _paragraphs(document: Document, annex: Annex | None) -> list[str]:
    """The list that the next plain paragraph goes to."""
    if annex:
        return annex.articles[-1].lines if annex.articles else annex.lines
    last = document.body[-1] if document.body else None
    return last.lines if isinstance(last, Article) else document.preamble
