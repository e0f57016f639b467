"""The explainer: what the Data DNA itself answers, or why the data cannot."""

from __future__ import annotations

from ..protocol.plan import AgentName, Plan
from ..tools.read_data_dna import ReadDataDna
from .base import AgentRun, AgentSpec, Composed, stage
from .prompting import head, plan_text, tail
from .writing import write_answer


async def run_explainer(run: AgentRun, plan: Plan) -> Composed:
    """The explanation, its figures by reference to the Data DNA.

    Raises:
        RunFailed: no text came.
        UserMustAct, OurFault: as they came from the model or a tool.
    """
    spec = AgentSpec(AgentName.EXPLAINER, (ReadDataDna(run.tools),), wants="text")
    messages = [head(run, spec.name), tail(run, plan_text(plan))]
    with stage(run, spec.name) as part:
        composed = await write_answer(run, spec, messages)
        part.summary = "explained from the Data DNA"
    return composed
