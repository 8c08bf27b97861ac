"""How a compliance cost was calculated, beside the cost."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

Json = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    op.add_column("regulations", sa.Column("cost_sheet", Json, nullable=True))
    op.add_column("plan_items", sa.Column("cost_sheet", Json, nullable=True))


def downgrade() -> None:
    op.drop_column("plan_items", "cost_sheet")
    op.drop_column("regulations", "cost_sheet")
