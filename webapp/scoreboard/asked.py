"""What of the scoreboard is asked for, and the addresses of its parts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from urllib.parse import urlencode

from flask import request

from schemas.consultations import end_of
from schemas.text.normalise import clean

from ..audit import now
from ..errors import bad_request
from ..languages import gettext as _
from ..languages import local
from ..queries import scoreboard as read
from ..queries.scoreboard import NONE, SUMS, Board, Scope
from ..state import site
from .pages import Filters

ROOT = "/bang-chi-so"
#: What does not count rows of its own, and whose rows it was made from.
BEHIND = {**SUMS, "days_to_answer": "comments_answered"}
LATE = ("plans_late", "petitions_late")


def asked() -> Scope:
    """The scope of the address. Raises BadSearch for a date that is none."""
    args, present = request.args, now()
    day, instant = _day("ngay"), args.get("luc", "")
    at, is_now = present, True
    if instant:
        try:
            at, is_now = dt.datetime.fromisoformat(instant), False
        except ValueError:
            bad_request("luc", instant, _("một thời điểm như 2026-11-22T03:00:00+00:00"))
        if at.tzinfo is None:
            at = at.replace(tzinfo=dt.UTC)
    elif day and end_of(day) <= present:
        at, is_now = end_of(day).astimezone(dt.UTC) - dt.timedelta(seconds=1), False
    return Scope(at, is_now, clean(args.get("linh_vuc", ""))[:200], _day("tu"), _day("den"))


def _day(name: str) -> dt.date | None:
    typed = request.args.get(name, "")
    if not typed:
        return None
    parts = typed.split("/")
    try:
        return dt.date.fromisoformat("-".join(reversed(parts)) if len(parts) == 3 else typed)
    except ValueError:
        bad_request(name, typed, _("một ngày như 22/11/2026 hoặc 2026-11-22"))


def scope_pairs(scope: Scope, *, frozen: bool) -> list[tuple[str, str]]:
    """The scope as parameters; `frozen`: of exactly this instant, so that rows are those of the figure."""
    pairs = [
        ("linh_vuc", scope.field),
        ("tu", scope.since.isoformat() if scope.since else ""),
        ("den", scope.until.isoformat() if scope.until else ""),
        ("luc", scope.at.isoformat() if frozen or not scope.now else ""),
    ]
    return [(name, value) for name, value in pairs if value]


def row_pairs(scope: Scope, ministry: str) -> list[tuple[str, str]]:
    """The parameters of rows: of exactly the figure's instant, and of one ministry unless it is empty."""
    return [*scope_pairs(scope, frozen=True), *([("co_quan", ministry)] if ministry else [])]


def address(path: str, pairs: Sequence[tuple[str, str]]) -> str:
    """A path with its parameters."""
    return local(path) + (f"?{urlencode(pairs)}" if pairs else "")


def rows_urls(scope: Scope, ministry: str = "") -> Callable[[str], str]:
    """Where the rows behind each indicator are. A page has hundreds; their parameters are written once."""
    root, parameters = local(f"{ROOT}/dong"), urlencode(row_pairs(scope, ministry))
    return lambda indicator: f"{root}/{BEHIND.get(indicator, indicator)}?{parameters}"


def counted(scope: Scope) -> Board:
    """Everything the scoreboard says, of one snapshot."""
    with site().database.connect() as connection:
        read.snapshot(connection)
        return read.board(connection, scope)


def filters(scope: Scope, fields: Sequence[str]) -> Filters:
    """The scope as the form shows it."""
    day = "" if scope.now else f"{scope.day:%d/%m/%Y}"
    since, until = (f"{d:%d/%m/%Y}" if d else "" for d in (scope.since, scope.until))
    return Filters(scope.field, since, until, day, tuple(fields))


def ministry_name(code: str, names: Mapping[str, str]) -> str:
    """A ministry's name; what stands for none."""
    return _("Chưa có cơ quan") if code == NONE else names.get(code, code)


def overdue_first(found: Mapping[str, Mapping[str, int]], names: Mapping[str, str]) -> list[str]:
    """Ministries in order of what is overdue, then by name."""
    return sorted(
        found, key=lambda code: (-sum(found[code].get(n, 0) for n in LATE), ministry_name(code, names))
    )
