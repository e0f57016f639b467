"""How a numeric column is spread: quantiles, and a histogram with three of them marked."""

# ruff: noqa: I001 - what stands below the marker runs by itself

from __future__ import annotations

from insightx_jupyter.llm.offline.writing.templates.chart import (
    BAR,
    HAS_CHARTS,
    INK,
    MORE,
    axes,
    group_axes,
    short,
)

# %% code
from typing import Any

import numpy as np
import pandas as pd

NO_VALUES: dict[str, object] = {
    **dict.fromkeys(("mean", "std", "lowest", "q05", "q25", "median", "q75", "q95", "highest")),
    **dict.fromkeys(("highest_group", "highest_median", "lowest_group", "lowest_median")),
}


def spread(values: pd.Series) -> dict[str, object]:
    """Count, mean, sample deviation, ends and quantiles (linear between values)."""
    q05, q25, median, q75, q95 = values.quantile([0.05, 0.25, 0.5, 0.75, 0.95])
    return {
        "n": len(values),
        "mean": float(values.mean()),
        "std": float(values.std()),
        "lowest": float(values.min()),
        "q05": float(q05),
        "q25": float(q25),
        "median": float(median),
        "q75": float(q75),
        "q95": float(q95),
        "highest": float(values.max()),
    }


def mark_quartiles(ax: Any, values: pd.Series, top: float, middle: float) -> None:
    """Three lines, each with its words on a row of their own.

    Words stand on the side with more room; the line nearest to that side is the lowest,
    so that no line runs through words, however close together the three are.
    """
    found = [(q, float(values.quantile(q))) for q in (0.25, 0.5, 0.75)]
    right = found[1][1] <= middle
    rows = (1.36, 1.23, 1.1) if right else (1.1, 1.23, 1.36)
    for (q, at), row in zip(found, rows, strict=True):
        name = "median" if q == 0.5 else f"{q:.0%}".replace("%", " %")
        color = MORE if q == 0.5 else INK
        ax.vlines(at, 0, top * (row + 0.03), color=color, linewidth=1)
        side = {"ha": "left" if right else "right", "va": "center", "fontsize": 8, "color": INK}
        place = {"xytext": (3 if right else -3, 0), "textcoords": "offset points"}
        ax.annotate(f"{name} {short(at)}", (at, top * row), **place, **side)


def draw_histogram(values: pd.Series, name: str) -> None:
    """Draw it; long tails are cut, and the axis says how many values lie beyond."""
    low, high = float(values.min()), float(values.max())
    inner = values.quantile([0.005, 0.995])
    if high - low > 3 * (inner.iloc[1] - inner.iloc[0]) > 0:
        low, high = float(inner.iloc[0]), float(inner.iloc[1])
    beyond = int(((values < low) | (values > high)).sum())
    note = f" ({beyond:,} values beyond the ends)" if beyond else ""
    ax = axes(f"Distribution of {name}", f"{name[:40]}{note}", "Number of values")
    counts, _, _ = ax.hist(values, bins=30, range=(low, high), color=BAR)
    mark_quartiles(ax, values, float(counts.max()), (low + high) / 2)
    ax.yaxis.set_major_formatter("{x:,.0f}")
    ax.set_ylim(0, counts.max() * 1.45)


def draw_groups(groups: pd.DataFrame, key: str, name: str) -> None:
    """A line from 5 to 95 %, a bar over the middle half, a dot for the median."""
    shown = groups.head(15)
    note = f"{name[:24]} (5 to 95 %, middle half, median)"
    ax = group_axes(f"Distribution of {name} by {key}", note, list(shown[key]), len(groups))
    rows = np.arange(len(shown))
    ax.hlines(rows, shown["q05"], shown["q95"], color=BAR, linewidth=1)
    ax.hlines(rows, shown["q25"], shown["q75"], color=BAR, linewidth=7)
    ax.plot(shown["median"], rows, "o", color=MORE, markersize=4)


def distribution(frame: pd.DataFrame, column: str, group: str | None = None) -> dict[str, object]:
    """One column's spread, overall and by group; missing values are left out."""
    known = frame.dropna(subset=[column] if group is None else [column, group])
    values = known[column].astype(float)
    if values.empty:
        return {**NO_VALUES, "n": 0}
    result = spread(values)
    if group is None:
        if HAS_CHARTS:
            draw_histogram(values, column)
        return result
    rows = [{group: k, **spread(v)} for k, v in values.groupby(known[group], observed=True)]
    groups = pd.DataFrame(rows).sort_values(["median", group], ascending=[False, True])
    if HAS_CHARTS:
        draw_groups(groups, group, column)
    keys, medians = groups[group].astype(str), groups["median"].astype(float)
    result |= {"groups": len(groups), "by_group": groups}
    result |= {"highest_group": keys.iloc[0], "highest_median": float(medians.iloc[0])}
    result |= {"lowest_group": keys.iloc[-1], "lowest_median": float(medians.iloc[-1])}
    return result
