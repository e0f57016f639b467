"""The client against a real server: every dialect gives the same messages."""

from __future__ import annotations

import asyncio
import threading
import time

import pytest
from fake_dialects import SIGNATURE
from fake_openai import Fault

from insightx_jupyter.llm.base import Message, ReasoningDelta, TextDelta
from insightx_jupyter.llm.scripted import Turn, call

QUERY = "select carrier, avg(dep_delay) as late from flights group by carrier"
CALLS = (call("run_sql", query=QUERY), call("run_sql", query="select 'é—🙂' as x"))
TURN = Turn(text="I look it up.", calls=CALLS, reasoning="Which table? The flights.")
DIALECTS = ["openai", "gemini", "azure", "nulls", "same_index", "reasoning", "openrouter"]


@pytest.mark.parametrize("dialect", DIALECTS)
async def test_each_dialect_gives_the_same_reply(
    dialect, fake_openai, client, hear, request_of
) -> None:
    server = fake_openai({"sql": [TURN]}, dialect=dialect)
    deltas, reply = await hear(client(server.url), request_of())
    assert reply.message.tool_calls == CALLS
    assert reply.message.content == TURN.text
    assert "".join(d.text for d in deltas if isinstance(d, TextDelta)) == TURN.text
    assert "".join(d.text for d in deltas if isinstance(d, ReasoningDelta)) == TURN.reasoning
    assert reply.usage.prompt_tokens > 0
    assert reply.usage.prompt_bytes == int(server.requests[0].headers["content-length"])
    assert reply.finish_reason == ("stop" if dialect == "gemini" else "tool_calls")


async def test_calls_without_index_and_id_keep_their_order(
    fake_openai, client, hear, request_of
) -> None:
    server = fake_openai({"sql": [TURN]}, dialect="no_ids")
    _, reply = await hear(client(server.url), request_of())
    assert [c.arguments for c in reply.message.tool_calls] == [c.arguments for c in CALLS]


async def test_text_comes_in_pieces_as_the_server_sends_them(
    fake_openai, client, request_of
) -> None:
    server = fake_openai({"sql": ["x" * 64]}, chunk=8, pause=0.03)
    times = []
    async for delta in client(server.url).stream(request_of()):
        if isinstance(delta, TextDelta):
            times.append(time.monotonic())
    assert len(times) == 8
    assert times[-1] - times[0] > 0.1


async def test_a_signature_is_sent_back(fake_openai, client, hear, request_of) -> None:
    server = fake_openai({"sql": [TURN, "Done."]}, dialect="gemini")
    model = client(server.url, provider="gemini")
    _, reply = await hear(model, request_of())
    told = [Message("tool", "3 rows", tool_call_id=c.id) for c in reply.message.tool_calls]
    await hear(model, request_of(step=1, more=(reply.message, *told)))
    again = server.requests[1].body["messages"][2]["tool_calls"]
    assert [c["extra_content"] for c in again] == [SIGNATURE, SIGNATURE]
    assert [c["id"] for c in again] == [c.id for c in CALLS]


@pytest.mark.parametrize("kind", ["no_done", "whole"])
async def test_untidy_but_whole_replies_count(kind, fake_openai, client, hear, request_of) -> None:
    server = fake_openai({"sql": [TURN]}, faults=[Fault(kind)])
    _, reply = await hear(client(server.url), request_of())
    assert reply.message.tool_calls == CALLS
    assert reply.message.content == TURN.text


async def test_a_finished_reply_is_not_lost_to_a_server_that_does_not_hang_up(
    fake_openai, client, hear, request_of
) -> None:
    server = fake_openai({"sql": [TURN]}, faults=[Fault("open_end", seconds=20)])
    started = time.monotonic()
    _, reply = await hear(client(server.url, silence=0.3), request_of())
    assert reply.message.tool_calls == CALLS
    assert time.monotonic() - started < 3


async def test_one_connection_serves_all_calls(fake_openai, client, hear, request_of) -> None:
    server = fake_openai({"sql": [TURN]})
    model = client(server.url)
    for _ in range(5):
        await hear(model, request_of())
    assert len(server.requests) == 5
    assert server.connections == 1


async def test_calls_side_by_side(fake_openai, client, hear, request_of) -> None:
    server = fake_openai(lambda body: body["messages"][1]["content"][-1], pause=0.02)
    model = client(server.url)
    asked = [hear(model, request_of(question=f"number {n}")) for n in range(6)]
    said = [reply.message.content for _, reply in await asyncio.gather(*asked)]
    assert said == list("012345")


def test_an_instance_serves_several_event_loops(fake_openai, hear, request_of) -> None:
    from insightx_jupyter.llm.openai_compatible import OpenAICompatible

    server = fake_openai({"sql": ["Hello."]})
    model = OpenAICompatible(
        provider="custom", model="m", base_url=server.url, key=None, timeout=10
    )
    said: list[str] = []

    async def ask() -> None:
        for _ in range(2):
            said.append((await hear(model, request_of()))[1].message.content)
        await model.aclose()

    for _ in range(2):
        thread = threading.Thread(target=asyncio.run, args=(ask(),))
        thread.start()
        thread.join(10)
    asyncio.run(ask())
    assert said == ["Hello."] * 6
    assert server.connections == 3


async def test_nothing_is_opened_before_the_first_request(fake_openai, client) -> None:
    server = fake_openai()
    model = client(server.url)
    assert model.info.provider == "custom"
    await model.aclose()
    assert server.connections == 0


async def test_cancelling_frees_the_connection_at_once(fake_openai, client, request_of) -> None:
    server = fake_openai({"sql": ["x" * 64]}, faults=[Fault("stall", after=2, seconds=20)])
    model = client(server.url)
    seen = asyncio.Event()

    async def listen() -> None:
        async for _ in model.stream(request_of()):
            seen.set()

    task = asyncio.create_task(listen())
    await asyncio.wait_for(seen.wait(), 5)
    started = time.monotonic()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert time.monotonic() - started < 1
    pool = model._client()._transport._pool  # what httpx holds open
    assert pool.connections == []


async def test_tokens_field_is_swapped_once_and_remembered(
    fake_openai, client, hear, request_of
) -> None:
    words = "Unsupported parameter: 'max_tokens' is not supported. Use 'max_completion_tokens'."
    body = {"error": {"message": words, "code": "unsupported_parameter", "param": "max_tokens"}}
    server = fake_openai({"sql": ["Hello."]}, faults=[Fault("status", 400, body)])
    model = client(server.url)
    for _ in range(2):
        _, reply = await hear(model, request_of(max_tokens=77))
        assert reply.message.content == "Hello."
    fields = [{k: v for k, v in r.body.items() if "tokens" in k} for r in server.requests]
    assert fields == [
        {"max_tokens": 77},
        {"max_completion_tokens": 77},
        {"max_completion_tokens": 77},
    ]


async def test_the_swap_goes_the_other_way_too_and_usage_can_be_dropped(
    fake_openai, client, hear, request_of
) -> None:
    def refuses(name: str) -> Fault:
        detail = [{"type": "extra_forbidden", "loc": ["body", name], "msg": "Extra inputs"}]
        return Fault("status", 422, {"detail": detail})

    faults = [refuses("max_completion_tokens"), refuses("stream_options")]
    server = fake_openai({"sql": ["Hello."]}, faults=faults)
    _, reply = await hear(client(server.url, provider="bytez"), request_of())
    assert reply.message.content == "Hello."
    assert "max_tokens" in server.requests[-1].body
    assert "stream_options" not in server.requests[-1].body
    assert len(server.requests) == 3


@pytest.mark.parametrize(
    ("provider", "header", "value"),
    [("custom", "authorization", "Bearer {}"), ("azure", "api-key", "{}")],
)
async def test_the_key_goes_where_the_provider_wants_it(
    provider, header, value, fake_openai, client, hear, request_of
) -> None:
    server = fake_openai({"sql": ["Hello."]})
    await hear(client(server.url + "?api-version=1", provider=provider), request_of())
    headers = server.requests[0].headers
    assert headers[header] == value.format("sk-planted-0123456789abcdef")
    assert server.requests[0].path == "/v1/chat/completions?api-version=1"


async def test_a_server_on_this_machine_is_not_asked_through_the_proxy(
    fake_openai, client, hear, request_of, monkeypatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    server = fake_openai({"sql": ["Hello."]})
    _, reply = await hear(client(server.url), request_of())
    assert reply.message.content == "Hello."


async def test_other_servers_are_asked_through_the_proxy(
    fake_openai, client, hear, request_of, monkeypatch
) -> None:
    proxy = fake_openai({"sql": ["Hello."]})
    monkeypatch.setenv("HTTP_PROXY", proxy.url.removesuffix("/v1"))
    _, reply = await hear(client("http://model.invalid/v1"), request_of())
    assert reply.message.content == "Hello."
    assert proxy.requests[0].path == "http://model.invalid/v1/chat/completions"
