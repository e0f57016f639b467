"""Arrow values as Python values, where Python has them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa

# What pyarrow raises for a year beyond 9999 and for a time zone that this machine lacks.
_UNFIT = (ValueError, OverflowError, KeyError)


def cell(value: pa.Scalar) -> object:
    """The value; as text where Python cannot hold it."""
    import pyarrow as pa

    try:
        return value.as_py()
    except _UNFIT:
        pass  # written as text below
    try:
        return value.cast(pa.string()).as_py()
    except pa.ArrowException:
        return f"a {value.type} out of range"


def cells(column: pa.ChunkedArray) -> list[object]:
    """All values of a column."""
    try:
        return list(column.to_pylist())
    except _UNFIT:
        return [cell(value) for value in column]
