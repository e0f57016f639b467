"""A column of pandas, polars or pyarrow as an Arrow column that DuckDB takes.

Nothing here fails on odd values: what has no better form becomes its text, and
the notes say so.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime, tzinfo
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from .arrow_types import Converted, duckable, is_missing, text_column

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    import polars as pl
    import pyarrow as pa


def from_pandas(series: pd.Series) -> Converted:
    """A pandas column. Its length is kept; missing values of all kinds are null."""
    import numpy as np
    import pandas as pd

    dtype: Any = series.dtype
    if isinstance(dtype, pd.CategoricalDtype):
        return _categories(series)
    if isinstance(dtype, pd.PeriodDtype):
        return _noted(from_pandas(series.dt.to_timestamp()), f"{dtype} read as its first moment")
    if isinstance(dtype, pd.SparseDtype):
        dense = pd.Series(np.asarray(series.array))
        return _noted(from_pandas(dense), "sparse values written out")
    if isinstance(dtype, pd.IntervalDtype):
        return Converted(text_column(series), (f"{dtype} read as text",))
    if dtype.kind == "c":
        return Converted(text_column(series), ("complex numbers read as text",))
    if dtype.kind == "O" and isinstance(dtype, np.dtype):
        return from_objects(series.to_numpy())
    if dtype.kind == "f" and dtype.itemsize > 8:
        return _noted(from_pandas(series.astype("float64")), f"{dtype} rounded to double")
    return _other_pandas(series)


def from_polars(series: pl.Series) -> Converted:
    """A polars column. NaN is null here, as everywhere in this product."""
    import polars as pl

    dtype = series.dtype
    if dtype == pl.Object:
        return from_objects(_object_array(series.to_list()))
    if str(dtype) in ("Int128", "UInt128"):
        return _wide_integers(series)
    return duckable(_chunked(series.to_arrow()))


def from_arrow(column: pa.ChunkedArray) -> Converted:
    """A pyarrow column. Text that is no UTF-8 is kept with its wrong bytes written out."""
    import pyarrow as pa

    try:
        column.validate(full=True)
    except pa.ArrowInvalid:
        return _broken_text(column)
    return duckable(column)


def from_objects(values: np.ndarray[Any, Any]) -> Converted:
    """Python objects, one a row: of the type that they share, else as text."""
    import pyarrow as pa

    zones = _zones(values)
    if zones is not None and len(zones) > 1:
        return _mixed_zones(values, zones)
    try:
        array = pa.array(values, from_pandas=True)
    except (pa.ArrowException, TypeError, ValueError, OverflowError):
        return _large_integers(values) or _as_text(values)
    if pa.types.is_floating(array.type) and _holds_large_integers(values):
        return _as_text(values)
    return duckable(_chunked(array))


def _other_pandas(series: pd.Series) -> Converted:
    import pyarrow as pa

    try:
        array = pa.array(series.array, from_pandas=True)
    except (pa.ArrowException, TypeError, ValueError, OverflowError, NotImplementedError):
        # Extension types of other packages (geometries), lone surrogates in text.
        return _as_text(series.to_numpy(dtype=object))
    return duckable(_chunked(array))


def _categories(series: pd.Series) -> Converted:
    """The categories converted once, then taken by code."""
    import pandas as pd
    import pyarrow as pa

    labels = series.cat.categories
    # The dtype is stated: pandas 3 would make text of objects, and fail on lone surrogates.
    categories = from_pandas(pd.Series(labels.array, dtype=labels.dtype))
    codes = series.cat.codes.to_numpy()
    indices = pa.array(codes, mask=codes < 0, type=pa.from_numpy_dtype(codes.dtype))
    array = categories.array.combine_chunks().take(indices)
    notes = categories.notes
    if series.cat.ordered:
        order = " < ".join(str(v)[:40] for v in categories.array[:12].to_pylist())
        notes = (*notes, f"ordered: {order}"[:300])
    return Converted(_chunked(array), notes)


def _broken_text(column: pa.ChunkedArray) -> Converted:
    import pyarrow as pa

    text = pa.types.is_string(column.type) or pa.types.is_large_string(column.type)
    if not text:
        nulls = pa.nulls(len(column), pa.large_string())
        return Converted(_chunked(nulls), ("the column's memory is broken; read as missing",))
    raw = column.cast(pa.large_binary() if pa.types.is_large_string(column.type) else pa.binary())
    texts = [None if v is None else v.decode("utf-8", "backslashreplace") for v in raw.to_pylist()]
    fixed = pa.array(texts, type=pa.large_string())
    return Converted(_chunked(fixed), ("bytes that are no valid text are written as their code",))


def _wide_integers(series: pl.Series) -> Converted:
    import polars as pl

    try:
        narrow = series.cast(pl.Decimal(38, 0))
    except pl.exceptions.PolarsError:
        return Converted(text_column(series.to_list()), (f"{series.dtype} read as text",))
    return _noted(duckable(_chunked(narrow.to_arrow())), f"{series.dtype} read as decimal(38, 0)")


def _as_text(values: Any) -> Converted:
    kinds = Counter(type(value).__name__ for value in values if not is_missing(value))
    named = ", ".join(f"{count:,} {name}" for name, count in kinds.most_common(4))
    why = "mixed values" if len(kinds) > 1 else "values with no type of their own in SQL"
    if set(kinds) == {"str"}:
        why = "characters that are no valid text are written as their code"
    return Converted(text_column(values), (f"read as text: {why} ({named})",))


def _zones(values: np.ndarray[Any, Any]) -> set[tzinfo | str | None] | None:
    """The zones of a column of datetimes; None if it is no such column."""
    first = next((v for v in values if not is_missing(v)), None)
    if not isinstance(first, datetime):
        return None
    zones = (v.tzinfo for v in values if isinstance(v, datetime) and not is_missing(v))
    # pytz has an object for each offset of one zone; its ``zone`` is the zone itself.
    return {getattr(zone, "zone", zone) for zone in zones}


def _mixed_zones(values: np.ndarray[Any, Any], zones: set[tzinfo | str | None]) -> Converted:
    import pandas as pd

    if None in zones:
        return _as_text(values)
    try:
        utc = pd.Series(pd.to_datetime(values, utc=True))
    except (ValueError, TypeError, OverflowError):
        return _as_text(values)
    converted = from_pandas(utc)
    return _noted(converted, f"{len(zones)} time zones mixed; read as UTC")


def _holds_large_integers(values: np.ndarray[Any, Any]) -> bool:
    """Integers that a double cannot hold, beside floats: a conversion would round them."""
    return any(type(v) is int and abs(v) > 2**53 for v in values)


def _large_integers(values: np.ndarray[Any, Any]) -> Converted | None:
    """Integers beyond 64 bits as decimals, if they are nothing else and fit."""
    import pyarrow as pa

    if not all(type(v) is int or is_missing(v) for v in values):
        return None
    exact = [None if is_missing(v) else Decimal(v) for v in values]
    try:
        array = pa.array(exact, type=pa.decimal128(38, 0))
    except pa.ArrowInvalid:
        return None
    return Converted(_chunked(array), ("integers beyond 64 bits read as decimal(38, 0)",))


def _object_array(values: list[Any]) -> np.ndarray[Any, Any]:
    import numpy as np

    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array


def _chunked(array: pa.Array | pa.ChunkedArray) -> pa.ChunkedArray:
    import pyarrow as pa

    return array if isinstance(array, pa.ChunkedArray) else pa.chunked_array([array])


def _noted(converted: Converted, note: str) -> Converted:
    return Converted(converted.array, (note, *converted.notes))
