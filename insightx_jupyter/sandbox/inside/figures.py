"""Charts that the code drew: each once, as a PNG on white, with its words."""

from __future__ import annotations

import base64
import io
import sys
import warnings
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.figure import Figure

#: Width on the page, CSS pixels, and how many device pixels each has.
MIN_WIDTH, MAX_WIDTH, SCALE = 400, 640, 2
#: CSS pixels an inch of a figure is drawn as, within those bounds.
PIXELS_PER_INCH = 100
MAX_HEIGHT = 2000
#: Room round what is drawn, inches.
PAD = 0.1
MAX_FIGURES = 20
MAX_WORDS = 600

Publish = Callable[[str, str], None]


class Figures:
    """Hands each figure out once. ``publish`` gets a PNG as base64, and its words."""

    def __init__(self, publish: Publish) -> None:
        self._publish = publish
        self._drawn: list[Figure] = []

    def start(self) -> None:
        """Forget what earlier code drew."""
        self._drawn.clear()

    def show(self) -> None:
        """Draw and close what pyplot has open (``plt.show()``)."""
        pyplot = sys.modules.get("matplotlib.pyplot")
        if pyplot is None:
            return
        for number in pyplot.get_fignums():
            figure = pyplot.figure(number)
            pyplot.close(figure)
            self._draw(figure)

    def finish(self, values: Iterable[Any]) -> None:
        """Draw what is open, then figures that are among ``values`` and were not drawn yet."""
        self.show()
        if "matplotlib.figure" not in sys.modules:
            return
        for value in values:
            figure = _figure_of(value)
            if figure is not None:
                self._draw(figure)

    def _draw(self, figure: Figure) -> None:
        if any(figure is old for old in self._drawn) or len(self._drawn) >= MAX_FIGURES:
            return
        self._drawn.append(figure)
        if figure.axes:
            self._publish(base64.b64encode(_png(figure)).decode(), words(figure))


def words(figure: Figure) -> str:
    """Its label where nothing in it is a title, else what is written in it, as one reads it."""
    caption = " ".join(str(figure.get_label() or "").split())
    titled = getattr(figure, "_suptitle", None) or any(a.get_title() for a in figure.axes)
    if caption and not titled:
        return caption[:MAX_WORDS]
    found = [_text(getattr(figure, "_suptitle", None))]
    for axes in figure.axes:
        found += [axes.get_title(), axes.get_xlabel(), axes.get_ylabel()]
        legend = axes.get_legend()
        found += [t.get_text() for t in legend.get_texts()] if legend is not None else []
    plain = (" ".join(word.split()) for word in found)
    return "; ".join(dict.fromkeys(word for word in plain if word))[:MAX_WORDS]


def _text(text: Any) -> str:
    return text.get_text() if text is not None else ""


def _figure_of(value: Any) -> Figure | None:
    from matplotlib.artist import Artist
    from matplotlib.figure import Figure

    if isinstance(value, Figure):
        return value
    if isinstance(value, Mapping) or not isinstance(value, Artist):
        inner = getattr(value, "figure", None)  # seaborn's grids
        return inner if isinstance(inner, Figure) else None
    figure = value.get_figure()
    return figure if isinstance(figure, Figure) else None


def _png(figure: Figure) -> bytes:
    buffer = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a glyph that no font has is drawn as a box
        figure.savefig(
            buffer,
            format="png",
            dpi=_dpi(figure),
            facecolor="white",
            bbox_inches="tight",
            pad_inches=PAD,
        )
    return buffer.getvalue()


def _dpi(figure: Figure) -> float:
    """Dots an inch, so that the tight box comes out between the bounds."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    canvas = (
        figure.canvas if isinstance(figure.canvas, FigureCanvasAgg) else FigureCanvasAgg(figure)
    )
    box = figure.get_tightbbox(canvas.get_renderer())
    width, height = max(box.width, 0.1) + 2 * PAD, max(box.height, 0.1) + 2 * PAD
    wanted = min(max(figure.get_figwidth() * PIXELS_PER_INCH, MIN_WIDTH), MAX_WIDTH)
    return float(SCALE * min(wanted / width, MAX_HEIGHT / height))
