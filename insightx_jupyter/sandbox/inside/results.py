"""What the code handed back, as Arrow tables."""

from __future__ import annotations

import dataclasses
import datetime as dt
import decimal
import enum
import numbers
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from .columns import to_array

#: Tables that one result may consist of, and levels of dicts in dicts.
MAX_TABLES = 12
MAX_DEPTH = 4

_SCALARS = (
    str,
    bytes,
    bool,
    numbers.Number,
    decimal.Decimal,
    dt.date,
    dt.time,
    dt.timedelta,
    np.generic,
    enum.Enum,
    pd.Period,
    pd.Interval,
    type(pd.NaT),
    type(pd.NA),
)


def tabulate(value: Any) -> dict[str, pa.Table]:
    """The tables in ``value``, the main one under ``""``; empty where there is none in it.

    A frame is itself, a series its index and values, a scalar one cell, a dict of
    scalars one row, a list of scalars one column; a dict of frames and scalars is
    the row of its scalars and then each frame under its key.
    """
    value = _opened(value)
    if isinstance(value, Mapping) and not _is_columns(value):
        return _many(value)
    table = _one(value)
    return {} if table is None else {"": table}


def _opened(value: Any) -> Any:
    """Named tuples and plain data classes (results of scipy) as dicts, tuples of frames too."""
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return dict(zip(value._fields, value, strict=False))
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: getattr(value, f.name) for f in dataclasses.fields(value)}
    if isinstance(value, list | tuple) and any(_is_table(part) for part in value):
        return {f"part{n}": part for n, part in enumerate(value, 1)}
    if type(value).__module__.startswith("pandas.io.formats.style"):
        return value.data
    return value


def _many(value: Mapping[Any, Any]) -> dict[str, pa.Table]:
    scalars: dict[str, Any] = {}
    tables: dict[str, pa.Table] = {}
    _split(value, "", scalars, tables, 0)
    if scalars:
        return {"": _row(scalars), **tables}
    names = list(tables)
    return {"" if name == names[0] else name: tables[name] for name in names}


def _split(
    value: Mapping[Any, Any],
    prefix: str,
    scalars: dict[str, Any],
    tables: dict[str, pa.Table],
    depth: int,
) -> None:
    """Sort the entries into scalars and tables; what is neither is left out."""
    for key, raw in value.items():
        name, entry = f"{prefix}{key}", _opened(raw)
        if entry is None or _is_scalar(entry):
            scalars[name] = entry
        elif isinstance(entry, Mapping) and not _is_columns(entry) and depth < MAX_DEPTH:
            _split(entry, f"{name}_", scalars, tables, depth + 1)
        elif len(tables) < MAX_TABLES and (table := _one(entry)) is not None:
            tables[name] = table


def _one(value: Any) -> pa.Table | None:
    """A value that is one table, None where it is no such thing."""
    if value is None:
        return None
    if _is_scalar(value):
        return _row({"value": value})
    if isinstance(value, pd.DataFrame):
        return _from_frame(value)
    if isinstance(value, pd.Series):
        return _from_series(value)
    if isinstance(value, pd.Index):
        return _from_pairs(
            [("value" if name is None else name, c) for name, c in _levels(value)], len(value)
        )
    if isinstance(value, Mapping):
        return _from_frame(pd.DataFrame(dict(value)))
    return _from_other_library(value) or _from_sequence(value)


def _from_other_library(value: Any) -> pa.Table | None:
    """polars, pyarrow, DuckDB and whoever else speaks the Arrow C interface."""
    if type(value).__module__.partition(".")[0] == "polars":
        value = value.collect() if hasattr(value, "collect") else value
        value = value.to_frame() if hasattr(value, "to_frame") else value
        value = value.to_arrow() if hasattr(value, "to_arrow") else value
    if isinstance(value, pa.Array | pa.ChunkedArray):
        value = pa.table({"value": value})
    elif not isinstance(value, pa.Table) and hasattr(value, "__arrow_c_stream__"):
        value = pa.table(value)
    elif isinstance(value, pa.RecordBatch):
        value = pa.Table.from_batches([value])
    return _from_frame(_lossless(value)) if isinstance(value, pa.Table) else None


def _lossless(table: pa.Table) -> pd.DataFrame:
    frame: pd.DataFrame = table.to_pandas(types_mapper=pd.ArrowDtype, ignore_metadata=True)
    return frame


def _from_sequence(value: Any) -> pa.Table | None:
    if isinstance(value, np.ndarray):
        return _from_numpy(value)
    if not isinstance(
        value, Sequence | set | frozenset | range | type({}.keys()) | type({}.values())
    ):
        return None
    items = list(value)
    if all(item is None or _is_scalar(item) for item in items):
        return _from_frame(pd.DataFrame({"value": pd.Series(items, dtype=_dtype(items))}))
    if all(isinstance(item, Mapping) for item in items):
        return _from_frame(pd.DataFrame(items))
    if all(isinstance(item, list | tuple | np.ndarray) for item in items):
        return _from_rows([list(item) for item in items])
    return None


def _from_rows(rows: list[list[Any]]) -> pa.Table:
    width = max((len(row) for row in rows), default=0)
    frame = pd.DataFrame([row + [None] * (width - len(row)) for row in rows])
    return _from_frame(frame.set_axis([f"c{n}" for n in range(width)], axis=1))


def _from_numpy(value: np.ndarray[Any, Any]) -> pa.Table | None:
    if value.dtype.names:
        return _from_frame(pd.DataFrame(value))
    if value.ndim == 0:
        return _row({"value": value.item()})
    if value.ndim == 1:
        return _from_frame(pd.DataFrame({"value": value}))
    if value.ndim == 2:
        names = [f"c{n}" for n in range(value.shape[1])]
        return _from_frame(pd.DataFrame(value, columns=names))
    return None


def _row(scalars: Mapping[str, Any]) -> pa.Table:
    columns = {
        name: pd.Series([_bare(value)], dtype=_dtype([_bare(value)]))
        for name, value in scalars.items()
    }
    return _from_pairs(list(columns.items()), 1)


def _bare(value: Any) -> Any:
    return value.value if isinstance(value, enum.Enum) else value


def _dtype(items: Sequence[Any]) -> Any:
    """Whole numbers beside None must not become floats, nor None in text the word."""
    return object if any(i is None or isinstance(i, decimal.Decimal) for i in items) else None


def _from_series(series: pd.Series[Any]) -> pa.Table:
    name = "value" if series.name is None else series.name
    keep = not (isinstance(series.index, pd.RangeIndex) and series.index.name is None)
    levels = _named_levels(series.index) if keep else []
    return _from_pairs([*levels, (name, series)], len(series))


def _from_frame(frame: pd.DataFrame) -> pa.Table:
    levels = _named_levels(frame.index) if _is_meaningful(frame.index) else []
    columns = [(name, frame.iloc[:, at]) for at, name in enumerate(frame.columns)]
    return _from_pairs([*levels, *columns], len(frame))


def _is_meaningful(index: pd.Index[Any]) -> bool:
    """Whether an index says more than the number of a row."""
    named = any(name is not None for name in index.names)
    return named or index.nlevels > 1 or not pd.api.types.is_integer_dtype(index.dtype)


def _named_levels(index: pd.Index[Any]) -> list[tuple[Any, pd.Series[Any]]]:
    return [("index" if name is None else name, column) for name, column in _levels(index)]


def _levels(index: pd.Index[Any]) -> list[tuple[Any, pd.Series[Any]]]:
    if index.nlevels == 1:
        return [(index.name, index.to_series())]
    return [
        (f"level_{n}" if name is None else name, index.get_level_values(n).to_series())
        for n, name in enumerate(index.names)
    ]


def _from_pairs(pairs: Sequence[tuple[Any, pd.Series[Any]]], rows: int) -> pa.Table:
    names = _unique(_flat(name) for name, _ in pairs)
    if not pairs:
        return pa.table({"rows": [rows]})
    return pa.Table.from_arrays([to_array(column) for _, column in pairs], names)


def _flat(name: Any) -> str:
    if isinstance(name, tuple):
        return "_".join(str(part) for part in name if str(part) != "") or "column"
    return str(name)


def _unique(names: Iterable[str]) -> list[str]:
    """The names with a number behind those that were there before, whatever their case."""
    seen: set[str] = set()
    found = []
    for name in names:
        text = name.encode("utf-8", "replace").decode("utf-8")
        candidate, n = text, 2
        while candidate.casefold() in seen:
            candidate, n = f"{text}_{n}", n + 1
        seen.add(candidate.casefold())
        found.append(candidate)
    return found


def _is_scalar(value: Any) -> bool:
    return isinstance(value, _SCALARS)


def _is_table(value: Any) -> bool:
    if isinstance(value, pd.DataFrame | pd.Series | pa.Table):
        return True
    return type(value).__module__.partition(".")[0] == "polars"


def _is_columns(value: Mapping[Any, Any]) -> bool:
    """Whether a dict is a frame by columns: lists or arrays of one length."""
    columns = list(value.values())
    if not columns or not all(
        isinstance(c, list | tuple | np.ndarray | pd.Series) for c in columns
    ):
        return False
    flat = all(getattr(c, "ndim", 1) == 1 for c in columns)
    series = any(isinstance(c, pd.Series) for c in columns)
    return flat and not series and len({len(c) for c in columns}) == 1 and _are_flat(columns)


def _are_flat(columns: Sequence[Any]) -> bool:
    return all(
        value is None or _is_scalar(value) for column in columns for value in list(column)[:100]
    )
