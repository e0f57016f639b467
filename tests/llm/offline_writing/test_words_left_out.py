"""Questions as they are typed, with words left out: what they mean is said, and right."""

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import insightx_jupyter
from insightx_jupyter.errors import QuestionNotRead


@pytest.fixture(scope="module")
def frames() -> dict[str, pd.DataFrame]:
    rng = np.random.default_rng(5)
    n = 300
    days = pd.Timestamp("2023-01-01") + pd.to_timedelta(rng.integers(0, 730, n), unit="D")
    orders = pd.DataFrame(
        {
            "Order ID": range(n),
            "order_date": days,
            "Région": rng.choice(["North", "South", "East"], n),
            "category": rng.choice(["Furniture", "Technology"], n),
            "customer": rng.choice([f"C{i:02d}" for i in range(30)], n),
            "qty": rng.integers(1, 9, n),
            "discount %": rng.choice([0, 5, 10], n),
            "Returned?": rng.random(n) < 0.2,
            "revenue": rng.gamma(3, 40, n).round(2),
        }
    )
    staff = pd.DataFrame(
        {
            "name": [f"P{i}" for i in range(40)],
            "salary": rng.normal(50_000, 9_000, 40).round(),
            "hired": pd.date_range("2016-01-01", periods=40, freq="45D"),
            "remote": rng.random(40) < 0.4,
        }
    )
    trips = pd.DataFrame(
        {"city": rng.choice(["Paris", "Oslo"], 50), "km": rng.exponential(12, 50).round(1)}
    )
    spec = find_spec("vega_datasets")
    assert spec is not None
    assert spec.origin is not None
    folder = Path(spec.origin).parent / "_data"
    cars = pd.DataFrame(json.loads((folder / "cars.json").read_text("utf-8")))
    weather = pd.read_csv(folder / "seattle-weather.csv", parse_dates=["date"])
    return {"orders": orders, "staff": staff, "trips": trips, "cars": cars, "weather": weather}


def ask(frame: str, question: str, frames: dict[str, pd.DataFrame]) -> Any:
    return insightx_jupyter.ask(question, {frame: frames[frame]}, model="offline")


def grouped(frame: str, key: str, column: str, how: str) -> Any:
    return lambda f: f[frame].groupby(key)[column].agg(how).to_dict()


ONE = [
    ("orders", "revenue for Technology in the North", lambda f: f["orders"][(f["orders"].category == "Technology") & (f["orders"]["Région"] == "North")].revenue.sum()),
    ("orders", "what percentage of orders were returned?", lambda f: f["orders"]["Returned?"].mean()),
    ("orders", "how many Furniture or Technology orders in the East?", lambda f: (f["orders"]["Région"] == "East").sum()),
    ("orders", "average qty where discount % is at least 5", lambda f: f["orders"][f["orders"]["discount %"] >= 5].qty.mean()),
    ("orders", "what share of revenue comes from Technology?", lambda f: f["orders"][f["orders"].category == "Technology"].revenue.sum() / f["orders"].revenue.sum()),
    ("orders", "total revenue without returned", lambda f: f["orders"][~f["orders"]["Returned?"]].revenue.sum()),
    ("orders", "total orders", lambda f: len(f["orders"])),
    ("staff", "how many hired in 2019?", lambda f: (f["staff"].hired.dt.year == 2019).sum()),
    ("staff", "how many people work remotely?", lambda f: f["staff"].remote.sum()),
    ("staff", "how many rows have remote true?", lambda f: f["staff"].remote.sum()),
    ("trips", "how many trips to Paris?", lambda f: (f["trips"].city == "Paris").sum()),
    ("cars", "average mpg for 4 cylinder cars from Japan", lambda f: f["cars"].query("Cylinders == 4 and Origin == 'Japan'").Miles_per_Gallon.mean()),
    ("cars", "what is the weight of the heaviest car?", lambda f: f["cars"].Weight_in_lbs.max()),
    ("cars", "interquartile range of mpg", lambda f: f["cars"].Miles_per_Gallon.quantile(0.75) - f["cars"].Miles_per_Gallon.quantile(0.25)),
    ("cars", "mode of Cylinders", lambda f: f["cars"].Cylinders.mode()[0]),
    ("cars", "cars: how many rows?", lambda f: len(f["cars"])),
    ("weather", "average temp_max on rainy days", lambda f: f["weather"][f["weather"].weather == "rain"].temp_max.mean()),
    ("weather", "which weather is most common?", lambda f: f["weather"].weather.mode()[0]),
]  # fmt: skip

EACH = [
    ("orders", "revenue by category", grouped("orders", "category", "revenue", "sum")),
    ("orders", "total revenue per region", grouped("orders", "Région", "revenue", "sum")),
    ("orders", "average discount % by category", grouped("orders", "category", "discount %", "mean")),
    ("orders", "average revenue of returned vs not returned", grouped("orders", "Returned?", "revenue", "mean")),
    ("trips", "longest trip per city", grouped("trips", "city", "km", "max")),
    ("cars", "mean Acceleration by Cylinders, only USA", lambda f: f["cars"].query("Origin == 'USA'").groupby("Cylinders").Acceleration.mean().to_dict()),
    ("orders", "total qty in 2023 vs 2024", lambda f: f["orders"].groupby(f["orders"].order_date.dt.year).qty.sum().to_dict()),
]  # fmt: skip


@pytest.mark.parametrize(("frame", "question", "expected"), ONE, ids=[q for _, q, _ in ONE])
def test_one_figure(frame: str, question: str, expected: Any, frames: dict[str, Any]) -> None:
    row = ask(frame, question, frames).df.iloc[0]
    wanted = expected(frames)
    if isinstance(wanted, str):
        assert wanted in row.tolist()
    else:
        numbers = [cell for cell in row if isinstance(cell, int | float | np.number)]
        assert any(cell == pytest.approx(float(wanted), rel=1e-9) for cell in numbers[:1])


@pytest.mark.parametrize(("frame", "question", "expected"), EACH, ids=[q for _, q, _ in EACH])
def test_a_figure_of_each(frame: str, question: str, expected: Any, frames: dict[str, Any]) -> None:
    found = ask(frame, question, frames).df
    wanted = {str(key): value for key, value in expected(frames).items()}
    assert dict(zip(found.iloc[:, 0].astype(str), found.iloc[:, 1], strict=True)) == pytest.approx(
        wanted
    )


def test_top_customers_by_revenue_are_by_their_total(frames: dict[str, Any]) -> None:
    answer = ask("orders", "top 10 customers by revenue", frames)
    wanted = frames["orders"].groupby("customer").revenue.sum().nlargest(10)
    assert answer.df.iloc[:, 0].tolist() == wanted.index.tolist()
    assert any("its total" in choice for choice in answer.record.choices)


def test_two_named_groups_are_compared(frames: dict[str, Any]) -> None:
    answer = ask("cars", "is mpg higher in Japan than in Europe?", frames)
    means = frames["cars"].groupby("Origin").Miles_per_Gallon.mean()
    assert f"highest for Japan ({means['Japan']:.3f})" in answer.text


def test_the_coldest_day_is_named(frames: dict[str, Any]) -> None:
    frame = frames["weather"]
    answer = ask("weather", "coldest day by temp_min", frames)
    assert f"{frame.loc[frame.temp_min.idxmin(), 'date']:%Y-%m-%d}" in answer.text


def test_both_measures_are_told(frames: dict[str, Any]) -> None:
    answer = ask("weather", "average of temp_max and temp_min by year", frames)
    assert "The mean `temp_min` runs from" in answer.text


def test_a_question_of_two_readings_says_which(frames: dict[str, Any]) -> None:
    with pytest.raises(QuestionNotRead) as caught:
        ask("orders", "share of returned by category", frames)
    assert "; or " in caught.value.message


def test_total_sales_may_be_money(frames: dict[str, Any]) -> None:
    with pytest.raises(QuestionNotRead) as caught:
        insightx_jupyter.ask("total sales", {"sales": frames["orders"]}, model="offline")
    assert "total revenue" in caught.value.message


def test_a_latest_date_is_no_maximum(frames: dict[str, Any]) -> None:
    assert ask("staff", "latest hired", frames).text.startswith("**The latest `hired` is")
