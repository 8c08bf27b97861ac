"""A real PostgreSQL on a free port, run by an unprivileged user, gone when the block ends.

    python -m tests.services.postgresql COMMAND…

runs COMMAND with QUYDINH_TEST_POSTGRESQL_URL set.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

NOBODY = 65534


def program(name: str) -> str:
    """The path of a PostgreSQL program; Debian keeps servers outside PATH."""
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    path = str(found[-1]) if found else shutil.which(name)
    if not path:
        raise SystemExit(f"{name} is not installed: sudo apt install postgresql")
    return path


def unprivileged() -> list[str]:
    """What to put before a command so that it does not run as root."""
    if os.geteuid():
        return []
    return ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextlib.contextmanager
def postgresql() -> Iterator[str]:
    """The SQLAlchemy address of a running server with an empty database."""
    folder = Path(tempfile.mkdtemp(prefix="quydinh-postgresql-"))
    folder.chmod(0o755)
    data = folder / "data"
    data.mkdir()
    if not os.geteuid():
        os.chown(data, NOBODY, NOBODY)
    data.chmod(0o700)
    run = unprivileged()
    port = free_port()
    environment = {**os.environ, "LC_ALL": "C.UTF-8"}
    initdb = [program("initdb"), "-D", str(data), "-U", "quydinh", "-A", "trust", "-E", "UTF8", "--no-sync"]
    subprocess.run([*run, *initdb], check=True, stdout=subprocess.DEVNULL, env=environment, cwd=folder)
    options = ["-F", "-c", "listen_addresses=127.0.0.1", "-c", f"unix_socket_directories={data}"]
    server = subprocess.Popen(
        [*run, program("postgres"), "-D", str(data), "-p", str(port), *options],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=environment,
        cwd=folder,
    )
    try:
        for _ in range(150):
            ready = [program("pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(port)]
            if subprocess.run(ready, check=False).returncode == 0:
                break
            if server.poll() is not None:
                raise SystemExit("PostgreSQL stopped while starting")
            with contextlib.suppress(subprocess.TimeoutExpired):
                server.wait(0.2)
        yield f"postgresql+psycopg://quydinh@127.0.0.1:{port}/postgres"
    finally:
        server.terminate()
        server.wait(30)
        shutil.rmtree(folder, ignore_errors=True)


def end_tidily() -> None:
    """Let SIGTERM unwind the blocks, so that the servers stop with the command that started them."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))


if __name__ == "__main__":
    end_tidily()
    with postgresql() as address:
        sys.exit(
            subprocess.run(
                sys.argv[1:], env={**os.environ, "QUYDINH_TEST_POSTGRESQL_URL": address}, check=False
            ).returncode
        )
