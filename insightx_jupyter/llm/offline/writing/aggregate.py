"""Aggregate and Change as SQL, with the figures that an answer compares with."""

from __future__ import annotations

from dataclasses import replace

from ....protocol.dna import DataDna
from ..intent import Aggregate, Change, Func, Grain, Measure, Op, Order
from .expressions import aggregate, conjuncts, group_expression, known, number
from .identifiers import name_sql
from .names import Aliases
from .query import Query, scalar
from .scope import Scope
from .sheet import Sheet, group_alias, measure_alias, orders_by_itself

#: Aggregates whose value without the grouping says something beside the groups'.
_COMPARABLE = {
    Func.COUNT,
    Func.DISTINCT,
    Func.NULLS,
    Func.SUM,
    Func.MEAN,
    Func.MEDIAN,
    Func.STD,
    Func.VARIANCE,
    Func.QUANTILE,
    Func.SHARE,
}


def aggregate_sheet(intent: Aggregate, dna: DataDna) -> Sheet:
    """Measures by groups, each with n and the overall value."""
    return _AggregateWriter(intent, dna).sheet()


def aggregate_order(intent: Aggregate, dna: DataDna) -> Order | None:
    """As asked; else by the calendar or the number, else the largest first."""
    if intent.order is not None or not intent.groups:
        return intent.order
    scope = Scope(intent, dna)
    natural = any(orders_by_itself(scope, group) for group in intent.groups)
    by_group = natural or len(intent.groups) > 1
    return Order(None, descending=False) if by_group else Order(0)


class _AggregateWriter:
    """Builds one query; a class because its clauses share names and expressions."""

    def __init__(self, intent: Aggregate, dna: DataDna) -> None:
        self.intent = intent
        self.scope = Scope(intent, dna)
        self.aliases = Aliases(self.scope.names)
        self.source = self.scope.source()
        self.keys = [group_expression(self.scope, group) for group in intent.groups]
        self.filters = conjuncts(self.scope, intent.where)
        self.where = [*self.filters, *(known(self.scope, g.col) for g in intent.groups)]
        self.groups = [group_alias(self.scope, g, self.aliases) for g in intent.groups]
        self.measures = [measure_alias(self.scope, m, self.aliases) for m in intent.measures]
        self.extra: dict[str, str | None] = {"n": None, "overall": None, "place": None}
        self.extra |= {"weekday": None, "month": None}

    def sheet(self) -> Sheet:
        """The query and its names."""
        order = aggregate_order(self.intent, self.scope.dna)
        query = self.grouped()
        self._add(query, "overall", self._overall(), "overall_value")
        self._add(query, "place", self._place(order), "place_by_value")
        self._narrow(query, order)
        query.order = self._order_terms(order)
        return Sheet(query.text(), tuple(self.groups), tuple(self.measures), **self.extra)

    def grouped(self) -> Query:
        """Keys, measures and n by group."""
        query = Query(source=self.source, where=self.where, group=self.keys)
        query.columns = list(zip(self.keys, self.groups, strict=True))
        days = [self.scope.column(g.col) for g in self.intent.groups if g.grain is Grain.WEEKDAY]
        named = f"min(dayname({days[0]}))" if days else None
        self._add(query, "weekday", named, "weekday_name")
        self._add(query, "month", self._month_name(), "month_name")
        for measure, alias in zip(self.intent.measures, self.measures, strict=True):
            query.columns.append((self.measure(measure), alias))
        self._add(query, "n", self._n(), "n_rows")
        return query

    def _month_name(self) -> str | None:
        """“August 2023”, of the first group that is a month of a year."""
        months = [g for g in self.intent.groups if g.grain is Grain.MONTH]
        key = group_expression(self.scope, months[0]) if months else None
        return f"strftime(min({key}), '%B %Y')" if key else None

    def measure(self, measure: Measure) -> str:
        """A measure's expression, shares of the total with the total."""
        text = aggregate(self.scope, measure)
        if measure.func is not Func.SHARE_OF_TOTAL:
            return text
        # The whole holds the rows without a group too: they are part of all.
        total = scalar(
            aggregate(self.scope, replace(measure, where=None)), self.source, self.filters
        )
        return f"{text} / nullif({total}, 0)"

    def _add(self, query: Query, part: str, expression: str | None, other: str) -> None:
        if expression is not None:
            self.extra[part] = self.aliases.fresh(*([part] if part != "month" else []), other)
            query.columns.append((expression, self.extra[part]))

    def _n(self) -> str | None:
        """How many rows (or values, where all measures are of one column) stand behind."""
        measures = self.intent.measures
        if any(m.func is Func.COUNT and m.where is None for m in measures):
            return None
        first = measures[0]
        rows = first.func in (Func.SHARE, Func.NULLS, Func.DISTINCT)
        same = all(m.col == first.col and m.where == first.where for m in measures)
        if rows or not same or first.col is None:
            return "count(*)"
        return aggregate(self.scope, Measure(Func.COUNT, first.col, first.where))

    def _overall(self) -> str | None:
        first = self.intent.measures[0]
        if first.func not in _COMPARABLE:
            return None
        if self.keys:
            return scalar(aggregate(self.scope, first), self.source, self.where)
        if self.filters:
            return scalar(aggregate(self.scope, first), self.source, [])
        return None

    def _place(self, order: Order | None) -> str | None:
        if order is None or order.measure is not None or not self.keys:
            return None
        terms = [f"{name_sql(self.measures[0])} DESC NULLS LAST", *map(name_sql, self.groups)]
        return f"row_number() OVER (ORDER BY {', '.join(terms)})"

    def _narrow(self, query: Query, order: Order | None) -> None:
        intent = self.intent
        if intent.having is not None:
            index, op, value = intent.having
            sign = "<>" if op is Op.NE else op.value
            query.having.append(f"{self.measure(intent.measures[index])} {sign} {number(value)}")
        if intent.limit is None or order is None:
            return
        direction = "DESC" if order.descending else "ASC"
        ranked = self.groups[0] if order.measure is None else self.measures[order.measure]
        if order.measure is not None:
            query.having.append(f"{self.measure(intent.measures[order.measure])} IS NOT NULL")
        first = f"rank() OVER (ORDER BY {name_sql(ranked)} {direction})"
        query.qualify = f"{first} <= {int(intent.limit)}"

    def _order_terms(self, order: Order | None) -> list[str]:
        if order is None:
            return []
        direction = " DESC" if order.descending else ""
        groups = [name_sql(name) for name in self.groups]
        if order.measure is None:
            return [f"{name}{direction}" for name in groups]
        # The groups after it: equal measures stand in the same order each time.
        return [f"{name_sql(self.measures[order.measure])}{direction} NULLS LAST", *groups]


def change_sheet(intent: Change, dna: DataDna) -> Sheet:
    """A measure by period, with its change from the period before that has rows."""
    plain = Aggregate(intent.frame, (intent.measure,), (intent.by,), intent.where)
    writer = _AggregateWriter(plain, dna)
    inner = writer.grouped()
    period, measure = name_sql(writer.groups[0]), name_sql(writer.measures[0])
    names = Aliases([f.name for f in dna.frames])
    periods, changes = names.fresh("periods", "all_periods"), names.fresh("changes", "all_changes")
    before = f"lag({measure}) OVER (ORDER BY {period})"
    inside = Aliases(name for _, name in inner.columns if name)
    change, share = inside.fresh("change", "step"), inside.fresh("change_share", "step_share")
    middle = Query([("*", None)], [periods])
    middle.columns.append((f"{measure} - {before}", change))
    middle.columns.append((f"{measure} / nullif({before}, 0) - 1", share))
    query = Query([("*", None)], [changes], order=[period])
    query.before = [(periods, inner.text()), (changes, middle.text())]
    place = inside.fresh("place", "place_by_change")
    told = share if intent.relative else change
    ranked = f"row_number() OVER (ORDER BY {told} DESC NULLS LAST, {period})"
    query.columns.append((ranked, place))
    extra = writer.extra | {"place": place, "change": told}
    return Sheet(query.text(), tuple(writer.groups), tuple(writer.measures), **extra)
