"""Indicators by ministry, field and period, as of a time.

An indicator is a condition on the rows of one source. The figures add the conditions up in SQL, the list
behind a figure selects the rows where its condition holds: both are made from the same statement, so that a
number and its rows cannot say different things.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache, reduce
from operator import add
from typing import Any

import sqlalchemy as sa

from schemas import regulation_tables as r
from schemas.calendar import today

from . import freshness
from .scoreboard_sources import SOURCES, Source

PAGE = 50
Row = Any


@dataclass(frozen=True, slots=True)
class Scope:
    """What is counted: as of an instant (`now`: it is the present), narrowed by field, period and ministry.

    The period is that of the day a row came into being: a petition was received, a plan published …
    """

    at: dt.datetime
    now: bool = True
    field: str = ""
    since: dt.date | None = None
    until: dt.date | None = None
    ministry: str = ""

    @property
    def day(self) -> dt.date:
        return today(self.at)

    @property
    def values(self) -> dict[str, object]:
        """What the statements are asked with."""
        return {"at": self.at, "day": self.day, "field": self.field, "since": self.since, "until": self.until,
                "ministry": self.ministry}  # fmt: skip


#: Sums of money and the indicator whose rows they add up.
SUMS = {"cost_current": "items_costed", "cost_after": "items_costed"}


#: Lists of what was done and read when, behind the freshness of the data.
_LISTS = {"updates": freshness.updates, "crawls": freshness.crawls}


@dataclass(frozen=True, slots=True)
class Board:
    """Everything a page of the scoreboard says, read in one snapshot."""

    figures: dict[str, dict[str, int]]  # ministry's code (NONE: none yet) → indicator → figure
    medians: dict[str, float]  # ministry's code ("": the nation) → days to an answer
    updated: dict[str, dt.datetime]  # ministry's code → when it changed something last
    sources: dict[str, dt.datetime]  # official site → when it was read last
    names: dict[str, str]
    fields: list[str]


def board(connection: sa.Connection, scope: Scope) -> Board:
    """The whole scoreboard; call `snapshot` first."""
    counted, medians = figures(connection, scope)
    return Board(
        counted,
        medians,
        freshness.by_ministry(connection, scope.at),
        freshness.sources(connection, scope.at),
        names(connection),
        fields(connection),
    )


@cache
def _source(indicator: str, now: bool) -> Source:
    for source in (*(_made(name, now) for name in SOURCES), *(make(now) for make in _LISTS.values())):
        if indicator in source.flags:
            return source
    raise KeyError(indicator)


@cache
def indicators() -> tuple[str, ...]:
    """Codes of everything that is counted, in order."""
    return tuple(name for source in SOURCES for name in _made(source, True).flags)


def lists() -> tuple[str, ...]:
    """Codes of everything there are rows of: the indicators, and what was changed and read when."""
    return (*indicators(), *_LISTS)


def _all(source: Source) -> sa.Select[Any]:
    """The rows of all parts of a source."""
    return source.parts[0] if len(source.parts) == 1 else sa.union_all(*source.parts).subquery().select()


#: By which of field, since, until and ministry rows are narrowed; the ministry may be none (NONE).
Narrowing = tuple[bool, bool, bool, str]


def _narrowing(scope: Scope) -> Narrowing:
    ministry = "none" if scope.ministry == NONE else "one" if scope.ministry else ""
    return bool(scope.field), scope.since is not None, scope.until is not None, ministry


def _within(part: sa.Select[Any], narrowing: Narrowing) -> sa.Subquery:
    """The rows of a part, or of all, that fall into the scope."""
    rows = part.subquery("rows")
    wanted, m = sa.select(rows), r.ministries.c
    by_field, since, until, ministry = narrowing
    if by_field:
        wanted = wanted.where(rows.c.field == sa.bindparam("field", type_=sa.Text()))
    if since:
        wanted = wanted.where(rows.c.day >= sa.bindparam("since", type_=sa.Date()))
    if until:
        wanted = wanted.where(rows.c.day <= sa.bindparam("until", type_=sa.Date()))
    if ministry == "none":
        wanted = wanted.where(rows.c.ministry_id.is_(None))
    elif ministry:
        one = sa.select(m.id).where(m.code == sa.bindparam("ministry", type_=sa.Text()))
        wanted = wanted.where(rows.c.ministry_id == one.scalar_subquery())
    return wanted.subquery("narrowed")


def _named(rows: sa.Subquery) -> sa.Select[Any]:
    """Rows with code and name of their ministry."""
    m = r.ministries.c
    named = sa.select(rows, m.code.label("ministry"), m.name.label("ministry_name"))
    return named.outerjoin(r.ministries, m.id == rows.c.ministry_id)


#: Stands for rows no ministry has yet, as if it were one: so that ministries add up to the nation.
NONE = "-"


def snapshot(connection: sa.Connection) -> None:
    """Let everything read on this connection from now on be of one instant."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text("set transaction isolation level repeatable read, read only"))
    else:
        connection.exec_driver_sql("begin")


def figures(connection: sa.Connection, scope: Scope) -> tuple[dict[str, dict[str, int]], dict[str, float]]:
    """Indicators by ministry (NONE: no ministry yet), and the median days to an answer ("": the nation).

    The median is that of the rows of `comments_answered`; of two middle ones their mean.
    """
    codes = _codes(connection)
    found: dict[str, dict[str, int]] = {}
    days: defaultdict[str, Counter[int]] = defaultdict(Counter)
    for name in SOURCES:
        source = _made(name, scope.now)
        names = (*source.flags, *source.sums)
        of_median = names.index(source.median[1]) if source.median else 0
        for statement in _counts(name, scope.now, _narrowing(scope)):
            for ministry, key, *counted in connection.execute(statement, scope.values).all():
                code = codes.get(ministry, NONE)
                mine = found.setdefault(code, {})
                for indicator, value in zip(names, counted, strict=True):
                    mine[indicator] = mine.get(indicator, 0) + int(value or 0)
                if key is not None:
                    for place in (code, ""):
                        days[place][key] += counted[of_median]
    return found, {code: _median(counts) for code, counts in days.items()}


@cache
def _made(name: str, now: bool) -> Source:
    return SOURCES[name](now)


@lru_cache(maxsize=512)
def _counts(name: str, now: bool, narrowing: Narrowing) -> tuple[sa.Select[Any], ...]:
    """Every indicator of a source by ministry, a statement a part: the ministry, the key whose median is told
    (null: none is), the indicators, the sums.

    Rows with the same keys are counted together, in the order of an index; the conditions on keys are then
    asked of each such group once.
    """
    source, made = _made(name, now), []
    for part in source.parts:
        rows = _within(part, narrowing)
        keys = [rows.c[key] for key in ("ministry_id", *source.keys)]
        kinds = [sa.func.count().filter(is_so).label(kind) for kind, is_so in source.kinds.items()]
        summed = [sa.func.sum(value).label(name) for name, (_, value) in source.sums.items()]
        counted = sa.select(*keys, sa.func.count().label("rows"), *kinds, *summed).group_by(*keys)
        alike = counted.subquery("alike").c
        added: list[sa.ColumnElement[Any]] = [
            reduce(add, [sa.case((is_so, alike[kind or "rows"]), else_=0) for is_so, kind in alternatives])
            for alternatives in source.flags.values()
        ]
        added += [sa.case((is_so, alike[name]), else_=0) for name, (is_so, _) in source.sums.items()]
        if source.median:
            made.append(sa.select(alike.ministry_id, alike[source.median[0]], *added))
        else:
            sums = map(sa.func.sum, added)
            made.append(sa.select(alike.ministry_id, sa.null(), *sums).group_by(alike.ministry_id))
    return tuple(made)


def _median(counts: Mapping[int, int]) -> float:
    """The median of values that occur so often each."""
    total = sum(counts.values())
    ordered, seen, middle = sorted(counts), 0, list[int]()
    for value in ordered:
        # Places counted from 1: of an odd number one is in the middle, of an even number two.
        middle += [
            value for place in {(total + 1) // 2, total // 2 + 1} if seen < place <= seen + counts[value]
        ]
        seen += counts[value]
    return sum(middle) / len(middle)


def total(by_ministry: Mapping[str, Mapping[str, int]]) -> dict[str, int]:
    """The nation: what the ministries add up to."""
    names = (*indicators(), *SUMS)
    return {name: sum(mine.get(name, 0) for mine in by_ministry.values()) for name in names}


def listed(
    connection: sa.Connection, indicator: str, scope: Scope, *, offset: int = 0, limit: int | None = PAGE
) -> list[Row]:
    """The rows behind a figure, oldest first; of changes the newest. KeyError for what does not exist."""
    source = _source(indicator, scope.now)
    rows = _within(_all(source), _narrowing(scope))
    query = _named(rows).where(source.holds(indicator))
    if source.newest_first:
        query = query.order_by(rows.c.at.desc(), rows.c.id.desc())
    else:
        query = query.order_by(rows.c.day.is_(None), rows.c.day, rows.c.id)
    if limit is not None:
        query = query.offset(offset).limit(limit)
    return list(connection.execute(query, scope.values))


def shown(indicator: str) -> tuple[str, ...]:
    """Columns by which a reader recomputes the sums and the median made from these rows."""
    return _source(indicator, True).shown


def count(connection: sa.Connection, indicator: str, scope: Scope) -> int:
    """How many rows there are behind a figure: the figure itself."""
    source = _source(indicator, scope.now)
    rows = _within(_all(source), _narrowing(scope))
    query = sa.select(sa.func.count()).select_from(rows).where(source.holds(indicator))
    return int(connection.execute(query, scope.values).scalar_one())


def fields(connection: sa.Connection) -> list[str]:
    """Every field a regulation has, by name."""
    g = r.regulations.c.field
    return list(connection.scalars(sa.select(g).where(g != "").distinct().order_by(g)))


def _codes(connection: sa.Connection) -> dict[int, str]:
    m = r.ministries.c
    return {row.id: row.code for row in connection.execute(sa.select(m.id, m.code))}


def names(connection: sa.Connection) -> dict[str, str]:
    """Code → name of every ministry."""
    m = r.ministries.c
    return {row.code: row.name for row in connection.execute(sa.select(m.code, m.name))}
