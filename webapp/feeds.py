"""Atom feeds (RFC 4287) of any list."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from flask import Response, make_response, render_template, request

from .languages import language
from .state import site


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a feed; `url` is a path of the site."""

    title: str
    url: str
    summary: str
    updated: dt.date | None


def base_url() -> str:
    """The site's public address, without a slash at the end."""
    return site().settings.base_url or request.host_url.rstrip("/")


def atom(title: str, url: str, entries: Sequence[Entry]) -> Response:
    """A feed whose entries are ordered as given; its time is the newest entry's."""
    times = [entry.updated for entry in entries if entry.updated]
    text = render_template(
        "feed.xml",
        title=title,
        base=base_url(),
        url=url,
        self_url=request.full_path.rstrip("?"),
        entries=entries,
        updated=max(times) if times else dt.date(1970, 1, 1),
        language=language(),
    )
    response = make_response(text)
    response.mimetype = "application/atom+xml"
    return response
