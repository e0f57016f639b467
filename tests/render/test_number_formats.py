"""How numbers are written."""

from __future__ import annotations

import math
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from insightx_jupyter.render.numbers import FORMATS, FormatMismatch, default


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("pct1", 0.387665, "38.8\u00a0%"),
        ("pct0", 0, "0\u00a0%"),
        ("pct2", -0.0125, "−1.25\u00a0%"),
        ("pct1", Decimal("0.1234"), "12.3\u00a0%"),
        ("int", 327_346.4, "327,346"),
        ("int", -0.2, "0"),
        ("f1", 4079.3713, "4,079.4"),
        ("f0", -1234.5, "−1,235"),
        ("f6", 1e-7, "0.000000"),
        ("sig3", 0.11163, "0.112"),
        ("sig2", 12_345.0, "12,000"),
        ("sig4", 2.6e-17, "2.600 × 10⁻¹⁷"),
        ("sig1", 0, "0"),
        ("sig3", 1e300, "1.00 × 10³⁰⁰"),
        ("p", 0.003, "0.003"),
        ("p", 0.97, "0.97"),
        ("p", 0.0123, "0.012"),
        ("p", 2.6e-17, "2.6 × 10⁻¹⁷"),
        ("p", 0.0, "< 10⁻³⁰⁰"),
        ("p", 1, "1.00"),
        ("raw", -0.1, "−0.1"),
        ("raw", 1234567, "1234567"),
        ("date", datetime(2013, 1, 2, 3, 4), "2013-01-02"),
        ("date", "2013-01-02T03:04", "2013-01-02"),
        ("month", 2, "February"),
        ("month", date(2013, 12, 1), "December"),
        ("weekday", date(2026, 11, 22), "Sunday"),
        ("pct1", None, "no value"),
        ("weekday", None, "no value"),
        ("f1", math.nan, "not a number"),
        ("f1", -math.inf, "−∞"),
    ],
)
def test_formats(name: str, value: object, text: str) -> None:
    assert FORMATS[name](value) == text


@pytest.mark.parametrize(
    ("name", "value"),
    [("pct1", "a"), ("f1", True), ("month", 13), ("weekday", 1), ("date", "soon"), ("p", 1.5)],
)
def test_formats_that_do_not_fit(name: str, value: object) -> None:
    with pytest.raises(FormatMismatch, match=f"^{name} needs"):
        FORMATS[name](value)


@pytest.mark.parametrize(
    ("value", "column", "text"),
    [
        (327_346, "flights", "327,346"),
        (2013, "year", "2013"),
        (2013, "depYear", "2013"),
        (1545, "flight_id", "1545"),
        (2013, "yearly", "2,013"),
        (0.387665, "", "0.3877"),
        (0.5, "", "0.5"),
        (4079.37, "", "4,079"),
        (1_234_567.8, "", "1,234,568"),
        (2.6e-17, "", "2.6 × 10⁻¹⁷"),
        (-3.0, "", "−3"),
        (100.0, "", "100"),
        (Decimal("-1234.50"), "", "−1,234.50"),
        (True, "", "true"),
        (None, "", "no value"),
        (date(2013, 1, 2), "", "2013-01-02"),
        (datetime(2013, 1, 2), "", "2013-01-02"),
        (datetime(2013, 1, 2, 3, 4), "", "2013-01-02 03:04"),
        (datetime(2013, 1, 2, 3, 4, 5), "", "2013-01-02 03:04:05"),
        (timedelta(hours=1), "", "01:00:00"),
        (b"\x00\xff", "", "00 ff"),
    ],
)
def test_default_by_type(value: object, column: str, text: str) -> None:
    assert default(value, column) == text
