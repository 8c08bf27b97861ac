"""Judged questions in BEIR layout, brought into a database of the product: its own path is measured."""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from schemas import tables as t
from schemas.errors import QuydinhError
from schemas.migrations import upgrade
from schemas.text.normalise import clean, slugify

_BATCH = 2000
_TIME = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)


@dataclass(frozen=True, slots=True)
class Questions:
    """`texts` by question id; `judged`: question id → corpus id → score above 0."""

    texts: dict[str, str]
    judged: dict[str, dict[str, int]]


def read_questions(folder: Path) -> Questions:
    """The questions that have a judgement, in the order of the file."""
    judged: dict[str, dict[str, int]] = {}
    with (folder / "qrels.tsv").open(encoding="utf-8", newline="") as file:
        for row in list(csv.reader(file, delimiter="\t"))[1:]:
            if len(row) >= 3 and int(row[2]) > 0:
                judged.setdefault(row[0], {})[row[1]] = int(row[2])
    texts = {row["_id"]: row["text"] for row in _lines(folder / "queries.jsonl") if row["_id"] in judged}
    if not texts:
        raise QuydinhError(f"{folder} holds no judged questions")
    return Questions(texts, {id_: judged[id_] for id_ in texts})


def find_corpus(folder: Path, corpus: Path | None = None) -> Path:
    """The corpus of a dataset: its own, or the one given."""
    for path in (corpus, folder / "corpus.jsonl.gz", folder / "corpus.jsonl"):
        if path is not None and path.is_file():
            return path
    raise QuydinhError(f"{folder} has no corpus.jsonl[.gz]; give one with --corpus FILE")


@dataclass(frozen=True, slots=True)
class _Article:
    """An article of a corpus, with the key its document gets and the number the document has."""

    document: int
    law: str
    path: str
    ordinal: int
    row: dict[str, Any]

    @property
    def record_id(self) -> str:
        return f"bench:{self.document}:{self.path}"


def _articles(corpus: Path, limit: int | None) -> Iterator[_Article]:
    laws: dict[str, int] = {}
    seen: set[str] = set()
    for ordinal, row in enumerate(islice(_lines(corpus), limit)):
        law = str(row.get("law_id") or row["_id"])
        document = laws.setdefault(law, len(laws) + 1)
        path = f"dieu-{slugify(str(row.get('article_id') or '')) or 'x'}"
        article = _Article(document, law, path, ordinal, row)
        if article.record_id in seen:
            article = replace(article, path=f"{path}-{ordinal}")
        seen.add(article.record_id)
        yield article


def record_ids(corpus: Path, limit: int | None = None) -> dict[str, str]:
    """Record id → corpus id of the articles that `fill` writes."""
    return {article.record_id: article.row["_id"] for article in _articles(corpus, limit)}


def fill(database: sa.Engine, corpus: Path, limit: int | None = None) -> None:
    """Write the corpus, or its first `limit` articles, as documents and articles."""
    upgrade(database)
    documents: list[dict[str, Any]] = []
    articles: list[dict[str, Any]] = []
    written = 0
    with database.begin() as connection:
        for article in _articles(corpus, limit):
            if article.document > written:
                written = article.document
                documents.append(_document(article))
            articles.append(_article(article))
            if len(articles) >= _BATCH:
                _write(connection, documents, articles)
        _write(connection, documents, articles)


def _write(connection: sa.Connection, documents: list[Any], articles: list[Any]) -> None:
    for table, rows in ((t.documents, documents), (t.provisions, articles)):
        if rows:
            connection.execute(sa.insert(table), rows)
            rows.clear()


def _document(first: _Article) -> dict[str, Any]:
    return {
        "id": first.document,
        "source": "bench",
        "source_id": str(first.document),
        "slug": slugify(first.law),
        "number": first.law,
        "type": clean(first.row.get("document_type") or ""),
        "title": clean(first.row.get("document_title") or ""),
        **{name: [] for name in ("agencies", "signers", "fields", "preamble", "annexes", "files")},
        "version_changes": [],
        "text_length": 0,
        "sha256": "",
        "version": 1,
        "recorded_at": _TIME,
        "sample": False,
        "provenance": {},
    }


def _article(article: _Article) -> dict[str, Any]:
    lines = (clean(line) for line in article.row["text"].split("\n"))
    return {
        "document_id": article.document,
        "ordinal": article.ordinal,
        "path": article.path,
        "level": "article",
        "number": str(article.row.get("article_id") or ""),
        "heading": clean(article.row.get("title") or ""),
        "text": "\n".join(line for line in lines if line),
    }


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    opened: Iterable[str]
    with (
        gzip.open(path, "rt", encoding="utf-8")
        if path.suffix == ".gz"
        else path.open(encoding="utf-8") as opened
    ):
        for line in opened:
            if line.strip():
                yield json.loads(line)
