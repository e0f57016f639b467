"""Where a column holds the value that a reference's key writes.

Text matches exactly, numbers and times by value. A key comes from a model: it is
measured before it becomes a number, since ``1e3000000`` is ten letters of text and
three million digits.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from .numbers import EXACT, bounded_decimal
from .suggest import Unresolved

if TYPE_CHECKING:
    import pyarrow as pa

#: A number or a time is written in fewer letters than this.
LONGEST_NUMBER = 100
#: No integer or decimal column holds more digits.
_INTEGER_POWER = 76
_FLOAT_POWER = 330
_NANOSECONDS = {"s": 10**9, "ms": 10**6, "us": 10**3, "ns": 1}
_EPOCH = datetime(1970, 1, 1)
_FRACTION = re.compile(r"(?<=:\d\d)[.,](\d+)", re.ASCII)


def equal(text: str, column: pa.ChunkedArray) -> pa.ChunkedArray:
    """A mask of the cells that hold the value.

    Raises:
        ValueError, KeyError, OverflowError, pa.ArrowException: the text is no value of
            the column's type.
        Unresolved: it is one, but nobody can say which cell it means.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    types, kind = pa.types, column.type
    if types.is_dictionary(kind):
        return equal(text, column.cast(kind.value_type))
    if types.is_timestamp(kind):
        column, wanted = _timestamps(text, column)
    elif types.is_floating(kind):
        column, wanted = column.cast(pa.float64()), _float(text, kind)
    else:
        wanted = _scalar(text, kind)
    return pc.fill_null(pc.equal(column, wanted), False)


def _scalar(text: str, kind: pa.DataType) -> pa.Scalar:
    import pyarrow as pa

    types = pa.types
    if types.is_integer(kind):
        return pa.scalar(_integer(text), kind)
    if types.is_decimal(kind):
        return pa.scalar(_decimal(text, _INTEGER_POWER), kind)
    if types.is_boolean(kind):
        return pa.scalar({"true": True, "false": False}[text.casefold()])
    if types.is_date(kind):
        return pa.scalar(date.fromisoformat(text), kind)
    if types.is_time(kind):
        return pa.scalar(_in_unit(_clock(text), kind.unit), kind)
    return pa.scalar(text, kind)


def _decimal(text: str, power: int) -> Decimal:
    number = bounded_decimal(text, power) if len(text) <= LONGEST_NUMBER else None
    if number is None or not number.is_finite():
        raise ValueError(text)
    return number


def _integer(text: str) -> int:
    number = _decimal(text, _INTEGER_POWER)
    if number != number.to_integral_value(context=EXACT):
        raise ValueError(text)
    return int(number)


def _float(text: str, kind: pa.DataType) -> pa.Scalar:
    """The float that the text is exactly, or whose shortest form it is; else none."""
    import numpy as np
    import pyarrow as pa

    if text.strip().lstrip("+-").casefold() in ("inf", "infinity"):
        return pa.scalar(float(text), pa.float64())
    wanted = _decimal(text, _FLOAT_POWER)
    with np.errstate(over="ignore"):
        nearest = kind.to_pandas_dtype()(float(wanted))
    found = float(nearest)
    # A narrow float is told as itself (0.1) or widened (0.10000000149011612).
    forms = (Decimal(found), Decimal(str(nearest)), Decimal(repr(found)))
    return pa.scalar(found if wanted in forms else None, pa.float64())


def _timestamps(text: str, column: pa.ChunkedArray) -> tuple[pa.ChunkedArray, pa.Scalar]:
    """Instants where the key has an offset, else the times that a wall clock shows."""
    import pyarrow as pa
    import pyarrow.compute as pc

    kind = column.type
    fraction, rest = _split_fraction(text)
    moment = datetime.fromisoformat(rest)
    if moment.tzinfo is not None:
        if not kind.tz:
            raise Unresolved("its times have no zone; write the key without an offset")
        moment = moment.astimezone(UTC).replace(tzinfo=None)
    elif kind.tz:
        column = pc.local_timestamp(column)
    whole = (moment - _EPOCH) // timedelta(microseconds=1) * 1_000
    count = _in_unit(whole + fraction, kind.unit)
    return column.cast(pa.timestamp(kind.unit)), pa.scalar(count, pa.timestamp(kind.unit))


def _clock(text: str) -> int:
    """Nanoseconds since midnight."""
    fraction, rest = _split_fraction(text)
    clock = time.fromisoformat(rest)
    if clock.tzinfo is not None:
        raise ValueError(text)
    seconds = clock.hour * 3600 + clock.minute * 60 + clock.second
    return seconds * 10**9 + clock.microsecond * 1_000 + fraction


def _split_fraction(text: str) -> tuple[int, str]:
    """Nanoseconds of a written fraction, and the text without it: Python reads six digits."""
    if len(text) > LONGEST_NUMBER:
        raise ValueError(text)
    match = _FRACTION.search(text)
    if match is None:
        return 0, text
    if len(match[1]) > 9:
        raise ValueError(text)
    return int(match[1].ljust(9, "0")), text[: match.start()] + text[match.end() :]


def _in_unit(nanoseconds: int, unit: str) -> int | None:
    """None where the unit is too coarse for it: then no cell holds it."""
    count, rest = divmod(nanoseconds, _NANOSECONDS[unit])
    return None if rest else count
