"""Reading documents, their outline, relations, citations and versions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from typing import Any

import sqlalchemy as sa

from schemas import tables as t
from schemas.addresses import document_slug
from schemas.text.normalise import slugify

UNNUMBERED = slugify("không số")


@dataclass(frozen=True, slots=True)
class Document:
    """A row of `documents` with its address."""

    id: int
    source: str
    source_id: str
    slug: str
    number: str
    type: str
    title: str
    agencies: list[str]
    signers: list[dict[str, Any]]
    issue_date: dt.date | None
    effective_date: dt.date | None
    expiry_date: dt.date | None
    status: str | None
    fields: list[str]
    preamble: list[str]
    annexes: list[dict[str, Any]]
    files: list[dict[str, Any]]
    text_length: int
    sha256: str
    version: int
    recorded_at: dt.datetime
    version_changes: list[str]
    withdrawn_at: dt.datetime | None
    sample: bool
    provenance: dict[str, Any]
    problem: str | None
    doubled: bool

    @property
    def address(self) -> str:
        """The slug of its page, with the source id where the number is not unique."""
        return document_slug(self.number, self.source_id, self.doubled)


@dataclass(frozen=True, slots=True)
class Reference:
    """A document as others name it: enough for a link and a badge."""

    id: int
    source_id: str
    number: str
    type: str
    title: str
    status: str | None
    issue_date: dt.date | None
    effective_date: dt.date | None
    doubled: bool
    sample: bool = False

    @property
    def address(self) -> str:
        return document_slug(self.number, self.source_id, self.doubled)


@dataclass(frozen=True, slots=True)
class Related:
    """An edge to another document; `held` is None where that document is not here."""

    code: int
    direction: str
    target_id: str
    target_number: str | None
    provisions: tuple[str, ...]
    held: Reference | None


@dataclass(frozen=True, slots=True)
class Row:
    """One provision of the outline; `size` is the number of characters of its text."""

    ordinal: int
    path: str
    level: str
    number: str
    heading: str
    size: int = 0


_twin = t.documents.alias("twin")
doubled = (
    sa.select(sa.func.count())
    .select_from(_twin)
    .where(_twin.c.slug == t.documents.c.slug)
    .correlate(t.documents)
    .scalar_subquery()
    > 1
).label("doubled")
_REFERENCE = tuple(f.name for f in fields(Reference) if f.name != "doubled")
reference_columns = [t.documents.c[name] for name in _REFERENCE]


def find(connection: sa.Connection, slug: str) -> list[Document]:
    """Documents at an address, none to several. A slug that ends in `--{source_id}` names one."""
    base, _, source_id = slug.partition("--")
    query = sa.select(t.documents, doubled).where(t.documents.c.slug.in_(_stored_slugs(base)))
    if source_id:
        query = query.where(t.documents.c.source_id == source_id)
    query = query.order_by(t.documents.c.issue_date.desc(), t.documents.c.id)
    return [Document(**row) for row in connection.execute(query).mappings()]


def _stored_slugs(slug: str) -> tuple[str, ...]:
    return (slug, "") if slug == UNNUMBERED else (slug,)


def as_reference(row: Any) -> Reference:
    return Reference(**{name: row[name] for name in _REFERENCE}, doubled=bool(row["doubled"]))


def references(connection: sa.Connection, slugs: Iterable[str]) -> dict[str, list[Reference]]:
    """Documents by the slugs of their numbers."""
    wanted = sorted(set(slugs))
    result: dict[str, list[Reference]] = {}
    for start in range(0, len(wanted), 400):
        query = sa.select(t.documents.c.slug, *reference_columns, doubled).where(
            t.documents.c.slug.in_(wanted[start : start + 400])
        )
        for row in connection.execute(query).mappings():
            result.setdefault(row["slug"], []).append(as_reference(row))
    return result


def reference_by_ids(connection: sa.Connection, ids: Iterable[int]) -> dict[int, Reference]:
    """Documents by their keys."""
    query = sa.select(*reference_columns, doubled).where(t.documents.c.id.in_(sorted(set(ids))))
    return {row["id"]: as_reference(row) for row in connection.execute(query).mappings()}


def outline(connection: sa.Connection, document_id: int) -> list[Row]:
    """Everything above clauses, and clauses that stand in no article, in reading order."""
    p = t.provisions.c
    query = (
        sa.select(p.ordinal, p.path, p.level, p.number, p.heading, sa.func.length(p.text).label("size"))
        .where(
            p.document_id == document_id,
            p.level.not_in(("clause", "point")) | ~p.path.contains("dieu-", autoescape=True),
        )
        .order_by(p.ordinal)
    )
    return [Row(**row) for row in connection.execute(query).mappings()]


def provision_texts(
    connection: sa.Connection, document_id: int, first: int, last: int
) -> tuple[dict[str, str], dict[str, list[Row]]]:
    """For the ordinals first to last: text by path of what stands in the outline, and units by article."""
    p = t.provisions.c
    query = (
        sa.select(p.ordinal, p.path, p.level, p.number, p.heading, p.text)
        .where(p.document_id == document_id, p.ordinal.between(first, last))
        .order_by(p.ordinal)
    )
    texts: dict[str, str] = {}
    units: dict[str, list[Row]] = {}
    article = ""
    for row in connection.execute(query):
        if row.level in ("clause", "point") and article and row.path.startswith(article + "/"):
            units.setdefault(article, []).append(Row(row.ordinal, row.path, row.level, row.number, ""))
            continue
        texts[row.path] = row.text
        article = row.path if row.level == "article" else ""
    return texts, units


def provision(connection: sa.Connection, document_id: int, path: str) -> tuple[Row, str] | None:
    """One provision and its own text; None if there is none at this path."""
    p = t.provisions.c
    query = sa.select(p.ordinal, p.path, p.level, p.number, p.heading, p.text).where(
        p.document_id == document_id, p.path == path
    )
    row = connection.execute(query).first()
    if row is None:
        return None
    return Row(row.ordinal, row.path, row.level, row.number, row.heading, len(row.text)), row.text


def siblings(
    connection: sa.Connection, document_id: int, row: Row, parent: str
) -> tuple[Row | None, Row | None]:
    """The provision of the same level before and after, within `parent` (empty: the whole document)."""
    p = t.provisions.c
    base = sa.select(p.ordinal, p.path, p.level, p.number, p.heading).where(
        p.document_id == document_id, p.level == row.level
    )
    if parent:
        base = base.where(p.path.like(parent.replace("_", r"\_") + "/%", escape="\\"))
    before = connection.execute(
        base.where(p.ordinal < row.ordinal).order_by(p.ordinal.desc()).limit(1)
    ).mappings()
    after = connection.execute(base.where(p.ordinal > row.ordinal).order_by(p.ordinal).limit(1)).mappings()
    first, second = before.first(), after.first()
    return (Row(**first) if first else None), (Row(**second) if second else None)


def relations(connection: sa.Connection, document: Document) -> list[Related]:
    """All edges of a document, both directions, each once."""
    r = t.relations.c
    query = (
        sa.select(
            r.code, r.direction, r.target_id, r.target_number, r.provisions, *reference_columns, doubled
        )
        .select_from(
            t.relations.outerjoin(
                t.documents,
                (t.documents.c.source == document.source) & (t.documents.c.source_id == r.target_id),
            )
        )
        .where(r.document_id == document.id)
        .order_by(t.documents.c.issue_date.desc(), r.ordinal)
    )
    result: dict[tuple[int, str, str], Related] = {}
    for row in connection.execute(query).mappings():
        key = (row["code"], row["direction"], row["target_id"])
        if key in result:
            continue
        held = as_reference(row) if row["id"] is not None else None
        result[key] = Related(*key, row["target_number"], tuple(row["provisions"] or ()), held)
    return list(result.values())


def tags(connection: sa.Connection, document_id: int) -> list[list[Any]]:
    """What the tagger found: [provision, tag, start, end, value], offsets in the article's text."""
    query = sa.select(t.document_tags.c.tags).where(t.document_tags.c.document_id == document_id)
    return connection.execute(query).scalar() or []


def existing_paths(connection: sa.Connection, wanted: Iterable[tuple[int, str]]) -> set[tuple[int, str]]:
    """Which of these provisions are here."""
    pairs = sorted(set(wanted))
    p = t.provisions.c
    result: set[tuple[int, str]] = set()
    for start in range(0, len(pairs), 400):
        chunk = pairs[start : start + 400]
        query = sa.select(p.document_id, p.path).where(
            p.document_id.in_({document for document, _ in chunk}), p.path.in_({path for _, path in chunk})
        )
        result.update((row.document_id, row.path) for row in connection.execute(query))
    return result.intersection(pairs)


def citing_edges(connection: sa.Connection, document_id: int) -> dict[str, set[tuple[int, str]]]:
    """For each article of this document, the provisions of other documents that cite it: (document, path)."""
    c = t.citations.c
    query = sa.select(c.target_provision, c.document_id, c.provision).where(
        c.target_document_id == document_id, c.document_id != document_id, c.target_provision.is_not(None)
    )
    seen: dict[str, set[tuple[int, str]]] = {}
    for row in connection.execute(query):
        article = row.target_provision.split("/khoan-")[0].split("/diem-")[0]
        seen.setdefault(article, set()).add((row.document_id, row.provision))
    return seen


def citing(
    connection: sa.Connection, document_id: int, path: str, limit: int = 20
) -> list[tuple[Reference, str]]:
    """Provisions that cite this one or what stands in it, but itself, newest document first."""
    own = path.split("/khoan-")[0].split("/diem-")[0]
    c = t.citations.c
    query = (
        sa.select(c.provision, *reference_columns, doubled)
        .select_from(t.citations.join(t.documents, t.documents.c.id == c.document_id))
        .where(
            c.target_document_id == document_id,
            (c.target_provision == path) | c.target_provision.startswith(path + "/", autoescape=True),
            ~((c.document_id == document_id) & (c.provision == own)),
        )
        .distinct()
        .order_by(t.documents.c.issue_date.desc(), t.documents.c.id, c.provision)
        .limit(limit)
    )
    return [(as_reference(row), row["provision"]) for row in connection.execute(query).mappings()]


def nearest(connection: sa.Connection, slug: str, limit: int = 400) -> Sequence[tuple[str, Reference]]:
    """Documents whose number starts like this slug: what a mistyped address may have meant."""
    first = slug.split("-", 1)[0]
    query = (
        sa.select(t.documents.c.slug, *reference_columns, doubled)
        .where(t.documents.c.slug.between(first + "-", first + "-~"))
        .limit(limit)
    )
    return [(row["slug"], as_reference(row)) for row in connection.execute(query).mappings()]


def old_versions(connection: sa.Connection, document_id: int) -> list[sa.Row[Any]]:
    """Replaced versions, newest first, without their content."""
    v = t.versions.c
    query = (
        sa.select(v.number, v.recorded_at, v.changes)
        .where(v.kind == "document", v.record_id == document_id)
        .order_by(v.number.desc())
    )
    return list(connection.execute(query))


def version_content(connection: sa.Connection, kind: str, record_id: int, number: int) -> Any:
    """The content a replaced version had, as plain JSON values; None if there is no such version."""
    v = t.versions.c
    query = sa.select(v.content).where(v.kind == kind, v.record_id == record_id, v.number == number)
    return connection.execute(query).scalar()
