"""Logging of the crawler's processes: to standard error, as text or one JSON object a line."""

from __future__ import annotations

import datetime as dt
import json
import logging
import sys

from schemas.settings import Settings

#: Libraries that tell at length what is of no use to the reader.
_TALKATIVE = ("alembic", "asyncio", "protego", "pypdf", "scrapy", "twisted")


class JsonLines(logging.Formatter):
    """{"time", "level", "logger", "message"} and, of an exception, "error"."""

    def format(self, record: logging.LogRecord) -> str:
        time = dt.datetime.fromtimestamp(record.created, dt.UTC).isoformat(timespec="milliseconds")
        event = {
            "time": time,
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            event["error"] = self.formatException(record.exc_info)
        return json.dumps(event, ensure_ascii=False)


def configure_logging(settings: Settings) -> None:
    """Once, at the entry point."""
    handler = logging.StreamHandler(sys.stderr)
    plain = logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s")
    handler.setFormatter(JsonLines() if settings.log_format == "json" else plain)
    logging.basicConfig(level=settings.log_level, handlers=[handler])
    handler.addFilter(_is_of_use)  # not by level: Scrapy sets its loggers' levels when it starts


def _is_of_use(record: logging.LogRecord) -> bool:
    return record.levelno >= logging.WARNING or record.name.split(".")[0] not in _TALKATIVE
