"""How often a value occurs, from the Data DNA, found by the text that a prompt shows of it."""

from __future__ import annotations

import json
from dataclasses import dataclass

from ..protocol.base import Scalar
from ..protocol.dna import ColumnProfile, FrameProfile
from .escape import one_line
from .numbers import bounded_decimal
from .suggest import Unresolved, pick


@dataclass(frozen=True, slots=True)
class Counted:
    """The value as it is written, its count, and whether all rows were counted."""

    value: str
    count: int
    exact: bool


def count_of(
    frame: FrameProfile, column: ColumnProfile, written: str, *, show_values: bool
) -> Counted:
    """The count of the value in the frame; of a sample, that count scaled to all rows.

    ``show_values``: whether the problem may name values that there are.

    Raises:
        Unresolved: the value is not among those that the Data DNA counted.
    """
    counts = {_text(entry.value): entry.count for entry in column.top}
    value = _picked(written, list(counts))
    if value is None:
        near = Unresolved.suggestion(written, list(counts)) if show_values else ""
        raise Unresolved(
            f"{one_line(written, 60)} is not among the {len(counts)} values of "
            f"{frame.name}.{column.name} that were counted.{near}"
        )
    if column.distinct_exact:
        return Counted(value, counts[value], exact=True)
    filled = frame.rows - column.nulls
    sampled = min(frame.sample_rows, filled) or 1
    return Counted(value, round(counts[value] * filled / sampled), sampled == filled)


def _text(value: Scalar) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _picked(written: str, known: list[str]) -> str | None:
    """By its text, as a number (``3`` for 3.0), or by its start where it was cut with …."""
    if (found := pick(written, known)) is not None:
        return found
    cut = written.removesuffix("…")
    fits = [
        k for k in known if _equal_numbers(written, k) or (cut != written and cut == k[: len(cut)])
    ]
    return fits[0] if len(fits) == 1 else None


def _equal_numbers(written: str, known: str) -> bool:
    number = bounded_decimal(written)
    return number is not None and number == bounded_decimal(known)
