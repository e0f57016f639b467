"""The orchestrator: which road a question takes."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from ..errors import RunFailed, ToolMisused
from ..llm.base import Message
from ..protocol.events import OrchestratorResultEvent, WarningEvent
from ..protocol.plan import AgentName, Classification, Plan
from ..tools.read_context import ReadContext
from ..tools.read_data_dna import ReadDataDna
from ..tools.text import clip, clip_sentence, sound
from .base import AgentRun, AgentSpec, stage
from .plain import json_objects
from .prompting import head, tail
from .runner import run_agent

if TYPE_CHECKING:
    from ..tools.base import Tool

log = logging.getLogger("insightx.orchestrator")

_COLUMNS = 40
_WHY_CHARS = 120
_REASONING_CHARS = 1000


async def run_orchestrator(run: AgentRun) -> Plan:
    """The plan, also as an event. A model that gives none is given SQL_ONLY, with a warning.

    Raises:
        UserMustAct, OurFault: as they came from the model or a tool.
    """
    with stage(run, AgentName.ORCHESTRATOR) as part:
        plan = _within_reach(run, await _asked_for(run))
        run.tools.emit(OrchestratorResultEvent(plan=plan))
        log.info("run %s: chose %s", run.tools.run_id, plan.classification.value)
        part.summary = _summary(plan)
    return plan


async def tools_for_reading(run: AgentRun) -> tuple[Tool, ...]:
    """read_data_dna, and read_context where there is anything to read."""
    if await run.tools.insights.count():
        return (ReadDataDna(run.tools), ReadContext(run.tools))
    return (ReadDataDna(run.tools),)


def read_plan(text: str) -> Plan:
    """The plan in a reply: the last JSON object that has a classification.

    Raises:
        ToolMisused: there is none, or its classification is not one of the four.
    """
    found = [o for o in json_objects(text) if "classification" in o]
    if not found:
        raise ToolMisused("The reply holds no JSON object with a classification.")
    written = str(found[-1]["classification"]).strip().upper().replace(" ", "_")
    if written not in Classification.__members__:
        raise ToolMisused(
            f"classification is {clip(sound(written), 40)}; "
            f"it has to be one of {', '.join(Classification)}."
        )
    return Plan(
        classification=Classification(written),
        reasoning=clip_sentence(sound(str(found[-1].get("reasoning") or "")), _REASONING_CHARS),
        columns_needed=_columns(found[-1].get("columns_needed")),
    )


async def _asked_for(run: AgentRun) -> Plan:
    tools = await tools_for_reading(run)
    spec = AgentSpec(AgentName.ORCHESTRATOR, tools, wants="text")
    messages = [head(run, spec.name), tail(run, _python_note(run))]
    try:
        first = await run_agent(spec, messages, run)
        try:
            return read_plan(first.text)
        except ToolMisused as error:
            again = Message("user", f"Error: {error} Reply with that JSON object only.")
        second = await run_agent(spec, [*first.messages, again], run)
        return read_plan(second.text)
    except (RunFailed, ToolMisused) as error:
        return _fallback(run, error)


def _summary(plan: Plan) -> str:
    """The road and why, as one line: ``SQL, then Python: count per carrier, then test``."""
    why = clip(plan.reasoning.partition(". ")[0].rstrip("."), _WHY_CHARS)
    return f"{plan.classification.words}: {why}" if why else plan.classification.words


def _fallback(run: AgentRun, error: RunFailed | ToolMisused) -> Plan:
    run.tools.emit(
        WarningEvent(
            code="plan_fallback",
            message=f"The model gave no plan, so SQL was taken. {error.message}",
        )
    )
    return Plan(classification=Classification.SQL_ONLY)


def _within_reach(run: AgentRun, plan: Plan) -> Plan:
    """The plan as far as it can be carried out here: without Python where that may not run."""
    why = run.tools.python_allowed
    if why is None or AgentName.PYTHON not in plan.agents:
        return plan
    run.tools.emit(
        WarningEvent(
            code="python_not_allowed",
            message=f"This question was meant for Python, which may not run here: {why}",
        )
    )
    reasoning = f"{plan.reasoning}\n{_python_note(run)} Answer as far as SQL can.".strip()
    return plan.model_copy(
        update={"classification": Classification.SQL_ONLY, "reasoning": reasoning}
    )


def _python_note(run: AgentRun) -> str:
    why = run.tools.python_allowed
    return "" if why is None else f"Python cannot run here: {why}"


def _columns(given: Any) -> tuple[str, ...]:
    if not isinstance(given, list):
        return ()
    return tuple(clip(sound(str(c)), 120) for c in given[:_COLUMNS])
