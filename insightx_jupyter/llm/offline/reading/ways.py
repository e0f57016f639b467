"""An intent in a few words, to tell two readings of a question apart."""

from __future__ import annotations

from ..intent import (
    Aggregate,
    All,
    Any,
    Change,
    Compare,
    Condition,
    Describe,
    Func,
    Group,
    GroupTest,
    Intent,
    Measure,
    Not,
    Op,
    Rows,
    Values,
)

_KINDS = {Change: "its change", GroupTest: "a test of groups", Values: "its values"}


def way(intent: Intent) -> str:
    """``total revenue where Returned? is missing``."""
    if isinstance(intent, Describe):
        return "a description"
    if isinstance(intent, Aggregate):
        said = " and ".join(map(_measure, intent.measures))
        said += f" by {' and '.join(map(_group, intent.groups))}" if intent.groups else ""
    elif isinstance(intent, Rows):
        said = f"rows by {intent.by.column}" if intent.by else "rows"
    else:
        said = _KINDS.get(type(intent), type(intent).__name__.casefold())
    return f"{said} where {_condition(intent.where)}" if intent.where else said


def _measure(measure: Measure) -> str:
    name = "date" if measure.col and measure.col.ymd else measure.col and measure.col.column
    said = {Func.SUM: "total", Func.COUNT: "number of rows", Func.DISTINCT: "number of different"}
    text = " ".join(part for part in (said.get(measure.func, str(measure.func)), name) if part)
    return f"{text} where {_condition(measure.where)}" if measure.where else text


def _group(group: Group) -> str:
    return f"{group.grain} of {group.col.column}" if group.grain else group.col.column


def _condition(part: Condition) -> str:
    if isinstance(part, All | Any):
        word = " and " if isinstance(part, All) else " or "
        return word.join(map(_condition, part.parts))
    if isinstance(part, Not):
        return f"not {_condition(part.part)}"
    return _compare(part)


def _compare(part: Compare) -> str:
    name = f"{part.grain} of {part.col.column}" if part.grain else part.col.column
    if part.op in (Op.IS_NULL, Op.NOT_NULL):
        return f"{name} is {'missing' if part.op is Op.IS_NULL else 'known'}"
    signs = {Op.EQ: "is", Op.NE: "is not", Op.IN: "is", Op.NOT_IN: "is not"}
    word = " and " if part.op is Op.BETWEEN else " or "
    return f"{name} {signs.get(part.op, part.op.value)} {word.join(map(str, part.values))}"
