"""A run as the thread that asked holds it."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from typing import TYPE_CHECKING

from .loop import LoopThread

if TYPE_CHECKING:
    from ..hub import EventHub
    from ..pipeline import AssemblyLine, CancelledBy, RunOutcome
    from ..protocol.record import ModelInfo, SandboxInfo

log = logging.getLogger("insightx.session")

#: Seconds within which a cancelled run has ended.
_SETTLE = 2.0


class ActiveRun:
    """From its start to its outcome. Safe to use from any thread."""

    def __init__(
        self,
        question: str,
        hub: EventHub,
        line: AssemblyLine,
        loop: LoopThread,
        *,
        model: ModelInfo,
        sandbox: SandboxInfo,
        privacy: str,
        frames: int,
    ) -> None:
        self.run_id = hub.run_id
        self.question = question
        self.hub = hub
        self.model = model
        self.sandbox = sandbox
        self.privacy = privacy
        self.frames = frames
        self._line = line
        self._loop = loop
        self.future: Future[RunOutcome] = loop.submit(line.run())

    @property
    def done(self) -> bool:
        """Whether it has ended."""
        return self.future.done()

    def cancel(self, by: CancelledBy) -> None:
        """Stop it: acknowledged at once, ended within a second."""
        if not self.done:
            self._loop.call(self._line.cancel, by)

    def wait(
        self,
        timeout: float | None = None,
        tick: Callable[[], None] | None = None,
        interval: float = 0.04,
    ) -> RunOutcome:
        """The outcome; ``tick`` is called every ``interval`` seconds until then.

        Raises:
            TimeoutError: not within ``timeout`` seconds.
        """
        deadline = None if timeout is None else time.monotonic() + timeout
        while True:
            try:
                return self.future.result(interval)
            except FutureTimeoutError:
                if self.future.done():
                    raise
            if deadline is not None and time.monotonic() >= deadline:
                raise TimeoutError(f"run {self.run_id} has not ended yet")
            if tick is not None:
                tick()

    def settle(self) -> None:
        """Wait for the end of a run that was cancelled; go on without it if it lingers."""
        try:
            self.wait(_SETTLE)
        except TimeoutError:
            log.warning("run %s did not end within %.0f s of its cancel", self.run_id, _SETTLE)
