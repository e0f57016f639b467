"""Events of one run: stamped, kept in order, handed to whoever listens.

The run emits from the session's thread. Sinks are called there, one after the
other; one that raises is dropped and logged, so that none can stop a run.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from .protocol.events import TERMINAL, Event

log = logging.getLogger("insightx.hub")

Sink = Callable[[Event], None]


class EventHub:
    """The events of one run and their subscribers. Safe to use from any thread."""

    def __init__(self, run_id: str) -> None:
        self.run_id = run_id
        self._events: list[Event] = []
        self._sinks: list[Sink] = []
        # Reentrant: a sink may look at the snapshot while it is being told.
        self._lock = threading.RLock()

    def emit(self, event: Event) -> Event:
        """Stamp the event and hand it on. What comes after a terminal event is dropped."""
        with self._lock:
            if self.ended:
                log.warning("event after the end of run %s dropped: %s", self.run_id, event.type)
                return event
            stamped = event.model_copy(
                update={"run_id": self.run_id, "seq": len(self._events) + 1, "ts": time.time()}
            )
            self._events.append(stamped)
            for sink in list(self._sinks):
                self._tell(sink, stamped)
        return stamped

    def subscribe(self, sink: Sink, *, replay: bool = True) -> Callable[[], None]:
        """Hand all events to ``sink``, those of the past first; call the result to stop."""
        with self._lock:
            self._sinks.append(sink)
            if replay:
                for event in self._events:
                    self._tell(sink, event)

        def unsubscribe() -> None:
            with self._lock:
                if sink in self._sinks:
                    self._sinks.remove(sink)

        return unsubscribe

    def snapshot(self, after: int = 0) -> tuple[Event, ...]:
        """The events so far whose ``seq`` is greater than ``after``."""
        with self._lock:
            return tuple(self._events[after:])

    @property
    def ended(self) -> bool:
        """Whether a terminal event has passed."""
        with self._lock:
            return bool(self._events) and isinstance(self._events[-1], TERMINAL)

    def _tell(self, sink: Sink, event: Event) -> None:
        try:
            sink(event)
        except Exception:  # a foreign sink must never stop a run
            log.exception("a sink of run %s failed and is dropped", self.run_id)
            if sink in self._sinks:
                self._sinks.remove(sink)
