"""A run in the notebook: one output that is live while it runs and a record when it ends."""

from __future__ import annotations

import contextvars
import threading
import time
import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ..errors import InsightXError

if TYPE_CHECKING:
    from ..api import Answer, Run
    from ..session import ActiveRun

#: Seconds between two pictures of a run; the front end drops floods.
_INTERVAL = 0.1


class LiveOutput:
    """Draws a run's events into one display and replaces it by the record.

    Where outputs cannot be updated (a plain terminal) only the record is shown.
    """

    def __init__(self, shell: Any, active: ActiveRun) -> None:
        from ..render.live import LiveView

        self._active = active
        self._view = LiveView(
            question=active.question,
            model=active.model,
            sandbox=active.sandbox,
            privacy=active.privacy,
            frames=active.frames,
            started=time.time(),
        )
        self._live = getattr(shell, "kernel", None) is not None
        self._display_id = uuid.uuid4().hex
        self._drawn = 0
        self._last = 0.0

    def open(self) -> None:
        """The first sign."""
        if self._live:
            self._publish(self._picture(), update=False)

    def tick(self) -> None:
        """Draw what is new, not more often than the eye needs."""
        now = time.monotonic()
        if not self._live or now - self._last < _INTERVAL:
            return
        if self._apply() or now - self._last >= 1:
            self._last = now
            self._publish(self._picture(), update=True)

    def close(self) -> None:
        """Put the record in its place, however the run ended."""
        from ..render.bundle import bundle

        if self._active.done and not self._active.future.exception():
            record = self._active.future.result().record
            self._publish(bundle(record), update=self._live)

    def _apply(self) -> bool:
        events = self._active.hub.snapshot(after=self._drawn)
        for event in events:
            self._view = self._view.apply(event)
        self._drawn += len(events)
        return bool(events)

    def _picture(self) -> dict[str, Any]:
        from ..render.live import live_html

        return {
            "text/plain": f"InsightX: {self._view.phrase}",
            "text/html": live_html(self._view, now=time.time()),
        }

    def _publish(self, data: dict[str, Any], *, update: bool) -> None:
        from IPython.display import publish_display_data

        publish_display_data(data, transient={"display_id": self._display_id}, update=update)


def watch(shell: Any, active: ActiveRun) -> Answer:
    """Wait in the cell, drawing; an interrupt of the kernel cancels the run.

    Raises:
        InsightXError: what the run ended with.
    """
    from ..api import Run

    output = LiveOutput(shell, active)
    output.open()
    try:
        active.wait(tick=output.tick)
    except KeyboardInterrupt:
        active.cancel("interrupt")
        active.settle()
        raise
    finally:
        output.close()
    try:
        answer = Run(active).result()
    except InsightXError as error:
        error.told = True  # the record in the output has said it, hint included
        raise
    answer.mark_drawn(shell.execution_count)
    return answer


def follow(shell: Any, active: ActiveRun, then: Callable[[Answer], object]) -> Run:
    """Draw from a thread of its own, while other cells run; ``then`` gets the answer."""
    from ..api import Run

    output = LiveOutput(shell, active)
    output.open()
    # Tools that run notebooks take only what the running cell publishes.
    run = Run(active, redraw=output.close)

    def draw() -> None:
        active.wait(tick=output.tick)
        output.close()
        try:
            then(Run(active).result())
        except InsightXError:
            return  # the record in the output says why there is no answer

    # The display goes to the cell that asked: its context holds the parent message.
    context = contextvars.copy_context()
    threading.Thread(target=context.run, args=(draw,), daemon=True, name="insightx-display").start()
    return run
