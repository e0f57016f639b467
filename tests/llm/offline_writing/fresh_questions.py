"""Fresh questions as people type them, each with what pandas says.

Written without a look at the grammar that reads them. ``expected`` is a number, a
mapping of groups to values, ``First`` (the winner and its value), a list (a column
in order), a set (a column in any order), ``Shape`` (how many rows match), ``Says``
(pieces of the text) or None: no answer is in the data.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

Frames = dict[str, pd.DataFrame]


class First(dict):
    """The winner with its value; the rest of the ranking may follow."""


class Shape(int):
    """So many rows."""


class Says(tuple):
    """Pieces of the text."""


def top(s: pd.Series) -> First:
    return First(s[s == s.max()].to_dict())


def low(s: pd.Series) -> First:
    return First(s[s == s.min()].to_dict())


def o(f: Frames) -> pd.DataFrame:
    return f["orders"]


def oc(f: Frames) -> pd.DataFrame:
    return f["orders"].merge(f["customers"], on="customer_id")


def op(f: Frames) -> pd.DataFrame:
    return f["orders"].merge(f["products"], on="product_id")


def c(f: Frames) -> pd.DataFrame:
    return f["customers"]


def p(f: Frames) -> pd.DataFrame:
    return f["products"]


def e(f: Frames) -> pd.DataFrame:
    return f["employees"]


def r(f: Frames) -> pd.DataFrame:
    return f["la_riots"]


def g(f: Frames) -> pd.DataFrame:
    return f["grunfeld"]


def s(f: Frames) -> pd.DataFrame:
    return f["statecrime"].set_index("state")


def i(f: Frames) -> pd.DataFrame:
    return f["iowa_electricity"]


def a(f: Frames) -> pd.DataFrame:
    return f["airports"]


def d(f: Frames) -> pd.DataFrame:
    return f["driving"]


def b(f: Frames) -> pd.DataFrame:
    return f["burtin"]


def pg(f: Frames) -> pd.DataFrame:
    return f["penguins"]


def fl(f: Frames) -> pd.DataFrame:
    return f["flights"]


def named(f: Frames) -> pd.DataFrame:
    return f["flights"].merge(f["airlines"], on="carrier")


def share(x: pd.Series) -> float:
    return float(x.mean())


Expected = Callable[[Frames], Any] | None
QUESTIONS: list[tuple[str, str, Expected]] = [
    # A shop
    ("shop", "how many orders do we have?", lambda f: 900),
    ("shop", "total amount", lambda f: o(f).amount.sum()),
    ("shop", "Total amount per channel please", lambda f: o(f).groupby("channel").amount.sum().to_dict()),
    ("shop", "orders by status", lambda f: o(f).status.value_counts().to_dict()),
    ("shop", "how many orders were cancelled", lambda f: (o(f).status == "cancelled").sum()),
    ("shop", "what percentage of orders were returned?", lambda f: share(o(f).status == "returned")),
    ("shop", "avg amount of delivered web orders", lambda f: o(f).query("status=='delivered' and channel=='web'").amount.mean()),
    ("shop", "Which country has the most customers?", lambda f: top(c(f).country.value_counts())),
    ("shop", "which country spent the most", lambda f: top(oc(f).groupby("country").amount.sum())),
    ("shop", "total amount by country", lambda f: oc(f).groupby("country").amount.sum().to_dict()),
    ("shop", "average amount per segment", lambda f: oc(f).groupby("segment").amount.mean().to_dict()),
    ("shop", "which category has the highest total amount?", lambda f: top(op(f).groupby("category").amount.sum())),
    ("shop", "top 3 products by total quantity", lambda f: op(f).groupby("product_name").quantity.sum().nlargest(3, keep="all").to_dict()),
    ("shop", "most expensive product", lambda f: top(p(f).set_index("product_name").price)),
    ("shop", "cheapest product in the Garden category", lambda f: low(p(f).query("category=='Garden'").set_index("product_name").price)),
    ("shop", "which products are not in stock", lambda f: set(p(f).loc[~p(f).in_stock, "product_name"])),
    ("shop", "how many products are in stock?", lambda f: p(f).in_stock.sum()),
    ("shop", "number of gift orders", lambda f: o(f).is_gift.sum()),
    ("shop", "share of gifts by channel", lambda f: o(f).groupby("channel").is_gift.mean().to_dict()),
    ("shop", "orders per month in 2024", lambda f: list(o(f)[o(f).order_date.dt.year == 2024].groupby(o(f).order_date.dt.month).size())),
    ("shop", "orders in March 2024", lambda f: (o(f).order_date.dt.to_period("M") == "2024-03").sum()),
    ("shop", "total amount in 2023 vs 2024", lambda f: {str(k): v for k, v in o(f).groupby(o(f).order_date.dt.year).amount.sum().items()}),
    ("shop", "how many orders have no discount", lambda f: o(f).discount.isna().sum()),
    ("shop", "How many values are missing in shipped_date?", lambda f: o(f).shipped_date.isna().sum()),
    ("shop", "how many orders are over 200?", lambda f: (o(f).amount > 200).sum()),
    ("shop", "how many orders have an amount above 200", lambda f: (o(f).amount > 200).sum()),
    ("shop", "orders with amount between 100 and 200 from the app, how many?", lambda f: (o(f).amount.between(100, 200) & (o(f).channel == "app")).sum()),
    ("shop", "median age of customers", lambda f: c(f).age.median()),
    ("shop", "How old is the oldest customer?", lambda f: c(f).age.max()),
    ("shop", "customers from Germany or France", lambda f: c(f).country.isin(["Germany", "France"]).sum()),
    ("shop", "how many different customers placed an order", lambda f: o(f).customer_id.nunique()),
    ("shop", "which customers have more than 12 orders", lambda f: {k for k, v in oc(f).customer_name.value_counts().items() if v > 12}),
    ("shop", "average quantity for pending orders by channel", lambda f: o(f).query("status=='pending'").groupby("channel").quantity.mean().to_dict()),
    ("shop", "is there a correlation between price and weight?", lambda f: p(f).price.corr(p(f).weight_kg)),
    ("shop", "how is amount distributed?", lambda f: o(f).amount.median()),
    ("shop", "list the channels", lambda f: {"web", "app", "store"}),
    ("shop", "biggest order", lambda f: o(f).amount.max()),
    ("shop", "5 largest orders by amount", lambda f: list(o(f).amount.nlargest(5))),
    ("shop", "orders per weekday", lambda f: list(o(f).groupby(o(f).order_date.dt.day_of_week).size())),
    ("shop", "who are our most loyal customers", None),
    ("shop", "what will revenue be next quarter?", None),
    ("shop", "percent of customers who get the newsletter", lambda f: share(c(f).newsletter)),
    ("shop", "what is the profit margin per product", None),
    # Staff
    ("staff", "headcount by department", lambda f: e(f).department.value_counts().to_dict()),
    ("staff", "average salary", lambda f: e(f).salary.mean()),
    ("staff", "mean salary by gender and department", lambda f: list(e(f).groupby(["gender", "department"]).salary.mean())),
    ("staff", "Do women earn less than men?", lambda f: e(f).groupby("gender").salary.mean().to_dict()),
    ("staff", "does salary differ between departments", lambda f: e(f).groupby("department").salary.mean().to_dict()),
    ("staff", "who earns the most?", lambda f: top(e(f).set_index("employee_id").salary)),
    ("staff", "highest salary in Engineering", lambda f: e(f).query("department=='Engineering'").salary.max()),
    ("staff", "how many people in Sales work remotely", lambda f: ((e(f).department == "Sales") & e(f).remote).sum()),
    ("staff", "how many employees were hired after 2018?", lambda f: (e(f).hire_date >= "2019-01-01").sum()),
    ("staff", "hires per year", lambda f: list(e(f).groupby(e(f).hire_date.dt.year).size())),
    ("staff", "who was hired last", lambda f: set(e(f).loc[e(f).hire_date == e(f).hire_date.max(), "employee_id"])),
    ("staff", "female employees with a salary over 60000", lambda f: Shape(((e(f).gender == "female") & (e(f).salary > 60000)).sum())),
    ("staff", "share of remote employees per department", lambda f: e(f).groupby("department").remote.mean().to_dict()),
    ("staff", "which department has the lowest average performance score", lambda f: low(e(f).groupby("department").performance_score.mean())),
    ("staff", "relationship between salary and sick days", lambda f: e(f).salary.corr(e(f).sick_days)),
    ("staff", "std of salary in Finance", lambda f: e(f).query("department=='Finance'").salary.std()),
    ("staff", "how many employees got no bonus", lambda f: e(f).bonus.isna().sum()),
    ("staff", "which manager has the most employees?", lambda f: top(e(f).manager_id.value_counts())),
    ("staff", "90th percentile of bonus", lambda f: e(f).bonus.quantile(0.9)),
    ("staff", "why do people leave the company?", None),
    ("staff", "avg marital status", None),
    ("staff", "outliers in salary", lambda f: out(e(f).salary)),
    # Los Angeles, 1992
    ("riots", "how many people died?", lambda f: 63),
    ("riots", "deaths by race", lambda f: r(f).race.value_counts().to_dict()),
    ("riots", "count by type", lambda f: r(f).type.value_counts().to_dict()),
    ("riots", "average age of the victims", lambda f: r(f).age.mean()),
    ("riots", "mean age by gender", lambda f: r(f).groupby("gender").age.mean().to_dict()),
    ("riots", "how many were officer-involved shootings?", lambda f: (r(f).type == "Officer-involved shooting").sum()),
    ("riots", "youngest person", lambda f: r(f).age.min()),
    ("riots", "which neighborhood had the most homicides", lambda f: top(r(f).query("type=='Homicide'").neighborhood.value_counts())),
    ("riots", "women older than 40", lambda f: Shape(((r(f).gender == "Female") & (r(f).age > 40)).sum())),
    ("riots", "how many deaths on April 30, 1992", lambda f: (r(f).death_date == "1992-04-30").sum()),
    ("riots", "deaths per day", lambda f: list(r(f).groupby("death_date").size())),
    ("riots", "pct of black people among homicides", lambda f: share(r(f).query("type=='Homicide'").race == "Black")),
    ("riots", "what neighborhoods are there?", lambda f: set(r(f).neighborhood)),
    ("riots", "who was arrested", None),
    # Electricity
    ("iowa", "total net generation by source", lambda f: i(f).groupby("source").net_generation.sum().to_dict()),
    ("iowa", "renewables in 2017", lambda f: i(f)[(i(f).source == "Renewables") & (i(f).year.dt.year == 2017)].net_generation.iloc[0]),
    ("iowa", "how did net generation of Renewables change over the years?", lambda f: list(i(f).query("source=='Renewables'").sort_values("year").net_generation)),
    ("iowa", "in which year was fossil fuel generation highest", lambda f: top(i(f).query("source=='Fossil Fuels'").set_index("year").net_generation)),
    ("iowa", "max net_generation for Nuclear Energy", lambda f: i(f).query("source=='Nuclear Energy'").net_generation.max()),
    ("iowa", "which source has the smallest average net generation?", lambda f: low(i(f).groupby("source").net_generation.mean())),
    ("iowa", "how many nuclear plants are there", None),
    # Airports of the USA
    ("airports", "how many airports in Texas?", None),
    ("airports", "how many airports are in TX", lambda f: (a(f).state == "TX").sum()),
    ("airports", "top 5 states by number of airports", lambda f: a(f).state.value_counts().nlargest(5, keep="all").to_dict()),
    ("airports", "northernmost airport", lambda f: top(a(f).set_index("name").latitude)),
    ("airports", "airport with the highest latitude", lambda f: top(a(f).set_index("name").latitude)),
    ("airports", "what's the name of the airport with iata JFK?", lambda f: set(a(f).query("iata=='JFK'").name)),
    ("airports", "How many states are there?", lambda f: a(f).state.nunique()),
    ("airports", "how many airports have 'International' in their name", lambda f: a(f).name.str.contains("International").sum()),
    ("airports", "which airport has the longest runway?", None),
    # Driving
    ("driving", "miles in 1973", lambda f: d(f).query("year==1973").miles.iloc[0]),
    ("driving", "year with the highest gas price", lambda f: top(d(f).set_index("year").gas)),
    ("driving", "in which year was gas highest?", lambda f: top(d(f).set_index("year").gas)),
    ("driving", "average gas since 1990", lambda f: d(f).query("year>=1990").gas.mean()),
    ("driving", "correlation of miles and gas", lambda f: d(f).miles.corr(d(f).gas)),
    # Antibiotics
    ("burtin", "how many bacteria are gram positive?", lambda f: (b(f).Gram_Staining == "positive").sum()),
    ("burtin", "average penicillin per genus", lambda f: b(f).groupby("Genus").Penicillin.mean().to_dict()),
    ("burtin", "median Neomycin by gram staining", lambda f: b(f).groupby("Gram_Staining").Neomycin.median().to_dict()),
    ("burtin", "which bacteria has the lowest streptomycin?", lambda f: low(b(f).set_index("Bacteria").Streptomycin)),
    # Investment
    ("grunfeld", "total invest by firm, highest first", lambda f: list(g(f).groupby("firm").invest.sum().sort_values(ascending=False))),
    ("grunfeld", "average value of IBM", lambda f: g(f).query("firm=='IBM'").value.mean()),
    ("grunfeld", "Compare invest of General Motors and Chrysler", lambda f: g(f)[g(f).firm.isin(["General Motors", "Chrysler"])].groupby("firm").invest.mean().to_dict()),
    ("grunfeld", "capital of US Steel by year", lambda f: list(g(f).query("firm=='US Steel'").sort_values("year").capital)),
    ("grunfeld", "how many firms", lambda f: g(f).firm.nunique()),
    ("grunfeld", "which firm invested most in 1950?", lambda f: top(g(f).query("year==1950").groupby("firm").invest.sum())),
    ("grunfeld", "regress invest on value", lambda f: linear(g(f).value, g(f).invest)),
    ("grunfeld", "how does invest depend on capital", lambda f: linear(g(f).capital, g(f).invest)),
    # Crime in the states
    ("states", "murder rate in Texas", lambda f: s(f).murder["Texas"]),
    ("states", "5 states with the lowest poverty", lambda f: list(s(f).poverty.nsmallest(5))),
    ("states", "which state is the most violent?", lambda f: top(s(f).violent)),
    ("states", "states where murder is above 10", lambda f: set(s(f).index[s(f).murder > 10])),
    ("states", "what correlates most with murder", lambda f: First({"single": s(f).murder.corr(s(f).single)})),
    ("states", "average urban of all states", lambda f: s(f).urban.mean()),
    ("states", "compare poverty of Alabama and Alaska", lambda f: {"Alabama": 17.5, "Alaska": 9.0}),
    # Penguins
    ("penguins", "which species has the longest average flipper length", lambda f: top(pg(f).groupby("species").flipper_length_mm.mean())),
    ("penguins", "How many values are missing in sex?", lambda f: pg(f).sex.isna().sum()),
    ("penguins", "heaviest penguin on Dream", lambda f: pg(f).query("island=='Dream'").body_mass_g.max()),
    ("penguins", "avg bill length male vs female", lambda f: pg(f).groupby("sex").bill_length_mm.mean().to_dict()),
    # Flights
    ("flights", "how many flights departed more than 60 minutes late", lambda f: (fl(f).dep_delay > 60).sum()),
    ("flights", "share of flights that departed more than 15 minutes late", lambda f: share(fl(f).dep_delay > 15)),
    ("flights", "how is distance distributed?", lambda f: fl(f).distance.median()),
    ("flights", "how many flights did United Air Lines Inc. operate", lambda f: (fl(f).carrier == "UA").sum()),
    ("flights", "avg distance per airline name", lambda f: named(f).groupby("name").distance.mean().to_dict()),
    # A second round, asked after the first was mended
    ("staff", "employee E0005", lambda f: {"E0005"}),
    ("staff", "men vs women average salary", lambda f: e(f).groupby("gender").salary.mean().to_dict()),
    ("staff", "how many women work in Engineering", lambda f: ((e(f).gender == "female") & (e(f).department == "Engineering")).sum()),
    ("states", "which state has the highest murder rate", lambda f: top(s(f).murder)),
    ("driving", "year with least miles", lambda f: low(d(f).set_index("year").miles)),
    ("temps", "avg temp per month", lambda f: list(f["seattle_temps"].groupby(f["seattle_temps"].date.dt.month).temp.mean())),
    ("temps", "how many days are there", None),
    ("flights", "how many flights arrived late", lambda f: (fl(f).arr_delay > 0).sum()),
    ("shop", "how many products cost more than 100", lambda f: (p(f).price > 100).sum()),
    ("shop", "business customers older than 60", lambda f: Shape(((c(f).segment == "business") & (c(f).age > 60)).sum())),
    # Not in the data
    ("penguins", "how many eggs do they lay?", None),
    ("flights", "which flights were cancelled because of snow", None),
    ("flights", "average ticket price", None),
    ("states", "who is the governor of Ohio?", None),
    ("grunfeld", "stock price of IBM in 1950", None),
    ("burtin", "which antibiotic is the cheapest", None),
    ("shop", "email address of customer 1005", None),
]  # fmt: skip


def out(x: pd.Series) -> int:
    q1, q3 = x.quantile([0.25, 0.75])
    return int(((x < q1 - 1.5 * (q3 - q1)) | (x > q3 + 1.5 * (q3 - q1))).sum())


def linear(x: pd.Series, y: pd.Series) -> float:
    return float(y.cov(x) / x.var())
