import subprocess
import sys

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from insightx_jupyter.data.frames import find_frames
from insightx_jupyter.errors import FrameUnknown


@pytest.fixture
def namespace():
    flights = pd.DataFrame({"a": [1]})
    return {
        "In": ["flights = 1"],
        "Out": {1: flights},
        "_": flights,
        "_3": pd.DataFrame({"old": [1]}),
        "_i": "x",
        "flights": flights,
        "also_flights": flights,
        "number": 3,
        "prices": pd.Series([1.0, 2.0], name="price"),
        "nameless": pd.Series([1.0]),
        "pets": pl.DataFrame({"a": [1]}),
        "lazy": pl.LazyFrame({"a": [1]}),
        "table": pa.table({"a": [1]}),
        "pd": pd,
        "cls": pd.DataFrame,
    }


def test_finds_frames_of_all_three_libraries_in_order(namespace):
    found = find_frames(namespace)
    assert list(found) == ["flights", "prices", "pets", "table"]
    assert found["flights"] is namespace["flights"]


def test_an_object_with_two_names_is_one_frame(namespace):
    found = find_frames(namespace)
    assert found.aliases == {"flights": ("also_flights",)}
    assert list(find_frames(namespace, ["also_flights"])) == ["also_flights"]


def test_names_narrow_and_keep_their_order(namespace):
    assert list(find_frames(namespace, ["table", "flights"])) == ["table", "flights"]
    assert list(find_frames(namespace, ["nameless"])) == ["nameless"]


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("flihgts", "Did you mean flights?"),
        ("FLIGHTS", "Did you mean flights?"),
        ("zzz", "Frames in this notebook: flights, also_flights, prices, pets, table."),
        ("number", "number is of type int, not a frame."),
        ("lazy", "Collect it first: lazy = lazy.collect()."),
    ],
)
def test_unknown_names_are_told_with_what_there_is(namespace, name, told):
    with pytest.raises(FrameUnknown) as caught:
        find_frames(namespace, [name])
    assert told in str(caught.value)


def test_nothing_found_is_empty():
    assert find_frames({"x": 1}) == {}


def test_looking_imports_no_library():
    code = (
        "import sys; from insightx_jupyter.data.frames import find_frames; find_frames({'a': 1});"
        "print([m for m in ('pandas', 'polars', 'pyarrow', 'duckdb') if m in sys.modules])"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"
