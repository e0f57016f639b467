"""Points and spans of time: in March 2013, after 2013-06-01, on weekends, between 1975 and 1980."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from ..intent import Col, Compare, Condition, Grain, Op, Value
from .conditions import both, columns
from .grammar import Hit, Note, Scope, Told, native, rule
from .lexicon import Column

_MONTHS = "january february march april may june july august september october november december"
_MONTH = {name: i for i, name in enumerate(_MONTHS.split(), 1)}
_MONTH |= {name[:3]: i for name, i in _MONTH.items()} | {"sept": 9}
_DAYS = "monday tuesday wednesday thursday friday saturday sunday"
_WEEKDAY = {f"{name}{s}": i for i, name in enumerate(_DAYS.split(), 1) for s in ("", "s")}
_YEARS = range(1000, 3000)


@dataclass(frozen=True, slots=True)
class Span:
    """Days from ``first`` to before ``end``; ``year`` and ``month`` where it is one of those."""

    first: date
    end: date
    year: int | None = None
    month: int | None = None


@dataclass(frozen=True, slots=True)
class TimeTest:
    """What is asked of a date: comparisons of its parts, or of itself where there is no part."""

    parts: tuple[tuple[Grain | None, Op, tuple[Value, ...]], ...]


def _month_span(year: int, month: int) -> Span:
    after = date(year + month // 12, month % 12 + 1, 1)
    return Span(date(year, month, 1), after, year, month)


@native("year")
def _year(scope: Scope, start: int) -> Iterator[Hit]:
    if start < len(scope.tokens):
        token = scope.tokens[start]
        if isinstance(token.number, int) and token.number in _YEARS and token.text.isdigit():
            yield Hit(token.number, start + 1)


@native("month_name")
def _month_name(scope: Scope, start: int) -> Iterator[Hit]:
    if start < len(scope.tokens) and scope.tokens[start].word in _MONTH:
        yield Hit(_MONTH[scope.tokens[start].word], start + 1)


@native("weekday_name")
def _weekday_name(scope: Scope, start: int) -> Iterator[Hit]:
    if start < len(scope.tokens) and scope.tokens[start].word in _WEEKDAY:
        yield Hit(_WEEKDAY[scope.tokens[start].word], start + 1)


@native("iso_day")
def _iso_day(scope: Scope, start: int) -> Iterator[Hit]:
    if start < len(scope.tokens) and (day := scope.tokens[start].day):
        yield Hit(Span(day, day + timedelta(days=1)), start + 1)


@rule("span", "[the] {span:iso_day}")
def _day_span(scope: Scope, span: Span) -> Span:
    return span


@rule("span", "[the] {number} [of] {month:month_name} [,] {year}")
@rule("span", "{month:month_name} [the] {number} [,] {year}")
def _written_day(scope: Scope, number: float, month: int, year: int) -> Span | None:
    try:
        day = date(year, month, int(number))
    except ValueError:  # the 31st of April: no such day, so no reading
        return None
    return Span(day, day + timedelta(days=1))


@rule("span", "[the] [month] [of] {month:month_name} [of|,] {year}")
def _written_month(scope: Scope, month: int, year: int) -> Span:
    return _month_span(year, month)


@rule("span", "[the] [year] {year}")
def _whole_year(scope: Scope, year: int) -> Span:
    return Span(date(year, 1, 1), date(year + 1, 1, 1), year)


@rule("time_test", "(in|during|within|for|of|throughout|from|on|at) {span}")
def _in_span(scope: Scope, span: Span) -> TimeTest:
    return in_span(span)


def in_span(span: Span) -> TimeTest:
    """Within a year, a month of a year, or a day."""
    if span.year is None:
        return TimeTest(((None, Op.GE, (span.first,)), (None, Op.LT, (span.end,))))
    parts: list[tuple[Grain | None, Op, tuple[Value, ...]]] = [(Grain.YEAR, Op.EQ, (span.year,))]
    if span.month is not None:
        parts.append((Grain.MONTH_OF_YEAR, Op.EQ, (span.month,)))
    return TimeTest(tuple(parts))


@rule("time_test", "{span}", cost=1)
def _bare_span(scope: Scope, span: Span) -> TimeTest:
    """``2013 flights``; dearer, so that a year is not torn from its month."""
    return in_span(span)


def _beyond(span: Span, op: Op, day: date) -> TimeTest:
    if span.year is not None and span.month is None:
        by_year = {Op.LT: Op.LT, Op.GE: Op.GE}[op]
        return TimeTest(((Grain.YEAR, by_year, (day.year,)),))
    return TimeTest(((None, op, (day,)),))


@rule("time_test", "(after|later than|past) {span}")
def _after(scope: Scope, span: Span) -> TimeTest:
    if span.year is not None and span.month is None:
        return TimeTest(((Grain.YEAR, Op.GT, (span.year,)),))
    return _beyond(span, Op.GE, span.end)


@rule("time_test", "(since|from) {span} [on|onwards|onward]", "{span} or later")
def _since(scope: Scope, span: Span) -> TimeTest:
    return _beyond(span, Op.GE, span.first)


@rule("time_test", "(before|earlier than|prior to) {span}")
def _before(scope: Scope, span: Span) -> TimeTest:
    return _beyond(span, Op.LT, span.first)


@rule("time_test", "(until|till|through|up to) {span}", "{span} or earlier")
def _until(scope: Scope, span: Span) -> TimeTest:
    if span.year is not None and span.month is None:
        return TimeTest(((Grain.YEAR, Op.LE, (span.year,)),))
    return _beyond(span, Op.LT, span.end)


@rule("time_test", "(between|from) {low:span} (and|to|until|through) {high:span}")
def _between(scope: Scope, low: Span, high: Span) -> TimeTest | None:
    if low.first > high.first:
        return None
    if all(span.year is not None and span.month is None for span in (low, high)):
        return TimeTest(((Grain.YEAR, Op.BETWEEN, (low.year or 0, high.year or 0)),))
    return TimeTest(((None, Op.GE, (low.first,)), (None, Op.LT, (high.end,))))


@rule("time_test", "(between|from) {low:month_name} (and|to|until|through) {high:month_name}")
def _between_months(scope: Scope, low: int, high: int) -> TimeTest | None:
    return TimeTest(((Grain.MONTH_OF_YEAR, Op.BETWEEN, (low, high)),)) if low <= high else None


@rule("time_test", "(in|during|for|of|every) [the month of] {month:month_name}")
def _in_month(scope: Scope, month: int) -> TimeTest:
    return TimeTest(((Grain.MONTH_OF_YEAR, Op.EQ, (month,)),))


@rule("time_test", "(in|during|for) {low:month_name} (and|or) [in] {high:month_name}")
def _in_months(scope: Scope, low: int, high: int) -> Told:
    test = TimeTest(((Grain.MONTH_OF_YEAR, Op.IN, (low, high)),))
    return Told(test, (Note("months", "both together"),))


@rule("time_test", "(in|during|for) {low:year} (and|or) [in] {high:year}")
def _in_years(scope: Scope, low: int, high: int) -> Told:
    note = Note(f"{low} and {high}", "both together")
    return Told(TimeTest(((Grain.YEAR, Op.IN, (low, high)),)), (note,))


@rule("time_test", "(on|at|during|for) [the|a] (weekends|weekend)")
def _weekends(scope: Scope) -> Told:
    test = TimeTest(((Grain.WEEKDAY, Op.IN, (6, 7)),))
    return Told(test, (Note("weekend", "Saturday and Sunday"),))


@rule("time_test", "(on|during) (weekdays|workdays|working days)")
def _weekdays(scope: Scope) -> Told:
    test = TimeTest(((Grain.WEEKDAY, Op.BETWEEN, (1, 5)),))
    return Told(test, (Note("weekdays", "Monday to Friday"),))


@rule("time_test", "(on|every|each) [a|every] {weekday:weekday_name}")
def _on_weekday(scope: Scope, weekday: int) -> TimeTest:
    return TimeTest(((Grain.WEEKDAY, Op.EQ, (weekday,)),))


@rule("time_test", "(in|during|for) [the] {quarter:quarter_name} [quarter] [(of|in|) {year}]")
def _quarter(scope: Scope, quarter: int, year: int | None = None) -> TimeTest:
    part: tuple[Grain | None, Op, tuple[Value, ...]] = (Grain.QUARTER_OF_YEAR, Op.EQ, (quarter,))
    return TimeTest(((Grain.YEAR, Op.EQ, (year,)), part) if year else (part,))


@native("quarter_name")
def _quarter_name(scope: Scope, start: int) -> Iterator[Hit]:
    names = {"q1": 1, "q2": 2, "q3": 3, "q4": 4}
    ordinals = {"first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3}
    ordinals |= {"fourth": 4, "4th": 4, "last": 4}
    if start < len(scope.tokens) and scope.tokens[start].word in names:
        yield Hit(names[scope.tokens[start].word], start + 1)
    following = [token.word for token in scope.tokens[start : start + 2]]
    if following[1:] == ["quarter"] and following[0] in ordinals:
        yield Hit(ordinals[following[0]], start + 1)


@native("time_condition")
def _time_condition(scope: Scope, start: int) -> Iterator[Hit]:
    """A test of the one date that the rows have, or of the column that is named before it."""
    for hit in scope.hits("time_test", start):
        for candidate in _dates(scope):
            condition = applied(scope, hit.value, candidate)
            if condition:
                yield Hit(
                    condition, hit.end, hit.cost, (*hit.notes, _note(scope, start, hit, condition))
                )


def _note(scope: Scope, start: int, hit: Hit, condition: Condition) -> Note:

    names = dict.fromkeys(
        ", ".join(col.ymd) if col.ymd else col.column for col in columns(condition)
    )
    tell = len(scope.words.dates()) > 1
    return Note(scope.text(start, hit.end), f"by {', '.join(names)}", tell=tell)


@rule("time_condition", "{:the} {column} [(is|was|were|being|falls)] {test:time_test}")
def _named_date(scope: Scope, column: Column, test: TimeTest) -> Condition | None:
    return applied(scope, test, column) if column.temporal else None


def _dates(scope: Scope) -> list[Column | None]:
    """None stands for the frame's own year, month and day columns."""
    if scope.words.ymd or scope.words.named("year"):
        year = scope.words.named("year")
        if scope.words.ymd or (year and not year.temporal):
            return [None]
    return list(scope.dates())


def applied(scope: Scope, test: TimeTest, column: Column | None) -> Condition | None:
    """The test as a condition on a date column, or on year, month and day columns."""
    conditions = [
        part_condition(scope, column, grain, op, values) for grain, op, values in test.parts
    ]
    known = [condition for condition in conditions if condition is not None]
    return both(known) if len(known) == len(conditions) else None


def part_condition(
    scope: Scope, column: Column | None, grain: Grain | None, op: Op, values: tuple[Value, ...]
) -> Condition | None:
    """One comparison; None where the frame does not know that part of the time."""
    if column is not None:
        return Compare(column.col, op, values, grain)
    names = {Grain.YEAR: "year", Grain.MONTH_OF_YEAR: "month", Grain.QUARTER_OF_YEAR: "quarter"}
    own = scope.words.named(names[grain]) if grain in names else None
    if own and own.numeric:
        return Compare(own.col, op, values)
    ymd: Col | None = scope.words.ymd
    return Compare(ymd, op, values, grain) if ymd else None
