"""In a child: end when the parent has ended, and tidy up what it no longer can."""

from __future__ import annotations

import atexit
import os
import shutil
import signal
import threading
import time
from pathlib import Path

#: Seconds between two looks.
PERIOD = 1.0


def end_with_parent() -> None:
    """From now on, end this process and its group within a second of its parent's end.

    The scratch directory, which is the working directory at the start, goes with it.
    A forked copy of the parent may hold our sockets open, so their end says nothing.
    """
    parent, scratch = os.getppid(), Path.cwd()
    # A worker that sees its connection close may be gone before the watch looks.
    atexit.register(_leave, scratch, os.getpid())
    threading.Thread(
        target=_watch, args=(parent, scratch), name="insightx-orphan", daemon=True
    ).start()


def _watch(parent: int, scratch: Path) -> None:
    while os.getppid() == parent:
        time.sleep(PERIOD)
    _leave(scratch, os.getpid())
    os.killpg(os.getpgrp(), signal.SIGKILL)


def _leave(scratch: Path, pid: int) -> None:
    if os.getpid() == pid and scratch.name.startswith("insightx-"):
        shutil.rmtree(scratch, ignore_errors=True)
