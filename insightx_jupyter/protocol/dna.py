"""Data DNA: what is known of the frames, each figure with its method and n."""

from __future__ import annotations

from enum import StrEnum

from .base import Frozen, Scalar


class Kind(StrEnum):
    """What a column is for, which is more than its storage type."""

    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"
    DATETIME = "datetime"
    TIME = "time"
    DURATION = "duration"
    CATEGORY = "category"  # text or a categorical with few distinct values
    TEXT = "text"
    ID = "id"  # every value its own
    OTHER = "other"  # nested, binary, objects

    @property
    def numeric(self) -> bool:
        """Whether sums and means make sense of it."""
        return self in (Kind.INTEGER, Kind.NUMBER)

    @property
    def temporal(self) -> bool:
        """Whether it is a point in time."""
        return self in (Kind.DATE, Kind.DATETIME)


class ValueCount(Frozen):
    """A value and how often it occurs."""

    value: Scalar
    count: int


class ColumnProfile(Frozen):
    """One column. Figures that a tier has not computed, or that make no sense, are None."""

    #: As SQL and the Python child know it: unique in its frame without regard to case.
    name: str
    #: As the user's frame has it, where that differs (a number, a tuple, a duplicate).
    original: str | None = None
    source_type: str  # as the frame's library calls it: int64, category, Utf8
    sql_type: str  # as DuckDB calls it
    kind: Kind
    nulls: int  # full scan
    distinct: int | None = None
    distinct_exact: bool = False  # else approximate (HyperLogLog)
    minimum: Scalar = None  # full scan; text: shortest order, bounded length
    maximum: Scalar = None
    mean: float | None = None  # full scan
    std: float | None = None  # full scan, sample deviation (n - 1)
    #: 5, 25, 50, 75 and 95 %, from a sample of at most 100,000 rows.
    quantiles: tuple[float, ...] = ()
    #: Equal-width counts over [minimum, maximum], from the sample.
    histogram: tuple[int, ...] = ()
    #: Most frequent first, at most 20; of all rows where ``distinct_exact``, else of the sample.
    top: tuple[ValueCount, ...] = ()
    #: All values of a column with few (at most 200), for reading questions by value.
    values: tuple[Scalar, ...] = ()
    #: Text that holds dates in one format throughout: that format for strptime.
    date_format: str | None = None
    #: What had to be converted so that DuckDB could take it, and anything odd.
    notes: tuple[str, ...] = ()


class FrameProfile(Frozen):
    """One frame."""

    name: str  # as SQL knows it
    original: str | None = None
    library: str  # pandas, polars, pyarrow
    rows: int
    columns: tuple[ColumnProfile, ...]
    sample_rows: int  # what T2 figures were taken from; equal to rows: no sampling
    fingerprint: str = ""
    notes: tuple[str, ...] = ()

    def column(self, name: str) -> ColumnProfile | None:
        """The column of that name, without regard to case; None if there is none."""
        wanted = name.casefold()
        return next((c for c in self.columns if c.name.casefold() == wanted), None)


class JoinCandidate(Frozen):
    """Two columns that look like key and foreign key."""

    left_frame: str
    left_column: str
    right_frame: str
    right_column: str
    #: Share of the left column's distinct values that the right column holds; None: not measured.
    inclusion: float | None = None
    #: Whether the right column's values are unique.
    right_unique: bool | None = None


class DataDna(Frozen):
    """All frames in view."""

    frames: tuple[FrameProfile, ...]
    joins: tuple[JoinCandidate, ...] = ()

    def frame(self, name: str) -> FrameProfile | None:
        """The frame of that name, without regard to case; None if there is none."""
        wanted = name.casefold()
        return next((f for f in self.frames if f.name.casefold() == wanted), None)
