"""Questions that leave a word out: revenue by region, top 3 salaries, how many hired in 2019."""

from __future__ import annotations

from ...intent import Aggregate, Change, Compare, Condition, Func, Group, Measure, Rows, Values
from ..adjectives import Superlative, about, refined
from ..amounts import adds_up, figure_of
from ..columns import plural
from ..compose import aggregate, ranked
from ..grammar import Note, Scope, Told, rule
from ..lexicon import Column
from ..measures import Measured, measure_of
from ..modifiers import Mods, narrowed
from ..subjects import Subject
from .changing import column_change
from .ranking import COUNT
from .relating import amount


@rule("form", "{:ask} {:the} {column} {mods}", cost=1)
def _total(scope: Scope, column: Column, mods: Mods) -> Told | None:
    """“revenue by region”: the total of what adds up."""
    if mods == Mods() or not adds_up(column):
        return None
    figure = figure_of(scope, column)
    intent = aggregate(scope, Measured((figure[0],)), mods) if figure else None
    return Told(intent, (figure[1],)) if intent and figure else None


@rule(
    "form",
    "{top} {group:rank_group} (by|in terms of|according to|ranked by|sorted by) {:the} {column} "
    "{mods}",
    "(who|what|which) (is|are|were|was) (our|the|my) {top} {group:rank_group} (by|in terms of) "
    "{:the} {column} {mods}",
    cost=1,
)
def _top_by_total(
    scope: Scope, top: tuple[bool, int], group: Group, column: Column, mods: Mods
) -> Told | None:
    """“top 10 customers by revenue”."""
    figure = figure_of(scope, column) if adds_up(column) else None
    if figure is None:
        return None
    measured = Measured((figure[0],))
    intent = ranked(scope, group, measured, mods, descending=top[0], limit=top[1])
    return Told(intent, (figure[1],)) if intent else None


@rule("form", "{top} {column} {mods}", cost=1)
def _top_values(scope: Scope, top: tuple[bool, int], column: Column, mods: Mods) -> Rows | None:
    """“top 3 salaries”: the rows that hold them."""
    if mods.groups or mods.limit or mods.descending is not None or not amount(scope, column):
        return None
    if column.joined or column.temporal or not plural(scope.tokens, column):
        return None
    return Rows(scope.frame.name, column.col, top[0], top[1], (), mods.condition)


@rule("form", "how many [were|was|are|is|have|had|got|been] {part:simple} {mods}", cost=1)
def _how_many_so(scope: Scope, part: Condition, mods: Mods) -> Aggregate | None:
    """“how many hired in 2019”: rows where that holds."""
    return aggregate(scope, Measured((COUNT,), (part,)), mods)


@rule("form", "{:ask} [the] (mode|modal value|most frequent value) of {:the} {column} {mods}")
def _mode(scope: Scope, column: Column, mods: Mods) -> Values | None:
    if mods.groups or mods.limit or column.joined or column.temporal:
        return None
    return Values(column.col, mods.condition, 1)


@rule("form", "{:ask} {:the} {column} of {:the} {sup:superlative} {subject:rows} {mods}")
def _of_the_heaviest(
    scope: Scope, column: Column, sup: Superlative, subject: Subject, mods: Mods
) -> Told | Aggregate | None:
    """“weight of the heaviest car”: the end of the column that the adjective is about."""
    if not sup.stem or column.joined or refined(scope, sup.stem, column) is None:
        return None
    found = [largest for c, largest in about(scope, sup.stem) if c is column]
    if not found:
        return None
    func = Func.MAX if found[0] == sup.descending else Func.MIN
    measure = measure_of(scope, func, None, column)
    return aggregate(scope, Measured((measure,), subject.where), mods) if measure else None


@rule(
    "form",
    "{:ask} [the] {:share_word} of [the] [total] {column} (comes from|come from|is from|came "
    "from|is due to|is in|is made by|is made in|from) {part:comes_from} {mods}",
    "how much of [the] [total] {column} (comes from|come from|is from|came from) "
    "{part:comes_from} {mods}",
)
def _share_from(scope: Scope, column: Column, part: Condition, mods: Mods) -> Aggregate | None:
    """“what share of revenue comes from Technology”: that part of the sum."""
    if mods.groups or not adds_up(column) or measure_of(scope, Func.SUM, None, column) is None:
        return None
    measure = Measure(Func.SHARE_OF_TOTAL, column.col, part)
    return aggregate(scope, Measured((measure,)), mods)


@rule("comes_from", "{:the} {part:value_condition}")
def _comes_from(scope: Scope, part: Condition) -> Condition:
    return part


@rule(
    "form",
    "{:ask} [the] (percentage|percent|relative|pct) (change|changes|growth) (in|of) {:the} "
    "{column} {mods} {pace} {more:mods}",
)
def _percent_change(
    scope: Scope, column: Column, mods: Mods, pace: Group, more: Mods
) -> Told | None:
    told = column_change(scope, column, pace, mods, more)
    if told is None:
        return None
    plain: Change = told.value
    return Told(Change(plain.frame, plain.measure, plain.by, plain.where, True), told.notes)


@rule(
    "mod",
    "(of|for|between|by) {part:late_condition} [{:entity}] (vs|versus|and|or|compared to|"
    "compared with) (not|non|un) {again:late_condition} [{:entity}]",
)
def _flag_or_not(scope: Scope, part: Condition, again: Condition) -> Mods | None:
    """“of returned vs not returned”: a figure of each."""
    if part != again or not isinstance(part, Compare) or part.values != (True,):
        return None
    return Mods(groups=(Group(part.col),))


@rule("mod", "[,] (only|just) [for|in|from|on|at|with] {:the} {part:value_condition}")
def _only(scope: Scope, part: Condition) -> Mods:
    return Mods(where=(part,))


@rule("form", "{:one_of} {sup:superlative} {subject} {mods}")
def _longest_of_each(scope: Scope, sup: Superlative, subject: Subject, mods: Mods) -> Told | None:
    """“longest trip per city”: the end of each group."""
    found = about(scope, sup.stem) if sup.stem and mods.groups else []
    if len(found) != 1:
        return None
    column, largest = found[0]
    func = Func.MAX if largest == sup.descending else Func.MIN
    measure = measure_of(scope, func, None, column)
    whole = narrowed(mods, subject.where)
    if measure is None or whole is None:
        return None
    intent = aggregate(scope, Measured((measure,)), whole)
    return Told(intent, (Note(sup.stem, column.label),)) if intent else None
