"""What leaves the kernel of a result: bounded slices with exact counts.

The one place that decides how much of a table a model, an event or a record
gets to see.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ..config import SLICE_BYTES, SLICE_CELL_CHARS, SLICE_COLUMNS, SLICE_ROWS
from ..protocol.base import Scalar
from ..protocol.results import Column, TableSlice
from .arrow_types import duckdb_type
from .scalars import python_value, scalar
from .words import clipped, json_text, name_text

if TYPE_CHECKING:
    import pyarrow as pa

#: Names and types of a result's columns are cut here: a query may name a column by a novel.
_NAME_CHARS = 120
#: Names of columns beyond the slice take so many bytes.
_HIDDEN_BYTES = 1_000
#: From so many rows on, what is the same in all of them is told once.
_REPEATED = 3


def slice_for_model(table: pa.Table) -> TableSlice:
    """What a model sees of a result: 30 rows, 20 columns, 200 characters a cell, 8 KiB."""
    return slice_table(table)


def slice_table(
    table: pa.Table,
    rows: int = SLICE_ROWS,
    columns: int = SLICE_COLUMNS,
    chars: int = SLICE_CELL_CHARS,
    size: int = SLICE_BYTES,
) -> TableSlice:
    """The first rows and columns, cells of at most ``chars``, in all ``size`` bytes of JSON.

    Rows are left out from the end until it fits; the counts are those of the whole
    table. Names of columns count too, and where they alone are too much, columns go.
    """
    heads = [_column(field) for field in list(table.schema)[:columns]]
    heads = heads[: _fitting([_json_size(h.name) + _json_size(h.type) for h in heads], size)]
    cells = [table.column(i).slice(0, rows) for i in range(len(heads))]
    texts = [_cells(column, chars) for column in cells]
    whole_rows = list(zip(*(values for values, _ in texts), strict=True))
    used = sum(_json_size(h.name) + _json_size(h.type) for h in heads)
    kept = _fitting([sum(map(_json_size, row)) for row in whole_rows], size - used)
    return TableSlice(
        columns=tuple(heads),
        rows=tuple(whole_rows[:kept]),
        total_rows=table.num_rows,
        total_columns=table.num_columns,
        cut_cells=sum(sum(cut[:kept]) for _, cut in texts),
    )


def table_text(table: TableSlice, names: Sequence[str] = ()) -> str:
    """A slice as text for a prompt: the shape, a head with types, one line a row.

    ``names`` are those of the whole table: what stands beyond the slice is told by
    name, since references reach it all the same. Cells are separated by ``|``; texts
    that hold one, or anything but plain characters, are written as JSON, so that no
    cell leaves its place. One row is told as ``name = value`` lines, and what is the
    same in every row is told once.
    """
    one_row = table.total_rows == 1 and bool(table.rows)
    body = _named_cells(table) if one_row else _lines(table)
    return "\n".join([shape_text(table) + _cuts(table), *body, *_hidden(table, names)])


def shape_text(table: TableSlice) -> str:
    """How many rows and columns the whole table has."""
    rows = "row" if table.total_rows == 1 else "rows"
    columns = "column" if table.total_columns == 1 else "columns"
    return f"{table.total_rows:,} {rows} × {table.total_columns:,} {columns}"


def _cuts(table: TableSlice) -> str:
    shown = f", the first {len(table.rows):,} rows shown" if _rows_cut(table) else ""
    if len(table.columns) < table.total_columns:
        shown += f", the first {len(table.columns):,} columns shown"
    if table.cut_cells:
        shown += f", {table.cut_cells:,} long cells cut"
    return shown


def _named_cells(table: TableSlice) -> list[str]:
    return [
        f"{name_text(column.name)} = {_cell_text(cell)}"
        for column, cell in zip(table.columns, table.rows[0], strict=True)
    ]


def _lines(table: TableSlice) -> list[str]:
    same = _constant(table)
    kept = [i for i in range(len(table.columns)) if i not in same]
    names = "|".join(f"{name_text(table.columns[i].name)} {table.columns[i].type}" for i in kept)
    rows = ("|".join(_cell_text(row[i]) for i in kept) for row in table.rows)
    told = _named_cells(table) if same else []
    return [names, *rows, *(f"In every row: {told[i]}" for i in same)]


def _constant(table: TableSlice) -> list[int]:
    """Columns, never all of them, that hold one value; known only where all rows are there."""
    if _rows_cut(table) or len(table.rows) < _REPEATED:
        return []
    cells = list(zip(*table.rows, strict=True))
    same = [i for i, column in enumerate(cells) if len(set(map(_cell_text, column))) == 1]
    if table.cut_cells:  # long cells may differ beyond the cut
        same = [i for i in same if not str(cells[i][0]).endswith("…")]
    return same if len(same) < len(cells) else []


def names_text(names: Sequence[str], size: int) -> str:
    """As many of the names as fit into ``size`` bytes, and how many more there are."""
    shown = [name_text(_shown_name(name)) for name in names]
    kept = shown[: _fitting([len(name.encode()) + 2 for name in shown], size)]
    more = f" and {len(shown) - len(kept):,} more" if len(kept) < len(shown) else ""
    return ", ".join(kept) + more


def _hidden(table: TableSlice, names: Sequence[str]) -> list[str]:
    """The names of columns that are not shown."""
    beyond = names[len(table.columns) :]
    told = names_text(beyond, _HIDDEN_BYTES)
    return [f"Not shown, references reach them: {told}"] if beyond else []


def _rows_cut(table: TableSlice) -> bool:
    return len(table.rows) < table.total_rows


def _column(field: pa.Field) -> Column:
    kind = duckdb_type(field.type) or str(field.type)
    return Column(name=_shown_name(field.name), type=clipped(kind, _NAME_CHARS))


def _shown_name(name: str) -> str:
    return clipped("".join(c if c.isprintable() else " " for c in name), _NAME_CHARS)


def _cells(column: pa.ChunkedArray, chars: int) -> tuple[list[Scalar], list[bool]]:
    """The column's cells, and which of them were cut."""
    values: list[Scalar] = []
    cut: list[bool] = []
    for value in _python_values(column):
        cell = scalar(value)
        too_long = isinstance(cell, str) and len(cell) > chars
        values.append(str(cell)[: chars - 1] + "…" if too_long else cell)
        cut.append(too_long)
    return values, cut


def _python_values(column: pa.ChunkedArray) -> list[Any]:
    """Python objects; nanoseconds and other kinds without a Python form as their text."""
    import pyarrow as pa

    if pa.types.is_timestamp(column.type) and column.type.unit == "ns":
        column = column.cast(pa.timestamp("us", column.type.tz), safe=False)
    elif pa.types.is_time64(column.type) and column.type.unit == "ns":
        column = column.cast(pa.time64("us"), safe=False)
    elif pa.types.is_duration(column.type) and column.type.unit == "ns":
        column = column.cast(pa.duration("us"), safe=False)
    return [python_value(cell) for cell in column]


def _fitting(sizes: list[int], limit: int) -> int:
    """How many of the sizes, from the first, add up to no more than the limit."""
    total = 0
    for count, size in enumerate(sizes):
        total += size
        if total > limit:
            return count
    return len(sizes)


def _json_size(cell: Scalar) -> int:
    """Bytes of the cell in JSON with its comma."""
    return len(json.dumps(cell, ensure_ascii=False).encode()) + 1


def _cell_text(cell: Scalar) -> str:
    if cell is None:
        return "null"
    if isinstance(cell, str):
        plain = cell.isprintable() and not set(cell) & set('|"`') and cell.strip() == cell
        return cell if plain and cell not in ("", "null") else json_text(cell)
    return json.dumps(cell)
