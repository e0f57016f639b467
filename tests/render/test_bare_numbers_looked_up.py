"""Numbers written without a reference: which they are, and where they are found."""

from __future__ import annotations

from datetime import date, datetime

import pyarrow as pa
import pytest

from insightx_jupyter.protocol.answer import NumberStatus
from insightx_jupyter.protocol.dna import DataDna, FrameProfile
from insightx_jupyter.render.references import fill

TABLE = pa.table(
    {
        "carrier": ["F9", "FL", "9E"],
        "model": ["Boeing 737-800", "A320", "x"],
        "share": [0.38766, 0.34646, -0.0125],
        "flights": [681, 3175, 17294],
        "p": [2.6e-17, 0.0031, 0.5],
        "day": [date(2013, 2, 17), date(2013, 3, 1), None],
        "at": [datetime(2013, 2, 17, 15, 40), None, None],
    }
)
FOUND, QUESTION, MISSING = NumberStatus.FOUND, NumberStatus.QUESTION, NumberStatus.NOT_FOUND


def traces(text: str, known: str = "") -> list[tuple[str, NumberStatus]]:
    filled = fill(text, {"r1": TABLE}, None, known=known)
    for number in filled.numbers:
        assert filled.text[number.start : number.end] == number.text
    return [(number.text, number.status) for number in filled.numbers]


@pytest.mark.parametrize(
    ("text", "number", "status"),
    [
        ("It is 38.8 % now", "38.8 %", FOUND),
        ("It is 38.77\u00a0% now", "38.77\u00a0%", FOUND),
        ("It is 38.9 % now", "38.9 %", MISSING),
        ("about 0.388 of", "0.388", FOUND),
        ("about 0.389 of", "0.389", MISSING),
        ("17,294 flights", "17,294", FOUND),
        ("17294 flights", "17294", FOUND),
        ("17.3 thousand flights", "17.3 thousand", FOUND),
        ("17.3k flights", "17.3k", FOUND),
        ("fell by 1.25 %", "1.25 %", FOUND),
        ("at −1.25 %", "−1.25 %", FOUND),
        ("p = 2.6 × 10⁻¹⁷ here", "2.6 × 10⁻¹⁷", FOUND),
        ("p = 2.6e-17 here", "2.6e-17", FOUND),
        ("p = 2.7 × 10^-17 here", "2.7 × 10^-17", MISSING),
        ("3 rows", "3", FOUND),
        ("7 columns", "7", FOUND),
        ("21,150 in all", "21,150", FOUND),
        ("21,151 in all", "21,151", MISSING),
        ("on 2013-02-17 it", "2013-02-17", FOUND),
        ("on 2013-02-18 it", "2013-02-18", MISSING),
        ("at 15:40 it", "15:40", FOUND),
        ("in 2013 it", "2013", FOUND),
        ("the Boeing 737 is", "737", FOUND),
        ("at least 45 minutes", "45", QUESTION),
        ("at 5 % level", "5 %", QUESTION),
        ("20 % is from memory", "20 %", MISSING),
        ("it was 99 km/h", "99", MISSING),
        ("it was 99km away", "99", MISSING),
    ],
)
def test_one_number(text: str, number: str, status: NumberStatus) -> None:
    assert traces(text, known="arr_delay >= 45 and p < 0.05") == [(number, status)]


@pytest.mark.parametrize(
    "known",
    [
        "ppf(0.975)",
        "level=.95",
        "alpha = 0.05",
        "1.96 * se",
        "percentile(x, [2.5, 97.5])",
        "test.confidence_interval()",
        "proportion_confint(k, n)",
    ],
)
@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("the 95 % interval", "95 %"),
        ("a 95% interval", "95%"),
        ("a 95-percent interval", "95-percent"),
        ("ein 95-prozentiges Intervall", "95-prozentiges"),
        ("at level 0.95", "0.95"),
    ],
)
def test_a_level_that_the_code_states_is_known(known: str, text: str, number: str) -> None:
    assert traces(text, known=known) == [(number, QUESTION)]
    assert traces(text.replace("95", "85"), known=known)[0][1] is MISSING
    assert traces(text, known="LIMIT 5")[0][1] is MISSING


@pytest.mark.parametrize(
    "text",
    [
        "the 1st, 2nd, 3rd and 1,234th",
        "F9 and 9E and arr_delay_99 and x99",
        "1. item\n2) item",
        "- 9. item",
        "`code 99` and\n```\n99\n```",
        "version 1.2.3 of it",
        "H99O",
    ],
)
def test_no_numbers(text: str) -> None:
    assert traces(text) == []


def test_a_range_is_two_numbers() -> None:
    for dash in "-–":
        assert [t for t, _ in traces(f"from 98{dash}99 minutes")] == ["98", "99"]


def test_source_names_the_row() -> None:
    (number,) = fill("It is 34.6 %.", {"r1": TABLE}, None).numbers
    assert number.source == "share, row FL"


def test_data_dna_is_searched_too() -> None:
    frame = FrameProfile(name="flights", library="pandas", rows=336_776, columns=(), sample_rows=1)
    (number,) = fill("336,776 flights", {}, DataDna(frames=(frame,))).numbers
    assert (number.status, number.source) == (FOUND, "flights, number of rows")
