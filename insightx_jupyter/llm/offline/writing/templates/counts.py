"""Tests of counts: do shares differ between groups, do two columns hang together?"""

# ruff: noqa: I001 - what stands below the marker runs by itself

from __future__ import annotations

from insightx_jupyter.llm.offline.writing.templates.chart import (
    BAR,
    HAS_CHARTS,
    HAS_TESTS,
    INK,
    MORE,
    group_axes,
)

# %% code
import math

import numpy as np
import pandas as pd


def chi_square(table: np.ndarray) -> dict[str, object]:
    """Pearson's chi-square without Yates' correction; Cramér's V."""
    table = table[table.sum(axis=1) > 0][:, table.sum(axis=0) > 0]
    result: dict[str, object] = {
        "test": "No test",
        **dict.fromkeys(("statistic", "df", "p", "effect", "low_expected")),
        "effect_name": "the effect",
        "effect_size": "unknown",
        "n": int(table.sum()),
    }
    if min(table.shape, default=0) < 2:
        return result | {"verdict": "could not be tested: there is only one kind"}
    if not HAS_TESTS:
        return result | {"verdict": "was not tested, because scipy is not installed"}
    from scipy import stats

    found = stats.chi2_contingency(table, correction=False)
    v = math.sqrt(found.statistic / (table.sum() * (min(table.shape) - 1)))
    word = (
        "is more than chance explains" if found.pvalue < 0.05 else "is within what chance explains"
    )
    low = int((found.expected_freq < 5).sum())
    size = ("negligible", "small", "medium", "large")[sum(v >= step for step in (0.1, 0.3, 0.5))]
    return result | {
        "test": "Chi-square test",
        "effect_name": "Cramér's V",
        "effect_size": size,
        "statistic": float(found.statistic),
        "df": int(found.dof),
        "p": float(found.pvalue),
        "effect": float(v),
        "low_expected": low,
        "verdict": word,
    }


def draw_shares(table: pd.DataFrame, group: str) -> None:
    """A dot for each share with its 95 % interval (Wilson 1927)."""
    shown = table.head(15)
    note = "Share in % (95 % interval)"
    ax = group_axes(f"Share by {group}", note, list(shown[group]), len(table))
    rows, percent = np.arange(len(shown)), shown["share"] * 100
    ax.hlines(rows, shown["share_low"] * 100, shown["share_high"] * 100, color=BAR, linewidth=4)
    ax.plot(percent, rows, "o", color=MORE, markersize=5)
    place = {"xytext": (0, 4), "textcoords": "offset points", "fontsize": 8, "color": INK}
    for row, share in zip(rows, percent, strict=True):
        ax.annotate(f"{share:.1f} %", (share, row), **place)


def compare_shares(frame: pd.DataFrame, group: str, hits: str, n: str) -> dict[str, object]:
    """A test of the table of counts; ``frame`` has a row for each group."""
    table = frame[[group]].copy()
    counted, total = frame[hits].astype(float), frame[n].astype(float)
    z = 1.959963984540054
    share = counted / total
    middle = (share + z**2 / (2 * total)) / (1 + z**2 / total)
    reach: pd.Series = (
        z / (1 + z**2 / total) * np.sqrt(share * (1 - share) / total + z**2 / (4 * total**2))
    )
    table["hits"], table["n"], table["share"] = frame[hits], frame[n], share
    table["share_low"], table["share_high"] = middle - reach, middle + reach
    table = table.sort_values(["share", group], ascending=[False, True], ignore_index=True)
    if HAS_CHARTS and len(table):
        draw_shares(table, group)
    result = chi_square(np.column_stack([counted, total - counted]).astype(int))
    result |= {"tested_groups": len(table), "by_group": table, "overall": None}
    names = ("highest_group", "highest_share", "lowest_group", "lowest_share")
    result |= dict.fromkeys(names)
    if len(table):
        keys, ends = table[group].astype(str), table["share"].astype(float)
        result["overall"] = float(counted.sum() / total.sum())
        result |= {"highest_group": keys.iloc[0], "highest_share": float(ends.iloc[0])}
        result |= {"lowest_group": keys.iloc[-1], "lowest_share": float(ends.iloc[-1])}
    return result


def association(frame: pd.DataFrame, row: str, column: str, n: str) -> dict[str, object]:
    """Chi-square of two columns' joint counts; ``frame`` has a row for each pair of values."""
    table = frame.pivot_table(n, row, column, aggfunc="sum", fill_value=0, observed=True)
    result = chi_square(table.to_numpy().astype(int))
    flat = table.reset_index()
    flat.columns = [str(name) for name in flat.columns]
    return result | {"rows": len(table), "columns": table.shape[1], "counts": flat}
