"""One message out of the deltas of a stream, in the dialect of any provider.

Deltas of a tool call belong together by index, else by id, else by order. A new
id at an index already taken is a new call. Null overwrites nothing. Whatever has
another type than the API says is passed over: it comes from a foreign server.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..protocol.answer import Usage
from .base import Message, ReasoningDelta, Reply, TextDelta, ToolCall
from .wire import EXTRA_CALLS, EXTRA_CONTENT

#: More calls than this in one reply are noise.
MAX_CALLS = 64


@dataclass(slots=True)
class _Call:
    id: str = ""
    name: str = ""
    arguments: list[str] = field(default_factory=list)
    extra: Any = None


class Assembler:
    """Feed it the chunks of one reply; it gives the deltas and, at the end, the Reply."""

    def __init__(self) -> None:
        self.finish_reason: str | None = None
        self.done = False
        self._text: list[str] = []
        self._calls: list[_Call] = []
        self._by_index: dict[int, _Call] = {}
        self._extra: dict[str, Any] = {}
        self._usage: Mapping[str, Any] = {}

    @property
    def complete(self) -> bool:
        """Whether the reply has ended as it should: with a finish reason or [DONE]."""
        return self.done or self.finish_reason is not None

    def feed(self, chunk: Mapping[str, Any]) -> list[TextDelta | ReasoningDelta]:
        """Take a chunk of a stream, or a whole completion (``message`` for ``delta``)."""
        if isinstance(usage := chunk.get("usage"), dict):
            self._usage = usage
        choices = chunk.get("choices")
        if not isinstance(choices, list) or not choices or not isinstance(choices[0], dict):
            return []
        choice = choices[0]
        if isinstance(reason := choice.get("finish_reason"), str) and reason:
            self.finish_reason = reason
        delta = choice.get("delta") or choice.get("message")
        return self._delta(delta) if isinstance(delta, dict) else []

    def reply(self, prompt_bytes: int) -> Reply:
        """The whole reply."""
        calls = tuple(self._closed(c) for c in self._calls if c.name or c.arguments)
        extra = dict(self._extra)
        per_call = {c.id: c.extra for c in self._calls if c.extra is not None}
        if per_call:
            extra[EXTRA_CALLS] = per_call
        message = Message("assistant", "".join(self._text), tool_calls=calls, extra=extra)
        return Reply(message, usage_of(self._usage, prompt_bytes), self.finish_reason)

    def _delta(self, delta: Mapping[str, Any]) -> list[TextDelta | ReasoningDelta]:
        out: list[TextDelta | ReasoningDelta] = []
        # Some servers send the same thought under both names.
        if thought := _text(delta.get("reasoning_content")) or _text(delta.get("reasoning")):
            out.append(ReasoningDelta(thought))
        if text := _text(delta.get("content")) or _text(delta.get("refusal")):
            self._text.append(text)
            out.append(TextDelta(text))
        if delta.get(EXTRA_CONTENT) is not None:
            self._extra[EXTRA_CONTENT] = delta[EXTRA_CONTENT]
        calls = delta.get("tool_calls")
        if isinstance(calls, list):
            for position, part in enumerate(calls):
                if isinstance(part, dict):
                    self._call_part(part, position, len(calls))
        return out

    def _call_part(self, part: Mapping[str, Any], position: int, of: int) -> None:
        function = part.get("function")
        function = function if isinstance(function, dict) else {}
        name = _text(function.get("name"))
        call = self._belongs_to(part.get("index"), _text(part.get("id")), name, position, of)
        if call is None:
            return
        call.id = call.id or _text(part.get("id"))
        call.name = call.name or name
        arguments = function.get("arguments")
        if isinstance(arguments, dict):
            arguments = json.dumps(arguments, ensure_ascii=False)
        if isinstance(arguments, str) and arguments:
            call.arguments.append(arguments)
        if part.get(EXTRA_CONTENT) is not None:
            call.extra = part[EXTRA_CONTENT]

    def _belongs_to(
        self, index: Any, call_id: str, name: str, position: int, of: int
    ) -> _Call | None:
        if isinstance(index, int) and not isinstance(index, bool):
            known = self._by_index.get(index)
            if known is None or (call_id and known.id and call_id != known.id):
                known = self._new()
                if known is not None:
                    self._by_index[index] = known
            return known
        if call_id:
            return next((c for c in self._calls if c.id == call_id), None) or self._new()
        if name or not self._calls:
            return self._new()
        return self._calls[position] if 1 < of <= len(self._calls) else self._calls[-1]

    def _new(self) -> _Call | None:
        if len(self._calls) >= MAX_CALLS:
            return None
        self._calls.append(_Call())
        return self._calls[-1]

    def _closed(self, call: _Call) -> ToolCall:
        taken = [c.id for c in self._calls if c is not call]
        if not call.id or call.id in taken:
            call.id = f"call_{secrets.token_hex(6)}"
        return ToolCall(call.id, call.name or "unnamed", "".join(call.arguments) or "{}")


def usage_of(usage: Mapping[str, Any], prompt_bytes: int) -> Usage:
    """One call's usage from the API's ``usage`` object; what is no count is None."""
    details = usage.get("prompt_tokens_details")
    cached = details.get("cached_tokens") if isinstance(details, dict) else None
    return Usage(
        calls=1,
        prompt_tokens=_count(usage.get("prompt_tokens")),
        cached_tokens=_count(cached),
        completion_tokens=_count(usage.get("completion_tokens")),
        prompt_bytes=prompt_bytes,
    )


def _count(value: Any) -> int | None:
    good = isinstance(value, int) and not isinstance(value, bool) and value >= 0
    return value if good else None


def _text(value: Any) -> str:
    """Text as a string, or as the API's list of parts; anything else is none."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        parts = (p.get("text") for p in value if isinstance(p, dict))
        return "".join(p for p in parts if isinstance(p, str))
    return ""
