"""Days reckoned by the database, the same on SQLite and PostgreSQL."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement


class vietnam_day(FunctionElement[Any]):
    """The day in Vietnam (UTC+7 throughout the years that matter here) on which an instant falls."""

    type = sa.Date()
    inherit_cache = True


class vietnam_days(FunctionElement[Any]):
    """Midnights in Vietnam from one instant to another."""

    type = sa.Integer()
    inherit_cache = True


@compiles(vietnam_day, "sqlite")
def _sqlite_day(element: Any, compiler: Any, **more: Any) -> str:
    return f"date({compiler.process(element.clauses, **more)}, '+7 hours')"


@compiles(vietnam_day, "postgresql")
def _postgresql_day(element: Any, compiler: Any, **more: Any) -> str:
    return f"cast(timezone('Asia/Ho_Chi_Minh', {compiler.process(element.clauses, **more)}) as date)"


@compiles(vietnam_days, "sqlite")
def _sqlite_days(element: Any, compiler: Any, **more: Any) -> str:
    # Julian days begin at noon UTC, days in Vietnam 19 hours later. The half of a millisecond, SQLite's
    # smallest unit, keeps what a midnight's fraction loses from being the day before. Four times as fast
    # as dates made from both.
    since, until = (
        f"cast(julianday({compiler.process(clause, **more)}) + {19 / 24 + 0.5 / 86_400_000:.11f} as integer)"
        for clause in element.clauses
    )
    return f"({until} - {since})"


@compiles(vietnam_days, "postgresql")
def _postgresql_days(element: Any, compiler: Any, **more: Any) -> str:
    since, until = (
        f"cast(timezone('Asia/Ho_Chi_Minh', {compiler.process(clause, **more)}) as date)"
        for clause in element.clauses
    )
    return f"({until} - {since})"
