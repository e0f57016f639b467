"""run_sql over real frames: whole results kept, slices told, names given in order."""

from __future__ import annotations

import pandas as pd
import pytest

from insightx_jupyter.errors import QueryFailed, QueryRefused, ToolMisused
from insightx_jupyter.protocol.events import SqlResultEvent
from insightx_jupyter.tools.run_sql import RunSql

BY_SPECIES = (
    "SELECT species, count(*) AS n, avg(body_mass_g) AS mass FROM penguins GROUP BY ALL ORDER BY n"
)


async def test_a_query_gives_its_slice_and_keeps_its_whole_result(context, events) -> None:
    run = context()
    outcome = await RunSql(run).run({"query": BY_SPECIES})
    assert outcome.final
    assert outcome.payload.name == "r1"
    assert "r1" in outcome.text
    assert "Chinstrap" in outcome.text
    assert run.results.final.to_pydict()["n"] == [68, 124, 152]
    assert [e.result.name for e in events if isinstance(e, SqlResultEvent)] == ["r1"]


async def test_long_results_are_told_in_part_with_exact_counts(context) -> None:
    frame = pd.DataFrame({"i": range(5000)})
    run = context(frames={"numbers": frame})
    outcome = await RunSql(run).run({"query": "SELECT i FROM numbers ORDER BY i"})
    assert len(outcome.payload.table.rows) == 30
    assert outcome.payload.table.total_rows == 5000
    assert "5,000" in outcome.text or "5000" in outcome.text
    assert len(outcome.text) < 2000
    assert run.results.tables["r1"].num_rows == 5000


async def test_looking_first_does_not_answer(context) -> None:
    run, tool = context(), None
    tool = RunSql(run)
    looked = await tool.run({"query": "SELECT DISTINCT island FROM penguins", "final": False})
    assert not looked.final
    assert run.results.final_name == "r1"  # nothing better yet
    await tool.run({"query": BY_SPECIES})
    await tool.run({"query": "SELECT 1 AS one", "final": False})
    assert run.results.final_name == "r2"
    assert list(run.results.tables) == ["r1", "r2", "r3"]


async def test_errors_come_as_they_are(context, events) -> None:
    tool = RunSql(context())
    with pytest.raises((QueryRefused, QueryFailed), match="specis"):
        await tool.run({"query": "SELECT specis FROM penguins"})
    with pytest.raises(ToolMisused):
        await tool.run({})
    assert events == []


async def test_code_is_approved_before_it_runs(context) -> None:
    asked = []

    async def approve(tool: str, code: str) -> str:
        asked.append((tool, code))
        return "SELECT 2 AS edited"

    run = context(approve=approve)
    outcome = await RunSql(run).run({"query": "SELECT 1 AS one"})
    assert asked == [("run_sql", "SELECT 1 AS one")]
    assert outcome.payload.query == "SELECT 2 AS edited"
    assert run.results.final.column_names == ["edited"]
