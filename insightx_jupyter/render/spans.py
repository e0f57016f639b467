"""Lengths of time in words: ``14 months 64 days 12:30:00``."""

from __future__ import annotations

from datetime import timedelta
from typing import Protocol, TypeGuard

_DAY = 86_400 * 10**9


class Interval(Protocol):
    """What Arrow makes of an SQL interval: a month and a day have no fixed length."""

    months: int
    days: int
    nanoseconds: int


def is_interval(value: object) -> TypeGuard[Interval]:
    """Whether it is Arrow's month-day-nano; told by its fields, so that Arrow need not load."""
    return isinstance(value, tuple) and all(
        isinstance(getattr(value, part, None), int) for part in ("months", "days", "nanoseconds")
    )


def interval_text(value: Interval) -> str:
    """Months, days and the clock, each with a sign of its own where signs differ."""
    parts = (value.months, value.days, value.nanoseconds)
    if all(part <= 0 for part in parts) and any(parts):
        return f"-{_parts(-value.months, -value.days, -value.nanoseconds)}"
    return _parts(*parts)


def duration_text(value: timedelta) -> str:
    """A duration of fixed length; nanoseconds where it has them, the sign in front."""
    extra: int = getattr(value, "nanoseconds", 0)  # pandas counts beyond microseconds
    whole = (value.days * 86_400 + value.seconds) * 10**6 + value.microseconds
    total = whole * 1_000 + extra
    days, rest = divmod(abs(total), _DAY)
    return f"{'-' if total < 0 else ''}{_parts(0, days, rest)}"


def _parts(months: int, days: int, nanoseconds: int) -> str:
    words = [_count(months, "month"), _count(days, "day")]
    if nanoseconds or not (months or days):
        words.append(_clock(nanoseconds))
    return " ".join(word for word in words if word)


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if abs(number) == 1 else 's'}" if number else ""


def _clock(nanoseconds: int) -> str:
    seconds, fraction = divmod(abs(nanoseconds), 10**9)
    hours, rest = divmod(seconds, 3_600)
    decimals = f".{fraction:09d}".rstrip("0") if fraction else ""
    sign = "-" if nanoseconds < 0 else ""
    return f"{sign}{hours:02d}:{rest // 60:02d}:{rest % 60:02d}{decimals}"
