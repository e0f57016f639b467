"""The answer's prose as html, each number underlined and named by its source."""

from __future__ import annotations

from collections.abc import Sequence

from ...protocol.answer import FilledText, NumberStatus, NumberTrace
from ..escape import html_text, one_line
from ..inline import Inline
from ..prose import Block, read_prose
from .style import (
    CODE,
    CONTROL,
    LINE,
    MONO,
    STRONG_LINE,
    TEXT,
    WARN_EDGE,
    WARN_TEXT,
    WARN_TINT,
    element,
)

_PROSE = f"font-size:14px;line-height:24px;color:{TEXT};max-width:720px;padding:12px 12px 16px"
_PARAGRAPH = f"margin:0 0 8px;color:{TEXT};font-size:14px;line-height:24px"
_FOUND = f"border-bottom:1px solid {CONTROL}"
_MISSING = f"border-bottom:2px dashed {WARN_EDGE};background:{WARN_TINT};padding:0 2px;color:{TEXT}"
_PRE = (
    f"margin:0;padding:8px;border:0;font-family:{MONO};font-size:12px;line-height:16px;"
    f"color:{TEXT};background:#ffffff;white-space:pre-wrap;word-wrap:break-word;overflow-wrap:anywhere"
)
_SUP = f"font-size:10px;line-height:0;font-weight:600;color:{WARN_TEXT}"


def prose_html(answer: FilledText) -> str:
    """The prose in a column of at most 720 px."""
    return element("div", blocks_html(read_prose(answer)), _PROSE)


def blocks_html(blocks: Sequence[Block]) -> str:
    """The blocks in order; neighbouring items make one list."""
    parts: list[str] = []
    items: list[Block] = []
    for block in blocks:
        if items and (block.kind != "item" or _ordered(block) != _ordered(items[0])):
            parts.append(_list(items))
            items = []
        if block.kind == "item":
            items.append(block)
        else:
            parts.append(_block(block))
    return "\n".join([*parts, *([_list(items)] if items else [])])


def _ordered(item: Block) -> bool:
    return item.marker[:1].isdigit()


def _list(items: Sequence[Block]) -> str:
    lines = [
        element(
            "li",
            inline_html(item.inline),
            f"margin:0 0 4px {item.level * 16}px;line-height:24px;color:{TEXT}",
            value=item.marker[:-1] if _ordered(item) else None,
        )
        for item in items
    ]
    tag = "ol" if _ordered(items[0]) else "ul"
    return element(tag, "".join(lines), "margin:0 0 8px;padding-left:24px")


def _block(block: Block) -> str:
    if block.kind == "code":
        return pre(html_text(block.text))
    if block.kind == "rule":
        return f'<hr style="border:0;border-top:1px solid {LINE};margin:12px 0">'
    if block.kind == "table":
        return _table(block)
    content = inline_html(block.inline)
    if block.kind == "heading":
        return element(
            "h4", content, f"margin:12px 0 4px;font-size:14px;line-height:24px;color:{TEXT}"
        )
    if block.kind == "quote":
        edge = f"margin:0 0 8px;padding-left:12px;border-left:3px solid {LINE};color:{TEXT}"
        return element("blockquote", content, edge)
    return element("p", content, _PARAGRAPH)


def pre(content: str) -> str:
    """A block of code that wraps; ``content`` is html."""
    return element("pre", content, _PRE)


def _table(block: Block) -> str:
    body = "".join(_row(cells, "td", LINE) for cells in block.rows[1:])
    head = element("thead", _row(block.rows[0], "th", STRONG_LINE))
    style = (
        "border-collapse:collapse;table-layout:auto;font-size:12px;line-height:16px;margin:0 0 8px"
    )
    table = element("table", head + element("tbody", body), style)
    return element("div", table, "overflow-x:auto")


def _row(cells: Sequence[Sequence[Inline]], tag: str, edge: str) -> str:
    style = (
        f"padding:4px 8px;text-align:left;border-bottom:1px solid {edge};"
        f"color:{TEXT};background:#ffffff"
    )
    scope = "col" if tag == "th" else None
    content = "".join(element(tag, inline_html(cell), style, scope=scope) for cell in cells)
    return element("tr", content, "background:#ffffff")


def inline_html(pieces: Sequence[Inline]) -> str:
    """The pieces as html; marks are always properly nested."""
    return "".join(_piece(piece) for piece in pieces)


def _piece(piece: Inline) -> str:
    if piece.kind == "break":
        return "<br>"
    if piece.kind.startswith(("open ", "close ")):
        state, tag = piece.kind.split()
        weight = ' style="font-weight:600"' if tag == "strong" else ""
        return f"<{tag}{weight}>" if state == "open" else f"</{tag}>"
    content = html_text(piece.text)
    if piece.kind == "code":
        content = element("code", content, CODE)
    return content if piece.trace is None else _number(content, piece.trace)


def _number(content: str, trace: NumberTrace) -> str:
    source = one_line(trace.source, 200)
    if trace.status in (NumberStatus.NOT_FOUND, NumberStatus.BAD_REFERENCE):
        title = source or "Not found in the results of this run"
        return element("span", content + element("sup", "?", _SUP), _MISSING, title=title)
    return element("span", content, _FOUND, title=f"Found: {source}")
