"""What a sender without an account opens with number and code: a comment or a petition."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from flask import abort

from . import limits
from .consultations.common import secret, visitor
from .limits import Limit
from .state import site

Row = Any


def own_row(
    find: Callable[[sa.Connection, str], Row | None],
    opens: Callable[[Row | None, str], bool],
    guesses: Limit,
    tracking: str,
    code: str,
) -> Row:
    """The row that number and code open; 404 otherwise, and 429 after too many tries.

    Only what does not open is counted: whoever has the code may come back as often as they like.
    """
    with site().database.connect() as connection:
        row = find(connection, tracking)
    if not opens(row, code):
        if limits.take(site().database, secret(), guesses, visitor()):
            abort(429)
        abort(404)
    assert row is not None
    return row
