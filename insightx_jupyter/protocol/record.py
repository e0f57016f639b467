"""The record: all that an answer rests on, as it stands in the notebook's output."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from .answer import FilledText, Usage
from .base import Frozen
from .plan import AgentName, Plan
from .results import Figure, FrameRead, NamedTable, PythonResult, SqlResult

RECORD_MIME = "application/vnd.insightx.answer+json"
RECORD_VERSION = 1


class ModelInfo(Frozen):
    """Who answered. ``offline`` is the built-in analyst."""

    provider: str
    name: str

    @property
    def offline(self) -> bool:
        """Whether no language model took part."""
        return self.provider == "offline"


class SandboxInfo(Frozen):
    """Where generated code could run, and why there."""

    level: Literal["strong", "standard", "unisolated", "none"]
    reason: str = ""


class StepRecord(Frozen):
    """One agent's part."""

    agent: AgentName
    summary: str
    seconds: float


class FrameFingerprint(Frozen):
    """A frame that the answer read."""

    frame: str
    rows: int
    columns: int
    fingerprint: str = ""


class FailureRecord(Frozen):
    """Why there is no answer."""

    code: str
    message: str
    hint: str = ""


class Record(Frozen):
    """One run, complete: enough to read it, check it and run it again.

    ``answer`` is None where the run failed or was stopped; what had been found
    stands in ``sql`` and ``python`` all the same.
    """

    v: int = RECORD_VERSION
    run_id: str
    question: str
    asked_at: float
    seconds: float
    status: Literal["answered", "failed", "cancelled"]
    model: ModelInfo
    sandbox: SandboxInfo
    privacy: str
    frames_in_view: tuple[str, ...] = ()
    plan: Plan | None = None
    steps: tuple[StepRecord, ...] = ()
    sql: tuple[SqlResult, ...] = ()
    python: tuple[PythonResult, ...] = ()
    #: The table shown with the answer.
    result: NamedTable | None = None
    #: What gives the whole of it in the notebook where it was computed.
    result_code: str = "ans.df"
    figures: tuple[Figure, ...] = ()
    answer: FilledText | None = None
    choices: tuple[str, ...] = ()
    followups: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    failure: FailureRecord | None = None
    reads: tuple[FrameRead, ...] = ()
    frames: tuple[FrameFingerprint, ...] = ()
    usage: Usage = Usage()
    versions: dict[str, str] = Field(default_factory=dict)
    options: dict[str, str | int | float | bool] = Field(default_factory=dict)
