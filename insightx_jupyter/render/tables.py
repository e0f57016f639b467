"""A bounded slice of a result as cells ready to show, and the sentence that counts them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from ..protocol.base import Scalar
from ..protocol.results import Column, TableSlice
from .escape import one_line
from .numbers import LEAST_P, MINUS, bounded_decimal, fixed, without_commas, words_of
from .words import plural

MOST_ROWS = 10
MOST_COLUMNS = 12
LEAST_COLUMNS = 2
LONGEST_CELL = 60
LONGEST_TITLE = 200
LONGEST_CODE = 80
_ALL, _IN_PYTHON = " All of it:", " In Python:"

_INTEGERS = ("INT", "HUGEINT", "UINT")
_FLOATS = ("DOUBLE", "FLOAT", "REAL")
_MOST_DIGITS = 330
_P_WORDS = {"p", "pval", "pvalue"}


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell's text on one line; ``title`` is the longer text where it was cut."""

    text: str
    title: str = ""
    null: bool = False


@dataclass(frozen=True, slots=True)
class ShownTable:
    """What fits: names, whether each column holds numbers, cells, and the caption."""

    names: tuple[Cell, ...]
    numeric: tuple[bool, ...]
    rows: tuple[tuple[Cell, ...], ...]
    counts: str


def show(table: TableSlice, room: int | None = None) -> ShownTable:
    """The first rows and columns, formatted by column.

    ``room`` is the width in letters; at least two columns are shown in any.
    """
    columns = table.columns[:MOST_COLUMNS]
    rows = table.rows[:MOST_ROWS]
    values = [[row[i] if i < len(row) else None for row in rows] for i in range(len(columns))]
    numeric = tuple(_is_numeric(c, v) for c, v in zip(columns, values, strict=True))
    texts = [
        _column(column, cells) if number else [_cell(cell) for cell in cells]
        for column, cells, number in zip(columns, values, numeric, strict=True)
    ]
    names = [_cell(column.name) for column in columns]
    fit = _fitting(names, texts, room)
    return ShownTable(
        names=tuple(names[:fit]),
        numeric=numeric[:fit],
        rows=tuple(zip(*texts[:fit], strict=True)),
        counts=counts(len(rows), table.total_rows, fit, table.total_columns),
    )


def _fitting(names: Sequence[Cell], texts: Sequence[Sequence[Cell]], room: int | None) -> int:
    """How many columns fit, each with a gap of two letters."""
    if room is None:
        return len(names)
    used = 0
    for number, (name, cells) in enumerate(zip(names, texts, strict=True)):
        used += 2 + max(len(cell.text) for cell in (name, *cells))
        if used > room and number >= LEAST_COLUMNS:
            return number
    return len(names)


def counts(rows: int, total_rows: int, columns: int, total_columns: int) -> str:
    """``First 10 of 16 rows, 7 of 9 columns.``, always both exact counts."""
    if rows < total_rows or columns < total_columns:
        first = (
            f"First {rows:,} of {plural(total_rows, 'row')}"
            if rows < total_rows
            else (plural(total_rows, "row"))
        )
        of = f"{columns:,} of " if columns < total_columns else ""
        return f"{first}, {of}{plural(total_columns, 'column')}.{_ALL}"
    return f"{plural(total_rows, 'row')}, {plural(total_columns, 'column')}.{_IN_PYTHON}"


def caption(table: ShownTable, result_code: str) -> tuple[str, str]:
    """The counts, and what to write for the whole result; without it nothing leads there."""
    code = one_line(result_code, LONGEST_CODE).strip()
    if code:
        return table.counts, code
    return table.counts.removesuffix(_ALL).removesuffix(_IN_PYTHON), ""


def _cell(value: Scalar) -> Cell:
    if value is None:
        return Cell("null", null=True)
    if isinstance(value, bool):
        return Cell("true" if value else "false")
    text = one_line(str(value))
    title = one_line(text, LONGEST_TITLE) if len(text) > LONGEST_CELL else ""
    return Cell(one_line(text, LONGEST_CELL), title)


def _is_numeric(column: Column, values: Sequence[Scalar]) -> bool:
    kind = column.type.upper()
    named = any(word in kind for word in (*_INTEGERS, *_FLOATS, "DECIMAL")) and "[" not in kind
    plain = all(v is None or (not isinstance(v, bool) and _decimal(v) is not None) for v in values)
    typed = named and not kind.startswith(("INTERVAL", "STRUCT", "MAP", "LIST"))
    return plain and (typed or any(isinstance(v, int | float) for v in values))


def _decimal(value: Scalar) -> Decimal | None:
    """The number, also where it travels as text because JavaScript would round it."""
    if isinstance(value, str) and len(value) > 80:
        return None
    # Written out, 1e999999 would be a million digits.
    return bounded_decimal(str(value), _MOST_DIGITS)


def _column(column: Column, values: Sequence[Scalar]) -> list[Cell]:
    """A numeric column's cells with as many decimals as its largest number needs."""
    numbers = [None if v is None else _decimal(v) for v in values]
    if not _P_WORDS.isdisjoint(words_of(column.name)):
        return [_cell(None) if n is None else Cell(p_short(float(n))) for n in numbers]
    decimals = _decimals(column, values, [n for n in numbers if n is not None and n.is_finite()])
    plain = without_commas(column.name) and decimals == 0
    return [_cell(None) if n is None else Cell(_number(n, decimals, plain)) for n in numbers]


def _decimals(column: Column, values: Sequence[Scalar], finite: Sequence[Decimal]) -> int:
    if not finite:
        return 0
    if "DECIMAL" in column.type.upper() or any(isinstance(v, str) for v in values):
        return max(max(-int(n.as_tuple().exponent), 0) for n in finite)  # as declared
    if all(n == n.to_integral_value() for n in finite):
        return 0
    largest = max(abs(n) for n in finite)
    return max(1, 4 - max(0, largest.adjusted() + 1))


def _number(number: Decimal, decimals: int, plain: bool) -> str:
    if not number.is_finite():
        return fixed(float(number), 0) if math.isinf(number) else "NaN"
    if number and (abs(number) < Decimal(5) / 10 ** (decimals + 1) or number.adjusted() >= 15):
        return short_power(float(number)) if decimals else fixed(number, 0)
    text = fixed(number, decimals)
    return text.replace(",", "") if plain else text


def short_power(value: float) -> str:
    """``2.6e-17``, which needs less room than a power in superscript."""
    return f"{MINUS if value < 0 else ''}{abs(value):.1e}"


def p_short(value: float) -> str:
    """A p-value as tables write it: ``0.97``, ``0.003``, ``2.6e-17``, ``<1e-300``."""
    if math.isnan(value):
        return "NaN"
    if 0 <= value < LEAST_P:
        return "<1e-300"
    if 0 <= value < 0.001:
        return short_power(value)
    return fixed(value, 3 if abs(value) < 0.1 else 2)
