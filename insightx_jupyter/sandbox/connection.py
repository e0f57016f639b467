"""One child kernel process and what runs between it and us."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import socket
import sys
import time
from collections.abc import Awaitable, Mapping
from contextlib import ExitStack
from typing import Any, TypeVar

from ..errors import WorkerDied
from ..plane.buffers import BufferInvalid, ResultBuffer
from ..plane.channel import Channel, ChannelBroken, ChannelClosed, channel_pair, close_all
from ..plane.source import FrameSource
from ..plane.store import ColumnStore
from ..protocol.results import FrameRead
from .base import CodeOutcome
from .fonts import seed_font_list
from .outcome import Output, Verdict, read_verdict, with_printed
from .process import Process, spawn
from .wire import Wire

log = logging.getLogger("insightx.sandbox")

#: Seconds for a child to come up; a cold disk and missing .pyc files take their time.
START_TIMEOUT = 60.0
#: Seconds that the end of the output may lag behind the outcome.
DRAIN_TIMEOUT = 2.0
#: Bytes of one table that comes back.
MAX_TABLE_BYTES = 300 * 1024**2
#: Names of frames that the child may suggest.
MAX_KNOWN = 500
#: Seconds between two looks at whether the child lives.
_PERIOD = 0.05

T = TypeVar("T")


class Child:
    """A running kernel. Belongs to the event loop that started it."""

    def __init__(self, process: Process, channel: Channel, wire: Wire) -> None:
        self.process = process
        self._channel = channel
        self._wire = wire
        self._owner = os.getpid()
        self._sent: dict[str, tuple[str, ...]] = {}
        #: Paths of this machine that no text from the child needs to show.
        self._hidden = (str(process.scratch), sys.prefix, sys.base_prefix)

    @classmethod
    async def start(cls) -> Child:
        """A child that is ready for code.

        Raises:
            WorkerDied: it did not come up.
        """
        child = cls._launch()
        try:
            await asyncio.wait_for(child._alive(child._introduce()), START_TIMEOUT)
        except TimeoutError as error:
            child.close()
            raise WorkerDied("The Python child did not start in time.") from error
        except BaseException:
            child.close()
            raise
        return child

    @classmethod
    def _launch(cls) -> Child:
        channel, there = channel_pair()
        with ExitStack() as undo:
            undo.callback(channel.close)
            with there:
                fd = there.fileno()
                process = spawn(
                    "insightx_jupyter.sandbox.child",
                    fds=(fd,),
                    arguments=(str(fd),),
                )
            undo.callback(process.kill)
            child = cls(process, channel, Wire(process.scratch))
            undo.pop_all()
        return child

    async def execute(
        self,
        code: str,
        frames: Mapping[str, FrameSource],
        reads: tuple[FrameRead, ...],
        store: ColumnStore,
    ) -> CodeOutcome:
        """Run ``code`` to its end.

        Raises:
            CodeFailed: it raised.
            WorkerDied: the child ended, or what it says cannot be read.
        """
        return await self._alive(self._execute(code, frames, reads, store))

    def interrupt(self) -> None:
        """Ask the running code to stop."""
        self.process.interrupt()

    @property
    def alive(self) -> bool:
        """Whether it can still be asked."""
        return self.process.poll() is None

    def close(self) -> None:
        """End it at once and remove all that it used. Takes some 30 ms; does not raise."""
        self._end()
        self._wire.close()
        if os.getpid() == self._owner:
            _hang_up(self._channel)
        self._channel.close()

    async def _introduce(self) -> None:
        await asyncio.to_thread(seed_font_list, self.process.scratch)
        path = self._wire.write_connection_file()
        await self._send({"connection_file": str(path)})
        await self._receive()
        self._wire.connect()
        await self._subscribe()

    async def _subscribe(self) -> None:
        """Wait until what is published arrives: a subscription takes effect late."""
        while True:
            request = await self._wire.request("kernel_info_request", {})
            await self._wire.reply(request)
            try:
                await asyncio.wait_for(self._wire.published(request), 0.2)
            except TimeoutError:
                continue
            return

    async def _execute(
        self,
        code: str,
        frames: Mapping[str, FrameSource],
        reads: tuple[FrameRead, ...],
        store: ColumnStore,
    ) -> CodeOutcome:
        await asyncio.to_thread(self._send_frames, frames, reads, store)
        began = time.monotonic()
        request = await self._wire.request("execute_request", _execute_request(code))
        output = Output()
        listening = asyncio.ensure_future(self._listen(request, output))
        try:
            message = await self._outcome(request)
            seconds = time.monotonic() - began
            verdict = read_verdict(message, self._hidden)
            tables = await self._collect(verdict)
            await asyncio.wait([listening], timeout=DRAIN_TIMEOUT)
        except TimeoutError as error:
            self._end()
            raise WorkerDied("The Python child stopped answering.") from error
        finally:
            listening.cancel()
        if verdict.failure is not None:
            raise with_printed(verdict.failure, output.text(hidden=self._hidden))
        shown = "" if verdict.shown else output.value
        return CodeOutcome(
            stdout=output.text(shown, verdict.text, hidden=self._hidden),
            tables=tables,
            figures=tuple(output.figures),
            seconds=seconds,
            reads=reads,
        )

    async def _outcome(self, request: str) -> dict[str, Any]:
        """The child's account; it must be there soon after the kernel's own reply.

        Raises:
            TimeoutError: the kernel is done and there is none.
        """
        outcome = asyncio.ensure_future(self._receive())
        replied = asyncio.ensure_future(self._wire.reply(request))
        try:
            await asyncio.wait([outcome, replied], return_when=asyncio.FIRST_COMPLETED)
            # With tables the account comes first, without it both come at once.
            return await asyncio.wait_for(outcome, None if not replied.done() else DRAIN_TIMEOUT)
        finally:
            outcome.cancel()
            replied.cancel()

    async def _listen(self, request: str, output: Output) -> None:
        while True:
            message = await self._wire.published(request)
            kind, content = str(message.get("msg_type")), message["content"]
            if kind == "status" and content.get("execution_state") == "idle":
                return
            output.add(kind, content)

    def _send_frames(
        self, frames: Mapping[str, FrameSource], reads: tuple[FrameRead, ...], store: ColumnStore
    ) -> None:
        """Hand over the frames that are named and that the child does not have as they are."""
        described: list[dict[str, Any]] = []
        sizes: list[int] = []
        fds: list[int] = []
        places: dict[str, int] = {}
        with ExitStack() as leases:
            for source in (frames[read.frame] for read in reads):
                names = source.column_names
                keys = tuple(source.column_key(name) for name in names)
                if self._sent.get(source.name) == keys:
                    continue
                lease = leases.enter_context(store.lease(source, names))
                for key, buffer in lease.buffers.items():
                    if key not in places:
                        places[key] = len(fds)
                        fds.append(buffer.fd)
                        sizes.append(buffer.size)
                described.append(
                    {
                        "name": source.name,
                        "rows": source.rows,
                        "columns": list(names),
                        "buffers": [places[key] for key in keys],
                    }
                )
                self._sent[source.name] = keys
            known = list(frames)[:MAX_KNOWN]
            self._channel.send({"frames": described, "sizes": sizes, "known": known}, fds)

    async def _collect(self, verdict: Verdict) -> dict[str, Any]:
        """The tables that the child announced, through buffers that we make."""
        if not verdict.tables:
            return {}
        with ExitStack() as closing:
            buffers = [ResultBuffer() for _ in verdict.tables]
            for buffer in buffers:
                closing.callback(buffer.close)
            await self._send({}, [buffer.fd for buffer in buffers])
            await self._receive()
            try:
                tables = [
                    await asyncio.to_thread(buffer.read_table, MAX_TABLE_BYTES)
                    for buffer in buffers
                ]
            except BufferInvalid as error:
                self._end()
                raise WorkerDied(error.message) from error
        return dict(zip(verdict.tables, tables, strict=True))

    async def _send(self, message: dict[str, Any], fds: list[int] | None = None) -> None:
        await asyncio.to_thread(self._channel.send, message, fds or ())

    async def _receive(self) -> dict[str, Any]:
        """The next message of the child; what it hands over with it is dropped."""
        await _readable(self._channel.fileno())
        message, fds = await asyncio.to_thread(self._channel.receive, 0)
        close_all(fds)
        return message

    async def _alive(self, work: Awaitable[T]) -> T:
        """``work``, or WorkerDied as soon as the child has ended."""
        working = asyncio.ensure_future(work)
        try:
            while not working.done():
                await asyncio.wait([working], timeout=_PERIOD)
                if not self.alive and not working.done():
                    break
            if not working.done():
                raise self._died()
            return working.result()
        except (ChannelClosed, ChannelBroken) as error:
            # Closed because it died, or is about to: then the exit code says why.
            if self.process.wait(0.2) is None:
                self._end()
                raise WorkerDied("The Python child broke its connection to us.") from error
            raise self._died() from error
        finally:
            working.cancel()

    def _end(self) -> None:
        self.process.kill()
        self.process.wait(1.0)

    def _died(self) -> WorkerDied:
        code = self.process.poll()
        log.info("child ended (%s): %s", code, self.process.stderr_tail())
        return WorkerDied(f"The Python child ended by itself: {_reason(code)}.")


def _execute_request(code: str) -> dict[str, Any]:
    return {
        "code": code,
        "silent": False,
        "store_history": False,
        "user_expressions": {},
        "allow_stdin": False,
        "stop_on_error": True,
    }


def _reason(code: int | None) -> str:
    if code is None:
        return "unknown"
    if code >= 0:
        return f"exit code {code}"
    if code == -signal.SIGKILL:
        return "killed, most likely out of memory"
    return f"{signal.Signals(-code).name}"


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


def _hang_up(channel: Channel) -> None:
    """End the connection for a thread that may be reading from it."""
    if channel.fileno() < 0:
        return
    with socket.socket(fileno=os.dup(channel.fileno())) as twin:
        try:
            twin.shutdown(socket.SHUT_RDWR)
        except OSError as error:
            log.debug("the child had hung up before: %s", error)
