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
APPEND_ONLY = ("audit_log", "plan_state_changes", "moderation_actions")


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
        "spent_proofs",
        sa.Column("proof", sa.Text(), nullable=False),
        sa.Column("expires_at", Time, nullable=False),
        sa.PrimaryKeyConstraint("proof", name=op.f("pk_spent_proofs")),
    )
    op.create_index(op.f("ix_spent_proofs_expires_at"), "spent_proofs", ["expires_at"], unique=False)
    op.create_table(
        "consultations",
        sa.Column("id", Key, autoincrement=True, nullable=False),
        sa.Column("ministry_id", Key, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("document_number", sa.Text(), nullable=False),
        sa.Column("document_id", Key, nullable=True),
        sa.Column("opens_at", Time, nullable=False),
        sa.Column("closes_at", Time, nullable=False),
        sa.Column("minimum_days", sa.Integer(), nullable=False),
        sa.Column("minimum_basis", sa.Text(), nullable=False),
        sa.Column("short_reason", sa.Text(), nullable=False),
        sa.Column("answer_by", sa.Date(), nullable=True),
        sa.Column("premoderated", sa.Boolean(), nullable=False),
        sa.Column("drafted_by", Json, nullable=False),
        sa.Column("submitted_at", Time, nullable=True),
        sa.Column("published_at", Time, nullable=True),
        sa.Column("published_by", Key, nullable=True),
        sa.Column("answered_at", Time, nullable=True),
        sa.Column("left_open", sa.Integer(), nullable=True),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", Time, nullable=False),
        sa.Column("updated_at", Time, nullable=False),
        sa.Column("sample", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name=op.f("fk_consultations_document_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["ministry_id"], ["ministries.id"], name=op.f("fk_consultations_ministry_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consultations")),
    )
    op.create_index(op.f("ix_consultations_closes_at"), "consultations", ["closes_at"], unique=False)
    op.create_index(op.f("ix_consultations_document_id"), "consultations", ["document_id"], unique=False)
    op.create_index(op.f("ix_consultations_ministry_id"), "consultations", ["ministry_id"], unique=False)
    op.create_index(op.f("ix_consultations_published_at"), "consultations", ["published_at"], unique=False)
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
        "campaigns",
        sa.Column("id", Key, autoincrement=True, nullable=False),
        sa.Column("consultation_id", Key, nullable=False),
        sa.Column("representative_id", Key, nullable=False),
        sa.Column("created_at", Time, nullable=False),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["consultations.id"],
            name=op.f("fk_campaigns_consultation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaigns")),
        sa.UniqueConstraint("representative_id", name=op.f("uq_campaigns_representative_id")),
    )
    op.create_index(op.f("ix_campaigns_consultation_id"), "campaigns", ["consultation_id"], unique=False)
    op.create_table(
        "comment_drafts",
        sa.Column("id", Key, autoincrement=True, nullable=False),
        sa.Column("consultation_id", Key, nullable=False),
        sa.Column("visit_hash", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("submission", sa.Text(), nullable=False),
        sa.Column("typed", Json, nullable=False),
        sa.Column("updated_at", Time, nullable=False),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["consultations.id"],
            name=op.f("fk_comment_drafts_consultation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment_drafts")),
        sa.UniqueConstraint("submission", name=op.f("uq_comment_drafts_submission")),
        sa.UniqueConstraint(
            "visit_hash", "consultation_id", "path", name=op.f("uq_comment_drafts_visit_hash")
        ),
    )
    op.create_index(
        op.f("ix_comment_drafts_consultation_id"), "comment_drafts", ["consultation_id"], unique=False
    )
    op.create_index(op.f("ix_comment_drafts_updated_at"), "comment_drafts", ["updated_at"], unique=False)
    op.create_table(
        "consultation_questions",
        sa.Column("id", Key, autoincrement=True, nullable=False),
        sa.Column("consultation_id", Key, nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("choices", Json, nullable=False),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["consultations.id"],
            name=op.f("fk_consultation_questions_consultation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consultation_questions")),
        sa.UniqueConstraint(
            "consultation_id", "ordinal", name=op.f("uq_consultation_questions_consultation_id")
        ),
    )
    op.create_index(
        op.f("ix_consultation_questions_consultation_id"),
        "consultation_questions",
        ["consultation_id"],
        unique=False,
    )
    op.create_table(
        "draft_versions",
        sa.Column("id", Key, autoincrement=True, nullable=False),
        sa.Column("consultation_id", Key, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("preamble", sa.Text(), nullable=False),
        sa.Column("written_by", Key, nullable=False),
        sa.Column("created_at", Time, nullable=False),
        sa.Column("published_at", Time, nullable=True),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["consultations.id"],
            name=op.f("fk_draft_versions_consultation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft_versions")),
        sa.UniqueConstraint("consultation_id", "number", name=op.f("uq_draft_versions_consultation_id")),
    )
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
        "comments",
        sa.Column("id", Key, autoincrement=True, nullable=False),
        sa.Column("consultation_id", Key, nullable=False),
        sa.Column("tracking", sa.Text(), nullable=False),
        sa.Column("secret_hash", sa.Text(), nullable=False),
        sa.Column("submission", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("account_id", Key, nullable=True),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("stance", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("replacement", sa.Text(), nullable=False),
        sa.Column("shown_body", sa.Text(), nullable=True),
        sa.Column("shown_replacement", sa.Text(), nullable=True),
        sa.Column("verification", sa.Text(), nullable=False),
        sa.Column("proof", sa.Boolean(), nullable=False),
        sa.Column("received_at", Time, nullable=False),
        sa.Column("published_at", Time, nullable=True),
        sa.Column("withdrawn_at", Time, nullable=True),
        sa.Column("hide_reason", sa.Text(), nullable=False),
        sa.Column("appealed_at", Time, nullable=True),
        sa.Column("disputed_at", Time, nullable=True),
        sa.Column("campaign_id", Key, nullable=True),
        sa.Column("unique_sentences", Json, nullable=True),
        sa.Column("grouped_at", Time, nullable=True),
        sa.Column("assigned_to", Key, nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("confirm_hash", sa.Text(), nullable=True),
        sa.Column("confirm_until", Time, nullable=True),
        sa.Column("commitment_salt", sa.Text(), nullable=False),
        sa.Column("sample", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_comments_account_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaigns.id"], name=op.f("fk_comments_campaign_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["consultations.id"],
            name=op.f("fk_comments_consultation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comments")),
        sa.UniqueConstraint("confirm_hash", name=op.f("uq_comments_confirm_hash")),
        sa.UniqueConstraint("submission", name=op.f("uq_comments_submission")),
        sa.UniqueConstraint("tracking", name=op.f("uq_comments_tracking")),
    )
    op.create_index(op.f("ix_comments_account_id"), "comments", ["account_id"], unique=False)
    op.create_index(op.f("ix_comments_campaign_id"), "comments", ["campaign_id"], unique=False)
    op.create_index("ix_comments_consultation", "comments", ["consultation_id", "state", "id"], unique=False)
    op.create_index("ix_comments_grouping", "comments", ["grouped_at", "id"], unique=False)
    op.create_table(
        "draft_provisions",
        sa.Column("version_id", Key, nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("heading", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("explanation", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["draft_versions.id"],
            name=op.f("fk_draft_provisions_version_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("version_id", "ordinal", name=op.f("pk_draft_provisions")),
        sa.UniqueConstraint("version_id", "path", name=op.f("uq_draft_provisions_version_id")),
    )
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
    op.create_table(
        "answers",
        sa.Column("id", Key, autoincrement=True, nullable=False),
        sa.Column("consultation_id", Key, nullable=False),
        sa.Column("comment_id", Key, nullable=True),
        sa.Column("campaign_id", Key, nullable=True),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("drafted_by", Json, nullable=False),
        sa.Column("submitted_at", Time, nullable=True),
        sa.Column("published_verdict", sa.Text(), nullable=True),
        sa.Column("published_text", sa.Text(), nullable=True),
        sa.Column("published_at", Time, nullable=True),
        sa.Column("published_by", Key, nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("updated_at", Time, nullable=False),
        sa.CheckConstraint("(comment_id is null) <> (campaign_id is null)", name="one_subject"),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaigns.id"], name=op.f("fk_answers_campaign_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comments.id"], name=op.f("fk_answers_comment_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["consultations.id"],
            name=op.f("fk_answers_consultation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answers")),
        sa.UniqueConstraint("campaign_id", name=op.f("uq_answers_campaign_id")),
        sa.UniqueConstraint("comment_id", name=op.f("uq_answers_comment_id")),
    )
    op.create_index(op.f("ix_answers_consultation_id"), "answers", ["consultation_id"], unique=False)
    op.create_table(
        "attachments",
        sa.Column("id", Key, autoincrement=True, nullable=False),
        sa.Column("consultation_id", Key, nullable=False),
        sa.Column("comment_id", Key, nullable=True),
        sa.Column("submission", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("created_at", Time, nullable=False),
        sa.Column("checked_at", Time, nullable=True),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comments.id"], name=op.f("fk_attachments_comment_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["consultations.id"],
            name=op.f("fk_attachments_consultation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachments")),
    )
    op.create_index(op.f("ix_attachments_comment_id"), "attachments", ["comment_id"], unique=False)
    op.create_index(op.f("ix_attachments_consultation_id"), "attachments", ["consultation_id"], unique=False)
    op.create_index(op.f("ix_attachments_submission"), "attachments", ["submission"], unique=False)
    op.create_table(
        "comment_anchors",
        sa.Column("comment_id", Key, nullable=False),
        sa.Column("version_id", Key, nullable=False),
        sa.Column("path", sa.Text(), nullable=True),
        sa.Column("fit", sa.Text(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("quote", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comments.id"], name=op.f("fk_comment_anchors_comment_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["draft_versions.id"],
            name=op.f("fk_comment_anchors_version_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("comment_id", "version_id", name=op.f("pk_comment_anchors")),
    )
    op.create_index("ix_comment_anchors_version", "comment_anchors", ["version_id", "path"], unique=False)
    op.create_table(
        "comment_answers",
        sa.Column("comment_id", Key, nullable=False),
        sa.Column("question_id", Key, nullable=False),
        sa.Column("choice", sa.Integer(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comments.id"], name=op.f("fk_comment_answers_comment_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["consultation_questions.id"],
            name=op.f("fk_comment_answers_question_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("comment_id", "question_id", name=op.f("pk_comment_answers")),
    )
    op.create_index(op.f("ix_comment_answers_question_id"), "comment_answers", ["question_id"], unique=False)
    op.create_table(
        "comment_bands",
        sa.Column("comment_id", Key, nullable=False),
        sa.Column("band", sa.Text(), nullable=False),
        sa.Column("consultation_id", Key, nullable=False),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comments.id"], name=op.f("fk_comment_bands_comment_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("comment_id", "band", name=op.f("pk_comment_bands")),
    )
    op.create_index("ix_comment_bands_band", "comment_bands", ["consultation_id", "band"], unique=False)
    op.create_table(
        "comment_claims",
        sa.Column("id", Key, autoincrement=True, nullable=False),
        sa.Column("comment_id", Key, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("contact", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("created_at", Time, nullable=False),
        sa.Column("decision", sa.Text(), nullable=True),
        sa.Column("decided_at", Time, nullable=True),
        sa.Column("decided_by", Key, nullable=True),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comments.id"], name=op.f("fk_comment_claims_comment_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment_claims")),
    )
    op.create_index(op.f("ix_comment_claims_comment_id"), "comment_claims", ["comment_id"], unique=False)
    op.create_table(
        "comment_notes",
        sa.Column("id", Key, autoincrement=True, nullable=False),
        sa.Column("comment_id", Key, nullable=False),
        sa.Column("person_id", Key, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created_at", Time, nullable=False),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comments.id"], name=op.f("fk_comment_notes_comment_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment_notes")),
    )
    op.create_index(op.f("ix_comment_notes_comment_id"), "comment_notes", ["comment_id"], unique=False)
    op.create_table(
        "comment_people",
        sa.Column("comment_id", Key, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("show_name", sa.Boolean(), nullable=False),
        sa.Column("show_organisation", sa.Boolean(), nullable=False),
        sa.Column("show_place", sa.Boolean(), nullable=False),
        sa.Column("consented_at", Time, nullable=False),
        sa.Column("consent_text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comments.id"], name=op.f("fk_comment_people_comment_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("comment_id", name=op.f("pk_comment_people")),
    )
    op.create_table(
        "comment_reports",
        sa.Column("id", Key, autoincrement=True, nullable=False),
        sa.Column("comment_id", Key, nullable=False),
        sa.Column("reporter", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("created_at", Time, nullable=False),
        sa.Column("handled_at", Time, nullable=True),
        sa.Column("handled_by", Key, nullable=True),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comments.id"], name=op.f("fk_comment_reports_comment_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment_reports")),
        sa.UniqueConstraint("comment_id", "reporter", name=op.f("uq_comment_reports_comment_id")),
    )
    op.create_index(op.f("ix_comment_reports_comment_id"), "comment_reports", ["comment_id"], unique=False)
    op.create_table(
        "moderation_actions",
        sa.Column("id", Key, autoincrement=True, nullable=False),
        sa.Column("comment_id", Key, nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("from_state", sa.Text(), nullable=False),
        sa.Column("to_state", sa.Text(), nullable=False),
        sa.Column("reason_code", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("person_id", Key, nullable=True),
        sa.Column("recorded_at", Time, nullable=False),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comments.id"], name=op.f("fk_moderation_actions_comment_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_moderation_actions")),
    )
    op.create_index(
        op.f("ix_moderation_actions_comment_id"), "moderation_actions", ["comment_id"], unique=False
    )
    # ### end Alembic commands ###
    create_triggers(op.get_bind(), APPEND_ONLY)


def downgrade() -> None:
    drop_triggers(op.get_bind(), APPEND_ONLY)
    op.drop_index(op.f("ix_moderation_actions_comment_id"), table_name="moderation_actions")
    op.drop_table("moderation_actions")
    op.drop_index(op.f("ix_comment_reports_comment_id"), table_name="comment_reports")
    op.drop_table("comment_reports")
    op.drop_table("comment_people")
    op.drop_index(op.f("ix_comment_notes_comment_id"), table_name="comment_notes")
    op.drop_table("comment_notes")
    op.drop_index(op.f("ix_comment_claims_comment_id"), table_name="comment_claims")
    op.drop_table("comment_claims")
    op.drop_index("ix_comment_bands_band", table_name="comment_bands")
    op.drop_table("comment_bands")
    op.drop_index(op.f("ix_comment_answers_question_id"), table_name="comment_answers")
    op.drop_table("comment_answers")
    op.drop_index("ix_comment_anchors_version", table_name="comment_anchors")
    op.drop_table("comment_anchors")
    op.drop_index(op.f("ix_attachments_submission"), table_name="attachments")
    op.drop_index(op.f("ix_attachments_consultation_id"), table_name="attachments")
    op.drop_index(op.f("ix_attachments_comment_id"), table_name="attachments")
    op.drop_table("attachments")
    op.drop_index(op.f("ix_answers_consultation_id"), table_name="answers")
    op.drop_table("answers")
    op.drop_index(op.f("ix_plan_item_clauses_item_id"), table_name="plan_item_clauses")
    op.drop_index(op.f("ix_plan_item_clauses_document_id"), table_name="plan_item_clauses")
    op.drop_table("plan_item_clauses")
    op.drop_index(op.f("ix_plan_amendments_item_id"), table_name="plan_amendments")
    op.drop_index(op.f("ix_plan_amendments_document_id"), table_name="plan_amendments")
    op.drop_table("plan_amendments")
    op.drop_table("draft_provisions")
    op.drop_index("ix_comments_grouping", table_name="comments")
    op.drop_index("ix_comments_consultation", table_name="comments")
    op.drop_index(op.f("ix_comments_campaign_id"), table_name="comments")
    op.drop_index(op.f("ix_comments_account_id"), table_name="comments")
    op.drop_table("comments")
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
    op.drop_table("draft_versions")
    op.drop_index(op.f("ix_consultation_questions_consultation_id"), table_name="consultation_questions")
    op.drop_table("consultation_questions")
    op.drop_index(op.f("ix_comment_drafts_updated_at"), table_name="comment_drafts")
    op.drop_index(op.f("ix_comment_drafts_consultation_id"), table_name="comment_drafts")
    op.drop_table("comment_drafts")
    op.drop_index(op.f("ix_campaigns_consultation_id"), table_name="campaigns")
    op.drop_table("campaigns")
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
    op.drop_index(op.f("ix_consultations_published_at"), table_name="consultations")
    op.drop_index(op.f("ix_consultations_ministry_id"), table_name="consultations")
    op.drop_index(op.f("ix_consultations_document_id"), table_name="consultations")
    op.drop_index(op.f("ix_consultations_closes_at"), table_name="consultations")
    op.drop_table("consultations")
    op.drop_index(op.f("ix_spent_proofs_expires_at"), table_name="spent_proofs")
    op.drop_table("spent_proofs")
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
