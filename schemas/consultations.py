"""Consultation (tham vấn, lấy ý kiến): its stages, what may happen to a comment (góp ý), and what counts as
answered. Rules on values only; times are instants with a time zone, days are days in Vietnam.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from enum import StrEnum

from pydantic import Field

from .calendar import VIETNAM
from .documents import Level, Model

#: From how many days before its end a consultation counts as closing soon.
SOON_DAYS = 7
#: Longest texts, in characters; the paper forms of ministries give a page or two.
LONGEST_BODY = 20_000
LONGEST_REPLACEMENT = 20_000
LONGEST_ANSWER = 20_000
LONGEST_NAME = 200


class Stage(StrEnum):
    """Where a consultation stands; derived from its times and marks, never stored."""

    PREPARING = "preparing"  # đang soạn: only its ministry sees it
    UPCOMING = "upcoming"  # sắp mở
    OPEN = "open"  # đang hỏi ý kiến
    CLOSING_SOON = "closing_soon"  # sắp hết hạn
    CLOSED = "closed"  # đã hết hạn, đang tiếp thu
    ANSWERED = "answered"  # đã trả lời


#: Stages in which comments are received.
RECEIVING = frozenset({Stage.OPEN, Stage.CLOSING_SOON})


class CommentState(StrEnum):
    """What may be seen of a comment. Nothing is ever deleted by a change of state."""

    SUBMITTED = "submitted"  # chờ xác nhận hoặc kiểm duyệt
    PUBLISHED = "published"  # đã công khai
    REDACTED = "redacted"  # công khai, có phần được che
    HIDDEN = "hidden"  # đã ẩn, có lý do
    WITHDRAWN = "withdrawn"  # người gửi đã rút


#: What anybody can read on the consultation's page.
SHOWN = frozenset({CommentState.PUBLISHED, CommentState.REDACTED})
#: What the ministry owes an answer.
OWED = frozenset({CommentState.SUBMITTED, *SHOWN})


class Step(StrEnum):
    """What is done to a comment after it was sent."""

    PUBLISH = "publish"
    REDACT = "redact"
    HIDE = "hide"
    APPEAL = "appeal"
    APPEAL_UPHELD = "appeal_upheld"
    APPEAL_REJECTED = "appeal_rejected"
    WITHDRAW = "withdraw"
    CONFIRM = "confirm"
    CLAIM_UPHELD = "claim_upheld"  # the person named did not send it


_S = CommentState
#: step → state before → state after. What is not here is refused.
STEPS: dict[Step, dict[CommentState, CommentState]] = {
    Step.CONFIRM: {state: _S.PUBLISHED if state == _S.SUBMITTED else state for state in OWED},
    Step.PUBLISH: {_S.SUBMITTED: _S.PUBLISHED, _S.REDACTED: _S.PUBLISHED, _S.HIDDEN: _S.PUBLISHED},
    Step.REDACT: dict.fromkeys((_S.SUBMITTED, _S.PUBLISHED, _S.REDACTED, _S.HIDDEN), _S.REDACTED),
    Step.HIDE: dict.fromkeys((_S.SUBMITTED, _S.PUBLISHED, _S.REDACTED), _S.HIDDEN),
    Step.APPEAL: {_S.HIDDEN: _S.HIDDEN, _S.REDACTED: _S.REDACTED},
    Step.APPEAL_UPHELD: {_S.HIDDEN: _S.PUBLISHED, _S.REDACTED: _S.PUBLISHED},
    Step.APPEAL_REJECTED: {_S.HIDDEN: _S.HIDDEN, _S.REDACTED: _S.REDACTED},
    Step.WITHDRAW: {state: _S.WITHDRAWN for state in _S if state != _S.WITHDRAWN},
    Step.CLAIM_UPHELD: {state: state for state in _S if state != _S.WITHDRAWN},
}
#: What stands for words a moderator has covered.
COVER = "[…]"
#: Steps that must say why.
NEEDS_REASON = frozenset({Step.REDACT, Step.HIDE, Step.APPEAL, Step.APPEAL_REJECTED})


def after(step: Step, state: CommentState) -> CommentState | None:
    """The state this step leads to; None where it may not be taken."""
    return STEPS[step].get(state)


class Stance(StrEnum):
    """What the sender thinks of the clause or of the whole."""

    AGREE = "agree"  # đồng ý
    PARTLY = "partly"  # đồng ý một phần, nên sửa
    DISAGREE = "disagree"  # không đồng ý


class Verdict(StrEnum):
    """What the ministry did with a comment."""

    ACCEPTED = "accepted"  # tiếp thu
    PARTLY = "partly"  # tiếp thu một phần
    NOT = "not"  # không tiếp thu, giải trình


class Sender(StrEnum):
    """As whom a comment is sent."""

    INDIVIDUAL = "individual"
    ORGANISATION = "organisation"
    ANONYMOUS = "anonymous"


class HideReason(StrEnum):
    """Why a moderator hides a comment or covers a part of it; opinions are no reason."""

    PERSONAL_DATA = "personal_data"  # lộ dữ liệu cá nhân
    INSULT = "insult"  # xúc phạm, đe dọa
    ADVERTISING = "advertising"  # quảng cáo
    UNLAWFUL = "unlawful"  # nội dung pháp luật cấm
    OFF_TOPIC = "off_topic"  # không liên quan tới dự thảo
    IMPERSONATION = "impersonation"  # mạo danh


class ReportReason(StrEnum):
    """Why a reader reports a comment."""

    PERSONAL_DATA = "personal_data"
    INSULT = "insult"
    ADVERTISING = "advertising"
    UNLAWFUL = "unlawful"
    OTHER = "other"


def stage(
    published_at: dt.datetime | None,
    opens_at: dt.datetime,
    closes_at: dt.datetime,
    answered_at: dt.datetime | None,
    now: dt.datetime,
) -> Stage:
    """The stage at an instant. `closes_at` is the first instant that no longer counts."""
    if published_at is None:
        return Stage.PREPARING
    if now < opens_at:
        return Stage.UPCOMING
    if now < closes_at:
        return Stage.CLOSING_SOON if days_left(closes_at, now) <= SOON_DAYS else Stage.OPEN
    return Stage.ANSWERED if answered_at else Stage.CLOSED


def last_day(closes_at: dt.datetime) -> dt.date:
    """The last day in Vietnam on which a comment counts, for at least a moment."""
    return (closes_at.astimezone(VIETNAM) - dt.timedelta(microseconds=1)).date()


def days_left(closes_at: dt.datetime, now: dt.datetime) -> int:
    """Days in Vietnam from today to the last day: 0 is today; negative when it is over."""
    return (last_day(closes_at) - now.astimezone(VIETNAM).date()).days


def counts(received_at: dt.datetime, opens_at: dt.datetime, closes_at: dt.datetime) -> bool:
    """Whether a comment that reached the server at this instant counts: what was sent in time does,
    however long the server needed to write it."""
    return opens_at <= received_at < closes_at


def end_of(day: dt.date) -> dt.datetime:
    """The first instant after a day in Vietnam: what a closing day means."""
    return start_of(day + dt.timedelta(days=1))


def start_of(day: dt.date) -> dt.datetime:
    """The first instant of a day in Vietnam."""
    return dt.datetime.combine(day, dt.time(), VIETNAM)


def days_short(opens_at: dt.datetime, closes_at: dt.datetime, minimum: int) -> int:
    """By how many days the period is shorter than the statutory minimum; 0 when it is long enough."""
    days = (closes_at - opens_at) / dt.timedelta(days=1)
    return max(0, minimum - int(days))


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the answering is: `owed` comments of which `answered` have a published answer."""

    owed: int
    answered: int

    @property
    def open(self) -> int:
        return self.owed - self.answered

    @property
    def percent(self) -> int:
        """Rounded down, so that 100 means all; 100 when nothing was sent."""
        return 100 if self.owed == 0 else self.answered * 100 // self.owed


def may_close_answered(progress: Progress, stated_open: int | None) -> bool:
    """A consultation may be closed as answered when everything is, or when it is stated how many are not.

    The number has to be the right one: who closes has looked.
    """
    return progress.open == 0 or stated_open == progress.open


class DraftProvision(Model):
    """One unit of a draft (dự thảo) with the ministry's explanation (thuyết minh) beside it."""

    path: str
    level: Level
    number: str
    heading: str = ""
    text: str = ""
    explanation: str = ""


class Question(Model):
    """A question of the ministry: open, or closed when it has choices."""

    text: str = Field(min_length=3, max_length=1000)
    choices: tuple[str, ...] = ()


class ConsultationContent(Model):
    """What an officer writes of a consultation besides its draft."""

    title: str = Field(min_length=5, max_length=500)
    purpose: str = Field("", max_length=5000)  # who is asked, and why
    field: str = ""
    document_number: str = ""  # the document in force that the draft changes
    opens_at: dt.datetime
    closes_at: dt.datetime
    short_reason: str = ""  # why the period is shorter than the law's
    answer_by: dt.date | None = None
    premoderated: bool = False  # every comment waits for a moderator
    questions: tuple[Question, ...] = ()


_TRACKING = re.compile(r"GY-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}")
#: Crockford's base 32: without I, L, O and U, which are misread.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def tracking_number(number: int) -> str:
    """40 random bits as "GY-7K2M-Q9XD": short enough to be read over the telephone."""
    letters = ""
    for _ in range(8):
        letters = ALPHABET[number & 31] + letters
        number >>= 5
    return f"GY-{letters[:4]}-{letters[4:]}"


def parse_tracking(text: str) -> str | None:
    """A tracking number however it was typed; None when it cannot be one."""
    letters = re.sub(r"[^0-9A-Z]", "", text.upper().replace("O", "0").replace("I", "1").replace("L", "1"))
    letters = letters.removeprefix("GY")
    found = f"GY-{letters[:4]}-{letters[4:]}"
    return found if _TRACKING.fullmatch(found) else None
