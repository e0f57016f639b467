"""Points in time with a zone: no instant is lost when the clocks go back, days are the zone's."""

import datetime as dt

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from insightx_jupyter.data.catalog import Catalog
from insightx_jupyter.sql.duckdb_engine import DuckdbEngine

BERLIN = "Europe/Berlin"
#: Both are 02:30 in Berlin.
FOLD = pd.to_datetime(["2024-10-27T00:30Z", "2024-10-27T01:30Z"]).tz_convert(BERLIN)

MAKERS = {
    "pandas": lambda times: pd.DataFrame({"a": times}),
    "pandas ns": lambda times: pd.DataFrame({"a": times.astype(f"datetime64[ns, {BERLIN}]")}),
    "index": lambda times: pd.DataFrame({"b": 1}, index=times.rename("a")),
    "polars": lambda times: pl.DataFrame({"a": pl.Series(list(times))}),
    "arrow": lambda times: pa.table({"a": pa.array(times)}),
    "objects": lambda times: pd.DataFrame({"a": pd.Series(list(times), dtype=object)}),
}


@pytest.fixture
async def engine():
    engine = DuckdbEngine(threads=1, memory_limit=1 << 30)
    yield engine
    await engine.aclose()


async def ask(engine, frames, query):
    sources = Catalog().view(frames).sources
    return (await engine.run(query, sources, timeout=20)).table.to_pylist()


@pytest.mark.parametrize("make", MAKERS)
async def test_two_instants_of_the_doubled_hour_stay_two(engine, make):
    assert FOLD.tz_localize(None).nunique() == 1  # what local time alone makes of them
    query = "SELECT epoch(max(a) - min(a)) AS s, count(DISTINCT a) AS n, min(hour(a)) AS h FROM t"
    assert await ask(engine, {"t": MAKERS[make](FOLD)}, query) == [{"s": 3600.0, "n": 2, "h": 2}]


async def test_days_and_literals_are_the_zone_s(engine):
    times = pd.DatetimeIndex(["2024-06-30T22:30Z", "2024-07-01T21:30Z"]).tz_convert(BERLIN)
    query = """SELECT a::DATE AS day, date_trunc('month', a)::DATE AS month, count(*) AS n
               FROM t WHERE a >= TIMESTAMP '2024-07-01' AND a < '2024-07-02' GROUP BY ALL"""
    first = dt.date(2024, 7, 1)
    rows = await ask(engine, {"t": pd.DataFrame({"a": times})}, query)
    assert rows == [{"day": first, "month": first, "n": 2}]


async def test_frames_of_several_zones_compare_by_instant_and_read_in_utc(engine):
    berlin = pd.DataFrame({"a": FOLD})
    york = pd.DataFrame({"b": FOLD.tz_convert("America/New_York")})
    query = (
        "SELECT hour(a) AS h, timezone('Europe/Berlin', a) AS l FROM x JOIN y ON a = b ORDER BY a"
    )
    rows = await ask(engine, {"x": berlin, "y": york}, query)
    assert [row["h"] for row in rows] == [0, 1]
    assert {row["l"] for row in rows} == {dt.datetime(2024, 10, 27, 2, 30)}


async def test_a_zone_does_not_stay_for_the_next_query(engine):
    await ask(engine, {"t": pd.DataFrame({"a": FOLD})}, "SELECT max(a) FROM t")
    utc = pd.DataFrame({"a": FOLD.tz_convert("UTC")})
    assert await ask(engine, {"t": utc}, "SELECT max(hour(a)) AS h FROM t") == [{"h": 1}]


def test_the_dna_says_in_which_zone():
    (profile,) = Catalog().view({"t": pd.DataFrame({"a": FOLD})}).read_dna().frames
    (column,) = profile.columns
    assert column.sql_type == "TIMESTAMP WITH TIME ZONE"
    assert (column.minimum, column.maximum) == (
        "2024-10-27T02:30:00+02:00",
        "2024-10-27T02:30:00+01:00",
    )
    assert "SQL reads hours and days in Europe/Berlin" in " ".join(column.notes)


def test_what_is_cut_from_nanoseconds_is_said():
    times = pd.DatetimeIndex([pd.Timestamp(1, unit="ns", tz=BERLIN)])
    snapshot = Catalog().view({"t": pd.DataFrame({"a": times})}).snapshots[0]
    assert "nanoseconds cut to microseconds" in snapshot.column_notes("a")
