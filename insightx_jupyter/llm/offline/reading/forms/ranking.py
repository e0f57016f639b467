"""Which groups come first: which carrier has the highest average delay, top 5 destinations."""

from __future__ import annotations

from collections.abc import Iterator

from ...intent import Aggregate, Condition, Func, Group, Measure
from ..adjectives import Superlative, about, refined
from ..amounts import adds_up, figure_of
from ..compose import Many, ranked
from ..grammar import Hit, Note, Scope, Told, native, rule
from ..lexicon import Column
from ..measures import Measured, about_direction, measure_of, share, sized
from ..modifiers import Mods
from ..numbers import Bound
from ..subjects import Subject
from ..words import singular

COUNT = Measure(Func.COUNT)


@rule(
    "which",
    "(which|what|whose|name the|find the|show the|show me the|give me the|list the|what is the)",
)
@rule("which", "(which are the|what are the|who is the|show|list|find|the|)")
def _which(scope: Scope) -> str:
    return ""


@rule(
    "has_the",
    ""
    "(has|have|had|with|shows|show|saw|gets|got|is|are|having|of|reached|gives|gave|achieves|"
    "produces|makes|brings in|brings|generates|generated|brought in) "
    "[the|a]",
)
@rule("has_the", "(that|which) (has|have|had|shows) [the|a]")
def _has_the(scope: Scope) -> str:
    return ""


@rule(
    "does_the",
    "(has|have|had|with|flew|fly|flies|operates|operated|made|makes|make|produced|built|"
    "produces|build|builds|sees|saw|got|gets|received|contains|hosts|runs|took|take|is home to) "
    "[the]",
    "(that|which) (has|have|had|flew|operates|operated|made|produced|built) [the]",
)
def _does_the(scope: Scope) -> str:
    return ""


@rule(
    "form",
    "{:which} [{number}] {group:rank_group} {:has_the} {sup:superlative} {measured:one_measure} "
    "{mods}",
)
def _highest(
    scope: Scope,
    group: Group,
    sup: Superlative,
    measured: Measured,
    mods: Mods,
    number: float | None = None,
) -> Aggregate | None:
    if sup.stem and not _fits(scope, sup, measured):
        return None
    descending = about_direction(scope, sup)
    return ranked(scope, group, measured, mods, descending=descending, limit=limited(number))


def _fits(scope: Scope, sup: Superlative, measured: Measured) -> bool:
    """“the longest average flipper length”: the adjective is about the measured column."""
    cols = [measure.col for measure in measured.measures]
    column = scope.words.find(cols[0]) if len(cols) == 1 and cols[0] else None
    return column is not None and refined(scope, sup.stem, column) is not None


def limited(number: float | None) -> int | None:
    """How many groups are wanted: one, or the number said; None: not a whole number."""
    if number is None:
        return 1
    return int(number) if number == int(number) > 0 else None


@native("rank_group")
def _rank_group(scope: Scope, start: int) -> Iterator[Hit]:
    """A group to be ranked; in the plural it is not only the first that is asked for."""
    for hit in scope.hits("group", start):
        last = scope.tokens[hit.end - 1].word
        many = last.endswith("s") and singular(last) != last
        value = Many(hit.value.col, hit.value.grain) if many else hit.value
        yield Hit(value, hit.end, hit.cost, hit.notes)


@rule(
    "form",
    "{:which} [{number}] {group:rank_group} {:does_the} {sup:superlative} [number of] {subject} "
    "{mods}",
)
def _most(
    scope: Scope,
    group: Group,
    sup: Superlative,
    subject: Subject,
    mods: Mods,
    number: float | None = None,
) -> Aggregate | None:
    if sup.stem:
        return None
    measured = Measured((COUNT,), subject.where)
    return ranked(scope, group, measured, mods, descending=sup.descending, limit=limited(number))


@rule(
    "form",
    "{:which} [{number}] {group:rank_group} {:has_the} {sup:superlative} {column} {mods}",
    "(in|on|at|) (which|what) {group:rank_group} (was|is|were|are) {:the} {column} [the] "
    "{sup:superlative} {mods}",
    cost=1,
)
def _highest_single(
    scope: Scope,
    group: Group,
    sup: Superlative,
    column: Column,
    mods: Mods,
    number: float | None = None,
) -> Told | None:
    """“the highest price”: the largest single one; of what adds up, and of a time, all of it."""
    if sup.stem:
        return None
    if group.grain is not None or adds_up(column):
        return _highest_figure(scope, group, sup, column, mods, number)
    measure = measure_of(scope, Func.MAX if sup.descending else Func.MIN, None, column)
    if measure is None:
        return None
    intent = ranked(
        scope, group, Measured((measure,)), mods, descending=sup.descending, limit=limited(number)
    )
    said = "largest" if sup.descending else "smallest"
    note = Note(column.label, f"the {said} single value, not an average")
    return Told(intent, (note,)) if intent else None


def _highest_figure(
    scope: Scope, group: Group, sup: Superlative, column: Column, mods: Mods, number: float | None
) -> Told | None:
    """“which month had the lowest revenue”: a month's revenue is its total."""
    figure = figure_of(scope, column)
    if figure is None:
        return None
    measure, note = figure
    measured = Measured((measure,))
    intent = ranked(scope, group, measured, mods, descending=sup.descending, limit=limited(number))
    return Told(intent, (note,)) if intent else None


@rule(
    "form",
    "{:which} {group:rank_group} (is|are|was|were|has|have|had) [the] {sup:superlative} "
    "[{:entity}] {:average} {mods}",
    "{:which} {group:rank_group} (is|are|was|were|has|have|had) [the] {sup:superlative} {mods} "
    "{:average}",
    "{:which} {group:rank_group} (has|have|had) [the] {:average_word} {sup:superlative} "
    "{:entity} {mods}",
)
def _heaviest(scope: Scope, group: Group, sup: Superlative, mods: Mods) -> Told | None:
    if not sup.stem:
        return None
    return _heaviest_told(scope, group, sup, mods)


@rule("average", "(on average|in general|by average|on the average)")
def _average(scope: Scope) -> str:
    return ""


@rule("average_word", "(on average|average)")
def _average_word(scope: Scope) -> str:
    return ""


@rule(
    "form", "{:which} {group:rank_group} (is|are|was|were) [the] {sup:superlative} {mods}", cost=1
)
def heaviest(scope: Scope, group: Group, sup: Superlative, mods: Mods) -> Told | None:
    """Groups have no weight of their own: their average is taken, and that is said."""
    if not sup.stem:
        return None
    told = _heaviest_told(scope, group, sup, mods)
    if told is None:
        return None
    return Told(told.value, (*told.notes, Note(f"{sup.stem} group", "on average")), told.cost)


def _heaviest_told(scope: Scope, group: Group, sup: Superlative, mods: Mods) -> Told | None:
    told = sized(scope, sup.stem, Func.MEAN)
    if told is None:
        return None
    measure, largest = told.value
    descending = largest == sup.descending
    intent = ranked(scope, group, Measured((measure,)), mods, descending=descending)
    return Told(intent, told.notes) if intent else None


@rule(
    "form",
    "{:which} {group:rank_group} (has|have|had|with) the {sup:superlative} "
    "{column:adjective_column} {:average} {mods}",
    "{:which} {group:rank_group} (has|have|had|with) the {sup:superlative} {column} {:average} "
    "{mods}",
)
def _widest_petal(
    scope: Scope, group: Group, sup: Superlative, column: Column, mods: Mods
) -> Aggregate | None:
    if sup.stem and not refined(scope, sup.stem, column):
        return None
    measure = measure_of(scope, Func.MEAN, None, column)
    if measure is None:
        return None
    found = [largest for c, largest in about(scope, sup.stem) if c is column] if sup.stem else []
    descending = found[0] == sup.descending if found else sup.descending
    return ranked(scope, group, Measured((measure,)), mods, descending=descending)


@rule(
    "most_often",
    "{:which} {group:rank_group} (is|are|was|were) [the] {:often} {part:late_condition} {mods}",
    "{:which} {group:rank_group} (is|are|was|were) {part:late_condition} [the] {:often} {mods}",
)
def _most_often(
    scope: Scope, group: Group, part: Condition, mods: Mods
) -> tuple[Group, Condition, Mods]:
    return group, part, mods


@rule("form", "{asked:most_often}")
def _late_most_often(scope: Scope, asked: tuple[Group, Condition, Mods]) -> Told | None:
    group, part, mods = asked
    told = share(scope, part, ())
    intent = ranked(scope, group, told.value, mods)
    said = Note("most often", "the largest share of its rows")
    return Told(intent, (said, *told.notes)) if intent else None


@rule("often", "(most often|most frequently|most of the time|the most often)")
def _often(scope: Scope) -> str:
    return ""


@rule("form", "{:which} {group:rank_group} {:does_the} {bound} {subject} {mods}")
@rule("form", "{:which} {group:rank_group} {:does_the} {bound} {subject} {mods}")
def _with_many(
    scope: Scope, group: Group, bound: Bound, subject: Subject, mods: Mods
) -> Aggregate | None:
    if len(bound.values) != 1:
        return None
    having = (bound.op, float(bound.values[0]))
    measured = Measured((COUNT,), subject.where)
    return ranked(scope, group, measured, mods, limit=None, having=having)


@rule(
    "form",
    "{:which} {group:rank_group} {:has_the} [an] {measured:one_measure} [of] {bound} [{unit}] "
    "{mods}",
)
@rule(
    "form",
    "{:which} {group:rank_group} (where|whose) [the] {measured:one_measure} (is|was) {bound} "
    "[{unit}] {mods}",
)
def _with_measure(
    scope: Scope,
    group: Group,
    measured: Measured,
    bound: Bound,
    mods: Mods,
    unit: str | None = None,
) -> Aggregate | None:
    if len(bound.values) != 1:
        return None
    having = (bound.op, float(bound.values[0]))
    return ranked(scope, group, measured, mods, limit=None, having=having)
