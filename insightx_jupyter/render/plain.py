"""The record for terminals: prose, notes, the table, how it was read."""

from __future__ import annotations

from collections.abc import Sequence

from ..protocol.record import Record
from . import words
from .escape import one_line, visible
from .inline import inline_of, words_of_inline
from .prose import Block, read_prose
from .tables import ShownTable, caption, show


def plain(record: Record) -> str:
    """The record as text, at most some hundred lines."""
    parts = [" · ".join(["InsightX", *words.facts(record)])]
    if outcome := words.outcome(record):
        parts.append(" ".join(outcome))
    if record.answer is not None:
        parts.append("\n\n".join(_block(block) for block in read_prose(record.answer)))
        parts.append(words.verdict(record.answer)[1])
        parts.append(words.BY_OFFLINE if record.model.offline else "")
        parts += [f"Note: {bold} {rest}" for bold, rest in words.missing_notes(record.answer)]
    parts += [f"Note: {one_line(warning, 1_000)}" for warning in notes(record)]
    parts += [f"[Chart: {one_line(figure.alt, 300)}]" for figure in record.figures]
    if record.result is not None:
        parts.append(table_text(show(record.result.table), record.result_code))
    if record.choices:
        read = [f"- {words_of_inline(inline_of(choice))}" for choice in record.choices]
        parts.append("\n".join(["How it was read:", *read]))
    if record.followups:
        asks = [f"- {words_of_inline(inline_of(question))}" for question in record.followups]
        parts.append("\n".join(["Ask next:", *asks]))
    return "\n\n".join(part for part in parts if part)


def notes(record: Record) -> list[str]:
    """What a reader has to know beside the answer."""
    own = [" ".join(words.UNISOLATED)] if words.unisolated(record) else []
    return [*own, *record.warnings]


def table_text(table: ShownTable, result_code: str) -> str:
    """The table with aligned columns and its caption."""
    grid = [[cell.text for cell in row] for row in (table.names, *table.rows)]
    widths = [max(len(row[i]) for row in grid) for i in range(len(table.names))]
    lines = [_row(row, widths, table.numeric) for row in grid]
    rule = "  ".join("─" * width for width in widths)
    below = " ".join(caption(table, result_code)).rstrip()
    return "\n".join([lines[0], rule, *lines[1:], below])


def _row(texts: Sequence[str], widths: Sequence[int], numeric: Sequence[bool]) -> str:
    cells = [
        text.rjust(width) if right else text.ljust(width)
        for text, width, right in zip(texts, widths, numeric, strict=True)
    ]
    return "  ".join(cells).rstrip()


def _block(block: Block) -> str:
    if block.kind == "code":
        return visible(block.text)
    if block.kind == "rule":
        return "─" * 20
    if block.kind == "table":
        return "\n".join(" | ".join(words_of_inline(cell) for cell in row) for row in block.rows)
    indent = "  " * block.level + block.marker + " " if block.kind == "item" else ""
    return indent + words_of_inline(block.inline)
