"""Resources and rights that a process gives up: what needs no filter to be refused."""

from __future__ import annotations

import ctypes
import os
import struct
from collections.abc import Iterable
from pathlib import Path

from .policy import Policy
from .system import PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS, call, prctl

_CAPABILITY_VERSION_3 = 0x20080522
_LAST_CAPABILITY = 63


def no_new_privileges() -> None:
    """Nothing that this process starts gets more rights than it has (and seccomp is open to it)."""
    prctl(PR_SET_NO_NEW_PRIVS, 1)


def close_descriptors(keep: Iterable[int]) -> None:
    """Close every descriptor above stderr but these."""
    low = 3
    for fd in sorted({fd for fd in keep if fd >= low}):
        os.closerange(low, fd)
        low = fd + 1
    os.closerange(low, _highest() + 1)


def prefer_as_victim() -> None:
    """Where memory runs out, the system ends this process and not the user's kernel."""
    try:
        Path("/proc/self/oom_score_adj").write_text("1000")
    except OSError:
        return  # masked in this container; the watchdog and the limits remain


def hold(policy: Policy) -> None:
    """Put the limits of ``policy`` on this process; they cannot be raised again.

    RLIMIT_DATA makes allocations fail as MemoryError. It does not count shared
    anonymous memory, which the system call rules refuse.
    """
    import resource

    limits = [
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, policy.open_files),
        (resource.RLIMIT_FSIZE, policy.file_size),
        (resource.RLIMIT_MEMLOCK, 0),
        (resource.RLIMIT_MSGQUEUE, 0),
    ]
    if policy.memory:
        limits.append((resource.RLIMIT_DATA, policy.memory))
    if policy.cpu_seconds is not None:
        limits.append((resource.RLIMIT_CPU, policy.cpu_seconds))
    if policy.level == "strong":
        # In a user namespace of its own this counts its own threads; elsewhere all the user's.
        limits.append((resource.RLIMIT_NPROC, policy.threads))
    for which, value in limits:
        _lower(which, value)


def drop_capabilities() -> None:
    """Root's rights: all of them, from every set."""
    for capability in range(_LAST_CAPABILITY + 1):
        try:
            prctl(PR_CAPBSET_DROP, capability)
        except OSError:
            break  # an ordinary user, who has none; or beyond the last
    header = ctypes.create_string_buffer(struct.pack("=Ii", _CAPABILITY_VERSION_3, 0))
    call("capset", header, ctypes.create_string_buffer(24))


def _lower(which: int, value: int) -> None:
    import resource

    hard = resource.getrlimit(which)[1]
    if hard != resource.RLIM_INFINITY:
        value = min(value, hard)
    resource.setrlimit(which, (value, value))


def _highest() -> int:
    try:
        return max(int(name) for name in os.listdir("/proc/self/fd"))  # noqa: PTH208 - names
    except (OSError, ValueError):
        return 65_536
