"""The first page: what closes soon with the days left, what changed this week."""

from __future__ import annotations

import datetime as dt
import re

import sqlalchemy as sa
from flask import Flask

from schemas import tables as t
from tests.webapp.portal import document
from webapp.documents import today

from .people import opened, send


def home(site: Flask, address: str = "/") -> str:
    site.extensions["quydinh"].cache._values.clear()  # what the site keeps for a minute
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", site.test_client().get(address).text))


def add(portal: sa.Engine, **values: object) -> None:
    with portal.begin() as connection:
        connection.execute(
            t.documents.insert(), [document(1, "7/2030/NĐ-CP", "Nghị định", "Về chợ", **values)]
        )


def test_an_empty_portal_says_that_nothing_is_asked(site: Flask) -> None:
    text = home(site)
    assert "Lúc này không có dự thảo nào đang hỏi ý kiến." in text
    assert "chưa có dự thảo nào đang mở" in text and "chưa có phương án nào" in text


def test_open_consultations_stand_there_with_the_days_left(site: Flask, portal: sa.Engine) -> None:
    near = opened(portal, days=30)
    opened(portal, days=45, title="Dự thảo Thông tư về chợ nổi")
    send(portal, near)
    text = home(site)
    assert "còn 30 ngày" in text and "2 dự thảo đang mở" in text and "1 góp ý" in text
    assert text.index("bán lẻ rượu") < text.index("chợ nổi")
    assert "30 days left" in home(site, "/en/")


def test_what_changed_in_the_last_seven_days(site: Flask, portal: sa.Engine) -> None:
    add(portal, issue_date=today() - dt.timedelta(days=3), effective_date=today() + dt.timedelta(days=40))
    text = home(site)
    assert "Thay đổi trong tuần" in text and "Nghị định 7/2030/NĐ-CP được ban hành" in text
    assert "Về chợ; có hiệu lực từ" in text


def test_a_quiet_week_shows_the_latest_changes_and_says_so(site: Flask, portal: sa.Engine) -> None:
    day = today() - dt.timedelta(days=9)
    add(portal, issue_date=day, effective_date=day)
    text = home(site)
    assert "Bảy ngày qua không có gì đổi" in text and "7/2030/NĐ-CP có hiệu lực" in text
    assert "được ban hành" not in text  # issued and in force on one day is told once


def test_all_changes_can_be_downloaded(site: Flask, portal: sa.Engine) -> None:
    day = today() - dt.timedelta(days=2)
    add(portal, issue_date=day, effective_date=day)
    answer = site.test_client().get("/thay-doi.csv")
    assert answer.mimetype == "text/csv"
    assert f"{day.isoformat()},Nghị định 7/2030/NĐ-CP có hiệu lực,7/2030/NĐ-CP,Về chợ" in answer.text
    assert 'href="/thay-doi.csv"' in site.test_client().get("/thay-doi").text
