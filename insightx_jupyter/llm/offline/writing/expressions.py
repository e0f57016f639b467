"""Values, parts of dates, conditions and aggregates as DuckDB expressions."""

from __future__ import annotations

import math
from datetime import date, datetime

from ....errors import OurFault
from ....protocol.dna import Kind
from ....sql.quoting import quote_literal
from ..intent import (
    All,
    Any,
    Col,
    Compare,
    Condition,
    Func,
    Grain,
    Group,
    Measure,
    Not,
    Op,
    Value,
)
from .scope import Scope

#: Parts of a date that are whole numbers, as EXTRACT calls them.
_NUMBERS = {
    Grain.YEAR: "year",
    Grain.MONTH_OF_YEAR: "month",
    Grain.QUARTER_OF_YEAR: "quarter",
    Grain.WEEKDAY: "isodow",
    Grain.HOUR: "hour",
}
_SPANS = {Grain.QUARTER: "quarter", Grain.MONTH: "month", Grain.WEEK: "week"}
_BOUNDS = (Op.EQ, Op.NE, Op.LT, Op.LE, Op.GT, Op.GE)
#: Largest sum that fits DuckDB's BIGINT; above it a sum stays a HUGEINT.
_BIGINT = 2**63 - 1


def group_expression(scope: Scope, group: Group) -> str:
    """The key of a group."""
    return part_of(scope, group.col, group.grain)


def part_of(scope: Scope, col: Col, grain: Grain | None) -> str:
    """A column, or a part of its date: the first day of a period, or a whole number."""
    column = scope.column(col)
    if grain is None:
        return column
    if grain in _NUMBERS:
        return f"extract({_NUMBERS[grain]} FROM {column})"
    if grain is Grain.DAY:
        return f"CAST({column} AS DATE)" if scope.has_clock(col) else column
    return f"CAST(date_trunc('{_SPANS[grain]}', {column}) AS DATE)"


def stored(scope: Scope, col: Col) -> str:
    """The column where it only matters whether it is missing."""
    return scope.column(col) if col.ymd else scope.raw(col)


def known(scope: Scope, col: Col) -> str:
    """That a column is not missing."""
    return f"{stored(scope, col)} IS NOT NULL"


def condition(scope: Scope, part: Condition) -> str:
    """A condition. Unknown (a missing value compared) counts as not holding."""
    match part:
        case Compare():
            return _compare(scope, part)
        case All(parts=parts):
            return " AND ".join(_nested(scope, p) for p in parts) or "TRUE"
        case Any(parts=parts):
            return " OR ".join(_nested(scope, p) for p in parts) or "FALSE"
        case Not(part=inner):
            return f"NOT ({condition(scope, inner)})"


def conjuncts(scope: Scope, part: Condition | None) -> list[str]:
    """A condition as the terms of a WHERE clause, one a line."""
    if part is None:
        return []
    if isinstance(part, All):
        return [term for inner in part.parts for term in conjuncts(scope, inner)]
    return [_nested(scope, part)]


def _nested(scope: Scope, part: Condition) -> str:
    text = condition(scope, part)
    several = isinstance(part, All | Any) and len(part.parts) > 1
    return f"({text})" if several else text


def _compare(scope: Scope, compare: Compare) -> str:
    col, op, values = compare.col, compare.op, compare.values
    if op is Op.IS_NULL or op is Op.NOT_NULL:
        return f"{stored(scope, col)} {'IS NULL' if op is Op.IS_NULL else 'IS NOT NULL'}"
    if op in (Op.CONTAINS, Op.STARTS_WITH, Op.ENDS_WITH):
        return _text_match(scope, col, op, str(values[0]))
    column, texts = _sides(scope, compare)
    if op is Op.BETWEEN:
        return f"{column} BETWEEN {texts[0]} AND {texts[1]}"
    if op in (Op.IN, Op.NOT_IN):
        return f"{column} {'IN' if op is Op.IN else 'NOT IN'} ({', '.join(texts)})"
    return f"{column} {'<>' if op is Op.NE else op.value} {texts[0]}"


def _text_match(scope: Scope, col: Col, op: Op, value: str) -> str:
    function = {Op.CONTAINS: "contains", Op.STARTS_WITH: "starts_with"}.get(op, "ends_with")
    text = scope.raw(col)
    if not scope.profile(col).sql_type.upper().startswith(("VARCHAR", "ENUM")):
        text = f"CAST({text} AS VARCHAR)"
    return f"{function}(lower({text}), lower({quote_literal(value)}))"


def _sides(scope: Scope, compare: Compare) -> tuple[str, list[str]]:
    """The column and the values of a comparison, in one type."""
    col, grain, values = compare.col, compare.grain, compare.values
    if grain is not None:
        return _grain_sides(scope, col, grain, values)
    if not scope.temporal(col):
        return scope.column(col), [literal(scope, col, value) for value in values]
    moments = [_moment(value) for value in values]
    if any(moment is None for moment in moments):
        return scope.raw(col), [quote_literal(str(value)) for value in values]
    column = scope.column(col)
    days = not any(isinstance(moment, datetime) for moment in moments)
    if days and scope.has_clock(col):
        # "On", "from" and "until" a day mean the whole day.
        column = f"CAST({column} AS DATE)"
    return column, [_moment_literal(moment) for moment in moments if moment is not None]


def _grain_sides(
    scope: Scope, col: Col, grain: Grain, values: tuple[Value, ...]
) -> tuple[str, list[str]]:
    if grain in _NUMBERS or all(isinstance(v, int) for v in values):
        field = _NUMBERS.get(grain, grain.value)
        column = f"extract({field} FROM {scope.column(col)})"
        return column, [str(_whole(value, grain)) for value in values]
    moments = [_moment(value) for value in values]
    if any(moment is None for moment in moments):
        raise OurFault(f"The reading compares a {grain.value} with what is no date.")
    days = [m.date() if isinstance(m, datetime) else m for m in moments]
    return part_of(scope, col, grain), [_moment_literal(day) for day in days if day is not None]


def _whole(value: Value, grain: Grain) -> int:
    if isinstance(value, date) and grain is Grain.YEAR:
        return value.year
    if isinstance(value, date) and grain is Grain.MONTH_OF_YEAR:
        return value.month
    try:
        return int(value)  # type: ignore[arg-type]
    except (TypeError, ValueError) as error:
        raise OurFault(f"The reading compares a {grain.value} with what is no number.") from error


def _moment(value: Value) -> date | None:
    if isinstance(value, date):
        return value
    try:
        text = str(value)
        return date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text)
    except ValueError:
        return None


def _moment_literal(moment: date) -> str:
    if isinstance(moment, datetime):
        return f"TIMESTAMP {quote_literal(moment.replace(tzinfo=None).isoformat(sep=' '))}"
    return f"DATE {quote_literal(moment.isoformat())}"


def literal(scope: Scope, col: Col, value: Value) -> str:
    """A value in the type of its column."""
    kind = scope.profile(col).sql_type.upper()
    if kind.startswith(("VARCHAR", "ENUM", "UUID")):
        return quote_literal(str(value))
    if kind.startswith("BOOL"):
        return "TRUE" if str(value).lower() in ("true", "1", "1.0", "yes") else "FALSE"
    if kind.startswith("TIME"):
        return f"TIME {quote_literal(str(value))}"
    return number(value)


def number(value: Value) -> str:
    """A number's literal, from a number or its text."""
    if isinstance(value, bool):
        return str(int(value))
    try:
        read = value if isinstance(value, int | float) else float(str(value))
    except ValueError as error:
        raise OurFault("The reading compares a number with what is none.") from error
    if not math.isfinite(read):
        raise OurFault("The reading compares a number with what is not finite.")
    return repr(read)


def aggregate(scope: Scope, measure: Measure) -> str:
    """A measure, without the totals that need more than one group."""
    only = "" if measure.where is None else f" FILTER (WHERE {condition(scope, measure.where)})"
    col = measure.col
    if measure.func is Func.SHARE:
        return _share(scope, measure, only)
    if col is None:
        return f"count(*){only}"
    if measure.func is Func.COUNT:
        return f"count({stored(scope, col)}){only}"
    if measure.func is Func.DISTINCT:
        return f"count(DISTINCT {scope.column(col)}){only}"
    if measure.func is Func.NULLS:
        return f"count(*){only} - count({stored(scope, col)}){only}"
    if measure.func is Func.RANGE:
        return _range(scope, col, only)
    if measure.func is Func.IQR:
        low, high = (f"quantile_cont({scope.number(col)}, {q}){only}" for q in (0.25, 0.75))
        return f"{high} - {low}"
    if measure.func in (Func.SUM, Func.SHARE_OF_TOTAL):
        return _sum(scope, measure, col, only)
    return _statistic(scope, measure, col, only)


def _share(scope: Scope, measure: Measure, only: str) -> str:
    if measure.where is None and measure.col is not None:
        return f"avg({scope.number(measure.col)})"
    return f"count(*){only} / nullif(count(*), 0)"


def _range(scope: Scope, col: Col, only: str) -> str:
    if scope.temporal(col):
        return f"date_diff('day', min({scope.column(col)}){only}, max({scope.column(col)}){only})"
    return f"max({scope.number(col)}){only} - min({scope.number(col)}){only}"


def _sum(scope: Scope, measure: Measure, col: Col, only: str) -> str:
    """A sum; of no values it is unknown, and whole numbers stay 64-bit where they surely fit."""
    profile = scope.profile(col)
    text = f"sum({scope.number(col)}){only}"
    bounds = [abs(b) for b in (profile.minimum, profile.maximum) if isinstance(b, int)]
    fits = bounds and max(bounds) * max(scope.main.rows, 1) <= _BIGINT
    whole = profile.kind is Kind.BOOLEAN or (profile.kind is Kind.INTEGER and fits)
    return f"CAST({text} AS BIGINT)" if whole else text


def _statistic(scope: Scope, measure: Measure, col: Col, only: str) -> str:
    ends = measure.func in (Func.MIN, Func.MAX)
    value = scope.column(col) if ends else scope.number(col)
    if measure.func is Func.QUANTILE:
        return (
            f"quantile_cont({value}, {number(measure.q if measure.q is not None else 0.5)}){only}"
        )
    name = {
        Func.MEAN: "avg",
        Func.MEDIAN: "median",
        Func.MIN: "min",
        Func.MAX: "max",
        Func.STD: "stddev_samp",
        Func.VARIANCE: "var_samp",
    }[measure.func]
    return f"{name}({value}){only}"
