"""Arrow in shared memory: sealed columns on the way out, results on the way back.

On Linux a buffer is a memfd; elsewhere it is a temporary file that has already
been unlinked. Either way it lives as long as a descriptor or a mapping of it.
"""

from __future__ import annotations

import os
import tempfile
import weakref
from typing import TYPE_CHECKING, Self

from ..errors import OurFault
from .mapping import map_buffer

try:
    import fcntl
except ImportError:  # Windows: imports, but has no plane
    fcntl = None  # type: ignore[assignment]

if TYPE_CHECKING:
    import pyarrow as pa

#: A result may claim a million rows, and beyond that eight for each of its bytes.
FREE_ROWS = 1_000_000


class BufferInvalid(OurFault):
    """What a child wrote is no Arrow table, or larger than it may be."""

    code = "buffer_invalid"


class SharedBuffer:
    """Owns one descriptor of shared memory; closed by ``close``, ``with`` or the collector."""

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self._finish = weakref.finalize(self, os.close, fd)

    @property
    def fd(self) -> int:
        """The descriptor, which stays this buffer's.

        Raises:
            BufferInvalid: it has been closed.
        """
        if not self._finish.alive:
            raise BufferInvalid("This buffer has been closed.")
        return self._fd

    @property
    def size(self) -> int:
        """Bytes written so far."""
        return os.fstat(self.fd).st_size

    @property
    def closed(self) -> bool:
        """Whether the descriptor is gone; mappings of it live on."""
        return not self._finish.alive

    def close(self) -> None:
        """Close the descriptor; may be called twice."""
        self._finish()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()


class SealedBuffer(SharedBuffer):
    """An Arrow stream that nobody can change any more, whoever holds it."""

    @classmethod
    def of_table(cls, table: pa.Table) -> SealedBuffer:
        """The table as one IPC stream.

        Raises:
            OSError: there is no memory for it.
        """
        fd, reader = _open_shared()
        buffer = cls(reader)
        try:
            _write_stream(fd, table)
            _seal(fd)
        except BaseException:
            buffer.close()
            raise
        finally:
            if fd != reader:
                os.close(fd)
        return buffer

    @classmethod
    def of_column(cls, column: pa.ChunkedArray) -> SealedBuffer:
        """One column as an IPC stream; ``read_column`` gives it back."""
        import pyarrow as pa

        return cls.of_table(pa.table({"": column}))


class ResultBuffer(SharedBuffer):
    """Made by the parent, filled by one child, read once that child has said that it is done."""

    def __init__(self) -> None:
        fd, reader = _open_shared()
        if fd != reader:
            os.close(reader)
        super().__init__(fd)

    def read_table(self, limit: int) -> pa.Table:
        """The table in it, checked throughout, in memory that the child cannot change.

        Raises:
            BufferInvalid: it is no Arrow stream, or larger than ``limit`` bytes.
        """
        import pyarrow as pa

        content = self._freeze(limit)
        try:
            table = pa.ipc.open_stream(pa.BufferReader(content)).read_all()
            if table.num_rows > FREE_ROWS + 8 * content.size:
                raise BufferInvalid("A result claims more rows than its bytes can hold.")
            table.validate(full=True)
        except (pa.ArrowException, OSError, ValueError) as error:
            raise BufferInvalid("A result came back that is no valid table.") from error
        return table

    def _freeze(self, limit: int) -> pa.Buffer:
        """The bytes, sealed and mapped; copied where they cannot be sealed."""
        import pyarrow as pa

        sealed = _try_seal(self.fd)
        size = self.size
        if size > limit:
            raise BufferInvalid(f"A result of {size:,} bytes is over the limit of {limit:,}.")
        return map_buffer(self.fd, size) if sealed else pa.py_buffer(_copy(self.fd, size))


def read_stream(fd: int, size: int) -> pa.Table:
    """A sealed buffer's table, zero-copy; the descriptor may be closed afterwards."""
    import pyarrow as pa

    return pa.ipc.open_stream(pa.BufferReader(map_buffer(fd, size))).read_all()


def read_column(fd: int, size: int) -> pa.ChunkedArray:
    """A sealed buffer's column, zero-copy."""
    return read_stream(fd, size).column(0)


def _open_shared() -> tuple[int, int]:
    """A descriptor to write to and one to hand on: the same where seals will protect it."""
    if _sealable():
        fd = os.memfd_create("insightx", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
        return fd, fd
    fd, path = tempfile.mkstemp(prefix="insightx-")
    try:
        return fd, os.open(path, os.O_RDONLY)
    except BaseException:
        os.close(fd)
        raise
    finally:
        os.unlink(path)  # noqa: PTH108 - the same few bytes as the open above


def _write_stream(fd: int, table: pa.Table) -> None:
    import pyarrow as pa

    # Buffered: one write(2) takes 2 GiB at most, and Arrow does not look how much it took.
    with (
        open(fd, "wb", closefd=False) as file,
        pa.ipc.new_stream(pa.PythonFile(file, "w"), table.schema) as writer,
    ):
        # In the chunks that it has: pandas maps a column of one chunk without a copy, and
        # DuckDB's threads share a large one out among themselves.
        writer.write_table(table.unify_dictionaries())


def _sealable() -> bool:
    return hasattr(os, "memfd_create") and hasattr(fcntl, "F_ADD_SEALS")


def _seal(fd: int) -> None:
    if _sealable():
        seals = fcntl.F_SEAL_SEAL | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_WRITE
        fcntl.fcntl(fd, fcntl.F_ADD_SEALS, seals)


def _try_seal(fd: int) -> bool:
    """Whether the buffer is sealed now; a child that maps it for writing can prevent that."""
    if not _sealable():
        return False
    try:
        _seal(fd)
    except OSError:
        return False
    return True


def _copy(fd: int, size: int) -> bytes:
    """At most ``size`` bytes of a file that may shrink meanwhile."""
    parts = bytearray()
    while len(parts) < size and (part := os.pread(fd, min(size - len(parts), 1 << 24), len(parts))):
        parts += part
    return bytes(parts)
