"""Calls that a model wrote as text because it knows no tools."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from ..llm.base import ToolCall

if TYPE_CHECKING:
    from .base import AgentSpec

#: Longest text that is searched, and most places in it where an object is tried.
_CHARS = 100_000
_OBJECTS = 50

_FENCE = re.compile(r"^[ \t]*(`{3,}|~{3,})[ \t]*(\w*)[^\n]*\n(.*?)^[ \t]*\1[ \t]*$", re.M | re.S)


def calls_in_text(text: str, spec: AgentSpec) -> tuple[ToolCall, ...]:
    """The one call that a reply without calls stands for; empty if it is only prose.

    That is a fenced block in the agent's language (the last one: drafts come
    first), or a JSON object with the tool's name or with exactly its argument.
    """
    text = text[:_CHARS]
    call = _fenced_call(text, spec) or _json_call(text, spec)
    return () if call is None else (call,)


def json_objects(text: str) -> Iterator[dict[str, Any]]:
    """The JSON objects that stand in a text, in fences or prose, outermost ones only."""
    decoder, at = json.JSONDecoder(strict=False), text.find("{")
    for _ in range(_OBJECTS):
        if at < 0:
            return
        try:
            found, end = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            end = at + 1
        else:
            yield found
        at = text.find("{", end)


def _fenced_call(text: str, spec: AgentSpec) -> ToolCall | None:
    blocks = [(m.group(2).casefold(), m.group(3).strip()) for m in _FENCE.finditer(text + "\n")]
    for language, body in reversed(blocks):
        if language in spec.fences and body:
            tool, argument = spec.fences[language]
            return _call(tool, {argument: body})
    return None


def _json_call(text: str, spec: AgentSpec) -> ToolCall | None:
    stripped = re.sub(r"</?tool_call>|`{3,}(json)?", "", text).strip()
    if not (stripped.startswith("{") and stripped.endswith("}")):
        return None
    objects = list(json_objects(stripped))
    return _named(objects[-1], spec) if objects else None


def _named(found: Mapping[str, Any], spec: AgentSpec) -> ToolCall | None:
    tools = {tool.spec.name for tool in spec.tools}
    name = found.get("name") or found.get("tool")
    arguments = found.get("arguments") or found.get("parameters") or {}
    if name in tools and isinstance(arguments, dict):
        return _call(name, arguments)
    for tool, argument in spec.fences.values():
        if set(found) in ({argument}, {argument, "final"}):
            return _call(tool, found)
    return None


def _call(tool: str, arguments: Mapping[str, Any]) -> ToolCall:
    return ToolCall("", tool, json.dumps(arguments, ensure_ascii=False))
