"""In a child: end when the parent has ended, whatever the parent could not clean up."""

from __future__ import annotations

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
    parent = os.getppid()
    scratch = Path.cwd()
    threading.Thread(
        target=_watch, args=(parent, scratch), name="insightx-orphan", daemon=True
    ).start()


def _watch(parent: int, scratch: Path) -> None:
    while os.getppid() == parent:
        time.sleep(PERIOD)
    if scratch.name.startswith("insightx-"):
        shutil.rmtree(scratch, ignore_errors=True)
    os.killpg(os.getpgrp(), signal.SIGKILL)
