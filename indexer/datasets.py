"""Judged questions in BEIR layout, brought into a database of the product: its own path is measured."""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
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


def fill(database: sa.Engine, corpus: Path, limit: int | None = None) -> dict[str, str]:
    """Write the corpus as documents and articles; returns record id → corpus id."""
    upgrade(database)
    laws: dict[str, int] = {}
    ids: dict[str, str] = {}
    documents: list[dict[str, Any]] = []
    articles: list[dict[str, Any]] = []
    with database.begin() as connection:
        for ordinal, row in enumerate(_lines(corpus)):
            if limit is not None and ordinal >= limit:
                break
            law = str(row.get("law_id") or row["_id"])
            if law not in laws:
                laws[law] = len(laws) + 1
                documents.append(_document(laws[law], law, row))
            path = f"dieu-{slugify(str(row.get('article_id') or '')) or 'x'}"
            if f"bench:{laws[law]}:{path}" in ids:
                path = f"{path}-{ordinal}"
            ids[f"bench:{laws[law]}:{path}"] = row["_id"]
            articles.append(_article(laws[law], ordinal, path, row))
            if len(articles) >= _BATCH:
                _write(connection, documents, articles)
        _write(connection, documents, articles)
    return ids


def _write(connection: sa.Connection, documents: list[Any], articles: list[Any]) -> None:
    for table, rows in ((t.documents, documents), (t.provisions, articles)):
        if rows:
            connection.execute(sa.insert(table), rows)
            rows.clear()


def _document(key: int, law: str, row: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": key,
        "source": "bench",
        "source_id": str(key),
        "slug": slugify(law),
        "number": law,
        "type": clean(row.get("document_type") or ""),
        "title": clean(row.get("document_title") or ""),
        **{name: [] for name in ("agencies", "signers", "fields", "preamble", "annexes", "files")},
        "version_changes": [],
        "text_length": 0,
        "sha256": "",
        "version": 1,
        "recorded_at": _TIME,
        "sample": False,
        "provenance": {},
    }


def _article(document: int, ordinal: int, path: str, row: dict[str, Any]) -> dict[str, Any]:
    lines = (clean(line) for line in row["text"].split("\n"))
    return {
        "document_id": document,
        "ordinal": ordinal,
        "path": path,
        "level": "article",
        "number": str(row.get("article_id") or ""),
        "heading": clean(row.get("title") or ""),
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
