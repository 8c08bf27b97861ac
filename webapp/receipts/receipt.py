"""A receipt (biên nhận): all its holder needs to prove, without this portal, that it received a comment."""

from __future__ import annotations

import base64
import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from schemas import merkle
from schemas.log_tables import log_leaves

from . import entries, keys, log
from .entries import ENTRY_CONTEXT
from .keys import Signer

KIND = "quydinh-receipt"
Row = Any


def leaf_of(connection: sa.Connection, comment_id: int) -> Row | None:
    """The leaf of a comment."""
    query = sa.select(log_leaves).where(log_leaves.c.comment_id == comment_id)
    return connection.execute(query).one_or_none()


def build(
    connection: sa.Connection, signer: Signer, comment: Row, moment: dt.datetime
) -> dict[str, Any] | None:
    """The receipt of a comment, for its sender only: it holds what was sent and the salts.

    Signs a head when the newest does not cover it yet, hence needs a transaction. None for a comment that was
    received before there was a log. Parts that were deleted are left out.
    """
    leaf = leaf_of(connection, comment.id)
    if leaf is None:
        return None
    head = log.last_head(connection)
    if head is None or head.size <= leaf.id:
        head = log.sign_head(connection, signer, moment)
    assert head is not None
    public = keys.published(connection)
    person = entries.read_person(connection, comment.id)
    made: dict[str, Any] = {
        "kind": KIND,
        "version": 1,
        "tracking": comment.tracking,
        "entry": leaf.data,
        "hash": leaf.hash,
        "key_id": leaf.key_id,
        "public_key": base64.b64encode(public.get(leaf.key_id, signer.public_key)).decode(),
        "signature": leaf.signature,
        "log": {
            "index": leaf.id,
            "inclusion": log.inclusion(connection, leaf.id, head.size),
            "head": {
                "size": head.size,
                "root": head.root,
                "signed_at": head.signed_at,
                "key_id": head.key_id,
                "public_key": base64.b64encode(public[head.key_id]).decode(),
                "signature": head.signature,
            },
        },
    }
    if comment.commitment_salt:
        made["comment"] = {
            "salt": comment.commitment_salt,
            "text": entries.read_content(connection, comment),
        }
    if person:
        made["person"] = {"salt": person[0], "text": person[1]}
    return made


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was checked. `code` names it; `ok` None: it could not be checked here."""

    code: str
    ok: bool | None
    detail: str = ""


def check(receipt: Mapping[str, Any], known: Mapping[str, bytes]) -> list[Finding]:
    """Everything about a receipt that can be checked without a database.

    `known` are public keys by id from a place one trusts: a signature by any other key counts for nothing.
    Where no key is known, the receipt's own are taken and the finding says so: then it is only sound in
    itself. Never raises: what is not a receipt fails as "form".
    """
    try:
        return _check(receipt, known)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        return [Finding("form", False, f"{type(error).__name__}: {error}")]


def _check(receipt: Mapping[str, Any], known: Mapping[str, bytes]) -> list[Finding]:
    if receipt["kind"] != KIND or receipt["version"] != 1:
        raise ValueError("not a receipt of version 1")
    entry = json.loads(receipt["entry"])
    found = [
        Finding("tracking", entry["tracking"] == receipt["tracking"], entry["tracking"]),
        Finding("hash", merkle.leaf_hash(receipt["entry"].encode()).hex() == receipt["hash"]),
        _signature("signature", receipt, ENTRY_CONTEXT + receipt["entry"], known),
    ]
    for part in ("comment", "person"):
        if entry[part] is None:
            continue
        given = receipt.get(part)
        if given is None:
            found.append(Finding(part, None, "not in the receipt"))
        else:
            found.append(Finding(part, entries.commitment(given["salt"], given["text"]) == entry[part]))
    place, head = receipt["log"], receipt["log"]["head"]
    path = [bytes.fromhex(text) for text in place["inclusion"]]
    leaf = bytes.fromhex(receipt["hash"])
    root = merkle.root_from_inclusion(int(place["index"]), int(head["size"]), leaf, path)
    found.append(Finding("inclusion", root is not None and root.hex() == head["root"]))
    text = log.head_text(int(head["size"]), head["root"], head["signed_at"])
    found.append(_signature("head", head, text, known))
    return found


def _signature(code: str, given: Mapping[str, Any], text: str, known: Mapping[str, bytes]) -> Finding:
    public = known.get(given["key_id"])
    own = base64.b64decode(given["public_key"], validate=True)
    if public is None and keys.key_id_of(own) != given["key_id"]:
        return Finding(code, False, "the key is not the one it names")
    if known and public is None:
        # Anybody can make a key, a log of one leaf and a receipt that is sound in itself.
        return Finding(code, False, f"key {given['key_id']} is not among the published ones")
    ok = keys.verifies(public or own, given["signature"], text.encode())
    return Finding(code, ok, "" if public else f"key {given['key_id']} as the receipt itself gives it")
