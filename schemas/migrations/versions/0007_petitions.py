"""Petitions with their senders, history and limits."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from schemas.triggers import create_triggers, drop_triggers

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

Key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Time = sa.DateTime(timezone=True)
APPEND_ONLY = ("petition_steps",)


def _text(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def upgrade() -> None:
    op.create_table(
        "petitions",
        sa.Column("id", Key, autoincrement=True, nullable=False),
        *_text("tracking", "secret_hash", "submission", "state"),
        sa.Column("ministry_id", Key, nullable=True),
        *_text("regulation", "field", "title", "body", "folded"),
        sa.Column("received_at", Time, nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        *_text("asked_from"),
        sa.Column("supplied_at", Time, nullable=True),
        sa.Column("handled_at", Time, nullable=True),
        sa.Column("on_time", sa.Boolean(), nullable=True),
        *_text("outcome", "answer"),
        sa.Column("answered_by", Key, nullable=True),
        *_text("refuse_reason"),
        sa.Column("reopened", sa.Integer(), nullable=False),
        sa.Column("satisfaction", sa.Integer(), nullable=True),
        sa.Column("published_at", Time, nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("sample", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["ministry_id"], ["ministries.id"], name=op.f("fk_petitions_ministry_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_petitions")),
        sa.UniqueConstraint("tracking", name=op.f("uq_petitions_tracking")),
        sa.UniqueConstraint("submission", name=op.f("uq_petitions_submission")),
    )
    op.create_index(op.f("ix_petitions_ministry_id"), "petitions", ["ministry_id"])
    op.create_index(op.f("ix_petitions_received_at"), "petitions", ["received_at"])
    op.create_index("ix_petitions_state", "petitions", ["state", "due_on"])
    op.create_table(
        "petition_people",
        sa.Column("petition_id", Key, nullable=False),
        *_text("name", "address", "phone", "email"),
        sa.Column("consented_at", Time, nullable=False),
        *_text("consent_text"),
        sa.ForeignKeyConstraint(
            ["petition_id"],
            ["petitions.id"],
            name=op.f("fk_petition_people_petition_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("petition_id", name=op.f("pk_petition_people")),
    )
    op.create_table(
        "petition_steps",
        sa.Column("id", Key, autoincrement=True, nullable=False),
        sa.Column("petition_id", Key, nullable=False),
        *_text("step"),
        sa.Column("from_state", sa.Text(), nullable=True),
        *_text("to_state"),
        sa.Column("ministry_id", Key, nullable=True),
        *_text("note"),
        sa.Column("person_id", Key, nullable=True),
        sa.Column("recorded_at", Time, nullable=False),
        sa.ForeignKeyConstraint(
            ["petition_id"], ["petitions.id"], name=op.f("fk_petition_steps_petition_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_petition_steps")),
    )
    op.create_index(op.f("ix_petition_steps_petition_id"), "petition_steps", ["petition_id"])
    op.create_table(
        "petition_limits",
        sa.Column("id", Key, autoincrement=True, nullable=False),
        sa.Column("ministry_id", Key, nullable=True),
        *_text("kind"),
        sa.Column("days", sa.Integer(), nullable=False),
        *_text("basis"),
        sa.ForeignKeyConstraint(
            ["ministry_id"],
            ["ministries.id"],
            name=op.f("fk_petition_limits_ministry_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_petition_limits")),
        sa.UniqueConstraint("ministry_id", "kind", name=op.f("uq_petition_limits_ministry_id")),
    )
    op.create_index(op.f("ix_petition_limits_ministry_id"), "petition_limits", ["ministry_id"])
    create_triggers(op.get_bind(), APPEND_ONLY)


def downgrade() -> None:
    drop_triggers(op.get_bind(), APPEND_ONLY)
    for table in ("petition_limits", "petition_steps", "petition_people", "petitions"):
        op.drop_table(table)
