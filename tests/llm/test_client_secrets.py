"""The key goes to the provider and nowhere else."""

from __future__ import annotations

import logging
import pickle
import traceback

import pytest
from fake_openai import Fault
from pydantic import SecretStr

from insightx_jupyter.errors import InsightXError
from insightx_jupyter.llm.openai_compatible import OpenAICompatible

KEY = "sk-planted-0123456789abcdef"
ECHO = {"error": {"message": f"Incorrect API key provided: {KEY}. Find yours at …"}}
ECHOING = [Fault("status", status, ECHO) for status in (400, 401, 403, 404, 500)] + [
    Fault("status", 500, {"error": {"message": "x" * 190 + KEY}}),
    Fault("status", 500, {"error": KEY}),
    Fault("error_event", body=ECHO),
]
SILENT = [
    Fault("status", 401, {"error": {"message": "no"}}),
    Fault("reset_before"),
    Fault("reset"),
    Fault("stall", seconds=5),
    Fault("slow_first_byte", seconds=5),
]


def everything_about(error: BaseException) -> str:
    """What the most talkative report shows: locals of all frames, all chained errors."""
    frames = traceback.walk_tb(error.__traceback__)
    ours = "".join(repr(f.f_locals) for f, _ in frames if f.f_code.co_filename != __file__)
    chained = [e for e in (error.__cause__, error.__context__) if e]
    return ours + repr(error) + repr(vars(error)) + "".join(map(everything_about, chained))


async def failure(model, request) -> InsightXError:
    with pytest.raises(InsightXError) as caught:
        async for _ in model.stream(request):
            pass
    return caught.value


@pytest.mark.parametrize("fault", ECHOING)
async def test_a_provider_that_repeats_the_key_is_not_quoted_with_it(
    fault, fake_openai, client, request_of, caplog
) -> None:
    caplog.set_level(logging.DEBUG)
    server = fake_openai({"sql": ["x" * 100]}, faults=[fault])
    error = await failure(client(server.url), request_of())
    # Half a key would be one that was cut rather than hidden.
    assert KEY[:14] not in str(error) + repr(error) + repr(vars(error)) + caplog.text


@pytest.mark.parametrize("provider", ["custom", "azure"])
@pytest.mark.parametrize("fault", SILENT, ids=lambda f: f.kind)
async def test_no_failure_shows_the_key(
    fault, provider, fake_openai, client, request_of, caplog
) -> None:
    caplog.set_level(logging.DEBUG)
    server = fake_openai({"sql": ["x" * 100]}, faults=[fault, fault])
    error = await failure(client(server.url, provider=provider, timeout=0.3), request_of())
    header = "api-key" if provider == "azure" else "authorization"
    assert KEY in server.requests[0].headers[header]
    assert "httpcore" in {r.name.partition(".")[0] for r in caplog.records}
    assert KEY[:14] not in everything_about(error) + caplog.text


async def test_the_httpx_error_itself_would_show_it(fake_openai, monkeypatch) -> None:
    # The control: chained as it comes, the transport's traceback holds the header.
    import httpx

    server = fake_openai({"sql": ["x"]}, faults=[Fault("reset_before")])
    async with httpx.AsyncClient() as bare:
        with pytest.raises(httpx.HTTPError) as caught:
            await bare.post(
                server.url + "/chat/completions", json={"messages": []}, headers={"api-key": KEY}
            )
    assert KEY in everything_about(caught.value)


async def test_no_success_shows_the_key(fake_openai, client, hear, request_of, caplog) -> None:
    caplog.set_level(logging.DEBUG)
    server = fake_openai({"sql": ["Hello."]})
    model = client(server.url)
    _, reply = await hear(model, request_of())
    assert KEY not in caplog.text + repr(reply) + repr(model) + repr(model.info)
    assert KEY not in repr(vars(model)) + repr(
        [vars(v) for v in vars(model).values() if hasattr(v, "__dict__")]
    )


def test_a_client_is_not_pickled() -> None:
    model = OpenAICompatible(
        provider="custom", model="m", base_url="http://x/v1", key=SecretStr(KEY), timeout=1
    )
    with pytest.raises((TypeError, AttributeError, pickle.PicklingError)):
        pickle.dumps(model)
