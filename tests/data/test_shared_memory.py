"""Memory that a frame shares with a numpy array: writes to it are seen, also late ones."""

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from insightx_jupyter.data.catalog import Catalog
from insightx_jupyter.data.fingerprint import WHOLE, numpy_fingerprint

#: Frames over an array of doubles that they do not copy.
SHARING = {
    "pandas": lambda a: pd.DataFrame({"a": a}, copy=False),
    "pandas series": lambda a: pd.Series(a, copy=False, name="a"),
    "pandas rows": lambda a: pd.DataFrame(a.reshape(-1, 1), columns=["a"], copy=False),
    "pandas every second": lambda a: pd.DataFrame({"a": a[::2]}, copy=False),
    "pandas objects": lambda a: pd.DataFrame({"a": a.astype(object)}, copy=False),
    "pandas times": lambda a: pd.DataFrame({"a": a.view("M8[ns]")}, copy=False),
    "polars": lambda a: pl.DataFrame({"a": a}),
    "arrow": lambda a: pa.table({"a": pa.array(a)}),
    "arrow slice": lambda a: pa.table({"a": pa.array(a)[5:]}),
}


def memory(frame) -> np.ndarray:
    """The frame's own memory, to be written to."""
    if isinstance(frame, pa.Table):
        return np.frombuffer(frame["a"].chunk(0).buffers()[1], "f8")
    column = frame["a"] if not isinstance(frame, pd.Series) else frame
    return column.to_numpy() if isinstance(frame, pl.DataFrame) else np.asarray(column)


def total(snapshot):
    return sum(float(v or 0) for v in snapshot.column("a").cast(pa.float64()).to_pylist())


def view(catalog, frame):
    return catalog.view({"t": frame}).snapshots[0]


@pytest.mark.parametrize("rows", [1_000, 100_000, WHOLE])
@pytest.mark.parametrize(
    "kind", ["pandas", "pandas rows", "pandas every second", "polars", "arrow"]
)
def test_an_array_that_is_written_to_has_another_key(catalog, kind, rows):
    array = np.zeros(rows)
    frame = SHARING[kind](array)
    before = view(catalog, frame)
    assert before.column_key("a") == view(catalog, frame).column_key("a")
    array[:] = 1
    assert np.asarray(memory(frame))[0] == 1  # or nothing is shared
    after = view(catalog, frame)
    assert after.column_key("a") != before.column_key("a")
    assert total(after) == len(after.column("a"))


@pytest.mark.parametrize("kind", SHARING)
def test_one_cell_of_a_small_array_is_enough(catalog, kind):
    array = np.arange(1_000.0)
    frame = SHARING[kind](array)
    if kind == "pandas objects":
        array = frame._mgr.blocks[0].values[0]  # what a library that fills its own array has
    before = view(catalog, frame).column_key("a")
    array[500] = -1
    assert view(catalog, frame).column_key("a") != before


@pytest.mark.parametrize("kind", ["pandas", "pandas every second", "polars", "arrow"])
@pytest.mark.parametrize("rows", [1_000, 100_000])
def test_a_write_between_question_and_query_is_not_seen(catalog, kind, rows):
    array = np.zeros(rows)
    asked = view(catalog, SHARING[kind](array))
    array[:] = 1
    assert total(asked) == 0


def test_of_a_large_array_the_ends_and_a_sample_are_looked_at():
    array = np.zeros(WHOLE)
    seen = {numpy_fingerprint(array)}
    for rows in (slice(0, 1), slice(-1, None), slice(500_000, 500_200)):
        array[rows] = 7
        seen.add(numpy_fingerprint(array))
    assert len(seen) == 4


def test_sorting_in_place_is_seen():
    array = np.random.default_rng(1).permutation(50_000)
    before = numpy_fingerprint(array)
    array.sort()
    assert numpy_fingerprint(array) != before


def test_a_frame_that_went_does_not_lend_its_key_to_the_next():
    catalog = Catalog()
    keys = set()
    for n in range(50):
        array = np.full(1_000, float(n))
        keys.add(view(catalog, pl.DataFrame({"a": array})).column_key("a"))
        del array
    assert len(keys) == 50
