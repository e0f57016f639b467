"""System calls through the C library, with their errors as exceptions."""

from __future__ import annotations

import ctypes
import functools
import os
from typing import Any

from .numbers import number

PR_SET_PDEATHSIG = 1
PR_SET_DUMPABLE = 4
PR_CAPBSET_DROP = 24
PR_SET_NO_NEW_PRIVS = 38


@functools.cache
def libc() -> Any:
    """The C library of this process."""
    library = ctypes.CDLL(None, use_errno=True)
    library.syscall.restype = ctypes.c_long
    return library


def call(name: str, *arguments: Any) -> int:
    """System call ``name``; integers are passed as 64 bits, None as a null pointer.

    Raises:
        OSError: it failed; the text names the call.
    """
    words = [ctypes.c_long(a) if isinstance(a, int) else a for a in arguments]
    result: int = libc().syscall(ctypes.c_long(number(name)), *words)
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, f"{name}: {os.strerror(code)}")
    return result


def prctl(option: int, *values: int) -> int:
    """prctl(2).

    Raises:
        OSError: it failed.
    """
    return call("prctl", option, *values, *([0] * (4 - len(values))))
