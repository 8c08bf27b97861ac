"""What the scoreboard counts stands in the order of an index."""

from __future__ import annotations

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

#: name, table, columns
_INDEXES = (
    (
        "ix_regulations_board", "regulations",
        ("ministry_id", "type", "status", "status_since", "in_force_from", "code"),
    ),
    ("ix_regulations_updated", "regulations", ("ministry_id", "updated_at")),
    ("ix_regulations_field", "regulations", ("field",)),
    ("ix_petitions_board", "petitions", ("ministry_id", "state", "due_on", "on_time", "received_at")),
    ("ix_petition_steps_ministry", "petition_steps", ("ministry_id", "recorded_at")),
    ("ix_petition_steps_recorded", "petition_steps", ("recorded_at", "petition_id")),
)  # fmt: skip


def upgrade() -> None:
    for name, table, columns in _INDEXES:
        op.create_index(name, table, list(columns))
    # Others begin with the same column.
    op.drop_index("ix_regulations_ministry_id", "regulations")
    op.drop_index("ix_petitions_ministry_id", "petitions")


def downgrade() -> None:
    op.create_index("ix_petitions_ministry_id", "petitions", ["ministry_id"])
    op.create_index("ix_regulations_ministry_id", "regulations", ["ministry_id"])
    for name, table, _columns in _INDEXES:
        op.drop_index(name, table)
