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


class days_between(FunctionElement[Any]):
    """Whole days from one day to another."""

    type = sa.Integer()
    inherit_cache = True


@compiles(vietnam_day, "sqlite")
def _sqlite_day(element: Any, compiler: Any, **more: Any) -> str:
    return f"date({compiler.process(element.clauses, **more)}, '+7 hours')"


@compiles(vietnam_day, "postgresql")
def _postgresql_day(element: Any, compiler: Any, **more: Any) -> str:
    return f"cast(timezone('Asia/Ho_Chi_Minh', {compiler.process(element.clauses, **more)}) as date)"


@compiles(days_between, "sqlite")
def _sqlite_days(element: Any, compiler: Any, **more: Any) -> str:
    since, until = (compiler.process(clause, **more) for clause in element.clauses)
    return f"cast(julianday({until}) - julianday({since}) as integer)"


@compiles(days_between, "postgresql")
def _postgresql_days(element: Any, compiler: Any, **more: Any) -> str:
    since, until = (compiler.process(clause, **more) for clause in element.clauses)
    return f"({until} - {since})"
