from __future__ import annotations

import json

from insightx_jupyter.llm.assemble import Assembler
from insightx_jupyter.llm.base import Message, ToolCall
from insightx_jupyter.llm.wire import DEFAULT_MAX_TOKENS, Dialect, encode, parse, request_body


def test_a_request_names_tools_and_always_a_limit(request_of) -> None:
    body = request_body(request_of(), "m", Dialect())
    assert body["max_tokens"] == DEFAULT_MAX_TOKENS
    assert body["stream"] is True
    assert body["tools"][0]["function"]["name"] == "run_sql"
    other = request_body(request_of(tools=(), max_tokens=9), "m", Dialect("max_completion_tokens"))
    assert other["max_completion_tokens"] == 9
    assert "max_tokens" not in other
    assert "tools" not in other


def test_the_context_is_never_sent(request_of) -> None:
    body = request_body(request_of(question="secret words"), "m", Dialect())
    assert set(body) == {"model", "messages", "stream", "max_tokens", "stream_options", "tools"}


def test_signatures_go_back_where_they_came_from(request_of) -> None:
    signature = {"google": {"thought_signature": "abc"}}
    assembler = Assembler()
    call = {
        "id": "c1",
        "function": {"name": "run_sql", "arguments": "{}"},
        "extra_content": signature,
    }
    delta = {"tool_calls": [call], "extra_content": {"google": {"thought": True}}}
    assembler.feed({"choices": [{"delta": delta}]})
    said = assembler.reply(0).message
    told = Message("tool", "3 rows", tool_call_id="c1")
    sent = request_body(request_of(more=(said, told)), "m", Dialect())["messages"]
    assert sent[2]["tool_calls"][0]["extra_content"] == signature
    assert sent[2]["extra_content"] == {"google": {"thought": True}}
    assert sent[2]["content"] is None
    assert sent[3] == {"role": "tool", "content": "3 rows", "tool_call_id": "c1"}


def test_a_call_without_signature_gets_none(request_of) -> None:
    said = Message("assistant", tool_calls=(ToolCall("c1", "run_sql", "{}"),))
    sent = request_body(request_of(more=(said,)), "m", Dialect())["messages"]
    assert "extra_content" not in sent[2]
    assert "extra_content" not in sent[2]["tool_calls"][0]


def test_arguments_that_are_no_json_go_back_as_json(request_of) -> None:
    said = Message("assistant", tool_calls=(ToolCall("c1", "run_sql", '{"query": "sel'),))
    sent = request_body(request_of(more=(said,)), "m", Dialect())["messages"]
    arguments = sent[2]["tool_calls"][0]["function"]["arguments"]
    assert json.loads(arguments) == {"not_json": '{"query": "sel'}


def test_lone_surrogates_do_not_stop_a_request(request_of) -> None:
    raw = encode(request_body(request_of(question="a\ud800b é"), "m", Dialect()))
    assert "a?b é" in json.loads(raw)["messages"][1]["content"]


def test_foreign_json_without_end_is_none() -> None:
    assert parse("[" * 200_000) is None
    assert parse("{not json}") is None
    assert parse("9" * 5000) is None
    assert parse('{"a": 1}') == {"a": 1}
