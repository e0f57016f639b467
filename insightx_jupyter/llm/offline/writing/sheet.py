"""A query with the names of its columns by their part in the answer."""

from __future__ import annotations

from dataclasses import dataclass

from ....protocol.dna import Kind
from ..intent import Func, Grain, Group, Measure
from .names import Aliases, is_plain, slug
from .scope import Scope


@dataclass(frozen=True, slots=True)
class Sheet:
    """SQL, and what its result's columns are called. None: there is no such column."""

    sql: str
    #: Group keys, or the columns that say which row it is.
    groups: tuple[str, ...] = ()
    measures: tuple[str, ...] = ()
    #: How many rows or values the first measure rests on.
    n: str | None = None
    #: The first measure without the grouping, or without the filter.
    overall: str | None = None
    #: 1 for the largest first measure; where the order is another.
    place: str | None = None
    #: The first measure less that of the period before.
    change: str | None = None
    #: The names of weekdays, beside their numbers.
    weekday: str | None = None
    #: Months with their year in words, beside their first days.
    month: str | None = None


_GRAINS = {Grain.MONTH_OF_YEAR: "month_of_year", Grain.QUARTER_OF_YEAR: "quarter_of_year"}
_WORDS = {
    Func.COUNT: "count",
    Func.DISTINCT: "distinct",
    Func.NULLS: "missing",
    Func.SUM: "total",
    Func.MEAN: "mean",
    Func.MEDIAN: "median",
    Func.MIN: "min",
    Func.MAX: "max",
    Func.STD: "std",
    Func.VARIANCE: "variance",
    Func.RANGE: "range",
    Func.IQR: "iqr",
}


def group_alias(scope: Scope, group: Group, aliases: Aliases) -> str:
    """The column's own name where it is a plain word, else a word made of it."""
    col = group.col
    if group.grain is not None:
        grain = _GRAINS.get(group.grain, group.grain.value)
        own = slug(col.column)
        return aliases.fresh(grain, f"calendar_{grain}" if own == grain else f"{own}_{grain}")
    if col.ymd is not None:
        return aliases.fresh("date", "full_date")
    name = scope.profile(col).name
    if not is_plain(name):
        return aliases.fresh(slug(name))
    same = [n for n in scope.names if n.casefold() == name.casefold()]
    if len(same) == 1:
        return aliases.keep(name)
    return aliases.fresh(f"{slug(col.frame)}_{slug(name)}")


def measure_alias(scope: Scope, measure: Measure, aliases: Aliases) -> str:
    """``mean_dep_delay``, ``n``, ``share``."""
    if measure.func is Func.SHARE:
        return aliases.fresh("share", "share_of_rows")
    if measure.func is Func.SHARE_OF_TOTAL:
        return aliases.fresh("share_of_total")
    if measure.col is None:
        return aliases.fresh("n", "n_rows") if measure.where is None else aliases.fresh("matching")
    name = "date" if measure.col.ymd else slug(measure.col.column)
    if measure.func is Func.RANGE and scope.temporal(measure.col):
        return aliases.fresh(f"days_of_{name}")
    return aliases.fresh(f"{_word(measure)}_{name}")


def _word(measure: Measure) -> str:
    if measure.func is Func.QUANTILE:
        return f"q{round((measure.q or 0.5) * 100, 2):g}".replace(".", "_")
    return _WORDS[measure.func]


def orders_by_itself(scope: Scope, group: Group) -> bool:
    """Whether the group has an order of its own: the calendar, or a number."""
    return (
        bool(group.grain or scope.temporal(group.col) or scope.profile(group.col).kind.numeric)
        and scope.profile(group.col).kind is not Kind.ID
    )
