"""A child process of our own: clean environment, own group, nothing left behind.

What a forked copy of the user's kernel inherits is only a view: there ``kill``,
``wait`` and the removal of the scratch directory do nothing, because the child
belongs to the parent of that copy.
"""

from __future__ import annotations

import os
import shutil
import signal
import site
import subprocess
import sys
import tempfile
import threading
import time
import weakref
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO

from ..errors import WorkerDied
from .environment import build_environment

#: How much of what a child wrote to stderr is kept, bytes.
STDERR_TAIL = 16 * 1024
#: Longest path of the temporary directory, bytes: macOS takes 103 for a Unix socket.
MAX_BASE = 80
_WITH_USER_SITE = (
    "import runpy, sys; sys.path.append(sys.argv.pop(1)); "
    "runpy.run_module(sys.argv.pop(1), run_name='__main__', alter_sys=True)"
)


def spawn(
    module: str,
    *,
    fds: Sequence[int] = (),
    env: Mapping[str, str] | None = None,
    arguments: Sequence[str] = (),
) -> Process:
    """Start ``python -I -B -m module`` as a child in its own session.

    ``fds`` are inherited under the same numbers, ``env`` is added to an environment
    that is built from nothing. stdin and stdout are ``/dev/null``.

    Raises:
        WorkerDied: the process could not be started.
    """
    scratch = Path(tempfile.mkdtemp(prefix="insightx-", dir=_base_directory()))
    try:
        popen = subprocess.Popen(
            [sys.executable, "-I", "-B", *_entry(module), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env=build_environment(scratch, env),
            cwd=scratch,
            pass_fds=tuple(fds),
            start_new_session=True,
        )
    except OSError as error:
        _remove(scratch)
        raise WorkerDied(f"A worker process could not be started: {error.strerror}.") from error
    return Process(popen, scratch)


def _entry(module: str) -> list[str]:
    """Python's options that run ``module``, also where packages are the user's own.

    An isolated Python leaves the user's site directory out; where we were imported
    from there, so must the child's packages be.
    """
    extra = _user_site()
    if extra is None:
        return ["-m", module]
    return ["-c", _WITH_USER_SITE, extra, module]


def _user_site() -> str | None:
    own = site.getusersitepackages() if site.ENABLE_USER_SITE else None
    return own if own in sys.path else None


def _base_directory() -> str:
    """Where scratch directories go: a path short enough for sockets in them."""
    usual = tempfile.gettempdir()
    return usual if len(os.fsencode(usual)) <= MAX_BASE else "/tmp"  # noqa: S108


class Process:
    """One child, its scratch directory and the end of what it wrote to stderr."""

    def __init__(self, popen: subprocess.Popen[bytes], scratch: Path) -> None:
        self.pid = popen.pid
        #: Removed once the child has ended.
        self.scratch = scratch
        self._popen = popen
        self._owner = os.getpid()
        self._lock = threading.RLock()
        self._tail = _Tail(popen.stderr)
        self._finish = weakref.finalize(self, _finish, popen, scratch, self._owner)

    def poll(self) -> int | None:
        """The exit code (negative: the signal that ended it), None while it runs."""
        with self._lock:
            if self._popen.returncode is None and self._is_ours and _has_exited(self._popen):
                self._reap()
            return self._popen.returncode

    def kill(self) -> None:
        """SIGKILL to the whole group, and on Linux to children that have left it.

        Harmless when it has ended, or in a forked copy. What has a new session and
        has lost its parent as well is not found.
        """
        with self._lock:
            if self._is_ours and self._popen.returncode is None:
                strays = _descendants(self.pid)
                _kill_group(self.pid)
                _kill_each(strays)

    def interrupt(self) -> None:
        """SIGINT to the child alone."""
        with self._lock:
            if self._is_ours and self.poll() is None:
                os.kill(self.pid, signal.SIGINT)

    def wait(self, timeout: float | None = None) -> int | None:
        """The exit code once the child has ended; None when ``timeout`` seconds pass before."""
        deadline = None if timeout is None else time.monotonic() + timeout
        pause = 0.001
        while (code := self.poll()) is None and self._is_ours:
            if deadline is not None and time.monotonic() >= deadline:
                return None
            time.sleep(pause)
            pause = min(2 * pause, 0.02)
        return code

    def stderr_tail(self) -> str:
        """The last 16 KiB of what the child wrote to stderr."""
        return self._tail.text()

    @property
    def _is_ours(self) -> bool:
        return os.getpid() == self._owner

    def _reap(self) -> None:
        # The group goes before its leader is reaped: until then its id cannot be reused.
        _kill_group(self.pid)
        self._popen.wait()
        self._tail.join()
        self._finish()


class _Tail:
    """Reads a pipe to its end on a thread and keeps the last bytes."""

    def __init__(self, pipe: IO[bytes] | None) -> None:
        self._kept = b""
        self._pipe = pipe
        self._thread = threading.Thread(target=self._drain, name="insightx-stderr", daemon=True)
        self._thread.start()

    def text(self) -> str:
        return self._kept.decode("utf-8", "replace")

    def join(self) -> None:
        """Wait briefly for the end; whoever else holds the pipe must not hold us."""
        self._thread.join(timeout=0.5)

    def _drain(self) -> None:
        if self._pipe is None:
            return
        with self._pipe as pipe:
            while chunk := os.read(pipe.fileno(), 65536):
                self._kept = (self._kept + chunk)[-STDERR_TAIL:]


def _has_exited(popen: subprocess.Popen[bytes]) -> bool:
    """Whether a child has ended, without reaping it where the platform can say so."""
    if not hasattr(os, "waitid"):  # macOS before Python 3.13
        return popen.poll() is not None
    try:
        return os.waitid(os.P_PID, popen.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
    except ChildProcessError:  # somebody else reaped it (SIGCHLD ignored): it is gone
        return True


def _kill_group(pid: int) -> None:
    try:
        os.killpg(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass  # nobody is left in it
    except PermissionError:
        pass  # macOS says so of a group that holds only zombies


def _descendants(pid: int) -> list[int]:
    """Children and theirs, as Linux lists them; empty elsewhere."""
    found: list[int] = []
    for listing in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            children = [int(child) for child in listing.read_text().split()]
        except OSError:
            continue  # the thread or the process has just ended
        found += [p for child in children for p in (child, *_descendants(child))]
    return found


def _kill_each(pids: Sequence[int]) -> None:
    for pid in pids:
        # It may have gone with its group, or not be the user's any more.
        with suppress(ProcessLookupError, PermissionError):
            os.kill(pid, signal.SIGKILL)


def _finish(popen: subprocess.Popen[bytes], scratch: Path, owner: int) -> None:
    """End the child and remove its directory; the last resort at exit of the interpreter."""
    if os.getpid() != owner:
        return
    if popen.returncode is None:
        strays = _descendants(popen.pid)
        _kill_group(popen.pid)
        _kill_each(strays)
        popen.wait()
    _remove(scratch)


def _remove(scratch: Path) -> None:
    # A child that is being killed may still write: what cannot go now is in the temp directory.
    shutil.rmtree(scratch, ignore_errors=True)
