"""Proof of work (ALTCHA): the sender's browser computes for a second; there is no puzzle and nobody is
watched.

A challenge is bound to what is done and to the hash of what is sent, expires, and counts once. Without
JavaScript there is no proof, and a comment waits for a confirmed address or a moderator instead.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import hashlib
import hmac
import json
from typing import Any, cast

import sqlalchemy as sa
from altcha import v1 as altcha
from sqlalchemy.dialects import postgresql, sqlite

from schemas import consultation_tables as c

from ..keys import keyed

LIFE = dt.timedelta(hours=2)


def body_hash(submission: str, typed: Any) -> str:
    """What a proof is bound to: this form with exactly these words."""
    text = json.dumps([submission, typed], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def issue(key: str, action: str, body: str, cost: int) -> dict[str, Any]:
    """A challenge for a browser: algorithm, challenge, maxnumber, salt, signature."""
    made = altcha.create_challenge(
        algorithm="SHA-256",
        max_number=cost,
        salt_length=12,
        hmac_key=keyed(key, "altcha", ""),
        salt="",
        number=None,
        expires=dt.datetime.now(dt.UTC) + LIFE,
        params={"for": _bound(key, action, body)},
    )
    return {
        "algorithm": made.algorithm,
        "challenge": made.challenge,
        "maxnumber": made.max_number,
        "salt": made.salt,
        "signature": made.signature,
    }


def solved(key: str, action: str, body: str, payload: str) -> str:
    """The name under which a right answer is spent; empty for a wrong, foreign or old one."""
    try:
        read = json.loads(base64.b64decode(payload, validate=True))
        if not isinstance(read, dict) or not isinstance(read.get("salt"), str):
            return ""
        if isinstance(read.get("number"), bool) or not isinstance(read.get("number"), int):
            return ""
        good, _problem = altcha.verify_solution(payload, keyed(key, "altcha", ""), True)
        bound = altcha.extract_params(cast(Any, read)).get("for", [""])
    except (ValueError, TypeError, KeyError, AttributeError, binascii.Error):
        return ""
    expected = _bound(key, action, body)
    if not good or len(bound) != 1 or not hmac.compare_digest(bound[0].encode(), expected.encode()):
        return ""
    return str(read["signature"])


def spend(connection: sa.Connection, proof: str) -> bool:
    """Use a proof up, in the transaction of what it allows; False when it was used before."""
    dialect: Any = postgresql if connection.dialect.name == "postgresql" else sqlite
    values = {"proof": proof, "expires_at": dt.datetime.now(dt.UTC) + LIFE}
    insert = dialect.insert(c.spent_proofs).values(values).on_conflict_do_nothing()
    return connection.execute(insert.returning(c.spent_proofs.c.proof)).scalar() is not None


def purge(connection: sa.Connection) -> int:
    """Forget proofs that have expired: they are refused for their age now."""
    old = c.spent_proofs.c.expires_at < dt.datetime.now(dt.UTC)
    return connection.execute(sa.delete(c.spent_proofs).where(old)).rowcount


def _bound(key: str, action: str, body: str) -> str:
    return keyed(key, "altcha-for", f"{action}\0{body}")[:40]
