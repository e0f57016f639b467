"""The streams of real providers: the same reply, each in its own dialect.

openai       calls in pieces, by index
gemini       calls whole, without index, finish reason stop, a signature to send back
azure        a first chunk without choices, chunks without delta
nulls        id, type and name null in each continuation
same_index   all calls at index 0, told apart by their id
reasoning    thought under ``reasoning`` rather than ``reasoning_content``
openrouter   comment lines, cost in usage
no_ids       calls whole, neither index nor id
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from insightx_jupyter.llm.base import ToolCall
from insightx_jupyter.llm.scripted import Turn

SIGNATURE = {"google": {"thought_signature": "c2lnbmF0dXJl"}}


def events(turn: Turn, body: dict[str, Any], dialect: str, size: int) -> list[str]:
    """The data of each event, [DONE] last."""
    deltas = [{"role": "assistant", "content": "" if turn.text else None}]
    thought = "reasoning" if dialect == "reasoning" else "reasoning_content"
    deltas += [{thought: piece} for piece in _pieces(turn.reasoning, size)]
    deltas += [{"content": piece} for piece in _pieces(turn.text, size)]
    deltas += list(_calls(turn.calls, dialect, size))
    finish = "stop" if dialect == "gemini" else _finish(turn)
    chunks = [_chunk(body, delta, None) for delta in deltas]
    if dialect == "azure":
        chunks[0:0] = [{"id": "", "model": "", "choices": [], "prompt_filter_results": []}]
        chunks[2:2] = [{"choices": [{"index": 0, "finish_reason": None}]}]
    chunks.append(_chunk(body, {}, finish))
    if (body.get("stream_options") or {}).get("include_usage"):
        chunks.append({**_chunk(body, {}, None), "choices": [], "usage": _usage(turn, body)})
    texts = [json.dumps(c) for c in chunks]
    if dialect == "openrouter":
        texts = [f"{t}\n\n: OPENROUTER PROCESSING" for t in texts]
    return [*texts, "[DONE]"]


def completion(turn: Turn, body: dict[str, Any]) -> dict[str, Any]:
    """The same as one object, for a server that does not stream."""
    message: dict[str, Any] = {"role": "assistant", "content": turn.text or None}
    if turn.calls:
        message["tool_calls"] = [_whole_call(c) for c in turn.calls]
    choice = {"index": 0, "message": message, "finish_reason": _finish(turn)}
    return {"object": "chat.completion", "choices": [choice], "usage": _usage(turn, body)}


def _chunk(body: dict[str, Any], delta: dict[str, Any], finish: str | None) -> dict[str, Any]:
    choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
    return {"object": "chat.completion.chunk", "model": body.get("model"), "choices": [choice]}


def _calls(calls: tuple[ToolCall, ...], dialect: str, size: int) -> Iterator[dict[str, Any]]:
    for index, call in enumerate(calls):
        if dialect == "gemini":
            yield {"tool_calls": [{**_whole_call(call), "extra_content": SIGNATURE}]}
        elif dialect == "no_ids":
            yield {"tool_calls": [{"function": _whole_call(call)["function"]}]}
        else:
            at = 0 if dialect == "same_index" else index
            yield from _in_pieces(call, at, size, nulls=dialect == "nulls")


def _in_pieces(call: ToolCall, index: int, size: int, *, nulls: bool) -> Iterator[dict[str, Any]]:
    head = {"name": call.name, "arguments": ""}
    yield {"tool_calls": [{"index": index, "id": call.id, "type": "function", "function": head}]}
    for piece in _pieces(call.arguments, size):
        part: dict[str, Any] = {"index": index, "function": {"arguments": piece}}
        if nulls:
            part = {"index": index, "id": None, "type": None}
            part["function"] = {"name": None, "arguments": piece}
        yield {"content": None, "tool_calls": [part]} if nulls else {"tool_calls": [part]}


def _whole_call(call: ToolCall) -> dict[str, Any]:
    function = {"name": call.name, "arguments": call.arguments}
    return {"id": call.id, "type": "function", "function": function}


def _finish(turn: Turn) -> str:
    return turn.finish_reason or ("tool_calls" if turn.calls else "stop")


def _usage(turn: Turn, body: dict[str, Any]) -> dict[str, Any]:
    prompt = len(json.dumps(body["messages"])) // 4
    details = {"cached_tokens": 0}
    counts = {"prompt_tokens": prompt, "completion_tokens": len(turn.text) // 4 + 1}
    return {**counts, "prompt_tokens_details": details, **(turn.usage or {})}


def _pieces(text: str, size: int) -> Iterator[str]:
    for start in range(0, len(text), size):
        yield text[start : start + size]
