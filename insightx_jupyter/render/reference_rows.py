"""Which row of a result a reference means: by position, or by the values of columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from .cells import cells
from .escape import one_line
from .key_values import equal
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
        hit = _hits(key, column)
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


def _hits(key: Key, column: pa.ChunkedArray) -> pa.ChunkedArray:
    import pyarrow as pa

    try:
        return equal(key.value, column)
    except Unresolved as problem:
        raise Unresolved(f"{key.column} holds {column.type}: {problem}") from None
    except (ArithmeticError, ValueError, KeyError, pa.ArrowException):
        raise Unresolved(
            f"{key.column} holds {column.type}; {one_line(key.value, 60)!r} is none"
        ) from None
