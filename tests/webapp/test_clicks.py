"""Learning from clicks: off unless switched on, nothing about anybody, and no page suffers."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote_plus

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from schemas.click_tables import DAYS_NEEDED, KEPT, RARE_KEPT, clicked_queries, search_clicks
from schemas.settings import Settings
from webapp import clicks, create_app, worker
from webapp.clicks import Clicks, may_be_kept
from webapp.cookies import SESSION

from .portal import ScriptedReader, fill, unavailable

DAY = dt.date(2026, 11, 20)
ARTICLE = "/van-ban/12-2030-nd-cp/dieu-3"  # the second hit of the scripted reader
BROWSER = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}


@pytest.fixture
def learning(settings: Settings, database: sa.Engine, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """A portal that learns; what waits is counted when a test says so."""
    monkeypatch.setattr(clicks, "REST", 0)
    monkeypatch.setattr(threading.Timer, "start", lambda _timer: None)
    fill(database)
    app = create_app(settings.model_copy(update={"learn_from_clicks": True}), ScriptedReader())
    yield app
    app.extensions["quydinh"].database.dispose()


def counter(app: Flask) -> Clicks:
    found: Clicks = app.extensions["quydinh clicks"]
    return found


def open_article(client: FlaskClient, text: str = "biển hiệu", more: str = "", **headers: str) -> None:
    """As a browser does that follows a link of the result page."""
    referrer = f"http://localhost/tim-kiem?q={quote_plus(text)}{more}"
    sent = {**BROWSER, "Referer": referrer, **{k.replace("_", "-"): v for k, v in headers.items()}}
    assert client.get(ARTICLE, headers=sent).status_code == 200


def rows(app: Flask) -> list[tuple[str, int, int]]:
    """Record, place and count of what is kept, once all is counted."""
    counter(app).count()
    kept = search_clicks.c
    with app.extensions["quydinh"].database.connect() as connection:
        found = connection.execute(
            sa.select(kept.record, kept.place, kept.count).order_by(kept.place, kept.count)
        )
        return [(row[0], row[1], row[2]) for row in found]


def add(app: Flask, text: str, *days: dt.date, secret: str = "s") -> None:
    with app.extensions["quydinh"].database.begin() as connection:
        for day in days:
            clicks.keep(connection, {(text, "vbpl:1001:dieu-2", 2): 1}, secret, day)


def readable(app: Flask) -> list[str]:
    with app.extensions["quydinh"].database.connect() as connection:
        return list(connection.scalars(sa.select(clicked_queries.c.words)))


def days(count: int, last: dt.date = DAY) -> list[dt.date]:
    return [last - dt.timedelta(n) for n in range(count)]


def test_nothing_is_kept_unless_it_is_switched_on(settings: Settings, database: sa.Engine) -> None:
    fill(database)
    app = create_app(settings, ScriptedReader())
    open_article(app.test_client())
    assert "quydinh clicks" not in app.extensions
    with database.connect() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(search_clicks)) == 0
    assert "Do Not Track" not in app.test_client().get("/tro-giup").text


def test_the_article_its_place_and_how_often_are_kept(learning: Flask) -> None:
    client = learning.test_client()
    for text in ("biển hiệu", "Biển  HIỆU?", "giấy phép"):
        open_article(client, text)
    open_article(client, "giấy phép", "&trang=2")
    assert rows(learning) == [
        ("vbpl:1001:dieu-2", 2, 1),
        ("vbpl:1001:dieu-2", 2, 2),
        ("vbpl:1001:dieu-11", 10, 1),
    ]


def test_the_english_pages_count_too(learning: Flask) -> None:
    sent = BROWSER | {"Referer": "http://localhost/en/tim-kiem?q=x"}
    assert learning.test_client().get(f"/en{ARTICLE}", headers=sent).status_code == 200
    assert len(rows(learning)) == 1


def test_only_keyed_hashes_are_kept_and_nothing_of_the_visitor(learning: Flask) -> None:
    open_article(learning.test_client(), X_Forwarded_For="203.0.113.7", Cookie="a=b")
    counter(learning).count()
    with learning.extensions["quydinh"].database.connect() as connection:
        (row,) = connection.execute(sa.select(search_clicks)).mappings()
    assert set(row) == {"query", "record", "place", "day", "count"}
    assert len(row["query"]) == 64 and "biển" not in row["query"]
    assert not readable(learning)


def test_the_page_is_the_same(learning: Flask, settings: Settings) -> None:
    other = create_app(settings, ScriptedReader())
    for address in (ARTICLE, "/tim-kiem?q=x"):
        answers = [app.test_client().get(address, headers=BROWSER) for app in (learning, other)]
        assert answers[0].data == answers[1].data
        assert "Set-Cookie" not in answers[0].headers


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec_GPC": "1"},
        {"DNT": "1"},
        {"Sec_Purpose": "prefetch;prerender"},
        {"Purpose": "prefetch"},
        {"Cache_Control": "max-age=0"},
        {"Cache_Control": "no-cache"},
        {"Sec_Fetch_Mode": "cors"},
        {"Sec_Fetch_Site": "cross-site"},
        {"User_Agent": "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"},
        {"User_Agent": "curl/8.14"},
        {"User_Agent": ""},
        {"Referer": "http://elsewhere.example/tim-kiem?q=x"},
        {"Referer": "http://localhost/van-ban/12-2030-nd-cp"},
        {"Referer": "http://localhost/tim-kiem"},
        {"Referer": "http://localhost/tim-kiem?q=x&nam=abc"},
        {"Referer": "http://[/tim-kiem?q=x"},
    ],
)
def test_who_does_not_want_it_and_what_is_no_choice_is_not_counted(
    learning: Flask, headers: dict[str, str]
) -> None:
    open_article(learning.test_client(), **headers)
    assert rows(learning) == []


def test_nobody_who_is_signed_in_is_counted(learning: Flask) -> None:
    client = learning.test_client()
    client.set_cookie(SESSION, "x", domain="localhost")
    open_article(client)
    assert rows(learning) == []


@pytest.mark.parametrize(
    "more", ["&loai=Luật", "&sap_xep=moi", "&ngay=2026-01-01", "&hieu_luc=tat-ca", "&dung_chu=1"]
)
def test_a_search_that_is_more_than_its_words_is_not_counted(learning: Flask, more: str) -> None:
    open_article(learning.test_client(), "x", more)
    assert rows(learning) == []


def test_only_opening_an_article_counts(learning: Flask) -> None:
    client, sent = learning.test_client(), BROWSER | {"Referer": "http://localhost/tim-kiem?q=x"}
    client.head(ARTICLE, headers=sent)
    for address in (
        "/van-ban/12-2030-nd-cp",
        "/van-ban/12-2030-nd-cp/dieu-77",
        "/thu-tuc/1.000001",
        "/tro-giup",
    ):
        client.get(address, headers=sent)
    assert rows(learning) == []


def test_an_article_that_the_page_does_not_show_is_not_counted(learning: Flask) -> None:
    learning.extensions["quydinh"].reader.total = 1
    open_article(learning.test_client())
    assert rows(learning) == []


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("điều kiện bán rượu theo nghị định 105/2017", False),  # seven digits: found by its number anyway
        ("điều 5 luật doanh nghiệp 2020", True),
        ("giấy phép xây dựng nhà ở", True),
        ("nguyễn văn a 0912 345 678", False),
        ("cccd 001099012345", False),
        ("biển số 51F-123.45", False),
        ("số nhà 12345", False),
        ("０９１２３４５６７８", False),
        ("sinh 01/02/1990", False),
        ("ai@thu.example", False),
        ("www.thu.example", False),
        ("https://thu.example/x", False),
        ("a" * 201, False),
        ("?!", False),
    ],
)
def test_words_that_could_tell_who_searched_are_not_kept(text: str, kept: bool) -> None:
    assert may_be_kept(text) is kept


def test_what_waits_is_bounded(learning: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    client = learning.test_client()
    for n in range(3):
        open_article(client, f"câu {n}")
    waiting = counter(learning)._waiting
    assert len(waiting) == 3 and waiting.maxlen == clicks.MOST_WAITING
    monkeypatch.setattr(clicks, "MOST_ROWS", 2)
    assert len(rows(learning)) == 3  # below the bound when the portion came
    open_article(client, "thêm")
    assert len(rows(learning)) == 3


def test_the_first_choice_starts_the_clock(
    settings: Settings, database: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clicks, "REST", 0)
    monkeypatch.setattr(clicks, "EVERY", 0.01)
    fill(database)
    app = create_app(settings.model_copy(update={"learn_from_clicks": True}), ScriptedReader())
    open_article(app.test_client())
    timer = counter(app)._timer
    if timer:
        timer.join(10)
    assert len(rows(app)) == 1
    app.extensions["quydinh"].database.dispose()


def test_no_page_fails_when_counting_does(
    learning: Flask, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    client, part = learning.test_client(), learning.extensions["quydinh"]
    part.reader.fail = unavailable
    open_article(client)
    assert rows(learning) == []
    part.reader.fail = None
    open_article(client)
    broken = sa.create_engine(f"sqlite:///{tmp_path}/no folder/x.sqlite3")
    counter(learning)._part = replace(part, database=broken)
    counter(learning).count()
    monkeypatch.setattr(clicks, "choice_of", lambda _request: 1 / 0)
    open_article(client)


def test_words_are_readable_from_enough_days_on(learning: Flask) -> None:
    for _ in range(20):
        add(learning, "biển hiệu", DAY)
    add(learning, "biển hiệu", *days(DAYS_NEEDED - 1))
    assert readable(learning) == []
    add(learning, "biển hiệu", *days(DAYS_NEEDED))
    add(learning, "biển hiệu", DAY)
    assert readable(learning) == ["biển hiệu"]
    add(learning, "giấy phép", *days(DAYS_NEEDED), secret="another")
    assert sorted(readable(learning)) == ["biển hiệu", "giấy phép"]


def test_what_is_rare_goes_sooner(learning: Flask) -> None:
    old = DAY - RARE_KEPT
    add(learning, "hiếm", old, DAY)
    add(learning, "hay", *days(DAYS_NEEDED, old))
    add(learning, "rất cũ", *days(DAYS_NEEDED, DAY - KEPT))
    add(learning, "cũ dần", DAY, *days(DAYS_NEEDED - 1, DAY - KEPT))
    with learning.extensions["quydinh"].database.begin() as connection:
        clicks.purge(connection, DAY)
        left = list(connection.scalars(sa.select(search_clicks.c.day).order_by(search_clicks.c.day)))
    assert readable(learning) == ["hay"]
    assert left == [*sorted(days(DAYS_NEEDED, old)), DAY, DAY]


def test_the_worker_clears_it_also_when_it_is_off(learning: Flask) -> None:
    part = learning.extensions["quydinh"]
    add(learning, "hiếm", dt.date(2020, 1, 1))
    worker.clear_expired(part.settings.model_copy(update={"learn_from_clicks": False}), part.database)
    with part.database.connect() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(search_clicks)) == 0


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_the_page_on_personal_data_says_so(learning: Flask, prefix: str) -> None:
    text = learning.test_client().get(f"{prefix}/tro-giup").text
    assert "Do Not Track" in text and f"{RARE_KEPT.days}" in text and f"{KEPT.days}" in text
