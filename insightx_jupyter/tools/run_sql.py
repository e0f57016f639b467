"""run_sql: one query over the frames, its result kept whole and told in part."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..protocol.events import SqlResultEvent
from ..protocol.results import NamedTable
from .base import Arguments, ToolOutcome, check_arguments, spec_of
from .context import ToolContext
from .text import tables_text


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
        named = NamedTable(name=result.name, table=result.table)
        (told,) = tables_text([named], whole=run.results.tables)
        return ToolOutcome(f"Result {told}", final=asked.final, payload=result)
