"""Which jail this machine has, found by building one and trying to get out."""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from . import landlock
from .lockdown import EXIT_BREACH, EXIT_NO_JAIL
from .paths import runtime
from .policy import Level, Policy

if TYPE_CHECKING:
    from ...protocol.record import SandboxInfo

#: Seconds that a probe may take.
TIMEOUT = 20.0
_MODULE = "insightx_jupyter.sandbox.jail.bare"
_EXTRA_PATH = (
    "import runpy, sys; sys.path.append(sys.argv.pop(1)); "
    "runpy.run_module({!r}, run_name='__main__', alter_sys=True)"
)


@dataclass(frozen=True, slots=True)
class Found:
    """A level, and why it is this one."""

    level: Level
    reason: str


_lock = threading.Lock()
_forced: list[Found] = []
_distrusted: list[Found] = []


def probe() -> SandboxInfo:
    """The level that holds here, as users are told it; found once in a process, some 0.2 s."""
    from ...protocol.record import SandboxInfo

    found = current()
    level = "unisolated" if found.level == "none" else found.level
    return SandboxInfo(level=level, reason=found.reason)


def current() -> Found:
    """The level at which children are started."""
    with _lock:
        return (_forced or _distrusted or [_probe_all()])[-1]


def distrust(reason: str) -> None:
    """A child found a hole: from now on there is no jail in this process."""
    _distrusted.append(Found("none", reason))


def has_failed(jailed: bool, code: int | None, told: str) -> bool:
    """Whether a child ended because its jail could not be built or leaks; then it is distrusted.

    Ask only of a child that has not been given work: foreign code may end as it likes.
    """
    if not jailed or code not in (EXIT_BREACH, EXIT_NO_JAIL):
        return False
    distrust((told.strip().splitlines() or [f"exit code {code}"])[-1][:200])
    return True


@contextmanager
def force(level: Level, reason: str = "forced") -> Iterator[None]:
    """For tests: start children at ``level``, whatever holds here."""
    found = Found(level, reason)
    _forced.append(found)
    try:
        yield
    finally:
        _forced.remove(found)


@functools.cache
def _probe_all() -> Found:
    if sys.platform != "linux":
        return Found("none", f"there is no jail for {sys.platform} yet")
    missing: list[str] = []
    levels: tuple[Level, ...] = ("strong", "standard")
    for level in levels:
        failure = _try(level)
        if failure is None:
            return Found(level, "; ".join([_has(level), *missing]))
        missing.append(f"no {level} jail: {failure}")
    return Found("none", "; ".join(missing))


def _has(level: str) -> str:
    version = landlock.abi()
    walls = ["namespaces"] if level == "strong" else []
    walls += [f"Landlock ABI {version}"] if version else []
    return ", ".join([*walls, "seccomp"])


def _try(level: Level) -> str | None:
    """Why a jail of that level cannot be had; None if it can."""
    scratch = Path(tempfile.mkdtemp(prefix="insightx-"))
    policy = Policy(level=level, scratch=scratch, parent=os.getpid(), readable=runtime())
    # Not -m: the package may be somewhere that an isolated Python does not look.
    code = _EXTRA_PATH.format(_MODULE)
    home = str(Path(__file__).parents[3])
    command = [sys.executable, "-I", "-B", "-c", code, home, "--policy", policy.to_json()]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=TIMEOUT, env={}, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return type(error).__name__
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    if done.returncode == 0:
        return None
    return (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1][:200]
