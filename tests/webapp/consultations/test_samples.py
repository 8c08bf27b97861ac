"""The sample portal has one consultation at each stage, also next year."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from flask import Flask

from schemas import consultation_tables as c
from tests.webapp.people import Browser
from webapp.consultations import queries, samples
from webapp.consultations.rows import clock

FOLDER = Path(__file__).parents[3] / "samples" / "consultations"


def test_one_at_each_stage_with_comments_a_campaign_and_answers(site: Flask, portal: sa.Engine) -> None:
    settings = site.extensions["quydinh"].settings
    assert samples.load(portal, settings, FOLDER) == 4
    assert samples.load(portal, settings, FOLDER) == 0
    with portal.connect() as connection:
        counts = queries.stage_counts(connection, clock(connection))
        sizes = [row.campaign_id for row in connection.execute(sa.select(c.comments)) if row.campaign_id]
        late = connection.execute(
            sa.select(sa.func.count())
            .select_from(c.comments.join(c.consultations))
            .where(c.comments.c.received_at >= c.consultations.c.closes_at)
        ).scalar_one()
    assert counts == {"open": 2, "closing_soon": 1, "upcoming": 0, "closed": 1, "answered": 1}
    assert len(sizes) == 7 and len(set(sizes)) == 1 and late == 0
    browser = Browser(site)
    page = browser.get("/tham-van").text
    assert "Dữ liệu mẫu" in page and "còn lại" in page
    assert page.count('class="days soon"') == 1 < page.count('class="days')  # only what ends soon stands out
    for number in (1, 2, 3, 4):
        page = browser.get(f"/tham-van/{number}").text
        assert "Dữ liệu mẫu" in page
    # What is over asks for nothing any more.
    assert "Đã nhận góp ý đến hết ngày" in page and ".ics" not in page and "Bạn nhận mã theo dõi" not in page
    assert page.index("Tiếp thu</span>") < page.index("Tiếp thu một phần") < page.index("Không tiếp thu, có")
    assert "Bạn nói, chúng tôi làm" in page and "Mọi góp ý đã được trả lời" in page
    assert "góp ý gần giống" in browser.get("/tham-van/2").text
    assert "0900 000 000" not in browser.get("/tham-van/2/y-kien").text
