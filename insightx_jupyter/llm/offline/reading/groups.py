"""What to group by: by carrier, per month, for each species and sex, of each island."""

from __future__ import annotations

from collections.abc import Iterator

from ....protocol.dna import Kind
from ..intent import Col, Grain, Group
from .amounts import adds_up
from .grammar import Hit, Note, Scope, Told, native, rule
from .lexicon import Column, FrameWords
from .words import singular

_GRAINS = {
    "year": Grain.YEAR, "quarter": Grain.QUARTER, "month": Grain.MONTH, "week": Grain.WEEK,
    "day": Grain.DAY, "date": Grain.DAY, "weekday": Grain.WEEKDAY, "hour": Grain.HOUR,
}  # fmt: skip
_ADVERBS = {"yearly": "year", "annual": "year", "quarterly": "quarter", "monthly": "month",
            "weekly": "week", "daily": "day", "hourly": "hour", "annually": "year"}  # fmt: skip
_MOST_GROUPS = 200


@native("grain")
def _grain(scope: Scope, start: int) -> Iterator[Hit]:
    if start < len(scope.tokens):
        word = singular(scope.tokens[start].word)
        if word in _GRAINS:
            yield Hit(_GRAINS[word], start + 1)


@rule("grain", "(day|days) of (the|) (week)")
def _day_of_week(scope: Scope) -> Grain:
    return Grain.WEEKDAY


@rule("grain", "calendar (month|months)", "(month|months) of the year")
def _month_of_year(scope: Scope) -> Grain:
    return Grain.MONTH_OF_YEAR


@rule("grain", "hour of [the] day")
def _hour_of_day(scope: Scope) -> Grain:
    return Grain.HOUR


@native("adverb_grain")
def _adverb(scope: Scope, start: int) -> Iterator[Hit]:
    if start < len(scope.tokens) and scope.tokens[start].word in _ADVERBS:
        yield Hit(_GRAINS[_ADVERBS[scope.tokens[start].word]], start + 1)


def calendar_groups(scope: Scope, grain: Grain) -> list[Group]:
    """The ways to group the frame's rows by a part of time; one is a reading."""
    words = scope.words
    own = words.named("month" if grain is Grain.MONTH_OF_YEAR else str(grain))
    if own and own.temporal:
        return [Group(own.col, grain)]
    if own and grain is not Grain.DAY and not (grain is Grain.MONTH and _many_years(words)):
        return [Group(own.col)]
    if words.ymd and grain is not Grain.HOUR:
        return [Group(words.ymd, grain)]
    dates = scope.dates()
    if grain is Grain.HOUR:
        dates = tuple(column for column in dates if _has_hours(column))
    return [Group(column.col, grain) for column in dates]


def _many_years(words: FrameWords) -> bool:
    year = words.named("year")
    return bool(words.ymd and year and year.profile.distinct and year.profile.distinct > 1)


def _has_hours(column: Column) -> bool:
    if column.profile.date_format is not None:
        return "%H" in column.profile.date_format
    return column.profile.kind is Kind.DATETIME


@native("time_group")
def _time_group(scope: Scope, start: int) -> Iterator[Hit]:
    for hit in scope.hits("grain", start):
        for group in calendar_groups(scope, hit.value):
            yield Hit(group, hit.end, 0, _grain_notes(scope, start, hit.end, group))


def _grain_notes(scope: Scope, start: int, end: int, group: Group) -> tuple[Note, ...]:
    if group.grain is None:
        return ()
    name = ", ".join(group.col.ymd) if group.col.ymd else group.col.column
    said = f"{group.grain} of {name}"
    tell = group.col.ymd is not None or len(scope.words.dates()) > 1 or group.grain is Grain.MONTH
    if group.grain is Grain.MONTH:
        said += " (“month of the year” for January to December)"
    return (Note(scope.text(start, end), said, tell=tell),)


@rule("group", "{group:time_group}")
def _by_time(scope: Scope, group: Group) -> Group:
    return group


@rule("group", "{grain} of {:the} {column}")
def _grain_of(scope: Scope, grain: Grain, column: Column) -> Group | None:
    return Group(column.col, grain) if column.temporal else None


@rule("group", "{column} {grain}")
def _column_grain(scope: Scope, column: Column, grain: Grain) -> Group | None:
    return Group(column.col, grain) if column.temporal else None


@rule("group", "[number of|the|different] {column}")
def _by_column(scope: Scope, column: Column) -> Group | None:
    """A column with few enough values; a measured number has none to group by."""
    if column.temporal:
        grain = Grain.DAY if not _is_grain(column) else _GRAINS[column.words[0]]
        return Group(column.col, grain)
    if column.words == ("day",) and scope.words.ymd and not column.joined:
        return None  # “per day” is of the date; the day of the month has to be named
    if column.words[-1:] in {("year",), ("month",)} or not _measured(column):
        return Group(column.col)
    return None


@rule("by", "(by|per|for each|each|for every) {:the} {column}")
def _by_amount(scope: Scope, column: Column) -> None:
    if not column.temporal and _measured(column):
        scope.refuse(f"{column.label} is a measured number with many values; it makes no groups")


def _is_grain(column: Column) -> bool:
    return len(column.words) == 1 and column.words[0] in _GRAINS and column.words[0] != "date"


def _measured(column: Column) -> bool:
    distinct = column.profile.distinct
    return column.profile.kind is Kind.NUMBER and (distinct is None or distinct > _MOST_GROUPS / 4)


@native("group")
def _by_entity(scope: Scope, start: int) -> Iterator[Hit]:
    """A frame that a column leads to: airline is the name behind carrier, or the key itself."""
    for hit in scope.hits("joined_entity", start):
        roads = {c.col.via for c in scope.words.columns if c.joined and c.col.frame == hit.value}
        for via in sorted(road for road in roads if road):
            col, said = _entity_column(scope, hit.value, via)
            note = Note(scope.text(start, hit.end), said)
            yield Hit(Group(col), hit.end, 1, (note,))


def _entity_column(scope: Scope, frame: str, via: tuple[str, str]) -> tuple[Col, str]:
    """Its name column where names are unique, else the key."""
    for column in scope.words.columns:
        here = column.col.frame == frame and column.col.via == via
        if (
            here
            and _is_name(scope, column, frame)
            and column.profile.distinct
            and not column.profile.nulls
        ):
            key = next((c for c in scope.words.own if c.col.column == via[0]), None)
            known = max(len(column.profile.values), column.profile.distinct)
            if key and key.profile.distinct and known >= key.profile.distinct:
                joined = f"{column.label}, joined on {via[0]} = {frame}.{via[1]}"
                return column.col, f"{joined}; rows without a match count as missing"
    return Col(scope.frame.name, via[0]), via[0]


def _is_name(scope: Scope, column: Column, frame: str) -> bool:
    entity = scope.words.joined_entities.get(frame, ())
    unique = column.profile.distinct_exact
    return column.words == ("name",) or (unique and column.words == (*entity[-1:], "name"))


@native("groups")
def _groups(scope: Scope, start: int) -> Iterator[Hit]:
    for first in scope.hits("group", start):
        yield Hit((first.value,), first.end, first.cost, first.notes)
        for link in scope.hits("group_link", first.end):
            for second in scope.hits("group", link.end):
                if second.value != first.value and not _quotient(scope, first.end, second.value):
                    notes = (*first.notes, *second.notes)
                    cost = first.cost + second.cost
                    yield Hit((first.value, second.value), second.end, cost, notes)


@native("per_groups")
def _per_groups(scope: Scope, start: int) -> Iterator[Hit]:
    for hit in scope.hits("groups", start):
        if not _quotient(scope, start - 1, hit.value[0]):
            yield hit


def _quotient(scope: Scope, place: int, group: Group) -> bool:
    """“revenue per quantity” is a ratio, not a figure of each quantity."""
    if scope.tokens[place].word not in ("per", "each"):
        return False
    column = scope.words.find(group.col)
    if column is None or not adds_up(column):
        return False
    said = f"“per {column.label}” can be a ratio, which is not read, or “by {column.label}”"
    scope.refuse(f"{said}. Say which", first=True)
    return True


@rule("group_link", "(and|,|by|then by|and by|per|and per|within|for each|and for each|then|, by)")
def _group_link(scope: Scope) -> str:
    return ""


@rule(
    "by",
    "(by|for each|for every|in each|in every|of each|of every|across|across the|across all|"
    "across different|within each|at each|from each|on each|to each|with each|each|every|by each|"
    "grouped by|group by|split by|broken down by|for the different|for different|depending on|"
    "for all|in the different|in different|of the different|separately for each|"
    "on every|at every|over|breakdown by) {groups}",
    "(per|per each) {groups:per_groups}",
)
def _by(scope: Scope, groups: tuple[Group, ...]) -> Told:
    return Told(groups)
