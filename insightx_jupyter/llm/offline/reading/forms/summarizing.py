"""One figure, or one for each group: averages, totals, quantiles, shares."""

from __future__ import annotations

from ...intent import Aggregate, Compare, Condition, Func, Grain, Group, Measure, Op
from ..adjectives import Superlative, about, told
from ..amounts import adds_up
from ..compose import aggregate
from ..conditions import both
from ..grammar import Note, Scope, Told, rule
from ..groups import calendar_groups
from ..lexicon import Column
from ..measures import Measured, measure_of, share, sized
from ..modifiers import Mods, joined, narrowed
from ..subjects import Subject


@rule("form", "{:ask} {measured:measure} {mods}")
def _measure(scope: Scope, measured: Measured, mods: Mods) -> Aggregate | None:
    return aggregate(scope, measured, mods)


@rule("form", "when (is|was|are|were) {measured:measure} {mods}")
def _when(scope: Scope, measured: Measured, mods: Mods) -> Aggregate | None:
    """When asks for a date, so only the first or last one answers it."""
    column = scope.words.find(measured.measures[0].col) if measured.measures[0].col else None
    return aggregate(scope, measured, mods) if column and column.temporal else None


@rule("form", "{:ask} {:the} {column} {mods}")
def _which_function(scope: Scope, column: Column, mods: Mods) -> None:
    """“delay by carrier” does not say which figure of it."""
    if column.numeric and mods != Mods() and not adds_up(column):
        said = "say which figure of it: average, total, median, highest"
        scope.refuse(f"{column.label} is a number; {said}", first=True)


@rule("form", "{lead:mods} [,] {:ask} {measured:measure} {mods}")
def _for_each_measure(scope: Scope, lead: Mods, measured: Measured, mods: Mods) -> Aggregate | None:
    whole = joined(lead, mods)
    return aggregate(scope, measured, whole) if lead != Mods() and whole else None


@rule("form", "{:ask} {groups:adverb_groups} {measured:measure} {mods}")
def _monthly(
    scope: Scope, groups: tuple[Group, ...], measured: Measured, mods: Mods
) -> Aggregate | None:
    whole = joined(Mods(groups=groups), mods)
    return aggregate(scope, measured, whole) if whole else None


@rule(
    "form",
    "how {name:adjective} (is|are|was|were) {subject} on average {mods}",
    "on average [,] how {name:adjective} (is|are|was|were) {subject} {mods}",
    "how {name:adjective} (is|are|was|were) the average {subject} {mods}",
)
def _how_heavy(scope: Scope, name: str, subject: Subject, mods: Mods) -> Told | None:
    told = sized(scope, name, Func.MEAN)
    if told is None:
        return None
    measure, _ = told.value
    intent = aggregate(scope, Measured((measure,), subject.where), mods)
    return Told(intent, told.notes) if intent else None


@rule("form", "how {name:adjective} (is|are|was|were) {:the} {sup:superlative} {subject} {mods}")
def _how_old_oldest(
    scope: Scope, name: str, sup: Superlative, subject: Subject, mods: Mods
) -> Told | None:
    """“how old is the oldest customer”: the end of the one column that both words are about."""
    found = {column for column, _ in about(scope, name)}
    ends = [pair for pair in about(scope, sup.stem) if pair[0] in found] if sup.stem else []
    if len(ends) != 1 or ends[0][0].words == ("year",):
        return None
    column, largest = ends[0]
    func = Func.MAX if largest == sup.descending else Func.MIN
    measure = measure_of(scope, func, None, column)
    if measure is None:
        return None
    intent = aggregate(scope, Measured((measure,), subject.where), mods)
    return Told(intent, told(sup.stem, column)) if intent else None


@rule("form", "how much (do|does|did) {subject} weigh on average {mods}")
@rule("form", "how much (do|does|did) {subject} weigh {mods} on average")
def _how_much_weigh(scope: Scope, subject: Subject, mods: Mods) -> Told | None:
    told: Told | None = _how_heavy(scope, name="heavy", subject=subject, mods=mods)
    return told


@rule("form", "{:ask} {column} on average {mods}", "on average [,] {:ask} {column} {mods}")
@rule("form", "{:ask} {column} {mods} on average")
def _on_average(scope: Scope, column: Column, mods: Mods) -> Aggregate | None:
    measure = measure_of(scope, Func.MEAN, None, column)
    return aggregate(scope, Measured((measure,)), mods) if measure else None


@rule("form", "{:ask} {:share_word} of {subject} {base:filter} {:that} {part:clauses} {mods}")
def _share_narrowed(
    scope: Scope, subject: Subject, base: Condition, part: Condition, mods: Mods
) -> Told | None:
    """“share of flights from EWR that are late”: the last condition is the one asked for."""
    where = both((*subject.where, base))
    if where is None:
        return None
    told = share(scope, part, (where,))
    intent = aggregate(scope, told.value, mods)
    return Told(intent, told.notes) if intent else None


@rule("form", "{:ask} {:share_word} of {subject} {base:place} {part:simple} {mods}")
def _share_place(
    scope: Scope, subject: Subject, base: Condition, part: Condition, mods: Mods
) -> Told | None:
    told: Told | None = _share_narrowed(scope, subject, base, part, mods)
    return told


@rule("form", "{:ask} {:share_word} (is|are|was|were) {part:clauses} {mods}")
def _share_bare(scope: Scope, part: Condition, mods: Mods) -> Told | None:
    told = share(scope, part, ())
    intent = aggregate(scope, told.value, mods)
    return Told(intent, told.notes) if intent else None


@rule("form", "how {:many_part} of {subject} {:that} {part:clauses} {mods}", cost=1)
def _how_much_of(scope: Scope, subject: Subject, part: Condition, mods: Mods) -> Told | None:
    told = share(scope, part, subject.where)
    intent = aggregate(scope, told.value, mods)
    return Told(intent, told.notes) if intent else None


@rule("many_part", "(much|large a share|big a share|large a part)")
def _many_part(scope: Scope) -> str:
    return ""


@rule("form", "{:ask} [the] {:share_word} of (each|every|the different) {group} {mods}")
@rule("form", "{:ask} [the] {:share_word} (by|per|for each|of rows by|of rows per) {group} {mods}")
def _share_of_each(scope: Scope, group: Group, mods: Mods) -> Aggregate | None:
    whole = joined(Mods(groups=(group,)), mods)
    return aggregate(scope, Measured((Measure(Func.SHARE_OF_TOTAL),)), whole) if whole else None


@rule("form", "{:ask} [the] {:share_word} of {subject} {mods}", cost=1)
def _share_by(scope: Scope, subject: Subject, mods: Mods) -> Aggregate | None:
    """“share of flights by origin”: each group's part of the rows."""
    whole = narrowed(mods, subject.where)
    if whole is None or not whole.groups or not all(map(_names_rows, mods.where)):
        return None
    return aggregate(scope, Measured((Measure(Func.SHARE_OF_TOTAL),)), whole)


def _names_rows(condition: Condition) -> bool:
    """“in 2013”, “from JFK” say which rows; “that were late” may be what the share is of."""
    return isinstance(condition, Compare) and condition.op in (Op.EQ, Op.IN)


@rule("form", "{:ask} [the] {:share_word} of [the] [total] {column} {mods}")
def _share_of_sum(scope: Scope, column: Column, mods: Mods) -> Aggregate | None:
    if not mods.groups or measure_of(scope, Func.SUM, None, column) is None:
        return None
    return aggregate(scope, Measured((Measure(Func.SHARE_OF_TOTAL, column.col),)), mods)


@rule("adverb_groups", "{grain:adverb_grain}")
def _adverb_groups(scope: Scope, grain: object) -> Told | None:

    groups = calendar_groups(scope, Grain(str(grain)))
    if len(groups) != 1:
        return None
    return Told((groups[0],), (Note(str(grain), f"by {groups[0].col.column}", tell=False),))
