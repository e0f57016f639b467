"""What stands folded below the answer: how it was read, SQL, Python."""

from __future__ import annotations

from collections.abc import Sequence

from ...protocol.record import Record
from ...protocol.results import PythonResult, SqlResult
from .. import words
from ..escape import html_text, visible
from ..inline import choice
from .highlight import highlight
from .prose import inline_html, pre
from .style import LINE, META, MUTED, TEXT, WELL, element

_MOST_STEPS = 6
_LONGEST_OUTPUT = 4_000


def fold(name: str, meta: str, content: str, *, opened: bool = False) -> str:
    """A fold with its name at the left and a fact at the right."""
    bold = element("b", html_text(name), f"font-weight:600;color:{TEXT}")
    right = element(
        "span",
        html_text(meta),
        f"float:right;font-size:12px;line-height:20px;color:{MUTED}",
    )
    summary = element(
        "summary",
        f"{bold} {right}",
        f"padding:6px 12px;cursor:pointer;color:{MUTED};line-height:20px",
    )
    body = element("div", content, "padding:4px 12px 12px 28px")
    state = " open" if opened else ""
    return f'<details{state} style="border-top:1px solid {LINE}">{summary}{body}</details>'


def reading_html(record: Record) -> str:
    """The words that had to be interpreted. Open: the reader has to agree with them."""
    if not record.choices:
        return ""
    items = "".join(_choice(text) for text in record.choices)
    content = element("ul", items, "margin:0;padding-left:16px")
    return fold(
        "How it was read", words.plural(len(record.choices), "choice"), content, opened=True
    )


def _choice(text: str) -> str:
    word, reading = choice(text)
    bold = element("b", html_text(word), "font-weight:600") + ": " if word else ""
    return element(
        "li", bold + inline_html(reading), f"margin:0 0 4px;line-height:20px;color:{TEXT}"
    )


def sql_html(record: Record) -> str:
    """Each query that ran."""
    if not record.sql:
        return ""
    shown = record.sql[-_MOST_STEPS:]
    one = f"{_lines(shown[0].query)} · {words.plural(shown[0].table.total_rows, 'row')}"
    meta = one if len(record.sql) == 1 else words.plural(len(record.sql), "query")
    total = words.seconds(sum(result.seconds for result in record.sql))
    content = "".join(_query(result) for result in shown)
    return fold("SQL", f"{meta} · {total}", content, opened=record.status == "failed")


def _query(result: SqlResult) -> str:
    about = [words.shape(result.table), words.seconds(result.seconds), words.reads(result.reads)]
    return code_box([result.name, *about], highlight(result.query, "sql"))


def python_html(record: Record) -> str:
    """Each piece of code that ran, and what it printed."""
    if not record.python:
        return ""
    shown = record.python[-_MOST_STEPS:]
    one = _lines(shown[0].code)
    meta = one if len(record.python) == 1 else words.plural(len(record.python), "run")
    total = words.seconds(sum(result.seconds for result in record.python))
    content = "".join(_run(result) for result in shown)
    return fold("Python", f"{meta} · {total}", content, opened=record.status == "failed")


def _run(result: PythonResult) -> str:
    tables = [words.shape(result.tables[0].table)] if result.tables else []
    place = ["outside any sandbox"] if result.unisolated else []
    about = [result.name, *tables, words.seconds(result.seconds), *place, words.reads(result.reads)]
    box = code_box(about, highlight(result.code, "python"))
    printed = result.stdout.rstrip()
    if not printed:
        return box
    cut = visible(printed[:_LONGEST_OUTPUT])
    more = f"\n… {len(printed):,} characters in all" if len(printed) > _LONGEST_OUTPUT else ""
    return box + code_box(["Printed"], html_text(cut + more))


def code_box(about: Sequence[str], content: str) -> str:
    """Code under a bar of facts; ``content`` is html."""
    bar = element(
        "div",
        html_text(" · ".join(fact for fact in about if fact)),
        f"padding:6px 8px;background:{WELL};border-bottom:1px solid {LINE};{META}",
    )
    style = f"margin:0 0 8px;border:1px solid {LINE};border-radius:2px;background:#ffffff"
    return element("div", bar + pre(content), style)


def _lines(code: str) -> str:
    return words.plural(len(code.strip("\n").split("\n")), "line")
