"""Worker processes."""

from __future__ import annotations

import multiprocessing
import os
import threading


def end_with_parent() -> None:
    """From now on this worker process ends when the one that started it does, however that ended.

    A worker whose parent was killed would wait for work for ever, with all its memory: forked workers hold
    both ends of the pipe they wait at.
    """
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def watch() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
