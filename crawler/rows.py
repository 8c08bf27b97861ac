"""Canonical records as table rows and back. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from schemas.documents import LegalDocument, Procedure, content_hash
from schemas.errors import ParseError
from schemas.text.normalise import slugify

#: path, level, number, heading, text
ProvisionRow = tuple[str, str, str, str, str]
#: code, direction, target_id, target_number, provisions
RelationRow = tuple[int, str, str, str | None, list[str]]

_DOCUMENT_COLUMNS = (
    "source", "source_id", "number", "type", "title", "agencies", "signers", "issue_date", "effective_date",
    "expiry_date", "status", "fields", "preamble",
)  # fmt: skip
_DATES = ("issue_date", "effective_date", "expiry_date")


@dataclass(frozen=True, slots=True)
class Prepared:
    """A record ready to be stored: plain values that are quick to hand from process to process."""

    kind: str
    source_id: str
    sha256: str
    row: dict[str, Any]  # columns of documents or procedures
    provisions: Sequence[ProvisionRow]
    relations: Sequence[RelationRow]


def prepare(record: LegalDocument | Procedure) -> Prepared:
    """The rows of a record. Raises ParseError for what no database could hold or tell apart."""
    content = record.content()
    provenance = record.provenance.model_dump(mode="json")
    sha256 = content_hash(content)
    rest = {name: value for name, value in content.items() if name != "provisions"}
    if _has_nul(rest) or "\0" in "".join(p["heading"] + p["text"] for p in content.get("provisions", ())):
        raise ParseError(record.provenance.url, "the text holds NUL characters")
    common = {"sha256": sha256, "sample": record.is_sample, "provenance": provenance}
    if isinstance(record, Procedure):
        row = {k: content[k] for k in ("source", "source_id", "code", "name", "ministry")}
        return Prepared("procedure", record.source_id, sha256, row | {"content": content} | common, [], [])
    twice = _first_repeated(p.id for p in record.provisions)
    if twice:
        raise ParseError(record.provenance.url, f"two provisions have the path {twice}")
    row = {k: content[k] for k in (*_DOCUMENT_COLUMNS, "annexes", "files")}
    row |= {name: getattr(record, name) for name in _DATES}
    row |= {"slug": slugify(record.number), "text_length": _text_length(record)} | common
    provisions = [(p.id, p.level, p.number, p.heading, p.text) for p in record.provisions]
    relations = [
        (r.code, r.direction, r.target_id, r.target_number, list(r.provisions)) for r in record.relations
    ]
    return Prepared("document", record.source_id, sha256, row, provisions, relations)


def document_content(
    row: Mapping[str, Any], provisions: Iterable[ProvisionRow], relations: Iterable[RelationRow]
) -> dict[str, Any]:
    """What `LegalDocument.content()` was, from the rows it was stored as."""
    content: dict[str, Any] = {"kind": "document"}
    for name in _DOCUMENT_COLUMNS:
        value = row[name]
        content[name] = value.isoformat() if isinstance(value, dt.date) else value
    content["provisions"] = [
        {"id": path, "level": level, "number": number, "heading": heading, "text": text}
        for path, level, number, heading, text in provisions
    ]
    content["annexes"] = row["annexes"]
    content["relations"] = [relation_content(r) for r in relations]
    content["files"] = row["files"]
    return content


def relation_content(row: RelationRow) -> dict[str, Any]:
    """A relation as it reads in the export."""
    code, direction, target_id, target_number, provisions = row
    return {
        "code": code,
        "direction": direction,
        "target_id": target_id,
        "target_number": target_number,
        "provisions": list(provisions),
    }


def prepared_content(prepared: Prepared) -> dict[str, Any]:
    """The content a prepared record was made from."""
    if prepared.kind == "procedure":
        return dict(prepared.row["content"])
    return document_content(prepared.row, prepared.provisions, prepared.relations)


def utc(moment: dt.datetime) -> dt.datetime:
    """A stored time with its zone: SQLite keeps none, PostgreSQL answers in the session's."""
    return moment.replace(tzinfo=dt.UTC) if moment.tzinfo is None else moment.astimezone(dt.UTC)


def _text_length(record: LegalDocument) -> int:
    articles = sum(len(p.text) for p in record.provisions if p.level == "article")
    return articles + sum(len(a.text) for a in record.annexes)


def _first_repeated(values: Iterable[str]) -> str | None:
    seen: set[str] = set()
    for value in values:
        if value in seen:
            return value
        seen.add(value)
    return None


def _has_nul(value: Any) -> bool:
    if isinstance(value, str):
        return "\0" in value
    if isinstance(value, Mapping):
        return any(_has_nul(v) for v in value.values())
    if isinstance(value, Sequence):
        return any(_has_nul(v) for v in value)
    return False
