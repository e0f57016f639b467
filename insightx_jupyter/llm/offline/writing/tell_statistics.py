"""Distributions, outliers, tests and regressions in words, with Python or without."""

from __future__ import annotations

from functools import partial

from ..intent import Distribution, Func, GroupTest, Measure, Outliers, Regression
from . import references as ref
from . import words
from .selections import counts_only
from .telling import Telling, Told, missing_note, narrowed

#: Said where Python may not run.
_NO_CHART = "Python may not run here, so there is no chart."
_NO_INTERVAL = "Python may not run here, so there is no interval and no chart."
_NO_TEST = "Python may not run here, so there is no test and no chart."


def tell_distribution(intent: Distribution, t: Telling, *, python: bool) -> Told:
    """Median, middle half, mean and ends."""
    col = words.column(intent.col)
    among = f", among the rows{narrowed(intent.where)}" if intent.where is not None else ""
    missing = missing_note(t.dna, intent.col, "do not count", intent.where)
    if not python:
        return _distribution_in_sql(intent, t, among, missing)
    at = partial(t.figure, func=Func.QUANTILE, of=intent.col)
    by_mean = partial(t.figure, func=Func.MEAN, of=intent.col)
    lead = f"Half of the values of {col} lie between {at('q25')} and {at('q75')}; "
    lead += f"the median is {at('median')}{among}."
    spread = f"The mean is {by_mean('mean')} with a standard deviation of {by_mean('std')}; the "
    spread += f"values run from {at('lowest')} to {at('highest')}, nine in ten of them from "
    more = [f"{spread}{at('q05')} to {at('q95')} (n = {t.cell('n', None, 'int')})."]
    if intent.by is not None:
        more.append(
            f"By {words.column(intent.by.col)} the median is highest for {t.cell('highest_group')} "
            f"({at('highest_median')}) and lowest for {t.cell('lowest_group')} "
            f"({at('lowest_median')})."
        )
    return Told(lead, (*more, *missing))


def _distribution_in_sql(
    intent: Distribution, t: Telling, among: str, missing: tuple[str, ...]
) -> Told:
    median, mean, std, low, high, q05, q25, q75, q95 = t.sheet.measures
    col = words.column(intent.col)
    if intent.by is None:
        lead = f"Half of the values of {col} lie between {t.cell(q25)} and {t.cell(q75)}; the "
        lead += f"median is {t.cell(median)}{among}."
        spread = f"The mean is {t.cell(mean)} with a standard deviation of {t.cell(std)}; the "
        spread += f"values run from {t.cell(low)} to {t.cell(high)}, nine in ten of them from "
        return Told(lead, (f"{spread}{t.cell(q05)} to {t.cell(q95)}.", *missing, _NO_CHART))
    if t.rows == 0:
        return Told(f"There is no value of {col}{among}.", missing)
    largest, least = (ref.braces(f"{f}({t.name}.{median})") for f in ("max", "min"))
    lead = f"By {words.column(intent.by.col)} the median {col} runs from {least} to {largest}"
    return Told(f"{lead}{among}.", (*missing, _NO_CHART))


def tell_outliers(intent: Outliers, t: Telling, *, python: bool) -> Told:
    """How many lie beyond the fences, and where those are."""
    col = words.column(intent.col)
    among = f", among the rows{narrowed(intent.where)}" if intent.where is not None else ""
    rule = (
        "outliers: values more than one and a half times the interquartile range beyond a quartile"
    )
    missing = missing_note(t.dna, intent.col, "do not count", intent.where)
    if t.rows == 0:
        return Told(f"There is no value of {col}{among}.", missing, (rule,))
    count = f"{t.cell('outliers', None, 'int')} of {t.cell('n', None, 'int')}"
    lead = f"Outliers in {col}: {count} values ({t.cell('share', None, 'pct1')}){among}."
    more = (
        f"Values below {t.cell('low_fence')}: {t.cell('below', None, 'int')}; above "
        f"{t.cell('high_fence')}: {t.cell('above', None, 'int')}.",
        f"All values run from {t.cell('lowest')} to {t.cell('highest')}.",
        *missing,
    )
    return Told(lead, more if python else (*more, _NO_CHART), (rule,))


def tell_test(intent: GroupTest, t: Telling, *, python: bool) -> Told:
    """The verdict of the test, the ends, and how large the difference is."""
    among = f", among the rows{narrowed(intent.where)}" if intent.where is not None else ""
    missing = missing_note(t.dna, intent.col, "do not count", intent.where)
    if not python:
        return _test_in_sql(intent, t, among, missing)
    by, col = words.column(intent.by.col), words.column(intent.col)
    if intent.share is None and counts_only(intent, t.dna):
        lead = f"The link between {col} and {by} {t.cell('verdict')}{among}."
        return Told(lead, (_test_line(t), *_expected(t), *missing))
    if intent.share is not None:
        noun, kind, form = f"share of rows where {words.condition(intent.share)}", "share", "pct1"
    else:
        noun, kind = f"mean {col}", "mean"
        form = t.form(Measure(Func.MEAN, intent.col))
    lead = f"The difference in the {noun} by {by} {t.cell('verdict')}{among}."
    ends = (
        f"It is highest for {t.cell('highest_group')} ({t.cell(f'highest_{kind}', None, form)}) "
        f"and lowest for {t.cell('lowest_group')} ({t.cell(f'lowest_{kind}', None, form)})."
    )
    if intent.share is not None:
        overall = f"Over all groups it is {t.cell('overall', None, 'pct1')}."
        return Told(lead, (ends, overall, _test_line(t), *_expected(t), *missing))
    head = t.shape.head if t.shape else ()
    left = f"Groups left out because they have a single row: {t.cell('left_out', None, 'int')}."
    alone = () if head and head[0].get("left_out") == "0" else (left,)
    assumed = "test: rows are taken as independent of each other; the rank test needs no normality"
    return Told(lead, (ends, _test_line(t), _rank_line(t), *alone, *missing), (assumed,))


def _test_line(t: Telling) -> str:
    return (
        f"{t.cell('test')}: p-value {t.cell('p', None, 'p')} (n = {t.cell('n', None, 'int')}); "
        f"{t.cell('effect_name')} is {t.cell('effect', None, 'sig2')}, {t.cell('effect_size')}."
    )


def _rank_line(t: Telling) -> str:
    return (
        f"{t.cell('rank_test')}: p-value {t.cell('rank_p', None, 'p')}, {t.cell('rank_verdict')}."
    )


def _expected(t: Telling) -> tuple[str, ...]:
    low = t.cell("low_expected", None, "int")
    return (f"Cells with an expected count below five, where the test is rough: {low}.",)


def _test_in_sql(intent: GroupTest, t: Telling, among: str, missing: tuple[str, ...]) -> Told:
    by = words.column(intent.by.col)
    if t.rows == 0:
        return Told(f"There are no groups to compare{among}.", missing)
    if intent.share is None and counts_only(intent, t.dna):
        lead = f"The table counts each pair of {by} and {words.column(intent.col)}{among}."
        return Told(lead, (*missing, _NO_TEST))
    form = "pct1" if intent.share is not None else t.form(Measure(Func.MEAN, intent.col))
    column = t.sheet.measures[1 if intent.share is not None else 0]
    noun = f"mean {words.column(intent.col)}"
    if intent.share is not None:
        noun = f"share of rows where {words.condition(intent.share)}"
    first = f"{t.cell(t.sheet.groups[0], 0)} ({t.cell(column, 0, form)})"
    last = f"{t.cell(t.sheet.groups[0], -1)} ({t.cell(column, -1, form)})"
    lead = f"The {noun} by {by} runs from {first} to {last}{among}."
    return Told(lead, (*missing, _NO_TEST))


def tell_regression(intent: Regression, t: Telling, *, python: bool) -> Told:
    """Slope with its interval, r squared, and that it is a line."""
    x, y = words.column(intent.x), words.column(intent.y)
    among = f", among the rows{narrowed(intent.where)}" if intent.where is not None else ""
    slope = t.cell("slope")
    lead = f"One unit more of {x} goes with a change of {slope} in {y}{among}."
    line = (
        f"The line starts at {t.cell('intercept')} for {x} of zero and accounts for "
        f"{t.cell('r_squared', None, 'pct0')} of the variance (n = {t.cell('n', None, 'int')})."
    )
    cause = "A line of best fit does not say what causes what."
    if not python:
        return Told(lead, (line, cause, _NO_INTERVAL))
    interval = (
        f"The confidence interval of the slope runs from {t.cell('slope_low', None, 'sig4')} to "
    )
    interval += f"{t.cell('slope_high', None, 'sig4')} (p-value {t.cell('p', None, 'p')})."
    drawn = f"Points in the chart: {t.cell('drawn', None, 'int')}."
    read = "interval: at a confidence level of nineteen in twenty"
    return Told(lead, (interval, line, drawn, cause), (read,))
