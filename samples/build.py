"""Builds the sample portal's archive: `python samples/build.py [FOLDER]`.

Asks a portal that exists only here for everything the crawler would ask for, and writes the answers as the
crawler's archive does, so that `python -m crawler parse vbpl dichvucong --archive samples/archive` replays
them. Equal sources give equal bytes: times are fixed and identifiers are derived.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import sys
import uuid
from collections.abc import Callable
from pathlib import Path
from unittest import mock

if __package__ in (None, ""):  # run as a file: make the project's packages importable
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from crawler import warc
from crawler.sources import DETAIL, Answer, Ask, Source, source_class
from samples import gateway, portal
from samples.outline import identifier
from samples.sources import read_documents, read_procedures
from schemas.settings import load_settings

ARCHIVE = Path(__file__).parent / "archive"
#: When the invented sites are said to have answered; each answer comes a second after the one before.
STARTED = dt.datetime(2026, 11, 16, 2, 0, tzinfo=dt.UTC)
_SOFTWARE = "quydinh samples/build.py"
_RUN = "samples"
#: Body and media type for a request.
Reply = Callable[[Ask], tuple[bytes, str]]


class Recording:
    """One source's WARC file in the making."""

    def __init__(self, source: Source, reply: Reply, status: int) -> None:
        self.source, self.reply, self.status = source, reply, status
        self.now = STARTED
        self.name = f"{source.name}-00000.warc.gz"
        self.members = [warc.info_member(self.name, _SOFTWARE, self._tick())]
        self._note("begin", params="{}")

    def _tick(self) -> dt.datetime:
        self.now += dt.timedelta(seconds=1)
        return self.now

    def _note(self, event: str, **more: str) -> None:
        self.members.append(warc.note_member({"event": event, "run": _RUN, **more}, self._tick()))

    def ask(self, ask: Ask, item: str = "") -> bytes:
        """The answer, after it was recorded."""
        body, media_type = self.reply(ask)
        is_json = media_type == "application/json"
        exchange = warc.Exchange(
            source=self.source.name,
            record_key=ask.record_key,
            part=ask.part,
            item=item,
            run=_RUN,
            fingerprint=ask.fingerprint,
            method=ask.method,
            url=ask.url,
            request_body=ask.body,
            status=self.status,
            headers=(("Content-Type", f"{media_type};charset=UTF-8" if is_json else media_type),),
            body=body,
            fetched_at=self._tick(),
        )
        self.members += warc.exchange_members(exchange, exchange.sha256, None)
        return body

    async def record(self) -> bytes:
        """Lists, then everything about each record, as a crawl goes."""

        async def fetch(ask: Ask) -> Answer:
            return Answer(ask.url, self.status, self.ask(ask))

        items = [item async for batch in self.source.listing(fetch, None) for item in batch]
        for item in items:
            for ask in self.source.asks(item.key):
                body = self.ask(ask, item.sha256)
                if ask.part == DETAIL:
                    detail = body
            for ask in self.source.files(item.key, detail, every=False):
                self.ask(ask, item.sha256)
        self._note("end")
        return b"".join(self.members)


def build(folder: Path) -> dict[str, int]:
    """Writes FOLDER/<source>/<source>-00000.warc.gz; gives the size of each file in bytes."""
    settings = load_settings(vbpl_url=gateway.BASE, dichvucong_url=portal.BASE, crawl_delay=1.0)
    documents = read_documents()
    database = gateway.Gateway(documents)
    procedures = portal.Portal(read_procedures(), documents)
    replies: dict[str, tuple[Reply, int]] = {
        "vbpl": (lambda ask: database.answer(ask.url), 200),
        "dichvucong": (lambda ask: procedures.answer(ask.url, ask.body or b""), 201),
    }
    sizes = {}
    for name, (reply, status) in replies.items():
        with mock.patch("warcio.recordbuilder.RecordBuilder._make_warc_id", _Numbers(name)):
            recording = Recording(source_class(name)(settings), reply, status)
            data = asyncio.run(recording.record())
        path = folder / name / recording.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        sizes[path.name] = len(data)
    return sizes


class _Numbers:
    """Record identifiers that are the same at every build; warcio draws them at random."""

    def __init__(self, source: str) -> None:
        self.source, self.count = source, 0

    def __call__(self) -> str:
        self.count += 1
        return f"<urn:uuid:{uuid.UUID(identifier('warc', self.source, self.count))}>"


if __name__ == "__main__":
    for file, size in build(Path(sys.argv[1]) if len(sys.argv) > 1 else ARCHIVE).items():
        print(f"{file}: {size} bytes")
