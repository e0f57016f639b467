"""Comparisons with numbers: more than 60, between 3 and 5, at least 5000 g."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..intent import Compare, Condition, Op, Value
from .grammar import Hit, Note, Scope, Told, native, rule
from .lexicon import Column, is_clock
from .words import UNITS, singular

#: Units that a column without one is usually in; others would have to be converted.
_USUAL_UNITS = frozenset({"minute", "mile", "usd", "degree", "percent"})


@dataclass(frozen=True, slots=True)
class Bound:
    """A comparison that still lacks its column."""

    op: Op
    values: tuple[int | float, ...]


@native("number")
def _number(scope: Scope, start: int) -> Iterator[Hit]:
    if start < len(scope.tokens) and scope.tokens[start].number is not None:
        yield Hit(scope.tokens[start].number, start + 1)


@native("unit")
def _unit(scope: Scope, start: int) -> Iterator[Hit]:
    if start < len(scope.tokens):
        unit = UNITS.get(singular(scope.tokens[start].word))
        if unit:
            yield Hit(unit, start + 1)


@rule("cmp", "(over|above|exceeding|exceeds|exceed|exceeded|in excess of|beyond)")
@rule("cmp", "(more|greater|bigger|larger|higher) than")
def _over(scope: Scope) -> Op:
    return Op.GT


@rule("cmp", "(under|below|less than|fewer than|smaller than|lower than)")
def _under(scope: Scope) -> Op:
    return Op.LT


@rule("cmp", "(at least|at-least|no less than|no fewer than|not less than|a minimum of)")
def _at_least(scope: Scope) -> Op:
    return Op.GE


@rule("cmp", "(at most|at-most|no more than|not more than|up to|a maximum of|not over|not above)")
def _at_most(scope: Scope) -> Op:
    return Op.LE


@rule("cmp", "(exactly|equal to|equals|=|equal)")
def _exactly(scope: Scope) -> Op:
    return Op.EQ


@rule("bound", "{op:cmp} {number}")
def _compared(scope: Scope, op: Op, number: int | float) -> Bound:
    return Bound(op, (number,))


@rule("bound", "(between|from) {low:number} [{unit}] (and|to) {high:number}")
def _between(
    scope: Scope, low: int | float, high: int | float, unit: str | None = None
) -> Bound | None:
    return Bound(Op.BETWEEN, (low, high)) if low <= high else None


@rule("bound", "{number} or (more|above|higher|over|greater)")
def _or_more(scope: Scope, number: int | float) -> Bound:
    return Bound(Op.GE, (number,))


@rule("bound", "{number} or (less|fewer|below|lower|under)")
def _or_less(scope: Scope, number: int | float) -> Bound:
    return Bound(Op.LE, (number,))


@native("numbers")
def _numbers(scope: Scope, start: int) -> Iterator[Hit]:
    """One number or several joined by and, or or a comma."""
    for first in scope.hits("number", start):
        yield from _listed(scope, (first.value,), first.end)


def _listed(scope: Scope, values: tuple[int | float, ...], end: int) -> Iterator[Hit]:
    yield Hit(values, end)
    for link in scope.hits("value_link", end):
        for after in scope.hits("number", link.end):
            yield from _listed(scope, (*values, after.value), after.end)


def with_unit(scope: Scope, column: Column, unit: str | None) -> tuple[Note, ...] | None:
    """What has to be said of a unit; None: it is another than the column's."""
    if unit is None or column.unit == unit:
        return ()
    if unit in column.words or f"{unit}s" in column.words:
        return ()
    if column.unit is not None:
        scope.refuse(f"{column.label} is in {column.unit}, not in {unit}")
        return None
    if unit not in _USUAL_UNITS:
        scope.refuse(f"{column.label} does not say its unit, so {unit} cannot be compared with it")
        return None
    return (Note(unit, f"taken to be the unit of {column.label}"),)


def bounded(scope: Scope, column: Column, bound: Bound, unit: str | None = None) -> Told | None:
    """A column compared with numbers."""
    if not column.numeric:
        return None
    notes = with_unit(scope, column, unit)
    if notes is None:
        return None
    if is_clock(column) and bound.op is not Op.EQ:
        notes = (*notes, Note(column.label, "clock time as hhmm (1430 is 14:30)"))
    return Told(Compare(column.col, bound.op, bound.values), notes)


@rule(
    "number_condition",
    "{:the} {column} [(is|are|was|were|of|being|that is|which is|value|values)] {bound} [{unit}]",
)
def _column_bound(
    scope: Scope, column: Column, bound: Bound, unit: str | None = None
) -> Told | None:
    return bounded(scope, column, bound, unit)


@rule("number_condition", "{bound} [{unit}] [of|in|on] [the] {column}")
def _bound_column(
    scope: Scope, bound: Bound, column: Column, unit: str | None = None
) -> Told | None:
    """``over 200 horsepower``; but ``over 15 minutes`` is not about a column minute."""
    if len(column.words) == 1 and column.words[0] in UNITS:
        return None
    return bounded(scope, column, bound, unit)


@rule(
    "number_condition", "{numbers} {column}", "{:the} {column} (is|=|equal to|equals|of|) {numbers}"
)
def _equal(scope: Scope, numbers: tuple[Value, ...], column: Column) -> Condition | None:
    if not column.numeric or column.temporal:
        return None
    op = Op.EQ if len(numbers) == 1 else Op.IN
    return Compare(column.col, op, numbers)


@rule("number_condition", "positive {column}", "{:the} {column} (is|was|are|were) positive")
def _positive(scope: Scope, column: Column) -> Told | None:
    return bounded(scope, column, Bound(Op.GT, (0,)))


@rule("number_condition", "negative {column}", "{:the} {column} (is|was|are|were) negative")
def _negative(scope: Scope, column: Column) -> Told | None:
    return bounded(scope, column, Bound(Op.LT, (0,)))


@rule("number_condition", "{bound} {unit}")
def _unit_alone(scope: Scope, bound: Bound, unit: str) -> Told | None:
    """``over 5000 g`` where one column alone is in grams."""
    in_unit = [c for c in scope.words.own if c.unit == unit]
    if len(in_unit) != 1:
        return None
    said = Note(unit, in_unit[0].label)
    return Told(Compare(in_unit[0].col, bound.op, bound.values), (said,), cost=1)
