"""What goes into a run, what is lent to it, and what comes out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from ..agents.base import Turn
    from ..config import Settings
    from ..errors import InsightXError
    from ..llm.base import ChatModel
    from ..metrics import Metrics
    from ..protocol.record import Record
    from ..sandbox.base import PythonSandbox
    from ..sql.engine import SqlEngine
    from ..store.base import InsightStore
    from ..tools.results import Results

CancelledBy = Literal["user", "interrupt", "shutdown"]


@dataclass(frozen=True, slots=True)
class RunRequest:
    """What was asked, and what holds for it."""

    run_id: str
    question: str
    settings: Settings
    history: tuple[Turn, ...] = ()
    plan_only: bool = False
    #: What the user would write to get at the whole result.
    result_code: str = "ans.df"


@dataclass(frozen=True, slots=True)
class RunOutcome:
    """How a run ended. ``error`` is None where there is an answer; results are whole."""

    record: Record
    results: Results
    error: InsightXError | None = None


@dataclass(frozen=True, slots=True)
class Parts:
    """What the session lends to a run."""

    model: ChatModel
    engine: SqlEngine
    python: PythonSandbox
    insights: InsightStore
    metrics: Metrics
