"""A result as others use it: plain integers, names that are unique."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..plane.buffers import BufferInvalid

if TYPE_CHECKING:
    import pyarrow as pa


def tidy(table: pa.Table, hugeints: Sequence[int]) -> pa.Table:
    """The table with unique names and with narrow integers in the columns ``hugeints``.

    Raises:
        BufferInvalid: the worker named a column that is not there.
    """
    return unique_names(narrow(table, hugeints))


def narrow(table: pa.Table, hugeints: Sequence[int]) -> pa.Table:
    """HUGEINT comes as decimal; where all values fit, as 64-bit integers (sums of integers do).

    Raises:
        BufferInvalid: the worker named a column that is not there.
    """
    import pyarrow as pa

    for index in hugeints:
        if not isinstance(index, int) or not 0 <= index < table.num_columns:
            raise BufferInvalid("A result came back that does not fit its description.")
        try:
            column = table.column(index).cast(pa.int64())
        except pa.ArrowInvalid:  # a value is larger than that
            continue
        table = table.set_column(index, table.field(index).with_type(pa.int64()), column)
    return table


def unique_names(table: pa.Table) -> pa.Table:
    """Names unique without regard to case: a second ``year`` becomes ``year_1``, as in DuckDB.

    A join by ``SELECT *`` has such names, and a frame, a reference or a record cannot.
    """
    taken: set[str] = set()
    names: list[str] = []
    everywhere = {name.casefold() for name in table.column_names}
    for name in table.column_names:
        unique, number = name, 0
        while unique.casefold() in taken or (number and unique.casefold() in everywhere):
            number += 1
            unique = f"{name}_{number}"
        taken.add(unique.casefold())
        names.append(unique)
    return table if names == table.column_names else table.rename_columns(names)
