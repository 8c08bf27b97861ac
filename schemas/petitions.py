"""Feedback and petitions on regulations (phản ánh, kiến nghị; Decree 20/2008/NĐ-CP as amended): states, what
may be done in each, deadlines in working days, figures that always add up. Rules on values only.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from .calendar import WorkingCalendar
from .consultations import ALPHABET

LONGEST_TITLE, LONGEST_BODY, LONGEST_ANSWER = 300, 10_000, 20_000
#: A sender may ask for another look so many times.
MOST_REOPENED = 2
#: From so many working days before its end a limit counts as near (sắp hạn).
SOON = 2


class State(StrEnum):
    """Where a petition stands. Each is in exactly one, which is why the figures add up."""

    NEW = "new"  # mới gửi, chưa xem
    OUT = "out"  # không tiếp nhận, có lý do
    AWAITING = "awaiting"  # thuộc phạm vi, chờ bổ sung
    IN_PROGRESS = "in_progress"  # đã chuyển, đang xử lý
    KEPT = "kept"  # đã chuyển, lưu giữ để tập hợp
    HANDLED = "handled"  # đã xử lý, đã trả lời người gửi
    PUBLISHED = "published"  # đã xử lý, công khai kết quả
    ARCHIVED = "archived"  # đã xử lý, lưu trữ


#: Forwarded and answered.
DONE = frozenset({State.HANDLED, State.PUBLISHED, State.ARCHIVED})
#: Forwarded to the agency that has to handle it.
FORWARDED = frozenset({State.IN_PROGRESS, State.KEPT}) | DONE
#: What a reader of the portal may see.
PUBLIC = frozenset({State.PUBLISHED, State.ARCHIVED})


class Step(StrEnum):
    """What may be done to a petition."""

    FORWARD = "forward"  # thuộc phạm vi: chuyển cơ quan có thẩm quyền
    REFUSE = "refuse"  # không tiếp nhận
    ASK = "ask"  # yêu cầu bổ sung
    SUPPLY = "supply"  # người gửi bổ sung
    KEEP = "keep"  # lưu giữ để tập hợp
    RESUME = "resume"  # xử lý tiếp
    ANSWER = "answer"  # trả lời
    PUBLISH = "publish"  # công khai kết quả
    ARCHIVE = "archive"  # lưu trữ
    REOPEN = "reopen"  # người gửi đề nghị xem lại
    RATE = "rate"  # người gửi đánh giá
    WITHDRAW = "withdraw"  # người gửi rút


_S = State
#: step → state before → state after; what is not here is refused.
STEPS: dict[Step, dict[State, State]] = {
    Step.FORWARD: dict.fromkeys((_S.NEW, _S.AWAITING, _S.IN_PROGRESS, _S.KEPT), _S.IN_PROGRESS),
    Step.REFUSE: dict.fromkeys((_S.NEW, _S.AWAITING), _S.OUT),
    Step.ASK: dict.fromkeys((_S.NEW, _S.IN_PROGRESS, _S.AWAITING), _S.AWAITING),  # again, if not enough came
    Step.SUPPLY: {_S.AWAITING: _S.AWAITING},
    Step.KEEP: {_S.IN_PROGRESS: _S.KEPT},
    Step.RESUME: {_S.KEPT: _S.IN_PROGRESS},
    Step.ANSWER: dict.fromkeys((_S.IN_PROGRESS, _S.KEPT), _S.HANDLED),
    Step.PUBLISH: {_S.HANDLED: _S.PUBLISHED},
    Step.ARCHIVE: {_S.PUBLISHED: _S.ARCHIVED},
    Step.REOPEN: dict.fromkeys((_S.HANDLED, _S.PUBLISHED), _S.IN_PROGRESS),
    Step.RATE: {state: state for state in DONE},
    Step.WITHDRAW: dict.fromkeys((_S.NEW, _S.AWAITING), _S.OUT),
}
#: What the sender does, with number and code; everything else is done by officers.
SENDERS = frozenset({Step.SUPPLY, Step.REOPEN, Step.RATE, Step.WITHDRAW})
#: Steps that must say why, or what is asked for.
NEEDS_NOTE = frozenset({Step.REFUSE, Step.ASK, Step.SUPPLY, Step.REOPEN, Step.ANSWER, Step.KEEP})


def after(step: Step, state: State) -> State | None:
    """The state a step leads to; None where it may not be taken."""
    return STEPS[step].get(state)


class Outcome(StrEnum):
    """What came of a petition."""

    CHANGED = "changed"  # sửa đổi, bãi bỏ quy định
    PROPOSED = "proposed"  # kiến nghị cấp trên
    NEW_RULE = "new_rule"  # ban hành quy định mới
    EXPLAINED = "explained"  # giữ nguyên, giải trình


class RefuseReason(StrEnum):
    """Why a petition is not taken."""

    COMPLAINT = "complaint"  # khiếu nại, tố cáo: theo luật khác
    NO_SENDER = "no_sender"  # không rõ người gửi
    NOT_A_RULE = "not_a_rule"  # không phải về quy định
    SAME_AGAIN = "same_again"  # đã trả lời, không có nội dung mới
    WITHDRAWN = "withdrawn"  # người gửi rút


class Limit(StrEnum):
    """What has a deadline."""

    FORWARD = "forward"  # phân loại, chuyển
    HANDLE = "handle"  # xử lý, trả lời


#: Working days where an agency has none of its own. Forwarding within 5 is the decree's; 15 for handling is a
#: placeholder until an act names it: agencies set their own in the table.
DEFAULT_DAYS: dict[Limit, int] = {Limit.FORWARD: 5, Limit.HANDLE: 15}


def limit_of(state: State) -> Limit | None:
    """Which limit runs in a state; None where nobody is waited for but the sender."""
    if state is State.NEW:
        return Limit.FORWARD
    return Limit.HANDLE if state is State.IN_PROGRESS else None


#: States in which a limit may run; while more is awaited only once the sender has supplied it, and the portal
#: has to look again.
RUNNING = frozenset({state for state in State if limit_of(state)} | {State.AWAITING})


def due(start: dt.date, days: int, calendar: WorkingCalendar) -> dt.date:
    """The last day of a limit that starts on a day."""
    return calendar.add(start, days)


class Timing(StrEnum):
    """How a running limit stands, derived from the day."""

    NONE = "none"
    RUNNING = "running"
    SOON = "soon"  # sắp hạn
    LATE = "late"  # quá hạn


def timing(state: State, due_on: dt.date | None, day: dt.date, calendar: WorkingCalendar) -> Timing:
    """Whether a petition is late on a day, or nearly."""
    if state not in RUNNING or due_on is None:
        return Timing.NONE
    if day > due_on:
        return Timing.LATE
    return Timing.SOON if calendar.between(day, due_on) <= SOON else Timing.RUNNING


@dataclass(frozen=True, slots=True)
class Figures:
    """Petitions by state, and the sums of the Government's report."""

    by_state: Mapping[State, int]

    def _sum(self, *states: State) -> int:
        return sum(self.by_state.get(state, 0) for state in states)

    @property
    def sent(self) -> int:
        return self._sum(*State)

    @property
    def waiting(self) -> int:
        """Sent, not looked at yet: neither in nor out of scope."""
        return self._sum(State.NEW)

    @property
    def received(self) -> int:
        return self.out_of_scope + self.in_scope

    @property
    def out_of_scope(self) -> int:
        return self._sum(State.OUT)

    @property
    def in_scope(self) -> int:
        return self.awaiting + self.forwarded

    @property
    def awaiting(self) -> int:
        return self._sum(State.AWAITING)

    @property
    def forwarded(self) -> int:
        return self.in_progress + self.kept + self.handled

    @property
    def in_progress(self) -> int:
        return self._sum(State.IN_PROGRESS)

    @property
    def kept(self) -> int:
        return self._sum(State.KEPT)

    @property
    def handled(self) -> int:
        return self._sum(*DONE)


_TRACKING = re.compile(r"KN-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}")


def petition_number(number: int) -> str:
    """40 random bits as "KN-7K2M-Q9XD"."""
    letters = "".join(ALPHABET[number >> 5 * place & 31] for place in range(7, -1, -1))
    return f"KN-{letters[:4]}-{letters[4:]}"


def parse_petition_number(text: str) -> str | None:
    """A petition's number however it was typed; None when it cannot be one."""
    letters = re.sub(r"[^0-9A-Z]", "", text.upper().removeprefix("KN"))
    letters = letters.replace("O", "0").replace("I", "1").replace("L", "1")
    found = f"KN-{letters[:4]}-{letters[4:]}"
    return found if _TRACKING.fullmatch(found) else None
