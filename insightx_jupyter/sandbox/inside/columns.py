"""One pandas column as an Arrow array, whatever it holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

if TYPE_CHECKING:
    import pandas as pd

#: Characters that are kept of an object that Arrow cannot take.
MAX_TEXT = 1_000

#: Type families that come back as they are; all others are turned into text.
_AS_TEXT = (pa.lib.Type_INTERVAL_MONTH_DAY_NANO,)


def to_array(column: pd.Series[Any]) -> pa.Array:
    """The column's values; missing ones (None, NaN, NaT, NA) are null.

    What Arrow has no type for (intervals, complex numbers, mixed objects, models)
    becomes text.
    """
    try:
        array = pa.Array.from_pandas(_plain(column))
    except (pa.ArrowException, OverflowError, UnicodeError, TypeError, ValueError):
        return _text(column)
    if isinstance(array, pa.ChunkedArray):
        array = array.combine_chunks()
    if isinstance(array.type, pa.BaseExtensionType) or array.type.id in _AS_TEXT:
        return _text(column)
    if pa.types.is_float16(array.type):
        return array.cast(pa.float32())
    return array.cast(_portable(array.type))


def _plain(column: pd.Series[Any]) -> pd.Series[Any]:
    """Categories as the values that they stand for, sparse columns dense."""
    import pandas as pd

    if isinstance(column.dtype, pd.CategoricalDtype):
        return column.astype(column.cat.categories.dtype)
    if isinstance(column.dtype, pd.SparseDtype):
        return pd.Series(np.asarray(column), index=column.index)
    return column


def _portable(kind: pa.DataType) -> pa.DataType:
    """Without dictionaries and views, which not every reader takes."""
    if pa.types.is_dictionary(kind):
        return _portable(kind.value_type)
    if str(kind) == "string_view":
        return pa.large_string()
    if str(kind) == "binary_view":
        return pa.large_binary()
    return kind


def _text(column: pd.Series[Any]) -> pa.Array:
    return pa.array([_as_text(value) for value in column.astype(object)], pa.large_string())


def _as_text(value: Any) -> str | None:
    import pandas as pd

    if value is None or (pd.api.types.is_scalar(value) and pd.isna(value)):
        return None
    return safe_text(value, MAX_TEXT)


def safe_text(value: Any, limit: int) -> str:
    """``str(value)``, cut, without lone surrogates; the type's name where it has no text."""
    try:
        text = str(value)[:limit]
    except Exception:  # noqa: BLE001 - the class is the code's own and may raise anything
        text = f"<{type(value).__name__}>"
    return text.encode("utf-8", "replace").decode("utf-8")
