from __future__ import annotations

import json
from pathlib import Path

import pytest

from insightx_jupyter.errors import ModelUnavailable
from insightx_jupyter.llm.base import Message, ReasoningDelta, TextDelta
from insightx_jupyter.llm.scripted import Scripted, ScriptExhausted, Turn, call
from insightx_jupyter.llm.transcript import Follower, question_key
from insightx_jupyter.llm.wire import Dialect, request_body

SCRIPT = {
    "orchestrator": ['{"classification": "SQL_ONLY"}'],
    "sql": [call("run_sql", query="selekt 1"), [call("run_sql", query="select 1"), call("f")]],
    "composer": ["There is **one** row, and that is all that there is to say."],
}


async def test_replies_by_agent_and_step(hear, request_of) -> None:
    model = Scripted(SCRIPT)
    _, second = await hear(model, request_of("sql", 1))
    deltas, composed = await hear(model, request_of("composer"))
    _, first = await hear(model, request_of("sql", 0))
    assert [c.name for c in second.message.tool_calls] == ["run_sql", "f"]
    assert json.loads(first.message.tool_calls[0].arguments) == {"query": "selekt 1"}
    assert first.finish_reason == "tool_calls"
    assert composed.message.content == SCRIPT["composer"][0]
    assert len(deltas) > 3
    assert "".join(d.text for d in deltas if isinstance(d, TextDelta)) == SCRIPT["composer"][0]
    assert [r.context.agent.value for r in model.requests] == ["sql", "composer", "sql"]
    assert model.info.provider == "scripted"
    ids = [c.id for turn in (first, second) for c in turn.message.tool_calls]
    assert len(set(ids)) == 3


async def test_an_exhausted_script_names_agent_and_step(hear, request_of) -> None:
    with pytest.raises(ScriptExhausted, match="2 replies for the agent sql; step 2") as caught:
        await hear(Scripted(SCRIPT), request_of("sql", 2))
    assert isinstance(caught.value, ModelUnavailable)
    assert not caught.value.retryable
    with pytest.raises(ScriptExhausted, match="0 replies for the agent python; step 0"):
        await hear(Scripted(SCRIPT), request_of("python"))


def test_an_agent_that_does_not_exist_is_a_mistake_of_the_script() -> None:
    with pytest.raises(ValueError, match="writer"):
        Scripted({"writer": ["x"]})


async def test_functions_errors_and_turns(hear, request_of) -> None:
    def back(request):
        return f"{request.context.question}!"

    broke = ModelUnavailable("It broke.")
    turn = Turn(text="t", reasoning="r" * 30, finish_reason="length", usage={"prompt_tokens": 5})
    model = Scripted({"sql": [back, broke, turn, lambda r: [call("f")], Turn("half", error=broke)]})
    assert (await hear(model, request_of(question="Why")))[1].message.content == "Why!"
    with pytest.raises(ModelUnavailable, match="It broke"):
        await hear(model, request_of(step=1))
    deltas, reply = await hear(model, request_of(step=2))
    assert "".join(d.text for d in deltas if isinstance(d, ReasoningDelta)) == "r" * 30
    assert (reply.finish_reason, reply.usage.prompt_tokens) == ("length", 5)
    assert (await hear(model, request_of(step=3)))[1].message.tool_calls[0].name == "f"
    seen = []

    async def listen() -> None:
        async for delta in model.stream(request_of(step=4)):
            seen.append(delta)

    with pytest.raises(ModelUnavailable):
        await listen()
    assert seen == [TextDelta("half")]


async def test_usage_counts_what_would_have_been_sent(hear, request_of) -> None:
    _, small = await hear(Scripted(SCRIPT), request_of("composer", tools=()))
    _, large = await hear(Scripted(SCRIPT), request_of("composer"))
    assert 100 < small.usage.prompt_bytes < large.usage.prompt_bytes
    assert small.usage.prompt_tokens is None


async def test_scripts_by_question(hear, request_of) -> None:
    model = Scripted.of_questions({"What  is it?\nDetails.": {"sql": ["a"]}, "And": {"sql": ["b"]}})
    assert (await hear(model, request_of(question="What is it?")))[1].message.content == "a"
    assert (await hear(model, request_of(question=" And ")))[1].message.content == "b"
    with pytest.raises(ScriptExhausted, match="does not know the question: Else"):
        await hear(model, request_of(question="Else"))


def entry(request, answer: dict | None, **more: object) -> dict:
    body = request_body(request, "by-hand/model", Dialect())
    logged = {"seq": 1, "key": "none", "request": body, "fault": None, "how": None, "status": 200}
    return {**logged, **({"answer": answer} if answer else {}), **more}


def tool_answer(query: str, **more: object) -> dict:
    function = {"name": "run_sql", "arguments": json.dumps({"query": query})}
    calls = [{"id": "call_0a1b", "type": "function", "function": function}]
    return {"content": None, "tool_calls": calls, **more}


def growing(request_of, question: str, steps: int):
    """The requests of one agent's conversation, each longer than the last."""
    more: tuple[Message, ...] = ()
    for step in range(steps):
        yield request_of("sql", step, question, more)
        more += (Message("assistant", "", tool_calls=(call("run_sql"),)), Message("user", "Again."))


@pytest.fixture
def log(tmp_path: Path, request_of) -> Path:
    """Two questions side by side, a retry, an unanswered line, another client's request."""
    first = list(growing(request_of, "How many?", 2))
    other = list(growing(request_of, "How long?", 2))
    stranger = {
        "request": {"messages": [{"role": "user", "content": "hi"}]},
        "answer": {"content": "x"},
    }
    lines = [
        entry(request_of("orchestrator", 0, "How many?"), {"content": "plan", "reasoning": "hm"}),
        entry(first[0], tool_answer("selekt", finish_reason="tool_calls")),
        entry(other[0], tool_answer("select 2")),
        stranger,
        entry(first[1], {"content": "lost"}, fault={"type": "reset"}),
        entry(first[1], None, status=500),
        entry(first[1], {"content": "gone"}, status=499),
        entry(first[1], tool_answer("select 1", prompt_tokens=7)),
        entry(other[1], {"content": "Done."}),
    ]
    path = tmp_path / "log.jsonl"
    path.write_text("\n\n".join(json.dumps(line) for line in lines), encoding="utf-8")
    return path


async def test_a_log_is_replayed_whatever_the_prompts_say_now(log, hear, request_of) -> None:
    model = Scripted.from_log(log)
    assert model.info.name == "log"

    async def said(agent: str, step: int, question: str):
        return (await hear(model, request_of(agent, step, question, tools=())))[1]

    assert (await said("orchestrator", 0, "How many?")).message.content == "plan"
    repaired = await said("sql", 1, "How many?")
    assert "select 1" in repaired.message.tool_calls[0].arguments
    assert repaired.message.tool_calls[0].id == "call_0a1b"
    assert repaired.usage.prompt_tokens == 7
    assert "selekt" in (await said("sql", 0, "How many?")).message.tool_calls[0].arguments
    assert (await said("sql", 1, "How long?")).message.content == "Done."
    with pytest.raises(ScriptExhausted, match="agent sql; step 2"):
        await said("sql", 2, "How many?")


async def test_of_a_question_asked_twice_the_last_conversation_counts(
    log, hear, request_of
) -> None:
    again = [
        entry(r, {"content": f"new {n}"}) for n, r in enumerate(growing(request_of, "How many?", 1))
    ]
    log.write_text(log.read_text() + "\n" + "\n".join(map(json.dumps, again)))
    model = Scripted.from_log(log)
    assert (await hear(model, request_of("sql", 0, "How many?")))[1].message.content == "new 0"
    with pytest.raises(ScriptExhausted, match="step 1"):
        await hear(model, request_of("sql", 1, "How many?"))


def test_a_log_of_something_else_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.jsonl"
    path.write_text('{"request": {"messages": []}, "answer": {"content": "x"}}\n')
    with pytest.raises(ValueError, match=r"other\.jsonl holds no answered request"):
        Scripted.from_log(path)


def test_the_question_is_found_from_the_end() -> None:
    def user(text: str) -> dict:
        return {"role": "user", "content": text}

    messages = [
        {"role": "system", "content": "\n# SQL agent\nDo it."},
        user("Question: the old one"),
        {"role": "assistant", "content": "Question: a trap"},
        user("Frames\nQuestion: the  new one\nmore of it"),
    ]
    follower = Follower()
    place = follower.place({"messages": messages})
    assert place is not None
    assert (place.agent.value, place.question, place.step) == ("sql", "the new one", 0)
    longer = [*messages, {"role": "assistant", "content": None}, user("That was no JSON.")]
    assert follower.place({"messages": longer}).step == 1
    assert follower.place({"messages": longer}).step == 1
    assert follower.place({"messages": messages}).step == 0
    assert follower.place({"messages": [user("# SQL agent")]}) is None
    assert follower.place({}) is None
    assert question_key("  two \t words \n rest") == "two words"
