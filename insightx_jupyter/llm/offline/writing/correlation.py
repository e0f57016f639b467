"""Correlations as SQL."""

from __future__ import annotations

from collections.abc import Iterable

from ....protocol.dna import ColumnProfile, DataDna
from ....sql.quoting import quote_literal
from ..intent import Col, Correlation
from .expressions import conjuncts, known
from .names import Aliases
from .query import Query
from .scope import Scope
from .sheet import Sheet

#: Columns that one is correlated with at most.
MAX_CORRELATED = 40


def correlation_sheet(intent: Correlation, dna: DataDna) -> Sheet:
    """Pearson and Spearman of two columns, or Pearson of one with each other."""
    if intent.y is None:
        return _one_with_all(intent, dna)
    scope = Scope(intent, dna)
    names = Aliases([f.name for f in dna.frames])
    pairs, ranked = names.fresh("pairs", "all_pairs"), names.fresh("ranked", "all_ranked")
    inner = Query([(scope.number(intent.x), "x"), (scope.number(intent.y), "y")], scope.source())
    inner.where = [*conjuncts(scope, intent.where), known(scope, intent.x), known(scope, intent.y)]
    ranks = Query([("x", None), ("y", None), *((_mean_rank(v), f"{v}_rank") for v in "xy")])
    ranks.source = [pairs]
    query = Query(source=[ranked], before=[(pairs, inner.text()), (ranked, ranks.text())])
    query.columns = [
        (_defined("corr(x, y)"), "pearson"),
        (_defined("corr(x_rank, y_rank)"), "spearman"),
        (f"{_defined('corr(x, y)')} ^ 2", "r_squared"),
        ("count(*)", "n"),
        (_strength("corr(x, y)"), "strength"),
    ]
    return Sheet(query.text(), measures=("pearson", "spearman"), n="n")


def _defined(expression: str) -> str:
    """NULL where DuckDB says NaN: a column that does not vary correlates with nothing."""
    return f"nullif({expression}, 'NaN')"


def _strength(expression: str) -> str:
    """In words, by Cohen (1988): 0.1 weak, 0.3 moderate, 0.5 strong."""
    size = f"abs({expression})"
    lines = [
        f"WHEN {expression} IS NULL OR isnan({expression}) THEN 'undefined'",
        f"WHEN {size} >= 0.5 THEN 'strong'",
        f"WHEN {size} >= 0.3 THEN 'moderate'",
        f"WHEN {size} >= 0.1 THEN 'weak'",
        "ELSE 'negligible'",
    ]
    return "CASE\n  " + "\n  ".join(lines) + "\nEND"


def _mean_rank(column: str) -> str:
    """Ranks from 1, equal values sharing the mean of theirs, as Spearman's r wants."""
    ties = f"(count(*) OVER (PARTITION BY {column}) - 1) / 2"
    return f"rank() OVER (ORDER BY {column}) + {ties}"


def _one_with_all(intent: Correlation, dna: DataDna) -> Sheet:
    scope = Scope(intent, dna)
    x, names = scope.number(intent.x), correlated_columns(intent, dna)
    others = [scope.number(Col(scope.main.name, name)) for name in names]
    inner = Query(source=scope.source(), where=conjuncts(scope, intent.where))
    inner.columns = [
        (_column_of(map(quote_literal, names)), "column_name"),
        (_column_of(_defined(f"corr({x}, {other})") for other in others), "pearson"),
        (_column_of(f"regr_count({x}, {other})" for other in others), "n"),
    ]
    name = Aliases([f.name for f in dna.frames]).fresh("correlations", "all_correlations")
    query = Query([("column_name", None), ("pearson", None), ("n", None)], [name])
    query.before = [(name, inner.text())]
    query.order = ["abs(pearson) DESC NULLS LAST", "column_name"]
    return Sheet(query.text(), ("column_name",), ("pearson",), "n")


def _column_of(values: Iterable[str]) -> str:
    """Expressions over one row as a column of their own."""
    return "unnest([\n  " + ",\n  ".join(values) + "\n])"


def correlated_columns(intent: Correlation, dna: DataDna) -> list[str]:
    """The numeric columns that one is correlated with: its frame's others, 40 at most."""
    main = Scope(intent, dna).main
    own = intent.x.column.casefold() if intent.x.via is None else None

    def fits(column: ColumnProfile) -> bool:
        return column.kind.numeric and column.name.casefold() != own

    return [c.name for c in main.columns if fits(c)][:MAX_CORRELATED]
