"""The frames of one query: which are joined and how, and each column as an expression."""

from __future__ import annotations

import re
import zoneinfo

from ....errors import OurFault, QuestionNotRead
from ....protocol.dna import ColumnProfile, DataDna, FrameProfile, JoinCandidate, Kind
from ....sql.quoting import quote_literal
from ..intent import Col, Intent
from .identifiers import name_sql
from .names import slug
from .walk import columns_of, main_frame

_ZONE = re.compile(r"(?:datetime64\[\w+, |time_zone='|tz=)([A-Za-z0-9_+\-/]+)")
_CLOCK = ("%H", "%I", "%M", "%S", "%T", "%X", "%c", "%f", "%R", "%r", "%s")
Join = tuple[str, tuple[str, str]]


class Scope:
    """Main frame and joins of an intent; renders columns with their tables where needed."""

    def __init__(self, intent: Intent, dna: DataDna) -> None:
        self.dna = dna
        self.main = profile_of(dna, main_frame(intent, dna))
        self._joins: dict[Join, str] = {}
        for col in columns_of(intent):
            self._admit(col)

    @property
    def joins(self) -> tuple[Join, ...]:
        """Joined frames, each with (column of the main frame, its own unique column)."""
        return tuple(self._joins)

    @property
    def names(self) -> list[str]:
        """Every column name that the query can see."""
        frames = [self.main, *(profile_of(self.dna, frame) for frame, _ in self._joins)]
        return [column.name for frame in frames for column in frame.columns]

    def source(self) -> list[str]:
        """The lines of the FROM clause.

        Left joins to unique columns: no row of the main frame is lost or doubled.
        """
        main = name_sql(self.main.name)
        lines = [main]
        for (frame, (left, right)), alias in self._joins.items():
            table, name = name_sql(frame), name_sql(alias)
            named = table if alias == frame else f"{table} AS {name}"
            keys = f"{main}.{name_sql(left)} = {name}.{name_sql(right)}"
            lines.append(f"LEFT JOIN {named} ON {keys}")
        return lines

    def profile(self, col: Col) -> ColumnProfile:
        """What is known of a column; of the last of the three where they make a date."""
        profile = profile_of(self.dna, col.frame).column(col.column)
        if profile is None:
            raise OurFault(f"The reading names a column that is not there: {col.column}.")
        return profile

    def raw(self, col: Col) -> str:
        """The column as it stands."""
        return self._qualified(col, self.profile(col).name)

    def column(self, col: Col) -> str:
        """The column as it is to be computed with: dates as dates, in their own time zone."""
        if col.ymd is not None:
            return f"make_date({', '.join(self._whole(col, part) for part in col.ymd)})"
        profile = self.profile(col)
        if profile.date_format:
            parsed = f"strptime({self.raw(col)}, {quote_literal(profile.date_format)})"
            return parsed if self.has_clock(col) else f"CAST({parsed} AS DATE)"
        zone = _zone_of(profile)
        return f"timezone({quote_literal(zone)}, {self.raw(col)})" if zone else self.raw(col)

    def number(self, col: Col) -> str:
        """The column as a number: booleans as 0 and 1."""
        if self.profile(col).kind is Kind.BOOLEAN:
            return f"CAST({self.raw(col)} AS INTEGER)"
        return self.column(col)

    def is_main(self, col: Col) -> bool:
        """Whether the column is one of the main frame's, or of a frame of its name."""
        return col.frame.casefold() == self.main.name.casefold()

    def temporal(self, col: Col) -> bool:
        """Whether the column is a date or a point in time, as text too."""
        profile = self.profile(col)
        return bool(col.ymd or profile.date_format or profile.kind.temporal)

    def has_clock(self, col: Col) -> bool:
        """Whether the column's points in time have hours."""
        profile = self.profile(col)
        if profile.date_format:
            return any(part in profile.date_format for part in _CLOCK)
        return not col.ymd and profile.sql_type.upper().startswith("TIMESTAMP")

    def _whole(self, col: Col, part: str) -> str:
        text = self._qualified(col, part)
        profile = profile_of(self.dna, col.frame).column(part)
        whole = profile is not None and "INT" in profile.sql_type.upper()
        return text if whole else f"CAST({text} AS BIGINT)"

    def _qualified(self, col: Col, name: str) -> str:
        if not self._joins:
            return name_sql(name)
        return f"{name_sql(self._table(col))}.{name_sql(name)}"

    def _table(self, col: Col) -> str:
        if self.is_main(col) and col.via is None:
            return self.main.name
        return self._joins[self._join_of(col)]

    def _admit(self, col: Col) -> None:
        if self.is_main(col) and col.via is None:
            return
        join = self._join_of(col)
        if join not in self._joins:
            self._joins[join] = self._fresh_alias(join)

    def _fresh_alias(self, join: Join) -> str:
        frame, (left, _) = join
        used = {self.main.name.casefold(), *(a.casefold() for a in self._joins.values())}
        if frame.casefold() not in used:
            return frame
        base = f"{slug(frame)}_by_{slug(left)}"
        used |= {other.name.casefold() for other in self.dna.frames}
        free = (n for n in [base, *(f"{base}_{i}" for i in range(2, 99))] if n not in used)
        return next(free)

    def _join_of(self, col: Col) -> Join:
        frame = profile_of(self.dna, col.frame).name
        return frame, col.via or _only_join(self.dna, self.main.name, frame)


def profile_of(dna: DataDna, frame: str) -> FrameProfile:
    """The frame's profile.

    Raises:
        OurFault: there is none; a reading names only frames in view.
    """
    profile = dna.frame(frame)
    if profile is None:
        raise OurFault(f"The reading names a frame that is not in view: {frame}.")
    return profile


def _only_join(dna: DataDna, main: str, other: str) -> tuple[str, str]:
    """The one way from a frame to another whose column is unique."""

    def leads(join: JoinCandidate) -> bool:
        return (join.left_frame, join.right_frame) == (main, other) and bool(join.right_unique)

    ways = [(j.left_column, j.right_column) for j in dna.joins if leads(j)]
    if len(ways) == 1:
        return ways[0]
    if not ways:
        raise QuestionNotRead(
            f"{main} and {other} share no column whose values are unique in {other}.",
            hint=f"Ask about {main} or {other} alone, or join them in a cell first.",
        )
    raise QuestionNotRead(
        f"{main} can be joined to {other} by {' or by '.join(left for left, _ in ways)}.",
        hint="Name that column in the question.",
    )


def _zone_of(profile: ColumnProfile) -> str | None:
    """The column's own time zone, as its library's type names it."""
    found = _ZONE.search(profile.source_type)
    if found is None or profile.kind is not Kind.DATETIME:
        return None
    return found[1] if found[1] in zoneinfo.available_timezones() else None
