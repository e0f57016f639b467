"""English for columns, conditions, measures and groups. Digits only where the question has them."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from ....render.escape import markdown_code, markdown_text, one_line
from ..intent import (
    All,
    Any,
    Col,
    Compare,
    Condition,
    Func,
    Grain,
    Measure,
    Not,
    Op,
    Value,
)

_LONGEST = 60
_OPS = {
    Op.EQ: "is",
    Op.NE: "is not",
    Op.LT: "is below",
    Op.LE: "is at most",
    Op.GT: "is above",
    Op.GE: "is at least",
    Op.IN: "is",
    Op.NOT_IN: "is none of",
    Op.CONTAINS: "contains",
    Op.STARTS_WITH: "starts with",
    Op.ENDS_WITH: "ends with",
}
_MEASURES = {
    Func.SUM: "total",
    Func.MEAN: "mean",
    Func.MEDIAN: "median",
    Func.MIN: "minimum",
    Func.MAX: "maximum",
    Func.STD: "standard deviation of",
    Func.VARIANCE: "variance of",
    Func.RANGE: "range of",
    Func.IQR: "interquartile range of",
}
_WEEKDAYS = (
    *("Monday", "Tuesday", "Wednesday", "Thursday"),
    *("Friday", "Saturday", "Sunday"),
)
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_NUMBERS = (
    *("no", "one", "two", "three", "four", "five", "six"),
    *("seven", "eight", "nine", "ten", "eleven", "twelve"),
)


def code(name: str) -> str:
    """A name as inline code that no reference and no markdown can hide in."""
    shown = markdown_code(one_line(name, _LONGEST)).replace("{{", "{ {").replace("}}", "} }")
    return f"`{shown or ' '}`"


def plain(text: str) -> str:
    """A text as markdown that shows exactly it, and is no reference."""
    return markdown_text(one_line(text, _LONGEST)).replace("{{", "{ {").replace("}}", "} }")


def column(col: Col) -> str:
    """A column; one of another frame with its frame."""
    if col.ymd is not None:
        return "the date"
    name = code(f"{col.frame}.{col.column}" if col.via else col.column)
    return name if _says_itself(col) else f"column {name}"


def pair(col: Col, text: str) -> str:
    """A number with its column: ``year`` 1931, column ``1`` = 2."""
    return f"{column(col)} {text}" if _says_itself(col) else f"{column(col)} = {text}"


def _says_itself(col: Col) -> bool:
    """Whether a name does not read as a number."""
    return any(letter.isalpha() for letter in col.column)


def value(of: Value, grain: Grain | None = None) -> str:
    """A value as a condition names it."""
    if grain is Grain.WEEKDAY and of in range(1, 8):
        return _WEEKDAYS[int(of) - 1]  # type: ignore[arg-type]
    if grain is Grain.MONTH_OF_YEAR and of in range(1, 13):
        return _MONTHS[int(of) - 1]  # type: ignore[arg-type]
    if isinstance(of, bool):
        return "true" if of else "false"
    if isinstance(of, datetime):
        return of.isoformat(sep=" ")
    if isinstance(of, date):
        return of.isoformat()
    return plain(str(of)) or '""'


def join(parts: list[str], word: str = "and") -> str:
    """``a, b and c``."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {word} {parts[-1]}"


def condition(part: Condition) -> str:
    """A condition as a clause after "where"."""
    match part:
        case Compare():
            return _compare(part)
        case All(parts=parts):
            return join(_spans([*parts]))
        case Any(parts=parts):
            return join([_nested(p) for p in parts], "or")
        case Not(part=inner):
            return f"it does not hold that {condition(inner)}"


def _spans(parts: list[Condition]) -> list[str]:
    """Each part as a clause; the two ends of a span of days as one."""
    told: list[str] = []
    while parts:
        part, *parts = parts
        after = parts[0] if parts else None
        span = _span(part, after) if after is not None else ""
        told.append(span or _nested(part))
        parts = parts[1:] if span else parts
    return told


def _span(low: Condition, high: Condition) -> str:
    """``is on 1992-04-30``, ``is from … to before …``; empty if they make no span."""
    if not (isinstance(low, Compare) and isinstance(high, Compare)) or low.col != high.col:
        return ""
    if (low.op, high.op, low.grain, high.grain) != (Op.GE, Op.LT, None, None):
        return ""
    first, end = low.values[0], high.values[0]
    if type(first) is not date or type(end) is not date:
        return ""
    if end - first == timedelta(days=1):
        return f"{column(low.col)} is on {first.isoformat()}"
    return f"{column(low.col)} is from {first.isoformat()} to before {end.isoformat()}"


def _nested(part: Condition) -> str:
    several = isinstance(part, All | Any) and len(part.parts) > 1
    return f"({condition(part)})" if several else condition(part)


def _compare(compare: Compare) -> str:
    subject = column(compare.col)
    if compare.grain is not None:
        subject = f"the {compare.grain.value} of {subject}"
    if compare.op is Op.IS_NULL:
        return f"{subject} is missing"
    if compare.op is Op.NOT_NULL:
        return f"{subject} is known"
    values = [value(v, compare.grain) for v in compare.values]
    if compare.op is Op.BETWEEN:
        return f"{subject} is from {values[0]} to {values[1]}"
    listed = join(values, "or" if compare.op is Op.IN else "and")
    return f"{subject} {_OPS[compare.op]} {listed}"


def measure(of: Measure, frame: str) -> str:
    """A measure as a noun after "the": ``mean `dep_delay```."""
    where = "" if of.where is None else f" where {condition(of.where)}"
    if of.func is Func.SHARE:
        return f"share of rows{where}" if where or of.col is None else f"share of {column(of.col)}"
    if of.func is Func.SHARE_OF_TOTAL:
        return f"share of all {'rows' if of.col is None else column(of.col)}{where}"
    if of.col is None:
        return f"number of rows{where}"
    name = column(of.col)
    named = {
        Func.COUNT: f"number of known values of {name}",
        Func.DISTINCT: f"number of distinct values of {name}",
        Func.NULLS: f"number of missing values of {name}",
        Func.QUANTILE: f"{quantile(of.q)} of {name}",
    }
    return f"{named.get(of.func) or f'{_MEASURES[of.func]} {name}'}{where}"


def quantile(q: float | None) -> str:
    """A quantile's name."""
    names = {0.25: "lower quartile", 0.5: "median", 0.75: "upper quartile", None: "median"}
    return names.get(q) or f"{(q or 0.5) * 100:g}th percentile"


def counted(number: int) -> str:
    """A small number as a word, a large one in digits."""
    return _NUMBERS[number] if 0 <= number < len(_NUMBERS) else f"{number:,}"


def counted_rows(op: Op, bound: float) -> str:
    """How many rows a group has: ``more than 12 rows``."""
    signs = {Op.GT: "more than ", Op.GE: "at least ", Op.LT: "fewer than ", Op.LE: "at most "}
    return f"{signs.get(op, '')}{bound:g} {'row' if bound == 1 else 'rows'}"


def comparison(op: Op) -> str:
    """A comparison after a noun: ``above``."""
    return _OPS.get(op, "is").removeprefix("is ")


def compared(part: Condition) -> list[Col]:
    """The columns that a condition compares, those that are asked for being missing left out."""
    if isinstance(part, Compare):
        return [] if part.op in (Op.IS_NULL, Op.NOT_NULL) else [part.col]
    inner = (part.part,) if isinstance(part, Not) else part.parts
    return [col for p in inner for col in compared(p)]


def line(text: str) -> str:
    """A line of the reading half as markdown on one line, which is no reference."""
    return markdown_text(one_line(text, 300)).replace("{{", "{ {").replace("}}", "} }")
