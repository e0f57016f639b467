"""Whatever a provider does wrong becomes one short, true error, in time."""

from __future__ import annotations

import asyncio
import time

import pytest
from fake_openai import Fault

from insightx_jupyter.errors import InsightXError, ModelNotConfigured, ModelUnavailable
from insightx_jupyter.llm.base import TextDelta

TEXT = "word " * 40
PAGE = "<!doctype html><html><head><title>503</title></head><body>Sorry &amp; so on</body></html>"
LONG = {"error": {"message": "no\n\tgood " * 400}}


def said(message: str, **fields: object) -> dict[str, object]:
    return {"error": {"message": message, **fields}}


BYTEZ_402 = {"status": 402, "error": "Payment Required", "message": "Insufficient credits"}
BYTEZ_401 = {"error": "Unauthorized", "output": None}
BYTEZ_200 = {"error": "Rate limit exceeded", "output": None}
QUOTA = said("quota", code="insufficient_quota")
NOT_SET, GONE = ModelNotConfigured, ModelUnavailable

#: status, body, headers; then the error, words in it, and whether asking again may help.
STATUS_CASES = [
    (401, said("bad key"), {}, NOT_SET, "refused the key", False),
    (401, BYTEZ_401, {}, NOT_SET, "refused the key", False),
    (402, BYTEZ_402, {}, GONE, "credits", False),
    (402, said("pay"), {}, GONE, "credits", False),
    (403, said("no access to it"), {}, NOT_SET, "no access to it", False),
    (404, said("model not found"), {}, NOT_SET, "does not know the model fake-model", False),
    (404, PAGE, {}, NOT_SET, "no chat-completions API", False),
    (407, PAGE, {}, GONE, "proxy", False),
    (429, said("slow down"), {"Retry-After": "40"}, GONE, "in 40 s", True),
    (429, said("slow down"), {"Retry-After": "<b>"}, GONE, "in a minute", True),
    (429, QUOTA, {}, GONE, "credits", False),
    (400, said("context length exceeded"), {}, GONE, "context length exceeded", False),
    (400, [said("Gemini says so")], {}, GONE, "Gemini says so", False),
    (500, said("boom"), {}, GONE, "boom", True),
    (503, PAGE, {}, GONE, "failed (503)", True),
    (500, LONG, {}, GONE, "no good no good", True),
    (302, "", {"Location": "/login"}, NOT_SET, "redirect", False),
    (200, PAGE, {}, NOT_SET, "web page", False),
    (200, BYTEZ_200, {}, GONE, "Rate limit exceeded", True),
    (200, {"no": "choices"}, {}, GONE, "cannot be read", True),
    (204, {}, {}, GONE, "failed (204)", True),
]


async def failure(model, request) -> InsightXError:
    with pytest.raises(InsightXError) as caught:
        async for _ in model.stream(request):
            pass
    error = caught.value
    assert error.__cause__ is None
    assert error.__context__ is None
    assert len(str(error)) < 450
    assert "<" not in error.message
    assert "\n" not in str(error)
    assert error.hint
    return error


@pytest.mark.parametrize(("status", "body", "headers", "kind", "words", "retryable"), STATUS_CASES)
async def test_a_refusal_is_told(
    status, body, headers, kind, words, retryable, fake_openai, client, request_of
) -> None:
    server = fake_openai({"sql": [TEXT]}, faults=[Fault("status", status, body, headers)])
    error = await failure(client(server.url), request_of())
    assert type(error) is kind
    assert words in str(error)
    assert error.retryable is retryable
    assert len(server.requests) == 1


STREAM_CASES = [
    (Fault("ends_early", after=3), "broke off"),
    (Fault("half_event", after=3), "broke off"),
    (Fault("close", after=3), "broke off"),
    (Fault("reset", after=3), "broke off"),
    (Fault("cut_json"), "broke off"),
    (Fault("junk", body=b"data: {not json}\n\n", after=3), "cannot be read"),
    (Fault("junk", body=b"data: 17\n\n", after=3), "cannot be read"),
    (Fault("error_event", body=said("It left", code=502), after=3), "It left"),
    (Fault("error_event", body={"error": "upstream broke"}, after=3), "upstream broke"),
    (Fault("error_event", body={"object": "error", "message": "oom"}, after=3), "oom"),
    (Fault("error_event", body=said("x", code=429), after=0), "rate limit"),
    (Fault("error_event", body=QUOTA, after=0), "credits"),
    (Fault("flood", seconds=6), "without end"),
]


@pytest.mark.parametrize(("fault", "words"), STREAM_CASES)
async def test_a_broken_stream_is_told(fault, words, fake_openai, client, request_of) -> None:
    server = fake_openai({"sql": [TEXT]}, faults=[fault])
    error = await failure(client(server.url), request_of())
    assert isinstance(error, ModelUnavailable)
    assert words in str(error)
    assert len(server.requests) == 1


async def test_a_reply_without_end_in_small_events_is_cut(
    fake_openai, client, request_of, monkeypatch
) -> None:
    monkeypatch.setattr("insightx_jupyter.llm.reading.MAX_REPLY", 20_000)
    server = fake_openai({"sql": [TEXT * 100]})
    error = await failure(client(server.url), request_of())
    assert "without end" in str(error)
    assert not error.retryable


async def test_noise_that_loses_nothing_is_passed_over(
    fake_openai, client, hear, request_of
) -> None:
    noise = b"garbage without a colon\n\nevent: ping\ndata: {}\n\n: comment\n\n"
    server = fake_openai({"sql": [TEXT]}, faults=[Fault("junk", body=noise, after=3)])
    _, reply = await hear(client(server.url), request_of())
    assert reply.message.content == TEXT


async def test_what_came_before_the_break_was_streamed(fake_openai, client, request_of) -> None:
    server = fake_openai({"sql": [TEXT]}, faults=[Fault("reset", after=4)])
    got = []

    async def listen() -> None:
        async for delta in client(server.url).stream(request_of()):
            got.append(delta)

    with pytest.raises(ModelUnavailable):
        await listen()
    assert TEXT.startswith("".join(d.text for d in got if isinstance(d, TextDelta)))
    assert got


async def test_a_reset_before_the_first_byte_is_tried_once_more(
    fake_openai, client, hear, request_of
) -> None:
    server = fake_openai({"sql": [TEXT]}, faults=[Fault("reset_before")])
    _, reply = await hear(client(server.url), request_of())
    assert reply.message.content == TEXT
    assert len(server.requests) == 2


async def test_and_only_once(fake_openai, client, request_of) -> None:
    server = fake_openai({"sql": [TEXT]}, faults=[Fault("reset_before")] * 3)
    error = await failure(client(server.url), request_of())
    assert "closed the connection" in str(error)
    assert len(server.requests) == 2


async def test_a_kept_connection_that_the_server_has_closed_is_no_error(
    fake_openai, client, hear, request_of
) -> None:
    server = fake_openai({"sql": [TEXT]})
    model = client(server.url)
    await hear(model, request_of())
    server._server.end_connections()
    await asyncio.sleep(0.05)
    _, reply = await hear(model, request_of())
    assert reply.message.content == TEXT


@pytest.mark.parametrize(
    ("fault", "options", "asked"),
    [
        (Fault("slow_first_byte", seconds=20), {}, {"timeout": 0.3}),
        (Fault("slow_first_byte", seconds=20), {"timeout": 0.3}, {}),
        (Fault("stall", after=2, seconds=20), {"silence": 0.3}, {}),
        (Fault("stall", after=2, seconds=20), {}, {"timeout": 0.3}),
    ],
)
async def test_deadlines_hold(fault, options, asked, fake_openai, client, request_of) -> None:
    server = fake_openai({"sql": [TEXT]}, faults=[fault])
    started = time.monotonic()
    error = await failure(client(server.url, **options), request_of(**asked))
    assert 0.25 < time.monotonic() - started < 2
    assert "in time" in str(error)
    assert error.retryable


async def test_the_whole_call_is_bounded_though_bytes_keep_coming(
    fake_openai, client, request_of
) -> None:
    server = fake_openai({"sql": ["x" * 4000]}, chunk=1, pause=0.02)
    started = time.monotonic()
    error = await failure(client(server.url, timeout=0.5), request_of())
    assert time.monotonic() - started < 2
    assert "in time" in str(error)


async def test_nobody_listens(client, request_of) -> None:
    error = await failure(client("http://127.0.0.1:9/v1"), request_of())
    assert "127.0.0.1:9 takes no connection" in str(error)


async def test_a_preset_at_another_address_is_named_with_it(
    fake_openai, client, request_of
) -> None:
    server = fake_openai({"sql": [TEXT]}, faults=[Fault("status", 500, said("Not now"))])
    error = await failure(client(server.url, provider="bytez"), request_of())
    host = server.url.removeprefix("http://").removesuffix("/v1")
    assert str(error) == f"Bytez at {host} failed (500). It says: Not now. Ask again."


async def test_too_many_tokens_asked_for(fake_openai, client, request_of) -> None:
    words = "max_tokens is too large: 4096. This model supports at most 2048 completion tokens"
    server = fake_openai({"sql": [TEXT]}, faults=[Fault("status", 400, said(words))])
    error = await failure(client(server.url), request_of())
    assert "at most 2048" in error.message
    assert "--max-tokens" in error.hint
    assert len(server.requests) == 1


async def test_https_to_a_server_without_it(fake_openai, client, request_of) -> None:
    server = fake_openai()
    error = await failure(client(server.url.replace("http:", "https:")), request_of())
    assert "does not speak TLS" in str(error)


async def test_an_unknown_host(client, request_of) -> None:
    error = await failure(client("http://nowhere.invalid/v1"), request_of())
    assert "nowhere.invalid" in str(error)


async def test_something_that_speaks_no_http(client, request_of) -> None:
    async def greet(_reader, writer) -> None:
        writer.write(b"SSH-2.0-OpenSSH_9.6\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(greet, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    error = await failure(client(f"http://127.0.0.1:{port}/v1"), request_of())
    server.close()
    assert isinstance(error, ModelUnavailable)


async def test_a_refused_field_that_we_did_not_send_is_told(
    fake_openai, client, request_of
) -> None:
    fault = Fault("status", 400, said("tools is not supported by this model"))
    server = fake_openai({"sql": [TEXT]}, faults=[fault])
    error = await failure(client(server.url), request_of())
    assert "tools is not supported" in str(error)
    assert len(server.requests) == 1


async def test_a_server_that_refuses_whatever_is_sent_is_asked_three_times_at_most(
    fake_openai, client, request_of
) -> None:
    both = said("max_tokens and max_completion_tokens and stream_options are unsupported")
    server = fake_openai({"sql": [TEXT]}, faults=[Fault("status", 400, both)] * 9)
    await failure(client(server.url), request_of())
    assert len(server.requests) == 3
