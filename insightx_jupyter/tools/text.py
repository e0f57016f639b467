"""Text that leaves for a model, kept short."""

from __future__ import annotations

from collections.abc import Sequence

from ..data.egress import table_text
from ..protocol.results import NamedTable

#: What the tables of one message may take together, characters.
TABLES_CHARS = 10_000


def clip(text: str, chars: int) -> str:
    """The first ``chars`` characters, marked where something was left out."""
    return text if len(text) <= chars else text[: chars - 1] + "…"


def sound(text: str) -> str:
    """The text with halves of UTF-16 pairs joined, and those without a partner replaced.

    JSON can spell half a pair and servers split them between pieces; UTF-8, and so
    every notebook and record, cannot hold one.
    """
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def clip_middle(text: str, chars: int) -> str:
    """Head and tail of a long text: errors and totals stand at the end of what code prints."""
    if len(text) <= chars:
        return text
    mark = f"\n… {len(text) - chars:,} characters left out …\n"
    head = (chars - len(mark)) // 2
    tail = chars - len(mark) - head
    return text[:head] + mark + text[-tail:]


def tables_text(tables: Sequence[NamedTable], budget: int = TABLES_CHARS) -> list[str]:
    """One text a table, in order; those that no longer fit are told by name and shape."""
    texts = []
    for named in tables:
        shape = f"{named.table.total_rows:,} rows × {named.table.total_columns:,} columns"
        text = f"{named.name}: {table_text(named.table)}"
        if len(text) > budget:
            text = f"{named.name}: {shape}, not shown"
        budget -= len(text)
        texts.append(text)
    return texts
