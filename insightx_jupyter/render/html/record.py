"""The record, its parts in their fixed order."""

from __future__ import annotations

from collections.abc import Iterator

from ...protocol.record import Record
from .. import words
from ..escape import html_text, one_line
from ..inline import inline_of, words_of_inline
from .figures import figures_html
from .folds import python_html, reading_html, sql_html
from .header import header_html
from .icons import icon
from .prose import prose_html
from .provenance import provenance_html
from .style import CARD, CONTROL, ERROR_EDGE, LINE, META, MUTED, TEXT, WARN_EDGE, element, note


def record_html(record: Record) -> str:
    """The whole card: header, prose, notes, chart beside table, folds, what to ask next."""
    parts = [
        header_html(record),
        prose_html(record.answer) if record.answer is not None else "",
        _offline(record),
        *_notes(record),
        figures_html(record),
        reading_html(record),
        sql_html(record),
        python_html(record),
        provenance_html(record),
        _next(record),
    ]
    return _one_block(element("div", "\n".join(part for part in parts if part), CARD))


def _one_block(page: str) -> str:
    """The same without blank lines: in a markdown export one would end the html."""
    return "\n".join(line if line.strip() else f"{line}<span></span>" for line in page.split("\n"))


def _offline(record: Record) -> str:
    if not record.model.offline or record.answer is None:
        return ""
    return element("p", html_text(words.BY_OFFLINE), f"margin:0 12px 16px;{META}")


def _notes(record: Record) -> Iterator[str]:
    if record.answer is None:
        yield '<div style="height:12px"></div>'
    if outcome := words.outcome(record):
        edge = ERROR_EDGE if record.status == "failed" else CONTROL
        yield note(icon("error" if record.status == "failed" else "stopped"), *outcome, edge)
    if record.answer is not None:
        for bold, rest in words.missing_notes(record.answer):
            yield note(icon("warning"), bold, rest, WARN_EDGE)
    if words.unisolated(record):
        yield note(icon("unisolated"), *words.UNISOLATED, WARN_EDGE)
    for warning in record.warnings:
        yield note(icon("warning"), "", one_line(warning, 1_000), WARN_EDGE)


def _next(record: Record) -> str:
    if not record.followups:
        return ""
    chip = (
        f"display:inline-block;margin:2px 8px 2px 0;padding:4px 12px;border:1px solid {CONTROL};"
        f"border-radius:14px;color:{TEXT};background:#ffffff;font-size:13px;line-height:18px"
    )
    lead = element("span", "Ask next", f"{META};margin-right:8px")
    chips = [
        element("span", html_text(one_line(words_of_inline(inline_of(q)), 300)), chip)
        for q in record.followups[:6]
    ]
    separated = '<span style="display:none"> · </span> '.join([lead, *chips])
    return element("div", separated, f"padding:10px 12px;border-top:1px solid {LINE};color:{MUTED}")
