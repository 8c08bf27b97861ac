"""Rows of a small database, written as the crawler and the tagger write them."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa

from schemas import tables as t
from schemas.text.normalise import slugify

NOW = dt.datetime(2026, 1, 2, 3, 4, tzinfo=dt.UTC)


def add_document(database: sa.Engine, key: int, articles: dict[str, str], **values: Any) -> None:
    """A document with articles {number: "heading\\ntext"} and its outbox row, in one transaction."""
    number = values.get("number", f"{key}/2020/NĐ-CP")
    row: dict[str, Any] = {
        "id": key,
        "source": "vbpl",
        "source_id": str(1000 + key),
        "slug": slugify(number),
        "number": number,
        "type": "Nghị định",
        "title": f"Quy định thứ {key}",
        **{name: [] for name in ("agencies", "signers", "fields", "preamble", "annexes", "files")},
        "version_changes": [],
        "text_length": 0,
        "sha256": f"{key}",
        "version": 1,
        "recorded_at": NOW,
        "sample": False,
        "provenance": {},
    }
    with database.begin() as connection:
        connection.execute(sa.insert(t.documents).values(row | values))
        for ordinal, (label, content) in enumerate(articles.items()):
            heading, _, text = content.partition("\n")
            connection.execute(
                sa.insert(t.provisions).values(
                    document_id=key,
                    ordinal=ordinal,
                    path=f"dieu-{label}" if label.isdecimal() else label,
                    level="article" if label.isdecimal() or "dieu-" in label else "chapter",
                    number=label.rsplit("-", 1)[-1],
                    heading=heading,
                    text=text,
                )
            )
        announce(connection, "document", key)


def add_procedure(database: sa.Engine, key: int, **values: Any) -> None:
    """A procedure and its outbox row."""
    content = {"kind": "procedure", "steps": [{"name": "Bước 1", "description": "Nộp hồ sơ"}]}
    row: dict[str, Any] = {
        "id": key,
        "source": "dichvucong",
        "source_id": f"uuid-{key}",
        "code": f"1.00{1000 + key}",
        "name": f"Thủ tục thứ {key}",
        "ministry": "Bộ Y tế",
        "content": content | values.pop("content", {}),
        "sha256": "",
        "version": 1,
        "recorded_at": NOW,
        "version_changes": [],
        "sample": False,
        "provenance": {},
    }
    with database.begin() as connection:
        connection.execute(sa.insert(t.procedures).values(row | values))
        announce(connection, "procedure", key)


def announce(connection: sa.Connection, kind: str, key: int, action: str = "index") -> None:
    """An outbox row."""
    connection.execute(sa.insert(t.outbox).values(kind=kind, record_id=key, action=action, created_at=NOW))


def change(database: sa.Engine, key: int, **values: Any) -> None:
    """New values of a document and its outbox row."""
    with database.begin() as connection:
        connection.execute(sa.update(t.documents).where(t.documents.c.id == key).values(**values))
        announce(connection, "document", key)
