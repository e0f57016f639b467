"""Which results there are, read from what the composer is told of them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from ...base import Message

_LINE = re.compile(
    r"^(?P<name>r\d+(?:_\w+)?)(?: \((?:sql|python)\))?: "
    r"(?P<rows>[\d,]+) rows? × (?P<columns>[\d,]+) columns?",
    re.MULTILINE,
)

_SAME = re.compile(r"^In every row: (\w+) = (.*)$", re.MULTILINE)
_CELL = re.compile(r"(\w+) = (.*)$")
_WHOLE = re.compile(r"-?\d+$")


@dataclass(frozen=True, slots=True)
class ResultShape:
    """A result's name and size."""

    name: str
    rows: int
    columns: int
    #: The first rows by column name, as text, where they were told.
    head: tuple[dict[str, str], ...] = ()

    def ties(self, column: str) -> int:
        """How many of the first rows share the first whole number; 1 where that is not known."""
        cells = [row.get(column, "") for row in self.head]
        if not cells or not _WHOLE.match(cells[0]):
            return 1
        return next((n for n, cell in enumerate(cells) if cell != cells[0]), len(cells))


def results_in(messages: Iterable[Message]) -> tuple[ResultShape, ...]:
    """Every result that the user's messages tell of, in the order of their names."""
    shapes: dict[str, ResultShape] = {}
    for message in messages:
        if message.role != "user":
            continue
        for found in _LINE.finditer(message.content):
            rows, columns = (int(found[part].replace(",", "")) for part in ("rows", "columns"))
            text = message.content[found.end() :]
            head = _one_row(text) if rows == 1 else ()
            head = head or _head(text)
            shapes.setdefault(found["name"], ResultShape(found["name"], rows, columns, head))
    return tuple(sorted(shapes.values(), key=_age))


def _one_row(text: str) -> tuple[dict[str, str], ...]:
    """A result of one row and many columns, told one column a line."""
    pairs: dict[str, str] = {}
    for line in text.split("\n")[1:]:
        found = _CELL.match(line)
        if not found:
            break
        pairs[found[1]] = found[2]
    return (pairs,) if pairs else ()


def _head(text: str) -> tuple[dict[str, str], ...]:
    """The rows told below a result's size; a line that is no row ends them."""
    lines = text.partition("\n\n")[0].split("\n")[1:]
    fields = [field.partition(" ") for field in lines[0].split("|")] if lines else []
    if not all(kind for _, _, kind in fields):
        return ()  # the first line is no head of names and types
    names = [name for name, _, _ in fields]
    same = dict(_SAME.findall("\n".join(lines)))
    head: list[dict[str, str]] = []
    for line in lines[1:]:
        cells = line.split("|")
        if len(cells) != len(names) or line.startswith("In every row:"):
            break
        head.append(same | dict(zip(names, cells, strict=True)))
    return tuple(head)


def _age(shape: ResultShape) -> tuple[int, str]:
    return int(re.match(r"r(\d+)", shape.name)[1]), shape.name  # type: ignore[index]


def main_results(shapes: Iterable[ResultShape]) -> tuple[ResultShape, ...]:
    """The results themselves, without the tables beside them."""
    return tuple(s for s in shapes if "_" not in s.name)
