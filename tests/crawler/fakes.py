"""A source that exists only here, and a site that answers from memory."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
from collections import Counter
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

from crawler.archive import Archive
from crawler.crawl import Crawl, Fetched, Options
from crawler.fetcher import Fetcher, Response
from crawler.sources import DETAIL, LIST, Ask, Fetch, ListItem, Source, list_item
from schemas.documents import LegalDocument, Provenance, Provision, Relation
from schemas.errors import ParseError
from schemas.pages import RecordPages
from schemas.settings import Settings
from tests.loops import run

BASE = "http://127.0.0.1:1/fake"


class FakeSource(Source):
    """Lists in one page; a record has a detail and a tree."""

    name = "fake"

    async def listing(self, fetch: Fetch, since: dt.date | None) -> AsyncIterator[list[ListItem]]:
        yield self.items((await fetch(Ask(LIST, f"{BASE}/list", body=b"{}"))).body)

    def asks(self, key: str) -> list[Ask]:
        return [Ask(DETAIL, f"{BASE}/{key}", key), Ask("tree", f"{BASE}/{key}/tree", key)]

    def files(self, key: str, detail: bytes, every: bool) -> list[Ask]:
        names = json.loads(detail).get("files", [])
        return [Ask(f"file:{n}", f"{BASE}/{key}/{n}", key) for n in names]

    @classmethod
    def items(cls, body: bytes) -> list[ListItem]:
        return [list_item(row["id"], row, ("isNew", "status")) for row in json.loads(body)["data"]]

    @classmethod
    def parse(cls, pages: RecordPages) -> LegalDocument:
        page = pages.parts[DETAIL]
        detail = json.loads(page.body)
        if "number" not in detail:
            raise ParseError(page.url, "number is missing")
        return LegalDocument(
            source="fake",
            source_id=pages.source_id,
            number=detail["number"],
            type="Luật",
            title=detail.get("title", "Luật mẫu"),
            status=detail.get("status"),
            provisions=(Provision(id="dieu-1", level="article", number="1", text=detail.get("text", "")),),
            relations=tuple(Relation(**r) for r in detail.get("relations", ())),
            provenance=Provenance(url=page.url, fetched_at=page.fetched_at, sha256=page.sha256),
        )


class FakeSite:
    """Records by key; `trouble` maps an address to answers given before the right one."""

    def __init__(self, **records: dict[str, Any]) -> None:
        self.records: dict[str, dict[str, Any]] = dict(records)
        self.unlisted: set[str] = set()
        self.trouble: dict[str, list[Response | Exception]] = {}
        self.asked: Counter[str] = Counter()
        self.before: Callable[[Ask], None] = lambda ask: None

    async def download(self, ask: Ask) -> Response:
        await asyncio.sleep(0)
        path = ask.url.removeprefix(BASE + "/")
        self.asked[path] += 1
        self.before(ask)
        waiting = self.trouble.get(path)
        if waiting:
            answer = waiting.pop(0)
            if isinstance(answer, Exception):
                raise answer
            return answer
        return self.answer(path)

    def answer(self, path: str) -> Response:
        if path == "list":
            rows = [
                {"id": k, "edited": r.get("edited", 0), "isNew": r.get("isNew"), "status": r.get("status")}
                for k, r in self.records.items()
                if k not in self.unlisted
            ]
            return reply({"data": rows})
        key, _, part = path.partition("/")
        if key not in self.records:
            return reply({"message": "gone"}, 404)
        if part == "tree":
            return reply({"data": []})
        return reply(self.records[key]) if not part else Response(200, (("Content-Type", "x/y"),), b"file")


def reply(value: Any, status: int = 200, media_type: str = "application/json") -> Response:
    body = value if isinstance(value, bytes) else json.dumps(value).encode()
    return Response(status, (("Content-Type", media_type),), body)


def fake_source(folder: Path) -> FakeSource:
    urls = {"vbpl_url": "http://127.0.0.1:1/api", "dichvucong_url": "http://127.0.0.1:1"}
    return FakeSource(Settings(data_dir=folder, crawl_delay=0, **urls))  # type: ignore[arg-type]


def crawl_once(folder: Path, site: FakeSite, options: Options | None = None) -> Fetched:
    """One crawl of the site into the archive under `folder`."""
    source = fake_source(folder)
    archive = Archive(folder / "archive", FakeSource)
    try:
        fetcher = Fetcher(source, archive, site.download)
        crawl = Crawl(source, archive, fetcher, options or Options(), lambda _: None)
        fetched = run(crawl.run())
        archive.end_run()
        return fetched
    finally:
        archive.close()
