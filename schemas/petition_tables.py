"""Tables of petitions. Who sent one stands in `petition_people` only; what was done is append-only."""

from __future__ import annotations

import sqlalchemy as sa

from .consultation_tables import file_columns
from .tables import Key, Time, metadata


def _key() -> sa.Column[int]:
    return sa.Column("id", Key, primary_key=True, autoincrement=True)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False, default="")


petitions = sa.Table(
    "petitions",
    metadata,
    _key(),
    sa.Column("tracking", sa.Text, nullable=False, unique=True),
    sa.Column("secret_hash", sa.Text, nullable=False),
    sa.Column("submission", sa.Text, nullable=False, unique=True),  # of the form it was sent with
    sa.Column("state", sa.Text, nullable=False),  # schemas.petitions.State
    # The agency that has it now; null: the Government Office has to forward it.
    sa.Column("ministry_id", Key, sa.ForeignKey("ministries.id")),
    _text("regulation"),  # code
    _text("field"),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    _text("folded"),  # words of the title without marks, a blank around each
    sa.Column("received_at", Time, nullable=False, index=True),
    sa.Column("due_on", sa.Date),  # of the limit that runs now
    _text("asked_from"),  # the state in which more was asked for
    sa.Column("supplied_at", Time),  # the sender gave what was asked for
    sa.Column("handled_at", Time),
    sa.Column("on_time", sa.Boolean),  # null: not handled yet
    _text("outcome"),
    _text("answer"),
    sa.Column("answered_by", Key),
    _text("refuse_reason"),
    sa.Column("reopened", sa.Integer, nullable=False, default=0),
    sa.Column("satisfaction", sa.Integer),  # 1 to 5
    sa.Column("published_at", Time),
    sa.Column("revision", sa.Integer, nullable=False, default=1),
    sa.Column("sample", sa.Boolean, nullable=False, default=False),
    sa.Index("ix_petitions_state", "state", "due_on"),
    # All that the scoreboard looks at.
    sa.Index("ix_petitions_board", "ministry_id", "state", "due_on", "on_time", "received_at"),
)

petition_people = sa.Table(
    "petition_people",
    metadata,
    sa.Column("petition_id", Key, sa.ForeignKey("petitions.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("address", sa.Text, nullable=False),
    sa.Column("phone", sa.Text, nullable=False),
    _text("email"),
    sa.Column("consented_at", Time, nullable=False),
    sa.Column("consent_text", sa.Text, nullable=False),
)

petition_steps = sa.Table(
    "petition_steps",
    metadata,
    _key(),
    sa.Column("petition_id", Key, sa.ForeignKey("petitions.id"), nullable=False, index=True),
    sa.Column("step", sa.Text, nullable=False),  # schemas.petitions.Step, or "send"
    sa.Column("from_state", sa.Text),
    sa.Column("to_state", sa.Text, nullable=False),
    sa.Column("ministry_id", Key),  # that has it afterwards
    sa.Column("due_on", sa.Date),  # of the limit that runs afterwards
    _text("note"),
    sa.Column("person_id", Key),  # null: the sender
    sa.Column("recorded_at", Time, nullable=False),
    # What a ministry did last; what has moved since a time.
    sa.Index("ix_petition_steps_ministry", "ministry_id", "recorded_at"),
    sa.Index("ix_petition_steps_recorded", "recorded_at", "petition_id"),
)

#: What senders send along, for the sender's and the agency's pages only: no public page reads this table.
petition_files = sa.Table(
    "petition_files",
    metadata,
    _key(),
    # Null: uploaded with a form that is not sent yet.
    sa.Column("petition_id", Key, sa.ForeignKey("petitions.id", ondelete="CASCADE"), index=True),
    sa.Column("submission", sa.Text, index=True),  # of that form; null: came with what was asked for later
    *file_columns(),
)

#: Working days an agency gives itself, with the act that says so; null agency: for all without their own.
petition_limits = sa.Table(
    "petition_limits",
    metadata,
    _key(),
    sa.Column("ministry_id", Key, sa.ForeignKey("ministries.id", ondelete="CASCADE"), index=True),
    sa.Column("kind", sa.Text, nullable=False),  # schemas.petitions.Limit
    sa.Column("days", sa.Integer, nullable=False),
    _text("basis"),
    sa.UniqueConstraint("ministry_id", "kind"),
)
