"""Change along the calendar: how did x change, month over month, over time, trends."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from ...intent import Change, Compare, Func, Grain, Group, Measure, Op
from ..amounts import figure_of
from ..conditions import compares
from ..grammar import Hit, Note, Scope, Told, native, rule
from ..groups import calendar_groups
from ..lexicon import Column
from ..measures import Measured
from ..modifiers import Mods, joined, narrowed

_LONG_YEARS = 15
_ALONG = (Grain.YEAR, Grain.QUARTER, Grain.MONTH, Grain.WEEK, Grain.DAY)


@dataclass(frozen=True, slots=True)
class Open(Group):
    """Steps that the question does not name; years that it names are its steps."""

    finer: bool = False


@rule(
    "changes",
    ""
    "(change|changed|develop|developed|evolve|evolved|vary|move|moved|grow|trend|progress|"
    "fluctuate|look)",
)
def _changes(scope: Scope) -> str:
    return ""


@native("pace")
def _pace(scope: Scope, start: int) -> Iterator[Hit]:
    """Over which steps: said, or taken from how long the data is."""
    for hit in scope.hits("said_pace", start):
        for group in calendar_groups(scope, hit.value):
            yield Hit(group, hit.end, 0)
    yield from scope.hits("dated_pace", start)
    for hit in scope.hits("open_pace", start):
        for grain in dict.fromkeys([_usual_grain(scope), Grain.YEAR]):
            for group in calendar_groups(scope, grain) if grain else ():
                said = f"{group.grain or group.col.column} of {group.col.column}"
                open_pace = Open(group.col, group.grain, grain is not Grain.YEAR)
                yield Hit(open_pace, hit.end, 0, (Note("over time", said),))


@rule("said_pace", "[from] {grain} (over|to|by|on) {again:grain}")
def _twice(scope: Scope, grain: Grain, again: Grain) -> Grain | None:
    return grain if grain is again and grain in _ALONG else None


@rule(
    "said_pace",
    "(by|per|each|every|from|for each|with each|over the|across the|over|through the|in "
    "each|with the) {grain} [to the next]",
)
def _by_grain(scope: Scope, grain: Grain) -> Grain | None:
    return grain if grain in _ALONG else None


@rule("dated_pace", "(by|per) {grain} of {:the} {column}")
def _by_dated(scope: Scope, grain: Grain, column: Column) -> Group | None:
    return Group(column.col, grain) if column.temporal and grain in _ALONG else None


@rule("said_pace", "{grain:adverb_grain}")
def _monthly(scope: Scope, grain: Grain) -> Grain:
    return grain


@native("hyphen_pace")
def _hyphenated(scope: Scope, start: int) -> Iterator[Hit]:
    words = {"month-over-month": Grain.MONTH, "month-to-month": Grain.MONTH,
             "year-over-year": Grain.YEAR, "year-on-year": Grain.YEAR, "week-over-week": Grain.WEEK,
             "day-over-day": Grain.DAY, "day-to-day": Grain.DAY, "yoy": Grain.YEAR,
             "mom": Grain.MONTH, "quarter-over-quarter": Grain.QUARTER}  # fmt: skip
    if start < len(scope.tokens) and scope.tokens[start].word in words:
        yield Hit(words[scope.tokens[start].word], start + 1)


@rule("said_pace", "{grain:hyphen_pace}")
def _hyphen(scope: Scope, grain: Grain) -> Grain:
    return grain


@rule("open_pace", "(over time|through time|with time|in time|)")
def _open(scope: Scope) -> str:
    return ""


def _usual_grain(scope: Scope) -> Grain | None:
    """Years for a long time, months for less, days for some weeks; None: not known."""
    year, month = scope.words.named("year"), scope.words.named("month")
    dates = scope.dates()
    if scope.words.ymd and month:
        return Grain.MONTH
    if year and not year.temporal and not dates:
        return Grain.YEAR
    spans = [days for column in dates if (days := _days(column)) is not None]
    if not spans:
        return None
    days = max(spans)
    if "year" in dates[0].words or days > _LONG_YEARS * 366:
        return Grain.YEAR
    return Grain.MONTH if days > 60 else Grain.DAY


def _days(column: Column) -> int | None:
    ends = [_day(bound) for bound in (column.profile.minimum, column.profile.maximum)]
    first, last = ends
    return (last - first).days if first and last else None


def _day(bound: object) -> date | None:
    if isinstance(bound, datetime):
        return bound.date()
    if isinstance(bound, date):
        return bound
    try:
        return date.fromisoformat(str(bound)[:10])
    except ValueError:  # not an ISO text: how long the data is stays unknown
        return None


@rule(
    "form",
    "how (did|does|has|have|do) {measured:measure} {mods} {:changes} {pace} {more:mods}",
    "how (did|does|has|have|do) {measured:measure} {:changes} {more:mods} {pace}",
    "(change|changes|trend|development|evolution) (of|in) {measured:measure} {mods} {pace} "
    "{more:mods}",
    "{:ask} {measured:measure} {mods} {pace:timed_pace} {more:mods}",
    "{:ask} (change|changes|trend|trends|development) (of|in) {measured:measure} {mods} {pace} "
    "{more:mods}",
    "{:ask} {pace:timed_pace} (change|changes|growth|trend) (of|in) {measured:measure} {mods}",
    "(did|has|does|have) {measured:measure} {mods} {:changed} {pace} {more:mods}",
)
def _change(
    scope: Scope,
    measured: Measured,
    pace: Group,
    mods: Mods | None = None,
    more: Mods | None = None,
) -> Change | None:
    return _changed_by(scope, measured, pace, mods or Mods(), more or Mods())


@rule(
    "changed",
    "(increase|decrease|rise|fall|drop|grow|change|improve|gone up|gone "
    "down|increased|decreased|changed|grown|go up|go down)",
)
def _changed(scope: Scope) -> str:
    return ""


@native("timed_pace")
def _timed_pace(scope: Scope, start: int) -> Iterator[Hit]:
    """Words that ask for a change by themselves: over time, month over month."""
    for hit in scope.hits("pace", start):
        said = scope.text(start, hit.end).casefold()
        if hit.end > start and any(w in said for w in ("over", " to ", "time", "yoy", "mom", "-")):
            yield hit


def _changed_by(
    scope: Scope, measured: Measured, pace: Group, mods: Mods, more: Mods
) -> Change | None:
    both_mods = joined(mods, more)
    whole = narrowed(both_mods, measured.where) if both_mods else None
    if whole is None or whole.groups or whole.limit or whole.descending is not None:
        return None
    if len(measured.measures) != 1:
        return None
    if isinstance(pace, Open):
        named = any(map(_names_years, compares(whole.condition)))
        if pace.finer == (named or _usual_grain(scope) is Grain.YEAR):
            return None
        pace = Group(pace.col, pace.grain)
    return Change(scope.frame.name, measured.measures[0], pace, whole.condition)


def _names_years(part: Compare) -> bool:
    """“from 2023 to 2024”: two years that are to be compared."""
    return part.grain is Grain.YEAR and part.op in (Op.BETWEEN, Op.IN)


@rule(
    "form",
    "how (did|does|has|have|do) {:the} {column} {mods} {:changes} {pace} {more:mods}",
    "how (did|does|has|have|do) {:the} {column} {:changes} {more:mods} {pace}",
    "{:ask} {:the} {column} {mods} {pace:timed_pace} {more:mods}",
    "{:ask} [the] (change|changes|trend|trends|development) (of|in) {:the} {column} {mods} "
    "{pace} {more:mods}",
    "(did|has|does|have) {:the} {column} {mods} {:changed} {pace} {more:mods}",
    cost=1,
)
def column_change(
    scope: Scope, column: Column, pace: Group, mods: Mods | None = None, more: Mods | None = None
) -> Told | None:
    """A column along the calendar: the total of what adds up, else the average."""
    figure = figure_of(scope, column)
    if figure is None:
        return None
    measure, note = figure
    intent = _changed_by(scope, Measured((measure,)), pace, mods or Mods(), more or Mods())
    return Told(intent, (note,)) if intent else None


@rule(
    "form",
    "how (did|does|has|have) the (number|count) of {:entity} {mods} {:changes} {pace} {more:mods}",
)
def _count_change(scope: Scope, mods: Mods, pace: Group, more: Mods) -> Change | None:
    return _changed_by(scope, Measured((Measure(Func.COUNT),)), pace, mods, more)
