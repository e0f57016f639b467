"""run_sql: one query over the frames, its result kept whole and told in part."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..data.egress import table_text
from ..protocol.events import SqlResultEvent
from ..protocol.results import SqlResult
from .base import Arguments, ToolOutcome, check_arguments, spec_of
from .context import ToolContext


class SqlArguments(Arguments):
    """What run_sql takes."""

    query: str
    final: bool = True


class RunSql:
    """The tool ``run_sql``."""

    spec = spec_of("run_sql", SqlArguments)

    def __init__(self, context: ToolContext) -> None:
        self._context = context

    async def run(self, arguments: Mapping[str, Any]) -> ToolOutcome:
        """Run the query.

        Raises:
            ToolMisused: the arguments do not fit.
            QueryRefused, QueryFailed: the query is at fault.
            WorkerDied: the worker ended without an answer.
        """
        asked = check_arguments(SqlArguments, arguments)
        run = self._context
        query = await run.approved("run_sql", asked.query)
        outcome = await run.engine.run(query, run.frames, timeout=run.timeout)
        result = run.results.add_sql(query, outcome, final=asked.final)
        run.emit(SqlResultEvent(result=result))
        return ToolOutcome(_told(result), final=asked.final, payload=result)


def _told(result: SqlResult) -> str:
    return f"Result {result.name}: {table_text(result.table)}"
