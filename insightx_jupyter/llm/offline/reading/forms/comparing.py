"""Spread, outliers, and differences between groups."""

from __future__ import annotations

from ...intent import (
    Compare,
    Condition,
    Distribution,
    Grain,
    Group,
    GroupTest,
    Op,
    Outliers,
    Rows,
    Values,
)
from ..adjectives import about
from ..conditions import both, columns
from ..grammar import Note, Scope, Told, rule
from ..groups import calendar_groups
from ..lexicon import Column
from ..modifiers import Mods, narrowed
from ..subjects import Subject
from ..values import ValueSet
from .relating import amount

_MOST_GROUPS = 50


@rule(
    "spread_of",
    "{:ask} [the] (distribution|histogram|density|spread|boxplot|box plot|hist|boxplots|violin "
    "plot) (of|for|by)",
    "(histogram|hist|boxplot|distribution|plot the distribution of|density)",
)
def _spread_of(scope: Scope) -> str:
    return ""


@rule(
    "form",
    "{:spread_of} {:the} [values of|column] {column} [values] {mods}",
    "how (is|are|was|were) {:the} {column} (distributed|spread|spread out) {mods}",
    "how (is|are|was|were) {:the} {column} {mods} (distributed|spread|spread out)",
    "{:ask} {:the} {column} (distribution|histogram|boxplot|box plot|hist) {mods}",
)
def _distribution(scope: Scope, column: Column, mods: Mods) -> Distribution | Values | None:
    if mods.limit or len(mods.groups) > 1 or column.joined:
        return None
    if column.numeric and not column.temporal:
        by = mods.groups[0] if mods.groups else None
        return Distribution(column.col, by, mods.condition)
    return None if mods.groups or column.temporal else Values(column.col, mods.condition)


@rule(
    "form",
    "[(are|is) there|any|show|show me|find|list|what are|which are|detect|check for|give me] "
    "[any|the|some] "
    "(outliers|outlier|extreme values|anomalies|unusual values) (in|of|for|by) {:the} [column] "
    "{column} {mods}",
    "(does|do) {:the} {column} have [any|some] (outliers|extreme values) {mods}",
    "{column} (outliers|outlier) {mods}",
)
def _outliers(scope: Scope, column: Column, mods: Mods) -> Outliers | None:
    if mods.groups or mods.limit or not amount(scope, column):
        return None
    return Outliers(column.col, mods.condition)


@rule(
    "differ",
    "[significantly|statistically|much|really|systematically] (differ|vary|different|depend) "
    "[significantly|much|a lot]",
)
def _differ(scope: Scope) -> str:
    return ""


@rule("among", "(between|by|across|among|with|for|per|on|from) [the|different|the different]")
def _among(scope: Scope) -> str:
    return ""


@rule(
    "form",
    "(does|do|did|is|are) {:the} [average|mean] {column} {:differ} {:among} {pair:value_pair} "
    "{mods}",
    "(does|do|did|is|are) {pair:value_pair} [{:entity}] {:differ} (in|by) {:the} [average|mean] "
    "{column} {mods}",
    "{:difference} (in|of) {:the} [average|mean] {column} {:among} {pair:value_pair} {mods} "
    "{:significant}",
    "{:difference} {:among} {pair:value_pair} [{:entity}] [in] {:the} [average|mean] {column} "
    "{mods} {:significant}",
    "(compare|comparison of) {:the} [average|mean] {column} (between|of|for|across) "
    "{pair:value_pair} {mods}",
    "(compare|comparison of) {pair:value_pair} [{:entity}] (by|in|on|regarding) {:the} "
    "[average|mean] {column} {mods}",
    "[is there|test for|t-test for] [a|any|the] (difference|t-test|t test) (in|of|on) {:the} "
    "{column} {:among} {pair:value_pair} {mods}",
)
def _pair_test(scope: Scope, column: Column, pair: ValueSet, mods: Mods) -> GroupTest | Rows | None:
    """Between some groups of a column: the others are left out. Single rows are shown."""
    if pair.column.one_a_row(scope.frame):
        where = both((pair.condition, *mods.where))
        shown = (pair.column.col, column.col)
        return None if mods.groups else Rows(scope.frame.name, show=shown, where=where)
    where = both((pair.condition, *mods.where))
    return _test(scope, column, Group(pair.column.col), mods, where)


@rule("value_pair", "{:the} {values:value_set} [{:entity}]")
def _value_pair(scope: Scope, values: ValueSet) -> ValueSet | None:
    return values if len(values.values) > 1 else None


@rule("value_pair", "{one:year} (and|vs|versus) {two:year}")
def _year_pair(scope: Scope, one: int, two: int) -> ValueSet | None:
    year = scope.words.named("year")
    return ValueSet(year, (one, two)) if year and year.numeric and one != two else None


@rule("mod", "(in|for|of|between) {one:year} (vs|versus|compared to|compared with) [in] {two:year}")
def _years_apart(scope: Scope, one: int, two: int) -> Told | None:
    """“in 2023 vs 2024”: a figure of each year."""
    found = []
    for group in calendar_groups(scope, Grain.YEAR):
        where = Compare(group.col, Op.IN, (one, two), group.grain)
        note = Note(f"{one} vs {two}", f"by year of {group.col.column}", tell=False)
        found.append(Told(Mods(where=(where,), groups=(group,)), (note,)))
    return found[0] if len(found) == 1 and one != two else None


@rule(
    "form",
    "(is|are|was|were|do|does) {:the} [average|mean] {column} (higher|lower|larger|greater|more|"
    "less|smaller|bigger|fewer) (in|for|on|at|among|with|from|of) {:the} {left:value_set} than "
    "[in|for|on|at|among|with|from|of] {:the} {right:value_set} {mods}",
)
def _higher_in(
    scope: Scope, column: Column, left: ValueSet, right: ValueSet, mods: Mods
) -> Told | None:
    """“is mpg higher in Japan than in Europe”: the means are compared and tested."""
    if left.column is not right.column or len(left.values) + len(right.values) != 2:
        return None
    pair = ValueSet(left.column, (*left.values, *right.values))
    where = both((pair.condition, *mods.where))
    intent = _test(scope, column, Group(pair.column.col), mods, where)
    return Told(intent, (Note(column.label, "its average in each of the two"),)) if intent else None


@rule("value_pair", "{left:value_set} {:entity} (and|vs|versus|or) {right:value_set} [{:entity}]")
def _entity_pair(scope: Scope, left: ValueSet, right: ValueSet) -> ValueSet | None:
    if left.column is not right.column or set(left.values) & set(right.values):
        return None
    return ValueSet(left.column, (*left.values, *right.values))


@rule(
    "form",
    "(does|do|did|is|are) {:the} [average|mean] {column} {:differ} {:among} [the|different] "
    "{group} {mods}",
    "(does|do|did|is|are) {group} {:differ} (in|by) {:the} [average|mean] {column} {mods}",
    "{:difference} (in|of) {:the} [average|mean] {column} {:among} {group} {mods} {:significant}",
    "(compare|comparison of) {:the} [average|mean] {column} (between|across|by|of "
    "different|among) {group} {mods}",
    "[test|test whether|is there] [a|any|anova|anova of] {column} (differs|anova) {:among} "
    "{group} {mods}",
)
def _group_test(scope: Scope, column: Column, group: Group, mods: Mods) -> GroupTest | None:
    return _test(scope, column, group, mods, mods.condition)


def _test(
    scope: Scope, column: Column, group: Group, mods: Mods, where: Condition | None
) -> GroupTest | None:
    known = scope.words.find(group.col)
    if mods.groups or mods.limit or not amount(scope, column) or group.col == column.col:
        return None
    if known is None and group.col.ymd is None:
        return None
    if known and group.grain is None and (known.profile.distinct or 0) > _MOST_GROUPS:
        return None
    return GroupTest(column.col, group, where)


@rule(
    "difference",
    "[is there|what is|is|test|are there|how big is|how large is|is there any] [a|the|any] "
    "[significant|statistically significant|real|big] "
    "(difference|differences)",
)
def _difference(scope: Scope) -> str:
    return ""


@rule(
    "significant",
    "[(statistically|) significant|real|more than chance|due to chance|by chance|just "
    "chance|significant or not]",
)
def _significant(scope: Scope) -> str:
    return ""


@rule(
    "form",
    "(are|is) {left:premods} {:entity} [significantly] {name:comparative} than {right:premods} "
    "[{:entity}] {mods}",
    "(are|is) {:the} {left:premods} [significantly] {name:comparative} than {:the} "
    "{right:premods} {mods}",
    "(do|does|did) {left:premods} [{:entity}] {name:sized_verb} (more|less) than {right:premods} "
    "[{:entity}] {mods}",
)
def _heavier_than(
    scope: Scope,
    left: tuple[Condition, ...],
    name: str,
    right: tuple[Condition, ...],
    mods: Mods,
) -> Told | None:

    if len(left) != 1 or len(right) != 1:
        return None
    one, two = left[0], right[0]
    if not isinstance(one, Compare) or not isinstance(two, Compare) or one.col != two.col:
        return None
    candidates = about(scope, name)
    if one.op is not Op.EQ or two.op is not Op.EQ or len(candidates) != 1 or one == two:
        return None
    column = candidates[0][0]
    where = both((Compare(one.col, Op.IN, (*one.values, *two.values)), *mods.where))
    test = _test(scope, column, Group(one.col), mods, where)
    return Told(test, (Note(name, column.label),)) if test else None


@rule(
    "form",
    "{asked:most_often} [,] and (is|are) (that|it|this|they|the difference|the differences) "
    "{:chance}",
)
def _more_than_chance(scope: Scope, asked: tuple[Group, Condition, Mods]) -> Told | None:
    """“… and is that more than chance?”: the shares, tested between all groups."""
    group, part, mods = asked
    return None if mods.groups or mods.limit else _share_told(scope, group, part, mods)


def _share_told(scope: Scope, group: Group, part: Condition, mods: Mods) -> Told:
    col = next(columns(part))
    test = GroupTest(col, Group(group.col, group.grain), mods.condition, part)
    said = f"the shares of all groups tested, among rows with a known {col.column}"
    return Told(test, (Note("more than chance", said),))


@rule(
    "chance",
    "[more than|due to|by|just|only|really|statistically|different from|not just] "
    "(chance|random|luck|significant|significantly different)",
)
def _chance(scope: Scope) -> str:
    return ""


@rule(
    "form",
    "(does|do|is|are) {:the} {:share_word} of {subject} {:that} {part:clauses} {:differ} "
    "{:among} {group} {mods}",
)
@rule(
    "form",
    "(does|do|is|are) {:the} {:share_word} of {part:clauses} [{:entity}] {:differ} {:among} "
    "{group} {mods}",
)
def _share_test(
    scope: Scope, part: Condition, group: Group, mods: Mods, subject: Subject | None = None
) -> Told | None:
    whole = narrowed(mods, subject.where if subject else ())
    if whole is None or whole.groups:
        return None
    return _share_told(scope, group, part, whole)
