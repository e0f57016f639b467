"""Tab on a ``%insightx`` line: options, commands, frames and their columns."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

from .commands import COMMANDS
from .options import build_parser

#: Where ``ans = %insightx …`` and plain lines both land.
PATTERN = r".*%insightx\b"
_MOST = 500


def complete(shell: Any, event: Any) -> list[str]:
    """What can stand where the cursor is, as IPython's ``complete_command`` hook wants it."""
    word = event.symbol or ""
    before = event.line[: len(event.line) - len(word)] if word else event.line
    if event.line.rstrip().endswith(tuple(COMMANDS)) or word.startswith("/"):
        return [command for command in COMMANDS if command.startswith(word)]
    if word.startswith("-"):
        return [option for option in _options() if option.startswith(word)]
    return sorted(set(_names(shell, before, word)))[:_MOST]


def _options() -> list[str]:
    parser = build_parser()
    return [s for action in parser._actions for s in action.option_strings if s.startswith("--")]


def _names(shell: Any, before: str, word: str) -> Iterator[str]:
    prefix, _, stem = word.rpartition(".")
    for name, frame in _frames(shell):
        if prefix and prefix != name:
            continue
        if not prefix and name.startswith(stem):
            yield name
        if before.rstrip().endswith(("--frames", "--model", "--as")):
            continue
        for column in list(getattr(frame, "columns", ()))[:_MOST]:
            if isinstance(column, str) and column.startswith(stem):
                yield f"{prefix}.{column}" if prefix else column


def _frames(shell: Any) -> Iterator[tuple[str, Any]]:
    kinds = tuple(
        getattr(sys.modules[module], kind)
        for module, kind in (("pandas", "DataFrame"), ("polars", "DataFrame"))
        if module in sys.modules
    )
    for name, value in list(shell.user_ns.items()):
        if not name.startswith("_") and isinstance(value, kinds):
            yield name, value
