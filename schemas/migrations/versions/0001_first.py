"""The first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

Json = sa.JSON().with_variant(JSONB(), "postgresql")
Key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Time = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "crawl_runs",
        sa.Column("id", Key, autoincrement=True, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("command", sa.Text(), nullable=False),
        sa.Column("started_at", Time, nullable=False),
        sa.Column("finished_at", Time, nullable=True),
        sa.Column("summary", Json, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crawl_runs")),
    )
    op.create_table(
        "documents",
        sa.Column("id", Key, autoincrement=True, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("agencies", Json, nullable=False),
        sa.Column("signers", Json, nullable=False),
        sa.Column("issue_date", sa.Date(), nullable=True),
        sa.Column("effective_date", sa.Date(), nullable=True),
        sa.Column("expiry_date", sa.Date(), nullable=True),
        sa.Column("status", sa.Text(), nullable=True),
        sa.Column("fields", Json, nullable=False),
        sa.Column("preamble", Json, nullable=False),
        sa.Column("annexes", Json, nullable=False),
        sa.Column("files", Json, nullable=False),
        sa.Column("text_length", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_at", Time, nullable=False),
        sa.Column("version_changes", Json, nullable=False),
        sa.Column("withdrawn_at", Time, nullable=True),
        sa.Column("sample", sa.Boolean(), nullable=False),
        sa.Column("provenance", Json, nullable=False),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_documents")),
        sa.UniqueConstraint("source", "source_id", name=op.f("uq_documents_source")),
    )
    op.create_index(op.f("ix_documents_effective_date"), "documents", ["effective_date"], unique=False)
    op.create_index(op.f("ix_documents_issue_date"), "documents", ["issue_date"], unique=False)
    op.create_index(op.f("ix_documents_slug"), "documents", ["slug"], unique=False)
    op.create_index(op.f("ix_documents_type"), "documents", ["type"], unique=False)
    op.create_table(
        "index_state",
        sa.Column("engine", sa.Text(), nullable=False),
        sa.Column("generation", sa.Text(), nullable=False),
        sa.Column("built_at", Time, nullable=False),
        sa.Column("outbox_id", sa.BigInteger(), nullable=False),
        sa.Column("detail", Json, nullable=False),
        sa.PrimaryKeyConstraint("engine", name=op.f("pk_index_state")),
    )
    op.create_table(
        "outbox",
        sa.Column("id", Key, autoincrement=True, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("record_id", Key, nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("created_at", Time, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
    )
    op.create_table(
        "pages",
        sa.Column("id", Key, autoincrement=True, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("record_key", sa.Text(), nullable=False),
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("fetched_at", Time, nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("warc_file", sa.Text(), nullable=False),
        sa.Column("warc_offset", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pages")),
    )
    op.create_index("ix_pages_record", "pages", ["source", "record_key", "part"], unique=False)
    op.create_table(
        "procedures",
        sa.Column("id", Key, autoincrement=True, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("ministry", sa.Text(), nullable=True),
        sa.Column("content", Json, nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_at", Time, nullable=False),
        sa.Column("version_changes", Json, nullable=False),
        sa.Column("withdrawn_at", Time, nullable=True),
        sa.Column("sample", sa.Boolean(), nullable=False),
        sa.Column("provenance", Json, nullable=False),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_procedures")),
        sa.UniqueConstraint("source", "source_id", name=op.f("uq_procedures_source")),
    )
    op.create_index(op.f("ix_procedures_code"), "procedures", ["code"], unique=False)
    op.create_index(op.f("ix_procedures_ministry"), "procedures", ["ministry"], unique=False)
    op.create_table(
        "versions",
        sa.Column("id", Key, autoincrement=True, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("record_id", Key, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("recorded_at", Time, nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("changes", Json, nullable=False),
        sa.Column("content", Json, nullable=False),
        sa.Column("provenance", Json, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_versions")),
        sa.UniqueConstraint("kind", "record_id", "number", name=op.f("uq_versions_kind")),
    )
    op.create_table(
        "changes",
        sa.Column("id", Key, autoincrement=True, nullable=False),
        sa.Column("run_id", Key, nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("change", sa.Text(), nullable=False),
        sa.Column("detail", Json, nullable=False),
        sa.Column("recorded_at", Time, nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["crawl_runs.id"], name=op.f("fk_changes_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_changes")),
    )
    op.create_index("ix_changes_record", "changes", ["source", "kind", "source_id"], unique=False)
    op.create_index(op.f("ix_changes_recorded_at"), "changes", ["recorded_at"], unique=False)
    op.create_index(op.f("ix_changes_run_id"), "changes", ["run_id"], unique=False)
    op.create_table(
        "citations",
        sa.Column("id", Key, autoincrement=True, nullable=False),
        sa.Column("document_id", Key, nullable=False),
        sa.Column("provision", sa.Text(), nullable=False),
        sa.Column("target_document_id", Key, nullable=True),
        sa.Column("target_number", sa.Text(), nullable=False),
        sa.Column("target_provision", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name=op.f("fk_citations_document_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["target_document_id"],
            ["documents.id"],
            name=op.f("fk_citations_target_document_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_citations")),
    )
    op.create_index(op.f("ix_citations_document_id"), "citations", ["document_id"], unique=False)
    op.create_index(
        "ix_citations_target", "citations", ["target_document_id", "target_provision"], unique=False
    )
    op.create_table(
        "conditions",
        sa.Column("id", Key, autoincrement=True, nullable=False),
        sa.Column("document_id", Key, nullable=True),
        sa.Column("procedure_id", Key, nullable=True),
        sa.Column("provision", sa.Text(), nullable=True),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("condition_kind", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.Column("business_lines", Json, nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name=op.f("fk_conditions_document_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["procedure_id"], ["procedures.id"], name=op.f("fk_conditions_procedure_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conditions")),
    )
    op.create_index(op.f("ix_conditions_document_id"), "conditions", ["document_id"], unique=False)
    op.create_index(op.f("ix_conditions_procedure_id"), "conditions", ["procedure_id"], unique=False)
    op.create_table(
        "document_tags",
        sa.Column("document_id", Key, nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("tagger", sa.Text(), nullable=False),
        sa.Column("tags", Json, nullable=False),
        sa.Column("topics", Json, nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name=op.f("fk_document_tags_document_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("document_id", name=op.f("pk_document_tags")),
    )
    op.create_table(
        "provisions",
        sa.Column("document_id", Key, nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("heading", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name=op.f("fk_provisions_document_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("document_id", "ordinal", name=op.f("pk_provisions")),
        sa.UniqueConstraint("document_id", "path", name=op.f("uq_provisions_document_id")),
    )
    op.create_table(
        "relations",
        sa.Column("id", Key, autoincrement=True, nullable=False),
        sa.Column("document_id", Key, nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("code", sa.Integer(), nullable=False),
        sa.Column("direction", sa.Text(), nullable=False),
        sa.Column("target_id", sa.Text(), nullable=False),
        sa.Column("target_number", sa.Text(), nullable=True),
        sa.Column("provisions", Json, nullable=False),
        sa.Column("derived", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name=op.f("fk_relations_document_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_relations")),
    )
    op.create_index(op.f("ix_relations_document_id"), "relations", ["document_id"], unique=False)
    op.create_index(op.f("ix_relations_target_id"), "relations", ["target_id"], unique=False)
    # ### end Alembic commands ###


def downgrade() -> None:
    op.drop_index(op.f("ix_relations_target_id"), table_name="relations")
    op.drop_index(op.f("ix_relations_document_id"), table_name="relations")
    op.drop_table("relations")
    op.drop_table("provisions")
    op.drop_table("document_tags")
    op.drop_index(op.f("ix_conditions_procedure_id"), table_name="conditions")
    op.drop_index(op.f("ix_conditions_document_id"), table_name="conditions")
    op.drop_table("conditions")
    op.drop_index("ix_citations_target", table_name="citations")
    op.drop_index(op.f("ix_citations_document_id"), table_name="citations")
    op.drop_table("citations")
    op.drop_index(op.f("ix_changes_run_id"), table_name="changes")
    op.drop_index(op.f("ix_changes_recorded_at"), table_name="changes")
    op.drop_index("ix_changes_record", table_name="changes")
    op.drop_table("changes")
    op.drop_table("versions")
    op.drop_index(op.f("ix_procedures_ministry"), table_name="procedures")
    op.drop_index(op.f("ix_procedures_code"), table_name="procedures")
    op.drop_table("procedures")
    op.drop_index("ix_pages_record", table_name="pages")
    op.drop_table("pages")
    op.drop_table("outbox")
    op.drop_table("index_state")
    op.drop_index(op.f("ix_documents_type"), table_name="documents")
    op.drop_index(op.f("ix_documents_slug"), table_name="documents")
    op.drop_index(op.f("ix_documents_issue_date"), table_name="documents")
    op.drop_index(op.f("ix_documents_effective_date"), table_name="documents")
    op.drop_table("documents")
    op.drop_table("crawl_runs")
    # ### end Alembic commands ###
