"""Which columns add up: a month's revenue is its total, a month's temperature its mean."""

from __future__ import annotations

from ..intent import Func, Measure
from .grammar import Note, Scope
from .lexicon import Column
from .measures import measure_of

#: Nouns of amounts whose sum is meant where no figure is named.
_ADDITIVE = frozenset(
    [
        "revenue", "turnover", "sale", "amount", "quantity", "profit", "spend", "spending",
        "expense", "expenditure", "visit", "click", "passenger", "unit", "count",
        "precipitation", "rain", "rainfall", "generation",
    ]
)  # fmt: skip
#: Words that make a rate, a price or a figure of an amount: these do not add up.
_APART = frozenset(
    [
        "per", "mean", "median", "rate", "price", "percent", "ratio", "share", "max", "min",
        "std", "cumulative", "index", "score", "growth", "change", "probability", "cost",
    ]
)  # fmt: skip


def adds_up(column: Column) -> bool:
    """Whether the values of a column are parts of a total by what it is called."""
    words = set(column.words)
    named = words & _ADDITIVE and not words & _APART
    return bool(named) and column.numeric and "%" not in column.profile.name


def figure_of(scope: Scope, column: Column) -> tuple[Measure, Note] | None:
    """The total of what adds up, else the mean, with what has to be said of it."""
    func = Func.SUM if adds_up(column) else Func.MEAN
    measure = measure_of(scope, func, None, column)
    if measure is None:
        return None
    return measure, Note(column.label, said_of(func))


def said_of(func: Func) -> str:
    """How a figure that was not named was taken."""
    if func is Func.SUM:
        return "its total (say “average” for the mean)"
    return "its average (say “total” for the sum)"
