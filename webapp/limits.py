"""How often something may be tried, counted in the database so that all processes share the count.

Fixed windows: at most twice the number can pass around the border of two windows. Addresses and accounts are
stored as keyed hashes only.
"""

from __future__ import annotations

import ipaddress
import time
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from schemas.database import statements
from schemas.people_tables import rate_limits

from .keys import keyed


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `count` in `seconds`."""

    name: str
    count: int
    seconds: int


def take(database: sa.Engine, secret: str, limit: Limit, who: str) -> int:
    """Count one try; 0 when it is within the limit, else the seconds until the next window.

    Counted in a transaction of its own, so that a try that fails later still counts.
    """
    moment = int(time.time())
    start = moment - moment % limit.seconds
    values = {
        "key": _key(secret, limit, who),
        "starts_at": start,
        "count": 1,
        "ends_at": start + limit.seconds,
    }
    dialect = postgresql if database.dialect.name == "postgresql" else sqlite
    insert = dialect.insert(rate_limits).values(values)
    counted = insert.on_conflict_do_update(
        index_elements=["key", "starts_at"], set_={"count": rate_limits.c.count + 1}
    ).returning(rate_limits.c.count)
    with statements(database) as connection:
        count = connection.execute(counted).scalar_one()
    return 0 if count <= limit.count else start + limit.seconds - moment


def forget(database: sa.Engine, secret: str, limit: Limit, who: str) -> None:
    """Start counting anew, after a success."""
    with database.begin() as connection:
        connection.execute(rate_limits.delete().where(rate_limits.c.key == _key(secret, limit, who)))


def purge(connection: sa.Connection) -> int:
    """Remove the windows that are over; gives how many."""
    return connection.execute(rate_limits.delete().where(rate_limits.c.ends_at < int(time.time()))).rowcount


def network(address: str | None) -> str:
    """What counts as one visitor: an IPv4 address, the /64 network of an IPv6 one."""
    try:
        parsed = ipaddress.ip_address(address or "")
    except ValueError:
        return "unknown"
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)


def _key(secret: str, limit: Limit, who: str) -> str:
    return f"{limit.name}:{keyed(secret, 'limit', who)[:32]}"
