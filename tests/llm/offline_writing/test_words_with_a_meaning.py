"""Words that change what is asked are read or asked back, never dropped; figures say their whole."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

import insightx_jupyter
from insightx_jupyter.errors import QuestionNotRead


@pytest.fixture(scope="module")
def sales() -> dict[str, pd.DataFrame]:
    """Twelve orders of two years; one has no region, one day's only amount is missing."""
    first = ["2023-01-05", "2023-01-09", "2023-02-01", "2023-06-30", "2023-12-01", "2023-12-24"]
    second = ["2024-01-02", "2024-02-29", "2024-03-15", "2024-06-01", "2024-11-11", "2024-12-31"]
    days = pd.to_datetime([*first, *second])
    frame = pd.DataFrame(
        {
            "Order ID": range(1, 13),
            "order_date": days,
            "Région": ["North", "South", None, "North", "South", "North"] * 2,
            "category": ["Desk", "Lamp", "Lamp", "Desk", "Chair", "Chair"] * 2,
            "customer": list("aabbccaabbcd"),
            "qty": [2.0, 1, 4, 3, 1, 2, 5, None, 2, 2, 3, 1],
            "discount %": [0, 5, 10, 0, 5, 0, 10, 5, 0, 0, 5, 10],
            "Returned?": [True, False, False, False] * 3,
            "revenue": [20.0, 15, 80, 30, 12, 25, 60, None, 40, 22, 33, 11],
        }
    )
    return {"orders": frame}


def ask(question: str, frames: dict[str, Any]) -> Any:
    return insightx_jupyter.ask(question, frames, model="offline")


@pytest.mark.parametrize(
    ("question", "word"),
    [
        ("cumulative revenue by customer", "cumulative"),
        ("total revenue per qty by Région", "ratio"),
        ("how many customers left in 2023?", "left"),
        ("how many customers died?", "died"),
        ("average revenue by qty group", "group"),
    ],
)
def test_a_word_that_changes_the_question_is_not_dropped(
    question: str, word: str, sales: dict[str, pd.DataFrame]
) -> None:
    with pytest.raises(QuestionNotRead) as caught:
        ask(question, sales)
    assert word in caught.value.message


def test_a_share_is_of_the_whole_that_is_said(sales: dict[str, pd.DataFrame]) -> None:
    frame = sales["orders"]
    answer = ask("percent of total revenue by Région", sales)
    expected = frame.groupby("Région").revenue.sum() / frame.revenue.sum()
    found = answer.df.set_index(answer.df.columns[0])
    assert found["share_of_total"].to_dict() == pytest.approx(expected.to_dict())
    assert found["n"].to_dict() == frame.groupby("Région").revenue.count().to_dict()
    assert "part of the whole" in answer.text


def test_a_total_of_nothing_is_not_zero(sales: dict[str, pd.DataFrame]) -> None:
    answer = ask("total revenue by order_date", sales)
    row = answer.df[pd.to_datetime(answer.df.iloc[:, 0]) == "2024-02-29"].iloc[0]
    assert pd.isna(row["total_revenue"])
    assert "2024-02-29" not in answer.text


def test_a_label_that_two_columns_share_is_asked_back() -> None:
    twins = {"twins": pd.DataFrame([[1, 2], [3, 4]], columns=["x", "x"])}
    with pytest.raises(QuestionNotRead) as caught:
        ask("average x", twins)
    assert "`x` or `x_2`" in caught.value.message
    assert "2.000" in ask("average `x`", twins).text


def test_years_that_are_named_are_compared_as_years(sales: dict[str, pd.DataFrame]) -> None:
    frame = sales["orders"]
    answer = ask("how did revenue change from 2023 to 2024?", sales)
    expected = frame.groupby(frame.order_date.dt.year).revenue.sum()
    assert answer.df["total_revenue"].tolist() == pytest.approx(expected.tolist())
    assert "the change is highest" not in answer.text
    assert any("its total" in choice for choice in answer.record.choices)


def test_the_revenue_of_a_month_is_its_total(sales: dict[str, pd.DataFrame]) -> None:
    frame = sales["orders"]
    by_month = frame.groupby(frame.order_date.dt.to_period("M")).revenue.sum(min_count=1)
    answer = ask("which month had the lowest revenue?", sales)
    assert answer.df["total_revenue"][0] == by_month.min()
    assert by_month.idxmin().strftime("%B %Y") in answer.text


@pytest.mark.parametrize("question", ["how many days had no rain?", "days without rain"])
def test_a_value_that_is_an_amount_too_is_asked_back(question: str) -> None:
    days = pd.date_range("2024-01-01", periods=4)
    kinds = ["rain", "sun", "fog", "rain"]
    weather = pd.DataFrame({"date": days, "precipitation": [1.0, 0, 0.5, 2], "weather": kinds})
    with pytest.raises(QuestionNotRead) as caught:
        ask(question, {"weather": weather})
    assert "precipitation is 0" in caught.value.message


def test_different_values_are_counted_first(sales: dict[str, pd.DataFrame]) -> None:
    answer = ask("unique customer in 2023", sales)
    assert answer.text.startswith("**The number of distinct values of `customer`")


def test_missing_values_are_counted_in_the_rows_in_question(
    sales: dict[str, pd.DataFrame],
) -> None:
    answer = ask("average revenue in 2023 by category", sales)
    assert "of all 12 rows" not in answer.text


@pytest.mark.parametrize("question", ["total wait", "sum of wait", "average wait"])
def test_durations_are_not_counted_in_place_of_a_sum(question: str) -> None:
    waits = pd.DataFrame({"wait": pd.to_timedelta([1, 2, 4], unit="h"), "g": list("aab")})
    with pytest.raises(QuestionNotRead):
        ask(question, {"shop": waits})


def test_a_time_limit_is_the_users_to_raise() -> None:
    from insightx_jupyter.errors import UserMustAct

    frame = pd.DataFrame({"x": range(200_000), "g": [str(n % 7) for n in range(200_000)]})
    with pytest.raises(UserMustAct) as caught:
        insightx_jupyter.ask("distribution of x", {"t": frame}, model="offline", timeout=0.001)
    assert "--timeout" in str(caught.value)


def test_the_date_that_rows_are_called_after_is_taken_unless_another_is_named() -> None:
    days = pd.date_range("2024-01-20", periods=20, freq="3D")
    status = ["shipped", "returned"] * 10
    frame = pd.DataFrame({"order_date": days, "shipped_date": days + pd.Timedelta("9D")})
    frames = {"orders": frame.assign(status=status, amount=1.5)}
    answer = ask("how many orders in February 2024?", frames)
    assert answer.df.iloc[0, 0] == (days.month == 2).sum()
    assert any("by order_date" in choice for choice in answer.record.choices)
    with pytest.raises(QuestionNotRead) as caught:
        ask("how many orders were shipped in February 2024?", frames)
    assert "shipped_date" in caught.value.message


def test_a_car_that_is_sold_in_japan_need_not_be_made_there() -> None:
    cars = pd.DataFrame({"Origin": ["Japan", "USA", "Japan"], "mpg": [30.0, 20.0, 31.0]})
    with pytest.raises(QuestionNotRead):
        ask("cars sold in Japan", {"cars": cars})
    assert ask("how many cars made in Japan", {"cars": cars}).df.iloc[0, 0] == 2
