"""A wire to a server that a test can cut or freeze: for a client it is a node of its own."""

from __future__ import annotations

import contextlib
import selectors
import socket
import threading
from typing import Any


class Proxy:
    """Passes everything on to `upstream` (host, port) until it is told otherwise."""

    def __init__(self, upstream: tuple[str, int]) -> None:
        self._upstream = upstream
        self._frozen = threading.Event()
        self._ended = threading.Event()
        self._listening: socket.socket | None = None
        self._open: set[socket.socket] = set()
        with socket.socket() as chosen:
            chosen.bind(("127.0.0.1", 0))
            self.port: int = chosen.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.up()

    def up(self) -> None:
        """Connections are taken and served, from now on."""
        self._frozen.clear()
        if self._listening is None:
            listening = socket.create_server(("127.0.0.1", self.port), reuse_port=False)
            self._listening = listening
            threading.Thread(target=self._accept, args=(listening,), daemon=True).start()

    def cut(self) -> None:
        """As if the process was killed: connections end, new ones are refused."""
        listening, self._listening = self._listening, None
        if listening is not None:
            with contextlib.suppress(OSError):
                listening.shutdown(socket.SHUT_RDWR)
            listening.close()
        for one in list(self._open):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def freeze(self) -> None:
        """As if the process was stopped: connections are taken, nothing is ever answered."""
        self._frozen.set()

    def close(self) -> None:
        self._ended.set()
        self.cut()

    def _accept(self, listening: socket.socket) -> None:
        while True:
            try:
                client, _ = listening.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with client, socket.create_connection(self._upstream) as server:
            both = {client: server, server: client}
            self._open |= both.keys()
            with selectors.DefaultSelector() as waiting:
                for one in both:
                    waiting.register(one, selectors.EVENT_READ)
                with contextlib.suppress(OSError):
                    self._pump(both, waiting)
            self._open -= both.keys()

    def _pump(self, both: dict[socket.socket, socket.socket], waiting: Any) -> None:
        while not self._ended.is_set():
            for key, _ in waiting.select(0.05):
                while self._frozen.is_set() and not self._ended.wait(0.05):
                    pass
                data = key.fileobj.recv(65536)
                if not data:
                    return
                both[key.fileobj].sendall(data)
