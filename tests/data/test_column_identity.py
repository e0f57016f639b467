"""Keys are equal only for equal values, and what was asked about does not change."""

import gc
import threading
import weakref

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from insightx_jupyter.data.catalog import Catalog
from insightx_jupyter.errors import FrameUnknown


def mixed(rows=50):
    return pd.DataFrame(
        {
            "i": np.arange(rows),
            "f": np.linspace(0, 1, rows),
            "s": [f"s{n}" for n in range(rows)],
            "o": pd.Series(["x"] * rows, dtype=object),
            "c": pd.Categorical(["a", "b"] * (rows // 2)),
            "t": pd.date_range("2020", periods=rows, tz="UTC"),
            "m": pd.array([1, None] * (rows // 2), "Int64"),
            "iv": pd.interval_range(0, rows),
        }
    )


def keys(catalog, frame):
    snapshot = catalog.view({"t": frame}).snapshots[0]
    return {name: snapshot.column_key(name) for name in snapshot.column_names}


def changed(before, after):
    return {name for name in before if before[name] != after[name]}


@pytest.mark.parametrize(
    "frame",
    [
        mixed(),
        mixed().set_index("s"),
        mixed().set_index(["i", "s"]),
        mixed().i,
        pl.DataFrame({"a": [1, 2], "s": ["a", None], "l": [[1], []]}),
        pl.DataFrame({"c": pl.Series(["a", "b"], dtype=pl.Categorical)}),
        pa.table({"a": [1, 2], "s": ["x", None]}),
        pd.DataFrame({"l": [[1], [2]]}),
    ],
    ids=["mixed", "index", "levels", "series", "polars", "categories", "pyarrow", "lists"],
)
def test_an_unchanged_frame_keeps_its_keys(catalog, frame):
    assert keys(catalog, frame) == keys(catalog, frame)


WRITES = {
    "loc": (lambda df: df.__setitem__("i", df["i"] + 1), {"i"}),
    "one cell": (lambda df: df.__setattr__("_x", df.loc.__setitem__((3, "f"), 9.0)), {"f"}),
    "iat": (lambda df: df.iat.__setitem__((0, 0), -1), {"i"}),
    "text": (lambda df: df.loc.__setitem__((0, "s"), "new"), {"s"}),
    "object": (lambda df: df.loc.__setitem__((0, "o"), "new"), {"o"}),
    "category": (lambda df: df.loc.__setitem__((0, "c"), "b"), {"c"}),
    "time": (lambda df: df.loc.__setitem__((0, "t"), pd.Timestamp("1999", tz="UTC")), {"t"}),
    "masked": (lambda df: df.loc.__setitem__((0, "m"), 7), {"m"}),
    "interval": (lambda df: df.loc.__setitem__((0, "iv"), pd.Interval(5, 6)), {"iv"}),
    "whole block": (lambda df: df.__setitem__(["i", "f"], df[["i", "f"]] * 2), {"i", "f"}),
}


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("write", WRITES)
def test_a_write_changes_the_keys_of_its_columns_and_no_value_seen_before(catalog, write):
    frame = mixed()
    snapshot = catalog.view({"t": frame}).snapshots[0]
    before = {name: snapshot.column_key(name) for name in snapshot.column_names}
    action, touched = WRITES[write]
    action(frame)
    assert changed(before, keys(catalog, frame)) == touched
    expected = Catalog().view({"t": mixed()}).snapshots[0]
    for name in snapshot.column_names:  # converted only now, after the write
        assert snapshot.column(name).equals(expected.column(name))


def test_writes_while_another_thread_converts_are_not_seen(catalog):
    for _ in range(20):
        frame = pd.DataFrame({f"c{n}": np.zeros(20_000) for n in range(6)})
        snapshot = catalog.view({"t": frame}).snapshots[0]
        seen = []
        thread = threading.Thread(
            target=lambda s=snapshot, to=seen: to.extend(
                s.column(n).unique().to_pylist() for n in s.column_names
            )
        )
        thread.start()
        for position in range(6):
            frame.iloc[::2, position] = 5.0
        thread.join()
        assert seen == [[0.0]] * 6


def test_a_series_without_a_name_can_be_handed_over(catalog):
    snapshot = catalog.view({"x": pd.Series([1, 2])}).snapshots[0]
    assert (snapshot.name, snapshot.column_names) == ("x", ("value",))


def test_elements_changed_in_place_are_seen(catalog):
    frame = pd.DataFrame({"l": [[1], [2]], "i": [1, 2]})
    snapshot = catalog.view({"t": frame}).snapshots[0]
    before = keys(catalog, frame)
    frame.loc[0, "l"].append(99)
    assert changed(before, keys(catalog, frame)) == {"l"}
    assert snapshot.column("l").to_pylist() == [[1], [2]]


def test_without_holding_the_memory_a_later_reader_sees_the_write():
    """What the snapshot prevents: the array behind a frame is written to."""
    array = np.arange(5)
    frame = pd.DataFrame({"a": array}, copy=False)
    array[0] = 99
    assert frame["a"].iloc[0] == 99


def test_polars_writes(catalog):
    frame = pl.DataFrame({"a": [1, 2, 3], "s": ["a", "b", "c"]})
    snapshot = catalog.view({"t": frame}).snapshots[0]
    before = keys(catalog, frame)
    frame[0, "a"] = 99
    assert changed(before, keys(catalog, frame)) == {"a"}
    assert snapshot.column("a").to_pylist() == [1, 2, 3]


def test_columns_added_removed_and_renamed(catalog):
    frame = mixed()
    before = keys(catalog, frame)
    frame["new"] = 1
    after = keys(catalog, frame)
    assert not changed(before, after)
    assert "new" in after
    del frame["f"]
    frame.columns = [name.upper() for name in frame.columns]
    assert set(keys(catalog, frame)) == {n.upper() for n in after} - {"F"}


def test_a_renamed_index_is_seen(catalog):
    frame = pd.DataFrame({"a": [1, 2]}, index=pd.Index(["x", "y"], name="k"))
    assert set(keys(catalog, frame)) == {"k", "a"}
    frame.index.name = "other"
    assert set(keys(catalog, frame)) == {"other", "a"}


def test_swapped_labels_swap_the_values(catalog):
    frame = pd.DataFrame({"a": [1, 2], "b": [3, 4]})
    keys(catalog, frame)
    frame.columns = ["b", "a"]
    snapshot = catalog.view({"t": frame}).snapshots[0]
    assert snapshot.column("a").to_pylist() == [3, 4]


def test_frames_that_are_gone_are_let_go(catalog):
    frame = mixed()
    view = catalog.view({"t": frame, "other": pl.DataFrame({"a": [1]})})
    view.read_dna()
    held = [weakref.ref(c) for s in view.snapshots for c in s.held_columns.values()]
    watched = weakref.ref(frame)
    del frame, view
    gc.collect()
    assert watched() is None
    assert len(catalog) == 0
    assert [reference() for reference in held] == [None] * len(held)


def test_keys_are_not_reused_when_memory_is(catalog):
    seen = set()
    for number in range(50):
        frame = pd.DataFrame({"a": np.full(1000, number)})
        seen.add(keys(catalog, frame)["a"])
    assert len(seen) == 50


def test_a_frame_under_two_names_is_read_once(catalog):
    frame = mixed()
    first, second = catalog.view({"a": frame, "b c": frame}).snapshots
    assert first.column_key("i") == second.column_key("i")
    assert (second.name, second.original) == ("b_c", "b c")


def test_what_is_no_frame_is_refused(catalog):
    with pytest.raises(FrameUnknown, match="x is a dict, not a frame"):
        catalog.view({"x": {"a": 1}})


def test_columns_are_converted_only_when_asked(catalog, monkeypatch):
    from insightx_jupyter.data import capture

    converted = []

    def watching(values):
        converted.append(values.name)
        return original(values)

    original = capture.from_pandas
    monkeypatch.setattr(capture, "from_pandas", watching)
    snapshot = catalog.view({"t": mixed()}).snapshots[0]
    assert converted == []
    snapshot.column("f")
    snapshot.column("F")
    assert converted == ["f"]
