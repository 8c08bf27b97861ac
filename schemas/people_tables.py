"""Tables of people: accounts, roles, sessions, mail and the audit trail.

Personal data stands in `accounts`, `identities`, `sessions`, `email_tokens` and `mail_outbox` only, so that
deleting an account (Law 91/2025/QH15) leaves nothing behind. The audit trail names people by id.
"""

from __future__ import annotations

import sqlalchemy as sa

from .tables import Json, Key, Time, metadata


def _key() -> sa.Column[int]:
    return sa.Column("id", Key, primary_key=True, autoincrement=True)


def _account(*, nullable: bool = False) -> sa.Column[int]:
    reference = sa.ForeignKey("accounts.id", ondelete="CASCADE")
    return sa.Column("account_id", Key, reference, nullable=nullable, index=True)


accounts = sa.Table(
    "accounts",
    metadata,
    _key(),
    sa.Column("email", sa.Text, unique=True),  # lower case; null: deleted, or not given by sign-on
    sa.Column("email_confirmed_at", Time),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("password_hash", sa.Text),  # argon2id; null: signs on elsewhere only
    sa.Column("language", sa.Text, nullable=False, default="vi"),
    sa.Column("created_at", Time, nullable=False),
    sa.Column(
        "consented_at", Time
    ),  # to the keeping of name and address; null: made by the portal's operator
    sa.Column("disabled_at", Time),  # an administrator's doing
    sa.Column("deleted_at", Time),  # the person's own; the row stays, empty, for the audit trail's sake
    sa.Column("sample", sa.Boolean, nullable=False, default=False),  # signs in only in a demo
)

identities = sa.Table(
    "identities",
    metadata,
    _key(),
    _account(),
    sa.Column("issuer", sa.Text, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),  # the service's own name of the person; never the e-mail
    sa.Column("created_at", Time, nullable=False),
    sa.UniqueConstraint("issuer", "subject"),
)

role_grants = sa.Table(
    "role_grants",
    metadata,
    _key(),
    _account(),
    sa.Column("role", sa.Text, nullable=False),  # schemas.people.Role
    sa.Column("ministry", sa.Text, nullable=False, default=""),  # slug of the agency; "": all
    sa.Column("granted_at", Time, nullable=False),
    sa.Column("granted_by", Key),
    sa.Column("withdrawn_at", Time),
    sa.Column("withdrawn_by", Key),
)
sa.Index(
    "uq_role_grants_held",
    role_grants.c.account_id,
    role_grants.c.role,
    role_grants.c.ministry,
    unique=True,
    sqlite_where=role_grants.c.withdrawn_at.is_(None),
    postgresql_where=role_grants.c.withdrawn_at.is_(None),
)

sessions = sa.Table(
    "sessions",
    metadata,
    _key(),
    _account(),
    sa.Column("token_hash", sa.Text, nullable=False, unique=True),  # SHA-256 of what the cookie holds
    sa.Column("method", sa.Text, nullable=False),  # password | oidc
    sa.Column("created_at", Time, nullable=False),
    sa.Column("seen_at", Time, nullable=False),
    sa.Column("expires_at", Time, nullable=False, index=True),
    sa.Column("browser", sa.Text, nullable=False, default=""),
    sa.Column("address", sa.Text, nullable=False, default=""),
)

email_tokens = sa.Table(
    "email_tokens",
    metadata,
    _key(),
    _account(nullable=True),  # null: asked for an address without an account; opens nothing
    sa.Column("purpose", sa.Text, nullable=False),  # confirm | reset | change
    sa.Column("token_hash", sa.Text, nullable=False, unique=True),
    sa.Column("email", sa.Text, nullable=False),  # the address it was sent to
    sa.Column("created_at", Time, nullable=False),
    sa.Column("expires_at", Time, nullable=False, index=True),
    sa.Column("used_at", Time),
)

rate_limits = sa.Table(
    "rate_limits",
    metadata,
    sa.Column("key", sa.Text, primary_key=True),  # what is limited and a keyed hash of for whom
    sa.Column("starts_at", sa.BigInteger, primary_key=True),  # of the window, seconds since 1970
    sa.Column("count", sa.Integer, nullable=False),
    sa.Column("ends_at", sa.BigInteger, nullable=False, index=True),
)

mail_outbox = sa.Table(
    "mail_outbox",
    metadata,
    _key(),
    _account(nullable=True),
    sa.Column("message_id", sa.Text, nullable=False, unique=True),  # the same for every attempt
    sa.Column("recipient", sa.Text, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("body", sa.Text, nullable=False),  # emptied once sent, except in a demo
    sa.Column("kind", sa.Text, nullable=False),  # account | comment | …: what it is about
    sa.Column("created_at", Time, nullable=False),
    sa.Column("state", sa.Text, nullable=False),  # waiting | sending | sent | failed | void
    sa.Column("attempts", sa.Integer, nullable=False, default=0),
    sa.Column("due_at", Time, nullable=False),  # next attempt; while sending: when the attempt counts as lost
    sa.Column("sent_at", Time),
    sa.Column("problem", sa.Text),
    sa.Index("ix_mail_outbox_due", "state", "due_at"),
)

audit_log = sa.Table(
    "audit_log",
    metadata,
    _key(),
    sa.Column("recorded_at", Time, nullable=False, index=True),
    sa.Column("actor_id", Key, index=True),  # null: a visitor, or the portal itself
    sa.Column("actor_kind", sa.Text, nullable=False),  # person | visitor | system
    sa.Column("action", sa.Text, nullable=False, index=True),
    sa.Column("subject_kind", sa.Text, nullable=False),
    sa.Column("subject_id", sa.Text, nullable=False),
    sa.Column("ministry", sa.Text, nullable=False),
    sa.Column("before", Json),
    sa.Column("after", Json),
    sa.Index("ix_audit_log_subject", "subject_kind", "subject_id"),
    sa.Index("ix_audit_log_ministry", "ministry", "id"),
)
