"""A template taken apart into text and references, whole or as it arrives.

What stands in inline code or in a fenced block is known for each reference, since
a cell is escaped differently there. A reference ends on its line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from .escape import printable
from .reference_syntax import MAX_LENGTH

_OPEN, _CLOSE = "{{", "}}"
_LONGEST_REFERENCE = MAX_LENGTH + 4
#: Inline code longer than this is text; it bounds what is held back and searched.
_LONGEST_CODE = 2_000
#: A longer line opens no fence, so that a stream need not hold it back.
_LONGEST_FENCE = 1_000
#: Most characters of a template that are read; no answer is near it.
LONGEST_TEMPLATE = 200_000
_CUT = "\n\nCut here: the answer is longer than can be shown."

_QUOTED = r"""\s*+(?:"(?:\\.|[^"\\])*+"|'(?:\\.|[^'\\])*+'|(?!["']))"""
# A quote that opens stands at the start or behind one of these; elsewhere it is an
# apostrophe inside a bare value. Possessive: each letter is looked at once.
_REFERENCE = re.compile(
    rf"\{{\{{{_QUOTED}(?:[=.\[(,+\-*/]{_QUOTED}|[^=.\[(,+\-*/}}]|\}}(?!\}}))*+\}}\}}", re.DOTALL
)
_RUN = re.compile("`+|~+")


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
        self._room = LONGEST_TEMPLATE

    def feed(self, delta: str) -> Iterator[Piece]:
        """The pieces that no further text can change."""
        delta = self._return + self._bounded(delta)
        self._return = "\r" if delta.endswith("\r") else ""
        self._held += printable(delta.removesuffix(self._return))
        *lines, self._held = self._held.split("\n")
        for line in lines:
            yield from self._line(line, "\n")
        certain = self._certain(self._held)
        if certain:
            yield from self._pieces(self._held[:certain])
            self._held = self._held[certain:]
            self._line_start = False

    def _bounded(self, delta: str) -> str:
        """What there is room for, and where it is cut the words that say so."""
        if self._room < 0:
            return ""
        self._room -= len(delta)
        return delta if self._room >= 0 else delta[: self._room] + _CUT

    def close(self) -> Iterator[Piece]:
        """What was held back, as it is."""
        held, self._held, self._return = self._held + printable(self._return), "", ""
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
    start = part[:4].lstrip(" ")
    if len(part) > _LONGEST_FENCE or (len(part) > 3 and not start):
        return False
    return part.lstrip(" ") in ("", "`", "``", "~", "~~") or part.lstrip(" ").startswith(
        ("```", "~~~")
    )


def _fence_of(line: str) -> str:
    """The run of backticks or tildes that makes the line a fence."""
    if len(line) > _LONGEST_FENCE:
        return ""
    stripped = line.lstrip(" ")
    if len(line) - len(stripped) > 3 or stripped[:3] not in ("```", "~~~"):
        return ""
    run = stripped[: _run(stripped, 0)]
    return "" if run[0] == "`" and "`" in stripped[len(run) :] else run


def _run(text: str, at: int) -> int:
    """How often the backtick or tilde at this place is repeated from there."""
    run = _RUN.match(text, at)
    return run.end() - at if run else 0


def code_end(line: str, at: int) -> int:
    """Where the inline code that opens here ends; -1 if it does not."""
    run = _run(line, at)
    if run >= _LONGEST_CODE:
        return -1
    match = _run_of(run).search(line, at + run, at + _LONGEST_CODE)
    if match is None or line.startswith("`", match.end()):
        return -1
    return match.end()


@lru_cache(maxsize=64)
def _run_of(length: int) -> re.Pattern[str]:
    return re.compile(f"(?<!`)`{{{length}}}(?!`)")


def _reference_end(text: str, at: int) -> int:
    """Behind the braces that close the reference at this place; -1 if there are none."""
    stop = at + _LONGEST_REFERENCE
    # Most braces that are not closed are told apart by this search alone.
    if text.find(_CLOSE, at + 2, stop) < 0:
        return -1
    match = _REFERENCE.match(text, at, stop)
    return match.end() if match else -1
