"""The composer's markdown, read into a small tree that cannot hold html, images or links.

Paragraphs, headings, lists, quotes, pipe tables, fenced code; bold, italic, inline
code, backslash escapes. A link becomes its text and its address, an image its
words. A traced number is one span, shown letter by letter whatever it holds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..protocol.answer import FilledText, NumberTrace
from .inline import Inline, read_inline

#: Prose beyond this is cut; no answer is near it.
LONGEST_PROSE = 16_000

_HEADING = re.compile(r" {0,3}(#{1,6})[ \t]+(.*?)[ \t]*#*$")
_ITEM = re.compile(r"([ \t]*)([-*+]|\d{1,9}[.)])[ \t]+(?=\S)")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})[^`]*$")
_RULE = re.compile(r" {0,3}([-*_])[ \t]*(?:\1[ \t]*){2,}$")
_QUOTE = re.compile(r" {0,3}> ?")
_TABLE_RULE = re.compile(r" {0,3}\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$")
_DEEPEST_ITEM = 3


@dataclass(frozen=True, slots=True)
class Block:
    """One block. ``kind``: paragraph, heading, item, quote, code, rule or table.

    ``level`` is a heading's rank or an item's depth, ``marker`` an item's own
    (``-`` or ``2.``); ``rows`` are a table's cells, its head first.
    """

    kind: str
    inline: tuple[Inline, ...] = ()
    level: int = 0
    marker: str = ""
    text: str = ""
    rows: tuple[tuple[tuple[Inline, ...], ...], ...] = ()


@dataclass(frozen=True, slots=True)
class _Line:
    start: int
    text: str

    @property
    def blank(self) -> bool:
        return not self.text.strip()

    def part(self, begin: int, end: int | None = None) -> tuple[int, int]:
        """The piece's place in the whole text, without spaces around it."""
        piece = self.text[begin:end]
        left = len(piece) - len(piece.lstrip())
        return self.start + begin + left, self.start + begin + max(left, len(piece.rstrip()))


def read_prose(filled: FilledText) -> tuple[Block, ...]:
    """The blocks of the filled text, with its numbers as spans of their own."""
    text = filled.text[:LONGEST_PROSE]
    traces = {trace.start: trace for trace in filled.numbers if trace.end <= len(text)}
    blocks = tuple(_Reader(text, traces).blocks())
    if len(filled.text) > LONGEST_PROSE:
        cut = f"Cut here; the whole text has {len(filled.text):,} characters."
        blocks += (Block("paragraph", (Inline("text", cut),)),)
    return blocks


class _Reader:
    def __init__(self, text: str, traces: dict[int, NumberTrace]) -> None:
        self._text = text
        self._traces = traces
        self._lines = _lines(text)
        self._at = 0

    def blocks(self) -> Iterator[Block]:
        while self._at < len(self._lines):
            line = self._lines[self._at]
            if line.blank:
                self._at += 1
            else:
                yield self._block(line)

    def _block(self, line: _Line) -> Block:
        if match := _FENCE.match(line.text):
            return self._code(match[1])
        if match := _HEADING.match(line.text):
            self._at += 1
            return Block("heading", self._inline([line.part(*match.span(2))]), len(match[1]))
        if _RULE.match(line.text):
            self._at += 1
            return Block("rule")
        if self._is_table():
            return self._table()
        if match := _ITEM.match(line.text):
            depth = min(len(match[1].expandtabs(4)) // 2, _DEEPEST_ITEM)
            spans = self._paragraph(match.end())
            return Block("item", self._inline(spans), depth, match[2])
        if match := _QUOTE.match(line.text):
            return Block("quote", self._inline(self._paragraph(match.end())))
        return Block("paragraph", self._inline(self._paragraph(0)))

    def _inline(self, spans: Sequence[tuple[int, int]]) -> tuple[Inline, ...]:
        return tuple(read_inline(self._text, spans, self._traces))

    def _paragraph(self, begin: int) -> list[tuple[int, int]]:
        """This line from ``begin`` on, and the lines that carry it on."""
        spans = [self._lines[self._at].part(begin)]
        self._at += 1
        while self._at < len(self._lines) and not self._interrupts(self._lines[self._at]):
            line = self._lines[self._at]
            quote = _QUOTE.match(line.text)
            spans.append(line.part(quote.end() if quote else 0))
            self._at += 1
        return spans

    def _interrupts(self, line: _Line) -> bool:
        starts = (_FENCE, _HEADING, _RULE, _ITEM)
        return line.blank or any(p.match(line.text) for p in starts) or self._is_table()

    def _code(self, fence: str) -> Block:
        self._at += 1
        body = []
        while self._at < len(self._lines):
            line = self._lines[self._at].text
            self._at += 1
            if line.strip().startswith(fence) and not line.strip(" `~"):
                break
            body.append(line)
        return Block("code", text="\n".join(body))

    def _is_table(self) -> bool:
        if self._at + 1 >= len(self._lines):
            return False
        head, rule = self._lines[self._at].text, self._lines[self._at + 1].text
        return "|" in head and "|" in rule and bool(_TABLE_RULE.match(rule))

    def _table(self) -> Block:
        rows = [self._cells(self._lines[self._at])]
        self._at += 2
        while self._at < len(self._lines) and "|" in self._lines[self._at].text:
            rows.append(self._cells(self._lines[self._at]))
            self._at += 1
        width = len(rows[0])
        return Block("table", rows=tuple((row + ((),) * width)[:width] for row in rows))

    def _cells(self, line: _Line) -> tuple[tuple[Inline, ...], ...]:
        edges = [m.start() for m in re.finditer(r"(?<!\\)\|", line.text)]
        starts = [0, *(edge + 1 for edge in edges)]
        ends = [*edges, len(line.text)]
        cells = [line.part(a, b) for a, b in zip(starts, ends, strict=True)]
        if cells and cells[0][0] >= cells[0][1]:
            cells = cells[1:]
        if cells and cells[-1][0] >= cells[-1][1]:
            cells = cells[:-1]
        return tuple(self._inline([cell]) for cell in cells)


def _lines(text: str) -> list[_Line]:
    lines, start = [], 0
    for line in text.split("\n"):
        lines.append(_Line(start, line))
        start += len(line) + 1
    return lines
