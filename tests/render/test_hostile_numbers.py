"""Numbers that models write and columns hold: never slow, never wrapped, never another cell."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from decimal import Decimal

import duckdb
import pyarrow as pa
import pytest

from insightx_jupyter.data.egress import slice_table
from insightx_jupyter.protocol.answer import NumberStatus
from insightx_jupyter.protocol.dna import ColumnProfile, DataDna, FrameProfile, Kind
from insightx_jupyter.render.numbers import FORMATS
from insightx_jupyter.render.references import fill, problems
from insightx_jupyter.render.tables import show

REFERENCE, FOUND, MISSING, BAD = (
    NumberStatus.REFERENCE,
    NumberStatus.FOUND,
    NumberStatus.NOT_FOUND,
    NumberStatus.BAD_REFERENCE,
)


def one(expression: str, **columns: object) -> str:
    """The text of one reference; a question mark where it names nothing."""
    filled = fill("{{" + expression + "}}", {"r1": pa.table(columns)}, None)
    return "?" if filled.numbers[0].status is BAD else filled.text


def seconds(text: str, table: pa.Table | None = None) -> float:
    begin = time.process_time()
    fill(text, {} if table is None else {"r1": table}, None)
    return time.process_time() - begin


@pytest.mark.parametrize("key", ["1e3000000", "1e999999999", "-1e99", "9" * 300, "inf", "nan", "s"])
@pytest.mark.parametrize("kind", [pa.int64(), pa.uint8(), pa.decimal128(9, 2), pa.float32()])
def test_a_huge_key_is_refused_at_once(key: str, kind: pa.DataType) -> None:
    begin = time.process_time()
    assert one(f"r1.x[id={key}]", id=pa.array([1, 2], kind), x=[10, 20]) == "?"
    assert one("r1.x[id=2]", id=pa.array([1, 2], kind), x=[10, 20]) == "20"
    assert time.process_time() - begin < 1


@pytest.mark.parametrize(
    "text",
    [
        "1e" + "9" * 5_000,
        "1e-" + "9" * 5_000,
        "3 × 10^" + "9" * 5_000,
        "2 × 10" + "⁹" * 5_000,
        "9" * 150_000,
        "1" + ",000" * 40_000,
        "0." + "1" * 100_000,
        "{{" + "9" * 490 + "}}",
        "{{1" + " * 9999999999" * 37 + " | f6}}",
    ],
)
def test_no_text_becomes_a_number_of_a_million_digits(text: str) -> None:
    begin = time.process_time()
    filled = fill(text, {}, None, known=text)
    assert time.process_time() - begin < 2
    assert not filled.numbers or filled.numbers[0].status is not FOUND


def test_leading_zeros_of_a_power_count_for_nothing() -> None:
    filled = fill("It is 1e0000000003 x", {"r1": pa.table({"n": [1_000]})}, None)
    assert [n.status for n in filled.numbers] == [FOUND]


@pytest.mark.parametrize("text", ["1E+999999999", "1E-999999999", "1E+5000"])
def test_a_profile_cannot_name_a_huge_number_either(text: str) -> None:
    column = ColumnProfile(
        name="d", nulls=0, source_type="object", sql_type="DECIMAL", kind=Kind.NUMBER, maximum=text
    )
    frame = FrameProfile(name="f", library="pandas", rows=1, columns=(column,), sample_rows=1)
    begin = time.process_time()
    filled = fill("{{dna.f.d.max}} and 7", {}, DataDna(frames=(frame,)))
    assert len(filled.text) < 100
    assert time.process_time() - begin < 1


BERLIN = pa.array(
    [datetime(2024, 1, 1, hour, tzinfo=UTC) for hour in (10, 11, 12)],
    pa.timestamp("us", tz="Europe/Berlin"),
)


@pytest.mark.parametrize(
    ("key", "row"),
    [
        ("2024-01-01T11:00:00Z", "11"),
        ("2024-01-01 11:00:00+00:00", "11"),
        ("2024-01-01T12:00:00+01:00", "11"),
        ("2024-01-01T11:00:00", "10"),
        ("2024-01-01T10:00:00", "?"),
    ],
)
def test_an_offset_names_an_instant(key: str, row: str) -> None:
    assert one(f'r1.n[t="{key}"]', t=BERLIN, n=[10, 11, 12]) == row


def test_an_offset_is_refused_where_times_have_no_zone() -> None:
    naive = pa.table({"t": [datetime(2024, 1, 1, 11)], "n": [1]})
    (problem,) = problems(fill('{{r1.n[t="2024-01-01T11:00:00Z"]}}', {"r1": naive}, None))
    assert "its times have no zone; write the key without an offset" in problem


def test_a_wall_time_that_comes_twice_is_no_row() -> None:
    twice = pa.array([1698539400, 1698543000], pa.timestamp("s", tz="Europe/Berlin"))
    assert one('r1.n[t="2023-10-29T02:30:00"]', t=twice, n=[1, 2]) == "?"
    assert one('r1.n[t="2023-10-29T02:30:00+01:00"]', t=twice, n=[1, 2]) == "2"


@pytest.mark.parametrize(
    ("key", "row"),
    [("000001001", "2"), ("000001", "1"), ("0000010010", "?"), ("000001002", "?")],
)
def test_nanoseconds_are_not_cut(key: str, row: str) -> None:
    stamps = pa.array([1_000, 1_001], pa.timestamp("ns"))
    assert one(f'r1.n[t="1970-01-01T00:00:00.{key}"]', t=stamps, n=[1, 2]) == row
    clock = pa.array([1_000, 1_001], pa.time64("ns"))
    assert one(f'r1.n[t="00:00:00.{key}"]', t=clock, n=[1, 2]) == row


def test_a_finer_key_than_the_column_matches_nothing() -> None:
    stamps = pa.array([0, 1], pa.timestamp("s"))
    assert one('r1.n[t="1970-01-01T00:00:00.5"]', t=stamps, n=[1, 2]) == "?"
    assert one('r1.n[t="1970-01-01T00:00:01.000"]', t=stamps, n=[1, 2]) == "2"


@pytest.mark.parametrize(
    ("key", "row"),
    [
        ("1e400", "?"),
        ("inf", "1"),
        ("9007199254740993", "?"),
        ("9007199254740992", "2"),
        ("0.1", "3"),
        ("0.1000000000000000055511151231257827021181583404541015625", "3"),
        ("0.10000000000000001", "?"),
        ("1e300", "4"),
    ],
)
def test_a_float_key_is_the_cell_or_its_shortest_form(key: str, row: str) -> None:
    assert one(f"r1.n[k={key}]", k=[float("inf"), 2.0**53, 0.1, 1e300], n=[1, 2, 3, 4]) == row


@pytest.mark.parametrize(
    ("key", "row"),
    [("16777217", "?"), ("16777216", "1"), ("0.1", "2"), ("0.10000000149011612", "2")],
)
def test_narrow_floats_too(key: str, row: str) -> None:
    assert one(f"r1.n[k={key}]", k=pa.array([2**24, 0.1], pa.float32()), n=[1, 2]) == row


NINES = 10**38 - 1


def test_decimals_do_not_wrap_around() -> None:
    column = pa.array([Decimal(NINES)] * 2, pa.decimal128(38, 0))
    assert one("sum(r1.d)", d=column) == f"{2 * NINES:,}"
    assert one("mean(r1.d)", d=column) == f"{NINES:,}"
    (trace,) = fill(f"It is {2 * NINES:,}.", {"r1": pa.table({"d": column})}, None).numbers
    assert (trace.status, trace.source) == (FOUND, "sum of d")
    wide = pa.array([Decimal("9" * 76)] * 9, pa.decimal256(76, 0))
    assert one("sum(r1.d)", d=wide) == "?"
    assert fill("7 rows", {"r1": pa.table({"d": wide})}, None).numbers[0].status is MISSING


def test_means_of_decimals_and_large_integers() -> None:
    assert one("mean(r1.d)", d=[Decimal("1.10"), Decimal("2.20"), None]) == "1.65"
    assert one("mean(r1.d)", d=[Decimal(1), Decimal(2)]) == "1.5000"
    assert one("mean(r1.n) | int", n=[2**62] * 4) == f"{2**62:,}"


def test_decimals_are_calculated_with_all_their_digits() -> None:
    column = pa.array([Decimal(NINES)], pa.decimal128(38, 0))
    assert one("r1.d[0] + 1", d=column) == f"{NINES + 1:,}"
    assert one("r1.d[0] * 2 - r1.d[0]", d=column) == f"{NINES:,}"
    assert one("r1.d[0] / 3", d=[Decimal("2.20")]) == "0.7333"


@pytest.mark.parametrize(
    ("written", "status"),
    [
        ("9007199254740993", FOUND),
        ("9,007,199,254,740,993", FOUND),
        ("9007199254740992", MISSING),
        ("9007199254740994", MISSING),
        ("−9007199254740995", FOUND),
        ("12345678901234567.89", FOUND),
        ("12345678901234567.9", FOUND),
        ("12345678901234567.88", MISSING),
        ("100000000000000000000", FOUND),
        ("100000000000000000001", MISSING),
    ],
)
def test_long_numbers_are_compared_digit_by_digit(written: str, status: NumberStatus) -> None:
    table = pa.table(
        {
            "n": [2**53 + 1, -(2**53) - 3],
            "d": [Decimal("12345678901234567.89"), None],
            "f": [1e20, None],
        }
    )
    (trace,) = fill(f"It is {written} now", {"r1": table}, None).numbers
    assert trace.status is status


def test_long_numbers_of_the_code_are_known_exactly() -> None:
    text, known = "9007199254740993 and 9007199254740992", "WHERE id = 9007199254740993"
    statuses = [n.status for n in fill(text, {}, None, known=known).numbers]
    assert statuses == [NumberStatus.QUESTION, MISSING]


def test_half_floats() -> None:
    column = pa.array([1.5, 2.0, None], pa.float16())
    filled = fill("1.5 and 3.5", {"r1": pa.table({"h": column})}, None)
    assert [n.status for n in filled.numbers] == [FOUND, FOUND]
    for expression, text in (("sum", "3.5"), ("max", "2"), ("mean", "1.75"), ("count", "2")):
        assert one(f"{expression}(r1.h)", h=column) == text
    assert one("r1.n[h=1.5]", h=column, n=[1, 2, 3]) == "1"


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("pct0", 0.125, "13\u00a0%"),
        ("pct0", 0.285, "29\u00a0%"),
        ("f2", 0.125, "0.13"),
        ("f2", -0.125, "−0.13"),
        ("f2", 1.005, "1.01"),
        ("f0", 2.5, "3"),
        ("int", Decimal("0.5"), "1"),
        ("sig2", 0.125, "0.13"),
        ("sig2", 9.95, "10"),
        ("sig2", 1.25e-9, "1.3 × 10⁻⁹"),
        ("p", 0.0125, "0.013"),
    ],
)
def test_halves_are_rounded_up(name: str, value: object, text: str) -> None:
    assert FORMATS[name](value) == text


def intervals() -> pa.Table:
    query = """SELECT max(a) - min(a) AS x, INTERVAL '14 months 3 days 01:02:03.5' AS y,
        INTERVAL '-1 month' AS z, INTERVAL '0 days' AS nothing
    FROM (VALUES (TIMESTAMP '2024-01-01'), (TIMESTAMP '2024-03-05 12:30:00')) v(a)"""
    return duckdb.sql(query).to_arrow_table()


def test_lengths_of_time_are_words() -> None:
    table = intervals()
    text = "{{r1.x}}; {{r1.y}}; {{r1.z}}; {{r1.nothing}}"
    expected = "64 days 12:30:00; 14 months 3 days 01:02:03.5; −1 month; 00:00:00"
    assert fill(text, {"r1": table}, None).text == expected
    assert fill("64 days", {"r1": table}, None).numbers[0].status is FOUND
    cells = [cell.text for cell in show(slice_table(table)).rows[0]]
    assert cells == expected.replace("−", "-").split("; ")


@pytest.mark.parametrize(
    ("nanoseconds", "text"),
    [
        (5_574_600 * 10**9, "64 days 12:30:00"),
        (-90 * 10**9, "−00:01:30"),
        (1, "00:00:00.000000001"),
        (86_400 * 10**9, "1 day"),
    ],
)
def test_durations_too(nanoseconds: int, text: str) -> None:
    column = pa.array([nanoseconds], pa.duration("ns"))
    assert one("r1.d", d=column) == one("max(r1.d)", d=column) == text
    # Slices hold microseconds.
    shown = show(slice_table(pa.table({"d": column}))).rows[0][0].text
    assert shown == text.replace("−", "-").removesuffix(".000000001")
