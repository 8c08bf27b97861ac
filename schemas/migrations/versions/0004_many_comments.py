"""Consultations with very many comments: what stands behind a campaign's first, and kept counts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

Json = sa.JSON().with_variant(JSONB(), "postgresql")
Key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Time = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("comments", sa.Column("collapsed", sa.Boolean(), nullable=False, server_default=sa.false()))
    comments, campaigns = (
        sa.table("comments", sa.column("id"), sa.column("campaign_id"), sa.column("collapsed", sa.Boolean())),
        sa.table("campaigns", sa.column("representative_id")),
    )
    behind = sa.and_(
        comments.c.campaign_id.is_not(None),
        comments.c.id.not_in(sa.select(campaigns.c.representative_id)),
    )
    op.execute(sa.update(comments).where(behind).values(collapsed=True))
    op.drop_index(op.f("ix_comments_campaign_id"), table_name="comments")
    op.create_index("ix_comments_campaign", "comments", ["campaign_id", "id"], unique=False)
    op.create_index(
        "ix_comments_listed",
        "comments",
        ["consultation_id", "id"],
        unique=False,
        postgresql_where=sa.text("not collapsed"),
        sqlite_where=sa.text("collapsed = 0"),
    )
    op.create_table(
        "consultation_figures",
        sa.Column("consultation_id", Key, nullable=False),
        sa.Column("figures", Json, nullable=False),
        sa.Column("counted_at", Time, nullable=False),
        sa.Column("seen", Key, nullable=False),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["consultations.id"],
            name=op.f("fk_consultation_figures_consultation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("consultation_id", name=op.f("pk_consultation_figures")),
    )
    op.create_index(op.f("ix_consultation_figures_counted_at"), "consultation_figures", ["counted_at"])


def downgrade() -> None:
    op.drop_table("consultation_figures")
    op.drop_index("ix_comments_listed", table_name="comments")
    op.drop_index("ix_comments_campaign", table_name="comments")
    op.create_index(op.f("ix_comments_campaign_id"), "comments", ["campaign_id"], unique=False)
    op.drop_column("comments", "collapsed")
