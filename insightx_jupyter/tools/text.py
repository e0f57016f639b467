"""Text that leaves for a model, kept short."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from ..data.egress import names_text, shape_text, table_text
from ..protocol.results import NamedTable

if TYPE_CHECKING:
    import pyarrow as pa

#: What the tables of one message may take together, characters.
TABLES_CHARS = 10_000
#: What the names of a table's columns may take where the table itself has no room, bytes.
_NAMES_BYTES = 300

_COMMENT = re.compile(r"(?:^|\s)(?:#|--)(?:\s|$)")
_RESULT = re.compile(r"result\b[^=\n]{0,80}=")
_SENTENCE_END = re.compile(r"[.!?](?=\s)|[。！？]")


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


def clip_code(text: str, chars: int) -> str:
    """Whole lines of long code, in order, ``…`` where lines are left out.

    How ``result`` is put together goes first, then comments, since they state choices,
    then lines from both ends.
    """
    if len(text) <= chars:
        return text
    lines = text.split("\n")
    kept: set[int] = set()
    room = chars - 2
    for i in _by_weight(lines):
        # A line may be followed by a mark of its own.
        if len(lines[i]) + 3 <= room:
            kept.add(i)
            room -= len(lines[i]) + 3
    if not kept:
        return clip_middle(text, chars)
    shown: list[str] = []
    for here, run in groupby(range(len(lines)), kept.__contains__):
        shown += [lines[i] for i in run] if here else ["…"]
    return "\n".join(shown)


def clip_sentence(text: str, chars: int) -> str:
    """The sentences that fit; where not even one does, the first ``chars`` characters."""
    if len(text) <= chars:
        return text
    ends = [m.end() for m in _SENTENCE_END.finditer(text[: chars + 1]) if m.end() <= chars]
    return text[: ends[-1]] if ends else clip(text, chars)


def tables_text(
    tables: Sequence[NamedTable],
    budget: int = TABLES_CHARS,
    whole: Mapping[str, pa.Table] | None = None,
) -> list[str]:
    """One text a table, in order; those that no longer fit are told by name and shape.

    ``whole`` has the tables themselves by name, for the names of columns that a slice lacks.
    """
    texts = []
    for named in tables:
        shape = shape_text(named.table)
        names = whole[named.name].column_names if whole else ()
        text = f"{named.name}: {table_text(named.table, names)}"
        if len(text) > budget:
            told = f": {names_text(names, _NAMES_BYTES)}" if names else ""
            text = f"{named.name}: {shape}, not shown{told}"
        budget -= len(text)
        texts.append(text)
    return texts


def _by_weight(lines: Sequence[str]) -> list[int]:
    """The lines' numbers, those to keep first."""
    closing = _result_lines(lines)

    def weight(i: int) -> tuple[int, int]:
        first = 0 if i in closing else 1 if _COMMENT.search(lines[i]) else 2
        return first, min(i, len(lines) - 1 - i)

    return sorted(range(len(lines)), key=weight)


def _result_lines(lines: Sequence[str]) -> set[int]:
    """The last assignment of ``result`` with the lines that go on from it."""
    starts = [i for i, line in enumerate(lines) if _RESULT.match(line)]
    if not starts:
        return set()
    last = starts[-1] + 1
    while last < len(lines) and lines[last][:1] in (" ", "\t", ")", "}", "]"):
        last += 1
    return set(range(starts[-1], last))
