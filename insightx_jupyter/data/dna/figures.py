"""Figures of one column, in three tiers.

T0 reads every value: nulls, range, mean, deviation. T1 counts distinct values:
exactly up to a million rows, beyond that by HyperLogLog (DuckDB's, within about
2 %) with few and near-unique confirmed exactly. T2 looks at a sample of at most
100,000 rows: quantiles, histogram and, where T1 did not count them all, the most
frequent values. Mean and deviation are computed as pandas does, so that both agree.
"""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ...protocol.base import Scalar
from ...protocol.dna import ValueCount
from ..scalars import python_value, scalar

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

SAMPLE_ROWS = 100_000
#: Up to here all values are counted; more rows are first estimated.
EXACT_ROWS = 1_000_000
#: A column of at most this many distinct values has them all listed.
FEW_VALUES = 200
TOP_VALUES = 20
BINS = 20
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
#: Texts in the DNA are cut here; a column with longer ones has no list of values.
VALUE_CHARS = 80
#: HyperLogLog is within this of the truth nearly always.
_NEAR_UNIQUE = 0.9


@dataclass(frozen=True, slots=True)
class Figures:
    """What the tiers found; None or empty where a figure makes no sense."""

    nulls: int
    distinct: int | None = None
    distinct_exact: bool = False
    minimum: Scalar = None
    maximum: Scalar = None
    mean: float | None = None
    std: float | None = None
    quantiles: tuple[float, ...] = ()
    histogram: tuple[int, ...] = ()
    top: tuple[ValueCount, ...] = ()
    values: tuple[Scalar, ...] = ()
    infinite: bool = False


@dataclass(frozen=True, slots=True)
class Counts:
    """Distinct values with their counts, in order of appearance."""

    values: pa.Array
    counts: np.ndarray[Any, Any]
    exact: bool

    def most_frequent(self, limit: int) -> list[int]:
        """Positions of the most frequent values; of equals the first seen."""
        import numpy as np

        if len(self.counts) > limit:
            at_least = np.partition(self.counts, -limit)[-limit]
            candidates = np.flatnonzero(self.counts >= at_least)
        else:
            candidates = np.arange(len(self.counts))
        order = np.argsort(-self.counts[candidates], kind="stable")
        return [int(i) for i in candidates[order][:limit]]


def figures(column: pa.ChunkedArray) -> tuple[Figures, Counts | None]:
    """All tiers of one column, and the counts they rest on (None: not countable)."""
    values = column.drop_null() if column.null_count else column
    found: dict[str, Any] = {"nulls": column.null_count}
    if len(values) == 0:
        return Figures(**found, distinct=0, distinct_exact=True), None
    sample = values if len(values) <= SAMPLE_ROWS else values.take(sample_rows(len(values)))
    counts = _count(values, sample, found)
    if _has_order(values.type):
        found["minimum"], found["maximum"] = _range(values)
    if _is_number(values.type):
        found |= _moments(values) | _shape(sample)
    # A sample of a column that was counted exactly would tell counts of another kind.
    if counts is not None and counts.exact == found["distinct_exact"]:
        found |= _listed(counts)
    return Figures(**found), counts


@functools.lru_cache(maxsize=4)
def sample_rows(rows: int) -> np.ndarray[Any, Any]:
    """``SAMPLE_ROWS`` row numbers, all equally likely, in order; the same at every call."""
    import numpy as np

    chosen = np.random.default_rng(20).choice(rows, SAMPLE_ROWS, replace=False, shuffle=False)
    return np.sort(chosen)


def unique_values(column: pa.ChunkedArray) -> bool:
    """Whether no value occurs twice, counted exactly; nulls do not count."""
    import pyarrow.compute as pc

    return bool(
        pc.count_distinct(column, mode="only_valid").as_py() == len(column) - column.null_count
    )


def _count(
    values: pa.ChunkedArray, sample: pa.ChunkedArray, found: dict[str, Any]
) -> Counts | None:
    """Distinct values (T1) into ``found``; the counts of all values or of the sample's."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_nested(values.type) or pa.types.is_interval(values.type):
        return None
    exact = len(values) <= EXACT_ROWS
    if not exact:
        estimate = _estimate(values)
        exact = estimate <= 2 * FEW_VALUES
        # Doubles are no keys: whether each is its own matters to nobody.
        near = estimate >= _NEAR_UNIQUE * len(values) and not pa.types.is_floating(values.type)
        if near:
            estimate = _distinct(values)
        found |= {"distinct": estimate, "distinct_exact": near}
    counted = pc.value_counts(values if exact else sample)
    counts = Counts(counted.field("values"), counted.field("counts").to_numpy(), exact)
    if exact:
        found |= {"distinct": len(counts.counts), "distinct_exact": True}
    return counts


def _distinct(values: pa.ChunkedArray) -> int:
    """Exactly; without a hash table where integers already rise from row to row."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_integer(values.type):
        numbers = values.to_numpy()
        if bool(np.all(numbers[1:] > numbers[:-1])):
            return len(numbers)
    return int(pc.count_distinct(values).as_py())


def _estimate(values: pa.ChunkedArray) -> int:
    """HyperLogLog over all values (DuckDB's ``approx_count_distinct``)."""
    import duckdb
    import pyarrow as pa

    with duckdb.connect(":memory:") as connection:
        connection.register("t", pa.table({"c": values}))
        row = connection.execute("SELECT approx_count_distinct(c) FROM t").fetchone()
    return int(row[0]) if row else 0


def _range(values: pa.ChunkedArray) -> tuple[Scalar, Scalar]:
    import pyarrow as pa
    import pyarrow.compute as pc

    if not pa.types.is_duration(values.type):
        ends = pc.min_max(values)
        return shown(python_value(ends["min"])), shown(python_value(ends["max"]))
    ends = pc.min_max(values.cast(pa.int64())).as_py()  # durations have no kernel of their own
    least, greatest = (pa.scalar(ends[end], type=values.type).as_py() for end in ("min", "max"))
    return shown(least), shown(greatest)


def _moments(values: pa.ChunkedArray) -> dict[str, Any]:
    """Mean and sample deviation (n − 1) in two passes, as pandas' nanops do."""
    import numpy as np

    numbers = as_numbers(values)
    with np.errstate(all="ignore"):
        mean = float(numbers.sum(dtype=np.float64) / len(numbers))
        std = math.nan
        if len(numbers) > 1:
            squares = (numbers.astype(np.float64, copy=False) - mean) ** 2
            std = math.sqrt(float(squares.sum()) / (len(numbers) - 1))
    finite = math.isfinite(mean)
    return {
        "mean": mean if finite else None,
        "std": std if math.isfinite(std) else None,
        "infinite": not finite and bool(np.isinf(numbers).any()),
    }


def _shape(sample: pa.ChunkedArray) -> dict[str, Any]:
    """Quantiles and histogram of the sample (T2)."""
    import numpy as np

    numbers = as_numbers(sample).astype(np.float64, copy=False)
    numbers = numbers[np.isfinite(numbers)]
    if len(numbers) == 0:
        return {}
    low, high = float(numbers.min()), float(numbers.max())
    quantiles = tuple(float(q) for q in np.quantile(numbers, QUANTILES))
    if not math.isfinite(high - low):
        return {"quantiles": quantiles}
    bins = np.histogram(numbers, bins=BINS, range=(low, high))[0] if low < high else ()
    return {"quantiles": quantiles, "histogram": tuple(int(n) for n in bins)}


def _listed(counts: Counts) -> dict[str, Any]:
    """The most frequent values, and all of them where they are few."""
    import pyarrow as pa

    few = counts.exact and len(counts.counts) <= FEW_VALUES
    order = counts.most_frequent(FEW_VALUES if few else TOP_VALUES)
    if not order or (counts.counts[order[0]] == 1 and not few):
        return {}
    raw = [python_value(cell) for cell in counts.values.take(pa.array(order))]
    cells = [shown(value) for value in raw]
    listed: dict[str, Any] = {
        "top": tuple(
            ValueCount(value=cell, count=int(counts.counts[i]))
            for cell, i in zip(cells[:TOP_VALUES], order, strict=False)
        )
    }
    too_long = any(isinstance(value, str) and len(value) > VALUE_CHARS for value in raw)
    if few and not too_long and not pa.types.is_floating(counts.values.type):
        listed["values"] = tuple(cells)
    return listed


def shown(value: Any) -> Scalar:
    """The value as the DNA shows it: JSON-safe and of bounded length."""
    cell = scalar(value)
    if isinstance(cell, str) and len(cell) > VALUE_CHARS:
        return cell[: VALUE_CHARS - 1] + "…"
    return cell


def as_numbers(values: pa.ChunkedArray) -> np.ndarray[Any, Any]:
    """Numbers without nulls as numpy has them; decimals as doubles."""
    import pyarrow as pa

    if pa.types.is_decimal(values.type):
        values = values.cast(pa.float64())
    numbers: np.ndarray[Any, Any] = values.to_numpy()
    return numbers


def _is_number(kind: pa.DataType) -> bool:
    import pyarrow as pa

    tests = (pa.types.is_integer, pa.types.is_floating, pa.types.is_decimal)
    return any(test(kind) for test in tests)


def _has_order(kind: pa.DataType) -> bool:
    import pyarrow as pa

    tests = (pa.types.is_string, pa.types.is_large_string, pa.types.is_temporal)
    return not pa.types.is_interval(kind) and (_is_number(kind) or any(t(kind) for t in tests))
