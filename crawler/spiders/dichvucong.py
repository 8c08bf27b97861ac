"""dichvucong.gov.vn, the National Public Service Portal: administrative procedures (docs/sources.md)."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import AsyncIterator
from typing import Any

from crawler.sites import dichvucong as site
from crawler.sources import DETAIL, LIST, Ask, Fetch, ListingError, ListItem, Source, list_item
from schemas.documents import Procedure
from schemas.pages import RecordPages

#: The public list gives up to 200 a page; less is taken as it comes.
PAGE_SIZE = 200
#: Without the Sec- headers the portal answers 403.
_HEADERS = {
    "Content-Type": "application/json",
    "Sec-Fetch-Mode": "cors",
    "Sec-Fetch-Site": "same-origin",
    "Sec-Fetch-Dest": "empty",
}


class DichVuCong(Source):
    """Everything is a POST to two addresses; the list goes on from the last id of a page."""

    name = "dichvucong"
    kind = "procedure"
    good_statuses = frozenset({200, 201})

    async def listing(self, fetch: Fetch, since: dt.date | None) -> AsyncIterator[list[ListItem]]:
        seen: set[str] = set()
        last, total = "", None
        while True:
            data = await self._list(fetch, last)
            total = data.get("total") if total is None else total
            rows = [row for row in data["items"] if str(row["id"]) not in seen]
            if not rows:
                break
            seen.update(str(row["id"]) for row in rows)
            yield [list_item(str(row["id"]), row, ()) for row in rows if _is_since(row, since)]
            last = str(data.get("lastId") or rows[-1]["id"])
        if isinstance(total, int) and total > len(seen):
            raise ListingError(f"the list tells of {total} procedures but shows {len(seen)}")

    async def _list(self, fetch: Fetch, last: str) -> dict[str, Any]:
        answer = await fetch(
            self._post(LIST, "submitting/formality/list-all-public-formality-by-citizen", "",
                       {"limit": PAGE_SIZE, "lastId": last, "q": "", "categoryId": "", "departmentCode": ""})
        )  # fmt: skip
        data = json.loads(answer.body)["data"]
        if not isinstance(data, dict) or not isinstance(data.get("items"), list):
            raise ListingError(f"{answer.url}: data.items is missing")
        return data

    def asks(self, key: str) -> list[Ask]:
        return [self._post(DETAIL, "configuring/formality/get-formality-by-citizen", key, {"id": key})]

    def _post(self, part: str, path: str, key: str, body: dict[str, Any]) -> Ask:
        url = f"{self.settings.dichvucong_url}/api/v1/{path}"
        return Ask(part, url, key, json.dumps(body, sort_keys=True).encode(), _HEADERS)

    @classmethod
    def items(cls, body: bytes) -> list[ListItem]:
        return [list_item(str(row["id"]), row, ()) for row in json.loads(body)["data"]["items"]]

    @classmethod
    def parse(cls, pages: RecordPages) -> Procedure:
        return site.parse(pages)

    @classmethod
    def envelope_refusal(cls, value: Any) -> str | None:
        if not isinstance(value, dict) or value.get("data") is None:
            return "JSON without data"
        return None if value.get("code") == "OK" else f"code is {value.get('code')!r}"


def _is_since(row: dict[str, Any], since: dt.date | None) -> bool:
    """Procedures carry no date of issue: `since` is compared with the last update, unknown counts as new."""
    updated = str(row.get("updatedAt") or "")[:10]
    return since is None or not updated or updated >= since.isoformat()


SOURCE = DichVuCong
