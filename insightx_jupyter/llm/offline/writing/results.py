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


@dataclass(frozen=True, slots=True)
class ResultShape:
    """A result's name and size."""

    name: str
    rows: int
    columns: int


def results_in(messages: Iterable[Message]) -> tuple[ResultShape, ...]:
    """Every result that the user's messages tell of, in the order of their names."""
    shapes: dict[str, ResultShape] = {}
    for message in messages:
        if message.role != "user":
            continue
        for found in _LINE.finditer(message.content):
            rows, columns = (int(found[part].replace(",", "")) for part in ("rows", "columns"))
            shapes.setdefault(found["name"], ResultShape(found["name"], rows, columns))
    return tuple(sorted(shapes.values(), key=_age))


def _age(shape: ResultShape) -> tuple[int, str]:
    return int(re.match(r"r(\d+)", shape.name)[1]), shape.name  # type: ignore[index]


def main_results(shapes: Iterable[ResultShape]) -> tuple[ResultShape, ...]:
    """The results themselves, without the tables beside them."""
    return tuple(s for s in shapes if "_" not in s.name)
