"""`python -m webapp verify-receipt | verify-log | rotate-receipt-key | erase-comment`."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from schemas.errors import QuydinhError, Refused
from schemas.settings import Settings

from . import erasure, keys
from .receipt import Finding, check
from .verify import against_database, verify_log

_SAID = {
    "form": "the file is a receipt",
    "tracking": "tracking number",
    "hash": "the hash is that of the entry",
    "signature": "the entry is signed",
    "comment": "the words are those committed to",
    "person": "the sender is the one committed to",
    "inclusion": "the entry is in the tree of the signed head",
    "head": "the head is signed",
    "stored": "the database still holds what was received",
}
_MARKS = {True: "ok", False: "WRONG", None: "not checked"}


def print_receipt(database: sa.Engine | None, file: Path, trusted: Path | None) -> int:
    """Check a receipt and say what was found; 0 if nothing is wrong.

    Offline first, with the public keys of `trusted` (a saved answer of /api/v1/log), of the database, or of
    the receipt itself; then, where there is a database, against what it holds now. Raises QuydinhError for a
    file that cannot be read.
    """
    try:
        receipt = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise QuydinhError(f"{file}: cannot be read as a receipt: {error}") from error
    if not isinstance(receipt, dict):
        raise QuydinhError(f"{file}: not a receipt")
    known = _trusted(trusted) if trusted else {}
    if database is not None:
        with database.connect() as connection:
            known = {**keys.published(connection), **known}
    found = check(receipt, known)
    if database is not None and all(finding.ok is not False for finding in found):
        with database.connect() as connection:
            found += against_database(connection, receipt)
    elif database is None:
        found.append(Finding("stored", None, "no database here"))
    for finding in found:
        detail = f" ({finding.detail})" if finding.detail else ""
        print(f"{_MARKS[finding.ok]:>11}: {_SAID[finding.code]}{detail}")
    wrong = any(finding.ok is False for finding in found)
    print(f"{receipt.get('tracking', '?')}: {'WRONG' if wrong else 'nothing wrong found'}")
    return 1 if wrong else 0


def _trusted(file: Path) -> Mapping[str, bytes]:
    try:
        answer: Any = json.loads(file.read_text(encoding="utf-8"))
        return {key["key_id"]: base64.b64decode(key["public_key"]) for key in answer["keys"]}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise QuydinhError(f"{file}: not a saved answer of /api/v1/log: {error}") from error


def print_log(database: sa.Engine) -> int:
    """Recompute the whole log and say what was found; 0 if nothing is wrong."""
    with database.connect() as connection:
        if database.dialect.name == "postgresql":
            # One snapshot: what is received meanwhile is not seen half.
            connection.execute(sa.text("set transaction isolation level repeatable read, read only"))
        problems, counts = verify_log(connection)
    for problem in problems:
        print(f"WRONG: {problem}")
    print(", ".join(f"{count} {name}" for name, count in counts.items()) + f": {len(problems)} problems")
    return 1 if problems else 0


def print_rotation(settings: Settings, database: sa.Engine) -> int:
    """Replace the key in the data folder; both public keys are published."""
    with database.begin() as connection:
        keys.publish(connection, keys.signer_of(settings))
    old, new = keys.rotate(settings)
    with database.begin() as connection:
        keys.publish(connection, keys.signer_of(settings))
    print(f"key {new} signs from now on; {old} stays published. Start the site and the worker again.")
    return 0


def print_erasure(database: sa.Engine, tracking: str, basis: str) -> int:
    """Delete the words and the sender of a comment, for good."""
    try:
        with database.begin() as connection:
            number = erasure.erase(connection, tracking, basis)
    except Refused as error:
        raise QuydinhError(f"there is no comment {tracking}") from error
    print(f"comment {number} ({tracking}) was erased; its entry in the log stays")
    return 0
