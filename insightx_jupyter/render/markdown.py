"""The record as markdown: written anew from the tree, so that no raw html passes."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from ..protocol.record import Record
from ..protocol.results import PythonResult, SqlResult
from . import words
from .escape import fenced, markdown_code, markdown_text
from .inline import Inline, choice, inline_of
from .plain import notes
from .prose import Block, read_prose
from .tables import ShownTable, caption, show

_MARKS = {"strong": "**", "em": "*"}
_LONGEST_OUTPUT = 4_000


def markdown(record: Record) -> str:
    """The record as markdown, with SQL and Python in fenced blocks. Charts are their words."""
    parts = ["**InsightX** · " + " · ".join(markdown_text(f) for f in words.facts(record))]
    if outcome := words.outcome(record):
        parts.append(f"**{markdown_text(outcome[0])}** {markdown_text(outcome[1])}".strip())
    if record.answer is not None:
        parts.append(prose_markdown(read_prose(record.answer)))
        parts.append(_quiet(words.verdict(record.answer)[1]))
        parts.append(_quiet(words.BY_OFFLINE) if record.model.offline else "")
        parts += [
            f"> **{markdown_text(bold)}** {markdown_text(rest)}"
            for bold, rest in words.missing_notes(record.answer)
        ]
    parts += [f"> {markdown_text(warning)}" for warning in notes(record)]
    parts += [_quiet(f"Chart: {figure.alt}") for figure in record.figures]
    if record.result is not None:
        parts.append(_table(show(record.result.table), record.result_code))
    if record.choices:
        parts.append("**How it was read**\n\n" + "\n".join(map(_choice, record.choices)))
    parts += [_sql(result) for result in record.sql]
    parts += [_python(result) for result in record.python]
    if record.followups:
        asks = "\n".join(
            f"- {inline_markdown(inline_of(question))}" for question in record.followups
        )
        parts.append(f"**Ask next**\n\n{asks}")
    return "\n\n".join(part for part in parts if part) + "\n"


def _quiet(text: str) -> str:
    return f"*{markdown_text(text)}*" if text else ""


def _choice(text: str) -> str:
    word, reading = choice(text)
    bold = f"**{markdown_text(word)}**: " if word else ""
    return f"- {bold}{inline_markdown(reading)}"


def _sql(result: SqlResult) -> str:
    about = f"{words.shape(result.table)} · {words.seconds(result.seconds)}"
    return f"**SQL** · {about}\n\n{fenced(result.query, 'sql')}"


def _python(result: PythonResult) -> str:
    parts = [f"**Python** · {words.seconds(result.seconds)}", fenced(result.code, "python")]
    if result.stdout.strip():
        parts += ["Printed:", fenced(result.stdout[:_LONGEST_OUTPUT].rstrip(), "text")]
    return "\n\n".join(parts)


def _table(table: ShownTable, result_code: str) -> str:
    rule = ["---:" if numeric else ":---" for numeric in table.numeric]
    head = [markdown_text(cell.text) for cell in table.names]
    rows = [[markdown_text(cell.text) for cell in row] for row in table.rows]
    lines = [f"| {' | '.join(row)} |" for row in (head, rule, *rows)]
    counts, code = caption(table, result_code)
    quoted = f" `{markdown_code(code)}`" if code else ""
    return "\n".join(lines) + f"\n\n{counts}{quoted}"


def prose_markdown(blocks: Sequence[Block]) -> str:
    """The prose as safe markdown: the same words and marks, no html, no links."""
    parts: list[str] = []
    before = ""
    for block in blocks:
        tight = block.kind == "item" and before == "item"
        parts.append(("\n" if tight else "\n\n") + _block(block))
        before = block.kind
    return "".join(parts).strip("\n")


def _block(block: Block) -> str:
    if block.kind == "code":
        return fenced(block.text, "")
    if block.kind == "rule":
        return "---"
    if block.kind == "table":
        rows = [[inline_markdown(cell) for cell in row] for row in block.rows]
        lines = [f"| {' | '.join(row)} |" for row in rows]
        return "\n".join([lines[0], "|" + " --- |" * len(rows[0]), *lines[1:]])
    before = {
        "heading": "#### ",
        "item": "  " * block.level + block.marker + " ",
        "quote": "> ",
    }
    return before.get(block.kind, "") + inline_markdown(block.inline)


def inline_markdown(pieces: Sequence[Inline]) -> str:
    """The pieces with their marks; text escaped, neighbouring code in one pair of backticks."""
    groups = itertools.groupby(pieces, key=lambda piece: piece.kind)
    return "".join(_same(kind, list(group)) for kind, group in groups)


def _same(kind: str, pieces: Sequence[Inline]) -> str:
    if kind == "text":
        return _text("".join(piece.text for piece in pieces))
    if kind == "code":
        return f"`{markdown_code(''.join(piece.text for piece in pieces))}`"
    if kind == "break":
        return "  \n"
    return _MARKS[kind.split()[1]] * len(pieces)


def _text(text: str) -> str:
    lead = len(text) - len(text.lstrip(" "))
    return text[:lead] + markdown_text(text[lead:])
