"""Which page of a list is asked for."""

from __future__ import annotations

from flask import request

LAST_PAGE = 100_000


def page_number() -> int:
    """The page asked for; the first when it makes no sense."""
    text = request.args.get("trang", "1")
    return min(max(int(text), 1), LAST_PAGE) if text.isascii() and text.isdigit() and len(text) < 7 else 1
