"""The receipt log: keys, leaves, heads, erasures, hashes of subtrees."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from schemas.triggers import create_triggers, drop_triggers

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

Key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Time = sa.DateTime(timezone=True)
APPEND_ONLY = ("log_keys", "log_leaves", "log_heads", "log_erasures")


def upgrade() -> None:
    op.add_column(
        "comment_people", sa.Column("commitment_salt", sa.Text(), nullable=False, server_default="")
    )
    op.create_table(
        "log_keys",
        sa.Column("id", Key, autoincrement=True, nullable=False),
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.Column("public_key", sa.Text(), nullable=False),
        sa.Column("since", Time, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log_keys")),
        sa.UniqueConstraint("key_id", name=op.f("uq_log_keys_key_id")),
    )
    op.create_table(
        "log_leaves",
        sa.Column("id", Key, autoincrement=False, nullable=False),
        sa.Column("comment_id", Key, nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.Column("signature", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log_leaves")),
        sa.UniqueConstraint("comment_id", name=op.f("uq_log_leaves_comment_id")),
    )
    op.create_index(op.f("ix_log_leaves_hash"), "log_leaves", ["hash"])
    op.create_table(
        "log_heads",
        sa.Column("id", Key, autoincrement=True, nullable=False),
        sa.Column("size", Key, nullable=False),
        sa.Column("root", sa.Text(), nullable=False),
        sa.Column("signed_at", sa.Text(), nullable=False),
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.Column("signature", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log_heads")),
        sa.UniqueConstraint("size", name=op.f("uq_log_heads_size")),
    )
    op.create_table(
        "log_erasures",
        sa.Column("id", Key, autoincrement=True, nullable=False),
        sa.Column("comment_id", Key, nullable=False),
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("erased_at", Time, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log_erasures")),
    )
    op.create_index(op.f("ix_log_erasures_comment_id"), "log_erasures", ["comment_id"])
    op.create_table(
        "log_nodes",
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("place", Key, autoincrement=False, nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("level", "place", name=op.f("pk_log_nodes")),
    )
    create_triggers(op.get_bind(), APPEND_ONLY)


def downgrade() -> None:
    drop_triggers(op.get_bind(), APPEND_ONLY)
    for table in ("log_nodes", "log_erasures", "log_heads", "log_leaves", "log_keys"):
        op.drop_table(table)
    op.drop_column("comment_people", "commitment_salt")
