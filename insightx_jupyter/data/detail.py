"""What the digest leaves out: the answer of the tool read_data_dna."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator, Sequence

from ..errors import ToolMisused
from ..protocol.dna import ColumnProfile, DataDna, FrameProfile
from .words import (
    cell_text,
    clipped,
    distinct_text,
    join_text,
    missing_text,
    name_text,
    number_text,
    percent_text,
    range_text,
    top_text,
    value_text,
)

#: Bytes of one answer.
DETAIL_BYTES = 6 * 1024


def detail(
    dna: DataDna, frame: str | None = None, column: str | None = None, topic: str | None = None
) -> str:
    """A frame, a column or a topic (joins, quality, dates, frames) in at most 6 kB.

    A column without a frame is looked for in all frames. Nothing named: the frames.

    Raises:
        ToolMisused: no such frame, column or topic; the text lists what there is.
    """
    frames = (_frame(dna, frame),) if frame else dna.frames
    if topic:
        lines = _topic(topic)(dna, frames)
    elif column:
        lines = _columns(frames, column)
    elif frame:
        lines = _frame_lines(frames[0])
    else:
        lines = _overview(dna, frames)
    return _bounded(lines)


def _frame(dna: DataDna, name: str) -> FrameProfile:
    found = dna.frame(name) or dna.frame(_unquoted(name))
    if found is None:
        known = [frame.name for frame in dna.frames]
        raise ToolMisused(f"There is no frame {value_text(name)}. {_known(name, known)}")
    return found


def _columns(frames: Sequence[FrameProfile], name: str) -> Iterator[str]:
    owner, _, inner = name.partition(".")
    owned = [f for f in frames if f.name.casefold() == _unquoted(owner).casefold()]
    there = (
        _with_column(frames, name)
        or _with_column(frames, _unquoted(name))
        or _with_column(owned, _unquoted(inner))
    )
    if not there:
        known = [column.name for frame in frames for column in frame.columns]
        raise ToolMisused(f"There is no column {value_text(name)}. {_known(name, known)}")
    for frame, column in there:
        yield from _column_lines(frame, column)


def _with_column(
    frames: Sequence[FrameProfile], name: str
) -> list[tuple[FrameProfile, ColumnProfile]]:
    found = ((frame, frame.column(name)) for frame in frames)
    return [(frame, column) for frame, column in found if column is not None]


def _unquoted(name: str) -> str:
    """A name as it is, where it was written as SQL writes it."""
    text = name.strip()
    quoted = len(text) > 1 and text[0] == text[-1] == '"'
    return text[1:-1].replace('""', '"') if quoted else text


def _known(name: str, known: Sequence[str]) -> str:
    near = difflib.get_close_matches(name[:100], known, n=1, cutoff=0.5)
    if near:
        return f"Did you mean {name_text(near[0])}?"
    return clipped(f"There are {', '.join(name_text(k) for k in known[:60])}", 600) + "."


def _overview(dna: DataDna, frames: Sequence[FrameProfile]) -> Iterator[str]:
    for frame in frames:
        names = ", ".join(name_text(column.name) for column in frame.columns)
        yield clipped(f"{_shape(frame)}: {names}", 600)


def _shape(frame: FrameProfile) -> str:
    return (
        f"{name_text(frame.name)} ({frame.library}): {frame.rows:,} rows × {len(frame.columns):,}"
    )


def _frame_lines(frame: FrameProfile) -> Iterator[str]:
    """Every column, each shorter the more there are."""
    yield _shape(frame)
    yield from (f"note: {value_text(note, 200)}" for note in frame.notes)
    room = max(40, min(300, DETAIL_BYTES // max(len(frame.columns), 1) - 2))
    for column in frame.columns:
        told = ", ".join(part for part in _figures(frame, column, 60) if part)
        yield clipped(f"- {name_text(column.name)} {column.sql_type}: {told}", room)


def _figures(frame: FrameProfile, column: ColumnProfile, chars: int) -> Iterator[str]:
    yield column.kind.value
    yield f"dates as text {column.date_format}" if column.date_format else ""
    yield missing_text(column, frame.rows)
    yield distinct_text(column, frame.rows)
    yield range_text(column)
    if column.mean is not None:
        yield f"mean {number_text(column.mean)}"
    if column.std is not None:
        yield f"std {number_text(column.std)}"
    if column.top and not column.kind.numeric:
        yield f"top {top_text(column, chars)}"


def _column_lines(frame: FrameProfile, column: ColumnProfile) -> Iterator[str]:
    yield f"{name_text(frame.name)}.{name_text(column.name)} {column.sql_type}"
    yield f"source type: {value_text(column.source_type)}"
    if column.original is not None:
        yield f"in the user's frame: {value_text(column.original, 200)}"
    yield "figures (full scan): " + ", ".join(f for f in _figures(frame, column, 0) if f)
    sample = "all rows" if frame.sample_rows == frame.rows else f"sample of {frame.sample_rows:,}"
    if column.quantiles:
        numbers = ", ".join(number_text(q) for q in column.quantiles)
        yield f"quantiles 5, 25, 50, 75, 95 % ({sample}): {numbers}"
    if column.histogram:
        yield f"histogram, {len(column.histogram)} equal bins ({sample}): " + " ".join(
            str(n) for n in column.histogram
        )
    if column.top:
        counted = "all rows" if column.distinct_exact else sample
        yield f"most frequent ({counted}): {top_text(column, 1500)}"
    if column.values:
        yield "all values: " + ", ".join(cell_text(column, value) for value in column.values)
    yield from (f"note: {value_text(note, 300)}" for note in column.notes)


Topic = Callable[[DataDna, Sequence[FrameProfile]], Iterator[str]]


def _topic(name: str) -> Topic:
    topic = _TOPICS.get(name.strip().lower())
    if topic is None:
        raise ToolMisused(f"There is no topic {value_text(name)}. {_known(name, list(_TOPICS))}")
    return topic


def _joins(dna: DataDna, frames: Sequence[FrameProfile]) -> Iterator[str]:
    names = {frame.name for frame in frames}
    kept = [j for j in dna.joins if j.left_frame in names or j.right_frame in names]
    yield from (join_text(join) for join in kept)
    if not kept:
        yield "No columns look like key and foreign key."


def _quality(dna: DataDna, frames: Sequence[FrameProfile]) -> Iterator[str]:
    """Missing values, columns of one value, and whatever had to be converted."""
    nothing = True
    for frame in frames:
        for column in frame.columns:
            odd = [missing_text(column, frame.rows)]
            odd.append("one value only" if column.distinct == 1 and frame.rows > 1 else "")
            odd += [value_text(note, 200) for note in column.notes]
            if told := ", ".join(part for part in odd if part):
                nothing = False
                yield f"{name_text(frame.name)}.{name_text(column.name)}: {told}"
    if nothing:
        yield "Nothing is missing and nothing had to be converted."


def _dates(dna: DataDna, frames: Sequence[FrameProfile]) -> Iterator[str]:
    nothing = True
    for frame in frames:
        for column in frame.columns:
            if column.kind.temporal or column.date_format:
                nothing = False
                form = f", text, strptime format {column.date_format}" if column.date_format else ""
                share = percent_text(column.nulls, frame.rows) if frame.rows else "0 %"
                yield (
                    f"{name_text(frame.name)}.{name_text(column.name)} {column.sql_type}{form}: "
                    f"{range_text(column)}, {share} missing"
                )
    if nothing:
        yield "No column holds dates."


_TOPICS: dict[str, Topic] = {
    "joins": _joins,
    "quality": _quality,
    "dates": _dates,
    "frames": _overview,
}


def _bounded(lines: Iterator[str]) -> str:
    """The lines as far as they fit; says how many were left out."""
    every = list(lines)
    kept: list[str] = []
    size = 0
    for line in every:
        line = clipped(line, DETAIL_BYTES // 2)
        size += len(line.encode()) + 1
        if size > DETAIL_BYTES - 60:
            kept.append(f"… {len(every) - len(kept):,} more lines left out")
            break
        kept.append(line)
    return "\n".join(kept)
