"""What an agent is, what it is handed, and what it leaves."""

from __future__ import annotations

import logging
import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Protocol

from ..protocol.answer import FilledText, Usage
from ..protocol.events import AgentEvent, ToastEvent
from ..protocol.plan import AgentName
from ..render.references import fill
from ..tools.base import Tool, ToolOutcome

if TYPE_CHECKING:
    import pyarrow as pa

    from ..llm.base import ChatModel, Message
    from ..metrics import Metrics
    from ..protocol.dna import DataDna
    from ..tools.context import ToolContext

log = logging.getLogger("insightx.agent")

Ended = Literal["result", "text", "turns"]

LABELS: Mapping[AgentName, str] = {
    AgentName.ORCHESTRATOR: "Orchestrator",
    AgentName.SQL: "SQL agent",
    AgentName.PYTHON: "Python agent",
    AgentName.COMPOSER: "Composer",
    AgentName.EXPLAINER: "Explainer",
}
_PURPOSES: Mapping[AgentName, str] = {
    AgentName.ORCHESTRATOR: "Chooses the road",
    AgentName.SQL: "Writes and runs a query",
    AgentName.PYTHON: "Writes and runs Python",
    AgentName.COMPOSER: "Writes the answer",
    AgentName.EXPLAINER: "Explains from the Data DNA",
}


class Fill(Protocol):
    """Puts cells in the place of references; ``render.references.fill`` is one."""

    def __call__(
        self,
        template: str,
        tables: Mapping[str, pa.Table],
        dna: DataDna,
        *,
        known: str = "",
    ) -> FilledText:
        """``known`` is text (the question, the code) whose numbers may be repeated bare."""
        ...


@dataclass(frozen=True, slots=True)
class Turn:
    """An earlier question and its answer, as far as a follow-up needs it."""

    question: str
    answer: str
    #: The frames that were in view, and whether a model took part: what the offline
    #: analyst said, or what was said of frames out of view now, is not told to a model.
    frames: frozenset[str] = frozenset()
    offline: bool = False

    def may_be_told(self, frames: Collection[str]) -> bool:
        """Whether a model that sees ``frames`` may see this turn."""
        return not self.offline and self.frames <= set(frames)


@dataclass(slots=True)
class AgentRun:
    """One run, as its agents see it."""

    question: str
    tools: ToolContext
    model: ChatModel
    metrics: Metrics
    #: The Data DNA in 1–2 kB (data/digest), which stands in the stable head of each prompt.
    digest: str
    fill: Fill = fill
    history: tuple[Turn, ...] = ()
    #: Seconds for one call of the model, and the longest reply.
    model_timeout: float | None = None
    max_tokens: int | None = None
    #: Of all calls so far.
    usage: Usage = field(default_factory=Usage)
    #: What agents that came to no result have to say to those after them.
    notes: list[str] = field(default_factory=list)
    #: Requests so far by agent: what RequestContext calls step.
    steps: dict[AgentName, int] = field(default_factory=dict)

    @property
    def python_runs(self) -> bool:
        """Whether generated Python may run at all."""
        return self.tools.python_allowed is None


@dataclass(frozen=True, slots=True)
class AgentSpec:
    """One agent, as the loop needs it."""

    name: AgentName
    tools: tuple[Tool, ...]
    #: ``result``: done when a final call succeeded. ``text``: done when it has written its text.
    wants: Literal["result", "text"]
    #: Fence languages that stand for a call, for models without tools: sql → (run_sql, query).
    fences: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    #: Tools that are called beside a text and ask for no further turn, whatever they return.
    beside: frozenset[str] = frozenset()
    #: Most requests in one conversation.
    turns: int = 8


@dataclass(frozen=True, slots=True)
class AgentOutcome:
    """What the loop leaves: the last text, and the outcomes of all calls that succeeded."""

    text: str
    outcomes: tuple[ToolOutcome, ...] = ()
    #: The whole conversation, to go on from.
    messages: tuple[Message, ...] = ()
    #: ``result``: a final call succeeded. ``text``: the model stopped calling. ``turns``: it
    #: was stopped while it still explored.
    ended: Ended = "text"


@dataclass(frozen=True, slots=True)
class Composed:
    """An answer in prose, with how the question was read and what to ask next."""

    answer: FilledText
    choices: tuple[str, ...] = ()
    followups: tuple[str, ...] = ()


@dataclass(slots=True)
class Stage:
    """An agent's part while it runs; ``summary`` is one past-tense phrase."""

    summary: str = ""


@contextmanager
def stage(run: AgentRun, agent: AgentName) -> Iterator[Stage]:
    """Announce an agent's start and end, and take its time, however it ends."""
    emit, started = run.tools.emit, time.perf_counter()
    emit(AgentEvent(agent=agent, phase="started"))
    emit(ToastEvent(icon=agent.value, title=f"Using {LABELS[agent]}", description=_PURPOSES[agent]))
    log.info("run %s: %s started", run.tools.run_id, agent.value)
    part = Stage()
    ok = False
    try:
        yield part
        ok = True
    finally:
        seconds = time.perf_counter() - started
        summary = part.summary if ok else "stopped before it was done"
        emit(AgentEvent(agent=agent, phase="finished", summary=summary, seconds=seconds))
        run.metrics.record("agent", agent.value, seconds, ok=ok)
        log.info("run %s: %s ended, ok=%s, %.3f s", run.tools.run_id, agent.value, ok, seconds)
