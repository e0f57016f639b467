"""Does a number differ between groups by more than chance explains?"""

# ruff: noqa: I001 - what stands below the marker runs by itself

from __future__ import annotations

from insightx_jupyter.llm.offline.writing.templates.chart import (
    BAR,
    HAS_CHARTS,
    HAS_TESTS,
    INK,
    MORE,
    group_axes,
    short,
)

# %% code
import math

import numpy as np
import pandas as pd

NO_TEST: dict[str, object] = {
    **dict.fromkeys(("test", "rank_test"), "No test"),
    **dict.fromkeys(("statistic", "p", "rank_statistic", "rank_p", "effect")),
    "effect_name": "the effect",
    "effect_size": "unknown",
    "rank_verdict": "no verdict",
    **dict.fromkeys(("highest_group", "highest_mean", "lowest_group", "lowest_mean")),
}


def summaries(known: pd.DataFrame, column: str, group: str) -> pd.DataFrame:
    """n, mean, deviation, median and a 95 % interval of the mean for each group."""
    grouped = known.groupby(group, observed=True)[column]
    table = grouped.agg(n="count", mean="mean", std="std", median="median").reset_index()
    reach = table["std"] / np.sqrt(table["n"])
    if HAS_TESTS:
        from scipy import stats

        reach *= stats.t.ppf(0.975, (table["n"] - 1).clip(lower=1))
    else:
        reach *= 1.96
    table["mean_low"], table["mean_high"] = table["mean"] - reach, table["mean"] + reach
    return table.sort_values(["mean", group], ascending=[False, True], ignore_index=True)


def two_groups(a: pd.Series, b: pd.Series) -> dict[str, object]:
    """Welch's t and Mann-Whitney's U; Cohen's d with the pooled deviation."""
    from scipy import stats

    t, u = stats.ttest_ind(a, b, equal_var=False), stats.mannwhitneyu(a, b)
    low, high = t.confidence_interval(0.95)
    pooled = ((len(a) - 1) * a.var() + (len(b) - 1) * b.var()) / (len(a) + len(b) - 2)
    d = float((a.mean() - b.mean()) / math.sqrt(pooled)) if pooled > 0 else None
    size = "unknown" if d is None else size_word(abs(d), (0.2, 0.5, 0.8))
    return {
        "test": "Welch's t-test",
        "rank_test": "Mann–Whitney U test",
        "effect_name": "Cohen's d",
        "difference": float(a.mean() - b.mean()),
        "difference_low": float(low),
        "difference_high": float(high),
        "statistic": float(t.statistic),
        "df": float(t.df),
        "p": float(t.pvalue),
        "rank_statistic": float(u.statistic),
        "rank_p": float(u.pvalue),
        "effect": d,
        "effect_size": size,
    }


def several_groups(samples: list[pd.Series]) -> dict[str, object]:
    """One-way ANOVA and Kruskal-Wallis; eta squared."""
    from scipy import stats

    f, h = stats.f_oneway(*samples), stats.kruskal(*samples)
    every = pd.concat(samples)
    total = float(((every - every.mean()) ** 2).sum())
    between = sum(len(s) * (s.mean() - every.mean()) ** 2 for s in samples)
    eta = float(between / total) if total > 0 else None
    return {
        "test": "One-way analysis of variance",
        "rank_test": "Kruskal–Wallis test",
        "effect_name": "Eta squared",
        "statistic": float(f.statistic),
        "p": float(f.pvalue),
        "rank_statistic": float(h.statistic),
        "rank_p": float(h.pvalue),
        "effect": eta,
        "effect_size": "unknown" if eta is None else size_word(eta, (0.01, 0.06, 0.14)),
    }


def size_word(size: float, steps: tuple[float, float, float]) -> str:
    """In words, by Cohen (1988)."""
    return ("negligible", "small", "medium", "large")[sum(size >= step for step in steps)]


def verdict(p: object) -> str:
    """In words, at the level of 0.05."""
    if not isinstance(p, float) or math.isnan(p):
        return "could not be tested: the values do not vary"
    return "is more than chance explains" if p < 0.05 else "is within what chance explains"


def draw_means(table: pd.DataFrame, group: str, column: str) -> None:
    """A dot for each mean with its 95 % interval."""
    shown = table.head(15)
    note = f"{column[:30]} (mean, 95 % interval)"
    ax = group_axes(f"Mean {column} by {group}", note, list(shown[group]), len(table))
    rows = np.arange(len(shown))
    ax.hlines(rows, shown["mean_low"], shown["mean_high"], color=BAR, linewidth=4)
    ax.plot(shown["mean"], rows, "o", color=MORE, markersize=5)
    place = {"xytext": (0, 4), "textcoords": "offset points", "fontsize": 8, "color": INK}
    for row, mean in zip(rows, shown["mean"], strict=True):
        ax.annotate(short(mean), (mean, row), **place)


def compare_groups(frame: pd.DataFrame, column: str, group: str) -> dict[str, object]:
    """The groups' means and, where scipy is there, the tests; groups of one row are left out."""
    known = frame[[column, group]].dropna()
    known[column] = known[column].astype(float)
    table = summaries(known, column, group)
    tested = table[table["n"] >= 2]
    result: dict[str, object] = {
        **NO_TEST,
        "n": int(tested["n"].sum()),
        "tested_groups": len(tested),
    }
    result["left_out"] = len(table) - len(tested)
    if HAS_CHARTS and len(table):
        draw_means(table, group, column)
    samples = [known.loc[known[group] == key, column] for key in tested[group]]
    if not HAS_TESTS:
        result["verdict"] = "was not tested, because scipy is not installed"
    elif len(samples) < 2:
        result["verdict"] = "could not be tested: fewer than two groups have two values"
    else:
        if any(sample.nunique() > 1 for sample in samples):
            result |= two_groups(*samples) if len(samples) == 2 else several_groups(samples)
        result["verdict"] = verdict(result["p"])
        same = result["verdict"] == verdict(result["rank_p"])
        result["rank_verdict"] = "the same verdict" if same else "another verdict"
    if len(table):
        keys, ends = table[group].astype(str), table["mean"].astype(float)
        result |= {"highest_group": keys.iloc[0], "highest_mean": float(ends.iloc[0])}
        result |= {"lowest_group": keys.iloc[-1], "lowest_mean": float(ends.iloc[-1])}
    return result | {"by_group": table}
