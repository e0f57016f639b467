"""Columns that have been exported to shared memory, by what they hold."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from .buffers import SealedBuffer
from .forks import start_afresh_after_fork
from .source import FrameSource

#: Bytes and descriptors that stay open for columns that no query is using just now.
IDLE_BYTES = 4 * 1024**3
IDLE_COLUMNS = 400


@dataclass(slots=True)
class _Entry:
    buffer: SealedBuffer
    size: int
    #: Who is using it: it is not let go before the last one is done.
    users: int = 0


class Lease:
    """Columns that stay while this is open: by key, their buffers."""

    def __init__(self, store: ColumnStore, buffers: dict[str, SealedBuffer]) -> None:
        self.buffers = buffers
        self._store = store
        self._open = True

    def close(self) -> None:
        """Give the columns back; may be called twice."""
        if self._open:
            self._open = False
            self._store._release(self.buffers)

    def __enter__(self) -> Lease:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()


class ColumnStore:
    """Exports each column once, by its key. Safe to use from any thread and after a fork.

    Columns that nobody leases are kept up to a bound, the least recently used go first.
    """

    def __init__(self, *, idle_bytes: int = IDLE_BYTES, idle_columns: int = IDLE_COLUMNS) -> None:
        self._idle_bytes = idle_bytes
        self._idle_columns = idle_columns
        self._entries: OrderedDict[str, _Entry] = OrderedDict()
        self._lock = threading.RLock()
        start_afresh_after_fork(self)

    def after_fork_in_child(self) -> None:
        """The columns are there in a copy, too; a lock that a thread held is not."""
        self._lock = threading.RLock()

    def lease(self, source: FrameSource, names: Collection[str]) -> Lease:
        """The named columns of a frame, exported where they have not been before.

        Raises:
            OSError: there is no memory or no descriptor for them.
        """
        buffers: dict[str, SealedBuffer] = {}
        try:
            for name in names:
                key = source.column_key(name)
                if key not in buffers:
                    buffers[key] = self._take(key, source, name)
        except BaseException:
            self._release(buffers)
            raise
        return Lease(self, buffers)

    def retain(self, keys: Iterable[str]) -> None:
        """Let go of every column that is not among ``keys``, as soon as nobody uses it."""
        import pyarrow as pa

        wanted = set(keys)
        with self._lock:
            for key in [k for k, e in self._entries.items() if k not in wanted and not e.users]:
                self._drop(key)
        # What converting them took, Arrow's allocator would keep for itself.
        pa.default_memory_pool().release_unused()

    def keys(self) -> frozenset[str]:
        """The columns that are there."""
        with self._lock:
            return frozenset(self._entries)

    @property
    def bytes(self) -> int:
        """What all columns take together."""
        with self._lock:
            return sum(entry.size for entry in self._entries.values())

    def close(self) -> None:
        """Let go of everything; what others have mapped stays with them."""
        with self._lock:
            for key in list(self._entries):
                self._drop(key)

    def _take(self, key: str, source: FrameSource, name: str) -> SealedBuffer:
        with self._lock:
            entry = self._entries.get(key)
            if entry is None:
                # Under the lock: two threads that want one column must not both convert it.
                buffer = SealedBuffer.of_column(source.column(name))
                entry = self._entries[key] = _Entry(buffer, buffer.size)
            self._entries.move_to_end(key)
            entry.users += 1
            return entry.buffer

    def _release(self, keys: Iterable[str]) -> None:
        with self._lock:
            for key in keys:
                if entry := self._entries.get(key):
                    entry.users -= 1
            self._shrink()

    def _shrink(self) -> None:
        idle = [key for key, entry in self._entries.items() if not entry.users]
        total = sum(self._entries[key].size for key in idle)
        for number, key in enumerate(idle):
            if total <= self._idle_bytes and len(idle) - number <= self._idle_columns:
                break
            total -= self._entries[key].size
            self._drop(key)

    def _drop(self, key: str) -> None:
        self._entries.pop(key).buffer.close()
