from __future__ import annotations

from typing import Any

from insightx_jupyter.llm.assemble import MAX_CALLS, Assembler
from insightx_jupyter.llm.base import Message, ReasoningDelta, TextDelta, ToolCall


def message(*deltas: dict[str, Any]) -> Message:
    assembler = Assembler()
    for delta in deltas:
        assembler.feed({"choices": [{"index": 0, "delta": delta}]})
    return assembler.reply(0).message


def part(arguments: str = "", **fields: Any) -> dict[str, Any]:
    function = {"arguments": arguments}
    if "name" in fields:
        function["name"] = fields.pop("name")
    return {"function": function, **fields}


def calls(*parts: dict[str, Any]) -> list[tuple[str, str]]:
    made = message(*({"tool_calls": [p]} for p in parts)).tool_calls
    return [(c.name, c.arguments) for c in made]


def test_by_index_even_when_interleaved() -> None:
    assert calls(
        part(index=0, id="a", name="one"),
        part(index=1, id="b", name="two"),
        part('{"x"', index=0),
        part('{"y"', index=1),
        part(":1}", index=0),
        part(":2}", index=1),
    ) == [("one", '{"x":1}'), ("two", '{"y":2}')]


def test_a_new_id_at_a_taken_index_is_a_new_call() -> None:
    assert calls(
        part(index=0, id="a", name="one"),
        part("{}", index=0),
        part(index=0, id="b", name="two"),
        part('{"z":3}', index=0),
    ) == [("one", "{}"), ("two", '{"z":3}')]


def test_the_same_id_again_is_the_same_call() -> None:
    assert calls(
        part('{"a"', index=0, id="a", name="one"), part(":1}", index=0, id="a", name="one")
    ) == [("one", '{"a":1}')]


def test_by_id_without_index() -> None:
    assert calls(
        part('{"x"', id="a", name="one"), part("{}", id="b", name="two"), part(":1}", id="a")
    ) == [("one", '{"x":1}'), ("two", "{}")]


def test_by_order_with_neither() -> None:
    assert calls(part('{"x"', name="one"), part(":1}"), part("{}", name="two")) == [
        ("one", '{"x":1}'),
        ("two", "{}"),
    ]
    both = message(
        {"tool_calls": [part("{", name="one"), part("{", name="two")]},
        {"tool_calls": [part('"a":1}'), part('"b":2}')]},
    )
    assert [c.arguments for c in both.tool_calls] == ['{"a":1}', '{"b":2}']


def test_null_overwrites_nothing() -> None:
    nulls = {"index": 0, "id": None, "type": None, "function": {"name": None, "arguments": "{}"}}
    whole = message(
        {"content": "a", "tool_calls": [part(index=0, id="a", name="one")]},
        {"content": None, "reasoning": None, "tool_calls": [nulls]},
        {"content": None, "tool_calls": None},
    )
    assert whole.content == "a"
    assert whole.tool_calls == (ToolCall("a", "one", "{}"),)


def test_missing_ids_are_made_and_all_differ() -> None:
    made = message({"tool_calls": [part(name="one"), part(name="one"), part(name="two", id="")]})
    assert len({c.id for c in made.tool_calls}) == 3
    assert all(c.id.startswith("call_") for c in made.tool_calls)
    same = message(
        {"tool_calls": [part(index=0, id="x", name="a"), part(index=1, id="x", name="b")]}
    )
    assert len({c.id for c in same.tool_calls}) == 2


def test_arguments_as_an_object_become_text() -> None:
    whole = message({"tool_calls": [{"function": {"name": "f", "arguments": {"q": "é"}}}]})
    assert whole.tool_calls[0].arguments == '{"q": "é"}'


def test_reasoning_under_either_name_comes_once() -> None:
    assembler = Assembler()
    for delta in (
        {"reasoning": "a"},
        {"reasoning_content": "b"},
        {"reasoning": "c", "reasoning_content": "c"},
    ):
        out = assembler.feed({"choices": [{"delta": {**delta, "content": ""}}]})
        assert len(out) == 1
        assert isinstance(out[0], ReasoningDelta)
    assert assembler.reply(0).message.content == ""


def test_content_as_parts() -> None:
    assembler = Assembler()
    out = assembler.feed({"choices": [{"delta": {"content": [{"type": "text", "text": "hi"}, 3]}}]})
    assert out == [TextDelta("hi")]


def test_chunks_without_choices_or_delta_pass() -> None:
    assembler = Assembler()
    for chunk in (
        {},
        {"choices": []},
        {"choices": None},
        {"choices": [{}]},
        {"choices": ["x"]},
        {"choices": [{"delta": None}]},
        {"choices": [{"delta": "x"}]},
        {"choices": {"a": 1}},
    ):
        assert assembler.feed(chunk) == []
    assert not assembler.complete


def test_hostile_types_do_no_harm() -> None:
    whole = message(
        {"content": {"a": 1}, "tool_calls": "x"},
        {"content": 3, "tool_calls": [None, 4, {"index": True}, {"index": "0", "id": 7}]},
        {"tool_calls": [{"index": 10**30, "function": []}]},
    )
    assert whole.content == ""
    assert whole.tool_calls == ()


def test_calls_without_end_are_bounded() -> None:
    many = message(*({"tool_calls": [part(index=n, name="f")]} for n in range(1000)))
    assert len(many.tool_calls) == MAX_CALLS


def test_usage_keeps_only_counts() -> None:
    assembler = Assembler()
    assembler.feed(
        {
            "choices": [],
            "usage": {
                "prompt_tokens": 9,
                "completion_tokens": -1,
                "prompt_tokens_details": {"cached_tokens": 4},
            },
        }
    )
    assembler.feed({"choices": [], "usage": None})
    usage = assembler.reply(77).usage
    assert (usage.calls, usage.prompt_tokens, usage.cached_tokens) == (1, 9, 4)
    assert usage.completion_tokens is None
    assert usage.prompt_bytes == 77
