"""Whatever code hands back comes out as the tables that one would expect."""

from __future__ import annotations

import datetime as dt
import math
import types
from decimal import Decimal

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from scipy import stats

from insightx_jupyter.sandbox.inside.results import tabulate

FRAME = pd.DataFrame({"a": [1, 2, 2], "b": ["x", None, "z"], "c": [1.5, math.nan, 2.0]})
ROWS = {"a": [1, 2, 2], "b": ["x", None, "z"], "c": [1.5, None, 2.0]}


def only(value: object) -> dict:
    tables = tabulate(value)
    assert list(tables) == [""]
    tables[""].validate(full=True)
    return tables[""].to_pydict()


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (FRAME, ROWS),
        (FRAME[FRAME.a > 1], {"a": [2, 2], "b": [None, "z"], "c": [None, 2.0]}),
        (FRAME.set_index("b"), {"b": ["x", None, "z"], "a": [1, 2, 2], "c": [1.5, None, 2.0]}),
        (pl.DataFrame({"q": [1, None]}), {"q": [1, None]}),
        (pl.LazyFrame({"q": [1]}), {"q": [1]}),
        (pl.Series("q", [1, 2]), {"q": [1, 2]}),
        (pa.table({"z": [1]}), {"z": [1]}),
        (pa.array([1, 2]), {"value": [1, 2]}),
        (FRAME.style, ROWS),
    ],
    ids=lambda value: type(value).__module__.partition(".")[0],
)
def test_frames_of_any_library(value: object, expected: dict) -> None:
    assert only(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (FRAME.a, {"a": [1, 2, 2]}),
        (FRAME.groupby("a").c.sum(), {"a": [1, 2], "c": [1.5, 2.0]}),
        (pd.Series([3, 4], index=["p", "q"]), {"index": ["p", "q"], "value": [3, 4]}),
        (
            FRAME.value_counts(["a", "b"]).sort_index(),
            {"a": [1, 2], "b": ["x", "z"], "count": [1, 1]},
        ),
        (FRAME.isna().sum(), {"index": ["a", "b", "c"], "value": [0, 1, 1]}),
        (pd.Series([1], name="index", index=["i"]), {"index": ["i"], "index_2": [1]}),
    ],
)
def test_series_keep_their_index(value: pd.Series, expected: dict) -> None:
    assert only(value) == expected


def test_column_levels_are_flattened() -> None:
    table = only(FRAME.groupby("a").agg({"c": ["mean", "size"]}).reset_index())
    assert list(table) == ["a", "c_mean", "c_size"]


def test_names_are_text_and_unique_without_case() -> None:
    frame = pd.DataFrame([[1, 2, 3, 4]], columns=["A", "a", 7, "A"])
    assert only(frame) == {"A": [1], "a_2": [2], "7": [3], "A_3": [4]}


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (5, 5),
        (True, True),
        (2.5, 2.5),
        ("text", "text"),
        (math.nan, None),
        (math.inf, math.inf),
        (np.int16(3), 3),
        (np.float64(0.5), 0.5),
        (np.array(4), 4),
        (Decimal("1.20"), Decimal("1.20")),
        (pd.Timestamp("2013-01-31 10:00"), dt.datetime(2013, 1, 31, 10)),
        (dt.date(2013, 1, 31), dt.date(2013, 1, 31)),
        (pd.Timedelta("1h"), dt.timedelta(hours=1)),
        (pd.NaT, None),
        (pd.NA, None),
        (pd.Period("2020-01"), "2020-01"),
        (10**30, str(10**30)),
        (1 + 2j, "(1+2j)"),
    ],
    ids=repr,
)
def test_scalars_are_one_cell(value: object, cell: object) -> None:
    assert only(value) == {"value": [cell]}


def test_dicts_of_scalars_are_one_row() -> None:
    value = {"n": 3, "none": None, "nan": math.nan, "inner": {"p": 0.5, "q": "z"}}
    assert only(value) == {
        "n": [3],
        "none": [None],
        "nan": [None],
        "inner_p": [0.5],
        "inner_q": ["z"],
    }


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ([1, 2, None], {"value": [1, 2, None]}),
        ((1.5, 2.5), {"value": [1.5, 2.5]}),
        (range(3), {"value": [0, 1, 2]}),
        ({7}, {"value": [7]}),
        (np.arange(3), {"value": [0, 1, 2]}),
        (pd.Index(["a", "b"]), {"value": ["a", "b"]}),
        (np.eye(2), {"c0": [1.0, 0.0], "c1": [0.0, 1.0]}),
        ([(1, "a"), (2, "b")], {"c0": [1, 2], "c1": ["a", "b"]}),
        ([{"k": 1}, {"k": 2}], {"k": [1, 2]}),
        ({"x": [1, 2], "y": ["a", "b"]}, {"x": [1, 2], "y": ["a", "b"]}),
        (Decimal("0.1"), {"value": [Decimal("0.1")]}),
    ],
    ids=repr,
)
def test_sequences(value: object, expected: dict) -> None:
    assert only(value) == expected


def test_mixed_dicts_are_a_row_and_frames() -> None:
    tables = tabulate({"n": 3, "groups": FRAME, "p": 0.5, "list": [1, 2]})
    assert {name: table.to_pydict() for name, table in tables.items()} == {
        "": {"n": [3], "p": [0.5]},
        "groups": ROWS,
        "list": {"value": [1, 2]},
    }


def test_dicts_of_frames_have_the_first_as_main() -> None:
    tables = tabulate({"one": FRAME, "two": FRAME.a})
    assert list(tables) == ["", "two"]


def test_a_frame_and_a_number_as_a_tuple() -> None:
    tables = tabulate((FRAME, 3))
    assert tables[""].to_pydict() == {"part2": [3]}
    assert tables["part1"].to_pydict() == ROWS


def test_results_of_scipy_tests_are_rows() -> None:
    test = stats.ttest_ind([1, 2, 3], [2, 3, 4])
    assert only(test) == {"statistic": [test.statistic], "pvalue": [test.pvalue]}
    tables = tabulate(stats.chi2_contingency([[10, 20], [30, 25]]))
    assert tables[""].column_names == ["statistic", "pvalue", "dof"]
    assert tables["expected_freq"].shape == (2, 2)
    assert "slope" in only(stats.linregress([1, 2, 3], [1, 2, 4]))


def test_what_arrow_has_no_type_for_is_bounded_text() -> None:
    odd = pd.DataFrame(
        {
            "mixed": pd.Series([1, "x", None], dtype=object),
            "complex": [1j, 2, 3],
            "interval": pd.arrays.IntervalArray.from_breaks([0, 1, 2, 3]),
            "long": pd.Series([["y" * 5000, 1]] * 3, dtype=object),
            "surrogate": pd.Series(["\ud800", "b", None], dtype=object),
            "category": pd.Categorical(["lo", "hi", None]),
        }
    )
    table = only(odd)
    assert table["mixed"] == ["1", "x", None]
    assert table["complex"] == ["1j", "(2+0j)", "(3+0j)"]
    assert table["interval"] == ["(0, 1]", "(1, 2]", "(2, 3]"]
    assert all(len(cell) <= 1000 for cell in table["long"])
    assert table["surrogate"] == ["?", "b", None]
    assert table["category"] == ["lo", "hi", None]


def test_binned_groups_keep_their_edges() -> None:
    counts = FRAME.groupby(pd.cut(FRAME.c, [1, 1.75, 2]), observed=True).size()
    assert only(counts) == {"c": ["(1.0, 1.75]", "(1.75, 2.0]"], "value": [1, 1]}


class Rude:
    def __str__(self) -> str:
        raise RuntimeError("no")


@pytest.mark.parametrize("value", [None, object(), types, FRAME.groupby("a"), {}, print, Rude()])
def test_what_is_no_table(value: object) -> None:
    assert tabulate(value) == {}


def test_an_object_that_has_no_text() -> None:
    assert only(pd.DataFrame({"o": [Rude(), 1]})) == {"o": ["<Rude>", "1"]}


@pytest.mark.parametrize("value", [pd.DataFrame(), [], FRAME.head(0), np.zeros((0, 2))])
def test_empty_results_are_tables(value: object) -> None:
    (table,) = tabulate(value).values()
    assert table.num_columns > 0
