"""WARC records (ISO 28500) of what a site answered: written with warcio, one gzip member each.

Beside the standard headers a response carries `X-Quydinh-…` headers, from which the index is rebuilt:
Source, Record (the record's id, percent-encoded), Part, Item (hash of the list entry it was fetched for),
Request (fingerprint of method, address and body) and Run. Bodies are kept without transfer and content
encoding; their SHA-256 is the payload digest.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import quote, unquote

from warcio.recordbuilder import RecordBuilder
from warcio.statusandheaders import StatusAndHeaders
from warcio.utils import Digester
from warcio.warcwriter import WARCWriter

from schemas.errors import ArchiveError

#: zlib level: 3 is within a tenth of the size of 9 on this JSON at a fifth of the time.
COMPRESSION = 3
_PREFIX = "X-Quydinh-"
_CHUNK = 1 << 20
_SMALL_CHUNK = 1 << 16


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request and the answer to it, as they are archived."""

    source: str
    record_key: str
    part: str
    item: str
    run: str
    fingerprint: str
    method: str
    url: str
    request_body: bytes | None
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    fetched_at: dt.datetime

    @property
    def media_type(self) -> str:
        """Without parameters: what a header says of the charset is often wrong, bodies are UTF-8."""
        value = next((v for k, v in self.headers if k.lower() == "content-type"), "")
        return value.split(";")[0].strip().lower()

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.body).hexdigest()


@dataclass(frozen=True, slots=True)
class Earlier:
    """Where an identical body is already kept."""

    url: str
    fetched_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Member:
    """One record read back; `offset` and `end` delimit its gzip member in the file."""

    kind: str
    headers: dict[str, str]
    block: bytes
    offset: int
    end: int


class _Sha256Writer(WARCWriter):  # type: ignore[misc]
    """warcio computes SHA-1 where a digest is missing."""

    @staticmethod
    def _create_digester() -> Any:
        return Digester("sha256")


def timestamp(moment: dt.datetime) -> str:
    """UTC with microseconds, as WARC 1.1 allows: "2026-11-16T08:00:00.000001Z"."""
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def moment(text: str) -> dt.datetime:
    """The time a WARC date names."""
    return dt.datetime.fromisoformat(text)


def exchange_members(exchange: Exchange, sha256: str, earlier: Earlier | None) -> tuple[bytes, bytes]:
    """The response (or revisit) member, and the request member (empty for a plain GET)."""
    digest = f"sha256:{sha256}"
    headers = {
        "WARC-Record-ID": RecordBuilder._make_warc_id(),
        "WARC-Date": timestamp(exchange.fetched_at),
        "WARC-Payload-Digest": digest,
        f"{_PREFIX}Source": exchange.source,
        f"{_PREFIX}Record": quote(exchange.record_key, safe=""),
        f"{_PREFIX}Part": quote(exchange.part, safe=":"),
        f"{_PREFIX}Item": exchange.item,
        f"{_PREFIX}Request": exchange.fingerprint,
        f"{_PREFIX}Run": exchange.run,
    }
    reason = (
        HTTPStatus(exchange.status).phrase if exchange.status in HTTPStatus._value2member_map_ else "Status"
    )
    http = StatusAndHeaders(f"{exchange.status} {reason}", list(exchange.headers), protocol="HTTP/1.1")
    if earlier is None:
        response = _member(exchange.url, "response", headers, exchange.body, http)
    else:
        headers |= {
            "WARC-Profile": RecordBuilder.REVISIT_PROFILE_1_1,
            "WARC-Refers-To-Target-URI": earlier.url,
            "WARC-Refers-To-Date": timestamp(earlier.fetched_at),
        }
        response = _member(exchange.url, "revisit", headers, b"", http)
    if exchange.request_body is None:
        return response, b""
    asked = StatusAndHeaders(
        f"{exchange.method} {exchange.url} HTTP/1.1",
        [("Content-Type", "application/json"), ("Content-Length", str(len(exchange.request_body)))],
        is_http_request=True,
    )
    about = {"WARC-Date": headers["WARC-Date"], "WARC-Concurrent-To": headers["WARC-Record-ID"]}
    return response, _member(exchange.url, "request", about, exchange.request_body, asked)


def note_member(values: dict[str, Any], date: dt.datetime) -> bytes:
    """A `metadata` record with JSON values: the beginning and the end of a run."""
    headers = {"WARC-Date": timestamp(date), "Content-Type": "application/json"}
    return _member("", "metadata", headers, json.dumps(values, sort_keys=True).encode(), None)


def info_member(filename: str, software: str, date: dt.datetime) -> bytes:
    """The `warcinfo` record a file begins with."""
    lines = f"software: {software}\r\nformat: WARC File Format 1.1\r\n".encode()
    headers = {"WARC-Date": timestamp(date), "WARC-Filename": filename}
    return _member("", "warcinfo", headers, lines, None)


def _member(
    url: str, kind: str, headers: dict[str, str], body: bytes, http: StatusAndHeaders | None
) -> bytes:
    plain = io.BytesIO()
    writer = _Sha256Writer(plain, gzip=False, warc_version="1.1")
    record = writer.create_warc_record(
        url, kind, payload=io.BytesIO(body), length=len(body), warc_headers_dict=headers, http_headers=http
    )
    writer.write_record(record)
    packer = zlib.compressobj(COMPRESSION, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    return packer.compress(plain.getbuffer()) + packer.flush()


def read_member(path: Path, offset: int) -> Member:
    """The record that begins at `offset`. Raises ArchiveError if none does."""
    try:
        with path.open("rb") as file:
            file.seek(offset)
            found = next(_members(file, offset, _SMALL_CHUNK), None)
    except OSError as error:
        raise ArchiveError(f"{path}: {error.strerror}; restore the file or crawl again") from error
    if found is None:
        raise ArchiveError(f"{path}: no complete record at {offset}")
    return found


def scan(path: Path, offset: int = 0) -> Iterator[Member]:
    """Complete records from `offset` on; ends before a torn or damaged one, or at the end of the file."""
    with path.open("rb") as file:
        file.seek(offset)
        yield from _members(file, offset, _CHUNK)


def _members(file: BinaryIO, offset: int, chunk: int) -> Iterator[Member]:
    pending = b""
    while True:
        inflater = zlib.decompressobj(zlib.MAX_WBITS | 16)
        pieces, used = [], 0
        while not inflater.eof:
            if not pending:
                pending = file.read(chunk)
                if not pending:
                    return
            try:
                pieces.append(inflater.decompress(pending))
            except zlib.error:
                return
            used += len(pending)
            pending = b""
        pending = inflater.unused_data
        end = offset + used - len(pending)
        member = _parse(b"".join(pieces), offset, end)
        if member is None:
            return
        yield member
        offset = end


def _parse(data: bytes, offset: int, end: int) -> Member | None:
    head, blank, rest = data.partition(b"\r\n\r\n")
    if not blank or not head.startswith(b"WARC/"):
        return None
    headers = {}
    for line in head.decode("utf-8", "replace").split("\r\n")[1:]:
        name, _, value = line.partition(":")
        headers[name.strip()] = value.strip()
    length = int(headers.get("Content-Length", -1))
    if length < 0 or len(rest) < length:
        return None
    return Member(headers.get("WARC-Type", ""), headers, rest[:length], offset, end)


def http_body(member: Member) -> bytes:
    """The payload of a response record."""
    return member.block.partition(b"\r\n\r\n")[2]


def exchange_of(member: Member) -> Exchange | None:
    """The exchange of a response or revisit record (a revisit's body is empty); None for other records."""
    if member.kind not in ("response", "revisit") or f"{_PREFIX}Part" not in member.headers:
        return None
    head, _, body = member.block.partition(b"\r\n\r\n")
    status, *lines = head.decode("utf-8", "replace").split("\r\n")
    pairs = (line.partition(":") for line in lines)
    get = member.headers.get
    return Exchange(
        source=get(f"{_PREFIX}Source", ""),
        record_key=unquote(get(f"{_PREFIX}Record", "")),
        part=unquote(get(f"{_PREFIX}Part", "")),
        item=get(f"{_PREFIX}Item", ""),
        run=get(f"{_PREFIX}Run", ""),
        fingerprint=get(f"{_PREFIX}Request", ""),
        method="",
        url=get("WARC-Target-URI", ""),
        request_body=None,
        status=int(status.split(" ")[1]),
        headers=tuple((name.strip(), value.strip()) for name, _, value in pairs),
        body=body,
        fetched_at=moment(get("WARC-Date", "")),
    )


def digest_of(member: Member) -> str:
    """Hex SHA-256 of the payload, as recorded."""
    return member.headers.get("WARC-Payload-Digest", "").removeprefix("sha256:")
