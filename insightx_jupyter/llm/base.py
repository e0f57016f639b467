"""The one protocol that every model speaks.

A model keeps no state between calls: each request holds the whole conversation.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from ..protocol.answer import Usage
from ..protocol.plan import AgentName
from ..protocol.record import ModelInfo


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A model's wish to call a tool. ``arguments`` is the JSON text as it came."""

    id: str
    name: str
    arguments: str


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a conversation, in the terms of the chat-completions API.

    ``extra`` holds what a provider wants back as it sent it (thought signatures).
    """

    role: Literal["system", "user", "assistant", "tool"]
    content: str = ""
    tool_calls: tuple[ToolCall, ...] = ()
    tool_call_id: str | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ToolSpec:
    """What a model is told of a tool. ``parameters`` is a JSON schema of an object."""

    name: str
    description: str
    parameters: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RequestContext:
    """What a request is part of. Never sent; models that are ours read it.

    ``step`` counts the requests of this agent in this run from 0.
    ``python_runs`` says whether generated Python may run at all.
    """

    run_id: str
    agent: AgentName
    step: int
    question: str
    python_runs: bool = True


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """One call of a model."""

    messages: tuple[Message, ...]
    context: RequestContext
    tools: tuple[ToolSpec, ...] = ()
    max_tokens: int | None = None
    timeout: float | None = None


@dataclass(frozen=True, slots=True)
class TextDelta:
    """More of the reply's text."""

    text: str


@dataclass(frozen=True, slots=True)
class ReasoningDelta:
    """More of what the model thinks aloud."""

    text: str


@dataclass(frozen=True, slots=True)
class Reply:
    """The whole reply; the last thing that a stream yields, exactly once."""

    message: Message
    usage: Usage
    finish_reason: str | None = None


Delta = TextDelta | ReasoningDelta | Reply


class ChatModel(Protocol):
    """A model that can be asked.

    ``stream`` yields deltas and, last, one Reply. It raises ModelUnavailable,
    ModelNotConfigured or, from the offline analyst, QuestionNotRead; transport
    errors never reach an agent as text. Cancelling the task that iterates frees
    everything at once.
    """

    @property
    def info(self) -> ModelInfo:
        """Provider and name, as shown to the user."""
        ...

    def stream(self, request: ChatRequest) -> AsyncIterator[Delta]:
        """Ask; see the class."""
        ...

    async def aclose(self) -> None:
        """Let go of connections."""
        ...
