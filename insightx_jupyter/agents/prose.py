"""A reply taken apart: prose, how the question was read, what to ask next."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..tools.text import clip

_ITEMS = 8
_ITEM_CHARS = 300

#: A line that is one of the two headings, in the ways that models write headings.
_HEADING = re.compile(
    r"^\s{0,3}(?:#{1,6}\s*|\*\*\s*)?"
    r"(?:(?P<read>how (?:it|the question|this) was read)|(?P<next>ask next|follow-?ups?"
    r"(?: questions)?|next questions))\s*:?\s*(?:\*\*)?\s*:?\s*#*\s*$",
    re.IGNORECASE,
)
#: A whole reply in a fence, as models that were trained to show markdown write it.
_WRAPPED = re.compile(r"\A```(?:markdown|md)[ \t]*\n(.*)\n```\Z", re.DOTALL)
_BULLET = re.compile(r"^\s*(?:[-*•+]|\d{1,2}[.)])\s+")
#: A line longer than this is no heading.
HEADING_CHARS = 48


@dataclass(frozen=True, slots=True)
class Draft:
    """A reply's parts, references and all."""

    prose: str
    choices: tuple[str, ...] = ()
    followups: tuple[str, ...] = ()


def split_reply(text: str) -> Draft:
    """The parts. Without headings, or with nothing before them, all of it is prose."""
    parts: dict[str, list[str]] = {"prose": [], "read": [], "next": []}
    current, text = "prose", _WRAPPED.sub(r"\1", text.strip()).strip()
    for line in text.splitlines():
        if section := section_of(line):
            current = section
        else:
            parts[current].append(line)
    prose = "\n".join(parts["prose"]).strip()
    if not prose:
        return Draft(text)
    return Draft(prose, _items(parts["read"]), _items(parts["next"]))


def section_of(line: str) -> str | None:
    """``read`` or ``next`` where the line is such a heading."""
    match = _HEADING.match(line) if len(line) <= HEADING_CHARS else None
    return match.lastgroup if match else None


def _items(lines: list[str]) -> tuple[str, ...]:
    """The list's items; lines that continue one are joined to it."""
    items: list[str] = []
    for line in (line for line in lines if line.strip(" -*_")):
        if items and not _BULLET.match(line) and line.startswith((" ", "\t")):
            items[-1] += " " + line.strip()
        else:
            items.append(_BULLET.sub("", line).strip())
    return tuple(clip(item, _ITEM_CHARS) for item in items[:_ITEMS])


class ProseOnly:
    """Passes on a reply as it streams, up to the first of the two headings."""

    def __init__(self) -> None:
        self._line = ""
        self._passed = 0
        self._over = False

    def feed(self, delta: str) -> str:
        """The text that is certain to be prose by now."""
        out = []
        for piece in delta.splitlines(keepends=True):
            self._line += piece
            ended = piece.endswith("\n")
            if ended or len(self._line) > HEADING_CHARS:
                out.append(self._take())
            if ended:
                self._line, self._passed = "", 0
        return "".join(out)

    def close(self) -> str:
        """What was held back."""
        return self._take()

    def _take(self) -> str:
        if self._over or section_of(self._line.rstrip("\n")):
            self._over = True
            return ""
        fresh, self._passed = self._line[self._passed :], len(self._line)
        return fresh
