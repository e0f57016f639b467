"""The composer: the answer in prose, its figures by reference."""

from __future__ import annotations

from ..errors import RunFailed
from ..protocol.events import WarningEvent
from ..protocol.plan import AgentName, Plan
from ..tools.write_context import WriteContext
from .base import AgentRun, AgentSpec, Composed, stage
from .orchestrator import tools_for_reading
from .prompting import digest_of_read, head, plan_text, results_text, tail
from .prose import Draft
from .writing import fill_draft, write_answer


async def run_composer(run: AgentRun, plan: Plan) -> Composed:
    """The answer from ``run.tools.results`` and ``run.notes``.

    Where the model writes none, the result is told in a fixed sentence, with a warning.

    Raises:
        RunFailed: no text came and there is no result to tell.
        UserMustAct, OurFault: as they came from the model or a tool.
    """
    tools = (*await tools_for_reading(run), WriteContext(run.tools))
    beside = frozenset({"write_context"})
    spec = AgentSpec(AgentName.COMPOSER, tools, wants="text", beside=beside)
    found = results_text(run.tools.results) or "There is no result."
    read = {frame.frame for frame in run.tools.results.frames_read()}
    dna_text = digest_of_read(await run.tools.dna(), read)
    messages = [head(run, spec.name, dna_text), tail(run, plan_text(plan), *run.notes, found)]
    with stage(run, spec.name) as part:
        try:
            composed = await write_answer(run, spec, messages)
            part.summary = "wrote the answer"
        except RunFailed as error:
            composed = await _told_plainly(run, error)
            part.summary = "wrote nothing"
    return composed


async def _told_plainly(run: AgentRun, error: RunFailed) -> Composed:
    name = run.tools.results.final_name
    if name is None:
        raise error
    run.tools.emit(
        WarningEvent(
            code="composer_silent",
            message=f"The model wrote no answer, so the result stands by itself. {error.message}",
        )
    )
    template = f"The result has {{{{{name}.#rows}}}} rows and {{{{{name}.#columns}}}} columns."
    return fill_draft(run, Draft(template), await run.tools.dna())[0]
