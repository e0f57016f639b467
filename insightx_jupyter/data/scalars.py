"""One cell as it can stand in JSON, in an event, a prompt or a record."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from ..protocol.base import Scalar
from ..render.spans import duration_text, interval_text, is_interval

if TYPE_CHECKING:
    import pyarrow as pa

#: Above this JavaScript rounds integers (2^53).
SAFE_INTEGER = 2**53


def scalar(value: Any) -> Scalar:
    """The value as JSON holds it.

    Whole numbers beyond 2^53 and decimals become text, so that nobody rounds
    them; points in time ISO 8601; lengths of time as ``64 days 12:30:00``;
    bytes their length; nested values compact JSON; NaN null and infinities
    ``inf`` and ``-inf``.
    """
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return valid_utf8(value)
    if is_interval(value):
        return interval_text(value)
    for kinds, to_scalar in _BY_TYPE:
        if isinstance(value, kinds):
            return to_scalar(value)
    return valid_utf8(str(value))


def python_value(cell: pa.Scalar) -> Any:
    """An Arrow cell as Python has it; what Python cannot hold (the year 20,000) as its type."""
    try:
        return cell.as_py()
    except (ValueError, OverflowError):
        return f"<{cell.type}>"


def valid_utf8(text: str) -> str:
    """The text with lone surrogates written as their code."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _integer(value: int) -> Scalar:
    return value if -SAFE_INTEGER <= value <= SAFE_INTEGER else str(value)


def _float(value: float) -> Scalar:
    if math.isnan(value):
        return None
    return value if math.isfinite(value) else str(value)


def _bytes(value: bytes) -> Scalar:
    return f"<{len(value)} bytes>"


def _nested(value: Any) -> Scalar:
    return json.dumps(_plain(value), ensure_ascii=False, separators=(",", ":"))


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return scalar(value)


_BY_TYPE: tuple[tuple[type | tuple[type, ...], Callable[[Any], Scalar]], ...] = (
    (int, _integer),
    (float, _float),
    (Decimal, lambda value: str(value) if value.is_finite() else None),
    ((datetime, date, time), lambda value: value.isoformat()),
    (timedelta, duration_text),
    ((bytes, bytearray, memoryview), _bytes),
    ((dict, list, tuple), _nested),
)
