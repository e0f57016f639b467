"""What the tools of one run are handed, instead of finding it for themselves."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .results import Results

if TYPE_CHECKING:
    from ..plane.source import FrameSource
    from ..protocol.dna import DataDna
    from ..protocol.events import Event
    from ..sandbox.base import PythonKernel
    from ..sql.engine import SqlEngine
    from ..store.base import InsightStore

#: Somebody is shown (tool, code) and gives back the code to run, perhaps edited.
Approve = Callable[[str, str], Awaitable[str]]


@dataclass(slots=True)
class ToolContext:
    """One run, as its tools see it."""

    run_id: str
    emit: Callable[[Event], object]
    frames: Mapping[str, FrameSource]
    dna: Callable[[], Awaitable[DataDna]]
    engine: SqlEngine
    #: Opens the run's own kernel when first called, and gives the same one afterwards.
    python: Callable[[], Awaitable[PythonKernel]]
    insights: InsightStore
    #: None: Python may run; else why it may not, as a sentence.
    python_allowed: str | None = None
    #: Python runs with the user's own rights, outside any jail.
    unisolated: bool = False
    #: Seconds for one query or one piece of code.
    timeout: float = 60.0
    results: Results = field(default_factory=Results)
    approve: Approve | None = None

    async def approved(self, tool: str, code: str) -> str:
        """The code that may run. Where nobody is asked, the code as it is."""
        return code if self.approve is None else await self.approve(tool, code)
