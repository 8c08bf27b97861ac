"""One request until it is answered well: archive first, then judge, then try again with a growing pause."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from .archive import Archive
from .sources import Answer, Ask, Source, SourceError
from .warc import Exchange

logger = logging.getLogger(__name__)

TRIES = 8
#: A server error that stays is an answer: the national database gives 500 for unpublished documents.
TRIES_OF_500 = 3
#: Seconds before the second try; doubled each time. Shorter where no pause is asked for (loopback).
FIRST_PAUSE, FIRST_PAUSE_LOOPBACK, LONGEST_PAUSE = 1.0, 0.1, 60.0
_TEMPORARY = frozenset({408, 425, 429, 502, 503, 504, 520, 521, 522, 523, 524})


class FetchError(SourceError):
    """The request got no good answer; `status` is the last one, or None if there was none."""

    def __init__(self, ask: Ask, reason: str, status: int | None) -> None:
        super().__init__(f"{ask.part}: {reason}")
        self.ask, self.reason, self.status = ask, reason, status


class DownloadError(Exception):
    """A connection that was refused, reset, cut short or timed out. The message says which."""


class ForbiddenByRobots(Exception):
    """robots.txt of the host does not allow the request."""


@dataclass(frozen=True, slots=True)
class Response:
    """What the downloader hands over: the body without transfer and content encoding."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    asked_to_wait: bool = False  # a Retry-After that the host's gate already honours


Download = Callable[[Ask], Awaitable[Response]]
#: (answer, how many tries so far) → why to try again, or None.
Judge = Callable[[Response, int], str | None]


class Fetcher:
    """Fetches for one source into its archive."""

    def __init__(self, source: Source, archive: Archive, download: Download) -> None:
        self.source, self.archive, self.download = source, archive, download
        self.requests = 0
        self.retries: Counter[str] = Counter()
        self._pause = FIRST_PAUSE if source.settings.crawl_delay else FIRST_PAUSE_LOOPBACK

    async def fetch(self, ask: Ask, item: str = "") -> Answer:
        """The good answer, archived. Raises FetchError when the site refuses or stays broken."""
        reason, status, tries = "", None, 0
        while tries < TRIES:
            tries += 1
            self.requests += 1
            try:
                response = await self.download(ask)
            except ForbiddenByRobots as error:
                raise FetchError(ask, "robots.txt forbids it or cannot be read", None) from error
            except DownloadError as error:
                reason, status = str(error), None
                await self._back_off(tries, reason, ask)
                continue
            exchange = self._exchange(ask, item, response)
            row = self.archive.append(exchange)
            status = response.status
            refusal = self._refusal(ask, exchange)
            if refusal is None:
                self.archive.accept(row, response.body)
                return Answer(ask.url, status, response.body)
            reason = refusal
            if self._is_final(status, tries):
                break
            if response.asked_to_wait:
                self.retries[reason] += 1
            else:
                await self._back_off(tries, reason, ask)
        raise FetchError(ask, reason, status)

    async def raw(self, ask: Ask, judge: Judge) -> Response | None:
        """An answer judged by the caller (robots.txt), archived; None if `judge` never was content."""
        for tries in range(1, TRIES + 1):
            self.requests += 1
            try:
                response = await self.download(ask)
            except DownloadError as error:
                await self._back_off(tries, str(error), ask)
                continue
            row = self.archive.append(self._exchange(ask, "", response))
            refusal = judge(response, tries)
            if refusal is None:
                self.archive.accept(row, response.body)
                return response
            if not response.asked_to_wait:
                await self._back_off(tries, refusal, ask)
        return None

    def _refusal(self, ask: Ask, exchange: Exchange) -> str | None:
        if exchange.status not in self.source.good_statuses:
            return f"answered {exchange.status}"
        return self.source.refusal(ask.part, exchange.media_type, exchange.body)

    def _is_final(self, status: int, tries: int) -> bool:
        if status in self.source.good_statuses or status in _TEMPORARY:
            return False
        return status < 500 or tries >= TRIES_OF_500

    async def _back_off(self, tries: int, reason: str, ask: Ask) -> None:
        self.retries[reason] += 1
        if tries >= TRIES:
            return
        pause = min(LONGEST_PAUSE, self._pause * 2 ** (tries - 1)) * random.uniform(0.75, 1.25)
        logger.debug("%s %s: %s; again in %.1f s", ask.method, ask.url, reason, pause)
        await asyncio.sleep(pause)

    def _exchange(self, ask: Ask, item: str, response: Response) -> Exchange:
        return Exchange(
            source=self.source.name,
            record_key=ask.record_key,
            part=ask.part,
            item=item,
            run=self.archive.run,
            fingerprint=ask.fingerprint,
            method=ask.method,
            url=ask.url,
            request_body=ask.body,
            status=response.status,
            headers=response.headers,
            body=response.body,
            fetched_at=dt.datetime.now(dt.UTC),
        )
