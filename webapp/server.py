"""The production server: gunicorn with threads, started in this process."""

from __future__ import annotations

import logging
import sys
from typing import Any

from gunicorn.app.base import BaseApplication

from schemas.settings import Settings

from . import create_app

log = logging.getLogger(__name__)


class Server(BaseApplication):  # type: ignore[misc]
    """gunicorn with options from our settings; each worker builds its own application after the fork."""

    def __init__(self, settings: Settings, bind: str) -> None:
        self._settings = settings
        self._bind = bind
        super().__init__()

    def load_config(self) -> None:
        options: dict[str, Any] = {
            "bind": self._bind,
            "workers": self._settings.site_workers,
            "threads": self._settings.site_threads,
            "worker_class": "gthread",
            "timeout": 60,
            "graceful_timeout": 10,
            "keepalive": 15,
            # Legal searches are long: 500 characters percent-encoded stay below this.
            "limit_request_line": 8190,
            "worker_tmp_dir": None,
            "proc_name": "quydinh-site",
            "loglevel": "warning",
            "control_socket_disable": True,
            "when_ready": lambda _server: print(f"http://{self._bind}", flush=True),
        }
        for name, value in options.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> Any:
        # Facets are counted on a thread without the interpreter's lock while the page is made on another. At
        # the usual 5 ms, whoever wants the lock back waits for as long as a whole search takes.
        sys.setswitchinterval(0.001)
        return create_app(self._settings)


def serve(settings: Settings, host: str = "127.0.0.1", port: int = 8000) -> None:
    """Serve until SIGINT or SIGTERM. Prints the address when it listens."""
    Server(settings, f"{host}:{port}").run()
