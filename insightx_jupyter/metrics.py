"""Counts and times for agents, tools, models and errors. Nothing leaves the process."""

from __future__ import annotations

import threading
from collections import defaultdict
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Timing:
    """How often something ran, for how long in all, and how often it failed."""

    count: int = 0
    seconds: float = 0.0
    errors: int = 0

    @property
    def mean(self) -> float:
        """Seconds a time; 0 before the first."""
        return self.seconds / self.count if self.count else 0.0


class Metrics:
    """Totals of one session by kind (agent, tool, model, question) and name."""

    def __init__(self) -> None:
        self._totals: dict[tuple[str, str], Timing] = defaultdict(Timing)
        self._lock = threading.Lock()

    def record(self, kind: str, name: str, seconds: float = 0.0, *, ok: bool = True) -> None:
        """Count one occurrence."""
        with self._lock:
            old = self._totals[kind, name]
            self._totals[kind, name] = Timing(
                old.count + 1, old.seconds + seconds, old.errors + (not ok)
            )

    def totals(self, kind: str) -> dict[str, Timing]:
        """Totals of one kind by name, in order of name."""
        with self._lock:
            return {n: t for (k, n), t in sorted(self._totals.items()) if k == kind}
