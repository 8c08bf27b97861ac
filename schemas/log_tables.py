"""Tables of the receipt log: an append-only Merkle tree over everything that was received.

A leaf's `id` is its index in the tree. Its `data` is what was signed and hashed, byte for byte; it holds no
personal data, only salted commitments. Rows of all tables but `log_nodes` (a cache) are never changed.
"""

from __future__ import annotations

import sqlalchemy as sa

from .tables import Key, Time, metadata


def _key() -> sa.Column[int]:
    return sa.Column("id", Key, primary_key=True, autoincrement=True)


#: Public keys that have signed, for ever; the newest is in use.
log_keys = sa.Table(
    "log_keys",
    metadata,
    _key(),
    sa.Column("key_id", sa.Text, nullable=False, unique=True),
    sa.Column("public_key", sa.Text, nullable=False),  # 32 bytes, base64
    sa.Column("since", Time, nullable=False),
)

log_leaves = sa.Table(
    "log_leaves",
    metadata,
    sa.Column("id", Key, primary_key=True, autoincrement=False),  # 0, 1, 2 … without gaps
    # No foreign key: what is in the log outlives what it is about.
    sa.Column("comment_id", Key, nullable=False, unique=True),
    sa.Column("data", sa.Text, nullable=False),
    sa.Column("hash", sa.Text, nullable=False, index=True),  # HASH(0x00 || data), hexadecimal
    sa.Column("key_id", sa.Text, nullable=False),
    sa.Column("signature", sa.Text, nullable=False),
)

log_heads = sa.Table(
    "log_heads",
    metadata,
    _key(),
    sa.Column("size", Key, nullable=False, unique=True),
    sa.Column("root", sa.Text, nullable=False),
    sa.Column("signed_at", sa.Text, nullable=False),  # as in the signed text
    sa.Column("key_id", sa.Text, nullable=False),
    sa.Column("signature", sa.Text, nullable=False),
)

#: What was lawfully deleted, so that its absence is not taken for tampering.
log_erasures = sa.Table(
    "log_erasures",
    metadata,
    _key(),
    sa.Column("comment_id", Key, nullable=False, index=True),
    sa.Column("part", sa.Text, nullable=False),  # comment | person
    sa.Column("basis", sa.Text, nullable=False),  # withdrawn | not_the_sender | request
    sa.Column("erased_at", Time, nullable=False),
)

#: Hashes of complete subtrees above the leaves; may be thrown away and computed again.
log_nodes = sa.Table(
    "log_nodes",
    metadata,
    sa.Column("level", sa.Integer, primary_key=True),
    sa.Column("place", Key, primary_key=True, autoincrement=False),
    sa.Column("hash", sa.Text, nullable=False),
)
