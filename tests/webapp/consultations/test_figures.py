"""Counts: what is kept where there are many comments is what would be counted, and is renewed."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest
import sqlalchemy as sa

from schemas import consultation_tables as c
from schemas.consultations import HideReason, Step
from webapp.audit import now
from webapp.consultations import figures, moderation, queries
from webapp.consultations.campaigns import group_waiting
from webapp.consultations.moderation import Decision

from .people import MODERATOR, opened, send

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
            _total, found = queries.public_comments(connection, made)
        return [item.row.id for item in found]

    assert listed() == sent[:1]
    hide = Decision(Step.HIDE, HideReason.OFF_TOPIC, "Lạc đề.")
    with portal.begin() as connection:
        moderation.decide(connection, MODERATOR, sent[0], "published", hide)
    assert listed() == sent[1:2]
    with portal.connect() as connection:
        campaign = connection.scalar(sa.select(c.campaigns.c.id))
        total, members = queries.public_comments(connection, made, campaign=campaign)
        kinds = connection.scalars(sa.select(c.comments.c.collapsed).order_by(c.comments.c.id)).all()
    assert total == 2 and {item.row.id for item in members} == set(sent[1:3])
    assert kinds == [True, False, True, False]
    with portal.begin() as connection:
        moderation.decide(connection, MODERATOR, sent[0], "hidden", Decision(Step.PUBLISH, "", "Nhầm."))
    assert listed() == sent[:1]
