"""Which row of a result a reference means: by position, or by the values of columns."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from .cells import cells
from .escape import one_line
from .reference_syntax import Key
from .suggest import Unresolved

if TYPE_CHECKING:
    import pyarrow as pa

_SUGGESTED = 200


def row_at(position: int | None, rows: int, table: str, column: str) -> tuple[int, str]:
    """The index and its words; without a position the table has to have one row."""
    if position is None:
        if rows != 1:
            raise Unresolved(
                f"{table} has {rows:,} rows; say which, such as {table}.{column}[0] "
                f"or {table}.{column}[key=value]"
            )
        return 0, ""
    index = position + rows if position < 0 else position
    if not 0 <= index < rows:
        raise Unresolved(f"{table} has {rows:,} rows; there is no row [{position}]")
    return index, "last row" if index == rows - 1 and position < 0 else f"row {index + 1:,}"


def find_row(
    keys: Sequence[tuple[Key, pa.ChunkedArray]], table: str, *, show_keys: bool
) -> tuple[int, str]:
    """The one row whose columns hold the keys' values, and its words.

    Raises:
        Unresolved: no row or more than one does.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    mask = None
    for key, column in keys:
        hit = _equal(key, column)
        mask = hit if mask is None else pc.and_(mask, hit)
    assert mask is not None, "the grammar gives at least one key"  # noqa: S101
    count = pc.sum(mask).as_py() or 0
    named = ", ".join(one_line(key.value, 60) for key, _ in keys)
    if count != 1:
        shown = ", ".join(f"{key.column}={one_line(key.value, 60)}" for key, _ in keys)
        hint = _rows_there(keys) if show_keys and not count and len(keys) == 1 else ""
        number = "no row" if not count else f"{count:,} rows"
        raise Unresolved(f"{table} has {number} with {shown}.{hint}")
    return pc.index(mask, pa.scalar(True)).as_py(), f"row {named}"


def _rows_there(keys: Sequence[tuple[Key, pa.ChunkedArray]]) -> str:
    key, column = keys[0]
    present = [one_line(str(v), 40) for v in cells(column.slice(0, 10_000).unique())]
    return Unresolved.suggestion(key.value, present[:_SUGGESTED])


def _equal(key: Key, column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Where the column holds the key's value: text exactly, numbers and dates by value."""
    import pyarrow as pa
    import pyarrow.compute as pc

    try:
        plain = _comparable(column)
        return pc.fill_null(pc.equal(plain, _typed(key.value, plain.type)), False)
    except (ValueError, KeyError, OverflowError, InvalidOperation, pa.ArrowException):
        raise Unresolved(
            f"{key.column} holds {column.type}; {one_line(key.value, 60)!r} is none"
        ) from None


def _comparable(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Dictionaries decoded, times with a zone as local times, nested values as text."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_dictionary(column.type):
        return _comparable(column.cast(column.type.value_type))
    if pa.types.is_timestamp(column.type) and column.type.tz:
        return pc.local_timestamp(column)
    return column


def _typed(text: str, kind: pa.DataType) -> pa.Scalar:
    import pyarrow as pa

    types = pa.types
    if types.is_integer(kind):
        number = Decimal(text)
        if number != number.to_integral_value():
            raise ValueError(text)
        return pa.scalar(int(number), pa.int64() if types.is_signed_integer(kind) else kind)
    if types.is_floating(kind):
        return pa.scalar(float(text), kind)
    if types.is_decimal(kind):
        return pa.scalar(Decimal(text))
    if types.is_boolean(kind):
        return pa.scalar({"true": True, "false": False}[text.casefold()])
    if types.is_date(kind):
        return pa.scalar(date.fromisoformat(text), kind)
    if types.is_timestamp(kind):
        return pa.scalar(datetime.fromisoformat(text), kind)
    if types.is_time(kind):
        return pa.scalar(time.fromisoformat(text), kind)
    return pa.scalar(text, kind)
