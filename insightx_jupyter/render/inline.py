"""The inline part of the prose: a flat run of text, code and marks that open and close."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..protocol.answer import NumberTrace
from .escape import one_line, visible
from .template import code_end

_ESCAPABLE = r"""\`*_{}[]()#+-.!|<>~&$:="'"""
_LINK = re.compile(
    r"!?\[([^\[\]]{0,500})\]\(\s*<?([^()<>\s]{0,1000})>?(?:\s+\"[^\"]{0,200}\")?\s*\)"
)
# The word may stand in bold, with the colon inside or behind it.
_CHOICE = re.compile(r"(?:\*\*)?([^:]{1,80}?)(?:\*\*)?:(?:\*\*)?\s+(.*)")
_SPECIAL = re.compile(r"[\\`*_!\[]")
_MARKS = {"**": "strong", "__": "strong", "*": "em", "_": "em"}


@dataclass(frozen=True, slots=True)
class Inline:
    """A piece. ``kind``: text, code, break, or open/close of strong or em."""

    kind: str
    text: str = ""
    trace: NumberTrace | None = None


def unescape(text: str) -> str:
    """Markdown text without the backslashes that escape its punctuation."""
    return re.sub(r"\\([^\w\s])", r"\1", text)


def read_inline(
    text: str, spans: Sequence[tuple[int, int]], traces: Mapping[int, NumberTrace]
) -> list[Inline]:
    """The pieces of the lines at ``spans``; a line's end is a space, or a break if marked."""
    reader = _InlineReader(text, traces)
    for number, (start, end) in enumerate(spans):
        if number:
            broken = text[spans[number - 1][1] :].startswith("  ")
            reader.add(Inline("break") if broken else Inline("text", " "))
        reader.read(start, end)
    return reader.pieces


def inline_of(text: str) -> list[Inline]:
    """One line of markdown that stands by itself, such as a choice or a follow-up."""
    line = one_line(text, 1_000)
    return read_inline(line, [(0, len(line))], {})


def words_of_inline(pieces: Sequence[Inline]) -> str:
    """The words without their marks."""
    ends = {"break": "\n"}
    return "".join(visible(ends.get(piece.kind, piece.text)) for piece in pieces)


def choice(text: str) -> tuple[str, list[Inline]]:
    """A choice's word as plain text (empty without a colon) and its reading."""
    match = _CHOICE.match(one_line(text, 1_000))
    if match is None:
        return "", inline_of(text)
    return words_of_inline(inline_of(match[1])), inline_of(match[2])


class _InlineReader:
    """One pass over the letters; open marks wait on a stack for their closing ones."""

    def __init__(self, text: str, traces: Mapping[int, NumberTrace]) -> None:
        self._text = text
        self._traces = traces
        self._open: list[tuple[str, int]] = []
        self.pieces: list[Inline] = []

    def add(self, piece: Inline) -> None:
        """Append it; text without a trace joins what stands before, unless that is a mark."""
        last = self.pieces[-1] if self.pieces else None
        mark = bool(self._open) and self._open[-1][1] == len(self.pieces) - 1
        if last is not None and not mark and _plain(last) and _plain(piece):
            self.pieces[-1] = Inline("text", last.text + piece.text)
        else:
            self.pieces.append(piece)

    def read(self, at: int, end: int) -> None:
        while at < end:
            trace = self._traces.get(at)
            if trace is not None and trace.end <= end:
                self.add(Inline("text", unescape(trace.text), trace))
                at = trace.end
            else:
                at = self._special(at, end) or self._plain(at, end)

    def _plain(self, at: int, end: int) -> int:
        stop = at + 1
        while stop < end and stop not in self._traces and not _SPECIAL.match(self._text, stop):
            stop += 1
        self.add(Inline("text", self._text[at:stop]))
        return stop

    def _special(self, at: int, end: int) -> int:
        """What a special letter starts; 0 where it is only a letter."""
        char = self._text[at]
        if char == "\\" and at + 1 < end and self._text[at + 1] in _ESCAPABLE:
            self.add(Inline("text", self._text[at + 1]))
            return at + 2
        if char == "`":
            return self._code(at, end)
        if char in "*_":
            return self._mark(at, end)
        if char in "![" and (link := _LINK.match(self._text, at, end)):
            return self._link(link)
        return 0

    def _code(self, at: int, end: int) -> int:
        stop = code_end(self._text[:end], at)
        run = len(self._text[at:stop]) - len(self._text[at:stop].lstrip("`"))
        if stop < 0:
            return 0
        start, inner_end = at + run, stop - run
        place = start
        while place < inner_end:
            trace = self._traces.get(place)
            if trace is not None and trace.end <= inner_end:
                self.add(Inline("code", trace.text, trace))
                place = trace.end
                continue
            after = place + 1
            while after < inner_end and after not in self._traces:
                after += 1
            self.add(Inline("code", self._text[place:after]))
            place = after
        return stop

    def _mark(self, at: int, end: int) -> int:
        char = self._text[at]
        mark = char * (2 if self._text.startswith(char * 2, at) and at + 1 < end else 1)
        before = self._text[at - 1 : at] or " "
        after = self._text[at + len(mark) : at + len(mark) + 1] if at + len(mark) < end else " "
        inside_word = char == "_" and before.isalnum() and after.isalnum()
        if not inside_word and not before.isspace() and self._close(mark):
            return at + len(mark)
        if not inside_word and not after.isspace():
            self._open.append((mark, len(self.pieces)))
        self.pieces.append(Inline("text", mark))
        return at + len(mark)

    def _close(self, mark: str) -> bool:
        """Turn the nearest same mark that is open, and this one, into a pair."""
        marks = [open_mark for open_mark, _ in self._open]
        if mark not in marks:
            return False
        index = len(marks) - 1 - marks[::-1].index(mark)
        place = self._open[index][1]
        del self._open[index:]
        self.pieces[place] = Inline(f"open {_MARKS[mark]}")
        self.pieces.append(Inline(f"close {_MARKS[mark]}"))
        return True

    def _link(self, link: re.Match[str]) -> int:
        words, address = unescape(link[1]), link[2]
        self.add(Inline("text", words))
        if not link[0].startswith("!") and address.startswith(("http://", "https://")):
            self.add(Inline("text", f" ({address})" if address != words else ""))
        return link.end()


def _plain(piece: Inline) -> bool:
    return piece.kind == "text" and piece.trace is None
