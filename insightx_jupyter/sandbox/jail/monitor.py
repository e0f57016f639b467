"""The process that stands between the user's kernel and a jailed child.

It was started by the kernel, forked the child and runs nothing foreign. It passes on
interrupts, ends with the child's own exit code, and when the kernel is gone, however
that came, it ends the child and removes the scratch directory, which nobody else can.
"""

from __future__ import annotations

import os
import select
import signal
from pathlib import Path
from types import FrameType

from .limits import close_descriptors
from .remove import remove_tree
from .system import PR_SET_DUMPABLE, PR_SET_PDEATHSIG, prctl

_PARENT_GONE = signal.SIGTERM
#: Number 1 of a namespace cannot die by a signal: it tells of its child's as shells do.
_SIGNALLED = 128
_HANDLED = {signal.SIGINT, _PARENT_GONE}


def die_with(parent: int) -> None:
    """Get SIGTERM when the process (precisely: the thread) that started this one ends.

    Raises:
        OSError: it already has.
    """
    prctl(PR_SET_PDEATHSIG, _PARENT_GONE)
    if os.getppid() != parent:
        raise OSError("the process that started this one is gone")


def fork_with_monitor(scratch: Path) -> int:
    """Returns in the child only; a descriptor that must stay open for as long as it lives."""
    alive, held = os.pipe()
    signal.pthread_sigmask(signal.SIG_BLOCK, _HANDLED)
    child = os.fork()
    if child:
        os.close(alive)
        _monitor(child, scratch, held)
    os.close(held)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _HANDLED)
    prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if select.select([alive], [], [], 0)[0]:  # the end of the pipe: the monitor is gone
        os._exit(1)
    return alive


def fork_below_init(alive: int) -> None:
    """In a pid namespace of its own: leave number 1, which signals do not end, to a waiter.

    Returns in the child only. Nobody can look into the waiter or change it.
    """
    prctl(PR_SET_DUMPABLE, 0)
    signal.pthread_sigmask(signal.SIG_BLOCK, _HANDLED)
    child = os.fork()
    if child:
        signal.signal(signal.SIGINT, lambda number, frame: os.kill(child, number))
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _HANDLED)
        close_descriptors(keep=(alive,))
        os.close(2)
        _, status = os.waitpid(child, 0)
        code = os.waitstatus_to_exitcode(status)
        os._exit(code if code >= 0 else _SIGNALLED - code)
    prctl(PR_SET_DUMPABLE, 1)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _HANDLED)


def _monitor(child: int, scratch: Path, held: int) -> None:
    """Wait for the child and go as it went."""

    def pass_on(number: int, frame: FrameType | None) -> None:
        os.kill(child, number)

    def orphaned(number: int, frame: FrameType | None) -> None:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        remove_tree(scratch)
        os._exit(1)

    signal.signal(signal.SIGINT, pass_on)
    signal.signal(_PARENT_GONE, orphaned)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _HANDLED)
    close_descriptors(keep=(held,))
    os.dup2(os.open(os.devnull, os.O_RDWR), 2)
    _, status = os.waitpid(child, 0)
    # It may have gone because the kernel did, which we may hear of too late.
    remove_tree(scratch)
    code = os.waitstatus_to_exitcode(status)
    _end_as(_SIGNALLED - code if code > _SIGNALLED else code)


def _end_as(code: int) -> None:
    """Exit with ``code``; negative: by that signal, as the child did."""
    if code < 0:
        if -code != signal.SIGKILL:
            signal.signal(-code, signal.SIG_DFL)
        os.kill(os.getpid(), -code)
    os._exit(code & 0xFF)
