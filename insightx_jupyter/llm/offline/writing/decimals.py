"""How many decimals a measure's values get: the same for all that stand beside each other."""

from __future__ import annotations

import math
from decimal import Decimal

from ....protocol.dna import ColumnProfile, DataDna, Kind
from ....render.numbers import without_commas
from ..intent import Func, Measure
from .scope import profile_of

_FORMS = {
    Func.SHARE: "pct1",
    Func.SHARE_OF_TOTAL: "pct1",
    Func.COUNT: "int",
    Func.DISTINCT: "int",
    Func.NULLS: "int",
}
_BETWEEN = (Func.MEAN, Func.STD, Func.MEDIAN, Func.QUANTILE)
_MOST = 6


def form_of(measure: Measure, dna: DataDna) -> str:
    """The format of a measure's values; empty where each is written by itself.

    Means and deviations get about four digits of the column's standard deviation;
    values that the column itself holds get no more decimals than those it holds.
    """
    if measure.func in _FORMS or measure.col is None:
        return _FORMS.get(measure.func, "")
    if measure.col.ymd is not None:
        return ""
    profile = profile_of(dna, measure.col.frame).column(measure.col.column)
    if profile is None or profile.kind not in (Kind.INTEGER, Kind.NUMBER):
        return ""
    if without_commas(profile.name):
        return ""
    places = _places(measure.func, profile, dna.frame(measure.col.frame))
    return "" if places is None or places > _MOST else f"f{places}"


def _places(func: Func, profile: ColumnProfile, frame: object) -> int | None:
    wanted = _of_scale(profile.std)
    if wanted is None or not _shows_quartiles(profile, wanted):
        return None
    if func in (Func.MEAN, Func.STD):
        return wanted
    if profile.kind is Kind.INTEGER or func not in (*_BETWEEN, Func.MIN, Func.MAX, Func.SUM):
        return None
    held = _held(profile)
    if func is Func.SUM:
        rows = getattr(frame, "rows", 0)
        wanted = _of_scale(abs(profile.mean or 0) * rows / 100)
    if wanted is None or not held:
        return None
    return min(wanted, held) if func in (Func.MIN, Func.MAX, Func.SUM) else min(wanted, held + 1)


def _shows_quartiles(profile: ColumnProfile, places: int) -> bool:
    """Whether small values keep two digits: where values span powers of ten they would not."""
    sizes = [abs(float(q)) for q in profile.quantiles if isinstance(q, (int, float)) and q]
    return not sizes or min(sizes) >= 50 * 10.0 ** -(places + 1)


def _of_scale(scale: float | None) -> int | None:
    """Four digits of a number of that size, three below one."""
    if scale is None or not math.isfinite(scale) or scale <= 0:
        return None
    exponent = math.floor(math.log10(scale))
    return max(0, (3 if exponent >= 0 else 2) - exponent)


def _held(profile: ColumnProfile) -> int | None:
    """The most decimals among the values that are known; None where too few are."""
    known = [profile.minimum, profile.maximum, *(count.value for count in profile.top)]
    numbers = [v for v in known if isinstance(v, float) and math.isfinite(v)]
    if len(numbers) < 3:
        return None
    exponents = [Decimal(repr(v)).normalize().as_tuple().exponent for v in numbers]
    return max(max(0, -e) for e in exponents if isinstance(e, int))
