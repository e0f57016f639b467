"""What SQL and Python give back, as bounded slices with exact counts.

The whole result stays in the kernel as Arrow; these are what events, prompts
and records carry of it.
"""

from __future__ import annotations

from .base import Frozen, Scalar


class Column(Frozen):
    """One column of a result: its name and its type in DuckDB's words."""

    name: str
    type: str


class TableSlice(Frozen):
    """The first rows and columns of a result, and how many there are in all."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Scalar, ...], ...]
    total_rows: int
    total_columns: int
    #: Cells that were cut to the bound on characters.
    cut_cells: int = 0

    @property
    def whole(self) -> bool:
        """Whether nothing was left out."""
        return (
            len(self.rows) == self.total_rows
            and len(self.columns) == self.total_columns
            and not self.cut_cells
        )


class FrameRead(Frozen):
    """A frame that a query or code read, and which of its columns (empty: all)."""

    frame: str
    columns: tuple[str, ...] = ()


class NamedTable(Frozen):
    """A result's table under the name that references use (``r1``)."""

    name: str
    table: TableSlice


class SqlResult(Frozen):
    """One query that ran."""

    name: str
    query: str
    table: TableSlice
    seconds: float
    reads: tuple[FrameRead, ...] = ()


class PythonResult(Frozen):
    """One piece of code that ran.

    ``tables`` holds the main result under ``name`` first, then what else the
    code handed back under names of its own (``r2_groups``).
    """

    name: str
    code: str
    stdout: str = ""
    tables: tuple[NamedTable, ...] = ()
    figures: int = 0
    seconds: float = 0.0
    reads: tuple[FrameRead, ...] = ()
    #: True where the code ran with the user's own rights, outside any jail.
    unisolated: bool = False


class Figure(Frozen):
    """A chart: a PNG and the words that stand in its place."""

    name: str
    png_base64: str
    alt: str
    width: int | None = None
    height: int | None = None
