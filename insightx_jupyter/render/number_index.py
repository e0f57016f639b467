"""The numbers of the results, sorted so that each lookup is a binary search."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from ..protocol.dna import FrameProfile
from .cells import cells
from .column_figures import between, exact_sum, within
from .escape import one_line
from .numbers import EXACT, Number, default
from .reference_values import DNA_FIGURES, Results, profile_value
from .spans import is_interval

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pyarrow as pa

#: At most so many cells of a table are searched, the first rows first.
MOST_NUMERIC_CELLS = 200_000
MOST_TEXT_CELLS = 20_000
_TOKEN = re.compile(r"\d+(?:[.:-]\d+)*")


@dataclass(slots=True)
class _Sorted:
    """Values in rising order; ``origin`` is where each stood before."""

    values: npt.NDArray[np.float64]
    origin: npt.NDArray[np.int64]

    def first(self, low: float, high: float) -> int | None:
        """The earliest place of a value in [low, high]."""
        a, b = self.values.searchsorted(low, "left"), self.values.searchsorted(high, "right")
        return int(self.origin[a:b].min()) if b > a else None


@dataclass(slots=True)
class NumberIndex:
    """Where a number of the prose may come from: cells, counts, sums, the Data DNA."""

    figures: list[tuple[Number, str]] = field(default_factory=list)
    tables: list[_TableIndex] = field(default_factory=list)

    @classmethod
    def of(cls, results: Results) -> NumberIndex:
        """The index of all results and profiles."""
        index = cls()
        for name, table in results.tables.items():
            index.figures += [
                (table.num_rows, f"{name}, number of rows"),
                (table.num_columns, f"{name}, number of columns"),
            ]
            index.tables.append(_TableIndex(table))
        for frame in results.dna.frames if results.dna else ():
            index.figures.extend(_profile_figures(frame))
        return index

    def find(self, value: float, tolerance: float) -> str:
        """The source of a number within ``tolerance``, by size without sign; empty if none."""
        low, high = abs(value) - tolerance, abs(value) + tolerance
        for table in self.tables:
            if source := table.number(low, high):
                return source
        return next((source for v, source in self.figures if low <= abs(float(v)) <= high), "")

    def find_exact(self, value: Decimal) -> str:
        """The source of a number that floats would round, compared digit by digit."""
        half = Decimal(5).scaleb(int(value.as_tuple().exponent) - 1)
        low, high = EXACT.subtract(value, half), EXACT.add(value, half)
        for table in self.tables:
            if source := table.exact(low, high):
                return source
        return next((source for v, source in self.figures if within(v, low, high)), "")

    def find_text(self, token: str) -> str:
        """The source of digits that stand in a text, a date or a time."""
        return next((s for table in self.tables if (s := table.text(token))), "")


class _TableIndex:
    """One result: its numeric cells sorted, its column sums, the digits in its texts."""

    def __init__(self, table: pa.Table) -> None:
        self._table = table
        self._names = table.column_names
        self._numeric = [i for i, column in enumerate(table.columns) if _numeric(column.type)]
        self._texts: dict[str, str] | None = None
        self._cells: _Sorted | None = None
        self._sums: list[tuple[Number, str]] = []
        self._rows = 0

    def number(self, low: float, high: float) -> str:
        """Where a cell or a column's sum lies in [low, high], whatever its sign."""
        sorted_cells = self._prepared()
        places = [sorted_cells.first(low, high), sorted_cells.first(-high, -low)]
        found = [place for place in places if place is not None]
        if found:
            column, row = divmod(min(found), self._rows)
            return self._cell_words(self._numeric[column], row)
        return next((source for v, source in self._sums if low <= abs(float(v)) <= high), "")

    def exact(self, low: Decimal, high: Decimal) -> str:
        """The same, digit by digit."""
        import pyarrow as pa
        import pyarrow.compute as pc

        self._prepared()
        negative = (high.copy_negate(), low.copy_negate())
        for i in self._numeric:
            column = self._table.column(i).slice(0, self._rows)
            mask = pc.or_(between(column, low, high), between(column, *negative))
            row: int = pc.index(mask, pa.scalar(True)).as_py()
            if row >= 0:
                return self._cell_words(i, row)
        return next((source for v, source in self._sums if within(v, low, high)), "")

    def _prepared(self) -> _Sorted:
        if self._cells is None:
            self._cells = self._sort()
            self._sums = list(self._column_sums())
        return self._cells

    def _sort(self) -> _Sorted:
        import numpy as np

        self._rows = min(self._table.num_rows, MOST_NUMERIC_CELLS // max(1, len(self._numeric)))
        if not self._numeric or not self._rows:
            return _Sorted(np.empty(0), np.empty(0, dtype=np.int64))
        columns = [_as_floats(self._table.column(i).slice(0, self._rows)) for i in self._numeric]
        values = np.concatenate(columns)
        origin = np.argsort(values, kind="stable")
        finite = np.isfinite(values[origin])
        return _Sorted(values[origin][finite], origin[finite])

    def _column_sums(self) -> Iterator[tuple[Number, str]]:
        for i in self._numeric:
            try:
                total: Any = exact_sum(self._table.column(i))
            except OverflowError:
                continue  # beyond what can be held: no text can name it either
            if total is not None:
                yield total, f"sum of {self._names[i]}"

    def _cell_words(self, column: int, row: int) -> str:
        name = self._names[column]
        return name if self._table.num_rows == 1 else f"{name}, row {self._row_name(row)}"

    def _row_name(self, row: int) -> str:
        """A row by its first text, else by its number from 1."""
        import pyarrow as pa

        for column in self._table.columns:
            if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
                value = column[row].as_py()
                if value:
                    return one_line(value, 40)
        return f"{row + 1:,}"

    def text(self, token: str) -> str:
        """Where the digits stand as a word of a text, or as a date or its year."""
        if self._texts is None:
            self._texts = self._read_texts()
        return self._texts.get(token, "")

    def _read_texts(self) -> dict[str, str]:
        others = [i for i in range(len(self._names)) if i not in self._numeric]
        texts: dict[str, str] = {}
        for i in others:
            rows = MOST_TEXT_CELLS // len(others)
            for row, value in enumerate(cells(self._table.column(i).slice(0, rows))):
                for token in _digits(value):
                    if token not in texts:
                        texts[token] = self._cell_words(i, row)
        return texts


def _numeric(kind: pa.DataType) -> bool:
    import pyarrow as pa

    types = pa.types
    return bool(types.is_integer(kind) or types.is_floating(kind) or types.is_decimal(kind))


def _as_floats(column: pa.ChunkedArray) -> npt.NDArray[np.float64]:
    import numpy as np
    import pyarrow as pa

    floats = column.cast(pa.float64(), safe=False)
    return np.asarray(floats.to_numpy(zero_copy_only=False), dtype=np.float64)


def _digits(value: object) -> list[str]:
    if isinstance(value, timedelta) or is_interval(value):
        value = default(value)
    if isinstance(value, str):
        tokens: list[str] = _TOKEN.findall(value[:200])
        return [part for token in tokens for part in (token, *token.split("-"))]
    if isinstance(value, date):
        stamp = [value.strftime("%H:%M")] if isinstance(value, datetime) else []
        return [value.isoformat()[:10], f"{value.year}", f"{value.day}", *stamp]
    return []


def _profile_figures(frame: FrameProfile) -> Iterator[tuple[Number, str]]:
    yield frame.rows, f"{frame.name}, number of rows"
    yield len(frame.columns), f"{frame.name}, number of columns"
    for column in frame.columns:
        named = f"{frame.name}.{column.name}"
        for figure in DNA_FIGURES:
            value: Any = profile_value(frame, column, figure)
            if value is not None and not isinstance(value, str | bool):
                yield value, f"{named}, {figure.replace('_', ' ')}"
        for quantile, value in zip((5, 25, 50, 75, 95), column.quantiles, strict=False):
            yield value, f"{named}, {quantile} % quantile"
        for top in column.top:
            yield top.count, f"{named}, number of {one_line(str(top.value), 40)}"
