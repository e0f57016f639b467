"""The frames in a few hundred words: what stands in the stable head of each prompt.

Each frame is told in as much detail as fits: a line for each column, then a few
words, then names by type, then the shape alone. The frame that takes most gives
way first, so that one wide frame does not cost the others their columns.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from ..protocol.dna import ColumnProfile, DataDna, FrameProfile, Kind
from .detail import detail
from .words import (
    clipped,
    distinct_text,
    join_text,
    missing_text,
    name_text,
    range_text,
    top_text,
    value_text,
)

__all__ = ["detail", "digest"]

#: Bytes for a few frames, and for many.
BUDGET = 7_900
BUDGET_MANY = 3_900
MANY_FRAMES = 20
#: The part of the budget that joins may take.
_JOINS_SHARE = 0.15
#: Numbered columns of one type are told as one from this many.
_SERIES = 5


def digest(dna: DataDna, *, budget: int | None = None) -> str:
    """All frames in at most ``budget`` bytes of UTF-8, the same text for the same DNA.

    Names of columns stand as SQL takes them. No name or value leaves its line.
    """
    limit = budget or (BUDGET if len(dna.frames) <= MANY_FRAMES else BUDGET_MANY)
    joins = _joins(dna, int(limit * _JOINS_SHARE))
    frames = _fitted(dna.frames, limit - _size(joins) - 1)
    return clipped("\n".join([*frames, joins]).strip(), limit)


def _joins(dna: DataDna, limit: int) -> str:
    lines: list[str] = []
    for join in dna.joins:
        line = f"- {join_text(join)}"
        if _size("\n".join([*lines, line])) + len("joins:\n") > limit:
            break
        lines.append(line)
    return "\n".join(["joins:", *lines]) if lines else ""


def _fitted(frames: Sequence[FrameProfile], limit: int) -> list[str]:
    """Each frame's text at the finest level at which all of them fit."""
    if not frames:
        return ["no frames"]
    share = limit // len(frames)
    levels = [0] * len(frames)
    texts = [_full(frame, share) for frame in frames]
    sizes = [_size(text) + 1 for text in texts]
    while sum(sizes) > limit:
        coarser = [i for i, level in enumerate(levels) if level + 1 < len(_LEVELS)]
        if not coarser:
            return [_names_alone(frames, limit)]
        widest = max(coarser, key=lambda i: (sizes[i], -i))
        levels[widest] += 1
        texts[widest] = _LEVELS[levels[widest]](frames[widest], share)
        sizes[widest] = _size(texts[widest]) + 1
    return texts


def _full(frame: FrameProfile, share: int) -> str:
    lines = (f"- {group.text(_line)}" for group in _groups(frame))
    notes = [f"  note: {clipped(value_text(note, 200), 240)}" for note in frame.notes]
    return "\n".join([f"{_title(frame)}:", *notes, *lines])


def _brief(frame: FrameProfile, share: int) -> str:
    groups = "; ".join(group.text(_few_words) for group in _groups(frame))
    return f"{_title(frame)}: {groups}"


def _by_type(frame: FrameProfile, share: int) -> str:
    return f"{_title(frame)}: {_names_by_type(_typed_names(frame))}"


def _cut(frame: FrameProfile, share: int) -> str:
    """Names by type as far as this frame's share of the budget goes."""
    title = _title(frame)
    room = share - _size(title) - 40
    kept: list[tuple[str, str]] = []
    used = 0
    for kind, name in _typed_names(frame):
        used += _size(name) + 2 + (0 if kept and kept[-1][0] == kind else _size(kind) + 1)
        if used > room:
            break
        kept.append((kind, name))
    return f"{title}: {_names_by_type(kept)}, … (read_data_dna lists all)" if kept else title


def _title_alone(frame: FrameProfile, share: int) -> str:
    return _title(frame)


_LEVELS: tuple[Callable[[FrameProfile, int], str], ...] = (
    _full,
    _brief,
    _by_type,
    _cut,
    _title_alone,
)


def _title(frame: FrameProfile) -> str:
    plural = "" if len(frame.columns) == 1 else "s"
    shape = f"{frame.rows:,} rows × {len(frame.columns):,} column{plural}"
    called = f" (in the notebook: {value_text(frame.original)})" if frame.original else ""
    return f"{name_text(frame.name)}{called}: {shape}"


def _names_alone(frames: Sequence[FrameProfile], limit: int) -> str:
    """Names and nothing else: of thousands of frames, as many as fit."""
    names = [name_text(frame.name) for frame in frames]
    return clipped(f"{len(frames):,} frames: {', '.join(names)}", limit)


@dataclass(frozen=True, slots=True)
class _Group:
    """One column, or numbered columns of one type told as one."""

    frame: FrameProfile
    columns: tuple[ColumnProfile, ...]

    @property
    def name(self) -> str:
        if len(self.columns) == 1:
            return name_text(self.columns[0].name)
        return f"{name_text(self.columns[0].name)}..{name_text(self.columns[-1].name)}"

    def text(self, one: Callable[[FrameProfile, ColumnProfile], str]) -> str:
        if len(self.columns) == 1:
            return one(self.frame, self.columns[0])
        missing = sum(column.nulls for column in self.columns)
        parts = [f"{len(self.columns)} columns", _joint_range(self.columns)]
        parts.append(f"{missing:,} missing in all" if missing else "")
        return _told(f"{self.name} {self.columns[0].sql_type}", parts)


def _groups(frame: FrameProfile) -> Iterator[_Group]:
    """The columns in order, runs of numbered ones as one."""
    run: list[ColumnProfile] = []
    for column in frame.columns:
        if run and not _continues(run[-1], column):
            yield from _run(frame, run)
            run = []
        run.append(column)
    yield from _run(frame, run)


def _run(frame: FrameProfile, run: list[ColumnProfile]) -> Iterator[_Group]:
    if len(run) >= _SERIES:
        yield _Group(frame, tuple(run))
    else:
        yield from (_Group(frame, (column,)) for column in run)


def _continues(before: ColumnProfile, column: ColumnProfile) -> bool:
    """Whether the column is the next of a numbered series of one type."""
    if before.sql_type != column.sql_type or before.kind != column.kind:
        return False
    match = re.fullmatch(r"(.*?)(\d{1,9})", before.name)
    if match is None:
        return False
    stem, number = match.groups()
    return column.name == f"{stem}{int(number) + 1:0{len(number)}d}"


def _joint_range(columns: Sequence[ColumnProfile]) -> str:
    ends = [c for c in columns if isinstance(c.minimum, int | float)]
    lows = [c.minimum for c in ends if isinstance(c.minimum, int | float)]
    highs = [c.maximum for c in ends if isinstance(c.maximum, int | float)]
    return f"{value_text(min(lows))}..{value_text(max(highs))}" if lows and highs else ""


def _line(frame: FrameProfile, column: ColumnProfile) -> str:
    """A column with all that a question needs, on one line of some 80 characters."""
    parts = [missing_text(column, frame.rows), *_substance(frame, column, 70)]
    if column.date_format:
        parts.insert(0, f"dates as text {column.date_format}")
    parts += [value_text(note, 100) for note in column.notes[:2]]
    return clipped(_told(_typed(column), parts), 320)


def _few_words(frame: FrameProfile, column: ColumnProfile) -> str:
    parts = _substance(frame, column, 24)[:1]
    return clipped(" ".join([_typed(column), *parts]), 120)


def _typed(column: ColumnProfile) -> str:
    return f"{name_text(column.name)} {clipped(column.sql_type, 60)}"


def _substance(frame: FrameProfile, column: ColumnProfile, chars: int) -> list[str]:
    """What the values are: the range of numbers and dates, the values of others."""
    distinct = distinct_text(column, frame.rows)
    if column.kind.numeric:
        mean = "" if column.mean is None else f"mean {value_text(column.mean)}"
        return [range_text(column), mean, distinct]
    if column.kind.temporal or column.date_format or column.kind is Kind.ID:
        return [range_text(column), distinct]
    if column.top and column.top[0].count > 1:
        return [f"{distinct}: {top_text(column, chars)}"]
    return [distinct, range_text(column)]


def _told(head: str, parts: Sequence[str]) -> str:
    kept = [part for part in parts if part]
    return f"{head}: {', '.join(kept)}" if kept else head


def _typed_names(frame: FrameProfile) -> list[tuple[str, str]]:
    """Type and name of each column or series, all of one type together, types as they come."""
    kinds: dict[str, list[str]] = {}
    for group in _groups(frame):
        kinds.setdefault(clipped(group.columns[0].sql_type, 40), []).append(group.name)
    return [(kind, name) for kind, names in kinds.items() for name in names]


def _names_by_type(typed: Sequence[tuple[str, str]]) -> str:
    runs = groupby(typed, key=lambda pair: pair[0])
    return "; ".join(f"{kind} {', '.join(name for _, name in pairs)}" for kind, pairs in runs)


def _size(text: str) -> int:
    return len(text.encode())
