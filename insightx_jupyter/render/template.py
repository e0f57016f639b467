"""A template taken apart into text and references, whole or as it arrives.

What stands in inline code or in a fenced block is known for each reference, since
a cell is escaped differently there. A reference ends on its line.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from .escape import visible
from .reference_syntax import MAX_LENGTH

_OPEN, _CLOSE = "{{", "}}"
# A quote elsewhere is an apostrophe inside a bare value.
_BEFORE_QUOTE = (*"=.[(,+-*/", "")
_LONGEST_REFERENCE = MAX_LENGTH + 4
#: Inline code longer than this is text; it bounds what is held back and searched.
_LONGEST_CODE = 2_000


@dataclass(frozen=True, slots=True)
class Piece:
    """Text as it is, or what stands between the braces of a reference."""

    text: str
    reference: str | None = None
    in_code: bool = False


class TemplateReader:
    """Gives out pieces as soon as they are certain."""

    def __init__(self) -> None:
        self._held = ""
        self._return = ""
        self._line_start = True
        self._fence = ""

    def feed(self, delta: str) -> Iterator[Piece]:
        """The pieces that no further text can change."""
        delta = self._return + delta
        self._return = "\r" if delta.endswith("\r") else ""
        self._held += visible(delta.removesuffix(self._return))
        *lines, self._held = self._held.split("\n")
        for line in lines:
            yield from self._line(line, "\n")
        certain = self._certain(self._held)
        if certain:
            yield from self._pieces(self._held[:certain])
            self._held = self._held[certain:]
            self._line_start = False

    def close(self) -> Iterator[Piece]:
        """What was held back, as it is."""
        held, self._held, self._return = self._held + visible(self._return), "", ""
        yield from self._line(held, "")

    def _line(self, line: str, end: str) -> Iterator[Piece]:
        fence = _fence_of(line) if self._line_start else ""
        closes = bool(self._fence) and fence.startswith(self._fence) and not line.strip(" `~")
        if fence and not self._fence:
            yield Piece(line + end)
            self._fence = fence
        elif closes:
            yield Piece(line + end)
            self._fence = ""
        else:
            yield from self._pieces(line)
            yield Piece(end)
        self._line_start = True

    def _certain(self, part: str) -> int:
        """How much of an unfinished line no further text can change."""
        if self._line_start and _may_be_fence(part):
            return 0
        at = 0
        while at < len(part):
            step = self._step(part, at)
            if not step:
                return at
            at += step
        return at

    def _step(self, part: str, at: int) -> int:
        """How far the next certain thing reaches; 0 if nothing is certain."""
        rest = len(part) - at
        if part.startswith(_OPEN, at):
            end = _reference_end(part, at)
            undecided = end < 0 and rest <= _LONGEST_REFERENCE
            return 0 if undecided else max(end - at, 1)
        if part[at] == "`" and not self._fence:
            end = code_end(part, at)
            undecided = rest <= _LONGEST_CODE and end in (-1, len(part))
            return 0 if undecided else (end - at if end > 0 else _run(part, at))
        if rest == 1 and part[at] in "{\\":
            return 0
        return 2 if part[at] == "\\" and not self._fence else 1

    def _pieces(self, line: str) -> Iterator[Piece]:
        at = start = code_until = 0
        while at < len(line):
            in_code = bool(self._fence) or at < code_until
            end = _reference_end(line, at) if line.startswith(_OPEN, at) else -1
            if end > 0 and (at >= code_until or end <= code_until):
                yield Piece(line[start:at])
                yield Piece(line[at:end], line[at + 2 : end - 2], in_code)
                at = start = end
            elif line[at] == "`" and not in_code:
                code_until = max(code_until, code_end(line, at))
                at += _run(line, at)
            else:
                at += 2 if line[at] == "\\" and not in_code else 1
        yield Piece(line[start:])


def code_ranges(text: str) -> list[tuple[int, int]]:
    """Where inline code and fenced blocks stand in a whole text."""
    ranges: list[tuple[int, int]] = []
    at, fence = 0, ""
    for line in text.split("\n"):
        marks = _fence_of(line)
        if fence or marks:
            ranges.append((at, at + len(line)))
            closes = marks.startswith(fence) and not line.strip(" `~") if fence else False
            fence = "" if closes else fence or marks
        else:
            ranges.extend((at + a, at + b) for a, b in _inline_code(line))
        at += len(line) + 1
    return ranges


def _inline_code(line: str) -> Iterator[tuple[int, int]]:
    at = 0
    while at < len(line):
        if line[at] == "`":
            end = code_end(line, at)
            if end > 0:
                yield at, end
            at = end if end > 0 else at + _run(line, at)
        else:
            at += 2 if line[at] == "\\" else 1


def _may_be_fence(part: str) -> bool:
    start = part.lstrip(" ")
    return start in ("", "`", "``", "~", "~~") or start.startswith(("```", "~~~"))


def _fence_of(line: str) -> str:
    """The run of backticks or tildes that makes the line a fence."""
    stripped = line.lstrip(" ")
    if len(line) - len(stripped) > 3 or stripped[:3] not in ("```", "~~~"):
        return ""
    run = stripped[: _run(stripped, 0)]
    return "" if run[0] == "`" and "`" in stripped[len(run) :] else run


def _run(text: str, at: int) -> int:
    """How often the character at this place is repeated from there."""
    end = at
    while end < len(text) and text[end] == text[at]:
        end += 1
    return end - at


def code_end(line: str, at: int) -> int:
    """Where the inline code that opens here ends; -1 if it does not."""
    run = _run(line, at)
    limit = at + _LONGEST_CODE
    next_at = line.find("`", at + run, limit)
    while next_at >= 0:
        length = _run(line, next_at)
        if length == run:
            return next_at + length
        next_at = line.find("`", next_at + length, limit)
    return -1


def _reference_end(text: str, at: int) -> int:
    """Behind the braces that close the reference at this place; -1 if there are none."""
    quote, before = "", ""
    place = at + 2
    stop = min(len(text), at + _LONGEST_REFERENCE)
    while place < stop:
        char = text[place]
        if quote:
            place += 1 if char == "\\" else 0
            quote = "" if char == quote else quote
        elif char in "\"'" and before in _BEFORE_QUOTE:
            quote = char
        elif text.startswith(_CLOSE, place):
            return place + 2
        before = before if char.isspace() else char
        place += 1
    return -1
