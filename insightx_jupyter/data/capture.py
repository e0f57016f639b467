"""Frames of pandas, polars and pyarrow taken as they are, column by column."""

from __future__ import annotations

import functools
import weakref
from collections.abc import Callable, Hashable, Sequence
from typing import TYPE_CHECKING, Any

from .adapter import from_arrow, from_pandas, from_polars
from .arrow_types import Converted
from .fingerprint import WHOLE, private_copy
from .identity import (
    Address,
    address,
    arrow_address,
    copies_on_write,
    holds_mutable,
    polars_addresses,
    same_values,
)
from .naming import column_names, original_text
from .snapshot import FrameBody, HeldColumn

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl
    import pyarrow as pa

#: Columns whose memory is held, by where it is and what stood in it.
Registry = weakref.WeakValueDictionary[Address, HeldColumn]


def capture(frame: Any, library: str, previous: FrameBody | None, registry: Registry) -> FrameBody:
    """The frame as it is now; what has not changed since ``previous`` is taken from there.

    Columns that ``registry`` holds at the same address are shared, those that are
    new are put into it.
    """
    taker = _Taker(previous, registry)
    if library == "pandas":
        return taker.pandas_frame(frame if frame.ndim == 2 else _one_column(frame))
    if library == "polars":
        return taker.polars_frame(frame)
    return taker.arrow_table(frame)


def _one_column(series: pd.Series) -> pd.DataFrame:
    return series.to_frame() if series.name is not None else series.to_frame("value")


class _Taker:
    def __init__(self, previous: FrameBody | None, registry: Registry) -> None:
        self.previous = previous
        self.registry = registry

    def pandas_frame(self, frame: pd.DataFrame) -> FrameBody:
        sharing = copies_on_write()
        stamp = _pandas_stamp(frame) if sharing else None
        if stamp is not None and self.previous is not None and self.previous.stamp == stamp:
            return self.previous
        levels = _index_levels(frame)
        labels = [*(name for name, _ in levels), *frame.columns]
        names = column_names(labels, leading=len(levels))
        columns = [self._index_level(frame.index, n) for n in range(len(levels))]
        for name, (_, series) in zip(names[len(levels) :], frame.items(), strict=True):
            columns.append(self._pandas_column(name, series, sharing))
        mutable = any(isinstance(c.values, _Eager) for c in columns)
        pinned = (frame.columns, frame.index)
        return _body(
            "pandas", len(frame), labels, names, columns, None if mutable else stamp, pinned
        )

    def _pandas_column(self, name: str, series: pd.Series, sharing: bool) -> HeldColumn:
        array = series.array
        where = address(array) if sharing else None
        if where is not None and (held := self.registry.get(where)) is not None:
            return held
        kind = str(series.dtype)
        before = self._before(name, kind) if where is None else None
        if before is not None and _still_holds(before, array):
            return before
        if series.dtype == object and holds_mutable(series.to_numpy()):
            return self._eager(name, from_pandas(series), kind)
        if where is not None:
            return self._shared(where, series, from_pandas, kind, _copied_pandas)
        return HeldColumn(series.copy(deep=True), from_pandas, kind)

    def _index_level(self, index: pd.Index, level: int) -> HeldColumn:
        """An index never changes, so it is known by the object that it is."""
        return self._shared(
            ("index", id(index), level),
            _IndexLevel(index, level),
            lambda values: from_pandas(values.series()),
            str(index.get_level_values(level).dtype),
        )

    def polars_frame(self, frame: pl.DataFrame) -> FrameBody:
        where = polars_addresses(frame)
        whole = len(where) == frame.width
        stamp = (tuple(where.items()), frame.height) if whole else None
        if stamp is not None and self.previous is not None and self.previous.stamp == stamp:
            return self.previous
        names = column_names(frame.columns)
        columns = [
            self._polars_column(name, series, where.get(series.name))
            for name, series in zip(names, frame.get_columns(), strict=True)
        ]
        return _body("polars", frame.height, frame.columns, names, columns, stamp)

    def _polars_column(self, name: str, series: pl.Series, where: Address | None) -> HeldColumn:
        import polars as pl

        kind = str(series.dtype)
        if series.dtype == pl.Object:
            return self._eager(name, from_polars(series), kind)
        if where is not None:
            return self._shared(
                ("polars", *where), series.clone(), from_polars, kind, _copied_polars
            )
        before = self._before(name, kind)
        if before is not None and before.values.equals(series, null_equal=True):
            return before
        return HeldColumn(series.clone(), from_polars, kind)

    def arrow_table(self, table: pa.Table) -> FrameBody:
        # A Table never changes, but the memory under it may.
        where = [arrow_address(column) for column in table.columns]
        if self.previous is not None and self.previous.stamp == where:
            return self.previous
        columns = [
            self._shared(("arrow", *place), column, from_arrow, str(column.type), _copied_arrow)
            for column, place in zip(table.columns, where, strict=True)
        ]
        labels = table.column_names
        return _body("pyarrow", table.num_rows, labels, column_names(labels), columns, where)

    def _shared(
        self,
        where: Address,
        values: Any,
        convert: Callable[[Any], Converted],
        kind: str,
        copy: Callable[[Any], Any] | None = None,
    ) -> HeldColumn:
        """``copy`` is for memory that its owner may write to before it is converted.

        The values themselves are held, too, so that their memory stays where it is.
        """
        held = self.registry.get(where)
        if held is None:
            kept = copy(values) if copy is not None else values
            held = self.registry[where] = HeldColumn(kept, convert, kind, pinned=values)
        return held

    def _eager(self, name: str, converted: Converted, kind: str) -> HeldColumn:
        """Elements that can change in place: converted now, compared by their values."""
        before = self._before(name, kind)
        if before is not None and isinstance(before.values, _Eager):
            old = before.converted()
            if old.array.type == converted.array.type and old.array.equals(converted.array):
                return before
        return HeldColumn(_Eager(), lambda _: converted, kind, converted)

    def _before(self, name: str, kind: str) -> HeldColumn | None:
        held = self.previous.columns.get(name) if self.previous is not None else None
        return held if held is not None and held.source_type == kind else None


def _copied_pandas(series: pd.Series) -> pd.Series:
    """A copy where that costs nothing to speak of; Arrow's memory is not written to."""
    owned = hasattr(series.array, "_pa_array") or series.nbytes > WHOLE
    return series if owned else series.copy(deep=True)


def _copied_polars(series: pl.Series) -> pl.Series:
    import polars as pl
    import pyarrow as pa

    if series.dtype.is_nested() or not (series.dtype.is_numeric() or series.dtype.is_temporal()):
        return series
    copy = private_copy(pa.chunked_array([series.to_arrow()]))
    return series if copy is None else pl.Series(copy)


def _copied_arrow(column: pa.ChunkedArray) -> pa.ChunkedArray:
    copy = private_copy(column)
    return column if copy is None else copy


def _still_holds(held: HeldColumn, array: Any) -> bool:
    return not isinstance(held.values, _Eager) and same_values(held.values.array, array)


class _Eager:
    """Stands in for values that are not held because they could change."""


class _IndexLevel:
    """One level of an index that is held."""

    def __init__(self, index: pd.Index, level: int) -> None:
        self.index = index
        self.level = level

    def series(self) -> pd.Series:
        """The level's labels, one a row."""
        import pandas as pd

        labels = self.index.get_level_values(self.level)
        return pd.Series(labels.array, dtype=labels.dtype)


def _body(
    library: str,
    rows: int,
    labels: Sequence[Hashable],
    names: Sequence[str],
    columns: Sequence[HeldColumn],
    stamp: Any = None,
    pinned: tuple[Any, ...] = (),
) -> FrameBody:
    if not columns:
        return _without_columns(library, rows)
    pairs = zip(names, labels, strict=True)
    originals = {name: original_text(label, name) for name, label in pairs}
    held = dict(zip(names, columns, strict=True))
    return FrameBody(library, rows, held, originals, stamp=stamp, pinned=pinned)


@functools.lru_cache(maxsize=16)
def _without_columns(library: str, rows: int) -> FrameBody:
    """SQL knows no table without columns: the row numbers stand in."""
    import numpy as np
    import pyarrow as pa

    numbers = pa.chunked_array([pa.array(np.arange(rows, dtype="int64"))])
    held = HeldColumn(numbers, from_arrow, "int64")
    note = "the frame has no columns; its row numbers stand in"
    return FrameBody(library, rows, {"index": held}, {"index": None}, notes=(note,))


def _index_levels(frame: pd.DataFrame) -> list[tuple[Hashable, int]]:
    """The names of the index levels that say something: not of a plain row count."""
    import pandas as pd

    index = frame.index
    if isinstance(index, pd.RangeIndex) and index.name is None and frame.shape[1]:
        return []
    if index.nlevels == 1:
        return [("index" if index.name is None else index.name, 0)]
    return [(f"level_{n}" if name is None else name, n) for n, name in enumerate(index.names)]


def _pandas_stamp(frame: pd.DataFrame) -> Any:
    """Where the blocks of the frame are; None where one of them does not tell.

    Blocks are private to pandas, and the only way to look at 420 columns at once;
    without them each column is looked at.
    """
    blocks = getattr(getattr(frame, "_mgr", None), "blocks", None)
    if blocks is None:
        return None
    where = tuple(address(block.values) for block in blocks)
    if None in where:
        return None
    columns, index = frame.columns, frame.index
    return (where, id(columns), tuple(columns.names), id(index), tuple(index.names))
