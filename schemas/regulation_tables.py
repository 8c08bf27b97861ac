"""Tables of ministries, regulations, business conditions under review, and plans.

A plan has two sides: what is public (`plans` and the tables below it, written only when a second person
publishes) and what is being written (`plan_drafts`, the whole content as one JSON value).
"""

from __future__ import annotations

import sqlalchemy as sa

from .tables import Json, Key, Time, metadata


def _key() -> sa.Column[int]:
    return sa.Column("id", Key, primary_key=True, autoincrement=True)


def _of(name: str, table: str, *, nullable: bool = False, keep: bool = False) -> sa.Column[int]:
    """A reference; `keep`: the row outlives what it refers to."""
    reference = sa.ForeignKey(f"{table}.id", ondelete="SET NULL" if keep else "CASCADE")
    return sa.Column(name, Key, reference, nullable=nullable or keep, index=True)


#: Agencies change name and merge: each is valid for a time, and `ministry_successors` says who took over.
ministries = sa.Table(
    "ministries",
    metadata,
    _key(),
    sa.Column("code", sa.Text, nullable=False, unique=True),  # slug of the name: "bo-cong-thuong"
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("valid_from", sa.Date),
    sa.Column("valid_until", sa.Date),  # first day it no longer existed
    sa.Column("sample", sa.Boolean, nullable=False, default=False),
)

ministry_successors = sa.Table(
    "ministry_successors",
    metadata,
    sa.Column("ministry_id", Key, sa.ForeignKey("ministries.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("successor_id", Key, sa.ForeignKey("ministries.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("act", sa.Text, nullable=False, default=""),  # the act that made the change
)

regulations = sa.Table(
    "regulations",
    metadata,
    _key(),
    sa.Column("code", sa.Text, nullable=False, unique=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("folded", sa.Text, nullable=False),  # words of code and name without marks, a blank around each
    sa.Column("type", sa.Text, nullable=False, index=True),  # schemas.regulations.REGULATION_TYPES
    sa.Column("ministry_id", Key, sa.ForeignKey("ministries.id", ondelete="CASCADE"), nullable=False),
    sa.Column("field", sa.Text, nullable=False, default="", index=True),
    sa.Column("subjects", Json, nullable=False),
    sa.Column("status", sa.Text, nullable=False, index=True),  # REGULATION_STATUSES
    sa.Column("status_since", sa.Date),
    sa.Column("in_force_from", sa.Date),
    sa.Column("in_force_until", sa.Date),
    sa.Column("procedure_code", sa.Text, index=True),
    sa.Column("annual_cost", sa.BigInteger),  # đồng
    sa.Column("cost_source", sa.Text, nullable=False, default=""),
    sa.Column("cost_sheet", Json),  # schemas.costs.CostSheet
    sa.Column("version", sa.Integer, nullable=False, default=1),
    sa.Column("updated_at", Time, nullable=False),
    sa.Column("sample", sa.Boolean, nullable=False, default=False),
    # All that the scoreboard looks at.
    sa.Index(
        "ix_regulations_board", "ministry_id", "type", "status", "status_since", "in_force_from", "code"
    ),
    sa.Index("ix_regulations_updated", "ministry_id", "updated_at"),
)

regulation_bases = sa.Table(
    "regulation_bases",
    metadata,
    _key(),
    _of("regulation_id", "regulations"),
    sa.Column("ordinal", sa.Integer, nullable=False),
    sa.Column("document_number", sa.Text, nullable=False),
    _of("document_id", "documents", keep=True),
    sa.Column("provision", sa.Text),  # path; null: the whole document
    sa.Column("valid_from", sa.Date),
    sa.Column("valid_until", sa.Date),
    sa.UniqueConstraint("regulation_id", "ordinal"),
)

regulation_business_lines = sa.Table(
    "regulation_business_lines",
    metadata,
    sa.Column("regulation_id", Key, sa.ForeignKey("regulations.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("line", sa.Integer, primary_key=True, index=True),  # number in the list of 227
)

regulation_vsic = sa.Table(
    "regulation_vsic",
    metadata,
    sa.Column("regulation_id", Key, sa.ForeignKey("regulations.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("code", sa.Text, primary_key=True, index=True),
)

#: What an officer decided about a condition the tagger found. Conditions are found anew whenever a document
#: changes, so a decision is kept by what it was about, not by the row's id.
condition_reviews = sa.Table(
    "condition_reviews",
    metadata,
    _key(),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("source_id", sa.Text, nullable=False),
    sa.Column("provision", sa.Text, nullable=False, default=""),
    sa.Column("condition_kind", sa.Text, nullable=False),
    sa.Column("text_sha256", sa.Text, nullable=False),
    sa.Column("decision", sa.Text, nullable=False),  # confirmed | corrected | rejected
    sa.Column("business_lines", Json, nullable=False),  # as decided
    sa.Column("kind_decided", sa.Text, nullable=False),
    sa.Column("note", sa.Text, nullable=False, default=""),
    sa.Column("decided_by", Key, nullable=False),  # id in accounts; kept when the account goes
    sa.Column("decided_at", Time, nullable=False),
    sa.UniqueConstraint("source", "source_id", "provision", "condition_kind", "text_sha256"),
)

plans = sa.Table(
    "plans",
    metadata,
    _key(),
    sa.Column("number", sa.Text, nullable=False, unique=True),  # "PA-2026-0117"
    _of("ministry_id", "ministries"),
    sa.Column("state", sa.Text, nullable=False, index=True),  # schemas.plan_states.STATES
    sa.Column("suspended_from", sa.Text),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("summary", sa.Text, nullable=False, default=""),
    sa.Column(
        "folded", sa.Text, nullable=False, default=""
    ),  # words of number and title without marks, a blank around each
    sa.Column("legal_bases", Json, nullable=False),
    sa.Column("approving_act", sa.Text, nullable=False, default=""),
    sa.Column("effective_from", sa.Date),
    sa.Column("effective_until", sa.Date),
    sa.Column("drafted_by", Json, nullable=False),  # ids of everybody who wrote or submitted what is public
    sa.Column("version", sa.Integer, nullable=False, default=0),  # of the public content; 0: none yet
    sa.Column("revision", sa.Integer, nullable=False, default=0),  # counts every write, for concurrent ones
    sa.Column("created_at", Time, nullable=False),
    sa.Column("updated_at", Time, nullable=False, index=True),
    sa.Column("published_at", Time, index=True),
    sa.Column("sample", sa.Boolean, nullable=False, default=False),
)

plan_drafts = sa.Table(
    "plan_drafts",
    metadata,
    sa.Column("plan_id", Key, sa.ForeignKey("plans.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("content", Json, nullable=False),  # schemas.plans.PlanContent
    sa.Column("base_version", sa.Integer, nullable=False),  # plans.version it was written from
    sa.Column("drafted_by", Json, nullable=False),
    sa.Column("submitted_by", Key),  # who asked a second person to publish it
    sa.Column("submitted_at", Time),
    sa.Column("returned_note", sa.Text, nullable=False, default=""),
    sa.Column("updated_at", Time, nullable=False),
)

plan_deadlines = sa.Table(
    "plan_deadlines",
    metadata,
    sa.Column("plan_id", Key, sa.ForeignKey("plans.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("step", sa.Text, primary_key=True),  # schemas.plans.STEPS
    sa.Column("due", sa.Date, nullable=False, index=True),
    sa.Column("source", sa.Text, nullable=False, default="plan"),  # plan | default
)

plan_state_changes = sa.Table(
    "plan_state_changes",
    metadata,
    _key(),
    # Append-only: a plan that has changed its state once cannot be deleted.
    sa.Column("plan_id", Key, sa.ForeignKey("plans.id"), nullable=False, index=True),
    sa.Column("from_state", sa.Text),
    sa.Column("to_state", sa.Text, nullable=False),
    sa.Column("changed_on", sa.Date, nullable=False),  # the day in Vietnam it counts from
    sa.Column("recorded_at", Time, nullable=False),
    sa.Column("person_id", Key),
    sa.Column("reason", sa.Text, nullable=False, default=""),
    sa.Column("act", sa.Text, nullable=False, default=""),
)

plan_items = sa.Table(
    "plan_items",
    metadata,
    _key(),
    _of("plan_id", "plans"),
    sa.Column("ordinal", sa.Integer, nullable=False),
    sa.Column("action", sa.Text, nullable=False),  # schemas.plans.ACTIONS
    sa.Column("regulation", sa.Text, index=True),  # code
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False, default=""),
    sa.Column("current_cost", sa.BigInteger),  # đồng a year
    sa.Column("after_cost", sa.BigInteger),
    sa.Column("current_hours", sa.BigInteger),  # hours a year
    sa.Column("after_hours", sa.BigInteger),
    sa.Column("cost_sheet", Json),  # schemas.costs.CostSheet
    sa.Column("starts_on", sa.Date),
    sa.Column("deadline", sa.Date),
    sa.UniqueConstraint("plan_id", "ordinal"),
)

plan_item_clauses = sa.Table(
    "plan_item_clauses",
    metadata,
    _key(),
    _of("item_id", "plan_items"),
    sa.Column("ordinal", sa.Integer, nullable=False),
    sa.Column("document_number", sa.Text, nullable=False),
    _of("document_id", "documents", keep=True),
    sa.Column("provision", sa.Text),
    sa.Column("heading", sa.Text, nullable=False, default=""),
    sa.Column("current_text", sa.Text, nullable=False, default=""),
    sa.Column("proposed_text", sa.Text, nullable=False, default=""),
    sa.UniqueConstraint("item_id", "ordinal"),
)

plan_amendments = sa.Table(
    "plan_amendments",
    metadata,
    _key(),
    _of("item_id", "plan_items"),
    sa.Column("ordinal", sa.Integer, nullable=False),
    sa.Column("document_number", sa.Text, nullable=False),
    _of("document_id", "documents", keep=True),
    sa.Column("provisions", sa.Text, nullable=False, default=""),
    sa.Column("deadline", sa.Date),
    sa.UniqueConstraint("item_id", "ordinal"),
)

#: A later plan (`plan_id`) takes the place of an earlier one or of one item of it, by position.
plan_supersessions = sa.Table(
    "plan_supersessions",
    metadata,
    _key(),
    _of("plan_id", "plans"),
    sa.Column("earlier_number", sa.Text, nullable=False, index=True),
    sa.Column("earlier_item", sa.Integer),
    sa.Column("from_date", sa.Date),
    sa.Column("note", sa.Text, nullable=False, default=""),
)
