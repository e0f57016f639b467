"""What to ask next: questions that the reading half itself understands."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice

from ....protocol.dna import ColumnProfile, DataDna, FrameProfile, Kind
from ..intent import (
    Correlation,
    Describe,
    Distribution,
    GroupTest,
    Intent,
    Outliers,
    Regression,
    Values,
)
from .names import is_plain
from .walk import columns_of, main_frame

#: Says whether the reading half understands a question.
Readable = Callable[[str], bool]

_MOST = 3
_TRIED = 14


def followups(intent: Intent, dna: DataDna, question: str, readable: Readable) -> tuple[str, ...]:
    """At most three questions on the same columns, each of which is read."""
    found: list[str] = []
    asked = question.strip(" ?.").casefold()
    for number, candidate in enumerate(dict.fromkeys(_candidates(intent, dna))):
        if number >= _TRIED or len(found) == _MOST:
            break
        if candidate.strip("?").casefold() != asked and readable(candidate):
            found.append(candidate)
    return tuple(found)


def suggestions(dna: DataDna, readable: Readable) -> tuple[str, ...]:
    """Questions on what is in view, for somebody whose question was not read."""
    candidates = [c for frame in dna.frames[:3] for c in _of_frame(frame)]
    found = (c for c in dict.fromkeys(candidates) if readable(c))
    return tuple(islice(found, 2))


def _candidates(intent: Intent, dna: DataDna) -> Iterator[str]:
    if isinstance(intent, Describe):
        yield from _of_column(intent, dna)
        frames = [f for f in dna.frames if intent.frame in (None, f.name)]
        for described in frames[:3]:
            yield from _of_frame(described)
        return
    frame = dna.frame(main_frame(intent, dna))
    assert frame is not None, "main_frame gives a frame that is there"  # noqa: S101
    yield from _of_intent(intent, frame)
    yield from _of_frame(frame)


def _of_column(intent: Describe, dna: DataDna) -> Iterator[str]:
    """Next questions on a column that was described."""
    frame = dna.frame(intent.frame) if intent.frame else None
    if frame is None or intent.column is None:
        return
    key = next((c.name for c in _keys(frame) if c.name != intent.column), None)
    if _is_in(intent.column, _numbers(frame)):
        yield from _of_number(intent, intent.column, None, key)
    elif _is_in(intent.column, _keys(frame)):
        yield f"How many {frame.name} by {intent.column}?"
        for column in _numbers(frame)[:1]:
            yield f"What is the average {column.name} by {intent.column}?"


def _of_intent(intent: Intent, frame: FrameProfile) -> Iterator[str]:
    """Next questions on the same columns."""
    names = dict.fromkeys(c.column for c in columns_of(intent) if c.via is None and c.ymd is None)
    numbers = [n for n in names if _is_in(n, _numbers(frame))]
    keys = [n for n in names if _is_in(n, _keys(frame))]
    other_key = next((c.name for c in _keys(frame) if c.name not in keys), None)
    if isinstance(intent, Correlation) and intent.y is not None:
        yield f"How does {intent.y.column} depend on {intent.x.column}?"
    for number in numbers[:2]:
        yield from _of_number(intent, number, keys[0] if keys else None, other_key)
    for key in keys[:1]:
        if not isinstance(intent, Values):
            yield f"How many {frame.name} by {key}?"
        for column in _numbers(frame)[:1]:
            yield f"What is the average {column.name} by {key}?"


def _of_number(
    intent: Intent, number: str, key: str | None, other_key: str | None
) -> Iterator[str]:
    """Next questions on a numeric column; not what was just asked."""
    if key is not None and not isinstance(intent, GroupTest):
        yield f"Does {number} differ by {key}?"
    if key is not None:
        yield f"What is the median {number} by {key}?"
    if other_key is not None and not isinstance(intent, Regression | Correlation):
        yield f"What is the average {number} by {other_key}?"
    if not isinstance(intent, Distribution):
        yield f"Show the distribution of {number}"
    if not isinstance(intent, Outliers):
        yield f"Are there outliers in {number}?"
    yield f"What correlates with {number}?"


def _of_frame(frame: FrameProfile) -> Iterator[str]:
    """First questions on a frame."""
    numbers, keys = _numbers(frame), _keys(frame)
    if numbers and keys:
        yield f"What is the average {numbers[0].name} by {keys[0].name}?"
    if keys:
        yield f"How many {frame.name} by {keys[0].name}?"
    if numbers:
        yield f"Show the distribution of {numbers[0].name}"
        yield f"What correlates with {numbers[0].name}?"
    yield f"Describe {frame.name}"


def _is_in(name: str, columns: list[ColumnProfile]) -> bool:
    return any(c.name == name for c in columns)


def _numbers(frame: FrameProfile) -> list[ColumnProfile]:
    """Columns to compute with: numbers of some variety, fractions first."""
    fitting = [c for c in frame.columns if c.kind.numeric and (c.distinct or 99) > 12]
    usable = [c for c in fitting if is_plain(c.name) or " " in c.name]
    return sorted(usable, key=lambda c: c.kind is not Kind.NUMBER)


def _keys(frame: FrameProfile) -> list[ColumnProfile]:
    """Columns to group by."""
    kinds = (Kind.CATEGORY, Kind.BOOLEAN)
    return [c for c in frame.columns if c.kind in kinds and 1 < (c.distinct or 2) <= 40]
