"""Jupyter messages to and from one child, over ipc sockets in its scratch directory.

The child holds the session's key, so that a good signature proves nothing: what
comes is bounded in size, parsed, and looked at only if it answers our request.
"""

from __future__ import annotations

import asyncio
import json
import os
import secrets
from pathlib import Path
from typing import Any

import zmq
import zmq.asyncio
from jupyter_client.session import Session

#: Largest part of a message from the child, bytes; zmq drops the connection above it.
MAX_PART_BYTES = 16 * 1024 * 1024
#: Messages of the child that may wait unread.
MAX_WAITING = 200
_PORTS = {"shell": 1, "iopub": 2, "stdin": 3, "control": 4, "hb": 5}

Message = dict[str, Any]


class Wire:
    """The client's side of a kernel: shell and iopub. Belongs to one event loop."""

    def __init__(self, directory: Path) -> None:
        self._base = directory / "k"
        self._key = secrets.token_hex(16).encode()
        self._session = Session(key=self._key)
        self._context = zmq.asyncio.Context()
        self._owner = os.getpid()
        self._shell = self._socket(zmq.DEALER)
        self._iopub = self._socket(zmq.SUB)
        self._iopub.subscribe(b"")

    def write_connection_file(self) -> Path:
        """What the child needs to bind its sockets, readable by the user alone."""
        info = {
            "transport": "ipc",
            "ip": str(self._base),
            "key": self._key.decode(),
            "signature_scheme": "hmac-sha256",
            **{f"{name}_port": port for name, port in _PORTS.items()},
        }
        path = self._base.with_suffix(".json")
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            json.dump(info, file)
        return path

    def connect(self) -> None:
        """Connect to the sockets that the child has bound."""
        self._shell.connect(self._address("shell"))
        self._iopub.connect(self._address("iopub"))

    async def request(self, kind: str, content: Message) -> str:
        """Send a request on the shell channel; its id."""
        message = self._session.msg(kind, content)
        await self._shell.send_multipart(self._session.serialize(message))
        return str(message["header"]["msg_id"])

    async def reply(self, request: str) -> Message:
        """The reply to ``request`` on the shell channel."""
        return await self._next(self._shell, request)

    async def published(self, request: str) -> Message:
        """The next message on iopub that ``request`` caused."""
        return await self._next(self._iopub, request)

    def close(self) -> None:
        """Drop the connections and all that waits. Does nothing in a forked copy."""
        if os.getpid() == self._owner and not self._context.closed:
            self._context.destroy(linger=0)

    def _socket(self, kind: int) -> zmq.asyncio.Socket:
        socket = self._context.socket(kind)
        socket.setsockopt(zmq.LINGER, 0)
        socket.setsockopt(zmq.MAXMSGSIZE, MAX_PART_BYTES)
        socket.setsockopt(zmq.RCVHWM, MAX_WAITING)
        return socket

    def _address(self, channel: str) -> str:
        return f"ipc://{self._base}-{_PORTS[channel]}"

    async def _next(self, socket: zmq.asyncio.Socket, request: str) -> Message:
        while True:
            message = self._parse(await socket.recv_multipart())
            if message is not None and message["parent_header"].get("msg_id") == request:
                return message
            # A flood of messages that are not ours must not keep the loop from its clock.
            await asyncio.sleep(0)

    def _parse(self, parts: list[bytes]) -> Message | None:
        """The message, None where the parts are none."""
        try:
            _, rest = self._session.feed_identities(parts)
            message = self._session.deserialize(rest)
        except (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError):
            return None
        shaped = all(isinstance(message.get(k), dict) for k in ("parent_header", "content"))
        return message if shaped else None
