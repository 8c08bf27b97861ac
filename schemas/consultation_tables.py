"""Tables of consultations: drafts and their versions, comments, campaigns, answers, moderation.

Personal data of senders stands in `comment_people` and `comment_drafts` only (and of those who claim that a
comment is not theirs, in `comment_claims`), so that deleting it (Law 91/2025/QH15) is deleting a row. A
comment's own text stays as it was sent; what is shown instead of it is kept beside it.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from .tables import Json, Key, Time, metadata


def _key() -> sa.Column[int]:
    return sa.Column("id", Key, primary_key=True, autoincrement=True)


def _of(name: str, table: str, *, nullable: bool = False, index: bool = True) -> sa.Column[int]:
    reference = sa.ForeignKey(f"{table}.id", ondelete="CASCADE")
    return sa.Column(name, Key, reference, nullable=nullable, index=index)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False, default="")


consultations = sa.Table(
    "consultations",
    metadata,
    _key(),
    _of("ministry_id", "ministries"),
    sa.Column("title", sa.Text, nullable=False),
    _text("folded"),  # the title without marks, for looking up
    _text("purpose"),
    _text("field"),
    _text("document_number"),
    sa.Column("document_id", Key, sa.ForeignKey("documents.id", ondelete="SET NULL"), index=True),
    sa.Column("opens_at", Time, nullable=False),
    sa.Column("closes_at", Time, nullable=False, index=True),  # the first instant that no longer counts
    sa.Column("minimum_days", sa.Integer, nullable=False),  # the statutory period when it was opened
    _text("minimum_basis"),
    _text("short_reason"),
    sa.Column("answer_by", sa.Date),
    sa.Column("premoderated", sa.Boolean, nullable=False, default=False),
    sa.Column("drafted_by", Json, nullable=False),  # ids of everybody who wrote it
    sa.Column("submitted_at", Time),  # a second person is asked to open it
    sa.Column("published_at", Time, index=True),
    sa.Column("published_by", Key),
    sa.Column("answered_at", Time),
    sa.Column("left_open", sa.Integer),  # comments without an answer when it was closed as answered
    _text("result"),  # "bạn nói, chúng tôi làm": what became of it
    sa.Column("revision", sa.Integer, nullable=False, default=0),
    sa.Column("created_at", Time, nullable=False),
    sa.Column("updated_at", Time, nullable=False),
    sa.Column("sample", sa.Boolean, nullable=False, default=False),
)

consultation_questions = sa.Table(
    "consultation_questions",
    metadata,
    _key(),
    _of("consultation_id", "consultations"),
    sa.Column("ordinal", sa.Integer, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("choices", Json, nullable=False),  # [] : an open question
    sa.UniqueConstraint("consultation_id", "ordinal"),
)

draft_versions = sa.Table(
    "draft_versions",
    metadata,
    _key(),
    _of("consultation_id", "consultations", index=False),
    sa.Column("number", sa.Integer, nullable=False),  # 1, 2, …
    _text("note"),  # what is different
    _text("preamble"),
    sa.Column("written_by", Key, nullable=False),  # who wrote last
    sa.Column("drafted_by", Json, nullable=False, server_default="[]"),  # everybody who wrote it
    sa.Column("created_at", Time, nullable=False),
    sa.Column("published_at", Time),  # null: only the ministry sees it
    sa.UniqueConstraint("consultation_id", "number"),
)

draft_provisions = sa.Table(
    "draft_provisions",
    metadata,
    sa.Column("version_id", Key, sa.ForeignKey("draft_versions.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("ordinal", sa.Integer, primary_key=True),  # reading order
    sa.Column("path", sa.Text, nullable=False),  # "dieu-2/khoan-1"
    sa.Column("level", sa.Text, nullable=False),
    sa.Column("number", sa.Text, nullable=False),
    _text("heading"),
    _text("text"),
    _text("explanation"),
    sa.UniqueConstraint("version_id", "path"),
)

campaigns = sa.Table(
    "campaigns",
    metadata,
    _key(),
    _of("consultation_id", "consultations"),
    # No foreign key: the comment refers to its campaign.
    sa.Column("representative_id", Key, nullable=False, unique=True),
    sa.Column("created_at", Time, nullable=False),
)

comments = sa.Table(
    "comments",
    metadata,
    _key(),
    _of("consultation_id", "consultations", index=False),
    sa.Column("tracking", sa.Text, nullable=False, unique=True),
    sa.Column("secret_hash", sa.Text, nullable=False),  # SHA-256 of the code that opens the sender's page
    sa.Column("submission", sa.Text, nullable=False, unique=True),  # hash of the form it was sent with
    sa.Column("state", sa.Text, nullable=False),  # schemas.consultations.CommentState
    sa.Column("account_id", Key, sa.ForeignKey("accounts.id", ondelete="SET NULL"), index=True),
    sa.Column("sender", sa.Text, nullable=False),  # schemas.consultations.Sender
    _text("stance"),
    _text("body"),
    _text("replacement"),  # wording the sender proposes for the clause
    sa.Column("shown_body", sa.Text),  # null: as sent
    sa.Column("shown_replacement", sa.Text),
    sa.Column("verification", sa.Text, nullable=False, default="none"),  # none | email | account
    sa.Column("proof", sa.Boolean, nullable=False, default=False),  # of work, by the sender's browser
    sa.Column("received_at", Time, nullable=False),  # when it reached the server, by the database's clock
    sa.Column("published_at", Time),
    sa.Column("withdrawn_at", Time),
    _text("hide_reason"),
    sa.Column("appealed_at", Time),  # an appeal waits for its decision
    sa.Column("disputed_at", Time),  # the person named says that they did not send it
    sa.Column("campaign_id", Key, sa.ForeignKey("campaigns.id", ondelete="SET NULL")),
    # Stands behind the representative of its campaign: lists show it only when the campaign is opened.
    sa.Column("collapsed", sa.Boolean, nullable=False, default=False, server_default=sa.false()),
    sa.Column("unique_sentences", Json),  # what it says that its campaign does not; null outside one
    sa.Column("grouped_at", Time),  # null: near-duplicates have not been looked for yet
    sa.Column("assigned_to", Key),
    sa.Column("due_on", sa.Date),
    sa.Column("confirm_hash", sa.Text, unique=True),  # of the link sent to the e-mail address
    sa.Column("confirm_until", Time),
    sa.Column("commitment_salt", sa.Text, nullable=False),  # random; makes a hash of the comment say nothing
    sa.Column("sample", sa.Boolean, nullable=False, default=False),
    sa.Index("ix_comments_consultation", "consultation_id", "state", "id"),
    sa.Index("ix_comments_grouping", "grouped_at", "id"),
    sa.Index("ix_comments_campaign", "campaign_id", "id"),
    sa.Index(
        "ix_comments_listed",
        "consultation_id",
        "id",
        postgresql_where=sa.text("not collapsed"),
        sqlite_where=sa.text("collapsed = 0"),
    ),
    sa.Index(
        "ix_comments_due",  # the officers' inbox
        "consultation_id",
        "due_on",
        "id",
        postgresql_where=sa.text("not collapsed"),
        sqlite_where=sa.text("collapsed = 0"),
    ),
)

#: Counts of a consultation with very many comments, made anew by the worker; others are counted each time.
consultation_figures = sa.Table(
    "consultation_figures",
    metadata,
    sa.Column(
        "consultation_id", Key, sa.ForeignKey("consultations.id", ondelete="CASCADE"), primary_key=True
    ),
    sa.Column("figures", Json, nullable=False),
    sa.Column("counted_at", Time, nullable=False, index=True),
    sa.Column("seen", Key, nullable=False),  # the newest row of the audit trail when they were counted
)

#: Who sent it: personal data, one row a comment, deleted on request.
comment_people = sa.Table(
    "comment_people",
    metadata,
    sa.Column("comment_id", Key, sa.ForeignKey("comments.id", ondelete="CASCADE"), primary_key=True),
    _text("name"),
    _text("organisation"),
    _text("email"),
    _text("phone"),
    _text("place"),
    sa.Column("show_name", sa.Boolean, nullable=False, default=False),
    sa.Column("show_organisation", sa.Boolean, nullable=False, default=False),
    sa.Column("show_place", sa.Boolean, nullable=False, default=False),
    sa.Column("commitment_salt", sa.Text, nullable=False, default=""),  # goes when the row goes
    sa.Column("consented_at", Time, nullable=False),
    sa.Column("consent_text", sa.Text, nullable=False),  # the words that were agreed to
)

comment_answers = sa.Table(
    "comment_answers",
    metadata,
    sa.Column("comment_id", Key, sa.ForeignKey("comments.id", ondelete="CASCADE"), primary_key=True),
    sa.Column(
        "question_id",
        Key,
        sa.ForeignKey("consultation_questions.id", ondelete="CASCADE"),
        primary_key=True,
        index=True,
    ),
    sa.Column("choice", sa.Integer),
    _text("text"),
)

#: Where a comment stands in each version of the draft.
comment_anchors = sa.Table(
    "comment_anchors",
    metadata,
    sa.Column("comment_id", Key, sa.ForeignKey("comments.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("version_id", Key, sa.ForeignKey("draft_versions.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("path", sa.Text),  # null: the whole draft, or nowhere when detached
    sa.Column("fit", sa.Text, nullable=False),  # sent | exact | moved | fuzzy | detached
    sa.Column("score", sa.Integer, nullable=False, default=100),  # likeness of the wordings, 0 to 100
    _text("quote"),  # the clause as it read when the comment was sent
    sa.Index("ix_comment_anchors_version", "version_id", "path"),
)

#: Representatives by the bands of their signature: where near-duplicates are looked for.
comment_bands = sa.Table(
    "comment_bands",
    metadata,
    sa.Column("comment_id", Key, sa.ForeignKey("comments.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("band", sa.Text, primary_key=True),
    sa.Column("consultation_id", Key, nullable=False),
    sa.Index("ix_comment_bands_band", "consultation_id", "band"),
)

#: What a sender has typed and not yet sent; only the browser that typed it can open it.
comment_drafts = sa.Table(
    "comment_drafts",
    metadata,
    _key(),
    _of("consultation_id", "consultations"),
    sa.Column("visit_hash", sa.Text, nullable=False),
    _text("path"),
    sa.Column("submission", sa.Text, nullable=False, unique=True),  # becomes the comment's
    sa.Column("typed", Json, nullable=False),
    sa.Column("updated_at", Time, nullable=False, index=True),
    sa.UniqueConstraint("visit_hash", "consultation_id", "path"),
)


def file_columns() -> tuple[sa.Column[Any], ...]:
    """What is kept of an upload in every table of files, as `webapp.consultations.attachments` writes it."""
    return (
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("media_type", sa.Text, nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),  # also its name in the folder of uploads
        sa.Column("state", sa.Text, nullable=False),  # quarantined | clean | refused
        _text("verdict"),  # who checked it and what was found
        sa.Column("created_at", Time, nullable=False),
        sa.Column("checked_at", Time),
    )


attachments = sa.Table(
    "attachments",
    metadata,
    _key(),
    _of("consultation_id", "consultations"),
    _of("comment_id", "comments", nullable=True),  # null: a paper of the ministry, or not sent yet
    sa.Column("submission", sa.Text, index=True),  # of the form it was uploaded with
    *file_columns(),
    sa.Column("uploaded_by", Key),  # of a paper: somebody else makes it public
)

moderation_actions = sa.Table(
    "moderation_actions",
    metadata,
    _key(),
    # Append-only: a comment that was moderated cannot be deleted.
    sa.Column("comment_id", Key, sa.ForeignKey("comments.id"), nullable=False, index=True),
    sa.Column("step", sa.Text, nullable=False),  # schemas.consultations.Step
    sa.Column("from_state", sa.Text, nullable=False),
    sa.Column("to_state", sa.Text, nullable=False),
    _text("reason_code"),
    _text("reason"),
    sa.Column("person_id", Key),  # null: the sender, or the portal
    sa.Column("recorded_at", Time, nullable=False),
)

comment_reports = sa.Table(
    "comment_reports",
    metadata,
    _key(),
    _of("comment_id", "comments"),
    sa.Column("reporter", sa.Text, nullable=False),  # keyed hash of the network: one report each
    sa.Column("reason", sa.Text, nullable=False),
    _text("note"),
    sa.Column("created_at", Time, nullable=False),
    sa.Column("handled_at", Time),
    sa.Column("handled_by", Key),
    sa.UniqueConstraint("comment_id", "reporter"),
)

#: "Filed in my name": somebody says that a comment under their name is not theirs.
comment_claims = sa.Table(
    "comment_claims",
    metadata,
    _key(),
    _of("comment_id", "comments"),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("contact", sa.Text, nullable=False),
    _text("note"),
    sa.Column("created_at", Time, nullable=False),
    sa.Column("decision", sa.Text),  # upheld | rejected
    sa.Column("decided_at", Time),
    sa.Column("decided_by", Key),
)

comment_notes = sa.Table(
    "comment_notes",
    metadata,
    _key(),
    _of("comment_id", "comments"),
    sa.Column("person_id", Key, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("created_at", Time, nullable=False),
)

#: One answer for a comment, or for all of a campaign.
answers = sa.Table(
    "answers",
    metadata,
    _key(),
    _of("consultation_id", "consultations"),
    sa.Column("comment_id", Key, sa.ForeignKey("comments.id", ondelete="CASCADE"), unique=True),
    sa.Column("campaign_id", Key, sa.ForeignKey("campaigns.id", ondelete="CASCADE"), unique=True),
    sa.Column("verdict", sa.Text, nullable=False),  # of the draft
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("drafted_by", Json, nullable=False),
    sa.Column("submitted_at", Time),
    sa.Column("published_verdict", sa.Text),
    sa.Column("published_text", sa.Text),
    sa.Column("published_at", Time),
    sa.Column("published_by", Key),
    sa.Column("revision", sa.Integer, nullable=False, default=1),
    sa.Column("updated_at", Time, nullable=False),
    sa.CheckConstraint("(comment_id is null) <> (campaign_id is null)", name="one_subject"),
)

#: Proofs of work that were used, until they expire: each counts once.
spent_proofs = sa.Table(
    "spent_proofs",
    metadata,
    sa.Column("proof", sa.Text, primary_key=True),
    sa.Column("expires_at", Time, nullable=False, index=True),
)
