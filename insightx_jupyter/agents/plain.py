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

_FENCE = re.compile(r"[ \t]*(`{3,}|~{3,})[ \t]*(\w*)")


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


def fenced_blocks(text: str) -> list[tuple[str, str]]:
    """(language, body) of each fenced block; one that is never closed runs to the end."""
    blocks: list[tuple[str, list[str]]] = []
    fence = ""
    for line in text.split("\n"):
        mark = _FENCE.match(line)
        if not fence and mark:
            fence = mark[1]
            blocks.append((mark[2].casefold(), []))
        elif fence and line.strip().startswith(fence) and not line.strip(" \t\r`~"):
            fence = ""
        elif fence:
            blocks[-1][1].append(line)
    return [(language, "\n".join(lines).strip()) for language, lines in blocks]


def _fenced_call(text: str, spec: AgentSpec) -> ToolCall | None:
    for language, body in reversed(fenced_blocks(text)):
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
    name = found.get("name", found.get("tool"))
    arguments = found.get("arguments", found.get("parameters", {}))
    if isinstance(name, str) and name in tools:
        # Arguments may be an object or, as in the API, its JSON as text.
        text = isinstance(arguments, str)
        return ToolCall("", name, arguments) if text else _call(name, arguments)
    for tool, argument in spec.fences.values():
        if set(found) in ({argument}, {argument, "final"}):
            return _call(tool, found)
    return None


def _call(tool: str, arguments: Any) -> ToolCall:
    return ToolCall("", tool, json.dumps(arguments, ensure_ascii=False))
