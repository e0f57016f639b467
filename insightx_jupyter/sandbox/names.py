"""Which frames, and which of their columns, a piece of code names. The code is only parsed."""

from __future__ import annotations

import ast
import threading
from collections.abc import Callable, Collection, Mapping
from typing import TypeVar

from ..plane.source import FrameSource
from ..protocol.results import FrameRead

#: Longest code that is looked at, characters; the parser's time grows with it.
MAX_CODE = 64 * 1024
#: Stack for the parser, bytes: nested code makes it recurse, on small stacks to a crash.
PARSER_STACK = 64 * 1024 * 1024
_STACK_SIZE = threading.Lock()

T = TypeVar("T")


def named_frames(code: str, frames: Mapping[str, FrameSource]) -> tuple[FrameRead, ...]:
    """The frames that occur in ``code`` as a name or as a whole string.

    Each with its columns where the code touches it only as ``frame["a"]``,
    ``frame[["a", "b"]]`` or ``frame.a``, else with none, which means all. Code that
    does not parse names nothing; it fails where it runs, with Python's own words.
    """
    tree = _parse(code)
    if tree is None:
        return ()
    found = _names(tree) & frames.keys()
    return tuple(
        FrameRead(frame=name, columns=_columns(tree, name, frames[name].column_names))
        for name in frames
        if name in found
    )


def _parse(code: str) -> ast.Module | None:
    if len(code) > MAX_CODE:
        return None
    plain = "\n".join("" if _is_magic(line) else line for line in code.splitlines())
    try:
        return _with_deep_stack(lambda: ast.parse(plain))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _is_magic(line: str) -> bool:
    """IPython's own lines, which a parser of Python does not know."""
    return line.lstrip().startswith(("%", "!"))


def _with_deep_stack(work: Callable[[], T]) -> T:
    """Run ``work`` on a thread with room to recurse; its result or error."""
    results: list[T] = []
    errors: list[Exception] = []

    def run() -> None:
        try:
            results.append(work())
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            errors.append(error)

    with _STACK_SIZE:
        before = threading.stack_size(PARSER_STACK)
        try:
            thread = threading.Thread(target=run, name="insightx-parse")
            thread.start()
        finally:
            threading.stack_size(before)
    thread.join()
    if errors:
        raise errors[0]
    return results[0]


def _names(tree: ast.Module) -> set[str]:
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            found.add(node.id)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            found.add(node.value)
    return found


def _columns(tree: ast.Module, frame: str, columns: Collection[str]) -> tuple[str, ...]:
    """The columns that are read of ``frame``; empty where that cannot be told."""
    uses = sum(1 for node in ast.walk(tree) if _is_use(node, frame))
    touched: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute | ast.Subscript) and _is_frame(node.value, frame):
            wanted = _wanted(node)
            if not wanted or not wanted <= set(columns):
                return ()
            touched |= wanted
            uses -= 1
    return tuple(c for c in columns if c in touched) if uses == 0 else ()


def _is_use(node: ast.AST, frame: str) -> bool:
    if isinstance(node, ast.Name):
        return node.id == frame
    return isinstance(node, ast.Constant) and node.value == frame


def _is_frame(node: ast.AST, frame: str) -> bool:
    """Whether an expression is the frame: its name, or ``frames["name"]``."""
    if isinstance(node, ast.Subscript):
        inner = node.value
        return isinstance(inner, ast.Name) and inner.id == "frames" and _is_use(node.slice, frame)
    return isinstance(node, ast.Name) and node.id == frame


def _wanted(node: ast.Attribute | ast.Subscript) -> set[str]:
    if isinstance(node, ast.Attribute):
        return {node.attr}
    parts = node.slice.elts if isinstance(node.slice, ast.List | ast.Tuple) else [node.slice]
    texts = [p.value for p in parts if isinstance(p, ast.Constant) and isinstance(p.value, str)]
    return set(texts) if len(texts) == len(parts) else set()
