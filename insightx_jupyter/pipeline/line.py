"""The assembly line itself.

orchestrator ─┬─ SQL agent ─┬────────────────┬─ composer
              │             └─ Python agent ─┤
              ├─ Python agent ───────────────┘
              └─ explainer
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from ..agents.base import LABELS, AgentRun, Composed
from ..agents.composer import run_composer
from ..agents.explainer import run_explainer
from ..agents.orchestrator import run_orchestrator
from ..agents.python import run_python_agent
from ..agents.sql import run_sql_agent
from ..data.digest import digest
from ..errors import InsightXError, OurFault, RunCancelled
from ..protocol.answer import FilledText
from ..protocol.events import (
    AgentEvent,
    CancelledEvent,
    ErrorEvent,
    Event,
    FinalResponseEvent,
    StatusEvent,
)
from ..protocol.plan import AgentName, Plan
from ..protocol.record import ModelInfo, SandboxInfo
from ..render.references import fill
from ..tools.context import ToolContext
from ..tools.results import Results
from .kernel import RunKernel
from .record import make_record
from .request import CancelledBy, Parts, RunOutcome, RunRequest

if TYPE_CHECKING:
    from ..config import Settings
    from ..data.catalog import FrameSet
    from ..hub import EventHub
    from ..protocol.dna import DataDna
    from ..protocol.record import Record
    from ..sandbox.base import PythonSandbox

log = logging.getLogger("insightx.orchestrator")

_NO_SANDBOX = (
    "Python that a model writes does not run here: no sandbox is built yet. "
    "%config InsightX.allow_unisolated = True runs it with your own rights."
)


class AssemblyLine:
    """One run. ``run`` is awaited once, on the session's loop."""

    def __init__(
        self,
        request: RunRequest,
        hub: EventHub,
        frames: FrameSet,
        parts: Parts,
        ended: Callable[[RunOutcome], None] = lambda outcome: None,
    ) -> None:
        """``ended`` hears of the outcome before whoever awaits ``run``."""
        self._request = request
        self._hub = hub
        self._frames = frames
        self._parts = parts
        self._results = Results()
        self._tell_ended = ended
        self._kernel = RunKernel(parts.python)
        self._dna: DataDna | None = None
        self._task: asyncio.Task[RunOutcome] | None = None
        self._cancelled_by: CancelledBy | None = None

    def cancel(self, by: CancelledBy) -> None:
        """Stop the run, from the loop's own thread; a second call does nothing."""
        if self._cancelled_by is None:
            self._cancelled_by = by
            if self._task is not None:
                self._task.cancel()

    async def run(self) -> RunOutcome:
        """The outcome; never raises, and emits exactly one terminal event."""
        self._task = asyncio.current_task()
        started = time.perf_counter()
        error = await self._ended()
        self._kernel.release()
        seconds = time.perf_counter() - started
        provider = self._parts.model.info.provider
        self._parts.metrics.record("run", provider, seconds, ok=error is None)
        outcome = RunOutcome(self._record(), self._results, error)
        self._tell_ended(outcome)
        return outcome

    async def _ended(self) -> InsightXError | None:
        """Go down the line and say how it ended: the one place where errors become events."""
        try:
            if self._cancelled_by is None:
                await self._go()
                return None
            return self._stopped()
        except asyncio.CancelledError:
            return self._stopped()
        except InsightXError as error:
            return self._failed(error)
        except Exception as error:  # a defect of ours must end the run like any other error
            log.exception("run %s failed by a defect", self._request.run_id)
            return self._failed(
                OurFault(
                    f"InsightX has a defect here: {type(error).__name__}.",
                    hint="The log insightx.orchestrator has the details.",
                )
            )

    async def _go(self) -> None:
        self._say(StatusEvent(message=f"Reading {_frames_words(len(self._frames.sources))}"))
        self._dna = await self._frames.dna()
        run = self._agent_run(self._dna)
        plan = await run_orchestrator(run)
        self._parts.metrics.record("question", plan.classification.value)
        if self._request.plan_only:
            self._answered(plan, _plan_in_words(plan))
        else:
            self._answered(plan, await self._follow(plan, run))

    async def _follow(self, plan: Plan, run: AgentRun) -> Composed:
        if AgentName.PYTHON in plan.agents:
            self._kernel.prepare()  # it starts while the model thinks
        if AgentName.SQL in plan.agents:
            await run_sql_agent(run, plan)
        if AgentName.PYTHON in plan.agents:
            await run_python_agent(run, plan)
        if AgentName.EXPLAINER in plan.agents:
            return await run_explainer(run, plan)
        return await run_composer(run, plan)

    def _agent_run(self, dna: DataDna) -> AgentRun:
        settings = self._request.settings
        return AgentRun(
            question=self._request.question,
            tools=self._tool_context(),
            model=self._parts.model,
            metrics=self._parts.metrics,
            digest=digest(dna),
            fill=fill,
            history=self._request.history,
            model_timeout=settings.model_timeout,
            max_tokens=settings.max_tokens,
        )

    def _tool_context(self) -> ToolContext:
        offline = self._parts.model.info.offline
        allowed = offline or self._request.settings.allow_unisolated
        return ToolContext(
            run_id=self._request.run_id,
            emit=self._hub.emit,
            frames=self._frames.sources,
            dna=self._frames.dna,
            engine=self._parts.engine,
            python=self._kernel.get,
            insights=self._parts.insights,
            python_allowed=None if allowed else _NO_SANDBOX,
            unisolated=not offline,
            timeout=self._request.settings.timeout,
            results=self._results,
        )

    def _answered(self, plan: Plan, composed: Composed) -> None:
        self._say(
            FinalResponseEvent(
                classification=plan.classification,
                answer=composed.answer,
                choices=composed.choices,
                followups=composed.followups,
            )
        )

    def _failed(self, error: InsightXError) -> InsightXError:
        self._parts.metrics.record("error", error.code, ok=False)
        self._say(
            ErrorEvent(
                code=error.code,
                message=error.message,
                hint=error.hint,
                retryable=error.retryable,
            )
        )
        return error

    def _stopped(self) -> RunCancelled:
        by = self._cancelled_by or "shutdown"
        during = self._running_agent()
        self._say(CancelledEvent(by=by, during=during))
        while_ = f" while {during}" if during else ""
        return RunCancelled(f"The run was stopped{while_}.")

    def _running_agent(self) -> str:
        """``the SQL agent worked``; empty before the first agent."""
        started = [e for e in self._hub.snapshot() if isinstance(e, AgentEvent)]
        return f"the {LABELS[started[-1].agent]} worked" if started else ""

    def _record(self) -> Record:
        return make_record(
            self._request,
            self._hub.snapshot(),
            self._results,
            self._dna,
            model=self._parts.model.info,
            sandbox=sandbox_info(
                self._parts.model.info, self._request.settings, self._parts.python
            ),
            frames_in_view=tuple(self._frames.sources),
        )

    def _say(self, event: Event) -> None:
        self._hub.emit(event)


def sandbox_info(model: ModelInfo, settings: Settings, python: PythonSandbox) -> SandboxInfo:
    """What to say of isolation. The offline analyst runs only code that is shipped."""
    if model.offline:
        reason = "Only code shipped with InsightX runs, in processes of its own."
        return SandboxInfo(level="none", reason=reason)
    if python.info.level == "unisolated" and not settings.allow_unisolated:
        reason = "Python that a model writes is refused: no sandbox is built yet."
        return SandboxInfo(level="none", reason=reason)
    return python.info


def _frames_words(count: int) -> str:
    return "1 frame" if count == 1 else f"{count} frames"


def _plan_in_words(plan: Plan) -> Composed:
    text = f"**{plan.classification.words}.** {plan.reasoning}".strip()
    return Composed(FilledText(template=text, text=text))
