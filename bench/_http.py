"""A site started for a measurement, and load on it from so many clients at once."""

from __future__ import annotations

import concurrent.futures
import contextlib
import http.client
import math
import os
import random
import resource
import socket
import subprocess
import sys
import threading
import time
import urllib.parse
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from schemas.errors import QuydinhError


def search_path(text: str) -> str:
    """The result page for a query."""
    return "/tim-kiem?" + urllib.parse.urlencode({"q": text})


@contextlib.contextmanager
def site(environment: Mapping[str, str] | None = None, workers: int = 2) -> Iterator[str]:
    """The address of the product's own server, with `environment` over the present one."""
    port = free_port()
    command = [sys.executable, "-m", "webapp", "serve", "--port", str(port)]
    values = {"QUYDINH_SITE_WORKERS": str(workers), **(environment or {})}
    with serving(command, f"http://127.0.0.1:{port}", "/readyz", values) as url:
        yield url


@contextlib.contextmanager
def serving(
    command: Sequence[str], url: str, path: str, environment: Mapping[str, str] | None = None
) -> Iterator[str]:
    """A server that answers 200 at `path`; ended when the block ends."""
    process = subprocess.Popen(
        command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, **(environment or {})},
    )
    try:
        _wait(url + path, process)
        yield url
    finally:
        process.terminate()
        process.wait(30)


def free_port() -> int:
    """A port of loopback nobody listens on."""
    with socket.socket() as chosen:
        chosen.bind(("127.0.0.1", 0))
        port: int = chosen.getsockname()[1]
        return port


def _wait(address: str, process: subprocess.Popen[bytes], seconds: float = 60.0) -> None:
    parts = urllib.parse.urlsplit(address)
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if process.poll() is not None:
            raise QuydinhError(f"the server ended with status {process.returncode}")
        try:
            if _fetch(_connection(address), parts.path) == 200:
                return
        except OSError:
            pass
        time.sleep(0.1)
    raise QuydinhError(f"{address} was not ready within {seconds:.0f} s")


def load(
    urls: str | Sequence[str],
    queries: Sequence[str],
    clients: int,
    seconds: float,
    path: Callable[[str], str] = search_path,
) -> dict[str, Any]:
    """Pages asked by so many clients, each with a connection of its own, one request after another.

    The clients share `urls`. `generator_cpu_share`: what part of all cores' time this process took itself.
    """
    stop = threading.Event()
    addresses = [urls] if isinstance(urls, str) else list(urls)

    def client(number: int) -> tuple[list[float], int]:
        url = addresses[number % len(addresses)]
        chance = random.Random(number)
        connection, times, errors = _connection(url), [], 0
        while not stop.is_set():
            asked = path(chance.choice(queries))
            started = time.perf_counter()
            try:
                errors += _fetch(connection, asked) != 200
            except (OSError, http.client.HTTPException):
                errors += 1
                connection = _connection(url)
            times.append((time.perf_counter() - started) * 1000)
        return times, errors

    started, busy = time.perf_counter(), _own_cpu_seconds()
    with concurrent.futures.ThreadPoolExecutor(clients) as pool:
        running = [pool.submit(client, number) for number in range(clients)]
        time.sleep(seconds)
        stop.set()
        done = [future.result() for future in running]
    took = time.perf_counter() - started
    share = (_own_cpu_seconds() - busy) / (took * len(os.sched_getaffinity(0)))
    times = [t for found, _ in done for t in found]
    figures = summary(times, took, sum(errors for _, errors in done))
    return {**figures, "generator_cpu_share": round(share, 3)}


def _own_cpu_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def summary(times: Sequence[float], seconds: float, errors: int) -> dict[str, Any]:
    """{p50_ms, p95_ms, p99_ms, per_s, errors}."""
    order = sorted(times)

    def percentile(share: float) -> float | None:
        return round(order[math.ceil(share * len(order)) - 1], 2) if order else None

    return {
        "p50_ms": percentile(0.5),
        "p95_ms": percentile(0.95),
        "p99_ms": percentile(0.99),
        "per_s": round(len(order) / seconds, 1) if seconds else 0.0,
        "errors": errors,
    }


def _connection(url: str) -> http.client.HTTPConnection:
    parts = urllib.parse.urlsplit(url)
    return http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)


def _fetch(connection: http.client.HTTPConnection, path: str) -> int:
    connection.request("GET", path)
    answer = connection.getresponse()
    answer.read()
    return answer.status
