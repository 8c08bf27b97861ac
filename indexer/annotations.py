"""The export of what the tagger found: one JSON object a line (docs/tagging.md)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import IO, Any

import sqlalchemy as sa

from schemas import tables as t


def export_annotations(database: sa.Engine, output: IO[str]) -> int:
    """Write every annotation to `output`, in order of document, article and place; how many there were.

    For `python -m indexer annotations [--output FILE]`: the caller opens the file (or passes stdout), with
    encoding UTF-8. Each line is an object {source_id, number, provision, tag, start, end, text, value}.
    """
    count = 0
    for annotation in iterate_annotations(database):
        output.write(json.dumps(annotation, ensure_ascii=False) + "\n")
        count += 1
    return count


def iterate_annotations(database: sa.Engine) -> Iterator[dict[str, Any]]:
    """Every annotation as plain JSON values."""
    d, p, tags = t.documents.c, t.provisions.c, t.document_tags.c
    with database.connect() as connection:
        ids = list(connection.scalars(sa.select(tags.document_id).order_by(tags.document_id)))
        for identity in ids:
            found, source_id, number = connection.execute(
                sa.select(tags.tags, d.source_id, d.number)
                .join(t.documents, d.id == tags.document_id)
                .where(tags.document_id == identity)
            ).one()
            articles = sa.select(p.path, p.text).where(p.document_id == identity, p.level == "article")
            texts = {row.path: row.text for row in connection.execute(articles)}
            for provision, tag, start, end, value in found:
                yield {
                    "source_id": source_id,
                    "number": number,
                    "provision": provision,
                    "tag": tag,
                    "start": start,
                    "end": end,
                    "text": texts[provision][start:end],
                    "value": value,
                }
