"""Accounts, regulations, plans and consultations."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from schemas.triggers import create_triggers, drop_triggers

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

Json = sa.JSON().with_variant(JSONB(), "postgresql")
Key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Time = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", Key, autoincrement=True, nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("email_confirmed_at", Time, nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("created_at", Time, nullable=False),
        sa.Column("consented_at", Time, nullable=True),
        sa.Column("disabled_at", Time, nullable=True),
        sa.Column("deleted_at", Time, nullable=True),
        sa.Column("sample", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("email", name=op.f("uq_accounts_email")),
    )
    op.create_table(
        "audit_log",
        sa.Column("id", Key, autoincrement=True, nullable=False),
        sa.Column("recorded_at", Time, nullable=False),
        sa.Column("actor_id", Key, nullable=True),
        sa.Column("actor_kind", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("subject_kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Text(), nullable=False),
        sa.Column("ministry", sa.Text(), nullable=False),
        sa.Column("before", Json, nullable=True),
        sa.Column("after", Json, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_log")),
    )
    op.create_index(op.f("ix_audit_log_action"), "audit_log", ["action"], unique=False)
    op.create_index(op.f("ix_audit_log_actor_id"), "audit_log", ["actor_id"], unique=False)
    op.create_index("ix_audit_log_ministry", "audit_log", ["ministry", "id"], unique=False)
    op.create_index(op.f("ix_audit_log_recorded_at"), "audit_log", ["recorded_at"], unique=False)
    op.create_index("ix_audit_log_subject", "audit_log", ["subject_kind", "subject_id"], unique=False)
    op.create_table(
        "condition_reviews",
        sa.Column("id", Key, autoincrement=True, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("provision", sa.Text(), nullable=False),
        sa.Column("condition_kind", sa.Text(), nullable=False),
        sa.Column("text_sha256", sa.Text(), nullable=False),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("business_lines", Json, nullable=False),
        sa.Column("kind_decided", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("decided_by", Key, nullable=False),
        sa.Column("decided_at", Time, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_condition_reviews")),
        sa.UniqueConstraint(
            "source",
            "source_id",
            "provision",
            "condition_kind",
            "text_sha256",
            name=op.f("uq_condition_reviews_source"),
        ),
    )
    op.create_table(
        "ministries",
        sa.Column("id", Key, autoincrement=True, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("sample", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ministries")),
        sa.UniqueConstraint("code", name=op.f("uq_ministries_code")),
    )
    op.create_table(
        "rate_limits",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("starts_at", sa.BigInteger(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key", "starts_at", name=op.f("pk_rate_limits")),
    )
    op.create_index(op.f("ix_rate_limits_ends_at"), "rate_limits", ["ends_at"], unique=False)
    op.create_table(
        "email_tokens",
        sa.Column("id", Key, autoincrement=True, nullable=False),
        sa.Column("account_id", Key, nullable=True),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("created_at", Time, nullable=False),
        sa.Column("expires_at", Time, nullable=False),
        sa.Column("used_at", Time, nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_email_tokens_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_email_tokens")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_email_tokens_token_hash")),
    )
    op.create_index(op.f("ix_email_tokens_account_id"), "email_tokens", ["account_id"], unique=False)
    op.create_index(op.f("ix_email_tokens_expires_at"), "email_tokens", ["expires_at"], unique=False)
    op.create_table(
        "identities",
        sa.Column("id", Key, autoincrement=True, nullable=False),
        sa.Column("account_id", Key, nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("created_at", Time, nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_identities_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identities")),
        sa.UniqueConstraint("issuer", "subject", name=op.f("uq_identities_issuer")),
    )
    op.create_index(op.f("ix_identities_account_id"), "identities", ["account_id"], unique=False)
    op.create_table(
        "mail_outbox",
        sa.Column("id", Key, autoincrement=True, nullable=False),
        sa.Column("account_id", Key, nullable=True),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("created_at", Time, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", Time, nullable=False),
        sa.Column("sent_at", Time, nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_mail_outbox_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_outbox")),
        sa.UniqueConstraint("message_id", name=op.f("uq_mail_outbox_message_id")),
    )
    op.create_index(op.f("ix_mail_outbox_account_id"), "mail_outbox", ["account_id"], unique=False)
    op.create_index("ix_mail_outbox_due", "mail_outbox", ["state", "due_at"], unique=False)
    op.create_table(
        "ministry_successors",
        sa.Column("ministry_id", Key, nullable=False),
        sa.Column("successor_id", Key, nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["ministry_id"],
            ["ministries.id"],
            name=op.f("fk_ministry_successors_ministry_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["successor_id"],
            ["ministries.id"],
            name=op.f("fk_ministry_successors_successor_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("ministry_id", "successor_id", name=op.f("pk_ministry_successors")),
    )
    op.create_table(
        "plans",
        sa.Column("id", Key, autoincrement=True, nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("ministry_id", Key, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("suspended_from", sa.Text(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("legal_bases", Json, nullable=False),
        sa.Column("approving_act", sa.Text(), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=True),
        sa.Column("effective_until", sa.Date(), nullable=True),
        sa.Column("drafted_by", Json, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", Time, nullable=False),
        sa.Column("updated_at", Time, nullable=False),
        sa.Column("published_at", Time, nullable=True),
        sa.Column("sample", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["ministry_id"], ["ministries.id"], name=op.f("fk_plans_ministry_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plans")),
        sa.UniqueConstraint("number", name=op.f("uq_plans_number")),
    )
    op.create_index(op.f("ix_plans_ministry_id"), "plans", ["ministry_id"], unique=False)
    op.create_index(op.f("ix_plans_published_at"), "plans", ["published_at"], unique=False)
    op.create_index(op.f("ix_plans_state"), "plans", ["state"], unique=False)
    op.create_index(op.f("ix_plans_updated_at"), "plans", ["updated_at"], unique=False)
    op.create_table(
        "regulations",
        sa.Column("id", Key, autoincrement=True, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("ministry_id", Key, nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("subjects", Json, nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("status_since", sa.Date(), nullable=True),
        sa.Column("in_force_from", sa.Date(), nullable=True),
        sa.Column("in_force_until", sa.Date(), nullable=True),
        sa.Column("procedure_code", sa.Text(), nullable=True),
        sa.Column("annual_cost", sa.BigInteger(), nullable=True),
        sa.Column("cost_source", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", Time, nullable=False),
        sa.Column("sample", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["ministry_id"], ["ministries.id"], name=op.f("fk_regulations_ministry_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_regulations")),
        sa.UniqueConstraint("code", name=op.f("uq_regulations_code")),
    )
    op.create_index(op.f("ix_regulations_ministry_id"), "regulations", ["ministry_id"], unique=False)
    op.create_index(op.f("ix_regulations_procedure_code"), "regulations", ["procedure_code"], unique=False)
    op.create_index(op.f("ix_regulations_status"), "regulations", ["status"], unique=False)
    op.create_index(op.f("ix_regulations_type"), "regulations", ["type"], unique=False)
    op.create_table(
        "role_grants",
        sa.Column("id", Key, autoincrement=True, nullable=False),
        sa.Column("account_id", Key, nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("ministry", sa.Text(), nullable=False),
        sa.Column("granted_at", Time, nullable=False),
        sa.Column("granted_by", Key, nullable=True),
        sa.Column("withdrawn_at", Time, nullable=True),
        sa.Column("withdrawn_by", Key, nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_role_grants_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_grants")),
    )
    op.create_index(op.f("ix_role_grants_account_id"), "role_grants", ["account_id"], unique=False)
    op.create_index(
        "uq_role_grants_held",
        "role_grants",
        ["account_id", "role", "ministry"],
        unique=True,
        sqlite_where=sa.text("withdrawn_at IS NULL"),
        postgresql_where=sa.text("withdrawn_at IS NULL"),
    )
    op.create_table(
        "sessions",
        sa.Column("id", Key, autoincrement=True, nullable=False),
        sa.Column("account_id", Key, nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("created_at", Time, nullable=False),
        sa.Column("seen_at", Time, nullable=False),
        sa.Column("expires_at", Time, nullable=False),
        sa.Column("browser", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_sessions_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sessions")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sessions_token_hash")),
    )
    op.create_index(op.f("ix_sessions_account_id"), "sessions", ["account_id"], unique=False)
    op.create_index(op.f("ix_sessions_expires_at"), "sessions", ["expires_at"], unique=False)
    op.create_table(
        "plan_deadlines",
        sa.Column("plan_id", Key, nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["plans.id"], name=op.f("fk_plan_deadlines_plan_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("plan_id", "step", name=op.f("pk_plan_deadlines")),
    )
    op.create_index(op.f("ix_plan_deadlines_due"), "plan_deadlines", ["due"], unique=False)
    op.create_table(
        "plan_drafts",
        sa.Column("plan_id", Key, nullable=False),
        sa.Column("content", Json, nullable=False),
        sa.Column("base_version", sa.Integer(), nullable=False),
        sa.Column("drafted_by", Json, nullable=False),
        sa.Column("submitted_by", Key, nullable=True),
        sa.Column("submitted_at", Time, nullable=True),
        sa.Column("returned_note", sa.Text(), nullable=False),
        sa.Column("updated_at", Time, nullable=False),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["plans.id"], name=op.f("fk_plan_drafts_plan_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("plan_id", name=op.f("pk_plan_drafts")),
    )
    op.create_table(
        "plan_items",
        sa.Column("id", Key, autoincrement=True, nullable=False),
        sa.Column("plan_id", Key, nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("regulation", sa.Text(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("current_cost", sa.BigInteger(), nullable=True),
        sa.Column("after_cost", sa.BigInteger(), nullable=True),
        sa.Column("current_hours", sa.BigInteger(), nullable=True),
        sa.Column("after_hours", sa.BigInteger(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("deadline", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["plans.id"], name=op.f("fk_plan_items_plan_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_items")),
        sa.UniqueConstraint("plan_id", "ordinal", name=op.f("uq_plan_items_plan_id")),
    )
    op.create_index(op.f("ix_plan_items_plan_id"), "plan_items", ["plan_id"], unique=False)
    op.create_index(op.f("ix_plan_items_regulation"), "plan_items", ["regulation"], unique=False)
    op.create_table(
        "plan_state_changes",
        sa.Column("id", Key, autoincrement=True, nullable=False),
        sa.Column("plan_id", Key, nullable=False),
        sa.Column("from_state", sa.Text(), nullable=True),
        sa.Column("to_state", sa.Text(), nullable=False),
        sa.Column("changed_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", Time, nullable=False),
        sa.Column("person_id", Key, nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["plans.id"], name=op.f("fk_plan_state_changes_plan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_state_changes")),
    )
    op.create_index(op.f("ix_plan_state_changes_plan_id"), "plan_state_changes", ["plan_id"], unique=False)
    op.create_table(
        "plan_supersessions",
        sa.Column("id", Key, autoincrement=True, nullable=False),
        sa.Column("plan_id", Key, nullable=False),
        sa.Column("earlier_number", sa.Text(), nullable=False),
        sa.Column("earlier_item", sa.Integer(), nullable=True),
        sa.Column("from_date", sa.Date(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["plans.id"], name=op.f("fk_plan_supersessions_plan_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_supersessions")),
    )
    op.create_index(
        op.f("ix_plan_supersessions_earlier_number"), "plan_supersessions", ["earlier_number"], unique=False
    )
    op.create_index(op.f("ix_plan_supersessions_plan_id"), "plan_supersessions", ["plan_id"], unique=False)
    op.create_table(
        "regulation_bases",
        sa.Column("id", Key, autoincrement=True, nullable=False),
        sa.Column("regulation_id", Key, nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("document_number", sa.Text(), nullable=False),
        sa.Column("document_id", Key, nullable=True),
        sa.Column("provision", sa.Text(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["documents.id"],
            name=op.f("fk_regulation_bases_document_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["regulation_id"],
            ["regulations.id"],
            name=op.f("fk_regulation_bases_regulation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_regulation_bases")),
        sa.UniqueConstraint("regulation_id", "ordinal", name=op.f("uq_regulation_bases_regulation_id")),
    )
    op.create_index(
        op.f("ix_regulation_bases_document_id"), "regulation_bases", ["document_id"], unique=False
    )
    op.create_index(
        op.f("ix_regulation_bases_regulation_id"), "regulation_bases", ["regulation_id"], unique=False
    )
    op.create_table(
        "regulation_business_lines",
        sa.Column("regulation_id", Key, nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["regulation_id"],
            ["regulations.id"],
            name=op.f("fk_regulation_business_lines_regulation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("regulation_id", "line", name=op.f("pk_regulation_business_lines")),
    )
    op.create_index(
        op.f("ix_regulation_business_lines_line"), "regulation_business_lines", ["line"], unique=False
    )
    op.create_table(
        "regulation_vsic",
        sa.Column("regulation_id", Key, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["regulation_id"],
            ["regulations.id"],
            name=op.f("fk_regulation_vsic_regulation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("regulation_id", "code", name=op.f("pk_regulation_vsic")),
    )
    op.create_index(op.f("ix_regulation_vsic_code"), "regulation_vsic", ["code"], unique=False)
    op.create_table(
        "plan_amendments",
        sa.Column("id", Key, autoincrement=True, nullable=False),
        sa.Column("item_id", Key, nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("document_number", sa.Text(), nullable=False),
        sa.Column("document_id", Key, nullable=True),
        sa.Column("provisions", sa.Text(), nullable=False),
        sa.Column("deadline", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["documents.id"],
            name=op.f("fk_plan_amendments_document_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["plan_items.id"], name=op.f("fk_plan_amendments_item_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_amendments")),
        sa.UniqueConstraint("item_id", "ordinal", name=op.f("uq_plan_amendments_item_id")),
    )
    op.create_index(op.f("ix_plan_amendments_document_id"), "plan_amendments", ["document_id"], unique=False)
    op.create_index(op.f("ix_plan_amendments_item_id"), "plan_amendments", ["item_id"], unique=False)
    op.create_table(
        "plan_item_clauses",
        sa.Column("id", Key, autoincrement=True, nullable=False),
        sa.Column("item_id", Key, nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("document_number", sa.Text(), nullable=False),
        sa.Column("document_id", Key, nullable=True),
        sa.Column("provision", sa.Text(), nullable=True),
        sa.Column("heading", sa.Text(), nullable=False),
        sa.Column("current_text", sa.Text(), nullable=False),
        sa.Column("proposed_text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["documents.id"],
            name=op.f("fk_plan_item_clauses_document_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["plan_items.id"], name=op.f("fk_plan_item_clauses_item_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_item_clauses")),
        sa.UniqueConstraint("item_id", "ordinal", name=op.f("uq_plan_item_clauses_item_id")),
    )
    op.create_index(
        op.f("ix_plan_item_clauses_document_id"), "plan_item_clauses", ["document_id"], unique=False
    )
    op.create_index(op.f("ix_plan_item_clauses_item_id"), "plan_item_clauses", ["item_id"], unique=False)
    # ### end Alembic commands ###
    create_triggers(op.get_bind())


def downgrade() -> None:
    drop_triggers(op.get_bind())
    op.drop_index(op.f("ix_plan_item_clauses_item_id"), table_name="plan_item_clauses")
    op.drop_index(op.f("ix_plan_item_clauses_document_id"), table_name="plan_item_clauses")
    op.drop_table("plan_item_clauses")
    op.drop_index(op.f("ix_plan_amendments_item_id"), table_name="plan_amendments")
    op.drop_index(op.f("ix_plan_amendments_document_id"), table_name="plan_amendments")
    op.drop_table("plan_amendments")
    op.drop_index(op.f("ix_regulation_vsic_code"), table_name="regulation_vsic")
    op.drop_table("regulation_vsic")
    op.drop_index(op.f("ix_regulation_business_lines_line"), table_name="regulation_business_lines")
    op.drop_table("regulation_business_lines")
    op.drop_index(op.f("ix_regulation_bases_regulation_id"), table_name="regulation_bases")
    op.drop_index(op.f("ix_regulation_bases_document_id"), table_name="regulation_bases")
    op.drop_table("regulation_bases")
    op.drop_index(op.f("ix_plan_supersessions_plan_id"), table_name="plan_supersessions")
    op.drop_index(op.f("ix_plan_supersessions_earlier_number"), table_name="plan_supersessions")
    op.drop_table("plan_supersessions")
    op.drop_index(op.f("ix_plan_state_changes_plan_id"), table_name="plan_state_changes")
    op.drop_table("plan_state_changes")
    op.drop_index(op.f("ix_plan_items_regulation"), table_name="plan_items")
    op.drop_index(op.f("ix_plan_items_plan_id"), table_name="plan_items")
    op.drop_table("plan_items")
    op.drop_table("plan_drafts")
    op.drop_index(op.f("ix_plan_deadlines_due"), table_name="plan_deadlines")
    op.drop_table("plan_deadlines")
    op.drop_index(op.f("ix_sessions_expires_at"), table_name="sessions")
    op.drop_index(op.f("ix_sessions_account_id"), table_name="sessions")
    op.drop_table("sessions")
    op.drop_index(
        "uq_role_grants_held",
        table_name="role_grants",
        sqlite_where=sa.text("withdrawn_at IS NULL"),
        postgresql_where=sa.text("withdrawn_at IS NULL"),
    )
    op.drop_index(op.f("ix_role_grants_account_id"), table_name="role_grants")
    op.drop_table("role_grants")
    op.drop_index(op.f("ix_regulations_type"), table_name="regulations")
    op.drop_index(op.f("ix_regulations_status"), table_name="regulations")
    op.drop_index(op.f("ix_regulations_procedure_code"), table_name="regulations")
    op.drop_index(op.f("ix_regulations_ministry_id"), table_name="regulations")
    op.drop_table("regulations")
    op.drop_index(op.f("ix_plans_updated_at"), table_name="plans")
    op.drop_index(op.f("ix_plans_state"), table_name="plans")
    op.drop_index(op.f("ix_plans_published_at"), table_name="plans")
    op.drop_index(op.f("ix_plans_ministry_id"), table_name="plans")
    op.drop_table("plans")
    op.drop_table("ministry_successors")
    op.drop_index("ix_mail_outbox_due", table_name="mail_outbox")
    op.drop_index(op.f("ix_mail_outbox_account_id"), table_name="mail_outbox")
    op.drop_table("mail_outbox")
    op.drop_index(op.f("ix_identities_account_id"), table_name="identities")
    op.drop_table("identities")
    op.drop_index(op.f("ix_email_tokens_expires_at"), table_name="email_tokens")
    op.drop_index(op.f("ix_email_tokens_account_id"), table_name="email_tokens")
    op.drop_table("email_tokens")
    op.drop_index(op.f("ix_rate_limits_ends_at"), table_name="rate_limits")
    op.drop_table("rate_limits")
    op.drop_table("ministries")
    op.drop_table("condition_reviews")
    op.drop_index("ix_audit_log_subject", table_name="audit_log")
    op.drop_index(op.f("ix_audit_log_recorded_at"), table_name="audit_log")
    op.drop_index("ix_audit_log_ministry", table_name="audit_log")
    op.drop_index(op.f("ix_audit_log_actor_id"), table_name="audit_log")
    op.drop_index(op.f("ix_audit_log_action"), table_name="audit_log")
    op.drop_table("audit_log")
    op.drop_table("accounts")
    # ### end Alembic commands ###
