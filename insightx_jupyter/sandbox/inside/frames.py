"""Columns in shared memory as pandas frames under the names that the code uses."""

from __future__ import annotations

import keyword
import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from ...plane.buffers import read_column

if TYPE_CHECKING:
    from typing import TypeAlias

    Namespace: TypeAlias = dict[str, Any]

#: The dict of frames whose names are no identifiers (and of all others).
ALL_FRAMES = "frames"
#: Whole numbers up to here are exact as floats.
EXACT_FLOAT = 2**53
#: Decimals of up to so many digits survive as floats and back.
EXACT_DIGITS = 15


class Frames:
    """Binds what the parent sends. A frame that the code has changed is not touched."""

    def __init__(self, namespace: Namespace) -> None:
        self._namespace = namespace
        self._all: dict[str, pd.DataFrame] = {}
        # What was received, as long as it is bound: pandas copies on write only while
        # somebody else refers to the data, and what is mapped cannot be written to.
        self._received: dict[str, pd.DataFrame] = {}

    def receive(self, message: Mapping[str, Any], fds: Sequence[int]) -> None:
        """Bind the frames of a message; the descriptors are closed."""
        columns = _open_columns(message["sizes"], fds)
        for frame in message["frames"]:
            arrays = [columns[at] for at in frame["buffers"]]
            self._bind(frame["name"], _to_pandas(frame["columns"], arrays, frame["rows"]))

    def _bind(self, name: str, frame: pd.DataFrame) -> None:
        self._received[name] = frame
        self._all[name] = frame.copy(deep=False)
        if name != ALL_FRAMES:
            self._namespace.setdefault(ALL_FRAMES, self._all)
        if name.isidentifier() and not keyword.iskeyword(name):
            self._namespace[name] = self._all[name]


def _open_columns(sizes: Sequence[int], fds: Sequence[int]) -> list[pa.ChunkedArray]:
    try:
        return [read_column(fd, size) for fd, size in zip(fds, sizes, strict=True)]
    finally:
        for fd in fds:
            os.close(fd)


def _to_pandas(names: Sequence[str], arrays: Sequence[pa.ChunkedArray], rows: int) -> pd.DataFrame:
    index = pd.RangeIndex(rows)
    columns = {name: to_series(a).set_axis(index) for name, a in zip(names, arrays, strict=True)}
    return pd.DataFrame(columns, index=index, copy=False)


def to_series(array: pa.ChunkedArray) -> pd.Series[Any]:
    """As pandas would hold it, and nothing lost on the way.

    Dates become datetime64; decimals floats where that is exact; truth values and
    large whole numbers with gaps get the nullable types, as floats would change them.
    """
    kind = array.type
    if pa.types.is_decimal(kind) and _fits_float(array):
        array = pc.cast(array, pa.float64())
    series: pd.Series[Any] = array.to_pandas(
        date_as_object=False, types_mapper={kind: _nullable(array)}.get
    )
    return series


def _nullable(array: pa.ChunkedArray) -> Any:
    """pandas' type with a missing value of its own, where numpy's would lose something."""
    if array.null_count and pa.types.is_boolean(array.type):
        return pd.BooleanDtype()
    if array.null_count and pa.types.is_integer(array.type) and not _fits_float(array):
        unsigned = pa.types.is_unsigned_integer(array.type)
        return pd.UInt64Dtype() if unsigned else pd.Int64Dtype()
    return None


def _fits_float(array: pa.ChunkedArray) -> bool:
    bounds = pc.min_max(array)
    low, high = bounds["min"].as_py(), bounds["max"].as_py()
    if low is None or high is None:
        return True
    scale = array.type.scale if pa.types.is_decimal(array.type) else 0
    bound = 10 ** (EXACT_DIGITS - scale) if pa.types.is_decimal(array.type) else EXACT_FLOAT
    return bool(-bound <= low and high <= bound)
