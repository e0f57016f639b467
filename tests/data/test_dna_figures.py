"""Figures of the DNA against pandas, on real frames."""

import asyncio
import threading

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from sklearn import datasets

from insightx_jupyter.data.dna import figures as figures_module
from insightx_jupyter.data.dna.figures import FEW_VALUES, SAMPLE_ROWS, sample_rows
from insightx_jupyter.protocol.dna import Kind

SETS = [
    "flights",
    "airlines",
    "airports",
    "planes",
    "weather",
    "penguins",
    "riots",
    "stocks",
    "diabetes",
]


@pytest.fixture(scope="module")
def frames(nycflights, penguins, riots, stocks):
    diabetes = datasets.load_diabetes(as_frame=True).frame
    return {
        **nycflights,
        "penguins": penguins,
        "riots": riots,
        "stocks": stocks,
        "diabetes": diabetes,
    }


@pytest.fixture(scope="module")
def dna(frames, profiles):
    return profiles(frames)


@pytest.mark.parametrize("name", SETS)
def test_full_scan_figures_are_those_of_pandas(dna, frames, name):
    found, frame = dna.frame(name), frames[name]
    assert found.rows == len(frame)
    assert [c.name for c in found.columns] == [str(c) for c in frame.columns]
    for column in found.columns:
        series = frame[column.name]
        assert column.nulls == series.isna().sum()
        assert (column.distinct, column.distinct_exact) == (series.nunique(), True)
        if pd.api.types.is_numeric_dtype(series):
            assert column.mean == pytest.approx(series.mean(), rel=1e-13, abs=1e-15)
            assert column.std == pytest.approx(series.std(), rel=1e-13, abs=1e-15)
            assert (column.minimum, column.maximum) == (series.min(), series.max())
        elif column.sql_type == "VARCHAR" and len(series.dropna()):
            assert column.minimum == min(series.dropna())[:79] or column.minimum[-1] == "…"


@pytest.mark.parametrize("name", SETS)
def test_values_and_top_are_complete_and_exact(dna, frames, name):
    for column in dna.frame(name).columns:
        series = frames[name][column.name]
        counts = series.value_counts()
        if column.values:
            assert set(column.values) == set(counts.index)
        if column.top and series.dtype != object:
            assert [v.count for v in column.top] == counts.tolist()[: len(column.top)]
            assert all(
                counts[v.value] == v.count for v in column.top[:5] if "…" not in str(v.value)
            )


@pytest.mark.parametrize("name", ["airports", "weather", "penguins", "diabetes"])
def test_quantiles_of_small_frames_are_exact(dna, frames, name):
    for column in dna.frame(name).columns:
        if column.kind.numeric and column.quantiles:
            expected = frames[name][column.name].quantile([0.05, 0.25, 0.5, 0.75, 0.95])
            assert column.quantiles == pytest.approx(expected.tolist())
            assert sum(column.histogram) in (0, len(frames[name]) - column.nulls)


def test_quantiles_of_a_sample_are_near(dna, frames):
    delay = dna.frame("flights").column("dep_delay")
    values = np.sort(frames["flights"].dep_delay.dropna())
    for quantile, value in zip((0.05, 0.25, 0.5, 0.75, 0.95), delay.quantiles, strict=True):
        low, high = (
            np.searchsorted(values, value, side) / len(values) for side in ("left", "right")
        )
        assert low - 0.01 <= quantile <= high + 0.01
    assert dna.frame("flights").sample_rows == SAMPLE_ROWS


def test_kinds_of_real_columns(dna):
    kinds = {
        ("flights", "dep_delay"): Kind.NUMBER,
        ("flights", "year"): Kind.INTEGER,
        ("flights", "carrier"): Kind.CATEGORY,
        ("airlines", "carrier"): Kind.ID,
        ("airlines", "name"): Kind.CATEGORY,
        ("airports", "faa"): Kind.ID,
        ("airports", "name"): Kind.TEXT,
        ("planes", "tailnum"): Kind.ID,
        ("penguins", "species"): Kind.CATEGORY,
        ("penguins", "body_mass_g"): Kind.NUMBER,
    }
    assert {key: dna.frame(key[0]).column(key[1]).kind for key in kinds} == kinds


def test_a_disguised_boolean_stays_and_is_noted(profile):
    found = profile(pd.DataFrame({"late": [0, 1, 1], "paid": ["Yes", "no", "no"], "n": [1, 2, 3]}))
    late, paid, other = found.columns
    assert late.kind is Kind.INTEGER
    assert late.notes == ("a yes/no in disguise: 0 and 1",)
    assert paid.notes == ("a yes/no in disguise: Yes and no",)
    assert other.notes == ()


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ([3, 1, 2], Kind.ID),
        ([3, 1, 1], Kind.INTEGER),
        ([1.5, 2.5, 3.5], Kind.NUMBER),
    ],
)
def test_numbers_are_ids_by_name_and_uniqueness(profile, values, kind):
    assert profile(pd.DataFrame({"customer_id": values})).columns[0].kind is kind
    assert profile(pd.DataFrame({"population": values})).columns[0].kind is not Kind.ID


@pytest.mark.parametrize(
    ("texts", "form"),
    [
        (["2013-01-01T10:00:00Z", "2013-12-31T23:00:00Z"], "%Y-%m-%dT%H:%M:%SZ"),
        (["2020-01-02", "2020-11-30"], "%Y-%m-%d"),
        (["2001/01/01 01:10", "2001/03/04 23:59"], "%Y/%m/%d %H:%M"),
        (["Jun 12 1998", "Aug 07 1998"], "%b %d %Y"),
        (["13/02/2020", "01/02/2020"], "%d/%m/%Y"),
        (["02/13/2020", "01/02/2020"], "%m/%d/%Y"),
        (["31.12.2020", "01.01.2021"], "%d.%m.%Y"),
        (["2020-01-02", "not a date"], None),
        (["2020-01-02"] * 30 + ["2020-13-45"], None),
        (["12345678", "87654321"], None),
        (["N725MQ", "N14228"], None),
    ],
)
def test_dates_in_text(profile, texts, form):
    assert profile(pd.DataFrame({"when": texts})).columns[0].date_format == form


def test_day_and_month_are_not_guessed(profile):
    column = profile(pd.DataFrame({"when": ["01/02/2020", "03/04/2020"]})).columns[0]
    assert column.date_format is None
    assert "either way round" in column.notes[0]


def test_real_dates_in_text(dna):
    assert dna.frame("flights").column("time_hour").date_format == "%Y-%m-%dT%H:%M:%SZ"
    assert dna.frame("weather").column("time_hour").date_format == "%Y-%m-%dT%H:%M:%SZ"
    assert dna.frame("stocks").column("date").date_format == "%b %d %Y"
    assert dna.frame("riots").column("death_date").date_format == "%Y-%m-%d"
    assert dna.frame("flights").column("tailnum").date_format is None


def test_large_ids_keep_every_digit(profile):
    column = profile(pd.DataFrame({"n": [10**18 + 1, 10**18 + 2, 10**18 + 2]})).columns[0]
    assert (column.minimum, column.maximum) == (str(10**18 + 1), str(10**18 + 2))
    assert column.mean == pytest.approx(1e18)
    assert column.values == (str(10**18 + 2), str(10**18 + 1))


def test_infinities_do_not_break_the_figures(profile):
    column = profile(pd.DataFrame({"f": [1.0, 2.0, np.inf, np.nan]})).columns[0]
    assert (column.maximum, column.mean, column.nulls) == ("inf", None, 1)
    assert "holds infinite values" in column.notes


def test_all_libraries_give_the_same_figures(profile, penguins):
    ours = profile(penguins).columns
    for frame in (pl.from_pandas(penguins), pa.Table.from_pandas(penguins)):
        theirs = profile(frame).columns
        same = {"source_type": "", "notes": ()}
        assert [c.model_copy(update=same) for c in theirs] == [
            c.model_copy(update=same) for c in ours
        ]


def test_beyond_the_exact_limit_few_and_unique_values_are_still_exact(monkeypatch, profile):
    monkeypatch.setattr(figures_module, "EXACT_ROWS", 1000)
    rows = 200_000
    generator = np.random.default_rng(0)
    found = profile(
        pd.DataFrame(
            {
                "unique": np.arange(rows),
                "few": generator.integers(0, 50, rows),
                "many": generator.integers(0, 20_000, rows),
                "nearly": np.r_[np.arange(rows - 500), np.arange(500)],
            }
        )
    )
    unique, few, many, nearly = found.columns
    assert (unique.distinct, unique.distinct_exact) == (rows, True)
    assert (few.distinct, few.distinct_exact, len(few.values)) == (50, True, 50)
    assert sum(v.count for v in few.top) == sorted_top(few)
    assert not many.distinct_exact
    assert many.distinct == pytest.approx(20_000, rel=0.05)
    assert many.values == ()
    assert sum(v.count for v in many.top) > 20  # of the sample
    assert (nearly.distinct, nearly.distinct_exact, nearly.top) == (rows - 500, True, ())


def sorted_top(column):
    counts = [v.count for v in column.top]
    assert counts == sorted(counts, reverse=True)
    assert len(column.values) <= FEW_VALUES
    return sum(counts)


def test_the_sample_is_fair_and_always_the_same():
    rows = sample_rows(1_000_000)
    assert len(set(rows.tolist())) == SAMPLE_ROWS
    assert (rows == sample_rows(1_000_000)).all()
    assert rows.mean() == pytest.approx(500_000, rel=0.01)


def test_only_changed_columns_are_read_again(catalog, monkeypatch):
    from insightx_jupyter.data.dna import profile as profile_module

    read = []

    def watching(column):
        read.append(column)
        return original(column)

    original = profile_module.figures
    monkeypatch.setattr(profile_module, "figures", watching)
    frame = pd.DataFrame({"a": [1, 2], "b": [3.0, 4.0], "c": ["x", "y"]})
    first = catalog.view({"t": frame}).read_dna()
    assert len(read) == 3
    assert catalog.view({"t": frame}).read_dna() is first
    frame.loc[0, "b"] = 9.0
    second = catalog.view({"t": frame}).read_dna()
    assert len(read) == 4
    assert second.frames[0].column("b").maximum == 9.0
    assert second.frames[0].fingerprint != first.frames[0].fingerprint


async def test_the_dna_is_read_off_the_loop_and_stops_when_nobody_waits(catalog):
    view = catalog.view({"t": pd.DataFrame({f"c{n}": np.arange(10) for n in range(50)})})
    started, go_on = threading.Event(), threading.Event()
    done = []

    def progress(count, total):
        done.append((count, total))
        started.set()
        go_on.wait(5)

    task = asyncio.create_task(view.dna(progress))
    await asyncio.to_thread(started.wait, 5)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    go_on.set()
    assert (await view.dna()).frames[0].rows == 10  # waits for the first to let go
    assert done == [(1, 50)]


def test_420_columns(profile):
    frame = pd.DataFrame(np.random.default_rng(0).normal(size=(500, 420)))
    assert len(profile(frame).columns) == 420
