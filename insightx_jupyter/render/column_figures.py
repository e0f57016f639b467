"""Figures of a whole column that neither wrap around nor lose digits."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import TYPE_CHECKING

from .cells import cell
from .numbers import EXACT, Number

if TYPE_CHECKING:
    import pyarrow as pa

#: What 256 bits hold; beyond, a sum would come out with the wrong sign.
_LARGEST_SUM = 5e75
_MEAN_DECIMALS = 4


def column_figure(name: str, column: pa.ChunkedArray) -> object:
    """``sum``, ``mean``, ``min``, ``max`` or ``count`` of the cells that are no null.

    Raises:
        pa.ArrowException: the column's type has no such figure.
        OverflowError: the sum is too large to be held.
    """
    import pyarrow.compute as pc

    if name == "count":
        return pc.count(column).as_py()
    if name == "sum":
        return exact_sum(column)
    if name == "mean":
        return exact_mean(column)
    return _extreme(name, column)


def exact_sum(column: pa.ChunkedArray) -> object:
    """The sum without nulls; integers and decimals do not wrap around.

    Raises:
        pa.ArrowException: the column holds no numbers.
        OverflowError: the sum is too large to be held.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    kind = column.type
    if pa.types.is_integer(kind):
        if _rough_sum(column) < 2.0**62:
            return pc.sum(column).as_py()
        return int(pc.sum(column.cast(pa.decimal256(76, 0))).as_py())
    if pa.types.is_decimal(kind):
        if _rough_sum(column) * 10.0**kind.scale >= _LARGEST_SUM:
            raise OverflowError
        return pc.sum(column.cast(pa.decimal256(76, kind.scale))).as_py()
    return pc.sum(_wide(column)).as_py()


def exact_mean(column: pa.ChunkedArray) -> object:
    """The mean without nulls; of decimals with four more decimals where it needs them.

    Raises: as ``exact_sum`` does.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    kind = column.type
    count = len(column) - column.null_count
    if not count or not (pa.types.is_integer(kind) or pa.types.is_decimal(kind)):
        return pc.mean(_wide(column)).as_py()
    total = exact_sum(column)
    if isinstance(total, int):
        return total / count
    assert isinstance(total, Decimal)  # noqa: S101 - the sum of decimals
    return _shortened(EXACT.divide(total, Decimal(count)), kind.scale)


def _shortened(mean: Decimal, scale: int) -> Decimal:
    """At the column's own scale where that is exact."""
    short = EXACT.quantize(mean, Decimal(1).scaleb(-scale))
    return (
        short if short == mean else EXACT.quantize(mean, Decimal(1).scaleb(-scale - _MEAN_DECIMALS))
    )


def _rough_sum(column: pa.ChunkedArray) -> float:
    """The size of the sum of all sizes: what partial sums stay below."""
    import pyarrow as pa
    import pyarrow.compute as pc

    sizes = pc.abs(column.cast(pa.float64(), safe=False))
    return math.fabs(pc.sum(sizes).as_py() or 0.0)


def _extreme(name: str, column: pa.ChunkedArray) -> object:
    import pyarrow as pa
    import pyarrow.compute as pc

    kind = column.type
    if pa.types.is_duration(kind):
        ends = pc.min_max(column.cast(pa.int64()))
        return cell(ends[name].cast(kind))
    return cell(getattr(pc, name)(_wide(column)))


def _wide(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Half floats as floats, since Arrow computes nothing with them."""
    import pyarrow as pa

    return column.cast(pa.float64()) if pa.types.is_float16(column.type) else column


def between(column: pa.ChunkedArray, low: Decimal, high: Decimal) -> pa.ChunkedArray:
    """A mask of the numbers in [low, high], compared digit by digit.

    A float is in it by its exact value or by its shortest form.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    kind = column.type
    if pa.types.is_floating(kind):
        nearest = float((low + high) / 2)
        hit = low <= Decimal(repr(nearest)) <= high or low <= Decimal(nearest) <= high
        mask = pc.equal(
            column.cast(pa.float64()), pa.scalar(nearest if hit else None, pa.float64())
        )
        return pc.fill_null(mask, False)
    scale = kind.scale if pa.types.is_decimal(kind) else 0
    unit, wide = Decimal(1).scaleb(-scale), pa.decimal256(76, scale)
    bounds = (
        low.quantize(unit, "ROUND_CEILING", EXACT),
        high.quantize(unit, "ROUND_FLOOR", EXACT),
    )
    exact = column.cast(wide)
    mask = pc.and_(
        pc.greater_equal(exact, pa.scalar(bounds[0], wide)),
        pc.less_equal(exact, pa.scalar(bounds[1], wide)),
    )
    return pc.fill_null(mask, False)


def within(value: Number, low: Decimal, high: Decimal) -> bool:
    """Whether a single figure is in [low, high], by size without sign."""
    shown = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    return low <= shown.copy_abs() <= high  # abs() would round to 28 digits
