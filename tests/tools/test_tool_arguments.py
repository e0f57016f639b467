"""What models write as arguments, and what they are told where it does not fit."""

from __future__ import annotations

import pytest

from insightx_jupyter.errors import ToolMisused
from insightx_jupyter.tools.base import check_arguments, read_arguments
from insightx_jupyter.tools.read_data_dna import ReadDataDna
from insightx_jupyter.tools.run_python import RunPython
from insightx_jupyter.tools.run_sql import RunSql, SqlArguments


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", {}),
        ("  \n", {}),
        ('{"query": "select 1"}', {"query": "select 1"}),
        ('{"query": "select 1\nfrom t\t-- x"}', {"query": "select 1\nfrom t\t-- x"}),
    ],
)
def test_arguments_are_read_as_models_write_them(text: str, expected: dict[str, str]) -> None:
    assert read_arguments(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "[1]",
        '"x"',
        "nope",
        '{"query": "x",}',
        "{'query': 'x'}",
        "null",
        '{"query": "\\ud800"}',
        '{"a":' * 50_000,
        '{"query": "' + "x" * 300_000 + '"}',
    ],
)
def test_what_is_no_object_is_refused(text: str) -> None:
    with pytest.raises(ToolMisused):
        read_arguments(text)


def test_a_misfit_names_each_argument_that_is_wrong() -> None:
    with pytest.raises(ToolMisused) as caught:
        check_arguments(SqlArguments, {"sql": "select 1", "final": "perhaps"})
    text = str(caught.value)
    assert "query is missing" in text
    assert "no argument sql (known: query, final)" in text
    assert "final:" in text


def test_null_counts_as_left_out() -> None:
    assert check_arguments(SqlArguments, {"query": "q", "final": None}).final is True


def test_schemas_say_what_is_needed_and_nothing_else() -> None:
    assert RunSql.spec.parameters == {
        "type": "object",
        "properties": {
            "query": {"type": "string"},
            "final": {"type": "boolean", "default": True},
        },
        "required": ["query"],
    }
    assert set(ReadDataDna.spec.parameters) == {"type", "properties"}


def test_descriptions_come_from_their_files() -> None:
    assert RunPython.spec.description.startswith("Run Python over the frames")
    assert "\n" not in RunPython.spec.description
