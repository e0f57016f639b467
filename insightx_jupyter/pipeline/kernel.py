"""The child kernel of one run: opened early, once, and let go without waiting."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from ..errors import WorkerDied

if TYPE_CHECKING:
    from ..sandbox.base import PythonKernel, PythonSandbox

#: Closings under way; the loop itself holds tasks only weakly.
_closing: set[asyncio.Task[None]] = set()


class RunKernel:
    """At most one kernel, started when first wanted."""

    def __init__(self, sandbox: PythonSandbox) -> None:
        self._sandbox = sandbox
        self._opening: asyncio.Task[PythonKernel] | None = None

    def prepare(self) -> None:
        """Start it now; it will be there when it is needed."""
        if self._opening is None:
            self._opening = asyncio.create_task(self._sandbox.open())

    async def get(self) -> PythonKernel:
        """The kernel.

        Raises:
            WorkerDied: it did not come up; the next call tries anew.
        """
        self.prepare()
        opening = self._opening
        assert opening is not None  # noqa: S101  prepare has just set it
        try:
            # A cancelled run must not leave a kernel that nobody knows of.
            return await asyncio.shield(opening)
        except WorkerDied:
            self._opening = None
            raise

    def release(self) -> None:
        """End it, in the background."""
        if self._opening is not None:
            task = asyncio.create_task(_close(self._opening))
            _closing.add(task)
            task.add_done_callback(_closing.discard)
            self._opening = None


async def _close(opening: asyncio.Task[PythonKernel]) -> None:
    if not opening.done():
        opening.cancel()
    try:
        kernel = await opening
    except (asyncio.CancelledError, WorkerDied):
        return  # it never came up, so there is nothing to end
    await kernel.aclose()
