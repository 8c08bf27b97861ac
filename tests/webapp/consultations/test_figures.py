"""Counts: what is kept where there are many comments is what would be counted, and is renewed."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from schemas import consultation_tables as c
from schemas.consultations import HideReason, Step
from schemas.database import database_engine
from schemas.people import Grant, Role
from tests.webapp.people import Browser, add_person
from webapp.audit import now
from webapp.consultations import desk_queries, figures, moderation, queries
from webapp.consultations.campaigns import group_waiting
from webapp.consultations.moderation import Decision

from .people import MODERATOR, add_people, opened, send

LETTER = (
    "Chúng tôi đề nghị giữ nguyên thời hạn 05 ngày làm việc như dự thảo đã nêu, vì cửa hàng nhỏ "
    "không thể chờ lâu hơn trong mùa bán hàng cuối năm."
)


def filled(portal: sa.Engine) -> tuple[int, list[int]]:
    made = opened(portal)
    sent = [send(portal, made, f"{LETTER} {n}").comment_id for n in range(3)]
    sent.append(send(portal, made, "Nên bỏ Điều 2.", letter={"path": "dieu-2/khoan-1"}).comment_id)
    with portal.begin() as connection:
        moderation.decide(
            connection, MODERATOR, sent[3], "published", Decision(Step.HIDE, HideReason.OFF_TOPIC, "Lạc đề.")
        )
    return made, sent


def test_kept_counts_are_what_would_be_counted(portal: sa.Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(figures, "MANY", 2)
    made, _sent = filled(portal)
    group_waiting(portal)
    with portal.connect() as connection:
        counted, kept = figures.count(connection, made), figures.kept(connection, [made])[made]
    assert kept.counted_at is not None
    assert dataclasses.replace(kept, counted_at=None, campaigns={}) == counted
    assert (counted.listed, counted.public, counted.owed) == (1, 3, 3)
    assert list(kept.campaigns.values()) == [(3, 0)]
    assert kept.states["hidden:off_topic"] == 1


def test_few_comments_are_counted_each_time(portal: sa.Engine) -> None:
    made, _sent = filled(portal)
    group_waiting(portal)
    with portal.connect() as connection:
        assert not figures.kept(connection, [made])
        assert figures.figures(connection, made).counted_at is None


def test_the_worker_renews_what_has_changed_and_pages_do_not_trust_a_dead_worker(
    portal: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(figures, "MANY", 2)
    made, sent = filled(portal)
    group_waiting(portal)
    with portal.begin() as connection:
        hide = Decision(Step.HIDE, HideReason.OFF_TOPIC, "Lạc đề.")
        moderation.decide(connection, MODERATOR, sent[0], "published", hide)

    def age(seconds: float) -> None:
        with portal.begin() as connection:
            old = now() - dt.timedelta(seconds=seconds)
            connection.execute(sa.update(c.consultation_figures).values(counted_at=old))

    age(16)
    figures.renew(portal)
    with portal.connect() as connection:
        assert figures.kept(connection, [made])[made].public == 2
    age(16)
    figures.renew(portal)  # nothing was done since: still right
    with portal.connect() as connection:
        assert figures.kept(connection, [made])[made].public == 2
    age(121)
    with portal.connect() as connection:
        assert figures.figures(connection, made).counted_at is None


def test_a_campaign_outlives_its_first_letter(portal: sa.Engine) -> None:
    """Whoever sends a letter first cannot make all that follow vanish by having it hidden."""
    made, sent = filled(portal)
    group_waiting(portal)

    def listed() -> list[int]:
        with portal.connect() as connection:
            found = queries.public_comments(connection, made).found
        return [item.row.id for item in found]

    assert listed() == sent[:1]
    hide = Decision(Step.HIDE, HideReason.OFF_TOPIC, "Lạc đề.")
    with portal.begin() as connection:
        moderation.decide(connection, MODERATOR, sent[0], "published", hide)
    assert listed() == sent[1:2]
    with portal.connect() as connection:
        campaign = connection.scalar(sa.select(c.campaigns.c.id))
        opened_up = queries.public_comments(connection, made, campaign=campaign)
        kinds = connection.scalars(sa.select(c.comments.c.collapsed).order_by(c.comments.c.id)).all()
    assert opened_up.total == 2 and {item.row.id for item in opened_up.found} == set(sent[1:3])
    assert kinds == [True, False, True, False]
    with portal.begin() as connection:
        moderation.decide(connection, MODERATOR, sent[0], "hidden", Decision(Step.PUBLISH, "", "Nhầm."))
    assert listed() == sent[:1]


def test_lists_are_walked_from_comment_to_comment(site: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Following "next" reads each comment once, however many are sent meanwhile; "previous" leads back."""
    monkeypatch.setattr(queries, "PER_PAGE", 2)
    database = site.extensions["quydinh"].database
    made = opened(database)
    letter: dict[str, object] = {"path": "dieu-2/khoan-1"}
    sent = [send(database, made, f"Ý kiến riêng thứ {n}.", letter=letter).comment_id for n in range(5)]
    visitor, base = Browser(site), f"/tham-van/{made}/y-kien?dieu=dieu-2"
    late: list[int] = []

    def walk(address: str, which: str) -> tuple[list[list[int]], str]:
        pages, last = [], address
        while address:
            text, last = visitor.get(address).text, address
            pages.append([int(n) for n in re.findall(r"y-kien/(\d+)/bao-cao", text)])
            link = re.search(rf'href="([^"]+)" rel="{which}"', text)
            address = link[1].replace("&amp;", "&") if link else ""
            if which == "next":
                late.append(send(database, made, f"Gửi trong khi đọc {address}.", letter=letter).comment_id)
        return pages, last

    there, last = walk(base, "next")
    assert there == [[sent[4], sent[3]], [sent[2], sent[1]], [sent[0]]]
    back, _first = walk(last, "prev")
    assert back[:3] == [[sent[0]], [sent[2], sent[1]], [sent[4], sent[3]]]
    assert back[3:] == [[late[1], late[0]], [late[2], late[1]]]  # the first page is always whole
    found: Any = visitor.get(f"/api/v1/consultations/{made}/comments?dieu=dieu-2").json
    assert (found["total"], found["more_than_total"], found["next"]) == (8, False, str(late[1]))
    rest: Any = visitor.get(f"/api/v1/consultations/{made}/comments?dieu=dieu-2&tiep={found['next']}").json
    assert [item["id"] for item in rest["comments"]] == [late[0], sent[4]]
    assert visitor.get(f"/api/v1/consultations/{made}/comments?tiep=x").status_code == 400


def test_long_filtered_lists_are_counted_up_to_a_limit(site: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(figures, "MANY", 2)
    database = site.extensions["quydinh"].database
    made = opened(database)
    for n in range(3):
        send(database, made, f"Ý kiến riêng thứ {n}.")
    assert "hơn 2 góp ý" in Browser(site).get(f"/tham-van/{made}/y-kien?xac_minh=khong").text
    officer = Browser(site, add_person(database, Grant(Role.OFFICER)))
    assert "hơn 2 dòng" in officer.get(f"/quan-tri/tham-van/{made}/hop-thu?xem=tat-ca").text


def test_lists_with_very_many_comments_are_read_by_their_index(tmp_path: Path, empty_sqlite: Path) -> None:
    """The statements of inbox and lists sort nothing and read no comment that stands behind a campaign.

    On SQLite; what PostgreSQL does depends on its statistics, and is measured by `bench load`.
    """
    portal = database_engine(f"sqlite:///{shutil.copy(empty_sqlite, tmp_path / 'portal.sqlite3')}")
    with portal.begin() as connection:
        add_people(connection)
    made = opened(portal)
    asked: list[str] = []

    def explain(connection: Any, _cursor: object, statement: str, values: Any, *_more: object) -> None:
        if "FROM comments" in statement and "explain" not in statement:
            plan = connection.connection.execute(f"explain query plan {statement}", values).fetchall()
            asked.append("\n".join(row[3] for row in plan))

    with portal.connect() as connection:
        sa.event.listen(connection, "before_cursor_execute", explain)
        desk_queries.inbox(connection, made)
        desk_queries.inbox(connection, made, show="answered")
        queries.public_comments(connection, made, verified="co", before=10**6)
        queries.public_comments(connection, made, path="dieu-2", after=1)
    assert len(asked) >= 6
    for plan in asked:
        assert "ix_comments_due" in plan or "ix_comments_listed" in plan, plan
        assert "TEMP B-TREE" not in plan, plan
    portal.dispose()
