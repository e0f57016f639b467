"""Read-only pages of a descriptor that may be closed afterwards.

``mmap.mmap`` keeps a duplicate of the descriptor for as long as the mapping lives
(before Python 3.13 always), which a frame of a thousand columns cannot afford.
"""

from __future__ import annotations

import ctypes
import functools
import mmap
import os
import weakref
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa

_FAILED = ctypes.c_void_p(-1).value


class _Pages:
    """Holds pages until nothing made of them is left."""

    def __init__(self, address: int, size: int) -> None:
        self.address = address
        release = weakref.finalize(self, _libc().munmap, address, size)
        # At the end of the interpreter other threads may still be reading them.
        release.atexit = False


def map_buffer(fd: int, size: int) -> pa.Buffer:
    """``size`` bytes of ``fd`` as an Arrow buffer, not copied, held by whatever is made of it.

    Raises:
        OSError: there is no room in the address space, or ``fd`` cannot be mapped.
    """
    import pyarrow as pa

    if size == 0:
        return pa.py_buffer(b"")
    address = _libc().mmap(None, size, mmap.PROT_READ, mmap.MAP_SHARED, fd, 0)
    if address == _FAILED:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return pa.foreign_buffer(address, size, base=_Pages(address, size))


@functools.cache
def _libc() -> Any:
    libc = ctypes.CDLL(None, use_errno=True)
    libc.mmap.restype = ctypes.c_void_p
    libc.mmap.argtypes = (
        ctypes.c_void_p,
        ctypes.c_size_t,
        ctypes.c_int,
        ctypes.c_int,
        ctypes.c_int,
        ctypes.c_int64,  # off_t, on every system with 64 bits
    )
    libc.munmap.argtypes = (ctypes.c_void_p, ctypes.c_size_t)
    return libc
