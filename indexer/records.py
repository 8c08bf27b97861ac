"""What can be found: records made from the rows of the database, streamed document by document."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from schemas import tables as t
from schemas.addresses import document_slug, document_url
from schemas.business_lines import line_name
from schemas.documents import binding_period
from schemas.search import Record
from schemas.text.paths import LABELS, article_of, label

from .records_procedures import procedure_record

_CHUNK = 100
#: Ordinals are the number of the row, then its position inside in so many bits.
POSITION_BITS = 20
_CONDITIONS_FROM = 1 << 18  # positions of conditions, after those of provisions
_LONGEST_TEXT = 60_000  # characters of annexes and outlines that are searched with a document

Row = Any


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a record needs to know of other documents."""

    doubled: frozenset[str] = frozenset()  # slugs that several documents share
    cited: Mapping[tuple[int, str | None], int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Belonging:
    """Rows that belong to the documents of a chunk."""

    provisions: Mapping[int, list[Row]]
    conditions: Mapping[int, list[Row]]
    tags: Mapping[int, Row]


def surroundings(connection: sa.Connection, slugs: Iterable[str] | None = None) -> Surroundings:
    """Doubled slugs and counts of citations; with `slugs`, doubled ones among these only."""
    doubled = sa.select(t.documents.c.slug).group_by(t.documents.c.slug).having(sa.func.count() > 1)
    if slugs is not None:
        doubled = doubled.where(t.documents.c.slug.in_(list(slugs)))
    target = (t.citations.c.target_document_id, t.citations.c.target_provision)
    counted: Counter[tuple[int, str | None]] = Counter()
    if slugs is None:
        cited = sa.select(*target, sa.func.count()).where(target[0].is_not(None)).group_by(*target)
        for document_id, provision, count in connection.execute(cited):
            counted[document_id, article_of(provision)] += count
    return Surroundings(frozenset(connection.scalars(doubled)), counted)


def document_records(
    connection: sa.Connection, around: Surroundings, ids: Sequence[int] | None = None
) -> Iterator[Record]:
    """Records of all documents that are not withdrawn, or of those with these ids."""
    columns = [
        c for c in t.documents.c if c.name not in ("signers", "files", "provenance", "version_changes")
    ]
    query = sa.select(*columns).where(t.documents.c.withdrawn_at.is_(None)).order_by(t.documents.c.id)
    if ids is not None:
        query = query.where(t.documents.c.id.in_(ids))
    for rows in connection.execution_options(yield_per=_CHUNK).execute(query).partitions(_CHUNK):
        belonging = _belonging(connection, [row.id for row in rows])
        for row in rows:
            yield from records_of_document(row, belonging, around)


def procedure_records(connection: sa.Connection, ids: Sequence[int] | None = None) -> Iterator[Record]:
    """Records of all procedures that are not withdrawn, or of those with these ids, with their conditions."""
    table = t.procedures
    query = sa.select(table).where(table.c.withdrawn_at.is_(None)).order_by(table.c.id)
    if ids is not None:
        query = query.where(table.c.id.in_(ids))
    for rows in connection.execution_options(yield_per=_CHUNK).execute(query).partitions(_CHUNK):
        conditions = _grouped(connection, t.conditions, "procedure_id", [row.id for row in rows])
        for row in rows:
            record = procedure_record(row)
            yield record
            yield from _conditions(record, conditions.get(row.id, ()), lambda _path, url=record.url: url)


def _belonging(connection: sa.Connection, ids: Sequence[int]) -> _Belonging:
    levels = t.provisions.c.level.in_(("article", "chapter", "section", "subsection", "part"))
    tags = sa.select(t.document_tags).where(t.document_tags.c.document_id.in_(ids))
    return _Belonging(
        _grouped(connection, t.provisions, "document_id", ids, levels),
        _grouped(connection, t.conditions, "document_id", ids),
        {row.document_id: row for row in connection.execute(tags)},
    )


def _grouped(
    connection: sa.Connection, table: sa.Table, column: str, ids: Sequence[int], *where: Any
) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = defaultdict(list)
    query = (
        sa.select(table).where(table.c[column].in_(ids), *where).order_by(table.c[column], table.c.ordinal)
    )
    for row in connection.execute(query):
        found[getattr(row, column)].append(row)
    return found


def validity_period(row: Row) -> tuple[dt.date | None, dt.date | None]:
    """[from, until) in which the document binds, see `binding_period`."""
    return binding_period(row.status, row.effective_date, row.expiry_date, row.recorded_at.date())


def records_of_document(row: Row, belonging: _Belonging, around: Surroundings) -> Iterator[Record]:
    """The document itself, its articles and its conditions, in this order."""
    slug = document_slug(row.number, row.source_id, row.slug in around.doubled)
    provisions = belonging.provisions.get(row.id, [])
    tags = belonging.tags.get(row.id)
    common = _common(row, tags)
    whole = Record(
        id=f"{row.source}:{row.source_id}",
        kind="document",
        provision=None,
        heading="",
        text=_document_text(row, provisions),
        url=document_url(slug),
        ordinal=row.id << POSITION_BITS,
        cited_by=around.cited.get((row.id, None), 0),
        **common,
    )
    yield whole
    yield from _articles(row, slug, provisions, _by_article(tags), common, around)
    conditions = belonging.conditions.get(row.id, ())
    yield from _conditions(whole, conditions, lambda path: document_url(slug, path))


def _common(row: Row, tags: Row | None) -> dict[str, Any]:
    valid_from, valid_until = validity_period(row)
    return {
        "source_id": row.source_id,
        "number": row.number,
        "title": row.title,
        "document_type": row.type,
        "agencies": tuple(row.agencies),
        "fields": tuple(dict.fromkeys((*row.fields, *(tags.topics[:1] if tags and not row.fields else ())))),
        "validity": row.status,
        "issue_date": row.issue_date,
        "effective_date": row.effective_date,
        "expiry_date": row.expiry_date,
        "valid_from": valid_from,
        "valid_until": valid_until,
        "sample": row.sample,
        "owner": f"document:{row.id}",
    }


def _document_text(row: Row, provisions: Sequence[Row]) -> str:
    pieces = list(row.preamble)
    pieces += [_heading(p) for p in provisions if p.heading]
    for annex in row.annexes:
        pieces += [annex["title"], annex["text"]]
        pieces += [" ".join(cells) for table in annex["tables"] for cells in table]
    return "\n".join(pieces)[:_LONGEST_TEXT]


def _heading(row: Row) -> str:
    if row.level == "article":
        steps = row.path.split("/")
        annex = f"{label(steps[0])}. " if len(steps) > 1 and steps[0].startswith("phu-luc") else ""
        return f"{annex}Điều {row.number}. {row.heading}".rstrip(" .") + ("" if row.heading else ".")
    return f"{LABELS.get(row.path.rsplit('/', 1)[-1].split('-')[0], '')} {row.number}. {row.heading}".strip()


def _articles(
    row: Row,
    slug: str,
    provisions: Sequence[Row],
    tags: Mapping[str | None, Mapping[str, tuple[str, ...]]],
    common: Mapping[str, Any],
    around: Surroundings,
) -> Iterator[Record]:
    headings = [_heading(p) for p in provisions]
    chapter = ""
    for at, provision in enumerate(provisions):
        if provision.level != "article":
            chapter = headings[at]
            continue
        before = headings[at - 1] if at and provisions[at - 1].level == "article" else ""
        after = headings[at + 1] if at + 1 < len(provisions) else ""
        found = tags.get(provision.path, {})
        yield Record(
            id=f"{row.source}:{row.source_id}:{provision.path}",
            kind="provision",
            provision=provision.path,
            heading=headings[at],
            text=provision.text,
            url=document_url(slug, provision.path),
            neighbours=tuple(filter(None, (chapter, before, after))),
            cited_by=around.cited.get((row.id, provision.path), 0),
            ordinal=(row.id << POSITION_BITS) + provision.ordinal + 1,
            regulation_types=found.get("regulation_type", ()),
            condition_kinds=found.get("condition", ()),
            business_lines=found.get("business_line", ()),
            **common,
        )


def _by_article(tags: Row | None) -> dict[str | None, dict[str, tuple[str, ...]]]:
    """Article → tag → its values, of the tags that are filters."""
    found: dict[str | None, dict[str, dict[str, None]]] = defaultdict(lambda: defaultdict(dict))
    for provision, tag, _start, _end, value in tags.tags if tags else ():
        if tag in ("regulation_type", "condition", "business_line"):
            found[article_of(provision)][tag][str(value)] = None
    return {path: {tag: tuple(values) for tag, values in tags.items()} for path, tags in found.items()}


def _conditions(whole: Record, rows: Iterable[Row], url: Any) -> Iterator[Record]:
    """Conditions as records of their own; they take over what is known of the whole they belong to."""
    for at, row in enumerate(rows):
        yield Record(
            id=f"{whole.id}:{row.provision or ''}#{at + 1}",
            kind="condition",
            source_id=whole.source_id,
            number=whole.number,
            provision=row.provision,
            title=whole.title,
            heading=label(row.provision) if row.provision else "",
            text=row.text,
            url=url(row.provision),
            document_type=whole.document_type,
            agencies=whole.agencies,
            fields=whole.fields,
            business_lines=tuple(line_name(str(line)) for line in row.business_lines),
            regulation_types=("requirement",),
            condition_kinds=(row.condition_kind,),
            validity=whole.validity,
            issue_date=whole.issue_date,
            effective_date=whole.effective_date,
            expiry_date=whole.expiry_date,
            valid_from=whole.valid_from,
            valid_until=whole.valid_until,
            sample=whole.sample,
            owner=whole.owner,
            ordinal=whole.ordinal + _CONDITIONS_FROM + at,
        )
