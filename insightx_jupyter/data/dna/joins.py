"""Columns that look like key and foreign key, measured over their distinct values."""

from __future__ import annotations

import re
from collections import OrderedDict, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import TYPE_CHECKING

from ...protocol.dna import ColumnProfile, FrameProfile, JoinCandidate, Kind
from ..snapshot import FrameSnapshot, HeldColumn
from .kinds import named_like_key

if TYPE_CHECKING:
    import pyarrow as pa

#: Shares of the left values that the right must hold: of like names, and of others.
NAMED_INCLUSION = 0.5
UNNAMED_INCLUSION = 0.9
#: Pairs measured and candidates kept: 100 frames must not take minutes.
PAIRS = 300
CANDIDATES = 60
#: Columns of other names are compared only up to this many distinct values.
_UNNAMED_VALUES = 10_000
_REMEMBERED = 5_000
_GENERIC = frozenset({"id", "index", "key", "pk", "rowid", "level0", "name", "code"})


@dataclass(frozen=True, slots=True)
class _Side:
    """A column that may be one side of a join."""

    frame: str
    profile: ColumnProfile
    held: HeldColumn
    unique: bool
    family: str

    plain_name: str


class JoinFinder:
    """Finds join candidates; what it measured of two columns it remembers."""

    def __init__(self) -> None:
        self._measured: OrderedDict[tuple[str, str], float] = OrderedDict()

    def find(
        self, frames: Sequence[FrameSnapshot], profiles: Sequence[FrameProfile]
    ) -> tuple[JoinCandidate, ...]:
        """Candidates, like names first, then by inclusion. The right side is unique."""
        sides = [_sides(f, p) for f, p in zip(frames, profiles, strict=True)]
        distinct: dict[str, pa.Array] = {}
        found: list[tuple[bool, JoinCandidate]] = []
        for named, left, right in _pairs(sides):
            share = self._inclusion(left.held, right.held, distinct)
            if share >= (NAMED_INCLUSION if named else UNNAMED_INCLUSION):
                found.append((named, _candidate(left, right, share)))
        found.sort(key=lambda item: (not item[0], -(item[1].inclusion or 0)))
        return tuple(candidate for _, candidate in found[:CANDIDATES])

    def _inclusion(
        self, left: HeldColumn, right: HeldColumn, distinct: dict[str, pa.Array]
    ) -> float:
        key = (left.key, right.key)
        if key not in self._measured:
            self._measured[key] = _measure(_distinct(left, distinct), _distinct(right, distinct))
            if len(self._measured) > _REMEMBERED:
                self._measured.popitem(last=False)
        return self._measured[key]


def _candidate(left: _Side, right: _Side, share: float) -> JoinCandidate:
    return JoinCandidate(
        left_frame=left.frame,
        left_column=left.profile.name,
        right_frame=right.frame,
        right_column=right.profile.name,
        inclusion=share,
        right_unique=right.unique,
    )


def _sides(frame: FrameSnapshot, profile: FrameProfile) -> list[_Side]:
    sides = []
    for column, held in zip(profile.columns, frame.held_columns.values(), strict=True):
        family = _family(column)
        if family and column.distinct:
            unique = column.distinct_exact and column.distinct == profile.rows - column.nulls
            plain_name = re.sub(r"[\W_]", "", column.name.casefold())
            sides.append(_Side(profile.name, column, held, unique, family, plain_name))
    return sides


def _family(column: ColumnProfile) -> str:
    """Columns of one family can be compared; empty: no key at all."""
    if column.sql_type == "VARCHAR":
        return "text"
    if column.kind is Kind.INTEGER or column.kind is Kind.ID:
        return "number"
    if column.kind is Kind.NUMBER and _whole_numbers(column):
        return "number"  # pandas makes doubles of whole numbers with gaps
    return "date" if column.kind is Kind.DATE else ""


def _whole_numbers(column: ColumnProfile) -> bool:
    ends = (column.minimum, column.maximum, *(entry.value for entry in column.top))
    return all(isinstance(end, float) and end.is_integer() for end in ends)


def _pairs(frames: Sequence[list[_Side]]) -> Iterator[tuple[bool, _Side, _Side]]:
    """At most ``PAIRS`` pairs to measure, those of like names first."""
    sides = [side for frame in frames for side in frame]
    rights = [side for side in sides if side.unique]
    yield from islice(chain(_named(sides, rights), _unnamed(sides, rights)), PAIRS)


def _named(sides: Sequence[_Side], rights: Sequence[_Side]) -> Iterator[tuple[bool, _Side, _Side]]:
    """One name, or ``customer_id`` for ``customers.id``."""
    by_name: defaultdict[str, list[_Side]] = defaultdict(list)
    for side in sides:
        by_name[side.plain_name].append(side)
    for right in rights:
        for name in _names_for(right):
            yield from ((True, left, right) for left in by_name[name] if _alike(left, right))


def _names_for(right: _Side) -> tuple[str, ...]:
    """What a column that refers to ``right`` may be called."""
    name = right.plain_name
    if name not in _GENERIC:
        return (name,)
    frame = re.sub(r"[\W_]", "", right.frame.casefold())
    owners = dict.fromkeys((frame, frame.removesuffix("s"), frame.removesuffix("es")))
    return (name, *(owner + name for owner in owners))


def _alike(left: _Side, right: _Side) -> bool:
    if left.frame == right.frame or left.family != right.family:
        return False
    # Two tables that each number their rows have nothing to do with each other.
    return not (left.unique and left.plain_name == right.plain_name and left.plain_name in _GENERIC)


def _unnamed(
    sides: Sequence[_Side], rights: Sequence[_Side]
) -> Iterator[tuple[bool, _Side, _Side]]:
    """Text with a few values that a key of another name could hold (dest → faa)."""
    lefts = [side for side in sides if _may_refer(side)]
    for right in (side for side in rights if side.family == "text" and _is_key(side)):
        names = _names_for(right)
        named = {left.frame for left in sides if left.plain_name in names}
        for left in lefts:
            fits = (left.profile.distinct or 0) <= (right.profile.distinct or 0)
            if fits and left.frame != right.frame and left.frame not in named:
                yield False, left, right


def _may_refer(side: _Side) -> bool:
    few = 3 <= (side.profile.distinct or 0) <= _UNNAMED_VALUES
    return side.family == "text" and not side.unique and few


def _is_key(side: _Side) -> bool:
    return side.profile.kind is Kind.ID or named_like_key(side.profile.name)


def _distinct(held: HeldColumn, known: dict[str, pa.Array]) -> pa.Array:
    import pyarrow as pa
    import pyarrow.compute as pc

    if held.key not in known:
        values = pc.unique(held.converted().array.drop_null())
        wide = pa.large_string() if pa.types.is_string(values.type) else values.type
        if pa.types.is_integer(wide) or pa.types.is_floating(wide):
            wide = pa.float64()
        known[held.key] = values.cast(wide, safe=False)
    return known[held.key]


def _measure(left: pa.Array, right: pa.Array) -> float:
    import pyarrow.compute as pc

    if len(left) == 0:
        return 0.0
    return float(pc.sum(pc.is_in(left, value_set=right)).as_py() / len(left))
