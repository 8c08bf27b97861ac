"""The log itself: adding a leaf in the comment's own transaction, signed tree heads, proofs.

Adding takes one lock, held from the last statement of the transaction to its end: the leaf's index is the
number of leaves before it, and no two may take the same. Everything else (hashing, signing, the hashes above
the leaves) is done before the lock or later, when a head is signed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from schemas import merkle
from schemas.log_tables import log_heads, log_leaves, log_nodes

from . import keys
from .entries import ENTRY_CONTEXT, HEAD_CONTEXT, instant
from .keys import Signer

Row = Any
T = TypeVar("T")
#: The advisory lock of PostgreSQL that orders leaves.
_LOCK = 7238462
#: The largest number of values asked for in one statement.
_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Head:
    """A signed tree head: how large the log was at a time, and its root (hexadecimal)."""

    size: int
    root: str
    signed_at: str
    key_id: str
    signature: str


def head_text(size: int, root: str, signed_at: str) -> str:
    """What is signed of a head: three lines after the context."""
    return f"{HEAD_CONTEXT}{size}\n{root}\n{signed_at}\n"


def append(connection: sa.Connection, signer: Signer, comment_id: int, data: str) -> None:
    """Add a leaf for a comment; call it last in the transaction."""
    values = {
        "comment_id": comment_id,
        "data": data,
        "hash": merkle.leaf_hash(data.encode()).hex(),
        "key_id": signer.key_id,
        "signature": signer.sign((ENTRY_CONTEXT + data).encode()),
    }
    if connection.dialect.name == "postgresql":
        # Locks are let go after the transaction is visible, so that whoever comes next sees this leaf.
        connection.execute(sa.text(f"select pg_advisory_xact_lock({_LOCK})"))
    following = sa.select(
        sa.func.coalesce(sa.func.max(log_leaves.c.id), -1) + 1,
        *(sa.literal(value, log_leaves.c[name].type) for name, value in values.items()),
    )
    connection.execute(sa.insert(log_leaves).from_select(["id", *values], following))


def size(connection: sa.Connection) -> int:
    """How many leaves there are."""
    return int(connection.scalar(sa.select(sa.func.coalesce(sa.func.max(log_leaves.c.id), -1) + 1)) or 0)


def last_head(connection: sa.Connection) -> Head | None:
    """The newest published head."""
    row = connection.execute(sa.select(log_heads).order_by(log_heads.c.size.desc()).limit(1)).first()
    return head_of(row) if row else None


def head_of(row: Row) -> Head:
    return Head(row.size, row.root, row.signed_at, row.key_id, row.signature)


def sign_head(connection: sa.Connection, signer: Signer, moment: dt.datetime) -> Head | None:
    """A head for everything in the log now, unless the newest one has it all. None for an empty log."""
    count = size(connection)
    newest = last_head(connection)
    if count == 0 or (newest and newest.size == count):
        return newest
    keys.publish(connection, signer)
    _grow(connection, newest.size if newest else 0, count)
    root = with_nodes(connection, lambda node: merkle.root_hash(count, node)).hex()
    signed_at = instant(moment)
    signature = signer.sign(head_text(count, root, signed_at).encode())
    made = Head(count, root, signed_at, signer.key_id, signature)
    values = {name: getattr(made, name) for name in ("size", "root", "signed_at", "key_id", "signature")}
    connection.execute(_ignoring(connection, log_heads).values(**values))
    row = connection.execute(sa.select(log_heads).where(log_heads.c.size == count)).one()
    return head_of(row)  # another process's, if it was quicker


def _ignoring(connection: sa.Connection, table: sa.Table) -> Any:
    """An insert that leaves what is there already."""
    dialect: Any = postgresql if connection.dialect.name == "postgresql" else sqlite
    return dialect.insert(table).on_conflict_do_nothing()


def _grow(connection: sa.Connection, old: int, new: int) -> None:
    """Write the hashes above the leaves that are complete at `new`."""

    def leaves(start: int, end: int) -> Sequence[bytes]:
        query = sa.select(log_leaves.c.hash).where(log_leaves.c.id >= start, log_leaves.c.id < end)
        return [bytes.fromhex(text) for text in connection.scalars(query.order_by(log_leaves.c.id))]

    def node(level: int, index: int) -> bytes:
        return _fetch(connection, {(level, index)})[level, index]

    made = merkle.new_nodes(old, new, leaves, node)
    rows = [{"level": level, "place": index, "hash": value.hex()} for (level, index), value in made.items()]
    for start in range(0, len(rows), _CHUNK):
        connection.execute(_ignoring(connection, log_nodes), rows[start : start + _CHUNK])


def with_nodes(connection: sa.Connection, compute: Callable[[merkle.Node], T]) -> T:
    """What `compute` gives, with every hash it asks for fetched in one or two statements.

    It is run twice: first to learn what it asks for.
    """
    asked: set[tuple[int, int]] = set()

    def learn(level: int, index: int) -> bytes:
        asked.add((level, index))
        return b"\0" * 32

    compute(learn)
    found = _fetch(connection, asked)
    return compute(lambda level, index: found[level, index])


def _fetch(connection: sa.Connection, asked: Iterable[tuple[int, int]]) -> dict[tuple[int, int], bytes]:
    leaves = [index for level, index in asked if level == 0]
    found: dict[tuple[int, int], bytes] = {}
    query = sa.select(log_leaves.c.id, log_leaves.c.hash).where(log_leaves.c.id.in_(leaves))
    for row in connection.execute(query) if leaves else ():
        found[0, row.id] = bytes.fromhex(row.hash)
    n = log_nodes.c
    above = [(level, index) for level, index in asked if level]
    one_of = sa.or_(sa.false(), *(sa.and_(n.level == level, n.place == index) for level, index in above))
    for row in connection.execute(sa.select(log_nodes).where(one_of)) if above else ():
        found[row.level, row.place] = bytes.fromhex(row.hash)
    return found


def inclusion(connection: sa.Connection, index: int, count: int) -> list[str]:
    """The inclusion proof of a leaf in the tree of `count` leaves, which a head must have covered."""
    path = with_nodes(connection, lambda node: merkle.inclusion_proof(index, count, node))
    return [value.hex() for value in path]


def consistency(connection: sa.Connection, first: int, second: int) -> list[str]:
    """The proof that the tree of `second` leaves begins with the tree of `first`."""
    path = with_nodes(connection, lambda node: merkle.consistency_proof(first, second, node))
    return [value.hex() for value in path]
