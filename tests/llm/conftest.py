"""Requests as our agents make them, and a way to hear a whole reply."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from pydantic import SecretStr

from insightx_jupyter.llm.base import (
    ChatModel,
    ChatRequest,
    Delta,
    Message,
    Reply,
    RequestContext,
    ToolSpec,
)
from insightx_jupyter.llm.openai_compatible import OpenAICompatible
from insightx_jupyter.llm.transcript import HEADINGS
from insightx_jupyter.protocol.plan import AgentName

KEY = "sk-planted-0123456789abcdef"
RUN_SQL = ToolSpec(
    "run_sql", "Runs a query.", {"type": "object", "properties": {"query": {"type": "string"}}}
)


def _request(
    agent: str = "sql",
    step: int = 0,
    question: str = "How many rows?",
    more: tuple[Message, ...] = (),
    **options: object,
) -> ChatRequest:
    name = AgentName(agent)
    head = Message("system", f"{HEADINGS[name]}\n\nWrite one query.")
    ask = Message("user", f"Frames: t\nQuestion: {question}")
    context = RequestContext("run-1", name, step, question)
    options.setdefault("tools", (RUN_SQL,))
    return ChatRequest((head, ask, *more), context, **options)  # type: ignore[arg-type]


@pytest.fixture
def request_of() -> Callable[..., ChatRequest]:
    return _request


async def _hear(model: ChatModel, request: ChatRequest) -> tuple[list[Delta], Reply]:
    deltas = [delta async for delta in model.stream(request)]
    reply = deltas.pop()
    assert isinstance(reply, Reply)
    return deltas, reply


@pytest.fixture
def hear() -> Callable[[ChatModel, ChatRequest], Awaitable[tuple[list[Delta], Reply]]]:
    return _hear


@pytest.fixture
async def client():
    """Makes clients of a server, and closes them."""
    made: list[OpenAICompatible] = []

    def make(url: str, **options: object) -> OpenAICompatible:
        given = {
            "provider": "custom",
            "model": "fake-model",
            "base_url": url,
            "key": SecretStr(KEY),
            "timeout": 10.0,
            **options,
        }
        made.append(OpenAICompatible(**given))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for model in made:
        await model.aclose()
