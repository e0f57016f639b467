"""The frames that the session knows: held as long as the user holds them, read once."""

from __future__ import annotations

import asyncio
import threading
import weakref
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..errors import FrameUnknown
from .capture import Registry, capture
from .dna.profile import Profiler, Progress
from .frames import library_of
from .naming import frame_names
from .snapshot import FrameBody, FrameSnapshot

if TYPE_CHECKING:
    from ..plane.source import FrameSource
    from ..protocol.dna import DataDna

#: DNAs kept for the next question about the same frames.
_REMEMBERED = 8


@dataclass(slots=True)
class _Entry:
    """The user's object, not kept alive by us, and its columns as last seen."""

    frame: weakref.ref[Any]
    body: FrameBody


class Catalog:
    """Held by the session. ``view`` belongs on the thread that owns the frames."""

    def __init__(self) -> None:
        self._entries: dict[int, _Entry] = {}
        self._registry: Registry = weakref.WeakValueDictionary()
        self._profiler = Profiler()
        self._known: OrderedDict[tuple[object, ...], DataDna] = OrderedDict()
        # Reentrant: memory taken under the lock can collect a frame, which calls back.
        self._lock = threading.RLock()

    def view(self, frames: Mapping[str, Any]) -> FrameSet:
        """The frames as they are now, for one question.

        Cheap where nothing changed. Frames and columns keep their order; names that
        SQL and Python cannot use are changed and remembered.

        Raises:
            FrameUnknown: a value of the mapping is no frame.
        """
        aliases = getattr(frames, "aliases", {})
        names = frame_names(frames)
        snapshots = []
        with self._lock:
            for given, frame in frames.items():
                body = self._body(given, frame)
                original = given if given != names[given] else None
                notes = tuple(f"also known as {alias}" for alias in aliases.get(given, ()))
                snapshots.append(FrameSnapshot(names[given], body, original, notes))
        return FrameSet(tuple(snapshots), self)

    def known_dna(self, snapshots: tuple[FrameSnapshot, ...]) -> DataDna | None:
        """The DNA of the snapshots if nothing in them has changed since it was read."""
        with self._lock:
            return self._known.get(_identity(snapshots))

    def read_dna(
        self,
        snapshots: tuple[FrameSnapshot, ...],
        progress: Progress | None = None,
        stop: threading.Event | None = None,
    ) -> DataDna:
        """The DNA of the snapshots; reads what is not known yet.

        Raises:
            ProfilingStopped: ``stop`` was set.
        """
        known = self.known_dna(snapshots)
        if known is None:
            known = self._profiler.dna(snapshots, progress, stop)
            with self._lock:
                self._known[_identity(snapshots)] = known
                while len(self._known) > _REMEMBERED:
                    self._known.popitem(last=False)
        return known

    def column_keys(self) -> frozenset[str]:
        """The columns of all frames that the user still holds, as last seen."""
        with self._lock:
            bodies = [entry.body for entry in self._entries.values()]
        return frozenset(held.key for body in bodies for held in body.columns.values())

    def __len__(self) -> int:
        """Frames that are held now."""
        return len(self._entries)

    def _body(self, name: str, frame: Any) -> FrameBody:
        library = library_of(frame)
        if library is None:
            raise FrameUnknown(
                f"{name} is a {type(frame).__name__}, not a frame.",
                hint="Frames are pandas and polars DataFrames and pyarrow Tables.",
            )
        entry = self._entries.get(id(frame))
        previous = entry.body if entry is not None and entry.frame() is frame else None
        body = capture(frame, library, previous, self._registry)
        if body is not previous:
            self._entries[id(frame)] = _Entry(self._reference(frame), body)
        return body

    def _reference(self, frame: Any) -> weakref.ref[Any]:
        """Lets go of our copy when the user's object goes."""
        key, catalog = id(frame), weakref.ref(self)

        def gone(reference: weakref.ref[Any]) -> None:
            if (owner := catalog()) is not None:
                entry = owner._entries.get(key)
                if entry is not None and entry.frame is reference:
                    del owner._entries[key]

        return weakref.ref(frame, gone)


class FrameSet:
    """Frames as they were when one question was asked. Any thread may use it."""

    def __init__(self, snapshots: tuple[FrameSnapshot, ...], catalog: Catalog) -> None:
        self.snapshots = snapshots
        self._catalog = catalog

    @property
    def sources(self) -> Mapping[str, FrameSource]:
        """The frames by the names that SQL and Python use."""
        return {snapshot.name: snapshot for snapshot in self.snapshots}

    async def dna(self, progress: Progress | None = None) -> DataDna:
        """What is known of the frames; new columns are read on a thread of their own.

        Cancelling stops the reading after the columns that are being read; what was
        read is kept. ``progress`` is called on that thread.
        """
        known = self._catalog.known_dna(self.snapshots)
        if known is not None:
            return known
        stop = threading.Event()
        try:
            return await asyncio.to_thread(self._catalog.read_dna, self.snapshots, progress, stop)
        except asyncio.CancelledError:
            stop.set()
            raise

    def read_dna(self, progress: Progress | None = None) -> DataDna:
        """The same on this thread, for who has no event loop."""
        return self._catalog.read_dna(self.snapshots, progress)


def _identity(snapshots: tuple[FrameSnapshot, ...]) -> tuple[object, ...]:
    return tuple(snapshot.identity for snapshot in snapshots)
