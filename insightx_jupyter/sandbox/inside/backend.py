"""matplotlib's Agg backend, whose ``show`` hands the open figures out.

matplotlib imports this by name (``MPLBACKEND``), and only when pyplot is used.
"""

from __future__ import annotations

from typing import Any

from matplotlib.backends.backend_agg import FigureCanvasAgg

from .show_hooks import ON_SHOW

FigureCanvas = FigureCanvasAgg


def show(*args: Any, **kwargs: Any) -> None:
    """Draw and close what is open; never blocks."""
    for callback in ON_SHOW:
        callback()
