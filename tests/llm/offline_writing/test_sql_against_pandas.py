"""Every figure of the written SQL, compared with pandas."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

import numpy as np
import pandas as pd
import pytest

from insightx_jupyter.errors import QuestionNotRead
from insightx_jupyter.llm.offline.intent import (
    Aggregate,
    All,
    Any,
    Col,
    Compare,
    Condition,
    Func,
    Grain,
    Group,
    Measure,
    Not,
    Op,
    Order,
)
from insightx_jupyter.llm.offline.writing.sql import sheet_for, sql_for

PANDAS: dict[Func, Callable[[pd.Series], float]] = {
    Func.COUNT: lambda s: s.count(),
    Func.DISTINCT: lambda s: s.nunique(),
    Func.NULLS: lambda s: s.isna().sum(),
    Func.SUM: lambda s: s.sum(min_count=1),
    Func.MEAN: lambda s: s.mean(),
    Func.MEDIAN: lambda s: s.dropna().median(),
    Func.MIN: lambda s: s.min(),
    Func.MAX: lambda s: s.max(),
    Func.STD: lambda s: s.std(),
    Func.VARIANCE: lambda s: s.var(),
    Func.RANGE: lambda s: s.max() - s.min(),
    Func.QUANTILE: lambda s: s.quantile(0.9),
}

#: set, frame, number, key, a condition and what it is in pandas
SUBJECTS = [
    ("penguins", "penguins", "body_mass_g", "species", "sex", "female"),
    ("penguins", "penguins", "bill_length_mm", "sex", "island", "Biscoe"),
    ("cars", "cars", "Horsepower", "Origin", "Cylinders", 4),
    ("cars", "cars", "Weight_in_lbs", "Cylinders", "Origin", "Japan"),
    ("weather", "seattle_weather", "precipitation", "weather", "weather", "rain"),
    ("stocks", "stocks", "price", "symbol", "symbol", "IBM"),
    ("science", "iris", "sepal length (cm)", "species", "species", "setosa"),
    ("science", "wine", "alcohol", "target", "target", 1),
    ("flights", "flights", "dep_delay", "carrier", "origin", "JFK"),
]


def cases() -> Iterator[tuple]:
    for func in PANDAS:
        for subject in SUBJECTS:
            yield (*subject, func)


def measure(frame: str, column: str, func: Func) -> Measure:
    return Measure(func, Col(frame, column), q=0.9 if func is Func.QUANTILE else None)


def same(found: object, wanted: object) -> bool:
    if wanted is None or (isinstance(wanted, float) and np.isnan(wanted)):
        return found is None or pd.isna(found)
    return found == pytest.approx(wanted, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize(
    ("set_name", "frame", "number", "key", "on", "value", "func"), list(cases())
)
def test_one_measure(request, set_name, frame, number, key, on, value, func):
    data = request.getfixturevalue(set_name)
    rows = data.frames[frame]
    narrowed = rows[rows[on] == value]
    where = Compare(Col(frame, on), Op.EQ, (value,))
    wanted = measure(frame, number, func)

    sheet = sheet_for(Aggregate(frame, (wanted,), where=where), data.dna)
    found = data.query(sheet.sql)
    assert len(found) == 1
    assert same(found[sheet.measures[0]][0], PANDAS[func](narrowed[number]))
    if sheet.overall:
        assert same(found[sheet.overall][0], PANDAS[func](rows[number]))

    sheet = sheet_for(Aggregate(frame, (wanted,), (Group(Col(frame, key)),)), data.dna)
    found = data.query(sheet.sql).set_index(sheet.groups[0])
    expected = {k: PANDAS[func](group[number]) for k, group in rows.groupby(key)}
    assert set(found.index) == set(expected)
    for name, figure in expected.items():
        assert same(found.loc[name, sheet.measures[0]], figure), name
    if sheet.overall:
        known = rows[rows[key].notna()]
        assert same(found[sheet.overall].iloc[0], PANDAS[func](known[number]))


def conditions(frame: str) -> list[tuple[Condition, Callable[[pd.DataFrame], pd.Series]]]:
    def col(name: str) -> Col:
        return Col(frame, name)

    sex, mass, island = col("sex"), col("body_mass_g"), col("island")
    heavy = Compare(mass, Op.GT, (4500,))
    return [
        (Compare(mass, Op.LT, (3500,)), lambda f: f.body_mass_g < 3500),
        (Compare(mass, Op.GE, (4500.5,)), lambda f: f.body_mass_g >= 4500.5),
        (Compare(mass, Op.BETWEEN, (3500, 4000)), lambda f: f.body_mass_g.between(3500, 4000)),
        (Compare(sex, Op.NE, ("male",)), lambda f: f.sex.notna() & (f.sex != "male")),
        (Compare(sex, Op.IS_NULL), lambda f: f.sex.isna()),
        (Compare(sex, Op.NOT_NULL), lambda f: f.sex.notna()),
        (Compare(island, Op.IN, ("Dream", "Biscoe")), lambda f: f.island.isin(["Dream", "Biscoe"])),
        (
            Compare(sex, Op.NOT_IN, ("male", "x")),
            lambda f: f.sex.notna() & ~f.sex.isin(["male", "x"]),
        ),
        (Compare(island, Op.CONTAINS, ("SCO",)), lambda f: f.island.str.contains("sco")),
        (Compare(island, Op.STARTS_WITH, ("d",)), lambda f: f.island.str.startswith("D")),
        (Compare(island, Op.ENDS_WITH, ("N",)), lambda f: f.island.str.endswith("n")),
        (Not(heavy), lambda f: f.body_mass_g.notna() & ~(f.body_mass_g > 4500)),
        (
            All((heavy, Any((Compare(sex, Op.EQ, ("male",)), Compare(sex, Op.IS_NULL))))),
            lambda f: (f.body_mass_g > 4500) & ((f.sex == "male") | f.sex.isna()),
        ),
        (Any((heavy, Not(All((heavy,))))), lambda f: f.body_mass_g.notna()),
    ]


@pytest.mark.parametrize("number", range(14))
def test_conditions(penguins, number):
    where, mask = conditions("penguins")[number]
    rows = penguins.frames["penguins"]
    count = Aggregate("penguins", (Measure(Func.COUNT),), where=where)
    found = penguins.query(sql_for(count, penguins.dna))
    assert found["n"][0] == mask(rows).sum() > 0
    assert found["overall"][0] == len(rows)

    share = Aggregate(
        "penguins", (Measure(Func.SHARE, where=where),), (Group(Col("penguins", "species")),)
    )
    sheet = sheet_for(share, penguins.dna)
    found = penguins.query(sheet.sql).set_index("species")
    expected = mask(rows).groupby(rows.species).mean()
    pd.testing.assert_series_equal(
        found["share"].sort_index(), expected, check_names=False, check_index_type=False
    )
    assert found["overall"].iloc[0] == pytest.approx(mask(rows).mean())


GRAINS: list[tuple[Grain, Callable[[pd.Series], pd.Series]]] = [
    (Grain.YEAR, lambda s: s.dt.year),
    (Grain.QUARTER, lambda s: s.dt.to_period("Q").dt.start_time),
    (Grain.MONTH, lambda s: s.dt.to_period("M").dt.start_time),
    (Grain.WEEK, lambda s: s.dt.to_period("W").dt.start_time),
    (Grain.DAY, lambda s: s.dt.normalize()),
    (Grain.MONTH_OF_YEAR, lambda s: s.dt.month),
    (Grain.QUARTER_OF_YEAR, lambda s: s.dt.quarter),
    (Grain.WEEKDAY, lambda s: s.dt.isocalendar().day.astype(int)),
    (Grain.HOUR, lambda s: s.dt.hour),
]


@pytest.mark.parametrize("grain", GRAINS, ids=lambda g: g[0].name)
@pytest.mark.parametrize(
    ("set_name", "frame", "day", "number"),
    [
        ("weather", "seattle_weather", "date", "temp_max"),
        ("stocks", "stocks", "date", "price"),
        ("flights", "flights", "time_hour", "dep_delay"),
    ],
)
def test_grains(request, set_name, frame, day, number, grain):
    data = request.getfixturevalue(set_name)
    rows = data.frames[frame]
    moments = pd.to_datetime(rows[day]).dt.tz_localize(None)
    key = grain[1](moments)
    mean = Measure(Func.MEAN, Col(frame, number))
    sheet = sheet_for(Aggregate(frame, (mean,), (Group(Col(frame, day), grain[0]),)), data.dna)
    found = data.query(sheet.sql)
    expected = rows.groupby(key)[number].mean()
    keys = found[sheet.groups[0]]
    if not pd.api.types.is_integer_dtype(keys):
        keys = pd.to_datetime(keys)
    assert list(keys) == list(expected.index)
    assert list(found[sheet.measures[0]]) == pytest.approx(list(expected), nan_ok=True)
    best = found[found[sheet.place] == 1][sheet.measures[0]]
    assert best.tolist() == pytest.approx([expected.max()])
    if sheet.weekday:
        assert found[sheet.weekday].tolist() == [
            *("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
        ]


def test_dates_made_of_three_columns(flights):
    rows = flights.frames["flights"]
    days = pd.to_datetime(rows[["year", "month", "day"]])
    made = Col("flights", "day", ymd=("year", "month", "day"))
    where = Compare(made, Op.GE, (date(2013, 6, 2),))
    found = flights.query(
        sql_for(Aggregate("flights", (Measure(Func.COUNT),), where=where), flights.dna)
    )
    assert found["n"][0] == (days >= "2013-06-02").sum()

    weekend = Compare(made, Op.IN, (6, 7), Grain.WEEKDAY)
    found = flights.query(
        sql_for(Aggregate("flights", (Measure(Func.COUNT),), where=weekend), flights.dna)
    )
    assert found["n"][0] == (days.dt.day_of_week >= 5).sum()


@pytest.mark.parametrize(
    ("compare", "mask"),
    [
        ((Op.EQ, (2013,), Grain.YEAR), lambda d: d.dt.year == 2013),
        ((Op.EQ, (date(2013, 3, 1),), Grain.MONTH), lambda d: d.dt.strftime("%Y-%m") == "2013-03"),
        ((Op.BETWEEN, (6, 8), Grain.MONTH_OF_YEAR), lambda d: d.dt.month.between(6, 8)),
        ((Op.EQ, (2,), Grain.QUARTER_OF_YEAR), lambda d: d.dt.quarter == 2),
        ((Op.EQ, (17,), Grain.HOUR), lambda d: d.dt.hour == 17),
        ((Op.EQ, (date(2013, 7, 4),), None), lambda d: d.dt.date == date(2013, 7, 4)),
        (
            (Op.BETWEEN, (date(2013, 7, 1), date(2013, 7, 4)), None),
            lambda d: (d >= "2013-07-01") & (d < "2013-07-05"),
        ),
        ((Op.LT, (date(2013, 2, 1),), None), lambda d: d < "2013-02-01"),
        ((Op.LE, (date(2013, 2, 1),), None), lambda d: d < "2013-02-02"),
        ((Op.GT, ("2013-12-30",), None), lambda d: d >= "2013-12-31"),
    ],
)
def test_comparisons_of_dates(flights, compare, mask):
    op, values, grain = compare
    where = Compare(Col("flights", "time_hour"), op, values, grain)
    days = pd.to_datetime(flights.frames["flights"]["time_hour"]).dt.tz_localize(None)
    found = flights.query(
        sql_for(Aggregate("flights", (Measure(Func.COUNT),), where=where), flights.dna)
    )
    assert found["n"][0] == mask(days).sum() > 0


def test_points_in_time_with_a_zone_are_taken_in_their_own_zone(make):
    moments = pd.date_range("2024-01-01 22:00", periods=6, freq="h", tz="America/New_York")
    data = make({"logins": pd.DataFrame({"at": moments})})
    by_day = Aggregate("logins", (Measure(Func.COUNT),), (Group(Col("logins", "at"), Grain.DAY),))
    found = data.query(sql_for(by_day, data.dna))
    assert [str(d)[:10] for d in found["day"]] == ["2024-01-01", "2024-01-02"]
    assert found["n"].tolist() == [2, 4]
    # Positive control: without the zone all six fall on one day.
    plain = data.query("""SELECT CAST(timezone('UTC', "at") AS DATE) d FROM logins GROUP BY d""")
    assert len(plain) == 1


def airline(name: str = "name") -> Col:
    return Col("airlines", name, via=("carrier", "carrier"))


def test_joins_lose_and_double_nothing(flights):
    rows, planes = flights.frames["flights"], flights.frames["planes"]
    merged = rows.merge(planes, on="tailnum", how="left", suffixes=("", "_plane"))
    assert len(merged) == len(rows)
    seats = Col("planes", "seats", via=("tailnum", "tailnum"))
    maker = Col("planes", "manufacturer", via=("tailnum", "tailnum"))
    intent = Aggregate("flights", (Measure(Func.MEAN, seats), Measure(Func.COUNT)))
    found = flights.query(sql_for(intent, flights.dna))
    assert found["n"][0] == len(rows)
    assert found["mean_seats"][0] == pytest.approx(merged.seats.mean())

    count = Aggregate("flights", (Measure(Func.COUNT),), (Group(maker),), None, Order(0), 5)
    found = flights.query(sql_for(count, flights.dna)).set_index("manufacturer")["n"]
    expected = merged.groupby("manufacturer").size().nlargest(5)
    assert found.to_dict() == expected.to_dict()

    missing = Aggregate("flights", (Measure(Func.COUNT),), where=Compare(maker, Op.IS_NULL))
    found = flights.query(sql_for(missing, flights.dna))
    assert found["n"][0] == merged.manufacturer.isna().sum() > 0


def test_one_frame_joined_two_ways(flights):
    rows = flights.frames["flights"]
    lat = flights.frames["airports"].set_index("faa")["lat"]
    start = Col("airports", "lat", via=("origin", "faa"))
    end = Col("airports", "lat", via=("dest", "faa"))
    intent = Aggregate("flights", (Measure(Func.MEAN, start), Measure(Func.MAX, end)))
    sheet = sheet_for(intent, flights.dna)
    found = flights.query(sheet.sql)
    assert found[sheet.measures[0]][0] == pytest.approx(rows.origin.map(lat).mean())
    assert found[sheet.measures[1]][0] == pytest.approx(rows.dest.map(lat).max())


def test_a_join_that_could_double_rows_is_refused(flights):
    humid = Measure(Func.MEAN, Col("weather", "humid"))
    with pytest.raises(QuestionNotRead, match="no column whose values are unique"):
        sql_for(Aggregate("flights", (humid,)), flights.dna)
    lat = Measure(Func.MEAN, Col("airports", "lat"))
    with pytest.raises(QuestionNotRead, match="by origin or by dest"):
        sql_for(Aggregate("flights", (lat,)), flights.dna)


def test_no_rows_at_all(make):
    data = make(
        {"t": pd.DataFrame({"k": pd.Series([], dtype="str"), "v": pd.Series([], dtype=float)})}
    )
    total = Aggregate("t", tuple(measure("t", "v", f) for f in PANDAS))
    found = data.query(sql_for(total, data.dna))
    assert found[["count_v", "distinct_v", "missing_v"]].iloc[0].tolist() == [0, 0, 0]
    assert found[["total_v", "mean_v", "median_v", "std_v"]].isna().all(axis=None)
    share = Aggregate("t", (Measure(Func.SHARE, where=Compare(Col("t", "v"), Op.GT, (0,))),))
    assert pd.isna(data.query(sql_for(share, data.dna))["share"][0])
