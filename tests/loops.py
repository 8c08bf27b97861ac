"""Running coroutines in tests, whatever else the test process is doing."""

from __future__ import annotations

import asyncio
from asyncio import events
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


def run(coroutine: Coroutine[Any, Any, T]) -> T:
    """`asyncio.run`, also after a browser test in the same process: Playwright's synchronous interface leaves
    its own loop marked as running until the browser is closed. A thread would not do: SQLite connections made
    by the test belong to this one."""
    playwright = events._get_running_loop()
    events._set_running_loop(None)
    try:
        return asyncio.run(coroutine)
    finally:
        events._set_running_loop(playwright)
