"""Whether an answer's table holds what pandas says."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd
from fresh_questions import First, Shape


def differs(answer: pd.DataFrame, expected: Any) -> str:
    """What is wrong with the answer; empty where it is right."""
    if isinstance(expected, Shape):
        right = int(answer["matches"].iloc[0]) == expected and len(answer) == min(expected, 10)
    elif isinstance(expected, First):
        right = _first(answer, expected)
    elif isinstance(expected, Mapping):
        right = _groups(answer, expected)
    elif isinstance(expected, list):
        right = any(_column(answer[c], expected) for c in answer)
    elif isinstance(expected, set):
        right = any({str(v) for v in answer[c]} == {_text(v) for v in expected} for c in answer)
    else:
        right = _one(answer, expected)
    return "" if right else f"expected {expected!r}\ngot\n{answer.head(12).to_string()}"


def _text(value: Any) -> str:
    return str(value.date()) if isinstance(value, pd.Timestamp) else str(value)


def _same(cell: Any, value: Any) -> bool:
    if isinstance(cell, int | float | np.number) and isinstance(value, int | float | np.number):
        return math.isclose(float(cell), float(value), rel_tol=1e-9, abs_tol=1e-12)
    return _is_key(cell, value)


def _is_key(cell: Any, key: Any) -> bool:
    written = str(cell)
    if isinstance(key, pd.Timestamp):
        return written.startswith((f"{key:%Y-%m-%d}", f"{key:%Y}"))
    return written in {str(key), f"{key}.0"} or written.startswith(f"{key}-01-01")


def _row_has(row: pd.Series, key: Any, value: Any) -> bool:
    keys = key if isinstance(key, tuple) else (key,)
    named = all(any(_is_key(cell, k) for cell in row) for k in keys)
    return named and any(_same(cell, value) for cell in row)


def _first(answer: pd.DataFrame, expected: First) -> bool:
    rows = [answer.iloc[n] for n in range(min(len(expected), len(answer)))]
    return len(rows) == len(expected) and all(
        any(_row_has(row, k, v) for row in rows) for k, v in expected.items()
    )


def _groups(answer: pd.DataFrame, expected: Mapping[Any, Any]) -> bool:
    known = answer.dropna(subset=[answer.columns[0]])
    return len(known) == len(expected) and all(
        any(_row_has(known.iloc[n], k, v) for n in range(len(known))) for k, v in expected.items()
    )


def _column(cells: Iterable[Any], expected: list[Any]) -> bool:
    found = list(cells)
    return len(found) == len(expected) and all(map(_same, found, expected))


def _one(answer: pd.DataFrame, expected: Any) -> bool:
    return len(answer) >= 1 and any(_same(cell, expected) for cell in answer.iloc[0])
