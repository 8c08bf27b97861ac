"""robots.txt of a host (RFC 9309): fetched through the fetcher's retries, archived like every answer."""

from __future__ import annotations

import logging

from .fetcher import Fetcher, Response
from .sources import ROBOTS, Ask

logger = logging.getLogger(__name__)

DENY_ALL = b"User-agent: *\nDisallow: /\n"
#: A page instead of the rules is believed only after so many tries: it may be a passing fault.
TRIES_OF_PAGE = 3


async def robots_rules(fetcher: Fetcher, url: str) -> bytes:
    """The text to obey: empty where there are no rules (4xx), DENY_ALL where it cannot be read.

    A run that goes on after it broke off uses the rules it read before.
    """
    ask, archive = Ask(ROBOTS, url), fetcher.archive
    known = archive.index.answered(ask.fingerprint, archive.run)
    if known:
        return _rules(known.status, archive.body(known))
    answer = await fetcher.raw(ask, refusal)
    if answer is None:
        logger.error("%s cannot be read: nothing is asked of that host", url)
        return DENY_ALL
    return _rules(answer.status, answer.body)


def _rules(status: int, body: bytes) -> bytes:
    return b"" if status >= 400 or _is_page(body) else body


def refusal(response: Response, tries: int) -> str | None:
    """Why to ask again; None if the answer counts."""
    if response.status == 429 or response.status >= 500:
        return f"answered {response.status}"
    # Some sites answer their front page for any address; only if it stays so there are no rules.
    if response.status == 200 and _is_page(response.body) and tries < TRIES_OF_PAGE:
        return "an HTML page instead of robots.txt"
    return None


def _is_page(body: bytes) -> bool:
    return body.lstrip()[:1] == b"<"
