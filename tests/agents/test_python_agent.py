"""The Python agent over a real child kernel, and what it makes of errors."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from insightx_jupyter.agents.composer import run_composer
from insightx_jupyter.agents.python import run_python_agent
from insightx_jupyter.agents.sql import run_sql_agent
from insightx_jupyter.errors import CodeFailed, RunFailed
from insightx_jupyter.llm.scripted import call
from insightx_jupyter.protocol.plan import Classification, Plan
from insightx_jupyter.sandbox.base import CodeOutcome, PythonKernel
from insightx_jupyter.sandbox.kernel import ChildKernels

PLAN = Plan(classification=Classification.SQL_THEN_PY, reasoning="does mass differ?")
SQL = call("run_sql", query="SELECT species, body_mass_g FROM penguins WHERE body_mass_g > 0")
CODE = """
from scipy import stats
import matplotlib.pyplot as plt
groups = [g.body_mass_g for _, g in sql_result.groupby("species")]
test = stats.kruskal(*groups)
sql_result.boxplot(column="body_mass_g", by="species")
plt.suptitle("Mass by species")
means = sql_result.groupby("species").body_mass_g.agg(["mean", "size"]).reset_index()
result = {"p_value": test.pvalue, "n": len(sql_result), "n_all": len(penguins), "groups": means}
"""
FENCED = f"```python\n{CODE}\n```"


@pytest_asyncio.fixture(loop_scope="module")
async def child() -> AsyncIterator[PythonKernel]:
    kernels = ChildKernels()
    kernel = await kernels.open()
    yield kernel
    await kernel.aclose()
    await kernels.aclose()


async def test_sql_then_python_in_a_real_child(desk, child: PythonKernel) -> None:
    script = {
        "sql": [SQL],
        "python": [call("run_python", code="sql_result.nope"), FENCED],
        "composer": ["**{{r2.n|int}} of {{r2.n_all}}, {{r2_groups.mean[species=Gentoo]|int}} g.**"],
    }
    at = await desk(script, kernel=child)
    await run_sql_agent(at.run, PLAN)
    await run_python_agent(at.run, PLAN)
    composed = await run_composer(at.run, PLAN)
    assert composed.answer.text == "**342 of 344, 5,076 g.**"
    requests = [r for r in at.model.requests if r.context.agent == "python"]
    (first, *_) = at.model.requests
    assert "Python goes on from your result" in first.messages[-1].content
    assert "`sql_result`" in requests[0].messages[-1].content
    assert "nope" in requests[1].messages[-1].content
    (figure,) = at.run.tools.results.figures
    assert figure.width > 100
    assert at.of_type("agent")[3].summary == "ran Python, 1 figure"
    assert at.of_type("python_result")[0].result.reads[0].frame == "penguins"


async def test_failed_code_goes_back_three_times(desk, kernel) -> None:
    errors = [CodeFailed(f"ValueError on line {i}") for i in range(9)]
    calls = [call("run_python", code=f"x{i}") for i in range(9)]
    child = kernel(*errors)
    at = await desk({"python": calls}, kernel=child)
    with pytest.raises(RunFailed, match="ValueError on line 3"):
        await run_python_agent(at.run, PLAN)
    assert len(child.seen) == 4
    assert at.model.requests[1].messages[-1].content == "Error: ValueError on line 0"


async def test_code_that_only_prints_is_asked_for_its_result(desk, kernel) -> None:
    printed = [CodeOutcome(stdout=f"{i}") for i in range(9)]
    at = await desk(
        {"python": [call("run_python", code=f"print({i})") for i in range(9)]},
        kernel=kernel(*printed),
    )
    outcome = await run_python_agent(at.run, PLAN)
    assert outcome.ended == "turns"
    assert "assign `result`" in at.told()
    assert at.run.tools.results.python[-1].stdout == "7"
