"""Who uploaded a paper of a consultation."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

Key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("attachments", sa.Column("uploaded_by", Key, nullable=True))


def downgrade() -> None:
    op.drop_column("attachments", "uploaded_by")
