"""Files that come with a petition or with what its sender was asked for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

Key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Time = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "petition_files",
        sa.Column("id", Key, autoincrement=True, nullable=False),
        sa.Column("petition_id", Key, nullable=True),
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
            ["petition_id"],
            ["petitions.id"],
            name=op.f("fk_petition_files_petition_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_petition_files")),
    )
    op.create_index(op.f("ix_petition_files_petition_id"), "petition_files", ["petition_id"])
    op.create_index(op.f("ix_petition_files_submission"), "petition_files", ["submission"])


def downgrade() -> None:
    op.drop_table("petition_files")
