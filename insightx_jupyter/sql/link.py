"""The parent's end of one SQL worker. Blocking: used from one thread."""

from __future__ import annotations

import json
import logging
import os
import threading
import time
from collections.abc import Mapping, Sequence
from typing import Any

from ..errors import WorkerDied
from ..plane.buffers import SharedBuffer
from ..plane.channel import ChannelBroken, ChannelClosed, ChannelTimeout, channel_pair
from ..sandbox.process import Process, spawn

log = logging.getLogger("insightx.sql")

MODULE = "insightx_jupyter.sql.worker"
#: Seconds until a new worker must have said that it is ready.
START_TIMEOUT = 60.0
#: Seconds between an interrupt and SIGKILL.
GRACE = 0.4
#: Seconds between two looks whether somebody wants the query stopped.
SLICE = 0.05
#: Columns handed over in one message.
COLUMNS_PER_MESSAGE = 64


class Stopped(Exception):
    """The answer did not come: the caller's ``stop`` was set, or the deadline passed.

    ``by_caller`` says which. The worker may have been killed for it.
    """

    def __init__(self, *, by_caller: bool) -> None:
        super().__init__()
        self.by_caller = by_caller


class WorkerLink:
    """A worker process, the channel to it, and which columns it has."""

    def __init__(self, config: Mapping[str, Any], stop: threading.Event) -> None:
        self._channel, theirs = channel_pair()
        self._owner = os.getpid()
        self._number = 0
        #: Keys of the columns that the worker has mapped.
        self.sent: set[str] = set()
        with theirs:
            fd = theirs.fileno()
            self._process: Process = spawn(
                MODULE, fds=[fd], arguments=[str(fd), json.dumps(config)]
            )
        self._wait(time.monotonic() + START_TIMEOUT, stop, number=None)

    @property
    def pid(self) -> int:
        """The worker's process id."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether the worker can be asked."""
        return self._channel.fileno() >= 0 and self._process.poll() is None

    def ask(
        self,
        message: Mapping[str, Any],
        *,
        timeout: float,
        stop: threading.Event,
        fds: Sequence[int] = (),
    ) -> dict[str, Any]:
        """Send a request and wait for its reply.

        Raises:
            Stopped: ``timeout`` seconds passed, or ``stop`` was set.
            WorkerDied: the worker ended.
        """
        self._number += 1
        self._send({**message, "id": self._number}, fds)
        return self._wait(time.monotonic() + timeout, stop, self._number)

    def send_columns(self, buffers: Mapping[str, SharedBuffer]) -> None:
        """Hand columns over by key; the buffers may be closed afterwards."""
        items = list(buffers.items())
        for start in range(0, len(items), COLUMNS_PER_MESSAGE):
            part = items[start : start + COLUMNS_PER_MESSAGE]
            columns = [[key, buffer.size] for key, buffer in part]
            self._send({"type": "columns", "columns": columns}, [buffer.fd for _, buffer in part])
        self.sent.update(buffers)

    def forget(self, keys: set[str]) -> None:
        """Let the worker unmap columns."""
        if keys:
            self._send({"type": "forget", "keys": sorted(keys)})
            self.sent -= keys

    def kill(self) -> None:
        """End the worker at once; in a forked copy only let go of it."""
        self._channel.close()
        if os.getpid() == self._owner:
            self._process.kill()
            self._process.wait(timeout=5)

    def let_go(self) -> None:
        """In a forked copy: close what was inherited. The worker is the parent's."""
        self._channel.close()

    def _send(self, message: dict[str, Any], fds: Sequence[int] = ()) -> None:
        try:
            self._channel.send(message, fds)
        except (ChannelClosed, ChannelBroken) as error:
            raise self._died() from error

    def _wait(self, deadline: float, stop: threading.Event, number: int | None) -> dict[str, Any]:
        """The reply with that number; None: the first message of a new worker."""
        while not stop.is_set() and (left := deadline - time.monotonic()) > 0:
            if (reply := self._reply(min(SLICE, left), number)) is not None:
                return reply
        by_caller = stop.is_set()
        self._stop_query(number)
        raise Stopped(by_caller=by_caller)

    def _stop_query(self, number: int | None) -> None:
        """Interrupt until the worker answers; kill it if it does not within the grace."""
        deadline = time.monotonic() + GRACE
        while number is not None and time.monotonic() < deadline:
            # Again and again: an interrupt between two statements of a query is lost.
            self._send({"type": "interrupt", "id": number})
            if self._reply(SLICE, number) is not None:
                return
        self.kill()

    def _reply(self, timeout: float, number: int | None) -> dict[str, Any] | None:
        try:
            message, fds = self._channel.receive(timeout)
        except ChannelTimeout:
            return None
        except (ChannelClosed, ChannelBroken) as error:
            raise self._died() from error
        for fd in fds:  # a worker has none to give
            os.close(fd)
        return message if message.get("id") == number else None

    def _died(self) -> WorkerDied:
        code = self._process.wait(timeout=0.5)
        self.kill()
        # The tail may hold paths: it is for who looks, not for the notebook.
        log.info("SQL worker ended with %s: %s", code, self._process.stderr_tail())
        return WorkerDied("The SQL worker ended before it answered. The next query gets a new one.")
