"""How many there are: rows, different values, missing values."""

from __future__ import annotations

from .....protocol.dna import Kind
from ...intent import Aggregate, Condition, Func, Measure
from ..amounts import adds_up
from ..compose import aggregate
from ..grammar import Note, Scope, Told, rule
from ..lexicon import Column, is_code
from ..measures import Measured, share
from ..modifiers import Mods, joined
from ..subjects import Subject
from ..words import singular


@rule(
    "exist",
    "[are there|were there|is there|exist|existed|do we have|did we have|are|were|was|there are]",
)
def _exist(scope: Scope) -> str:
    return ""


@rule(
    "how_many",
    "(how many|number of|count of|count|count the|number-sign of|number-sign|how many of)",
)
@rule(
    "how_many",
    "(what is|whats|show|show me|give me|find|get) (the|a) (number|count|total number) of",
)
@rule("how_many", "(the number of|total number of|the total number of|nr of|num of|no of)")
def _how_many(scope: Scope) -> str:
    return ""


@rule("form", "{:how_many} {subject} {:exist} {mods}")
def _count(scope: Scope, subject: Subject, mods: Mods) -> Aggregate | None:
    return aggregate(scope, Measured((Measure(Func.COUNT),), subject.where), mods)


@rule("form", "[the|what is the|what was the|what were] total {subject} {:exist} {mods}")
def _total_rows(scope: Scope, subject: Subject, mods: Mods) -> Aggregate | None:
    """“total orders” are counted; “total sales” may be money."""
    sums = [c for c in scope.words.own if adds_up(c) and "quantity" not in c.words]
    nouns = {singular(token.word) for token in scope.tokens} & set(scope.words.entity)
    if sums and nouns & {"sale", "expense", "payment"}:
        one, other = f"the number of {scope.frame.name}", f"the total {sums[0].label}"
        scope.refuse(f"“total” can be {one} or {other}. Say which", first=True)
        return None
    return aggregate(scope, Measured((Measure(Func.COUNT),), subject.where), mods)


@rule("form", "total [different|unique|distinct] {column} {:exist} {mods}", cost=1)
def _total_distinct(scope: Scope, column: Column, mods: Mods) -> Told | None:
    if column.temporal or column.numeric or column.profile.kind in (Kind.DURATION, Kind.TIME):
        return None
    return _distinct_told(scope, column, mods)


@rule(
    "form", "{:how_many} {:entity} (does|do|has|in|are in|are there in) {:frame} [have|has|contain]"
)
def _frame_rows(scope: Scope) -> Aggregate | None:
    return aggregate(scope, Measured((Measure(Func.COUNT),)), Mods())


@rule("form", "{lead:mods} [,] {:how_many} {subject} {:exist} {mods}")
def _for_each_count(scope: Scope, lead: Mods, subject: Subject, mods: Mods) -> Aggregate | None:

    whole = joined(lead, mods)
    if lead == Mods() or whole is None:
        return None
    return aggregate(scope, Measured((Measure(Func.COUNT),), subject.where), whole)


@rule("form", "(count|counts) {mods}")
def _counts(scope: Scope, mods: Mods) -> Aggregate | None:
    return aggregate(scope, Measured((Measure(Func.COUNT),)), mods) if mods.groups else None


@rule("form", "{:ask} (headcount|head count) {mods}")
def _heads(scope: Scope, mods: Mods) -> Aggregate | None:
    return aggregate(scope, Measured((Measure(Func.COUNT),)), mods)


@rule("form", "{subject} {mods} [,] how many [{:exist}|is that|are those|are they]")
def _how_many_last(scope: Scope, subject: Subject, mods: Mods) -> Aggregate | None:
    return aggregate(scope, Measured((Measure(Func.COUNT),), subject.where), mods)


@rule("form", "{:how_many} [different|unique|distinct] {column} {:exist} {mods}", cost=1)
def _distinct(scope: Scope, column: Column, mods: Mods) -> Told | None:
    """Different values of a column that labels things; amounts are not counted like that."""
    if column.temporal or (column.numeric and not is_code(column, scope.frame)):
        return None
    if column.profile.kind in (Kind.DURATION, Kind.TIME):
        return None  # “total waiting time” is no number of different times
    return _distinct_told(scope, column, mods)


@rule("form", "{:how_many} (different|unique|distinct) {column} {:exist} {mods}")
def _named_distinct(scope: Scope, column: Column, mods: Mods) -> Told | None:
    return _distinct_told(scope, column, mods)


def _distinct_told(scope: Scope, column: Column, mods: Mods) -> Told | None:
    intent = aggregate(scope, Measured((Measure(Func.DISTINCT, column.col),)), mods)
    notes = []
    if column.profile.nulls:
        notes.append(Note(column.label, "missing is not counted as a value"))
    notes.append(Note(column.label, "different values", tell=False))
    return Told(intent, tuple(notes)) if intent else None


@rule(
    "form",
    "how many (missing|null|empty) {column} [value|values] {:exist} {mods}",
    "{:how_many} (missing values|nulls|missing|missing entries|null values|nas|missings) "
    "{:exist} (in|for|of) {:the} {column} {mods}",
    "{:how_many} {column} [value|values] {:be} (missing|null|empty) {mods}",
    "{:how_many} [values|entries|rows|cells|value] {:be} (missing|null|empty) "
    "(in|for|from|of) {:the} [column] {column} {mods}",
)
def _nulls(scope: Scope, column: Column, mods: Mods) -> Aggregate | None:
    return aggregate(scope, Measured((Measure(Func.NULLS, column.col),)), mods)


@rule("form", "how many (is|are|was|were|have|has|had|with) [a|an|the] {part:clauses} {mods}")
def _how_many_are(scope: Scope, part: Condition, mods: Mods) -> Aggregate | None:
    return aggregate(scope, Measured((Measure(Func.COUNT),), (part,)), mods)


@rule("form", "how often {:be} {subject} {part:clauses} {mods}")
def _how_often(scope: Scope, subject: Subject, part: Condition, mods: Mods) -> Told | None:

    told = share(scope, part, subject.where)
    intent = aggregate(scope, told.value, mods)
    said = Note("how often", "as a share of the rows")
    return Told(intent, (said, *told.notes)) if intent else None
