"""What people chose among search results, where a site learns from it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "search_clicks",
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("query", "record", "place", "day", name=op.f("pk_search_clicks")),
    )
    op.create_index(op.f("ix_search_clicks_day"), "search_clicks", ["day"])
    op.create_table(
        "clicked_queries",
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("query", name=op.f("pk_clicked_queries")),
    )


def downgrade() -> None:
    op.drop_table("clicked_queries")
    op.drop_table("search_clicks")
