"""Every odd column becomes one that DuckDB takes, with a note where something was lost."""

import datetime as dt
import uuid
from decimal import Decimal

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from insightx_jupyter.data.catalog import Catalog
from insightx_jupyter.data.detail import detail
from insightx_jupyter.data.digest import digest

UTC = dt.timezone.utc  # noqa: UP017 - the object that users have
PLUS3 = dt.timezone(dt.timedelta(hours=3))


class Evil:
    """Its text cannot be had."""

    def __str__(self):
        raise RuntimeError

    __repr__ = __str__


def objects(*values):
    return pd.DataFrame({"c": pd.Series(list(values), dtype=object)})


def column(values, dtype=None):
    return pd.DataFrame({"c": pd.Series(values, dtype=dtype)})


def arrow(values, kind):
    return pa.table({"c": pa.array(values, kind)})


def broken_text():
    offsets = pa.py_buffer(np.array([0, 1], "int32").tobytes())
    return pa.table(
        {"c": pa.Array.from_buffers(pa.string(), 1, [None, offsets, pa.py_buffer(b"\xff")])}
    )


WHEN = dt.datetime(2020, 1, 1)
ZONED = "TIMESTAMP WITH TIME ZONE"
# frame, DuckDB's type, the first value as SQL sees it, a word of the note ("" for none)
ODD = {
    "mixed": (objects(1, "a", None), "VARCHAR", "1", "mixed values (1 int, 1 str)"),
    "a late odd value": (objects(*range(2000), "x"), "VARCHAR", "0", "2,000 int, 1 str"),
    "ints with gaps": (objects(1, None, 3), "BIGINT", 1, ""),
    "large ids": (objects(10**18 + 1, 10**18 + 2), "BIGINT", 10**18 + 1, ""),
    "beyond 64 bits": (objects(10**30, 1), "DECIMAL(38,0)", Decimal(10**30), "beyond 64 bits"),
    "beyond 38 digits": (objects(10**40, 1), "VARCHAR", "1" + "0" * 40, "as text"),
    "large ints and floats": (objects(2**60 + 1, 1.5), "VARCHAR", str(2**60 + 1), "as text"),
    "surrogates": (objects("\ud800x", None), "VARCHAR", "\\ud800x", "no valid text"),
    "NUL": (objects("a\0b"), "VARCHAR", "a\0b", ""),
    "mixed zones": (
        objects(WHEN.replace(tzinfo=PLUS3), WHEN.replace(tzinfo=UTC)),
        ZONED,
        dt.datetime(2019, 12, 31, 21),
        "2 time zones mixed; read as UTC",
    ),
    "naive and aware": (objects(WHEN.replace(tzinfo=UTC), WHEN), "VARCHAR", None, "as text"),
    "one zone": (objects(WHEN.replace(tzinfo=PLUS3)), "TIMESTAMP", WHEN, "local time"),
    "decimals": (objects(Decimal("1.10"), None), "DECIMAL(3,2)", Decimal("1.10"), ""),
    "wide decimals": (objects(Decimal("1e50"), Decimal("1.5")), "DOUBLE", 1e50, "16 digits"),
    "lists": (objects([1, 2], []), "BIGINT[]", [1, 2], ""),
    "mixed lists": (objects([1, "a"], [2]), "VARCHAR", "[1, 'a']", "as text"),
    "dicts": (objects({"a": 1}, {"b": "x"}), "STRUCT(a BIGINT, b VARCHAR)", None, ""),
    "empty dicts": (objects({}, {}), "VARCHAR", "{}", "JSON"),
    "dicts of many keys": (
        objects(*({f"k{i}": i} for i in range(150))),
        "VARCHAR",
        None,
        "150 fields",
    ),
    "objects without text": (objects(Evil(), 1), "VARCHAR", "<Evil>", "1 Evil, 1 int"),
    "uuids": (objects(uuid.UUID(int=1)), "VARCHAR", str(uuid.UUID(int=1)), "UUID"),
    "dates": (objects(dt.date(1, 1, 1), dt.date(9999, 12, 31)), "DATE", dt.date(1, 1, 1), ""),
    "bytes": (objects(b"\xff\0"), "BLOB", b"\xff\0", ""),
    "nothing but None": (objects(None, None), "VARCHAR", None, "no values"),
    "bool and int": (objects(True, 2), "VARCHAR", "True", "mixed"),
    "frames in cells": (objects(pd.DataFrame({"a": [1]}), 1), "VARCHAR", None, "as text"),
    "complex": (column([1j]), "VARCHAR", "1j", "complex"),
    "half": (column(np.array([1.5], "float16")), "FLOAT", 1.5, "half"),
    "long double": (column(np.array([1.5], np.longdouble)), "DOUBLE", 1.5, "double"),
    "intervals": (column(pd.interval_range(0, 2)), "VARCHAR", "(0, 1]", "as text"),
    "periods": (column(pd.period_range("2020-01", periods=2, freq="M")), None, WHEN, "period[M]"),
    "sparse": (column(pd.arrays.SparseArray([0, 0, 1.0])), "DOUBLE", 0.0, "sparse"),
    "ordered": (
        column(pd.Categorical(["a", None], categories=["b", "a"], ordered=True)),
        "VARCHAR",
        "a",
        "ordered: b < a",
    ),
    "mixed categories": (column(pd.Categorical([1, "b"])), "VARCHAR", "1", "as text"),
    "no categories": (column(pd.Categorical([None, None])), None, None, ""),
    "New York": (
        column(pd.date_range("2020-07-01 12:00", periods=2, tz="America/New_York")),
        ZONED,
        dt.datetime(2020, 7, 1, 16),
        "hours and days in America/New_York",
    ),
    "durations": (column(pd.to_timedelta(["1s", None])), "INTERVAL", dt.timedelta(seconds=1), ""),
    "masked": (column([1, None], "Int64"), "BIGINT", 1, ""),
    "unsigned": (column(np.array([2**64 - 1], "uint64")), "UBIGINT", 2**64 - 1, ""),
    "wide pyarrow decimals": (
        column([Decimal("1.5")], pd.ArrowDtype(pa.decimal256(50, 2))),
        "DECIMAL(38,2)",
        Decimal("1.50"),
        "decimal256",
    ),
    "polars objects": (
        pl.DataFrame({"c": pl.Series([Evil(), 1], dtype=pl.Object)}),
        "VARCHAR",
        "<Evil>",
        "as text",
    ),
    "polars Int128": (
        pl.DataFrame({"c": pl.Series([2**100], dtype=pl.Int128)}),
        "DECIMAL(38,0)",
        Decimal(2**100),
        "Int128",
    ),
    "polars categories": (
        pl.DataFrame({"c": pl.Series(["a"], dtype=pl.Categorical)}),
        "VARCHAR",
        "a",
        "",
    ),
    "polars null": (pl.DataFrame({"c": [None]}), "VARCHAR", None, "no values"),
    "polars zone": (
        pl.DataFrame({"c": pl.Series([WHEN]).dt.replace_time_zone("Asia/Tokyo")}),
        ZONED,
        dt.datetime(2019, 12, 31, 15),
        "Asia/Tokyo",
    ),
    "polars NaN": (pl.DataFrame({"c": [float("nan"), 1.0]}), "DOUBLE", None, "1 NaN"),
    "string views": (arrow(["a"], pa.string_view()), "VARCHAR", "a", ""),
    "wide arrow decimals": (
        arrow([Decimal("1e60")], pa.decimal256(70, 2)),
        "DOUBLE",
        1e60,
        "16 digits",
    ),
    "arrow null": (pa.table({"c": pa.nulls(2)}), "VARCHAR", None, "no values"),
    "nanoseconds": (
        arrow([1500], pa.duration("ns")),
        "INTERVAL",
        dt.timedelta(microseconds=1),
        "cut",
    ),
    "run ends": (
        pa.table({"c": pa.RunEndEncodedArray.from_arrays([2, 3], [1, 2])}),
        "BIGINT",
        1,
        "",
    ),
    "unions": (
        pa.table({"c": pa.UnionArray.from_sparse(pa.array([0], pa.int8()), [pa.array([1])])}),
        "VARCHAR",
        "1",
        "JSON",
    ),
    "empty structs": (arrow([[{}]], pa.list_(pa.struct([]))), "VARCHAR", "[{}]", "JSON"),
    "zones that nobody knows": (
        arrow([0], pa.timestamp("us", "Mars/Olympus")),
        "TIMESTAMP",
        dt.datetime(1970, 1, 1),
        "not known here; UTC",
    ),
    "years beyond Python": (arrow([2**40, 0], pa.timestamp("s")), "TIMESTAMP_S", None, ""),
    "text that is none": (broken_text(), "VARCHAR", "\\xff", "no valid text"),
}


@pytest.mark.parametrize("name", ODD)
def test_duckdb_reads_every_odd_column(name):
    frame, sql_type, first, note = ODD[name]
    view = Catalog().view({"t": frame})
    snapshot = view.snapshots[0]
    table = pa.table({"c": snapshot.column("c")})
    with duckdb.connect() as connection:
        connection.register("t", table)
        cell = "timezone('UTC', c)" if sql_type == ZONED else "c"  # fetchall would need pytz
        rows = connection.execute(f"SELECT {cell}, typeof(c) FROM t").fetchall()
    assert len(rows) == snapshot.rows == len(frame)
    if sql_type is not None:
        assert rows[0][1].replace('"', "") in (sql_type, "NULL")
    if first is not None:
        assert rows[0][0] == first
    notes = snapshot.column_notes("c")
    assert note in " ".join(notes) if note else not notes
    column = view.read_dna().frames[0].columns[0]
    assert sql_type is None or column.sql_type == sql_type
    assert column.nulls == sum(value is None for value, _ in rows)


@pytest.mark.parametrize("name", ODD)
def test_every_odd_column_can_be_told(name):
    dna = Catalog().view({"t": ODD[name][0]}).read_dna()
    assert len(digest(dna).splitlines()) <= 4
    assert detail(dna, "t", "c").startswith("t.c ")
    assert type(dna).model_validate_json(dna.model_dump_json()) == dna


@pytest.mark.parametrize("name", ["intervals", "complex", "sparse", "periods"])
def test_without_the_adapter_duckdb_refuses_the_frame(name):
    with duckdb.connect() as connection, pytest.raises(Exception, match=r"(?i)not |unsupported"):
        connection.register("t", ODD[name][0])


@pytest.mark.parametrize(
    "frame",
    [pd.DataFrame(), pd.DataFrame(index=range(5)), pl.DataFrame(), pa.table({})],
    ids=["pandas", "pandas with rows", "polars", "pyarrow"],
)
def test_a_frame_without_columns_is_its_row_numbers(snap, frame):
    snapshot = snap(frame)
    assert snapshot.column_names == ("index",)
    assert snapshot.column("index").to_pylist() == list(range(len(frame)))
    assert snapshot.column_key("index") == snap(frame).column_key("index")


def test_no_rows(profile):
    empty = profile(
        pd.DataFrame({"a": pd.Series([], dtype="int64"), "b": pd.Series([], dtype=object)})
    )
    assert [(c.nulls, c.distinct, c.minimum, c.mean) for c in empty.columns] == [
        (0, 0, None, None)
    ] * 2


def test_duplicate_and_odd_labels(snap):
    frame = pd.DataFrame([[1, 2, 3, 4]], columns=["a", "A", 0, ("x", "y")])
    snapshot = snap(frame)
    assert snapshot.column_names == ("a", "A_2", "0", "x_y")
    assert [snapshot.column(n).to_pylist() for n in snapshot.column_names] == [[1], [2], [3], [4]]
    assert [snapshot.original_label(n) for n in snapshot.column_names] == [
        None,
        "A",
        "0",
        "('x', 'y')",
    ]


def test_lone_surrogates_in_an_index(snap):
    frame = pd.DataFrame({"a": [1, 2]}, index=pd.Index(["\ud800", "b"], dtype=object, name="k"))
    assert snap(frame).column("k").to_pylist() == ["\\ud800", "b"]


@pytest.mark.parametrize(
    ("index", "names"),
    [
        (None, ("a",)),
        (pd.RangeIndex(0, 4, 2), ("a",)),
        (pd.RangeIndex(2, name="row"), ("row", "a")),
        (pd.Index(["x", "y"], name="key"), ("key", "a")),
        (pd.Index([7, 9]), ("index", "a")),
        (pd.MultiIndex.from_tuples([(1, "a"), (2, "b")], names=["n", None]), ("n", "level_1", "a")),
    ],
)
def test_a_meaningful_index_becomes_columns(snap, index, names):
    snapshot = snap(pd.DataFrame({"a": [1, 2]}, index=index))
    assert snapshot.column_names == names
    if len(names) > 1:
        expected = index.get_level_values(0).tolist()
        assert snapshot.column(names[0]).to_pylist() == expected
