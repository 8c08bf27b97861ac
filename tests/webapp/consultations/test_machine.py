"""Consultations as a state machine: whatever is done in whatever order, nothing acknowledged is lost,
nothing hidden is shown, and every step has left its rows. On SQLite; races are tested elsewhere."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, multiple, rule

from schemas import consultation_tables as c
from schemas import tables as t
from schemas.consultations import COVER, SHOWN, CommentState, HideReason, Step, Verdict, after
from schemas.database import database_engine
from schemas.errors import Conflict, Refused
from schemas.people_tables import audit_log
from webapp.consultations import answers, comments, moderation, queries, store
from webapp.consultations.campaigns import group_waiting
from webapp.consultations.moderation import Decision
from webapp.consultations.rows import clock, progress, stage_of

from .people import APPROVER, MODERATOR, OFFICER, SECOND_MODERATOR, add_people, end, opened, revision, send

pytestmark = pytest.mark.integration
TEXT = "Đề nghị giữ thời hạn giải quyết 05 ngày làm việc như dự thảo vì cửa hàng nhỏ không chờ lâu hơn được."
BODIES = st.sampled_from([TEXT, TEXT + " Xin cảm ơn.", "Không đồng ý.", "Bỏ Điều 2.", "Thêm Điều 4."])
MODERATORS = st.sampled_from([MODERATOR, SECOND_MODERATOR])


class Consulting(RuleBasedStateMachine):
    sent = Bundle("sent")

    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.database = database_engine(f"sqlite:///{Path(self.folder.name) / 'm.sqlite3'}")
        t.metadata.create_all(self.database)
        with self.database.begin() as connection:
            add_people(connection)
        self.made = opened(self.database)
        self.states: dict[int, CommentState] = {}
        self.forms: dict[str, int] = {}
        self.over = False
        self.closed = False

    def teardown(self) -> None:
        if hasattr(self, "database"):
            self.database.dispose()
            self.folder.cleanup()

    @rule(target=sent, body=BODIES, form=st.integers(0, 30), proof=st.booleans())
    def send(self, body: str, form: int, proof: bool) -> object:
        name = f"form {form}"
        try:
            made = send(self.database, self.made, body, submission=name, proof=proof)
        except Refused as refused:
            assert self.over and refused.code == "late" and name not in self.forms
            return multiple()
        assert not self.over or made.repeated
        assert made.repeated == (name in self.forms)
        assert self.forms.setdefault(name, made.comment_id) == made.comment_id
        if not made.repeated:
            self.states[made.comment_id] = CommentState.PUBLISHED if proof else CommentState.SUBMITTED
        return made.comment_id

    @rule(number=sent, who=MODERATORS, step=st.sampled_from([Step.PUBLISH, Step.REDACT, Step.HIDE]))
    def moderate(self, number: int, who: object, step: Step) -> None:
        seen = self.states[number]
        decision = Decision(step, HideReason.OFF_TOPIC, "Thử.", body=COVER)
        with self.database.begin() as connection:
            try:
                then = moderation.decide(connection, who, number, seen, decision)  # type: ignore[arg-type]
            except Refused as refused:
                assert refused.code == "step" and after(step, seen) is None
                return
        assert then == after(step, seen)
        self.states[number] = then

    @rule(number=sent)
    def withdraw(self, number: int) -> None:
        row = self.row(number)
        with self.database.begin() as connection:
            try:
                comments.withdraw(connection, row)
            except Refused:
                assert self.states[number] is CommentState.WITHDRAWN
        self.states[number] = CommentState.WITHDRAWN

    @rule(number=sent, who=MODERATORS, upheld=st.booleans())
    def appeal(self, number: int, who: object, upheld: bool) -> None:
        row = self.row(number)
        step = Step.APPEAL_UPHELD if upheld else Step.APPEAL_REJECTED
        try:
            if row.appealed_at is None:
                with self.database.begin() as connection:
                    moderation.appeal(connection, row, "Xem lại.")
            with self.database.begin() as connection:
                decision = Decision(step, "", "Thử.")
                then = moderation.decide(connection, who, number, row.state, decision)  # type: ignore[arg-type]
        except Refused as refused:
            assert refused.code in ("authority", "step", "appeal_over")
            return
        self.states[number] = then

    @rule(number=sent, verdict=st.sampled_from(list(Verdict)), whole=st.booleans())
    def answer(self, number: int, verdict: Verdict, whole: bool) -> None:
        campaign = self.row(number).campaign_id
        if whole and campaign is None:
            return
        target = {"campaign_id": campaign} if whole else {"comment_id": number}
        with self.database.begin() as connection:
            known = answers.of(connection, **target)
            at = known.revision if known else 0
            made = answers.save(
                connection, OFFICER, number, verdict, "Bộ trả lời.", for_campaign=whole, revision=at
            )
            answers.submit(connection, OFFICER, made, at + 1)
            answers.publish(connection, APPROVER, made, at + 2)

    @rule()
    def group(self) -> None:
        while group_waiting(self.database, 3):
            pass

    @rule()
    def time_is_over(self) -> None:
        if not self.over:
            end(self.database, self.made)
            self.over = True

    @rule(stated=st.none() | st.integers(0, 5))
    def close(self, stated: int | None) -> None:
        with self.database.connect() as connection:
            reached = progress(connection, self.made)
        try:
            with self.database.begin() as connection:
                store.close_answered(
                    connection, APPROVER, self.made, revision(self.database, self.made), "", stated
                )
        except (Refused, Conflict):
            assert not self.over or self.closed or (reached.open and stated != reached.open)
            return
        assert self.over and (reached.open == 0 or stated == reached.open)
        self.closed = True

    def row(self, number: int) -> object:
        with self.database.connect() as connection:
            return connection.execute(sa.select(c.comments).where(c.comments.c.id == number)).one()

    @invariant()
    def everything_is_there_and_nothing_hidden_is_shown(self) -> None:
        if not hasattr(self, "states"):
            return
        with self.database.connect() as connection:
            rows = {row.id: row for row in connection.execute(sa.select(c.comments))}
            assert {key: row.state for key, row in rows.items()} == self.states
            groups = [row.campaign_id for row in rows.values() if row.campaign_id]
            public = {key for key, state in self.states.items() if state in SHOWN}
            listed = queries.public_comments(connection, self.made).found
            shown = {item.row.id for item in listed}
            for campaign in set(groups):
                members = queries.public_comments(connection, self.made, campaign=campaign).found
                shown |= {item.row.id for item in members}
            assert shown <= public
            assert {key for key in public if rows[key].campaign_id is None} <= shown
            trail = connection.scalar(sa.select(sa.func.count()).where(audit_log.c.action == "send_comment"))
            assert trail == len(self.states)
            posted = connection.scalars(sa.select(t.outbox.c.record_id).where(t.outbox.c.kind == "comment"))
            assert set(posted) >= set(self.states)
            held = store.consultation(connection, self.made)
            assert (stage_of(held, clock(connection)) == "answered") == self.closed


TestConsulting = Consulting.TestCase
TestConsulting.settings = settings(
    max_examples=25, stateful_step_count=25, suppress_health_check=list(HealthCheck)
)
