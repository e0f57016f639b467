"""One call of a tool: found, checked, run, timed and told."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..errors import InsightXError, ModelMayCorrect, ToolMisused, WorkerDied
from ..protocol.base import Scalar
from ..protocol.events import ToastEvent, ToolEvent
from ..tools.base import ToolOutcome, closest, read_arguments
from ..tools.text import clip, clip_middle

if TYPE_CHECKING:
    from ..llm.base import ToolCall
    from ..tools.base import Tool
    from .base import AgentRun, AgentSpec

log = logging.getLogger("insightx.tool")

#: Errors that an agent gets back as text: the model's own, and a worker that its query ended.
CORRECTABLE = (ModelMayCorrect, WorkerDied)

_ERROR_CHARS = 2000
#: Longest argument that an event carries.
_SHOWN_CHARS = 64 * 1024
_TOASTS: Mapping[str, tuple[str, str]] = {
    "run_sql": ("sql", "Running a query"),
    "run_python": ("python", "Running Python"),
    "read_data_dna": ("dna", "Reading the Data DNA"),
    "read_context": ("context", "Reading earlier findings"),
    "write_context": ("context", "Keeping a finding"),
}


class Caller:
    """Runs the calls of one agent's conversation; the same call is not run twice."""

    def __init__(self, run: AgentRun, spec: AgentSpec) -> None:
        self._run = run
        self._spec = spec
        self._tools: dict[str, Tool] = {tool.spec.name: tool for tool in spec.tools}
        self._before: dict[tuple[str, str], ToolOutcome | InsightXError] = {}

    async def call(self, call: ToolCall) -> ToolOutcome:
        """The call's outcome.

        Raises:
            ModelMayCorrect, WorkerDied: what the agent is to be told.
        """
        started, failure = time.perf_counter(), "it was stopped"
        self._announce(call)
        try:
            outcome = await self._once(call)
            failure = ""
            return outcome
        except InsightXError as error:
            failure = error_text(error)
            raise
        finally:
            self._report(call, time.perf_counter() - started, failure)

    async def _once(self, call: ToolCall) -> ToolOutcome:
        tool = self._tools.get(call.name)
        if tool is None:
            known = f" There are: {', '.join(self._tools)}."
            near = closest(call.name, self._tools)
            raise ToolMisused(f"There is no tool {clip(call.name, 60)}.{near}{known}")
        arguments = read_arguments(call.arguments)
        key = (call.name, json.dumps(arguments, sort_keys=True))
        if key in self._before:
            return _again(self._before[key])
        try:
            outcome = self._before[key] = await tool.run(arguments)
        except ModelMayCorrect as error:
            self._before[key] = error
            raise
        return outcome

    def _announce(self, call: ToolCall) -> None:
        emit = self._run.tools.emit
        icon, title = _TOASTS.get(call.name, ("tool", "Calling a tool"))
        emit(ToastEvent(icon=icon, title=title))
        emit(
            ToolEvent(
                agent=self._spec.name,
                phase="called",
                call_id=call.id,
                tool=clip(call.name, 60),
                arguments=_shown(call.arguments),
            )
        )

    def _report(self, call: ToolCall, seconds: float, failure: str) -> None:
        name, ok = clip(call.name, 60), not failure
        self._run.tools.emit(
            ToolEvent(
                agent=self._spec.name,
                phase="returned",
                call_id=call.id,
                tool=name,
                ok=ok,
                message=failure,
                seconds=seconds,
            )
        )
        kind = call.name if call.name in self._tools else "unknown"
        self._run.metrics.record("tool", kind, seconds, ok=ok)
        log.info("run %s: %s ok=%s, %.3f s", self._run.tools.run_id, kind, ok, seconds)


def error_text(error: InsightXError) -> str:
    """The error as an agent is told it."""
    return clip_middle(str(error), _ERROR_CHARS)


def _again(before: ToolOutcome | InsightXError) -> ToolOutcome:
    if isinstance(before, InsightXError):
        raise ToolMisused(f"The same call failed before and was not run again: {before.message}")
    if not before.final:
        raise ToolMisused("The same call was made before; its result stands above.")
    return before


def _shown(arguments: str) -> dict[str, Scalar]:
    try:
        found = read_arguments(arguments)
    except ToolMisused:
        return {"arguments": clip(arguments, _ERROR_CHARS)}
    return {clip(str(k), 60): _scalar(v) for k, v in list(found.items())[:20]}


def _scalar(value: Any) -> Scalar:
    if isinstance(value, str):
        return clip_middle(value, _SHOWN_CHARS)
    if value is None or isinstance(value, int | float):
        return value
    return clip(json.dumps(value), _ERROR_CHARS)
