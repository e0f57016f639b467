"""Child kernels: one a run, with deadlines, and gone without a trace when it is closed."""

from __future__ import annotations

import asyncio
import weakref
from collections.abc import Mapping

from ..errors import CodeFailed, WorkerDied
from ..plane.source import FrameSource
from ..plane.store import ColumnStore
from ..protocol.record import SandboxInfo
from .base import CodeOutcome, PythonKernel, PythonSandbox
from .connection import Child
from .names import named_frames

#: Seconds between the interrupt and the end of a child whose code goes on.
GRACE = 0.7


class ChildKernels(PythonSandbox):
    """Starts child kernels with the user's own rights.

    ``store`` holds the columns that were exported; sharing it with the SQL worker
    spares the second export.
    """

    def __init__(self, store: ColumnStore | None = None) -> None:
        self._store = store if store is not None else ColumnStore()
        self._own_store = store is None
        self._open: weakref.WeakSet[ChildKernel] = weakref.WeakSet()

    @property
    def info(self) -> SandboxInfo:
        """Unisolated: a process of its own, with a clean environment, and no jail."""
        return SandboxInfo(level="unisolated", reason="no jail is built yet")

    async def open(self) -> PythonKernel:
        """A child kernel, ready for code; about a second. Cheap to cancel.

        Raises:
            WorkerDied: it did not come up.
        """
        kernel = ChildKernel(await Child.start(), self._store)
        self._open.add(kernel)
        return kernel

    async def aclose(self) -> None:
        """End every child."""
        for kernel in list(self._open):
            await kernel.aclose()
        if self._own_store:
            self._store.close()


class ChildKernel(PythonKernel):
    """One child, and its successor where the time limit ended it."""

    def __init__(self, child: Child, store: ColumnStore) -> None:
        self._child: Child | None = child
        self._store = store
        self._closed = False
        self._turn = asyncio.Lock()

    @property
    def pid(self) -> int | None:
        """The child's process id, None while there is none."""
        return self._child.process.pid if self._child is not None else None

    async def run(
        self, code: str, frames: Mapping[str, FrameSource], *, timeout: float
    ) -> CodeOutcome:
        """As ``PythonKernel.run``; calls wait for each other.

        A child that died is followed by a new one at the next call, without the
        names of the old.
        """
        async with self._turn:
            child = await self._living()
            reads = named_frames(code, frames)
            work = asyncio.ensure_future(child.execute(code, frames, reads, self._store))
            try:
                done, _ = await asyncio.wait([work], timeout=timeout)
            except asyncio.CancelledError:
                await self._stop(child, work, GRACE)
                raise
            if done:
                return work.result()
            raise await self._overdue(child, work, timeout)

    async def aclose(self) -> None:
        """End the child and remove what it left. Takes some 30 ms."""
        self._closed = True
        if self._child is not None:
            self._child.close()

    async def _living(self) -> Child:
        if self._closed:
            raise WorkerDied("This Python child has been closed.", retryable=False)
        if self._child is not None and not self._child.alive:
            self._child.close()
            self._child = None
        if self._child is None:
            self._child = await Child.start()
        return self._child

    async def _overdue(
        self, child: Child, work: asyncio.Future[CodeOutcome], timeout: float
    ) -> CodeFailed:
        await self._stop(child, work, GRACE)
        lost = "" if child.alive else " The names that it and earlier code made are gone."
        return CodeFailed(
            f"TimeoutError: the code ran longer than {timeout:g} s and was stopped.{lost}",
            hint="Do less work: aggregate or sample first, and use whole-column operations.",
            timed_out=True,
        )

    async def _stop(self, child: Child, work: asyncio.Future[CodeOutcome], grace: float) -> None:
        """Interrupt, wait, end. A second cancellation meanwhile ends the child at once."""
        try:
            child.interrupt()
            await asyncio.wait([work], timeout=grace)
        finally:
            if not work.done():
                child.close()
                work.cancel()
        await asyncio.gather(work, return_exceptions=True)
