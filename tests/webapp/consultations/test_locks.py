"""Moderating, taking back and grouping at once: on PostgreSQL nobody waits for who waits for them."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from schemas import consultation_tables as c
from schemas.consultations import SHOWN, HideReason, Step
from schemas.errors import Refused
from webapp.consultations import comments, moderation
from webapp.consultations.campaigns import group_waiting
from webapp.consultations.moderation import Decision

from .people import MODERATOR, opened, send

pytestmark = pytest.mark.integration
LETTER = (
    "Chúng tôi đề nghị giữ nguyên thời hạn 05 ngày làm việc như dự thảo đã nêu, vì cửa hàng nhỏ "
    "không thể chờ lâu hơn trong mùa bán hàng cuối năm."
)
ROUNDS = 12


def at_once(*actions: Callable[[], object]) -> list[BaseException]:
    """Run all of them at the same moment; what they raised, but for refusals."""
    raised: list[BaseException] = []
    start = threading.Barrier(len(actions))

    def run(action: Callable[[], object]) -> None:
        start.wait()
        try:
            action()
        except Refused:
            pass
        except Exception as error:
            raised.append(error)

    threads = [threading.Thread(target=run, args=(action,)) for action in actions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised


def decide(database: sa.Engine, comment: int, seen: str, step: Step) -> Callable[[], object]:
    reason = HideReason.OFF_TOPIC if step is Step.HIDE else ""

    def run() -> None:
        with database.begin() as connection:
            moderation.decide(connection, MODERATOR, comment, seen, Decision(step, reason, "Lý do."))

    return run


def take_back(database: sa.Engine, comment: int) -> Callable[[], object]:
    def run() -> None:
        with database.begin() as connection:
            row = connection.execute(sa.select(c.comments).where(c.comments.c.id == comment)).one()
            comments.withdraw(connection, row)

    return run


@pytest.mark.parametrize("grouping", [False, True], ids=["moderators", "moderators and grouping"])
def test_nobody_waits_in_a_circle(portal: sa.Engine, grouping: bool) -> None:
    made = opened(portal)
    sent = [send(portal, made, f"{LETTER} {n}").comment_id for n in range(4)]
    group_waiting(portal)
    for n in range(ROUNDS):
        more: list[Callable[[], object]] = []
        if grouping:
            sent += [send(portal, made, f"{LETTER} lần {n} {k}").comment_id for k in range(3)]
            more = [lambda: group_waiting(portal, 2), lambda: group_waiting(portal, 2)]
        # The letter that stands for the campaign, and the one that would stand for it next.
        first, second = sent[0], sent[1]
        for seen, step in (("published", Step.HIDE), ("hidden", Step.PUBLISH)):
            both = (decide(portal, first, seen, step), decide(portal, second, seen, step))
            assert at_once(*both, *more) == [], n
    assert at_once(*(take_back(portal, comment) for comment in sent[:3])) == []
    group_waiting(portal)
    with portal.connect() as connection:
        rows = connection.execute(sa.select(c.comments)).all()
        leader = connection.scalar(sa.select(c.campaigns.c.representative_id))
    public = [row.id for row in rows if row.state in SHOWN]
    assert [row.id for row in rows if not row.collapsed] == [leader] == [min(public)]
