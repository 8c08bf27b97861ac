"""The canonical export: one JSON object a line, `kind` first, then content, versions and provenance."""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any, TextIO

import sqlalchemy as sa
from pydantic import BaseModel

from schemas import tables as t
from schemas.documents import (
    Annex,
    Component,
    Dossier,
    Fee,
    LegalBasis,
    LegalDocument,
    Method,
    Procedure,
    ProcedureLevels,
    Provenance,
    Provision,
    Relation,
    Signer,
    SourceFile,
    Step,
)

from .rows import document_content, utc
from .store import KINDS

_RECORDS_AT_ONCE = 100
#: Where the JSON Schema of each kind is published.
SCHEMAS = Path(__file__).parent.parent / "schemas" / "export"

_MODELS: tuple[type[BaseModel], ...] = (
    Provision, Annex, Relation, SourceFile, Provenance, Signer, Step, Method, Fee, Component, Dossier,
    LegalBasis, ProcedureLevels, LegalDocument, Procedure,
)  # fmt: skip
_NAMES = dict.fromkeys(name for model in _MODELS for name in model.model_fields)
_RANK = {name: place for place, name in enumerate(_NAMES)}


def export(engine: sa.Engine, output: TextIO) -> dict[str, int]:
    """Writes every record, withdrawn ones too, by source and id; how many of each kind.

    One read transaction: what is written meanwhile does not show.
    """
    counts = dict.fromkeys(KINDS, 0)
    with engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection = connection.execution_options(isolation_level="REPEATABLE READ")
        for kind in KINDS:
            for line in lines(connection, kind):
                output.write(_one_line(line) + "\n")
                counts[kind] += 1
    return counts


def _one_line(value: dict[str, Any]) -> str:
    """JSON in which nothing reads as the end of a line, to any reader (str.splitlines has three more)."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for character in "\x85\u2028\u2029":
        if character in text:
            text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def lines(connection: sa.Connection, kind: str) -> Iterator[dict[str, Any]]:
    """The export's objects of one kind."""
    c = KINDS[kind].c
    ids = list(connection.execute(sa.select(c.id).order_by(c.source, c.source_id)).scalars())
    for start in range(0, len(ids), _RECORDS_AT_ONCE):
        part = ids[start : start + _RECORDS_AT_ONCE]
        rows = {
            row["id"]: row
            for row in connection.execute(sa.select(KINDS[kind]).where(c.id.in_(part))).mappings()
        }
        contents = _documents(connection, rows) if kind == "document" else _procedures(rows)
        versions = _versions(connection, kind, part)
        for number in part:
            row = rows[number]
            yield contents[number] | {
                "versions": [*versions[number], _current(row)],
                "withdrawn_at": stamp(row["withdrawn_at"]) if row["withdrawn_at"] else None,
                "provenance": _in_order(row["provenance"]),
            }


def _in_order(value: Any) -> Any:
    """The same JSON value with the keys of objects as the models have them: PostgreSQL keeps no order."""
    if isinstance(value, dict):
        return {k: _in_order(value[k]) for k in sorted(value, key=lambda k: (_RANK.get(k, len(_RANK)), k))}
    return [_in_order(v) for v in value] if isinstance(value, list) else value


def _documents(connection: sa.Connection, rows: dict[int, Any]) -> dict[int, dict[str, Any]]:
    p, r = t.provisions.c, t.relations.c
    provisions = connection.execute(
        sa.select(p.document_id, p.path, p.level, p.number, p.heading, p.text)
        .where(p.document_id.in_(rows))
        .order_by(p.document_id, p.ordinal)
    )
    relations = connection.execute(
        sa.select(r.document_id, r.code, r.direction, r.target_id, r.target_number, r.provisions)
        .where(r.document_id.in_(rows))
        .order_by(r.document_id, r.derived, r.ordinal)
    )
    units, edges = _by_first(provisions.all()), _by_first(relations.all())
    contents = {n: document_content(row, units.get(n, ()), edges.get(n, ())) for n, row in rows.items()}
    for content in contents.values():
        content |= {name: _in_order(content[name]) for name in ("signers", "annexes", "files")}
    return contents


def _by_first(rows: Sequence[Any]) -> dict[int, list[Any]]:
    return {number: [tuple(row)[1:] for row in group] for number, group in groupby(rows, key=itemgetter(0))}


def _procedures(rows: dict[int, Any]) -> dict[int, dict[str, Any]]:
    return {n: {"kind": "procedure"} | _in_order(row["content"]) for n, row in rows.items()}


def _versions(connection: sa.Connection, kind: str, ids: Sequence[int]) -> dict[int, list[dict[str, Any]]]:
    c = t.versions.c
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    statement = (
        sa.select(t.versions).where(c.kind == kind, c.record_id.in_(ids)).order_by(c.record_id, c.number)
    )
    for row in connection.execute(statement).mappings():
        found[row["record_id"]].append(
            {
                "number": row["number"],
                "recorded_at": stamp(row["recorded_at"]),
                "sha256": row["sha256"],
                "changes": row["changes"],
                "content": _in_order(row["content"]),
                "provenance": _in_order(row["provenance"]),
            }
        )
    return found


def _current(row: Any) -> dict[str, Any]:
    return {
        "number": row["version"],
        "recorded_at": stamp(row["recorded_at"]),
        "sha256": row["sha256"],
        "changes": row["version_changes"],
        "content": None,
        "provenance": None,
    }


def stamp(moment: dt.datetime) -> str:
    """A stored time as the models write it: "2026-11-16T08:00:00.000001Z"."""
    return utc(moment).isoformat().replace("+00:00", "Z")


def json_schemas() -> dict[str, str]:
    """File name → JSON Schema of a line of that kind."""
    models: dict[str, type[BaseModel]] = {"document": LegalDocument, "procedure": Procedure}
    return {
        f"{kind}.schema.json": json.dumps(
            {"$schema": "https://json-schema.org/draft/2020-12/schema"}
            | model.model_json_schema(mode="serialization"),
            ensure_ascii=False,
            indent=2,
        )
        + "\n"
        for kind, model in models.items()
    }


def write_json_schemas(folder: Path = SCHEMAS) -> None:
    """Publishes them; a test fails while they lag behind the models."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in json_schemas().items():
        (folder / name).write_text(text)
