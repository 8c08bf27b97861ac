"""vbpl.vn, the national database of legal documents: its JSON gateway (docs/sources.md)."""

from __future__ import annotations

import datetime as dt
import json
import math
from collections.abc import AsyncIterator
from itertools import pairwise
from typing import Any
from urllib.parse import quote

from crawler.sites import vbpl as site
from crawler.sources import DETAIL, LIST, Ask, Fetch, ListingError, ListItem, Source, list_item
from schemas.documents import LegalDocument
from schemas.pages import RecordPages

#: The gateway refuses more.
PAGE_SIZE = 500
#: What changes in a list item as days go by, with nobody touching the document.
DATE_DRIVEN = frozenset({"isNew", "effStatus", "effTo"})
#: documentRelatedList entries that repeat the text as HTML.
_TEXT_FILES = ("5", "MARKDOWN")


class Vbpl(Source):
    """Lists are read by seeking: the next request ends at the oldest day of the last page.

    So paging stays at page 1 however large the database is, except within a day of over 500 documents.
    """

    name = "vbpl"

    async def listing(self, fetch: Fetch, since: dt.date | None) -> AsyncIterator[list[ListItem]]:
        seen: set[str] = set()
        until: dt.date | None = None
        page, total = 1, None
        while True:
            data = await self._list(fetch, since, until, page)
            total = data["total"] if total is None else total
            rows = data["items"]
            yield _new(rows, seen)
            if len(rows) < PAGE_SIZE:
                break
            oldest = _oldest_day(rows)
            if oldest is None or oldest == until:
                page += 1  # a page within one day (or without days): go on by pages
            else:
                until, page = oldest, 1
        missing = total - len(seen)
        if missing > 0 and since is None:
            async for batch in self._undated(fetch, missing, seen):
                yield batch
        if total > len(seen):
            raise ListingError(f"the list tells of {total} documents but shows {len(seen)}")

    async def _undated(self, fetch: Fetch, missing: int, seen: set[str]) -> AsyncIterator[list[ListItem]]:
        """Documents that no window of issue dates holds stand at the other end of the whole list."""
        for page in range(1, math.ceil(missing / PAGE_SIZE) + 1):
            data = await self._list(fetch, None, None, page, "asc")
            yield _new(data["items"], seen)

    async def _list(
        self, fetch: Fetch, since: dt.date | None, until: dt.date | None, page: int, direction: str = "desc"
    ) -> dict[str, Any]:
        asked: dict[str, Any] = {
            "pageNumber": page,
            "pageSize": PAGE_SIZE,
            "sortBy": "issueDate",
            "sortDirection": direction,
        }
        if since:
            asked["issueDateFrom"] = since.isoformat()
        if until:
            asked["issueDateTo"] = until.isoformat()
        url = f"{self.settings.vbpl_url}/qtdc/public/doc/all"
        body = json.dumps(asked, sort_keys=True).encode()
        answer = await fetch(Ask(LIST, url, body=body, headers={"Content-Type": "application/json"}))
        data = json.loads(answer.body)["data"]
        if not isinstance(data.get("total"), int) or not isinstance(data.get("items"), list):
            raise ListingError(f"{url}: data.total or data.items is missing")
        return dict(data)

    def asks(self, key: str) -> list[Ask]:
        base, name = f"{self.settings.vbpl_url}/qtdc/public/doc", quote(key, safe="")
        return [
            Ask(DETAIL, f"{base}/{name}", key),
            Ask("tree", f"{base}/provision/tree/{name}", key),
            Ask("history", f"{base}/{name}/history", key),
            Ask("diagram", f"{base}/{name}/diagram", key),
        ]

    def files(self, key: str, detail: bytes, every: bool) -> list[Ask]:
        base = f"{self.settings.vbpl_url}/qtdc/public/doc/minio/buckets/vbpl/{quote(key, safe='')}"
        names = site.files_needed(detail)
        if every:
            names = list(dict.fromkeys([*names, *_file_names(detail)]))
        return [Ask(f"file:{n}", f"{base}/{quote(n, safe='')}/download", key) for n in names]

    @classmethod
    def items(cls, body: bytes) -> list[ListItem]:
        return [list_item(str(row["id"]), row, DATE_DRIVEN) for row in json.loads(body)["data"]["items"]]

    @classmethod
    def parse(cls, pages: RecordPages) -> LegalDocument:
        return site.parse(pages)

    @classmethod
    def envelope_refusal(cls, value: Any) -> str | None:
        if not isinstance(value, dict) or "data" not in value:
            return "JSON without data"
        return None if value.get("success") else f"success is {value.get('success')!r}"


def _new(rows: list[dict[str, Any]], seen: set[str]) -> list[ListItem]:
    """Items not met yet: windows share the day at which one ends and the next begins."""
    fresh = [list_item(str(row["id"]), row, DATE_DRIVEN) for row in rows if str(row["id"]) not in seen]
    seen.update(item.key for item in fresh)
    return fresh


def _oldest_day(rows: list[dict[str, Any]]) -> dt.date | None:
    """The smallest issue date of a page. Raises ListingError if the page is not in falling order."""
    days = [dt.date.fromisoformat(str(row["issueDate"])[:10]) for row in rows if row.get("issueDate")]
    if any(later > earlier for earlier, later in pairwise(days)):
        raise ListingError("the list is not sorted by issue date; windows would lose documents")
    return days[-1] if days else None


def _file_names(detail: bytes) -> list[str]:
    data = json.loads(detail)["data"]
    related = [f for f in data.get("documentRelatedList") or [] if f.get("relatedType") not in _TEXT_FILES]
    return [str(f["fileName"]) for f in related if f.get("fileName")]


SOURCE = Vbpl
