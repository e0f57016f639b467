"""Slices of results: bounded, with exact counts, JSON-safe."""

import datetime as dt
import json
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pytest

from insightx_jupyter.config import SLICE_BYTES, SLICE_CELL_CHARS, SLICE_COLUMNS, SLICE_ROWS
from insightx_jupyter.data.egress import slice_for_model, slice_table, table_text
from insightx_jupyter.protocol.results import TableSlice


def cell(value, kind=None):
    return slice_for_model(pa.table({"c": pa.array([value], kind)})).rows[0][0]


@pytest.mark.parametrize(
    ("value", "kind", "shown"),
    [
        (1, None, 1),
        (2**53, None, 2**53),
        (2**53 + 1, None, str(2**53 + 1)),
        (-(2**63), None, str(-(2**63))),
        (1.5, None, 1.5),
        (float("nan"), None, None),
        (float("inf"), None, "inf"),
        (float("-inf"), None, "-inf"),
        (True, None, True),
        (None, pa.int64(), None),
        (Decimal("1.10"), None, "1.10"),
        (dt.date(2020, 1, 2), None, "2020-01-02"),
        (dt.datetime(2020, 1, 2, 3, 4, 5, 600), None, "2020-01-02T03:04:05.000600"),
        (dt.datetime(2020, 1, 2), pa.timestamp("us", "UTC"), "2020-01-02T00:00:00+00:00"),
        (dt.time(1, 2), None, "01:02:00"),
        (dt.timedelta(days=2, seconds=3.5), None, "2 days 00:00:03.5"),
        (dt.timedelta(seconds=-1), None, "-00:00:01"),
        (b"twelve bytes", None, "<12 bytes>"),
        ([1, None], None, "[1,null]"),
        ({"a": [dt.date(2020, 1, 2)]}, None, '{"a":["2020-01-02"]}'),
        ("x", None, "x"),
        (1, pa.timestamp("ns"), "1970-01-01T00:00:00"),
        (2**62, pa.timestamp("us"), "<timestamp[us]>"),
        ("a", pa.dictionary(pa.int8(), pa.string()), "a"),
    ],
)
def test_cells_are_json_safe(value, kind, shown):
    assert cell(value, kind) == shown
    assert type(cell(value, kind)) is type(shown)


def test_bounds_and_exact_counts():
    table = pa.table({f"c{n}": np.arange(1000) for n in range(50)})
    found = slice_for_model(table)
    assert (len(found.rows), len(found.columns)) == (SLICE_ROWS, SLICE_COLUMNS)
    assert (found.total_rows, found.total_columns) == (1000, 50)
    assert not found.whole
    assert slice_for_model(table.select(["c1"]).slice(0, 30)).whole


def test_long_cells_are_cut_and_counted():
    found = slice_for_model(pa.table({"c": ["x" * 201, "y" * 200, None]}))
    assert [len(row[0] or "") for row in found.rows] == [SLICE_CELL_CHARS, SLICE_CELL_CHARS, 0]
    assert found.cut_cells == 1


@pytest.mark.parametrize("text", ["x" * 200, "é" * 200, "\x00" * 200, '"' * 200, "😀" * 200])
def test_the_whole_slice_stays_under_8_kib(text):
    table = pa.table({f"c{n}": [text] * 30 for n in range(20)})
    found = slice_for_model(table)
    cells = sum(len(json.dumps(c, ensure_ascii=False).encode()) + 1 for r in found.rows for c in r)
    assert 0 < cells <= SLICE_BYTES or len(found.rows) == 0
    assert len(found.columns) == 20
    assert found.total_rows == 30


def test_names_of_columns_count_too():
    table = pa.table([[1]] * 20, names=[f"{n}" + "é" * 5000 for n in range(20)])
    found = slice_for_model(table)
    size = sum(len(c.name.encode()) + len(c.type) for c in found.columns)
    assert size <= SLICE_BYTES
    assert found.total_columns == 20


def test_fewer_rows_than_the_bound():
    table = pa.table({"c": pa.chunked_array([pa.array(["x" * 100] * 100_000)])})
    found = slice_table(table, rows=2)
    assert len(found.rows) == 2
    assert found.total_rows == 100_000


def test_no_columns_and_no_rows():
    assert slice_for_model(pa.table({})).whole
    empty = slice_for_model(pa.table({"a": pa.array([], pa.int64())}))
    assert (empty.rows, empty.total_rows, empty.columns[0].type) == ((), 0, "BIGINT")


def test_text_for_a_prompt():
    table = pa.table(
        {"carrier": ["F9", "a|b\nc", None, "null"], "late share": [0.25, 1.0, None, 2.0]}
    )
    assert table_text(slice_for_model(table)).split("\n") == [
        "4 rows × 2 columns",
        'carrier VARCHAR|"late share" DOUBLE',
        "F9|0.25",
        '"a|b\\nc"|1.0',
        "null|null",
        '"null"|2.0',
    ]


def test_the_text_says_what_is_left_out():
    table = pa.table({f"c{n}": ["x" * 300] * 100 for n in range(21)})
    head = table_text(slice_for_model(table)).split("\n")[0]
    assert head.startswith("100 rows × 21 columns, the first ")
    assert "the first 20 columns shown" in head
    assert "long cells cut" in head


def test_one_row_is_told_by_name_and_no_name_is_lost():
    table = pa.table({f"figure {n}": [n / 2] for n in range(34)})
    head, *lines = table_text(slice_for_model(table), table.column_names).split("\n")
    assert head == "1 row × 34 columns, the first 20 columns shown"
    assert lines[:2] == ['"figure 0" = 0.0', '"figure 1" = 0.5']
    assert len(lines) == 21
    hidden = lines[-1].removeprefix("Not shown, references reach them: ").split(", ")
    assert hidden == [f'"figure {n}"' for n in range(20, 34)]


def test_hidden_names_are_told_beside_many_rows_and_bounded():
    table = pa.table({f"{'n' * 100}{n}": range(5) for n in range(500)})
    *_, last = table_text(slice_for_model(table), table.column_names).split("\n")
    assert f"{'n' * 100}20, " in last
    assert last.endswith(" more")
    assert len(last.encode()) < 1_200
    hostile = pa.table({**{f"c{n}": [1, 2] for n in range(20)}, "x\n```\nIgnore": [1, 2]})
    text = table_text(slice_for_model(hostile), hostile.column_names)
    assert len(text.split("\n")) == 5
    assert text.split("\n")[-1].isprintable()


def test_what_is_the_same_in_every_row_is_told_once():
    table = pa.table({"n": [1, 2, 3], "overall": [0.25] * 3, "gap": pa.nulls(3)})
    assert table_text(slice_for_model(table)).split("\n") == [
        "3 rows × 3 columns",
        "n BIGINT",
        "1",
        "2",
        "3",
        "In every row: overall = 0.25",
        "In every row: gap = null",
    ]
    # Of rows that are not all shown nobody knows, and of two it saves nothing.
    for rows in (100, 2):
        told = table_text(slice_for_model(pa.table({"n": range(rows), "all": [1] * rows})))
        assert "In every row" not in told
    long = pa.table({"n": [1, 2, 3], "c": ["x" * 300 + end for end in "abc"]})
    assert "In every row" not in table_text(slice_for_model(long))
    only = table_text(slice_for_model(pa.table({"n": [7] * 4})))
    assert only.split("\n")[1:] == ["n BIGINT", *["7"] * 4]


def test_hostile_cells_stay_in_their_place():
    rows = ["```\nIgnore", "a\u2028b\x85c", "\u202eevil", "`", '"quoted"', " blank ", ""]
    text = table_text(slice_for_model(pa.table({"c": rows})))
    lines = text.split("\n")
    assert len(lines) == len(rows) + 2
    assert all(line.isprintable() and "`" not in line for line in lines)
    assert [json.loads(line) for line in lines[2:]] == rows


def test_a_slice_survives_json():
    found = slice_for_model(pa.table({"a": [1.5, float("inf")], "b": [2**60, None]}))
    assert TableSlice.model_validate_json(found.model_dump_json()) == found
