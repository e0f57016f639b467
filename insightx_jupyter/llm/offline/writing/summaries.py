"""What SQL gives where Python may not run: figures without the test or the chart."""

from __future__ import annotations

from ....protocol.dna import DataDna
from ..intent import (
    Aggregate,
    Distribution,
    Func,
    GroupTest,
    Measure,
    Order,
    Outliers,
    Regression,
)
from .aggregate import aggregate_sheet
from .expressions import conjuncts, known
from .names import Aliases
from .query import Query
from .scope import Scope
from .selections import counts_only, selected_sheet
from .sheet import Sheet

#: Tukey (1977): values further than this many IQRs from the quartiles.
FENCE = "1.5"
_QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


def distribution_summary(intent: Distribution, dna: DataDna) -> Sheet:
    """Mean, deviation, ends and quantiles, by group where asked."""
    measures = [Measure(Func.MEDIAN, intent.col), Measure(Func.MEAN, intent.col)]
    measures += [Measure(f, intent.col) for f in (Func.STD, Func.MIN, Func.MAX)]
    measures += [Measure(Func.QUANTILE, intent.col, q=q) for q in _QUANTILES if q != 0.5]
    groups = (intent.by,) if intent.by else ()
    frame = Scope(intent, dna).main.name
    return aggregate_sheet(Aggregate(frame, tuple(measures), groups, intent.where), dna)


def group_summary(intent: GroupTest, dna: DataDna) -> Sheet:
    """Mean, median and deviation by group; counts and shares where those are tested."""
    if counts_only(intent, dna):
        return selected_sheet(intent, dna)
    funcs = (Func.MEAN, Func.MEDIAN, Func.STD)
    measures = tuple(Measure(f, intent.col) for f in funcs)
    frame = Scope(intent, dna).main.name
    return aggregate_sheet(Aggregate(frame, measures, (intent.by,), intent.where, Order(0)), dna)


def outlier_summary(intent: Outliers, dna: DataDna) -> Sheet:
    """Quartiles, fences, and how many values lie beyond them."""
    scope = Scope(intent, dna)
    value = scope.number(intent.col)
    names = Aliases([f.name for f in dna.frames])
    values, fences = names.fresh("present", "all_present"), names.fresh("fences", "all_fences")
    picked = Query([(value, "x")], scope.source(), conjuncts(scope, intent.where))
    picked.where.append(known(scope, intent.col))
    quartiles = Query(source=[values])
    quartiles.columns = [("quantile_cont(x, 0.25)", "q1"), ("quantile_cont(x, 0.75)", "q3")]
    query = Query(source=[f"{values}, {fences}"], group=["q1", "q3"])
    query.before = [(values, picked.text()), (fences, quartiles.text())]
    low, high = f"q1 - {FENCE} * (q3 - q1)", f"q3 + {FENCE} * (q3 - q1)"
    outside = f"count(*) FILTER (WHERE x < {low} OR x > {high})"
    query.columns = [
        ("count(*)", "n"),
        ("q1", None),
        ("q3", None),
        (low, "low_fence"),
        (high, "high_fence"),
        (f"count(*) FILTER (WHERE x < {low})", "below"),
        (f"count(*) FILTER (WHERE x > {high})", "above"),
        (outside, "outliers"),
        (f"{outside} / count(*)", "share"),
        ("min(x)", "lowest"),
        ("max(x)", "highest"),
    ]
    return Sheet(query.text(), n="n")


def regression_summary(intent: Regression, dna: DataDna) -> Sheet:
    """Slope, intercept and r squared, without an interval."""
    scope = Scope(intent, dna)
    y, x = scope.number(intent.y), scope.number(intent.x)
    query = Query(source=scope.source(), where=conjuncts(scope, intent.where))
    query.columns = [
        (f"regr_slope({y}, {x})", "slope"),
        (f"regr_intercept({y}, {x})", "intercept"),
        (f"regr_r2({y}, {x})", "r_squared"),
        (f"regr_count({y}, {x})", "n"),
    ]
    return Sheet(query.text(), measures=("slope", "intercept"), n="n")
