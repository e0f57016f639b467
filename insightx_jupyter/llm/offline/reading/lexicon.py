"""The words that a question may use of one frame, taken from the Data DNA."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from ....protocol.dna import ColumnProfile, DataDna, FrameProfile, JoinCandidate, Kind
from ..intent import Col
from .tokens import tokenize
from .words import name_unit, name_words, singular

_EMPTY_NAME_WORDS = frozenset(
    ["df", "data", "dataset", "frame", "table", "raw", "clean", "tbl", "dim", "fact", "the"]
)
_TEXT = (Kind.CATEGORY, Kind.TEXT, Kind.ID, Kind.OTHER)
_CLOCK_TOP = 2400


@dataclass(frozen=True, slots=True, eq=False)  # equal only if the same: profiles are large
class Column:
    """A column as the reader sees it: from its own frame, or through a join."""

    col: Col
    profile: ColumnProfile
    words: tuple[str, ...]
    unit: str | None
    #: The columns that the join goes through, for telling two roads apart (origin, dest).
    via_words: tuple[str, ...] = ()
    #: Words of the frame it is in ("manufacturer of the plane").
    frame_words: tuple[str, ...] = ()

    @property
    def joined(self) -> bool:
        """Whether it is in another frame than the question's."""
        return self.col.via is not None

    @property
    def temporal(self) -> bool:
        """Whether it holds points in time, as such or as text in one format."""
        return self.profile.kind.temporal or self.profile.date_format is not None

    @property
    def numeric(self) -> bool:
        """Whether it holds numbers."""
        return self.profile.kind.numeric or _number_ids(self.profile)

    @property
    def complete(self) -> bool:
        """Whether all of its values are known by the DNA."""
        return bool(self.profile.values)

    def one_a_row(self, frame: FrameProfile) -> bool:
        """Whether no two rows of its own frame have the same value, and none has no value."""
        profile = self.profile
        counted = profile.distinct_exact and profile.distinct == frame.rows
        return not self.joined and counted and frame.rows > 1 and not profile.nulls

    @property
    def label(self) -> str:
        """Its name as told to the user."""
        return f"{self.col.frame}.{self.col.column}" if self.joined else self.col.column


@dataclass(frozen=True, slots=True, eq=False)
class ValueEntry:
    """A value that a column is known to hold."""

    column: Column
    value: str
    words: tuple[str, ...]


@dataclass(slots=True)
class FrameWords:
    """Everything that can be named when a question is about this frame."""

    profile: FrameProfile
    columns: tuple[Column, ...]
    by_word: dict[str, list[Column]]
    values: dict[str, list[ValueEntry]]
    entity: tuple[str, ...]
    #: Frames reached through a join, with the words that name a row of them.
    joined_entities: dict[str, tuple[str, ...]] = field(default_factory=dict)
    ymd: Col | None = None

    @property
    def own(self) -> tuple[Column, ...]:
        """The frame's own columns."""
        return tuple(column for column in self.columns if not column.joined)

    def named(self, *words: str) -> Column | None:
        """The frame's own column of exactly these words; None if there is none."""
        return next((c for c in self.own if c.words == words), None)

    def dates(self) -> tuple[Column, ...]:
        """The frame's own columns that hold points in time."""
        return tuple(column for column in self.own if column.temporal)

    def usual_dates(self, said: Iterable[str]) -> tuple[Column, ...]:
        """The date that rows are called after (``order_date`` of orders), else all dates.

        Where a word of another date is ``said`` (shipped), all are possible.
        """
        dates = self.dates()
        own = [c for c in dates if self.entity and c.words == (self.entity[-1], "date")]
        others = {w[:4] for c in dates if c not in own for w in c.words} - {"date", "time"}
        if len(own) != 1 or others & {word[:4] for word in said}:
            return dates
        return tuple(own)

    def find(self, col: Col) -> Column | None:
        """The entry of a column."""
        return next((c for c in self.columns if c.col == col), None)


def build(dna: DataDna) -> tuple[FrameWords, ...]:
    """The words of each frame, joined columns included."""
    return tuple(_frame_words(frame, dna) for frame in dna.frames)


def entity_words(frame: FrameProfile) -> tuple[str, ...]:
    """The words that name a row of a frame: ``sales_df`` holds sales."""
    words = tuple(word for word in name_words(frame.name) if word not in _EMPTY_NAME_WORDS)
    return tuple(singular(word) for word in words)


def is_code(column: Column, frame: FrameProfile) -> bool:
    """Whether the numbers of a column are labels: years, months, ids, flight numbers."""
    codes = {"year", "month", "day", "hour", "minute", "week", "quarter", "id", "code", "zip",
             "weekday", "key", "phone", "index", "target", "class", "label"}  # fmt: skip
    last = column.words[-1] if column.words else ""
    return (
        column.profile.kind is Kind.ID
        or (column.words[0] if len(column.words) == 1 else last) in codes
        or last == "number"
        or column.words == entity_words(frame)
    ) and not _measures_time(column)


def _measures_time(column: Column) -> bool:
    """``age_year`` or ``hours`` with fractions measure; codes are whole."""
    if column.profile.name.casefold().endswith(_PLURAL_TIMES) and len(column.words) > 1:
        return True
    fractions = any(isinstance(v, float) and not v.is_integer() for v in column.profile.quantiles)
    return fractions and column.profile.kind is Kind.NUMBER


_PLURAL_TIMES = ("days", "hours", "minutes", "weeks", "months", "years")


def is_clock(column: Column) -> bool:
    """Whether numbers are clock times as hhmm (517 for 5:17): no sums, means or spreads."""
    if not column.numeric or not {"time", "clock"} & set(column.words):
        return False
    top = column.profile.maximum
    if not isinstance(top, (int, float)) or not 1200 <= top <= _CLOCK_TOP:
        return False
    known = [*column.profile.values, *(count.value for count in column.profile.top)]
    numbers = [v for v in known if isinstance(v, (int, float)) and not isinstance(v, bool)]
    return all(float(v).is_integer() and v % 100 < 60 for v in numbers)


def _number_ids(profile: ColumnProfile) -> bool:
    return profile.kind is Kind.ID and isinstance(profile.minimum, (int, float))


def _frame_words(frame: FrameProfile, dna: DataDna) -> FrameWords:
    own = [
        Column(Col(frame.name, p.name), p, name_words(p.name), name_unit(p.name))
        for p in frame.columns
    ]
    joined = [column for join in _joins(frame, dna) for column in _through(join, dna)]
    columns = (*own, *joined)
    entities = {
        join.right_frame: entity_words(right)
        for join in _joins(frame, dna)
        if (right := dna.frame(join.right_frame))
    }
    return FrameWords(
        frame,
        columns,
        _by_word(columns),
        _values(columns),
        entity_words(frame),
        entities,
        _ymd(frame.name, own),
    )


def _joins(frame: FrameProfile, dna: DataDna) -> list[JoinCandidate]:
    """Joins from this frame that cannot double rows: the right side is unique."""
    return [
        join
        for join in dna.joins
        if join.left_frame.casefold() == frame.name.casefold()
        and join.right_unique
        and join.right_frame.casefold() != frame.name.casefold()
    ]


def _through(join: JoinCandidate, dna: DataDna) -> list[Column]:
    """The columns that a join adds (its key is there already)."""
    right = dna.frame(join.right_frame)
    if right is None:
        return []
    via = (join.left_column, join.right_column)
    return [
        Column(
            Col(right.name, profile.name, via=via),
            profile,
            name_words(profile.name),
            name_unit(profile.name),
            name_words(join.left_column),
            entity_words(right),
        )
        for profile in right.columns
        if profile.name != join.right_column
    ]


def _by_word(columns: Iterable[Column]) -> dict[str, list[Column]]:
    index: dict[str, list[Column]] = defaultdict(list)
    for column in columns:
        for word in dict.fromkeys(column.words):
            index[word].append(column)
    return dict(index)


def _values(columns: Iterable[Column]) -> dict[str, list[ValueEntry]]:
    index: dict[str, list[ValueEntry]] = defaultdict(list)
    for column in columns:
        if column.profile.kind not in _TEXT or column.temporal:
            continue
        known = [*column.profile.values, *(count.value for count in column.profile.top)]
        for value in dict.fromkeys(v for v in known if isinstance(v, str)):
            words = tuple(token.word for token in tokenize(value))
            if words:
                index[words[0]].append(ValueEntry(column, value, words))
    return dict(index)


def _ymd(frame: str, own: list[Column]) -> Col | None:
    """The date that integer columns year, month and day make together."""
    parts = {
        column.words[0]: column.profile.name
        for column in own
        if len(column.words) == 1 and column.profile.kind is Kind.INTEGER
    }
    if not {"year", "month", "day"} <= parts.keys():
        return None
    return Col(frame, parts["day"], ymd=(parts["year"], parts["month"], parts["day"]))
