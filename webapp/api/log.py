"""The receipt log as JSON: keys, heads, entries and proofs, for whoever wants to watch it."""

from __future__ import annotations

import sqlalchemy as sa
from flask import abort
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from pydantic import BaseModel, Field
from werkzeug.wrappers import Response

from schemas.log_tables import log_heads, log_keys, log_leaves

from ..errors import bad_request
from ..languages import gettext as _
from ..receipts import log
from ..receipts.entries import instant
from ..receipts.log import Head
from ..state import site
from . import models as m
from .views import answer

_tag = Tag(name="log", description="Nhật ký biên nhận (RFC 9162)")
bp = APIBlueprint("api_log", __name__, url_prefix="/api/v1", abp_responses={400: m.Problem, 404: m.Problem})
MOST = 1000


class KeyAnswer(m.Answer):
    key_id: str
    public_key: str = Field(description="32 bytes of an Ed25519 public key, base64.")
    since: str


class HeadAnswer(m.Answer):
    """A signed tree head. Signed is "quydinh tree head 1", size, root, signed_at, each with a line feed."""

    size: int
    root: str = Field(description="Root of the first `size` leaves, hexadecimal.")
    signed_at: str
    key_id: str
    signature: str = Field(description="Ed25519, base64.")


class LogAnswer(m.Answer):
    """Keys that have signed, oldest first, and the newest head (null while nothing was received)."""

    keys: tuple[KeyAnswer, ...]
    head: HeadAnswer | None


class HeadsAnswer(m.Answer):
    heads: tuple[HeadAnswer, ...]


class EntryAnswer(m.Answer):
    """One leaf. Its hash is SHA-256 of a zero byte and `entry`; signed is "quydinh receipt 1", a line feed
    and `entry`."""

    index: int
    entry: str
    hash: str
    key_id: str
    signature: str


class EntriesAnswer(m.Answer):
    entries: tuple[EntryAnswer, ...]


class InclusionAnswer(m.Answer):
    index: int
    size: int
    hash: str
    path: tuple[str, ...]


class ConsistencyAnswer(m.Answer):
    first: int
    second: int
    path: tuple[str, ...]


class HeadsQuery(BaseModel):
    start: int = Field(0, ge=0, description="Heads of more than this many leaves.")


class EntriesQuery(BaseModel):
    start: int = Field(0, ge=0, description="Index of the first entry.")
    count: int = Field(100, ge=1, le=MOST, description="At most so many.")


class InclusionQuery(BaseModel):
    hash: str = Field("", max_length=64, description="Hash of a leaf; or:")
    index: int | None = Field(None, ge=0, description="Index of a leaf.")
    size: int | None = Field(None, ge=1, description="Size of a published head; default: the newest.")


class ConsistencyQuery(BaseModel):
    first: int = Field(ge=1, description="Size of a published head.")
    second: int = Field(ge=1, description="Size of a later one.")


def _head(head: Head) -> HeadAnswer:
    return HeadAnswer(
        size=head.size,
        root=head.root,
        signed_at=head.signed_at,
        key_id=head.key_id,
        signature=head.signature,
    )


@bp.get("/log", tags=[_tag], summary="Keys and newest head", responses={200: LogAnswer})
def the_log() -> Response:
    with site().database.connect() as connection:
        keys = connection.execute(sa.select(log_keys).order_by(log_keys.c.id)).all()
        head = log.last_head(connection)
    found = tuple(KeyAnswer(key_id=k.key_id, public_key=k.public_key, since=instant(k.since)) for k in keys)
    return answer(LogAnswer(keys=found, head=_head(head) if head else None))


@bp.get("/log/heads", tags=[_tag], summary="Published heads", responses={200: HeadsAnswer})
def heads(query: HeadsQuery) -> Response:
    h = log_heads
    wanted = sa.select(h).where(h.c.size > query.start).order_by(h.c.size).limit(MOST)
    with site().database.connect() as connection:
        found = tuple(_head(log.head_of(row)) for row in connection.execute(wanted))
    return answer(HeadsAnswer(heads=found))


@bp.get("/log/entries", tags=[_tag], summary="Leaves", responses={200: EntriesAnswer})
def entries(query: EntriesQuery) -> Response:
    leaf = log_leaves
    wanted = sa.select(leaf).where(leaf.c.id >= query.start).order_by(leaf.c.id).limit(query.count)
    with site().database.connect() as connection:
        found = tuple(
            EntryAnswer(
                index=row.id, entry=row.data, hash=row.hash, key_id=row.key_id, signature=row.signature
            )
            for row in connection.execute(wanted)
        )
    return answer(EntriesAnswer(entries=found))


def _published(connection: sa.Connection, size: int) -> None:
    """Proofs are for heads that were published: 404 for any other size."""
    if connection.execute(sa.select(log_heads.c.id).where(log_heads.c.size == size)).first() is None:
        abort(404)


@bp.get("/log/inclusion", tags=[_tag], summary="Inclusion proof", responses={200: InclusionAnswer})
def inclusion(query: InclusionQuery) -> Response:
    leaf = log_leaves
    if not query.hash and query.index is None:
        bad_request("hash", "", _("giá trị băm của một mục, hoặc số thứ tự ở index"))
    where = leaf.c.hash == query.hash.lower() if query.hash else leaf.c.id == query.index
    with site().database.connect() as connection:
        row = connection.execute(sa.select(leaf.c.id, leaf.c.hash).where(where)).first()
        head = log.last_head(connection)
        if row is None or head is None:
            abort(404)
        size = query.size or head.size
        _published(connection, size)
        if row.id >= size:
            abort(404)
        path = log.inclusion(connection, row.id, size)
    return answer(InclusionAnswer(index=row.id, size=size, hash=row.hash, path=tuple(path)))


@bp.get("/log/consistency", tags=[_tag], summary="Consistency proof", responses={200: ConsistencyAnswer})
def consistency(query: ConsistencyQuery) -> Response:
    if query.first > query.second:
        bad_request("second", query.second, _("không nhỏ hơn first"))
    with site().database.connect() as connection:
        _published(connection, query.first)
        _published(connection, query.second)
        path = log.consistency(connection, query.first, query.second)
    return answer(ConsistencyAnswer(first=query.first, second=query.second, path=tuple(path)))
