"""The Python agent: statistics, models and charts over the frames and the SQL result."""

from __future__ import annotations

from ..protocol.plan import AgentName, Plan
from ..protocol.results import PythonResult
from ..tools.run_python import RunPython
from .base import AgentOutcome, AgentRun, AgentSpec, stage
from .orchestrator import tools_for_reading
from .prompting import head, plan_text, results_text, tail
from .runner import run_agent

_FENCES = dict.fromkeys(("python", "py", "python3"), ("run_python", "code"))


async def run_python_agent(run: AgentRun, plan: Plan) -> AgentOutcome:
    """Let the agent compute until it has what answers; see ``run_sql_agent``.

    Raises:
        RunFailed: its tries are spent.
        UserMustAct, OurFault: as they came from the model or a tool.
    """
    tools = (RunPython(run.tools), *await tools_for_reading(run))
    spec = AgentSpec(AgentName.PYTHON, tools, wants="result", fences=_FENCES)
    messages = [head(run, spec.name), tail(run, plan_text(plan), _earlier(run), *run.notes)]
    with stage(run, spec.name) as part:
        outcome = await run_agent(spec, messages, run)
        if outcome.ended != "result" and outcome.text:
            run.notes.append(f"Python agent: {outcome.text}")
        part.summary = _summary(outcome)
    return outcome


def _earlier(run: AgentRun) -> str:
    results = run.tools.results
    if not results.sql:
        return ""
    name = results.sql_frame_name(run.tools.frames)
    return f"{results_text(results)}\n\n{results.sql[-1].name} is the frame `{name}`, whole."


def _summary(outcome: AgentOutcome) -> str:
    made = [o.payload for o in outcome.outcomes if isinstance(o.payload, PythonResult)]
    if not made:
        return "found no code that answers"
    steps = "ran Python" if len(made) == 1 else f"ran Python {len(made)} times"
    figures = sum(result.figures for result in made)
    return steps if not figures else f"{steps}, {figures} figure{'s' if figures > 1 else ''}"
