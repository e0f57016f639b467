"""A few escapes tried by a locked child before it is given work: none may succeed."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from pathlib import Path


def breaches(parent: int) -> list[str]:
    """What this process can do and must not; ``parent`` is a process outside."""
    attempts: dict[str, Callable[[], object]] = {
        "reads /etc/passwd": lambda: Path("/etc/passwd").read_bytes(),
        "writes to /tmp": _write_outside,
        "opens a network socket": lambda: socket.socket(socket.AF_INET).close(),
        "connects to a socket on this machine": _connect,
        "signals its parent": lambda: os.kill(parent, 0),
        "starts a process": _fork,
    }
    return [name for name, attempt in attempts.items() if _succeeds(attempt)]


def _succeeds(attempt: Callable[[], object]) -> bool:
    try:
        attempt()
    except OSError:
        return False
    return True


def _write_outside() -> None:
    path = Path(f"/tmp/insightx-canary-{os.getpid()}")  # noqa: S108 - that it is outside is the point
    path.touch()
    path.unlink()


def _connect() -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as sock:
        # Abstract, and nobody listens: refused by the system means it let us try.
        if sock.connect_ex("\0insightx-canary") not in (1, 13):
            return
    raise PermissionError


def _fork() -> None:
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)
