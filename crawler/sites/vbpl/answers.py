"""The gateway's envelope: every answer is JSON with `success` and `data`."""

from __future__ import annotations

from typing import Any

from crawler.sites.decoding import decode
from schemas.errors import ParseError
from schemas.pages import Page


def data_of(page: Page) -> Any:
    """`data` of one answer.

    Raises ParseError when the answer is cut off, is an HTML error page with status 200, or says that it
    failed.
    """
    answer = decode(page.body, page.url)
    if not isinstance(answer, dict) or "data" not in answer:
        raise ParseError(page.url, "the answer has no 'data'")
    if answer.get("success") is False:
        raise ParseError(page.url, f"the gateway says it failed: {answer.get('message')!r}")
    return answer["data"]


def record(value: Any, url: str, what: str) -> dict[str, Any]:
    """`value` as an object, or ParseError."""
    if not isinstance(value, dict):
        raise ParseError(url, f"{what} is not an object")
    return value


def records(value: Any, url: str, what: str) -> list[dict[str, Any]]:
    """`value` as a list of objects (null counts as none), or ParseError."""
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise ParseError(url, f"{what} is not a list of objects")
    return value
