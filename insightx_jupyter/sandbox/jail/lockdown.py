"""When which wall goes up: ``enter`` before foreign libraries, ``seal`` before foreign code."""

from __future__ import annotations

import os
import sys
import tempfile
import threading
from pathlib import Path

from . import allowed, landlock, limits, namespaces, seccomp
from .canaries import breaches
from .monitor import die_with, fork_below_init, fork_with_monitor
from .policy import Policy

#: The exit code of a child that found a hole in its jail.
EXIT_BREACH = 77
#: The exit code of a child whose jail could not be built.
EXIT_NO_JAIL = 78


def enter(policy: Policy) -> None:
    """Stage 1; returns in a new process, which is in the jail. At level none it does nothing.

    Call it first of all, with one thread and before numpy, zmq or duckdb are loaded:
    Landlock does not hold threads that are already there. The process that was started
    stays outside, as a monitor. Where a wall cannot be built, the process ends with
    ``EXIT_NO_JAIL`` and says why on stderr.
    """
    if policy.level == "none":
        return
    try:
        _enter(policy)
    except OSError as error:
        sys.stderr.write(f"{error.strerror or error}\n")
        sys.stderr.flush()
        os._exit(EXIT_NO_JAIL)


def seal(policy: Policy) -> None:
    """Stage 2, for all threads; then the canaries, which end the process if one gets out."""
    if policy.level == "none":
        return
    seccomp.install(allowed.rules(2, os.getpid()))
    if found := breaches(policy.parent):
        sys.stderr.write(f"the jail leaks: it {', '.join(found)}\n")
        sys.stderr.flush()
        os._exit(EXIT_BREACH)


def _enter(policy: Policy) -> None:
    if threading.active_count() > 1:
        raise OSError("the jail must be entered before there are threads")
    limits.no_new_privileges()
    die_with(policy.parent)
    if policy.level == "strong":
        namespaces.leave()
    monitor = fork_with_monitor(policy.scratch)
    limits.prefer_as_victim()
    limits.close_descriptors(keep=(*policy.fds, monitor))
    writable = (policy.scratch, *policy.writable)
    if policy.level == "strong":
        root = Path(tempfile.mkdtemp(prefix="root-", dir=policy.scratch))
        namespaces.close_off(root, policy.readable, writable)
    limits.hold(policy)
    limits.drop_capabilities()
    if policy.level == "strong":
        fork_below_init(monitor)
    if policy.level != "strong" or landlock.abi():
        landlock.restrict(policy.readable, writable)
    seccomp.install(allowed.rules(1, os.getpid()))
