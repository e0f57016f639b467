"""What is counted or computed: number of flights, average delay, 90th percentile of price."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..intent import Condition, Func, Measure, Op
from .adjectives import Superlative, about, is_adjective, refined, told
from .conditions import both, compares
from .grammar import Hit, Note, Scope, Told, native, rule
from .lexicon import Column, is_clock, is_code
from .subjects import Subject

_NEEDS_AMOUNTS = frozenset(
    {Func.SUM, Func.MEAN, Func.MEDIAN, Func.STD, Func.VARIANCE, Func.RANGE, Func.IQR, Func.QUANTILE}
)
_VERBS = {Func.SUM: "added up", Func.MEAN: "averaged"}


@dataclass(frozen=True, slots=True)
class Measured:
    """Measures with the rows that they are of."""

    measures: tuple[Measure, ...]
    where: tuple[Condition, ...] = ()


_FUNCS: dict[str, tuple[str, Func]] = {
    "mean": ("(average|avg|mean|averages|means|average value|mean value)", Func.MEAN),
    "sum": ("(total|sum|sums|totals|total amount|combined|summed)", Func.SUM),
    "median": ("(median|medians|med)", Func.MEDIAN),
    "max": ("(max|maximum|highest|largest|greatest|biggest|peak|largest value|highest value|"
            "maximal|maximum value)", Func.MAX),
    "min": ("(min|minimum|lowest|smallest|minimal|lowest value|minimum value)", Func.MIN),
    "std": ("(std|stdev|stddev|sd|standard deviation|std dev|std deviation|standard deviations|"
            "spread|deviation)", Func.STD),
    "variance": ("(variance|var|variances)", Func.VARIANCE),
    "iqr": ("(interquartile range|inter-quartile range|iqr)", Func.IQR),
    "range": ("(range|ranges|span)", Func.RANGE),
    "distinct": ("(number of (unique|distinct|different)|distinct count|unique count|"
                 "count of (unique|distinct|different)|count (unique|distinct|different))",
                 Func.DISTINCT),
}  # fmt: skip


def _register(pattern: str, func: Func) -> None:
    @rule("func", pattern)
    def _func(scope: Scope) -> tuple[Func, float | None]:
        return func, None


for _pattern, _function in _FUNCS.values():
    _register(_pattern, _function)


@rule("func", "{number} [th|st|nd|rd] (percentile|quantile|percent quantile)")
@rule("func", "(p|percentile|quantile) {number}")
def _percentile(scope: Scope, number: float) -> tuple[Func, float] | None:
    quantile = number / 100 if number > 1 else number
    return (Func.QUANTILE, float(quantile)) if 0 < quantile < 1 else None


@rule("func", "(upper|third|3rd) quartile")
def _upper(scope: Scope) -> tuple[Func, float]:
    return Func.QUANTILE, 0.75


@rule("func", "(lower|first|1st) quartile")
def _lower(scope: Scope) -> tuple[Func, float]:
    return Func.QUANTILE, 0.25


def measure_of(scope: Scope, func: Func, q: float | None, column: Column) -> Measure | None:
    """A function of a column, where that makes sense; else the reason is kept."""
    if func is Func.DISTINCT:
        return Measure(func, column.col)
    if func in (Func.MIN, Func.MAX, Func.RANGE) and column.temporal:
        return Measure(func, column.col)
    if column.words == scope.words.entity:
        return None  # “the highest flight” is not the highest flight number
    if not column.numeric:
        if column.temporal or not column.joined:
            scope.refuse(f"{column.label} holds no numbers to take the {func} of")
        return None
    if func in _NEEDS_AMOUNTS and not _is_amount(scope, func, column):
        return None
    return Measure(func, column.col, q=q)


def _is_amount(scope: Scope, func: Func, column: Column) -> bool:
    done = _VERBS.get(func, "computed with")
    if is_code(column, scope.frame):
        scope.refuse(f"{column.label} is a label, not an amount, and is not {done}")
        return False
    if is_clock(column):
        scope.refuse(f"{column.label} holds clock times as hhmm and is not {done}")
        return False
    return True


@rule("one_measure", "{func} [of|for|in] {:the} {column}", "{column} {func}")
def _func_column(scope: Scope, func: tuple[Func, float | None], column: Column) -> Told | None:
    measure = measure_of(scope, *func, column)
    if measure is None:
        return None
    notes = (Note(str(func[0]), "sample, n − 1", tell=False),)
    return Told(Measured((measure,)), notes)


@rule("one_measure", "(latest|last|most recent|newest) {:the} {column}")
def _latest(scope: Scope, column: Column) -> Measured | None:
    return Measured((Measure(Func.MAX, column.col),)) if column.temporal else None


@rule("one_measure", "(earliest|first|oldest) {:the} {column}")
def _earliest(scope: Scope, column: Column) -> Measured | None:
    return Measured((Measure(Func.MIN, column.col),)) if column.temporal else None


@rule("one_measure", "{sup:superlative} {column}")
def _longest_distance(scope: Scope, sup: Superlative, column: Column) -> Told | None:
    """``longest distance``: the adjective has to fit the column."""
    if not sup.stem or not refined(scope, sup.stem, column):
        return None
    func = Func.MAX if about_direction(scope, sup) else Func.MIN
    measure = measure_of(scope, func, None, column)
    return Told(Measured((measure,))) if measure else None


@rule("one_measure", "{sup:superlative} [of] {:the} {column:adjective_column}")
def _longest_bill(scope: Scope, sup: Superlative, column: Column) -> Measured | None:
    if not sup.stem or not refined(scope, sup.stem, column):
        return None
    largest = about_direction(scope, sup)
    return Measured((Measure(Func.MAX if largest else Func.MIN, column.col),))


def about_direction(scope: Scope, sup: Superlative) -> bool:
    """Whether the superlative asks for the largest numbers."""
    found = about(scope, sup.stem) if sup.stem else []
    return found[0][1] == sup.descending if found else sup.descending


@rule(
    "one_measure",
    "(number|count|amount|total number|total count|total|counts|numbers) of {subject}",
)
@rule("one_measure", "count {subject}", "{subject} count", "number {subject}")
def _count(scope: Scope, subject: Subject) -> Measured:
    return Measured((Measure(Func.COUNT),), subject.where)


@rule("one_measure", "(quartiles|the quartiles) [of|for|in] {:the} {column}")
def _quartiles(scope: Scope, column: Column) -> Measured | None:
    parts = [measure_of(scope, Func.QUANTILE, q, column) for q in (0.25, 0.5, 0.75)]
    known = tuple(part for part in parts if part)
    return Measured(known) if len(known) == len(parts) else None


@rule("one_measure", "{first:func} (and|,|or) [the] {second:func} [of|for|in] {:the} {column}")
def _two_funcs(
    scope: Scope,
    first: tuple[Func, float | None],
    second: tuple[Func, float | None],
    column: Column,
) -> Measured | None:
    parts = [measure_of(scope, *func, column) for func in (first, second)]
    known = tuple(part for part in parts if part)
    return Measured(known) if len(known) == 2 else None


@rule(
    "one_measure",
    "{a:func} , {b:func} [,] (and|) [the] {c:func} [of|for|in] {:the} {column}",
)
def _three_funcs(
    scope: Scope,
    a: tuple[Func, float | None],
    b: tuple[Func, float | None],
    c: tuple[Func, float | None],
    column: Column,
) -> Measured | None:
    parts = [measure_of(scope, *func, column) for func in (a, b, c)]
    known = tuple(part for part in parts if part)
    return Measured(known) if len(known) == 3 else None


@rule("one_measure", "{func} [of] {:the} {one:column} (and|,) [the] {two:column}")
def _two_columns(
    scope: Scope, func: tuple[Func, float | None], one: Column, two: Column
) -> Measured | None:
    parts = [measure_of(scope, *func, column) for column in (one, two)]
    known = tuple(part for part in parts if part)
    return Measured(known) if len(known) == 2 and one is not two else None


@rule(
    "one_measure",
    "{:share_word} [of|for] {subject} {:that} {part:clauses}",
    "{:share_word} [of|for] {subject} {part:late_condition}",
)
def _share(scope: Scope, subject: Subject, part: Condition) -> Told | None:
    return share(scope, part, subject.where)


@rule("one_measure", "{:share_word} of {subject} {part:filter}", cost=1)
def _share_loose(scope: Scope, subject: Subject, part: Condition) -> Told | None:
    """As dear as the other reading: “share of Gentoo penguins on Biscoe” is asked back."""
    return share(scope, part, subject.where)


@rule("share_word", "(share|percentage|percent|proportion|fraction|rate|pct)")
def _share_word(scope: Scope) -> str:
    return ""


@rule("that", "[that|which|who] (is|are|was|were|had|have|has|got|with|do|did|been|being)")
def _that(scope: Scope) -> str:
    return ""


@rule("one_measure", "{:share_word} of {part:late_condition} {:entity}")
def _share_late(scope: Scope, part: Condition) -> Told | None:
    return share(scope, part, ())


@rule("one_measure", "{:share_word} of {where:premods}", cost=2)
@rule("one_measure", "{:share_word} of {where:premods} {:entity}", cost=1)
def _share_of(scope: Scope, where: tuple[Condition, ...]) -> Told | None:
    """``share of late flights``: of all flights, those that are late."""
    condition = both(where)
    return share(scope, condition, ()) if condition else None


def share(scope: Scope, condition: Condition, where: tuple[Condition, ...]) -> Told:
    """A share; rows where the condition is unknown stay in the whole, and that is said."""
    notes = []
    asked = [c.col for c in compares(condition) if c.op not in (Op.IS_NULL, Op.NOT_NULL)]
    for col in dict.fromkeys(asked):
        column = scope.words.find(col)
        if column and column.profile.nulls and not column.joined:
            said = f"{column.profile.nulls:,} rows without {column.label} count in the whole"
            notes.append(Note("share", said))
    return Told(Measured((Measure(Func.SHARE, where=condition),), where), tuple(notes))


@native("adjective")
def _adjective(scope: Scope, start: int) -> Iterator[Hit]:
    """A plain adjective that asks for a column: how heavy, how long."""
    if start < len(scope.tokens):
        word = scope.tokens[start].word
        if is_adjective(word):
            yield Hit(word, start + 1)


@rule("measure", "{:the} {measured:one_measure}")
def _one(scope: Scope, measured: Measured) -> Measured:
    return measured


@rule("measure", "{:the} {left:one_measure} and {:the} {right:one_measure}")
def _two(scope: Scope, left: Measured, right: Measured) -> Measured | None:
    if left.where != right.where and left.where and right.where:
        return None
    return Measured((*left.measures, *right.measures), left.where or right.where)


def sized(scope: Scope, name: str, func: Func) -> Told | None:
    """``how heavy``, ``heaviest on average``: the function of the column an adjective is about."""
    candidates = [pair for pair in about(scope, name) if _usable(scope, func, pair[0])]
    if len(candidates) != 1:
        if candidates:
            names = " or ".join(column.label for column, _ in candidates)
            scope.refuse(f"“{name}” can be {names}")
        return None
    column, largest = candidates[0]
    notes = told(name, column)
    return Told((Measure(func, column.col), largest), notes)


def _usable(scope: Scope, func: Func, column: Column) -> bool:
    return measure_of(scope, func, None, column) is not None
