"""Everybody who wrote a version of a draft, not only who wrote last: none of them publishes it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

Json = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    op.add_column("draft_versions", sa.Column("drafted_by", Json, nullable=False, server_default="[]"))
    array = "jsonb_build_array" if op.get_bind().dialect.name == "postgresql" else "json_array"
    op.execute(f"update draft_versions set drafted_by = {array}(written_by)")


def downgrade() -> None:
    op.drop_column("draft_versions", "drafted_by")
