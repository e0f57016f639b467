"""Questions in English on six real sets of data, each with what pandas says of them.

``None``: the data cannot answer, so nothing may be answered.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
from scipy import stats

Frames = dict[str, pd.DataFrame]
Expected = Callable[[Frames], Any]


class First(dict):
    """The first row only: a superlative may be answered with the whole ranking."""


class InColumn:
    """Values of one column, in the order of the rows."""

    def __init__(self, column: str, values: Any) -> None:
        self.column, self.values = column, list(values)


class Figures(dict):
    """Figures of the one row that Python or a correlation gives, by name."""


class Says:
    """An explanation: pieces of its text."""

    def __init__(self, *pieces: str) -> None:
        self.pieces = pieces


def fl(f: Frames) -> pd.DataFrame:
    return f["flights"]


def days(f: Frames) -> pd.Series:
    return pd.to_datetime(fl(f)[["year", "month", "day"]])


def with_airline(f: Frames) -> pd.DataFrame:
    return fl(f).merge(f["airlines"], on="carrier", how="left")


def with_plane(f: Frames) -> pd.DataFrame:
    return fl(f).merge(f["planes"], on="tailnum", how="left", suffixes=("", "_plane"))


def pg(f: Frames) -> pd.DataFrame:
    return f["penguins"]


def cr(f: Frames) -> pd.DataFrame:
    return f["cars"]


def sw(f: Frames) -> pd.DataFrame:
    return f["seattle_weather"]


def st(f: Frames) -> pd.DataFrame:
    return f["stocks"]


def iris(f: Frames) -> pd.DataFrame:
    return f["iris"]


def wine(f: Frames) -> pd.DataFrame:
    return f["wine"]


def top(series: pd.Series) -> First:
    best = series[series == series.max()]
    return First(best.to_dict())


def bottom(series: pd.Series) -> First:
    return First(series[series == series.min()].to_dict())


def line(x: pd.Series, y: pd.Series) -> Figures:
    both = pd.concat([x, y], axis=1).dropna()
    found = stats.linregress(both.iloc[:, 0], both.iloc[:, 1])
    return Figures(slope=found.slope, intercept=found.intercept, r_squared=found.rvalue**2)


def pearson(x: pd.Series, y: pd.Series) -> Figures:
    both = pd.concat([x, y], axis=1).dropna()
    return Figures(pearson=stats.pearsonr(*both.to_numpy().T)[0], n=len(both))


def welch(rows: pd.DataFrame, column: str, key: str, a: str, b: str) -> Figures:
    two = [rows.loc[rows[key] == k, column].dropna() for k in (a, b)]
    return Figures(p=stats.ttest_ind(*two, equal_var=False).pvalue)


def anova(rows: pd.DataFrame, column: str, key: str) -> Figures:
    known = rows.dropna(subset=[column, key])
    return Figures(p=stats.f_oneway(*(g[column] for _, g in known.groupby(key))).pvalue)


def spread(values: pd.Series) -> Figures:
    return Figures(median=values.median(), mean=values.mean(), n=values.count())


def fences(values: pd.Series) -> Figures:
    q1, q3 = values.quantile(0.25), values.quantile(0.75)
    low, high = q1 - 1.5 * (q3 - q1), q3 + 1.5 * (q3 - q1)
    return Figures(outliers=int(((values < low) | (values > high)).sum()), low_fence=low)


QUESTIONS: list[tuple[str, str, Expected]] = [
    # counts
    ("flights", "How many flights are there?", lambda f: len(fl(f))),
    ("flights", "How many flights left JFK?", lambda f: (fl(f).origin == "JFK").sum()),
    ("flights", "How many flights were there from LGA to ORD?",
     lambda f: ((fl(f).origin == "LGA") & (fl(f).dest == "ORD")).sum()),
    ("flights", "How many flights departed more than 60 minutes late?",
     lambda f: (fl(f).dep_delay > 60).sum()),
    ("flights", "How many flights had a departure delay over 2 hours?",
     lambda f: (fl(f).dep_delay > 120).sum()),
    ("flights", "How many flights did United Air Lines Inc. have?",
     lambda f: (with_airline(f).name == "United Air Lines Inc.").sum()),
    ("flights", "How many flights have no departure time?", lambda f: fl(f).dep_time.isna().sum()),
    ("flights", "How many flights were cancelled?", lambda f: fl(f).dep_time.isna().sum()),
    ("flights", "How many flights were there in July?", lambda f: (fl(f).month == 7).sum()),
    ("flights", "How many flights on 4 July 2013?", lambda f: (days(f) == "2013-07-04").sum()),
    ("flights", "How many flights between 1 June 2013 and 31 August 2013?",
     lambda f: days(f).between("2013-06-01", "2013-08-31").sum()),
    ("flights", "How many flights not from EWR?", lambda f: (fl(f).origin != "EWR").sum()),
    ("flights", "How many flights went to LAX or SFO?",
     lambda f: fl(f).dest.isin(["LAX", "SFO"]).sum()),
    ("flights", "How many different planes are there in flights?", lambda f: None),
    ("flights", "How many distinct destinations are there?", lambda f: fl(f).dest.nunique()),
    ("flights", "How many planes were made by BOEING?",
     lambda f: (f["planes"].manufacturer == "BOEING").sum()),
    ("flights", "How many airports are there?", lambda f: len(f["airports"])),
    ("flights", "How many planes have more than 200 seats?",
     lambda f: (f["planes"].seats > 200).sum()),
    # averages and the like
    ("flights", "What is the average departure delay?", lambda f: fl(f).dep_delay.mean()),
    ("flights", "What is the mean arrival delay of UA?",
     lambda f: fl(f)[fl(f).carrier == "UA"].arr_delay.mean()),
    ("flights", "median air time of flights to LAX",
     lambda f: fl(f)[fl(f).dest == "LAX"].air_time.median()),
    ("flights", "What is the longest distance?", lambda f: fl(f).distance.max()),
    ("flights", "What is the standard deviation of arr_delay?", lambda f: fl(f).arr_delay.std()),
    ("flights", "total distance of flights by DL",
     lambda f: fl(f)[fl(f).carrier == "DL"].distance.sum()),
    ("flights", "What is the 95th percentile of departure delay?",
     lambda f: fl(f).dep_delay.quantile(0.95)),
    ("flights", "average departure delay in December",
     lambda f: fl(f)[fl(f).month == 12].dep_delay.mean()),
    # groups
    ("flights", "How many flights per carrier?", lambda f: fl(f).carrier.value_counts()),
    ("flights", "average departure delay by origin",
     lambda f: fl(f).groupby("origin").dep_delay.mean()),
    ("flights", "Average arrival delay per month",
     lambda f: fl(f).groupby("month").arr_delay.mean()),
    ("flights", "average departure delay by hour",
     lambda f: fl(f).groupby("hour").dep_delay.mean()),
    ("flights", "average departure delay by weekday",
     lambda f: fl(f).groupby(days(f).dt.isocalendar().day).dep_delay.mean()),
    ("flights", "Number of flights by airline name", lambda f: with_airline(f).name.value_counts()),
    ("flights", "average arrival delay by carrier for flights from JFK",
     lambda f: fl(f)[fl(f).origin == "JFK"].groupby("carrier").arr_delay.mean()),
    ("flights", "number of flights by manufacturer",
     lambda f: with_plane(f).manufacturer.value_counts()),
    ("flights", "average seats by manufacturer",
     lambda f: f["planes"].groupby("manufacturer").seats.mean()),
    ("flights", "maximum departure delay for each origin",
     lambda f: fl(f).groupby("origin").dep_delay.max()),
    ("flights", "total distance by carrier", lambda f: fl(f).groupby("carrier").distance.sum()),
    ("flights", "How many distinct destinations does each origin have?",
     lambda f: fl(f).groupby("origin").dest.nunique()),
    ("flights", "share of flights by origin",
     lambda f: fl(f).origin.value_counts(normalize=True)),
    # shares
    ("flights", "What share of flights departed more than 15 minutes late?",
     lambda f: (fl(f).dep_delay > 15).mean()),
    ("flights", "What percentage of flights are from EWR?",
     lambda f: (fl(f).origin == "EWR").mean()),
    ("flights", "share of flights delayed more than 30 minutes by carrier",
     lambda f: (fl(f).dep_delay > 30).groupby(fl(f).carrier).mean()),
    # rankings
    ("flights", "Which carrier has the highest average departure delay?",
     lambda f: top(fl(f).groupby("carrier").dep_delay.mean())),
    ("flights", "Which origin has the lowest average arrival delay?",
     lambda f: bottom(fl(f).groupby("origin").arr_delay.mean())),
    ("flights", "Which airline has the most flights?",
     lambda f: top(with_airline(f).name.value_counts())),
    ("flights", "top 5 destinations by number of flights",
     lambda f: fl(f).dest.value_counts().nlargest(5, keep="all")),
    ("flights", "Which month had the most flights?", lambda f: top(fl(f).month.value_counts())),
    ("flights", "5 carriers with the fewest flights",
     lambda f: fl(f).carrier.value_counts().nsmallest(5, keep="all")),
    ("flights", "carriers with more than 20000 flights",
     lambda f: (c := fl(f).carrier.value_counts())[c > 20000]),
    ("flights", "the 3 flights with the highest departure delay",
     lambda f: InColumn("dep_delay", fl(f).dep_delay.nlargest(3, keep="all"))),
    ("flights", "top 10 flights by distance",
     lambda f: InColumn("distance", fl(f).distance.nlargest(10, keep="all"))),
    ("flights", "Which plane has the most seats?",
     lambda f: InColumn("seats", f["planes"].seats.nlargest(1, keep="all"))),
    # statistics
    ("flights", "Is departure delay correlated with arrival delay?",
     lambda f: pearson(fl(f).dep_delay, fl(f).arr_delay)),
    ("flights", "How does air time depend on distance?",
     lambda f: line(fl(f).distance, fl(f).air_time)),
    ("flights", "Does departure delay differ between JFK and EWR?",
     lambda f: welch(fl(f), "dep_delay", "origin", "JFK", "EWR")),
    ("flights", "Show the distribution of arrival delay", lambda f: spread(fl(f).arr_delay)),
    ("flights", "Are there outliers in air time?", lambda f: fences(fl(f).air_time)),
    ("flights", "How did the average departure delay change by month?",
     lambda f: fl(f).groupby("month").dep_delay.mean()),
    # explanations
    ("flights", "What is in this data?", lambda f: Says("five frames", "336,776")),
    ("flights", "Describe the planes", lambda f: Says("3,322 rows", "manufacturer")),
    ("flights", "Which columns does airlines have?", lambda f: Says("carrier", "name")),
    # penguins
    ("penguins", "How many penguins are there?", lambda f: len(pg(f))),
    ("penguins", "How many penguins of each species are there?",
     lambda f: pg(f).species.value_counts()),
    ("penguins", "What is the average body mass by species?",
     lambda f: pg(f).groupby("species").body_mass_g.mean()),
    ("penguins", "Which species has the longest average flipper length?",
     lambda f: top(pg(f).groupby("species").flipper_length_mm.mean())),
    ("penguins", "How many penguins weigh more than 5000 g?",
     lambda f: (pg(f).body_mass_g > 5000).sum()),
    ("penguins", "median bill length of Gentoo penguins",
     lambda f: pg(f)[pg(f).species == "Gentoo"].bill_length_mm.median()),
    ("penguins", "What share of penguins is female?", lambda f: (pg(f).sex == "female").mean()),
    ("penguins", "share of each species", lambda f: pg(f).species.value_counts(normalize=True)),
    ("penguins", "average body mass by sex and species",
     lambda f: pg(f).groupby(["sex", "species"]).body_mass_g.mean()),
    ("penguins", "the 3 lightest penguins",
     lambda f: InColumn("body_mass_g", pg(f).body_mass_g.nsmallest(3, keep="all"))),
    ("penguins", "Is bill length related to bill depth?",
     lambda f: pearson(pg(f).bill_length_mm, pg(f).bill_depth_mm)),
    ("penguins", "Does body mass differ between species?",
     lambda f: anova(pg(f), "body_mass_g", "species")),
    ("penguins", "Does flipper length differ between male and female penguins?",
     lambda f: welch(pg(f), "flipper_length_mm", "sex", "male", "female")),
    ("penguins", "histogram of body mass", lambda f: spread(pg(f).body_mass_g)),
    ("penguins", "outliers in bill depth", lambda f: fences(pg(f).bill_depth_mm)),
    ("penguins", "How does body mass depend on flipper length?",
     lambda f: line(pg(f).flipper_length_mm, pg(f).body_mass_g)),
    ("penguins", "How many penguins live on Dream?", lambda f: (pg(f).island == "Dream").sum()),
    ("penguins", "number of penguins by island and species",
     lambda f: pg(f).groupby(["island", "species"]).size()),
    ("penguins", "How many penguins were there in 2007?", lambda f: (pg(f).year == 2007).sum()),
    ("penguins", "Which island has the most penguins?", lambda f: top(pg(f).island.value_counts())),
    ("penguins", "How many values are missing in sex?", lambda f: pg(f).sex.isna().sum()),
    ("penguins", "range of bill length",
     lambda f: pg(f).bill_length_mm.max() - pg(f).bill_length_mm.min()),
    ("penguins", "What does the column island hold?", lambda f: Says("Biscoe", "Torgersen")),
    # cars
    ("cars", "average horsepower by origin", lambda f: cr(f).groupby("Origin").Horsepower.mean()),
    ("cars", "How many cars are from Japan?", lambda f: (cr(f).Origin == "Japan").sum()),
    ("cars", "How many cars have 8 cylinders?", lambda f: (cr(f).Cylinders == 8).sum()),
    ("cars", "top 5 cars by horsepower",
     lambda f: InColumn("Horsepower", cr(f).Horsepower.nlargest(5, keep="all"))),
    ("cars", "average miles per gallon by year",
     lambda f: cr(f).groupby(cr(f).Year.dt.year).Miles_per_Gallon.mean()),
    ("cars", "How many cars with horsepower between 100 and 150?",
     lambda f: cr(f).Horsepower.between(100, 150).sum()),
    ("cars", "correlation between horsepower and acceleration",
     lambda f: pearson(cr(f).Horsepower, cr(f).Acceleration)),
    ("cars", "What is the maximum displacement of cars from Europe?",
     lambda f: cr(f)[cr(f).Origin == "Europe"].Displacement.max()),
    ("cars", "Does acceleration differ between origins?",
     lambda f: anova(cr(f), "Acceleration", "Origin")),
    ("cars", "number of cars by cylinders", lambda f: cr(f).Cylinders.value_counts()),
    ("cars", "What percentage of cars come from USA?", lambda f: (cr(f).Origin == "USA").mean()),
    ("cars", "How did the average horsepower change over the years?",
     lambda f: cr(f).groupby(cr(f).Year.dt.year).Horsepower.mean()),
    ("cars", "How many cars have no horsepower?", lambda f: cr(f).Horsepower.isna().sum()),
    ("cars", "How many cars were made after 1980?", lambda f: (cr(f).Year.dt.year > 1980).sum()),
    # Seattle's weather
    ("weather", "average wind by month",
     lambda f: sw(f).groupby(sw(f).date.dt.to_period("M").dt.start_time).wind.mean()),
    ("weather", "total precipitation by year",
     lambda f: sw(f).groupby(sw(f).date.dt.year).precipitation.sum()),
    ("weather", "What was the highest temp max in 2013?",
     lambda f: sw(f)[sw(f).date.dt.year == 2013].temp_max.max()),
    ("weather", "average precipitation by weekday",
     lambda f: sw(f).groupby(sw(f).date.dt.isocalendar().day).precipitation.mean()),
    ("weather", "Which weather is most frequent?", lambda f: top(sw(f).weather.value_counts())),
    ("weather", "mean temp_max by weather", lambda f: sw(f).groupby("weather").temp_max.mean()),
    ("weather", "total precipitation since 2014-01-01",
     lambda f: sw(f)[sw(f).date >= "2014-01-01"].precipitation.sum()),
    ("weather", "average wind when the weather is snow",
     lambda f: sw(f)[sw(f).weather == "snow"].wind.mean()),
    ("weather", "Is temp_max correlated with temp_min?",
     lambda f: pearson(sw(f).temp_max, sw(f).temp_min)),
    ("weather", "earliest date", lambda f: sw(f).date.min()),
    # stocks
    ("stocks", "average price by symbol", lambda f: st(f).groupby("symbol").price.mean()),
    ("stocks", "maximum price of GOOG", lambda f: st(f)[st(f).symbol == "GOOG"].price.max()),
    ("stocks", "How did the average price of MSFT change by year?",
     lambda f: (m := st(f)[st(f).symbol == "MSFT"]).groupby(m.date.dt.year).price.mean()),
    ("stocks", "Which symbol has the highest average price?",
     lambda f: top(st(f).groupby("symbol").price.mean())),
    ("stocks", "average price in 2008 by symbol",
     lambda f: st(f)[st(f).date.dt.year == 2008].groupby("symbol").price.mean()),
    ("stocks", "How many symbols are there?", lambda f: st(f).symbol.nunique()),
    # scikit-learn's
    ("science", "average petal length by species",
     lambda f: iris(f).groupby("species")["petal length (cm)"].mean()),
    ("science", "average alcohol by target in wine",
     lambda f: wine(f).groupby("target").alcohol.mean()),
    ("science", "correlation between alcohol and proline",
     lambda f: pearson(wine(f).alcohol, wine(f).proline)),
    ("science", "How many rows does wine have?", lambda f: len(wine(f))),
    ("science", "median magnesium", lambda f: wine(f).magnesium.median()),
    ("science", "Which species has the widest sepals on average?",
     lambda f: top(iris(f).groupby("species")["sepal width (cm)"].mean())),
    ("science", "Does sepal length differ between setosa and versicolor?",
     lambda f: welch(iris(f), "sepal length (cm)", "species", "setosa", "versicolor")),
    ("science", "distribution of malic acid", lambda f: spread(wine(f).malic_acid)),
    # not to be answered: the data does not say
    ("flights", "Why are flights late?", lambda f: None),
    ("flights", "What will the delay be next year?", lambda f: None),
    ("penguins", "How many penguins are happy?", lambda f: None),
    ("cars", "Which car is best?", lambda f: None),
    ("stocks", "Should I buy AAPL?", lambda f: None),
]  # fmt: skip
