"""Charts beside the result's table; below each other where there is no room."""

from __future__ import annotations

import base64
import binascii

from ...protocol.record import Record
from ...protocol.results import Figure
from ..escape import html_text, one_line
from ..tables import Cell, ShownTable, caption, show
from .style import LINE, META, MUTED, STRONG_LINE, TEXT, code, element

_TITLE = f"margin:0 0 4px;font-size:12px;line-height:16px;font-weight:600;color:{TEXT}"
_PNG = b"\x89PNG\r\n\x1a\n"
CHART_WIDTH = 400
MOST_CHARTS = 8
#: Letters of a table beside a chart, and of one with the whole width.
_BESIDE, _ALONE = 84, 160
_FEW_COLUMNS = 6


def figures_html(record: Record) -> str:
    """Both, or what there is of them."""
    parts = []
    if charts := "".join(chart_html(figure) for figure in record.figures[:MOST_CHARTS]):
        parts.append(element("div", charts, f"flex:0 1 {CHART_WIDTH}px;min-width:0"))
    if record.result is not None:
        table = show(record.result.table, _BESIDE if parts else _ALONE)
        # The eye loses the row where few columns are drawn far apart.
        most = "none" if len(table.names) > _FEW_COLUMNS else "720px"
        parts.append(
            element(
                "div",
                table_html(table, record.result_code),
                f"flex:1 1 420px;min-width:0;max-width:{most}",
            )
        )
    style = "display:flex;flex-wrap:wrap;gap:24px;align-items:flex-start;padding:0 12px 12px"
    return element("div", "\n".join(parts), style) if parts else ""


def chart_html(figure: Figure) -> str:
    """The PNG on white ground with its words; only the words where it is no PNG."""
    words = one_line(figure.alt, 500) or "Chart"
    if not is_png(figure.png_base64):
        return element("p", html_text(f"[Chart: {words}]"), META)
    # A figure drawn for a high-resolution screen is shown at its size in the text.
    width = min(figure.width or CHART_WIDTH, CHART_WIDTH)
    title = element("p", html_text(words), _TITLE)
    image = (
        f'<img src="data:image/png;base64,{figure.png_base64}" alt="{html_text(words)}" '
        f'width="{width}" style="display:block;max-width:100%;height:auto;background:#ffffff">'
    )
    return element("div", title + image, "margin:0 0 12px")


def is_png(text: str) -> bool:
    """Whether it is base64 of something that starts as a PNG does."""
    try:
        return base64.b64decode(text, validate=True).startswith(_PNG)
    except (binascii.Error, ValueError):
        return False


def table_html(table: ShownTable, result_code: str) -> str:
    """A table with a header row, numbers to the right, and exact counts below it."""
    head = "".join(_cell("th", c, n, i == 0) for i, (c, n) in _columns(table, table.names))
    rows = []
    for row in table.rows:
        cells = "".join(_cell("td", c, n, i == 0) for i, (c, n) in _columns(table, row))
        rows.append(element("tr", cells, "background:#ffffff"))
    style = (
        "border-collapse:collapse;table-layout:auto;border:0;width:100%;margin:0;"
        f"font-size:12px;line-height:16px;color:{TEXT};background:#ffffff"
    )
    thead = element("thead", element("tr", head, "background:#ffffff"), "border:0")
    body = element("table", f"{thead}\n{element('tbody', chr(10).join(rows))}", style)
    counts, whole = caption(table, result_code)
    words = f"{html_text(counts)} {code(whole)}" if whole else html_text(counts)
    below = element("p", words, f"margin:4px 0 0;{META}")
    title = element("p", "Result", _TITLE)
    return title + element("div", body, "overflow-x:auto") + below


def _columns(table: ShownTable, cells: tuple[Cell, ...]) -> enumerate[tuple[Cell, bool]]:
    return enumerate(zip(cells, table.numeric, strict=True))


def _cell(tag: str, cell: Cell, numeric: bool, first: bool) -> str:
    head = tag == "th"
    edge, colour = (STRONG_LINE, MUTED) if head else (LINE, MUTED if cell.null else TEXT)
    style = (
        f"padding:4px 6px 4px {'0' if first else '6px'};border:0;border-bottom:1px solid {edge};"
        f"text-align:{'right' if numeric else 'left'};vertical-align:middle;"
        f"color:{colour};background:#ffffff;max-width:none"
    )
    style += ";font-weight:600" if head else ""
    style += ";white-space:nowrap" if numeric or len(cell.text) <= 32 else ""
    return element(
        tag, html_text(cell.text), style, scope="col" if head else None, title=cell.title or None
    )
