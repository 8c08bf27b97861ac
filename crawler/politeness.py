"""How a host is treated: one request at a time, a pause between two, and none while it asks to wait.

A request that a host leaves unanswered for long stops counting as the one in progress, so that a few
stalled answers do not stall the crawl; at most MAX_ASLEEP may be outstanding like that.
"""

from __future__ import annotations

import asyncio
import email.utils
import time
from collections import deque
from collections.abc import Mapping
from urllib.parse import urlsplit

from .sources import SourceError

#: A host that asks for a longer wait than this (seconds) ends the crawl instead.
LONGEST_WAIT = 3600.0
MAX_ASLEEP = 48
#: A request is asleep after this many times the usual answering time, but not before the floor (seconds).
ASLEEP_FACTOR, ASLEEP_FLOOR = 10.0, 0.1
_WAITING_STATUSES = (429, 503)


def retry_after(value: str, now: float) -> float | None:
    """Seconds to wait that a Retry-After header (RFC 9110, 10.2.3) asks for; None if it is malformed.

    `now` is the Unix time against which a date is read. Never negative.
    """
    value = value.strip()
    if value.isascii() and value.isdigit():
        return float(value)
    try:
        return max(0.0, email.utils.parsedate_to_datetime(value).timestamp() - now)
    except ValueError:
        return None


class HostGate:
    """Lets requests to one host through. Belongs to one event loop."""

    def __init__(self, delay: float) -> None:
        self.delay = delay  # seconds between the starts of two requests
        self.paused_until = 0.0  # monotonic time
        self._active: dict[int, float] = {}  # token → start
        self._asleep: set[int] = set()
        self._waiting: deque[asyncio.Future[int]] = deque()
        self._last_start = float("-inf")
        self._usual = 0.05  # smoothed answering time, seconds
        self._token = 0
        self._timer: asyncio.TimerHandle | None = None

    async def enter(self) -> int:
        """Waits until a request may start; returns the token to leave with.

        Raises SourceError if the host asked for a wait beyond LONGEST_WAIT.
        """
        if not self._waiting and self._wait() <= 0:
            return self._start()
        turn: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        self._schedule()
        return await turn

    def _start(self) -> int:
        self._token += 1
        self._last_start = time.monotonic()
        self._active[self._token] = self._last_start
        return self._token

    def leave(self, token: int) -> None:
        """The request is over, well or badly."""
        started = self._active.pop(token, None)
        if started is None:
            self._asleep.discard(token)
        else:
            self._usual += 0.1 * (time.monotonic() - started - self._usual)
        self._schedule()

    def heed(self, status: int, headers: Mapping[str, str]) -> float:
        """Notes a Retry-After; returns the seconds it asks for (0 if none). Call before `leave`."""
        value = headers.get("retry-after")
        if status not in _WAITING_STATUSES or value is None:
            return 0.0
        seconds = retry_after(value, time.time())
        if seconds is None:
            return 0.0
        self.paused_until = max(self.paused_until, time.monotonic() + seconds)
        return seconds

    def _wait(self) -> float:
        """Seconds until a request may start; 0 if now."""
        now = time.monotonic()
        wait = max(self.paused_until - now, self._last_start + self.delay - now, 0.0)
        limit = max(ASLEEP_FLOOR, ASLEEP_FACTOR * self._usual)
        for token, started in list(self._active.items()):
            if now - started >= limit and len(self._asleep) < MAX_ASLEEP:
                del self._active[token]
                self._asleep.add(token)
            elif now - started >= limit:
                wait = max(wait, 0.25)  # too many asleep: look again soon
            else:
                wait = max(wait, started + limit - now)
        return wait

    def _schedule(self) -> None:
        """Starts the next request, or comes back when it may start."""
        if self._timer:
            self._timer.cancel()
            self._timer = None
        while self._waiting and self._waiting[0].done():
            self._waiting.popleft()
        if not self._waiting:
            return
        wait = self._wait()
        if self.paused_until - time.monotonic() > LONGEST_WAIT:
            self._refuse()
        elif wait > 0:
            self._timer = asyncio.get_running_loop().call_later(wait, self._schedule)
        else:
            self._waiting.popleft().set_result(self._start())
            self._schedule()

    def _refuse(self) -> None:
        hours = (self.paused_until - time.monotonic()) / 3600
        error = SourceError(f"the host asks to wait {hours:.1f} hours; crawl again later")
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_exception(error)


class Gates:
    """The gate of every host, shared by all sources crawled in this process."""

    def __init__(self, delay: float) -> None:
        self.delay = delay
        self._gates: dict[str, HostGate] = {}

    def of(self, url: str) -> HostGate:
        """By host and port: what answers there is one server."""
        host = urlsplit(url).netloc
        if host not in self._gates:
            self._gates[host] = HostGate(self.delay)
        return self._gates[host]
