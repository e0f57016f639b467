"""The contract between whoever asks SQL and whatever runs it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from ..plane.source import FrameSource
from ..protocol.results import FrameRead

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, slots=True)
class QueryOutcome:
    """A result, whole; ``seconds`` is the time DuckDB took, ``reads`` what it was given."""

    table: pa.Table
    seconds: float
    reads: tuple[FrameRead, ...]


class SqlEngine(Protocol):
    """Runs one read-only query at a time over frames by name."""

    async def run(
        self, query: str, frames: Mapping[str, FrameSource], *, timeout: float
    ) -> QueryOutcome:
        """The query's result.

        ``frames`` maps each name that the query may use to its frame. Cancelling
        the task stops the query.

        Raises:
            QueryRefused: the gate turned it away.
            QueryFailed: DuckDB failed it, or it took longer than ``timeout`` seconds.
            WorkerDied: the worker ended without an answer.
        """
        ...

    async def aclose(self) -> None:
        """End the worker and let go of what was exported for it."""
        ...
