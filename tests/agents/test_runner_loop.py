"""The loop between model and tools: it mends what can be mended, and always ends."""

from __future__ import annotations

import asyncio

import pytest

from insightx_jupyter.agents.sql import run_sql_agent
from insightx_jupyter.config import TRIES
from insightx_jupyter.errors import ModelUnavailable, QueryFailed, RunFailed, WorkerDied
from insightx_jupyter.llm.base import Message, Reply, ToolCall
from insightx_jupyter.llm.scripted import Scripted, Turn, call
from insightx_jupyter.protocol.answer import Usage
from insightx_jupyter.protocol.plan import Classification, Plan
from insightx_jupyter.protocol.record import ModelInfo

PLAN = Plan(classification=Classification.SQL_ONLY, reasoning="mass by species")
GOOD = "SELECT species, count(*) AS n FROM penguins GROUP BY ALL ORDER BY species"


def sql(query: str, **more: object) -> ToolCall:
    return call("run_sql", query=query, **more)


async def test_a_final_call_ends_it_without_another_turn(desk) -> None:
    at = await desk({"sql": [sql(GOOD)]})
    outcome = await run_sql_agent(at.run, PLAN)
    assert outcome.ended == "result"
    assert len(at.model.requests) == 1
    assert at.run.tools.results.final.column_names == ["species", "n"]
    phases = [(e.type, getattr(e, "phase", "")) for e in at.events if e.type in ("agent", "tool")]
    assert phases == [
        ("agent", "started"),
        ("tool", "called"),
        ("tool", "returned"),
        ("agent", "finished"),
    ]
    assert at.of_type("agent")[-1].summary == "ran 1 query, 3 rows"
    assert at.of_type("tool")[0].arguments == {"query": GOOD}
    assert [t.title for t in at.of_type("toast")] == ["Using SQL agent", "Running a query"]


async def test_the_real_error_goes_back_and_is_mended(desk) -> None:
    at = await desk({"sql": [sql("SELECT specis FROM penguins"), sql(GOOD)]})
    outcome = await run_sql_agent(at.run, PLAN)
    assert outcome.ended == "result"
    answer = at.model.requests[1].messages[-1]
    assert answer.role == "tool"
    assert answer.tool_call_id == at.model.requests[1].messages[-2].tool_calls[0].id
    assert answer.content.startswith("Error: ")
    assert "species" in answer.content  # did you mean
    returned = [e for e in at.of_type("tool") if e.phase == "returned"]
    assert [e.ok for e in returned] == [False, True]
    assert at.run.metrics.totals("tool")["run_sql"].errors == 1


async def test_the_error_goes_back_three_times_and_then_ends_the_run(desk) -> None:
    bad = [sql(f"SELECT x{i} FROM penguins") for i in range(TRIES + 1)]
    at = await desk({"sql": [*bad, sql(GOOD)]})
    with pytest.raises(RunFailed, match="x3") as caught:
        await run_sql_agent(at.run, PLAN)
    assert len(at.model.requests) == TRIES + 1
    assert caught.value.__cause__ is not None
    assert at.of_type("agent")[-1].phase == "finished"
    assert at.run.metrics.totals("agent")["sql"].errors == 1


async def test_transport_errors_pass_through_untouched(desk) -> None:
    at = await desk({"sql": [ModelUnavailable("The provider is down."), sql(GOOD)]})
    with pytest.raises(ModelUnavailable, match=r"The provider is down\."):
        await run_sql_agent(at.run, PLAN)
    assert len(at.model.requests) == 1
    assert at.run.metrics.totals("model")["script"].errors == 1


async def test_exploring_goes_on_until_the_final_call(desk) -> None:
    look = sql("SELECT DISTINCT island FROM penguins ORDER BY 1", final=False)
    at = await desk({"sql": [look, sql(GOOD)]})
    await run_sql_agent(at.run, PLAN)
    assert "Biscoe" in at.model.requests[1].messages[-1].content
    assert at.run.tools.results.final_name == "r2"
    assert [r.context.step for r in at.model.requests] == [0, 1]


async def test_endless_exploring_ends_with_the_last_result(desk) -> None:
    looks = [sql(f"SELECT {i} AS i", final=False) for i in range(20)]
    at = await desk({"sql": looks})
    outcome = await run_sql_agent(at.run, PLAN)
    assert outcome.ended == "turns"
    assert len(at.model.requests) == 8
    assert "the next reply has to be final" in at.told()
    assert at.run.tools.results.final.to_pydict() == {"i": [7]}


async def test_the_same_call_again_is_not_run_again(desk) -> None:
    at = await desk({"sql": [sql(GOOD, final=False)] * 20})
    with pytest.raises(RunFailed, match="same call"):
        await run_sql_agent(at.run, PLAN)
    assert len(at.of_type("sql_result")) == 1
    assert len(at.model.requests) == 1 + TRIES + 1


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (ToolCall("a", "execute_sql", '{"query": "select 1"}'), "Did you mean run_sql?"),
        (ToolCall("a", "x" * 5000, "{}"), "There is no tool xxx"),
        (ToolCall("a", "run_sql", '{"query": "select'), "not JSON"),
        (ToolCall("a", "run_sql", "[]"), "one JSON object"),
        (ToolCall("a", "run_sql", ""), "query is missing"),
        (ToolCall("a", "run_sql", '{"q": "select 1"}'), "no argument q"),
        (Turn(text=""), "The reply was empty"),
        (Turn(text="  \n"), "The reply was empty"),
        (Turn(text="I shall now run a query."), "Nothing was run"),
    ],
)
async def test_what_a_model_gets_wrong_is_said_and_mended(desk, wrong, told: str) -> None:
    at = await desk({"sql": [wrong, sql(GOOD)]})
    outcome = await run_sql_agent(at.run, PLAN)
    assert outcome.ended == "result"
    assert told in at.told()
    assert len(at.told()) < 3000


@pytest.mark.parametrize("reply", ["", ToolCall("", "nope", "{}"), ToolCall("", "run_sql", "{")])
async def test_a_model_that_only_errs_comes_to_an_end(desk, reply) -> None:
    at = await desk({"sql": [reply] * 50})
    with pytest.raises(RunFailed):
        await run_sql_agent(at.run, PLAN)
    assert len(at.model.requests) == TRIES + 1


async def test_a_model_that_says_why_it_cannot_is_heard(desk) -> None:
    at = await desk({"sql": ["Cannot: there is no column with prices."]})
    outcome = await run_sql_agent(at.run, PLAN)
    assert outcome.ended == "text"
    assert at.run.notes == ["SQL agent: Cannot: there is no column with prices."]


async def test_several_calls_of_one_reply_run_in_order(desk) -> None:
    calls = [sql("SELECT 1 AS a", final=False), sql(GOOD)]
    at = await desk({"sql": [calls]})
    await run_sql_agent(at.run, PLAN)
    assert list(at.run.tools.results.tables) == ["r1", "r2"]


async def test_a_failure_beside_a_final_call_goes_back_first(desk) -> None:
    both = [sql(GOOD), sql("SELECT nope FROM penguins")]
    at = await desk({"sql": [both, sql("SELECT 3 AS mended")]})
    await run_sql_agent(at.run, PLAN)
    assert at.run.tools.results.final_name == "r2"


async def test_a_final_result_outlives_spent_tries(desk) -> None:
    both = [sql(GOOD), sql("SELECT nope FROM penguins")]
    at = await desk({"sql": [both, *[sql(f"SELECT x{i} FROM penguins") for i in range(3)]]})
    assert (await run_sql_agent(at.run, PLAN)).ended == "result"
    assert at.run.tools.results.final_name == "r1"


async def test_a_flood_of_calls_in_one_reply_is_bounded(desk) -> None:
    flood = [sql(f"SELECT {i} AS i", final=False) for i in range(100)]
    at = await desk({"sql": [flood, sql(GOOD)]})
    await run_sql_agent(at.run, PLAN)
    assert len(at.of_type("sql_result")) == 8 + 1
    answered = [m.tool_call_id for m in at.model.requests[1].messages if m.role == "tool"]
    assert len(set(answered)) == 100  # each call has its answer, as providers demand


async def test_calls_without_ids_get_their_own(desk) -> None:
    calls = [ToolCall("", "run_sql", '{"query": "SELECT 1 AS a", "final": false}')] * 2
    at = await desk({"sql": [calls, sql(GOOD)]})
    await run_sql_agent(at.run, PLAN)
    asked, *answers = at.model.requests[1].messages[-3:]
    assert [c.id for c in asked.tool_calls] == [a.tool_call_id for a in answers]
    assert len({c.id for c in asked.tool_calls}) == 2


@pytest.mark.parametrize(
    "text",
    [
        f"Here it is:\n\n```sql\n{GOOD}\n```\nDone.",
        f"```SQL\nSELECT 1\n```\nbetter:\n```sql\n{GOOD};\n```",
        '{"query": "' + GOOD + '"}',
        '```json\n{"query": "' + GOOD + '", "final": true}\n```',
        '<tool_call>\n{"name": "run_sql", "arguments": {"query": "' + GOOD + '"}}\n</tool_call>',
    ],
)
async def test_a_query_as_text_counts_as_a_call(desk, text: str) -> None:
    at = await desk({"sql": [text]})
    assert (await run_sql_agent(at.run, PLAN)).ended == "result"
    assert at.run.tools.results.final.column_names == ["species", "n"]


async def test_a_query_as_text_that_fails_is_answered_in_text(desk) -> None:
    at = await desk({"sql": ["```sql\nSELECT nope FROM penguins\n```", f"```sql\n{GOOD}\n```"]})
    await run_sql_agent(at.run, PLAN)
    wrote, answer = at.model.requests[1].messages[-2:]
    assert (wrote.role, answer.role) == ("assistant", "user")
    assert wrote.tool_calls == ()
    assert answer.content.startswith("run_sql: Error: ")


async def test_a_worker_that_died_of_a_query_is_told_like_an_error(desk) -> None:
    at = await desk({"sql": [sql(GOOD), sql("SELECT 1 AS a"), sql(GOOD)]})
    engine, died = at.run.tools.engine, []

    class Dying:
        async def run(self, query, frames, *, timeout):
            if not died:
                died.append(query)
                raise WorkerDied("The SQL worker ended without an answer.")
            if len(died) == 1:
                died.append(query)
                raise QueryFailed("no")
            return await engine.run(query, frames, timeout=timeout)

    at.run.tools.engine = Dying()
    assert (await run_sql_agent(at.run, PLAN)).ended == "result"
    assert at.run.tools.results.sql[0].query == GOOD  # after a death the same may be tried


async def test_what_is_thought_aloud_and_spent_is_told(desk) -> None:
    turn = Turn(calls=(sql(GOOD),), reasoning="first the groups", usage={"prompt_tokens": 7})
    at = await desk({"sql": [turn]})
    await run_sql_agent(at.run, PLAN)
    assert "".join(e.text for e in at.of_type("reasoning_delta")) == "first the groups"
    assert at.of_type("usage")[-1].usage.calls == 1
    assert at.run.usage == at.of_type("usage")[-1].usage
    assert at.run.usage.prompt_bytes > 1000
    assert at.run.metrics.totals("model")["script"].count == 1


async def test_a_stream_without_a_reply_is_the_models_failure(desk) -> None:
    class Mute(Scripted):
        async def stream(self, request):
            for nothing in ():
                yield nothing

    at = await desk(Mute({}))
    with pytest.raises(ModelUnavailable, match="without a reply"):
        await run_sql_agent(at.run, PLAN)


async def test_cancelling_leaves_at_once_and_says_so(desk) -> None:
    at = await desk({"sql": [Turn(delay=60)]})
    task = asyncio.create_task(run_sql_agent(at.run, PLAN))
    await asyncio.sleep(0.05)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(task, 1)
    assert at.of_type("agent")[-1].summary == "stopped before it was done"


async def test_no_data_value_stands_in_a_log_line(desk, caplog) -> None:
    caplog.set_level("INFO", logger="insightx")
    at = await desk({"sql": [sql("SELECT 'Secretvalue' AS s FROM nope"), sql(GOOD)]})
    await run_sql_agent(at.run, PLAN)
    lines = [r.getMessage() for r in caplog.records]
    assert any("run_sql ok=False" in line for line in lines)
    assert any("sql ended, ok=True" in line for line in lines)
    assert not any("Secret" in line or "Gentoo" in line or "nope" in line for line in lines)


async def test_the_last_reply_counts_where_a_provider_streams_nothing(desk) -> None:
    class Whole:
        info = ModelInfo(provider="scripted", name="whole")

        async def stream(self, request):
            message = Message("assistant", "", (sql(GOOD),), extra={"extra_content": 1})
            yield Reply(message, Usage(calls=1))

    at = await desk({})
    at.run.model = Whole()
    outcome = await run_sql_agent(at.run, PLAN)
    assert outcome.ended == "result"
    assert outcome.messages[-2].extra == {"extra_content": 1}


async def test_half_characters_never_reach_an_event(desk) -> None:
    """Control: pydantic takes them and fails only when the notebook is to be written."""
    with pytest.raises(ValueError, match="surrogates"):
        Plan(classification=Classification.SQL_ONLY, reasoning="\ud83d").model_dump_json()
    turns = [
        Turn(text="\ud83d\ude00 \ud800", reasoning="\udfff"),
        ToolCall("\ud800", "run_\ud800", '{"query": "\ud800"}'),
        ToolCall("a", "run_sql", '{"query": "\\ud800"}'),
        sql(GOOD),
    ]
    at = await desk({"sql": turns})
    await run_sql_agent(at.run, PLAN)
    for event in at.events:
        event.model_dump_json()
    spoken = at.model.requests[1].messages[-2].content
    assert spoken == "\N{GRINNING FACE} \N{REPLACEMENT CHARACTER}"
