"""What a question asks for, once it is read: the offline analyst's own small language.

``reading`` turns words into these, ``writing`` turns these into SQL, Python and
prose. Frame and column names are those that SQL knows (DataDna's ``name``).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

Value = str | int | float | bool | date | datetime


@dataclass(frozen=True, slots=True)
class Col:
    """A column of a frame, or a date made of three of them.

    ``via`` is set where the column is not in the frame that the intent is about:
    ``(a, b)`` says that column ``a`` of the intent's frame is left-joined to column
    ``b`` of this one, whose values are unique. Rows without a match count as
    missing; none is lost and none is doubled.

    ``ymd`` names integer columns (year, month, day) of this frame: the column is
    then the date that the three make, and ``column`` (the third) is not to be read.
    """

    frame: str
    column: str
    via: tuple[str, str] | None = None
    ymd: tuple[str, str, str] | None = None


class Op(StrEnum):
    """Comparisons of a column with values."""

    EQ = "="
    NE = "!="
    LT = "<"
    LE = "<="
    GT = ">"
    GE = ">="
    BETWEEN = "between"  # two values, both included
    IN = "in"
    NOT_IN = "not in"
    IS_NULL = "is null"
    NOT_NULL = "is not null"
    CONTAINS = "contains"
    STARTS_WITH = "starts with"
    ENDS_WITH = "ends with"


class Grain(StrEnum):
    """A part of a point in time. The first five order along the calendar, the rest repeat."""

    YEAR = "year"
    QUARTER = "quarter"
    MONTH = "month"
    WEEK = "week"
    DAY = "day"
    MONTH_OF_YEAR = "month of year"  # 1 to 12
    QUARTER_OF_YEAR = "quarter of year"  # 1 to 4
    WEEKDAY = "weekday"  # 1 Monday … 7 Sunday (ISO)
    HOUR = "hour"


@dataclass(frozen=True, slots=True)
class Compare:
    """A comparison. With a grain, of that part of the column (weekday = 6)."""

    col: Col
    op: Op
    values: tuple[Value, ...] = ()
    grain: Grain | None = None


@dataclass(frozen=True, slots=True)
class All:
    """All of these hold."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Any:
    """At least one of these holds."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """This does not hold (rows where it is unknown do not count either)."""

    part: Condition


Condition = Compare | All | Any | Not


class Func(StrEnum):
    """Aggregates."""

    COUNT = "count"  # rows, or non-null values of the column
    DISTINCT = "distinct"
    NULLS = "nulls"
    SUM = "sum"
    MEAN = "mean"
    MEDIAN = "median"
    MIN = "min"
    MAX = "max"
    STD = "std"  # sample, n - 1
    VARIANCE = "variance"  # sample, n - 1
    RANGE = "range"  # max - min
    IQR = "interquartile range"  # upper quartile - lower quartile
    QUANTILE = "quantile"  # Measure.q
    SHARE = "share"  # of the group's rows, those where Measure.where holds
    SHARE_OF_TOTAL = "share of total"  # the group's rows (or sum of col) over all groups'


@dataclass(frozen=True, slots=True)
class Measure:
    """One aggregate. ``where`` narrows it alone, not the whole query."""

    func: Func
    col: Col | None = None
    where: Condition | None = None
    q: float | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """What to group by: a column, or a part of a date column."""

    col: Col
    grain: Grain | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """Order by the measure of that index, or by the group where it is None."""

    measure: int | None
    descending: bool = True


@dataclass(frozen=True, slots=True)
class Aggregate:
    """Measures over a frame, by groups. ``limit`` with ties kept (``rank() <= limit``)."""

    frame: str
    measures: tuple[Measure, ...]
    groups: tuple[Group, ...] = ()
    where: Condition | None = None
    order: Order | None = None
    limit: int | None = None
    #: Keep groups whose measure (index) compares so: ("which carriers have more than 1000 …").
    having: tuple[int, Op, float] | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """A measure along the calendar with its change from one period to the next."""

    frame: str
    measure: Measure
    by: Group
    where: Condition | None = None
    #: Told as a part of the period before.
    relative: bool = False


@dataclass(frozen=True, slots=True)
class Rows:
    """Whole rows: the first N by a column (ties kept), or those that match."""

    frame: str
    by: Col | None = None
    descending: bool = True
    limit: int = 10
    show: tuple[Col, ...] = ()  # first columns to show; empty: all
    where: Condition | None = None


@dataclass(frozen=True, slots=True)
class Values:
    """The distinct values of a column with their counts, most frequent first."""

    col: Col
    where: Condition | None = None
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class Correlation:
    """Pearson's r (and Spearman's) between two columns, or of one with all numeric others."""

    x: Col
    y: Col | None = None
    where: Condition | None = None


@dataclass(frozen=True, slots=True)
class Distribution:
    """How a numeric column is spread, with a histogram; by groups if asked."""

    col: Col
    by: Group | None = None
    where: Condition | None = None


@dataclass(frozen=True, slots=True)
class Outliers:
    """Values beyond 1.5 IQR from the quartiles."""

    col: Col
    where: Condition | None = None


@dataclass(frozen=True, slots=True)
class GroupTest:
    """Does a numeric column (or a share) differ between the groups of a column?

    With ``share`` it is the share of rows where that holds among those where ``col``
    is known: a test of a table of counts, not of means.
    """

    col: Col
    by: Group
    where: Condition | None = None
    share: Condition | None = None


@dataclass(frozen=True, slots=True)
class Regression:
    """Ordinary least squares of y on one x."""

    y: Col
    x: Col
    where: Condition | None = None


class Focus(StrEnum):
    """What a description is to dwell on."""

    COLUMNS = "columns"  # their names, number and types
    MISSING = "missing"  # how many values are missing in each column


@dataclass(frozen=True, slots=True)
class Describe:
    """What is in the data, a frame, or a column."""

    frame: str | None = None
    column: str | None = None
    focus: Focus | None = None


Intent = (
    Aggregate
    | Change
    | Rows
    | Values
    | Correlation
    | Distribution
    | Outliers
    | GroupTest
    | Regression
    | Describe
)


@dataclass(frozen=True, slots=True)
class Reading:
    """A question, read. ``choices`` state each word that had to be interpreted.

    Each choice is ``word: reading`` in plain English (``late: dep_delay > 0``).
    """

    question: str
    intent: Intent
    choices: tuple[str, ...] = ()
