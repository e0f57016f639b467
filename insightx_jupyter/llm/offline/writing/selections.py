"""Rows, values, and the rows or counts that Python works on, as SQL."""

from __future__ import annotations

from ....protocol.dna import DataDna, Kind
from ..intent import (
    Col,
    Distribution,
    Group,
    GroupTest,
    Outliers,
    Regression,
    Rows,
    Values,
)
from .expressions import condition, conjuncts, group_expression, known
from .identifiers import name_sql
from .names import Aliases
from .query import Query
from .scope import Scope, profile_of
from .sheet import Sheet, group_alias

#: Columns that break ties between rows.
_TIE_BREAKS = 4


def rows_sheet(intent: Rows, dna: DataDna) -> Sheet:
    """Whole rows; with a condition, ``n`` counts all that match."""
    scope = Scope(intent, dna)
    aliases = Aliases(scope.names)
    query = Query(source=scope.source(), where=conjuncts(scope, intent.where))
    named, own = [], []
    for col in dict.fromkeys([*intent.show, *([intent.by] if intent.by else [])]):
        is_own = col.via is None and col.ymd is None and scope.is_main(col)
        own += [col] if is_own else []
        named.append(scope.profile(col).name if is_own else group_alias(scope, Group(col), aliases))
        expression = scope.column(col) if col.ymd else scope.raw(col)
        query.columns.append((expression, None if is_own else named[-1]))
    query.columns += _rest(scope, own)
    matches = None
    if intent.where is not None:
        matches = aliases.fresh("matches", "all_matches")
        query.columns.append(("count(*) OVER ()", matches))
    _cut(query, scope, intent)
    return Sheet(query.text(), groups=tuple(named), n=matches)


def _rest(scope: Scope, shown: list[Col]) -> list[tuple[str, str | None]]:
    """All other columns of the main frame."""
    names = {scope.profile(col).name for col in shown}
    if len(names) >= len(scope.main.columns):
        return []
    star = f"{name_sql(scope.main.name)}.*" if scope.joins else "*"
    left_out = ", ".join(name_sql(n) for n in sorted(names))
    return [(f"{star} EXCLUDE ({left_out})" if names else star, None)]


def _cut(query: Query, scope: Scope, intent: Rows) -> None:
    if intent.by is None:
        query.limit = intent.limit
        # A join may shuffle rows; without one the frame's own order stands.
        query.order = _tie_breaks(scope) if scope.joins else []
        return
    by = scope.column(intent.by)
    direction = "DESC" if intent.descending else "ASC"
    query.where.append(known(scope, intent.by))
    query.qualify = f"rank() OVER (ORDER BY {by} {direction}) <= {int(intent.limit)}"
    query.order = [f"{by} {direction}", *_tie_breaks(scope)]


def _tie_breaks(scope: Scope) -> list[str]:
    """The columns that tell rows apart best: ids, then what has an order."""
    plain = [c for c in scope.main.columns if c.kind is not Kind.OTHER]
    ranked = sorted(plain, key=lambda c: c.kind is not Kind.ID)
    return [scope.raw(Col(scope.main.name, c.name)) for c in ranked[:_TIE_BREAKS]]


def values_sheet(intent: Values, dna: DataDna) -> Sheet:
    """Distinct values with counts and shares, most frequent first."""
    scope = Scope(intent, dna)
    aliases = Aliases(scope.names)
    key = scope.column(intent.col)
    name = group_alias(scope, Group(intent.col), aliases)
    n, share = aliases.fresh("n", "n_rows"), aliases.fresh("share", "share_of_rows")
    query = Query(source=scope.source(), group=[key], order=[f"{n} DESC", name_sql(name)])
    query.where = [*conjuncts(scope, intent.where), known(scope, intent.col)]
    distinct = aliases.fresh("distinct_values", "all_distinct_values")
    query.columns = [
        (key, name),
        ("count(*)", n),
        ("count(*) / sum(count(*)) OVER ()", share),
        ("count(*) OVER ()", distinct),
    ]
    if intent.limit is not None:
        query.qualify = f"rank() OVER (ORDER BY {n} DESC) <= {int(intent.limit)}"
    return Sheet(query.text(), (name,), (n, share), n, overall=distinct)


def selected_sheet(intent: Distribution | Outliers | Regression | GroupTest, dna: DataDna) -> Sheet:
    """The columns that Python needs, filtered, without rows where one is missing.

    The measures come first, then the group. A test of shares or of categories
    needs only counts.
    """
    if isinstance(intent, GroupTest) and counts_only(intent, dna):
        return _counts_sheet(intent, dna)
    scope = Scope(intent, dna)
    aliases = Aliases(scope.names)
    cols = [intent.y, intent.x] if isinstance(intent, Regression) else [intent.col]
    by = getattr(intent, "by", None)
    query = Query(source=scope.source(), where=conjuncts(scope, intent.where))
    measures = [group_alias(scope, Group(col), aliases) for col in cols]
    query.columns = [(scope.number(c), a) for c, a in zip(cols, measures, strict=True)]
    groups = []
    if by is not None:
        groups = [group_alias(scope, by, aliases)]
        query.columns.append((group_expression(scope, by), groups[0]))
        cols.append(by.col)
    query.where += [known(scope, col) for col in dict.fromkeys(cols)]
    return Sheet(query.text(), tuple(groups), tuple(measures))


def counts_only(intent: GroupTest, dna: DataDna) -> bool:
    """Whether the test is of counts: of a share, or of a column that is no number."""
    if intent.share is not None:
        return True
    profile = profile_of(dna, intent.col.frame).column(intent.col.column)
    return profile is not None and not profile.kind.numeric


def _counts_sheet(intent: GroupTest, dna: DataDna) -> Sheet:
    scope = Scope(intent, dna)
    aliases = Aliases(scope.names)
    key, name = group_expression(scope, intent.by), group_alias(scope, intent.by, aliases)
    query = Query([(key, name)], scope.source(), group=[key], order=[name_sql(name)])
    query.where = conjuncts(scope, intent.where)
    query.where += [known(scope, intent.by.col), known(scope, intent.col)]
    n = aliases.fresh("n", "n_rows")
    if intent.share is not None:
        hits, share = aliases.fresh("hits"), aliases.fresh("share", "share_of_rows")
        counted = f"count(*) FILTER (WHERE {condition(scope, intent.share)})"
        query.columns += [(counted, hits), ("count(*)", n), (f"{counted} / count(*)", share)]
        query.order = [f"{share} DESC", name_sql(name)]
        return Sheet(query.text(), (name,), (hits, share), n)
    value, other = scope.column(intent.col), group_alias(scope, Group(intent.col), aliases)
    query.columns += [(value, other), ("count(*)", n)]
    query.group.append(value)
    query.order.append(name_sql(other))
    return Sheet(query.text(), (name, other), (n,), n)
