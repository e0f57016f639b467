"""What a reference stands for: looked up in the results or the Data DNA, with its source."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import localcontext
from typing import TYPE_CHECKING, Any

from ..protocol.dna import ColumnProfile, DataDna, FrameProfile
from .cells import cell
from .column_figures import column_figure
from .escape import one_line
from .numbers import EXACT, bounded_decimal, is_number
from .reference_rows import find_row, row_at
from .reference_syntax import Aggregate, Binary, Expression, Literal, Path
from .suggest import Unresolved, pick
from .value_counts import count_of

if TYPE_CHECKING:
    import pyarrow as pa

DNA = "dna"
DNA_FIGURES = ("nulls", "null_share", "distinct", "minimum", "maximum", "mean", "std")
_ALIASES = {"min": "minimum", "max": "maximum"}


@dataclass(frozen=True, slots=True)
class Value:
    """A value, where it comes from in words, and the column whose name says how to write it."""

    value: object
    source: str
    column: str = ""
    approximate: bool = False


@dataclass(frozen=True, slots=True)
class Results:
    """What references may name. ``show_keys``: whether problems may quote cells."""

    tables: Mapping[str, pa.Table]
    dna: DataDna | None = None
    show_keys: bool = False


def evaluate(expression: Expression, results: Results) -> Value:
    """The expression's value.

    Raises:
        Unresolved: it names nothing, or not one cell, or cannot be computed.
    """
    if isinstance(expression, Literal):
        return Value(expression.value, "")
    if isinstance(expression, Binary):
        return _binary(expression, results)
    if isinstance(expression, Aggregate):
        return _aggregate(expression, results)
    if expression.names[0] == DNA and DNA not in results.tables:
        return _from_dna(expression, results)
    return _cell(expression, results)


_SIGNS: dict[str, tuple[str, Callable[[Any, Any], Any]]] = {
    "+": ("+", operator.add),
    "-": ("−", operator.sub),
    "*": ("×", operator.mul),
    "/": ("÷", operator.truediv),
}


def _binary(expression: Binary, results: Results) -> Value:
    sides = [evaluate(side, results) for side in (expression.left, expression.right)]
    for side in sides:
        if not is_number(side.value):
            raise Unresolved(f"{side.source or side.value} is no number to calculate with")
    sign, apply = _SIGNS[expression.operator]
    a, b = (side.value for side in sides)
    if isinstance(a, float) or isinstance(b, float):
        a, b = float(a), float(b)  # type: ignore[arg-type]
    try:
        with localcontext(EXACT):
            value = apply(a, b)
    except (ArithmeticError, ValueError):
        raise Unresolved("it divides by zero or gets too large") from None
    source = f" {sign} ".join(side.source for side in sides if side.source)
    return Value(value, source, approximate=any(side.approximate for side in sides))


def table_named(name: str, results: Results) -> tuple[str, pa.Table]:
    """The result of that name, and the name as it is written there."""
    known = list(results.tables)
    found = pick(name, known)
    if found is None:
        raise Unresolved.unknown(name, "result", [*known, *([DNA] if results.dna else [])])
    return found, results.tables[found]


def column_named(name: str, table: pa.Table, table_name: str) -> tuple[str, pa.ChunkedArray]:
    """The column of that name, exactly or without regard to case."""
    names = table.column_names
    found = pick(name, names)
    if found is None:
        raise Unresolved.unknown(name, f"column in {table_name}", names)
    if names.count(found) > 1:
        raise Unresolved(f"{table_name} has {names.count(found)} columns named {found}")
    return found, table.column(names.index(found))


def _cell(path: Path, results: Results) -> Value:
    name, table = table_named(path.names[0], results)
    if path.count:
        return _shape(path, name, table.num_rows, table.num_columns)
    if len(path.names) != 2:
        raise Unresolved(f"name one column of {name}, such as {name}.{_first(table)}")
    column_name, column = column_named(path.names[1], table, name)
    if path.keys:
        keys = [(key, column_named(key.column, table, name)[1]) for key in path.keys]
        index, row = find_row(keys, name, show_keys=results.show_keys)
    else:
        index, row = row_at(path.row, table.num_rows, name, column_name)
    source = f"{column_name}, {row}" if row else column_name
    return Value(cell(column[index]), source, column_name)


def _first(table: pa.Table) -> str:
    return str(table.column_names[0]) if table.num_columns else "#rows"


def _shape(path: Path, name: str, rows: int, columns: int) -> Value:
    figures = {"rows": rows, "columns": columns}
    if path.count not in figures or path.keys or path.row is not None:
        raise Unresolved.unknown(f"#{path.count}", "count", ["#rows", "#columns"])
    return Value(figures[path.count], f"{name}, number of {path.count}")


def _aggregate(expression: Aggregate, results: Results) -> Value:
    import pyarrow as pa

    name, table = table_named(expression.path.names[0], results)
    column_name, column = column_named(expression.path.names[1], table, name)
    source = f"{expression.function} of {column_name}"
    try:
        value = column_figure(expression.function, column)
    except pa.ArrowException:
        raise Unresolved(f"{column_name} holds no numbers for {expression.function}") from None
    # A least year is a year; a sum or a count of years is an amount.
    named = "" if expression.function in ("count", "sum") else column_name
    return Value(value, source, named)


def _from_dna(path: Path, results: Results) -> Value:
    if results.dna is None:
        raise Unresolved("there is no Data DNA to refer to")
    frames = [frame.name for frame in results.dna.frames]
    if len(path.names) < 2:
        raise Unresolved(f"name a frame after dna: {', '.join(frames[:8])}")
    frame = results.dna.frame(path.names[1])
    if frame is None:
        raise Unresolved.unknown(path.names[1], "frame", frames)
    if path.count and len(path.names) == 2:
        return _shape(path, frame.name, frame.rows, len(frame.columns))
    if len(path.names) != 4 or path.count or path.keys or path.row is not None:
        raise Unresolved(f"write dna.{frame.name}.column.figure, or dna.{frame.name}.#rows")
    column = frame.column(path.names[2])
    if column is None:
        known = [c.name for c in frame.columns]
        raise Unresolved.unknown(path.names[2], f"column in {frame.name}", known)
    if path.value is not None:
        return _value_count(frame, column, path.value, results)
    return _profile_figure(frame, column, _ALIASES.get(path.names[3], path.names[3]))


def _value_count(
    frame: FrameProfile, column: ColumnProfile, written: str, results: Results
) -> Value:
    found = count_of(frame, column, written, show_values=results.show_keys)
    source = f"{frame.name}.{column.name}, number of {one_line(found.value, 40)}"
    if not found.exact:
        source += f", estimated from a sample of {frame.sample_rows:,} rows"
    return Value(found.count, source, approximate=not found.exact)


def _profile_figure(frame: FrameProfile, column: ColumnProfile, figure: str) -> Value:
    if figure == "count":
        raise Unresolved(f"say which value, such as dna.{frame.name}.{column.name}.count[value]")
    if figure not in DNA_FIGURES:
        raise Unresolved.unknown(figure, "figure", list(DNA_FIGURES))
    value = profile_value(frame, column, figure)
    if value is None:
        raise Unresolved(f"{figure} of {frame.name}.{column.name} was not computed")
    named = column.name if figure in ("minimum", "maximum") else ""
    approximate = figure == "distinct" and not column.distinct_exact
    words = figure.replace("_", " ")
    return Value(value, f"{frame.name}.{column.name}, {words}", named, approximate)


def profile_value(frame: FrameProfile, column: ColumnProfile, figure: str) -> object:
    """One figure of a column's profile; numbers that travel as text become numbers."""
    if figure == "null_share":
        return column.nulls / frame.rows if frame.rows else None
    value = getattr(column, figure)
    if isinstance(value, str) and column.kind.numeric:
        number = bounded_decimal(value)
        return value if number is None else number
    return value
