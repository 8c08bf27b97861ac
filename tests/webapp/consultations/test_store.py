"""Opening, sending, moderating, answering and closing, on both databases."""

from __future__ import annotations

import datetime as dt
import threading
from typing import Any

import pytest
import sqlalchemy as sa

from schemas import consultation_tables as c
from schemas import tables as t
from schemas.consultations import HideReason, Step, Verdict
from schemas.errors import Conflict, Refused
from schemas.people_tables import audit_log
from webapp.consultations import answers, comments, moderation, store, versions
from webapp.consultations.moderation import Decision
from webapp.consultations.rows import clock, progress

from .people import (
    APPROVER,
    DRAFT,
    EVERYTHING,
    KEY,
    MINISTRY,
    MODERATOR,
    OFFICER,
    SECOND_MODERATOR,
    SETTINGS,
    STRANGER,
    content,
    end,
    opened,
    provisions,
    revision,
    send,
)


def rows(database: sa.Engine, table: sa.Table, *where: Any) -> list[Any]:
    with database.connect() as connection:
        return list(connection.execute(sa.select(table).where(*where)))


def refused(code: str) -> Any:
    return pytest.raises(Refused, match=f"^{code}$")


def test_nobody_opens_what_they_wrote(portal: sa.Engine) -> None:
    with portal.begin() as connection:
        begun = clock(connection)
        made = store.create(connection, EVERYTHING, MINISTRY, content(begun), SETTINGS)
        store.write_draft(connection, EVERYTHING, made, 1, provisions())
        store.submit(connection, EVERYTHING, made, 2)
    for who in (EVERYTHING, OFFICER, STRANGER, MODERATOR):
        with refused("authority"), portal.begin() as connection:
            store.open_for_comment(connection, who, made, 3)
    with portal.begin() as connection:
        store.open_for_comment(connection, APPROVER, made, 3)
    (row,) = rows(portal, c.consultations)
    assert row.published_by == APPROVER.id
    assert [r.kind for r in rows(portal, t.outbox)] == ["consultation"]


def test_who_adds_a_word_before_it_opens_has_drafted_it(portal: sa.Engine) -> None:
    with portal.begin() as connection:
        made = store.create(connection, OFFICER, MINISTRY, content(clock(connection)), SETTINGS)
        store.write_draft(connection, EVERYTHING, made, 1, provisions())
        store.submit(connection, OFFICER, made, 2)
    with refused("authority"), portal.begin() as connection:
        store.open_for_comment(connection, EVERYTHING, made, 3)


def test_a_change_has_to_be_submitted_again(portal: sa.Engine) -> None:
    with portal.begin() as connection:
        made = store.create(connection, OFFICER, MINISTRY, content(clock(connection)), SETTINGS)
        store.write_draft(connection, OFFICER, made, 1, provisions())
        store.submit(connection, OFFICER, made, 2)
        store.write_draft(connection, OFFICER, made, 3, provisions())
    with refused("not_submitted"), portal.begin() as connection:
        store.open_for_comment(connection, APPROVER, made, 4)


def test_a_short_period_needs_a_reason(portal: sa.Engine) -> None:
    with portal.begin() as connection:
        begun = clock(connection)
        made = store.create(connection, OFFICER, MINISTRY, content(begun, days=10), SETTINGS)
        store.write_draft(connection, OFFICER, made, 1, provisions())
    with refused("short"), portal.begin() as connection:
        store.submit(connection, OFFICER, made, 2)
    with portal.begin() as connection:
        reason = content(begun, days=10, short_reason="Trình tự rút gọn theo quyết định của Thủ tướng.")
        store.save(connection, OFFICER, made, reason, 2)
        store.submit(connection, OFFICER, made, 3)


def test_one_form_makes_one_comment(portal: sa.Engine) -> None:
    made = opened(portal)
    first = send(portal, made, submission="form")
    again = send(portal, made, submission="form")
    assert (again.comment_id, again.tracking, again.secret) == (
        first.comment_id,
        first.tracking,
        first.secret,
    )
    assert again.repeated and not first.repeated
    assert len(rows(portal, c.comments)) == 1
    assert [r.kind for r in rows(portal, t.outbox)].count("comment") == 1


def test_a_form_sent_again_after_the_end_still_gives_its_comment(portal: sa.Engine) -> None:
    made = opened(portal)
    first = send(portal, made, submission="form")
    end(portal, made)
    assert send(portal, made, submission="form").tracking == first.tracking


def test_what_was_received_in_time_counts_however_late_it_is_written(portal: sa.Engine) -> None:
    made = opened(portal)
    over = end(portal, made, ago=5)
    tick = dt.timedelta(milliseconds=1)
    assert send(portal, made, received_at=over - tick).comment_id
    with refused("late"):
        send(portal, made, received_at=over)
    assert len(rows(portal, c.comments)) == 1


def test_without_proof_it_waits_and_a_confirmed_address_publishes_it(portal: sa.Engine) -> None:
    made = opened(portal)
    sent = send(portal, made, proof=False, letter={"email": "nguoi.gui@mau.example"})
    assert sent.state == "submitted" and sent.confirm
    with portal.begin() as connection:
        assert comments.confirm(connection, "không phải mã này") is None
        assert comments.confirm(connection, sent.confirm) is not None
        assert comments.confirm(connection, sent.confirm) is None
    (row,) = rows(portal, c.comments)
    assert (row.state, row.verification) == ("published", "email")


def test_a_premoderated_comment_waits_though_its_address_is_confirmed(portal: sa.Engine) -> None:
    made = opened(portal, premoderated=True)
    sent = send(portal, made, letter={"email": "nguoi.gui@mau.example"})
    with portal.begin() as connection:
        comments.confirm(connection, sent.confirm)
    (row,) = rows(portal, c.comments)
    assert (row.state, row.verification) == ("submitted", "email")


def test_the_senders_code_opens_and_nothing_else_does(portal: sa.Engine) -> None:
    sent = send(portal, opened(portal))
    with portal.connect() as connection:
        row = comments.by_tracking(connection, sent.tracking.lower())
        assert comments.opens(row, sent.secret) and not comments.opens(row, sent.secret[:-1] + "x")
        assert not comments.opens(None, sent.secret) and not comments.opens(row, "")
    (stored,) = rows(portal, c.comments)
    assert sent.secret not in str(stored._asdict())


def test_withdrawing_forgets_the_person_and_keeps_the_trail(portal: sa.Engine) -> None:
    sent = send(portal, opened(portal), letter={"name": "Người Gửi Mẫu", "email": "a@mau.example"})
    (row,) = rows(portal, c.comments)
    with portal.begin() as connection:
        comments.withdraw(connection, row)
    assert rows(portal, c.comment_people) == []
    (row,) = rows(portal, c.comments)
    assert row.state == "withdrawn" and row.id == sent.comment_id
    with refused("withdrawn"), portal.begin() as connection:
        comments.withdraw(connection, row)
    assert "Người Gửi Mẫu" not in str([r._asdict() for r in rows(portal, audit_log)])


def decide(database: sa.Engine, who: Any, comment_id: int, seen: str, step: Step, **more: Any) -> None:
    with database.begin() as connection:
        moderation.decide(connection, who, comment_id, seen, Decision(step, **more))


def test_hiding_needs_a_reason_and_the_right_moderator(portal: sa.Engine) -> None:
    sent = send(portal, opened(portal))
    for who in (STRANGER, OFFICER, APPROVER):
        with refused("authority"):
            decide(portal, who, sent.comment_id, "published", Step.HIDE, reason_code="insult", reason="…")
    with refused("reason"):
        decide(portal, MODERATOR, sent.comment_id, "published", Step.HIDE, reason_code="insult")
    decide(portal, MODERATOR, sent.comment_id, "published", Step.HIDE, reason_code="insult", reason="Chửi.")
    with refused("step"):  # the second moderator saw it as published
        decide(
            portal,
            SECOND_MODERATOR,
            sent.comment_id,
            "published",
            Step.HIDE,
            reason_code="insult",
            reason="x",
        )
    (action,) = rows(portal, c.moderation_actions)
    assert (action.from_state, action.to_state, action.reason) == ("published", "hidden", "Chửi.")


def test_an_appeal_goes_to_somebody_else_and_is_heard_once(portal: sa.Engine) -> None:
    sent = send(portal, opened(portal))
    why = {"reason_code": HideReason.OFF_TOPIC, "reason": "Không liên quan."}
    decide(portal, MODERATOR, sent.comment_id, "published", Step.HIDE, **why)
    (row,) = rows(portal, c.comments)
    with portal.begin() as connection:
        moderation.appeal(connection, row, "Điều 3 nói đúng việc này.")
    with refused("step"), portal.begin() as connection:
        moderation.appeal(connection, row, "Lần nữa.")
    with refused("authority"):
        decide(portal, MODERATOR, sent.comment_id, "hidden", Step.APPEAL_UPHELD)
    decide(portal, SECOND_MODERATOR, sent.comment_id, "hidden", Step.APPEAL_REJECTED, reason="Vẫn lạc đề.")
    with refused("appeal_over"), portal.begin() as connection:
        moderation.appeal(connection, row, "Lần nữa.")
    (row,) = rows(portal, c.comments)
    assert row.state == "hidden" and row.appealed_at is None


def test_a_moderator_covers_words_and_writes_none(portal: sa.Engine) -> None:
    sent = send(portal, opened(portal), "Gọi tôi theo số 0900 000 000 để bàn thêm.")
    why = {"reason_code": HideReason.PERSONAL_DATA, "reason": "Có số điện thoại."}
    for body in ("Gọi tôi ngay […] để bàn thêm.", "Tôi rất đồng ý.", "[…] xấu […]"):
        with refused("changed_words"):
            decide(portal, MODERATOR, sent.comment_id, "published", Step.REDACT, body=body, **why)
    with refused("not_covered"):
        decide(portal, MODERATOR, sent.comment_id, "published", Step.REDACT, **why)
    covered = "Gọi tôi theo số […] để bàn thêm."
    decide(portal, MODERATOR, sent.comment_id, "published", Step.REDACT, body=covered, **why)
    (row,) = rows(portal, c.comments)
    assert row.shown_body == covered and "0900" in row.body and row.state == "redacted"


def test_a_claim_that_holds_takes_the_name_away(portal: sa.Engine) -> None:
    sent = send(portal, opened(portal), letter={"name": "Tên Bị Mượn", "shows": frozenset({"name"})})
    with portal.begin() as connection:
        number = moderation.claim(connection, sent.comment_id, "Tên Bị Mượn", "a@mau.example", "")
    with refused("authority"), portal.begin() as connection:
        moderation.decide_claim(connection, STRANGER, number, upheld=True)
    with portal.begin() as connection:
        moderation.decide_claim(connection, MODERATOR, number, upheld=True)
    with refused("step"), portal.begin() as connection:
        moderation.decide_claim(connection, MODERATOR, number, upheld=False)
    (row,) = rows(portal, c.comments)
    assert row.disputed_at and row.state == "published" and rows(portal, c.comment_people) == []


def test_one_reader_reports_once(portal: sa.Engine) -> None:
    sent = send(portal, opened(portal))
    with portal.begin() as connection:
        assert moderation.report(connection, sent.comment_id, "mạng 1", "insult", "")
        assert not moderation.report(connection, sent.comment_id, "mạng 1", "insult", "")
        assert moderation.report(connection, sent.comment_id, "mạng 2", "other", "")


def answer(database: sa.Engine, comment_id: int, who: Any = OFFICER) -> int:
    with database.begin() as connection:
        number = answers.save(connection, who, comment_id, Verdict.ACCEPTED, "Bộ tiếp thu.")
        answers.submit(connection, who, number, 1)
    return number


def test_an_answer_takes_two_people(portal: sa.Engine) -> None:
    sent = send(portal, opened(portal))
    number = answer(portal, sent.comment_id, EVERYTHING)
    for who in (EVERYTHING, OFFICER, STRANGER):
        with refused("authority"), portal.begin() as connection:
            answers.publish(connection, who, number, 2)
    with portal.begin() as connection:
        answers.publish(connection, APPROVER, number, 2)
    with pytest.raises(Conflict), portal.begin() as connection:
        answers.submit(connection, OFFICER, number, 2)


def test_an_answer_changed_after_submission_is_not_published(portal: sa.Engine) -> None:
    sent = send(portal, opened(portal))
    number = answer(portal, sent.comment_id)
    with portal.begin() as connection:
        answers.save(connection, OFFICER, sent.comment_id, Verdict.NOT, "Không tiếp thu.", revision=2)
    with refused("not_submitted"), portal.begin() as connection:
        answers.publish(connection, APPROVER, number, 3)


def test_closing_as_answered_tells_how_many_are_open(portal: sa.Engine) -> None:
    made = opened(portal)
    first, _second = send(portal, made), send(portal, made, "Nên là 03 ngày.")
    number = answer(portal, first.comment_id)
    with portal.begin() as connection:
        answers.publish(connection, APPROVER, number, 2)
    with refused("not_closed"), portal.begin() as connection:
        store.close_answered(connection, APPROVER, made, revision(portal, made), "")
    end(portal, made)
    for stated in (None, 0, 2):
        with refused("open_comments"), portal.begin() as connection:
            store.close_answered(connection, APPROVER, made, revision(portal, made), "", stated)
    with portal.begin() as connection:
        assert progress(connection, made).percent == 50
        store.close_answered(connection, APPROVER, made, revision(portal, made), "Sửa Điều 3.", 1)
    (row,) = rows(portal, c.consultations)
    assert row.left_open == 1 and row.answered_at


MOVED = """Điều 1. Phạm vi điều chỉnh
Sửa đổi, bổ sung Điều 18 của Nghị định số 15/2024/NĐ-MẪU.
Điều 2. Nơi nộp hồ sơ
Nộp tại Trung tâm phục vụ hành chính công cấp xã.
Điều 3. Hồ sơ đề nghị cấp Giấy phép bán lẻ rượu
1. Đơn đề nghị cấp Giấy phép bán lẻ rượu theo Mẫu số 01.
2. Mã số doanh nghiệp, hợp tác xã hoặc hộ kinh doanh; cơ quan cấp phép tự tra cứu thông tin đăng ký."""


def test_comments_move_with_their_clause(portal: sa.Engine) -> None:
    made = opened(portal)
    for path in (None, "dieu-1", "dieu-2/khoan-2", "dieu-3"):
        send(portal, made, f"Về {path}", letter={"path": path, "version": 1})
    with portal.begin() as connection:
        store.write_draft(connection, OFFICER, made, revision(portal, made), provisions(MOVED))
    with refused("authority"), portal.begin() as connection:
        versions.publish(connection, OFFICER, made, revision(portal, made))
    with portal.begin() as connection:
        report = versions.publish(connection, APPROVER, made, revision(portal, made))
    assert report == {"exact": 2, "moved": 1, "fuzzy": 0, "detached": 1}
    new = rows(portal, c.comment_anchors, c.comment_anchors.c.fit != "sent")
    assert [(a.path, a.fit) for a in sorted(new, key=lambda a: a.comment_id)] == [
        (None, "exact"),
        ("dieu-1", "exact"),
        ("dieu-3/khoan-2", "moved"),
        (None, "detached"),
    ]
    assert "05 ngày làm việc" in max(new, key=lambda a: a.comment_id).quote


def test_nobody_publishes_a_version_they_had_a_hand_in(portal: sa.Engine) -> None:
    """Also not who wrote first, after somebody else has touched the draft."""
    made = opened(portal)
    for writer in (EVERYTHING, OFFICER):
        with portal.begin() as connection:
            store.write_draft(connection, writer, made, revision(portal, made), provisions(MOVED))
    for writer in (EVERYTHING, OFFICER):
        with refused("authority"), portal.begin() as connection:
            versions.publish(connection, writer, made, revision(portal, made))
    with portal.begin() as connection:
        assert versions.publish(connection, APPROVER, made, revision(portal, made))
    with portal.begin() as connection:  # the next version is another's
        store.write_draft(connection, OFFICER, made, revision(portal, made), provisions())
    with portal.begin() as connection:
        assert versions.publish(connection, EVERYTHING, made, revision(portal, made))


def test_a_detached_comment_returns_with_its_clause(portal: sa.Engine) -> None:
    made = opened(portal)
    send(portal, made, letter={"path": "dieu-3", "version": 1})
    for text in (MOVED, DRAFT):
        with portal.begin() as connection:
            store.write_draft(connection, OFFICER, made, revision(portal, made), provisions(text))
        with portal.begin() as connection:
            versions.publish(connection, APPROVER, made, revision(portal, made))
    anchors = rows(portal, c.comment_anchors)
    assert [(a.path, a.fit) for a in sorted(anchors, key=lambda a: a.version_id)] == [
        ("dieu-3", "sent"), (None, "detached"), ("dieu-3", "fuzzy"),
    ]  # fmt: skip


def test_a_comment_on_the_old_version_is_moved_at_once(portal: sa.Engine) -> None:
    made = opened(portal)
    with portal.begin() as connection:
        store.write_draft(connection, OFFICER, made, revision(portal, made), provisions(MOVED))
    with portal.begin() as connection:
        versions.publish(connection, APPROVER, made, revision(portal, made))
    send(portal, made, letter={"path": "dieu-2/khoan-1", "version": 1})
    anchors = sorted(rows(portal, c.comment_anchors), key=lambda a: a.version_id)
    assert [(a.path, a.fit) for a in anchors] == [("dieu-2/khoan-1", "sent"), ("dieu-3/khoan-1", "moved")]


def test_the_trail_has_what_was_there_before_and_what_came_after(portal: sa.Engine) -> None:
    """Wording of answers and questions, and of drafts a hash: nothing that was public disappears unseen."""
    sent = send(portal, made := opened(portal))
    number = answer(portal, sent.comment_id)
    with portal.begin() as connection:
        answers.publish(connection, APPROVER, number, 2)
    with portal.begin() as connection:
        answers.save(connection, OFFICER, sent.comment_id, Verdict.NOT, "Lời khác.", revision=3)
        answers.submit(connection, OFFICER, number, 4)
        answers.publish(connection, APPROVER, number, 5)
    said = rows(portal, audit_log, audit_log.c.action == "publish_answer")[-1]
    assert said.before["text"] and said.before["text"] != said.after["text"] == "Lời khác."
    drafted = rows(portal, audit_log, audit_log.c.action == "draft_answer")
    assert drafted[-2].before["text"] == said.before["text"] and drafted[-2].after["verdict"] == "not"
    for text in (DRAFT, MOVED):
        with portal.begin() as connection:
            store.write_draft(connection, OFFICER, made, revision(portal, made), provisions(text))
    asked, first, *_submitted, second, third = rows(
        portal, audit_log, audit_log.c.action == "draft_consultation"
    )
    assert asked.after["questions"][0]["choices"] == ["Có", "Không"]
    assert first.before is None and second.before is None
    assert first.after["sha256"] == second.after["sha256"] == third.before["sha256"] != third.after["sha256"]
    assert (third.before["version"], third.after["provisions"]) == (2, len(provisions(MOVED)))


# ---------------------------------------------------------------- at once


def at_once(*tasks: Any) -> list[Any]:
    """Run the tasks in threads that start together; their results or errors."""
    barrier, results = threading.Barrier(len(tasks)), [None] * len(tasks)

    def run(place: int, task: Any) -> None:
        barrier.wait()
        try:
            results[place] = task()
        except Exception as error:
            results[place] = error

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(tasks)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


def test_eight_clicks_make_one_comment(portal: sa.Engine) -> None:
    made = opened(portal)
    sent = at_once(*[lambda: send(portal, made, submission="form") for _ in range(8)])
    assert len({s.tracking for s in sent}) == 1 and sum(not s.repeated for s in sent) == 1
    assert len(rows(portal, c.comments)) == 1 and len(rows(portal, c.comment_anchors)) == 1


def test_closing_at_the_same_time_loses_nothing_acknowledged(portal: sa.Engine) -> None:
    """Whoever is told "received" is there; whoever is told "late" is not."""
    made = opened(portal, short_reason="Bài thử.")

    def close() -> None:
        with portal.begin() as connection:
            store.change_end(connection, APPROVER, made, dt.datetime.now(dt.UTC), revision(portal, made))

    results = at_once(*[lambda n=n: send(portal, made, f"Góp ý {n}") for n in range(10)], close)
    stored = {row.id for row in rows(portal, c.comments)}
    assert {r.comment_id for r in results[:-1] if not isinstance(r, Exception)} == stored
    assert all(str(r) == "late" for r in results[:-1] if isinstance(r, Exception))
    assert results[-1] is None
    (row,) = rows(portal, c.consultations)
    assert all(r.received_at < row.closes_at for r in rows(portal, c.comments))


def test_two_approvers_publish_an_answer_once(portal: sa.Engine) -> None:
    number = answer(portal, send(portal, opened(portal)).comment_id)

    def publish() -> None:
        with portal.begin() as connection:
            answers.publish(connection, APPROVER, number, 2)

    results = at_once(publish, publish, publish)
    assert sorted(map(bool, results)) == [False, True, True]
    trail = rows(portal, audit_log, audit_log.c.action == "publish_answer")
    assert len(trail) == 1


def test_a_comment_and_a_new_version_at_once_leave_no_comment_without_a_place(portal: sa.Engine) -> None:
    made = opened(portal)
    with portal.begin() as connection:
        store.write_draft(connection, OFFICER, made, revision(portal, made), provisions(MOVED))

    def publish() -> None:
        with portal.begin() as connection:
            versions.publish(connection, APPROVER, made, revision(portal, made))

    about = {"path": "dieu-3", "version": 1}
    results = at_once(*[lambda: send(portal, made, letter=dict(about)) for _ in range(6)], publish)
    assert not [r for r in results if isinstance(r, Exception)]
    newest = max(v.id for v in rows(portal, c.draft_versions))
    placed = rows(portal, c.comment_anchors, c.comment_anchors.c.version_id == newest)
    assert len(placed) == 6


def test_the_key_decides_the_code(portal: sa.Engine) -> None:
    assert KEY
    sent = send(portal, opened(portal))
    assert len(sent.secret) == 32 and sent.secret.isalnum()
