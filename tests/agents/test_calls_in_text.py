"""Calls, objects and thoughts in a model's text."""

from __future__ import annotations

import json
import time

import pytest

from insightx_jupyter.agents.base import AgentSpec
from insightx_jupyter.agents.plain import calls_in_text, fenced_blocks, json_objects
from insightx_jupyter.agents.thoughts import ThoughtSplitter, without_thoughts
from insightx_jupyter.llm.base import ToolSpec
from insightx_jupyter.protocol.plan import AgentName


class Named:
    """A tool that only has a name: what a text stands for is decided by names alone."""

    spec = ToolSpec("run_sql", "", {})

    async def run(self, arguments):
        raise AssertionError(arguments)


SPEC = AgentSpec(AgentName.SQL, (Named(),), "result", {"sql": ("run_sql", "query")})
TEXT_AGENT = AgentSpec(AgentName.COMPOSER, (), "text")


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("```sql\nSELECT 1\n```", "SELECT 1"),
        ("  ~~~ SQL title\n  SELECT 1\n  ~~~", "SELECT 1"),
        ("````sql\nSELECT '```'\n````", "SELECT '```'"),
        ("```sql\nSELECT 1", "SELECT 1"),  # never closed
        ("```sql\r\nSELECT 1\r\n```\r\n", "SELECT 1"),
        ('{"name": "run_sql", "arguments": {"query": "SELECT 1"}}', "SELECT 1"),
        ('{"tool": "run_sql", "parameters": {"query": "SELECT 1"}}', "SELECT 1"),
        ('{"name": "run_sql", "arguments": "{\\"query\\": \\"SELECT 1\\"}"}', "SELECT 1"),
    ],
)
def test_a_text_that_stands_for_a_call(text: str, query: str) -> None:
    (call,) = calls_in_text(text, SPEC)
    assert call.name == "run_sql"
    assert json.loads(call.arguments)["query"] == query


@pytest.mark.parametrize(
    "text",
    [
        "SELECT 1",
        "```python\nSELECT 1\n```",
        "```\nSELECT 1\n```",
        "```sql\n```",
        '{"query": "SELECT 1", "drop": 1}',
        '{"name": ["run_sql"], "arguments": {}}',
        '{"name": "other", "arguments": {}}',
        'The object {"query": "SELECT 1"} in prose.',
        "{" * 100_000,
    ],
)
def test_a_text_that_does_not(text: str) -> None:
    assert calls_in_text(text, SPEC) == ()


def test_only_agents_of_that_language_take_its_fences() -> None:
    assert calls_in_text("```sql\nSELECT 1\n```", TEXT_AGENT) == ()


def test_hostile_text_takes_no_time() -> None:
    started = time.perf_counter()
    for text in ("```a\n" * 200_000, '{"a":' * 200_000, "`" * 1_000_000, "~~~\n```\n" * 100_000):
        calls_in_text(text, SPEC)
        list(json_objects(text[:100_000]))
    assert time.perf_counter() - started < 5


def test_blocks_keep_their_order() -> None:
    assert fenced_blocks("a\n```x\n1\n```\nb\n~~~Y\n2\n```\n~~~\n") == [("x", "1"), ("y", "2\n```")]


def test_objects_are_outermost_and_in_order() -> None:
    text = 'a {"x": {"y": 1}} {bad} ```json\n{"z":\t"a\nb"}\n``` [{"in": 1}]'
    assert list(json_objects(text)) == [{"x": {"y": 1}}, {"z": "a\nb"}, {"in": 1}]


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("<think>one\ntwo</think>\n\nYes.", "Yes."),
        ("  <think></think>Yes.", "Yes."),
        ("thoughts without a beginning</think>Yes.", "Yes."),
        ("<think>never done", ""),
        ("Yes.", "Yes."),
        ("I <think> so.", "I <think> so."),
        ("Write <think>x</think> so.", "Write <think>x</think> so."),
        ("<thinking about it>", "<thinking about it>"),
    ],
)
@pytest.mark.parametrize("size", [1, 3, 1000])
def test_thoughts_are_no_part_of_the_reply(text: str, rest: str, size: int) -> None:
    assert without_thoughts(text) == rest
    splitter = ThoughtSplitter()
    pieces = [splitter.feed(text[i : i + size]) for i in range(0, len(text), size)]
    pieces.append(splitter.close())
    streamed = "".join(piece[0] for piece in pieces)
    if "without a beginning" not in text:  # which a stream cannot know
        assert streamed.strip() == rest
    thought = "".join(piece[1] for piece in pieces)
    assert ("one\ntwo" in text) == (thought == "one\ntwo")
