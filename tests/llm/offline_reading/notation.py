"""Intents written as one line, so that a corpus can be read and written by hand."""

from __future__ import annotations

from typing import Any

from insightx_jupyter.llm.offline import intent as it


def written(intent: it.Intent) -> str:
    return _WRITERS[type(intent)](intent)


def _col(col: it.Col) -> str:
    if col.ymd:
        return f"date({','.join(col.ymd)})"
    return f"{col.frame}.{col.column}@{col.via[0]}" if col.via else col.column


def _part(col: it.Col, grain: it.Grain | None) -> str:
    return f"{grain}({_col(col)})" if grain else _col(col)


def _value(value: Any) -> str:
    return repr(value) if isinstance(value, str) else str(value)


def _condition(condition: Any) -> str:
    if isinstance(condition, it.All):
        return "(" + " and ".join(_condition(part) for part in condition.parts) + ")"
    if isinstance(condition, it.Any):
        return "(" + " or ".join(_condition(part) for part in condition.parts) + ")"
    if isinstance(condition, it.Not):
        return f"not ({_condition(condition.part)})"
    return _compare(condition)


def _compare(compare: it.Compare) -> str:
    left = _part(compare.col, compare.grain)
    values = [_value(value) for value in compare.values]
    if compare.op is it.Op.BETWEEN:
        return f"{left} between {values[0]} and {values[1]}"
    if compare.op in (it.Op.IN, it.Op.NOT_IN):
        return f"{left} {compare.op} [{', '.join(values)}]"
    return f"{left} {compare.op} {values[0]}" if values else f"{left} {compare.op}"


def _where(condition: Any) -> str:
    return f" where {_condition(condition)}" if condition is not None else ""


def _group(group: it.Group) -> str:
    return _part(group.col, group.grain)


def _measure(measure: it.Measure) -> str:
    if measure.func is it.Func.SHARE:
        return f"share({_condition(measure.where)})"
    name = f"quantile {measure.q}" if measure.q is not None else str(measure.func)
    inside = _col(measure.col) if measure.col else ""
    if measure.where is not None:
        inside += _where(measure.where)
    return f"{name}({inside.strip()})" if inside else name


def _aggregate(one: it.Aggregate) -> str:
    text = f"{one.frame}: " + ", ".join(_measure(measure) for measure in one.measures)
    if one.groups:
        text += " by " + ", ".join(_group(group) for group in one.groups)
    text += _where(one.where)
    if one.having:
        index, op, number = one.having
        text += f" having m{index} {op} {number:g}"
    if one.order:
        name = "group" if one.order.measure is None else f"m{one.order.measure}"
        text += f" order {name} {'desc' if one.order.descending else 'asc'}"
    return text + (f" limit {one.limit}" if one.limit else "")


def _rows(one: it.Rows) -> str:
    order = f" by {_col(one.by)} {'desc' if one.descending else 'asc'}" if one.by else ""
    return f"rows {one.frame}{order} limit {one.limit}{_where(one.where)}"


def _values(one: it.Values) -> str:
    limit = f" limit {one.limit}" if one.limit else ""
    return f"values {one.col.frame}.{one.col.column}{_where(one.where)}{limit}"


def _change(one: it.Change) -> str:
    return f"change {one.frame}: {_measure(one.measure)} by {_group(one.by)}{_where(one.where)}"


def _correlation(one: it.Correlation) -> str:
    other = f", {_col(one.y)}" if one.y else ""
    return f"correlation {one.x.frame}: {_col(one.x)}{other}{_where(one.where)}"


def _distribution(one: it.Distribution) -> str:
    by = f" by {_group(one.by)}" if one.by else ""
    return f"distribution {one.col.frame}: {_col(one.col)}{by}{_where(one.where)}"


def _outliers(one: it.Outliers) -> str:
    return f"outliers {one.col.frame}: {_col(one.col)}{_where(one.where)}"


def _test(one: it.GroupTest) -> str:
    share = f" share({_condition(one.share)})" if one.share is not None else ""
    by = _group(one.by)
    return f"test {one.col.frame}: {_col(one.col)} by {by}{_where(one.where)}{share}"


def _regression(one: it.Regression) -> str:
    return f"regression {one.y.frame}: {_col(one.y)} on {_col(one.x)}{_where(one.where)}"


def _describe(one: it.Describe) -> str:
    name = f" {one.frame}" if one.frame else ""
    column = f".{one.column}" if one.column else ""
    return f"describe{name}{column}{f' {one.focus}' if one.focus else ''}"


_WRITERS: dict[type, Any] = {
    it.Aggregate: _aggregate,
    it.Rows: _rows,
    it.Values: _values,
    it.Change: _change,
    it.Correlation: _correlation,
    it.Distribution: _distribution,
    it.Outliers: _outliers,
    it.GroupTest: _test,
    it.Regression: _regression,
    it.Describe: _describe,
}
