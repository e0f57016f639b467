"""Ordinary least squares of one column on another."""

# ruff: noqa: I001 - what stands below the marker runs by itself

from __future__ import annotations

from insightx_jupyter.llm.offline.writing.templates.chart import (
    BAR,
    HAS_CHARTS,
    HAS_TESTS,
    MORE,
    axes,
)

# %% code
import math

import numpy as np
import pandas as pd

MOST_POINTS = 5000


def least_squares(x: pd.Series, y: pd.Series) -> dict[str, object]:
    """Slope with its 95 % interval (Student's t, n - 2), intercept, r squared."""
    n, dx, dy = len(x), x - x.mean(), y - y.mean()
    slope = float((dx * dy).sum() / (dx**2).sum())
    rest = float(((dy - slope * dx) ** 2).sum())
    total = float((dy**2).sum())
    error = math.sqrt(rest / (n - 2) / float((dx**2).sum()))
    reach, p = 1.959963984540054, None
    if HAS_TESTS:
        from scipy import stats

        reach = float(stats.t.ppf(0.975, n - 2))
        p = float(2 * stats.t.sf(abs(slope) / error, n - 2)) if error > 0 else 0.0
    return {
        "slope": slope,
        "slope_low": slope - reach * error,
        "slope_high": slope + reach * error,
        "intercept": float(y.mean() - slope * x.mean()),
        "r_squared": 1 - rest / total if total > 0 else None,
        "p": p,
        "residual_std": math.sqrt(rest / (n - 2)),
    }


def draw_line(known: pd.DataFrame, x: str, y: str, found: dict[str, object]) -> None:
    """The points, or a sample of them, and the line."""
    many = len(known) > MOST_POINTS
    shown = known.sample(MOST_POINTS, random_state=0) if many else known
    note = f", sample of {MOST_POINTS:,} points" if many else ""
    ax = axes(f"{y} by {x}, with the line of best fit", f"{x}{note}", y, 2.8)
    ax.plot(shown[x], shown[y], "o", color=BAR, markersize=2.5, alpha=0.5)
    ends = np.array([known[x].min(), known[x].max()])
    ax.plot(ends, found["intercept"] + found["slope"] * ends, color=MORE, linewidth=1.5)


def regression(frame: pd.DataFrame, x: str, y: str) -> dict[str, object]:
    """The line through the rows where both are known, and a scatter chart."""
    known = frame[list(dict.fromkeys([x, y]))].dropna().astype(float)
    names = ("slope", "slope_low", "slope_high", "intercept", "r_squared", "p", "residual_std")
    result: dict[str, object] = dict.fromkeys(names)
    result |= {"n": len(known), "drawn": min(len(known), MOST_POINTS) if HAS_CHARTS else 0}
    if len(known) < 3 or known[x].nunique() < 2:
        return result
    result |= least_squares(known[x], known[y])
    if HAS_CHARTS:
        draw_line(known, x, y, result)
    return result
