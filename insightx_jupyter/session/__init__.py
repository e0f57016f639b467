"""The composition root, and the one session of a process."""

from __future__ import annotations

import atexit
import os
import threading

from .run import ActiveRun
from .session import Session

__all__ = [
    "ActiveRun",
    "Session",
    "close_default_session",
    "default_session",
]

_default: Session | None = None
_lock = threading.Lock()


def default_session() -> Session:
    """The session of this process; made when first asked for."""
    global _default
    with _lock:
        if _default is None:
            _default = Session()
        return _default


def close_default_session() -> None:
    """End the session of this process, if there is one."""
    global _default
    with _lock:
        session, _default = _default, None
    if session is not None:
        session.close()


def _forget_in_fork() -> None:
    """A forked copy of the kernel has no thread of ours and owns no process of ours."""
    global _default, _lock
    _default, _lock = None, threading.Lock()


atexit.register(close_default_session)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_in_fork)
