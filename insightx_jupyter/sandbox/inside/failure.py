"""Why the code failed, in words for whoever writes the next version of it."""

from __future__ import annotations

import difflib
import importlib.util
import re
from collections.abc import Iterable, Mapping
from types import TracebackType
from typing import Any

#: Bounds of the parts, characters.
MAX_MESSAGE = 600
MAX_LINE = 160
MAX_STEPS = 4
_PACKAGES = ("numpy", "pandas", "polars", "pyarrow", "duckdb", "scipy", "sklearn", "statsmodels")
_CHARTS = ("matplotlib", "seaborn")


def describe(
    error: BaseException, code: str, source: str, names: Mapping[str, Any]
) -> dict[str, Any]:
    """Type, message, line and hint of ``error``, as JSON.

    ``source`` is the file name that ``code`` was compiled under, ``names`` are what
    it could see. ``steps`` are the lines of the code that led there, innermost last.
    """
    lines = code.splitlines()
    steps = _steps(error, source)
    if isinstance(error, SyntaxError) and error.lineno:
        steps = [(error.lineno, "")]
    last = steps[-1][0] if steps else None
    return {
        "type": _public_name(type(error)),
        "message": _message(error),
        "line": last,
        "text": _line(lines, last),
        "steps": [
            f"line {number}{f' in {function}' if function else ''}: `{_line(lines, number)}`"
            for number, function in steps[:-1][-MAX_STEPS:]
        ],
        "hint": _safe_hint(error, names),
    }


def _public_name(kind: type[BaseException]) -> str:
    """The name that a user knows: Python 3.13 has an ``_IncompleteInputError`` of its own."""
    return next(base.__name__ for base in kind.__mro__ if not base.__name__.startswith("_"))


def _message(error: BaseException) -> str:
    if isinstance(error, SyntaxError):
        return (error.msg or "invalid syntax")[:MAX_MESSAGE]
    try:
        return str(error)[:MAX_MESSAGE]
    except Exception:  # noqa: BLE001 - the error's class is the code's own and may raise anything
        return ""


def _steps(error: BaseException, source: str) -> list[tuple[int, str]]:
    steps: list[tuple[int, str]] = []
    traceback: TracebackType | None = error.__traceback__
    while traceback is not None:
        code = traceback.tb_frame.f_code
        if code.co_filename == source and traceback.tb_lineno is not None:
            function = "" if code.co_name.startswith("<") else code.co_name
            if not steps or steps[-1] != (traceback.tb_lineno, function):
                steps.append((traceback.tb_lineno, function))
        traceback = traceback.tb_next
    return steps


def _line(lines: list[str], number: int | None) -> str:
    if number is None or not 1 <= number <= len(lines):
        return ""
    return lines[number - 1].strip()[:MAX_LINE]


def _safe_hint(error: BaseException, names: Mapping[str, Any]) -> str:
    try:
        return _hint(error, names)
    except Exception:  # noqa: BLE001 - looks at objects of the code, which may raise anything
        return ""


def _hint(error: BaseException, names: Mapping[str, Any]) -> str:
    if isinstance(error, ModuleNotFoundError):
        return _other_packages(error.name or "")
    if isinstance(error, KeyError):
        return _did_you_mean(_quoted(error), _columns(names), "Columns")
    if isinstance(error, NameError):
        own = [n for n in names if not n.startswith("_")]
        return _did_you_mean([error.name or ""], own, "Names")
    owner: Any = getattr(error, "obj", None)
    if isinstance(error, AttributeError) and _is_frame(owner):
        return _did_you_mean([error.name or ""], map(str, owner.columns), "Columns")
    return ""


def _other_packages(missing: str) -> str:
    have = [p for p in (*_PACKAGES, *_CHARTS) if importlib.util.find_spec(p) is not None]
    return f"{missing.partition('.')[0]} is not installed here. Use {', '.join(have)}."


def _quoted(error: KeyError) -> list[str]:
    """The keys that an error is about: itself, or those that pandas quotes in its text."""
    key = error.args[0] if error.args else ""
    if isinstance(key, str) and "[" in key:
        return re.findall(r"'([^']{1,100})'", key)[:5] or [key]
    return [str(key)]


def _columns(names: Mapping[str, Any]) -> list[str]:
    frames = [v for n, v in list(names.items()) if not n.startswith("_") and _is_frame(v)]
    return list(dict.fromkeys(str(c) for frame in frames for c in frame.columns))


def _is_frame(value: Any) -> bool:
    import pandas as pd

    return isinstance(value, pd.DataFrame)


def _did_you_mean(wanted: list[str], known: Iterable[str], what: str) -> str:
    known = list(known)
    folded = {k.casefold(): k for k in reversed(known)}
    near = [
        folded[match]
        for word in wanted
        for match in difflib.get_close_matches(word.casefold(), folded, n=2, cutoff=0.6)
    ]
    if near:
        return f"Did you mean {' or '.join(dict.fromkeys(near))}?"
    listed = ", ".join(known[:30])
    return f"{what} are {listed}{', …' if len(known) > 30 else ''}." if known else ""
