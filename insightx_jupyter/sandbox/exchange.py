"""Frames to a child and tables back, over the channel that it was born with."""

from __future__ import annotations

import asyncio
import logging
import os
import socket
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from ..plane.buffers import ResultBuffer
from ..plane.channel import Channel, close_all
from ..plane.source import FrameSource
from ..plane.store import ColumnStore
from ..protocol.results import FrameRead

if TYPE_CHECKING:
    import pyarrow as pa

log = logging.getLogger("insightx.sandbox")

#: Bytes of one table that comes back.
MAX_TABLE_BYTES = 300 * 1024**2
#: Names of frames that the child may suggest.
MAX_KNOWN = 500


class Exchange:
    """Our end of the channel to one child. Belongs to one event loop and one process."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._owner = os.getpid()
        # What the child has: the keys of each frame's columns.
        self._sent: dict[str, tuple[str, ...]] = {}

    async def send(self, message: dict[str, Any], fds: Sequence[int] = ()) -> None:
        """Send a message; on a thread, as a child that does not read makes it wait."""
        await asyncio.to_thread(self._channel.send, message, fds)

    async def receive(self) -> dict[str, Any]:
        """The next message of the child; what it hands over with it is dropped."""
        await _readable(self._channel.fileno())
        message, fds = await asyncio.to_thread(self._channel.receive, 0)
        close_all(fds)
        return message

    async def send_frames(
        self, frames: Mapping[str, FrameSource], reads: Sequence[FrameRead], store: ColumnStore
    ) -> None:
        """Hand over the frames that are read and that the child does not have as they are."""
        await asyncio.to_thread(self._send_frames, frames, reads, store)

    async def collect(self, names: Sequence[str]) -> dict[str, pa.Table]:
        """The tables that the child announced, through buffers that we make.

        Raises:
            BufferInvalid: what it wrote is no table, or too large.
        """
        if not names:
            return {}
        with ExitStack() as closing:
            buffers = [ResultBuffer() for _ in names]
            for buffer in buffers:
                closing.callback(buffer.close)
            await self.send({}, [buffer.fd for buffer in buffers])
            await self.receive()
            return {
                name: await asyncio.to_thread(buffer.read_table, MAX_TABLE_BYTES)
                for name, buffer in zip(names, buffers, strict=True)
            }

    def close(self) -> None:
        """End the connection, also for a thread that waits for it. Not from a forked copy."""
        if self._channel.fileno() >= 0 and os.getpid() == self._owner:
            _hang_up(self._channel.fileno())
        self._channel.close()

    def _send_frames(
        self, frames: Mapping[str, FrameSource], reads: Sequence[FrameRead], store: ColumnStore
    ) -> None:
        parcel = _Parcel()
        sent: dict[str, tuple[str, ...]] = {}
        with ExitStack() as leases:
            for source in (frames[read.frame] for read in reads):
                names = source.column_names
                keys = tuple(source.column_key(name) for name in names)
                if self._sent.get(source.name) == keys:
                    continue
                lease = leases.enter_context(store.lease(source, names))
                for key, buffer in lease.buffers.items():
                    parcel.add(key, buffer.fd, buffer.size)
                parcel.describe(source, keys)
                sent[source.name] = keys
            known = list(frames)[:MAX_KNOWN]
            message = {"frames": parcel.frames, "sizes": parcel.sizes, "known": known}
            self._channel.send(message, parcel.fds)
        self._sent |= sent


class _Parcel:
    """What one message carries: each column once, frames as lists of their places."""

    def __init__(self) -> None:
        self.frames: list[dict[str, Any]] = []
        self.sizes: list[int] = []
        self.fds: list[int] = []
        self._places: dict[str, int] = {}

    def add(self, key: str, fd: int, size: int) -> None:
        if key not in self._places:
            self._places[key] = len(self.fds)
            self.fds.append(fd)
            self.sizes.append(size)

    def describe(self, source: FrameSource, keys: Sequence[str]) -> None:
        self.frames.append(
            {
                "name": source.name,
                "rows": source.rows,
                "columns": list(source.column_names),
                "buffers": [self._places[key] for key in keys],
            }
        )


def _resolve(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)


async def _readable(fd: int) -> None:
    """Wait until something can be read from ``fd``."""
    loop = asyncio.get_running_loop()
    ready: asyncio.Future[None] = loop.create_future()
    loop.add_reader(fd, _resolve, ready)
    try:
        await ready
    finally:
        loop.remove_reader(fd)


def _hang_up(fd: int) -> None:
    with socket.socket(fileno=os.dup(fd)) as twin:
        try:
            twin.shutdown(socket.SHUT_RDWR)
        except OSError as error:
            log.debug("the child had hung up before: %s", error)
