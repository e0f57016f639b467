"""Keeps IPython from reading a question's ``?`` as a call for help.

``%insightx which are late?`` would become ``pinfo``. The transformer turns each such
line into the call that the magic stands for, before IPython looks at its end. Lines
without a ``?`` are turned too: an apostrophe or a bracket in one of them would hide
from the tokenizer what comes after it.
"""

from __future__ import annotations

import re

_MAGIC_LINE = re.compile(
    r"""(?P<indent>\s*)
        (?P<target>[^\W\d][\w.]*(?:\[[^\[\]%]*\])?\s*=\s*)?   # ans = ; found["a"] =
        %(?P<name>insightx\b | \w+\s+%insightx\b)             # %time %insightx …
        (?P<rest>.*)$""",
    re.VERBOSE | re.DOTALL,
)
_HELP = re.compile(r"\s*%insightx\s*\?{1,2}\s*")


def keep_question(lines: list[str]) -> list[str]:
    """The cell's lines with each ``%insightx`` line as a plain call."""
    if lines and lines[0].startswith("%%"):
        return lines  # a cell magic's body is that magic's own
    if not any("%insightx" in line for line in lines):
        return lines
    lines = list(lines)
    done = 0
    # One line at a time: what is turned no longer troubles the tokenizer.
    while (found := _first_question(lines, after=done)) is not None:
        end = _end_of_line(lines, found)
        lines[found:end] = [_as_call(lines[found:end]), *["\n"] * (end - found - 1)]
        done = found + 1
    return lines


def _first_question(lines: list[str], after: int) -> int | None:
    for row in _statement_rows(lines):
        line = lines[row] if after <= row < len(lines) else ""
        if _MAGIC_LINE.match(line) and not _HELP.fullmatch(line):
            return row
    return None


def _statement_rows(lines: list[str]) -> list[int]:
    """Rows on which a statement begins: not those inside a string or a bracket."""
    from IPython.core.inputtransformer2 import make_tokens_by_line

    rows = []
    for tokens in make_tokens_by_line(lines):
        begin = next((t for t in tokens if t.string.strip()), None)
        if begin is not None:
            rows.append(begin.start[0] - 1)
    return rows


def _end_of_line(lines: list[str], row: int) -> int:
    """The row after the last one that a backslash joins to this one."""
    while row < len(lines) and lines[row].rstrip("\n").endswith("\\"):
        row += 1
    return min(row + 1, len(lines))


def _as_call(joined: list[str]) -> str:
    text = " ".join(line.rstrip("\n").removesuffix("\\").rstrip() for line in joined)
    match = _MAGIC_LINE.match(text)
    assert match is not None  # noqa: S101  the caller looked
    outer, _, inner = match["name"].partition("%")
    name = outer.strip() or "insightx"
    line = f"%{inner}{match['rest']}" if inner else match["rest"]
    call = f"get_ipython().run_line_magic({name!r}, {line.strip()!r})"
    return f"{match['indent']}{match['target'] or ''}{call}\n"
