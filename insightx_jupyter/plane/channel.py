"""Framed messages between this process and one child, over a pair of Unix sockets.

A frame is a header (length of the text, number of file descriptors; two
unsigned 32-bit integers, big-endian), the message as JSON, then the descriptors
by SCM_RIGHTS, in chunks of one byte each: the kernel takes 253 of them at once.
Both sides may be hostile to the other, so every size is bounded before it is read.
"""

from __future__ import annotations

import array
import json
import os
import select
import socket
import struct
import threading
import time
from collections.abc import Sequence
from typing import Any

from ..errors import OurFault

HEADER = struct.Struct("!II")
#: Bytes of JSON in one message, and descriptors with it.
MAX_MESSAGE_BYTES = 16 * 1024 * 1024
MAX_FDS = 8192
#: Linux takes 253 (SCM_MAX_FD) in one call.
FDS_PER_CHUNK = 200
_FD_BYTES = array.array("i").itemsize
#: Seconds that a send may wait for a peer that does not read.
SEND_TIMEOUT = 30.0


class ChannelClosed(OurFault):
    """The other side is gone, or this side was closed."""

    code = "channel_closed"


class ChannelBroken(OurFault):
    """What came is no frame, is too large, or stopped halfway. The channel is of no more use."""

    code = "channel_broken"


class ChannelTimeout(OurFault):
    """Nothing came in time. The channel is as it was."""

    code = "channel_timeout"
    retryable = True


class Channel:
    """One end of a connected AF_UNIX, SOCK_STREAM pair; owns the socket.

    Sends may come from several threads; one thread receives.
    """

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._sending = threading.Lock()
        self._sock.settimeout(SEND_TIMEOUT)

    def fileno(self) -> int:
        """The socket's descriptor; -1 once closed."""
        return self._sock.fileno()

    def send(self, message: dict[str, Any], fds: Sequence[int] = ()) -> None:
        """Send a message and duplicates of ``fds``, which stay the caller's.

        Raises:
            ChannelClosed: the other side is gone.
            ChannelBroken: the message is too large, or the other side does not read.
        """
        body = json.dumps(message, ensure_ascii=True, separators=(",", ":")).encode()
        if len(body) > MAX_MESSAGE_BYTES or len(fds) > MAX_FDS:
            raise ChannelBroken(f"A message of {len(body):,} bytes is too large to send.")
        with self._sending:
            try:
                self._sock.sendall(HEADER.pack(len(body), len(fds)) + body)
                for start in range(0, len(fds), FDS_PER_CHUNK):
                    socket.send_fds(self._sock, [b"\0"], list(fds[start : start + FDS_PER_CHUNK]))
            except TimeoutError as error:
                raise ChannelBroken("The other side does not read.") from error
            except OSError as error:
                raise ChannelClosed("The other side is gone.") from error

    def poll(self, timeout: float | None) -> bool:
        """Whether something (a message or the end) came within ``timeout`` seconds."""
        fd = self._sock.fileno()
        if fd < 0:
            raise ChannelClosed("The channel is closed.")
        waiter = select.poll()
        waiter.register(fd, select.POLLIN)
        return bool(waiter.poll(None if timeout is None else max(0.0, timeout) * 1000))

    def receive(self, timeout: float | None) -> tuple[dict[str, Any], list[int]]:
        """The next message and its descriptors, which are now the caller's to close.

        ``timeout`` (seconds; None: for ever) bounds the wait for the first byte;
        the rest of a frame that has begun must follow within ``SEND_TIMEOUT``.

        Raises:
            ChannelTimeout: nothing came.
            ChannelClosed: the other side is gone.
            ChannelBroken: what came is no frame.
        """
        if not self.poll(timeout):
            raise ChannelTimeout("No message came in time.")
        deadline = time.monotonic() + SEND_TIMEOUT
        length, count = HEADER.unpack(self._read(HEADER.size, deadline))
        if length > MAX_MESSAGE_BYTES or count > MAX_FDS:
            raise ChannelBroken("The other side sent a message that is too large.")
        body = self._read(length, deadline)
        fds = self._read_fds(count, deadline)
        try:
            return _parse(body), fds
        except ChannelBroken:
            close_all(fds)
            raise

    def close(self) -> None:
        """Close the socket; may be called twice, and from a fork, where it ends nothing."""
        self._sock.close()

    def __enter__(self) -> Channel:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def _read(self, size: int, deadline: float) -> bytes:
        # A plain recv drops descriptors that come where none belong: the kernel closes them.
        parts = bytearray()
        while len(parts) < size:
            part = self._receive_some(min(size - len(parts), 1 << 20), 0, deadline)[0]
            parts += part
        return bytes(parts)

    def _read_fds(self, count: int, deadline: float) -> list[int]:
        fds: list[int] = []
        try:
            while len(fds) < count:
                expected = min(FDS_PER_CHUNK, count - len(fds))
                _, chunk = self._receive_some(1, expected, deadline)
                fds += chunk
                if len(chunk) != expected:
                    raise ChannelBroken("Descriptors got lost on the way.")
        except BaseException:
            close_all(fds)
            raise
        return fds

    def _receive_some(self, size: int, max_fds: int, deadline: float) -> tuple[bytes, list[int]]:
        if time.monotonic() > deadline:
            raise ChannelBroken("A message stopped halfway.")
        try:
            if max_fds:
                data, fds, flags, _ = socket.recv_fds(self._sock, size, max_fds)
                _keep_from_exec(fds)
                if flags & socket.MSG_CTRUNC:
                    close_all(fds)
                    raise ChannelBroken("More descriptors came than were announced.")
            else:
                data, fds = self._sock.recv(size), []
        except TimeoutError as error:
            raise ChannelBroken("A message stopped halfway.") from error
        except OSError as error:
            raise ChannelClosed("The other side is gone.") from error
        if not data:
            close_all(fds)
            raise ChannelClosed("The other side is gone.")
        return data, fds


def channel_pair() -> tuple[Channel, socket.socket]:
    """This side's channel, and the socket to hand to the child (close it after the spawn)."""
    here, there = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
    return Channel(here), there


def close_all(fds: Sequence[int]) -> None:
    """Close descriptors that nobody wants."""
    for fd in fds:
        os.close(fd)


def _keep_from_exec(fds: Sequence[int]) -> None:
    for fd in fds:
        os.set_inheritable(fd, False)


def _parse(body: bytes) -> dict[str, Any]:
    try:
        message = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise ChannelBroken("The other side sent no JSON.") from error
    if not isinstance(message, dict):
        raise ChannelBroken("The other side sent no message.")
    return message
