"""Which article of a decree gives the details of which article of a law."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

Key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "details",
        sa.Column("document_id", Key, autoincrement=False, nullable=False),
        sa.Column("provision", sa.Text(), nullable=False),
        sa.Column("target_document_id", Key, autoincrement=False, nullable=False),
        sa.Column("target_provision", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("strength", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name=op.f("fk_details_document_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["target_document_id"],
            ["documents.id"],
            name=op.f("fk_details_target_document_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "document_id", "provision", "target_document_id", "target_provision", name=op.f("pk_details")
        ),
    )
    op.create_index("ix_details_target", "details", ["target_document_id", "target_provision"])
    op.add_column("document_tags", sa.Column("detailed", sa.Text()))


def downgrade() -> None:
    op.drop_column("document_tags", "detailed")
    op.drop_table("details")
