"""The tables. SQLite and PostgreSQL hold the same; migrations in `schemas/migrations` create them.

Who writes what: the crawler everything up to `changes` and the outbox, the indexer `document_tags`,
`citations`, `details`, `conditions` and `index_state`. The full record of a document is its row plus its
provisions and relations; `versions` keeps every content that was replaced.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

Json = sa.JSON().with_variant(JSONB(), "postgresql")
# SQLite makes only INTEGER primary keys count up by themselves.
Key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Time = sa.DateTime(timezone=True)


def _key() -> sa.Column[int]:
    return sa.Column("id", Key, primary_key=True, autoincrement=True)


crawl_runs = sa.Table(
    "crawl_runs",
    metadata,
    _key(),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("command", sa.Text, nullable=False),  # crawl | parse | import
    sa.Column("started_at", Time, nullable=False),
    sa.Column("finished_at", Time),
    sa.Column("summary", Json),
)

documents = sa.Table(
    "documents",
    metadata,
    _key(),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("source_id", sa.Text, nullable=False),
    sa.Column("slug", sa.Text, nullable=False, index=True),  # of the number; not unique
    sa.Column("number", sa.Text, nullable=False),
    sa.Column("type", sa.Text, nullable=False, index=True),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("agencies", Json, nullable=False),
    sa.Column("signers", Json, nullable=False),
    sa.Column("issue_date", sa.Date, index=True),
    sa.Column("effective_date", sa.Date, index=True),
    sa.Column("expiry_date", sa.Date),
    sa.Column("status", sa.Text),
    sa.Column("fields", Json, nullable=False),
    sa.Column("preamble", Json, nullable=False),
    sa.Column("annexes", Json, nullable=False),
    sa.Column("files", Json, nullable=False),
    sa.Column("text_length", sa.Integer, nullable=False, default=0),  # characters of all articles and annexes
    sa.Column("sha256", sa.Text, nullable=False),  # content hash of the current version
    sa.Column("version", sa.Integer, nullable=False, default=1),
    sa.Column("recorded_at", Time, nullable=False),  # of the current version
    sa.Column("version_changes", Json, nullable=False),
    sa.Column("withdrawn_at", Time),
    sa.Column("sample", sa.Boolean, nullable=False, default=False),
    sa.Column("provenance", Json, nullable=False),
    sa.Column("problem", sa.Text),  # why the latest parse failed; the last good content stays
    sa.UniqueConstraint("source", "source_id"),
)

provisions = sa.Table(
    "provisions",
    metadata,
    sa.Column("document_id", Key, sa.ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("ordinal", sa.Integer, primary_key=True),  # reading order
    sa.Column("path", sa.Text, nullable=False),  # "dieu-46/khoan-3/diem-b"
    sa.Column("level", sa.Text, nullable=False),
    sa.Column("number", sa.Text, nullable=False),
    sa.Column("heading", sa.Text, nullable=False, default=""),
    sa.Column("text", sa.Text, nullable=False, default=""),
    sa.UniqueConstraint("document_id", "path"),
)

relations = sa.Table(
    "relations",
    metadata,
    _key(),
    sa.Column(
        "document_id", Key, sa.ForeignKey("documents.id", ondelete="CASCADE"), nullable=False, index=True
    ),
    sa.Column("ordinal", sa.Integer, nullable=False),
    sa.Column("code", sa.Integer, nullable=False),
    sa.Column("direction", sa.Text, nullable=False),  # out | in
    sa.Column("target_id", sa.Text, nullable=False, index=True),  # source_id in the same source
    sa.Column("target_number", sa.Text),
    sa.Column("provisions", Json, nullable=False),
    # an incoming edge read off the acting document, not off this one's own pages; not part of `sha256`
    sa.Column("derived", sa.Boolean, nullable=False, default=False),
)

procedures = sa.Table(
    "procedures",
    metadata,
    _key(),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("source_id", sa.Text, nullable=False),
    sa.Column("code", sa.Text, nullable=False, index=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("ministry", sa.Text, index=True),
    sa.Column("content", Json, nullable=False),  # Procedure.content()
    sa.Column("sha256", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, nullable=False, default=1),
    sa.Column("recorded_at", Time, nullable=False),
    sa.Column("version_changes", Json, nullable=False),
    sa.Column("withdrawn_at", Time),
    sa.Column("sample", sa.Boolean, nullable=False, default=False),
    sa.Column("provenance", Json, nullable=False),
    sa.Column("problem", sa.Text),
    sa.UniqueConstraint("source", "source_id"),
)

versions = sa.Table(
    "versions",
    metadata,
    _key(),
    sa.Column("kind", sa.Text, nullable=False),  # document | procedure
    sa.Column("record_id", Key, nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("recorded_at", Time, nullable=False),
    sa.Column("sha256", sa.Text, nullable=False),
    sa.Column("changes", Json, nullable=False),
    sa.Column("content", Json, nullable=False),  # the content this version had
    sa.Column("provenance", Json, nullable=False),
    sa.UniqueConstraint("kind", "record_id", "number"),
)

pages = sa.Table(
    "pages",
    metadata,
    _key(),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("record_key", sa.Text, nullable=False),  # the record's source_id
    sa.Column("part", sa.Text, nullable=False),  # list | detail | tree | history | diagram | file:NAME
    sa.Column("url", sa.Text, nullable=False),
    sa.Column("fetched_at", Time, nullable=False),
    sa.Column("status", sa.Integer, nullable=False),
    sa.Column("sha256", sa.Text, nullable=False),
    sa.Column("warc_file", sa.Text, nullable=False),
    sa.Column("warc_offset", sa.BigInteger, nullable=False),
    sa.Index("ix_pages_record", "source", "record_key", "part"),
)

changes = sa.Table(
    "changes",
    metadata,
    _key(),
    sa.Column("run_id", Key, sa.ForeignKey("crawl_runs.id"), index=True),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),  # document | procedure
    sa.Column("source_id", sa.Text, nullable=False),
    # new | text | metadata | status | status_by_date | relation | file | withdrawn | returned | problem
    sa.Column("change", sa.Text, nullable=False),
    sa.Column("detail", Json, nullable=False),  # {"field": [before, after]} in plain values
    sa.Column("recorded_at", Time, nullable=False, index=True),
    sa.Index("ix_changes_record", "source", "kind", "source_id"),
)

outbox = sa.Table(
    "outbox",
    metadata,
    _key(),
    sa.Column("kind", sa.Text, nullable=False),  # document | procedure | condition | plan | consultation …
    sa.Column("record_id", Key, nullable=False),
    sa.Column("action", sa.Text, nullable=False),  # index | remove
    sa.Column("created_at", Time, nullable=False),
)

document_tags = sa.Table(
    "document_tags",
    metadata,
    sa.Column("document_id", Key, sa.ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("sha256", sa.Text, nullable=False),  # content hash that was tagged
    sa.Column("tagger", sa.Text, nullable=False),  # version of the rules
    # [[provision, tag, start, end, value], …]; the words are text[start:end] of the article
    sa.Column("tags", Json, nullable=False),
    sa.Column("topics", Json, nullable=False),  # subject fields, best first
    sa.Column("detailed", sa.Text),  # version of the rules that wrote its rows of `details`; null: not yet
)

citations = sa.Table(
    "citations",
    metadata,
    _key(),
    sa.Column(
        "document_id", Key, sa.ForeignKey("documents.id", ondelete="CASCADE"), nullable=False, index=True
    ),
    sa.Column("provision", sa.Text, nullable=False),  # the citing article
    sa.Column("target_document_id", Key, sa.ForeignKey("documents.id", ondelete="CASCADE")),
    sa.Column("target_number", sa.Text, nullable=False),
    sa.Column("target_provision", sa.Text),
    sa.Index("ix_citations_target", "target_document_id", "target_provision"),
)

#: Articles of decrees and circulars with the articles of laws that they give the details of.
details = sa.Table(
    "details",
    metadata,
    sa.Column("document_id", Key, sa.ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("provision", sa.Text, primary_key=True),  # the detailing article; "": the whole document
    sa.Column("target_document_id", Key, sa.ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("target_provision", sa.Text, primary_key=True),  # the article of the law
    # heading | cited | opening | listed | left | same; of a whole document: only (this article is all that it
    # says it details) | whole
    sa.Column("evidence", sa.Text, nullable=False),
    sa.Column("strength", sa.Float, nullable=False),  # how alike the two headings are, 0 to 1
    sa.Index("ix_details_target", "target_document_id", "target_provision"),
)

conditions = sa.Table(
    "conditions",
    metadata,
    _key(),
    sa.Column("document_id", Key, sa.ForeignKey("documents.id", ondelete="CASCADE"), index=True),
    sa.Column("procedure_id", Key, sa.ForeignKey("procedures.id", ondelete="CASCADE"), index=True),
    sa.Column("provision", sa.Text),  # path of the clause it comes from
    sa.Column("ordinal", sa.Integer, nullable=False),
    # requirement | licence | certificate | capital | staff | premises | equipment | insurance_deposit
    sa.Column("condition_kind", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("subject", sa.Text),
    sa.Column("business_lines", Json, nullable=False),  # numbers of the list of 227
)

index_state = sa.Table(
    "index_state",
    metadata,
    sa.Column("engine", sa.Text, primary_key=True),
    sa.Column("generation", sa.Text, nullable=False),
    sa.Column("built_at", Time, nullable=False),
    sa.Column("outbox_id", sa.BigInteger, nullable=False),  # the last outbox row that is in it
    sa.Column("detail", Json, nullable=False),
)
