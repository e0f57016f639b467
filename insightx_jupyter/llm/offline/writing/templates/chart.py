"""How charts look: one series colour, no frame, 400 pixels wide, the caption outside."""

from __future__ import annotations

# %% code
import importlib.util
import warnings
from typing import Any

BAR, MORE, LESS, INK = "#90a4ae", "#c75300", "#1976d2", "#424242"
HAS_CHARTS = importlib.util.find_spec("matplotlib") is not None
HAS_TESTS = importlib.util.find_spec("scipy") is not None


def label(text: object, longest: int = 60) -> str:
    """Text for a chart: one line, no mathematics, not too long."""
    line = " ".join(str(text).split())
    line = line if len(line) <= longest else line[: longest - 1] + "…"
    return line.replace("$", r"\$")


def short(value: float) -> str:
    """A number beside a line: four digits, the whole part never rounded away."""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"


def tick(value: float, _place: object = None) -> str:
    """A number below the axis: commas from ten thousand on, so that years have none."""
    text = f"{value:,.0f}" if abs(value) >= 10_000 else f"{value:g}"
    return text.replace("-", "\N{MINUS SIGN}")


def axes(title: str, x: str, y: str = "", height: float = 2.5) -> Any:
    """Empty axes, 4 inches wide at 200 dots an inch; the title becomes the caption above."""
    import matplotlib.pyplot as plt

    warnings.filterwarnings("ignore", message="Glyph .* missing")
    figure, ax = plt.subplots(figsize=(4, height), dpi=200, layout="constrained")
    figure.set_label(" ".join(title.split()))
    ax.set_xlabel(label(x), fontsize=8, color=INK)
    ax.set_ylabel(label(y), fontsize=8, color=INK)
    ax.tick_params(labelsize=8, length=0, colors=INK)
    ax.spines[:].set_visible(False)
    ax.xaxis.set_major_locator(plt.MaxNLocator(5, steps=[1, 2, 5, 10]))
    ax.xaxis.set_major_formatter(tick)
    return ax


def group_axes(title: str, x: str, keys: list[object], groups: int) -> Any:
    """Axes with a row for each key, the first on top; the caption says if there are more."""
    shown = len(keys)
    more = f", first {shown} of {groups}" if groups > shown else ""
    ax = axes(f"{title}{more}", x, "", 0.8 + 0.26 * shown)
    ax.set_yticks(range(shown), [label(key, 24) for key in keys])
    ax.set_ylim(shown - 0.4, -0.7)
    return ax
