"""The officers' inbox in the order of its index."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_comments_due",
        "comments",
        ["consultation_id", "due_on", "id"],
        postgresql_where=sa.text("not collapsed"),
        sqlite_where=sa.text("collapsed = 0"),
    )


def downgrade() -> None:
    op.drop_index("ix_comments_due", "comments")
