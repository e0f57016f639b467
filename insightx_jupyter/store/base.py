"""The contract between whoever remembers and whoever asks for it."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Insight:
    """A finding in one or two sentences, and what it is about."""

    text: str
    frames: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    run_id: str = ""
    #: Seconds since the epoch.
    at: float = field(default_factory=time.time)


class InsightStore(Protocol):
    """Keeps insights from one question to the next."""

    async def add(self, insight: Insight) -> None:
        """Keep it; the same text again replaces what was there."""
        ...

    async def find(self, query: str = "", limit: int = 5) -> tuple[Insight, ...]:
        """Those that have most to do with ``query``, best first; without one the newest."""
        ...

    async def count(self) -> int:
        """How many are kept."""
        ...

    async def clear(self) -> None:
        """Forget them all."""
        ...
