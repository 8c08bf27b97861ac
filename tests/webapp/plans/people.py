"""People, ministries and contents that the tests of plans share."""

from __future__ import annotations

import sqlalchemy as sa
from hypothesis import strategies as st

from schemas.lists import MinistryEntry
from schemas.people import Grant, Person, Role
from schemas.plans import ACTIONS, Amendment, Clause, Deadline, PlanContent, PlanItem
from webapp.plans import ministries

MINISTRY, OTHER = "bo-thuong-nghiep-mau", "bo-y-duoc-mau"


def person(number: int, *roles: Role, ministry: str = MINISTRY) -> Person:
    return Person(number, f"Người {number}", grants=tuple(Grant(role, ministry) for role in roles))


OFFICER = person(1, Role.OFFICER)
APPROVER = person(2, Role.APPROVER)
SECOND_APPROVER = person(3, Role.APPROVER)
BOTH = person(4, Role.OFFICER, Role.APPROVER)
STRANGER = person(5, Role.OFFICER, Role.APPROVER, ministry=OTHER)


def add_ministries(connection: sa.Connection) -> None:
    entries = [
        MinistryEntry(MINISTRY, "Bộ Thương nghiệp (mẫu)", None, None, "", ""),
        MinistryEntry(OTHER, "Bộ Y dược (mẫu)", None, None, "", ""),
    ]
    ministries.load(connection, entries, sample=True)


def content(title: str = "Rút ngắn thời hạn cấp Giấy phép bán lẻ rượu") -> PlanContent:
    clause = Clause(
        document_number="15/2024/NĐ-MẪU",
        provision="dieu-18/khoan-2",
        heading="Thời hạn giải quyết",
        current_text="Trong thời hạn 07 ngày làm việc kể từ ngày nhận đủ hồ sơ, cấp giấy phép.",
        proposed_text="Trong thời hạn 04 ngày làm việc kể từ ngày nhận đủ hồ sơ, cấp giấy phép.",
    )
    item = PlanItem(
        action="simplify",
        title="Cấp Giấy phép bán lẻ rượu",
        reason="Hồ sơ đã có trên cơ sở dữ liệu dùng chung.",
        current_cost=35_520_000_000,
        after_cost=26_520_000_000,
        current_hours=192_000,
        after_hours=96_000,
        clauses=(clause,),
        amendments=(Amendment(document_number="15/2024/NĐ-MẪU", provisions="Điều 18"),),
    )
    return PlanContent(title=title, summary="Bớt 03 ngày làm việc.", items=(item,))


# ---------------------------------------------------------------- any content

WORDS = st.text(
    alphabet=st.sampled_from("abcđêôơưàáảãạ 0123456789.,;:()/%–-\"'&<>=+@"), min_size=3, max_size=60
).map(lambda text: "Q" + text.strip() + "x")
LINES = st.lists(WORDS, max_size=3).map("\n".join)
NUMBERS = st.sampled_from(["15/2024/NĐ-MẪU", "08/2024/TT-MẪU", "05/2023/QH-MẪU"])
PATHS = st.none() | st.sampled_from(["dieu-18", "dieu-18/khoan-2", "dieu-18/khoan-2/diem-dd", "phu-luc-1"])
DATES = st.none() | st.dates()
AMOUNTS = st.none() | st.tuples(st.integers(0, 10**15), st.integers(0, 10**15))
CLAUSES = st.builds(
    Clause,
    document_number=NUMBERS,
    provision=PATHS,
    heading=st.just("") | WORDS,
    current_text=LINES,
    proposed_text=LINES,
)
AMENDMENTS = st.builds(Amendment, document_number=NUMBERS, provisions=st.just("") | WORDS, deadline=DATES)


@st.composite
def items(draw: st.DrawFn) -> PlanItem:
    cost, hours = draw(AMOUNTS), draw(st.none() | st.tuples(st.integers(0, 10**9), st.integers(0, 10**9)))
    return PlanItem(
        action=draw(st.sampled_from(sorted(ACTIONS))),  # type: ignore[arg-type]
        regulation=draw(st.none() | st.sampled_from(["9.000101", "QD-0001"])),
        title=draw(WORDS),
        reason=draw(LINES),
        current_cost=cost[0] if cost else None,
        after_cost=cost[1] if cost else None,
        current_hours=hours[0] if hours else None,
        after_hours=hours[1] if hours else None,
        starts_on=draw(DATES),
        deadline=draw(DATES),
        clauses=tuple(draw(st.lists(CLAUSES, max_size=3))),
        amendments=tuple(draw(st.lists(AMENDMENTS, max_size=2))),
    )


@st.composite
def contents(draw: st.DrawFn) -> PlanContent:
    window = sorted(draw(st.lists(st.dates(), min_size=2, max_size=2)))
    chosen = draw(st.sampled_from(["none", "from", "until", "both"]))
    dues = sorted(draw(st.lists(st.dates(), min_size=2, max_size=2)))
    deadlines = (Deadline(step="consulting", due=dues[0]), Deadline(step="approved", due=dues[1]))
    return PlanContent(
        title=draw(WORDS),
        summary=draw(LINES),
        legal_bases=tuple(draw(st.lists(WORDS, max_size=2))),
        approving_act=draw(st.just("") | NUMBERS),
        effective_from=window[0] if chosen in ("from", "both") else None,
        effective_until=window[1] if chosen in ("until", "both") else None,
        deadlines=deadlines[: draw(st.integers(0, 2))],
        items=tuple(draw(st.lists(items(), max_size=4))),
    )
