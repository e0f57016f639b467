"""Everything a run says while it runs, as one closed union.

Every event carries ``v`` (of this schema), ``run_id`` (None where it belongs to
no run), ``seq`` (from 1, without gaps, in one run) and ``ts`` (seconds since the
epoch). The hub stamps the last three; who makes an event leaves them out.
Exactly one terminal event ends a run: final_response, error or cancelled.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from .answer import FilledText, Usage
from .base import Frozen, Scalar
from .plan import AgentName, Classification, Plan
from .results import Figure, PythonResult, SqlResult

PROTOCOL_VERSION = 1


class _Event(Frozen):
    v: int = PROTOCOL_VERSION
    run_id: str | None = None
    seq: int = 0
    ts: float = 0.0


class StatusEvent(_Event):
    """What is being done, in one line."""

    type: Literal["status"] = "status"
    message: str


class ToastEvent(_Event):
    """Something worth a glance: an agent was chosen, a tool called, a key changed."""

    type: Literal["toast"] = "toast"
    icon: str
    title: str
    description: str = ""
    level: Literal["info", "success", "warning", "error"] = "info"


class AgentEvent(_Event):
    """An agent started or finished."""

    type: Literal["agent"] = "agent"
    agent: AgentName
    phase: Literal["started", "finished"]
    #: One past-tense phrase once it has finished.
    summary: str = ""
    seconds: float | None = None


class ToolEvent(_Event):
    """A tool was called or has returned."""

    type: Literal["tool"] = "tool"
    agent: AgentName
    phase: Literal["called", "returned"]
    call_id: str
    tool: str
    arguments: dict[str, Scalar] = Field(default_factory=dict)
    ok: bool | None = None
    #: Why it was refused or failed, as the agent was told.
    message: str = ""
    seconds: float | None = None


class OrchestratorResultEvent(_Event):
    """The road that the question takes."""

    type: Literal["orchestrator_result"] = "orchestrator_result"
    plan: Plan


class SqlResultEvent(_Event):
    """A query ran."""

    type: Literal["sql_result"] = "sql_result"
    result: SqlResult


class PythonResultEvent(_Event):
    """Code ran."""

    type: Literal["python_result"] = "python_result"
    result: PythonResult


class FigureEvent(_Event):
    """A chart came back."""

    type: Literal["figure"] = "figure"
    figure: Figure


class TextDeltaEvent(_Event):
    """More of an agent's text. References are filled in before it is shown."""

    type: Literal["text_delta"] = "text_delta"
    agent: AgentName
    text: str


class ReasoningDeltaEvent(_Event):
    """More of what a model thinks aloud."""

    type: Literal["reasoning_delta"] = "reasoning_delta"
    agent: AgentName
    text: str


class ProgressEvent(_Event):
    """Long work with a known size, such as profiling 53 columns."""

    type: Literal["progress"] = "progress"
    task: str
    done: int
    total: int


class WarningEvent(_Event):
    """The answer stands, with a reservation that its reader has to know."""

    type: Literal["warning"] = "warning"
    code: str
    message: str


class ApprovalRequestEvent(_Event):
    """Code waits for somebody's yes."""

    type: Literal["approval_request"] = "approval_request"
    request_id: str
    tool: str
    code: str


class ApprovalDecisionEvent(_Event):
    """Somebody decided on code that waited."""

    type: Literal["approval_decision"] = "approval_decision"
    request_id: str
    decision: Literal["run", "edit", "refuse"]
    code: str = ""


class UsageEvent(_Event):
    """What the model calls of this run have cost so far."""

    type: Literal["usage"] = "usage"
    usage: Usage


class FinalResponseEvent(_Event):
    """The answer. Terminal."""

    type: Literal["final_response"] = "final_response"
    classification: Classification
    answer: FilledText
    #: How words of the question were read, each ``word: reading``.
    choices: tuple[str, ...] = ()
    followups: tuple[str, ...] = ()


class ErrorEvent(_Event):
    """The run ended without an answer. Terminal. Never a traceback or a key."""

    type: Literal["error"] = "error"
    code: str
    message: str
    hint: str = ""
    retryable: bool = False


class CancelledEvent(_Event):
    """The run was stopped. Terminal."""

    type: Literal["cancelled"] = "cancelled"
    by: Literal["user", "interrupt", "shutdown"] = "user"
    #: What it was doing.
    during: str = ""


Event = Annotated[
    StatusEvent
    | ToastEvent
    | AgentEvent
    | ToolEvent
    | OrchestratorResultEvent
    | SqlResultEvent
    | PythonResultEvent
    | FigureEvent
    | TextDeltaEvent
    | ReasoningDeltaEvent
    | ProgressEvent
    | WarningEvent
    | ApprovalRequestEvent
    | ApprovalDecisionEvent
    | UsageEvent
    | FinalResponseEvent
    | ErrorEvent
    | CancelledEvent,
    Field(discriminator="type"),
]
TERMINAL = (FinalResponseEvent, ErrorEvent, CancelledEvent)

EVENT: TypeAdapter[Event] = TypeAdapter(Event)
