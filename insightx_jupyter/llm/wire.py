"""The shapes of the chat-completions API: requests as they are sent, JSON as it comes.

What a provider wants back as it sent it stands in ``Message.extra``: its
``extra_content``, and under ``tool_calls`` the ``extra_content`` of each call by
the call's id (Gemini's thought signatures).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from .base import ChatRequest, Message, ToolCall, ToolSpec

#: Sent where the caller names no limit: some providers fall back to 256 tokens.
DEFAULT_MAX_TOKENS = 4096

EXTRA_CONTENT = "extra_content"
EXTRA_CALLS = "tool_calls"

TokensField = Literal["max_tokens", "max_completion_tokens"]


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one server wants its requests; learnt from its refusals."""

    tokens_field: TokensField = "max_tokens"
    include_usage: bool = True


def request_body(request: ChatRequest, model: str, dialect: Dialect) -> dict[str, Any]:
    """The JSON object of one streamed request."""
    body: dict[str, Any] = {
        "model": model,
        "messages": [_message(m) for m in request.messages],
        "stream": True,
        dialect.tokens_field: request.max_tokens or DEFAULT_MAX_TOKENS,
    }
    if dialect.include_usage:
        body["stream_options"] = {"include_usage": True}
    if request.tools:
        body["tools"] = [_tool(t) for t in request.tools]
    return body


def encode(body: Mapping[str, Any]) -> bytes:
    """Compact UTF-8. Lone surrogates, which cells can hold and UTF-8 cannot, become ``?``."""
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "replace")


def parse(text: str | bytes) -> Any:
    """The JSON value, or None where it is none. Foreign text may be nested without end."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _message(message: Message) -> dict[str, Any]:
    shape: dict[str, Any] = {"role": message.role, "content": message.content}
    if message.tool_call_id is not None:
        shape["tool_call_id"] = message.tool_call_id
    if message.tool_calls:
        shape["content"] = message.content or None
        extras = message.extra.get(EXTRA_CALLS, {})
        shape["tool_calls"] = [_call(c, extras.get(c.id)) for c in message.tool_calls]
    if EXTRA_CONTENT in message.extra:
        shape[EXTRA_CONTENT] = message.extra[EXTRA_CONTENT]
    return shape


def _call(call: ToolCall, extra: Any) -> dict[str, Any]:
    shape: dict[str, Any] = {
        "id": call.id,
        "type": "function",
        "function": {"name": call.name, "arguments": _legal(call.arguments)},
    }
    if extra is not None:
        shape[EXTRA_CONTENT] = extra
    return shape


def _legal(arguments: str) -> str:
    # Several servers refuse a history whose arguments are not JSON; the model
    # must still see what it wrote to mend it.
    if isinstance(parse(arguments), dict):
        return arguments
    return json.dumps({"not_json": arguments}, ensure_ascii=False)


def _tool(tool: ToolSpec) -> dict[str, Any]:
    return {
        "type": "function",
        "function": {
            "name": tool.name,
            "description": tool.description,
            "parameters": dict(tool.parameters),
        },
    }
