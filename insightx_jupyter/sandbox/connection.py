"""One child kernel process and what runs between it and us."""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
import time
from collections.abc import Awaitable, Mapping
from contextlib import ExitStack
from typing import Any, TypeVar

from ..errors import WorkerDied
from ..plane.buffers import BufferInvalid
from ..plane.channel import Channel, ChannelBroken, ChannelClosed, channel_pair
from ..plane.source import FrameSource
from ..plane.store import ColumnStore
from ..protocol.results import FrameRead
from .base import CodeOutcome
from .exchange import Exchange
from .fonts import seed_font_list
from .outcome import Output, read_verdict, with_printed
from .process import Process, spawn
from .wire import Wire

log = logging.getLogger("insightx.sandbox")

#: Seconds for a child to come up; a cold disk and missing .pyc files take their time.
START_TIMEOUT = 60.0
#: Seconds that the end of the output may lag behind the outcome.
DRAIN_TIMEOUT = 2.0
_MODULE = "insightx_jupyter.sandbox.child"
#: Seconds between two looks at whether the child lives.
_PERIOD = 0.05

T = TypeVar("T")


class Child:
    """A running kernel. Belongs to the event loop that started it."""

    def __init__(self, process: Process, channel: Channel, wire: Wire) -> None:
        self.process = process
        self._exchange = Exchange(channel)
        self._wire = wire
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
                process = spawn(_MODULE, fds=(fd,), arguments=(str(fd),))
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
        self._exchange.close()

    async def _introduce(self) -> None:
        await asyncio.to_thread(seed_font_list, self.process.scratch)
        path = self._wire.write_connection_file()
        await self._exchange.send({"connection_file": str(path)})
        await self._exchange.receive()
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
        await self._exchange.send_frames(frames, reads, store)
        began = time.monotonic()
        request = await self._wire.request("execute_request", _execute_request(code))
        output = Output()
        listening = asyncio.ensure_future(self._listen(request, output))
        try:
            verdict = read_verdict(await self._outcome(listening), self._hidden)
            seconds = time.monotonic() - began
            tables = await self._exchange.collect(verdict.tables)
            await asyncio.wait([listening], timeout=DRAIN_TIMEOUT)
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

    async def _outcome(self, listening: asyncio.Future[None]) -> dict[str, Any]:
        """The child's account, which it gives before its kernel is idle again.

        Raises:
            TimeoutError: the kernel is idle and there is none.
        """
        outcome = asyncio.ensure_future(self._exchange.receive())
        try:
            either: list[asyncio.Future[Any]] = [outcome, listening]
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
            return await asyncio.wait_for(outcome, DRAIN_TIMEOUT)
        finally:
            outcome.cancel()

    async def _listen(self, request: str, output: Output) -> None:
        while True:
            message = await self._wire.published(request)
            kind, content = str(message.get("msg_type")), message["content"]
            if kind == "status" and content.get("execution_state") == "idle":
                return
            output.add(kind, content)

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
        except TimeoutError as error:
            self._end()
            raise WorkerDied("The Python child stopped answering.") from error
        except BufferInvalid as error:
            self._end()
            raise WorkerDied(error.message) from error
        except (ChannelClosed, ChannelBroken) as error:
            # Closed because it died, or is about to: then the exit code says why.
            if self.process.wait(0.2) is None:
                self._end()
                raise WorkerDied("The Python child broke its connection to us.") from error
            raise self._died() from error
        except OSError as error:
            self._end()
            raise WorkerDied("There is no memory to hand the frames over.") from error
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
