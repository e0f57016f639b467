"""The SQL agent: one query that holds all that the answer needs."""

from __future__ import annotations

from ..protocol.plan import AgentName, Plan
from ..protocol.results import SqlResult
from ..tools.read_data_dna import ReadDataDna
from ..tools.run_sql import RunSql
from .base import AgentOutcome, AgentRun, AgentSpec, stage
from .prompting import head, plan_text, tail
from .runner import run_agent

_FENCES = dict.fromkeys(("sql", "duckdb"), ("run_sql", "query"))


async def run_sql_agent(run: AgentRun, plan: Plan) -> AgentOutcome:
    """Let the agent query until it has what answers; its results stand in ``run.tools.results``.

    An agent that finds no way says so in ``run.notes``.

    Raises:
        RunFailed: its tries are spent.
        UserMustAct, OurFault: as they came from the model or a tool.
    """
    spec = AgentSpec(
        AgentName.SQL,
        (RunSql(run.tools), ReadDataDna(run.tools)),
        wants="result",
        fences=_FENCES,
    )
    with stage(run, spec.name) as part:
        messages = [head(run, spec.name), tail(run, plan_text(plan), _for_python(plan))]
        outcome = await run_agent(spec, messages, run)
        if outcome.ended != "result" and outcome.text:
            run.notes.append(f"SQL agent: {outcome.text}")
        part.summary = _summary(outcome)
    return outcome


def _for_python(plan: Plan) -> str:
    if AgentName.PYTHON not in plan.agents:
        return ""
    return (
        "Python goes on from your result, so do not aggregate to few rows: give it the rows and "
        "columns that its test, model or chart needs, any number of them."
    )


def _summary(outcome: AgentOutcome) -> str:
    made = [o.payload for o in outcome.outcomes if isinstance(o.payload, SqlResult)]
    if not made:
        return "found no query that answers"
    queries = "1 query" if len(made) == 1 else f"{len(made)} queries"
    rows = made[-1].table.total_rows
    return f"ran {queries}, {rows:,} {'row' if rows == 1 else 'rows'}"
