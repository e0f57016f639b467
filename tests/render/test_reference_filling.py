"""References filled from real results: values, sources, and what is said of bad ones."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pyarrow as pa
import pytest

from insightx_jupyter.protocol.answer import NumberStatus
from insightx_jupyter.protocol.dna import ColumnProfile, DataDna, FrameProfile, Kind
from insightx_jupyter.render.references import fill, problems

DNA = DataDna(
    frames=(
        FrameProfile(
            name="flights",
            library="pandas",
            rows=336_776,
            sample_rows=100_000,
            columns=(
                ColumnProfile(
                    name="arr_delay",
                    source_type="float64",
                    sql_type="DOUBLE",
                    kind=Kind.NUMBER,
                    nulls=9_430,
                    distinct=577,
                    minimum=-86.0,
                    maximum=1272.0,
                    mean=6.895377,
                ),
            ),
        ),
    )
)


@pytest.fixture(scope="module")
def odd() -> pa.Table:
    return pa.table(
        {
            "name": pa.array(["a", "a", "b", None]).dictionary_encode(),
            "day": [date(2013, 1, 1), date(2013, 1, 2), date(2013, 2, 1), None],
            "at": pa.array(
                [datetime(2013, 1, 1, h, tzinfo=UTC) for h in range(4)],
                pa.timestamp("us", tz="UTC"),
            ),
            "price": [Decimal("1.10"), Decimal("2.20"), Decimal("-3.30"), None],
            "big": [2**62, 2**62, 2**62, 1],
            "ok": [True, False, True, None],
            "text": ["<script>alert(1)</script>", "**x** _y_", "{{r1.big[0]}}", "`a` | [b](c)"],
            "year": [2013, 2014, 2015, 2016],
        }
    )


def one(expression: str, table: pa.Table, dna: DataDna | None = DNA) -> tuple[str, str]:
    """The text and the source of a single reference."""
    filled = fill("{{" + expression + "}}", {"r1": table}, dna)
    (trace,) = filled.numbers
    assert trace.status is NumberStatus.REFERENCE, trace.source
    assert filled.text == trace.text == filled.text[trace.start : trace.end]
    return trace.text, trace.source


@pytest.mark.parametrize(
    ("expression", "text", "source"),
    [
        ("r1.late_share[carrier=F9] | pct1", "38.8\u00a0%", "late_share, row F9"),
        ("R1.Late_Share[CARRIER=F9]|pct0", "39\u00a0%", "late_share, row F9"),
        ("r1.flights[airline='Frontier Airlines Inc.']", "681", "row Frontier Airlines Inc."),
        ("r1.airline[0]", "Frontier Airlines Inc.", "airline, row 1"),
        ("r1.carrier[-1]", "HA", "carrier, last row"),
        ("r1.#rows", "16", "r1, number of rows"),
        ("r1.#columns", "5", "r1, number of columns"),
        ("sum(r1.flights)", "327,346", "sum of flights"),
        ("max(r1.late_share) | pct1", "38.8\u00a0%", "max of late_share"),
        ("count(r1.carrier)", "16", "count of carrier"),
        ("sum(r1.late) / sum(r1.flights) | pct1", "24.5\u00a0%", "sum of late ÷ sum of flights"),
        ("r1.late[flights=681]", "264", "late, row 681"),
        ("100 * r1.late_share[0] - 30 | f2", "8.77", "late_share, row 1"),
        ("dna.flights.#rows", "336,776", "flights, number of rows"),
        ("dna.flights.arr_delay.nulls", "9,430", "flights.arr_delay, nulls"),
        ("dna.flights.arr_delay.null_share | pct1", "2.8\u00a0%", "null share"),
        ("dna.flights.arr_delay.min", "−86", "flights.arr_delay, minimum"),
        ("dna.flights.arr_delay.mean | f1", "6.9", "flights.arr_delay, mean"),
        ("dna.flights.arr_delay.distinct", "~577", "flights.arr_delay, distinct"),
    ],
)
def test_fills(carriers: pa.Table, expression: str, text: str, source: str) -> None:
    shown, where = one(expression, carriers)
    assert shown == text
    assert source in where


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        ("r1.price[name=b]", "−3.30"),
        ("r1.price[day=2013-01-02]", "2.20"),
        ("r1.price[name=a, ok=false]", "2.20"),
        ("r1.price[at=2013-01-01T02:00]", "−3.30"),
        ("r1.year[price=1.1]", "2013"),
        ("r1.day[0]", "2013-01-01"),
        ("r1.day[0] | month", "January"),
        ("r1.day[0] | weekday", "Tuesday"),
        ("r1.year[0]", "2013"),
        ("r1.price[3]", "no value"),
        ("r1.ok[0]", "true"),
        # 3 * 2**62 + 1 does not fit in 64 bits.
        ("sum(r1.big)", "13,835,058,055,282,163,713"),
        ("sum(r1.price)", "0.00"),
    ],
)
def test_types(odd: pa.Table, expression: str, text: str) -> None:
    assert one(expression, odd)[0] == text


@pytest.mark.parametrize(
    ("expression", "says"),
    [
        ("r2.late", "there is no result named r2. Did you mean r1?"),
        ("x.late", "There is r1, dna."),
        ("r1.late_shar[0]", "Did you mean late_share or late?"),
        ("r1.late[carrier=F8]", "r1 has no row with carrier=F8. Did you mean FL or F9?"),
        ("r1.late[carrier=F9", "a ] is missing"),
        ("r1.late", "r1 has 16 rows; say which"),
        ("r1.late[16]", "there is no row [16]"),
        ("r1.late[-17]", "there is no row [-17]"),
        ("r1.late[flights=many]", "is none"),
        ("r1", "name one column of r1, such as r1.airline"),
        ("r1.airline[0] + 1", "is no number to calculate with"),
        ("r1.late[0] / 0", "divides by zero"),
        ("sum(r1.airline)", "holds no numbers for sum"),
        ("r1.airline[0] | pct1", "pct1 needs a number"),
        ("r1.late[0] | pct9", "there is no format named pct9. Did you mean pct"),
        ("r1.late[0] | weekday", "weekday needs a date"),
        ("r1.late[0] | p", "p needs a probability"),
        ("9" * 320 + " * 1 | sig3", "too large to be written"),
        ("r1.#row", "Did you mean #rows"),
        ("dna.flight.#rows", "Did you mean flights?"),
        ("dna.flights.arr_dela.mean", "Did you mean arr_delay?"),
        ("dna.flights.arr_delay.median", "there is no figure named median. Did you mean mean"),
        ("dna.flights.arr_delay.std", "was not computed"),
    ],
)
def test_bad_references_stand_marked(carriers: pa.Table, expression: str, says: str) -> None:
    filled = fill("So {{" + expression + "}}.", {"r1": carriers}, DNA, show_keys=True)
    (trace,) = filled.numbers
    assert trace.status is NumberStatus.BAD_REFERENCE
    assert trace.text.startswith("⟨")
    assert trace.text.endswith("?⟩")
    (problem,) = problems(filled)
    assert says in problem
    assert problem.startswith("{{" + expression + "}}: ")


def test_more_than_one_row_is_no_answer(odd: pa.Table) -> None:
    assert "r1 has 2 rows with name=a" in problems(fill("{{r1.big[name=a]}}", {"r1": odd}, None))[0]


def test_duplicate_columns_are_refused() -> None:
    table = pa.Table.from_arrays([pa.array([1]), pa.array([2])], names=["a", "a"])
    assert "2 columns named a" in problems(fill("{{r1.a}}", {"r1": table}, None))[0]


def test_cells_are_quoted_in_problems_only_where_allowed(carriers: pa.Table) -> None:
    template = "{{r1.late[carrier=F8]}}"
    open_ = problems(fill(template, {"r1": carriers}, None, show_keys=True))
    closed = problems(fill(template, {"r1": carriers}, None))
    assert "F9" in open_[0]
    assert closed == ["{{r1.late[carrier=F8]}}: r1 has no row with carrier=F8."]


def test_text_cells_stay_text(odd: pa.Table) -> None:
    template = "{{r1.text[0]}} {{r1.text[1]}} {{r1.text[2]}} {{r1.text[3]}}"
    filled = fill(template, {"r1": odd}, None)
    assert filled.text == (
        r"\<script\>alert(1)\</script\> \*\*x\*\* \_y\_ {{r1.big\[0\]}} \`a\` \| \[b\](c)"
    )
    # What a cell holds is not looked at again: no second filling, no bare numbers.
    assert [n.status for n in filled.numbers] == [NumberStatus.REFERENCE] * 4


def test_cells_in_inline_code_cannot_leave_it(odd: pa.Table) -> None:
    assert fill("`{{r1.text[3]}}`", {"r1": odd}, None).text == "`ˋaˋ | [b](c)`"
    assert fill("`{{r1.text[1]}}`", {"r1": odd}, None).text == "`**x** _y_`"


def test_escaped_and_unfinished_braces_are_text(carriers: pa.Table) -> None:
    for template in (r"\{{r1.late[0]}}", "{{r1.late[0]", "{ {x}}", "{{" + "x" * 600 + "}}"):
        assert fill(template, {"r1": carriers}, None).text == template


def test_times_beyond_python_are_text() -> None:
    far = pa.array([2**60, 1], pa.timestamp("us"))
    lost = pa.array([0, 1], pa.timestamp("us", tz="No/Where"))
    table = pa.table({"far": far, "lost": lost, "n": [1, 2]})
    for column in ("far", "lost"):
        with pytest.raises((ValueError, OverflowError, KeyError)):
            table.column(column)[0].as_py()  # what the filler has to survive
        filled = fill("{{r1." + column + "[0]}} of 7 {{r1.n[n=1]}}", {"r1": table}, None)
        assert filled.numbers[0].status is NumberStatus.REFERENCE
        assert problems(fill("{{r1.n[" + column + "=x]}}", {"r1": table}, None, show_keys=True))


def test_million_rows() -> None:
    table = pa.table({"key": pa.array(range(1_000_000)), "value": pa.array(range(1_000_000))})
    filled = fill("{{r1.value[key=999999]}} of 1,000,000 or 77.5", {"r1": table}, None)
    assert filled.text.startswith("999,999 of")
    assert [n.status for n in filled.numbers] == [
        NumberStatus.REFERENCE,
        NumberStatus.FOUND,
        NumberStatus.NOT_FOUND,
    ]
