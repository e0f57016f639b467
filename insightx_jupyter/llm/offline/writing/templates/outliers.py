"""Values beyond 1.5 IQR from the quartiles (Tukey 1977)."""

# ruff: noqa: I001 - what stands below the marker runs by itself

from __future__ import annotations

from insightx_jupyter.llm.offline.writing.templates.chart import (
    BAR,
    HAS_CHARTS,
    INK,
    MORE,
    axes,
    label,
)

# %% code
import numpy as np
import pandas as pd


def draw_outliers(values: pd.Series, outside: pd.Series, name: str) -> None:
    """A box over the middle half, a line to the fences, a dot for each value beyond."""
    q1, median, q3 = values.quantile([0.25, 0.5, 0.75])
    inside = values[~outside]
    ax = axes(f"Outliers in {name}", name, "", 1.6)
    ax.hlines(0, inside.min(), inside.max(), color=BAR, linewidth=1)
    ax.hlines(0, q1, q3, color=BAR, linewidth=16)
    ax.plot([median], [0], "|", color=INK, markersize=16)
    shown = values[outside]
    if len(shown) > 5000:
        ends = pd.concat([shown.nlargest(50), shown.nsmallest(50)])
        shown = pd.concat([ends, shown.sample(4900, random_state=0)])
        ax.set_xlabel(label(f"{name[:24]} (a sample of 5,000 of the outliers)"))
    heights = np.random.default_rng(0).uniform(-0.2, 0.2, len(shown))
    ax.plot(shown, heights, "o", color=MORE, markersize=3, alpha=0.6)
    ax.set_ylim(-0.6, 0.6)
    ax.set_yticks([])


def outliers(frame: pd.DataFrame, column: str) -> dict[str, object]:
    """Fences, counts, and the ten rows furthest beyond them."""
    known = frame.dropna(subset=[column])
    values = known[column].astype(float)
    if values.empty:
        counts = dict.fromkeys(("n", "outliers", "below", "above"), 0)
        ends = ("share", "q1", "q3", "low_fence", "high_fence", "lowest", "highest")
        return {**counts, **dict.fromkeys(ends)}
    q1, q3 = (float(values.quantile(q)) for q in (0.25, 0.75))
    low, high = q1 - 1.5 * (q3 - q1), q3 + 1.5 * (q3 - q1)
    outside = (values < low) | (values > high)
    beyond = pd.Series(np.maximum(low - values, values - high), values.index)[outside]
    if HAS_CHARTS:
        draw_outliers(values, outside, column)
    return {
        "n": len(values),
        "outliers": int(outside.sum()),
        "share": float(outside.mean()),
        "below": int((values < low).sum()),
        "above": int((values > high).sum()),
        "q1": q1,
        "q3": q3,
        "low_fence": low,
        "high_fence": high,
        "lowest": float(values.min()),
        "highest": float(values.max()),
        "furthest": known[outside].loc[beyond.nlargest(10).index],
    }
