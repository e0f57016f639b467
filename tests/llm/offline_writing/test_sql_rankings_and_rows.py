"""Rankings, shares, changes, rows and correlations by the analyst's SQL, beside pandas."""

from __future__ import annotations

import pandas as pd
import pytest

from insightx_jupyter.llm.offline.intent import (
    Aggregate,
    Change,
    Col,
    Compare,
    Correlation,
    Func,
    Grain,
    Group,
    Measure,
    Op,
    Order,
    Rows,
    Values,
)
from insightx_jupyter.llm.offline.writing.sql import sheet_for, sql_for


def test_limits_keep_ties(make):
    data = make({"t": pd.DataFrame({"k": list("aabbc"), "v": [1, 2, 2, 1, 9]})})
    top = Aggregate("t", (Measure(Func.COUNT),), (Group(Col("t", "k")),), None, Order(0), 1)
    assert data.query(sql_for(top, data.dna))["k"].tolist() == ["a", "b"]
    rows = Rows("t", Col("t", "v"), descending=False, limit=1)
    assert data.query(sql_for(rows, data.dna))["k"].tolist() == ["a", "b"]
    values = Values(Col("t", "k"), limit=2)
    assert data.query(sql_for(values, data.dna))["k"].tolist() == ["a", "b"]


def test_groups_without_a_value_are_not_ranked(make):
    data = make({"t": pd.DataFrame({"k": list("aab"), "v": [1.0, 3.0, None]})})
    for descending in (True, False):
        order = Order(0, descending)
        mean = Measure(Func.MEAN, Col("t", "v"))
        top = Aggregate("t", (mean,), (Group(Col("t", "k")),), None, order, 1)
        assert data.query(sql_for(top, data.dna))["k"].tolist() == ["a"]


def test_having(flights):
    rows = flights.frames["flights"]
    intent = Aggregate(
        "flights",
        (Measure(Func.COUNT),),
        (Group(Col("flights", "carrier")),),
        having=(0, Op.GT, 1500),
    )
    found = flights.query(sql_for(intent, flights.dna))
    counts = rows.carrier.value_counts()
    assert found.set_index("carrier")["n"].to_dict() == counts[counts > 1500].to_dict()
    assert found["overall"][0] == len(rows)


def test_shares_of_the_total(penguins):
    rows = penguins.frames["penguins"]
    groups = (Group(Col("penguins", "sex")),)
    intent = Aggregate("penguins", (Measure(Func.SHARE_OF_TOTAL),), groups)
    found = penguins.query(sql_for(intent, penguins.dna)).set_index("sex")
    assert found["share_of_total"].to_dict() == pytest.approx(
        (rows.sex.value_counts() / len(rows)).to_dict()
    )
    mass = Col("penguins", "body_mass_g")
    intent = Aggregate("penguins", (Measure(Func.SHARE_OF_TOTAL, mass),), groups)
    sheet = sheet_for(intent, penguins.dna)
    found = penguins.query(sheet.sql).set_index("sex")[sheet.measures[0]]
    # Rows without a sex are in no group, but they are part of the whole.
    expected = rows.groupby("sex").body_mass_g.sum() / rows.body_mass_g.sum()
    assert found.to_dict() == pytest.approx(expected.to_dict())
    n = penguins.query(sheet.sql).set_index("sex")[sheet.n]
    assert n.to_dict() == rows.groupby("sex").body_mass_g.count().to_dict()


def test_a_measure_of_its_own_rows(flights):
    rows = flights.frames["flights"]
    late = Compare(Col("flights", "dep_delay"), Op.GT, (0,))
    measures = (
        Measure(Func.COUNT, where=late),
        Measure(Func.MEAN, Col("flights", "arr_delay"), where=late),
    )
    sheet = sheet_for(
        Aggregate("flights", measures, (Group(Col("flights", "origin")),)), flights.dna
    )
    found = flights.query(sheet.sql).set_index("origin")
    is_late = rows[rows.dep_delay > 0]
    assert found[sheet.measures[0]].to_dict() == is_late.groupby("origin").size().to_dict()
    assert found[sheet.measures[1]].to_dict() == pytest.approx(
        is_late.groupby("origin").arr_delay.mean().to_dict()
    )


def test_two_groups(penguins):
    rows = penguins.frames["penguins"]
    groups = (Group(Col("penguins", "species")), Group(Col("penguins", "sex")))
    mean = Measure(Func.MEAN, Col("penguins", "body_mass_g"))
    found = penguins.query(sql_for(Aggregate("penguins", (mean,), groups), penguins.dna))
    expected = rows.groupby(["species", "sex"]).body_mass_g.mean()
    found = found.set_index(["species", "sex"])["mean_body_mass_g"]
    assert list(found.index) == list(expected.index)
    assert found.to_dict() == pytest.approx(expected.to_dict())


@pytest.mark.parametrize("symbol", ["AAPL", "GOOG", "IBM"])
def test_change_over_time(stocks, symbol):
    where = Compare(Col("stocks", "symbol"), Op.EQ, (symbol,))
    by = Group(Col("stocks", "date"), Grain.YEAR)
    intent = Change("stocks", Measure(Func.MEAN, Col("stocks", "price")), by, where)
    found = stocks.query(sql_for(intent, stocks.dna))
    rows = stocks.frames["stocks"]
    rows = rows[rows.symbol == symbol]
    means = rows.groupby(rows.date.dt.year).price.mean()
    assert found["year"].tolist() == means.index.tolist()
    assert found["mean_price"].tolist() == pytest.approx(means.tolist())
    assert found["change"].tolist() == pytest.approx(means.diff().tolist(), nan_ok=True)
    assert found["change_share"].tolist() == pytest.approx(means.pct_change().tolist(), nan_ok=True)
    assert found.loc[found.place == 1, "change"].tolist() == pytest.approx([means.diff().max()])


def test_rows_by_a_column(flights):
    rows = flights.frames["flights"]
    where = Compare(Col("flights", "origin"), Op.EQ, ("LGA",))
    airline = Col("airlines", "name", via=("carrier", "carrier"))
    intent = Rows("flights", Col("flights", "dep_delay"), limit=5, show=(airline,), where=where)
    found = flights.query(sql_for(intent, flights.dna))
    expected = rows[rows.origin == "LGA"].nlargest(5, "dep_delay", keep="all")
    assert found["dep_delay"].tolist() == expected.dep_delay.tolist()
    assert found["matches"][0] == ((rows.origin == "LGA") & rows.dep_delay.notna()).sum()
    names = flights.frames["airlines"].set_index("carrier")["name"]
    assert set(found["name"]) == set(expected.carrier.map(names))
    assert set(rows.columns) <= set(found.columns)


def test_rows_that_match_come_in_the_order_of_the_frame(flights):
    rows = flights.frames["flights"]
    where = Compare(Col("flights", "distance"), Op.GT, (2000,))
    found = flights.query(sql_for(Rows("flights", where=where), flights.dna))
    expected = rows[rows.distance > 2000]
    assert found["matches"][0] == len(expected)
    pd.testing.assert_frame_equal(
        found[list(rows.columns)], expected.head(10).reset_index(drop=True), check_dtype=False
    )


@pytest.mark.parametrize(
    ("set_name", "frame", "column"),
    [
        ("flights", "flights", "origin"),
        ("flights", "flights", "tailnum"),
        ("penguins", "penguins", "sex"),
        ("weather", "seattle_weather", "weather"),
        ("science", "wine", "target"),
    ],
)
def test_values(request, set_name, frame, column):
    data = request.getfixturevalue(set_name)
    found = data.query(sql_for(Values(Col(frame, column)), data.dna)).set_index(column)
    counts = data.frames[frame][column].value_counts()
    assert found["n"].to_dict() == counts.to_dict()
    assert found["share"].to_dict() == pytest.approx((counts / counts.sum()).to_dict())
    assert found["distinct_values"].iloc[0] == len(counts)


PAIRS = [
    ("flights", "flights", "distance", "air_time"),
    ("flights", "flights", "dep_delay", "arr_delay"),
    ("penguins", "penguins", "flipper_length_mm", "body_mass_g"),
    ("cars", "cars", "Weight_in_lbs", "Miles_per_Gallon"),
    ("cars", "cars", "Horsepower", "Acceleration"),
    ("science", "iris", "sepal length (cm)", "petal length (cm)"),
    ("science", "wine", "alcohol", "proline"),
]


@pytest.mark.parametrize(("set_name", "frame", "x", "y"), PAIRS)
def test_correlation(request, set_name, frame, x, y):
    from scipy import stats

    data = request.getfixturevalue(set_name)
    both = data.frames[frame][[x, y]].dropna()
    found = data.query(sql_for(Correlation(Col(frame, x), Col(frame, y)), data.dna))
    pearson, spearman = stats.pearsonr(both[x], both[y])[0], stats.spearmanr(both[x], both[y])[0]
    assert found["pearson"][0] == pytest.approx(pearson)
    assert found["spearman"][0] == pytest.approx(spearman)
    assert found["n"][0] == len(both)
    assert found["r_squared"][0] == pytest.approx(pearson**2)
    word = "strong" if abs(pearson) >= 0.5 else "moderate" if abs(pearson) >= 0.3 else "weak"
    assert found["strength"][0] == word


def test_correlation_with_all_others(penguins):
    rows = penguins.frames["penguins"]
    intent = Correlation(Col("penguins", "body_mass_g"))
    found = penguins.query(sql_for(intent, penguins.dna)).set_index("column_name")
    expected = rows.corr(numeric_only=True)["body_mass_g"].drop("body_mass_g")
    assert found["pearson"].to_dict() == pytest.approx(expected.to_dict())
    assert found.index[0] == expected.abs().idxmax()


def test_a_column_that_does_not_vary_correlates_with_nothing(make):
    data = make({"t": pd.DataFrame({"x": [1, 2, 3], "y": [5, 5, 5]})})
    found = data.query(sql_for(Correlation(Col("t", "x"), Col("t", "y")), data.dna))
    assert pd.isna(found["pearson"][0])
    assert found["strength"][0] == "undefined"


def test_sums_that_outgrow_64_bits_stay_right(make):
    data = make({"t": pd.DataFrame({"v": [2**62, 2**62, 2**62]})})
    total = Aggregate("t", (Measure(Func.SUM, Col("t", "v")),))
    assert int(data.arrow(sql_for(total, data.dna))[0][0].as_py()) == 3 * 2**62


def test_booleans_count_as_one_and_zero(make):
    data = make({"t": pd.DataFrame({"b": [True, False, True, True], "k": list("xxyy")})})
    b = Col("t", "b")
    measures = (Measure(Func.SUM, b), Measure(Func.MEAN, b), Measure(Func.SHARE, b))
    found = data.query(sql_for(Aggregate("t", measures), data.dna)).iloc[0].tolist()
    assert found[:3] == [3, 0.75, 0.75]
    where = Aggregate("t", (Measure(Func.COUNT),), where=Compare(b, Op.EQ, (True,)))
    assert data.query(sql_for(where, data.dna))["n"][0] == 3


def test_days_between_dates(stocks):
    found = stocks.query(
        sql_for(Aggregate("stocks", (Measure(Func.RANGE, Col("stocks", "date")),)), stocks.dna)
    )
    days = stocks.frames["stocks"]["date"]
    assert found["days_of_date"][0] == (days.max() - days.min()).days
