"""Removing what a hostile process left, however deep it dug."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from pathlib import Path

#: Seconds after each attempt.
_PAUSES = (0.001, 0.01, 0.03, 0.1)


def remove_tree(top: Path) -> None:
    """Remove a directory with all in it, as far as that can be done; does not raise.

    Not by recursion, as ``shutil.rmtree`` does it: a thousand directories in each other
    would end that. Each directory that is met moves up to the top before it is emptied.
    """
    try:
        fd = os.open(top, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError:
        return
    try:
        # Again: a process that is just being killed may still write, or remove, beside us.
        for pause in _PAUSES:
            with suppress(OSError):
                _empty(fd)
                top.rmdir()
            if not top.exists():
                return
            time.sleep(pause)
    finally:
        os.close(fd)


def _empty(top: int) -> None:
    count = 0
    waiting = _clear(top)
    for name in waiting:
        os.chmod(name, 0o700, dir_fd=top)
        fd = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=top)
        try:
            for inner in _clear(fd):
                count += 1
                outer = f".{os.getpid()}-{count}"
                os.chmod(inner, 0o700, dir_fd=fd)
                os.rename(inner, outer, src_dir_fd=fd, dst_dir_fd=top)
                waiting.append(outer)
        finally:
            os.close(fd)
        os.rmdir(name, dir_fd=top)


def _clear(directory: int) -> list[str]:
    """Unlink all that is no directory; the names of the directories."""
    inner = []
    with os.scandir(directory) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                inner.append(entry.name)
            else:
                os.unlink(entry.name, dir_fd=directory)
    return inner
