"""Reading the lists of both sources to their ends, whatever their quirks."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st

from crawler.sources import Answer, Ask, ListingError, Source
from crawler.spiders import dichvucong, vbpl
from schemas.settings import Settings
from tests.loops import run

SETTINGS = Settings()


class Gateway:
    """The list of the national database: windows of issue dates, pages of at most `page_size`."""

    def __init__(self, days: list[dt.date | None], nulls_first: bool = False) -> None:
        rows = [(str(i), day) for i, day in enumerate(days)]
        dated = sorted((r for r in rows if r[1]), key=lambda r: r[1] or dt.date.min, reverse=True)
        undated = [r for r in rows if not r[1]]
        self.rows = [*undated, *dated] if nulls_first else [*dated, *undated]
        self.asked: list[dict[str, Any]] = []

    async def fetch(self, ask: Ask) -> Answer:
        wish = json.loads(ask.body or b"")
        self.asked.append(wish)
        assert wish["pageSize"] <= 500 and wish["sortBy"] == "issueDate"
        low, high = wish.get("issueDateFrom"), wish.get("issueDateTo")
        rows = [
            r
            for r in self.rows
            if (not low or (r[1] and r[1].isoformat() >= low))
            and (not high or (r[1] and r[1].isoformat() <= high))
        ]
        if wish["sortDirection"] == "asc":
            rows = rows[::-1]
        start = (wish["pageNumber"] - 1) * wish["pageSize"]
        items = [
            {"id": k, "issueDate": f"{d.isoformat()}T00:00:00" if d else None}
            for k, d in rows[start : start + wish["pageSize"]]
        ]
        data = {"total": len(rows), "items": items, "pageNumber": wish["pageNumber"] - 1}
        return Answer(ask.url, 200, json.dumps({"success": True, "data": data}).encode())


def read(source: Source, site: Any, since: dt.date | None = None) -> Counter[str]:
    async def main() -> Counter[str]:
        return Counter([item.key async for batch in source.listing(site.fetch, since) for item in batch])

    return run(main())


days = st.lists(st.one_of(st.none(), st.dates(dt.date(2020, 1, 1), dt.date(2020, 2, 1))), max_size=120)


@given(days, st.booleans(), st.integers(1, 12))
@limits(max_examples=60)
def test_every_document_is_listed_once(
    found: list[dt.date | None], nulls_first: bool, page_size: int
) -> None:
    site = Gateway(found, nulls_first)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(vbpl, "PAGE_SIZE", page_size)
        listed = read(vbpl.SOURCE(SETTINGS), site)
    assert listed == Counter(str(i) for i in range(len(found)))


def test_paging_stays_shallow() -> None:
    first = dt.date(2000, 1, 1)
    site = Gateway([first + dt.timedelta(days=n // 3) for n in range(3000)])
    assert len(read(vbpl.SOURCE(SETTINGS), site)) == 3000
    assert {wish["pageNumber"] for wish in site.asked} == {1}
    assert len(site.asked) <= 8


def test_since_leaves_the_older_out() -> None:
    site = Gateway([dt.date(2020, 1, n) for n in range(1, 31)])
    assert len(read(vbpl.SOURCE(SETTINGS), site, dt.date(2020, 1, 21))) == 10


def test_a_list_in_another_order_is_refused() -> None:
    site = Gateway([dt.date(2020, 1, n) for n in range(1, 31)])
    site.rows = site.rows[::2] + site.rows[1::2]
    with pytest.MonkeyPatch.context() as patch, pytest.raises(ListingError, match="sorted"):
        patch.setattr(vbpl, "PAGE_SIZE", 20)
        read(vbpl.SOURCE(SETTINGS), site)


def test_a_list_that_shows_less_than_it_tells_of_is_a_failure() -> None:
    site = Gateway([dt.date(2020, 1, 1)] * 5)

    async def fetch(ask: Ask) -> Answer:
        answer = await site.fetch(ask)
        value = json.loads(answer.body)
        value["data"]["total"] += 3
        return Answer(answer.url, 200, json.dumps(value).encode())

    site_that_hides = type("Site", (), {"fetch": staticmethod(fetch)})
    with pytest.raises(ListingError, match="8 documents but shows 5"):
        read(vbpl.SOURCE(SETTINGS), site_that_hides)


class Procedures:
    """The cursor list of the service portal; `cap` is the largest page it gives."""

    def __init__(self, count: int, cap: int) -> None:
        self.ids, self.cap = [f"{n:05d}" for n in range(count)], cap

    async def fetch(self, ask: Ask) -> Answer:
        wish = json.loads(ask.body or b"")
        rest = [i for i in self.ids if i > wish["lastId"]] if wish["lastId"] else self.ids
        page = rest[: min(wish["limit"], self.cap)]
        items = [{"id": i, "updatedAt": f"2026-01-{1 + int(i) % 28:02d}"} for i in page]
        data = {"items": items, "lastId": page[-1] if page else "", "total": len(self.ids)}
        return Answer(ask.url, 201, json.dumps({"code": "OK", "data": data}).encode())


@given(st.integers(0, 130), st.integers(1, 60))
@limits(max_examples=40)
def test_every_procedure_is_listed_once(count: int, cap: int) -> None:
    assert read(dichvucong.SOURCE(SETTINGS), Procedures(count, cap)) == Counter(
        f"{n:05d}" for n in range(count)
    )


def test_procedures_since() -> None:
    listed = read(dichvucong.SOURCE(SETTINGS), Procedures(56, 20), dt.date(2026, 1, 15))
    assert len(listed) == 28


def test_the_portal_gets_the_headers_it_wants() -> None:
    (ask,) = dichvucong.SOURCE(SETTINGS).asks("abc")
    assert {"Sec-Fetch-Mode", "Sec-Fetch-Site"} <= set(ask.headers)
    assert ask.method == "POST" and json.loads(ask.body or b"") == {"id": "abc"}


def test_a_document_is_asked_for_by_four_addresses() -> None:
    asks = vbpl.SOURCE(SETTINGS).asks("19761")
    base = "https://vbpl-bientap-gateway.moj.gov.vn/api/qtdc/public/doc"
    assert {a.part: a.url for a in asks} == {
        "detail": f"{base}/19761",
        "tree": f"{base}/provision/tree/19761",
        "history": f"{base}/19761/history",
        "diagram": f"{base}/19761/diagram",
    }
    assert asks[0].part == "detail"


def test_only_what_moves_by_date_leaves_the_stable_hash_alone() -> None:
    def item(**changes: Any) -> Any:
        row = {
            "id": "1",
            "title": "Luật",
            "isNew": True,
            "effStatus": None,
            "effTo": None,
            "updatedDate": None,
        }
        return vbpl.SOURCE.items(json.dumps({"data": {"items": [row | changes]}}).encode())[0]

    base = item()
    assert item(isNew=False).stable == base.stable and item(isNew=False).sha256 != base.sha256
    assert item(effStatus={"code": "HHL"}, effTo="2026-01-01").stable == base.stable
    assert item(title="Luật khác").stable != base.stable
    assert item(updatedDate="2026-01-01").stable != base.stable
