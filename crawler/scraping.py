"""Scrapy as the downloader: handler, robots.txt, settings, and the spider that runs a crawl.

The crawl itself (`crawl.py`) asks through `Fetcher`; Scrapy brings connections, compression, robots.txt and
AutoThrottle. Retry-After and one-at-a-time are enforced in the download handler, the last step before a
request leaves: nothing that waits in Scrapy's queues can slip past it.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urlsplit

import scrapy
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.crawler import Crawler, CrawlerProcess
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.logformatter import LogFormatter
from scrapy.utils.misc import build_from_crawler
from twisted.internet.defer import Deferred

from schemas.settings import Settings

from . import SOFTWARE
from .archive import Archive
from .crawl import Crawl, Fetched, Options, Progress
from .fetcher import DownloadError, Fetcher, ForbiddenByRobots, Response
from .politeness import Gates
from .robots import robots_rules
from .sources import ROBOTS, Ask, Source

logger = logging.getLogger(__name__)

#: Seconds without an answer after which a request is given up and tried again.
TIMEOUT = 30


def user_agent(settings: Settings) -> str:
    """Who we are and how to reach us: "quydinh/0.1.0 (+contact)"."""
    return f"{SOFTWARE} (+{settings.contact})"


@dataclass(frozen=True, slots=True)
class CrawlJob:
    """A source to crawl into its archive; `fetched` is called with each record that is complete."""

    source: Source
    archive: Archive
    fetched: Callable[[str], None]


class PoliteHandler(HTTP11DownloadHandler):
    """Downloads through the host's gate."""

    async def download_request(self, request: scrapy.Request) -> scrapy.http.Response:
        gate = _spider(self.crawler).gates.of(request.url)
        token = await gate.enter()
        try:
            response = await super().download_request(request)
            # Before leaving: the next request must not start on an answer that asked for a pause.
            wait = gate.heed(response.status, {k.lower(): v for k, v in _header_pairs(response)})
            if wait:
                request.meta["asked_to_wait"] = True
                logger.info("%s asks for a pause of %.0f s", urlsplit(request.url).netloc, wait)
            return response
        finally:
            gate.leave(token)


class RobotsMiddleware(RobotsTxtMiddleware):
    """robots.txt of each host, fetched with retries; Crawl-delay is kept too.

    Scrapy allows everything when robots.txt cannot be had; the standard says that a server error forbids.
    """

    async def robot_parser(self, request: scrapy.Request) -> Any:
        host = urlsplit(request.url)
        if host.netloc not in self._parsers:
            waiting: Deferred[Any] = Deferred()
            self._parsers[host.netloc] = waiting
            spider = _spider(self.crawler)
            body = await robots_rules(spider.fetcher, f"{host.scheme}://{host.netloc}/robots.txt")
            parser = build_from_crawler(self._parserimpl, self.crawler, body)
            delay = parser.rp.crawl_delay(  # type: ignore[attr-defined]
                self._default_useragent
            )
            if delay:
                gate = spider.gates.of(request.url)
                gate.delay = max(gate.delay, float(delay))
            self._parsers[host.netloc] = parser
            waiting.callback(parser)
        return await super().robot_parser(request)


class QuietFormatter(LogFormatter):
    """No line for every answer."""

    def crawled(self, *_: Any) -> None:  # type: ignore[override]
        return None


class SourceSpider(scrapy.Spider):
    """Runs one crawl; nothing in it knows the site."""

    name = "source"

    def __init__(
        self, job: CrawlJob, options: Options, gates: Gates, progress: Progress, **kwargs: Any
    ) -> None:
        super().__init__(name=job.source.name, **kwargs)
        self.gates = gates
        self.fetcher = Fetcher(job.source, job.archive, self._download)
        self.crawl = Crawl(job.source, job.archive, self.fetcher, options, progress, job.fetched)
        self.error: BaseException | None = None

    async def start(self) -> AsyncIterator[Any]:
        try:
            await self.crawl.run()
        except Exception as error:
            self.error = error  # raised again by `crawl_sources`: Scrapy would only log it
        return
        yield

    async def _download(self, ask: Ask) -> Response:
        request = scrapy.Request(
            ask.url,
            method=ask.method,
            body=ask.body or b"",
            headers=dict(ask.headers),
            meta={"dont_obey_robotstxt": ask.part == ROBOTS},
        )
        try:
            response = await self.crawler.engine.download_async(request)
        except IgnoreRequest as error:
            raise ForbiddenByRobots(ask.url) from error
        except Exception as error:
            raise DownloadError(_download_reason(error)) from error
        pairs = [
            (k, v)
            for k, v in _header_pairs(response)
            if k.lower() not in ("content-length", "transfer-encoding")
        ]
        headers = (*pairs, ("Content-Length", str(len(response.body))))
        waited = bool(request.meta.get("asked_to_wait"))
        return Response(response.status, headers, response.body, waited)


def _spider(crawler: Crawler) -> SourceSpider:
    return cast(SourceSpider, crawler.spider)


def _header_pairs(response: scrapy.http.Response) -> list[tuple[str, str]]:
    return [
        (name.decode("latin-1"), value.decode("latin-1"))
        for name, values in response.headers.items()
        for value in values
    ]


def _download_reason(error: Exception) -> str:
    names = {
        "DownloadTimeoutError": f"no answer within {TIMEOUT} s",
        "ResponseDataLossError": "the answer was cut short",
        "DownloadConnectionRefusedError": "connection refused",
        "CannotResolveHostError": "the host's name is unknown",
    }
    name = type(error).__name__
    return names.get(name, f"connection broken ({name})")


def scrapy_settings(settings: Settings) -> dict[str, Any]:
    """Scrapy's settings: polite by default, at full speed only where no delay is asked for (loopback)."""
    polite = settings.crawl_delay > 0
    middlewares = "scrapy.downloadermiddlewares."
    return {
        "USER_AGENT": user_agent(settings),
        "ROBOTSTXT_OBEY": True,
        "DOWNLOAD_DELAY": settings.crawl_delay,
        "DOWNLOAD_DELAY_JITTER": 0,
        "AUTOTHROTTLE_ENABLED": polite,
        "AUTOTHROTTLE_START_DELAY": settings.crawl_delay,
        "AUTOTHROTTLE_TARGET_CONCURRENCY": 1.0,
        "CONCURRENT_REQUESTS": 128,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 64,
        "DOWNLOAD_TIMEOUT": TIMEOUT,
        "DOWNLOAD_HANDLERS": dict.fromkeys(("http", "https"), PoliteHandler),
        "DOWNLOADER_MIDDLEWARES_BASE": {
            RobotsMiddleware: 100,
            f"{middlewares}downloadtimeout.DownloadTimeoutMiddleware": 350,
            f"{middlewares}defaultheaders.DefaultHeadersMiddleware": 400,
            f"{middlewares}useragent.UserAgentMiddleware": 500,
            f"{middlewares}httpcompression.HttpCompressionMiddleware": 590,
        },
        "DEFAULT_REQUEST_HEADERS": {"Accept": "application/json, */*", "Accept-Language": "vi"},
        "SPIDER_MIDDLEWARES_BASE": {},
        "EXTENSIONS_BASE": {"scrapy.extensions.throttle.AutoThrottle": 0} if polite else {},
        "COOKIES_ENABLED": False,
        "TELNETCONSOLE_ENABLED": False,
        "LOG_FORMATTER": QuietFormatter,
        "STATS_DUMP": False,
        "LOG_INSTALL_ROOT_HANDLER": False,
        "DOWNLOAD_MAXSIZE": 256 * 1024 * 1024,
        "DOWNLOAD_WARNSIZE": 0,
    }


def crawl_sources(
    settings: Settings, jobs: Sequence[CrawlJob], options: Options, progress: Progress
) -> list[Fetched]:
    """Crawls sources at the same time in this process, once per process (Twisted's reactor starts only once).

    Raises ArchiveError; a source that cannot be read is a failure in its `Fetched`.
    """
    process = CrawlerProcess(scrapy_settings(settings))
    for name in ("scrapy", "twisted"):  # Scrapy has just set its own to DEBUG
        logging.getLogger(name).setLevel(logging.WARNING)
    gates = Gates(settings.crawl_delay)
    crawlers = []
    for job in jobs:
        crawler = process.create_crawler(SourceSpider)
        process.crawl(crawler, job=job, options=options, gates=gates, progress=progress)
        crawlers.append(crawler)
    process.start()
    spiders = [_spider(crawler) for crawler in crawlers]
    if all(spider.error or spider.crawl.result.finished for spider in spiders):  # else somebody stopped it
        for job, spider in zip(jobs, spiders, strict=True):
            if spider.crawl.result.finished:
                job.archive.end_run()
    for spider in spiders:
        if spider.error:
            raise spider.error
    return [spider.crawl.result for spider in spiders]
