"""The limit that ran after each step of a petition: what was overdue can be told of any time."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("petition_steps", sa.Column("due_on", sa.Date(), nullable=True))


def downgrade() -> None:
    op.drop_column("petition_steps", "due_on")
