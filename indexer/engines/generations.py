"""Index generations as folders: created aside, published by one rename, removed when no reader needs them.

Under the engine's folder: `CURRENT` holds the name of the generation that is served; every generation is a
folder of its own with `STATE.json` (position, time). Locks are `flock`s: a killed process leaves none behind.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import fcntl
import json
import os
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from schemas.engine import EngineState
from schemas.errors import IndexBuildError

CURRENT, STATE, IN_USE = "CURRENT", "STATE.json", "IN_USE"
_KEPT = "KEPT."
Stamp = tuple[int, int, int]


def stamp(path: Path) -> Stamp | None:
    """What changes whenever a file is replaced; None if there is none. Costs one `stat`."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size


def write_whole(path: Path, text: str) -> None:
    """Replace a file at once: readers, and a crash at any time, see the old or the new one."""
    aside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with aside.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    aside.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


@contextlib.contextmanager
def locked(path: Path, wait: bool) -> Iterator[bool]:
    """Holds a lock that ends with the process at the latest; False if it is taken and `wait` is not set."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            yield False
            return
        yield True


class Generations:
    """The generations of one engine. The version of its format is part of every name; others are not read."""

    def __init__(self, folder: Path, version: int) -> None:
        self.folder, self._prefix = folder, f"v{version}-"
        self._published = folder / CURRENT  # looked at by every search

    def current(self) -> str | None:
        """Name of the published generation."""
        try:
            name = (self.folder / CURRENT).read_text(encoding="utf-8").strip()
        except OSError:
            return None
        return name if name.startswith(self._prefix) and (self.folder / name).is_dir() else None

    def stamp(self) -> Stamp | None:
        """Changes when another generation is published."""
        return stamp(self._published)

    def state(self) -> EngineState | None:
        """What is published."""
        name = self.current()
        if name is None:
            return None
        try:
            found = json.loads((self.folder / name / STATE).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        return EngineState(name, found["position"], dt.datetime.fromisoformat(found["built_at"]))

    def write_state(self, name: str, position: int) -> None:
        """Note which outbox row is the last one in the generation."""
        state = {"position": position, "built_at": dt.datetime.now(dt.UTC).isoformat()}
        write_whole(self.folder / name / STATE, json.dumps(state))

    def keep(self, name: str, key: str, data: bytes) -> None:
        """Keep something small with a generation."""
        (self.folder / name / f"{_KEPT}{key}").write_bytes(data)

    def kept(self, key: str) -> bytes | None:
        """What was kept with the published generation under this key."""
        while (name := self.current()) is not None:
            try:
                return (self.folder / name / f"{_KEPT}{key}").read_bytes()
            except FileNotFoundError:
                if self.current() == name:  # it was not removed meanwhile, it has none
                    return None
        return None

    def publish(self, name: str) -> None:
        """Serve this generation from now on."""
        write_whole(self.folder / CURRENT, name)

    @contextlib.contextmanager
    def building(self) -> Iterator[str]:
        """The name of a new, empty generation; removed at the end unless it was published."""
        with locked(self.folder / "BUILD.lock", wait=False) as free:
            if not free:
                raise IndexBuildError(f"another build is writing to {self.folder}; wait for it to end")
            self._remove_unused()
            now = dt.datetime.now(dt.UTC).strftime("%Y%m%dT%H%M%S")
            name = f"{self._prefix}{now}-{secrets.token_hex(2)}"
            (self.folder / name).mkdir()
            try:
                yield name
            finally:
                self._remove_unused()

    @contextlib.contextmanager
    def updating(self) -> Iterator[str]:
        """The name of the published generation, for one writer at a time."""
        with locked(self.folder / "UPDATE.lock", wait=True):
            name = self.current()
            if name is None:
                raise IndexBuildError(f"nothing is published in {self.folder}; build first")
            yield name

    def hold(self) -> tuple[str, IO[bytes]] | None:
        """The published generation and a lock that keeps it from being removed while the file is open."""
        while (name := self.current()) is not None:
            try:
                file = (self.folder / name / IN_USE).open("ab")
            except OSError:
                continue
            fcntl.flock(file, fcntl.LOCK_SH)
            if self.current() == name:
                return name, file
            file.close()
        return None

    def clean(self) -> None:
        """Remove what nobody needs, unless a build is going on."""
        if not self.folder.is_dir():
            return
        with locked(self.folder / "BUILD.lock", wait=False) as free:
            if free:
                self._remove_unused()

    def _remove_unused(self) -> None:
        current = self.current()
        for path in self.folder.iterdir():
            if path.name == current or not path.is_dir():
                continue
            with (path / IN_USE).open("ab") as file:
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    continue
                shutil.rmtree(path, ignore_errors=True)
