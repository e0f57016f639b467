"""Slices as cells: decimals by column, cut cells, exact counts."""

from __future__ import annotations

import pytest

from insightx_jupyter.protocol.results import Column, TableSlice
from insightx_jupyter.render.tables import counts, show


def column(name: str, kind: str, *values: object) -> list[str]:
    table = TableSlice(
        columns=(Column(name=name, type=kind),),
        rows=tuple((value,) for value in values),
        total_rows=len(values),
        total_columns=1,
    )
    return [row[0].text for row in show(table).rows]


@pytest.mark.parametrize(
    ("name", "kind", "values", "texts"),
    [
        ("late_share", "DOUBLE", (0.38766, 0.329), ["0.3877", "0.3290"]),
        ("chi2", "DOUBLE", (4079.37, 1.0), ["4,079.4", "1.0"]),
        ("z", "DOUBLE", (8.694, -12.1, None), ["8.69", "−12.10", "null"]),
        ("n", "DOUBLE", (681.0, 3175.0), ["681", "3,175"]),
        ("n", "BIGINT", (681, 3175), ["681", "3,175"]),
        ("n", "HUGEINT", ("9007199254740993", -1), ["9,007,199,254,740,993", "−1"]),
        ("year", "BIGINT", (2013,), ["2013"]),
        ("p_holm", "DOUBLE", (2.6e-17, 0.0, 0.003, 0.97), ["2.6e-17", "<1e-300", "0.003", "0.97"]),
        ("price", "DECIMAL(10,2)", ("1234.50", "-3.3"), ["1,234.50", "−3.30"]),
        ("tiny", "DOUBLE", (0.5, 2e-9), ["0.5000", "2.0e-09"]),
        ("huge", "DECIMAL(9,0)", ("1e999999", "sNaN"), ["1e999999", "sNaN"]),
        ("odd", "DOUBLE", (float("nan"), float("inf")), ["NaN", "∞"]),
        ("ok", "BOOLEAN", (True, None), ["true", "null"]),
        ("code", "VARCHAR", ("007", "1234"), ["007", "1234"]),
        ("list", "INTEGER[]", ("[1, 2]",), ["[1, 2]"]),
        ("text", "VARCHAR", ("a\nb\x00", "x" * 99), ["a b␀", "x" * 59 + "…"]),
    ],
)
def test_cells(name: str, kind: str, values: tuple[object, ...], texts: list[str]) -> None:
    assert column(name, kind, *values) == texts


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ((10, 16, 7, 9), "First 10 of 16 rows, 7 of 9 columns. All of it:"),
        ((10, 16, 9, 9), "First 10 of 16 rows, 9 columns. All of it:"),
        ((1, 1, 2, 3), "1 row, 2 of 3 columns. All of it:"),
        ((1, 1, 1, 1), "1 row, 1 column. In Python:"),
        ((0, 0, 3, 3), "0 rows, 3 columns. In Python:"),
    ],
)
def test_counts(arguments: tuple[int, int, int, int], text: str) -> None:
    assert counts(*arguments) == text


def test_bounds_and_room() -> None:
    table = TableSlice(
        columns=tuple(Column(name=f"c{i}", type="BIGINT") for i in range(20)),
        rows=((1_000,) * 20,) * 30,
        total_rows=1_000,
        total_columns=420,
    )
    assert (len(show(table).names), len(show(table).rows)) == (12, 10)
    narrow = show(table, room=35)
    assert len(narrow.names) == len(narrow.rows[0]) == len(narrow.numeric) == 5
    assert narrow.counts == "First 10 of 1,000 rows, 5 of 420 columns. All of it:"
    assert len(show(table, room=1).names) == 2


def test_no_rows_and_no_columns() -> None:
    empty = TableSlice(columns=(), rows=(), total_rows=0, total_columns=0)
    assert show(empty).rows == ()
    headed = TableSlice(
        columns=(Column(name="a", type="BIGINT"),), rows=(), total_rows=0, total_columns=1
    )
    assert [cell.text for cell in show(headed).names] == ["a"]
