"""The first line of the card: mark, facts, and the verdict on the numbers."""

from __future__ import annotations

from collections.abc import Sequence

from ...protocol.record import Record
from .. import words
from ..escape import html_text
from .icons import icon
from .style import LINE, MUTED, OK_TEXT, TEXT, WARN_TEXT, element

_FACT = "max-width:100%;overflow-wrap:anywhere"


def header_html(record: Record) -> str:
    """The header of a record."""
    return head(_facts(record), _verdict(record))


def head(facts: Sequence[str], right: str) -> str:
    """The line; facts are html, spaces between them hold where styles are gone."""
    mark = icon("logo") + element(
        "b", "InsightX", f"font-size:13px;font-weight:600;color:{TEXT};margin-right:4px"
    )
    style = (
        "display:flex;flex-wrap:wrap;align-items:center;gap:4px 12px;min-height:31px;"
        "padding:4px 12px;"
        f"border-bottom:1px solid {LINE};font-size:12px;line-height:16px;color:{MUTED}"
    )
    shown = [element("span", fact, _FACT) for fact in [mark, *facts]]
    if right:
        shown.append(element("span", right, "margin-left:auto"))
    return element("div", _DOT.join(shown), style)


#: Shown only where styles are gone; with styles the gap does it.
_DOT = '<span style="display:none"> · </span>'


def _facts(record: Record) -> list[str]:
    names = words.facts(record)
    return [_fact(name, record) for name in names]


def _fact(name: str, record: Record) -> str:
    if name == "Unisolated":
        return icon("unisolated") + element("b", name, f"color:{WARN_TEXT};font-weight:600")
    if name == words.OFFLINE:
        return icon("offline") + html_text(name)
    if name == words.model(record.model):
        return icon("model") + html_text(name)
    if name.startswith("Sandbox: "):
        return icon("sandbox") + html_text(name)
    if name.startswith(words.moment(record.asked_at)):
        return icon("clock") + html_text(name)
    return html_text(name)


def _verdict(record: Record) -> str:
    if record.status == "cancelled":
        return html_text(f"Stopped after {words.seconds(record.seconds)}")
    if record.status == "failed" or record.answer is None:
        return html_text(f"Failed after {words.seconds(record.seconds)}")
    traced, text = words.verdict(record.answer)
    if not text:
        return ""
    name, colour = ("ok", OK_TEXT) if traced else ("warning", WARN_TEXT)
    return icon(name) + element("span", html_text(text), f"color:{colour}")
