"""The shipped analyses, compared with scipy and pandas."""

from __future__ import annotations

import importlib.util

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from insightx_jupyter.llm.offline.intent import (
    Col,
    Compare,
    Distribution,
    Grain,
    Group,
    GroupTest,
    Op,
    Outliers,
    Regression,
)
from insightx_jupyter.llm.offline.writing import python_for
from insightx_jupyter.protocol.plan import Classification

PENGUIN = "penguins"


def col(name: str, frame: str = PENGUIN) -> Col:
    return Col(frame, name)


NUMBERS = [
    ("penguins", "penguins", "body_mass_g", "species"),
    ("penguins", "penguins", "bill_depth_mm", "island"),
    ("cars", "cars", "Horsepower", "Origin"),
    ("stocks", "stocks", "price", "symbol"),
    ("science", "iris", "petal width (cm)", "species"),
    ("weather", "seattle_weather", "wind", "weather"),
    ("flights", "flights", "dep_delay", "origin"),
]


@pytest.mark.parametrize(("set_name", "frame", "number", "key"), NUMBERS)
def test_distribution(request, set_name, frame, number, key, run_intent):
    data = request.getfixturevalue(set_name)
    ran = run_intent(data, Distribution(Col(frame, number)))
    values = data.frames[frame][number].dropna()
    assert ran.road is Classification.PY_ONLY
    row = ran.row("r1")
    assert [row["q25"], row["median"], row["q75"]] == values.quantile([0.25, 0.5, 0.75]).tolist()
    assert row["n"] == len(values)
    assert [row["mean"], row["std"]] == pytest.approx([values.mean(), values.std()])
    assert len(ran.charts) == 1
    assert ran.wrong == []

    ran = run_intent(data, Distribution(Col(frame, number), Group(Col(frame, key))))
    medians = data.frames[frame].groupby(key)[number].median()
    groups = ran.tables["r1_by_group"].to_pandas().set_index(key)["median"]
    assert groups.to_dict() == medians.to_dict()
    assert ran.row("r1")["highest_median"] == medians.max()
    assert ran.row("r1")["lowest_median"] == medians.min()
    assert ran.wrong == []


@pytest.mark.parametrize(("set_name", "frame", "number", "key"), NUMBERS)
@pytest.mark.parametrize("python_runs", [True, False])
def test_outliers(request, set_name, frame, number, key, python_runs, run_intent):
    data = request.getfixturevalue(set_name)
    ran = run_intent(data, Outliers(Col(frame, number)), python_runs=python_runs)
    values = data.frames[frame][number].dropna()
    q1, q3 = values.quantile(0.25), values.quantile(0.75)
    low, high = q1 - 1.5 * (q3 - q1), q3 + 1.5 * (q3 - q1)
    row = ran.row("r1")
    assert [row["low_fence"], row["high_fence"]] == pytest.approx([low, high])
    assert [row["below"], row["above"]] == [(values < low).sum(), (values > high).sum()]
    assert row["outliers"] == row["below"] + row["above"]
    assert ran.wrong == []
    assert len(ran.charts) == python_runs
    if python_runs:
        furthest = ran.tables["r1_furthest"].to_pandas()[number]
        assert len(furthest) == min(10, row["outliers"])
        assert ((furthest < low) | (furthest > high)).all()


@pytest.mark.parametrize(("set_name", "frame", "number", "key"), NUMBERS)
def test_several_groups(request, set_name, frame, number, key, run_intent):
    data = request.getfixturevalue(set_name)
    ran = run_intent(data, GroupTest(Col(frame, number), Group(Col(frame, key))))
    rows = data.frames[frame][[number, key]].dropna()
    samples = [g[number] for _, g in rows.groupby(key)]
    row = ran.row("r1")
    assert row["p"] == pytest.approx(stats.f_oneway(*samples).pvalue)
    assert row["rank_p"] == pytest.approx(stats.kruskal(*samples).pvalue)
    agrees = (row["p"] < 0.05) == (row["rank_p"] < 0.05)
    assert row["rank_verdict"] == ("the same verdict" if agrees else "another verdict")
    assert row["n"] == len(rows)
    assert row["effect"] == pytest.approx(eta_squared(samples))
    assert ("more than chance" in row["verdict"]) == (row["p"] < 0.05)
    assert row["verdict"] in ran.text
    assert ran.wrong == []


def eta_squared(samples: list[pd.Series]) -> float:
    f = stats.f_oneway(*samples).statistic
    between, within = len(samples) - 1, sum(map(len, samples)) - len(samples)
    return f * between / (f * between + within)


PAIRS = [
    ("penguins", "penguins", "body_mass_g", "sex", ("male", "female")),
    ("penguins", "penguins", "flipper_length_mm", "species", ("Adelie", "Chinstrap")),
    ("cars", "cars", "Acceleration", "Origin", ("USA", "Japan")),
    ("flights", "flights", "arr_delay", "origin", ("JFK", "LGA")),
    ("science", "iris", "sepal width (cm)", "species", ("setosa", "virginica")),
]


@pytest.mark.parametrize(("set_name", "frame", "number", "key", "two"), PAIRS)
def test_two_groups(request, set_name, frame, number, key, two, run_intent):
    data = request.getfixturevalue(set_name)
    where = Compare(Col(frame, key), Op.IN, two)
    ran = run_intent(data, GroupTest(Col(frame, number), Group(Col(frame, key)), where))
    assert ran.road is Classification.SQL_THEN_PY
    rows = data.frames[frame]
    a, b = (rows.loc[rows[key] == k, number].dropna() for k in two)
    row = ran.row("r2")
    assert row["p"] == pytest.approx(stats.ttest_ind(a, b, equal_var=False).pvalue)
    assert row["rank_p"] == pytest.approx(stats.mannwhitneyu(a, b).pvalue)
    assert abs(row["difference"]) == pytest.approx(abs(a.mean() - b.mean()))
    pooled = np.sqrt(((len(a) - 1) * a.var() + (len(b) - 1) * b.var()) / (len(a) + len(b) - 2))
    assert abs(row["effect"]) == pytest.approx(abs(a.mean() - b.mean()) / pooled)
    assert row["difference_low"] < row["difference"] < row["difference_high"]
    assert row["highest_group"] == two[0 if a.mean() > b.mean() else 1]
    assert ran.wrong == []


@pytest.mark.parametrize(("x", "y"), [("species", "island"), ("sex", "species"), ("sex", "island")])
def test_two_categories(penguins, x, y, run_intent):
    ran = run_intent(penguins, GroupTest(col(x), Group(col(y))))
    rows = penguins.frames[PENGUIN]
    table = pd.crosstab(rows[y], rows[x])
    found = stats.chi2_contingency(table, correction=False)
    row = ran.row("r2")
    assert row["statistic"] == pytest.approx(found.statistic)
    assert row["p"] == pytest.approx(found.pvalue)
    assert row["effect"] == pytest.approx(stats.contingency.association(table))
    assert ran.wrong == []


@pytest.mark.parametrize("key", ["origin", "carrier", "month"])
def test_shares(flights, key, run_intent):
    delay = col("dep_delay", "flights")
    late = Compare(delay, Op.GT, (15,))
    ran = run_intent(flights, GroupTest(delay, Group(col(key, "flights")), share=late))
    rows = flights.frames["flights"].dropna(subset=["dep_delay"])
    is_late = rows.dep_delay > 15
    found = stats.chi2_contingency(pd.crosstab(rows[key], is_late), correction=False)
    row, shares = ran.row("r2"), is_late.groupby(rows[key]).mean()
    assert row["p"] == pytest.approx(found.pvalue)
    assert row["highest_share"] == pytest.approx(shares.max())
    assert row["highest_group"] == str(shares.idxmax())
    assert row["overall"] == pytest.approx(is_late.mean())
    by_group = ran.tables["r2_by_group"].to_pandas().set_index(key)
    first = by_group.index[0]
    wilson = stats.binomtest(int(by_group.hits[first]), int(by_group.n[first])).proportion_ci(
        method="wilson"
    )
    assert by_group.loc[first, ["share_low", "share_high"]].tolist() == pytest.approx(list(wilson))
    assert ran.wrong == []


LINES = [
    ("penguins", "penguins", "body_mass_g", "flipper_length_mm"),
    ("cars", "cars", "Horsepower", "Weight_in_lbs"),
    ("flights", "flights", "arr_delay", "dep_delay"),
    ("science", "iris", "petal length (cm)", "sepal length (cm)"),
    ("science", "wine", "proline", "alcohol"),
]


@pytest.mark.parametrize(("set_name", "frame", "y", "x"), LINES)
@pytest.mark.parametrize("python_runs", [True, False])
def test_regression(request, set_name, frame, y, x, python_runs, run_intent):
    data = request.getfixturevalue(set_name)
    ran = run_intent(data, Regression(Col(frame, y), Col(frame, x)), python_runs=python_runs)
    rows = data.frames[frame][[x, y]].dropna()
    line = stats.linregress(rows[x], rows[y])
    row = ran.row("r1")
    assert [row["slope"], row["intercept"]] == pytest.approx([line.slope, line.intercept])
    assert row["r_squared"] == pytest.approx(line.rvalue**2)
    assert row["n"] == len(rows)
    assert ran.wrong == []
    if python_runs:
        reach = stats.t.ppf(0.975, len(rows) - 2) * line.stderr
        ends = [line.slope - reach, line.slope + reach]
        assert [row["slope_low"], row["slope_high"]] == pytest.approx(ends)
        assert row["p"] == pytest.approx(line.pvalue, abs=1e-12)
        assert row["drawn"] == min(5000, len(rows))


def test_a_filter_a_join_or_a_part_of_a_date_goes_by_way_of_sql(flights, run_intent):
    seats = Col("planes", "seats", via=("tailnum", "tailnum"))
    delay = col("dep_delay", "flights")
    hour = Group(col("time_hour", "flights"), Grain.QUARTER)
    where = Compare(col("origin", "flights"), Op.EQ, ("JFK",))
    rows = flights.frames["flights"]
    for intent in (
        Regression(delay, seats),
        Distribution(delay, hour),
        Distribution(delay, where=where),
    ):
        ran = run_intent(flights, intent)
        assert ran.road is Classification.SQL_THEN_PY
        assert "result = " in ran.code
        assert "(sql_result, " in ran.code
        assert ran.wrong == []
    assert ran.row("r2")["n"] == rows[rows.origin == "JFK"].dep_delay.notna().sum()


@pytest.mark.parametrize(
    "rows",
    [
        {"v": [], "k": []},
        {"v": [1.0], "k": ["a"]},
        {"v": [2.0, 2.0, 2.0], "k": ["a", "b", "b"]},
        {"v": [None, None], "k": ["a", "b"]},
        {"v": [1.0, 2.0, 3.0, 4.0], "k": ["a", "a", "b", "c"]},
        {"v": [1.0, 1.0, 2.0, 2.0], "k": ["a", "a", "b", "b"]},
    ],
    ids=["empty", "one row", "constant", "missing", "single rows", "no spread within"],
)
@pytest.mark.filterwarnings("ignore:.*:RuntimeWarning")
def test_poor_data_gives_words_instead_of_errors(make, rows, run_intent):
    frame = pd.DataFrame(
        {"v": pd.Series(rows["v"], dtype=float), "k": pd.Series(rows["k"], dtype=str)}
    )
    data = make({"t": frame.assign(w=frame.v * 2)})
    v, w, k = Col("t", "v"), Col("t", "w"), Group(Col("t", "k"))
    for intent in (
        Distribution(v),
        Distribution(v, k),
        Outliers(v),
        GroupTest(v, k),
        GroupTest(Col("t", "k"), k),
        GroupTest(v, k, share=Compare(v, Op.GT, (1,))),
        Regression(w, v),
    ):
        for python_runs in (True, False):
            ran = run_intent(data, intent, python_runs=python_runs)
            assert ran.wrong == [], (intent, ran.template)


def test_without_scipy_and_matplotlib_the_numbers_stand(penguins, monkeypatch, run_intent):
    find = importlib.util.find_spec
    missing = ("scipy", "matplotlib")
    monkeypatch.setattr(importlib.util, "find_spec", lambda n: None if n in missing else find(n))
    sex, mass = Group(col("species")), col("body_mass_g")
    for intent in (GroupTest(mass, sex), GroupTest(col("island"), sex)):
        ran = run_intent(penguins, intent)
        assert ran.charts == []
        assert "was not tested, because scipy is not installed" in ran.text
        assert ran.wrong == []
    for intent in (Distribution(mass), Outliers(mass), Regression(mass, col("bill_depth_mm"))):
        ran = run_intent(penguins, intent)
        assert ran.charts == []
        assert ran.wrong == []


def test_the_code_is_shipped_text_and_one_call_with_literals(penguins):
    import ast

    code = python_for(Distribution(col("body_mass_g")), penguins.dna)
    tree = ast.parse(code)
    call = tree.body[-1]
    assert isinstance(call, ast.Assign)
    assert isinstance(call.value, ast.Call)
    assert [ast.unparse(a) for a in call.value.args] == ["penguins"]
    assert all(isinstance(k.value, ast.Constant) for k in call.value.keywords)
    assert "insightx_jupyter" not in code


def test_a_chart_is_800_pixels_wide(penguins, run_intent):
    import base64
    import struct

    ran = run_intent(penguins, Distribution(col("body_mass_g")))
    png = base64.b64decode(ran.charts[0])
    assert struct.unpack(">I", png[16:20])[0] == 800


def test_a_frame_named_like_something_in_the_code_comes_by_way_of_sql(make, run_intent):
    frame = pd.DataFrame({"v": np.arange(20.0)})
    for name in ("result", "pd", "distribution", "class", "two words", "known"):
        data = make({name: frame})
        ran = run_intent(data, Distribution(Col(name, "v")))
        assert ran.road is Classification.SQL_THEN_PY, name
        assert ran.row("r2")["median"] == 9.5


def test_a_frame_named_like_the_sql_result_keeps_its_name(make):
    data = make({"sql_result": pd.DataFrame({"v": [1.0, 2.0]})})
    above = Compare(Col("sql_result", "v"), Op.GT, (1,))
    code = python_for(Distribution(Col("sql_result", "v"), where=above), data.dna)
    assert code.endswith("distribution(sql_result_, column='v')\n")


def test_run_code_sees_what_code_does(run_code):
    result, charts = run_code("result = 1 + 1", {})
    assert (result, charts) == (2, [])
