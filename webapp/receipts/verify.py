"""Recomputing the whole log, and holding one receipt against what the database says now."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import sqlalchemy as sa

from schemas import consultation_tables as c
from schemas import merkle
from schemas.log_tables import log_erasures, log_heads, log_leaves, log_nodes

from . import entries, keys, log
from .entries import ENTRY_CONTEXT
from .receipt import Finding

_CHUNK = 1000
Row = Any


def verify_log(connection: sa.Connection) -> tuple[list[str], dict[str, int]]:
    """What is wrong with the log, in sentences (empty: nothing), and how much was checked.

    Every leaf is hashed, its signature checked and its commitments held against the comment as it stands;
    every head's root is computed from the leaves; every comment must have a leaf.
    """
    public = keys.published(connection)
    erased = {(row.comment_id, row.part) for row in connection.execute(sa.select(log_erasures))}
    problems: list[str] = []
    heads = {row.size: log.head_of(row) for row in connection.execute(sa.select(log_heads))}
    tree = _Tree()
    expected = 0
    for leaf in _leaves(connection):
        if leaf.id != expected:
            problems.append(f"leaf {expected} is missing: the next one is {leaf.id}")
            expected = leaf.id
        expected += 1
        problems += _leaf_problems(connection, leaf, public, erased)
        tree.add(merkle.leaf_hash(leaf.data.encode()))
        if tree.size in heads:
            problems += _head_problems(heads.pop(tree.size), tree.root(), public)
    problems += [f"head of {size} leaves: the log has only {tree.size}" for size in sorted(heads)]
    problems += _nodes(connection, tree)
    without = (
        sa.select(c.comments.c.tracking)
        .outerjoin(log_leaves, log_leaves.c.comment_id == c.comments.c.id)
        .where(log_leaves.c.id.is_(None))
        .order_by(c.comments.c.id)
    )
    problems += [f"comment {tracking} has no leaf" for tracking in connection.scalars(without)]
    signed = connection.scalar(sa.select(sa.func.count()).select_from(log_heads)) or 0
    return problems, {"leaves": tree.size, "heads": signed, "keys": len(public), "erasures": len(erased)}


class _Tree:
    """The right edge of a growing tree: one hash for each set bit of its size."""

    def __init__(self) -> None:
        self.size = 0
        self.edge: list[bytes] = []
        self.nodes: dict[tuple[int, int], bytes] = {}

    def add(self, leaf: bytes) -> None:
        index, level, found = self.size, 0, leaf
        while index & 1:
            found = merkle.node_hash(self.edge.pop(), found)
            index, level = index >> 1, level + 1
            self.nodes[level, index] = found
        self.edge.append(found)
        self.size += 1

    def root(self) -> str:
        if not self.edge:
            return merkle.EMPTY.hex()
        found = self.edge[-1]
        for left in reversed(self.edge[:-1]):
            found = merkle.node_hash(left, found)
        return found.hex()


def _leaves(connection: sa.Connection) -> Iterator[Row]:
    last = -1
    while True:
        query = sa.select(log_leaves).where(log_leaves.c.id > last).order_by(log_leaves.c.id).limit(_CHUNK)
        rows = connection.execute(query).all()
        if not rows:
            return
        yield from rows
        last = rows[-1].id


def _leaf_problems(
    connection: sa.Connection, leaf: Row, public: Mapping[str, bytes], erased: set[tuple[int, str]]
) -> list[str]:
    try:
        entry = json.loads(leaf.data)
        name = f"leaf {leaf.id} ({entry['tracking']})"
    except (ValueError, KeyError, TypeError):
        return [f"leaf {leaf.id}: its data is no entry"]
    problems = []
    if merkle.leaf_hash(leaf.data.encode()).hex() != leaf.hash:
        problems.append(f"{name}: the hash is not that of its data")
    key = public.get(leaf.key_id)
    if key is None:
        problems.append(f"{name}: key {leaf.key_id} is not published")
    elif not keys.verifies(key, leaf.signature, (ENTRY_CONTEXT + leaf.data).encode()):
        problems.append(f"{name}: the signature is wrong")
    return problems + [
        f"{name}: {text}" for text in comment_problems(connection, leaf.comment_id, entry, erased)
    ]


def comment_problems(
    connection: sa.Connection, comment_id: int, entry: Mapping[str, Any], erased: set[tuple[int, str]]
) -> list[str]:
    """How the comment as it stands differs from what was received."""
    row = connection.execute(sa.select(c.comments).where(c.comments.c.id == comment_id)).first()
    if row is None:
        return [f"comment {entry['tracking']} is gone"]
    problems = []
    if row.tracking != entry["tracking"]:
        problems.append(f"the comment's tracking number is {row.tracking} now")
    if entries.instant(row.received_at) != entry["received_at"]:
        problems.append(f"comment {entry['tracking']} was received at {entry['received_at']}, not then")
    if row.commitment_salt:
        text = entries.read_content(connection, row)
        if _commitment(row.commitment_salt, text) != entry["comment"]:
            problems.append(f"comment {entry['tracking']} is not what was received: its words were changed")
    elif (comment_id, "comment") not in erased:
        problems.append(f"the words of comment {entry['tracking']} are gone without a record of why")
    person = entries.read_person(connection, comment_id)
    if person and (entry["person"] is None or _commitment(*person) != entry["person"]):
        problems.append(f"the sender of comment {entry['tracking']} is not the one received")
    if person is None and entry["person"] and (comment_id, "person") not in erased:
        problems.append(f"the sender of comment {entry['tracking']} is gone without a record of why")
    return problems


def _commitment(salt: str, text: str) -> str:
    try:
        return entries.commitment(salt, text)
    except ValueError:  # no longer hexadecimal: changed too
        return ""


def _head_problems(head: log.Head, root: str, public: Mapping[str, bytes]) -> list[str]:
    problems = []
    if head.root != root:
        problems.append(f"head of {head.size} leaves: its root is not that of the leaves")
    text = log.head_text(head.size, head.root, head.signed_at)
    if not keys.verifies(public.get(head.key_id, b""), head.signature, text.encode()):
        problems.append(f"head of {head.size} leaves: the signature is wrong")
    return problems


def _nodes(connection: sa.Connection, tree: _Tree) -> list[str]:
    """Stored hashes of subtrees that are not those of the leaves: proofs made from them would fail."""
    query = sa.select(log_nodes).order_by(log_nodes.c.level, log_nodes.c.place)
    wrong = [
        row
        for row in connection.execute(query)
        if tree.nodes.get((row.level, row.place), b"").hex() != row.hash
    ]
    return [f"stored hash of level {row.level}, place {row.place} is wrong" for row in wrong]


def against_database(connection: sa.Connection, receipt: Mapping[str, Any]) -> list[Finding]:
    """Hold a receipt that is sound in itself against the database: the leaf, and the comment as it stands."""
    number = str(receipt["tracking"])
    row = connection.execute(sa.select(c.comments).where(c.comments.c.tracking == number)).first()
    if row is None:
        return [Finding("stored", False, f"there is no comment {number}")]
    leaf = connection.execute(sa.select(log_leaves).where(log_leaves.c.comment_id == row.id)).first()
    if leaf is None or leaf.data != receipt["entry"]:
        return [Finding("stored", False, f"the log has another entry for {number}, or none")]
    erased = {
        (r.comment_id, r.part)
        for r in connection.execute(sa.select(log_erasures).where(log_erasures.c.comment_id == row.id))
    }
    problems = comment_problems(connection, row.id, json.loads(leaf.data), erased)
    fields = _changed_fields(connection, row, receipt)
    if problems and fields:
        problems.append(f"differs in: {', '.join(fields)}")
    return [Finding("stored", not problems, "; ".join(problems))]


def _changed_fields(connection: sa.Connection, row: Row, receipt: Mapping[str, Any]) -> list[str]:
    given = receipt.get("comment")
    if not given:
        return []
    then, today = json.loads(given["text"]), json.loads(entries.read_content(connection, row))
    return sorted(name for name in {*then, *today} if then.get(name) != today.get(name))
