"""What an intent is about: its columns, its conditions, its main frame."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass

from ....errors import OurFault
from ....protocol.dna import DataDna
from ..intent import (
    Aggregate,
    Change,
    Col,
    Compare,
    Condition,
    Correlation,
    Describe,
    Distribution,
    GroupTest,
    Intent,
    Outliers,
    Regression,
    Rows,
    Values,
)


def columns_of(part: object) -> Iterator[Col]:
    """Every column that a part of an intent names, in its order, repeats included."""
    if isinstance(part, Col):
        yield part
    elif isinstance(part, tuple):
        for item in part:
            yield from columns_of(item)
    elif is_dataclass(part):
        for field in fields(part):
            yield from columns_of(getattr(part, field.name))


def comparisons_of(part: object) -> Iterator[Compare]:
    """Every comparison inside a part of an intent."""
    if isinstance(part, Compare):
        yield part
    elif isinstance(part, tuple):
        for item in part:
            yield from comparisons_of(item)
    elif is_dataclass(part):
        for field in fields(part):
            yield from comparisons_of(getattr(part, field.name))


def where_of(intent: Intent) -> Condition | None:
    """The condition that narrows the whole intent."""
    return None if isinstance(intent, Describe) else intent.where


def key_column(intent: Intent) -> Col | None:
    """The column that an intent without a frame of its own is about."""
    match intent:
        case Values(col=col) | Distribution(col=col) | Outliers(col=col) | GroupTest(col=col):
            return col
        case Regression(y=col) | Correlation(x=col):
            return col
        case _:
            return None


def main_frame(intent: Intent, dna: DataDna) -> str:
    """The frame whose rows the intent counts.

    Raises:
        OurFault: the intent names none, or none that is there.
    """
    named = _named_frame(intent, dna)
    profile = dna.frame(named) if named else None
    if profile is None:
        raise OurFault(f"The reading is about a frame that is not in view: {named}.")
    return profile.name


def _named_frame(intent: Intent, dna: DataDna) -> str | None:
    if isinstance(intent, Aggregate | Change | Rows | Describe):
        return intent.frame
    for col in columns_of(intent):
        if col.via is None:
            return col.frame
    return _left_of(key_column(intent), dna)


def _left_of(col: Col | None, dna: DataDna) -> str | None:
    """Where every column is a joined one: the frame that the data joins it to."""
    if col is None or col.via is None:
        return None
    for join in dna.joins:
        left, right = (join.left_column, join.right_column)
        if join.right_frame == col.frame and (left, right) == col.via:
            return join.left_frame
    return None
