"""The frames that code names are found without running it."""

from __future__ import annotations

import pytest

from insightx_jupyter.sandbox.names import MAX_CODE, named_frames


@pytest.fixture
def frames(make_frame):
    return {
        "flights": make_frame("flights", {"carrier": ["a"], "delay": [1], "dist": [2]}),
        "planes": make_frame("planes", {"year": [1]}),
        "weird name": make_frame("weird name", {"x": [1]}),
    }


@pytest.mark.parametrize(
    ("code", "named"),
    [
        ("flights.head()", ["flights"]),
        ("flights.merge(planes)", ["flights", "planes"]),
        ("frames['weird name'].x", ["weird name"]),
        ("globals()['planes']", ["planes"]),
        ("f'{flights.delay.sum()}'", ["flights"]),
        ("def f():\n    return planes", ["planes"]),
        ("%matplotlib inline\nflights", ["flights"]),
        ("# flights", []),
        ("x.flights", []),
        ("'flights are late'", []),
        ("flightsx = 1", []),
        ("flights = (", []),
        ("", []),
        ("\0flights", []),
    ],
)
def test_named(frames, code: str, named: list[str]) -> None:
    assert [read.frame for read in named_frames(code, frames)] == named


@pytest.mark.parametrize(
    ("code", "columns"),
    [
        ("flights['delay'].mean()", ("delay",)),
        ("flights.delay.mean() / flights['dist']", ("delay", "dist")),
        ("flights[['delay', 'carrier']].groupby('carrier').sum()", ("carrier", "delay")),
        ("frames['flights']['delay']", ("delay",)),
        ("flights.groupby('carrier').delay.sum()", ()),
        ("flights[flights.delay > 1]", ()),
        ("flights['delay'], len(flights)", ()),
        ("flights[column]", ()),
        ("flights['nope']", ()),
    ],
)
def test_columns(frames, code: str, columns: tuple[str, ...]) -> None:
    (read,) = named_frames(code, frames)
    assert read.columns == columns


@pytest.mark.parametrize(
    "unit", ["-", "not ", "lambda:", "(", "[", "1**", "a if b else ", "flights.", "f(", "~"]
)
def test_deep_code_names_nothing_and_does_not_crash(frames, unit: str) -> None:
    code = unit * (MAX_CODE // len(unit) - 2) + "1"
    assert named_frames(code, frames) == ()


def test_code_over_the_cap_is_not_parsed(frames) -> None:
    assert named_frames("flights\n" + " " * MAX_CODE, frames) == ()
    assert named_frames("flights\n" + " " * (MAX_CODE - 8), frames) != ()
