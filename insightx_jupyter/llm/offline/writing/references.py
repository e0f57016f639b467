"""References to cells, written as ``render.reference_syntax`` reads them."""

from __future__ import annotations

from ....render.escape import visible
from .names import is_plain


def quoted(name: str) -> str:
    """A name as references take it: in quotes where it is no plain word."""
    if is_plain(name):
        return name
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'


def referable(name: str) -> bool:
    """Whether a reference can hold the name: it has to stay on one line, and be short."""
    return name.isprintable() and visible(name) == name and len(name) <= 120


def cell(result: str, column: str, row: str | int | None = None, form: str = "") -> str:
    """``{{r1.share[0]|pct1}}``; ``row`` is a position, or ``key=value``."""
    where = "" if row is None else f"[{row}]"
    return braces(f"{result}.{quoted(column)}{where}", form)


def braces(expression: str, form: str = "") -> str:
    """An expression as a reference."""
    return "{{" + expression + (f"|{form}" if form else "") + "}}"


def rows(result: str) -> str:
    """The number of rows."""
    return braces(f"{result}.#rows")


def dna(frame: str, column: str, figure: str, form: str = "") -> str:
    """A figure of a column's profile."""
    return braces(f"dna.{quoted(frame)}.{quoted(column)}.{figure}", form)


def dna_size(frame: str, what: str) -> str:
    """``rows`` or ``columns`` of a frame."""
    return braces(f"dna.{quoted(frame)}.#{what}")
