"""The orchestrator: one JSON object, wherever a model puts it, and a road in any case."""

from __future__ import annotations

import json

import pytest

from insightx_jupyter.agents.base import Turn as Earlier
from insightx_jupyter.agents.orchestrator import read_plan, run_orchestrator
from insightx_jupyter.errors import ModelUnavailable, ToolMisused
from insightx_jupyter.llm.scripted import call
from insightx_jupyter.protocol.plan import AgentName, Classification
from insightx_jupyter.store.base import Insight

PY = json.dumps(
    {
        "classification": "PY_ONLY",
        "reasoning": "test the {groups}",
        "columns_needed": ["penguins.species"],
        "next_agents": ["sql", "composer"],
    }
)


@pytest.mark.parametrize(
    "text",
    [
        PY,
        f"```json\n{PY}\n```",
        f"I looked at {{a set}} first.\n{PY}\nThat is all.",
        f'<think>{{"classification": "SQL_ONLY"}} no</think>{PY}',
        PY.replace("PY_ONLY", "py only"),
        PY.replace(": ", ":\n\t"),
    ],
)
def test_the_plan_is_found_wherever_it_stands(text: str) -> None:
    plan = read_plan(text)
    assert plan.classification is Classification.PY_ONLY
    assert plan.reasoning == "test the {groups}"
    # The agents said otherwise; the class wins.
    assert plan.agents == (AgentName.PYTHON, AgentName.COMPOSER)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("SQL_ONLY", "no JSON object"),
        ('{"classification": "SQL"}', "one of SQL_ONLY"),
        ('{"classification": ["SQL_ONLY"]}', "one of SQL_ONLY"),
        ('{"reasoning": "x"}', "no JSON object"),
        ('{"a":' * 30_000, "no JSON object"),
        ("{" * 200_000, "no JSON object"),
    ],
)
def test_what_is_no_plan_is_said(text: str, problem: str) -> None:
    with pytest.raises(ToolMisused, match=problem):
        read_plan(text)


def test_odd_fields_do_not_spoil_a_plan() -> None:
    odd = {"classification": "SQL_ONLY", "reasoning": None, "columns_needed": "all", "x": 1}
    assert read_plan(json.dumps(odd)).columns_needed == ()
    half = '{"classification": "SQL_ONLY", "reasoning": "\\ud800", "columns_needed": ["\\ud800"]}'
    assert read_plan(half).model_dump_json()
    long = {"classification": "SQL_ONLY", "reasoning": "x" * 9999, "columns_needed": [1] * 999}
    plan = read_plan(json.dumps(long))
    assert len(plan.reasoning) == 1000
    assert len(plan.columns_needed) == 40


def test_long_reasoning_ends_with_a_sentence() -> None:
    wordy = {"classification": "SQL_ONLY", "reasoning": "Mean of x by y. " * 99}
    reasoning = read_plan(json.dumps(wordy)).reasoning
    assert reasoning.endswith("Mean of x by y.")
    assert 900 < len(reasoning) <= 1000


async def test_the_plan_is_asked_for_once_more(desk) -> None:
    at = await desk({"orchestrator": ["I would use Python.", PY]})
    plan = await run_orchestrator(at.run)
    assert plan.classification is Classification.PY_ONLY
    assert "no JSON object" in at.told()
    assert at.model.requests[1].messages[-2].content == "I would use Python."
    assert at.of_type("orchestrator_result")[0].plan == plan
    assert at.of_type("text_delta") == []
    assert at.of_type("agent")[-1].summary.startswith("Python")


@pytest.mark.parametrize("replies", [["no", "no"], [""] * 9, [call("run_sql", query="x")] * 9])
async def test_without_a_plan_sql_is_taken_with_a_warning(desk, replies) -> None:
    at = await desk({"orchestrator": replies})
    plan = await run_orchestrator(at.run)
    assert plan.classification is Classification.SQL_ONLY
    assert [w.code for w in at.of_type("warning")] == ["plan_fallback"]


async def test_a_model_that_cannot_be_reached_is_no_plan_at_all(desk) -> None:
    at = await desk({"orchestrator": [ModelUnavailable("down")]})
    with pytest.raises(ModelUnavailable):
        await run_orchestrator(at.run)


@pytest.mark.parametrize("road", ["PY_ONLY", "SQL_THEN_PY"])
async def test_where_python_cannot_run_sql_goes_as_far_as_it_can(desk, road: str) -> None:
    script = {"orchestrator": [json.dumps({"classification": road, "reasoning": "a test"})]}
    at = await desk(script, python_allowed="there is no sandbox.")
    plan = await run_orchestrator(at.run)
    assert plan.classification is Classification.SQL_ONLY
    assert plan.reasoning.startswith("a test\n")
    assert "there is no sandbox." in plan.reasoning
    assert [w.code for w in at.of_type("warning")] == ["python_not_allowed"]
    assert at.model.requests[0].context.python_runs is False
    assert "Python cannot run here: there is no sandbox." in at.told()


async def test_earlier_findings_are_offered_only_where_there_are_any(desk) -> None:
    at = await desk({"orchestrator": [PY, PY]})
    await run_orchestrator(at.run)
    assert [t.name for t in at.model.requests[0].tools] == ["read_data_dna"]
    await at.run.tools.insights.add(Insight("Gentoo are heaviest."))
    await run_orchestrator(at.run)
    assert [t.name for t in at.model.requests[1].tools] == ["read_data_dna", "read_context"]


async def test_the_question_stands_last_after_a_short_history(desk) -> None:
    history = (Earlier("How many?", "**There are 344.**\n\nAnd more."),)
    at = await desk({"orchestrator": [PY]}, 'and on {island}, "Biscoe"?', history=history)
    await run_orchestrator(at.run)
    head, tail = at.model.requests[0].messages
    assert head.role == "system"
    assert head.content.startswith("# Orchestrator\n")
    assert "How many" not in head.content
    assert "- How many? → **There are 344.**" in tail.content
    assert "And more" not in tail.content
    assert tail.content.endswith('\nQuestion: and on {island}, "Biscoe"?')
